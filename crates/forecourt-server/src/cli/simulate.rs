//! `simulate`: any number of simulated chargers against any CSMS.

use clap::Args;
use forecourt_core::unit::Watts;
use forecourt_sim::car::Supply;
use forecourt_sim::scenario::Scenario;
use forecourt_sim::{Habit, Protocol, SPEED_MAX, StationConfig, run_station};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Args)]
pub struct Options {
    /// Where the chargers connect, without their identity
    #[arg(long, default_value = "ws://127.0.0.1:8180/ocpp")]
    url: String,
    /// How many
    #[arg(long, short = 'n', default_value_t = 1)]
    stations: usize,
    /// Identity of the first; further ones count up from it (SIM-0001, SIM-0002, …). One charger takes it as it is.
    #[arg(long, default_value = "SIM")]
    identity: String,
    /// 1.6, 2.0.1 or 2.1
    #[arg(long, default_value = "1.6")]
    version: String,
    /// day, showcase, steady, busy, idle or everything (one statement of every kind first)
    #[arg(long, default_value = "steady")]
    scenario: String,
    /// Password of every charger (HTTP Basic)
    #[arg(long, env = "FORECOURT_STATION_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// Charge keys of the drivers who come by; without one nobody comes
    #[arg(long, value_delimiter = ',')]
    tokens: Vec<String>,
    /// EVSEs of each charger
    #[arg(long, default_value_t = 1)]
    evses: usize,
    /// Power of each EVSE in kW
    #[arg(long, default_value_t = 11)]
    kilowatts: i64,
    /// DC instead of AC
    #[arg(long)]
    dc: bool,
    /// How many times faster than real time they live
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(SPEED_MAX)))]
    speed: u32,
    /// The same seed gives the same cars
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Offer permessage-deflate
    #[arg(long)]
    deflate: bool,
    /// What they do wrong: offline, bad-clock, repeats, wrong-units, refuses, slow
    #[arg(long, value_delimiter = ',', value_parser = habit)]
    faults: Vec<Habit>,
    /// PEM file with the authorities trusted for wss://
    #[arg(long, value_name = "FILE")]
    authorities: Option<std::path::PathBuf>,
}

fn habit(text: &str) -> Result<Habit, String> {
    Habit::named(text).ok_or_else(|| format!("one of {}", Habit::names().collect::<Vec<_>>().join(", ")))
}

pub async fn run(options: Options) -> Result<(), String> {
    crate::telemetry::logs("info", false)?;
    let protocol = Protocol::named(&options.version).ok_or("--version: 1.6, 2.0.1 or 2.1")?;
    let scenario = Scenario::named(&options.scenario)
        .ok_or("--scenario: day, showcase, steady, busy, idle or everything")?;
    // A gap every ten minutes or so.
    const OFTEN: u32 = 14_400;
    let gaps_per_100_days =
        if options.faults.contains(&Habit::Offline) { OFTEN } else { scenario.gaps_per_100_days };
    let scenario = Scenario { gaps_per_100_days, ..scenario };
    let power = Watts(options.kilowatts.saturating_mul(1_000));
    let supply = if options.dc { Supply::Dc { power } } else { Supply::Ac { power, phases: 3 } };
    let cancel = CancellationToken::new();
    let mut stations = JoinSet::new();
    for number in 1..=options.stations {
        let alone = options.stations == 1 && options.identity != "SIM";
        let identity =
            if alone { options.identity.clone() } else { format!("{}-{number:04}", options.identity) };
        let config = StationConfig {
            url: options.url.clone(),
            serial: identity.clone(),
            identity,
            password: options.password.clone(),
            protocol,
            evses: options.evses,
            supply,
            tokens: options.tokens.clone(),
            scenario,
            seed: options.seed.wrapping_add(number as u64),
            speed: options.speed,
            deflate: options.deflate,
            authorities: options.authorities.clone(),
            habits: options.faults.clone(),
            ..StationConfig::default()
        };
        stations.spawn(run_station(config, cancel.clone()));
    }
    let stopped = tokio::signal::ctrl_c();
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            _ = &mut stopped => {
                cancel.cancel();
                while stations.join_next().await.is_some() {}
                return Ok(());
            }
            ended = stations.join_next() => match ended {
                None => return Ok(()),
                Some(Ok(Err(error))) => return Err(error.to_string()),
                Some(_) => {}
            }
        }
    }
}
