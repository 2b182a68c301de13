//! Plans an energy manager would draw by hand, then laws over random days.

use proptest::prelude::*;

use super::*;
use crate::unit::WattHours;

/// Prices in thousandths of a currency unit.
fn prices(list: &[i64]) -> Vec<Interval> {
    list.iter().map(|price| Interval { price: price * 1_000, load: Watts(0), solar: Watts(0) }).collect()
}

fn need(from: usize, until: usize, wants: i64, takes: i64) -> Need {
    Need { from, until, wants: WattHours(wants), least: Watts(0), takes: Watts(takes), hours: Vec::new() }
}

fn hourly(intervals: Vec<Interval>, limit: i64, needs: Vec<Need>) -> Horizon {
    Horizon {
        interval_s: 3_600,
        first_s: 3_600,
        intervals,
        limit: Watts(limit),
        peak_price: 0,
        peak_so_far: Watts(0),
        needs,
    }
}

fn watts(plan: &Plan, car: usize) -> Vec<i64> {
    plan.cars[car].power.iter().map(|watts| watts.0).collect()
}

#[test]
fn a_car_with_time_takes_the_cheapest_hours() {
    let asked = hourly(prices(&[300, 100, 200, 50, 400]), 100_000, vec![need(0, 5, 22_000, 11_000)]);
    let found = plan(&asked).expect("a plan");
    assert_eq!(watts(&found, 0), [0, 11_000, 0, 11_000, 0]);
    assert_eq!(found.cost, 11 * 100_000 + 11 * 50_000);
    assert_eq!((found.cars[0].short, found.cars[0].gets), (None, WattHours(22_000)));
}

#[test]
fn two_cars_share_the_cheap_hour_and_the_rest_goes_to_the_next_best() {
    let needs = vec![need(0, 3, 10_000, 11_000), need(0, 3, 10_000, 11_000)];
    let found = plan(&hourly(prices(&[300, 100, 200]), 15_000, needs)).expect("a plan");
    let sums: Vec<i64> = (0..3).map(|at| watts(&found, 0)[at] + watts(&found, 1)[at]).collect();
    assert_eq!(sums, [0, 15_000, 5_000]);
    assert_eq!(found.full, [false, true, false]);
}

#[test]
fn a_peak_that_costs_is_made_flat() {
    let mut asked = hourly(prices(&[100, 100, 100, 100]), 100_000, vec![need(0, 4, 20_000, 20_000)]);
    asked.peak_price = 50_000_000;
    let found = plan(&asked).expect("a plan");
    assert!(found.peak <= Watts(5_001), "{:?}", found.peak);
    // What was drawn before costs nothing more.
    asked.peak_so_far = Watts(10_000);
    assert_eq!(plan(&asked).expect("a plan").peak, Watts(10_000));
}

#[test]
fn sunshine_is_taken_before_the_cheapest_hour() {
    let mut intervals = prices(&[100, 300, 300]);
    intervals[2].solar = Watts(8_000);
    let found = plan(&hourly(intervals, 100_000, vec![need(0, 3, 8_000, 11_000)])).expect("a plan");
    assert_eq!((watts(&found, 0), found.cost), (vec![0, 0, 8_000], 0));
}

#[test]
fn what_cannot_be_is_named_and_as_much_as_possible_is_given() {
    let needs = vec![need(0, 1, 30_000, 11_000), need(0, 2, 11_000, 11_000)];
    let found = plan(&hourly(prices(&[100, 900]), 11_000, needs)).expect("a plan");
    assert_eq!(found.cars[0].short, Some(Short::Time));
    assert_eq!(found.cars.iter().map(|car| car.gets.0).sum::<i64>(), 22_000);
    let needs = vec![need(0, 1, 8_000, 11_000), need(0, 1, 8_000, 11_000)];
    let tight = plan(&hourly(prices(&[100]), 10_000, needs)).expect("a plan");
    assert_eq!(tight.cars.iter().map(|car| car.gets.0).sum::<i64>(), 10_000);
    assert!(tight.cars.iter().any(|car| car.short == Some(Short::Limit)));
}

