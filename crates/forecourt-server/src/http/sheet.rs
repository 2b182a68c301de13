//! A sheet as an answer: a file to save, made away from the threads that serve sockets.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use forecourt_app::sheet::{Format, ROWS_MAX, Sheet};
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::HttpError;

/// The kind of file a download asks for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FormatQuery {
    /// csv (default), xlsx or pdf.
    pub format: Option<String>,
}

impl FormatQuery {
    pub fn format(&self) -> Result<Format, HttpError> {
        read_format(self.format.as_deref())
    }
}

/// csv where nothing is said.
pub fn read_format(text: Option<&str>) -> Result<Format, HttpError> {
    let text = text.filter(|t| !t.is_empty()).unwrap_or("csv");
    Format::parse(text).ok_or_else(|| HttpError::new(StatusCode::BAD_REQUEST, "format: csv, xlsx or pdf"))
}

/// The sheet as a download.
pub async fn respond(sheet: Sheet, format: Format) -> Result<Response, HttpError> {
    if sheet.tables.iter().map(|table| table.rows.len()).sum::<usize>() > ROWS_MAX {
        let text = format!("a file holds at most {ROWS_MAX} rows; ask for a shorter period or more filters");
        return Err(HttpError::new(StatusCode::UNPROCESSABLE_ENTITY, text));
    }
    let name = sheet.file_name(format);
    let made = tokio::task::spawn_blocking(move || sheet.write(format)).await;
    let failed = |cause: String| {
        tracing::error!(%cause, "a file could not be made");
        HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, "the file could not be made")
    };
    let bytes = made.map_err(|e| failed(e.to_string()))?.map_err(|e| failed(e.to_string()))?;
    Ok(download(bytes, &name, format.media_type()))
}

/// Bytes as a file to save under a name of ours: letters, digits, `-` and `.` only.
pub fn download(bytes: Vec<u8>, name: &str, media_type: &'static str) -> Response {
    let safe: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || ['-', '.', '_'].contains(c)).collect();
    let headers: [(HeaderName, String); 3] = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{safe}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}
