//! What drivers can subscribe to, and who may.

use forecourt_core::Timestamp;
use forecourt_core::driver::Places;
use forecourt_core::id::{DriverGroupId, DriverId, OrganisationId, PlanId, TariffId};
use forecourt_core::subscription::Renewal;

use crate::engine::{Row, values};
use crate::words::{json, read, word};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq)]
pub struct PlanRecord {
    pub id: PlanId,
    pub organisation: OrganisationId,
    pub name: String,
    /// Shown to drivers.
    pub description: String,
    /// Never shown to drivers.
    pub internal_note: String,
    /// With VAT, in the currency's smallest unit.
    pub cost: i64,
    pub currency: String,
    /// Ten-thousandths of a per cent.
    pub vat: i64,
    pub renewal: Renewal,
    /// `None`: without limit.
    pub allowance_wh: Option<i64>,
    pub overflow_tariff: Option<TariffId>,
    pub is_public: bool,
    /// On sale from and until; the last renewal.
    pub sale_from: Option<Timestamp>,
    pub sale_to: Option<Timestamp>,
    pub renew_until: Option<Timestamp>,
    pub places: Places,
    pub created_at: Timestamp,
    pub version: i64,
    pub subscribers: i64,
    pub drivers: Vec<(DriverId, String)>,
    pub groups: Vec<(DriverGroupId, String)>,
}

const SELECT: &str = "SELECT p.*, (SELECT COUNT(*) FROM subscription s WHERE s.plan_id = p.id AND s.ended_at IS NULL) \
                      AS subscribers FROM plan p";

impl Store {
    /// Every plan that is offered, by name. Their number is limited.
    pub async fn plans(&self, organisation: OrganisationId) -> Result<Vec<PlanRecord>, StoreError> {
        let sql =
            format!("{SELECT} WHERE p.organisation_id = $1 AND p.deleted_at IS NULL ORDER BY p.name, p.id");
        let mut all = Vec::new();
        for row in self.rows(&sql, values![organisation]).await? {
            all.push(self.plan_from(&row).await?);
        }
        Ok(all)
    }

    pub async fn plan(
        &self,
        organisation: OrganisationId,
        id: PlanId,
    ) -> Result<Option<PlanRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE p.organisation_id = $1 AND p.id = $2 AND p.deleted_at IS NULL");
        match self.row(&sql, values![organisation, id]).await? {
            Some(row) => self.plan_from(&row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn plan_from(&self, row: &Row) -> Result<PlanRecord, StoreError> {
        let id = PlanId(row.int("id")?);
        let drivers = "SELECT d.id AS id, d.name AS name FROM plan_driver m JOIN driver d ON d.id = m.driver_id \
                       WHERE m.plan_id = $1 ORDER BY d.name_key, d.id";
        let groups = "SELECT g.id AS id, g.name AS name FROM plan_group m JOIN driver_group g ON g.id = m.group_id \
                      WHERE m.plan_id = $1 ORDER BY g.name, g.id";
        let mut record = PlanRecord {
            id,
            organisation: OrganisationId(row.int("organisation_id")?),
            name: row.text("name")?,
            description: row.text("description")?,
            internal_note: row.text("internal_note")?,
            cost: row.int("cost")?,
            currency: row.text("currency")?,
            vat: row.int("vat")?,
            renewal: read(row.text("renewal")?, "renewal")?,
            allowance_wh: row.int_or_none("allowance_wh")?,
            overflow_tariff: row.int_or_none("overflow_tariff_id")?.map(TariffId),
            is_public: row.bool("is_public")?,
            sale_from: row.time_or_none("sale_from")?,
            sale_to: row.time_or_none("sale_to")?,
            renew_until: row.time_or_none("renew_until")?,
            places: row.json_or_none("places")?.unwrap_or_default(),
            created_at: row.time("created_at")?,
            version: row.int("version")?,
            subscribers: row.int("subscribers")?,
            drivers: Vec::new(),
            groups: Vec::new(),
        };
        for row in self.rows(drivers, values![id]).await? {
            record.drivers.push((DriverId(row.int("id")?), row.text("name")?));
        }
        for row in self.rows(groups, values![id]).await? {
            record.groups.push((DriverGroupId(row.int("id")?), row.text("name")?));
        }
        Ok(record)
    }
}

impl Tx {
    pub async fn add_plan(&mut self, plan: &PlanRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO plan (id, organisation_id, name, description, internal_note, cost, currency, vat, renewal, \
             allowance_wh, overflow_tariff_id, is_public, sale_from, sale_to, renew_until, places, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)",
            values![
                plan.id,
                plan.organisation,
                &plan.name,
                &plan.description,
                &plan.internal_note,
                plan.cost,
                &plan.currency,
                plan.vat,
                word(&plan.renewal),
                plan.allowance_wh,
                plan.overflow_tariff.map(|t| t.0),
                plan.is_public,
                plan.sale_from,
                plan.sale_to,
                plan.renew_until,
                json(Some(&plan.places)),
                plan.created_at
            ],
        )
        .await?;
        self.put_plan_buyers(plan).await
    }

    /// Cost, renewal and allowance hold from the next period on.
    pub async fn change_plan(&mut self, plan: &PlanRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE plan SET name = $1, description = $2, internal_note = $3, cost = $4, currency = $5, vat = $6, \
                 renewal = $7, allowance_wh = $8, overflow_tariff_id = $9, is_public = $10, sale_from = $11, sale_to = $12, \
                 renew_until = $13, places = $14, version = version + 1 \
                 WHERE id = $15 AND organisation_id = $16 AND version = $17 AND deleted_at IS NULL",
                values![
                    &plan.name,
                    &plan.description,
                    &plan.internal_note,
                    plan.cost,
                    &plan.currency,
                    plan.vat,
                    word(&plan.renewal),
                    plan.allowance_wh,
                    plan.overflow_tariff.map(|t| t.0),
                    plan.is_public,
                    plan.sale_from,
                    plan.sale_to,
                    plan.renew_until,
                    json(Some(&plan.places)),
                    plan.id,
                    plan.organisation,
                    plan.version
                ],
            )
            .await?;
        if touched != 1 {
            return Err(StoreError::Stale);
        }
        self.put_plan_buyers(plan).await
    }

    /// Exactly these. The caller has checked that they are the organisation's.
    async fn put_plan_buyers(&mut self, plan: &PlanRecord) -> Result<(), StoreError> {
        for table in ["plan_driver", "plan_group"] {
            self.execute(&format!("DELETE FROM {table} WHERE plan_id = $1"), values![plan.id]).await?;
        }
        for (driver, _) in &plan.drivers {
            let sql = "INSERT INTO plan_driver (plan_id, driver_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            self.execute(sql, values![plan.id, *driver]).await?;
        }
        for (group, _) in &plan.groups {
            let sql = "INSERT INTO plan_group (plan_id, group_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            self.execute(sql, values![plan.id, *group]).await?;
        }
        Ok(())
    }

    /// No longer offered; what was subscribed to it ends with its period.
    pub async fn delete_plan(
        &mut self,
        organisation: OrganisationId,
        id: PlanId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE plan SET deleted_at = $1 WHERE id = $2 AND organisation_id = $3";
        self.execute(sql, values![now, id, organisation]).await?;
        let sql = "UPDATE subscription SET cancelled_at = COALESCE(cancelled_at, $1) WHERE plan_id = $2 AND ended_at IS NULL";
        self.execute(sql, values![now, id]).await.map(drop)
    }
}
