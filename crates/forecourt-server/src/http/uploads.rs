//! Where chargers send their logs, and the revocation lists anybody may read. No login: an address of the first kind is
//! itself the secret, and good once.
//!
//! What arrives is written to a file as it comes; nothing here looks inside.

use std::path::Path as FilePath;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use forecourt_app::log_uploads::LOG_MAX_BYTES;
use forecourt_core::id::OrganisationId;
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use super::error::HttpError;
use super::state::HttpState;

/// Longest silence within an upload.
const SILENCE: Duration = Duration::from_secs(60);
/// Longest upload: a slow mobile link with the largest log.
const WHOLE: Duration = Duration::from_secs(2 * 3600);

pub fn router() -> Router<HttpState> {
    Router::new()
        .route("/uploads/{token}", put(receive).post(receive))
        .route("/uploads/{token}/{*name}", put(receive_named).post(receive_named))
        .route("/crl/{file}", get(revocation_list))
}

async fn receive(
    state: State<HttpState>,
    Path(token): Path<String>,
    body: Body,
) -> Result<Response, HttpError> {
    take(state, &token, None, body).await
}

/// Chargers add the name of the file to the address.
async fn receive_named(
    state: State<HttpState>,
    Path((token, name)): Path<(String, String)>,
    body: Body,
) -> Result<Response, HttpError> {
    take(state, &token, Some(name), body).await
}

async fn take(
    State(state): State<HttpState>,
    token: &str,
    name: Option<String>,
    body: Body,
) -> Result<Response, HttpError> {
    let receiving = state.app.receive_log(token).await?;
    // To its end in a task of its own: a charger that hangs up must not leave the upload half open.
    let app = state.app.clone();
    let work = tokio::spawn(async move {
        let written = tokio::time::timeout(WHOLE, write(&receiving.path, body)).await;
        let written = written.unwrap_or_else(|_| Err(Broken::Cut("it took too long".into())));
        let (outcome, answer) = match written {
            Ok(bytes) => (Ok(bytes), StatusCode::CREATED),
            Err(Broken::TooLarge) => {
                (Err(format!("it is larger than {LOG_MAX_BYTES} bytes")), StatusCode::PAYLOAD_TOO_LARGE)
            }
            Err(Broken::Cut(reason)) => (Err(reason), StatusCode::BAD_REQUEST),
            Err(Broken::Disk(reason)) => (Err(reason), StatusCode::INSUFFICIENT_STORAGE),
        };
        app.log_received(receiving, outcome, name.as_deref()).await.map(|()| answer)
    });
    let cut = |_| HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, "the upload was cut off");
    let status = work.await.map_err(cut)??;
    Ok(status.into_response())
}

/// Why there is no file.
enum Broken {
    TooLarge,
    Cut(String),
    Disk(String),
}

async fn write(path: &FilePath, body: Body) -> Result<u64, Broken> {
    let disk = |error: std::io::Error| Broken::Disk(format!("it could not be written: {error}"));
    let mut file = tokio::fs::File::create(path).await.map_err(disk)?;
    let mut parts = body.into_data_stream();
    let mut bytes: u64 = 0;
    loop {
        let part = tokio::time::timeout(SILENCE, parts.next()).await;
        let part = part.map_err(|_| Broken::Cut("the charger fell silent".into()))?;
        let Some(part) = part else { break };
        let part = part.map_err(|_| Broken::Cut("the connection broke".into()))?;
        bytes += part.len() as u64;
        if bytes > LOG_MAX_BYTES {
            return Err(Broken::TooLarge);
        }
        file.write_all(&part).await.map_err(disk)?;
    }
    file.sync_all().await.map_err(disk)?;
    Ok(bytes)
}

/// `/crl/{number}.crl`
async fn revocation_list(
    State(state): State<HttpState>,
    Path(file): Path<String>,
) -> Result<Response, HttpError> {
    let nothing = || HttpError::new(StatusCode::NOT_FOUND, "there is no such revocation list");
    let number = file.strip_suffix(".crl").and_then(|number| number.parse().ok()).ok_or_else(nothing)?;
    let list = state.app.revocation_list(OrganisationId(number)).await?;
    Ok(([(header::CONTENT_TYPE, "application/pkix-crl")], list).into_response())
}
