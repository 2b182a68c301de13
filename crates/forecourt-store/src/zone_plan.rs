//! Zones whose chargers follow a plan: what it is made by, what cars ask for, sunshine that is expected, and the highest draw
//! of a month.

use forecourt_core::Timestamp;
use forecourt_core::fact::CarNeeds;
use forecourt_core::id::{EvseNumber, OrganisationId, PriceProfileId, StationId, ZoneId};
use forecourt_core::power::PlanAim;
use forecourt_core::unit::{MilliAmps, WattHours, Watts};

use crate::engine::{Row, values};
use crate::words::{read, word};
use crate::{Store, StoreError, Tx};

/// Stretches of one answer: a month of quarters of an hour.
const SLOTS_MAX: i64 = 3_000;
/// Minutes of a quarter of an hour that must be known for its mean to count.
const MINUTES_KNOWN: i64 = 5;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonePlanRecord {
    pub zone: ZoneId,
    pub organisation: OrganisationId,
    pub enabled: bool,
    pub aim: PlanAim,
    pub price_profile: PriceProfileId,
    /// Millionths of the currency per kilogram of carbon dioxide.
    pub carbon_price: i64,
    /// Millionths of the currency per kilowatt of the month's highest draw.
    pub peak_price: i64,
    /// Of a car that says nothing.
    pub stay_min: i64,
    pub energy: WattHours,
    pub changed_at: Timestamp,
    pub version: i64,
}

/// What the sun is expected to give over a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SolarSlot {
    pub from: Timestamp,
    pub until: Timestamp,
    pub power: Watts,
}

/// What the car at an EVSE asked for last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarNeedsRecord {
    pub station: StationId,
    pub evse: EvseNumber,
    pub said_at: Timestamp,
    /// Charged by then.
    pub had: WattHours,
    pub needs: CarNeeds,
}

fn needs_from(row: &Row) -> Result<CarNeedsRecord, StoreError> {
    let evse = i32::try_from(row.int("evse")?).map_err(|_| StoreError::Corrupt("evse"))?;
    Ok(CarNeedsRecord {
        station: StationId(row.int("station_id")?),
        evse: EvseNumber(evse),
        said_at: row.time("said_at")?,
        had: WattHours(row.int("had_wh")?),
        needs: CarNeeds {
            departs_at: row.time_or_none("departs_at")?,
            energy: row.int_or_none("energy_wh")?.map(WattHours),
        },
    })
}

