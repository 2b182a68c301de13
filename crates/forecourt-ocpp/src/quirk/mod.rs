//! Vendor deviations that need more than tolerance, as data.
//!
//! Tolerant reading needs no knowledge of the vendor; what stands here changes the *meaning* of a value, keeps us from
//! sending what would harm a station, or tells people what to expect of it. A station is known by what it says of itself
//! when it boots. It never makes us send anything that is not valid.

mod advice;
mod parse;
mod rules;

use std::sync::LazyLock;

pub use advice::advice;
pub use rules::{Profile, ZeroCurrent};

use parse::Family;

/// Transaction ids of 1.6 that stand for "none" in stations of the field: 0 and negative numbers from stations that lost
/// theirs, the largest numbers from firmware whose "unset" is all ones.
pub const fn is_no_transaction(id: i64) -> bool {
    id <= 0 || id == i64::MAX || id == i32::MAX as i64 || id == u32::MAX as i64
}

static FAMILIES: LazyLock<Vec<Family>> =
    LazyLock::new(|| parse::parse(include_str!("../../quirks/stations.txt")).unwrap_or_default());

/// What is known of stations that describe themselves like this; empty for most.
pub fn profile(vendor: &str, model: &str, firmware: Option<&str>) -> Profile {
    Profile::of(&FAMILIES, vendor, model, firmware)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_table_can_be_read_and_every_family_has_a_source() {
        let families = parse::parse(include_str!("../../quirks/stations.txt")).unwrap();
        assert!(families.len() >= 15);
        for family in &families {
            assert!(!family.sources.is_empty() && !family.rules.is_empty(), "{}", family.vendor);
        }
    }

    #[test]
    fn a_station_is_known_by_what_it_says_of_itself() {
        let wallbox = profile("Wall Box Chargers", "Pulsar", None);
        assert!(wallbox.is_empty(), "another vendor");
        let wallbox = profile("wallbox", "PLP1", Some("6.7.38"));
        assert_eq!(wallbox.zero_current(), Some(ZeroCurrent::Suspends));
        assert_eq!(wallbox.hints().len(), 1);
        let abb = |firmware| profile("ABB", "Terra AC W11", Some(firmware)).zero_current();
        assert_eq!((abb("1.8.0"), abb("1.8.32")), (Some(ZeroCurrent::Rejected), None));
    }
}
