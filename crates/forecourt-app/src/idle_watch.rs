//! Follows plugs that may be blocked: ends sessions whose car takes nothing, lets the time run that is charged for, tells
//! drivers ahead, and writes what is owed onto the session's receipt. It never counts what nobody saw.

use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::change::What;
use forecourt_core::command::Command;
use forecourt_core::fact::{ChargingState, ConnectorStatus};
use forecourt_core::id::{OrganisationId, StationId};
use forecourt_core::idle_fee::{Course, IdleFee, Sight};
use forecourt_core::session::Session;
use forecourt_core::station::Connector;
use forecourt_store::journal::Unit;
use forecourt_store::session_terms::{IdleTerms, SessionTerms};
use jiff::SignedDuration;

use crate::idle_letters::{self, Notice};
use crate::letters::Language;
use crate::live::{Live, State};
use crate::{App, AppError};

/// A driver is told this long before something begins to cost (product.md A8).
const NOTICE: SignedDuration = SignedDuration::from_mins(10);
/// A stop that was sent and did not end the session is sent again after this.
const STOP_AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// Longest that a fee is followed: no car stands there for a month.
const FOLLOWED: SignedDuration = SignedDuration::from_hours(24 * 31);

/// What one look found to do.
#[derive(Debug, Default)]
struct Todo {
    stop: bool,
    notices: Vec<Notice>,
}

impl App {
    /// Looks at every session to which a fee may still be added.
    pub(crate) async fn watch_idle_fees(&self) -> Result<(), AppError> {
        for (station, terms) in self.store.open_idle_fees().await? {
            let id = terms.session;
            if let Err(error) = self.follow_idle_fee(station, terms).await {
                tracing::warn!(%error, session = %id, "an idle fee could not be followed; it will be looked at again");
            }
        }
        Ok(())
    }

    async fn follow_idle_fee(&self, station: StationId, terms: SessionTerms) -> Result<(), AppError> {
        let found = self.store.session(terms.organisation, terms.session).await?;
        let Some(session) = found.map(|record| record.session) else { return Ok(()) };
        let Some(live) = self.directory.get(station) else {
            return self.close_idle_fee(&session, terms).await;
        };
        let mut state = live.state.lock().await;
        state.refresh(&self.store, station).await?;
        let newest = state.sessions.iter().find(|s| s.id == session.id).cloned().unwrap_or(session);
        let idle_since = self.idle_since(&newest).await?;
        let now = self.now();
        let Some(before) = terms.idle.clone() else { return Ok(()) };
        let mut idle = before.clone();
        let sight = sight_of(&live, &state, &newest, now);
        let todo = step(&mut idle, &newest, idle_since, sight, now);
        let is_over = idle.course.ended || now.duration_since(newest.started_at) > FOLLOWED;
        if idle != before || is_over {
            self.write_idle_fee(&live, &mut state, &newest, (&before, idle.clone()), is_over).await?;
        }
        drop(state);
        if todo.stop {
            self.stop_idle(&live, &newest).await;
        }
        for notice in todo.notices {
            self.tell_driver(&terms, &newest, &idle.rules, notice).await?;
        }
        Ok(())
    }

    /// Since when the car has taken nothing without a break, by what the station told.
    async fn idle_since(&self, session: &Session) -> Result<Option<Timestamp>, AppError> {
        if !session.is_active() {
            return Ok(None);
        }
        let states = self.store.session_states(session.id).await?;
        let mut since = None;
        for mark in states {
            since = match mark.state {
                ChargingState::SuspendedEV => since.or(Some(mark.at)),
                _ => None,
            };
        }
        Ok(since)
    }

    async fn stop_idle(&self, live: &Live, session: &Session) {
        let command = Command::StopSession { reference: session.reference.clone() };
        match self.order(live, command).await {
            Ok((_, outcome)) => {
                tracing::info!(session = %session.id, ?outcome, "a session was stopped: its car takes nothing");
            }
            Err(error) => tracing::warn!(%error, session = %session.id, "an idle session was not stopped"),
        }
    }

