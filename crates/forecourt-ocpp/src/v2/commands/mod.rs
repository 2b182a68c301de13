//! Our wishes in the words of 2.x.
//!
//! Says in words why a wish cannot be expressed; sends nothing that the official schema would refuse.

mod charging;
mod security;
mod upkeep;

use forecourt_core::command::{Command, ResetKind, TriggeredMessage, VariableName};
use forecourt_core::id::{ConnectorNumber, EvseNumber};

use super::{Edition, tariff};
use crate::version::{self, Call, fits};
use crate::write::{Members, object};

/// Longest names (component, variable) and SetVariables value by the schema, in characters.
const NAME_MAX_CHARS: usize = 50;
const VALUE_MAX_CHARS: usize = 1_000;

/// The call for a command, or why there is none.
pub fn write_call(command: &Command, edition: Edition) -> Result<Call, String> {
    match command {
        Command::StartSession { evse, token, remote_start_id } => {
            fits("the charge key", &token.uid, edition.token_chars())?;
            Ok(Call::new(
                "RequestStartTransaction",
                object(|o| {
                    if let Some(evse) = evse {
                        o.integer("evseId", i64::from(evse.0));
                    }
                    o.integer("remoteStartId", *remote_start_id);
                    upkeep::id_token(o, "idToken", token, edition);
                }),
            ))
        }
        Command::StopSession { reference } => {
            fits("the transaction id", &reference.0, 36)?;
            Ok(Call::new("RequestStopTransaction", object(|o| _ = o.text("transactionId", &reference.0, 36))))
        }
        Command::Reset { kind, evse } => Ok(Call::new(
            "Reset",
            object(|o| {
                o.word(
                    "type",
                    match kind {
                        ResetKind::Soft => "OnIdle",
                        ResetKind::Hard => "Immediate",
                    },
                );
                if let Some(evse) = evse {
                    o.integer("evseId", i64::from(evse.0));
                }
            }),
        )),
        Command::Unlock { evse, connector } => Ok(Call::new(
            "UnlockConnector",
            object(|o| {
                o.integer("evseId", i64::from(evse.0)).integer("connectorId", i64::from(connector.0));
            }),
        )),
        Command::ChangeAvailability { evse, connector, operative } => {
            if evse.is_none() && connector.is_some() {
                return Err("a connector can only be named together with its EVSE".to_owned());
            }
            Ok(Call::new(
                "ChangeAvailability",
                object(|o| {
                    o.word("operationalStatus", if *operative { "Operative" } else { "Inoperative" });
                    place(o, *evse, *connector);
                }),
            ))
        }
        Command::ReadVariables { variables } => read_variables(variables),
        Command::WriteVariable { variable, value } => {
            named(variable)?;
            fits("the value", value, VALUE_MAX_CHARS)?;
            Ok(Call::new(
                "SetVariables",
                object(|o| {
                    o.objects("setVariableData", std::iter::once(variable), |o, variable| {
                        o.text("attributeValue", value, VALUE_MAX_CHARS);
                        about(o, variable);
                    });
                }),
            ))
        }
        Command::ReadInventory { request_id, full } => Ok(Call::new(
            "GetBaseReport",
            object(|o| {
                o.integer("requestId", *request_id);
                o.word("reportBase", if *full { "FullInventory" } else { "ConfigurationInventory" });
            }),
        )),
        Command::Trigger { message, evse, connector } => Ok(trigger(*message, *evse, *connector)),
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
        Command::SetChargingProfile { evse, profile } => charging::set(*evse, profile, edition),
        Command::ClearChargingProfiles { id, evse, purpose, stack_level } => {
            charging::clear(*id, *evse, *purpose, *stack_level, edition)
        }
        Command::ReadCompositeSchedule { evse, duration_s, unit } => {
            Ok(charging::composite(*evse, *duration_s, *unit))
        }
        Command::Reserve(wish) => upkeep::reserve(wish, edition),
        Command::CancelReservation { reservation } => {
            Ok(Call::new("CancelReservation", object(|o| _ = o.integer("reservationId", *reservation))))
        }
        Command::SendLocalList(list) => upkeep::local_list(list, edition),
        Command::ReadLocalListVersion => Ok(Call::new("GetLocalListVersion", "{}".to_owned())),
        Command::UpdateFirmware(update) => upkeep::update_firmware(update, edition),
        Command::ReadLog(log) => upkeep::read_log(log, edition),
        Command::CertificateSigned(signed) => security::certificate_signed(signed, edition),
        Command::InstallCertificate { trust, certificate } => security::install(*trust, certificate, edition),
        Command::DeleteCertificate { hash } => security::delete(hash),
        Command::ReadInstalledCertificates { uses } => security::list(uses, edition),
        Command::SetNetworkProfile(wanted) => security::network_profile(wanted, edition),
        Command::SetTariff { evse, tariff } => tariff::set(*evse, tariff, edition),
        Command::ClearTariffs { ids } => tariff::clear(ids, edition),
        Command::Message { action, members, request_id } => {
            version::message(edition.version(), action, members, *request_id)
        }
        Command::Raw { action, payload } => version::raw(action, payload),
    }
}

