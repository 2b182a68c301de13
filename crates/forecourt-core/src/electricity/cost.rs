//! What a charge at home cost: its energy, spread over the prices of its time.

use jiff::Timestamp;

use super::{PriceProfile, PriceZone, SLOT_MS, SpotCurve, half_away, narrow};
use crate::tariff::Amount;
use crate::unit::{MinorUnits, WattHours};

/// Watt-hours of a kilowatt-hour: prices are per kWh, energy is in Wh.
const WH_PER_KWH: i128 = 1_000;
/// Decimals of an [`Amount`].
const AMOUNT_DECIMALS: u32 = 6;

/// Energy of a stretch with one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostPart {
    pub from: Timestamp,
    pub until: Timestamp,
    pub energy: WattHours,
    /// Of the market, per kWh; `None`: not known.
    pub spot: Option<Amount>,
    /// With everything on top, per kWh.
    pub per_kwh: Option<Amount>,
    pub amount: Amount,
}

/// What a session cost at home. The parts sum to the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HomeCost {
    pub priced: WattHours,
    /// Charged while no price of the market is known: not in the amount.
    pub unpriced: WattHours,
    pub amount: Amount,
    pub parts: Vec<CostPart>,
}

impl HomeCost {
    /// In the smallest unit of a currency with so many decimals, half up.
    pub fn rounded(&self, decimals: u32) -> MinorUnits {
        let by = 10_i128.pow(AMOUNT_DECIMALS.saturating_sub(decimals));
        MinorUnits(narrow(half_away(i128::from(self.amount.0), by)).0)
    }

    fn add(&mut self, part: CostPart) {
        match part.per_kwh {
            Some(_) => self.priced = self.priced.saturating_add(part.energy),
            None => self.unpriced = self.unpriced.saturating_add(part.energy),
        }
        match self.parts.last_mut() {
            Some(last)
                if last.until == part.from && (last.spot, last.per_kwh) == (part.spot, part.per_kwh) =>
            {
                last.until = part.until;
                last.energy = last.energy.saturating_add(part.energy);
            }
            _ => self.parts.push(part),
        }
    }

    /// Each part is rounded to the millionth; the whole is their sum.
    fn summed(mut self) -> Self {
        let mut sum = 0_i128;
        for part in &mut self.parts {
            let price = part.per_kwh.unwrap_or_default();
            part.amount = narrow(half_away(i128::from(part.energy.0) * i128::from(price.0), WH_PER_KWH));
            sum += i128::from(part.amount.0);
        }
        self.amount = narrow(sum);
        self
    }
}

impl PriceProfile {
    /// `stretches`: from, until, and the energy between them, which is spread evenly over that time.
    pub fn cost(
        &self,
        stretches: &[(Timestamp, Timestamp, WattHours)],
        zone: PriceZone,
        curve: &SpotCurve,
    ) -> HomeCost {
        let clock = zone.clock();
        let mut cost = HomeCost::default();
        for (from, until, energy) in stretches {
            for (begin, end, energy) in pieces(*from, *until, energy.0.max(0)) {
                let spot = curve.at(begin).map(|slot| slot.per_kwh);
                let local = begin.to_zoned(clock.clone()).datetime();
                let per_kwh = spot.map(|spot| self.price(spot, local).total);
                let energy = WattHours(energy);
                cost.add(CostPart {
                    from: begin,
                    until: end,
                    energy,
                    spot,
                    per_kwh,
                    amount: Amount::default(),
                });
            }
        }
        cost.summed()
    }
}

