//! Bookings as operators look them up.

use forecourt_core::access::Permission;
use forecourt_core::id::{BookingId, SessionId, SiteId};
use forecourt_store::booking::{BookingFilter, BookingRow, BookingStep};
use forecourt_store::page::MAX_LIMIT;
use forecourt_store::{Cursor, Page};

use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::{App, AppError, Principal};

/// One booking with its story.
#[derive(Debug, Clone)]
pub struct BookingSheet {
    pub row: BookingRow,
    pub steps: Vec<BookingStep>,
    /// Oldest first.
    pub sessions: Vec<SessionId>,
}

impl App {
    pub async fn bookings(
        &self,
        principal: &Principal,
        filter: BookingFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<BookingRow>, AppError> {
        principal.require(Permission::SessionsRead)?;
        let filter = BookingFilter { only: principal.sites().map(<[SiteId]>::to_vec), ..filter };
        Ok(self.store.bookings(principal.organisation, &filter, cursor, limit).await?)
    }

    pub async fn booking(&self, principal: &Principal, id: BookingId) -> Result<BookingSheet, AppError> {
        let filter = BookingFilter { id: Some(id), ..BookingFilter::default() };
        let found = self.bookings(principal, filter, None, 1).await?.items.into_iter().next();
        let row = found.ok_or(AppError::NotFound("booking"))?;
        let steps = self.store.booking_steps(id).await?;
        let sessions = self.store.sessions_of_booking(principal.organisation, id).await?;
        Ok(BookingSheet { row, steps, sessions })
    }

    /// What the filters leave, as a file.
    pub async fn bookings_sheet(
        &self,
        principal: &Principal,
        filter: BookingFilter,
    ) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.bookings(principal, filter.clone(), cursor.as_ref(), MAX_LIMIT).await?;
            rows.extend(page.items.iter().map(row_of));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        let organisation = self.organisation(principal).await?;
        let columns = [
            "Booking", "State", "Driver", "Site", "Charger", "Plug", "From", "To", "Slots", "Fee",
            "Currency", "Made", "Made by", "Asked by", "Reason",
        ];
        let (name, zone) = (organisation.name, organisation.time_zone);
        Ok(Sheet::list("Bookings", name, zone, self.now(), &columns, rows))
    }
}

fn row_of(row: &BookingRow) -> Vec<Cell> {
    let booking = &row.booking;
    let fee = booking.fee.map(|fee| (fee.split().1, fee.currency));
    vec![
        Cell::Text(booking.id.to_string()),
        Cell::text(booking.state.as_str()),
        Cell::Text(row.driver_name.clone()),
        Cell::Text(row.site_name.clone()),
        Cell::Text(row.station_name.clone().unwrap_or_else(|| row.station_identity.clone())),
        Cell::Text(booking.evse.0.to_string()),
        booking.starts_at.into(),
        booking.ends_at.into(),
        Cell::Text(booking.slots.to_string()),
        match fee {
            Some((amount, currency)) => Cell::Fixed { value: amount.0, decimals: currency.decimals() },
            None => Cell::text(""),
        },
        fee.map(|(_, currency)| currency.code().to_owned()).into(),
        booking.made_at.into(),
        Cell::Text(booking.made_by.clone()),
        Cell::Text(booking.asked_by.clone()),
        booking.reason.clone().into(),
    ]
}
