//! What was decided about a session when it began: by which profile and tariff, for whom, and which idle fee holds.

use forecourt_core::Timestamp;
use forecourt_core::booking::Booked;
use forecourt_core::driver::Discount;
use forecourt_core::id::{
    AccessProfileId, DriverId, IdleFeeId, OrganisationId, SessionId, StationId, TariffVersionId, TeamId,
};
use forecourt_core::idle_fee::{Course, IdleFee};
use forecourt_core::tariff::Line;
use serde::{Deserialize, Serialize};

use crate::engine::{Row, Value, values};
use crate::journal::rows::Kind::{Bool, Int, Text};
use crate::journal::rows::{Cell, RowStatement, cells};
use crate::words::json;
use crate::{Store, StoreError};

/// Open fees looked at in one round.
const OPEN_FEES: i64 = 2_000;

#[derive(Debug, Clone, PartialEq)]
pub struct SessionTerms {
    pub session: SessionId,
    pub organisation: OrganisationId,
    pub profile: Option<AccessProfileId>,
    pub tariff_version: Option<TariffVersionId>,
    pub driver: Option<DriverId>,
    pub team: Option<TeamId>,
    pub idle_fee: Option<IdleFeeId>,
    /// JSON: why this price.
    pub reasons: String,
    pub discount: Option<Discount>,
    pub idle: Option<IdleTerms>,
    /// A fee may still be added.
    pub idle_open: bool,
    pub decided_at: Timestamp,
    /// The booking it belongs to, and what that makes of its price.
    pub booking: Option<Booked>,
}

/// A fee as it was when the session began, and what has come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdleTerms {
    pub rules: IdleFee,
    pub course: Course,
    /// The booked end: what counts begins then, whatever the car did before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl IdleTerms {
    /// What is owed so far, as a line of the receipt.
    pub fn line(&self) -> Option<Line> {
        let from = self.course.began?;
        self.rules.line(from, self.course.blocked())
    }
}

/// What is first decided stays.
pub(crate) static INSERT: RowStatement = RowStatement::new(
    "INSERT INTO session_terms (session_id, organisation_id, access_profile_id, tariff_version_id, driver_id, team_id, \
     idle_fee_id, reasons, discount, idle, idle_open, decided_at, booking) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
     ON CONFLICT (session_id) DO NOTHING",
    &[Int, Int, Int, Int, Int, Int, Int, Text, Text, Text, Bool, Int, Text],
);

/// How far a fee has come.
pub(crate) static IDLE: RowStatement = RowStatement::new(
    "UPDATE session_terms SET idle = $2, idle_open = $3 WHERE session_terms.session_id = $1",
    &[Int, Text, Bool],
);

pub(crate) fn cells_of(terms: &SessionTerms) -> [Cell<'_>; 13] {
    cells![
        terms.session,
        terms.organisation,
        terms.profile.map(|id| id.0),
        terms.tariff_version.map(|id| id.0),
        terms.driver.map(|id| id.0),
        terms.team.map(|id| id.0),
        terms.idle_fee.map(|id| id.0),
        &terms.reasons,
        terms.discount.as_ref().and_then(|discount| serde_json::to_string(discount).ok()),
        terms.idle.as_ref().and_then(|idle| serde_json::to_string(idle).ok()),
        terms.idle_open,
        terms.decided_at,
        terms.booking.as_ref().and_then(|booking| serde_json::to_string(booking).ok()),
    ]
}

/// The same, for a session that becomes a booking's while it runs.
pub(crate) fn cells_of_carried(terms: &SessionTerms) -> Vec<Value> {
    values![
        terms.session,
        terms.organisation,
        terms.profile.map(|id| id.0),
        terms.tariff_version.map(|id| id.0),
        terms.driver,
        terms.team,
        terms.idle_fee.map(|id| id.0),
        &terms.reasons,
        json(terms.discount.as_ref()),
        json(terms.idle.as_ref()),
        terms.idle_open,
        terms.decided_at,
        json(terms.booking.as_ref())
    ]
}

pub(crate) fn idle_cells((session, idle, open): &(SessionId, IdleTerms, bool)) -> [Cell<'_>; 3] {
    cells![*session, serde_json::to_string(idle).ok(), *open]
}

fn terms_from(row: &Row) -> Result<SessionTerms, StoreError> {
    Ok(SessionTerms {
        session: SessionId(row.int("session_id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        profile: row.int_or_none("access_profile_id")?.map(AccessProfileId),
        tariff_version: row.int_or_none("tariff_version_id")?.map(TariffVersionId),
        driver: row.int_or_none("driver_id")?.map(DriverId),
        team: row.int_or_none("team_id")?.map(TeamId),
        idle_fee: row.int_or_none("idle_fee_id")?.map(IdleFeeId),
        reasons: row.text("reasons")?,
        discount: row.json_or_none("discount")?,
        idle: row.json_or_none("idle")?,
        idle_open: row.bool("idle_open")?,
        decided_at: row.time("decided_at")?,
        booking: row.json_or_none("booking")?,
    })
}

impl Store {
    pub async fn session_terms(&self, session: SessionId) -> Result<Option<SessionTerms>, StoreError> {
        let sql = "SELECT * FROM session_terms WHERE session_id = $1";
        self.row(sql, values![session]).await?.map(|row| terms_from(&row)).transpose()
    }

    /// Sessions to which an idle fee may still be added, with their stations.
    pub async fn open_idle_fees(&self) -> Result<Vec<(StationId, SessionTerms)>, StoreError> {
        let sql = "SELECT t.*, s.station_id FROM session_terms t JOIN session s ON s.id = t.session_id \
             WHERE t.idle_open ORDER BY t.session_id LIMIT $1";
        let rows = self.rows(sql, values![OPEN_FEES]).await?;
        rows.iter().map(|row| Ok((StationId(row.int("station_id")?), terms_from(row)?))).collect()
    }
}
