//! What a session of a booking costs (C11): the fee, and its energy or minutes at the booking's price, some of it free.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::id::BookingId;
use crate::tariff::{
    Amount, Component, Dimension, Element, Line, Period, Receipt, Restrictions, Tariff, VatRate, What, price,
    split_gross,
};
use crate::unit::{Currency, MinorUnits, WattHours};

/// What booking costs. It contains VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    pub slots: i64,
    pub each: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat: Option<VatRate>,
    pub currency: Currency,
}

impl Fee {
    pub fn total(&self) -> Amount {
        Amount(self.each.0.saturating_mul(self.slots))
    }

    /// Without and with VAT.
    pub fn split(&self) -> (MinorUnits, MinorUnits) {
        split_gross(self.total(), self.vat, self.currency)
    }

    fn line(&self, from: Timestamp, to: Timestamp) -> Line {
        let (without_vat, with_vat) = self.split();
        Line {
            what: What::BookingFee,
            element: None,
            measured: self.slots,
            billed: self.slots,
            unit_price: Some(self.each),
            vat: self.vat,
            restrictions: Restrictions::default(),
            from,
            to,
            without_vat,
            with_vat,
        }
    }
}

/// What a session keeps of its booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    pub booking: BookingId,
    /// The session is the booking's from then on; what was before is priced as everybody's.
    pub from: Timestamp,
    pub to: Timestamp,
    /// Absent: as everybody pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Tariff>,
    #[serde(default)]
    pub free_wh: i64,
    /// On the first session of a booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Fee>,
}

impl Booked {
    /// What these periods cost. `discounted` makes of a tariff what this driver pays.
    pub fn price(
        &self,
        usual: &Tariff,
        discounted: impl Fn(&Tariff) -> Tariff,
        periods: &[Period],
        zone: &TimeZone,
    ) -> Receipt {
        let (before, after) = split(periods, self.from);
        let fee = self.fee.filter(|fee| fee.currency == usual.currency);
        let own = self.own.as_ref().filter(|own| own.currency == usual.currency);
        let receipt = match own {
            None => {
                let consumed = before.iter().map(|period| period.energy.0.max(0)).sum();
                let tariff = with_free_energy(discounted(usual), consumed, self.free_wh);
                price(&tariff, periods, zone)
            }
            Some(own) => {
                let booked = price(&with_free_energy(discounted(own), 0, self.free_wh), &after, zone);
                if before.is_empty() {
                    booked
                } else {
                    price(&discounted(usual), &before, zone).followed_by(booked)
                }
            }
        };
        receipt.with_line(fee.map(|fee| fee.line(self.from, self.to)))
    }
}

/// The same tariff, with energy that costs nothing from `consumed` on.
fn with_free_energy(mut tariff: Tariff, consumed: i64, free_wh: i64) -> Tariff {
    let mut energy =
        tariff.elements.iter().flat_map(|e| &e.components).filter(|c| c.dimension == Dimension::Energy);
    if let Some(priced) = energy.next().copied().filter(|_| free_wh > 0) {
        let restrictions = Restrictions {
            min_energy_wh: (consumed > 0).then_some(consumed),
            max_energy_wh: Some(consumed.saturating_add(free_wh)),
            ..Restrictions::default()
        };
        let components = vec![Component { price: Amount(0), ..priced }];
        tariff.elements.insert(0, Element { components, restrictions });
    }
    tariff
}

