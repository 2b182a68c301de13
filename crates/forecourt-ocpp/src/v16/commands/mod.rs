//! Our wishes in the words of 1.6.
//!
//! Says in words why a wish cannot be expressed; sends nothing that the official schema would refuse.

mod charging;
mod upkeep;

use forecourt_core::command::{Command, ResetKind, TriggeredMessage};
use forecourt_core::id::{ConnectorNumber, EvseNumber};

use super::ID_TAG_MAX_CHARS;
use crate::version::{self, Call, Version, fits};
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
        Command::SetChargingProfile { evse, profile } => charging::set(*evse, profile),
        Command::ClearChargingProfiles { id, evse, purpose, stack_level } => {
            charging::clear(*id, *evse, *purpose, *stack_level)
        }
        Command::ReadCompositeSchedule { evse, duration_s, unit } => {
            Ok(charging::composite(*evse, *duration_s, *unit))
        }
        Command::Reserve(wish) => upkeep::reserve(wish),
        Command::CancelReservation { reservation } => {
            Ok(Call::new("CancelReservation", object(|o| _ = o.integer("reservationId", *reservation))))
        }
        Command::SendLocalList(list) => upkeep::local_list(list),
        Command::ReadLocalListVersion => Ok(Call::new("GetLocalListVersion", "{}".to_owned())),
        Command::UpdateFirmware(update) => upkeep::update_firmware(update),
        Command::ReadLog(log) => upkeep::read_log(log),
        Command::CertificateSigned(signed) => upkeep::certificate_signed(signed),
        Command::InstallCertificate { trust, certificate } => {
            upkeep::install_certificate(*trust, certificate)
        }
        Command::DeleteCertificate { hash } => upkeep::delete_certificate(hash),
        Command::ReadInstalledCertificates { uses } => upkeep::read_certificates(uses),
        Command::SetTariff { .. } | Command::ClearTariffs { .. } => {
            Err("OCPP 1.6 has no tariffs for stations".to_owned())
        }
        Command::SetNetworkProfile(_) => {
            Err("an OCPP 1.6 station is told its network by configuration keys of its maker".to_owned())
        }
        Command::Message { action, members, request_id } => {
            version::message(Version::V16, action, members, *request_id)
        }
        Command::Raw { action, payload } => version::raw(action, payload),
    }
}

fn trigger(
    message: TriggeredMessage,
    evse: Option<EvseNumber>,
    connector: Option<ConnectorNumber>,
) -> Result<Call, String> {
    one_connector(connector)?;
    // The security extension has a trigger of its own for what it brought (security white paper, ExtendedTriggerMessage).
    let (action, word) = match message {
        TriggeredMessage::BootNotification => ("TriggerMessage", "BootNotification"),
        TriggeredMessage::StatusNotification => ("TriggerMessage", "StatusNotification"),
        TriggeredMessage::Heartbeat => ("TriggerMessage", "Heartbeat"),
        TriggeredMessage::MeterValues => ("TriggerMessage", "MeterValues"),
        TriggeredMessage::FirmwareStatus => ("TriggerMessage", "FirmwareStatusNotification"),
        TriggeredMessage::DiagnosticsStatus => ("TriggerMessage", "DiagnosticsStatusNotification"),
        TriggeredMessage::LogStatus => ("ExtendedTriggerMessage", "LogStatusNotification"),
        TriggeredMessage::SignStationCertificate => ("ExtendedTriggerMessage", "SignChargePointCertificate"),
        TriggeredMessage::TransactionEvent => {
            return Err("OCPP 1.6 has no transaction event to ask for; ask for meter values".to_owned());
        }
        TriggeredMessage::SignV2gCertificate => {
            return Err("OCPP 1.6 knows no certificates for vehicles".to_owned());
        }
        TriggeredMessage::PublishFirmwareStatus => {
            return Err("an OCPP 1.6 station publishes no firmware".to_owned());
        }
    };
    Ok(Call::new(
        action,
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
