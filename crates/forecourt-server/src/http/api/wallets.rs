//! Drivers' wallets and vouchers.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use forecourt_app::store::wallet::{VoucherRecord, WalletFilter, WalletRecord};
use forecourt_app::wallets::{Added, NewVouchers};
use forecourt_core::Timestamp;
use forecourt_core::id::{DriverId, VoucherId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::money::Amount;
use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(of_driver, add))
        .routes(routes!(redeem))
        .routes(routes!(vouchers, make))
        .routes(routes!(withdraw))
}

/// A driver's wallet in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct Wallet {
    driver_id: String,
    name: String,
    email: String,
    /// Below zero: owed.
    balance: Amount,
    last_top_up_at: Option<String>,
    /// What sessions cost so far.
    used: Amount,
}

impl From<WalletRecord> for Wallet {
    fn from(wallet: WalletRecord) -> Self {
        Self {
            driver_id: wallet.driver.to_string(),
            name: wallet.name,
            email: wallet.email,
            balance: Amount::of(wallet.balance, wallet.currency),
            last_top_up_at: wallet.last_top_up_at.map(|at| at.to_string()),
            used: Amount::of(wallet.used, wallet.currency),
        }
    }
}

/// Credit on paper. Its code is shown when it is made, and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Voucher {
    id: String,
    /// Last letters of the code.
    code_end: String,
    /// The whole code, only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// fixed, refund or corporate.
    kind: String,
    value: Amount,
    expires_at: Option<String>,
    reason: String,
    made_by: String,
    made_at: String,
    withdrawn_at: Option<String>,
    redeemed_at: Option<String>,
    redeemed_by: Option<String>,
    driver_name: Option<String>,
}

impl From<VoucherRecord> for Voucher {
    fn from(record: VoucherRecord) -> Self {
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        Self {
            id: record.id.to_string(),
            code_end: record.code_end,
            code: None,
            kind: record.kind,
            value: Amount::of(record.amount, record.currency),
            expires_at: text(record.expires_at),
            reason: record.reason,
            made_by: record.made_by,
            made_at: record.made_at.to_string(),
            withdrawn_at: text(record.withdrawn_at),
            redeemed_at: text(record.redeemed_at),
            redeemed_by: record.redeemed_by.map(|id| id.to_string()),
            driver_name: record.driver_name,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct WalletQuery {
    /// Finds a driver's name, e-mail or number.
    q: Option<String>,
    /// true: only those that owe something.
    owing: bool,
}

/// Wallets that anything ever happened to.
#[utoipa::path(get, path = "/api/v1/wallets", tag = "money", params(WalletQuery, Paging),
    responses((status = 200, body = List<Wallet>), (status = 403, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<WalletQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Wallet>>, HttpError> {
    let filter = WalletFilter { text: query.q, owing: query.owing };
    let cursor = paging.cursor()?;
    let page = state.app.wallets(&principal, &filter, cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Wallet::from)))
}

/// What a driver has left, by currency; below zero: owed.
#[utoipa::path(get, path = "/api/v1/drivers/{id}/wallet", tag = "money", params(("id" = String, Path)),
    responses((status = 200, body = List<Amount>), (status = 404, body = Problem)))]
async fn of_driver(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
) -> Result<Json<List<Amount>>, HttpError> {
    let found = state.app.wallet(&principal, id).await?;
    Ok(Json(List::whole(found.into_iter().map(Amount::from).collect())))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct WalletRequest {
    /// Above zero: nothing is ever taken out by hand.
    #[schema(example = "25.00")]
    amount: String,
    currency: String,
    /// credit: given by the operator. cash: paid to the operator, in cash or to its bank. held: paid to the payment
    /// provider or the platform, which holds it.
    source: String,
    /// Stands in the wallet's history.
    reason: String,
}

/// Add to a driver's wallet: credit, or money that was paid outside.
#[utoipa::path(post, path = "/api/v1/drivers/{id}/wallet", tag = "money", params(("id" = String, Path)),
    request_body = WalletRequest,
    responses((status = 201, body = List<Amount>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn add(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
    Body(request): Body<WalletRequest>,
) -> Result<(StatusCode, Json<List<Amount>>), HttpError> {
    let added = Added::parse(&request.source)?;
    let money = (request.amount.as_str(), request.currency.as_str());
    state.app.add_to_wallet(&principal, id, added, money, &request.reason).await?;
    let found = state.app.wallet(&principal, id).await?;
    Ok((StatusCode::CREATED, Json(List::whole(found.into_iter().map(Amount::from).collect()))))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct RedeemRequest {
    /// Letter case, blanks and dashes do not matter.
    code: String,
}

/// Redeem a voucher for a driver. The same code for the same driver again changes nothing.
#[utoipa::path(post, path = "/api/v1/drivers/{id}/vouchers", tag = "money", params(("id" = String, Path)),
    request_body = RedeemRequest,
    responses((status = 200, body = Voucher), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn redeem(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
    Body(request): Body<RedeemRequest>,
) -> Result<Json<Voucher>, HttpError> {
    Ok(Json(state.app.redeem_voucher(&principal, id, &request.code).await?.into()))
}

/// Vouchers, newest first.
#[utoipa::path(get, path = "/api/v1/vouchers", tag = "money", params(Paging),
    responses((status = 200, body = List<Voucher>), (status = 403, body = Problem)))]
async fn vouchers(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Voucher>>, HttpError> {
    let cursor = paging.cursor()?;
    let page = state.app.vouchers(&principal, cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Voucher::from)))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct VoucherRequest {
    /// fixed, refund or corporate.
    kind: String,
    #[schema(example = "25.00")]
    amount: String,
    currency: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// Stands in the wallet of whoever redeems it.
    reason: String,
    /// 1 to 500.
    #[serde(default = "one")]
    count: u32,
}

fn one() -> u32 {
    1
}

/// Make vouchers; their codes are in this answer only.
#[utoipa::path(post, path = "/api/v1/vouchers", tag = "money", request_body = VoucherRequest,
    responses((status = 201, body = List<Voucher>), (status = 422, body = Problem)))]
async fn make(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<VoucherRequest>,
) -> Result<(StatusCode, Json<List<Voucher>>), HttpError> {
    let VoucherRequest { kind, amount, currency, expires_at, reason, count } = request;
    let new = NewVouchers { kind, amount, currency, expires_at, reason, count };
    let made = state.app.make_vouchers(&principal, new).await?;
    let shown = made.into_iter().map(|(record, code)| Voucher { code: Some(code), ..record.into() });
    Ok((StatusCode::CREATED, Json(List::whole(shown.collect()))))
}

/// Withdraw a voucher that nobody has redeemed.
#[utoipa::path(delete, path = "/api/v1/vouchers/{id}", tag = "money", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn withdraw(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<VoucherId>,
) -> Result<StatusCode, HttpError> {
    state.app.withdraw_voucher(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
