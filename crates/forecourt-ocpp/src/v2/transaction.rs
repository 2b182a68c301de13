//! TransactionEvent: the one message in which money travels.
//!
//! It is refused only without an event type or a transaction id: everything else we can do without (2.0.1 E01-E15).

use forecourt_core::Timestamp;
use forecourt_core::fact::{ChargingState, Context, ExtraValue, Fact, Phase, Reading, TransactionReport};
use forecourt_core::id::{ConnectorNumber, EvseNumber, TransactionRef};

use super::{Edition, token};
use crate::fault::{Fault, FaultKind};
use crate::meter::{self, Values};
use crate::read::{Object, kind};
use crate::word::{self, Words};
use crate::write::cut;

const PHASES: &Words<Phase> =
    &[("Updated", Phase::Updated), ("Started", Phase::Started), ("Ended", Phase::Ended)];

const STATES: &Words<ChargingState> = &[
    ("Charging", ChargingState::Charging),
    ("EVConnected", ChargingState::EVConnected),
    ("SuspendedEV", ChargingState::SuspendedEV),
    ("SuspendedEVSE", ChargingState::SuspendedEVSE),
    ("Idle", ChargingState::Idle),
];

/// Longest word of ReasonEnumType, rounded up, in characters.
const REASON_CHARS: usize = 30;

/// Longest transactionId by the schema, in characters.
const TRANSACTION_ID_CHARS: usize = 36;

pub(super) fn read(object: &Object<'_>, edition: Edition, now: Timestamp) -> Result<Fact, Fault> {
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
        // The schema has no shortest length: the session is then known by its EVSE and times, as in 1.6.
        info.note(kind::MISSING, "transactionId", "");
    }
    if object.text("triggerReason", REASON_CHARS).is_none() {
        object.missing("triggerReason");
    }
    let seq = object.integer("seqNo");
    if seq.is_none() {
        object.missing("seqNo");
    }
    let (evse, connector) = evse(object);
    let mut readings = Vec::new();
    meter::readings(object, "meterValue", Values::Number, now, &mut readings);
    let at = object.expect_time("timestamp");
    if edition.is_21() {
        keep_additions(object, &info, at.unwrap_or(now), &mut readings);
    }
    let stop_reason = info.text("stoppedReason", REASON_CHARS).filter(|reason| !reason.is_empty());
    Ok(Fact::Transaction(Box::new(TransactionReport {
        phase,
        reference: (!reference.is_empty()).then_some(TransactionRef(reference)),
        evse,
        connector,
        token: token::read(object, edition),
        at,
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

/// What 2.1 tells of a session and has no place of its own: beside the last reading, or as a reading without values.
fn keep_additions(object: &Object<'_>, info: &Object<'_>, at: Timestamp, readings: &mut Vec<Reading>) {
    const OF_EVENT: &[&str] = &["costDetails", "preconditioningStatus", "evseSleep"];
    const OF_SESSION: &[&str] = &["operationMode", "tariffId", "transactionLimit"];
    let told = |from: &Object<'_>, names: &[&str], out: &mut Vec<ExtraValue>| {
        for name in names {
            let Some(value) = from.data(name) else { continue };
            let value = cut(&value, DETAIL_HARD_CHARS).to_owned();
            out.push(ExtraValue {
                measurand: (*name).to_owned(),
                phase: None,
                location: None,
                unit: None,
                value,
            });
        }
    };
    let mut found = Vec::new();
    told(object, OF_EVENT, &mut found);
    told(info, OF_SESSION, &mut found);
    if found.is_empty() {
        return;
    }
    if readings.is_empty() {
        readings.push(Reading::empty(at, Context::Other));
    }
    if let Some(last) = readings.last_mut() {
        last.extra.append(&mut found);
    }
}

/// Longest text kept of such a detail, in characters: a bill with its lines.
const DETAIL_HARD_CHARS: usize = 8_000;

/// The member `evse`: its number and, where told, the connector's.
pub(super) fn evse(object: &Object<'_>) -> (Option<EvseNumber>, Option<ConnectorNumber>) {
    let Some(evse) = object.object("evse") else { return (None, None) };
    evse.extras(&["id", "connectorId"]);
    (evse.number("id").map(EvseNumber), evse.number("connectorId").map(ConnectorNumber))
}
