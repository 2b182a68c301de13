//! Firmware, logs, reservations and local lists in the words of 2.x.

use forecourt_core::command::{LocalListEntry, ReadLog, Reserve, SendLocalList, StationLog, UpdateFirmware};
use forecourt_core::fact::PresentedToken;

use super::super::{Edition, token};
use crate::version::{Call, fits};
use crate::write::{Members, object};

/// Longest certificate and signature by the schema, in characters.
const CERTIFICATE_MAX_CHARS: usize = 5_500;
const SIGNATURE_MAX_CHARS: usize = 800;

pub(super) fn update_firmware(update: &UpdateFirmware, edition: Edition) -> Result<Call, String> {
    if update.signing_certificate.is_some() != update.signature.is_some() {
        return Err("signed firmware needs both the certificate and the signature".to_owned());
    }
    fits("the address of the firmware", &update.location, edition.location_chars())?;
    fits(
        "the signing certificate",
        update.signing_certificate.as_deref().unwrap_or_default(),
        CERTIFICATE_MAX_CHARS,
    )?;
    fits("the signature", update.signature.as_deref().unwrap_or_default(), SIGNATURE_MAX_CHARS)?;
    Ok(Call::new(
        "UpdateFirmware",
        object(|o| {
            o.some_integer("retries", update.retries).some_integer("retryInterval", update.retry_interval_s);
            o.integer("requestId", update.request_id);
            o.object("firmware", |o| {
                o.text("location", &update.location, edition.location_chars());
                o.time("retrieveDateTime", update.retrieve_at)
                    .some_time("installDateTime", update.install_at);
                o.some_text(
                    "signingCertificate",
                    update.signing_certificate.as_deref(),
                    CERTIFICATE_MAX_CHARS,
                );
                o.some_text("signature", update.signature.as_deref(), SIGNATURE_MAX_CHARS);
            });
        }),
    ))
}

pub(super) fn read_log(log: &ReadLog, edition: Edition) -> Result<Call, String> {
    let kind = match log.kind {
        StationLog::Diagnostics | StationLog::DiagnosticsLog => "DiagnosticsLog",
        StationLog::SecurityLog => "SecurityLog",
        StationLog::DataCollectorLog if edition.is_21() => "DataCollectorLog",
        StationLog::DataCollectorLog => {
            return Err("an OCPP 2.0.1 station keeps no data collector log".to_owned());
        }
    };
    fits("the address for the log", &log.location, edition.location_chars())?;
    Ok(Call::new(
        "GetLog",
        object(|o| {
            o.object("log", |o| {
                o.text("remoteLocation", &log.location, edition.location_chars());
                o.some_time("oldestTimestamp", log.from).some_time("latestTimestamp", log.to);
            });
            o.word("logType", kind).integer("requestId", log.request_id);
            o.some_integer("retries", log.retries).some_integer("retryInterval", log.retry_interval_s);
        }),
    ))
}

pub(super) fn reserve(wish: &Reserve, edition: Edition) -> Result<Call, String> {
    let chars = edition.token_chars();
    fits("the charge key", &wish.token.uid, chars)?;
    fits("the group", wish.group.as_deref().unwrap_or_default(), chars)?;
    Ok(Call::new(
        "ReserveNow",
        object(|o| {
            o.integer("id", wish.reservation).time("expiryDateTime", wish.expires_at);
            id_token(o, "idToken", &wish.token, edition);
            o.some_integer("evseId", wish.evse.map(|evse| i64::from(evse.0)));
            if let Some(group) = &wish.group {
                self::group(o, group, edition);
            }
        }),
    ))
}

pub(super) fn local_list(list: &SendLocalList, edition: Edition) -> Result<Call, String> {
    // 0 stands for "no list" (2.0.1 D01.FR.18, D02).
    if list.version < 1 {
        return Err("the version of a local list is 1 or more".to_owned());
    }
    for entry in &list.entries {
        fits("a charge key", &entry.uid, edition.token_chars())?;
        fits("a group", entry.group.as_deref().unwrap_or_default(), edition.token_chars())?;
        if entry.verdict.is_none() && !list.differential {
            return Err("a whole local list says of every key whether it may charge".to_owned());
        }
    }
    Ok(Call::new(
        "SendLocalList",
        object(|o| {
            // Left out, the list is emptied (2.0.1 D01.FR.04): the schema has no empty one.
            if !list.entries.is_empty() {
                o.objects("localAuthorizationList", list.entries.iter(), |o, entry| {
                    local_entry(o, entry, edition)
                });
            }
            o.integer("versionNumber", list.version);
            o.word("updateType", if list.differential { "Differential" } else { "Full" });
        }),
    ))
}

fn local_entry(o: &mut Members<'_>, entry: &LocalListEntry, edition: Edition) {
    let shown = PresentedToken { uid: entry.uid.clone(), kind: entry.kind };
    id_token(o, "idToken", &shown, edition);
    let Some(verdict) = entry.verdict else { return };
    o.object("idTokenInfo", |o| {
        o.word("status", token::verdict_word(verdict)).some_time("cacheExpiryDateTime", entry.expires_at);
        if let Some(group) = &entry.group {
            self::group(o, group, edition);
        }
    });
}

pub(super) fn id_token(o: &mut Members<'_>, name: &str, shown: &PresentedToken, edition: Edition) {
    o.object(name, |o| {
        o.text("idToken", &shown.uid, edition.token_chars()).word("type", token::word(shown.kind));
    });
}

fn group(o: &mut Members<'_>, group: &str, edition: Edition) {
    o.object("groupIdToken", |o| {
        o.text("idToken", group, edition.token_chars()).word("type", "Central");
    });
}
