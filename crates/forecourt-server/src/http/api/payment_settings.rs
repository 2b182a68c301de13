//! How an organisation is paid: its payment provider, and what it wants of drivers before they start.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use forecourt_app::payments::PaymentSettingEdit;
use forecourt_app::store::payment::PaymentSettingRecord;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{etag, expected};
use crate::http::auth::Caller;
use crate::http::body::Body;
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(show, set))
}

/// What is set up. Keys are never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentRules {
    /// manual or stripe.
    provider: String,
    /// The provider's name for the account that the key opens.
    account: Option<String>,
    /// Where the provider is asked; null: its usual address.
    address: Option<String>,
    /// post_pay, pre_authorise or prepaid.
    strategy: &'static str,
    currency: String,
    /// Held on the card while a session runs.
    hold: String,
    /// Left in the wallet at least at the start.
    least_balance: String,
    /// Owed at most at the start.
    most_owed: String,
    /// What is owed is taken from cards on file by itself.
    collects: bool,
    changed_at: String,
    version: i64,
}

impl From<PaymentSettingRecord> for PaymentRules {
    fn from(record: PaymentSettingRecord) -> Self {
        let text = |amount| record.currency.text(amount);
        Self {
            strategy: record.rules.strategy.as_str(),
            hold: text(record.rules.hold),
            least_balance: text(record.rules.least_balance),
            most_owed: text(record.rules.most_owed),
            currency: record.currency.code().to_owned(),
            provider: record.provider,
            account: record.account,
            address: record.address,
            collects: record.collects,
            changed_at: record.changed_at.to_string(),
            version: record.version,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentSettings {
    /// Null: nothing is asked of drivers, and payments are noted by hand.
    rules: Option<PaymentRules>,
    /// Where the provider is to send its messages.
    events_address: String,
}

/// How the organisation is paid.
#[utoipa::path(get, path = "/api/v1/payment-settings", tag = "money",
    responses((status = 200, body = PaymentSettings), (status = 403, body = Problem)))]
async fn show(State(state): State<HttpState>, Caller(principal): Caller) -> Result<Response, HttpError> {
    let found = state.app.payment_setting(&principal).await?;
    let version = found.as_ref().map_or(0, |record| record.version);
    let events_address = state.app.payment_events_address(&principal);
    let answer = Json(PaymentSettings { rules: found.map(PaymentRules::from), events_address });
    Ok((etag(version), answer).into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct PaymentSettingsRequest {
    /// manual or stripe.
    provider: String,
    /// Leave it out to keep the one there is.
    secret_key: Option<String>,
    /// Signs the provider's messages. Leave it out to keep the one there is.
    webhook_secret: Option<String>,
    /// Null: the provider's usual address.
    address: Option<String>,
    /// post_pay, pre_authorise or prepaid.
    strategy: String,
    currency: String,
    #[serde(default = "nothing")]
    hold: String,
    #[serde(default = "nothing")]
    least_balance: String,
    #[serde(default = "nothing")]
    most_owed: String,
    #[serde(default)]
    collects: bool,
}

fn nothing() -> String {
    "0".into()
}

/// Say how the organisation is paid. The provider is asked whether the key works.
#[utoipa::path(put, path = "/api/v1/payment-settings", tag = "money", request_body = PaymentSettingsRequest,
    responses((status = 200, body = PaymentSettings), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn set(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    headers: HeaderMap,
    Body(request): Body<PaymentSettingsRequest>,
) -> Result<Json<PaymentSettings>, HttpError> {
    let edit = PaymentSettingEdit {
        provider: request.provider,
        secret_key: request.secret_key,
        webhook_secret: request.webhook_secret,
        address: request.address,
        strategy: request.strategy,
        currency: request.currency,
        hold: request.hold,
        least_balance: request.least_balance,
        most_owed: request.most_owed,
        collects: request.collects,
    };
    let made = state.app.set_payment_setting(&principal, expected(&headers)?, edit).await?;
    let events_address = state.app.payment_events_address(&principal);
    Ok(Json(PaymentSettings { rules: Some(made.into()), events_address }))
}
