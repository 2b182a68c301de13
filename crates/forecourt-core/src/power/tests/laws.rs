//! What holds for every tree: nothing is overloaded, nobody is cheated, nothing flaps.

use proptest::prelude::*;

use super::super::allocate::usable;
use super::*;

/// What rounding to a tenth of an ampere may leave of each member of a circuit.
const GRAIN: i64 = 100;

prop_compose! {
    fn a_wiring()(phases in prop_oneof![Just(1_u8), Just(3)], rotation in prop::option::weighted(0.8, 0..6_usize),
        car in prop::option::of(1..=3_u8)) -> Wiring {
        Wiring { phases, rotation: rotation.map(|n| Rotation::ALL[n]), car }
    }
}

fn a_demand() -> impl Strategy<Value = Demand> {
    let because = prop_oneof![
        Just(Uncontrolled::Refuses),
        Just(Uncontrolled::Unreachable),
        Just(Uncontrolled::Arriving)
    ];
    prop_oneof![
        2 => Just(Demand::Idle),
        6 => Just(Demand::Charging { takes: None }),
        2 => (0..40_000_i64).prop_map(|takes| Demand::Charging { takes: Some(MilliAmps(takes)) }),
        1 => Just(Demand::Sated),
        1 => (0..40_000_i64, because)
            .prop_map(|(draws, because)| Demand::Uncontrolled { draws: MilliAmps(draws), because }),
    ]
}

fn a_distribution() -> impl Strategy<Value = Distribution> {
    prop_oneof![1 => Just(Distribution::Static), 3 => Just(Distribution::Dynamic), 1 => Just(Distribution::Sequential)]
}

prop_compose! {
    fn a_circuit()(parent in any::<prop::sample::Index>(), capacity in prop::array::uniform3(0..300_000_i64),
        buffer in 0..300_i64, load in prop::array::uniform3(-5_000..60_000_i64), distribution in a_distribution(),
        least in prop_oneof![3 => Just(0), 1 => 0..9_000_i64]) -> (prop::sample::Index, Circuit) {
        let phases = |[l1, l2, l3]: [i64; 3]| PerPhase { l1: MilliAmps(l1), l2: MilliAmps(l2), l3: MilliAmps(l3) };
        (parent, Circuit { parent: None, capacity: phases(capacity), buffer: PerMille(buffer), load: phases(load),
            distribution, least_session: Watts(least), voltage: MilliVolts(230_000) })
    }
}

prop_compose! {
    fn an_evse(circuits: usize)(circuit in 0..circuits, wiring in a_wiring(), max in 4_000..80_000_i64,
        parts in 1..9_u32, demand in a_demand(), priority in 0..3_i64, began in 0..50_i64,
        held in prop::option::of(0..40_000_i64)) -> Evse {
        Evse { circuit, wiring, min: amps(6), max: MilliAmps(max), parts, demand, priority,
            held: held.map(MilliAmps), ..car(circuit, began) }
    }
}

/// A tree of up to twelve circuits with up to forty EVSEs.
fn a_tree() -> impl Strategy<Value = (Vec<Circuit>, Vec<Evse>)> {
    prop::collection::vec(a_circuit(), 1..12).prop_flat_map(|made| {
        let circuits: Vec<Circuit> = made
            .into_iter()
            .enumerate()
            .map(|(n, (parent, circuit))| Circuit {
                parent: (n > 0).then(|| parent.index(n.max(1))),
                ..circuit
            })
            .collect();
        let evses = prop::collection::vec(an_evse(circuits.len()), 0..40);
        (Just(circuits), evses)
    })
}

/// Whether `circuit` is `above` or hangs below it.
fn is_below(circuits: &[Circuit], circuit: usize, above: usize) -> bool {
    let mut at = Some(circuit);
    while let Some(here) = at {
        if here == above {
            return true;
        }
        at = circuits[here].parent;
    }
    false
}

/// The sum of the limits of some EVSEs on one phase below one circuit.
fn sum(
    circuits: &[Circuit],
    evses: &[Evse],
    limits: &[MilliAmps],
    at: (usize, Line),
    of: impl Fn(&Evse) -> bool,
) -> i64 {
    evses
        .iter()
        .zip(limits)
        .filter(|(evse, _)| of(evse) && evse.wiring.loads(at.1) && is_below(circuits, evse.circuit, at.0))
        .map(|(_, limit)| limit.0)
        .sum()
}

fn is_free(evse: &Evse) -> bool {
    matches!(evse.demand, Demand::Uncontrolled { .. })
}

