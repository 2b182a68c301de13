//! Days played again: two cases by hand, then laws over random days.

use proptest::prelude::*;

use super::super::allocate::usable;
use super::*;
use crate::unit::WattHours;

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn place(circuit: usize) -> Place {
    let car = car(circuit, 0);
    Place { circuit, wiring: car.wiring, min: car.min, max: car.max, parts: 1, priority: 0, steered: true }
}

fn visit(place: usize, (from, until): (i64, i64), wants: i64, takes: i64) -> Visit {
    Visit {
        place,
        arrives: at(from),
        departs: at(until),
        wants: WattHours(wants),
        takes: amps(takes),
        conductors: None,
    }
}

/// Two cars of 16 A on three phases (11.04 kW) on a circuit of 16 A, an hour of energy each.
fn two(departs: i64) -> Scene {
    Scene {
        circuits: vec![circuit(16, Distribution::Dynamic)],
        places: vec![place(0), place(0)],
        visits: vec![visit(0, (0, departs), 11_040, 16), visit(1, (0, departs), 11_040, 16)],
        loads: Vec::new(),
    }
}

#[test]
fn two_cars_on_half_of_what_they_take_need_twice_the_time() {
    let free = replay(&two(180), Rule::Unlimited);
    assert_eq!(free.outcomes[0].done_at, Some(at(60)));
    assert_eq!(free.peak(0, at(0), at(180)), Some((at(0), amps(32))));
    let shared = replay(&two(180), Rule::Shared);
    assert!(shared.outcomes.iter().all(|o| o.done_at == Some(at(120)) && o.got == WattHours(11_040)));
    assert_eq!(shared.peak(0, at(0), at(180)), Some((at(0), amps(16))));
    assert!(shared.outcomes.iter().all(|o| o.waited_s == 0));
    // Who leaves after an hour and a half has three quarters.
    let early = replay(&two(90), Rule::Shared);
    assert!(early.outcomes.iter().all(|o| o.done_at.is_none() && o.got == WattHours(8_280)));
}

#[test]
fn a_building_that_takes_the_circuit_makes_a_car_wait() {
    let mut scene = two(600);
    scene.circuits[0].distribution = Distribution::Sequential;
    let from = |minute, load| LoadFrom { at: at(minute), loads: vec![PerPhase::even(amps(load))] };
    scene.loads = vec![from(0, 8), from(30, 16), from(60, 0)];
    let shared = replay(&scene, Rule::Shared);
    // 8 A for half an hour, nothing for half an hour, then 16 A: a quarter of the energy, then three quarters of an hour.
    assert_eq!(shared.outcomes[0].done_at, Some(at(105)));
    assert_eq!(shared.outcomes[0].waited_s, 30 * 60);
    // The second has nothing until the first is done and keeps but its minimum.
    assert_eq!(shared.outcomes[1].waited_s, 105 * 60);
    let points = shared.course(0, (at(0), at(120)), 1_800);
    let all: Vec<i64> = points.iter().map(|(_, _, all)| all.0).collect();
    assert_eq!(all, [16_000, 16_000, 16_000, 16_000]);
    assert_eq!(points[1].1, amps(16));
}

prop_compose! {
    fn a_visit(places: usize)(place in 0..places, from in 0..2_000_i64, stays in 0..1_500_i64, wants in 0..90_000_i64,
        takes in 1..40_i64, conductors in prop::option::of(1..=3_u8)) -> Visit {
        Visit { conductors, ..visit(place, (from, from + stays), wants, takes) }
    }
}

