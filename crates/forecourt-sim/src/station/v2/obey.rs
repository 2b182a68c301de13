//! What a simulated 2.x station answers to the calls of the CSMS.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Access, BootReason, Key, Notice, Station, more, pages};
use crate::station::body::Availability;
use crate::station::settings::Written;
use crate::station::station::Later;

/// Answers a call of the CSMS, or names the error code.
pub(in crate::station) fn obey(
    station: &mut Station,
    action: &str,
    payload: &Value,
    now: Timestamp,
) -> Result<Value, &'static str> {
    match action {
        "RequestStartTransaction" => start(station, payload, now),
        "RequestStopTransaction" => {
            let name = text(payload, "transactionId")?;
            Ok(verdict(station.body.remote_stop(name, now)))
        }
        "Reset" => Ok(json!({ "status": reset(station, text(payload, "type")?, now) })),
        "UnlockConnector" => Ok(json!({ "status": unlock(station, payload, now)? })),
        "ChangeAvailability" => {
            let operative = text(payload, "operationalStatus")? == "Operative";
            let answer = match station.body.set_availability(evse_of(payload), operative, now) {
                Availability::Accepted => "Accepted",
                Availability::Scheduled => "Scheduled",
                Availability::Rejected => "Rejected",
            };
            Ok(json!({ "status": answer }))
        }
        "GetVariables" => {
            Ok(json!({ "getVariableResult": each(payload, "getVariableData", |one| read(station, one))? }))
        }
        "SetVariables" => {
            Ok(json!({ "setVariableResult": each(payload, "setVariableData", |one| write(station, one))? }))
        }
        "GetBaseReport" => {
            let request =
                payload.get("requestId").and_then(Value::as_i64).ok_or("OccurrenceConstraintViolation")?;
            for page in 0..pages(station) {
                station.body.say(Notice::Inventory { request, page, at: now });
            }
            Ok(verdict(true))
        }
        "TriggerMessage" => Ok(json!({ "status": trigger(station, payload, now)? })),
        "ClearCache" => {
            station.body.clear_cache();
            Ok(verdict(true))
        }
        "DataTransfer" => {
            let known = text(payload, "vendorId")? == station.config.vendor;
            Ok(json!({ "status": if known { "UnknownMessageId" } else { "UnknownVendorId" } }))
        }
        _ => more::obey(station, action, payload, now).ok_or("NotImplemented"),
    }
}

fn text<'a>(payload: &'a Value, name: &str) -> Result<&'a str, &'static str> {
    payload.get(name).and_then(Value::as_str).ok_or("OccurrenceConstraintViolation")
}

fn verdict(ok: bool) -> Value {
    json!({ "status": if ok { "Accepted" } else { "Rejected" } })
}

fn whole(value: Option<&Value>) -> Option<i32> {
    value.and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok())
}

/// `evse.id` of a payload.
fn evse_of(payload: &Value) -> Option<i32> {
    whole(payload.get("evse").and_then(|evse| evse.get("id")))
}

fn each(
    payload: &Value,
    list: &str,
    mut one: impl FnMut(&Value) -> Value,
) -> Result<Vec<Value>, &'static str> {
    let items = payload.get(list).and_then(Value::as_array).ok_or("OccurrenceConstraintViolation")?;
    Ok(items.iter().map(&mut one).collect())
}

fn start(station: &mut Station, payload: &Value, now: Timestamp) -> Result<Value, &'static str> {
    let token = payload.get("idToken").ok_or("OccurrenceConstraintViolation")?;
    let key = Key { uid: text(token, "idToken")?.to_owned(), kind: text(token, "type")?.to_owned() };
    let id = payload.get("remoteStartId").and_then(Value::as_i64);
    let evse = whole(payload.get("evseId"));
    Ok(verdict(station.body.remote_start(evse, key, id, now)))
}

