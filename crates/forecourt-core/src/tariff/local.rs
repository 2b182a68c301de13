//! A tariff as a station computes with it by itself (OCPP 2.1 TariffType, I07): a list of prices for each of four things,
//! without VAT, of which the first whose conditions hold counts.
//!
//! What cannot be said that way is refused with its reason, not approximated: a driver must not be shown less than is billed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::model::{ClockTime, Component, Dimension, Element, PriceLimit, Prices, Restrictions, Tariff};
use super::number::VatRate;
use crate::unit::Currency;

/// Minutes of an hour: our time prices are per hour, a station's per minute.
const MINUTES: i128 = 60;
/// Billionths in a millionth.
const NANOS: i128 = 1_000;
/// The end of a day.
const MIDNIGHT: ClockTime = ClockTime(24 * 60);

/// One tariff in the form stations take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTariff {
    pub currency: Currency,
    pub energy: LocalPrices,
    pub charging_time: LocalPrices,
    pub idle_time: LocalPrices,
    pub fixed: LocalPrices,
    pub min_price: Option<PriceLimit>,
    pub max_price: Option<PriceLimit>,
}

/// Prices of one thing, in the order in which their conditions are tried. Empty: it costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalPrices {
    pub vat: Option<VatRate>,
    pub prices: Vec<LocalPrice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalPrice {
    /// Without VAT, in billionths of the currency's main unit, per kWh, per minute or once.
    pub price_e9: i64,
    /// A window of the day never goes over midnight on named days: it is two windows then.
    pub when: Restrictions,
}

/// One that a station is given, with what it shows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationTariff {
    /// Other prices have another id (2.1 I08.FR.07).
    pub id: String,
    pub prices: LocalTariff,
    /// One text a language, ISO 639-1.
    pub words: Vec<(String, String)>,
}

/// Why a station cannot compute with a tariff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsayable {
    /// Stations know no step size: they would show less than is billed.
    Step(Dimension),
    /// A station knows one VAT rate for each thing.
    MixedVat(Dimension),
    /// A price for the whole session beside one for a part of it would have to be added up.
    OverlappingTime,
    /// A station takes the fixed fee at the start; ours may fall due later.
    LateFlat,
}

impl Unsayable {
    /// A word of our own, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Step(_) => "step",
            Self::MixedVat(_) => "mixed_vat",
            Self::OverlappingTime => "overlapping_time",
            Self::LateFlat => "late_flat",
        }
    }
}

impl fmt::Display for Unsayable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thing = |dimension: &Dimension| match dimension {
            Dimension::Energy => "energy",
            Dimension::ChargingTime => "charging time",
            Dimension::OccupiedTime => "occupied time",
            Dimension::SessionTime => "session time",
            Dimension::Flat => "the flat fee",
        };
        match self {
            Self::Step(dimension) => {
                write!(f, "{} is billed in steps, which OCPP 2.1 has no word for", thing(dimension))
            }
            Self::MixedVat(dimension) => {
                write!(f, "{} has more than one VAT rate; OCPP 2.1 has one for each thing", thing(dimension))
            }
            Self::OverlappingTime => f.write_str(
                "session time is charged beside charging or occupied time, which OCPP 2.1 cannot add up",
            ),
            Self::LateFlat => f.write_str(
                "the flat fee depends on what happens in the session; OCPP 2.1 takes it at the start",
            ),
        }
    }
}

impl Tariff {
    /// The tariff in the form stations take, or why there is none.
    pub fn for_station(&self) -> Result<LocalTariff, Unsayable> {
        let session_time = self.has(Dimension::SessionTime);
        if session_time && (self.has(Dimension::ChargingTime) || self.has(Dimension::OccupiedTime)) {
            return Err(Unsayable::OverlappingTime);
        }
        self.flat_is_due_at_the_start()?;
        let time = |of: Dimension| self.local(if session_time { Dimension::SessionTime } else { of });
        Ok(LocalTariff {
            currency: self.currency,
            energy: self.local(Dimension::Energy)?,
            charging_time: time(Dimension::ChargingTime)?,
            idle_time: time(Dimension::OccupiedTime)?,
            fixed: self.local(Dimension::Flat)?,
            min_price: self.min_price,
            max_price: self.max_price,
        })
    }

