//! A station asks for a certificate, gets it signed, and is brought what was signed (2.0.1 A02, 1.6 security extension).
//!
//! What is asked is kept before the station is answered; signing and bringing are errands, tried until they are done.

use forecourt_core::Timestamp;
use forecourt_core::change::What;
use forecourt_core::command::{CertificateSigned, CertificateUse, Command, Outcome};
use forecourt_core::fact::{Answer, Ruling, SignCertificate};
use forecourt_core::id::{CertificateId, CertificateRequestId};
use forecourt_store::StoreError;
use forecourt_store::certificate::{CertificateRecord, CertificateRequestRecord};
use jiff::SignedDuration;

use super::authority::Unsigned;
use super::x509::{Csr, describe, pem_chain, read_csr, to_pem};
use crate::live::Live;
use crate::report::Decision;
use crate::security::severity::{CERTIFICATE_REFUSED, INVALID_SIGNING_REQUEST};
use crate::{App, AppError};

/// Requests a station may make in a day: it needs one a year.
const REQUESTS_A_DAY: usize = 10;
/// Times a certificate is brought to a station that does not answer.
const ATTEMPTS: i64 = 10;
/// What a station takes at most where it does not say (2.0.1 CertificateSignedRequest: 10,000 characters).
const CHAIN_MAX_CHARS: usize = 10_000;
/// Where stations say it: 2.x and 1.6.
const CHAIN_MAX_NAMES: [&str; 3] =
    ["MaxCertificateChainSize", "CertificateSignedMaxChainSize", "CertificateSignedMaxChain"];

fn word(certificate_use: CertificateUse) -> &'static str {
    match certificate_use {
        CertificateUse::Station => "station",
        CertificateUse::V2g => "v2g",
        CertificateUse::V2g20 => "v2g20",
    }
}

fn use_of(word: &str) -> CertificateUse {
    match word {
        "v2g" => CertificateUse::V2g,
        "v2g20" => CertificateUse::V2g20,
        _ => CertificateUse::Station,
    }
}

impl App {
    /// Checks a request and keeps it; the station is told at once whether it will get a certificate.
    pub(crate) async fn decide_signing(
        &self,
        live: &Live,
        wish: SignCertificate,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        let refusal = self.check_signing(live, &wish, now).await?.err();
        let record = live.record();
        let request = CertificateRequestRecord {
            id: CertificateRequestId(self.id_at(now)),
            organisation: record.organisation,
            station: record.id,
            kind: word(wish.certificate_use).into(),
            csr: wish.csr,
            request_id: wish.request_id,
            state: if refusal.is_some() { "refused" } else { "waiting" }.into(),
            detail: refusal.clone(),
            certificate: None,
            sent_on: None,
            attempts: 0,
            created_at: now,
            changed_at: now,
        };
        if let Some(reason) = refusal {
            let mut decision = Decision::answering(Answer::Ruling(Ruling::Rejected));
            let kind = INVALID_SIGNING_REQUEST.to_owned();
            decision.changes.push(What::Security { kind: kind.clone() });
            decision.unit.security.push(self.security_row(live, kind, Some(reason), now));
            return Ok(decision);
        }
        let mut tx = self.store.begin().await?;
        tx.add_certificate_request(&request).await?;
        tx.commit().await?;
        live.link().errands = true;
        Ok(Decision::answering(Answer::Ruling(Ruling::Accepted)))
    }

