//! A simulated station's words in OCPP 1.6: its calls, and its answers to the CSMS's calls.

mod more;

use forecourt_core::fact::{ConnectorStatus, Context};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::body::Availability;
use super::notice::{BootReason, Key, Notice, StopReason, stamp};
use super::settings::{Access, Setting, Written};
use super::station::Station;
use crate::car::Sample;

/// Most characters of an answer's configuration value (1.6 KeyValue.value).
const VALUE_MAX: usize = 500;

/// Action and payload of a notice. [`Notice`]s without a word in 1.6 never come here.
pub(super) fn call(station: &Station, notice: &Notice) -> (&'static str, Value) {
    match notice {
        Notice::Boot { .. } => ("BootNotification", boot(station)),
        Notice::Status { evse, status, fault, at } => {
            let mut payload = json!({
                "connectorId": evse, "status": status_word(*status), "timestamp": stamp(*at),
                "errorCode": fault.map_or("NoError", |f| f.code),
            });
            if let Some(fault) = fault {
                payload["info"] = json!(fault.text);
                payload["vendorId"] = json!(station.config.vendor);
                payload["vendorErrorCode"] = json!(fault.vendor_code);
            }
            ("StatusNotification", payload)
        }
        Notice::Authorize { key, .. } => ("Authorize", json!({ "idTag": key.uid })),
        Notice::Start { tx, sample, at, .. } => (
            "StartTransaction",
            json!({
                "connectorId": tx.evse, "idTag": tx.key.uid,
                "meterStart": sample.register.0, "timestamp": stamp(*at),
            }),
        ),
        Notice::Reading { evse, tx, sample, context, at, .. } => {
            let mut payload =
                json!({ "connectorId": evse, "meterValue": [meter_value(sample, *context, *at)] });
            // A start that was never answered leaves the number unknown; the reading still counts by its connector.
            if let Some(number) = tx.as_ref().and_then(|tx| station.given.get(&tx.number)) {
                payload["transactionId"] = json!(number);
            }
            ("MeterValues", payload)
        }
        Notice::Stop { tx, sample, why, at, .. } => (
            "StopTransaction",
            json!({
                "transactionId": station.given.get(&tx.number).copied().unwrap_or(-1),
                "idTag": tx.key.uid, "meterStop": sample.register.0, "timestamp": stamp(*at),
                "reason": reason_word(*why),
                "transactionData": [meter_value(sample, Context::End, *at)],
            }),
        ),
        Notice::FirmwareIdle => ("FirmwareStatusNotification", json!({ "status": "Idle" })),
        Notice::LogIdle => ("DiagnosticsStatusNotification", json!({ "status": "Idle" })),
        Notice::Said { action, payload, .. } => (action, payload.clone()),
        Notice::Heartbeat | Notice::State { .. } | Notice::Event { .. } | Notice::Inventory { .. } => {
            ("Heartbeat", json!({}))
        }
    }
}

fn boot(station: &Station) -> Value {
    let config = &station.config;
    json!({
        "chargePointVendor": config.vendor, "chargePointModel": config.model,
        "chargePointSerialNumber": config.serial, "firmwareVersion": config.firmware,
    })
}

fn status_word(status: ConnectorStatus) -> &'static str {
    match status {
        ConnectorStatus::Available | ConnectorStatus::Unknown => "Available",
        ConnectorStatus::Preparing | ConnectorStatus::Occupied => "Preparing",
        ConnectorStatus::Charging => "Charging",
        ConnectorStatus::SuspendedEV => "SuspendedEV",
        ConnectorStatus::SuspendedEVSE => "SuspendedEVSE",
        ConnectorStatus::Finishing => "Finishing",
        ConnectorStatus::Reserved => "Reserved",
        ConnectorStatus::Unavailable => "Unavailable",
        ConnectorStatus::Faulted => "Faulted",
    }
}

fn reason_word(why: StopReason) -> &'static str {
    match why {
        StopReason::Local => "Local",
        StopReason::EvDisconnected => "EVDisconnected",
        StopReason::Remote => "Remote",
        StopReason::DeAuthorized => "DeAuthorized",
        StopReason::SoftReset => "SoftReset",
        StopReason::HardReset => "HardReset",
        StopReason::Unlocked => "UnlockCommand",
        StopReason::Fault => "Other",
    }
}

fn context_word(context: Context) -> &'static str {
    match context {
        Context::Begin => "Transaction.Begin",
        Context::End => "Transaction.End",
        Context::Trigger => "Trigger",
        Context::Clock => "Sample.Clock",
        _ => "Sample.Periodic",
    }
}

fn meter_value(sample: &Sample, context: Context, at: Timestamp) -> Value {
    let context = context_word(context);
    let mut values = vec![
        json!({ "value": sample.register.0.to_string(), "context": context, "format": "Raw",
            "measurand": "Energy.Active.Import.Register", "location": "Outlet", "unit": "Wh" }),
        json!({ "value": sample.power.0.to_string(), "context": context, "measurand": "Power.Active.Import", "unit": "W" }),
        json!({ "value": thousandths(sample.voltage.0), "context": context, "measurand": "Voltage", "unit": "V" }),
    ];
    let current = thousandths(sample.current.0);
    if sample.phases == 1 {
        values.push(
            json!({ "value": current, "context": context, "measurand": "Current.Import", "unit": "A" }),
        );
    } else {
        for phase in ["L1", "L2", "L3"].iter().take(usize::from(sample.phases)) {
            values.push(json!({ "value": current, "context": context, "measurand": "Current.Import",
                "phase": phase, "unit": "A" }));
        }
    }
    if let Some(soc) = sample.soc {
        values.push(json!({ "value": (soc.0 / 10).to_string(), "context": context, "measurand": "SoC",
            "location": "EV", "unit": "Percent" }));
    }
    json!({ "timestamp": stamp(at), "sampledValue": values })
}

