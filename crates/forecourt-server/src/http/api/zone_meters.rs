//! Building meters that are read over MQTT or Modbus TCP.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::power::{FeedRequest, MeterView};
use forecourt_core::access::Permission;
use forecourt_core::id::ZoneId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{etag, expected};
use super::zone_meter_shapes::{Meter, MeterTrial, WriteMeter};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(show, put, remove)).routes(routes!(try_out))
}

fn shown(view: MeterView) -> impl IntoResponse {
    (etag(view.version), Json(Meter::from(view)))
}

/// Where the load of a zone's building comes from, what was read last, and what is wrong.
#[utoipa::path(get, path = "/api/v1/zones/{id}/meter", tag = "power", params(("id" = String, Path)),
    responses((status = 200, body = Meter), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
) -> Result<impl IntoResponse, HttpError> {
    Ok(shown(state.app.zone_meter(&principal, id).await?))
}

/// Read the meter of a zone over MQTT or Modbus TCP from now on. Programs cannot tell its readings then. Hosts in private
/// networks, and hosts without TLS, must be listed by the operator of the server (`outside_hosts`).
#[utoipa::path(put, path = "/api/v1/zones/{id}/meter", tag = "power", params(("id" = String, Path)), request_body = WriteMeter,
    responses((status = 200, body = Meter), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn put(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
    headers: HeaderMap,
    Body(request): Body<WriteMeter>,
) -> Result<impl IntoResponse, HttpError> {
    principal.require(Permission::Power)?;
    let request: FeedRequest = request.try_into()?;
    Ok(shown(state.app.set_zone_meter(&principal, id, expected(&headers)?, request).await?))
}

/// Stop reading the meter of a zone: programs tell its readings again.
#[utoipa::path(delete, path = "/api/v1/zones/{id}/meter", tag = "power", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn remove(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
) -> Result<StatusCode, HttpError> {
    state.app.remove_zone_meter(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read once, within some seconds, and keep nothing. What is wrong stands in the answer.
#[utoipa::path(post, path = "/api/v1/zones/{id}/meter/test", tag = "power", params(("id" = String, Path)),
    request_body = WriteMeter,
    responses((status = 200, body = MeterTrial), (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
async fn try_out(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
    Body(request): Body<WriteMeter>,
) -> Result<Json<MeterTrial>, HttpError> {
    principal.require(Permission::Power)?;
    Ok(Json(state.app.try_zone_meter(&principal, id, request.try_into()?).await?.into()))
}
