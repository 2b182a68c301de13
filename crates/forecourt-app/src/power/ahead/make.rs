//! Makes the plan of one tree: what is expected and who is there, as a linear program, and what comes of it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use forecourt_core::Timestamp;
use forecourt_core::id::SessionId;
use forecourt_core::power::{
    Horizon, Interval, Line, Need, NoPlan, Plan as Solved, Short, at_once, plan as solve,
};
use forecourt_core::unit::{WattHours, Watts};
use forecourt_store::zone_plan::{CarNeedsRecord, ZonePlanRecord};
use jiff::SignedDuration;
use serde::Serialize;

use super::super::Seat;
use super::super::plan::{Plan, Tree};
use super::Leave;
use super::cars::{DepartureFrom, FreeWhy, Guest, Present};
use super::expect::{Expected, LoadFrom, Market, Priced, QUARTER_S, volts};
use crate::{App, AppError};

/// Shown at least, also where everybody leaves sooner.
const SHOWN: SignedDuration = SignedDuration::from_hours(12);
/// Nothing is planned further ahead.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(48);
/// Beyond so many cars times quarters the plan goes by whole hours.
const FINE_MAX: usize = 10_000;
const HOUR_S: i64 = 3_600;
/// Less of the first interval is not worth a plan: it is counted as so much.
const FIRST_LEAST_S: i64 = 60;
/// What cars that are not planned draw is expected to go on for so long.
const FREE_FOR: SignedDuration = SignedDuration::from_hours(1);

/// Why there is no plan, so that power is shared fairly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoPlanWhy {
    /// Its price profile is gone.
    NoProfile,
    /// Nobody knows what electricity costs now.
    NoPrices,
    NoCarbon,
    /// More cars and hours than one plan holds.
    TooLarge,
    /// The solver found no answer.
    NoAnswer,
}

/// A plan, and what it was made from.
#[derive(Debug)]
pub(super) struct Made {
    mark: Mark,
    pub outcome: Result<Arc<AheadPlan>, NoPlanWhy>,
}

