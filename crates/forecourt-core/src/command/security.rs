//! Certificates and connections: what makes a station trust us and prove itself.

use serde::{Deserialize, Serialize};

/// What a certificate of the station itself is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CertificateUse {
    /// The connection to us (ChargingStationCertificate).
    #[default]
    Station,
    /// The conversation with vehicles (V2GCertificate).
    V2g,
    /// V2G20Certificate of 2.1.
    V2g20,
}

/// What an installed certificate is trusted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrustUse {
    /// Who we are (CSMSRootCertificate, 1.6 CentralSystemRootCertificate).
    Csms,
    /// Who signs firmware (ManufacturerRootCertificate).
    Manufacturer,
    V2gRoot,
    MobilityOperatorRoot,
    /// Only named in lists: a chain of the station's own.
    V2gChain,
    /// 2.1 OEMRootCertificate.
    OemRoot,
}

/// A signed certificate for the station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateSigned {
    /// PEM: the station's certificate, then its issuers without the root.
    pub chain: String,
    #[serde(default)]
    pub certificate_use: CertificateUse,
    /// 2.1: which request this answers.
    #[serde(default)]
    pub request_id: Option<i64>,
}

/// How OCPP names a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CertificateHash {
    /// SHA256, SHA384 or SHA512.
    pub algorithm: String,
    /// Hex, as the station wrote it.
    pub issuer_name_hash: String,
    pub issuer_key_hash: String,
    pub serial: String,
}

/// A certificate a station keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstalledCertificate {
    /// Absent where the station does not say: it was asked for one use.
    pub trust: Option<TrustUse>,
    pub hash: CertificateHash,
    /// The other certificates of a chain.
    #[serde(default)]
    pub children: Vec<CertificateHash>,
}

/// A certificate a vehicle or station wants checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OcspRequest {
    pub hash: CertificateHash,
    pub responder: String,
}

/// How a station reaches us (2.x SetNetworkProfile).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetworkProfile {
    /// configurationSlot.
    pub slot: i64,
    /// ws:// or wss:// without the identity.
    pub url: String,
    /// 0 to 3.
    pub security_profile: i64,
    /// Wired0, Wireless0, …
    #[serde(default)]
    pub interface: Option<String>,
    #[serde(default)]
    pub message_timeout_s: Option<i64>,
    /// 2.1: the identity and password of this connection.
    #[serde(default)]
    pub identity: Option<String>,
    #[serde(default)]
    pub password: Option<String>,
}
