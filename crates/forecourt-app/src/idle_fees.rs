//! Idle fees as operators keep them, and the sites at which each holds.

use forecourt_core::access::Permission;
use forecourt_core::id::{IdleFeeId, SiteId};
use forecourt_core::idle_fee::IdleFee;
use forecourt_store::StoreError;
use forecourt_store::idle_fee::IdleFeeRecord;
use serde_json::json;

use crate::accounts::checked_name;
use crate::{App, AppError, FieldError, Principal};

/// A fee with the sites that use it, as far as the asker sees them.
#[derive(Debug, Clone)]
pub struct IdleFeeSheet {
    pub fee: IdleFeeRecord,
    pub sites: Vec<SiteId>,
}

impl App {
    pub async fn idle_fees(&self, principal: &Principal) -> Result<Vec<IdleFeeSheet>, AppError> {
        principal.require(Permission::Read)?;
        let pages = self.price_book.pages();
        let found = self.store.idle_fees(principal.organisation).await?;
        let sites = |fee: IdleFeeId| {
            let used = pages.fees_of_sites.iter().filter(|(site, of)| **of == fee && principal.sees(**site));
            let mut sites: Vec<SiteId> = used.map(|(site, _)| *site).collect();
            sites.sort();
            sites
        };
        Ok(found.into_iter().map(|fee| IdleFeeSheet { sites: sites(fee.id), fee }).collect())
    }

    pub async fn idle_fee(&self, principal: &Principal, id: IdleFeeId) -> Result<IdleFeeSheet, AppError> {
        let all = self.idle_fees(principal).await?;
        all.into_iter().find(|sheet| sheet.fee.id == id).ok_or(AppError::NotFound("idle fee"))
    }

    pub async fn add_idle_fee(
        &self,
        principal: &Principal,
        name: &str,
        rules: IdleFee,
    ) -> Result<IdleFeeSheet, AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        check_rules(&rules)?;
        let fee = IdleFeeRecord {
            id: IdleFeeId(self.id()),
            organisation: principal.organisation,
            name: checked_name("/name", name)?,
            rules,
            created_at: self.now(),
            version: 1,
        };
        let mut tx = self.store.begin().await?;
        tx.add_idle_fee(&fee).await?;
        let note = self.note(principal, "idle_fee.added", ("idle_fee", fee.id.0, &fee.name));
        tx.audit(&note.made(&json!({"rules": fee.rules}))).await?;
        tx.commit().await?;
        self.reload_prices(principal).await?;
        self.idle_fee(principal, fee.id).await
    }

    /// Other rules, for sessions that start later.
    pub async fn set_idle_fee(
        &self,
        principal: &Principal,
        id: IdleFeeId,
        expected: Option<i64>,
        (name, rules): (&str, IdleFee),
    ) -> Result<IdleFeeSheet, AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let known = self.idle_fee(principal, id).await?.fee;
        check_rules(&rules)?;
        let fee = IdleFeeRecord {
            name: checked_name("/name", name)?,
            rules,
            version: expected.unwrap_or(known.version),
            ..known.clone()
        };
        let mut tx = self.store.begin().await?;
        tx.set_idle_fee(&fee).await?;
        let note = self.note(principal, "idle_fee.edited", ("idle_fee", id.0, &fee.name));
        let side = |fee: &IdleFeeRecord| json!({"name": fee.name, "rules": fee.rules});
        tx.audit(&note.changed(side(&known), side(&fee))).await?;
        tx.commit().await?;
        self.reload_prices(principal).await?;
        self.idle_fee(principal, id).await
    }

    pub async fn delete_idle_fee(&self, principal: &Principal, id: IdleFeeId) -> Result<(), AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let known = self.idle_fee(principal, id).await?.fee;
        let named = |profile: &forecourt_store::access_profile::AccessProfileRecord| {
            profile.rules.idle_fee_id == Some(id)
        };
        if self.store.access_profiles(principal.organisation).await?.iter().any(named) {
            return Err(AppError::Conflict("an access profile uses this fee".into()));
        }
        let mut tx = self.store.begin().await?;
        tx.delete_idle_fee(id, self.now()).await.map_err(|error| match error {
            StoreError::Conflict => AppError::Conflict("a site uses this fee".into()),
            other => other.into(),
        })?;
        let note = self.note(principal, "idle_fee.deleted", ("idle_fee", id.0, &known.name));
        tx.audit(&note.gone(&json!({"rules": known.rules}))).await?;
        tx.commit().await?;
        self.reload_prices(principal).await
    }

    /// The fee of a site, for sessions that start later.
    pub async fn set_idle_fee_of_site(
        &self,
        principal: &Principal,
        site: SiteId,
        fee: Option<IdleFeeId>,
    ) -> Result<(), AppError> {
        principal.require(Permission::Tariffs)?;
        let place = self.site(principal, site).await?.site;
        let mut name = None;
        if let Some(id) = fee {
            let found = self.idle_fee(principal, id).await;
            let found = found.map_err(|_| AppError::field("/idle_fee_id", "there is no such fee"))?.fee;
            if found.rules.currency.code() != place.currency {
                let text = format!("its amounts are in {}", found.rules.currency.code());
                return Err(AppError::field("/idle_fee_id", text));
            }
            name = Some(found.name);
        }
        let mut tx = self.store.begin().await?;
        tx.set_idle_fee_of_site(site, fee).await?;
        let note = self.note(principal, "site.idle_fee_set", ("site", site.0, &place.name));
        tx.audit(&note.made(&json!({"idle_fee": name}))).await?;
        tx.commit().await?;
        self.reload_prices(principal).await
    }
}

fn check_rules(rules: &IdleFee) -> Result<(), AppError> {
    let named = rules.faults().into_iter();
    let faults: Vec<FieldError> = named
        .map(|(path, text)| FieldError { field: format!("/rules{path}"), message: text.to_owned() })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(AppError::Invalid(faults)) }
}
