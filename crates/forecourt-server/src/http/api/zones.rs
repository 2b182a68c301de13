//! Load balancing: zones, how they stand now, their meters, and which models obey a limit.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::power::{LoadReading, ModelVerdict, ZoneView};
use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::{SiteId, StationId, ZoneId};
use forecourt_core::power::PerPhase;
use forecourt_core::unit::{MilliAmps, Watts};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, etag, expected};
use super::zone_shapes::{CandidateShape, Load, Minute, Model, WriteZone, Zone};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

/// Hours of history where nobody says how many.
const HOURS: i64 = 24;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(candidates))
        .routes(routes!(show, change, delete))
        .routes(routes!(switch))
        .routes(routes!(history))
        .routes(routes!(read_meter))
        .routes(routes!(probe))
        .routes(routes!(models, judge, forget))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ZoneQuery {
    #[param(value_type = Option<String>)]
    site_id: Option<SiteId>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CandidateQuery {
    #[param(value_type = String)]
    site_id: SiteId,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// 1 to 744, 24 where nothing is said.
    hours: Option<i64>,
}

/// Every zone, by site and name.
#[utoipa::path(get, path = "/api/v1/zones", tag = "power", params(ZoneQuery),
    responses((status = 200, body = List<Zone>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<ZoneQuery>,
) -> Result<Json<List<Zone>>, HttpError> {
    let found = state.app.zones(&principal, query.site_id).await?;
    Ok(Json(List::whole(found.into_iter().map(Zone::from).collect())))
}

/// The chargers of a site, with whether they may be chosen for a zone and why not.
#[utoipa::path(get, path = "/api/v1/zones/candidates", tag = "power", params(CandidateQuery),
    responses((status = 200, body = List<CandidateShape>), (status = 404, body = Problem)))]
async fn candidates(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<CandidateQuery>,
) -> Result<Json<List<CandidateShape>>, HttpError> {
    let found = state.app.zone_candidates(&principal, query.site_id).await?;
    Ok(Json(List::whole(found.into_iter().map(CandidateShape::from).collect())))
}

/// Make a zone. It is off until somebody switches it on.
#[utoipa::path(post, path = "/api/v1/zones", tag = "power", request_body = WriteZone,
    responses((status = 201, body = Zone), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<WriteZone>,
) -> Result<impl IntoResponse, HttpError> {
    principal.require(Permission::Power)?;
    let view = state.app.add_zone(&principal, request.try_into()?).await?;
    Ok((StatusCode::CREATED, etag(view.record.version), Json(Zone::from(view))))
}

fn shown(view: ZoneView) -> impl IntoResponse {
    (etag(view.record.version), Json(Zone::from(view)))
}

/// One zone, with how it and everything below it stands now.
#[utoipa::path(get, path = "/api/v1/zones/{id}", tag = "power", params(("id" = String, Path)),
    responses((status = 200, body = Zone), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
) -> Result<impl IntoResponse, HttpError> {
    Ok(shown(state.app.zone(&principal, id).await?))
}

/// Change a zone.
#[utoipa::path(put, path = "/api/v1/zones/{id}", tag = "power", params(("id" = String, Path)), request_body = WriteZone,
    responses((status = 200, body = Zone), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
    headers: HeaderMap,
    Body(request): Body<WriteZone>,
) -> Result<impl IntoResponse, HttpError> {
    principal.require(Permission::Power)?;
    let view = state.app.edit_zone(&principal, id, expected(&headers)?, request.try_into()?).await?;
    Ok(shown(view))
}

/// Delete a zone on which no other hangs. What its chargers were told is taken back.
#[utoipa::path(delete, path = "/api/v1/zones/{id}", tag = "power", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_zone(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct SwitchZone {
    enabled: bool,
}

/// Switch a zone on, or off: then what its chargers were told is taken back.
#[utoipa::path(put, path = "/api/v1/zones/{id}/status", tag = "power", params(("id" = String, Path)), request_body = SwitchZone,
    responses((status = 200, body = Zone), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn switch(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
    Body(request): Body<SwitchZone>,
) -> Result<impl IntoResponse, HttpError> {
    Ok(shown(state.app.switch_zone(&principal, id, request.enabled).await?))
}

/// The minutes of a zone's last hours, on its fullest phase.
#[utoipa::path(get, path = "/api/v1/zones/{id}/history", tag = "power", params(("id" = String, Path), HistoryQuery),
    responses((status = 200, body = List<Minute>), (status = 404, body = Problem)))]
