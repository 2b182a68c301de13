//! Tries a limit on days that were: the sessions of a zone's tree once more under other settings. Nobody is told anything, and
//! nothing is written.

mod scene;

use std::collections::HashMap;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::{EvseNumber, SessionId, StationId, ZoneId};
use forecourt_core::power::{Distribution, PerPhase, Replay, Rule, Visit, replay};
use forecourt_core::unit::{MilliAmps, PerMille, WattHours, Watts};
use forecourt_store::zone::{PastVisit, ZoneRecord, ZoneStation};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};

use super::plan::{Tree, nearest_on, trees};
use super::zones::{ChosenCharger, ZoneRequest};
use crate::{App, AppError, Principal};
use scene::Stage;

/// Sessions one trial plays: a week of a place with some hundred chargers. Each costs some thousand steps.
const SESSIONS_MAX: i64 = 5_000;
/// Whoever came longer before the first day is left out: what it still took then is not known.
const CAME_BEFORE: SignedDuration = SignedDuration::from_hours(24);
/// Sessions named one by one; the rest is counted.
const NAMED: usize = 200;
/// Stretches of the chart: a day in steps of five minutes, a week in half hours.
const FINE_S: i64 = 300;
const COARSE_S: i64 = 1_800;

/// What is tried, on which days of the site's calendar.
#[derive(Debug, Clone)]
pub struct TrialRequest {
    pub from: Date,
    /// 1 to 7.
    pub days: i64,
    pub capacity: Result<Watts, PerPhase>,
    pub buffer: PerMille,
    pub least_session: Watts,
    pub distribution: Distribution,
    /// Of chargers whose priority is tried too.
    pub priorities: Vec<(StationId, i64)>,
}

/// What it would have done.
#[derive(Debug, Clone)]
pub struct Trial {
    pub from: Timestamp,
    pub until: Timestamp,
    pub sessions: usize,
    /// Whether a load beside the chargers was written down in these days.
    pub knows_load: bool,
    /// Every car at full power.
    pub unlimited: Outlook,
    /// As the zone is set; only where it is on.
    pub now: Option<Outlook>,
    pub tried: Outlook,
    pub circuits: Vec<TrialCircuit>,
    pub points: Vec<TrialPoint>,
    /// Sessions that would have ended their charging later, or with less, than at full power; the worst first.
    pub affected: Vec<Affected>,
    pub affected_count: usize,
}

/// How a zone's days go under one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// The highest current on a phase of the zone, building included, and when.
    pub peak: MilliAmps,
    pub peak_at: Option<Timestamp>,
    /// Not delivered by departure, of the whole tree.
    pub missing: WattHours,
    pub short_sessions: usize,
    pub waited_s: i64,
    pub waiting_sessions: usize,
}

/// One circuit of the tree, the zone's own among them.
#[derive(Debug, Clone)]
pub struct TrialCircuit {
    pub zone: ZoneId,
    pub name: String,
    pub capacity: MilliAmps,
    pub unlimited: MilliAmps,
    pub now: Option<MilliAmps>,
    pub tried: MilliAmps,
}

/// One stretch of the chart: the highest currents of the zone in it.
#[derive(Debug, Clone, Copy)]
pub struct TrialPoint {
    pub at: Timestamp,
    pub load: MilliAmps,
    pub unlimited: MilliAmps,
    pub now: Option<MilliAmps>,
    pub tried: MilliAmps,
}

#[derive(Debug, Clone)]
pub struct Affected {
    pub session: SessionId,
    pub station: StationId,
    pub evse: EvseNumber,
    pub started_at: Timestamp,
    pub ended_at: Timestamp,
    pub wanted: WattHours,
    pub got: WattHours,
    /// Later than at full power; none where it did not end before departure.
    pub later_s: Option<i64>,
    pub waited_s: i64,
}

impl App {
    pub async fn try_zone(
        &self,
        principal: &Principal,
        id: ZoneId,
        request: TrialRequest,
    ) -> Result<Trial, AppError> {
        principal.require(Permission::Power)?;
        let zone = self.own_zone(principal, id).await?;
        if !(1..=7).contains(&request.days) {
            return Err(AppError::field("/days", "between 1 and 7"));
        }
        let site = self.site(principal, zone.site).await?.site;
        let span = days_of(&request, &site.time_zone)?;
        let stage = self.stage(principal, &zone, request, span).await?;
        let _turn = self.power.trial.lock().await;
        let played = tokio::task::spawn_blocking(move || stage.play(span)).await;
        played.map_err(|_| AppError::Conflict("the trial broke off".into()))
    }

