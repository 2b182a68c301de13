//! What sessions cost: which tariff a session keeps from its start, its cost while it runs, its receipt when it ends.
//!
//! A session without a tariff costs a look into memory and no more. It does not decide who pays.

use std::collections::HashMap;
use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::fact::{Answer, ChargingState, ConnectorStatus, Reading, StatusReport};
use forecourt_core::id::{SessionId, TariffVersionId};
use forecourt_core::metrics::day_of;
use forecourt_core::session::Session;
use forecourt_core::tariff::{Mark, Period, Receipt, StateMark, Tariff, periods, price};
use forecourt_core::unit::Money;
use forecourt_store::booking::BookingRecord;
use forecourt_store::journal::Unit;
use forecourt_store::session_terms::{IdleTerms, SessionTerms};
use forecourt_store::tariff::{PriceRow, TariffVersionRecord};
use forecourt_store::{MoneyDelta, Store, StoreError};
use jiff::tz::TimeZone;

use crate::dashboard::tally::{self, Counted};
use crate::live::{Live, State};
use crate::report::Decision;
use crate::terms::Beginning;
use crate::{App, AppError, Principal};

/// Readings of a running session kept in memory for its cost; beyond it every second one is let go.
const MARKS_MAX: usize = 4_096;

/// The price of a running session as its station's owner holds it.
#[derive(Debug, Clone)]
pub(crate) struct Bill {
    pub version: TariffVersionId,
    pub story: Option<Story>,
    /// What the sums of money hold of it.
    pub counted: Option<Counted>,
    /// What was decided at its start, once it was looked up.
    pub terms: Option<Option<Arc<SessionTerms>>>,
}

impl Bill {
    /// Of a session that was found running.
    pub fn of(version: TariffVersionId) -> Self {
        Self { version, story: None, counted: None, terms: None }
    }
}

/// What the cost so far is worked out from. Held only for stations that are told it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Story {
    marks: Vec<Mark>,
    states: Vec<StateMark>,
    /// Some readings were let go: the receipt is made from storage.
    thinned: bool,
}

/// What a decision wants to know of prices.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// The station is one that is told costs.
    pub is_told_costs: bool,
    /// The session was begun by this decision.
    pub fresh: Option<SessionId>,
    /// Its station is to be told what it costs.
    pub cost_of: Option<SessionId>,
    /// What a station said its car does.
    pub state: Option<(SessionId, StateMark)>,
    /// The booking the fresh session belongs to.
    pub booking: Option<Box<BookingRecord>>,
}

impl Story {
    async fn load(store: &Store, session: SessionId) -> Result<Self, StoreError> {
        let (marks, states) = store.session_marks(session).await?;
        Ok(Self { marks, states, thinned: false })
    }

    /// As storage does it: the first of a moment and context is kept, of one message the last.
    fn extend(&mut self, readings: &[&Reading], state: Option<StateMark>) {
        let known = self.marks.len();
        for mark in readings.iter().map(|reading| Mark::from(*reading)) {
            let same = |m: &Mark| m.at == mark.at && m.context == mark.context;
            match self.marks.iter().position(same) {
                Some(at) => {
                    if let Some(place) = self.marks.get_mut(at).filter(|_| at >= known) {
                        *place = mark;
                    }
                }
                None => self.marks.push(mark),
            }
        }
        if let Some(state) = state {
            self.states.retain(|s| s.at != state.at);
            self.states.push(state);
        }
        if self.marks.len() > MARKS_MAX {
            self.marks.sort_by_key(|m| m.at);
            let mut number = 0;
            self.marks.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.thinned = true;
        }
    }

    fn receipt(
        &self,
        version: &TariffVersionRecord,
        session: &Session,
        terms: Option<&SessionTerms>,
        zone: &TimeZone,
    ) -> Receipt {
        let periods = self.periods(session);
        let discount = terms.and_then(|terms| terms.discount.as_ref());
        let discounted = |rules: &Tariff| match discount {
            Some(discount) => rules.discounted(discount),
            None => rules.clone(),
        };
        let receipt = match (terms.and_then(|terms| terms.booking.as_ref()), discount) {
            (Some(booked), _) => booked.price(&version.rules, discounted, &periods, zone),
            (None, Some(_)) => price(&discounted(&version.rules), &periods, zone),
            (None, None) => price(&version.rules, &periods, zone),
        };
        match terms.and_then(|terms| terms.idle.as_ref()) {
            Some(idle) => receipt.with_line(idle.line()),
            None => receipt,
        }
    }

