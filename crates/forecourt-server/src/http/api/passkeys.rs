//! Passkeys of the caller, and signing in with one.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::store::PasskeyRecord;
use forecourt_app::{AppError, Challenge};
use forecourt_core::id::PasskeyId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::account::may_prove;
use super::login::{LoginState, browser, welcome};
use super::paging::List;
use crate::http::auth::{Address, Person, cookie};
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(remove))
        .routes(routes!(begin))
        .routes(routes!(begin_sign_in))
        .routes(routes!(sign_in))
}

/// What somebody can sign in with instead of a password.
#[derive(Debug, Serialize, ToSchema)]
pub struct Passkey {
    id: String,
    name: String,
    created_at: String,
    last_used_at: Option<String>,
}

impl From<PasskeyRecord> for Passkey {
    fn from(record: PasskeyRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name,
            created_at: record.created_at.to_string(),
            last_used_at: record.last_used_at.map(|at| at.to_string()),
        }
    }
}

/// What the browser is to ask the device.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyChallenge {
    /// Comes back with the answer.
    token: String,
    /// `publicKey` of `navigator.credentials`, its bytes as base64url.
    #[schema(value_type = Object)]
    options: Value,
}

impl From<Challenge> for PasskeyChallenge {
    fn from(challenge: Challenge) -> Self {
        Self { token: challenge.token, options: challenge.options }
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct BeginPasskey {
    /// Of the caller, where they have one.
    #[serde(default)]
    password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct AddPasskey {
    token: String,
    /// For the person's list.
    name: String,
    /// What the device said: `id`, `transports`, `attestationObject` and `clientDataJSON`, bytes as base64url.
    #[schema(value_type = Object)]
    answer: Value,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct PasskeySignIn {
    token: String,
    /// What the device said: `id`, `authenticatorData`, `signature`, `clientDataJSON`, `userHandle`, as base64url.
    #[schema(value_type = Object)]
    answer: Value,
}

/// The caller's passkeys.
#[utoipa::path(get, path = "/api/v1/account/passkeys", tag = "account", responses((status = 200, body = List<Passkey>)))]
async fn list(
    State(state): State<HttpState>,
    Person(principal, _): Person,
) -> Result<Json<List<Passkey>>, HttpError> {
    let all = state.app.passkeys(&principal).await?;
    Ok(Json(List::whole(all.into_iter().map(Passkey::from).collect())))
}

/// Begin a new passkey.
#[utoipa::path(post, path = "/api/v1/account/passkeys/challenge", tag = "account", request_body = BeginPasskey,
    responses((status = 200, body = PasskeyChallenge), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn begin(
    State(state): State<HttpState>,
    Person(principal, _): Person,
    Body(request): Body<BeginPasskey>,
) -> Result<Json<PasskeyChallenge>, HttpError> {
    may_prove(&state, &principal)?;
    Ok(Json(state.app.begin_passkey(&principal, &request.password).await?.into()))
}

/// Keep a new passkey.
#[utoipa::path(post, path = "/api/v1/account/passkeys", tag = "account", request_body = AddPasskey,
    responses((status = 201, body = Passkey), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn add(
    State(state): State<HttpState>,
    Person(principal, _): Person,
    Body(request): Body<AddPasskey>,
) -> Result<impl IntoResponse, HttpError> {
    let AddPasskey { token, name, answer } = request;
    let made = state.app.add_passkey(&principal, &token, &name, answer).await?;
    Ok((StatusCode::CREATED, Json(Passkey::from(made))))
}

/// Remove a passkey: it opens nothing any more.
#[utoipa::path(delete, path = "/api/v1/account/passkeys/{id}", tag = "account", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn remove(
    State(state): State<HttpState>,
    Person(principal, _): Person,
    Id(id): Id<PasskeyId>,
) -> Result<StatusCode, HttpError> {
    state.app.remove_passkey(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin signing in with a passkey.
#[utoipa::path(post, path = "/api/v1/session/passkey/challenge", tag = "login", security(()),
    responses((status = 200, body = PasskeyChallenge), (status = 409, body = Problem), (status = 429, body = Problem)))]
async fn begin_sign_in(
    State(state): State<HttpState>,
    Address(address): Address,
) -> Result<Json<PasskeyChallenge>, HttpError> {
    if !state.limits.may_try("passkey challenge", &address) {
        return Err(AppError::TooMany.into());
    }
    Ok(Json(state.app.begin_passkey_sign_in().await?.into()))
}

/// Sign in with a passkey; also in place of the second factor's code.
#[utoipa::path(post, path = "/api/v1/session/passkey", tag = "login", security(()), request_body = PasskeySignIn,
    responses((status = 200, body = LoginState), (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn sign_in(
    State(state): State<HttpState>,
    Address(address): Address,
    headers: HeaderMap,
    Body(request): Body<PasskeySignIn>,
) -> Result<impl IntoResponse, HttpError> {
    if !state.limits.may_try("passkey", &address) {
        return Err(AppError::TooMany.into());
    }
    let opened =
        state.app.sign_in_by_passkey(&request.token, request.answer, browser(address, &headers)).await?;
    // What waited for a code waits no longer.
    if let Some(half) = cookie(&headers) {
        state.app.sign_out(half).await?;
    }
    welcome(&state, opened).await
}
