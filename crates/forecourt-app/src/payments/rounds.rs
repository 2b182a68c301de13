//! What happens by itself: what is owed is taken, what runs is covered, what is over is settled, what is open is looked at.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use forecourt_core::billing::{PaymentKind, PaymentState};
use forecourt_core::command::Command;
use forecourt_core::id::{DriverId, OrganisationId, PaymentId, SessionId};
use forecourt_core::unit::MinorUnits;
use forecourt_store::payment::{OwingDriver, PaymentSettingRecord, UncoveredSession};
use jiff::SignedDuration;

use super::course::NewPayment;
use super::provider::{Knock, Provider};
use super::{WEBHOOK_PURPOSE, stripe};
use crate::{App, AppError};

/// Of each kind in one round; more wait for the next.
const AT_ONCE: i64 = 50;
/// A hold whose session is not priced for so long is let go: banks keep holds for seven days.
const HOLD_WAITS: SignedDuration = SignedDuration::from_hours(5 * 24);
/// Names of messages are kept for so long; the provider repeats them for three days.
const KEEP_EVENTS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The providers of one round.
type Providers = HashMap<OrganisationId, Option<(PaymentSettingRecord, Provider)>>;

impl App {
    pub(crate) async fn run_payments(&self) -> Result<(), AppError> {
        let mut providers = Providers::new();
        self.cover_sessions(&mut providers).await?;
        self.settle_holds(&mut providers).await?;
        self.collect(&mut providers).await?;
        self.look_at_payments(&mut providers).await?;
        let mut tx = self.store.begin().await?;
        tx.forget_payment_events(self.now() - KEEP_EVENTS).await?;
        Ok(tx.commit().await?)
    }

