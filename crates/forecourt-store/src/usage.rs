//! What was charged, by those who had the key when the session began.

use forecourt_core::Timestamp;
use forecourt_core::driver::Fleet;
use forecourt_core::id::{OrganisationId, SiteId};

use crate::driver::of_fleet;
use crate::engine::values;
use crate::page::Filter;
use crate::{Store, StoreError};

/// Rows of one report: what a spreadsheet is still read with.
const ROWS_MAX: u32 = 5_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageBy {
    Key,
    Driver,
    Car,
    Team,
}

/// Sums of ended sessions of one holder in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// Of the driver, car or team; `None` for keys, whose number is the name.
    pub id: Option<i64>,
    /// Empty: a driver who was erased, or a car that is gone.
    pub name: String,
    /// The key's alias, the car's model, the driver's number.
    pub more: Option<String>,
    pub sessions: i64,
    pub energy_wh: i64,
    /// With VAT, in the currency's smallest unit; `None`: nothing of it was priced.
    pub cost: Option<i64>,
    pub currency: Option<String>,
    pub last_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct UsageFilter {
    pub by: UsageBy,
    /// By the end of the session.
    pub from: Timestamp,
    pub to: Timestamp,
    /// `Some(None)`: of no fleet.
    pub fleet: Option<Option<Fleet>>,
    /// The only sites the caller sees.
    pub only: Option<Vec<SiteId>>,
    pub driver: Option<i64>,
    pub car: Option<i64>,
    pub team: Option<i64>,
}

/// A session's holder: whose its key was when it began.
const HELD: &str = "token_holding h ON h.organisation_id = s.organisation_id AND h.token_key = s.token_key \
     AND h.from_at <= s.started_at AND (h.to_at IS NULL OR h.to_at > s.started_at)";
const SUMS: &str = "COUNT(*) AS sessions, CAST(SUM(s.energy_wh) AS BIGINT) AS energy_wh, \
     CAST(SUM(p.cost) AS BIGINT) AS cost, p.currency AS currency, MAX(s.ended_at) AS last_at";

impl UsageBy {
    /// Columns, joins beyond the holding, and what is grouped by.
    fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Key => (
                "s.token_key AS name, MAX(t.alias) AS more, MAX(t.fleet) AS fleet",
                "LEFT JOIN id_token t ON t.organisation_id = s.organisation_id AND t.uid_key = s.token_key",
                "s.token_key",
            ),
            Self::Driver => (
                "h.driver_id AS id, MAX(d.name) AS name, MAX(d.number) AS more, MAX(d.fleet) AS fleet",
                "JOIN driver d ON d.id = h.driver_id",
                "h.driver_id",
            ),
            Self::Car => (
                "h.car_id AS id, MAX(c.plate) AS name, MAX(c.brand || ' ' || c.model) AS more, MAX(c.fleet) AS fleet",
                "LEFT JOIN car c ON c.id = h.car_id",
                "h.car_id",
            ),
            Self::Team => (
                "h.team_id AS id, MAX(k.name) AS name, MAX(k.payer) AS more, MAX(k.fleet) AS fleet",
                "LEFT JOIN team k ON k.id = h.team_id",
                "h.team_id",
            ),
        }
    }

    fn fleet_column(self) -> &'static str {
        match self {
            Self::Key => "t.fleet",
            Self::Driver => "d.fleet",
            Self::Car => "c.fleet",
            Self::Team => "k.fleet",
        }
    }
}

impl Store {
    /// Most energy first.
    pub async fn usage(
        &self,
        organisation: OrganisationId,
        filter: &UsageFilter,
    ) -> Result<Vec<UsageRow>, StoreError> {
        let (columns, joins, group) = filter.by.parts();
        let mut rows = Filter::default();
        rows.and(
            "s.organisation_id = ? AND s.ended_at >= ? AND s.ended_at < ?",
            values![organisation, filter.from, filter.to],
        );
        rows.and(&format!("{group} IS NOT NULL"), values![])
            .and_if(filter.driver, "h.driver_id = ?")
            .and_if(filter.car, "h.car_id = ?")
            .and_if(filter.team, "h.team_id = ?");
        of_fleet(&mut rows, filter.by.fleet_column(), filter.fleet);
        if let Some(only) = &filter.only {
            rows.among("s.site_id", only.iter().map(|site| site.0));
        }
        let held = if filter.by == UsageBy::Key { "LEFT JOIN" } else { "JOIN" };
        let sql = format!(
            "SELECT {columns}, {SUMS} FROM session s {held} {HELD} {joins} \
             LEFT JOIN session_price p ON p.session_id = s.id AND p.cost IS NOT NULL{} \
             GROUP BY {group}, p.currency ORDER BY energy_wh DESC, {group} LIMIT {ROWS_MAX}",
            rows.sql()
        );
        let found = self.rows(&sql, rows.values).await?;
        let read = |row: &crate::engine::Row| {
            Ok(UsageRow {
                id: if filter.by == UsageBy::Key { None } else { row.int_or_none("id")? },
                name: row.text_or_none("name")?.unwrap_or_default(),
                more: row.text_or_none("more")?,
                sessions: row.int("sessions")?,
                energy_wh: row.int("energy_wh")?,
                cost: row.int_or_none("cost")?,
                currency: row.text_or_none("currency")?,
                last_at: row.time("last_at")?,
            })
        };
        found.iter().map(read).collect()
    }
}
