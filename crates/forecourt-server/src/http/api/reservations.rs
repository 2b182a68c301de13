//! Places kept free at stations.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use forecourt_app::store::ReservationRecord;
use forecourt_app::{AppError, NewReservation};
use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, StationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::commands::CommandState;
use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, Two};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(create)).routes(routes!(cancel))
}

/// A place kept free for a charge key.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reservation {
    id: String,
    station_id: String,
    /// As the station knows it.
    number: i64,
    /// null: any EVSE of the station.
    evse: Option<i64>,
    id_token: String,
    expires_at: String,
    /// asked (no answer yet), accepted, refused, cancelled, used, expired or removed.
    status: String,
    created_at: String,
    by: String,
}

impl From<ReservationRecord> for Reservation {
    fn from(record: ReservationRecord) -> Self {
        Self {
            id: record.id.to_string(),
            station_id: record.station.to_string(),
            number: record.number,
            evse: record.evse,
            id_token: record.uid,
            expires_at: record.expires_at.to_string(),
            status: record.status,
            created_at: record.created_at.to_string(),
            by: record.created_by,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReservationQuery {
    station_id: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Reservations, newest first.
#[utoipa::path(get, path = "/api/v1/reservations", tag = "reservations", params(ReservationQuery),
    responses((status = 200, body = List<Reservation>), (status = 404, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<ReservationQuery>,
) -> Result<Json<List<Reservation>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let nothing = || AppError::NotFound("charger");
    let station = query.station_id.map(|id| id.parse::<StationId>().map_err(|_| nothing())).transpose()?;
    let page = state.app.reservations(&principal, station, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Reservation::from)))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ReservationRequest {
    /// Without it: any EVSE of the station.
    evse: Option<i32>,
    id_token: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// A reservation and what the station said to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reserved {
    reservation: Reservation,
    command: CommandState,
}

/// Ask a station to keep a place free. The station's refusal is an answer: `status` then is refused.
#[utoipa::path(post, path = "/api/v1/stations/{id}/reservations", tag = "reservations", params(("id" = String, Path)),
    request_body = ReservationRequest,
    responses((status = 201, body = Reserved), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<ReservationRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let new = NewReservation {
        evse: request.evse.map(EvseNumber),
        uid: request.id_token,
        expires_at: request.expires_at,
    };
    let (reservation, command) = state.app.reserve(&principal, id, new).await?;
    Ok((StatusCode::CREATED, Json(Reserved { reservation: reservation.into(), command: command.into() })))
}

/// Give the place back.
#[utoipa::path(delete, path = "/api/v1/stations/{id}/reservations/{number}", tag = "reservations",
    params(("id" = String, Path), ("number" = i64, Path)),
    responses((status = 200, body = CommandState), (status = 404, body = Problem)))]
async fn cancel(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(station, number): Two<StationId, i64>,
) -> Result<Json<CommandState>, HttpError> {
    Ok(Json(state.app.cancel_reservation(&principal, station, number).await?.into()))
}
