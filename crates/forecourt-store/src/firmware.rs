//! Firmware campaigns and the stations in them.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, StationId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct CampaignRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    pub name: String,
    /// JSON: what each station is told.
    pub update: String,
    pub target_version: Option<String>,
    /// canary, paused, running, stopped, done.
    pub state: String,
    pub detail: Option<String>,
    pub canary: i64,
    pub parallel: i64,
    pub stop_after: i64,
    pub created_by: String,
    pub created_at: Timestamp,
    pub version: i64,
}

#[derive(Debug, Clone)]
pub struct TargetRecord {
    pub campaign: i64,
    pub station: StationId,
    pub canary: bool,
    /// waiting, sent, installed, failed, skipped.
    pub state: String,
    /// The station's own word.
    pub status: Option<String>,
    pub detail: Option<String>,
    pub request_id: Option<i64>,
    pub firmware_before: Option<String>,
    pub changed_at: Timestamp,
}

impl Tx {
    pub async fn add_campaign(&mut self, new: &CampaignRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO firmware_campaign (id, organisation_id, name, update_request, target_version, state, detail, canary, \
             parallel, stop_after, created_by, created_at, changed_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, 1)",
            values![
                new.id,
                new.organisation,
                &new.name,
                &new.update,
                &new.target_version,
                &new.state,
                &new.detail,
                new.canary,
                new.parallel,
                new.stop_after,
                &new.created_by,
                new.created_at,
            ],
        )
        .await
        .map(drop)
    }

    /// From one of the states `from`; says whether it was in one.
    pub async fn set_campaign_state(
        &mut self,
        id: i64,
        from: &[&str],
        state: &str,
        detail: Option<String>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let marks: Vec<String> = (5..5 + from.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "UPDATE firmware_campaign SET state = $1, detail = $2, changed_at = $3, version = version + 1 \
             WHERE id = $4 AND state IN ({})",
            marks.join(", ")
        );
        let mut values = values![state, detail, at, id];
        values.extend(from.iter().map(|state| crate::Value::from(*state)));
        Ok(self.execute(&sql, values).await? > 0)
    }

    pub async fn put_target(&mut self, target: &TargetRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO firmware_target (campaign_id, station_id, canary, state, status, detail, request_id, firmware_before, \
             changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (campaign_id, station_id) DO UPDATE SET \
             state = excluded.state, status = excluded.status, detail = excluded.detail, request_id = excluded.request_id, \
             firmware_before = excluded.firmware_before, changed_at = excluded.changed_at",
            values![
                target.campaign,
                target.station,
                target.canary,
                &target.state,
                &target.status,
                &target.detail,
                target.request_id,
                &target.firmware_before,
                target.changed_at,
            ],
        )
        .await
        .map(drop)
    }
}

impl Store {
    /// Newest first.
    pub async fn campaigns(
        &self,
        organisation: OrganisationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<CampaignRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("organisation_id = ?", values![organisation]).and_if(cursor.map(|c| c.id), "id < ?");
        let sql =
            format!("SELECT * FROM firmware_campaign{} ORDER BY id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(campaign_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |c| Cursor { key: String::new(), id: c.id }))
    }

    pub async fn campaign(&self, id: i64) -> Result<Option<CampaignRecord>, StoreError> {
        let sql = "SELECT * FROM firmware_campaign WHERE id = $1";
        self.rows(sql, values![id]).await?.first().map(campaign_from).transpose()
    }

    /// Campaigns that go on.
    pub async fn open_campaigns(&self) -> Result<Vec<CampaignRecord>, StoreError> {
        let sql = "SELECT * FROM firmware_campaign WHERE state IN ('canary', 'running') ORDER BY id";
        self.rows(sql, values![]).await?.iter().map(campaign_from).collect()
    }

    pub async fn targets(&self, campaign: i64) -> Result<Vec<TargetRecord>, StoreError> {
        let sql = "SELECT * FROM firmware_target WHERE campaign_id = $1 ORDER BY canary DESC, station_id";
        self.rows(sql, values![campaign]).await?.iter().map(target_from).collect()
    }

    /// Where a station was told to update and has not finished.
    pub async fn sent_targets(&self, station: StationId) -> Result<Vec<TargetRecord>, StoreError> {
        let sql = "SELECT * FROM firmware_target WHERE station_id = $1 AND state = 'sent'";
        self.rows(sql, values![station]).await?.iter().map(target_from).collect()
    }
}

fn campaign_from(row: &Row) -> Result<CampaignRecord, StoreError> {
    Ok(CampaignRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        update: row.text("update_request")?,
        target_version: row.text_or_none("target_version")?,
        state: row.text("state")?,
        detail: row.text_or_none("detail")?,
        canary: row.int("canary")?,
        parallel: row.int("parallel")?,
        stop_after: row.int("stop_after")?,
        created_by: row.text("created_by")?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
    })
}

fn target_from(row: &Row) -> Result<TargetRecord, StoreError> {
    Ok(TargetRecord {
        campaign: row.int("campaign_id")?,
        station: StationId(row.int("station_id")?),
        canary: row.bool("canary")?,
        state: row.text("state")?,
        status: row.text_or_none("status")?,
        detail: row.text_or_none("detail")?,
        request_id: row.int_or_none("request_id")?,
        firmware_before: row.text_or_none("firmware_before")?,
        changed_at: row.time("changed_at")?,
    })
}
