//! Drivers as a file to take away; the same columns can be read in again.

use forecourt_core::access::Permission;
use forecourt_core::driver::{DriverStatus, Fleet};
use forecourt_store::driver::{DriverFilter, DriverRecord};

use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::{App, AppError, Principal};

/// Rows read at a time.
const PAGE: u32 = 500;
const COLUMNS: [&str; 12] = [
    "Number",
    "Name",
    "E-mail",
    "Phone",
    "Address",
    "Status",
    "Fleet",
    "Can pay",
    "Notes",
    "Charge keys",
    "Created at",
    "Last charge at",
];

pub(crate) fn fleet_word(fleet: Option<Fleet>) -> &'static str {
    match fleet {
        Some(Fleet::Internal) => "internal",
        Some(Fleet::External) => "external",
        None => "",
    }
}

impl App {
    pub async fn driver_sheet(
        &self,
        principal: &Principal,
        filter: &DriverFilter,
    ) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.drivers(principal, filter, cursor.as_ref(), PAGE).await?;
            rows.extend(page.items.into_iter().map(row));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        let organisation = self.organisation(principal).await?;
        Ok(Sheet::list("Drivers", organisation.name, organisation.time_zone, self.now(), &COLUMNS, rows))
    }
}

fn row(driver: DriverRecord) -> Vec<Cell> {
    let status = match driver.status {
        DriverStatus::Invited => "invited",
        DriverStatus::Active => "active",
        DriverStatus::Blocked => "blocked",
    };
    vec![
        Cell::Text(driver.number),
        Cell::Text(driver.name),
        Cell::Text(driver.email),
        Cell::from(driver.phone),
        Cell::from(driver.address),
        Cell::from(status),
        Cell::from(fleet_word(driver.fleet)),
        Cell::from(if driver.can_pay { "yes" } else { "no" }),
        Cell::from(driver.notes),
        Cell::from(driver.keys),
        Cell::from(driver.created_at),
        Cell::from(driver.last_charge_at),
    ]
}