    async fn stage(
        &self,
        principal: &Principal,
        zone: &ZoneRecord,
        request: TrialRequest,
        span: (Timestamp, Timestamp),
    ) -> Result<Stage, AppError> {
        let zones = self.store.zones(principal.organisation).await?;
        let had = self.store.zone_stations(zone.id).await?;
        let (tried, chosen) =
            self.zone_as_requested(principal, zone.clone(), &zones, as_zone(zone, &had, request)).await?;
        let tree = self.tree_with(&zones, &tried, chosen).await?;
        let past = self
            .store
            .past_visits((principal.organisation, zone.site), span.0 - CAME_BEFORE, span, SESSIONS_MAX + 1)
            .await?;
        if past.len() as i64 > SESSIONS_MAX {
            let text = format!("more than {SESSIONS_MAX} sessions: try fewer days");
            return Err(AppError::field("/days", text));
        }
        let mut loads = Vec::new();
        for (each, _) in &tree.zones {
            let since = (span.0 - CAME_BEFORE, span.1);
            loads.push(self.store.zone_loads_between(each.id, since, FINE_S * 1_000).await?);
        }
        let in_force = zone.enabled.then(|| (zone.clone(), had));
        Ok(Stage::new(tree, past, loads, tried.id, in_force))
    }

    /// The tree a zone belongs to, as if it were on and set so.
    async fn tree_with(
        &self,
        zones: &[ZoneRecord],
        tried: &ZoneRecord,
        chosen: Vec<ZoneStation>,
    ) -> Result<Tree, AppError> {
        let here = zones.iter().filter(|zone| zone.site == tried.site);
        let here: Vec<ZoneRecord> = here
            .map(|zone| match zone.id == tried.id {
                true => ZoneRecord { enabled: true, ..tried.clone() },
                false => zone.clone(),
            })
            .collect();
        let holds = |tree: &Tree| tree.zones.iter().any(|(zone, _)| zone.id == tried.id);
        let mut tree = trees(&here).into_iter().find(holds).ok_or(AppError::NotFound("zone"))?;
        let by_id: HashMap<ZoneId, &ZoneRecord> = here.iter().map(|zone| (zone.id, zone)).collect();
        let others = self.store.all_zone_stations().await?;
        let all: Vec<ZoneStation> =
            others.into_iter().filter(|one| one.zone != tried.id).chain(chosen).collect();
        let stations: Vec<StationId> =
            all.iter().filter(|one| by_id.contains_key(&one.zone)).map(|one| one.station).collect();
        let mut evses: HashMap<StationId, Vec<_>> = HashMap::new();
        for known in self.store.evses(&stations).await? {
            let dc = known.current_kind.as_deref() == Some("dc");
            evses.entry(known.station).or_default().push((known.evse, known.max_power_w.map(Watts), dc));
        }
        for chosen in all {
            let Some(on) = by_id.get(&chosen.zone).and_then(|zone| nearest_on(zone, &by_id)) else {
                continue;
            };
            let Some(circuit) = tree.zones.iter().position(|(each, _)| each.id == on.id) else { continue };
            let outside = on.id != chosen.zone;
            let evses = evses.remove(&chosen.station).unwrap_or_default();
            tree.chargers.push(super::plan::Charger { circuit, chosen, outside, evses });
        }
        Ok(tree)
    }
}

fn days_of(request: &TrialRequest, zone: &str) -> Result<(Timestamp, Timestamp), AppError> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let start = |date: Date| date.to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
    let until = request.from.checked_add(request.days.days()).and_then(start);
    match (start(request.from), until) {
        (Ok(from), Ok(until)) => Ok((from, until)),
        _ => Err(AppError::field("/from", "no day of the calendar")),
    }
}

fn as_zone(zone: &ZoneRecord, had: &[ZoneStation], request: TrialRequest) -> ZoneRequest {
    let asked: HashMap<StationId, i64> = request.priorities.into_iter().collect();
    let chargers = had.iter().map(|one| ChosenCharger {
        station: one.station,
        phases: one.phases,
        rotation: one.rotation,
        priority: asked.get(&one.station).copied().unwrap_or(one.priority),
    });
    ZoneRequest {
        name: zone.name.clone(),
        site: zone.site,
        parent: zone.parent,
        meter_number: zone.meter_number.clone(),
        capacity: request.capacity,
        voltage: zone.voltage,
        buffer: request.buffer,
        least_session: request.least_session,
        distribution: request.distribution,
        chargers: chargers.collect(),
    }
}

