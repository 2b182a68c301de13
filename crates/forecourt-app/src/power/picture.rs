//! What a screen shows of a tree: limits, loads, and in a word why each EVSE has what it has.

use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, SessionId, StationId, ZoneId};
use forecourt_core::power::{Allotment, Line, PerPhase, Uncontrolled, Why};
use forecourt_core::unit::MilliAmps;
use serde::Serialize;

use super::look::Look;
use super::meter::SILENT;
use super::plan::{Plan, Tree};

#[derive(Debug, Clone)]
pub struct Picture {
    pub at: Timestamp,
    pub zones: Vec<ZonePicture>,
    pub seats: Vec<SeatPicture>,
}

/// One circuit at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonePicture {
    pub zone: ZoneId,
    /// The zone above that is on.
    pub parent: Option<ZoneId>,
    pub capacity: PerPhase,
    pub load: PerPhase,
    pub usable: PerPhase,
    pub given: PerPhase,
    pub drawn: PerPhase,
    pub metered_at: Option<Timestamp>,
    /// It has a meter that says nothing any more.
    pub meter_is_silent: bool,
}

/// One EVSE at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatPicture {
    pub zone: ZoneId,
    pub station: StationId,
    pub evse: EvseNumber,
    pub online: bool,
    pub session: Option<SessionId>,
    pub limit: MilliAmps,
    pub max: MilliAmps,
    pub drawn: Option<MilliAmps>,
    pub default: MilliAmps,
    pub holds_default: bool,
    pub why: WhyWord,
    /// The circuit that bounds it.
    pub by: Option<ZoneId>,
    pub line: Option<Line>,
    /// Place in the queue.
    pub place: Option<u32>,
    /// The charger's own word.
    pub refused: Option<String>,
    /// When its plan lets it begin, where it gets nothing until then.
    pub planned_from: Option<Timestamp>,
}

/// Why an EVSE has its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyWord {
    Idle,
    Full,
    Appetite,
    FixedShare,
    Circuit,
    Sated,
    Waiting,
    BelowMinimum,
    /// Charging hours, a delay or a plan leave no more.
    Times,
    /// The zone's plan gives it so much now.
    Planned,
    Refuses,
    Unreachable,
    Arriving,
    Outside,
}

impl Picture {
    pub(super) fn of(plan: &Plan, tree: &Tree, look: &Look, allotment: &Allotment) -> Self {
        let zone_at = |index: usize| tree.zones.get(index).map(|(zone, _)| zone.id);
        let zones =
            tree.zones.iter().zip(&allotment.circuits).enumerate().map(|(index, ((zone, parent), used))| {
                let metered_at = plan.load_of(zone.id).map(|load| load.at);
                ZonePicture {
                    zone: zone.id,
                    parent: parent.and_then(zone_at),
                    capacity: zone.capacity,
                    load: used.load,
                    usable: used.usable,
                    given: used.given,
                    drawn: look.drawn.get(index).copied().unwrap_or_default(),
                    metered_at,
                    meter_is_silent: metered_at.is_some_and(|at| look.at.duration_since(at) > SILENT),
                }
            });
        let seats =
            look.evses.iter().zip(&look.seen).zip(&allotment.shares).filter_map(|((evse, seen), share)| {
                let (why, by, place) = match share.why {
                    Why::Full | Why::BelowMinimum if seen.planned.is_some() => (WhyWord::Planned, None, None),
                    Why::Full | Why::BelowMinimum if seen.timed.is_some() => (WhyWord::Times, None, None),
                    why => words(why),
                };
                let (circuit, line) = by.unzip();
                Some(SeatPicture {
                    zone: zone_at(evse.circuit)?,
                    station: seen.seat.0,
                    evse: seen.seat.1,
                    online: seen.online,
                    session: seen.session.as_ref().map(|(id, ..)| *id),
                    limit: share.limit,
                    max: evse.max,
                    drawn: seen.drawn,
                    default: seen.default,
                    holds_default: seen.holds_default,
                    why,
                    by: circuit.and_then(zone_at),
                    line: line.flatten(),
                    place,
                    refused: seen.refused.clone(),
                    planned_from: seen.planned.and_then(|(_, leave)| leave.from),
                })
            });
        Self { at: look.at, zones: zones.collect(), seats: seats.collect() }
    }

    pub(super) fn shows_the_same(&self, other: &Self) -> bool {
        self.zones == other.zones && self.seats == other.seats
    }
}

type Bound = (usize, Option<Line>);

fn words(why: Why) -> (WhyWord, Option<Bound>, Option<u32>) {
    match why {
        Why::Idle => (WhyWord::Idle, None, None),
        Why::Full => (WhyWord::Full, None, None),
        Why::Appetite => (WhyWord::Appetite, None, None),
        Why::Fixed { circuit } => (WhyWord::FixedShare, Some((circuit, None)), None),
        Why::Circuit { circuit, line } => (WhyWord::Circuit, Some((circuit, Some(line))), None),
        Why::Sated => (WhyWord::Sated, None, None),
        Why::Waiting { place, circuit, line } => (WhyWord::Waiting, Some((circuit, Some(line))), Some(place)),
        Why::BelowMinimum => (WhyWord::BelowMinimum, None, None),
        Why::Uncontrolled(Uncontrolled::Refuses) => (WhyWord::Refuses, None, None),
        Why::Uncontrolled(Uncontrolled::Unreachable) => (WhyWord::Unreachable, None, None),
        Why::Uncontrolled(Uncontrolled::Arriving) => (WhyWord::Arriving, None, None),
        Why::Uncontrolled(Uncontrolled::Outside) => (WhyWord::Outside, None, None),
    }
}
