//! Tariffs, their versions, the calculator, and what a session cost.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::{TariffSheet, WhatIf};
use forecourt_core::Timestamp;
use forecourt_core::id::{SessionId, SiteId, TariffId};
use forecourt_core::tariff::{Amount, Line, Receipt, Restrictions, Tariff as Rules, VatRate, What};
use forecourt_core::unit::WattHours;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(preview))
        .routes(routes!(show, delete))
        .routes(routes!(add_version))
        .routes(routes!(receipt))
}

/// What charging costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tariff {
    id: String,
    name: String,
    /// ISO 4217.
    currency: String,
    /// Oldest first. A session keeps the one that was valid when it started.
    versions: Vec<TariffVersion>,
    created_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TariffVersion {
    id: String,
    /// For sessions that start then or later.
    valid_from: String,
    rules: Rules,
}

impl From<TariffSheet> for Tariff {
    fn from(sheet: TariffSheet) -> Self {
        let version = |v: &std::sync::Arc<forecourt_app::store::tariff::TariffVersionRecord>| TariffVersion {
            id: v.id.to_string(),
            valid_from: v.valid_from.to_string(),
            rules: v.rules.clone(),
        };
        Self {
            id: sheet.tariff.id.to_string(),
            name: sheet.tariff.name,
            currency: sheet.tariff.currency.code().to_owned(),
            versions: sheet.versions.iter().map(version).collect(),
            created_at: sheet.tariff.created_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateTariff {
    name: String,
    /// When absent: from now on.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_from: Option<Timestamp>,
    rules: Rules,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewTariffVersion {
    /// When absent: from now on. Not in the past.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_from: Option<Timestamp>,
    rules: Rules,
}

/// Tariffs by name.
#[utoipa::path(get, path = "/api/v1/tariffs", tag = "tariffs", responses((status = 200, body = List<Tariff>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Tariff>>, HttpError> {
    let found = state.app.tariffs(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(Tariff::from).collect())))
}

/// Create a tariff.
#[utoipa::path(post, path = "/api/v1/tariffs", tag = "tariffs", request_body = CreateTariff,
    responses((status = 201, body = Tariff), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<CreateTariff>,
) -> Result<impl IntoResponse, HttpError> {
    let made = state.app.add_tariff(&principal, &request.name, request.valid_from, request.rules).await?;
    Ok((StatusCode::CREATED, etag(made.tariff.version), Json(Tariff::from(made))))
}

/// One tariff.
#[utoipa::path(get, path = "/api/v1/tariffs/{id}", tag = "tariffs", params(("id" = String, Path)),
    responses((status = 200, body = Tariff), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<TariffId>,
) -> Result<impl IntoResponse, HttpError> {
    let found = state.app.tariff(&principal, id).await?;
    Ok((etag(found.tariff.version), Json(Tariff::from(found))))
}

/// Change prices for sessions that start later; those that run keep theirs.
#[utoipa::path(post, path = "/api/v1/tariffs/{id}/versions", tag = "tariffs", params(("id" = String, Path)),
    request_body = NewTariffVersion,
    responses((status = 201, body = Tariff), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn add_version(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<TariffId>,
    headers: HeaderMap,
    Body(request): Body<NewTariffVersion>,
) -> Result<impl IntoResponse, HttpError> {
    let NewTariffVersion { valid_from, rules } = request;
    let made = state.app.add_tariff_version(&principal, id, expected(&headers)?, valid_from, rules).await?;
    Ok((StatusCode::CREATED, etag(made.tariff.version), Json(Tariff::from(made))))
}

/// Delete a tariff that no site uses. Sessions keep what they cost.
#[utoipa::path(delete, path = "/api/v1/tariffs/{id}", tag = "tariffs", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<TariffId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_tariff(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A session that might be.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PreviewRequest {
    /// A kept tariff, as it is valid at the start; or a draft.
    tariff_id: Option<String>,
    draft: Option<Rules>,
    /// Whose clock counts; when absent the organisation's.
    site_id: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    start: Timestamp,
    energy_wh: i64,
    charging_minutes: i64,
    /// After charging.
    #[serde(default)]
    occupied_minutes: i64,
}

/// What would a session cost?
#[utoipa::path(post, path = "/api/v1/tariffs/preview", tag = "tariffs", request_body = PreviewRequest,
    responses((status = 200, body = SessionReceipt), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn preview(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<PreviewRequest>,
) -> Result<Json<SessionReceipt>, HttpError> {
    let none = |noun: &'static str| move |_| HttpError::from(forecourt_app::AppError::NotFound(noun));
    let what_if = WhatIf {
        tariff: request.tariff_id.map(|id| id.parse::<TariffId>().map_err(none("tariff"))).transpose()?,
        draft: request.draft,
        site: request.site_id.map(|id| id.parse::<SiteId>().map_err(none("site"))).transpose()?,
        start: request.start,
        energy: WattHours(request.energy_wh),
        charging_minutes: request.charging_minutes,
        occupied_minutes: request.occupied_minutes,
    };
    let receipt = state.app.preview_tariff(&principal, what_if).await?;
    Ok(Json(SessionReceipt::of(receipt, false)))
}

/// What a session costs, every line explained. The totals are the sums of the lines.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionReceipt {
    currency: String,
    /// False while the session runs: so far.
    is_final: bool,
    from: String,
    to: String,
    energy_wh: i64,
    lines: Vec<ReceiptLine>,
    without_vat: String,
    vat: String,
    with_vat: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptLine {
    what: What,
    /// Which element of the tariff, from 0; null for a limit.
    element: Option<u32>,
    /// kWh, s or null.
    unit: Option<&'static str>,
    /// As measured.
    measured: String,
    /// After rounding up to the step.
    billed: String,
    /// Per kWh, per hour, or once.
    #[schema(value_type = Option<String>)]
    unit_price: Option<Amount>,
    /// In percent.
    #[schema(value_type = Option<String>)]
    vat_percent: Option<VatRate>,
    /// Why this price: all of these held.
    restrictions: Restrictions,
    from: String,
    to: String,
    without_vat: String,
    vat: String,
    with_vat: String,
}

impl SessionReceipt {
    pub fn of(receipt: Receipt, is_final: bool) -> Self {
        let text = |amount| receipt.currency.text(amount);
        let line = |l: &Line| ReceiptLine {
            what: l.what,
            element: l.element,
            unit: match l.what {
                What::Energy => Some("kWh"),
                What::ChargingTime | What::OccupiedTime | What::SessionTime => Some("s"),
                What::Flat | What::MinPrice | What::MaxPrice => None,
            },
            measured: quantity(l.what, l.measured),
            billed: quantity(l.what, l.billed),
            unit_price: l.unit_price,
            vat_percent: l.vat,
            restrictions: l.restrictions.clone(),
            from: l.from.to_string(),
            to: l.to.to_string(),
            without_vat: text(l.without_vat),
            vat: text(l.with_vat.saturating_sub(l.without_vat)),
            with_vat: text(l.with_vat),
        };
        Self {
            currency: receipt.currency.code().to_owned(),
            is_final,
            from: receipt.from.to_string(),
            to: receipt.to.to_string(),
            energy_wh: receipt.energy.0,
            lines: receipt.lines.iter().map(line).collect(),
            without_vat: text(receipt.without_vat),
            vat: text(receipt.with_vat.saturating_sub(receipt.without_vat)),
            with_vat: text(receipt.with_vat),
        }
    }
}

/// Wh and milliseconds as thousandths: kWh and seconds.
fn quantity(what: What, amount: i64) -> String {
    match what {
        What::Flat | What::MinPrice | What::MaxPrice => amount.to_string(),
        What::Energy | What::ChargingTime | What::OccupiedTime | What::SessionTime => {
            format!("{}.{:03}", amount / 1_000, amount % 1_000)
        }
    }
}

/// What a session costs and why; 404 where it has no price.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/receipt", tag = "sessions", params(("id" = String, Path)),
    responses((status = 200, body = SessionReceipt), (status = 404, body = Problem)))]
async fn receipt(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SessionId>,
) -> Result<Json<SessionReceipt>, HttpError> {
    let session = state.app.session(&principal, id).await?;
    let receipt = state.app.receipt(&principal, id).await?;
    let receipt = receipt.ok_or(forecourt_app::AppError::NotFound("receipt"))?;
    Ok(Json(SessionReceipt::of(receipt, !session.session.is_active())))
}
