//! How schedules look outside.

use forecourt_app::schedules::{
    Band, CourseView, HoursPlace, HoursView, KeptPlan, SeatSchedule, SentProfile, SmartView,
};
use forecourt_core::charging::ChargingProfile;
use forecourt_core::id::EvseNumber;
use forecourt_core::schedule::{ChargingHours, SmartCharging, SmartMode, Supply, reported};
use forecourt_core::unit::MilliAmps;
use forecourt_ocpp::read_composite;
use serde::Serialize;
use utoipa::ToSchema;

use super::zone_plan_shapes::SessionZonePlan;
use super::zone_shapes::fitness_word;

/// A difference smaller than this is how chargers round (mA).
const ROUNDING: i64 = 200;

/// Weekly charging hours.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceHours {
    id: String,
    site_id: String,
    site_name: String,
    /// Of the site: windows are by this clock.
    time_zone: String,
    station_id: Option<String>,
    station_name: Option<String>,
    evse: Option<i32>,
    enabled: bool,
    content: ChargingHours,
    /// Where these are the narrowest.
    places: Vec<HoursPlaceShape>,
    changed_at: String,
}

/// One EVSE that follows charging hours.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoursPlaceShape {
    station_id: String,
    identity: String,
    evse: i32,
    /// waiting (not told yet), held (by the charger), refused (then sessions are told, or ended) or zone (load balancing).
    state: String,
    /// The charger's own word.
    detail: Option<String>,
}

impl From<HoursView> for PlaceHours {
    fn from(view: HoursView) -> Self {
        let place = |place: HoursPlace| HoursPlaceShape {
            station_id: place.station.to_string(),
            identity: place.identity,
            evse: place.evse.0,
            state: place.state.to_owned(),
            detail: place.detail,
        };
        let record = view.record;
        Self {
            id: record.id.to_string(),
            site_id: record.site.to_string(),
            site_name: view.site_name,
            time_zone: view.time_zone,
            station_id: record.station.map(|id| id.to_string()),
            station_name: view.station.map(|s| s.name.unwrap_or(s.identity)),
            evse: record.evse.map(|evse| evse.0),
            enabled: record.enabled,
            content: record.content,
            places: view.places.into_iter().map(place).collect(),
            changed_at: record.changed_at.to_string(),
        }
    }
}

/// A limit from a moment on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleStep {
    at: String,
    /// On each phase.
    limit_ma: i64,
    /// Of the whole EVSE.
    limit_w: i64,
}

fn step(supply: &Supply, at: impl std::fmt::Display, limit: MilliAmps) -> ScheduleStep {
    ScheduleStep { at: at.to_string(), limit_ma: limit.0, limit_w: supply.power(limit).0 }
}

/// A charger's next 24 hours.
#[derive(Debug, Serialize, ToSchema)]
pub struct StationSchedule {
    at: String,
    until: String,
    time_zone: String,
    online: bool,
    /// Load balancing tells its sessions what they may draw.
    is_zoned: bool,
    /// Whether it obeys limits: tested, told, unfit, cannot or untested.
    fitness: String,
    evses: Vec<EvseSchedule>,
    profiles: Vec<SentProfileShape>,
}

/// The next 24 hours of an EVSE.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvseSchedule {
    evse: i32,
    /// All it can deliver.
    full_ma: i64,
    full_w: i64,
    charging_hours_id: Option<String>,
    session_id: Option<String>,
    /// What should flow by everything the charger was told and took.
    expected: Vec<ScheduleStep>,
    /// When it was asked last.
    reported_at: Option<String>,
    /// What it said then; empty: nothing that can be read.
    reported: Vec<ScheduleStep>,
    /// The first moment at which both differ, from now on.
    differs_at: Option<String>,
    /// Why it gave no answer just now.
    refused: Option<String>,
}

/// A profile the charger should hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentProfileShape {
    evse: i64,
    profile: ChargingProfile,
    /// hours, balancing or operator.
    from: String,
    /// wanted, held, refused or leaving.
    state: String,
    detail: Option<String>,
}

