//! Subscription plans, and who subscribes.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::plans::PlanRequest;
use forecourt_app::store::plan::PlanRecord;
use forecourt_app::store::subscription::SubscriptionRecord;
use forecourt_core::id::{DriverGroupId, DriverId, PlanId, SubscriptionId, TariffId};
use forecourt_core::subscription::Renewal;
use forecourt_core::tariff::VatRate;
use forecourt_core::unit::{Currency, fixed};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::drivers::Named;
use super::paging::{List, etag, expected};
use super::teams::PlacesShape;
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(subscribers, subscribe))
        .routes(routes!(cancel))
}

/// What drivers can subscribe to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Plan {
    id: String,
    name: String,
    /// Shown to drivers.
    description: String,
    /// Never shown to drivers.
    internal_note: String,
    /// A period, with VAT: `29.00`.
    cost: String,
    currency: String,
    /// In per cent.
    #[schema(value_type = String)]
    vat: VatRate,
    /// week, month or year.
    #[schema(value_type = String)]
    renewal: Renewal,
    /// Energy of a period that costs nothing more; null: all of it.
    allowance_wh: Option<i64>,
    /// What is beyond it is priced by this; null: as without a subscription.
    overflow_tariff_id: Option<String>,
    /// Everybody may subscribe; else the drivers and groups.
    public: bool,
    sale_from: Option<String>,
    sale_to: Option<String>,
    /// It does not renew at or after this.
    renew_until: Option<String>,
    places: PlacesShape,
    drivers: Vec<Named>,
    groups: Vec<Named>,
    /// Running subscriptions.
    subscribers: i64,
    created_at: String,
}

impl From<PlanRecord> for Plan {
    fn from(record: PlanRecord) -> Self {
        let decimals = Currency::read(&record.currency).map_or(2, |currency| currency.decimals());
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        let drivers = record.drivers.into_iter().map(|(id, name)| Named { id: id.to_string(), name });
        let groups = record.groups.into_iter().map(|(id, name)| Named { id: id.to_string(), name });
        Self {
            id: record.id.to_string(),
            name: record.name,
            description: record.description,
            internal_note: record.internal_note,
            cost: fixed(record.cost, decimals),
            currency: record.currency,
            vat: VatRate(record.vat),
            renewal: record.renewal,
            allowance_wh: record.allowance_wh,
            overflow_tariff_id: record.overflow_tariff.map(|id| id.to_string()),
            public: record.is_public,
            sale_from: text(record.sale_from),
            sale_to: text(record.sale_to),
            renew_until: text(record.renew_until),
            places: record.places.into(),
            drivers: drivers.collect(),
            groups: groups.collect(),
            subscribers: record.subscribers,
            created_at: record.created_at.to_string(),
        }
    }
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RenewalWord {
    Month,
    Week,
    Year,
}

/// All of a plan; what is left out is empty.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WritePlan {
    name: String,
    description: Option<String>,
    internal_note: Option<String>,
    cost: String,
    currency: String,
    #[schema(value_type = Option<String>)]
    vat: Option<VatRate>,
    renewal: RenewalWord,
    allowance_wh: Option<i64>,
    #[schema(value_type = Option<String>)]
    overflow_tariff_id: Option<TariffId>,
    #[serde(default)]
    public: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    sale_from: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    sale_to: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    renew_until: Option<Timestamp>,
    #[serde(default)]
    places: PlacesShape,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    driver_ids: Vec<DriverId>,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    group_ids: Vec<DriverGroupId>,
}

impl From<WritePlan> for PlanRequest {
    fn from(request: WritePlan) -> Self {
        Self {
            name: request.name,
            description: request.description,
            internal_note: request.internal_note,
            cost: request.cost,
            currency: request.currency,
            vat: request.vat.unwrap_or_default(),
            renewal: match request.renewal {
                RenewalWord::Week => Renewal::Week,
                RenewalWord::Month => Renewal::Month,
                RenewalWord::Year => Renewal::Year,
            },
            allowance_wh: request.allowance_wh,
            overflow_tariff: request.overflow_tariff_id,
            is_public: request.public,
            sale_from: request.sale_from,
            sale_to: request.sale_to,
            renew_until: request.renew_until,
            places: request.places.into(),
            drivers: request.driver_ids,
            groups: request.group_ids,
        }
    }
}

