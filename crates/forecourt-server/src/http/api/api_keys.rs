//! Keys of outside programs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use forecourt_app::AppError;
use forecourt_app::store::ApiKeyRecord;
use forecourt_core::access::Permission;
use forecourt_core::id::ApiKeyId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::List;
use crate::http::auth::Caller;
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke)).routes(routes!(rotate))
}

/// A key; its text is shown once, when it is made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKey {
    id: String,
    name: String,
    /// How the key begins, so that its owner recognises it.
    prefix: String,
    /// Rights, as those of operators: `GET /api/v1/roles` lists them all under admin.
    scopes: Vec<&'static str>,
    created_at: String,
    last_used_at: Option<String>,
    expires_at: Option<String>,
    revoked_at: Option<String>,
    created_by: Option<String>,
    /// The key after this one; both work until `expires_at`.
    replaced_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl From<ApiKeyRecord> for ApiKey {
    fn from(record: ApiKeyRecord) -> Self {
        let text = |at: Option<Timestamp>| at.map(|t| t.to_string());
        Self {
            id: record.id.to_string(),
            name: record.name,
            prefix: record.prefix,
            scopes: record.scopes.iter().map(|scope| scope.as_str()).collect(),
            created_at: record.created_at.to_string(),
            last_used_at: text(record.last_used_at),
            expires_at: text(record.expires_at),
            revoked_at: text(record.revoked_at),
            created_by: record.created_by,
            replaced_by: record.replaced_by.map(|id| id.to_string()),
            key: None,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateApiKey {
    name: String,
    /// Everything the caller may do, where absent.
    scopes: Option<Vec<String>>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Rotate {
    /// How long the old key still works, 0 to 720.
    #[serde(default)]
    overlap_hours: i64,
}

/// API keys, newest first.
#[utoipa::path(get, path = "/api/v1/api-keys", tag = "API keys", responses((status = 200, body = List<ApiKey>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<ApiKey>>, HttpError> {
    let found = state.app.api_keys(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(ApiKey::from).collect())))
}

/// Make a key.
#[utoipa::path(post, path = "/api/v1/api-keys", tag = "API keys", request_body = CreateApiKey,
    responses((status = 201, body = ApiKey), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<CreateApiKey>,
) -> Result<impl IntoResponse, HttpError> {
    let parse = |(place, word): (usize, String)| {
        Permission::parse(&word).ok_or_else(|| AppError::field(&format!("/scopes/{place}"), "no such scope"))
    };
    let scopes =
        request.scopes.map(|words| words.into_iter().enumerate().map(parse).collect::<Result<Vec<_>, _>>());
    let issued =
        state.app.create_api_key(&principal, &request.name, scopes.transpose()?, request.expires_at).await?;
    Ok((StatusCode::CREATED, Json(ApiKey { key: Some(issued.key), ..issued.record.into() })))
}

/// Revoke a key at once.
#[utoipa::path(delete, path = "/api/v1/api-keys/{id}", tag = "API keys", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn revoke(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ApiKeyId>,
) -> Result<StatusCode, HttpError> {
    state.app.revoke_api_key(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a key that may do the same; the old one works on for the overlap.
#[utoipa::path(post, path = "/api/v1/api-keys/{id}/rotate", tag = "API keys", params(("id" = String, Path)),
    request_body = Rotate,
    responses((status = 201, body = ApiKey), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn rotate(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ApiKeyId>,
    Body(request): Body<Rotate>,
) -> Result<impl IntoResponse, HttpError> {
    let overlap = jiff::SignedDuration::from_hours(request.overlap_hours.clamp(-1, 10_000));
    let issued = state.app.rotate_api_key(&principal, id, overlap).await?;
    Ok((StatusCode::CREATED, Json(ApiKey { key: Some(issued.key), ..issued.record.into() })))
}
