//! What members pay less: the same tariff with other prices.

use super::model::{Dimension, Prices, Tariff};
use super::number::{Amount, VatRate};
use crate::driver::Discount;

/// 100 %, in hundredths of a per cent.
const WHOLE: i128 = 10_000;

impl Tariff {
    /// The rules for somebody with this discount. One that is for another currency changes nothing. The least a session
    /// costs goes down with percentages and stays with a price of its own.
    #[must_use]
    pub fn discounted(&self, discount: &Discount) -> Self {
        let mut tariff = self.clone();
        match discount {
            Discount::PercentOff { hundredths } => {
                let left = WHOLE - i128::from(*hundredths).clamp(0, WHOLE);
                let part = |amount: Amount| scaled(amount, left, WHOLE);
                for component in tariff.elements.iter_mut().flat_map(|e| &mut e.components) {
                    component.price = part(component.price);
                }
                if let Some(limit) = &mut tariff.min_price {
                    limit.with_vat = limit.with_vat.map(part);
                    limit.without_vat = limit.without_vat.map(part);
                }
            }
            Discount::EnergyPrice { price, currency } if *currency == self.currency => {
                for component in tariff.elements.iter_mut().flat_map(|e| &mut e.components) {
                    if component.dimension != Dimension::Energy {
                        continue;
                    }
                    let rate = i128::from(component.vat.map_or(0, |vat| vat.0));
                    component.price = match self.prices {
                        Prices::WithVat => *price,
                        Prices::WithoutVat => scaled(*price, VatRate::WHOLE, VatRate::WHOLE + rate),
                    };
                }
            }
            Discount::EnergyPrice { .. } => {}
            Discount::Allowance { left_wh, overflow } => {
                return self.with_allowance(*left_wh, overflow.as_deref());
            }
        }
        tariff
    }
}

/// To the nearest millionth, halves up.
fn scaled(amount: Amount, times: i128, of: i128) -> Amount {
    let exact = i128::from(amount.0) * times;
    Amount(i64::try_from((exact * 2 + of).div_euclid(of * 2)).unwrap_or(amount.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Currency;

    fn tariff(prices: &str) -> Tariff {
        let text = format!(
            r#"{{"currency":"EUR","prices":"{prices}","elements":[{{"components":[
                {{"dimension":"energy","price":"0.50","vat":"25"}},{{"dimension":"flat","price":"1.00","vat":"25"}}]}}]}}"#
        );
        serde_json::from_str(&text).expect("a tariff")
    }

    fn prices(tariff: &Tariff) -> Vec<i64> {
        tariff.elements[0].components.iter().map(|c| c.price.0).collect()
    }

    #[test]
    fn a_percentage_lowers_every_price_and_an_own_price_only_that_of_energy() {
        let ten = Discount::PercentOff { hundredths: 1_000 };
        assert_eq!(prices(&tariff("with_vat").discounted(&ten)), [450_000, 900_000]);
        let own = |code| Discount::EnergyPrice {
            price: Amount(300_000),
            currency: Currency::read(code).expect("a currency"),
        };
        assert_eq!(prices(&tariff("with_vat").discounted(&own("EUR"))), [300_000, 1_000_000]);
        assert_eq!(prices(&tariff("without_vat").discounted(&own("EUR"))), [240_000, 1_000_000]);
        assert_eq!(prices(&tariff("with_vat").discounted(&own("DKK"))), [500_000, 1_000_000]);
    }
}
