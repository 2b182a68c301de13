//! What each running session may draw over time: the hours of its place, a start put off by chance, a plan, or everything,
//! because somebody said so.

use std::collections::HashSet;

use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, SessionId};
use forecourt_core::schedule::{Course, SmartCharging, SmartMode, Supply, start_delay};
use forecourt_core::session::Session;
use forecourt_core::unit::{MilliAmps, Watts};
use forecourt_store::schedule::CourseRecord;
use forecourt_store::station::StationRecord;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::Seat;
use super::plan::{KeptPlan, Market, Wish, make, planned_power, why_again};
use super::timetable::Timetable;
use crate::live::State;
use crate::{App, AppError};

/// How far ahead of now a course is worked out, in days.
const AHEAD: i64 = 2;
/// A session that has run for longer is looked at as if it had begun so long ago, in days.
const LOOKED_BACK: i64 = 14;
/// Prices are read anew after so long.
const MARKET_OLD: SignedDuration = SignedDuration::from_secs(60);

/// What is known of one running session.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub course: Course,
    /// What holds for the place itself; `None`: nothing.
    pub hours: Option<MilliAmps>,
    /// It is told to the charger for this session, because the charger's own profiles do not say it.
    pub is_own: bool,
    pub supply: Supply,
    pub record: CourseRecord,
    pub plan: Option<KeptPlan>,
    /// What the charger took last, since when it is connected, and when it may be asked again after it refused.
    pub told: Option<(Course, Option<Timestamp>)>,
    pub again: Option<Timestamp>,
    /// The most it was seen to draw.
    seen: Option<Watts>,
    /// Smallest prices ahead, and when they were read.
    market: Option<(Timestamp, Result<Market, &'static str>)>,
    /// Something of the record is not written yet.
    pub unwritten: bool,
}

/// Where a session runs.
struct Place<'a> {
    station: &'a StationRecord,
    clock: TimeZone,
    supply: Supply,
}

impl App {
    /// Works out what every session may draw. Nobody is told anything.
    pub(crate) async fn course_sessions(&self) -> Result<(), AppError> {
        let _turn = self.schedules.turn.lock().await;
        self.keep_timetable_fresh().await?;
        let timetable = self.schedules.timetable();
        let mut running = HashSet::new();
        for live in self.directory.all() {
            let station = live.record();
            if !timetable.concerns(&station) && !self.power.wants_plan(station.id) {
                continue;
            }
            let sessions: Vec<(Session, Supply)> = {
                let state = live.state.lock().await;
                sessions_of(&state, &timetable, &station)
            };
            for (session, supply) in sessions {
                running.insert(session.id);
                let place = Place { station: &station, clock: live.zone(), supply };
                self.course_of(&timetable, &place, &session).await?;
            }
        }
        self.schedules.courses().retain(|session, _| running.contains(session));
        self.write_courses().await
    }

    async fn course_of(
        &self,
        timetable: &Timetable,
        place: &Place<'_>,
        session: &Session,
    ) -> Result<(), AppError> {
        let now = self.now();
        let known = self.schedules.courses().get(&session.id).cloned();
        let mut known = match known {
            Some(known) => known,
            None => self.first_look(place, session).await?,
        };
        known.seen = known.seen.max(session.power);
        let from = session.started_at.max(now - SignedDuration::from_hours(24 * LOOKED_BACK));
        let full = Course::steady(from, place.supply.full());
        let days = i32::try_from(now.duration_since(from).as_hours() / 24 + AHEAD).unwrap_or(i32::MAX);
        let seat = (session.station, session.evse);
        let hours = timetable.hours_of(place.station, session.evse);
        let hours = hours.map(|hours| hours.content.course(from, days, &place.clock, &place.supply));
        known.hours = hours.as_ref().and_then(|hours| hours.at(now));
        let smart = timetable.smart_of(place.station).map(|smart| &smart.content);
        if known.record.overridden.is_some() {
            (known.course, known.is_own) = (full, true);
        } else {
            let mut course = hours.map_or_else(|| full.clone(), |hours| full.least(&hours));
            known.is_own = self.schedules.refuses(seat);
            if let Some(smart) = smart {
                course =
                    course.least(&self.smart_course(&mut known, smart, place, session, (from, days)).await?);
                known.is_own = true;
            }
            known.course = course;
        }
        self.schedules.courses().insert(session.id, known);
        Ok(())
    }

    async fn first_look(&self, place: &Place<'_>, session: &Session) -> Result<Known, AppError> {
        let kept = self.store.session_course(session.organisation, session.id).await?;
        let fresh = || CourseRecord {
            session: session.id,
            organisation: session.organisation,
            station: session.station,
            evse: session.evse,
            overridden: None,
            delay_s: 0,
            plan: None,
            no_plan: None,
            told: None,
            told_detail: None,
            told_at: None,
            stopped_at: None,
            changed_at: self.now(),
        };
        let record = kept.unwrap_or_else(fresh);
        let plan = record.plan.as_deref().and_then(|plan| serde_json::from_str(plan).ok());
        Ok(Known {
            course: Course::default(),
            hours: None,
            is_own: false,
            supply: place.supply,
            plan,
            told: None,
            again: None,
            seen: None,
            market: None,
            unwritten: false,
            record,
        })
    }

