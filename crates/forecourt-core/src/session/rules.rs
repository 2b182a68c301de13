//! What a message does to a session.

use jiff::{SignedDuration, Timestamp};

use super::flag::{Flag, Flags};
use super::meter::{EnergySource, Meter};
use super::{EndedBy, Session, State};
use crate::fact::{ChargingState, Context, MeterReport, Phase, Reading, TransactionReport};
use crate::id::{EvseNumber, OrganisationId, SessionId, SiteId, StationId, TransactionRef};
use crate::unit::Watts;

/// A message older than this on arrival is marked late, in seconds.
const LATE_S: i64 = 300;
/// How far ahead of us a station's clock may be and still be believed, in hours.
const CLOCK_AHEAD_H: i64 = 24;
/// Before this moment no charging station spoke OCPP-J: 2015-01-01. A clock that says so was reset.
const CLOCK_FLOOR_MS: i64 = 1_420_070_400_000;
/// How long before its start a reading may lie and still belong to the session, in seconds.
const READING_BEFORE_START_S: i64 = 60;

/// Where a station stands, and what is known of the EVSE.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub station: StationId,
    pub max_power: Option<Watts>,
}

/// Which of a station's sessions a report speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The very message we have taken already.
    Repeat(usize),
    Session(usize),
    /// A reference we do not hold in memory: look in storage before making a new session.
    Elsewhere,
    None,
}

/// What came of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    pub session: Session,
    /// Readings to keep, times repaired.
    pub readings: Vec<Reading>,
    /// False when the message changed nothing.
    pub changed: bool,
}

/// Finds the session a transaction report speaks of among those held in memory (newest last).
pub fn find(sessions: &[Session], report: &TransactionReport, start_key: Option<&str>) -> Found {
    let Some(reference) = &report.reference else {
        return match report.phase {
            Phase::Started => repeated_start(sessions, start_key),
            Phase::Updated | Phase::Ended => nameless(sessions, report),
        };
    };
    let Some(at) = sessions.iter().rposition(|s| s.reference == *reference) else { return Found::Elsewhere };
    match sessions[at].state {
        // Some stations count their transactions from zero again after each start.
        State::Ended { at: ended, by: EndedBy::Station }
            if report.phase == Phase::Started
                && report.seq == Some(0)
                && report.at.is_some_and(|t| t > ended) =>
        {
            Found::None
        }
        _ => Found::Session(at),
    }
}

fn repeated_start(sessions: &[Session], start_key: Option<&str>) -> Found {
    let same = |s: &Session| start_key.is_some() && s.start_key.as_deref() == start_key;
    sessions.iter().rposition(same).map_or(Found::None, Found::Repeat)
}

/// Stations that forgot their transaction number: the only running session, or the one of the same token.
fn nameless(sessions: &[Session], report: &TransactionReport) -> Found {
    let running: Vec<usize> = (0..sessions.len()).filter(|i| sessions[*i].is_active()).collect();
    let token = report.token.as_ref().map(|t| t.uid.as_str());
    let by_token = running.iter().filter(|i| token.is_some() && sessions[**i].token.as_deref() == token);
    match (running.as_slice(), by_token.collect::<Vec<_>>().as_slice()) {
        ([only], _) => Found::Session(*only),
        (_, [only]) => Found::Session(**only),
        _ => Found::None,
    }
}

/// Applies a transaction report to the session it speaks of, or to a new one.
pub fn apply_transaction(
    found: Option<Session>,
    report: &TransactionReport,
    place: Place,
    fresh: impl FnOnce() -> (SessionId, TransactionRef),
    now: Timestamp,
) -> Applied {
    let (at, clock_ok) = believable_time(report.at, now);
    let is_new = found.is_none();
    let mut session = found.unwrap_or_else(|| begin(report, place, fresh(), at));
    let before = session.clone();

    note_circumstances(&mut session, report, at, clock_ok, now);
    if is_new && report.phase != Phase::Started {
        session.flags.set(Flag::Reconstructed);
    }
    let readings = take_readings(&mut session, &report.readings, at, place.max_power, now);
    match report.phase {
        Phase::Started => merge_start(&mut session, report, at),
        Phase::Updated => reopen_if_provisional(&mut session),
        Phase::Ended => end(&mut session, report, at),
    }
    merge_state(&mut session, report, at);
    let changed = is_new || session != before;
    Applied { session, readings, changed }
}

/// Applies readings that came outside of a transaction message. `None` when they do not belong to this session.
pub fn apply_meter(
    mut session: Session,
    report: &MeterReport,
    max_power: Option<Watts>,
    now: Timestamp,
) -> Option<Applied> {
    let earliest = session.started_at - SignedDuration::from_secs(READING_BEFORE_START_S);
    let belongs = |r: &Reading| report.reference.is_some() || believable_time(Some(r.at), now).0 >= earliest;
    let mine: Vec<Reading> = report.readings.iter().filter(|r| belongs(r)).cloned().collect();
    let first = mine.first()?.at;
    let before = session.clone();
    let readings = take_readings(&mut session, &mine, first, max_power, now);
    let newest = readings.iter().map(|r| r.at).max().unwrap_or(session.last_heard_at);
    session.last_heard_at = session.last_heard_at.max(newest);
    if session.ended_at().is_some_and(|ended| newest > ended) {
        reopen_if_provisional(&mut session);
    }
    let changed = session != before;
    Some(Applied { session, readings, changed })
}

/// Ends a session that its station will not end. The station's own word, should it come, replaces this.
pub fn close(mut session: Session, at: Timestamp, by: EndedBy) -> Session {
    if session.is_active() {
        session.state = State::Ended { at: at.max(session.started_at), by };
        session.power = None;
        session.charging_state = None;
        match by {
            EndedBy::Superseded => session.flags.set(Flag::Superseded),
            EndedBy::Reconciler | EndedBy::Operator => session.flags.set(Flag::Provisional),
            EndedBy::Station => {}
        }
        note_missing_energy(&mut session);
    }
    session
}

