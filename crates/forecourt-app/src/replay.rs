//! Writes a past through the same rules as the present. For the demonstration.

use forecourt_core::Timestamp;
use forecourt_core::fact::Fact;
use forecourt_core::id::StationId;
use forecourt_store::journal::Unit;

use crate::{App, AppError, uptime};

impl App {
    /// Sets a mark of the installation, kept in the database.
    pub async fn mark(&self, name: &str, value: &str) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.set_mark(name, value).await?;
        Ok(tx.commit().await?)
    }

    /// Takes facts in as if each had arrived at its moment, in the order given; without a fact, the connection was lost.
    /// Nobody is told of changes.
    pub async fn replay(
        &self,
        facts: impl Iterator<Item = (StationId, Timestamp, Option<Fact>)>,
        mut progress: impl FnMut(usize),
    ) -> Result<(), AppError> {
        for (done, (station, at, fact)) in facts.enumerate() {
            let Some(live) = self.directory.get(station) else { continue };
            let mut state = live.state.lock().await;
            let mut unit = match fact {
                Some(fact) => self.decide(&live, &mut state, fact, at).await?.unit,
                None => {
                    let mut unit = Unit::default();
                    uptime::follow(&live, &state, false, &mut unit, at);
                    unit
                }
            };
            let moved = self.chronicle_of(&unit, &state, at);
            unit.chronicle.extend(moved);
            // Written behind the others; storage that refuses is met at the end.
            self.remember(&live, &mut state, unit).await?;
            live.link().last_seen = Some(at);
            progress(done + 1);
        }
        self.journal.append(Unit::default()).await?;
        Ok(())
    }
}
