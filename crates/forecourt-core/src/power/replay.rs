//! Days that were, once more under other limits: the same cars come and go, want the same energy, and are shared with by the
//! allocator that shares in truth.
//!
//! In steps of a minute, in integers. A car draws what it may up to what it takes, until it has what it wanted or leaves. It
//! tells nobody anything: chargers never hear of it.

use super::allocate::{Why, allocate};
use super::model::{Circuit, Demand, Distribution, Evse, Uncontrolled};
use super::phase::{Line, PerPhase, Wiring};
use crate::Timestamp;
use crate::unit::{MilliAmps, WattHours};

const MINUTE: i64 = 60;
/// Looks one replay takes at most: a month, each minute. Whoever is there longer leaves then.
const LOOKS_MAX: usize = 44_640;

/// An EVSE of the place that is replayed.
#[derive(Debug, Clone)]
pub struct Place {
    pub circuit: usize,
    pub wiring: Wiring,
    pub min: MilliAmps,
    pub max: MilliAmps,
    /// Into how many equal parts a static circuit is divided for this one.
    pub parts: u32,
    pub priority: i64,
    /// Nobody tells the others anything: they draw what they take.
    pub steered: bool,
}

/// A car that came, took its energy and went.
#[derive(Debug, Clone)]
pub struct Visit {
    pub place: usize,
    pub arrives: Timestamp,
    pub departs: Timestamp,
    pub wants: WattHours,
    /// The most it draws on each conductor.
    pub takes: MilliAmps,
    /// How many conductors it uses, where that was seen.
    pub conductors: Option<u8>,
}

/// What flows beside the chargers in each circuit, from a moment on.
#[derive(Debug, Clone)]
pub struct LoadFrom {
    pub at: Timestamp,
    pub loads: Vec<PerPhase>,
}

#[derive(Debug, Clone)]
pub struct Scene {
    pub circuits: Vec<Circuit>,
    pub places: Vec<Place>,
    pub visits: Vec<Visit>,
    /// By time. Before the first nothing is known to flow.
    pub loads: Vec<LoadFrom>,
}

/// Whether anybody is told a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Unlimited,
    Shared,
}

/// What became of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// By its departure; never more than it wanted.
    pub got: WattHours,
    /// When it had all it wanted.
    pub done_at: Option<Timestamp>,
    /// How long it stood with nothing while it wanted something.
    pub waited_s: i64,
}

/// What flowed in each circuit from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    pub at: Timestamp,
    /// By circuit: beside the chargers, and through them.
    pub load: Vec<PerPhase>,
    pub drawn: Vec<PerPhase>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// In the order of the visits.
    pub outcomes: Vec<Outcome>,
    /// By time; each holds until the next.
    pub flows: Vec<Flow>,
}

/// Plays a scene. Visits at places that do not exist get nothing.
pub fn replay(scene: &Scene, rule: Rule) -> Replay {
    let mut run = Run::new(scene, rule);
    let Some(mut minute) = scene.visits.iter().map(|visit| begins(visit.arrives)).min() else {
        return Replay { outcomes: run.outcomes, flows: run.flows };
    };
    for _ in 0..LOOKS_MAX {
        run.come_and_go(minute);
        if run.is_over() {
            break;
        }
        run.share();
        run.note(minute);
        let next = run.next_event(minute).max(minute + 1);
        run.pass(minute, next);
        minute = next;
    }
    run.come_and_go(i64::MAX);
    run.note(minute);
    Replay { outcomes: run.outcomes, flows: run.flows }
}

fn begins(at: Timestamp) -> i64 {
    at.as_second().div_euclid(MINUTE)
}

/// A departure belongs to the minute it happens in.
fn ends(at: Timestamp) -> i64 {
    (at.as_second() + MINUTE - 1).div_euclid(MINUTE)
}

