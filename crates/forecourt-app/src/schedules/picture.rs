//! What an operator sees of a charger's times: what holds, what it was told, what therefore should flow, and what it says
//! itself; and what became of one session.

use std::collections::HashMap;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::charging::ChargingProfile;
use forecourt_core::command::{Command, Outcome};
use forecourt_core::fact::{Item, ItemKind, ItemReport, composite_key};
use forecourt_core::id::{EvseNumber, HoursId, SessionId, StationId};
use forecourt_core::schedule::{Course, Held, Supply, composite};
use forecourt_store::device::{ItemRecord, kind_word};
use forecourt_store::schedule::CourseRecord;
use forecourt_store::wanted::WantedProfileRecord;
use jiff::SignedDuration;

use super::plan::KeptPlan;
use super::timetable::places;
use crate::live::Live;
use crate::power::SessionPlan;
use crate::{App, AppError, Principal};

/// How far ahead a charger is asked for its schedule and shown.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// A charger's times.
#[derive(Debug, Clone)]
pub struct StationSchedule {
    pub at: Timestamp,
    pub until: Timestamp,
    pub time_zone: String,
    pub online: bool,
    /// Load balancing tells its sessions what they may draw.
    pub is_zoned: bool,
    /// What it says of itself: tested, told, unfit, cannot or untested.
    pub fitness: crate::power::Fitness,
    pub seats: Vec<SeatSchedule>,
    pub profiles: Vec<SentProfile>,
}

/// One EVSE's times.
#[derive(Debug, Clone)]
pub struct SeatSchedule {
    pub evse: EvseNumber,
    pub supply: Supply,
    pub hours: Option<HoursId>,
    pub session: Option<SessionId>,
    /// What should flow by everything it was told.
    pub expected: Vec<Band>,
    /// What it answered itself when it was asked last, as JSON.
    pub reported: Option<(Timestamp, String)>,
}

/// A limit from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    pub at: Timestamp,
    pub limit: forecourt_core::unit::MilliAmps,
}

/// A profile the charger should hold, and who wants it there.
#[derive(Debug, Clone)]
pub struct SentProfile {
    pub record: WantedProfileRecord,
    pub profile: ChargingProfile,
    /// hours, balancing or operator.
    pub from: &'static str,
}

/// What became of one session.
#[derive(Debug, Clone)]
pub struct CourseView {
    pub record: Option<CourseRecord>,
    pub plan: Option<KeptPlan>,
    /// From now on, where it still runs and something is said about it.
    pub course: Vec<Band>,
    pub full: Option<forecourt_core::unit::MilliAmps>,
    pub time_zone: String,
    /// It can be let charge at once.
    pub is_held_back: bool,
    /// What the plan of its zone says of it.
    pub zone_plan: Option<SessionPlan>,
}

impl App {
    pub async fn station_schedule(
        &self,
        principal: &Principal,
        id: StationId,
    ) -> Result<StationSchedule, AppError> {
        principal.require(Permission::Read)?;
        let live = self.own_station(principal, id)?;
        self.keep_timetable_fresh().await?;
        let (record, now) = (live.record(), self.now());
        let until = now + AHEAD;
        let wanted = self.store.wanted_profiles(id).await?;
        let read = |record: WantedProfileRecord| {
            let profile: ChargingProfile = serde_json::from_str(&record.body).ok()?;
            let from = match record.profile {
                profile if profile > super::keep::FIRST_ID && profile < super::keep::FIRST_ID + 1_000 => {
                    "hours"
                }
                profile if (70_000..71_000).contains(&profile) => "balancing",
                _ => "operator",
            };
            Some(SentProfile { profile, from, record })
        };
        let profiles: Vec<SentProfile> = wanted.into_iter().filter_map(read).collect();
        let timetable = self.schedules.timetable();
        let online = live.link().orders.is_some();
        // Of a charger without times nothing is in memory.
        let described = self.store.evses(&[id]).await?;
        let mut reported = self.reported(id).await?;
        let mut seats = Vec::new();
        {
            let state = live.state.lock().await;
            for evse in places(&state) {
                let direct =
                    described.iter().any(|e| e.evse == evse && e.current_kind.as_deref() == Some("dc"));
                let supply = Supply { direct, ..timetable.supply((id, evse), &state) };
                let session = state.running_on(evse);
                let mut held: Vec<Held<'_>> = profiles
                    .iter()
                    .filter(|sent| sent.record.state == "held")
                    .filter(|sent| [0, i64::from(evse.0)].contains(&sent.record.evse))
                    .map(|sent| Held { profile: &sent.profile })
                    .collect();
                let told = self.told_of((id, evse), session.map(|s| s.id), now);
                let began = session.map(|s| s.started_at);
                held.retain(|held| !held.profile.schedules.is_empty());
                let expected = composite(&held, told.as_ref(), began, (now, until), &supply);
                seats.push(SeatSchedule {
                    evse,
                    supply,
                    hours: timetable.hours_of(&record, evse).map(|hours| hours.id),
                    session: session.map(|s| s.id),
                    expected: bands(&expected),
                    reported: reported.remove(&evse),
                });
            }
        }
        let fitness = self.fitness_of(&record).await?;
        Ok(StationSchedule {
            at: now,
            until,
            time_zone: record.site_time_zone.clone(),
            online,
            is_zoned: self.power.steers(id),
            fitness,
            seats,
            profiles,
        })
    }

