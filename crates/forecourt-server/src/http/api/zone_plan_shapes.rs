//! How a zone's plan looks outside.

use forecourt_app::power::{
    AheadCar, AheadFree, AheadInterval, AheadPlan, DepartureFrom, FreeWhy, LoadFrom, NoPlanWhy, SessionPlan,
    ZonePlanView,
};
use forecourt_app::store::zone_plan::ZonePlanRecord;
use forecourt_core::Timestamp;
use forecourt_core::power::{PlanAim, Short};
use serde::Serialize;
use utoipa::ToSchema;

/// By what a zone is planned, and its plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZonePlan {
    zone_id: String,
    /// It hangs on no other zone: only such a one is planned.
    is_root: bool,
    zone_is_on: bool,
    time_zone: String,
    /// null: nobody said anything yet, and nothing is planned.
    settings: Option<ZonePlanSettings>,
    /// The plan; null while there is none.
    plan: Option<PlanAhead>,
    /// Why there is none: no_profile, no_prices, no_carbon, too_large or no_answer. Power is shared fairly meanwhile.
    #[schema(value_type = Option<String>)]
    no_plan: Option<NoPlanWhy>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ZonePlanSettings {
    enabled: bool,
    aim: PlanAim,
    price_profile_id: String,
    /// null: it was deleted.
    price_profile: Option<String>,
    /// Of its market.
    currency: Option<String>,
    /// Millionths of the currency per kilogram of carbon dioxide.
    carbon_price: i64,
    /// Millionths of the currency per kilowatt of the month's highest draw.
    peak_price: i64,
    stay_min: i64,
    energy_wh: i64,
}

