//! The issue log: tickets, and what was said about them.

use forecourt_core::Timestamp;
use forecourt_core::id::{FaultId, IssueId, OperatorId, OrganisationId, SiteId, StationId};

use crate::engine::{Row, values};
use crate::page::{Filter, containing};
use crate::{Cursor, Page, Store, StoreError, Tx};

/// Entries of one issue that are shown, and people it may be given to.
const SHOWN: i64 = 500;

#[derive(Debug, Clone)]
pub struct IssueRecord {
    pub id: IssueId,
    pub organisation: OrganisationId,
    /// As people name it.
    pub number: i64,
    pub title: String,
    pub text: String,
    /// open, in_progress, waiting or done.
    pub state: String,
    /// 1 low to 4 urgent.
    pub priority: i64,
    pub site: Option<SiteId>,
    pub station: Option<StationId>,
    pub fault: Option<FaultId>,
    pub assignee: Option<OperatorId>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub version: i64,
    /// Names as they are now; read only.
    pub site_name: Option<String>,
    pub station_identity: Option<String>,
    pub assignee_name: Option<String>,
    pub fault_code: Option<String>,
}

#[derive(Debug, Clone)]
pub struct IssueEntry {
    pub id: i64,
    pub issue: IssueId,
    pub at: Timestamp,
    pub author: String,
    /// comment or change.
    pub kind: String,
    pub text: String,
}

/// What to look for; all of it must hold.
#[derive(Debug, Clone, Default)]
pub struct IssueFilter {
    /// Some: those to be done, or those that are.
    pub open: Option<bool>,
    pub state: Option<String>,
    pub priority: Option<i64>,
    pub site: Option<SiteId>,
    pub station: Option<StationId>,
    pub fault: Option<FaultId>,
    pub assignee: Option<OperatorId>,
    pub text: Option<String>,
    /// The only sites the caller sees; issues of no site are everybody's.
    pub sites: Option<Vec<SiteId>>,
}

const JOINED: &str = "SELECT i.*, s.name AS site_name, st.identity AS station_identity, o.name AS assignee_name, \
     f.code AS fault_code FROM issue i LEFT JOIN site s ON s.id = i.site_id LEFT JOIN station st ON st.id = i.station_id \
     LEFT JOIN operator o ON o.id = i.assignee_id LEFT JOIN fault f ON f.id = i.fault_id";

impl IssueFilter {
    fn clauses(&self, organisation: OrganisationId) -> Filter {
        let mut with = Filter::default();
        with.and("i.organisation_id = ?", values![organisation]);
        match self.open {
            Some(true) => with.and("i.closed_at IS NULL", values![]),
            Some(false) => with.and("i.closed_at IS NOT NULL", values![]),
            None => &mut with,
        };
        with.and_if(self.state.as_deref(), "i.state = ?")
            .and_if(self.priority, "i.priority >= ?")
            .and_if(self.site, "i.site_id = ?")
            .and_if(self.station, "i.station_id = ?")
            .and_if(self.fault, "i.fault_id = ?")
            .and_if(self.assignee, "i.assignee_id = ?");
        if let Some(sites) = &self.sites {
            let marks = vec!["?"; sites.len()].join(", ");
            let condition = match sites.len() {
                0 => "i.site_id IS NULL".to_owned(),
                _ => format!("(i.site_id IS NULL OR i.site_id IN ({marks}))"),
            };
            with.and(&condition, sites.iter().map(|site| (*site).into()).collect());
        }
        if let Some(text) = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let number = text.trim_start_matches('#').parse::<i64>().unwrap_or(-1);
            let like = containing(text);
            with.and(
                "(i.number = ? OR LOWER(i.title) LIKE ? ESCAPE '\\' OR LOWER(i.text) LIKE ? ESCAPE '\\' \
                 OR LOWER(COALESCE(st.identity, '')) LIKE ? ESCAPE '\\')",
                values![number, &like, &like, &like],
            );
        }
        with
    }
}

fn record_from(row: &Row) -> Result<IssueRecord, StoreError> {
    Ok(IssueRecord {
        id: IssueId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        number: row.int("number")?,
        title: row.text("title")?,
        text: row.text("text")?,
        state: row.text("state")?,
        priority: row.int("priority")?,
        site: row.int_or_none("site_id")?.map(SiteId),
        station: row.int_or_none("station_id")?.map(StationId),
        fault: row.int_or_none("fault_id")?.map(FaultId),
        assignee: row.int_or_none("assignee_id")?.map(OperatorId),
        created_by: row.text("created_by")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        closed_at: row.time_or_none("closed_at")?,
        version: row.int("version")?,
        site_name: row.text_or_none("site_name")?,
        station_identity: row.text_or_none("station_identity")?,
        assignee_name: row.text_or_none("assignee_name")?,
        fault_code: row.text_or_none("fault_code")?,
    })
}