fn plan_from(row: &Row) -> Result<ZonePlanRecord, StoreError> {
    Ok(ZonePlanRecord {
        zone: ZoneId(row.int("zone_id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        enabled: row.bool("enabled")?,
        aim: read(row.text("aim")?, "aim")?,
        price_profile: PriceProfileId(row.int("price_profile_id")?),
        carbon_price: row.int("carbon_price")?,
        peak_price: row.int("peak_price")?,
        stay_min: row.int("stay_min")?,
        energy: WattHours(row.int("energy_wh")?),
        changed_at: row.time("changed_at")?,
        version: row.int("version")?,
    })
}

impl Store {
    /// Of every organisation: what the planner keeps in memory.
    pub async fn all_zone_plans(&self) -> Result<Vec<ZonePlanRecord>, StoreError> {
        let sql = "SELECT * FROM zone_plan ORDER BY zone_id";
        self.rows(sql, values![]).await?.iter().map(plan_from).collect()
    }

    pub async fn zone_plan(
        &self,
        organisation: OrganisationId,
        zone: ZoneId,
    ) -> Result<Option<ZonePlanRecord>, StoreError> {
        let sql = "SELECT * FROM zone_plan WHERE organisation_id = $1 AND zone_id = $2";
        self.row(sql, values![organisation, zone]).await?.as_ref().map(plan_from).transpose()
    }

    /// What cars at the chargers of all zones asked for last.
    pub async fn car_needs_since(&self, since: Timestamp) -> Result<Vec<CarNeedsRecord>, StoreError> {
        let sql = "SELECT * FROM car_needs WHERE said_at >= $1 AND station_id IN (SELECT station_id FROM zone_station)";
        self.rows(sql, values![since]).await?.iter().map(needs_from).collect()
    }

    pub async fn solar_forecast(
        &self,
        zone: ZoneId,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Vec<SolarSlot>, StoreError> {
        let sql = format!(
            "SELECT at, until_at, power_w FROM solar_forecast WHERE zone_id = $1 AND until_at > $2 AND at < $3 \
             ORDER BY at LIMIT {SLOTS_MAX}"
        );
        let slot = |row: &Row| {
            let (from, until) = (row.time("at")?, row.time("until_at")?);
            Ok(SolarSlot { from, until, power: Watts(row.int("power_w")?) })
        };
        self.rows(&sql, values![zone, from, until]).await?.iter().map(slot).collect()
    }

    /// The highest mean of a quarter of an hour in a span, on the fullest phase: building and chargers together.
    pub async fn highest_quarter(
        &self,
        zone: ZoneId,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<MilliAmps, StoreError> {
        let sql = format!(
            "SELECT COALESCE(MAX(q.mean), 0) AS highest FROM (SELECT CAST(SUM(load + drawn) / COUNT(*) AS BIGINT) AS mean FROM zone_minute \
             WHERE zone_id = $1 AND at >= $2 AND at < $3 GROUP BY at / 900000 HAVING COUNT(*) >= {MINUTES_KNOWN}) q"
        );
        let row = self.row(&sql, values![zone, from, until]).await?;
        row.map_or(Ok(MilliAmps::ZERO), |row| Ok(MilliAmps(row.int("highest")?)))
    }
}

impl Tx {
    pub async fn put_car_needs(&mut self, record: &CarNeedsRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO car_needs (station_id, evse, said_at, had_wh, departs_at, energy_wh) \
                   VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (station_id, evse) DO UPDATE SET said_at = excluded.said_at, had_wh = excluded.had_wh, \
                   departs_at = excluded.departs_at, energy_wh = excluded.energy_wh";
        let CarNeedsRecord { station, evse, said_at, had, needs } = record;
        let energy = needs.energy.map(|energy| energy.0);
        let values = values![*station, i64::from(evse.0), *said_at, had.0, needs.departs_at, energy];
        self.execute(sql, values).await.map(drop)
    }

    pub async fn put_zone_plan(&mut self, plan: &ZonePlanRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO zone_plan (zone_id, organisation_id, enabled, aim, price_profile_id, carbon_price, \
                   peak_price, stay_min, energy_wh, changed_at, version) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1) \
                   ON CONFLICT (zone_id) DO UPDATE SET enabled = excluded.enabled, aim = excluded.aim, \
                   price_profile_id = excluded.price_profile_id, carbon_price = excluded.carbon_price, \
                   peak_price = excluded.peak_price, stay_min = excluded.stay_min, energy_wh = excluded.energy_wh, \
                   changed_at = excluded.changed_at, version = zone_plan.version + 1";
        let values = values![
            plan.zone,
            plan.organisation,
            plan.enabled,
            word(&plan.aim),
            plan.price_profile,
            plan.carbon_price,
            plan.peak_price,
            plan.stay_min,
            plan.energy.0,
            plan.changed_at,
        ];
        self.execute(sql, values).await.map(drop)
    }

    /// What was expected of the same time is replaced; what is past is let go.
    pub async fn put_solar_forecast(
        &mut self,
        zone: ZoneId,
        slots: &[SolarSlot],
        past: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM solar_forecast WHERE zone_id = $1 AND until_at <= $2";
        self.execute(sql, values![zone, past]).await?;
        for slot in slots {
            let sql =
                "UPDATE solar_forecast SET until_at = $2 WHERE zone_id = $1 AND at < $2 AND until_at > $2";
            self.execute(sql, values![zone, slot.from]).await?;
            let sql = "DELETE FROM solar_forecast WHERE zone_id = $1 AND at >= $2 AND at < $3";
            self.execute(sql, values![zone, slot.from, slot.until]).await?;
            let sql = "INSERT INTO solar_forecast (zone_id, at, until_at, power_w) VALUES ($1, $2, $3, $4)";
            self.execute(sql, values![zone, slot.from, slot.until, slot.power.0]).await?;
        }
        Ok(())
    }
}