    /// The error is a sentence for the operator (threat 20).
    async fn check_signing(
        &self,
        live: &Live,
        wish: &SignCertificate,
        now: Timestamp,
    ) -> Result<Result<Csr, String>, StoreError> {
        let record = live.record();
        let day_ago = now - SignedDuration::from_hours(24);
        let recent = self.store.certificate_requests(record.id, REQUESTS_A_DAY as u32).await?;
        if recent.iter().filter(|request| request.created_at > day_ago).count() >= REQUESTS_A_DAY {
            return Ok(Err(format!("more than {REQUESTS_A_DAY} requests in a day")));
        }
        let csr = match read_csr(&wish.csr) {
            Ok(csr) => csr,
            Err(reason) => return Ok(Err(reason)),
        };
        if wish.certificate_use == CertificateUse::Station {
            // 2.0.1 asks for the serial number, 1.6 for the identity; both are the station's.
            let name = csr.common_name.as_str();
            let own = name.eq_ignore_ascii_case(&record.identity)
                || record.serial.as_deref().is_some_and(|serial| serial.eq_ignore_ascii_case(name))
                    && self.directory.find(Some(record.organisation), name).is_none();
            if !own {
                return Ok(Err(format!("the request is for {name:?}, which is not this station")));
            }
        } else if !self.signs_for_vehicles(record.organisation).await? {
            return Ok(Err(
                "certificates for vehicles are signed by an outside authority, and none is set".into()
            ));
        }
        let organisation = self.store.organisation(record.organisation).await?.map(|o| o.name);
        if csr.organisation.is_some() && csr.organisation != organisation {
            tracing::info!(station = %record.id, named = ?csr.organisation, "a request names another organisation");
        }
        Ok(Ok(csr))
    }

    async fn signs_for_vehicles(
        &self,
        organisation: forecourt_core::id::OrganisationId,
    ) -> Result<bool, StoreError> {
        Ok(self.store.authority(organisation).await?.is_some_and(|record| record.kind == "external"))
    }

    /// Signs what the station waits for, and brings it what is signed: one of its errands. Says whether nothing waits any
    /// more. A station that did not answer gets another try on its next connection.
    pub(crate) async fn reconcile_certificates(&self, live: &Live) -> Result<bool, AppError> {
        let mut done = true;
        for mut request in self.store.open_certificate_requests_of(live.record().id).await? {
            if request.state == "waiting" {
                self.sign_request(live, &mut request).await?;
            }
            let connection = {
                let link = live.link();
                link.orders.is_some().then_some(link.connection)
            };
            if request.state == "signed" && connection.is_some() && connection != request.sent_on {
                request.sent_on = connection;
                self.change_request(&mut request, "signed").await?;
                self.deliver(live, &mut request).await?;
            }
            done &= !matches!(request.state.as_str(), "waiting" | "signed");
        }
        Ok(done)
    }

    async fn change_request(
        &self,
        request: &mut CertificateRequestRecord,
        state: &str,
    ) -> Result<(), AppError> {
        request.state = state.to_owned();
        request.changed_at = self.now();
        let mut tx = self.store.begin().await?;
        tx.change_certificate_request(request).await?;
        Ok(tx.commit().await?)
    }

    async fn sign_request(
        &self,
        live: &Live,
        request: &mut CertificateRequestRecord,
    ) -> Result<(), AppError> {
        let csr = match read_csr(&request.csr) {
            Ok(csr) => csr,
            Err(reason) => {
                request.detail = Some(reason);
                return self.change_request(request, "failed").await;
            }
        };
        let signed = match self.sign(request.organisation, &csr.common_name, &csr).await {
            Ok(signed) => signed,
            Err(Unsigned::Later(reason)) => {
                tracing::warn!(%reason, station = %request.station, "a request was not signed; it will be asked again");
                request.detail = Some(reason);
                return self.change_request(request, "waiting").await;
            }
            Err(Unsigned::Never(reason)) => {
                self.security_event(live, CERTIFICATE_REFUSED, Some(reason.clone())).await;
                request.detail = Some(reason);
                return self.change_request(request, "failed").await;
            }
        };
        let own = signed.chain.first().cloned().unwrap_or_default();
        let described = describe(&own).map_err(AppError::Conflict)?;
        let id = CertificateId(self.id());
        let record =
            self.certificate_record(id, request.organisation, &request.kind, signed.origin, described);
        let record = CertificateRecord {
            station: Some(request.station),
            pem: signed.chain.iter().map(|der| to_pem(der)).collect(),
            ..record
        };
        request.state = "signed".into();
        request.detail = None;
        request.certificate = Some(id);
        request.changed_at = self.now();
        let mut tx = self.store.begin().await?;
        tx.add_certificate(&record).await?;
        tx.change_certificate_request(request).await?;
        tx.commit().await?;
        self.trust.put(&record);
        self.publish(live, self.now(), What::Station);
        Ok(())
    }

