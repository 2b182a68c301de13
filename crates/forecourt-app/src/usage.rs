//! What was charged by key, driver, car or team over a period.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::driver::Fleet;
use forecourt_core::id::SiteId;
use forecourt_core::unit::{Currency, MinorUnits, Money};
use forecourt_store::usage::{UsageBy, UsageFilter, UsageRow};
use jiff::SignedDuration;

use crate::sheet::{Cell, Sheet};
use crate::{App, AppError, Principal};

/// Longest period of one report.
const PERIOD_MAX: SignedDuration = SignedDuration::from_hours(400 * 24);
const COLUMNS: [&str; 7] =
    ["Name", "Details", "Sessions", "Energy (kWh)", "Cost with VAT", "Currency", "Last session ended at"];

#[derive(Debug, Clone)]
pub struct UsageRequest {
    pub by: UsageBy,
    pub from: Timestamp,
    pub to: Timestamp,
    pub fleet: Option<Option<Fleet>>,
    pub driver: Option<i64>,
    pub car: Option<i64>,
    pub team: Option<i64>,
}

impl App {
    /// Most energy first. A session belongs to whoever had its key when it began.
    pub async fn usage(
        &self,
        principal: &Principal,
        request: &UsageRequest,
    ) -> Result<Vec<UsageRow>, AppError> {
        principal.require(Permission::DriversRead)?;
        if request.to <= request.from || request.to.duration_since(request.from) > PERIOD_MAX {
            return Err(AppError::Conflict("choose a period of at most 400 days".into()));
        }
        let filter = UsageFilter {
            by: request.by,
            from: request.from,
            to: request.to,
            fleet: request.fleet,
            only: principal.sites().map(<[SiteId]>::to_vec),
            driver: request.driver,
            car: request.car,
            team: request.team,
        };
        Ok(self.store.usage(principal.organisation, &filter).await?)
    }

    pub async fn usage_sheet(
        &self,
        principal: &Principal,
        request: &UsageRequest,
    ) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let rows = self.usage(principal, request).await?.into_iter().map(row).collect();
        let title = match request.by {
            UsageBy::Key => "Usage by charge key",
            UsageBy::Driver => "Usage by driver",
            UsageBy::Car => "Usage by car",
            UsageBy::Team => "Usage by team",
        };
        let organisation = self.organisation(principal).await?;
        let zone = jiff::tz::TimeZone::get(&organisation.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
        let last = day(request.to - SignedDuration::from_nanos(1));
        let (name, zone_name) = (organisation.name, organisation.time_zone);
        let sheet = Sheet::list(title, name, zone_name, self.now(), &COLUMNS, rows);
        Ok(sheet.covering(format!("{} to {last}", day(request.from))))
    }
}

/// The cost as money, where something was priced.
pub fn cost_of(row: &UsageRow) -> Option<Money> {
    let currency = Currency::read(row.currency.as_deref()?)?;
    Some(Money { amount: MinorUnits(row.cost?), currency })
}

fn row(row: UsageRow) -> Vec<Cell> {
    let cost = cost_of(&row);
    vec![
        Cell::Text(row.name),
        Cell::from(row.more),
        Cell::from(row.sessions),
        Cell::kwh(row.energy_wh),
        cost.as_ref().map_or(Cell::Empty, Cell::money),
        Cell::from(row.currency),
        Cell::from(row.last_at),
    ]
}
