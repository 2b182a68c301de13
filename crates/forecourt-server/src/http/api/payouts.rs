//! Payouts: available revenue, asking for it, and the platform's queue.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forecourt_app::payouts::{BankAccount as Bank, PayoutAnswer};
use forecourt_app::store::payout::PayoutRecord;
use forecourt_core::id::PayoutId;
use forecourt_core::metrics::date_of;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::money::Amount;
use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::download;
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, request))
        .routes(routes!(available))
        .routes(routes!(queue))
        .routes(routes!(transfer_file))
        .routes(routes!(answer))
        .routes(routes!(bank_account, set_bank_account))
}

/// Where payouts go.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BankAccount {
    holder: String,
    iban: String,
    /// Empty: not needed within SEPA.
    #[serde(default)]
    bic: String,
}

impl From<Bank> for BankAccount {
    fn from(Bank { holder, iban, bic }: Bank) -> Self {
        Self { holder, iban, bic }
    }
}

/// Money on its way to the organisation's bank.
#[derive(Debug, Serialize, ToSchema)]
pub struct Payout {
    id: String,
    organisation_name: String,
    total: Amount,
    /// requested, approved, paid or rejected.
    state: &'static str,
    bank: BankAccount,
    requested_by: String,
    requested_at: String,
    /// The day by whose end the platform answers: two working days.
    due_on: String,
    answered_by: Option<String>,
    answered_at: Option<String>,
    /// Why it was rejected.
    reason: Option<String>,
    paid_at: Option<String>,
}

impl From<PayoutRecord> for Payout {
    fn from(payout: PayoutRecord) -> Self {
        let bank: Bank = serde_json::from_str(&payout.bank).unwrap_or_default();
        Self {
            id: payout.id.to_string(),
            organisation_name: payout.organisation_name,
            total: Amount::of(payout.amount, payout.currency),
            state: payout.state.as_str(),
            bank: bank.into(),
            requested_by: payout.requested_by,
            requested_at: payout.requested_at.to_string(),
            due_on: date_of(payout.due_day).to_string(),
            answered_by: payout.answered_by,
            answered_at: payout.answered_at.map(|at| at.to_string()),
            reason: payout.reason,
            paid_at: payout.paid_at.map(|at| at.to_string()),
        }
    }
}

/// Payouts of the organisation, newest first.
#[utoipa::path(get, path = "/api/v1/payouts", tag = "money", params(Paging),
    responses((status = 200, body = List<Payout>), (status = 403, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Payout>>, HttpError> {
    let cursor = paging.cursor()?;
    let page = state.app.payouts(&principal, cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Payout::from)))
}

/// What may be asked for now, by currency: money held for the organisation that is not on its way already.
#[utoipa::path(get, path = "/api/v1/payouts/available", tag = "money", responses((status = 200, body = List<Amount>)))]
async fn available(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Amount>>, HttpError> {
    let found = state.app.available(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(Amount::from).collect())))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct PayoutRequest {
    #[schema(example = "1250.00")]
    amount: String,
    currency: String,
}

/// Ask for money to be paid out. It needs a bank account.
#[utoipa::path(post, path = "/api/v1/payouts", tag = "money", request_body = PayoutRequest,
    responses((status = 201, body = Payout), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn request(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<PayoutRequest>,
) -> Result<(StatusCode, Json<Payout>), HttpError> {
    let made = state.app.request_payout(&principal, &request.amount, &request.currency).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Payouts that wait for the platform, the most urgent first. For the organisation at the head of the tree.
#[utoipa::path(get, path = "/api/v1/payouts/queue", tag = "money",
    responses((status = 200, body = List<Payout>), (status = 403, body = Problem)))]
async fn queue(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Payout>>, HttpError> {
    let found = state.app.payout_queue(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(Payout::from).collect())))
}

/// The approved payouts in euros as a file for the platform's bank (pain.001.001.09).
#[utoipa::path(get, path = "/api/v1/payouts/transfer-file", tag = "money",
    responses((status = 200, content_type = "application/xml"), (status = 403, body = Problem), (status = 409, body = Problem)))]
async fn transfer_file(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Response, HttpError> {
    let file = state.app.transfer_file(&principal).await?;
    Ok(download(file.into_bytes(), "payouts-pain.001.xml", "application/xml"))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct AnswerRequest {
    /// approved, rejected or paid.
    state: String,
    /// Needed to reject.
    reason: Option<String>,
}

/// Approve, reject, or note that the bank has paid. For the organisation at the head of the tree.
#[utoipa::path(patch, path = "/api/v1/payouts/{id}", tag = "money", params(("id" = String, Path)),
    request_body = AnswerRequest,
    responses((status = 200, body = Payout), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn answer(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PayoutId>,
    Body(request): Body<AnswerRequest>,
) -> Result<Json<Payout>, HttpError> {
    let answer = match request.state.as_str() {
        "approved" => PayoutAnswer::Approved,
        "rejected" => PayoutAnswer::Rejected,
        "paid" => PayoutAnswer::Paid,
        _ => return Err(forecourt_app::AppError::field("/state", "approved, rejected or paid").into()),
    };
    Ok(Json(state.app.answer_payout(&principal, id, answer, request.reason.as_deref()).await?.into()))
}

/// Where payouts go; null as long as nobody said.
#[utoipa::path(get, path = "/api/v1/bank-account", tag = "money", responses((status = 200, body = Option<BankAccount>)))]
async fn bank_account(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<Option<BankAccount>>, HttpError> {
    Ok(Json(state.app.bank_account(&principal).await?.map(BankAccount::from)))
}

/// Say where payouts go. Requests on their way keep the account they were made with.
#[utoipa::path(put, path = "/api/v1/bank-account", tag = "money", request_body = BankAccount,
    responses((status = 200, body = BankAccount), (status = 422, body = Problem)))]
async fn set_bank_account(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(BankAccount { holder, iban, bic }): Body<BankAccount>,
) -> Result<Json<BankAccount>, HttpError> {
    Ok(Json(state.app.set_bank_account(&principal, Bank { holder, iban, bic }).await?.into()))
}
