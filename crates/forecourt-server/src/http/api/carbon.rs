//! Routes of how clean electricity is: told by programs or read in from a file, seen around now.

use axum::Json;
use axum::extract::State;
use forecourt_app::schedules::{CarbonImport, CarbonView};
use forecourt_core::Timestamp;
use forecourt_core::schedule::PricedSlot;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::body::{Body, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(carbon, put_carbon)).routes(routes!(import))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CarbonQuery {
    /// Price zone: DK1, NO2, DE_LU.
    zone: String,
}

/// How clean electricity is.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteCarbon {
    /// Price zone: DK1, NO2, DE_LU.
    zone: String,
    slots: Vec<CarbonSlot>,
}

/// How clean electricity is, as lines of a CSV text.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ImportCarbon {
    /// Price zone: DK1, NO2, DE_LU.
    zone: String,
    /// The first line names the columns `from`, `until` and `grams_per_kwh`. Times without a zone are UTC.
    csv: String,
}

/// A stretch of time.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CarbonSlot {
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// Of carbon dioxide.
    grams_per_kwh: i64,
}

/// How clean electricity is in a price zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct CarbonIntensity {
    zone: String,
    /// The clock there (IANA name).
    time_zone: String,
    /// The time that is looked at: from yesterday to the day after tomorrow.
    from: String,
    until: String,
    slots: Vec<CarbonSlot>,
}

/// What became of a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct CarbonImportAnswer {
    /// The first and the last moment of its good lines.
    from: Option<String>,
    until: Option<String>,
    /// Stretches that were taken: none where a line is wrong.
    imported: usize,
    problems: Vec<CarbonImportProblem>,
}

/// A line that cannot be taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct CarbonImportProblem {
    /// As a spreadsheet counts: the names of the columns are line 1.
    line: u64,
    /// time, length, grams or overlap.
    problem: String,
}

impl From<CarbonView> for CarbonIntensity {
    fn from(view: CarbonView) -> Self {
        let slot =
            |slot: PricedSlot| CarbonSlot { from: slot.from, until: slot.until, grams_per_kwh: slot.per_kwh };
        Self {
            zone: view.zone.code.to_owned(),
            time_zone: view.zone.time_zone.to_owned(),
            from: view.from.to_string(),
            until: view.until.to_string(),
            slots: view.slots.into_iter().map(slot).collect(),
        }
    }
}

impl From<CarbonImport> for CarbonImportAnswer {
    fn from(found: CarbonImport) -> Self {
        let (from, until) = found.span.unzip();
        let problems = found.problems.into_iter();
        Self {
            from: from.map(|at| at.to_string()),
            until: until.map(|at| at.to_string()),
            imported: found.imported,
            problems: problems
                .map(|each| CarbonImportProblem { line: each.line, problem: each.problem.word().to_owned() })
                .collect(),
        }
    }
}

/// How clean electricity is in a price zone, from yesterday to the day after tomorrow, as programs of yours told.
#[utoipa::path(get, path = "/api/v1/carbon-intensity", tag = "home", params(CarbonQuery),
    responses((status = 200, body = CarbonIntensity), (status = 422, body = Problem)))]
async fn carbon(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<CarbonQuery>,
) -> Result<Json<CarbonIntensity>, HttpError> {
    Ok(Json(state.app.carbon_view(&principal, &query.zone).await?.into()))
}

/// Tell how clean electricity is in a price zone. What was known of the same time is replaced.
#[utoipa::path(put, path = "/api/v1/carbon-intensity", tag = "home", request_body = WriteCarbon,
    responses((status = 200, body = CarbonIntensity), (status = 422, body = Problem)))]
async fn put_carbon(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<WriteCarbon>,
) -> Result<Json<CarbonIntensity>, HttpError> {
    let slot =
        |slot: CarbonSlot| PricedSlot { from: slot.from, until: slot.until, per_kwh: slot.grams_per_kwh };
    let slots = request.slots.into_iter().map(slot).collect();
    Ok(Json(state.app.put_carbon(&principal, &request.zone, slots).await?.into()))
}

/// Read in from a CSV text how clean electricity is. Where a line is wrong nothing is taken, and each wrong line is named.
#[utoipa::path(post, path = "/api/v1/carbon-intensity/import", tag = "home", request_body = ImportCarbon,
    responses((status = 200, body = CarbonImportAnswer), (status = 422, body = Problem)))]
async fn import(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<ImportCarbon>,
) -> Result<Json<CarbonImportAnswer>, HttpError> {
    Ok(Json(state.app.import_carbon(&principal, &request.zone, &request.csv).await?.into()))
}
