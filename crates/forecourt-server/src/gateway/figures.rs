//! What the door counts for whoever watches (`/metrics`).
//!
//! Handles are made once: a lookup by name for every message would cost more than the counting.

use std::time::Duration;

use forecourt_ocpp::Version;
use metrics::{Counter, Gauge, Histogram};

/// How a frame of a station was dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dealt {
    /// A call answered with a result.
    Answered,
    /// A call answered with an error.
    Refused,
    /// A call left unanswered because storage did not take it.
    NotStored,
    /// A call answered from memory.
    Repeated,
    /// An answer to a call of ours.
    Settled,
    /// A frame without use: no JSON, an answer nobody waits for.
    Unusable,
}

const DEALT: [(Dealt, &str); 6] = [
    (Dealt::Answered, "answered"),
    (Dealt::Refused, "refused"),
    (Dealt::NotStored, "not_stored"),
    (Dealt::Repeated, "repeated"),
    (Dealt::Settled, "settled"),
    (Dealt::Unusable, "unusable"),
];

/// The figures of one version.
#[derive(Debug)]
pub struct Figures {
    messages: [Counter; DEALT.len()],
    answer: Histogram,
    connected: Gauge,
}

impl Figures {
    pub fn new(version: Version) -> Self {
        let version = version.subprotocol();
        let counter = |(_, word)| metrics::counter!("forecourt_messages_total", "version" => version, "outcome" => word);
        Self {
            messages: DEALT.map(counter),
            answer: metrics::histogram!("forecourt_answer_seconds", "version" => version),
            connected: metrics::gauge!("forecourt_stations_connected", "version" => version),
        }
    }

    pub fn dealt(&self, how: Dealt) {
        if let Some(at) = DEALT.iter().position(|(dealt, _)| *dealt == how) {
            self.messages[at].increment(1);
        }
    }

    pub fn answered(&self, after: Duration) {
        self.dealt(Dealt::Answered);
        self.answer.record(after);
    }

    pub fn came(&self) {
        self.connected.increment(1);
    }

    pub fn went(&self) {
        self.connected.decrement(1);
    }
}

/// A knock that was turned away.
pub fn refused(status: http::StatusCode) {
    metrics::counter!("forecourt_refused_total", "status" => status.as_u16().to_string()).increment(1);
}
