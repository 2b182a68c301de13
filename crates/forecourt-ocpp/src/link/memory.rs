//! The last few calls of a station, so that a repeated one is answered and not executed again.
//!
//! A call counts as repeated when id and text are the same: some firmware uses one id for everything, and then the text
//! tells them apart. It holds a digest of the text, never the text.

use std::hash::{DefaultHasher, Hash, Hasher};

use forecourt_core::Timestamp;

#[derive(Debug)]
pub(super) struct Memory {
    calls: Vec<Call>,
    most: usize,
    window_ms: i64,
}

#[derive(Debug)]
struct Call {
    id: Box<str>,
    digest: u64,
    at: Timestamp,
    answer: Option<Box<str>>,
}

/// What memory says of a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Not seen; remembered from now on.
    New,
    /// Seen, and not answered yet.
    Pending,
    Answered(String),
}

/// Longest answer remembered, in bytes. Ours are far shorter.
const ANSWER_MAX_BYTES: usize = 2_048;

impl Memory {
    pub(super) fn new(most: usize, window_ms: i64) -> Self {
        Self { calls: Vec::new(), most, window_ms }
    }

    pub(super) fn seen(&mut self, id: &str, text: &str, now: Timestamp) -> Seen {
        let digest = digest(text);
        let window = self.window_ms;
        self.calls.retain(|call| now.as_millisecond().saturating_sub(call.at.as_millisecond()) <= window);
        match self.calls.iter().find(|call| call.digest == digest && *call.id == *id) {
            Some(Call { answer: Some(answer), .. }) => Seen::Answered(answer.to_string()),
            Some(_) => Seen::Pending,
            None => {
                self.remember(Call { id: id.into(), digest, at: now, answer: None });
                Seen::New
            }
        }
    }

    fn remember(&mut self, call: Call) {
        if self.most == 0 {
            return;
        }
        if self.calls.len() >= self.most {
            self.calls.remove(0);
        }
        self.calls.push(call);
    }

    pub(super) fn answered(&mut self, id: &str, answer: &str) {
        if answer.len() > ANSWER_MAX_BYTES {
            return self.forget(id);
        }
        if let Some(call) = self.pending(id) {
            call.answer = Some(answer.into());
        }
    }

    pub(super) fn forget(&mut self, id: &str) {
        self.calls.retain(|call| call.answer.is_some() || *call.id != *id);
    }

    fn pending(&mut self, id: &str) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| call.answer.is_none() && *call.id == *id)
    }
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
