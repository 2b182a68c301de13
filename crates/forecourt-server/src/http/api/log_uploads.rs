//! Logs that chargers send to this server.

use axum::Json;
use axum::body::Body as Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use forecourt_app::log_uploads::LogRequest;
use forecourt_app::store::LogUploadRecord;
use forecourt_core::id::{LogUploadId, StationId};
use futures_util::stream;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging};
use crate::http::auth::{Caller, Secure};
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

/// Bytes of a file read at once.
const CHUNK_BYTES: usize = 64 * 1024;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list, ask)).routes(routes!(show, delete)).routes(routes!(file))
}

/// A log a charger was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogUpload {
    id: String,
    station_id: String,
    /// diagnostics or security.
    kind: String,
    /// asked, refused, uploading, received, failed or expired.
    state: String,
    /// The same in words, the charger's or ours.
    detail: Option<String>,
    from: Option<String>,
    to: Option<String>,
    file_name: Option<String>,
    bytes: Option<i64>,
    by: String,
    created_at: String,
    changed_at: String,
    /// Until when the charger may send it.
    expires_at: String,
}

impl From<LogUploadRecord> for LogUpload {
    fn from(record: LogUploadRecord) -> Self {
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        Self {
            id: record.id.to_string(),
            station_id: record.station.to_string(),
            kind: record.kind,
            state: record.state,
            detail: record.detail,
            from: text(record.from),
            to: text(record.to),
            file_name: record.file_name,
            bytes: record.bytes,
            by: record.asked_by,
            created_at: record.created_at.to_string(),
            changed_at: record.changed_at.to_string(),
            expires_at: record.expires_at.to_string(),
        }
    }
}

/// Logs a charger was asked for, the newest first.
#[utoipa::path(get, path = "/api/v1/stations/{id}/log-uploads", tag = "logs", params(("id" = String, Path), Paging),
    responses((status = 200, body = List<LogUpload>), (status = 404, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<LogUpload>>, HttpError> {
    let page = state.app.log_uploads(&principal, id, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, LogUpload::from)))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct AskForLog {
    /// diagnostics or security.
    kind: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// Ask a charger for a log, which it sends to this server, and wait for its word (at most 40 s).
#[utoipa::path(post, path = "/api/v1/stations/{id}/log-uploads", tag = "logs", params(("id" = String, Path)), request_body = AskForLog,
    responses((status = 201, body = LogUpload), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn ask(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Secure(secure): Secure,
    headers: HeaderMap,
    Body(request): Body<AskForLog>,
) -> Result<impl IntoResponse, HttpError> {
    let request = LogRequest {
        kind: request.kind,
        from: request.from,
        to: request.to,
        asked_at: host(&headers).map(|host| format!("{}://{host}", if secure { "https" } else { "http" })),
    };
    let record = state.app.ask_for_log(&principal, id, request).await?;
    Ok((StatusCode::CREATED, Json(LogUpload::from(record))))
}

/// The host of the request, when it is nothing but one.
fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    (!host.is_empty() && host.chars().all(plain)).then_some(host)
}

/// One log.
#[utoipa::path(get, path = "/api/v1/log-uploads/{id}", tag = "logs", params(("id" = String, Path)),
    responses((status = 200, body = LogUpload), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<LogUploadId>,
) -> Result<Json<LogUpload>, HttpError> {
    Ok(Json(state.app.log_upload(&principal, id).await?.into()))
}

/// Remove a log and its file.
#[utoipa::path(delete, path = "/api/v1/log-uploads/{id}", tag = "logs", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<LogUploadId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_log_upload(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The file of a log as the charger sent it: a download, whatever is in it.
#[utoipa::path(get, path = "/api/v1/log-uploads/{id}/file", tag = "logs", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn file(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<LogUploadId>,
) -> Result<impl IntoResponse, HttpError> {
    let (record, path) = state.app.log_file(&principal, id).await?;
    let gone = |error: std::io::Error| {
        tracing::warn!(%error, path = %path.display(), "a log's file cannot be read");
        HttpError::new(StatusCode::NOT_FOUND, "the file of this log is not there any more")
    };
    let file = tokio::fs::File::open(&path).await.map_err(gone)?;
    let name = record.file_name.unwrap_or_else(|| format!("{}-{}.log", record.kind, record.id));
    let headers: [(HeaderName, String); 4] = [
        (header::CONTENT_TYPE, "application/octet-stream".into()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".into()),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".into()),
    ];
    let parts = stream::try_unfold(file, async |mut file| {
        let mut part = vec![0; CHUNK_BYTES];
        let read = file.read(&mut part).await?;
        part.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then_some((part, file)))
    });
    Ok((headers, Bytes::from_stream(parts)))
}
