//! What a station's statement changes: decided here, written by [`crate::gateway`].

use forecourt_core::Timestamp;
use forecourt_core::change::What;
use forecourt_core::command::Command;
use forecourt_core::fact::{
    Answer, Boot, DataTransferStatus, Fact, MeterReport, Phase, PresentedToken, StatusReport,
    TransactionReport,
};
use forecourt_core::id::{EvseNumber, SessionId, TransactionRef};
use forecourt_core::metrics::Availability;
use forecourt_core::session::{
    Applied, EndedBy, Flag, Found, Place, Session, apply_meter, apply_transaction, close, find, start_key,
};
use forecourt_core::station::{Connector, is_plausible, shown_status};
use forecourt_core::tariff::StateMark;
use forecourt_core::token::{TokenInfo, TokenKind, Verdict, judge};
use forecourt_store::StoreError;
use forecourt_store::journal::{BootRow, ConnectorRow, SecurityRow, SessionRow, Unit};

use crate::App;
use crate::dashboard::tally;
use crate::live::{Live, State};
use crate::pricing::{Asked, told_by_status};
use crate::security::severity::severity_of;
use crate::terms::NotAdmitted;
use crate::uptime;

/// Security event of ours: a station named a session of another station (threat 5).
const FOREIGN_TRANSACTION: &str = "ForeignTransaction";

/// What is to be answered, written, remembered and told.
#[derive(Debug)]
pub(crate) struct Decision {
    pub answer: Answer,
    pub unit: Unit,
    pub changes: Vec<What>,
    /// What is to be worked out about prices.
    pub asked: Asked,
    /// Sent to the station after the answer.
    pub orders: Vec<Command>,
    /// Why a valid key is not admitted here.
    pub refused: Option<NotAdmitted>,
}

/// What a key is shown for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AskedFor {
    /// To begin, at this plug where the station says which.
    Start(Option<EvseNumber>),
    /// To end, or while charging.
    Stop,
}

impl Decision {
    pub fn answering(answer: Answer) -> Self {
        Self {
            answer,
            unit: Unit::default(),
            changes: Vec::new(),
            asked: Asked::default(),
            orders: Vec::new(),
            refused: None,
        }
    }
}

impl App {
    pub(crate) async fn decide(
        &self,
        live: &Live,
        state: &mut State,
        fact: Fact,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        let mut decision = match fact {
            Fact::Boot(boot) => self.decide_boot(live, boot, now),
            Fact::Heartbeat => Decision::answering(Answer::Heartbeat { now }),
            Fact::Status(report) => {
                let mut decision = decide_status(live, state, &report, now);
                let same = |c: &&Connector| c.evse == report.evse && c.connector == report.connector;
                let old = state.connectors.iter().find(same);
                if self.note_status(live, old, &report, now).await? {
                    decision.changes.push(What::Fault);
                }
                decision.asked.state = told_by_status(state, &report, now);
                decision
            }
            Fact::Authorize(token) => {
                let (info, refused) = self.verdict(live, &token, AskedFor::Start(None), now).await?;
                let mut decision = Decision::answering(Answer::Authorize(info));
                decision.refused = refused;
                decision
            }
            Fact::Transaction(report) => self.decide_transaction(live, state, *report, now).await?,
            Fact::Meter(report) => self.decide_meter(live, state, &report, now).await?,
            Fact::Variables(report) => self.decide_variables(live, report, now).await?,
            Fact::Monitors(report) => self.decide_monitors(live, report, now).await?,
            Fact::Events(events) => self.decide_events(live, events, now).await?,
            Fact::Items(report) => self.decide_items(live, state, report, now).await?,
            Fact::Reservation { reservation, status } => {
                self.decide_reservation(live, reservation, &status, now).await?
            }
            Fact::Firmware(progress) => self.decide_firmware(live, &progress, now).await?,
            Fact::Security(event) => {
                let mut decision = Decision::answering(Answer::Done);
                decision.changes.push(What::Security { kind: event.kind.clone() });
                let row = self.security_row(live, event.kind, event.info, now);
                decision.unit.security.push(SecurityRow { happened_at: event.at, ..row });
                decision
            }
            Fact::DataTransfer(_) => {
                Decision::answering(Answer::DataTransfer(DataTransferStatus::UnknownVendor))
            }
            Fact::SignCertificate(wish) => self.decide_signing(live, wish, now).await?,
            Fact::AuthorizeContract(contract) => self.decide_contract(live, &contract, now).await?,
            Fact::EvCertificate(wish) => self.decide_ev_certificate(live, wish).await,
            Fact::CertificateStatus(requests) => self.decide_certificate_status(&requests).await,
            Fact::CertificateChainStatus(requests) => self.decide_chain_status(live, requests, now).await?,
            Fact::PullSchedule { .. } => Decision::answering(Answer::ScheduleUpdate(None)),
            Fact::LogUpload(progress) => self.decide_log_progress(live, progress).await?,
            Fact::Noted => Decision::answering(Answer::Done),
        };
        self.settle_prices(live, state, &mut decision, now).await?;
        if !decision.unit.connectors.is_empty()
            || state.watched.iter().any(|w| w.state == Availability::Offline)
        {
            uptime::follow(live, state, true, &mut decision.unit, now);
        }
        Ok(decision)
    }

