//! What a payment provider can do, whichever it is. It is asked; what it says is applied elsewhere.

use forecourt_core::billing::{Moved, PaymentState};
use forecourt_core::unit::{Currency, MinorUnits};

use super::stripe::Stripe;

/// A card, as the provider describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenMethod {
    pub reference: String,
    pub brand: String,
    pub last4: String,
    /// Months from year 0.
    pub expires_month: Option<i64>,
}

impl SeenMethod {
    /// As people know it.
    pub fn label(&self) -> String {
        let mut brand = self.brand.clone();
        if let Some(first) = brand.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        format!("{brand} •••• {}", self.last4).trim().to_owned()
    }
}

/// What the provider says of a payment now: sums so far, not steps.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub reference: Option<String>,
    pub state: PaymentState,
    pub moved: Moved,
    /// The provider's word for what went wrong last.
    pub reason: Option<String>,
    pub method_label: Option<String>,
}

/// A page of the provider on which a person pays or leaves a card.
#[derive(Debug, Clone)]
pub(crate) struct PayPage {
    pub reference: String,
    pub address: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// Nobody knows whether it did what it was asked: the same is asked again, under the same name.
    #[error("the payment provider does not answer: {0}")]
    Silent(String),
    /// The key is wrong, or may not do this.
    #[error("the payment provider does not accept the key")]
    Key,
    /// It said no, and nothing was done.
    #[error("the payment provider refused: {message}")]
    Refused { code: String, message: String },
}

/// Whom the provider knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    pub name: &'a str,
    pub email: &'a str,
    /// Ours, so that both sides can be compared.
    pub driver: i64,
}

/// Money to be taken from a card on file while nobody sits in front of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charge<'a> {
    pub customer: &'a str,
    pub method: &'a str,
    pub amount: MinorUnits,
    pub currency: Currency,
    /// Kept ready only.
    pub hold: bool,
    pub description: &'a str,
    pub payment: i64,
}

/// What a driver is asked to pay on a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub customer: &'a str,
    pub amount: MinorUnits,
    pub currency: Currency,
    pub description: &'a str,
    pub payment: i64,
    /// Where the person comes back to.
    pub back: &'a str,
}

/// A change at the provider that concerns us; it says only what to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Knock {
    /// A payment, by the provider's name for it or for its page.
    Payment(String),
    /// The cards of a person.
    Methods { customer: String },
    /// Nothing of ours.
    Other,
}

/// The organisation's provider.
#[derive(Debug)]
pub(crate) enum Provider {
    Stripe(Stripe),
}

impl Provider {
    /// The account that the key opens.
    pub async fn account(&self) -> Result<String, ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.account().await
    }

    pub async fn add_customer(&self, person: Person<'_>) -> Result<String, ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.add_customer(person).await
    }

    pub async fn charge(&self, charge: Charge<'_>) -> Result<Seen, ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.charge(charge).await
    }

    pub async fn pay_page(&self, asked: Asked<'_>) -> Result<PayPage, ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.pay_page(asked).await
    }

    /// A page on which a person leaves a card.
    pub async fn card_page(
        &self,
        customer: &str,
        currency: Currency,
        back: &str,
    ) -> Result<PayPage, ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.card_page(customer, currency, back).await
    }

    pub async fn look(
        &self,
        reference: Option<&str>,
        page: Option<&str>,
    ) -> Result<Option<Seen>, ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.look(reference, page).await
    }

    /// Takes this much of a hold and lets the rest go.
    pub async fn take(&self, reference: &str, amount: MinorUnits) -> Result<Seen, ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.take(reference, amount).await
    }

    pub async fn let_go(&self, reference: &str) -> Result<Seen, ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.let_go(reference).await
    }

    /// The page takes no payment any more.
    pub async fn close_page(&self, page: &str) -> Result<(), ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.close_page(page).await
    }

    /// `so_far` was given back before: the same step twice is one.
    pub async fn give_back(
        &self,
        reference: &str,
        amount: MinorUnits,
        so_far: MinorUnits,
    ) -> Result<(), ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.give_back(reference, amount, so_far).await
    }

    pub async fn methods(&self, customer: &str) -> Result<Vec<SeenMethod>, ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.methods(customer).await
    }

    pub async fn forget_method(&self, method: &str) -> Result<(), ProviderError> {
        let Self::Stripe(stripe) = self;
        stripe.forget_method(method).await
    }
}
