//! What the owner of a private charger wishes: starts spread by chance, default hours, the cheapest or the cleanest time.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::{ChargingHours, DELAY_MAX_S, DELAY_USUAL_S};
use crate::opening::{Fault, minutes};

/// The largest goal: no car holds more (Wh).
const GOAL_MAX_WH: i64 = 1_000_000;

/// Wishes for one charger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SmartCharging {
    /// Starts and rises are put off by up to so many seconds, 0 to 1800.
    pub random_delay_s: i64,
    /// When it charges where nothing better is planned; none: at any time.
    #[serde(default)]
    pub default_hours: Option<ChargingHours>,
    pub mode: SmartMode,
    /// `HH:MM` by the clock there.
    #[serde(default)]
    pub ready_by: Option<String>,
    /// What a visit shall have charged by then.
    #[serde(default)]
    pub energy_goal_wh: i64,
}

impl Default for SmartCharging {
    fn default() -> Self {
        Self {
            random_delay_s: DELAY_USUAL_S,
            default_hours: None,
            mode: SmartMode::Plain,
            ready_by: None,
            energy_goal_wh: 0,
        }
    }
}

/// By what the time to charge is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SmartMode {
    /// By nothing.
    Plain,
    Price,
    Carbon,
}

impl SmartCharging {
    /// Everything that is wrong.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !(0..=DELAY_MAX_S).contains(&self.random_delay_s) {
            faults.push(("/random_delay_s".into(), "between 0 and 1800 seconds"));
        }
        let hours = self.default_hours.as_ref().map(ChargingHours::faults).unwrap_or_default();
        faults.extend(hours.into_iter().map(|(field, text)| (format!("/default_hours{field}"), text)));
        if self.ready_by.as_ref().is_some_and(|text| self.ready_minute().is_none() || text.len() != 5) {
            faults.push(("/ready_by".into(), "a time of day as HH:MM"));
        }
        if !(0..=GOAL_MAX_WH).contains(&self.energy_goal_wh) {
            faults.push(("/energy_goal_wh".into(), "between 0 and 1000 kWh"));
        }
        if self.mode != SmartMode::Plain {
            if self.ready_by.is_none() {
                faults.push(("/ready_by".into(), "when the car must be ready"));
            }
            if self.energy_goal_wh == 0 {
                faults.push(("/energy_goal_wh".into(), "how much it shall charge"));
            }
        }
        faults
    }

    fn ready_minute(&self) -> Option<i32> {
        minutes(self.ready_by.as_deref()?).filter(|minute| *minute < 24 * 60)
    }

    /// The first moment after `from` at which the car must be ready.
    pub fn ready_after(&self, from: Timestamp, clock: &TimeZone) -> Option<Timestamp> {
        let minute = self.ready_minute()?;
        let today = from.to_zoned(clock.clone()).date();
        let on = |ahead: i32| {
            let date = today.checked_add(ahead.days()).ok()?;
            let local: DateTime =
                date.at(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0);
            clock.to_ambiguous_timestamp(local).compatible().ok()
        };
        on(0).filter(|moment| *moment > from).or_else(|| on(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_is_this_morning_or_the_next() {
        let smart = SmartCharging { ready_by: Some("07:00".into()), ..SmartCharging::default() };
        let clock = TimeZone::get("Europe/Copenhagen").expect("a zone");
        let ready =
            |from: &str| smart.ready_after(from.parse().expect("a time"), &clock).map(|at| at.to_string());
        assert_eq!(ready("2026-11-22T05:59:00Z").as_deref(), Some("2026-11-22T06:00:00Z"));
        assert_eq!(ready("2026-11-22T06:00:00Z").as_deref(), Some("2026-11-23T06:00:00Z"));
        // The night in which the clock is put back.
        assert_eq!(ready("2026-10-24T18:00:00Z").as_deref(), Some("2026-10-25T06:00:00Z"));
    }

    #[test]
    fn a_plan_needs_an_end_and_a_goal() {
        let fields = |smart: &SmartCharging| smart.faults().into_iter().map(|(f, _)| f).collect::<Vec<_>>();
        assert!(fields(&SmartCharging::default()).is_empty());
        let smart =
            SmartCharging { mode: SmartMode::Price, random_delay_s: 1_801, ..SmartCharging::default() };
        assert_eq!(fields(&smart), ["/random_delay_s", "/ready_by", "/energy_goal_wh"]);
        let smart = SmartCharging { ready_by: Some("24:00".into()), ..SmartCharging::default() };
        assert_eq!(fields(&smart), ["/ready_by"]);
    }
}
