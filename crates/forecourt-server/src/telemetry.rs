//! Logs and metrics.

use std::io::IsTerminal as _;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Logs go to standard error: standard output belongs to commands whose output is read by programs.
pub fn logs(filter: &str, json: bool) -> Result<(), String> {
    // The page lists each of its files otherwise.
    let filter =
        EnvFilter::try_new(format!("memory_serve=warn,{filter}")).map_err(|error| format!("log: {error}"))?;
    let coloured = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(coloured);
    let outcome = if json { builder.json().try_init() } else { builder.try_init() };
    outcome.map_err(|error| format!("log: {error}"))
}

pub fn metrics() -> Result<PrometheusHandle, String> {
    let handle = PrometheusBuilder::new().install_recorder().map_err(|error| format!("metrics: {error}"))?;
    tokio::spawn(keep_small(handle.clone()));
    metrics::describe_counter!(
        "forecourt_messages_total",
        "Frames received from stations, by version and outcome"
    );
    metrics::describe_counter!("forecourt_refused_total", "Stations turned away at the door, by HTTP status");
    metrics::describe_counter!(
        "forecourt_meter_connections_total",
        "Connections made to building meters, by protocol"
    );
    metrics::describe_counter!("forecourt_meter_readings_total", "Readings of building meters, by protocol");
    metrics::describe_counter!(
        "forecourt_meter_troubles_total",
        "Times something began to be wrong with a building meter, by protocol and trouble"
    );
    metrics::describe_gauge!("forecourt_stations_connected", "Stations with an open socket");
    metrics::describe_histogram!(
        "forecourt_answer_seconds",
        metrics::Unit::Seconds,
        "From a call's arrival to its answer"
    );
    Ok(handle)
}

/// How often samples are summed up. Without it they pile up until somebody looks at the metrics, which may be never.
const UPKEEP: Duration = Duration::from_secs(5);

async fn keep_small(handle: PrometheusHandle) {
    let mut every = tokio::time::interval(UPKEEP);
    loop {
        every.tick().await;
        handle.run_upkeep();
    }
}
