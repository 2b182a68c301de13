//! Prices a session: which price holds when, how much was taken at it, what that comes to.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::cut::{Edges, Stretch};
use super::model::{Component, Dimension, PriceLimit, Prices, Tariff};
use super::number::{Amount, PRICE_DECIMALS, VatRate};
use super::receipt::{Line, Receipt, What};
use crate::unit::{Currency, MilliAmps, MinorUnits, WattHours, Watts};

/// Dimensions that add up over a session, in the order of a receipt.
const MEASURED: [Dimension; 4] =
    [Dimension::Energy, Dimension::ChargingTime, Dimension::OccupiedTime, Dimension::SessionTime];
const MS_PER_SECOND: i64 = 1_000;
const WH_PER_KWH: i128 = 1_000;
const MS_PER_HOUR: i128 = 3_600_000;

/// A stretch of a session with constant conditions. Energy flows evenly in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    pub to: Timestamp,
    pub energy: WattHours,
    pub activity: Activity,
    /// As measured; when absent, what the energy comes to over the time.
    pub power: Option<Watts>,
    pub current: Option<MilliAmps>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    Charging,
    /// The car takes nothing.
    Occupied,
    /// The site gives nothing: never billed as occupied.
    Held,
}

/// What these periods of one session cost under this tariff. Periods are in order and touch.
pub fn price(tariff: &Tariff, periods: &[Period], zone: &TimeZone) -> Receipt {
    let start = periods.first().map_or(Timestamp::UNIX_EPOCH, |p| p.from);
    let edges = Edges::of(tariff);
    let merged = if tariff.is_unrestricted() { merge(periods) } else { Vec::new() };
    let periods = if tariff.is_unrestricted() { merged.as_slice() } else { periods };
    let mut tally = Tally::default();
    let mut consumed: i64 = 0;
    for period in periods {
        for stretch in edges.cut(period, start, consumed, zone) {
            tally.take(tariff, &stretch);
        }
        consumed = consumed.saturating_add(period.energy.0.max(0));
    }
    tally.round_up_to_steps();
    let mut receipt = Receipt {
        currency: tariff.currency,
        from: start,
        to: periods.last().map_or(start, |p| p.to),
        energy: WattHours(consumed),
        lines: tally.drafts.iter().map(|draft| draft.line(tariff)).collect(),
        without_vat: MinorUnits::ZERO,
        with_vat: MinorUnits::ZERO,
    };
    receipt.add_up();
    receipt.limit(tariff, tariff.min_price, What::MinPrice);
    receipt.limit(tariff, tariff.max_price, What::MaxPrice);
    receipt
}

/// Where one price holds throughout, only what the car does tells periods apart: a day of readings becomes a handful.
fn merge(periods: &[Period]) -> Vec<Period> {
    let mut merged: Vec<Period> = Vec::new();
    for period in periods {
        match merged.last_mut().filter(|last| last.activity == period.activity && last.to == period.from) {
            Some(last) => {
                last.to = period.to;
                last.energy = WattHours(last.energy.0.max(0).saturating_add(period.energy.0.max(0)));
            }
            None => merged.push(period.clone()),
        }
    }
    merged
}

/// How much was taken at each price.
#[derive(Debug, Default)]
struct Tally {
    drafts: Vec<Draft>,
}

#[derive(Debug)]
struct Draft {
    element: usize,
    component: Component,
    measured: i64,
    billed: i64,
    from: Timestamp,
    to: Timestamp,
}

impl Tally {
    fn take(&mut self, tariff: &Tariff, stretch: &Stretch) {
        let mut open = MEASURED.to_vec();
        if !self.drafts.iter().any(|d| d.component.dimension == Dimension::Flat) {
            open.push(Dimension::Flat);
        }
        for (number, element) in tariff.elements.iter().enumerate() {
            if open.is_empty() {
                return;
            }
            if !element.components.iter().any(|c| open.contains(&c.dimension))
                || !stretch.meets(&element.restrictions)
            {
                continue;
            }
            for component in &element.components {
                // The first element that holds sets the price of a dimension.
                let Some(at) = open.iter().position(|d| *d == component.dimension) else { continue };
                open.swap_remove(at);
                let quantity = quantity(component.dimension, stretch);
                if quantity > 0 {
                    self.add(number, *component, quantity, stretch);
                }
            }
        }
    }

