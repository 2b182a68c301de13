//! What a car was seen to take of what it may: the rest is for others.

use jiff::{SignedDuration, Timestamp};

use crate::unit::MilliAmps;

/// A car must take less than it may for so long before the rest is given away: cars ramp up slowly.
pub const RAISED_AFTER: SignedDuration = SignedDuration::from_secs(90);
/// Less than its limit by this much is "takes less".
const SLACK: i64 = 2_000;
/// Left to the car above what it was seen to take, so that it can show that it wants more.
const ROOM: i64 = 1_500;
/// Counted in steps of this: small movements of a meter move no limit.
const STEP: i64 = 1_000;

/// What was seen of one session's car.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Appetite {
    below_since: Option<Timestamp>,
    takes: Option<MilliAmps>,
}

impl Appetite {
    /// One reading: the car drew `drawn` while it might have drawn `limit`.
    pub fn see(&mut self, drawn: MilliAmps, limit: MilliAmps, at: Timestamp) {
        if drawn.0 + STEP >= limit.0 {
            // It takes all it may: nobody knows how much more it wants.
            *self = Self::default();
            return;
        }
        if drawn.0 + SLACK > limit.0 {
            return;
        }
        let since = *self.below_since.get_or_insert(at);
        if at.duration_since(since) >= RAISED_AFTER {
            let seen = (drawn.0.max(0) + ROOM + STEP - 1) / STEP * STEP;
            // Upwards at once; downwards only by more than a step.
            let known = self.takes.map_or(i64::MAX, |takes| takes.0);
            if seen > known || seen + STEP < known {
                self.takes = Some(MilliAmps(seen));
            }
        }
    }

    /// The most it uses, where that is less than it may.
    pub fn takes(&self) -> Option<MilliAmps> {
        self.takes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_car_that_takes_less_is_believed_after_a_while_and_asked_again_when_it_takes_all() {
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let mut appetite = Appetite::default();
        for second in [0, 30, 60] {
            appetite.see(MilliAmps(15_900), MilliAmps(32_000), at(second));
            assert_eq!(appetite.takes(), None);
        }
        appetite.see(MilliAmps(15_900), MilliAmps(32_000), at(90));
        assert_eq!(appetite.takes(), Some(MilliAmps(18_000)));
        // It draws what it drew below its new limit: nothing moves.
        appetite.see(MilliAmps(15_800), MilliAmps(18_000), at(120));
        assert_eq!(appetite.takes(), Some(MilliAmps(18_000)));
        // It goes to its limit: perhaps it wants more.
        appetite.see(MilliAmps(17_900), MilliAmps(18_000), at(150));
        assert_eq!(appetite.takes(), None);
    }
}
