//! Electricity at home: what the market asks ([`SpotCurve`]), what supplier, grid and state put on top
//! ([`PriceProfile`]), and what a charge therefore cost ([`PriceProfile::cost`]).
//!
//! It never decides who is paid, and never sees a site's tariff: at a public charger the operator's price holds.

mod cost;
mod curve;
mod profile;
mod zone;

pub use cost::{CostPart, HomeCost};
pub use curve::{SLOT_MS, SpotCurve, SpotSlot, SpotSource};
pub use profile::{COMPONENTS_MAX, Component, HomePrice, PriceProfile, Window};
pub use zone::PriceZone;

/// Half away from zero: 2.5 is 3, and -2.5 is -3.
fn half_away(value: i128, by: i128) -> i128 {
    let half = if value < 0 { -by / 2 } else { by / 2 };
    (value + half) / by
}

fn narrow(value: i128) -> crate::tariff::Amount {
    crate::tariff::Amount(i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX }))
}
