//! What a kilowatt-hour costs at somebody's home (C15):
//! `total = (spot + taxable components) × (1 + VAT) + other components − refunds`, in whole millionths.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{half_away, narrow};
use crate::tariff::{Amount, VatRate};

/// Components of a profile: a bill of electricity has about ten, with the hours of the grid twenty.
pub const COMPONENTS_MAX: usize = 40;
/// Longest name, in characters.
const NAME_MAX_CHARS: usize = 100;
/// Largest price of one component, in millionths per kilowatt-hour: beyond, somebody slipped by a few noughts.
const PRICE_MAX: i64 = 1_000_000_000;

/// When a component holds, by the wall clock of the price zone. Half open: 17 to 21 ends before 21:00.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// From the first hour of the day until before the second; 22 to 6 goes over midnight. `None`: all day.
    #[serde(default)]
    pub hours: Option<(i8, i8)>,
    /// 1 is Monday. Empty: every day.
    #[serde(default)]
    pub weekdays: Vec<i8>,
    /// From the first month to the second, both included; 10 to 3 goes over New Year. `None`: all year.
    #[serde(default)]
    pub months: Option<(i8, i8)>,
}

impl Window {
    fn holds_at(&self, local: DateTime) -> bool {
        let hour = local.hour();
        let in_hours = self.hours.is_none_or(|(from, until)| {
            if from < until { (from..until).contains(&hour) } else { hour >= from || hour < until }
        });
        let day = local.weekday().to_monday_one_offset();
        let month = local.month();
        let in_months = self.months.is_none_or(|(first, last)| {
            if first <= last { (first..=last).contains(&month) } else { month >= first || month <= last }
        });
        in_hours && in_months && (self.weekdays.is_empty() || self.weekdays.contains(&day))
    }

    fn faults(&self, at: &str, faults: &mut Vec<(String, &'static str)>) {
        if self.hours.is_some_and(|(from, until)| {
            !(0..=23).contains(&from) || !(0..=24).contains(&until) || from == until
        }) {
            faults.push((format!("{at}/hours"), "two different hours between 0 and 24"));
        }
        if self.weekdays.len() > 7 || self.weekdays.iter().any(|day| !(1..=7).contains(day)) {
            faults.push((format!("{at}/weekdays"), "days from 1 (Monday) to 7"));
        }
        if self.months.is_some_and(|(first, last)| !(1..=12).contains(&first) || !(1..=12).contains(&last)) {
            faults.push((format!("{at}/months"), "two months between 1 and 12"));
        }
    }
}

/// One line of the price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    pub name: String,
    /// Never below zero: what is paid back is a refund.
    pub per_kwh: Amount,
    #[serde(default)]
    pub when: Window,
    /// VAT is put on it.
    #[serde(default)]
    pub taxable: bool,
    /// Paid back: taken off at the end, after VAT.
    #[serde(default)]
    pub refund: bool,
}

/// How the price at somebody's home comes about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceProfile {
    #[serde(default)]
    pub vat: VatRate,
    #[serde(default)]
    pub components: Vec<Component>,
}

/// The price of a moment, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomePrice {
    pub spot: Amount,
    /// Those that hold then, in the profile's order; refunds below zero.
    pub lines: Vec<(String, Amount)>,
    pub vat: Amount,
    /// Spot, lines and VAT together.
    pub total: Amount,
}

impl PriceProfile {
    /// JSON pointers and what is wrong there.
    pub fn faults(&self) -> Vec<(String, &'static str)> {
        let mut faults = Vec::new();
        if !(0..=1_000_000).contains(&self.vat.0) {
            faults.push(("/vat".to_owned(), "between 0 and 100 percent"));
        }
        if self.components.len() > COMPONENTS_MAX {
            faults.push(("/components".to_owned(), "too many components"));
        }
        for (n, component) in self.components.iter().enumerate().take(COMPONENTS_MAX) {
            let at = format!("/components/{n}");
            let name = component.name.trim();
            if name.is_empty() || name.chars().count() > NAME_MAX_CHARS || name.chars().any(char::is_control)
            {
                faults.push((format!("{at}/name"), "a name of at most 100 printable characters"));
            }
            if !(0..=PRICE_MAX).contains(&component.per_kwh.0) {
                faults.push((format!("{at}/per_kwh"), "zero or more, at most 1000 per kWh"));
            }
            component.when.faults(&format!("{at}/when"), &mut faults);
        }
        faults
    }

