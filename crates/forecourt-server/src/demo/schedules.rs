//! Times of the demonstration: a site that charges slower while everybody cooks, and a home that charges when electricity is
//! cheapest.

use std::sync::Arc;

use forecourt_app::schedules::HoursRequest;
use forecourt_app::{App, AppError, Principal};
use forecourt_core::charging::RateUnit;
use forecourt_core::id::{SiteId, StationId};
use forecourt_core::schedule::{Cap, ChargingHours, HoursWindow, SmartCharging, SmartMode};

/// Working days.
const DAYS: std::ops::RangeInclusive<i8> = 1..=5;

/// Weekday evenings at eleven kilowatts.
pub(super) async fn seed(app: &Arc<App>, principal: &Principal, site: SiteId) -> Result<(), AppError> {
    let limit = Some(Cap { unit: RateUnit::Watts, rate: 11_000 });
    let evening = |day| HoursWindow { day, from: "17:00".into(), to: "20:00".into(), limit };
    let content = ChargingHours { windows: DAYS.map(evening).collect(), otherwise: None };
    let request = HoursRequest { site, station: None, evse: None, enabled: true, content };
    app.add_charging_hours(principal, request).await.map(drop)
}

/// Twenty kilowatt-hours until seven, when they are cheapest.
pub(super) async fn seed_home(
    app: &Arc<App>,
    principal: &Principal,
    station: StationId,
) -> Result<(), AppError> {
    let wishes = SmartCharging {
        mode: SmartMode::Price,
        ready_by: Some("07:00".into()),
        energy_goal_wh: 20_000,
        ..SmartCharging::default()
    };
    app.set_smart_charging(principal, station, Some(wishes)).await.map(drop)
}
