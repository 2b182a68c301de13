//! Bookings: the list, one with its story, made, moved and cancelled.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use forecourt_app::bookings::{BookingMove, BookingSheet, NewBooking};
use forecourt_app::store::booking::{BookingFilter, BookingOrder, BookingRow, BookingStep};
use forecourt_core::Timestamp;
use forecourt_core::booking::State as Course;
use forecourt_core::id::{BookingId, DriverId, EvseNumber, SiteId, StationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(export))
        .routes(routes!(show, change))
        .routes(routes!(cancel))
}

/// A plug that is kept for a driver for a while.
#[derive(Debug, Serialize, ToSchema)]
pub struct Booking {
    id: String,
    /// booked, running, done, cancelled or expired.
    #[schema(value_type = String, example = "booked")]
    state: Course,
    site_id: String,
    site_name: String,
    site_time_zone: String,
    driver_id: String,
    /// Empty: the driver was erased.
    driver_name: String,
    /// The one it is given, also where the driver has not been told yet.
    station_id: String,
    station_identity: String,
    station_name: Option<String>,
    evse: i32,
    starts_at: String,
    ends_at: String,
    slots: i64,
    /// Minutes after it in which the plug is nobody's.
    buffer_min: i64,
    /// What booking costs, with VAT; null: nothing.
    fee: Option<BookingFee>,
    note: Option<String>,
    made_at: String,
    made_by: String,
    /// driver or operator.
    asked_by: String,
    /// When the driver was told the charger.
    revealed_at: Option<String>,
    /// When it expires if nobody starts.
    gives_up_at: Option<String>,
    over_at: Option<String>,
    /// Why it was cancelled.
    reason: Option<String>,
    /// What the charger answered when it was asked to keep the plug itself: asked, accepted or refused.
    station_word: Option<String>,
    version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BookingFee {
    amount: String,
    currency: String,
}

/// One booking with its story.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingStory {
    #[serde(flatten)]
    booking: Booking,
    /// Oldest first.
    steps: Vec<BookingStepShape>,
    session_ids: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BookingStep)]
pub struct BookingStepShape {
    at: String,
    /// made, moved, revealed, begun, started, carried, warned, cleared, station, cancelled, expired or done.
    step: String,
    /// Null: Forecourt by itself.
    done_by: Option<String>,
    /// A session, what the charger said, or why.
    detail: Option<String>,
}

impl From<BookingRow> for Booking {
    fn from(row: BookingRow) -> Self {
        let booking = row.booking;
        let given_up = booking.gives_up_at().map(|at| at.to_string());
        Self {
            id: booking.id.to_string(),
            state: booking.state,
            site_id: booking.site.to_string(),
            site_name: row.site_name,
            site_time_zone: row.site_time_zone,
            driver_id: booking.driver.to_string(),
            driver_name: row.driver_name,
            station_id: booking.station.to_string(),
            station_identity: row.station_identity,
            station_name: row.station_name,
            evse: booking.evse.0,
            starts_at: booking.starts_at.to_string(),
            ends_at: booking.ends_at.to_string(),
            slots: booking.slots,
            buffer_min: booking.rules.buffer_min,
            fee: booking.fee.map(|fee| BookingFee {
                amount: fee.currency.text(fee.split().1),
                currency: fee.currency.code().to_owned(),
            }),
            note: booking.note,
            made_at: booking.made_at.to_string(),
            made_by: booking.made_by,
            asked_by: booking.asked_by,
            revealed_at: booking.revealed_at.map(|at| at.to_string()),
            gives_up_at: given_up,
            over_at: booking.over_at.map(|at| at.to_string()),
            reason: booking.reason,
            station_word: booking.station_word,
            version: booking.version,
        }
    }
}

impl From<BookingSheet> for BookingStory {
    fn from(sheet: BookingSheet) -> Self {
        let step = |step: BookingStep| BookingStepShape {
            at: step.at.to_string(),
            step: step.step,
            done_by: step.done_by,
            detail: step.detail,
        };
        Self {
            booking: sheet.row.into(),
            steps: sheet.steps.into_iter().map(step).collect(),
            session_ids: sheet.sessions.iter().map(ToString::to_string).collect(),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BookingQuery {
    /// booked, running, done, cancelled or expired; `open` for the first two.
    state: Option<String>,
    #[param(value_type = Option<String>)]
    site_id: Option<String>,
    station_id: Option<String>,
    driver_id: Option<String>,
    /// Not over by then.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Beginning before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Finds a driver's name, a site or a charger.
    q: Option<String>,
    /// `starts_at` (default) or `-starts_at`.
    sort: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
    /// Of an export: csv (default), xlsx or pdf.
    format: Option<String>,
}

fn wrong(text: &str) -> HttpError {
    HttpError::new(StatusCode::BAD_REQUEST, text)
}

/// An id of a filter; nothing where the text is empty.
fn read<T: std::str::FromStr>(text: Option<&String>, problem: &str) -> Result<Option<T>, HttpError> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|_| wrong(problem))).transpose()
}

