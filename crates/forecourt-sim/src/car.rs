//! Cars and what flows into them, pure: a charging curve, a battery, and the register of a meter.
//!
//! Energy is counted in millijoules so that nothing is lost between two readings of a register in watt-hours.
//! Nothing here knows a protocol or a clock: time passes when [`Charge::advance`] says so.

use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, WattHours, Watts};
use jiff::SignedDuration;
use rand::Rng;

/// One watt-hour in millijoules.
const MILLIJOULES_PER_WH: i64 = 3_600_000;
/// Longest step in which power is taken as constant: a DC curve moves by less than a percent in it.
const STEP: SignedDuration = SignedDuration::from_secs(10);
/// Mains voltage between phase and neutral in Europe, in millivolts.
const MAINS: i64 = 230_000;
/// Share of a battery, in tenths of a percent, over which an AC charge tapers off before the end.
const AC_TAPER: i64 = 30;
/// What an AC charger still gives at the very end of that taper, in watts (6 A on one phase).
const AC_LAST: i64 = 1_380;

/// What an EVSE can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    Ac { power: Watts, phases: u8 },
    Dc { power: Watts },
}

impl Supply {
    pub fn is_dc(self) -> bool {
        matches!(self, Self::Dc { .. })
    }

    pub fn power(self) -> Watts {
        match self {
            Self::Ac { power, .. } | Self::Dc { power } => power,
        }
    }

    /// Conductors that carry its current: a charger of direct current is fed by all three.
    fn conductors(self) -> i64 {
        match self {
            Self::Ac { phases, .. } => i64::from(phases.max(1)),
            Self::Dc { .. } => 3,
        }
    }

    /// Some of it side by side.
    pub fn times(self, many: i64) -> Self {
        match self {
            Self::Ac { power, phases } => Self::Ac { power: Watts(power.0 * many), phases },
            Self::Dc { power } => Self::Dc { power: Watts(power.0 * many) },
        }
    }

    /// A power as the current on each phase, rounded down.
    pub fn per_phase(self, power: Watts) -> MilliAmps {
        MilliAmps(power.0 * 1_000_000 / MAINS / self.conductors())
    }

    /// The power of a current on each phase, rounded down.
    pub fn over_phases(self, current: MilliAmps) -> Watts {
        Watts(current.0 * MAINS / 1_000_000 * self.conductors())
    }
}

impl Default for Supply {
    fn default() -> Self {
        Self::Ac { power: Watts(11_000), phases: 3 }
    }
}

/// What a station lets flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    PerPhase(MilliAmps),
    Power(Watts),
}

/// A kind of car: how much fits in, how fast.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    pub battery: WattHours,
    pub ac_power: Watts,
    pub ac_phases: u8,
    /// Power accepted from DC by state of charge: (tenths of a percent, watts), rising in the first.
    pub dc_curve: &'static [(i64, i64)],
}

/// The cars that come by: a city car, a saloon, an 800 V tourer, a van and a plug-in hybrid that takes no DC above AC's pace.
pub const MODELS: &[Model] = &[
    Model {
        battery: WattHours(42_000),
        ac_power: Watts(11_000),
        ac_phases: 3,
        dc_curve: &[(0, 60_000), (100, 84_000), (350, 80_000), (600, 52_000), (800, 30_000), (1000, 6_000)],
    },
    Model {
        battery: WattHours(75_000),
        ac_power: Watts(11_000),
        ac_phases: 3,
        dc_curve: &[(0, 90_000), (50, 170_000), (200, 165_000), (500, 105_000), (800, 55_000), (1000, 8_000)],
    },
    Model {
        battery: WattHours(84_000),
        ac_power: Watts(11_000),
        ac_phases: 3,
        dc_curve: &[
            (0, 150_000),
            (100, 235_000),
            (500, 230_000),
            (700, 150_000),
            (850, 90_000),
            (1000, 12_000),
        ],
    },
    Model {
        battery: WattHours(90_000),
        ac_power: Watts(22_000),
        ac_phases: 3,
        dc_curve: &[(0, 80_000), (100, 115_000), (600, 112_000), (800, 60_000), (1000, 9_000)],
    },
    Model {
        battery: WattHours(13_000),
        ac_power: Watts(3_680),
        ac_phases: 1,
        dc_curve: &[(0, 20_000), (800, 18_000), (1000, 3_000)],
    },
];

/// What one look at the meter shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    pub register: WattHours,
    pub power: Watts,
    /// Per phase (AC) or in all (DC).
    pub current: MilliAmps,
    pub phases: u8,
    pub voltage: MilliVolts,
    /// Told by the car over DC only.
    pub soc: Option<PerMille>,
}

