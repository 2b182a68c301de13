//! Invoices and credit notes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forecourt_app::invoices::{Billed, Invoice as Whole, InvoiceLine as Line, Syntax};
use forecourt_app::store::invoice::{InvoiceRecord, ToInvoice};
use forecourt_core::billing::Payer;
use forecourt_core::id::{DriverId, InvoiceId, TeamId};
use forecourt_core::unit::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
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
        .routes(routes!(list, issue))
        .routes(routes!(open))
        .routes(routes!(show))
        .routes(routes!(paper))
        .routes(routes!(electronic))
        .routes(routes!(credit))
        .routes(routes!(received))
}

/// A document with a number: an invoice, or a credit note that takes one back.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invoice {
    id: String,
    /// Counted by organisation, without a gap.
    number: i64,
    /// invoice or credit_note.
    kind: &'static str,
    buyer: Option<String>,
    driver_id: Option<String>,
    team_id: Option<String>,
    issued_at: String,
    due_at: String,
    without_vat: Amount,
    with_vat: Amount,
    /// open, paid or taken_back; credit_note for those.
    state: &'static str,
    paid_at: Option<String>,
    /// The credit note that took it back.
    credited_by: Option<String>,
    made_by: String,
}

impl From<InvoiceRecord> for Invoice {
    fn from(record: InvoiceRecord) -> Self {
        let state = match &record {
            r if r.of.is_some() => "credit_note",
            r if r.credited_by.is_some() => "taken_back",
            r if r.paid_at.is_some() => "paid",
            _ => "open",
        };
        Self {
            id: record.id.to_string(),
            number: record.number,
            kind: if record.of.is_some() { "credit_note" } else { "invoice" },
            buyer: record.buyer,
            driver_id: record.driver.map(|id| id.to_string()),
            team_id: record.team.map(|id| id.to_string()),
            issued_at: record.issued_at.to_string(),
            due_at: record.due_at.to_string(),
            without_vat: Amount::of(record.without_vat, record.currency),
            with_vat: Amount::of(record.with_vat, record.currency),
            state,
            paid_at: record.paid_at.map(|at| at.to_string()),
            credited_by: record.credited_by.map(|id| id.to_string()),
            made_by: record.made_by,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceLine {
    /// Entry of the ledger it stands for.
    entry_id: String,
    session_id: Option<String>,
    text: String,
    energy_wh: Option<i64>,
    at: String,
    /// Per cent; null without VAT, and for corrections.
    vat: Option<String>,
    without_vat: Amount,
    with_vat: Amount,
}

impl InvoiceLine {
    fn of(line: Line, currency: Currency) -> Self {
        Self {
            entry_id: line.entry.to_string(),
            session_id: line.session.map(|id| id.to_string()),
            text: line.text,
            energy_wh: line.energy_wh,
            at: line.at.to_string(),
            vat: line.vat,
            without_vat: Amount::of(line.without_vat, currency),
            with_vat: Amount::of(line.with_vat, currency),
        }
    }
}

/// What was added up at one VAT rate.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceVat {
    vat: Option<String>,
    without_vat: Amount,
    with_vat: Amount,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceWithLines {
    #[serde(flatten)]
    invoice: Invoice,
    /// As they were; the first line is the name.
    seller_lines: Vec<String>,
    buyer_lines: Vec<String>,
    lines: Vec<InvoiceLine>,
    vat_sums: Vec<InvoiceVat>,
    /// Why it takes another one back, and that one's number.
    reason: Option<String>,
    of_number: Option<i64>,
    /// What it lacks to be read by machines: vat_id, street, postal_code, city, country, rate.
    electronic_lacks: Vec<&'static str>,
}

impl From<Whole> for InvoiceWithLines {
    fn from(Whole { record, content }: Whole) -> Self {
        let currency = record.currency;
        let sums = content.vat_sums().into_iter().map(|sum| InvoiceVat {
            vat: sum.vat,
            without_vat: Amount::of(sum.without_vat, currency),
            with_vat: Amount::of(sum.with_vat, currency),
        });
        Self {
            vat_sums: sums.collect(),
            invoice: record.into(),
            seller_lines: content.seller,
            buyer_lines: content.buyer,
            lines: content.lines.into_iter().map(|line| InvoiceLine::of(line, currency)).collect(),
            reason: content.reason,
            of_number: content.of_number,
            electronic_lacks: Vec::new(),
        }
    }
}

/// Somebody with charges that stand on no invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenCharges {
    driver_id: Option<String>,
    team_id: Option<String>,
    name: String,
    total: Amount,
    /// How many charges.
    charges: i64,
}

impl From<ToInvoice> for OpenCharges {
    fn from(found: ToInvoice) -> Self {
        let (driver, team) = match found.payer {
            Payer::Driver(id) => (Some(id.to_string()), None),
            Payer::Team(id) => (None, Some(id.to_string())),
            Payer::Nobody => (None, None),
        };
        Self {
            driver_id: driver,
            team_id: team,
            name: found.name,
            total: Amount::of(found.with_vat, found.currency),
            charges: found.entries,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct InvoiceQuery {
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    #[param(value_type = Option<String>)]
    team_id: Option<TeamId>,
}

/// Invoices and credit notes, newest first.
#[utoipa::path(get, path = "/api/v1/invoices", tag = "money", params(InvoiceQuery, Paging),
    responses((status = 200, body = List<Invoice>), (status = 403, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<InvoiceQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Invoice>>, HttpError> {
    let cursor = paging.cursor()?;
    let payer = match Payer::of(query.driver_id, query.team_id) {
        Payer::Nobody => None,
        payer => Some(payer),
    };
    let page = state.app.invoices(&principal, payer, cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Invoice::from)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UntilQuery {
    /// Last day, of the organisation's calendar; without it the day it is in UTC.
    #[param(value_type = Option<String>, format = Date, example = "2026-03-31")]
    until: Option<Date>,
}

/// Who was charged something up to the end of a day that stands on no invoice.
#[utoipa::path(get, path = "/api/v1/invoices/open-charges", tag = "money", params(UntilQuery),
    responses((status = 200, body = List<OpenCharges>), (status = 403, body = Problem)))]
async fn open(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<UntilQuery>,
) -> Result<Json<List<OpenCharges>>, HttpError> {
    let found = state.app.to_invoice(&principal, query.until).await?;
    Ok(Json(List::whole(found.into_iter().map(OpenCharges::from).collect())))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct BilledRequest {
    /// One of driver and team.
    #[schema(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    #[schema(value_type = Option<String>)]
    team_id: Option<TeamId>,
    currency: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct InvoiceRequest {
    /// Last day, of the organisation's calendar.
    #[schema(value_type = String, format = Date, example = "2026-03-31")]
    until: Date,
    /// At most 500.
    payers: Vec<BilledRequest>,
}

/// Issue an invoice for each of these payers, over all that is open up to the end of a day. All or none.
#[utoipa::path(post, path = "/api/v1/invoices", tag = "money", request_body = InvoiceRequest,
    responses((status = 201, body = List<Invoice>), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn issue(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<InvoiceRequest>,
) -> Result<(StatusCode, Json<List<Invoice>>), HttpError> {
    let wrong = || forecourt_app::AppError::field("/payers", "a currency is three capital letters");
    let billed = request.payers.into_iter().map(|each| {
        let currency = Currency::read(&each.currency).ok_or_else(wrong)?;
        Ok(Billed { driver: each.driver_id, team: each.team_id, currency })
    });
    let billed = billed.collect::<Result<Vec<_>, forecourt_app::AppError>>()?;
    let issued = state.app.issue_invoices(&principal, request.until, &billed).await?;
    Ok((StatusCode::CREATED, Json(List::whole(issued.into_iter().map(Invoice::from).collect()))))
}

/// An invoice with its lines: each leads to its session and its entry of the ledger.
#[utoipa::path(get, path = "/api/v1/invoices/{id}", tag = "money", params(("id" = String, Path)),
    responses((status = 200, body = InvoiceWithLines), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<InvoiceId>,
) -> Result<Json<InvoiceWithLines>, HttpError> {
    let invoice = state.app.invoice(&principal, id).await?;
    let lacks = state.app.electronic_invoice_lacks(&principal, &invoice).await?;
    let lacks = lacks.into_iter().map(|lacking| lacking.as_str()).collect();
    Ok(Json(InvoiceWithLines { electronic_lacks: lacks, ..invoice.into() }))
}

/// The document as a PDF.
#[utoipa::path(get, path = "/api/v1/invoices/{id}/pdf", tag = "money", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/pdf"), (status = 404, body = Problem)))]
async fn paper(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<InvoiceId>,
) -> Result<Response, HttpError> {
    let (bytes, name) = state.app.invoice_on_paper(&principal, id).await?;
    Ok(download(bytes, &name, "application/pdf"))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SyntaxQuery {
    /// ubl (default) or cii.
    syntax: Option<String>,
}

/// The document for machines: EN 16931, as UBL or as CII.
#[utoipa::path(get, path = "/api/v1/invoices/{id}/e-invoice", tag = "money",
    params(("id" = String, Path), SyntaxQuery),
    responses((status = 200, content_type = "application/xml"), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn electronic(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<InvoiceId>,
    Query(query): Query<SyntaxQuery>,
) -> Result<Response, HttpError> {
    let syntax = match query.syntax.as_deref().unwrap_or("ubl") {
        "ubl" => Syntax::Ubl,
        "cii" => Syntax::Cii,
        _ => return Err(HttpError::new(StatusCode::BAD_REQUEST, "syntax: ubl or cii")),
    };
    let (xml, name) = state.app.electronic_invoice(&principal, id, syntax).await?;
    Ok(download(xml.into_bytes(), &name, "application/xml"))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreditNoteRequest {
    /// Stands on the credit note.
    reason: String,
}

/// Take an invoice back by a credit note. What stood on it may be invoiced anew.
#[utoipa::path(post, path = "/api/v1/invoices/{id}/credit-note", tag = "money", params(("id" = String, Path)),
    request_body = CreditNoteRequest,
    responses((status = 201, body = Invoice), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn credit(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<InvoiceId>,
    Body(request): Body<CreditNoteRequest>,
) -> Result<(StatusCode, Json<Invoice>), HttpError> {
    let note = state.app.credit_invoice(&principal, id, &request.reason).await?;
    Ok((StatusCode::CREATED, Json(note.into())))
}

/// Note that the money for an invoice came to the bank.
#[utoipa::path(post, path = "/api/v1/invoices/{id}/payment", tag = "money", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn received(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<InvoiceId>,
) -> Result<StatusCode, HttpError> {
    state.app.invoice_received(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
