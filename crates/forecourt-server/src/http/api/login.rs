//! Signing in and out, and the first visit.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use forecourt_app::store::OrganisationRecord;
use forecourt_app::{AppError, Browser, LoginState as Known, NewOperator, Opened, Principal, SetUp, Who};
use forecourt_core::access::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::organisations::Organisation;
use crate::http::auth::{Address, Person, cookie, set_cookie};
use crate::http::body::Body;
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(state_of_login, sign_in, sign_out))
        .routes(routes!(switch))
        .routes(routes!(set_up))
}

/// Who is signed in, or what to do first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LoginState {
    SignedIn(Box<SignedIn>),
    SignedOut {
        /// How to sign in to the demonstration; only with `--demo`.
        demo: Option<Demo>,
    },
    /// The password was right; the second factor is still to come.
    SecondFactor {},
    /// There is no administrator yet: the log holds a one-time code.
    SetUp {},
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SignedIn {
    operator: Operator,
    organisation: Organisation,
    /// Every organisation the operator may switch to.
    organisations: Vec<OrganisationName>,
    version: &'static str,
    demo: bool,
    /// Came by the organisation's provider: what is the person's own stays closed.
    by_provider: bool,
    /// Whether letters can leave: a mail server is set up.
    mail: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Operator {
    id: String,
    email: String,
    name: String,
    #[schema(value_type = String, example = "admin")]
    role: Role,
    /// What the operator may do; screens hide the rest.
    permissions: Vec<&'static str>,
    /// The organisation demands a second factor, and this person has none yet: only the account page works.
    second_factor_missing: bool,
    /// en, de or da; null: as the browser asks.
    language: Option<String>,
    /// Times are shown in this zone where no site's own applies; null: the organisation's.
    time_zone: Option<String>,
    /// The only sites the operator sees; null: every site.
    sites: Option<Vec<String>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationName {
    id: String,
    number: i64,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Demo {
    email: String,
    password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct SignIn {
    email: String,
    password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Switch {
    organisation_id: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct FirstVisit {
    /// Printed in the server's log.
    code: String,
    email: String,
    password: String,
    name: String,
    organisation: String,
}

/// State of the login.
#[utoipa::path(get, path = "/api/v1/session", tag = "login", security(()), responses((status = 200, body = LoginState)))]
async fn state_of_login(
    State(state): State<HttpState>,
    headers: HeaderMap,
) -> Result<Json<LoginState>, HttpError> {
    if let Some(token) = cookie(&headers) {
        match state.app.state_of_login(token).await? {
            Known::Whole(principal) => return signed_in(&state, &principal).await.map(Json),
            Known::Half => return Ok(Json(LoginState::SecondFactor {})),
            Known::Nobody => {}
        }
    }
    if state.app.needs_set_up().await? {
        return Ok(Json(LoginState::SetUp {}));
    }
    let demo = state.demo.clone().map(|(email, password)| Demo { email, password });
    Ok(Json(LoginState::SignedOut { demo }))
}

/// Sign in.
#[utoipa::path(post, path = "/api/v1/session", tag = "login", security(()), request_body = SignIn,
    responses((status = 200, body = LoginState), (status = 401, body = Problem), (status = 429, body = Problem)))]
async fn sign_in(
    State(state): State<HttpState>,
    Address(address): Address,
    headers: HeaderMap,
    Body(request): Body<SignIn>,
) -> Result<impl IntoResponse, HttpError> {
    if !state.limits.may_sign_in(&address, &request.email.trim().to_lowercase()) {
        return Err(AppError::TooMany.into());
    }
    let browser = browser(address, &headers);
    let signed = state.app.sign_in(&request.email, &request.password, browser).await;
    let opened = signed.map_err(|error| match error {
        AppError::SignedOut => HttpError::new(StatusCode::UNAUTHORIZED, "e-mail or password is wrong"),
        other => other.into(),
    })?;
    welcome(&state, opened).await
}

/// Sign out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "login", responses((status = 204)))]
async fn sign_out(
    State(state): State<HttpState>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, HttpError> {
    if let Some(token) = cookie(&headers) {
        state.app.sign_out(token).await?;
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, set_cookie("", state.secure_cookies))])))
}

/// Go to work for another organisation the caller belongs to.
#[utoipa::path(post, path = "/api/v1/session/organisation", tag = "login", request_body = Switch,
    responses((status = 200, body = LoginState), (status = 404, body = Problem)))]
