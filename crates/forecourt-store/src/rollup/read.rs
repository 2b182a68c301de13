//! Sums as dashboards ask for them. Reads rollups and current rows, never history: the cost of an answer depends on
//! the days and places asked for.

use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, OrganisationId, SiteId, StationId};
use forecourt_core::metrics::{Availability, Factors, Sums};
use forecourt_core::unit::{Currency, Watts};

use super::{AvailabilityRow, MoneySums, Scope};
use crate::engine::{Row, Value, values};
use crate::words::read;
use crate::{Store, StoreError, Tx};

/// What figures are asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Over {
    pub organisation: OrganisationId,
    /// These sites only; their owner is checked in each query.
    pub sites: Option<Vec<SiteId>>,
    /// Local days, first and last.
    pub from: i64,
    pub to: i64,
}

/// Whose line a figure belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceName {
    pub site: SiteId,
    pub site_name: String,
    pub station: Option<StationId>,
    pub station_name: String,
    /// 0: the whole station or site.
    pub evse: EvseNumber,
}

/// A stretch that goes on.
#[derive(Debug, Clone)]
pub struct OpenStretch {
    pub site: SiteId,
    pub station: StationId,
    pub evse: EvseNumber,
    pub time_zone: String,
    pub state: Availability,
    pub since: Timestamp,
    pub power: Option<Watts>,
}

/// What a kWh costs at a site from a day on, in millionths of its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnergyPrice {
    pub site: SiteId,
    pub currency: Currency,
    pub from_day: i64,
    pub price_e6: i64,
}

const SUMS: &str = "CAST(SUM(r.energy_wh) AS BIGINT) AS energy_wh, CAST(SUM(r.sessions) AS BIGINT) AS sessions, \
     CAST(SUM(r.occupied_s) AS BIGINT) AS occupied_s, CAST(SUM(r.charging_s) AS BIGINT) AS charging_s, \
     CAST(SUM(r.watched_s) AS BIGINT) AS watched_s, CAST(SUM(r.offline_s) AS BIGINT) AS offline_s, \
     CAST(SUM(r.faulted_s) AS BIGINT) AS faulted_s, CAST(SUM(r.unavailable_s) AS BIGINT) AS unavailable_s, \
     CAST(SUM(r.capacity_wh) AS BIGINT) AS capacity_wh";
const MONEY: &str = "r.currency AS currency, CAST(SUM(r.sessions) AS BIGINT) AS sessions, \
     CAST(SUM(r.with_vat) AS BIGINT) AS with_vat, CAST(SUM(r.without_vat) AS BIGINT) AS without_vat, \
     CAST(SUM(r.energy) AS BIGINT) AS energy, CAST(SUM(r.charging_time) AS BIGINT) AS charging_time, \
     CAST(SUM(r.idle_time) AS BIGINT) AS idle_time, CAST(SUM(r.flat) AS BIGINT) AS flat";

fn sums_from(row: &Row) -> Result<Sums, StoreError> {
    Ok(Sums {
        energy_wh: row.int("energy_wh")?,
        sessions: row.int("sessions")?,
        occupied_s: row.int("occupied_s")?,
        charging_s: row.int("charging_s")?,
        watched_s: row.int("watched_s")?,
        offline_s: row.int("offline_s")?,
        faulted_s: row.int("faulted_s")?,
        unavailable_s: row.int("unavailable_s")?,
        capacity_wh: row.int("capacity_wh")?,
    })
}

fn money_from(row: &Row) -> Result<(Currency, MoneySums), StoreError> {
    let currency = Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))?;
    let sums = MoneySums {
        sessions: row.int("sessions")?,
        with_vat: row.int("with_vat")?,
        without_vat: row.int("without_vat")?,
        energy: row.int("energy")?,
        charging_time: row.int("charging_time")?,
        idle_time: row.int("idle_time")?,
        flat: row.int("flat")?,
    };
    Ok((currency, sums))
}

