//! An invoice or a credit note as a file that machines read: EN 16931, written as UBL or as CII.
//!
//! Its amounts are those of the document, never worked out anew: where the standard would round the VAT of a sum, ours is
//! the sum of rounded lines, which the standard's rules allow. What it cannot say is named; nothing is guessed but the
//! buyer's country, which is taken to be the seller's.

use en16931::identifier::DocumentReference;
use en16931::invoice::{
    Code, DocumentTotals, InvoiceLine as Line, Party, PaymentInstructions, PostalAddress, PrecedingInvoice,
    VatBreakdown,
};
use en16931::profiles::En16931;
use en16931::{Date, Invoice as Model, InvoiceAmount, Percentage, Quantity, Validated};
use en16931_formats::Syntax;
use forecourt_core::Timestamp;
use forecourt_core::unit::{Currency, MinorUnits};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Invoice, VatSum};
use crate::AppError;
use crate::profile::{Details, PostalAddress as Address};

/// BT-24 of the core of the standard.
const SPECIFICATION: &str = "urn:cen.eu:en16931:2017";
/// UNTDID 1001: a commercial invoice, and a credit note.
const INVOICE: &str = "380";
const CREDIT_NOTE: &str = "381";
/// UN/ECE Recommendation 20: one. The energy stands in the text: what it costs may have several prices.
const ONE: &str = "C62";
/// Why a line without VAT has none (BT-120).
const NO_VAT: &str = "No VAT applies";

/// Who sells, as it was when the document was issued.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    pub name: String,
    pub vat_id: String,
    pub address: Address,
    #[serde(default)]
    pub iban: String,
}

/// What the standard asks for and the document does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    VatId,
    Street,
    PostalCode,
    City,
    Country,
    /// A line mixes rates of VAT that nobody can tell apart any more.
    Rate,
}

impl Lacking {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VatId => "vat_id",
            Self::Street => "street",
            Self::PostalCode => "postal_code",
            Self::City => "city",
            Self::Country => "country",
            Self::Rate => "rate",
        }
    }
}

impl Seller {
    pub(super) fn of(name: String, details: Details, iban: String) -> Self {
        Self { name, vat_id: details.vat_id, address: details.registered, iban }
    }
}

pub(super) fn lacks(invoice: &Invoice, seller: &Seller) -> Vec<Lacking> {
    let Address { street, postal_code, city, country } = &seller.address;
    let fields = [
        (&seller.vat_id, Lacking::VatId),
        (street, Lacking::Street),
        (postal_code, Lacking::PostalCode),
        (city, Lacking::City),
        (country, Lacking::Country),
    ];
    let mut found: Vec<Lacking> =
        fields.into_iter().filter(|(text, _)| text.trim().is_empty()).map(|(_, what)| what).collect();
    let mixed = |sum: &VatSum| sum.vat.is_none() && sum.with_vat != sum.without_vat;
    if invoice.content.vat_sums().iter().any(mixed) {
        found.push(Lacking::Rate);
    }
    found
}

/// The file, valid by every rule of the standard.
pub(super) fn write(invoice: &Invoice, seller: &Seller, syntax: Syntax) -> Result<String, AppError> {
    let lacking = lacks(invoice, seller);
    if !lacking.is_empty() {
        let words: Vec<&str> = lacking.into_iter().map(Lacking::as_str).collect();
        return Err(AppError::Conflict(format!("an electronic invoice lacks: {}", words.join(", "))));
    }
    let proof: Validated<En16931> = Validated::new(model(invoice, seller)?).map_err(|rejected| {
        let rules: Vec<String> = rejected
            .report()
            .fatal()
            .map(|finding| format!("{} {}", finding.rule.as_str(), finding.message))
            .collect();
        AppError::Conflict(format!("the electronic invoice would not be valid: {}", rules.join("; ")))
    })?;
    Ok(en16931_formats::write(&proof, syntax).xml)
}

fn wrong(what: impl std::fmt::Display) -> AppError {
    AppError::Conflict(format!("the electronic invoice cannot be written: {what}"))
}

