//! Webhooks: where other programs are told, and every delivery.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::happenings::KINDS;
use forecourt_app::store::webhook::{DeliveryRecord, WebhookRecord};
use forecourt_app::webhooks::WebhookEdit;
use forecourt_core::id::WebhookId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(rotate))
        .routes(routes!(ping))
        .routes(routes!(deliveries))
        .routes(routes!(retry))
        .routes(routes!(kinds))
}

/// An address of another program that is told what happens, signed after the Standard Webhooks scheme.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    id: String,
    name: String,
    #[schema(example = "https://example.com/forecourt")]
    url: String,
    /// What it is told of (see `/happening-kinds`).
    kinds: Vec<String>,
    enabled: bool,
    created_at: String,
    /// Since when nothing arrives there.
    failing_since: Option<String>,
    version: i64,
    /// Told once, when the webhook is made or its secret changed: `whsec_` and base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl From<WebhookRecord> for Webhook {
    fn from(record: WebhookRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name,
            url: record.url,
            kinds: record.kinds.split(' ').map(str::to_owned).collect(),
            enabled: record.enabled,
            created_at: record.created_at.to_string(),
            failing_since: record.failing_since.map(|at| at.to_string()),
            version: record.version,
            secret: None,
        }
    }
}

/// One event for one webhook, and how its delivery went.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    id: String,
    /// As sent in the header `webhook-id`.
    message_id: String,
    kind: String,
    /// What was sent.
    body: String,
    created_at: String,
    attempts: i64,
    /// When it is tried next; null: delivered or given up.
    next_at: Option<String>,
    delivered_at: Option<String>,
    /// The status answered last.
    status: Option<i64>,
    error: Option<String>,
}

impl From<DeliveryRecord> for WebhookDelivery {
    fn from(record: DeliveryRecord) -> Self {
        Self {
            id: record.id.to_string(),
            message_id: format!("msg_{}", record.happening),
            kind: record.kind,
            body: record.body,
            created_at: record.created_at.to_string(),
            attempts: record.attempts,
            next_at: record.next_at.map(|at| at.to_string()),
            delivered_at: record.delivered_at.map(|at| at.to_string()),
            status: record.status,
            error: record.error,
        }
    }
}

/// Members that are absent stay as they are.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct WebhookRequest {
    name: Option<String>,
    /// https, and not of a private network.
    url: Option<String>,
    kinds: Option<Vec<String>>,
    enabled: Option<bool>,
}

impl From<WebhookRequest> for WebhookEdit {
    fn from(request: WebhookRequest) -> Self {
        let WebhookRequest { name, url, kinds, enabled } = request;
        Self { name, url, kinds, enabled }
    }
}

/// The organisation's webhooks.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", responses((status = 200, body = List<Webhook>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Webhook>>, HttpError> {
    let found = state.app.webhooks(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(Webhook::from).collect())))
}

/// Make a webhook. The answer holds its secret, this once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = WebhookRequest,
    responses((status = 201, body = Webhook), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<WebhookRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let (record, secret) = state.app.add_webhook(&principal, request.into()).await?;
    let shown = Webhook { secret: Some(secret), ..record.into() };
    Ok((StatusCode::CREATED, etag(shown.version), Json(shown)))
}

/// One webhook.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = Webhook), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<WebhookId>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.webhook(&principal, id).await?;
    Ok((etag(record.version), Json(Webhook::from(record))))
}

/// Change a webhook. `If-Match` takes its version. What happened while it was off is not told.
#[utoipa::path(patch, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    request_body = WebhookRequest,
    responses((status = 200, body = Webhook), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<WebhookId>,
    headers: HeaderMap,
    Body(request): Body<WebhookRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.edit_webhook(&principal, id, expected(&headers)?, request.into()).await?;
    Ok((etag(record.version), Json(Webhook::from(record))))
}

/// Remove a webhook with its deliveries.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<WebhookId>,
) -> Result<StatusCode, HttpError> {
    state.app.remove_webhook(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a webhook a new secret, told this once; the old one ends at once.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/rotate", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = Webhook), (status = 404, body = Problem)))]
async fn rotate(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<WebhookId>,
) -> Result<Json<Webhook>, HttpError> {
    let (record, secret) = state.app.rotate_webhook(&principal, id).await?;
    Ok(Json(Webhook { secret: Some(secret), ..record.into() }))
}

/// Send something harmless, to try the address; answered when the other side has.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/ping", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = WebhookDelivery), (status = 404, body = Problem)))]
async fn ping(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<WebhookId>,
) -> Result<Json<WebhookDelivery>, HttpError> {
    Ok(Json(state.app.ping_webhook(&principal, id).await?.into()))
}

/// Deliveries of a webhook, newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = String, Path), Paging),
    responses((status = 200, body = List<WebhookDelivery>), (status = 404, body = Problem)))]
async fn deliveries(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<WebhookId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<WebhookDelivery>>, HttpError> {
    let cursor = paging.cursor()?;
    let page = state.app.webhook_deliveries(&principal, id, cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, WebhookDelivery::from)))
}

/// Try a delivery once more, now.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/deliveries/{delivery}/retry", tag = "webhooks",
    params(("id" = String, Path), ("delivery" = String, Path)),
    responses((status = 200, body = WebhookDelivery), (status = 404, body = Problem)))]
async fn retry(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    axum::extract::Path((id, delivery)): axum::extract::Path<(WebhookId, i64)>,
) -> Result<Json<WebhookDelivery>, HttpError> {
    Ok(Json(state.app.retry_delivery(&principal, id, delivery).await?.into()))
}

/// Everything that webhooks and alerts can be told of.
#[utoipa::path(get, path = "/api/v1/happening-kinds", tag = "webhooks", responses((status = 200, body = List<String>)))]
async fn kinds(_caller: Caller) -> Json<List<String>> {
    Json(List::whole(KINDS.iter().map(|kind| (*kind).to_owned()).collect()))
}
