//! What every list takes and gives.

use axum::http::{HeaderMap, StatusCode, header};
use forecourt_app::store::page::{DEFAULT_LIMIT, MAX_LIMIT};
use forecourt_app::store::{Cursor, Page};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::error::HttpError;

/// Paging of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Rows of one page, 1 to 500.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl Paging {
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
    }

    pub fn cursor(&self) -> Result<Option<Cursor>, HttpError> {
        let wrong = || HttpError::new(StatusCode::BAD_REQUEST, "cursor: use the `next` of the page before");
        self.cursor.as_deref().map(|text| Cursor::parse(text).ok_or_else(wrong)).transpose()
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Value for `cursor`; null on the last page.
    pub next: Option<String>,
}

impl<T> List<T> {
    pub fn of<R>(page: Page<R>, shape: impl FnMut(R) -> T) -> Self {
        let next = page.next.map(|cursor| cursor.to_string());
        Self { items: page.items.into_iter().map(shape).collect(), next }
    }

    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// The ETag of a version.
pub fn etag(version: i64) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

/// The version an edit expects, from `If-Match`.
pub fn expected(headers: &HeaderMap) -> Result<Option<i64>, HttpError> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim().trim_start_matches("W/").trim_matches('"');
    if text == "*" {
        return Ok(None);
    }
    // A tag of ours is a number; anything else matches nothing.
    Ok(Some(text.parse().unwrap_or(-1)))
}
