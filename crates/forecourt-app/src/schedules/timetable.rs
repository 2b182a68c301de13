//! Everything operators said about times, in memory: read anew after every change.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, SiteId, StationId};
use forecourt_core::schedule::Supply;
use forecourt_core::unit::{MilliVolts, Watts};
use forecourt_store::schedule::{HoursRecord, SmartRecord};
use forecourt_store::station::StationRecord;
use jiff::SignedDuration;

use super::Seat;
use crate::live::State;
use crate::{App, AppError};

/// It is read anew after so long even if nobody said that something changed (a charger was moved, its power noted).
const OLD: SignedDuration = SignedDuration::from_secs(60);
/// Between phase and neutral, where no zone says otherwise.
const MAINS: MilliVolts = MilliVolts(230_000);
/// Alternating current up to this power is taken to come on one phase: 32 A at 230 V.
const ONE_PHASE: Watts = Watts(7_400);

#[derive(Debug, Default)]
pub(super) struct Timetable {
    pub read_at: Option<Timestamp>,
    pub hours: Vec<HoursRecord>,
    pub smart: HashMap<StationId, SmartRecord>,
    private_sites: HashSet<SiteId>,
    /// Largest power, direct current.
    evses: HashMap<Seat, (Option<Watts>, bool)>,
    /// Phases and voltage, where a zone knows them.
    wires: HashMap<StationId, (u8, MilliVolts)>,
}

impl Timetable {
    /// The narrowest that are on: of the EVSE, the charger, the site.
    pub fn hours_of(&self, station: &StationRecord, evse: EvseNumber) -> Option<&HoursRecord> {
        let here = self.hours.iter().filter(|hours| hours.enabled && hours.site == station.site);
        let fits = here.filter(|hours| {
            hours.station.is_none_or(|id| id == station.id) && hours.evse.is_none_or(|number| number == evse)
        });
        fits.max_by_key(|hours| (hours.evse.is_some(), hours.station.is_some()))
    }

    /// Wishes count where nobody but a charger's own people may use it.
    pub fn smart_of(&self, station: &StationRecord) -> Option<&SmartRecord> {
        self.smart.get(&station.id).filter(|_| self.is_private(station))
    }

    /// At somebody's home, or at a site that is not for the public.
    pub fn is_private(&self, station: &StationRecord) -> bool {
        station.used_as == "home" || self.private_sites.contains(&station.site)
    }

    pub fn concerns(&self, station: &StationRecord) -> bool {
        self.smart_of(station).is_some()
            || self.hours.iter().any(|hours| {
                hours.enabled && hours.site == station.site && hours.station.is_none_or(|id| id == station.id)
            })
    }

    /// The EVSEs somebody described.
    pub fn places_of(&self, station: StationId) -> impl Iterator<Item = EvseNumber> {
        self.evses.keys().filter(move |(id, _)| *id == station).map(|(_, evse)| *evse)
    }

    pub fn supply(&self, seat: Seat, state: &State) -> Supply {
        let (most, direct) = self.evses.get(&seat).copied().unwrap_or_default();
        let most = most.or_else(|| state.max_power(Some(seat.1)));
        let guessed = if most.is_some_and(|most| most <= ONE_PHASE) { 1 } else { 3 };
        let (phases, voltage) = self.wires.get(&seat.0).copied().unwrap_or((guessed, MAINS));
        Supply { phases, voltage, direct, most }
    }
}

/// The EVSEs a charger is known to have.
pub(super) fn places(state: &State) -> Vec<EvseNumber> {
    let known = state.evses.iter().map(|(number, _)| *number);
    let spoken = state.connectors.iter().map(|connector| connector.evse);
    let busy = state.sessions.iter().filter(|session| session.is_active()).map(|session| session.evse);
    let mut all: Vec<EvseNumber> = known.chain(spoken).chain(busy).filter(|number| number.0 > 0).collect();
    all.sort_by_key(|number| number.0);
    all.dedup();
    all
}

impl App {
    /// Reads what operators said anew and has it looked at.
    pub(crate) async fn schedules_changed(&self) -> Result<(), AppError> {
        let read = self.read_timetable().await?;
        self.keep_timetable(read);
        self.schedules.wake.notify_one();
        Ok(())
    }

    pub(super) async fn keep_timetable_fresh(&self) -> Result<(), AppError> {
        let known = self.schedules.timetable();
        if known.read_at.is_none_or(|at| self.now().duration_since(at) > OLD) {
            let read = self.read_timetable().await?;
            self.keep_timetable(read);
        }
        Ok(())
    }

    fn keep_timetable(&self, read: Timetable) {
        *self.schedules.timetable.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
    }

    async fn read_timetable(&self) -> Result<Timetable, AppError> {
        let hours = self.store.all_charging_hours().await?;
        let smart = self.store.all_smart_charging().await?.into_iter().map(|each| (each.station, each));
        let mut read = Timetable {
            read_at: Some(self.now()),
            hours,
            smart: smart.collect(),
            private_sites: self.store.private_sites().await?.into_iter().collect(),
            ..Timetable::default()
        };
        let concerned = self.directory.all().into_iter().map(|live| live.record());
        let concerned: Vec<StationId> =
            concerned.filter(|station| read.concerns(station)).map(|station| station.id).collect();
        for evse in self.store.evses(&concerned).await? {
            let direct = evse.current_kind.as_deref() == Some("dc");
            read.evses.insert((evse.station, evse.evse), (evse.max_power_w.map(Watts), direct));
        }
        read.wires = self.power.wires();
        Ok(read)
    }
}
