//! What an operator does with payments: looks, asks for money, tries again, lets go, gives back.

use forecourt_core::access::Permission;
use forecourt_core::billing::{PaymentKind, PaymentState};
use forecourt_core::id::{DriverId, PaymentId};
use forecourt_core::unit::MinorUnits;
use forecourt_store::page::MAX_LIMIT;
use forecourt_store::payment::{PaymentFilter, PaymentRecord, PaymentStep};
use forecourt_store::{Cursor, Page};
use serde_json::json;

use super::course::NewPayment;
use super::provider::{ProviderError, Seen};
use super::{refused, stripe};
use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::wallets::{checked_amount, checked_reason};
use crate::{App, AppError, Principal};

/// Where what is given back comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundOf {
    /// A present of the operator: what the driver has in the wallet stays.
    Goodwill,
    /// What the driver has in the wallet.
    Wallet,
}

/// A payment and what became of it.
#[derive(Debug, Clone)]
pub struct PaymentDetail {
    pub payment: PaymentRecord,
    pub steps: Vec<PaymentStep>,
}

impl App {
    /// Newest first.
    pub async fn payments(
        &self,
        principal: &Principal,
        filter: &PaymentFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<PaymentRecord>, AppError> {
        self.require_money(principal)?;
        Ok(self.store.payments(principal.organisation, filter, cursor, limit).await?)
    }

    pub async fn payment(&self, principal: &Principal, id: PaymentId) -> Result<PaymentDetail, AppError> {
        self.require_money(principal)?;
        let payment = self.found_payment(principal, id).await?;
        Ok(PaymentDetail { steps: self.store.payment_steps(id).await?, payment })
    }

    async fn found_payment(&self, principal: &Principal, id: PaymentId) -> Result<PaymentRecord, AppError> {
        let found = self.store.payment(principal.organisation, id).await?;
        found.ok_or(AppError::NotFound("payment"))
    }

    /// What the filters leave, as a file.
    pub async fn payment_sheet(
        &self,
        principal: &Principal,
        filter: &PaymentFilter,
    ) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.payments(principal, filter, cursor.as_ref(), MAX_LIMIT).await?;
            rows.extend(page.items.iter().map(row_of));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        let organisation = self.organisation(principal).await?;
        let columns = [
            "Payment",
            "At",
            "Kind",
            "State",
            "Amount",
            "Taken",
            "Given back",
            "Fee",
            "Currency",
            "Driver",
            "Card",
            "Session",
            "Reference",
            "Reason",
        ];
        let (name, zone) = (organisation.name, organisation.time_zone);
        Ok(Sheet::list("Payments", name, zone, self.now(), &columns, rows))
    }

    /// A page on which the driver pays into the wallet; it is sent by letter where there is an address.
    pub async fn ask_for_payment(
        &self,
        principal: &Principal,
        driver: DriverId,
        amount: &str,
    ) -> Result<PaymentRecord, AppError> {
        self.require_billing(principal)?;
        let record = self.driver(principal, driver).await?;
        let (setting, provider) = self.needed_provider(principal.organisation).await?;
        let money = checked_amount(amount, setting.currency.code())?;
        let least = stripe::least(money.currency);
        if money.amount < least {
            return Err(AppError::field("/amount", format!("at least {}", money.currency.text(least))));
        }
        let new = NewPayment {
            organisation: principal.organisation,
            driver,
            session: None,
            kind: PaymentKind::TopUp,
            amount: money.amount,
            currency: money.currency,
            method: None,
            tries: 1,
            made_by: Some(principal.name()),
        };
        let payment = self.begin_payment(new).await?;
        self.audit_payment(principal, "payment.asked", &payment, &record.name).await?;
        self.advance(&setting, &provider, payment).await
    }

    /// Takes what a driver owes from the card on file, now.
    pub async fn collect_now(
        &self,
        principal: &Principal,
        driver: DriverId,
    ) -> Result<PaymentRecord, AppError> {
        self.require_billing(principal)?;
        let record = self.driver(principal, driver).await?;
        let (setting, provider) = self.needed_provider(principal.organisation).await?;
        let owed = -self.left(principal.organisation, driver, setting.currency).await?;
        if owed < stripe::least(setting.currency).0 {
            return Err(AppError::Conflict("the driver owes nothing that could be taken".into()));
        }
        let method = self.store.payment_methods(principal.organisation, driver).await?.into_iter().next();
        let method = method.ok_or_else(|| AppError::Conflict("the driver has no card on file".into()))?;
        if self.store.has_open_payment(driver).await? {
            return Err(AppError::Conflict("a payment of this driver is on its way".into()));
        }
        let new = NewPayment {
            organisation: principal.organisation,
            driver,
            session: self.store.newest_posted_session(driver).await?,
            kind: PaymentKind::Collection,
            amount: MinorUnits(owed),
            currency: setting.currency,
            method: Some(method),
            tries: 1,
            made_by: Some(principal.name()),
        };
        let payment = self.begin_payment(new).await?;
        self.audit_payment(principal, "payment.collected", &payment, &record.name).await?;
        self.advance(&setting, &provider, payment).await
    }

