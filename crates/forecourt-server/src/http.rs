//! HTTP: the API, the page, health and metrics. No business rule.

mod api;
mod auth;
mod body;
mod error;
mod live;
mod page;
mod probes;
mod sheet;
mod state;
mod uploads;

pub use api::document;
pub use state::{HttpState, Limits};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// Largest request body of the API, in bytes. The largest sensible one is an OCPP call written by hand.
const BODY_MAX_BYTES: usize = 256 * 1024;

/// Scripts and styles come from this server alone; nothing a station says can run in a browser.
const CONTENT_SECURITY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
     font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

/// Everything but the stations' door.
pub fn router(state: HttpState) -> Router {
    let api = api::router(&state)
        .layer(middleware::from_fn(auth::refuse_foreign_origin))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES));
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    // Live events are not compressed: they must arrive at once.
    let compressed = Router::new().merge(api).merge(page::router()).layer(CompressionLayer::new());
    Router::new()
        .merge(compressed)
        .merge(live::router())
        .merge(probes::router())
        .merge(uploads::router())
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .with_state(state)
}
