//! Drivers' cards on file: what the provider knows is what we know.

use forecourt_core::access::Permission;
use forecourt_core::id::{DriverId, OrganisationId, PaymentMethodId};
use forecourt_store::payment::PaymentMethodRecord;
use serde_json::json;

use super::letters::Asking;
use super::provider::{ProviderError, SeenMethod};
use super::refused;
use crate::{App, AppError, Principal};

/// As people know it.
pub(super) fn label(method: &PaymentMethodRecord) -> String {
    SeenMethod {
        reference: String::new(),
        brand: method.brand.clone(),
        last4: method.last4.clone(),
        expires_month: None,
    }
    .label()
}

/// A page on which a driver leaves a card.
#[derive(Debug, Clone)]
pub struct CardPage {
    pub address: String,
    /// The driver got it by letter.
    pub by_letter: bool,
}

impl App {
    /// The preferred one first.
    pub async fn payment_methods(
        &self,
        principal: &Principal,
        driver: DriverId,
    ) -> Result<Vec<PaymentMethodRecord>, AppError> {
        principal.require(Permission::Revenue)?;
        self.driver(principal, driver).await?;
        Ok(self.store.payment_methods(principal.organisation, driver).await?)
    }

    /// Asks the provider what cards a driver has now.
    pub async fn refresh_payment_methods(
        &self,
        principal: &Principal,
        driver: DriverId,
    ) -> Result<Vec<PaymentMethodRecord>, AppError> {
        self.require_billing(principal)?;
        self.driver(principal, driver).await?;
        self.read_methods(principal.organisation, driver).await?;
        self.payment_methods(principal, driver).await
    }

    /// Asks a driver for a card: a page of the provider, sent by letter where there is an address.
    pub async fn ask_for_card(&self, principal: &Principal, driver: DriverId) -> Result<CardPage, AppError> {
        self.require_billing(principal)?;
        let record = self.driver(principal, driver).await?;
        let (setting, provider) = self.needed_provider(principal.organisation).await?;
        let customer = self.customer(&provider, principal.organisation, driver).await.map_err(refused)?;
        let page =
            provider.card_page(&customer, setting.currency, &self.back_address()).await.map_err(refused)?;
        let mut tx = self.store.begin().await?;
        let way = (Asking::Card, page.address.as_str());
        let by_letter = self.send_way(&mut tx, principal.organisation, driver, way).await?;
        let note = self.note(principal, "payment_card.asked", ("driver", driver.0, &record.name));
        tx.audit(&note.made(&json!({ "by_letter": by_letter }))).await?;
        tx.commit().await?;
        Ok(CardPage { address: page.address, by_letter })
    }

    pub async fn prefer_payment_method(
        &self,
        principal: &Principal,
        driver: DriverId,
        id: PaymentMethodId,
    ) -> Result<(), AppError> {
        self.require_billing(principal)?;
        let method = self.method_of_driver(principal, driver, id).await?;
        let mut tx = self.store.begin().await?;
        tx.prefer_payment_method(principal.organisation, driver, id).await?;
        let note = self.note(principal, "payment_card.preferred", ("driver", driver.0, &label(&method)));
        tx.audit(&note.done()).await?;
        Ok(tx.commit().await?)
    }

    /// Also at the provider: it cannot be charged any more.
    pub async fn remove_payment_method(
        &self,
        principal: &Principal,
        driver: DriverId,
        id: PaymentMethodId,
    ) -> Result<(), AppError> {
        self.require_billing(principal)?;
        let method = self.method_of_driver(principal, driver, id).await?;
        let (_, provider) = self.needed_provider(principal.organisation).await?;
        match provider.forget_method(&method.reference).await {
            // It is gone there already.
            Ok(()) | Err(ProviderError::Refused { .. }) => {}
            Err(error) => return Err(refused(error)),
        }
        let mut tx = self.store.begin().await?;
        tx.remove_payment_method(principal.organisation, id, self.now()).await?;
        let note = self.note(principal, "payment_card.removed", ("driver", driver.0, &label(&method)));
        tx.audit(&note.done()).await?;
        tx.commit().await?;
        self.known_tokens.forget();
        Ok(())
    }

    async fn method_of_driver(
        &self,
        principal: &Principal,
        driver: DriverId,
        id: PaymentMethodId,
    ) -> Result<PaymentMethodRecord, AppError> {
        let found = self.store.payment_method(principal.organisation, id).await?;
        found.filter(|method| method.driver == driver).ok_or(AppError::NotFound("card"))
    }

    /// What the provider has is on file, and nothing else.
    pub(super) async fn read_methods(
        &self,
        organisation: OrganisationId,
        driver: DriverId,
    ) -> Result<(), AppError> {
        let Some(customer) = self.store.payment_customer(organisation, driver).await? else { return Ok(()) };
        let (_, provider) = self.needed_provider(organisation).await?;
        let seen = provider.methods(&customer).await.map_err(refused)?;
        let known = self.store.payment_methods(organisation, driver).await?;
        let mut tx = self.store.begin().await?;
        for gone in known.iter().filter(|known| !seen.iter().any(|each| each.reference == known.reference)) {
            tx.remove_payment_method(organisation, gone.id, self.now()).await?;
        }
        for (number, each) in seen.iter().enumerate() {
            if known.iter().any(|known| known.reference == each.reference) {
                continue;
            }
            let method = PaymentMethodRecord {
                id: PaymentMethodId(self.id()),
                organisation,
                driver,
                reference: each.reference.clone(),
                brand: each.brand.clone(),
                last4: each.last4.clone(),
                expires_month: each.expires_month,
                preferred: false,
                added_at: self.now(),
            };
            // The newest comes first: whoever leaves a card wants it to be used.
            if tx.add_payment_method(&method).await? && number == 0 {
                tx.prefer_payment_method(organisation, driver, method.id).await?;
                // With another card, what failed may go through.
                tx.try_payments_again(driver, self.now()).await?;
            }
        }
        tx.commit().await?;
        // Whether a key may start can hang on its driver's cards.
        self.known_tokens.forget();
        Ok(())
    }
}
