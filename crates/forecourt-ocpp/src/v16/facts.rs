//! Calls of a 1.6 station, read into facts.
//!
//! Refuses only where the meaning is lost; StopTransaction is never refused, because a station repeats it for ever.

use forecourt_core::Timestamp;
use forecourt_core::command::CertificateUse;
use forecourt_core::fact::{
    Boot, ConnectorStatus, Context, DataTransfer, Fact, MeterReport, Phase, PresentedToken, Progress,
    Reading, SecurityEvent, SignCertificate, StatusReport, TransactionReport,
};
use forecourt_core::id::{ConnectorNumber, EvseNumber, TransactionRef};
use forecourt_core::token::{TOKEN_MAX_CHARS, TokenKind};
use forecourt_core::unit::WattHours;

use super::ID_TAG_MAX_CHARS;
use crate::fault::Fault;
use crate::meter::{self, Values};
use crate::node::Node;
use crate::quirk::is_no_transaction;
use crate::read::{Notes, Object, kind};
use crate::version::{self, Version};
use crate::word::{self, Words};

/// What a station may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Authorize,
    Boot,
    DataTransfer,
    Diagnostics,
    Firmware,
    Heartbeat,
    Log,
    Meter,
    Security,
    SignCertificate,
    SignedFirmware,
    Start,
    Status,
    Stop,
}

pub(super) const CALLS: &Words<Call> = &[
    ("MeterValues", Call::Meter),
    ("StatusNotification", Call::Status),
    ("Heartbeat", Call::Heartbeat),
    ("Authorize", Call::Authorize),
    ("StartTransaction", Call::Start),
    ("StopTransaction", Call::Stop),
    ("BootNotification", Call::Boot),
    ("DataTransfer", Call::DataTransfer),
    ("FirmwareStatusNotification", Call::Firmware),
    ("DiagnosticsStatusNotification", Call::Diagnostics),
    ("LogStatusNotification", Call::Log),
    ("SecurityEventNotification", Call::Security),
    ("SignCertificate", Call::SignCertificate),
    ("SignedFirmwareStatusNotification", Call::SignedFirmware),
];

/// What becomes of a call, in one word.
pub fn fact_word(action: &str) -> Option<&'static str> {
    Some(match version::find_action(action, &[CALLS])? {
        Call::Authorize => "authorize",
        Call::Boot => "boot",
        Call::DataTransfer => "data transfer",
        Call::Diagnostics | Call::Log => "log upload",
        Call::Firmware | Call::SignedFirmware => "firmware",
        Call::Heartbeat => "heartbeat",
        Call::Meter => "readings",
        Call::Security => "security event",
        Call::SignCertificate => "certificate request",
        Call::Start | Call::Stop => "session",
        Call::Status => "status",
    })
}

/// Reads one call.
pub fn read_call(action: &str, payload: &Node<'_>, notes: &Notes, now: Timestamp) -> Result<Fact, Fault> {
    let call = version::action(action, &[CALLS], Version::V16, notes)?;
    let object = Object::payload(payload, action, notes)?;
    match call {
        Call::Authorize => authorize(&object),
        Call::Boot => boot(&object),
        Call::DataTransfer => data_transfer(&object),
        Call::Diagnostics => progress(&object, &["status"]).map(Fact::LogUpload),
        Call::Firmware => progress(&object, &["status"]).map(Fact::Firmware),
        Call::Heartbeat => {
            object.extras(&[]);
            Ok(Fact::Heartbeat)
        }
        Call::Log => progress(&object, &["status", "requestId"]).map(Fact::LogUpload),
        Call::Meter => meter_values(&object, now),
        Call::Security => security(&object),
        Call::SignCertificate => sign_certificate(&object),
        Call::SignedFirmware => progress(&object, &["status", "requestId"]).map(Fact::Firmware),
        Call::Start => start(&object, now),
        Call::Status => status(&object),
        Call::Stop => Ok(stop(&object, now)),
    }
}

