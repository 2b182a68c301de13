//! Id tokens (charge keys) and the verdict on them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest token text we keep, in characters. (1.6: 20, 2.x: 36, 2.1: 255.)
pub const TOKEN_MAX_CHARS: usize = 255;

/// What kind of thing was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    Rfid,
    App,
    Mac,
    Emaid,
    KeyCode,
    Local,
    /// 2.x NoAuthorization: the station started without asking.
    None,
    Other,
}

/// What the operator has decided about a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenStatus {
    Accepted,
    Blocked,
}

/// May this token charge here, now, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Accepted,
    Blocked,
    Expired,
    Unknown,
    /// The token charges elsewhere already.
    Concurrent,
    /// Known, but not admitted at this place.
    NotHere,
}

/// What a station is told about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenInfo {
    pub verdict: Verdict,
    pub expires_at: Option<Timestamp>,
    /// Tokens of one group may stop each other's sessions (parentIdTag, groupIdToken).
    pub group: Option<String>,
}

/// What we know of a token when a station asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownToken {
    pub status: TokenStatus,
    pub expires_at: Option<Timestamp>,
    pub group: Option<String>,
}

/// Decides on a token. At a site with free charging everything but a blocked token may charge.
pub fn judge(known: Option<&KnownToken>, free_charging: bool, now: Timestamp) -> TokenInfo {
    let verdict = match known {
        Some(token) if token.status == TokenStatus::Blocked => Verdict::Blocked,
        _ if free_charging => Verdict::Accepted,
        Some(token) if token.expires_at.is_some_and(|end| end <= now) => Verdict::Expired,
        Some(_) => Verdict::Accepted,
        None => Verdict::Unknown,
    };
    TokenInfo {
        verdict,
        expires_at: known.and_then(|token| token.expires_at),
        group: known.and_then(|token| token.group.clone()),
    }
}
