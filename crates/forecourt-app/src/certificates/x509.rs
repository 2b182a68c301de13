//! What stands in certificates and in requests for them. Pure: no storage, no clock, no network.

use forecourt_core::Timestamp;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use sha2::{Digest, Sha256};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::{FromDer, GeneralName, ParsedExtension, X509Certificate, X509Name};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// Longest text of certificates taken from anybody, in bytes (2.0.1 allows chains of 10,000 characters).
pub(crate) const PEM_MAX_BYTES: usize = 32 * 1024;
/// Most certificates in one text.
const CHAIN_MAX: usize = 8;
/// Smallest keys trusted (2.0.1 A00.FR.506..508: RSA of 2048 bits, elliptic curves of 224; we ask for 256).
const RSA_MIN_BITS: usize = 2048;
const EC_MIN_BITS: usize = 256;

/// What we need to know of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Described {
    /// Hex, without leading zeros.
    pub serial: String,
    pub subject: String,
    pub issuer: String,
    /// SHA-256, hex.
    pub fingerprint: String,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    pub is_ca: bool,
    pub self_issued: bool,
    pub common_name: Option<String>,
    pub organisation: Option<String>,
    /// DNS names among the alternative names.
    pub alternative_names: Vec<String>,
}

/// A request that may be signed as far as the request itself can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Csr {
    pub der: Vec<u8>,
    /// SubjectPublicKeyInfo, DER.
    pub public_key: Vec<u8>,
    pub common_name: String,
    pub organisation: Option<String>,
}

/// The certificates of a PEM text, in order.
pub(crate) fn pem_chain(pem: &str) -> Result<Vec<Vec<u8>>, String> {
    if pem.len() > PEM_MAX_BYTES {
        return Err(format!("at most {PEM_MAX_BYTES} bytes"));
    }
    let all: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .take(CHAIN_MAX + 1)
        .collect::<Result<_, _>>()
        .map_err(|_| "not a certificate in PEM form (-----BEGIN CERTIFICATE-----)".to_owned())?;
    match all.len() {
        0 => Err("no certificate in PEM form (-----BEGIN CERTIFICATE-----)".into()),
        1..=CHAIN_MAX => Ok(all.into_iter().map(|der| der.to_vec()).collect()),
        _ => Err(format!("at most {CHAIN_MAX} certificates")),
    }
}

/// PEM of one certificate, with a line end behind it.
pub(crate) fn to_pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(std::str::from_utf8(line).unwrap_or_default());
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn fingerprint(der: &[u8]) -> String {
    hex(&Sha256::digest(der))
}

pub(crate) fn describe(der: &[u8]) -> Result<Described, String> {
    let broken = |_| "the certificate cannot be read".to_owned();
    let (rest, certificate) = X509Certificate::from_der(der).map_err(broken)?;
    if !rest.is_empty() {
        return Err("there is something behind the certificate".into());
    }
    let time = |at: i64| Timestamp::from_second(at).map_err(|_| "the certificate's times cannot be read");
    let alternative_names = certificate
        .subject_alternative_name()
        .ok()
        .flatten()
        .map(|names| {
            let dns = |name: &GeneralName<'_>| match name {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                _ => None,
            };
            names.value.general_names.iter().filter_map(dns).collect()
        })
        .unwrap_or_default();
    let is_ca = certificate.basic_constraints().ok().flatten().is_some_and(|basic| basic.value.ca);
    Ok(Described {
        serial: trimmed(&hex(certificate.raw_serial())),
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        fingerprint: fingerprint(der),
        not_before: time(certificate.validity().not_before.timestamp())?,
        not_after: time(certificate.validity().not_after.timestamp())?,
        is_ca,
        self_issued: certificate.subject().as_raw() == certificate.issuer().as_raw(),
        common_name: common_name(certificate.subject()),
        organisation: organisation(certificate.subject()),
        alternative_names,
    })
}

/// Refuses keys that do not hold (threat 20).
pub(crate) fn check_key(der: &[u8]) -> Result<(), String> {
    let (_, certificate) =
        X509Certificate::from_der(der).map_err(|_| "the certificate cannot be read".to_owned())?;
    strong(certificate.public_key())
}

