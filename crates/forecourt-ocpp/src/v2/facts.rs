//! Calls of a 2.x station, read into facts.
//!
//! Refuses only where the meaning is lost. What has no shape of ours is kept as it came (`kept`).

use forecourt_core::Timestamp;
use forecourt_core::fact::{
    Boot, ConnectorStatus, DataTransfer, Fact, MeterReport, Progress, SecurityEvent, StatusReport,
};
use forecourt_core::id::{ConnectorNumber, EvseNumber};

use super::kept::{self, Kept};
use super::{Edition, device, transaction, trust};
use crate::fault::Fault;
use crate::meter::{self, Values};
use crate::node::Node;
use crate::read::{Notes, Object};
use crate::version;
use crate::word::{self, Words};

/// What a station may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Authorize,
    Boot,
    DataTransfer,
    Events,
    Firmware,
    Heartbeat,
    Log,
    Meter,
    Report,
    Security,
    Status,
    Transaction,
    CertificateStatus,
    ChainStatus,
    EvCertificate,
    Kept(Kept),
    Monitors,
    PullSchedule,
    Reservation,
    SignCertificate,
}

pub(super) const CALLS: &Words<Call> = &[
    ("TransactionEvent", Call::Transaction),
    ("StatusNotification", Call::Status),
    ("Heartbeat", Call::Heartbeat),
    ("Authorize", Call::Authorize),
    ("MeterValues", Call::Meter),
    ("BootNotification", Call::Boot),
    ("NotifyEvent", Call::Events),
    ("NotifyReport", Call::Report),
    ("DataTransfer", Call::DataTransfer),
    ("FirmwareStatusNotification", Call::Firmware),
    ("LogStatusNotification", Call::Log),
    ("SecurityEventNotification", Call::Security),
    ("SignCertificate", Call::SignCertificate),
    ("NotifyMonitoringReport", Call::Monitors),
    ("ReservationStatusUpdate", Call::Reservation),
    ("Get15118EVCertificate", Call::EvCertificate),
    ("GetCertificateStatus", Call::CertificateStatus),
    ("ClearedChargingLimit", Call::Kept(Kept::ClearedLimit)),
    ("NotifyChargingLimit", Call::Kept(Kept::Limit)),
    ("NotifyCustomerInformation", Call::Kept(Kept::CustomerInformation)),
    ("NotifyDisplayMessages", Call::Kept(Kept::DisplayMessages)),
    ("NotifyEVChargingNeeds", Call::Kept(Kept::Needs)),
    ("NotifyEVChargingSchedule", Call::Kept(Kept::Schedule)),
    ("PublishFirmwareStatusNotification", Call::Kept(Kept::PublishFirmware)),
    ("ReportChargingProfiles", Call::Kept(Kept::Profiles)),
];

/// What 2.1 added. A station that speaks 2.0.1 has no such words.
pub(super) const CALLS_21: &Words<Call> = &[
    ("BatterySwap", Call::Kept(Kept::BatterySwap)),
    ("ClosePeriodicEventStream", Call::Kept(Kept::ClosedStream)),
    ("GetCertificateChainStatus", Call::ChainStatus),
    ("NotifyDERAlarm", Call::Kept(Kept::DerAlarm)),
    ("NotifyDERStartStop", Call::Kept(Kept::DerStartStop)),
    ("NotifyPeriodicEventStream", Call::Kept(Kept::StreamData)),
    ("NotifyPriorityCharging", Call::Kept(Kept::Priority)),
    ("NotifySettlement", Call::Kept(Kept::Settlement)),
    ("NotifyWebPaymentStarted", Call::Kept(Kept::WebPayment)),
    ("OpenPeriodicEventStream", Call::Kept(Kept::OpenedStream)),
    ("PullDynamicScheduleUpdate", Call::PullSchedule),
    ("ReportDERControl", Call::Kept(Kept::DerControls)),
    ("VatNumberValidation", Call::Kept(Kept::VatNumber)),
];

/// The lists of an edition, the busiest first.
pub(super) const fn served(edition: Edition) -> &'static [&'static Words<Call>] {
    match edition {
        Edition::V201 => &[CALLS],
        Edition::V21 => &[CALLS, CALLS_21],
    }
}

/// What becomes of a call, in one word.
pub fn fact_word(action: &str) -> Option<&'static str> {
    Some(match version::find_action(action, served(Edition::V21))? {
        Call::Authorize => "authorize",
        Call::Boot => "boot",
        Call::DataTransfer => "data transfer",
        Call::Events => "events",
        Call::Log => "log upload",
        Call::Firmware => "firmware",
        Call::Heartbeat => "heartbeat",
        Call::Meter => "readings",
        Call::Report => "variables",
        Call::Security => "security event",
        Call::Status => "status",
        Call::Transaction => "session",
        Call::CertificateStatus | Call::ChainStatus => "certificate status",
        Call::EvCertificate => "vehicle certificate",
        Call::Kept(kept) => kept::word(kept),
        Call::Monitors => "monitors",
        Call::PullSchedule => "schedule update",
        Call::Reservation => "reservation",
        Call::SignCertificate => "certificate request",
    })
}

