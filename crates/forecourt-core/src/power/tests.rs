//! Cases an electrician would ask for, then laws over random trees.

mod horizons;
mod laws;
mod meters;
mod replays;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::unit::{MilliAmps, MilliVolts, PerMille, Watts};

fn amps(amps: i64) -> MilliAmps {
    MilliAmps(amps * 1_000)
}

fn circuit(capacity: i64, distribution: Distribution) -> Circuit {
    Circuit {
        parent: None,
        capacity: PerPhase::even(amps(capacity)),
        buffer: PerMille(0),
        load: PerPhase::ZERO,
        distribution,
        least_session: Watts(0),
        voltage: MilliVolts(230_000),
    }
}

fn car(circuit: usize, began: i64) -> Evse {
    Evse {
        circuit,
        wiring: Wiring::THREE,
        min: amps(6),
        max: amps(32),
        parts: 1,
        demand: Demand::Charging { takes: None },
        priority: 0,
        since: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(began),
        held: None,
    }
}

fn limits(allotment: &Allotment) -> Vec<i64> {
    allotment.shares.iter().map(|share| share.limit.0).collect()
}

#[test]
fn a_buffer_of_a_tenth_leaves_nine_tenths() {
    // 3600 kW at 10 % leave 3240 kW (product.md B11): in amperes of one phase at 230 V.
    let mut zone = circuit(0, Distribution::Dynamic);
    zone.capacity = PerPhase::even(MilliAmps(3_600_000_000 / 3 / 230));
    zone.buffer = PerMille(100);
    let usable = allocate(&[zone], &[]).circuits[0].usable.l1;
    assert_eq!(usable.0 * 3 * 230 / 1_000_000, 3_239);
    assert_eq!(usable.0, 5_217_391 * 9 / 10);
}

#[test]
fn dynamic_shares_alike_and_gives_on_what_somebody_leaves() {
    let mut evses = vec![car(0, 1), car(0, 2), car(0, 3)];
    evses[1].demand = Demand::Charging { takes: Some(amps(10)) };
    evses[2].demand = Demand::Idle;
    let zone = [circuit(40, Distribution::Dynamic)];
    let result = allocate(&zone, &evses);
    assert_eq!(limits(&result), [30_000, 10_000, 0]);
    assert_eq!(result.shares[0].why, Why::Circuit { circuit: 0, line: Line::L1 });
    assert_eq!(result.shares[1].why, Why::Appetite);
    assert_eq!(result.shares[2].why, Why::Idle);
    evses[2].demand = Demand::Charging { takes: None };
    assert_eq!(limits(&allocate(&zone, &evses)), [15_000, 10_000, 15_000]);
}

#[test]
fn static_shares_are_kept_for_whoever_comes() {
    let mut evses = vec![car(0, 1), car(0, 2), car(0, 3)];
    evses.iter_mut().for_each(|evse| evse.parts = 3);
    evses[1].demand = Demand::Idle;
    evses[2].max = amps(8);
    let result = allocate(&[circuit(30, Distribution::Static)], &evses);
    assert_eq!(limits(&result), [10_000, 10_000, 8_000]);
    assert_eq!(result.shares[0].why, Why::Fixed { circuit: 0 });
    assert_eq!(result.shares[2].why, Why::Full);
}

#[test]
fn sequential_serves_in_turn_and_the_rest_queues() {
    let mut evses = vec![car(0, 30), car(0, 10), car(0, 20), car(0, 40)];
    let zone = [circuit(40, Distribution::Sequential)];
    let result = allocate(&zone, &evses);
    assert_eq!(limits(&result), [0, 32_000, 8_000, 0]);
    let waiting = |share: &Share| match share.why {
        Why::Waiting { place, .. } => Some(place),
        _ => None,
    };
    assert_eq!(result.shares.iter().map(waiting).collect::<Vec<_>>(), [Some(1), None, None, Some(2)]);
    // A higher priority is served before everybody who came earlier.
    evses[3].priority = 1;
    assert_eq!(limits(&allocate(&zone, &evses)), [0, 8_000, 0, 32_000]);
}

#[test]
fn below_the_least_of_a_session_nobody_is_served() {
    let mut zone = circuit(20, Distribution::Dynamic);
    zone.least_session = Watts(6_900);
    // 6.9 kW are 10 A on three phases: two fit, the third waits.
    let evses = [car(0, 1), car(0, 2), car(0, 3)];
    assert_eq!(limits(&allocate(&[zone.clone()], &evses)), [10_000, 10_000, 0]);
    zone.least_session = Watts(30_000);
    let result = allocate(&[zone], &evses);
    assert!(
        result.shares.iter().all(|share| share.limit == MilliAmps::ZERO && share.why == Why::BelowMinimum)
    );
}

