//! Saved views of lists.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use forecourt_app::NewSavedView;
use forecourt_app::store::SavedViewRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::List;
use crate::http::auth::Caller;
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(delete))
}

/// Filters, order and columns of a list under a name.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedView {
    id: String,
    #[schema(example = "sessions")]
    page: String,
    name: String,
    /// As it stands in the address, without `?`.
    #[schema(example = "status=ended&site=12")]
    query: String,
    /// Everybody of the organisation sees it.
    shared: bool,
    /// Made by the one who asks.
    own: bool,
}

fn shown(record: SavedViewRecord, caller: &forecourt_app::Principal) -> SavedView {
    SavedView {
        id: record.id.to_string(),
        page: record.page,
        name: record.name,
        query: record.query,
        shared: record.shared,
        own: record.operator == caller.operator(),
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct SavedViewRequest {
    page: String,
    name: String,
    query: String,
    #[serde(default)]
    shared: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfPage {
    /// The page they are of.
    page: String,
}

/// The caller's saved views of a page, and those that are shared.
#[utoipa::path(get, path = "/api/v1/saved-views", tag = "saved views", params(OfPage),
    responses((status = 200, body = List<SavedView>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(of): Query<OfPage>,
) -> Result<Json<List<SavedView>>, HttpError> {
    let found = state.app.saved_views(&principal, &of.page).await?;
    Ok(Json(List::whole(found.into_iter().map(|record| shown(record, &principal)).collect())))
}

/// Save a view.
#[utoipa::path(post, path = "/api/v1/saved-views", tag = "saved views", request_body = SavedViewRequest,
    responses((status = 201, body = SavedView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<SavedViewRequest>,
) -> Result<(StatusCode, Json<SavedView>), HttpError> {
    let SavedViewRequest { page, name, query, shared } = request;
    let record = state.app.save_view(&principal, NewSavedView { page, name, query, shared }).await?;
    Ok((StatusCode::CREATED, Json(shown(record, &principal))))
}

/// Remove a saved view.
#[utoipa::path(delete, path = "/api/v1/saved-views/{id}", tag = "saved views", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<i64>,
) -> Result<StatusCode, HttpError> {
    state.app.remove_saved_view(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
