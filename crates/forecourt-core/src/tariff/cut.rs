//! Cuts a period wherever a restriction of the tariff may begin or cease to hold.
//!
//! Between two cuts every restriction holds throughout or not at all. Energy flows evenly within a period.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::model::{ClockTime, Restrictions, Tariff};
use super::price::{Activity, Period};

/// Days of one period that are cut by the clock; behind them its last conditions stay. No car charges for two years.
const DAYS_MAX: usize = 730;
const MS_PER_HOUR: i128 = 3_600_000;

/// Part of a period under the same restrictions throughout.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    pub from: Timestamp,
    pub to: Timestamp,
    pub energy_wh: i64,
    /// Energy of the session before it.
    pub consumed_wh: i64,
    /// Age of the session when it begins.
    pub age_ms: i64,
    pub activity: Activity,
    pub power_w: Option<i64>,
    pub current_ma: Option<i64>,
    pub local: DateTime,
}

/// Everything in a tariff that a period may have to be cut at.
#[derive(Debug, Default)]
pub(super) struct Edges {
    clock: BTreeSet<ClockTime>,
    energy_wh: BTreeSet<i64>,
    age_ms: BTreeSet<i64>,
}

impl Edges {
    pub fn of(tariff: &Tariff) -> Self {
        let mut edges = Self::default();
        for r in tariff.elements.iter().map(|e| &e.restrictions) {
            edges.clock.extend(r.start_time.into_iter().chain(r.end_time));
            let by_day = r.start_date.is_some() || r.end_date.is_some() || !r.weekdays.is_empty();
            // A window that is open on one side begins or ends with the day.
            if by_day || r.start_time.is_some() || r.end_time.is_some() {
                edges.clock.insert(ClockTime(0));
            }
            edges.energy_wh.extend(r.min_energy_wh.into_iter().chain(r.max_energy_wh));
            let ages = r.min_duration_s.into_iter().chain(r.max_duration_s);
            edges.age_ms.extend(ages.map(|s| s.saturating_mul(1_000)));
        }
        edges
    }

    /// The parts of a period of a session that began at `start` and had consumed `consumed_wh` before it.
    pub fn cut(&self, period: &Period, start: Timestamp, consumed_wh: i64, zone: &TimeZone) -> Vec<Stretch> {
        let length_ms = millis(period.from, period.to);
        let energy_wh = period.energy.0.max(0);
        let power_w = period.power.map(|p| p.0).or_else(|| {
            let watts = i128::from(energy_wh) * MS_PER_HOUR / i128::from(length_ms.max(1));
            (length_ms > 0).then(|| i64::try_from(watts).unwrap_or(i64::MAX))
        });
        let mut points = self.points(period, start, consumed_wh, length_ms, zone);
        points.push((length_ms, energy_wh));
        points.sort_unstable();
        points.dedup();
        let mut stretches = Vec::with_capacity(points.len());
        let (mut at_ms, mut at_wh) = (0, 0);
        for (ms, wh) in points {
            let wh = wh.max(at_wh);
            let from = later(period.from, at_ms);
            stretches.push(Stretch {
                from,
                to: later(period.from, ms),
                energy_wh: wh - at_wh,
                consumed_wh: consumed_wh + at_wh,
                age_ms: millis(start, from),
                activity: period.activity,
                power_w,
                current_ma: period.current.map(|c| c.0),
                local: zone.to_datetime(from),
            });
            (at_ms, at_wh) = (ms, wh);
        }
        stretches
    }

    /// Inner cuts, as milliseconds into the period and energy by then.
    fn points(
        &self,
        period: &Period,
        start: Timestamp,
        consumed_wh: i64,
        length_ms: i64,
        zone: &TimeZone,
    ) -> Vec<(i64, i64)> {
        let energy_wh = period.energy.0.max(0);
        let age_ms = millis(start, period.from);
        let share = |part: i64, of: i64, whole: i64| {
            i64::try_from(i128::from(part) * i128::from(whole) / i128::from(of.max(1))).unwrap_or(whole)
        };
        let by_energy =
            self.energy_wh.iter().map(|edge| edge - consumed_wh).filter(|wh| *wh > 0 && *wh < energy_wh);
        let mut points: Vec<(i64, i64)> = by_energy.map(|wh| (share(wh, energy_wh, length_ms), wh)).collect();
        let by_age = self.age_ms.iter().map(|edge| edge - age_ms);
        let by_clock =
            self.clock_edges(period.from, period.to, zone).into_iter().map(|at| millis(period.from, at));
        let by_time = by_age.chain(by_clock).filter(|ms| *ms > 0 && *ms < length_ms);
        points.extend(by_time.map(|ms| (ms, share(ms, length_ms, energy_wh))));
        points
    }