    fn add(&mut self, element: usize, component: Component, quantity: i64, stretch: &Stretch) {
        let same = |d: &&mut Draft| d.element == element && d.component.dimension == component.dimension;
        match self.drafts.iter_mut().find(same) {
            Some(draft) => {
                draft.measured = draft.measured.saturating_add(quantity);
                draft.to = stretch.to;
            }
            None => self.drafts.push(Draft {
                element,
                component,
                measured: quantity,
                billed: 0,
                from: stretch.from,
                to: if component.dimension == Dimension::Flat { stretch.from } else { stretch.to },
            }),
        }
    }

    /// The total of a dimension is rounded up to the step of the price it was last taken at, and what that adds is
    /// billed at that price. Where occupied time is billed too, charging time is not rounded up (OCPI 2.2.1, step_size).
    fn round_up_to_steps(&mut self) {
        for draft in &mut self.drafts {
            draft.billed = draft.measured;
        }
        let occupied = self.drafts.iter().any(|d| d.component.dimension == Dimension::OccupiedTime);
        for dimension in MEASURED {
            if occupied && dimension == Dimension::ChargingTime {
                continue;
            }
            let of_it = |d: &&Draft| d.component.dimension == dimension;
            let total: i64 = self.drafts.iter().filter(of_it).map(|d| d.measured).sum();
            let last =
                self.drafts.iter_mut().filter(|d| d.component.dimension == dimension).max_by_key(|d| d.to);
            let Some(last) = last else { continue };
            let unit = if dimension == Dimension::Energy { 1 } else { MS_PER_SECOND };
            let step = last.component.step.saturating_mul(unit).max(1);
            last.billed = last.billed.saturating_add((step - total % step) % step);
        }
    }
}

fn quantity(dimension: Dimension, stretch: &Stretch) -> i64 {
    match dimension {
        Dimension::Energy => stretch.energy_wh,
        Dimension::ChargingTime if stretch.activity == Activity::Charging => stretch.length_ms(),
        Dimension::OccupiedTime if stretch.activity == Activity::Occupied => stretch.length_ms(),
        Dimension::ChargingTime | Dimension::OccupiedTime => 0,
        Dimension::SessionTime => stretch.length_ms(),
        Dimension::Flat => 1,
    }
}

impl Draft {
    fn line(&self, tariff: &Tariff) -> Line {
        let Component { dimension, price, vat, .. } = self.component;
        let per = match dimension {
            Dimension::Energy => WH_PER_KWH,
            Dimension::Flat => 1,
            Dimension::ChargingTime | Dimension::OccupiedTime | Dimension::SessionTime => MS_PER_HOUR,
        };
        let exact = i128::from(self.billed) * i128::from(price.0);
        let stated = half_up(exact, per * millionths_per_minor(tariff.currency));
        let (without_vat, with_vat) = both_sides(stated, vat, tariff.prices);
        let restrictions =
            tariff.elements.get(self.element).map(|e| e.restrictions.clone()).unwrap_or_default();
        Line {
            what: dimension.into(),
            element: u32::try_from(self.element).ok(),
            measured: self.measured,
            billed: self.billed,
            unit_price: Some(price),
            vat,
            restrictions,
            from: self.from,
            to: self.to,
            without_vat: MinorUnits(without_vat),
            with_vat: MinorUnits(with_vat),
        }
    }
}

impl Receipt {
    /// Adds what is owed besides the tariff's prices; its limits do not hold for it.
    #[must_use]
    pub fn with_line(mut self, line: Option<Line>) -> Self {
        self.lines.extend(line);
        self.add_up();
        self
    }

    /// One receipt for both: what came after was priced by other rules.
    #[must_use]
    pub fn followed_by(mut self, later: Self) -> Self {
        self.to = later.to.max(self.to);
        self.energy = WattHours(self.energy.0.saturating_add(later.energy.0));
        self.lines.extend(later.lines);
        self.add_up();
        self
    }

