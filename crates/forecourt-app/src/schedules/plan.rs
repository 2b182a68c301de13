//! When a car at home charges: the cheapest or the cleanest time until it must be ready (F108). Without prices nothing is
//! planned, and it charges as if nobody had asked for a plan.

use forecourt_core::Timestamp;
use forecourt_core::electricity::SpotSlot;
use forecourt_core::id::{OrganisationId, StationId};
use forecourt_core::schedule::{
    Course, Need, Planned, PricedSlot, SmartCharging, SmartMode, Step, cheapest, cost_of,
};
use forecourt_core::unit::{MilliAmps, WattHours, Watts};
use forecourt_store::home::HomeFilter;
use forecourt_store::price_profile::PriceProfileRecord;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::home::effective;
use crate::{App, AppError};

/// A session that is this much ahead of its plan or behind it gets another one.
const ASTRAY: i64 = 1_500;
/// Power is planned with in steps of this: a wobbling meter is no reason for another plan.
const POWER_STEP: i64 = 500;

/// A plan as it is kept with its session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPlan {
    pub mode: SmartMode,
    pub planned_at: Timestamp,
    /// plugged_in, prices, progress or settings.
    pub because: String,
    pub ready_by: Timestamp,
    pub goal_wh: i64,
    /// What had been charged when it was made.
    pub had_wh: i64,
    pub power_w: i64,
    /// What it delivers: less than the goal where the time does not suffice.
    pub energy_wh: i64,
    pub stretches: Vec<(Timestamp, Timestamp)>,
    /// Price with everything on top, in millionths of the currency per kWh; or grams of carbon dioxide per kWh.
    pub slots: Vec<(Timestamp, Timestamp, i64)>,
    /// Currency of the price; none for carbon.
    pub currency: Option<String>,
    /// Of `energy_wh`, in the same unit: as planned, and if it were charged at once.
    pub cost: Option<i64>,
    pub at_once: Option<i64>,
}

/// What a plan is made from.
pub(super) struct Wish<'a> {
    pub smart: &'a SmartCharging,
    pub ready_by: Timestamp,
    pub had: WattHours,
    pub power: Watts,
    pub now: Timestamp,
    pub delay: SignedDuration,
}

/// What is known of the time ahead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Market {
    pub slots: Vec<PricedSlot>,
    pub currency: Option<String>,
}

impl KeptPlan {
    /// All there is within its stretches, nothing between them, all there is when the car should be ready.
    pub(super) fn course(&self, full: MilliAmps) -> Course {
        let mut steps = vec![Step { at: self.planned_at, limit: MilliAmps::ZERO }];
        for (from, until) in &self.stretches {
            steps.push(Step { at: *from, limit: full });
            steps.push(Step { at: *until, limit: MilliAmps::ZERO });
        }
        steps.push(Step { at: self.ready_by, limit: full });
        Course::of(steps)
    }

    /// What it should have delivered by now.
    fn expected(&self, now: Timestamp) -> i64 {
        let done = self.stretches.iter().map(|(from, until)| {
            let until = (*until).min(now);
            until.as_millisecond().saturating_sub(from.as_millisecond()).max(0)
        });
        let millis: i64 = done.sum();
        let planned = i128::from(millis) * i128::from(self.power_w) / 3_600_000;
        self.had_wh.saturating_add(i64::try_from(planned).unwrap_or(i64::MAX))
    }

    fn charges_at(&self, now: Timestamp) -> bool {
        self.stretches.iter().any(|(from, until)| *from <= now && now < *until)
    }
}

/// The power planned with: what was seen, else all there is.
pub(super) fn planned_power(seen: Option<Watts>, full: Watts) -> Watts {
    let power = seen.filter(|seen| seen.0 >= POWER_STEP).unwrap_or(full);
    Watts((power.0 / POWER_STEP * POWER_STEP).max(POWER_STEP))
}

