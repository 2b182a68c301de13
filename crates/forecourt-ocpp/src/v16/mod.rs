//! OCPP 1.6 (JSON, edition 2 with the security extension): its words, and nobody else's.

mod answers;
mod commands;
mod facts;

pub use answers::{installed_certificates, items, variables, write_answer};
pub use commands::write_call;
pub(crate) use facts::fact_word;
pub use facts::read_call;

use crate::fault::FaultKind;

/// Longest idTag (IdToken, 1.6 §7.28), in characters.
pub const ID_TAG_MAX_CHARS: usize = 20;

/// The errorCode of OCPP-J 1.6 §4.2.3, with the spelling of the specification.
pub fn fault_code(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Framing | FaultKind::Form => "FormationViolation",
        FaultKind::MessageType | FaultKind::Protocol => "ProtocolError",
        FaultKind::Occurrence => "OccurenceConstraintViolation",
        FaultKind::Type => "TypeConstraintViolation",
        FaultKind::Property => "PropertyConstraintViolation",
        FaultKind::NotImplemented => "NotImplemented",
        FaultKind::NotSupported => "NotSupported",
        FaultKind::Security => "SecurityError",
        FaultKind::Internal => "InternalError",
    }
}
