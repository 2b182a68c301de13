//! What drivers are written about fees for blocking a plug, in the languages of the page. Plain text.

use forecourt_core::idle_fee::IdleFee;
use forecourt_core::tariff::Amount;

use crate::letters::Language;
use crate::mail::Letter;

/// What a driver is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    /// Ten minutes before the session ends, or the allowed stay does.
    EndsSoon,
    /// The time without a fee has begun.
    GraceBegins,
    /// It is about to end.
    GraceEnds,
}

fn amount(rules: &IdleFee, amount: Amount) -> String {
    format!("{} {}", String::from(amount), rules.currency.code())
}

/// The fee in words.
pub(crate) fn summary(language: Language, rules: &IdleFee) -> String {
    let (flat, each) = (amount(rules, rules.flat), amount(rules, rules.recurring));
    let (has_flat, repeats) = (rules.flat.0 > 0, rules.recurring.0 > 0);
    let (grace, every) = (rules.grace_min, rules.every_min);
    let mut parts = Vec::new();
    match language {
        Language::English => {
            parts.extend(has_flat.then(|| format!("{flat} once")));
            parts.extend(repeats.then(|| format!("{each} every {every} minutes")));
            format!("After {grace} minutes: {}.", parts.join(" and "))
        }
        Language::German => {
            parts.extend(has_flat.then(|| format!("einmalig {flat}")));
            parts.extend(repeats.then(|| format!("{each} je {every} Minuten")));
            format!("Nach {grace} Minuten: {}.", parts.join(" und "))
        }
        Language::Danish => {
            parts.extend(has_flat.then(|| format!("{flat} én gang")));
            parts.extend(repeats.then(|| format!("{each} for hver {every} minutter")));
            format!("Efter {grace} minutter: {}.", parts.join(" og "))
        }
    }
}

pub(crate) fn notice(
    language: Language,
    recipient: &str,
    (organisation, site): (&str, &str),
    rules: &IdleFee,
    notice: Notice,
) -> Letter {
    let fee = summary(language, rules);
    let (subject, text) = match (language, notice) {
        (Language::English, Notice::EndsSoon) => {
            ("Your charging time ends in 10 minutes", "Please be ready to move your car.")
        }
        (Language::English, Notice::GraceBegins) => (
            "Please free the charger",
            "Your charging time is over. For a while standing there costs nothing.",
        ),
        (Language::English, Notice::GraceEnds) => {
            ("A fee begins soon", "The time without a fee is about to end. Please move your car.")
        }
        (Language::German, Notice::EndsSoon) => {
            ("Ihre Ladezeit endet in 10 Minuten", "Bitte halten Sie sich bereit, Ihr Fahrzeug wegzufahren.")
        }
        (Language::German, Notice::GraceBegins) => (
            "Bitte machen Sie den Ladepunkt frei",
            "Ihre Ladezeit ist vorbei. Für eine Weile kostet das Stehen nichts.",
        ),
        (Language::German, Notice::GraceEnds) => (
            "Bald fällt eine Gebühr an",
            "Die Zeit ohne Gebühr endet gleich. Bitte fahren Sie Ihr Fahrzeug weg.",
        ),
        (Language::Danish, Notice::EndsSoon) => {
            ("Din ladetid slutter om 10 minutter", "Gør dig klar til at flytte din bil.")
        }
        (Language::Danish, Notice::GraceBegins) => {
            ("Gør ladestanderen fri", "Din ladetid er slut. En tid endnu koster det ikke noget at holde.")
        }
        (Language::Danish, Notice::GraceEnds) => {
            ("Snart begynder et gebyr", "Tiden uden gebyr er ved at være forbi. Flyt venligst din bil.")
        }
    };
    Letter {
        organisation: None,
        recipient: recipient.to_owned(),
        subject: format!("{subject} – {site}"),
        body: format!("{text}\n\n{fee}\n\n{organisation}"),
    }
}
