//! When the balancer looks: after each change at a charger of a zone, and every few seconds whatever happened.

use std::sync::Arc;
use std::time::Duration;

use forecourt_core::change::{Change, What};
use forecourt_core::unit::MilliAmps;
use forecourt_store::zone::ZoneMinute;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::look::{Look, fullest};
use super::picture::Picture;
use super::plan::Tree;
use crate::{App, AppError};
use forecourt_core::power::Allotment;

/// What a car that is plugged in causes is balanced at once.
const GATHER: Duration = Duration::from_millis(100);
/// How long the minutes of a zone are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 31);

/// Balances whenever something moved at a charger of a zone, until cancelled.
pub(crate) async fn follow(app: Arc<App>, cancel: CancellationToken) {
    let mut changes = app.changes.gathered(GATHER);
    while changes.next(&app.power.wake, &cancel, |change| concerns(&app, change)).await.is_some() {
        if let Err(error) = app.balance().await {
            tracing::warn!(%error, "power was not shared; it will be tried again");
        }
    }
}

fn concerns(app: &App, change: &Change) -> bool {
    let moves = matches!(change.what, What::Session { .. } | What::Station | What::Connection { .. });
    moves && change.station.is_some_and(|station| app.power.steers(station))
}

impl App {
    /// One pass over every tree.
    pub async fn balance(self: &Arc<Self>) -> Result<(), AppError> {
        let _turn = self.power.turn.lock().await;
        self.keep_plan_fresh().await?;
        self.course_sessions().await?;
        let plan = self.power.plan();
        self.release(&plan).await;
        let defaults = Arc::new(self.settle_defaults(&plan).await?);
        for station in plan.roots.keys() {
            self.run_errands_soon(*station);
        }
        let mut running = JoinSet::new();
        for index in 0..plan.trees.len() {
            let (app, plan, defaults) = (self.clone(), plan.clone(), defaults.clone());
            running.spawn(async move {
                let Some(tree) = plan.trees.get(index) else { return Ok(Vec::new()) };
                let (look, allotment) = app.balance_tree(&plan, tree, &defaults).await?;
                let minutes = minutes_of(tree, &look, &allotment);
                let picture = Picture::of(&plan, tree, &look, &allotment);
                if app.power.put_picture(tree.root, picture) {
                    let change = Change {
                        organisation: tree.organisation,
                        site: Some(tree.site),
                        station: None,
                        what: What::Zone,
                    };
                    app.changes.publish(app.now(), change);
                }
                Ok::<_, AppError>(minutes)
            });
        }
        let mut minutes = Vec::new();
        while let Some(ended) = running.join_next().await {
            match ended {
                Ok(Ok(some)) => minutes.extend(some),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "a zone was not balanced; it will be looked at again")
                }
                Err(error) => tracing::error!(%error, "balancing a zone broke off"),
            }
        }
        self.keep_minutes(minutes).await
    }

    /// Writes the first look of each minute.
    async fn keep_minutes(&self, minutes: Vec<ZoneMinute>) -> Result<(), AppError> {
        let now = self.now();
        let minute = minute_of(now);
        let known = *self.power.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if minutes.is_empty() || known == Some(minute) {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        for one in minutes {
            tx.put_zone_minute(&ZoneMinute { at: minute, ..one }, now - KEPT).await?;
        }
        tx.commit().await?;
        *self.power.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(minute);
        Ok(())
    }
}

fn minute_of(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at)
}

fn minutes_of(tree: &Tree, look: &Look, allotment: &Allotment) -> Vec<ZoneMinute> {
    let each = tree.zones.iter().zip(&allotment.circuits).zip(&look.drawn);
    each.map(|(((zone, _), used), drawn)| ZoneMinute {
        zone: zone.id,
        at: look.at,
        capacity: MilliAmps(zone.capacity.least().0),
        load: fullest(used.load),
        given: fullest(used.given),
        drawn: fullest(*drawn),
    })
    .collect()
}
