//! The one place that tells the time. Tests turn the hands themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use forecourt_core::Timestamp;

#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    /// Milliseconds since 1970, set by whoever holds the other end.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at a moment until [`Clock::set`].
    pub fn standing_at(at: Timestamp) -> Self {
        Self::Set(Arc::new(AtomicI64::new(at.as_millisecond())))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let now = Timestamp::now();
                // Stored times are milliseconds: what is compared must be too.
                Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
            }
            Self::Set(ms) => Timestamp::from_millisecond(ms.load(Ordering::SeqCst)).unwrap_or_default(),
        }
    }

    /// Turns the hands of a [`Clock::Set`]; the system's clock is left alone.
    pub fn set(&self, at: Timestamp) {
        if let Self::Set(ms) = self {
            ms.store(at.as_millisecond(), Ordering::SeqCst);
        }
    }
}