/// Energy between two moments, cut where prices may change; the parts sum to the whole.
fn pieces(from: Timestamp, until: Timestamp, energy: i64) -> Vec<(Timestamp, Timestamp, i64)> {
    let (start, end) = (from.as_millisecond(), until.as_millisecond());
    if energy == 0 {
        return Vec::new();
    }
    if end <= start {
        return vec![(from, from, energy)];
    }
    let mut all = Vec::new();
    let (mut at, mut given) = (start, 0_i64);
    while at < end {
        let next = ((at.div_euclid(SLOT_MS) + 1) * SLOT_MS).min(end);
        let so_far = i128::from(energy) * i128::from(next - start) / i128::from(end - start);
        let so_far = i64::try_from(so_far).unwrap_or(energy);
        let moment = |ms| Timestamp::from_millisecond(ms).unwrap_or(from);
        if so_far > given {
            all.push((moment(at), moment(next), so_far - given));
        }
        (at, given) = (next, so_far);
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::profile::tests::component;
    use super::super::{SpotSlot, SpotSource};
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn dk1() -> PriceZone {
        PriceZone::read("DK1").expect("a zone")
    }

    fn hours(from: &str, prices: &[i64]) -> SpotCurve {
        let hour = |n: usize| at(from) + jiff::SignedDuration::from_hours(n as i64);
        let slot = |(n, price): (usize, &i64)| SpotSlot {
            from: hour(n),
            until: hour(n + 1),
            per_kwh: Amount(*price),
            source: SpotSource::Feed,
        };
        SpotCurve::of([], prices.iter().enumerate().map(slot))
    }

    #[test]
    fn energy_is_spread_over_the_prices_of_its_time_and_sums_to_the_whole() {
        let stretches = [
            (at("2026-11-20T16:50:00Z"), at("2026-11-20T17:20:00Z"), WattHours(3_001)),
            (at("2026-11-20T17:20:00Z"), at("2026-11-20T17:20:00Z"), WattHours(100)),
        ];
        let plain = PriceProfile::default();
        let cost = plain.cost(&stretches, dk1(), &hours("2026-11-20T16:00:00Z", &[1_000_000, 2_000_000]));
        // Ten minutes of thirty at 1.00, the rest at 2.00; what came at once at the last moment's.
        assert_eq!((cost.priced, cost.unpriced), (WattHours(3_101), WattHours(0)));
        assert_eq!(cost.amount, Amount(1_000_000 + 2 * 2_001_000 + 200_000));
        assert_eq!(cost.parts.len(), 2, "{:?}", cost.parts);
        assert_eq!(cost.rounded(2), MinorUnits(520));
        let cost = plain.cost(&stretches, dk1(), &hours("2026-11-20T16:00:00Z", &[1_000_000]));
        assert_eq!((cost.priced, cost.unpriced), (WattHours(1_000), WattHours(2_101)));
        assert_eq!(cost.amount, Amount(1_000_000));
    }

    #[test]
    fn hours_are_those_of_the_wall_clock_of_the_zone() {
        // 16:30 UTC is 17:30 in winter and 18:30 in summer.
        let evening = PriceProfile {
            components: vec![component("Grid", 1_000_000, Some((17, 18)), false, false)],
            ..PriceProfile::default()
        };
        for (day, expected) in [("2026-01-20", 1_000_000), ("2026-07-20", 0)] {
            let from = at(&format!("{day}T16:30:00Z"));
            let stretch = [(from, at(&format!("{day}T16:45:00Z")), WattHours(1_000))];
            let cost = evening.cost(&stretch, dk1(), &hours(&format!("{day}T16:00:00Z"), &[0]));
            assert_eq!(cost.amount, Amount(expected), "{day}");
        }
    }

    /// The night the clocks go back has an hour between two and three twice, the other one none: each kilowatt-hour is
    /// priced once, at the hour its own clock showed.
    #[test]
    fn days_of_23_and_25_hours_are_priced_hour_by_hour() {
        let night = PriceProfile {
            components: vec![component("Two to three", 1_000_000, Some((2, 3)), false, false)],
            ..PriceProfile::default()
        };
        // One kWh in each hour of the local day.
        for (from, count, expected) in [
            ("2026-10-24T22:00:00Z", 25, 2_000_000),
            ("2026-03-28T23:00:00Z", 23, 0),
            ("2026-06-09T22:00:00Z", 24, 1_000_000),
        ] {
            let begin = at(from);
            let until = begin + jiff::SignedDuration::from_hours(count);
            assert_eq!(until.to_zoned(dk1().clock()).hour(), 0, "{from}");
            let free = [0; 25];
            let curve = hours(from, &free[..count as usize]);
            let cost = night.cost(&[(begin, until, WattHours(1_000 * count))], dk1(), &curve);
            assert_eq!((cost.priced.0, cost.amount.0), (1_000 * count, expected), "{from}");
        }
    }

    proptest! {
        #[test]
        fn no_watt_hour_is_lost_or_priced_twice(
            lengths in proptest::collection::vec((0i64..20_000_000, 0i64..50_000), 1..8),
            prices in proptest::collection::vec(-1_000_000i64..5_000_000, 0..12),
        ) {
            let mut from = at("2026-10-24T21:07:13Z");
            let mut stretches = Vec::new();
            for (ms, energy) in lengths {
                let until = from + jiff::SignedDuration::from_millis(ms);
                stretches.push((from, until, WattHours(energy)));
                from = until;
            }
            let cost = PriceProfile::default().cost(&stretches, dk1(), &hours("2026-10-24T21:00:00Z", &prices));
            let energy: i64 = stretches.iter().map(|stretch| stretch.2.0).sum();
            prop_assert_eq!(cost.priced.0 + cost.unpriced.0, energy);
            prop_assert_eq!(cost.parts.iter().map(|part| part.energy.0).sum::<i64>(), energy);
            prop_assert_eq!(cost.parts.iter().map(|part| part.amount.0).sum::<i64>(), cost.amount.0);
        }
    }
}
