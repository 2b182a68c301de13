//! Subscription plans: what drivers pay for a period, and what they may charge for it.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::driver::Places;
use forecourt_core::id::{DriverGroupId, DriverId, PlanId, TariffId};
use forecourt_core::subscription::Renewal;
use forecourt_core::tariff::VatRate;
use forecourt_core::unit::{Currency, read_fixed};
use forecourt_store::StoreError;
use forecourt_store::plan::PlanRecord;
use serde_json::{Value, json};

use crate::accounts::{checked_currency, checked_name};
use crate::drivers::checked_text;
use crate::{App, AppError, Principal};

/// Plans of one organisation: they are shown in one list.
const PLANS_MAX: usize = 200;
/// Buyers named one by one; for more there are groups.
const BUYERS_MAX: usize = 500;
/// The largest cost, in the smallest unit: a typing error, not a price.
const COST_MAX: i64 = 100_000_000;

/// A plan as it is to be; an edit gives all of it.
#[derive(Debug, Clone)]
pub struct PlanRequest {
    pub name: String,
    pub description: Option<String>,
    pub internal_note: Option<String>,
    /// Decimal text, with VAT.
    pub cost: String,
    pub currency: String,
    pub vat: VatRate,
    pub renewal: Renewal,
    pub allowance_wh: Option<i64>,
    pub overflow_tariff: Option<TariffId>,
    pub is_public: bool,
    pub sale_from: Option<Timestamp>,
    pub sale_to: Option<Timestamp>,
    pub renew_until: Option<Timestamp>,
    pub places: Places,
    pub drivers: Vec<DriverId>,
    pub groups: Vec<DriverGroupId>,
}

impl App {
    /// Every plan, by name.
    pub async fn plans(&self, principal: &Principal) -> Result<Vec<PlanRecord>, AppError> {
        principal.require(Permission::DriversRead)?;
        let found = self.store.plans(principal.organisation).await?;
        Ok(found.into_iter().map(|plan| self.seen_plan(principal, plan)).collect())
    }

    pub async fn plan(&self, principal: &Principal, id: PlanId) -> Result<PlanRecord, AppError> {
        principal.require(Permission::DriversRead)?;
        let found = self.store.plan(principal.organisation, id).await?;
        found.map(|plan| self.seen_plan(principal, plan)).ok_or(AppError::NotFound("plan"))
    }

    fn seen_plan(&self, principal: &Principal, plan: PlanRecord) -> PlanRecord {
        PlanRecord { places: self.seen_places(principal, plan.places.clone()), ..plan }
    }

