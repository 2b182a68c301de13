//! Who is told of what: rules over what happens, people who subscribe, and no floods: after a message a rule is quiet for a
//! while, and what happens meanwhile is told in one.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::fault::Severity;
use forecourt_core::id::{AlertRuleId, HappeningId, OperatorId, SiteId, WebhookId, first_id_at};
use forecourt_store::alert::{AlertRecord, AlertRuleRecord, Subscriber};
use forecourt_store::happening::NamedHappening;
use forecourt_store::{Cursor, Page, Tx};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::accounts::NAME_MAX_CHARS;
use crate::alert_letters::{letter_of, subject_of};
use crate::letters::Language;
use crate::webhooks::{checked_kinds, told};
use crate::{App, AppError, Principal};

/// Rules of one organisation.
const PER_ORGANISATION: usize = 100;
/// Addresses of one rule, besides the people who subscribed.
const ADDRESSES_MAX: usize = 20;
/// Longest quiet time, in seconds: a day.
const QUIET_MAX_S: i64 = 86_400;
/// Happenings of one rule in one round; more wait for the next.
const READ_AT_ONCE: i64 = 500;
/// What happened is looked at when every transaction of its moment is over.
const SETTLED: SignedDuration = SignedDuration::from_secs(5);
/// How far a rule that found nothing may fall behind before that is noted.
const LAG: SignedDuration = SignedDuration::from_mins(10);
/// The event of a webhook that a rule names.
const ALERT: &str = "alert";

/// A rule as an operator writes it; absent members stay as they are.
#[derive(Debug, Clone, Default)]
pub struct AlertRuleEdit {
    pub name: Option<String>,
    pub kinds: Option<Vec<String>>,
    pub site: Option<Option<SiteId>>,
    pub severity: Option<Severity>,
    pub quiet_s: Option<i64>,
    pub addresses: Option<Vec<String>>,
    pub webhook: Option<Option<WebhookId>>,
    pub enabled: Option<bool>,
}

impl App {
    /// Rules with those who subscribed.
    pub async fn alert_rules(
        &self,
        principal: &Principal,
    ) -> Result<Vec<(AlertRuleRecord, Vec<Subscriber>)>, AppError> {
        principal.require(Permission::Read)?;
        let mut shown = Vec::new();
        for rule in self.store.alert_rules(principal.organisation).await? {
            if rule.site.is_none_or(|site| principal.sees(site)) {
                let subscribers = self.store.subscribers(rule.id).await?;
                shown.push((rule, subscribers));
            }
        }
        Ok(shown)
    }