    /// The price while the market asks `spot` and the clocks of the zone show `local`.
    pub fn price(&self, spot: Amount, local: DateTime) -> HomePrice {
        let held: Vec<&Component> = self.components.iter().filter(|each| each.when.holds_at(local)).collect();
        let sum = |wanted: fn(&Component) -> bool| -> i128 {
            held.iter().filter(|each| wanted(each)).map(|each| i128::from(each.per_kwh.0)).sum()
        };
        let net = i128::from(spot.0) + sum(|each| each.taxable && !each.refund);
        let vat = half_away(net * i128::from(self.vat.0), VatRate::WHOLE);
        let total = net + vat + sum(|each| !each.taxable && !each.refund) - sum(|each| each.refund);
        let signed = |each: &&Component| {
            let amount = if each.refund { -each.per_kwh.0 } else { each.per_kwh.0 };
            (each.name.clone(), Amount(amount))
        };
        HomePrice { spot, lines: held.iter().map(signed).collect(), vat: narrow(vat), total: narrow(total) }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    pub(in super::super) fn component(
        name: &str,
        per_kwh: i64,
        hours: Option<(i8, i8)>,
        taxable: bool,
        refund: bool,
    ) -> Component {
        let when = Window { hours, ..Window::default() };
        Component { name: name.into(), per_kwh: Amount(per_kwh), when, taxable, refund }
    }

    /// A household in Jutland, with the grid dearer in the evening and the state's tax paid back.
    fn profile() -> PriceProfile {
        PriceProfile {
            vat: VatRate(250_000),
            components: vec![
                component("Supplement", 100_000, None, true, false),
                component("Grid, evening", 500_000, Some((17, 21)), true, false),
                component("Grid, night", 100_000, Some((21, 6)), true, false),
                component("Fee without VAT", 10_000, None, false, false),
                component("Refund", 900_000, None, false, true),
            ],
        }
    }

    fn at_hour(hour: i8) -> DateTime {
        date(2026, 11, 20).at(hour, 0, 0, 0)
    }

    #[test]
    fn a_price_is_what_its_lines_say() {
        let evening = profile().price(Amount(1_000_000), at_hour(18));
        // (1.00 + 0.10 + 0.50) × 1.25 + 0.01 − 0.90
        assert_eq!((evening.vat, evening.total), (Amount(400_000), Amount(1_110_000)));
        assert_eq!(evening.lines.len(), 4);
        assert_eq!(evening.lines.last().expect("a line"), &("Refund".to_owned(), Amount(-900_000)));
        for hour in [21, 23, 0, 5] {
            assert_eq!(profile().price(Amount(1_000_000), at_hour(hour)).total, Amount(610_000), "{hour}");
        }
        assert_eq!(profile().price(Amount(1_000_000), at_hour(6)).total, Amount(485_000));
        // Markets go below zero, and VAT with them.
        assert_eq!(profile().price(Amount(-300_001), at_hour(12)).total, Amount(-1_140_001));
    }

    #[test]
    fn days_and_seasons_are_those_of_the_wall_clock() {
        let winter_workday = Window { weekdays: vec![1, 2, 3, 4, 5], months: Some((10, 3)), hours: None };
        let of = |window: &Window, year, month, day| window.holds_at(date(year, month, day).at(12, 0, 0, 0));
        assert!(of(&winter_workday, 2026, 11, 20), "a Friday in November");
        assert!(!of(&winter_workday, 2026, 11, 21), "a Saturday");
        assert!(of(&winter_workday, 2026, 3, 31), "a Tuesday, the last day of winter");
        assert!(!of(&winter_workday, 2026, 4, 1), "summer");
        let summer = Window { months: Some((4, 9)), ..Window::default() };
        assert!(of(&summer, 2026, 9, 30) && !of(&summer, 2026, 10, 1));
    }

    #[test]
    fn slips_are_told_where_they_are() {
        let slip = Component {
            when: Window { hours: Some((5, 5)), weekdays: vec![0], months: Some((0, 13)) },
            ..component(" ", -1, None, true, false)
        };
        let wrong = PriceProfile { vat: VatRate(1_000_001), components: vec![slip] };
        let places: Vec<String> = wrong.faults().into_iter().map(|fault| fault.0).collect();
        let at = |member: &str| format!("/components/0/{member}");
        let expected = ["name", "per_kwh", "when/hours", "when/weekdays", "when/months"].map(at).into_iter();
        assert_eq!(places, ["/vat".to_owned()].into_iter().chain(expected).collect::<Vec<_>>());
        assert!(profile().faults().is_empty());
    }

    prop_compose! {
        fn any_component()(per_kwh in 0..=PRICE_MAX, hours in proptest::option::of((0i8..24, 0i8..=24)), taxable: bool,
            refund: bool) -> Component {
            component("c", per_kwh, hours.filter(|(a, b)| a != b), taxable, refund)
        }
    }

    proptest! {
        /// The law of C15, on any profile: the lines, the market and VAT are the total; VAT is on what is taxable and
        /// never on a refund; the order of the lines does not matter.
        #[test]
        fn the_parts_are_the_whole(
            components in proptest::collection::vec(any_component(), 0..10),
            spot in -500_000_000i64..500_000_000,
            vat in 0i64..=1_000_000,
            hour in 0i8..24,
        ) {
            let profile = PriceProfile { vat: VatRate(vat), components };
            let price = profile.price(Amount(spot), at_hour(hour));
            let lines: i64 = price.lines.iter().map(|line| line.1.0).sum();
            prop_assert_eq!(price.total.0, spot + lines + price.vat.0);
            let taxed: i64 = profile.components.iter()
                .filter(|each| each.when.holds_at(at_hour(hour)) && each.taxable && !each.refund)
                .map(|each| each.per_kwh.0)
                .sum::<i64>() + spot;
            let exact = i128::from(taxed) * i128::from(vat);
            prop_assert!((i128::from(price.vat.0) * 1_000_000 - exact).abs() <= 500_000);
            let mut turned = profile.clone();
            turned.components.reverse();
            prop_assert_eq!(turned.price(Amount(spot), at_hour(hour)).total, price.total);
        }
    }
}
