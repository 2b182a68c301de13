//! The issue log.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use forecourt_app::issues::{IssueEdit, priority_word};
use forecourt_app::store::issue::{IssueEntry as Entry, IssueFilter, IssueRecord};
use forecourt_core::id::{FaultId, IssueId, OperatorId, SiteId, StationId};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{FormatQuery, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(export))
        .routes(routes!(show, change))
        .routes(routes!(comment))
        .routes(routes!(people))
}

/// Something that people of the organisation have to look after.
#[derive(Debug, Serialize, ToSchema)]
pub struct Issue {
    id: String,
    /// As people name it; counted by organisation.
    number: i64,
    title: String,
    text: String,
    /// open, in_progress, waiting or done.
    state: String,
    /// low, normal, high or urgent.
    priority: &'static str,
    site_id: Option<String>,
    site_name: Option<String>,
    station_id: Option<String>,
    station_identity: Option<String>,
    fault_id: Option<String>,
    fault_code: Option<String>,
    assignee_id: Option<String>,
    assignee_name: Option<String>,
    created_by: String,
    created_at: String,
    updated_at: String,
    closed_at: Option<String>,
    version: i64,
}

impl From<IssueRecord> for Issue {
    fn from(record: IssueRecord) -> Self {
        Self {
            id: record.id.to_string(),
            number: record.number,
            title: record.title,
            text: record.text,
            state: record.state,
            priority: priority_word(record.priority),
            site_id: record.site.map(|id| id.to_string()),
            site_name: record.site_name,
            station_id: record.station.map(|id| id.to_string()),
            station_identity: record.station_identity,
            fault_id: record.fault.map(|id| id.to_string()),
            fault_code: record.fault_code,
            assignee_id: record.assignee.map(|id| id.to_string()),
            assignee_name: record.assignee_name,
            created_by: record.created_by,
            created_at: record.created_at.to_string(),
            updated_at: record.updated_at.to_string(),
            closed_at: record.closed_at.map(|at| at.to_string()),
            version: record.version,
        }
    }
}

/// What was said about an issue, or changed in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssueEntry {
    id: String,
    at: String,
    author: String,
    /// comment or change.
    kind: String,
    /// The comment; for a change an object of member, old and new value.
    text: String,
}

impl From<Entry> for IssueEntry {
    fn from(entry: Entry) -> Self {
        let Entry { id, at, author, kind, text, .. } = entry;
        Self { id: id.to_string(), at: at.to_string(), author, kind, text }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct IssueWithEntries {
    #[serde(flatten)]
    issue: Issue,
    entries: Vec<IssueEntry>,
}

/// null takes a value away; an absent member stays as it is.
pub fn given<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(from).map(Some)
}

/// Members that are absent stay as they are.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct IssueRequest {
    title: Option<String>,
    text: Option<String>,
    /// open, in_progress, waiting or done.
    state: Option<String>,
    /// low, normal, high or urgent.
    priority: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    site_id: Option<Option<SiteId>>,
    /// Brings its site along.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    station_id: Option<Option<StationId>>,
    /// Brings its charger along.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    fault_id: Option<Option<FaultId>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    assignee_id: Option<Option<OperatorId>>,
}

impl From<IssueRequest> for IssueEdit {
    fn from(request: IssueRequest) -> Self {
        Self {
            title: request.title,
            text: request.text,
            state: request.state,
            priority: request.priority,
            site: request.site_id,
            station: request.station_id,
            fault: request.fault_id,
            assignee: request.assignee_id,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct IssueQuery {
    /// Without: both those to be done and those that are.
    open: Option<bool>,
    state: Option<String>,
    #[param(value_type = Option<String>)]
    site_id: Option<SiteId>,
    #[param(value_type = Option<String>)]
    station_id: Option<StationId>,
    #[param(value_type = Option<String>)]
    fault_id: Option<FaultId>,
    #[param(value_type = Option<String>)]
    assignee_id: Option<OperatorId>,
    /// In title, text, number and the charger's identity.
    q: Option<String>,
}

impl From<IssueQuery> for IssueFilter {
    fn from(query: IssueQuery) -> Self {
        Self {
            open: query.open,
            state: query.state,
            priority: None,
            site: query.site_id,
            station: query.station_id,
            fault: query.fault_id,
            assignee: query.assignee_id,
            text: query.q,
            sites: None,
        }
    }
}

/// Issues, newest first.
#[utoipa::path(get, path = "/api/v1/issues", tag = "diagnostics", params(IssueQuery, Paging),
    responses((status = 200, body = List<Issue>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<IssueQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Issue>>, HttpError> {
    let cursor = paging.cursor()?;
    let page = state.app.issues(&principal, query.into(), cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Issue::from)))
}

/// Issues as a file.
#[utoipa::path(get, path = "/api/v1/issues/export", tag = "diagnostics", params(IssueQuery, FormatQuery),
    responses((status = 200, description = "The file")))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<IssueQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, HttpError> {
    let format = format.format()?;
    respond(state.app.issue_sheet(&principal, query.into()).await?, format).await
}

/// Open an issue.
#[utoipa::path(post, path = "/api/v1/issues", tag = "diagnostics", request_body = IssueRequest,
    responses((status = 201, body = Issue), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<IssueRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.add_issue(&principal, request.into()).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(Issue::from(record))))
}

/// An issue with all that was said about it.
#[utoipa::path(get, path = "/api/v1/issues/{id}", tag = "diagnostics", params(("id" = String, Path)),
    responses((status = 200, body = IssueWithEntries), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IssueId>,
) -> Result<impl IntoResponse, HttpError> {
    let (record, entries) = state.app.issue(&principal, id).await?;
    let version = record.version;
    let entries = entries.into_iter().map(IssueEntry::from).collect();
    Ok((etag(version), Json(IssueWithEntries { issue: record.into(), entries })))
}

/// Change an issue. `If-Match` takes its version.
#[utoipa::path(patch, path = "/api/v1/issues/{id}", tag = "diagnostics", params(("id" = String, Path)),
    request_body = IssueRequest,
    responses((status = 200, body = Issue), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IssueId>,
    headers: HeaderMap,
    Body(request): Body<IssueRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.edit_issue(&principal, id, expected(&headers)?, request.into()).await?;
    Ok((etag(record.version), Json(Issue::from(record))))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CommentRequest {
    text: String,
}

/// Say something about an issue.
#[utoipa::path(post, path = "/api/v1/issues/{id}/comments", tag = "diagnostics", params(("id" = String, Path)),
    request_body = CommentRequest,
    responses((status = 201, body = IssueEntry), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn comment(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IssueId>,
    Body(request): Body<CommentRequest>,
) -> Result<(StatusCode, Json<IssueEntry>), HttpError> {
    let entry = state.app.comment_issue(&principal, id, &request.text).await?;
    Ok((StatusCode::CREATED, Json(entry.into())))
}

/// Somebody an issue may be given to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Assignee {
    id: String,
    name: String,
}

/// Whom an issue may be given to.
#[utoipa::path(get, path = "/api/v1/issue-assignees", tag = "diagnostics",
    responses((status = 200, body = List<Assignee>)))]
async fn people(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Assignee>>, HttpError> {
    let found = state.app.people(&principal).await?;
    let shown = found.into_iter().map(|(id, name)| Assignee { id: id.to_string(), name });
    Ok(Json(List::whole(shown.collect())))
}
