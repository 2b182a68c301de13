//! Commands to stations, and what came of them.

mod request;

use axum::Json;
use axum::extract::State;
use forecourt_app::AppError;
use forecourt_app::bulk::clear_local_list;
use forecourt_app::commands::Asked;
use forecourt_app::store::CommandRecord;
use forecourt_core::command::{Command, Outcome};
use forecourt_core::id::{CommandId, EvseNumber, StationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use self::request::Asking;
use self::request::CommandRequest;
use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, Two};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, send))
        .routes(routes!(cancel))
        .routes(routes!(preview))
        .routes(routes!(call))
}

/// How a command ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommandState {
    id: String,
    command: String,
    /// The request as it came.
    #[schema(value_type = Object)]
    request: serde_json::Value,
    by: String,
    at: String,
    /// queued, sent or done.
    state: &'static str,
    /// Until when it waits for a station that is away.
    queue_until: Option<String>,
    /// accepted, refused, error, offline, timeout, impossible, busy, expired or cancelled.
    outcome: Option<String>,
    /// The station's own word.
    status: Option<String>,
    /// The station's literal answer, JSON text.
    answer: Option<String>,
    detail: Option<String>,
    took_ms: Option<i64>,
}

impl From<CommandRecord> for CommandState {
    fn from(record: CommandRecord) -> Self {
        let redacted = super::secrets::redact(record.request);
        Self {
            id: record.id.to_string(),
            command: record.command,
            request: serde_json::from_str(&redacted).unwrap_or_default(),
            by: record.asked_by,
            at: record.at.to_string(),
            state: match (record.done_at, record.expires_at) {
                (Some(_), _) => "done",
                (None, Some(_)) => "queued",
                (None, None) => "sent",
            },
            queue_until: record.expires_at.map(|at| at.to_string()),
            outcome: record.outcome,
            status: record.status,
            answer: record.answer.map(super::secrets::redact),
            detail: record.detail,
            took_ms: record.done_at.map(|done| done.as_millisecond() - record.at.as_millisecond()),
        }
    }
}

/// An empty list, then the cache (C29): two calls under one name.
pub(super) const CLEAR_LOCAL_LIST: &str = "clear_local_list";

/// A number that rises: stations take a list only with a newer one than theirs.
pub(super) fn list_version(app: &forecourt_app::App) -> i64 {
    app.now().as_second().rem_euclid(i64::from(i32::MAX))
}

/// Commands sent to a station, newest first.
#[utoipa::path(get, path = "/api/v1/stations/{id}/commands", tag = "commands", params(("id" = String, Path), Paging),
    responses((status = 200, body = List<CommandState>), (status = 404, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<CommandState>>, HttpError> {
    let page = state.app.commands(&principal, id, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, CommandState::from)))
}

/// Send a command and wait for the station's answer (at most 40 s). Beside its own members every command takes
/// `queue_until`: a station that is away gets it when it comes back before that time. Every message that only OCPP 2.x
/// has is a command too, named after it in snake_case (`set_display_message`), its members beside `command`.
#[utoipa::path(post, path = "/api/v1/stations/{id}/commands", tag = "commands", params(("id" = String, Path)),
    request_body = CommandRequest,
    responses((status = 200, body = CommandState), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn send(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<serde_json::Map<String, serde_json::Value>>,
) -> Result<Json<CommandState>, HttpError> {
    let asked = Asking::read(request)?;
    if asked.name == CLEAR_LOCAL_LIST {
        let series = clear_local_list(list_version(&state.app));
        let record = state.app.command_series(&principal, id, series, &asked.name, &asked.text).await?;
        return Ok(Json(record.into()));
    }
    let command = asked.command(&state.app, &principal, id).await?;
    let (name, queue_until) = (asked.name.as_str(), asked.queue_until);
    let asked = Asked { name, request: asked.text, queue_until };
    let (record, _) = state.app.command(&principal, id, command, asked).await?;
    Ok(Json(record.into()))
}

/// Take back a command that waits for its station.
#[utoipa::path(delete, path = "/api/v1/stations/{id}/commands/{command}", tag = "commands",
    params(("id" = String, Path), ("command" = String, Path)),
    responses((status = 200, body = CommandState), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(station, command): Two<StationId, CommandId>,
) -> Result<Json<CommandState>, HttpError> {
    Ok(Json(state.app.cancel_command(&principal, station, command).await?.into()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PreviewQuery {
    /// Only this EVSE.
    evse: Option<i32>,
}

/// What a reset or an outage would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    sessions_affected: usize,
}

/// Count the running sessions a command such as a reset would end.
#[utoipa::path(get, path = "/api/v1/stations/{id}/commands/preview", tag = "commands", params(("id" = String, Path), PreviewQuery),
    responses((status = 200, body = Preview), (status = 404, body = Problem)))]
async fn preview(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Query(query): Query<PreviewQuery>,
) -> Result<Json<Preview>, HttpError> {
    let sessions_affected = state.app.sessions_affected(&principal, id, query.evse.map(EvseNumber)).await?;
    Ok(Json(Preview { sessions_affected }))
}

/// One OCPP call as an expert wrote it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RawCall {
    action: String,
    #[schema(value_type = Object)]
    #[serde(default)]
    payload: Option<serde_json::Value>,
}

/// What came back.
#[derive(Debug, Serialize, ToSchema)]
pub struct RawAnswer {
    /// answered, error, offline, timeout, busy or impossible.
    outcome: &'static str,
    /// The payload of the answer, or the error as the station sent it.
    #[schema(value_type = Option<Object>)]
    answer: Option<serde_json::Value>,
    status: Option<String>,
    detail: Option<String>,
    took_ms: Option<i64>,
}

/// Send one raw OCPP call. A Rejected or a CALLERROR is an answer: HTTP 200.
#[utoipa::path(post, path = "/api/v1/stations/{id}/calls", tag = "commands", params(("id" = String, Path)), request_body = RawCall,
    responses((status = 200, body = RawAnswer), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn call(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<RawCall>,
) -> Result<Json<RawAnswer>, HttpError> {
    let payload = request.payload.unwrap_or_else(|| serde_json::json!({}));
    if !payload.is_object() {
        return Err(AppError::field("/payload", "a JSON object").into());
    }
    let text = serde_json::json!({ "action": request.action, "payload": payload }).to_string();
    let command = Command::Raw { action: request.action.clone(), payload: payload.to_string() };
    let asked = Asked { name: &request.action, request: text, queue_until: None };
    let (record, outcome) = state.app.command(&principal, id, command, asked).await?;
    let (word, answer) = match outcome {
        Outcome::Answered { answer, .. } => ("answered", Some(answer)),
        Outcome::Failed { answer, .. } => ("error", Some(answer)),
        Outcome::Offline => ("offline", None),
        Outcome::NoAnswer => ("timeout", None),
        Outcome::Busy => ("busy", None),
        Outcome::Impossible { .. } => ("impossible", None),
    };
    let took_ms = record.done_at.map(|done| done.as_millisecond() - record.at.as_millisecond());
    let answer = answer.map(|text| serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)));
    Ok(Json(RawAnswer { outcome: word, answer, status: record.status, detail: record.detail, took_ms }))
}
