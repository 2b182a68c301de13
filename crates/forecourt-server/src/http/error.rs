//! The one place where an application error becomes an HTTP answer (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use forecourt_app::{AppError, FieldError};
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong, as a problem document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the title says what the status says.
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    status: u16,
    detail: String,
    /// One entry a wrong member of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Field>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Field {
    /// JSON pointer into the request.
    field: String,
    message: String,
}

/// An error on its way out.
#[derive(Debug)]
pub struct HttpError {
    status: StatusCode,
    detail: String,
    errors: Vec<FieldError>,
    retry_after_s: u64,
}

/// When to come back after an overload, in seconds.
const RETRY_AFTER_S: u64 = 10;

impl HttpError {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), retry_after_s: RETRY_AFTER_S }
    }

    /// Too many requests of one key; when to go on.
    pub fn slower(seconds: u64) -> Self {
        let detail = "too many requests with this key; wait a moment";
        Self { retry_after_s: seconds.max(1), ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }
}

impl From<AppError> for HttpError {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        let status = match &error {
            AppError::SignedOut => StatusCode::UNAUTHORIZED,
            AppError::Forbidden(_) => StatusCode::FORBIDDEN,
            AppError::NotFound(_) => StatusCode::NOT_FOUND,
            AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            AppError::Conflict(_) => StatusCode::CONFLICT,
            AppError::Stale => StatusCode::PRECONDITION_FAILED,
            AppError::TooMany => StatusCode::TOO_MANY_REQUESTS,
            AppError::Storage(cause) => {
                tracing::error!(%cause, "storage did not answer a request");
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        let errors = if let AppError::Invalid(errors) = error { errors } else { Vec::new() };
        Self { status, detail, errors, retry_after_s: RETRY_AFTER_S }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let problem = Problem {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail,
            errors: self.errors.into_iter().map(|e| Field { field: e.field, message: e.message }).collect(),
        };
        let mut response = (self.status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if matches!(self.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(self.retry_after_s));
        }
        response
    }
}
