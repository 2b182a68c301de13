//! What each EVSE may begin with when nobody tells it anything: the default a charger keeps for the time it cannot be reached.

use super::allocate::allocate;
use super::model::{Circuit, Demand, Distribution, Evse};
use super::phase::PerPhase;
use crate::unit::MilliAmps;

/// Default limits of all EVSEs of a tree: even if a car stood at each of them and none could be reached, no phase of no circuit
/// would be above what it holds beside `circuits[..].load`. An EVSE for which the minimum is not left has 0.
pub fn safe_shares(circuits: &[Circuit], evses: &[Evse]) -> Vec<MilliAmps> {
    let circuits: Vec<Circuit> = circuits
        .iter()
        .map(|circuit| Circuit {
            // A queue cannot move while nobody is reached: all alike.
            distribution: match circuit.distribution {
                Distribution::Sequential => Distribution::Dynamic,
                other => other,
            },
            ..circuit.clone()
        })
        .collect();
    let all: Vec<Evse> = evses
        .iter()
        .map(|evse| Evse {
            demand: Demand::Charging { takes: None },
            since: crate::Timestamp::UNIX_EPOCH,
            held: None,
            // Which car will come is not known: it may use every conductor.
            wiring: super::Wiring { car: None, ..evse.wiring },
            ..evse.clone()
        })
        .collect();
    allocate(&circuits, &all).shares.into_iter().map(|share| share.limit).collect()
}

impl Circuit {
    /// The same circuit with another load beside the chargers.
    #[must_use]
    pub fn with_load(&self, load: PerPhase) -> Self {
        Self { load, ..self.clone() }
    }
}
