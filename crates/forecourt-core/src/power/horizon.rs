//! The cheapest way to give every car its energy before it leaves: a plan over the next hours, as a linear program.
//!
//! Prices, the building's load, sunshine and departures are what the caller expects; the plan is worked out anew whenever
//! they change. The solver counts in floats; what comes out is cut to whole watts and mended so that no interval is above the
//! limit and nobody gets more than he needs. It tells nobody anything.

mod draft;

use good_lp::{
    Expression, ProblemVariables, Solution, SolverModel, Variable, clarabel, constraint, variable,
};

use crate::unit::{WattHours, Watts};
use draft::Draft;

/// What is asked of one plan at most, in cars times intervals: beyond it the answer would come too late.
const CELLS_MAX: usize = 20_000;
/// A kilowatt-hour not delivered costs this many times the dearest one: energy comes before price.
const MISSING: f64 = 1_000.0;
/// Among equals earlier is better, by this much of the dearest kilowatt-hour over the whole plan.
const SOONER: f64 = 1e-4;
/// Prices are told in millionths of a currency unit.
const MICRO: f64 = 1e6;
const KILO: f64 = 1e3;

/// What is expected of one interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Millionths of a currency unit per kilowatt-hour, carbon weighed in.
    pub price: i64,
    /// What the building takes, and what the sun gives.
    pub load: Watts,
    pub solar: Watts,
}

/// One car: the intervals it is there, what it wants before it leaves, and how it can charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub from: usize,
    /// The first interval in which it is gone.
    pub until: usize,
    pub wants: WattHours,
    /// Below this it cannot charge: it runs with at least so much, or pauses.
    pub least: Watts,
    pub takes: Watts,
    /// The most in each interval of the plan, where hours leave less than it takes; empty: they never do.
    pub hours: Vec<Watts>,
}

