//! The orders of OCPP 2.0.1 beyond the daily ones, and those 2.1 added.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Station;
use crate::station::config::Protocol;
use crate::station::kept::{Shelf, accepted, key, status, take};
use crate::station::notice::stamp;
use crate::station::obey::limits_of;
use crate::station::station::Later;

/// Between two words about a download or upload, in the station's seconds.
const STEP_S: i64 = 2;

/// Answers, or `None` where this version has no such order.
pub(super) fn obey(station: &mut Station, action: &str, payload: &Value, now: Timestamp) -> Option<Value> {
    profiles(station, action, payload, now)
        .or_else(|| keys(station, action, payload))
        .or_else(|| upkeep(station, action, payload, now))
        .or_else(|| watch(station, action, payload, now))
        .or_else(|| display(station, action, payload, now))
        .or_else(|| trust(station, action, payload))
        .or_else(|| {
            (station.config.protocol == Protocol::V21)
                .then(|| added_by_21(station, action, payload, now))
                .flatten()
        })
}

fn profiles(station: &mut Station, action: &str, payload: &Value, now: Timestamp) -> Option<Value> {
    let kept = &mut station.kept;
    Some(match action {
        "SetChargingProfile" => {
            kept.profiles.insert(key(&payload["chargingProfile"], "id"), payload.clone());
            station.body.obey(limits_of(&station.kept.profiles), now);
            accepted()
        }
        "ClearChargingProfile" => {
            let by = &payload["chargingProfileCriteria"];
            let wanted = |name: &str, seen: &Value| by.get(name).is_none_or(|value| value == seen);
            let before = kept.profiles.len();
            kept.profiles.retain(|id, set| {
                let profile = &set["chargingProfile"];
                let named =
                    payload.get("chargingProfileId").is_none() || key(payload, "chargingProfileId") == *id;
                !(named
                    && wanted("evseId", &set["evseId"])
                    && wanted("chargingProfilePurpose", &profile["chargingProfilePurpose"])
                    && wanted("stackLevel", &profile["stackLevel"]))
            });
            let fewer = kept.profiles.len() < before;
            station.body.obey(limits_of(&station.kept.profiles), now);
            if fewer { accepted() } else { status("Unknown") }
        }
        "GetChargingProfiles" => {
            let request = payload["requestId"].clone();
            let held: Vec<Value> = kept.profiles.values().cloned().collect();
            if held.is_empty() {
                return Some(status("NoProfiles"));
            }
            let last = held.len() - 1;
            for (index, set) in held.into_iter().enumerate() {
                let report = json!({ "requestId": request, "chargingLimitSource": "CSO", "evseId": set["evseId"],
                    "chargingProfile": [set["chargingProfile"]], "tbc": index < last });
                station.later(now, Later::Say("ReportChargingProfiles", report));
            }
            accepted()
        }
        "GetCompositeSchedule" => {
            let (unit, periods) = station.composed(&payload["evseId"], payload, now);
            json!({ "status": "Accepted", "schedule": { "evseId": payload["evseId"], "duration": payload["duration"],
                "scheduleStart": stamp(now), "chargingRateUnit": unit, "chargingSchedulePeriod": periods } })
        }
        _ => return None,
    })
}

fn keys(station: &mut Station, action: &str, payload: &Value) -> Option<Value> {
    Some(match action {
        "ReserveNow" => {
            let evse = payload["evseId"].as_i64().and_then(|n| i32::try_from(n).ok());
            if evse.is_some_and(|evse| station.body.is_charging(evse)) {
                return Some(status("Occupied"));
            }
            station.kept.reservations.insert(key(payload, "id"), payload.clone());
            accepted()
        }
        "CancelReservation" => {
            take(&mut station.kept.reservations, &key(payload, "reservationId"), "Rejected")
        }
        "SendLocalList" => station.kept.update_list(
            payload,
            "localAuthorizationList",
            "versionNumber",
            |entry| key(&entry["idToken"], "idToken"),
            |entry| entry.get("idTokenInfo").is_none(),
        ),
        "GetLocalListVersion" => json!({ "versionNumber": station.kept.list_version }),
        _ => return None,
    })
}

/// Says `words` one after the other, a step apart.
fn say_in_turn(
    station: &mut Station,
    action: &'static str,
    words: &[&str],
    payload: &Value,
    now: Timestamp,
) -> Timestamp {
    let mut at = now;
    for word in words {
        at += SignedDuration::from_secs(STEP_S);
        station.later(at, Later::Say(action, json!({ "status": word, "requestId": payload["requestId"] })));
    }
    at
}

