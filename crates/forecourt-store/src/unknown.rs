//! Stations that knocked and were refused.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, UnknownStationId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// Rows kept per organisation: whoever tries random names must not fill the disk.
const KEPT: i64 = 500;

/// One refused attempt.
#[derive(Debug, Clone)]
pub struct Knock {
    pub id: UnknownStationId,
    pub organisation: OrganisationId,
    pub identity: String,
    pub path: String,
    pub address: String,
    pub subprotocols: String,
    pub user_agent: Option<String>,
    pub reason: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct UnknownRecord {
    pub id: UnknownStationId,
    pub identity: String,
    pub path: String,
    pub address: String,
    pub subprotocols: String,
    pub user_agent: Option<String>,
    pub reason: String,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    pub attempts: i64,
}

fn record_from(row: &Row) -> Result<UnknownRecord, StoreError> {
    Ok(UnknownRecord {
        id: UnknownStationId(row.int("id")?),
        identity: row.text("identity")?,
        path: row.text("path")?,
        address: row.text("address")?,
        subprotocols: row.text("subprotocols")?,
        user_agent: row.text_or_none("user_agent")?,
        reason: row.text("reason")?,
        first_at: row.time("first_at")?,
        last_at: row.time("last_at")?,
        attempts: row.int("attempts")?,
    })
}

impl Store {
    /// The latest to knock first.
    pub async fn unknown_stations(
        &self,
        organisation: OrganisationId,
        limit: u32,
    ) -> Result<Vec<UnknownRecord>, StoreError> {
        let sql =
            "SELECT * FROM unknown_station WHERE organisation_id = $1 ORDER BY last_at DESC, id LIMIT $2";
        self.rows(sql, values![organisation, i64::from(limit)]).await?.iter().map(record_from).collect()
    }

    pub async fn unknown_station(
        &self,
        organisation: OrganisationId,
        id: UnknownStationId,
    ) -> Result<Option<UnknownRecord>, StoreError> {
        let sql = "SELECT * FROM unknown_station WHERE organisation_id = $1 AND id = $2";
        self.row(sql, values![organisation, id]).await?.map(|r| record_from(&r)).transpose()
    }
}

impl Tx {
    /// Counts attempts of the same name and reason in one row.
    pub async fn note_unknown(&mut self, knock: &Knock) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO unknown_station (id, organisation_id, identity, path, address, subprotocols, user_agent, reason, \
             first_at, last_at, attempts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1) \
             ON CONFLICT (organisation_id, identity, reason) DO UPDATE SET path = excluded.path, address = excluded.address, \
             subprotocols = excluded.subprotocols, user_agent = excluded.user_agent, last_at = excluded.last_at, \
             attempts = unknown_station.attempts + 1",
            values![
                knock.id,
                knock.organisation,
                &knock.identity,
                &knock.path,
                &knock.address,
                &knock.subprotocols,
                &knock.user_agent,
                &knock.reason,
                knock.at,
                knock.at
            ],
        )
        .await
        .map(drop)
    }

    /// Drops the oldest beyond what is kept.
    pub async fn trim_unknown(&mut self, organisation: OrganisationId) -> Result<(), StoreError> {
        let sql = "DELETE FROM unknown_station WHERE organisation_id = $1 AND id NOT IN \
                   (SELECT id FROM unknown_station WHERE organisation_id = $1 ORDER BY last_at DESC LIMIT $2)";
        self.execute(sql, values![organisation, KEPT]).await.map(drop)
    }

    pub async fn delete_unknown(
        &mut self,
        organisation: OrganisationId,
        identity: &str,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM unknown_station WHERE organisation_id = $1 AND identity = $2";
        Ok(self.execute(sql, values![organisation, identity]).await? > 0)
    }
}
