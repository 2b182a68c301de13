//! Tariffs that chargers compute costs with themselves (OCPP 2.1).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use forecourt_app::store::told_tariff::ToldTariff;
use forecourt_core::id::StationId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::body::Id;
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(show, tell_again))
}

/// Whether a charger computes costs itself, and with which of our prices.
#[derive(Debug, Serialize, ToSchema)]
pub struct LocalTariffs {
    /// Null: it never said.
    computes_costs: Option<bool>,
    items: Vec<LocalTariff>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LocalTariff {
    /// 0: every plug.
    evse: i64,
    /// The tariffId by which the charger knows it; null: it holds none of ours.
    told_id: Option<String>,
    /// held, refused (the charger did not take it), unsayable (OCPP 2.1 has no words for these prices), or doubted (it
    /// started anew and is told again).
    state: String,
    /// The charger's reason, or why OCPP 2.1 has no words for it: step (billed in steps), mixed_vat (more than one VAT rate
    /// for one thing), overlapping_time (session time beside charging or occupied time), late_flat (a flat fee that may
    /// fall due after the start).
    detail: Option<String>,
    changed_at: String,
    /// When a refused one is tried again.
    retry_at: Option<String>,
}

impl From<ToldTariff> for LocalTariff {
    fn from(told: ToldTariff) -> Self {
        Self {
            evse: told.evse,
            told_id: (!told.told_id.is_empty()).then_some(told.told_id),
            state: told.state,
            detail: told.detail,
            changed_at: told.changed_at.to_string(),
            retry_at: told.retry_at.map(|at| at.to_string()),
        }
    }
}

/// The prices with which a charger computes costs itself. What is billed is the receipt, not the charger's figure.
#[utoipa::path(get, path = "/api/v1/stations/{id}/local-tariffs", tag = "tariffs", params(("id" = String, Path)),
    responses((status = 200, body = LocalTariffs), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<LocalTariffs>, HttpError> {
    let found = state.app.local_tariffs(&principal, id).await?;
    let items = found.told.into_iter().map(LocalTariff::from).collect();
    Ok(Json(LocalTariffs { computes_costs: found.computes_costs, items }))
}

/// Ask a charger anew whether it computes costs itself, and tell it its tariffs again.
#[utoipa::path(post, path = "/api/v1/stations/{id}/local-tariffs", tag = "tariffs", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn tell_again(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<StatusCode, HttpError> {
    state.app.retell_tariffs(&principal, id).await?;
    state.app.run_errands_soon(id);
    Ok(StatusCode::NO_CONTENT)
}
