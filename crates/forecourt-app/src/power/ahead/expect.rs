//! What is expected of the hours ahead: prices, how clean they are, sunshine, the building's load by its own last days, and
//! what the month's highest draw was so far.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use forecourt_core::Timestamp;
use forecourt_core::power::{Line, PlanAim};
use forecourt_core::schedule::PricedSlot;
use forecourt_core::unit::{MilliAmps, Watts};
use forecourt_store::zone_plan::{SolarSlot, ZonePlanRecord};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::super::plan::Tree;
use super::make::NoPlanWhy;
use crate::{App, AppError};

/// A quarter of an hour: the market's own interval, and that of the grid's highest draw.
pub(super) const QUARTER_S: i64 = 900;
/// So many of its last days say what a building draws at an hour.
const DAYS: i64 = 7;
const DAY_S: i64 = 24 * 3_600;
/// Grams in a kilogram.
const KILO: i64 = 1_000;

/// By what the building's load ahead is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadFrom {
    /// The same hours of its last days.
    LastDays,
    /// It stays as it is now: nothing older is known.
    Present,
    /// No meter says anything: only cars are counted.
    NotMetered,
}

/// What a zone's past says, read once a quarter of an hour.
#[derive(Debug, Default)]
pub(super) struct Expected {
    quarter: i64,
    month: Option<Timestamp>,
    /// Mean of the last days by the quarter of the day (UTC).
    loads: HashMap<i64, MilliAmps>,
    /// The highest quarter of this month, in milliamperes of the fullest phase.
    highest: MilliAmps,
    read_until: Option<Timestamp>,
}

impl Expected {
    pub fn load_from(&self) -> LoadFrom {
        if self.loads.is_empty() { LoadFrom::Present } else { LoadFrom::LastDays }
    }

    fn load_at(&self, at: Timestamp) -> Option<MilliAmps> {
        self.loads.get(&(at.as_second().rem_euclid(DAY_S) / QUARTER_S)).copied()
    }
}

/// Prices, carbon and sun of the time ahead.
#[derive(Debug, Clone, Default)]
pub(super) struct Market {
    money: Vec<PricedSlot>,
    carbon: Vec<PricedSlot>,
    solar: Vec<SolarSlot>,
    pub currency: Option<String>,
    aim: Option<PlanAim>,
    carbon_price: i64,
}

/// One interval's price, and whether it is only assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Priced {
    pub price: i64,
    pub assumed: bool,
}

fn at(slots: &[PricedSlot], moment: Timestamp) -> Option<i64> {
    slots.iter().find(|slot| slot.from <= moment && moment < slot.until).map(|slot| slot.per_kwh)
}

fn mean(slots: &[PricedSlot]) -> Option<i64> {
    let seconds = |slot: &PricedSlot| i128::from(slot.until.duration_since(slot.from).as_secs().max(0));
    let all: i128 = slots.iter().map(seconds).sum();
    let sum: i128 = slots.iter().map(|slot| i128::from(slot.per_kwh) * seconds(slot)).sum();
    i64::try_from(sum.checked_div(all)?).ok()
}

impl Market {
    /// Millionths of the currency, or of a kilogram of carbon dioxide, per kilowatt-hour. What the market does not know yet is
    /// taken as the mean of what it knows.
    fn at(&self, moment: Timestamp) -> Option<Priced> {
        let grams = at(&self.carbon, moment).or_else(|| mean(&self.carbon));
        match self.aim {
            Some(PlanAim::Carbon) => {
                let assumed = at(&self.carbon, moment).is_none();
                Some(Priced { price: grams?.saturating_mul(KILO), assumed })
            }
            _ => {
                let known = at(&self.money, moment);
                let money = known.or_else(|| mean(&self.money))?;
                let carbon = grams.unwrap_or(0).saturating_mul(self.carbon_price) / KILO;
                Some(Priced { price: money.saturating_add(carbon), assumed: known.is_none() })
            }
        }
    }

    /// The mean over an interval, quarter by quarter.
    pub fn over(&self, from: Timestamp, until: Timestamp) -> Option<Priced> {
        let (mut sum, mut count, mut assumed, mut moment) = (0_i128, 0_i128, false, from);
        while moment < until {
            let here = self.at(moment)?;
            sum += i128::from(here.price);
            count += 1;
            assumed |= here.assumed;
            let next = (moment.as_second().div_euclid(QUARTER_S) + 1) * QUARTER_S;
            moment = Timestamp::from_second(next).ok()?;
        }
        Some(Priced { price: i64::try_from(sum.checked_div(count)?).ok()?, assumed })
    }

    pub fn sun_at(&self, moment: Timestamp) -> Watts {
        let slot = self.solar.iter().find(|slot| slot.from <= moment && moment < slot.until);
        slot.map_or(Watts::ZERO, |slot| slot.power)
    }

    /// Carbon was to count and is not known.
    pub fn lacks_carbon(&self) -> bool {
        self.carbon_price > 0 && self.carbon.is_empty()
    }
}

