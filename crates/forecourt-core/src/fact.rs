//! What a station tells us and what it gets back, without a protocol version.

mod answer;

pub use answer::{Answer, CertificateState, DataTransferStatus, Registration, Ruling, ScheduleUpdate};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::command::{CertificateUse, OcspRequest};
use crate::id::{ConnectorNumber, EvseNumber, TransactionRef};
use crate::token::TokenKind;
use crate::unit::{MilliAmps, MilliVolts, PerMille, WattHours, Watts};

/// One statement of a station.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    Boot(Boot),
    Heartbeat,
    Status(StatusReport),
    Authorize(PresentedToken),
    Transaction(Box<TransactionReport>),
    /// Readings outside of a transaction message (MeterValues).
    Meter(MeterReport),
    /// Variables the station listed (2.x NotifyReport).
    Variables(VariableReport),
    /// Component events (2.x NotifyEvent).
    Events(Vec<ComponentEvent>),
    /// Progress of a diagnostics or log upload.
    LogUpload(Progress),
    /// Progress of a firmware update.
    Firmware(Progress),
    Security(SecurityEvent),
    DataTransfer(DataTransfer),
    /// A contract certificate with or without its token (2.x C07).
    AuthorizeContract(Box<ContractToken>),
    /// Monitors the station has (2.x NotifyMonitoringReport).
    Monitors(MonitorReport),
    /// A new certificate is asked for (SignCertificate).
    SignCertificate(SignCertificate),
    /// A vehicle wants its contract certificate (2.x Get15118EVCertificate).
    EvCertificate(EvCertificateRequest),
    /// Is this certificate revoked: the responder's own answer is wanted (2.x GetCertificateStatus).
    CertificateStatus(Vec<OcspRequest>),
    /// Are these certificates revoked: our verdict is wanted (2.1 GetCertificateChainStatus).
    CertificateChainStatus(Vec<OcspRequest>),
    /// What became of a reservation (2.x ReservationStatusUpdate): Expired, Removed or NoTransaction.
    Reservation {
        reservation: i64,
        status: String,
    },
    /// Things a station keeps or tells that have no shape of ours: profiles, displayed messages, charging needs, tariffs,
    /// inverter settings, event streams. Kept as the station wrote them, newest of each key.
    Items(ItemReport),
    /// The station pulls the newest value of a dynamic profile (2.1 K28).
    PullSchedule {
        profile: i64,
    },
    /// Kept in the message log and confirmed; nothing here acts on it yet.
    Noted,
}

/// A contract shown by a vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractToken {
    pub token: PresentedToken,
    /// PEM, where the station left checking to us.
    pub certificate: Option<String>,
    pub hashes: Vec<OcspRequest>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignCertificate {
    /// PEM, as it came.
    pub csr: String,
    pub certificate_use: CertificateUse,
    /// 2.1.
    pub request_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvCertificateRequest {
    /// iso15118SchemaVersion.
    pub schema: String,
    /// Install or Update.
    pub action: String,
    /// Base64 of EXI: nobody here looks inside.
    pub exi: String,
    /// 2.1.
    pub max_chains: Option<i64>,
}

/// What kind of thing an item is. The word is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    ChargingProfile,
    ChargingLimit,
    DisplayMessage,
    CustomerInformation,
    ChargingNeeds,
    ChargingSchedule,
    DerControl,
    DerAlarm,
    PriorityCharging,
    EventStream,
    StreamData,
    Settlement,
    WebPayment,
    BatterySwap,
    PublishFirmware,
    FirmwareStatus,
    Tariff,
    InstalledCertificate,
    VatNumber,
}

/// Items of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemReport {
    pub kind: ItemKind,
    /// Which request of ours this answers.
    pub request_id: Option<i64>,
    pub seq: Option<i64>,
    /// False while more messages of this report follow.
    pub last: bool,
    /// True: the message says that the named items are gone.
    pub removed: bool,
    pub items: Vec<Item>,
    /// Which evse or session it is about, where the message says.
    pub evse: Option<EvseNumber>,
    pub transaction: Option<TransactionRef>,
    /// What a car asks for, where that is what it is about.
    pub needs: Option<CarNeeds>,
}

/// What a car itself asks for (NotifyEVChargingNeeds, OCPP 2.0.1 K15): at least one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarNeeds {
    pub departs_at: Option<Timestamp>,
    /// From that moment on.
    pub energy: Option<WattHours>,
}

