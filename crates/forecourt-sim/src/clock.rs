//! Time as a simulated station lives it: the real clock, or one that runs a whole number of times faster.
//!
//! Only behaviour follows this clock. The network (reconnecting, waiting for an answer) stays in real time.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Fastest clock on offer: a day in about 24 seconds. Beyond it the messages of a day no longer fit on the wire.
pub const SPEED_MAX: u32 = 3_600;

#[derive(Debug, Clone)]
pub struct Clock {
    origin: Timestamp,
    started: Instant,
    speed: u32,
}

impl Clock {
    /// A clock that shows `origin` now and runs `speed` times as fast as the real one.
    pub fn starting_at(origin: Timestamp, speed: u32) -> Self {
        Self { origin, started: Instant::now(), speed: speed.clamp(1, SPEED_MAX) }
    }

    pub fn now(&self) -> Timestamp {
        let elapsed = self.started.elapsed().saturating_mul(self.speed);
        let elapsed = SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::ZERO);
        let now = self.origin.checked_add(elapsed).unwrap_or(self.origin);
        // Stations tell time to the millisecond (OCPP 2.0.1 part 4 §3.1: at most three decimals).
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// The real moment at which this clock will show `at`; at once when that has passed.
    pub fn instant(&self, at: Timestamp) -> Instant {
        let ahead = at.duration_since(self.origin).max(SignedDuration::ZERO).unsigned_abs();
        self.started + ahead / self.speed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_fast_clock_runs_ahead_and_knows_when_to_wake() {
        let origin: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
        let clock = Clock::starting_at(origin, 60);
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(clock.now(), "2026-11-21T08:30:00Z".parse().unwrap());
        let wake = clock.instant("2026-11-21T09:00:00Z".parse().unwrap());
        assert_eq!(wake - Instant::now(), Duration::from_secs(30));
    }
}