fn moment(minute: i64) -> Timestamp {
    Timestamp::from_second(minute.saturating_mul(MINUTE)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A car that is there.
struct Car {
    visit: usize,
    wiring: Wiring,
    /// Milliampere-seconds still wanted on each conductor, and wanted at first.
    left: i64,
    all: i64,
    held: Option<MilliAmps>,
    draws: MilliAmps,
    leaves: i64,
}

struct Run<'a> {
    scene: &'a Scene,
    rule: Rule,
    /// Visits by arrival, and how many have come.
    order: Vec<usize>,
    came: usize,
    cars: Vec<Car>,
    load_at: usize,
    outcomes: Vec<Outcome>,
    flows: Vec<Flow>,
}

impl<'a> Run<'a> {
    fn new(scene: &'a Scene, rule: Rule) -> Self {
        let mut order: Vec<usize> = (0..scene.visits.len()).collect();
        order.sort_by_key(|index| scene.visits.get(*index).map(|visit| visit.arrives));
        let nothing = Outcome { got: WattHours::ZERO, done_at: None, waited_s: 0 };
        Self {
            scene,
            rule,
            order,
            came: 0,
            cars: Vec::new(),
            load_at: 0,
            outcomes: vec![nothing; scene.visits.len()],
            flows: Vec::new(),
        }
    }

    fn is_over(&self) -> bool {
        self.cars.is_empty() && self.came >= self.order.len()
    }

    fn next_visit(&self) -> Option<(usize, &'a Visit)> {
        let index = *self.order.get(self.came)?;
        Some((index, self.scene.visits.get(index)?))
    }

    fn come_and_go(&mut self, minute: i64) {
        let (gone, stay): (Vec<Car>, Vec<Car>) =
            std::mem::take(&mut self.cars).into_iter().partition(|car| car.leaves <= minute);
        self.cars = stay;
        for car in gone {
            self.settle(&car);
        }
        while let Some((index, visit)) =
            self.next_visit().filter(|(_, visit)| begins(visit.arrives) <= minute)
        {
            self.came += 1;
            let Some(place) = self.scene.places.get(visit.place) else { continue };
            let Some(circuit) = self.scene.circuits.get(place.circuit) else { continue };
            let wiring = Wiring { car: visit.conductors.or(place.wiring.car), ..place.wiring };
            // Watt-hours are 3600 watt-seconds; millivolts times milliamperes are microwatts.
            let per_unit = circuit.voltage.0.max(1) * wiring.used();
            let all = visit.wants.0.clamp(0, 1_000_000_000).saturating_mul(3_600_000_000) / per_unit;
            let leaves = ends(visit.departs);
            let car =
                Car { visit: index, wiring, left: all, all, held: None, draws: MilliAmps::ZERO, leaves };
            if leaves > minute { self.cars.push(car) } else { self.settle(&car) }
        }
        let loads = &self.scene.loads;
        while loads.get(self.load_at).is_some_and(|load| begins(load.at) <= minute) {
            self.load_at += 1;
        }
    }

    /// Writes down what a car got.
    fn settle(&mut self, car: &Car) {
        let Some((visit, outcome)) = self.scene.visits.get(car.visit).zip(self.outcomes.get_mut(car.visit))
        else {
            return;
        };
        let got = (car.all - car.left).max(0);
        outcome.got = match car.all {
            _ if car.left <= 0 => visit.wants,
            all => WattHours(
                i64::try_from(i128::from(visit.wants.0) * i128::from(got) / i128::from(all.max(1)))
                    .unwrap_or(0),
            ),
        };
    }

    fn load(&self) -> Option<&'a LoadFrom> {
        self.load_at.checked_sub(1).and_then(|index| self.scene.loads.get(index))
    }

    fn load_of(&self, circuit: usize) -> PerPhase {
        self.load().and_then(|load| load.loads.get(circuit)).copied().unwrap_or(PerPhase::ZERO)
    }

    /// Tells each car what it may draw.
    fn share(&mut self) {
        let scene = self.scene;
        if self.rule == Rule::Unlimited {
            for car in &mut self.cars {
                let takes = scene.visits.get(car.visit).map_or(MilliAmps::ZERO, |visit| visit.takes);
                car.draws = if car.left > 0 { takes } else { MilliAmps::ZERO };
            }
            return;
        }
        let circuits: Vec<Circuit> = scene
            .circuits
            .iter()
            .enumerate()
            .map(|(index, circuit)| circuit.with_load(self.load_of(index)))
            .collect();
        let mut evses: Vec<Evse> = self.cars.iter().filter_map(|car| evse_of(scene, car)).collect();
        evses.extend(self.idle());
        let found = allocate(&circuits, &evses);
        for (car, share) in self.cars.iter_mut().zip(&found.shares) {
            let takes = scene.visits.get(car.visit).map_or(MilliAmps::ZERO, |visit| visit.takes);
            let is_free = matches!(share.why, Why::Uncontrolled(_));
            car.held = Some(share.limit).filter(|_| !is_free);
            let may = if is_free { takes } else { share.limit.min(takes) };
            car.draws = if car.left > 0 { may } else { MilliAmps::ZERO };
        }
    }

    /// Fixed shares are kept for places without a car.
    fn idle(&self) -> Vec<Evse> {
        let is_static = |place: &Place| {
            let circuit = self.scene.circuits.get(place.circuit);
            circuit.is_some_and(|circuit| circuit.distribution == Distribution::Static)
        };
        let taken: std::collections::HashSet<usize> =
            self.cars.iter().filter_map(|car| Some(self.scene.visits.get(car.visit)?.place)).collect();
        let places = self.scene.places.iter().enumerate();
        places
            .filter(|(index, place)| place.steered && is_static(place) && !taken.contains(index))
            .map(|(_, place)| bare(place))
            .collect()
    }

    fn note(&mut self, minute: i64) {
        let scene = self.scene;
        let mut drawn = vec![PerPhase::ZERO; scene.circuits.len()];
        for car in &self.cars {
            let place = scene.visits.get(car.visit).and_then(|visit| scene.places.get(visit.place));
            let mut at = place.map(|place| place.circuit);
            while let Some(circuit) = at {
                if let Some(sum) = drawn.get_mut(circuit) {
                    let adds = |line: Line, all: MilliAmps| {
                        if car.wiring.loads(line) { all.saturating_add(car.draws) } else { all }
                    };
                    *sum = sum.map(adds);
                }
                at = scene.circuits.get(circuit).and_then(|c| c.parent).filter(|parent| *parent < circuit);
            }
        }
        let load = (0..scene.circuits.len()).map(|circuit| self.load_of(circuit)).collect();
        let flow = Flow { at: moment(minute), load, drawn };
        if self.flows.last().is_none_or(|last| last.load != flow.load || last.drawn != flow.drawn) {
            self.flows.push(flow);
        }
    }

    /// The next minute in which something changes.
    fn next_event(&self, minute: i64) -> i64 {
        let arrival = self.next_visit().map(|(_, visit)| begins(visit.arrives));
        let load = self.scene.loads.get(self.load_at).map(|load| begins(load.at));
        let leaves = self.cars.iter().map(|car| car.leaves).min();
        let done = self.cars.iter().filter(|car| car.left > 0 && car.draws.0 > 0);
        let done = done.map(|car| minute + (car.left / car.draws.0 / MINUTE).max(1)).min();
        [arrival, load, leaves, done].into_iter().flatten().min().unwrap_or(minute + 1)
    }

    fn pass(&mut self, from: i64, to: i64) {
        let seconds = (to - from) * MINUTE;
        for car in self.cars.iter_mut().filter(|car| car.left > 0) {
            let Some(outcome) = self.outcomes.get_mut(car.visit) else { continue };
            let draws = car.draws.0;
            if draws <= 0 {
                outcome.waited_s += seconds;
                continue;
            }
            let needs = (car.left + draws - 1) / draws;
            if needs <= seconds {
                car.left = 0;
                let at = moment(from).as_second() + needs;
                outcome.done_at = Timestamp::from_second(at).ok();
            } else {
                car.left -= draws * seconds;
            }
        }
    }
}

