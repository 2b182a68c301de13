//! The message log: every frame, with the answer beside it.

pub(crate) mod places;

use forecourt_core::Timestamp;
use forecourt_core::id::{MessageId, StationId};

use crate::engine::{Row, Value, values};
use crate::journal::rows::Kind::{Int, Text};
use crate::journal::rows::{Cell, RowStatement, cells};
use crate::page::{Cursor, Filter, Page, containing};
use crate::{Store, StoreError};

/// Longest text kept of one frame, in bytes: frames are limited at the door, this guards the database.
const TEXT_MAX: usize = 256 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Received = 0,
    Sent = 1,
}

/// The log types operators tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogKind {
    Boot = 0,
    Status = 1,
    Authorisation = 2,
    Heartbeat = 3,
    Meter = 4,
    Transaction = 5,
    Profile = 6,
    Firmware = 7,
    Other = 8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageOutcome {
    Ok = 0,
    /// Answered with an error frame.
    Error = 1,
    NoAnswer = 2,
    /// Not a usable frame.
    Bad = 3,
    /// Answered from memory.
    Repeat = 4,
}

const KINDS: [LogKind; 9] = [
    LogKind::Boot,
    LogKind::Status,
    LogKind::Authorisation,
    LogKind::Heartbeat,
    LogKind::Meter,
    LogKind::Transaction,
    LogKind::Profile,
    LogKind::Firmware,
    LogKind::Other,
];

/// In the names of actions about limits and plans of charging.
const CHARGING: [&str; 6] = [
    "ChargingProfile",
    "CompositeSchedule",
    "EVCharging",
    "ChargingLimit",
    "DynamicSchedule",
    "PriorityCharging",
];

impl LogKind {
    /// Which tick box a message belongs under.
    pub fn of_action(action: &str) -> Self {
        match action {
            "BootNotification" | "Reset" => Self::Boot,
            "StatusNotification" | "ChangeAvailability" | "NotifyEvent" => Self::Status,
            "Authorize"
            | "ClearCache"
            | "SendLocalList"
            | "GetLocalListVersion"
            | "ReserveNow"
            | "CancelReservation"
            | "ReservationStatusUpdate" => Self::Authorisation,
            "Heartbeat" => Self::Heartbeat,
            "MeterValues" => Self::Meter,
            "StartTransaction"
            | "StopTransaction"
            | "TransactionEvent"
            | "RemoteStartTransaction"
            | "RemoteStopTransaction"
            | "RequestStartTransaction"
            | "RequestStopTransaction" => Self::Transaction,
            other if other.contains("Firmware") => Self::Firmware,
            other if CHARGING.iter().any(|word| other.contains(word)) => Self::Profile,
            _ => Self::Other,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Boot => "boot",
            Self::Status => "status",
            Self::Authorisation => "authorisation",
            Self::Heartbeat => "heartbeat",
            Self::Meter => "meter",
            Self::Transaction => "transaction",
            Self::Profile => "profile",
            Self::Firmware => "firmware",
            Self::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        KINDS.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl MessageOutcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::NoAnswer => "no_answer",
            Self::Bad => "bad",
            Self::Repeat => "repeat",
        }
    }

    fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Ok,
            1 => Self::Error,
            2 => Self::NoAnswer,
            4 => Self::Repeat,
            _ => Self::Bad,
        }
    }
}

/// One frame and its answer.
#[derive(Debug, Clone)]
pub struct MessageRow {
    pub id: MessageId,
    pub station: StationId,
    pub at: Timestamp,
    pub direction: Direction,
    pub kind: LogKind,
    pub action: String,
    pub message_id: String,
    pub request: String,
    pub response: Option<String>,
    pub outcome: MessageOutcome,
    pub error_code: Option<String>,
    pub took_us: Option<i64>,
}

pub(crate) static INSERT: RowStatement = RowStatement::new(
    "INSERT INTO message (id, station_id, at, direction, kind, action, message_id, request, response, outcome, error_code, \
     took_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    &[Int, Int, Int, Int, Int, Text, Text, Text, Text, Int, Text, Int],
);

