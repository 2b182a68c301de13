//! What flows: readings of building meters, told by programs, and what chargers say their sessions draw.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::fact::Reading;
use forecourt_core::id::{EvseNumber, ZoneId};
use forecourt_core::power::{LOAD_MAX, PerPhase, steady_load};
use forecourt_core::unit::{MilliAmps, MilliVolts, Watts};
use forecourt_store::journal::Unit;
use forecourt_store::zone::{ZoneLoad, ZoneRecord};
use jiff::SignedDuration;

use super::plan::{Plan, Tree};
use super::{Drawn, Told};
use crate::live::{Live, State};
use crate::{App, AppError, Principal};

/// A meter that has been silent for longer is not believed to show the present.
pub(super) const SILENT: SignedDuration = SignedDuration::from_mins(5);
/// The same of a charger's own reading.
pub(super) const DRAWN_OLD: SignedDuration = SignedDuration::from_mins(3);
/// How far a reading may lie ahead of our clock.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// Drawing this much more than allowed, for so long, is ignoring a limit: cars need some seconds to follow.
const OVER: i64 = 2_000;
const OVER_FOR: SignedDuration = SignedDuration::from_secs(60);
/// Below this a share of conductors cannot be told from noise.
const TELLING: i64 = 3_000;

/// One reading as a program sends it.
#[derive(Debug, Clone)]
pub struct LoadReading {
    /// `None`: this moment.
    pub at: Option<Timestamp>,
    /// Each phase, or the power of all three together.
    pub load: Result<PerPhase, Watts>,
    /// Whether the chargers flow through that meter too.
    pub with_chargers: bool,
}

impl App {
    /// Takes a reading of the meter with this number.
    pub async fn read_zone_meter(
        &self,
        principal: &Principal,
        meter: &str,
        reading: LoadReading,
    ) -> Result<ZoneLoad, AppError> {
        principal.require(Permission::Power)?;
        let zone = self.store.zone_of_meter(principal.organisation, meter).await?;
        let zone = zone.filter(|zone| principal.sees(zone.site)).ok_or(AppError::NotFound("meter"))?;
        let now = self.now();
        let at = reading.at.unwrap_or(now);
        if at > now + AHEAD {
            return Err(AppError::field("/at", "not in the future"));
        }
        let load = match reading.load {
            Ok(load) => load,
            Err(power) => {
                PerPhase::even(MilliAmps(power.0.saturating_mul(1_000_000) / 3 / zone.voltage.0.max(1)))
            }
        };
        if load.most() > LOAD_MAX || load.least().0 < -LOAD_MAX.0 {
            return Err(AppError::field("/l1_ma", format!("at most {} mA on a phase", LOAD_MAX.0)));
        }
        if self.store.zone_meter(principal.organisation, zone.id).await?.is_some() {
            return Err(AppError::Conflict(
                "this meter is read over MQTT or Modbus: nobody tells its readings".into(),
            ));
        }
        self.take_load(&zone, at, load, reading.with_chargers, principal.name()).await
    }

    /// Keeps a reading and wakes the balancer where it says something new. Its cost does not grow with what there is.
    pub(super) async fn take_load(
        &self,
        zone: &ZoneRecord,
        at: Timestamp,
        load: PerPhase,
        with_chargers: bool,
        source: String,
    ) -> Result<ZoneLoad, AppError> {
        let load = ZoneLoad { zone: zone.id, at, load, with_chargers, source };
        let known = self.power.plan().load_of(zone.id);
        if let Some(newer) = known.as_ref().filter(|known| known.at > load.at) {
            return Ok(newer.clone());
        }
        let is_news = known.is_none_or(|known| {
            let silent = self.now().duration_since(known.at) > SILENT;
            silent || (known.load, known.with_chargers) != (load.load, load.with_chargers)
        });
        let mut tx = self.store.begin().await?;
        tx.put_zone_load(&load).await?;
        tx.commit().await?;
        self.power.put_load(load.clone());
        if is_news {
            self.power.wake.notify_one();
        }
        Ok(load)
    }

    /// Notes what a charger said its sessions draw, where it is steered by us.
    pub(crate) fn note_drawn(&self, live: &Live, state: &State, unit: &Unit) {
        let station = live.record().id;
        if unit.readings.is_empty() || !self.power.steers(station) {
            return;
        }
        let mut told = self.power.told();
        for (session, reading) in &unit.readings {
            let in_unit = unit.sessions.iter().map(|row| &row.session);
            let found = state.sessions.iter().chain(in_unit).find(|s| s.id == *session);
            let Some(session) = found.filter(|s| s.is_active()) else { continue };
            let Some(drawn) = drawn_of(reading) else { continue };
            let known = told.entry((station, session.evse)).or_insert_with(|| Told::new(session.id));
            if known.session != session.id {
                *known = Told::new(session.id);
            }
            known.see(drawn);
        }
    }

