//! OCPP 2.0.1 and 2.1: their words, and nobody else's.

mod answers;
mod commands;
mod device;
mod facts;
mod kept;
mod tariff;
mod token;
mod transaction;
mod trust;
mod trust_answers;

pub(crate) use answers::is_echoed;
pub use answers::{answer_list, installed_certificates, items, variables, write_answer};
pub use commands::write_call;
pub(crate) use facts::fact_word;
pub use facts::read_call;
pub use tariff::cost_told;

use crate::fault::FaultKind;
use crate::version::Version;

/// Which of the two that share these words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    V201,
    V21,
}

impl Edition {
    pub(crate) const fn is_21(self) -> bool {
        matches!(self, Self::V21)
    }

    pub(crate) const fn version(self) -> Version {
        match self {
            Self::V201 => Version::V201,
            Self::V21 => Version::V21,
        }
    }

    /// Longest idToken (IdTokenType), in characters.
    pub(crate) const fn token_chars(self) -> usize {
        match self {
            Self::V201 => TOKEN_CHARS_201,
            Self::V21 => 255,
        }
    }

    /// Longest address, in characters.
    pub(crate) const fn location_chars(self) -> usize {
        match self {
            Self::V201 => 512,
            Self::V21 => 2_000,
        }
    }

    /// Longest EXI answer to a vehicle, in characters.
    pub(crate) const fn exi_chars(self) -> usize {
        match self {
            Self::V201 => 7_500,
            Self::V21 => 17_000,
        }
    }

    /// Longest OCSP answer, in characters.
    pub(crate) const fn ocsp_chars(self) -> usize {
        match self {
            Self::V201 => 5_500,
            Self::V21 => 18_000,
        }
    }

    /// Longest certificate to install, in characters.
    pub(crate) const fn certificate_chars(self) -> usize {
        match self {
            Self::V201 => 5_500,
            Self::V21 => 10_000,
        }
    }
}

/// Longest idToken of 2.0.1 (IdTokenType), in characters.
pub const TOKEN_CHARS_201: usize = 36;

/// The errorCode of OCPP 2.0.1 part 4 §4.3.
pub fn fault_code(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Framing => "RpcFrameworkError",
        FaultKind::MessageType => "MessageTypeNotSupported",
        FaultKind::Form => "FormatViolation",
        FaultKind::Protocol => "ProtocolError",
        FaultKind::Occurrence => "OccurrenceConstraintViolation",
        FaultKind::Type => "TypeConstraintViolation",
        FaultKind::Property => "PropertyConstraintViolation",
        FaultKind::NotImplemented => "NotImplemented",
        FaultKind::NotSupported => "NotSupported",
        FaultKind::Security => "SecurityError",
        FaultKind::Internal => "InternalError",
    }
}
