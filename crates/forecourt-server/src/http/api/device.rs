//! What a station is made of and what it keeps: its device model, monitors, events, and things as it wrote them.

use axum::Json;
use axum::extract::State;
use forecourt_app::store::VariableRecord;
use forecourt_app::store::device::{EventRecord, ItemRecord, MonitorRecord, VariableKindRecord};
use forecourt_core::id::StationId;
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
    OpenApiRouter::new()
        .routes(routes!(model))
        .routes(routes!(monitors))
        .routes(routes!(events))
        .routes(routes!(items))
}

/// One component of a station with its variables.
#[derive(Debug, Serialize, ToSchema)]
pub struct Component {
    /// Empty for the configuration keys of a 1.6 station.
    component: String,
    /// Which one, where there are several: `evse=1`, `evse=1,connector=2`.
    instance: String,
    variables: Vec<ModelVariable>,
}

/// One variable, what it is and what it may become.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelVariable {
    name: String,
    instance: String,
    attributes: Vec<Attribute>,
    /// string, decimal, integer, dateTime, boolean, OptionList, SequenceList, MemberList; null: the station has not told.
    data_type: Option<String>,
    unit: Option<String>,
    min: Option<String>,
    max: Option<String>,
    /// The words it may take.
    choices: Vec<String>,
    supports_monitoring: bool,
    /// A password or key: may be set, never read.
    writeonly: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Attribute {
    /// Actual, Target, MinSet or MaxSet.
    attribute: String,
    value: Option<String>,
    readonly: bool,
    seen_at: String,
}

/// A station's device model by component. A 1.6 station has one component without a name: its configuration keys.
#[utoipa::path(get, path = "/api/v1/stations/{id}/device-model", tag = "stations", params(("id" = String, Path)),
    responses((status = 200, body = List<Component>), (status = 404, body = Problem)))]
async fn model(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<Component>>, HttpError> {
    let variables = state.app.variables(&principal, id).await?;
    let kinds = state.app.variable_kinds(&principal, id).await?;
    Ok(Json(List::whole(by_component(variables, &kinds))))
}

fn by_component(variables: Vec<VariableRecord>, kinds: &[VariableKindRecord]) -> Vec<Component> {
    let mut components: Vec<Component> = Vec::new();
    // Ordered by component, instance, name: what belongs together stands together.
    for VariableRecord { variable, seen_at } in variables {
        let attribute = Attribute {
            attribute: variable.attribute,
            value: variable.value,
            readonly: variable.readonly,
            seen_at: seen_at.to_string(),
        };
        let same = |c: &&mut Component| {
            c.component == variable.component && c.instance == variable.component_instance
        };
        let component = match components.last_mut().filter(same) {
            Some(component) => component,
            None => {
                let (component, instance) = (variable.component.clone(), variable.component_instance.clone());
                components.push(Component { component, instance, variables: Vec::new() });
                let Some(new) = components.last_mut() else { continue };
                new
            }
        };
        let found = component.variables.last_mut();
        match found.filter(|v| v.name == variable.name && v.instance == variable.instance) {
            Some(known) => known.attributes.push(attribute),
            None => {
                let is_kind = |k: &&VariableKindRecord| {
                    k.component == variable.component
                        && k.component_instance == variable.component_instance
                        && k.name == variable.name
                        && k.instance == variable.instance
                };
                let kind = kinds.iter().find(is_kind);
                component.variables.push(described(variable.name, variable.instance, attribute, kind));
            }
        }
    }
    components
}

fn described(
    name: String,
    instance: String,
    attribute: Attribute,
    kind: Option<&VariableKindRecord>,
) -> ModelVariable {
    let about = kind.map(|kind| kind.characteristics.clone()).unwrap_or_default();
    let choices = about.values.as_deref().unwrap_or_default().split(',').map(str::trim);
    ModelVariable {
        name,
        instance,
        attributes: vec![attribute],
        data_type: Some(about.data_type).filter(|word| !word.is_empty()),
        unit: about.unit,
        min: about.min,
        max: about.max,
        choices: choices.filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        supports_monitoring: about.supports_monitoring,
        writeonly: kind.is_some_and(|kind| kind.writeonly),
    }
}

/// A watch on one variable of a station.
#[derive(Debug, Serialize, ToSchema)]
pub struct Monitor {
    monitor: i64,
    component: String,
    component_instance: String,
    name: String,
    instance: String,
    /// UpperThreshold, LowerThreshold, Delta, Periodic, PeriodicClockAligned, TargetDelta, …
    kind: String,
    value: String,
    /// 0 (danger) to 9 (debug).
    severity: i64,
    transaction: bool,
    origin: Option<String>,
    seen_at: String,
}

impl From<MonitorRecord> for Monitor {
    fn from(MonitorRecord { monitor, seen_at }: MonitorRecord) -> Self {
        Self {
            monitor: monitor.id,
            component: monitor.component,
            component_instance: monitor.component_instance,
            name: monitor.name,
            instance: monitor.instance,
            kind: monitor.kind,
            value: monitor.value,
            severity: monitor.severity,
            transaction: monitor.transaction,
            origin: monitor.origin,
            seen_at: seen_at.to_string(),
        }
    }
}

/// The monitors a 2.x station told (command `get_monitoring_report`).
#[utoipa::path(get, path = "/api/v1/stations/{id}/monitors", tag = "stations", params(("id" = String, Path)),
    responses((status = 200, body = List<Monitor>), (status = 404, body = Problem)))]
