//! Stations (chargers).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::store::station::{StationConnector, StationFilter};
use forecourt_app::{AdoptedStation, StationEdit, StationRequest, StationView};
use forecourt_core::fact::{ConnectorStatus, Registration};
use forecourt_core::id::{EvseNumber, SiteId, StationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, present};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(deviations))
        .routes(routes!(quirks))
        .routes(routes!(variables))
}

/// A charging station.
#[derive(Debug, Serialize, ToSchema)]
pub struct Station {
    id: String,
    identity: String,
    name: Option<String>,
    site_id: String,
    site_name: String,
    site_time_zone: String,
    vendor: Option<String>,
    model: Option<String>,
    serial: Option<String>,
    firmware: Option<String>,
    iccid: Option<String>,
    imsi: Option<String>,
    /// ocpp1.6, ocpp2.0.1 or ocpp2.1; null before the first connection.
    protocol: Option<String>,
    #[schema(value_type = String, example = "accepted")]
    registration: Registration,
    /// 0: no password. 1: password. 2: password and TLS.
    security_profile: i64,
    online: bool,
    online_since: Option<String>,
    offline_since: Option<String>,
    last_seen_at: Option<String>,
    /// Network address of the last connection.
    address: Option<String>,
    booted_at: Option<String>,
    /// Kinds of things it does that the standard does not allow.
    deviations: i64,
    /// A fault of the station as a whole, when it reported one.
    station_status: Option<Connector>,
    evses: Vec<Evse>,
    sessions_30d: i64,
    energy_30d_wh: i64,
    connection_urls: Vec<String>,
    created_at: String,
    /// Set once, where a password was generated.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

/// The part that charges one car at a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Evse {
    evse: i32,
    max_power_w: Option<i64>,
    /// ac or dc.
    current: Option<String>,
    /// The running session.
    session_id: Option<String>,
    connectors: Vec<Connector>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Connector {
    connector: i32,
    kind: Option<String>,
    #[schema(value_type = String, example = "Available")]
    status: ConnectorStatus,
    status_since: String,
    error_code: Option<String>,
    vendor_error_code: Option<String>,
    info: Option<String>,
}

impl From<&StationConnector> for Connector {
    fn from(found: &StationConnector) -> Self {
        let connector = &found.connector;
        Self {
            connector: connector.connector.0,
            kind: found.kind.clone(),
            status: found.shown,
            status_since: connector.since.to_string(),
            error_code: connector.error_code.clone(),
            vendor_error_code: connector.vendor_error_code.clone(),
            info: connector.info.clone(),
        }
    }
}

impl From<StationView> for Station {
    fn from(view: StationView) -> Self {
        let evses = evses(&view);
        let of_station = view.connectors.iter().find(|c| c.connector.evse == EvseNumber(0));
        let record = view.record;
        let text = |at: Option<jiff::Timestamp>| at.map(|t| t.to_string());
        Self {
            id: record.id.to_string(),
            identity: record.identity,
            name: record.name,
            site_id: record.site.to_string(),
            site_name: record.site_name,
            site_time_zone: record.site_time_zone,
            vendor: record.vendor,
            model: record.model,
            serial: record.serial,
            firmware: record.firmware,
            iccid: record.iccid,
            imsi: record.imsi,
            protocol: record.protocol,
            registration: record.registration,
            security_profile: record.security_profile,
            online: view.online_since.is_some(),
            online_since: text(view.online_since),
            offline_since: text(record.offline_since.filter(|_| view.online_since.is_none())),
            last_seen_at: text(view.last_seen_at),
            address: record.address,
            booted_at: text(record.booted_at),
            deviations: record.deviations,
            station_status: of_station.map(Connector::from),
            evses,
            sessions_30d: view.sessions_30d,
            energy_30d_wh: view.energy_30d_wh,
            connection_urls: view.connection_urls,
            created_at: record.created_at.to_string(),
            password: None,
        }
    }
}

impl From<AdoptedStation> for Station {
    fn from(adopted: AdoptedStation) -> Self {
        Self { password: adopted.password, ..adopted.station.into() }
    }
}

/// Every EVSE that was configured or reported.
fn evses(view: &StationView) -> Vec<Evse> {
    let mut numbers: Vec<EvseNumber> = view.evses.iter().map(|e| e.evse).collect();
    numbers.extend(view.connectors.iter().map(|c| c.connector.evse).filter(|evse| evse.0 > 0));
    numbers.sort_unstable();
    numbers.dedup();
    let shape = |number: EvseNumber| {
        let known = view.evses.iter().find(|e| e.evse == number);
        Evse {
            evse: number.0,
            max_power_w: known.and_then(|e| e.max_power_w),
            current: known.and_then(|e| e.current_kind.clone()),
            session_id: view
                .running
                .iter()
                .rev()
                .find(|(evse, _)| *evse == number)
                .map(|(_, id)| id.to_string()),
            connectors: view
                .connectors
                .iter()
                .filter(|c| c.connector.evse == number)
                .map(Connector::from)
                .collect(),
        }
    };
    numbers.into_iter().map(shape).collect()
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateStation {
    site_id: SiteIdText,
    /// The name it connects with (charge box id).
    identity: String,
    name: Option<String>,
    /// Default 1. 0 must be asked for.
    security_profile: Option<i64>,
    /// Generated and shown once where absent.
    password: Option<String>,
    #[serde(default)]
    evses: Vec<NewEvse>,
}

/// Ids are text in documents.
type SiteIdText = String;

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewEvse {
    evse: i32,
    max_power_w: Option<i64>,
    /// ac or dc.
    current: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ChangeStation {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    site_id: Option<SiteIdText>,
    /// accepted, pending or rejected.
    #[schema(value_type = Option<String>)]
    registration: Option<Registration>,
    security_profile: Option<i64>,
    password: Option<String>,
    #[serde(default)]
    generate_password: bool,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StationQuery {
    /// Finds identity, name, vendor, model, serial number or site.
    q: Option<String>,
    site_id: Option<String>,
    /// A connector status, or `Offline`.
    status: Option<String>,
    online: Option<bool>,
    limit: Option<u32>,
    cursor: Option<String>,
}

pub(super) fn site_id(text: &str) -> Result<SiteId, HttpError> {
    text.parse().map_err(|_| forecourt_app::AppError::field("/site_id", "there is no such site").into())
}

/// Stations by identity.
#[utoipa::path(get, path = "/api/v1/stations", tag = "stations", params(StationQuery), responses((status = 200, body = List<Station>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<StationQuery>,
) -> Result<Json<List<Station>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let filter = StationFilter {
        id: None,
        site: query.site_id.as_deref().map(site_id).transpose()?,
        online: query.online,
        status: query.status,
        text: query.q,
    };
    let page = state.app.stations(&principal, &filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Station::from)))
}

