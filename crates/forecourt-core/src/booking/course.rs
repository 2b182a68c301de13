//! How a booking goes: booked, running, and one of its ends. Says what is due; somebody else does it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::place::Span;

/// The charger is named this long before the start (product.md A12).
pub const REVEALED_BEFORE: SignedDuration = SignedDuration::from_mins(30);
/// Whoever charges at a plug that will be somebody's is told this long before.
pub const WARNED_BEFORE: SignedDuration = SignedDuration::from_mins(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = BookingState))]
#[serde(rename_all = "snake_case")]
pub enum State {
    Booked,
    /// The holder charges, or has charged and may come back until the end.
    Running,
    Done,
    Cancelled,
    /// Nobody came.
    Expired,
}

const STATES: [(State, &str); 5] = [
    (State::Booked, "booked"),
    (State::Running, "running"),
    (State::Done, "done"),
    (State::Cancelled, "cancelled"),
    (State::Expired, "expired"),
];

impl State {
    pub fn as_str(self) -> &'static str {
        STATES.iter().find(|(each, _)| *each == self).map_or("booked", |(_, word)| word)
    }

    pub fn parse(text: &str) -> Option<Self> {
        STATES.iter().find(|(_, word)| *word == text).map(|(each, _)| *each)
    }

    /// Whether a plug is kept for it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Booked | Self::Running)
    }

    /// Whether a booking in this state may come to be in that one. What is over stays over.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Booked => matches!(next, Self::Running | Self::Cancelled | Self::Expired),
            Self::Running => next == Self::Done,
            _ => false,
        }
    }
}

/// What is known of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    pub state: State,
    pub start: Timestamp,
    pub end: Timestamp,
    pub buffer: SignedDuration,
    /// When it expires if nobody came; `None`: at its end.
    pub no_show: Option<SignedDuration>,
    pub made_at: Timestamp,
    pub is_revealed: bool,
    pub is_start_told: bool,
    /// A session of it has begun.
    pub has_session: bool,
    /// One of them runs.
    pub is_charging: bool,
}

/// What is to be done, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The holder charges.
    Run,
    /// Name the charger.
    Reveal,
    /// Say that it begins.
    TellStart,
    Expire,
    Finish,
}

impl Course {
    /// When the plug is nobody else's: the buffer before the start is part of it.
    pub fn hold(&self) -> Span {
        Span { from: self.start - self.buffer, to: self.end }
    }

    /// When nobody else may be given the plug: the buffer after the end is part of it.
    pub fn taken(&self) -> Span {
        Span { from: self.start, to: self.end + self.buffer }
    }

    /// When it is given up if nobody comes. Whoever books a slot that has begun has as long as others.
    pub fn given_up_at(&self) -> Timestamp {
        let since = self.start.max(self.made_at);
        self.no_show.map_or(self.end, |wait| (since + wait).min(self.end))
    }

    pub fn due(&self, now: Timestamp) -> Vec<Deed> {
        let mut deeds = Vec::new();
        match self.state {
            State::Booked if self.has_session => deeds.push(Deed::Run),
            State::Booked if now >= self.given_up_at() => return vec![Deed::Expire],
            State::Booked => {
                if !self.is_revealed && now >= self.start - REVEALED_BEFORE {
                    deeds.push(Deed::Reveal);
                }
                if !self.is_start_told && now >= self.start {
                    deeds.push(Deed::TellStart);
                }
            }
            State::Running if !self.is_charging && now >= self.end => deeds.push(Deed::Finish),
            _ => {}
        }
        deeds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    fn course() -> Course {
        Course {
            state: State::Booked,
            start: at(100),
            end: at(160),
            buffer: SignedDuration::from_mins(10),
            no_show: Some(SignedDuration::from_mins(15)),
            made_at: at(0),
            is_revealed: false,
            is_start_told: false,
            has_session: false,
            is_charging: false,
        }
    }

    #[test]
    fn a_booking_is_revealed_told_and_given_up() {
        let mut booking = course();
        assert_eq!(booking.due(at(69)), []);
        assert_eq!(booking.due(at(70)), [Deed::Reveal]);
        booking.is_revealed = true;
        assert_eq!(booking.due(at(100)), [Deed::TellStart]);
        booking.is_start_told = true;
        assert_eq!(booking.due(at(114)), []);
        assert_eq!(booking.due(at(115)), [Deed::Expire]);
        assert_eq!(Course { no_show: None, ..booking }.due(at(159)), []);
        assert_eq!(Course { no_show: None, ..booking }.due(at(160)), [Deed::Expire]);
    }

    #[test]
    fn who_came_in_time_is_never_given_up_however_late_the_look() {
        let booking = Course { has_session: true, ..course() };
        assert_eq!(booking.due(at(500)), [Deed::Run]);
        let running = Course { state: State::Running, is_charging: true, ..booking };
        assert_eq!(running.due(at(500)), []);
        assert_eq!(Course { is_charging: false, ..running }.due(at(159)), []);
        assert_eq!(Course { is_charging: false, ..running }.due(at(160)), [Deed::Finish]);
    }

    #[test]
    fn who_books_a_slot_that_has_begun_has_as_long_as_others() {
        let booking = Course { made_at: at(120), ..course() };
        assert_eq!(booking.given_up_at(), at(135));
        assert_eq!(Course { made_at: at(150), ..booking }.given_up_at(), at(160));
    }

    #[test]
    fn what_is_over_stays_over() {
        for over in [State::Done, State::Cancelled, State::Expired] {
            assert!(!over.is_open());
            for (next, _) in STATES {
                assert!(!over.may_become(next));
            }
        }
        assert!(!State::Running.may_become(State::Expired));
        for (state, word) in STATES {
            assert_eq!(State::parse(word), Some(state));
        }
    }
}
