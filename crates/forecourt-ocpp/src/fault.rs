//! Why a call cannot be answered with a result: independent of the version, which only spells the code.

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// Not a frame at all: no JSON, or no list with a type and an id.
    Framing,
    /// A message type this version does not know.
    MessageType,
    /// The payload is not an object, or the JSON breaks off inside it.
    Form,
    /// A member without which the message means nothing is missing, or there are too many or too few.
    Occurrence,
    /// A member has the wrong type.
    Type,
    /// A member has a value that cannot be.
    Property,
    /// No such action in any version.
    NotImplemented,
    /// An action of OCPP that we do not serve.
    NotSupported,
    /// Against the rules of the conversation.
    Protocol,
    /// The station may not do this.
    Security,
    /// We failed.
    Internal,
}

/// A refusal of one call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Fault {
    pub kind: FaultKind,
    /// For the error description: names the member, in words, at most [`DETAIL_MAX_CHARS`] characters.
    pub detail: String,
}

/// Longest errorDescription the specifications allow, in characters (OCPP-J 1.6 §4.2.3, 2.0.1 part 4 §4.2.3).
pub const DETAIL_MAX_CHARS: usize = 255;

impl Fault {
    pub fn new(kind: FaultKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// Our own failure; the reason stays inside.
    pub fn internal() -> Self {
        Self::new(FaultKind::Internal, "the message could not be processed")
    }
}
