//! A site and its chargers move to another organisation (F34).
//!
//! What is past stays where it was: there the site and its chargers are taken away, with their sessions, logs and receipts in
//! place; here they begin anew under new numbers. So nothing of one company is ever seen by the other.

use std::collections::HashMap;
use std::sync::Arc;

use forecourt_core::access::Permission;
use forecourt_core::change::{Change, What};
use forecourt_core::fact::Registration;
use forecourt_core::id::{OrganisationId, SiteId, StationId};
use forecourt_store::station::{EvseRecord, NewStation};
use forecourt_store::{SiteRecord, StoreError, Tx};
use serde_json::json;

use super::sites::words;
use crate::live::Live;
use crate::{App, AppError, Principal, Who};

impl App {
    /// The caller administers both organisations. Gives the site's new number.
    pub async fn move_site(
        &self,
        principal: &Principal,
        id: SiteId,
        to: OrganisationId,
    ) -> Result<SiteId, AppError> {
        principal.require(Permission::Migrate)?;
        principal.require_every_site()?;
        self.require_migrate_at(principal, to).await?;
        let site = self.site(principal, id).await?.site;
        let moving: Vec<Arc<Live>> =
            self.directory.all().into_iter().filter(|live| live.record().site == id).collect();
        for live in &moving {
            if live.state.lock().await.sessions.iter().any(|session| session.is_active()) {
                let identity = live.record().identity.clone();
                return Err(AppError::Conflict(format!(
                    "{identity} is charging; move the site when it is free"
                )));
            }
        }
        let new = SiteRecord {
            id: SiteId(self.id()),
            organisation: to,
            // Prices belong to the organisation that made them.
            tariff: None,
            image: None,
            created_at: self.now(),
            version: 1,
            ..site.clone()
        };
        let mut tx = self.store.begin().await?;
        tx.add_site(&new).await?;
        let mut stations = HashMap::new();
        for live in &moving {
            let record = live.record();
            stations.insert(record.id, self.move_station(&mut tx, live, &new).await?);
        }
        tx.delete_site(principal.organisation, id, self.now()).await?;
        self.note_move(&mut tx, principal, &site, &new).await?;
        tx.commit().await?;
        self.hand_over(to, stations).await?;
        self.tell(principal, Some(id), None, What::Site);
        let change = Change { organisation: to, site: Some(new.id), station: None, what: What::Site };
        self.changes.publish(self.now(), change);
        Ok(new.id)
    }

    async fn require_migrate_at(&self, principal: &Principal, to: OrganisationId) -> Result<(), AppError> {
        let Who::Operator { id, .. } = &principal.who else {
            return Err(AppError::Forbidden(
                "only a person who administers both organisations may move a site",
            ));
        };
        let there = self.store.membership(*id, to).await?;
        let may = there.is_some_and(|m| m.rights().has(Permission::Migrate) && m.sites.is_none());
        if may && to != principal.organisation {
            Ok(())
        } else {
            Err(AppError::field("/organisation_id", "another organisation that you administer"))
        }
    }

    async fn move_station(&self, tx: &mut Tx, live: &Live, site: &SiteRecord) -> Result<StationId, AppError> {
        let old = live.record();
        tx.delete_station(old.organisation, old.id, self.now()).await?;
        let new = NewStation {
            id: StationId(self.id()),
            organisation: site.organisation,
            site: site.id,
            identity: old.identity.clone(),
            name: old.name.clone(),
            registration: Registration::Accepted,
            security_profile: old.security_profile,
            password_hash: old.password_hash.clone(),
            used_as: old.used_as.clone(),
            owner_email: None,
            created_at: self.now(),
        };
        tx.add_station(&new).await.map_err(|error| match error {
            StoreError::Conflict => AppError::Conflict(format!(
                "the other organisation has a charger with the identity {} already",
                new.identity
            )),
            other => other.into(),
        })?;
        for evse in self.store.evses(&[old.id]).await? {
            tx.set_evse(&EvseRecord { station: new.id, ..evse }).await?;
        }
        for each in self.store.connectors(&[old.id]).await?.iter().filter(|each| each.kind.is_some()) {
            let (evse, connector) = (each.connector.evse, each.connector.connector);
            tx.set_connector_kind(new.id, evse, connector, each.kind.as_deref(), self.now()).await?;
        }
        Ok(new.id)
    }

    async fn note_move(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        old: &SiteRecord,
        new: &SiteRecord,
    ) -> Result<(), AppError> {
        let to = json!({ "organisation": new.organisation.to_string() });
        let line = self.note(principal, "site.moved_away", ("site", old.id.0, &old.name));
        tx.audit(&line.made(&to)).await?;
        let mut there = principal.clone();
        there.organisation = new.organisation;
        let line = self.note(&there, "site.moved_here", ("site", new.id.0, &new.name));
        Ok(tx.audit(&line.made(&words(new))).await?)
    }

    /// Old sockets end; the stations come back as the other organisation's.
    async fn hand_over(
        &self,
        to: OrganisationId,
        stations: HashMap<StationId, StationId>,
    ) -> Result<(), AppError> {
        for (old, new) in stations {
            if let Some(live) = self.directory.remove(old) {
                let mut link = live.link();
                link.connection = 0;
                link.orders = None;
            }
            self.take_into_directory(to, new).await?;
        }
        Ok(())
    }
}
