//! What somebody may want to be told: written in the transaction that makes it true, read by alerts and webhooks.

use std::collections::{HashMap, HashSet};
use std::sync::PoisonError;

use forecourt_core::Timestamp;
use forecourt_core::fault::Severity;
use forecourt_core::id::{HappeningId, OrganisationId};
use forecourt_core::session::{Session, State as Course};
use forecourt_store::happening::HappeningRecord;
use forecourt_store::journal::Unit;
use serde_json::{Value, json};

use crate::live::State;
use crate::{App, AppError};

/// Everything that can happen: noun and verb. The same words are kinds of alerts and events of webhooks.
pub const KINDS: [&str; 11] = [
    "fault.opened",
    "fault.solved",
    "session.started",
    "session.ended",
    "session.review",
    "issue.opened",
    "issue.changed",
    "security.event",
    "certificate.expiring",
    "bay.blocked",
    "bay.freed",
];

/// Kinds that somebody of an organisation waits for. What is frequent is written only for them.
#[derive(Debug, Default)]
pub(crate) struct Listeners(std::sync::RwLock<HashMap<OrganisationId, HashSet<String>>>);

impl Listeners {
    fn hear(&self, organisation: OrganisationId, kind: &str) -> bool {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.get(&organisation).is_some_and(|kinds| kinds.contains(kind))
    }
}

impl App {
    /// Who waits for what, after a rule or a webhook changed.
    pub(crate) async fn listeners_changed(&self) -> Result<(), AppError> {
        let mut all: HashMap<OrganisationId, HashSet<String>> = HashMap::new();
        let mut put = |organisation, kinds: &str| {
            all.entry(organisation).or_default().extend(kinds.split(' ').map(str::to_owned));
        };
        for webhook in self.store.enabled_webhooks().await? {
            put(webhook.organisation, &webhook.kinds);
        }
        for rule in self.store.enabled_alert_rules().await? {
            put(rule.organisation, &rule.kinds);
        }
        *self.listeners.0.write().unwrap_or_else(PoisonError::into_inner) = all;
        Ok(())
    }

    pub(crate) fn happening(
        &self,
        organisation: OrganisationId,
        kind: &'static str,
        severity: Severity,
        at: Timestamp,
        body: &Value,
    ) -> HappeningRecord {
        HappeningRecord {
            id: HappeningId(self.id_at(self.now())),
            organisation,
            site: None,
            station: None,
            at,
            kind: kind.to_owned(),
            severity,
            body: body.to_string(),
        }
    }

    /// Sessions that begin, end or need a look by this unit, and security events, for whom they interest.
    pub(crate) fn happenings_of(&self, unit: &Unit, state: &State) -> Vec<HappeningRecord> {
        let mut found = Vec::new();
        for row in unit.sessions.iter().filter(|row| !row.progress) {
            let old = state.sessions.iter().find(|session| session.id == row.session.id);
            for (kind, severity) in steps(old, &row.session) {
                if self.listeners.hear(row.session.organisation, kind) {
                    found.push(self.session_happening(&row.session, kind, severity));
                }
            }
        }
        for event in &unit.security {
            if self.listeners.hear(event.organisation, "security.event") {
                let severity = match event.severity {
                    "critical" | "high" => Severity::Critical,
                    "medium" => Severity::Warning,
                    _ => Severity::Info,
                };
                let body = json!({ "kind": event.kind, "info": event.info });
                let mut happening =
                    self.happening(event.organisation, "security.event", severity, event.at, &body);
                happening.station = Some(event.station);
                found.push(happening);
            }
        }
        found
    }

    fn session_happening(
        &self,
        session: &Session,
        kind: &'static str,
        severity: Severity,
    ) -> HappeningRecord {
        let ended_at = match session.state {
            Course::Ended { at, .. } => Some(at),
            Course::Active => None,
        };
        let body = json!({
            "session_id": session.id,
            "evse": session.evse.0,
            "id_token": session.token,
            "started_at": session.started_at,
            "ended_at": ended_at,
            "energy_wh": session.energy().0,
            "stop_reason": session.stop_reason,
        });
        self.happening(session.organisation, kind, severity, ended_at.unwrap_or(session.started_at), &body)
            .at_station(session.site, session.station)
    }
}

/// What a session went through between what was known and what is.
fn steps(old: Option<&Session>, new: &Session) -> Vec<(&'static str, Severity)> {
    let ended = |session: &Session| matches!(session.state, Course::Ended { .. });
    let mut steps = Vec::new();
    if old.is_none() {
        steps.push(("session.started", Severity::Info));
    }
    if ended(new) && !old.is_some_and(ended) {
        steps.push(("session.ended", Severity::Info));
    }
    if new.flags.needs_review() && !old.is_some_and(|old| old.flags.needs_review()) {
        steps.push(("session.review", Severity::Warning));
    }
    steps
}
