//! Subscriptions: begun and cancelled by people, renewed by themselves, drawn from by sessions (C14).
//!
//! Every period is owed once; what is not used up is not carried over. Who is charged for it is the ledger's business.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{DriverId, PlanId, SubscriptionId};
use forecourt_core::subscription::covered;
use forecourt_core::unit::WattHours;
use forecourt_store::StoreError;
use forecourt_store::plan::PlanRecord;
use forecourt_store::subscription::{AmountDueRecord, DueSubscription, SubscriptionRecord};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::{App, AppError, Principal};

/// Subscriptions of one plan or driver that are shown.
const SHOWN: u32 = 500;
/// Sessions are looked at this long after they ended: what stations tell late is drawn too.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(72);
/// Sessions of the last charge are looked at this far back: a job that was away for a day misses nothing.
const LAST_CHARGES: SignedDuration = SignedDuration::from_hours(48);

impl App {
    /// Of a plan or of a driver, running ones first.
    pub async fn subscriptions(
        &self,
        principal: &Principal,
        plan: Option<PlanId>,
        driver: Option<DriverId>,
    ) -> Result<Vec<SubscriptionRecord>, AppError> {
        principal.require(Permission::DriversRead)?;
        Ok(self.store.subscriptions(principal.organisation, plan, driver, SHOWN).await?)
    }

    pub async fn subscribe(
        &self,
        principal: &Principal,
        plan: PlanId,
        driver: DriverId,
    ) -> Result<SubscriptionRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let plan = self.plan(principal, plan).await?;
        let person = self.driver(principal, driver).await?;
        let now = self.now();
        if plan.sale_from.is_some_and(|from| now < from) || plan.sale_to.is_some_and(|to| now >= to) {
            return Err(AppError::Conflict("this plan is not on sale now".into()));
        }
        self.may_buy(&plan, driver).await?;
        let zone = self.zone_of_organisation(principal).await?;
        let record = SubscriptionRecord {
            id: SubscriptionId(self.id()),
            organisation: principal.organisation,
            plan: plan.id,
            driver,
            started_at: now,
            period: 0,
            period_from: now,
            period_to: plan.renewal.period_start(now, 1, &zone),
            used_wh: 0,
            cancelled_at: None,
            ended_at: None,
            plan_name: plan.name.clone(),
            driver_name: person.name.clone(),
            allowance_wh: plan.allowance_wh,
        };
        let mut tx = self.store.begin().await?;
        tx.add_subscription(&record).await.map_err(|error| match error {
            StoreError::Conflict => AppError::Conflict("the driver subscribes to this plan already".into()),
            other => other.into(),
        })?;
        let price = (plan.cost, plan.currency.as_str(), plan.vat);
        tx.add_amount_due(&self.due_of(&record, price)).await?;
        let subject = ("subscription", record.id.0, plan.name.as_str());
        let note = self.note(principal, "subscription.started", subject);
        tx.audit(&note.made(&json!({ "driver": driver.to_string() }))).await?;
        tx.commit().await?;
        self.known_tokens.forget();
        self.tell(principal, None, None, What::Driver);
        Ok(record)
    }

    async fn may_buy(&self, plan: &PlanRecord, driver: DriverId) -> Result<(), AppError> {
        if plan.is_public || plan.drivers.iter().any(|(id, _)| *id == driver) {
            return Ok(());
        }
        let groups = self.store.groups_of_driver(driver).await?;
        if groups.iter().any(|group| plan.groups.iter().any(|(id, _)| *id == group.id)) {
            return Ok(());
        }
        Err(AppError::Conflict("this plan is for selected drivers; the driver is not among them".into()))
    }

    async fn zone_of_organisation(&self, principal: &Principal) -> Result<TimeZone, AppError> {
        let organisation = self.organisation(principal).await?;
        Ok(TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC))
    }

    fn due_of(&self, of: &SubscriptionRecord, (amount, currency, vat): (i64, &str, i64)) -> AmountDueRecord {
        AmountDueRecord {
            id: self.id(),
            organisation: of.organisation,
            driver: Some(of.driver),
            team: None,
            kind: "subscription".into(),
            reference: of.id.0,
            part: of.period,
            description: of.plan_name.clone(),
            amount,
            currency: currency.to_owned(),
            vat,
            at: of.period_from,
        }
    }

    /// It holds until its period ends and does not renew.
    pub async fn cancel_subscription(
        &self,
        principal: &Principal,
        id: SubscriptionId,
    ) -> Result<SubscriptionRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let find = async || {
            let found = self.store.subscription(principal.organisation, id).await?;
            found.ok_or(AppError::NotFound("subscription"))
        };
        let record = find().await?;
        let mut tx = self.store.begin().await?;
        if !tx.cancel_subscription(id, self.now()).await? {
            return Err(AppError::Conflict("this subscription is cancelled already".into()));
        }
        let subject = ("subscription", id.0, record.plan_name.as_str());
        let note = self.note(principal, "subscription.cancelled", subject);
        tx.audit(&note.made(&json!({ "driver": record.driver.to_string() }))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        find().await
    }

    /// For the job: sessions draw, then what is over ends or begins anew, then who charged last.
    pub(crate) async fn run_subscriptions(&self) -> Result<(), AppError> {
        let now = self.now();
        let drawn = self.draw_sessions(now).await?;
        let mut renewed = false;
        for due in self.store.due_subscriptions(now).await? {
            self.renew(&due).await?;
            renewed = true;
        }
        if drawn || renewed {
            self.known_tokens.forget();
        }
        let mut tx = self.store.begin().await?;
        tx.note_last_charges(now - LAST_CHARGES).await?;
        Ok(tx.commit().await?)
    }

    async fn draw_sessions(&self, now: Timestamp) -> Result<bool, AppError> {
        let found = self.store.undrawn_sessions(now - LOOK_BACK).await?;
        let here = found.into_iter().filter(|undrawn| undrawn.places.hold(undrawn.site, undrawn.station));
        let mut drawn = false;
        for undrawn in here {
            let mut tx = self.store.begin().await?;
            let Some((allowance, used)) = tx.allowance_to_draw(undrawn.subscription, undrawn.period).await?
            else {
                continue;
            };
            let energy = WattHours(undrawn.energy_wh);
            let covered = covered(allowance.map(WattHours), WattHours(used), energy);
            drawn |= tx.draw(&undrawn, covered.0).await?;
            tx.commit().await?;
        }
        Ok(drawn)
    }

    async fn renew(&self, due: &DueSubscription) -> Result<(), AppError> {
        let old = &due.record;
        let over = due.renew_until.is_some_and(|until| old.period_to >= until);
        let mut tx = self.store.begin().await?;
        if old.cancelled_at.is_some() || over {
            tx.end_subscription(old.id, old.period_to).await?;
            return Ok(tx.commit().await?);
        }
        let zone = TimeZone::get(&due.time_zone).unwrap_or(TimeZone::UTC);
        let next = SubscriptionRecord {
            period: old.period + 1,
            period_from: old.period_to,
            period_to: due
                .renewal
                .period_start(old.started_at, old.period + 2, &zone)
                .max(old.period_to + LEAST),
            used_wh: 0,
            ..old.clone()
        };
        if tx.renew_subscription(&next).await? {
            tx.add_amount_due(&self.due_of(&next, (due.cost, &due.currency, due.vat))).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// A period is never shorter: a plan that went from years to weeks must not run through all of them at once.
const LEAST: SignedDuration = SignedDuration::from_hours(6 * 24);
