//! The sessions of a tree's chargers, as the replay wants to know them.

use std::collections::{BTreeMap, HashMap};

use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, StationId, ZoneId};
use forecourt_core::power::{LoadFrom, PerPhase, Place, Scene, Visit, Wiring};
use forecourt_core::unit::{MilliAmps, Watts};
use forecourt_store::zone::{PastVisit, ZoneRecord, ZoneStation};

use crate::power::look::{LEAST, circuits_of, parts_of};
use crate::power::plan::{Charger, Tree};

/// A charger of unknown power, on each phase; more where a session was seen to draw more.
const UNKNOWN_MAX: MilliAmps = MilliAmps(32_000);
/// Above this a reading's voltage is that of direct current.
const DIRECT_FROM_MV: i64 = 280_000;
/// Below this a share of conductors cannot be told from noise.
const TELLING: i64 = 3_000;

/// Everything a trial plays.
pub(super) struct Stage {
    pub tried: Scene,
    /// The same as it is set now, where the zone is on.
    pub in_force: Option<Scene>,
    /// The circuit of the zone that is tried.
    pub zone_at: usize,
    /// In the order of the circuits: zone, name, capacity of the smallest phase.
    pub names: Vec<(ZoneId, String, MilliAmps)>,
    /// In the order of the visits.
    pub past: Vec<PastVisit>,
}

impl Stage {
    pub fn new(
        tree: Tree,
        past: Vec<PastVisit>,
        loads: Vec<Vec<(Timestamp, MilliAmps)>>,
        zone: ZoneId,
        in_force: Option<(ZoneRecord, Vec<ZoneStation>)>,
    ) -> Self {
        let (mut places, numbers) = places_of(&tree, &past);
        let (mut visits, mut kept) = (Vec::new(), Vec::new());
        for one in past {
            let Some(&at) = numbers.get(&(one.station, one.evse)) else { continue };
            let Some(place) = places.get_mut(at) else { continue };
            let Some(circuit) = tree.zones.get(place.place.circuit) else { continue };
            let visit = visit_of(&one, at, place.is_direct, &place.place.wiring, circuit.0.voltage.0.max(1));
            place.place.max = place.place.max.max(visit.takes);
            visits.push(visit);
            kept.push(one);
        }
        let circuits = circuits_of(&tree);
        let tried = Scene {
            places: places.into_iter().map(|known| known.place).collect(),
            loads: loads_of(loads),
            visits,
            circuits,
        };
        let zone_at = tree.zones.iter().position(|(each, _)| each.id == zone).unwrap_or(0);
        let in_force = in_force.map(|(record, had)| as_set(&tried, &tree, zone_at, &record, &had, &numbers));
        let names =
            tree.zones.iter().map(|(each, _)| (each.id, each.name.clone(), each.capacity.least())).collect();
        Self { tried, in_force, zone_at, names, past: kept }
    }
}

type Numbers = HashMap<(StationId, EvseNumber), usize>;

struct Known {
    place: Place,
    is_direct: bool,
}

/// Every EVSE that is known of or was charged at.
fn places_of(tree: &Tree, past: &[PastVisit]) -> (Vec<Known>, Numbers) {
    let parts = parts_of(tree);
    let (mut places, mut numbers) = (Vec::new(), Numbers::new());
    for charger in &tree.chargers {
        let mut evses: BTreeMap<i32, (Option<Watts>, bool)> = BTreeMap::new();
        for visit in past.iter().filter(|visit| visit.station == charger.chosen.station) {
            evses.insert(visit.evse.0, (None, false));
        }
        for (number, power, direct) in &charger.evses {
            evses.insert(number.0, (*power, *direct));
        }
        let count = u32::try_from(evses.len()).unwrap_or(1).max(1);
        let share = parts.get(charger.circuit).copied().unwrap_or(1).saturating_mul(count);
        for (number, (power, is_direct)) in evses {
            numbers.insert((charger.chosen.station, EvseNumber(number)), places.len());
            places.push(Known { place: place_of(tree, charger, power, is_direct, share), is_direct });
        }
    }
    (places, numbers)
}

