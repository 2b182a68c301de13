//! Subscriptions of drivers, what sessions drew from them, and what is owed for them.

use forecourt_core::Timestamp;
use forecourt_core::driver::{Discount, MemberDiscount, Places};
use forecourt_core::id::{
    DriverId, MemberDiscountId, OrganisationId, PlanId, SessionId, SiteId, StationId, SubscriptionId, TeamId,
};
use forecourt_core::subscription::Renewal;
use forecourt_core::tariff::Tariff;

use crate::engine::{Row, values};
use crate::words::read;
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq)]
pub struct SubscriptionRecord {
    pub id: SubscriptionId,
    pub organisation: OrganisationId,
    pub plan: PlanId,
    pub driver: DriverId,
    pub started_at: Timestamp,
    /// Counted from 0.
    pub period: i64,
    pub period_from: Timestamp,
    pub period_to: Timestamp,
    pub used_wh: i64,
    pub cancelled_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub plan_name: String,
    pub driver_name: String,
    pub allowance_wh: Option<i64>,
}

/// A subscription whose period is over, with what decides on the next.
#[derive(Debug, Clone, PartialEq)]
pub struct DueSubscription {
    pub record: SubscriptionRecord,
    pub renewal: Renewal,
    pub renew_until: Option<Timestamp>,
    pub cost: i64,
    pub currency: String,
    pub vat: i64,
    pub time_zone: String,
}

/// What somebody owes besides sessions, until the ledger has it.
#[derive(Debug, Clone, PartialEq)]
pub struct AmountDueRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    pub driver: Option<DriverId>,
    pub team: Option<TeamId>,
    /// subscription or fleet_card.
    pub kind: String,
    pub reference: i64,
    /// Which of the reference's: the same part is owed once.
    pub part: i64,
    pub description: String,
    /// With VAT, in the currency's smallest unit.
    pub amount: i64,
    pub currency: String,
    /// Ten-thousandths of a per cent.
    pub vat: i64,
    pub at: Timestamp,
}

/// An ended session of somebody who subscribes, not drawn yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Undrawn {
    pub session: SessionId,
    pub site: SiteId,
    pub station: StationId,
    pub energy_wh: i64,
    pub ended_at: Timestamp,
    pub subscription: SubscriptionId,
    pub period: i64,
    pub places: Places,
}

const SELECT: &str = "SELECT s.*, p.name AS plan_name, d.name AS driver_name, p.allowance_wh AS allowance_wh \
     FROM subscription s JOIN plan p ON p.id = s.plan_id JOIN driver d ON d.id = s.driver_id";

fn record_from(row: &Row) -> Result<SubscriptionRecord, StoreError> {
    Ok(SubscriptionRecord {
        id: SubscriptionId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        plan: PlanId(row.int("plan_id")?),
        driver: DriverId(row.int("driver_id")?),
        started_at: row.time("started_at")?,
        period: row.int("period")?,
        period_from: row.time("period_from")?,
        period_to: row.time("period_to")?,
        used_wh: row.int("used_wh")?,
        cancelled_at: row.time_or_none("cancelled_at")?,
        ended_at: row.time_or_none("ended_at")?,
        plan_name: row.text("plan_name")?,
        driver_name: row.text("driver_name")?,
        allowance_wh: row.int_or_none("allowance_wh")?,
    })
}

fn due_from(row: &Row) -> Result<AmountDueRecord, StoreError> {
    Ok(AmountDueRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        driver: row.int_or_none("driver_id")?.map(DriverId),
        team: row.int_or_none("team_id")?.map(TeamId),
        kind: row.text("kind")?,
        reference: row.int("reference_id")?,
        part: row.int("part")?,
        description: row.text("description")?,
        amount: row.int("amount")?,
        currency: row.text("currency")?,
        vat: row.int("vat")?,
        at: row.time("at")?,
    })
}

impl Store {
    /// Of a plan or of a driver, running ones first, then the newest.
    pub async fn subscriptions(
        &self,
        organisation: OrganisationId,
        plan: Option<PlanId>,
        driver: Option<DriverId>,
        limit: u32,
    ) -> Result<Vec<SubscriptionRecord>, StoreError> {
        let mut rows = crate::page::Filter::default();
        rows.and("s.organisation_id = ?", values![organisation])
            .and_if(plan, "s.plan_id = ?")
            .and_if(driver, "s.driver_id = ?");
        let sql = format!(
            "{SELECT}{} ORDER BY CASE WHEN s.ended_at IS NULL THEN 0 ELSE 1 END, s.id DESC LIMIT {limit}",
            rows.sql()
        );
        self.rows(&sql, rows.values).await?.iter().map(record_from).collect()
    }