    /// Writes how far the fee has come; where the session has ended and the amount moved, its receipt too.
    async fn write_idle_fee(
        &self,
        live: &Live,
        state: &mut State,
        session: &Session,
        (before, idle): (&IdleTerms, IdleTerms),
        is_over: bool,
    ) -> Result<(), AppError> {
        let moved = before.line().map(|line| line.with_vat) != idle.line().map(|line| line.with_vat);
        let open = !is_over || session.is_active();
        let mut unit = Unit { idle: vec![(session.id, idle.clone(), open)], ..Unit::default() };
        // The receipt names the time that counted: it is written once more when that ends.
        if !session.is_active() && (moved || !open) {
            let priced = self.price_with_fee(session, idle.clone()).await?;
            if let Some((row, money)) = priced {
                unit.prices.push(row);
                unit.money = money;
            }
        }
        if let Some(bill) = state.bills.get_mut(&session.id)
            && let Some(Some(terms)) = &mut bill.terms
        {
            Arc::make_mut(terms).idle = Some(idle);
        }
        self.journal.append(unit).await?;
        if moved {
            self.publish(live, self.now(), What::Session { session: session.id });
        }
        Ok(())
    }

    /// The station is gone for good: what was counted stays.
    async fn close_idle_fee(&self, session: &Session, terms: SessionTerms) -> Result<(), AppError> {
        let Some(mut idle) = terms.idle else { return Ok(()) };
        if session.is_active() {
            return Ok(());
        }
        idle.course.ended = true;
        let mut unit = Unit { idle: vec![(session.id, idle.clone(), false)], ..Unit::default() };
        if let Some((row, money)) = self.price_with_fee(session, idle).await? {
            unit.prices.push(row);
            unit.money = money;
        }
        Ok(self.journal.append(unit).await?)
    }

    async fn tell_driver(
        &self,
        terms: &SessionTerms,
        session: &Session,
        rules: &IdleFee,
        notice: Notice,
    ) -> Result<(), AppError> {
        let Some(driver) = terms.driver else { return Ok(()) };
        let Some(driver) = self.store.driver(terms.organisation, driver).await? else { return Ok(()) };
        if driver.email.is_empty() {
            return Ok(());
        }
        let organisation = self.name_of_organisation(terms.organisation).await?;
        let site = self.store.site(terms.organisation, session.site).await?;
        let site = site.map(|found| found.site.name).unwrap_or_default();
        let language = Language::parse(&driver.language).unwrap_or_default();
        let mut letter = idle_letters::notice(language, &driver.email, (&organisation, &site), rules, notice);
        letter.organisation = Some(terms.organisation);
        let mut tx = self.store.begin().await?;
        tx.enqueue_mail(&self.letter(letter)).await?;
        Ok(tx.commit().await?)
    }

    async fn name_of_organisation(&self, id: OrganisationId) -> Result<String, AppError> {
        Ok(self.store.organisation(id).await?.map(|found| found.name).unwrap_or_default())
    }
}

/// What can be said of a session's plug.
fn sight_of(live: &Live, state: &State, session: &Session, now: Timestamp) -> Sight {
    let away = {
        let link = live.link();
        link.online_since.is_none().then(|| link.last_seen.unwrap_or(now))
    };
    if let Some(since) = away {
        return Sight::Unseen { since };
    }
    if session.is_active() {
        return Sight::Blocked;
    }
    let ended = session.ended_at().unwrap_or(now);
    let next = state.sessions.iter().find(|s| s.evse == session.evse && s.started_at > session.started_at);
    let mine = |number| session.connector.is_none_or(|of_session| of_session == number);
    let plugs: Vec<&Connector> =
        state.connectors.iter().filter(|c| c.evse == session.evse && mine(c.connector)).collect();
    if plugs.is_empty() {
        // A charger that tells nothing of its plugs: nobody saw anything.
        return Sight::Over { since: ended };
    }
    let free = plugs.into_iter().filter(|plug| !stands_there(plug, ended)).map(|plug| plug.since).min();
    match (next.map(|s| s.started_at), free) {
        (None, None) => Sight::Blocked,
        (a, b) => Sight::Over { since: a.into_iter().chain(b).min().unwrap_or(now) },
    }
}