impl Stage {
    fn play(self, span: (Timestamp, Timestamp)) -> Trial {
        let unlimited = replay(&self.tried, Rule::Unlimited);
        let tried = replay(&self.tried, Rule::Shared);
        let now = self.in_force.as_ref().map(|scene| replay(scene, Rule::Shared));
        let visits = &self.tried.visits;
        let look = |played: &Replay| outlook(visits, played, self.zone_at, span);
        let every =
            if span.1.duration_since(span.0) > SignedDuration::from_hours(25) { COARSE_S } else { FINE_S };
        let course = |played: &Replay| played.course(self.zone_at, span, every);
        let (free, shared, held) = (course(&unlimited), course(&tried), now.as_ref().map(course));
        let points = free.iter().zip(&shared).enumerate().map(|(index, (free, shared))| TrialPoint {
            at: free.0,
            load: free.1.max(shared.1),
            unlimited: free.2,
            now: held.as_ref().and_then(|all| all.get(index)).map(|point| point.2),
            tried: shared.2,
        });
        let peak =
            |played: &Replay, at| played.peak(at, span.0, span.1).map_or(MilliAmps::ZERO, |(_, most)| most);
        let circuits = self.names.iter().enumerate().map(|(at, (zone, name, capacity))| TrialCircuit {
            zone: *zone,
            name: name.clone(),
            capacity: *capacity,
            unlimited: peak(&unlimited, at),
            now: now.as_ref().map(|played| peak(played, at)),
            tried: peak(&tried, at),
        });
        let mut affected = affected(&self.past, visits, &unlimited, &tried);
        let affected_count = affected.len();
        affected.truncate(NAMED);
        Trial {
            from: span.0,
            until: span.1,
            sessions: visits.len(),
            knows_load: !self.tried.loads.is_empty(),
            unlimited: look(&unlimited),
            now: now.as_ref().map(look),
            tried: look(&tried),
            circuits: circuits.collect(),
            points: points.collect(),
            affected,
            affected_count,
        }
    }
}

fn outlook(visits: &[Visit], played: &Replay, at: usize, span: (Timestamp, Timestamp)) -> Outlook {
    let peak = played.peak(at, span.0, span.1);
    let short = visits.iter().zip(&played.outcomes).map(|(visit, outcome)| visit.wants.0 - outcome.got.0);
    let short: Vec<i64> = short.filter(|missing| *missing > 0).collect();
    let waited: Vec<i64> =
        played.outcomes.iter().map(|outcome| outcome.waited_s).filter(|waited| *waited > 0).collect();
    Outlook {
        peak: peak.map_or(MilliAmps::ZERO, |(_, most)| most),
        peak_at: peak.map(|(at, _)| at),
        missing: WattHours(short.iter().sum()),
        short_sessions: short.len(),
        waited_s: waited.iter().sum(),
        waiting_sessions: waited.len(),
    }
}

fn affected(past: &[PastVisit], visits: &[Visit], free: &Replay, tried: &Replay) -> Vec<Affected> {
    /// Less is not felt: replays go by the minute.
    const FELT_S: i64 = 60;
    let played = past.iter().zip(visits).zip(free.outcomes.iter().zip(&tried.outcomes));
    let mut all: Vec<Affected> = played
        .filter_map(|((past, visit), (free, tried))| {
            let later_s = match (free.done_at, tried.done_at) {
                (Some(free), Some(tried)) => Some(tried.duration_since(free).as_secs().max(0)),
                _ => None,
            };
            let less = tried.got < free.got;
            (less || later_s.is_some_and(|later| later >= FELT_S)).then_some(Affected {
                session: past.session,
                station: past.station,
                evse: past.evse,
                started_at: past.started_at,
                ended_at: past.ended_at,
                wanted: visit.wants,
                got: tried.got,
                later_s,
                waited_s: tried.waited_s,
            })
        })
        .collect();
    all.sort_by_key(|one| {
        (std::cmp::Reverse((one.wanted.0 - one.got.0, one.later_s.unwrap_or(0))), one.session)
    });
    all
}
