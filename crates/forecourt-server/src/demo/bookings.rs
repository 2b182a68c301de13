//! Bookings of the demonstration: one site takes them, and a few drivers have booked the hours and days to come.

use std::sync::Arc;

use forecourt_app::bookings::NewBooking;
use forecourt_app::store::driver::DriverFilter;
use forecourt_app::store::station::StationFilter;
use forecourt_app::{App, AppError, Principal};
use forecourt_core::booking::{Blocking, Rules};
use forecourt_core::id::SiteId;
use forecourt_core::tariff::{Amount, ClockTime};

/// The site among those of the demonstration.
pub(super) const SITE: usize = 1;
/// Which of the coming slots are booked, for how many in a row, and what the desk was told.
const BOOKED: [(usize, i64, Option<&str>); 6] = [
    (2, 1, None),
    (4, 2, Some("Arrives with a trailer")),
    (6, 1, None),
    (13, 1, None),
    (16, 2, None),
    (29, 1, Some("Called the desk")),
];
const DAYS: i64 = 4;
/// Amounts contain VAT, in millionths.
const FEE: Amount = Amount(2_000_000);
const FEE_LATER: Amount = Amount(1_000_000);
const BLOCKING: Amount = Amount(5_000_000);

pub(super) async fn seed(app: &Arc<App>, principal: &Principal, site: SiteId) -> Result<(), AppError> {
    let usual = app.booking_rules(principal, site).await?.rules;
    let rules = Rules {
        enabled: true,
        from: ClockTime(6 * 60),
        to: ClockTime(22 * 60),
        slot_min: 60,
        buffer_min: 15,
        slots_max: 3,
        free_wh: 2_000,
        fee: FEE,
        fee_future: Some(FEE_LATER),
        blocking: Some(Blocking { grace_min: 15, amount: BLOCKING, every_min: 15 }),
        ..usual
    };
    app.set_booking_rules(principal, site, None, rules).await?;
    let slots = app.booking_slots(principal, site, (None, DAYS), None).await?;
    let now = app.now();
    let coming: Vec<_> = slots.into_iter().filter(|each| each.slot.from > now && each.free > 0).collect();
    let drivers = app.drivers(principal, &DriverFilter::default(), None, 50).await?.items;
    let here = StationFilter { site: Some(site), ..StationFilter::default() };
    let stations = app.stations(principal, &here, None, 50).await?.items;
    let people = drivers.iter().cycle().zip(stations.iter().cycle());
    for ((at, slots, note), (driver, station)) in BOOKED.into_iter().zip(people) {
        let Some(slot) = coming.get(at) else { continue };
        let new = NewBooking {
            site,
            driver: driver.id,
            from: slot.slot.from,
            slots,
            station: Some(station.record.id),
            evse: None,
            note: note.map(str::to_owned),
            by_driver: false,
        };
        // The last slots of a day have none behind them: a demonstration goes on without that one.
        match app.book(principal, new).await {
            Ok(_) | Err(AppError::Invalid(_) | AppError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