#[test]
fn nothing_to_do_and_too_much_to_do() {
    assert_eq!(plan(&hourly(Vec::new(), 1_000, Vec::new())).expect("a plan").cars, []);
    let needs = vec![need(0, 96, 1, 1_000); 300];
    assert_eq!(plan(&hourly(prices(&[100; 96]), 1_000, needs)), Err(NoPlan::TooLarge));
}

#[test]
fn a_car_runs_with_its_least_or_pauses() {
    // Made flat each hour would give 1 kW: the car cannot charge with less than 4 kW.
    let mut asked = hourly(
        prices(&[100, 100, 90, 100, 100, 100, 100, 100]),
        100_000,
        vec![Need { least: Watts(4_000), ..need(0, 8, 8_000, 11_000) }; 2],
    );
    asked.peak_price = 50_000_000;
    let found = plan(&asked).expect("a plan");
    for car in 0..2 {
        let runs: Vec<i64> = watts(&found, car).into_iter().filter(|watts| *watts > 0).collect();
        assert_eq!(runs, [4_000, 4_000], "{found:?}");
    }
    // Not at the same time: together they would be a higher peak.
    assert_eq!(found.peak, Watts(4_000));
    // What ends the need may run for a part of its interval.
    asked.needs = vec![Need { least: Watts(4_000), ..need(0, 8, 5_000, 11_000) }];
    let mut runs = watts(&plan(&asked).expect("a plan"), 0);
    runs.retain(|watts| *watts > 0);
    assert_eq!(runs.iter().sum::<i64>(), 5_000);
    assert!(runs.iter().filter(|watts| **watts < 4_000).count() <= 1, "{runs:?}");
}

#[test]
fn a_peak_that_pays_over_many_intervals_is_taken() {
    // Raising the peak for one cheap hour costs more than a dear hour, for all four of them less.
    let needs = vec![Need { least: Watts(5_000), ..need(0, 8, 16_000, 11_000) }; 2];
    let mut asked = hourly(prices(&[100, 100, 100, 100, 2_000, 2_000, 2_000, 2_000]), 100_000, needs);
    asked.peak_price = 2_500_000;
    let found = plan(&asked).expect("a plan");
    for car in 0..2 {
        assert_eq!(watts(&found, car)[4..], [0; 4], "{found:?}");
    }
    assert!(found.peak <= Watts(10_000), "{:?}", found.peak);
}

#[test]
fn what_is_left_of_the_first_interval_and_closed_hours_are_counted() {
    let mut asked = hourly(prices(&[100, 200, 300]), 100_000, vec![need(0, 3, 10_000, 10_000)]);
    asked.first_s = 1_800;
    let found = plan(&asked).expect("a plan");
    assert_eq!(watts(&found, 0), [10_000, 5_000, 0]);
    assert_eq!((found.cost, found.cars[0].gets), (5 * 100_000 + 5 * 200_000, WattHours(10_000)));
    asked.needs[0].hours = vec![Watts(10_000), Watts(0), Watts(4_000)];
    let found = plan(&asked).expect("a plan");
    assert_eq!(watts(&found, 0), [10_000, 0, 4_000]);
    assert_eq!((found.cars[0].gets, found.cars[0].short), (WattHours(9_000), Some(Short::Time)));
}

#[test]
fn at_once_is_from_the_start_and_dearer() {
    let asked = hourly(prices(&[300, 100, 200, 50]), 15_000, vec![need(0, 4, 20_000, 11_000); 2]);
    let greedy = at_once(&asked);
    assert_eq!(
        (watts(&greedy, 0), watts(&greedy, 1)),
        (vec![11_000, 9_000, 0, 0], vec![4_000, 6_000, 10_000, 0])
    );
    assert!(plan(&asked).expect("a plan").cost < greedy.cost);
}

prop_compose! {
    fn a_need(count: usize)(from in 0..count, stays in 0..count, wants in 0..60_000_i64, takes in 0..30_000_i64) -> Need {
        need(from, from + stays, wants, takes)
    }
}

prop_compose! {
    /// As cars are: they cannot charge with less than a quarter of what they take.
    fn a_picky_horizon()(mut asked in a_horizon(), first_s in 1..900_i64) -> Horizon {
        asked.first_s = first_s;
        for need in &mut asked.needs {
            need.least = Watts(need.takes.0 / 4);
        }
        asked
    }
}

