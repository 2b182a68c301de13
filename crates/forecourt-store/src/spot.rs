//! Prices of the electricity market: of the public feed, and what organisations brought themselves.

use forecourt_core::Timestamp;
use forecourt_core::electricity::{PriceZone, SpotCurve, SpotSlot, SpotSource};
use forecourt_core::id::OrganisationId;
use forecourt_core::tariff::Amount;
use forecourt_core::unit::Currency;

use crate::engine::{Row, values};
use crate::words::{read, word};
use crate::{Store, StoreError, Tx};

/// Whose the prices of the public feed are: nobody's.
pub const PUBLIC: OrganisationId = OrganisationId(0);
/// Most prices of one answer: two years of hours, or half a year of quarters.
const SLOTS_MAX: i64 = 20_000;
/// Zones followed by everybody on this server.
const ZONES_MAX: i64 = 500;

/// A zone's prices in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Market {
    pub zone: PriceZone,
    pub currency: Currency,
}

/// A market an organisation follows, and how far its prices are known.
#[derive(Debug, Clone)]
pub struct FollowedMarket {
    pub market: Market,
    /// Price profiles of the organisation that need it.
    pub profiles: i64,
    /// The end of the last price that is known, of the feed or of the organisation's own.
    pub known_until: Option<Timestamp>,
    pub feed: Option<FeedState>,
}

/// How reading the public feed went.
#[derive(Debug, Clone)]
pub struct FeedState {
    pub asked_at: Timestamp,
    pub read_at: Option<Timestamp>,
    pub problem: Option<String>,
}

/// A zone that somebody follows, as the reading of the feed sees it.
#[derive(Debug, Clone)]
pub struct WantedZone {
    pub zone: PriceZone,
    pub asked_at: Option<Timestamp>,
    pub problem: Option<String>,
    /// The end of the last price of the feed.
    pub known_until: Option<Timestamp>,
}

fn market_from(row: &Row) -> Result<Market, StoreError> {
    let zone = PriceZone::read(&row.text("zone")?).ok_or(StoreError::Corrupt("zone"))?;
    let currency = Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))?;
    Ok(Market { zone, currency })
}

fn feed_from(row: &Row) -> Result<Option<FeedState>, StoreError> {
    let Some(asked_at) = row.time_or_none("asked_at")? else { return Ok(None) };
    let (read_at, problem) = (row.time_or_none("read_at")?, row.text_or_none("problem")?);
    Ok(Some(FeedState { asked_at, read_at, problem }))
}

fn slot_from(row: &Row) -> Result<(OrganisationId, SpotSlot), StoreError> {
    let slot = SpotSlot {
        from: row.time("at")?,
        until: row.time("until_at")?,
        per_kwh: Amount(row.int("price")?),
        source: read(row.text("source")?, "source")?,
    };
    Ok((OrganisationId(row.int("organisation_id")?), slot))
}

