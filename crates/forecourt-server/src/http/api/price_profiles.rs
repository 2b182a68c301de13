//! Price profiles: what a kilowatt-hour costs at home, and how that comes about.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::electricity::{MarketWords, SpotDays};
use forecourt_app::home::{Outlook as Found, OutlookRow, ProfileEdit};
use forecourt_app::store::price_profile::PriceProfileRecord;
use forecourt_core::electricity::{HomePrice as Price, PriceProfile as Content};
use forecourt_core::id::PriceProfileId;
use forecourt_core::tariff::Amount;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(preview))
        .routes(routes!(show, edit, delete))
        .routes(routes!(prices))
}

/// When a component holds, by the wall clock of the price zone.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of the domain's own type")]
pub struct PriceWindow {
    /// From the first hour of the day until before the second; 22 to 6 goes over midnight. Null: all day.
    hours: Option<Vec<i8>>,
    /// 1 is Monday. Empty: every day.
    weekdays: Vec<i8>,
    /// From the first month to the second, both included. Null: all year.
    months: Option<Vec<i8>>,
}

/// One line of a price profile.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of the domain's own type")]
pub struct ProfileComponent {
    name: String,
    /// Per kWh, as decimal text, zero or more.
    per_kwh: String,
    when: PriceWindow,
    /// VAT is put on it.
    taxable: bool,
    /// Paid back: taken off at the end, after VAT.
    refund: bool,
}

/// VAT and components. `total = (market + taxable) × (1 + VAT) + the rest − refunds`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of the domain's own type")]
pub struct ProfileContent {
    /// In percent, as decimal text.
    vat: String,
    components: Vec<ProfileComponent>,
}

/// How the price of a kilowatt-hour at home comes about.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceProfile {
    id: String,
    name: String,
    /// Price zone and currency of the market: DK1, DKK.
    zone: String,
    currency: String,
    time_zone: String,
    #[schema(value_type = ProfileContent)]
    content: Content,
    /// Home chargers that follow it by themselves.
    chargers: i64,
    /// Owners whose home chargers follow it.
    owners: i64,
    version: i64,
}

impl From<PriceProfileRecord> for PriceProfile {
    fn from(record: PriceProfileRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name,
            zone: record.market.zone.code.into(),
            currency: record.market.currency.code().into(),
            time_zone: record.market.zone.time_zone.into(),
            content: record.content,
            chargers: record.chargers,
            owners: record.owners,
            version: record.version,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct PriceProfileRequest {
    name: String,
    zone: String,
    currency: String,
    #[schema(value_type = ProfileContent)]
    content: Content,
}

impl From<PriceProfileRequest> for ProfileEdit {
    fn from(request: PriceProfileRequest) -> Self {
        let PriceProfileRequest { name, zone, currency, content } = request;
        Self { name, market: MarketWords { zone, currency }, content }
    }
}

/// A profile that may not exist yet.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PreviewPriceProfile {
    zone: String,
    currency: String,
    #[schema(value_type = ProfileContent)]
    content: Content,
    /// The first day of the zone's own calendar. Left out: today.
    day: Option<String>,
    /// How many days, 1 to 93. Left out: two.
    days: Option<i32>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OutlookQuery {
    /// The first day of the zone's own calendar: `2026-11-22`. Left out: today.
    day: Option<String>,
    /// How many days, 1 to 93. Left out: two.
    days: Option<i32>,
}

impl OutlookQuery {
    pub fn read(self) -> SpotDays {
        SpotDays { first: self.day.filter(|day| !day.is_empty()), count: self.days }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HomePriceLine {
    name: String,
    /// Per kWh; below zero: paid back.
    amount: String,
}

/// The price of a moment, line by line, per kWh. Market, lines and VAT together are the total.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomePrice {
    spot: String,
    lines: Vec<HomePriceLine>,
    vat: String,
    total: String,
}

impl From<Price> for HomePrice {
    fn from(price: Price) -> Self {
        let line = |(name, amount): (String, Amount)| HomePriceLine { name, amount: amount.into() };
        Self {
            spot: price.spot.into(),
            lines: price.lines.into_iter().map(line).collect(),
            vat: price.vat.into(),
            total: price.total.into(),
        }
    }
}

/// What a kilowatt-hour costs for a stretch of time.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutlookPrice {
    from: String,
    until: String,
    spot: String,
    total: String,
}

/// Prices of some days, as far as the market's are known, and that of now.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceOutlook {
    zone: String,
    currency: String,
    time_zone: String,
    from: String,
    until: String,
    prices: Vec<OutlookPrice>,
    now: Option<HomePrice>,
}

impl From<Found> for PriceOutlook {
    fn from(found: Found) -> Self {
        let row = |row: OutlookRow| OutlookPrice {
            from: row.from.to_string(),
            until: row.until.to_string(),
            spot: row.spot.into(),
            total: row.total.into(),
        };
        Self {
            zone: found.market.zone.code.into(),
            currency: found.market.currency.code().into(),
            time_zone: found.market.zone.time_zone.into(),
            from: found.from.to_string(),
            until: found.until.to_string(),
            prices: found.rows.into_iter().map(row).collect(),
            now: found.now.map(HomePrice::from),
        }
    }
}

/// Price profiles, by name.
#[utoipa::path(get, path = "/api/v1/price-profiles", tag = "home", responses((status = 200, body = List<PriceProfile>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<PriceProfile>>, HttpError> {
    let all = state.app.price_profiles(&principal).await?;
    Ok(Json(List::whole(all.into_iter().map(PriceProfile::from).collect())))
}

