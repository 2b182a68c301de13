//! How long stations were up, by day: read from the sums.

use forecourt_core::id::StationId;
use forecourt_core::metrics::Sums;

use crate::engine::{Row, Value, values};
use crate::rollup::Scope;
use crate::{Store, StoreError};

const SUMS: &str = "CAST(SUM(watched_s) AS BIGINT) AS watched, CAST(SUM(offline_s) AS BIGINT) AS offline, \
     CAST(SUM(faulted_s) AS BIGINT) AS faulted, CAST(SUM(unavailable_s) AS BIGINT) AS unavailable, \
     CAST(SUM(occupied_s) AS BIGINT) AS occupied, CAST(SUM(energy_wh) AS BIGINT) AS energy";

fn sums_from(row: &Row) -> Result<Sums, StoreError> {
    Ok(Sums {
        watched_s: row.int("watched")?,
        offline_s: row.int("offline")?,
        faulted_s: row.int("faulted")?,
        unavailable_s: row.int("unavailable")?,
        occupied_s: row.int("occupied")?,
        energy_wh: row.int("energy")?,
        ..Sums::default()
    })
}

impl Store {
    /// Of each of these stations since a local day.
    pub async fn uptime_of_stations(
        &self,
        stations: &[StationId],
        since_day: i64,
    ) -> Result<Vec<(StationId, Sums)>, StoreError> {
        if stations.is_empty() {
            return Ok(Vec::new());
        }
        let marks = (1..=stations.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT scope_id, {SUMS} FROM rollup_day WHERE scope = {} AND scope_id IN ({marks}) AND day >= ${} \
             GROUP BY scope_id",
            Scope::Evse as i64,
            stations.len() + 1
        );
        let mut bound: Vec<Value> = stations.iter().map(|station| Value::from(*station)).collect();
        bound.push(since_day.into());
        let rows = self.rows(&sql, bound).await?;
        rows.iter().map(|row| Ok((StationId(row.int("scope_id")?), sums_from(row)?))).collect()
    }

    /// Of one station by local day, oldest first.
    pub async fn uptime_by_day(
        &self,
        station: StationId,
        since_day: i64,
    ) -> Result<Vec<(i64, Sums)>, StoreError> {
        let sql = format!(
            "SELECT day, {SUMS} FROM rollup_day WHERE scope = {} AND scope_id = $1 AND day >= $2 \
             GROUP BY day ORDER BY day",
            Scope::Evse as i64
        );
        let rows = self.rows(&sql, values![station, since_day]).await?;
        rows.iter().map(|row| Ok((row.int("day")?, sums_from(row)?))).collect()
    }
}
