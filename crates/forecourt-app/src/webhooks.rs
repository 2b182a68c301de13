//! Other programs are told what happens: signed after the Standard Webhooks scheme, tried again with growing pauses, every
//! delivery kept with its outcome. Addresses obey the rules for outside services.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::{HappeningId, WebhookId, first_id_at};
use forecourt_store::happening::NamedHappening;
use forecourt_store::webhook::{DeliveryRecord, WebhookRecord};
use forecourt_store::{Cursor, Page};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

use crate::accounts::NAME_MAX_CHARS;
use crate::happenings::KINDS;
use crate::outside::{Ask, OutsideError};
use crate::{App, AppError, Principal};

/// Bytes of a secret (the scheme asks for 24 to 64).
const SECRET_BYTES: usize = 32;
/// What a secret begins with.
const SECRET_PREFIX: &str = "whsec_";
const SECRET_PURPOSE: &str = "webhook";
/// Webhooks of one organisation.
const PER_ORGANISATION: usize = 50;
/// Happenings of the last while are looked at again: one whose transaction took long must not be passed over.
const OVERLAP: SignedDuration = SignedDuration::from_mins(2);
/// Happenings of one webhook in one round.
const READ_AT_ONCE: i64 = 500;
/// Deliveries of one round, and how many of them at the same time.
const DUE_AT_ONCE: i64 = 100;
const SIDE_BY_SIDE: usize = 8;
/// Pauses after failures, in seconds; behind the last a delivery is given up: two days and a half in all.
const PAUSES_S: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Nothing arrived for so long: it is not asked any more.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);
/// Longest answer that is read, in bytes; only its status counts.
const ANSWER_MAX_BYTES: usize = 64 * 1024;
/// Gone: the other side does not want to be told any more (Standard Webhooks).
const GONE: u16 = 410;
/// Sent on request, to try an address.
const PING: &str = "ping";

/// A webhook as an operator writes it; absent members stay as they are.
#[derive(Debug, Clone, Default)]
pub struct WebhookEdit {
    pub name: Option<String>,
    pub url: Option<String>,
    pub kinds: Option<Vec<String>>,
    pub enabled: Option<bool>,
}

impl App {
    pub async fn webhooks(&self, principal: &Principal) -> Result<Vec<WebhookRecord>, AppError> {
        principal.require(Permission::Integrations)?;
        principal.require_every_site()?;
        Ok(self.store.webhooks(principal.organisation).await?)
    }

    pub async fn webhook(&self, principal: &Principal, id: WebhookId) -> Result<WebhookRecord, AppError> {
        principal.require(Permission::Integrations)?;
        principal.require_every_site()?;
        self.store.webhook(principal.organisation, id).await?.ok_or(AppError::NotFound("webhook"))
    }

    /// The secret is told this once.
    pub async fn add_webhook(
        &self,
        principal: &Principal,
        edit: WebhookEdit,
    ) -> Result<(WebhookRecord, String), AppError> {
        if self.webhooks(principal).await?.len() >= PER_ORGANISATION {
            return Err(AppError::Conflict(format!(
                "an organisation has at most {PER_ORGANISATION} webhooks"
            )));
        }
        let (secret, sealed) = self.new_secret()?;
        let now = self.now();
        let mut record = WebhookRecord {
            id: WebhookId(self.id()),
            organisation: principal.organisation,
            name: String::new(),
            url: String::new(),
            secret: sealed,
            kinds: String::new(),
            enabled: true,
            seen_to: first_id_at(now),
            created_at: now,
            failing_since: None,
            version: 1,
        };
        let required = WebhookEdit {
            name: edit.name.or_else(|| Some(String::new())),
            url: edit.url.or_else(|| Some(String::new())),
            kinds: edit.kinds.or_else(|| Some(Vec::new())),
            enabled: edit.enabled,
        };
        self.take_in_webhook(&mut record, required)?;
        let mut tx = self.store.begin().await?;
        tx.add_webhook(&record).await?;
        let line = self.note(principal, "webhook.added", ("webhook", record.id.0, &record.name));
        tx.audit(&line.made(&described(&record))).await?;
        tx.commit().await?;
        self.listeners_changed().await?;
        Ok((record, secret))
    }

