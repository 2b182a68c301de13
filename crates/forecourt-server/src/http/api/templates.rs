//! Configuration templates, and where stations differ from them.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::store::template::TemplateRecord;
use forecourt_app::{Drift, DriftState, NewTemplate, TemplateEntry};
use forecourt_core::Timestamp;
use forecourt_core::id::StationId;
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
        .routes(routes!(show, change, delete))
        .routes(routes!(drift))
        .routes(routes!(repair))
}

/// One wanted setting.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// Empty for a 1.6 configuration key.
    #[serde(default)]
    component: String,
    name: String,
    value: String,
}

/// What the stations of a make should be set to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Template {
    id: String,
    name: String,
    /// Empty: any. A `*` at the end stands for the rest.
    vendor: String,
    model: String,
    firmware: String,
    /// 1.6 or 2 (2.0.1 and 2.1 share their variables).
    family: String,
    entries: Vec<Entry>,
    version: i64,
}

impl From<TemplateRecord> for Template {
    fn from(record: TemplateRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name,
            vendor: record.vendor,
            model: record.model,
            firmware: record.firmware,
            family: record.family,
            entries: serde_json::from_str(&record.entries).unwrap_or_default(),
            version: record.version,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct TemplateRequest {
    name: String,
    #[serde(default)]
    vendor: String,
    #[serde(default)]
    model: String,
    #[serde(default)]
    firmware: String,
    family: String,
    entries: Vec<Entry>,
}

impl From<TemplateRequest> for NewTemplate {
    fn from(request: TemplateRequest) -> Self {
        let entry = |e: Entry| TemplateEntry { component: e.component, name: e.name, value: e.value };
        Self {
            name: request.name,
            vendor: request.vendor,
            model: request.model,
            firmware: request.firmware,
            family: request.family,
            entries: request.entries.into_iter().map(entry).collect(),
        }
    }
}

/// The organisation's configuration templates.
#[utoipa::path(get, path = "/api/v1/configuration-templates", tag = "configuration",
    responses((status = 200, body = List<Template>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Template>>, HttpError> {
    let found = state.app.templates(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(Template::from).collect())))
}

/// Make a template.
#[utoipa::path(post, path = "/api/v1/configuration-templates", tag = "configuration", request_body = TemplateRequest,
    responses((status = 201, body = Template), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<TemplateRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.add_template(&principal, request.into()).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(Template::from(record))))
}

/// One template.
#[utoipa::path(get, path = "/api/v1/configuration-templates/{id}", tag = "configuration", params(("id" = String, Path)),
    responses((status = 200, body = Template), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<i64>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.template(&principal, id).await?;
    Ok((etag(record.version), Json(Template::from(record))))
}

/// Change a template. `If-Match` takes its version.
#[utoipa::path(put, path = "/api/v1/configuration-templates/{id}", tag = "configuration", params(("id" = String, Path)),
    request_body = TemplateRequest,
    responses((status = 200, body = Template), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<i64>,
    headers: HeaderMap,
    Body(request): Body<TemplateRequest>,
) -> Result<impl IntoResponse, HttpError> {
    principal.require(forecourt_core::access::Permission::Network)?;
    let known = state.app.template(&principal, id).await?.version;
    let version = expected(&headers)?.unwrap_or(known);
    let record = state.app.set_template(&principal, id, version, request.into()).await?;
    Ok((etag(record.version), Json(Template::from(record))))
}

/// Remove a template. Stations keep their settings.
#[utoipa::path(delete, path = "/api/v1/configuration-templates/{id}", tag = "configuration", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<i64>,
) -> Result<StatusCode, HttpError> {
    state.app.remove_template(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One wanted setting beside what the station has.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftLine {
    template_id: String,
    template: String,
    component: String,
    name: String,
    wanted: String,
    /// null: the station has not told this setting.
    actual: Option<String>,
    readonly: bool,
    /// same, different or unknown.
    #[schema(value_type = String, example = "different")]
    state: DriftState,
}

impl From<Drift> for DriftLine {
    fn from(drift: Drift) -> Self {
        Self {
            template_id: drift.template.to_string(),
            template: drift.template_name,
            component: drift.entry.component,
            name: drift.entry.name,
            wanted: drift.entry.value,
            actual: drift.actual,
            readonly: drift.readonly,
            state: drift.state,
        }
    }
}

/// Where a station differs from the templates that fit it.
#[utoipa::path(get, path = "/api/v1/stations/{id}/drift", tag = "configuration", params(("id" = String, Path)),
    responses((status = 200, body = List<DriftLine>), (status = 404, body = Problem)))]
async fn drift(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<DriftLine>>, HttpError> {
    let found = state.app.drift(&principal, id).await?;
    Ok(Json(List::whole(found.into_iter().map(DriftLine::from).collect())))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct RepairRequest {
    /// A station that is away gets the settings when it comes back before this time.
    #[schema(value_type = Option<String>, format = DateTime)]
    queue_until: Option<Timestamp>,
}

/// What became of a repair.
#[derive(Debug, Serialize, ToSchema)]
pub struct Repaired {
    /// Settings the station took, or that wait for it.
    taken: usize,
    refused: usize,
}

/// Send a station every wanted setting it lacks.
#[utoipa::path(post, path = "/api/v1/stations/{id}/drift/repair", tag = "configuration", params(("id" = String, Path)),
    request_body = RepairRequest,
    responses((status = 200, body = Repaired), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn repair(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<RepairRequest>,
) -> Result<Json<Repaired>, HttpError> {
    let (taken, refused) = state.app.repair(&principal, id, request.queue_until).await?;
    Ok(Json(Repaired { taken, refused }))
}
