//! Addresses of other programs that are told what happens, and every delivery with its outcome.

use forecourt_core::Timestamp;
use forecourt_core::id::{HappeningId, OrganisationId, WebhookId};

use crate::engine::{Row, values};
use crate::{Cursor, Page, Store, StoreError, Tx};

/// Webhooks of one organisation; the list is not paged.
const SHOWN: i64 = 200;

#[derive(Debug, Clone)]
pub struct WebhookRecord {
    pub id: WebhookId,
    pub organisation: OrganisationId,
    pub name: String,
    pub url: String,
    /// Sealed.
    pub secret: String,
    /// Kinds of happenings, separated by spaces.
    pub kinds: String,
    pub enabled: bool,
    /// The newest happening it was asked about.
    pub seen_to: i64,
    pub created_at: Timestamp,
    /// Since when nothing could be delivered.
    pub failing_since: Option<Timestamp>,
    pub version: i64,
}

#[derive(Debug, Clone)]
pub struct DeliveryRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    pub webhook: WebhookId,
    pub happening: HappeningId,
    pub kind: String,
    pub body: String,
    pub created_at: Timestamp,
    pub attempts: i64,
    /// When it is tried next; `None`: delivered or given up.
    pub next_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    /// What the other side answered last.
    pub status: Option<i64>,
    pub error: Option<String>,
}

fn webhook_from(row: &Row) -> Result<WebhookRecord, StoreError> {
    Ok(WebhookRecord {
        id: WebhookId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        url: row.text("url")?,
        secret: row.text("secret")?,
        kinds: row.text("kinds")?,
        enabled: row.bool("enabled")?,
        seen_to: row.int("seen_to")?,
        created_at: row.time("created_at")?,
        failing_since: row.time_or_none("failing_since")?,
        version: row.int("version")?,
    })
}

fn delivery_from(row: &Row) -> Result<DeliveryRecord, StoreError> {
    Ok(DeliveryRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        webhook: WebhookId(row.int("webhook_id")?),
        happening: HappeningId(row.int("happening_id")?),
        kind: row.text("kind")?,
        body: row.text("body")?,
        created_at: row.time("created_at")?,
        attempts: row.int("attempts")?,
        next_at: row.time_or_none("next_at")?,
        delivered_at: row.time_or_none("delivered_at")?,
        status: row.int_or_none("status")?,
        error: row.text_or_none("error")?,
    })
}

impl Store {
    pub async fn webhooks(&self, organisation: OrganisationId) -> Result<Vec<WebhookRecord>, StoreError> {
        let sql = "SELECT * FROM webhook WHERE organisation_id = $1 ORDER BY id LIMIT $2";
        self.rows(sql, values![organisation, SHOWN]).await?.iter().map(webhook_from).collect()
    }

    pub async fn webhook(
        &self,
        organisation: OrganisationId,
        id: WebhookId,
    ) -> Result<Option<WebhookRecord>, StoreError> {
        let sql = "SELECT * FROM webhook WHERE id = $1 AND organisation_id = $2";
        self.row(sql, values![id, organisation]).await?.as_ref().map(webhook_from).transpose()
    }

    /// Those of every organisation that want to be told.
    pub async fn enabled_webhooks(&self) -> Result<Vec<WebhookRecord>, StoreError> {
        let sql = "SELECT * FROM webhook WHERE enabled ORDER BY id";
        self.rows(sql, values![]).await?.iter().map(webhook_from).collect()
    }

    /// Newest first.
    pub async fn deliveries(
        &self,
        webhook: WebhookId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<DeliveryRecord>, StoreError> {
        let before = cursor.map_or(i64::MAX, |c| c.id);
        let sql =
            "SELECT * FROM webhook_delivery WHERE webhook_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
        let rows = self.rows(sql, values![webhook, before, i64::from(limit) + 1]).await?;
        let items = rows.iter().map(delivery_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |d| Cursor { key: String::new(), id: d.id }))
    }

