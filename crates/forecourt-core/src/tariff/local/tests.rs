use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::tariff::{Activity, Amount, Period, price};
use crate::unit::{WattHours, Watts};

fn tariff(text: &str) -> Tariff {
    serde_json::from_str(text).unwrap()
}

/// What a station reads in it, as a tariff of ours: the same first price that holds, in the same order.
fn as_read_by_a_station(local: &LocalTariff) -> Tariff {
    let list = |dimension: Dimension, prices: &LocalPrices, per: i64| {
        let vat = prices.vat;
        let element = move |one: &LocalPrice| Element {
            components: vec![Component {
                dimension,
                price: Amount(one.price_e9 * per / 1_000),
                vat,
                step: 1,
            }],
            restrictions: one.when.clone(),
        };
        prices.prices.iter().map(element).collect::<Vec<_>>()
    };
    Tariff {
        currency: local.currency,
        prices: Prices::WithoutVat,
        elements: [
            list(Dimension::Energy, &local.energy, 1),
            list(Dimension::ChargingTime, &local.charging_time, 60),
            list(Dimension::OccupiedTime, &local.idle_time, 60),
            list(Dimension::Flat, &local.fixed, 1),
        ]
        .concat(),
        min_price: local.min_price,
        max_price: local.max_price,
    }
}

#[test]
fn prices_with_vat_are_told_without_it_per_kwh_and_minute() {
    let local = tariff(
        r#"{"currency":"EUR","prices":"with_vat","elements":[{"components":[
            {"dimension":"energy","price":"0.595","vat":"19"},
            {"dimension":"charging_time","price":"7.14","vat":"19"},
            {"dimension":"flat","price":"1.19","vat":"19"}]}],"min_price":{"with_vat":"2"}}"#,
    )
    .for_station()
    .unwrap();
    assert_eq!(local.energy.prices[0].price_e9, 500_000_000);
    assert_eq!(local.charging_time.prices[0].price_e9, 100_000_000, "6.00 an hour");
    assert_eq!(local.fixed.prices[0].price_e9, 1_000_000_000);
    assert_eq!(local.energy.vat, Some(VatRate(190_000)));
    assert!(local.idle_time.prices.is_empty());
    assert_eq!(local.min_price.and_then(|limit| limit.with_vat), Some(Amount(2_000_000)));
}

#[test]
fn a_price_for_the_session_counts_while_charging_and_while_not() {
    let text = r#"{"currency":"EUR","prices":"without_vat","elements":[{"components":[{"dimension":"session_time","price":"6"}]}]}"#;
    let local = tariff(text).for_station().unwrap();
    assert_eq!(local.charging_time, local.idle_time);
    assert_eq!(local.charging_time.prices.len(), 1);
}

#[test]
fn a_window_over_midnight_on_named_days_is_two() {
    let local = tariff(
        r#"{"currency":"EUR","prices":"without_vat","elements":[
            {"components":[{"dimension":"energy","price":"0.2"}],
             "restrictions":{"start_time":"22:00","end_time":"06:00","weekdays":["friday"]}},
            {"components":[{"dimension":"energy","price":"0.3"}],"restrictions":{"start_time":"22:00","end_time":"06:00"}},
            {"components":[{"dimension":"energy","price":"0.4"}],"restrictions":{"start_time":"00:00","end_time":"24:00"}}]}"#,
    )
    .for_station()
    .unwrap();
    let told: Vec<_> = local.energy.prices.iter().map(|p| (p.when.start_time, p.when.end_time)).collect();
    let at = |hour: i16| Some(ClockTime(hour * 60));
    assert_eq!(told, [(at(22), at(24)), (at(0), at(6)), (at(22), at(6)), (None, None)]);
}

