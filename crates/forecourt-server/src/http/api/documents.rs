//! Files kept with a site, a station or an issue, and the picture of a site. A document is a download, whatever is in it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use forecourt_app::documents::{DOCUMENT_MAX_BYTES, IMAGE_MAX_BYTES};
use forecourt_app::notes::Subject;
use forecourt_app::store::DocumentRecord;
use forecourt_core::id::{IssueId, SiteId, StationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::List;
use crate::http::auth::Caller;
use crate::http::body::{Id, Query, Two};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(of_station, add_to_station))
        .routes(routes!(file_of_station, remove_from_station))
        .routes(routes!(of_site, add_to_site))
        .routes(routes!(file_of_site, remove_from_site))
        .routes(routes!(of_issue, add_to_issue))
        .routes(routes!(file_of_issue, remove_from_issue))
        .routes(routes!(image, set_image, remove_image))
        .layer(DefaultBodyLimit::max(DOCUMENT_MAX_BYTES.max(IMAGE_MAX_BYTES)))
}

/// A file kept with a site, a station or an issue.
#[derive(Debug, Serialize, ToSchema)]
pub struct Document {
    id: String,
    name: String,
    /// By its first bytes.
    media_type: String,
    bytes: i64,
    sha256: String,
    added_by: String,
    at: String,
}

impl From<DocumentRecord> for Document {
    fn from(record: DocumentRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name,
            media_type: record.media_type,
            bytes: record.bytes,
            sha256: record.sha256,
            added_by: record.added_by,
            at: record.at.to_string(),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NewName {
    /// The name of the file.
    #[serde(default)]
    name: String,
}

async fn list(
    state: &HttpState,
    caller: &Caller,
    subject: Subject,
) -> Result<Json<List<Document>>, HttpError> {
    let found = state.app.documents(&caller.0, subject).await?;
    Ok(Json(List::whole(found.into_iter().map(Document::from).collect())))
}

async fn add(
    state: &HttpState,
    caller: &Caller,
    subject: Subject,
    name: &str,
    content: &[u8],
) -> Result<Response, HttpError> {
    let record = state.app.add_document(&caller.0, subject, name, content).await?;
    Ok((StatusCode::CREATED, Json(Document::from(record))).into_response())
}

async fn file(state: &HttpState, caller: &Caller, subject: Subject, id: i64) -> Result<Response, HttpError> {
    let (record, path) = state.app.document(&caller.0, subject, id).await?;
    let content = tokio::fs::read(&path).await.map_err(|error| {
        tracing::warn!(%error, path = %path.display(), "a document's file cannot be read");
        HttpError::new(StatusCode::NOT_FOUND, "the file of this document is not there any more")
    })?;
    // For clients that read only the first form: plain letters. The second form has the whole name (RFC 6266).
    let plain: String = record
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || ".-_ ".contains(c) { c } else { '_' })
        .collect();
    let whole: String = record.name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            text.push(byte.into());
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    });
    let headers: [(HeaderName, String); 4] = [
        (header::CONTENT_TYPE, "application/octet-stream".into()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".into()),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".into()),
    ];
    Ok((headers, content).into_response())
}

/// Documents of a station, newest first.
#[utoipa::path(get, path = "/api/v1/stations/{id}/documents", tag = "stations", params(("id" = String, Path)),
    responses((status = 200, body = List<Document>), (status = 404, body = Problem)))]
async fn of_station(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<Document>>, HttpError> {
    list(&state, &caller, Subject::Station(id)).await
}

/// Keep a file of at most 10 MB with a station; the body is its content.
#[utoipa::path(post, path = "/api/v1/stations/{id}/documents", tag = "stations", params(("id" = String, Path), NewName),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Document), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add_to_station(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<StationId>,
    Query(new): Query<NewName>,
    Content(content): Content,
) -> Result<Response, HttpError> {
    add(&state, &caller, Subject::Station(id), &new.name, &content).await
}

