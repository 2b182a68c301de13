//! Plug and charge (ISO 15118): contract certificates of vehicles, and whether certificates still hold. The outside PKI
//! is asked; what it says is relayed or judged here.
//!
//! Nothing here looks inside EXI.

mod der;
mod ocsp;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forecourt_core::Timestamp;
use forecourt_core::command::OcspRequest;
use forecourt_core::fact::{Answer, CertificateState, ContractToken, EvCertificateRequest};
use forecourt_core::id::OrganisationId;
use forecourt_core::token::{TokenInfo, Verdict};
use forecourt_store::StoreError;
use forecourt_store::certificate::CertificateFilter;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::App;
use crate::certificates::verify_chain;
use crate::certificates::x509::{describe, pem_chain};
use crate::live::Live;
use crate::outside::Ask;
use crate::report::AskedFor;
use crate::report::Decision;
use ocsp::Status;

/// Longest answer of the contract service and of a responder, in bytes (2.1 takes 17,000 characters of EXI).
const ANSWER_MAX_BYTES: usize = 128 * 1024;
const OCSP_MAX_BYTES: usize = 16 * 1024;
/// Certificates of one chain that are asked about (2.x: at most 4).
const CHAIN_MAX: usize = 4;
/// When a question that failed may be asked again.
const AGAIN: SignedDuration = SignedDuration::from_mins(15);
const NO_SERVICE: &str = "no contract certificate service is configured (contract_service)";

/// What the contract service answers.
#[derive(Debug, Deserialize)]
struct ServiceAnswer {
    exi: Option<String>,
    reason: Option<String>,
}

impl App {
    /// A vehicle wants its contract certificate (M01, M02): asked of the configured service, word for word.
    pub(crate) async fn decide_ev_certificate(&self, live: &Live, wish: EvCertificateRequest) -> Decision {
        let answer = self.contract_certificate(live, &wish).await;
        if let Err(reason) = &answer {
            tracing::info!(station = %live.record().id, reason, "a vehicle got no contract certificate");
        }
        Decision::answering(Answer::EvCertificate(answer))
    }

    async fn contract_certificate(&self, live: &Live, wish: &EvCertificateRequest) -> Result<String, String> {
        let service = self.settings().security.contract_service.clone();
        let (url, token) = service.ok_or(NO_SERVICE)?;
        let body = serde_json::json!({
            "station": live.record().identity,
            "schema": wish.schema,
            "action": wish.action,
            "exi": wish.exi,
            "max_chains": wish.max_chains,
        });
        let ask = Ask {
            headers: &[],
            url: &url,
            token: token.as_deref(),
            content_type: "application/json",
            accept: "application/json",
            body: body.to_string().into_bytes(),
            max_bytes: ANSWER_MAX_BYTES,
        };
        let answer =
            self.outside.post(ask).await.map_err(|error| format!("the contract service: {error}"))?;
        let answer: ServiceAnswer =
            serde_json::from_slice(&answer).map_err(|_| "the contract service's answer cannot be read")?;
        match answer.exi.filter(|exi| STANDARD.decode(exi).is_ok_and(|bytes| !bytes.is_empty())) {
            Some(exi) => Ok(exi),
            None => Err(answer.reason.unwrap_or_else(|| "the contract service has no certificate".into())),
        }
    }

    /// A responder's answer for the station to check (M06).
    pub(crate) async fn decide_certificate_status(&self, requests: &[OcspRequest]) -> Decision {
        let answer = match requests.first() {
            Some(request) => self.ask_responder(request).await.map(|answer| STANDARD.encode(answer)),
            None => Err("no certificate is named".into()),
        };
        Decision::answering(Answer::OcspResult(answer))
    }

    /// Our own verdict on each certificate of a chain (2.1 M07).
    pub(crate) async fn decide_chain_status(
        &self,
        live: &Live,
        requests: Vec<OcspRequest>,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        let known = self.pki_roots(live.record().organisation).await?;
        let mut statuses = Vec::new();
        for request in requests.into_iter().take(CHAIN_MAX) {
            let said = self.responder_verdict(&request, &known, now).await;
            let (status, next_update) = match said {
                Ok(verdict) => (word(verdict.status), verdict.next_update),
                Err(reason) => {
                    tracing::info!(reason, responder = request.responder, "a certificate was not judged");
                    ("Failed", now + AGAIN)
                }
            };
            statuses.push(CertificateState { request, status, next_update });
        }
        Ok(Decision::answering(Answer::ChainStatus { statuses }))
    }