impl Store {
    /// The prices that hold in `[from, until)`.
    pub async fn spot_prices(
        &self,
        organisation: OrganisationId,
        market: Market,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<SpotCurve, StoreError> {
        // What began at most an hour before may still hold.
        let earliest = from.saturating_sub(jiff::SignedDuration::from_hours(1)).unwrap_or(from);
        let sql = format!(
            "SELECT organisation_id, at, until_at, price, source FROM spot_price WHERE organisation_id IN (0, $1) \
             AND zone = $2 AND currency = $3 AND at > $4 AND at < $5 ORDER BY at LIMIT {SLOTS_MAX}"
        );
        let values = values![organisation, market.zone.code, market.currency.code(), earliest, until];
        let rows = self.rows(&sql, values).await?;
        let slots = rows.iter().map(slot_from).collect::<Result<Vec<_>, _>>()?;
        let (public, own): (Vec<_>, Vec<_>) =
            slots.into_iter().filter(|(_, slot)| slot.until > from).partition(|(whose, _)| *whose == PUBLIC);
        let bare = |slots: Vec<(OrganisationId, SpotSlot)>| slots.into_iter().map(|(_, slot)| slot);
        Ok(SpotCurve::of(bare(own), bare(public)))
    }

    /// By zone.
    pub async fn followed_markets(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<FollowedMarket>, StoreError> {
        let sql = format!(
            "SELECT z.zone, z.currency, f.asked_at, f.read_at, f.problem, \
             (SELECT COUNT(*) FROM price_profile p WHERE p.organisation_id = z.organisation_id AND p.zone = z.zone \
               AND p.currency = z.currency) AS profiles, \
             (SELECT MAX(s.until_at) FROM spot_price s WHERE s.organisation_id IN (0, z.organisation_id) \
               AND s.zone = z.zone AND s.currency = z.currency) AS known_until \
             FROM spot_zone z LEFT JOIN spot_feed f ON f.zone = z.zone WHERE z.organisation_id = $1 \
             ORDER BY z.zone, z.currency LIMIT {ZONES_MAX}"
        );
        let from = |row: &Row| {
            Ok(FollowedMarket {
                market: market_from(row)?,
                profiles: row.int("profiles")?,
                known_until: row.time_or_none("known_until")?,
                feed: feed_from(row)?,
            })
        };
        self.rows(&sql, values![organisation]).await?.iter().map(from).collect()
    }

    /// Zones that somebody on this server follows.
    pub async fn wanted_zones(&self) -> Result<Vec<WantedZone>, StoreError> {
        let sql = format!(
            "SELECT z.zone, MAX(f.asked_at) AS asked_at, MAX(f.problem) AS problem, \
             (SELECT MAX(s.until_at) FROM spot_price s WHERE s.organisation_id = 0 AND s.zone = z.zone) AS known_until \
             FROM spot_zone z LEFT JOIN spot_feed f ON f.zone = z.zone GROUP BY z.zone ORDER BY z.zone \
             LIMIT {ZONES_MAX}"
        );
        let mut all = Vec::new();
        for row in self.rows(&sql, values![]).await? {
            let Some(zone) = PriceZone::read(&row.text("zone")?) else { continue };
            all.push(WantedZone {
                zone,
                asked_at: row.time_or_none("asked_at")?,
                problem: row.text_or_none("problem")?,
                known_until: row.time_or_none("known_until")?,
            });
        }
        Ok(all)
    }
}

impl Tx {
    /// What was known of the time a price holds for is replaced.
    pub async fn put_spot_prices(
        &mut self,
        organisation: OrganisationId,
        market: Market,
        slots: &[SpotSlot],
    ) -> Result<(), StoreError> {
        let (zone, currency) = (market.zone.code, market.currency.code().to_owned());
        for slot in slots {
            let values = values![organisation, zone, &currency, slot.from, slot.until];
            let sql = "DELETE FROM spot_price WHERE organisation_id = $1 AND zone = $2 AND currency = $3 \
                       AND at >= $4 AND at < $5";
            self.execute(sql, values).await?;
            let source: SpotSource = slot.source;
            let sql = "INSERT INTO spot_price (organisation_id, zone, currency, at, until_at, price, source) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
            let (price, source) = (slot.per_kwh.0, word(&source));
            let values = values![organisation, zone, &currency, slot.from, slot.until, price, source];
            self.execute(sql, values).await?;
        }
        Ok(())
    }

    /// Once is enough: again changes nothing.
    pub async fn follow_market(
        &mut self,
        organisation: OrganisationId,
        market: Market,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO spot_zone (organisation_id, zone, currency, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (organisation_id, zone, currency) DO NOTHING";
        let values = values![organisation, market.zone.code, market.currency.code(), now];
        Ok(self.execute(sql, values).await? == 1)
    }

    /// `false`: it was not followed. Prices stay.
    pub async fn leave_market(
        &mut self,
        organisation: OrganisationId,
        market: Market,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM spot_zone WHERE organisation_id = $1 AND zone = $2 AND currency = $3";
        let values = values![organisation, market.zone.code, market.currency.code()];
        Ok(self.execute(sql, values).await? == 1)
    }

    /// How reading the feed went just now.
    pub async fn note_feed(
        &mut self,
        zone: PriceZone,
        now: Timestamp,
        problem: Option<&str>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO spot_feed (zone, asked_at, read_at, problem) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (zone) DO UPDATE SET asked_at = excluded.asked_at, \
                   read_at = COALESCE(excluded.read_at, spot_feed.read_at), problem = excluded.problem";
        let read_at = problem.is_none().then_some(now);
        self.execute(sql, values![zone.code, now, read_at, problem.map(str::to_owned)]).await.map(drop)
    }

    /// Forgets prices from before `before`.
    pub async fn forget_spot_prices(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.execute("DELETE FROM spot_price WHERE at < $1", values![before]).await
    }
}
