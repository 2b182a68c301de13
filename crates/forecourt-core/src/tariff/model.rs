//! Price rules, as in OCPI 2.2.1: a list of elements, each with components and the conditions it holds under.
//!
//! For each dimension the first element in the list that has it and whose restrictions hold sets the price; where none
//! does, that dimension costs nothing. Reservations are not priced here.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::number::{Amount, VatRate};
use crate::unit::Currency;

/// One version of a tariff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TariffRules))]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// ISO 4217.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "EUR"))]
    pub currency: Currency,
    pub prices: Prices,
    pub elements: Vec<Element>,
    /// A session costs at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_price: Option<PriceLimit>,
    /// A session costs at most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_price: Option<PriceLimit>,
}

/// Whether the prices of components contain VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PriceBasis))]
#[serde(rename_all = "snake_case")]
pub enum Prices {
    WithVat,
    WithoutVat,
}

/// A limit before and after VAT; both hold where both are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PriceLimit))]
#[serde(deny_unknown_fields)]
pub struct PriceLimit {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub without_vat: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub with_vat: Option<Amount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TariffElement))]
#[serde(deny_unknown_fields)]
pub struct Element {
    pub components: Vec<Component>,
    #[serde(default, skip_serializing_if = "Restrictions::is_empty")]
    pub restrictions: Restrictions,
}

/// A price for one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PriceComponent))]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub dimension: Dimension,
    /// Per kWh, per hour, or once.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "0.25"))]
    pub price: Amount,
    /// In percent. Absent: no VAT applies, which is not the same as a rate of zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "20"))]
    pub vat: Option<VatRate>,
    /// The session's total of this dimension is rounded up to whole steps: Wh for energy, seconds for time.
    #[serde(default = "one")]
    pub step: i64,
}

fn one() -> i64 {
    1
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PriceDimension))]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    Energy,
    /// Hours in which the car takes energy.
    ChargingTime,
    /// Hours in which it does not, and the site does not hold it back.
    OccupiedTime,
    /// Hours from start to stop, whatever happens in them.
    SessionTime,
    /// Once a session.
    Flat,
}

/// When an element holds. All that are given must; moments are in the site's local time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TariffRestrictions))]
#[serde(deny_unknown_fields, default)]
pub struct Restrictions {
    /// `HH:MM`, from this time of day on. A window that ends before it starts goes over midnight.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "07:00"))]
    pub start_time: Option<ClockTime>,
    /// `HH:MM`, until before this time of day; `24:00` is the end of the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "24:00"))]
    pub end_time: Option<ClockTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "2026-06-01"))]
    pub start_date: Option<Date>,
    /// The first day on which it no longer holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "2026-09-01"))]
    pub end_date: Option<Date>,
    /// Empty: every day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// From this much energy in the session on, in Wh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_energy_wh: Option<i64>,
    /// Until before this much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_energy_wh: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_power_w: Option<i64>,
    /// Below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_power_w: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_current_ma: Option<i64>,
    /// Below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_current_ma: Option<i64>,
    /// From this age of the session on, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_duration_s: Option<i64>,
    /// Until before this age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_duration_s: Option<i64>,
}

impl Restrictions {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<jiff::civil::Weekday> for Weekday {
    fn from(day: jiff::civil::Weekday) -> Self {
        use jiff::civil::Weekday as Day;
        match day {
            Day::Monday => Self::Monday,
            Day::Tuesday => Self::Tuesday,
            Day::Wednesday => Self::Wednesday,
            Day::Thursday => Self::Thursday,
            Day::Friday => Self::Friday,
            Day::Saturday => Self::Saturday,
            Day::Sunday => Self::Sunday,
        }
    }
}

/// Minutes since midnight, 0 to 1,440.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime(pub i16);

impl TryFrom<String> for ClockTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let two = |part: &str| -> Option<i16> {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
        };
        let read = || {
            let (hours, minutes) = text.split_once(':')?;
            let (hours, minutes) = (two(hours)?, two(minutes)?);
            let total = hours * 60 + minutes;
            (minutes < 60 && total <= 24 * 60).then_some(Self(total))
        };
        read().ok_or("a time of day as HH:MM, up to 24:00")
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        format!("{:02}:{:02}", time.0 / 60, time.0 % 60)
    }
}

impl Tariff {
    /// Whether the same prices hold at all times and whatever happens.
    pub fn is_unrestricted(&self) -> bool {
        self.elements.iter().all(|element| element.restrictions.is_empty())
    }

    /// Whether nobody ever pays anything.
    pub fn is_free(&self) -> bool {
        let zero = |amount: Option<Amount>| amount.is_none_or(|a| a.0 == 0);
        self.elements.iter().flat_map(|e| &e.components).all(|c| c.price.0 == 0)
            && self.min_price.is_none_or(|limit| zero(limit.without_vat) && zero(limit.with_vat))
    }
}
