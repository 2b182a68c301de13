//! What belongs to a station besides itself: refused handshakes, its bays, and the list as a file.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forecourt_app::StationView;
use forecourt_app::sheet::{Cell, Sheet};
use forecourt_app::store::attempt::AttemptRecord;
use forecourt_core::access::Permission;
use forecourt_core::id::{EvseNumber, StationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::paging::List;
use super::StationQuery;
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, Two};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{FormatQuery, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(attempts)).routes(routes!(set_bay)).routes(routes!(export))
}

/// A handshake that was refused, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attempt {
    id: String,
    at: String,
    /// wrong_password, bad_subprotocol, downgrade, bad_certificate or wrong_organisation.
    reason: String,
    path: String,
    address: String,
    subprotocols: String,
    user_agent: Option<String>,
    /// It came over TLS.
    encrypted: bool,
}

/// Handshakes of a station that were refused, the latest first.
#[utoipa::path(get, path = "/api/v1/stations/{id}/attempts", tag = "stations", params(("id" = String, Path)),
    responses((status = 200, body = List<Attempt>), (status = 404, body = Problem)))]
async fn attempts(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<Attempt>>, HttpError> {
    let found = state.app.attempts(&principal, id).await?;
    let shape = |record: AttemptRecord| Attempt {
        id: record.id.to_string(),
        at: record.at.to_string(),
        reason: record.reason,
        path: record.path,
        address: record.address,
        subprotocols: record.subprotocols,
        user_agent: record.user_agent,
        encrypted: record.encrypted,
    };
    Ok(Json(List::whole(found.into_iter().map(shape).collect())))
}

/// What a sensor, or a person, says of a bay.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Bay {
    blocked: bool,
    /// What stands there, or why.
    note: Option<String>,
}

/// Say whether the bay of an EVSE is blocked by what does not charge: its connectors are unavailable as long as it is.
#[utoipa::path(put, path = "/api/v1/stations/{id}/evses/{evse}/bay", tag = "stations",
    params(("id" = String, Path), ("evse" = i32, Path)), request_body = Bay,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_bay(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, evse): Two<StationId, i32>,
    Body(bay): Body<Bay>,
) -> Result<StatusCode, HttpError> {
    state.app.set_bay(&principal, id, EvseNumber(evse), bay.blocked, bay.note).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rows of one read.
const PAGE: u32 = 500;
/// Chargers of one file.
const ROWS: usize = 20_000;
const COLUMNS: [&str; 16] = [
    "Identity",
    "Name",
    "Site",
    "Online",
    "Status",
    "Manufacturer",
    "Model",
    "Serial number",
    "Firmware",
    "Protocol",
    "Use",
    "Last heard",
    "Added",
    "Sessions, 30 days",
    "Energy, 30 days (kWh)",
    "Uptime, 30 days (%)",
];

/// The list as a file: what the filters leave, at most 20,000 chargers. Times are in the organisation's zone.
#[utoipa::path(get, path = "/api/v1/stations/export", tag = "stations", params(StationQuery, FormatQuery),
    responses((status = 200, content_type = "application/octet-stream"), (status = 403, body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(format): Query<FormatQuery>,
    Query(query): Query<StationQuery>,
) -> Result<Response, HttpError> {
    principal.require(Permission::Export)?;
    let organisation = state.app.organisation(&principal).await?;
    let filter = query.filter()?;
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let page = state.app.stations(&principal, &filter, cursor.as_ref(), PAGE).await?;
        rows.extend(page.items.into_iter().map(row));
        cursor = page.next;
        if cursor.is_none() || rows.len() >= ROWS {
            break;
        }
    }
    let zone = organisation.time_zone.clone();
    let sheet = Sheet::list("Chargers", organisation.name, zone, state.app.now(), &COLUMNS, rows);
    respond(sheet, format.format()?).await
}

fn row(view: StationView) -> Vec<Cell> {
    let plugs = view.connectors.iter().filter(|c| c.connector.evse.0 > 0);
    let statuses: Vec<String> = plugs.map(|c| format!("{}: {:?}", c.connector.evse.0, c.shown)).collect();
    let record = view.record;
    vec![
        Cell::text(record.identity),
        record.name.into(),
        Cell::text(record.site_name),
        Cell::from(if view.online_since.is_some() { "yes" } else { "no" }),
        Cell::text(statuses.join(", ")),
        record.vendor.into(),
        record.model.into(),
        record.serial.into(),
        record.firmware.into(),
        record.protocol.into(),
        Cell::text(record.used_as),
        view.last_seen_at.into(),
        Cell::from(record.created_at),
        Cell::from(view.sessions_30d),
        Cell::kwh(view.energy_30d_wh),
        view.uptime_30d.map_or(Cell::Empty, |value| Cell::Fixed { value, decimals: 1 }),
    ]
}
