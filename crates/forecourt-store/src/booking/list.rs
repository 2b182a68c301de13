//! Bookings as operators look them up.

use forecourt_core::Timestamp;
use forecourt_core::booking::State;
use forecourt_core::id::{BookingId, DriverId, OrganisationId, SiteId, StationId};

use super::{BookingRecord, record_from};
use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::{Store, StoreError};

/// A booking with the names of what it is about.
#[derive(Debug, Clone)]
pub struct BookingRow {
    pub booking: BookingRecord,
    /// Empty: the driver was erased.
    pub driver_name: String,
    pub site_name: String,
    pub site_time_zone: String,
    pub station_identity: String,
    pub station_name: Option<String>,
}

/// How a list is ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BookingOrder {
    /// What begins first stands first.
    #[default]
    Soonest,
    Latest,
}

#[derive(Debug, Clone, Default)]
pub struct BookingFilter {
    pub id: Option<BookingId>,
    pub states: Vec<State>,
    pub site: Option<SiteId>,
    pub station: Option<StationId>,
    pub driver: Option<DriverId>,
    /// Those that are not over by then.
    pub from: Option<Timestamp>,
    /// Those that begin before then.
    pub to: Option<Timestamp>,
    /// Finds a driver's name, a site or a charger.
    pub text: Option<String>,
    /// Only these sites; `None`: all of the organisation.
    pub only: Option<Vec<SiteId>>,
    pub order: BookingOrder,
}

const SELECT: &str = "SELECT b.*, d.name AS driver_name, si.name AS site_name, si.time_zone AS site_time_zone, \
     st.identity AS station_identity, st.name AS station_name FROM booking b \
     LEFT JOIN driver d ON d.id = b.driver_id JOIN site si ON si.id = b.site_id \
     JOIN station st ON st.id = b.station_id";

impl BookingFilter {
    fn rows(&self, organisation: OrganisationId) -> Filter {
        let mut rows = Filter::default();
        rows.and("b.organisation_id = ?", values![organisation])
            .and_if(self.id, "b.id = ?")
            .and_if(self.site, "b.site_id = ?")
            .and_if(self.station, "b.station_id = ?")
            .and_if(self.driver, "b.driver_id = ?")
            .and_if(self.from, "b.ends_at > ?")
            .and_if(self.to, "b.starts_at < ?");
        if !self.states.is_empty() {
            // Words of ours.
            let words: Vec<String> =
                self.states.iter().map(|state| format!("'{}'", state.as_str())).collect();
            rows.and(&format!("b.state IN ({})", words.join(", ")), values![]);
        }
        if let Some(only) = &self.only {
            rows.among("b.site_id", only.iter().map(|id| id.0));
        }
        if let Some(text) = &self.text {
            let like = containing(text);
            rows.and(
                "(LOWER(COALESCE(d.name, '')) LIKE ? ESCAPE '\\' OR LOWER(si.name) LIKE ? ESCAPE '\\' \
                 OR LOWER(st.identity) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(st.name, '')) LIKE ? ESCAPE '\\')",
                values![&like, &like, &like, &like],
            );
        }
        rows
    }
}

fn row_from(row: &Row) -> Result<BookingRow, StoreError> {
    Ok(BookingRow {
        booking: record_from(row)?,
        driver_name: row.text_or_none("driver_name")?.unwrap_or_default(),
        site_name: row.text("site_name")?,
        site_time_zone: row.text("site_time_zone")?,
        station_identity: row.text("station_identity")?,
        station_name: row.text_or_none("station_name")?,
    })
}

impl Store {
    pub async fn bookings(
        &self,
        organisation: OrganisationId,
        filter: &BookingFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<BookingRow>, StoreError> {
        let mut rows = filter.rows(organisation);
        let (than, order) = match filter.order {
            BookingOrder::Soonest => (">", "ASC"),
            BookingOrder::Latest => ("<", "DESC"),
        };
        if let Some(cursor) = cursor {
            rows.and(&format!("(b.starts_at, b.id) {than} (?, ?)"), values![cursor.number(), cursor.id]);
        }
        let sql = format!(
            "{SELECT}{} ORDER BY b.starts_at {order}, b.id {order} LIMIT {}",
            rows.sql(),
            limit.saturating_add(1)
        );
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(row_from).collect::<Result<Vec<_>, _>>()?;
        let cursor = |row: &BookingRow| Cursor {
            key: row.booking.starts_at.as_millisecond().to_string(),
            id: row.booking.id.0,
        };
        Ok(Page::cut(items, limit, cursor))
    }
}
