//! The load generator of `forecourt bench`: many stations with one call in flight each, over real sockets.
//!
//! It measures; it judges nothing and knows no target. Texts are built by hand and answers checked by their id, so that
//! its own cost stays small beside the server's: both share the machine.

mod line;
mod paced;
mod script;
mod storm;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::station::Protocol;
use crate::wire::{DialError, Target};
use line::{Failure, Line};

pub use storm::{Held, hold};

/// Handshakes at the same time while a run is set up (not in a storm): enough to be quick, few enough not to be a storm.
const SETTING_UP: usize = 64;

/// Who connects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    pub identity: String,
    pub password: Option<String>,
}

#[derive(Debug, Clone)]
pub struct LoadPlan {
    /// Without the identity.
    pub url: String,
    pub protocol: Protocol,
    pub stations: Vec<Credentials>,
    /// Charge keys the server accepts; given to the stations in turn.
    pub tokens: Vec<String>,
    pub mode: Mode,
    /// Source addresses to spread over; needed above some 28,000 sockets to one address.
    pub from: Vec<IpAddr>,
    /// PEM file trusted for `wss://`.
    pub authorities: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mode {
    /// The next call when the last is answered.
    Closed { warm_up: Duration, measured: Duration },
    /// A fixed number of calls per second, evenly phased over the stations. Latency counts from the moment a call was
    /// due; calls that could not be sent count with the wait they had.
    Open { calls_per_s: f64, warm_up: Duration, measured: Duration },
    /// All at once: connect, boot, two statuses; until the last is answered.
    Storm,
}

impl Default for LoadPlan {
    fn default() -> Self {
        Self {
            url: "ws://127.0.0.1:8180/ocpp".to_owned(),
            protocol: Protocol::V16,
            stations: Vec::new(),
            tokens: vec!["LOAD".to_owned()],
            mode: Mode::Closed { warm_up: Duration::from_secs(2), measured: Duration::from_secs(10) },
            from: Vec::new(),
            authorities: None,
        }
    }
}

/// What was seen.
#[derive(Debug, Clone, Serialize)]
pub struct LoadReport {
    pub mode: &'static str,
    pub protocol: &'static str,
    pub stations: usize,
    /// Answered calls in the measured time; in a storm, stations that got all their answers.
    pub calls: u64,
    /// From the first measured moment to the last.
    pub seconds: f64,
    pub calls_per_s: f64,
    /// Of a call (closed, open), or of a station from its first SYN to its last answer (storm). Microseconds.
    pub latency: Latency,
    /// Calls of an open run that were due and never sent; they are in the latencies.
    pub unsent: u64,
    pub errors: BTreeMap<&'static str, u64>,
    /// OCPP text both ways, without WebSocket framing, set-up included.
    pub sent_bytes: u64,
    pub received_bytes: u64,
    /// Every call of the run, set-up and warm-up included: what those bytes, a database file and a CPU clock belong to.
    pub all_calls: u64,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Latency {
    pub mean_us: f64,
    pub p50_us: u64,
    pub p90_us: u64,
    pub p99_us: u64,
    pub p999_us: u64,
    pub max_us: u64,
}

/// Latencies kept by a station before they go into the common histogram: it is large, and there are many stations.
const LATENCIES_KEPT: usize = 256;

/// What one station counts. The latencies of a run are in one histogram.
#[derive(Debug)]
pub(crate) struct Caught {
    latencies: Vec<u64>,
    into: Arc<Mutex<Histogram<u64>>>,
    all_calls: u64,
    unsent: u64,
    sent_bytes: u64,
    received_bytes: u64,
    errors: BTreeMap<&'static str, u64>,
}

impl Caught {
    fn new() -> Self {
        Self::sharing(&Arc::new(Mutex::new(histogram())))
    }

    /// Counts from zero, into the histogram of the same run.
    fn another(&self) -> Self {
        Self::sharing(&self.into)
    }

    fn sharing(into: &Arc<Mutex<Histogram<u64>>>) -> Self {
        Self {
            latencies: Vec::new(),
            into: Arc::clone(into),
            all_calls: 0,
            unsent: 0,
            sent_bytes: 0,
            received_bytes: 0,
            errors: BTreeMap::new(),
        }
    }

