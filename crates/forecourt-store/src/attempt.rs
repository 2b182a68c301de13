//! Refused handshakes of stations that are known.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, StationId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// Kept per station: who is set up wrongly tries every few seconds.
const KEPT: i64 = 100;

#[derive(Debug, Clone)]
pub struct AttemptRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    pub station: StationId,
    pub at: Timestamp,
    /// wrong_password, bad_subprotocol, downgrade, bad_certificate or wrong_organisation.
    pub reason: String,
    pub path: String,
    pub address: String,
    pub subprotocols: String,
    pub user_agent: Option<String>,
    pub encrypted: bool,
}

fn record_from(row: &Row) -> Result<AttemptRecord, StoreError> {
    Ok(AttemptRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        station: StationId(row.int("station_id")?),
        at: row.time("at")?,
        reason: row.text("reason")?,
        path: row.text("path")?,
        address: row.text("address")?,
        subprotocols: row.text("subprotocols")?,
        user_agent: row.text_or_none("user_agent")?,
        encrypted: row.bool("encrypted")?,
    })
}

impl Store {
    /// Newest first. The caller has checked that the station is the organisation's.
    pub async fn attempts(&self, station: StationId, limit: u32) -> Result<Vec<AttemptRecord>, StoreError> {
        let sql = "SELECT * FROM attempt WHERE station_id = $1 ORDER BY id DESC LIMIT $2";
        self.rows(sql, values![station, i64::from(limit)]).await?.iter().map(record_from).collect()
    }
}

impl Tx {
    /// Notes one, and forgets the oldest beyond what is kept.
    pub async fn add_attempt(&mut self, new: &AttemptRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO attempt (id, organisation_id, station_id, at, reason, path, address, subprotocols, user_agent, \
             encrypted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            values![
                new.id,
                new.organisation,
                new.station,
                new.at,
                &new.reason,
                &new.path,
                &new.address,
                &new.subprotocols,
                &new.user_agent,
                new.encrypted
            ],
        )
        .await?;
        let sql = "DELETE FROM attempt WHERE station_id = $1 AND id NOT IN \
                   (SELECT id FROM attempt WHERE station_id = $1 ORDER BY id DESC LIMIT $2)";
        self.execute(sql, values![new.station, KEPT]).await.map(drop)
    }
}
