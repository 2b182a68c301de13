//! Letters: written with what they tell of, sent by a job afterwards.

use forecourt_core::Timestamp;
use forecourt_core::id::{MailId, OrganisationId};

use crate::engine::{Row, values};
use crate::page::Filter;
use crate::{Cursor, Page, Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct MailRecord {
    pub id: MailId,
    pub organisation: Option<OrganisationId>,
    pub recipient: String,
    pub subject: String,
    /// Plain text. Emptied once the letter is sent: links in it open doors.
    pub body: String,
    pub created_at: Timestamp,
    /// Tried next; none when it is over.
    pub due_at: Option<Timestamp>,
    pub attempts: i64,
    pub sent_at: Option<Timestamp>,
    /// What the mail server said last.
    pub error: Option<String>,
}

/// Which letters to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct MailFilter {
    /// Only those that could not be delivered.
    pub dead: bool,
}

fn record_from(row: &Row) -> Result<MailRecord, StoreError> {
    Ok(MailRecord {
        id: MailId(row.int("id")?),
        organisation: row.int_or_none("organisation_id")?.map(OrganisationId),
        recipient: row.text("recipient")?,
        subject: row.text("subject")?,
        body: row.text("body")?,
        created_at: row.time("created_at")?,
        due_at: row.time_or_none("due_at")?,
        attempts: row.int("attempts")?,
        sent_at: row.time_or_none("sent_at")?,
        error: row.text_or_none("error")?,
    })
}

impl Store {
    /// Letters to send now, the oldest first.
    pub async fn due_mail(&self, now: Timestamp, limit: u32) -> Result<Vec<MailRecord>, StoreError> {
        let sql = format!(
            "SELECT * FROM mail WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at LIMIT {limit}"
        );
        self.rows(&sql, values![now]).await?.iter().map(record_from).collect()
    }

    /// Letters of an organisation, newest first.
    pub async fn mail(
        &self,
        organisation: OrganisationId,
        filter: MailFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<MailRecord>, StoreError> {
        let mut with = Filter::default();
        with.and("organisation_id = ?", values![organisation]).and_if(cursor.map(|c| c.id), "id < ?");
        if filter.dead {
            with.and("due_at IS NULL AND sent_at IS NULL", vec![]);
        }
        let sql = format!("SELECT * FROM mail{} ORDER BY id DESC LIMIT {}", with.sql(), limit + 1);
        let rows = self.rows(&sql, with.values).await?;
        let items = rows.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |r| Cursor { key: String::new(), id: r.id.0 }))
    }
}

impl Tx {
    pub async fn enqueue_mail(&mut self, mail: &MailRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO mail (id, organisation_id, recipient, subject, body, created_at, due_at, attempts) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
            values![
                mail.id,
                mail.organisation.map(|o| o.0),
                &mail.recipient,
                &mail.subject,
                &mail.body,
                mail.created_at,
                mail.due_at
            ],
        )
        .await
        .map(drop)
    }

    pub async fn mail_sent(&mut self, id: MailId, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE mail SET sent_at = $2, due_at = NULL, body = '', error = NULL, attempts = attempts + 1 \
                   WHERE id = $1";
        self.execute(sql, values![id, now]).await.map(drop)
    }

    /// Notes why a letter did not go out, and when to try again.
    pub async fn mail_failed(
        &mut self,
        id: MailId,
        error: &str,
        due_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE mail SET error = $2, due_at = $3, attempts = attempts + 1 WHERE id = $1";
        self.execute(sql, values![id, error, due_at]).await.map(drop)
    }

    /// Tries a letter that was given up once more.
    pub async fn retry_mail(
        &mut self,
        organisation: OrganisationId,
        id: MailId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE mail SET due_at = $3, attempts = 0 \
                   WHERE id = $1 AND organisation_id = $2 AND sent_at IS NULL";
        Ok(self.execute(sql, values![id, organisation, now]).await? == 1)
    }
}
