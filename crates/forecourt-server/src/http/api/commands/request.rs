//! A command as it comes over the API, and as it is meant.

use forecourt_app::{App, AppError, Principal};
use forecourt_core::Timestamp;
use forecourt_core::charging::{ChargingProfile, ProfilePurpose, RateUnit};
use forecourt_core::command::{
    CertificateHash, CertificateSigned, Command, NetworkProfile, ReadLog, Reserve, ResetKind, SendLocalList,
    TriggeredMessage, TrustUse, UpdateFirmware, VariableName,
};
use forecourt_core::id::{ConnectorNumber, EvseNumber, SessionId, StationId};
use forecourt_ocpp::catalogue;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::error::HttpError;

/// What is asked of a station.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum CommandRequest {
    StartSession {
        evse: Option<i32>,
        id_token: String,
    },
    StopSession {
        session_id: String,
    },
    Reset {
        #[schema(value_type = String, example = "soft")]
        kind: ResetKind,
        evse: Option<i32>,
    },
    Unlock {
        evse: i32,
        connector: Option<i32>,
    },
    SetAvailability {
        operative: bool,
        evse: Option<i32>,
        connector: Option<i32>,
    },
    ReadVariables {
        #[serde(default)]
        variables: Vec<VariableText>,
    },
    WriteVariable {
        #[serde(default)]
        component: String,
        name: String,
        value: String,
    },
    ReadInventory {},
    Trigger {
        #[schema(value_type = String, example = "status_notification")]
        message: TriggeredMessage,
        evse: Option<i32>,
        connector: Option<i32>,
    },
    ClearCache {},
    DataTransfer {
        vendor: String,
        message: Option<String>,
        data: Option<String>,
    },
    /// With `session_id` the profile is for that running session; without `evse` for the station as a whole.
    SetChargingProfile {
        evse: Option<i32>,
        session_id: Option<String>,
        profile: ChargingProfile,
    },
    /// Without any of the four, all profiles go.
    ClearChargingProfiles {
        id: Option<i64>,
        evse: Option<i32>,
        purpose: Option<ProfilePurpose>,
        stack_level: Option<i64>,
    },
    ReadCompositeSchedule {
        evse: Option<i32>,
        duration_s: i64,
        unit: Option<RateUnit>,
    },
    Reserve {
        reservation: i64,
        evse: Option<i32>,
        id_token: String,
        group: Option<String>,
        #[schema(value_type = String, format = DateTime)]
        expires_at: Timestamp,
    },
    CancelReservation {
        reservation: i64,
    },
    SendLocalList(SendLocalList),
    ReadLocalListVersion {},
    /// An empty list in place of the one there, then the cache.
    ClearLocalList {},
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
    /// Without `uses`: of every use.
    ReadInstalledCertificates {
        #[serde(default)]
        uses: Vec<TrustUse>,
    },
    SetNetworkProfile(NetworkProfile),
}

#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
pub struct VariableText {
    #[serde(default)]
    component: String,
    name: String,
}

/// A request taken apart: what is asked, and until when it may wait.
#[derive(Debug)]
pub(in crate::http::api) struct Asking {
    pub name: String,
    /// The request as it came, without `queue_until`.
    pub text: String,
    pub queue_until: Option<Timestamp>,
    wanted: Wanted,
}

#[derive(Debug)]
enum Wanted {
    Known(Box<CommandRequest>),
    /// A message only 2.x has: its action and members.
    Message(&'static str, String),
}

impl Asking {
    pub fn read(mut request: Map<String, Value>) -> Result<Self, HttpError> {
        let queue_until = match request.remove("queue_until") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let wrong = || AppError::field("/queue_until", "a time, RFC 3339");
                Some(value.as_str().and_then(|text| text.parse().ok()).ok_or_else(wrong)?)
            }
        };
        let name = request.get("command").and_then(Value::as_str).unwrap_or_default().to_owned();
        if name.is_empty() {
            return Err(AppError::field("/command", "the name of a command").into());
        }
        let text = Value::Object(request.clone()).to_string();
        let wanted = match message_without_command(&name) {
            Some(action) => {
                request.remove("command");
                Wanted::Message(action, Value::Object(request).to_string())
            }
            None => {
                let read: Result<CommandRequest, _> =
                    serde_path_to_error::deserialize(Value::Object(request));
                Wanted::Known(Box::new(read.map_err(|error| wrong_member(&error))?))
            }
        };
        Ok(Self { name, text, queue_until, wanted })
    }

    pub async fn command(
        &self,
        app: &App,
        principal: &Principal,
        station: StationId,
    ) -> Result<Command, HttpError> {
        match &self.wanted {
            Wanted::Known(request) => known(app, principal, station, request.as_ref().clone()).await,
            Wanted::Message(action, members) => Ok(Command::Message {
                action: (*action).to_owned(),
                members: members.clone(),
                request_id: app.request_id(),
            }),
        }
    }
}

/// The action of a message that has no command of our own.
fn message_without_command(name: &str) -> Option<&'static str> {
    let (action, versions) = catalogue::message_action(name)?;
    let own = versions.iter().any(|v| catalogue::find(*v, action).is_some_and(|m| m.command.is_some()));
    (!own).then_some(action)
}

