//! `Idempotency-Key`: a repeated creating request gets the answer it got, and creates nothing.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use forecourt_app::App;
use forecourt_app::idempotency::{Claim, Once};

use crate::http::auth::Caller;
use crate::http::error::HttpError;
use crate::http::state::HttpState;

const HEADER: &str = "idempotency-key";
/// Requests and answers of creating calls are small, in bytes.
const MAX_BYTES: usize = 512 * 1024;
/// Members shown once and never kept.
const SECRETS: [&str; 2] = ["password", "key"];

pub async fn once(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let key = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    match key {
        Some(key) if request.method() == axum::http::Method::POST => {
            run_once(&state, &key, request, next).await.unwrap_or_else(IntoResponse::into_response)
        }
        _ => next.run(request).await,
    }
}

async fn run_once(state: &HttpState, key: &str, request: Request, next: Next) -> Result<Response, HttpError> {
    let (mut parts, body) = request.into_parts();
    let Caller(principal) = Caller::from_request_parts(&mut parts, state).await?;
    let too_large =
        |_| HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "the request body is too large or was cut off");
    let bytes = to_bytes(body, MAX_BYTES).await.map_err(too_large)?;
    let request = format!("{} {}", parts.uri.path(), String::from_utf8_lossy(&bytes));
    let claim = match state.app.begin_once(&principal, key, &request).await? {
        Once::Repeat(status, body) => {
            return Ok(answer(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), body));
        }
        Once::Run(claim) => claim,
    };
    let request = Request::from_parts(parts, Body::from(bytes));
    let run = run_claimed(state.app.clone(), claim, request, next);
    // A task of its own: a caller who hangs up must not part what is created from the answer that is kept.
    let ended = tokio::spawn(run).await;
    ended
        .unwrap_or_else(|_| Err(HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, "the request did not end")))
}

async fn run_claimed(
    app: Arc<App>,
    claim: Claim,
    request: Request,
    next: Next,
) -> Result<Response, HttpError> {
    let response = next.run(request).await;
    if !response.status().is_success() {
        finish(&app, claim, None).await;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let too_large = |_| HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer is too large");
    let bytes = to_bytes(body, MAX_BYTES).await.map_err(too_large)?;
    finish(&app, claim, Some((parts.status.as_u16(), &without_secrets(&bytes)))).await;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// What was done is done, whether its answer could be kept or not.
async fn finish(app: &App, claim: Claim, answer: Option<(u16, &str)>) {
    if let Err(error) = app.finish_once(claim, answer).await {
        tracing::warn!(%error, "an answer could not be kept under its Idempotency-Key");
    }
}

fn answer(status: StatusCode, body: String) -> Response {
    let json = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, json)], body).into_response()
}

fn without_secrets(bytes: &[u8]) -> String {
    let mut value: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    if let Some(object) = value.as_object_mut() {
        for secret in SECRETS {
            if let Some(member) = object.get_mut(secret) {
                *member = serde_json::Value::Null;
            }
        }
    }
    value.to_string()
}
