//! Commands to stations, and what came of them.

use axum::Json;
use axum::extract::State;
use forecourt_app::store::CommandRecord;
use forecourt_app::{AppError, Principal};
use forecourt_core::command::{Command, Outcome, ResetKind, TriggeredMessage, VariableName};
use forecourt_core::id::{ConnectorNumber, EvseNumber, SessionId, StationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list, send)).routes(routes!(preview)).routes(routes!(call))
}

/// What is asked of a station.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum CommandRequest {
    StartSession {
        evse: Option<i32>,
        id_token: String,
    },
    StopSession {
        session_id: String,
    },
    Reset {
        #[schema(value_type = String, example = "soft")]
        kind: ResetKind,
        evse: Option<i32>,
    },
    Unlock {
        evse: i32,
        connector: Option<i32>,
    },
    SetAvailability {
        operative: bool,
        evse: Option<i32>,
        connector: Option<i32>,
    },
    ReadVariables {
        #[serde(default)]
        variables: Vec<VariableText>,
    },
    WriteVariable {
        #[serde(default)]
        component: String,
        name: String,
        value: String,
    },
    ReadInventory {},
    Trigger {
        #[schema(value_type = String, example = "status_notification")]
        message: TriggeredMessage,
        evse: Option<i32>,
        connector: Option<i32>,
    },
    ClearCache {},
    DataTransfer {
        vendor: String,
        message: Option<String>,
        data: Option<String>,
    },
}

#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
pub struct VariableText {
    #[serde(default)]
    component: String,
    name: String,
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
    /// sent or done.
    state: &'static str,
    /// accepted, refused, error, offline, timeout, impossible or busy.
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
            state: if record.done_at.is_some() { "done" } else { "sent" },
            outcome: record.outcome,
            status: record.status,
            answer: record.answer.map(super::secrets::redact),
            detail: record.detail,
            took_ms: record.done_at.map(|done| done.as_millisecond() - record.at.as_millisecond()),
        }
    }
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

/// Send a command and wait for the station's answer (at most 40 s).
#[utoipa::path(post, path = "/api/v1/stations/{id}/commands", tag = "commands", params(("id" = String, Path)),
    request_body = CommandRequest,
    responses((status = 200, body = CommandState), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn send(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<CommandRequest>,
) -> Result<Json<CommandState>, HttpError> {
    let text = serde_json::to_value(&request).unwrap_or_default();
    let name = text.get("command").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
    let command = inner(&state, &principal, id, request).await?;
    let (record, _) = state.app.command(&principal, id, command, &name, text.to_string()).await?;
    Ok(Json(record.into()))
}

async fn inner(
    state: &HttpState,
    principal: &Principal,
    station: StationId,
    request: CommandRequest,
) -> Result<Command, HttpError> {
    let evse = |number: Option<i32>| number.map(EvseNumber);
    let connector = |number: Option<i32>| number.map(ConnectorNumber);
    Ok(match request {
        CommandRequest::StartSession { evse: number, id_token } => {
            let token = state.app.presented_token(principal, id_token.trim()).await?;
            Command::StartSession {
                evse: evse(number),
                token,
                remote_start_id: i64::from(rand::random::<u32>() >> 1),
            }
        }
        CommandRequest::StopSession { session_id } => {
            let session: SessionId =
                session_id.parse().map_err(|_| AppError::field("/session_id", "there is no such session"))?;
            state.app.stop_command(principal, station, session).await?
        }
        CommandRequest::Reset { kind, evse: number } => Command::Reset { kind, evse: evse(number) },
        CommandRequest::Unlock { evse: number, connector: plug } => {
            Command::Unlock { evse: EvseNumber(number), connector: ConnectorNumber(plug.unwrap_or(1)) }
        }
        CommandRequest::SetAvailability { operative, evse: number, connector: plug } => {
            Command::ChangeAvailability { evse: evse(number), connector: connector(plug), operative }
        }
        CommandRequest::ReadVariables { variables } => Command::ReadVariables {
            variables: variables
                .into_iter()
                .map(|v| VariableName { component: v.component, name: v.name })
                .collect(),
        },
        CommandRequest::WriteVariable { component, name, value } => {
            Command::WriteVariable { variable: VariableName { component, name }, value }
        }
        CommandRequest::ReadInventory {} => {
            Command::ReadInventory { request_id: i64::from(rand::random::<u32>() >> 1), full: true }
        }
        CommandRequest::Trigger { message, evse: number, connector: plug } => {
            Command::Trigger { message, evse: evse(number), connector: connector(plug) }
        }
        CommandRequest::ClearCache {} => Command::ClearCache,
        CommandRequest::DataTransfer { vendor, message, data } => {
            Command::DataTransfer { vendor, message, data }
        }
    })
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
    let (record, outcome) = state.app.command(&principal, id, command, &request.action, text).await?;
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
