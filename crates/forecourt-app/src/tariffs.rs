//! Tariffs: what operators decide charging costs, and the book that every session start looks into.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{SiteId, TariffId, TariffVersionId};
use forecourt_core::tariff::{Activity, Period, Receipt, Tariff, price};
use forecourt_core::unit::WattHours;
use forecourt_store::tariff::{TariffRecord, TariffVersionRecord};
use forecourt_store::{Store, StoreError};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::accounts::checked_name;
use crate::error::FieldError;
use crate::{App, AppError, Principal};

/// What the calculator takes: a month of minutes, ten megawatt-hours.
const PREVIEW_MINUTES_MAX: i64 = 44_640;
const PREVIEW_ENERGY_MAX_WH: i64 = 10_000_000;

/// A tariff with its versions, oldest first.
#[derive(Debug, Clone)]
pub struct TariffSheet {
    pub tariff: TariffRecord,
    pub versions: Vec<Arc<TariffVersionRecord>>,
}

/// A question to the calculator.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// A kept tariff as it is valid at the start, or a draft.
    pub tariff: Option<TariffId>,
    pub draft: Option<Tariff>,
    pub site: Option<SiteId>,
    pub start: Timestamp,
    pub energy: WattHours,
    pub charging_minutes: i64,
    pub occupied_minutes: i64,
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

    /// What a session that starts then at this site is priced by.
    pub fn of_site(&self, site: SiteId, at: Timestamp) -> Option<Arc<TariffVersionRecord>> {
        let tariff = self.read(|pages| pages.sites.get(&site).copied())?;
        self.valid_at(tariff, at)
    }

    fn valid_at(&self, tariff: TariffId, at: Timestamp) -> Option<Arc<TariffVersionRecord>> {
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
        Ok(found.into_iter().map(|tariff| self.sheet(tariff)).collect())
    }

    pub async fn tariff(&self, principal: &Principal, id: TariffId) -> Result<TariffSheet, AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.tariff(principal.organisation, id).await?;
        found.map(|tariff| self.sheet(tariff)).ok_or(AppError::NotFound("tariff"))
    }

    fn sheet(&self, tariff: TariffRecord) -> TariffSheet {
        TariffSheet { versions: self.tariffs.versions_of(tariff.id), tariff }
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
            StoreError::Conflict => AppError::Conflict("a site uses this tariff".into()),
            other => other.into(),
        })?;
        let note = self.note(principal, "tariff.deleted", ("tariff", id.0, &known.name));
        tx.audit(&note.done()).await?;
        tx.commit().await?;
        self.reload_tariffs(principal).await
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

    async fn reload_tariffs(&self, principal: &Principal) -> Result<(), AppError> {
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

    /// What a session would cost.
    pub async fn preview_tariff(&self, principal: &Principal, what_if: WhatIf) -> Result<Receipt, AppError> {
        principal.require(Permission::Read)?;
        check_what_if(&what_if)?;
        let rules = match (what_if.tariff, what_if.draft) {
            (None, Some(draft)) => {
                check_rules("/draft", &draft)?;
                draft
            }
            (Some(id), None) => {
                self.tariff(principal, id).await?;
                let valid = self.tariffs.valid_at(id, what_if.start);
                let none = || AppError::field("/start", "no version of this tariff is valid then");
                valid.ok_or_else(none)?.rules.clone()
            }
            _ => return Err(AppError::field("/tariff_id", "either a tariff or a draft")),
        };
        let zone = match what_if.site {
            Some(site) => self.site(principal, site).await?.site.time_zone,
            None => {
                let organisation = self.store.organisation(principal.organisation).await?;
                organisation.ok_or(AppError::NotFound("organisation"))?.time_zone
            }
        };
        let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
        let after = |at: Timestamp, minutes| {
            let later = at.saturating_add(SignedDuration::from_mins(minutes));
            later.map_err(|_| AppError::field("/start", "too far away"))
        };
        let unplugs = after(what_if.start, what_if.charging_minutes)?;
        let leaves = after(unplugs, what_if.occupied_minutes)?;
        let period =
            |from, to, energy, activity| Period { from, to, energy, activity, power: None, current: None };
        let periods = [
            period(what_if.start, unplugs, what_if.energy, Activity::Charging),
            period(unplugs, leaves, WattHours::ZERO, Activity::Occupied),
        ];
        Ok(price(&rules, &periods, &zone))
    }
}

fn check_what_if(what_if: &WhatIf) -> Result<(), AppError> {
    let minutes = 0..=PREVIEW_MINUTES_MAX;
    if !(0..=PREVIEW_ENERGY_MAX_WH).contains(&what_if.energy.0) {
        return Err(AppError::field("/energy_wh", format!("from 0 to {PREVIEW_ENERGY_MAX_WH}")));
    }
    if !minutes.contains(&what_if.charging_minutes) {
        return Err(AppError::field("/charging_minutes", format!("from 0 to {PREVIEW_MINUTES_MAX}")));
    }
    if !minutes.contains(&what_if.occupied_minutes) {
        return Err(AppError::field("/occupied_minutes", format!("from 0 to {PREVIEW_MINUTES_MAX}")));
    }
    Ok(())
}

fn check_rules(at: &str, rules: &Tariff) -> Result<(), AppError> {
    let named = rules.faults().into_iter();
    let faults: Vec<FieldError> =
        named.map(|f| FieldError { field: format!("{at}{}", f.path), message: f.text.to_owned() }).collect();
    if faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(faults)) }
}

/// What the record of who did what says of prices.
fn described(version: &TariffVersionRecord) -> Value {
    json!({"valid_from": version.valid_from.to_string(), "rules": version.rules})
}