fn place_of(tree: &Tree, charger: &Charger, power: Option<Watts>, is_direct: bool, parts: u32) -> Place {
    let phases = if is_direct { 3 } else { charger.chosen.phases };
    let volts = tree.zones.get(charger.circuit).map_or(230_000, |(zone, _)| zone.voltage.0.max(1));
    let max = power.map_or(UNKNOWN_MAX, |power| {
        MilliAmps(power.0.saturating_mul(1_000_000) / volts / i64::from(phases.clamp(1, 3)))
    });
    Place {
        circuit: charger.circuit,
        wiring: Wiring { phases, rotation: charger.chosen.rotation, car: None },
        min: LEAST.min(max),
        max,
        parts,
        priority: charger.chosen.priority,
        steered: !charger.outside,
    }
}

/// What a car wanted is what it got; what it takes is the most it was seen to draw, and no less than it needed on average.
fn visit_of(past: &PastVisit, place: usize, is_direct: bool, wiring: &Wiring, volts: i64) -> Visit {
    let is_direct = is_direct || past.voltage.is_some_and(|v| v.0 > DIRECT_FROM_MV);
    let across = |power: i64, conductors: i64| power.saturating_mul(1_000_000) / volts / conductors.max(1);
    let conductors = match (past.current, past.power) {
        _ if is_direct => None,
        (Some(current), Some(power)) if current.0 >= TELLING => {
            let count = (across(power.0, 1) + current.0 / 2) / current.0;
            u8::try_from(count.clamp(1, 3)).ok()
        }
        _ => None,
    };
    let used = if is_direct { 3 } else { Wiring { car: conductors, ..*wiring }.used() };
    let seen = match (past.current, past.power) {
        (Some(current), _) if !is_direct => current.0,
        (_, Some(power)) => across(power.0, used),
        _ => 0,
    };
    let seconds = past.ended_at.duration_since(past.started_at).as_secs().max(60);
    let mean = across(past.energy.0.saturating_mul(3_600) / seconds, used) + 1;
    Visit {
        place,
        arrives: past.started_at,
        departs: past.ended_at,
        wants: past.energy,
        takes: MilliAmps(seen.max(mean)),
        conductors,
    }
}

/// Loads of each circuit, put together: one row whenever something moved.
fn loads_of(each: Vec<Vec<(Timestamp, MilliAmps)>>) -> Vec<LoadFrom> {
    let mut moves: BTreeMap<Timestamp, Vec<(usize, MilliAmps)>> = BTreeMap::new();
    let circuits = each.len();
    for (circuit, rows) in each.into_iter().enumerate() {
        for (at, load) in rows {
            moves.entry(at).or_default().push((circuit, load));
        }
    }
    let mut loads = vec![PerPhase::ZERO; circuits];
    let mut all: Vec<LoadFrom> = Vec::new();
    for (at, changed) in moves {
        for (circuit, load) in changed {
            if let Some(slot) = loads.get_mut(circuit) {
                *slot = PerPhase::even(load);
            }
        }
        if all.last().is_none_or(|last| last.loads != loads) {
            all.push(LoadFrom { at, loads: loads.clone() });
        }
    }
    all
}

/// The same days with the zone as it is set now.
fn as_set(
    tried: &Scene,
    tree: &Tree,
    zone_at: usize,
    record: &ZoneRecord,
    had: &[ZoneStation],
    numbers: &Numbers,
) -> Scene {
    let mut scene = tried.clone();
    if let (Some(circuit), Some((zone, _))) = (scene.circuits.get_mut(zone_at), tree.zones.get(zone_at)) {
        circuit.capacity = record.capacity;
        circuit.buffer = record.buffer;
        circuit.least_session = record.least_session;
        circuit.distribution = record.distribution;
        debug_assert_eq!(zone.id, record.id);
    }
    for (seat, at) in numbers {
        let set = had.iter().find(|one| one.station == seat.0);
        if let (Some(place), Some(set)) = (scene.places.get_mut(*at), set) {
            place.priority = set.priority;
        }
    }
    scene
}
