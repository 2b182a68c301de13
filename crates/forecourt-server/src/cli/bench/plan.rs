//! What planning by price and departure is worth: a month of sessions made from a seed, charged at once, shared fairly, and by
//! the rolling plan. The plan knows prices a day ahead and of each car what its driver says when it comes; nothing later.

use std::time::{Duration, Instant};

use forecourt_core::Timestamp;
use forecourt_core::power::{
    Circuit, Distribution, Horizon, Interval, Need, PerPhase, Place, Rule, Scene, Visit, Wiring, plan, replay,
};
use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, WattHours, Watts};
use jiff::SignedDuration;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::super::say;

const SEED: u64 = 20_260_701;
const DAYS: i64 = 30;
/// A quarter of an hour: the market's own interval.
const INTERVAL_S: i64 = 900;
const PER_DAY: i64 = 96;
const PLACES: usize = 40;
/// The connection: 80 A on three phases.
const FUSE: MilliAmps = MilliAmps(80_000);
const VOLTS: i64 = 230;
const LIMIT: Watts = Watts(80 * 3 * VOLTS);
/// Six currency units a kilowatt of the month's highest draw.
const PEAK_PRICE: i64 = 6_000_000;
/// What every car may take, three phases of 16 A.
const TAKES: Watts = Watts(16 * 3 * VOLTS);

/// Below which no car charges, three phases of 6 A.
const LEAST: Watts = Watts(6 * 3 * VOLTS);

/// Kept free of every later interval for cars that are not there yet: a quarter of the connection.
const KEPT_FREE: Watts = Watts(LIMIT.0 / 4);

struct Car {
    place: usize,
    /// Intervals since the month began.
    arrives: i64,
    departs: i64,
    wants: WattHours,
}

#[derive(Default)]
struct Outcome {
    cost: i128,
    peak: i64,
    delivered: i64,
    short: usize,
}

pub(super) fn print() {
    let prices = prices();
    let cars = cars();
    let wanted: i64 = cars.iter().map(|car| car.wants.0).sum();
    say("");
    say(&format!(
        "plan: {} sessions of {DAYS} days, {:.0} kWh wanted, {} kW, {PLACES} EVSEs",
        cars.len(),
        kilo(wanted),
        LIMIT.0 / 1_000
    ));
    say(&format!(
        "{:<14}{:>14}{:>14}{:>10}{:>14}{:>8}",
        "", "energy cost", "peak charge", "peak kW", "delivered kWh", "short"
    ));
    line("uncontrolled", &played(&cars, &prices, Rule::Unlimited));
    line("fair sharing", &played(&cars, &prices, Rule::Shared));
    let (planned, slowest, plans) = rolled(&cars, &prices);
    line("plan", &planned);
    say(&format!("{plans} plans, the slowest {} ms", slowest.as_millis()));
    sizes(&prices);
}

/// One plan of a day for so many cars, by quarters of an hour and by hours. A connection of two kilowatts a car.
fn sizes(prices: &[i64]) {
    let mut rng = SmallRng::seed_from_u64(SEED ^ 2);
    say(&format!("{:<14}{:>14}{:>14}", "cars", "quarters ms", "hours ms"));
    for count in [20_i64, 100, 200] {
        let mut took = Vec::new();
        for interval_s in [INTERVAL_S, 3_600] {
            let each = usize::try_from(interval_s / INTERVAL_S).unwrap_or(1);
            let intervals: Vec<Interval> = prices
                .iter()
                .step_by(each)
                .take(usize::try_from(PER_DAY).unwrap_or(0) / each)
                .map(|price| Interval { price: *price, load: Watts::ZERO, solar: Watts::ZERO })
                .collect();
            let mut need = || Need {
                from: 0,
                until: rng.random_range(intervals.len() / 3..=intervals.len()),
                wants: WattHours(rng.random_range(4_000..30_000)),
                least: LEAST,
                takes: TAKES,
                hours: Vec::new(),
            };
            let needs = (0..count).map(|_| need()).collect();
            let asked = Horizon {
                interval_s,
                first_s: interval_s,
                intervals: intervals.clone(),
                limit: Watts(count * 2_000),
                peak_price: PEAK_PRICE,
                peak_so_far: Watts::ZERO,
                needs,
            };
            let begun = Instant::now();
            took.push(match plan(&asked) {
                Ok(_) => begun.elapsed().as_millis().to_string(),
                Err(error) => error.to_string(),
            });
        }
        let line: String = took.iter().map(|took| format!("{took:>14}")).collect();
        say(&format!("{count:<14}{line}"));
    }
}

