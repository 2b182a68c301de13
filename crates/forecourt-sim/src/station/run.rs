//! The only part of a simulated station with a socket: moves texts between the wire and the [`Station`], reconnects.

use std::time::Duration;

use futures_util::SinkExt;
use jiff::Timestamp;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use yawc::close::CloseCode;
use yawc::{Frame, OpCode};

use super::config::StationConfig;
use super::station::{Station, Step};
use crate::clock::Clock;
use crate::wire::{Caller, DialError, Socket, Target};

/// First pause before connecting again; doubled at each failure up to the longest, and spread by half of itself so
/// that a thousand stations do not come back in the same second.
const PAUSE_FIRST: Duration = Duration::from_secs(1);
const PAUSE_LONGEST: Duration = Duration::from_secs(60);
/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(20);
/// A dead connection shows by an unanswered ping; sent as often as the simulated controller's WebSocketPingInterval.
const PING_EVERY: Duration = Duration::from_secs(60);

/// Lives as a station until cancelled. Returns early only when the configuration cannot work.
pub async fn run_station(config: StationConfig, cancel: CancellationToken) -> Result<(), DialError> {
    let target = Target::parse(&config.url, config.authorities.as_deref())?;
    let clock = Clock::starting_at(Timestamp::now(), config.speed);
    let mut rng = SmallRng::seed_from_u64(config.seed ^ 0x5eed);
    let mut station = Station::new(config, clock.now());
    let mut failures = 0;
    // Stations of one site do not switch on in the same millisecond.
    let mut back_at = Instant::now() + spread(PAUSE_FIRST, &mut rng);
    loop {
        if cancel.run_until_cancelled(wait_offline(&mut station, &clock, back_at)).await.is_none() {
            return Ok(());
        }
        let Some(dialled) = cancel.run_until_cancelled(dial(&target, &station)).await else { return Ok(()) };
        match dialled {
            Err(error) => {
                failures += 1;
                let pause = spread(pause_after(failures), &mut rng);
                tracing::debug!(identity = station.config.identity, %error, ?pause, "station cannot connect");
                back_at = Instant::now() + pause;
            }
            Ok(mut socket) => {
                failures = 0;
                station.connected(clock.now());
                let talked = cancel.run_until_cancelled(talk(&mut socket, &mut station, &clock)).await;
                station.disconnected(clock.now());
                let Some(until) = talked else {
                    let _peer_may_be_gone = socket.send(Frame::close(CloseCode::Away, "")).await;
                    return Ok(());
                };
                back_at = until.unwrap_or_else(|| Instant::now() + spread(PAUSE_FIRST, &mut rng));
            }
        }
    }
}

fn pause_after(failures: u32) -> Duration {
    PAUSE_FIRST.saturating_mul(1 << failures.min(10)).min(PAUSE_LONGEST)
}

/// Between half of it and all of it.
fn spread(pause: Duration, rng: &mut SmallRng) -> Duration {
    pause.mul_f64(rng.random_range(0.5..=1.0))
}

/// Cars come and go while the connection is away.
async fn wait_offline(station: &mut Station, clock: &Clock, mut back_at: Instant) {
    while Instant::now() < back_at {
        let wake = match station.step(clock.now()) {
            Step::Wait(Some(at)) => clock.instant(at).max(Instant::now() + Duration::from_millis(1)),
            Step::Close { back_at: later } => {
                back_at = back_at.max(clock.instant(later));
                continue;
            }
            Step::Wait(None) | Step::Send(_) => back_at,
        };
        sleep_until(wake.min(back_at)).await;
    }
}

async fn dial(target: &Target, station: &Station) -> Result<Socket, DialError> {
    let caller = Caller {
        identity: &station.config.identity,
        password: station.password(),
        subprotocol: station.config.protocol.subprotocol(),
        deflate: station.config.deflate,
        from: None,
    };
    match timeout(HANDSHAKE, target.dial(caller)).await {
        Ok(dialled) => dialled,
        Err(_) => Err(DialError::Connect(std::io::Error::from(std::io::ErrorKind::TimedOut))),
    }
}

/// Until the connection ends. Gives the moment to come back at, when the station itself chose to go.
async fn talk(socket: &mut Socket, station: &mut Station, clock: &Clock) -> Option<Instant> {
    let mut ping_at = Instant::now() + PING_EVERY;
    let mut pong_missing = false;
    loop {
        let step = station.step(clock.now());
        while let Some(location) = station.take_upload() {
            let identity = station.config.identity.clone();
            tokio::spawn(super::upload::send_log(location, identity));
        }
        let wake = match step {
            Step::Send(text) => {
                if socket.send(Frame::text(text)).await.is_err() {
                    return None;
                }
                continue;
            }
            Step::Close { back_at } => {
                let _peer_may_be_gone = socket.send(Frame::close(CloseCode::Normal, "")).await;
                return Some(clock.instant(back_at));
            }
            Step::Wait(at) => at.map(|at| clock.instant(at)),
        };
        let wake = wake.map_or(ping_at, |at| at.min(ping_at)).max(Instant::now() + Duration::from_millis(1));
        tokio::select! {
            frame = socket.next_frame() => match frame {
                Err(_) => return None,
                Ok(frame) if frame.opcode() == OpCode::Close => return None,
                Ok(frame) if frame.opcode() == OpCode::Text => {
                    station.receive(&String::from_utf8_lossy(frame.payload()), clock.now());
                }
                Ok(_) => pong_missing = false,
            },
            () = sleep_until(wake) => {
                if Instant::now() >= ping_at {
                    if pong_missing || socket.send(Frame::ping("")).await.is_err() {
                        return None;
                    }
                    pong_missing = true;
                    ping_at = Instant::now() + PING_EVERY;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_are_spread() {
        assert_eq!(pause_after(1), Duration::from_secs(2));
        assert_eq!(pause_after(40), PAUSE_LONGEST);
        let mut rng = SmallRng::seed_from_u64(3);
        let spreads: Vec<Duration> = (0..100).map(|_| spread(PAUSE_LONGEST, &mut rng)).collect();
        assert!(spreads.iter().all(|p| *p >= PAUSE_LONGEST / 2 && *p <= PAUSE_LONGEST));
        assert!(spreads.iter().min() != spreads.iter().max());
    }
}
