//! The issue log: what people of the organisation have to look after, who does it, and what was said about it.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::fault::Severity;
use forecourt_core::id::{FaultId, IssueId, OperatorId, SiteId, StationId};
use forecourt_store::issue::{IssueEntry, IssueFilter, IssueRecord};
use forecourt_store::page::MAX_LIMIT;
use forecourt_store::{Cursor, Page};
use serde_json::{Value, json};

use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::{App, AppError, Principal};

/// Longest title, in characters.
const TITLE_MAX_CHARS: usize = 200;
/// Longest description and comment, in characters.
const TEXT_MAX_CHARS: usize = 10_000;
/// States of an issue; the last one closes it.
pub const STATES: [&str; 4] = ["open", "in_progress", "waiting", "done"];
/// Words of the priorities, from 1.
pub const PRIORITIES: [&str; 4] = ["low", "normal", "high", "urgent"];

/// An issue as a person writes it; what is absent stays as it is, or is left open.
#[derive(Debug, Clone, Default)]
pub struct IssueEdit {
    pub title: Option<String>,
    pub text: Option<String>,
    pub state: Option<String>,
    pub priority: Option<String>,
    pub site: Option<Option<SiteId>>,
    pub station: Option<Option<StationId>>,
    pub fault: Option<Option<FaultId>>,
    pub assignee: Option<Option<OperatorId>>,
}

/// Site, charger and fault of an edit: absent stays, null clears.
type Places = (Option<Option<SiteId>>, Option<Option<StationId>>, Option<Option<FaultId>>);

impl App {
    /// Newest first.
    pub async fn issues(
        &self,
        principal: &Principal,
        filter: IssueFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<IssueRecord>, AppError> {
        principal.require(Permission::Issues)?;
        let filter = IssueFilter { sites: principal.sites().map(<[_]>::to_vec), ..filter };
        Ok(self.store.issues(principal.organisation, &filter, cursor, limit).await?)
    }

    /// What the filters leave, as a file.
    pub async fn issue_sheet(&self, principal: &Principal, filter: IssueFilter) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.issues(principal, filter.clone(), cursor.as_ref(), MAX_LIMIT).await?;
            rows.extend(page.items.iter().map(row_of));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        let organisation = self.organisation(principal).await?;
        let columns = [
            "Number",
            "Title",
            "State",
            "Priority",
            "Site",
            "Charger",
            "Given to",
            "Opened by",
            "Opened",
            "Changed",
            "Closed",
        ];
        let (name, zone) = (organisation.name, organisation.time_zone);
        Ok(Sheet::list("Issues", name, zone, self.now(), &columns, rows))
    }

    /// An issue and what was said about it.
    pub async fn issue(
        &self,
        principal: &Principal,
        id: IssueId,
    ) -> Result<(IssueRecord, Vec<IssueEntry>), AppError> {
        let issue = self.own_issue(principal, id).await?;
        let entries = self.store.issue_entries(id).await?;
        Ok((issue, entries))
    }

    pub(crate) async fn own_issue(
        &self,
        principal: &Principal,
        id: IssueId,
    ) -> Result<IssueRecord, AppError> {
        principal.require(Permission::Issues)?;
        let found = self.store.issue(principal.organisation, id).await?;
        let visible = |issue: &IssueRecord| issue.site.is_none_or(|site| principal.sees(site));
        found.filter(visible).ok_or(AppError::NotFound("issue"))
    }

    /// Whom work may be given to.
    pub async fn people(&self, principal: &Principal) -> Result<Vec<(OperatorId, String)>, AppError> {
        principal.require(Permission::Issues)?;
        Ok(self.store.people(principal.organisation).await?)
    }