    async fn known<'a>(
        &self,
        providers: &'a mut Providers,
        organisation: OrganisationId,
    ) -> Result<Option<&'a (PaymentSettingRecord, Provider)>, AppError> {
        let found = match providers.entry(organisation) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let setting = self.store.payment_setting(organisation).await?;
                let provider = setting.as_ref().map(|setting| self.payment_provider(setting)).transpose()?;
                unknown.insert(setting.zip(provider.flatten()))
            }
        };
        Ok(found.as_ref())
    }

    /// Holds an amount for each session that began; a session that cannot be covered is ended.
    async fn cover_sessions(&self, providers: &mut Providers) -> Result<(), AppError> {
        let mut after = SessionId(0);
        loop {
            let found = self.store.uncovered_sessions(after, AT_ONCE).await?;
            let Some(last) = found.last() else { return Ok(()) };
            after = last.session;
            for session in found {
                let id = session.session;
                if let Err(error) = self.cover(providers, session).await {
                    tracing::warn!(%error, session = %id, "nothing is held for a session; it will be tried again");
                }
            }
        }
    }

    async fn cover(&self, providers: &mut Providers, due: UncoveredSession) -> Result<(), AppError> {
        let Some((setting, provider)) = self.known(providers, due.organisation).await? else { return Ok(()) };
        let left = self.left(due.organisation, due.driver, setting.currency).await?;
        if left >= setting.rules.hold.0 || self.is_free(&due).await? {
            // The wallet covers it, or there is nothing to cover.
            return Ok(());
        }
        let methods = self.store.payment_methods(due.organisation, due.driver).await?;
        let new = NewPayment {
            organisation: due.organisation,
            driver: due.driver,
            session: Some(due.session),
            kind: PaymentKind::Hold,
            amount: setting.rules.hold,
            currency: setting.currency,
            method: methods.into_iter().next(),
            tries: 1,
            made_by: None,
        };
        let payment = self.begin_payment(new).await?;
        let payment = self.advance(setting, provider, payment).await?;
        if payment.state == PaymentState::Failed {
            self.stop_unpaid(&due).await?;
        }
        Ok(())
    }

    async fn is_free(&self, due: &UncoveredSession) -> Result<bool, AppError> {
        let terms = self.store.session_terms(due.session).await?;
        let version = terms.and_then(|terms| terms.tariff_version);
        Ok(match version {
            Some(version) => self.tariffs.version(version).is_some_and(|found| found.rules.is_free()),
            None => true,
        })
    }

    async fn stop_unpaid(&self, due: &UncoveredSession) -> Result<(), AppError> {
        let found = self.store.session(due.organisation, due.session).await?;
        let (Some(found), Some(live)) = (found, self.directory.get(due.station)) else { return Ok(()) };
        let command = Command::StopSession { reference: found.session.reference.clone() };
        let (_, outcome) = self.order(&live, command).await?;
        tracing::info!(session = %due.session, ?outcome, "a session was stopped: nothing could be held for it");
        Ok(())
    }

    async fn settle_holds(&self, providers: &mut Providers) -> Result<(), AppError> {
        let mut after = PaymentId(0);
        loop {
            let found = self.store.holds_to_settle(self.now() - HOLD_WAITS, after, AT_ONCE).await?;
            let Some((last, _)) = found.last() else { return Ok(()) };
            after = last.id;
            for (payment, cost) in found {
                let id = payment.id;
                let known = self.known(providers, payment.organisation).await?;
                let Some((setting, provider)) = known else { continue };
                if let Err(error) = self.settle_hold(setting, provider, (payment, cost)).await {
                    tracing::warn!(%error, payment = %id, "a hold was not settled; it will be tried again");
                }
            }
        }
    }

    /// Takes what drivers owe from their cards.
    async fn collect(&self, providers: &mut Providers) -> Result<(), AppError> {
        let mut after = DriverId(0);
        loop {
            let found = self.store.owing_drivers(self.now(), after, AT_ONCE).await?;
            let Some(last) = found.last() else { return Ok(()) };
            after = last.driver;
            for owing in found {
                let driver = owing.driver;
                if let Err(error) = self.collect_from(providers, owing).await {
                    tracing::warn!(%error, %driver, "what is owed was not collected; it will be tried again");
                }
            }
        }
    }

    async fn collect_from(&self, providers: &mut Providers, owing: OwingDriver) -> Result<(), AppError> {
        let Some((setting, provider)) = self.known(providers, owing.organisation).await? else {
            return Ok(());
        };
        if owing.owed < stripe::least(owing.currency) {
            return Ok(());
        }
        let before = match owing.again {
            Some(id) => self.store.payment(owing.organisation, id).await?,
            None => None,
        };
        let methods = self.store.payment_methods(owing.organisation, owing.driver).await?;
        let session = self.store.newest_posted_session(owing.driver).await?;
        let new = NewPayment {
            organisation: owing.organisation,
            driver: owing.driver,
            session,
            kind: PaymentKind::Collection,
            amount: MinorUnits(owing.owed.0),
            currency: owing.currency,
            method: methods.into_iter().next(),
            tries: before.map_or(0, |payment| payment.tries).saturating_add(1),
            made_by: None,
        };
        let payment = self.begin_payment(new).await?;
        self.advance(setting, provider, payment).await?;
        Ok(())
    }

    /// Messages get lost, and so do answers.
    async fn look_at_payments(&self, providers: &mut Providers) -> Result<(), AppError> {
        for payment in self.store.payments_to_look_at(self.now(), AT_ONCE).await? {
            let id = payment.id;
            let Some((setting, provider)) = self.known(providers, payment.organisation).await? else {
                continue;
            };
            if let Err(error) = self.advance(setting, provider, payment).await {
                tracing::warn!(%error, payment = %id, "a payment could not be looked at; it will be tried again");
            }
        }
        Ok(())
    }

    /// A message of the provider. `false`: it is not signed by the organisation's secret, or there is no such
    /// organisation.
    pub async fn hear_payment_event(
        &self,
        organisation: OrganisationId,
        body: &[u8],
        signature: &str,
    ) -> Result<bool, AppError> {
        let Some(setting) = self.store.payment_setting(organisation).await? else { return Ok(false) };
        let Some(sealed) = &setting.webhook_secret else { return Ok(false) };
        let secret = self.vault().open(WEBHOOK_PURPOSE, sealed)?;
        let secret = String::from_utf8_lossy(&secret);
        let Some((event, knock)) = stripe::heard(body, signature, &secret, self.now()) else {
            return Ok(false);
        };
        if self.store.was_payment_event_heard(organisation, &event).await? {
            return Ok(true);
        }
        // Looked at first: a message that could not be followed is sent again.
        match knock {
            Knock::Payment(reference) => self.look_at_reference(organisation, &reference).await?,
            Knock::Methods { customer } => {
                if let Some(driver) = self.store.driver_of_customer(organisation, &customer).await? {
                    self.read_methods(organisation, driver).await?;
                }
            }
            Knock::Other => {}
        }
        let mut tx = self.store.begin().await?;
        tx.hear_payment_event(organisation, &event, self.now()).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn look_at_reference(&self, organisation: OrganisationId, reference: &str) -> Result<(), AppError> {
        let Some(payment) = self.store.payment_of_reference(organisation, reference).await? else {
            return Ok(());
        };
        let (setting, provider) = self.needed_provider(organisation).await?;
        self.advance(&setting, &provider, payment).await?;
        Ok(())
    }
}
