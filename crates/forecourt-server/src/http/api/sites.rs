//! Sites.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::store::{SiteFilter, SiteWithCounts};
use forecourt_app::{AppError, NewSite, SiteEdit};
use forecourt_core::id::{OrganisationId, SiteId, TariffId};
use forecourt_core::opening::{OpeningHours, SupportContact};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, present};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(default_support, set_default_support))
        .routes(routes!(move_away))
}

/// A place with a grid connection.
#[derive(Debug, Serialize, ToSchema)]
pub struct Site {
    id: String,
    name: String,
    address: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    country: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    /// IANA name.
    time_zone: String,
    /// ISO 4217.
    currency: String,
    /// public, semi_public or private.
    kind: String,
    /// Every token that is not blocked may charge.
    free_charging: bool,
    /// What charging costs here; null: nothing is priced.
    tariff_id: Option<String>,
    tariff_name: Option<String>,
    /// Shown to drivers and in what is published.
    visible: bool,
    /// In the site's own time; null: not said.
    opening_hours: Option<OpeningHours>,
    /// Null: the organisation's contact holds.
    support: Option<SupportContact>,
    /// Where its picture is; null: there is none.
    image_url: Option<String>,
    stations: i64,
    online: i64,
    connectors: i64,
    charging: i64,
    /// Connectors and stations that report a fault.
    faulted: i64,
    created_at: String,
}

/// Millionths of a degree as degrees: positions on a map, no amounts.
fn degrees(millionths: Option<i64>) -> Option<f64> {
    millionths.map(|m| m as f64 / 1e6)
}

fn millionths(degrees: Option<f64>) -> Option<i64> {
    degrees.map(|d| (d * 1e6).round() as i64)
}

impl From<SiteWithCounts> for Site {
    fn from(found: SiteWithCounts) -> Self {
        let site = found.site;
        Self {
            id: site.id.to_string(),
            name: site.name,
            address: site.address,
            postal_code: site.postal_code,
            city: site.city,
            country: site.country,
            latitude: degrees(site.latitude_e6),
            longitude: degrees(site.longitude_e6),
            time_zone: site.time_zone,
            currency: site.currency,
            kind: site.kind,
            free_charging: site.free_charging,
            tariff_id: site.tariff.map(|id| id.to_string()),
            tariff_name: found.tariff_name,
            visible: site.visible,
            opening_hours: site.opening_hours,
            support: site.support,
            // The number changes with the picture: an old one is never shown from a cache.
            image_url: site.image.map(|image| format!("/api/v1/sites/{}/image?v={image}", site.id)),
            stations: found.stations,
            online: found.online,
            connectors: found.connectors,
            charging: found.charging,
            faulted: found.faulted,
            created_at: site.created_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateSite {
    name: String,
    #[schema(example = "Europe/Copenhagen")]
    time_zone: String,
    #[schema(example = "DKK")]
    currency: String,
    address: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    country: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    /// public (default), semi_public or private.
    kind: Option<String>,
    free_charging: Option<bool>,
    tariff_id: Option<String>,
    /// Default true.
    visible: Option<bool>,
    opening_hours: Option<OpeningHours>,
    support: Option<SupportContact>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ChangeSite {
    name: Option<String>,
    time_zone: Option<String>,
    currency: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    address: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    postal_code: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    city: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    country: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<f64>)]
    latitude: Option<Option<f64>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<f64>)]
    longitude: Option<Option<f64>>,
    kind: Option<String>,
    free_charging: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    tariff_id: Option<Option<String>>,
    visible: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<OpeningHours>)]
    opening_hours: Option<Option<OpeningHours>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<SupportContact>)]
    support: Option<Option<SupportContact>>,
}

/// A tariff of this id may exist or not; a text that is no id names none.
fn tariff_id(text: String) -> Result<TariffId, HttpError> {
    text.parse().map_err(|_| AppError::field("/tariff_id", "there is no such tariff").into())
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SiteQuery {
    /// Finds name, city, postal code or address.
    q: Option<String>,
    /// public, semi_public or private.
    kind: Option<String>,
    visible: Option<bool>,
    /// faulted, offline or charging: a charger there is.
    state: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Sites by name.
#[utoipa::path(get, path = "/api/v1/sites", tag = "sites", params(SiteQuery), responses((status = 200, body = List<Site>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<SiteQuery>,
) -> Result<Json<List<Site>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let filter = SiteFilter {
        text: query.q,
        kind: query.kind,
        visible: query.visible,
        state: query.state,
        only: None,
    };
    let page = state.app.sites(&principal, filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Site::from)))
}

