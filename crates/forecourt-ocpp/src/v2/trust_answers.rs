//! Our answers about certificates, in the words of 2.x.

use forecourt_core::command::CertificateHash;
use forecourt_core::fact::CertificateState;

use super::Edition;
use crate::item;
use crate::node::Node;
use crate::read::{Notes, Object};
use crate::write::{Members, object};

/// Longest additionalInfo of a statusInfo, in characters.
const INFO_CHARS: usize = 512;
/// Most certificates of one chain by the schema.
const MAX_CHAIN: usize = 4;

/// An answer that does not fit is a failure: cut, it would be another one.
pub(super) fn ev_certificate(result: &Result<String, String>, edition: Edition) -> String {
    let chars = edition.exi_chars();
    let fits = result.as_ref().ok().filter(|exi| exi.chars().count() <= chars);
    object(|o| {
        o.word("status", if fits.is_some() { "Accepted" } else { "Failed" });
        o.text("exiResponse", fits.map_or("", String::as_str), chars);
        why_not(o, result, fits.is_some());
    })
}

pub(super) fn ocsp(result: &Result<String, String>, edition: Edition) -> String {
    let chars = edition.ocsp_chars();
    let fits = result.as_ref().ok().filter(|ocsp| ocsp.chars().count() <= chars);
    object(|o| {
        o.word("status", if fits.is_some() { "Accepted" } else { "Failed" });
        o.some_text("ocspResult", fits.map(String::as_str), chars);
        why_not(o, result, fits.is_some());
    })
}

fn why_not(o: &mut Members<'_>, result: &Result<String, String>, is_yes: bool) {
    if is_yes {
        return;
    }
    let reason = result.as_ref().err().map_or("the answer is longer than OCPP allows", String::as_str);
    o.object("statusInfo", |o| {
        o.word("reasonCode", "Unavailable").text("additionalInfo", reason, INFO_CHARS);
    });
}

/// GetCertificateChainStatusResponse (2.1 M07): one verdict for each certificate asked for, in the order of the call. What
/// nobody ruled on has failed, and may be asked again at once.
pub(super) fn chain(statuses: &[CertificateState], echo: Option<&str>) -> Option<String> {
    let asked = Node::parse(echo?).ok()?;
    let notes = Notes::default();
    let asked = Object::payload(&asked, "GetCertificateChainStatus", &notes).ok()?;
    let mut wanted: Vec<(CertificateHash, &'static str)> = Vec::new();
    asked.each("certificateStatusRequests", |entry| {
        let Some(hash) = entry.object("certificateHashData").map(|data| item::hash(&data)) else { return };
        let crl = entry.text("source", 10).is_some_and(|source| source.eq_ignore_ascii_case("CRL"));
        wanted.push((hash, if crl { "CRL" } else { "OCSP" }));
    });
    if wanted.is_empty() {
        return None;
    }
    Some(object(|o| {
        o.objects("certificateStatus", wanted.iter().take(MAX_CHAIN), |o, (hash, source)| {
            let found = statuses.iter().find(|state| state.request.hash == *hash);
            o.object("certificateHashData", |o| {
                o.text("hashAlgorithm", algorithm(hash), 6);
                o.text("issuerNameHash", &hash.issuer_name_hash, 128);
                o.text("issuerKeyHash", &hash.issuer_key_hash, 128);
                o.text("serialNumber", &hash.serial, 40);
            });
            o.word("source", source).word("status", found.map_or("Failed", |state| state.status));
            o.time("nextUpdate", found.map_or(jiff::Timestamp::UNIX_EPOCH, |state| state.next_update));
        });
    }))
}

/// A word of the schema, also where the station wrote none.
fn algorithm(hash: &CertificateHash) -> &'static str {
    ["SHA384", "SHA512"].into_iter().find(|word| *word == hash.algorithm).unwrap_or("SHA256")
}
