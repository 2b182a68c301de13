//! What each charger of a tree is seen to do, as the allocator wants to know it.

use std::collections::HashMap;

use forecourt_core::Timestamp;
use forecourt_core::fact::{ChargingState, ConnectorStatus};
use forecourt_core::id::{EvseNumber, SessionId, TransactionRef};
use forecourt_core::power::{Circuit, Demand, Evse, Line, PerPhase, Uncontrolled, Wiring, planned_current};
use forecourt_core::unit::{MilliAmps, MilliVolts, WattHours, Watts};

use super::ahead::Leave;
use super::defaults::Defaults;
use super::meter::summed;
use super::plan::{Charger, Plan, Tree};
use super::{Seat, Told};
use crate::App;
use crate::live::{Live, State};

/// Least current with which a car charges (IEC 61851).
pub(super) const LEAST: MilliAmps = MilliAmps(6_000);
/// What a charger of unknown power is believed to be able to give, on each phase.
const UNKNOWN_MAX: MilliAmps = MilliAmps(32_000);

/// A tree at one moment.
pub(super) struct Look {
    pub at: Timestamp,
    pub circuits: Vec<Circuit>,
    pub evses: Vec<Evse>,
    /// Beside the EVSEs, in their order.
    pub seen: Vec<Seen>,
    /// What flows to the chargers below each circuit.
    pub drawn: Vec<PerPhase>,
}

/// What the allocator need not know of an EVSE.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub seat: Seat,
    pub online: bool,
    pub session: Option<(SessionId, TransactionRef, Timestamp)>,
    pub direct: bool,
    /// The limit it keeps for when nobody tells it anything, and whether it confirmed that.
    pub default: MilliAmps,
    pub holds_default: bool,
    pub drawn: Option<MilliAmps>,
    /// The most its times leave it now, where that is less than it could deliver.
    pub timed: Option<MilliAmps>,
    /// What the plan leaves it now, where that is less still.
    pub planned: Option<(MilliAmps, Leave)>,
    /// What it could deliver.
    pub able: MilliAmps,
    pub energy: WattHours,
    pub refused: Option<String>,
}

impl App {
    pub(super) async fn look_at(&self, plan: &Plan, tree: &Tree, defaults: &Defaults) -> Look {
        let now = self.now();
        let mut circuits = circuits_of(tree);
        let (mut evses, mut seen) = (Vec::new(), Vec::new());
        let parts = parts_of(tree);
        for charger in &tree.chargers {
            let Some(live) = self.directory.get(charger.chosen.station) else { continue };
            let state = live.state.lock().await;
            for (number, power, direct) in places_of(charger, &state) {
                let seat = (charger.chosen.station, number);
                let place = Place {
                    charger,
                    tree,
                    parts: parts.get(charger.circuit).copied().unwrap_or(1),
                    power,
                    direct,
                };
                let (evse, one) = self.look_at_evse(&live, &state, seat, &place, defaults, now);
                evses.push(evse);
                seen.push(one);
            }
        }
        let mut own = vec![PerPhase::ZERO; tree.zones.len()];
        for (evse, one) in evses.iter().zip(&seen) {
            if let (Some(sum), Some(drawn)) = (own.get_mut(evse.circuit), one.drawn) {
                *sum = sum
                    .map(|line, all| if evse.wiring.loads(line) { all.saturating_add(drawn) } else { all });
            }
        }
        let drawn = summed(tree, &own);
        for (circuit, load) in circuits.iter_mut().zip(self.loads_of(plan, tree, &drawn, now)) {
            circuit.load = load;
        }
        Look { at: now, circuits, evses, seen, drawn }
    }

