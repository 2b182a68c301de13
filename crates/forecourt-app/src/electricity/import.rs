//! Prices of the market from a file, where there is no network or no feed for a zone.

use std::collections::BTreeMap;

use forecourt_core::Timestamp;
use forecourt_core::change::What;
use forecourt_core::electricity::{PriceZone, SpotSlot, SpotSource};
use forecourt_core::tariff::Amount;
use forecourt_core::unit::{Currency, read_fixed};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{Market, may_price};
use crate::{App, AppError, Principal};

/// Largest file, in bytes.
const FILE_MAX_BYTES: usize = 4 * 1024 * 1024;
/// Rows taken at once: half a year of quarters of one zone, or two years of hours.
const ROWS_MAX: usize = 20_000;
/// Beyond a thousand of any currency a kilowatt-hour, somebody mistook the unit; in millionths.
const PRICE_MAX: i64 = 1_000_000_000;
/// Decimals of a price per MWh that are kept: a millionth per kWh.
const DECIMALS: usize = 3;

/// What a file holds of one market.
#[derive(Debug, Clone)]
pub struct SpotImportPart {
    pub market: Market,
    pub from: Timestamp,
    pub until: Timestamp,
    pub prices: usize,
}

#[derive(Debug, Clone)]
pub struct SpotImport {
    pub parts: Vec<SpotImportPart>,
    /// Prices that were written: none when only looking.
    pub imported: usize,
}

impl App {
    /// Takes prices from a CSV text; they are the organisation's own. Its zones are followed from now on.
    pub async fn import_spot_prices(
        &self,
        principal: &Principal,
        text: &str,
        only_look: bool,
    ) -> Result<SpotImport, AppError> {
        may_price(principal)?;
        let found = read_file(text)?;
        let part = |(market, slots): &(Market, Vec<SpotSlot>)| {
            let (first, last) = slots.first().zip(slots.last())?;
            Some(SpotImportPart { market: *market, from: first.from, until: last.until, prices: slots.len() })
        };
        let parts: Vec<SpotImportPart> = found.iter().filter_map(part).collect();
        if only_look {
            return Ok(SpotImport { parts, imported: 0 });
        }
        let imported = parts.iter().map(|part| part.prices).sum();
        let mut tx = self.store.begin().await?;
        for (market, slots) in &found {
            tx.put_spot_prices(principal.organisation, *market, slots).await?;
            tx.follow_market(principal.organisation, *market, self.now()).await?;
        }
        let zones: Vec<&str> = parts.iter().map(|part| part.market.zone.code).collect();
        let subject = ("organisation", principal.organisation.0, "");
        let note = self.note(principal, "spot_prices.imported", subject);
        tx.audit(&note.made(&json!({"zones": zones, "prices": imported}))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Organisation);
        Ok(SpotImport { parts, imported })
    }
}

impl App {
    /// Prices made up for a demonstration: they are the organisation's own and say what they are.
    pub async fn show_spot_prices(
        &self,
        principal: &Principal,
        market: Market,
        slots: &[SpotSlot],
    ) -> Result<(), AppError> {
        may_price(principal)?;
        let mut tx = self.store.begin().await?;
        tx.put_spot_prices(principal.organisation, market, slots).await?;
        tx.follow_market(principal.organisation, market, self.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// Feed and files write times of UTC, often without saying so.
pub(crate) fn utc(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let bare = text.trim_end_matches('Z').replace(' ', "T");
    bare.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
}

/// `512.3` per MWh in millionths per kWh, half away from zero.
pub(super) fn per_kwh(per_mwh: &str) -> Option<Amount> {
    let text = per_mwh.trim().replace(',', ".");
    if text.contains("e-") {
        // JSON writes the tiniest prices so: nothing is left of them here.
        return Some(Amount(0));
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, "0"));
    let kept: String = decimals.chars().take(DECIMALS + 1).collect();
    if decimals.is_empty() || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let tenth = read_fixed(&format!("{whole}.{kept}"), DECIMALS as u32 + 1)?;
    let price = (tenth + if tenth < 0 { -5 } else { 5 }) / 10;
    (price.abs() <= PRICE_MAX).then_some(Amount(price))
}

/// Where the columns of a file are.
struct Columns {
    time: usize,
    zone: usize,
    price: usize,
    currency: Currency,
    /// How long the only price of a zone holds.
    alone: SignedDuration,
}

fn columns(names: &[String]) -> Option<Columns> {
    let place = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.as_str()));
    let priced = names.iter().enumerate().find_map(|(at, name)| {
        let bare = ["dayaheadprice", "spotprice", "price_per_mwh_"];
        let currency = bare.iter().find_map(|prefix| name.strip_prefix(prefix))?;
        Some((at, Currency::read(&currency.to_uppercase())?))
    });
    let (price, currency) = priced?;
    let hourly = place(&["hourutc"]);
    let alone = SignedDuration::from_mins(if hourly.is_some() { 60 } else { 15 });
    let time = hourly.or_else(|| place(&["timeutc", "time"]))?;
    Some(Columns { time, zone: place(&["pricearea", "zone"])?, price, currency, alone })
}

