//! Cars as a plan knows them: when each leaves, what it wants by then, and who is left out and why.

use std::collections::HashMap;

use forecourt_core::Timestamp;
use forecourt_core::id::SessionId;
use forecourt_core::power::Demand;
use forecourt_core::schedule::Course;
use forecourt_core::unit::{MilliAmps, MilliVolts, WattHours, Watts};
use forecourt_store::zone_plan::{CarNeedsRecord, ZonePlanRecord};
use jiff::SignedDuration;
use serde::Serialize;

use super::super::Seat;
use super::super::look::{LEAST, Look};
use super::super::plan::Tree;
use crate::{App, AppError};

/// What a car takes is planned with in steps of this: a wobbling meter is no reason for another plan.
const STEP: i64 = 500;
/// A car may say what it needs before its session is known here.
const SAID_BEFORE: SignedDuration = SignedDuration::from_mins(5);
/// What a car said is looked for so far back: no session lasts longer that still follows a plan.
const SAID_WITHIN: SignedDuration = SignedDuration::from_hours(24 * 14);
/// The battery of a large truck: who asks for more has mistaken the unit.
const ASKED_MAX: i64 = 1_000_000;

/// A running session of a tree, as the balancer saw it.
#[derive(Debug, Clone)]
pub(in crate::power) struct Present {
    pub seat: Seat,
    pub session: SessionId,
    pub began: Timestamp,
    pub energy: WattHours,
    /// It follows limits.
    pub obeys: bool,
    pub conductors: i64,
    pub voltage: MilliVolts,
    /// The least it charges with, and the most its car was seen to take or its charger gives.
    pub least: Watts,
    pub takes: Watts,
    pub draws: Watts,
}

impl Present {
    pub fn of(tree: &Tree, look: &Look) -> Vec<Self> {
        let each = look.evses.iter().zip(&look.seen).filter_map(|(evse, seen)| {
            let (session, _, began) = seen.session.as_ref()?;
            let voltage = tree.zones.get(evse.circuit).map_or(MilliVolts(230_000), |(zone, _)| zone.voltage);
            let conductors = evse.wiring.used();
            let watts = |each: MilliAmps| power(each, conductors, voltage);
            let takes = match evse.demand {
                Demand::Charging { takes } => takes.map_or(seen.able, |takes| takes.min(seen.able)),
                _ => seen.able,
            };
            Some(Self {
                seat: seen.seat,
                session: *session,
                began: *began,
                energy: seen.energy,
                obeys: matches!(evse.demand, Demand::Charging { .. } | Demand::Sated),
                conductors,
                voltage,
                least: watts(LEAST.min(seen.able)),
                takes: watts(takes),
                draws: watts(seen.drawn.unwrap_or(MilliAmps::ZERO)),
            })
        });
        each.collect()
    }

    /// Whether a plan for one does for the other.
    pub fn is_as(&self, other: &Self) -> bool {
        let of = |one: &Self| (one.session, one.obeys, one.takes.0 / STEP);
        of(self) == of(other)
    }
}

fn power(current: MilliAmps, conductors: i64, voltage: MilliVolts) -> Watts {
    Watts(current.0.saturating_mul(conductors).saturating_mul(voltage.0 / 1_000) / 1_000)
}

/// Who said when a car leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DepartureFrom {
    /// The car itself.
    Car,
    /// The charger's own people wished it.
    Wish,
    Booking,
    /// Nobody: the zone's usual stay.
    Expected,
}

/// Why a car is not planned: it has its share like everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FreeWhy {
    /// Somebody said: charge now.
    ChargeNow,
    /// It is here longer than was expected.
    StaysLonger,
    /// It has what was expected.
    HasEnergy,
    /// It does not follow limits, or cannot be told any.
    DoesNotObey,
}

/// A car to plan.
#[derive(Debug, Clone)]
pub(super) struct Guest {
    pub present: Present,
    pub departs: Timestamp,
    pub departs_from: DepartureFrom,
    pub goal: WattHours,
    /// What its charging hours leave of the time; `None`: everything.
    pub hours: Option<Course>,
}

impl Guest {
    /// What is still missing.
    pub fn wants(&self) -> WattHours {
        WattHours((self.goal.0 - self.present.energy.0).max(0))
    }

