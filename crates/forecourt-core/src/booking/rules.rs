//! What a site offers to those who book: B12 of the product's description, row by row.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::price::Fee;
use crate::id::StationId;
use crate::idle_fee::{IdleFee, Triggers};
use crate::tariff::{
    Amount, ClockTime, Component, Dimension, Element, Prices, Restrictions, Tariff, VatRate,
};
use crate::unit::Currency;

/// Longest slot, in minutes: a day.
const SLOT_MAX_MIN: i64 = 1_440;
/// Shortest slot, in minutes: below it a charger is all buffer.
const SLOT_LEAST_MIN: i64 = 10;
/// Longest buffer, grace and wait for somebody who does not come, in minutes.
const PAUSE_MAX_MIN: i64 = 240;
/// Most slots that one booking may take: two weeks of days.
const SLOTS_MAX: i64 = 14;
/// Most chargers that a site names one by one.
const STATIONS_MAX: usize = 200;
/// Highest amount, in millionths: ten thousand of the main unit.
const AMOUNT_MAX: i64 = 10_000_000_000;
/// Most energy that is free, in Wh: more than any battery takes.
const FREE_MAX_WH: i64 = 200_000;
/// VAT is at most 100 %.
const VAT_MAX: i64 = 1_000_000;
/// Per minute is billed in whole minutes, rounded up at the end; in seconds.
const MINUTE_STEP_S: i64 = 60;
const MINUTES_PER_HOUR: i64 = 60;
/// The price of a kilowatt-hour.
pub const PER_KWH: PricedBy = PricedBy::Kwh;

/// What the booking's own price counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = BookingPricedBy))]
#[serde(rename_all = "snake_case")]
pub enum PricedBy {
    Kwh,
    Minute,
}

/// A price that only bookings have. It contains VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = BookingOwnPrice))]
#[serde(deny_unknown_fields)]
pub struct OwnPrice {
    pub per: PricedBy,
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "3.50"))]
    pub amount: Amount,
}

/// What staying beyond the booked end costs. It contains VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = BookingBlocking))]
#[serde(deny_unknown_fields)]
pub struct Blocking {
    /// Minutes after the booked end before anything is owed.
    pub grace_min: i64,
    /// When the grace ends, and again after each interval.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "10.00"))]
    pub amount: Amount,
    /// Minutes of an interval.
    pub every_min: i64,
}

/// When a booking is told its charger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = BookingAssignment))]
#[serde(rename_all = "snake_case")]
pub enum Assign {
    /// With the confirmation.
    #[default]
    AtBooking,
    /// Half an hour before the start: until then it may be given another.
    Late,
}

/// The rules of one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = BookingRules))]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub enabled: bool,
    /// ISO 4217, the site's.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "DKK"))]
    pub currency: Currency,
    /// In percent, of all amounts here. Absent: no VAT applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "25"))]
    pub vat: Option<VatRate>,
    /// `HH:MM` in site time; `00:00` to `24:00` is day and night.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "00:00"))]
    pub from: ClockTime,
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "24:00"))]
    pub to: ClockTime,
    /// Minutes of a slot, up to 1440.
    pub slot_min: i64,
    /// Minutes after each slot in which the plug is nobody's.
    #[serde(default)]
    pub buffer_min: i64,
    /// Consecutive slots that one booking may take.
    #[serde(default = "one")]
    pub slots_max: i64,
    /// Absent: as everybody pays at the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<OwnPrice>,
    /// Wh of each booking that cost nothing; only where energy is what is priced.
    #[serde(default)]
    pub free_wh: i64,
    /// For each slot that is booked on its own day; contains VAT.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "10.00"))]
    pub fee: Amount,
    /// For each slot that is booked for a later day. Absent: the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "5.00"))]
    pub fee_future: Option<Amount>,
    /// Absent: the site's own idle fee holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocking: Option<Blocking>,
    /// Minutes after the start at which a booking that nobody came for expires. Absent: when it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_show_min: Option<i64>,
    /// Charging without a booking stays possible in the bookable hours.
    pub mix: bool,
    /// The holder's own session goes on as the booking when that starts; otherwise it is stopped.
    pub carry_over: bool,
    pub assign: Assign,
    /// Cancelling before the start costs nothing; otherwise the fee is owed all the same.
    pub refund: bool,
    /// Chargers that can keep a plug themselves are asked to as well. Their answer changes nothing.
    #[serde(default)]
    pub tell_station: bool,
    /// Chargers that can be booked. Empty: all of the site.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub stations: Vec<StationId>,
}

fn one() -> i64 {
    1
}

/// One fault: JSON pointer below the rules, and what would be right.
pub type Fault = (&'static str, &'static str);

impl Rules {
    /// Where nobody has said anything: an hour at a time, day and night, at the site's price, and not switched on.
    pub fn usual(currency: Currency) -> Self {
        Self {
            enabled: false,
            currency,
            vat: None,
            from: ClockTime(0),
            to: ClockTime(24 * 60),
            slot_min: 60,
            buffer_min: 0,
            slots_max: 4,
            price: None,
            free_wh: 0,
            fee: Amount(0),
            fee_future: None,
            blocking: None,
            no_show_min: Some(15),
            mix: true,
            carry_over: true,
            assign: Assign::AtBooking,
            refund: true,
            tell_station: false,
            stations: Vec::new(),
        }
    }