fn availability_from(row: &Row) -> Result<AvailabilityRow, StoreError> {
    Ok(AvailabilityRow {
        station: StationId(row.int("station_id")?),
        evse: EvseNumber(row.int("evse")? as i32),
        state: read(row.text("state")?, "state")?,
        since: row.time("since")?,
    })
}

impl Over {
    /// `$1` organisation, `$2` and `$3` days; sites behind them.
    fn values(&self) -> Vec<Value> {
        let mut values = values![self.organisation, self.from, self.to];
        values.extend(self.sites.iter().flatten().map(|site| Value::from(*site)));
        values
    }

    /// A condition on a column that holds a site.
    fn sites(&self, column: &str) -> String {
        match &self.sites {
            None => String::new(),
            Some(sites) if sites.is_empty() => " AND 1 = 0".into(),
            Some(sites) => {
                let marks: Vec<String> = (4..4 + sites.len()).map(|n| format!("${n}")).collect();
                format!(" AND {column} IN ({})", marks.join(", "))
            }
        }
    }

    /// Rows of sums: the organisation's own where all of it is asked for.
    fn source(&self, table: &str) -> String {
        match &self.sites {
            None => format!(
                "{table} r WHERE r.scope = {} AND r.scope_id = $1 AND r.day BETWEEN $2 AND $3",
                Scope::Organisation as i64
            ),
            Some(_) => format!(
                "site si JOIN {table} r ON r.scope = {} AND r.scope_id = si.id AND r.day BETWEEN $2 AND $3 \
                 WHERE si.organisation_id = $1{}",
                Scope::Site as i64,
                self.sites("si.id")
            ),
        }
    }
}

impl Store {
    /// Sums of each local day that has any, oldest first.
    pub async fn sums_by_day(&self, over: &Over) -> Result<Vec<(i64, Sums)>, StoreError> {
        let sql = format!(
            "SELECT r.day AS day, {SUMS} FROM {} GROUP BY r.day ORDER BY r.day",
            over.source("rollup_day")
        );
        let rows = self.rows(&sql, over.values()).await?;
        rows.iter().map(|row| Ok((row.int("day")?, sums_from(row)?))).collect()
    }

    pub async fn money_by_day(&self, over: &Over) -> Result<Vec<(i64, Currency, MoneySums)>, StoreError> {
        let sql = format!(
            "SELECT r.day AS day, {MONEY} FROM {} GROUP BY r.day, r.currency ORDER BY r.day, r.currency",
            over.source("rollup_money")
        );
        let rows = self.rows(&sql, over.values()).await?;
        let read = |row: &Row| money_from(row).and_then(|(c, m)| Ok((row.int("day")?, c, m)));
        rows.iter().map(read).collect()
    }

    /// Wh of each site and day, for what they cost.
    pub async fn energy_by_site_and_day(&self, over: &Over) -> Result<Vec<(SiteId, i64, i64)>, StoreError> {
        let sql = format!(
            "SELECT si.id AS site, r.day AS day, r.energy_wh AS energy FROM site si \
             JOIN rollup_day r ON r.scope = {} AND r.scope_id = si.id AND r.day BETWEEN $2 AND $3 \
             WHERE si.organisation_id = $1{} AND r.energy_wh <> 0",
            Scope::Site as i64,
            over.sites("si.id")
        );
        let rows = self.rows(&sql, over.values()).await?;
        rows.iter().map(|r| Ok((SiteId(r.int("site")?), r.int("day")?, r.int("energy")?))).collect()
    }

    /// Sums of every site; one without any is there too.
    pub async fn sums_by_site(&self, over: &Over) -> Result<Vec<(PlaceName, Sums)>, StoreError> {
        let sums = SUMS.replace("SUM(r.", "SUM(0 + COALESCE(r.").replace(") AS BIGINT", ", 0)) AS BIGINT");
        let sql = format!(
            "SELECT si.id AS site_id, si.name AS site_name, {sums} FROM site si \
             LEFT JOIN rollup_day r ON r.scope = {} AND r.scope_id = si.id AND r.day BETWEEN $2 AND $3 \
             WHERE si.organisation_id = $1{} GROUP BY si.id, si.name ORDER BY si.name, si.id",
            Scope::Site as i64,
            over.sites("si.id")
        );
        let rows = self.rows(&sql, over.values()).await?;
        rows.iter().map(|row| Ok((place_from(row, false)?, sums_from(row)?))).collect()
    }

