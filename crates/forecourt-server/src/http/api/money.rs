//! Amounts as documents carry them: decimal text and its currency.

use forecourt_core::unit::{Currency, MinorUnits, Money};
use serde::Serialize;
use utoipa::ToSchema;

/// Money: exact, in the main unit of its currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Amount {
    /// Decimal text with the currency's decimals.
    #[schema(example = "12.50")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
}

impl Amount {
    pub fn of(amount: MinorUnits, currency: Currency) -> Self {
        Self { amount: currency.text(amount), currency: currency.code().to_owned() }
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self::of(money.amount, money.currency)
    }
}
