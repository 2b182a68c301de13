//! One command for many stations.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use forecourt_app::AppError;
use forecourt_app::bulk::{AT_ONCE_DEFAULT, NewBulkJob, clear_local_list};
use forecourt_app::store::bulk::{BulkJobRecord, BulkTargetRecord};
use forecourt_core::id::StationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::commands::{Asking, CLEAR_LOCAL_LIST, list_version};
use super::paging::{List, Paging};
use super::secrets::redact;
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list, start)).routes(routes!(show)).routes(routes!(cancel))
}

/// One command for many stations, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkJob {
    id: String,
    command: String,
    /// The request as it came, without secrets.
    #[schema(value_type = Object)]
    request: serde_json::Value,
    /// running, done or cancelled.
    state: String,
    at_once: i64,
    by: String,
    created_at: String,
    done_at: Option<String>,
    targets: i64,
    finished: i64,
    accepted: i64,
    /// Only of one job.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    results: Vec<BulkResult>,
}

/// What came of it at one station.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    station_id: String,
    identity: String,
    name: Option<String>,
    site_name: String,
    /// waiting, sent or done.
    state: String,
    /// accepted, refused, error, offline, timeout, impossible, busy or cancelled.
    outcome: Option<String>,
    /// The station's own word.
    status: Option<String>,
    /// The station's literal answer, JSON text.
    answer: Option<String>,
    detail: Option<String>,
    changed_at: String,
}

impl From<BulkTargetRecord> for BulkResult {
    fn from(record: BulkTargetRecord) -> Self {
        Self {
            station_id: record.station.to_string(),
            identity: record.identity,
            name: record.name,
            site_name: record.site_name,
            state: record.state,
            outcome: record.outcome,
            status: record.status,
            answer: record.answer.map(redact),
            detail: record.detail,
            changed_at: record.changed_at.to_string(),
        }
    }
}

fn shape(record: BulkJobRecord, results: Vec<BulkTargetRecord>) -> BulkJob {
    BulkJob {
        id: record.id.to_string(),
        command: record.command,
        request: serde_json::from_str(&redact(record.request)).unwrap_or_default(),
        state: record.state,
        at_once: record.at_once,
        by: record.created_by,
        created_at: record.created_at.to_string(),
        done_at: record.done_at.map(|at| at.to_string()),
        targets: record.targets,
        finished: record.finished,
        accepted: record.accepted,
        results: results.into_iter().map(BulkResult::from).collect(),
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct StartBulk {
    station_ids: Vec<String>,
    /// A command as for one station. Those that name a session or a plug's state are not for many: reset, set_availability,
    /// trigger, write_variable, read_variables, read_inventory, update_firmware, clear_cache, clear_local_list,
    /// clear_charging_profiles, set_charging_profile and data_transfer are.
    #[schema(value_type = Object)]
    command: serde_json::Map<String, serde_json::Value>,
    /// Stations asked at the same time, 1 to 50; default 10.
    at_once: Option<i64>,
}

/// Commands for many stations, newest first.
#[utoipa::path(get, path = "/api/v1/bulk-jobs", tag = "commands", params(Paging), responses((status = 200, body = List<BulkJob>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<List<BulkJob>>, HttpError> {
    let page = state.app.bulk_jobs(&principal, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, |job| shape(job, Vec::new()))))
}

/// Send a command to many stations. The answer comes at once; `results` of the job tell how it goes at each.
#[utoipa::path(post, path = "/api/v1/bulk-jobs", tag = "commands", request_body = StartBulk,
    responses((status = 201, body = BulkJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn start(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<StartBulk>,
) -> Result<impl IntoResponse, HttpError> {
    let nothing = |_| AppError::field("/station_ids", "there is no such charger");
    let stations: Vec<StationId> =
        request.station_ids.iter().map(|id| id.parse().map_err(nothing)).collect::<Result<_, _>>()?;
    let first = *stations.first().ok_or_else(|| AppError::field("/station_ids", "at least one charger"))?;
    let asked = Asking::read(request.command)?;
    let commands = if asked.name == CLEAR_LOCAL_LIST {
        clear_local_list(list_version(&state.app))
    } else {
        vec![asked.command(&state.app, &principal, first).await?]
    };
    let new = NewBulkJob {
        name: asked.name,
        request: asked.text,
        commands,
        stations,
        at_once: request.at_once.unwrap_or(AT_ONCE_DEFAULT),
    };
    let job = state.app.start_bulk(&principal, new).await?;
    Ok((StatusCode::CREATED, Json(shape(job, Vec::new()))))
}

/// One of them, with what came of it at each station.
#[utoipa::path(get, path = "/api/v1/bulk-jobs/{id}", tag = "commands", params(("id" = String, Path)),
    responses((status = 200, body = BulkJob), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<i64>,
) -> Result<Json<BulkJob>, HttpError> {
    let (job, results) = state.app.bulk_job(&principal, id).await?;
    Ok(Json(shape(job, results)))
}

/// Send nothing more. What was sent is still answered.
#[utoipa::path(post, path = "/api/v1/bulk-jobs/{id}/cancel", tag = "commands", params(("id" = String, Path)),
    responses((status = 200, body = BulkJob), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<i64>,
) -> Result<Json<BulkJob>, HttpError> {
    Ok(Json(shape(state.app.cancel_bulk(&principal, id).await?, Vec::new())))
}
