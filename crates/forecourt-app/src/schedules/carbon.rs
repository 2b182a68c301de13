//! How clean electricity is, as programs tell it: grams of carbon dioxide per kilowatt-hour of a price zone.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::electricity::PriceZone;
use forecourt_core::schedule::PricedSlot;
use jiff::{RoundMode, SignedDuration, TimestampRound, Unit};
use serde_json::json;

use crate::electricity::may_price;
use crate::{App, AppError, Principal};

/// Stretches of one import: a month of quarters of an hour.
pub(super) const SLOTS_MAX: usize = 3_000;
/// The longest stretch one figure holds for.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// Burning the dirtiest coal gives less.
const GRAMS_MAX: i64 = 5_000;
/// How far back and ahead it is shown, in hours.
const SHOWN_BACK: i64 = 24;
const SHOWN_AHEAD: i64 = 48;

/// What is known around now.
#[derive(Debug, Clone)]
pub struct CarbonView {
    pub zone: PriceZone,
    /// The time that is looked at.
    pub from: Timestamp,
    pub until: Timestamp,
    pub slots: Vec<PricedSlot>,
}

impl App {
    pub async fn carbon_view(&self, principal: &Principal, zone: &str) -> Result<CarbonView, AppError> {
        principal.require(Permission::Read)?;
        let zone = read_zone(zone)?;
        let now = self.now();
        let hour =
            now.round(TimestampRound::new().smallest(Unit::Hour).mode(RoundMode::Trunc)).unwrap_or(now);
        let (from, until) =
            (hour - SignedDuration::from_hours(SHOWN_BACK), hour + SignedDuration::from_hours(SHOWN_AHEAD));
        let slots = self.store.carbon_intensity(principal.organisation, zone, from, until).await?;
        Ok(CarbonView { zone, from, until, slots })
    }

    /// What was known of the same time is replaced.
    pub async fn put_carbon(
        &self,
        principal: &Principal,
        zone: &str,
        slots: Vec<PricedSlot>,
    ) -> Result<CarbonView, AppError> {
        may_price(principal)?;
        let zone = read_zone(zone)?;
        if slots.is_empty() || slots.len() > SLOTS_MAX {
            return Err(AppError::field("/slots", format!("1 to {SLOTS_MAX} stretches of time")));
        }
        for (index, slot) in slots.iter().enumerate() {
            if !is_stretch(slot) {
                return Err(AppError::field(&format!("/slots/{index}"), "from before until, at most a day"));
            }
            if !is_likely(slot) {
                let text = format!("between 0 and {GRAMS_MAX} g per kWh");
                return Err(AppError::field(&format!("/slots/{index}/grams_per_kwh"), text));
            }
        }
        let mut tx = self.store.begin().await?;
        tx.put_carbon_intensity(principal.organisation, zone, &slots).await?;
        let note = self.note(principal, "carbon_intensity.added", ("spot_zone", 0, zone.code));
        tx.audit(&note.made(&json!({"zone": zone.code, "stretches": slots.len()}))).await?;
        tx.commit().await?;
        self.schedules.wake.notify_one();
        self.tell(principal, None, None, What::Organisation);
        self.carbon_view(principal, zone.code).await
    }
}

/// It begins before it ends, and one figure holds no longer than a day.
pub(super) fn is_stretch(slot: &PricedSlot) -> bool {
    let length = slot.until.duration_since(slot.from);
    length > SignedDuration::ZERO && length <= LONGEST
}

pub(super) fn is_likely(slot: &PricedSlot) -> bool {
    (0..=GRAMS_MAX).contains(&slot.per_kwh)
}

pub(super) fn read_zone(zone: &str) -> Result<PriceZone, AppError> {
    PriceZone::read(zone).ok_or_else(|| AppError::field("/zone", "no price zone of this name"))
}
