//! Bookings: the rules of a site, its calendar of slots, which plug is kept for whom, and what a booked session costs.
//!
//! Pure: the zone and every moment are arguments. It never asks a station: a hold is ours, and a station's own reservation
//! is only told of it.

mod calendar;
mod course;
mod place;
mod price;
mod rules;

pub use calendar::{Slot, is_one_after_another, slots_of_day};
pub use course::{Course, Deed, REVEALED_BEFORE, State, WARNED_BEFORE};
pub use place::{Span, Taken, is_free, pick};
pub use price::{Booked, Fee};
pub use rules::{Assign, Blocking, Fault, OwnPrice, PER_KWH, PricedBy, Rules};
