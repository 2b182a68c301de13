//! Sessions and their readings.

mod list;

use forecourt_core::Timestamp;
use forecourt_core::fact::Reading;
use forecourt_core::id::{
    ConnectorNumber, EvseNumber, OrganisationId, SessionId, SiteId, StationId, TransactionRef,
};
use forecourt_core::session::{EndedBy, EnergySource, Flags, Session, State};
use forecourt_core::token::key_of;
use forecourt_core::unit::{PerMille, Watts};

pub use list::{
    SessionFilter, SessionKind, SessionNote, SessionOrder, SessionRecord, SessionStatus, ZoneSpan,
};

use crate::engine::{Row, values};
use crate::journal::rows::Kind::{Bool, Int, Text};
use crate::journal::rows::{Cell, RowStatement, cells};
use crate::words::{read_or_none, word};
use crate::{Store, StoreError};

/// Ended sessions a station keeps in memory, so that late and repeated messages find them without a query.
const RECENT: i64 = 8;

/// A session as it is now. The owner of a station holds the whole session: the newest row replaces the older one.
pub(crate) static UPSERT: RowStatement = RowStatement::new(
    "INSERT INTO session (id, organisation_id, site_id, station_id, evse, connector, transaction_ref, id_token, started_at, \
     start_key, ended_at, ended_by, charging_state, power_w, soc_permille, energy_wh, energy_source, meter, flags, \
     needs_review, last_heard_at, stop_reason, token_key) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) \
     ON CONFLICT (id) DO UPDATE SET evse = excluded.evse, connector = excluded.connector, \
     transaction_ref = excluded.transaction_ref, id_token = excluded.id_token, started_at = excluded.started_at, \
     start_key = excluded.start_key, ended_at = excluded.ended_at, ended_by = excluded.ended_by, \
     charging_state = excluded.charging_state, power_w = excluded.power_w, soc_permille = excluded.soc_permille, \
     energy_wh = excluded.energy_wh, energy_source = excluded.energy_source, meter = excluded.meter, flags = excluded.flags, \
     needs_review = excluded.needs_review, last_heard_at = excluded.last_heard_at, stop_reason = excluded.stop_reason, \
     token_key = excluded.token_key",
    &[
        Int, Int, Int, Int, Int, Int, Text, Text, Int, Text, Int, Text, Text, Int, Int, Int, Text, Text, Int,
        Bool, Int, Text, Text,
    ],
);

pub(crate) fn whole_cells(session: &Session) -> [Cell<'_>; 23] {
    let (ended_at, ended_by) = match session.state {
        State::Active => (None, None),
        State::Ended { at, by } => (Some(at), Some(word(&by))),
    };
    cells![
        session.id,
        session.organisation,
        session.site,
        session.station,
        session.evse.0,
        session.connector.map(|c| i64::from(c.0)),
        &session.reference.0,
        &session.token,
        session.started_at,
        &session.start_key,
        ended_at,
        ended_by,
        session.charging_state.map(|s| word(&s)),
        session.power.map(|p| p.0),
        session.soc.map(|s| s.0),
        session.energy().0,
        word(&session.meter.source()),
        serde_json::to_string(&session.meter).unwrap_or_default(),
        i64::from(session.flags.0),
        session.needs_review(),
        session.last_heard_at,
        &session.stop_reason,
        session.token.as_deref().map(key_of),
    ]
}

/// What a reading moves. No index has any of these columns (but for reviews, which come seldom), so that PostgreSQL
/// rewrites the row in its page and touches none of the table's indexes. `energy_wh` is in one, for the order of ended sessions: it is written with
/// the whole session; what a running one has charged is told by its meter.
pub(crate) static PROGRESS: RowStatement = RowStatement::new(
    "UPDATE session SET charging_state = $2, power_w = $3, soc_permille = $4, energy_source = $5, meter = $6, \
     flags = $7, needs_review = $8, last_heard_at = $9 WHERE session.id = $1",
    &[Int, Text, Int, Int, Text, Text, Int, Bool, Int],
);

pub(crate) fn progress_cells(session: &Session) -> [Cell<'_>; 9] {
    cells![
        session.id,
        session.charging_state.map(|s| word(&s)),
        session.power.map(|p| p.0),
        session.soc.map(|s| s.0),
        word(&session.meter.source()),
        serde_json::to_string(&session.meter).unwrap_or_default(),
        i64::from(session.flags.0),
        session.needs_review(),
        session.last_heard_at,
    ]
}

pub(crate) fn session_from(row: &Row) -> Result<Session, StoreError> {
    let state = match row.time_or_none("ended_at")? {
        None => State::Active,
        Some(at) => State::Ended {
            at,
            by: read_or_none(row.text_or_none("ended_by")?, "ended_by")?.unwrap_or(EndedBy::Station),
        },
    };
    Ok(Session {
        id: SessionId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        site: SiteId(row.int("site_id")?),
        station: StationId(row.int("station_id")?),
        evse: EvseNumber(row.int("evse")? as i32),
        connector: row.int_or_none("connector")?.map(|c| ConnectorNumber(c as i32)),
        reference: TransactionRef(row.text("transaction_ref")?),
        token: row.text_or_none("id_token")?,
        started_at: row.time("started_at")?,
        start_key: row.text_or_none("start_key")?,
        state,
        charging_state: read_or_none(row.text_or_none("charging_state")?, "charging_state")?,
        power: row.int_or_none("power_w")?.map(Watts),
        soc: row.int_or_none("soc_permille")?.map(PerMille),
        meter: serde_json::from_str(&row.text("meter")?).map_err(|_| StoreError::Corrupt("meter"))?,
        flags: Flags(row.int("flags")? as u32),
        last_heard_at: row.time("last_heard_at")?,
        stop_reason: row.text_or_none("stop_reason")?,
    })
}

