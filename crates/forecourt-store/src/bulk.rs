//! One command for many stations, and what came of it at each.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, StationId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct BulkJobRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    /// The command's name in our vocabulary.
    pub command: String,
    /// The request as it came, without secrets, JSON.
    pub request: String,
    /// What is sent, JSON; forgotten when everything is sent.
    pub wish: Option<String>,
    pub at_once: i64,
    /// running, done or cancelled.
    pub state: String,
    pub created_by: String,
    pub created_at: Timestamp,
    pub done_at: Option<Timestamp>,
    pub targets: i64,
    pub finished: i64,
    pub accepted: i64,
}

#[derive(Debug, Clone)]
pub struct BulkTargetRecord {
    pub station: StationId,
    pub identity: String,
    pub name: Option<String>,
    pub site_name: String,
    /// waiting, sent or done.
    pub state: String,
    pub outcome: Option<String>,
    pub status: Option<String>,
    pub answer: Option<String>,
    pub detail: Option<String>,
    pub changed_at: Timestamp,
}

const JOB: &str = "SELECT j.*, (SELECT COUNT(*) FROM bulk_target t WHERE t.job_id = j.id) AS targets, \
     (SELECT COUNT(*) FROM bulk_target t WHERE t.job_id = j.id AND t.state = 'done') AS finished, \
     (SELECT COUNT(*) FROM bulk_target t WHERE t.job_id = j.id AND t.outcome = 'accepted') AS accepted FROM bulk_job j";

fn job_from(row: &Row) -> Result<BulkJobRecord, StoreError> {
    Ok(BulkJobRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        command: row.text("command")?,
        request: row.text("request")?,
        wish: row.text_or_none("wish")?,
        at_once: row.int("at_once")?,
        state: row.text("state")?,
        created_by: row.text("created_by")?,
        created_at: row.time("created_at")?,
        done_at: row.time_or_none("done_at")?,
        targets: row.int("targets")?,
        finished: row.int("finished")?,
        accepted: row.int("accepted")?,
    })
}

fn target_from(row: &Row) -> Result<BulkTargetRecord, StoreError> {
    Ok(BulkTargetRecord {
        station: StationId(row.int("station_id")?),
        identity: row.text("identity")?,
        name: row.text_or_none("name")?,
        site_name: row.text("site_name")?,
        state: row.text("state")?,
        outcome: row.text_or_none("outcome")?,
        status: row.text_or_none("status")?,
        answer: row.text_or_none("answer")?,
        detail: row.text_or_none("detail")?,
        changed_at: row.time("changed_at")?,
    })
}

impl Store {
    /// Newest first.
    pub async fn bulk_jobs(
        &self,
        organisation: OrganisationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<BulkJobRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("j.organisation_id = ?", values![organisation]).and_if(cursor.map(|c| c.id), "j.id < ?");
        let sql = format!("{JOB}{} ORDER BY j.id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(job_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |job| Cursor { key: String::new(), id: job.id }))
    }

    pub async fn bulk_job(
        &self,
        organisation: OrganisationId,
        id: i64,
    ) -> Result<Option<BulkJobRecord>, StoreError> {
        let sql = format!("{JOB} WHERE j.organisation_id = $1 AND j.id = $2");
        self.row(&sql, values![organisation, id]).await?.map(|row| job_from(&row)).transpose()
    }

    /// Those that something is left to do of, of every organisation.
    pub async fn open_bulk_jobs(&self) -> Result<Vec<BulkJobRecord>, StoreError> {
        let sql = format!("{JOB} WHERE j.done_at IS NULL ORDER BY j.id");
        self.rows(&sql, values![]).await?.iter().map(job_from).collect()
    }

    /// By identity.
    pub async fn bulk_targets(&self, job: i64) -> Result<Vec<BulkTargetRecord>, StoreError> {
        let sql = "SELECT t.*, st.identity, st.name, si.name AS site_name FROM bulk_target t \
                   JOIN station st ON st.id = t.station_id JOIN site si ON si.id = st.site_id \
                   WHERE t.job_id = $1 ORDER BY st.identity, st.id";
        self.rows(sql, values![job]).await?.iter().map(target_from).collect()
    }
}

impl Tx {
    pub async fn add_bulk_job(
        &mut self,
        job: &BulkJobRecord,
        stations: &[StationId],
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO bulk_job (id, organisation_id, command, request, wish, at_once, state, created_by, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                job.id,
                job.organisation,
                &job.command,
                &job.request,
                &job.wish,
                job.at_once,
                &job.state,
                &job.created_by,
                job.created_at
            ],
        )
        .await?;
        for station in stations {
            let sql = "INSERT INTO bulk_target (job_id, station_id, state, changed_at) \
                       VALUES ($1, $2, 'waiting', $3) ON CONFLICT (job_id, station_id) DO NOTHING";
            self.execute(sql, values![job.id, *station, job.created_at]).await?;
        }
        Ok(())
    }

    /// A command is about to be sent to it: from here on it is never sent again. Says whether it still waited.
    pub async fn take_bulk_target(
        &mut self,
        job: i64,
        station: StationId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE bulk_target SET state = 'sent', changed_at = $1 \
                   WHERE job_id = $2 AND station_id = $3 AND state = 'waiting'";
        Ok(self.execute(sql, values![now, job, station]).await? > 0)
    }

    pub async fn finish_bulk_target(&mut self, job: i64, done: &BulkTargetRecord) -> Result<(), StoreError> {
        self.execute(
            "UPDATE bulk_target SET state = 'done', outcome = $1, status = $2, answer = $3, detail = $4, changed_at = $5 \
             WHERE job_id = $6 AND station_id = $7",
            values![
                &done.outcome,
                &done.status,
                &done.answer,
                &done.detail,
                done.changed_at,
                job,
                done.station
            ],
        )
        .await
        .map(drop)
    }

    /// Nothing more is sent. What was asked may hold a secret: it is kept no longer than it is needed.
    pub async fn end_bulk_job(&mut self, job: i64, state: &str, now: Timestamp) -> Result<bool, StoreError> {
        let sql =
            "UPDATE bulk_job SET state = $1, done_at = $2, wish = NULL WHERE id = $3 AND done_at IS NULL";
        Ok(self.execute(sql, values![state, now, job]).await? > 0)
    }

    /// Those that have not been asked are not asked any more.
    pub async fn drop_bulk_targets(&mut self, job: i64, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "UPDATE bulk_target SET state = 'done', outcome = 'cancelled', changed_at = $1 \
                   WHERE job_id = $2 AND state = 'waiting'";
        self.execute(sql, values![now, job]).await
    }

    /// After a start of this node: nobody waits any more for the answers to what was sent.
    pub async fn abandon_bulk_targets(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "UPDATE bulk_target SET state = 'done', outcome = 'timeout', \
                   detail = 'The server was restarted before the charger answered.', changed_at = $1 WHERE state = 'sent'";
        self.execute(sql, values![now]).await
    }
}
