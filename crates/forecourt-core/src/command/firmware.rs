//! Firmware, logs and the list of keys a station keeps: what is sent there and fetched from there.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::EvseNumber;
use crate::token::{TokenKind, Verdict};

/// Fetch and install firmware.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateFirmware {
    /// Filled by us when absent.
    #[serde(default)]
    pub request_id: i64,
    /// Where the station fetches it.
    pub location: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub retrieve_at: Timestamp,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub install_at: Option<Timestamp>,
    #[serde(default)]
    pub retries: Option<i64>,
    #[serde(default)]
    pub retry_interval_s: Option<i64>,
    /// PEM of the certificate that signed it, with `signature`: makes a 1.6 station use SignedUpdateFirmware.
    #[serde(default)]
    pub signing_certificate: Option<String>,
    /// Base64.
    #[serde(default)]
    pub signature: Option<String>,
}

/// Send a log to an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadLog {
    #[serde(default)]
    pub request_id: i64,
    pub kind: StationLog,
    /// Where the station sends it.
    pub location: String,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub from: Option<Timestamp>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub to: Option<Timestamp>,
    #[serde(default)]
    pub retries: Option<i64>,
    #[serde(default)]
    pub retry_interval_s: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StationLog {
    /// GetDiagnostics of a 1.6 station without the security extension.
    Diagnostics,
    /// DiagnosticsLog by GetLog.
    DiagnosticsLog,
    SecurityLog,
    /// 2.1 only.
    DataCollectorLog,
}

/// The whole list, or what changed in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendLocalList {
    pub version: i64,
    /// False: the entries replace the list.
    pub differential: bool,
    pub entries: Vec<LocalListEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocalListEntry {
    pub uid: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub kind: TokenKind,
    /// Absent in a differential list: take the key out.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub verdict: Option<Verdict>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<Timestamp>,
    #[serde(default)]
    pub group: Option<String>,
}

/// Keep a place free for a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserve {
    pub reservation: i64,
    pub evse: Option<EvseNumber>,
    pub token: crate::fact::PresentedToken,
    pub group: Option<String>,
    pub expires_at: Timestamp,
}