    fn look_at_evse(
        &self,
        live: &Live,
        state: &State,
        seat: Seat,
        place: &Place<'_>,
        defaults: &Defaults,
        now: Timestamp,
    ) -> (Evse, Seen) {
        let session = state.running_on(seat.1);
        let mut told = self.power.told();
        if session.is_none() {
            told.remove(&seat);
        }
        let known = session.map(|session| {
            let known = told.entry(seat).or_insert_with(|| Told::new(session.id));
            if known.session != session.id {
                *known = Told::new(session.id);
            }
            known.clone()
        });
        drop(told);
        let (default, holds_default) = defaults.at(seat);
        let conductors = known.as_ref().and_then(|k| k.drawn).and_then(|d| d.conductors);
        let wiring = Wiring {
            phases: if place.direct { 3 } else { place.charger.chosen.phases },
            rotation: place.charger.chosen.rotation,
            car: conductors.filter(|_| !place.direct),
        };
        let max = place.max(&wiring);
        let timed = session.and_then(|s| self.schedules.cap(s.id, now)).filter(|cap| *cap < max);
        let most = max.min(timed.unwrap_or(max));
        let planned = session.and_then(|s| self.planned(place, (s.id, s.started_at), &wiring, now));
        let planned = planned.filter(|(cap, _)| *cap < most);
        let most = most.min(planned.map_or(most, |(cap, _)| cap));
        let seen = Seen {
            seat,
            online: live.link().orders.is_some(),
            session: session.map(|s| (s.id, s.reference.clone(), s.started_at)),
            direct: place.direct,
            default,
            holds_default,
            drawn: self.drawn_at(seat, now).filter(|_| session.is_some()),
            refused: known.as_ref().and_then(|k| k.refused.as_ref()).map(|(why, _)| why.clone()),
            timed,
            planned,
            able: max,
            energy: session.map_or(WattHours(0), |s| s.energy()),
        };
        let status = state.connectors.iter().find(|c| c.evse == seat.1).map(|c| c.reported);
        let suspended = session.and_then(|s| s.charging_state) == Some(ChargingState::SuspendedEV)
            || status == Some(ConnectorStatus::SuspendedEV);
        let demand = match place.charger.outside {
            true => match session {
                Some(_) => {
                    Demand::Uncontrolled { draws: seen.drawn.unwrap_or(max), because: Uncontrolled::Outside }
                }
                None => Demand::Idle,
            },
            false => demand(&seen, known.as_ref(), status, suspended, max, now),
        };
        let evse = Evse {
            circuit: place.charger.circuit,
            wiring,
            min: LEAST.min(most),
            max: most,
            parts: place.parts.saturating_mul(place.tree_evses(state)),
            demand,
            priority: place.charger.chosen.priority,
            since: session.map_or(now, |s| s.started_at),
            held: known.and_then(|k| k.limit).filter(|(_, until)| *until > now).map(|(limit, _)| limit),
        };
        (evse, seen)
    }
}

impl App {
    /// What the plan of its tree leaves to a session, unless somebody let it charge at once.
    fn planned(
        &self,
        place: &Place<'_>,
        session: (SessionId, Timestamp),
        wiring: &Wiring,
        now: Timestamp,
    ) -> Option<(MilliAmps, Leave)> {
        if place.charger.outside || self.schedules.is_overridden(session.0) {
            return None;
        }
        let leave = self.power.ahead.leaves(place.tree.root, session, now)?;
        let voltage =
            place.tree.zones.get(place.charger.circuit).map_or(MilliVolts(230_000), |(zone, _)| zone.voltage);
        let max = place.max(wiring);
        Some((planned_current(leave.power, LEAST.min(max), max, wiring.used(), voltage), leave))
    }
}

/// Where an EVSE stands.
struct Place<'a> {
    charger: &'a Charger,
    tree: &'a Tree,
    parts: u32,
    power: Option<Watts>,
    direct: bool,
}

impl Place<'_> {
    fn max(&self, wiring: &Wiring) -> MilliAmps {
        let voltage =
            self.tree.zones.get(self.charger.circuit).map_or(230_000, |(zone, _)| zone.voltage.0.max(1));
        // The charger's power over its own conductors, whatever the car uses of them.
        let conductors = i64::from(wiring.phases.clamp(1, 3));
        self.power
            .map_or(UNKNOWN_MAX, |power| MilliAmps(power.0.saturating_mul(1_000_000) / voltage / conductors))
    }

    /// How many EVSEs the charger's share is divided among.
    fn tree_evses(&self, state: &State) -> u32 {
        u32::try_from(places_of(self.charger, state).len()).unwrap_or(1).max(1)
    }
}

