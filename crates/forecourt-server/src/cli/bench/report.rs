//! The figures as a table for people.

use forecourt_sim::Protocol;

use super::super::say;
use super::{Measured, Round, What};

pub(super) fn print(measured: &[Measured], postgres: bool, protocol: Protocol) {
    let engine = if postgres { "PostgreSQL" } else { "SQLite, synchronous=FULL" };
    say("");
    say(&format!("Forecourt {} on {engine}, {}", env!("CARGO_PKG_VERSION"), protocol.subprotocol()));
    say(&format!(
        "{:<8}{:>10}{:>12}{:>12}{:>12}{:>12}{:>12}{:>8}",
        "", "stations", "calls/s", "p50 ms", "p99 ms", "max ms", "CPU us/call", "errors"
    ));
    for one in measured {
        if let Some(floor) = &one.floor {
            line("floor", one.what, floor);
        }
        line("", one.what, &one.server);
        if let Some(floor) = &one.floor {
            compare(one, floor);
        }
        if let Some(memory) = one.memory {
            say(&format!(
                "          {:.1} KiB a connection at {}; {:.1} MiB before; {:.1} MiB resident without any station",
                memory.kib_per_connection,
                memory.connected,
                mib(memory.empty_kib),
                mib(memory.bare_kib),
            ));
        }
        if let Some(disk) = one.disk_bytes_per_wire_byte {
            say(&format!("          {disk:.2} bytes on disk for a byte of OCPP text"));
        }
    }
}

fn line(who: &str, what: What, round: &Round) {
    let load = &round.load;
    let name = if who.is_empty() { format!("{what:?}").to_lowercase() } else { format!("  {who}") };
    let errors: u64 = load.errors.values().sum::<u64>() + load.unsent;
    say(&format!(
        "{name:<8}{:>10}{:>12.0}{:>12.2}{:>12.2}{:>12.2}{:>12.1}{errors:>8}",
        load.stations,
        load.calls_per_s,
        ms(load.latency.p50_us),
        ms(load.latency.p99_us),
        ms(load.latency.max_us),
        round.cpu_us_per_call,
    ));
}

fn compare(one: &Measured, floor: &Round) {
    let (a, b) = (&one.server.load, &floor.load);
    let text = match one.what {
        What::Closed => format!(
            "{:.2} of the floor's throughput, {:.1} x its CPU",
            a.calls_per_s / b.calls_per_s,
            one.server.cpu_us_per_call / floor.cpu_us_per_call
        ),
        What::Open => format!(
            "{:.1} x the floor's p50, {:.1} x its p99",
            ms(a.latency.p50_us) / ms(b.latency.p50_us),
            ms(a.latency.p99_us) / ms(b.latency.p99_us)
        ),
        What::Storm | What::Idle | What::Allocate | What::Plan => {
            format!("{:.2} x the floor's time ({:.2} s)", a.seconds / b.seconds, a.seconds)
        }
    };
    say(&format!("          {text}"));
}

#[expect(clippy::cast_precision_loss, reason = "for people; far below 2^53")]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}

#[expect(clippy::cast_precision_loss, reason = "for people; far below 2^53")]
fn ms(us: u64) -> f64 {
    us as f64 / 1_000.0
}
