//! Who did what: written in the transaction that does it, never changed.

use forecourt_core::Timestamp;
use forecourt_core::id::{AuditId, OrganisationId, first_id_at};

use crate::engine::{Row, values};
use crate::page::Filter;
use crate::{Cursor, Page, Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct AuditRecord {
    pub id: AuditId,
    pub organisation: OrganisationId,
    pub at: Timestamp,
    /// operator, program or system.
    pub actor_kind: String,
    pub actor: i64,
    pub actor_name: String,
    /// Noun and verb, for example `site.edited`.
    pub action: String,
    pub subject_kind: String,
    pub subject: i64,
    pub subject_name: String,
    /// JSON objects of what differed.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What to look for; all of it must hold.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    pub actor_kind: Option<String>,
    pub actor: Option<i64>,
    pub action: Option<String>,
    pub subject_kind: Option<String>,
    pub subject: Option<i64>,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

fn record_from(row: &Row) -> Result<AuditRecord, StoreError> {
    Ok(AuditRecord {
        id: AuditId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        at: row.time("at")?,
        actor_kind: row.text("actor_kind")?,
        actor: row.int("actor_id")?,
        actor_name: row.text("actor_name")?,
        action: row.text("action")?,
        subject_kind: row.text("subject_kind")?,
        subject: row.int("subject_id")?,
        subject_name: row.text("subject_name")?,
        before: row.text_or_none("before_json")?,
        after: row.text_or_none("after_json")?,
    })
}

impl Store {
    /// Newest first.
    pub async fn audit(
        &self,
        organisation: OrganisationId,
        filter: &AuditFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<AuditRecord>, StoreError> {
        let mut with = Filter::default();
        with.and("organisation_id = ?", values![organisation])
            .and_if(filter.actor_kind.as_deref(), "actor_kind = ?")
            .and_if(filter.actor, "actor_id = ?")
            .and_if(filter.action.as_deref(), "action = ?")
            .and_if(filter.subject_kind.as_deref(), "subject_kind = ?")
            .and_if(filter.subject, "subject_id = ?")
            // Ids rise with time, and the index ends with them.
            .and_if(filter.from.map(first_id_at), "id >= ?")
            .and_if(filter.until.map(first_id_at), "id < ?")
            .and_if(cursor.map(|c| c.id), "id < ?");
        let sql = format!("SELECT * FROM audit{} ORDER BY id DESC LIMIT {}", with.sql(), limit + 1);
        let rows = self.rows(&sql, with.values).await?;
        let items = rows.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |r| Cursor { key: String::new(), id: r.id.0 }))
    }

    /// Everybody who did something, for the filter: kind, id and the name last used.
    pub async fn audit_actors(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<(String, i64, String)>, StoreError> {
        let sql = "SELECT actor_kind, actor_id, MAX(actor_name) AS name FROM audit WHERE organisation_id = $1 \
                   GROUP BY actor_kind, actor_id ORDER BY name LIMIT 500";
        let rows = self.rows(sql, values![organisation]).await?;
        rows.iter().map(|r| Ok((r.text("actor_kind")?, r.int("actor_id")?, r.text("name")?))).collect()
    }
}

impl Tx {
    /// Notes who does what in this transaction.
    pub async fn audit(&mut self, record: &AuditRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO audit (id, organisation_id, at, actor_kind, actor_id, actor_name, action, subject_kind, \
             subject_id, subject_name, before_json, after_json) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            values![
                record.id,
                record.organisation,
                record.at,
                &record.actor_kind,
                record.actor,
                &record.actor_name,
                &record.action,
                &record.subject_kind,
                record.subject,
                &record.subject_name,
                &record.before,
                &record.after
            ],
        )
        .await
        .map(drop)
    }
}
