//! How the power of a place is shared among its chargers: a tree of circuits, what each EVSE may draw, and why.
//!
//! Pure and in integers: milliamperes on each of three phases. Whatever comes in, no phase of no circuit is given more than
//! it holds; the same input gives the same answer. It never speaks to a station, never reads a clock and never guesses a
//! load nobody told it.

mod aim;
mod allocate;
mod appetite;
mod fill;
mod horizon;
mod meter_map;
mod model;
mod phase;
mod replay;
mod safe;
mod steady;

#[cfg(test)]
mod tests;

pub use aim::{PlanAim, planned_current};
pub use allocate::{Allotment, CircuitUse, Share, Why, allocate};
pub use appetite::{Appetite, RAISED_AFTER};
pub use horizon::{Horizon, Interval, Need, NoPlan, Plan, Planned, Short, at_once, plan};
pub use meter_map::{
    LOAD_MAX, Measure, MeterMap, MeterUnit, Misread, RegisterKind, WordOrder, number, number_in,
};
pub use model::{Circuit, Demand, Distribution, Evse, Uncontrolled};
pub use phase::{Line, PerPhase, Rotation, Wiring};
pub use replay::{Flow, LoadFrom, Outcome, Place, Replay, Rule, Scene, Visit, replay};
pub use safe::safe_shares;
pub use steady::{steady_limit, steady_load};
