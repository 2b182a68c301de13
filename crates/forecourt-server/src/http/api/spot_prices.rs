//! Prices of the electricity market: which zones are followed, what is known of them, files to read in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forecourt_app::electricity::{FEED_ZONES, MarketWords, SpotDays, SpotImportPart, SpotView, source_word};
use forecourt_app::store::spot::FollowedMarket;
use forecourt_core::electricity::{PriceZone, SpotSlot};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::List;
use crate::http::auth::Caller;
use crate::http::body::{Body, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(zones, follow, leave))
        .routes(routes!(known_zones))
        .routes(routes!(read_now))
        .routes(routes!(prices))
        .routes(routes!(export))
        .routes(routes!(import))
}

/// A price zone the organisation follows.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpotZone {
    /// DK1, SE4, …
    zone: String,
    currency: String,
    /// Days are those of this zone (IANA name).
    time_zone: String,
    /// Price profiles that need it.
    profiles: i64,
    /// The end of the last price that is known.
    known_until: Option<String>,
    /// The public feed has this zone, and this server reads the feed.
    in_feed: bool,
    /// When the feed was asked last, and when it answered last.
    asked_at: Option<String>,
    read_at: Option<String>,
    /// Why the feed could not be read the last time; null: it could.
    problem: Option<String>,
}

/// A zone of the market.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownZone {
    zone: String,
    time_zone: String,
    in_feed: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct FollowZone {
    zone: String,
    /// Of the prices: the feed has DKK and EUR.
    currency: String,
}