async fn history(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<List<Minute>>, HttpError> {
    let found = state.app.zone_history(&principal, id, query.hours.unwrap_or(HOURS)).await?;
    Ok(Json(List::whole(found.into_iter().map(Minute::from).collect())))
}

/// What a building's meter shows: each phase in milliamperes, or the power of all three together.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MeterReading {
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    l1_ma: Option<i64>,
    l2_ma: Option<i64>,
    l3_ma: Option<i64>,
    power_w: Option<i64>,
    /// The chargers flow through that meter too: what they draw is taken off.
    #[serde(default)]
    with_chargers: bool,
}

/// Tell a reading of a zone's meter, by the meter's number.
#[utoipa::path(put, path = "/api/v1/meters/{number}/reading", tag = "power", params(("number" = String, Path)),
    request_body = MeterReading,
    responses((status = 200, body = Load), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn read_meter(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Path(number): Path<String>,
    Body(request): Body<MeterReading>,
) -> Result<Json<Load>, HttpError> {
    principal.require(Permission::Power)?;
    let MeterReading { at, l1_ma, l2_ma, l3_ma, power_w, with_chargers } = request;
    let load = match (l1_ma, l2_ma, l3_ma, power_w) {
        (Some(l1), Some(l2), Some(l3), None) => {
            Ok(PerPhase { l1: MilliAmps(l1), l2: MilliAmps(l2), l3: MilliAmps(l3) })
        }
        (None, None, None, Some(power)) => Err(Watts(power)),
        _ => {
            let text = "l1_ma, l2_ma and l3_ma, or power_w alone";
            return Err(forecourt_app::AppError::field("/l1_ma", text).into());
        }
    };
    let reading = LoadReading { at, load, with_chargers };
    Ok(Json(state.app.read_zone_meter(&principal, &number, reading).await?.into()))
}

#[derive(Debug, serde::Serialize, ToSchema)]
pub struct Probed {
    /// tested, told, unfit, cannot or untested.
    fitness: &'static str,
}

/// Ask a charger whether it knows smart charging.
#[utoipa::path(post, path = "/api/v1/stations/{id}/smart-charging-probe", tag = "power", params(("id" = String, Path)),
    responses((status = 200, body = Probed), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn probe(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<Probed>, HttpError> {
    let fitness = state.app.probe_smart_charging(&principal, id).await?;
    Ok(Json(Probed { fitness: super::zone_shapes::fitness_word(fitness) }))
}

/// What the platform says of charger models: whether they were tested to obey a limit.
#[utoipa::path(get, path = "/api/v1/smart-charging-models", tag = "power", responses((status = 200, body = List<Model>)))]
async fn models(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Model>>, HttpError> {
    let found = state.app.model_verdicts(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(Model::from).collect())))
}

/// A model; without firmware every version of it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct JudgeModel {
    vendor: String,
    model: String,
    firmware: Option<String>,
    /// False: it was found not to obey.
    tested: bool,
}

/// Say whether a model obeys a limit. Only the platform may; its word holds for every branch.
#[utoipa::path(put, path = "/api/v1/smart-charging-models", tag = "power", request_body = JudgeModel,
    responses((status = 200, body = Model), (status = 422, body = Problem)))]
async fn judge(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<JudgeModel>,
) -> Result<Json<Model>, HttpError> {
    let JudgeModel { vendor, model, firmware, tested } = request;
    let said = ModelVerdict { vendor, model, firmware, tested };
    Ok(Json(state.app.set_model_verdict(&principal, said).await?.into()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ModelQuery {
    #[serde(default)]
    vendor: String,
    #[serde(default)]
    model: String,
    #[serde(default)]
    firmware: String,
}

/// Take back what was said of a model.
#[utoipa::path(delete, path = "/api/v1/smart-charging-models", tag = "power", params(ModelQuery),
    responses((status = 204), (status = 404, body = Problem)))]
async fn forget(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<ModelQuery>,
) -> Result<StatusCode, HttpError> {
    let ModelQuery { vendor, model, firmware } = &query;
    state.app.remove_model_verdict(&principal, (vendor, model, firmware)).await?;
    Ok(StatusCode::NO_CONTENT)
}