fn bare(place: &Place) -> Evse {
    Evse {
        circuit: place.circuit,
        wiring: place.wiring,
        min: place.min,
        max: place.max,
        parts: place.parts,
        demand: Demand::Idle,
        priority: place.priority,
        since: Timestamp::UNIX_EPOCH,
        held: None,
    }
}

fn evse_of(scene: &Scene, car: &Car) -> Option<Evse> {
    let visit = scene.visits.get(car.visit)?;
    let place = scene.places.get(visit.place)?;
    let demand = match (place.steered, car.left > 0) {
        (false, wants) => Demand::Uncontrolled {
            draws: if wants { visit.takes } else { MilliAmps::ZERO },
            because: Uncontrolled::Outside,
        },
        (true, true) => Demand::Charging { takes: Some(visit.takes) },
        (true, false) => Demand::Sated,
    };
    Some(Evse { wiring: car.wiring, demand, since: visit.arrives, held: car.held, ..bare(place) })
}

impl Replay {
    /// The highest sum of load and chargers on any phase of a circuit within a span, and when; the first where there are more.
    pub fn peak(&self, circuit: usize, from: Timestamp, until: Timestamp) -> Option<(Timestamp, MilliAmps)> {
        let mut best: Option<(Timestamp, MilliAmps)> = None;
        self.each(circuit, from, until, |at, load, drawn| {
            let most = load.plus(drawn).most();
            if best.is_none_or(|(_, known)| most > known) {
                best = Some((at, most));
            }
        });
        best
    }