impl From<FollowZone> for MarketWords {
    fn from(request: FollowZone) -> Self {
        Self { zone: request.zone, currency: request.currency }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SpotQuery {
    /// DK1, SE4, …
    zone: Option<String>,
    currency: Option<String>,
    /// The first day of the zone's own calendar: `2026-11-22`. Left out: today.
    day: Option<String>,
    /// How many days, 1 to 93. Left out: two.
    days: Option<i32>,
    /// Of an export: csv (default), xlsx or pdf.
    format: Option<String>,
}

impl SpotQuery {
    fn words(&self) -> MarketWords {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        MarketWords { zone: text(&self.zone), currency: text(&self.currency) }
    }

    fn days(&self) -> SpotDays {
        SpotDays { first: self.day.clone().filter(|day| !day.is_empty()), count: self.days }
    }
}

/// What the market asks for a stretch of time.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpotPrice {
    from: String,
    until: String,
    /// As decimal text.
    per_kwh: String,
    /// feed, file or demo.
    source: String,
}

impl From<SpotSlot> for SpotPrice {
    fn from(slot: SpotSlot) -> Self {
        Self {
            from: slot.from.to_string(),
            until: slot.until.to_string(),
            per_kwh: slot.per_kwh.into(),
            source: source_word(slot.source).into(),
        }
    }
}

/// Prices of some days; where none is known there is a gap.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpotPrices {
    zone: String,
    currency: String,
    time_zone: String,
    from: String,
    until: String,
    prices: Vec<SpotPrice>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ImportSpotPrices {
    /// The file: CSV with the columns TimeUTC (or HourUTC), PriceArea and DayAheadPriceDKK (or …EUR), per MWh.
    csv: String,
    /// Say what the file holds, and write nothing.
    #[serde(default)]
    dry_run: bool,
}

/// What a file holds of one zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpotImportedPart {
    zone: String,
    currency: String,
    time_zone: String,
    from: String,
    until: String,
    prices: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SpotImportAnswer {
    parts: Vec<SpotImportedPart>,
    /// Prices that were written.
    imported: usize,
}

fn is_fed(state: &HttpState, zone: PriceZone) -> bool {
    state.app.settings().spot_prices_url.is_some() && FEED_ZONES.contains(&zone.code)
}

/// Price zones the organisation follows.
#[utoipa::path(get, path = "/api/v1/spot-zones", tag = "home", responses((status = 200, body = List<SpotZone>)))]
async fn zones(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<SpotZone>>, HttpError> {
    let all = state.app.spot_markets(&principal).await?;
    let shape = |found: FollowedMarket| {
        let (zone, feed) = (found.market.zone, found.feed);
        SpotZone {
            zone: zone.code.into(),
            currency: found.market.currency.code().into(),
            time_zone: zone.time_zone.into(),
            profiles: found.profiles,
            known_until: found.known_until.map(|at| at.to_string()),
            in_feed: is_fed(&state, zone),
            asked_at: feed.as_ref().map(|feed| feed.asked_at.to_string()),
            read_at: feed.as_ref().and_then(|feed| feed.read_at).map(|at| at.to_string()),
            problem: feed.and_then(|feed| feed.problem),
        }
    };
    Ok(Json(List::whole(all.into_iter().map(shape).collect())))
}

/// Every zone of the market that can be followed.
#[utoipa::path(get, path = "/api/v1/spot-zones/known", tag = "home", responses((status = 200, body = List<KnownZone>)))]
async fn known_zones(State(state): State<HttpState>, Caller(_principal): Caller) -> Json<List<KnownZone>> {
    let shape = |zone: PriceZone| KnownZone {
        zone: zone.code.into(),
        time_zone: zone.time_zone.into(),
        in_feed: is_fed(&state, zone),
    };
    Json(List::whole(PriceZone::all().map(shape).collect()))
}

/// Follow a price zone: its prices are read from now on. Again changes nothing.
#[utoipa::path(post, path = "/api/v1/spot-zones", tag = "home", request_body = FollowZone,
    responses((status = 204), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn follow(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<FollowZone>,
) -> Result<StatusCode, HttpError> {
    state.app.follow_market(&principal, &request.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Follow a price zone no longer (query: zone and currency). Prices that are known stay.
#[utoipa::path(delete, path = "/api/v1/spot-zones", tag = "home", params(SpotQuery),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn leave(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<SpotQuery>,
) -> Result<StatusCode, HttpError> {
    state.app.leave_market(&principal, &query.words()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask the public feed now for the zones the organisation follows.
#[utoipa::path(post, path = "/api/v1/spot-zones/read", tag = "home", responses((status = 204)))]
async fn read_now(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<StatusCode, HttpError> {
    state.app.read_spot_prices_now(&principal).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Prices of the market, as far as they are known.
#[utoipa::path(get, path = "/api/v1/spot-prices", tag = "home", params(SpotQuery),
    responses((status = 200, body = SpotPrices), (status = 422, body = Problem)))]
async fn prices(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<SpotQuery>,
) -> Result<Json<SpotPrices>, HttpError> {
    let view: SpotView = state.app.spot_days(&principal, &query.words(), &query.days()).await?;
    Ok(Json(SpotPrices {
        zone: view.market.zone.code.into(),
        currency: view.market.currency.code().into(),
        time_zone: view.market.zone.time_zone.into(),
        from: view.from.to_string(),
        until: view.until.to_string(),
        prices: view.slots.into_iter().map(SpotPrice::from).collect(),
    }))
}

/// Prices of the market as a file.
#[utoipa::path(get, path = "/api/v1/spot-prices/export", tag = "home", params(SpotQuery),
    responses((status = 200, description = "The file"), (status = 422, body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<SpotQuery>,
) -> Result<Response, HttpError> {
    let sheet = state.app.spot_sheet(&principal, &query.words(), &query.days()).await?;
    respond(sheet, read_format(query.format.as_deref())?).await
}

/// Read prices of the market from a file. They are the organisation's own, and count more than the feed's.
#[utoipa::path(post, path = "/api/v1/spot-prices/import", tag = "home", request_body = ImportSpotPrices,
    responses((status = 200, body = SpotImportAnswer), (status = 422, body = Problem)))]
async fn import(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<ImportSpotPrices>,
) -> Result<Json<SpotImportAnswer>, HttpError> {
    let found = state.app.import_spot_prices(&principal, &request.csv, request.dry_run).await?;
    let shape = |part: SpotImportPart| SpotImportedPart {
        zone: part.market.zone.code.into(),
        currency: part.market.currency.code().into(),
        time_zone: part.market.zone.time_zone.into(),
        from: part.from.to_string(),
        until: part.until.to_string(),
        prices: part.prices,
    };
    Ok(Json(SpotImportAnswer {
        parts: found.parts.into_iter().map(shape).collect(),
        imported: found.imported,
    }))
}