    fn decide_boot(&self, live: &Live, boot: Boot, now: Timestamp) -> Decision {
        let record = live.record();
        let interval_s = self.settings().heartbeat_s;
        let mut decision =
            Decision::answering(Answer::Boot { registration: record.registration, now, interval_s });
        decision.unit.boot = Some(BootRow { station: record.id, at: now, boot });
        self.note_boot(live);
        decision.changes.push(What::Station);
        decision
    }

    /// May this token charge at this station now?
    pub(crate) async fn verdict(
        &self,
        live: &Live,
        token: &PresentedToken,
        asked: AskedFor,
        now: Timestamp,
    ) -> Result<(TokenInfo, Option<NotAdmitted>), StoreError> {
        let record = live.record();
        if token.kind == TokenKind::None && token.uid.is_empty() {
            let accepted = TokenInfo {
                verdict: Verdict::Accepted,
                expires_at: None,
                group: None,
                message: None,
                tariff: None,
            };
            return Ok((accepted, None));
        }
        let known = self.known_tokens.find(&self.store, record.organisation, &token.uid).await?;
        let mut info = judge(known.as_ref(), record.free_charging, (record.site, record.id), now);
        let mut refused = None;
        // At a site with free charging stations make keys up; there everybody may.
        if info.verdict == Verdict::Accepted
            && matches!(asked, AskedFor::Start(_))
            && !record.free_charging
            && !self.may_charge_at_home(record.id, known.as_ref())
        {
            info.verdict = Verdict::NotHere;
        }
        if let (Verdict::Accepted, AskedFor::Start(evse)) = (info.verdict, asked) {
            refused = match self.admitted(live, known.as_ref(), evse, now) {
                Ok(true) => self.may_start_paying(record.organisation, known.as_ref(), now).await?,
                Ok(false) => None,
                Err(refused) => Some(refused),
            };
            if refused.is_none() && self.is_outside_hours(&record, &live.zone(), evse, now) {
                refused = Some(NotAdmitted::OutsideHours);
            }
            info.verdict = match refused {
                None => info.verdict,
                Some(NotAdmitted::Paying(_)) => Verdict::NoCredit,
                Some(_) => Verdict::NotHere,
            };
            if refused.is_none() {
                info.message = self.price_told(live, known.as_ref(), evse, now);
                info.tariff = self.tariff_of_driver(live, known.as_ref(), evse, now);
            }
        }
        Ok((info, refused))
    }

