//! Plans of the next hours (F97): on a zone that wants it, each car charges when that is cheapest or cleanest for all of
//! them together, and still has its energy when it leaves.
//!
//! A plan only asks for less: what a car may have at most is the allocator's. It is memory, made anew each quarter of an
//! hour and when something moves, beside the balancer, which never waits for it; without one power is shared fairly.

mod cars;
mod expect;
mod make;
mod view;
mod wishes;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use forecourt_core::Timestamp;
use forecourt_core::change::{Change, What};
use forecourt_core::id::{SessionId, ZoneId};
use forecourt_core::unit::Watts;
use forecourt_store::zone_plan::ZonePlanRecord;
use jiff::SignedDuration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub(super) use cars::Present;
pub use cars::{DepartureFrom, FreeWhy};
pub use expect::LoadFrom;
pub use make::{AheadCar, AheadFree, AheadInterval, AheadPlan, NoPlanWhy};
pub use view::{SessionPlan, ZonePlanView};
pub use wishes::{SolarSlot, ZonePlanRequest};

use expect::Expected;
use make::Made;

use crate::App;

/// It looks again after so long even if nobody said that something moved: prices come, quarters of an hour pass.
const LOOK_AGAIN: Duration = Duration::from_secs(20);
/// Changes that come together are planned together.
const GATHER: Duration = Duration::from_millis(400);
/// A car that came waits so long for its plan; and so long nobody is raised after a start of ours.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);
/// A plan that was not made anew for so long binds nobody any more.
const STALE: SignedDuration = SignedDuration::from_mins(45);

/// What this node knows of plans, each by the zone at the top of its tree.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    wishes: RwLock<Arc<HashMap<ZoneId, ZonePlanRecord>>>,
    /// Cars as the balancer saw them last.
    seen: Mutex<HashMap<ZoneId, Vec<Present>>>,
    made: RwLock<HashMap<ZoneId, Arc<Made>>>,
    /// What was read of the past, for this quarter of an hour.
    expected: Mutex<HashMap<ZoneId, Arc<Expected>>>,
    /// Since when a first plan is awaited.
    awaited: Mutex<HashMap<ZoneId, Timestamp>>,
    wake: Notify,
    /// One pass at a time.
    turn: tokio::sync::Mutex<()>,
}

/// What a plan leaves to a session now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::power) struct Leave {
    pub power: Watts,
    /// When it begins, where it gets nothing now and the plan is made already.
    pub from: Option<Timestamp>,
}

impl Ahead {
    fn wishes_of(&self, root: ZoneId) -> Option<ZonePlanRecord> {
        let wishes = self.wishes.read().unwrap_or_else(PoisonError::into_inner);
        wishes.get(&root).filter(|wishes| wishes.enabled).cloned()
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<ZoneId, Vec<Present>>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn made_of(&self, root: ZoneId) -> Option<Arc<Made>> {
        self.made.read().unwrap_or_else(PoisonError::into_inner).get(&root).cloned()
    }

    pub fn wants(&self, root: ZoneId) -> bool {
        self.wishes_of(root).is_some()
    }

    pub fn plan_again(&self) {
        self.wake.notify_one();
    }

    /// Whether a plan holds in the tree of a zone.
    pub fn plans(&self, root: ZoneId) -> bool {
        self.wishes_of(root).is_some() && self.made_of(root).is_some_and(|made| made.outcome.is_ok())
    }

    /// What the plan leaves to a session; `None`: it is not planned.
    pub fn leaves(&self, root: ZoneId, session: (SessionId, Timestamp), now: Timestamp) -> Option<Leave> {
        self.wishes_of(root)?;
        let made = self.made_of(root)?;
        let plan = made.outcome.as_ref().ok()?;
        if now.duration_since(plan.made_at) > STALE {
            return None;
        }
        let (session, began) = session;
        if let Some(car) = plan.cars.iter().find(|car| car.session == session) {
            return plan.leaves(car, now);
        }
        // Just came: it is planned in a moment.
        let age = now.duration_since(began);
        let is_new = !plan.free.iter().any(|free| free.session == session);
        (is_new && age >= SignedDuration::ZERO && age < PATIENCE)
            .then_some(Leave { power: Watts::ZERO, from: None })
    }

    /// Whether a first plan is about to be made: until then nobody is raised.
    pub fn is_awaited(&self, root: ZoneId, now: Timestamp) -> bool {
        if self.wishes_of(root).is_none() || self.made_of(root).is_some() {
            return false;
        }
        let mut awaited = self.awaited.lock().unwrap_or_else(PoisonError::into_inner);
        now.duration_since(*awaited.entry(root).or_insert(now)) < PATIENCE
    }

    /// Takes note of the cars the balancer saw, and has them planned where others are there than before.
    pub fn saw(&self, root: ZoneId, cars: Vec<Present>) {
        if self.wishes_of(root).is_none() {
            return;
        }
        let before = self.seen().insert(root, cars.clone()).unwrap_or_default();
        let same = before.len() == cars.len() && before.iter().zip(&cars).all(|(old, new)| old.is_as(new));
        if !same {
            self.wake.notify_one();
        }
    }
}

/// Plans whenever something moved, until cancelled.
pub(crate) async fn follow(app: Arc<App>, cancel: CancellationToken) {
    let mut changes = app.changes.gathered(GATHER);
    // Prices, and how clean electricity is.
    let concerns = |change: &Change| change.what == What::Organisation;
    loop {
        let moved = changes.next(&app.power.ahead.wake, &cancel, concerns);
        if let Ok(None) = tokio::time::timeout(LOOK_AGAIN, moved).await {
            return;
        }
        app.plan_zones().await;
    }
}

impl App {
    /// One pass over every tree that wants a plan. What fails is tried again with the next.
    pub async fn plan_zones(self: &Arc<Self>) {
        let _turn = self.power.ahead.turn.lock().await;
        if let Err(error) = self.read_zone_plans().await {
            tracing::warn!(%error, "what zones want planned was not read; it will be tried again");
            return;
        }
        let said = match self.said_by_cars().await {
            Ok(said) => said,
            Err(error) => {
                tracing::warn!(%error, "what cars ask for was not read; it will be tried again");
                return;
            }
        };
        let plan = self.power.plan();
        let mut moved = false;
        for tree in &plan.trees {
            let Some(wishes) = self.power.ahead.wishes_of(tree.root) else { continue };
            match self.plan_tree(&plan, tree, &wishes, &said).await {
                Ok(false) => {}
                Ok(true) => {
                    moved = true;
                    let change = Change {
                        organisation: tree.organisation,
                        site: Some(tree.site),
                        station: None,
                        what: What::Zone,
                    };
                    self.changes.publish(self.now(), change);
                }
                Err(error) => tracing::warn!(%error, zone = %tree.root, "a zone was not planned"),
            }
        }
        let wants = |root: &ZoneId| {
            plan.trees.iter().any(|tree| tree.root == *root) && self.power.ahead.wishes_of(*root).is_some()
        };
        let ahead = &self.power.ahead;
        {
            let mut made = ahead.made.write().unwrap_or_else(PoisonError::into_inner);
            let before = made.len();
            made.retain(|root, _| wants(root));
            moved |= made.len() != before;
        }
        ahead.seen().retain(|root, _| wants(root));
        ahead.awaited.lock().unwrap_or_else(PoisonError::into_inner).retain(|root, _| wants(root));
        ahead.expected.lock().unwrap_or_else(PoisonError::into_inner).retain(|root, _| wants(root));
        if moved {
            self.power.wake.notify_one();
        }
    }
}
