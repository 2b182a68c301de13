//! Quantities. Integers only: no floats for energy or money.

use serde::{Deserialize, Serialize};

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            pub const ZERO: Self = Self(0);

            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map(Self)
            }

            pub fn checked_sub(self, other: Self) -> Option<Self> {
                self.0.checked_sub(other.0).map(Self)
            }

            pub fn saturating_add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }

            pub fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }
    )*};
}

quantities! {
    /// Energy in watt-hours.
    WattHours
    /// Power in watts.
    Watts
    /// Current in milliamperes.
    MilliAmps
    /// Voltage in millivolts.
    MilliVolts
    /// Tenths of a percent (state of charge: 0 to 1000).
    PerMille
    /// Money in the smallest unit of its currency: cents, øre, yen.
    MinorUnits
}

/// An ISO 4217 code: three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// An amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub amount: MinorUnits,
    pub currency: Currency,
}

impl Money {
    /// As decimal text: `12.50`.
    pub fn text(&self) -> String {
        self.currency.text(self.amount)
    }
}

/// Currencies without a smaller unit (ISO 4217).
const WITHOUT_MINOR: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF", "XPF",
];
/// Currencies with three decimals (ISO 4217).
const WITH_THREE: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

impl Currency {
    pub fn read(code: &str) -> Option<Self> {
        let code: [u8; 3] = code.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Decimals of its smallest unit: 2 for the euro, 0 for the yen.
    pub fn decimals(&self) -> u32 {
        match self.code() {
            code if WITHOUT_MINOR.contains(&code) => 0,
            code if WITH_THREE.contains(&code) => 3,
            _ => 2,
        }
    }

    /// The amount as decimal text: `12.50`.
    pub fn text(&self, amount: MinorUnits) -> String {
        fixed_text(amount.0, self.decimals(), self.decimals())
    }
}

impl TryFrom<String> for Currency {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::read(&code).ok_or("a currency is three capital letters, for example EUR")
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// `value / 10^places` as text with all its decimals: `12.345`.
pub fn fixed(value: i64, places: u32) -> String {
    fixed_text(value, places, places)
}

/// `value / 10^places` as text with at least `least` decimals.
pub(crate) fn fixed_text(value: i64, places: u32, least: u32) -> String {
    let unit = 10_u64.pow(places);
    let (whole, rest) = (value.unsigned_abs() / unit, value.unsigned_abs() % unit);
    let mut decimals =
        if places == 0 { String::new() } else { format!("{rest:0width$}", width = places as usize) };
    while decimals.len() > least as usize && decimals.ends_with('0') {
        decimals.pop();
    }
    let sign = if value < 0 { "-" } else { "" };
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

/// Plain decimal text times `10^places`; `None` when it is something else or has more decimals than that.
pub fn read_fixed(text: &str, places: u32) -> Option<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let (negative, whole) = whole.strip_prefix('-').map_or((false, whole), |rest| (true, rest));
    let decimals = decimals.trim_end_matches('0');
    if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > places as usize {
        return None;
    }
    let value: i64 = format!("{whole}{decimals:0<width$}", width = places as usize).parse().ok()?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        let text = |code: &str, minor| Currency::read(code).map(|c| c.text(MinorUnits(minor)));
        assert_eq!(text("EUR", 1250).as_deref(), Some("12.50"));
        assert_eq!(text("EUR", -5).as_deref(), Some("-0.05"));
        assert_eq!(text("JPY", 1250).as_deref(), Some("1250"));
        assert_eq!(text("KWD", 1250).as_deref(), Some("1.250"));
        assert_eq!(text("eur", 1), None);
        assert_eq!(text("EURO", 1), None);
    }

    #[test]
    fn fixed_numbers_are_read_exactly_or_not_at_all() {
        assert_eq!(read_fixed("0.25", 6), Some(250_000));
        assert_eq!(read_fixed("-1.5", 2), Some(-150));
        assert_eq!(read_fixed("1.500000000", 2), Some(150));
        assert_eq!(read_fixed("7", 0), Some(7));
        for text in ["", ".", ".5", "1.005", "1,5", "1e3", "--1", "+1", " 1", "99999999999999999999"] {
            assert_eq!(read_fixed(text, 2), None, "{text}");
        }
    }
}
