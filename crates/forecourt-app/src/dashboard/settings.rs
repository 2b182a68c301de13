//! What figures are worked out with: purchase prices of energy, and factors of sustainability.

use std::collections::BTreeMap;

use forecourt_core::access::Permission;
use forecourt_core::id::SiteId;
use forecourt_core::metrics::{Factors, day_of};
use forecourt_store::SiteFilter;
use forecourt_store::page::MAX_LIMIT;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::{App, AppError, FieldError, Principal};

/// Highest price of a kWh, in millionths: nobody buys above it, a slip of the finger does.
const PRICE_MAX_E6: i64 = 1_000_000_000_000;
/// Bounds of the factors.
const WH_PER_KM: std::ops::RangeInclusive<i64> = 10..=2_000;
const GRAMS: std::ops::RangeInclusive<i64> = 0..=5_000;
const TREE_G: std::ops::RangeInclusive<i64> = 1..=1_000_000;

/// A site's purchase price of today.
#[derive(Debug, Clone)]
pub struct SitePrice {
    pub site: SiteId,
    pub site_name: String,
    pub currency: String,
    /// Millionths of the currency per kWh.
    pub price_e6: Option<i64>,
}

impl App {
    /// What a kWh costs at each site the caller sees (C16).
    pub async fn energy_prices(&self, principal: &Principal) -> Result<Vec<SitePrice>, AppError> {
        principal.require(Permission::Reports)?;
        let mut newest = BTreeMap::new();
        for price in self.store.energy_prices(principal.organisation).await? {
            newest.insert(price.site, price.price_e6);
        }
        let filter = SiteFilter { only: principal.sites().map(<[SiteId]>::to_vec), ..SiteFilter::default() };
        let sites = self.store.sites(principal.organisation, &filter, None, MAX_LIMIT).await?;
        let line = |found: forecourt_store::SiteWithCounts| SitePrice {
            site: found.site.id,
            price_e6: newest.get(&found.site.id).copied(),
            site_name: found.site.name,
            currency: found.site.currency,
        };
        Ok(sites.items.into_iter().map(line).collect())
    }

    /// Sets what a kWh costs at a site from today on; none takes the price away.
    pub async fn set_energy_price(
        &self,
        principal: &Principal,
        site: SiteId,
        price_e6: Option<i64>,
    ) -> Result<(), AppError> {
        principal.require(Permission::Network)?;
        let found = self.store.site(principal.organisation, site).await?;
        let found = found.filter(|_| principal.sees(site)).ok_or(AppError::NotFound("site"))?;
        if price_e6.is_some_and(|price| !(0..=PRICE_MAX_E6).contains(&price)) {
            return Err(wrong("/price_per_kwh", "a price between 0 and 1 000 000"));
        }
        let zone = TimeZone::get(&found.site.time_zone).unwrap_or(TimeZone::UTC);
        let before = self.store.energy_prices(principal.organisation).await?;
        let before = before.iter().rev().find(|p| p.site == site).map(|p| p.price_e6);
        let mut tx = self.store.begin().await?;
        tx.set_energy_price(site, day_of(self.now(), &zone), price_e6).await?;
        let note = self.note(principal, "site.energy_price", ("site", site.0, &found.site.name));
        tx.audit(&note.changed(json!({"price_e6": before}), json!({"price_e6": price_e6}))).await?;
        Ok(tx.commit().await?)
    }

    pub async fn factors(&self, principal: &Principal) -> Result<Factors, AppError> {
        principal.require(Permission::Read)?;
        Ok(self.store.factors(principal.organisation).await?.unwrap_or_default())
    }

    pub async fn set_factors(&self, principal: &Principal, factors: Factors) -> Result<(), AppError> {
        principal.require(Permission::Organisation)?;
        principal.require_every_site()?;
        if !WH_PER_KM.contains(&factors.wh_per_km) {
            return Err(wrong("/wh_per_km", "10 to 2000 Wh per kilometre"));
        }
        for (field, value) in
            [("/petrol_g_per_km", factors.petrol_g_per_km), ("/grid_g_per_kwh", factors.grid_g_per_kwh)]
        {
            if !GRAMS.contains(&value) {
                return Err(wrong(field, "0 to 5000 grams"));
            }
        }
        if !TREE_G.contains(&factors.tree_g_per_year) {
            return Err(wrong("/tree_g_per_year", "1 to 1 000 000 grams"));
        }
        let before = self.store.factors(principal.organisation).await?.unwrap_or_default();
        let mut tx = self.store.begin().await?;
        tx.set_factors(principal.organisation, &factors).await?;
        let subject = ("organisation", principal.organisation.0, "");
        let note = self.note(principal, "sustainability.edited", subject);
        let side = |f: &Factors| serde_json::to_value(f).unwrap_or_default();
        tx.audit(&note.changed(side(&before), side(&factors))).await?;
        Ok(tx.commit().await?)
    }
}

fn wrong(field: &str, message: &str) -> AppError {
    AppError::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
}
