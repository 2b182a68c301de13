//! The ledger: who owes whom, and why. Entries are only read here; they come from what happens.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use forecourt_app::ledger::is_credit_side;
use forecourt_app::store::ledger::{Balance, EntryFilter, EntryRecord, LineRecord};
use forecourt_core::Timestamp;
use forecourt_core::billing::AccountKind;
use forecourt_core::id::{DriverId, LedgerEntryId, SessionId, TeamId};
use forecourt_core::unit::{Currency, MinorUnits};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::money::Amount;
use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{FormatQuery, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(show))
        .routes(routes!(balances))
}

/// Something that happened to money.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerEntry {
    id: String,
    at: String,
    /// session, correction, due, top_up, credit, voucher, refund, received, payout_requested, payout_paid or
    /// payout_rejected.
    kind: String,
    /// Below zero where something is taken back.
    total: Amount,
    description: String,
    driver_id: Option<String>,
    driver_name: Option<String>,
    team_id: Option<String>,
    team_name: Option<String>,
    session_id: Option<String>,
    invoice_id: Option<String>,
    /// Null: Forecourt by itself.
    made_by: Option<String>,
}

impl From<EntryRecord> for LedgerEntry {
    fn from(entry: EntryRecord) -> Self {
        Self {
            id: entry.id.to_string(),
            at: entry.at.to_string(),
            kind: entry.kind,
            total: Amount::of(entry.amount, entry.currency),
            description: entry.description,
            driver_id: entry.driver.map(|id| id.to_string()),
            driver_name: entry.driver_name,
            team_id: entry.team.map(|id| id.to_string()),
            team_name: entry.team_name,
            session_id: entry.session.map(|id| id.to_string()),
            invoice_id: entry.invoice.map(|id| id.to_string()),
            made_by: entry.made_by,
        }
    }
}

/// What an entry did to one account. All lines of an entry sum to zero.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerLine {
    /// driver, team, unassigned, held, payout_pending, bank, vat, revenue, subscriptions, goodwill or fees.
    account: &'static str,
    /// The driver or team the account belongs to.
    owner_name: Option<String>,
    /// Null on the credit side.
    debit: Option<Amount>,
    /// Null on the debit side.
    credit: Option<Amount>,
}

impl LedgerLine {
    fn of(line: LineRecord, currency: Currency) -> Self {
        let side = |amount: i64| (amount > 0).then(|| Amount::of(MinorUnits(amount), currency));
        Self {
            account: line.account.kind.as_str(),
            owner_name: line.owner_name,
            debit: side(line.amount.0),
            credit: side(-line.amount.0),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerEntryWithLines {
    #[serde(flatten)]
    entry: LedgerEntry,
    lines: Vec<LedgerLine>,
}

/// All accounts of one kind in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountBalance {
    account: &'static str,
    /// On the side where it usually stands: revenue that was earned is above zero, what is owed to us too.
    balance: Amount,
    /// How many accounts these are: one per driver and team.
    accounts: i64,
}

impl From<Balance> for AccountBalance {
    fn from(found: Balance) -> Self {
        let sign = if is_credit_side(found.kind) { -1 } else { 1 };
        Self {
            account: found.kind.as_str(),
            balance: Amount::of(MinorUnits(sign * found.balance.0), found.currency),
            accounts: found.accounts,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct LedgerQuery {
    kind: Option<String>,
    /// Entries that touch an account of this kind.
    account: Option<String>,
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    #[param(value_type = Option<String>)]
    team_id: Option<TeamId>,
    #[param(value_type = Option<String>)]
    session_id: Option<SessionId>,
    currency: Option<String>,
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Finds the description, a driver's or a team's name.
    q: Option<String>,
}

impl LedgerQuery {
    fn filter(self) -> Result<EntryFilter, HttpError> {
        let wrong = |text| HttpError::new(axum::http::StatusCode::BAD_REQUEST, text);
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let account = filled(self.account)
            .map(|text| AccountKind::parse(&text).ok_or_else(|| wrong("account: no such kind")));
        let currency = filled(self.currency)
            .map(|text| Currency::read(&text).ok_or_else(|| wrong("currency: three letters")));
        Ok(EntryFilter {
            kind: filled(self.kind),
            driver: self.driver_id,
            team: self.team_id,
            session: self.session_id,
            account: account.transpose()?,
            currency: currency.transpose()?,
            from: self.from,
            to: self.to,
            text: filled(self.q),
        })
    }
}

/// Entries of the ledger, newest first.
#[utoipa::path(get, path = "/api/v1/ledger", tag = "money", params(LedgerQuery, Paging),
    responses((status = 200, body = List<LedgerEntry>), (status = 403, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<LedgerQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<LedgerEntry>>, HttpError> {
    let (filter, cursor) = (query.filter()?, paging.cursor()?);
    let page = state.app.ledger(&principal, &filter, cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, LedgerEntry::from)))
}

/// Entries of the ledger as a file.
#[utoipa::path(get, path = "/api/v1/ledger/export", tag = "money", params(LedgerQuery, FormatQuery),
    responses((status = 200, description = "The file"), (status = 403, body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<LedgerQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, HttpError> {
    let format = format.format()?;
    respond(state.app.ledger_sheet(&principal, &query.filter()?).await?, format).await
}

/// An entry and what it did to which account.
#[utoipa::path(get, path = "/api/v1/ledger/{id}", tag = "money", params(("id" = String, Path)),
    responses((status = 200, body = LedgerEntryWithLines), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<LedgerEntryId>,
) -> Result<Json<LedgerEntryWithLines>, HttpError> {
    let (entry, lines) = state.app.ledger_entry(&principal, id).await?;
    let currency = entry.currency;
    let lines = lines.into_iter().map(|line| LedgerLine::of(line, currency)).collect();
    Ok(Json(LedgerEntryWithLines { entry: entry.into(), lines }))
}

/// What each kind of account holds, by currency.
#[utoipa::path(get, path = "/api/v1/balances", tag = "money", responses((status = 200, body = List<AccountBalance>)))]
async fn balances(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<AccountBalance>>, HttpError> {
    let found = state.app.balances(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(AccountBalance::from).collect())))
}