fn model(invoice: &Invoice, seller: &Seller) -> Result<Model, AppError> {
    let Invoice { record, content } = invoice;
    let zone = TimeZone::get(&content.zone).unwrap_or(TimeZone::UTC);
    let day = |at: Timestamp| Date::parse(&at.to_zoned(zone.clone()).date().to_string()).map_err(wrong);
    // A credit note states what it gives back above zero.
    let sign = if record.of.is_some() { -1 } else { 1 };
    let money = |amount: MinorUnits| amount_of(MinorUnits(sign * amount.0), record.currency);
    let kind = if record.of.is_some() { CREDIT_NOTE } else { INVOICE };
    let issued = day(record.issued_at)?;
    let mut draft =
        Model::builder(SPECIFICATION, record.number.to_string(), issued, kind, record.currency.code())
            .seller(party(&seller.name, &seller.address)?.with_vat_identifier(&seller.vat_id))
            .buyer(buyer(invoice, seller)?)
            .payment_terms(format!("Due on {}", record.due_at.to_zoned(zone.clone()).date()));
    if !seller.iban.is_empty() {
        draft = draft.payment(PaymentInstructions::sepa_credit_transfer(seller.iban.as_str(), None));
    }
    for (number, line) in (1_u32..).zip(&content.lines) {
        let net = money(line.without_vat)?;
        let (category, rate) = category(line.vat.as_deref())?;
        // A price is never below zero: what is taken off is a quantity below it.
        let quantity = Quantity::new(if net.is_negative() { Decimal::NEGATIVE_ONE } else { Decimal::ONE });
        let energy = line.energy_wh.map(|wh| format!(", {} kWh", forecourt_core::unit::fixed(wh, 3)));
        let text = format!("{}{}", line.text, energy.unwrap_or_default());
        draft = draft.line(Line::new(number.to_string(), text, quantity, ONE, net, category, Some(rate)));
    }
    let mut vat_total = 0;
    for sum in content.vat_sums() {
        let (category, rate) = category(sum.vat.as_deref())?;
        let vat = sum.with_vat.0 - sum.without_vat.0;
        vat_total += vat;
        draft = draft.vat_breakdown(VatBreakdown {
            taxable_amount: money(sum.without_vat)?,
            tax_amount: money(MinorUnits(vat))?,
            category: Code::new(category),
            rate: Some(rate),
            exemption_reason: (category == "E").then(|| NO_VAT.to_owned()),
            exemption_reason_code: None,
        });
    }
    let mut model = draft
        .totals(DocumentTotals {
            line_total: money(record.without_vat)?,
            allowance_total: None,
            charge_total: None,
            taxable_total: money(record.without_vat)?,
            vat_total: Some(money(MinorUnits(vat_total))?),
            vat_total_accounting: None,
            gross_total: money(record.with_vat)?,
            paid: None,
            rounding: None,
            due: money(record.with_vat)?,
        })
        .build();
    if let Some(number) = content.of_number {
        model.kind = en16931::DocumentKind::CreditNote;
        let reference = DocumentReference::new(number.to_string());
        model.preceding_invoices = vec![PrecedingInvoice { reference, issue_date: None }];
    } else {
        model.due_date = Some(day(record.due_at)?);
    }
    Ok(model)
}

fn party(name: &str, address: &Address) -> Result<Party, AppError> {
    let Address { street, postal_code, city, country } = address;
    let address = PostalAddress::new(street.as_str(), city.as_str(), postal_code.as_str(), country);
    Ok(Party::new(name, address.map_err(wrong)?))
}

/// Name, then the lines of an address as they were typed.
fn buyer(invoice: &Invoice, seller: &Seller) -> Result<Party, AppError> {
    let mut lines = invoice.content.buyer.iter().filter(|line| !line.contains('@'));
    let name = lines.next().ok_or_else(|| wrong("the buyer has no name"))?;
    let mut address = PostalAddress::default();
    address.country = Some(en16931::codes::guard::country(&seller.address.country).map_err(wrong)?);
    address.line1 = lines.next().map(|line| line.replace('\n', ", "));
    Ok(Party::new(name.as_str(), address))
}

/// S: taxed; Z: at nought per cent; E: no VAT applies.
fn category(vat: Option<&str>) -> Result<(&'static str, Percentage), AppError> {
    let rate: Decimal = vat.unwrap_or("0").parse().map_err(wrong)?;
    let category = match vat {
        None => "E",
        Some(_) if rate.is_zero() => "Z",
        Some(_) => "S",
    };
    Ok((category, Percentage::new(rate)))
}

/// The standard knows amounts of two decimals.
fn amount_of(amount: MinorUnits, currency: Currency) -> Result<InvoiceAmount, AppError> {
    let amount = Decimal::new(amount.0, currency.decimals());
    InvoiceAmount::from_decimal_exact(amount).map_err(wrong)
}
