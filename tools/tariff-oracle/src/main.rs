//! Prices random sessions with Forecourt's engine and with `ocpi-tariffs`, and reports every difference that has no reason.
//!
//! `tariff-oracle [CASES] [SEED]`. It never changes anything; it ends with an error where the engines differ. Periods are
//! given to ours whole and to the other cut at every step of the grid, so that ours is also checked at cutting.
//!
//! # Differences that are known, and why
//!
//! - **Rounding.** Ours rounds each line of a receipt to the currency's smallest unit, the other keeps the sum exact. So
//!   quantities and exact costs are compared at each price, and each rounded line with its exact cost.
//! - **Amounts that no price is asked for** count for the step in the other engine. OCPI's example of parking that becomes
//!   free says that only what is billed is rounded up. There, what was measured is compared instead of what is billed.
//! - **Limits on both sides of VAT.** Ours holds each of both; the other compares net amounts and takes the limit as a pair.
//!   Limits are compared without VAT.
//! - **Reservations, prices that contain VAT, time withheld by the site and time from start to stop** are known to one engine
//!   only and are not drawn.

mod compare;
mod draw;
mod ocpi;

use std::process::ExitCode;

/// As many as run in a few seconds.
const CASES: u64 = 2_500;
const SEED: u64 = 20_221;
/// Differences that are shown in full.
const SHOWN: usize = 3;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let (Ok(cases), Ok(seed)) = (arguments.next().unwrap_or(Ok(CASES)), arguments.next().unwrap_or(Ok(SEED)))
    else {
        eprintln!("usage: tariff-oracle [CASES] [SEED]");
        return ExitCode::FAILURE;
    };
    let mut seen = compare::Seen::default();
    let mut different = 0;
    for case in 0..cases {
        let drawn = draw::Case::draw(&mut fastrand::Rng::with_seed(seed.wrapping_add(case)));
        let found = compare::compare(&drawn, &mut seen);
        if found.is_empty() {
            continue;
        }
        different += 1;
        if different <= SHOWN {
            eprintln!("case {} of seed {seed}:", case);
            found.iter().for_each(|line| eprintln!("  {line}"));
            eprintln!("  tariff {}", ocpi::tariff(&drawn.tariff));
            eprintln!("  cdr {}", ocpi::cdr(&drawn));
        }
    }
    println!("{cases} sessions under {cases} tariffs, seed {seed}: {different} differ without a reason");
    println!("{seen}");
    if different > 0 || seen.too_few(cases) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
