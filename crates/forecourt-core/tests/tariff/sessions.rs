//! From readings and states to periods.

use forecourt_core::Timestamp;
use forecourt_core::fact::{ChargingState, Context};
use forecourt_core::tariff::{Activity, Mark, Period, StateMark, periods};
use forecourt_core::unit::{WattHours, Watts};
use proptest::prelude::*;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + minute * 60).expect("a moment")
}

fn mark(minute: i64, register: i64) -> Mark {
    Mark {
        at: at(minute),
        context: Context::Periodic,
        register: Some(WattHours(register)),
        power: None,
        current: None,
    }
}

fn shape(periods: &[Period]) -> Vec<(i64, i64, Activity)> {
    let minutes = |p: &Period| (p.to.as_second() - p.from.as_second()) / 60;
    periods.iter().map(|p| (minutes(p), p.energy.0, p.activity)).collect()
}

#[test]
fn energy_flows_between_readings() {
    let marks = [mark(0, 1_000), mark(10, 2_000), mark(30, 5_000)];
    let found = periods(at(0), at(40), WattHours(4_500), &marks, &[]);
    assert_eq!(
        shape(&found),
        [(10, 1_000, Activity::Charging), (20, 3_000, Activity::Charging), (10, 500, Activity::Charging)]
    );
}

#[test]
fn only_start_and_stop_are_one_charge() {
    let found = periods(at(0), at(40), WattHours(4_000), &[mark(0, 10), mark(40, 4_010)], &[]);
    assert_eq!(shape(&found), [(40, 4_000, Activity::Charging)]);
}

#[test]
fn without_states_the_car_charges_until_its_register_rests() {
    let marks = [mark(0, 0), mark(10, 1_000), mark(20, 2_000), mark(30, 2_000), mark(40, 2_000)];
    let found = periods(at(0), at(50), WattHours(2_000), &marks, &[]);
    assert_eq!(found.iter().filter(|p| p.activity == Activity::Occupied).count(), 3);
    assert_eq!(shape(&found)[1], (10, 1_000, Activity::Charging));
}

#[test]
fn a_coarse_register_does_not_end_charging_while_power_flows() {
    let mut marks = vec![mark(0, 0), mark(10, 1_000), mark(20, 1_000), mark(30, 1_000)];
    marks[2].power = Some(Watts(3_600));
    let found = periods(at(0), at(40), WattHours(1_000), &marks, &[]);
    let charging: Vec<i64> =
        shape(&found).iter().filter(|(_, _, a)| *a == Activity::Charging).map(|(m, ..)| *m).collect();
    assert_eq!(charging, [10, 10, 10]);
}

#[test]
fn told_states_count() {
    let told = |minute, state| StateMark { at: at(minute), state };
    let states = [
        told(0, ChargingState::EVConnected),
        told(5, ChargingState::Charging),
        told(15, ChargingState::SuspendedEVSE),
        told(20, ChargingState::Charging),
        told(30, ChargingState::SuspendedEV),
    ];
    let found = periods(at(0), at(40), WattHours(2_000), &[], &states);
    let activities: Vec<_> = found.iter().map(|p| p.activity).collect();
    use Activity::{Charging, Held, Occupied};
    assert_eq!(activities, [Occupied, Charging, Held, Charging, Occupied]);
}

#[test]
fn a_register_that_starts_again_adds_nothing_and_takes_nothing() {
    let marks = [mark(0, 50_000), mark(10, 51_000), mark(20, 200), mark(30, 700), mark(40, 1_200)];
    let found = periods(at(0), at(40), WattHours(2_200), &marks, &[]);
    assert_eq!(found.iter().map(|p| p.energy.0).sum::<i64>(), 2_200);
    assert!(found.iter().all(|p| p.energy.0 >= 0));
}

#[test]
fn a_session_of_no_length_keeps_its_energy() {
    let found = periods(at(0), at(0), WattHours(300), &[mark(0, 5)], &[]);
    assert_eq!(shape(&found), [(0, 300, Activity::Charging)]);
}

proptest! {
    #[test]
    fn periods_touch_and_hold_all_energy_in_any_order(
        raw in prop::collection::vec((-10..200_i64, 0..50_000_i64), 0..20),
        turned in prop::collection::vec((-10..200_i64, 0..4_usize), 0..6),
        energy in 0..60_000_i64, length in 0..180_i64, turn in 0..20_usize,
    ) {
        let kinds = [ChargingState::Charging, ChargingState::SuspendedEV, ChargingState::SuspendedEVSE, ChargingState::Idle];
        let by_minute: std::collections::BTreeMap<i64, i64> = raw.iter().copied().collect();
        let mut marks: Vec<Mark> = by_minute.iter().map(|(m, r)| mark(*m, *r)).collect();
        let by_minute: std::collections::BTreeMap<i64, usize> = turned.iter().copied().collect();
        let mut states: Vec<StateMark> =
            by_minute.iter().map(|(m, kind)| StateMark { at: at(*m), state: kinds[*kind] }).collect();
        let first = periods(at(0), at(length), WattHours(energy), &marks, &states);
        prop_assert_eq!(first.first().map(|p| p.from), Some(at(0)));
        prop_assert_eq!(first.last().map(|p| p.to), Some(at(length)));
        prop_assert!(first.windows(2).all(|w| w[0].to == w[1].from));
        prop_assert!(first.iter().all(|p| p.energy.0 >= 0));
        prop_assert_eq!(first.iter().map(|p| p.energy.0).sum::<i64>(), energy);
        let by = turn % marks.len().max(1);
        marks.rotate_left(by);
        states.reverse();
        prop_assert_eq!(periods(at(0), at(length), WattHours(energy), &marks, &states), first);
    }
}
