//! What a simulated station has to say, before it is put into the words of a protocol version.

use forecourt_core::fact::{ChargingState, ConnectorStatus, Context};
use jiff::Timestamp;
use serde_json::Value;

use crate::car::Sample;

/// One statement. Those of a transaction are kept until they are answered, all others are worth nothing later.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    Boot {
        reason: BootReason,
    },
    Heartbeat,
    Status {
        evse: i32,
        status: ConnectorStatus,
        fault: Option<&'static Fault>,
        at: Timestamp,
    },
    /// A fault came or went (2.x NotifyEvent).
    Event {
        evse: i32,
        fault: &'static Fault,
        cleared: bool,
        at: Timestamp,
    },
    Authorize {
        evse: i32,
        key: Key,
    },
    Start {
        tx: Tx,
        sample: Sample,
        at: Timestamp,
        offline: bool,
    },
    /// A periodic or asked-for look at the meter; without a transaction when nobody charges.
    Reading {
        evse: i32,
        tx: Option<Tx>,
        seq: i64,
        sample: Sample,
        context: Context,
        at: Timestamp,
        offline: bool,
    },
    /// The charging state changed (2.x only: 1.6 says it by status).
    State {
        tx: Tx,
        seq: i64,
        state: ChargingState,
        at: Timestamp,
        offline: bool,
    },
    Stop {
        tx: Tx,
        seq: i64,
        sample: Sample,
        why: StopReason,
        at: Timestamp,
        offline: bool,
    },
    /// One page of the device model (2.x NotifyReport).
    Inventory {
        request: i64,
        page: usize,
        at: Timestamp,
    },
    FirmwareIdle,
    LogIdle,
    /// Already in the words of the station's version.
    Said {
        action: &'static str,
        payload: Value,
        /// Sent without being answered (2.1 SEND).
        unanswered: bool,
    },
}

impl Notice {
    /// Money hangs on it: repeated until the CSMS has answered, over reconnects and restarts of the CSMS.
    pub fn is_of_a_transaction(&self) -> bool {
        match self {
            Self::Start { .. } | Self::State { .. } | Self::Stop { .. } => true,
            Self::Reading { tx, .. } => tx.is_some(),
            _ => false,
        }
    }
}

/// A running transaction as the station knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tx {
    /// The station's own count; 1.6 stations learn the CSMS's number from the answer.
    pub number: u64,
    /// The station's name for it (2.x transactionId).
    pub name: String,
    pub evse: i32,
    pub key: Key,
    pub remote_start_id: Option<i64>,
}

/// What was held to the reader, or what the CSMS named when it asked for a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub uid: String,
    /// 2.x idTokenType.
    pub kind: String,
}

impl Key {
    pub fn rfid(uid: &str) -> Self {
        Self { uid: uid.to_owned(), kind: "ISO14443".to_owned() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootReason {
    PowerUp,
    RemoteReset,
    Triggered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    Local,
    EvDisconnected,
    Remote,
    DeAuthorized,
    SoftReset,
    HardReset,
    Unlocked,
    Fault,
}

/// Something that breaks, in the words of both versions.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// 1.6 errorCode.
    pub code: &'static str,
    pub vendor_code: &'static str,
    pub text: &'static str,
    /// Component of the 2.x device model that reports it.
    pub component: &'static str,
}

pub const FAULTS: &[Fault] = &[
    Fault {
        code: "GroundFailure",
        vendor_code: "E-21",
        text: "Residual current above 6 mA DC",
        component: "RCD",
    },
    Fault {
        code: "HighTemperature",
        vendor_code: "E-34",
        text: "Power module above 85 C",
        component: "TemperatureSensor",
    },
    Fault {
        code: "ConnectorLockFailure",
        vendor_code: "E-12",
        text: "Plug lock did not close",
        component: "ConnectorPlugRetentionLock",
    },
    Fault {
        code: "OtherError",
        vendor_code: "E-90",
        text: "Emergency button pressed",
        component: "EmergencyStopSensor",
    },
    Fault {
        code: "EVCommunicationError",
        vendor_code: "E-45",
        text: "Control pilot out of range",
        component: "CPPWMController",
    },
];

/// A time as stations write it: UTC, to the millisecond (2.x asks for no more than three decimals).
pub fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}
