//! Id tokens (charge keys) and the verdict on them.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::driver::Holder;
use crate::id::{SiteId, StationId};
use crate::tariff::StationTariff;

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
    /// Its owner owes, or has nothing to pay with.
    NoCredit,
}

/// What a station is told about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenInfo {
    pub verdict: Verdict,
    pub expires_at: Option<Timestamp>,
    /// Tokens of one group may stop each other's sessions (parentIdTag, groupIdToken).
    pub group: Option<String>,
    /// For the driver, where the station can show it.
    pub message: Option<Message>,
    /// What this driver pays, for a station that computes costs itself (2.1 I08).
    pub tariff: Option<Box<StationTariff>>,
}

/// Words for a driver, shown by a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// ISO 639-1.
    pub language: &'static str,
    pub text: String,
}

/// What we know of a token when a station asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownToken {
    pub status: TokenStatus,
    pub expires_at: Option<Timestamp>,
    pub group: Option<String>,
    /// Whose it is.
    pub holder: Arc<Holder>,
}

/// Hexadecimal digits of a MAC address.
const MAC_DIGITS: usize = 12;

/// A token's text as it is compared: without regard to case, and a car's address (MAC) without the marks that stations
/// set around and between its digits (`VID:00:1A:…`).
pub fn key_of(uid: &str) -> String {
    let upper = uid.trim().to_uppercase();
    let bare = upper.strip_prefix("VID:").unwrap_or(&upper);
    let digits: String = bare.chars().filter(|c| !matches!(c, ':' | '-')).collect();
    let is_mac = digits.len() == MAC_DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if is_mac { digits } else { upper }
}

/// Decides on a token at a place. At a site with free charging everything but a blocked token may charge.
pub fn judge(
    known: Option<&KnownToken>,
    free_charging: bool,
    place: (SiteId, StationId),
    now: Timestamp,
) -> TokenInfo {
    let verdict = match known {
        Some(token) if token.status == TokenStatus::Blocked || token.holder.is_blocked() => Verdict::Blocked,
        // A team key is dead elsewhere even where others charge for nothing: its team would be billed.
        Some(token) if token.holder.team_not_here(place.0, place.1).is_some() => Verdict::NotHere,
        _ if free_charging => Verdict::Accepted,
        Some(token) if token.expires_at.is_some_and(|end| end <= now) => Verdict::Expired,
        Some(_) => Verdict::Accepted,
        None => Verdict::Unknown,
    };
    TokenInfo {
        verdict,
        expires_at: known.and_then(|token| token.expires_at),
        group: known.and_then(|token| token.group.clone()),
        message: None,
        tariff: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_car_is_known_however_its_address_is_written() {
        for text in ["VID:00:1a:2b:3c:4d:5e", "001A2B3C4D5E", "00-1A-2B-3C-4D-5E", "vid:001a2b3c4d5e"] {
            assert_eq!(key_of(text), "001A2B3C4D5E", "{text}");
        }
        for (text, key) in [("VID:tag", "VID:TAG"), ("04:a2:b3", "04:A2:B3"), ("card-1", "CARD-1")] {
            assert_eq!(key_of(text), key);
        }
    }
}
