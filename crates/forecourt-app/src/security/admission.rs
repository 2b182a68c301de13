//! Who may connect: passwords, certificates, and the security profile that holds for the station (A00, A05).
//!
//! A refusal takes as long and looks the same whatever it is for (threat 4); what was wrong stands in the events.

use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::fact::Registration;
use forecourt_core::id::{CertificateId, OrganisationId};
use forecourt_store::station::StationRecord;
use jiff::SignedDuration;
use tokio::sync::oneshot;

use super::severity::{INVALID_STATION_CERTIFICATE, PROFILE_DOWNGRADE};
use crate::commands::Order;
use crate::gateway::{Admission, Knock, PROBE, Refusal, WAITING_STATIONS};
use crate::live::Live;
use crate::passwords::digest;
use crate::security::rotation::{NextPassword, forms};
use crate::{App, AppError};

/// The same refusal of the same station is reported this often.
const REPORT_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// What a station showed, all of it verified.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proof {
    /// The highest security profile this connection satisfies.
    pub level: i64,
    pub certificate: Option<CertificateId>,
    /// Came in with the password it was sent last: what is to be kept of it from now on.
    pub next_password: Option<NextPassword>,
}

/// Which password was shown.
enum Shown {
    Nothing,
    Known,
    Next(NextPassword),
}

impl App {
    /// Decides whether a station may connect.
    pub async fn admit(&self, knock: &Knock) -> Result<Admission, Refusal> {
        let organisation = knock.organisation.map(OrganisationId);
        let Some(live) = self.directory.find(organisation, &knock.identity) else {
            if let Some(live) = self.waiting_room(knock).await {
                return Ok(Admission { live, proof: Proof::default() });
            }
            let password = knock.credentials.as_ref().map_or(&b""[..], |(_, password)| password);
            self.passwords.verify(password, None).await.map_err(|_| Refusal::Overloaded)?;
            return Err(Refusal::Unknown);
        };
        let record = live.record();
        let certificate = self.shown_certificate(&record, knock);
        if let Some(Ok(id)) = &certificate {
            let proof = Proof { level: 3, certificate: *id, next_password: None };
            return Ok(Admission { live, proof });
        }
        let proof = match self.shown_password(&live, &record, knock).await? {
            Shown::Nothing => Proof::default(),
            Shown::Known => Proof { level: 1 + i64::from(knock.tls), ..Proof::default() },
            Shown::Next(next) => {
                let level = 1 + i64::from(knock.tls);
                Proof { level, certificate: None, next_password: Some(next) }
            }
        };
        if proof.level < record.security_profile {
            return Err(match certificate {
                Some(Err(reason)) => Refusal::BadCertificate(reason),
                _ if proof.level > 0 || record.security_profile == 3 => Refusal::Downgrade,
                _ => Refusal::WrongPassword,
            });
        }
        if proof.level == 0 && self.is_alive(&live).await {
            return Err(Refusal::Occupied);
        }
        Ok(Admission { live, proof })
    }

    /// `None` where no certificate was shown; otherwise whether it proves that this is the station.
    fn shown_certificate(
        &self,
        record: &StationRecord,
        knock: &Knock,
    ) -> Option<Result<Option<CertificateId>, String>> {
        let certificate = knock.certificate.as_ref()?;
        let station = (record.organisation, record.id, record.identity.as_str());
        let security = self.settings().security;
        Some(self.trust.check(certificate, station, &security.station_roots, self.now()))
    }

    async fn shown_password(
        &self,
        live: &Live,
        record: &StationRecord,
        knock: &Knock,
    ) -> Result<Shown, Refusal> {
        let (user, password) = knock.credentials.as_ref().map_or((&b""[..], &b""[..]), |(u, p)| (u, p));
        let named = user.eq_ignore_ascii_case(record.identity.as_bytes());
        if record.security_profile == 0
            && record.password_hash.is_none()
            && record.next_password_hash.is_none()
        {
            return Ok(Shown::Nothing);
        }
        if named
            && let Some(kept) = &record.next_password_hash
            && forms(password).iter().any(|form| self.is_next(record.id, form, kept))
        {
            // Kept in the form in which the station shows it.
            return Ok(Shown::Next(NextPassword::of(password, kept)));
        }
        let hash = record.password_hash.as_deref();
        let proof = digest(password);
        let passed =
            live.link().passed.as_ref().is_some_and(|(p, h)| *p == proof && Some(h.as_str()) == hash);
        if named && passed && !password.is_empty() {
            return Ok(Shown::Known);
        }
        if record.security_profile == 0 && hash.is_none() {
            return Ok(Shown::Nothing);
        }
        let right = self.passwords.verify(password, hash).await.map_err(|_| Refusal::Overloaded)?;
        if !(right && named) {
            return Ok(Shown::Nothing);
        }
        if let Some(hash) = hash {
            live.link().passed = Some((proof, hash.to_owned()));
        }
        Ok(Shown::Known)
    }