fn upkeep(station: &mut Station, action: &str, payload: &Value, now: Timestamp) -> Option<Value> {
    Some(match action {
        "UpdateFirmware" => {
            let words = ["Downloading", "Downloaded", "Installing", "Installed"];
            let done = say_in_turn(station, "FirmwareStatusNotification", &words, payload, now);
            station.later(done + SignedDuration::from_secs(STEP_S), Later::Restart);
            accepted()
        }
        "PublishFirmware" => {
            let checksum = key(payload, "checksum");
            station.kept.published.insert(checksum.clone(), payload.clone());
            let words = ["Downloading", "Downloaded", "ChecksumVerified"];
            let done = say_in_turn(station, "PublishFirmwareStatusNotification", &words, payload, now);
            let location = format!("http://{}.local/{checksum}", station.config.identity);
            let published =
                json!({ "status": "Published", "location": [location], "requestId": payload["requestId"] });
            station.later(done, Later::Say("PublishFirmwareStatusNotification", published));
            accepted()
        }
        "UnpublishFirmware" => match station.kept.published.remove(&key(payload, "checksum")) {
            Some(_) => status("Unpublished"),
            None => status("NoFirmware"),
        },
        "GetLog" => {
            station.later(now, Later::Upload(key(&payload["log"], "remoteLocation")));
            say_in_turn(station, "LogStatusNotification", &["Uploading", "Uploaded"], payload, now);
            json!({ "status": "Accepted", "filename": "station.log" })
        }
        "GetReport" => {
            for page in 0..super::pages(station) {
                let request = payload["requestId"].as_i64().unwrap_or(0);
                station.body.say(super::Notice::Inventory { request, page, at: now });
            }
            accepted()
        }
        "SetNetworkProfile" => {
            station.kept.network_profiles.insert(key(payload, "configurationSlot"), payload.clone());
            accepted()
        }
        "CustomerInformation" => {
            let told = json!({ "data": "nothing is kept about this customer", "seqNo": 0, "generatedAt": stamp(now),
                "requestId": payload["requestId"] });
            station.later(now, Later::Say("NotifyCustomerInformation", told));
            accepted()
        }
        "GetTransactionStatus" => {
            let asked = payload.get("transactionId").and_then(Value::as_str);
            match asked {
                None => json!({ "messagesInQueue": false }),
                Some(name) => {
                    let running = station.body.running().any(|tx| tx.name == name);
                    json!({ "messagesInQueue": false, "ongoingIndicator": running })
                }
            }
        }
        "CostUpdated" => json!({}),
        _ => return None,
    })
}

fn watch(station: &mut Station, action: &str, payload: &Value, now: Timestamp) -> Option<Value> {
    let kept = &mut station.kept;
    Some(match action {
        "SetMonitoringBase" | "SetMonitoringLevel" => accepted(),
        "SetVariableMonitoring" => {
            let asked = payload["setMonitoringData"].as_array().cloned().unwrap_or_default();
            let mut results = Vec::new();
            for one in asked {
                let id = one.get("id").and_then(Value::as_i64).unwrap_or_else(|| {
                    kept.monitors_made += 1;
                    kept.monitors_made
                });
                kept.monitors.insert(id.to_string(), one.clone());
                results.push(
                    json!({ "id": id, "status": "Accepted", "type": one["type"], "severity": one["severity"],
                    "component": one["component"], "variable": one["variable"] }),
                );
            }
            json!({ "setMonitoringResult": results })
        }
        "ClearVariableMonitoring" => {
            let asked = payload["id"].as_array().cloned().unwrap_or_default();
            let one = |id: Value| {
                let found = kept.monitors.remove(&id.to_string()).is_some();
                json!({ "id": id, "status": if found { "Accepted" } else { "NotFound" } })
            };
            json!({ "clearMonitoringResult": asked.into_iter().map(one).collect::<Vec<_>>() })
        }
        "GetMonitoringReport" => {
            let monitor = |(id, one): (&String, &Value)| {
                json!({ "component": one["component"], "variable": one["variable"], "variableMonitoring": [{
                    "id": id.parse::<i64>().unwrap_or(0), "transaction": one["transaction"].as_bool().unwrap_or(false),
                    "value": one["value"], "type": one["type"], "severity": one["severity"],
                    "eventNotificationType": "CustomMonitor" }] })
            };
            let monitors: Vec<Value> = kept.monitors.iter().map(monitor).collect();
            if monitors.is_empty() {
                return Some(status("EmptyResultSet"));
            }
            let mut report = json!({ "requestId": payload["requestId"], "seqNo": 0, "generatedAt": stamp(now),
                "monitor": monitors });
            if station.config.protocol != Protocol::V21 {
                for one in report["monitor"].as_array_mut().into_iter().flatten() {
                    // A member of 2.1.
                    one["variableMonitoring"][0].as_object_mut().map(|m| m.remove("eventNotificationType"));
                }
            }
            station.later(now, Later::Say("NotifyMonitoringReport", report));
            accepted()
        }
        _ => return None,
    })
}

fn display(station: &mut Station, action: &str, payload: &Value, now: Timestamp) -> Option<Value> {
    let kept = &mut station.kept;
    Some(match action {
        "SetDisplayMessage" => {
            kept.messages.insert(key(&payload["message"], "id"), payload["message"].clone());
            accepted()
        }
        "ClearDisplayMessage" => take(&mut kept.messages, &key(payload, "id"), "Unknown"),
        "GetDisplayMessages" => {
            let held: Vec<Value> = kept.messages.values().cloned().collect();
            if held.is_empty() {
                return Some(status("Unknown"));
            }
            let report = json!({ "requestId": payload["requestId"], "messageInfo": held });
            station.later(now, Later::Say("NotifyDisplayMessages", report));
            accepted()
        }
        _ => return None,
    })
}

