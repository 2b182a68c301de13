//! Is a certificate revoked: a question and its answer (RFC 6960), with the answer's signature checked.

use forecourt_core::Timestamp;
use forecourt_core::command::CertificateHash;
use jiff::SignedDuration;
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::der::{
    BITS, ENUMERATED, INTEGER, OCTETS, OID, SEQUENCE, TIME, elements, inside, next, sequence, wrap,
};

/// How far the clock of a responder may be ahead.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);
/// How long an answer holds that does not say.
const HOLDS: SignedDuration = SignedDuration::from_hours(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Good,
    Revoked,
    Unknown,
}

/// What a responder said of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub status: Status,
    pub next_update: Timestamp,
}

/// Object identifiers of SHA-256, SHA-384 and SHA-512 (2.16.840.1.101.3.4.2.n).
fn digest_oid(algorithm: &str) -> Vec<u8> {
    let last = match algorithm {
        "SHA384" => 2,
        "SHA512" => 3,
        _ => 1,
    };
    vec![0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last]
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let even = if text.len().is_multiple_of(2) { text.to_owned() } else { format!("0{text}") };
    let digits: Option<Vec<u8>> = even.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    Some(digits?.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// CertID of a certificate as OCPP names it.
fn certificate_id(hash: &CertificateHash) -> Option<Vec<u8>> {
    let mut serial: Vec<u8> = unhex(&hash.serial)?.into_iter().skip_while(|byte| *byte == 0).collect();
    if serial.first().is_none_or(|byte| *byte >= 0x80) {
        // Serial numbers are positive.
        serial.insert(0, 0);
    }
    let algorithm = sequence(&[wrap(OID, &digest_oid(&hash.algorithm)), wrap(0x05, &[])]);
    Some(sequence(&[
        algorithm,
        wrap(OCTETS, &unhex(&hash.issuer_name_hash)?),
        wrap(OCTETS, &unhex(&hash.issuer_key_hash)?),
        wrap(INTEGER, &serial),
    ]))
}

/// OCSPRequest for one certificate, DER.
pub(super) fn request(hash: &CertificateHash) -> Option<Vec<u8>> {
    let list = sequence(&[sequence(&[certificate_id(hash)?])]);
    Some(sequence(&[sequence(&[list])]))
}

/// BasicOCSPResponse of an answer that says it succeeded.
fn basic(answer: &[u8]) -> Option<&[u8]> {
    let parts = inside(answer, SEQUENCE)?;
    let [status, bytes] = parts.as_slice() else { return None };
    if status.tag != ENUMERATED || status.content != [0] {
        return None;
    }
    let response = inside(bytes.content, SEQUENCE)?;
    response.iter().find(|part| part.tag == OCTETS).map(|part| part.content)
}

/// Whether these bytes are an answer at all.
pub(super) fn is_answer(answer: &[u8]) -> bool {
    basic(answer).is_some()
}

/// What an answer says of a certificate. `known`: certificates we have, DER, among which the issuer may be; the answer
/// may bring it, too: the digest of its key tells that it is the right one.
pub(super) fn read(
    answer: &[u8],
    hash: &CertificateHash,
    known: &[Vec<u8>],
    now: Timestamp,
) -> Result<Verdict, &'static str> {
    const BROKEN: &str = "the responder's answer cannot be read";
    let parts = basic(answer).and_then(|basic| inside(basic, SEQUENCE)).ok_or(BROKEN)?;
    let [data, _algorithm, signature, more @ ..] = parts.as_slice() else { return Err(BROKEN) };
    let mut pool: Vec<Vec<u8>> = known.to_vec();
    for list in more.iter().filter_map(|part| inside(part.content, SEQUENCE)) {
        pool.extend(list.iter().map(|certificate| certificate.whole.to_vec()));
    }
    let algorithm = parts.get(1).ok_or(BROKEN)?.whole;
    let bits = (signature.tag == BITS).then(|| signature.content.split_first()).flatten().ok_or(BROKEN)?.1;
    if !is_signed(data.whole, algorithm, bits, hash, &pool, now) {
        return Err("the responder's answer is not signed by the certificate's issuer");
    }
    let singles = elements(data.content)
        .and_then(|all| {
            all.into_iter().find(|part| part.tag == SEQUENCE).and_then(|list| elements(list.content))
        })
        .ok_or(BROKEN)?;
    let wanted = certificate_id(hash).and_then(|id| same_certificate(&id)).ok_or(BROKEN)?;
    let single = singles.iter().find_map(|single| {
        let parts = elements(single.content)?;
        (same_certificate(parts.first()?.whole)? == wanted).then_some(parts)
    });
    let single = single.ok_or("the responder answered about another certificate")?;
    let [_, status, this_update, rest @ ..] = single.as_slice() else { return Err(BROKEN) };
    let status = match status.tag & 0x1f {
        0 => Status::Good,
        1 => Status::Revoked,
        _ => Status::Unknown,
    };
    let made = time(this_update.content).filter(|_| this_update.tag == TIME).ok_or(BROKEN)?;
    let next = rest.iter().find(|part| part.tag == 0xa0).and_then(|part| time(next(part.content)?.0.content));
    let next_update = next.unwrap_or(made + HOLDS);
    if made > now + CLOCK_SLACK || next_update < now {
        return Err("the responder's answer is out of date");
    }
    Ok(Verdict { status, next_update })
}

/// Digests and serial number of a CertID: its algorithm may be written with or without parameters.
fn same_certificate(id: &[u8]) -> Option<Vec<Vec<u8>>> {
    let parts = inside(id, SEQUENCE)?;
    let [algorithm, name, key, serial] = parts.as_slice() else { return None };
    let oid = next(algorithm.content)?.0.content;
    Some([oid, name.content, key.content, serial.content].iter().map(|part| part.to_vec()).collect())
}

/// `20261121180000Z`
fn time(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let part = |from: usize, to: usize| text.get(from..to);
    let civil = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?
    );
    civil.parse().ok()
}

