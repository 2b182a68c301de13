//! What a station, an address and the whole door may take: every limit with its unit and reason, and the counters.
//!
//! Only failures are counted against an address, so that a site with hundreds of stations behind one router comes back
//! after an outage; times are arguments, so that the counters can be tested without waiting.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Limits of the door.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Frames, queue and deadlines of one connection.
    pub link: forecourt_ocpp::Limits,
    /// Silence after which a station is pinged. Routers forget a silent connection after a few minutes.
    pub ping_after: Duration,
    /// Silence after which a connection counts as lost: two pings unanswered.
    pub silent_for: Duration,
    /// How long a station may take to read what we send, to finish a TLS handshake, or to send its request's head.
    pub patience: Duration,
    /// Open connections of one address, loopback excepted (a proxy, the simulator).
    pub connections_per_address: u32,
    /// Messages of one station, sustained, per second. More are not refused but read later: TCP holds the station back.
    pub messages_per_s: u32,
    /// Messages of one station at once, after a while of silence: a queue kept over an outage.
    pub messages_burst: u32,
    /// Failed attempts for one identity from one address: so many at once, then one each `failure_pause`.
    pub failures_per_identity: u32,
    /// Failed attempts from one address, whatever the identity: a site full of stations may be wired up before anybody
    /// has entered them.
    pub failures_per_address: u32,
    pub failure_pause: Duration,
    /// How long an orderly shutdown waits for connections to end.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            link: forecourt_ocpp::Limits::default(),
            ping_after: Duration::from_secs(60),
            silent_for: Duration::from_secs(150),
            patience: Duration::from_secs(10),
            connections_per_address: 1_000,
            messages_per_s: 500,
            messages_burst: 1_000,
            failures_per_identity: 10,
            failures_per_address: 200,
            failure_pause: Duration::from_secs(1),
            farewell: Duration::from_secs(5),
        }
    }
}

/// Keys one counter follows; a flood of new ones starts the count anew instead of filling memory.
const KEYS_MAX: usize = 20_000;

/// Counts failures by key: `burst` at once, then one per `pause`.
#[derive(Debug)]
pub struct Failures<K> {
    burst: u32,
    pause: Duration,
    /// When the failures of a key will have been forgiven.
    debts: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> Failures<K> {
    pub fn new(burst: u32, pause: Duration) -> Self {
        Self { burst, pause, debts: Mutex::default() }
    }

    fn debts(&self) -> MutexGuard<'_, HashMap<K, Instant>> {
        self.debts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long this key must wait, if it must.
    pub fn barred(&self, key: &K, now: Instant) -> Option<Duration> {
        let debt = self.debts().get(key)?.saturating_duration_since(now);
        debt.checked_sub(self.pause * self.burst.saturating_sub(1)).filter(|wait| !wait.is_zero())
    }

    pub fn failed(&self, key: K, now: Instant) {
        let mut debts = self.debts();
        if debts.len() >= KEYS_MAX {
            debts.retain(|_, paid| *paid > now);
            if debts.len() >= KEYS_MAX {
                debts.clear();
            }
        }
        let paid = debts.entry(key).or_insert(now);
        *paid = (*paid).max(now) + self.pause;
    }
}

/// An address as it is counted: an IPv6 user owns at least a /64.
pub fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let mut segments = six.segments();
            segments[4..].fill(0);
            IpAddr::V6(segments.into())
        }
        four => four,
    }
}

/// Open connections by address.
#[derive(Debug, Default)]
pub struct Crowd {
    open: Mutex<HashMap<IpAddr, u32>>,
}

/// One open connection; its place is free when this is dropped.
#[derive(Debug)]
pub struct Seat {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Crowd {
    fn open(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more connection of this address.
    pub fn enter(self: &Arc<Self>, address: IpAddr, most: u32) -> Option<Seat> {
        let address = counted(address);
        let mut open = self.open();
        let count = open.entry(address).or_insert(0);
        if *count >= most && !address.is_loopback() {
            return None;
        }
        *count += 1;
        Some(Seat { crowd: self.clone(), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.crowd.open();
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// How fast one station is read.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    burst: Duration,
    /// When the messages read so far would have come at the sustained pace.
    due: Instant,
}

impl Pace {
    pub fn new(limits: &Limits, now: Instant) -> Self {
        let gap = Duration::from_secs(1) / limits.messages_per_s.max(1);
        Self { gap, burst: gap * limits.messages_burst, due: now }
    }

    /// Counts one message; the time before which the next should not be read, if it lies ahead.
    pub fn count(&mut self, now: Instant) -> Option<Instant> {
        self.due = self.due.max(now) + self.gap;
        let next = self.due.checked_sub(self.burst)?;
        (next > now).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_barred_and_forgiven() {
        let failures = Failures::new(3, Duration::from_secs(1));
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(failures.barred(&"a", start), None);
            failures.failed("a", start);
        }
        assert_eq!(failures.barred(&"a", start), Some(Duration::from_secs(1)));
        assert_eq!(failures.barred(&"b", start), None, "others are not");
        let later = start + Duration::from_secs(1);
        assert_eq!(failures.barred(&"a", later), None);
        failures.failed("a", later);
        assert!(failures.barred(&"a", later).is_some(), "forgiven one at a time");
        assert_eq!(failures.barred(&"a", start + Duration::from_secs(60)), None);
    }

    #[test]
    fn a_flood_of_keys_does_not_fill_memory() {
        let failures = Failures::new(3, Duration::from_secs(1));
        let start = Instant::now();
        for key in 0..3 * KEYS_MAX {
            failures.failed(key, start);
        }
        assert!(failures.debts().len() <= KEYS_MAX);
    }

    #[test]
    fn an_address_has_so_many_seats() {
        let crowd = Arc::new(Crowd::default());
        let address: IpAddr = "2001:db8::1".parse().unwrap();
        let neighbour: IpAddr = "2001:db8::ffff".parse().unwrap();
        let first = crowd.enter(address, 2).unwrap();
        let _second = crowd.enter(neighbour, 2).unwrap();
        assert!(crowd.enter(address, 2).is_none());
        drop(first);
        assert!(crowd.enter(address, 2).is_some());
        let loopback: IpAddr = "127.0.0.1".parse().unwrap();
        let many: Vec<_> = (0..5).map(|_| crowd.enter(loopback, 2)).collect();
        assert!(many.iter().all(Option::is_some));
        drop(many);
        assert!(!crowd.open().contains_key(&loopback), "nothing is kept of who left");
    }

    #[test]
    fn a_station_is_read_at_its_pace() {
        let limits = Limits { messages_per_s: 10, messages_burst: 5, ..Limits::default() };
        let start = Instant::now();
        let mut pace = Pace::new(&limits, start);
        for _ in 0..5 {
            assert_eq!(pace.count(start), None);
        }
        assert_eq!(pace.count(start), Some(start + Duration::from_millis(100)));
        assert_eq!(pace.count(start + Duration::from_secs(60)), None, "silence is credited");
    }
}
