//! What happened at a station, and how long it was up.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use forecourt_app::timeline::Line;
use forecourt_core::Timestamp;
use forecourt_core::id::StationId;
use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(uptime))
}

/// One thing that happened at a station.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineLine {
    id: String,
    at: String,
    /// connected, disconnected, booted, status, session_started, session_ended, authorised, command, fault_opened, security,
    /// change or refused.
    kind: String,
    evse: Option<i64>,
    connector: Option<i64>,
    session_id: Option<String>,
    /// Who asked for it.
    by: Option<String>,
    /// What the kind has to tell.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// A command shortly before that may have led to it.
    cause: Option<TimelineCause>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineCause {
    command: String,
    by: String,
    at: String,
}

impl From<Line> for TimelineLine {
    fn from(line: Line) -> Self {
        Self {
            id: line.id.to_string(),
            at: line.at.to_string(),
            kind: line.kind,
            evse: line.evse,
            connector: line.connector,
            session_id: line.session,
            by: line.by,
            detail: line.detail,
            cause: line.cause.map(|cause| TimelineCause {
                command: cause.command,
                by: cause.by,
                at: cause.at.to_string(),
            }),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// Only what happened before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What happened at a station: what it did, what it was asked, what was changed, newest first.
#[utoipa::path(get, path = "/api/v1/stations/{id}/timeline", tag = "stations", params(("id" = String, Path), TimelineQuery),
    responses((status = 200, body = List<TimelineLine>), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Query(query): Query<TimelineQuery>,
) -> Result<Json<List<TimelineLine>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let before = paging.cursor()?.map(|cursor| cursor.id);
    let found = state.app.timeline(&principal, id, before, query.until, paging.limit()).await?;
    let items = found.lines.into_iter().map(TimelineLine::from).collect();
    Ok(Json(List { items, next: found.next.map(|id| id.to_string()) }))
}

/// A day of a station.
#[derive(Debug, Serialize, ToSchema)]
pub struct UptimeDay {
    /// Local day of the site, YYYY-MM-DD.
    day: String,
    /// In percent; null where nothing was watched.
    uptime: Option<f64>,
    watched_s: i64,
    offline_s: i64,
    faulted_s: i64,
    /// Taken out of service: not counted.
    unavailable_s: i64,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UptimeQuery {
    /// Days back, 1 to 400; default 30.
    days: Option<i64>,
}

const DAYS_DEFAULT: i64 = 30;
const FIRST_DAY: Date = Date::constant(1970, 1, 1);

/// How long a station was up, by local day of its site, oldest first. All its EVSEs together.
#[utoipa::path(get, path = "/api/v1/stations/{id}/uptime", tag = "stations", params(("id" = String, Path), UptimeQuery),
    responses((status = 200, body = List<UptimeDay>), (status = 404, body = Problem)))]
async fn uptime(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Query(query): Query<UptimeQuery>,
) -> Result<Json<List<UptimeDay>>, HttpError> {
    let found = state.app.uptime_history(&principal, id, query.days.unwrap_or(DAYS_DEFAULT)).await?;
    let shape = |(day, sums): (i64, forecourt_core::metrics::Sums)| {
        let span: Result<Span, _> = Span::new().try_days(day);
        let date = span.and_then(|span| FIRST_DAY.checked_add(span));
        let date =
            date.map_err(|_| HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, "a day out of range"))?;
        Ok::<_, HttpError>(UptimeDay {
            day: date.to_string(),
            uptime: sums.uptime().map(|permille| permille as f64 / 10.0),
            watched_s: sums.watched_s,
            offline_s: sums.offline_s,
            faulted_s: sums.faulted_s,
            unavailable_s: sums.unavailable_s,
        })
    };
    Ok(Json(List::whole(found.into_iter().map(shape).collect::<Result<_, _>>()?)))
}
