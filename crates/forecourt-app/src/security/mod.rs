//! Who a station is, how sure we are of it, and what happened that a security officer wants to know.

mod admission;
mod event;
mod rotation;
mod settings;
pub mod severity;
mod turns;
mod upgrade;

pub use event::StationSecurity;
pub use rotation::StartedRotation;
pub use settings::SecuritySettings;
pub use upgrade::{Step, StepState, Upgrade, UpgradeRequest};

pub(crate) use admission::Proof;
pub(crate) use turns::Turns;
