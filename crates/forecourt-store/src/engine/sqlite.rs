//! The files of a SQLite database: one writer at a time, readers beside it.
//!
//! Two connections write, the journal's and that of the use cases. They take turns here, so that neither ever waits
//! in SQLite's own busy handler, which sleeps and is not fair. (Another process, a command at a prompt, still meets it.)

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Sqlite, SqlitePool, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{ACQUIRE, READERS, STATEMENTS};
use crate::StoreError;

/// Pages a writing connection keeps in memory, in KiB.
const WRITE_CACHE: &str = "-32000";
const READ_CACHE: &str = "-8000";
/// Pages of the write-ahead log (16 MiB) after which they are brought into the database.
const CHECKPOINT_PAGES: &str = "4000";
/// What is left of the write-ahead log's file after a burst, in bytes.
const LOG_BYTES: &str = "67108864";
/// How long a connection waits for another process.
const PATIENCE: Duration = ACQUIRE;

#[derive(Debug)]
pub(crate) struct Files {
    path: PathBuf,
    /// One connection: the use cases'.
    write: SqlitePool,
    pub read: SqlitePool,
    turn: Arc<Mutex<Journalling>>,
}

/// The journal's connection. Who holds its lock may write, over whichever connection.
#[derive(Debug, Default)]
pub struct Journalling {
    connection: Option<Connection>,
    closed: bool,
}

/// The right to write, until it is dropped.
pub type Turn = OwnedMutexGuard<Journalling>;

impl Files {
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        // FULL: a committed batch survives power loss, which is what an answer to a station promises.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .statement_cache_capacity(STATEMENTS)
            .pragma("cache_size", WRITE_CACHE)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .pragma("journal_size_limit", LOG_BYTES);
        // Where a COMMIT failed (a full disk), SQLite has rolled back by itself and sqlx still counts a transaction: that
        // connection is of no use any more.
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .before_acquire(|connection, _| {
                let usable = !connection.is_in_transaction();
                Box::pin(async move { Ok(usable) })
            })
            .acquire_timeout(ACQUIRE)
            .connect_with(options.clone())
            .await?;
        let reading = options.pragma("query_only", "ON").pragma("cache_size", READ_CACHE);
        let read = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE)
            // A file does not go away like a server: asking first would double the cost of every read.
            .test_before_acquire(false)
            .connect_lazy_with(reading);
        Ok(Self { path: path.to_owned(), write, read, turn: Arc::default() })
    }

    /// A use case's transaction and its turn.
    pub async fn begin(&self) -> Result<(Transaction<'static, Sqlite>, Turn), StoreError> {
        let turn = tokio::time::timeout(ACQUIRE, self.turn.clone().lock_owned());
        let turn = turn.await.map_err(|_| StoreError::Unavailable("other writers take too long".into()))?;
        Ok((self.write.begin_with("BEGIN IMMEDIATE").await?, turn))
    }

    /// Lets the journal write over its own connection. Not for a thread of the runtime: it waits for its turn.
    ///
    /// A transaction that `write` leaves open is undone; a connection that does not survive that is opened anew.
    pub fn journal<T>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        let mut turn = self.turn.blocking_lock();
        if turn.closed {
            return Err(StoreError::Unavailable("the database is closed".into()));
        }
        let connection = match turn.connection.take() {
            Some(connection) => connection,
            None => journal_connection(&self.path)?,
        };
        let outcome = write(&connection);
        // Where a COMMIT failed (a full disk), SQLite has rolled back by itself.
        let usable = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        turn.connection = usable.then_some(connection);
        Ok(outcome?)
    }

    /// The last connection brings everything into the database's own file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
        let mut turn = self.turn.lock().await;
        turn.closed = true;
        turn.connection = None;
    }
}

fn journal_connection(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", WRITE_CACHE)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
        match error.sqlite_error().map(|inner| inner.extended_code) {
            Some(SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY) => Self::Conflict,
            _ => Self::Unavailable(error.to_string()),
        }
    }
}
