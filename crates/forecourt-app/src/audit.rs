//! Who did what. A line is written in the transaction that does it, and holds no secret.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::{AuditId, OrganisationId};
use forecourt_store::{AuditFilter, AuditRecord, Cursor, Page};
use serde_json::{Map, Value};

use crate::{App, AppError, Principal, Who};

/// Longest JSON kept of one side of a change, in characters: a template's settings fit, a data dump does not.
const SIDE_MAX_CHARS: usize = 16_000;

/// A line to write with [`forecourt_store::Tx::audit`]; finished by one of the methods below.
#[derive(Debug, Clone)]
pub(crate) struct Note(AuditRecord);

impl Note {
    /// What is there now and was not before.
    pub fn made(mut self, after: &Value) -> AuditRecord {
        self.0.after = text(after);
        self.0
    }

    /// What was there and is gone.
    pub fn gone(mut self, before: &Value) -> AuditRecord {
        self.0.before = text(before);
        self.0
    }

    /// Only members that differ are kept.
    pub fn changed(mut self, before: Value, after: Value) -> AuditRecord {
        let (before, after) = difference(before, after);
        self.0.before = text(&before);
        self.0.after = text(&after);
        self.0
    }

    /// The deed says it all.
    pub fn done(self) -> AuditRecord {
        self.0
    }
}

fn text(value: &Value) -> Option<String> {
    let empty = value.is_null() || value.as_object().is_some_and(Map::is_empty);
    let text = (!empty).then(|| value.to_string())?;
    Some(if text.len() <= SIDE_MAX_CHARS { text } else { r#"{"too_long":true}"#.into() })
}

fn difference(before: Value, after: Value) -> (Value, Value) {
    let (Value::Object(mut old), Value::Object(mut new)) = (before, after) else {
        return (Value::Null, Value::Null);
    };
    let same: Vec<String> = old
        .iter()
        .filter(|(name, value)| new.get(*name) == Some(*value))
        .map(|(name, _)| name.clone())
        .collect();
    for name in same {
        old.remove(&name);
        new.remove(&name);
    }
    (Value::Object(old), Value::Object(new))
}

/// Noun, id and name of what something was done to.
pub(crate) type Subject<'a> = (&'static str, i64, &'a str);

impl App {
    /// Begins a line: who, what deed (`site.edited`), to what.
    pub(crate) fn note(&self, principal: &Principal, action: &'static str, subject: Subject<'_>) -> Note {
        let (kind, actor, name) = match &principal.who {
            Who::Operator { id, name, .. } => ("operator", id.0, name.clone()),
            Who::Program { id, name, .. } => ("program", id.0, name.clone()),
        };
        self.note_by(principal.organisation, (kind, actor, &name), action, subject)
    }

    /// For what happens before anybody is signed in, or by itself.
    pub(crate) fn note_by(
        &self,
        organisation: OrganisationId,
        actor: Subject<'_>,
        action: &'static str,
        subject: Subject<'_>,
    ) -> Note {
        Note(AuditRecord {
            id: AuditId(self.id()),
            organisation,
            at: self.now(),
            actor_kind: actor.0.into(),
            actor: actor.1,
            actor_name: actor.2.into(),
            action: action.into(),
            subject_kind: subject.0.into(),
            subject: subject.1,
            subject_name: subject.2.into(),
            before: None,
            after: None,
        })
    }

    /// For deeds whose own writing is done already, by the journal or by a station.
    pub(crate) async fn keep_note(&self, record: AuditRecord) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.audit(&record).await?;
        Ok(tx.commit().await?)
    }

    /// Who did what, newest first.
    pub async fn audit(
        &self,
        principal: &Principal,
        filter: &AuditFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<AuditRecord>, AppError> {
        principal.require(Permission::Audit)?;
        principal.require_every_site()?;
        Ok(self.store.audit(principal.organisation, filter, cursor, limit).await?)
    }

    /// Everybody who ever did something: kind, id, name.
    pub async fn audit_actors(&self, principal: &Principal) -> Result<Vec<(String, i64, String)>, AppError> {
        principal.require(Permission::Audit)?;
        principal.require_every_site()?;
        Ok(self.store.audit_actors(principal.organisation).await?)
    }
}

/// A moment as it stands in a line.
pub(crate) fn moment(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::String(at.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_kept() {
        let before = json!({"name": "North", "city": "Aarhus", "gone": 1});
        let after = json!({"name": "South", "city": "Aarhus", "new": true});
        let (before, after) = difference(before, after);
        assert_eq!(before, json!({"name": "North", "gone": 1}));
        assert_eq!(after, json!({"name": "South", "new": true}));
        assert_eq!(text(&json!({})), None);
        assert!(text(&json!({"a": "x".repeat(SIDE_MAX_CHARS)})).is_some_and(|t| t.contains("too_long")));
    }
}
