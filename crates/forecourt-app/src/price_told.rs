//! What a driver is told of the price before the start, on the charger's own display (OCPP 2.0.1 I01): the prices that hold
//! at the beginning and the fee for blocking the plug, in the driver's language.

use forecourt_core::Timestamp;
use forecourt_core::id::EvseNumber;
use forecourt_core::tariff::{Amount, Dimension};
use forecourt_core::token::{KnownToken, Message};
use jiff::tz::TimeZone;

use crate::App;
use crate::idle_letters::summary;
use crate::letters::Language;
use crate::live::Live;
use crate::terms::WouldBegin;

impl App {
    /// `None` where nothing is asked for.
    pub(crate) fn price_told(
        &self,
        live: &Live,
        known: Option<&KnownToken>,
        evse: Option<EvseNumber>,
        now: Timestamp,
    ) -> Option<Message> {
        let begun = self.would_begin(live, known, evse, now)?;
        let driver = known.and_then(|token| token.holder.driver.as_ref());
        let language = Language::of(driver.map(|driver| driver.language.as_str()));
        let text = in_words(language, &begun, now, &live.zone());
        (!text.is_empty()).then(|| Message { language: language.word(), text })
    }
}

/// The prices that hold at the beginning and the fee for blocking; empty where nothing costs anything.
pub(crate) fn in_words(language: Language, begun: &WouldBegin, at: Timestamp, zone: &TimeZone) -> String {
    let currency = begun.rules.currency.code();
    let prices = begun.rules.at_beginning(at, zone);
    let told = prices.iter().map(|(dimension, price)| priced(language, *dimension, *price, currency));
    let mut text = told.collect::<Vec<_>>().join(", ");
    if !text.is_empty() {
        text.push('.');
    }
    if let Some(fee) = &begun.fee {
        let blocked = summary(language, fee);
        text = format!("{text} {}: {blocked}", blocking(language)).trim().to_owned();
    }
    text
}

fn priced(language: Language, dimension: Dimension, price: Amount, currency: &str) -> String {
    let price = format!("{} {currency}", String::from(price));
    let per = match (language, dimension) {
        (Language::English, Dimension::Flat) => "per session",
        (Language::English, Dimension::Energy) => "per kWh",
        (Language::English, Dimension::ChargingTime) => "per hour of charging",
        (Language::English, Dimension::SessionTime) => "per hour",
        (Language::English, Dimension::OccupiedTime) => "per hour without charging",
        (Language::German, Dimension::Flat) => "je Ladevorgang",
        (Language::German, Dimension::Energy) => "je kWh",
        (Language::German, Dimension::ChargingTime) => "je Stunde Laden",
        (Language::German, Dimension::SessionTime) => "je Stunde",
        (Language::German, Dimension::OccupiedTime) => "je Stunde ohne Laden",
        (Language::Danish, Dimension::Flat) => "pr. ladesession",
        (Language::Danish, Dimension::Energy) => "pr. kWh",
        (Language::Danish, Dimension::ChargingTime) => "pr. times opladning",
        (Language::Danish, Dimension::SessionTime) => "pr. time",
        (Language::Danish, Dimension::OccupiedTime) => "pr. time uden opladning",
    };
    format!("{price} {per}")
}

fn blocking(language: Language) -> &'static str {
    match language {
        Language::English => "Fee for blocking the plug",
        Language::German => "Gebühr für das Blockieren",
        Language::Danish => "Gebyr for at blokere stikket",
    }
}
