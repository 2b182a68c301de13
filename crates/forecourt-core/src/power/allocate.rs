//! One look at a whole tree: who runs, who waits, who gets how much, and why.

use super::fill::{Ledger, Paths, constraint, fill};
use super::model::{Circuit, Demand, Distribution, Evse, Uncontrolled};
use super::phase::{Line, PerPhase};
use super::steady::steady_limit;
use crate::unit::{MilliAmps, PerMille};

/// Limits are whole tenths of an ampere: OCPP sends one decimal.
const GRAIN: i64 = 100;
/// A session that waits begins only where this is left above its minimum: otherwise it would come and go with every wobble.
const MARGIN: i64 = 1_000;
/// Looks after which sharing has settled, or is left as it is.
const SETTLES_WITHIN: usize = 8;
/// Currents beyond this are somebody's mistake; cutting them keeps every sum far from overflowing.
const BEYOND: i64 = 1_000_000_000;

/// What one EVSE may draw, on each phase it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub limit: MilliAmps,
    pub why: Why,
}

/// What decided a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No car.
    Idle,
    /// All it can deliver.
    Full,
    /// All its car takes.
    Appetite,
    /// Its fixed share of a static circuit.
    Fixed { circuit: usize },
    /// This phase of this circuit gives no more.
    Circuit { circuit: usize, line: Line },
    /// Its car takes nothing; the minimum is kept for it.
    Sated,
    /// In the queue of its circuit, at this place from 1; this phase would have been too full.
    Waiting { place: u32, circuit: usize, line: Line },
    /// What it could ever get here is below the least a session must have.
    BelowMinimum,
    /// Counted as it is.
    Uncontrolled(Uncontrolled),
}

/// What became of one circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CircuitUse {
    /// The building's load that was counted: its own, or that of the circuits below where that is more.
    pub load: PerPhase,
    /// What is left for charging.
    pub usable: PerPhase,
    /// What the EVSEs below it may draw together.
    pub given: PerPhase,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allotment {
    /// In the order of the EVSEs.
    pub shares: Vec<Share>,
    /// In the order of the circuits.
    pub circuits: Vec<CircuitUse>,
}

/// Shares the power of one tree. An EVSE of a circuit that does not exist gets nothing.
///
/// Who is let in depends on who runs already, and a queue may let somebody in late: where there are queues, what comes out is
/// shared once more as if it were in force, until that changes nothing. Else the next look would move limits by itself.
pub fn allocate(circuits: &[Circuit], evses: &[Evse]) -> Allotment {
    let mut found = share_once(circuits, evses);
    if circuits.iter().all(|circuit| circuit.distribution != Distribution::Sequential) {
        return found;
    }
    for _ in 0..SETTLES_WITHIN {
        let in_force = |(evse, share): (&Evse, &Share)| Evse { held: Some(share.limit), ..evse.clone() };
        let held: Vec<Evse> = evses.iter().zip(&found.shares).map(in_force).collect();
        let next = share_once(circuits, &held);
        let is_settled = next.shares.iter().zip(&found.shares).all(|(a, b)| a.limit == b.limit);
        found = next;
        if is_settled {
            break;
        }
    }
    found
}

/// One look. Whatever is held, nothing it gives is too much for any circuit.
fn share_once(circuits: &[Circuit], evses: &[Evse]) -> Allotment {
    let uses = usable(circuits);
    let paths = Paths::new(circuits, evses);
    let mut left = vec![0; circuits.len() * 3];
    for (index, used) in uses.iter().enumerate() {
        for line in Line::ALL {
            if let Some(slot) = left.get_mut(constraint(index, line)) {
                *slot = used.usable.on(line).0;
            }
        }
    }
    let ledger = Ledger { paths: &paths, left, given: vec![0; evses.len()] };
    let mut round = Round {
        circuits,
        evses,
        wants: evses.iter().map(|evse| Want::of(evse, circuits, &uses)).collect(),
        order: by_turn(evses),
        ledger,
        stopped: vec![None; evses.len()],
        waits: vec![None; evses.len()],
    };
    round.count_uncontrolled();
    round.admit();
    round.share();
    if round.queue() {
        // What a queue left over goes to those who share.
        round.share();
    }
    let shares = round.shares();
    let circuits = total(circuits, evses, uses, &shares);
    Allotment { shares, circuits }
}

