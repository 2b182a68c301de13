//! What charging spares the air (C20), with factors that an organisation may set.

use serde::{Deserialize, Serialize};

/// What the good of charging is reckoned with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factors {
    /// Energy an electric car needs, per kilometre.
    pub wh_per_km: i64,
    /// What a petrol car would have given off, per kilometre.
    pub petrol_g_per_km: i64,
    /// What making the electricity gave off, per kWh.
    pub grid_g_per_kwh: i64,
    /// What a tree takes up in a year.
    pub tree_g_per_year: i64,
}

impl Default for Factors {
    /// Middle values for Europe; an organisation that knows its own sets them.
    fn default() -> Self {
        Self { wh_per_km: 180, petrol_g_per_km: 170, grid_g_per_kwh: 220, tree_g_per_year: 22_000 }
    }
}

/// What some energy did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Good {
    pub distance_km: i64,
    /// What petrol cars would have given off for that distance.
    pub petrol_g: i64,
    /// What making the electricity gave off.
    pub grid_g: i64,
    /// The difference. Less than none where the grid is dirtier than petrol.
    pub avoided_g: i64,
    /// Trees that take up as much in a year, in tenths.
    pub trees_tenths: i64,
}

impl Factors {
    pub fn good(&self, energy_wh: i64) -> Good {
        let energy = i128::from(energy_wh.max(0));
        let per_km = i128::from(self.wh_per_km.max(1));
        let petrol = energy * i128::from(self.petrol_g_per_km) / per_km;
        let grid = energy * i128::from(self.grid_g_per_kwh) / 1_000;
        let avoided = petrol - grid;
        let trees = avoided.max(0) * 10 / i128::from(self.tree_g_per_year.max(1));
        let whole = |value: i128| i64::try_from(value).unwrap_or(i64::MAX);
        Good {
            distance_km: whole(energy / per_km),
            petrol_g: whole(petrol),
            grid_g: whole(grid),
            avoided_g: whole(avoided),
            trees_tenths: whole(trees),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn co2_avoided_is_petrol_less_grid() {
        let factors =
            Factors { wh_per_km: 200, petrol_g_per_km: 160, grid_g_per_kwh: 100, tree_g_per_year: 20_000 };
        let good = factors.good(100_000);
        assert_eq!(good.distance_km, 500);
        assert_eq!(good.petrol_g, 80_000);
        assert_eq!(good.grid_g, 10_000);
        assert_eq!(good.avoided_g, 70_000);
        assert_eq!(good.trees_tenths, 35);
    }

    #[test]
    fn a_dirty_grid_is_told_as_it_is() {
        let factors = Factors { grid_g_per_kwh: 1_200, ..Factors::default() };
        let good = factors.good(10_000);
        assert!(good.avoided_g < 0);
        assert_eq!(good.trees_tenths, 0);
    }
}
