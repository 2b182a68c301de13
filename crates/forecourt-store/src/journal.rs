//! Group commit for what stations report.
//!
//! Each message of a station is one [`Unit`]; units of all stations are written in one transaction and each is
//! acknowledged only after that transaction has committed. A unit that cannot be written fails alone.

mod batch;
mod postgres;
pub(crate) mod rows;
mod sqlite;

use forecourt_core::Timestamp;
use forecourt_core::fact::{Boot, Deviation, Reading, Variable};
use forecourt_core::id::{OrganisationId, SessionId, StationId};
use forecourt_core::session::Session;
use forecourt_core::station::Connector;
use forecourt_core::tariff::StateMark;
use tokio::sync::{mpsc, oneshot};

use crate::chronicle::ChronicleRow;
use crate::engine::Engine;
use crate::happening::HappeningRecord;
use crate::message::MessageRow;
use crate::rollup::{AvailabilityRow, MoneyDelta, RollupDelta};
use crate::session_terms::{IdleTerms, SessionTerms};
use crate::tariff::PriceRow;
use crate::{Health, Store, StoreError};

/// Units written at once. Beyond this a batch is no cheaper per unit, and a failed one costs more to repeat.
const BATCH_UNITS: usize = 512;
/// Units waiting before callers are held back.
const QUEUE_UNITS: usize = 4_096;

/// All that one message of a station changes.
#[derive(Debug, Default)]
pub struct Unit {
    /// Who writes, and under which connection number; checked on PostgreSQL, where another node may have taken over.
    pub fence: Option<(StationId, i64)>,
    pub message: Option<MessageRow>,
    pub sessions: Vec<SessionRow>,
    pub readings: Vec<(SessionId, Reading)>,
    pub connectors: Vec<ConnectorRow>,
    pub connect: Option<ConnectRow>,
    pub boot: Option<BootRow>,
    pub rollups: Vec<RollupDelta>,
    pub money: Vec<MoneyDelta>,
    pub availability: Vec<AvailabilityRow>,
    /// Sessions that began with a reservation, and which.
    pub bookings: Vec<(SessionId, OrganisationId, i64)>,
    /// With how often each was seen since it was last written.
    pub deviations: Vec<(StationId, Timestamp, Deviation, i64)>,
    pub variables: Vec<(StationId, Timestamp, Variable)>,
    pub security: Vec<SecurityRow>,
    /// Prices taken or worked out, and states they need.
    pub prices: Vec<PriceRow>,
    pub states: Vec<(SessionId, StateMark)>,
    /// What was decided about sessions that begin, and how far the idle fees of others have come.
    pub terms: Vec<SessionTerms>,
    pub idle: Vec<(SessionId, IdleTerms, bool)>,
    /// What somebody waits to be told.
    pub happenings: Vec<HappeningRecord>,
    /// What moved, for whoever asks what happened.
    pub chronicle: Vec<ChronicleRow>,
    /// When stations were last heard.
    pub seen: Vec<(StationId, Timestamp)>,
}

/// A session as it is now.
#[derive(Debug, Clone)]
pub struct SessionRow {
    pub session: Session,
    /// Only what a reading moves has changed (energy, power, state of charge): no index needs touching.
    pub progress: bool,
}

/// A connector as it is now, with the status screens show.
#[derive(Debug, Clone)]
pub struct ConnectorRow {
    pub station: StationId,
    pub connector: Connector,
    pub shown: forecourt_core::fact::ConnectorStatus,
}

/// A connection that began or ended. `connection` is its number, higher for each newer one.
#[derive(Debug, Clone)]
pub struct ConnectRow {
    pub station: StationId,
    pub connection: i64,
    pub online: bool,
    pub at: Timestamp,
    pub protocol: String,
    pub address: String,
}

#[derive(Debug, Clone)]
pub struct BootRow {
    pub station: StationId,
    pub at: Timestamp,
    pub boot: Boot,
}

#[derive(Debug, Clone)]
pub struct SecurityRow {
    pub id: i64,
    pub organisation: OrganisationId,
    pub station: StationId,
    pub at: Timestamp,
    pub kind: String,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: &'static str,
    /// The station's own time.
    pub happened_at: Option<Timestamp>,
    pub info: Option<String>,
}

struct Entry {
    unit: Unit,
    done: oneshot::Sender<Result<(), StoreError>>,
}

/// The way to the writer. Cheap to clone; the writer ends when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Journal {
    entries: mpsc::Sender<Entry>,
    health: Health,
}

impl Journal {
    /// Starts the writer of this node.
    pub fn start(store: Store) -> Self {
        let (entries, inbox) = mpsc::channel(QUEUE_UNITS);
        let health = Health::default();
        match &store.engine {
            Engine::Sqlite(files) => {
                sqlite::start(files.clone(), store.placed.clone(), inbox, health.clone());
            }
            Engine::Postgres { .. } => drop(tokio::spawn(postgres::run(store, inbox, health.clone()))),
        }
        Self { entries, health }
    }

    /// Returns when the unit is safe on disk.
    pub async fn append(&self, unit: Unit) -> Result<(), StoreError> {
        let (done, committed) = oneshot::channel();
        let gone = |_| StoreError::Unavailable("the journal has stopped".into());
        self.entries.send(Entry { unit, done }).await.map_err(|_| gone(()))?;
        committed.await.map_err(|_| gone(()))?
    }

    /// Hands the unit over without waiting for its commit; later units are written behind it.
    pub async fn append_unawaited(&self, unit: Unit) -> Result<(), StoreError> {
        let (done, _) = oneshot::channel();
        let gone = |_| StoreError::Unavailable("the journal has stopped".into());
        self.entries.send(Entry { unit, done }).await.map_err(gone)
    }

    pub fn health(&self) -> &Health {
        &self.health
    }
}

/// Fences that no longer hold: units under them were left out.
type Fenced = Vec<(StationId, i64)>;

/// Tells everybody of a batch that it is written.
fn acknowledge(batch: Vec<Entry>, fenced: &Fenced) {
    for entry in batch {
        let stale = entry.unit.fence.is_some_and(|fence| fenced.contains(&fence));
        // The caller may have gone; what it told us is kept all the same.
        let _ = entry.done.send(if stale { Err(StoreError::Fenced) } else { Ok(()) });
    }
}

fn note_failure(error: &StoreError, units: usize) {
    if units > 1 {
        tracing::warn!(%error, units, "a batch failed; its units are written one by one");
    }
}

/// Tells the caller of a unit that was written alone.
fn settle_one(entry: Entry, outcome: Result<Fenced, StoreError>, health: &Health) {
    let outcome = match outcome {
        Ok(fenced) if fenced.is_empty() => Ok(()),
        Ok(_) => Err(StoreError::Fenced),
        Err(error) => Err(error),
    };
    match &outcome {
        Err(error @ StoreError::Unavailable(_)) => {
            tracing::error!(%error, "storage takes nothing; stations are not answered until it does");
            health.set(Some(error.to_string()));
        }
        Err(error) => tracing::error!(%error, "a station's message could not be stored"),
        Ok(()) => health.set(None),
    }
    let _ = entry.done.send(outcome);
}