/// What each circuit leaves for charging.
pub(super) fn usable(circuits: &[Circuit]) -> Vec<CircuitUse> {
    let mut loads: Vec<PerPhase> = circuits.iter().map(|c| clip(c.load)).collect();
    let mut below = vec![PerPhase::ZERO; circuits.len()];
    // A circuit stands after its parent: backwards, children come first.
    for (index, circuit) in circuits.iter().enumerate().rev() {
        let under = below.get(index).copied().unwrap_or_default();
        let Some(load) = loads.get_mut(index) else { continue };
        *load = load.map(|line, own| own.max(under.on(line)));
        let load = *load;
        if let Some(sum) = circuit.parent.filter(|p| *p < index).and_then(|p| below.get_mut(p)) {
            *sum = sum.plus(load);
        }
    }
    let each = circuits.iter().zip(loads).map(|(circuit, load)| {
        let PerMille(buffer) = circuit.buffer;
        let keeps = 1_000 - buffer.clamp(0, 1_000);
        let capacity = clip(circuit.capacity);
        let usable = capacity.map(|line, all| MilliAmps((all.0 - load.on(line).0).max(0) * keeps / 1_000));
        CircuitUse { load, usable, given: PerPhase::ZERO }
    });
    each.collect()
}

fn clip(currents: PerPhase) -> PerPhase {
    currents.map(|_, current| MilliAmps(current.0.clamp(0, BEYOND)))
}

/// What one EVSE may ask for.
struct Want {
    floor: i64,
    cap: i64,
    /// It takes part in sharing.
    active: bool,
    distribution: Distribution,
    cap_is: Why,
}

impl Want {
    fn of(evse: &Evse, circuits: &[Circuit], uses: &[CircuitUse]) -> Self {
        let Some((circuit, used)) = circuits.get(evse.circuit).zip(uses.get(evse.circuit)) else {
            return Self {
                floor: 1,
                cap: 0,
                active: false,
                distribution: Distribution::Dynamic,
                cap_is: Why::Idle,
            };
        };
        let max = evse.max.0.clamp(0, BEYOND);
        // Millivolts times amperes are milliwatts: watts * 1e6 / mV / phases = mA.
        let per_phase = circuit.voltage.0.max(1) * evse.wiring.used();
        let least = (circuit.least_session.0.clamp(0, BEYOND) * 1_000_000 + per_phase - 1) / per_phase;
        let floor = evse.min.0.max(least).max(GRAIN);
        let (mut cap, mut cap_is) = (max, Why::Full);
        if circuit.distribution == Distribution::Static {
            let share = fixed_share(circuit, used, evse);
            if share < cap {
                (cap, cap_is) = (share, Why::Fixed { circuit: evse.circuit });
            }
        }
        let wanted = match evse.demand {
            Demand::Charging { takes } => takes.map(|takes| takes.0.max(floor)),
            Demand::Sated => Some(floor),
            Demand::Idle | Demand::Uncontrolled { .. } => None,
        };
        if let Some(wanted) =
            wanted.filter(|wanted| *wanted < cap && circuit.distribution != Distribution::Static)
        {
            (cap, cap_is) = (wanted, if evse.demand == Demand::Sated { Why::Sated } else { Why::Appetite });
        }
        let active = match evse.demand {
            Demand::Charging { .. } | Demand::Sated => true,
            // A fixed share is kept for whoever comes.
            Demand::Idle => circuit.distribution == Distribution::Static,
            Demand::Uncontrolled { .. } => false,
        };
        Self { floor, cap, active, distribution: circuit.distribution, cap_is }
    }
}

/// Its share of a static circuit, before anything the building draws.
fn fixed_share(circuit: &Circuit, used: &CircuitUse, evse: &Evse) -> i64 {
    let PerMille(buffer) = circuit.buffer;
    let keeps = 1_000 - buffer.clamp(0, 1_000);
    let whole = clip(circuit.capacity).least().0 * keeps / 1_000;
    // A building that takes more than the rest would allow shrinks all shares alike.
    whole.min(used.usable.least().0) / i64::from(evse.parts.max(1))
}

