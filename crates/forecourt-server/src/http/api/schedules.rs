//! When chargers may be used how much: weekly charging hours, wishes for private chargers, the schedule of a charger as it was
//! told and as it says itself, and what holds for one session.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use forecourt_app::schedules::{HoursRequest, HoursView};
use forecourt_core::access::Permission;
use forecourt_core::id::{EvseNumber, HoursId, SessionId, SiteId, StationId};
use forecourt_core::schedule::{ChargingHours, SmartCharging};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, etag, expected};
use super::schedule_shapes::{PlaceHours, SessionSchedule, SmartWishes, StationSchedule};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{FormatQuery, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(export))
        .routes(routes!(show, change, delete))
        .routes(routes!(station_schedule, read_schedule))
        .routes(routes!(smart, set_smart))
        .routes(routes!(session_schedule))
        .routes(routes!(charge_now))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HoursQuery {
    #[param(value_type = Option<String>)]
    site_id: Option<SiteId>,
}

/// Weekly charging hours of a site, a charger or one EVSE.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteHours {
    #[schema(value_type = String)]
    site_id: SiteId,
    /// Null: every charger of the site.
    #[schema(value_type = Option<String>)]
    station_id: Option<StationId>,
    /// Null: the whole charger.
    evse: Option<i32>,
    enabled: bool,
    content: ChargingHours,
}

/// New hours for the same place.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangeHours {
    enabled: bool,
    content: ChargingHours,
}

/// Charging hours by site. Of an EVSE those of the EVSE hold, else those of its charger, else those of its site.
#[utoipa::path(get, path = "/api/v1/charging-hours", tag = "power", params(HoursQuery),
    responses((status = 200, body = List<PlaceHours>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<HoursQuery>,
) -> Result<Json<List<PlaceHours>>, HttpError> {
    let found = state.app.charging_hours(&principal, query.site_id).await?;
    Ok(Json(List::whole(found.into_iter().map(PlaceHours::from).collect())))
}

/// Give a place charging hours. A place has at most one set of them.
#[utoipa::path(post, path = "/api/v1/charging-hours", tag = "power", request_body = WriteHours,
    responses((status = 201, body = PlaceHours), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<WriteHours>,
) -> Result<impl IntoResponse, HttpError> {
    principal.require(Permission::Power)?;
    let WriteHours { site_id, station_id, evse, enabled, content } = request;
    let evse = evse.map(EvseNumber);
    let request = HoursRequest { site: site_id, station: station_id, evse, enabled, content };
    let view = state.app.add_charging_hours(&principal, request).await?;
    Ok((StatusCode::CREATED, shown(view)))
}

fn shown(view: HoursView) -> impl IntoResponse {
    (etag(view.record.version), Json(PlaceHours::from(view)))
}

/// Charging hours as a file: a line for each EVSE that follows them.
#[utoipa::path(get, path = "/api/v1/charging-hours/export", tag = "power", params(FormatQuery),
    responses((status = 200, description = "The file")))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Response, HttpError> {
    let format = query.format()?;
    respond(state.app.charging_hours_sheet(&principal).await?, format).await
}

/// Charging hours, with what each charger made of them.
#[utoipa::path(get, path = "/api/v1/charging-hours/{id}", tag = "power", params(("id" = String, Path)),
    responses((status = 200, body = PlaceHours), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<HoursId>,
) -> Result<impl IntoResponse, HttpError> {
    Ok(shown(state.app.charging_hours_of(&principal, id).await?))
}

/// Change charging hours, or switch them on or off.
#[utoipa::path(put, path = "/api/v1/charging-hours/{id}", tag = "power", params(("id" = String, Path)), request_body = ChangeHours,
    responses((status = 200, body = PlaceHours), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<HoursId>,
    headers: HeaderMap,
    Body(request): Body<ChangeHours>,
) -> Result<impl IntoResponse, HttpError> {
    let ChangeHours { enabled, content } = request;
    let expected = expected(&headers)?;
    Ok(shown(state.app.edit_charging_hours(&principal, id, expected, enabled, content).await?))
}

/// Delete charging hours. What chargers were told is taken back.
#[utoipa::path(delete, path = "/api/v1/charging-hours/{id}", tag = "power", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<HoursId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_charging_hours(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The next 24 hours of a charger: what it was told, what should therefore flow, and what it said itself when it was asked last.
#[utoipa::path(get, path = "/api/v1/stations/{id}/charging-schedule", tag = "charging profiles", params(("id" = String, Path)),
    responses((status = 200, body = StationSchedule), (status = 404, body = Problem)))]
async fn station_schedule(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<StationSchedule>, HttpError> {
    let found = state.app.station_schedule(&principal, id).await?;
    Ok(Json(StationSchedule::of(found, Vec::new())))
}

/// Ask a charger for the schedule of each of its EVSEs.
#[utoipa::path(post, path = "/api/v1/stations/{id}/charging-schedule", tag = "charging profiles", params(("id" = String, Path)),
    responses((status = 200, body = StationSchedule), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn read_schedule(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<StationSchedule>, HttpError> {
    let (found, refused) = state.app.read_station_schedule(&principal, id).await?;
    Ok(Json(StationSchedule::of(found, refused)))
}

/// What is wished for a private charger: random delay, default hours, the cheapest or cleanest time.
#[utoipa::path(get, path = "/api/v1/stations/{id}/smart-charging", tag = "power", params(("id" = String, Path)),
    responses((status = 200, body = SmartWishes), (status = 404, body = Problem)))]
async fn smart(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<SmartWishes>, HttpError> {
    Ok(Json(state.app.smart_charging(&principal, id).await?.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteSmart {
    /// Null: it charges as cars come.
    content: Option<SmartCharging>,
}

/// Wish something for a private charger.
#[utoipa::path(put, path = "/api/v1/stations/{id}/smart-charging", tag = "power", params(("id" = String, Path)), request_body = WriteSmart,
    responses((status = 200, body = SmartWishes), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn set_smart(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<WriteSmart>,
) -> Result<Json<SmartWishes>, HttpError> {
    Ok(Json(state.app.set_smart_charging(&principal, id, request.content).await?.into()))
}

/// When a session may draw how much, and why: charging hours, a start put off by chance, a plan.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/charging-schedule", tag = "sessions", params(("id" = String, Path)),
    responses((status = 200, body = SessionSchedule), (status = 404, body = Problem)))]
async fn session_schedule(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SessionId>,
) -> Result<Json<SessionSchedule>, HttpError> {
    Ok(Json(state.app.session_course(&principal, id).await?.into()))
}

/// Let a running session charge at once: neither hours nor delays nor plans count for it any more. Limits of circuits stay.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/charge-now", tag = "sessions", params(("id" = String, Path)),
    responses((status = 200, body = SessionSchedule), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn charge_now(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SessionId>,
) -> Result<Json<SessionSchedule>, HttpError> {
    state.app.charge_now(&principal, id).await?;
    Ok(Json(state.app.session_course(&principal, id).await?.into()))
}
