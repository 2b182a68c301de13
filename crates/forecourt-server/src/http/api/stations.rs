//! Stations (chargers).

mod more;
mod shape;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::store::station::StationFilter;
use forecourt_app::{StationEdit, StationRequest};
use forecourt_core::fact::Registration;
use forecourt_core::id::{SiteId, StationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, present};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub use shape::Station;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(deviations))
        .routes(routes!(quirks))
        .routes(routes!(variables))
        .merge(more::routes())
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
    /// commercial (default) or home.
    used_as: Option<String>,
    /// Whose home charger it is.
    owner_email: Option<String>,
}

/// Ids are text in documents.
type SiteIdText = String;

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewEvse {
    evse: i32,
    max_power_w: Option<i64>,
    /// ac or dc.
    current: Option<String>,
    #[serde(default)]
    connectors: Vec<NewConnector>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewConnector {
    connector: i32,
    /// type1, type2, type2_cable, ccs1, ccs2, chademo, nacs, gbt_ac, gbt_dc, domestic or other.
    kind: String,
}

type Evses = Vec<(i32, Option<i64>, Option<String>)>;
type Connectors = Vec<(i32, i32, String)>;

/// EVSEs and their connectors, apart.
fn plugs(evses: Vec<NewEvse>) -> (Evses, Connectors) {
    let connectors = evses
        .iter()
        .flat_map(|e| e.connectors.iter().map(|c| (e.evse, c.connector, c.kind.clone())))
        .collect();
    (evses.into_iter().map(|e| (e.evse, e.max_power_w, e.current)).collect(), connectors)
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
    /// commercial or home.
    used_as: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    owner_email: Option<Option<String>>,
    /// All of its EVSEs, in place of what was said before.
    evses: Option<Vec<NewEvse>>,
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
    /// commercial or home.
    used_as: Option<String>,
    /// ocpp1.6, ocpp2.0.1 or ocpp2.1.
    protocol: Option<String>,
    vendor: Option<String>,
    firmware: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

impl StationQuery {
    fn filter(self) -> Result<StationFilter, HttpError> {
        Ok(StationFilter {
            id: None,
            site: self.site_id.as_deref().map(site_id).transpose()?,
            online: self.online,
            status: self.status,
            text: self.q,
            used_as: self.used_as,
            protocol: self.protocol,
            vendor: self.vendor,
            firmware: self.firmware,
            only: None,
        })
    }
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
    let paging = Paging { limit: query.limit, cursor: query.cursor.clone() };
    let filter = query.filter()?;
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
    let (evses, connectors) = plugs(request.evses);
    let new = StationRequest {
        site: Some(site_id(&request.site_id)?),
        identity: request.identity,
        name: request.name,
        security_profile: request.security_profile,
        password: request.password,
        evses,
        connectors,
        used_as: request.used_as,
        owner_email: request.owner_email,
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
    let (evses, connectors) = request.evses.map(plugs).unzip();
    let edit = StationEdit {
        name: request.name,
        site: request.site_id.as_deref().map(site_id).transpose()?,
        registration: request.registration,
        security_profile: request.security_profile,
        password: request.password,
        generate_password: request.generate_password,
        used_as: request.used_as,
        owner_email: request.owner_email,
        evses,
        connectors,
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