/// Why the plan that is there no longer does.
pub(super) fn why_again(known: Option<&KeptPlan>, wish: &Wish<'_>, market: &Market) -> Option<&'static str> {
    let Some(known) = known else { return Some("plugged_in") };
    if (known.mode, known.goal_wh, known.ready_by)
        != (wish.smart.mode, wish.smart.energy_goal_wh, wish.ready_by)
    {
        return Some("settings");
    }
    let known_ahead: Vec<_> = known.slots.iter().filter(|(_, until, _)| *until > wish.now).collect();
    let here = market.slots.iter().filter(|slot| slot.until > wish.now);
    let ahead: Vec<_> = here.map(|slot| (slot.from, slot.until, slot.per_kwh)).collect();
    if !known_ahead.into_iter().copied().eq(ahead) {
        return Some("prices");
    }
    // A goal that was met in time needs no other plan; a car that is full takes nothing more.
    let astray = (known.expected(wish.now) - wish.had.0).abs() > ASTRAY;
    let slower = wish.power.0 != known.power_w && known.charges_at(wish.now);
    (astray || slower).then_some("progress")
}

/// The cheapest time for what is missing. A start that was put off by chance is put off within the time there is.
pub(super) fn make(known: Option<&KeptPlan>, wish: &Wish<'_>, market: &Market, because: &str) -> KeptPlan {
    let charges = known.is_some_and(|plan| plan.charges_at(wish.now));
    let delay = if charges { SignedDuration::ZERO } else { wish.delay };
    let missing = WattHours((wish.smart.energy_goal_wh - wish.had.0).max(0));
    let by = wish.ready_by.checked_sub(delay).unwrap_or(wish.ready_by).max(wish.now);
    let need = Need { energy: missing, power: wish.power, from: wish.now, by };
    let plan = cheapest(&market.slots, &need);
    let later = |at: Timestamp| at.checked_add(delay).unwrap_or(at).min(wish.ready_by);
    let stretches: Vec<Planned> =
        plan.stretches.iter().map(|s| Planned { from: later(s.from), until: later(s.until) }).collect();
    KeptPlan {
        mode: wish.smart.mode,
        planned_at: wish.now,
        because: because.to_owned(),
        ready_by: wish.ready_by,
        goal_wh: wish.smart.energy_goal_wh,
        had_wh: wish.had.0,
        power_w: wish.power.0,
        energy_wh: plan.energy.0,
        cost: cost_of(&market.slots, &stretches, wish.power),
        at_once: plan.at_once,
        stretches: stretches.into_iter().map(|s| (s.from, s.until)).collect(),
        slots: market.slots.iter().map(|slot| (slot.from, slot.until, slot.per_kwh)).collect(),
        currency: market.currency.clone(),
    }
}

impl App {
    /// What the time until `by` costs at a home charger, by its price profile; or how clean it is.
    pub(super) async fn market_ahead(
        &self,
        (organisation, station): (OrganisationId, StationId),
        mode: SmartMode,
        (now, by): (Timestamp, Timestamp),
    ) -> Result<Result<Market, &'static str>, AppError> {
        let Some(profile) = self.profile_of_home(organisation, station).await? else {
            return Ok(Err("no_profile"));
        };
        let (slots, currency) = match mode {
            SmartMode::Plain => return Ok(Err("plain")),
            SmartMode::Carbon => {
                (self.store.carbon_intensity(organisation, profile.market.zone, now, by).await?, None)
            }
            SmartMode::Price => {
                let slots = self.money_of(organisation, &profile, (now, by)).await?;
                (slots, Some(profile.market.currency.code().to_owned()))
            }
        };
        if slots.is_empty() {
            return Ok(Err(if mode == SmartMode::Carbon { "no_carbon" } else { "no_prices" }));
        }
        Ok(Ok(Market { slots, currency }))
    }

    /// What a kilowatt-hour costs by a price profile, with everything on top, as far as the market is known.
    pub(crate) async fn money_of(
        &self,
        organisation: OrganisationId,
        profile: &PriceProfileRecord,
        (now, by): (Timestamp, Timestamp),
    ) -> Result<Vec<PricedSlot>, AppError> {
        let clock = profile.market.zone.clock();
        let curve = self.spot_curve(organisation, profile.market, (now, by)).await?;
        let priced = |slot: SpotSlot| {
            let local = slot.from.to_zoned(clock.clone()).datetime();
            let per_kwh = profile.content.price(slot.per_kwh, local).total.0;
            PricedSlot { from: slot.from, until: slot.until, per_kwh }
        };
        Ok(curve.slots().into_iter().filter(|slot| slot.until > now).map(priced).collect())
    }

    pub(super) async fn profile_of_home(
        &self,
        organisation: OrganisationId,
        station: StationId,
    ) -> Result<Option<PriceProfileRecord>, AppError> {
        let filter = HomeFilter { station: Some(station), ..HomeFilter::default() };
        let mut found = self.store.home_chargers(organisation, &filter, self.now(), None, 1).await?;
        let Some((id, _)) = found.items.pop().as_ref().and_then(effective) else { return Ok(None) };
        Ok(self.store.price_profile(organisation, id).await?)
    }
}
