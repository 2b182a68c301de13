//! Who is told of what: rules, who subscribed, and what was sent.

use forecourt_core::Timestamp;
use forecourt_core::fault::Severity;
use forecourt_core::id::{AlertRuleId, OperatorId, OrganisationId, SiteId, WebhookId};

use crate::engine::{Row, values};
use crate::{Cursor, Page, Store, StoreError, Tx};

/// Rules of one organisation; the list is not paged.
const SHOWN: i64 = 500;

#[derive(Debug, Clone)]
pub struct AlertRuleRecord {
    pub id: AlertRuleId,
    pub organisation: OrganisationId,
    pub name: String,
    /// Kinds of happenings, separated by spaces.
    pub kinds: String,
    pub site: Option<SiteId>,
    /// This bad or worse.
    pub severity: Severity,
    /// After a message, what else happens within this time is told in one, in seconds.
    pub quiet_s: i64,
    /// Further addresses, separated by spaces.
    pub addresses: String,
    pub webhook: Option<WebhookId>,
    pub enabled: bool,
    /// The newest happening it has looked at.
    pub seen_to: i64,
    pub quiet_until: Timestamp,
    pub created_at: Timestamp,
    pub version: i64,
}

/// A message that was sent.
#[derive(Debug, Clone)]
pub struct AlertRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    pub rule: AlertRuleId,
    pub rule_name: Option<String>,
    pub at: Timestamp,
    pub happenings: i64,
    pub subject: String,
    /// Addresses, separated by spaces.
    pub recipients: String,
}

/// Somebody who subscribed.
#[derive(Debug, Clone)]
pub struct Subscriber {
    pub operator: OperatorId,
    pub name: String,
    pub email: String,
    pub language: Option<String>,
    /// Ids of the only sites they see, a space between them.
    pub sites: Option<String>,
}

fn rule_from(row: &Row) -> Result<AlertRuleRecord, StoreError> {
    Ok(AlertRuleRecord {
        id: AlertRuleId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        kinds: row.text("kinds")?,
        site: row.int_or_none("site_id")?.map(SiteId),
        severity: Severity::from_number(row.int("severity")?),
        quiet_s: row.int("quiet_s")?,
        addresses: row.text("addresses")?,
        webhook: row.int_or_none("webhook_id")?.map(WebhookId),
        enabled: row.bool("enabled")?,
        seen_to: row.int("seen_to")?,
        quiet_until: row.time("quiet_until")?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
    })
}

