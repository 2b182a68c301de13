//! What just moved, for everybody who watches. Hints only: a missed one is healed by looking again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use forecourt_core::Timestamp;
use forecourt_core::change::Change;
use forecourt_core::id::OrganisationId;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

/// Events a slow watcher may lag behind before it is told to fetch everything again.
const LAG: usize = 1_024;
/// Events kept for watchers that reconnect.
const KEPT: usize = 1_024;

/// One numbered change.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: u64,
    pub at: Timestamp,
    pub change: Change,
}

#[derive(Debug)]
pub struct Changes {
    sender: broadcast::Sender<Arc<Event>>,
    recent: Mutex<Recent>,
}

#[derive(Debug)]
struct Recent {
    next: u64,
    events: VecDeque<Arc<Event>>,
}

impl Changes {
    /// Numbers begin at the present microsecond, so that a number from before a restart is never taken for one of ours.
    pub(crate) fn starting_at(now: Timestamp) -> Self {
        let next = u64::try_from(now.as_microsecond()).unwrap_or(0);
        let recent = Mutex::new(Recent { next, events: VecDeque::new() });
        Self { sender: broadcast::channel(LAG).0, recent }
    }

    pub(crate) fn publish(&self, at: Timestamp, change: Change) {
        let event = {
            let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            recent.next += 1;
            let event = Arc::new(Event { id: recent.next, at, change });
            if recent.events.len() == KEPT {
                recent.events.pop_front();
            }
            recent.events.push_back(event.clone());
            event
        };
        // Nobody watching is no error.
        let _ = self.sender.send(event);
    }

    pub fn watch(&self) -> broadcast::Receiver<Arc<Event>> {
        self.sender.subscribe()
    }

    /// Changes that come together within a time are looked at together: a car that is plugged in causes several.
    pub(crate) fn gathered(&self, within: Duration) -> Gathered {
        Gathered { receiver: self.watch(), within }
    }

    /// What an organisation missed since an event; `None` when that is no longer known.
    pub fn since(&self, organisation: OrganisationId, id: u64) -> Option<Vec<Arc<Event>>> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(oldest) = recent.events.front().map(|event| event.id) else {
            // Nothing has happened since this node started: its first watchers come from the one before.
            return (id == recent.next).then(Vec::new);
        };
        if id + 1 < oldest || id > recent.next {
            return None;
        }
        let mine = |event: &&Arc<Event>| event.id > id && event.change.organisation == organisation;
        Some(recent.events.iter().filter(mine).cloned().collect())
    }
}

/// A watcher that looks once where several changes come together.
#[derive(Debug)]
pub(crate) struct Gathered {
    receiver: broadcast::Receiver<Arc<Event>>,
    within: Duration,
}

impl Gathered {
    /// Waits for a change that concerns the watcher, or until it is woken. `None`: nobody is to look any more.
    pub async fn next(
        &mut self,
        wake: &Notify,
        cancel: &CancellationToken,
        concerns: impl Fn(&Change) -> bool,
    ) -> Option<()> {
        loop {
            tokio::select! {
                () = cancel.cancelled() => return None,
                () = wake.notified() => break,
                change = self.receiver.recv() => match change {
                    Ok(event) if concerns(&event.change) => break,
                    Ok(_) => {}
                    // We were slow: look at everything.
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return None,
                },
            }
        }
        tokio::select! {
            () = cancel.cancelled() => return None,
            () = tokio::time::sleep(self.within) => {}
        }
        self.receiver = self.receiver.resubscribe();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use forecourt_core::change::What;

    use super::*;

    fn about(what: What) -> Change {
        Change { organisation: OrganisationId(1), site: None, station: None, what }
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_together_is_looked_at_once_and_what_is_of_no_concern_never() {
        let changes = Arc::new(Changes::starting_at(Timestamp::UNIX_EPOCH));
        let (wake, cancel) = (Notify::new(), CancellationToken::new());
        let mut watcher = changes.gathered(Duration::from_millis(100));
        let busy = changes.clone();
        tokio::spawn(async move {
            loop {
                busy.publish(Timestamp::UNIX_EPOCH, about(What::Station));
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let concerns = |change: &Change| change.what == What::Organisation;
        let mut next = async || {
            let waits = watcher.next(&wake, &cancel, concerns);
            tokio::time::timeout(Duration::from_secs(20), waits).await.ok()
        };
        assert_eq!(next().await, None, "however much happens elsewhere, who waits looks again in time");
        changes.publish(Timestamp::UNIX_EPOCH, about(What::Organisation));
        changes.publish(Timestamp::UNIX_EPOCH, about(What::Organisation));
        assert_eq!(next().await, Some(Some(())));
        assert_eq!(next().await, None);
        wake.notify_one();
        assert_eq!(next().await, Some(Some(())));
        cancel.cancel();
        assert_eq!(next().await, Some(None));
    }
}