impl App {
    /// Prices of the profile that was chosen, carbon of its market, and the zone's sunshine.
    pub(super) async fn market_of_zone(
        &self,
        wishes: &ZonePlanRecord,
        (now, until): (Timestamp, Timestamp),
    ) -> Result<Result<Market, NoPlanWhy>, AppError> {
        let organisation = wishes.organisation;
        let Some(profile) = self.store.price_profile(organisation, wishes.price_profile).await? else {
            return Ok(Err(NoPlanWhy::NoProfile));
        };
        let mut market = Market {
            solar: self.store.solar_forecast(wishes.zone, (now, until)).await?,
            aim: Some(wishes.aim),
            carbon_price: wishes.carbon_price,
            ..Market::default()
        };
        if wishes.aim == PlanAim::Carbon || wishes.carbon_price > 0 {
            market.carbon =
                self.store.carbon_intensity(organisation, profile.market.zone, now, until).await?;
        }
        if wishes.aim == PlanAim::Carbon {
            let known = at(&market.carbon, now).is_some();
            return Ok(if known { Ok(market) } else { Err(NoPlanWhy::NoCarbon) });
        }
        market.money = self.money_of(organisation, &profile, (now, until)).await?;
        market.currency = Some(profile.market.currency.code().to_owned());
        let known = at(&market.money, now).is_some();
        Ok(if known { Ok(market) } else { Err(NoPlanWhy::NoPrices) })
    }

    /// What a zone's minutes say of its load and of the month's highest draw.
    pub(super) async fn expected_of(
        &self,
        tree: &Tree,
        wishes: &ZonePlanRecord,
        now: Timestamp,
    ) -> Result<Arc<Expected>, AppError> {
        let quarter = now.as_second().div_euclid(QUARTER_S);
        let known = {
            let all = self.power.ahead.expected.lock().unwrap_or_else(PoisonError::into_inner);
            all.get(&tree.root).cloned()
        };
        let does = |known: &&Arc<Expected>| {
            known.quarter == quarter && (wishes.peak_price == 0 || known.month.is_some())
        };
        if let Some(known) = known.as_ref().filter(does) {
            return Ok(known.clone());
        }
        let since = now - SignedDuration::from_secs(DAYS * DAY_S);
        let mut sums: HashMap<i64, (i64, i64)> = HashMap::new();
        for (slot, load) in self.store.zone_loads_between(tree.root, (since, now), QUARTER_S * 1_000).await? {
            let sum = sums.entry(slot.as_second().rem_euclid(DAY_S) / QUARTER_S).or_default();
            *sum = (sum.0.saturating_add(load.0), sum.1 + 1);
        }
        let loads = sums.into_iter().map(|(at, (sum, count))| (at, MilliAmps(sum / count.max(1)))).collect();
        let mut expected = Expected { quarter, loads, ..Expected::default() };
        if wishes.peak_price > 0 {
            let site = self.store.site(tree.organisation, tree.site).await?;
            let clock = site.and_then(|site| TimeZone::get(&site.site.time_zone).ok());
            let month = month_began(now, &clock.unwrap_or(TimeZone::UTC));
            let known = known.filter(|known| known.month == Some(month));
            let from = known.as_ref().and_then(|known| known.read_until).unwrap_or(month);
            // Whole quarters only: the present one is not over.
            let until = Timestamp::from_second(quarter * QUARTER_S).unwrap_or(now);
            let highest = self.store.highest_quarter(tree.root, (from, until)).await?;
            expected.highest = known.map_or(highest, |known| known.highest.max(highest));
            (expected.month, expected.read_until) = (Some(month), Some(until));
        }
        let expected = Arc::new(expected);
        let mut all = self.power.ahead.expected.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(tree.root, expected.clone());
        Ok(expected)
    }

    /// What flows beside the chargers of a tree now.
    pub(super) fn load_now(&self, tree: &Tree) -> Watts {
        let counted = self.power.counted().get(&tree.root).copied().unwrap_or_default();
        Line::ALL
            .into_iter()
            .fold(Watts::ZERO, |all, line| Watts(all.0 + volts(tree) * counted.on(line).0 / 1_000))
    }
}

impl Expected {
    pub fn load(&self, tree: &Tree, at: Timestamp) -> Option<Watts> {
        self.load_at(at).map(|load| Watts(load.0 * 3 * volts(tree) / 1_000))
    }

    pub fn peak(&self, tree: &Tree) -> Watts {
        Watts(self.highest.0 * 3 * volts(tree) / 1_000)
    }
}

/// Between phase and neutral, in volts.
pub(super) fn volts(tree: &Tree) -> i64 {
    tree.zones.first().map_or(230, |(zone, _)| zone.voltage.0 / 1_000)
}

fn month_began(now: Timestamp, clock: &TimeZone) -> Timestamp {
    let date = now.to_zoned(clock.clone()).date().first_of_month();
    date.to_zoned(clock.clone()).map_or(now, |at| at.timestamp())
}
