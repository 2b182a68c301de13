//! What can be wrong with a feed, in words for the operator who has to mend it.
//!
//! A text of the other side is cut short; a password is in none of them.

use forecourt_core::power::Misread;
use serde::Serialize;

use crate::outside::DialError;

/// Characters of a text of the other side that are shown.
const DETAIL_MAX_CHARS: usize = 120;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", content = "detail", rename_all = "snake_case")]
pub enum Trouble {
    #[error("the address is of a private network; the operator of this server may allow it (outside_hosts)")]
    PrivateAddress,
    #[error("without TLS only hosts are asked that the operator of this server lists (outside_hosts)")]
    NeedsTls,
    #[error("Modbus has no TLS: only hosts are asked that the operator of this server lists (outside_hosts)")]
    NeedsListing,
    #[error("there is no host of this name")]
    NoSuchHost,
    #[error("nothing listens at this address and port")]
    ConnectionRefused,
    #[error("no answer")]
    NoAnswer,
    #[error("no encrypted connection: {0}")]
    Tls(String),
    #[error("the broker refused the user name or password")]
    LoginRefused,
    #[error("the broker refused the connection: {0}")]
    BrokerRefused(String),
    #[error("the broker does not let us read {0}")]
    TopicRefused(String),
    #[error("the other side closed the connection")]
    Closed,
    #[error("what came is not of this protocol")]
    BadAnswer,
    #[error("a message is longer than {0} bytes")]
    TooLong(usize),
    #[error("no message came on {0}")]
    NothingCame(String),
    #[error("the message is not JSON")]
    NotJson,
    #[error("the message has no {0}")]
    NoSuchMember(String),
    #[error("{0} is not a number")]
    NotANumber(String),
    #[error("{0} cannot be right: look at unit and factor")]
    Absurd(String),
    #[error("register {0}: illegal data address")]
    IllegalAddress(String),
    #[error("register {0}")]
    Exception(String),
    #[error("the password cannot be opened: the secret key of this server is another one")]
    Sealed,
    #[error("storage does not answer")]
    Storage,
}

impl Trouble {
    /// For figures: the code alone.
    pub(super) fn code(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.get("code").and_then(|code| code.as_str()).unwrap_or("unknown").to_owned()
    }
}

pub(super) fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(DETAIL_MAX_CHARS).collect()
}

impl From<DialError> for Trouble {
    fn from(error: DialError) -> Self {
        match error {
            DialError::Private => Self::PrivateAddress,
            DialError::NeedsTls => Self::NeedsTls,
            DialError::NoSuchHost => Self::NoSuchHost,
            DialError::Refused => Self::ConnectionRefused,
            DialError::NoAnswer => Self::NoAnswer,
            DialError::Tls(text) => Self::Tls(cut(&text)),
        }
    }
}

impl From<Misread> for Trouble {
    fn from(misread: Misread) -> Self {
        match misread {
            Misread::NotANumber(text) => Self::NotANumber(cut(&text)),
            Misread::Absurd(text) => Self::Absurd(cut(&text)),
            Misread::Incomplete => Self::BadAnswer,
        }
    }
}