    /// What the wishes for a private charger leave of the time.
    async fn smart_course(
        &self,
        known: &mut Known,
        smart: &SmartCharging,
        place: &Place<'_>,
        session: &Session,
        (from, days): (Timestamp, i32),
    ) -> Result<Course, AppError> {
        let delay = start_delay(session.id.0, smart.random_delay_s);
        if known.record.delay_s != delay.as_secs() {
            known.record.delay_s = delay.as_secs();
            known.unwritten = true;
        }
        if smart.mode == SmartMode::Plain {
            known.forget_plan(None);
        } else if self.power.is_planned(session.station) {
            // Its zone plans it with the others, by the same wish.
            known.forget_plan(None);
            return Ok(Course::steady(from, place.supply.full()));
        } else if self.plan_session(known, smart, place, session, delay).await?
            && let Some(plan) = &known.plan
        {
            return Ok(plan.course(place.supply.full()));
        }
        let full = Course::steady(from, place.supply.full());
        let own = smart.default_hours.as_ref();
        let own = own.map(|hours| hours.course(from, days, &place.clock, &place.supply));
        Ok(own.unwrap_or(full).put_off(session.started_at.max(from), delay))
    }

    /// Says whether a plan holds.
    async fn plan_session(
        &self,
        known: &mut Known,
        smart: &SmartCharging,
        place: &Place<'_>,
        session: &Session,
        delay: SignedDuration,
    ) -> Result<bool, AppError> {
        let now = self.now();
        let Some(ready_by) = smart.ready_after(session.started_at, &place.clock).filter(|by| *by > now)
        else {
            // From then on it charges as it likes; what was planned stays to be seen.
            return Ok(known.plan.is_some());
        };
        let read = known.market.take().filter(|(at, _)| now.duration_since(*at) < MARKET_OLD);
        let market = match read {
            Some(read) => read,
            None => {
                let of = (session.organisation, session.station);
                (now, self.market_ahead(of, smart.mode, (now, ready_by)).await?)
            }
        };
        let (_, ahead) = known.market.insert(market);
        let ahead = match ahead {
            Ok(ahead) => ahead.clone(),
            Err(why) => {
                let why = *why;
                known.forget_plan(Some(why));
                return Ok(false);
            }
        };
        let power = planned_power(known.seen, place.supply.full_power());
        let wish = Wish { smart, ready_by, had: session.energy(), power, now, delay };
        if let Some(because) = why_again(known.plan.as_ref(), &wish, &ahead) {
            let plan = make(known.plan.as_ref(), &wish, &ahead, because);
            known.record.plan = serde_json::to_string(&plan).ok();
            known.record.no_plan = None;
            known.plan = Some(plan);
            known.unwritten = true;
        }
        Ok(true)
    }

    pub(super) async fn write_courses(&self) -> Result<(), AppError> {
        let mut unwritten: Vec<CourseRecord> = Vec::new();
        for known in self.schedules.courses().values_mut().filter(|known| known.unwritten) {
            known.record.changed_at = self.now();
            unwritten.push(known.record.clone());
        }
        if unwritten.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        for record in &unwritten {
            tx.put_session_course(record).await?;
        }
        tx.commit().await?;
        let mut courses = self.schedules.courses();
        for record in unwritten {
            if let Some(known) = courses.get_mut(&record.session).filter(|known| known.record == record) {
                known.unwritten = false;
            }
        }
        Ok(())
    }

    /// Whether nothing may be charged at a place now, and its charger does not know: then no session begins there.
    pub(crate) fn is_outside_hours(
        &self,
        station: &StationRecord,
        clock: &TimeZone,
        evse: Option<EvseNumber>,
        now: Timestamp,
    ) -> bool {
        let timetable = self.schedules.timetable();
        let closed = |evse: &EvseNumber| {
            let local = now.to_zoned(clock.clone()).datetime();
            let limit = timetable.hours_of(station, *evse).and_then(|hours| hours.content.at(local));
            self.schedules.refuses((station.id, *evse))
                && !self.power.steers(station.id)
                && limit.is_some_and(|cap| cap.rate == 0)
        };
        match &evse {
            Some(evse) => closed(evse),
            // Wherever the car is: only where there is no place that is open.
            None => {
                let mut places = timetable.places_of(station.id).peekable();
                places.peek().is_some() && places.all(|evse| closed(&evse))
            }
        }
    }
}

impl Known {
    fn forget_plan(&mut self, why: Option<&str>) {
        if self.plan.is_some() || self.record.no_plan.as_deref() != why {
            self.plan = None;
            self.record.plan = None;
            self.record.no_plan = why.map(str::to_owned);
            self.unwritten = true;
        }
    }
}

fn sessions_of(state: &State, timetable: &Timetable, station: &StationRecord) -> Vec<(Session, Supply)> {
    let running = state.sessions.iter().filter(|session| session.is_active() && session.evse.0 > 0);
    running.map(|s| (s.clone(), timetable.supply((station.id, s.evse), state))).collect()
}

pub(super) fn seat_of(known: &Known) -> Seat {
    (known.record.station, known.record.evse)
}

pub(super) type Running = Vec<(SessionId, Known)>;
