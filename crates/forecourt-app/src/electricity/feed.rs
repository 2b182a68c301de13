//! The public day-ahead feed: the prices of Denmark and its neighbours, which Energinet gives to everybody.
//!
//! Asked seldom, read with care: what cannot be read is left out, and what is known is never lost by an answer.

use std::collections::BTreeMap;

use forecourt_core::Timestamp;
use forecourt_core::electricity::{PriceZone, SpotSlot, SpotSource};
use forecourt_core::tariff::Amount;
use forecourt_core::unit::Currency;
use forecourt_store::spot::{Market, PUBLIC, WantedZone};
use jiff::{SignedDuration, ToSpan as _};
use serde_json::{Value, json};

use super::import::{per_kwh, utc};
use super::may_price;
use crate::outside::{OutsideError, form};
use crate::{App, AppError, Principal};

/// Where it is, unless the operator of the machine says otherwise.
pub const SPOT_PRICES_URL: &str = "https://api.energidataservice.dk/dataset/DayAheadPrices";
/// Zones it has.
pub const FEED_ZONES: [&str; 6] = ["DE", "DK1", "DK2", "NO2", "SE3", "SE4"];
/// Currencies it has.
const CURRENCIES: [&str; 2] = ["DKK", "EUR"];
/// Largest answer, in bytes: a month of quarters of an hour of one zone, thrice over.
const ANSWER_MAX_BYTES: usize = 8 * 1024 * 1024;
/// Rows taken of one answer.
const ROWS_MAX: usize = 20_000;
/// How far back a new zone is filled.
const BACK: SignedDuration = SignedDuration::from_hours(31 * 24);
/// How long prices are kept: bookkeeping asks for five years.
const KEPT: SignedDuration = SignedDuration::from_hours(6 * 366 * 24);
/// How often the same zone is asked for while something is missing; the feed is free, and stays so if nobody hurries.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// How soon an operator may ask again.
const BY_HAND: SignedDuration = SignedDuration::from_secs(10);
/// The exchange publishes tomorrow's prices at about one o'clock.
const PUBLISHED_AT_HOUR: i8 = 13;

impl App {
    /// Reads what is missing of the zones that somebody follows.
    pub async fn read_spot_prices(&self) -> Result<(), AppError> {
        let now = self.now();
        for zone in self.store.wanted_zones().await? {
            if is_due(&zone, now) {
                self.read_zone(&zone).await?;
            }
        }
        let mut tx = self.store.begin().await?;
        tx.forget_spot_prices(now.saturating_sub(KEPT).unwrap_or(now)).await?;
        Ok(tx.commit().await?)
    }

    /// Asks for an organisation's zones at once, because an operator wants it.
    pub async fn read_spot_prices_now(&self, principal: &Principal) -> Result<(), AppError> {
        may_price(principal)?;
        let own = self.store.followed_markets(principal.organisation).await?;
        let now = self.now();
        let wanted = self.store.wanted_zones().await?;
        let mine = wanted.iter().filter(|zone| own.iter().any(|each| each.market.zone == zone.zone));
        for zone in mine {
            if zone.asked_at.is_none_or(|at| at + BY_HAND <= now) {
                self.read_zone(zone).await?;
            }
        }
        Ok(())
    }

    async fn read_zone(&self, wanted: &WantedZone) -> Result<(), AppError> {
        let Some(url) = self.settings().spot_prices_url else { return Ok(()) };
        let zone = wanted.zone;
        if !FEED_ZONES.contains(&zone.code) {
            return Ok(());
        }
        let now = self.now();
        let earliest = now - BACK;
        let from = wanted.known_until.map_or(earliest, |known| known.max(earliest)).to_zoned(zone.clock());
        // Its days are those of Denmark; one day more than needed costs little.
        let from = from.date().checked_sub(1.day()).unwrap_or(from.date()).to_string();
        let filter = json!({"PriceArea": [zone.code]}).to_string();
        let asked = [("start", from.as_str()), ("filter", &filter), ("sort", "TimeUTC asc"), ("limit", "0")];
        let answer =
            self.outside.get(&format!("{url}?{}", form(&asked)), "application/json", ANSWER_MAX_BYTES).await;
        let read = answer.and_then(|answer| read_feed(&answer, zone).ok_or(OutsideError::Silent));
        let mut tx = self.store.begin().await?;
        match read {
            Ok(prices) => {
                for (currency, slots) in &prices {
                    tx.put_spot_prices(PUBLIC, Market { zone, currency: *currency }, slots).await?;
                }
                tx.note_feed(zone, now, None).await?;
                let count = prices.first().map_or(0, |(_, slots)| slots.len());
                tracing::info!(zone = zone.code, count, "prices of the market were read");
            }
            Err(error) => {
                tx.note_feed(zone, now, Some(&error.to_string())).await?;
                tracing::info!(zone = zone.code, %error, "prices of the market were not read; what is known stays");
            }
        }
        Ok(tx.commit().await?)
    }
}

/// Whether prices are missing that the feed should have, and it was not asked just now.
fn is_due(zone: &WantedZone, now: Timestamp) -> bool {
    if zone.asked_at.is_some_and(|at| at + PATIENCE > now) {
        return false;
    }
    let local = now.to_zoned(zone.zone.clock());
    let days = if local.hour() >= PUBLISHED_AT_HOUR { 2 } else { 1 };
    let end = local.date().checked_add(days.days()).ok();
    let end = end.and_then(|date| date.to_zoned(zone.zone.clock()).ok()).map(|at| at.timestamp());
    match (zone.known_until, end) {
        (Some(known), Some(end)) => known < end,
        _ => true,
    }
}

