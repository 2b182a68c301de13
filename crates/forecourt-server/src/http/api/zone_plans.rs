//! Routes of plans: what a zone is planned by, its plan, and the sunshine that is expected.

use axum::Json;
use axum::extract::State;
use forecourt_app::power::{SolarSlot, ZonePlanRequest};
use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::{PriceProfileId, ZoneId};
use forecourt_core::power::PlanAim;
use forecourt_core::unit::{WattHours, Watts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::List;
use super::zone_plan_shapes::ZonePlan;
use crate::http::auth::Caller;
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

/// A car that says nothing stays four hours and wants twenty kilowatt-hours.
const STAY_MIN: i64 = 240;
const ENERGY_WH: i64 = 20_000;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(show, set)).routes(routes!(forecast, put_forecast))
}

/// By what a zone is planned. All of it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteZonePlan {
    enabled: bool,
    aim: PlanAim,
    /// Gives the market, and what comes on top of its prices.
    #[schema(value_type = String)]
    price_profile_id: PriceProfileId,
    /// What a kilogram of carbon dioxide counts beside the price, in millionths of the currency; 0 where nothing is said.
    #[serde(default)]
    carbon_price: i64,
    /// What the grid asks for a kilowatt of the month's highest draw, in millionths of the currency; 0 where nothing is said.
    #[serde(default)]
    peak_price: i64,
    /// Minutes a car is expected to stay where nobody says; 240 where nothing is said.
    stay_min: Option<i64>,
    /// What a car is expected to want where nobody says; 20 000 where nothing is said.
    energy_wh: Option<i64>,
}

/// What the sun is expected to give.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteSolarForecast {
    slots: Vec<SolarStretch>,
}

/// A stretch of time.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SolarStretch {
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    power_w: i64,
}

impl From<SolarSlot> for SolarStretch {
    fn from(slot: SolarSlot) -> Self {
        Self { from: slot.from, until: slot.until, power_w: slot.power.0 }
    }
}

/// By what a zone is planned, and its plan: what is expected of the hours ahead, and when each car charges.
#[utoipa::path(get, path = "/api/v1/zones/{id}/plan", tag = "power", params(("id" = String, Path)),
    responses((status = 200, body = ZonePlan), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
) -> Result<Json<ZonePlan>, HttpError> {
    Ok(Json(state.app.zone_plan(&principal, id).await?.into()))
}

/// Switch the plan of a zone on or off, and say what it is made by. Only for a zone that hangs on no other.
#[utoipa::path(put, path = "/api/v1/zones/{id}/plan", tag = "power", params(("id" = String, Path)), request_body = WriteZonePlan,
    responses((status = 200, body = ZonePlan), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn set(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
    Body(body): Body<WriteZonePlan>,
) -> Result<Json<ZonePlan>, HttpError> {
    principal.require(Permission::Power)?;
    let request = ZonePlanRequest {
        enabled: body.enabled,
        aim: body.aim,
        price_profile: body.price_profile_id,
        carbon_price: body.carbon_price,
        peak_price: body.peak_price,
        stay_min: body.stay_min.unwrap_or(STAY_MIN),
        energy: WattHours(body.energy_wh.unwrap_or(ENERGY_WH)),
    };
    Ok(Json(state.app.set_zone_plan(&principal, id, request).await?.into()))
}

/// What the sun is expected to give a zone in the next three days.
#[utoipa::path(get, path = "/api/v1/zones/{id}/solar-forecast", tag = "power", params(("id" = String, Path)),
    responses((status = 200, body = List<SolarStretch>), (status = 404, body = Problem)))]
async fn forecast(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
) -> Result<Json<List<SolarStretch>>, HttpError> {
    let found = state.app.solar_forecast(&principal, id).await?;
    Ok(Json(List::whole(found.into_iter().map(SolarStretch::from).collect())))
}

/// Tell what the sun is expected to give. What was expected of the same time is replaced.
#[utoipa::path(put, path = "/api/v1/zones/{id}/solar-forecast", tag = "power", params(("id" = String, Path)),
    request_body = WriteSolarForecast,
    responses((status = 200, body = List<SolarStretch>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn put_forecast(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
    Body(body): Body<WriteSolarForecast>,
) -> Result<Json<List<SolarStretch>>, HttpError> {
    principal.require(Permission::Power)?;
    let slot = |s: SolarStretch| SolarSlot { from: s.from, until: s.until, power: Watts(s.power_w) };
    let slots = body.slots.into_iter().map(slot).collect();
    let found = state.app.put_solar_forecast(&principal, id, slots).await?;
    Ok(Json(List::whole(found.into_iter().map(SolarStretch::from).collect())))
}