    fn latency(&mut self, latency: Duration) {
        self.latencies.push(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
        if self.latencies.len() >= LATENCIES_KEPT {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let mut histogram = self.into.lock().unwrap_or_else(PoisonError::into_inner);
        for latency in self.latencies.drain(..) {
            histogram.saturating_record(latency);
        }
    }

    fn fail(&mut self, failure: Failure) {
        *self.errors.entry(failure.word()).or_default() += 1;
    }

    fn add(&mut self, mut other: Self) {
        other.flush();
        self.all_calls += other.all_calls;
        self.unsent += other.unsent;
        self.sent_bytes += other.sent_bytes;
        self.received_bytes += other.received_bytes;
        for (word, count) in &other.errors {
            *self.errors.entry(word).or_default() += count;
        }
    }

    fn report(mut self, plan: &LoadPlan, seconds: f64) -> LoadReport {
        self.flush();
        let latency = self.into.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = latency.len() - self.unsent;
        LoadReport {
            mode: match plan.mode {
                Mode::Closed { .. } => "closed",
                Mode::Open { .. } => "open",
                Mode::Storm => "storm",
            },
            protocol: plan.protocol.subprotocol(),
            stations: plan.stations.len(),
            calls,
            seconds,
            calls_per_s: per_second(calls, seconds),
            latency: Latency {
                mean_us: latency.mean(),
                p50_us: latency.value_at_quantile(0.5),
                p90_us: latency.value_at_quantile(0.9),
                p99_us: latency.value_at_quantile(0.99),
                p999_us: latency.value_at_quantile(0.999),
                max_us: latency.max(),
            },
            unsent: self.unsent,
            errors: self.errors,
            sent_bytes: self.sent_bytes,
            received_bytes: self.received_bytes,
            all_calls: self.all_calls,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people; counts stay far below 2^53")]
fn per_second(calls: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { calls as f64 / seconds } else { 0.0 }
}

/// One microsecond to two minutes, three digits.
fn histogram() -> Histogram<u64> {
    const LOWEST_US: u64 = 1;
    const HIGHEST_US: u64 = 120_000_000;
    const DIGITS: u8 = 3;
    Histogram::new_with_bounds(LOWEST_US, HIGHEST_US, DIGITS).expect("the bounds above are valid")
}

/// Runs the plan to its end.
pub async fn run(plan: LoadPlan) -> Result<LoadReport, DialError> {
    let target = Target::parse(&plan.url, plan.authorities.as_deref())?;
    let plan = Arc::new(plan);
    Ok(match plan.mode {
        Mode::Closed { warm_up, measured } => paced::run(&plan, &target, None, warm_up, measured).await,
        Mode::Open { calls_per_s, warm_up, measured } => {
            paced::run(&plan, &target, Some(calls_per_s), warm_up, measured).await
        }
        Mode::Storm => storm::run(&plan, &target).await,
    })
}

/// Connects every station and lets it boot, a few at a time. Those that fail are counted and left out.
async fn set_up(plan: &Arc<LoadPlan>, target: &Target, caught: &mut Caught) -> Vec<Line> {
    let at_once = Arc::new(Semaphore::new(SETTING_UP));
    let mut opening = JoinSet::new();
    for number in 0..plan.stations.len() {
        let (plan, target, at_once) = (Arc::clone(plan), target.clone(), Arc::clone(&at_once));
        let mut caught = caught.another();
        opening.spawn(async move {
            let _turn = at_once.acquire().await;
            let opened = match Line::open(&plan, &target, number, &plan.stations[number]).await {
                Ok(mut line) => line.begin(&mut caught).await.map(|()| line),
                Err(failure) => Err(failure),
            };
            (opened, caught)
        });
    }
    let mut lines = Vec::with_capacity(plan.stations.len());
    while let Some(ended) = opening.join_next().await {
        let Ok((opened, part)) = ended else { continue };
        caught.add(part);
        match opened {
            Ok(line) => lines.push(line),
            Err(failure) => caught.fail(failure),
        }
    }
    lines
}
