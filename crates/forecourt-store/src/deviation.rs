//! What a station does that the standard does not allow.

use forecourt_core::Timestamp;
use forecourt_core::fact::Deviation;
use forecourt_core::id::StationId;

use crate::engine::values;
use crate::journal::rows::Kind::{Int, Text};
use crate::journal::rows::{Cell, RowStatement, cells};
use crate::{Store, StoreError};

#[derive(Debug, Clone)]
pub struct DeviationRecord {
    pub kind: String,
    pub path: String,
    pub seen: String,
    pub count: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

pub(crate) static COUNT: RowStatement = RowStatement::new(
    "INSERT INTO deviation (station_id, kind, path, seen, count, first_at, last_at) VALUES ($1, $2, $3, $4, $5, $6, $6) \
     ON CONFLICT (station_id, kind, path) DO UPDATE SET seen = excluded.seen, count = deviation.count + excluded.count, \
     last_at = excluded.last_at",
    &[Int, Text, Text, Text, Int, Int],
);

pub(crate) fn cells_of(
    station: StationId,
    at: Timestamp,
    deviation: &Deviation,
    times: i64,
) -> [Cell<'_>; 6] {
    cells![station, &deviation.kind, &deviation.path, &deviation.seen, times, at]
}

impl Store {
    /// The latest first; kinds and places are few per station.
    pub async fn deviations(&self, station: StationId) -> Result<Vec<DeviationRecord>, StoreError> {
        let sql = "SELECT * FROM deviation WHERE station_id = $1 ORDER BY last_at DESC LIMIT 500";
        let rows = self.rows(sql, values![station]).await?;
        rows.iter()
            .map(|row| {
                Ok(DeviationRecord {
                    kind: row.text("kind")?,
                    path: row.text("path")?,
                    seen: row.text("seen")?,
                    count: row.int("count")?,
                    first_at: row.time("first_at")?,
                    last_at: row.time("last_at")?,
                })
            })
            .collect()
    }

    /// Kinds of security events of a station, the newest first.
    pub async fn security_events(&self, station: StationId) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT kind FROM security_event WHERE station_id = $1 ORDER BY id DESC LIMIT 500";
        self.rows(sql, values![station]).await?.iter().map(|row| row.text("kind")).collect()
    }
}
