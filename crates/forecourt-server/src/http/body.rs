//! Requests as values, or a problem document that names the wrong member.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use forecourt_app::AppError;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};

use super::error::HttpError;

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, HttpError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| {
            HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, "the request body is too large or was cut off")
        })?;
        parse(&bytes).map(Self)
    }
}

/// Reads JSON; the error names the member.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, HttpError> {
    let text = if bytes.is_empty() { b"{}" } else { bytes };
    let mut reader = serde_json::Deserializer::from_slice(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." {
            String::new()
        } else {
            format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/"))
        };
        let message = error.inner().to_string();
        // "missing field `name`" is about a member that has no path of its own.
        let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        let field = missing.map_or(field.clone(), |name| format!("{field}/{name}"));
        AppError::field(&field, message.split(" at line").next().unwrap_or_default()).into()
    })
}

/// The query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        axum::extract::Query::<T>::try_from_uri(&parts.uri)
            .map(|query| Self(query.0))
            .map_err(|error| HttpError::new(StatusCode::BAD_REQUEST, error.body_text()))
    }
}

/// The id in the path. What is no id names nothing: 404.
#[derive(Debug)]
pub struct Id<T>(pub T);

impl<T: std::str::FromStr + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let nothing = || HttpError::new(StatusCode::NOT_FOUND, "there is nothing of this id");
        let text =
            axum::extract::Path::<String>::from_request_parts(parts, state).await.map_err(|_| nothing())?;
        text.0.parse().map(Self).map_err(|_| nothing())
    }
}

/// Two ids in the path.
#[derive(Debug)]
pub struct Two<A, B>(pub A, pub B);

impl<A: std::str::FromStr + Send, B: std::str::FromStr + Send, S: Send + Sync> FromRequestParts<S>
    for Two<A, B>
{
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let nothing = || HttpError::new(StatusCode::NOT_FOUND, "there is nothing of this id");
        let path = axum::extract::Path::<(String, String)>::from_request_parts(parts, state).await;
        let (first, second) = path.map_err(|_| nothing())?.0;
        let first = first.parse().map_err(|_| nothing())?;
        Ok(Self(first, second.parse().map_err(|_| nothing())?))
    }
}

/// Three ids in the path.
#[derive(Debug)]
pub struct Three<A, B, C>(pub A, pub B, pub C);

impl<A, B, C, S> FromRequestParts<S> for Three<A, B, C>
where
    A: std::str::FromStr + Send,
    B: std::str::FromStr + Send,
    C: std::str::FromStr + Send,
    S: Send + Sync,
{
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let nothing = || HttpError::new(StatusCode::NOT_FOUND, "there is nothing of this id");
        let path = axum::extract::Path::<(String, String, String)>::from_request_parts(parts, state).await;
        let (first, second, third) = path.map_err(|_| nothing())?.0;
        let first = first.parse().map_err(|_| nothing())?;
        let second = second.parse().map_err(|_| nothing())?;
        Ok(Self(first, second, third.parse().map_err(|_| nothing())?))
    }
}

/// Tells an absent member (`None`) from one that is null (`Some(None)`).
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}