async fn switch(
    State(state): State<HttpState>,
    Person(_before, token): Person,
    Body(request): Body<Switch>,
) -> Result<Json<LoginState>, HttpError> {
    let Ok(id) = request.organisation_id.parse() else {
        return Err(AppError::NotFound("organisation").into());
    };
    state.app.switch_organisation(&token, id).await?;
    // Asked again: the organisation may demand more of its people.
    let principal = state.app.principal_of_login(&token).await?;
    signed_in(&state, &principal).await.map(Json)
}

/// Make the first administrator with the code from the log.
#[utoipa::path(post, path = "/api/v1/set-up", tag = "login", security(()), request_body = FirstVisit,
    responses((status = 200, body = LoginState), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn set_up(
    State(state): State<HttpState>,
    Address(address): Address,
    headers: HeaderMap,
    Body(request): Body<FirstVisit>,
) -> Result<impl IntoResponse, HttpError> {
    if !state.limits.may_sign_in(&address, "set-up") {
        return Err(AppError::TooMany.into());
    }
    let administrator = NewOperator {
        email: request.email,
        name: request.name,
        password: request.password,
        role: Role::Admin,
    };
    let set_up = SetUp { code: request.code, organisation: request.organisation, administrator };
    let operator = state.app.set_up(set_up).await?;
    let opened = state.app.open_login(operator, browser(address, &headers), false).await?;
    welcome(&state, opened).await
}

/// Gives the browser its cookie and says who is signed in.
pub(super) async fn welcome(
    state: &HttpState,
    opened: Opened,
) -> Result<impl IntoResponse + use<>, HttpError> {
    let body = if opened.half {
        LoginState::SecondFactor {}
    } else {
        let principal = state.app.principal_of_login(&opened.token).await?;
        signed_in(state, &principal).await?
    };
    let set = set_cookie(&opened.token, state.secure_cookies);
    Ok((AppendHeaders([(header::SET_COOKIE, set)]), Json(body)))
}

pub(super) async fn signed_in(state: &HttpState, principal: &Principal) -> Result<LoginState, HttpError> {
    let Who::Operator { id, name, email, role } = &principal.who else {
        return Err(AppError::SignedOut.into());
    };
    let organisation = state.app.organisation(principal).await?;
    let account = state.app.account(principal).await?;
    Ok(LoginState::SignedIn(Box::new(SignedIn {
        operator: Operator {
            id: id.to_string(),
            email: email.clone(),
            name: name.clone(),
            role: *role,
            second_factor_missing: organisation.second_factor_required
                && !account.totp_confirmed
                && principal.wants_second_factor(),
            language: account.language,
            time_zone: account.time_zone,
            permissions: principal.permissions.words(),
            sites: principal.sites().map(|sites| sites.iter().map(ToString::to_string).collect()),
        },
        organisations: state.app.own_organisations(principal).await?.into_iter().map(name_of).collect(),
        organisation: organisation.into(),
        by_provider: principal.is_vouched(),
        mail: state.app.mail_is_set_up(),
        version: env!("CARGO_PKG_VERSION"),
        demo: state.demo.is_some(),
    })))
}

fn name_of(organisation: OrganisationRecord) -> OrganisationName {
    let id = organisation.id;
    OrganisationName { id: id.to_string(), number: id.0, name: organisation.name }
}

pub(super) fn browser(address: String, headers: &HeaderMap) -> Browser {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Browser { address, user_agent: agent.unwrap_or_default().to_owned() }
}