    async fn decide_transaction(
        &self,
        live: &Live,
        state: &mut State,
        report: TransactionReport,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        let record = live.record();
        state.refresh(&self.store, record.id).await?;
        // Whoever began may end, whatever the profiles say by then.
        let asked = match report.phase {
            Phase::Started => AskedFor::Start(report.evse),
            _ => AskedFor::Stop,
        };
        let (verdict, refused) = match &report.token {
            Some(token) => {
                self.verdict(live, token, asked, now).await.map(|(info, why)| (Some(info), why))?
            }
            None => (None, None),
        };
        let answer = |reference| Answer::Transaction { reference, token: verdict.clone(), total_cost: None };
        let key = start_key(&report);
        let mut decision = Decision::answering(Answer::Done);
        decision.refused = refused;
        // Stations that number their reports are told what a session costs (2.0.1 E06, I02, I03).
        decision.asked.is_told_costs = report.seq.is_some();
        let before = match find(&state.sessions, &report, key.as_deref()) {
            Found::Repeat(at) => {
                decision.answer = answer(Some(state.sessions[at].reference.clone()));
                return Ok(decision);
            }
            Found::Session(at) => Some(state.sessions[at].clone()),
            Found::None => None,
            Found::Elsewhere => self.find_stored(live, &report, &mut decision, now).await?,
        };
        let number = match (&before, &report.reference) {
            (None, None) => self.transactions.next(&self.store).await?,
            _ => 0,
        };
        if let Some(reservation) = report.reservation.filter(|_| report.phase == Phase::Started) {
            self.use_reservation(record.id, reservation, now).await?;
        }
        let fresh = || (SessionId(self.id_at(now)), TransactionRef(number.to_string()));
        let place = place_of(live, state, report.evse);
        let mut applied = apply_transaction(before.clone(), &report, place, fresh, now);
        mark_verdict(&mut applied.session, &report, verdict.as_ref());
        if applied.session.is_active() {
            self.supersede(live, state, &applied.session, now, &mut decision);
        }
        decision.answer = answer(Some(applied.session.reference.clone()));
        if let Some(reservation) = report.reservation.filter(|_| report.phase == Phase::Started) {
            decision.unit.bookings.push((applied.session.id, record.organisation, reservation));
        }
        ask_price(&mut decision, &applied.session, before.as_ref(), &report, now);
        let is_admitted = verdict.as_ref().is_some_and(|info| info.verdict == Verdict::Accepted);
        if before.is_none()
            && is_admitted
            && let Some(booking) = self.booking_of_start(live, &applied.session, &report).await?
        {
            decision.unit.bookings.push((applied.session.id, record.organisation, booking.id.0));
            decision.asked.booking = Some(Box::new(booking));
        }
        let changed = applied.changed || before.as_ref() != Some(&applied.session);
        keep(&mut decision, live, before.as_ref(), applied, changed);
        show_session(&mut decision, live, state);
        Ok(decision)
    }

    /// A session that is no longer in memory, or somebody else's.
    async fn find_stored(
        &self,
        live: &Live,
        report: &TransactionReport,
        decision: &mut Decision,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let Some(reference) = &report.reference else { return Ok(None) };
        let station = live.record().id;
        let mine = self.store.session_by_reference(station, reference).await?;
        if let Some(session) = mine {
            let known = [session];
            let is_it = matches!(find(&known, report, None), Found::Session(_));
            return Ok(known.into_iter().next().filter(|_| is_it));
        }
        // Transaction numbers we hand out are unique: one that is another station's was guessed or mixed up.
        let ours = report.seq.is_none();
        if ours
            && report.phase != Phase::Started
            && self.store.is_reference_elsewhere(station, reference).await?
        {
            let info = Some(format!(
                "transaction {reference} belongs to another station; nothing of it was changed"
            ));
            decision.unit.security.push(self.security_row(live, FOREIGN_TRANSACTION.into(), info, now));
            decision.changes.push(What::Security { kind: FOREIGN_TRANSACTION.into() });
        }
        Ok(None)
    }

    /// Two sessions cannot run on one EVSE: the older one ended without a word.
    fn supersede(
        &self,
        live: &Live,
        state: &State,
        newer: &Session,
        now: Timestamp,
        decision: &mut Decision,
    ) {
        let older = state.sessions.iter().filter(|s| {
            s.is_active()
                && s.id != newer.id
                && s.evse == newer.evse
                && s.evse != EvseNumber(0)
                && s.started_at <= newer.started_at
        });
        for session in older {
            let ended_at = session.last_heard_at.min(newer.started_at).min(now);
            let closed = close(session.clone(), ended_at, EndedBy::Superseded);
            let applied = Applied { session: closed, readings: Vec::new(), changed: true };
            keep(decision, live, Some(session), applied, true);
        }
    }

    async fn decide_meter(
        &self,
        live: &Live,
        state: &mut State,
        report: &MeterReport,
        now: Timestamp,
    ) -> Result<Decision, StoreError> {
        let mut decision = Decision::answering(Answer::Done);
        let found = match &report.reference {
            Some(reference) => match state.sessions.iter().rev().find(|s| s.reference == *reference) {
                Some(session) => Some(session.clone()),
                None => self.store.session_by_reference(live.record().id, reference).await?,
            },
            None => state.running_on(report.evse).cloned(),
        };
        let Some(session) = found else { return Ok(decision) };
        let max_power = state.max_power(Some(session.evse));
        if let Some(applied) = apply_meter(session.clone(), report, max_power, now) {
            let changed = applied.changed;
            keep(&mut decision, live, Some(&session), applied, changed);
        }
        Ok(decision)
    }

