//! The one error of the application. The public text and the internal context are kept apart.

use forecourt_store::StoreError;

/// What was wrong with one member of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer, for example `/identity`.
    pub field: String,
    pub message: String,
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum AppError {
    #[error("sign in first")]
    SignedOut,
    #[error("{0}")]
    Forbidden(&'static str),
    /// Also for what belongs to another organisation: its existence is nobody's business.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("the request cannot be used as it is")]
    Invalid(Vec<FieldError>),
    #[error("{0}")]
    Conflict(String),
    #[error("somebody changed this meanwhile; load it again")]
    Stale,
    #[error("too many attempts; wait a moment")]
    TooMany,
    #[error("storage does not answer; nothing was changed")]
    Storage(#[source] StoreError),
}

impl AppError {
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Stale,
            StoreError::Conflict => Self::Conflict("something with this name exists already".into()),
            other => Self::Storage(other),
        }
    }
}