/// One of them: its key at the station and its JSON text as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub key: String,
    pub body: String,
}

/// The key of the schedule that holds at an EVSE, all profiles together. Not every 1.6 station says of which it speaks.
pub fn composite_key(evse: Option<EvseNumber>) -> String {
    evse.map_or_else(|| "composite".to_owned(), |evse| format!("composite/{}", evse.0))
}

/// NotifyMonitoringReport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorReport {
    pub request_id: Option<i64>,
    pub seq: Option<i64>,
    pub last: bool,
    pub monitors: Vec<Monitor>,
}

/// A watch on one variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitor {
    pub id: i64,
    pub component: String,
    pub component_instance: String,
    pub name: String,
    pub instance: String,
    /// UpperThreshold, LowerThreshold, Delta, Periodic, … as the station wrote it.
    pub kind: String,
    /// Decimal text.
    pub value: String,
    /// 0 (danger) to 9 (debug).
    pub severity: i64,
    pub transaction: bool,
    /// HardWiredMonitor, PreconfiguredMonitor, CustomMonitor.
    pub origin: Option<String>,
}

/// What values a variable may take (2.x VariableCharacteristics).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Characteristics {
    /// string, decimal, integer, dateTime, boolean, OptionList, SequenceList, MemberList.
    pub data_type: String,
    pub unit: Option<String>,
    /// Decimal text.
    pub min: Option<String>,
    pub max: Option<String>,
    /// Comma separated, as the station wrote it.
    pub values: Option<String>,
    pub supports_monitoring: bool,
}

/// BootNotification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Boot {
    pub vendor: String,
    pub model: String,
    pub serial: Option<String>,
    pub firmware: Option<String>,
    pub iccid: Option<String>,
    pub imsi: Option<String>,
    pub meter_serial: Option<String>,
    /// 2.x `reason`, as the station wrote it.
    pub reason: Option<String>,
}

/// StatusNotification. EVSE 0 speaks of the station as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    pub evse: EvseNumber,
    pub connector: ConnectorNumber,
    pub status: ConnectorStatus,
    /// 1.6 `errorCode` when it is not NoError.
    pub error_code: Option<String>,
    pub vendor_error_code: Option<String>,
    pub info: Option<String>,
    /// The station's own clock, when it told.
    pub at: Option<Timestamp>,
}

/// What a connector is doing. The nine of 1.6, and Occupied for a 2.x connector whose session says no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ConnectorStatus {
    Available,
    Preparing,
    Charging,
    SuspendedEV,
    SuspendedEVSE,
    Finishing,
    Reserved,
    Unavailable,
    Faulted,
    Occupied,
    /// The station said something we do not know.
    Unknown,
}

/// A token as the station read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresentedToken {
    pub uid: String,
    pub kind: TokenKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    Started,
    Updated,
    Ended,
}

/// What happens inside a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ChargingState {
    EVConnected,
    Charging,
    SuspendedEV,
    SuspendedEVSE,
    Idle,
}

/// StartTransaction, StopTransaction (1.6) or TransactionEvent (2.x).
#[derive(Debug, Clone, PartialEq)]
pub struct TransactionReport {
    pub phase: Phase,
    /// Absent in a 1.6 start: we hand it out.
    pub reference: Option<TransactionRef>,
    pub evse: Option<EvseNumber>,
    pub connector: Option<ConnectorNumber>,
    pub token: Option<PresentedToken>,
    /// The station's clock.
    pub at: Option<Timestamp>,
    pub seq: Option<i64>,
    pub offline: bool,
    pub charging_state: Option<ChargingState>,
    pub stop_reason: Option<String>,
    /// Every reading in the message, in the order of the message. The meterStart of a 1.6 start is a
    /// reading with [`Context::Begin`], meterStop one with [`Context::End`].
    pub readings: Vec<Reading>,
    /// remoteStartId of 2.x.
    pub remote_start_id: Option<i64>,
    pub reservation: Option<i64>,
}

/// MeterValues.
#[derive(Debug, Clone, PartialEq)]
pub struct MeterReport {
    pub evse: EvseNumber,
    pub connector: Option<ConnectorNumber>,
    /// Named by 1.6 only; absent or nonsense (0, -1, largest integer) is `None`.
    pub reference: Option<TransactionRef>,
    pub readings: Vec<Reading>,
}

