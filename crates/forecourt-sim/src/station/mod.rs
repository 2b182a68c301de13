//! One simulated station: a car park in memory ([`body`]), a mailbox ([`station`]), the words of its protocol version
//! ([`v16`], [`v2`]) and a socket ([`run`]). Only [`run`] does input and output; the rest is driven by it or by a test.

mod body;
mod composed;
mod config;
mod evse;
mod examples;
mod faults;
mod kept;
mod notice;
mod obey;
mod run;
mod settings;
#[expect(clippy::module_inception, reason = "the state machine is the station")]
mod station;
mod upload;
mod v16;
mod v2;

pub use config::{Protocol, StationConfig};
pub use faults::Habit;
pub use run::run_station;

pub(crate) use body::Body;
pub(crate) use notice::{BootReason, Notice, StopReason, Tx};
