//! Certificates and connections in the words of 2.x.

use forecourt_core::command::{CertificateHash, CertificateSigned, CertificateUse, NetworkProfile, TrustUse};

use super::super::Edition;
use crate::version::{Call, fits};
use crate::write::object;

/// Longest lengths by the schema, in characters.
const CHAIN_MAX_CHARS: usize = 10_000;
const HASH_MAX_CHARS: usize = 128;
const SERIAL_MAX_CHARS: usize = 40;
/// How long a station waits for an answer of ours, in seconds, where nobody says.
const MESSAGE_TIMEOUT_S: i64 = 30;

pub(super) fn certificate_signed(signed: &CertificateSigned, edition: Edition) -> Result<Call, String> {
    let word = match signed.certificate_use {
        CertificateUse::Station => "ChargingStationCertificate",
        CertificateUse::V2g => "V2GCertificate",
        CertificateUse::V2g20 if edition.is_21() => "V2G20Certificate",
        CertificateUse::V2g20 => return Err("OCPP 2.0.1 knows no certificates for ISO 15118-20".to_owned()),
    };
    fits("the certificate chain", &signed.chain, CHAIN_MAX_CHARS)?;
    Ok(Call::new(
        "CertificateSigned",
        object(|o| {
            o.text("certificateChain", &signed.chain, CHAIN_MAX_CHARS).word("certificateType", word);
            o.some_integer("requestId", signed.request_id.filter(|_| edition.is_21()));
        }),
    ))
}

pub(super) fn install(trust: TrustUse, certificate: &str, edition: Edition) -> Result<Call, String> {
    let word = trust_word(trust, edition)?;
    if trust == TrustUse::V2gChain {
        return Err("a chain of the station's own is signed for it, not installed".to_owned());
    }
    fits("the certificate", certificate, edition.certificate_chars())?;
    Ok(Call::new(
        "InstallCertificate",
        object(|o| {
            o.word("certificateType", word).text("certificate", certificate, edition.certificate_chars());
        }),
    ))
}

pub(super) fn delete(hash: &CertificateHash) -> Result<Call, String> {
    for (what, text, max) in [
        ("the issuer's name hash", &hash.issuer_name_hash, HASH_MAX_CHARS),
        ("the issuer's key hash", &hash.issuer_key_hash, HASH_MAX_CHARS),
        ("the serial number", &hash.serial, SERIAL_MAX_CHARS),
    ] {
        fits(what, text, max)?;
    }
    Ok(Call::new(
        "DeleteCertificate",
        object(|o| {
            o.object("certificateHashData", |o| {
                o.text("hashAlgorithm", &hash.algorithm, HASH_MAX_CHARS);
                o.text("issuerNameHash", &hash.issuer_name_hash, HASH_MAX_CHARS);
                o.text("issuerKeyHash", &hash.issuer_key_hash, HASH_MAX_CHARS);
                o.text("serialNumber", &hash.serial, SERIAL_MAX_CHARS);
            });
        }),
    ))
}

pub(super) fn list(uses: &[TrustUse], edition: Edition) -> Result<Call, String> {
    let words = uses.iter().map(|one| trust_word(*one, edition)).collect::<Result<Vec<_>, _>>()?;
    Ok(Call::new(
        "GetInstalledCertificateIds",
        object(|o| {
            if !words.is_empty() {
                o.texts("certificateType", words.iter().copied());
            }
        }),
    ))
}

fn trust_word(trust: TrustUse, edition: Edition) -> Result<&'static str, String> {
    match trust {
        TrustUse::Csms => Ok("CSMSRootCertificate"),
        TrustUse::Manufacturer => Ok("ManufacturerRootCertificate"),
        TrustUse::V2gRoot => Ok("V2GRootCertificate"),
        TrustUse::MobilityOperatorRoot => Ok("MORootCertificate"),
        TrustUse::V2gChain => Ok("V2GCertificateChain"),
        TrustUse::OemRoot if edition.is_21() => Ok("OEMRootCertificate"),
        TrustUse::OemRoot => Err("OCPP 2.0.1 knows no roots of vehicle makers".to_owned()),
    }
}

pub(super) fn network_profile(wanted: &NetworkProfile, edition: Edition) -> Result<Call, String> {
    if (wanted.identity.is_some() || wanted.password.is_some()) && !edition.is_21() {
        return Err("OCPP 2.0.1 has no identity or password in a network profile".to_owned());
    }
    if !(0..=3).contains(&wanted.security_profile) {
        return Err("a security profile is 0 to 3".to_owned());
    }
    fits("our address", &wanted.url, edition.location_chars())?;
    fits("the identity", wanted.identity.as_deref().unwrap_or_default(), 48)?;
    fits("the password", wanted.password.as_deref().unwrap_or_default(), 64)?;
    let interface = wanted.interface.as_deref().unwrap_or("Wired0");
    Ok(Call::new(
        "SetNetworkProfile",
        object(|o| {
            o.integer("configurationSlot", wanted.slot);
            o.object("connectionData", |o| {
                // 2.0.1 calls itself OCPP20 here; 2.1 has a word of its own.
                o.word("ocppVersion", if edition.is_21() { "OCPP21" } else { "OCPP20" });
                o.word("ocppTransport", "JSON").text("ocppCsmsUrl", &wanted.url, edition.location_chars());
                o.integer("messageTimeout", wanted.message_timeout_s.unwrap_or(MESSAGE_TIMEOUT_S));
                o.integer("securityProfile", wanted.security_profile).text("ocppInterface", interface, 20);
                o.some_text("identity", wanted.identity.as_deref(), 48);
                o.some_text("basicAuthPassword", wanted.password.as_deref(), 64);
            });
        }),
    ))
}
