//! Places kept free for a key.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, StationId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct ReservationRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    pub station: StationId,
    /// As the station knows it.
    pub number: i64,
    pub evse: Option<i64>,
    pub uid: String,
    pub expires_at: Timestamp,
    /// asked, accepted, refused, cancelled, used, expired, removed.
    pub status: String,
    pub created_at: Timestamp,
    pub created_by: String,
}

impl Tx {
    pub async fn add_reservation(&mut self, new: &ReservationRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO reservation (id, organisation_id, station_id, number, evse, uid, expires_at, status, created_at, \
             created_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9)",
            values![
                new.id,
                new.organisation,
                new.station,
                new.number,
                new.evse,
                &new.uid,
                new.expires_at,
                &new.status,
                new.created_at,
                &new.created_by,
            ],
        )
        .await
        .map(drop)
    }

    /// Says whether there is such a reservation.
    pub async fn set_reservation_status(
        &mut self,
        station: StationId,
        number: i64,
        status: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE reservation SET status = $1, changed_at = $2 WHERE station_id = $3 AND number = $4";
        Ok(self.execute(sql, values![status, at, station, number]).await? > 0)
    }
}

impl Store {
    /// Newest first.
    pub async fn reservations(
        &self,
        organisation: OrganisationId,
        station: Option<StationId>,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<ReservationRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("organisation_id = ?", values![organisation])
            .and_if(station, "station_id = ?")
            .and_if(cursor.map(|c| c.id), "id < ?");
        let sql = format!("SELECT * FROM reservation{} ORDER BY id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |r| Cursor { key: String::new(), id: r.id }))
    }
}

fn record_from(row: &Row) -> Result<ReservationRecord, StoreError> {
    Ok(ReservationRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        station: StationId(row.int("station_id")?),
        number: row.int("number")?,
        evse: row.int_or_none("evse")?,
        uid: row.text("uid")?,
        expires_at: row.time("expires_at")?,
        status: row.text("status")?,
        created_at: row.time("created_at")?,
        created_by: row.text("created_by")?,
    })
}