    /// A contract is shown (C07): the key must be known, and its certificate must hold.
    pub(crate) async fn decide_contract(
        &self,
        live: &Live,
        contract: &ContractToken,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        let certificate_status = self.contract_status(live, contract, now).await?;
        let info = match certificate_status {
            "Accepted" => self.verdict(live, &contract.token, AskedFor::Start(None), now).await?.0,
            "CertificateExpired" => refused(Verdict::Expired),
            "CertificateRevoked" => refused(Verdict::Blocked),
            _ => refused(Verdict::Unknown),
        };
        Ok(Decision::answering(Answer::AuthorizeContract { info, certificate_status }))
    }

    /// In OCPP's word.
    async fn contract_status(
        &self,
        live: &Live,
        contract: &ContractToken,
        now: Timestamp,
    ) -> Result<&'static str, StoreError> {
        let mut known = self.pki_roots(live.record().organisation).await?;
        if let Some(pem) = &contract.certificate {
            let Ok(chain) = pem_chain(pem) else { return Ok("SignatureError") };
            let Some((own, issuers)) = chain.split_first() else { return Ok("SignatureError") };
            if describe(own).is_ok_and(|described| described.not_after < now) {
                return Ok("CertificateExpired");
            }
            if verify_chain(own, issuers, &known, now).is_err() {
                return Ok("CertChainError");
            }
            known.extend(issuers.iter().cloned());
        } else if contract.hashes.is_empty() {
            return Ok("NoCertificateAvailable");
        }
        for request in contract.hashes.iter().take(CHAIN_MAX) {
            match self.responder_verdict(request, &known, now).await.map(|verdict| verdict.status) {
                Ok(Status::Good) => {}
                Ok(Status::Revoked) => return Ok("CertificateRevoked"),
                // What nobody vouches for does not charge.
                Ok(Status::Unknown) => return Ok("CertChainError"),
                Err(reason) => {
                    tracing::info!(reason, responder = request.responder, "a contract was not judged");
                    return Ok("CertChainError");
                }
            }
        }
        Ok("Accepted")
    }

    async fn ask_responder(&self, request: &OcspRequest) -> Result<Vec<u8>, String> {
        let body = ocsp::request(&request.hash).ok_or("the certificate's digests are not hexadecimal")?;
        let ask = Ask {
            headers: &[],
            url: &request.responder,
            token: None,
            content_type: "application/ocsp-request",
            accept: "application/ocsp-response",
            body,
            max_bytes: OCSP_MAX_BYTES,
        };
        let answer = self.outside.post_ocsp(ask).await.map_err(|error| format!("the responder: {error}"))?;
        if ocsp::is_answer(&answer) {
            Ok(answer)
        } else {
            Err("the responder did not answer the question".into())
        }
    }

    async fn responder_verdict(
        &self,
        request: &OcspRequest,
        known: &[Vec<u8>],
        now: Timestamp,
    ) -> Result<ocsp::Verdict, String> {
        let answer = self.ask_responder(request).await?;
        ocsp::read(&answer, &request.hash, known, now).map_err(str::to_owned)
    }

    /// The roots of contracts and vehicles that an organisation trusts, DER.
    async fn pki_roots(&self, organisation: OrganisationId) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut all = Vec::new();
        for kind in ["mobility_operator_root", "v2g_root"] {
            let filter = CertificateFilter {
                kind: Some(kind.into()),
                state: Some("trusted".into()),
                ..CertificateFilter::default()
            };
            let page = self
                .store
                .certificates(organisation, &filter, None, forecourt_store::page::MAX_LIMIT)
                .await?;
            all.extend(page.items.iter().filter_map(|record| pem_chain(&record.pem).ok()).flatten());
        }
        Ok(all)
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Good => "Good",
        Status::Revoked => "Revoked",
        Status::Unknown => "Unknown",
    }
}

fn refused(verdict: Verdict) -> TokenInfo {
    TokenInfo { verdict, expires_at: None, group: None, message: None, tariff: None }
}
