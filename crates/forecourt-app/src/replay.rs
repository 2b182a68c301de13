//! Writes a past through the same rules as the present. For the demonstration.

use forecourt_core::Timestamp;
use forecourt_core::fact::Fact;
use forecourt_core::id::StationId;

use crate::{App, AppError};

impl App {
    /// Sets a mark of the installation, kept in the database.
    pub async fn mark(&self, name: &str, value: &str) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.set_mark(name, value).await?;
        Ok(tx.commit().await?)
    }

    /// Takes facts in as if each had arrived at its moment, in the order given. Nobody is told of changes.
    pub async fn replay(
        &self,
        facts: impl Iterator<Item = (StationId, Timestamp, Fact)>,
        mut progress: impl FnMut(usize),
    ) -> Result<(), AppError> {
        for (done, (station, at, fact)) in facts.enumerate() {
            let Some(live) = self.directory.get(station) else { continue };
            let mut state = live.state.lock().await;
            let mut decision = self.decide(&live, &mut state, fact, at).await?;
            let moved = self.chronicle_of(&decision.unit, &state, at);
            decision.unit.chronicle.extend(moved);
            // Written behind the others; storage that refuses is met at the end.
            self.remember(&live, &mut state, decision.unit).await?;
            live.link().last_seen = Some(at);
            progress(done + 1);
        }
        self.journal.append(forecourt_store::journal::Unit::default()).await?;
        Ok(())
    }
}
