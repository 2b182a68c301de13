//! Signing in by an organisation's own provider, and setting that provider up.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use forecourt_app::AppError;
use forecourt_app::single_sign_on::{Arrival, Destination, ProviderEdit, Refused, SignInError};
use forecourt_app::store::IdentityProviderRecord;
use forecourt_core::access::Role;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::login::browser;
use super::paging::{etag, expected};
use crate::http::auth::{Address, Caller, cookie_named, set_cookie};
use crate::http::body::{Body, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

/// Keeps what ties the browser that began to the one that comes back.
const COOKIE: &str = "forecourt_sign_in";
/// As long as the server waits for the answer, in seconds.
const COOKIE_MAX_AGE_S: u32 = 15 * 60;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(depart)).routes(routes!(arrive)).routes(routes!(show, set, end))
}

/// Whose provider to ask: by e-mail address, or by the login page one stands at.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DepartRequest {
    email: Option<String>,
    /// The path or sub-domain of the login page.
    slug: Option<String>,
    /// The page to land on afterwards.
    path: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DepartAnswer {
    /// Where the browser goes.
    address: String,
}

/// Begin a sign-in by the organisation's provider.
#[utoipa::path(post, path = "/api/v1/session/provider", tag = "login", security(()), request_body = DepartRequest,
    responses((status = 200, body = DepartAnswer), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem)))]
async fn depart(
    State(state): State<HttpState>,
    Address(address): Address,
    Body(request): Body<DepartRequest>,
) -> Result<Response, HttpError> {
    if !state.limits.may_try("to a provider", &address) {
        return Err(AppError::TooMany.into());
    }
    let to = match (request.email, request.slug) {
        (Some(email), _) if !email.trim().is_empty() => Destination::Email(email),
        (_, Some(slug)) => Destination::Slug(slug),
        _ => return Err(AppError::field("/email", "your e-mail address").into()),
    };
    let departure = match state.app.depart(to, request.path.as_deref().unwrap_or("/")).await {
        Ok(departure) => departure,
        Err(SignInError::App(error)) => return Err(error.into()),
        Err(SignInError::Refused(Refused::NoProvider)) => {
            return Err(HttpError::new(StatusCode::NOT_FOUND, words(Refused::NoProvider)));
        }
        Err(SignInError::Refused(refused)) => {
            return Err(HttpError::new(StatusCode::CONFLICT, words(refused)));
        }
    };
    let set = kept(&departure.token, COOKIE_MAX_AGE_S, state.secure_cookies);
    let answer = Json(DepartAnswer { address: departure.address });
    Ok((AppendHeaders([(header::SET_COOKIE, set)]), answer).into_response())
}

fn kept(token: &str, age_s: u32, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!(
        "{COOKIE}={token}; Path=/api/v1/session/provider; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}"
    )
}

/// For programs and for who reads the answer itself; the page has its own words.
fn words(refused: Refused) -> &'static str {
    match refused {
        Refused::NoProvider => "no organisation signs in by a provider with this address; use your password",
        Refused::Unreachable => "your organisation's provider does not answer",
        _ => "your organisation's provider does not answer as it should",
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReturnQuery {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Where the provider sends the browser back to. Answers with the way to the page, which says what went wrong.
#[utoipa::path(get, path = "/api/v1/session/provider/return", tag = "login", security(()), params(ReturnQuery),
    responses((status = 303)))]
