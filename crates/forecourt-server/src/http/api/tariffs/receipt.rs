//! What a session cost, every line explained.

use axum::Json;
use axum::extract::State;
use forecourt_core::id::SessionId;
use forecourt_core::tariff::{Amount, Line, Receipt, Restrictions, VatRate, What};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::api::money::Amount as Shown;
use crate::http::auth::Caller;
use crate::http::body::Id;
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(receipt))
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
    /// What the charger came to itself, VAT included, where it computes costs (OCPP 2.1 I12). It is not what is billed.
    charger_total: Option<Shown>,
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
                What::ChargingTime | What::OccupiedTime | What::SessionTime | What::IdleFee => Some("s"),
                What::Flat | What::BookingFee | What::MinPrice | What::MaxPrice => None,
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
            charger_total: None,
        }
    }
}

/// Wh and milliseconds as thousandths: kWh and seconds.
fn quantity(what: What, amount: i64) -> String {
    match what {
        What::Flat | What::BookingFee | What::MinPrice | What::MaxPrice => amount.to_string(),
        What::Energy | What::ChargingTime | What::OccupiedTime | What::SessionTime | What::IdleFee => {
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
    let told = state.app.cost_details(&principal, id).await?;
    let charger_total = told.and_then(|details| forecourt_ocpp::cost_told(&details)).map(Into::into);
    Ok(Json(SessionReceipt { charger_total, ..SessionReceipt::of(receipt, !session.session.is_active()) }))
}
