//! The orders of OCPP 1.6 beyond the daily ones: firmware, logs, charge keys, reservations, profiles, certificates.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Station;
use crate::station::kept::{accepted, key, status, take};
use crate::station::obey::limits_of;
use crate::station::station::Later;

/// Between two words about a download or upload, in the station's seconds.
const STEP_S: i64 = 2;

/// Answers, or `None` where 1.6 has no such order.
pub(super) fn obey(station: &mut Station, action: &str, payload: &Value, now: Timestamp) -> Option<Value> {
    let kept = &mut station.kept;
    Some(match action {
        "SetChargingProfile" => {
            let profile = &payload["csChargingProfiles"];
            kept.profiles.insert(key(profile, "chargingProfileId"), payload.clone());
            station.body.obey(limits_of(&station.kept.profiles), now);
            accepted()
        }
        "ClearChargingProfile" => {
            let answer = clear_profiles(station, payload);
            station.body.obey(limits_of(&station.kept.profiles), now);
            answer
        }
        "GetCompositeSchedule" => composite(station, payload, now),
        "ReserveNow" => {
            let connector = payload["connectorId"].as_i64().and_then(|n| i32::try_from(n).ok());
            let busy = connector.is_some_and(|evse| evse > 0 && station.body.is_charging(evse));
            if busy {
                return Some(status("Occupied"));
            }
            station.kept.reservations.insert(key(payload, "reservationId"), payload.clone());
            accepted()
        }
        "CancelReservation" => take(&mut kept.reservations, &key(payload, "reservationId"), "Rejected"),
        "SendLocalList" => kept.update_list(
            payload,
            "localAuthorizationList",
            "listVersion",
            |entry| key(entry, "idTag"),
            |entry| entry.get("idTagInfo").is_none(),
        ),
        "GetLocalListVersion" => json!({ "listVersion": kept.list_version }),
        "UpdateFirmware" => {
            update(station, "FirmwareStatusNotification", payload, now);
            json!({})
        }
        "SignedUpdateFirmware" => {
            update(station, "SignedFirmwareStatusNotification", payload, now);
            accepted()
        }
        "GetDiagnostics" => {
            upload(station, "DiagnosticsStatusNotification", payload, &key(payload, "location"), now);
            json!({ "fileName": "station.log" })
        }
        "GetLog" => {
            upload(station, "LogStatusNotification", payload, &key(&payload["log"], "remoteLocation"), now);
            json!({ "status": "Accepted", "filename": "station.log" })
        }
        "InstallCertificate" => {
            kept.keep_certificate(&key(payload, "certificateType"), &key(payload, "certificate"));
            accepted()
        }
        "DeleteCertificate" => kept.delete_certificate(&payload["certificateHashData"]),
        "GetInstalledCertificateIds" => {
            let kind = key(payload, "certificateType");
            let held = kept.certificates.values().filter(|one| one["kind"] == kind.as_str());
            let held: Vec<Value> = held.map(|one| one["hash"].clone()).collect();
            match held.is_empty() {
                true => status("NotFound"),
                false => json!({ "status": "Accepted", "certificateHashData": held }),
            }
        }
        "CertificateSigned" => accepted(),
        "ExtendedTriggerMessage" => extended_trigger(station, payload, now),
        _ => return None,
    })
}

fn clear_profiles(station: &mut Station, payload: &Value) -> Value {
    let wanted = |name: &str, seen: &Value| payload.get(name).is_none_or(|value| value == seen);
    let before = station.kept.profiles.len();
    station.kept.profiles.retain(|_, set| {
        let profile = &set["csChargingProfiles"];
        !(wanted("id", &profile["chargingProfileId"])
            && wanted("connectorId", &set["connectorId"])
            && wanted("chargingProfilePurpose", &profile["chargingProfilePurpose"])
            && wanted("stackLevel", &profile["stackLevel"]))
    });
    if station.kept.profiles.len() < before { accepted() } else { status("Unknown") }
}

/// What would flow there by everything it was given.
fn composite(station: &Station, payload: &Value, now: Timestamp) -> Value {
    let (connector, duration) = (&payload["connectorId"], &payload["duration"]);
    let (unit, periods) = station.composed(connector, payload, now);
    json!({ "status": "Accepted", "connectorId": connector,
        "scheduleStart": crate::station::notice::stamp(now), "chargingSchedule": {
        "duration": duration, "chargingRateUnit": unit, "chargingSchedulePeriod": periods } })
}

/// Says `words` one after the other, a step apart.
fn say_in_turn(
    station: &mut Station,
    action: &'static str,
    words: &[&str],
    request: &Value,
    now: Timestamp,
) -> Timestamp {
    let mut at = now;
    for word in words {
        at += SignedDuration::from_secs(STEP_S);
        let mut payload = json!({ "status": word });
        if let Some(id) = request.get("requestId") {
            payload["requestId"] = id.clone();
        }
        station.later(at, Later::Say(action, payload));
    }
    at
}

fn update(station: &mut Station, action: &'static str, payload: &Value, now: Timestamp) {
    let words = ["Downloading", "Downloaded", "Installing", "Installed"];
    let done = say_in_turn(station, action, &words, payload, now);
    station.later(done + SignedDuration::from_secs(STEP_S), Later::Restart);
}

fn upload(station: &mut Station, action: &'static str, payload: &Value, location: &str, now: Timestamp) {
    station.later(now, Later::Upload(location.to_owned()));
    say_in_turn(station, action, &["Uploading", "Uploaded"], payload, now);
}

fn extended_trigger(station: &mut Station, payload: &Value, now: Timestamp) -> Value {
    let what = key(payload, "requestedMessage");
    let connector = payload["connectorId"].as_i64().and_then(|n| i32::try_from(n).ok());
    match what.as_str() {
        "SignChargePointCertificate" => {
            let csr = station.signing_request();
            station.later(now, Later::Say("SignCertificate", json!({ "csr": csr })));
            accepted()
        }
        "LogStatusNotification" => {
            station.later(now, Later::Say("LogStatusNotification", status("Idle")));
            accepted()
        }
        "FirmwareStatusNotification" => {
            station.later(now, Later::Say("SignedFirmwareStatusNotification", status("Idle")));
            accepted()
        }
        other => status(super::trigger(station, other, connector, now)),
    }
}