impl Store {
    pub async fn alert_rules(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<AlertRuleRecord>, StoreError> {
        let sql = "SELECT * FROM alert_rule WHERE organisation_id = $1 ORDER BY id LIMIT $2";
        self.rows(sql, values![organisation, SHOWN]).await?.iter().map(rule_from).collect()
    }

    pub async fn alert_rule(
        &self,
        organisation: OrganisationId,
        id: AlertRuleId,
    ) -> Result<Option<AlertRuleRecord>, StoreError> {
        let sql = "SELECT * FROM alert_rule WHERE id = $1 AND organisation_id = $2";
        self.row(sql, values![id, organisation]).await?.as_ref().map(rule_from).transpose()
    }

    /// Rules of every organisation that are on and not in their quiet time.
    pub async fn due_alert_rules(&self, now: Timestamp) -> Result<Vec<AlertRuleRecord>, StoreError> {
        let sql = "SELECT * FROM alert_rule WHERE enabled AND quiet_until <= $1 ORDER BY id";
        self.rows(sql, values![now]).await?.iter().map(rule_from).collect()
    }

    /// Rules of every organisation that are on.
    pub async fn enabled_alert_rules(&self) -> Result<Vec<AlertRuleRecord>, StoreError> {
        let sql = "SELECT * FROM alert_rule WHERE enabled ORDER BY id";
        self.rows(sql, values![]).await?.iter().map(rule_from).collect()
    }

    /// Those who are still members.
    pub async fn subscribers(&self, rule: AlertRuleId) -> Result<Vec<Subscriber>, StoreError> {
        let sql = "SELECT o.id, o.name, o.email, o.language, m.sites FROM alert_subscription a \
             JOIN alert_rule r ON r.id = a.rule_id JOIN operator o ON o.id = a.operator_id \
             JOIN membership m ON m.operator_id = o.id AND m.organisation_id = r.organisation_id \
             WHERE a.rule_id = $1 ORDER BY o.id LIMIT $2";
        let rows = self.rows(sql, values![rule, SHOWN]).await?;
        rows.iter()
            .map(|row| {
                Ok(Subscriber {
                    operator: OperatorId(row.int("id")?),
                    name: row.text("name")?,
                    email: row.text("email")?,
                    language: row.text_or_none("language")?,
                    sites: row.text_or_none("sites")?,
                })
            })
            .collect()
    }

    /// Newest first.
    pub async fn alerts(
        &self,
        organisation: OrganisationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<AlertRecord>, StoreError> {
        let before = cursor.map_or(i64::MAX, |c| c.id);
        let sql = "SELECT a.*, r.name AS rule_name FROM alert a LEFT JOIN alert_rule r ON r.id = a.rule_id \
             WHERE a.organisation_id = $1 AND a.id < $2 ORDER BY a.id DESC LIMIT $3";
        let rows = self.rows(sql, values![organisation, before, i64::from(limit) + 1]).await?;
        let items = rows
            .iter()
            .map(|row| {
                Ok(AlertRecord {
                    id: row.int("id")?,
                    organisation: OrganisationId(row.int("organisation_id")?),
                    rule: AlertRuleId(row.int("rule_id")?),
                    rule_name: row.text_or_none("rule_name")?,
                    at: row.time("at")?,
                    happenings: row.int("happenings")?,
                    subject: row.text("subject")?,
                    recipients: row.text("recipients")?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Page::cut(items, limit, |a| Cursor { key: String::new(), id: a.id }))
    }
}

impl Tx {
    pub async fn add_alert_rule(&mut self, new: &AlertRuleRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO alert_rule (id, organisation_id, name, kinds, site_id, severity, quiet_s, addresses, webhook_id, \
             enabled, seen_to, quiet_until, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, 1)",
            values![
                new.id,
                new.organisation,
                &new.name,
                &new.kinds,
                new.site,
                new.severity.number(),
                new.quiet_s,
                &new.addresses,
                new.webhook,
                new.enabled,
                new.seen_to,
                new.created_at,
            ],
        )
        .await
        .map(drop)
    }

    /// Changes a rule that is still in the version its editor saw.
    pub async fn set_alert_rule(&mut self, rule: &AlertRuleRecord) -> Result<(), StoreError> {
        let changed = self
            .execute(
                "UPDATE alert_rule SET name = $1, kinds = $2, site_id = $3, severity = $4, quiet_s = $5, addresses = $6, \
                 webhook_id = $7, enabled = $8, seen_to = $9, version = version + 1 \
                 WHERE id = $10 AND organisation_id = $11 AND version = $12",
                values![
                    &rule.name,
                    &rule.kinds,
                    rule.site,
                    rule.severity.number(),
                    rule.quiet_s,
                    &rule.addresses,
                    rule.webhook,
                    rule.enabled,
                    rule.seen_to,
                    rule.id,
                    rule.organisation,
                    rule.version,
                ],
            )
            .await?;
        if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    pub async fn remove_alert_rule(
        &mut self,
        organisation: OrganisationId,
        id: AlertRuleId,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM alert_rule WHERE id = $1 AND organisation_id = $2";
        let gone = self.execute(sql, values![id, organisation]).await? > 0;
        if gone {
            self.execute("DELETE FROM alert_subscription WHERE rule_id = $1", values![id]).await?;
        }
        Ok(gone)
    }

    pub async fn subscribe(
        &mut self,
        rule: AlertRuleId,
        operator: OperatorId,
        wanted: bool,
    ) -> Result<(), StoreError> {
        let sql = if wanted {
            "INSERT INTO alert_subscription (rule_id, operator_id) VALUES ($1, $2) ON CONFLICT (rule_id, operator_id) DO NOTHING"
        } else {
            "DELETE FROM alert_subscription WHERE rule_id = $1 AND operator_id = $2"
        };
        self.execute(sql, values![rule, operator]).await.map(drop)
    }

    /// How far a rule has looked, and until when it is quiet.
    pub async fn alert_rule_saw(
        &mut self,
        rule: AlertRuleId,
        seen_to: i64,
        quiet_until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE alert_rule SET seen_to = $1, quiet_until = COALESCE($2, quiet_until) WHERE id = $3";
        self.execute(sql, values![seen_to, quiet_until, rule]).await.map(drop)
    }

    pub async fn add_alert(&mut self, new: &AlertRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO alert (id, organisation_id, rule_id, at, happenings, subject, recipients) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                new.id,
                new.organisation,
                new.rule,
                new.at,
                new.happenings,
                &new.subject,
                &new.recipients,
            ],
        )
        .await
        .map(drop)
    }
}
