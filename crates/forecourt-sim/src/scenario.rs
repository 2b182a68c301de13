//! What happens at a station, as data: how often cars come and at which hour, how long they stay, what goes wrong.
//!
//! Pure: the same generator gives the same day. Nothing here speaks a protocol.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::Rng;

/// Behaviour of every EVSE of a station.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scenario {
    pub name: &'static str,
    pub ac: Visits,
    pub dc: Visits,
    /// Faults of one EVSE in a hundred days.
    pub faults_per_100_days: u32,
    /// Lost connections of one station in a hundred days.
    pub gaps_per_100_days: u32,
    /// Of a hundred visits, how many are held back by the station for a while (SuspendedEVSE).
    pub pauses_percent: u32,
    /// The first car comes within this many seconds of the start, so that a screen is not empty; 0: by the hours.
    pub first_within_s: u32,
    /// After its first boot the station makes one statement of every kind its version has.
    pub says_everything: bool,
}

/// Cars at one EVSE.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visits {
    /// Arrivals per thousand days in each local hour, at a free EVSE.
    pub by_hour: [u32; 24],
    /// Shortest and longest stay, in minutes.
    pub stay_min: (u32, u32),
    /// Seconds between plugging in and presenting a charge key.
    pub present_s: (u32, u32),
    /// Seconds between two readings.
    pub sample_s: u32,
}

const NEVER: [u32; 24] = [0; 24];
/// One arrival in ten minutes, day and night.
const ALWAYS: [u32; 24] = [6_000; 24];
/// A workplace and town car park: the morning peak, a smaller one after lunch.
const WORKDAY: [u32; 24] = [
    10, 5, 5, 5, 10, 40, 260, 900, 1100, 700, 320, 240, 300, 520, 300, 220, 220, 320, 380, 240, 120, 60, 30,
    15,
];
/// A fast charger on a road: wakes with the traffic, busiest in the afternoon.
const ROADSIDE: [u32; 24] = [
    30, 20, 15, 15, 30, 90, 240, 420, 460, 440, 480, 560, 620, 580, 560, 620, 700, 740, 640, 460, 300, 200,
    120, 60,
];
/// The same places with a floor under the quiet hours: a demonstration at midnight still shows cars.
const NEVER_EMPTY: [u32; 24] = [
    900, 900, 900, 900, 900, 1000, 1200, 1500, 1500, 1300, 1200, 1200, 1300, 1300, 1200, 1200, 1300, 1400,
    1400, 1200, 1100, 1000, 900, 900,
];

const AC_DAY: Visits = Visits { by_hour: WORKDAY, stay_min: (95, 540), present_s: (5, 40), sample_s: 60 };
const DC_DAY: Visits = Visits { by_hour: ROADSIDE, stay_min: (14, 55), present_s: (8, 45), sample_s: 30 };

/// A day at a real site.
pub const DAY: Scenario = Scenario {
    name: "day",
    ac: AC_DAY,
    dc: DC_DAY,
    faults_per_100_days: 6,
    gaps_per_100_days: 40,
    pauses_percent: 8,
    first_within_s: 0,
    says_everything: false,
};

/// A day at a real site that is worth watching at any hour.
pub const SHOWCASE: Scenario = Scenario {
    name: "showcase",
    ac: Visits { by_hour: NEVER_EMPTY, stay_min: (25, 150), present_s: (5, 40), sample_s: 30 },
    dc: Visits { by_hour: NEVER_EMPTY, stay_min: (10, 40), present_s: (8, 45), sample_s: 15 },
    faults_per_100_days: 150,
    gaps_per_100_days: 300,
    pauses_percent: 15,
    first_within_s: 600,
    says_everything: false,
};

/// One car after the other, nothing goes wrong.
pub const STEADY: Scenario = Scenario {
    name: "steady",
    ac: Visits { by_hour: ALWAYS, stay_min: (20, 60), present_s: (5, 20), sample_s: 60 },
    dc: Visits { by_hour: ALWAYS, stay_min: (10, 30), present_s: (5, 20), sample_s: 30 },
    faults_per_100_days: 0,
    gaps_per_100_days: 0,
    pauses_percent: 0,
    first_within_s: 60,
    says_everything: false,
};

/// As many messages as a well-behaved station can have: short visits, a reading every five seconds.
pub const BUSY: Scenario = Scenario {
    name: "busy",
    ac: Visits { by_hour: [360_000; 24], stay_min: (1, 2), present_s: (1, 2), sample_s: 5 },
    dc: Visits { by_hour: [360_000; 24], stay_min: (1, 2), present_s: (1, 2), sample_s: 5 },
    faults_per_100_days: 0,
    gaps_per_100_days: 0,
    pauses_percent: 0,
    first_within_s: 5,
    says_everything: false,
};

