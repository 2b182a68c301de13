//! Charging profiles a simulated station was given, as limits it keeps: the words of both protocol families, read.
//!
//! Of a schedule the period of the moment counts.

use forecourt_core::unit::{MilliAmps, Watts};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::kept::Shelf;
use crate::car::Allowance;

/// Seconds.
const DAY: i64 = 86_400;

/// What a profile limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Station,
    Default,
    Session,
}

/// One profile, as the body of the station wants it.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    /// 0: every EVSE.
    pub evse: i64,
    pub of: Of,
    level: i64,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    /// When the first second of the schedule was.
    begins: Option<Timestamp>,
    /// Seconds after which it begins anew.
    every: Option<i64>,
    /// Seconds after `begins`, and what is allowed from then on.
    periods: Vec<(i64, Allowance)>,
}

impl Limit {
    fn now(&self, at: Timestamp) -> Option<Allowance> {
        if self.from.is_some_and(|from| at < from) || self.until.is_some_and(|until| until <= at) {
            return None;
        }
        let passed = self.passed(at);
        self.periods.iter().rev().find(|(start, _)| *start <= passed).map(|(_, allowed)| *allowed)
    }

    /// Seconds of the schedule that are over.
    fn passed(&self, at: Timestamp) -> i64 {
        let passed = self.begins.map_or(0, |begins| at.duration_since(begins).as_secs());
        self.every.map_or(passed, |every| passed.rem_euclid(every))
    }

    /// Seconds after `at` at which something else may be allowed, within `lasts` seconds.
    pub(super) fn edges(&self, at: Timestamp, lasts: i64) -> Vec<i64> {
        let after = |moment: Timestamp| moment.duration_since(at).as_secs();
        let ends = [self.from, self.until].into_iter().flatten().map(after);
        let passed = self.passed(at);
        let again = self.every.map_or(0, |every| lasts / every + 1);
        let every = self.every.unwrap_or(0);
        let turns = (0..=again).map(|turn| turn * every - passed);
        let steps = turns.flat_map(|begins| self.periods.iter().map(move |(start, _)| begins + start));
        ends.chain(steps).filter(|second| (1..lasts).contains(second)).collect()
    }
}

/// What an EVSE is allowed at a moment, by everything the station was given.
pub(super) fn allowances(limits: &[Limit], evse: i32, at: Timestamp) -> impl Iterator<Item = Allowance> {
    let here = |limit: &&Limit| limit.evse == 0 || limit.evse == i64::from(evse);
    let highest = |of: Of| {
        let valid = limits.iter().filter(here).filter(move |limit| limit.of == of);
        valid.filter_map(|limit| Some((limit.level, limit.now(at)?))).max_by_key(|(level, _)| *level)
    };
    // A session's own profile goes before the default; the station's limit holds beside both.
    let own = highest(Of::Session).or_else(|| highest(Of::Default));
    own.into_iter().chain(highest(Of::Station)).map(|(_, allowed)| allowed)
}

/// Reads what was kept.
pub(super) fn limits_of(profiles: &Shelf) -> Vec<Limit> {
    profiles.values().filter_map(limit_of).collect()
}

fn limit_of(set: &Value) -> Option<Limit> {
    let old = set.get("csChargingProfiles");
    let profile = old.or_else(|| set.get("chargingProfile"))?;
    let schedule = match old {
        Some(profile) => &profile["chargingSchedule"],
        None => &profile["chargingSchedule"][0],
    };
    let of = match profile["chargingProfilePurpose"].as_str()? {
        "TxProfile" => Of::Session,
        "TxDefaultProfile" => Of::Default,
        "ChargePointMaxProfile" | "ChargingStationMaxProfile" | "ChargingStationExternalConstraints" => {
            Of::Station
        }
        _ => return None,
    };
    let every =
        match profile["recurrencyKind"].as_str().filter(|_| profile["chargingProfileKind"] == "Recurring") {
            Some("Daily") => Some(DAY),
            Some("Weekly") => Some(7 * DAY),
            _ => None,
        };
    let time = |value: &Value| value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let begins = time(&schedule["startSchedule"]);
    // A schedule that repeats is over when it begins anew.
    let lasts = schedule["duration"].as_i64().filter(|_| every.is_none()).map(SignedDuration::from_secs);
    let ends = begins.zip(lasts).map(|(begins, lasts)| begins + lasts);
    let watts = schedule["chargingRateUnit"] == "W";
    let periods = schedule["chargingSchedulePeriod"].as_array()?.iter();
    let periods = periods.filter_map(|period| {
        let limit = period["limit"].as_f64()?.clamp(0.0, 1e9);
        let allowed = match watts {
            true => Allowance::Power(Watts(limit as i64)),
            false => Allowance::PerPhase(MilliAmps((limit * 1_000.0).round() as i64)),
        };
        Some((period["startPeriod"].as_i64().unwrap_or(0), allowed))
    });
    Some(Limit {
        evse: set.get("connectorId").or_else(|| set.get("evseId"))?.as_i64()?,
        of,
        level: profile["stackLevel"].as_i64().unwrap_or(0),
        from: begins.max(time(&profile["validFrom"])),
        until: [ends, time(&profile["validTo"])].into_iter().flatten().min(),
        begins,
        every,
        periods: periods.collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    #[test]
    fn a_sessions_profile_goes_before_the_default_until_it_ends() {
        let kept = Shelf::from([
            (
                "1".to_owned(),
                json!({ "connectorId": 1, "csChargingProfiles": {
                "chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": { "chargingRateUnit": "A", "chargingSchedulePeriod": [{ "startPeriod": 0, "limit": 6.2 }] } } }),
            ),
            (
                "2".to_owned(),
                json!({ "evseId": 1, "chargingProfile": {
                "id": 2, "stackLevel": 0, "chargingProfilePurpose": "TxProfile", "chargingProfileKind": "Absolute",
                "validTo": "1970-01-01T00:10:00Z",
                "chargingSchedule": [{ "chargingRateUnit": "W", "startSchedule": "1970-01-01T00:00:00Z",
                    "chargingSchedulePeriod": [{ "startPeriod": 0, "limit": 9000.0 }, { "startPeriod": 60, "limit": 0 }] }] } }),
            ),
        ]);
        let limits = limits_of(&kept);
        let allowed = |second| allowances(&limits, 1, at(second)).collect::<Vec<_>>();
        assert_eq!(allowed(30), [Allowance::Power(Watts(9_000))]);
        assert_eq!(allowed(60), [Allowance::Power(Watts(0))]);
        assert_eq!(allowed(600), [Allowance::PerPhase(MilliAmps(6_200))]);
        assert_eq!(allowances(&limits, 2, at(30)).count(), 0);
    }
}
