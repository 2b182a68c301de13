//! `bench`: this build on this machine, beside the floor (the same socket stack without reading or storing).
//!
//! The server under test and the floor are processes of their own, so that their CPU and memory can be told from the
//! load generator's. Rounds alternate between the two; the middle one of three counts.

mod plan;
mod power;
mod process;
mod report;
mod seed;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use forecourt_sim::load::{self, Credentials, LoadPlan, LoadReport, Mode};
use forecourt_sim::{Protocol, floor};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::listen::listen;
use process::{Child, Usage};

#[derive(Debug, Args)]
pub struct Options {
    /// What to measure
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [What::Closed, What::Open, What::Storm, What::Idle, What::Allocate, What::Plan])]
    what: Vec<What>,
    /// Stations [default: 100 closed, 1000 open, 10000 storm and idle]
    #[arg(long)]
    stations: Option<usize>,
    /// Calls per second of the open loop
    #[arg(long, default_value_t = 3_000.0)]
    rate: f64,
    /// Seconds measured in each round
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Rounds; the middle one counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// 1.6 or 2.0.1
    #[arg(long, default_value = "1.6")]
    version: String,
    /// Write the figures as JSON to this file
    #[arg(long)]
    json: Option<PathBuf>,
    /// Serve the floor on a free port and print it (used by the bench itself)
    #[arg(long, hide = true)]
    floor: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum What {
    /// Next call when the last is answered; also disk per call
    Closed,
    /// A fixed rate, latency from the moment a call was due
    Open,
    /// Everybody connects at once
    Storm,
    /// Memory of an empty server, and per connection
    Idle,
    /// Sharing the power of a large place, without a server
    Allocate,
    /// A month of sessions charged at once, shared fairly, and planned by price, without a server
    Plan,
}

/// One measurement of one server.
#[derive(Debug, Clone, Serialize)]
struct Round {
    load: LoadReport,
    /// CPU of every process of the server, in microseconds per call.
    cpu_us_per_call: f64,
}

