//! Invoices: what drivers and teams were charged, as documents with numbers that leave no gap.
//!
//! An invoice is never changed. What was wrong is taken back whole by a credit note, and its charges may stand on another.

mod content;
mod electronic;
mod paper;

use forecourt_core::Timestamp;
use forecourt_core::billing::{Payer, Posting};
use forecourt_core::id::{DriverId, InvoiceId, LedgerEntryId, TeamId};
use forecourt_core::metrics::{day_number, start_of_day};
use forecourt_core::unit::Currency;
use forecourt_store::invoice::{InvoiceRecord, ToInvoice};
use forecourt_store::ledger::{Cause, EntryRecord};
use forecourt_store::{Cursor, Page, StoreError, Tx};
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

pub use content::{InvoiceContent, InvoiceLine, VatSum};
pub use electronic::{Lacking, Seller};
pub use en16931_formats::Syntax;

use crate::ledger::Told;
use crate::payouts::BankAccount;
use crate::wallets::checked_reason;
use crate::{App, AppError, Principal};

/// Until when an invoice is to be paid.
const PAID_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Payers invoiced by one request.
const PAYERS_MAX: usize = 500;

/// An invoice with what stands on it.
#[derive(Debug, Clone)]
pub struct Invoice {
    pub record: InvoiceRecord,
    pub content: InvoiceContent,
}

/// Whom to invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Billed {
    pub driver: Option<DriverId>,
    pub team: Option<TeamId>,
    pub currency: Currency,
}

