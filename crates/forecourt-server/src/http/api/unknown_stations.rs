//! Stations that knocked and are not known.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use forecourt_app::StationRequest;
use forecourt_app::store::UnknownRecord;
use forecourt_core::id::UnknownStationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::List;
use super::stations::{Station, site_id};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(dismiss)).routes(routes!(adopt))
}

/// An attempt to connect that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnknownStation {
    id: String,
    identity: String,
    /// The path it asked for: a wrong configuration shows here.
    path: String,
    address: String,
    subprotocols: Vec<String>,
    user_agent: Option<String>,
    /// unknown, wrong_password, no_identity, bad_subprotocol, …
    reason: String,
    first_at: String,
    last_at: String,
    attempts: i64,
}

impl From<UnknownRecord> for UnknownStation {
    fn from(record: UnknownRecord) -> Self {
        let subprotocols =
            record.subprotocols.split(',').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty());
        Self {
            id: record.id.to_string(),
            identity: record.identity,
            path: record.path,
            address: record.address,
            subprotocols: subprotocols.collect(),
            user_agent: record.user_agent,
            reason: record.reason,
            first_at: record.first_at.to_string(),
            last_at: record.last_at.to_string(),
            attempts: record.attempts,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Adoption {
    site_id: String,
    name: Option<String>,
    /// Default 1, with a generated password shown once; 0 must be asked for.
    security_profile: Option<i64>,
    password: Option<String>,
}

/// Unknown stations, the latest to knock first.
#[utoipa::path(get, path = "/api/v1/unknown-stations", tag = "unknown stations", responses((status = 200, body = List<UnknownStation>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<UnknownStation>>, HttpError> {
    let found = state.app.unknown_stations(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(UnknownStation::from).collect())))
}

/// Make a station of it.
#[utoipa::path(post, path = "/api/v1/unknown-stations/{id}/adopt", tag = "unknown stations", params(("id" = String, Path)),
    request_body = Adoption,
    responses((status = 201, body = Station), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn adopt(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<UnknownStationId>,
    Body(request): Body<Adoption>,
) -> Result<impl IntoResponse, HttpError> {
    let new = StationRequest {
        site: Some(site_id(&request.site_id)?),
        name: request.name,
        security_profile: request.security_profile,
        password: request.password,
        ..StationRequest::default()
    };
    let adopted = state.app.adopt(&principal, id, new).await?;
    Ok((StatusCode::CREATED, Json(Station::from(adopted))))
}

/// Forget it until it knocks again.
#[utoipa::path(delete, path = "/api/v1/unknown-stations/{id}", tag = "unknown stations", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn dismiss(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<UnknownStationId>,
) -> Result<StatusCode, HttpError> {
    state.app.dismiss_unknown(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
