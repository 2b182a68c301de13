//! Firmware, logs, certificates, reservations and local lists in the words of 1.6.

use forecourt_core::command::{
    CertificateHash, CertificateSigned, CertificateUse, ReadLog, Reserve, SendLocalList, StationLog,
    TrustUse, UpdateFirmware,
};
use forecourt_core::id::EvseNumber;

use super::super::ID_TAG_MAX_CHARS;
use super::super::answers::verdict_word;
use crate::version::{Call, fits};
use crate::write::{Members, object};

/// Longest lengths of the security extension, in characters.
const CERTIFICATE_MAX_CHARS: usize = 5_500;
const CHAIN_MAX_CHARS: usize = 10_000;
const SIGNATURE_MAX_CHARS: usize = 800;
const LOCATION_MAX_CHARS: usize = 512;
const HASH_MAX_CHARS: usize = 128;
const SERIAL_MAX_CHARS: usize = 40;

pub(super) fn update_firmware(update: &UpdateFirmware) -> Result<Call, String> {
    match (&update.signing_certificate, &update.signature) {
        (None, None) => {}
        (Some(certificate), Some(signature)) => return signed_update(update, certificate, signature),
        _ => return Err("signed firmware needs both the certificate and the signature".to_owned()),
    }
    if update.install_at.is_some() {
        return Err(
            "an OCPP 1.6 station installs firmware when it has fetched it; a time can only be set for signed firmware"
                .to_owned(),
        );
    }
    Ok(Call::new(
        "UpdateFirmware",
        object(|o| {
            o.text("location", &update.location, usize::MAX).some_integer("retries", update.retries);
            o.time("retrieveDate", update.retrieve_at).some_integer("retryInterval", update.retry_interval_s);
        }),
    ))
}

fn signed_update(update: &UpdateFirmware, certificate: &str, signature: &str) -> Result<Call, String> {
    fits("the address of the firmware", &update.location, LOCATION_MAX_CHARS)?;
    fits("the signing certificate", certificate, CERTIFICATE_MAX_CHARS)?;
    fits("the signature", signature, SIGNATURE_MAX_CHARS)?;
    Ok(Call::new(
        "SignedUpdateFirmware",
        object(|o| {
            o.some_integer("retries", update.retries).some_integer("retryInterval", update.retry_interval_s);
            o.integer("requestId", update.request_id);
            o.object("firmware", |o| {
                o.text("location", &update.location, LOCATION_MAX_CHARS);
                o.time("retrieveDateTime", update.retrieve_at)
                    .some_time("installDateTime", update.install_at);
                o.text("signingCertificate", certificate, CERTIFICATE_MAX_CHARS);
                o.text("signature", signature, SIGNATURE_MAX_CHARS);
            });
        }),
    ))
}

pub(super) fn read_log(log: &ReadLog) -> Result<Call, String> {
    let kind = match log.kind {
        StationLog::Diagnostics => {
            return Ok(Call::new(
                "GetDiagnostics",
                object(|o| {
                    o.text("location", &log.location, usize::MAX).some_integer("retries", log.retries);
                    o.some_integer("retryInterval", log.retry_interval_s);
                    o.some_time("startTime", log.from).some_time("stopTime", log.to);
                }),
            ));
        }
        StationLog::DiagnosticsLog => "DiagnosticsLog",
        StationLog::SecurityLog => "SecurityLog",
        StationLog::DataCollectorLog => {
            return Err("an OCPP 1.6 station keeps no data collector log".to_owned());
        }
    };
    fits("the address for the log", &log.location, LOCATION_MAX_CHARS)?;
    Ok(Call::new(
        "GetLog",
        object(|o| {
            o.object("log", |o| {
                o.text("remoteLocation", &log.location, LOCATION_MAX_CHARS);
                o.some_time("oldestTimestamp", log.from).some_time("latestTimestamp", log.to);
            });
            o.word("logType", kind).integer("requestId", log.request_id);
            o.some_integer("retries", log.retries).some_integer("retryInterval", log.retry_interval_s);
        }),
    ))
}

pub(super) fn certificate_signed(signed: &CertificateSigned) -> Result<Call, String> {
    if signed.certificate_use != CertificateUse::Station {
        return Err("an OCPP 1.6 station only takes certificates for its connection to us".to_owned());
    }
    fits("the certificate chain", &signed.chain, CHAIN_MAX_CHARS)?;
    let payload = object(|o| _ = o.text("certificateChain", &signed.chain, CHAIN_MAX_CHARS));
    Ok(Call::new("CertificateSigned", payload))
}

