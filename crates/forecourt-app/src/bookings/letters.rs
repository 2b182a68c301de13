//! What holders of bookings are written, in their language and the site's time. Plain text.

use forecourt_core::id::{DriverId, OrganisationId};
use forecourt_store::booking::BookingRecord;
use forecourt_store::driver::DriverRecord;
use forecourt_store::{SiteRecord, Tx};

use super::rules::zone_of;
use crate::letters::Language;
use crate::mail::Letter;
use crate::{App, AppError};

/// What a driver is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Made,
    Moved,
    /// Which charger it is.
    Revealed,
    /// It begins now.
    Begun,
    Cancelled,
    /// Nobody came.
    Expired,
    /// To somebody else, who charges where the booking will be.
    MustGo,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    pub word: Word,
    /// Why it was cancelled, as the operator wrote it.
    pub reason: Option<&'a str>,
    pub is_fee_owed: bool,
}

impl Told<'_> {
    pub fn plain(word: Word) -> Self {
        Self { word, reason: None, is_fee_owed: false }
    }
}

/// Who is written to, and what every letter names. Looked up before the transaction.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    pub driver: Option<DriverRecord>,
    pub organisation: String,
    pub site: SiteRecord,
}

/// The words a letter is made of.
struct Parts {
    /// Name and address of the site, from when to when.
    place: String,
    when: String,
    /// Which charger and which of its plugs, once it is said.
    charger: Option<(String, i32)>,
    fee: Option<String>,
    is_fee_owed: bool,
    reason: Option<String>,
    /// Minutes after which nobody waits any more.
    wait: Option<i64>,
    organisation: String,
}

impl App {
    pub(super) async fn holder(
        &self,
        organisation: OrganisationId,
        driver: DriverId,
        site: SiteRecord,
    ) -> Result<Holder, AppError> {
        let name = self.store.organisation(organisation).await?.map(|found| found.name).unwrap_or_default();
        let driver = self.store.driver(organisation, driver).await?;
        Ok(Holder { driver, organisation: name, site })
    }

    /// Puts the letter in line with what it tells of. A driver without an address is told nothing.
    pub(super) async fn tell_holder(
        &self,
        tx: &mut Tx,
        booking: &BookingRecord,
        holder: &Holder,
        told: Told<'_>,
    ) -> Result<(), AppError> {
        let Some(driver) = holder.driver.as_ref().filter(|driver| !driver.email.is_empty()) else {
            return Ok(());
        };
        let language = Language::parse(&driver.language).unwrap_or_default();
        let charger = self.directory.get(booking.station).map(|live| {
            let record = live.record();
            (record.name.clone().unwrap_or_else(|| record.identity.clone()), booking.evse.0)
        });
        let fee = booking.fee.map(|fee| {
            let (_, with_vat) = fee.split();
            format!("{} {}", fee.currency.text(with_vat), fee.currency.code())
        });
        let parts = Parts {
            place: place(&holder.site),
            when: when(booking, &holder.site, language),
            charger: charger.filter(|_| booking.revealed_at.is_some() || told.word == Word::MustGo),
            fee,
            is_fee_owed: told.is_fee_owed,
            reason: told.reason.map(str::to_owned),
            wait: booking.rules.no_show_min,
            organisation: holder.organisation.clone(),
        };
        let (subject, body) = match language {
            Language::English => english(told.word, &parts),
            Language::German => german(told.word, &parts),
            Language::Danish => danish(told.word, &parts),
        };
        let organisation = Some(booking.organisation);
        let letter = Letter { organisation, recipient: driver.email.clone(), subject, body };
        tx.enqueue_mail(&self.letter(letter)).await?;
        Ok(())
    }
}

/// Where it is: the name, and on a line of its own the address.
fn place(site: &SiteRecord) -> String {
    let town = [&site.postal_code, &site.city].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    let address = [site.address.clone().unwrap_or_default(), town];
    let address: Vec<&str> = address.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    if address.is_empty() { site.name.clone() } else { format!("{}\n{}", site.name, address.join(", ")) }
}

/// From when to when, in the site's time and as people of the language write it.
fn when(booking: &BookingRecord, site: &SiteRecord, language: Language) -> String {
    let zone = zone_of(site);
    let (from, to) = (zone.to_datetime(booking.starts_at), zone.to_datetime(booking.ends_at));
    let (day, clock, between, after) = match language {
        Language::English => ("%a %-d %b %Y", "%H:%M", ", ", ""),
        Language::German => ("%-d.%-m.%Y", "%H:%M", ", ", " Uhr"),
        Language::Danish => ("%-d.%-m.%Y", "%H.%M", " kl. ", ""),
    };
    let whole = format!("{day}{between}{clock}");
    let end = if from.date() == to.date() { clock } else { &whole };
    format!("{} – {}{after} ({})", from.strftime(&whole), to.strftime(end), site.time_zone)
}

