//! Against flapping: small movements of a meter move no limit.

use crate::unit::MilliAmps;

/// A limit is raised by at least this: every change costs a message and a car's patience.
const RAISE: i64 = 1_000;
/// A load is counted in steps of this: upwards at once, downwards only when it fell by `FALL` below the step.
const RUNG: i64 = 1_000;
const FALL: i64 = 1_500;

/// The limit to hold where `held` is in force and `wanted` would be right. Never more than `wanted`.
pub fn steady_limit(
    held: Option<MilliAmps>,
    wanted: MilliAmps,
    least: MilliAmps,
    most: MilliAmps,
) -> MilliAmps {
    match held {
        Some(held) if held >= least && held <= wanted && wanted.0 - held.0 < RAISE && wanted < most => held,
        _ => wanted,
    }
}

/// The load to count where `before` was counted and `measured` flows now. Never less than `measured`.
pub fn steady_load(before: Option<MilliAmps>, measured: MilliAmps) -> MilliAmps {
    let measured = measured.0.max(0);
    let rung = MilliAmps(measured.saturating_add(RUNG - 1) / RUNG * RUNG);
    match before {
        Some(before) if measured <= before.0 && before.0 - measured < FALL => before,
        _ => rung,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wobbling_meter_is_one_load() {
        let mut counted = None;
        let mut seen = Vec::new();
        for milliamps in [20_300, 20_900, 19_800, 20_400, 19_600, 20_950, 21_000] {
            counted = Some(steady_load(counted, MilliAmps(milliamps)));
            seen.extend(counted);
        }
        assert!(seen.iter().all(|load| *load == MilliAmps(21_000)), "{seen:?}");
        assert_eq!(steady_load(counted, MilliAmps(21_001)), MilliAmps(22_000));
        assert_eq!(steady_load(counted, MilliAmps(19_500)), MilliAmps(20_000));
        assert_eq!(steady_load(None, MilliAmps(-5)), MilliAmps(0));
    }

    #[test]
    fn limits_fall_at_once_and_rise_by_a_whole_ampere() {
        let limit = |held, wanted| {
            steady_limit(Some(MilliAmps(held)), MilliAmps(wanted), MilliAmps(6_000), MilliAmps(32_000)).0
        };
        assert_eq!(limit(10_000, 9_900), 9_900);
        assert_eq!(limit(10_000, 10_900), 10_000);
        assert_eq!(limit(10_000, 11_000), 11_000);
        assert_eq!(limit(31_500, 32_000), 32_000);
        assert_eq!(limit(0, 6_000), 6_000);
        assert_eq!(steady_limit(None, MilliAmps(7_300), MilliAmps(6_000), MilliAmps(32_000)).0, 7_300);
    }
}