    pub async fn add_issue(&self, principal: &Principal, new: IssueEdit) -> Result<IssueRecord, AppError> {
        principal.require(Permission::Issues)?;
        let now = self.now();
        let mut issue = IssueRecord {
            id: IssueId(self.id()),
            organisation: principal.organisation,
            number: 0,
            title: String::new(),
            text: String::new(),
            state: "open".into(),
            priority: 2,
            site: None,
            station: None,
            fault: None,
            assignee: None,
            created_by: principal.name(),
            created_at: now,
            updated_at: now,
            closed_at: None,
            version: 1,
            site_name: None,
            station_identity: None,
            assignee_name: None,
            fault_code: None,
        };
        self.take_in(principal, &mut issue, new).await?;
        if issue.title.is_empty() {
            return Err(AppError::field("/title", "what is to be done, in a few words"));
        }
        let mut tx = self.store.begin().await?;
        issue.number = tx.next_issue_number(principal.organisation).await?;
        tx.add_issue(&issue).await?;
        let line = self.note(principal, "issue.opened", ("issue", issue.id.0, &issue.title));
        tx.audit(&line.made(&described(&issue))).await?;
        self.tell_issue(&mut tx, principal, &issue, "issue.opened").await?;
        tx.commit().await?;
        self.tell(principal, issue.site, issue.station, What::Issue);
        self.own_issue(principal, issue.id).await
    }

    pub async fn edit_issue(
        &self,
        principal: &Principal,
        id: IssueId,
        version: Option<i64>,
        edit: IssueEdit,
    ) -> Result<IssueRecord, AppError> {
        let old = self.own_issue(principal, id).await?;
        let now = self.now();
        let mut issue =
            IssueRecord { version: version.unwrap_or(old.version), updated_at: now, ..old.clone() };
        self.take_in(principal, &mut issue, edit).await?;
        let done = issue.state == "done";
        issue.closed_at = if done { old.closed_at.or(Some(now)) } else { None };
        let (before, after) = (described(&old), described(&issue));
        if before == after {
            return Ok(old);
        }
        let mut tx = self.store.begin().await?;
        tx.set_issue(&issue).await?;
        let entry = IssueEntry {
            id: self.id(),
            issue: id,
            at: now,
            author: principal.name(),
            kind: "change".into(),
            text: difference(&before, &after).to_string(),
        };
        tx.add_issue_entry(&entry).await?;
        let line = self.note(principal, "issue.edited", ("issue", id.0, &issue.title));
        tx.audit(&line.changed(before, after)).await?;
        self.tell_issue(&mut tx, principal, &issue, "issue.changed").await?;
        tx.commit().await?;
        self.tell(principal, issue.site, issue.station, What::Issue);
        self.own_issue(principal, id).await
    }

    pub async fn comment_issue(
        &self,
        principal: &Principal,
        id: IssueId,
        text: &str,
    ) -> Result<IssueEntry, AppError> {
        let issue = self.own_issue(principal, id).await?;
        let text = text.trim();
        if text.is_empty() || text.chars().count() > TEXT_MAX_CHARS {
            return Err(AppError::field("/text", format!("1 to {TEXT_MAX_CHARS} characters")));
        }
        let entry = IssueEntry {
            id: self.id(),
            issue: id,
            at: self.now(),
            author: principal.name(),
            kind: "comment".into(),
            text: text.to_owned(),
        };
        let mut tx = self.store.begin().await?;
        tx.add_issue_entry(&entry).await?;
        let line = self.note(principal, "issue.commented", ("issue", id.0, &issue.title));
        tx.audit(&line.done()).await?;
        tx.commit().await?;
        self.tell(principal, issue.site, issue.station, What::Issue);
        Ok(entry)
    }

