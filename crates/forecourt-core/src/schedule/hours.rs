//! Weekly charging hours: windows in a site's own time with a limit in each, and what holds between them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::{Course, Step, Supply};
use crate::charging::RateUnit;
use crate::opening::{Fault, is_apart, minute_of, number_of, stretch};

/// Windows of a week: several a day, with room.
const WINDOWS_MAX: usize = 7 * 8;
/// The largest limit: beyond it is a mistake of units (10 kA, 10 MW).
const RATE_MAX: i64 = 10_000_000;
const MINUTES_OF_DAY: i32 = 24 * 60;
const MINUTES_OF_WEEK: i32 = 7 * MINUTES_OF_DAY;

/// A limit: milliamperes on each phase, or watts of the whole EVSE. Nothing may flow where it is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cap {
    pub unit: RateUnit,
    pub rate: i64,
}

/// When how much may flow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChargingHours {
    #[serde(default)]
    pub windows: Vec<HoursWindow>,
    /// Outside all windows; none: all the charger can deliver.
    #[serde(default)]
    pub otherwise: Option<Cap>,
}

/// One stretch of a weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoursWindow {
    /// 1 is Monday, 7 is Sunday.
    pub day: i8,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`, up to `24:00`.
    pub to: String,
    /// None: all the charger can deliver.
    #[serde(default)]
    pub limit: Option<Cap>,
}

/// From a minute of the week on, Monday 00:00 being 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekStep {
    pub minute: i32,
    pub limit: Option<Cap>,
}

impl ChargingHours {
    /// Everything that is wrong.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.windows.is_empty() {
            faults.push(("/windows".into(), "at least one window"));
        }
        if self.windows.len() > WINDOWS_MAX {
            faults.push(("/windows".into(), "too many windows"));
            return faults;
        }
        let mut days: [Vec<(i32, i32)>; 7] = Default::default();
        for (number, window) in self.windows.iter().enumerate() {
            let day = usize::try_from(window.day - 1).ok().and_then(|day| days.get_mut(day));
            match (day, stretch(&window.from, &window.to)) {
                (None, _) => faults.push((format!("/windows/{number}/day"), "1 (Monday) to 7 (Sunday)")),
                (_, None) => {
                    faults.push((format!("/windows/{number}"), "from and to as HH:MM, from before to"));
                }
                (Some(day), Some(found)) => {
                    day.push(found);
                    if !is_apart(day.clone()) {
                        faults.push((format!("/windows/{number}"), "this overlaps others of the same day"));
                    }
                }
            }
            if !is_sound(window.limit) {
                faults.push((format!("/windows/{number}/limit"), "a limit between 0 and 10 kA or 10 MW"));
            }
        }
        if !is_sound(self.otherwise) {
            faults.push(("/otherwise".into(), "a limit between 0 and 10 kA or 10 MW"));
        }
        faults
    }

    /// What holds at a local moment.
    pub fn at(&self, local: DateTime) -> Option<Cap> {
        let (day, minute) = (number_of(local.date().weekday()), minute_of(local.time()));
        let holds = |window: &&HoursWindow| {
            window.day == day
                && stretch(&window.from, &window.to).is_some_and(|(from, to)| (from..to).contains(&minute))
        };
        self.windows.iter().find(holds).map_or(self.otherwise, |window| window.limit)
    }

    /// The whole week, Monday 00:00 first; what changes nothing is left out.
    pub fn week(&self) -> Vec<WeekStep> {
        let mut edges = vec![0];
        for window in &self.windows {
            if let Some((from, to)) = stretch(&window.from, &window.to) {
                let midnight = (i32::from(window.day) - 1) * MINUTES_OF_DAY;
                edges.extend([midnight + from, midnight + to]);
            }
        }
        edges.retain(|edge| (0..MINUTES_OF_WEEK).contains(edge));
        edges.sort_unstable();
        edges.dedup();
        let mut steps: Vec<WeekStep> = Vec::new();
        for minute in edges {
            let limit = self.of_minute(minute);
            if steps.last().is_none_or(|last| last.limit != limit) {
                steps.push(WeekStep { minute, limit });
            }
        }
        steps
    }

    fn of_minute(&self, minute: i32) -> Option<Cap> {
        let (day, minute) = (minute / MINUTES_OF_DAY + 1, minute % MINUTES_OF_DAY);
        let holds = |window: &&HoursWindow| {
            i32::from(window.day) == day
                && stretch(&window.from, &window.to).is_some_and(|(from, to)| (from..to).contains(&minute))
        };
        self.windows.iter().find(holds).map_or(self.otherwise, |window| window.limit)
    }

    /// What may flow from a moment on, for so many days. By the clock on the wall there: a window from 02:00 to 03:00 is
    /// not there on the night that has no such hour, and takes two hours on the night that has it twice.
    pub fn course(&self, from: Timestamp, days: i32, clock: &TimeZone, supply: &Supply) -> Course {
        let first = from.to_zoned(clock.clone()).date();
        let mut moments = vec![from];
        for ahead in 0..=days {
            let Ok(date) = first.checked_add(ahead.days()) else { break };
            moments.extend(self.edges(date).into_iter().filter_map(|edge| when(edge, clock)));
        }
        let until = first.checked_add(days.days()).ok().and_then(|date| when(at_minute(date, 0)?, clock));
        moments.retain(|moment| *moment >= from && until.is_none_or(|until| *moment < until));
        let step = |at: Timestamp| {
            let local = at.to_zoned(clock.clone()).datetime();
            Step { at, limit: supply.cap(self.at(local)) }
        };
        Course::of(moments.into_iter().map(step))
    }

    fn edges(&self, date: Date) -> Vec<DateTime> {
        let day = number_of(date.weekday());
        let today = self.windows.iter().filter(|window| window.day == day);
        let minutes = today.filter_map(|window| stretch(&window.from, &window.to));
        let each = minutes.flat_map(|(from, to)| [from, to]).chain([0]);
        each.filter_map(|minute| at_minute(date, minute)).collect()
    }
}

fn is_sound(cap: Option<Cap>) -> bool {
    cap.is_none_or(|cap| (0..=RATE_MAX).contains(&cap.rate))
}

fn at_minute(date: Date, minute: i32) -> Option<DateTime> {
    let date = date.checked_add((minute / MINUTES_OF_DAY).days()).ok()?;
    let minute = minute % MINUTES_OF_DAY;
    let time = Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
    Some(date.to_datetime(time))
}

fn when(local: DateTime, clock: &TimeZone) -> Option<Timestamp> {
    clock.to_ambiguous_timestamp(local).compatible().ok()
}

impl Cap {
    pub const NOTHING: Self = Self { unit: RateUnit::MilliAmps, rate: 0 };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::unit::{MilliAmps, MilliVolts, Watts};

    const AC: Supply =
        Supply { phases: 3, voltage: MilliVolts(230_000), direct: false, most: Some(Watts(22_080)) };

    fn window(day: i8, from: &str, to: &str, limit: Option<i64>) -> HoursWindow {
        let limit = limit.map(|rate| Cap { unit: RateUnit::MilliAmps, rate });
        HoursWindow { day, from: from.into(), to: to.into(), limit }
    }

    fn copenhagen() -> TimeZone {
        TimeZone::get("Europe/Copenhagen").expect("a zone")
    }

    fn shown(course: &Course) -> Vec<(String, i64)> {
        course.steps().iter().map(|step| (step.at.to_string(), step.limit.0)).collect()
    }

    #[test]
    fn a_week_is_steps_from_monday_midnight() {
        let hours = ChargingHours {
            windows: vec![window(1, "00:00", "06:00", None), window(7, "22:00", "24:00", Some(6_000))],
            otherwise: Some(Cap::NOTHING),
        };
        assert_eq!(hours.faults(), []);
        let steps: Vec<_> =
            hours.week().iter().map(|step| (step.minute, step.limit.map(|cap| cap.rate))).collect();
        assert_eq!(steps, [(0, None), (360, Some(0)), (6 * 1_440 + 1_320, Some(6_000))]);
    }

    #[test]
    fn the_clock_on_the_wall_counts_also_when_it_is_put_back_and_forward() {
        let hours = ChargingHours {
            windows: (1..=7).map(|day| window(day, "01:30", "04:00", Some(0))).collect(),
            otherwise: None,
        };
        let course = |from: &str| shown(&hours.course(from.parse().expect("a time"), 1, &copenhagen(), &AC));
        let step = |at: &str, limit: i64| (at.to_owned(), limit);
        // 25 October 2026: three o'clock is two o'clock again.
        assert_eq!(
            course("2026-10-24T22:00:00Z"),
            [
                step("2026-10-24T22:00:00Z", 32_000),
                step("2026-10-24T23:30:00Z", 0),
                step("2026-10-25T03:00:00Z", 32_000)
            ]
        );
        // 29 March 2026: two o'clock is three o'clock.
        assert_eq!(
            course("2026-03-28T23:00:00Z"),
            [
                step("2026-03-28T23:00:00Z", 32_000),
                step("2026-03-29T00:30:00Z", 0),
                step("2026-03-29T02:00:00Z", 32_000)
            ]
        );
    }

    #[test]
    fn each_fault_is_named() {
        let hours = ChargingHours {
            windows: vec![
                window(0, "01:00", "02:00", None),
                window(1, "02:00", "02:00", None),
                window(2, "01:00", "03:00", Some(-1)),
                window(2, "02:59", "04:00", None),
            ],
            otherwise: Some(Cap { unit: RateUnit::Watts, rate: i64::MAX }),
        };
        let fields: Vec<String> = hours.faults().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["/windows/0/day", "/windows/1", "/windows/2/limit", "/windows/3", "/otherwise"]);
        assert_eq!(ChargingHours::default().faults().len(), 1);
    }

    fn any_hours() -> impl Strategy<Value = ChargingHours> {
        let window = (1..=7_i8, 0..23_i32, 1..10_i32, proptest::option::of(0..40_000_i64)).prop_map(
            |(day, from, long, limit)| {
                let to = (from + long).min(24);
                window(day, &format!("{from:02}:00"), &format!("{to:02}:00"), limit)
            },
        );
        (proptest::collection::vec(window, 1..8), any::<bool>()).prop_map(|(windows, closed)| ChargingHours {
            windows,
            otherwise: closed.then_some(Cap::NOTHING),
        })
    }

    proptest! {
        /// A course says at every moment what the hours say of the clock on the wall.
        #[test]
        fn a_course_is_the_hours(hours in any_hours(), hour in 0..17_000_i64, ahead in 0..(6 * 96_i64)) {
            let clock = copenhagen();
            let from: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
            let from = from + jiff::SignedDuration::from_hours(hour);
            let course = hours.course(from, 7, &clock, &AC);
            let moment = from + jiff::SignedDuration::from_mins(ahead * 15);
            let local = moment.to_zoned(clock).datetime();
            prop_assert_eq!(course.at(moment), Some(AC.cap(hours.at(local))));
        }

        #[test]
        fn a_week_is_the_hours(hours in any_hours(), minute in 0..MINUTES_OF_WEEK) {
            let week = hours.week();
            let held = week.iter().rev().find(|step| step.minute <= minute).and_then(|step| step.limit);
            let monday: Date = "2026-06-01".parse().expect("a date");
            let local = at_minute(monday, minute).expect("a moment");
            prop_assert_eq!(held.map(|cap| cap.rate), hours.at(local).map(|cap| cap.rate));
            prop_assert!(AC.cap(held) <= MilliAmps(32_000));
        }
    }
}
