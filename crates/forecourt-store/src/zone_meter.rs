//! Where the meters of zones are read, with what opens the broker: sealed.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, ZoneId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// The meter of one zone, as far as we read it ourselves.
#[derive(Clone, PartialEq, Eq)]
pub struct ZoneMeterRecord {
    pub zone: ZoneId,
    pub organisation: OrganisationId,
    /// JSON of the application's own type.
    pub content: String,
    pub sealed: Option<String>,
    pub changed_at: Timestamp,
    pub version: i64,
}

impl std::fmt::Debug for ZoneMeterRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ZoneMeterRecord").field("zone", &self.zone).finish_non_exhaustive()
    }
}

fn meter_from(row: &Row) -> Result<ZoneMeterRecord, StoreError> {
    Ok(ZoneMeterRecord {
        zone: ZoneId(row.int("zone_id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        content: row.text("content")?,
        sealed: row.text_or_none("sealed")?,
        changed_at: row.time("changed_at")?,
        version: row.int("version")?,
    })
}

impl Store {
    /// Of every organisation: what this node reads.
    pub async fn all_zone_meters(&self) -> Result<Vec<ZoneMeterRecord>, StoreError> {
        let sql = "SELECT * FROM zone_meter ORDER BY zone_id";
        self.rows(sql, values![]).await?.iter().map(meter_from).collect()
    }

    pub async fn zone_meter(
        &self,
        organisation: OrganisationId,
        zone: ZoneId,
    ) -> Result<Option<ZoneMeterRecord>, StoreError> {
        let sql = "SELECT * FROM zone_meter WHERE organisation_id = $1 AND zone_id = $2";
        self.row(sql, values![organisation, zone]).await?.as_ref().map(meter_from).transpose()
    }
}

impl Tx {
    /// New, or instead of the version before. The zone must be the organisation's.
    pub async fn put_zone_meter(&mut self, meter: &ZoneMeterRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "INSERT INTO zone_meter (zone_id, organisation_id, content, sealed, changed_at, version) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (zone_id) DO UPDATE SET content = excluded.content, \
                 sealed = excluded.sealed, changed_at = excluded.changed_at, version = excluded.version \
                 WHERE zone_meter.organisation_id = excluded.organisation_id \
                 AND zone_meter.version = excluded.version - 1",
                values![
                    meter.zone,
                    meter.organisation,
                    &meter.content,
                    &meter.sealed,
                    meter.changed_at,
                    meter.version
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    pub async fn remove_zone_meter(
        &mut self,
        organisation: OrganisationId,
        zone: ZoneId,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM zone_meter WHERE organisation_id = $1 AND zone_id = $2";
        Ok(self.execute(sql, values![organisation, zone]).await? == 1)
    }
}
