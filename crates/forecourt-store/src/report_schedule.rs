//! Reports that go out by themselves.

use forecourt_core::Timestamp;
use forecourt_core::id::{OperatorId, OrganisationId, SiteId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// Schedules of one organisation; the list is not paged.
pub const SCHEDULES_MAX: i64 = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportScheduleRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    pub tab: String,
    pub format: String,
    /// daily, weekly or monthly.
    pub every: String,
    pub site: Option<SiteId>,
    pub recipients: Vec<String>,
    /// In whose name it is made: with the rights that person has then.
    pub operator: OperatorId,
    pub next_at: Timestamp,
    pub last_sent_at: Option<Timestamp>,
    pub problem: Option<String>,
    pub created_at: Timestamp,
}

fn record_from(row: &Row) -> Result<ReportScheduleRecord, StoreError> {
    let recipients = serde_json::from_str(&row.text("recipients")?);
    Ok(ReportScheduleRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        tab: row.text("tab")?,
        format: row.text("format")?,
        every: row.text("every")?,
        site: row.int_or_none("site_id")?.map(SiteId),
        recipients: recipients.map_err(|_| StoreError::Corrupt("recipients"))?,
        operator: OperatorId(row.int("operator_id")?),
        next_at: row.time("next_at")?,
        last_sent_at: row.time_or_none("last_sent_at")?,
        problem: row.text_or_none("problem")?,
        created_at: row.time("created_at")?,
    })
}

impl Store {
    pub async fn report_schedules(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<ReportScheduleRecord>, StoreError> {
        let sql = "SELECT * FROM report_schedule WHERE organisation_id = $1 ORDER BY id LIMIT $2";
        self.rows(sql, values![organisation, SCHEDULES_MAX]).await?.iter().map(record_from).collect()
    }

    /// Those that should have gone out, the oldest first.
    pub async fn due_reports(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<ReportScheduleRecord>, StoreError> {
        let sql = "SELECT * FROM report_schedule WHERE next_at <= $1 ORDER BY next_at LIMIT $2";
        self.rows(sql, values![now, limit]).await?.iter().map(record_from).collect()
    }
}

impl Tx {
    pub async fn add_report_schedule(&mut self, new: &ReportScheduleRecord) -> Result<(), StoreError> {
        let recipients = serde_json::to_string(&new.recipients).unwrap_or_default();
        self.execute(
            "INSERT INTO report_schedule (id, organisation_id, tab, format, every, site_id, recipients, operator_id, next_at, \
             created_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
            values![
                new.id,
                new.organisation,
                &new.tab,
                &new.format,
                &new.every,
                new.site.map(|site| site.0),
                &recipients,
                new.operator,
                new.next_at,
                new.created_at
            ],
        )
        .await
        .map(drop)
    }

    /// Moves on from `due`; false when somebody else did so first.
    pub async fn report_sent(
        &mut self,
        id: i64,
        due: Timestamp,
        next: Timestamp,
        sent: Result<Timestamp, String>,
    ) -> Result<bool, StoreError> {
        let (at, problem) = match sent {
            Ok(at) => (Some(at), None),
            Err(problem) => (None, Some(problem)),
        };
        let sql = "UPDATE report_schedule SET next_at = $1, last_sent_at = COALESCE($2, last_sent_at), problem = $3 \
             WHERE id = $4 AND next_at = $5";
        Ok(self.execute(sql, values![next, at, problem, id, due]).await? > 0)
    }

    pub async fn delete_report_schedule(&mut self, of: OrganisationId, id: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM report_schedule WHERE organisation_id = $1 AND id = $2";
        Ok(self.execute(sql, values![of, id]).await? > 0)
    }
}
