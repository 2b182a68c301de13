//! TransactionEvent: the one message in which money travels.
//!
//! It is refused only without an event type or a transaction id: everything else we can do without (2.0.1 E01-E15).

use forecourt_core::Timestamp;
use forecourt_core::fact::{ChargingState, Fact, Phase, TransactionReport};
use forecourt_core::id::{ConnectorNumber, EvseNumber, TransactionRef};

use super::token;
use crate::fault::{Fault, FaultKind};
use crate::meter::{self, Values};
use crate::read::Object;
use crate::word::{self, Words};

const PHASES: &Words<Phase> =
    &[("Updated", Phase::Updated), ("Started", Phase::Started), ("Ended", Phase::Ended)];

const STATES: &Words<ChargingState> = &[
    ("Charging", ChargingState::Charging),
    ("EVConnected", ChargingState::EVConnected),
    ("SuspendedEV", ChargingState::SuspendedEV),
    ("SuspendedEVSE", ChargingState::SuspendedEVSE),
    ("Idle", ChargingState::Idle),
];

/// Longest transactionId by the schema, in characters.
const TRANSACTION_ID_CHARS: usize = 36;

pub(super) fn read(object: &Object<'_>, now: Timestamp) -> Result<Fact, Fault> {
    object.extras(&[
        "eventType",
        "meterValue",
        "timestamp",
        "triggerReason",
        "seqNo",
        "offline",
        "numberOfPhasesUsed",
        "cableMaxCurrent",
        "reservationId",
        "transactionInfo",
        "evse",
        "idToken",
        "costDetails",
        "preconditioningStatus",
        "evseSleep",
    ]);
    let phase = match word::read(object, "eventType", PHASES) {
        Some(Ok(phase)) => phase,
        Some(Err(word)) => {
            let detail = format!("TransactionEvent.eventType cannot be {}", crate::write::cut(&word, 40));
            return Err(Fault::new(FaultKind::Property, detail));
        }
        None => return Err(object.lacks("eventType", "Started, Updated or Ended")),
    };
    let info = object.need_object("transactionInfo")?;
    info.extras(&[
        "transactionId",
        "chargingState",
        "timeSpentCharging",
        "stoppedReason",
        "remoteStartId",
        "operationMode",
        "tariffId",
        "transactionLimit",
    ]);
    let reference = info.need_text("transactionId", TRANSACTION_ID_CHARS)?;
    if reference.is_empty() {
        return Err(Fault::new(
            FaultKind::Property,
            "TransactionEvent.transactionInfo.transactionId is empty",
        ));
    }
    if object.text("triggerReason", 20).is_none() {
        object.missing("triggerReason");
    }
    let seq = object.integer("seqNo");
    if seq.is_none() {
        object.missing("seqNo");
    }
    let (evse, connector) = evse(object);
    let mut readings = Vec::new();
    meter::readings(object, "meterValue", Values::Number, now, &mut readings);
    let stop_reason = info.text("stoppedReason", 20).filter(|reason| !reason.is_empty());
    Ok(Fact::Transaction(Box::new(TransactionReport {
        phase,
        reference: Some(TransactionRef(reference)),
        evse,
        connector,
        token: token::read(object),
        at: object.expect_time("timestamp"),
        seq,
        offline: object.boolean("offline").unwrap_or(false),
        charging_state: word::read(&info, "chargingState", STATES).and_then(Result::ok),
        // "MAY only be omitted when Reason is Local" (2.0.1 part 2, TransactionType).
        stop_reason: stop_reason.or_else(|| (phase == Phase::Ended).then(|| "Local".to_owned())),
        readings,
        remote_start_id: info.integer("remoteStartId"),
        reservation: object.integer("reservationId"),
    })))
}

/// The member `evse`: its number and, where told, the connector's.
pub(super) fn evse(object: &Object<'_>) -> (Option<EvseNumber>, Option<ConnectorNumber>) {
    let Some(evse) = object.object("evse") else { return (None, None) };
    evse.extras(&["id", "connectorId"]);
    (evse.number("id").map(EvseNumber), evse.number("connectorId").map(ConnectorNumber))
}