impl Need {
    /// The most it takes in an interval.
    fn takes_in(&self, at: usize) -> i64 {
        let hours = self.hours.get(at).map_or(i64::MAX, |watts| watts.0);
        self.takes.0.min(hours).max(0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Horizon {
    pub interval_s: i64,
    /// What is left of the first interval.
    pub first_s: i64,
    pub intervals: Vec<Interval>,
    /// What the connection holds, building and cars together.
    pub limit: Watts,
    /// Millionths of a currency unit per kilowatt of the highest draw, where the grid asks for that.
    pub peak_price: i64,
    /// What was drawn already in the time the peak is counted over.
    pub peak_so_far: Watts,
    pub needs: Vec<Need>,
}

/// Why a car does not get all it wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Short {
    /// It leaves before it could take so much.
    Time,
    /// The connection holds no more.
    Limit,
}

/// What one car gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// In each interval of the plan.
    pub power: Vec<Watts>,
    pub gets: WattHours,
    pub short: Option<Short>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// In the order of the needs.
    pub cars: Vec<Planned>,
    /// Of the connection, what was drawn before included.
    pub peak: Watts,
    /// Intervals in which the connection is full.
    pub full: Vec<bool>,
    /// Millionths of a currency unit for what cars draw from the grid; the peak is not in it.
    pub cost: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPlan {
    #[error("more cars and intervals than one plan holds")]
    TooLarge,
    #[error("the solver found no answer")]
    NoAnswer,
}

impl Horizon {
    /// What the building leaves to cars in an interval.
    fn room(&self, interval: &Interval) -> i64 {
        (self.limit.0 - interval.load.0 + interval.solar.0.max(0)).max(0)
    }

    /// Sunshine the building does not take.
    fn spare_sun(interval: &Interval) -> i64 {
        (interval.solar.0 - interval.load.0.max(0)).max(0)
    }

    fn seconds(&self, at: usize) -> i64 {
        if at == 0 { self.first_s.clamp(1, self.interval_s.max(1)) } else { self.interval_s.max(1) }
    }

    fn span(&self, need: &Need) -> std::ops::Range<usize> {
        let until = need.until.min(self.intervals.len());
        need.from.min(until)..until
    }

    /// Power over one interval, in watt-seconds; the unit in which energy is counted here.
    fn energy(&self, power: i64, at: usize) -> i64 {
        power.saturating_mul(self.seconds(at))
    }
}

/// The cheapest plan. Where not everybody can have all he wants, as much as possible is given.
pub fn plan(horizon: &Horizon) -> Result<Plan, NoPlan> {
    let cells: usize = horizon.needs.iter().map(|need| horizon.span(need).len()).sum();
    if cells > CELLS_MAX {
        return Err(NoPlan::TooLarge);
    }
    let mut power = if cells == 0 { Vec::new() } else { solve(horizon)? };
    power.resize(horizon.needs.len(), Vec::new());
    let mut draft = Draft::new(horizon, power);
    draft.cut();
    draft.run_or_pause();
    draft.top_up();
    Ok(draft.finish())
}

/// What would be if everybody took all he can from the start: what a plan is held against.
pub fn at_once(horizon: &Horizon) -> Plan {
    let mut draft = Draft::new(horizon, vec![Vec::new(); horizon.needs.len()]);
    draft.fill_in_time();
    draft.finish()
}

/// What the solver says of each need, in watts over its own span.
fn solve(horizon: &Horizon) -> Result<Vec<Vec<f64>>, NoPlan> {
    let mut all = ProblemVariables::new();
    let hours = |at: usize| horizon.seconds(at) as f64 / 3_600.0;
    let dearest = horizon.intervals.iter().map(|i| i.price.abs()).max().unwrap_or(0).max(1) as f64 / MICRO;
    let kw = |watts: i64| watts as f64 / KILO;
    let mut draws: Vec<Vec<Variable>> = Vec::new();
    let mut at: Vec<Expression> = vec![Expression::from(0.0); horizon.intervals.len()];
    let mut cost = Expression::from(0.0);
    let mut met: Vec<(Expression, f64)> = Vec::new();
    for need in &horizon.needs {
        let mut own = Vec::new();
        let mut sum = Expression::from(0.0);
        for index in horizon.span(need) {
            let draw = all.add(variable().min(0.0).max(kw(need.takes_in(index))));
            if let Some(slot) = at.get_mut(index) {
                *slot += draw;
            }
            sum += hours(index) * draw;
            cost += (SOONER * dearest * hours(index) * index as f64 / horizon.intervals.len().max(1) as f64)
                * draw;
            own.push(draw);
        }
        let missing = all.add(variable().min(0.0));
        cost += MISSING * dearest * missing;
        met.push((sum + missing, kw(need.wants.0.max(0))));
        draws.push(own);
    }
    let peak = all.add(variable().min(kw(horizon.peak_so_far.0.max(0))));
    cost += (horizon.peak_price.max(0) as f64 / MICRO) * peak;
    let mut rules = Vec::new();
    for (index, (interval, sum)) in horizon.intervals.iter().zip(&at).enumerate() {
        // What the sun does not give comes from the grid.
        let sun = all.add(variable().min(0.0).max(kw(Horizon::spare_sun(interval))));
        rules.push(constraint!(sum.clone() - sun >= 0.0));
        rules.push(constraint!(sum.clone() <= kw(horizon.room(interval))));
        let beside = kw((interval.load.0 - interval.solar.0).max(0));
        rules.push(constraint!(sum.clone() - sun + beside <= peak));
        cost += (interval.price as f64 / MICRO * hours(index)) * (sum.clone() - sun);
    }
    let mut model = all.minimise(cost).using(clarabel);
    model.settings().verbose(false);
    for rule in rules {
        model.add_constraint(rule);
    }
    for (sum, wants) in met {
        model.add_constraint(constraint!(sum == wants));
    }
    let solution = model.solve().map_err(|_| NoPlan::NoAnswer)?;
    let watts = |draw: &Variable| solution.value(*draw) * KILO;
    Ok(draws.iter().map(|own| own.iter().map(watts).collect()).collect())
}
