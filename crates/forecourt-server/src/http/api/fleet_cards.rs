//! Fleet cards: ordered, active, cancelled; what was charged with them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use forecourt_app::fleet_cards::{CardOrder, CardUse};
use forecourt_app::store::fleet_card::{FleetCardFilter, FleetCardRecord};
use forecourt_core::id::{DriverId, FleetCardId};
use forecourt_core::unit::{Currency, fixed};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, order))
        .routes(routes!(export))
        .routes(routes!(show, cancel))
        .routes(routes!(activate))
        .routes(routes!(replace))
        .routes(routes!(note_uses))
}

/// A card that charges at the chargers of others.
#[derive(Debug, Serialize, ToSchema)]
pub struct FleetCard {
    id: String,
    driver_id: String,
    driver_name: String,
    driver_email: Option<String>,
    /// As printed; null until the issuer says it.
    number: Option<String>,
    /// manual.
    issuer: String,
    /// ordered, active or cancelled.
    status: String,
    /// office or home.
    delivery: String,
    address: String,
    /// For making it.
    fee: String,
    currency: String,
    /// Charged with it so far.
    energy_wh: i64,
    cost: String,
    uses: i64,
    ordered_by: String,
    ordered_at: String,
    activated_at: Option<String>,
    cancelled_at: Option<String>,
    replaces_id: Option<String>,
}

impl From<FleetCardRecord> for FleetCard {
    fn from(record: FleetCardRecord) -> Self {
        let decimals = Currency::read(&record.currency).map_or(2, |currency| currency.decimals());
        Self {
            id: record.id.to_string(),
            driver_id: record.driver.to_string(),
            driver_name: record.driver_name,
            driver_email: Some(record.driver_email).filter(|email| !email.is_empty()),
            number: record.number,
            issuer: record.issuer,
            status: record.status,
            delivery: record.delivery,
            address: record.address,
            fee: fixed(record.fee, decimals),
            currency: record.currency,
            energy_wh: record.energy_wh,
            cost: fixed(record.cost, decimals),
            uses: record.uses,
            ordered_by: record.ordered_by,
            ordered_at: record.ordered_at.to_string(),
            activated_at: record.activated_at.map(|at| at.to_string()),
            cancelled_at: record.cancelled_at.map(|at| at.to_string()),
            replaces_id: record.replaces.map(|id| id.to_string()),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FleetCardQuery {
    /// Finds driver, e-mail or number of the card.
    q: Option<String>,
    /// ordered, active or cancelled.
    status: Option<String>,
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    limit: Option<u32>,
    cursor: Option<String>,
    /// Of an export: csv (default), xlsx or pdf.
    format: Option<String>,
}

impl FleetCardQuery {
    fn filter(&self) -> FleetCardFilter {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        FleetCardFilter { text: filled(&self.q), status: filled(&self.status), driver: self.driver_id }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct OrderFleetCard {
    #[schema(value_type = String)]
    driver_id: DriverId,
    /// To the driver's home; else to the office.
    #[serde(default)]
    to_home: bool,
    /// Left out: the driver's.
    address: Option<String>,
    /// For making the card: `5.00`.
    fee: String,
    currency: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ActivateFleetCard {
    /// As printed on the card.
    number: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ReplaceFleetCard {
    /// Left out: as before.
    to_home: Option<bool>,
    address: Option<String>,
}

/// A use as the issuer reports it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct FleetCardUseReport {
    /// The issuer's own name of it: the same twice is one.
    reference: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    place: String,
    energy_wh: i64,
    /// In the card's currency: `12.50`.
    amount: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct FleetCardUses {
    uses: Vec<FleetCardUseReport>,
}

/// How many were new.
#[derive(Debug, Serialize, ToSchema)]
pub struct FleetCardUsesAnswer {
    noted: usize,
}

/// Fleet cards, newest first.
#[utoipa::path(get, path = "/api/v1/fleet-cards", tag = "fleet", params(FleetCardQuery), responses((status = 200, body = List<FleetCard>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<FleetCardQuery>,
) -> Result<Json<List<FleetCard>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor.clone() };
    let cursor = paging.cursor()?;
    let page = state.app.fleet_cards(&principal, &query.filter(), cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, FleetCard::from)))
}

/// Fleet cards as a file.
#[utoipa::path(get, path = "/api/v1/fleet-cards/export", tag = "fleet", params(FleetCardQuery),
    responses((status = 200, description = "The file")))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<FleetCardQuery>,
) -> Result<Response, HttpError> {
    let format = read_format(query.format.as_deref())?;
    respond(state.app.fleet_card_sheet(&principal, &query.filter()).await?, format).await
}

