//! What real stations do wrong, done on purpose: a clock that is off, messages said twice, units misspelt, refusals,
//! answers that come late.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// One bad habit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Habit {
    /// Loses its connection every few minutes.
    Offline,
    /// Its clock is three hours behind.
    BadClock,
    /// Says every message of a transaction twice, under the same id.
    Repeats,
    /// Writes energy in kWh and misspells the unit.
    WrongUnits,
    /// Says no to whatever it is asked.
    Refuses,
    /// Answers after longer than anybody waits.
    Slow,
}

const NAMES: [(&str, Habit); 6] = [
    ("offline", Habit::Offline),
    ("bad-clock", Habit::BadClock),
    ("repeats", Habit::Repeats),
    ("wrong-units", Habit::WrongUnits),
    ("refuses", Habit::Refuses),
    ("slow", Habit::Slow),
];

/// How far a bad clock is behind.
const BEHIND: SignedDuration = SignedDuration::from_hours(3);
/// A slow answer comes after this long, in real seconds: the CSMS waits 30.
pub(super) const SLOW_ANSWER_S: i64 = 45;

impl Habit {
    pub fn named(text: &str) -> Option<Self> {
        NAMES.iter().find(|(name, _)| *name == text).map(|(_, habit)| *habit)
    }

    /// Every habit that can be asked for by name.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }
}

/// A call as a station with these habits words it.
pub(super) fn spoil(habits: &[Habit], payload: &mut Value) {
    if habits.contains(&Habit::BadClock) {
        set_back(payload);
    }
    if habits.contains(&Habit::WrongUnits) {
        misspell(payload);
    }
}

fn set_back(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(set_back),
        Value::Object(members) => members.values_mut().for_each(set_back),
        Value::String(text) => {
            if let Some(at) = text.ends_with('Z').then(|| text.parse::<Timestamp>().ok()).flatten() {
                *text = super::notice::stamp(at - BEHIND);
            }
        }
        _ => {}
    }
}

fn misspell(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(misspell),
        Value::Object(members) => {
            let is_energy =
                members.get("measurand").and_then(Value::as_str).is_some_and(|m| m.starts_with("Energy"));
            if !is_energy {
                return members.values_mut().for_each(misspell);
            }
            let number = match members.get("value") {
                Some(Value::String(text)) => text.parse::<f64>().ok(),
                other => other.and_then(Value::as_f64),
            };
            let Some(number) = number else { return };
            let (kwh, text) = (number / 1_000.0, members.get("value").is_some_and(Value::is_string));
            members.insert("value".into(), if text { json!(kwh.to_string()) } else { json!(kwh) });
            match members.get_mut("unitOfMeasure") {
                Some(unit) => *unit = json!({ "unit": "kwh" }),
                None => _ = members.insert("unit".into(), json!("kwh")),
            }
        }
        _ => {}
    }
}

/// What a station that refuses everything answers; `None` where an answer has no word for no.
pub(super) fn refusal(action: &str) -> Option<Value> {
    const WITHOUT: [&str; 5] =
        ["GetConfiguration", "GetVariables", "SetVariables", "GetLocalListVersion", "GetTransactionStatus"];
    let word = match action {
        "UnlockConnector" => "UnlockFailed",
        "SendLocalList" => "Failed",
        "ReserveNow" => "Rejected",
        "ClearChargingProfile" | "ClearDisplayMessage" => "Unknown",
        "DeleteCertificate" => "Failed",
        "GetInstalledCertificateIds" => "NotFound",
        _ if WITHOUT.contains(&action) => return None,
        _ => "Rejected",
    };
    Some(json!({ "status": word }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_habit() {
        assert!(Habit::names().all(|name| Habit::named(name).is_some()));
        assert_eq!(Habit::named("polite"), None);
    }

    #[test]
    fn clocks_and_units_are_spoilt_wherever_they_stand() {
        let mut payload = json!({ "meterValue": [{ "timestamp": "2026-01-01T12:00:00.000Z", "sampledValue": [
            { "measurand": "Energy.Active.Import.Register", "value": "1500", "unit": "Wh" },
            { "measurand": "Voltage", "value": "230", "unit": "V" },
        ] }] });
        spoil(&[Habit::BadClock, Habit::WrongUnits], &mut payload);
        let value = &payload["meterValue"][0];
        assert_eq!(value["timestamp"], "2026-01-01T09:00:00.000Z");
        assert_eq!(
            value["sampledValue"][0],
            json!({ "measurand": "Energy.Active.Import.Register", "value": "1.5", "unit": "kwh" })
        );
        assert_eq!(value["sampledValue"][1]["value"], "230");
    }
}
