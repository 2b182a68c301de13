//! What a plan is made for, and what it leaves to a car at a moment.

use serde::{Deserialize, Serialize};

use crate::unit::{MilliAmps, MilliVolts, Watts};

/// A cap is told in steps of this: a plan that moves a little moves no limit.
const STEP: i64 = 500;

/// What a plan makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlanAim {
    /// What electricity costs.
    Price,
    /// Carbon dioxide.
    Carbon,
}

/// The current that a plan leaves to a car, on each of its conductors: nothing, or at least what it needs to charge.
pub fn planned_current(
    planned: Watts,
    least: MilliAmps,
    most: MilliAmps,
    conductors: i64,
    voltage: MilliVolts,
) -> MilliAmps {
    if planned.0 <= 0 {
        return MilliAmps::ZERO;
    }
    let each = planned.0.saturating_mul(1_000_000) / voltage.0.max(1) / conductors.clamp(1, 3);
    let near = (each + STEP / 2) / STEP * STEP;
    MilliAmps(near.max(least.0).min(most.0).max(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_or_enough_to_charge_in_steps_of_half_an_ampere() {
        let current = |watts| {
            planned_current(Watts(watts), MilliAmps(6_000), MilliAmps(16_000), 3, MilliVolts(230_000)).0
        };
        assert_eq!([0, -5, 1, 2_000, 4_140].map(current), [0, 0, 6_000, 6_000, 6_000]);
        assert_eq!(
            [6_900, 6_950, 7_100, 11_040, 22_000].map(current),
            [10_000, 10_000, 10_500, 16_000, 16_000]
        );
    }

    proptest! {
        #[test]
        fn it_is_never_below_the_least_nor_above_the_most(
            watts in 0..400_000_i64, least in 0..20_000_i64, more in 0..60_000_i64, conductors in 0..5_i64,
        ) {
            let most = MilliAmps(least + more);
            let found = planned_current(Watts(watts), MilliAmps(least), most, conductors, MilliVolts(230_000));
            prop_assert!(found <= most);
            let enough = if watts == 0 { found.0 == 0 } else { found.0 >= least };
            prop_assert!(enough);
        }
    }
}
