//! A plan in whole watts that is being mended: nothing above a limit, nobody more than he needs, and no car below the least
//! with which it charges where that can be had. It never makes a plan by itself.

use super::{Horizon, Need, Plan, Planned, Short};
use crate::unit::{WattHours, Watts};

/// Steps in which one interval of a car is filled: its least, the peak that is there, all it takes.
const STEPS: usize = 3;

pub(super) struct Draft<'a> {
    horizon: &'a Horizon,
    /// By need, over all intervals.
    power: Vec<Vec<i64>>,
    /// By interval.
    left: Vec<i64>,
    /// By need, in watt-seconds.
    wants: Vec<i64>,
    /// The peak that was found worth its price for all intervals together.
    worth: i64,
}

impl<'a> Draft<'a> {
    pub fn new(horizon: &'a Horizon, solved: Vec<Vec<f64>>) -> Self {
        let count = horizon.intervals.len();
        let power = horizon.needs.iter().zip(solved).map(|(need, own)| {
            let mut row = vec![0; count];
            for (index, watts) in horizon.span(need).zip(own) {
                if let Some(slot) = row.get_mut(index) {
                    let whole = if watts.is_finite() { watts.round() as i64 } else { 0 };
                    *slot = whole.clamp(0, need.takes_in(index));
                }
            }
            row
        });
        let left = horizon.intervals.iter().map(|interval| horizon.room(interval)).collect();
        let wants =
            horizon.needs.iter().map(|need| need.wants.0.clamp(0, i64::MAX / 3_600) * 3_600).collect();
        Self { horizon, power: power.collect(), left, wants, worth: 0 }
    }

    /// Takes off what rounding put above a limit or a need.
    pub fn cut(&mut self) {
        for (row, wants) in self.power.iter_mut().zip(&mut self.wants) {
            for (at, (watts, left)) in row.iter_mut().zip(&mut self.left).enumerate() {
                let each = self.horizon.seconds(at);
                *watts = (*watts).min(*left).min(*wants / each);
                *left -= *watts;
                *wants -= *watts * each;
            }
        }
    }

    /// Crumbs below the least are gathered into intervals in which the car truly runs, where that costs least.
    pub fn run_or_pause(&mut self) {
        let needs = || self.horizon.needs.iter().enumerate().filter(|(_, need)| need.least.0 > 0);
        // Interval by interval a higher peak would never seem worth it.
        self.worth = self.peak();
        for (index, need) in needs() {
            for at in self.horizon.span(need) {
                let crumb = self.power_of(index, at);
                if crumb > 0 && crumb < need.least.0 {
                    self.give(index, at, -crumb);
                }
            }
        }
        for (index, need) in needs() {
            for _ in 0..self.horizon.span(need).len() * STEPS {
                let Some((at, watts)) = self.cheapest_run(index, need) else { break };
                self.give(index, at, watts);
            }
        }
    }

    fn power_of(&self, index: usize, at: usize) -> i64 {
        self.power.get(index).and_then(|row| row.get(at)).copied().unwrap_or(0)
    }

    fn give(&mut self, index: usize, at: usize, watts: i64) {
        let row = self.power.get_mut(index).and_then(|row| row.get_mut(at));
        if let (Some(slot), Some(left), Some(wants)) = (row, self.left.get_mut(at), self.wants.get_mut(index))
        {
            *slot += watts;
            *left -= watts;
            // Rounded up to the watt that ends it; what is counted is never more than wanted.
            *wants = (*wants - self.horizon.energy(watts, at)).max(0);
        }
    }

    /// Where more costs least and the car runs with its least at any rate. A last crumb that ends the need may be smaller: it
    /// runs for a part of the interval.
    fn cheapest_run(&self, index: usize, need: &Need) -> Option<(usize, i64)> {
        let wants = self.wants.get(index).copied().filter(|wants| *wants > 0)?;
        let peak = self.peak();
        let each = self.horizon.span(need).flat_map(|at| {
            let (has, left) = (self.power_of(index, at), self.left.get(at).copied().unwrap_or(0));
            let most = need.takes_in(at).min(has + left);
            let seconds = self.horizon.seconds(at);
            let ends = has + (wants + seconds - 1) / seconds;
            // To its least, up to the peak that is there anyway, to all it can have.
            let flat = has + peak - self.drawn(at);
            let goals = [need.least.0, flat, most].map(|goal| goal.min(most).min(ends) - has);
            let runs = most >= need.least.0;
            goals.map(|more| {
                (runs && more > 0 && (has + more >= need.least.0 || has + more == ends)).then_some((at, more))
            })
        });
        let priced = each.flatten().map(|(at, more)| (self.dearness(at, more, peak), at, more));
        // Of what costs the same the earlier, and no higher a peak than needed.
        let key = |(dear, at, more): &(i64, usize, i64)| (*dear, *at, self.above(*at, *more, peak), -more);
        priced.min_by_key(key).map(|(_, at, more)| (at, more))
    }

