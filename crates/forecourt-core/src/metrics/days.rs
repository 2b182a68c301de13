//! Stretches of time, cut at the midnights of a place.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Longest stretch that is cut, in days: a clock far off must not make a million rows.
const DAYS_MAX: usize = 800;

/// Part of a day, in whole seconds; less than none where time is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Local days since 1970.
    pub day: i64,
    pub seconds: i64,
}

/// The local day, counted from 1970.
pub fn day_of(at: Timestamp, zone: &TimeZone) -> i64 {
    (at.as_second() + i64::from(zone.to_offset(at).seconds())).div_euclid(86_400)
}

/// A date as a day counted from 1970.
pub fn day_number(date: Date) -> i64 {
    Date::constant(1970, 1, 1).until(date).map_or(0, |span| i64::from(span.get_days()))
}

/// The other way.
pub fn date_of(day: i64) -> Date {
    Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(day.clamp(-1_000_000, 1_000_000)))
}

/// When a local day begins. Days are 23 to 25 hours long.
pub fn start_of_day(day: i64, zone: &TimeZone) -> Timestamp {
    date_of(day).to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// From `from` to `to` by local day; the other way round counts as less.
pub fn stretches(from: Timestamp, to: Timestamp, zone: &TimeZone) -> Vec<Stretch> {
    let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
    let mut parts = Vec::new();
    let mut at = first;
    while at < last && parts.len() < DAYS_MAX {
        let day = day_of(at, zone);
        let next = start_of_day(day + 1, zone).min(last);
        if next <= at {
            break;
        }
        // Of rounded ends, so that the parts sum to the whole.
        let seconds = next.as_second() - at.as_second();
        if seconds > 0 {
            parts.push(Stretch { day, seconds: sign * seconds });
        }
        at = next;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_stretch_over_midnight_belongs_to_both_days() {
        let zone = TimeZone::get("Europe/Copenhagen").expect("a zone");
        let parts = stretches(at("2026-06-01T21:00:00Z"), at("2026-06-01T23:30:00Z"), &zone);
        let first = day_of(at("2026-06-01T21:00:00Z"), &zone);
        assert_eq!(
            parts,
            [Stretch { day: first, seconds: 3_600 }, Stretch { day: first + 1, seconds: 5_400 }]
        );
        let back = stretches(at("2026-06-01T23:30:00Z"), at("2026-06-01T21:00:00Z"), &zone);
        assert_eq!(back.iter().map(|s| s.seconds).sum::<i64>(), -9_000);
    }

    #[test]
    fn days_of_clock_changes_are_shorter_and_longer() {
        let zone = TimeZone::get("Europe/Copenhagen").expect("a zone");
        let long = stretches(at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z"), &zone);
        assert_eq!(long.iter().map(|s| s.seconds).collect::<Vec<_>>(), [25 * 3_600]);
        let short = stretches(at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z"), &zone);
        assert_eq!(short.iter().map(|s| s.seconds).collect::<Vec<_>>(), [23 * 3_600]);
    }

    #[test]
    fn parts_sum_to_the_whole() {
        let zone = TimeZone::get("Asia/Kathmandu").expect("a zone");
        for seconds in [0, 1, 59, 86_399, 86_400, 1_000_000, 30_000_000] {
            let from = at("2026-02-27T17:14:59.5Z");
            let to = from + jiff::SignedDuration::from_secs(seconds);
            assert_eq!(stretches(from, to, &zone).iter().map(|s| s.seconds).sum::<i64>(), seconds);
        }
    }
}