/// Add a station. Without profile and password it gets profile 1 and a generated password, shown in this answer alone.
#[utoipa::path(post, path = "/api/v1/stations", tag = "stations", request_body = CreateStation,
    responses((status = 201, body = Station), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<CreateStation>,
) -> Result<impl IntoResponse, HttpError> {
    let new = StationRequest {
        site: Some(site_id(&request.site_id)?),
        identity: request.identity,
        name: request.name,
        security_profile: request.security_profile,
        password: request.password,
        evses: request.evses.into_iter().map(|e| (e.evse, e.max_power_w, e.current)).collect(),
    };
    let adopted = state.app.add_station(&principal, new).await?;
    Ok((StatusCode::CREATED, etag(adopted.station.record.version), Json(Station::from(adopted))))
}

/// One station.
#[utoipa::path(get, path = "/api/v1/stations/{id}", tag = "stations", params(("id" = String, Path)),
    responses((status = 200, body = Station), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<impl IntoResponse, HttpError> {
    let view = state.app.station(&principal, id).await?;
    Ok((etag(view.record.version), Json(Station::from(view))))
}

/// Change a station.
#[utoipa::path(patch, path = "/api/v1/stations/{id}", tag = "stations", params(("id" = String, Path)), request_body = ChangeStation,
    responses((status = 200, body = Station), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    headers: HeaderMap,
    Body(request): Body<ChangeStation>,
) -> Result<impl IntoResponse, HttpError> {
    let edit = StationEdit {
        name: request.name,
        site: request.site_id.as_deref().map(site_id).transpose()?,
        registration: request.registration,
        security_profile: request.security_profile,
        password: request.password,
        generate_password: request.generate_password,
    };
    let changed = state.app.edit_station(&principal, id, expected(&headers)?, edit).await?;
    Ok((etag(changed.station.record.version), Json(Station::from(changed))))
}

/// Take a station out of service. Its sessions stay; its identity may be used again.
#[utoipa::path(delete, path = "/api/v1/stations/{id}", tag = "stations", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_station(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Something the station does that the standard does not allow.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deviation {
    kind: String,
    path: String,
    seen: String,
    count: i64,
    first_at: String,
    last_at: String,
    /// What it means and what an installer can do.
    advice: &'static str,
}

