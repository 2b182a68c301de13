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
    /// How long it may wait for a station that is away, and what will be asked then.
    pub waits: Option<(Timestamp, String)>,
}

/// A command whose station was away when it was asked.
#[derive(Debug, Clone)]
pub struct QueuedCommand {
    pub new: NewCommand,
    pub expires_at: Timestamp,
    pub wish: String,
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
    /// Until when it may wait for its station.
    pub expires_at: Option<Timestamp>,
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
        expires_at: row.time_or_none("expires_at")?,
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

    /// One command of a station.
    pub async fn command(
        &self,
        station: StationId,
        id: CommandId,
    ) -> Result<Option<CommandRecord>, StoreError> {
        let sql = "SELECT * FROM command WHERE station_id = $1 AND id = $2";
        self.rows(sql, values![station, id]).await?.first().map(record_from).transpose()
    }

    /// What waits for a station, oldest first.
    pub async fn queued_commands(&self, station: StationId) -> Result<Vec<QueuedCommand>, StoreError> {
        let sql = "SELECT * FROM command WHERE station_id = $1 AND done_at IS NULL AND wish IS NOT NULL ORDER BY id";
        self.rows(sql, values![station]).await?.iter().map(queued_from).collect()
    }

    /// Stations something waits for.
    pub async fn stations_with_queue(&self) -> Result<Vec<StationId>, StoreError> {
        let sql = "SELECT DISTINCT station_id FROM command WHERE done_at IS NULL AND wish IS NOT NULL";
        self.rows(sql, values![]).await?.iter().map(|row| Ok(StationId(row.int("station_id")?))).collect()
    }
}

fn queued_from(row: &Row) -> Result<QueuedCommand, StoreError> {
    let expires_at = row.time("expires_at")?;
    let wish = row.text("wish")?;
    Ok(QueuedCommand {
        new: NewCommand {
            id: CommandId(row.int("id")?),
            organisation: OrganisationId(row.int("organisation_id")?),
            station: StationId(row.int("station_id")?),
            command: row.text("command")?,
            request: row.text("request")?,
            asked_by: row.text("asked_by")?,
            at: row.time("at")?,
            waits: Some((expires_at, wish.clone())),
        },
        expires_at,
        wish,
    })
}

impl Tx {
    pub async fn add_command(&mut self, new: &NewCommand) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO command (id, organisation_id, station_id, command, request, asked_by, at, expires_at, wish) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                new.id,
                new.organisation,
                new.station,
                &new.command,
                &new.request,
                &new.asked_by,
                new.at,
                new.waits.as_ref().map(|(until, _)| *until),
                new.waits.as_ref().map(|(_, wish)| wish.clone()),
            ],
        )
        .await
        .map(drop)
    }

    pub async fn finish_command(&mut self, done: &FinishedCommand) -> Result<(), StoreError> {
        self.execute(
            // What was asked may hold a secret: it is kept no longer than it waits.
            "UPDATE command SET done_at = $1, outcome = $2, status = $3, answer = $4, detail = $5, wish = NULL WHERE id = $6",
            values![done.done_at, &done.outcome, &done.status, &done.answer, &done.detail, done.id],
        )
        .await
        .map(drop)
    }

    /// A queued command is about to be sent: from here on it is never sent again. Says whether it was still waiting.
    pub async fn take_queued(&mut self, id: CommandId) -> Result<bool, StoreError> {
        let sql = "UPDATE command SET wish = NULL WHERE id = $1 AND done_at IS NULL AND wish IS NOT NULL";
        Ok(self.execute(sql, values![id]).await? > 0)
    }

    /// Ends what waited too long for its station.
    pub async fn expire_commands(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "UPDATE command SET done_at = $1, outcome = 'expired', wish = NULL, \
                   detail = 'The charger did not connect in time; nothing was sent.' \
                   WHERE done_at IS NULL AND wish IS NOT NULL AND expires_at <= $1";
        self.execute(sql, values![now]).await
    }

    /// After a start of this node: nobody waits any more for what was open.
    pub async fn abandon_commands(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "UPDATE command SET done_at = $1, outcome = 'timeout', \
                   detail = 'The server was restarted before the station answered.' WHERE done_at IS NULL AND wish IS NULL";
        self.execute(sql, values![now]).await
    }
}