impl StationSchedule {
    pub fn of(found: forecourt_app::schedules::StationSchedule, refused: Vec<(EvseNumber, String)>) -> Self {
        let profile = |sent: SentProfile| SentProfileShape {
            evse: sent.record.evse,
            profile: sent.profile,
            from: sent.from.to_owned(),
            state: sent.record.state,
            detail: sent.record.detail,
        };
        let span = (found.at, found.until);
        let seats = found.seats.into_iter();
        Self {
            at: found.at.to_string(),
            until: found.until.to_string(),
            time_zone: found.time_zone,
            online: found.online,
            is_zoned: found.is_zoned,
            fitness: fitness_word(found.fitness).to_owned(),
            evses: seats.map(|seat| evse(seat, span, &refused)).collect(),
            profiles: found.profiles.into_iter().map(profile).collect(),
        }
    }
}

fn evse(
    seat: SeatSchedule,
    (from, until): (forecourt_core::Timestamp, forecourt_core::Timestamp),
    refused: &[(EvseNumber, String)],
) -> EvseSchedule {
    let supply = seat.supply;
    let answer = seat.reported.as_ref().and_then(|(at, answer)| Some((*at, read_composite(answer)?)));
    let said = answer.map(|(at, schedule)| {
        let end = schedule.duration_s.map(jiff::SignedDuration::from_secs);
        let end = end.and_then(|end| schedule.starts_at.unwrap_or(at).checked_add(end).ok());
        (reported(&schedule, at, &supply), end.unwrap_or(until))
    });
    let expected = forecourt_core::schedule::Course::of(
        seat.expected.iter().map(|band| forecourt_core::schedule::Step { at: band.at, limit: band.limit }),
    );
    let differs_at = said.as_ref().and_then(|(said, end)| {
        let moments = expected.steps().iter().chain(said.steps()).map(|step| step.at);
        let mut ahead: Vec<_> = moments.chain([from]).filter(|at| *at >= from && at < end).collect();
        ahead.sort_unstable();
        let limit = |course: &forecourt_core::schedule::Course, at| course.at(at).map_or(0, |limit| limit.0);
        // More than it can deliver is as much as it can deliver.
        let most = |limit: i64| limit.min(supply.full().0);
        ahead.into_iter().find(|at| (limit(&expected, *at) - most(limit(said, *at))).abs() > ROUNDING)
    });
    let shown = said.map(|(said, _)| said).unwrap_or_default();
    EvseSchedule {
        evse: seat.evse.0,
        full_ma: supply.full().0,
        full_w: supply.full_power().0,
        charging_hours_id: seat.hours.map(|id| id.to_string()),
        session_id: seat.session.map(|id| id.to_string()),
        expected: seat.expected.iter().map(|band| step(&supply, band.at, band.limit)).collect(),
        reported_at: seat.reported.map(|(at, _)| at.to_string()),
        reported: shown.steps().iter().map(|each| step(&supply, each.at, each.limit)).collect(),
        differs_at: differs_at.map(|at| at.to_string()),
        refused: refused.iter().find(|(evse, _)| *evse == seat.evse).map(|(_, why)| why.clone()),
    }
}

/// Wishes for a private charger.
#[derive(Debug, Serialize, ToSchema)]
pub struct SmartWishes {
    /// At a public charger there is nothing to wish.
    is_private: bool,
    is_home: bool,
    /// Null: it charges as cars come.
    content: Option<SmartCharging>,
    /// By which plans are made, of home chargers.
    price_profile: Option<String>,
}

impl From<SmartView> for SmartWishes {
    fn from(view: SmartView) -> Self {
        let SmartView { is_private, is_home, content, price_profile } = view;
        Self { is_private, is_home, content, price_profile }
    }
}

