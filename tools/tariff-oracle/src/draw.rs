//! Random tariffs and sessions. Every moment lies on a grid, so that both engines see the same cuts.

use fastrand::Rng;
use forecourt_core::tariff::{
    Activity, Amount, ClockTime, Component, Dimension, Element, Period, PriceLimit, Prices, Restrictions,
    Tariff, VatRate, Weekday,
};
use forecourt_core::unit::{Currency, MilliAmps, WattHours, Watts};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A tenth of an hour, which is exact in hours with decimals.
pub const GRID_S: i64 = 360;
pub const ZONE: &str = "Europe/Copenhagen";
/// Noon before the clocks go forward, before they go back, and of a day on which nothing happens.
const DAYS_S: [i64; 3] = [1_774_699_200, 1_792_843_200, 1_780_315_200];
const DIMENSIONS: [Dimension; 4] =
    [Dimension::Energy, Dimension::ChargingTime, Dimension::OccupiedTime, Dimension::Flat];
const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

pub struct Case {
    pub tariff: Tariff,
    pub periods: Vec<Period>,
}

impl Case {
    pub fn draw(rng: &mut Rng) -> Self {
        let periods = session(rng);
        let count = rng.usize(1..6);
        let mut elements: Vec<Element> = (0..count).map(|_| element(rng, &periods)).collect();
        if rng.u8(0..4) > 0 {
            // Mostly every amount has some price.
            let all = components(rng, DIMENSIONS.len());
            elements.push(Element { components: all, restrictions: Restrictions::default() });
        }
        let limit = |amount| PriceLimit { without_vat: Some(Amount(amount)), with_vat: None };
        let min = rng.bool().then(|| rng.i64(0..20) * 1_000_000);
        let max = rng.bool().then(|| min.unwrap_or(0) + rng.i64(1..40) * 1_000_000);
        let tariff = Tariff {
            currency: Currency::read("EUR").unwrap_or_else(|| unreachable!("the euro is a currency")),
            prices: Prices::WithoutVat,
            elements,
            min_price: min.filter(|_| rng.bool()).map(limit),
            max_price: max.filter(|_| rng.bool()).map(limit),
        };
        Self { tariff, periods }
    }
}

fn session(rng: &mut Rng) -> Vec<Period> {
    let day = DAYS_S[rng.usize(0..DAYS_S.len())];
    let offset = rng.i64(-240..240) * GRID_S;
    let mut at = Timestamp::from_second(day + offset).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut periods = Vec::new();
    for _ in 0..rng.usize(1..7) {
        let cells = rng.i64(1..80);
        let charging = rng.u8(0..4) > 0;
        let per_cell = if charging { rng.i64(0..9_000) } else { 0 };
        let to = at + SignedDuration::from_secs(cells * GRID_S);
        periods.push(Period {
            from: at,
            to,
            energy: WattHours(per_cell * cells),
            activity: if charging { Activity::Charging } else { Activity::Occupied },
            power: Some(Watts(rng.i64(0..30) * 1_000)),
            current: Some(MilliAmps(rng.i64(0..40) * 1_000)),
        });
        at = to;
    }
    periods
}

fn element(rng: &mut Rng, periods: &[Period]) -> Element {
    let count = rng.usize(1..5);
    Element { components: components(rng, count), restrictions: restrictions(rng, periods) }
}

fn components(rng: &mut Rng, count: usize) -> Vec<Component> {
    let mut dimensions = DIMENSIONS.to_vec();
    rng.shuffle(&mut dimensions);
    dimensions.truncate(count);
    let component = |dimension| Component {
        dimension,
        // OCPI knows four decimals.
        price: Amount(rng.i64(0..80_000) * 100),
        vat: [None, Some(VatRate(0)), Some(VatRate(250_000)), Some(VatRate(52_000))][rng.usize(0..4)],
        step: [1, 1, 60, 300, 500, 900, 1_000][rng.usize(0..7)],
    };
    dimensions.into_iter().map(component).collect()
}

fn restrictions(rng: &mut Rng, periods: &[Period]) -> Restrictions {
    let mut r = Restrictions::default();
    let mut now_and_then = |of: u8| rng.u8(0..of) == 0;
    let (clock, date, weekday, energy, age, power, current) = (
        now_and_then(2),
        now_and_then(5),
        now_and_then(4),
        now_and_then(3),
        now_and_then(3),
        now_and_then(5),
        now_and_then(5),
    );
    if clock {
        let (start, length) = (rng.i16(0..240), rng.i16(1..239));
        r.start_time = (rng.u8(0..5) > 0).then_some(ClockTime(start * 6));
        // A window that ends at midnight is written in another way there.
        let end = (start + length) % 240;
        r.end_time = (end > 0 && rng.u8(0..5) > 0).then_some(ClockTime(end * 6));
    }
    if date {
        let first = periods.first().map_or(Timestamp::UNIX_EPOCH, |p| p.from);
        let day = first.to_zoned(TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)).date();
        let after = |days: i64| day.checked_add(days.days()).unwrap_or(day);
        let start = rng.i64(-1..2);
        r.start_date = rng.bool().then(|| after(start));
        r.end_date = rng.bool().then(|| after(start + rng.i64(1..3)));
    }
    if weekday {
        r.weekdays = WEEKDAYS.into_iter().filter(|_| rng.bool()).collect();
    }
    if energy {
        (r.min_energy_wh, r.max_energy_wh) = between(rng, &reached(periods));
    }
    if age {
        let ages: Vec<i64> = (1..120).map(|cells| cells * GRID_S).collect();
        (r.min_duration_s, r.max_duration_s) = between(rng, &ages);
    }
    if power {
        (r.min_power_w, r.max_power_w) = between(rng, &thousands(30));
    }
    if current {
        (r.min_current_ma, r.max_current_ma) = between(rng, &thousands(40));
    }
    r
}

fn thousands(to: i64) -> Vec<i64> {
    (1..to).map(|n| n * 1_000).collect()
}

/// Every amount of energy that a session has reached at a point of the grid.
fn reached(periods: &[Period]) -> Vec<i64> {
    let mut sum = 0;
    let mut all = Vec::new();
    for period in periods {
        for _ in 0..cells(period) {
            sum += period.energy.0 / cells(period);
            all.push(sum);
        }
    }
    all.retain(|wh| *wh > 0);
    all.dedup();
    all
}

pub fn cells(period: &Period) -> i64 {
    period.to.duration_since(period.from).as_secs() / GRID_S
}

/// A lower limit, an upper one, or both in order.
fn between(rng: &mut Rng, of: &[i64]) -> (Option<i64>, Option<i64>) {
    if of.is_empty() {
        return (None, None);
    }
    let (a, b) = (of[rng.usize(0..of.len())], of[rng.usize(0..of.len())]);
    match rng.u8(0..3) {
        0 => (Some(a), None),
        1 => (None, Some(a)),
        _ if a == b => (Some(a), None),
        _ => (Some(a.min(b)), Some(a.max(b))),
    }
}
