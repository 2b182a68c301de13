//! Who is asking: a cookie of the page, or the key of a program.

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use forecourt_app::{AppError, Principal, Who};

use super::error::HttpError;
use super::state::HttpState;
use crate::peer::Peer;

/// Name of the page's cookie.
const COOKIE: &str = "forecourt_login";
/// Lifetime of the cookie, in seconds: as long as the login behind it.
const COOKIE_MAX_AGE_S: u32 = 14 * 24 * 3600;

/// A signed-in caller.
#[derive(Debug)]
pub struct Caller(pub Principal);

impl FromRequestParts<HttpState> for Caller {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, HttpError> {
        if let Some(key) = bearer(&parts.headers) {
            let principal = state.app.principal_of_key(key).await?;
            if let Who::Program { id, .. } = &principal.who
                && let Some(seconds) = state.limits.key_waits(id.0)
            {
                return Err(HttpError::slower(seconds));
            }
            return Ok(Self(principal));
        }
        let token = cookie(&parts.headers).ok_or(AppError::SignedOut)?;
        Ok(Self(state.app.principal_of_login(token).await?))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// A person with the text of their login: for what concerns the login itself.
#[derive(Debug)]
pub struct Person(pub Principal, pub String);

impl FromRequestParts<HttpState> for Person {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, HttpError> {
        let token = cookie(&parts.headers).ok_or(AppError::SignedOut)?.to_owned();
        Ok(Self(state.app.principal_of_login(&token).await?, token))
    }
}

/// The login's text in the request's cookies.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    cookie_named(headers, COOKIE)
}

/// The value of one of the request's cookies.
pub fn cookie_named<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted && !value.is_empty()).then_some(value)
    })
}

/// The header that sets the cookie; an empty token takes it away.
pub fn set_cookie(token: &str, secure: bool) -> String {
    let age = if token.is_empty() { 0 } else { COOKIE_MAX_AGE_S };
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
}

/// A foreign page must not act with a visitor's cookie. Programs send no cookie and no Origin and pass.
pub async fn refuse_foreign_origin(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe
        || cookie(request.headers()).is_none() && request.headers().get(header::ORIGIN).is_none()
        || is_own(request.headers())
    {
        return next.run(request).await;
    }
    HttpError::new(StatusCode::FORBIDDEN, "this request came from a page of another site").into_response()
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, of)| of.eq_ignore_ascii_case(host))
        }
        // No browser of the last years: an unsafe request of a page carries an Origin.
        (None, _) => true,
        (Some(_), None) => false,
    }
}

/// Whether the request reached us over TLS.
#[derive(Debug)]
pub struct Secure(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for Secure {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<ConnectInfo<Peer>>().is_some_and(|peer| peer.0.tls)))
    }
}

/// The caller's network address, for limits and records.
#[derive(Debug)]
pub struct Address(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        Ok(Self(peer.map_or_else(|| "unknown".into(), |peer| peer.0.address.to_string())))
    }
}
