//! A station as this node holds it: its record, its connection, its plugs and sessions.
//!
//! Whoever changes a station's sessions holds its state lock until the change has committed, so that memory and
//! storage never tell different stories.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use forecourt_core::Timestamp;
use forecourt_core::command::TrustUse;
use forecourt_core::fact::Deviation;
use forecourt_core::id::{CertificateId, EvseNumber, StationId};
use forecourt_core::session::Session;
use forecourt_core::station::Connector;
use forecourt_core::unit::Watts;
use forecourt_store::station::{EvseRecord, StationRecord};
use forecourt_store::{AvailabilityRow, Store, StoreError};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use crate::commands::Order;
use crate::pricing::{Bill, Bills};

/// Ended sessions kept for late and repeated messages; older ones are looked up.
const RECENT_SESSIONS: usize = 8;
/// Kinds and places of deviations counted per station; a station that invents new ones is not followed further.
const DEVIATIONS_FOLLOWED: usize = 200;
/// How often the count of a known deviation is written.
const DEVIATION_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// Transaction numbers taken from storage at once (1.6); a restart skips what is left.
const NUMBER_BLOCK: i64 = 100;

#[derive(Debug)]
pub(crate) struct Live {
    record: RwLock<Arc<StationRecord>>,
    zone: RwLock<TimeZone>,
    pub link: Mutex<LinkState>,
    pub state: tokio::sync::Mutex<State>,
}

/// The connection, if there is one.
#[derive(Debug, Default)]
pub(crate) struct LinkState {
    /// Number of the newest connection; 0 when there was none since this node started.
    pub connection: i64,
    pub orders: Option<mpsc::Sender<Order>>,
    pub online_since: Option<Timestamp>,
    pub last_seen: Option<Timestamp>,
    pub address: Option<String>,
    /// The security profile the connection satisfies.
    pub level: i64,
    /// The certificate it came with, of our inventory.
    pub certificate: Option<CertificateId>,
    pub protocol: Option<&'static str>,
    /// What the station was last asked to list certificates of, where its answer does not say (1.6).
    pub asked_trust: Option<TrustUse>,
    /// When a refusal of each kind was last reported.
    pub reported: HashMap<&'static str, Timestamp>,
    /// Something waits for this station: a command, a list, a profile.
    pub errands: bool,
    /// Errands are being run, or have been since it connected: one at a time.
    pub errands_under_way: bool,
    /// We keep charging profiles there, and it booted since they were sent.
    pub has_profiles: bool,
    pub doubts_profiles: bool,
    /// Whether it computes costs itself; `None`: not asked since it booted.
    pub computes_costs: Option<bool>,
    /// Ids of the tariffs that were last settled there: other ones are told to it.
    pub settled_tariffs: Option<u64>,
    /// What it holds of tariffs is doubted.
    pub doubts_tariffs: bool,
    /// Digest of the password that last passed, and the hash it passed: a reconnect costs no argon2.
    pub passed: Option<(String, String)>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub connectors: Vec<Connector>,
    pub evses: Vec<(EvseNumber, Option<Watts>)>,
    /// Running ones and a few ended, oldest first.
    pub sessions: Vec<Session>,
    /// Prices of running sessions; one without an entry has none.
    pub bills: Bills,
    /// How each EVSE is, and since when.
    pub watched: Vec<AvailabilityRow>,
    /// Something was written without waiting for its commit.
    pub unwritten: bool,
    recent_loaded: bool,
    /// Set while a write is under way: if it was cut off, memory is read anew.
    pub unsure: bool,
    deviations: HashMap<(String, String), (Timestamp, i64)>,
}

impl Live {
    pub fn new(record: StationRecord) -> Self {
        Self {
            zone: RwLock::new(zone_of(&record)),
            record: RwLock::new(Arc::new(record)),
            link: Mutex::default(),
            state: tokio::sync::Mutex::default(),
        }
    }