    fn add_up(&mut self) {
        let sum = |of: fn(&Line) -> MinorUnits| {
            self.lines.iter().map(of).fold(MinorUnits::ZERO, MinorUnits::saturating_add)
        };
        (self.without_vat, self.with_vat) = (sum(|l| l.without_vat), sum(|l| l.with_vat));
    }

    /// Adds the line that brings the totals to a limit they miss. Where only one side of VAT is limited the other keeps
    /// its share.
    fn limit(&mut self, tariff: &Tariff, limit: Option<PriceLimit>, what: What) {
        let Some(limit) = limit else { return };
        let (net, gross) = (self.without_vat.0, self.with_vat.0);
        let bound = |value: i64, amount: Option<Amount>| {
            let Some(amount) = amount else { return value };
            let amount = half_up(i128::from(amount.0), millionths_per_minor(tariff.currency));
            if what == What::MinPrice { value.max(amount) } else { value.min(amount) }
        };
        let (mut new_net, mut new_gross) = (bound(net, limit.without_vat), bound(gross, limit.with_vat));
        if limit.with_vat.is_none() && new_net != net {
            new_gross = in_proportion(new_net, net, gross)
                .unwrap_or_else(|| both_sides(new_net, usual_vat(tariff), Prices::WithoutVat).1);
        }
        if limit.without_vat.is_none() && new_gross != gross {
            new_net = in_proportion(new_gross, gross, net)
                .unwrap_or_else(|| both_sides(new_gross, usual_vat(tariff), Prices::WithVat).0);
        }
        if (new_net, new_gross) == (net, gross) {
            return;
        }
        self.lines.push(Line {
            what,
            element: None,
            measured: 1,
            billed: 1,
            unit_price: None,
            vat: None,
            restrictions: super::Restrictions::default(),
            from: self.from,
            to: self.to,
            without_vat: MinorUnits(new_net - net),
            with_vat: MinorUnits(new_gross - gross),
        });
        self.add_up();
    }
}

/// `other` as it would be if `old` were `new`.
fn in_proportion(new: i64, old: i64, other: i64) -> Option<i64> {
    (old > 0).then(|| half_up(i128::from(new) * i128::from(other), i128::from(old)))
}

/// The rate of an amount that stands for all prices: that of the tariff's first.
fn usual_vat(tariff: &Tariff) -> Option<VatRate> {
    tariff.elements.iter().flat_map(|e| &e.components).find_map(|c| c.vat)
}

/// An amount that contains VAT, without it and with it, each in the currency's smallest unit, rounded half up.
pub fn split_gross(amount: Amount, vat: Option<VatRate>, currency: Currency) -> (MinorUnits, MinorUnits) {
    let stated = half_up(i128::from(amount.0), millionths_per_minor(currency));
    let (without_vat, with_vat) = both_sides(stated, vat, Prices::WithVat);
    (MinorUnits(without_vat), MinorUnits(with_vat))
}

/// An amount without and with VAT, from the side that is stated.
fn both_sides(stated: i64, vat: Option<VatRate>, prices: Prices) -> (i64, i64) {
    let rate = i128::from(vat.map_or(0, |v| v.0));
    let exact = i128::from(stated);
    match prices {
        Prices::WithoutVat => (stated, half_up(exact * (VatRate::WHOLE + rate), VatRate::WHOLE)),
        Prices::WithVat => (half_up(exact * VatRate::WHOLE, VatRate::WHOLE + rate), stated),
    }
}

fn millionths_per_minor(currency: Currency) -> i128 {
    10_i128.pow(PRICE_DECIMALS.saturating_sub(currency.decimals()))
}

/// `numerator / denominator` to the nearest whole number, halves up. Amounts are never negative where it is used.
fn half_up(numerator: i128, denominator: i128) -> i64 {
    let rounded = (numerator * 2 + denominator).div_euclid(denominator * 2);
    i64::try_from(rounded).unwrap_or(i64::MAX)
}
