//! What somebody may want to be told: written in the transaction that makes it true, read by alerts and webhooks.

use forecourt_core::Timestamp;
use forecourt_core::fault::Severity;
use forecourt_core::id::{HappeningId, OrganisationId};
use forecourt_store::happening::HappeningRecord;
use serde_json::Value;

use crate::App;

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

impl App {
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
}