fn a_horizon() -> impl Strategy<Value = Horizon> {
    let interval = (-200..900_i64, 0..30_000_i64, 0..20_000_i64).prop_map(|(price, load, solar)| Interval {
        price: price * 1_000,
        load: Watts(load),
        solar: Watts(solar),
    });
    (prop::collection::vec(interval, 1..16), 0..80_000_i64, 0..30_000_i64).prop_flat_map(
        |(intervals, limit, peak)| {
            let needs = prop::collection::vec(a_need(intervals.len()), 0..8);
            (Just(intervals), Just(limit), Just(peak), needs).prop_map(|(intervals, limit, peak, needs)| {
                Horizon {
                    interval_s: 900,
                    first_s: 900,
                    peak_price: peak * 1_000,
                    ..hourly(intervals, limit, needs)
                }
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_interval_is_above_the_limit_and_nobody_gets_more_than_wanted(asked in a_horizon()) {
        let found = plan(&asked).expect("a plan");
        for (at, interval) in asked.intervals.iter().enumerate() {
            let cars: i64 = found.cars.iter().map(|car| car.power[at].0).sum();
            prop_assert!(cars <= (asked.limit.0 - interval.load.0 + interval.solar.0).max(0));
        }
        for (need, car) in asked.needs.iter().zip(&found.cars) {
            prop_assert!(car.gets <= need.wants && car.gets.0 >= 0);
            for (at, power) in car.power.iter().enumerate() {
                prop_assert!(power.0 >= 0 && power.0 <= need.takes.0);
                prop_assert!(power.0 == 0 || (need.from..need.until).contains(&at));
            }
        }
    }

    #[test]
    fn a_least_breaks_no_limit_and_leaves_no_crumbs_where_there_is_room(asked in a_picky_horizon()) {
        let found = plan(&asked).expect("a plan");
        for (at, interval) in asked.intervals.iter().enumerate() {
            let cars: i64 = found.cars.iter().map(|car| car.power[at].0).sum();
            prop_assert!(cars <= (asked.limit.0 - interval.load.0 + interval.solar.0).max(0));
        }
        for (need, car) in asked.needs.iter().zip(&found.cars) {
            prop_assert!(car.gets <= need.wants && car.gets.0 >= 0);
            let crumbs = car.power.iter().filter(|watts| watts.0 > 0 && **watts < need.least).count();
            // One that ends it; more only where every circuit is too full for its least.
            prop_assert!(crumbs <= 1 || found.full.iter().any(|full| *full), "{:?}", car.power);
        }
    }

    #[test]
    fn as_much_is_given_as_by_charging_at_once_and_never_dearer_where_all_are_served(asked in a_horizon()) {
        let found = plan(&asked).expect("a plan");
        let greedy = at_once(&asked);
        let given: i64 = found.cars.iter().map(|car| car.gets.0).sum();
        let gets: i64 = greedy.cars.iter().map(|car| car.gets.0).sum();
        // A watt-hour of rounding for each car and interval.
        let slack = (asked.needs.len() * asked.intervals.len() + 1) as i64;
        prop_assert!(given + slack >= gets, "{given} of {gets}");
        let all_served = greedy.cars.iter().all(|car| car.short.is_none());
        let (peak, cost) = (greedy.peak.0, greedy.cost);
        if all_served {
            let whole = |cost: i64, peak: i64| i128::from(cost) + i128::from(asked.peak_price) * i128::from(peak) / 1_000;
            let dearest = asked.intervals.iter().map(|i| i.price.abs()).max().unwrap_or(0);
            // Among equals earlier is better: that may cost a ten-thousandth, and rounding a watt-hour each.
            let slack = i128::from(dearest) * i128::from(slack) / 1_000 + i128::from(dearest) / 100
                + i128::from(asked.peak_price) / 100;
            prop_assert!(whole(found.cost, found.peak.0) <= whole(cost, peak) + slack,
                "{} against {}", whole(found.cost, found.peak.0), whole(cost, peak));
        }
    }
}
