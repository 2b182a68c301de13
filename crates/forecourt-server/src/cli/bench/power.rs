//! How long sharing the power of a large place takes: three levels of circuits, everybody charging.

use std::time::{Duration, Instant};

use forecourt_core::Timestamp;
use forecourt_core::power::{Circuit, Demand, Distribution, Evse, PerPhase, Rotation, Wiring, allocate};
use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, Watts};
use jiff::SignedDuration;

use super::super::say;

/// EVSEs of each measurement, with the time that must hold and the time we aim at.
const SIZES: [(usize, &str, &str); 2] = [(1_000, "500 us", "100 us"), (10_000, "25 ms", "10 ms")];
/// EVSEs on one circuit of the lowest level, and circuits of it on one of the middle level.
const ROW: usize = 20;
const ROWS: usize = 10;
/// The middle one of these counts.
const RUNS: usize = 51;

pub(super) fn print() {
    say("");
    say(&format!(
        "{:<10}{:>8}{:>14}{:>14}{:>10}{:>10}",
        "allocate", "EVSEs", "middle us", "slowest us", "must", "aim"
    ));
    for (count, must, aim) in SIZES {
        let (circuits, evses) = place(count);
        let mut taken: Vec<Duration> = (0..RUNS)
            .map(|_| {
                let begun = Instant::now();
                std::hint::black_box(allocate(&circuits, &evses));
                begun.elapsed()
            })
            .collect();
        taken.sort_unstable();
        let (middle, slowest) = (taken.get(RUNS / 2), taken.last());
        let us = |time: Option<&Duration>| time.map_or(0, Duration::as_micros);
        say(&format!("{:<10}{count:>8}{:>14}{:>14}{must:>10}{aim:>10}", "", us(middle), us(slowest)));
    }
}

/// Fuses of different sizes, cars on one phase and on three, some that take less than they may.
fn place(count: usize) -> (Vec<Circuit>, Vec<Evse>) {
    let rows = count.div_ceil(ROW);
    let halls = rows.div_ceil(ROWS);
    let circuit = |parent, amperes: usize| Circuit {
        parent,
        capacity: PerPhase::even(MilliAmps(i64::try_from(amperes).unwrap_or(0) * 1_000)),
        buffer: PerMille(50),
        load: PerPhase::even(MilliAmps(5_000)),
        distribution: Distribution::Dynamic,
        least_session: Watts(0),
        voltage: MilliVolts(230_000),
    };
    let mut circuits = vec![circuit(None, count * 12)];
    circuits.extend((0..halls).map(|hall| circuit(Some(0), ROW * ROWS * (11 + hall % 4))));
    circuits.extend((0..rows).map(|row| circuit(Some(1 + row / ROWS), ROW * (10 + row % 7))));
    let evses = (0..count).map(|n| Evse {
        circuit: 1 + halls + n / ROW,
        wiring: Wiring {
            phases: 3,
            rotation: Rotation::ALL.get(n % 6).copied(),
            car: Some(if n % 3 == 0 { 1 } else { 3 }),
        },
        min: MilliAmps(6_000),
        max: MilliAmps(32_000),
        parts: 1,
        demand: Demand::Charging {
            takes: (n % 5 == 0).then(|| MilliAmps(7_000 + i64::try_from(n % 23).unwrap_or(0) * 400)),
        },
        priority: i64::from(n % 50 == 0),
        since: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(i64::try_from(n % 977).unwrap_or(0)),
        held: None,
    });
    let evses = evses.collect();
    (circuits, evses)
}
