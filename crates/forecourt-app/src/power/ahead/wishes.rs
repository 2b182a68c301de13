//! What an operator wants a plan to be made by, and the sunshine that programs tell.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{PriceProfileId, ZoneId};
use forecourt_core::power::PlanAim;
use forecourt_core::unit::WattHours;
use forecourt_store::zone_plan::ZonePlanRecord;
use jiff::SignedDuration;
use serde_json::{Value, json};

pub use forecourt_store::zone_plan::SolarSlot;

use super::ZonePlanView;
use crate::{App, AppError, Principal};

/// The largest prices, in millionths: beyond a hundred thousand of any currency somebody mistook the unit.
const PRICE_MAX: i64 = 100_000_000_000;
/// A quarter of an hour to two days.
const STAYS_MIN: std::ops::RangeInclusive<i64> = 15..=2_880;
/// A tenth of a kilowatt-hour to what the largest batteries hold.
const ENERGIES_WH: std::ops::RangeInclusive<i64> = 100..=1_000_000;
/// Stretches of one forecast: a month of quarters of an hour.
const SLOTS_MAX: usize = 3_000;
/// The longest stretch one figure holds for.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// The largest roof: beyond it is a mistake of units.
const SUN_MAX_W: i64 = 100_000_000;
/// How far ahead a forecast is shown.
const SHOWN: SignedDuration = SignedDuration::from_hours(72);

/// All of it.
#[derive(Debug, Clone)]
pub struct ZonePlanRequest {
    pub enabled: bool,
    pub aim: PlanAim,
    pub price_profile: PriceProfileId,
    pub carbon_price: i64,
    pub peak_price: i64,
    pub stay_min: i64,
    pub energy: WattHours,
}

impl App {
    /// Reads anew what zones want planned.
    pub(crate) async fn read_zone_plans(&self) -> Result<(), AppError> {
        let all: HashMap<ZoneId, ZonePlanRecord> =
            self.store.all_zone_plans().await?.into_iter().map(|each| (each.zone, each)).collect();
        *self.power.ahead.wishes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(all);
        Ok(())
    }

    /// Switches the plan of a zone on or off, and says what it is made by.
    pub async fn set_zone_plan(
        &self,
        principal: &Principal,
        id: ZoneId,
        to: ZonePlanRequest,
    ) -> Result<ZonePlanView, AppError> {
        principal.require(Permission::Power)?;
        let zone = self.own_zone(principal, id).await?;
        if zone.parent.is_some() {
            let text = "a plan is made for the zone at the top, and counts for all zones that hang on it";
            return Err(AppError::Conflict(text.into()));
        }
        self.check_plan(principal, &to).await?;
        let before = self.store.zone_plan(principal.organisation, id).await?;
        let record = ZonePlanRecord {
            zone: id,
            organisation: principal.organisation,
            enabled: to.enabled,
            aim: to.aim,
            price_profile: to.price_profile,
            carbon_price: to.carbon_price,
            peak_price: to.peak_price,
            stay_min: to.stay_min,
            energy: to.energy,
            changed_at: self.now(),
            version: 1,
        };
        let mut tx = self.store.begin().await?;
        tx.put_zone_plan(&record).await?;
        let note = self.note(principal, "zone.plan_set", ("zone", id.0, &zone.name));
        tx.audit(&note.changed(before.as_ref().map_or(Value::Null, described), described(&record))).await?;
        tx.commit().await?;
        self.read_zone_plans().await?;
        self.power.ahead.wake.notify_one();
        // The balancer tells a plan at once which cars are there.
        self.power.wake.notify_one();
        self.tell(principal, Some(zone.site), None, What::Zone);
        self.zone_plan(principal, id).await
    }

    async fn check_plan(&self, principal: &Principal, to: &ZonePlanRequest) -> Result<(), AppError> {
        let profile = self.store.price_profile(principal.organisation, to.price_profile).await?;
        if profile.is_none() {
            return Err(AppError::field("/price_profile_id", "no price profile of yours"));
        }
        for (field, price) in [("/carbon_price", to.carbon_price), ("/peak_price", to.peak_price)] {
            if !(0..=PRICE_MAX).contains(&price) {
                return Err(AppError::field(field, "between 0 and 100 000"));
            }
        }
        if !STAYS_MIN.contains(&to.stay_min) {
            return Err(AppError::field("/stay_min", "between 15 minutes and 48 hours"));
        }
        if !ENERGIES_WH.contains(&to.energy.0) {
            return Err(AppError::field("/energy_wh", "between 0.1 and 1000 kWh"));
        }
        Ok(())
    }

    /// What the sun is expected to give from now on.
    pub async fn solar_forecast(
        &self,
        principal: &Principal,
        id: ZoneId,
    ) -> Result<Vec<SolarSlot>, AppError> {
        principal.require(Permission::Read)?;
        self.own_zone(principal, id).await?;
        let now = self.now();
        Ok(self.store.solar_forecast(id, (now, now + SHOWN)).await?)
    }

    /// What was expected of the same time is replaced.
    pub async fn put_solar_forecast(
        &self,
        principal: &Principal,
        id: ZoneId,
        slots: Vec<SolarSlot>,
    ) -> Result<Vec<SolarSlot>, AppError> {
        principal.require(Permission::Power)?;
        let zone = self.own_zone(principal, id).await?;
        if slots.is_empty() || slots.len() > SLOTS_MAX {
            return Err(AppError::field("/slots", format!("1 to {SLOTS_MAX} stretches of time")));
        }
        for (index, slot) in slots.iter().enumerate() {
            let length = slot.until.duration_since(slot.from);
            if length <= SignedDuration::ZERO || length > LONGEST {
                return Err(AppError::field(&format!("/slots/{index}"), "from before until, at most a day"));
            }
            if !(0..=SUN_MAX_W).contains(&slot.power.0) {
                return Err(AppError::field(&format!("/slots/{index}/power_w"), "between 0 and 100 MW"));
            }
        }
        let mut tx = self.store.begin().await?;
        tx.put_solar_forecast(id, &slots, self.now()).await?;
        let note = self.note(principal, "zone.solar_forecast_told", ("zone", id.0, &zone.name));
        tx.audit(&note.made(&json!({"stretches": slots.len()}))).await?;
        tx.commit().await?;
        self.power.ahead.wake.notify_one();
        self.solar_forecast(principal, id).await
    }
}

fn described(record: &ZonePlanRecord) -> Value {
    json!({"enabled": record.enabled, "aim": record.aim, "price_profile_id": record.price_profile,
        "carbon_price": record.carbon_price, "peak_price": record.peak_price, "stay_min": record.stay_min,
        "energy_wh": record.energy.0})
}