/// A file as the feed gives it, or with columns of the same meaning.
fn read_file(text: &str) -> Result<Vec<(Market, Vec<SpotSlot>)>, AppError> {
    let wrong = |text: String| AppError::field("/csv", text);
    if text.len() > FILE_MAX_BYTES {
        return Err(wrong(format!("at most {} MB", FILE_MAX_BYTES / 1024 / 1024)));
    }
    let text = text.trim_start_matches('\u{feff}');
    let delimiter = if text.lines().next().unwrap_or_default().contains(';') { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| wrong(error.to_string()))?;
    let names: Vec<String> = head.iter().map(|name| name.trim().to_lowercase()).collect();
    let place = columns(&names).ok_or_else(|| {
        wrong("columns TimeUTC (or HourUTC), PriceArea and DayAheadPriceDKK (or …EUR) are needed".into())
    })?;
    let mut found: BTreeMap<PriceZone, BTreeMap<Timestamp, Amount>> = BTreeMap::new();
    for (line, row) in reader.records().enumerate() {
        if line >= ROWS_MAX {
            return Err(wrong(format!("at most {ROWS_MAX} rows at once")));
        }
        let read = |row: csv::StringRecord| {
            let zone = PriceZone::read(row.get(place.zone)?)?;
            Some((zone, utc(row.get(place.time)?)?, per_kwh(row.get(place.price)?)?))
        };
        let (zone, at, price) = row.ok().and_then(read).ok_or_else(|| {
            wrong(format!("line {} cannot be read: it needs a time, a price zone and a price", line + 2))
        })?;
        found.entry(zone).or_default().insert(at, price);
    }
    if found.is_empty() {
        return Err(wrong("the file holds no prices".into()));
    }
    let slots = |(zone, starts)| {
        let market = Market { zone, currency: place.currency };
        (market, SpotSlot::of_starts(starts, SpotSource::File, place.alone))
    };
    Ok(found.into_iter().map(slots).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_per_mwh_is_read_exactly_and_rounded_once() {
        for (text, expected) in [
            ("512.9874", Some(512_987)),
            ("512.9875", Some(512_988)),
            ("-0.0005", Some(-1)),
            ("-4.1", Some(-4_100)),
            ("68,7", Some(68_700)),
            ("7", Some(7_000)),
            ("1e-7", Some(0)),
            ("0.0", Some(0)),
            ("", None),
            ("7.", None),
            ("1.2.3", None),
            ("NaN", None),
            ("1e9", None),
            ("99999999", None),
        ] {
            assert_eq!(per_kwh(text).map(|price| price.0), expected, "{text}");
        }
    }

    #[test]
    fn a_file_is_read_with_points_or_commas() {
        let danish = "\u{feff}HourUTC;HourDK;PriceArea;SpotPriceDKK\n2026-11-20 22:00;x;dk1;512,98\n";
        let (market, slots) = read_file(danish).expect("read").remove(0);
        assert_eq!((market.zone.code, market.currency.code()), ("DK1", "DKK"));
        let first = slots.first().expect("a price");
        assert_eq!(first.per_kwh, Amount(512_980));
        assert_eq!(
            (first.from.to_string(), first.until.to_string()),
            ("2026-11-20T22:00:00Z".to_owned(), "2026-11-20T23:00:00Z".to_owned())
        );
        let english =
            "time,zone,price_per_mwh_eur\n2026-11-20T22:15:00Z,SE4,1\n2026-11-20T22:00:00Z,SE4,68.7\n";
        let (market, slots) = read_file(english).expect("read").remove(0);
        assert_eq!((market.zone.code, market.currency.code()), ("SE4", "EUR"));
        assert_eq!(slots.iter().map(|slot| slot.per_kwh.0).collect::<Vec<_>>(), [68_700, 1_000]);
        let head = "time,zone,price_per_mwh_eur\n";
        for rows in ["never,SE4,1\n", "2026-11-20T22:00:00Z,<b>,1\n", "2026-11-20T22:00:00Z,SE4,x\n", ""] {
            assert!(read_file(&format!("{head}{rows}")).is_err(), "{rows}");
        }
        assert!(read_file("a,b\n1,2\n").is_err());
    }
}
