//! The OCPP message log of a station.

use std::fmt::Write as _;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use forecourt_app::store::Cursor;
use forecourt_app::store::message::{Direction, LogKind, MessageFilter, MessageRow};
use forecourt_core::id::StationId;
use futures_util::stream;
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
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(export))
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

impl MessageQuery {
    fn filter(self) -> Result<MessageFilter, HttpError> {
        let wrong =
            |what: &str| HttpError::new(StatusCode::BAD_REQUEST, format!("{what}: not one of the words"));
        let kinds = self.kind.as_deref().unwrap_or_default().split(',').filter(|word| !word.is_empty());
        Ok(MessageFilter {
            kinds: kinds
                .map(|word| LogKind::parse(word).ok_or_else(|| wrong("kind")))
                .collect::<Result<_, _>>()?,
            direction: match self.direction.as_deref() {
                None | Some("") => None,
                Some("received") => Some(Direction::Received),
                Some("sent") => Some(Direction::Sent),
                Some(_) => return Err(wrong("direction")),
            },
            text: self.q.filter(|text| !text.is_empty()),
            from: self.from,
            to: self.to,
        })
    }
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
    let paging = Paging { limit: query.limit, cursor: query.cursor.clone() };
    let filter = query.filter()?;
    let page = state.app.messages(&principal, id, &filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Message::from)))
}

/// Rows of one read of an export.
const EXPORT_PAGE: u32 = 500;
/// Rows of an export: a day of a busy charger, and a file that a spreadsheet still opens.
const EXPORT_ROWS: usize = 50_000;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// jsonl (a message a line) or csv.
    format: Option<String>,
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
}

/// The same as a file: the newest 50 000 messages of the filter.
#[utoipa::path(get, path = "/api/v1/stations/{id}/messages/export", tag = "stations",
    params(("id" = String, Path), ExportQuery),
    responses((status = 200, content_type = "application/octet-stream"), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Query(query): Query<ExportQuery>,
) -> Result<impl IntoResponse, HttpError> {
    let csv = match query.format.as_deref() {
        None | Some("jsonl") => false,
        Some("csv") => true,
        Some(_) => return Err(HttpError::new(StatusCode::BAD_REQUEST, "format: jsonl or csv")),
    };
    let ExportQuery { kind, direction, q, from, to, .. } = query;
    let filter = MessageQuery { kind, direction, q, from, to, limit: None, cursor: None }.filter()?;
    // The first page is read before the answer begins, so that a refusal still is one.
    let first = state.app.messages(&principal, id, &filter, None, EXPORT_PAGE).await?;
    let app = state.app.clone();
    let head = if csv { CSV_HEAD } else { "" };
    let start = (Some(first), 0_usize, head.to_owned());
    let parts = stream::try_unfold(start, move |(page, written, head)| {
        let (app, principal, filter) = (app.clone(), principal.clone(), filter.clone());
        async move {
            let Some(page) = page else { return Ok::<_, std::io::Error>(None) };
            let written = written + page.items.len();
            let next: Option<Cursor> = page.next.filter(|_| written < EXPORT_ROWS);
            let text = page.items.into_iter().map(Message::from).fold(head, |mut text, message| {
                if csv {
                    message.csv(&mut text)
                } else {
                    message.json(&mut text)
                }
                text
            });
            let following = match next {
                Some(cursor) => Some(
                    app.messages(&principal, id, &filter, Some(&cursor), EXPORT_PAGE)
                        .await
                        .map_err(|error| std::io::Error::other(format!("{error:?}")))?,
                ),
                None => None,
            };
            Ok(Some((text, (following, written, String::new()))))
        }
    });
    let (kind, name) = if csv { ("text/csv; charset=utf-8", "csv") } else { ("application/jsonl", "jsonl") };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"messages-{id}.{name}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, Body::from_stream(parts)))
}

const CSV_HEAD: &str = "at,direction,kind,action,message_id,outcome,error_code,took_ms,request,response\r\n";

impl Message {
    fn json(&self, text: &mut String) {
        // Texts and numbers only: this cannot fail, and a line that did would be left out.
        if let Ok(line) = serde_json::to_string(self) {
            text.push_str(&line);
            text.push('\n');
        }
    }

    fn csv(&self, text: &mut String) {
        let took = self.took_ms.map(|ms| ms.to_string());
        let cells = [
            Some(self.at.as_str()),
            Some(self.direction),
            Some(self.kind),
            Some(&self.action),
            Some(&self.message_id),
            Some(self.outcome),
            self.error_code.as_deref(),
            took.as_deref(),
            Some(&self.request),
            self.response.as_deref(),
        ];
        for (index, value) in cells.into_iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            cell(text, value.unwrap_or_default());
        }
        text.push_str("\r\n");
    }
}

/// One cell: quoted, and never a formula. A spreadsheet runs what begins with one of these signs, and a charger chooses
/// its own words (threat 11).
fn cell(text: &mut String, value: &str) {
    let formula = value.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}']);
    let guard = if formula || value.starts_with(['\t', '\r', '\n']) { "'" } else { "" };
    // Writing to a text cannot fail.
    let _ = write!(text, "\"{guard}{}\"", value.replace('"', "\"\""));
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_quoted_and_is_no_formula() {
        for (value, expected) in [
            ("Heartbeat", "\"Heartbeat\""),
            ("[2,\"1\"]", "\"[2,\"\"1\"\"]\""),
            ("=HYPERLINK(1)", "\"'=HYPERLINK(1)\""),
            ("  @x", "\"'  @x\""),
            ("-1", "\"'-1\""),
            ("\t=1", "\"'\t=1\""),
            ("\rHeartbeat", "\"'\rHeartbeat\""),
            ("", "\"\""),
        ] {
            let mut text = String::new();
            cell(&mut text, value);
            assert_eq!(text, expected);
        }
    }
}
