//! What the operator of the machine decides about security; an organisation's administrator cannot.

use std::path::PathBuf;

use crate::outside::OutsideRules;
use crate::vault::Vault;

#[derive(Debug, Clone, Default)]
pub struct SecuritySettings {
    /// Seals what must be kept and read again.
    pub vault: Vault,
    /// Which addresses inside may be asked, and further roots for https.
    pub outside: OutsideRules,
    /// Roots outside of every organisation that vouch for stations by their common name, DER.
    pub station_roots: Vec<Vec<u8>>,
    /// Whether stations can reach us over TLS: by our own listener, or by a proxy in front.
    pub tls: bool,
    /// Whether a client certificate reaches us: a proxy in front keeps it to itself.
    pub client_certificates: bool,
    /// Folder for the logs that stations send; `None`: none are taken.
    pub uploads: Option<PathBuf>,
    /// Where contract certificates are asked for (ISO 15118), and with which token.
    pub contract_service: Option<(String, Option<String>)>,
}
