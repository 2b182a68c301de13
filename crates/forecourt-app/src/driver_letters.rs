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
