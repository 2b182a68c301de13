//! What happened at a station: what it did, what it was asked, what people changed, in one line each, newest first.
//!
//! Every source keeps its rows under ids that rise with time, so a page is a merge of the newest rows of each: its cost does not
//! grow with the history. Nothing here is written but the chronicle, in the unit of the message that told it.

use std::cmp::Reverse;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::{StationId, first_id_at};
use forecourt_core::session::Session;
use forecourt_core::token::{TokenInfo, Verdict};
use forecourt_store::chronicle::{ChronicleRow, OpenedFault};
use forecourt_store::journal::{ConnectRow, SessionRow, Unit};
use forecourt_store::{AuditFilter, Cursor};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::live::State;
use crate::terms::NotAdmitted;
use crate::{App, AppError, Principal};

/// A command this long before something moved is named as its cause.
const CAUSE_WITHIN: SignedDuration = SignedDuration::from_secs(90);

/// One line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Of its moment; also where the next page begins.
    pub id: i64,
    pub at: Timestamp,
    /// What it is, for example `status`, `command`, `fault_opened`.
    pub kind: String,
    pub evse: Option<i64>,
    pub connector: Option<i64>,
    pub session: Option<String>,
    pub by: Option<String>,
    /// What the kind has to tell.
    pub detail: Value,
    /// What came shortly before and may have led to it: a command and who asked for it.
    pub cause: Option<Cause>,
}

#[derive(Debug, Clone)]
pub struct Cause {
    pub command: String,
    pub by: String,
    pub at: Timestamp,
}

/// A page of lines.
#[derive(Debug, Clone)]
pub struct Timeline {
    pub lines: Vec<Line>,
    /// Where the next page begins.
    pub next: Option<i64>,
}