    /// Sums of every EVSE that has any in these days.
    pub async fn sums_by_evse(&self, over: &Over) -> Result<Vec<(PlaceName, Sums)>, StoreError> {
        let sql = format!(
            "SELECT si.id AS site_id, si.name AS site_name, st.id AS station_id, \
             COALESCE(st.name, st.identity) AS station_name, r.evse AS evse, {SUMS} FROM station st \
             JOIN site si ON si.id = st.site_id \
             JOIN rollup_day r ON r.scope = {} AND r.scope_id = st.id AND r.day BETWEEN $2 AND $3 \
             WHERE st.organisation_id = $1 AND st.deleted_at IS NULL{} \
             GROUP BY si.id, si.name, st.id, st.name, st.identity, r.evse ORDER BY si.name, 4, st.id, r.evse",
            Scope::Evse as i64,
            over.sites("st.site_id")
        );
        let rows = self.rows(&sql, over.values()).await?;
        rows.iter().map(|row| Ok((place_from(row, true)?, sums_from(row)?))).collect()
    }

    pub async fn money_by_site(&self, over: &Over) -> Result<Vec<(SiteId, Currency, MoneySums)>, StoreError> {
        let sql = format!(
            "SELECT si.id AS site_id, {MONEY} FROM site si \
             JOIN rollup_money r ON r.scope = {} AND r.scope_id = si.id AND r.day BETWEEN $2 AND $3 \
             WHERE si.organisation_id = $1{} GROUP BY si.id, r.currency",
            Scope::Site as i64,
            over.sites("si.id")
        );
        let rows = self.rows(&sql, over.values()).await?;
        let read = |row: &Row| money_from(row).and_then(|(c, m)| Ok((SiteId(row.int("site_id")?), c, m)));
        rows.iter().map(read).collect()
    }

    pub async fn money_by_evse(
        &self,
        over: &Over,
    ) -> Result<Vec<(StationId, EvseNumber, Currency, MoneySums)>, StoreError> {
        let sql = format!(
            "SELECT st.id AS station_id, r.evse AS evse, {MONEY} FROM station st \
             JOIN rollup_money r ON r.scope = {} AND r.scope_id = st.id AND r.day BETWEEN $2 AND $3 \
             WHERE st.organisation_id = $1 AND st.deleted_at IS NULL{} GROUP BY st.id, r.evse, r.currency",
            Scope::Evse as i64,
            over.sites("st.site_id")
        );
        let rows = self.rows(&sql, over.values()).await?;
        let read = |row: &Row| {
            let (currency, sums) = money_from(row)?;
            Ok((StationId(row.int("station_id")?), EvseNumber(row.int("evse")? as i32), currency, sums))
        };
        rows.iter().map(read).collect()
    }

    /// Stretches that go on now, of stations in service.
    pub async fn open_stretches(&self, over: &Over) -> Result<Vec<OpenStretch>, StoreError> {
        let sql = format!(
            "SELECT st.site_id AS site_id, si.time_zone AS time_zone, a.*, e.max_power_w AS power FROM station st \
             JOIN site si ON si.id = st.site_id JOIN availability a ON a.station_id = st.id \
             LEFT JOIN evse e ON e.station_id = a.station_id AND e.evse = a.evse \
             WHERE st.organisation_id = $1 AND st.deleted_at IS NULL AND $2 <= $3{}",
            over.sites("st.site_id")
        );
        let rows = self.rows(&sql, over.values()).await?;
        let read = |row: &Row| {
            let AvailabilityRow { station, evse, state, since } = availability_from(row)?;
            Ok(OpenStretch {
                site: SiteId(row.int("site_id")?),
                station,
                evse,
                time_zone: row.text("time_zone")?,
                state,
                since,
                power: row.int_or_none("power")?.map(Watts),
            })
        };
        rows.iter().map(read).collect()
    }

