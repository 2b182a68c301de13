//! What we ask of a station and how it ended, without a protocol version.

mod firmware;
mod security;

pub use firmware::{LocalListEntry, ReadLog, Reserve, SendLocalList, StationLog, UpdateFirmware};
pub use security::{
    CertificateHash, CertificateSigned, CertificateUse, InstalledCertificate, NetworkProfile, OcspRequest,
    TrustUse,
};

use serde::{Deserialize, Serialize};

use crate::charging::{ChargingProfile, ProfilePurpose, RateUnit};
use crate::fact::PresentedToken;
use crate::id::{ConnectorNumber, EvseNumber, TransactionRef};
use crate::tariff::StationTariff;

/// One wish. The same for every protocol version; a version that cannot express it says so before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
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
    SetChargingProfile {
        /// `None`: the station as a whole.
        evse: Option<EvseNumber>,
        profile: ChargingProfile,
    },
    /// Without any of the four, all profiles go.
    ClearChargingProfiles {
        id: Option<i64>,
        evse: Option<EvseNumber>,
        purpose: Option<ProfilePurpose>,
        stack_level: Option<i64>,
    },
    /// What the station would allow, all its profiles taken together.
    ReadCompositeSchedule {
        evse: Option<EvseNumber>,
        duration_s: i64,
        unit: Option<RateUnit>,
    },
    Reserve(Reserve),
    CancelReservation {
        reservation: i64,
    },
    SendLocalList(SendLocalList),
    ReadLocalListVersion,
    UpdateFirmware(UpdateFirmware),
    ReadLog(ReadLog),
    CertificateSigned(CertificateSigned),
    InstallCertificate {
        trust: TrustUse,
        /// PEM.
        certificate: String,
    },
    DeleteCertificate {
        hash: CertificateHash,
    },
    /// Empty: of every use.
    ReadInstalledCertificates {
        uses: Vec<TrustUse>,
    },
    SetNetworkProfile(NetworkProfile),
    /// What an EVSE charges where nothing else is agreed, for a station that computes costs itself (2.1 I07).
    SetTariff {
        /// `None`: every EVSE.
        evse: Option<EvseNumber>,
        tariff: Box<StationTariff>,
    },
    /// Takes back tariffs of [`Self::SetTariff`] by their ids (2.1 I10).
    ClearTariffs {
        ids: Vec<String>,
    },
    /// A message that only 2.x knows, in its own members (JSON text). Refused before anything is sent when this version
    /// has no such message or its schema would refuse the members. A `requestId` that is missing is `request_id`.
    Message {
        action: String,
        members: String,
        request_id: i64,
    },
    /// One call as an expert wrote it. `payload` is JSON text.
    Raw {
        action: String,
        payload: String,
    },
}

/// `component` is empty for a 1.6 configuration key. Either may have its place in brackets, written as a
/// [`crate::fact::Variable`] tells it: `Connector[main,evse=1,connector=2]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The station asks for a new certificate of its own.
    SignStationCertificate,
    SignV2gCertificate,
    /// 1.6: how the upload of diagnostics stands, where `LogStatus` asks for the security extension's.
    DiagnosticsStatus,
    /// 2.x only.
    PublishFirmwareStatus,
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
