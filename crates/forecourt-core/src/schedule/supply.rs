//! What an EVSE is fed with: currents on each phase, and the rate of the unit its charger is told.

use crate::charging::RateUnit;
use crate::schedule::Cap;
use crate::unit::{MilliAmps, MilliVolts, Watts};

/// What an EVSE of unknown power is believed to be able to give, on each phase.
const UNKNOWN_MOST: MilliAmps = MilliAmps(32_000);

/// The supply of one EVSE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supply {
    /// Conductors of its supply, 1 or 3.
    pub phases: u8,
    /// Between phase and neutral.
    pub voltage: MilliVolts,
    /// Its cars take direct current: it is told watts.
    pub direct: bool,
    /// All it can deliver; `None`: nobody said.
    pub most: Option<Watts>,
}

impl Supply {
    fn volts(&self) -> i64 {
        self.voltage.0.max(1)
    }

    fn conductors(&self) -> i64 {
        if self.direct { 3 } else { i64::from(self.phases.clamp(1, 3)) }
    }

    /// All it can deliver, on each phase.
    pub fn full(&self) -> MilliAmps {
        self.most.map_or(UNKNOWN_MOST, |most| self.current(most))
    }

    pub fn full_power(&self) -> Watts {
        self.power(self.full())
    }

    /// A power as the current on each phase, rounded down.
    pub fn current(&self, power: Watts) -> MilliAmps {
        MilliAmps(power.0.max(0).saturating_mul(1_000_000) / self.volts() / self.conductors())
    }

    /// The power of a current on each phase, rounded to the nearest watt.
    pub fn power(&self, current: MilliAmps) -> Watts {
        let micro = current.0.max(0).saturating_mul(self.volts()).saturating_mul(self.conductors());
        Watts(micro.saturating_add(500_000) / 1_000_000)
    }

    /// A limit as somebody wrote it, as the current on each phase; never more than it can deliver.
    pub fn cap(&self, cap: Option<Cap>) -> MilliAmps {
        let current = match cap {
            None => self.full(),
            Some(Cap { unit: RateUnit::MilliAmps, rate }) => MilliAmps(rate.max(0)),
            Some(Cap { unit: RateUnit::Watts, rate }) => self.current(Watts(rate)),
        };
        current.min(self.full())
    }

    /// What its charger is told: amperes on each phase, watts for direct current.
    pub fn rate(&self, current: MilliAmps) -> (RateUnit, i64, Option<i64>) {
        match self.direct {
            true => (RateUnit::Watts, self.power(current).0, None),
            false => (RateUnit::MilliAmps, current.0, Some(i64::from(self.phases.clamp(1, 3)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amperes_and_kilowatts_meet_at_the_supply() {
        let ac = Supply { phases: 3, voltage: MilliVolts(230_000), direct: false, most: Some(Watts(22_000)) };
        assert_eq!(ac.full(), MilliAmps(31_884));
        assert_eq!(ac.cap(Some(Cap { unit: RateUnit::Watts, rate: 11_040 })), MilliAmps(16_000));
        assert_eq!(ac.cap(Some(Cap { unit: RateUnit::MilliAmps, rate: 63_000 })), ac.full());
        assert_eq!(ac.cap(Some(Cap { unit: RateUnit::MilliAmps, rate: 0 })), MilliAmps::ZERO);
        assert_eq!(ac.rate(MilliAmps(16_000)), (RateUnit::MilliAmps, 16_000, Some(3)));
        let dc = Supply { direct: true, most: Some(Watts(150_000)), ..ac };
        let half = dc.cap(Some(Cap { unit: RateUnit::Watts, rate: 75_000 }));
        assert_eq!(dc.rate(half), (RateUnit::Watts, 75_000, None));
        let unknown = Supply { most: None, phases: 1, ..ac };
        assert_eq!(unknown.full_power(), Watts(7_360));
    }
}
