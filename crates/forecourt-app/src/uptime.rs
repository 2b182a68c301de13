//! How long each EVSE could be used: stretches of being up, away, faulted or out of service, written when they end.
//!
//! Time in which this server did not run is not accounted for. It never guesses what a station does while it is away.

use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::id::EvseNumber;
use forecourt_core::metrics::{Availability, Sums, state_of, stretches};
use forecourt_core::unit::Watts;
use forecourt_store::journal::Unit;
use forecourt_store::{AvailabilityRow, Place, RollupDelta};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::live::{Live, State};
use crate::{App, AppError};

/// Mark in the database: until then this server was there to see.
const WATCHED_UNTIL: &str = "watched_until";
/// A stretch longer than this is written though it goes on, so that what a screen has to add stays short.
const LONGEST_OPEN: SignedDuration = SignedDuration::from_hours(25);

/// Adds to a unit the stretches that end with it. A station that says something is there.
pub(crate) fn follow(live: &Live, state: &State, is_online: bool, unit: &mut Unit, now: Timestamp) {
    let mut connectors = state.connectors.clone();
    for row in &unit.connectors {
        let same = |c: &forecourt_core::station::Connector| {
            c.evse == row.connector.evse && c.connector == row.connector.connector
        };
        connectors.retain(|c| !same(c));
        connectors.push(row.connector.clone());
    }
    let mut evses: Vec<EvseNumber> = connectors.iter().map(|c| c.evse).filter(|e| e.0 > 0).collect();
    evses.sort_unstable();
    evses.dedup();
    let zone = live.zone();
    for evse in evses {
        let now_is = state_of(evse, &connectors, is_online);
        let known = state.watched.iter().find(|w| w.evse == evse);
        if known.is_none_or(|known| known.state != now_is) {
            if let Some(known) = known {
                unit.rollups.extend(ended(live, state, known, now, &zone));
            }
            let station = live.record().id;
            unit.availability.push(AvailabilityRow { station, evse, state: now_is, since: now });
        }
    }
}

/// The sums of a stretch that lasted until `until`.
fn ended(
    live: &Live,
    state: &State,
    known: &AvailabilityRow,
    until: Timestamp,
    zone: &TimeZone,
) -> Vec<RollupDelta> {
    let record = live.record();
    let place =
        Place { organisation: record.organisation, site: record.site, station: record.id, evse: known.evse };
    let until = until.max(known.since);
    let power = state.max_power(Some(known.evse));
    let delta = |part: forecourt_core::metrics::Stretch| RollupDelta {
        place,
        day: part.day,
        hour: None,
        sums: sums_of(known.state, part.seconds, power),
    };
    stretches(known.since, until, zone).into_iter().map(delta).collect()
}

/// How some seconds in a state count.
pub(crate) fn sums_of(state: Availability, seconds: i64, power: Option<Watts>) -> Sums {
    let mut sums = Sums { watched_s: seconds, ..Sums::default() };
    match state {
        Availability::Up => {}
        Availability::Offline => sums.offline_s = seconds,
        Availability::Faulted => sums.faulted_s = seconds,
        Availability::Unavailable => sums.unavailable_s = seconds,
    }
    sums.capacity_wh = power.map_or(0, |Watts(watts)| watts.saturating_mul(seconds) / 3_600);
    sums
}

impl App {
    /// After a start: what was open ended when this server last looked, and goes on now.
    pub(crate) async fn resume_watch(&self) -> Result<(), AppError> {
        let now = self.now();
        let mark = self.store.mark(WATCHED_UNTIL).await?;
        let seen = mark.and_then(|text| text.parse::<Timestamp>().ok()).unwrap_or(now).min(now);
        for live in self.directory.all() {
            let mut state = live.state.lock().await;
            let mut unit = Unit::default();
            let zone = live.zone();
            for known in state.watched.clone() {
                unit.rollups.extend(ended(&live, &state, &known, seen, &zone));
                let is = state_of(known.evse, &state.connectors, false);
                unit.availability.push(AvailabilityRow { state: is, since: now, ..known });
            }
            if !unit.availability.is_empty() {
                self.remember(&live, &mut state, unit).await?;
            }
        }
        self.journal.append(Unit::default()).await?;
        self.note_watch().await
    }

    /// Says that this server still looks; writes what has been open for long.
    pub(crate) async fn run_watch(self: &Arc<Self>) -> Result<(), AppError> {
        let now = self.now();
        for live in self.directory.all() {
            let mut state = live.state.lock().await;
            let old: Vec<AvailabilityRow> = state
                .watched
                .iter()
                .filter(|w| now.duration_since(w.since) > LONGEST_OPEN)
                .copied()
                .collect();
            if old.is_empty() {
                continue;
            }
            let zone = live.zone();
            let rollups = old.iter().flat_map(|known| ended(&live, &state, known, now, &zone)).collect();
            let availability = old.iter().map(|known| AvailabilityRow { since: now, ..*known }).collect();
            let unit = Unit { rollups, availability, ..Unit::default() };
            self.commit(&live, &mut state, unit).await?;
        }
        self.note_watch().await
    }

    async fn note_watch(&self) -> Result<(), AppError> {
        self.mark(WATCHED_UNTIL, &self.now().to_string()).await
    }
}
