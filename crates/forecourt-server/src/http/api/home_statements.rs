//! What is paid back to owners of home chargers, month by month.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use forecourt_app::home::{
    KeptPart, Statement as Found, StatementLine, StatementOwner as Owner, not_counted_word,
};
use forecourt_core::id::DriverId;
use forecourt_core::unit::Money;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::List;
use crate::http::auth::Caller;
use crate::http::body::{Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(owners)).routes(routes!(show)).routes(routes!(export))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MonthQuery {
    /// `2026-11`, of the organisation's calendar. Left out: this month.
    month: Option<String>,
    /// Of an export: csv (default), xlsx or pdf.
    format: Option<String>,
}

impl MonthQuery {
    fn month(&self) -> Option<&str> {
        self.month.as_deref().filter(|month| !month.is_empty())
    }
}

/// An owner with sessions at home in a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomeStatementOwner {
    driver_id: String,
    name: String,
    sessions: i64,
}

/// Energy of a stretch of time with one price.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomeCostPart {
    from: String,
    until: String,
    energy_wh: i64,
    /// Of the market, per kWh; null: not known.
    spot: Option<String>,
    /// With everything on top.
    per_kwh: Option<String>,
    amount: String,
}

impl From<KeptPart> for HomeCostPart {
    fn from(part: KeptPart) -> Self {
        Self {
            from: part.from.to_string(),
            until: part.until.to_string(),
            energy_wh: part.energy_wh,
            spot: part.spot.map(Into::into),
            per_kwh: part.per_kwh.map(Into::into),
            amount: part.amount.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HomeStatementSession {
    id: String,
    station_id: String,
    identity: String,
    started_at: String,
    ended_at: Option<String>,
    energy_wh: i64,
    /// Charged while no price of the market is known: not in the amount.
    unpriced_wh: i64,
    price_profile: Option<String>,
    amount: Option<String>,
    currency: Option<String>,
    /// Why it is not in the sum: review, running or no_profile.
    not_counted: Option<String>,
    parts: Vec<HomeCostPart>,
}

impl From<StatementLine> for HomeStatementSession {
    fn from(line: StatementLine) -> Self {
        let session = line.session;
        let money =
            session.cost.as_ref().map(|cost| Money { amount: cost.amount, currency: cost.market.currency });
        Self {
            id: session.session.to_string(),
            station_id: session.station.to_string(),
            identity: session.identity,
            started_at: session.started_at.to_string(),
            ended_at: session.ended_at.map(|at| at.to_string()),
            energy_wh: session.energy.0,
            unpriced_wh: session.cost.as_ref().map_or(0, |cost| cost.unpriced.0),
            amount: money.map(|money| money.text()),
            currency: money.map(|money| money.currency.code().to_owned()),
            price_profile: session.cost.map(|cost| cost.profile_name),
            not_counted: line.not_counted.map(|why| not_counted_word(why).to_owned()),
            parts: line.parts.into_iter().map(HomeCostPart::from).collect(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HomeStatementSum {
    amount: String,
    currency: String,
}

/// What is paid back to an owner for a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomeStatement {
    driver_id: String,
    driver_name: String,
    from: String,
    until: String,
    time_zone: String,
    /// With a price, of what is counted.
    energy_wh: i64,
    sums: Vec<HomeStatementSum>,
    sessions: Vec<HomeStatementSession>,
}

impl From<Found> for HomeStatement {
    fn from(found: Found) -> Self {
        let sum = |money: Money| HomeStatementSum {
            amount: money.text(),
            currency: money.currency.code().to_owned(),
        };
        Self {
            driver_id: found.driver.to_string(),
            driver_name: found.driver_name,
            from: found.from.to_string(),
            until: found.until.to_string(),
            time_zone: found.time_zone,
            energy_wh: found.energy.0,
            sums: found.sums.into_iter().map(sum).collect(),
            sessions: found.sessions.into_iter().map(HomeStatementSession::from).collect(),
        }
    }
}

/// Owners with sessions at home in a month, by name.
#[utoipa::path(get, path = "/api/v1/home-statements", tag = "home", params(MonthQuery),
    responses((status = 200, body = List<HomeStatementOwner>), (status = 422, body = Problem)))]
async fn owners(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<MonthQuery>,
) -> Result<Json<List<HomeStatementOwner>>, HttpError> {
    let all = state.app.statement_owners(&principal, query.month()).await?;
    let shape = |owner: Owner| HomeStatementOwner {
        driver_id: owner.driver.to_string(),
        name: owner.name,
        sessions: owner.sessions,
    };
    Ok(Json(List::whole(all.into_iter().map(shape).collect())))
}

/// What is paid back to an owner for a month: sessions, their energy by the price of its time, and the sum.
#[utoipa::path(get, path = "/api/v1/home-statements/{driver}", tag = "home",
    params(("driver" = String, Path), MonthQuery),
    responses((status = 200, body = HomeStatement), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(driver): Id<DriverId>,
    Query(query): Query<MonthQuery>,
) -> Result<Json<HomeStatement>, HttpError> {
    Ok(Json(state.app.home_statement(&principal, driver, query.month()).await?.into()))
}

/// An owner's month as a file.
#[utoipa::path(get, path = "/api/v1/home-statements/{driver}/export", tag = "home",
    params(("driver" = String, Path), MonthQuery),
    responses((status = 200, description = "The file"), (status = 404, body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(driver): Id<DriverId>,
    Query(query): Query<MonthQuery>,
) -> Result<Response, HttpError> {
    let sheet = state.app.home_statement_sheet(&principal, driver, query.month()).await?;
    respond(sheet, read_format(query.format.as_deref())?).await
}
