//! One change of a station's secrets at a time. A turn ends when its holder is dropped, however that comes about.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use forecourt_core::id::StationId;

#[derive(Debug, Default, Clone)]
pub(crate) struct Turns(Arc<Mutex<HashSet<StationId>>>);

#[derive(Debug)]
pub(crate) struct Turn {
    turns: Turns,
    station: StationId,
}

impl Turns {
    /// `None` while somebody else has the turn.
    pub fn take(&self, station: StationId) -> Option<Turn> {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(station);
        free.then(|| Turn { turns: self.clone(), station })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.station);
    }
}
