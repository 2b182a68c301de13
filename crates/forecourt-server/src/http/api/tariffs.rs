//! Tariffs and their versions.

mod local;
mod places;
mod preview;
mod receipt;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::TariffSheet;
use forecourt_app::store::tariff_place::{TariffUse, UseKind};
use forecourt_core::Timestamp;
use forecourt_core::id::{TariffId, TariffVersionId};
use forecourt_core::tariff::Tariff as Rules;
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
        .routes(routes!(show, rename, delete))
        .routes(routes!(add_version))
        .routes(routes!(delete_version))
        .merge(preview::routes())
        .merge(places::routes())
        .merge(local::routes())
        .merge(receipt::routes())
}

/// What charging costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tariff {
    id: String,
    name: String,
    /// ISO 4217.
    currency: String,
    /// Oldest first. A session keeps the one that was valid when it started.
    versions: Vec<TariffVersion>,
    /// Where it is in use, as far as the caller sees.
    uses: Vec<UseOfTariff>,
    created_at: String,
    version: i64,
}

/// A site or a charger that names the tariff.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseOfTariff {
    /// site, charger (instead of its site's), or public (published for the charger).
    kind: &'static str,
    id: String,
    name: String,
    /// One plug of the charger; null: every plug.
    evse: Option<i32>,
}

impl From<TariffUse> for UseOfTariff {
    fn from(found: TariffUse) -> Self {
        let kind = match found.kind {
            UseKind::Site => "site",
            UseKind::Charger => "charger",
            UseKind::Public => "public",
        };
        Self { kind, id: found.id.to_string(), name: found.name, evse: found.evse.map(|evse| evse.0) }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TariffVersion {
    id: String,
    /// For sessions that start then or later.
    valid_from: String,
    rules: Rules,
}

impl From<TariffSheet> for Tariff {
    fn from(sheet: TariffSheet) -> Self {
        let version = |v: &std::sync::Arc<forecourt_app::store::tariff::TariffVersionRecord>| TariffVersion {
            id: v.id.to_string(),
            valid_from: v.valid_from.to_string(),
            rules: v.rules.clone(),
        };
        Self {
            id: sheet.tariff.id.to_string(),
            name: sheet.tariff.name,
            currency: sheet.tariff.currency.code().to_owned(),
            versions: sheet.versions.iter().map(version).collect(),
            uses: sheet.uses.into_iter().map(UseOfTariff::from).collect(),
            version: sheet.tariff.version,
            created_at: sheet.tariff.created_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateTariff {
    name: String,
    /// When absent: from now on.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_from: Option<Timestamp>,
    rules: Rules,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewTariffVersion {
    /// When absent: from now on. Not in the past.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_from: Option<Timestamp>,
    rules: Rules,
}

/// Tariffs by name.
#[utoipa::path(get, path = "/api/v1/tariffs", tag = "tariffs", responses((status = 200, body = List<Tariff>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Tariff>>, HttpError> {
    let found = state.app.tariffs(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(Tariff::from).collect())))
}

/// Create a tariff.
#[utoipa::path(post, path = "/api/v1/tariffs", tag = "tariffs", request_body = CreateTariff,
    responses((status = 201, body = Tariff), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<CreateTariff>,
) -> Result<impl IntoResponse, HttpError> {
    let made = state.app.add_tariff(&principal, &request.name, request.valid_from, request.rules).await?;
    Ok((StatusCode::CREATED, etag(made.tariff.version), Json(Tariff::from(made))))
}

/// One tariff.
#[utoipa::path(get, path = "/api/v1/tariffs/{id}", tag = "tariffs", params(("id" = String, Path)),
    responses((status = 200, body = Tariff), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<TariffId>,
) -> Result<impl IntoResponse, HttpError> {
    let found = state.app.tariff(&principal, id).await?;
    Ok((etag(found.tariff.version), Json(Tariff::from(found))))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct RenameTariff {
    name: String,
}

/// Give a tariff another name.
#[utoipa::path(patch, path = "/api/v1/tariffs/{id}", tag = "tariffs", params(("id" = String, Path)),
    request_body = RenameTariff,
    responses((status = 200, body = Tariff), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn rename(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<TariffId>,
    headers: HeaderMap,
    Body(request): Body<RenameTariff>,
) -> Result<impl IntoResponse, HttpError> {
    let made = state.app.rename_tariff(&principal, id, expected(&headers)?, &request.name).await?;
    Ok((etag(made.tariff.version), Json(Tariff::from(made))))
}

/// Take back a version that is not valid yet.
#[utoipa::path(delete, path = "/api/v1/tariffs/{id}/versions/{version_id}", tag = "tariffs",
    params(("id" = String, Path), ("version_id" = String, Path)),
    responses((status = 200, body = Tariff), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete_version(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, version): Two<TariffId, TariffVersionId>,
) -> Result<Json<Tariff>, HttpError> {
    Ok(Json(Tariff::from(state.app.delete_tariff_version(&principal, id, version).await?)))
}

/// Change prices for sessions that start later; those that run keep theirs.
#[utoipa::path(post, path = "/api/v1/tariffs/{id}/versions", tag = "tariffs", params(("id" = String, Path)),
    request_body = NewTariffVersion,
    responses((status = 201, body = Tariff), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn add_version(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<TariffId>,
    headers: HeaderMap,
    Body(request): Body<NewTariffVersion>,
) -> Result<impl IntoResponse, HttpError> {
    let NewTariffVersion { valid_from, rules } = request;
    let made = state.app.add_tariff_version(&principal, id, expected(&headers)?, valid_from, rules).await?;
    Ok((StatusCode::CREATED, etag(made.tariff.version), Json(Tariff::from(made))))
}

/// Delete a tariff that no site uses. Sessions keep what they cost.
#[utoipa::path(delete, path = "/api/v1/tariffs/{id}", tag = "tariffs", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<TariffId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_tariff(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
