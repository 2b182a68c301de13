//! The schedule a station answers when it is asked what it would allow, in every version.

use forecourt_core::charging::{ChargingSchedule, RateUnit, SchedulePeriod};

use crate::node::Node;
use crate::read::{Notes, Object};

/// The schedule in an answer to GetCompositeSchedule (JSON), or what is kept of it: in 2.x the schedule alone. `None`: there
/// is none that can be read.
///
/// 1.6 has the beginning beside the schedule, 2.x within it. Rates are milliamperes or watts, rounded down.
pub fn read_composite(answer: &str) -> Option<ChargingSchedule> {
    let node = Node::parse(answer).ok()?;
    let notes = Notes::default();
    let whole = Object::payload(&node, "GetCompositeSchedule", &notes).ok()?;
    let (start, inner) = match (whole.object("schedule"), whole.object("chargingSchedule")) {
        (Some(new), _) => (new.time("scheduleStart"), new),
        (None, Some(old)) => (whole.time("scheduleStart"), old),
        (None, None) => (whole.time("scheduleStart"), whole),
    };
    let unit = match inner.text("chargingRateUnit", 1)?.as_str() {
        "A" => RateUnit::MilliAmps,
        "W" => RateUnit::Watts,
        _ => return None,
    };
    let starts_at = start.or_else(|| inner.time("startSchedule"));
    let mut periods = Vec::new();
    inner.each("chargingSchedulePeriod", |period| {
        let limit = period.decimal("limit").and_then(|text| rate(&text, unit));
        if let (Some(start_s), Some(limit)) = (period.integer("startPeriod"), limit) {
            periods.push(SchedulePeriod { start_s, limit, phases: period.integer("numberPhases") });
        }
    });
    periods.sort_by_key(|period| period.start_s);
    let duration_s = inner.integer("duration");
    Some(ChargingSchedule { starts_at, duration_s, unit, min_rate: None, periods })
}

fn rate(text: &str, unit: RateUnit) -> Option<i64> {
    let places = if unit == RateUnit::MilliAmps { 3 } else { 0 };
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let mut digits: String = rest.chars().take(places).collect();
    while digits.len() < places {
        digits.push('0');
    }
    format!("{whole}{digits}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beginning, unit, seconds and limits.
    type Shown = (Option<String>, RateUnit, Vec<(i64, i64)>);

    fn shown(answer: &str) -> Option<Shown> {
        let found = read_composite(answer)?;
        let periods = found.periods.iter().map(|period| (period.start_s, period.limit)).collect();
        Some((found.starts_at.map(|at| at.to_string()), found.unit, periods))
    }

    #[test]
    fn both_families_and_what_is_no_schedule() {
        let start = Some("2026-01-01T12:00:00Z".to_owned());
        let old = r#"{"status":"Accepted","connectorId":2,"scheduleStart":"2026-01-01T12:00:00Z","chargingSchedule":
            {"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":600,"limit":6},{"startPeriod":0,"limit":13.35}]}}"#;
        assert_eq!(shown(old), Some((start.clone(), RateUnit::MilliAmps, vec![(0, 13_350), (600, 6_000)])));
        let new = r#"{"status":"Accepted","schedule":{"evseId":2,"duration":600,"scheduleStart":"2026-01-01T12:00:00Z",
            "chargingRateUnit":"W","chargingSchedulePeriod":[{"startPeriod":0,"limit":11000.9}]}}"#;
        assert_eq!(shown(new), Some((start.clone(), RateUnit::Watts, vec![(0, 11_000)])));
        let alone = r#"{"evseId":2,"duration":600,"scheduleStart":"2026-01-01T12:00:00Z",
            "chargingRateUnit":"W","chargingSchedulePeriod":[{"startPeriod":0,"limit":11000}]}"#;
        assert_eq!(shown(alone), Some((start, RateUnit::Watts, vec![(0, 11_000)])));
        assert_eq!(shown(r#"{"status":"Rejected"}"#), None);
        assert_eq!(shown("[]"), None);
    }
}
