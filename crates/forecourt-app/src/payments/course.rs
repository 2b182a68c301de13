//! The way of one payment: handed to the provider, looked at, and what it says written down and posted.

use forecourt_core::billing::{Moved, Payer, PaymentKind, PaymentState, taken_of_hold, tried_again};
use forecourt_core::id::{DriverId, OrganisationId, PaymentId, PaymentMethodId, SessionId};
use forecourt_core::unit::{Currency, MinorUnits};
use forecourt_store::ledger::Cause;
use forecourt_store::payment::{PaymentMethodRecord, PaymentRecord, PaymentSettingRecord, UNKNOWN_OUTCOME};
use forecourt_store::{StoreError, Tx};
use jiff::SignedDuration;

use super::letters::{self, Asking};
use super::provider::{Asked, Charge, PayPage, Person, Provider, ProviderError, Seen};
use crate::ledger::Told;
use crate::letters::Language;
use crate::{App, AppError};

/// A payment that the provider works on is looked at again after this, should no message come.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(15);
/// When the provider did not answer.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// For so long the provider knows a step by its name; after it, the same step could be done twice.
const NAMES_LAST: SignedDuration = SignedDuration::from_hours(23);

/// A payment to be made.
#[derive(Debug)]
pub(super) struct NewPayment {
    pub organisation: OrganisationId,
    pub driver: DriverId,
    pub session: Option<SessionId>,
    pub kind: PaymentKind,
    pub amount: MinorUnits,
    pub currency: Currency,
    pub method: Option<PaymentMethodRecord>,
    pub tries: u32,
    pub made_by: Option<String>,
}

