//! Tariffs that stations hold to compute costs themselves.

use forecourt_core::Timestamp;
use forecourt_core::id::{StationId, TariffVersionId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldTariff {
    pub station: StationId,
    /// 0: every EVSE.
    pub evse: i64,
    /// By which the station knows it; empty: it holds none of ours.
    pub told_id: String,
    /// The version it was made of.
    pub version: Option<TariffVersionId>,
    /// held, refused, unsayable.
    pub state: String,
    pub detail: Option<String>,
    pub changed_at: Timestamp,
    pub retry_at: Option<Timestamp>,
}

impl Store {
    pub async fn told_tariffs(&self, station: StationId) -> Result<Vec<ToldTariff>, StoreError> {
        let sql = "SELECT * FROM told_tariff WHERE station_id = $1 ORDER BY evse";
        self.rows(sql, values![station]).await?.iter().map(told_from).collect()
    }
}

impl Tx {
    pub async fn put_told_tariff(&mut self, told: &ToldTariff) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO told_tariff (station_id, evse, told_id, version_id, state, detail, changed_at, retry_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (station_id, evse) DO UPDATE SET \
             told_id = excluded.told_id, version_id = excluded.version_id, state = excluded.state, \
             detail = excluded.detail, changed_at = excluded.changed_at, retry_at = excluded.retry_at",
            values![
                told.station,
                told.evse,
                &told.told_id,
                told.version.map(|id| id.0),
                &told.state,
                &told.detail,
                told.changed_at,
                told.retry_at,
            ],
        )
        .await
        .map(drop)
    }

    pub async fn remove_told_tariff(&mut self, station: StationId, evse: i64) -> Result<(), StoreError> {
        let sql = "DELETE FROM told_tariff WHERE station_id = $1 AND evse = $2";
        self.execute(sql, values![station, evse]).await.map(drop)
    }

    /// A station that booted may have forgotten them, and one that is asked to is told anew.
    pub async fn doubt_told_tariffs(&mut self, station: StationId) -> Result<(), StoreError> {
        let sql = "UPDATE told_tariff SET state = 'doubted', retry_at = NULL WHERE station_id = $1";
        self.execute(sql, values![station]).await.map(drop)
    }
}

fn told_from(row: &Row) -> Result<ToldTariff, StoreError> {
    Ok(ToldTariff {
        station: StationId(row.int("station_id")?),
        evse: row.int("evse")?,
        told_id: row.text("told_id")?,
        version: row.int_or_none("version_id")?.map(TariffVersionId),
        state: row.text("state")?,
        detail: row.text_or_none("detail")?,
        changed_at: row.time("changed_at")?,
        retry_at: row.time_or_none("retry_at")?,
    })
}