/// A plan of the next hours.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanAhead {
    made_at: String,
    /// Length of its intervals; the first ends with the market's own.
    interval_s: i64,
    intervals: Vec<PlanInterval>,
    /// What the connection holds, its buffer held back.
    limit_w: i64,
    /// The highest draw that is expected, building and cars together; and if everybody charged at once.
    peak_w: i64,
    peak_at_once_w: i64,
    /// Of this month.
    peak_so_far_w: i64,
    /// Millionths of the currency for what cars draw from the grid, or of a kilogram of carbon dioxide: as planned, and if
    /// everybody charged at once.
    cost: i64,
    cost_at_once: i64,
    /// null: it is planned by carbon dioxide.
    currency: Option<String>,
    /// By what the building's load is expected: last_days, present or not_metered.
    #[schema(value_type = String)]
    load_from: LoadFrom,
    /// Carbon dioxide was to count beside the price and is not known.
    lacks_carbon: bool,
    cars: Vec<PlanCar>,
    /// Cars that are not planned: they have their share like everybody.
    free: Vec<PlanFree>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlanInterval {
    from: String,
    until: String,
    /// Per kilowatt-hour, in millionths as the costs are.
    price: i64,
    /// The market does not know it yet: the mean of what it knows.
    assumed: bool,
    /// What the building draws.
    load_w: i64,
    solar_w: i64,
    /// All planned cars together.
    cars_w: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlanCar {
    station_id: String,
    evse: i32,
    session_id: String,
    /// When it charges next; null: never.
    begins_at: Option<String>,
    departs_at: String,
    /// Who said so: car, wish, booking or expected.
    #[schema(value_type = String)]
    departs_from: DepartureFrom,
    /// What is still missing, and what it gets of that.
    wants_wh: i64,
    gets_wh: i64,
    /// Why it does not get all of it: time or limit.
    #[schema(value_type = Option<String>)]
    short: Option<&'static str>,
    /// In each interval.
    power_w: Vec<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlanFree {
    station_id: String,
    evse: i32,
    session_id: String,
    /// charge_now, stays_longer, has_energy or does_not_obey.
    #[schema(value_type = String)]
    why: FreeWhy,
}

/// What its zone's plan says of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionZonePlan {
    zone_id: String,
    zone_name: String,
    made_at: String,
    /// Why it is left out; null: it is planned.
    #[schema(value_type = Option<String>)]
    free: Option<FreeWhy>,
    begins_at: Option<String>,
    departs_at: Option<String>,
    #[schema(value_type = Option<String>)]
    departs_from: Option<DepartureFrom>,
    wants_wh: i64,
    gets_wh: i64,
}

fn text(at: Timestamp) -> String {
    at.to_string()
}

impl From<ZonePlanView> for ZonePlan {
    fn from(view: ZonePlanView) -> Self {
        let (profile, currency) = (view.price_profile, view.currency);
        let (plan, no_plan) = match view.outcome {
            Some(Ok(plan)) => (Some(PlanAhead::from(plan.as_ref())), None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, None),
        };
        Self {
            zone_id: view.zone.to_string(),
            is_root: view.is_root,
            zone_is_on: view.zone_is_on,
            time_zone: view.time_zone,
            settings: view.record.map(|record| settings(&record, profile, currency)),
            plan,
            no_plan,
        }
    }
}

fn settings(record: &ZonePlanRecord, profile: Option<String>, currency: Option<String>) -> ZonePlanSettings {
    ZonePlanSettings {
        enabled: record.enabled,
        aim: record.aim,
        price_profile_id: record.price_profile.to_string(),
        price_profile: profile,
        currency,
        carbon_price: record.carbon_price,
        peak_price: record.peak_price,
        stay_min: record.stay_min,
        energy_wh: record.energy.0,
    }
}

impl From<&AheadPlan> for PlanAhead {
    fn from(plan: &AheadPlan) -> Self {
        Self {
            made_at: text(plan.made_at),
            interval_s: plan.interval_s,
            intervals: plan.intervals.iter().map(PlanInterval::from).collect(),
            limit_w: plan.limit.0,
            peak_w: plan.peak.0,
            peak_at_once_w: plan.peak_at_once.0,
            peak_so_far_w: plan.peak_so_far.0,
            cost: plan.cost,
            cost_at_once: plan.cost_at_once,
            currency: plan.currency.clone(),
            load_from: plan.load_from,
            lacks_carbon: plan.lacks_carbon,
            cars: plan.cars.iter().map(|car| shown(plan, car)).collect(),
            free: plan.free.iter().map(PlanFree::from).collect(),
        }
    }
}

impl From<&AheadInterval> for PlanInterval {
    fn from(each: &AheadInterval) -> Self {
        Self {
            from: text(each.from),
            until: text(each.until),
            price: each.price,
            assumed: each.assumed,
            load_w: each.load.0,
            solar_w: each.solar.0,
            cars_w: each.cars.0,
        }
    }
}

fn shown(plan: &AheadPlan, car: &AheadCar) -> PlanCar {
    PlanCar {
        station_id: car.seat.0.to_string(),
        evse: car.seat.1.0,
        session_id: car.session.to_string(),
        begins_at: plan.begins(car).map(text),
        departs_at: text(car.departs),
        departs_from: car.departs_from,
        wants_wh: car.wants.0,
        gets_wh: car.gets.0,
        short: car.short.map(|short| match short {
            Short::Time => "time",
            Short::Limit => "limit",
        }),
        power_w: car.power.iter().map(|watts| watts.0).collect(),
    }
}

impl From<&AheadFree> for PlanFree {
    fn from(free: &AheadFree) -> Self {
        Self {
            station_id: free.seat.0.to_string(),
            evse: free.seat.1.0,
            session_id: free.session.to_string(),
            why: free.why,
        }
    }
}

impl From<SessionPlan> for SessionZonePlan {
    fn from(plan: SessionPlan) -> Self {
        let (departs, from) = plan.departs.unzip();
        Self {
            zone_id: plan.zone.to_string(),
            zone_name: plan.zone_name,
            made_at: text(plan.made_at),
            free: plan.free,
            begins_at: plan.begins.map(text),
            departs_at: departs.map(text),
            departs_from: from,
            wants_wh: plan.wants_wh,
            gets_wh: plan.gets_wh,
        }
    }
}
