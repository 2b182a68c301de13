//! The OCPP message log of a station.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use forecourt_app::store::message::{Direction, LogKind, MessageFilter, MessageRow};
use forecourt_core::id::StationId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A frame and its answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    id: String,
    at: String,
    /// received or sent.
    direction: &'static str,
    /// boot, status, authorisation, heartbeat, meter, transaction, profile, firmware or other.
    kind: &'static str,
    action: String,
    message_id: String,
    /// The frame as it came or went.
    request: String,
    response: Option<String>,
    /// ok, error, no_answer, bad or repeat.
    outcome: &'static str,
    error_code: Option<String>,
    took_ms: Option<i64>,
}

impl From<MessageRow> for Message {
    fn from(row: MessageRow) -> Self {
        Self {
            id: row.id.to_string(),
            at: row.at.to_string(),
            direction: if row.direction == Direction::Received { "received" } else { "sent" },
            kind: row.kind.as_str(),
            action: row.action,
            message_id: row.message_id,
            request: super::secrets::redact(row.request),
            response: row.response.map(super::secrets::redact),
            outcome: row.outcome.as_str(),
            error_code: row.error_code,
            took_ms: row.took_us.map(|us| us / 1_000),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    /// Kinds, separated by commas.
    kind: Option<String>,
    /// received or sent.
    direction: Option<String>,
    /// Finds text in the frames.
    q: Option<String>,
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What a station and we said, newest first.
#[utoipa::path(get, path = "/api/v1/stations/{id}/messages", tag = "stations", params(("id" = String, Path), MessageQuery),
    responses((status = 200, body = List<Message>), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Query(query): Query<MessageQuery>,
) -> Result<Json<List<Message>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let wrong = |what: &str| HttpError::new(StatusCode::BAD_REQUEST, format!("{what}: not one of the words"));
    let kinds = query.kind.as_deref().unwrap_or_default().split(',').filter(|word| !word.is_empty());
    let filter = MessageFilter {
        kinds: kinds
            .map(|word| LogKind::parse(word).ok_or_else(|| wrong("kind")))
            .collect::<Result<_, _>>()?,
        direction: match query.direction.as_deref() {
            None | Some("") => None,
            Some("received") => Some(Direction::Received),
            Some("sent") => Some(Direction::Sent),
            Some(_) => return Err(wrong("direction")),
        },
        text: query.q.filter(|text| !text.is_empty()),
        from: query.from,
        to: query.to,
    };
    let page = state.app.messages(&principal, id, &filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Message::from)))
}
