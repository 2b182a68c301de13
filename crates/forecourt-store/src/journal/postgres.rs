//! The journal on PostgreSQL: one statement with arrays for each kind of row.

use std::collections::HashMap;
use std::time::Duration;

use forecourt_core::id::StationId;
use sqlx::PgConnection;
use tokio::sync::mpsc;

use super::rows::{Cell, Kind, Portion};
use super::{BATCH_UNITS, Entry, Fenced, Unit, acknowledge, batch, note_failure, settle_one};
use crate::message::places;
use crate::{Health, Store, StoreError, Tx};

/// How long a batch waits to fill: half of the cost of a durable answer is small batches; 3 ms is already too long.
const FILL: Duration = Duration::from_millis(1);
/// From here on a batch does not wait: more units would hardly make it cheaper.
const FULL_ENOUGH: usize = 64;

pub(super) async fn run(store: Store, mut inbox: mpsc::Receiver<Entry>, health: Health) {
    let mut entries = Vec::with_capacity(BATCH_UNITS);
    while inbox.recv_many(&mut entries, BATCH_UNITS).await > 0 {
        if entries.len() < FULL_ENOUGH {
            tokio::time::sleep(FILL).await;
            while entries.len() < BATCH_UNITS
                && let Ok(entry) = inbox.try_recv()
            {
                entries.push(entry);
            }
        }
        let units: Vec<&Unit> = entries.iter().map(|entry| &entry.unit).collect();
        let outcome = write(&store, &units).await;
        let batch = std::mem::take(&mut entries);
        match outcome {
            Ok(fenced) => {
                health.set(None);
                acknowledge(batch, &fenced);
            }
            Err(error) => {
                note_failure(&error, batch.len());
                for entry in batch {
                    let outcome = write(&store, &[&entry.unit]).await;
                    settle_one(entry, outcome, &health);
                }
            }
        }
    }
}

async fn write(store: &Store, units: &[&Unit]) -> Result<Fenced, StoreError> {
    let Tx::Postgres(mut tx) = store.begin().await? else {
        return Err(StoreError::Refused("this is not PostgreSQL"));
    };
    for portion in batch::connections(units) {
        run_portion(&mut tx, portion).await?;
    }
    let fenced = stale_fences(&mut tx, units).await?;
    let holds = |unit: &&&Unit| !unit.fence.is_some_and(|fence| fenced.contains(&fence));
    let units: Vec<&Unit> = units.iter().filter(holds).copied().collect();
    for portion in batch::contents(&units) {
        run_portion(&mut tx, portion).await?;
    }
    run_portion(&mut tx, places::of_latecomers(&units, &store.placed)).await?;
    tx.commit().await?;
    Ok(fenced)
}

/// Another node may have taken a station over since a unit was decided. The rows stay locked until the commit.
async fn stale_fences(tx: &mut PgConnection, units: &[&Unit]) -> Result<Fenced, StoreError> {
    let mut held: Fenced = units.iter().filter_map(|unit| unit.fence).collect();
    if held.is_empty() {
        return Ok(held);
    }
    held.sort_unstable();
    held.dedup();
    let stations: Vec<i64> = held.iter().map(|(station, _)| station.0).collect();
    let current: Vec<(i64, i64)> =
        sqlx::query_as("SELECT id, connection FROM station WHERE id = ANY($1) FOR SHARE")
            .bind(stations)
            .fetch_all(tx)
            .await?;
    let current: HashMap<StationId, i64> =
        current.into_iter().map(|(id, number)| (StationId(id), number)).collect();
    held.retain(|(station, number)| current.get(station) != Some(number));
    Ok(held)
}

async fn run_portion(tx: &mut PgConnection, portion: Portion<'_>) -> Result<(), StoreError> {
    if portion.cells.is_empty() {
        return Ok(());
    }
    let mut query = sqlx::query(portion.statement.for_all_rows());
    for (column, kind) in portion.statement.kinds.iter().enumerate() {
        let cells = portion.rows().filter_map(|row| row.get(column));
        query = match kind {
            Kind::Int => query.bind(cells.map(Cell::int).collect::<Vec<Option<i64>>>()),
            Kind::Text => query.bind(cells.map(Cell::text).collect::<Vec<Option<&str>>>()),
            Kind::Bool => query.bind(cells.map(Cell::bool).collect::<Vec<bool>>()),
        };
    }
    query.execute(tx).await?;
    Ok(())
}
