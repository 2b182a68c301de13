//! How OCPP names a certificate: digests of its issuer's name and key, and its serial number (2.0.1 CertificateHashData).

use forecourt_core::command::CertificateHash;
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::x509::{hex, trimmed};

/// SHA-256 names of a certificate whose issuer's certificate is known. For a root it is the root itself.
pub(crate) fn certificate_hash(der: &[u8], issuer: &[u8]) -> Option<CertificateHash> {
    let (_, own) = X509Certificate::from_der(der).ok()?;
    let (_, issuer) = X509Certificate::from_der(issuer).ok()?;
    let key = issuer.public_key().subject_public_key.data.as_ref();
    Some(CertificateHash {
        algorithm: "SHA256".into(),
        issuer_name_hash: hex(&Sha256::digest(own.issuer().as_raw())),
        issuer_key_hash: hex(&Sha256::digest(key)),
        serial: trimmed(&hex(own.raw_serial())),
    })
}