fn boot(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&[
        "chargePointVendor",
        "chargePointModel",
        "chargePointSerialNumber",
        "chargeBoxSerialNumber",
        "firmwareVersion",
        "iccid",
        "imsi",
        "meterType",
        "meterSerialNumber",
    ]);
    let some = |name, max| object.text(name, max).filter(|text| !text.trim().is_empty());
    let (vendor, model) = (object.text("chargePointVendor", 20), object.text("chargePointModel", 20));
    if vendor.is_none() && model.is_none() {
        return Err(object.lacks("chargePointVendor", "a text"));
    }
    for (name, value) in [("chargePointVendor", &vendor), ("chargePointModel", &model)] {
        if value.is_none() {
            object.missing(name);
        }
    }
    let (point, old_box) = (some("chargePointSerialNumber", 25), some("chargeBoxSerialNumber", 25));
    Ok(Fact::Boot(Boot {
        vendor: vendor.unwrap_or_default(),
        model: model.unwrap_or_default(),
        serial: point.or(old_box),
        firmware: some("firmwareVersion", 50),
        iccid: some("iccid", 20),
        imsi: some("imsi", 20),
        meter_serial: some("meterSerialNumber", 25),
        reason: None,
    }))
}

const STATUSES: &Words<ConnectorStatus> = &[
    ("Available", ConnectorStatus::Available),
    ("Preparing", ConnectorStatus::Preparing),
    ("Charging", ConnectorStatus::Charging),
    ("SuspendedEV", ConnectorStatus::SuspendedEV),
    ("SuspendedEVSE", ConnectorStatus::SuspendedEVSE),
    ("Finishing", ConnectorStatus::Finishing),
    ("Reserved", ConnectorStatus::Reserved),
    ("Unavailable", ConnectorStatus::Unavailable),
    ("Faulted", ConnectorStatus::Faulted),
];

fn status(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&[
        "connectorId",
        "errorCode",
        "info",
        "status",
        "timestamp",
        "vendorId",
        "vendorErrorCode",
    ]);
    let evse = EvseNumber(object.need_number("connectorId")?);
    let status = match word::read(object, "status", STATUSES) {
        Some(Ok(status)) => status,
        // The word of 1.5; the unknown word is noted.
        Some(Err(word)) if word == "Occupied" => ConnectorStatus::Occupied,
        Some(Err(_)) => ConnectorStatus::Unknown,
        None => return Err(object.lacks("status", "a status")),
    };
    let some = |name, max| object.text(name, max).filter(|text| !text.trim().is_empty());
    let error_code = some("errorCode", 50);
    if error_code.is_none() {
        object.missing("errorCode");
    }
    Ok(Fact::Status(StatusReport {
        evse,
        connector: ConnectorNumber(1),
        status,
        error_code: error_code.filter(|code| !code.eq_ignore_ascii_case("NoError")),
        vendor_error_code: some("vendorErrorCode", 50),
        info: some("info", 50),
        at: object.time("timestamp"),
    }))
}

fn id_tag(object: &Object<'_>) -> Option<PresentedToken> {
    object.token("idTag", ID_TAG_MAX_CHARS).map(|uid| PresentedToken {
        uid: crate::write::cut(&uid, TOKEN_MAX_CHARS).to_owned(),
        kind: TokenKind::Rfid,
    })
}

fn authorize(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["idTag"]);
    id_tag(object).map(Fact::Authorize).ok_or_else(|| object.lacks("idTag", "a text"))
}

fn start(object: &Object<'_>, now: Timestamp) -> Result<Fact, Fault> {
    object.extras(&["connectorId", "idTag", "meterStart", "reservationId", "timestamp"]);
    let evse = EvseNumber(object.need_number("connectorId")?);
    let token = id_tag(object).ok_or_else(|| object.lacks("idTag", "a text"))?;
    let at = object.expect_time("timestamp");
    let readings = meter_end(object, "meterStart", at, now, Context::Begin).into_iter().collect();
    Ok(Fact::Transaction(Box::new(TransactionReport {
        phase: Phase::Started,
        reference: None,
        evse: Some(evse),
        connector: Some(ConnectorNumber(1)),
        token: Some(token),
        at,
        seq: None,
        offline: false,
        charging_state: None,
        stop_reason: None,
        readings,
        remote_start_id: None,
        reservation: object.integer("reservationId").filter(|id| *id > 0),
    })))
}

