//! A station as we hold it while it speaks: its plugs, its sessions, and what may be concluded from them.

use jiff::{SignedDuration, Timestamp};

use crate::fact::{ChargingState, ConnectorStatus, StatusReport};
use crate::id::{ConnectorNumber, EvseNumber};
use crate::session::Session;

/// Most EVSEs one station may name. The largest cabinets in the field have 64 outlets; beyond it is an error or an attack.
pub const MAX_EVSES: i32 = 256;
/// Most connectors of one EVSE.
pub const MAX_CONNECTORS: i32 = 16;
/// How long a free connector must last before its session is concluded to have ended: the stop may be queued behind it.
const FREE_CONNECTOR: SignedDuration = SignedDuration::from_mins(5);
/// How long a station may be away before its running sessions are concluded to have ended.
const AWAY: SignedDuration = SignedDuration::from_hours(48);

/// One plug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    pub evse: EvseNumber,
    pub connector: ConnectorNumber,
    /// What the station said last.
    pub reported: ConnectorStatus,
    pub since: Timestamp,
    pub error_code: Option<String>,
    pub vendor_error_code: Option<String>,
    pub info: Option<String>,
    /// The station's own time of that report: an older one that arrives late does not undo it.
    pub reported_at: Option<Timestamp>,
}

impl Connector {
    pub fn from_report(report: &StatusReport, now: Timestamp) -> Self {
        Self {
            evse: report.evse,
            connector: report.connector,
            reported: report.status,
            since: now,
            error_code: report.error_code.clone(),
            vendor_error_code: report.vendor_error_code.clone(),
            info: report.info.clone(),
            reported_at: report.at,
        }
    }
}

/// What a screen shows: a 2.x connector says only Occupied, its session says more.
pub fn shown_status(reported: ConnectorStatus, session: Option<&Session>) -> ConnectorStatus {
    let state = session.filter(|s| s.is_active()).and_then(|s| s.charging_state);
    match (reported, state) {
        (ConnectorStatus::Occupied, Some(ChargingState::Charging)) => ConnectorStatus::Charging,
        (ConnectorStatus::Occupied, Some(ChargingState::SuspendedEV)) => ConnectorStatus::SuspendedEV,
        (ConnectorStatus::Occupied, Some(ChargingState::SuspendedEVSE)) => ConnectorStatus::SuspendedEVSE,
        (ConnectorStatus::Occupied, Some(ChargingState::EVConnected | ChargingState::Idle)) => {
            ConnectorStatus::Preparing
        }
        (other, _) => other,
    }
}

/// Whether a numbered place can exist. EVSE 0 is the station itself.
pub fn is_plausible(evse: EvseNumber, connector: ConnectorNumber) -> bool {
    (0..=MAX_EVSES).contains(&evse.0) && (0..=MAX_CONNECTORS).contains(&connector.0)
}

/// Why a session should be ended without its station's word, and at which moment it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale {
    pub ended_at: Timestamp,
    pub why: StaleReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleReason {
    /// Its connector has been free for a while.
    ConnectorFree,
    /// The station has been away too long.
    StationAway,
}

/// Decides whether a running session has in truth ended. `away_since` is when the station's connection was lost.
pub fn stale(
    session: &Session,
    connectors: &[Connector],
    away_since: Option<Timestamp>,
    now: Timestamp,
) -> Option<Stale> {
    if !session.is_active() {
        return None;
    }
    let free = |c: &&Connector| {
        c.evse == session.evse
            && session.connector.is_none_or(|n| n == c.connector)
            && c.reported == ConnectorStatus::Available
            && c.since > session.last_heard_at
            && now.duration_since(c.since) >= FREE_CONNECTOR
    };
    if away_since.is_none() && connectors.iter().any(|c| free(&c)) {
        return Some(Stale { ended_at: session.last_heard_at, why: StaleReason::ConnectorFree });
    }
    away_since
        .filter(|since| now.duration_since(*since) >= AWAY)
        .map(|_| Stale { ended_at: session.last_heard_at, why: StaleReason::StationAway })
}