    async fn deliver(&self, live: &Live, request: &mut CertificateRequestRecord) -> Result<(), AppError> {
        let id = request.certificate.ok_or(AppError::NotFound("certificate"))?;
        let certificate = self
            .store
            .certificate(request.organisation, id)
            .await?
            .ok_or(AppError::NotFound("certificate"))?;
        let chain = match self.fitting_chain(live, &certificate.pem).await? {
            Ok(chain) => chain,
            Err(reason) => return self.not_delivered(live, request, id, "failed", reason).await,
        };
        let signed = CertificateSigned {
            chain,
            certificate_use: use_of(&request.kind),
            request_id: request.request_id,
        };
        let (record, outcome) = self.order(live, Command::CertificateSigned(signed)).await?;
        let said = record.detail.unwrap_or_default();
        match outcome {
            Outcome::Answered { accepted: true, .. } => self.delivered(live, request, id).await,
            Outcome::Answered { accepted: false, .. }
            | Outcome::Failed { .. }
            | Outcome::Impossible { .. } => self.not_delivered(live, request, id, "refused", said).await,
            Outcome::Offline | Outcome::NoAnswer | Outcome::Busy => {
                request.attempts += 1;
                if request.attempts >= ATTEMPTS {
                    return self.not_delivered(live, request, id, "failed", said).await;
                }
                request.detail = Some(said);
                self.change_request(request, "signed").await
            }
        }
    }

    /// The whole chain where the station has room for it, otherwise its own certificate alone.
    async fn fitting_chain(&self, live: &Live, pem: &str) -> Result<Result<String, String>, AppError> {
        let variables = self.store.variables(live.record().id).await?;
        let told = variables
            .iter()
            .find(|found| CHAIN_MAX_NAMES.iter().any(|name| found.variable.name.eq_ignore_ascii_case(name)));
        let told = told.and_then(|found| found.variable.value.as_deref()?.trim().parse::<usize>().ok());
        let room = told.filter(|room| *room > 0).unwrap_or(CHAIN_MAX_CHARS).min(CHAIN_MAX_CHARS);
        if pem.len() <= room {
            return Ok(Ok(pem.to_owned()));
        }
        let own = pem_chain(pem).ok().and_then(|chain| chain.into_iter().next());
        let own = own.map(|der| to_pem(&der)).filter(|own| own.len() <= room);
        Ok(own.ok_or_else(|| {
            format!("the certificate's chain has {} characters, the charger takes {room}", pem.len())
        }))
    }

    async fn delivered(
        &self,
        live: &Live,
        request: &mut CertificateRequestRecord,
        id: CertificateId,
    ) -> Result<(), AppError> {
        let now = self.now();
        request.state = "accepted".into();
        request.detail = None;
        request.changed_at = now;
        let mut tx = self.store.begin().await?;
        tx.set_certificate_state(id, "accepted", None, now).await?;
        tx.supersede_certificates(request.station, &request.kind, id, now).await?;
        tx.change_certificate_request(request).await?;
        tx.commit().await?;
        self.publish(live, now, What::Station);
        Ok(())
    }

    async fn not_delivered(
        &self,
        live: &Live,
        request: &mut CertificateRequestRecord,
        id: CertificateId,
        state: &str,
        reason: String,
    ) -> Result<(), AppError> {
        let now = self.now();
        self.security_event(live, CERTIFICATE_REFUSED, Some(reason.clone())).await;
        request.state = state.to_owned();
        request.detail = Some(reason.clone());
        request.changed_at = now;
        let mut tx = self.store.begin().await?;
        tx.set_certificate_state(id, "refused", Some(&reason), now).await?;
        tx.change_certificate_request(request).await?;
        tx.commit().await?;
        self.publish(live, now, What::Station);
        Ok(())
    }
}
