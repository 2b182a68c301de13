//! Tells a session its course where the charger's own profiles do not say it and no zone steers it; ends what may not charge
//! where a charger takes no limits; lets a session charge at once when somebody says so.

use std::sync::Arc;
use std::time::Duration;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::{Change, What};
use forecourt_core::charging::{ChargingProfile, ProfileKind, ProfilePurpose};
use forecourt_core::command::{Command, Outcome};
use forecourt_core::id::SessionId;
use forecourt_core::schedule::Course;
use forecourt_core::session::Session;
use jiff::SignedDuration;
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::course::{Known, Running, seat_of};
use super::keep::schedule;
use crate::{App, AppError, Principal};

/// What a car that is plugged in causes is looked at at once.
const GATHER: Duration = Duration::from_millis(100);
/// Ids of what one session is told at a station: this and the EVSE's number.
const FIRST_ID: i64 = 73_000;
/// A session's own profile goes before every default.
const STACK_LEVEL: i64 = 1;
/// Steps told at once: chargers announce room for six and more, most for 24 (ChargingScheduleMaxPeriods).
const STEPS: usize = 24;
/// It is told anew when what it knows ends sooner than this.
const ENOUGH: SignedDuration = SignedDuration::from_hours(12);
/// After a refusal the next try.
const AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// How long one pass waits for a charger.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks whenever something moved at a charger that has times, until cancelled.
pub(crate) async fn follow(app: Arc<App>, cancel: CancellationToken) {
    let mut changes = app.changes.gathered(GATHER);
    while changes.next(&app.schedules.wake, &cancel, |change| concerns(&app, change)).await.is_some() {
        if let Err(error) = app.run_schedules().await {
            tracing::warn!(%error, "schedules were not looked at; they will be again");
        }
    }
}

fn concerns(app: &App, change: &Change) -> bool {
    let moves = matches!(change.what, What::Session { .. } | What::Station | What::Connection { .. });
    let station = change.station.and_then(|station| app.directory.get(station));
    moves && station.is_some_and(|live| app.schedules.timetable().concerns(&live.record()))
}

impl App {
    /// One look at all times: hours are kept in chargers, sessions are told what they may draw.
    pub async fn run_schedules(self: &Arc<Self>) -> Result<(), AppError> {
        self.course_sessions().await?;
        let timetable = self.schedules.timetable();
        self.keep_hours(&timetable).await?;
        let due: Running = {
            let courses = self.schedules.courses();
            let each = courses.iter().filter(|(_, known)| self.is_due(known));
            each.map(|(session, known)| (*session, known.clone())).collect()
        };
        let mut running = JoinSet::new();
        for (session, known) in due {
            let app = self.clone();
            // Its answer is taken when it comes, also after this pass.
            let telling = tokio::spawn(async move { app.tell_course(session, &known).await });
            running.spawn(async move { tokio::time::timeout(PATIENCE, telling).await });
        }
        while let Some(ended) = running.join_next().await {
            if let Ok(Ok(Ok(Err(error)))) = ended {
                tracing::warn!(%error, "a session was not told its course; it will be tried again");
            }
        }
        self.end_what_may_not_charge().await?;
        self.write_courses().await
    }

    /// Whether a session is to be told something now.
    fn is_due(&self, known: &Known) -> bool {
        let (now, (station, _)) = (self.now(), seat_of(known));
        if self.power.steers(station) || known.again.is_some_and(|again| again > now) {
            return false;
        }
        let Some(live) = self.directory.get(station) else { return false };
        let since = {
            let link = live.link();
            if link.orders.is_none() {
                return false;
            }
            link.online_since
        };
        match &known.told {
            Some((told, connected)) if *connected == since => !is_same_ahead(told, &known.course, now),
            // What was told before is not needed any more, and ends with the session.
            _ if !known.is_own => false,
            _ => {
                let full = known.supply.full();
                let limits = known.course.steps().iter().any(|step| step.at >= now && step.limit < full);
                limits
                    || known.course.at(now).is_some_and(|limit| limit < full)
                    || known.record.overridden.is_some()
            }
        }
    }

    async fn tell_course(&self, session: SessionId, known: &Known) -> Result<(), AppError> {
        let (now, (station, evse)) = (self.now(), seat_of(known));
        let Some(live) = self.directory.get(station) else { return Ok(()) };
        let running = {
            let state = live.state.lock().await;
            state.running_on(evse).filter(|running| running.id == session).cloned()
        };
        let Some(running) = running else { return Ok(()) };
        // Until it answers nobody else asks.
        self.note_course(session, |known| known.again = Some(now + AGAIN));
        let connected = live.link().online_since;
        let profile = profile_of(known, &running, now);
        let command = Command::SetChargingProfile { evse: Some(evse), profile };
        let refused = match self.order(&live, command).await?.1 {
            Outcome::Answered { accepted: true, .. } => None,
            Outcome::Answered { status, .. } => Some(status.unwrap_or_else(|| "refused".into())),
            Outcome::Failed { code, description, .. } => Some(format!("{code} {description}")),
            Outcome::Impossible { reason } => Some(reason),
            Outcome::Offline | Outcome::NoAnswer | Outcome::Busy => {
                self.note_course(session, |known| known.told = None);
                return Ok(());
            }
        };
        let told = known.course.clone();
        self.note_course(session, |known| {
            known.record.told = Some(if refused.is_none() { "accepted" } else { "refused" }.into());
            known.record.told_at = Some(now);
            known.unwritten = true;
            if refused.is_none() {
                known.told = Some((told, connected));
                known.again = None;
            }
            known.record.told_detail = refused;
        });
        let record = live.record();
        let what = What::Session { session };
        let (organisation, site) = (record.organisation, Some(record.site));
        self.changes.publish(self.now(), Change { organisation, site, station: Some(station), what });
        Ok(())
    }

