//! The figures of dashboards and reports: sums by day, with what goes on now, turned into figures by the formulas of
//! `forecourt_core::metrics`. Money is for those who may see reports.

mod places;
mod settings;
pub(crate) mod tally;

use std::collections::BTreeMap;

use forecourt_core::access::Permission;
use forecourt_core::id::SiteId;
use forecourt_core::metrics::{Factors, Good, Sums, day_of, energy_cost, start_of_day, stretches};
use forecourt_core::unit::Currency;
use forecourt_store::{MoneySums, OpenStretch, Over};
use jiff::tz::TimeZone;

pub use places::{By, PlaceFigures};
pub use settings::SitePrice;

use crate::uptime::sums_of;
use crate::{App, AppError, Principal};

/// Longest period, in days: three years.
const DAYS_MAX: i64 = 1_100;

/// What figures are asked about. Days are local days of the sites, counted from 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: i64,
    /// The last day, included.
    pub to: i64,
}

/// What happened in some time at some places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    pub sums: Sums,
    pub revenue: Vec<(Currency, MoneySums)>,
    /// Energy at its purchase price, in the smallest unit.
    pub energy_cost: Vec<(Currency, i64)>,
    /// Energy of sites whose purchase price nobody has told.
    pub unpriced_wh: i64,
}

/// A period's figures, whole and by day.
#[derive(Debug, Clone)]
pub struct Dashboard {
    pub period: Period,
    pub time_zone: String,
    pub total: Figures,
    /// Each day of the period, oldest first.
    pub days: Vec<(i64, Figures)>,
    pub factors: Factors,
    /// The caller sees money.
    pub with_money: bool,
}

impl Figures {
    pub fn good(&self, factors: &Factors) -> Good {
        factors.good(self.sums.energy_wh)
    }

    pub(crate) fn add_revenue(&mut self, currency: Currency, sums: &MoneySums) {
        match self.revenue.iter_mut().find(|(known, _)| *known == currency) {
            Some((_, known)) => known.add(sums),
            None => self.revenue.push((currency, *sums)),
        }
    }

    pub(crate) fn add_cost(&mut self, currency: Currency, amount: i64) {
        match self.energy_cost.iter_mut().find(|(known, _)| *known == currency) {
            Some((_, known)) => *known += amount,
            None => self.energy_cost.push((currency, amount)),
        }
    }

    fn add(&mut self, other: &Self) {
        self.sums.add(&other.sums);
        other.revenue.iter().for_each(|(currency, sums)| self.add_revenue(*currency, sums));
        other.energy_cost.iter().for_each(|(currency, amount)| self.add_cost(*currency, *amount));
        self.unpriced_wh += other.unpriced_wh;
    }
}

impl App {
    pub async fn dashboard(
        &self,
        principal: &Principal,
        period: Period,
        site: Option<SiteId>,
    ) -> Result<Dashboard, AppError> {
        principal.require(Permission::Read)?;
        let over = self.over(principal, period, site).await?;
        let with_money = principal.may(Permission::Reports);
        let mut days: BTreeMap<i64, Figures> = BTreeMap::new();
        for (day, sums) in self.store.sums_by_day(&over).await? {
            days.entry(day).or_default().sums.add(&sums);
        }
        for stretch in self.store.open_stretches(&over).await? {
            for (day, sums) in self.of_open(&stretch, period) {
                days.entry(day).or_default().sums.add(&sums);
            }
        }
        if with_money {
            for (day, currency, sums) in self.store.money_by_day(&over).await? {
                days.entry(day).or_default().add_revenue(currency, &sums);
            }
            let prices = self.prices(&over).await?;
            for (site, day, wh) in self.store.energy_by_site_and_day(&over).await? {
                prices.charge(days.entry(day).or_default(), site, day, wh);
            }
        }
        let mut total = Figures::default();
        days.values().for_each(|figures| total.add(figures));
        let days =
            (period.from..=period.to).map(|day| (day, days.remove(&day).unwrap_or_default())).collect();
        Ok(Dashboard {
            period,
            time_zone: self.organisation(principal).await?.time_zone,
            total,
            days,
            factors: self.store.factors(principal.organisation).await?.unwrap_or_default(),
            with_money,
        })
    }

    /// Which rows a caller's question is about. A site that is not the caller's business does not exist.
    pub(crate) async fn over(
        &self,
        principal: &Principal,
        period: Period,
        site: Option<SiteId>,
    ) -> Result<Over, AppError> {
        if period.to < period.from || period.to - period.from >= DAYS_MAX {
            return Err(AppError::Conflict(format!(
                "a period begins before it ends and has at most {DAYS_MAX} days"
            )));
        }
        let sites = match site {
            Some(site) => {
                let found = self.store.site(principal.organisation, site).await?;
                found.filter(|_| principal.sees(site)).ok_or(AppError::NotFound("site"))?;
                Some(vec![site])
            }
            None => principal.sites().map(<[SiteId]>::to_vec),
        };
        Ok(Over { organisation: principal.organisation, sites, from: period.from, to: period.to })
    }

    /// Today in the organisation's zone.
    pub async fn today(&self, principal: &Principal) -> Result<i64, AppError> {
        let organisation = self.organisation(principal).await?;
        let zone = TimeZone::get(&organisation.time_zone).unwrap_or(TimeZone::UTC);
        Ok(day_of(self.now(), &zone))
    }

    /// The part of a stretch that goes on which falls into a period, by day.
    pub(crate) fn of_open(&self, stretch: &OpenStretch, period: Period) -> Vec<(i64, Sums)> {
        let zone = TimeZone::get(&stretch.time_zone).unwrap_or(TimeZone::UTC);
        let from = stretch.since.max(start_of_day(period.from, &zone));
        let to = self.now().min(start_of_day(period.to + 1, &zone));
        if from >= to {
            return Vec::new();
        }
        let part =
            |s: forecourt_core::metrics::Stretch| (s.day, sums_of(stretch.state, s.seconds, stretch.power));
        stretches(from, to, &zone).into_iter().map(part).collect()
    }

    pub(crate) async fn prices(&self, over: &Over) -> Result<Prices, AppError> {
        let mut prices = Prices::default();
        for price in self.store.energy_prices(over.organisation).await? {
            let of_site = prices.0.entry(price.site).or_insert((price.currency, Vec::new()));
            of_site.1.push((price.from_day, price.price_e6));
        }
        Ok(prices)
    }
}

/// Purchase prices by site, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Prices(BTreeMap<SiteId, (Currency, Vec<(i64, i64)>)>);

impl Prices {
    /// The price of that day; the first one counts for the days before it too.
    fn of(&self, site: SiteId, day: i64) -> Option<(Currency, i64)> {
        let (currency, prices) = self.0.get(&site)?;
        let valid = prices.iter().rev().find(|(from, _)| *from <= day).or(prices.first())?;
        Some((*currency, valid.1))
    }

    /// Adds what a site's energy of a day cost (C16).
    pub fn charge(&self, figures: &mut Figures, site: SiteId, day: i64, wh: i64) {
        match self.of(site, day) {
            Some((currency, price)) => {
                figures.add_cost(currency, energy_cost(wh, price, currency.decimals()));
            }
            None => figures.unpriced_wh += wh,
        }
    }
}