/// Signed by the issuer itself, or by somebody the issuer has made its responder (RFC 6960 §4.2.2.2).
fn is_signed(
    data: &[u8],
    algorithm: &[u8],
    signature: &[u8],
    hash: &CertificateHash,
    pool: &[Vec<u8>],
    now: Timestamp,
) -> bool {
    let pool: Vec<X509Certificate<'_>> =
        pool.iter().filter_map(|der| X509Certificate::from_der(der).ok().map(|(_, c)| c)).collect();
    let issuers: Vec<&X509Certificate<'_>> = pool
        .iter()
        .filter(|c| key_digest(c, &hash.algorithm).eq_ignore_ascii_case(&hash.issuer_key_hash))
        .collect();
    let is_made_responder = |signer: &X509Certificate<'_>| {
        let purpose =
            signer.extended_key_usage().ok().flatten().is_some_and(|usage| usage.value.ocsp_signing);
        let end = signer.validity().not_after.timestamp();
        purpose
            && end > now.as_second()
            && issuers.iter().any(|issuer| signer.verify_signature(Some(issuer.public_key())).is_ok())
    };
    let is_issuer = |signer: &X509Certificate<'_>| {
        issuers.iter().any(|issuer| issuer.public_key().raw == signer.public_key().raw)
    };
    let Ok((_, algorithm)) = x509_parser::x509::AlgorithmIdentifier::from_der(algorithm) else {
        return false;
    };
    let bits = x509_parser::asn1_rs::BitString::new(0, signature);
    pool.iter().any(|signer| {
        x509_parser::verify::verify_signature(signer.public_key(), &algorithm, &bits, data).is_ok()
            && (is_issuer(signer) || is_made_responder(signer))
    })
}

fn key_digest(certificate: &X509Certificate<'_>, algorithm: &str) -> String {
    let key = certificate.public_key().subject_public_key.data.as_ref();
    let digest = match algorithm {
        "SHA384" => Sha384::digest(key).to_vec(),
        "SHA512" => Sha512::digest(key).to_vec(),
        _ => Sha256::digest(key).to_vec(),
    };
    crate::certificates::x509::hex(&digest)
}

#[cfg(test)]
mod tests;