/// The content of a station's document: a download.
#[utoipa::path(get, path = "/api/v1/stations/{id}/documents/{document}", tag = "stations",
    params(("id" = String, Path), ("document" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
async fn file_of_station(
    State(state): State<HttpState>,
    caller: Caller,
    Two(id, document): Two<StationId, i64>,
) -> Result<Response, HttpError> {
    file(&state, &caller, Subject::Station(id), document).await
}

/// Remove a document of a station: one's own, or anybody's with the right to change the network.
#[utoipa::path(delete, path = "/api/v1/stations/{id}/documents/{document}", tag = "stations",
    params(("id" = String, Path), ("document" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn remove_from_station(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, document): Two<StationId, i64>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_document(&principal, Subject::Station(id), document).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Documents of a site, newest first.
#[utoipa::path(get, path = "/api/v1/sites/{id}/documents", tag = "sites", params(("id" = String, Path)),
    responses((status = 200, body = List<Document>), (status = 404, body = Problem)))]
async fn of_site(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<SiteId>,
) -> Result<Json<List<Document>>, HttpError> {
    list(&state, &caller, Subject::Site(id)).await
}

/// Keep a file of at most 10 MB with a site; the body is its content.
#[utoipa::path(post, path = "/api/v1/sites/{id}/documents", tag = "sites", params(("id" = String, Path), NewName),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Document), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add_to_site(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<SiteId>,
    Query(new): Query<NewName>,
    Content(content): Content,
) -> Result<Response, HttpError> {
    add(&state, &caller, Subject::Site(id), &new.name, &content).await
}

/// The content of a site's document: a download.
#[utoipa::path(get, path = "/api/v1/sites/{id}/documents/{document}", tag = "sites",
    params(("id" = String, Path), ("document" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
async fn file_of_site(
    State(state): State<HttpState>,
    caller: Caller,
    Two(id, document): Two<SiteId, i64>,
) -> Result<Response, HttpError> {
    file(&state, &caller, Subject::Site(id), document).await
}

/// Remove a document of a site: one's own, or anybody's with the right to change the network.
#[utoipa::path(delete, path = "/api/v1/sites/{id}/documents/{document}", tag = "sites",
    params(("id" = String, Path), ("document" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn remove_from_site(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, document): Two<SiteId, i64>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_document(&principal, Subject::Site(id), document).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Documents of an issue, newest first.
#[utoipa::path(get, path = "/api/v1/issues/{id}/documents", tag = "issues", params(("id" = String, Path)),
    responses((status = 200, body = List<Document>), (status = 404, body = Problem)))]
async fn of_issue(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<IssueId>,
) -> Result<Json<List<Document>>, HttpError> {
    list(&state, &caller, Subject::Issue(id)).await
}

/// Keep a file of at most 10 MB with an issue; the body is its content.
#[utoipa::path(post, path = "/api/v1/issues/{id}/documents", tag = "issues", params(("id" = String, Path), NewName),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Document), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add_to_issue(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<IssueId>,
    Query(new): Query<NewName>,
    Content(content): Content,
) -> Result<Response, HttpError> {
    add(&state, &caller, Subject::Issue(id), &new.name, &content).await
}

/// The content of an issue's document: a download.
#[utoipa::path(get, path = "/api/v1/issues/{id}/documents/{document}", tag = "issues",
    params(("id" = String, Path), ("document" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
async fn file_of_issue(
    State(state): State<HttpState>,
    caller: Caller,
    Two(id, document): Two<IssueId, i64>,
) -> Result<Response, HttpError> {
    file(&state, &caller, Subject::Issue(id), document).await
}

/// Remove a document of an issue: one's own, or anybody's with the right to change the network.
#[utoipa::path(delete, path = "/api/v1/issues/{id}/documents/{document}", tag = "issues",
    params(("id" = String, Path), ("document" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn remove_from_issue(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, document): Two<IssueId, i64>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_document(&principal, Subject::Issue(id), document).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The picture of a site.
#[utoipa::path(get, path = "/api/v1/sites/{id}/image", tag = "sites", params(("id" = String, Path)),
    responses((status = 200, content_type = "image/*"), (status = 404, body = Problem)))]
async fn image(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SiteId>,
) -> Result<Response, HttpError> {
    let (record, path) = state.app.site_image(&principal, id).await?;
    let content = tokio::fs::read(&path).await.map_err(|error| {
        tracing::warn!(%error, path = %path.display(), "a picture cannot be read");
        HttpError::new(StatusCode::NOT_FOUND, "the picture is not there any more")
    })?;
    let headers: [(HeaderName, String); 4] = [
        (header::CONTENT_TYPE, record.media_type),
        (header::CACHE_CONTROL, "private, max-age=86400".into()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".into()),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".into()),
    ];
    Ok((headers, content).into_response())
}

/// Give a site a picture: a PNG, JPEG or WebP of at most 4 MB, which is the body.
#[utoipa::path(put, path = "/api/v1/sites/{id}/image", tag = "sites", params(("id" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_image(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SiteId>,
    Content(content): Content,
) -> Result<StatusCode, HttpError> {
    state.app.set_site_image(&principal, id, &content).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a site's picture away.
#[utoipa::path(delete, path = "/api/v1/sites/{id}/image", tag = "sites", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn remove_image(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SiteId>,
) -> Result<StatusCode, HttpError> {
    state.app.remove_site_image(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body as it came, or a problem document.
pub struct Content(pub Bytes);

impl<S: Send + Sync> axum::extract::FromRequest<S> for Content {
    type Rejection = HttpError;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, HttpError> {
        let bytes = Bytes::from_request(request, state).await;
        let too_large =
            |_| HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "the file is too large or was cut off");
        bytes.map(Self).map_err(too_large)
    }
}
