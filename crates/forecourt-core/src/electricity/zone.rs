//! Price zones of the European day-ahead market: within one, electricity has one price.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// One zone. Its days are those of its own wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PriceZone {
    pub code: &'static str,
    /// IANA name.
    pub time_zone: &'static str,
}

/// Codes as the exchanges write them, by time zone.
const ZONES: [(&str, &[&str]); 26] = [
    ("Europe/Copenhagen", &["DK1", "DK2"]),
    ("Europe/Berlin", &["DE", "DE-LU"]),
    ("Europe/Oslo", &["NO1", "NO2", "NO3", "NO4", "NO5"]),
    ("Europe/Stockholm", &["SE1", "SE2", "SE3", "SE4"]),
    ("Europe/Helsinki", &["FI"]),
    ("Europe/Tallinn", &["EE"]),
    ("Europe/Riga", &["LV"]),
    ("Europe/Vilnius", &["LT"]),
    ("Europe/Vienna", &["AT"]),
    ("Europe/Brussels", &["BE"]),
    ("Europe/Sofia", &["BG"]),
    ("Europe/Zurich", &["CH"]),
    ("Europe/Prague", &["CZ"]),
    ("Europe/Madrid", &["ES"]),
    ("Europe/Paris", &["FR"]),
    ("Europe/London", &["GB"]),
    ("Europe/Athens", &["GR"]),
    ("Europe/Zagreb", &["HR"]),
    ("Europe/Budapest", &["HU"]),
    ("Europe/Dublin", &["IE"]),
    ("Europe/Rome", &["IT-NORTH", "IT-CNOR", "IT-CSUD", "IT-SUD", "IT-SICI", "IT-SARD"]),
    ("Europe/Amsterdam", &["NL"]),
    ("Europe/Warsaw", &["PL"]),
    ("Europe/Lisbon", &["PT"]),
    ("Europe/Bucharest", &["RO"]),
    ("Europe/Ljubljana", &["SI"]),
];

impl PriceZone {
    pub fn all() -> impl Iterator<Item = Self> {
        let of = |(time_zone, codes): (&'static str, &'static [&'static str])| {
            codes.iter().map(move |code| Self { code, time_zone })
        };
        ZONES.into_iter().flat_map(of)
    }

    /// However it is typed; `None` where there is no such zone.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::all().find(|zone| zone.code.eq_ignore_ascii_case(text))
    }

    /// The wall clock of the zone.
    pub fn clock(self) -> TimeZone {
        TimeZone::get(self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

impl TryFrom<String> for PriceZone {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or("a price zone of the market, for example DK1")
    }
}

impl From<PriceZone> for String {
    fn from(zone: PriceZone) -> Self {
        zone.code.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_zone_has_a_clock_and_a_name_of_its_own() {
        let mut seen = HashSet::new();
        for zone in PriceZone::all() {
            assert!(TimeZone::get(zone.time_zone).is_ok(), "{}", zone.time_zone);
            assert!(seen.insert(zone.code), "{}", zone.code);
            assert_eq!(PriceZone::read(&zone.code.to_lowercase()), Some(zone));
        }
        assert_eq!(PriceZone::read("DK3"), None);
    }
}
