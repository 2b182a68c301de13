//! What our letters say, in the languages of the page. Plain text; a link stands on a line of its own.

use crate::mail::Letter;

/// Languages letters are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    English,
    German,
    Danish,
}

impl Language {
    /// `en`, `de` or `da`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            "da" => Some(Self::Danish),
            _ => None,
        }
    }

    /// `en`, `de` or `da`.
    pub fn word(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Danish => "da",
        }
    }

    pub(crate) fn of(word: Option<&str>) -> Self {
        word.and_then(Self::parse).unwrap_or_default()
    }
}

/// Somebody is asked to join.
pub(crate) fn invitation(
    language: Language,
    recipient: &str,
    (organisation, inviter): (&str, &str),
    link: &str,
) -> Letter {
    let (subject, body) = match language {
        Language::English => (
            format!("You are invited to {organisation}"),
            format!(
                "{inviter} invites you to look after charging stations for {organisation}.\n\nOpen this link and choose a \
                 password:\n\n{link}\n\nThe link works for 7 days and once. If you did not expect this letter, do nothing."
            ),
        ),
        Language::German => (
            format!("Einladung zu {organisation}"),
            format!(
                "{inviter} lädt Sie ein, Ladestationen von {organisation} zu betreuen.\n\nÖffnen Sie diesen Link und wählen \
                 Sie ein Passwort:\n\n{link}\n\nDer Link gilt 7 Tage und einmal. Wenn Sie diese Nachricht nicht erwartet \
                 haben, müssen Sie nichts tun."
            ),
        ),
        Language::Danish => (
            format!("Invitation til {organisation}"),
            format!(
                "{inviter} inviterer dig til at passe ladestandere for {organisation}.\n\nÅbn linket og vælg en \
                 adgangskode:\n\n{link}\n\nLinket gælder i 7 dage og kan bruges én gang. Hvis du ikke ventede denne \
                 besked, skal du ikke gøre noget."
            ),
        ),
    };
    Letter { organisation: None, recipient: recipient.to_owned(), subject, body }
}

/// Somebody forgot a password.
pub(crate) fn password_reset(language: Language, recipient: &str, link: &str) -> Letter {
    let (subject, body) = match language {
        Language::English => (
            "Choose a new password",
            format!(
                "Somebody asked for a new password for this address.\n\nOpen this link to choose one:\n\n{link}\n\nThe link \
                 works for an hour and once. If it was not you, do nothing: your password stays as it is."
            ),
        ),
        Language::German => (
            "Neues Passwort wählen",
            format!(
                "Für diese Adresse wurde ein neues Passwort angefordert.\n\nÖffnen Sie diesen Link, um eines zu \
                 wählen:\n\n{link}\n\nDer Link gilt eine Stunde und einmal. Wenn Sie das nicht waren, müssen Sie nichts \
                 tun: Ihr Passwort bleibt, wie es ist."
            ),
        ),
        Language::Danish => (
            "Vælg en ny adgangskode",
            format!(
                "Nogen har bedt om en ny adgangskode til denne adresse.\n\nÅbn linket for at vælge en:\n\n{link}\n\nLinket \
                 gælder i en time og kan bruges én gang. Hvis det ikke var dig, skal du ikke gøre noget: din adgangskode \
                 er uændret."
            ),
        ),
    };
    Letter { organisation: None, recipient: recipient.to_owned(), subject: subject.to_owned(), body }
}

/// A password was changed: its owner should know.
pub(crate) fn password_changed(language: Language, recipient: &str) -> Letter {
    let (subject, body) = match language {
        Language::English => (
            "Your password was changed",
            "The password of your account was changed, and every browser was signed out.\n\nIf it was not you, ask an \
             administrator of your organisation at once.",
        ),
        Language::German => (
            "Ihr Passwort wurde geändert",
            "Das Passwort Ihres Kontos wurde geändert, alle Browser wurden abgemeldet.\n\nWenn Sie das nicht waren, wenden \
             Sie sich sofort an die Administration Ihrer Organisation.",
        ),
        Language::Danish => (
            "Din adgangskode er ændret",
            "Adgangskoden til din konto er ændret, og alle browsere er logget ud.\n\nHvis det ikke var dig, så kontakt \
             straks en administrator i din organisation.",
        ),
    };
    Letter {
        organisation: None,
        recipient: recipient.to_owned(),
        subject: subject.to_owned(),
        body: body.to_owned(),
    }
}
