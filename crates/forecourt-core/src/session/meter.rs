//! Energy of a session from register readings.
//!
//! Each kind of register is its own series; the session's figure is taken from the best series that has two
//! points. Per-phase sums and totals are never mixed. Order of arrival does not matter.

use serde::{Deserialize, Serialize};

use super::flag::Flag;
use crate::fact::{Context, Reading};
use crate::unit::{WattHours, Watts};

/// Rise that is believed regardless of time, in Wh: meters are read late and clocks are coarse.
const SLACK_WH: i64 = 2_000;
/// Believed power when the EVSE's is not known: the megawatt charging system's first step.
const DEFAULT_MAX_POWER: Watts = Watts(1_000_000);
/// Share of the nominal power above which a rise is not believed: meters and plates differ.
const POWER_MARGIN_PERCENT: i64 = 150;
/// Largest register believed, in Wh: a thousand terawatt-hours is no charger.
const REGISTER_MAX: i64 = 1_000_000_000_000_000;
/// Smallest register size that can roll over, in Wh: five digits of kWh tenths and up.
const SMALLEST_ROLLOVER: i64 = 1_000_000;

/// Where the energy figure comes from, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnergySource {
    /// Register readings during the session.
    Register,
    /// Only the start and stop register.
    StartStop,
    /// Sum of the per-phase registers.
    PhaseSum,
    /// A register at the inlet, with losses.
    Inlet,
    /// Sum of interval readings.
    Interval,
    None,
}

/// All series of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub total: Option<Series>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phase_sum: Option<Series>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub inlet: Option<Series>,
    /// Sum of intervals and the time of the newest one counted, in ms.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub intervals: Option<(i64, i64)>,
}

/// One register over time. Times are milliseconds since 1970, values Wh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    pub start_at: i64,
    pub start: i64,
    pub last_at: i64,
    pub last: i64,
    /// Energy of stretches closed by a reset, a roll-over or a jump.
    #[serde(default)]
    pub closed: i64,
    /// A value that does not fit and waits for the next one to confirm it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub suspect: Option<(i64, i64)>,
    /// Values seen between start and stop.
    #[serde(default)]
    pub samples: u32,
    /// The first value ever seen, for display.
    pub first: i64,
}

impl Meter {
    /// Takes one reading in; says what was unusual. The same reading twice changes nothing.
    pub fn take(&mut self, reading: &Reading, max_power: Option<Watts>) -> Vec<Flag> {
        let mut flags = Vec::new();
        let at = reading.at.as_millisecond();
        let mut feed = |series: &mut Option<Series>, value: Option<WattHours>| {
            if let Some(WattHours(value)) = value {
                if !(0..=REGISTER_MAX).contains(&value) {
                    flags.push(Flag::RegisterOutlier);
                    return;
                }
                match series {
                    None => *series = Some(Series::begin(at, value, reading.context)),
                    Some(series) => series.take(at, value, reading.context, max_power, &mut flags),
                }
            }
        };
        feed(&mut self.total, reading.register);
        feed(&mut self.phase_sum, reading.register_phase_sum);
        feed(&mut self.inlet, reading.register_inlet);
        if let Some(WattHours(value)) = reading.interval {
            let (sum, newest) = self.intervals.unwrap_or((0, i64::MIN));
            if at > newest && (0..=REGISTER_MAX).contains(&value) {
                self.intervals = Some((sum.saturating_add(value), at));
            }
        }
        flags
    }

    pub fn source(&self) -> EnergySource {
        let counted = |series: &Option<Series>| series.as_ref().is_some_and(|s| s.last_at > s.start_at);
        match self {
            Self { total: Some(total), .. } if counted(&self.total) && total.samples > 0 => {
                EnergySource::Register
            }
            Self { total: Some(total), .. }
                if counted(&self.total) && (total.last > total.start || self.only_total()) =>
            {
                EnergySource::StartStop
            }
            _ if counted(&self.phase_sum) => EnergySource::PhaseSum,
            _ if counted(&self.inlet) => EnergySource::Inlet,
            Self { intervals: Some(_), .. } => EnergySource::Interval,
            Self { total: Some(_), .. } if counted(&self.total) => EnergySource::StartStop,
            _ => EnergySource::None,
        }
    }

    fn only_total(&self) -> bool {
        self.phase_sum.is_none() && self.inlet.is_none() && self.intervals.is_none()
    }

    pub fn energy(&self) -> WattHours {
        let of = |series: &Option<Series>| series.as_ref().map_or(0, Series::energy);
        WattHours(match self.source() {
            EnergySource::Register | EnergySource::StartStop => of(&self.total),
            EnergySource::PhaseSum => of(&self.phase_sum),
            EnergySource::Inlet => of(&self.inlet),
            EnergySource::Interval => self.intervals.map_or(0, |(sum, _)| sum),
            EnergySource::None => 0,
        })
    }