impl App {
    /// Newest number first.
    pub async fn invoices(
        &self,
        principal: &Principal,
        payer: Option<Payer>,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<InvoiceRecord>, AppError> {
        self.require_money(principal)?;
        Ok(self.store.invoices(principal.organisation, payer, cursor, limit).await?)
    }

    pub async fn invoice(&self, principal: &Principal, id: InvoiceId) -> Result<Invoice, AppError> {
        self.require_money(principal)?;
        let found = self.store.invoice(principal.organisation, id).await?;
        let record = found.ok_or(AppError::NotFound("invoice"))?;
        let content = serde_json::from_str(&record.content).map_err(|_| StoreError::Corrupt("invoice"))?;
        Ok(Invoice { record, content })
    }

    /// The document as a PDF, with its file name.
    pub async fn invoice_on_paper(
        &self,
        principal: &Principal,
        id: InvoiceId,
    ) -> Result<(Vec<u8>, String), AppError> {
        let invoice = self.invoice(principal, id).await?;
        let name = if invoice.record.of.is_some() { "credit-note" } else { "invoice" };
        let file = format!("{name}-{}.pdf", invoice.record.number);
        let logo = self.logo_for_paper(principal.organisation).await;
        let drawn = tokio::task::spawn_blocking(move || paper::draw(&invoice, logo)).await;
        let bytes = drawn.map_err(|_| AppError::Conflict("the document could not be drawn".into()))?;
        Ok((bytes, file))
    }

    /// The document for machines (EN 16931), with its file name.
    pub async fn electronic_invoice(
        &self,
        principal: &Principal,
        id: InvoiceId,
        syntax: Syntax,
    ) -> Result<(String, String), AppError> {
        let invoice = self.invoice(principal, id).await?;
        let seller = self.seller_of(principal, &invoice).await?;
        let kind = if invoice.record.of.is_some() { "credit-note" } else { "invoice" };
        let word = if syntax == Syntax::Ubl { "ubl" } else { "cii" };
        let file = format!("{kind}-{}-{word}.xml", invoice.record.number);
        Ok((electronic::write(&invoice, &seller, syntax)?, file))
    }

    /// What the document lacks to be read by machines.
    pub async fn electronic_invoice_lacks(
        &self,
        principal: &Principal,
        invoice: &Invoice,
    ) -> Result<Vec<Lacking>, AppError> {
        Ok(electronic::lacks(invoice, &self.seller_of(principal, invoice).await?))
    }

    /// As it was when the document was issued; as it is now where something was missing then.
    async fn seller_of(&self, principal: &Principal, invoice: &Invoice) -> Result<Seller, AppError> {
        match &invoice.content.seller_details {
            Some(seller) if electronic::lacks(invoice, seller).is_empty() => Ok(seller.clone()),
            _ => self.seller_now(principal, invoice.content.seller.first().cloned()).await,
        }
    }

    async fn seller_now(&self, principal: &Principal, name: Option<String>) -> Result<Seller, AppError> {
        let details = self.profile_of(principal.organisation).await?.details;
        let bank = self.store.bank_account(principal.organisation).await?;
        let bank: Option<BankAccount> = bank.and_then(|text| serde_json::from_str(&text).ok());
        Ok(Seller::of(name.unwrap_or_default(), details, bank.map(|bank| bank.iban).unwrap_or_default()))
    }

    /// Who was charged something up to the end of this day that stands on no invoice.
    pub async fn to_invoice(
        &self,
        principal: &Principal,
        until: Option<Date>,
    ) -> Result<Vec<ToInvoice>, AppError> {
        self.require_money(principal)?;
        let until = until.unwrap_or_else(|| self.now().to_zoned(TimeZone::UTC).date());
        let before = self.end_of(principal, until).await?;
        Ok(self.store.to_invoice(principal.organisation, before).await?)
    }

    /// An invoice for each of these payers, over all that is open up to the end of this day. All or none.
    pub async fn issue_invoices(
        &self,
        principal: &Principal,
        until: Date,
        billed: &[Billed],
    ) -> Result<Vec<InvoiceRecord>, AppError> {
        self.require_billing(principal)?;
        if billed.is_empty() || billed.len() > PAYERS_MAX {
            return Err(AppError::field("/payers", format!("1 to {PAYERS_MAX}")));
        }
        let before = self.end_of(principal, until).await?;
        let seller = self.seller(principal).await?;
        let seller_details = self.seller_now(principal, seller.first().cloned()).await?;
        let zone = self.organisation(principal).await?.time_zone;
        let mut buyers = Vec::new();
        for each in billed {
            let payer = Payer::of(each.driver, each.team);
            buyers.push((payer, each.currency, self.buyer(principal, payer).await?));
        }
        let mut tx = self.store.begin().await?;
        let mut issued = Vec::new();
        for (payer, currency, buyer) in buyers {
            let entries = tx.entries_to_invoice(principal.organisation, payer, currency, before).await?;
            if entries.is_empty() {
                let name = buyer.first().map_or("this payer", String::as_str);
                return Err(AppError::Conflict(format!("nothing of {name} is open; somebody was faster")));
            }
            let lines = self.lines_of(&entries).await?;
            let content = InvoiceContent {
                seller: seller.clone(),
                buyer,
                zone: zone.clone(),
                lines,
                reason: None,
                of_number: None,
                seller_details: Some(seller_details.clone()),
            };
            let record = self.issue_invoice(principal, &mut tx, payer, currency, &content, None).await?;
            let ids: Vec<LedgerEntryId> = entries.iter().map(|entry| entry.id).collect();
            tx.put_on_invoice(record.id, &ids).await?;
            issued.push(record);
        }
        tx.commit().await?;
        Ok(issued)
    }

    /// Takes an invoice back, whole. What stood on it may be invoiced anew.
    pub async fn credit_invoice(
        &self,
        principal: &Principal,
        id: InvoiceId,
        reason: &str,
    ) -> Result<InvoiceRecord, AppError> {
        self.require_billing(principal)?;
        let reason = checked_reason(reason)?;
        let Invoice { record, content } = self.invoice(principal, id).await?;
        let conflict = |text: &str| Err(AppError::Conflict(text.into()));
        if record.of.is_some() {
            return conflict("a credit note cannot be taken back; issue the invoice anew");
        }
        if record.credited_by.is_some() {
            return conflict("this invoice has been taken back already");
        }
        if record.paid_at.is_some() {
            return conflict("this invoice is paid");
        }
        let content = content.taken_back(record.number, reason);
        let payer = Payer::of(record.driver, record.team);
        let mut tx = self.store.begin().await?;
        let note = self.issue_invoice(principal, &mut tx, payer, record.currency, &content, Some(id)).await?;
        tx.take_off_invoice(id).await?;
        tx.commit().await?;
        Ok(note)
    }

    /// Notes that the money for an invoice came to the bank.
    pub async fn invoice_received(&self, principal: &Principal, id: InvoiceId) -> Result<(), AppError> {
        self.require_billing(principal)?;
        let Invoice { record, content } = self.invoice(principal, id).await?;
        if record.of.is_some() || record.credited_by.is_some() {
            return Err(AppError::Conflict("nothing is owed for it".into()));
        }
        let now = self.now();
        let mut tx = self.store.begin().await?;
        if !tx.invoice_paid(id, now).await? {
            return Err(AppError::Conflict("this invoice is paid already".into()));
        }
        let payer = Payer::of(record.driver, record.team);
        let text = format!("Invoice {}", record.number);
        let told = Told {
            kind: "received",
            currency: record.currency,
            cause: Cause { name: "invoice", id: id.0, part: 0 },
            description: &text,
            made_by: Some(principal.name()),
            payer,
            session: None,
        };
        let posting = Posting::received(payer, record.with_vat);
        self.post(&mut tx, principal.organisation, now, told, &posting).await?;
        let name = content.buyer.first().cloned().unwrap_or_default();
        let line = self.note(principal, "invoice.paid", ("invoice", id.0, &name));
        tx.audit(&line.changed(json!({ "paid": false }), json!({ "paid": true }))).await?;
        Ok(tx.commit().await?)
    }

    async fn issue_invoice(
        &self,
        principal: &Principal,
        tx: &mut Tx,
        payer: Payer,
        currency: Currency,
        content: &InvoiceContent,
        of: Option<InvoiceId>,
    ) -> Result<InvoiceRecord, AppError> {
        let (driver, team) = match payer {
            Payer::Driver(id) => (Some(id), None),
            Payer::Team(id) => (None, Some(id)),
            Payer::Nobody => return Err(AppError::field("/payers", "a driver or a team")),
        };
        let (without_vat, with_vat) = content.total();
        let now = self.now();
        let record = InvoiceRecord {
            id: InvoiceId(self.id()),
            organisation: principal.organisation,
            number: tx.next_invoice_number(principal.organisation).await?,
            of,
            driver,
            team,
            issued_at: now,
            due_at: now + PAID_WITHIN,
            currency,
            without_vat,
            with_vat,
            content: json!(content).to_string(),
            paid_at: None,
            made_by: principal.name(),
            credited_by: None,
            buyer: content.buyer.first().cloned(),
        };
        tx.add_invoice(&record).await?;
        let action = if of.is_some() { "invoice.credited" } else { "invoice.issued" };
        let name = record.buyer.clone().unwrap_or_default();
        let line = self.note(principal, action, ("invoice", record.id.0, &name));
        let amount = currency.text(with_vat);
        tx.audit(&line.made(&json!({ "number": record.number, "amount": amount, "currency": currency })))
            .await?;
        Ok(record)
    }

    /// A line for each charge; a session whose receipt has several VAT rates has one for each.
    async fn lines_of(&self, entries: &[EntryRecord]) -> Result<Vec<InvoiceLine>, AppError> {
        let mut lines = Vec::new();
        for entry in entries {
            let price = match entry.session {
                Some(session) => self.store.session_price(session).await?,
                None => None,
            };
            let receipt = price.and_then(|price| price.receipt);
            let rates = self.store.rates_of(entry.id).await?;
            lines.extend(InvoiceLine::of(entry, receipt.as_ref(), &rates));
        }
        Ok(lines)
    }

    async fn buyer(&self, principal: &Principal, payer: Payer) -> Result<Vec<String>, AppError> {
        let lines = match payer {
            Payer::Driver(id) => {
                let driver = self.driver(principal, id).await?;
                vec![driver.name, driver.address.unwrap_or_default(), driver.email]
            }
            Payer::Team(id) => {
                let team = self.store.team(principal.organisation, id).await?;
                let team = team.ok_or(AppError::NotFound("team"))?;
                let name = team.payer.filter(|name| !name.trim().is_empty());
                vec![name.unwrap_or(team.name), team.payer_email.unwrap_or_default()]
            }
            Payer::Nobody => return Err(AppError::field("/payers", "a driver or a team")),
        };
        Ok(lines.into_iter().filter(|line| !line.is_empty()).collect())
    }

    async fn end_of(&self, principal: &Principal, day: Date) -> Result<Timestamp, AppError> {
        let zone = TimeZone::get(&self.organisation(principal).await?.time_zone).unwrap_or(TimeZone::UTC);
        Ok(start_of_day(day_number(day) + 1, &zone))
    }
}
