//! What the allocator is told: circuits, EVSEs, and what each of them is doing.

use serde::{Deserialize, Serialize};

use super::{PerPhase, Wiring};
use crate::Timestamp;
use crate::unit::{MilliAmps, MilliVolts, PerMille, Watts};

/// How the EVSEs that hang directly on a circuit share it. Circuits above only limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    /// Each charger a fixed share, used or not.
    Static,
    /// Whoever charges shares what there is.
    Dynamic,
    /// First come first; the next gets what is left.
    Sequential,
}

impl Distribution {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Dynamic => "dynamic",
            Self::Sequential => "sequential",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Static, Self::Dynamic, Self::Sequential].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// A conductor with a fuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circuit {
    /// Index of the circuit it hangs on; always smaller than its own.
    pub parent: Option<usize>,
    /// What may flow, on each phase.
    pub capacity: PerPhase,
    /// Held back from what the building leaves: usable = (capacity − load) × (1 − buffer).
    pub buffer: PerMille,
    /// What flows here besides the EVSEs we know.
    pub load: PerPhase,
    pub distribution: Distribution,
    /// Below this a session of this circuit waits rather than runs.
    pub least_session: Watts,
    /// Between phase and neutral.
    pub voltage: MilliVolts,
}

/// Current that flows whatever we say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Uncontrolled {
    /// It refused a limit, or draws more than it was allowed.
    Refuses,
    /// No connection: it does what it was told last, then what its default allows.
    Unreachable,
    /// Its own zone is off: nobody tells it anything, and it draws from the circuit all the same.
    Outside,
    /// A car was plugged in: until its session is told a limit, the default holds.
    Arriving,
}

/// What an EVSE wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// No car.
    Idle,
    /// A session that takes what it gets; `takes` is the most its car was seen to use, where it uses less than it may.
    Charging { takes: Option<MilliAmps> },
    /// A session whose car takes nothing by its own will and may begin again: its minimum is kept for it.
    Sated,
    /// Counted with this current before anybody else.
    Uncontrolled { draws: MilliAmps, because: Uncontrolled },
}

/// One place where a car charges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evse {
    /// Index of its circuit.
    pub circuit: usize,
    pub wiring: Wiring,
    /// Below this a car cannot charge (6 A for alternating current).
    pub min: MilliAmps,
    pub max: MilliAmps,
    /// Into how many equal parts a static circuit is divided for this one: chargers × EVSEs of its charger.
    pub parts: u32,
    pub demand: Demand,
    /// Higher goes first.
    pub priority: i64,
    /// When its session began: earlier goes first.
    pub since: Timestamp,
    /// The limit in force, where the session was told one.
    pub held: Option<MilliAmps>,
}