    /// What the connection gives in an interval as planned so far.
    fn drawn(&self, at: usize) -> i64 {
        let Some(interval) = self.horizon.intervals.get(at) else { return 0 };
        self.horizon.room(interval) - self.left.get(at).copied().unwrap_or(0) + interval.load.0
            - interval.solar.0
    }

    /// Millionths of a currency unit per kilowatt-hour for more in an interval, what it adds to the peak with it.
    fn dearness(&self, at: usize, more: i64, peak: i64) -> i64 {
        let Some(interval) = self.horizon.intervals.get(at) else { return i64::MAX };
        let cars = self.horizon.room(interval) - self.left.get(at).copied().unwrap_or(0);
        let bought = (cars + more - Horizon::spare_sun(interval)).clamp(0, more);
        let energy = i128::from(interval.price) * i128::from(self.horizon.energy(bought, at));
        let above = i128::from(self.above(at, more, peak));
        let charge = i128::from(self.horizon.peak_price.max(0)) * above * 3_600;
        let each = i128::from(self.horizon.energy(more, at).max(1));
        i64::try_from((energy + charge) / each).unwrap_or(i64::MAX)
    }

    /// By how much more in an interval would raise a peak that costs.
    fn above(&self, at: usize, more: i64, peak: i64) -> i64 {
        if self.horizon.peak_price > 0 { (self.drawn(at) + more - peak).max(0) } else { 0 }
    }

    fn peak(&self) -> i64 {
        let highest = (0..self.left.len()).map(|at| self.drawn(at)).max().unwrap_or(0);
        highest.max(self.horizon.peak_so_far.0).max(self.worth)
    }

    /// Gives what is still wanted where it is cheapest, the earlier first.
    pub fn top_up(&mut self) {
        self.fill(|horizon, at| horizon.intervals.get(at).map_or(0, |interval| interval.price));
    }

    pub fn fill_in_time(&mut self) {
        self.fill(|_, _| 0);
    }

    fn fill(&mut self, order_by: impl Fn(&Horizon, usize) -> i64) {
        for (index, need) in self.horizon.needs.iter().enumerate() {
            let mut order: Vec<usize> = self.horizon.span(need).collect();
            order.sort_by_key(|at| (order_by(self.horizon, *at), *at));
            for at in order {
                let (Some(wants), Some(left)) = (self.wants.get(index), self.left.get(at)) else { continue };
                let seconds = self.horizon.seconds(at);
                let free = need.takes_in(at) - self.power_of(index, at);
                let more = ((*wants + seconds - 1) / seconds).min(*left).min(free).max(0);
                self.give(index, at, more);
            }
        }
    }

    pub fn finish(self) -> Plan {
        let horizon = self.horizon;
        let total = |at: usize| -> i64 { self.power.iter().filter_map(|row| row.get(at)).sum() };
        let (mut peak, mut cost) = (horizon.peak_so_far.0.max(0), 0_i128);
        for (at, interval) in horizon.intervals.iter().enumerate() {
            let cars = total(at);
            let bought = (cars - Horizon::spare_sun(interval)).max(0);
            peak = peak.max(cars + interval.load.0 - interval.solar.0);
            cost += i128::from(interval.price) * i128::from(horizon.energy(bought, at)) / 3_600_000;
        }
        let full: Vec<bool> = self.left.iter().map(|left| *left == 0).collect();
        let cars = horizon.needs.iter().zip(&self.power).zip(&self.wants).map(|((need, row), missing)| {
            let could = |at: usize| horizon.energy(need.takes_in(at), at);
            let could = horizon.span(need).map(could).fold(0, i64::saturating_add);
            // Less than a watt-hour is rounding.
            let short = (*missing >= 3_600).then(|| match could < need.wants.0.saturating_mul(3_600) {
                true => Short::Time,
                false => Short::Limit,
            });
            let gets = WattHours(need.wants.0.max(0) - missing / 3_600);
            Planned { power: row.iter().map(|watts| Watts(*watts)).collect(), gets, short }
        });
        Plan { cars: cars.collect(), peak: Watts(peak), full, cost: i64::try_from(cost).unwrap_or(i64::MAX) }
    }
}