/// Create a site.
#[utoipa::path(post, path = "/api/v1/sites", tag = "sites", request_body = CreateSite,
    responses((status = 201, body = Site), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<CreateSite>,
) -> Result<impl IntoResponse, HttpError> {
    let new = NewSite {
        name: request.name,
        time_zone: request.time_zone,
        currency: request.currency,
        address: request.address,
        postal_code: request.postal_code,
        city: request.city,
        country: request.country,
        latitude_e6: millionths(request.latitude),
        longitude_e6: millionths(request.longitude),
        kind: request.kind,
        free_charging: request.free_charging.unwrap_or(false),
        tariff: request.tariff_id.map(tariff_id).transpose()?,
        hidden: request.visible == Some(false),
        opening_hours: request.opening_hours,
        support: request.support,
    };
    let site = state.app.add_site(&principal, new).await?;
    Ok((StatusCode::CREATED, etag(site.site.version), Json(Site::from(site))))
}

/// One site.
#[utoipa::path(get, path = "/api/v1/sites/{id}", tag = "sites", params(("id" = String, Path)),
    responses((status = 200, body = Site), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SiteId>,
) -> Result<impl IntoResponse, HttpError> {
    let site = state.app.site(&principal, id).await?;
    Ok((etag(site.site.version), Json(Site::from(site))))
}

/// Change a site.
#[utoipa::path(patch, path = "/api/v1/sites/{id}", tag = "sites", params(("id" = String, Path)), request_body = ChangeSite,
    responses((status = 200, body = Site), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SiteId>,
    headers: HeaderMap,
    Body(request): Body<ChangeSite>,
) -> Result<impl IntoResponse, HttpError> {
    let edit = SiteEdit {
        name: request.name,
        time_zone: request.time_zone,
        currency: request.currency,
        address: request.address,
        postal_code: request.postal_code,
        city: request.city,
        country: request.country,
        latitude_e6: request.latitude.map(millionths),
        longitude_e6: request.longitude.map(millionths),
        kind: request.kind,
        free_charging: request.free_charging,
        tariff: request.tariff_id.map(|id| id.map(tariff_id).transpose()).transpose()?,
        visible: request.visible,
        opening_hours: request.opening_hours,
        support: request.support,
    };
    let site = state.app.edit_site(&principal, id, expected(&headers)?, edit).await?;
    Ok((etag(site.site.version), Json(Site::from(site))))
}

/// Take a site away where no charger is in service. Its sessions keep naming it.
#[utoipa::path(delete, path = "/api/v1/sites/{id}", tag = "sites", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SiteId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_site(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom drivers ask where a site names nobody.
#[utoipa::path(get, path = "/api/v1/support-contact", tag = "sites", responses((status = 200, body = SupportContact)))]
async fn default_support(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<SupportContact>, HttpError> {
    Ok(Json(state.app.default_support(&principal).await?))
}

/// Change whom drivers ask where a site names nobody. The first contact entered at a site is the first of these.
#[utoipa::path(put, path = "/api/v1/support-contact", tag = "sites", request_body = SupportContact,
    responses((status = 200, body = SupportContact), (status = 422, body = Problem)))]
async fn set_default_support(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(support): Body<SupportContact>,
) -> Result<Json<SupportContact>, HttpError> {
    Ok(Json(state.app.set_default_support(&principal, support).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct MoveSite {
    /// The organisation it moves to; the caller administers both.
    organisation_id: String,
}

/// Where it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedSite {
    /// Its number in the other organisation.
    id: String,
}

/// Move a site and its chargers to another organisation. Past sessions, logs and receipts stay in this one.
#[utoipa::path(post, path = "/api/v1/sites/{id}/move", tag = "sites", params(("id" = String, Path)), request_body = MoveSite,
    responses((status = 200, body = MovedSite), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn move_away(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SiteId>,
    Body(request): Body<MoveSite>,
) -> Result<Json<MovedSite>, HttpError> {
    let wrong = |_| AppError::field("/organisation_id", "there is no such organisation");
    let to: OrganisationId = request.organisation_id.parse().map_err(wrong)?;
    let moved = state.app.move_site(&principal, id, to).await?;
    Ok(Json(MovedSite { id: moved.to_string() }))
}
