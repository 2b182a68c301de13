//! The periods of a session, from what was measured and told in it.
//!
//! The session's energy is decided elsewhere ([`crate::session::Meter`]); readings only say when it flowed. The same
//! readings give the same periods, in whatever order they came.

use jiff::Timestamp;

use super::price::{Activity, Period};
use crate::fact::{ChargingState, Context, Reading};
use crate::session::Meter;
use crate::unit::{MilliAmps, WattHours, Watts};

/// What of a reading matters for the price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub at: Timestamp,
    pub context: Context,
    pub register: Option<WattHours>,
    pub power: Option<Watts>,
    pub current: Option<MilliAmps>,
}

/// From then on the car was in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateMark {
    pub at: Timestamp,
    pub state: ChargingState,
}

impl From<&Reading> for Mark {
    fn from(reading: &Reading) -> Self {
        Self {
            at: reading.at,
            context: reading.context,
            register: reading.register.or(reading.register_phase_sum).or(reading.register_inlet),
            power: reading.power,
            current: reading.current,
        }
    }
}

/// Periods from `from` to `to` with this much energy in all.
pub fn periods(
    from: Timestamp,
    to: Timestamp,
    energy: WattHours,
    marks: &[Mark],
    states: &[StateMark],
) -> Vec<Period> {
    let to = to.max(from);
    let mut marks: Vec<&Mark> = marks.iter().collect();
    marks.sort_by_key(|m| (m.at, m.context as i64));
    let mut states: Vec<StateMark> = states.to_vec();
    states.sort_by_key(|s| s.at);
    let curve = Curve::of(&marks, from, to, energy.0.max(0));
    let mut edges: Vec<Timestamp> = curve.0.iter().map(|(at, _)| *at).collect();
    edges.extend(
        marks.iter().map(|m| m.at).chain(states.iter().map(|s| s.at)).filter(|at| *at > from && *at < to),
    );
    edges.sort_unstable();
    edges.dedup();
    if edges.len() == 1 {
        edges.push(to);
    }
    let last_taken = last_taken(&curve, &marks);
    let mut periods = Vec::with_capacity(edges.len());
    for (begin, end) in edges.iter().copied().zip(edges.iter().copied().skip(1)) {
        let state = newest(&states, |s| s.at <= begin).map(|s| s.state);
        let activity = match state {
            Some(ChargingState::Charging) => Activity::Charging,
            Some(ChargingState::SuspendedEVSE) => Activity::Held,
            Some(ChargingState::EVConnected | ChargingState::SuspendedEV | ChargingState::Idle) => {
                Activity::Occupied
            }
            None if begin >= last_taken && end > begin => Activity::Occupied,
            None => Activity::Charging,
        };
        let shown = newest(&marks, |m| m.at <= begin);
        periods.push(Period {
            from: begin,
            to: end,
            energy: WattHours(curve.at(end) - curve.at(begin)),
            activity,
            power: shown.and_then(|m| m.power).or_else(|| curve.power(begin)),
            current: shown.and_then(|m| m.current),
        });
    }
    if let (true, Some(only)) = (from == to, periods.first_mut()) {
        only.energy = energy;
    }
    periods
}

/// The last of a list in order that is not yet behind.
fn newest<T>(list: &[T], reached: impl Fn(&T) -> bool) -> Option<&T> {
    list.partition_point(reached).checked_sub(1).and_then(|at| list.get(at))
}

/// Where no state was told, a car charges until its register rises no more and it draws no power.
fn last_taken(curve: &Curve, marks: &[&Mark]) -> Timestamp {
    let rises = curve.0.iter().zip(curve.0.iter().skip(1)).filter(|(a, b)| b.1 > a.1).map(|(_, b)| b.0).max();
    let draws =
        marks.iter().zip(marks.iter().skip(1)).filter(|(m, _)| m.power.is_some_and(|p| p > Watts::ZERO));
    let draws = draws.map(|(_, next)| next.at).max();
    // Without a second register value nothing says that it stopped.
    let blind = curve.0.len() <= 2 && draws.is_none();
    let end = curve.0.last().map_or(Timestamp::UNIX_EPOCH, |(at, _)| *at);
    if blind { end } else { rises.max(draws).unwrap_or(Timestamp::UNIX_EPOCH) }
}

/// Energy by time since the start: rising, from nothing to all of it.
struct Curve(Vec<(Timestamp, i64)>);

impl Curve {
    fn of(marks: &[&Mark], from: Timestamp, to: Timestamp, energy: i64) -> Self {
        let mut points = vec![(from, 0)];
        let mut meter = Meter::default();
        let mut reached = 0;
        for mark in marks {
            let Some(register) = mark.register else { continue };
            let mut reading = Reading::empty(mark.at, mark.context);
            reading.register = Some(register);
            let _flags = meter.take(&reading, None);
            reached = meter.energy().0.clamp(reached, energy);
            if mark.at > from && mark.at < to {
                points.push((mark.at, reached));
            }
        }
        points.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                earlier.1 = later.1;
            }
            same
        });
        points.push((to, energy));
        Self(points)
    }

    /// Between two readings energy flowed evenly (C8).
    fn at(&self, at: Timestamp) -> i64 {
        let behind = self.0.partition_point(|(t, _)| *t <= at);
        let Some((t0, e0)) = behind.checked_sub(1).and_then(|i| self.0.get(i)) else { return 0 };
        let Some((t1, e1)) = self.0.get(behind) else { return *e0 };
        let (part, whole) =
            (at.as_millisecond() - t0.as_millisecond(), t1.as_millisecond() - t0.as_millisecond());
        e0 + i64::try_from(i128::from(e1 - e0) * i128::from(part) / i128::from(whole.max(1))).unwrap_or(0)
    }

    /// Mean power between the readings around this moment.
    fn power(&self, at: Timestamp) -> Option<Watts> {
        let behind = self.0.partition_point(|(t, _)| *t <= at);
        let (t0, e0) = self.0.get(behind.checked_sub(1)?)?;
        let (t1, e1) = self.0.get(behind)?;
        let ms = i128::from(t1.as_millisecond() - t0.as_millisecond());
        let watts = (ms > 0).then(|| i128::from(e1 - e0) * 3_600_000 / ms)?;
        i64::try_from(watts).ok().map(Watts)
    }
}