impl App {
    /// Lines older than `before` (an id of a line) or `until` (a moment), newest first.
    pub async fn timeline(
        &self,
        principal: &Principal,
        station: StationId,
        before: Option<i64>,
        until: Option<Timestamp>,
        limit: u32,
    ) -> Result<Timeline, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        let until = until.map(first_id_at);
        let before = match (before, until) {
            (Some(before), Some(until)) => Some(before.min(until)),
            (before, until) => before.or(until),
        };
        let take = limit.saturating_add(1);
        let mut lines: Vec<Line> = Vec::new();
        let moved = self.store.chronicle(station, before, take).await?;
        lines.extend(moved.into_iter().map(of_chronicle));
        let cursor = before.map(|id| Cursor { key: String::new(), id });
        let commands = self.store.commands(station, cursor.as_ref(), take).await?.items;
        lines.extend(commands.into_iter().map(|command| Line {
            id: command.id.0,
            at: command.at,
            kind: "command".into(),
            evse: None,
            connector: None,
            session: None,
            by: Some(command.asked_by),
            detail: json!({
                "command": command.command, "outcome": command.outcome, "status": command.status,
                "request": serde_json::from_str::<Value>(&command.request).unwrap_or_default(),
            }),
            cause: None,
        }));
        let security = self.store.security_of_station(station, before, take).await?;
        lines.extend(
            security
                .into_iter()
                .map(|(id, at, kind, info)| line(id, at, "security", json!({ "kind": kind, "info": info }))),
        );
        lines.extend(self.changes_of(principal, station, before, take).await?);
        lines.extend(self.faults_of(station, before, take).await?);
        let tried = self.store.attempts(station, take).await?;
        let tried = tried.into_iter().filter(|each| before.is_none_or(|before| each.id < before));
        lines.extend(tried.map(|each| {
            line(each.id, each.at, "refused", json!({ "reason": each.reason, "address": each.address }))
        }));
        lines.sort_unstable_by_key(|line| Reverse(line.id));
        let causes = causes_of(&lines);
        let more = lines.len() > limit as usize;
        lines.truncate(limit as usize);
        for each in &mut lines {
            each.cause = cause_of(each, &causes);
        }
        let next = if more { lines.last().map(|last| last.id) } else { None };
        Ok(Timeline { lines, next })
    }

    /// What people changed about it.
    async fn changes_of(
        &self,
        principal: &Principal,
        station: StationId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Line>, AppError> {
        let filter = AuditFilter {
            subject_kind: Some("station".into()),
            subject: Some(station.0),
            ..AuditFilter::default()
        };
        let cursor = before.map(|id| Cursor { key: String::new(), id });
        let found = self.store.audit(principal.organisation, &filter, cursor.as_ref(), limit).await?;
        let parsed = |text: Option<String>| {
            text.and_then(|text| serde_json::from_str::<Value>(&text).ok()).unwrap_or_default()
        };
        // A command has a line of its own.
        let told = found.items.into_iter().filter(|record| !record.action.starts_with("command."));
        Ok(told
            .map(|record| Line {
                by: Some(record.actor_name),
                ..line(
                    record.id.0,
                    record.at,
                    "change",
                    json!({ "action": record.action, "before": parsed(record.before), "after": parsed(record.after) }),
                )
            })
            .collect())
    }

    async fn faults_of(
        &self,
        station: StationId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Line>, AppError> {
        let found = self.store.faults_of_station(station, before, limit).await?;
        let shape = |fault: OpenedFault| {
            let detail = json!({ "code": fault.code, "vendor_code": fault.vendor_code, "info": fault.info });
            let evse = Some(fault.evse).filter(|evse| *evse > 0);
            Line { evse, ..line(fault.id, fault.at, "fault_opened", detail) }
        };
        Ok(found.into_iter().map(shape).collect())
    }

    /// What a unit moves, for the chronicle.
    pub(crate) fn chronicle_of(&self, unit: &Unit, state: &State, now: Timestamp) -> Vec<ChronicleRow> {
        let mut rows = Vec::new();
        if let Some(boot) = &unit.boot {
            let detail = json!({ "reason": boot.boot.reason, "firmware": boot.boot.firmware });
            rows.push(self.moved(boot.station, now, "booted", &detail));
        }
        for each in &unit.connectors {
            let new = &each.connector;
            let old = state.connectors.iter().find(|c| c.evse == new.evse && c.connector == new.connector);
            if old.is_some_and(|old| old.reported == new.reported && old.error_code == new.error_code) {
                continue;
            }
            let detail = json!({
                "from": old.map(|old| old.reported), "to": new.reported,
                "error": new.error_code.as_deref().filter(|code| *code != "NoError"),
                "vendor_error": new.vendor_error_code, "info": new.info,
            });
            let (evse, connector) = (Some(new.evse), Some(new.connector));
            rows.push(ChronicleRow { evse, connector, ..self.moved(each.station, now, "status", &detail) });
        }
        for SessionRow { session: new, .. } in &unit.sessions {
            let old = state.sessions.iter().find(|old| old.id == new.id);
            for (kind, detail) in moves_of(old, new) {
                let (evse, session) = (Some(new.evse), Some(new.id));
                rows.push(ChronicleRow { evse, session, ..self.moved(new.station, now, kind, &detail) });
            }
        }
        rows
    }

    /// A charge key that was shown, and what was said of it.
    pub(crate) fn chronicle_of_key(
        &self,
        station: StationId,
        key: &str,
        info: &TokenInfo,
        refused: Option<NotAdmitted>,
        now: Timestamp,
    ) -> ChronicleRow {
        let why = refused.map(NotAdmitted::as_str);
        let detail = json!({ "key": key, "accepted": info.verdict == Verdict::Accepted, "why": why });
        self.moved(station, now, "authorised", &detail)
    }

    /// A connection that began or ended.
    pub(crate) fn chronicle_of_connection(&self, row: &ConnectRow) -> ChronicleRow {
        let detail = json!({ "address": row.address, "protocol": row.protocol });
        let (kind, detail) = if row.online { ("connected", detail) } else { ("disconnected", Value::Null) };
        self.moved(row.station, row.at, kind, &detail)
    }

    fn moved(&self, station: StationId, at: Timestamp, kind: &str, detail: &Value) -> ChronicleRow {
        ChronicleRow {
            id: self.id_at(at),
            station,
            at,
            kind: kind.to_owned(),
            evse: None,
            connector: None,
            session: None,
            detail: (!detail.is_null()).then(|| detail.to_string()),
        }
    }
}

fn moves_of(old: Option<&Session>, new: &Session) -> Vec<(&'static str, Value)> {
    let mut moves = Vec::new();
    if old.is_none() {
        moves.push(("session_started", json!({ "key": new.token })));
    }
    if !new.is_active() && old.is_none_or(Session::is_active) {
        let detail = json!({ "energy_wh": new.energy().0, "reason": new.stop_reason });
        moves.push(("session_ended", detail));
    }
    moves
}

fn line(id: i64, at: Timestamp, kind: &str, detail: Value) -> Line {
    Line {
        id,
        at,
        kind: kind.to_owned(),
        evse: None,
        connector: None,
        session: None,
        by: None,
        detail,
        cause: None,
    }
}

fn of_chronicle(row: ChronicleRow) -> Line {
    let detail = row.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    Line {
        evse: row.evse.map(|evse| i64::from(evse.0)).filter(|evse| *evse > 0),
        connector: row.connector.map(|connector| i64::from(connector.0)),
        session: row.session.map(|session| session.to_string()),
        ..line(row.id, row.at, &row.kind, detail)
    }
}

/// Commands among the lines, newest first.
fn causes_of(lines: &[Line]) -> Vec<Cause> {
    let commands = lines.iter().filter(|each| each.kind == "command");
    commands
        .map(|each| Cause {
            command: each.detail.get("command").and_then(Value::as_str).unwrap_or_default().to_owned(),
            by: each.by.clone().unwrap_or_default(),
            at: each.at,
        })
        .collect()
}

/// Which commands may lead to which movements.
fn may_lead_to(command: &str, kind: &str) -> bool {
    match kind {
        "disconnected" | "booted" | "connected" => matches!(command, "reset" | "update_firmware" | "raw"),
        "session_started" => command == "start_session",
        "session_ended" => matches!(command, "stop_session" | "reset" | "unlock"),
        "status" => {
            matches!(
                command,
                "set_availability"
                    | "change_availability"
                    | "reset"
                    | "start_session"
                    | "stop_session"
                    | "unlock"
            )
        }
        _ => false,
    }
}

fn cause_of(line: &Line, causes: &[Cause]) -> Option<Cause> {
    let near = |cause: &&Cause| {
        let passed = line.at.duration_since(cause.at);
        passed >= SignedDuration::ZERO && passed <= CAUSE_WITHIN && may_lead_to(&cause.command, &line.kind)
    };
    causes.iter().find(near).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_shortly_before_is_named_as_the_cause() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let reset = Cause { command: "reset".into(), by: "Mia".into(), at: at("2026-01-01T14:05:00Z") };
        let booted = |when| line(2, at(when), "booted", Value::Null);
        let named =
            |when: &'static str| cause_of(&booted(when), std::slice::from_ref(&reset)).map(|cause| cause.by);
        assert_eq!(named("2026-01-01T14:05:40Z").as_deref(), Some("Mia"));
        assert_eq!(named("2026-01-01T14:04:59Z"), None);
        assert_eq!(named("2026-01-01T14:07:00Z"), None);
        assert!(!may_lead_to("clear_cache", "booted"));
    }
}
