//! The calculator.

use axum::Json;
use axum::extract::State;
use forecourt_app::{AppError, Course, Imagined, WhatIf};
use forecourt_core::Timestamp;
use forecourt_core::tariff::Tariff as Rules;
use forecourt_core::unit::{WattHours, Watts};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::receipt::SessionReceipt;
use crate::http::auth::Caller;
use crate::http::body::Body;
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(preview))
}

/// A session that might be, or one that was.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PreviewRequest {
    /// A kept tariff, as it is valid at the start; or a draft.
    tariff_id: Option<String>,
    draft: Option<Rules>,
    /// Whose clock counts; when absent the organisation's.
    site_id: Option<String>,
    /// Price this past session by its readings instead of an imagined one.
    session_id: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    start: Option<Timestamp>,
    energy_wh: Option<i64>,
    charging_minutes: Option<i64>,
    /// After charging.
    #[serde(default)]
    occupied_minutes: i64,
    /// While charging; when absent what the energy comes to over the time.
    power_w: Option<i64>,
}

impl PreviewRequest {
    fn course(&self) -> Result<Course, HttpError> {
        if let Some(id) = &self.session_id {
            return Ok(Course::Session(id.parse().map_err(none("session"))?));
        }
        let needed = |field: &'static str| HttpError::from(AppError::field(field, "needed"));
        Ok(Course::Imagined(Imagined {
            start: self.start.ok_or_else(|| needed("/start"))?,
            energy: WattHours(self.energy_wh.ok_or_else(|| needed("/energy_wh"))?),
            charging_minutes: self.charging_minutes.ok_or_else(|| needed("/charging_minutes"))?,
            occupied_minutes: self.occupied_minutes,
            power: self.power_w.map(Watts),
        }))
    }
}

fn none<E>(noun: &'static str) -> impl Fn(E) -> HttpError {
    move |_| AppError::NotFound(noun).into()
}

/// What would a session cost?
#[utoipa::path(post, path = "/api/v1/tariffs/preview", tag = "tariffs", request_body = PreviewRequest,
    responses((status = 200, body = SessionReceipt), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn preview(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<PreviewRequest>,
) -> Result<Json<SessionReceipt>, HttpError> {
    let course = request.course()?;
    let what_if = WhatIf {
        tariff: request.tariff_id.map(|id| id.parse().map_err(none("tariff"))).transpose()?,
        draft: request.draft,
        site: request.site_id.map(|id| id.parse().map_err(none("site"))).transpose()?,
        course,
    };
    let receipt = state.app.preview_tariff(&principal, what_if).await?;
    Ok(Json(SessionReceipt::of(receipt, false)))
}
