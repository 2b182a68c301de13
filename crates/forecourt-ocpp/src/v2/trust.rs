//! What a 2.x station asks and shows about certificates, read.

use forecourt_core::command::{CertificateUse, OcspRequest};
use forecourt_core::fact::{ContractToken, EvCertificateRequest, Fact, SignCertificate};

use super::{Edition, token};
use crate::fault::Fault;
use crate::item;
use crate::read::Object;
use crate::word::{self, Words};

/// Longest texts by the schema, in characters; what we keep of them at most is twice that.
const CSR_CHARS: usize = 5_500;
const CHAIN_CHARS: usize = 10_000;
const EXI_CHARS: usize = 11_000;
const HARD_CHARS: usize = 22_000;

const USES: &Words<CertificateUse> = &[
    ("ChargingStationCertificate", CertificateUse::Station),
    ("V2GCertificate", CertificateUse::V2g),
    ("V2G20Certificate", CertificateUse::V2g20),
];

/// Authorize (2.0.1 C01, C07): with a certificate or its hashes it is about a contract.
pub(super) fn authorize(object: &Object<'_>, edition: Edition) -> Result<Fact, Fault> {
    object.extras(&["idToken", "certificate", "iso15118CertificateHashData"]);
    let token = token::need(object, edition)?;
    let certificate = object.lines("certificate", CHAIN_CHARS, HARD_CHARS).filter(|text| !text.is_empty());
    let mut hashes = Vec::new();
    object.each("iso15118CertificateHashData", |data| hashes.push(request(&data)));
    if certificate.is_none() && hashes.is_empty() {
        return Ok(Fact::Authorize(token));
    }
    Ok(Fact::AuthorizeContract(Box::new(ContractToken { token, certificate, hashes })))
}

/// OCSPRequestDataType.
fn request(data: &Object<'_>) -> OcspRequest {
    data.extras(&["hashAlgorithm", "issuerNameHash", "issuerKeyHash", "serialNumber", "responderURL"]);
    OcspRequest { hash: item::hash(data), responder: data.expect_text("responderURL", 2_000) }
}

/// SignCertificate (2.0.1 A02, A03).
pub(super) fn sign(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["csr", "certificateType", "hashRootCertificate", "requestId"]);
    let csr = object.lines("csr", CSR_CHARS, HARD_CHARS).ok_or_else(|| object.lacks("csr", "a text"))?;
    let certificate_use =
        word::read(object, "certificateType", USES).and_then(Result::ok).unwrap_or_default();
    let request_id = object.integer("requestId");
    Ok(Fact::SignCertificate(SignCertificate { csr, certificate_use, request_id }))
}

/// Get15118EVCertificate (2.0.1 M01, M02).
pub(super) fn ev_certificate(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&[
        "iso15118SchemaVersion",
        "action",
        "exiRequest",
        "maximumContractCertificateChains",
        "prioritizedEMAIDs",
    ]);
    let exi = object.text_up_to("exiRequest", EXI_CHARS, HARD_CHARS);
    Ok(Fact::EvCertificate(EvCertificateRequest {
        schema: object.expect_text("iso15118SchemaVersion", 50),
        action: object.expect_text("action", 20),
        exi: exi.ok_or_else(|| object.lacks("exiRequest", "a text"))?,
        max_chains: object.integer("maximumContractCertificateChains"),
    }))
}

/// GetCertificateStatus (2.0.1 M06).
pub(super) fn certificate_status(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["ocspRequestData"]);
    let data = object.need_object("ocspRequestData")?;
    Ok(Fact::CertificateStatus(vec![request(&data)]))
}

/// GetCertificateChainStatus (2.1 M07).
pub(super) fn chain_status(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["certificateStatusRequests"]);
    let mut requests = Vec::new();
    let count = object.each("certificateStatusRequests", |entry| {
        entry.extras(&["certificateHashData", "source", "urls"]);
        let Some(data) = entry.object("certificateHashData") else {
            return entry.missing("certificateHashData");
        };
        let responder = entry.first_text("urls", 2_000).unwrap_or_default();
        requests.push(OcspRequest { hash: item::hash(&data), responder });
    });
    match count {
        Some(_) if !requests.is_empty() => Ok(Fact::CertificateChainStatus(requests)),
        _ => Err(object.lacks("certificateStatusRequests", "a list")),
    }
}