fn reset(station: &mut Station, kind: &str, now: Timestamp) -> &'static str {
    station.boot_reason = BootReason::RemoteReset;
    if kind == "OnIdle" {
        return if station.body.reset_when_idle() { "Scheduled" } else { "Accepted" };
    }
    station.body.reset(true, now);
    "Accepted"
}

fn unlock(station: &mut Station, payload: &Value, now: Timestamp) -> Result<&'static str, &'static str> {
    let evse = whole(payload.get("evseId")).ok_or("OccurrenceConstraintViolation")?;
    if !station.body.has_evse(evse) {
        return Ok("UnknownConnector");
    }
    // F05.FR.02: not while an authorised transaction runs there.
    if station.body.is_charging(evse) {
        return Ok("OngoingAuthorizedTransaction");
    }
    station.body.unlock(evse, now);
    Ok("Unlocked")
}

fn named<'a>(one: &'a Value, what: &str) -> &'a str {
    one.get(what).and_then(|v| v.get("name")).and_then(Value::as_str).unwrap_or_default()
}

fn is_actual(one: &Value) -> bool {
    one.get("attributeType").and_then(Value::as_str).is_none_or(|kind| kind == "Actual")
}

fn read(station: &Station, one: &Value) -> Value {
    let (component, name) = (named(one, "component"), named(one, "variable"));
    let settings = &station.body.settings;
    let found = settings.by_variable(component, name);
    let status = match found {
        None if settings.has_component(component) => "UnknownVariable",
        None => "UnknownComponent",
        Some(_) if !is_actual(one) => "NotSupportedAttributeType",
        Some(setting) if setting.access == Access::WriteOnly => "Rejected",
        Some(_) => "Accepted",
    };
    let mut answer =
        json!({ "attributeStatus": status, "component": one["component"], "variable": one["variable"] });
    if let (Some(setting), "Accepted") = (found, status) {
        answer["attributeValue"] = json!(setting.value);
    }
    answer
}

fn write(station: &mut Station, one: &Value) -> Value {
    let (component, name) = (named(one, "component"), named(one, "variable"));
    let value = one.get("attributeValue").and_then(Value::as_str).unwrap_or_default();
    let settings = &mut station.body.settings;
    let known = settings.has_component(component);
    let status = if is_actual(one) {
        match settings.write_variable(component, name, value) {
            Written::Done => "Accepted",
            Written::ReadOnly | Written::BadValue => "Rejected",
            Written::Unknown if known => "UnknownVariable",
            Written::Unknown => "UnknownComponent",
        }
    } else {
        "NotSupportedAttributeType"
    };
    json!({ "attributeStatus": status, "component": one["component"], "variable": one["variable"] })
}

fn trigger(station: &mut Station, payload: &Value, now: Timestamp) -> Result<&'static str, &'static str> {
    let what = text(payload, "requestedMessage")?;
    let evse = evse_of(payload);
    if evse.is_some_and(|n| n != 0 && !station.body.has_evse(n)) {
        return Ok("Rejected");
    }
    let body = &mut station.body;
    match what {
        "BootNotification" => body.trigger_boot(),
        "StatusNotification" => body.trigger_status(evse, now),
        "Heartbeat" => body.heartbeat(),
        "MeterValues" => body.trigger_reading(evse, now),
        "TransactionEvent" => {
            // F06.FR.07: an update of the running transaction; without one there is nothing to send.
            if body.running().next().is_none() {
                return Ok("Rejected");
            }
            body.trigger_reading(evse, now);
        }
        "FirmwareStatusNotification" => body.say(Notice::FirmwareIdle),
        "LogStatusNotification" => body.say(Notice::LogIdle),
        "SignChargingStationCertificate" => {
            let csr = station.signing_request();
            let payload = json!({ "csr": csr, "certificateType": "ChargingStationCertificate" });
            station.later(now, Later::Say("SignCertificate", payload));
        }
        _ => return Ok("NotImplemented"),
    }
    Ok("Accepted")
}