fn line(name: &str, outcome: &Outcome) {
    let charge = i128::from(PEAK_PRICE) * i128::from(outcome.peak) / 1_000;
    say(&format!(
        "{name:<14}{:>14.2}{:>14.2}{:>10.1}{:>14.0}{:>8}",
        units(outcome.cost),
        units(charge),
        kilo(outcome.peak),
        kilo(outcome.delivered),
        outcome.short
    ));
}

#[expect(clippy::cast_precision_loss, reason = "for people; far below 2^53")]
fn kilo(value: i64) -> f64 {
    value as f64 / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "for people; far below 2^53")]
fn units(micro: i128) -> f64 {
    micro as f64 / 1e6
}

/// A market's days: cheap at night and at noon, dear in the morning and in the evening, no two alike.
fn prices() -> Vec<i64> {
    const HOURS: [i64; 24] = [
        70, 62, 58, 55, 58, 75, 110, 150, 160, 120, 90, 70, 55, 50, 58, 80, 120, 175, 210, 190, 150, 120, 95,
        80,
    ];
    let mut rng = SmallRng::seed_from_u64(SEED);
    let mut all = Vec::new();
    for _ in 0..DAYS + 2 {
        let day = rng.random_range(60..160);
        for hour in HOURS {
            for _ in 0..4 {
                all.push(hour * day * 10 + rng.random_range(-4_000..4_000));
            }
        }
    }
    all
}

/// A car park of people at work by day and of neighbours by night.
fn cars() -> Vec<Car> {
    let mut rng = SmallRng::seed_from_u64(SEED ^ 1);
    let mut free_from = [0_i64; PLACES];
    let mut all = Vec::new();
    for day in 0..DAYS {
        for (place, free) in free_from.iter_mut().enumerate() {
            for (chance, first, spread, stays) in [(70, 28, 12, 30..40), (55, 68, 16, 44..60)] {
                let arrives = day * PER_DAY + first + rng.random_range(0..spread);
                let stay = rng.random_range(stays);
                let wants = WattHours(rng.random_range(4_000..30_000));
                if rng.random_range(0..100) < chance && arrives >= *free && arrives + stay < DAYS * PER_DAY {
                    *free = arrives + stay + 1;
                    all.push(Car { place, arrives, departs: arrives + stay, wants });
                }
            }
        }
    }
    all.sort_by_key(|car| (car.arrives, car.place));
    all
}

fn moment(interval: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(interval * INTERVAL_S)
}