    pub(crate) fn security_row(
        &self,
        live: &Live,
        kind: String,
        info: Option<String>,
        now: Timestamp,
    ) -> SecurityRow {
        let severity = severity_of(&kind).as_str();
        let record = live.record();
        SecurityRow {
            id: self.id_at(now),
            organisation: record.organisation,
            station: record.id,
            at: now,
            kind,
            severity,
            happened_at: None,
            info,
        }
    }
}

/// What prices have to know of a report.
fn ask_price(
    decision: &mut Decision,
    session: &Session,
    before: Option<&Session>,
    report: &TransactionReport,
    now: Timestamp,
) {
    let asked = &mut decision.asked;
    asked.fresh = before.is_none().then_some(session.id);
    asked.cost_of = (asked.is_told_costs && report.phase != Phase::Started).then_some(session.id);
    // A clock that was reset would date every state before the session.
    let at = report.at.filter(|at| *at >= session.started_at).unwrap_or(now);
    let is_news = |state| before.is_none_or(|b| b.charging_state != Some(state) || at < b.last_heard_at);
    let told = report.charging_state.filter(|state| is_news(*state));
    asked.state = told.map(|state| (session.id, StateMark { at, state }));
}

fn place_of(live: &Live, state: &State, evse: Option<EvseNumber>) -> Place {
    let record = live.record();
    Place {
        organisation: record.organisation,
        site: record.site,
        station: record.id,
        max_power: state.max_power(evse),
    }
}

fn mark_verdict(session: &mut Session, report: &TransactionReport, verdict: Option<&TokenInfo>) {
    let Some(verdict) = verdict else { return };
    if verdict.verdict == Verdict::Accepted {
        session.flags.clear(Flag::Unauthorised);
    } else if report.phase == Phase::Started {
        session.flags.set(Flag::Unauthorised);
    }
}

/// Adds a changed session with its readings and sums to what is written.
pub(crate) fn keep(
    decision: &mut Decision,
    live: &Live,
    before: Option<&Session>,
    applied: Applied,
    changed: bool,
) {
    let Applied { session, readings, .. } = applied;
    decision.unit.readings.extend(readings.into_iter().map(|reading| (session.id, reading)));
    if changed {
        decision.unit.rollups.extend(tally::of_session(before, &session, &live.zone()));
        decision.changes.push(What::Session { session: session.id });
        let progress = before.is_some_and(|before| session.is_progress_of(before));
        decision.unit.sessions.push(SessionRow { session, progress });
    }
}

fn decide_status(live: &Live, state: &State, report: &StatusReport, now: Timestamp) -> Decision {
    let mut decision = Decision::answering(Answer::Done);
    if !is_plausible(report.evse, report.connector) {
        return decision;
    }
    let mut connector = Connector::from_report(report, now);
    let old = state.connectors.iter().find(|c| c.evse == report.evse && c.connector == report.connector);
    if let Some(old) = old.filter(|old| old.reported == connector.reported) {
        connector.since = old.since;
    }
    let shown = shown_status(connector.reported, state.running_on(connector.evse));
    decision.unit.connectors.push(ConnectorRow { station: live.record().id, connector, shown });
    decision.changes.push(What::Station);
    decision
}

/// A 2.x connector that says only Occupied shows what its session does.
fn show_session(decision: &mut Decision, live: &Live, state: &State) {
    let station = live.record().id;
    let Some(SessionRow { session, .. }) = decision.unit.sessions.last() else { return };
    let occupied = |c: &&Connector| {
        c.evse == session.evse && c.reported == forecourt_core::fact::ConnectorStatus::Occupied
    };
    let rows: Vec<ConnectorRow> = state
        .connectors
        .iter()
        .filter(occupied)
        .map(|c| ConnectorRow {
            station,
            connector: c.clone(),
            shown: shown_status(c.reported, Some(session)),
        })
        .collect();
    decision.unit.connectors.extend(rows);
}