/// Reads one call.
pub fn read_call(
    edition: Edition,
    action: &str,
    payload: &Node<'_>,
    notes: &Notes,
    now: Timestamp,
) -> Result<Fact, Fault> {
    let call = version::action(action, served(edition), edition.version(), notes)?;
    let object = Object::payload(payload, action, notes)?;
    match call {
        Call::Authorize => trust::authorize(&object, edition),
        Call::Boot => boot(&object),
        Call::DataTransfer => data_transfer(&object),
        Call::Events => device::events(&object),
        Call::Firmware => progress(&object).map(Fact::Firmware),
        Call::Heartbeat => {
            object.extras(&[]);
            Ok(Fact::Heartbeat)
        }
        Call::Log => progress(&object).map(Fact::LogUpload),
        Call::Meter => meter_values(&object, now),
        Call::Report => device::report(&object),
        Call::Security => security(&object),
        Call::Status => status(&object),
        Call::Transaction => transaction::read(&object, edition, now),
        Call::CertificateStatus => trust::certificate_status(&object),
        Call::ChainStatus => trust::chain_status(&object),
        Call::EvCertificate => trust::ev_certificate(&object),
        Call::Kept(kept) => kept::read(kept, &object, payload),
        Call::Monitors => device::monitors(&object),
        Call::PullSchedule => {
            object.extras(&["chargingProfileId"]);
            Ok(Fact::PullSchedule { profile: object.need_integer("chargingProfileId")? })
        }
        Call::Reservation => reservation(&object),
        Call::SignCertificate => trust::sign(&object),
    }
}

fn boot(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["chargingStation", "reason"]);
    let station = object.need_object("chargingStation")?;
    station.extras(&["serialNumber", "model", "modem", "vendorName", "firmwareVersion"]);
    let (vendor, model) = (station.text("vendorName", 50), station.text("model", 20));
    if vendor.is_none() && model.is_none() {
        return Err(station.lacks("vendorName", "a text"));
    }
    for (name, value) in [("vendorName", &vendor), ("model", &model)] {
        if value.is_none() {
            station.missing(name);
        }
    }
    let modem = station.object("modem");
    let of_modem =
        |name| modem.as_ref().and_then(|modem| modem.text(name, 20)).filter(|text| !text.trim().is_empty());
    let reason = object.text("reason", 20);
    if reason.is_none() {
        object.missing("reason");
    }
    Ok(Fact::Boot(Boot {
        vendor: vendor.unwrap_or_default(),
        model: model.unwrap_or_default(),
        serial: station.text("serialNumber", 25).filter(|text| !text.trim().is_empty()),
        firmware: station.text("firmwareVersion", 50).filter(|text| !text.trim().is_empty()),
        iccid: of_modem("iccid"),
        imsi: of_modem("imsi"),
        meter_serial: None,
        reason,
    }))
}

const STATUSES: &Words<ConnectorStatus> = &[
    ("Available", ConnectorStatus::Available),
    ("Occupied", ConnectorStatus::Occupied),
    ("Reserved", ConnectorStatus::Reserved),
    ("Unavailable", ConnectorStatus::Unavailable),
    ("Faulted", ConnectorStatus::Faulted),
];

fn status(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["timestamp", "connectorStatus", "evseId", "connectorId"]);
    let evse = EvseNumber(object.need_number("evseId")?);
    let connector = object.number("connectorId");
    if connector.is_none() {
        object.missing("connectorId");
    }
    let status = match word::read(object, "connectorStatus", STATUSES) {
        Some(Ok(status)) => status,
        Some(Err(_)) => ConnectorStatus::Unknown,
        None => return Err(object.lacks("connectorStatus", "a status")),
    };
    Ok(Fact::Status(StatusReport {
        evse,
        connector: ConnectorNumber(connector.unwrap_or(1)),
        status,
        error_code: None,
        vendor_error_code: None,
        info: None,
        at: object.expect_time("timestamp"),
    }))
}

fn meter_values(object: &Object<'_>, now: Timestamp) -> Result<Fact, Fault> {
    object.extras(&["evseId", "meterValue"]);
    let evse = EvseNumber(object.need_number("evseId")?);
    let mut readings = Vec::new();
    if meter::readings(object, "meterValue", Values::Number, now, &mut readings).is_none() {
        return Err(object.lacks("meterValue", "a list"));
    }
    Ok(Fact::Meter(MeterReport { evse, connector: None, reference: None, readings }))
}

fn data_transfer(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["vendorId", "messageId", "data"]);
    Ok(Fact::DataTransfer(DataTransfer {
        vendor: object.need_text("vendorId", 255)?,
        message: object.text("messageId", 50),
        data: object.data("data"),
    }))
}

fn progress(object: &Object<'_>) -> Result<Progress, Fault> {
    object.extras(&["status", "requestId", "statusInfo"]);
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

fn reservation(object: &Object<'_>) -> Result<Fact, Fault> {
    object.extras(&["reservationId", "reservationUpdateStatus"]);
    Ok(Fact::Reservation {
        reservation: object.need_integer("reservationId")?,
        status: object.need_text("reservationUpdateStatus", 20)?,
    })
}
