//! Keeping the database small and safe: retention, copies, checks.

use std::path::Path;

use forecourt_core::Timestamp;
use forecourt_core::id::first_id_at;

use crate::engine::values;
use crate::rollup::HOURS_KEPT_DAYS;
use crate::{Location, Store, StoreError, migrate};

/// Rows removed in one transaction, so that stations never wait long for the writer.
const PRUNE_ROWS: i64 = 2_000;
/// Sessions whose readings are removed at once: about as many rows.
const PRUNE_SESSIONS: i64 = 50;

/// How many rows a round of pruning removed; fewer than asked means nothing is left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    pub messages: u64,
    pub readings: u64,
    pub other: u64,
}

impl Pruned {
    pub fn is_done(self) -> bool {
        self.messages < PRUNE_ROWS as u64 && self.readings == 0
    }
}

impl Store {
    /// Removes one portion of what is older than its retention.
    pub async fn prune(
        &self,
        messages_before: Timestamp,
        readings_before: Timestamp,
        now: Timestamp,
    ) -> Result<Pruned, StoreError> {
        let mut tx = self.begin().await?;
        // Ids rise with time: a range of the primary key, whatever the size of the table.
        let messages = tx
            .execute(
                "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE id < $1 ORDER BY id LIMIT $2)",
                values![first_id_at(messages_before), PRUNE_ROWS],
            )
            .await?;
        let readings = tx
            .execute(
                "DELETE FROM reading WHERE session_id IN (SELECT DISTINCT session_id FROM reading WHERE session_id < $1 \
                 ORDER BY session_id LIMIT $2)",
                values![first_id_at(readings_before), PRUNE_SESSIONS],
            )
            .await?;
        // What a session is priced from goes together; what it cost stays.
        let states = tx
            .execute(
                "DELETE FROM session_state WHERE session_id IN (SELECT DISTINCT session_id FROM session_state \
                 WHERE session_id < $1 ORDER BY session_id LIMIT $2)",
                values![first_id_at(readings_before), PRUNE_SESSIONS],
            )
            .await?;
        let hour = now.as_second() / 3600 - HOURS_KEPT_DAYS * 24;
        let mut other = states;
        other += tx.execute("DELETE FROM rollup_hour WHERE hour < $1", values![hour]).await?;
        let day_ago = now.as_millisecond() - 86_400_000;
        other += tx.execute("DELETE FROM idempotency WHERE created_at < $1", values![day_ago]).await?;
        other += tx.execute("DELETE FROM login WHERE expires_at < $1", values![now]).await?;
        other += tx.prune_access(now).await?;
        tx.commit().await?;
        Ok(Pruned { messages, readings, other })
    }

    /// Answers when the database can be read and written.
    pub async fn check(&self) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute("UPDATE meta SET value = value WHERE name = 'check'", values![]).await?;
        tx.commit().await
    }

    /// The schema step found, and the one this build wants.
    pub async fn schema_step(&self) -> Result<(i64, i64), StoreError> {
        let found = match self.row("SELECT COALESCE(MAX(step), 0) AS step FROM migration", values![]).await {
            Ok(Some(row)) => row.int("step")?,
            Ok(None) | Err(_) => 0,
        };
        Ok((found, migrate::newest()))
    }

    /// Writes a consistent copy while the server runs. SQLite only: PostgreSQL has `pg_dump`.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let Location::Sqlite(path) = &self.location else {
            return Err(StoreError::Refused("use pg_dump to back up PostgreSQL"));
        };
        let target = to.to_str().ok_or(StoreError::Refused("the file name is not UTF-8"))?;
        // A connection of its own: VACUUM INTO writes a new file and reads ours in one transaction.
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(std::time::Duration::from_secs(60));
        let mut connection = sqlx::ConnectOptions::connect(&options).await?;
        sqlx::query("VACUUM INTO $1").bind(target.to_owned()).execute(&mut connection).await?;
        sqlx::Connection::close(connection).await?;
        Ok(())
    }

    /// `ok`, or what the engine found broken. SQLite only.
    pub async fn integrity(&self) -> Result<String, StoreError> {
        if !self.engine.is_sqlite() {
            return Ok("ok".into());
        }
        self.row("PRAGMA quick_check(1)", values![])
            .await?
            .map_or(Ok("ok".into()), |row| row.text("quick_check"))
    }
}
