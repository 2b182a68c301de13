//! Logs that stations were asked to send to us.

use forecourt_core::Timestamp;
use forecourt_core::id::{LogUploadId, OrganisationId, StationId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

/// One upload, from the asking to the file.
#[derive(Debug, Clone)]
pub struct LogUploadRecord {
    pub id: LogUploadId,
    pub organisation: OrganisationId,
    pub station: StationId,
    /// `diagnostics` or `security`.
    pub kind: String,
    /// `asked`, `refused`, `uploading`, `received`, `failed` or `expired`.
    pub state: String,
    pub detail: Option<String>,
    pub request_id: i64,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// As the station calls it.
    pub file_name: Option<String>,
    pub bytes: Option<i64>,
    pub asked_by: String,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub expires_at: Timestamp,
}

fn record_from(row: &Row) -> Result<LogUploadRecord, StoreError> {
    Ok(LogUploadRecord {
        id: LogUploadId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        station: StationId(row.int("station_id")?),
        kind: row.text("kind")?,
        state: row.text("state")?,
        detail: row.text_or_none("detail")?,
        request_id: row.int("request_id")?,
        from: row.time_or_none("from_at")?,
        to: row.time_or_none("to_at")?,
        file_name: row.text_or_none("file_name")?,
        bytes: row.int_or_none("bytes")?,
        asked_by: row.text("asked_by")?,
        created_at: row.time("created_at")?,
        changed_at: row.time("changed_at")?,
        expires_at: row.time("expires_at")?,
    })
}

impl Store {
    /// Newest first. The caller has checked that the station is the organisation's.
    pub async fn log_uploads(
        &self,
        station: StationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<LogUploadRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("station_id = ?", values![station]).and_if(cursor.map(|c| c.id), "id < ?");
        let sql = format!("SELECT * FROM log_upload{} ORDER BY id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |u| Cursor { key: String::new(), id: u.id.0 }))
    }

    pub async fn log_upload(
        &self,
        organisation: OrganisationId,
        id: LogUploadId,
    ) -> Result<Option<LogUploadRecord>, StoreError> {
        let sql = "SELECT * FROM log_upload WHERE id = $1 AND organisation_id = $2";
        self.row(sql, values![id, organisation]).await?.as_ref().map(record_from).transpose()
    }

    /// The upload whose address this is.
    pub async fn log_upload_by_token(&self, token_hash: &str) -> Result<Option<LogUploadRecord>, StoreError> {
        let sql = "SELECT * FROM log_upload WHERE token_hash = $1";
        self.row(sql, values![token_hash]).await?.as_ref().map(record_from).transpose()
    }

    /// The newest upload a station still works at; by its request where the station names one.
    pub async fn open_log_upload(
        &self,
        station: StationId,
        request_id: Option<i64>,
    ) -> Result<Option<LogUploadRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("station_id = ?", values![station]).and_if(request_id, "request_id = ?");
        rows.and("state IN ('asked', 'uploading')", values![]);
        let sql = format!("SELECT * FROM log_upload{} ORDER BY id DESC LIMIT 1", rows.sql());
        self.row(&sql, rows.values).await?.as_ref().map(record_from).transpose()
    }

    /// Uploads that are over: made before a moment, or never begun within their time.
    pub async fn old_log_uploads(&self, made_before: Timestamp) -> Result<Vec<LogUploadRecord>, StoreError> {
        let sql = "SELECT * FROM log_upload WHERE created_at < $1 ORDER BY created_at LIMIT 500";
        self.rows(sql, values![made_before]).await?.iter().map(record_from).collect()
    }
}

impl Tx {
    pub async fn add_log_upload(
        &mut self,
        new: &LogUploadRecord,
        token_hash: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO log_upload (id, organisation_id, station_id, kind, state, token_hash, request_id, from_at, to_at, \
             asked_by, created_at, changed_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            values![
                new.id,
                new.organisation,
                new.station,
                &new.kind,
                &new.state,
                token_hash,
                new.request_id,
                new.from,
                new.to,
                &new.asked_by,
                new.created_at,
                new.changed_at,
                new.expires_at,
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_log_upload(&mut self, upload: &LogUploadRecord) -> Result<(), StoreError> {
        self.execute(
            "UPDATE log_upload SET state = $1, detail = $2, file_name = $3, bytes = $4, changed_at = $5 WHERE id = $6",
            values![
                &upload.state,
                &upload.detail,
                &upload.file_name,
                upload.bytes,
                upload.changed_at,
                upload.id
            ],
        )
        .await
        .map(drop)
    }

    /// Takes the address for one request: false when another was faster, or the time is over.
    pub async fn claim_log_upload(&mut self, id: LogUploadId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE log_upload SET state = 'uploading', changed_at = $1 \
                   WHERE id = $2 AND state = 'asked' AND expires_at > $1";
        Ok(self.execute(sql, values![now, id]).await? == 1)
    }

    pub async fn expire_log_uploads(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "UPDATE log_upload SET state = 'expired', changed_at = $1, \
                   detail = 'The charger did not send it in time.' \
                   WHERE expires_at < $1 AND state IN ('asked', 'uploading')";
        self.execute(sql, values![now]).await
    }

    pub async fn delete_log_upload(&mut self, id: LogUploadId) -> Result<(), StoreError> {
        self.execute("DELETE FROM log_upload WHERE id = $1", values![id]).await.map(drop)
    }
}
