//! Reports as files.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use forecourt_app::AppError;
use forecourt_app::reports::{Every, NewSchedule, Tab};
use forecourt_app::sheet::Format;
use forecourt_app::store::ReportScheduleRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dashboard::PeriodQuery;
use super::paging::List;
use super::stations::site_id;
use crate::http::auth::Caller;
use crate::http::body::{Body, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(download))
        .routes(routes!(schedules, schedule))
        .routes(routes!(unschedule))
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

/// A report that goes out by itself.
#[derive(Debug, Serialize, ToSchema)]
struct ReportSchedule {
    id: String,
    tab: String,
    format: String,
    /// daily, weekly or monthly; it covers the whole day, week or month before.
    every: String,
    site_id: Option<String>,
    recipients: Vec<String>,
    next_at: String,
    last_sent_at: Option<String>,
    /// Why the last one did not go out.
    problem: Option<String>,
}

impl From<ReportScheduleRecord> for ReportSchedule {
    fn from(record: ReportScheduleRecord) -> Self {
        Self {
            id: record.id.to_string(),
            tab: record.tab,
            format: record.format,
            every: record.every,
            site_id: record.site.map(|site| site.to_string()),
            recipients: record.recipients,
            next_at: record.next_at.to_string(),
            last_sent_at: record.last_sent_at.map(|at| at.to_string()),
            problem: record.problem,
        }
    }
}

/// Reports that go out by themselves.
#[utoipa::path(get, path = "/api/v1/report-schedules", tag = "dashboard",
    responses((status = 200, body = List<ReportSchedule>), (status = 403, body = Problem)))]
async fn schedules(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<ReportSchedule>>, HttpError> {
    let found = state.app.report_schedules(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(ReportSchedule::from).collect())))
}

#[derive(Debug, Deserialize, ToSchema)]
struct ReportScheduleRequest {
    /// overview, revenue, utilisation, sustainability or performance.
    tab: String,
    /// csv, xlsx or pdf.
    format: String,
    /// daily, weekly or monthly.
    every: String,
    site_id: Option<String>,
    recipients: Vec<String>,
}

/// Let a report go out by itself, in the caller's name.
#[utoipa::path(post, path = "/api/v1/report-schedules", tag = "dashboard", request_body = ReportScheduleRequest,
    responses((status = 201, body = ReportSchedule), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn schedule(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(body): Body<ReportScheduleRequest>,
) -> Result<(StatusCode, Json<ReportSchedule>), HttpError> {
    let wrong = |field: &str, text: &str| HttpError::from(AppError::field(field, text));
    let new = NewSchedule {
        tab: Tab::parse(&body.tab).ok_or_else(|| wrong("/tab", "a tab of the dashboard"))?,
        format: Format::parse(&body.format).ok_or_else(|| wrong("/format", "csv, xlsx or pdf"))?,
        every: Every::parse(&body.every).ok_or_else(|| wrong("/every", "daily, weekly or monthly"))?,
        site: body.site_id.as_deref().filter(|id| !id.is_empty()).map(site_id).transpose()?,
        recipients: body.recipients,
    };
    let record = state.app.add_report_schedule(&principal, new).await?;
    Ok((StatusCode::CREATED, Json(record.into())))
}

/// It goes out no more.
#[utoipa::path(delete, path = "/api/v1/report-schedules/{id}", tag = "dashboard", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn unschedule(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, HttpError> {
    let id = id.parse().map_err(|_| HttpError::from(AppError::NotFound("scheduled report")))?;
    state.app.delete_report_schedule(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
