//! A simulated station's words in OCPP 2.0.1 and 2.1: its calls and the answers it gives.

mod more;
mod obey;

use forecourt_core::fact::{ChargingState, ConnectorStatus, Context};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::notice::{BootReason, Fault, Key, Notice, StopReason, Tx, stamp};
use super::settings::{Access, Kind, Setting};
use super::station::Station;
use crate::car::Sample;

pub(super) use obey::obey;

/// Variables on one page of a report (DeviceDataCtrlr ItemsPerMessage).
const REPORT_PAGE: usize = 20;

/// Action and payload of a notice.
pub(super) fn call(station: &Station, notice: &Notice) -> (&'static str, Value) {
    match notice {
        Notice::Boot { reason } => ("BootNotification", boot(station, *reason)),
        Notice::Heartbeat => ("Heartbeat", json!({})),
        Notice::Status { evse, status, at, .. } => (
            "StatusNotification",
            json!({
                "timestamp": stamp(*at), "connectorStatus": status_word(*status),
                // The station as a whole is spoken of as EVSE 0 (connector 0).
                "evseId": evse, "connectorId": i32::from(*evse > 0),
            }),
        ),
        Notice::Event { evse, fault, cleared, at } => ("NotifyEvent", event(*evse, fault, *cleared, *at)),
        Notice::Authorize { key, .. } => ("Authorize", json!({ "idToken": token(key) })),
        Notice::Start { tx, sample, at, offline } => {
            let trigger = if tx.remote_start_id.is_some() { "RemoteStart" } else { "Authorized" };
            let mut payload = transaction("Started", tx, trigger, 0, *at, *offline);
            payload["idToken"] = token(&tx.key);
            payload["transactionInfo"]["chargingState"] = json!("EVConnected");
            if let Some(id) = tx.remote_start_id {
                payload["transactionInfo"]["remoteStartId"] = json!(id);
            }
            payload["meterValue"] = json!([meter_value(sample, Context::Begin, *at)]);
            ("TransactionEvent", payload)
        }
        Notice::Reading { tx: Some(tx), seq, sample, context, at, offline, .. } => {
            let trigger = if *context == Context::Trigger { "Trigger" } else { "MeterValuePeriodic" };
            let mut payload = transaction("Updated", tx, trigger, *seq, *at, *offline);
            payload["meterValue"] = json!([meter_value(sample, *context, *at)]);
            ("TransactionEvent", payload)
        }
        Notice::Reading { evse, tx: None, sample, context, at, .. } => {
            ("MeterValues", json!({ "evseId": evse, "meterValue": [meter_value(sample, *context, *at)] }))
        }
        Notice::State { tx, seq, state, at, offline } => {
            let mut payload = transaction("Updated", tx, "ChargingStateChanged", *seq, *at, *offline);
            payload["transactionInfo"]["chargingState"] = json!(state_word(*state));
            ("TransactionEvent", payload)
        }
        Notice::Stop { tx, seq, sample, why, at, offline } => {
            let (trigger, reason) = stop_words(*why);
            let mut payload = transaction("Ended", tx, trigger, *seq, *at, *offline);
            payload["transactionInfo"]["stoppedReason"] = json!(reason);
            if *why == StopReason::Local {
                payload["idToken"] = token(&tx.key);
            }
            payload["meterValue"] = json!([meter_value(sample, Context::End, *at)]);
            ("TransactionEvent", payload)
        }
        Notice::Inventory { request, page, at } => {
            ("NotifyReport", report_page(station, *request, *page, *at))
        }
        Notice::FirmwareIdle => ("FirmwareStatusNotification", json!({ "status": "Idle" })),
        Notice::LogIdle => ("LogStatusNotification", json!({ "status": "Idle" })),
        Notice::Said { action, payload, .. } => (action, payload.clone()),
    }
}

fn boot(station: &Station, reason: BootReason) -> Value {
    let config = &station.config;
    let reason = match reason {
        BootReason::PowerUp => "PowerUp",
        BootReason::RemoteReset => "RemoteReset",
        BootReason::Triggered => "Triggered",
    };
    json!({
        "reason": reason,
        "chargingStation": {
            "vendorName": config.vendor, "model": config.model,
            "serialNumber": config.serial, "firmwareVersion": config.firmware,
        },
    })
}

fn event(evse: i32, fault: &Fault, cleared: bool, at: Timestamp) -> Value {
    let mut data = json!({
        "eventId": at.as_second().rem_euclid(1_000_000_000), "timestamp": stamp(at), "trigger": "Alerting",
        "actualValue": if cleared { "false" } else { "true" }, "cleared": cleared,
        "techCode": fault.vendor_code, "techInfo": fault.text, "eventNotificationType": "HardWiredNotification",
        "component": { "name": fault.component }, "variable": { "name": "Problem" },
    });
    if evse > 0 {
        data["component"]["evse"] = json!({ "id": evse });
    }
    json!({ "generatedAt": stamp(at), "seqNo": 0, "eventData": [data] })
}

fn token(key: &Key) -> Value {
    json!({ "idToken": key.uid, "type": key.kind })
}

