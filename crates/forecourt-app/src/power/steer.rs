//! Tells sessions what they may draw: less first, more only after less was accepted.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use forecourt_core::charging::{ChargingProfile, ProfileKind, ProfilePurpose};
use forecourt_core::command::{Command, Outcome};
use forecourt_core::id::StationId;
use forecourt_core::power::{Allotment, Demand, Uncontrolled, allocate};
use forecourt_core::unit::{MilliAmps, MilliVolts};
use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::ahead::Present;
use super::defaults::{Defaults, schedule};
use super::look::{Look, Seen};
use super::plan::{Plan, Tree};
use super::{Seat, Told};
use crate::live::Live;
use crate::{App, AppError};

/// A limit ends by itself after this, and the charger's default holds: long enough that a restart of ours is not felt, short
/// enough that a dead server does not leave one car with what others need.
const HOLDS: SignedDuration = SignedDuration::from_mins(10);
/// It is told anew when less than this is left.
const RENEWED: SignedDuration = SignedDuration::from_mins(5);
/// Ids of our limits at a station: this and the EVSE's number.
const FIRST_ID: i64 = 71_000;
/// Above whatever is below; a session's own profile goes before every default.
const STACK_LEVEL: i64 = 1;
/// How long one pass waits for a charger; it is counted at what it had, and its answer is taken when it comes.
const PATIENCE: Duration = Duration::from_secs(10);
/// After a refusal the next try.
const AGAIN: SignedDuration = SignedDuration::from_mins(2);
/// Looks within one pass: each ends with somebody who does not obey being counted as it is.
const LOOKS: usize = 4;

/// One limit to tell.
struct Order {
    index: usize,
    limit: MilliAmps,
}