impl Sample {
    /// Nobody charges.
    pub fn at_rest(register: Register) -> Self {
        Self {
            register: register.energy(),
            power: Watts::ZERO,
            current: MilliAmps::ZERO,
            phases: 1,
            voltage: MilliVolts(MAINS),
            soc: None,
        }
    }
}

/// The register of one EVSE; it only ever grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Register {
    millijoules: i64,
}

impl Register {
    pub fn starting_at(energy: WattHours) -> Self {
        Self { millijoules: energy.0.max(0).saturating_mul(MILLIJOULES_PER_WH) }
    }

    pub fn energy(self) -> WattHours {
        WattHours(self.millijoules / MILLIJOULES_PER_WH)
    }

    fn add(&mut self, millijoules: i64) {
        self.millijoules = self.millijoules.saturating_add(millijoules);
    }
}

/// One car at one supply.
#[derive(Debug, Clone)]
pub struct Charge {
    model: Model,
    supply: Supply,
    stored: i64,
    /// Where the driver told the car to stop.
    target: PerMille,
    /// The station holds back.
    paused: bool,
    /// The station lets no more than this flow; `None`: all it can.
    allowed: Option<Watts>,
}

impl Charge {
    pub fn new(model: Model, supply: Supply, soc: PerMille, target: PerMille) -> Self {
        let stored = model.battery.0 * MILLIJOULES_PER_WH / 1_000 * soc.0.clamp(0, 1_000);
        Self { model, supply, stored, target, paused: false, allowed: None }
    }

    /// A car as it comes by: fuller and asking for more at AC, emptier and leaving earlier at DC.
    pub fn arriving(supply: Supply, rng: &mut impl Rng) -> Self {
        let kinds = if supply.is_dc() { &MODELS[..MODELS.len() - 1] } else { MODELS };
        let model = kinds[rng.random_range(0..kinds.len())];
        let (soc, target) = if supply.is_dc() {
            (rng.random_range(60..420), rng.random_range(70..=92) * 10)
        } else {
            (rng.random_range(150..750), if rng.random_ratio(2, 3) { 800 } else { 1_000 })
        };
        Self::new(model, supply, PerMille(soc), PerMille(target.max(soc + 50)))
    }

    pub fn soc(&self) -> PerMille {
        PerMille(self.stored / (self.model.battery.0 * MILLIJOULES_PER_WH / 1_000))
    }

    pub fn is_full(&self) -> bool {
        self.soc() >= self.target
    }

    pub fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// The station lets the least of these flow. Below 6 A a car on alternating current takes nothing.
    pub fn allow(&mut self, limits: impl Iterator<Item = Allowance>) {
        let used = match self.supply {
            Supply::Ac { phases, .. } => i64::from(phases.min(self.model.ac_phases).max(1)),
            Supply::Dc { .. } => 3,
        };
        let watts = limits.map(|limit| match limit {
            Allowance::PerPhase(current) => current.0 * MAINS / 1_000_000 * used,
            Allowance::Power(power) => power.0,
        });
        let least = if self.supply.is_dc() { 0 } else { AC_LAST * used };
        self.allowed = watts.min().map(|watts| Watts(if watts < least { 0 } else { watts }));
    }

    /// Whether the station lets nothing flow.
    pub fn is_held(&self) -> bool {
        self.allowed == Some(Watts::ZERO)
    }

    /// What flows at this moment.
    pub fn power(&self) -> Watts {
        let most = self.allowed.map_or(i64::MAX, |allowed| allowed.0);
        Watts(self.wanted().0.min(most))
    }

    /// What would flow if the station let it.
    fn wanted(&self) -> Watts {
        if self.is_full() || self.paused {
            return Watts::ZERO;
        }
        let soc = self.soc().0;
        Watts(match self.supply {
            Supply::Dc { power } => along(self.model.dc_curve, soc).min(power.0),
            Supply::Ac { power, phases } => {
                let used = i64::from(phases.min(self.model.ac_phases).max(1));
                let offered = power.0 * used / i64::from(phases.max(1));
                let full = offered.min(self.model.ac_power.0);
                let left = self.target.0 - soc;
                if self.target.0 == 1_000 && left < AC_TAPER {
                    (full * left / AC_TAPER).max(AC_LAST).min(full)
                } else {
                    full
                }
            }
        })
    }

    /// Lets time pass: the battery fills, the register counts.
    pub fn advance(&mut self, by: SignedDuration, register: &mut Register) {
        let mut left = by;
        while left > SignedDuration::ZERO {
            let step = left.min(STEP);
            let millijoules = self.power().0 * i64::try_from(step.as_millis()).unwrap_or(0);
            if millijoules == 0 {
                return;
            }
            register.add(millijoules);
            self.stored += millijoules;
            left -= step;
        }
    }