/// Both sides of one mode.
#[derive(Debug, Clone, Serialize)]
struct Measured {
    what: What,
    floor: Option<Round>,
    server: Round,
    disk_bytes_per_wire_byte: Option<f64>,
    memory: Option<Memory>,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Memory {
    /// All that is resident of a server without stations, the program's own pages included.
    bare_kib: u64,
    /// Its own, with the stations known and none connected.
    empty_kib: u64,
    connected: usize,
    kib_per_connection: f64,
}

pub async fn run(options: Options, database: Option<String>) -> Result<(), String> {
    if options.floor {
        return serve_floor().await;
    }
    // Beside the server's, the load generator's sockets are many too.
    let _ = rlimit::increase_nofile_limit(1 << 20);
    let protocol = Protocol::named(&options.version).ok_or("--version: 1.6 or 2.0.1")?;
    let mut measured = Vec::new();
    let (alone, served): (Vec<What>, Vec<What>) =
        options.what.iter().partition(|what| matches!(what, What::Allocate | What::Plan));
    for what in served {
        super::say(&format!("measuring {what:?} …"));
        measured.push(measure(what, &options, protocol, database.as_deref()).await?);
    }
    if !measured.is_empty() {
        report::print(&measured, database.is_some(), protocol);
    }
    if alone.contains(&What::Allocate) {
        power::print();
    }
    if alone.contains(&What::Plan) {
        plan::print();
    }
    if let Some(path) = &options.json {
        let text = serde_json::to_string_pretty(&measured).map_err(|error| error.to_string())?;
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

async fn serve_floor() -> Result<(), String> {
    let _ = rlimit::increase_nofile_limit(1 << 20);
    let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).map_err(|error| error.to_string())?;
    super::say(&listener.local_addr().map_err(|error| error.to_string())?.to_string());
    floor::serve(listener, None, CancellationToken::new()).await;
    Ok(())
}

impl Options {
    fn count(&self, what: What) -> usize {
        self.stations.unwrap_or(match what {
            What::Closed => 100,
            What::Open => 1_000,
            What::Storm | What::Idle | What::Allocate | What::Plan => 10_000,
        })
    }

    fn mode(&self, what: What) -> Mode {
        let (warm_up, measured) = (Duration::from_secs(2), Duration::from_secs(self.seconds));
        match what {
            What::Closed => Mode::Closed { warm_up, measured },
            What::Open => Mode::Open { calls_per_s: self.rate, warm_up, measured },
            What::Storm | What::Idle | What::Allocate | What::Plan => Mode::Storm,
        }
    }
}

async fn measure(
    what: What,
    options: &Options,
    protocol: Protocol,
    database: Option<&str>,
) -> Result<Measured, String> {
    let count = options.count(what);
    let folder = process::TemporaryFolder::new()?;
    let bare_kib = if what == What::Idle { bare(database).await? } else { 0 };
    let stations = seed::stations(folder.path(), database, count).await?;
    let mut server = Child::server(folder.path(), database).await?;
    let floor = Child::floor().await?;
    let plan = |url: String| LoadPlan {
        url,
        protocol,
        stations: stations
            .iter()
            .map(|identity| Credentials { identity: identity.clone(), password: None })
            .collect(),
        tokens: vec![seed::TOKEN.into()],
        mode: options.mode(what),
        ..LoadPlan::default()
    };
    if what == What::Idle {
        return idle(&server, plan(server.url()), bare_kib).await;
    }
    let disk_before = server.disk_bytes();
    let (mut servers, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds.max(1) {
        floors.push(round(&floor, plan(floor.url())).await?);
        servers.push(round(&server, plan(server.url())).await?);
    }
    let wire: u64 = servers.iter().map(|round| round.load.sent_bytes + round.load.received_bytes).sum();
    server.stop().await?;
    let disk =
        disk_before.zip(server.disk_bytes()).map(|(before, after)| ratio(after.saturating_sub(before), wire));
    Ok(Measured {
        what,
        floor: middle(floors),
        server: middle(servers).ok_or("no round was measured")?,
        disk_bytes_per_wire_byte: disk.filter(|_| what == What::Closed),
        memory: None,
    })
}

async fn round(child: &Child, plan: LoadPlan) -> Result<Round, String> {
    let before = child.usage();
    let load = load::run(plan).await.map_err(|error| error.to_string())?;
    let used = child.usage().cpu_us.saturating_sub(before.cpu_us);
    Ok(Round { cpu_us_per_call: ratio(used, load.all_calls), load })
}

/// How long a server is left alone before its memory is looked at.
const SETTLE: Duration = Duration::from_secs(3);

/// What a server takes that nobody has set up yet.
async fn bare(database: Option<&str>) -> Result<u64, String> {
    let folder = process::TemporaryFolder::new()?;
    let mut server = Child::server(folder.path(), database).await?;
    tokio::time::sleep(SETTLE).await;
    let resident_kib = server.usage().resident_kib;
    server.stop().await?;
    Ok(resident_kib)
}

/// Memory before anyone connects, and with everybody connected and quiet.
async fn idle(server: &Child, plan: LoadPlan, bare_kib: u64) -> Result<Measured, String> {
    let Usage { memory_kib: empty_kib, .. } = server.usage();
    let before = server.usage();
    let held = load::hold(plan).await.map_err(|error| error.to_string())?;
    tokio::time::sleep(SETTLE).await;
    let after = server.usage();
    let memory = Memory {
        bare_kib,
        empty_kib,
        connected: held.connected,
        kib_per_connection: ratio(after.memory_kib.saturating_sub(empty_kib), held.connected as u64),
    };
    let cpu_us_per_call = ratio(after.cpu_us.saturating_sub(before.cpu_us), held.report.all_calls);
    let server = Round { cpu_us_per_call, load: held.report.clone() };
    Ok(Measured {
        what: What::Idle,
        floor: None,
        server,
        disk_bytes_per_wire_byte: None,
        memory: Some(memory),
    })
}

/// The round in the middle by throughput.
fn middle(mut rounds: Vec<Round>) -> Option<Round> {
    rounds.sort_by(|a, b| a.load.calls_per_s.total_cmp(&b.load.calls_per_s));
    let at = rounds.len() / 2;
    (at < rounds.len()).then(|| rounds.swap_remove(at))
}

#[expect(clippy::cast_precision_loss, reason = "a ratio for people; counts stay far below 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
