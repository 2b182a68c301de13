//! One task for each feed, as long as it is wanted: begun, changed and ended as operators say, tried again when it breaks.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use forecourt_core::Timestamp;
use forecourt_core::change::{Change, What};
use forecourt_core::id::ZoneId;
use forecourt_store::zone_meter::ZoneMeterRecord;
use rust_decimal::Decimal;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{FeedStanding, FeedState, MeterFeed, Trouble, Wire, modbus, mqtt};
use crate::{App, AppError};

/// At most one reading of a zone is taken in this time, the newest.
pub(super) const PACE: Duration = Duration::from_secs(1);
/// Between two tries: at first, and at most.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Looked anew at what is to be read, though nobody said that it changed: storage may have failed, a task may have ended.
const LOOK: Duration = Duration::from_secs(30);

/// A task that reads, and for what.
struct Running {
    record: ZoneMeterRecord,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

/// Keeps a task for each feed, until cancelled.
pub(crate) async fn follow(app: Arc<App>, cancel: CancellationToken) {
    let mut running: HashMap<ZoneId, Running> = HashMap::new();
    loop {
        match app.store.all_zone_meters().await {
            Ok(wanted) => settle(&app, &mut running, wanted, &cancel).await,
            Err(error) => {
                tracing::warn!(%error, "which meters are to be read is not known; it will be looked up again")
            }
        }
        tokio::select! {
            () = cancel.cancelled() => break,
            () = app.power.feeds.wake.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    for (_, one) in running {
        let _ = one.task.await;
    }
}

/// Ends what is not wanted any more, begins what is missing; what stays as it is, is left alone.
async fn settle(
    app: &Arc<App>,
    running: &mut HashMap<ZoneId, Running>,
    wanted: Vec<ZoneMeterRecord>,
    cancel: &CancellationToken,
) {
    let wanted: HashMap<ZoneId, ZoneMeterRecord> = wanted.into_iter().map(|one| (one.zone, one)).collect();
    let over = |zone: &ZoneId, one: &Running| wanted.get(zone) != Some(&one.record) || one.task.is_finished();
    let ended: Vec<ZoneId> =
        running.iter().filter(|(zone, one)| over(zone, one)).map(|(zone, _)| *zone).collect();
    for zone in ended {
        let Some(one) = running.remove(&zone) else { continue };
        one.cancel.cancel();
        let _ = one.task.await;
        app.power.feeds.standing().remove(&zone);
    }
    for (zone, record) in wanted {
        running.entry(zone).or_insert_with(|| {
            let cancel = cancel.child_token();
            let task = tokio::spawn(keep_reading(app.clone(), record.clone(), cancel.clone()));
            Running { record, cancel, task }
        });
    }
}

async fn keep_reading(app: Arc<App>, record: ZoneMeterRecord, cancel: CancellationToken) {
    let feed: MeterFeed = match serde_json::from_str(&record.content) {
        Ok(feed) => feed,
        Err(error) => {
            tracing::error!(zone = %record.zone, %error, "what is known of a meter cannot be read");
            return cancel.cancelled().await;
        }
    };
    let reader = Reader { app, zone: record.zone, feed, has_read: AtomicBool::new(false) };
    tokio::select! {
        () = cancel.cancelled() => {}
        () = reader.try_again_and_again(&record) => {}
    }
}

/// What a feed needs while it reads.
pub(super) struct Reader {
    pub app: Arc<App>,
    pub zone: ZoneId,
    feed: MeterFeed,
    /// A reading came since the connection was made.
    has_read: AtomicBool,
}

impl Reader {
    async fn try_again_and_again(&self, record: &ZoneMeterRecord) {
        let mut wait = FIRST_WAIT;
        loop {
            self.stand(FeedState::Connecting, None);
            let trouble = match self.app.feed_password(record) {
                Ok(password) => match &self.feed.wire {
                    Wire::Mqtt(wire) => mqtt::read(self, wire, password.as_deref()).await,
                    Wire::Modbus(wire) => modbus::read(self, wire).await,
                },
                Err(_) => Trouble::Sealed,
            };
            self.stand(FeedState::Waiting, Some(trouble));
            if self.has_read.swap(false, Ordering::Relaxed) {
                wait = FIRST_WAIT;
            }
            // Not all at once after a broker was restarted.
            tokio::time::sleep(wait.mul_f64(rand::random_range(0.5..1.0))).await;
            wait = wait.saturating_mul(2).min(LONGEST_WAIT);
        }
    }

    pub fn connected(&self) {
        metrics::counter!("forecourt_meter_connections_total", "wire" => self.feed.word()).increment(1);
        tracing::info!(zone = %self.zone, source = self.feed.source(), "a building's meter is read");
        self.stand(FeedState::Connected, None);
    }

    /// Something is wrong, though the connection holds.
    pub fn troubled(&self, trouble: Trouble) {
        self.stand(FeedState::Connected, Some(trouble));
    }

    /// Takes a reading, or says why not.
    pub async fn take(&self, numbers: &[Decimal], at: Timestamp) {
        match self.app.take_feed(self.zone, &self.feed, numbers, at).await {
            Ok(()) => {
                self.has_read.store(true, Ordering::Relaxed);
                metrics::counter!("forecourt_meter_readings_total", "wire" => self.feed.word()).increment(1);
                let mended = match self.app.power.feeds.standing().get_mut(&self.zone) {
                    Some(standing) => {
                        standing.read_at = Some(at);
                        standing.trouble.take().is_some()
                    }
                    None => false,
                };
                if mended {
                    self.tell();
                }
            }
            Err(trouble) => self.troubled(trouble),
        }
    }

    /// Notes how the feed stands. A trouble stays in sight until a reading comes.
    fn stand(&self, state: FeedState, trouble: Option<Trouble>) {
        let now = self.app.now();
        let changed = {
            let mut all = self.app.power.feeds.standing();
            let before = all.get(&self.zone).cloned();
            let mut after =
                before.clone().unwrap_or(FeedStanding { state, since: now, trouble: None, read_at: None });
            if after.state != state {
                (after.state, after.since) = (state, now);
            }
            let known = after.trouble.as_ref().map(|(_, known)| known);
            if let Some(trouble) = trouble.filter(|trouble| known != Some(trouble)) {
                metrics::counter!("forecourt_meter_troubles_total", "wire" => self.feed.word(), "trouble" => trouble.code())
                    .increment(1);
                tracing::warn!(zone = %self.zone, source = self.feed.source(), %trouble, "a building's meter is not read");
                after.trouble = Some((now, trouble));
            }
            let changed = before.as_ref() != Some(&after);
            all.insert(self.zone, after);
            changed
        };
        if changed {
            self.tell();
        }
    }

    fn tell(&self) {
        if let Some((organisation, site)) = self.app.power.plan().places.get(&self.zone).copied() {
            let change = Change { organisation, site: Some(site), station: None, what: What::Zone };
            self.app.changes.publish(self.app.now(), change);
        }
    }
}

impl App {
    /// Takes what a feed read, in the same way as what programs tell.
    async fn take_feed(
        &self,
        zone: ZoneId,
        feed: &MeterFeed,
        numbers: &[Decimal],
        at: Timestamp,
    ) -> Result<(), Trouble> {
        let known = self.power.plan().places.get(&zone).copied().ok_or(Trouble::Storage)?;
        let record = self.store.zone(known.0, zone).await.map_err(|_| Trouble::Storage)?;
        let record = record.ok_or(Trouble::Storage)?;
        let load = feed.map.load(numbers, record.voltage)?;
        let taken = self.take_load(&record, at, load, feed.with_chargers, feed.source()).await;
        taken.map(drop).map_err(|error: AppError| {
            tracing::warn!(%zone, %error, "a reading of a building's meter was not kept");
            Trouble::Storage
        })
    }
}