fn wrong_member(error: &serde_path_to_error::Error<serde_json::Error>) -> AppError {
    let message = error.inner().to_string();
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let path = error.path().to_string();
    let field = match (missing, path.as_str()) {
        (Some(name), _) => format!("/{name}"),
        (None, ".") if message.starts_with("unknown variant") => "/command".to_owned(),
        (None, ".") => String::new(),
        (None, path) => format!("/{}", path.replace('.', "/")),
    };
    AppError::field(&field, message)
}

async fn known(
    app: &App,
    principal: &Principal,
    station: StationId,
    request: CommandRequest,
) -> Result<Command, HttpError> {
    let evse = |number: Option<i32>| number.map(EvseNumber);
    let connector = |number: Option<i32>| number.map(ConnectorNumber);
    Ok(match request {
        CommandRequest::StartSession { evse: number, id_token } => {
            let token = app.presented_token(principal, id_token.trim()).await?;
            Command::StartSession { evse: evse(number), token, remote_start_id: app.request_id() }
        }
        CommandRequest::StopSession { session_id } => {
            let session: SessionId =
                session_id.parse().map_err(|_| AppError::field("/session_id", "there is no such session"))?;
            app.stop_command(principal, station, session).await?
        }
        CommandRequest::Reset { kind, evse: number } => Command::Reset { kind, evse: evse(number) },
        CommandRequest::Unlock { evse: number, connector: plug } => {
            Command::Unlock { evse: EvseNumber(number), connector: ConnectorNumber(plug.unwrap_or(1)) }
        }
        CommandRequest::SetAvailability { operative, evse: number, connector: plug } => {
            Command::ChangeAvailability { evse: evse(number), connector: connector(plug), operative }
        }
        CommandRequest::ReadVariables { variables } => Command::ReadVariables {
            variables: variables
                .into_iter()
                .map(|v| VariableName { component: v.component, name: v.name })
                .collect(),
        },
        CommandRequest::WriteVariable { component, name, value } => {
            Command::WriteVariable { variable: VariableName { component, name }, value }
        }
        CommandRequest::ReadInventory {} => {
            Command::ReadInventory { request_id: app.request_id(), full: true }
        }
        CommandRequest::Trigger { message, evse: number, connector: plug } => {
            Command::Trigger { message, evse: evse(number), connector: connector(plug) }
        }
        CommandRequest::ClearCache {} => Command::ClearCache,
        CommandRequest::DataTransfer { vendor, message, data } => {
            Command::DataTransfer { vendor, message, data }
        }
        other => return widened(app, principal, station, other).await,
    })
}

/// The commands beyond the daily ones.
async fn widened(
    app: &App,
    principal: &Principal,
    station: StationId,
    request: CommandRequest,
) -> Result<Command, HttpError> {
    let evse = |number: Option<i32>| number.filter(|number| *number > 0).map(EvseNumber);
    let numbered = |id: i64| if id > 0 { id } else { app.request_id() };
    Ok(match request {
        CommandRequest::SetChargingProfile { evse: number, session_id, mut profile } => {
            if let Some(session) = session_id {
                let session = session
                    .parse()
                    .map_err(|_| AppError::field("/session_id", "there is no such session"))?;
                profile.transaction = Some(app.running_reference(principal, station, session).await?);
            }
            Command::SetChargingProfile { evse: evse(number), profile }
        }
        CommandRequest::ClearChargingProfiles { id, evse: number, purpose, stack_level } => {
            // EVSE 0 is a place of its own here: the profiles of the station as a whole.
            Command::ClearChargingProfiles { id, evse: number.map(EvseNumber), purpose, stack_level }
        }
        CommandRequest::ReadCompositeSchedule { evse: number, duration_s, unit } => {
            Command::ReadCompositeSchedule { evse: evse(number), duration_s, unit }
        }
        CommandRequest::Reserve { reservation, evse: number, id_token, group, expires_at } => {
            let token = app.presented_token(principal, id_token.trim()).await?;
            Command::Reserve(Reserve { reservation, evse: evse(number), token, group, expires_at })
        }
        CommandRequest::CancelReservation { reservation } => Command::CancelReservation { reservation },
        CommandRequest::SendLocalList(list) => Command::SendLocalList(list),
        CommandRequest::ReadLocalListVersion {} => Command::ReadLocalListVersion,
        // The first of the two calls it stands for.
        CommandRequest::ClearLocalList {} => Command::SendLocalList(SendLocalList {
            version: super::list_version(app),
            differential: false,
            entries: Vec::new(),
        }),
        CommandRequest::UpdateFirmware(update) => {
            Command::UpdateFirmware(UpdateFirmware { request_id: numbered(update.request_id), ..update })
        }
        CommandRequest::ReadLog(log) => {
            Command::ReadLog(ReadLog { request_id: numbered(log.request_id), ..log })
        }
        CommandRequest::CertificateSigned(signed) => Command::CertificateSigned(signed),
        CommandRequest::InstallCertificate { trust, certificate } => {
            Command::InstallCertificate { trust, certificate }
        }
        CommandRequest::DeleteCertificate { hash } => Command::DeleteCertificate { hash },
        CommandRequest::ReadInstalledCertificates { uses } => Command::ReadInstalledCertificates { uses },
        CommandRequest::SetNetworkProfile(profile) => Command::SetNetworkProfile(profile),
        _ => return Err(AppError::field("/command", "no such command").into()),
    })
}
