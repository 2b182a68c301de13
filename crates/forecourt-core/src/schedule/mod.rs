//! When an EVSE may draw how much: weekly charging hours ([`ChargingHours`]), what a session may draw over time
//! ([`Course`]), the cheapest time until a car must be ready ([`cheapest`]), and a start that is put off by chance
//! ([`start_delay`]).
//!
//! Pure and in integers. It knows no clock, no protocol and no station; how the power of a place is shared is decided in
//! `power`, which these limits only lower.

mod composite;
mod course;
mod delay;
mod hours;
mod smart;
mod supply;
mod window;

pub use composite::{Held, composite, reported};
pub use course::{Course, Step};
pub use delay::{DELAY_MAX_S, DELAY_USUAL_S, start_delay};
pub use hours::{Cap, ChargingHours, HoursWindow, WeekStep};
pub use smart::{SmartCharging, SmartMode};
pub use supply::Supply;
pub use window::{Need, Planned, PricedSlot, WindowPlan, cheapest, cost_of};
