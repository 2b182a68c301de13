//! What was charged by key, driver, car or team over a period.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use forecourt_app::store::usage::{UsageBy, UsageRow};
use forecourt_app::usage::{UsageRequest, cost_of};
use forecourt_core::id::{CarId, DriverId, TeamId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::drivers::fleet;
use super::paging::List;
use crate::http::auth::Caller;
use crate::http::body::Query;
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(export))
}

/// Sums of the ended sessions of one holder in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct Usage {
    /// Of the driver, car or team; null for keys.
    id: Option<String>,
    /// Empty: a driver who was erased, or a car that is gone.
    name: String,
    /// The key's name, the car's model, the driver's number, who pays for the team.
    more: Option<String>,
    sessions: i64,
    energy_wh: i64,
    /// With VAT: `12.50`; null where nothing was priced.
    cost: Option<String>,
    currency: Option<String>,
    last_at: String,
}

impl From<UsageRow> for Usage {
    fn from(row: UsageRow) -> Self {
        let cost = cost_of(&row).map(|money| money.text());
        Self {
            id: row.id.map(|id| id.to_string()),
            name: row.name,
            more: row.more,
            sessions: row.sessions,
            energy_wh: row.energy_wh,
            cost,
            currency: row.currency,
            last_at: row.last_at.to_string(),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsageOf {
    Key,
    #[default]
    Driver,
    Car,
    Team,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsageQuery {
    /// key, driver (default), car or team.
    #[param(value_type = Option<String>)]
    by: Option<UsageOf>,
    /// Sessions that ended at or after; left out: 30 days ago.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Sessions that ended before; left out: now.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// internal, external or none.
    fleet: Option<String>,
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    #[param(value_type = Option<String>)]
    car_id: Option<CarId>,
    #[param(value_type = Option<String>)]
    team_id: Option<TeamId>,
    /// Of an export: csv (default), xlsx or pdf.
    format: Option<String>,
}

/// Hours of the period where none is given.
const PERIOD_H: i64 = 30 * 24;

impl UsageQuery {
    fn request(&self, now: Timestamp) -> Result<UsageRequest, HttpError> {
        let to = self.to.unwrap_or(now);
        let by = match self.by.unwrap_or_default() {
            UsageOf::Key => UsageBy::Key,
            UsageOf::Driver => UsageBy::Driver,
            UsageOf::Car => UsageBy::Car,
            UsageOf::Team => UsageBy::Team,
        };
        Ok(UsageRequest {
            by,
            from: self.from.unwrap_or(to - jiff::SignedDuration::from_hours(PERIOD_H)),
            to,
            fleet: fleet(self.fleet.as_deref())?,
            driver: self.driver_id.map(|id| id.0),
            car: self.car_id.map(|id| id.0),
            team: self.team_id.map(|id| id.0),
        })
    }
}

/// Energy, sessions and cost by key, driver, car or team; most energy first.
#[utoipa::path(get, path = "/api/v1/usage", tag = "fleet", params(UsageQuery),
    responses((status = 200, body = List<Usage>), (status = 409, description = "A period of more than 400 days", body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<UsageQuery>,
) -> Result<Json<List<Usage>>, HttpError> {
    let found = state.app.usage(&principal, &query.request(state.app.now())?).await?;
    Ok(Json(List::whole(found.into_iter().map(Usage::from).collect())))
}

/// The same as a file.
#[utoipa::path(get, path = "/api/v1/usage/export", tag = "fleet", params(UsageQuery),
    responses((status = 200, description = "The file")))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<UsageQuery>,
) -> Result<Response, HttpError> {
    let format = read_format(query.format.as_deref())?;
    respond(state.app.usage_sheet(&principal, &query.request(state.app.now())?).await?, format).await
}
