//! The journal on SQLite: a thread with a connection of its own and statements that stay prepared.
//!
//! A batch is written without a hop between threads. It waits for nothing to fill: while one is written, the next gathers.

use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::rows::{Cell, Portion};
use super::{BATCH_UNITS, Entry, Fenced, Unit, acknowledge, batch, note_failure, settle_one};
use crate::engine::sqlite::Files;
use crate::message::places::{self, Placed};
use crate::{Health, StoreError};

/// Where it writes, and what is placed there.
type To<'a> = (&'a Files, &'a Placed);

/// Needs a tokio runtime. The thread ends when the last [`super::Journal`] is dropped and everything is written.
pub(super) fn start(files: Arc<Files>, placed: Arc<Placed>, inbox: mpsc::Receiver<Entry>, health: Health) {
    let runtime = Handle::current();
    let thread = std::thread::Builder::new().name("journal".into());
    if let Err(error) = thread.spawn(move || run((&files, &placed), inbox, &health, &runtime)) {
        // Its inbox is gone with it: whoever appends is told that the journal has stopped.
        tracing::error!(%error, "the journal's thread did not start");
    }
}

fn run(to: To<'_>, mut inbox: mpsc::Receiver<Entry>, health: &Health, runtime: &Handle) {
    let mut entries = Vec::with_capacity(BATCH_UNITS);
    while inbox.blocking_recv_many(&mut entries, BATCH_UNITS) > 0 {
        let units: Vec<&Unit> = entries.iter().map(|entry| &entry.unit).collect();
        let outcome = write(to, &units);
        let batch = std::mem::take(&mut entries);
        match outcome {
            Ok(fenced) => {
                health.set(None);
                // From a thread of the runtime, which wakes its own tasks cheaply; this one goes on writing.
                runtime.spawn(async move { acknowledge(batch, &fenced) });
            }
            Err(error) => {
                note_failure(&error, batch.len());
                for entry in batch {
                    let outcome = write(to, &[&entry.unit]);
                    settle_one(entry, outcome, health);
                }
            }
        }
    }
}

/// Fences are PostgreSQL's: here is one node, and a newer connection of a station has told the older one already.
fn write((files, placed): To<'_>, units: &[&Unit]) -> Result<Fenced, StoreError> {
    let portions = [batch::connections(units).into(), batch::contents(units)];
    files.journal(|connection| {
        connection.prepare_cached("BEGIN IMMEDIATE")?.raw_execute()?;
        for portion in portions.iter().flatten() {
            run_portion(connection, portion)?;
        }
        run_portion(connection, &places::of_latecomers(units, placed))?;
        connection.prepare_cached("COMMIT")?.raw_execute()?;
        Ok(Fenced::new())
    })
}

fn run_portion(connection: &Connection, portion: &Portion<'_>) -> rusqlite::Result<()> {
    if portion.cells.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(portion.statement.for_one_row())?;
    for row in portion.rows() {
        for (number, cell) in (1..).zip(row) {
            statement.raw_bind_parameter(number, cell)?;
        }
        statement.raw_execute()?;
    }
    Ok(())
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(Some(value)) => ValueRef::Integer(*value),
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Self::Int(None) | Self::Text(None) => ValueRef::Null,
        }))
    }
}