/// What holds for one session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionSchedule {
    time_zone: String,
    /// From now on, while it runs and something is said about it. On each phase.
    steps: Vec<SessionScheduleStep>,
    /// All its EVSE can deliver.
    full_ma: Option<i64>,
    /// It can be let charge at once.
    is_held_back: bool,
    /// Seconds by which its start was put off by chance.
    delay_s: Option<i64>,
    overridden_at: Option<String>,
    overridden_by: Option<String>,
    plan: Option<ChargingPlan>,
    /// What the plan of its zone says of it, while it runs.
    zone_plan: Option<SessionZonePlan>,
    /// Why nothing is planned: no_profile, no_prices or no_carbon.
    no_plan: Option<String>,
    /// What its charger said to these limits: accepted or refused.
    told: Option<String>,
    told_detail: Option<String>,
    /// It was ended because nothing may be charged at that time and its charger takes no limits.
    stopped_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SessionScheduleStep {
    at: String,
    limit_ma: i64,
}

/// When a car at home charges, and why then.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChargingPlan)]
pub struct ChargingPlan {
    mode: SmartMode,
    planned_at: String,
    /// plugged_in, prices, progress or settings.
    because: String,
    ready_by: String,
    goal_wh: i64,
    had_wh: i64,
    power_w: i64,
    /// Less than what is missing where the time does not suffice.
    energy_wh: i64,
    stretches: Vec<PlanStretch>,
    slots: Vec<PlanSlot>,
    /// Of prices; null: grams of carbon dioxide.
    currency: Option<String>,
    /// Of `energy_wh` as planned: millionths of the currency, or grams.
    cost: Option<i64>,
    /// Of the same energy, charged at once.
    at_once: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlanStretch {
    from: String,
    until: String,
}

/// A price with everything on top in millionths of the currency per kWh, or grams per kWh.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanSlot {
    from: String,
    until: String,
    per_kwh: i64,
}

impl From<KeptPlan> for ChargingPlan {
    fn from(plan: KeptPlan) -> Self {
        let stretch = |(from, until): (forecourt_core::Timestamp, forecourt_core::Timestamp)| PlanStretch {
            from: from.to_string(),
            until: until.to_string(),
        };
        let slots = plan.slots.into_iter().map(|(from, until, per_kwh)| PlanSlot {
            from: from.to_string(),
            until: until.to_string(),
            per_kwh,
        });
        Self {
            mode: plan.mode,
            planned_at: plan.planned_at.to_string(),
            because: plan.because,
            ready_by: plan.ready_by.to_string(),
            goal_wh: plan.goal_wh,
            had_wh: plan.had_wh,
            power_w: plan.power_w,
            energy_wh: plan.energy_wh,
            stretches: plan.stretches.into_iter().map(stretch).collect(),
            slots: slots.collect(),
            currency: plan.currency,
            cost: plan.cost,
            at_once: plan.at_once,
        }
    }
}

impl From<CourseView> for SessionSchedule {
    fn from(view: CourseView) -> Self {
        let record = view.record;
        let (at, by) = record.as_ref().and_then(|r| r.overridden.clone()).unzip();
        let step = |band: Band| SessionScheduleStep { at: band.at.to_string(), limit_ma: band.limit.0 };
        Self {
            time_zone: view.time_zone,
            steps: view.course.into_iter().map(step).collect(),
            full_ma: view.full.map(|full| full.0),
            is_held_back: view.is_held_back,
            delay_s: record.as_ref().map(|r| r.delay_s).filter(|delay| *delay > 0),
            overridden_at: at.map(|at| at.to_string()),
            overridden_by: by,
            plan: view.plan.map(ChargingPlan::from),
            zone_plan: view.zone_plan.map(SessionZonePlan::from),
            no_plan: record.as_ref().and_then(|r| r.no_plan.clone()),
            told: record.as_ref().and_then(|r| r.told.clone()),
            told_detail: record.as_ref().and_then(|r| r.told_detail.clone()),
            stopped_at: record.and_then(|r| r.stopped_at).map(|at| at.to_string()),
        }
    }
}