fn check_no_overload(
    circuits: &[Circuit],
    evses: &[Evse],
    limits: &[MilliAmps],
) -> Result<(), TestCaseError> {
    for (index, used) in usable(circuits).iter().enumerate() {
        for line in Line::ALL {
            let free = sum(circuits, evses, limits, (index, line), is_free);
            let ours = sum(circuits, evses, limits, (index, line), |evse| !is_free(evse));
            let room = (used.usable.on(line).0 - free).max(0);
            prop_assert!(ours <= room, "circuit {index} {line:?}: {ours} of {room}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_phase_of_no_circuit_is_ever_overloaded((circuits, evses) in a_tree()) {
        let result = allocate(&circuits, &evses);
        let limits: Vec<_> = result.shares.iter().map(|share| share.limit).collect();
        check_no_overload(&circuits, &evses, &limits)?;
        for (evse, share) in evses.iter().zip(&result.shares) {
            if !is_free(evse) {
                prop_assert!(share.limit <= evse.max);
                prop_assert!(share.limit == MilliAmps::ZERO || share.limit >= evse.min);
            }
        }
        prop_assert_eq!(&result, &allocate(&circuits, &evses));
    }

    #[test]
    fn what_was_told_is_told_again_while_nothing_moves((circuits, evses) in a_tree()) {
        let first = allocate(&circuits, &evses);
        let held: Vec<Evse> = evses.iter().zip(&first.shares)
            .map(|(evse, share)| Evse { held: Some(share.limit), ..evse.clone() }).collect();
        let second = allocate(&circuits, &held);
        for (a, b) in first.shares.iter().zip(&second.shares) {
            prop_assert_eq!(a.limit, b.limit);
        }
    }

    #[test]
    fn nobody_could_have_more_without_somebody_poorer_having_less((circuits, evses) in a_tree()) {
        let circuits: Vec<_> = circuits.into_iter()
            .map(|c| Circuit { distribution: Distribution::Dynamic, ..c }).collect();
        let evses: Vec<_> = evses.into_iter().map(|e| Evse { priority: 0, held: None, ..e }).collect();
        let result = allocate(&circuits, &evses);
        let limits: Vec<_> = result.shares.iter().map(|share| share.limit).collect();
        let uses = usable(&circuits);
        for share in &result.shares {
            let Why::Circuit { circuit, line } = share.why else { continue };
            // The circuit that is named is full but for the rounding of its members.
            let all = sum(&circuits, &evses, &limits, (circuit, line), |_| true);
            let room = uses[circuit].usable.on(line).0 - all;
            prop_assert!(room < GRAIN * 2 * evses.len() as i64, "{room} left on {circuit} {line:?}");
            // And nobody on it has more, unless it is the least with which a session makes sense.
            for (other, theirs) in evses.iter().zip(&result.shares) {
                let there = other.wiring.loads(line) && is_below(&circuits, other.circuit, circuit);
                if there && !is_free(other) && theirs.limit.0 > share.limit.0 + GRAIN {
                    let alone = Evse { max: theirs.limit, ..other.clone() };
                    let mut less = alone.clone();
                    less.max = MilliAmps(theirs.limit.0 - GRAIN);
                    let wide = Circuit { capacity: PerPhase::even(amps(900)), load: PerPhase::ZERO, parent: None,
                        buffer: PerMille(0), ..circuits[other.circuit].clone() };
                    let below = allocate(&[wide], &[Evse { circuit: 0, ..less }]).shares[0].why;
                    prop_assert_eq!(below, Why::BelowMinimum, "{:?} beside {:?}", theirs, share);
                }
            }
        }
    }

    #[test]
    fn a_fuse_that_shrinks_is_kept_at_once((mut circuits, evses) in a_tree(), keeps in 0..1000_i64) {
        let before = allocate(&circuits, &evses);
        let held: Vec<Evse> = evses.iter().zip(&before.shares)
            .map(|(evse, share)| Evse { held: Some(share.limit), ..evse.clone() }).collect();
        circuits[0].capacity = circuits[0].capacity.map(|_, all| MilliAmps(all.0 * keeps / 1_000));
        let after = allocate(&circuits, &held);
        let limits: Vec<_> = after.shares.iter().map(|share| share.limit).collect();
        check_no_overload(&circuits, &held, &limits)?;
    }

    #[test]
    fn defaults_overload_nothing((circuits, evses) in a_tree()) {
        let limits = safe_shares(&circuits, &evses);
        let all: Vec<_> = evses.iter()
            .map(|evse| Evse { demand: Demand::Idle, wiring: Wiring { car: None, ..evse.wiring }, ..evse.clone() })
            .collect();
        check_no_overload(&circuits, &all, &limits)?;
    }
}