impl App {
    /// Written down before anybody is asked: a crash in between asks again under the same name.
    pub(super) async fn begin_payment(&self, new: NewPayment) -> Result<PaymentRecord, AppError> {
        let now = self.now();
        let record = PaymentRecord {
            id: PaymentId(self.id()),
            organisation: new.organisation,
            driver: new.driver,
            session: new.session,
            kind: new.kind,
            state: PaymentState::Processing,
            currency: new.currency,
            amount: new.amount,
            moved: Moved::default(),
            from_wallet: MinorUnits(0),
            postings: 0,
            method: new.method.as_ref().map(|method| method.id),
            method_label: new.method.as_ref().map(super::methods::label).unwrap_or_default(),
            reference: None,
            page_reference: None,
            page_address: None,
            tries: new.tries,
            again_at: None,
            waits: false,
            reason: None,
            made_by: new.made_by,
            made_at: now,
            changed_at: now,
            look_at: Some(now + ASK_AGAIN),
            version: 1,
            driver_name: String::new(),
        };
        let mut tx = self.store.begin().await?;
        if record.kind == PaymentKind::Collection {
            tx.no_longer_waits(record.driver).await?;
        }
        tx.add_payment(&record).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// Hands it to the provider, or asks what became of it.
    pub(super) async fn advance(
        &self,
        setting: &PaymentSettingRecord,
        provider: &Provider,
        payment: PaymentRecord,
    ) -> Result<PaymentRecord, AppError> {
        let known = payment.reference.is_some() || payment.page_reference.is_some();
        let said = if known {
            provider.look(payment.reference.as_deref(), payment.page_reference.as_deref()).await
        } else if self.now().duration_since(payment.made_at) > NAMES_LAST {
            Err(ProviderError::Refused { code: UNKNOWN_OUTCOME.into(), message: String::new() })
        } else if payment.kind == PaymentKind::TopUp {
            match self.open_page(provider, &payment).await {
                Ok(page) => return self.send_page(payment, page).await,
                Err(error) => Err(error),
            }
        } else {
            self.charge(provider, &payment).await
        };
        match said {
            Ok(Some(seen)) => self.write_down(setting.collects, payment, seen).await,
            Ok(None) => Ok(payment),
            Err(error) => self.not_done(setting, payment, error).await,
        }
    }

    async fn charge(
        &self,
        provider: &Provider,
        payment: &PaymentRecord,
    ) -> Result<Option<Seen>, ProviderError> {
        let silent = |error: AppError| ProviderError::Silent(error.to_string());
        let gone = |code: &str| ProviderError::Refused { code: code.into(), message: String::new() };
        let method = self.method_of(payment.organisation, payment.method).await.map_err(silent)?;
        let method = method.ok_or_else(|| gone("card_removed"))?;
        let customer = self.customer(provider, payment.organisation, payment.driver).await?;
        let description = self.description(payment).await.map_err(silent)?;
        let charge = Charge {
            customer: &customer,
            method: &method.reference,
            amount: payment.amount,
            currency: payment.currency,
            hold: payment.kind == PaymentKind::Hold,
            description: &description,
            payment: payment.id.0,
        };
        provider.charge(charge).await.map(Some)
    }

    async fn open_page(
        &self,
        provider: &Provider,
        payment: &PaymentRecord,
    ) -> Result<PayPage, ProviderError> {
        let customer = self.customer(provider, payment.organisation, payment.driver).await?;
        let description =
            self.description(payment).await.map_err(|error| ProviderError::Silent(error.to_string()))?;
        let asked = Asked {
            customer: &customer,
            amount: payment.amount,
            currency: payment.currency,
            description: &description,
            payment: payment.id.0,
            back: &self.back_address(),
        };
        provider.pay_page(asked).await
    }

    /// The driver gets the way to the page by letter, where there is an address.
    async fn send_page(&self, mut payment: PaymentRecord, page: PayPage) -> Result<PaymentRecord, AppError> {
        payment.state = PaymentState::Asked;
        payment.page_reference = Some(page.reference);
        payment.page_address = Some(page.address.clone());
        payment.reason = None;
        payment.changed_at = self.now();
        payment.look_at = Some(self.now() + LOOK_AGAIN);
        let mut tx = self.store.begin().await?;
        tx.change_payment(&payment).await?;
        tx.add_payment_step(&payment).await?;
        let amount = payment.currency.text(payment.amount);
        let about = Asking::Payment { amount: format!("{amount} {}", payment.currency.code()) };
        self.send_way(&mut tx, payment.organisation, payment.driver, (about, &page.address)).await?;
        tx.commit().await?;
        payment.version += 1;
        Ok(payment)
    }

    /// Writes to a driver where to pay or leave a card; `false`: there is no address to write to.
    pub(super) async fn send_way(
        &self,
        tx: &mut Tx,
        organisation: OrganisationId,
        driver: DriverId,
        (about, address): (Asking, &str),
    ) -> Result<bool, AppError> {
        let Some(driver) = self.store.driver(organisation, driver).await? else { return Ok(false) };
        if driver.email.is_empty() {
            return Ok(false);
        }
        let name = self.store.organisation(organisation).await?.map(|found| found.name).unwrap_or_default();
        let language = Language::of(Some(&driver.language));
        let names = (name.as_str(), driver.name.as_str());
        let mut letter = letters::asking(language, &driver.email, names, &about, address);
        letter.organisation = Some(organisation);
        tx.enqueue_mail(&self.letter(letter)).await?;
        Ok(true)
    }

    /// Where people come back to from the provider's pages.
    pub(super) fn back_address(&self) -> String {
        format!("{}/paid", self.settings().page_url.trim_end_matches('/'))
    }

    /// What a driver's bank statement and the provider's page say.
    async fn description(&self, payment: &PaymentRecord) -> Result<String, AppError> {
        let name = self.store.organisation(payment.organisation).await?.map(|found| found.name);
        Ok(name.unwrap_or_default())
    }

    /// Whom the provider knows the driver as.
    pub(super) async fn customer(
        &self,
        provider: &Provider,
        organisation: OrganisationId,
        driver: DriverId,
    ) -> Result<String, ProviderError> {
        let silent = |error: StoreError| ProviderError::Silent(error.to_string());
        if let Some(known) = self.store.payment_customer(organisation, driver).await.map_err(silent)? {
            return Ok(known);
        }
        let found = self.store.driver(organisation, driver).await.map_err(silent)?;
        let (name, email) = found.map(|driver| (driver.name, driver.email)).unwrap_or_default();
        let reference =
            provider.add_customer(Person { name: &name, email: &email, driver: driver.0 }).await?;
        let mut tx = self.store.begin().await.map_err(silent)?;
        tx.put_payment_customer(organisation, driver, &reference).await.map_err(silent)?;
        tx.commit().await.map_err(silent)?;
        Ok(reference)
    }

    async fn method_of(
        &self,
        organisation: OrganisationId,
        id: Option<PaymentMethodId>,
    ) -> Result<Option<PaymentMethodRecord>, AppError> {
        match id {
            Some(id) => Ok(self.store.payment_method(organisation, id).await?),
            None => Ok(None),
        }
    }

    /// Nothing was done, or nobody knows.
    pub(super) async fn not_done(
        &self,
        setting: &PaymentSettingRecord,
        mut payment: PaymentRecord,
        error: ProviderError,
    ) -> Result<PaymentRecord, AppError> {
        tracing::info!(payment = %payment.id, %error, "a payment was not made");
        let code = match error {
            ProviderError::Refused { code, .. } => code,
            ProviderError::Silent(_) | ProviderError::Key => {
                payment.reason =
                    Some(if matches!(error, ProviderError::Key) { "key" } else { "unreachable" }.into());
                payment.look_at = Some(self.now() + ASK_AGAIN);
                let mut tx = self.store.begin().await?;
                tx.change_payment(&payment).await?;
                tx.commit().await?;
                payment.version += 1;
                return Ok(payment);
            }
        };
        let state =
            if payment.kind == PaymentKind::TopUp { PaymentState::Cancelled } else { PaymentState::Failed };
        let seen =
            Seen { reference: None, state, moved: payment.moved, reason: Some(code), method_label: None };
        self.write_down(setting.collects, payment, seen).await
    }

    /// Writes down what the provider says, and posts what moved since; all or nothing.
    pub(super) async fn write_down(
        &self,
        collects: bool,
        before: PaymentRecord,
        seen: Seen,
    ) -> Result<PaymentRecord, AppError> {
        let now = self.now();
        let mut payment = before.clone();
        payment.moved = before.moved.at_least(seen.moved, before.from_wallet);
        payment.reference = seen.reference.or(payment.reference);
        if let Some(label) = seen.method_label {
            payment.method_label = label;
        }
        if before.state.may_become(seen.state) {
            payment.state = seen.state;
            payment.reason = seen.reason;
        }
        payment.changed_at = now;
        payment.look_at = match payment.state {
            PaymentState::Asked | PaymentState::Processing => Some(now + LOOK_AGAIN),
            // The fee is often known a little later.
            PaymentState::Paid if before.state != PaymentState::Paid && payment.moved.fee.0 == 0 => {
                Some(now + LOOK_AGAIN)
            }
            _ => None,
        };
        let has_moved = payment.state != before.state;
        let has_failed = has_moved && payment.state == PaymentState::Failed;
        if has_failed && payment.kind == PaymentKind::Collection {
            payment.waits = true;
            let knows = payment.reason.as_deref() != Some(UNKNOWN_OUTCOME);
            payment.again_at = if collects && knows { tried_again(payment.tries, now) } else { None };
        }
        let entries = before.moved.entries(payment.moved, payment.driver);
        payment.postings += entries.len() as i64;
        let mut tx = self.store.begin().await?;
        tx.change_payment(&payment).await?;
        if has_moved {
            tx.add_payment_step(&payment).await?;
        }
        for (part, (kind, posting)) in (before.postings..).zip(&entries) {
            let told = Told {
                kind: if *kind == "payment" && payment.kind == PaymentKind::TopUp { "top_up" } else { kind },
                currency: payment.currency,
                cause: Cause { name: "payment", id: payment.id.0, part },
                description: &payment.method_label,
                made_by: None,
                payer: Payer::Driver(payment.driver),
                session: payment.session,
            };
            self.post(&mut tx, payment.organisation, now, told, posting).await?;
        }
        if has_moved && payment.state == PaymentState::Paid {
            tx.no_longer_waits(payment.driver).await?;
        }
        if has_failed && payment.kind == PaymentKind::Collection {
            self.tell_of_failure(&mut tx, &payment).await?;
        }
        tx.commit().await?;
        payment.version += 1;
        Ok(payment)
    }

    async fn tell_of_failure(&self, tx: &mut Tx, payment: &PaymentRecord) -> Result<(), AppError> {
        let Some(driver) = self.store.driver(payment.organisation, payment.driver).await? else {
            return Ok(());
        };
        if driver.email.is_empty() {
            return Ok(());
        }
        let organisation = self.store.organisation(payment.organisation).await?;
        let organisation = organisation.map(|found| found.name).unwrap_or_default();
        let language = Language::of(Some(&driver.language));
        let mut letter = letters::failed(language, &driver.email, (&organisation, &driver.name), payment);
        letter.organisation = Some(payment.organisation);
        Ok(tx.enqueue_mail(&self.letter(letter)).await?)
    }

    /// The session is over: what it cost is taken from what is held, the rest let go.
    pub(super) async fn settle_hold(
        &self,
        setting: &PaymentSettingRecord,
        provider: &Provider,
        (payment, cost): (PaymentRecord, MinorUnits),
    ) -> Result<(), AppError> {
        let Some(reference) = payment.reference.clone() else { return Ok(()) };
        let owed = -self.left(payment.organisation, payment.driver, payment.currency).await?;
        let take = taken_of_hold(payment.amount, MinorUnits(owed.min(cost.0)));
        let said = if take < super::stripe::least(payment.currency) {
            provider.let_go(&reference).await
        } else {
            provider.take(&reference, take).await
        };
        let seen = match said {
            Ok(seen) => Some(seen),
            // It may have run out by itself, or be taken already.
            Err(ProviderError::Refused { .. }) => {
                provider.look(Some(&reference), None).await.map_err(super::refused)?
            }
            Err(error) => return Err(super::refused(error)),
        };
        if let Some(seen) = seen {
            self.write_down(setting.collects, payment, seen).await?;
        }
        Ok(())
    }

    /// In the wallet; below zero: owed.
    pub(super) async fn left(
        &self,
        organisation: OrganisationId,
        driver: DriverId,
        currency: Currency,
    ) -> Result<i64, AppError> {
        let found = self.wallet_of(organisation, driver).await?;
        Ok(found.iter().find(|(of, _)| *of == currency).map_or(0, |(_, amount)| amount.0))
    }
}
