//! Stations that knocked and were refused: strangers, and their adoption; known ones, and what was wrong.

use forecourt_core::access::Permission;
use forecourt_core::change::{Change, What};
use forecourt_core::id::{OrganisationId, StationId, UnknownStationId};
use forecourt_store::attempt::AttemptRecord;
use forecourt_store::{Knock as KnockRow, UnknownRecord};

use crate::gateway::Knock;
use crate::{AdoptedStation, App, AppError, Principal, StationRequest};

/// Longest text kept of anything a stranger sends, in characters.
const KEPT_CHARS: usize = 200;

/// Attempts shown of one station.
const ATTEMPTS_SHOWN: u32 = 50;

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(KEPT_CHARS).collect()
}

impl App {
    /// Keeps a refused attempt where the operator will look for it.
    pub async fn note_refused(&self, knock: &Knock, reason: &str) -> Result<(), AppError> {
        self.note_attempt(knock, reason).await?;
        let organisation = match knock.organisation.map(OrganisationId) {
            Some(id) => self.store.organisation(id).await?,
            None => None,
        };
        let organisation = match organisation {
            Some(organisation) => organisation,
            None => match self.store.first_organisation().await? {
                Some(organisation) => organisation,
                None => return Ok(()),
            },
        };
        let now = self.now();
        let row = KnockRow {
            id: UnknownStationId(self.id()),
            organisation: organisation.id,
            identity: cut(&knock.identity),
            path: cut(&knock.path),
            address: knock.address.to_string(),
            subprotocols: cut(&knock.subprotocols),
            user_agent: knock.user_agent.as_deref().map(cut),
            reason: reason.to_owned(),
            at: now,
        };
        let mut tx = self.store.begin().await?;
        tx.note_unknown(&row).await?;
        tx.trim_unknown(organisation.id).await?;
        tx.commit().await?;
        let change =
            Change { organisation: organisation.id, site: None, station: None, what: What::UnknownStation };
        self.changes.publish(now, change);
        Ok(())
    }

    /// What was wrong when a known station knocked, for whoever stands beside it.
    async fn note_attempt(&self, knock: &Knock, reason: &str) -> Result<(), AppError> {
        let asked_for = knock.organisation.map(OrganisationId);
        let own = self.directory.find(asked_for, &knock.identity);
        let (live, reason) = match own {
            Some(live) => (live, reason),
            // The number in the address may be another organisation's, or nobody's.
            None => match self.directory.find(None, &knock.identity) {
                Some(live) => (live, "wrong_organisation"),
                None => return Ok(()),
            },
        };
        let record = live.record();
        let attempt = AttemptRecord {
            id: self.id(),
            organisation: record.organisation,
            station: record.id,
            at: self.now(),
            reason: reason.to_owned(),
            path: cut(&knock.path),
            address: knock.address.to_string(),
            subprotocols: cut(&knock.subprotocols),
            user_agent: knock.user_agent.as_deref().map(cut),
            encrypted: knock.tls,
        };
        let mut tx = self.store.begin().await?;
        tx.add_attempt(&attempt).await?;
        tx.commit().await?;
        self.publish(&live, attempt.at, What::Station);
        Ok(())
    }

    /// Refused handshakes of a station, newest first.
    pub async fn attempts(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<Vec<AttemptRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.attempts(station, ATTEMPTS_SHOWN).await?)
    }

    pub async fn unknown_stations(&self, principal: &Principal) -> Result<Vec<UnknownRecord>, AppError> {
        principal.require(Permission::Read)?;
        // Who knocks without being known belongs to no site.
        if principal.sites().is_some() {
            return Ok(Vec::new());
        }
        Ok(self.store.unknown_stations(principal.organisation, 500).await?)
    }

    /// Makes a station of it.
    pub async fn adopt(
        &self,
        principal: &Principal,
        id: UnknownStationId,
        mut request: StationRequest,
    ) -> Result<AdoptedStation, AppError> {
        principal.require(Permission::Network)?;
        principal.require_every_site()?;
        let unknown = self.known_unknown(principal, id).await?;
        request.identity = unknown.identity.clone();
        let adopted = self.add_station(principal, request).await?;
        self.forget(principal, &unknown).await?;
        Ok(adopted)
    }

    pub async fn dismiss_unknown(&self, principal: &Principal, id: UnknownStationId) -> Result<(), AppError> {
        principal.require(Permission::Network)?;
        principal.require_every_site()?;
        let unknown = self.known_unknown(principal, id).await?;
        let subject = ("unknown_station", id.0, unknown.identity.as_str());
        self.keep_note(self.note(principal, "station.dismissed", subject).done()).await?;
        self.forget(principal, &unknown).await
    }

    async fn known_unknown(
        &self,
        principal: &Principal,
        id: UnknownStationId,
    ) -> Result<UnknownRecord, AppError> {
        self.store
            .unknown_station(principal.organisation, id)
            .await?
            .ok_or(AppError::NotFound("unknown station"))
    }

    async fn forget(&self, principal: &Principal, unknown: &UnknownRecord) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.delete_unknown(principal.organisation, &unknown.identity).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::UnknownStation);
        Ok(())
    }
}
