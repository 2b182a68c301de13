//! What holds for every tariff and every session.

use forecourt_core::Timestamp;
use forecourt_core::tariff::{
    Activity, Amount, ClockTime, Component, Dimension, Element, Period, PriceLimit, Prices, Restrictions,
    Tariff, VatRate, What, price,
};
use forecourt_core::unit::{Currency, MinorUnits, WattHours};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use proptest::prelude::*;

/// 2026-03-28T12:00:00Z: half a day before Copenhagen puts its clocks forward.
const NEAR_CLOCK_CHANGE_S: i64 = 1_774_699_200;

fn component() -> impl Strategy<Value = Component> {
    let dimension = prop_oneof![
        Just(Dimension::Energy),
        Just(Dimension::ChargingTime),
        Just(Dimension::OccupiedTime),
        Just(Dimension::SessionTime),
        Just(Dimension::Flat),
    ];
    let vat = prop_oneof![Just(None), (0..300_000_i64).prop_map(|v| Some(VatRate(v)))];
    (dimension, 0..5_000_000_i64, vat, 1..1_000_i64).prop_map(|(dimension, price, vat, step)| Component {
        dimension,
        price: Amount(price),
        vat,
        step,
    })
}

fn restrictions() -> impl Strategy<Value = Restrictions> {
    let clock = prop::option::of((0..1_440_i16, 1..1_439_i16));
    (clock, prop::option::of(0..20_000_i64), prop::option::of(0..90_000_i64)).prop_map(
        |(clock, energy, age)| Restrictions {
            start_time: clock.map(|(start, _)| ClockTime(start)),
            end_time: clock.map(|(start, length)| ClockTime((start + length) % 1_440)),
            min_energy_wh: energy,
            min_duration_s: age,
            ..Restrictions::default()
        },
    )
}

fn element() -> impl Strategy<Value = Element> {
    (prop::collection::vec(component(), 1..4), prop_oneof![Just(Restrictions::default()), restrictions()])
        .prop_map(|(mut components, restrictions)| {
            components.sort_by_key(|c| format!("{:?}", c.dimension));
            components.dedup_by_key(|c| c.dimension);
            Element { components, restrictions }
        })
}

fn tariff() -> impl Strategy<Value = Tariff> {
    let prices = prop_oneof![Just(Prices::WithVat), Just(Prices::WithoutVat)];
    (prop::collection::vec(element(), 1..5), prices).prop_map(|(elements, prices)| Tariff {
        currency: Currency::read("EUR").expect("a currency"),
        prices,
        elements,
        min_price: None,
        max_price: None,
    })
}