/// Order a card for a driver. Its fee is owed by the driver.
#[utoipa::path(post, path = "/api/v1/fleet-cards", tag = "fleet", request_body = OrderFleetCard,
    responses((status = 201, body = FleetCard), (status = 422, body = Problem)))]
async fn order(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<OrderFleetCard>,
) -> Result<impl IntoResponse, HttpError> {
    let OrderFleetCard { driver_id, to_home, address, fee, currency } = request;
    let order = CardOrder { driver: driver_id, to_home, address, fee, currency };
    let record = state.app.order_fleet_card(&principal, order).await?;
    Ok((StatusCode::CREATED, Json(FleetCard::from(record))))
}

/// One fleet card.
#[utoipa::path(get, path = "/api/v1/fleet-cards/{id}", tag = "fleet", params(("id" = String, Path)),
    responses((status = 200, body = FleetCard), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<FleetCardId>,
) -> Result<Json<FleetCard>, HttpError> {
    Ok(Json(state.app.fleet_card(&principal, id).await?.into()))
}

/// Cancel a card for good. What was charged with it before stays.
#[utoipa::path(delete, path = "/api/v1/fleet-cards/{id}", tag = "fleet", params(("id" = String, Path)),
    responses((status = 200, body = FleetCard), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<FleetCardId>,
) -> Result<Json<FleetCard>, HttpError> {
    Ok(Json(state.app.cancel_fleet_card(&principal, id).await?.into()))
}

/// The card has come: its number is known and it charges.
#[utoipa::path(post, path = "/api/v1/fleet-cards/{id}/activate", tag = "fleet", params(("id" = String, Path)),
    request_body = ActivateFleetCard,
    responses((status = 200, body = FleetCard), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn activate(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<FleetCardId>,
    Body(request): Body<ActivateFleetCard>,
) -> Result<Json<FleetCard>, HttpError> {
    Ok(Json(state.app.activate_fleet_card(&principal, id, &request.number).await?.into()))
}

/// Cancel a card and order a new one for the same driver.
#[utoipa::path(post, path = "/api/v1/fleet-cards/{id}/replacement", tag = "fleet", params(("id" = String, Path)),
    request_body = ReplaceFleetCard,
    responses((status = 201, body = FleetCard), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn replace(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<FleetCardId>,
    Body(request): Body<ReplaceFleetCard>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.replace_fleet_card(&principal, id, request.to_home, request.address).await?;
    Ok((StatusCode::CREATED, Json(FleetCard::from(record))))
}

/// Note what was charged with a card, as its issuer reports it.
#[utoipa::path(post, path = "/api/v1/fleet-cards/{id}/uses", tag = "fleet", params(("id" = String, Path)),
    request_body = FleetCardUses,
    responses((status = 200, body = FleetCardUsesAnswer), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn note_uses(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<FleetCardId>,
    Body(request): Body<FleetCardUses>,
) -> Result<Json<FleetCardUsesAnswer>, HttpError> {
    let read = |of: FleetCardUseReport| CardUse {
        reference: of.reference,
        at: of.at,
        place: of.place,
        energy_wh: of.energy_wh,
        amount: of.amount,
    };
    let uses = request.uses.into_iter().map(read).collect();
    Ok(Json(FleetCardUsesAnswer { noted: state.app.note_fleet_card_uses(&principal, id, uses).await? }))
}