/// A person has looked at the session and lets it pass.
pub fn review(mut session: Session) -> Session {
    session.flags.set(Flag::Reviewed);
    session
}

fn begin(
    report: &TransactionReport,
    place: Place,
    (id, reference): (SessionId, TransactionRef),
    at: Timestamp,
) -> Session {
    let mut flags = Flags::default();
    if report.evse.is_none() {
        flags.set(Flag::UnknownEvse);
    }
    Session {
        id,
        organisation: place.organisation,
        site: place.site,
        station: place.station,
        evse: report.evse.unwrap_or(EvseNumber(0)),
        connector: report.connector,
        reference: report.reference.clone().unwrap_or(reference),
        token: None,
        started_at: at,
        start_key: None,
        state: State::Active,
        charging_state: None,
        power: None,
        soc: None,
        meter: Meter::default(),
        flags,
        last_heard_at: at,
        stop_reason: None,
    }
}

fn note_circumstances(
    session: &mut Session,
    report: &TransactionReport,
    at: Timestamp,
    clock_ok: bool,
    now: Timestamp,
) {
    if !clock_ok {
        session.flags.set(Flag::Clock);
    }
    if report.offline {
        session.flags.set(Flag::Offline);
    }
    if now.duration_since(at).as_secs() > LATE_S {
        session.flags.set(Flag::Late);
    }
    if session.evse == EvseNumber(0)
        && let Some(evse) = report.evse
    {
        session.evse = evse;
        session.flags.clear(Flag::UnknownEvse);
    }
    session.connector = session.connector.or(report.connector);
    if session.token.is_none() || report.phase == Phase::Started {
        let named = report.token.as_ref().map(|t| t.uid.clone()).filter(|uid| !uid.is_empty());
        session.token = named.or(session.token.take());
    }
}

fn merge_start(session: &mut Session, report: &TransactionReport, at: Timestamp) {
    session.flags.clear(Flag::Reconstructed);
    if session.start_key.is_none() {
        session.start_key = start_key(report);
        session.started_at = at;
    }
    if let State::Ended { at: ended, by } = session.state {
        session.state = State::Ended { at: ended.max(session.started_at), by };
    }
}

/// What identifies a start message: a repeat carries the same (in 1.6 under another message id).
pub fn start_key(report: &TransactionReport) -> Option<String> {
    let at = report.at?.as_millisecond();
    let register = report.readings.iter().find(|r| r.context == Context::Begin).and_then(|r| r.register);
    let token = report.token.as_ref().map_or("", |t| t.uid.as_str());
    let evse = report.evse.map_or(0, |e| e.0);
    Some(format!("{evse}|{at}|{}|{token}", register.map_or(-1, |r| r.0)))
}

fn end(session: &mut Session, report: &TransactionReport, at: Timestamp) {
    let first_word = !matches!(session.state, State::Ended { by: EndedBy::Station, .. });
    if first_word {
        session.state = State::Ended { at: at.max(session.started_at), by: EndedBy::Station };
        session.flags.clear(Flag::Provisional);
        session.flags.clear(Flag::Superseded);
        session.stop_reason = report.stop_reason.clone().or_else(|| Some("Local".into()));
    }
    session.power = None;
    note_missing_energy(session);
}

fn note_missing_energy(session: &mut Session) {
    if session.meter.source() == EnergySource::None {
        session.flags.set(Flag::NoEnergy);
    } else {
        session.flags.clear(Flag::NoEnergy);
    }
}

fn reopen_if_provisional(session: &mut Session) {
    if matches!(session.state, State::Ended { by: EndedBy::Reconciler | EndedBy::Operator, .. }) {
        session.state = State::Active;
        session.flags.clear(Flag::Provisional);
        session.flags.clear(Flag::NoEnergy);
    }
}

fn merge_state(session: &mut Session, report: &TransactionReport, at: Timestamp) {
    let newest = at >= session.last_heard_at;
    session.last_heard_at = session.last_heard_at.max(at);
    if !session.is_active() {
        session.charging_state = None;
    } else if newest && report.charging_state.is_some() {
        session.charging_state = report.charging_state;
        if report.charging_state != Some(ChargingState::Charging) {
            session.power = session.power.map(|_| Watts::ZERO);
        }
    }
}

fn take_readings(
    session: &mut Session,
    readings: &[Reading],
    fallback: Timestamp,
    max_power: Option<Watts>,
    now: Timestamp,
) -> Vec<Reading> {
    let mut kept: Vec<Reading> = readings.to_vec();
    for reading in &mut kept {
        let (at, ok) = believable_time(Some(reading.at), now);
        reading.at = if ok { at } else { fallback };
    }
    kept.sort_by_key(|r| r.at);
    for reading in &kept {
        for flag in session.meter.take(reading, max_power) {
            session.flags.set(flag);
        }
        if reading.at >= session.last_heard_at && session.is_active() {
            session.power = reading.power.or(session.power);
            session.soc = reading.soc.or(session.soc);
            session.last_heard_at = reading.at;
        }
    }
    if !session.is_active() {
        note_missing_energy(session);
    }
    kept
}

/// The station's time where it can be true, else the time of arrival.
fn believable_time(at: Option<Timestamp>, now: Timestamp) -> (Timestamp, bool) {
    let latest = now + SignedDuration::from_hours(CLOCK_AHEAD_H);
    match at {
        Some(at) if at.as_millisecond() >= CLOCK_FLOOR_MS && at <= latest => (at, true),
        _ => (now, false),
    }
}