    /// Everything that is wrong; empty when the rules can be used.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut check = |holds: bool, fault: Fault| faults.extend((!holds).then_some(fault));
        let amount = |value: Amount| (0..=AMOUNT_MAX).contains(&value.0);
        let pause = |value: i64, least: i64| (least..=PAUSE_MAX_MIN).contains(&value);
        check(self.from < self.to, ("/to", "later than the beginning"));
        check((SLOT_LEAST_MIN..=SLOT_MAX_MIN).contains(&self.slot_min), ("/slot_min", "from 10 to 1440"));
        let frame = i64::from(self.to.0) - i64::from(self.from.0);
        check(self.slot_min <= frame, ("/slot_min", "not longer than the bookable hours"));
        check(pause(self.buffer_min, 0), ("/buffer_min", "from 0 to 240"));
        check((1..=SLOTS_MAX).contains(&self.slots_max), ("/slots_max", "from 1 to 14"));
        let price = self.price.is_none_or(|price| amount(price.amount));
        check(price, ("/price/amount", "from 0 to 10000"));
        check((0..=FREE_MAX_WH).contains(&self.free_wh), ("/free_wh", "from 0 to 200000"));
        let by_minute = self.price.is_some_and(|price| price.per == PricedBy::Minute);
        check(!by_minute || self.free_wh == 0, ("/free_wh", "none where minutes are priced"));
        check(amount(self.fee), ("/fee", "from 0 to 10000"));
        check(self.fee_future.is_none_or(amount), ("/fee_future", "from 0 to 10000"));
        check(self.vat.is_none_or(|vat| (0..=VAT_MAX).contains(&vat.0)), ("/vat", "from 0 to 100 percent"));
        if let Some(blocking) = self.blocking {
            check(pause(blocking.grace_min, 0), ("/blocking/grace_min", "from 0 to 240"));
            check(pause(blocking.every_min, 1), ("/blocking/every_min", "from 1 to 240"));
            check(amount(blocking.amount), ("/blocking/amount", "from 0 to 10000"));
        }
        check(self.no_show_min.is_none_or(|min| pause(min, 1)), ("/no_show_min", "from 1 to 240"));
        check(self.stations.len() <= STATIONS_MAX, ("/stations", "at most 200"));
        faults
    }

    /// Whether a charger can be booked.
    pub fn offers(&self, station: StationId) -> bool {
        self.stations.is_empty() || self.stations.contains(&station)
    }

    /// What booking costs; none where it is nothing. Both days are the site's.
    pub fn fee_of(&self, slots: i64, booked_on: Date, starts_on: Date) -> Option<Fee> {
        let later = self.fee_future.filter(|_| starts_on > booked_on);
        let each = later.unwrap_or(self.fee);
        (each.0 > 0 && slots > 0).then_some(Fee { slots, each, vat: self.vat, currency: self.currency })
    }

    /// The booking's own price as a tariff.
    pub fn own_tariff(&self) -> Option<Tariff> {
        let OwnPrice { per, amount } = self.price?;
        let component = match per {
            PricedBy::Kwh => {
                Component { dimension: Dimension::Energy, price: amount, vat: self.vat, step: 1 }
            }
            PricedBy::Minute => Component {
                dimension: Dimension::SessionTime,
                price: Amount(amount.0.saturating_mul(MINUTES_PER_HOUR)),
                vat: self.vat,
                step: MINUTE_STEP_S,
            },
        };
        Some(Tariff {
            currency: self.currency,
            prices: Prices::WithVat,
            elements: vec![Element { components: vec![component], restrictions: Restrictions::default() }],
            min_price: None,
            max_price: None,
        })
    }

    /// What staying beyond the booked end costs, as the engine for idle fees takes it.
    pub fn blocking_fee(&self) -> Option<IdleFee> {
        let Blocking { grace_min, amount, every_min } = self.blocking.filter(|b| b.amount.0 > 0)?;
        let fee = IdleFee::blocking(self.currency, amount, every_min);
        // The booked end starts it, whatever the car did before.
        let triggers = Triggers::default();
        Some(IdleFee { vat: self.vat, grace_min, triggers, ..fee })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules::usual(Currency::read("DKK").expect("a currency"))
    }

    #[test]
    fn the_usual_rules_can_be_used_and_each_limit_is_named() {
        assert_eq!(rules().faults(), []);
        let wrong = Rules {
            slot_min: 1_441,
            buffer_min: 241,
            slots_max: 0,
            free_wh: 1,
            price: Some(OwnPrice { per: PricedBy::Minute, amount: Amount(-1) }),
            no_show_min: Some(0),
            ..rules()
        };
        let paths: Vec<&str> = wrong.faults().into_iter().map(|(path, _)| path).collect();
        let expected = [
            "/slot_min",
            "/slot_min",
            "/buffer_min",
            "/slots_max",
            "/price/amount",
            "/free_wh",
            "/no_show_min",
        ];
        assert_eq!(paths, expected);
        let backwards = Rules { from: ClockTime(600), to: ClockTime(600), ..rules() };
        assert!(backwards.faults().iter().any(|(path, _)| *path == "/to"));
    }

    #[test]
    fn the_fee_is_per_slot_and_may_be_another_for_a_later_day() {
        let day = |text: &str| text.parse::<Date>().expect("a date");
        let rules = Rules { fee: Amount(10_000_000), fee_future: Some(Amount(4_000_000)), ..rules() };
        let fee = |slots, on: &str| rules.fee_of(slots, day("2026-03-01"), day(on)).map(|fee| fee.total().0);
        assert_eq!(fee(2, "2026-03-01"), Some(20_000_000));
        assert_eq!(fee(2, "2026-03-02"), Some(8_000_000));
        let same = Rules { fee_future: None, ..rules.clone() };
        assert_eq!(
            same.fee_of(1, day("2026-03-01"), day("2026-03-09")).map(|f| f.total().0),
            Some(10_000_000)
        );
        let free_later = Rules { fee_future: Some(Amount(0)), ..rules.clone() };
        assert_eq!(free_later.fee_of(1, day("2026-03-01"), day("2026-03-02")), None);
    }
}