impl App {
    /// Shares the power of one tree and tells whom it concerns.
    pub(super) async fn balance_tree(
        self: &Arc<Self>,
        plan: &Plan,
        tree: &Tree,
        defaults: &Defaults,
    ) -> Result<(Look, Allotment), AppError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let look = self.look_at(plan, tree, defaults).await;
            self.power.ahead.saw(tree.root, Present::of(tree, &look));
            let allotment = allocate(&look.circuits, &look.evses);
            // Until a first plan is there nobody is raised, nor told what would be taken back at once.
            let awaited = self.power.ahead.is_awaited(tree.root, look.at);
            let (less, more) = self.orders(&look, &allotment, awaited);
            let failed = self.tell_all(tree, &look, less).await;
            if failed && tries < LOOKS {
                // Somebody keeps what others were to be given: look again before anybody is raised.
                continue;
            }
            if !failed && !awaited {
                self.tell_all(tree, &look, more).await;
            }
            self.try_again(tree, &look).await;
            return Ok((look, allotment));
        }
    }

    /// Who must be told: those who get less, and those who get more or whose limit runs out.
    fn orders(&self, look: &Look, allotment: &Allotment, awaited: bool) -> (Vec<Order>, Vec<Order>) {
        let (mut less, mut more) = (Vec::new(), Vec::new());
        let told = self.power.told();
        for (index, ((evse, seen), share)) in
            look.evses.iter().zip(&look.seen).zip(&allotment.shares).enumerate()
        {
            let controlled = matches!(evse.demand, Demand::Charging { .. } | Demand::Sated);
            if !controlled || seen.session.is_none() || !seen.online {
                continue;
            }
            let known = told.get(&seen.seat);
            let holds = known.and_then(|t| t.limit).filter(|(_, until)| *until > look.at);
            let asked = known.is_some_and(|t| t.asked);
            let order = Order { index, limit: share.limit };
            match holds {
                Some((limit, _)) if share.limit < limit => less.push(order),
                Some((limit, until))
                    if limit == share.limit && until.duration_since(look.at) > RENEWED && !asked => {}
                Some(_) => more.push(order),
                None if awaited => {}
                // Untold, it draws what its default lets it.
                None => {
                    let draws = if seen.holds_default { seen.default } else { evse.max };
                    if share.limit <= draws { less.push(order) } else { more.push(order) }
                }
            }
        }
        (less, more)
    }

    /// Tells all of them side by side. Says whether somebody did not accept.
    async fn tell_all(self: &Arc<Self>, tree: &Tree, look: &Look, orders: Vec<Order>) -> bool {
        let mut running = JoinSet::new();
        for order in orders {
            let (Some(seen), Some(evse)) = (look.seen.get(order.index), look.evses.get(order.index)) else {
                continue;
            };
            let voltage = tree.zones.get(evse.circuit).map_or(MilliVolts(230_000), |(zone, _)| zone.voltage);
            let (app, seen, phases) = (self.clone(), seen.clone(), evse.wiring.phases);
            let telling =
                tokio::spawn(async move { app.tell_limit(&seen, order.limit, phases, voltage).await });
            running.spawn(async move { tokio::time::timeout(PATIENCE, telling).await });
        }
        let mut failed = false;
        while let Some(ended) = running.join_next().await {
            failed |= !matches!(ended, Ok(Ok(Ok(true))));
        }
        failed
    }

    /// Says whether the charger accepted.
    async fn tell_limit(&self, seen: &Seen, limit: MilliAmps, phases: u8, voltage: MilliVolts) -> bool {
        let Some(live) = self.directory.get(seen.seat.0) else { return false };
        let Some((session, reference, started_at)) = &seen.session else { return false };
        let now = self.now();
        let until = now + HOLDS;
        // Until it answers, what it holds is not known: another pass must not count on it.
        let waiting = ("no answer yet".to_owned(), now + AGAIN);
        self.note_told(seen.seat, *session, |told| told.refused = Some(waiting));
        let profile = ChargingProfile {
            id: FIRST_ID + i64::from(seen.seat.1.0),
            stack_level: STACK_LEVEL,
            purpose: ProfilePurpose::Transaction,
            kind: ProfileKind::Absolute,
            recurrency: None,
            valid_from: None,
            valid_to: Some(until),
            transaction: Some(reference.clone()),
            // The session's beginning, by the charger's own clock: a schedule must not seem to lie ahead.
            schedules: vec![schedule(limit, phases, seen.direct, voltage, Some(*started_at))],
        };
        let command = Command::SetChargingProfile { evse: Some(seen.seat.1), profile };
        let refused = match self.order(&live, command).await {
            Ok((_, Outcome::Answered { accepted: true, .. })) => None,
            Ok((_, Outcome::Answered { status, .. })) => Some(status.unwrap_or_else(|| "refused".into())),
            Ok((_, Outcome::Failed { code, description, .. })) => Some(format!("{code} {description}")),
            Ok((_, Outcome::Impossible { reason })) => Some(reason),
            Ok((_, Outcome::Offline | Outcome::NoAnswer | Outcome::Busy)) => Some("no answer".into()),
            Err(error) => {
                tracing::warn!(%error, station = %seen.seat.0, "a limit was not told; it will be tried again");
                Some("no answer".into())
            }
        };
        let accepted = refused.is_none();
        let again = self.now() + AGAIN;
        self.note_told(seen.seat, *session, |told| match refused {
            None => {
                told.limit = Some((limit, until));
                told.refused = None;
                told.asked = false;
            }
            Some(why) => told.refused = Some((why, again)),
        });
        accepted
    }

    fn note_told(&self, seat: Seat, session: forecourt_core::id::SessionId, note: impl FnOnce(&mut Told)) {
        let mut told = self.power.told();
        if let Some(known) = told.get_mut(&seat).filter(|known| known.session == session) {
            note(known);
        }
    }

    /// Who draws more than allowed is told the least once more, in its turn.
    async fn try_again(self: &Arc<Self>, tree: &Tree, look: &Look) {
        let now = self.now();
        let due: Vec<Order> = {
            let told = self.power.told();
            let ignoring = |seen: &Seen| {
                told.get(&seen.seat).is_some_and(|t| {
                    t.ignores
                        && t.refused.is_none()
                        && t.limit.is_none_or(|(_, until)| until.duration_since(now) < HOLDS - AGAIN)
                })
            };
            let each = look.evses.iter().zip(&look.seen).enumerate();
            each.filter(|(_, (evse, seen))| {
                let refuses =
                    matches!(evse.demand, Demand::Uncontrolled { because: Uncontrolled::Refuses, .. });
                refuses && seen.online && ignoring(seen)
            })
            .map(|(index, (evse, _))| Order { index, limit: evse.min })
            .collect()
        };
        self.tell_all(tree, look, due).await;
    }

    /// Sessions at chargers that are steered no more are set free.
    pub(super) async fn release(self: &Arc<Self>, plan: &Plan) {
        let free: BTreeSet<Seat> = {
            let mut told = self.power.told();
            let gone: BTreeSet<Seat> =
                told.keys().copied().filter(|(station, _)| !plan.roots.contains_key(station)).collect();
            told.retain(|(station, _), _| plan.roots.contains_key(station));
            gone
        };
        for (station, evse) in free {
            let Some(live) = self.directory.get(station) else { continue };
            let app = self.clone();
            let id = Some(FIRST_ID + i64::from(evse.0));
            tokio::spawn(async move { app.clear_limit(&live, station, id).await });
        }
    }

    async fn clear_limit(&self, live: &Live, station: StationId, id: Option<i64>) {
        let command = Command::ClearChargingProfiles { id, evse: None, purpose: None, stack_level: None };
        if let Err(error) = self.order(live, command).await {
            tracing::warn!(%error, %station, "a limit was not taken back; it ends by itself");
        }
    }
}