/// Whether the plug still says what it said of the session's car. Anything that began since is somebody else's, or nobody's.
fn stands_there(plug: &Connector, ended: Timestamp) -> bool {
    match plug.reported {
        ConnectorStatus::Finishing | ConnectorStatus::Occupied => true,
        ConnectorStatus::Charging | ConnectorStatus::SuspendedEV | ConnectorStatus::SuspendedEVSE => {
            plug.since <= ended
        }
        _ => false,
    }
}

/// One look: begins, counts, and says what is to be done. Pure.
fn step(
    idle: &mut IdleTerms,
    session: &Session,
    idle_since: Option<Timestamp>,
    sight: Sight,
    now: Timestamp,
) -> Todo {
    if let Some(until) = idle.until {
        return step_booked(idle, until, session, sight, now);
    }
    let IdleTerms { rules, course, .. } = idle;
    let mut todo = Todo::default();
    let minutes = SignedDuration::from_mins;
    if let Some(stay) = rules.triggers.max_stay_min {
        let due = session.started_at + minutes(stay);
        if !course.told_before && now >= due - NOTICE && now < due {
            course.told_before = true;
            todo.notices.push(Notice::EndsSoon);
        }
        if now >= due && session.ended_at().is_none_or(|ended| ended > due) {
            course.begin(due, SignedDuration::ZERO);
        }
    }
    if let (Some(limit), Some(since)) = (rules.triggers.idle_min, idle_since) {
        stop_when_idle(course, since + minutes(limit), now, &mut todo);
    }
    if let Some(ended) = session.ended_at() {
        let stopped = course.stop_sent.is_some();
        let head_start = rules.triggers.idle_min.filter(|_| rules.idle_counts_as_grace && stopped);
        if rules.triggers.after_charging || stopped {
            course.begin(ended.min(now), minutes(head_start.unwrap_or(0)));
        } else if course.began.is_none() {
            course.ended = true;
        }
    }
    if course.began.is_some_and(|began| began <= now) {
        course.see(sight, now);
        tell_of_grace(course, rules, &mut todo);
    }
    todo
}

/// The same for a booked session: what counts is the time after the booked end, whatever the car did before.
fn step_booked(
    idle: &mut IdleTerms,
    until: Timestamp,
    session: &Session,
    sight: Sight,
    now: Timestamp,
) -> Todo {
    let IdleTerms { rules, course, .. } = idle;
    let mut todo = Todo::default();
    let gone_before = matches!(sight, Sight::Over { since } if since <= until);
    if course.began.is_none() && !session.is_active() && gone_before {
        course.ended = true;
        return todo;
    }
    if !course.told_before && now >= until - NOTICE && now < until {
        course.told_before = true;
        todo.notices.push(Notice::EndsSoon);
    }
    if now >= until {
        course.begin(until, SignedDuration::ZERO);
        course.see(sight, now);
        tell_of_grace(course, rules, &mut todo);
    }
    todo
}

/// A session whose car has taken nothing for the whole interval is stopped; the driver is told before.
fn stop_when_idle(course: &mut Course, due: Timestamp, now: Timestamp, todo: &mut Todo) {
    if now >= due {
        if course.stop_sent.is_none_or(|sent| now.duration_since(sent) >= STOP_AGAIN) {
            course.stop_sent = Some(now);
            todo.stop = true;
        }
    } else if !course.told_before && now >= due - NOTICE {
        course.told_before = true;
        todo.notices.push(Notice::EndsSoon);
    }
}

fn tell_of_grace(course: &mut Course, rules: &IdleFee, todo: &mut Todo) {
    if course.ended {
        return;
    }
    let left = rules.grace() - course.blocked();
    if !course.told_grace && left.is_positive() {
        course.told_grace = true;
        todo.notices.push(Notice::GraceBegins);
    }
    // Not in the moment in which the grace begins: that letter says how long it is.
    let late = course.blocked().is_positive() && left <= NOTICE.min(rules.grace() / 2);
    if !course.told_last && left.is_positive() && late {
        course.told_last = true;
        todo.notices.push(Notice::GraceEnds);
    }
}