    pub async fn edit_webhook(
        &self,
        principal: &Principal,
        id: WebhookId,
        version: Option<i64>,
        edit: WebhookEdit,
    ) -> Result<WebhookRecord, AppError> {
        let old = self.webhook(principal, id).await?;
        let mut record = WebhookRecord { version: version.unwrap_or(old.version), ..old.clone() };
        self.take_in_webhook(&mut record, edit)?;
        if record.enabled && !old.enabled {
            // What happened while it was off is not told.
            record.seen_to = first_id_at(self.now());
            record.failing_since = None;
        }
        let mut tx = self.store.begin().await?;
        tx.set_webhook(&record).await?;
        let line = self.note(principal, "webhook.edited", ("webhook", id.0, &record.name));
        tx.audit(&line.changed(described(&old), described(&record))).await?;
        tx.commit().await?;
        self.listeners_changed().await?;
        self.webhook(principal, id).await
    }

    /// A new secret, told this once; the old one ends at once.
    pub async fn rotate_webhook(
        &self,
        principal: &Principal,
        id: WebhookId,
    ) -> Result<(WebhookRecord, String), AppError> {
        let old = self.webhook(principal, id).await?;
        let (secret, sealed) = self.new_secret()?;
        let mut tx = self.store.begin().await?;
        tx.set_webhook(&WebhookRecord { secret: sealed, ..old.clone() }).await?;
        tx.audit(&self.note(principal, "webhook.rotated", ("webhook", id.0, &old.name)).done()).await?;
        tx.commit().await?;
        Ok((self.webhook(principal, id).await?, secret))
    }