fn body(parts: &Parts, greeting: &str, lines: Vec<Option<String>>) -> String {
    let told: Vec<String> = lines.into_iter().flatten().collect();
    let told = if told.is_empty() { String::new() } else { format!("\n\n{}", told.join("\n")) };
    format!("{greeting}\n\n{}\n{}{told}\n\n{}", parts.place, parts.when, parts.organisation)
}

fn english(word: Word, parts: &Parts) -> (String, String) {
    let charger = parts.charger.as_ref().map(|(name, plug)| format!("{name}, plug {plug}"));
    let yours = charger.as_ref().map(|name| format!("Your charger: {name}"));
    let later = || Some("We tell you your charger 30 minutes before the start.".to_owned());
    let fee = parts.fee.as_ref().map(|fee| format!("Booking fee: {fee}"));
    let owed = parts.fee.as_ref().map(|fee| match parts.is_fee_owed {
        true => format!("The booking fee of {fee} is due."),
        false => "No booking fee is charged.".to_owned(),
    });
    let wait = parts.wait.map(|minutes| {
        format!("Start within {minutes} minutes; after that the charger is free for others again.")
    });
    let reason = parts.reason.as_ref().map(|reason| format!("Reason: {reason}"));
    let (subject, greeting, lines) = match word {
        Word::Made => {
            ("Your booking is confirmed", "You have booked a charger.", vec![yours.or_else(later), fee])
        }
        Word::Moved => {
            ("Your booking was changed", "Your booking has a new time.", vec![yours.or_else(later), fee])
        }
        Word::Revealed => {
            ("Your charger is ready soon", "Your booking starts in less than 30 minutes.", vec![yours])
        }
        Word::Begun => (
            "Your booking begins now",
            "The charger is kept for you. Start with your charge key.",
            vec![yours, wait],
        ),
        Word::Cancelled => ("Your booking was cancelled", "This booking was cancelled.", vec![reason, owed]),
        Word::Expired => (
            "Your booking has expired",
            "You did not start to charge in time, so the charger is free for others again.",
            vec![owed],
        ),
        Word::MustGo => (
            "Your charger is booked soon",
            "Somebody has booked the charger your car is at. Your session is stopped shortly before; please move your \
             car in time. The booking:",
            vec![charger.map(|name| format!("The charger: {name}"))],
        ),
    };
    (subject.to_owned(), body(parts, greeting, lines))
}

fn german(word: Word, parts: &Parts) -> (String, String) {
    let charger = parts.charger.as_ref().map(|(name, plug)| format!("{name}, Ladepunkt {plug}"));
    let yours = charger.as_ref().map(|name| format!("Ihre Ladestation: {name}"));
    let later = || Some("Ihre Ladestation nennen wir Ihnen 30 Minuten vor Beginn.".to_owned());
    let fee = parts.fee.as_ref().map(|fee| format!("Buchungsgebühr: {fee}"));
    let owed = parts.fee.as_ref().map(|fee| match parts.is_fee_owed {
        true => format!("Die Buchungsgebühr von {fee} ist zu zahlen."),
        false => "Eine Buchungsgebühr fällt nicht an.".to_owned(),
    });
    let wait = parts.wait.map(|minutes| {
        format!(
            "Starten Sie innerhalb von {minutes} Minuten; danach ist der Ladepunkt wieder für andere frei."
        )
    });
    let reason = parts.reason.as_ref().map(|reason| format!("Grund: {reason}"));
    let (subject, greeting, lines) = match word {
        Word::Made => (
            "Ihre Buchung ist bestätigt",
            "Sie haben einen Ladepunkt gebucht.",
            vec![yours.or_else(later), fee],
        ),
        Word::Moved => (
            "Ihre Buchung wurde geändert",
            "Ihre Buchung hat eine neue Zeit.",
            vec![yours.or_else(later), fee],
        ),
        Word::Revealed => (
            "Ihr Ladepunkt steht bald bereit",
            "Ihre Buchung beginnt in weniger als 30 Minuten.",
            vec![yours],
        ),
        Word::Begun => (
            "Ihre Buchung beginnt jetzt",
            "Der Ladepunkt wird für Sie freigehalten. Starten Sie mit Ihrer Ladekarte.",
            vec![yours, wait],
        ),
        Word::Cancelled => {
            ("Ihre Buchung wurde storniert", "Diese Buchung wurde storniert.", vec![reason, owed])
        }
        Word::Expired => (
            "Ihre Buchung ist verfallen",
            "Sie haben nicht rechtzeitig mit dem Laden begonnen, daher ist der Ladepunkt wieder für andere frei.",
            vec![owed],
        ),
        Word::MustGo => (
            "Ihr Ladepunkt ist bald gebucht",
            "Der Ladepunkt, an dem Ihr Fahrzeug steht, ist gebucht. Ihr Ladevorgang wird kurz vorher beendet; bitte fahren \
             Sie rechtzeitig weg. Die Buchung:",
            vec![charger.map(|name| format!("Die Ladestation: {name}"))],
        ),
    };
    (subject.to_owned(), body(parts, greeting, lines))
}