    fn has(&self, dimension: Dimension) -> bool {
        self.components(dimension).next().is_some()
    }

    fn components(&self, dimension: Dimension) -> impl Iterator<Item = (&Element, &Component)> {
        // Of an element only the first component of a dimension counts.
        self.elements.iter().filter_map(move |element| {
            element.components.iter().find(|c| c.dimension == dimension).map(|component| (element, component))
        })
    }

    /// Ours falls due when its element first holds: at the start for certain only where one without conditions ends the list.
    fn flat_is_due_at_the_start(&self) -> Result<(), Unsayable> {
        let flats: Vec<&Restrictions> =
            self.components(Dimension::Flat).map(|(element, _)| &element.restrictions).collect();
        let at_start = flats.iter().all(|r| is_of_the_clock(r)) && flats.last().is_none_or(|r| r.is_empty());
        if at_start { Ok(()) } else { Err(Unsayable::LateFlat) }
    }

    fn local(&self, dimension: Dimension) -> Result<LocalPrices, Unsayable> {
        let mut list = LocalPrices::default();
        for (element, component) in self.components(dimension) {
            if component.step > 1 && component.price.0 != 0 {
                return Err(Unsayable::Step(dimension));
            }
            let first = list.prices.is_empty();
            if first {
                list.vat = component.vat;
            } else if list.vat != component.vat {
                return Err(Unsayable::MixedVat(dimension));
            }
            let price_e9 = self.without_vat_e9(component);
            list.prices.extend(windows(&element.restrictions).map(|when| LocalPrice { price_e9, when }));
        }
        Ok(list)
    }

    fn without_vat_e9(&self, component: &Component) -> i64 {
        let per = match component.dimension {
            Dimension::ChargingTime | Dimension::OccupiedTime | Dimension::SessionTime => MINUTES,
            Dimension::Energy | Dimension::Flat => 1,
        };
        let (times, by) = match (self.prices, component.vat) {
            (Prices::WithVat, Some(vat)) => (VatRate::WHOLE, VatRate::WHOLE + i128::from(vat.0)),
            _ => (1, 1),
        };
        let by = by.max(1) * per;
        // Half up.
        let exact = i128::from(component.price.0) * NANOS * times;
        i64::try_from((exact + by / 2).div_euclid(by)).unwrap_or(i64::MAX)
    }
}

/// Whether it asks only for the time and the date.
fn is_of_the_clock(r: &Restrictions) -> bool {
    let Restrictions { start_time, end_time, start_date, end_date, weekdays, .. } = r.clone();
    let clock =
        Restrictions { start_time, end_time, start_date, end_date, weekdays, ..Restrictions::default() };
    clock == *r
}

/// The same condition with windows that mean the same to everybody: over midnight on named days is two windows, a whole day
/// is none.
fn windows(r: &Restrictions) -> impl Iterator<Item = Restrictions> {
    let (from, to) = (r.start_time.unwrap_or(ClockTime(0)), r.end_time.unwrap_or(MIDNIGHT));
    let by_day = r.start_date.is_some() || r.end_date.is_some() || !r.weekdays.is_empty();
    let with = |window: Option<(ClockTime, ClockTime)>| Restrictions {
        start_time: window.map(|(from, _)| from),
        end_time: window.map(|(_, to)| to),
        ..r.clone()
    };
    let whole = (from, to) == (ClockTime(0), MIDNIGHT) || from == to;
    let both = if whole {
        [Some(with(None)), None]
    } else if from < to || !by_day {
        [Some(with(Some((from, to)))), None]
    } else {
        let evening = (from < MIDNIGHT).then(|| with(Some((from, MIDNIGHT))));
        let morning = (to > ClockTime(0)).then(|| with(Some((ClockTime(0), to))));
        [evening, morning]
    };
    both.into_iter().flatten()
}

#[cfg(test)]
mod tests;
