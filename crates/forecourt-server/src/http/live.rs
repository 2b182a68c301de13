//! Live events: one stream a browser (server-sent events).

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use forecourt_app::changes::Event as Moved;
use forecourt_app::security::severity::severity_of;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::auth::Caller;
use super::error::HttpError;
use super::state::HttpState;

/// Keeps proxies from closing a quiet stream.
const PING: Duration = Duration::from_secs(15);

pub fn router() -> Router<HttpState> {
    Router::new().route("/api/v1/events", get(events))
}

struct Watch {
    receiver: Receiver<std::sync::Arc<Moved>>,
    principal: forecourt_app::Principal,
    app: std::sync::Arc<forecourt_app::App>,
    caller_expires: tokio::time::Instant,
}

/// A stream outlives a revoked login by at most this long; the browser opens it anew.
const STREAM_MAX: Duration = Duration::from_secs(15 * 60);

async fn events(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, HttpError> {
    principal.require(Permission::Read)?;
    let receiver = state.app.changes().watch();
    let resume =
        headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|id| id.parse().ok());
    let mut first = vec![Event::default().event("hello").data("{}")];
    if let Some(id) = resume {
        match state.app.changes().since(principal.organisation, id) {
            Some(missed) => {
                let seen = missed.iter().filter(|event| state.app.is_told(&principal, &event.change));
                first.extend(seen.map(|event| line(event)));
            }
            None => first.push(Event::default().event("refetch").data("{}")),
        }
    }
    let watch = Watch {
        receiver,
        principal,
        app: state.app.clone(),
        caller_expires: tokio::time::Instant::now() + STREAM_MAX,
    };
    let stream = stream::iter(first).chain(stream::unfold(watch, next)).map(Ok);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(PING)))
}

async fn next(mut watch: Watch) -> Option<(Event, Watch)> {
    loop {
        let received = tokio::time::timeout_at(watch.caller_expires, watch.receiver.recv()).await.ok()?;
        match received {
            Ok(event) if watch.app.is_told(&watch.principal, &event.change) => {
                return Some((line(&event), watch));
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => {
                watch.receiver = watch.app.changes().watch();
                return Some((Event::default().event("refetch").data("{}"), watch));
            }
            Err(RecvError::Closed) => return None,
        }
    }
}

fn line(event: &Moved) -> Event {
    let mut data = serde_json::to_value(&event.change).unwrap_or_default();
    if let Some(object) = data.as_object_mut() {
        object.insert("id".into(), event.id.into());
        object.insert("at".into(), event.at.to_string().into());
        if let What::Security { kind } = &event.change.what {
            object.insert("severity".into(), severity_of(kind).as_str().into());
        }
    }
    Event::default().id(event.id.to_string()).data(data.to_string())
}