async fn monitors(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<Monitor>>, HttpError> {
    let found = state.app.monitors(&principal, id).await?;
    Ok(Json(List::whole(found.into_iter().map(Monitor::from).collect())))
}

/// Something a component of a 2.x station reported (NotifyEvent).
#[derive(Debug, Serialize, ToSchema)]
pub struct ComponentEvent {
    id: String,
    at: String,
    component: String,
    variable: String,
    evse: Option<i32>,
    connector: Option<i32>,
    value: String,
    /// Alerting, Delta or Periodic.
    trigger: String,
    monitor: Option<i64>,
    severity: Option<i64>,
    tech_code: Option<String>,
    tech_info: Option<String>,
    cleared: bool,
    transaction: Option<String>,
}

impl From<EventRecord> for ComponentEvent {
    fn from(record: EventRecord) -> Self {
        let event = record.event;
        Self {
            id: record.id.to_string(),
            at: record.at.to_string(),
            component: event.component,
            variable: event.variable,
            evse: event.evse.map(|evse| evse.0),
            connector: event.connector.map(|connector| connector.0),
            value: event.value,
            trigger: event.trigger,
            monitor: event.monitor,
            severity: event.severity,
            tech_code: event.tech_code,
            tech_info: event.tech_info,
            cleared: event.cleared,
            transaction: event.transaction.map(|reference| reference.0),
        }
    }
}

/// What a station's components reported, newest first.
#[utoipa::path(get, path = "/api/v1/stations/{id}/events", tag = "stations", params(("id" = String, Path), Paging),
    responses((status = 200, body = List<ComponentEvent>), (status = 404, body = Problem)))]
async fn events(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<ComponentEvent>>, HttpError> {
    let page = state.app.component_events(&principal, id, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, ComponentEvent::from)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ItemQuery {
    /// charging_profile, charging_limit, display_message, customer_information, charging_needs, charging_schedule,
    /// der_control, der_alarm, priority_charging, event_stream, stream_data, settlement, web_payment, battery_swap,
    /// publish_firmware, firmware_status, tariff, installed_certificate or vat_number.
    kind: Option<String>,
}

/// Something a station keeps or told, in its own words.
#[derive(Debug, Serialize, ToSchema)]
pub struct StationItem {
    kind: String,
    /// Its name at the station.
    key: String,
    evse: Option<i64>,
    transaction: Option<String>,
    request_id: Option<i64>,
    #[schema(value_type = Object)]
    body: serde_json::Value,
    seen_at: String,
}

impl From<ItemRecord> for StationItem {
    fn from(record: ItemRecord) -> Self {
        let body = super::secrets::redact(record.body);
        Self {
            kind: record.kind,
            key: record.key,
            evse: record.evse,
            transaction: record.transaction,
            request_id: record.request_id,
            body: serde_json::from_str(&body).unwrap_or(serde_json::Value::String(body)),
            seen_at: record.seen_at.to_string(),
        }
    }
}

/// Charging profiles, displayed messages, tariffs, inverter settings and the like, newest of each.
#[utoipa::path(get, path = "/api/v1/stations/{id}/items", tag = "stations", params(("id" = String, Path), ItemQuery),
    responses((status = 200, body = List<StationItem>), (status = 404, body = Problem)))]
async fn items(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Query(query): Query<ItemQuery>,
) -> Result<Json<List<StationItem>>, HttpError> {
    let found = state.app.station_items(&principal, id, query.kind.as_deref()).await?;
    Ok(Json(List::whole(found.into_iter().map(StationItem::from).collect())))
}
