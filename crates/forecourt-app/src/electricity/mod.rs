//! Prices of the electricity market: which zones an organisation follows, and what is known of them.
//!
//! Nothing depends on the public feed being there: what is known stays, what is missing is said to be missing.

mod feed;
mod import;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::electricity::{PriceZone, SpotCurve, SpotSlot, SpotSource};
use forecourt_core::id::OrganisationId;
use forecourt_core::unit::Currency;
use forecourt_store::spot::FollowedMarket;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::json;

use crate::sheet::{Cell, Sheet};
use crate::{App, AppError, Principal};

pub use feed::{FEED_ZONES, SPOT_PRICES_URL};
pub use forecourt_store::spot::Market;
pub(crate) use import::utc;
pub use import::{SpotImport, SpotImportPart};

/// Zones one organisation follows.
const MARKETS_MAX: usize = 40;
/// Days of prices shown or taken away at once: a quarter of a year.
const DAYS_MAX: i32 = 93;
/// Today, and tomorrow once it is known.
const DAYS_SHOWN: i32 = 2;
/// Decimals of a price per kWh in a file.
const PRICE_DECIMALS: u32 = 6;
const COLUMNS: [&str; 6] = ["From", "Until", "Zone", "Price per kWh", "Currency", "Source"];

/// Which market, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct MarketWords {
    pub zone: String,
    pub currency: String,
}

/// Days of a zone's own calendar.
#[derive(Debug, Clone, Default)]
pub struct SpotDays {
    /// `None`: today.
    pub first: Option<String>,
    /// `None`: two, as far as the market knows.
    pub count: Option<i32>,
}

/// What is known of some days.
#[derive(Debug, Clone)]
pub struct SpotView {
    pub market: Market,
    pub from: Timestamp,
    pub until: Timestamp,
    pub slots: Vec<SpotSlot>,
}

impl App {
    pub async fn spot_markets(&self, principal: &Principal) -> Result<Vec<FollowedMarket>, AppError> {
        principal.require(Permission::Read)?;
        Ok(self.store.followed_markets(principal.organisation).await?)
    }

    /// From now on its prices are read.
    pub async fn follow_market(&self, principal: &Principal, words: &MarketWords) -> Result<(), AppError> {
        may_price(principal)?;
        let market = read_market(words)?;
        if self.store.followed_markets(principal.organisation).await?.len() >= MARKETS_MAX {
            return Err(AppError::Conflict(format!("at most {MARKETS_MAX} price zones; remove one first")));
        }
        let mut tx = self.store.begin().await?;
        if tx.follow_market(principal.organisation, market, self.now()).await? {
            let note = self.note(principal, "spot_zone.added", zone_of(principal, market));
            tx.audit(&note.made(&described(market))).await?;
        }
        tx.commit().await?;
        self.tell(principal, None, None, What::Organisation);
        Ok(())
    }

    /// Prices that are known stay.
    pub async fn leave_market(&self, principal: &Principal, words: &MarketWords) -> Result<(), AppError> {
        may_price(principal)?;
        let market = read_market(words).map_err(|_| AppError::NotFound("price zone"))?;
        let all = self.store.followed_markets(principal.organisation).await?;
        let found = all.iter().find(|each| each.market == market).ok_or(AppError::NotFound("price zone"))?;
        if found.profiles > 0 {
            return Err(AppError::Conflict("a price profile needs these prices; change it first".into()));
        }
        let mut tx = self.store.begin().await?;
        if tx.leave_market(principal.organisation, market).await? {
            let note = self.note(principal, "spot_zone.removed", zone_of(principal, market));
            tx.audit(&note.gone(&described(market))).await?;
        }
        tx.commit().await?;
        self.tell(principal, None, None, What::Organisation);
        Ok(())
    }

    /// Prices of a stretch of time, for what works with them.
    pub(crate) async fn spot_curve(
        &self,
        organisation: OrganisationId,
        market: Market,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<SpotCurve, AppError> {
        Ok(self.store.spot_prices(organisation, market, from, until).await?)
    }

    /// Prices of some days, as screens and programs see them.
    pub async fn spot_days(
        &self,
        principal: &Principal,
        words: &MarketWords,
        days: &SpotDays,
    ) -> Result<SpotView, AppError> {
        principal.require(Permission::Read)?;
        self.market_days(principal.organisation, read_market(words)?, days).await
    }

    pub(crate) async fn market_days(
        &self,
        organisation: OrganisationId,
        market: Market,
        days: &SpotDays,
    ) -> Result<SpotView, AppError> {
        let count = days.count.unwrap_or(DAYS_SHOWN);
        if !(1..=DAYS_MAX).contains(&count) {
            return Err(AppError::field("days", format!("between 1 and {DAYS_MAX}")));
        }
        let wrong = || AppError::field("day", "a day like 2026-11-22");
        let clock = market.zone.clock();
        let first = match &days.first {
            Some(text) => text.parse::<Date>().map_err(|_| wrong())?,
            None => self.now().to_zoned(clock.clone()).date(),
        };
        let begin = |date: Date| date.to_zoned(clock.clone()).map(|at| at.timestamp()).ok();
        let last = first.checked_add(count.days()).ok();
        let (from, until) = begin(first).zip(last.and_then(begin)).ok_or_else(wrong)?;
        let curve = self.spot_curve(organisation, market, (from, until)).await?;
        Ok(SpotView { market, from, until, slots: curve.slots() })
    }

    pub async fn spot_sheet(
        &self,
        principal: &Principal,
        words: &MarketWords,
        days: &SpotDays,
    ) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let view = self.spot_days(principal, words, days).await?;
        let market = view.market;
        let row = |slot: SpotSlot| {
            vec![
                Cell::Time(slot.from),
                Cell::Time(slot.until),
                Cell::from(market.zone.code),
                Cell::Fixed { value: slot.per_kwh.0, decimals: PRICE_DECIMALS },
                Cell::from(market.currency.code()),
                Cell::from(source_word(slot.source)),
            ]
        };
        let rows = view.slots.into_iter().map(row).collect();
        let name = self.organisation(principal).await?.name;
        let title = format!("Spot prices {}", market.zone.code);
        Ok(Sheet::list(title, name, market.zone.time_zone, self.now(), &COLUMNS, rows))
    }
}

/// The market of two words, however they were typed.
pub(crate) fn read_market(words: &MarketWords) -> Result<Market, AppError> {
    let zone = PriceZone::read(&words.zone)
        .ok_or_else(|| AppError::field("/zone", "a price zone of the market, for example DK1"))?;
    let currency = Currency::read(&words.currency.trim().to_uppercase())
        .ok_or_else(|| AppError::field("/currency", "three capital letters (ISO 4217), for example EUR"))?;
    Ok(Market { zone, currency })
}

pub fn source_word(source: SpotSource) -> &'static str {
    match source {
        SpotSource::Feed => "feed",
        SpotSource::File => "file",
        SpotSource::Demo => "demo",
    }
}

/// Prices concern every site.
pub(crate) fn may_price(principal: &Principal) -> Result<(), AppError> {
    principal.require(Permission::Tariffs)?;
    principal.require_every_site()
}

fn zone_of(principal: &Principal, market: Market) -> crate::audit::Subject<'static> {
    ("spot_zone", principal.organisation.0, market.zone.code)
}

fn described(market: Market) -> serde_json::Value {
    json!({"zone": market.zone.code, "currency": market.currency.code()})
}
