//! Load balancing: zones and their chargers (`zones`), who may be chosen (`fitness`), what flows (`meter`, and `feed` where
//! meters are read by us), what each charger is seen to do (`look`), and what it is told (`steer`, `defaults`), again and again (`watch`). What other limits would have
//! done to days that were is tried without telling anybody (`trial`).
//!
//! How much everybody may draw is decided by `forecourt_core::power` alone. Storage holds what operators said; what was told
//! to sessions is memory, because every limit told ends by itself and leaves the charger with its safe default.

mod ahead;
mod defaults;
mod feed;
mod fitness;
mod look;
mod meter;
mod picture;
mod plan;
mod steer;
mod trial;
mod watch;
mod zones;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, SessionId, StationId, ZoneId};
use forecourt_core::power::{Appetite, PerPhase};
use forecourt_core::unit::{MilliAmps, MilliVolts};
use forecourt_store::zone::ZoneLoad;
use tokio::sync::Notify;

pub(crate) use ahead::follow as follow_plans;
pub use ahead::{
    AheadCar, AheadFree, AheadInterval, AheadPlan, DepartureFrom, FreeWhy, LoadFrom, NoPlanWhy, SessionPlan,
    SolarSlot, ZonePlanRequest, ZonePlanView,
};
pub(crate) use defaults::FIRST_ID as DEFAULTS_FROM;
pub(crate) use feed::follow as follow_feeds;
pub use feed::{
    FeedRequest, FeedStanding, FeedState, FeedTrial, MeterFeed, MeterView, ModbusWire, MqttValue, MqttWire,
    RegisterTable, Trouble, Wire,
};
pub use fitness::{Candidate, Fitness, ModelVerdict};
pub use meter::LoadReading;
pub use picture::{Picture, SeatPicture, WhyWord, ZonePicture};
pub use trial::{Affected, Outlook, Trial, TrialCircuit, TrialPoint, TrialRequest};
pub(crate) use watch::follow;
pub use zones::{ChosenCharger, ZoneRequest, ZoneView};

use plan::Plan;

/// One EVSE of a charger.
pub(crate) type Seat = (StationId, EvseNumber);

/// What this node knows of all zones.
#[derive(Debug, Default)]
pub(crate) struct Board {
    plan: RwLock<Arc<Plan>>,
    told: Mutex<HashMap<Seat, Told>>,
    /// The load counted of each metered zone, steadied.
    counted: Mutex<HashMap<ZoneId, PerPhase>>,
    pictures: RwLock<HashMap<ZoneId, Arc<Picture>>>,
    feeds: feed::Feeds,
    ahead: ahead::Ahead,
    /// The last minute of history that was written.
    written: Mutex<Option<Timestamp>>,
    /// One pass at a time.
    turn: tokio::sync::Mutex<()>,
    wake: Notify,
    /// One trial at a time: each keeps a core busy.
    trial: tokio::sync::Mutex<()>,
}

/// What one session was told, and what its car was seen to do.
#[derive(Debug, Clone)]
struct Told {
    session: SessionId,
    /// The limit the charger accepted last, and until when it holds.
    limit: Option<(MilliAmps, Timestamp)>,
    /// Refused, or not answered: in the charger's words, with the moment of the next try.
    refused: Option<(String, Timestamp)>,
    /// It is told once more, though nothing is another: its car asked for a schedule.
    asked: bool,
    /// It draws more than it was allowed.
    ignores: bool,
    over_since: Option<Timestamp>,
    appetite: Appetite,
    drawn: Option<Drawn>,
}

impl Told {
    fn new(session: SessionId) -> Self {
        Self {
            session,
            limit: None,
            refused: None,
            asked: false,
            ignores: false,
            over_since: None,
            appetite: Appetite::default(),
            drawn: None,
        }
    }
}

/// What a charger's meter said of one session.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    at: Timestamp,
    current: MilliAmps,
    /// How many conductors carried it, where that can be told.
    conductors: Option<u8>,
}

impl Board {
    fn plan(&self) -> Arc<Plan> {
        self.plan.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_plan(&self, mut plan: Plan) {
        let mut held = self.plan.write().unwrap_or_else(PoisonError::into_inner);
        plan.keep_newer_loads(&held);
        *held = Arc::new(plan);
    }

    /// Under the plan's lock: no plan that is put in its place meanwhile misses it.
    fn put_load(&self, load: ZoneLoad) {
        self.plan.read().unwrap_or_else(PoisonError::into_inner).put_load(load);
    }

    fn told(&self) -> MutexGuard<'_, HashMap<Seat, Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counted(&self) -> MutexGuard<'_, HashMap<ZoneId, PerPhase>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest picture of the tree a zone belongs to.
    fn picture(&self, root: ZoneId) -> Option<Arc<Picture>> {
        self.pictures.read().unwrap_or_else(PoisonError::into_inner).get(&root).cloned()
    }

    /// Keeps a picture; says whether it differs from the one before.
    fn put_picture(&self, root: ZoneId, picture: Picture) -> bool {
        let mut pictures = self.pictures.write().unwrap_or_else(PoisonError::into_inner);
        let differs = pictures.get(&root).is_none_or(|old| !old.shows_the_same(&picture));
        pictures.insert(root, Arc::new(picture));
        differs
    }

    /// What an EVSE was told and holds to at a moment.
    pub(crate) fn told_limit(&self, seat: Seat, now: Timestamp) -> Option<MilliAmps> {
        let told = self.told();
        told.get(&seat)?.limit.filter(|(_, until)| *until > now).map(|(limit, _)| limit)
    }

    /// Phases and voltage of each charger on a zone.
    pub(crate) fn wires(&self) -> HashMap<StationId, (u8, MilliVolts)> {
        let plan = self.plan();
        let each = plan.trees.iter().flat_map(|tree| {
            tree.chargers.iter().filter_map(|charger| {
                let (zone, _) = tree.zones.get(charger.circuit)?;
                Some((charger.chosen.station, (charger.chosen.phases, zone.voltage)))
            })
        });
        each.collect()
    }

    /// Whether a plan of its zone says when a charger charges.
    pub(crate) fn is_planned(&self, station: StationId) -> bool {
        let root = self.plan().roots.get(&station).copied();
        root.is_some_and(|root| self.ahead.plans(root))
    }

    /// Whether its zone wants a plan, be there one or not.
    pub(crate) fn wants_plan(&self, station: StationId) -> bool {
        let root = self.plan().roots.get(&station).copied();
        root.is_some_and(|root| self.ahead.wants(root))
    }

    /// Something moved that a plan should know.
    pub(crate) fn plan_again(&self) {
        self.ahead.plan_again();
    }

    /// Tells a session its limit once more.
    pub(crate) fn tell_again(&self, seat: Seat) {
        if let Some(known) = self.told().get_mut(&seat) {
            known.asked = true;
        }
        self.wake.notify_one();
    }

    /// Whether a charger is steered by us.
    pub(crate) fn steers(&self, station: StationId) -> bool {
        self.plan().roots.contains_key(&station)
    }
}