/// Whose turn it is first: by priority, cars that draw before cars that rest, then by the beginning of the session.
fn by_turn(evses: &[Evse]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..evses.len()).collect();
    let key = |index: usize| {
        let evse = evses.get(index)?;
        Some((std::cmp::Reverse(evse.priority), rest(evse), evse.since, index))
    };
    order.sort_by_cached_key(|index| key(*index));
    order
}

fn rest(evse: &Evse) -> u8 {
    match evse.demand {
        Demand::Charging { .. } | Demand::Uncontrolled { .. } => 0,
        Demand::Sated => 1,
        Demand::Idle => 2,
    }
}

struct Round<'a> {
    circuits: &'a [Circuit],
    evses: &'a [Evse],
    wants: Vec<Want>,
    order: Vec<usize>,
    ledger: Ledger<'a>,
    stopped: Vec<Option<usize>>,
    /// The constraint for which an EVSE waits.
    waits: Vec<Option<usize>>,
}

impl Round<'_> {
    /// Takes off what flows whatever we say.
    fn count_uncontrolled(&mut self) {
        for (index, evse) in self.evses.iter().enumerate() {
            if let Demand::Uncontrolled { draws, .. } = evse.demand {
                self.ledger.give(index, draws.0.clamp(0, BEYOND));
            }
        }
        self.ledger.left.iter_mut().for_each(|left| *left = (*left).max(0));
    }

    /// Gives everybody the least with which a session makes sense, in turn; whom that does not reach waits.
    fn admit(&mut self) {
        for index in self.order.clone() {
            let (Some(want), Some(evse)) = (self.wants.get(index), self.evses.get(index)) else { continue };
            if !want.active || want.cap < want.floor {
                continue;
            }
            let (constraint, left) = self.ledger.tightest(index);
            let margin = if evse.held == Some(MilliAmps::ZERO) { MARGIN } else { 0 };
            if left >= want.floor + margin {
                let floor = want.floor;
                self.ledger.give(index, floor);
            } else if let Some(slot) = self.waits.get_mut(index) {
                *slot = Some(constraint);
            }
        }
    }

    fn runs(&self, index: usize) -> bool {
        let active = self.wants.get(index).is_some_and(|want| want.active && want.cap >= want.floor);
        active && self.waits.get(index).is_some_and(Option::is_none)
    }

    /// Raises everybody who runs, the highest priority first.
    fn share(&mut self) {
        let mut tiers: Vec<(i64, Vec<(usize, i64)>)> = Vec::new();
        for &index in &self.order {
            let (Some(want), Some(evse)) = (self.wants.get(index), self.evses.get(index)) else { continue };
            if !self.runs(index) {
                continue;
            }
            match tiers.last_mut() {
                Some((priority, members)) if *priority == evse.priority => members.push((index, want.cap)),
                _ => tiers.push((evse.priority, vec![(index, want.cap)])),
            }
        }
        // The order has one run of each priority.
        for (_, members) in tiers {
            fill(&mut self.ledger, &members, &mut self.stopped);
        }
    }

    /// Sequential circuits share what fell to them one after the other. Says whether there are any.
    fn queue(&mut self) -> bool {
        let sequential = |c: &Circuit| c.distribution == Distribution::Sequential;
        let queues: Vec<usize> =
            self.circuits.iter().enumerate().filter(|(_, c)| sequential(c)).map(|(index, _)| index).collect();
        if queues.is_empty() {
            return false;
        }
        let mut members = vec![Vec::new(); self.circuits.len()];
        for &index in &self.order {
            let Some(evse) = self.evses.get(index) else { continue };
            if self.wants.get(index).is_some_and(|want| want.active && want.cap >= want.floor)
                && let Some(list) = members.get_mut(evse.circuit)
            {
                list.push(index);
            }
        }
        for circuit in queues {
            let members = members.get_mut(circuit).map(std::mem::take).unwrap_or_default();
            for &index in &members {
                let given = self.ledger.given.get(index).copied().unwrap_or(0);
                self.ledger.give(index, -given);
            }
            for index in members {
                self.serve(index);
            }
        }
        // Whoever waits now must not be raised by the sharing that follows; whoever was served holds what it has.
        for (index, want) in self.wants.iter_mut().enumerate() {
            if want.distribution == Distribution::Sequential {
                want.cap = want.cap.min(self.ledger.given.get(index).copied().unwrap_or(0)).max(want.floor);
                want.active = false;
            }
        }
        true
    }

    /// One EVSE of a queue takes all it may, or waits.
    fn serve(&mut self, index: usize) {
        let (Some(want), Some(evse)) = (self.wants.get(index), self.evses.get(index)) else { return };
        let (constraint, left) = self.ledger.tightest(index);
        let margin = if evse.held == Some(MilliAmps::ZERO) { MARGIN } else { 0 };
        let gets = if left >= want.floor + margin { left.min(want.cap) } else { 0 };
        let full = gets == want.cap;
        self.ledger.give(index, gets);
        if let Some(slot) = self.waits.get_mut(index) {
            *slot = (gets == 0).then_some(constraint);
        }
        if let Some(slot) = self.stopped.get_mut(index) {
            *slot = (!full).then_some(constraint);
        }
    }

    fn shares(&self) -> Vec<Share> {
        let mut shares: Vec<Share> = (0..self.evses.len()).map(|index| self.share_of(index)).collect();
        let mut places = vec![0_u32; self.circuits.len()];
        for &index in &self.order {
            let (Some(share), Some(evse)) = (shares.get_mut(index), self.evses.get(index)) else { continue };
            if let Why::Waiting { place, .. } = &mut share.why
                && let Some(next) = places.get_mut(evse.circuit)
            {
                *next += 1;
                *place = *next;
            }
        }
        shares
    }

    fn share_of(&self, index: usize) -> Share {
        let none = |why| Share { limit: MilliAmps::ZERO, why };
        let (Some(want), Some(evse)) = (self.wants.get(index), self.evses.get(index)) else {
            return none(Why::Idle);
        };
        let given = self.ledger.given.get(index).copied().unwrap_or(0);
        match evse.demand {
            Demand::Uncontrolled { because, .. } => {
                return Share { limit: MilliAmps(given), why: Why::Uncontrolled(because) };
            }
            Demand::Idle if given == 0 => return none(Why::Idle),
            _ => {}
        }
        if let Some(at) = self.waits.get(index).copied().flatten() {
            let (circuit, line) = place(at);
            return none(Why::Waiting { place: 0, circuit, line });
        }
        if given == 0 {
            return none(Why::BelowMinimum);
        }
        let fair = MilliAmps(given / GRAIN * GRAIN).max(MilliAmps(want.floor.min(given)));
        let limit = steady_limit(evse.held, fair, MilliAmps(want.floor), MilliAmps(want.cap));
        let why = match self.stopped.get(index).copied().flatten() {
            Some(at) => {
                let (circuit, line) = place(at);
                Why::Circuit { circuit, line }
            }
            None if evse.demand == Demand::Idle => Why::Idle,
            None => want.cap_is,
        };
        Share { limit, why }
    }
}

/// The circuit and phase of a constraint.
fn place(at: usize) -> (usize, Line) {
    let line = match at % 3 {
        0 => Line::L1,
        1 => Line::L2,
        _ => Line::L3,
    };
    (at / 3, line)
}

/// Adds up what was given below each circuit.
fn total(
    circuits: &[Circuit],
    evses: &[Evse],
    mut uses: Vec<CircuitUse>,
    shares: &[Share],
) -> Vec<CircuitUse> {
    for (evse, share) in evses.iter().zip(shares) {
        if let Some(own) = uses.get_mut(evse.circuit) {
            own.given = own
                .given
                .map(|line, sum| if evse.wiring.loads(line) { sum.saturating_add(share.limit) } else { sum });
        }
    }
    for (index, circuit) in circuits.iter().enumerate().rev() {
        let given = uses.get(index).map(|used| used.given).unwrap_or_default();
        if let Some(parent) = circuit.parent.filter(|p| *p < index).and_then(|p| uses.get_mut(p)) {
            parent.given = parent.given.plus(given);
        }
    }
    uses
}