#[test]
fn rotations_spread_cars_on_one_phase() {
    let single = |rotation| Evse { wiring: Wiring { phases: 3, rotation, car: Some(1) }, ..car(0, 1) };
    let zone = [circuit(32, Distribution::Dynamic)];
    let turned = [single(Some(Rotation::Rst)), single(Some(Rotation::Str)), single(Some(Rotation::Trs))];
    assert_eq!(limits(&allocate(&zone, &turned)), [32_000; 3]);
    let unknown = [single(None), single(None)];
    assert_eq!(limits(&allocate(&zone, &unknown)), [16_000; 2]);
}

#[test]
fn a_building_takes_first_and_a_refusing_charger_second() {
    let mut zone = circuit(63, Distribution::Dynamic);
    zone.load = PerPhase { l1: amps(3), l2: amps(23), l3: amps(3) };
    let mut evses = vec![car(0, 1), car(0, 2), car(0, 3)];
    evses[0].demand = Demand::Uncontrolled { draws: amps(16), because: Uncontrolled::Refuses };
    let result = allocate(&[zone.clone()], &evses);
    assert_eq!(limits(&result), [16_000, 12_000, 12_000]);
    assert_eq!(result.shares[1].why, Why::Circuit { circuit: 0, line: Line::L2 });
    // Nothing is left: the others stop, and nothing overflows.
    zone.load = PerPhase::even(amps(80));
    assert_eq!(limits(&allocate(&[zone], &evses)), [16_000, 0, 0]);
}

#[test]
fn a_child_is_bound_by_what_it_hangs_on() {
    let mut child = circuit(32, Distribution::Dynamic);
    child.parent = Some(0);
    let tree = [circuit(50, Distribution::Dynamic), child];
    let result = allocate(&tree, &[car(0, 1), car(1, 2), car(1, 3)]);
    assert_eq!(limits(&result), [18_000, 16_000, 16_000]);
    assert_eq!(result.shares[0].why, Why::Circuit { circuit: 0, line: Line::L1 });
    assert_eq!(result.shares[1].why, Why::Circuit { circuit: 1, line: Line::L1 });
    assert_eq!(result.circuits[0].given.l1, amps(50));
    assert_eq!(result.circuits[1].given.l1, amps(32));
}

#[test]
fn the_queue_moves_only_with_room_to_spare() {
    let mut evses = vec![car(0, 1), car(0, 2)];
    evses[1].held = Some(MilliAmps::ZERO);
    let zone = |milliamps| {
        let mut zone = circuit(0, Distribution::Dynamic);
        zone.capacity = PerPhase::even(MilliAmps(milliamps));
        [zone]
    };
    evses[0].held = Some(MilliAmps(12_000));
    assert_eq!(limits(&allocate(&zone(12_500), &evses)), [12_000, 0]);
    assert_eq!(limits(&allocate(&zone(13_000), &evses)), [6_500, 6_500]);
    evses[1].held = Some(MilliAmps(6_500));
    assert_eq!(limits(&allocate(&zone(12_100), &evses)), [6_000, 6_000]);
}

#[test]
fn defaults_hold_even_if_a_car_stands_at_each_charger() {
    let evses = [car(0, 1), car(0, 2), car(0, 3), car(0, 4)];
    let idle: Vec<_> = evses.iter().map(|evse| Evse { demand: Demand::Idle, ..evse.clone() }).collect();
    let shares = safe_shares(&[circuit(40, Distribution::Sequential)], &idle);
    assert_eq!(shares.iter().map(|share| share.0).collect::<Vec<_>>(), [10_000; 4]);
    let tight = safe_shares(&[circuit(20, Distribution::Dynamic)], &idle);
    assert_eq!(tight.iter().map(|share| share.0).collect::<Vec<_>>(), [6_600, 6_600, 6_600, 0]);
}

#[test]
fn a_circuit_that_hangs_on_itself_or_on_nothing_known_ends() {
    let mut odd = circuit(32, Distribution::Dynamic);
    odd.parent = Some(0);
    assert_eq!(limits(&allocate(&[odd], &[car(0, 1), car(7, 1)])), [32_000, 0]);
}
