//! What stands on an invoice: seller, buyer and lines as they were when it was issued.

use forecourt_core::Timestamp;
use forecourt_core::billing::Charge;
use forecourt_core::id::{LedgerEntryId, SessionId};
use forecourt_core::tariff::{Receipt, VatRate};
use forecourt_core::unit::MinorUnits;
use forecourt_store::ledger::EntryRecord;
use forecourt_store::statement::Rates;
use serde::{Deserialize, Serialize};

use super::electronic::Seller;

/// One line of an invoice: a charge, or the part of it that has one VAT rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    pub entry: LedgerEntryId,
    pub session: Option<SessionId>,
    pub text: String,
    /// Of a session, in Wh.
    pub energy_wh: Option<i64>,
    pub at: Timestamp,
    /// In per cent, as text; `None`: without VAT, or rates that nobody noted.
    pub vat: Option<String>,
    pub without_vat: MinorUnits,
    pub with_vat: MinorUnits,
}

/// What was added up at one VAT rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VatSum {
    pub vat: Option<String>,
    pub without_vat: MinorUnits,
    pub with_vat: MinorUnits,
}

/// A document as it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceContent {
    /// A line each; the first is the name.
    pub seller: Vec<String>,
    pub buyer: Vec<String>,
    /// The seller's time zone: days on the paper are its days.
    pub zone: String,
    pub lines: Vec<InvoiceLine>,
    /// Why it takes another one back.
    #[serde(default)]
    pub reason: Option<String>,
    /// Number of the invoice it takes back.
    #[serde(default)]
    pub of_number: Option<i64>,
    /// The seller for machines; `None`: issued before that was kept.
    #[serde(default)]
    pub seller_details: Option<Seller>,
}

impl InvoiceLine {
    /// One for each VAT rate of the charge as the ledger noted it, or as its receipt says; else one.
    pub(super) fn of(entry: &EntryRecord, receipt: Option<&Receipt>, noted: &Rates) -> Vec<Self> {
        let receipt = receipt.filter(|receipt| receipt.with_vat == entry.amount);
        let whole = Charge { without_vat: entry.without_vat.unwrap_or(entry.amount), with_vat: entry.amount };
        let rates: Rates = match receipt {
            _ if !noted.is_empty() => noted.clone(),
            Some(receipt) => receipt
                .by_rate()
                .into_iter()
                .map(|(rate, without_vat, with_vat)| (rate, Charge { without_vat, with_vat }))
                .collect(),
            None => vec![(None, whole)],
        };
        let line = |(rate, charge): (Option<VatRate>, Charge)| Self {
            entry: entry.id,
            session: entry.session,
            text: entry.description.clone(),
            energy_wh: receipt.map(|receipt| receipt.energy.0),
            at: receipt.map_or(entry.at, |receipt| receipt.from),
            vat: rate.map(String::from),
            without_vat: charge.without_vat,
            with_vat: charge.with_vat,
        };
        rates.into_iter().map(line).collect()
    }
}

impl InvoiceContent {
    /// By rate, in the order they first appear.
    pub fn vat_sums(&self) -> Vec<VatSum> {
        let mut sums: Vec<VatSum> = Vec::new();
        for line in &self.lines {
            if let Some(sum) = sums.iter_mut().find(|sum| sum.vat == line.vat) {
                sum.without_vat.0 += line.without_vat.0;
                sum.with_vat.0 += line.with_vat.0;
            } else {
                let InvoiceLine { without_vat, with_vat, .. } = *line;
                sums.push(VatSum { vat: line.vat.clone(), without_vat, with_vat });
            }
        }
        sums
    }

    /// Without and with VAT.
    pub fn total(&self) -> (MinorUnits, MinorUnits) {
        let sum = |side: fn(&InvoiceLine) -> i64| MinorUnits(self.lines.iter().map(side).sum());
        (sum(|line| line.without_vat.0), sum(|line| line.with_vat.0))
    }

    /// The same with every amount turned round.
    pub(super) fn taken_back(self, number: i64, reason: String) -> Self {
        let turned = |line: InvoiceLine| InvoiceLine {
            without_vat: MinorUnits(-line.without_vat.0),
            with_vat: MinorUnits(-line.with_vat.0),
            ..line
        };
        Self {
            lines: self.lines.into_iter().map(turned).collect(),
            reason: Some(reason),
            of_number: Some(number),
            ..self
        }
    }
}
