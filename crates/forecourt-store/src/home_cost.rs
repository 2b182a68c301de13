//! What sessions at home cost their owners, kept as it was worked out.

use forecourt_core::Timestamp;
use forecourt_core::electricity::PriceZone;
use forecourt_core::id::{DriverId, OrganisationId, PriceProfileId, SessionId, StationId};
use forecourt_core::session::Session;
use forecourt_core::unit::{Currency, MinorUnits, WattHours};

use crate::engine::{Row, values};
use crate::session::session_from;
use crate::spot::Market;
use crate::{Store, StoreError, Tx};

/// Sessions worked out at a time.
const BATCH: i64 = 200;
/// Sessions of one owner in one statement.
const STATEMENT_MAX: i64 = 2_000;

/// A session that is over and was not worked out yet, or not wholly.
#[derive(Debug, Clone)]
pub struct Unpriced {
    pub session: Session,
    pub driver: DriverId,
    pub profile: PriceProfileId,
}

#[derive(Debug, Clone)]
pub struct HomeCostRecord {
    pub session: SessionId,
    pub organisation: OrganisationId,
    pub driver: DriverId,
    pub profile: PriceProfileId,
    pub profile_name: String,
    pub market: Market,
    pub energy: WattHours,
    /// No price of the market was known for it: it is not in the amount.
    pub unpriced: WattHours,
    pub amount: MinorUnits,
    /// JSON of its parts.
    pub parts: String,
    pub worked_out_at: Timestamp,
}

/// A session of an owner's month.
#[derive(Debug, Clone)]
pub struct StatementSession {
    pub session: SessionId,
    pub station: StationId,
    pub identity: String,
    pub station_name: Option<String>,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub energy: WattHours,
    pub needs_review: bool,
    /// `None`: not worked out, because no profile held or it is not over.
    pub cost: Option<HomeCostRecord>,
}

/// Sessions under the owner they began under.
const OWNED: &str = "FROM session s JOIN home_owner o ON o.station_id = s.station_id AND s.started_at >= o.from_at \
     AND (o.to_at IS NULL OR s.started_at < o.to_at)";

fn cost_from(row: &Row) -> Result<Option<HomeCostRecord>, StoreError> {
    let Some(worked_out_at) = row.time_or_none("worked_out_at")? else { return Ok(None) };
    let zone = PriceZone::read(&row.text("zone")?).ok_or(StoreError::Corrupt("zone"))?;
    let currency = Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))?;
    Ok(Some(HomeCostRecord {
        session: SessionId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        driver: DriverId(row.int("driver_id")?),
        profile: PriceProfileId(row.int("profile_id")?),
        profile_name: row.text("profile_name")?,
        market: Market { zone, currency },
        energy: WattHours(row.int("cost_wh")?),
        unpriced: WattHours(row.int("unpriced_wh")?),
        amount: MinorUnits(row.int("amount")?),
        parts: row.text("parts")?,
        worked_out_at,
    }))
}

impl Store {
    /// Sessions at home that ended since `since` and have no cost yet, or not for all of their energy; what was worked
    /// out after `before` is left alone.
    pub async fn unpriced_home_sessions(
        &self,
        since: Timestamp,
        before: Timestamp,
    ) -> Result<Vec<Unpriced>, StoreError> {
        let sql = format!(
            "SELECT s.*, o.driver_id AS owner_id, COALESCE(h.profile_id, q.profile_id) AS follows {OWNED} \
             LEFT JOIN home_charger h ON h.station_id = s.station_id \
             LEFT JOIN home_price q ON q.driver_id = o.driver_id \
             LEFT JOIN home_cost c ON c.session_id = s.id \
             WHERE s.ended_at >= $1 AND COALESCE(h.profile_id, q.profile_id) IS NOT NULL AND (c.session_id IS NULL \
             OR ((c.unpriced_wh > 0 OR c.energy_wh <> s.energy_wh) AND c.worked_out_at < $2)) \
             ORDER BY s.started_at LIMIT {BATCH}"
        );
        let shape = |row: &Row| {
            Ok(Unpriced {
                session: session_from(row)?,
                driver: DriverId(row.int("owner_id")?),
                profile: PriceProfileId(row.int("follows")?),
            })
        };
        self.rows(&sql, values![since, before]).await?.iter().map(shape).collect()
    }

