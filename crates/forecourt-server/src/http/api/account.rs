//! The caller's own account, and a forgotten password.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use forecourt_app::store::{LoginRecord, OperatorRecord};
use forecourt_app::{AccountEdit, AppError};
use forecourt_core::id::LoginId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::login::browser;
use super::paging::List;
use crate::http::auth::{Address, Person, set_cookie};
use crate::http::body::{Body, Id, present};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(show, edit))
        .routes(routes!(change_password))
        .routes(routes!(logins))
        .routes(routes!(end_login))
        .routes(routes!(ask_reset))
        .routes(routes!(reset))
}

/// The caller's account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    id: String,
    email: String,
    name: String,
    /// en, de or da; null: as the browser asks.
    language: Option<String>,
    time_zone: Option<String>,
    second_factor: bool,
    /// Recovery codes that are left.
    recovery_codes: usize,
    /// False for people who sign in elsewhere only.
    has_password: bool,
}

impl From<OperatorRecord> for Account {
    fn from(record: OperatorRecord) -> Self {
        Self {
            id: record.id.to_string(),
            email: record.email,
            name: record.name,
            language: record.language,
            time_zone: record.time_zone,
            second_factor: record.totp_confirmed,
            recovery_codes: record.recovery.len(),
            has_password: !record.password_hash.is_empty(),
        }
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct EditAccount {
    name: Option<String>,
    /// Needs `password`.
    email: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    time_zone: Option<Option<String>>,
    password: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangePassword {
    /// The one that holds now.
    password: String,
    new_password: String,
}

/// Where the caller is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnLogin {
    id: String,
    address: String,
    user_agent: String,
    created_at: String,
    last_seen_at: String,
    expires_at: String,
    /// The one that asks.
    current: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct AskReset {
    email: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ResetPassword {
    /// The secret part of the link.
    token: String,
    password: String,
}

/// The caller's account.
#[utoipa::path(get, path = "/api/v1/account", tag = "account", responses((status = 200, body = Account)))]
async fn show(
    State(state): State<HttpState>,
    Person(principal, _): Person,
) -> Result<Json<Account>, HttpError> {
    Ok(Json(state.app.account(&principal).await?.into()))
}

/// Change the caller's name, address, language or time zone.
#[utoipa::path(patch, path = "/api/v1/account", tag = "account", request_body = EditAccount,
    responses((status = 200, body = Account), (status = 422, body = Problem)))]
async fn edit(
    State(state): State<HttpState>,
    Person(principal, _): Person,
    Body(request): Body<EditAccount>,
) -> Result<Json<Account>, HttpError> {
    let EditAccount { name, email, language, time_zone, password } = request;
    let edit = AccountEdit { name, email, language, time_zone, password };
    may_prove(&state, &principal)?;
    Ok(Json(state.app.edit_account(&principal, edit).await?.into()))
}

/// Change the caller's password; every other login ends.
#[utoipa::path(post, path = "/api/v1/account/password", tag = "account", request_body = ChangePassword,
    responses((status = 204), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn change_password(
    State(state): State<HttpState>,
    Person(principal, _): Person,
    Address(address): Address,
    headers: HeaderMap,
    Body(request): Body<ChangePassword>,
) -> Result<impl IntoResponse, HttpError> {
    may_prove(&state, &principal)?;
    let record = state.app.change_password(&principal, &request.password, &request.new_password).await?;
    let opened = state.app.open_login(record, browser(address, &headers), false).await?;
    state.app.switch_organisation(&opened.token, principal.organisation).await?;
    let set = set_cookie(&opened.token, state.secure_cookies);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, set)])))
}

/// Passwords are tried at the door only as often as at the front one.
pub(super) fn may_prove(state: &HttpState, principal: &forecourt_app::Principal) -> Result<(), HttpError> {
    let account = format!("account {:?}", principal.who);
    if state.limits.may_sign_in(&account, &account) { Ok(()) } else { Err(AppError::TooMany.into()) }
}

/// Where the caller is signed in, used last first.
#[utoipa::path(get, path = "/api/v1/account/logins", tag = "account", responses((status = 200, body = List<OwnLogin>)))]
async fn logins(
    State(state): State<HttpState>,
    Person(principal, token): Person,
) -> Result<Json<List<OwnLogin>>, HttpError> {
    let (all, own) = state.app.own_logins(&principal, &token).await?;
    let shape = |login: LoginRecord| OwnLogin {
        id: login.id.to_string(),
        current: Some(login.id) == own,
        address: login.address,
        user_agent: login.user_agent,
        created_at: login.created_at.to_string(),
        last_seen_at: login.last_seen_at.to_string(),
        expires_at: login.expires_at.to_string(),
    };
    Ok(Json(List::whole(all.into_iter().map(shape).collect())))
}

/// End one of the caller's logins.
#[utoipa::path(delete, path = "/api/v1/account/logins/{id}", tag = "account", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn end_login(
    State(state): State<HttpState>,
    Person(principal, _): Person,
    Id(id): Id<LoginId>,
) -> Result<StatusCode, HttpError> {
    state.app.end_login(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for a letter to choose a new password. The answer does not say whether the address has an account.
#[utoipa::path(post, path = "/api/v1/password-reset", tag = "login", security(()), request_body = AskReset,
    responses((status = 204), (status = 429, body = Problem)))]
async fn ask_reset(
    State(state): State<HttpState>,
    Address(address): Address,
    Body(request): Body<AskReset>,
) -> Result<StatusCode, HttpError> {
    let account = format!("reset {}", request.email.trim().to_lowercase());
    if !state.limits.may_sign_in(&address, &account) {
        return Err(AppError::TooMany.into());
    }
    // Behind the answer: how long the work takes must not tell either.
    let app = state.app.clone();
    tokio::spawn(async move {
        if let Err(error) = app.ask_password_reset(&request.email).await {
            tracing::warn!(%error, "a letter for a forgotten password was not written");
        }
    });
    Ok(StatusCode::NO_CONTENT)
}

/// Choose a new password with the link of a letter; every login of the account ends.
#[utoipa::path(post, path = "/api/v1/password-reset/set", tag = "login", security(()), request_body = ResetPassword,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn reset(
    State(state): State<HttpState>,
    Address(address): Address,
    Body(request): Body<ResetPassword>,
) -> Result<StatusCode, HttpError> {
    if !state.limits.may_sign_in(&address, &address) {
        return Err(AppError::TooMany.into());
    }
    state.app.reset_password(&request.token, &request.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