/// What lies before a moment and what after; a period across it is cut, its energy flowing evenly.
fn split(periods: &[Period], at: Timestamp) -> (Vec<Period>, Vec<Period>) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for period in periods {
        if period.to <= at {
            before.push(period.clone());
        } else if period.from >= at {
            after.push(period.clone());
        } else {
            let whole = i128::from(period.to.as_millisecond() - period.from.as_millisecond()).max(1);
            let first = i128::from(at.as_millisecond() - period.from.as_millisecond());
            let share = i128::from(period.energy.0) * first / whole;
            let share = i64::try_from(share).unwrap_or(period.energy.0);
            before.push(Period { to: at, energy: WattHours(share), ..period.clone() });
            let rest = WattHours(period.energy.0.saturating_sub(share));
            after.push(Period { from: at, energy: rest, ..period.clone() });
        }
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::booking::{OwnPrice, PricedBy, Rules};
    use crate::tariff::Activity;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    fn period(from: i64, to: i64, wh: i64) -> Period {
        let (from, to) = (at(from), at(to));
        Period { from, to, energy: WattHours(wh), activity: Activity::Charging, power: None, current: None }
    }

    fn usual() -> Tariff {
        let text = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[
            {"dimension":"energy","price":"4.00","vat":"25"},{"dimension":"flat","price":"1.00","vat":"25"}]}]}"#;
        serde_json::from_str(text).expect("a tariff")
    }

    fn kroner(whole: i64) -> Amount {
        Amount(whole * 1_000_000)
    }

    fn rules() -> Rules {
        Rules::usual(Currency::read("DKK").expect("a currency"))
    }

    fn booked(own: Option<OwnPrice>, free_wh: i64, from: i64) -> Booked {
        let own = Rules { price: own, ..rules() }.own_tariff();
        let currency = Currency::read("DKK").expect("a currency");
        let fee = Some(Fee { slots: 2, each: kroner(10), vat: None, currency });
        Booked { booking: BookingId(1), from: at(from), to: at(120), own, free_wh, fee }
    }

    fn cost(booked: &Booked, periods: &[Period]) -> i64 {
        let receipt = booked.price(&usual(), Clone::clone, periods, &TimeZone::UTC);
        assert_eq!(receipt.with_vat.0, receipt.lines.iter().map(|line| line.with_vat.0).sum::<i64>());
        receipt.with_vat.0
    }

    #[test]
    fn the_booking_total_is_that_of_c11() {
        let periods = [period(0, 60, 20_000)];
        let own = |per, amount| Some(OwnPrice { per, amount: kroner(amount) });
        // Two slots at 10, 15 kWh at 3.
        assert_eq!(cost(&booked(own(PricedBy::Kwh, 3), 5_000, 0), &periods), 2_000 + 4_500);
        // Sixty minutes at 1.
        assert_eq!(cost(&booked(own(PricedBy::Minute, 1), 0, 0), &periods), 2_000 + 6_000);
        // At the site's price: 15 kWh at 4, and its 1 for the start.
        assert_eq!(cost(&booked(None, 5_000, 0), &periods), 2_000 + 6_000 + 100);
        // More free than was taken: nothing below zero.
        assert_eq!(cost(&booked(own(PricedBy::Kwh, 3), 50_000, 0), &periods), 2_000);
        // Minutes are rounded up at the end.
        assert_eq!(
            cost(
                &booked(own(PricedBy::Minute, 1), 0, 0),
                &[period(0, 60, 1), {
                    let mut last = period(60, 61, 1);
                    last.to = last.from + SignedDuration::from_secs(1);
                    last
                }]
            ),
            2_000 + 6_100
        );
    }

    #[test]
    fn what_was_before_the_booked_start_costs_what_everybody_pays() {
        let periods = [period(0, 60, 20_000)];
        let own = Some(OwnPrice { per: PricedBy::Kwh, amount: kroner(3) });
        // Ten kWh at 4 and the start; of the other ten five are free, five cost 3.
        assert_eq!(cost(&booked(own, 5_000, 30), &periods), 2_000 + 4_000 + 100 + 1_500);
        // The free ones are those of the booking also where the price is the same.
        assert_eq!(cost(&booked(None, 5_000, 30), &periods), 2_000 + 6_000 + 100);
    }

    proptest! {
        /// A cut loses and makes no energy, and the parts touch at the moment.
        #[test]
        fn a_cut_keeps_all_energy(
            lengths in prop::collection::vec((1_i64..90, 0_i64..20_000), 1..8), cut in 0_i64..700,
        ) {
            let mut from = 0;
            let periods: Vec<Period> = lengths.iter().map(|(long, wh)| {
                let made = period(from, from + long, *wh);
                from += long;
                made
            }).collect();
            let (before, after) = split(&periods, at(cut));
            let sum = |periods: &[Period]| periods.iter().map(|p| p.energy.0).sum::<i64>();
            prop_assert_eq!(sum(&before) + sum(&after), sum(&periods));
            prop_assert!(before.iter().all(|p| p.to <= at(cut)) && after.iter().all(|p| p.from >= at(cut)));
        }
    }
}
