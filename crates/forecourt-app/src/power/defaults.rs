//! The limit each charger keeps for the time nobody tells it anything: set when it is chosen, again after each boot, and
//! taken away when its zone goes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use forecourt_core::charging::{
    ChargingProfile, ChargingSchedule, ProfileKind, ProfilePurpose, RateUnit, SchedulePeriod,
};
use forecourt_core::id::EvseNumber;
use forecourt_core::power::{Demand, Evse, Wiring, safe_shares};
use forecourt_core::station::MAX_EVSES;
use forecourt_core::unit::{MilliAmps, MilliVolts};
use forecourt_store::wanted::WantedProfileRecord;

use super::Seat;
use super::look::{LEAST, circuits_of, parts_of, places_of};
use super::plan::{Plan, Tree};
use crate::{App, AppError};

/// Ids of our defaults at a station: this and the EVSE's number. Ours must not be mistaken for an operator's.
pub(crate) const FIRST_ID: i64 = 70_000;
/// Lowest of all levels: whatever somebody sets for a reason of their own goes before.
const STACK_LEVEL: i64 = 0;
/// A larger default is only sent when it grew by this: each costs a message, and smaller is always safe.
const GROWS_BY: i64 = 2_000;

/// What stations keep of ours: limit, and whether they confirmed it.
#[derive(Debug, Default)]
pub(super) struct Defaults(HashMap<Seat, (MilliAmps, bool)>);

impl Defaults {
    pub fn at(&self, seat: Seat) -> (MilliAmps, bool) {
        self.0.get(&seat).copied().unwrap_or((MilliAmps::ZERO, false))
    }
}

/// One default as it should be.
struct Wanted {
    limit: MilliAmps,
    voltage: MilliVolts,
    profile: ChargingProfile,
}

impl App {
    /// Brings what stations should keep to what the trees want, and says what they keep.
    pub(super) async fn settle_defaults(self: &Arc<Self>, plan: &Plan) -> Result<Defaults, AppError> {
        let mut wanted: BTreeMap<Seat, Wanted> = BTreeMap::new();
        for tree in &plan.trees {
            self.wanted_of(plan, tree, &mut wanted).await;
        }
        let ids = (FIRST_ID, FIRST_ID + i64::from(MAX_EVSES));
        let known: Vec<WantedProfileRecord> = self.store.wanted_profiles_between(ids.0, ids.1).await?;
        let mut defaults = Defaults::default();
        let mut changed = Vec::new();
        for record in &known {
            let Some(seat) = seat_of(record) else { continue };
            let wish = wanted.remove(&seat);
            let kept = wish.as_ref().and_then(|wish| limit_of(record, wish.voltage));
            match wish {
                // Its zone is gone or off.
                None if record.state != "leaving" => {
                    changed.push(WantedProfileRecord { state: "leaving".into(), ..record.clone() });
                }
                None => {}
                Some(wish) if record.state != "leaving" && is_close(kept, wish.limit) => {
                    defaults.0.insert(seat, (kept.unwrap_or(wish.limit), record.state == "held"));
                }
                Some(wish) => {
                    // What is still held is the larger of the two until the new one is confirmed.
                    defaults.0.insert(seat, (wish.limit, false));
                    changed.push(self.row(seat, &wish));
                }
            }
        }
        for (seat, wish) in wanted {
            defaults.0.insert(seat, (wish.limit, false));
            changed.push(self.row(seat, &wish));
        }
        self.want_profiles(changed).await?;
        Ok(defaults)
    }

    fn row(&self, seat: Seat, wish: &Wanted) -> WantedProfileRecord {
        WantedProfileRecord {
            station: seat.0,
            evse: i64::from(seat.1.0),
            profile: wish.profile.id,
            body: serde_json::to_string(&wish.profile).unwrap_or_default(),
            state: "wanted".into(),
            detail: None,
            changed_at: self.now(),
            retry_at: None,
        }
    }

