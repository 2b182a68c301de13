//! Tariffs: what operators decide charging costs, and the book that every session start looks into.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{EvseNumber, SiteId, StationId, TariffId, TariffVersionId};
use forecourt_core::tariff::Tariff;
use forecourt_store::tariff::{TariffRecord, TariffVersionRecord};
use forecourt_store::tariff_place::TariffUse;
use forecourt_store::{Store, StoreError};
use serde_json::{Value, json};

use crate::accounts::checked_name;
use crate::error::FieldError;
use crate::{App, AppError, Principal};

/// A tariff with its versions, oldest first.
#[derive(Debug, Clone)]
pub struct TariffSheet {
    pub tariff: TariffRecord,
    pub versions: Vec<Arc<TariffVersionRecord>>,
    /// Of those that the asker sees.
    pub uses: Vec<TariffUse>,
}

/// What a tariff was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PricedBy {
    Plug,
    Charger,
    Site,
}

/// All tariffs of the installation in memory: a session start costs no query.
#[derive(Debug, Default)]
pub(crate) struct TariffBook(RwLock<Pages>);

#[derive(Debug, Default)]
struct Pages {
    versions: HashMap<TariffVersionId, Arc<TariffVersionRecord>>,
    /// By the moment they are valid from.
    by_tariff: HashMap<TariffId, Vec<Arc<TariffVersionRecord>>>,
    sites: HashMap<SiteId, TariffId>,
    /// EVSE 0 is every plug of the charger.
    stations: HashMap<(StationId, EvseNumber), TariffId>,
}

impl TariffBook {
    pub async fn load(&self, store: &Store) -> Result<(), StoreError> {
        let mut pages = Pages::default();
        for version in store.all_tariff_versions().await? {
            let version = Arc::new(version);
            pages.by_tariff.entry(version.tariff).or_default().push(version.clone());
            pages.versions.insert(version.id, version);
        }
        pages.sites = store.tariffs_of_sites().await?.into_iter().collect();
        let own = store.all_station_tariffs().await?.into_iter();
        pages.stations = own.filter_map(|at| Some(((at.station, at.evse), at.tariff?))).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = pages;
        Ok(())
    }

    fn read<T>(&self, of: impl FnOnce(&Pages) -> T) -> T {
        of(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether anything is priced at all.
    pub fn is_in_use(&self) -> bool {
        self.read(|pages| !pages.versions.is_empty())
    }

    pub fn version(&self, id: TariffVersionId) -> Option<Arc<TariffVersionRecord>> {
        self.read(|pages| pages.versions.get(&id).cloned())
    }

    /// The tariff of a plug: its own, its charger's or its site's.
    pub fn of_place(
        &self,
        site: SiteId,
        station: StationId,
        evse: EvseNumber,
    ) -> Option<(TariffId, PricedBy)> {
        self.read(|pages| {
            let own = |evse| pages.stations.get(&(station, evse)).copied();
            let of_site = || pages.sites.get(&site).map(|tariff| (*tariff, PricedBy::Site));
            own(evse)
                .map(|tariff| (tariff, PricedBy::Plug))
                .or_else(|| own(EvseNumber(0)).map(|tariff| (tariff, PricedBy::Charger)))
                .or_else(of_site)
        })
    }

    pub(crate) fn valid_at(&self, tariff: TariffId, at: Timestamp) -> Option<Arc<TariffVersionRecord>> {
        self.versions_of(tariff).into_iter().rev().find(|version| version.valid_from <= at)
    }

    fn versions_of(&self, tariff: TariffId) -> Vec<Arc<TariffVersionRecord>> {
        self.read(|pages| pages.by_tariff.get(&tariff).cloned().unwrap_or_default())
    }
}

impl App {
    pub async fn tariffs(&self, principal: &Principal) -> Result<Vec<TariffSheet>, AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.tariffs(principal.organisation).await?;
        let uses = self.tariff_uses(principal).await?;
        Ok(found.into_iter().map(|tariff| self.sheet(tariff, &uses)).collect())
    }

    pub async fn tariff(&self, principal: &Principal, id: TariffId) -> Result<TariffSheet, AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.tariff(principal.organisation, id).await?;
        let uses = self.tariff_uses(principal).await?;
        found.map(|tariff| self.sheet(tariff, &uses)).ok_or(AppError::NotFound("tariff"))
    }

