//! Id tokens in 2.x words, both ways.

use forecourt_core::fact::PresentedToken;
use forecourt_core::token::{TOKEN_MAX_CHARS, TokenKind, Verdict};

use super::Edition;
use crate::fault::Fault;
use crate::node::Node;
use crate::read::{Object, kind};
use crate::word::{self, Words};

const KINDS: &Words<TokenKind> = &[
    ("ISO14443", TokenKind::Rfid),
    ("ISO15693", TokenKind::Rfid),
    ("Central", TokenKind::App),
    ("eMAID", TokenKind::Emaid),
    ("MacAddress", TokenKind::Mac),
    ("KeyCode", TokenKind::KeyCode),
    ("Local", TokenKind::Local),
    ("NoAuthorization", TokenKind::None),
    // 2.1
    ("DirectPayment", TokenKind::Other),
    ("EVCCID", TokenKind::Other),
    ("VIN", TokenKind::Other),
];

/// The member `idToken`: an object with text and type; a bare text (a 1.6 habit) is taken too.
pub(super) fn read(object: &Object<'_>, edition: Edition) -> Option<PresentedToken> {
    if let Some(Node::Text(_)) = object.get("idToken") {
        let uid = object.token("idToken", edition.token_chars())?;
        object.note(kind::WRONG_TYPE, "idToken", &uid);
        return Some(presented(uid, TokenKind::Other));
    }
    let token = object.object("idToken")?;
    token.extras(&["idToken", "type", "additionalInfo"]);
    let kind = kind_of(&token, edition);
    // Empty with NoAuthorization: a session without a driver (2.0.1 C02, start button).
    let uid = token.token("idToken", edition.token_chars());
    if uid.is_none() {
        token.missing("idToken");
    }
    Some(presented(uid?, kind))
}

/// The member `type`: a closed list in 2.0.1, any word in 2.1.
fn kind_of(token: &Object<'_>, edition: Edition) -> TokenKind {
    let known = |word: &str| KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
    if let Some(kind) = token.get("type").and_then(Node::as_text).filter(|_| edition.is_21()).map(known) {
        return kind.unwrap_or(TokenKind::Other);
    }
    match word::read(token, "type", KINDS) {
        Some(read) => read.unwrap_or(TokenKind::Other),
        None => {
            token.missing("type");
            TokenKind::Other
        }
    }
}

/// [`read`], for a message that means nothing without a token.
pub(super) fn need(object: &Object<'_>, edition: Edition) -> Result<PresentedToken, Fault> {
    read(object, edition).ok_or_else(|| match object.object("idToken") {
        Some(token) => token.lacks("idToken", "a text"),
        None => object.lacks("idToken", "an object"),
    })
}

fn presented(uid: String, kind: TokenKind) -> PresentedToken {
    PresentedToken { uid: crate::write::cut(&uid, TOKEN_MAX_CHARS).to_owned(), kind }
}

/// The `type` of a token that we send. What no word fits is Central: a token that only we know.
pub(super) fn word(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Rfid => "ISO14443",
        TokenKind::App | TokenKind::Other => "Central",
        TokenKind::Mac => "MacAddress",
        TokenKind::Emaid => "eMAID",
        TokenKind::KeyCode => "KeyCode",
        TokenKind::Local => "Local",
        TokenKind::None => "NoAuthorization",
    }
}

/// The `status` of an idTokenInfo.
pub(super) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "Accepted",
        Verdict::Blocked => "Blocked",
        Verdict::Expired => "Expired",
        Verdict::Unknown => "Unknown",
        Verdict::Concurrent => "ConcurrentTx",
        Verdict::NotHere => "NotAtThisLocation",
        Verdict::NoCredit => "NoCredit",
    }
}
