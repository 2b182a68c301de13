//! Figures of a period, whole, by day and by place; what they are worked out with.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use forecourt_app::store::MoneySums;
use forecourt_app::{By, Dashboard, Figures, Period, PlaceFigures, SitePrice};
use forecourt_core::id::SiteId;
use forecourt_core::metrics::Factors;
use forecourt_core::unit::{Currency, MinorUnits};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::List;
use super::stations::site_id;
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(places))
        .routes(routes!(factors, set_factors))
        .routes(routes!(energy_prices))
        .routes(routes!(set_energy_price))
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// A day of the calendar as the days since 1970.
pub fn day_number(text: &str, name: &str) -> Result<i64, HttpError> {
    let date: Result<Date, _> = text.parse();
    let date =
        date.map_err(|_| HttpError::new(StatusCode::BAD_REQUEST, format!("{name}: a day like 2026-06-30")))?;
    Ok(i64::from(EPOCH.until(date).map(|span| span.get_days()).unwrap_or(0)))
}

/// The other way.
pub fn day_text(day: i64) -> String {
    EPOCH.checked_add(jiff::Span::new().days(day)).map(|d| d.to_string()).unwrap_or_default()
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeriodQuery {
    /// First day, of the sites' own calendars.
    #[param(format = Date)]
    pub from: String,
    /// Last day, included.
    #[param(format = Date)]
    pub to: String,
    /// Of one site only.
    pub site_id: Option<String>,
}

impl PeriodQuery {
    pub fn read(&self) -> Result<(Period, Option<SiteId>), HttpError> {
        let period = Period { from: day_number(&self.from, "from")?, to: day_number(&self.to, "to")? };
        let site = self.site_id.as_deref().filter(|text| !text.is_empty()).map(site_id).transpose()?;
        Ok((period, site))
    }
}

/// An amount of a currency.
#[derive(Debug, Serialize, ToSchema)]
struct Amount {
    #[schema(example = "12.50")]
    amount: String,
    #[schema(example = "EUR")]
    currency: String,
}

impl Amount {
    fn of(currency: Currency, amount: i64) -> Self {
        Self { amount: currency.text(MinorUnits(amount)), currency: currency.code().to_owned() }
    }
}

/// What sessions brought in, with VAT but for `without_vat`. The last four are parts of `with_vat`.
#[derive(Debug, Serialize, ToSchema)]
struct Revenue {
    currency: String,
    /// Sessions with a price.
    sessions: i64,
    with_vat: String,
    without_vat: String,
    energy: String,
    time: String,
    /// Standing there after charging.
    idle: String,
    flat: String,
}

impl Revenue {
    fn of(currency: Currency, sums: &MoneySums) -> Self {
        let text = |minor| currency.text(MinorUnits(minor));
        Self {
            currency: currency.code().to_owned(),
            sessions: sums.sessions,
            with_vat: text(sums.with_vat),
            without_vat: text(sums.without_vat),
            energy: text(sums.energy),
            time: text(sums.charging_time),
            idle: text(sums.idle_time),
            flat: text(sums.flat),
        }
    }
}

/// Figures of some time at some places. Definitions: docs/figures.md.
#[derive(Debug, Serialize, ToSchema)]
struct FigureSet {
    energy_wh: i64,
    /// Completed, by the time they ended.
    sessions: i64,
    occupied_s: i64,
    charging_s: i64,
    /// Time accounted for, of all EVSEs together.
    watched_s: i64,
    offline_s: i64,
    faulted_s: i64,
    unavailable_s: i64,
    /// Time with an open session ÷ time watched.
    utilisation_percent: Option<f64>,
    /// Energy ÷ energy at full power all the time watched.
    energy_utilisation_percent: Option<f64>,
    /// 1 − (offline or faulted) ÷ time watched without that out of service.
    uptime_percent: Option<f64>,
    /// Null for those who do not see money.
    revenue: Option<Vec<Revenue>>,
    energy_cost: Option<Vec<Amount>>,
    /// Energy of sites without a purchase price: not in `energy_cost`.
    energy_without_price_wh: i64,
}

impl FigureSet {
    fn of(figures: &Figures, with_money: bool) -> Self {
        let sums = &figures.sums;
        let percent = |per_mille: Option<i64>| per_mille.map(|value| value as f64 / 10.0);
        let revenue =
            || figures.revenue.iter().map(|(currency, sums)| Revenue::of(*currency, sums)).collect();
        let cost = || figures.energy_cost.iter().map(|(c, amount)| Amount::of(*c, *amount)).collect();
        Self {
            energy_wh: sums.energy_wh,
            sessions: sums.sessions,
            occupied_s: sums.occupied_s,
            charging_s: sums.charging_s,
            watched_s: sums.watched_s,
            offline_s: sums.offline_s,
            faulted_s: sums.faulted_s,
            unavailable_s: sums.unavailable_s,
            utilisation_percent: percent(sums.utilisation()),
            energy_utilisation_percent: percent(sums.energy_utilisation()),
            uptime_percent: percent(sums.uptime()),
            revenue: with_money.then(revenue),
            energy_cost: with_money.then(cost),
            energy_without_price_wh: figures.unpriced_wh,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct FigureDay {
    day: String,
    #[serde(flatten)]
    figures: FigureSet,
}

/// What the energy did, by the organisation's factors.
#[derive(Debug, Serialize, ToSchema)]
struct Sustainability {
    distance_km: i64,
    petrol_g: i64,
    grid_g: i64,
    /// `petrol_g − grid_g`.
    co2_avoided_g: i64,
    trees: f64,
}

/// The figures of a period.
#[derive(Debug, Serialize, ToSchema)]
struct DashboardFigures {
    from: String,
    to: String,
    /// The organisation's; days are those of each site.
    time_zone: String,
    total: FigureSet,
    sustainability: Sustainability,
    factors: FactorsBody,
    days: Vec<FigureDay>,
}

impl DashboardFigures {
    fn of(found: &Dashboard) -> Self {
        let good = found.total.good(&found.factors);
        let day = |(day, figures): &(i64, Figures)| FigureDay {
            day: day_text(*day),
            figures: FigureSet::of(figures, found.with_money),
        };
        Self {
            from: day_text(found.period.from),
            to: day_text(found.period.to),
            time_zone: found.time_zone.clone(),
            total: FigureSet::of(&found.total, found.with_money),
            sustainability: Sustainability {
                distance_km: good.distance_km,
                petrol_g: good.petrol_g,
                grid_g: good.grid_g,
                co2_avoided_g: good.avoided_g,
                trees: good.trees_tenths as f64 / 10.0,
            },
            factors: FactorsBody::of(found.factors),
            days: found.days.iter().map(day).collect(),
        }
    }
}

/// Figures of a period, whole and by day.
#[utoipa::path(get, path = "/api/v1/dashboard", tag = "dashboard", params(PeriodQuery),
    responses((status = 200, body = DashboardFigures), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<PeriodQuery>,
) -> Result<Json<DashboardFigures>, HttpError> {
    let (period, site) = query.read()?;
    let found = state.app.dashboard(&principal, period, site).await?;
    Ok(Json(DashboardFigures::of(&found)))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PlacesQuery {
    #[param(format = Date)]
    from: String,
    #[param(format = Date)]
    to: String,
    site_id: Option<String>,
    /// site (default), station or evse.
    by: Option<String>,
}

/// The figures of one place.
#[derive(Debug, Serialize, ToSchema)]
struct PlaceLine {
    site_id: String,
    site_name: String,
    station_id: Option<String>,
    station_name: Option<String>,
    evse: Option<i32>,
    #[serde(flatten)]
    figures: FigureSet,
}

/// The figures of a period by site, charger or EVSE.
#[utoipa::path(get, path = "/api/v1/dashboard/places", tag = "dashboard", params(PlacesQuery),
    responses((status = 200, body = List<PlaceLine>), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn places(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<PlacesQuery>,
) -> Result<Json<List<PlaceLine>>, HttpError> {
    let by = match query.by.as_deref() {
        None | Some("" | "site") => By::Site,
        Some("station") => By::Station,
        Some("evse") => By::Evse,
        Some(_) => return Err(HttpError::new(StatusCode::BAD_REQUEST, "by: site, station or evse")),
    };
    let period = PeriodQuery { from: query.from, to: query.to, site_id: query.site_id };
    let (period, site) = period.read()?;
    let with_money = principal.may(forecourt_core::access::Permission::Reports);
    let lines = state.app.places(&principal, period, site, by).await?;
    let line = |PlaceFigures { place, figures }: PlaceFigures| PlaceLine {
        site_id: place.site.to_string(),
        site_name: place.site_name,
        station_name: place.station.map(|_| place.station_name),
        station_id: place.station.map(|id| id.to_string()),
        evse: (by == By::Evse).then_some(place.evse.0),
        figures: FigureSet::of(&figures, with_money),
    };
    Ok(Json(List::whole(lines.into_iter().map(line).collect())))
}

/// What sustainability is reckoned with.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
struct FactorsBody {
    /// Energy of an electric car.
    wh_per_km: i64,
    petrol_g_per_km: i64,
    grid_g_per_kwh: i64,
    tree_g_per_year: i64,
}

impl FactorsBody {
    fn of(factors: Factors) -> Self {
        let Factors { wh_per_km, petrol_g_per_km, grid_g_per_kwh, tree_g_per_year } = factors;
        Self { wh_per_km, petrol_g_per_km, grid_g_per_kwh, tree_g_per_year }
    }
}

/// The factors of sustainability.
#[utoipa::path(get, path = "/api/v1/sustainability", tag = "dashboard",
    responses((status = 200, body = FactorsBody)))]
async fn factors(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<FactorsBody>, HttpError> {
    Ok(Json(FactorsBody::of(state.app.factors(&principal).await?)))
}

/// Sets the factors of sustainability; figures of the past follow.
#[utoipa::path(put, path = "/api/v1/sustainability", tag = "dashboard", request_body = FactorsBody,
    responses((status = 200, body = FactorsBody), (status = 422, body = Problem)))]
async fn set_factors(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(body): Body<FactorsBody>,
) -> Result<Json<FactorsBody>, HttpError> {
    let FactorsBody { wh_per_km, petrol_g_per_km, grid_g_per_kwh, tree_g_per_year } = body;
    let factors = Factors { wh_per_km, petrol_g_per_km, grid_g_per_kwh, tree_g_per_year };
    state.app.set_factors(&principal, factors).await?;
    Ok(Json(body))
}

/// What a kWh costs at a site.
#[derive(Debug, Serialize, ToSchema)]
struct EnergyPrice {
    site_id: String,
    site_name: String,
    currency: String,
    /// Null where nobody has told it.
    #[schema(example = "0.85")]
    price_per_kwh: Option<String>,
}

impl From<SitePrice> for EnergyPrice {
    fn from(price: SitePrice) -> Self {
        Self {
            site_id: price.site.to_string(),
            site_name: price.site_name,
            currency: price.currency,
            price_per_kwh: price.price_e6.map(price_text),
        }
    }
}

/// Millionths as decimal text without needless noughts.
fn price_text(price_e6: i64) -> String {
    let text = forecourt_core::unit::fixed(price_e6, 6);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Purchase prices of energy by site.
#[utoipa::path(get, path = "/api/v1/energy-prices", tag = "dashboard",
    responses((status = 200, body = List<EnergyPrice>)))]
async fn energy_prices(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<EnergyPrice>>, HttpError> {
    let prices = state.app.energy_prices(&principal).await?;
    Ok(Json(List::whole(prices.into_iter().map(EnergyPrice::from).collect())))
}

#[derive(Debug, Deserialize, ToSchema)]
struct EnergyPriceEdit {
    /// From today on; null takes the site's price away.
    #[schema(example = "0.85")]
    price_per_kwh: Option<String>,
}

/// Sets what a kWh costs at a site, from today on. The first price counts for the past too.
#[utoipa::path(put, path = "/api/v1/sites/{id}/energy-price", tag = "dashboard", params(("id" = String, Path)),
    request_body = EnergyPriceEdit, responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_energy_price(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SiteId>,
    Body(body): Body<EnergyPriceEdit>,
) -> Result<StatusCode, HttpError> {
    let read = |text: &String| {
        forecourt_core::unit::read_fixed(text.trim(), 6).ok_or_else(|| {
            HttpError::from(forecourt_app::AppError::field("/price_per_kwh", "a number like 0.85"))
        })
    };
    let price = body.price_per_kwh.as_ref().map(read).transpose()?;
    state.app.set_energy_price(&principal, id, price).await?;
    Ok(StatusCode::NO_CONTENT)
}