/// Connected, and nobody comes.
pub const IDLE: Scenario = Scenario {
    name: "idle",
    ac: Visits { by_hour: NEVER, stay_min: (30, 60), present_s: (5, 20), sample_s: 60 },
    dc: Visits { by_hour: NEVER, stay_min: (10, 30), present_s: (5, 20), sample_s: 30 },
    faults_per_100_days: 0,
    gaps_per_100_days: 0,
    pauses_percent: 0,
    first_within_s: 0,
    says_everything: false,
};

/// Every message of its version once, then one car after the other.
pub const EVERYTHING: Scenario = Scenario { name: "everything", says_everything: true, ..STEADY };

/// Every scenario that can be asked for by name.
pub const ALL: [Scenario; 6] = [DAY, SHOWCASE, STEADY, BUSY, IDLE, EVERYTHING];

impl Default for Scenario {
    fn default() -> Self {
        DAY
    }
}

impl Scenario {
    pub fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|scenario| scenario.name == name)
    }

    pub fn visits(&self, is_dc: bool) -> &Visits {
        if is_dc { &self.dc } else { &self.ac }
    }

    /// When something that happens `per_100_days` times on average happens next; `None` for never.
    pub fn next_mishap(per_100_days: u32, now: Timestamp, rng: &mut impl Rng) -> Option<Timestamp> {
        if per_100_days == 0 {
            return None;
        }
        let days = exponential(rng) * 100.0 / f64::from(per_100_days);
        now.checked_add(SignedDuration::from_secs_f64(days * 86_400.0)).ok()
    }
}

impl Visits {
    /// When the next car comes to an EVSE that is free from `now` on; `None` where nobody ever comes.
    pub fn next_arrival(&self, now: Timestamp, zone: &TimeZone, rng: &mut impl Rng) -> Option<Timestamp> {
        let mut wanted = exponential(rng);
        let mut at = now;
        // A fortnight is far beyond the rarest arrival of any scenario.
        for _ in 0..14 * 24 {
            let local = zone.to_datetime(at);
            let rate = f64::from(self.by_hour[usize::from(local.hour().unsigned_abs()) % 24]) / 1_000.0;
            let into_hour = SignedDuration::new(
                i64::from(local.minute()) * 60 + i64::from(local.second()),
                local.subsec_nanosecond(),
            );
            let left = SignedDuration::from_hours(1) - into_hour;
            let here = rate * left.as_secs_f64() / 3_600.0;
            if here > wanted {
                return at.checked_add(SignedDuration::from_secs_f64(wanted / rate * 3_600.0)).ok();
            }
            wanted -= here;
            at = at.checked_add(left).ok()?;
        }
        None
    }

    pub fn stay(&self, rng: &mut impl Rng) -> SignedDuration {
        let (low, high) = (self.stay_min.0 * 60, self.stay_min.1 * 60);
        SignedDuration::from_secs(i64::from(rng.random_range(low..=high)))
    }

    pub fn presenting_after(&self, rng: &mut impl Rng) -> SignedDuration {
        SignedDuration::from_secs(i64::from(rng.random_range(self.present_s.0..=self.present_s.1)))
    }

    pub fn sample_every(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.sample_s))
    }
}

/// Waiting time, in units of its mean, for something that has no memory.
fn exponential(rng: &mut impl Rng) -> f64 {
    -(1.0 - rng.random::<f64>()).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    #[test]
    fn a_workday_has_its_arrivals_in_the_morning() {
        let mut rng = SmallRng::seed_from_u64(7);
        let mut at: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        let mut by_hour = [0u32; 24];
        for _ in 0..4_000 {
            at = DAY.ac.next_arrival(at, &zone, &mut rng).unwrap();
            by_hour[usize::from(zone.to_datetime(at).hour().unsigned_abs())] += 1;
        }
        assert!(by_hour[8] > 10 * by_hour[2].max(1), "{by_hour:?}");
        let rate: u32 = WORKDAY.iter().sum();
        let days = at.duration_since("2026-01-01T00:00:00Z".parse().unwrap()).as_hours() / 24;
        let expected = 4_000 * 1_000 / i64::from(rate);
        assert!((days - expected).abs() < expected / 10, "{days} days, expected about {expected}");
    }

    #[test]
    fn nobody_comes_to_an_idle_station() {
        let mut rng = SmallRng::seed_from_u64(1);
        assert_eq!(IDLE.ac.next_arrival(Timestamp::UNIX_EPOCH, &TimeZone::UTC, &mut rng), None);
        assert_eq!(Scenario::next_mishap(0, Timestamp::UNIX_EPOCH, &mut rng), None);
    }

    #[test]
    fn every_scenario_is_found_by_its_name() {
        for scenario in ALL {
            assert_eq!(Scenario::named(scenario.name), Some(scenario));
        }
        assert_eq!(Scenario::named("holiday"), None);
    }
}
