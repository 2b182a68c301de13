//! Closed and open runs: every station calls until the time is over.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::line::Line;
use super::{Caught, LoadPlan, LoadReport, Target, set_up};

/// A timer fires up to this much late by its own resolution: that is the generator's, not the server's, and is not
/// counted. Anything beyond it is.
const TIMER_RESOLUTION: Duration = Duration::from_millis(1);

#[derive(Debug, Clone, Copy)]
struct Window {
    start: Instant,
    /// Calls that begin before it are not counted.
    counted_from: Instant,
    end: Instant,
}

pub(super) async fn run(
    plan: &Arc<LoadPlan>,
    target: &Target,
    calls_per_s: Option<f64>,
    warm_up: Duration,
    measured: Duration,
) -> LoadReport {
    let mut caught = Caught::new();
    let lines = set_up(plan, target, &mut caught).await;
    let start = Instant::now();
    let window = Window { start, counted_from: start + warm_up, end: start + warm_up + measured };
    let stations = u32::try_from(lines.len()).unwrap_or(u32::MAX).max(1);
    let every = calls_per_s
        .filter(|rate| *rate > 0.0)
        .map(|rate| Duration::from_secs_f64(f64::from(stations) / rate));
    let mut working = JoinSet::new();
    for (number, line) in (0u32..).zip(lines) {
        match every {
            None => working.spawn(closed(line, window, caught.another())),
            Some(every) => {
                working.spawn(open(line, window, every, every * number / stations, caught.another()))
            }
        };
    }
    while let Some(ended) = working.join_next().await {
        if let Ok(part) = ended {
            caught.add(part);
        }
    }
    // A closed run ends when its last call does; an open one has its time whatever happens.
    let end = if every.is_some() { window.end } else { Instant::now() };
    caught.report(plan, end.duration_since(window.counted_from).as_secs_f64())
}

async fn closed(mut line: Line, window: Window, mut caught: Caught) -> Caught {
    loop {
        let began = Instant::now();
        if began >= window.end {
            return caught;
        }
        if let Err(failure) = line.call(&mut caught).await {
            caught.fail(failure);
            return caught;
        }
        if began >= window.counted_from {
            caught.latency(began.elapsed());
        }
    }
}

async fn open(
    mut line: Line,
    window: Window,
    every: Duration,
    phase: Duration,
    mut caught: Caught,
) -> Caught {
    let mut due = window.start + phase;
    while due < window.end {
        if Instant::now() >= window.end {
            break;
        }
        sleep_until(due).await;
        let late = due.elapsed();
        let counted_from = due + late.min(TIMER_RESOLUTION);
        if let Err(failure) = line.call(&mut caught).await {
            caught.fail(failure);
            break;
        }
        if due >= window.counted_from {
            caught.latency(counted_from.elapsed());
        }
        due += every;
    }
    // What was due and never sent has waited until the end, and would have waited longer.
    let end = Instant::now().max(window.end);
    while due < window.end {
        if due >= window.counted_from {
            caught.unsent += 1;
            caught.latency(end.duration_since(due));
        }
        due += every;
    }
    caught
}