    fn periods(&self, session: &Session) -> Vec<Period> {
        let from = as_stored(session.started_at);
        let to = as_stored(session.ended_at().unwrap_or(session.last_heard_at));
        let marks: Vec<Mark> = self.marks.iter().map(|m| Mark { at: as_stored(m.at), ..*m }).collect();
        let states: Vec<StateMark> =
            self.states.iter().map(|s| StateMark { at: as_stored(s.at), ..*s }).collect();
        periods(from, to, session.energy(), &marks, &states)
    }
}

/// To the millisecond, as storage has it: what a station told in the moment of its start must not lie before it.
fn as_stored(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

impl App {
    /// Adds to a decision what it does to prices, and to its answer the cost where the station is to be told.
    pub(crate) async fn settle_prices(
        &self,
        live: &Live,
        state: &mut State,
        decision: &mut Decision,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if !self.tariffs.is_in_use() {
            return Ok(());
        }
        let asked = std::mem::take(&mut decision.asked);
        let sessions: Vec<Session> = decision.unit.sessions.iter().map(|row| row.session.clone()).collect();
        for session in &sessions {
            let before = state.sessions.iter().find(|s| s.id == session.id).cloned();
            if self.take_up(live, state, session, before.as_ref(), &asked, decision, now).await? {
                self.settle_price(live, state, session, before.as_ref(), &asked, &mut decision.unit, now)
                    .await?;
            }
        }
        if let Some((session, mark)) = asked.state
            && state.bills.contains_key(&session)
        {
            decision.unit.states.push((session, mark));
        }
        if let (Some(id), Answer::Transaction { total_cost, .. }) = (asked.cost_of, &mut decision.answer) {
            *total_cost = self.cost_to_tell(live, state, &decision.unit, id).await?;
        }
        let ended = sessions.iter().filter(|s| !s.is_active());
        ended.for_each(|session| drop(state.bills.remove(&session.id)));
        Ok(())
    }

    /// Whether the session has a price; a fresh one takes that of its site (C9), one that ended is looked up.
    #[expect(clippy::too_many_arguments, reason = "one step of settle_prices, which holds all of them")]
    async fn take_up(
        &self,
        live: &Live,
        state: &mut State,
        session: &Session,
        before: Option<&Session>,
        asked: &Asked,
        decision: &mut Decision,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if state.bills.contains_key(&session.id) {
            return Ok(true);
        }
        let told = asked.is_told_costs;
        let bill = if asked.fresh == Some(session.id) {
            let Beginning { version, terms } =
                self.beginning(live, session, asked.booking.as_deref(), now).await?;
            decision.unit.terms.extend(terms.clone());
            version.map(|version| {
                put_price(&mut decision.unit.prices, price_row(session, &version, None, now));
                Bill {
                    story: told.then(Story::default),
                    terms: Some(terms.map(Arc::new)),
                    ..Bill::of(version.id)
                }
            })
        } else if before.is_none_or(|before| !before.is_active()) {
            let kept = self.store.session_price(session.id).await?;
            let zone = live.zone();
            let last = before.unwrap_or(session);
            kept.map(|row| Bill {
                counted: row.receipt.map(|receipt| Counted::of(&receipt, last, &zone)),
                ..Bill::of(row.tariff_version)
            })
        } else {
            None
        };
        let found = bill.is_some();
        state.bills.extend(bill.map(|bill| (session.id, bill)));
        Ok(found)
    }

    /// Follows a session with a price; works out its receipt when it has ended or changed since.
    #[expect(clippy::too_many_arguments, reason = "one step of settle_prices, which holds all of them")]
    async fn settle_price(
        &self,
        live: &Live,
        state: &mut State,
        session: &Session,
        before: Option<&Session>,
        asked: &Asked,
        unit: &mut Unit,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (flushed, Some(bill)) = (!state.unwritten, state.bills.get_mut(&session.id)) else {
            return Ok(());
        };
        let mine = unit.readings.iter().filter(|(id, _)| *id == session.id).map(|(_, reading)| reading);
        let readings: Vec<&Reading> = mine.collect();
        let told = asked.state.filter(|(id, _)| *id == session.id).map(|(_, mark)| mark);
        let reopened = session.is_active() && before.is_some_and(|b| !b.is_active());
        if reopened && let Some(version) = self.tariffs.version(bill.version) {
            put_price(&mut unit.prices, price_row(session, &version, None, now));
            let (money, counted) = tally::of_price(tally::place_of(session), bill.counted, None);
            unit.money.extend(money);
            bill.counted = counted;
        }
        if bill.story.is_none() && asked.cost_of != Some(session.id) && session.is_active() {
            return Ok(());
        }
        let is_thinned = bill.story.as_ref().is_some_and(|story| story.thinned);
        let mut story = match bill.story.take() {
            Some(story) if session.is_active() || !is_thinned => story,
            _ => {
                if !flushed {
                    self.journal.append(Unit::default()).await?;
                    state.unwritten = false;
                }
                Story::load(&self.store, session.id).await?
            }
        };
        story.extend(&readings, told);
        // An idle fee goes on after the end, and is written by its own watch: what is stored is the newest.
        if bill.terms.is_none() || !session.is_active() {
            let kept = self.store.session_terms(session.id).await?.map(Arc::new);
            bill.terms = Some(kept.or_else(|| bill.terms.take().flatten()));
        }
        let terms = bill.terms.clone().flatten();
        let facts = |s: &Session| (s.started_at, s.state, s.energy());
        let moved =
            before.is_none_or(|b| facts(b) != facts(session)) || !readings.is_empty() || told.is_some();
        if !session.is_active()
            && moved
            && let Some(version) = self.tariffs.version(bill.version)
        {
            let zone = live.zone();
            let receipt = story.receipt(&version, session, terms.as_deref(), &zone);
            let day = day_of(session.ended_at().unwrap_or(session.last_heard_at), &zone);
            let place = tally::place_of(session);
            let (money, counted) = tally::of_price(place, bill.counted, Some((&receipt, day)));
            unit.money.extend(money);
            bill.counted = counted;
            put_price(&mut unit.prices, price_row(session, &version, Some(receipt), now));
        }
        bill.story = Some(story);
        Ok(())
    }

    /// The running cost, or the total when the session has ended; none where the session has no price.
    async fn cost_to_tell(
        &self,
        live: &Live,
        state: &State,
        unit: &Unit,
        id: SessionId,
    ) -> Result<Option<Money>, StoreError> {
        let money = |receipt: &Receipt| Money { amount: receipt.with_vat, currency: receipt.currency };
        let written = unit.prices.iter().find(|row| row.session == id);
        if let Some(receipt) = written.and_then(|row| row.receipt.as_ref()) {
            return Ok(Some(money(receipt)));
        }
        let new = unit.sessions.iter().map(|row| &row.session).find(|s| s.id == id);
        let Some(session) = new.or_else(|| state.sessions.iter().find(|s| s.id == id)) else {
            return Ok(None);
        };
        if let Some(Bill { version, story: Some(story), terms, .. }) = state.bills.get(&id)
            && let Some(version) = self.tariffs.version(*version)
        {
            let terms = terms.as_ref().and_then(|terms| terms.as_deref());
            return Ok(Some(money(&story.receipt(&version, session, terms, &live.zone()))));
        }
        if session.is_active() {
            return Ok(None);
        }
        // A message that came again after the end.
        Ok(self.store.session_price(id).await?.and_then(|row| row.receipt).as_ref().map(money))
    }

    /// A price for a session whose station is out of service.
    pub(crate) async fn price_of_orphan(
        &self,
        session: &Session,
    ) -> Result<Option<(PriceRow, Vec<MoneyDelta>)>, StoreError> {
        let Some(kept) = self.store.session_price(session.id).await? else { return Ok(None) };
        let Some(version) = self.tariffs.version(kept.tariff_version) else { return Ok(None) };
        let zone = self.zone_of_site(session).await?;
        let story = Story::load(&self.store, session.id).await?;
        let terms = self.store.session_terms(session.id).await?;
        let receipt = (!session.is_active()).then(|| story.receipt(&version, session, terms.as_ref(), &zone));
        let counted = kept.receipt.as_ref().map(|receipt| Counted::of(receipt, session, &zone));
        let day = day_of(session.ended_at().unwrap_or(session.last_heard_at), &zone);
        let place = tally::place_of(session);
        let (money, _) = tally::of_price(place, counted, receipt.as_ref().map(|receipt| (receipt, day)));
        Ok(Some((PriceRow { receipt, at: self.now(), ..kept }, money)))
    }

    /// The price of an ended session with its idle fee as it is now.
    pub(crate) async fn price_with_fee(
        &self,
        session: &Session,
        idle: IdleTerms,
    ) -> Result<Option<(PriceRow, Vec<MoneyDelta>)>, StoreError> {
        let Some(kept) = self.store.session_price(session.id).await? else { return Ok(None) };
        let Some(version) = self.tariffs.version(kept.tariff_version) else { return Ok(None) };
        let Some(terms) = self.store.session_terms(session.id).await? else { return Ok(None) };
        let terms = SessionTerms { idle: Some(idle), ..terms };
        let zone = self.zone_of_site(session).await?;
        let story = Story::load(&self.store, session.id).await?;
        let receipt = story.receipt(&version, session, Some(&terms), &zone);
        let counted = kept.receipt.as_ref().map(|receipt| Counted::of(receipt, session, &zone));
        let day = day_of(session.ended_at().unwrap_or(session.last_heard_at), &zone);
        let (money, _) = tally::of_price(tally::place_of(session), counted, Some((&receipt, day)));
        Ok(Some((PriceRow { receipt: Some(receipt), at: self.now(), ..kept }, money)))
    }

    /// The course of a session as its readings tell it.
    pub(crate) async fn periods_of(&self, session: &Session) -> Result<Vec<Period>, StoreError> {
        Ok(Story::load(&self.store, session.id).await?.periods(session))
    }

    pub(crate) async fn zone_of_site(&self, session: &Session) -> Result<TimeZone, StoreError> {
        let site = self.store.site(session.organisation, session.site).await?;
        let zone = site.and_then(|found| TimeZone::get(&found.site.time_zone).ok());
        Ok(zone.unwrap_or(TimeZone::UTC))
    }

    /// The receipt of a session: as it was settled, or as it stands while it runs.
    pub async fn receipt(&self, principal: &Principal, id: SessionId) -> Result<Option<Receipt>, AppError> {
        principal.require(Permission::SessionsRead)?;
        let record = self.session(principal, id).await?;
        let Some(kept) = self.store.session_price(id).await? else { return Ok(None) };
        if kept.receipt.is_some() {
            return Ok(kept.receipt);
        }
        let Some(version) = self.tariffs.version(kept.tariff_version) else { return Ok(None) };
        let zone = TimeZone::get(&record.site_time_zone).unwrap_or(TimeZone::UTC);
        let story = Story::load(&self.store, id).await?;
        let terms = self.store.session_terms(id).await?;
        Ok(Some(story.receipt(&version, &record.session, terms.as_ref(), &zone)))
    }

    /// The receipt worked out anew from what is stored; it is the one that was settled.
    pub async fn price_again(
        &self,
        principal: &Principal,
        id: SessionId,
    ) -> Result<Option<Receipt>, AppError> {
        let record = self.session(principal, id).await?;
        let Some(kept) = self.store.session_price(id).await? else { return Ok(None) };
        let Some(version) = self.tariffs.version(kept.tariff_version) else { return Ok(None) };
        let zone = TimeZone::get(&record.site_time_zone).unwrap_or(TimeZone::UTC);
        let terms = self.store.session_terms(id).await?;
        let story = Story::load(&self.store, id).await?;
        Ok(Some(story.receipt(&version, &record.session, terms.as_ref(), &zone)))
    }
}

fn price_row(
    session: &Session,
    version: &TariffVersionRecord,
    receipt: Option<Receipt>,
    at: Timestamp,
) -> PriceRow {
    let currency = version.rules.currency;
    PriceRow { session: session.id, tariff_version: version.id, currency, receipt, at }
}

/// The newest word on a session's price.
fn put_price(prices: &mut Vec<PriceRow>, row: PriceRow) {
    prices.retain(|known| known.session != row.session);
    prices.push(row);
}

/// What a car does, from the status of its connector, where that says it (1.6 tells it nowhere else).
pub(crate) fn told_by_status(
    state: &State,
    report: &StatusReport,
    now: Timestamp,
) -> Option<(SessionId, StateMark)> {
    let charging_state = match report.status {
        ConnectorStatus::Charging => ChargingState::Charging,
        ConnectorStatus::SuspendedEV => ChargingState::SuspendedEV,
        ConnectorStatus::SuspendedEVSE => ChargingState::SuspendedEVSE,
        _ => return None,
    };
    let session = state.running_on(report.evse)?;
    let at = report.at.filter(|at| *at >= session.started_at).unwrap_or(now);
    Some((session.id, StateMark { at, state: charging_state }))
}

/// Bills of running sessions, by session.
pub(crate) type Bills = HashMap<SessionId, Bill>;
