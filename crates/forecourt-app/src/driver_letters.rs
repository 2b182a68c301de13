//! What drivers are written, in the languages of the page. Plain text; a link stands on a line of its own.

use crate::letters::Language;
use crate::mail::Letter;

/// A driver is asked to join, with a code that may also be typed.
pub(crate) fn invitation(
    language: Language,
    recipient: &str,
    (organisation, name): (&str, &str),
    (code, link): (&str, &str),
) -> Letter {
    let (subject, body) = match language {
        Language::English => (
            format!("Charge with {organisation}"),
            format!(
                "Hello {name},\n\n{organisation} has set up an account for you to charge with.\n\nOpen this link to \
                 join:\n\n{link}\n\nOr give this code: {code}\n\nIt works for 30 days and once. If you have an account \
                 already, you need not do anything: your charge keys keep working."
            ),
        ),
        Language::German => (
            format!("Laden mit {organisation}"),
            format!(
                "Guten Tag {name},\n\n{organisation} hat für Sie ein Konto zum Laden angelegt.\n\nÖffnen Sie diesen \
                 Link, um es zu übernehmen:\n\n{link}\n\nOder geben Sie diesen Code an: {code}\n\nEr gilt 30 Tage und \
                 einmal. Wenn Sie bereits ein Konto haben, müssen Sie nichts tun: Ihre Ladekarten funktionieren weiter."
            ),
        ),
        Language::Danish => (
            format!("Lad op hos {organisation}"),
            format!(
                "Hej {name}\n\n{organisation} har oprettet en konto til dig, som du kan lade med.\n\nÅbn linket for at \
                 tage den i brug:\n\n{link}\n\nEller oplys denne kode: {code}\n\nDen gælder i 30 dage og kan bruges én \
                 gang. Har du allerede en konto, skal du ikke gøre noget: dine ladebrikker virker fortsat."
            ),
        ),
    };
    Letter { organisation: None, recipient: recipient.to_owned(), subject, body }
}

/// Somebody is asked to claim the charger at their home.
pub(crate) fn home_charger(
    language: Language,
    recipient: &str,
    (organisation, name): (&str, &str),
    (code, link): (&str, &str),
) -> Letter {
    let (subject, body) = match language {
        Language::English => (
            format!("Your home charger with {organisation}"),
            format!(
                "Hello {name},\n\n{organisation} looks after the charger at your home. Open this link to claim it as \
                 yours:\n\n{link}\n\nOr give this code in the app: {code}\n\nIt works for 30 days and once."
            ),
        ),
        Language::German => (
            format!("Ihre Ladestation zu Hause mit {organisation}"),
            format!(
                "Guten Tag {name},\n\n{organisation} betreut die Ladestation bei Ihnen zu Hause. Öffnen Sie diesen \
                 Link, um sie als Ihre zu übernehmen:\n\n{link}\n\nOder geben Sie diesen Code in der App an: {code}\n\n\
                 Er gilt 30 Tage und einmal."
            ),
        ),
        Language::Danish => (
            format!("Din hjemmelader hos {organisation}"),
            format!(
                "Hej {name}\n\n{organisation} tager sig af laderen hjemme hos dig. Åbn linket for at gøre den til \
                 din:\n\n{link}\n\nEller angiv denne kode i appen: {code}\n\nDen gælder i 30 dage og kan bruges én gang."
            ),
        ),
    };
    Letter { organisation: None, recipient: recipient.to_owned(), subject, body }
}
