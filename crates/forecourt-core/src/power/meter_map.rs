//! What the numbers of a building's meter mean: current on each phase, in integers.
//!
//! Decimal throughout, rounded once at the end. A number that cannot be right is refused with a reason; nothing is guessed
//! and nothing is cut to fit.

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use serde::{Deserialize, Serialize};

use super::PerPhase;
use crate::unit::{MilliAmps, MilliVolts};

/// No building of ours draws more on one phase: a reading beyond is a mistake of units.
pub const LOAD_MAX: MilliAmps = MilliAmps(100_000_000);
/// Characters of a number: beyond, it is something else.
const NUMBER_MAX_CHARS: usize = 40;
/// Ratios of current transformers and powers of ten lie well within.
const FACTOR_MAX: i64 = 1_000_000_000;

/// Which numbers a meter gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Current on each of three phases.
    Currents,
    /// Power on each of three phases.
    Powers,
    /// Power of all phases together, taken as spread evenly.
    TotalPower,
}

impl Measure {
    /// How many numbers make one reading.
    pub const fn numbers(self) -> usize {
        match self {
            Self::Currents | Self::Powers => 3,
            Self::TotalPower => 1,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MeterUnit {
    Amperes,
    Milliamperes,
    Watts,
    Kilowatts,
}

impl MeterUnit {
    /// Thousandths of an ampere or of a watt in one.
    const fn thousandths(self) -> i64 {
        match self {
            Self::Amperes | Self::Watts => 1_000,
            Self::Milliamperes => 1,
            Self::Kilowatts => 1_000_000,
        }
    }

    const fn is_current(self) -> bool {
        matches!(self, Self::Amperes | Self::Milliamperes)
    }
}

/// From a meter's numbers to current on each phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterMap {
    pub measure: Measure,
    pub unit: MeterUnit,
    /// What every number is multiplied with: the ratio of a current transformer, a power of ten.
    #[serde(with = "as_text")]
    pub factor: Decimal,
    /// The meter counts what comes in as negative.
    pub reversed: bool,
}

/// Why there is no reading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    #[error("{0} is not a number")]
    NotANumber(String),
    #[error("{0} cannot be right")]
    Absurd(String),
    #[error("there are too few numbers")]
    Incomplete,
}

impl MeterMap {
    /// The member that cannot be used, with the reason.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        if self.unit.is_current() != (self.measure == Measure::Currents) {
            return Err(("unit", "amperes for currents, watts for power"));
        }
        if self.factor.is_zero() || self.factor.abs() > Decimal::from(FACTOR_MAX) {
            return Err(("factor", "a number other than 0, at most 1000000000"));
        }
        Ok(())
    }

    /// The current on each phase. `voltage` is between phase and neutral.
    pub fn load(&self, numbers: &[Decimal], voltage: MilliVolts) -> Result<PerPhase, Misread> {
        if numbers.len() != self.measure.numbers() {
            return Err(Misread::Incomplete);
        }
        let each = |index: usize| {
            let number = numbers.get(index).copied().ok_or(Misread::Incomplete)?;
            self.current(number, voltage).ok_or_else(|| Misread::Absurd(number.normalize().to_string()))
        };
        match self.measure {
            Measure::TotalPower => each(0).map(PerPhase::even),
            Measure::Currents | Measure::Powers => Ok(PerPhase { l1: each(0)?, l2: each(1)?, l3: each(2)? }),
        }
    }

    fn current(&self, number: Decimal, voltage: MilliVolts) -> Option<MilliAmps> {
        let scaled = number.checked_mul(self.factor)?.checked_mul(self.unit.thousandths().into())?;
        let current = match self.measure {
            Measure::Currents => scaled,
            Measure::Powers => across(scaled, voltage)?,
            Measure::TotalPower => across(scaled, voltage)?.checked_div(Decimal::from(3))?,
        };
        let current = if self.reversed { -current } else { current };
        let current = current.round().to_i64()?;
        (current.unsigned_abs() <= LOAD_MAX.0.unsigned_abs()).then_some(MilliAmps(current))
    }
}

/// Milliamperes of milliwatts.
fn across(milliwatts: Decimal, voltage: MilliVolts) -> Option<Decimal> {
    milliwatts.checked_mul(Decimal::from(1_000))?.checked_div(Decimal::from(voltage.0.max(1)))
}

/// A number as it is written.
pub fn number(text: &str) -> Result<Decimal, Misread> {
    let text = text.trim();
    let wrong = || Misread::NotANumber(text.chars().take(NUMBER_MAX_CHARS).collect());
    if text.is_empty() || text.len() > NUMBER_MAX_CHARS {
        return Err(wrong());
    }
    let plain = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text));
    plain.map_err(|_| wrong())
}

/// How a number lies in registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RegisterKind {
    F32,
    I16,
    U16,
    I32,
    U32,
    I64,
}

impl RegisterKind {
    /// Registers of 16 bits.
    pub const fn registers(self) -> u16 {
        match self {
            Self::I16 | Self::U16 => 1,
            Self::F32 | Self::I32 | Self::U32 => 2,
            Self::I64 => 4,
        }
    }
}

/// Which register of a number comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WordOrder {
    /// The one that counts most, as the protocol has it within a register.
    HighFirst,
    LowFirst,
}

/// The number in registers.
pub fn number_in(kind: RegisterKind, order: WordOrder, registers: &[u16]) -> Result<Decimal, Misread> {
    if registers.len() != usize::from(kind.registers()) {
        return Err(Misread::Incomplete);
    }
    let joined = |bits: u64, register: &u16| (bits << 16) | u64::from(*register);
    let bits = match order {
        WordOrder::HighFirst => registers.iter().fold(0, joined),
        WordOrder::LowFirst => registers.iter().rev().fold(0, joined),
    };
    let [.., b4, b5, b6, b7] = bits.to_be_bytes();
    let low = [b4, b5, b6, b7];
    match kind {
        RegisterKind::F32 => {
            let number = f32::from_be_bytes(low);
            if !number.is_finite() {
                return Err(Misread::NotANumber(number.to_string()));
            }
            Decimal::from_f32(number).ok_or_else(|| Misread::Absurd(format!("{number:e}")))
        }
        RegisterKind::I16 => Ok(i16::from_be_bytes([b6, b7]).into()),
        RegisterKind::U16 => Ok(u16::from_be_bytes([b6, b7]).into()),
        RegisterKind::I32 => Ok(i32::from_be_bytes(low).into()),
        RegisterKind::U32 => Ok(u32::from_be_bytes(low).into()),
        RegisterKind::I64 => Ok(bits.cast_signed().into()),
    }
}

/// A decimal number as text, digit by digit as it was entered.
mod as_text {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(number: &Decimal, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}