    pub async fn subscription(
        &self,
        organisation: OrganisationId,
        id: SubscriptionId,
    ) -> Result<Option<SubscriptionRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE s.organisation_id = $1 AND s.id = $2");
        self.row(&sql, values![organisation, id]).await?.as_ref().map(record_from).transpose()
    }

    /// Those whose period is over.
    pub async fn due_subscriptions(&self, now: Timestamp) -> Result<Vec<DueSubscription>, StoreError> {
        let sql = "SELECT s.*, p.name AS plan_name, d.name AS driver_name, p.allowance_wh AS allowance_wh, \
             p.renewal AS renewal, p.renew_until AS renew_until, p.cost AS cost, p.currency AS currency, p.vat AS vat, \
             o.time_zone AS time_zone FROM subscription s JOIN plan p ON p.id = s.plan_id \
             JOIN driver d ON d.id = s.driver_id JOIN organisation o ON o.id = s.organisation_id \
             WHERE s.ended_at IS NULL AND s.period_to <= $1 ORDER BY s.period_to LIMIT 500";
        let read_due = |row: &Row| {
            Ok(DueSubscription {
                record: record_from(row)?,
                renewal: read(row.text("renewal")?, "renewal")?,
                renew_until: row.time_or_none("renew_until")?,
                cost: row.int("cost")?,
                currency: row.text("currency")?,
                vat: row.int("vat")?,
                time_zone: row.text("time_zone")?,
            })
        };
        self.rows(sql, values![now]).await?.iter().map(read_due).collect()
    }

    /// What a driver's running subscriptions have paid for, as pricing asks for it.
    pub(crate) async fn allowances_of(&self, driver: DriverId) -> Result<Vec<MemberDiscount>, StoreError> {
        let sql = "SELECT s.id AS id, s.used_wh AS used_wh, p.name AS name, p.allowance_wh AS allowance_wh, \
             p.places AS places, COALESCE((SELECT v.rules FROM tariff_version v WHERE v.tariff_id = p.overflow_tariff_id \
             AND v.valid_from <= s.period_from ORDER BY v.valid_from DESC LIMIT 1), \
             (SELECT v.rules FROM tariff_version v WHERE v.tariff_id = p.overflow_tariff_id \
             ORDER BY v.valid_from LIMIT 1)) AS overflow \
             FROM subscription s JOIN plan p ON p.id = s.plan_id WHERE s.driver_id = $1 AND s.ended_at IS NULL ORDER BY s.id";
        let read_one = |row: &Row| {
            let used = row.int("used_wh")?;
            let left_wh = row.int_or_none("allowance_wh")?.map(|allowance| (allowance - used).max(0));
            Ok(MemberDiscount {
                id: MemberDiscountId(row.int("id")?),
                alias: row.text("name")?,
                discount: Discount::Allowance {
                    left_wh,
                    overflow: row.json_or_none::<Box<Tariff>>("overflow")?,
                },
                places: row.json_or_none("places")?.unwrap_or_default(),
            })
        };
        self.rows(sql, values![driver]).await?.iter().map(read_one).collect()
    }

    /// Ended sessions since a moment whose driver subscribes, and which drew nothing yet; oldest first. A session counts
    /// for the period it ended in.
    pub async fn undrawn_sessions(&self, since: Timestamp) -> Result<Vec<Undrawn>, StoreError> {
        let sql = "SELECT s.id AS id, s.site_id AS site_id, s.station_id AS station_id, s.energy_wh AS energy_wh, \
             s.ended_at AS ended_at, b.id AS subscription_id, b.period AS period, p.places AS places FROM subscription b \
             JOIN plan p ON p.id = b.plan_id JOIN token_holding h ON h.driver_id = b.driver_id \
             JOIN session s ON s.organisation_id = h.organisation_id AND s.token_key = h.token_key \
             AND s.started_at >= h.from_at AND (h.to_at IS NULL OR s.started_at < h.to_at) \
             AND s.started_at >= b.started_at AND s.ended_at >= b.period_from AND s.ended_at < b.period_to \
             WHERE b.ended_at IS NULL AND s.ended_at >= $1 \
             AND NOT EXISTS (SELECT 1 FROM subscription_draw w WHERE w.session_id = s.id) \
             ORDER BY s.ended_at, s.id, b.id LIMIT 2000";
        let read_one = |row: &Row| {
            Ok(Undrawn {
                session: SessionId(row.int("id")?),
                site: SiteId(row.int("site_id")?),
                station: StationId(row.int("station_id")?),
                energy_wh: row.int("energy_wh")?,
                ended_at: row.time("ended_at")?,
                subscription: SubscriptionId(row.int("subscription_id")?),
                period: row.int("period")?,
                places: row.json_or_none("places")?.unwrap_or_default(),
            })
        };
        self.rows(sql, values![since]).await?.iter().map(read_one).collect()
    }

    /// What the ledger does not have yet, oldest first.
    pub async fn open_amounts_due(&self, limit: u32) -> Result<Vec<AmountDueRecord>, StoreError> {
        let sql = format!("SELECT * FROM amount_due WHERE NOT posted ORDER BY id LIMIT {limit}");
        self.rows(&sql, values![]).await?.iter().map(due_from).collect()
    }

    /// Newest first.
    pub async fn amounts_due_of_driver(
        &self,
        organisation: OrganisationId,
        driver: DriverId,
        limit: u32,
    ) -> Result<Vec<AmountDueRecord>, StoreError> {
        let sql = format!(
            "SELECT * FROM amount_due WHERE organisation_id = $1 AND driver_id = $2 ORDER BY id DESC LIMIT {limit}"
        );
        self.rows(&sql, values![organisation, driver]).await?.iter().map(due_from).collect()
    }
}