/// Add a price profile. The market's prices it needs are followed from now on.
#[utoipa::path(post, path = "/api/v1/price-profiles", tag = "home", request_body = PriceProfileRequest,
    responses((status = 201, body = PriceProfile), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn add(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<PriceProfileRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let made = state.app.add_price_profile(&principal, request.into()).await?;
    Ok((StatusCode::CREATED, etag(made.version), Json(PriceProfile::from(made))))
}

/// What a profile would cost, hour by hour. Nothing is written.
#[utoipa::path(post, path = "/api/v1/price-profiles/preview", tag = "home", request_body = PreviewPriceProfile,
    responses((status = 200, body = PriceOutlook), (status = 422, body = Problem)))]
async fn preview(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<PreviewPriceProfile>,
) -> Result<Json<PriceOutlook>, HttpError> {
    let PreviewPriceProfile { zone, currency, content, day, days } = request;
    let (market, days) = (MarketWords { zone, currency }, SpotDays { first: day, count: days });
    Ok(Json(state.app.preview_price_profile(&principal, &market, &content, &days).await?.into()))
}

/// A price profile.
#[utoipa::path(get, path = "/api/v1/price-profiles/{id}", tag = "home", params(("id" = String, Path)),
    responses((status = 200, body = PriceProfile), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PriceProfileId>,
) -> Result<impl IntoResponse, HttpError> {
    let found = state.app.price_profile(&principal, id).await?;
    Ok((etag(found.version), Json(PriceProfile::from(found))))
}

/// Change a price profile, from now on; what was charged before keeps its price. `If-Match` takes the version.
#[utoipa::path(put, path = "/api/v1/price-profiles/{id}", tag = "home", params(("id" = String, Path)),
    request_body = PriceProfileRequest,
    responses((status = 200, body = PriceProfile), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn edit(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PriceProfileId>,
    headers: HeaderMap,
    Body(request): Body<PriceProfileRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let found = state.app.edit_price_profile(&principal, id, expected(&headers)?, request.into()).await?;
    Ok((etag(found.version), Json(PriceProfile::from(found))))
}

/// Delete a price profile that nobody follows.
#[utoipa::path(delete, path = "/api/v1/price-profiles/{id}", tag = "home", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PriceProfileId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_price_profile(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A profile's prices of some days, and that of now.
#[utoipa::path(get, path = "/api/v1/price-profiles/{id}/prices", tag = "home", params(("id" = String, Path), OutlookQuery),
    responses((status = 200, body = PriceOutlook), (status = 404, body = Problem)))]
async fn prices(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PriceProfileId>,
    Query(query): Query<OutlookQuery>,
) -> Result<Json<PriceOutlook>, HttpError> {
    Ok(Json(state.app.price_profile_outlook(&principal, id, &query.read()).await?.into()))
}
