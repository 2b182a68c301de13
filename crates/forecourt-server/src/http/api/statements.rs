//! Revenue statements: the ledger of a month, summed.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use forecourt_app::ledger::is_credit_side;
use forecourt_app::statements::{AtRate, Course, InCurrency, Income, Month, Statement};
use forecourt_core::unit::{Currency, MinorUnits};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::money::Amount;
use super::paging::List;
use crate::http::auth::Caller;
use crate::http::body::Query;
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{FormatQuery, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(export))
}

/// A month that has a statement.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementMonth {
    #[schema(example = "2026-06")]
    month: String,
    first_day: String,
    last_day: String,
    /// It is not over: its figures still move.
    is_running: bool,
}

impl From<Month> for StatementMonth {
    fn from(Month { first_day, last_day, is_running }: Month) -> Self {
        Self {
            month: first_day.strftime("%Y-%m").to_string(),
            first_day: first_day.to_string(),
            last_day: last_day.to_string(),
            is_running,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RevenueStatement {
    #[serde(flatten)]
    month: StatementMonth,
    /// The time zone whose days these are.
    time_zone: String,
    currencies: Vec<StatementInCurrency>,
}

impl From<Statement> for RevenueStatement {
    fn from(Statement { month, zone, currencies }: Statement) -> Self {
        let currencies = currencies.into_iter().map(StatementInCurrency::from).collect();
        Self { month: month.into(), time_zone: zone, currencies }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StatementInCurrency {
    currency: String,
    income: Vec<StatementIncome>,
    vat: Vec<StatementVat>,
    /// What each kind of account held before, what moved it, what it held after.
    accounts: Vec<StatementAccount>,
}

/// What entries of one kind charged.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementIncome {
    /// As in the ledger: session, correction, due…
    kind: String,
    entries: i64,
    without_vat: Amount,
    vat: Amount,
    with_vat: Amount,
}

/// What was charged at one rate. Together they are the income.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementVat {
    /// In per cent; null: without VAT, or not known.
    rate: Option<String>,
    /// Posted before rates were noted, or mixed by a limit of the price.
    is_unknown: bool,
    without_vat: Amount,
    vat: Amount,
    with_vat: Amount,
}

/// Amounts are above zero on the side where the account usually stands, as in the balances.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementAccount {
    account: &'static str,
    /// What is earned or owed to others, not what is held or owed to us.
    is_credit_side: bool,
    opening: Amount,
    moved: Vec<StatementMovement>,
    closing: Amount,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StatementMovement {
    /// As in the ledger.
    kind: String,
    total: Amount,
}

impl From<InCurrency> for StatementInCurrency {
    fn from(InCurrency { currency, income, rates, accounts }: InCurrency) -> Self {
        Self {
            currency: currency.code().to_owned(),
            income: income.into_iter().map(|line| income_of(line, currency)).collect(),
            vat: rates.into_iter().map(|line| vat_of(line, currency)).collect(),
            accounts: accounts.into_iter().map(|course| account_of(course, currency)).collect(),
        }
    }
}

fn income_of(line: Income, currency: Currency) -> StatementIncome {
    let Income { kind, entries, without_vat, vat } = line;
    let [without_vat, vat, with_vat] = three(without_vat, vat, currency);
    StatementIncome { kind, entries, without_vat, vat, with_vat }
}

fn vat_of(line: AtRate, currency: Currency) -> StatementVat {
    let AtRate { rate, is_unknown, without_vat, vat } = line;
    let [without_vat, vat, with_vat] = three(without_vat, vat, currency);
    StatementVat { rate, is_unknown, without_vat, vat, with_vat }
}

fn account_of(course: Course, currency: Currency) -> StatementAccount {
    let moved = |(kind, amount)| StatementMovement { kind, total: Amount::of(amount, currency) };
    StatementAccount {
        account: course.account.as_str(),
        is_credit_side: is_credit_side(course.account),
        opening: Amount::of(course.opening, currency),
        moved: course.moved.into_iter().map(moved).collect(),
        closing: Amount::of(course.closing, currency),
    }
}

fn three(without_vat: MinorUnits, vat: MinorUnits, currency: Currency) -> [Amount; 3] {
    let with_vat = without_vat.saturating_add(vat);
    [without_vat, vat, with_vat].map(|amount| Amount::of(amount, currency))
}

/// Months that have a statement, the newest first.
#[utoipa::path(get, path = "/api/v1/statements", tag = "money",
    responses((status = 200, body = List<StatementMonth>), (status = 403, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<StatementMonth>>, HttpError> {
    let months = state.app.statements(&principal).await?;
    Ok(Json(List::whole(months.into_iter().map(StatementMonth::from).collect())))
}

/// The statement of a month of the organisation's zone: every figure is a sum of the ledger.
#[utoipa::path(get, path = "/api/v1/statements/{month}", tag = "money", params(("month" = String, Path)),
    responses((status = 200, body = RevenueStatement), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Path(month): Path<String>,
) -> Result<Json<RevenueStatement>, HttpError> {
    Ok(Json(state.app.statement(&principal, &month).await?.into()))
}

/// The statement of a month as a file.
#[utoipa::path(get, path = "/api/v1/statements/{month}/export", tag = "money",
    params(("month" = String, Path), FormatQuery),
    responses((status = 200, description = "The file"), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Path(month): Path<String>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, HttpError> {
    let format = format.format()?;
    respond(state.app.statement_sheet(&principal, &month).await?, format).await
}
