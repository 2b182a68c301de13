//! Whether storage takes what stations tell us.

use std::sync::{Arc, Mutex, PoisonError};

/// Shared word on the journal's last attempt: the page, `/readyz` and the gateway look here.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<Option<String>>>);

impl Health {
    /// What is wrong, if anything.
    pub fn problem(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, problem: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }
}