/// A driver's subscription to a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscription {
    id: String,
    plan_id: String,
    plan_name: String,
    driver_id: String,
    driver_name: String,
    started_at: String,
    /// Of the running period, counted from 0.
    period: i64,
    period_from: String,
    period_to: String,
    /// Null: without limit.
    allowance_wh: Option<i64>,
    /// Drawn in the running period.
    used_wh: i64,
    /// It ends with its period.
    cancelled_at: Option<String>,
    ended_at: Option<String>,
}

impl From<SubscriptionRecord> for Subscription {
    fn from(record: SubscriptionRecord) -> Self {
        Self {
            id: record.id.to_string(),
            plan_id: record.plan.to_string(),
            plan_name: record.plan_name,
            driver_id: record.driver.to_string(),
            driver_name: record.driver_name,
            started_at: record.started_at.to_string(),
            period: record.period,
            period_from: record.period_from.to_string(),
            period_to: record.period_to.to_string(),
            allowance_wh: record.allowance_wh,
            used_wh: record.used_wh,
            cancelled_at: record.cancelled_at.map(|at| at.to_string()),
            ended_at: record.ended_at.map(|at| at.to_string()),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Subscribe {
    #[schema(value_type = String)]
    plan_id: PlanId,
    #[schema(value_type = String)]
    driver_id: DriverId,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SubscriptionQuery {
    #[param(value_type = Option<String>)]
    plan_id: Option<PlanId>,
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
}

/// Every plan, by name.
#[utoipa::path(get, path = "/api/v1/plans", tag = "subscriptions", responses((status = 200, body = List<Plan>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Plan>>, HttpError> {
    let found = state.app.plans(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(Plan::from).collect())))
}

/// Make a plan.
#[utoipa::path(post, path = "/api/v1/plans", tag = "subscriptions", request_body = WritePlan,
    responses((status = 201, body = Plan), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<WritePlan>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.add_plan(&principal, request.into()).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(Plan::from(record))))
}

/// One plan.
#[utoipa::path(get, path = "/api/v1/plans/{id}", tag = "subscriptions", params(("id" = String, Path)),
    responses((status = 200, body = Plan), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PlanId>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.plan(&principal, id).await?;
    Ok((etag(record.version), Json(Plan::from(record))))
}

/// Change a plan. Cost and renewal hold from the next period on.
#[utoipa::path(put, path = "/api/v1/plans/{id}", tag = "subscriptions", params(("id" = String, Path)), request_body = WritePlan,
    responses((status = 200, body = Plan), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PlanId>,
    headers: HeaderMap,
    Body(request): Body<WritePlan>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.edit_plan(&principal, id, expected(&headers)?, request.into()).await?;
    Ok((etag(record.version), Json(Plan::from(record))))
}

/// Offer a plan no longer. Who subscribes keeps it until the period ends.
#[utoipa::path(delete, path = "/api/v1/plans/{id}", tag = "subscriptions", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PlanId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_plan(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Subscriptions of a plan or a driver, running ones first.
#[utoipa::path(get, path = "/api/v1/subscriptions", tag = "subscriptions", params(SubscriptionQuery),
    responses((status = 200, body = List<Subscription>)))]
async fn subscribers(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<SubscriptionQuery>,
) -> Result<Json<List<Subscription>>, HttpError> {
    let found = state.app.subscriptions(&principal, query.plan_id, query.driver_id).await?;
    Ok(Json(List::whole(found.into_iter().map(Subscription::from).collect())))
}

/// Subscribe a driver. The first period begins at once and is owed.
#[utoipa::path(post, path = "/api/v1/subscriptions", tag = "subscriptions", request_body = Subscribe,
    responses((status = 201, body = Subscription), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn subscribe(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<Subscribe>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.subscribe(&principal, request.plan_id, request.driver_id).await?;
    Ok((StatusCode::CREATED, Json(Subscription::from(record))))
}

/// Cancel a subscription: it holds until its period ends.
#[utoipa::path(delete, path = "/api/v1/subscriptions/{id}", tag = "subscriptions", params(("id" = String, Path)),
    responses((status = 200, body = Subscription), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SubscriptionId>,
) -> Result<Json<Subscription>, HttpError> {
    Ok(Json(state.app.cancel_subscription(&principal, id).await?.into()))
}