    pub async fn delivery(&self, webhook: WebhookId, id: i64) -> Result<Option<DeliveryRecord>, StoreError> {
        let sql = "SELECT * FROM webhook_delivery WHERE id = $1 AND webhook_id = $2";
        self.row(sql, values![id, webhook]).await?.as_ref().map(delivery_from).transpose()
    }

    /// What is to be tried now, the longest waiting first.
    pub async fn due_deliveries(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<DeliveryRecord>, StoreError> {
        let sql = "SELECT * FROM webhook_delivery WHERE next_at <= $1 ORDER BY next_at LIMIT $2";
        self.rows(sql, values![now, limit]).await?.iter().map(delivery_from).collect()
    }
}

impl Tx {
    pub async fn add_webhook(&mut self, new: &WebhookRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO webhook (id, organisation_id, name, url, secret, kinds, enabled, seen_to, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)",
            values![
                new.id,
                new.organisation,
                &new.name,
                &new.url,
                &new.secret,
                &new.kinds,
                new.enabled,
                new.seen_to,
                new.created_at,
            ],
        )
        .await
        .map(drop)
    }

    /// Changes a webhook that is still in the version its editor saw.
    pub async fn set_webhook(&mut self, webhook: &WebhookRecord) -> Result<(), StoreError> {
        let changed = self
            .execute(
                "UPDATE webhook SET name = $1, url = $2, secret = $3, kinds = $4, enabled = $5, failing_since = $6, \
                 seen_to = $7, version = version + 1 WHERE id = $8 AND organisation_id = $9 AND version = $10",
                values![
                    &webhook.name,
                    &webhook.url,
                    &webhook.secret,
                    &webhook.kinds,
                    webhook.enabled,
                    webhook.failing_since,
                    webhook.seen_to,
                    webhook.id,
                    webhook.organisation,
                    webhook.version,
                ],
            )
            .await?;
        if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    pub async fn remove_webhook(
        &mut self,
        organisation: OrganisationId,
        id: WebhookId,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM webhook WHERE id = $1 AND organisation_id = $2";
        let gone = self.execute(sql, values![id, organisation]).await? > 0;
        if gone {
            self.execute("DELETE FROM webhook_delivery WHERE webhook_id = $1", values![id]).await?;
        }
        Ok(gone)
    }

    pub async fn webhook_saw(&mut self, id: WebhookId, seen_to: i64) -> Result<(), StoreError> {
        let sql = "UPDATE webhook SET seen_to = $1 WHERE id = $2 AND seen_to < $1";
        self.execute(sql, values![seen_to, id]).await.map(drop)
    }

    /// Once for each webhook and happening, however often it is asked.
    pub async fn add_delivery(&mut self, new: &DeliveryRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO webhook_delivery (id, organisation_id, webhook_id, happening_id, kind, body, created_at, attempts, \
             next_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT (webhook_id, happening_id) DO NOTHING",
            values![
                new.id,
                new.organisation,
                new.webhook,
                new.happening,
                &new.kind,
                &new.body,
                new.created_at,
                new.next_at,
            ],
        )
        .await
        .map(drop)
    }

    /// How an attempt ended.
    pub async fn set_delivery(&mut self, delivery: &DeliveryRecord) -> Result<(), StoreError> {
        let sql = "UPDATE webhook_delivery SET attempts = $1, next_at = $2, delivered_at = $3, status = $4, error = $5 \
             WHERE id = $6";
        let to = values![
            delivery.attempts,
            delivery.next_at,
            delivery.delivered_at,
            delivery.status,
            &delivery.error,
            delivery.id,
        ];
        self.execute(sql, to).await.map(drop)
    }

    /// Since when nothing arrives, and whether it is still tried.
    pub async fn set_webhook_health(
        &mut self,
        id: WebhookId,
        failing_since: Option<Timestamp>,
        enabled: bool,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE webhook SET failing_since = $1, enabled = (enabled AND $2) WHERE id = $3";
        self.execute(sql, values![failing_since, enabled, id]).await.map(drop)
    }

    pub async fn forget_deliveries(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM webhook_delivery WHERE next_at IS NULL AND created_at < $1";
        self.execute(sql, values![before]).await
    }
}
