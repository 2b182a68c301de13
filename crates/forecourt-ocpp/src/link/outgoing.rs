//! Our own calls: one on its way, a few waiting, each with a deadline.
//!
//! Every call accepted by `send` ends exactly once in a [`Settled`]. It repeats nothing.

use std::collections::VecDeque;

use forecourt_core::Timestamp;
use forecourt_core::command::{Command, Outcome};
use serde_json::value::RawValue;

use super::Limits;
use crate::frame;
use crate::node::Node;
use crate::version::{self, Call, Version};

/// A call of ours that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// What the caller named it.
    pub key: u64,
    pub message_id: String,
    pub action: String,
    /// The frame we sent, or would have sent.
    pub request: String,
    pub outcome: Outcome,
    /// The frame that came back.
    pub response: Option<String>,
    /// `None`: never sent.
    pub sent_at: Option<Timestamp>,
    pub took_ms: i64,
}

/// A command that was not queued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("{0}")]
    Impossible(String),
    #[error("too many calls wait for this station already")]
    Busy,
}

/// What the socket must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send this text.
    Send(String),
    /// A call of ours has ended without an answer.
    Settled(Box<Settled>),
}

#[derive(Debug)]
pub(super) struct Outgoing {
    version: Version,
    limits: Limits,
    seed: u64,
    count: u64,
    on_its_way: Option<Box<Sent>>,
    waiting: VecDeque<Waiting>,
    late: Option<String>,
    /// Frames that are no calls, to be sent before any.
    said: Vec<String>,
}

#[derive(Debug)]
struct Sent {
    key: u64,
    id: String,
    action: String,
    request: String,
    at: Timestamp,
}

#[derive(Debug)]
struct Waiting {
    key: u64,
    call: Call,
    since: Timestamp,
}

impl Outgoing {
    pub(super) fn new(version: Version, limits: Limits, seed: u64) -> Self {
        Self {
            version,
            limits,
            seed,
            count: 0,
            on_its_way: None,
            waiting: VecDeque::new(),
            late: None,
            said: Vec::new(),
        }
    }

    pub(super) fn send(&mut self, key: u64, command: &Command, now: Timestamp) -> Result<(), Refused> {
        let call = version::write_call(self.version, command).map_err(Refused::Impossible)?;
        if self.waiting.len() >= self.limits.queue {
            return Err(Refused::Busy);
        }
        self.waiting.push_back(Waiting { key, call, since: now });
        Ok(())
    }

    /// Sends a frame that is no call.
    pub(super) fn say(&mut self, frame: String) {
        self.said.push(frame);
    }

    /// Whether the call with this id is on its way.
    pub(super) fn waits_for(&self, id: &str) -> bool {
        self.on_its_way.as_ref().is_some_and(|sent| sent.id == id)
    }

    pub(super) fn poll(&mut self, now: Timestamp) -> Option<Output> {
        if let Some(frame) = self.said.pop() {
            return Some(Output::Send(frame));
        }
        let (answer_by, turn_by) = (self.limits.answer_deadline_ms, self.limits.queue_deadline_ms);
        if let Some(sent) = self.on_its_way.take_if(|sent| ms_between(sent.at, now) >= answer_by) {
            self.late = Some(sent.id.clone());
            return Some(Output::Settled(Box::new(settled(*sent, Outcome::NoAnswer, now))));
        }
        // The first has waited longest.
        if self.waiting.front().is_some_and(|waiting| ms_between(waiting.since, now) >= turn_by) {
            let waiting = self.waiting.pop_front()?;
            return Some(Output::Settled(Box::new(self.unsent(waiting, Outcome::Busy, now))));
        }
        if self.on_its_way.is_some() {
            return None;
        }
        let Waiting { key, call, .. } = self.waiting.pop_front()?;
        let id = self.next_id();
        let request = frame::call(&id, &call.action, &call.payload);
        self.on_its_way =
            Some(Box::new(Sent { key, id, action: call.action, request: request.clone(), at: now }));
        Some(Output::Send(request))
    }

    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        let after =
            |at: Timestamp, ms: i64| Timestamp::from_millisecond(at.as_millisecond().saturating_add(ms)).ok();
        let sent = self.on_its_way.as_ref().and_then(|sent| after(sent.at, self.limits.answer_deadline_ms));
        let turn =
            self.waiting.front().and_then(|waiting| after(waiting.since, self.limits.queue_deadline_ms));
        sent.into_iter().chain(turn).min()
    }

    pub(super) fn answered(
        &mut self,
        id: &str,
        payload: &Node<'_>,
        text: &str,
        now: Timestamp,
    ) -> Option<Settled> {
        let sent = self.on_its_way.take_if(|sent| sent.id == id)?;
        let outcome = version::read_answer(self.version, &sent.action, payload, literal_payload(text));
        Some(settled(*sent, outcome, now))
    }

    pub(super) fn failed(
        &mut self,
        id: &str,
        code: String,
        description: String,
        text: &str,
        now: Timestamp,
    ) -> Option<Settled> {
        let sent = self.on_its_way.take_if(|sent| sent.id == id)?;
        let clean = |text: String| text.chars().filter(|c| !c.is_control()).collect();
        let outcome =
            Outcome::Failed { code: clean(code), description: clean(description), answer: text.to_owned() };
        Some(settled(*sent, outcome, now))
    }

    /// Whether this id belongs to the call that was given up last.
    pub(super) fn was_late(&self, id: &str) -> bool {
        self.late.as_deref() == Some(id)
    }

    pub(super) fn close(&mut self, now: Timestamp) -> Vec<Settled> {
        let sent = self.on_its_way.take().map(|sent| settled(*sent, Outcome::NoAnswer, now));
        let waiting: Vec<Waiting> = self.waiting.drain(..).collect();
        let unsent = waiting.into_iter().map(|waiting| self.unsent(waiting, Outcome::Offline, now));
        sent.into_iter().chain(unsent).collect()
    }

    fn unsent(&mut self, waiting: Waiting, outcome: Outcome, now: Timestamp) -> Settled {
        let message_id = self.next_id();
        let request = frame::call(&message_id, &waiting.call.action, &waiting.call.payload);
        let took_ms = ms_between(waiting.since, now);
        let action = waiting.call.action;
        Settled {
            key: waiting.key,
            message_id,
            action,
            request,
            outcome,
            response: None,
            sent_at: None,
            took_ms,
        }
    }

    /// Unique on this connection and different from those of the last one; at most 36 characters.
    fn next_id(&mut self) -> String {
        self.count += 1;
        format!("{:x}-{}", self.seed, self.count)
    }
}

fn settled(sent: Sent, outcome: Outcome, now: Timestamp) -> Settled {
    Settled {
        key: sent.key,
        message_id: sent.id,
        action: sent.action,
        request: sent.request,
        outcome,
        response: None,
        sent_at: Some(sent.at),
        took_ms: ms_between(sent.at, now),
    }
}

fn ms_between(from: Timestamp, to: Timestamp) -> i64 {
    to.as_millisecond().saturating_sub(from.as_millisecond())
}

/// The third part of a frame as it stands there.
fn literal_payload(text: &str) -> &str {
    let parts: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
    parts.get(2).map_or("null", |payload| payload.get())
}