    fn note_course(&self, session: SessionId, note: impl FnOnce(&mut Known)) {
        if let Some(known) = self.schedules.courses().get_mut(&session) {
            note(known);
        }
    }

    /// Nothing may be charged there now and the charger takes no limit, neither for itself nor for the session.
    async fn end_what_may_not_charge(&self) -> Result<(), AppError> {
        let ends: Running = {
            let courses = self.schedules.courses();
            let closed = courses.iter().filter(|(_, known)| {
                known.hours.is_some_and(|limit| limit.0 == 0)
                    && known.record.overridden.is_none()
                    && known.record.stopped_at.is_none()
                    && known.record.told.as_deref() == Some("refused")
                    && self.schedules.refuses(seat_of(known))
                    && !self.power.steers(known.record.station)
            });
            closed.map(|(session, known)| (*session, known.clone())).collect()
        };
        for (session, known) in ends {
            let (station, evse) = seat_of(&known);
            let Some(live) = self.directory.get(station) else { continue };
            let running = live.state.lock().await.running_on(evse).filter(|s| s.id == session).cloned();
            let Some(running) = running else { continue };
            let command = Command::StopSession { reference: running.reference };
            if let (_, Outcome::Answered { accepted: true, .. }) = self.order(&live, command).await? {
                let now = self.now();
                self.note_course(session, |known| {
                    known.record.stopped_at = Some(now);
                    known.unwritten = true;
                });
            }
        }
        Ok(())
    }

    /// Charge now: for this session neither hours nor plans nor delays count any more. Limits of circuits stay.
    pub async fn charge_now(
        self: &Arc<Self>,
        principal: &Principal,
        session: SessionId,
    ) -> Result<(), AppError> {
        principal.require(Permission::Command)?;
        let found = self.session(principal, session).await?;
        if !found.session.is_active() {
            return Err(AppError::Conflict("this session has ended already".into()));
        }
        self.course_sessions().await?;
        let known = self.schedules.courses().get(&session).cloned();
        let Some(known) = known else {
            return Err(AppError::Conflict("nothing holds this session back".into()));
        };
        if known.record.overridden.is_some() {
            return Ok(());
        }
        let now = self.now();
        let mut record = known.record;
        record.overridden = Some((now, principal.name()));
        record.changed_at = now;
        let station = self.directory.get(record.station).map(|live| live.record());
        let name = station.map(|station| station.identity.clone()).unwrap_or_default();
        let mut tx = self.store.begin().await?;
        tx.put_session_course(&record).await?;
        let note = self.note(principal, "session.charge_now", ("session", session.0, &name));
        tx.audit(&note.made(&json!({"station_id": record.station, "evse": record.evse.0}))).await?;
        tx.commit().await?;
        let overridden = record.overridden.clone();
        self.note_course(session, |known| {
            known.record.overridden = overridden;
            known.again = None;
        });
        self.tell(
            principal,
            Some(found.session.site),
            Some(found.session.station),
            What::Session { session },
        );
        self.run_schedules().await?;
        if self.power.steers(found.session.station) {
            self.balance().await?;
            self.power.plan_again();
        }
        Ok(())
    }
}

fn profile_of(known: &Known, running: &Session, now: Timestamp) -> ChargingProfile {
    let start = running.started_at;
    let steps = known.course.seconds(start, now, STEPS);
    ChargingProfile {
        id: FIRST_ID + i64::from(known.record.evse.0),
        stack_level: STACK_LEVEL,
        purpose: ProfilePurpose::Transaction,
        kind: ProfileKind::Absolute,
        recurrency: None,
        valid_from: None,
        valid_to: None,
        transaction: Some(running.reference.clone()),
        // The session's beginning, by the charger's own clock: a schedule must not seem to lie ahead.
        schedules: vec![schedule(&known.supply, start, steps, None)],
    }
}

/// Whether a charger that was told `told` needs no other word for the time ahead.
fn is_same_ahead(told: &Course, wanted: &Course, now: Timestamp) -> bool {
    let ahead = |course: &Course| -> Vec<_> {
        course.steps().iter().filter(|step| step.at > now).take(STEPS).copied().collect()
    };
    let (told_ahead, wanted_ahead) = (ahead(told), ahead(wanted));
    let knows_enough = told_ahead.last().is_some_and(|last| last.at.duration_since(now) > ENOUGH);
    told.at(now) == wanted.at(now)
        && wanted_ahead.starts_with(&told_ahead)
        && (told_ahead.len() == wanted_ahead.len() || knows_enough)
}
