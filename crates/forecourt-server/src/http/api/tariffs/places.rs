//! Tariffs of single chargers and plugs.

use axum::Json;
use axum::extract::State;
use forecourt_app::AppError;
use forecourt_app::store::tariff_place::StationTariff as Record;
use forecourt_core::id::{EvseNumber, StationId, TariffId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::api::paging::List;
use crate::http::auth::Caller;
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(show, replace))
}

/// The tariffs of a charger or of one of its plugs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct StationTariff {
    /// 0: every plug.
    evse: i32,
    /// Instead of the site's.
    tariff_id: Option<String>,
    /// The one that is published for it.
    public_tariff_id: Option<String>,
}

impl From<Record> for StationTariff {
    fn from(record: Record) -> Self {
        Self {
            evse: record.evse.0,
            tariff_id: record.tariff.map(|id| id.to_string()),
            public_tariff_id: record.public_tariff.map(|id| id.to_string()),
        }
    }
}

/// Tariffs that a charger has of its own.
#[utoipa::path(get, path = "/api/v1/stations/{id}/tariffs", tag = "tariffs", params(("id" = String, Path)),
    responses((status = 200, body = List<StationTariff>), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<StationTariff>>, HttpError> {
    let found = state.app.station_tariffs(&principal, id).await?;
    Ok(Json(List::whole(found.into_iter().map(StationTariff::from).collect())))
}

/// Give a charger tariffs of its own, in place of those it had.
#[utoipa::path(put, path = "/api/v1/stations/{id}/tariffs", tag = "tariffs", params(("id" = String, Path)),
    request_body = Vec<StationTariff>,
    responses((status = 200, body = List<StationTariff>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn replace(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(station): Id<StationId>,
    Body(request): Body<Vec<StationTariff>>,
) -> Result<Json<List<StationTariff>>, HttpError> {
    let tariff = |id: Option<String>| -> Result<Option<TariffId>, HttpError> {
        let unknown = |_| AppError::field("/tariff_id", "there is no such tariff");
        Ok(id.map(|id| id.parse().map_err(unknown)).transpose()?)
    };
    let mut tariffs = Vec::new();
    for line in request {
        tariffs.push(Record {
            station,
            evse: EvseNumber(line.evse),
            tariff: tariff(line.tariff_id)?,
            public_tariff: tariff(line.public_tariff_id)?,
        });
    }
    let found = state.app.set_station_tariffs(&principal, station, tariffs).await?;
    Ok(Json(List::whole(found.into_iter().map(StationTariff::from).collect())))
}