impl BookingQuery {
    fn filter(&self) -> Result<BookingFilter, HttpError> {
        let states = match self.state.as_deref() {
            None | Some("") => Vec::new(),
            Some("open") => vec![Course::Booked, Course::Running],
            Some(word) => {
                let text = "state: booked, running, done, cancelled, expired or open";
                vec![Course::parse(word).ok_or_else(|| wrong(text))?]
            }
        };
        let order = match self.sort.as_deref() {
            None | Some("" | "starts_at") => BookingOrder::Soonest,
            Some("-starts_at") => BookingOrder::Latest,
            Some(_) => return Err(wrong("sort: starts_at or -starts_at")),
        };
        Ok(BookingFilter {
            id: None,
            states,
            site: read::<SiteId>(self.site_id.as_ref(), "site_id: there is no such site")?,
            station: read::<StationId>(self.station_id.as_ref(), "station_id: there is no such charger")?,
            driver: read::<DriverId>(self.driver_id.as_ref(), "driver_id: there is no such driver")?,
            from: self.from,
            to: self.to,
            text: self.q.clone().filter(|text| !text.trim().is_empty()),
            only: None,
            order,
        })
    }

    fn paging(&self) -> Paging {
        Paging { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// Bookings, those that begin first in front.
#[utoipa::path(get, path = "/api/v1/bookings", tag = "bookings", params(BookingQuery),
    responses((status = 200, body = List<Booking>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<BookingQuery>,
) -> Result<Json<List<Booking>>, HttpError> {
    let paging = query.paging();
    let cursor = paging.cursor()?;
    let page = state.app.bookings(&principal, query.filter()?, cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Booking::from)))
}

/// Bookings as a file.
#[utoipa::path(get, path = "/api/v1/bookings/export", tag = "bookings", params(BookingQuery),
    responses((status = 200, description = "The file")))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<BookingQuery>,
) -> Result<Response, HttpError> {
    let format = read_format(query.format.as_deref())?;
    respond(state.app.bookings_sheet(&principal, query.filter()?).await?, format).await
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateBooking {
    #[schema(value_type = String)]
    site_id: SiteId,
    #[schema(value_type = String)]
    driver_id: DriverId,
    /// When a slot begins; `/sites/{id}/booking-slots` tells them.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// That slot and those after it.
    #[serde(default = "one")]
    slots: i64,
    /// Only this charger. Absent: any of the site.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    station_id: Option<StationId>,
    /// Only this plug of it.
    #[serde(default)]
    evse: Option<i32>,
    #[serde(default)]
    note: Option<String>,
    /// driver: at least 30 minutes ahead. operator: from now on. Absent: driver for programs, operator for operators.
    #[serde(default)]
    asked_by: Option<String>,
}

fn one() -> i64 {
    1
}

/// Book for a driver. 409 where everything is taken, or the driver has another booking at that time.
#[utoipa::path(post, path = "/api/v1/bookings", tag = "bookings", request_body = CreateBooking,
    responses((status = 201, body = BookingStory), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<CreateBooking>,
) -> Result<impl IntoResponse, HttpError> {
    let new = NewBooking {
        by_driver: NewBooking::is_by_driver(&principal, request.asked_by.as_deref())?,
        site: request.site_id,
        driver: request.driver_id,
        from: request.from,
        slots: request.slots,
        station: request.station_id,
        evse: request.evse.map(EvseNumber),
        note: request.note,
    };
    let made = state.app.book(&principal, new).await?;
    let sheet = state.app.booking(&principal, made.id).await?;
    Ok((StatusCode::CREATED, etag(made.version), Json(BookingStory::from(sheet))))
}

/// One booking with its story.
#[utoipa::path(get, path = "/api/v1/bookings/{id}", tag = "bookings", params(("id" = String, Path)),
    responses((status = 200, body = BookingStory), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<BookingId>,
) -> Result<impl IntoResponse, HttpError> {
    let sheet = state.app.booking(&principal, id).await?;
    Ok((etag(sheet.row.booking.version), Json(BookingStory::from(sheet))))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct MoveBooking {
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    #[serde(default = "one")]
    slots: i64,
    /// Only this charger. Absent: the one it has where that is free, any other otherwise.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    station_id: Option<StationId>,
    #[serde(default)]
    evse: Option<i32>,
    /// As for a new one.
    #[serde(default)]
    asked_by: Option<String>,
}

/// Move a booking that has not been used yet, under the site's rules of today.
#[utoipa::path(put, path = "/api/v1/bookings/{id}", tag = "bookings", params(("id" = String, Path)),
    request_body = MoveBooking,
    responses((status = 200, body = BookingStory), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<BookingId>,
    headers: HeaderMap,
    Body(request): Body<MoveBooking>,
) -> Result<impl IntoResponse, HttpError> {
    let to = BookingMove {
        by_driver: NewBooking::is_by_driver(&principal, request.asked_by.as_deref())?,
        from: request.from,
        slots: request.slots,
        station: request.station_id,
        evse: request.evse.map(EvseNumber),
    };
    let moved = state.app.move_booking(&principal, id, expected(&headers)?, to).await?;
    let sheet = state.app.booking(&principal, id).await?;
    Ok((etag(moved.version), Json(BookingStory::from(sheet))))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct CancelBooking {
    /// The driver reads it.
    #[serde(default)]
    reason: Option<String>,
}

/// Cancel a booking that has not been used yet.
#[utoipa::path(post, path = "/api/v1/bookings/{id}/cancel", tag = "bookings", params(("id" = String, Path)),
    request_body = CancelBooking,
    responses((status = 200, body = BookingStory), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<BookingId>,
    headers: HeaderMap,
    Body(request): Body<CancelBooking>,
) -> Result<impl IntoResponse, HttpError> {
    let gone = state.app.cancel_booking(&principal, id, expected(&headers)?, request.reason).await?;
    let sheet = state.app.booking(&principal, id).await?;
    Ok((etag(gone.version), Json(BookingStory::from(sheet))))
}
