//! Fixed-point numbers of tariffs, written as decimal text. A number with more decimals than kept is refused, not rounded.

use serde::{Deserialize, Serialize};

use crate::unit::{fixed_text, read_fixed};

/// Decimals of a price. Six are enough for prices of the wholesale market per kWh.
pub(super) const PRICE_DECIMALS: u32 = 6;
/// Decimals of a percentage.
const PERCENT_DECIMALS: u32 = 4;

/// A price or an amount in millionths of the currency's main unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(pub i64);

/// A VAT rate in ten-thousandths of a percent: 200,000 is 20 %.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatRate(pub i64);

impl VatRate {
    /// 100 %.
    pub const WHOLE: i128 = 1_000_000;
}

impl TryFrom<String> for Amount {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        read_fixed(&text, PRICE_DECIMALS).map(Self).ok_or("a decimal number as text, up to six decimals")
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        fixed_text(amount.0, PRICE_DECIMALS, 2)
    }
}

impl TryFrom<String> for VatRate {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        read_fixed(&text, PERCENT_DECIMALS).map(Self).ok_or("a percentage as text, up to four decimals")
    }
}

impl From<VatRate> for String {
    fn from(rate: VatRate) -> Self {
        fixed_text(rate.0, PERCENT_DECIMALS, 0)
    }
}