fn danish(word: Word, parts: &Parts) -> (String, String) {
    let charger = parts.charger.as_ref().map(|(name, plug)| format!("{name}, stik {plug}"));
    let yours = charger.as_ref().map(|name| format!("Din ladestander: {name}"));
    let later = || Some("Du får besked om din ladestander 30 minutter før start.".to_owned());
    let fee = parts.fee.as_ref().map(|fee| format!("Bookinggebyr: {fee}"));
    let owed = parts.fee.as_ref().map(|fee| match parts.is_fee_owed {
        true => format!("Bookinggebyret på {fee} skal betales."),
        false => "Der opkræves intet bookinggebyr.".to_owned(),
    });
    let wait = parts.wait.map(|minutes| {
        format!("Start inden for {minutes} minutter; derefter er ladestanderen fri for andre igen.")
    });
    let reason = parts.reason.as_ref().map(|reason| format!("Årsag: {reason}"));
    let (subject, greeting, lines) = match word {
        Word::Made => {
            ("Din booking er bekræftet", "Du har booket en ladestander.", vec![yours.or_else(later), fee])
        }
        Word::Moved => {
            ("Din booking er ændret", "Din booking har fået en ny tid.", vec![yours.or_else(later), fee])
        }
        Word::Revealed => {
            ("Din ladestander er snart klar", "Din booking starter om mindre end 30 minutter.", vec![yours])
        }
        Word::Begun => (
            "Din booking starter nu",
            "Ladestanderen holdes fri til dig. Start med din ladebrik.",
            vec![yours, wait],
        ),
        Word::Cancelled => ("Din booking er annulleret", "Denne booking er annulleret.", vec![reason, owed]),
        Word::Expired => (
            "Din booking er udløbet",
            "Du begyndte ikke at lade i tide, så ladestanderen er fri for andre igen.",
            vec![owed],
        ),
        Word::MustGo => (
            "Din ladestander er snart booket",
            "Ladestanderen, som din bil holder ved, er booket. Din ladesession stoppes kort før; flyt venligst bilen i tide. \
             Bookingen:",
            vec![charger.map(|name| format!("Ladestanderen: {name}"))],
        ),
    };
    (subject.to_owned(), body(parts, greeting, lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Parts {
        Parts {
            place: "Harbour\nQuay 1, 5000 Odense".into(),
            when: "Sun 22 Nov 2026, 14:00 – 15:00 (Europe/Copenhagen)".into(),
            charger: Some(("Level 2 east".into(), 2)),
            fee: Some("10.00 DKK".into()),
            is_fee_owed: true,
            reason: Some("Power cut".into()),
            wait: Some(15),
            organisation: "Northwind".into(),
        }
    }

    #[test]
    fn a_letter_says_where_when_which_charger_and_what_is_due() {
        let (_, letter) = english(Word::Cancelled, &parts());
        assert_eq!(
            letter,
            "This booking was cancelled.\n\nHarbour\nQuay 1, 5000 Odense\nSun 22 Nov 2026, 14:00 – 15:00 \
             (Europe/Copenhagen)\n\nReason: Power cut\nThe booking fee of 10.00 DKK is due.\n\nNorthwind"
        );
        let free = Parts { is_fee_owed: false, ..parts() };
        assert!(german(Word::Cancelled, &free).1.contains("Eine Buchungsgebühr fällt nicht an."));
        let none = Parts { fee: None, reason: None, ..parts() };
        assert!(danish(Word::Cancelled, &none).1.ends_with("(Europe/Copenhagen)\n\nNorthwind"));
        assert!(german(Word::Begun, &parts()).1.contains("innerhalb von 15 Minuten"));
        let unsaid = Parts { charger: None, ..parts() };
        assert!(
            english(Word::Made, &unsaid).1.contains("We tell you your charger 30 minutes before the start.")
        );
        assert!(danish(Word::MustGo, &parts()).1.contains("Ladestanderen: Level 2 east, stik 2"));
    }
}