impl Tx {
    pub async fn add_subscription(&mut self, new: &SubscriptionRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO subscription (id, organisation_id, plan_id, driver_id, started_at, period, period_from, period_to, \
             used_wh, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 1)",
            values![
                new.id,
                new.organisation,
                new.plan,
                new.driver,
                new.started_at,
                new.period,
                new.period_from,
                new.period_to
            ],
        )
        .await
        .map(drop)
    }

    /// Begins the period after `of.period`, with nothing used; says whether nobody did it before.
    pub async fn renew_subscription(&mut self, to: &SubscriptionRecord) -> Result<bool, StoreError> {
        let sql = "UPDATE subscription SET period = $1, period_from = $2, period_to = $3, used_wh = 0, version = version + 1 \
                   WHERE id = $4 AND period = $5 AND ended_at IS NULL";
        let values = values![to.period, to.period_from, to.period_to, to.id, to.period - 1];
        Ok(self.execute(sql, values).await? == 1)
    }

    pub async fn cancel_subscription(
        &mut self,
        id: SubscriptionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE subscription SET cancelled_at = $1, version = version + 1 \
                   WHERE id = $2 AND ended_at IS NULL AND cancelled_at IS NULL";
        Ok(self.execute(sql, values![now, id]).await? == 1)
    }

    pub async fn end_subscription(&mut self, id: SubscriptionId, at: Timestamp) -> Result<(), StoreError> {
        let sql =
            "UPDATE subscription SET ended_at = $1, version = version + 1 WHERE id = $2 AND ended_at IS NULL";
        self.execute(sql, values![at, id]).await.map(drop)
    }

    /// What is left to draw from, inside the transaction: allowance and used energy of a running period.
    pub async fn allowance_to_draw(
        &mut self,
        id: SubscriptionId,
        period: i64,
    ) -> Result<Option<(Option<i64>, i64)>, StoreError> {
        let sql = "SELECT p.allowance_wh AS allowance_wh, s.used_wh AS used_wh FROM subscription s \
                   JOIN plan p ON p.id = s.plan_id WHERE s.id = $1 AND s.period = $2 AND s.ended_at IS NULL";
        let row = self.row(sql, values![id, period]).await?;
        row.map(|row| Ok((row.int_or_none("allowance_wh")?, row.int("used_wh")?))).transpose()
    }

    /// Says whether the session had not drawn before.
    pub async fn draw(&mut self, of: &Undrawn, covered_wh: i64) -> Result<bool, StoreError> {
        let sql = "INSERT INTO subscription_draw (session_id, subscription_id, period, at, energy_wh, covered_wh) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (session_id) DO NOTHING";
        let values = values![of.session, of.subscription, of.period, of.ended_at, of.energy_wh, covered_wh];
        if self.execute(sql, values).await? == 0 {
            return Ok(false);
        }
        let sql = "UPDATE subscription SET used_wh = used_wh + $1, version = version + 1 WHERE id = $2 AND period = $3";
        self.execute(sql, values![covered_wh, of.subscription, of.period]).await?;
        Ok(true)
    }

    /// The same part of the same reference is owed once.
    pub async fn add_amount_due(&mut self, due: &AmountDueRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO amount_due (id, organisation_id, driver_id, team_id, kind, reference_id, part, description, amount, \
             currency, vat, at, posted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, FALSE) \
             ON CONFLICT (kind, reference_id, part) DO NOTHING",
            values![
                due.id,
                due.organisation,
                due.driver,
                due.team,
                &due.kind,
                due.reference,
                due.part,
                &due.description,
                due.amount,
                &due.currency,
                due.vat,
                due.at
            ],
        )
        .await
        .map(drop)
    }

    /// The ledger has it; says whether it had not before.
    pub async fn mark_due_posted(&mut self, id: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE amount_due SET posted = TRUE WHERE id = $1 AND NOT posted";
        Ok(self.execute(sql, values![id]).await? == 1)
    }

    /// Remembers when drivers charged last, from sessions since a moment.
    pub async fn note_last_charges(&mut self, since: Timestamp) -> Result<u64, StoreError> {
        let last = "(SELECT MAX(s.started_at) FROM token_holding h JOIN session s ON s.organisation_id = h.organisation_id \
             AND s.token_key = h.token_key AND s.started_at >= h.from_at AND (h.to_at IS NULL OR s.started_at < h.to_at) \
             WHERE h.driver_id = driver.id AND s.started_at >= $1)";
        let sql = format!(
            "UPDATE driver SET last_charge_at = {last} WHERE id IN (SELECT h.driver_id FROM session s \
             JOIN token_holding h ON h.organisation_id = s.organisation_id AND h.token_key = s.token_key \
             WHERE s.id >= $2 AND h.driver_id IS NOT NULL) AND COALESCE({last}, 0) > last_charge_at"
        );
        let first = forecourt_core::id::first_id_at(since);
        self.execute(&sql, values![since, first]).await
    }
}