    pub fn record(&self) -> Arc<StationRecord> {
        self.record.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_record(&self, record: StationRecord) {
        *self.zone.write().unwrap_or_else(PoisonError::into_inner) = zone_of(&record);
        *self.record.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(record);
    }

    pub fn zone(&self) -> TimeZone {
        self.zone.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn link(&self) -> MutexGuard<'_, LinkState> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For filling before the station is shared.
    pub fn state_mut(&mut self) -> &mut State {
        self.state.get_mut()
    }
}

fn zone_of(record: &StationRecord) -> TimeZone {
    TimeZone::get(&record.site_time_zone).unwrap_or(TimeZone::UTC)
}

impl State {
    pub fn add_evse(&mut self, evse: &EvseRecord) {
        self.evses.retain(|(number, _)| *number != evse.evse);
        self.evses.push((evse.evse, evse.max_power_w.map(Watts)));
    }

    pub fn max_power(&self, evse: Option<EvseNumber>) -> Option<Watts> {
        self.evses.iter().find(|(number, _)| Some(*number) == evse).and_then(|(_, power)| *power)
    }

    pub fn running_on(&self, evse: EvseNumber) -> Option<&Session> {
        self.sessions.iter().rev().find(|s| s.is_active() && s.evse == evse)
    }

    pub fn put_session(&mut self, session: Session) {
        match self.sessions.iter_mut().find(|s| s.id == session.id) {
            Some(old) => *old = session,
            None => self.sessions.push(session),
        }
        while self.sessions.iter().filter(|s| !s.is_active()).count() > RECENT_SESSIONS
            && let Some(oldest) = self.sessions.iter().position(|s| !s.is_active())
        {
            self.sessions.remove(oldest);
        }
    }

    pub fn put_watched(&mut self, row: AvailabilityRow) {
        self.watched.retain(|known| known.evse != row.evse);
        self.watched.push(row);
    }

    pub fn put_connector(&mut self, connector: Connector) {
        let same = |c: &&mut Connector| c.evse == connector.evse && c.connector == connector.connector;
        match self.connectors.iter_mut().find(same) {
            Some(old) => *old = connector,
            None => self.connectors.push(connector),
        }
    }

    /// Brings in ended sessions once, and everything again after a write that was cut off.
    pub async fn refresh(&mut self, store: &Store, station: StationId) -> Result<(), StoreError> {
        if self.unsure || !self.recent_loaded {
            self.sessions = store.sessions_of_station(station).await?;
            self.recent_loaded = true;
        }
        if self.unsure {
            let prices = store.prices_of_running(Some(station)).await?;
            self.bills =
                prices.into_iter().map(|(_, session, version)| (session, Bill::of(version))).collect();
            self.connectors = store.connectors(&[station]).await?.into_iter().map(|c| c.connector).collect();
            self.watched = store.availability_of(station).await?;
            self.unsure = false;
        }
        Ok(())
    }

    /// Counts deviations; returns those that are due to be written, with how often they were seen.
    pub fn count_deviations(&mut self, seen: Vec<Deviation>, now: Timestamp) -> Vec<(Deviation, i64)> {
        let mut due = Vec::new();
        for deviation in seen {
            let key = (deviation.kind.clone(), deviation.path.clone());
            let known = self.deviations.len();
            match self.deviations.get_mut(&key) {
                Some((written, waiting)) if now.duration_since(*written) < DEVIATION_EVERY => *waiting += 1,
                Some(entry) => {
                    due.push((deviation, entry.1 + 1));
                    *entry = (now, 0);
                }
                None if known < DEVIATIONS_FOLLOWED => {
                    self.deviations.insert(key, (now, 0));
                    due.push((deviation, 1));
                }
                None => {}
            }
        }
        due
    }
}

/// Hands out transaction numbers for 1.6, which wants integers.
#[derive(Debug, Default)]
pub(crate) struct Transactions(tokio::sync::Mutex<(i64, i64)>);

impl Transactions {
    pub async fn next(&self, store: &Store) -> Result<i64, StoreError> {
        let mut block = self.0.lock().await;
        if block.0 >= block.1 {
            let mut tx = store.begin().await?;
            let first = tx.take_numbers("transaction", NUMBER_BLOCK).await?;
            tx.commit().await?;
            *block = (first, first + NUMBER_BLOCK);
        }
        block.0 += 1;
        Ok(block.0 - 1)
    }
}
