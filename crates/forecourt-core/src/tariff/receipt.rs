//! A priced session, every line explained.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::{Dimension, Restrictions};
use super::number::{Amount, VatRate};
use crate::unit::{Currency, MinorUnits, WattHours};

/// What a session costs and why. The totals are the sums of the lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub currency: Currency,
    pub from: Timestamp,
    pub to: Timestamp,
    pub energy: WattHours,
    pub lines: Vec<Line>,
    pub without_vat: MinorUnits,
    pub with_vat: MinorUnits,
}

/// All that one price of the tariff was asked for in a session.
///
/// The rounding rule: quantity times price is exact, and rounded once, half up, to the currency's smallest unit, on the
/// side of VAT that the tariff states; the other side follows from that rounded amount and is rounded half up too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub what: What,
    /// Which element of the tariff, counted from 0; absent for a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<u32>,
    /// As measured: Wh, milliseconds, or 1 for a flat price.
    pub measured: i64,
    /// After rounding up to the step.
    pub billed: i64,
    /// Per kWh, per hour, or once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat: Option<VatRate>,
    /// Why this price: all of these held.
    #[serde(default, skip_serializing_if = "Restrictions::is_empty")]
    pub restrictions: Restrictions,
    /// First and last moment it was asked for.
    pub from: Timestamp,
    pub to: Timestamp,
    pub without_vat: MinorUnits,
    pub with_vat: MinorUnits,
}

impl Receipt {
    /// Without and with VAT at each rate, in the order they first appear. A limit of the price has no rate of its own: it
    /// counts with the others where there is one only, and by itself otherwise.
    pub fn by_rate(&self) -> Vec<(Option<VatRate>, MinorUnits, MinorUnits)> {
        let mut rates: Vec<Option<VatRate>> = Vec::new();
        for line in self.lines.iter().filter(|line| !line.is_limit()) {
            if !rates.contains(&line.vat) {
                rates.push(line.vat);
            }
        }
        let only = rates.first().copied().filter(|_| rates.len() == 1).flatten();
        let mut sums: Vec<(Option<VatRate>, MinorUnits, MinorUnits)> = Vec::new();
        for line in &self.lines {
            let rate = if line.is_limit() { only } else { line.vat };
            match sums.iter_mut().find(|sum| sum.0 == rate) {
                Some(sum) => {
                    sum.1 = sum.1.saturating_add(line.without_vat);
                    sum.2 = sum.2.saturating_add(line.with_vat);
                }
                None => sums.push((rate, line.without_vat, line.with_vat)),
            }
        }
        sums
    }
}

impl Line {
    fn is_limit(&self) -> bool {
        matches!(self.what, What::MinPrice | What::MaxPrice)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReceiptLineKind))]
#[serde(rename_all = "snake_case")]
pub enum What {
    Energy,
    ChargingTime,
    OccupiedTime,
    SessionTime,
    Flat,
    /// What is missing to the lowest price.
    MinPrice,
    /// What is taken off above the highest price.
    MaxPrice,
    /// What blocking the plug costs.
    IdleFee,
    /// For each booked slot.
    BookingFee,
}

impl From<Dimension> for What {
    fn from(dimension: Dimension) -> Self {
        match dimension {
            Dimension::Energy => Self::Energy,
            Dimension::ChargingTime => Self::ChargingTime,
            Dimension::OccupiedTime => Self::OccupiedTime,
            Dimension::SessionTime => Self::SessionTime,
            Dimension::Flat => Self::Flat,
        }
    }
}