/// What a station does wrong, the latest first.
#[utoipa::path(get, path = "/api/v1/stations/{id}/deviations", tag = "stations", params(("id" = String, Path)),
    responses((status = 200, body = List<Deviation>), (status = 404, body = Problem)))]
async fn deviations(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<Deviation>>, HttpError> {
    let found = state.app.deviations(&principal, id).await?;
    let shape = |d: forecourt_app::store::DeviationRecord, advice| Deviation {
        kind: d.kind,
        path: d.path,
        seen: d.seen,
        count: d.count,
        first_at: d.first_at.to_string(),
        last_at: d.last_at.to_string(),
        advice,
    };
    let advised = found.into_iter().map(|d| {
        let advice = forecourt_ocpp::quirk::advice(&d.kind);
        shape(d, advice)
    });
    Ok(Json(List::whole(advised.collect())))
}

/// Something to know about stations of this make and firmware.
#[derive(Debug, Serialize, ToSchema)]
pub struct Quirk {
    hint: &'static str,
}

/// What stations of this make and firmware are known to do in their own way, for whoever installs one.
#[utoipa::path(get, path = "/api/v1/stations/{id}/quirks", tag = "stations", params(("id" = String, Path)),
    responses((status = 200, body = List<Quirk>), (status = 404, body = Problem)))]
async fn quirks(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<Quirk>>, HttpError> {
    let record = state.app.station(&principal, id).await?.record;
    let (vendor, model) = (record.vendor.unwrap_or_default(), record.model.unwrap_or_default());
    let profile = forecourt_ocpp::quirk::profile(&vendor, &model, record.firmware.as_deref());
    Ok(Json(List::whole(profile.hints().into_iter().map(|hint| Quirk { hint }).collect())))
}

/// A setting or state: a configuration key (1.6, component empty) or component and variable (2.x).
#[derive(Debug, Serialize, ToSchema)]
pub struct Variable {
    component: String,
    component_instance: String,
    name: String,
    instance: String,
    attribute: String,
    value: Option<String>,
    readonly: bool,
    seen_at: String,
}

/// Settings and states a station told, by component and name.
#[utoipa::path(get, path = "/api/v1/stations/{id}/variables", tag = "stations", params(("id" = String, Path)),
    responses((status = 200, body = List<Variable>), (status = 404, body = Problem)))]
async fn variables(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<Variable>>, HttpError> {
    let found = state.app.variables(&principal, id).await?;
    let shape = |r: forecourt_app::store::VariableRecord| Variable {
        component: r.variable.component,
        component_instance: r.variable.component_instance,
        name: r.variable.name,
        instance: r.variable.instance,
        attribute: r.variable.attribute,
        value: r.variable.value,
        readonly: r.variable.readonly,
        seen_at: r.seen_at.to_string(),
    };
    Ok(Json(List::whole(found.into_iter().map(shape).collect())))
}