/// Whole Wh a second, so that a cut at a whole second loses nothing.
fn session() -> impl Strategy<Value = Vec<Period>> {
    let activity = prop_oneof![Just(Activity::Charging), Just(Activity::Occupied), Just(Activity::Held)];
    let step = (1..20_000_i64, 0..5_i64, activity);
    (0..172_800_i64, prop::collection::vec(step, 1..6)).prop_map(|(offset, steps)| {
        let mut at = Timestamp::from_second(NEAR_CLOCK_CHANGE_S + offset).expect("a moment");
        let mut periods = Vec::new();
        for (seconds, rate, activity) in steps {
            let energy = if activity == Activity::Charging { rate * seconds } else { 0 };
            let to = at + SignedDuration::from_secs(seconds);
            periods.push(Period {
                from: at,
                to,
                energy: WattHours(energy),
                activity,
                power: None,
                current: None,
            });
            at = to;
        }
        periods
    })
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/Copenhagen").expect("a zone")
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_the_lines(tariff in tariff(), session in session()) {
        let receipt = price(&tariff, &session, &zone());
        let sum = |of: fn(&forecourt_core::tariff::Line) -> MinorUnits| receipt.lines.iter().map(|l| of(l).0).sum::<i64>();
        prop_assert_eq!(receipt.without_vat.0, sum(|l| l.without_vat));
        prop_assert_eq!(receipt.with_vat.0, sum(|l| l.with_vat));
        prop_assert!(receipt.lines.iter().all(|l| l.with_vat >= l.without_vat && l.without_vat >= MinorUnits::ZERO));
    }

    #[test]
    fn what_was_measured_is_all_that_happened(session in session(), price_of_all in 0..5_000_000_i64) {
        let all = [Dimension::Energy, Dimension::SessionTime];
        let components = all.map(|dimension| Component { dimension, price: Amount(price_of_all), vat: None, step: 1 });
        let night = Restrictions { start_time: Some(ClockTime(1_320)), end_time: Some(ClockTime(360)), ..Restrictions::default() };
        let elements = vec![
            Element { components: components.to_vec(), restrictions: night },
            Element { components: components.to_vec(), restrictions: Restrictions::default() },
        ];
        let tariff = Tariff {
            currency: Currency::read("EUR").expect("a currency"),
            prices: Prices::WithVat,
            elements,
            min_price: None,
            max_price: None,
        };
        let receipt = price(&tariff, &session, &zone());
        let of = |what| receipt.lines.iter().filter(|l| l.what == what).map(|l| l.measured).sum::<i64>();
        prop_assert_eq!(of(What::Energy), session.iter().map(|p| p.energy.0).sum::<i64>());
        let milliseconds: i64 = session.iter().map(|p| p.to.duration_since(p.from).as_millis() as i64).sum();
        prop_assert_eq!(of(What::SessionTime), milliseconds);
    }

    #[test]
    fn splitting_a_period_changes_nothing(tariff in tariff(), session in session(), cut in 1..19_999_i64) {
        let mut split = Vec::new();
        for period in &session {
            let seconds = period.to.duration_since(period.from).as_secs();
            let at = cut % seconds.max(1);
            if at == 0 {
                split.push(period.clone());
                continue;
            }
            let middle = period.from + SignedDuration::from_secs(at);
            let energy = WattHours(period.energy.0 / seconds * at);
            split.push(Period { to: middle, energy, ..period.clone() });
            split.push(Period { from: middle, energy: WattHours(period.energy.0 - energy.0), ..period.clone() });
        }
        prop_assert_eq!(price(&tariff, &split, &zone()), price(&tariff, &session, &zone()));
    }

    #[test]
    fn more_energy_never_costs_less_where_prices_do_not_fall(
        session in session(), first in 0..1_000_000_i64, rise in 0..1_000_000_i64, edge in 1..50_000_i64,
        step in 1..5_000_i64, more in 1..50_000_i64,
    ) {
        let energy = |price| vec![Component { dimension: Dimension::Energy, price: Amount(price), vat: Some(VatRate(190_000)), step }];
        let cheap = Restrictions { max_energy_wh: Some(edge), ..Restrictions::default() };
        let tariff = Tariff {
            currency: Currency::read("EUR").expect("a currency"),
            prices: Prices::WithoutVat,
            elements: vec![
                Element { components: energy(first), restrictions: cheap },
                Element { components: energy(first + rise), restrictions: Restrictions::default() },
            ],
            min_price: None,
            max_price: None,
        };
        let mut greater = session.clone();
        if let Some(last) = greater.last_mut() {
            last.energy = WattHours(last.energy.0 + more);
        }
        // Each of two lines is rounded on its own: moving the edge between them may cost a cent.
        prop_assert!(price(&tariff, &greater, &zone()).with_vat.0 + 1 >= price(&tariff, &session, &zone()).with_vat.0);
    }

    #[test]
    fn limits_hold(tariff in tariff(), session in session(), low in 0..2_000_i64, width in 0..2_000_i64, side in 0..3_u8) {
        let limit = |cents: i64| {
            let amount = Some(Amount(cents * 10_000));
            PriceLimit { without_vat: amount.filter(|_| side != 1), with_vat: amount.filter(|_| side != 0) }
        };
        let tariff = Tariff { min_price: Some(limit(low)), max_price: Some(limit(low + width)), ..tariff };
        let receipt = price(&tariff, &session, &zone());
        let range = low..=low + width;
        prop_assert!(side == 1 || range.contains(&receipt.without_vat.0), "{:?}", receipt);
        prop_assert!(side == 0 || range.contains(&receipt.with_vat.0), "{:?}", receipt);
        prop_assert!(receipt.with_vat >= receipt.without_vat, "{:?}", receipt);
        prop_assert_eq!(receipt.with_vat.0, receipt.lines.iter().map(|l| l.with_vat.0).sum::<i64>());
    }

    #[test]
    fn pricing_again_gives_the_same(tariff in tariff(), session in session()) {
        prop_assert_eq!(price(&tariff, &session, &zone()), price(&tariff, &session, &zone()));
    }
}