/// A number of thousandths as decimal text with one digit.
fn thousandths(value: i64) -> String {
    format!("{}.{}", value / 1_000, value % 1_000 / 100)
}

/// Answers a call of the CSMS, or names the error code.
pub(super) fn obey(
    station: &mut Station,
    action: &str,
    payload: &Value,
    now: Timestamp,
) -> Result<Value, &'static str> {
    let connector = payload.get("connectorId").and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok());
    let text = |name: &str| payload.get(name).and_then(Value::as_str).ok_or("FormationViolation");
    let verdict = |ok: bool| Ok(json!({ "status": if ok { "Accepted" } else { "Rejected" } }));
    match action {
        "RemoteStartTransaction" => {
            let key = Key::rfid(text("idTag")?);
            verdict(station.body.remote_start(connector, key, None, now))
        }
        "RemoteStopTransaction" => {
            let number = payload.get("transactionId").and_then(Value::as_i64).ok_or("FormationViolation")?;
            let name = station.body.running().find(|tx| station.given.get(&tx.number) == Some(&number));
            let name = name.map(|tx| tx.name.clone());
            verdict(name.is_some_and(|name| station.body.remote_stop(&name, now)))
        }
        "Reset" => {
            let hard = text("type")? == "Hard";
            station.body.reset(hard, now);
            station.boot_reason = BootReason::RemoteReset;
            verdict(true)
        }
        "UnlockConnector" => match connector {
            Some(evse) if station.body.has_evse(evse) => {
                station.body.unlock(evse, now);
                Ok(json!({ "status": "Unlocked" }))
            }
            _ => Ok(json!({ "status": "NotSupported" })),
        },
        "ChangeAvailability" => {
            let operative = text("type")? == "Operative";
            let answer = match station.body.set_availability(connector, operative, now) {
                Availability::Accepted => "Accepted",
                Availability::Scheduled => "Scheduled",
                Availability::Rejected => "Rejected",
            };
            Ok(json!({ "status": answer }))
        }
        "GetConfiguration" => Ok(configuration(station, payload)),
        "ChangeConfiguration" => {
            let answer = match station.body.settings.write_key(text("key")?, text("value")?) {
                Written::Done => "Accepted",
                Written::ReadOnly | Written::BadValue => "Rejected",
                Written::Unknown => "NotSupported",
            };
            Ok(json!({ "status": answer }))
        }
        "TriggerMessage" => {
            Ok(json!({ "status": trigger(station, text("requestedMessage")?, connector, now) }))
        }
        "ClearCache" => {
            station.body.clear_cache();
            verdict(true)
        }
        "DataTransfer" => {
            let known = text("vendorId")? == station.config.vendor;
            Ok(json!({ "status": if known { "UnknownMessageId" } else { "UnknownVendorId" } }))
        }
        _ => more::obey(station, action, payload, now).ok_or("NotImplemented"),
    }
}

fn configuration(station: &Station, payload: &Value) -> Value {
    let asked: Vec<&str> = payload
        .get("key")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let settings = &station.body.settings;
    let shown = |s: &Setting| {
        let mut entry = Map::new();
        entry.insert("key".into(), json!(s.key));
        entry.insert("readonly".into(), json!(s.access == Access::ReadOnly));
        if s.access != Access::WriteOnly {
            entry.insert("value".into(), json!(s.value.chars().take(VALUE_MAX).collect::<String>()));
        }
        Value::Object(entry)
    };
    if asked.is_empty() {
        let all: Vec<Value> = settings.all().iter().filter(|s| !s.key.is_empty()).map(shown).collect();
        return json!({ "configurationKey": all });
    }
    let known: Vec<Value> = asked.iter().filter_map(|key| settings.by_key(key)).map(shown).collect();
    let unknown: Vec<&str> = asked.into_iter().filter(|key| settings.by_key(key).is_none()).collect();
    json!({ "configurationKey": known, "unknownKey": unknown })
}

fn trigger(station: &mut Station, what: &str, connector: Option<i32>, now: Timestamp) -> &'static str {
    if connector.is_some_and(|n| n != 0 && !station.body.has_evse(n)) {
        return "Rejected";
    }
    let body = &mut station.body;
    match what {
        "BootNotification" => body.trigger_boot(),
        "StatusNotification" => body.trigger_status(connector, now),
        "Heartbeat" => body.heartbeat(),
        "MeterValues" => body.trigger_reading(connector, now),
        "FirmwareStatusNotification" => body.say(Notice::FirmwareIdle),
        "DiagnosticsStatusNotification" => body.say(Notice::LogIdle),
        _ => return "NotImplemented",
    }
    "Accepted"
}
