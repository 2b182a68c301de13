//! Member discounts: who pays less, where, and how much.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::member_discounts::DiscountRequest;
use forecourt_app::store::member_discount::MemberDiscountRecord;
use forecourt_core::driver::{Discount, Fleet};
use forecourt_core::id::{DriverGroupId, DriverId, MemberDiscountId};
use forecourt_core::tariff::Amount;
use forecourt_core::unit::{Currency, fixed, read_fixed};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::drivers::{Named, fleet};
use super::paging::{List, etag, expected};
use super::teams::PlacesShape;
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

/// Decimals of a percentage.
const PERCENT_DECIMALS: u32 = 2;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, change, delete))
}

/// What members pay less. Fees for standing idle are never discounted.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberDiscount {
    id: String,
    alias: String,
    /// internal, external or null.
    #[schema(value_type = Option<String>)]
    fleet: Option<Fleet>,
    /// Off every price, in per cent: `12.50`. Or there is an energy price.
    percent_off: Option<String>,
    /// What a kWh costs, with VAT: `0.29`.
    energy_price: Option<String>,
    /// Of the energy price.
    currency: Option<String>,
    places: PlacesShape,
    active: bool,
    drivers: Vec<Named>,
    groups: Vec<Named>,
    created_at: String,
}

impl From<MemberDiscountRecord> for MemberDiscount {
    fn from(record: MemberDiscountRecord) -> Self {
        let (percent_off, energy_price, currency) = match record.discount {
            Discount::PercentOff { hundredths } => (Some(fixed(hundredths, PERCENT_DECIMALS)), None, None),
            Discount::EnergyPrice { price, currency } => {
                (None, Some(String::from(price)), Some(String::from(currency)))
            }
            Discount::Allowance { .. } => (None, None, None),
        };
        let drivers = record.drivers.into_iter().map(|(id, name)| Named { id: id.to_string(), name });
        let groups = record.groups.into_iter().map(|(id, name)| Named { id: id.to_string(), name });
        Self {
            id: record.id.to_string(),
            alias: record.alias,
            fleet: record.fleet,
            percent_off,
            energy_price,
            currency,
            places: record.places.into(),
            active: record.is_active,
            drivers: drivers.collect(),
            groups: groups.collect(),
            created_at: record.created_at.to_string(),
        }
    }
}

/// All of a discount; what is left out is empty. Either `percent_off`, or `energy_price` with its `currency`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteMemberDiscount {
    alias: String,
    #[schema(value_type = Option<String>)]
    fleet: Option<Fleet>,
    percent_off: Option<String>,
    energy_price: Option<String>,
    currency: Option<String>,
    #[serde(default)]
    places: PlacesShape,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    driver_ids: Vec<DriverId>,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    group_ids: Vec<DriverGroupId>,
}

fn yes() -> bool {
    true
}

/// Nothing readable becomes a discount of nothing, which the use case refuses after it has looked who asks.
fn discount(request: &WriteMemberDiscount) -> Discount {
    let price = request.energy_price.clone().filter(|text| !text.is_empty());
    let price = price.and_then(|text| Amount::try_from(text).ok());
    let currency = request.currency.as_deref().and_then(Currency::read);
    if let (Some(price), Some(currency)) = (price, currency) {
        return Discount::EnergyPrice { price, currency };
    }
    let hundredths = request.percent_off.as_deref().and_then(|text| read_fixed(text, PERCENT_DECIMALS));
    Discount::PercentOff { hundredths: hundredths.unwrap_or(0) }
}

impl From<WriteMemberDiscount> for DiscountRequest {
    fn from(request: WriteMemberDiscount) -> Self {
        Self {
            discount: discount(&request),
            alias: request.alias,
            fleet: request.fleet,
            places: request.places.into(),
            is_active: request.active,
            drivers: request.driver_ids,
            groups: request.group_ids,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DiscountQuery {
    /// internal, external or none.
    fleet: Option<String>,
}

/// Every discount, by alias.
#[utoipa::path(get, path = "/api/v1/member-discounts", tag = "fleet", params(DiscountQuery),
    responses((status = 200, body = List<MemberDiscount>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<DiscountQuery>,
) -> Result<Json<List<MemberDiscount>>, HttpError> {
    let found = state.app.member_discounts(&principal, fleet(query.fleet.as_deref())?).await?;
    Ok(Json(List::whole(found.into_iter().map(MemberDiscount::from).collect())))
}

/// Make a discount.
#[utoipa::path(post, path = "/api/v1/member-discounts", tag = "fleet", request_body = WriteMemberDiscount,
    responses((status = 201, body = MemberDiscount), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<WriteMemberDiscount>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.add_member_discount(&principal, request.into()).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(MemberDiscount::from(record))))
}

/// One discount.
#[utoipa::path(get, path = "/api/v1/member-discounts/{id}", tag = "fleet", params(("id" = String, Path)),
    responses((status = 200, body = MemberDiscount), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<MemberDiscountId>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.member_discount(&principal, id).await?;
    Ok((etag(record.version), Json(MemberDiscount::from(record))))
}

/// Change a discount. Sessions that have begun keep what they began with.
#[utoipa::path(put, path = "/api/v1/member-discounts/{id}", tag = "fleet", params(("id" = String, Path)),
    request_body = WriteMemberDiscount,
    responses((status = 200, body = MemberDiscount), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<MemberDiscountId>,
    headers: HeaderMap,
    Body(request): Body<WriteMemberDiscount>,
) -> Result<impl IntoResponse, HttpError> {
    let version = expected(&headers)?;
    let record = state.app.edit_member_discount(&principal, id, version, request.into()).await?;
    Ok((etag(record.version), Json(MemberDiscount::from(record))))
}

/// Delete a discount.
#[utoipa::path(delete, path = "/api/v1/member-discounts/{id}", tag = "fleet", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<MemberDiscountId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_member_discount(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