#[test]
fn what_a_station_has_no_word_for_is_refused_with_its_reason() {
    let refused = |components: &str, restrictions: &str| {
        let text = format!(
            r#"{{"currency":"EUR","prices":"with_vat","elements":[{{"components":[{components}],"restrictions":{restrictions}}},
               {{"components":[{{"dimension":"energy","price":"0.5","vat":"19"}}]}}]}}"#
        );
        tariff(&text).for_station().unwrap_err()
    };
    let step = r#"{"dimension":"charging_time","price":"6","step":60}"#;
    assert_eq!(refused(step, "{}"), Unsayable::Step(Dimension::ChargingTime));
    let vat = r#"{"dimension":"energy","price":"0.4","vat":"7"}"#;
    assert_eq!(refused(vat, "{}"), Unsayable::MixedVat(Dimension::Energy));
    let both = r#"{"dimension":"charging_time","price":"6"},{"dimension":"session_time","price":"1"}"#;
    assert_eq!(refused(both, "{}"), Unsayable::OverlappingTime);
    let flat = r#"{"dimension":"flat","price":"1"}"#;
    assert_eq!(refused(flat, r#"{"min_energy_wh":1000}"#), Unsayable::LateFlat);
    assert_eq!(
        refused(flat, r#"{"start_time":"20:00"}"#),
        Unsayable::LateFlat,
        "it may come later than the start"
    );
}

fn restrictions() -> impl Strategy<Value = Restrictions> {
    let time = prop::option::of((0_i16..=96).prop_map(|quarter| ClockTime(quarter * 15)));
    let days = prop::collection::vec(0_i8..7, 0..3).prop_map(|days| {
        days.into_iter()
            .filter_map(|d| jiff::civil::Weekday::from_monday_zero_offset(d).ok())
            .map(Into::into)
            .collect()
    });
    let least = prop::option::weighted(0.3, 0_i64..30_000);
    let age = prop::option::weighted(0.3, 0_i64..7_200);
    (time.clone(), time, days, least, age).prop_map(
        |(start_time, end_time, weekdays, min_energy_wh, min_duration_s)| Restrictions {
            start_time,
            end_time,
            weekdays,
            min_energy_wh,
            min_duration_s,
            ..Restrictions::default()
        },
    )
}

fn elements() -> impl Strategy<Value = Vec<Element>> {
    let dimension =
        prop::sample::select(vec![Dimension::Energy, Dimension::ChargingTime, Dimension::OccupiedTime]);
    let component = (dimension, 0_i64..900).prop_map(|(dimension, cents)| Component {
        dimension,
        price: Amount(cents * 10_000),
        vat: Some(VatRate(190_000)),
        step: 1,
    });
    let element = (prop::collection::vec(component, 1..3), restrictions())
        .prop_map(|(components, restrictions)| Element { components, restrictions });
    prop::collection::vec(element, 1..5)
}

fn periods() -> impl Strategy<Value = Vec<Period>> {
    let one = (1_i64..300, 0_i64..20_000, any::<bool>());
    (0_i64..10_000_000, prop::collection::vec(one, 1..5)).prop_map(|(start, parts)| {
        let mut at = Timestamp::from_second(1_767_225_600 + start).unwrap();
        let mut periods = Vec::new();
        for (minutes, wh, charging) in parts {
            let to = at + SignedDuration::from_mins(minutes);
            periods.push(Period {
                from: at,
                to,
                energy: WattHours(if charging { wh } else { 0 }),
                activity: if charging { Activity::Charging } else { Activity::Occupied },
                power: Some(Watts(0)),
                current: None,
            });
            at = to;
        }
        periods
    })
}

proptest! {
    /// A station that computes with it comes to what we bill, but for the rounding of prices without VAT.
    #[test]
    fn a_station_comes_to_what_is_billed(elements in elements(), with_vat: bool, periods in periods()) {
        let ours = Tariff {
            currency: Currency::read("EUR").unwrap(),
            prices: if with_vat { Prices::WithVat } else { Prices::WithoutVat },
            elements,
            min_price: None,
            max_price: None,
        };
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let theirs = as_read_by_a_station(&ours.for_station().unwrap());
        let (billed, shown) = (price(&ours, &periods, &zone), price(&theirs, &periods, &zone));
        // A cent a line: VAT is rounded once a line on either side, and a station has more lines (two windows of one price).
        let lines = i64::try_from(billed.lines.len().max(shown.lines.len())).unwrap();
        prop_assert!((billed.with_vat.0 - shown.with_vat.0).abs() <= lines + 1, "{} against {}", billed.with_vat.0, shown.with_vat.0);
    }
}
