//! What a simulated station says would flow at an EVSE over time, by everything it was given: its answer to
//! GetCompositeSchedule, in the words both families share.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::obey::{Limit, Of, allowances};
use super::station::Station;
use crate::car::{Allowance, Supply};

impl Station {
    /// The unit and the periods of its answer; EVSE 0 is the whole station.
    pub(super) fn composed(&self, evse: &Value, asked: &Value, now: Timestamp) -> (&'static str, Vec<Value>) {
        let number = evse.as_i64().and_then(|number| i32::try_from(number).ok()).unwrap_or_default();
        let whole = i64::try_from(self.config.evses.max(1)).unwrap_or(1);
        let supply = self.config.supply.times(if number == 0 { whole } else { 1 });
        let mut limits = self.body.limits().to_vec();
        limits.retain(|limit| limit.of != Of::Session || self.body.is_charging(number));
        let lasts = asked["duration"].as_i64().unwrap_or_default();
        composed(&limits, number, (now, lasts), supply, asked["chargingRateUnit"].as_str())
    }
}

/// The unit and the periods of a composite schedule of `lasts` seconds. A limit in tenths, as 1.6 writes it.
fn composed(
    limits: &[Limit],
    evse: i32,
    (at, lasts): (Timestamp, i64),
    supply: Supply,
    wanted: Option<&str>,
) -> (&'static str, Vec<Value>) {
    let watts = wanted.map_or(supply.is_dc(), |unit| unit == "W");
    let mut starts: Vec<i64> = limits.iter().flat_map(|limit| limit.edges(at, lasts)).collect();
    starts.push(0);
    starts.sort_unstable();
    starts.dedup();
    let mut periods: Vec<(i64, i64)> = Vec::new();
    for start in starts {
        let then = at + SignedDuration::from_secs(start);
        let allowed = allowances(limits, evse, then).chain([Allowance::Power(supply.power())]);
        let tenths = allowed.map(|limit| tenths(limit, supply, watts)).min().unwrap_or(0);
        if periods.last().is_none_or(|(_, before)| *before != tenths) {
            periods.push((start, tenths));
        }
    }
    let period = |(start, tenths): (i64, i64)| json!({ "startPeriod": start, "limit": tenths as f64 / 10.0 });
    (if watts { "W" } else { "A" }, periods.into_iter().map(period).collect())
}

fn tenths(limit: Allowance, supply: Supply, watts: bool) -> i64 {
    match (limit, watts) {
        (Allowance::Power(power), true) => power.0 * 10,
        (Allowance::PerPhase(current), false) => current.0 / 100,
        (Allowance::Power(power), false) => supply.per_phase(power).0 / 100,
        (Allowance::PerPhase(current), true) => supply.over_phases(current).0 * 10,
    }
}

#[cfg(test)]
mod tests {
    use forecourt_core::unit::Watts;
    use serde_json::json;

    use super::*;
    use crate::station::kept::Shelf;
    use crate::station::obey::limits_of;

    const DAY: i64 = 86_400;

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    #[test]
    fn without_profiles_it_is_all_the_evse_can_give() {
        let direct = Supply::Dc { power: Watts(150_000) };
        let all = |supply, unit| composed(&[], 1, (at(0), DAY), supply, unit);
        assert_eq!(all(direct, None), ("W", vec![json!({ "startPeriod": 0, "limit": 150_000.0 })]));
        let alternating = Supply::Ac { power: Watts(22_000), phases: 3 };
        assert_eq!(all(alternating, None), ("A", vec![json!({ "startPeriod": 0, "limit": 31.8 })]));
        assert_eq!(all(alternating, Some("W")).0, "W");
    }

    #[test]
    fn a_week_that_repeats_and_a_limit_that_ends_are_composed() {
        // Monday of the week before, midnight: an hour of six amperes each day at one o'clock.
        let days = (0..7).flat_map(|day| {
            let midnight = day * DAY;
            [(midnight, 32.0), (midnight + 3_600, 6.0), (midnight + 7_200, 32.0)]
        });
        let days: Vec<Value> =
            days.map(|(start, limit)| json!({ "startPeriod": start, "limit": limit })).collect();
        let week = json!({ "connectorId": 1, "csChargingProfiles": {
            "chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Recurring", "recurrencyKind": "Weekly",
            "chargingSchedule": { "chargingRateUnit": "A", "startSchedule": "1970-01-05T00:00:00Z",
                "chargingSchedulePeriod": days } } });
        let most = json!({ "connectorId": 0, "csChargingProfiles": {
            "chargingProfileId": 2, "stackLevel": 0, "chargingProfilePurpose": "ChargePointMaxProfile",
            "chargingProfileKind": "Absolute", "validTo": "1970-01-15T00:30:00Z",
            "chargingSchedule": { "chargingRateUnit": "A", "startSchedule": "1970-01-14T00:00:00Z",
                "chargingSchedulePeriod": [{ "startPeriod": 0, "limit": 10 }] } } });
        let limits = limits_of(&Shelf::from([("1".to_owned(), week), ("2".to_owned(), most)]));
        let supply = Supply::Ac { power: Watts(22_000), phases: 3 };
        // Thursday of the second week.
        let (_, periods) = composed(&limits, 1, (at(14 * DAY), 10_800), supply, None);
        let told: Vec<_> = periods.iter().map(|p| (p["startPeriod"].as_i64(), p["limit"].as_f64())).collect();
        let expected = [(0, 10.0), (1_800, 31.8), (3_600, 6.0), (7_200, 31.8)];
        assert_eq!(told, expected.map(|(start, limit)| (Some(start), Some(limit))));
    }
}