/// Whatever makes another plan necessary.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    quarter: i64,
    version: i64,
    limit: Watts,
    cars: Vec<(SessionId, i64, i64, i64)>,
    free: Vec<(SessionId, FreeWhy)>,
    expects: Result<Vec<(i64, Watts)>, NoPlanWhy>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AheadPlan {
    pub made_at: Timestamp,
    pub interval_s: i64,
    pub intervals: Vec<AheadInterval>,
    pub limit: Watts,
    /// The highest draw of the connection that is expected, this month's so far included; and if everybody charged at once.
    pub peak: Watts,
    pub peak_at_once: Watts,
    /// Of this month; nothing where the grid does not ask for it.
    pub peak_so_far: Watts,
    /// Millionths of the currency, or of a kilogram of carbon dioxide, for what cars draw from the grid.
    pub cost: i64,
    pub cost_at_once: i64,
    /// `None`: it is planned by carbon dioxide.
    pub currency: Option<String>,
    pub load_from: LoadFrom,
    /// Carbon dioxide was to count beside the price and is not known.
    pub lacks_carbon: bool,
    pub cars: Vec<AheadCar>,
    pub free: Vec<AheadFree>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AheadInterval {
    pub from: Timestamp,
    pub until: Timestamp,
    /// Per kilowatt-hour, in millionths as the costs are.
    pub price: i64,
    /// The market does not know it yet: the mean of what it knows.
    pub assumed: bool,
    pub load: Watts,
    pub solar: Watts,
    /// All planned cars together.
    pub cars: Watts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AheadCar {
    pub seat: Seat,
    pub session: SessionId,
    pub departs: Timestamp,
    pub departs_from: DepartureFrom,
    /// What is still missing, and what it gets of that.
    pub wants: WattHours,
    pub gets: WattHours,
    pub short: Option<Short>,
    /// In each interval.
    pub power: Vec<Watts>,
}

/// A car that is not planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AheadFree {
    pub seat: Seat,
    pub session: SessionId,
    pub why: FreeWhy,
}

impl AheadPlan {
    /// What a car gets at a moment; `None`: the plan says nothing of it any more.
    pub(super) fn leaves(&self, car: &AheadCar, now: Timestamp) -> Option<Leave> {
        let at = self.intervals.iter().position(|each| each.from <= now && now < each.until)?;
        if now >= car.departs {
            return None;
        }
        let power = car.power.get(at).copied().unwrap_or_default();
        let from = if power.0 == 0 { self.begins_after(car, at) } else { None };
        Some(Leave { power, from })
    }

    fn begins_after(&self, car: &AheadCar, at: usize) -> Option<Timestamp> {
        let mut later = self.intervals.iter().zip(&car.power).skip(at);
        later.find(|(_, power)| power.0 > 0).map(|(interval, _)| interval.from)
    }

    /// When a car charges next.
    pub fn begins(&self, car: &AheadCar) -> Option<Timestamp> {
        self.begins_after(car, 0)
    }
}

/// Everything a plan is made from.
struct Asked {
    at: Timestamp,
    guests: Vec<Guest>,
    free: Vec<(Present, FreeWhy)>,
    market: Market,
    spans: Vec<(Timestamp, Timestamp, Priced)>,
    load_from: LoadFrom,
    horizon: Horizon,
}

impl App {
    /// Plans one tree anew where something moved. Says whether it did.
    pub(super) async fn plan_tree(
        &self,
        plan: &Plan,
        tree: &Tree,
        wishes: &ZonePlanRecord,
        said: &HashMap<Seat, CarNeedsRecord>,
    ) -> Result<bool, AppError> {
        let now = self.now();
        let present = self.power.ahead.seen().get(&tree.root).cloned().unwrap_or_default();
        let (guests, free) = self.guests(&present, wishes, said);
        let until =
            guests.iter().map(|guest| guest.departs).fold(now + SHOWN, Timestamp::max).min(now + AHEAD_MAX);
        let market = self.market_of_zone(wishes, (now, until)).await?;
        let interval_s = interval_of(&guests, now);
        let spans = market.and_then(|market| Ok((priced(&market, now, until, interval_s)?, market)));
        let mark = Mark {
            quarter: now.as_second().div_euclid(QUARTER_S),
            version: wishes.version,
            limit: limit_of(tree),
            cars: guests.iter().map(Guest::mark).collect(),
            free: free.iter().map(|(one, why)| (one.session, *why)).collect(),
            expects: spans.as_ref().map_err(|why| *why).map(|(spans, market)| {
                spans.iter().map(|(from, _, price)| (price.price, market.sun_at(*from))).collect()
            }),
        };
        let known = self.power.ahead.made_of(tree.root);
        if known.as_ref().is_some_and(|known| known.mark == mark) {
            return Ok(false);
        }
        let outcome = match spans {
            Err(why) => Err(why),
            Ok((spans, market)) => {
                let expected = self.expected_of(tree, wishes, now).await?;
                let is_metered = plan.load_of(tree.root).is_some();
                let load_from = if is_metered { expected.load_from() } else { LoadFrom::NotMetered };
                let horizon = self.horizon(tree, wishes, &guests, &free, &market, &spans, &expected);
                let asked = Asked { at: now, guests, free, market, spans, load_from, horizon };
                answered(asked).await
            }
        };
        if let Err(why) = &outcome {
            tracing::info!(zone = %tree.root, ?why, chargers = plan.roots.len(), "no plan: power is shared fairly");
        }
        let mut made = self.power.ahead.made.write().unwrap_or_else(PoisonError::into_inner);
        made.insert(tree.root, Arc::new(Made { mark, outcome: outcome.map(Arc::new) }));
        Ok(true)
    }

    #[expect(clippy::too_many_arguments, reason = "each is another kind of thing that is expected")]
    fn horizon(
        &self,
        tree: &Tree,
        wishes: &ZonePlanRecord,
        guests: &[Guest],
        free: &[(Present, FreeWhy)],
        market: &Market,
        spans: &[(Timestamp, Timestamp, Priced)],
        expected: &Expected,
    ) -> Horizon {
        let now = self.now();
        let load_now = self.load_now(tree);
        let others: i64 = free.iter().map(|(one, _)| one.draws.0).sum();
        let interval = |(at, (from, _, priced)): (usize, &(Timestamp, Timestamp, Priced))| {
            let building = if at == 0 { load_now } else { expected.load(tree, *from).unwrap_or(load_now) };
            let others = if from.duration_since(now) < FREE_FOR { others } else { 0 };
            Interval { price: priced.price, load: Watts(building.0 + others), solar: market.sun_at(*from) }
        };
        let seconds =
            |(from, until, _): &(Timestamp, Timestamp, Priced)| until.duration_since(*from).as_secs();
        let is_carbon = market.currency.is_none();
        Horizon {
            interval_s: spans.get(1).map_or(QUARTER_S, seconds),
            first_s: spans.first().map_or(QUARTER_S, seconds).max(FIRST_LEAST_S),
            intervals: spans.iter().enumerate().map(interval).collect(),
            limit: limit_of(tree),
            // Money and carbon dioxide are not added up.
            peak_price: if is_carbon { 0 } else { wishes.peak_price },
            peak_so_far: expected.peak(tree),
            needs: guests.iter().map(|guest| need(guest, spans)).collect(),
        }
    }
}

/// The connection with its buffer held back, all phases together.
fn limit_of(tree: &Tree) -> Watts {
    let Some((zone, _)) = tree.zones.first() else { return Watts::ZERO };
    let all: i64 = Line::ALL.into_iter().map(|line| zone.capacity.on(line).0).sum();
    let kept = 1_000 - zone.buffer.0.clamp(0, 1_000);
    Watts(all.saturating_mul(volts(tree)) / 1_000 * kept / 1_000)
}

fn interval_of(guests: &[Guest], now: Timestamp) -> i64 {
    let quarters = |guest: &Guest| guest.departs.duration_since(now).as_secs().max(0) / QUARTER_S + 1;
    let cells: i64 = guests.iter().map(quarters).sum();
    if usize::try_from(cells).is_ok_and(|cells| cells <= FINE_MAX) { QUARTER_S } else { HOUR_S }
}

/// The time ahead in intervals that end with those of the market, each with its price.
fn priced(
    market: &Market,
    now: Timestamp,
    until: Timestamp,
    interval_s: i64,
) -> Result<Vec<(Timestamp, Timestamp, Priced)>, NoPlanWhy> {
    let (mut from, mut all) = (now, Vec::new());
    while from < until {
        let next = (from.as_second().div_euclid(interval_s) + 1) * interval_s;
        let Ok(end) = Timestamp::from_second(next) else { break };
        all.push((from, end, market.over(from, end).ok_or(NoPlanWhy::NoPrices)?));
        from = end;
    }
    Ok(all)
}

fn need(guest: &Guest, spans: &[(Timestamp, Timestamp, Priced)]) -> Need {
    let whole = spans.iter().take_while(|(_, until, _)| *until <= guest.departs).count();
    // Its hours may change within an interval: the less of its two ends.
    let end = |until: &Timestamp| until.checked_sub(SignedDuration::from_secs(1)).unwrap_or(*until);
    let hours = match guest.hours {
        Some(_) => {
            let each = |(from, until, _): &(Timestamp, Timestamp, Priced)| {
                guest.hours_at(*from).min(guest.hours_at(end(until)))
            };
            spans.iter().map(each).collect()
        }
        None => Vec::new(),
    };
    Need {
        from: 0,
        until: whole.max(1),
        wants: guest.wants(),
        least: guest.present.least,
        takes: guest.present.takes,
        hours,
    }
}

/// Solves beside the threads that serve chargers.
async fn answered(asked: Asked) -> Result<AheadPlan, NoPlanWhy> {
    let worked = tokio::task::spawn_blocking(move || {
        let (found, greedy) = (solve(&asked.horizon), at_once(&asked.horizon));
        (asked, found, greedy)
    });
    let Ok((asked, found, greedy)) = worked.await else { return Err(NoPlanWhy::NoAnswer) };
    match found {
        Ok(found) => Ok(told(asked, found, &greedy)),
        Err(NoPlan::TooLarge) => Err(NoPlanWhy::TooLarge),
        Err(NoPlan::NoAnswer) => Err(NoPlanWhy::NoAnswer),
    }
}

fn told(asked: Asked, found: Solved, greedy: &Solved) -> AheadPlan {
    let Asked { at, guests, free, market, spans, load_from, horizon } = asked;
    let together =
        |at: usize| -> i64 { found.cars.iter().filter_map(|car| car.power.get(at)).map(|w| w.0).sum() };
    let intervals =
        spans.iter().zip(&horizon.intervals).enumerate().map(|(at, ((from, until, priced), expected))| {
            AheadInterval {
                from: *from,
                until: *until,
                price: priced.price,
                assumed: priced.assumed,
                load: expected.load,
                solar: expected.solar,
                cars: Watts(together(at)),
            }
        });
    let intervals = intervals.collect();
    let cars = guests.into_iter().zip(found.cars).map(|(guest, car)| AheadCar {
        seat: guest.present.seat,
        session: guest.present.session,
        departs: guest.departs,
        departs_from: guest.departs_from,
        wants: guest.wants(),
        gets: car.gets,
        short: car.short,
        power: car.power,
    });
    let cars = cars.collect();
    let free = free.into_iter().map(|(one, why)| AheadFree { seat: one.seat, session: one.session, why });
    AheadPlan {
        made_at: at,
        interval_s: horizon.interval_s,
        intervals,
        limit: horizon.limit,
        peak: found.peak,
        peak_at_once: greedy.peak,
        peak_so_far: horizon.peak_so_far,
        cost: found.cost,
        cost_at_once: greedy.cost,
        lacks_carbon: market.lacks_carbon(),
        currency: market.currency,
        load_from,
        cars,
        free: free.collect(),
    }
}
