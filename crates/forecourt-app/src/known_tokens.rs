//! Charge keys that stations asked about lately, in memory: a start must not wait for a query.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use forecourt_core::id::OrganisationId;
use forecourt_core::token::{KnownToken, key_of};
use forecourt_store::{Store, StoreError};

/// Keys remembered, known and unknown ones; beyond it all are forgotten and asked for anew.
const REMEMBERED: usize = 50_000;

#[derive(Debug, Default)]
pub(crate) struct KnownTokens(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Raised with every change of a key: what was read before it must not be remembered after it.
    generation: u64,
    tokens: HashMap<(OrganisationId, String), Option<KnownToken>>,
}

impl KnownTokens {
    pub async fn find(
        &self,
        store: &Store,
        organisation: OrganisationId,
        uid: &str,
    ) -> Result<Option<KnownToken>, StoreError> {
        let key = (organisation, key_of(uid));
        let generation = {
            let inner = self.inner();
            if let Some(known) = inner.tokens.get(&key) {
                return Ok(known.clone());
            }
            inner.generation
        };
        let found = store.known_token(organisation, uid).await?;
        let mut inner = self.inner();
        if inner.generation == generation {
            if inner.tokens.len() >= REMEMBERED {
                inner.tokens.clear();
            }
            inner.tokens.insert(key, found.clone());
        }
        Ok(found)
    }

    /// After a change of any key.
    pub fn forget(&self) {
        let mut inner = self.inner();
        inner.generation += 1;
        inner.tokens.clear();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