    async fn wanted_of(&self, plan: &Plan, tree: &Tree, wanted: &mut BTreeMap<Seat, Wanted>) {
        let peaks = Self::peaks_of(plan, tree);
        let circuits: Vec<_> =
            circuits_of(tree).into_iter().zip(peaks).map(|(circuit, peak)| circuit.with_load(peak)).collect();
        let parts = parts_of(tree);
        let (mut evses, mut seats) = (Vec::new(), Vec::new());
        for charger in tree.chargers.iter().filter(|c| !c.outside) {
            let Some(live) = self.directory.get(charger.chosen.station) else { continue };
            let places = places_of(charger, &*live.state.lock().await);
            let count = u32::try_from(places.len()).unwrap_or(1).max(1);
            for (number, power, direct) in places {
                let voltage = circuits.get(charger.circuit).map_or(MilliVolts(230_000), |c| c.voltage);
                let phases = if direct { 3 } else { charger.chosen.phases };
                let max = power.map_or(32_000, |p| {
                    p.0.saturating_mul(1_000_000) / voltage.0.max(1) / i64::from(phases.max(1))
                });
                evses.push(Evse {
                    circuit: charger.circuit,
                    wiring: Wiring { phases, rotation: charger.chosen.rotation, car: None },
                    min: LEAST.min(MilliAmps(max)),
                    max: MilliAmps(max),
                    parts: parts.get(charger.circuit).copied().unwrap_or(1).saturating_mul(count),
                    demand: Demand::Idle,
                    priority: charger.chosen.priority,
                    since: forecourt_core::Timestamp::UNIX_EPOCH,
                    held: None,
                });
                seats.push(((charger.chosen.station, number), phases, direct, voltage));
            }
        }
        for ((seat, phases, direct, voltage), limit) in seats.into_iter().zip(safe_shares(&circuits, &evses))
        {
            let schedule = schedule(limit, phases, direct, voltage, None);
            let profile = ChargingProfile {
                id: FIRST_ID + i64::from(seat.1.0),
                stack_level: STACK_LEVEL,
                purpose: ProfilePurpose::Default,
                kind: ProfileKind::Relative,
                recurrency: None,
                valid_from: None,
                valid_to: None,
                transaction: None,
                schedules: vec![schedule],
            };
            wanted.insert(seat, Wanted { limit, voltage, profile });
        }
    }
}

/// One period with one limit: amperes on each phase, or watts for direct current.
pub(super) fn schedule(
    limit: MilliAmps,
    phases: u8,
    direct: bool,
    voltage: MilliVolts,
    starts_at: Option<forecourt_core::Timestamp>,
) -> ChargingSchedule {
    let (unit, rate, phases) = match direct {
        true => (RateUnit::Watts, limit.0.saturating_mul(voltage.0).saturating_mul(3) / 1_000_000, None),
        false => (RateUnit::MilliAmps, limit.0, Some(i64::from(phases))),
    };
    let periods = vec![SchedulePeriod { start_s: 0, limit: rate, phases }];
    ChargingSchedule { starts_at, duration_s: None, unit, min_rate: None, periods }
}

fn is_close(kept: Option<MilliAmps>, wanted: MilliAmps) -> bool {
    kept.is_some_and(|kept| kept == wanted || (kept < wanted && wanted.0 - kept.0 < GROWS_BY && kept.0 > 0))
}

fn seat_of(record: &WantedProfileRecord) -> Option<Seat> {
    Some((record.station, EvseNumber(i32::try_from(record.evse).ok()?)))
}

/// The limit of a profile of ours, as milliamperes where there is this voltage.
fn limit_of(record: &WantedProfileRecord, voltage: MilliVolts) -> Option<MilliAmps> {
    let profile: ChargingProfile = serde_json::from_str(&record.body).ok()?;
    let schedule = profile.schedules.first()?;
    let limit = schedule.periods.first()?.limit;
    Some(match schedule.unit {
        RateUnit::MilliAmps => MilliAmps(limit),
        // Rounded up: what was sent was rounded down.
        RateUnit::Watts => {
            MilliAmps((limit + 1).saturating_mul(1_000_000) / 3 / voltage.0.max(1) / 100 * 100)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was sent is found again: else it would be sent for ever.
    #[test]
    fn a_default_reads_back_as_it_was_sent_at_any_voltage() {
        for (direct, voltage) in [(true, 230_000), (true, 240_000), (true, 277_000), (false, 240_000)] {
            let voltage = MilliVolts(voltage);
            for limit in [0, 6_000, 9_900, 43_500].map(MilliAmps) {
                let profile = ChargingProfile {
                    id: FIRST_ID,
                    stack_level: STACK_LEVEL,
                    purpose: ProfilePurpose::Default,
                    kind: ProfileKind::Relative,
                    recurrency: None,
                    valid_from: None,
                    valid_to: None,
                    transaction: None,
                    schedules: vec![schedule(limit, 3, direct, voltage, None)],
                };
                let record = WantedProfileRecord {
                    station: forecourt_core::id::StationId(1),
                    evse: 1,
                    profile: FIRST_ID,
                    body: serde_json::to_string(&profile).expect("json"),
                    state: "held".into(),
                    detail: None,
                    changed_at: forecourt_core::Timestamp::UNIX_EPOCH,
                    retry_at: None,
                };
                assert_eq!(limit_of(&record, voltage), Some(limit), "{voltage:?}");
            }
        }
    }
}