/// A tree of three circuits, some places, some visits, a building that moves.
fn a_day() -> impl Strategy<Value = Scene> {
    let mode =
        prop_oneof![Just(Distribution::Dynamic), Just(Distribution::Static), Just(Distribution::Sequential)];
    let circuits = prop::collection::vec((5..120_i64, mode, 0..300_i64, 0..8_000_i64), 3);
    let loads = prop::collection::vec((0..3_000_i64, 0..60_i64), 0..6);
    (circuits, 1..12_usize, loads).prop_flat_map(|(made, places, mut loads)| {
        loads.sort_unstable();
        let circuits: Vec<Circuit> = made
            .into_iter()
            .enumerate()
            .map(|(index, (capacity, mode, buffer, least))| Circuit {
                parent: (index > 0).then(|| index - 1),
                buffer: PerMille(buffer),
                least_session: Watts(least),
                ..circuit(capacity, mode)
            })
            .collect();
        let places: Vec<Place> = (0..places)
            .map(|n| Place { parts: places as u32, priority: (n % 2) as i64, ..place(n % 3) })
            .collect();
        let loads: Vec<LoadFrom> = loads
            .into_iter()
            .map(|(minute, load)| LoadFrom {
                at: at(minute),
                loads: vec![PerPhase::even(amps(load)), PerPhase::even(amps(load / 2)), PerPhase::ZERO],
            })
            .collect();
        let visits = prop::collection::vec(a_visit(places.len()), 0..40);
        (Just(circuits), Just(places), visits, Just(loads))
            .prop_map(|(circuits, places, visits, loads)| Scene { circuits, places, visits, loads })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn no_replayed_minute_is_above_the_fuse_and_nobody_gets_more_than_wanted(scene in a_day()) {
        let played = replay(&scene, Rule::Shared);
        for flow in &played.flows {
            let loaded: Vec<Circuit> = scene.circuits.iter().zip(&flow.load).map(|(c, load)| c.with_load(*load)).collect();
            for (used, drawn) in usable(&loaded).iter().zip(&flow.drawn) {
                for line in Line::ALL {
                    prop_assert!(drawn.on(line) <= used.usable.on(line));
                }
            }
        }
        for (visit, outcome) in scene.visits.iter().zip(&played.outcomes) {
            prop_assert!(outcome.got <= visit.wants);
            prop_assert!(outcome.got.0 >= 0);
            if outcome.done_at.is_some() {
                prop_assert_eq!(outcome.got, visit.wants);
            }
        }
        prop_assert_eq!(&played, &replay(&scene, Rule::Shared));
    }

    #[test]
    fn a_wide_circuit_changes_nothing(mut scene in a_day()) {
        for circuit in &mut scene.circuits {
            circuit.capacity = PerPhase::even(amps(100_000));
            circuit.distribution = Distribution::Dynamic;
            circuit.least_session = Watts(0);
        }
        scene.places.iter_mut().for_each(|place| place.max = amps(64));
        let (free, shared) = (replay(&scene, Rule::Unlimited), replay(&scene, Rule::Shared));
        prop_assert_eq!(free.outcomes, shared.outcomes);
        prop_assert_eq!(free.flows, shared.flows);
    }

    #[test]
    fn what_flowed_is_what_was_got(scene in a_day()) {
        let played = replay(&scene, Rule::Shared);
        // Everything hangs below the first circuit. Milliampere-seconds of all phases, at 230 V.
        let ends = played.flows.iter().skip(1).map(|flow| flow.at.as_second()).chain([i64::MAX]);
        let all: i128 = played.flows.iter().zip(ends).map(|(flow, end)| {
            let drawn = flow.drawn[0];
            let sum = i128::from(drawn.l1.0 + drawn.l2.0 + drawn.l3.0);
            sum * i128::from(if sum == 0 { 0 } else { end - flow.at.as_second() })
        }).sum();
        let flowed = all * 230_000 / 3_600_000_000;
        let got: i128 = played.outcomes.iter().map(|outcome| i128::from(outcome.got.0)).sum();
        // A car that is done within a minute counts in its flow until the minute ends: 40 A on three phases at most.
        let slack = scene.visits.len() as i128 * (230 * 40 * 3 / 60 + 2);
        prop_assert!(got <= flowed + scene.visits.len() as i128 && flowed <= got + slack, "{got} of {flowed}");
    }
}
