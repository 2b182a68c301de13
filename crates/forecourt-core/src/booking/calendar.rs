//! The slots of a day. A slot has its full length on every day, also where the clock is put forward or back.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::rules::Rules;
use crate::opening::OpeningHours;
use crate::tariff::ClockTime;

/// Opening hours are looked at in steps of a minute: they are told in minutes.
const STEP: SignedDuration = SignedDuration::from_mins(1);
const MINUTES_PER_HOUR: i16 = 60;
const HOURS_PER_DAY: i16 = 24;

/// A stretch that can be booked, without its buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// The slots that begin on a day of the site, in order, as far as the site is open all through them.
pub fn slots_of_day(rules: &Rules, opening: Option<&OpeningHours>, date: Date, zone: &TimeZone) -> Vec<Slot> {
    let (Some(first), Some(end)) = (moment(date, rules.from, zone), moment(date, rules.to, zone)) else {
        return Vec::new();
    };
    let length = SignedDuration::from_mins(rules.slot_min.max(1));
    let stride = length.saturating_add(SignedDuration::from_mins(rules.buffer_min.max(0)));
    let mut slots = Vec::new();
    let mut from = first;
    while let Ok(to) = from.checked_add(length) {
        if to > end {
            break;
        }
        let slot = Slot { from, to };
        if opening.is_none_or(|hours| is_open_throughout(hours, slot, zone)) {
            slots.push(slot);
        }
        let Ok(next) = from.checked_add(stride) else { break };
        from = next;
    }
    slots
}

/// Whether each slot follows the one before with nothing but the buffer between.
pub fn is_one_after_another(slots: &[Slot], rules: &Rules) -> bool {
    let buffer = SignedDuration::from_mins(rules.buffer_min.max(0));
    slots.windows(2).all(|pair| match pair {
        [before, after] => after.from >= before.to && after.from.duration_since(before.to) <= buffer,
        _ => true,
    })
}

/// A time of day as a moment; one that the clock jumps over is the moment after the jump.
fn moment(date: Date, time: ClockTime, zone: &TimeZone) -> Option<Timestamp> {
    let (hours, minutes) = (time.0 / MINUTES_PER_HOUR, time.0 % MINUTES_PER_HOUR);
    let local: DateTime = if hours >= HOURS_PER_DAY {
        date.tomorrow().ok()?.at(0, 0, 0, 0)
    } else {
        date.at(i8::try_from(hours).ok()?, i8::try_from(minutes).ok()?, 0, 0)
    };
    zone.to_timestamp(local).ok()
}

fn is_open_throughout(hours: &OpeningHours, slot: Slot, zone: &TimeZone) -> bool {
    if hours.always && hours.exceptions.is_empty() {
        return true;
    }
    let mut at = slot.from;
    while at < slot.to {
        if !hours.is_open(zone.to_datetime(at)) {
            return false;
        }
        let Ok(next) = at.checked_add(STEP) else { return false };
        at = next;
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::opening::WeeklyHours;
    use crate::unit::Currency;

    fn rules(from: i16, to: i16, slot: i64, buffer: i64) -> Rules {
        let usual = Rules::usual(Currency::read("DKK").expect("a currency"));
        Rules { from: ClockTime(from), to: ClockTime(to), slot_min: slot, buffer_min: buffer, ..usual }
    }

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Copenhagen").expect("a zone")
    }

    fn told(rules: &Rules, opening: Option<&OpeningHours>, date: &str) -> Vec<String> {
        let found = slots_of_day(rules, opening, date.parse().expect("a date"), &zone());
        let clock = |at| zone().to_datetime(at).time().strftime("%H:%M").to_string();
        found.into_iter().map(|slot| format!("{}-{}", clock(slot.from), clock(slot.to))).collect()
    }

    #[test]
    fn slots_follow_each_other_with_their_buffer_and_end_within_the_hours() {
        let found = told(&rules(8 * 60, 12 * 60, 60, 15), None, "2026-03-02");
        assert_eq!(found, ["08:00-09:00", "09:15-10:15", "10:30-11:30"]);
        assert_eq!(told(&rules(0, 24 * 60, 1_440, 30), None, "2026-03-02"), ["00:00-00:00"]);
    }

    #[test]
    fn a_site_is_booked_only_while_it_is_open() {
        let week = vec![WeeklyHours { day: 1, from: "09:00".into(), to: "11:30".into() }];
        let hours = OpeningHours { week, ..OpeningHours::default() };
        let rules = rules(8 * 60, 13 * 60, 60, 0);
        assert_eq!(told(&rules, Some(&hours), "2026-03-02"), ["09:00-10:00", "10:00-11:00"]);
        assert_eq!(told(&rules, Some(&hours), "2026-03-03"), Vec::<String>::new());
    }

    #[test]
    fn the_day_of_twenty_three_hours_has_one_slot_less_and_the_long_one_more() {
        let rules = rules(0, 24 * 60, 60, 0);
        assert_eq!(told(&rules, None, "2026-03-29").len(), 23);
        assert_eq!(told(&rules, None, "2026-10-25").len(), 25);
    }

    #[test]
    fn only_neighbours_are_one_after_another() {
        let rules = rules(8 * 60, 12 * 60, 60, 15);
        let date = "2026-03-02".parse().expect("a date");
        let slots = slots_of_day(&rules, None, date, &zone());
        assert!(is_one_after_another(&slots, &rules));
        assert!(!is_one_after_another(&[slots[0], slots[2]], &rules));
        assert!(!is_one_after_another(&[slots[1], slots[0]], &rules));
    }

    proptest! {
        /// Every slot of every day of the year is as long as it should be, and no two overlap.
        #[test]
        fn slots_are_whole_and_apart(
            day in 0_i64..365, from in 0_i16..1_200, long in 60_i16..1_440, slot in 10_i64..400, buffer in 0_i64..60,
        ) {
            let rules = rules(from, (from + long).min(1_440), slot, buffer);
            let date = "2026-01-01".parse::<Date>().expect("a date").saturating_add(jiff::Span::new().days(day));
            let slots = slots_of_day(&rules, None, date, &zone());
            for one in &slots {
                prop_assert_eq!(one.to.duration_since(one.from), SignedDuration::from_mins(slot));
            }
            for pair in slots.windows(2) {
                prop_assert_eq!(pair[1].from.duration_since(pair[0].to), SignedDuration::from_mins(buffer));
            }
        }
    }
}
