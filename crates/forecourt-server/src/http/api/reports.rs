//! Reports as files.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use forecourt_app::reports::Tab;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dashboard::PeriodQuery;
use crate::http::auth::Caller;
use crate::http::body::Query;
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(download))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReportQuery {
    /// First day.
    #[param(format = Date)]
    from: String,
    /// Last day, included.
    #[param(format = Date)]
    to: String,
    /// Of one site only.
    site_id: Option<String>,
    /// csv (default), xlsx or pdf.
    format: Option<String>,
}

pub fn read_tab(text: &str) -> Result<Tab, HttpError> {
    let names = "tab: overview, revenue, utilisation, sustainability or performance";
    Tab::parse(text).ok_or_else(|| HttpError::new(StatusCode::NOT_FOUND, names))
}

/// A tab of the dashboard as a file.
#[utoipa::path(get, path = "/api/v1/reports/{tab}", tag = "dashboard", params(("tab" = String, Path), ReportQuery),
    responses((status = 200, description = "The file", content_type = "text/csv"), (status = 400, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn download(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Path(tab): Path<String>,
    Query(query): Query<ReportQuery>,
) -> Result<Response, HttpError> {
    let tab = read_tab(&tab)?;
    let format = read_format(query.format.as_deref())?;
    let period = PeriodQuery { from: query.from, to: query.to, site_id: query.site_id };
    let (period, site) = period.read()?;
    let sheet = state.app.report(&principal, tab, period, site).await?;
    respond(sheet, format).await
}