pub(crate) fn cells_of(row: &MessageRow) -> [Cell<'_>; 12] {
    cells![
        row.id,
        row.station,
        row.at,
        row.direction as i64,
        row.kind as i64,
        &row.action,
        &row.message_id,
        cut(&row.request),
        row.response.as_deref().map(cut),
        row.outcome as i64,
        &row.error_code,
        row.took_us,
    ]
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_MAX)]
}

fn row_from(row: &Row) -> Result<MessageRow, StoreError> {
    Ok(MessageRow {
        id: MessageId(row.int("id")?),
        station: StationId(row.int("station_id")?),
        at: row.time("at")?,
        direction: if row.int("direction")? == 0 { Direction::Received } else { Direction::Sent },
        kind: KINDS.get(row.int("kind")? as usize).copied().unwrap_or(LogKind::Other),
        action: row.text("action")?,
        message_id: row.text("message_id")?,
        request: row.text("request")?,
        response: row.text_or_none("response")?,
        outcome: MessageOutcome::from_number(row.int("outcome")?),
        error_code: row.text_or_none("error_code")?,
        took_us: row.int_or_none("took_us")?,
    })
}

#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    pub kinds: Vec<LogKind>,
    pub direction: Option<Direction>,
    pub text: Option<String>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

impl Store {
    /// A station's log, newest first. The caller has checked that the station is the organisation's.
    pub async fn messages(
        &self,
        station: StationId,
        filter: &MessageFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<MessageRow>, StoreError> {
        // What is newer is not placed yet; the line is drawn once, so that nothing is seen twice or missed.
        let placed = self.placed_to().await?;
        let mut items = Vec::new();
        if cursor.is_none_or(|cursor| cursor.id > placed) {
            let mut rows = Filter::default();
            rows.and("m.id > ? AND m.station_id = ?", values![placed, station]);
            items = self.log_part("message m", rows, filter, cursor, limit + 1).await?;
        }
        let room = (limit + 1).saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
        if room > 0 {
            let mut rows = Filter::default();
            rows.and("p.station_id = ? AND p.id <= ?", values![station, placed]);
            let from = "message_place p JOIN message m ON m.id = p.id";
            items.extend(self.log_part(from, rows, filter, cursor, room).await?);
        }
        Ok(Page::cut(items, limit, |row| Cursor { key: String::new(), id: row.id.0 }))
    }

    async fn log_part(
        &self,
        from: &str,
        mut rows: Filter,
        filter: &MessageFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let id = if from.starts_with("message_place") { "p.id" } else { "m.id" };
        rows.and_if(cursor.map(|c| c.id), &format!("{id} < ?"))
            .and_if(filter.direction.map(|d| d as i64), "m.direction = ?")
            .and_if(filter.from, "m.at >= ?")
            .and_if(filter.to, "m.at < ?");
        if !filter.kinds.is_empty() {
            let marks = vec!["?"; filter.kinds.len()].join(", ");
            rows.and(
                &format!("m.kind IN ({marks})"),
                filter.kinds.iter().map(|k| Value::from(*k as i64)).collect(),
            );
        }
        if let Some(text) = &filter.text {
            let like = containing(text);
            rows.and(
                "(LOWER(m.request) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(m.response, '')) LIKE ? ESCAPE '\\')",
                values![&like, &like],
            );
        }
        let sql = format!("SELECT m.* FROM {from}{} ORDER BY {id} DESC LIMIT {limit}", rows.sql());
        self.rows(&sql, rows.values).await?.iter().map(row_from).collect()
    }

    /// Whether a frame with this text is in a station's log. For checking that what was answered was kept.
    pub async fn message_count(&self, station: StationId) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) AS n FROM message WHERE station_id = $1";
        self.row(sql, values![station]).await?.map_or(Ok(0), |row| row.int("n"))
    }
}
