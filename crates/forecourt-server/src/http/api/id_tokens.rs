//! Id tokens (charge keys).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::store::TokenRecord;
use forecourt_app::{NewToken, TokenEdit};
use forecourt_core::id::IdTokenId;
use forecourt_core::token::{TokenKind, TokenStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, present};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, change, delete))
}

/// What is shown to a station to charge.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdToken {
    id: String,
    uid: String,
    /// rfid, app, mac, emaid, key_code, local or other.
    #[schema(value_type = String, example = "rfid")]
    kind: TokenKind,
    alias: Option<String>,
    /// accepted or blocked.
    #[schema(value_type = String, example = "accepted")]
    status: TokenStatus,
    expires_at: Option<String>,
    /// Tokens of one group may stop each other's sessions.
    group: Option<String>,
    last_used_at: Option<String>,
    created_at: String,
}

impl From<TokenRecord> for IdToken {
    fn from(record: TokenRecord) -> Self {
        Self {
            id: record.id.to_string(),
            uid: record.uid,
            kind: record.kind,
            alias: record.alias,
            status: record.status,
            expires_at: record.expires_at.map(|t| t.to_string()),
            group: record.group,
            last_used_at: record.last_used_at.map(|t| t.to_string()),
            created_at: record.created_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateIdToken {
    uid: String,
    #[schema(value_type = String, example = "rfid")]
    kind: TokenKind,
    #[schema(value_type = Option<String>)]
    status: Option<TokenStatus>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    group: Option<String>,
    alias: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ChangeIdToken {
    #[schema(value_type = Option<String>)]
    kind: Option<TokenKind>,
    #[schema(value_type = Option<String>)]
    status: Option<TokenStatus>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<Timestamp>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    group: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    alias: Option<Option<String>>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IdTokenQuery {
    /// Finds number or alias.
    q: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Charge keys, newest first.
#[utoipa::path(get, path = "/api/v1/id-tokens", tag = "id tokens", params(IdTokenQuery), responses((status = 200, body = List<IdToken>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<IdTokenQuery>,
) -> Result<Json<List<IdToken>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let page =
        state.app.tokens(&principal, query.q.as_deref(), paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, IdToken::from)))
}

/// Create a charge key.
#[utoipa::path(post, path = "/api/v1/id-tokens", tag = "id tokens", request_body = CreateIdToken,
    responses((status = 201, body = IdToken), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<CreateIdToken>,
) -> Result<impl IntoResponse, HttpError> {
    let new = NewToken {
        uid: request.uid,
        kind: request.kind,
        alias: request.alias,
        status: request.status.unwrap_or(TokenStatus::Accepted),
        expires_at: request.expires_at,
        group: request.group,
    };
    let record = state.app.add_token(&principal, new).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(IdToken::from(record))))
}

/// One charge key.
#[utoipa::path(get, path = "/api/v1/id-tokens/{id}", tag = "id tokens", params(("id" = String, Path)),
    responses((status = 200, body = IdToken), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IdTokenId>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.token(&principal, id).await?;
    Ok((etag(record.version), Json(IdToken::from(record))))
}

/// Change a charge key.
#[utoipa::path(patch, path = "/api/v1/id-tokens/{id}", tag = "id tokens", params(("id" = String, Path)), request_body = ChangeIdToken,
    responses((status = 200, body = IdToken), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IdTokenId>,
    headers: HeaderMap,
    Body(request): Body<ChangeIdToken>,
) -> Result<impl IntoResponse, HttpError> {
    let edit = TokenEdit {
        kind: request.kind,
        alias: request.alias,
        status: request.status,
        expires_at: request.expires_at,
        group: request.group,
    };
    let record = state.app.edit_token(&principal, id, expected(&headers)?, edit).await?;
    Ok((etag(record.version), Json(IdToken::from(record))))
}

/// Delete a charge key. Its sessions stay.
#[utoipa::path(delete, path = "/api/v1/id-tokens/{id}", tag = "id tokens", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IdTokenId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_token(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