    fn sheet(&self, tariff: TariffRecord, uses: &[TariffUse]) -> TariffSheet {
        let uses = uses.iter().filter(|each| each.tariff == tariff.id).cloned().collect();
        TariffSheet { versions: self.tariffs.versions_of(tariff.id), uses, tariff }
    }

    /// Where tariffs are in use, as far as the asker sees.
    async fn tariff_uses(&self, principal: &Principal) -> Result<Vec<TariffUse>, AppError> {
        let mut uses = self.store.tariff_uses(principal.organisation).await?;
        uses.retain(|each| each.site.is_none_or(|site| principal.sees(site)));
        Ok(uses)
    }

    pub async fn add_tariff(
        &self,
        principal: &Principal,
        name: &str,
        valid_from: Option<Timestamp>,
        rules: Tariff,
    ) -> Result<TariffSheet, AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let name = checked_name("/name", name)?;
        check_rules("/rules", &rules)?;
        let now = self.now();
        let id = TariffId(self.id());
        let (organisation, currency) = (principal.organisation, rules.currency);
        let tariff = TariffRecord { id, organisation, name, currency, created_at: now, version: 1 };
        let version = self.version_record(id, valid_from.unwrap_or(now), rules, now);
        let mut tx = self.store.begin().await?;
        tx.add_tariff(&tariff).await?;
        tx.insert_tariff_version(&version).await?;
        let note = self.note(principal, "tariff.added", ("tariff", id.0, &tariff.name));
        tx.audit(&note.made(&described(&version))).await?;
        tx.commit().await?;
        self.reload_tariffs(principal).await?;
        self.tariff(principal, id).await
    }

    /// Rules for sessions that start later; those that run keep theirs (C9).
    pub async fn add_tariff_version(
        &self,
        principal: &Principal,
        id: TariffId,
        expected: Option<i64>,
        valid_from: Option<Timestamp>,
        rules: Tariff,
    ) -> Result<TariffSheet, AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let sheet = self.tariff(principal, id).await?;
        let before = sheet.versions.iter().max_by_key(|v| v.valid_from).map(|v| described(v));
        let known = sheet.tariff;
        check_rules("/rules", &rules)?;
        if rules.currency != known.currency {
            let text =
                format!("the currency of this tariff is {}; make another tariff", known.currency.code());
            return Err(AppError::field("/rules/currency", text));
        }
        let now = self.now();
        if valid_from.is_some_and(|at| at < now) {
            return Err(AppError::field(
                "/valid_from",
                "not in the past: sessions since then had other prices",
            ));
        }
        let version = self.version_record(id, valid_from.unwrap_or(now), rules, now);
        let mut tx = self.store.begin().await?;
        tx.add_tariff_version(&version, expected.unwrap_or(known.version)).await.map_err(|e| match e {
            StoreError::Conflict => AppError::Conflict("a version is valid from this moment already".into()),
            other => other.into(),
        })?;
        let note = self.note(principal, "tariff.version_added", ("tariff", id.0, &known.name));
        tx.audit(&note.changed(before.unwrap_or_default(), described(&version))).await?;
        tx.commit().await?;
        self.reload_tariffs(principal).await?;
        self.tariff(principal, id).await
    }

    pub async fn delete_tariff(&self, principal: &Principal, id: TariffId) -> Result<(), AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let known = self.tariff(principal, id).await?.tariff;
        let mut tx = self.store.begin().await?;
        tx.delete_tariff(id, self.now()).await.map_err(|error| match error {
            StoreError::Conflict => AppError::Conflict("a site or a charger uses this tariff".into()),
            other => other.into(),
        })?;
        let note = self.note(principal, "tariff.deleted", ("tariff", id.0, &known.name));
        tx.audit(&note.done()).await?;
        tx.commit().await?;
        self.reload_tariffs(principal).await
    }

    /// Another name; prices stay.
    pub async fn rename_tariff(
        &self,
        principal: &Principal,
        id: TariffId,
        expected: Option<i64>,
        name: &str,
    ) -> Result<TariffSheet, AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let known = self.tariff(principal, id).await?.tariff;
        let name = checked_name("/name", name)?;
        let mut tx = self.store.begin().await?;
        tx.rename_tariff(id, &name, expected.unwrap_or(known.version)).await?;
        let note = self.note(principal, "tariff.renamed", ("tariff", id.0, &name));
        tx.audit(&note.changed(json!({"name": known.name}), json!({"name": name}))).await?;
        tx.commit().await?;
        self.reload_tariffs(principal).await?;
        self.tariff(principal, id).await
    }

    /// Takes back prices that hold from a moment to come.
    pub async fn delete_tariff_version(
        &self,
        principal: &Principal,
        id: TariffId,
        version: TariffVersionId,
    ) -> Result<TariffSheet, AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let sheet = self.tariff(principal, id).await?;
        let found = sheet.versions.iter().find(|v| v.id == version).ok_or(AppError::NotFound("version"))?;
        if found.valid_from <= self.now() {
            return Err(AppError::Conflict("sessions may have been priced by this version already".into()));
        }
        if sheet.versions.len() == 1 {
            return Err(AppError::Conflict("a tariff needs one version; delete the tariff instead".into()));
        }
        let mut tx = self.store.begin().await?;
        tx.delete_tariff_version(id, version).await?;
        let note = self.note(principal, "tariff.version_deleted", ("tariff", id.0, &sheet.tariff.name));
        tx.audit(&note.gone(&described(found))).await?;
        tx.commit().await?;
        self.reload_tariffs(principal).await?;
        self.tariff(principal, id).await
    }

    fn version_record(
        &self,
        tariff: TariffId,
        valid_from: Timestamp,
        rules: Tariff,
        now: Timestamp,
    ) -> TariffVersionRecord {
        TariffVersionRecord { id: TariffVersionId(self.id()), tariff, valid_from, rules, created_at: now }
    }

    pub(crate) async fn reload_tariffs(&self, principal: &Principal) -> Result<(), AppError> {
        self.tariffs.load(&self.store).await?;
        self.tell(principal, None, None, What::Site);
        Ok(())
    }

    /// A tariff a site may use: its organisation's, in the site's currency.
    pub(crate) async fn checked_tariff_of_site(
        &self,
        principal: &Principal,
        tariff: TariffId,
        currency: &str,
    ) -> Result<(), AppError> {
        let found = self.store.tariff(principal.organisation, tariff).await?;
        match found {
            None => Err(AppError::field("/tariff_id", "there is no such tariff")),
            Some(found) if found.currency.code() != currency => {
                let text =
                    format!("its prices are in {}, the site's currency is {currency}", found.currency.code());
                Err(AppError::field("/tariff_id", text))
            }
            Some(_) => Ok(()),
        }
    }
}

pub(crate) fn check_rules(at: &str, rules: &Tariff) -> Result<(), AppError> {
    let named = rules.faults().into_iter();
    let faults: Vec<FieldError> =
        named.map(|f| FieldError { field: format!("{at}{}", f.path), message: f.text.to_owned() }).collect();
    if faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(faults)) }
}

/// What the record of who did what says of prices.
fn described(version: &TariffVersionRecord) -> Value {
    json!({"valid_from": version.valid_from.to_string(), "rules": version.rules})
}
