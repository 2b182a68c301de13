//! Groups of drivers.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::driver_groups::GroupRequest;
use forecourt_app::store::driver_group::DriverGroupRecord;
use forecourt_core::id::{DriverGroupId, DriverId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Two};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(join, leave))
}

/// Drivers who are treated alike. Its members: `GET /drivers?group_id=…`.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriverGroup {
    id: String,
    name: String,
    description: Option<String>,
    members: i64,
    created_at: String,
}

impl From<DriverGroupRecord> for DriverGroup {
    fn from(record: DriverGroupRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name,
            description: record.description,
            members: record.members,
            created_at: record.created_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteDriverGroup {
    name: String,
    description: Option<String>,
}

impl From<WriteDriverGroup> for GroupRequest {
    fn from(request: WriteDriverGroup) -> Self {
        Self { name: request.name, description: request.description }
    }
}

/// Every group, by name.
#[utoipa::path(get, path = "/api/v1/driver-groups", tag = "drivers", responses((status = 200, body = List<DriverGroup>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<DriverGroup>>, HttpError> {
    let found = state.app.driver_groups(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(DriverGroup::from).collect())))
}

/// Make a group.
#[utoipa::path(post, path = "/api/v1/driver-groups", tag = "drivers", request_body = WriteDriverGroup,
    responses((status = 201, body = DriverGroup), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<WriteDriverGroup>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.add_driver_group(&principal, request.into()).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(DriverGroup::from(record))))
}

/// One group.
#[utoipa::path(get, path = "/api/v1/driver-groups/{id}", tag = "drivers", params(("id" = String, Path)),
    responses((status = 200, body = DriverGroup), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverGroupId>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.driver_group(&principal, id).await?;
    Ok((etag(record.version), Json(DriverGroup::from(record))))
}

/// Rename or describe a group.
#[utoipa::path(patch, path = "/api/v1/driver-groups/{id}", tag = "drivers", params(("id" = String, Path)),
    request_body = WriteDriverGroup,
    responses((status = 200, body = DriverGroup), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverGroupId>,
    headers: HeaderMap,
    Body(request): Body<WriteDriverGroup>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.edit_driver_group(&principal, id, expected(&headers)?, request.into()).await?;
    Ok((etag(record.version), Json(DriverGroup::from(record))))
}

/// Delete a group. Its members stay drivers.
#[utoipa::path(delete, path = "/api/v1/driver-groups/{id}", tag = "drivers", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverGroupId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_driver_group(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Put a driver into a group.
#[utoipa::path(put, path = "/api/v1/driver-groups/{id}/members/{driver}", tag = "drivers",
    params(("id" = String, Path), ("driver" = String, Path)), responses((status = 204), (status = 404, body = Problem)))]
async fn join(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(group, driver): Two<DriverGroupId, DriverId>,
) -> Result<StatusCode, HttpError> {
    state.app.set_group_member(&principal, group, driver, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a driver out of a group.
#[utoipa::path(delete, path = "/api/v1/driver-groups/{id}/members/{driver}", tag = "drivers",
    params(("id" = String, Path), ("driver" = String, Path)), responses((status = 204), (status = 404, body = Problem)))]
async fn leave(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(group, driver): Two<DriverGroupId, DriverId>,
) -> Result<StatusCode, HttpError> {
    state.app.set_group_member(&principal, group, driver, false).await?;
    Ok(StatusCode::NO_CONTENT)
}