/// At once or shared fairly, by the allocator that shares in truth.
fn played(cars: &[Car], prices: &[i64], rule: Rule) -> Outcome {
    let circuit = Circuit {
        parent: None,
        capacity: PerPhase::even(FUSE),
        buffer: PerMille(0),
        load: PerPhase::ZERO,
        distribution: Distribution::Dynamic,
        least_session: Watts(0),
        voltage: MilliVolts(VOLTS * 1_000),
    };
    let place = Place {
        circuit: 0,
        wiring: Wiring::THREE,
        min: MilliAmps(6_000),
        max: MilliAmps(16_000),
        parts: 1,
        priority: 0,
        steered: true,
    };
    let visits = cars.iter().map(|car| Visit {
        place: car.place,
        arrives: moment(car.arrives),
        departs: moment(car.departs),
        wants: car.wants,
        takes: MilliAmps(16_000),
        conductors: None,
    });
    let scene = Scene {
        circuits: vec![circuit],
        places: vec![place; PLACES],
        visits: visits.collect(),
        loads: Vec::new(),
    };
    let found = replay(&scene, rule);
    let mut outcome = Outcome::default();
    for (car, got) in cars.iter().zip(&found.outcomes) {
        outcome.delivered += got.got.0;
        outcome.short += usize::from(got.got < car.wants);
    }
    let ends = found.flows.iter().skip(1).map(|flow| flow.at).chain([moment(DAYS * PER_DAY)]);
    for (flow, end) in found.flows.iter().zip(ends) {
        let amps = flow.drawn.first().copied().unwrap_or_default();
        let watts = (amps.l1.0 + amps.l2.0 + amps.l3.0) * VOLTS / 1_000;
        outcome.peak = outcome.peak.max(watts);
        // A stretch may cross intervals: minute by minute, as the replay goes.
        let mut at = flow.at.as_second();
        while at < end.as_second() {
            let price =
                usize::try_from(at / INTERVAL_S).ok().and_then(|i| prices.get(i)).copied().unwrap_or(0);
            outcome.cost += i128::from(price) * i128::from(watts) * 60 / 3_600_000;
            at += 60;
        }
    }
    outcome
}

/// Planned anew at the beginning of each interval, with the cars that are there.
fn rolled(cars: &[Car], prices: &[i64]) -> (Outcome, Duration, usize) {
    let mut left: Vec<i64> = cars.iter().map(|car| car.wants.0 * 3_600).collect();
    let (mut outcome, mut slowest, mut plans) = (Outcome::default(), Duration::ZERO, 0);
    for now in 0..DAYS * PER_DAY {
        let here: Vec<usize> = cars
            .iter()
            .enumerate()
            .filter(|(n, car)| {
                car.arrives <= now && now < car.departs && left.get(*n).is_some_and(|l| *l > 3_600)
            })
            .map(|(n, _)| n)
            .collect();
        if here.is_empty() {
            continue;
        }
        let begun = Instant::now();
        let Ok(found) = plan(&horizon(cars, &here, &left, now, prices, outcome.peak)) else { continue };
        slowest = slowest.max(begun.elapsed());
        plans += 1;
        let mut together = 0;
        for (n, car) in here.iter().zip(&found.cars) {
            let watts = car.power.first().map_or(0, |w| w.0);
            together += watts;
            if let Some(left) = left.get_mut(*n) {
                *left = (*left - watts * INTERVAL_S).max(0);
            }
        }
        outcome.peak = outcome.peak.max(together);
        let price = usize::try_from(now).ok().and_then(|i| prices.get(i)).copied().unwrap_or(0);
        outcome.cost += i128::from(price) * i128::from(together * INTERVAL_S) / 3_600_000;
    }
    for (car, left) in cars.iter().zip(&left) {
        outcome.delivered += car.wants.0 - left / 3_600;
        outcome.short += usize::from(*left >= 3_600);
    }
    (outcome, slowest, plans)
}

fn horizon(cars: &[Car], here: &[usize], left: &[i64], now: i64, prices: &[i64], peak: i64) -> Horizon {
    let present = here.iter().filter_map(|n| Some((cars.get(*n)?, *left.get(*n)?)));
    let needs: Vec<Need> = present
        .map(|(car, left)| Need {
            from: 0,
            until: usize::try_from(car.departs - now).unwrap_or(0),
            wants: WattHours(left / 3_600),
            least: LEAST,
            takes: TAKES,
            hours: Vec::new(),
        })
        .collect();
    let last = needs.iter().map(|need| need.until).max().unwrap_or(0);
    let ahead = prices.iter().skip(usize::try_from(now).unwrap_or(0)).take(last);
    Horizon {
        interval_s: INTERVAL_S,
        first_s: INTERVAL_S,
        intervals: ahead
            .enumerate()
            .map(|(later, price)| {
                let load = if later > 0 { KEPT_FREE } else { Watts::ZERO };
                Interval { price: *price, load, solar: Watts::ZERO }
            })
            .collect(),
        limit: LIMIT,
        peak_price: PEAK_PRICE,
        peak_so_far: Watts(peak),
        needs,
    }
}