    /// Oldest first.
    pub async fn home_statement(
        &self,
        organisation: OrganisationId,
        driver: DriverId,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Vec<StatementSession>, StoreError> {
        let sql = format!(
            "SELECT s.id, s.station_id, s.started_at, s.ended_at, s.energy_wh, s.needs_review, st.identity, \
             st.name AS station_name, c.organisation_id, c.driver_id, c.profile_id, c.profile_name, c.zone, c.currency, \
             c.energy_wh AS cost_wh, c.unpriced_wh, c.amount, c.parts, c.worked_out_at {OWNED} \
             JOIN station st ON st.id = s.station_id LEFT JOIN home_cost c ON c.session_id = s.id \
             WHERE o.organisation_id = $1 AND s.organisation_id = $1 AND o.driver_id = $2 AND s.started_at >= $3 \
             AND s.started_at < $4 ORDER BY s.started_at, s.id LIMIT {STATEMENT_MAX}"
        );
        let shape = |row: &Row| {
            Ok(StatementSession {
                session: SessionId(row.int("id")?),
                station: StationId(row.int("station_id")?),
                identity: row.text("identity")?,
                station_name: row.text_or_none("station_name")?,
                started_at: row.time("started_at")?,
                ended_at: row.time_or_none("ended_at")?,
                energy: WattHours(row.int("energy_wh")?),
                needs_review: row.bool("needs_review")?,
                cost: cost_from(row)?,
            })
        };
        self.rows(&sql, values![organisation, driver, from, until]).await?.iter().map(shape).collect()
    }

    /// Owners with sessions at home in a time: who, and how many.
    pub async fn home_owners_with_sessions(
        &self,
        organisation: OrganisationId,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Vec<(DriverId, String, i64)>, StoreError> {
        let sql = format!(
            "SELECT o.driver_id, MAX(d.name) AS name, COUNT(*) AS n {OWNED} JOIN driver d ON d.id = o.driver_id \
             WHERE o.organisation_id = $1 AND s.organisation_id = $1 AND s.started_at >= $2 AND s.started_at < $3 \
             AND d.deleted_at IS NULL GROUP BY o.driver_id ORDER BY MAX(d.name_key), o.driver_id LIMIT 1000"
        );
        let shape = |row: &Row| Ok((DriverId(row.int("driver_id")?), row.text("name")?, row.int("n")?));
        self.rows(&sql, values![organisation, from, until]).await?.iter().map(shape).collect()
    }
}

impl Tx {
    /// Replaces what was worked out before.
    pub async fn put_home_cost(&mut self, cost: &HomeCostRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO home_cost (session_id, organisation_id, driver_id, profile_id, profile_name, zone, \
                   currency, energy_wh, unpriced_wh, amount, parts, worked_out_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (session_id) DO UPDATE SET \
                   driver_id = excluded.driver_id, profile_id = excluded.profile_id, \
                   profile_name = excluded.profile_name, zone = excluded.zone, currency = excluded.currency, \
                   energy_wh = excluded.energy_wh, unpriced_wh = excluded.unpriced_wh, amount = excluded.amount, \
                   parts = excluded.parts, worked_out_at = excluded.worked_out_at";
        let values = values![
            cost.session,
            cost.organisation,
            cost.driver,
            cost.profile,
            &cost.profile_name,
            cost.market.zone.code,
            cost.market.currency.code(),
            cost.energy.0,
            cost.unpriced.0,
            cost.amount.0,
            &cost.parts,
            cost.worked_out_at
        ];
        self.execute(sql, values).await.map(drop)
    }
}