fn transaction(kind: &str, tx: &Tx, trigger: &str, seq: i64, at: Timestamp, offline: bool) -> Value {
    json!({
        "eventType": kind, "timestamp": stamp(at), "triggerReason": trigger, "seqNo": seq, "offline": offline,
        "transactionInfo": { "transactionId": tx.name }, "evse": { "id": tx.evse, "connectorId": 1 },
    })
}

fn status_word(status: ConnectorStatus) -> &'static str {
    match status {
        ConnectorStatus::Available | ConnectorStatus::Unknown => "Available",
        ConnectorStatus::Reserved => "Reserved",
        ConnectorStatus::Unavailable => "Unavailable",
        ConnectorStatus::Faulted => "Faulted",
        _ => "Occupied",
    }
}

fn state_word(state: ChargingState) -> &'static str {
    match state {
        ChargingState::EVConnected => "EVConnected",
        ChargingState::Charging => "Charging",
        ChargingState::SuspendedEV => "SuspendedEV",
        ChargingState::SuspendedEVSE => "SuspendedEVSE",
        ChargingState::Idle => "Idle",
    }
}

/// triggerReason and stoppedReason.
fn stop_words(why: StopReason) -> (&'static str, &'static str) {
    match why {
        StopReason::Local => ("StopAuthorized", "Local"),
        StopReason::EvDisconnected => ("EVCommunicationLost", "EVDisconnected"),
        StopReason::Remote => ("RemoteStop", "Remote"),
        StopReason::DeAuthorized => ("Deauthorized", "DeAuthorized"),
        StopReason::SoftReset | StopReason::HardReset => ("ResetCommand", "ImmediateReset"),
        StopReason::Unlocked => ("UnlockCommand", "Other"),
        StopReason::Fault => ("AbnormalCondition", "GroundFault"),
    }
}

fn meter_value(sample: &Sample, context: Context, at: Timestamp) -> Value {
    let context = match context {
        Context::Begin => "Transaction.Begin",
        Context::End => "Transaction.End",
        Context::Trigger => "Trigger",
        Context::Clock => "Sample.Clock",
        _ => "Sample.Periodic",
    };
    let value = |measurand: &str, value: f64, unit: &str| {
        json!({ "value": value, "context": context, "measurand": measurand, "location": "Outlet",
            "unitOfMeasure": { "unit": unit } })
    };
    let mut values = vec![
        value("Energy.Active.Import.Register", whole(sample.register.0), "Wh"),
        value("Power.Active.Import", whole(sample.power.0), "W"),
        value("Voltage", whole(sample.voltage.0 / 100) / 10.0, "V"),
    ];
    let current = whole(sample.current.0 / 100) / 10.0;
    if sample.phases == 1 {
        values.push(value("Current.Import", current, "A"));
    } else {
        for phase in ["L1", "L2", "L3"].iter().take(usize::from(sample.phases)) {
            let mut one = value("Current.Import", current, "A");
            one["phase"] = json!(phase);
            values.push(one);
        }
    }
    if let Some(soc) = sample.soc {
        let mut soc = value("SoC", whole(soc.0 / 10), "Percent");
        soc["location"] = json!("EV");
        values.push(soc);
    }
    json!({ "timestamp": stamp(at), "sampledValue": values })
}

/// OCPP 2.x writes measured values as JSON numbers; ours stay far below the 2^53 a double holds exactly.
#[expect(clippy::cast_precision_loss, reason = "registers and powers stay far below 2^53")]
fn whole(value: i64) -> f64 {
    value as f64
}

/// The settings that exist in 2.x, in a fixed order.
fn listed(station: &Station) -> Vec<&Setting> {
    station.body.settings.all().iter().filter(|s| !s.component.is_empty()).collect()
}

fn report_page(station: &Station, request: i64, page: usize, at: Timestamp) -> Value {
    let all = listed(station);
    let from = page * REPORT_PAGE;
    let data: Vec<Value> = all
        .iter()
        .skip(from)
        .take(REPORT_PAGE)
        .map(|s| {
            let mutability = match s.access {
                Access::ReadOnly => "ReadOnly",
                Access::ReadWrite => "ReadWrite",
                Access::WriteOnly => "WriteOnly",
            };
            let kind = match s.kind {
                Kind::Whole => "integer",
                Kind::Flag => "boolean",
                Kind::Text => "string",
            };
            let mut attribute = json!({ "type": "Actual", "mutability": mutability });
            if s.access != Access::WriteOnly {
                attribute["value"] = json!(s.value);
            }
            json!({
                "component": { "name": s.component }, "variable": { "name": s.name },
                "variableAttribute": [attribute],
                "variableCharacteristics": { "dataType": kind, "supportsMonitoring": false },
            })
        })
        .collect();
    let more = from + REPORT_PAGE < all.len();
    json!({ "requestId": request, "generatedAt": stamp(at), "seqNo": page, "tbc": more, "reportData": data })
}

/// How many pages a report takes.
fn pages(station: &Station) -> usize {
    listed(station).len().div_ceil(REPORT_PAGE).max(1)
}
