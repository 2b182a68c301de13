//! Our wishes in the words of 1.6.
//!
//! Says in words why a wish cannot be expressed; sends nothing that the official schema would refuse.

use forecourt_core::command::{Command, ResetKind, TriggeredMessage};
use forecourt_core::id::{ConnectorNumber, EvseNumber};

use super::ID_TAG_MAX_CHARS;
use crate::version::{Call, fits, raw};
use crate::write::object;

/// Longest configuration key and value (CiString50Type, CiString500Type), in characters.
const KEY_MAX_CHARS: usize = 50;
const VALUE_MAX_CHARS: usize = 500;

/// The call for a command, or why there is none.
pub fn write_call(command: &Command) -> Result<Call, String> {
    match command {
        Command::StartSession { evse, token, .. } => {
            fits("the charge key", &token.uid, ID_TAG_MAX_CHARS)?;
            Ok(Call::new(
                "RemoteStartTransaction",
                object(|o| {
                    if let Some(evse) = evse {
                        o.integer("connectorId", i64::from(evse.0));
                    }
                    o.text("idTag", &token.uid, ID_TAG_MAX_CHARS);
                }),
            ))
        }
        Command::StopSession { reference } => {
            let id: i64 = reference
                .0
                .parse()
                .map_err(|_| "the session has no OCPP 1.6 transaction number".to_owned())?;
            Ok(Call::new("RemoteStopTransaction", object(|o| _ = o.integer("transactionId", id))))
        }
        Command::Reset { evse: Some(_), .. } => {
            Err("an OCPP 1.6 station can only be reset as a whole".to_owned())
        }
        Command::Reset { kind, evse: None } => Ok(Call::new(
            "Reset",
            object(|o| {
                o.word(
                    "type",
                    match kind {
                        ResetKind::Soft => "Soft",
                        ResetKind::Hard => "Hard",
                    },
                );
            }),
        )),
        Command::Unlock { evse, connector } => {
            one_connector(Some(*connector))?;
            Ok(Call::new("UnlockConnector", object(|o| _ = o.integer("connectorId", i64::from(evse.0)))))
        }
        Command::ChangeAvailability { evse, connector, operative } => {
            one_connector(*connector)?;
            Ok(Call::new(
                "ChangeAvailability",
                object(|o| {
                    o.integer("connectorId", i64::from(evse.unwrap_or(EvseNumber(0)).0));
                    o.word("type", if *operative { "Operative" } else { "Inoperative" });
                }),
            ))
        }
        Command::ReadVariables { variables } => {
            for variable in variables {
                fits("the name of a configuration key", &variable.name, KEY_MAX_CHARS)?;
            }
            Ok(Call::new(
                "GetConfiguration",
                object(|o| {
                    if !variables.is_empty() {
                        o.texts("key", variables.iter().map(|variable| variable.name.as_str()));
                    }
                }),
            ))
        }
        Command::WriteVariable { variable, value } => {
            if !variable.component.is_empty() {
                return Err("an OCPP 1.6 configuration key belongs to no component".to_owned());
            }
            fits("the name of a configuration key", &variable.name, KEY_MAX_CHARS)?;
            fits("the value", value, VALUE_MAX_CHARS)?;
            Ok(Call::new(
                "ChangeConfiguration",
                object(|o| {
                    o.text("key", &variable.name, KEY_MAX_CHARS).text("value", value, VALUE_MAX_CHARS);
                }),
            ))
        }
        Command::ReadInventory { .. } => {
            Err("OCPP 1.6 has no device model to list; read the configuration keys instead".to_owned())
        }
        Command::Trigger { message, evse, connector } => trigger(*message, *evse, *connector),
        Command::ClearCache => Ok(Call::new("ClearCache", "{}".to_owned())),
        Command::DataTransfer { vendor, message, data } => {
            fits("the vendor id", vendor, 255)?;
            fits("the message id", message.as_deref().unwrap_or_default(), 50)?;
            Ok(Call::new(
                "DataTransfer",
                object(|o| {
                    o.text("vendorId", vendor, 255);
                    if let Some(message) = message {
                        o.text("messageId", message, 50);
                    }
                    if let Some(data) = data {
                        o.text("data", data, usize::MAX);
                    }
                }),
            ))
        }
        Command::Raw { action, payload } => raw(action, payload),
        _ => Err("this OCPP version has no word for it".to_owned()),
    }
}

fn trigger(
    message: TriggeredMessage,
    evse: Option<EvseNumber>,
    connector: Option<ConnectorNumber>,
) -> Result<Call, String> {
    one_connector(connector)?;
    let word = match message {
        TriggeredMessage::BootNotification => "BootNotification",
        TriggeredMessage::StatusNotification => "StatusNotification",
        TriggeredMessage::Heartbeat => "Heartbeat",
        TriggeredMessage::MeterValues => "MeterValues",
        TriggeredMessage::FirmwareStatus => "FirmwareStatusNotification",
        TriggeredMessage::LogStatus => "DiagnosticsStatusNotification",
        TriggeredMessage::TransactionEvent => {
            return Err("OCPP 1.6 has no transaction event to ask for; ask for meter values".to_owned());
        }
        TriggeredMessage::DiagnosticsStatus => "DiagnosticsStatusNotification",
        TriggeredMessage::SignStationCertificate
        | TriggeredMessage::SignV2gCertificate
        | TriggeredMessage::PublishFirmwareStatus => {
            return Err("OCPP 1.6 has no word for it".to_owned());
        }
    };
    Ok(Call::new(
        "TriggerMessage",
        object(|o| {
            o.word("requestedMessage", word);
            // "MUST be > 0" (1.6 §6.51).
            if let Some(evse) = evse.filter(|evse| evse.0 > 0) {
                o.integer("connectorId", i64::from(evse.0));
            }
        }),
    ))
}

/// 1.6 counts connectors through the station: our EVSE is its connector, with one plug each.
fn one_connector(connector: Option<ConnectorNumber>) -> Result<(), String> {
    match connector {
        Some(ConnectorNumber(number)) if number > 1 => Err("an OCPP 1.6 EVSE has one connector".to_owned()),
        _ => Ok(()),
    }
}