    /// The most it may take at a moment by its charging hours.
    pub fn hours_at(&self, at: Timestamp) -> Watts {
        let limit = self.hours.as_ref().and_then(|hours| hours.at(at));
        limit.map_or(self.present.takes, |limit| {
            let allowed = power(limit, self.present.conductors, self.present.voltage);
            if allowed < self.present.least { Watts::ZERO } else { allowed.min(self.present.takes) }
        })
    }

    /// Whatever makes another plan necessary.
    pub fn mark(&self) -> (SessionId, i64, i64, i64) {
        let takes = self.present.takes.0 / STEP;
        (self.present.session, self.departs.as_second(), self.goal.0, takes)
    }
}

/// All the car will have had when it has what it asked for.
fn asked(said: &CarNeedsRecord) -> Option<WattHours> {
    let energy = said.needs.energy?;
    Some(WattHours(said.had.0.saturating_add(energy.0.min(ASKED_MAX))))
}

impl App {
    /// What cars said of themselves.
    pub(super) async fn said_by_cars(&self) -> Result<HashMap<Seat, CarNeedsRecord>, AppError> {
        let said = self.store.car_needs_since(self.now() - SAID_WITHIN).await?;
        Ok(said.into_iter().map(|said| ((said.station, said.evse), said)).collect())
    }

    /// Cars to plan, and who is left out.
    pub(super) fn guests(
        &self,
        present: &[Present],
        wishes: &ZonePlanRecord,
        said: &HashMap<Seat, CarNeedsRecord>,
    ) -> (Vec<Guest>, Vec<(Present, FreeWhy)>) {
        let now = self.now();
        let (mut guests, mut free) = (Vec::new(), Vec::new());
        for one in present {
            let said = said.get(&one.seat).filter(|said| said.said_at >= one.began - SAID_BEFORE);
            let (departs, departs_from) = self.departure(one, wishes, said);
            let goal = said.and_then(asked).or_else(|| self.goal_of(one)).unwrap_or(wishes.energy);
            let guest = Guest {
                present: one.clone(),
                departs,
                departs_from,
                goal,
                hours: self.schedules.course_ahead(one.session),
            };
            let why = if !one.obeys {
                Some(FreeWhy::DoesNotObey)
            } else if self.schedules.is_overridden(one.session) {
                Some(FreeWhy::ChargeNow)
            } else if departs <= now {
                Some(FreeWhy::StaysLonger)
            } else if guest.wants().0 == 0 {
                Some(FreeWhy::HasEnergy)
            } else {
                None
            };
            match why {
                Some(why) => free.push((one.clone(), why)),
                None => guests.push(guest),
            }
        }
        (guests, free)
    }

    /// What the car itself says, the wish of its own people, the end of its booking, else the zone's usual stay.
    fn departure(
        &self,
        one: &Present,
        wishes: &ZonePlanRecord,
        said: Option<&CarNeedsRecord>,
    ) -> (Timestamp, DepartureFrom) {
        let leaves = said.and_then(|said| said.needs.departs_at.filter(|leaves| *leaves > said.said_at));
        if let Some(leaves) = leaves {
            return (leaves, DepartureFrom::Car);
        }
        let live = self.directory.get(one.seat.0);
        if let Some(live) = &live {
            let record = live.record();
            let wish = self.schedules.wish_of(&record);
            let ready = wish.and_then(|wish| wish.ready_after(one.began, &live.zone()));
            if let Some(ready) = ready {
                return (ready, DepartureFrom::Wish);
            }
            if let Some(ends) = self.bookings.running_until(record.site, one.seat) {
                return (ends, DepartureFrom::Booking);
            }
        }
        let stay = SignedDuration::from_mins(wishes.stay_min);
        (one.began.checked_add(stay).unwrap_or(one.began), DepartureFrom::Expected)
    }

    fn goal_of(&self, one: &Present) -> Option<WattHours> {
        let live = self.directory.get(one.seat.0)?;
        let wish = self.schedules.wish_of(&live.record())?;
        (wish.energy_goal_wh > 0).then_some(WattHours(wish.energy_goal_wh))
    }
}