/// Serial numbers are compared as numbers.
pub(crate) fn trimmed(serial: &str) -> String {
    let lower = serial.to_lowercase();
    let short = lower.trim_start_matches('0');
    if short.is_empty() { "0".into() } else { short.into() }
}

fn text_of(name: Option<&x509_parser::x509::AttributeTypeAndValue<'_>>) -> Option<String> {
    name.and_then(|value| value.as_str().ok()).map(str::to_owned)
}

fn common_name(name: &X509Name<'_>) -> Option<String> {
    let mut all = name.iter_common_name();
    // Two names are no name.
    text_of(all.next()).filter(|_| all.next().is_none())
}

fn organisation(name: &X509Name<'_>) -> Option<String> {
    text_of(name.iter_organization().next())
}

/// Reads a request and checks all that it can show by itself: form, signature, strength of the key.
pub(crate) fn read_csr(pem: &str) -> Result<Csr, String> {
    if pem.len() > PEM_MAX_BYTES {
        return Err("the request is too long".into());
    }
    let der = csr_der(pem).ok_or("the request is not in PEM form")?;
    let (rest, csr) = X509CertificationRequest::from_der(&der)
        .map_err(|_| "the request is not PKCS #10 (RFC 2986)".to_owned())?;
    if !rest.is_empty() {
        return Err("there is something behind the request".into());
    }
    let info = &csr.certification_request_info;
    strong(&info.subject_pki)?;
    csr.verify_signature()
        .map_err(|_| "the request is not signed by its own key, or with an algorithm that is not accepted")?;
    if asks_to_sign(&csr) {
        return Err("the request asks for a certificate that may sign others".into());
    }
    let name = common_name(&info.subject).ok_or("the request's subject has no common name, or several")?;
    Ok(Csr {
        public_key: info.subject_pki.raw.to_vec(),
        common_name: name,
        organisation: organisation(&info.subject),
        der: der.clone(),
    })
}

fn asks_to_sign(csr: &X509CertificationRequest<'_>) -> bool {
    let Some(mut wanted) = csr.requested_extensions() else { return false };
    wanted.any(|extension| matches!(extension, ParsedExtension::BasicConstraints(basic) if basic.ca))
}

/// Stations write `CERTIFICATE REQUEST`, `NEW CERTIFICATE REQUEST`, line ends of every kind, or none.
fn csr_der(pem: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let text = pem.replace("\\n", "\n");
    let begin = text.find("-----BEGIN ")?;
    let head_end = begin + 11 + text[begin + 11..].find("-----")? + 5;
    if !text[begin..head_end].contains("CERTIFICATE REQUEST") {
        return None;
    }
    let end = head_end + text[head_end..].find("-----END ")?;
    let body: String = text[head_end..end].chars().filter(|c| !c.is_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(body).ok()
}

fn strong(key: &SubjectPublicKeyInfo<'_>) -> Result<(), String> {
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => {
            let bits = rsa.key_size();
            if bits < RSA_MIN_BITS {
                return Err(format!("the key is too weak: RSA of {bits} bits, at least {RSA_MIN_BITS}"));
            }
            Ok(())
        }
        Ok(PublicKey::EC(point)) => {
            let bits = point.key_size();
            if bits < EC_MIN_BITS {
                return Err(format!("the key is too weak: a curve of {bits} bits, at least {EC_MIN_BITS}"));
            }
            Ok(())
        }
        Ok(_) if key.algorithm.algorithm.to_id_string() == "1.3.101.112" => Ok(()),
        _ => Err("the kind of key is not accepted: RSA, P-256, P-384 or Ed25519".into()),
    }
}

/// Whether a certificate is of this key (SubjectPublicKeyInfo, DER).
pub(crate) fn is_key_of(der: &[u8], public_key: &[u8]) -> bool {
    X509Certificate::from_der(der).is_ok_and(|(_, c)| c.public_key().raw == public_key)
}