    pub async fn remove_webhook(&self, principal: &Principal, id: WebhookId) -> Result<(), AppError> {
        let old = self.webhook(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.remove_webhook(principal.organisation, id).await?;
        let line = self.note(principal, "webhook.removed", ("webhook", id.0, &old.name));
        tx.audit(&line.gone(&described(&old))).await?;
        tx.commit().await?;
        self.listeners_changed().await
    }

    /// Newest first.
    pub async fn webhook_deliveries(
        &self,
        principal: &Principal,
        id: WebhookId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<DeliveryRecord>, AppError> {
        self.webhook(principal, id).await?;
        Ok(self.store.deliveries(id, cursor, limit).await?)
    }

    /// Sends something harmless, to try the address.
    pub async fn ping_webhook(
        &self,
        principal: &Principal,
        id: WebhookId,
    ) -> Result<DeliveryRecord, AppError> {
        let webhook = self.webhook(principal, id).await?;
        let now = self.now();
        let body = json!({ "type": PING, "timestamp": now, "data": { "webhook_id": id } });
        let record = self.delivery(&webhook, HappeningId(self.id()), PING, &body);
        let mut tx = self.store.begin().await?;
        tx.add_delivery(&record).await?;
        tx.commit().await?;
        self.try_delivery(&webhook, &record).await?;
        self.store.delivery(id, record.id).await?.ok_or(AppError::NotFound("delivery"))
    }

    /// Once more, now.
    pub async fn retry_delivery(
        &self,
        principal: &Principal,
        id: WebhookId,
        delivery: i64,
    ) -> Result<DeliveryRecord, AppError> {
        let webhook = self.webhook(principal, id).await?;
        let find = async || self.store.delivery(id, delivery).await?.ok_or(AppError::NotFound("delivery"));
        let record = find().await?;
        self.try_delivery(&webhook, &record).await?;
        find().await
    }

    /// Takes in what happened, then sends what is due.
    pub(crate) async fn run_webhooks(self: &Arc<Self>) -> Result<(), AppError> {
        let webhooks = self.store.enabled_webhooks().await?;
        for webhook in &webhooks {
            self.gather(webhook).await?;
        }
        let mut running = JoinSet::new();
        for delivery in self.store.due_deliveries(self.now(), DUE_AT_ONCE).await? {
            let Some(webhook) = webhooks.iter().find(|webhook| webhook.id == delivery.webhook).cloned()
            else {
                self.put_off(delivery).await?;
                continue;
            };
            if running.len() >= SIDE_BY_SIDE {
                running.join_next().await;
            }
            let app = self.clone();
            running.spawn(async move {
                if let Err(error) = app.try_delivery(&webhook, &delivery).await {
                    tracing::warn!(%error, webhook = webhook.id.0, "the outcome of a delivery was not kept");
                }
            });
        }
        while running.join_next().await.is_some() {}
        Ok(())
    }

    /// A delivery of a webhook that is off waits no longer.
    async fn put_off(&self, delivery: DeliveryRecord) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let over = DeliveryRecord { next_at: None, error: Some("the webhook is off".into()), ..delivery };
        tx.set_delivery(&over).await?;
        Ok(tx.commit().await?)
    }

    async fn gather(&self, webhook: &WebhookRecord) -> Result<(), AppError> {
        let now = self.now();
        let found = self.store.happenings(webhook.organisation, webhook.seen_to, now, READ_AT_ONCE).await?;
        let full = found.len() as i64 >= READ_AT_ONCE;
        // Behind a full page the next round goes on; otherwise the last while is looked at again.
        let seen_to = match found.last() {
            Some(last) if full => last.happening.id.0,
            _ => first_id_at(now - OVERLAP),
        };
        let wanted = |each: &NamedHappening| webhook.kinds.split(' ').any(|kind| kind == each.happening.kind);
        let records: Vec<DeliveryRecord> = found
            .iter()
            .filter(|each| wanted(each))
            .map(|each| self.delivery(webhook, each.happening.id, &each.happening.kind, &told(each)))
            .collect();
        if records.is_empty() && seen_to <= webhook.seen_to {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        for record in &records {
            tx.add_delivery(record).await?;
        }
        tx.webhook_saw(webhook.id, seen_to).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) fn delivery(
        &self,
        webhook: &WebhookRecord,
        happening: HappeningId,
        kind: &str,
        body: &Value,
    ) -> DeliveryRecord {
        let now = self.now();
        DeliveryRecord {
            id: self.id(),
            organisation: webhook.organisation,
            webhook: webhook.id,
            happening,
            kind: kind.to_owned(),
            body: body.to_string(),
            created_at: now,
            attempts: 0,
            next_at: Some(now),
            delivered_at: None,
            status: None,
            error: None,
        }
    }

    /// One attempt, and what becomes of it.
    async fn try_delivery(&self, webhook: &WebhookRecord, delivery: &DeliveryRecord) -> Result<(), AppError> {
        let at = self.now();
        let secret = self.vault().open(SECRET_PURPOSE, &webhook.secret)?;
        let id = format!("msg_{}", delivery.happening);
        let seconds = at.as_second().to_string();
        let headers = [
            ("webhook-signature", signature(&secret, &id, &seconds, &delivery.body)),
            ("webhook-id", id),
            ("webhook-timestamp", seconds),
        ];
        let answer = self
            .outside
            .post(Ask {
                url: &webhook.url,
                token: None,
                headers: &headers,
                content_type: "application/json",
                accept: "*/*",
                body: delivery.body.clone().into_bytes(),
                max_bytes: ANSWER_MAX_BYTES,
            })
            .await;
        self.note_delivery(webhook, delivery, answer.map(drop), at).await
    }

    async fn note_delivery(
        &self,
        webhook: &WebhookRecord,
        delivery: &DeliveryRecord,
        answer: Result<(), OutsideError>,
        at: Timestamp,
    ) -> Result<(), AppError> {
        let mut record =
            DeliveryRecord { attempts: delivery.attempts + 1, next_at: None, ..delivery.clone() };
        let mut failing_since = None;
        let mut enabled = true;
        match answer {
            Ok(()) | Err(OutsideError::TooLong(_)) => {
                record.delivered_at = Some(at);
                record.status = Some(200);
                record.error = None;
            }
            Err(error) => {
                failing_since = webhook.failing_since.or(Some(at));
                let gone = matches!(error, OutsideError::Status(GONE));
                enabled =
                    !gone && failing_since.is_some_and(|since| at.duration_since(since) < GIVEN_UP_AFTER);
                record.status = match error {
                    OutsideError::Status(status) => Some(status.into()),
                    _ => None,
                };
                record.error = Some(error.to_string());
                let pause = usize::try_from(delivery.attempts).ok().and_then(|done| PAUSES_S.get(done));
                let again = pause.map(|pause| at + SignedDuration::from_secs(*pause));
                record.next_at = again.filter(|_| enabled && delivery.kind != PING);
            }
        }
        let mut tx = self.store.begin().await?;
        tx.set_delivery(&record).await?;
        if failing_since != webhook.failing_since || !enabled {
            tx.set_webhook_health(webhook.id, failing_since, enabled).await?;
        }
        tx.commit().await?;
        if !enabled {
            tracing::warn!(webhook = webhook.id.0, "a webhook was turned off: nothing arrives there");
            self.listeners_changed().await?;
        }
        Ok(())
    }

    fn new_secret(&self) -> Result<(String, String), AppError> {
        let bytes: [u8; SECRET_BYTES] = rand::random();
        let sealed = self.vault().seal(SECRET_PURPOSE, &bytes)?;
        Ok((format!("{SECRET_PREFIX}{}", STANDARD.encode(bytes)), sealed))
    }

    fn take_in_webhook(&self, record: &mut WebhookRecord, edit: WebhookEdit) -> Result<(), AppError> {
        if let Some(name) = edit.name {
            name.trim().clone_into(&mut record.name);
            if record.name.is_empty() || record.name.chars().count() > NAME_MAX_CHARS {
                return Err(AppError::field("/name", "a name by which you find it again"));
            }
        }
        if let Some(url) = edit.url {
            let checked = self.outside.check_url(url.trim());
            let checked = checked.map_err(|error| AppError::field("/url", error.to_string()))?;
            record.url = checked.to_string();
        }
        if let Some(kinds) = edit.kinds {
            record.kinds = checked_kinds(&kinds)?;
        }
        record.enabled = edit.enabled.unwrap_or(record.enabled);
        Ok(())
    }
}

/// Kinds of happenings, each known, at least one.
pub(crate) fn checked_kinds(kinds: &[String]) -> Result<String, AppError> {
    let unknown = kinds.iter().find(|kind| !KINDS.contains(&kind.as_str()));
    if unknown.is_some() || kinds.is_empty() {
        return Err(AppError::field("/kinds", format!("at least one of {}", KINDS.join(", "))));
    }
    Ok(KINDS.into_iter().filter(|kind| kinds.iter().any(|each| each == kind)).collect::<Vec<_>>().join(" "))
}

/// What the other side reads.
pub(crate) fn told(each: &NamedHappening) -> Value {
    let happening = &each.happening;
    let mut data: Value = serde_json::from_str(&happening.body).unwrap_or_else(|_| json!({}));
    data["organisation_id"] = json!(happening.organisation);
    data["site_id"] = json!(happening.site);
    data["site_name"] = json!(each.site_name);
    data["station_id"] = json!(happening.station);
    data["station_identity"] = json!(each.station_identity);
    data["severity"] = json!(happening.severity);
    json!({ "type": happening.kind, "timestamp": happening.at, "data": data })
}

fn described(record: &WebhookRecord) -> Value {
    json!({
        "name": record.name,
        "url": record.url,
        "kinds": record.kinds,
        "enabled": record.enabled,
    })
}

/// `v1,` and the signature of id, time and body (Standard Webhooks).
fn signature(secret: &[u8], id: &str, seconds: &str, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_schemes_own_example() {
        // From the specification's reference: secret, id, time and body give this signature.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let body = r#"{"test": 2432232314}"#;
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