    /// Lets go of what was only asked for.
    pub async fn cancel_payment(
        &self,
        principal: &Principal,
        id: PaymentId,
    ) -> Result<PaymentRecord, AppError> {
        self.require_billing(principal)?;
        let payment = self.found_payment(principal, id).await?;
        let page = match (payment.state, &payment.page_reference) {
            (PaymentState::Asked, Some(page)) => page.clone(),
            _ => return Err(AppError::Conflict("only a payment that is asked for can be let go".into())),
        };
        let (setting, provider) = self.needed_provider(principal.organisation).await?;
        match provider.close_page(&page).await {
            // It was paid or ran out in the meantime: the look that follows says which.
            Ok(()) | Err(ProviderError::Refused { .. }) => {}
            Err(error) => return Err(refused(error)),
        }
        let seen = provider.look(payment.reference.as_deref(), Some(&page)).await.map_err(refused)?;
        let name = payment.driver_name.clone();
        let payment = match seen {
            Some(seen) => self.write_down(setting.collects, payment, seen).await?,
            None => payment,
        };
        self.audit_payment(principal, "payment.cancelled", &payment, &name).await?;
        self.found_payment(principal, id).await
    }

    /// Pays back to the card.
    pub async fn refund_payment(
        &self,
        principal: &Principal,
        id: PaymentId,
        amount: &str,
        of: RefundOf,
        reason: &str,
    ) -> Result<PaymentRecord, AppError> {
        self.require_billing(principal)?;
        let mut payment = self.found_payment(principal, id).await?;
        let money = checked_amount(amount, payment.currency.code())?;
        let reason = checked_reason(reason)?;
        let rest = payment.moved.taken.saturating_sub(payment.moved.given_back);
        if money.amount > rest {
            let rest = payment.currency.text(rest);
            return Err(AppError::field("/amount", format!("at most {rest}: more was not taken")));
        }
        let Some(reference) = payment.reference.clone() else {
            return Err(AppError::Conflict("nothing was taken".into()));
        };
        let (setting, provider) = self.needed_provider(principal.organisation).await?;
        if of == RefundOf::Wallet {
            let left = self.left(principal.organisation, payment.driver, payment.currency).await?;
            if left < money.amount.0 {
                return Err(AppError::field("/amount", "more than what is in the wallet"));
            }
            // Said before anybody is asked: what is given back is then no present.
            payment.from_wallet = payment.from_wallet.saturating_add(money.amount);
            let mut tx = self.store.begin().await?;
            tx.change_payment(&payment).await?;
            tx.commit().await?;
            payment.version += 1;
        }
        let said = provider.give_back(&reference, money.amount, payment.moved.given_back).await;
        if let Err(error) = said {
            if matches!(error, ProviderError::Refused { .. }) && of == RefundOf::Wallet {
                payment.from_wallet = payment.from_wallet.saturating_sub(money.amount);
                let mut tx = self.store.begin().await?;
                tx.change_payment(&payment).await?;
                tx.commit().await?;
            }
            return Err(refused(error));
        }
        let seen: Option<Seen> = provider.look(Some(&reference), None).await.map_err(refused)?;
        let name = payment.driver_name.clone();
        if let Some(seen) = seen {
            payment = self.write_down(setting.collects, payment, seen).await?;
        }
        let mut tx = self.store.begin().await?;
        let note = self.note(principal, "payment.refunded", ("payment", payment.id.0, &name));
        let told = json!({
            "amount": money.text(), "currency": money.currency, "reason": reason,
            "from_wallet": of == RefundOf::Wallet,
        });
        tx.audit(&note.made(&told)).await?;
        tx.commit().await?;
        self.found_payment(principal, id).await
    }

    pub(super) async fn audit_payment(
        &self,
        principal: &Principal,
        action: &'static str,
        payment: &PaymentRecord,
        driver: &str,
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let note = self.note(principal, action, ("payment", payment.id.0, driver));
        let amount = payment.currency.text(payment.amount);
        tx.audit(&note.made(&json!({ "amount": amount, "currency": payment.currency }))).await?;
        Ok(tx.commit().await?)
    }
}

fn row_of(payment: &PaymentRecord) -> Vec<Cell> {
    let fixed = |amount: MinorUnits| Cell::Fixed { value: amount.0, decimals: payment.currency.decimals() };
    vec![
        Cell::Text(payment.id.to_string()),
        payment.made_at.into(),
        Cell::text(payment.kind.as_str()),
        Cell::text(payment.state.as_str()),
        fixed(payment.amount),
        fixed(payment.moved.taken),
        fixed(payment.moved.given_back),
        fixed(payment.moved.fee),
        Cell::text(payment.currency.code()),
        Cell::Text(payment.driver_name.clone()),
        Cell::Text(payment.method_label.clone()),
        payment.session.map(|id| id.to_string()).into(),
        payment.reference.clone().into(),
        payment.reason.clone().into(),
    ]
}