/// What an EVSE wants, from what is seen of it.
fn demand(
    seen: &Seen,
    known: Option<&Told>,
    status: Option<ConnectorStatus>,
    suspended: bool,
    max: MilliAmps,
    now: Timestamp,
) -> Demand {
    let default = if seen.holds_default { seen.default.min(max) } else { max };
    let uncontrolled = |draws, because| Demand::Uncontrolled { draws, because };
    if !seen.online {
        let told = known.and_then(|k| k.limit).filter(|(_, until)| *until > now).map(|(limit, _)| limit);
        return uncontrolled(told.map_or(default, |limit| limit.max(default)), Uncontrolled::Unreachable);
    }
    let Some(known) = known else {
        return match status {
            Some(ConnectorStatus::Preparing | ConnectorStatus::Occupied) => {
                uncontrolled(default, Uncontrolled::Arriving)
            }
            _ => Demand::Idle,
        };
    };
    let refuses = known.refused.as_ref().is_some_and(|(_, again)| *again > now);
    if refuses || known.ignores {
        let allowed = known.limit.filter(|(_, until)| *until > now).map(|(limit, _)| limit);
        // It may go back to what it was allowed before, or up to the default that it keeps; without either, its meter is the
        // only word.
        let kept = seen.holds_default.then_some(default);
        let draws = match (seen.drawn, allowed.max(kept)) {
            (Some(drawn), Some(allowed)) => drawn.max(allowed),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => max,
        };
        return uncontrolled(draws, Uncontrolled::Refuses);
    }
    // A car that was given nothing takes nothing: that is not its own will.
    let was_given = known.limit.is_some_and(|(limit, _)| limit.0 > 0);
    if suspended && was_given {
        return Demand::Sated;
    }
    Demand::Charging { takes: known.appetite.takes() }
}

/// The EVSEs of a charger: what was said of it, and what it speaks of itself.
pub(super) fn places_of(charger: &Charger, state: &State) -> Vec<(EvseNumber, Option<Watts>, bool)> {
    let mut places: HashMap<EvseNumber, (Option<Watts>, bool)> = HashMap::new();
    for (number, power) in &state.evses {
        places.insert(*number, (*power, false));
    }
    for (number, power, direct) in &charger.evses {
        places.insert(*number, (*power, *direct));
    }
    let spoken = state.connectors.iter().map(|c| c.evse);
    for number in spoken.chain(state.sessions.iter().filter(|s| s.is_active()).map(|s| s.evse)) {
        places.entry(number).or_insert((None, false));
    }
    let mut list: Vec<_> = places
        .into_iter()
        .filter(|(number, _)| number.0 > 0)
        .map(|(number, (power, direct))| (number, power, direct))
        .collect();
    list.sort_by_key(|(number, ..)| number.0);
    list
}

pub(super) fn circuits_of(tree: &Tree) -> Vec<Circuit> {
    let each = tree.zones.iter().map(|(zone, parent)| Circuit {
        parent: *parent,
        capacity: zone.capacity,
        buffer: zone.buffer,
        load: PerPhase::ZERO,
        distribution: zone.distribution,
        least_session: zone.least_session,
        voltage: zone.voltage,
    });
    each.collect()
}

/// How many chargers stand below each circuit: a static one is divided among them.
pub(super) fn parts_of(tree: &Tree) -> Vec<u32> {
    let mut parts = vec![0_u32; tree.zones.len()];
    for charger in tree.chargers.iter().filter(|c| !c.outside) {
        let mut at = Some(charger.circuit);
        while let Some(circuit) = at {
            if let Some(count) = parts.get_mut(circuit) {
                *count = count.saturating_add(1);
            }
            at = tree.zones.get(circuit).and_then(|(_, parent)| *parent).filter(|p| *p < circuit);
        }
    }
    parts.into_iter().map(|count| count.max(1)).collect()
}

/// The largest of three phases: what a chart shows.
pub(super) fn fullest(currents: PerPhase) -> MilliAmps {
    Line::ALL.into_iter().map(|line| currents.on(line)).max().unwrap_or(MilliAmps::ZERO)
}