/// The first of a moment and context is kept.
pub(crate) static READING: RowStatement = RowStatement::new(
    "INSERT INTO reading (session_id, at, context, register_wh, power_w, current_ma, voltage_mv, soc_permille, extra) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (session_id, at, context) DO NOTHING",
    &[Int, Int, Int, Int, Int, Int, Int, Int, Text],
);

pub(crate) fn reading_cells(session: SessionId, reading: &Reading) -> [Cell<'_>; 9] {
    let register = reading.register.or(reading.register_phase_sum).or(reading.register_inlet);
    let extra =
        (!reading.extra.is_empty()).then(|| serde_json::to_string(&reading.extra).unwrap_or_default());
    cells![
        session,
        reading.at,
        reading.context as i64,
        register.map(|v| v.0),
        reading.power.map(|v| v.0),
        reading.current.map(|v| v.0),
        reading.voltage.map(|v| v.0),
        reading.soc.map(|v| v.0),
        extra,
    ]
}

/// One stored reading.
#[derive(Debug, Clone)]
pub struct ReadingRecord {
    pub at: Timestamp,
    /// Number of [`forecourt_core::fact::Context`].
    pub context: i64,
    pub register_wh: Option<i64>,
    pub power_w: Option<i64>,
    pub current_ma: Option<i64>,
    pub voltage_mv: Option<i64>,
    pub soc_permille: Option<i64>,
    /// JSON of the values kept without use.
    pub extra: Option<String>,
}

fn reading_from(row: &Row) -> Result<ReadingRecord, StoreError> {
    Ok(ReadingRecord {
        at: row.time("at")?,
        context: row.int("context")?,
        register_wh: row.int_or_none("register_wh")?,
        power_w: row.int_or_none("power_w")?,
        current_ma: row.int_or_none("current_ma")?,
        voltage_mv: row.int_or_none("voltage_mv")?,
        soc_permille: row.int_or_none("soc_permille")?,
        extra: row.text_or_none("extra")?,
    })
}

impl Store {
    /// What was kept beside a session's newest reading that tells of costs (JSON).
    pub async fn newest_cost_details(&self, session: SessionId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT extra FROM reading WHERE session_id = $1 AND extra LIKE '%\"costDetails\"%' ORDER BY at DESC LIMIT 1";
        let row = self.rows(sql, values![session]).await?.into_iter().next();
        row.map_or(Ok(None), |row| row.text_or_none("extra"))
    }

    /// What a station's owner holds in memory: its running sessions and the newest ended ones, oldest first.
    pub async fn sessions_of_station(&self, station: StationId) -> Result<Vec<Session>, StoreError> {
        let running = "SELECT * FROM session WHERE station_id = $1 AND ended_at IS NULL ORDER BY started_at DESC, id DESC LIMIT 64";
        let recent = "SELECT * FROM session WHERE station_id = $1 ORDER BY started_at DESC, id DESC LIMIT $2";
        let mut sessions = Vec::new();
        for row in self.rows(running, values![station]).await? {
            sessions.push(session_from(&row)?);
        }
        for row in self.rows(recent, values![station, RECENT]).await? {
            let session = session_from(&row)?;
            if !session.is_active() {
                sessions.push(session);
            }
        }
        sessions.sort_by_key(|s| (s.started_at, s.id));
        Ok(sessions)
    }

    /// Every running session: a node that starts takes them up again.
    pub async fn running_sessions(&self) -> Result<Vec<Session>, StoreError> {
        let sql = "SELECT * FROM session WHERE ended_at IS NULL ORDER BY started_at, id";
        self.rows(sql, values![]).await?.iter().map(session_from).collect()
    }

    /// The newest session of a station under its own name for it.
    pub async fn session_by_reference(
        &self,
        station: StationId,
        reference: &TransactionRef,
    ) -> Result<Option<Session>, StoreError> {
        let sql = "SELECT * FROM session WHERE transaction_ref = $1 AND station_id = $2 ORDER BY started_at DESC LIMIT 1";
        self.row(sql, values![&reference.0, station]).await?.map(|row| session_from(&row)).transpose()
    }

    /// Whether another station owns a session of this name. (Its owner must not hear of it.)
    pub async fn is_reference_elsewhere(
        &self,
        station: StationId,
        reference: &TransactionRef,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT station_id FROM session WHERE transaction_ref = $1 AND station_id <> $2 LIMIT 1";
        Ok(self.row(sql, values![&reference.0, station]).await?.is_some())
    }

    /// Sessions that still run although nothing was heard of them since `before`. For the reconciler.
    pub async fn quiet_sessions(&self, before: Timestamp, limit: i64) -> Result<Vec<Session>, StoreError> {
        let sql = "SELECT * FROM session WHERE ended_at IS NULL AND last_heard_at < $1 ORDER BY last_heard_at LIMIT $2";
        self.rows(sql, values![before, limit]).await?.iter().map(session_from).collect()
    }

    /// Oldest first, behind `after`.
    pub async fn readings(
        &self,
        session: SessionId,
        after: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<ReadingRecord>, StoreError> {
        let after = after.map_or(i64::MIN, |t| t.as_millisecond());
        let sql = "SELECT * FROM reading WHERE session_id = $1 AND at > $2 ORDER BY at, context LIMIT $3";
        self.rows(sql, values![session, after, i64::from(limit)]).await?.iter().map(reading_from).collect()
    }
}

/// The word of an energy source, as documents use it.
pub fn energy_source_word(source: EnergySource) -> String {
    word(&source)
}
