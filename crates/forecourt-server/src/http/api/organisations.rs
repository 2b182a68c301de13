//! Organisations.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::store::OrganisationRecord;
use forecourt_app::{AppError, NewBranch};
use forecourt_core::id::OrganisationId;
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
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(show, edit)).routes(routes!(branches))
}

/// A company using the CSMS.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisation {
    id: String,
    /// May stand in a station's URL: `/ocpp/{number}/{identity}`.
    number: i64,
    name: String,
    /// ISO 4217.
    currency: String,
    /// IANA name.
    time_zone: String,
    /// Unknown stations may connect and wait with registration Pending.
    waiting_room: bool,
    /// The organisation whose people made this one.
    parent_id: Option<String>,
    /// Everybody signs in with a second factor.
    second_factor_required: bool,
    created_at: String,
}

impl From<OrganisationRecord> for Organisation {
    fn from(record: OrganisationRecord) -> Self {
        Self {
            id: record.id.to_string(),
            number: record.id.0,
            name: record.name,
            currency: record.currency,
            time_zone: record.time_zone,
            waiting_room: record.waiting_room,
            parent_id: record.parent.map(|parent| parent.to_string()),
            second_factor_required: record.second_factor_required,
            created_at: record.created_at.to_string(),
        }
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct OrganisationEdit {
    name: Option<String>,
    currency: Option<String>,
    time_zone: Option<String>,
    waiting_room: Option<bool>,
    /// Takes an administrator.
    second_factor_required: Option<bool>,
}

/// A branch of the caller's organisation; only the caller comes along.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewOrganisation {
    name: String,
    currency: String,
    time_zone: String,
}

/// Organisations the caller belongs to.
#[utoipa::path(get, path = "/api/v1/organisations", tag = "organisations", responses((status = 200, body = List<Organisation>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Organisation>>, HttpError> {
    let own = state.app.own_organisations(&principal).await?;
    Ok(Json(List::whole(own.into_iter().map(Organisation::from).collect())))
}

/// Make a branch of the caller's organisation. Its first and only operator is the caller.
#[utoipa::path(post, path = "/api/v1/organisations", tag = "organisations", request_body = NewOrganisation,
    responses((status = 201, body = Organisation), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn add(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<NewOrganisation>,
) -> Result<impl IntoResponse, HttpError> {
    let NewOrganisation { name, currency, time_zone } = request;
    let record = state.app.add_branch(&principal, NewBranch { name, time_zone, currency }).await?;
    Ok((StatusCode::CREATED, Json(Organisation::from(record))))
}

/// The branches of the caller's organisation, by name.
#[utoipa::path(get, path = "/api/v1/branches", tag = "organisations",
    responses((status = 200, body = List<Organisation>), (status = 403, body = Problem)))]
async fn branches(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Organisation>>, HttpError> {
    let found = state.app.branches(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(Organisation::from).collect())))
}

/// One organisation.
#[utoipa::path(get, path = "/api/v1/organisations/{id}", tag = "organisations", params(("id" = String, Path)),
    responses((status = 200, body = Organisation), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<OrganisationId>,
) -> Result<impl IntoResponse, HttpError> {
    if id != principal.organisation {
        return Err(AppError::NotFound("organisation").into());
    }
    let record = state.app.organisation(&principal).await?;
    Ok((etag(record.version), Json(Organisation::from(record))))
}

/// Change an organisation.
#[utoipa::path(patch, path = "/api/v1/organisations/{id}", tag = "organisations", params(("id" = String, Path)),
    request_body = OrganisationEdit,
    responses((status = 200, body = Organisation), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn edit(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<OrganisationId>,
    headers: HeaderMap,
    Body(request): Body<OrganisationEdit>,
) -> Result<impl IntoResponse, HttpError> {
    if id != principal.organisation {
        return Err(AppError::NotFound("organisation").into());
    }
    let apply = |record: &mut OrganisationRecord| {
        record.name = request.name.unwrap_or(std::mem::take(&mut record.name));
        record.currency = request.currency.unwrap_or(std::mem::take(&mut record.currency));
        record.time_zone = request.time_zone.unwrap_or(std::mem::take(&mut record.time_zone));
        record.waiting_room = request.waiting_room.unwrap_or(record.waiting_room);
        record.second_factor_required =
            request.second_factor_required.unwrap_or(record.second_factor_required);
    };
    let record = state.app.edit_organisation(&principal, expected(&headers)?, apply).await?;
    Ok((etag(record.version), Json(Organisation::from(record))))
}