    /// Checks each member that is given, and that what it names is the caller's business.
    async fn take_in(
        &self,
        principal: &Principal,
        issue: &mut IssueRecord,
        edit: IssueEdit,
    ) -> Result<(), AppError> {
        if let Some(title) = edit.title {
            title.trim().clone_into(&mut issue.title);
            if issue.title.is_empty() || issue.title.chars().count() > TITLE_MAX_CHARS {
                return Err(AppError::field("/title", format!("1 to {TITLE_MAX_CHARS} characters")));
            }
        }
        if let Some(text) = edit.text {
            if text.chars().count() > TEXT_MAX_CHARS {
                return Err(AppError::field("/text", format!("at most {TEXT_MAX_CHARS} characters")));
            }
            text.trim().clone_into(&mut issue.text);
        }
        if let Some(state) = edit.state {
            if !STATES.contains(&state.as_str()) {
                return Err(AppError::field("/state", format!("one of {}", STATES.join(", "))));
            }
            issue.state = state;
        }
        if let Some(priority) = edit.priority {
            let place = PRIORITIES.iter().position(|word| *word == priority);
            let place = place
                .ok_or_else(|| AppError::field("/priority", format!("one of {}", PRIORITIES.join(", "))))?;
            issue.priority = i64::try_from(place).unwrap_or(1) + 1;
        }
        if let Some(assignee) = edit.assignee {
            let people = self.store.people(principal.organisation).await?;
            if assignee.is_some_and(|id| !people.iter().any(|(person, _)| *person == id)) {
                return Err(AppError::field("/assignee_id", "somebody of this organisation"));
            }
            issue.assignee = assignee;
        }
        self.take_in_place(principal, issue, (edit.site, edit.station, edit.fault)).await
    }

    /// A fault brings its charger along, a charger its site.
    async fn take_in_place(
        &self,
        principal: &Principal,
        issue: &mut IssueRecord,
        (site, station, fault): Places,
    ) -> Result<(), AppError> {
        if let Some(site) = site {
            if let Some(id) = site {
                self.site(principal, id).await?;
            }
            issue.site = site;
        }
        if let Some(station) = station {
            issue.station = station;
            if let Some(id) = station {
                issue.site = Some(self.own_station(principal, id)?.record().site);
            }
        }
        if let Some(fault) = fault {
            issue.fault = fault;
            if let Some(id) = fault {
                let fault = self.fault(principal, id).await?;
                issue.station = Some(fault.station);
                issue.site = Some(fault.site);
            }
        }
        Ok(())
    }

    async fn tell_issue(
        &self,
        tx: &mut forecourt_store::Tx,
        principal: &Principal,
        issue: &IssueRecord,
        kind: &'static str,
    ) -> Result<(), AppError> {
        let severity = if issue.priority >= 3 { Severity::Warning } else { Severity::Info };
        let body = json!({
            "issue_id": issue.id,
            "number": issue.number,
            "title": issue.title,
            "state": issue.state,
            "by": principal.name(),
        });
        let mut happening = self.happening(principal.organisation, kind, severity, self.now(), &body);
        happening.site = issue.site;
        happening.station = issue.station;
        Ok(tx.add_happening(&happening).await?)
    }
}

fn row_of(issue: &IssueRecord) -> Vec<Cell> {
    vec![
        issue.number.into(),
        issue.title.as_str().into(),
        issue.state.as_str().into(),
        priority_word(issue.priority).into(),
        issue.site_name.as_deref().into(),
        issue.station_identity.as_deref().into(),
        issue.assignee_name.as_deref().into(),
        issue.created_by.as_str().into(),
        issue.created_at.into(),
        issue.updated_at.into(),
        issue.closed_at.into(),
    ]
}

/// The word of a priority.
pub fn priority_word(priority: i64) -> &'static str {
    let place = usize::try_from(priority - 1).unwrap_or(1);
    PRIORITIES.get(place).copied().unwrap_or("normal")
}

fn described(issue: &IssueRecord) -> Value {
    json!({
        "title": issue.title,
        "text": issue.text,
        "state": issue.state,
        "priority": priority_word(issue.priority),
        "site_id": issue.site,
        "station_id": issue.station,
        "fault_id": issue.fault,
        "assignee_id": issue.assignee,
    })
}

/// Names of members with their old and new value.
fn difference(before: &Value, after: &Value) -> Value {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else { return Value::Null };
    let changed = after.iter().filter(|(name, value)| before.get(*name) != Some(*value));
    changed
        .map(|(name, value)| (name.clone(), json!([before.get(name), value])))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
