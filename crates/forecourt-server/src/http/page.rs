//! The web application inside the binary.

use axum::Router;
use axum::http::StatusCode;

use super::state::HttpState;

/// Any path that is nothing else is a screen of the application.
pub fn router() -> Router<HttpState> {
    memory_serve::load!()
        .index_file(Some("/index.html"))
        .fallback(Some("/index.html"))
        .fallback_status(StatusCode::OK)
        .add_alias("/api/docs", "/docs.html")
        .html_cache_control(memory_serve::CacheControl::NoCache)
        .into_router()
}
