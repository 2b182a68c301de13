//! Payments of a demonstration: written down and posted as if a provider had answered, and no provider is asked.

use forecourt_core::billing::{Moved, PaymentKind, PaymentState};
use forecourt_core::id::DriverId;
use forecourt_core::unit::MinorUnits;

use super::course::NewPayment;
use super::provider::Seen;
use crate::wallets::checked_amount;
use crate::{App, AppError, Principal};

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub struct ShownPayment<'a> {
    pub driver: DriverId,
    pub kind: PaymentKind,
    pub amount: &'a str,
    pub currency: &'a str,
    /// As people know it: brand and last digits.
    pub card: &'a str,
    pub end: ShownEnd,
}

#[derive(Debug, Clone, Copy)]
pub enum ShownEnd {
    /// With what the provider keeps, in the currency's smallest unit.
    Paid { fee: i64 },
    /// With the provider's word for it.
    Failed(&'static str),
}

impl App {
    pub async fn show_payment(&self, principal: &Principal, shown: ShownPayment<'_>) -> Result<(), AppError> {
        self.require_billing(principal)?;
        let driver = self.driver(principal, shown.driver).await?;
        let money = checked_amount(shown.amount, shown.currency)?;
        let collected = shown.kind == PaymentKind::Collection;
        let session = if collected { self.store.newest_posted_session(shown.driver).await? } else { None };
        let new = NewPayment {
            organisation: principal.organisation,
            driver: shown.driver,
            session,
            kind: shown.kind,
            amount: money.amount,
            currency: money.currency,
            method: None,
            tries: 1,
            made_by: Some(principal.name()),
        };
        let payment = self.begin_payment(new).await?;
        self.audit_payment(principal, "payment.collected", &payment, &driver.name).await?;
        let (state, moved, reason) = match shown.end {
            ShownEnd::Paid { fee } => {
                let moved = Moved { taken: money.amount, fee: MinorUnits(fee), ..Moved::default() };
                (PaymentState::Paid, moved, None)
            }
            ShownEnd::Failed(reason) => (PaymentState::Failed, Moved::default(), Some(reason.to_owned())),
        };
        let label = Some(shown.card.to_owned());
        let seen = Seen { reference: None, state, moved, reason, method_label: label };
        self.write_down(false, payment, seen).await.map(drop)
    }
}