    pub fn sample(&self, register: Register) -> Sample {
        let power = self.power();
        let (phases, voltage) = match self.supply {
            Supply::Ac { phases, .. } => (phases.min(self.model.ac_phases).max(1), MAINS),
            // A 400 V pack between empty and full.
            Supply::Dc { .. } => (1, 345_000 + 65 * self.soc().0),
        };
        let current = power.0 * 1_000_000 / voltage / i64::from(phases);
        Sample {
            register: register.energy(),
            power,
            current: MilliAmps(current),
            phases,
            voltage: MilliVolts(voltage),
            soc: self.supply.is_dc().then(|| self.soc()),
        }
    }
}

/// The value of a curve at `x`, straight between its points.
fn along(curve: &[(i64, i64)], x: i64) -> i64 {
    let after = curve.iter().position(|&(at, _)| at > x);
    match after {
        Some(0) => curve[0].1,
        None => curve.last().map_or(0, |&(_, y)| y),
        Some(n) => {
            let ((x0, y0), (x1, y1)) = (curve[n - 1], curve[n]);
            y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn saloon(supply: Supply, soc: i64, target: i64) -> Charge {
        Charge::new(MODELS[1], supply, PerMille(soc), PerMille(target))
    }

    #[test]
    fn an_hour_at_eleven_kilowatts_is_eleven_kilowatt_hours() {
        let mut register = Register::starting_at(WattHours(1_000));
        let mut charge = saloon(Supply::default(), 200, 1_000);
        charge.advance(HOUR, &mut register);
        assert_eq!(register.energy(), WattHours(12_000));
        assert_eq!(charge.sample(register).current, MilliAmps(15_942));
    }

    #[test]
    fn small_steps_and_one_large_step_count_the_same() {
        let dc = Supply::Dc { power: Watts(150_000) };
        let (mut one, mut many) = (Register::default(), Register::default());
        let (mut a, mut b) = (saloon(dc, 100, 900), saloon(dc, 100, 900));
        a.advance(HOUR, &mut one);
        for _ in 0..360 {
            b.advance(SignedDuration::from_secs(10), &mut many);
        }
        assert_eq!(one, many);
    }

    #[test]
    fn a_full_car_takes_nothing_and_the_register_holds_what_went_in() {
        let dc = Supply::Dc { power: Watts(300_000) };
        let mut register = Register::default();
        let mut charge = saloon(dc, 100, 800);
        charge.advance(HOUR + HOUR, &mut register);
        assert!(charge.is_full());
        assert_eq!(charge.power(), Watts::ZERO);
        let expected = 75_000 * 7 / 10;
        assert!((register.energy().0 - expected).abs() < 750, "{:?}", register.energy());
    }

    #[test]
    fn dc_power_follows_the_curve_and_the_cable() {
        let wide = saloon(Supply::Dc { power: Watts(300_000) }, 500, 900);
        assert_eq!(wide.power(), Watts(105_000));
        let narrow = saloon(Supply::Dc { power: Watts(50_000) }, 500, 900);
        assert_eq!(narrow.power(), Watts(50_000));
    }

    #[test]
    fn a_single_phase_car_takes_one_phase_of_a_wallbox() {
        let hybrid = Charge::new(MODELS[4], Supply::default(), PerMille(100), PerMille(1_000));
        assert_eq!(hybrid.power(), Watts(3_666));
        assert_eq!(hybrid.sample(Register::default()).phases, 1);
    }

    #[test]
    fn a_car_takes_what_it_is_allowed_and_below_six_amperes_nothing() {
        let mut charge = saloon(Supply::default(), 200, 800);
        charge.allow([Allowance::PerPhase(MilliAmps(10_000)), Allowance::Power(Watts(9_000))].into_iter());
        assert_eq!(charge.power(), Watts(6_900));
        charge.allow([Allowance::PerPhase(MilliAmps(5_900))].into_iter());
        assert!(charge.is_held());
        assert_eq!(charge.power(), Watts::ZERO);
        charge.allow(std::iter::empty());
        assert_eq!(charge.power(), Watts(11_000));
    }

    #[test]
    fn a_held_back_car_waits() {
        let mut register = Register::default();
        let mut charge = saloon(Supply::default(), 200, 800);
        charge.pause(true);
        charge.advance(HOUR, &mut register);
        assert_eq!(register.energy(), WattHours::ZERO);
        assert!(!charge.is_full());
    }
}
