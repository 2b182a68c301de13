//! What a station did, in order: one row for each thing that moved. Written by the journal with the message that told it.

use forecourt_core::Timestamp;
use forecourt_core::id::{ConnectorNumber, EvseNumber, SessionId, StationId, first_id_at};

use crate::engine::{Row, values};
use crate::journal::rows::Kind::{Int, Text};
use crate::journal::rows::{Cell, RowStatement, cells};
use crate::page::Filter;
use crate::{Store, StoreError, Tx};

/// Rows forgotten in one go: others write meanwhile.
const FORGOTTEN_AT_ONCE: i64 = 5_000;

/// One thing that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChronicleRow {
    /// Of its moment: ids rise with time.
    pub id: i64,
    pub station: StationId,
    pub at: Timestamp,
    /// connected, disconnected, booted, status, session_started, session_ended or authorised.
    pub kind: String,
    pub evse: Option<EvseNumber>,
    pub connector: Option<ConnectorNumber>,
    pub session: Option<SessionId>,
    /// A JSON object of what the kind has to tell.
    pub detail: Option<String>,
}

pub(crate) static INSERT: RowStatement = RowStatement::new(
    "INSERT INTO chronicle (id, station_id, at, kind, evse, connector, session_id, detail) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    &[Int, Int, Int, Text, Int, Int, Int, Text],
);

pub(crate) fn cells_of(row: &ChronicleRow) -> [Cell<'_>; 8] {
    cells![
        row.id,
        row.station,
        row.at,
        &row.kind,
        row.evse.map(|evse| i64::from(evse.0)),
        row.connector.map(|connector| i64::from(connector.0)),
        row.session.map(|session| session.0),
        &row.detail,
    ]
}

fn number(row: &Row, column: &str) -> Result<Option<i32>, StoreError> {
    Ok(row.int_or_none(column)?.and_then(|number| i32::try_from(number).ok()))
}

fn row_from(row: &Row) -> Result<ChronicleRow, StoreError> {
    Ok(ChronicleRow {
        id: row.int("id")?,
        station: StationId(row.int("station_id")?),
        at: row.time("at")?,
        kind: row.text("kind")?,
        evse: number(row, "evse")?.map(EvseNumber),
        connector: number(row, "connector")?.map(ConnectorNumber),
        session: row.int_or_none("session_id")?.map(SessionId),
        detail: row.text_or_none("detail")?,
    })
}

impl Store {
    /// Newest first, older than the row `before`. The caller has checked that the station is the organisation's.
    pub async fn chronicle(
        &self,
        station: StationId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ChronicleRow>, StoreError> {
        let mut rows = Filter::default();
        rows.and("station_id = ?", values![station]).and_if(before, "id < ?");
        let sql = format!("SELECT * FROM chronicle{} ORDER BY id DESC LIMIT {limit}", rows.sql());
        self.rows(&sql, rows.values).await?.iter().map(row_from).collect()
    }

    /// Security events of a station: id, time, kind and what was said. Newest first, older than the row `before`.
    pub async fn security_of_station(
        &self,
        station: StationId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<(i64, Timestamp, String, Option<String>)>, StoreError> {
        let mut rows = Filter::default();
        rows.and("station_id = ?", values![station]).and_if(before, "id < ?");
        let sql = format!(
            "SELECT id, at, kind, info FROM security_event{} ORDER BY id DESC LIMIT {limit}",
            rows.sql()
        );
        let found = self.rows(&sql, rows.values).await?;
        found
            .iter()
            .map(|r| Ok((r.int("id")?, r.time("at")?, r.text("kind")?, r.text_or_none("info")?)))
            .collect()
    }

    /// Faults of a station as they were opened. Newest first, older than the row `before`.
    pub async fn faults_of_station(
        &self,
        station: StationId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<OpenedFault>, StoreError> {
        let mut rows = Filter::default();
        rows.and("station_id = ?", values![station]).and_if(before, "id < ?");
        let sql = format!(
            "SELECT id, opened_at, evse, code, vendor_code, info FROM fault{} ORDER BY id DESC LIMIT {limit}",
            rows.sql()
        );
        let found = self.rows(&sql, rows.values).await?;
        found
            .iter()
            .map(|r| {
                Ok(OpenedFault {
                    id: r.int("id")?,
                    at: r.time("opened_at")?,
                    evse: r.int("evse")?,
                    code: r.text("code")?,
                    vendor_code: r.text("vendor_code")?,
                    info: r.text_or_none("info")?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Forgets some of what is older: a range of the primary key, whatever the size of the table.
    pub async fn forget_chronicle(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let sql =
            "DELETE FROM chronicle WHERE id IN (SELECT id FROM chronicle WHERE id < $1 ORDER BY id LIMIT $2)";
        self.execute(sql, values![first_id_at(before), FORGOTTEN_AT_ONCE]).await
    }
}

/// What a timeline says of a fault.
#[derive(Debug, Clone)]
pub struct OpenedFault {
    pub id: i64,
    pub at: Timestamp,
    /// 0: the station as a whole.
    pub evse: i64,
    pub code: String,
    pub vendor_code: String,
    pub info: Option<String>,
}
