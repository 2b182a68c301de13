//! Teams: charge keys on one account, at their places only.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::store::team::TeamRecord;
use forecourt_app::teams::TeamRequest;
use forecourt_core::driver::{Fleet, Places};
use forecourt_core::id::{DriverId, SiteId, StationId, TeamId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::drivers::fleet;
use super::paging::{List, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, Two};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(join, leave))
}

/// Where something holds: everywhere, or at these sites with all their chargers and at these chargers.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct PlacesShape {
    #[serde(default)]
    everywhere: bool,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    site_ids: Vec<SiteId>,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    station_ids: Vec<StationId>,
}

impl From<Places> for PlacesShape {
    fn from(places: Places) -> Self {
        Self { everywhere: places.everywhere, site_ids: places.sites, station_ids: places.stations }
    }
}

impl From<PlacesShape> for Places {
    fn from(shape: PlacesShape) -> Self {
        Self { everywhere: shape.everywhere, sites: shape.site_ids, stations: shape.station_ids }
    }
}

/// Drivers and charge keys on one account. Its members: `GET /drivers?team_id=…`, its keys: `GET /id-tokens?team_id=…`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Team {
    id: String,
    name: String,
    /// internal, external or null.
    #[schema(value_type = Option<String>)]
    fleet: Option<Fleet>,
    /// Who is sent the bill.
    payer: Option<String>,
    payer_email: Option<String>,
    /// The team's keys are refused elsewhere.
    places: PlacesShape,
    members: i64,
    keys: i64,
    created_at: String,
}

impl From<TeamRecord> for Team {
    fn from(record: TeamRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name,
            fleet: record.fleet,
            payer: record.payer,
            payer_email: record.payer_email,
            places: record.places.into(),
            members: record.members,
            keys: record.keys,
            created_at: record.created_at.to_string(),
        }
    }
}

/// All of a team; what is left out is empty.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteTeam {
    name: String,
    #[schema(value_type = Option<String>)]
    fleet: Option<Fleet>,
    payer: Option<String>,
    payer_email: Option<String>,
    #[serde(default)]
    places: PlacesShape,
}

impl From<WriteTeam> for TeamRequest {
    fn from(request: WriteTeam) -> Self {
        let WriteTeam { name, fleet, payer, payer_email, places } = request;
        Self { name, fleet, payer, payer_email, places: places.into() }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TeamQuery {
    /// internal, external or none.
    fleet: Option<String>,
    /// Teams that this driver belongs to.
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
}

/// Every team, by name.
#[utoipa::path(get, path = "/api/v1/teams", tag = "fleet", params(TeamQuery), responses((status = 200, body = List<Team>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<TeamQuery>,
) -> Result<Json<List<Team>>, HttpError> {
    let found = state.app.teams(&principal, fleet(query.fleet.as_deref())?, query.driver_id).await?;
    Ok(Json(List::whole(found.into_iter().map(Team::from).collect())))
}

/// Make a team.
#[utoipa::path(post, path = "/api/v1/teams", tag = "fleet", request_body = WriteTeam,
    responses((status = 201, body = Team), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<WriteTeam>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.add_team(&principal, request.into()).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(Team::from(record))))
}

/// One team.
#[utoipa::path(get, path = "/api/v1/teams/{id}", tag = "fleet", params(("id" = String, Path)),
    responses((status = 200, body = Team), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<TeamId>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.team(&principal, id).await?;
    Ok((etag(record.version), Json(Team::from(record))))
}

/// Change a team.
#[utoipa::path(put, path = "/api/v1/teams/{id}", tag = "fleet", params(("id" = String, Path)), request_body = WriteTeam,
    responses((status = 200, body = Team), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<TeamId>,
    headers: HeaderMap,
    Body(request): Body<WriteTeam>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.edit_team(&principal, id, expected(&headers)?, request.into()).await?;
    Ok((etag(record.version), Json(Team::from(record))))
}

/// Delete a team that has no charge keys.
#[utoipa::path(delete, path = "/api/v1/teams/{id}", tag = "fleet", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<TeamId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_team(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Put a driver into a team.
#[utoipa::path(put, path = "/api/v1/teams/{id}/members/{driver}", tag = "fleet",
    params(("id" = String, Path), ("driver" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn join(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(team, driver): Two<TeamId, DriverId>,
) -> Result<StatusCode, HttpError> {
    state.app.set_team_member(&principal, team, driver, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a driver out of a team.
#[utoipa::path(delete, path = "/api/v1/teams/{id}/members/{driver}", tag = "fleet",
    params(("id" = String, Path), ("driver" = String, Path)), responses((status = 204), (status = 404, body = Problem)))]
async fn leave(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(team, driver): Two<TeamId, DriverId>,
) -> Result<StatusCode, HttpError> {
    state.app.set_team_member(&principal, team, driver, false).await?;
    Ok(StatusCode::NO_CONTENT)
}
