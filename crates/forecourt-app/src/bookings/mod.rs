//! Bookings: what sites offer, who has which plug when, and what happens at the plug in that time.
//!
//! A hold is ours alone: stations ask whether a key may start, and are answered by what stands here. What a station keeps
//! of it itself ([`station`]) changes nothing.

mod board;
mod carry;
mod desk;
mod letters;
mod rules;
mod station;
mod views;
mod watch;

use forecourt_core::booking::{Course, Span};
use forecourt_core::id::{EvseNumber, StationId};
use forecourt_store::booking::BookingRecord;
use jiff::SignedDuration;

pub(crate) use board::{Board, Kept, Start};
pub(crate) use carry::idle_of;
pub use desk::{BookingMove, NewBooking};
pub use rules::{BookingRulesSheet, FreeSlot};
pub use views::BookingSheet;

/// A driver books at least this long ahead (product.md A12). Whoever stands at the desk may book from now on.
const AHEAD_LEAST: SignedDuration = SignedDuration::from_mins(30);
/// And at most this long, in months.
const AHEAD_MOST_MONTHS: i32 = 12;
/// Longest remark and reason, in characters.
const TEXT_MAX_CHARS: usize = 500;

/// A plug.
type Place = (StationId, EvseNumber);

fn place_of(booking: &BookingRecord) -> Place {
    (booking.station, booking.evse)
}

fn course_of(booking: &BookingRecord) -> Course {
    booking.course()
}

fn hold_of(booking: &BookingRecord) -> Span {
    course_of(booking).hold()
}