    /// The highest load and the highest sum in each stretch of `every_s` seconds of a span.
    pub fn course(
        &self,
        circuit: usize,
        (from, until): (Timestamp, Timestamp),
        every_s: i64,
    ) -> Vec<(Timestamp, MilliAmps, MilliAmps)> {
        let start = from.as_second();
        let every = every_s.max(MINUTE);
        let mut points: Vec<(Timestamp, MilliAmps, MilliAmps)> = Vec::new();
        let mut next = 0;
        let mut at = start;
        let mut carried: Option<&Flow> = None;
        while at < until.as_second() {
            let (mut load, mut all) = (MilliAmps::ZERO, MilliAmps::ZERO);
            let mut see = |flow: &Flow| {
                let (own, drawn) = on(flow, circuit);
                load = load.max(own.most());
                all = all.max(own.plus(drawn).most());
            };
            while let Some(flow) = self.flows.get(next).filter(|flow| flow.at.as_second() <= at) {
                carried = Some(flow);
                next += 1;
            }
            carried.into_iter().for_each(&mut see);
            while let Some(flow) = self.flows.get(next).filter(|flow| flow.at.as_second() < at + every) {
                see(flow);
                carried = Some(flow);
                next += 1;
            }
            points.push((Timestamp::from_second(at).unwrap_or(from), load, all));
            at += every;
        }
        points
    }

    fn each(
        &self,
        circuit: usize,
        from: Timestamp,
        until: Timestamp,
        mut see: impl FnMut(Timestamp, PerPhase, PerPhase),
    ) {
        let ends = self.flows.iter().skip(1).map(|flow| flow.at).chain([Timestamp::MAX]);
        for (flow, end) in self.flows.iter().zip(ends) {
            if end > from && flow.at < until {
                let (load, drawn) = on(flow, circuit);
                see(flow.at.max(from), load, drawn);
            }
        }
    }
}

fn on(flow: &Flow, circuit: usize) -> (PerPhase, PerPhase) {
    let of = |list: &[PerPhase]| list.get(circuit).copied().unwrap_or(PerPhase::ZERO);
    (of(&flow.load), of(&flow.drawn))
}