async fn arrive(
    State(state): State<HttpState>,
    Address(address): Address,
    headers: HeaderMap,
    Query(query): Query<ReturnQuery>,
) -> Response {
    let forget = kept("", 0, state.secure_cookies);
    let to = |place: String| (StatusCode::SEE_OTHER, AppendHeaders([(header::LOCATION, place)]));
    if !state.limits.may_try("from a provider", &address) {
        return to("/?sign_in=too_many".into()).into_response();
    }
    let arrival = Arrival {
        code: query.code,
        state: query.state,
        error: query.error,
        issuer: query.iss,
        kept: cookie_named(&headers, COOKIE).map(str::to_owned),
    };
    match state.app.arrive(arrival, browser(address, &headers)).await {
        Ok((opened, path)) => {
            let set = set_cookie(&opened.token, state.secure_cookies);
            let cookies = AppendHeaders([(header::SET_COOKIE, set), (header::SET_COOKIE, forget)]);
            (cookies, to(path)).into_response()
        }
        Err(error) => {
            let word = match error {
                SignInError::Refused(refused) => refused.as_str(),
                SignInError::App(error) => {
                    tracing::warn!(%error, "a sign-in by a provider failed");
                    "failed"
                }
            };
            let cookies = AppendHeaders([(header::SET_COOKIE, forget)]);
            (cookies, to(format!("/?sign_in={word}"))).into_response()
        }
    }
}

/// The provider that vouches for the organisation's people. Its secret is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct Provider {
    issuer: String,
    client_id: String,
    domains: Vec<String>,
    /// Given to people who come without an invitation; null: only who is invited gets in.
    #[schema(value_type = Option<String>, example = "operator")]
    default_role: Option<Role>,
    /// Passwords open nothing here, but for administrators.
    required: bool,
    updated_at: String,
    version: i64,
}

impl From<IdentityProviderRecord> for Provider {
    fn from(record: IdentityProviderRecord) -> Self {
        Self {
            issuer: record.issuer,
            client_id: record.client_id,
            domains: record.domains,
            default_role: record.default_role,
            required: record.required,
            updated_at: record.updated_at.to_string(),
            version: record.version,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SingleSignOn {
    /// null: none is set up.
    provider: Option<Provider>,
    /// What the provider wants to know: where it sends people back to.
    return_address: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct SetProvider {
    /// As in the provider's own `issuer`.
    issuer: String,
    client_id: String,
    /// Absent: as it was.
    client_secret: Option<String>,
    /// E-mail domains whose people it speaks for.
    domains: Vec<String>,
    /// maintenance, support or operator; null: only who is invited gets in.
    #[schema(value_type = Option<String>)]
    default_role: Option<Role>,
    required: bool,
}

/// How the organisation's people sign in by its own provider.
#[utoipa::path(get, path = "/api/v1/organisation/single-sign-on", tag = "organisations", responses((status = 200, body = SingleSignOn)))]
async fn show(State(state): State<HttpState>, Caller(principal): Caller) -> Result<Response, HttpError> {
    let provider = state.app.single_sign_on(&principal).await?;
    Ok(answer(&state, provider))
}

fn answer(state: &HttpState, provider: Option<IdentityProviderRecord>) -> Response {
    let tag = etag(provider.as_ref().map_or(0, |record| record.version));
    let return_address = state.app.sign_in_return_address();
    (tag, Json(SingleSignOn { provider: provider.map(Provider::from), return_address })).into_response()
}

/// Set the provider up, or change it. It is asked at once whether it is one. `If-Match` takes the version.
#[utoipa::path(put, path = "/api/v1/organisation/single-sign-on", tag = "organisations", request_body = SetProvider,
    responses((status = 200, body = SingleSignOn), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn set(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    headers: HeaderMap,
    Body(request): Body<SetProvider>,
) -> Result<Response, HttpError> {
    let SetProvider { issuer, client_id, client_secret, domains, default_role, required } = request;
    let edit = ProviderEdit { issuer, client_id, client_secret, domains, default_role, required };
    let set = state.app.set_single_sign_on(&principal, expected(&headers)?, edit).await?;
    Ok(answer(&state, Some(set)))
}

/// End single sign-on; who came by it is signed out.
#[utoipa::path(delete, path = "/api/v1/organisation/single-sign-on", tag = "organisations",
    responses((status = 204), (status = 404, body = Problem)))]
async fn end(State(state): State<HttpState>, Caller(principal): Caller) -> Result<StatusCode, HttpError> {
    state.app.end_single_sign_on(&principal).await?;
    Ok(StatusCode::NO_CONTENT)
}
