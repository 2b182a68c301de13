//! The prices that hold when a session begins: what a driver is told before.

use jiff::tz::TimeZone;

use super::cut::Stretch;
use super::model::{Component, Dimension, Prices, Tariff};
use super::number::{Amount, VatRate};
use super::price::Activity;
use crate::Timestamp;

/// As a driver reads them.
const ORDER: [Dimension; 5] = [
    Dimension::Flat,
    Dimension::Energy,
    Dimension::ChargingTime,
    Dimension::SessionTime,
    Dimension::OccupiedTime,
];

impl Tariff {
    /// What each dimension costs at the beginning, with VAT; dimensions that cost nothing are left out. Prices that depend
    /// on power or current are not known yet, and count as not holding.
    pub fn at_beginning(&self, at: Timestamp, zone: &TimeZone) -> Vec<(Dimension, Amount)> {
        let stretch = Stretch {
            from: at,
            to: at,
            energy_wh: 0,
            consumed_wh: 0,
            age_ms: 0,
            activity: Activity::Charging,
            power_w: None,
            current_ma: None,
            local: zone.to_datetime(at),
        };
        let holding = || self.elements.iter().filter(|element| stretch.meets(&element.restrictions));
        let of = |dimension: Dimension| {
            holding().flat_map(|element| &element.components).find(|c| c.dimension == dimension)
        };
        let priced = |dimension| of(dimension).map(|found| (dimension, self.with_vat(found)));
        ORDER.into_iter().filter_map(priced).filter(|(_, price)| price.0 > 0).collect()
    }

    fn with_vat(&self, component: &Component) -> Amount {
        let price = i128::from(component.price.0);
        let (Prices::WithoutVat, Some(vat)) = (self.prices, component.vat) else { return component.price };
        // Half up, in millionths.
        let gross = price.saturating_mul(VatRate::WHOLE + i128::from(vat.0)) + VatRate::WHOLE / 2;
        Amount(i64::try_from(gross.div_euclid(VatRate::WHOLE)).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tariff(text: &str) -> Tariff {
        serde_json::from_str(text).unwrap()
    }

    fn told(tariff: &Tariff, at: &str) -> Vec<(Dimension, String)> {
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        let found = tariff.at_beginning(at.parse().unwrap(), &zone);
        found.into_iter().map(|(dimension, price)| (dimension, price.into())).collect()
    }

    #[test]
    fn the_first_price_that_holds_is_told_with_vat() {
        let tariff = tariff(
            r#"{"currency":"EUR","prices":"without_vat","elements":[
                {"components":[{"dimension":"energy","price":"0.20","vat":"25"}],
                 "restrictions":{"start_time":"22:00","end_time":"06:00"}},
                {"components":[{"dimension":"energy","price":"0.40","vat":"25"},
                               {"dimension":"flat","price":"0"},
                               {"dimension":"occupied_time","price":"6.00"}]}]}"#,
        );
        let night = [(Dimension::Energy, "0.25".to_owned()), (Dimension::OccupiedTime, "6.00".to_owned())];
        assert_eq!(told(&tariff, "2026-01-10T21:30:00Z"), night, "22:30 on the wall");
        let day = [(Dimension::Energy, "0.50".to_owned()), (Dimension::OccupiedTime, "6.00".to_owned())];
        assert_eq!(told(&tariff, "2026-01-10T11:00:00Z"), day);
    }

    #[test]
    fn what_begins_later_is_not_told_yet() {
        let tariff = tariff(
            r#"{"currency":"EUR","prices":"with_vat","elements":[
                {"components":[{"dimension":"session_time","price":"3.00"}],"restrictions":{"min_duration_s":3600}},
                {"components":[{"dimension":"energy","price":"0.30"}],"restrictions":{"max_power_w":11000}}]}"#,
        );
        assert_eq!(told(&tariff, "2026-01-10T11:00:00Z"), []);
    }
}
