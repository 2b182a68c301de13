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
    when: String,
    site: String,
    charger: Option<String>,
    fee: Option<String>,
    reason: Option<String>,
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
            let name = record.name.clone().unwrap_or_else(|| record.identity.clone());
            format!("{name} / {}", booking.evse.0)
        });
        let fee = booking.fee.map(|fee| {
            let (_, with_vat) = fee.split();
            format!("{} {}", fee.currency.text(with_vat), fee.currency.code())
        });
        let parts = Parts {
            when: when(booking, &holder.site),
            site: holder.site.name.clone(),
            charger: charger.filter(|_| booking.revealed_at.is_some() || told.word == Word::MustGo),
            fee: fee.filter(|_| told.is_fee_owed || matches!(told.word, Word::Made | Word::Moved)),
            reason: told.reason.map(str::to_owned),
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

/// From when to when, in the site's time.
fn when(booking: &BookingRecord, site: &SiteRecord) -> String {
    let zone = zone_of(site);
    let (from, to) = (zone.to_datetime(booking.starts_at), zone.to_datetime(booking.ends_at));
    let end = if from.date() == to.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    let (from, to) = (from.strftime("%Y-%m-%d %H:%M"), to.strftime(end));
    format!("{from} – {to} ({})", site.time_zone)
}

fn body(parts: &Parts, greeting: &str, lines: Vec<Option<String>>) -> String {
    let told: Vec<String> = lines.into_iter().flatten().collect();
    format!("{greeting}\n\n{}\n{}\n\n{}", parts.site, parts.when, with_signature(&told.join("\n"), parts))
}

fn with_signature(text: &str, parts: &Parts) -> String {
    if text.is_empty() { parts.organisation.clone() } else { format!("{text}\n\n{}", parts.organisation) }
}

fn english(word: Word, parts: &Parts) -> (String, String) {
    let charger = parts.charger.as_ref().map(|name| format!("Your charger: {name}"));
    let later = || Some("We tell you your charger 30 minutes before the start.".to_owned());
    let fee = parts.fee.as_ref().map(|fee| format!("Booking fee: {fee}"));
    let reason = parts.reason.as_ref().map(|reason| format!("Reason: {reason}"));
    let (subject, greeting, lines) = match word {
        Word::Made => {
            ("Your booking is confirmed", "You have booked a charger.", vec![charger.or_else(later), fee])
        }
        Word::Moved => {
            ("Your booking was changed", "Your booking has a new time.", vec![charger.or_else(later), fee])
        }
        Word::Revealed => {
            ("Your charger is ready soon", "Your booking starts in less than 30 minutes.", vec![charger])
        }
        Word::Begun => (
            "Your booking begins now",
            "The charger is kept for you. Start with your charge key.",
            vec![charger],
        ),
        Word::Cancelled => ("Your booking was cancelled", "This booking was cancelled.", vec![reason, fee]),
        Word::Expired => (
            "Your booking has expired",
            "Nobody started to charge in time, so the charger is free for others again.",
            vec![fee],
        ),
        Word::MustGo => (
            "Your charger is booked soon",
            "Somebody has booked the charger your car is at. Your session is stopped shortly before; please move your \
             car in time. The booking:",
            vec![charger],
        ),
    };
    (subject.to_owned(), body(parts, greeting, lines))
}

fn german(word: Word, parts: &Parts) -> (String, String) {
    let charger = parts.charger.as_ref().map(|name| format!("Ihr Ladepunkt: {name}"));
    let later = || Some("Ihren Ladepunkt nennen wir Ihnen 30 Minuten vor Beginn.".to_owned());
    let fee = parts.fee.as_ref().map(|fee| format!("Buchungsgebühr: {fee}"));
    let reason = parts.reason.as_ref().map(|reason| format!("Grund: {reason}"));
    let (subject, greeting, lines) = match word {
        Word::Made => (
            "Ihre Buchung ist bestätigt",
            "Sie haben einen Ladepunkt gebucht.",
            vec![charger.or_else(later), fee],
        ),
        Word::Moved => (
            "Ihre Buchung wurde geändert",
            "Ihre Buchung hat eine neue Zeit.",
            vec![charger.or_else(later), fee],
        ),
        Word::Revealed => (
            "Ihr Ladepunkt steht bald bereit",
            "Ihre Buchung beginnt in weniger als 30 Minuten.",
            vec![charger],
        ),
        Word::Begun => (
            "Ihre Buchung beginnt jetzt",
            "Der Ladepunkt wird für Sie freigehalten. Starten Sie mit Ihrer Ladekarte.",
            vec![charger],
        ),
        Word::Cancelled => {
            ("Ihre Buchung wurde storniert", "Diese Buchung wurde storniert.", vec![reason, fee])
        }
        Word::Expired => (
            "Ihre Buchung ist verfallen",
            "Niemand hat rechtzeitig mit dem Laden begonnen, daher ist der Ladepunkt wieder für andere frei.",
            vec![fee],
        ),
        Word::MustGo => (
            "Ihr Ladepunkt ist bald gebucht",
            "Der Ladepunkt, an dem Ihr Fahrzeug steht, ist gebucht. Ihr Ladevorgang wird kurz vorher beendet; bitte fahren \
             Sie rechtzeitig weg. Die Buchung:",
            vec![charger],
        ),
    };
    (subject.to_owned(), body(parts, greeting, lines))
}

fn danish(word: Word, parts: &Parts) -> (String, String) {
    let charger = parts.charger.as_ref().map(|name| format!("Din ladestander: {name}"));
    let later = || Some("Du får besked om din ladestander 30 minutter før start.".to_owned());
    let fee = parts.fee.as_ref().map(|fee| format!("Bookinggebyr: {fee}"));
    let reason = parts.reason.as_ref().map(|reason| format!("Årsag: {reason}"));
    let (subject, greeting, lines) = match word {
        Word::Made => {
            ("Din booking er bekræftet", "Du har booket en ladestander.", vec![charger.or_else(later), fee])
        }
        Word::Moved => {
            ("Din booking er ændret", "Din booking har fået en ny tid.", vec![charger.or_else(later), fee])
        }
        Word::Revealed => {
            ("Din ladestander er snart klar", "Din booking starter om mindre end 30 minutter.", vec![charger])
        }
        Word::Begun => (
            "Din booking starter nu",
            "Ladestanderen holdes fri til dig. Start med din ladebrik.",
            vec![charger],
        ),
        Word::Cancelled => ("Din booking er annulleret", "Denne booking er annulleret.", vec![reason, fee]),
        Word::Expired => (
            "Din booking er udløbet",
            "Ingen begyndte at lade i tide, så ladestanderen er fri for andre igen.",
            vec![fee],
        ),
        Word::MustGo => (
            "Din ladestander er snart booket",
            "Ladestanderen, som din bil holder ved, er booket. Din ladesession stoppes kort før; flyt venligst bilen i tide. \
             Bookingen:",
            vec![charger],
        ),
    };
    (subject.to_owned(), body(parts, greeting, lines))
}