    pub async fn all_availability(&self) -> Result<Vec<AvailabilityRow>, StoreError> {
        self.rows("SELECT * FROM availability", values![]).await?.iter().map(availability_from).collect()
    }

    pub async fn availability_of(&self, station: StationId) -> Result<Vec<AvailabilityRow>, StoreError> {
        let sql = "SELECT * FROM availability WHERE station_id = $1";
        self.rows(sql, values![station]).await?.iter().map(availability_from).collect()
    }

    /// Oldest first for each site.
    pub async fn energy_prices(&self, organisation: OrganisationId) -> Result<Vec<EnergyPrice>, StoreError> {
        let sql = "SELECT p.*, si.currency AS currency FROM energy_price p JOIN site si ON si.id = p.site_id WHERE si.organisation_id = $1 \
             ORDER BY p.site_id, p.from_day";
        let read = |row: &Row| {
            Ok(EnergyPrice {
                site: SiteId(row.int("site_id")?),
                currency: Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))?,
                from_day: row.int("from_day")?,
                price_e6: row.int("price_e6")?,
            })
        };
        self.rows(sql, values![organisation]).await?.iter().map(read).collect()
    }

    pub async fn factors(&self, organisation: OrganisationId) -> Result<Option<Factors>, StoreError> {
        let sql = "SELECT * FROM sustainability WHERE organisation_id = $1";
        let read = |row: Row| {
            Ok(Factors {
                wh_per_km: row.int("wh_per_km")?,
                petrol_g_per_km: row.int("petrol_g_per_km")?,
                grid_g_per_kwh: row.int("grid_g_per_kwh")?,
                tree_g_per_year: row.int("tree_g_per_year")?,
            })
        };
        self.row(sql, values![organisation]).await?.map(read).transpose()
    }
}

fn place_from(row: &Row, with_station: bool) -> Result<PlaceName, StoreError> {
    let (station, station_name, evse) = if with_station {
        (Some(StationId(row.int("station_id")?)), row.text("station_name")?, row.int("evse")? as i32)
    } else {
        (None, String::new(), 0)
    };
    Ok(PlaceName {
        site: SiteId(row.int("site_id")?),
        site_name: row.text("site_name")?,
        station,
        station_name,
        evse: EvseNumber(evse),
    })
}

impl Tx {
    /// From that day on; none takes every price of the site away.
    pub async fn set_energy_price(
        &mut self,
        site: SiteId,
        from_day: i64,
        price_e6: Option<i64>,
    ) -> Result<(), StoreError> {
        match price_e6 {
            None => {
                self.execute("DELETE FROM energy_price WHERE site_id = $1", values![site]).await.map(drop)
            }
            Some(price) => self
                .execute(
                    "INSERT INTO energy_price (site_id, from_day, price_e6) VALUES ($1, $2, $3) \
                     ON CONFLICT (site_id, from_day) DO UPDATE SET price_e6 = excluded.price_e6",
                    values![site, from_day, price],
                )
                .await
                .map(drop),
        }
    }

    pub async fn set_factors(&mut self, of: OrganisationId, factors: &Factors) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO sustainability (organisation_id, wh_per_km, petrol_g_per_km, grid_g_per_kwh, tree_g_per_year) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organisation_id) DO UPDATE SET wh_per_km = excluded.wh_per_km, \
             petrol_g_per_km = excluded.petrol_g_per_km, grid_g_per_kwh = excluded.grid_g_per_kwh, \
             tree_g_per_year = excluded.tree_g_per_year",
            values![
                of,
                factors.wh_per_km,
                factors.petrol_g_per_km,
                factors.grid_g_per_kwh,
                factors.tree_g_per_year
            ],
        )
        .await
        .map(drop)
    }
}
