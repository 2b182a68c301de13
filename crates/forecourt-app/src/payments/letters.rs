//! What drivers are written about paying, in the languages of the page. Plain text; a link stands on a line of its own.

use forecourt_store::payment::PaymentRecord;

use crate::letters::Language;
use crate::mail::Letter;

/// What a driver is asked for.
#[derive(Debug)]
pub(super) enum Asking {
    Payment {
        /// With its currency.
        amount: String,
    },
    Card,
}

/// The way to a page of the payment provider.
pub(super) fn asking(
    language: Language,
    recipient: &str,
    (organisation, name): (&str, &str),
    about: &Asking,
    address: &str,
) -> Letter {
    let (subject, body) = match (language, about) {
        (Language::English, Asking::Payment { amount }) => (
            format!("Pay {amount} to {organisation}"),
            format!(
                "Hello {name},\n\nplease pay {amount} to your charging account with {organisation} here:\n\n{address}\n\n\
                 The link works for 24 hours. You pay on the page of the payment provider; {organisation} does not see \
                 your card number."
            ),
        ),
        (Language::English, Asking::Card) => (
            format!("Add a card to charge with {organisation}"),
            format!(
                "Hello {name},\n\nplease leave the card you want to pay your charging with here:\n\n{address}\n\nThe link \
                 works for 24 hours. {organisation} does not see your card number."
            ),
        ),
        (Language::German, Asking::Payment { amount }) => (
            format!("{amount} an {organisation} zahlen"),
            format!(
                "Guten Tag {name},\n\nbitte zahlen Sie {amount} auf Ihr Ladekonto bei {organisation} ein:\n\n{address}\n\n\
                 Der Link gilt 24 Stunden. Sie zahlen auf der Seite des Zahlungsdienstes; {organisation} sieht Ihre \
                 Kartennummer nicht."
            ),
        ),
        (Language::German, Asking::Card) => (
            format!("Zahlungskarte für das Laden bei {organisation}"),
            format!(
                "Guten Tag {name},\n\nbitte hinterlegen Sie hier die Karte, mit der Sie das Laden bezahlen \
                 möchten:\n\n{address}\n\nDer Link gilt 24 Stunden. {organisation} sieht Ihre Kartennummer nicht."
            ),
        ),
        (Language::Danish, Asking::Payment { amount }) => (
            format!("Betal {amount} til {organisation}"),
            format!(
                "Hej {name}\n\nBetal {amount} til din ladekonto hos {organisation} her:\n\n{address}\n\nLinket virker i 24 \
                 timer. Du betaler på betalingstjenestens side; {organisation} ser ikke dit kortnummer."
            ),
        ),
        (Language::Danish, Asking::Card) => (
            format!("Tilføj et betalingskort hos {organisation}"),
            format!(
                "Hej {name}\n\nTilføj det kort, du vil betale din opladning med, her:\n\n{address}\n\nLinket virker i 24 \
                 timer. {organisation} ser ikke dit kortnummer."
            ),
        ),
    };
    Letter { organisation: None, recipient: recipient.to_owned(), subject, body }
}

/// What was owed could not be taken from the card.
pub(super) fn failed(
    language: Language,
    recipient: &str,
    (organisation, name): (&str, &str),
    payment: &PaymentRecord,
) -> Letter {
    let amount = format!("{} {}", payment.currency.text(payment.amount), payment.currency.code());
    let card = &payment.method_label;
    let day = payment.again_at.map(|at| at.strftime("%Y-%m-%d").to_string());
    let (subject, body) = match language {
        Language::English => (
            format!("Your payment to {organisation} did not go through"),
            format!(
                "Hello {name},\n\n{organisation} could not take {amount} from your card {card}. {}\n\nPlease see that the \
                 card is covered, or ask {organisation} for another way to pay. As long as the amount is open, charging \
                 may be refused.",
                day.map_or_else(
                    || "It is tried again when you charge next.".into(),
                    |day| format!("It is tried again on {day}.")
                )
            ),
        ),
        Language::German => (
            format!("Ihre Zahlung an {organisation} ist fehlgeschlagen"),
            format!(
                "Guten Tag {name},\n\n{organisation} konnte {amount} nicht von Ihrer Karte {card} abbuchen. {}\n\nBitte \
                 sorgen Sie für Deckung oder bitten Sie {organisation} um einen anderen Zahlungsweg. Solange der Betrag \
                 offen ist, kann das Laden abgelehnt werden.",
                day.map_or_else(
                    || "Beim nächsten Laden wird es erneut versucht.".into(),
                    |day| format!("Am {day} wird es erneut versucht.")
                )
            ),
        ),
        Language::Danish => (
            format!("Din betaling til {organisation} gik ikke igennem"),
            format!(
                "Hej {name}\n\n{organisation} kunne ikke trække {amount} på dit kort {card}. {}\n\nSørg for, at der er \
                 dækning på kortet, eller bed {organisation} om en anden betalingsmåde. Så længe beløbet er åbent, kan \
                 opladning blive afvist.",
                day.map_or_else(
                    || "Der prøves igen, næste gang du lader.".into(),
                    |day| format!("Der prøves igen den {day}.")
                )
            ),
        ),
    };
    Letter { organisation: None, recipient: recipient.to_owned(), subject, body }
}