    /// Moments at which a clock on the site's wall shows an edge, or is put forward or back.
    fn clock_edges(&self, from: Timestamp, to: Timestamp, zone: &TimeZone) -> Vec<Timestamp> {
        if self.clock.is_empty() || from >= to {
            return Vec::new();
        }
        let mut edges: Vec<Timestamp> = zone
            .following(from)
            .map(|change| change.timestamp())
            .take_while(|at| *at < to)
            .take(DAYS_MAX)
            .collect();
        let last = zone.to_datetime(to).date();
        let mut day = zone.to_datetime(from).date();
        for _ in 0..DAYS_MAX {
            for time in &self.clock {
                edges.extend(moments(day, *time, zone).into_iter().flatten());
            }
            match day.tomorrow() {
                Ok(next) if day < last => day = next,
                _ => break,
            }
        }
        edges
    }
}

/// When the wall clock shows this time: twice on the night it is put back.
fn moments(day: Date, time: ClockTime, zone: &TimeZone) -> [Option<Timestamp>; 2] {
    let midnight = day.to_datetime(jiff::civil::Time::midnight());
    let Ok(shown) = midnight.checked_add(SignedDuration::from_mins(time.0.into())) else {
        return [None, None];
    };
    let at = |offset: jiff::tz::Offset| offset.to_timestamp(shown).ok();
    match zone.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Unambiguous { offset } => [at(offset), None],
        // The hour does not exist: the change of the clock is itself an edge.
        AmbiguousOffset::Gap { .. } => [None, None],
        AmbiguousOffset::Fold { before, after } => [at(before), at(after)],
    }
}

impl Stretch {
    pub fn length_ms(&self) -> i64 {
        millis(self.from, self.to)
    }

    /// Whether every restriction holds. What is not known meets no limit.
    pub fn meets(&self, r: &Restrictions) -> bool {
        let date = self.local.date();
        let within = |value: Option<i64>, min: Option<i64>, max: Option<i64>| {
            (min.is_none() && max.is_none())
                || value.is_some_and(|v| min.is_none_or(|min| v >= min) && max.is_none_or(|max| v < max))
        };
        let seconds = |limit: Option<i64>| limit.map(|s| s.saturating_mul(1_000));
        self.is_in_window(r.start_time, r.end_time)
            && r.start_date.is_none_or(|start| date >= start)
            && r.end_date.is_none_or(|end| date < end)
            && (r.weekdays.is_empty() || r.weekdays.contains(&date.weekday().into()))
            && within(Some(self.consumed_wh), r.min_energy_wh, r.max_energy_wh)
            && within(self.power_w, r.min_power_w, r.max_power_w)
            && within(self.current_ma, r.min_current_ma, r.max_current_ma)
            && within(Some(self.age_ms), seconds(r.min_duration_s), seconds(r.max_duration_s))
    }

    fn is_in_window(&self, start: Option<ClockTime>, end: Option<ClockTime>) -> bool {
        let now = ClockTime(i16::from(self.local.hour()) * 60 + i16::from(self.local.minute()));
        let (from, to) = (start.unwrap_or(ClockTime(0)), end.unwrap_or(ClockTime(24 * 60)));
        if from < to { from <= now && now < to } else { now >= from || now < to }
    }
}

fn millis(from: Timestamp, to: Timestamp) -> i64 {
    to.as_millisecond().saturating_sub(from.as_millisecond()).max(0)
}

fn later(at: Timestamp, ms: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_millis(ms)).unwrap_or(at)
}