fn entry_from(row: &Row) -> Result<IssueEntry, StoreError> {
    Ok(IssueEntry {
        id: row.int("id")?,
        issue: IssueId(row.int("issue_id")?),
        at: row.time("at")?,
        author: row.text("author")?,
        kind: row.text("kind")?,
        text: row.text("text")?,
    })
}

impl Store {
    /// Newest first.
    pub async fn issues(
        &self,
        organisation: OrganisationId,
        filter: &IssueFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<IssueRecord>, StoreError> {
        let mut with = filter.clauses(organisation);
        with.and_if(cursor.map(|c| c.id), "i.id < ?");
        let sql = format!("{JOINED}{} ORDER BY i.id DESC LIMIT {}", with.sql(), limit + 1);
        let rows = self.rows(&sql, with.values).await?;
        let items = rows.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |r| Cursor { key: String::new(), id: r.id.0 }))
    }

    pub async fn issue(
        &self,
        organisation: OrganisationId,
        id: IssueId,
    ) -> Result<Option<IssueRecord>, StoreError> {
        let sql = format!("{JOINED} WHERE i.id = $1 AND i.organisation_id = $2");
        self.row(&sql, values![id, organisation]).await?.as_ref().map(record_from).transpose()
    }

    /// In the order they were written.
    pub async fn issue_entries(&self, issue: IssueId) -> Result<Vec<IssueEntry>, StoreError> {
        let sql = "SELECT * FROM issue_entry WHERE issue_id = $1 ORDER BY id LIMIT $2";
        self.rows(sql, values![issue, SHOWN]).await?.iter().map(entry_from).collect()
    }

    /// Whom work may be given to: members, by name.
    pub async fn people(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<(OperatorId, String)>, StoreError> {
        let sql = "SELECT o.id, o.name FROM membership m JOIN operator o ON o.id = m.operator_id \
                   WHERE m.organisation_id = $1 ORDER BY o.name, o.id LIMIT $2";
        let rows = self.rows(sql, values![organisation, SHOWN]).await?;
        rows.iter().map(|row| Ok((OperatorId(row.int("id")?), row.text("name")?))).collect()
    }
}

impl Tx {
    /// The next number of this organisation's issues.
    pub async fn next_issue_number(&mut self, organisation: OrganisationId) -> Result<i64, StoreError> {
        // Two at once must not take the same: the second waits here.
        let turn = "UPDATE organisation SET version = version WHERE id = $1";
        self.execute(turn, values![organisation]).await?;
        let sql = "SELECT COALESCE(MAX(number), 0) + 1 AS next FROM issue WHERE organisation_id = $1";
        self.row(sql, values![organisation]).await?.map_or(Ok(1), |row| row.int("next"))
    }

    pub async fn add_issue(&mut self, new: &IssueRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO issue (id, organisation_id, number, title, text, state, priority, site_id, station_id, fault_id, \
             assignee_id, created_by, created_at, updated_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, 1)",
            values![
                new.id,
                new.organisation,
                new.number,
                &new.title,
                &new.text,
                &new.state,
                new.priority,
                new.site,
                new.station,
                new.fault,
                new.assignee,
                &new.created_by,
                new.created_at,
            ],
        )
        .await
        .map(drop)
    }

    /// Changes an issue that is still in the version its editor saw.
    pub async fn set_issue(&mut self, issue: &IssueRecord) -> Result<(), StoreError> {
        let changed = self
            .execute(
                "UPDATE issue SET title = $1, text = $2, state = $3, priority = $4, site_id = $5, station_id = $6, \
                 fault_id = $7, assignee_id = $8, updated_at = $9, closed_at = $10, version = version + 1 \
                 WHERE id = $11 AND organisation_id = $12 AND version = $13",
                values![
                    &issue.title,
                    &issue.text,
                    &issue.state,
                    issue.priority,
                    issue.site,
                    issue.station,
                    issue.fault,
                    issue.assignee,
                    issue.updated_at,
                    issue.closed_at,
                    issue.id,
                    issue.organisation,
                    issue.version,
                ],
            )
            .await?;
        if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    pub async fn add_issue_entry(&mut self, entry: &IssueEntry) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO issue_entry (id, issue_id, at, author, kind, text) VALUES ($1, $2, $3, $4, $5, $6)";
        let of = values![entry.id, entry.issue, entry.at, &entry.author, &entry.kind, &entry.text];
        self.execute(sql, of).await?;
        let sql = "UPDATE issue SET updated_at = $1 WHERE id = $2";
        self.execute(sql, values![entry.at, entry.issue]).await.map(drop)
    }
}
