//! Notes people keep about a site or a station.

use forecourt_core::Timestamp;
use forecourt_core::id::OrganisationId;

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

/// What a note or document belongs to: `site`, `station` or `site_image`, and its id.
pub type SubjectKey = (&'static str, i64);

#[derive(Debug, Clone)]
pub struct NoteRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    pub text: String,
    pub written_by: String,
    pub at: Timestamp,
    pub edited_at: Option<Timestamp>,
}

fn record_from(row: &Row) -> Result<NoteRecord, StoreError> {
    Ok(NoteRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        text: row.text("text")?,
        written_by: row.text("written_by")?,
        at: row.time("at")?,
        edited_at: row.time_or_none("edited_at")?,
    })
}

impl Store {
    /// Newest first. The caller has checked that the subject is the organisation's.
    pub async fn notes(
        &self,
        subject: SubjectKey,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<NoteRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("subject = ? AND subject_id = ?", values![subject.0, subject.1])
            .and_if(cursor.map(|c| c.id), "id < ?");
        let sql = format!("SELECT * FROM note{} ORDER BY id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |note| Cursor { key: String::new(), id: note.id }))
    }

    pub async fn note(&self, subject: SubjectKey, id: i64) -> Result<Option<NoteRecord>, StoreError> {
        let sql = "SELECT * FROM note WHERE subject = $1 AND subject_id = $2 AND id = $3";
        self.row(sql, values![subject.0, subject.1, id]).await?.map(|row| record_from(&row)).transpose()
    }
}

impl Tx {
    pub async fn add_note(&mut self, subject: SubjectKey, note: &NoteRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO note (id, organisation_id, subject, subject_id, text, written_by, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![note.id, note.organisation, subject.0, subject.1, &note.text, &note.written_by, note.at],
        )
        .await
        .map(drop)
    }

    pub async fn change_note(&mut self, id: i64, text: &str, now: Timestamp) -> Result<(), StoreError> {
        self.execute("UPDATE note SET text = $1, edited_at = $2 WHERE id = $3", values![text, now, id])
            .await
            .map(drop)
    }

    pub async fn delete_note(&mut self, id: i64) -> Result<(), StoreError> {
        self.execute("DELETE FROM note WHERE id = $1", values![id]).await.map(drop)
    }
}