    /// First and last value of the register that is counted.
    pub fn ends(&self) -> (Option<WattHours>, Option<WattHours>) {
        let series = match self.source() {
            EnergySource::PhaseSum => &self.phase_sum,
            EnergySource::Inlet => &self.inlet,
            _ => &self.total,
        };
        match series {
            Some(series) => (Some(WattHours(series.first)), Some(WattHours(series.last))),
            None => (None, None),
        }
    }
}

impl Series {
    fn begin(at: i64, value: i64, context: Context) -> Self {
        let samples = u32::from(!matches!(context, Context::Begin | Context::End));
        Self {
            start_at: at,
            start: value,
            last_at: at,
            last: value,
            closed: 0,
            suspect: None,
            samples,
            first: value,
        }
    }

    pub fn energy(&self) -> i64 {
        self.closed.saturating_add(self.last.saturating_sub(self.start)).max(0)
    }

    fn take(
        &mut self,
        at: i64,
        value: i64,
        context: Context,
        max_power: Option<Watts>,
        flags: &mut Vec<Flag>,
    ) {
        if at < self.last_at {
            return self.take_earlier(at, value, context);
        }
        if at == self.last_at && value == self.last {
            return;
        }
        if !matches!(context, Context::Begin | Context::End) {
            self.samples = self.samples.saturating_add(1);
        }
        if value >= self.last && self.believable(at, value - self.last, max_power) {
            self.suspect = None;
            (self.last_at, self.last) = (at, value);
            return;
        }
        self.take_misfit(at, value, context, max_power, flags);
    }

    /// A value from before the newest one: it can only move the start back.
    fn take_earlier(&mut self, at: i64, value: i64, context: Context) {
        let moves_start = at < self.start_at && self.closed == 0 && value <= self.start;
        if moves_start {
            (self.start_at, self.start, self.first) = (at, value, value);
        }
        if matches!(context, Context::Periodic | Context::Clock) {
            self.samples = self.samples.max(1);
        }
    }

    /// A value that falls, or rises faster than the EVSE can deliver.
    fn take_misfit(
        &mut self,
        at: i64,
        value: i64,
        context: Context,
        max_power: Option<Watts>,
        flags: &mut Vec<Flag>,
    ) {
        if self.is_rollover(at, value, max_power) {
            let top = next_power_of_ten(self.last);
            self.closed = self.closed.saturating_add(top - self.start);
            (self.start, self.last_at, self.last, self.suspect) = (0, at, value, None);
            flags.push(Flag::MeterRollover);
            return;
        }
        if value > self.last && self.start == 0 && self.last == 0 && self.closed == 0 {
            // Stations that always report meterStart 0: the first real sample is the start.
            (self.start_at, self.start, self.first) = (at, value, value);
            (self.last_at, self.last, self.suspect) = (at, value, None);
            flags.push(Flag::RegisterOutlier);
            return;
        }
        if let Some((suspect_at, suspect)) = self.suspect
            && suspect_at < at
            && value >= suspect
            && (value < self.last) == (suspect < self.last)
        {
            let fell = suspect < self.last;
            self.closed = self.closed.saturating_add(self.last - self.start);
            let restart = if fell && self.believable(suspect_at, suspect, max_power) { 0 } else { suspect };
            (self.start, self.last_at, self.last, self.suspect) = (restart, at, value, None);
            flags.push(if fell { Flag::MeterReset } else { Flag::RegisterJump });
            return;
        }
        let below_start = value < self.start && self.closed == 0;
        flags.push(if context == Context::End && below_start {
            Flag::NegativeEnergy
        } else {
            Flag::RegisterOutlier
        });
        if context == Context::End && value > self.last {
            flags.push(Flag::RegisterJump);
        }
        self.suspect = Some((at, value));
    }

    fn believable(&self, at: i64, rise: i64, max_power: Option<Watts>) -> bool {
        let power = max_power.map_or(DEFAULT_MAX_POWER.0, |p| p.0.saturating_mul(POWER_MARGIN_PERCENT) / 100);
        let milliseconds = at.saturating_sub(self.last_at).max(0);
        let limit = i128::from(power) * i128::from(milliseconds) / 3_600_000 + i128::from(SLACK_WH);
        i128::from(rise) <= limit
    }

    fn is_rollover(&self, at: i64, value: i64, max_power: Option<Watts>) -> bool {
        let top = next_power_of_ten(self.last);
        top >= SMALLEST_ROLLOVER
            && value < self.last
            && value >= 0
            && self.believable(at, top - self.last + value, max_power)
    }
}

/// The smallest power of ten above a value: where its register starts again from zero.
fn next_power_of_ten(value: i64) -> i64 {
    let mut top: i64 = 10;
    while top <= value && top < i64::MAX / 10 {
        top *= 10;
    }
    top
}