    /// What a charger draws at an EVSE, by its newest reading.
    pub(super) fn drawn_at(
        &self,
        seat: (forecourt_core::id::StationId, EvseNumber),
        now: Timestamp,
    ) -> Option<MilliAmps> {
        let told = self.power.told();
        let drawn = told.get(&seat)?.drawn?;
        (now.duration_since(drawn.at) <= DRAWN_OLD).then_some(drawn.current)
    }

    /// The load to count in each zone of a tree beside its chargers.
    pub(super) fn loads_of(
        &self,
        plan: &Plan,
        tree: &Tree,
        drawn: &[PerPhase],
        now: Timestamp,
    ) -> Vec<PerPhase> {
        let mut counted = self.power.counted();
        let zones = tree.zones.iter().zip(drawn);
        let each = zones.map(|((zone, _), drawn)| {
            let Some(read) = plan.load_of(zone.id) else { return PerPhase::ZERO };
            let beside = match read.with_chargers {
                true => read.load.map(|line, all| MilliAmps((all.0 - drawn.on(line).0).max(0))),
                false => read.load,
            };
            let silent = now.duration_since(read.at) > SILENT;
            let peak = plan.peaks.get(&zone.id).copied().filter(|_| silent).unwrap_or(MilliAmps::ZERO);
            let before = counted.get(&zone.id).copied();
            let steady = beside.map(|line, flows| steady_load(before.map(|b| b.on(line)), flows.max(peak)));
            counted.insert(zone.id, steady);
            steady
        });
        each.collect()
    }

    /// The highest load a zone had in a day, in steps of 5 A: what its chargers' defaults leave room for.
    pub(super) fn peaks_of(plan: &Plan, tree: &Tree) -> Vec<PerPhase> {
        const STEP: i64 = 5_000;
        let peak = |zone: ZoneId| {
            let past = plan.peaks.get(&zone).map_or(0, |peak| peak.0);
            let present = plan.load_of(zone).filter(|l| !l.with_chargers).map_or(0, |l| l.load.most().0);
            MilliAmps((past.max(present).max(0) + STEP - 1) / STEP * STEP)
        };
        tree.zones.iter().map(|(zone, _)| PerPhase::even(peak(zone.id))).collect()
    }
}

impl Told {
    fn see(&mut self, drawn: Drawn) {
        if self.drawn.is_some_and(|known| known.at > drawn.at) {
            return;
        }
        self.drawn = Some(drawn);
        let Some((limit, _)) = self.limit else { return };
        if limit.0 > 0 {
            self.appetite.see(drawn.current, limit, drawn.at);
        }
        if drawn.current.0 > limit.0 + OVER {
            let since = *self.over_since.get_or_insert(drawn.at);
            self.ignores |= drawn.at.duration_since(since) >= OVER_FOR;
        } else {
            self.over_since = None;
            self.ignores = false;
        }
    }
}

/// What a reading says of the current on one conductor.
fn drawn_of(reading: &Reading) -> Option<Drawn> {
    /// Between phase and neutral, where the charger does not tell.
    const MAINS: MilliVolts = MilliVolts(230_000);
    let volts = reading.voltage.filter(|v| v.0 > 100_000).unwrap_or(MAINS).0;
    let across =
        |power: Watts, conductors: i64| MilliAmps(power.0.saturating_mul(1_000_000) / volts / conductors);
    let (current, conductors) = match (reading.current, reading.power) {
        // Direct current: what the supply gives is the power over three phases.
        (_, Some(power)) if reading.voltage.is_some_and(|v| v.0 > 280_000) => {
            let phases = 3;
            (MilliAmps(power.0.saturating_mul(1_000_000) / MAINS.0 / phases), Some(3))
        }
        (Some(current), Some(power)) if current.0 >= TELLING => {
            let one = across(power, 1).0;
            let conductors = ((one + current.0 / 2) / current.0).clamp(1, 3);
            (current, u8::try_from(conductors).ok())
        }
        (Some(current), _) => (current, None),
        // Nothing flows on any conductor.
        (None, Some(power)) if power.0 == 0 => (MilliAmps::ZERO, None),
        _ => return None,
    };
    Some(Drawn { at: reading.at, current, conductors })
}

/// What the chargers below each circuit draw.
pub(super) fn summed(tree: &Tree, own: &[PerPhase]) -> Vec<PerPhase> {
    let mut sums = own.to_vec();
    for (index, (_, parent)) in tree.zones.iter().enumerate().rev() {
        let below = sums.get(index).copied().unwrap_or_default();
        if let Some(above) = parent.filter(|p| *p < index).and_then(|p| sums.get_mut(p)) {
            *above = above.plus(below);
        }
    }
    sums
}
