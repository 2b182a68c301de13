//! Lists of the desk as files to take away: who did what, operators, faults. Each shows what its screen shows.

use forecourt_core::access::Permission;
use forecourt_store::fault::{FaultFilter, FaultRecord};
use forecourt_store::{AuditFilter, AuditRecord, Colleague};

use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::{App, AppError, Principal};

/// Rows read at a time.
const PAGE: u32 = 500;
const AUDIT: [&str; 8] = ["At", "Who", "Kind of who", "What", "Kind of thing", "Thing", "Before", "After"];
const OPERATORS: [&str; 7] = ["Name", "E-mail", "Role", "Own rights", "Second factor", "Since", "Last seen"];
const FAULTS: [&str; 12] = [
    "Opened at",
    "Last at",
    "Solved at",
    "Site",
    "Charger",
    "EVSE",
    "Cause",
    "Severity",
    "Code",
    "Vendor's code",
    "What the charger said",
    "Reports",
];

impl App {
    pub async fn audit_sheet(&self, principal: &Principal, filter: &AuditFilter) -> Result<Sheet, AppError> {
        principal.require(Permission::Audit)?;
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.audit(principal, filter, cursor.as_ref(), PAGE).await?;
            rows.extend(page.items.into_iter().map(deed));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        self.desk_sheet(principal, "Audit log", &AUDIT, rows).await
    }

    pub async fn operator_sheet(&self, principal: &Principal, text: Option<&str>) -> Result<Sheet, AppError> {
        principal.require(Permission::Operators)?;
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.colleagues(principal, text, cursor.as_ref(), PAGE).await?;
            rows.extend(page.items.into_iter().map(operator));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        self.desk_sheet(principal, "Operators", &OPERATORS, rows).await
    }

    pub async fn fault_sheet(&self, principal: &Principal, filter: &FaultFilter) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.faults(principal, filter.clone(), cursor.as_ref(), PAGE).await?;
            rows.extend(page.items.into_iter().map(fault));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        self.desk_sheet(principal, "Faults", &FAULTS, rows).await
    }

    async fn desk_sheet(
        &self,
        principal: &Principal,
        title: &str,
        columns: &[&str],
        rows: Vec<Vec<Cell>>,
    ) -> Result<Sheet, AppError> {
        let organisation = self.organisation(principal).await?;
        Ok(Sheet::list(title, organisation.name, organisation.time_zone, self.now(), columns, rows))
    }
}

fn deed(record: AuditRecord) -> Vec<Cell> {
    vec![
        Cell::from(record.at),
        Cell::from(record.actor_name),
        Cell::from(record.actor_kind),
        Cell::from(record.action),
        Cell::from(record.subject_kind),
        Cell::from(record.subject_name),
        Cell::from(record.before),
        Cell::from(record.after),
    ]
}

fn operator(colleague: Colleague) -> Vec<Cell> {
    let membership = colleague.membership;
    let yes_no = |yes: bool| Cell::from(if yes { "yes" } else { "no" });
    vec![
        Cell::from(colleague.name),
        Cell::from(colleague.email),
        Cell::from(membership.role.as_str()),
        yes_no(membership.permissions.is_some()),
        yes_no(colleague.second_factor),
        Cell::from(membership.created_at),
        Cell::from(membership.last_seen_at),
    ]
}

fn fault(record: FaultRecord) -> Vec<Cell> {
    vec![
        Cell::from(record.opened_at),
        Cell::from(record.last_at),
        Cell::from(record.solved_at),
        Cell::from(record.site_name),
        Cell::from(record.station_identity),
        Cell::from(record.evse),
        Cell::from(record.cause.as_str()),
        Cell::from(record.severity.as_str()),
        Cell::from(record.code),
        Cell::from(record.vendor_code),
        Cell::from(record.info),
        Cell::from(record.count),
    ]
}
