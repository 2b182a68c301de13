//! A tariff for somebody who has energy paid for already: that energy costs nothing, what is beyond it is priced as
//! usual or by another tariff. Time and flat prices stay; fees for standing idle are never part of it (C14).

use super::model::{Component, Dimension, Element, Restrictions, Tariff};
use super::number::Amount;

impl Tariff {
    /// `left_wh` of the session's energy are paid for; `None`: all of it.
    #[must_use]
    pub fn with_allowance(&self, left_wh: Option<i64>, overflow: Option<&Tariff>) -> Self {
        let left = left_wh.map(|left| left.max(0));
        let mut elements: Vec<Element> = Vec::new();
        if left != Some(0) {
            elements.extend(self.elements.iter().filter_map(|element| paid_for(element, left)));
        }
        let beyond = |element: &Element| Element {
            components: only(&element.components, true),
            restrictions: from(&element.restrictions, left.unwrap_or(0)),
        };
        let usual = |element: &Element| Element {
            components: only(&element.components, false),
            restrictions: element.restrictions.clone(),
        };
        match (left, overflow) {
            (None, _) => elements.extend(self.elements.iter().map(usual)),
            (Some(_), Some(other)) if other.currency == self.currency && other.prices == self.prices => {
                elements.extend(other.elements.iter().map(beyond));
                elements.extend(self.elements.iter().map(usual));
            }
            (Some(_), _) => elements.extend(self.elements.iter().cloned()),
        }
        elements.retain(|element| !element.components.is_empty());
        Self { elements, min_price: None, ..self.clone() }
    }
}

/// The prices of energy, or all the others.
fn only(components: &[Component], energy: bool) -> Vec<Component> {
    components.iter().filter(|c| (c.dimension == Dimension::Energy) == energy).copied().collect()
}

/// The element's energy at no price, as long as some is left; nothing where it prices no energy.
fn paid_for(element: &Element, left: Option<i64>) -> Option<Element> {
    let energy = element.components.iter().find(|c| c.dimension == Dimension::Energy)?;
    let restrictions = Restrictions {
        max_energy_wh: match (element.restrictions.max_energy_wh, left) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        },
        ..element.restrictions.clone()
    };
    Some(Element { components: vec![Component { price: Amount(0), ..*energy }], restrictions })
}

/// The same restrictions, for what is beyond so much energy.
fn from(restrictions: &Restrictions, left: i64) -> Restrictions {
    let least = restrictions.min_energy_wh.map_or(left, |min| min.max(left));
    Restrictions { min_energy_wh: Some(least), ..restrictions.clone() }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::tariff::{Activity, Period, price};
    use crate::unit::WattHours;

    fn tariff(energy: &str, flat: &str) -> Tariff {
        let text = format!(
            r#"{{"currency":"EUR","prices":"with_vat","elements":[{{"components":[
                {{"dimension":"energy","price":"{energy}","vat":"25"}},{{"dimension":"flat","price":"{flat}","vat":"25"}}]}}]}}"#
        );
        serde_json::from_str(&text).expect("a tariff")
    }

    /// What ten kWh cost, in cents.
    fn ten_kwh(tariff: &Tariff) -> i64 {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let period = Period {
            from: at("2026-06-01T10:00:00Z"),
            to: at("2026-06-01T11:00:00Z"),
            energy: WattHours(10_000),
            activity: Activity::Charging,
            power: None,
            current: None,
        };
        price(tariff, &[period], &TimeZone::UTC).with_vat.0
    }

    #[test]
    fn energy_that_is_paid_for_costs_nothing_and_the_rest_by_the_overflow_tariff() {
        let usual = tariff("0.50", "1.00");
        let overflow = tariff("0.80", "9.00");
        assert_eq!(ten_kwh(&usual), 600);
        assert_eq!(ten_kwh(&usual.with_allowance(None, None)), 100);
        assert_eq!(ten_kwh(&usual.with_allowance(Some(50_000), None)), 100);
        assert_eq!(ten_kwh(&usual.with_allowance(Some(4_000), None)), 400);
        assert_eq!(ten_kwh(&usual.with_allowance(Some(0), None)), 600);
        let over = usual.with_allowance(Some(4_000), Some(&overflow));
        assert_eq!(ten_kwh(&over), 480 + 100, "the flat price stays that of the place");
    }
}
