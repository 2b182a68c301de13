//! Notes people keep about a site or a station.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use forecourt_app::notes::Subject;
use forecourt_app::store::NoteRecord;
use forecourt_core::id::{SiteId, StationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, Two};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(of_station, add_to_station))
        .routes(routes!(change_of_station, remove_of_station))
        .routes(routes!(of_site, add_to_site))
        .routes(routes!(change_of_site, remove_of_site))
}

/// A note about a site or a station.
#[derive(Debug, Serialize, ToSchema)]
pub struct Note {
    id: String,
    text: String,
    by: String,
    at: String,
    edited_at: Option<String>,
}

impl From<NoteRecord> for Note {
    fn from(record: NoteRecord) -> Self {
        Self {
            id: record.id.to_string(),
            text: record.text,
            by: record.written_by,
            at: record.at.to_string(),
            edited_at: record.edited_at.map(|at| at.to_string()),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct NoteText {
    text: String,
}

async fn list(
    state: &HttpState,
    caller: &Caller,
    subject: Subject,
    paging: Paging,
) -> Result<Json<List<Note>>, HttpError> {
    let page = state.app.notes(&caller.0, subject, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Note::from)))
}

async fn add(
    state: &HttpState,
    caller: &Caller,
    subject: Subject,
    text: &str,
) -> Result<Response, HttpError> {
    let note = state.app.add_note(&caller.0, subject, text).await?;
    Ok((StatusCode::CREATED, Json(Note::from(note))).into_response())
}

/// Notes about a station, newest first.
#[utoipa::path(get, path = "/api/v1/stations/{id}/notes", tag = "stations", params(("id" = String, Path), Paging),
    responses((status = 200, body = List<Note>), (status = 404, body = Problem)))]
async fn of_station(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<StationId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Note>>, HttpError> {
    list(&state, &caller, Subject::Station(id), paging).await
}

/// Write a note about a station.
#[utoipa::path(post, path = "/api/v1/stations/{id}/notes", tag = "stations", params(("id" = String, Path)),
    request_body = NoteText,
    responses((status = 201, body = Note), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add_to_station(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<StationId>,
    Body(request): Body<NoteText>,
) -> Result<Response, HttpError> {
    add(&state, &caller, Subject::Station(id), &request.text).await
}

/// Change a note about a station: one's own, or anybody's with the right to change the network.
#[utoipa::path(patch, path = "/api/v1/stations/{id}/notes/{note}", tag = "stations",
    params(("id" = String, Path), ("note" = String, Path)), request_body = NoteText,
    responses((status = 200, body = Note), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn change_of_station(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, note): Two<StationId, i64>,
    Body(request): Body<NoteText>,
) -> Result<Json<Note>, HttpError> {
    Ok(Json(state.app.edit_note(&principal, Subject::Station(id), note, &request.text).await?.into()))
}

/// Remove a note about a station.
#[utoipa::path(delete, path = "/api/v1/stations/{id}/notes/{note}", tag = "stations",
    params(("id" = String, Path), ("note" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn remove_of_station(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, note): Two<StationId, i64>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_note(&principal, Subject::Station(id), note).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes about a site, newest first.
#[utoipa::path(get, path = "/api/v1/sites/{id}/notes", tag = "sites", params(("id" = String, Path), Paging),
    responses((status = 200, body = List<Note>), (status = 404, body = Problem)))]
async fn of_site(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<SiteId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Note>>, HttpError> {
    list(&state, &caller, Subject::Site(id), paging).await
}

/// Write a note about a site.
#[utoipa::path(post, path = "/api/v1/sites/{id}/notes", tag = "sites", params(("id" = String, Path)),
    request_body = NoteText,
    responses((status = 201, body = Note), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add_to_site(
    State(state): State<HttpState>,
    caller: Caller,
    Id(id): Id<SiteId>,
    Body(request): Body<NoteText>,
) -> Result<Response, HttpError> {
    add(&state, &caller, Subject::Site(id), &request.text).await
}

/// Change a note about a site: one's own, or anybody's with the right to change the network.
#[utoipa::path(patch, path = "/api/v1/sites/{id}/notes/{note}", tag = "sites",
    params(("id" = String, Path), ("note" = String, Path)), request_body = NoteText,
    responses((status = 200, body = Note), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn change_of_site(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, note): Two<SiteId, i64>,
    Body(request): Body<NoteText>,
) -> Result<Json<Note>, HttpError> {
    Ok(Json(state.app.edit_note(&principal, Subject::Site(id), note, &request.text).await?.into()))
}

/// Remove a note about a site.
#[utoipa::path(delete, path = "/api/v1/sites/{id}/notes/{note}", tag = "sites",
    params(("id" = String, Path), ("note" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn remove_of_site(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, note): Two<SiteId, i64>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_note(&principal, Subject::Site(id), note).await?;
    Ok(StatusCode::NO_CONTENT)
}