fn read_variables(variables: &[VariableName]) -> Result<Call, String> {
    if variables.is_empty() {
        return Err(
            "an OCPP 2.x station must be asked for variables by name; read its inventory instead".to_owned()
        );
    }
    for variable in variables {
        named(variable)?;
    }
    Ok(Call::new("GetVariables", object(|o| _ = o.objects("getVariableData", variables.iter(), about))))
}

fn named(variable: &VariableName) -> Result<(), String> {
    if variable.component.is_empty() || variable.name.is_empty() {
        return Err("an OCPP 2.x variable needs the name of its component and its own".to_owned());
    }
    let (component, variable) = (Place::of(&variable.component), Place::of(&variable.name));
    if component.connector.is_some() && component.evse.is_none() {
        return Err("a connector can only be named together with its EVSE".to_owned());
    }
    for (what, text) in [
        ("the name of the component", component.name),
        ("the instance of the component", component.instance.unwrap_or_default()),
        ("the name of the variable", variable.name),
        ("the instance of the variable", variable.instance.unwrap_or_default()),
    ] {
        fits(what, text, NAME_MAX_CHARS)?;
    }
    Ok(())
}

fn about(members: &mut Members<'_>, variable: &VariableName) {
    let (component, variable) = (Place::of(&variable.component), Place::of(&variable.name));
    members.object("component", |o| {
        o.text("name", component.name, NAME_MAX_CHARS);
        o.some_text("instance", component.instance, NAME_MAX_CHARS);
        place(o, component.evse.map(EvseNumber), component.connector.map(ConnectorNumber));
    });
    members.object("variable", |o| {
        o.text("name", variable.name, NAME_MAX_CHARS);
        o.some_text("instance", variable.instance, NAME_MAX_CHARS);
    });
}

/// A component or variable by its name and, in brackets, its place as the device model tells it:
/// `Connector[main,evse=1,connector=2]`. (No name of the standard holds a bracket: identifierString.)
#[derive(Default)]
struct Place<'t> {
    name: &'t str,
    instance: Option<&'t str>,
    evse: Option<i32>,
    connector: Option<i32>,
}

impl<'t> Place<'t> {
    fn of(text: &'t str) -> Self {
        let Some((name, inside)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) else {
            return Self { name: text, ..Self::default() };
        };
        let mut place = Self { name, ..Self::default() };
        for part in inside.split(',').filter(|part| !part.is_empty()) {
            let number = |prefix| part.strip_prefix(prefix).and_then(|number| number.parse().ok());
            match (number("evse="), number("connector=")) {
                (Some(evse), _) => place.evse = Some(evse),
                (None, Some(connector)) => place.connector = Some(connector),
                (None, None) => place.instance = Some(part),
            }
        }
        place
    }
}

fn trigger(message: TriggeredMessage, evse: Option<EvseNumber>, connector: Option<ConnectorNumber>) -> Call {
    let word = match message {
        TriggeredMessage::BootNotification => "BootNotification",
        TriggeredMessage::StatusNotification => "StatusNotification",
        TriggeredMessage::Heartbeat => "Heartbeat",
        TriggeredMessage::MeterValues => "MeterValues",
        TriggeredMessage::FirmwareStatus => "FirmwareStatusNotification",
        TriggeredMessage::LogStatus | TriggeredMessage::DiagnosticsStatus => "LogStatusNotification",
        TriggeredMessage::TransactionEvent => "TransactionEvent",
        TriggeredMessage::SignStationCertificate => "SignChargingStationCertificate",
        TriggeredMessage::SignV2gCertificate => "SignV2GCertificate",
        TriggeredMessage::PublishFirmwareStatus => "PublishFirmwareStatusNotification",
    };
    // A StatusNotification is asked for by connector (2.0.1 F06.FR.12); one plug is the rule where none is named.
    let connector = match message {
        TriggeredMessage::StatusNotification => connector.or(evse.map(|_| ConnectorNumber(1))),
        _ => connector,
    };
    Call::new(
        "TriggerMessage",
        object(|o| {
            o.word("requestedMessage", word);
            place(o, evse, connector);
        }),
    )
}

/// The member `evse`, where one is named.
fn place(members: &mut Members<'_>, evse: Option<EvseNumber>, connector: Option<ConnectorNumber>) {
    let Some(evse) = evse else { return };
    members.object("evse", |o| {
        o.integer("id", i64::from(evse.0));
        if let Some(connector) = connector {
            o.integer("connectorId", i64::from(connector.0));
        }
    });
}