/// Why a reading was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Context {
    Begin,
    End,
    Periodic,
    Clock,
    Trigger,
    Interruption,
    Other,
}

/// Where a value was measured. OCPP's default is the outlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Location {
    Outlet,
    Inlet,
    Body,
    Cable,
    EV,
}

/// All values of one moment (one OCPP MeterValue), units already converted. Per-phase values are kept
/// apart from totals: they are never added to a total.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub at: Timestamp,
    /// False when the station gave no usable time and `at` is the time of arrival.
    pub at_is_stations: bool,
    pub context: Context,
    /// Energy.Active.Import.Register at the outlet, all phases together.
    pub register: Option<WattHours>,
    /// The same register as the sum of L1 + L2 + L3, only when the station sent every phase it uses and no total.
    pub register_phase_sum: Option<WattHours>,
    /// Energy.Active.Import.Register at the inlet: with losses, used only where no outlet value exists.
    pub register_inlet: Option<WattHours>,
    /// Energy.Active.Import.Interval: energy since the reading before.
    pub interval: Option<WattHours>,
    /// Energy.Active.Export.Register.
    pub export_register: Option<WattHours>,
    /// Power.Active.Import, total or sum of phases.
    pub power: Option<Watts>,
    /// Power.Offered.
    pub power_offered: Option<Watts>,
    /// Current.Import, the largest phase.
    pub current: Option<MilliAmps>,
    /// Current.Offered.
    pub current_offered: Option<MilliAmps>,
    /// Voltage, mean of the phases (L-N).
    pub voltage: Option<MilliVolts>,
    pub soc: Option<PerMille>,
    /// Everything else, one entry a value: measurand, phase, location, unit and text as sent.
    pub extra: Vec<ExtraValue>,
    /// True when the station signed a value (SignedData).
    pub signed: bool,
}

impl Reading {
    /// A reading without values.
    pub fn empty(at: Timestamp, context: Context) -> Self {
        Self {
            at,
            at_is_stations: true,
            context,
            register: None,
            register_phase_sum: None,
            register_inlet: None,
            interval: None,
            export_register: None,
            power: None,
            power_offered: None,
            current: None,
            current_offered: None,
            voltage: None,
            soc: None,
            extra: Vec::new(),
            signed: false,
        }
    }
}

/// A value we keep without using it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraValue {
    pub measurand: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phase: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    pub value: String,
}

/// One variable of a station: a configuration key (1.6) or component + variable (2.x).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Empty in 1.6.
    pub component: String,
    /// `instance`, `evse`, `connector` of the component as text like `evse=1`, empty when none.
    pub component_instance: String,
    pub name: String,
    pub instance: String,
    /// Actual unless the station says Target, MinSet or MaxSet.
    pub attribute: String,
    pub value: Option<String>,
    pub readonly: bool,
    /// Only for passwords and keys: may be set and not read.
    #[serde(default)]
    pub writeonly: bool,
    /// Where the station told them (2.x NotifyReport).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub characteristics: Option<Box<Characteristics>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableReport {
    pub request_id: Option<i64>,
    pub seq: Option<i64>,
    pub last: bool,
    pub variables: Vec<Variable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentEvent {
    pub component: String,
    pub variable: String,
    pub evse: Option<EvseNumber>,
    pub connector: Option<ConnectorNumber>,
    pub value: String,
    pub trigger: String,
    pub tech_code: Option<String>,
    pub tech_info: Option<String>,
    pub cleared: bool,
    pub at: Option<Timestamp>,
    /// The monitor that fired.
    pub monitor: Option<i64>,
    /// 2.1; otherwise that of the monitor.
    pub severity: Option<i64>,
    pub transaction: Option<TransactionRef>,
}

/// How far a job inside the station has come, in the station's own word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub status: String,
    pub request_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityEvent {
    pub kind: String,
    pub at: Option<Timestamp>,
    pub info: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataTransfer {
    pub vendor: String,
    pub message: Option<String>,
    pub data: Option<String>,
}

/// Something in a message that the standard does not allow and that we read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deviation {
    /// Stable word for the kind: `time-without-zone`, `text-too-long`, `number-as-text`, `unknown-value`, …
    pub kind: String,
    /// `Action.member[0].member`.
    pub path: String,
    /// What stood there, cut to 80 characters.
    pub seen: String,
}
