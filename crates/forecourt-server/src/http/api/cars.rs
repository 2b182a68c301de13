//! Cars of drivers and fleets.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use forecourt_app::cars::CarRequest;
use forecourt_app::store::car::{CarFilter, CarRecord};
use forecourt_core::driver::Fleet;
use forecourt_core::id::{CarId, DriverId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::drivers::fleet;
use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(export))
        .routes(routes!(show, change, delete))
}

/// A car of a driver or a fleet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Car {
    id: String,
    plate: String,
    brand: String,
    model: String,
    /// internal, external or null.
    #[schema(value_type = Option<String>)]
    fleet: Option<Fleet>,
    driver_id: Option<String>,
    driver_name: Option<String>,
    notes: Option<String>,
    tags: Vec<String>,
    /// Charge keys linked to it now.
    keys: i64,
    created_at: String,
}

impl From<CarRecord> for Car {
    fn from(record: CarRecord) -> Self {
        Self {
            id: record.id.to_string(),
            plate: record.plate,
            brand: record.brand,
            model: record.model,
            fleet: record.fleet,
            driver_id: record.driver.map(|id| id.to_string()),
            driver_name: record.driver_name,
            notes: record.notes,
            tags: record.tags,
            keys: record.keys,
            created_at: record.created_at.to_string(),
        }
    }
}

/// All of a car; what is left out is empty.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteCar {
    plate: String,
    #[serde(default)]
    brand: String,
    #[serde(default)]
    model: String,
    #[schema(value_type = Option<String>)]
    fleet: Option<Fleet>,
    #[schema(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    notes: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
}

impl From<WriteCar> for CarRequest {
    fn from(request: WriteCar) -> Self {
        let WriteCar { plate, brand, model, fleet, driver_id, notes, tags } = request;
        Self { plate, brand, model, fleet, driver: driver_id, notes, tags }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CarQuery {
    /// Finds plate, brand, model, tags or driver.
    q: Option<String>,
    /// internal, external or none.
    fleet: Option<String>,
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    limit: Option<u32>,
    cursor: Option<String>,
    /// Of an export: csv (default), xlsx or pdf.
    format: Option<String>,
}

impl CarQuery {
    fn filter(&self) -> Result<CarFilter, HttpError> {
        let text = self.q.clone().filter(|text| !text.trim().is_empty());
        Ok(CarFilter { text, fleet: fleet(self.fleet.as_deref())?, driver: self.driver_id })
    }
}

/// Cars by plate, a page at a time.
#[utoipa::path(get, path = "/api/v1/cars", tag = "fleet", params(CarQuery), responses((status = 200, body = List<Car>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<CarQuery>,
) -> Result<Json<List<Car>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor.clone() };
    let filter = query.filter()?;
    let page = state.app.cars(&principal, &filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Car::from)))
}

/// Cars as a file.
#[utoipa::path(get, path = "/api/v1/cars/export", tag = "fleet", params(CarQuery),
    responses((status = 200, description = "The file")))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<CarQuery>,
) -> Result<Response, HttpError> {
    let format = read_format(query.format.as_deref())?;
    respond(state.app.car_sheet(&principal, &query.filter()?).await?, format).await
}

/// Add a car.
#[utoipa::path(post, path = "/api/v1/cars", tag = "fleet", request_body = WriteCar,
    responses((status = 201, body = Car), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<WriteCar>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.add_car(&principal, request.into()).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(Car::from(record))))
}

/// One car.
#[utoipa::path(get, path = "/api/v1/cars/{id}", tag = "fleet", params(("id" = String, Path)),
    responses((status = 200, body = Car), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<CarId>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.car(&principal, id).await?;
    Ok((etag(record.version), Json(Car::from(record))))
}

/// Change a car.
#[utoipa::path(put, path = "/api/v1/cars/{id}", tag = "fleet", params(("id" = String, Path)), request_body = WriteCar,
    responses((status = 200, body = Car), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<CarId>,
    headers: HeaderMap,
    Body(request): Body<WriteCar>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.edit_car(&principal, id, expected(&headers)?, request.into()).await?;
    Ok((etag(record.version), Json(Car::from(record))))
}

/// Delete a car. Its charge keys stay.
#[utoipa::path(delete, path = "/api/v1/cars/{id}", tag = "fleet", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<CarId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_car(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
