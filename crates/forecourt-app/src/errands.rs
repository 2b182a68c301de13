//! What waits for a station is done when the station is there: queued commands, its list of charge keys, its charging
//! profiles. Memory remembers who is waited for, so that a storm of connections costs no query.

use std::sync::Arc;

use forecourt_core::command::Command;
use forecourt_core::fact::Registration;
use forecourt_core::id::StationId;

use tokio::task::JoinSet;

use crate::live::Live;
use crate::local_tariffs::LOCAL_COST_SINCE;
use crate::{App, AppError};

/// Stations whose errands are run at the same time by the job: more would queue for storage.
const AT_ONCE: usize = 64;

impl App {
    /// Notes at a start of this node whom something waits for.
    pub(crate) async fn load_errands(&self) -> Result<(), AppError> {
        let mut waited_for = self.store.stations_with_queue().await?;
        waited_for.extend(self.store.stations_with_list().await?);
        waited_for.extend(self.store.stations_with_open_profiles().await?);
        waited_for.extend(self.store.stations_with_certificate_requests().await?);
        waited_for.iter().for_each(|station| self.has_errands(*station));
        for station in self.store.stations_with_profiles().await? {
            if let Some(live) = self.directory.get(station) {
                live.link().has_profiles = true;
            }
        }
        Ok(())
    }

    /// A station booted: what it holds is doubted where we keep something there.
    pub(crate) fn note_boot(&self, live: &Live) {
        let mut link = live.link();
        if link.has_profiles {
            link.doubts_profiles = true;
            link.errands = true;
        }
        if link.protocol == Some(LOCAL_COST_SINCE) {
            link.computes_costs = None;
            link.doubts_tariffs = true;
            link.errands = true;
        }
    }

    pub(crate) fn has_errands(&self, station: StationId) {
        if let Some(live) = self.directory.get(station) {
            live.link().errands = true;
        }
    }

    /// After a statement of a station was answered: sends what the statement asked for, and once a connection whatever
    /// waits.
    pub(crate) fn follow_up(self: &Arc<Self>, live: &Arc<Live>, orders: Vec<Command>) {
        let errands = self.errands_are_due(live);
        if orders.is_empty() && !errands {
            return;
        }
        let (app, live) = (self.clone(), live.clone());
        tokio::spawn(async move {
            for command in orders {
                if let Err(error) = app.order(&live, command).await {
                    tracing::warn!(%error, station = %live.record().id, "what a station asked for was not sent");
                }
            }
            if errands {
                app.run_errands(&live).await;
            }
        });
    }

    /// Something new waits for a station: done at once where the station is there.
    pub fn run_errands_soon(self: &Arc<Self>, station: StationId) {
        if let Some(live) = self.directory.get(station) {
            self.follow_up(&live, Vec::new());
        }
    }

    /// Whether this is the moment: the station is accepted, connected, and nobody runs its errands.
    fn errands_are_due(&self, live: &Live) -> bool {
        if live.record().registration != Registration::Accepted {
            return false;
        }
        let mut link = live.link();
        let due = link.errands && !link.errands_under_way && link.orders.is_some();
        link.errands_under_way |= due;
        due
    }

    /// Looks again at every connected station that something waits for.
    pub async fn run_all_errands(self: &Arc<Self>) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.expire_commands(self.now()).await?;
        tx.commit().await?;
        // Side by side: a station that keeps us waiting holds up nobody else.
        let mut running = JoinSet::new();
        for live in self.directory.all() {
            self.note_other_tariffs(&live).await;
            if self.errands_are_due(&live) {
                if running.len() >= AT_ONCE {
                    running.join_next().await;
                }
                let app = self.clone();
                running.spawn(async move { app.run_errands(&live).await });
            }
        }
        while running.join_next().await.is_some() {}
        Ok(())
    }

    async fn run_errands(&self, live: &Live) {
        let station = live.record().id;
        loop {
            live.link().errands = false;
            let again = match self.errands_of(live).await {
                // Something may have come while these were run.
                Ok(true) => live.link().errands,
                Ok(false) => {
                    live.link().errands = true;
                    false
                }
                Err(error) => {
                    live.link().errands = true;
                    tracing::warn!(%error, %station, "what waits for a station was not done; it will be tried again");
                    false
                }
            };
            if !again {
                break;
            }
        }
        live.link().errands_under_way = false;
    }

    /// Says whether nothing waits any more.
    async fn errands_of(&self, live: &Live) -> Result<bool, AppError> {
        self.deliver_queue(live).await?;
        if std::mem::take(&mut live.link().doubts_profiles) {
            let mut tx = self.store.begin().await?;
            tx.doubt_profiles(live.record().id, self.now()).await?;
            tx.commit().await?;
        }
        let lists = self.reconcile_local_list(live).await?;
        let profiles = self.reconcile_profiles(live).await?;
        let certificates = self.reconcile_certificates(live).await?;
        let tariffs = self.reconcile_tariffs(live).await?;
        Ok(lists && profiles && certificates && tariffs)
    }
}