    /// Whether this knock costs no hash: the station asks for no password, or it is the one that passed last. Such a
    /// knock is not held up by the failures of others from the same address.
    pub fn recognises(&self, knock: &Knock) -> bool {
        let Some(live) = self.directory.find(knock.organisation.map(OrganisationId), &knock.identity) else {
            return false;
        };
        let record = live.record();
        if record.security_profile == 0 && record.password_hash.is_none() {
            return true;
        }
        if matches!(self.shown_certificate(&record, knock), Some(Ok(_))) {
            return true;
        }
        let Some((_, password)) = &knock.credentials else { return false };
        if let Some(kept) = &record.next_password_hash
            && forms(password).iter().any(|form| self.is_next(record.id, form, kept))
        {
            return true;
        }
        let proof = digest(password);
        let hash = record.password_hash.as_deref();
        live.link().passed.as_ref().is_some_and(|(p, h)| *p == proof && Some(h.as_str()) == hash)
    }

    /// Whether the station's present socket still answers.
    async fn is_alive(&self, live: &Live) -> bool {
        let Some(orders) = live.link().orders.clone() else { return false };
        let (alive, answered) = oneshot::channel();
        if orders.send(Order::Probe(alive)).await.is_err() {
            return false;
        }
        drop(orders);
        matches!(tokio::time::timeout(PROBE, answered).await, Ok(Ok(())))
    }

    /// An organisation may let strangers in to wait, with registration Pending.
    async fn waiting_room(&self, knock: &Knock) -> Option<Arc<Live>> {
        let organisation = match knock.organisation {
            Some(number) => self.store.organisation(OrganisationId(number)).await.ok()??,
            None => self.store.first_organisation().await.ok()??,
        };
        let waiting = |live: &&Arc<Live>| {
            let record = live.record();
            record.organisation == organisation.id && record.registration == Registration::Pending
        };
        if !organisation.waiting_room
            || self.directory.all().iter().filter(waiting).count() >= WAITING_STATIONS
        {
            return None;
        }
        self.add_waiting_station(organisation.id, &knock.identity).await.ok()
    }

    /// Reports a station that showed less than it must, or a certificate that is not its own. Not for every attempt: who
    /// knocks a thousand times makes one event.
    pub async fn report_refusal(&self, knock: &Knock, refusal: &Refusal) {
        let Some(live) = self.directory.find(knock.organisation.map(OrganisationId), &knock.identity) else {
            return;
        };
        let profile = live.record().security_profile;
        let (kind, info) = match refusal {
            Refusal::Downgrade => {
                let tls = if knock.tls { "with TLS" } else { "without TLS" };
                (
                    PROFILE_DOWNGRADE,
                    format!("security profile {profile} holds; it came {tls} from {}", knock.address),
                )
            }
            Refusal::BadCertificate(reason) => {
                (INVALID_STATION_CERTIFICATE, format!("{reason}; it came from {}", knock.address))
            }
            _ => return,
        };
        let now = self.now();
        {
            let mut link = live.link();
            if link.reported.get(kind).is_some_and(|at| now.duration_since(*at) < REPORT_EVERY) {
                return;
            }
            link.reported.insert(kind, now);
        }
        self.security_event(&live, kind, Some(info)).await;
    }
}

impl App {
    /// What a connection proved beyond the right to come in: a new password, a higher profile, a new certificate.
    pub(crate) async fn settle_proof(
        &self,
        live: &Live,
        proof: Proof,
        now: Timestamp,
    ) -> Result<(), AppError> {
        if let Some(next) = proof.next_password {
            self.prove_password(live, next, now).await?;
        }
        if live.record().next_security_profile.is_some() {
            self.prove_profile(live, proof.level, now).await?;
        }
        Ok(())
    }
}
