//! The second factor of the caller, and finishing a sign-in with it.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::AppError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::account::may_prove;
use super::login::{LoginState, browser, welcome};
use crate::http::auth::{Address, Person, cookie};
use crate::http::body::Body;
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(begin, confirm)).routes(routes!(end)).routes(routes!(finish))
}

/// What an authenticator app needs; shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewSecondFactor {
    /// To type in where nothing can be scanned.
    secret: String,
    /// `otpauth://` address, to draw as a QR code.
    address: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Code {
    /// Six digits of the app, or a recovery code.
    code: String,
}

/// Codes for the day the phone is lost; shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    codes: Vec<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Proof {
    /// The caller's password.
    password: String,
}

/// Make a secret for an authenticator app; it is not asked for before it is confirmed.
#[utoipa::path(post, path = "/api/v1/account/second-factor", tag = "account",
    responses((status = 200, body = NewSecondFactor), (status = 409, body = Problem)))]
async fn begin(
    State(state): State<HttpState>,
    Person(principal, _): Person,
) -> Result<Json<NewSecondFactor>, HttpError> {
    let made = state.app.begin_second_factor(&principal).await?;
    Ok(Json(NewSecondFactor { secret: made.secret, address: made.address }))
}

/// Turn the second factor on with a first code.
#[utoipa::path(put, path = "/api/v1/account/second-factor", tag = "account", request_body = Code,
    responses((status = 200, body = RecoveryCodes), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn confirm(
    State(state): State<HttpState>,
    Person(principal, _): Person,
    Body(request): Body<Code>,
) -> Result<Json<RecoveryCodes>, HttpError> {
    may_prove(&state, &principal)?;
    Ok(Json(RecoveryCodes { codes: state.app.confirm_second_factor(&principal, &request.code).await? }))
}

/// Turn the second factor off.
#[utoipa::path(post, path = "/api/v1/account/second-factor/off", tag = "account", request_body = Proof,
    responses((status = 204), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn end(
    State(state): State<HttpState>,
    Person(principal, _): Person,
    Body(request): Body<Proof>,
) -> Result<StatusCode, HttpError> {
    may_prove(&state, &principal)?;
    state.app.end_second_factor(&principal, &request.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Finish signing in with a code.
#[utoipa::path(post, path = "/api/v1/session/second-factor", tag = "login", security(()), request_body = Code,
    responses((status = 200, body = LoginState), (status = 401, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn finish(
    State(state): State<HttpState>,
    Address(address): Address,
    headers: HeaderMap,
    Body(request): Body<Code>,
) -> Result<impl IntoResponse, HttpError> {
    let token = cookie(&headers).ok_or(AppError::SignedOut)?;
    let whose = state.app.half_login_of(token).await?;
    if !state.limits.may_sign_in(&address, &format!("code {whose}")) {
        return Err(AppError::TooMany.into());
    }
    let opened = state.app.finish_sign_in(token, &request.code, browser(address, &headers)).await?;
    welcome(&state, opened).await
}
