//! What is wrong with stations: the list, its kinds, and *solve*.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use forecourt_app::store::fault::{FaultFilter, FaultGroup as Group, FaultRecord};
use forecourt_core::Timestamp;
use forecourt_core::fault::{CODES, Cause, Severity, explain};
use forecourt_core::id::{FaultId, SiteId, StationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{FormatQuery, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(groups))
        .routes(routes!(show))
        .routes(routes!(solve))
        .routes(routes!(codes))
}

/// Something that is wrong with a station, from the first report to the end.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fault {
    id: String,
    site_id: String,
    site_name: String,
    station_id: String,
    station_identity: String,
    station_name: Option<String>,
    /// 0: the charger as a whole.
    evse: i64,
    connector: i64,
    /// communication, hardware, power, vehicle or unknown.
    #[schema(value_type = String, example = "hardware")]
    cause: Cause,
    /// critical, warning or info.
    #[schema(value_type = String, example = "critical")]
    severity: Severity,
    /// As the charger said it, or Offline.
    #[schema(example = "GroundFailure")]
    code: String,
    vendor_code: String,
    /// Name of the public code that explains it, where one does (see `/error-codes`).
    known_as: Option<String>,
    info: Option<String>,
    opened_at: String,
    last_at: String,
    /// Reports of the same while it was open.
    count: i64,
    solved_at: Option<String>,
    /// null of a solved one: the charger itself reported recovery.
    solved_by: Option<String>,
    note: Option<String>,
}

impl From<FaultRecord> for Fault {
    fn from(record: FaultRecord) -> Self {
        Self {
            id: record.id.to_string(),
            site_id: record.site.to_string(),
            site_name: record.site_name,
            station_id: record.station.to_string(),
            station_identity: record.station_identity,
            station_name: record.station_name,
            evse: record.evse,
            connector: record.connector,
            cause: record.cause,
            severity: record.severity,
            known_as: explain(&record.code, &record.vendor_code).map(|known| known.name.to_owned()),
            code: record.code,
            vendor_code: record.vendor_code,
            info: record.info,
            opened_at: record.opened_at.to_string(),
            last_at: record.last_at.to_string(),
            count: record.count,
            solved_at: record.solved_at.map(|at| at.to_string()),
            solved_by: record.solved_by,
            note: record.note,
        }
    }
}

/// Open faults of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultGroup {
    #[schema(value_type = String, example = "hardware")]
    cause: Cause,
    /// The worst of them.
    #[schema(value_type = String, example = "critical")]
    severity: Severity,
    code: String,
    vendor_code: String,
    known_as: Option<String>,
    faults: i64,
    stations: i64,
    reports: i64,
    since: String,
    last_at: String,
}

impl From<Group> for FaultGroup {
    fn from(group: Group) -> Self {
        Self {
            cause: group.cause,
            severity: group.severity,
            known_as: explain(&group.code, &group.vendor_code).map(|known| known.name.to_owned()),
            code: group.code,
            vendor_code: group.vendor_code,
            faults: group.faults,
            stations: group.stations,
            reports: group.reports,
            since: group.since.to_string(),
            last_at: group.last_at.to_string(),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct FaultQuery {
    /// open or solved; both without.
    status: Option<String>,
    /// communication, hardware, power, vehicle or unknown.
    cause: Option<String>,
    /// This bad or worse: info, warning or critical.
    severity: Option<String>,
    #[param(value_type = Option<String>)]
    site_id: Option<SiteId>,
    #[param(value_type = Option<String>)]
    station_id: Option<StationId>,
    code: Option<String>,
    vendor_code: Option<String>,
    /// In the charger's identity and name, the codes and what the charger said.
    q: Option<String>,
    /// Opened at or after.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Opened before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

impl From<FaultQuery> for FaultFilter {
    fn from(query: FaultQuery) -> Self {
        Self {
            open: query.status.map(|status| status != "solved"),
            cause: query.cause.as_deref().and_then(Cause::parse),
            severity: query.severity.as_deref().and_then(Severity::parse),
            site: query.site_id,
            station: query.station_id,
            code: query.code,
            vendor_code: query.vendor_code,
            text: query.q,
            from: query.from,
            until: query.to,
            sites: None,
        }
    }
}

/// Faults as a file.
#[utoipa::path(get, path = "/api/v1/faults/export", tag = "diagnostics", params(FaultQuery, FormatQuery),
    responses((status = 200, description = "The file"), (status = 403, body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(format): Query<FormatQuery>,
    Query(query): Query<FaultQuery>,
) -> Result<Response, HttpError> {
    let format = format.format()?;
    respond(state.app.fault_sheet(&principal, &query.into()).await?, format).await
}

/// Faults, newest first.
#[utoipa::path(get, path = "/api/v1/faults", tag = "diagnostics", params(FaultQuery, Paging),
    responses((status = 200, body = List<Fault>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<FaultQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Fault>>, HttpError> {
    let cursor = paging.cursor()?;
    let page = state.app.faults(&principal, query.into(), cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Fault::from)))
}

/// Open faults counted by kind, the worst first.
#[utoipa::path(get, path = "/api/v1/fault-groups", tag = "diagnostics", params(FaultQuery),
    responses((status = 200, body = List<FaultGroup>)))]
async fn groups(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<FaultQuery>,
) -> Result<Json<List<FaultGroup>>, HttpError> {
    let found = state.app.fault_groups(&principal, query.into()).await?;
    Ok(Json(List::whole(found.into_iter().map(FaultGroup::from).collect())))
}

/// One fault.
#[utoipa::path(get, path = "/api/v1/faults/{id}", tag = "diagnostics", params(("id" = String, Path)),
    responses((status = 200, body = Fault), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<FaultId>,
) -> Result<Json<Fault>, HttpError> {
    Ok(Json(state.app.fault(&principal, id).await?.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct SolveRequest {
    /// Up to 500.
    #[schema(value_type = Vec<String>)]
    ids: Vec<FaultId>,
    /// What was done.
    note: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Solved {
    /// Those that were open.
    solved: usize,
}

/// Say that faults are over. A new report opens a new one.
#[utoipa::path(post, path = "/api/v1/faults/solve", tag = "diagnostics", request_body = SolveRequest,
    responses((status = 200, body = Solved), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn solve(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<SolveRequest>,
) -> Result<Json<Solved>, HttpError> {
    let solved = state.app.solve_faults(&principal, &request.ids, request.note.as_deref()).await?;
    Ok(Json(Solved { solved }))
}

/// A code that can be explained.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorCode {
    name: &'static str,
    /// Its number among the minimum required error codes, for example CX014.
    mrec: Option<String>,
    #[schema(value_type = String, example = "vehicle")]
    cause: Cause,
    #[schema(value_type = String, example = "warning")]
    severity: Severity,
}

/// The codes of OCPP 1.6 and the public minimum required error codes, with what lies behind each.
#[utoipa::path(get, path = "/api/v1/error-codes", tag = "diagnostics",
    responses((status = 200, body = List<ErrorCode>)))]
async fn codes(_caller: Caller) -> Json<List<ErrorCode>> {
    let shown = CODES.iter().map(|known| ErrorCode {
        name: known.name,
        mrec: (known.mrec > 0).then(|| format!("CX{:03}", known.mrec)),
        cause: known.cause,
        severity: known.severity,
    });
    Json(List::whole(shown.collect()))
}
