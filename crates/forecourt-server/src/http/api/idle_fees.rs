//! Idle fees, and the sites at which each holds.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::AppError;
use forecourt_app::idle_fees::IdleFeeSheet;
use forecourt_core::id::{IdleFeeId, SiteId};
use forecourt_core::idle_fee::IdleFee as Rules;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, replace, delete))
        .routes(routes!(of_site))
}

/// What blocking a plug costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdleFee {
    id: String,
    name: String,
    rules: Rules,
    /// Sites whose fee it is, as far as the caller sees.
    site_ids: Vec<String>,
    created_at: String,
    version: i64,
}

impl From<IdleFeeSheet> for IdleFee {
    fn from(sheet: IdleFeeSheet) -> Self {
        Self {
            id: sheet.fee.id.to_string(),
            name: sheet.fee.name,
            rules: sheet.fee.rules,
            site_ids: sheet.sites.iter().map(ToString::to_string).collect(),
            created_at: sheet.fee.created_at.to_string(),
            version: sheet.fee.version,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct IdleFeeRequest {
    name: String,
    rules: Rules,
}

/// Idle fees by name.
#[utoipa::path(get, path = "/api/v1/idle-fees", tag = "tariffs", responses((status = 200, body = List<IdleFee>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<IdleFee>>, HttpError> {
    let found = state.app.idle_fees(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(IdleFee::from).collect())))
}

/// Create an idle fee.
#[utoipa::path(post, path = "/api/v1/idle-fees", tag = "tariffs", request_body = IdleFeeRequest,
    responses((status = 201, body = IdleFee), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<IdleFeeRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let made = state.app.add_idle_fee(&principal, &request.name, request.rules).await?;
    Ok((StatusCode::CREATED, etag(made.fee.version), Json(IdleFee::from(made))))
}

/// One idle fee.
#[utoipa::path(get, path = "/api/v1/idle-fees/{id}", tag = "tariffs", params(("id" = String, Path)),
    responses((status = 200, body = IdleFee), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IdleFeeId>,
) -> Result<impl IntoResponse, HttpError> {
    let found = state.app.idle_fee(&principal, id).await?;
    Ok((etag(found.fee.version), Json(IdleFee::from(found))))
}

/// Change an idle fee for sessions that start later; those that run keep theirs.
#[utoipa::path(put, path = "/api/v1/idle-fees/{id}", tag = "tariffs", params(("id" = String, Path)),
    request_body = IdleFeeRequest,
    responses((status = 200, body = IdleFee), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn replace(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IdleFeeId>,
    headers: HeaderMap,
    Body(request): Body<IdleFeeRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let new = (request.name.as_str(), request.rules);
    let made = state.app.set_idle_fee(&principal, id, expected(&headers)?, new).await?;
    Ok((etag(made.fee.version), Json(IdleFee::from(made))))
}

/// Delete an idle fee that no site and no access profile uses.
#[utoipa::path(delete, path = "/api/v1/idle-fees/{id}", tag = "tariffs", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IdleFeeId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_idle_fee(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct SiteIdleFee {
    /// Null: none.
    idle_fee_id: Option<String>,
}

/// Give a site an idle fee, for sessions that start later.
#[utoipa::path(put, path = "/api/v1/sites/{id}/idle-fee", tag = "tariffs", params(("id" = String, Path)),
    request_body = SiteIdleFee,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn of_site(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(site): Id<SiteId>,
    Body(request): Body<SiteIdleFee>,
) -> Result<StatusCode, HttpError> {
    let unknown = |_| AppError::field("/idle_fee_id", "there is no such fee");
    let fee = request.idle_fee_id.map(|id| id.parse().map_err(unknown)).transpose()?;
    state.app.set_idle_fee_of_site(&principal, site, fee).await?;
    Ok(StatusCode::NO_CONTENT)
}
