//! The same figures by place: site, charger, EVSE.

use std::collections::BTreeMap;

use forecourt_core::access::Permission;
use forecourt_core::id::{EvseNumber, SiteId, StationId};
use forecourt_core::metrics::Sums;
use forecourt_store::PlaceName;

use super::{Figures, Period};
use crate::{App, AppError, Principal};

/// How finely figures are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Site,
    Station,
    Evse,
}

/// A place's line.
#[derive(Debug, Clone)]
pub struct PlaceFigures {
    pub place: PlaceName,
    pub figures: Figures,
}

type Key = (SiteId, Option<StationId>, EvseNumber);

impl App {
    /// Figures of every site, or of every charger or EVSE that has any, by name.
    pub async fn places(
        &self,
        principal: &Principal,
        period: Period,
        site: Option<SiteId>,
        by: By,
    ) -> Result<Vec<PlaceFigures>, AppError> {
        principal.require(Permission::Read)?;
        let over = self.over(principal, period, site).await?;
        let rows = match by {
            By::Site => self.store.sums_by_site(&over).await?,
            By::Station | By::Evse => self.store.sums_by_evse(&over).await?,
        };
        let evse_of = |evse| if by == By::Evse { evse } else { EvseNumber(0) };
        let mut order: Vec<Key> = Vec::new();
        let mut found: BTreeMap<Key, PlaceFigures> = BTreeMap::new();
        for (place, sums) in rows {
            let place = PlaceName { evse: evse_of(place.evse), ..place };
            let key = (place.site, place.station, place.evse);
            let line = found.entry(key).or_insert_with(|| {
                order.push(key);
                PlaceFigures { place, figures: Figures::default() }
            });
            line.figures.sums.add(&sums);
        }
        for stretch in self.store.open_stretches(&over).await? {
            let station = (by != By::Site).then_some(stretch.station);
            let evse = if station.is_some() { evse_of(stretch.evse) } else { EvseNumber(0) };
            let mut sums = Sums::default();
            self.of_open(&stretch, period).iter().for_each(|(_, part)| sums.add(part));
            if let Some(line) = found.get_mut(&(stretch.site, station, evse)) {
                line.figures.sums.add(&sums);
            }
        }
        if principal.may(Permission::Reports) {
            self.add_money(&over, by, &mut found).await?;
        }
        Ok(order.into_iter().filter_map(|key| found.remove(&key)).collect())
    }

    async fn add_money(
        &self,
        over: &forecourt_store::Over,
        by: By,
        found: &mut BTreeMap<Key, PlaceFigures>,
    ) -> Result<(), AppError> {
        if by == By::Site {
            for (site, currency, sums) in self.store.money_by_site(over).await? {
                if let Some(line) = found.get_mut(&(site, None, EvseNumber(0))) {
                    line.figures.add_revenue(currency, &sums);
                }
            }
            let prices = self.prices(over).await?;
            for (site, day, wh) in self.store.energy_by_site_and_day(over).await? {
                if let Some(line) = found.get_mut(&(site, None, EvseNumber(0))) {
                    prices.charge(&mut line.figures, site, day, wh);
                }
            }
            return Ok(());
        }
        let keys: BTreeMap<(StationId, EvseNumber), Key> =
            found.keys().filter_map(|key| Some(((key.1?, key.2), *key))).collect();
        for (station, evse, currency, sums) in self.store.money_by_evse(over).await? {
            let evse = if by == By::Evse { evse } else { EvseNumber(0) };
            if let Some(line) = keys.get(&(station, evse)).and_then(|key| found.get_mut(key)) {
                line.figures.add_revenue(currency, &sums);
            }
        }
        Ok(())
    }
}