    pub async fn alert_rule(
        &self,
        principal: &Principal,
        id: AlertRuleId,
    ) -> Result<(AlertRuleRecord, Vec<Subscriber>), AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.alert_rule(principal.organisation, id).await?;
        let visible = |rule: &AlertRuleRecord| rule.site.is_none_or(|site| principal.sees(site));
        let rule = found.filter(visible).ok_or(AppError::NotFound("alert rule"))?;
        let subscribers = self.store.subscribers(id).await?;
        Ok((rule, subscribers))
    }

    pub async fn add_alert_rule(
        &self,
        principal: &Principal,
        edit: AlertRuleEdit,
    ) -> Result<AlertRuleRecord, AppError> {
        principal.require(Permission::Alerts)?;
        principal.require_every_site()?;
        if self.store.alert_rules(principal.organisation).await?.len() >= PER_ORGANISATION {
            return Err(AppError::Conflict(format!("an organisation has at most {PER_ORGANISATION} rules")));
        }
        let now = self.now();
        let mut rule = AlertRuleRecord {
            id: AlertRuleId(self.id()),
            organisation: principal.organisation,
            name: String::new(),
            kinds: String::new(),
            site: None,
            severity: Severity::Warning,
            quiet_s: 900,
            addresses: String::new(),
            webhook: None,
            enabled: true,
            seen_to: first_id_at(now),
            quiet_until: now,
            created_at: now,
            version: 1,
        };
        let required = AlertRuleEdit {
            name: edit.name.clone().or_else(|| Some(String::new())),
            kinds: edit.kinds.clone().or_else(|| Some(Vec::new())),
            ..edit
        };
        self.take_in_rule(principal, &mut rule, required).await?;
        let mut tx = self.store.begin().await?;
        tx.add_alert_rule(&rule).await?;
        if let Some(operator) = principal.operator() {
            tx.subscribe(rule.id, operator, true).await?;
        }
        let line = self.note(principal, "alert_rule.added", ("alert_rule", rule.id.0, &rule.name));
        tx.audit(&line.made(&described(&rule))).await?;
        tx.commit().await?;
        self.listeners_changed().await?;
        Ok(rule)
    }

    pub async fn edit_alert_rule(
        &self,
        principal: &Principal,
        id: AlertRuleId,
        version: Option<i64>,
        edit: AlertRuleEdit,
    ) -> Result<AlertRuleRecord, AppError> {
        principal.require(Permission::Alerts)?;
        principal.require_every_site()?;
        let (old, _) = self.alert_rule(principal, id).await?;
        let mut rule = AlertRuleRecord { version: version.unwrap_or(old.version), ..old.clone() };
        self.take_in_rule(principal, &mut rule, edit).await?;
        if rule.enabled && !old.enabled {
            rule.seen_to = first_id_at(self.now());
        }
        let mut tx = self.store.begin().await?;
        tx.set_alert_rule(&rule).await?;
        let line = self.note(principal, "alert_rule.edited", ("alert_rule", id.0, &rule.name));
        tx.audit(&line.changed(described(&old), described(&rule))).await?;
        tx.commit().await?;
        self.listeners_changed().await?;
        Ok(self.alert_rule(principal, id).await?.0)
    }

    pub async fn remove_alert_rule(&self, principal: &Principal, id: AlertRuleId) -> Result<(), AppError> {
        principal.require(Permission::Alerts)?;
        principal.require_every_site()?;
        let (old, _) = self.alert_rule(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.remove_alert_rule(principal.organisation, id).await?;
        let line = self.note(principal, "alert_rule.removed", ("alert_rule", id.0, &old.name));
        tx.audit(&line.gone(&described(&old))).await?;
        tx.commit().await?;
        self.listeners_changed().await
    }

    /// Everybody decides for themselves; who makes rules may decide for others.
    pub async fn subscribe_to_alerts(
        &self,
        principal: &Principal,
        id: AlertRuleId,
        operator: Option<OperatorId>,
        wanted: bool,
    ) -> Result<(), AppError> {
        let (rule, _) = self.alert_rule(principal, id).await?;
        let own = principal.operator();
        let whom = operator.or(own).ok_or_else(|| AppError::field("/operator_id", "whose subscription"))?;
        if own != Some(whom) {
            principal.require(Permission::Alerts)?;
            let people = self.store.people(principal.organisation).await?;
            if !people.iter().any(|(person, _)| *person == whom) {
                return Err(AppError::NotFound("operator"));
            }
        }
        let mut tx = self.store.begin().await?;
        tx.subscribe(id, whom, wanted).await?;
        let action = if wanted { "alert_rule.subscribed" } else { "alert_rule.unsubscribed" };
        let line = self.note(principal, action, ("alert_rule", id.0, &rule.name));
        tx.audit(&line.made(&json!({ "operator_id": whom }))).await?;
        Ok(tx.commit().await?)
    }

    /// What was told, newest first.
    pub async fn alerts(
        &self,
        principal: &Principal,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<AlertRecord>, AppError> {
        principal.require(Permission::Read)?;
        principal.require_every_site()?;
        Ok(self.store.alerts(principal.organisation, cursor, limit).await?)
    }

    /// Looks for what rules are about, and tells.
    pub(crate) async fn run_alerts(&self) -> Result<(), AppError> {
        let now = self.now();
        let until = now - SETTLED;
        for rule in self.store.due_alert_rules(now).await? {
            let found = self.store.happenings(rule.organisation, rule.seen_to, until, READ_AT_ONCE).await?;
            let seen_to =
                found.last().map_or(first_id_at(until), |last| last.happening.id.0).max(rule.seen_to);
            let matching: Vec<NamedHappening> =
                found.iter().filter(|each| concerns(&rule, each)).cloned().collect();
            if found.is_empty() && seen_to < first_id_at_later(rule.seen_to) {
                continue;
            }
            let mut tx = self.store.begin().await?;
            let mut quiet_until = None;
            if !matching.is_empty() {
                self.tell_rule(&mut tx, &rule, &matching, now).await?;
                quiet_until = Some(now + SignedDuration::from_secs(rule.quiet_s));
            }
            tx.alert_rule_saw(rule.id, seen_to, quiet_until).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn tell_rule(
        &self,
        tx: &mut Tx,
        rule: &AlertRuleRecord,
        matching: &[NamedHappening],
        now: Timestamp,
    ) -> Result<(), AppError> {
        let organisation = self.store.organisation(rule.organisation).await?;
        let zone =
            organisation.as_ref().and_then(|o| TimeZone::get(&o.time_zone).ok()).unwrap_or(TimeZone::UTC);
        let mut recipients = Vec::new();
        for person in self.store.subscribers(rule.id).await? {
            let seen: Vec<&NamedHappening> = matching.iter().filter(|each| sees(&person, each)).collect();
            if !seen.is_empty() {
                let language = Language::of(person.language.as_deref());
                let letter = letter_of(language, rule, &person.email, &seen, &zone);
                tx.enqueue_mail(&self.letter(letter)).await?;
                recipients.push(person.email);
            }
        }
        let all: Vec<&NamedHappening> = matching.iter().collect();
        for address in rule.addresses.split(' ').filter(|address| !address.is_empty()) {
            let letter = letter_of(Language::default(), rule, address, &all, &zone);
            tx.enqueue_mail(&self.letter(letter)).await?;
            recipients.push(address.to_owned());
        }
        if let Some(id) = rule.webhook
            && let Some(webhook) = self.store.webhook(rule.organisation, id).await?.filter(|w| w.enabled)
        {
            let data = json!({ "rule_id": rule.id, "rule": rule.name, "happenings": matching.iter().map(told).collect::<Vec<_>>() });
            let body = json!({ "type": ALERT, "timestamp": now, "data": data });
            tx.add_delivery(&self.delivery(&webhook, HappeningId(self.id()), ALERT, &body)).await?;
            recipients.push(webhook.name);
        }
        let record = AlertRecord {
            id: self.id(),
            organisation: rule.organisation,
            rule: rule.id,
            rule_name: None,
            at: now,
            happenings: i64::try_from(matching.len()).unwrap_or(i64::MAX),
            subject: subject_of(Language::default(), &all),
            recipients: recipients.join(" "),
        };
        Ok(tx.add_alert(&record).await?)
    }

    async fn take_in_rule(
        &self,
        principal: &Principal,
        rule: &mut AlertRuleRecord,
        edit: AlertRuleEdit,
    ) -> Result<(), AppError> {
        if let Some(name) = edit.name {
            name.trim().clone_into(&mut rule.name);
            if rule.name.is_empty() || rule.name.chars().count() > NAME_MAX_CHARS {
                return Err(AppError::field("/name", "a name by which you find it again"));
            }
        }
        if let Some(kinds) = edit.kinds {
            rule.kinds = checked_kinds(&kinds)?;
        }
        if let Some(site) = edit.site {
            if let Some(id) = site {
                self.site(principal, id).await?;
            }
            rule.site = site;
        }
        if let Some(quiet_s) = edit.quiet_s {
            if !(0..=QUIET_MAX_S).contains(&quiet_s) {
                return Err(AppError::field("/quiet_s", format!("0 to {QUIET_MAX_S} seconds")));
            }
            rule.quiet_s = quiet_s;
        }
        if let Some(addresses) = edit.addresses {
            rule.addresses = checked_addresses(&addresses)?;
        }
        if let Some(webhook) = edit.webhook {
            if let Some(id) = webhook {
                let known = self.store.webhook(principal.organisation, id).await?;
                known.ok_or_else(|| AppError::field("/webhook_id", "a webhook of this organisation"))?;
            }
            rule.webhook = webhook;
        }
        rule.severity = edit.severity.unwrap_or(rule.severity);
        rule.enabled = edit.enabled.unwrap_or(rule.enabled);
        Ok(())
    }
}

fn first_id_at_later(id: i64) -> i64 {
    // Ids rise with time: the difference of two ids of moments LAG apart is the same everywhere.
    let start = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(60 * 365 * 24);
    id + first_id_at(start + LAG) - first_id_at(start)
}

fn concerns(rule: &AlertRuleRecord, each: &NamedHappening) -> bool {
    let happening = &each.happening;
    rule.kinds.split(' ').any(|kind| kind == happening.kind)
        && rule.site.is_none_or(|site| happening.site == Some(site))
        // The end of something is told to whoever was told of its begin.
        && (happening.severity >= rule.severity || happening.kind == "fault.solved")
}

fn sees(person: &Subscriber, each: &NamedHappening) -> bool {
    let Some(sites) = &person.sites else { return true };
    each.happening.site.is_some_and(|site| sites.split(' ').any(|id| id == site.to_string()))
}

fn checked_addresses(addresses: &[String]) -> Result<String, AppError> {
    let addresses: Vec<&str> = addresses.iter().map(|a| a.trim()).filter(|a| !a.is_empty()).collect();
    let odd = |address: &&str| {
        !address.contains('@')
            || address.len() > 254
            || address.chars().any(|c| c.is_whitespace() || c.is_control())
    };
    if addresses.len() > ADDRESSES_MAX || addresses.iter().any(odd) {
        let text = format!("at most {ADDRESSES_MAX} e-mail addresses, for example ops@example.com");
        return Err(AppError::field("/addresses", text));
    }
    Ok(addresses.join(" "))
}

fn described(rule: &AlertRuleRecord) -> Value {
    json!({
        "name": rule.name,
        "kinds": rule.kinds,
        "site_id": rule.site,
        "severity": rule.severity,
        "quiet_s": rule.quiet_s,
        "addresses": rule.addresses,
        "webhook_id": rule.webhook,
        "enabled": rule.enabled,
    })
}
