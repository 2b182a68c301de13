//! The built-in certificate authority: one root per organisation, made when it is first needed.
//!
//! It signs what it is given; whether a request may be signed is decided by its caller.

use forecourt_core::Timestamp;
use jiff::SignedDuration;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    RevocationReason, RevokedCertParams, SerialNumber, SubjectPublicKeyInfo,
};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use x509_parser::time::ASN1Time;

use super::x509::Csr;

/// How long a root is valid: stations keep it in flash for their whole life.
const ROOT_VALID: SignedDuration = SignedDuration::from_hours(24 * 365 * 20);
/// Stations' clocks are late: what is signed now was valid an hour ago.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_hours(1);
/// Random bytes of a serial number (RFC 5280 §4.1.2.2: at most 20, and positive).
const SERIAL_BYTES: usize = 16;
/// How long a revocation list may be used.
const CRL_VALID: SignedDuration = SignedDuration::from_hours(24 * 7);

/// A root and its key.
pub(crate) struct Root {
    pub certificate: Vec<u8>,
    /// PKCS #8.
    pub key: Vec<u8>,
}

pub(crate) fn make_root(organisation: &str, number: i64, now: Timestamp) -> Result<Root, String> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(say)?;
    let mut params = CertificateParams::new(Vec::<String>::new()).map_err(say)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, organisation);
    params.distinguished_name.push(DnType::CommonName, format!("Forecourt charging stations {number}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.serial_number = Some(serial());
    params.not_before = time(now - CLOCK_SLACK)?.to_datetime();
    params.not_after = time(now + ROOT_VALID)?.to_datetime();
    let certificate = params.self_signed(&key).map_err(say)?;
    Ok(Root { certificate: certificate.der().to_vec(), key: key.serialize_der() })
}

impl Root {
    fn issuer(&self) -> Result<Issuer<'static, KeyPair>, String> {
        let key = PrivatePkcs8KeyDer::from(self.key.as_slice());
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_ECDSA_P256_SHA256).map_err(say)?;
        Issuer::from_ca_cert_der(&CertificateDer::from(self.certificate.as_slice()), key).map_err(say)
    }

    /// A certificate for the key of a request. Nothing but the key is taken over from it.
    pub fn sign(
        &self,
        csr: &Csr,
        identity: &str,
        organisation: &str,
        valid_days: i64,
        now: Timestamp,
    ) -> Result<Vec<u8>, String> {
        let key = SubjectPublicKeyInfo::from_der(&csr.public_key)
            .map_err(|_| "this kind of key cannot be signed here".to_owned())?;
        let mut params = CertificateParams::new(Vec::<String>::new()).map_err(say)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, organisation);
        params.distinguished_name.push(DnType::CommonName, identity);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(serial());
        params.not_before = time(now - CLOCK_SLACK)?.to_datetime();
        params.not_after = time(now + SignedDuration::from_hours(24 * valid_days))?.to_datetime();
        Ok(params.signed_by(&key, &self.issuer()?).map_err(say)?.der().to_vec())
    }

    /// The revocation list in DER. `revoked`: serial number in hex and when.
    pub fn revocation_list(
        &self,
        revoked: &[(String, Timestamp)],
        number: i64,
        now: Timestamp,
    ) -> Result<Vec<u8>, String> {
        let entry = |(serial, at): &(String, Timestamp)| {
            Ok(RevokedCertParams {
                serial_number: SerialNumber::from_slice(&unhex(serial)),
                revocation_time: time(*at)?.to_datetime(),
                reason_code: Some(RevocationReason::Unspecified),
                invalidity_date: None,
            })
        };
        let params = CertificateRevocationListParams {
            this_update: time(now)?.to_datetime(),
            next_update: time(now + CRL_VALID)?.to_datetime(),
            crl_number: SerialNumber::from_slice(&number.max(1).to_be_bytes()),
            issuing_distribution_point: None,
            revoked_certs: revoked.iter().map(entry).collect::<Result<_, String>>()?,
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        Ok(params.signed_by(&self.issuer()?).map_err(say)?.der().to_vec())
    }
}

fn serial() -> SerialNumber {
    let mut bytes: [u8; SERIAL_BYTES] = rand::random();
    // Positive, and of full length.
    bytes[0] = bytes[0] & 0x7f | 0x40;
    SerialNumber::from_slice(&bytes)
}

fn unhex(text: &str) -> Vec<u8> {
    let even = if text.len().is_multiple_of(2) { text.to_owned() } else { format!("0{text}") };
    let digits: Vec<u8> = even.bytes().filter_map(|b| (b as char).to_digit(16)).map(|d| d as u8).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn time(at: Timestamp) -> Result<ASN1Time, String> {
    ASN1Time::from_timestamp(at.as_second()).map_err(|_| "no such time".into())
}

fn say(error: rcgen::Error) -> String {
    format!("the certificate could not be made: {error}")
}
