//! The figures of dashboards and reports: one formula each, over sums by day. Pure; reads no clock and no storage.

mod availability;
mod days;
mod sustainability;

pub use availability::{Availability, state_of};
pub use days::{Stretch, date_of, day_number, day_of, start_of_day, stretches};
pub use sustainability::{Factors, Good};

use serde::{Deserialize, Serialize};

/// What happened at some places in some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    pub energy_wh: i64,
    /// Completed, by the time they ended (C22).
    pub sessions: i64,
    /// Somebody's session was open.
    pub occupied_s: i64,
    /// Energy flowed.
    pub charging_s: i64,
    /// Time that is accounted for, of all EVSEs together.
    pub watched_s: i64,
    pub offline_s: i64,
    pub faulted_s: i64,
    /// Taken out of service: counts neither for nor against the charger.
    pub unavailable_s: i64,
    /// What could have been charged in the time watched.
    pub capacity_wh: i64,
}

impl Sums {
    pub fn add(&mut self, other: &Self) {
        self.energy_wh += other.energy_wh;
        self.sessions += other.sessions;
        self.occupied_s += other.occupied_s;
        self.charging_s += other.charging_s;
        self.watched_s += other.watched_s;
        self.offline_s += other.offline_s;
        self.faulted_s += other.faulted_s;
        self.unavailable_s += other.unavailable_s;
        self.capacity_wh += other.capacity_wh;
    }

    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Uptime (C19): 1 − (offline or faulted) ÷ time watched without that taken out of service. In thousandths.
    pub fn uptime(&self) -> Option<i64> {
        let asked = self.watched_s - self.unavailable_s;
        per_mille(asked - self.offline_s - self.faulted_s, asked)
    }

    /// Utilisation (C19): time with an open session ÷ time watched. In thousandths.
    pub fn utilisation(&self) -> Option<i64> {
        per_mille(self.occupied_s, self.watched_s)
    }

    /// Utilisation by energy: energy ÷ what full power all the time would have given. In thousandths.
    pub fn energy_utilisation(&self) -> Option<i64> {
        per_mille(self.energy_wh, self.capacity_wh)
    }

    /// Share of the occupied time in which energy flowed. In thousandths.
    pub fn charging_share(&self) -> Option<i64> {
        per_mille(self.charging_s, self.occupied_s)
    }
}

/// `part / whole` in thousandths, held between none and all of it; nothing of nothing is no figure.
fn per_mille(part: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let share = i128::from(part.max(0)) * 1_000 / i128::from(whole);
    Some(i64::try_from(share.min(1_000)).unwrap_or(1_000))
}

/// What energy cost: Wh at a price in millionths per kWh, in the currency's smallest unit, rounded half up (C16).
pub fn energy_cost(energy_wh: i64, price_e6: i64, decimals: u32) -> i64 {
    let exact = i128::from(energy_wh) * i128::from(price_e6) * 10_i128.pow(decimals);
    let unit = 1_000_i128 * 1_000_000;
    i64::try_from((exact + unit / 2).div_euclid(unit)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uptime_leaves_out_what_was_taken_out_of_service() {
        let sums =
            Sums { watched_s: 1_000, unavailable_s: 200, offline_s: 60, faulted_s: 20, ..Sums::default() };
        assert_eq!(sums.uptime(), Some(900));
        assert_eq!(Sums { watched_s: 100, unavailable_s: 100, ..Sums::default() }.uptime(), None);
        assert_eq!(Sums::default().uptime(), None);
    }

    #[test]
    fn utilisation_is_of_the_time_watched_and_never_more_than_all_of_it() {
        let sums = Sums { watched_s: 86_400, occupied_s: 21_600, ..Sums::default() };
        assert_eq!(sums.utilisation(), Some(250));
        assert_eq!(Sums { occupied_s: 90_000, ..sums }.utilisation(), Some(1_000));
        assert_eq!(Sums { energy_wh: 5, capacity_wh: 50, ..sums }.energy_utilisation(), Some(100));
    }

    #[test]
    fn energy_costs_are_rounded_once() {
        assert_eq!(energy_cost(12_345, 250_000, 2), 309);
        assert_eq!(energy_cost(1_000, 1_500_000, 0), 2);
        assert_eq!(energy_cost(0, 250_000, 2), 0);
    }
}
