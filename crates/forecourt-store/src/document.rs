//! What is known of a file people keep with a site or a station. Its content is not here.

use forecourt_core::Timestamp;
use forecourt_core::id::OrganisationId;

use crate::engine::{Row, values};
use crate::note::SubjectKey;
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct DocumentRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    pub name: String,
    pub media_type: String,
    pub bytes: i64,
    pub sha256: String,
    pub added_by: String,
    pub at: Timestamp,
}

fn record_from(row: &Row) -> Result<DocumentRecord, StoreError> {
    Ok(DocumentRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        media_type: row.text("media_type")?,
        bytes: row.int("bytes")?,
        sha256: row.text("sha256")?,
        added_by: row.text("added_by")?,
        at: row.time("at")?,
    })
}

impl Store {
    /// Newest first; a subject has few. The caller has checked that it is the organisation's.
    pub async fn documents(
        &self,
        subject: SubjectKey,
        limit: u32,
    ) -> Result<Vec<DocumentRecord>, StoreError> {
        let sql = "SELECT * FROM document WHERE subject = $1 AND subject_id = $2 ORDER BY id DESC LIMIT $3";
        let rows = self.rows(sql, values![subject.0, subject.1, i64::from(limit)]).await?;
        rows.iter().map(record_from).collect()
    }

    pub async fn document(&self, subject: SubjectKey, id: i64) -> Result<Option<DocumentRecord>, StoreError> {
        let sql = "SELECT * FROM document WHERE subject = $1 AND subject_id = $2 AND id = $3";
        self.row(sql, values![subject.0, subject.1, id]).await?.map(|row| record_from(&row)).transpose()
    }
}

impl Tx {
    pub async fn add_document(
        &mut self,
        subject: SubjectKey,
        document: &DocumentRecord,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO document (id, organisation_id, subject, subject_id, name, media_type, bytes, sha256, added_by, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            values![
                document.id,
                document.organisation,
                subject.0,
                subject.1,
                &document.name,
                &document.media_type,
                document.bytes,
                &document.sha256,
                &document.added_by,
                document.at
            ],
        )
        .await
        .map(drop)
    }

    pub async fn delete_document(&mut self, id: i64) -> Result<(), StoreError> {
        self.execute("DELETE FROM document WHERE id = $1", values![id]).await.map(drop)
    }
}
