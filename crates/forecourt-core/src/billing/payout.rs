//! Payouts: from request to bank, and the two working days a request may wait (C17).

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Working days within which a request is answered.
const ANSWERED_WITHIN: u32 = 2;
/// Days looked at for working ones; a calendar that is all holidays must not loop.
const LOOKED_AT: u32 = 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutState {
    Requested,
    Approved,
    Paid,
    /// The money is available again.
    Rejected,
}

const STATES: [(PayoutState, &str); 4] = [
    (PayoutState::Requested, "requested"),
    (PayoutState::Approved, "approved"),
    (PayoutState::Paid, "paid"),
    (PayoutState::Rejected, "rejected"),
];

impl PayoutState {
    pub fn as_str(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("requested", |(_, word)| word)
    }

    pub fn parse(text: &str) -> Option<Self> {
        STATES.iter().find(|(_, word)| *word == text).map(|(state, _)| *state)
    }

    /// Whether it may become `next`: a request is approved or rejected, what is approved is paid or still rejected.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Requested, Self::Approved | Self::Rejected)
                | (Self::Approved, Self::Paid | Self::Rejected)
        )
    }
}

/// The day by whose end a request of `day` is to be answered: two working days later. `holidays` are no working days.
pub fn due_by(day: Date, holidays: &[Date]) -> Date {
    let works = |date: Date| {
        !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && !holidays.contains(&date)
    };
    let mut date = day;
    let mut left = ANSWERED_WITHIN;
    for _ in 0..LOOKED_AT {
        date = date.tomorrow().unwrap_or(date);
        if works(date) {
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
    date
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn weekends_and_holidays_do_not_count() {
        assert_eq!(due_by(date(2026, 11, 18), &[]), date(2026, 11, 20), "Wednesday to Friday");
        assert_eq!(due_by(date(2026, 11, 20), &[]), date(2026, 11, 24), "Friday to Tuesday");
        assert_eq!(due_by(date(2026, 11, 21), &[]), date(2026, 11, 24), "Saturday counts as Friday evening");
        let christmas = [date(2026, 12, 24), date(2026, 12, 25)];
        assert_eq!(due_by(date(2026, 12, 23), &christmas), date(2026, 12, 29));
    }

    #[test]
    fn a_payout_goes_one_way() {
        use PayoutState::{Approved, Paid, Rejected, Requested};
        for (from, to, may) in [
            (Requested, Approved, true),
            (Requested, Rejected, true),
            (Approved, Paid, true),
            (Approved, Rejected, true),
            (Requested, Paid, false),
            (Paid, Rejected, false),
            (Rejected, Approved, false),
        ] {
            assert_eq!(from.may_become(to), may, "{from:?} to {to:?}");
            assert_eq!(PayoutState::parse(from.as_str()), Some(from));
        }
    }
}