fn stop(object: &Object<'_>, now: Timestamp) -> Fact {
    // connectorId is no member of StopTransaction, but stations that send it help us to find a lost session.
    object.extras(&["idTag", "meterStop", "timestamp", "transactionId", "reason", "transactionData"]);
    let at = object.expect_time("timestamp");
    let reference = reference(object);
    if reference.is_none() {
        object.missing("transactionId");
    }
    let mut readings = Vec::new();
    meter::readings(object, "transactionData", Values::Text, now, &mut readings);
    readings.extend(meter_end(object, "meterStop", at, now, Context::End));
    let connector = object.number("connectorId").filter(|number| *number > 0);
    Fact::Transaction(Box::new(TransactionReport {
        phase: Phase::Ended,
        reference,
        evse: connector.map(EvseNumber),
        connector: connector.map(|_| ConnectorNumber(1)),
        token: id_tag(object).filter(|token| !token.uid.is_empty()),
        at,
        seq: None,
        offline: false,
        charging_state: None,
        // "MAY only be omitted when the Reason is Local" (1.6 §6.49).
        stop_reason: Some(
            object.text("reason", 20).filter(|text| !text.is_empty()).unwrap_or_else(|| "Local".to_owned()),
        ),
        readings,
        remote_start_id: None,
        reservation: None,
    }))
}

/// meterStart or meterStop as a reading. (Whole Wh by the schema; a fraction is rounded and noted.)
fn meter_end(
    object: &Object<'_>,
    name: &str,
    at: Option<Timestamp>,
    now: Timestamp,
    context: Context,
) -> Option<Reading> {
    let Some(register) = object.integer(name) else {
        object.missing(name);
        return None;
    };
    let mut reading = Reading::empty(at.unwrap_or(now), context);
    reading.at_is_stations = at.is_some();
    reading.register = Some(WattHours(register));
    Some(reading)
}

/// transactionId, unless it is one of the numbers that stand for none.
fn reference(object: &Object<'_>) -> Option<TransactionRef> {
    let id = object.integer("transactionId")?;
    if is_no_transaction(id) {
        object.note(kind::OUT_OF_RANGE, "transactionId", &id.to_string());
        return None;
    }
    Some(TransactionRef(id.to_string()))
}

fn meter_values(object: &Object<'_>, now: Timestamp) -> Result<Fact, Fault> {
    object.extras(&["connectorId", "transactionId", "meterValue"]);
    let reference = reference(object);
    let evse = match &reference {
        None => EvseNumber(object.need_number("connectorId")?),
        // With a transaction the values have a home even when the connector is missing.
        Some(_) => EvseNumber(object.number("connectorId").unwrap_or_else(|| {
            object.missing("connectorId");
            0
        })),
    };
    let mut readings = Vec::new();
    if meter::readings(object, "meterValue", Values::Text, now, &mut readings).is_none() {
        return Err(object.lacks("meterValue", "a list"));
    }
    Ok(Fact::Meter(MeterReport { evse, connector: Some(ConnectorNumber(1)), reference, readings }))
}

fn data_transfer(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["vendorId", "messageId", "data"]);
    if matches!(object.get("data"), Some(Node::List(_) | Node::Object(_))) {
        object.note(kind::NOT_TEXT, "data", "");
    }
    Ok(Fact::DataTransfer(DataTransfer {
        vendor: object.need_text("vendorId", 255)?,
        message: object.text("messageId", 50),
        data: object.data("data"),
    }))
}

fn progress(object: &Object<'_>, known: &[&str]) -> Result<Progress, Fault> {
    object.extras(known);
    Ok(Progress { status: object.need_text("status", 50)?, request_id: object.integer("requestId") })
}

fn security(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["type", "timestamp", "techInfo"]);
    Ok(Fact::Security(SecurityEvent {
        kind: object.need_text("type", 50)?,
        at: object.expect_time("timestamp"),
        info: object.text("techInfo", 255),
    }))
}

fn sign_certificate(object: &Object<'_>) -> Result<Fact, Fault> {
    /// Longest csr by the schema, and what we keep of a longer one, in characters.
    const CSR_CHARS: usize = 5_500;
    const HARD_CHARS: usize = 22_000;
    object.extras(&["csr"]);
    let csr = object.lines("csr", CSR_CHARS, HARD_CHARS).ok_or_else(|| object.lacks("csr", "a text"))?;
    Ok(Fact::SignCertificate(SignCertificate {
        csr,
        certificate_use: CertificateUse::Station,
        request_id: None,
    }))
}
