//! What operators said of zones, as trees ready to be shared: held in memory, read anew after every change.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, OrganisationId, SiteId, StationId, ZoneId};
use forecourt_core::unit::{MilliAmps, Watts};
use forecourt_store::zone::{ZoneLoad, ZoneRecord, ZoneStation};
use jiff::SignedDuration;

use crate::{App, AppError};

/// Levels of zones: a street, a building, a floor, a row of chargers, and some to spare.
pub(super) const DEPTH_MAX: usize = 8;
/// The plan is read anew after so long even if nobody said that something changed (a charger was moved, its power noted).
const OLD: SignedDuration = SignedDuration::from_secs(60);
/// A meter that is silent is believed to have been as high as it was within this time.
const PEAK: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub read_at: Option<Timestamp>,
    pub trees: Vec<Tree>,
    /// The root of the tree in which each steered charger stands.
    pub roots: HashMap<StationId, ZoneId>,
    /// What meters said last. Readings come too often to read everything anew for each: they are put in.
    loads: RwLock<HashMap<ZoneId, ZoneLoad>>,
    /// Where every zone is, on or off.
    pub places: HashMap<ZoneId, (OrganisationId, SiteId)>,
    /// The highest load of each zone in the last day.
    pub peaks: HashMap<ZoneId, MilliAmps>,
}

/// Zones that are on and hang together, parents first.
#[derive(Debug)]
pub(crate) struct Tree {
    pub root: ZoneId,
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub zones: Vec<(ZoneRecord, Option<usize>)>,
    pub chargers: Vec<Charger>,
}

/// A charger and the circuit it hangs on.
#[derive(Debug)]
pub(crate) struct Charger {
    pub circuit: usize,
    pub chosen: ZoneStation,
    /// Its own zone is off: counted, never told anything.
    pub outside: bool,
    /// Number, largest power, direct current.
    pub evses: Vec<(EvseNumber, Option<Watts>, bool)>,
}

impl Plan {
    pub fn load_of(&self, zone: ZoneId) -> Option<ZoneLoad> {
        self.loads.read().unwrap_or_else(PoisonError::into_inner).get(&zone).cloned()
    }

    pub fn put_load(&self, load: ZoneLoad) {
        self.loads.write().unwrap_or_else(PoisonError::into_inner).insert(load.zone, load);
    }

    /// What came in while this plan was read stays.
    pub fn keep_newer_loads(&mut self, older: &Self) {
        let loads = self.loads.get_mut().unwrap_or_else(PoisonError::into_inner);
        for (zone, load) in older.loads.read().unwrap_or_else(PoisonError::into_inner).iter() {
            if self.places.contains_key(zone) && loads.get(zone).is_none_or(|read| read.at < load.at) {
                loads.insert(*zone, load.clone());
            }
        }
    }
}

impl App {
    /// Reads zones anew and wakes the balancer.
    pub(crate) async fn zones_changed(&self) -> Result<(), AppError> {
        self.power.set_plan(self.read_plan().await?);
        self.power.wake.notify_one();
        Ok(())
    }

    pub(super) async fn keep_plan_fresh(&self) -> Result<(), AppError> {
        let plan = self.power.plan();
        if plan.read_at.is_none_or(|at| self.now().duration_since(at) > OLD) {
            self.power.set_plan(self.read_plan().await?);
        }
        Ok(())
    }

    async fn read_plan(&self) -> Result<Plan, AppError> {
        let now = self.now();
        let zones = self.store.all_zones().await?;
        if zones.is_empty() {
            return Ok(Plan { read_at: Some(now), ..Plan::default() });
        }
        let chosen = self.store.all_zone_stations().await?;
        let stations: Vec<StationId> = chosen.iter().map(|c| c.station).collect();
        let mut evses: HashMap<StationId, Vec<_>> = HashMap::new();
        for known in self.store.evses(&stations).await? {
            let dc = known.current_kind.as_deref() == Some("dc");
            evses.entry(known.station).or_default().push((known.evse, known.max_power_w.map(Watts), dc));
        }
        let loads: HashMap<ZoneId, ZoneLoad> =
            self.store.all_zone_loads().await?.into_iter().map(|load| (load.zone, load)).collect();
        let peaks = self.store.highest_zone_loads(now - PEAK).await?.into_iter().collect();
        let places = zones.iter().map(|zone| (zone.id, (zone.organisation, zone.site))).collect();
        let mut plan =
            Plan { read_at: Some(now), loads: RwLock::new(loads), places, peaks, ..Plan::default() };
        plan.trees = trees(&zones);
        let is_there = |station: StationId, zone: &ZoneRecord| {
            self.directory.get(station).is_some_and(|live| live.record().site == zone.site)
        };
        let by_id: HashMap<ZoneId, &ZoneRecord> = zones.iter().map(|zone| (zone.id, zone)).collect();
        for chosen in chosen {
            let Some(zone) = by_id.get(&chosen.zone).filter(|zone| is_there(chosen.station, zone)) else {
                continue;
            };
            let Some(on) = nearest_on(zone, &by_id) else { continue };
            let found = plan.trees.iter_mut().find_map(|tree| {
                let circuit = tree.zones.iter().position(|(each, _)| each.id == on.id)?;
                Some((tree, circuit))
            });
            let Some((tree, circuit)) = found else { continue };
            let outside = on.id != zone.id;
            if !outside {
                plan.roots.insert(chosen.station, tree.root);
            }
            let evses = evses.remove(&chosen.station).unwrap_or_default();
            tree.chargers.push(Charger { circuit, chosen, outside, evses });
        }
        Ok(plan)
    }
}

/// The zone itself if it is on, else the nearest above that is.
pub(super) fn nearest_on<'a>(
    zone: &'a ZoneRecord,
    by_id: &HashMap<ZoneId, &'a ZoneRecord>,
) -> Option<&'a ZoneRecord> {
    let mut at = Some(zone);
    for _ in 0..=DEPTH_MAX {
        let here = at?;
        if here.enabled {
            return Some(here);
        }
        at = here.parent.and_then(|parent| by_id.get(&parent).copied());
    }
    None
}

pub(super) fn trees(zones: &[ZoneRecord]) -> Vec<Tree> {
    let by_id: HashMap<ZoneId, &ZoneRecord> = zones.iter().map(|zone| (zone.id, zone)).collect();
    let above = |zone: &ZoneRecord| {
        let parent = zone.parent.and_then(|parent| by_id.get(&parent).copied())?;
        nearest_on(parent, &by_id)
    };
    // Level by level: a parent stands before its children.
    let mut trees: Vec<Tree> = Vec::new();
    let mut waiting: Vec<&ZoneRecord> = zones.iter().filter(|zone| zone.enabled).collect();
    for _ in 0..=DEPTH_MAX {
        let mut later = Vec::new();
        for zone in waiting {
            let Some(parent) = above(zone) else {
                trees.push(Tree {
                    root: zone.id,
                    organisation: zone.organisation,
                    site: zone.site,
                    zones: vec![(zone.clone(), None)],
                    chargers: Vec::new(),
                });
                continue;
            };
            let found = trees.iter_mut().find_map(|tree| {
                let at = tree.zones.iter().position(|(each, _)| each.id == parent.id)?;
                Some((tree, at))
            });
            match found {
                Some((tree, at)) => tree.zones.push((zone.clone(), Some(at))),
                None => later.push(zone),
            }
        }
        waiting = later;
    }
    trees
}