fn trust(station: &mut Station, action: &str, payload: &Value) -> Option<Value> {
    let kept = &mut station.kept;
    Some(match action {
        "InstallCertificate" => {
            kept.keep_certificate(&key(payload, "certificateType"), &key(payload, "certificate"));
            accepted()
        }
        "DeleteCertificate" => kept.delete_certificate(&payload["certificateHashData"]),
        "GetInstalledCertificateIds" => {
            let wanted: Option<Vec<&str>> = payload["certificateType"]
                .as_array()
                .map(|kinds| kinds.iter().filter_map(Value::as_str).collect());
            let held = kept.certificates.values().filter(|one| {
                wanted
                    .as_ref()
                    .is_none_or(|kinds| one["kind"].as_str().is_some_and(|kind| kinds.contains(&kind)))
            });
            let shown =
                |one: &Value| json!({ "certificateType": one["kind"], "certificateHashData": one["hash"] });
            let held: Vec<Value> = held.map(shown).collect();
            match held.is_empty() {
                true => status("NotFound"),
                false => json!({ "status": "Accepted", "certificateHashDataChain": held }),
            }
        }
        "CertificateSigned" => accepted(),
        _ => return None,
    })
}

fn added_by_21(station: &mut Station, action: &str, payload: &Value, now: Timestamp) -> Option<Value> {
    let kept = &mut station.kept;
    Some(match action {
        "SetDefaultTariff" => {
            let tariff = payload["tariff"].clone();
            kept.tariffs
                .insert(key(&tariff, "tariffId"), json!({ "evse": payload["evseId"], "tariff": tariff }));
            accepted()
        }
        "GetTariffs" => {
            let one = |held: &Value| json!({ "tariffId": held["tariff"]["tariffId"], "tariffKind": "DefaultTariff", "evseIds": [held["evse"]] });
            let held: Vec<Value> = kept.tariffs.values().map(one).collect();
            match held.is_empty() {
                true => status("NoTariff"),
                false => json!({ "status": "Accepted", "tariffAssignments": held }),
            }
        }
        "ClearTariffs" => clear_tariffs(&mut kept.tariffs, payload),
        "ChangeTransactionTariff"
        | "AFRRSignal"
        | "UpdateDynamicSchedule"
        | "NotifyAllowedEnergyTransfer" => accepted(),
        "UsePriorityCharging" => {
            let told = json!({ "transactionId": payload["transactionId"], "activated": payload["activate"] });
            station.later(now, Later::Say("NotifyPriorityCharging", told));
            accepted()
        }
        "SetDERControl" => {
            kept.der_controls.insert(key(payload, "controlId"), payload.clone());
            accepted()
        }
        "GetDERControl" => {
            let told = json!({ "requestId": payload["requestId"] });
            station.later(now, Later::Say("ReportDERControl", told));
            accepted()
        }
        "ClearDERControl" => match payload.get("controlId") {
            Some(_) => take(&mut kept.der_controls, &key(payload, "controlId"), "NotFound"),
            None => {
                kept.der_controls.clear();
                accepted()
            }
        },
        "RequestBatterySwap" => {
            let battery = json!({ "evseId": 1, "serialNumber": "BAT-1", "soC": 80.0, "soH": 98.0 });
            let told = json!({ "eventType": "BatteryOut", "requestId": payload["requestId"],
                "idToken": payload["idToken"], "batteryData": [battery] });
            station.later(now, Later::Say("BatterySwap", told));
            accepted()
        }
        "GetPeriodicEventStream" => {
            let held: Vec<Value> = kept.streams.values().cloned().collect();
            match held.is_empty() {
                true => json!({}),
                false => json!({ "constantStreamData": held }),
            }
        }
        "AdjustPeriodicEventStream" => match kept.streams.contains_key(&key(payload, "id")) {
            true => accepted(),
            false => status("Rejected"),
        },
        _ => return None,
    })
}

fn clear_tariffs(tariffs: &mut Shelf, payload: &Value) -> Value {
    let named = payload["tariffIds"].as_array().cloned().unwrap_or_default();
    let names: Vec<String> = match named.is_empty() {
        true => tariffs.keys().cloned().collect(),
        false => named.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    };
    let one = |name: String| {
        let word = if tariffs.remove(&name).is_some() { "Accepted" } else { "NoTariff" };
        json!({ "tariffId": name, "status": word })
    };
    let results: Vec<Value> = names.into_iter().map(one).collect();
    match results.is_empty() {
        true => json!({ "clearTariffsResult": [{ "status": "NoTariff" }] }),
        false => json!({ "clearTariffsResult": results }),
    }
}
