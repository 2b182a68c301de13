//! What a site offers to those who book, and the slots that are free under it.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use forecourt_app::bookings::{BookingRulesSheet, FreeSlot};
use forecourt_core::booking::Rules;
use forecourt_core::id::SiteId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

/// Days of slots where nobody says how many.
const USUAL_DAYS: i64 = 7;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(show, replace)).routes(routes!(slots)).routes(routes!(preview))
}

/// The rules of a site for bookings.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteBookingRules {
    rules: Rules,
    /// 0: nobody has set any; these are usual.
    version: i64,
    changed_at: Option<String>,
}

impl From<BookingRulesSheet> for SiteBookingRules {
    fn from(sheet: BookingRulesSheet) -> Self {
        let changed_at = sheet.changed_at.map(|at| at.to_string());
        Self { rules: sheet.rules, version: sheet.version, changed_at }
    }
}

/// A stretch that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingSlot {
    from: String,
    to: String,
    /// Plugs that are free all through it, the buffer after it included.
    free: usize,
    /// Plugs that can be booked at all.
    of: usize,
}

impl From<FreeSlot> for BookingSlot {
    fn from(found: FreeSlot) -> Self {
        let FreeSlot { slot, free, of } = found;
        Self { from: slot.from.to_string(), to: slot.to.to_string(), free, of }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SlotQuery {
    /// The first day, in the site's calendar. Absent: today.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// 1 to 31; absent: 7.
    days: Option<i64>,
}

/// The booking rules of a site.
#[utoipa::path(get, path = "/api/v1/sites/{id}/booking-rules", tag = "bookings", params(("id" = String, Path)),
    responses((status = 200, body = SiteBookingRules), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(site): Id<SiteId>,
) -> Result<impl IntoResponse, HttpError> {
    let sheet = state.app.booking_rules(&principal, site).await?;
    Ok((etag(sheet.version), Json(SiteBookingRules::from(sheet))))
}

/// Other rules, for bookings that are made later. Prices need the right to make prices.
#[utoipa::path(put, path = "/api/v1/sites/{id}/booking-rules", tag = "bookings", params(("id" = String, Path)),
    request_body = Rules,
    responses((status = 200, body = SiteBookingRules), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn replace(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(site): Id<SiteId>,
    headers: HeaderMap,
    Body(rules): Body<Rules>,
) -> Result<impl IntoResponse, HttpError> {
    let sheet = state.app.set_booking_rules(&principal, site, expected(&headers)?, rules).await?;
    Ok((etag(sheet.version), Json(SiteBookingRules::from(sheet))))
}

/// The slots of some days, and how many plugs are free in each.
#[utoipa::path(get, path = "/api/v1/sites/{id}/booking-slots", tag = "bookings",
    params(("id" = String, Path), SlotQuery),
    responses((status = 200, body = List<BookingSlot>), (status = 404, body = Problem)))]
async fn slots(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(site): Id<SiteId>,
    Query(query): Query<SlotQuery>,
) -> Result<Json<List<BookingSlot>>, HttpError> {
    let days = (query.day, query.days.unwrap_or(USUAL_DAYS));
    let found = state.app.booking_slots(&principal, site, days, None).await?;
    Ok(Json(List::whole(found.into_iter().map(BookingSlot::from).collect())))
}

/// The slots as they would be under other rules; nothing is kept.
#[utoipa::path(post, path = "/api/v1/sites/{id}/booking-slots", tag = "bookings",
    params(("id" = String, Path), SlotQuery), request_body = Rules,
    responses((status = 200, body = List<BookingSlot>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn preview(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(site): Id<SiteId>,
    Query(query): Query<SlotQuery>,
    Body(rules): Body<Rules>,
) -> Result<Json<List<BookingSlot>>, HttpError> {
    let days = (query.day, query.days.unwrap_or(1));
    let found = state.app.booking_slots(&principal, site, days, Some(rules)).await?;
    Ok(Json(List::whole(found.into_iter().map(BookingSlot::from).collect())))
}