    pub async fn add_plan(&self, principal: &Principal, new: PlanRequest) -> Result<PlanRecord, AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        if self.store.plans(principal.organisation).await?.len() >= PLANS_MAX {
            return Err(AppError::Conflict(format!("an organisation has at most {PLANS_MAX} plans")));
        }
        let record = self.plan_as_requested(principal, PlanId(self.id()), new).await?;
        let mut tx = self.store.begin().await?;
        tx.add_plan(&record).await.map_err(taken)?;
        let note = self.note(principal, "plan.added", ("plan", record.id.0, &record.name));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        self.plan(principal, record.id).await
    }

    pub async fn edit_plan(
        &self,
        principal: &Principal,
        id: PlanId,
        expected: Option<i64>,
        edit: PlanRequest,
    ) -> Result<PlanRecord, AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let before = self.plan(principal, id).await?;
        if expected.is_some_and(|version| version != before.version) {
            return Err(AppError::Stale);
        }
        let to = self.plan_as_requested(principal, id, edit).await?;
        if before.subscribers > 0 && to.currency != before.currency {
            return Err(AppError::field("/currency", "people subscribe to it; make another plan"));
        }
        let record = PlanRecord { created_at: before.created_at, version: before.version, ..to };
        let mut tx = self.store.begin().await?;
        tx.change_plan(&record).await.map_err(taken)?;
        let note = self.note(principal, "plan.edited", ("plan", id.0, &record.name));
        tx.audit(&note.changed(described(&before), described(&record))).await?;
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        self.plan(principal, id).await
    }

    async fn plan_as_requested(
        &self,
        principal: &Principal,
        id: PlanId,
        to: PlanRequest,
    ) -> Result<PlanRecord, AppError> {
        checked_currency("/currency", &to.currency)?;
        let decimals = Currency::read(&to.currency).map_or(2, |currency| currency.decimals());
        let cost = read_fixed(to.cost.trim(), decimals).filter(|cost| (0..=COST_MAX).contains(cost));
        let cost = cost.ok_or(AppError::field("/cost", "an amount of 0 or more, for example 29.00"))?;
        if !(0..=1_000_000).contains(&to.vat.0) {
            return Err(AppError::field("/vat", "0 to 100 per cent"));
        }
        if to.allowance_wh.is_some_and(|allowance| allowance <= 0) {
            return Err(AppError::field("/allowance_wh", "more than 0, or left out for no limit"));
        }
        if let (Some(from), Some(until)) = (to.sale_from, to.sale_to)
            && until <= from
        {
            return Err(AppError::field("/sale_to", "after the first day of sale"));
        }
        if let Some(tariff) = to.overflow_tariff {
            let found = self.store.tariff(principal.organisation, tariff).await?;
            if found.is_none() {
                return Err(AppError::field("/overflow_tariff_id", "there is no such tariff"));
            }
        }
        if to.drivers.len() > BUYERS_MAX {
            return Err(AppError::field(
                "/driver_ids",
                format!("at most {BUYERS_MAX}; make a group of them"),
            ));
        }
        let mut drivers = Vec::new();
        for id in to.drivers {
            let found = self.store.driver(principal.organisation, id).await?;
            drivers.push((id, found.ok_or(AppError::field("/driver_ids", "there is no such driver"))?.name));
        }
        let mut groups = Vec::new();
        for id in to.groups {
            let found = self.store.driver_group(principal.organisation, id).await?;
            groups.push((id, found.ok_or(AppError::field("/group_ids", "there is no such group"))?.name));
        }
        Ok(PlanRecord {
            id,
            organisation: principal.organisation,
            name: checked_name("/name", &to.name)?,
            description: checked_text("/description", to.description)?.unwrap_or_default(),
            internal_note: checked_text("/internal_note", to.internal_note)?.unwrap_or_default(),
            cost,
            currency: to.currency,
            vat: to.vat.0,
            renewal: to.renewal,
            allowance_wh: to.allowance_wh,
            overflow_tariff: to.overflow_tariff,
            is_public: to.is_public,
            sale_from: to.sale_from,
            sale_to: to.sale_to,
            renew_until: to.renew_until,
            places: self.checked_places(principal, to.places).await?,
            created_at: self.now(),
            version: 1,
            subscribers: 0,
            drivers,
            groups,
        })
    }

    /// No longer offered; who subscribes keeps it until the period ends.
    pub async fn delete_plan(&self, principal: &Principal, id: PlanId) -> Result<(), AppError> {
        principal.require(Permission::Tariffs)?;
        principal.require_every_site()?;
        let record = self.plan(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.delete_plan(principal.organisation, id, self.now()).await?;
        let note = self.note(principal, "plan.deleted", ("plan", id.0, &record.name));
        tx.audit(&note.gone(&described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(())
    }
}

fn taken(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict => AppError::field("/name", "a plan of this name exists already"),
        other => other.into(),
    }
}

fn described(record: &PlanRecord) -> Value {
    json!({"name": record.name, "cost": record.cost, "currency": record.currency, "vat": record.vat,
        "renewal": record.renewal, "allowance_wh": record.allowance_wh, "public": record.is_public,
        "overflow_tariff": record.overflow_tariff.map(|id| id.to_string()), "places": record.places,
        "sale_from": crate::audit::moment(record.sale_from), "sale_to": crate::audit::moment(record.sale_to),
        "renew_until": crate::audit::moment(record.renew_until)})
}
