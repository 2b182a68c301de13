//! Charging at home in the demonstration: two chargers, one claimed and one whose owner was asked, a price profile, and
//! prices of the market and carbon intensity that are made up; the prices say so.

use std::collections::BTreeMap;
use std::sync::Arc;

use forecourt_app::electricity::{Market, MarketWords};
use forecourt_app::home::{NewOwner, ProfileEdit};
use forecourt_app::store::driver::DriverFilter;
use forecourt_app::{App, AppError, Language, Principal, StationRequest};
use forecourt_core::electricity::{Component, PriceProfile, PriceZone, SpotSlot, SpotSource, Window};
use forecourt_core::id::SiteId;
use forecourt_core::schedule::PricedSlot;
use forecourt_core::tariff::{Amount, VatRate};
use forecourt_core::unit::Currency;
use jiff::{SignedDuration, Timestamp};

/// Days of prices before and after today.
const DAYS: i64 = 31;
const DAYS_AHEAD: i64 = 2;
/// What the market asks in each hour of an ordinary day, in thousandths of a krone per kWh: dear when people cook, cheap
/// at night and when the sun shines.
const HOURS: [i64; 24] = [
    310, 290, 280, 275, 290, 380, 620, 880, 910, 760, 540, 390, 300, 260, 290, 420, 690, 980, 1_120, 1_010,
    780, 590, 460, 370,
];
/// Hours of carbon intensity before now.
const CARBON_BACK: i64 = 30;
/// Grams per kWh when electricity costs nothing, and by how many millionths of a krone each further gram goes.
const CLEANEST: i64 = 35;
const MILLIONTHS_PER_GRAM: i64 = 3_400;
/// Identity, name, and the owner who is asked; the first is a driver's.
const CHARGERS: [(&str, &str, &str); 2] =
    [("HOME-7K2", "Holm, garage", ""), ("HOME-9QF", "Lind, carport", "freja@example.org")];

pub(super) async fn seed(app: &Arc<App>, principal: &Principal, site: SiteId) -> Result<(), AppError> {
    let (Some(zone), Some(currency)) = (PriceZone::read("DK1"), Currency::read("DKK")) else { return Ok(()) };
    let market = Market { zone, currency };
    let prices = prices(market, app.now());
    app.show_spot_prices(principal, market, &prices).await?;
    app.put_carbon(principal, zone.code, carbon(&prices, app.now())).await?;
    let words = MarketWords { zone: zone.code.into(), currency: currency.code().into() };
    let edit = ProfileEdit { name: "Funen, by the hour".into(), market: words, content: profile() };
    let profile = app.add_price_profile(principal, edit).await?;
    let anna = DriverFilter { text: Some("Anna Holm".into()), ..DriverFilter::default() };
    let anna = app.drivers(principal, &anna, None, 1).await?.items.pop();
    for (identity, name, asked) in CHARGERS {
        let new = StationRequest {
            site: Some(site),
            identity: identity.into(),
            name: Some(name.into()),
            used_as: Some("home".into()),
            evses: vec![(1, Some(11_000), Some("ac".into()))],
            ..StationRequest::default()
        };
        let station = app.add_station(principal, new).await?.station.record.id;
        let owner = match (&anna, asked) {
            (Some(driver), "") => NewOwner::Known(driver.id),
            (_, email) => NewOwner::Asked {
                name: "Freja Lind".into(),
                email: Some(email.to_owned()).filter(|email| !email.is_empty()),
                language: Language::Danish,
            },
        };
        app.set_home_owner(principal, station, owner).await?;
        app.set_home_profile(principal, station, Some(profile.id)).await?;
        // Whose owner is known has said what he wishes.
        if asked.is_empty() {
            super::schedules::seed_home(app, principal, station).await?;
        }
    }
    Ok(())
}

/// A household on Funen: the grid by the hour and the season, and the state's tax paid back to who charges a car.
fn profile() -> PriceProfile {
    let line = |name: &str, millionths: i64, hours: Option<(i8, i8)>| Component {
        name: name.into(),
        per_kwh: Amount(millionths),
        when: Window { hours, ..Window::default() },
        taxable: true,
        refund: false,
    };
    let refund =
        Component { taxable: false, refund: true, ..line("Electricity tax paid back", 900_000, None) };
    PriceProfile {
        vat: VatRate(250_000),
        components: vec![
            line("Supplement", 80_000, None),
            line("Transmission", 115_000, None),
            line("Distribution, night", 91_100, Some((0, 6))),
            line("Distribution, day", 273_400, Some((6, 17))),
            line("Distribution, evening", 820_200, Some((17, 21))),
            line("Distribution, late", 273_400, Some((21, 24))),
            line("Electricity tax", 720_000, None),
            refund,
        ],
    }
}

/// Quarters of an hour that follow an ordinary day, a little different each day; the same for everybody.
fn prices(market: Market, now: Timestamp) -> Vec<SpotSlot> {
    let clock = market.zone.clock();
    let quarter = SignedDuration::from_mins(15);
    let first = now - SignedDuration::from_hours(24 * DAYS);
    let begin = first.to_zoned(clock.clone()).date().to_zoned(clock.clone());
    let end = now + SignedDuration::from_hours(24 * DAYS_AHEAD);
    let mut starts = BTreeMap::new();
    let mut at = begin.map_or(first, |at| at.timestamp());
    while at < end {
        let local = at.to_zoned(clock.clone());
        let usual = HOURS.get(local.hour().unsigned_abs() as usize).copied().unwrap_or_default();
        let day = i64::from(local.date().day()) * 37 % 61;
        let wiggle = i64::from(local.minute()) * 7 % 23;
        starts.insert(at, Amount(1_000 * (usual * (70 + day) / 100 + wiggle)));
        at += quarter;
    }
    SpotSlot::of_starts(starts, SpotSource::Demo, quarter)
}

/// Wind and sun make electricity cheap and clean at the same time: from yesterday on it goes up and down with its price.
fn carbon(prices: &[SpotSlot], now: Timestamp) -> Vec<PricedSlot> {
    let begin = now - SignedDuration::from_hours(CARBON_BACK);
    let known = prices.iter().filter(|slot| slot.from >= begin);
    let grams = |slot: &SpotSlot| CLEANEST + slot.per_kwh.0.max(0) / MILLIONTHS_PER_GRAM;
    known.map(|slot| PricedSlot { from: slot.from, until: slot.until, per_kwh: grams(slot) }).collect()
}