    /// What one session was told for itself, by load balancing or by its times.
    fn told_of(&self, seat: super::Seat, session: Option<SessionId>, now: Timestamp) -> Option<Course> {
        let session = session?;
        if let Some(limit) = self.power.told_limit(seat, now) {
            return Some(Course::steady(now, limit));
        }
        let courses = self.schedules.courses();
        courses.get(&session)?.told.as_ref().map(|(course, _)| course.clone())
    }

    /// What each EVSE said last when somebody asked: when, and as JSON.
    async fn reported(&self, id: StationId) -> Result<HashMap<EvseNumber, (Timestamp, String)>, AppError> {
        let kind = kind_word(ItemKind::ChargingSchedule);
        let kept = self.store.station_items(id, Some(&kind)).await?;
        let said = |item: ItemRecord| {
            let evse = EvseNumber(i32::try_from(item.evse?).ok()?);
            (item.key == composite_key(Some(evse))).then_some((evse, (item.seen_at, item.body)))
        };
        Ok(kept.into_iter().filter_map(said).collect())
    }

    /// Not every charger says of which EVSE it speaks: it is the one it was asked for.
    async fn keep_reported(&self, live: &Live, evse: EvseNumber, answer: String) -> Result<(), AppError> {
        let report = ItemReport {
            kind: ItemKind::ChargingSchedule,
            request_id: None,
            seq: None,
            last: true,
            removed: false,
            items: vec![Item { key: composite_key(Some(evse)), body: answer }],
            evse: Some(evse),
            transaction: None,
            needs: None,
        };
        Ok(self.keep_items(live, &report, self.now()).await?)
    }

    /// Asks a charger for the schedule of each of its EVSEs; what it says is kept as it comes.
    pub async fn read_station_schedule(
        &self,
        principal: &Principal,
        id: StationId,
    ) -> Result<(StationSchedule, Vec<(EvseNumber, String)>), AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, id)?;
        let evses = places(&*live.state.lock().await);
        let mut refused = Vec::new();
        for evse in evses {
            let command =
                Command::ReadCompositeSchedule { evse: Some(evse), duration_s: AHEAD.as_secs(), unit: None };
            match self.order(&live, command).await?.1 {
                Outcome::Answered { accepted: true, answer, .. } => {
                    self.keep_reported(&live, evse, answer).await?;
                }
                Outcome::Answered { status, .. } => refused.push((evse, status.unwrap_or_default())),
                Outcome::Failed { code, description, .. } => {
                    refused.push((evse, format!("{code} {description}")))
                }
                Outcome::Impossible { reason } => refused.push((evse, reason)),
                Outcome::Offline => return Err(AppError::Conflict("the charger is not connected".into())),
                Outcome::NoAnswer | Outcome::Busy => refused.push((evse, "no answer".into())),
            }
        }
        Ok((self.station_schedule(principal, id).await?, refused))
    }

    pub async fn session_course(&self, principal: &Principal, id: SessionId) -> Result<CourseView, AppError> {
        let found = self.session(principal, id).await?;
        let kept = self.store.session_course(principal.organisation, id).await?;
        let now = self.now();
        let known = self.schedules.courses().get(&id).cloned().filter(|_| found.session.is_active());
        let record = known.as_ref().map(|known| known.record.clone()).or(kept);
        let plan = known.as_ref().and_then(|known| known.plan.clone());
        let plan = plan.or_else(|| serde_json::from_str(record.as_ref()?.plan.as_deref()?).ok());
        let live = self.directory.get(found.session.station);
        let time_zone = live.map(|live| live.record().site_time_zone.clone()).unwrap_or_default();
        let full = known.as_ref().map(|known| known.supply.full());
        let ahead = known.as_ref().map(|known| {
            let present = known.course.at(now).map(|limit| Band { at: now, limit });
            let later =
                bands(&known.course).into_iter().filter(|band| band.at > now && band.at <= now + AHEAD);
            present.into_iter().chain(later).collect::<Vec<_>>()
        });
        let course = ahead.unwrap_or_default();
        let zone_plan = match found.session.is_active() {
            true => self.plan_of_session(found.session.station, id),
            false => None,
        };
        let is_planned =
            zone_plan.as_ref().is_some_and(|plan| plan.free.is_none()) && !self.schedules.is_overridden(id);
        let is_held_back = is_planned || course.iter().any(|band| full.is_some_and(|full| band.limit < full));
        Ok(CourseView { record, plan, course, full, time_zone, is_held_back, zone_plan })
    }
}

fn bands(course: &Course) -> Vec<Band> {
    course.steps().iter().map(|step| Band { at: step.at, limit: step.limit }).collect()
}
