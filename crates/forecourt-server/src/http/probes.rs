//! For orchestrators and Prometheus.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use super::state::HttpState;

pub fn router() -> Router<HttpState> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
}

/// The process runs.
async fn healthz() -> &'static str {
    "ok\n"
}

/// Storage takes what stations report.
async fn readyz(State(state): State<HttpState>) -> (StatusCode, String) {
    if let Some(problem) = state.app.storage_problem() {
        return (StatusCode::SERVICE_UNAVAILABLE, format!("storage: {problem}\n"));
    }
    match state.app.store().check().await {
        Ok(()) => (StatusCode::OK, "ready\n".into()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("storage: {error}\n")),
    }
}

async fn metrics(State(state): State<HttpState>) -> (StatusCode, String) {
    match &state.metrics {
        Some(handle) => (StatusCode::OK, handle.render()),
        None => (StatusCode::NOT_FOUND, "metrics are not recorded\n".into()),
    }
}
