//! What we ask of a station and how it ended, without a protocol version.

use serde::{Deserialize, Serialize};

use crate::fact::PresentedToken;
use crate::id::{ConnectorNumber, EvseNumber, TransactionRef};

/// One wish. The same for every protocol version; a version that cannot express it says so before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    StartSession {
        evse: Option<EvseNumber>,
        token: PresentedToken,
        remote_start_id: i64,
    },
    StopSession {
        reference: TransactionRef,
    },
    Reset {
        kind: ResetKind,
        evse: Option<EvseNumber>,
    },
    Unlock {
        evse: EvseNumber,
        connector: ConnectorNumber,
    },
    ChangeAvailability {
        evse: Option<EvseNumber>,
        connector: Option<ConnectorNumber>,
        operative: bool,
    },
    /// Empty: everything the station will tell (1.6 only).
    ReadVariables {
        variables: Vec<VariableName>,
    },
    WriteVariable {
        variable: VariableName,
        value: String,
    },
    /// Ask a 2.x station to list its device model.
    ReadInventory {
        request_id: i64,
        full: bool,
    },
    Trigger {
        message: TriggeredMessage,
        evse: Option<EvseNumber>,
        connector: Option<ConnectorNumber>,
    },
    ClearCache,
    DataTransfer {
        vendor: String,
        message: Option<String>,
        data: Option<String>,
    },
    /// One call as an expert wrote it. `payload` is JSON text.
    Raw {
        action: String,
        payload: String,
    },
}

/// `component` is empty for a 1.6 configuration key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableName {
    pub component: String,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResetKind {
    /// 1.6 Soft ends sessions first; 2.x OnIdle waits.
    Soft,
    Hard,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggeredMessage {
    BootNotification,
    StatusNotification,
    Heartbeat,
    MeterValues,
    FirmwareStatus,
    LogStatus,
    /// 2.x only.
    TransactionEvent,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The station answered. `accepted` is its verdict in our words, `status` in its own, `answer` its literal JSON.
    Answered { accepted: bool, status: Option<String>, answer: String },
    /// The station answered with an error frame.
    Failed { code: String, description: String, answer: String },
    /// This version has no word for it, or the payload cannot be made; nothing was sent.
    Impossible { reason: String },
    /// No connection; nothing was sent.
    Offline,
    /// Sent, and no answer within the deadline, or the connection broke while we waited.
    NoAnswer,
    /// Too many calls wait for this station already; nothing was sent.
    Busy,
}