pub(super) fn install_certificate(trust: TrustUse, certificate: &str) -> Result<Call, String> {
    let trust = trust_word(trust)?;
    fits("the certificate", certificate, CERTIFICATE_MAX_CHARS)?;
    Ok(Call::new(
        "InstallCertificate",
        object(|o| {
            o.word("certificateType", trust).text("certificate", certificate, CERTIFICATE_MAX_CHARS);
        }),
    ))
}

pub(super) fn delete_certificate(hash: &CertificateHash) -> Result<Call, String> {
    for (what, text, max) in [
        ("the issuer's name hash", &hash.issuer_name_hash, HASH_MAX_CHARS),
        ("the issuer's key hash", &hash.issuer_key_hash, HASH_MAX_CHARS),
        ("the serial number", &hash.serial, SERIAL_MAX_CHARS),
    ] {
        fits(what, text, max)?;
    }
    Ok(Call::new(
        "DeleteCertificate",
        object(|o| _ = o.object("certificateHashData", |o| write_hash(o, hash))),
    ))
}

fn write_hash(o: &mut Members<'_>, hash: &CertificateHash) {
    o.text("hashAlgorithm", &hash.algorithm, HASH_MAX_CHARS);
    o.text("issuerNameHash", &hash.issuer_name_hash, HASH_MAX_CHARS);
    o.text("issuerKeyHash", &hash.issuer_key_hash, HASH_MAX_CHARS);
    o.text("serialNumber", &hash.serial, SERIAL_MAX_CHARS);
}

pub(super) fn read_certificates(uses: &[TrustUse]) -> Result<Call, String> {
    let [one] = uses else {
        return Err("an OCPP 1.6 station lists the certificates of one use at a time".to_owned());
    };
    let trust = trust_word(*one)?;
    Ok(Call::new("GetInstalledCertificateIds", object(|o| _ = o.word("certificateType", trust))))
}

fn trust_word(trust: TrustUse) -> Result<&'static str, String> {
    match trust {
        TrustUse::Csms => Ok("CentralSystemRootCertificate"),
        TrustUse::Manufacturer => Ok("ManufacturerRootCertificate"),
        TrustUse::V2gRoot | TrustUse::MobilityOperatorRoot | TrustUse::V2gChain | TrustUse::OemRoot => {
            Err("an OCPP 1.6 station only keeps roots of ours and of its manufacturer".to_owned())
        }
    }
}

pub(super) fn reserve(wish: &Reserve) -> Result<Call, String> {
    fits("the charge key", &wish.token.uid, ID_TAG_MAX_CHARS)?;
    fits("the group", wish.group.as_deref().unwrap_or_default(), ID_TAG_MAX_CHARS)?;
    Ok(Call::new(
        "ReserveNow",
        object(|o| {
            o.integer("connectorId", i64::from(wish.evse.unwrap_or(EvseNumber(0)).0));
            o.time("expiryDate", wish.expires_at).text("idTag", &wish.token.uid, ID_TAG_MAX_CHARS);
            o.some_text("parentIdTag", wish.group.as_deref(), ID_TAG_MAX_CHARS);
            o.integer("reservationId", wish.reservation);
        }),
    ))
}

pub(super) fn local_list(list: &SendLocalList) -> Result<Call, String> {
    // 0 means an empty list and -1 none at all (1.6 §5.10).
    if list.version < 1 {
        return Err("the version of a local list is 1 or more".to_owned());
    }
    for entry in &list.entries {
        fits("a charge key", &entry.uid, ID_TAG_MAX_CHARS)?;
        fits("a group", entry.group.as_deref().unwrap_or_default(), ID_TAG_MAX_CHARS)?;
        if entry.verdict.is_none() && !list.differential {
            return Err("a whole local list says of every key whether it may charge".to_owned());
        }
    }
    Ok(Call::new(
        "SendLocalList",
        object(|o| {
            o.integer("listVersion", list.version);
            o.objects("localAuthorizationList", list.entries.iter(), |o, entry| {
                o.text("idTag", &entry.uid, ID_TAG_MAX_CHARS);
                let Some(verdict) = entry.verdict else { return };
                o.object("idTagInfo", |o| {
                    o.some_time("expiryDate", entry.expires_at);
                    o.some_text("parentIdTag", entry.group.as_deref(), ID_TAG_MAX_CHARS);
                    o.word("status", verdict_word(verdict));
                });
            });
            o.word("updateType", if list.differential { "Differential" } else { "Full" });
        }),
    ))
}
