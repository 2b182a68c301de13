//! What was asked of stations, by whom, and how it ended.

use forecourt_core::Timestamp;
use forecourt_core::id::{CommandId, OrganisationId, StationId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct NewCommand {
    pub id: CommandId,
    pub organisation: OrganisationId,
    pub station: StationId,
    pub command: String,
    /// The request as it came, JSON.
    pub request: String,
    pub asked_by: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct FinishedCommand {
    pub id: CommandId,
    pub done_at: Timestamp,
    pub outcome: String,
    pub status: Option<String>,
    pub answer: Option<String>,
    pub detail: String,
}

#[derive(Debug, Clone)]
pub struct CommandRecord {
    pub id: CommandId,
    pub command: String,
    pub request: String,
    pub asked_by: String,
    pub at: Timestamp,
    pub done_at: Option<Timestamp>,
    pub outcome: Option<String>,
    pub status: Option<String>,
    pub answer: Option<String>,
    pub detail: Option<String>,
}

fn record_from(row: &Row) -> Result<CommandRecord, StoreError> {
    Ok(CommandRecord {
        id: CommandId(row.int("id")?),
        command: row.text("command")?,
        request: row.text("request")?,
        asked_by: row.text("asked_by")?,
        at: row.time("at")?,
        done_at: row.time_or_none("done_at")?,
        outcome: row.text_or_none("outcome")?,
        status: row.text_or_none("status")?,
        answer: row.text_or_none("answer")?,
        detail: row.text_or_none("detail")?,
    })
}

impl Store {
    /// Newest first. The caller has checked that the station is the organisation's.
    pub async fn commands(
        &self,
        station: StationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<CommandRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("station_id = ?", values![station]).and_if(cursor.map(|c| c.id), "id < ?");
        let sql = format!("SELECT * FROM command{} ORDER BY id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |c| Cursor { key: String::new(), id: c.id.0 }))
    }
}

impl Tx {
    pub async fn add_command(&mut self, new: &NewCommand) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO command (id, organisation_id, station_id, command, request, asked_by, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![new.id, new.organisation, new.station, &new.command, &new.request, &new.asked_by, new.at],
        )
        .await
        .map(drop)
    }

    pub async fn finish_command(&mut self, done: &FinishedCommand) -> Result<(), StoreError> {
        self.execute(
            "UPDATE command SET done_at = $1, outcome = $2, status = $3, answer = $4, detail = $5 WHERE id = $6",
            values![done.done_at, &done.outcome, &done.status, &done.answer, &done.detail, done.id],
        )
        .await
        .map(drop)
    }

    /// After a start of this node: nobody waits any more for what was open.
    pub async fn abandon_commands(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "UPDATE command SET done_at = $1, outcome = 'timeout', \
                   detail = 'The server was restarted before the station answered.' WHERE done_at IS NULL";
        self.execute(sql, values![now]).await
    }
}