/// Prices by currency; `None` where the answer is no answer of the feed at all.
fn read_feed(answer: &[u8], zone: PriceZone) -> Option<Vec<(Currency, Vec<SpotSlot>)>> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let rows = answer.get("records")?.as_array()?;
    let mut found = Vec::new();
    for code in CURRENCIES {
        let names = [format!("DayAheadPrice{code}"), format!("SpotPrice{code}")];
        let mut starts = BTreeMap::new();
        for row in rows.iter().take(ROWS_MAX) {
            if let Some((at, price)) = read_row(row, zone, &names) {
                starts.insert(at, price);
            }
        }
        if let Some(currency) = Currency::read(code)
            && !starts.is_empty()
        {
            let quarter = SignedDuration::from_mins(15);
            found.push((currency, SpotSlot::of_starts(starts, SpotSource::Feed, quarter)));
        }
    }
    Some(found)
}

fn read_row(row: &Value, zone: PriceZone, names: &[String]) -> Option<(Timestamp, Amount)> {
    if row.get("PriceArea")?.as_str()? != zone.code {
        return None;
    }
    let at = row.get("TimeUTC").or_else(|| row.get("HourUTC"))?.as_str()?;
    let price = names.iter().find_map(|name| row.get(name)).filter(|price| price.is_number())?;
    // As text: a price is never a floating-point number here.
    Some((utc(at)?, per_kwh(&price.to_string())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn zone(code: &str) -> PriceZone {
        PriceZone::read(code).expect("a zone")
    }

    #[test]
    fn the_feed_is_read_and_what_is_strange_is_left_out() {
        let answer = br#"{"total": 4, "dataset": "DayAheadPrices", "records": [
            {"TimeUTC": "2026-11-20T22:00:00", "TimeDK": "2026-11-20T23:00:00", "PriceArea": "DK1",
             "DayAheadPriceEUR": 68.73, "DayAheadPriceDKK": 512.987654},
            {"TimeUTC": "2026-11-20T22:15:00", "PriceArea": "DK1", "DayAheadPriceDKK": -4.1},
            {"TimeUTC": "2026-11-20T22:15:00", "PriceArea": "DK2", "DayAheadPriceDKK": 7},
            {"TimeUTC": "yesterday", "PriceArea": "DK1", "DayAheadPriceDKK": 7},
            {"TimeUTC": "2026-11-20T22:30:00", "PriceArea": "DK1", "DayAheadPriceDKK": null},
            7]}"#;
        let found = read_feed(answer, zone("DK1")).expect("an answer");
        let prices = |currency: usize| -> Vec<(Timestamp, i64, i64)> {
            let minutes = |slot: &SpotSlot| slot.until.duration_since(slot.from).as_mins();
            found[currency].1.iter().map(|slot| (slot.from, minutes(slot), slot.per_kwh.0)).collect()
        };
        let first = at("2026-11-20T22:00:00Z");
        assert_eq!(prices(0), [(first, 15, 512_988), (at("2026-11-20T22:15:00Z"), 15, -4_100)]);
        assert_eq!(found[1].0.code(), "EUR");
        assert_eq!(prices(1), [(first, 15, 68_730)]);
        assert!(read_feed(answer, zone("SE4")).expect("an answer").is_empty());
        for nonsense in ["<html>", "{}", "[]", r#"{"records": 7}"#] {
            assert!(read_feed(nonsense.as_bytes(), zone("DK1")).is_none(), "{nonsense}");
        }
    }

    #[test]
    fn the_older_hours_are_read_as_hours() {
        let answer = br#"{"records": [
            {"HourUTC": "2025-09-20T21:00:00", "PriceArea": "SE4", "SpotPriceEUR": 40.5},
            {"HourUTC": "2025-09-20T20:00:00", "PriceArea": "SE4", "SpotPriceEUR": 39}]}"#;
        let found = read_feed(answer, zone("SE4")).expect("an answer");
        let slots = &found[0].1;
        assert_eq!((slots[0].per_kwh, slots[1].per_kwh), (Amount(39_000), Amount(40_500)));
        assert_eq!(slots[1].until, at("2025-09-20T22:00:00Z"));
    }

    #[test]
    fn the_feed_is_asked_while_something_is_missing_and_not_too_often() {
        let wanted = |known: Option<&str>, asked: Option<&str>| WantedZone {
            zone: zone("DK1"),
            asked_at: asked.map(at),
            problem: None,
            known_until: known.map(at),
        };
        let (morning, afternoon) = (at("2026-11-20T08:00:00Z"), at("2026-11-20T12:30:00Z"));
        let midnight = Some("2026-11-20T23:00:00Z");
        assert!(is_due(&wanted(None, None), morning));
        assert!(!is_due(&wanted(None, Some("2026-11-20T07:55:00Z")), morning), "asked just now");
        assert!(!is_due(&wanted(midnight, None), morning), "today is known, tomorrow is not out yet");
        assert!(is_due(&wanted(midnight, None), afternoon), "tomorrow is out");
        assert!(!is_due(&wanted(Some("2026-11-21T23:00:00Z"), None), afternoon), "tomorrow is known");
    }
}
