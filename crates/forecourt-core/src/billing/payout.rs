//! Payouts: from request to bank, and the two working days a request may wait (C17).

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Working days within which a request is answered.
const ANSWERED_WITHIN: u32 = 2;
/// Days looked at for working ones: the end of the calendar must not loop.
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

/// The day by whose end a request of `day` is to be answered: two working days of the banks later.
pub fn due_by(day: Date) -> Date {
    let mut date = day;
    let mut left = ANSWERED_WITHIN;
    for _ in 0..LOOKED_AT {
        date = date.tomorrow().unwrap_or(date);
        if is_bank_day(date) {
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
    date
}

/// Whether money moves between banks on a day: not on weekends, and not on the closing days of T2, the settlement system of
/// the euro (1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December).
fn is_bank_day(date: Date) -> bool {
    if matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
        return false;
    }
    let easter = easter(date.year());
    let days = easter.until(date).map_or(0, |span| span.get_days());
    let is_fixed = matches!((date.month(), date.day()), (1 | 5, 1) | (12, 25 | 26));
    !is_fixed && !matches!(days, -2 | 1)
}

/// Easter Sunday of the Gregorian calendar, by the rule that O'Beirne gave in eight divisions.
fn easter(year: i16) -> Date {
    let year = i32::from(year);
    let cycle = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let moon = (19 * cycle + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (cycle + 11 * moon + 22 * weekday) / 451;
    let day = moon + weekday - 7 * late + 114;
    let (month, day) = (day / 31, day % 31 + 1);
    // Always in March or April.
    Date::new(year as i16, month as i8, day as i8).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn weekends_and_closing_days_of_banks_do_not_count() {
        assert_eq!(due_by(date(2026, 11, 18)), date(2026, 11, 20), "Wednesday to Friday");
        assert_eq!(due_by(date(2026, 11, 20)), date(2026, 11, 24), "Friday to Tuesday");
        assert_eq!(due_by(date(2026, 11, 21)), date(2026, 11, 24), "Saturday counts as Friday evening");
        assert_eq!(due_by(date(2026, 12, 23)), date(2026, 12, 28), "Wednesday, over Christmas, to Monday");
        assert_eq!(due_by(date(2026, 4, 1)), date(2026, 4, 7), "Wednesday, over Easter, to Tuesday");
        assert_eq!(due_by(date(2025, 12, 31)), date(2026, 1, 5));
    }

    #[test]
    fn easter_is_where_the_calendar_has_it() {
        for (year, month, day) in [
            (1961, 4, 2),
            (2000, 4, 23),
            (2008, 3, 23),
            (2024, 3, 31),
            (2026, 4, 5),
            (2038, 4, 25),
            (2100, 3, 28),
        ] {
            assert_eq!(easter(year), date(year, month, day));
            assert!(!is_bank_day(date(year, month, day).tomorrow().expect("a day")));
        }
        assert!(is_bank_day(date(2026, 5, 14)), "Ascension Day is one");
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
