//! One connection as a state machine: calls of the station in, calls of ours out.
//!
//! Sans-IO: the socket hands in texts and the time, and asks what to send. At most one call of ours is on its way
//! (OCPP-J 1.6 §4.1.1, 2.0.1 part 4 §4.1.1), the others wait in a short queue. A call that a station repeats is answered
//! from memory and not executed twice. It decides nothing about what a call means.

mod memory;
mod outgoing;

use forecourt_core::Timestamp;
use forecourt_core::command::{Command, Outcome};
use forecourt_core::fact::{Answer, Fact};

pub use outgoing::{Output, Refused, Settled};

use crate::fault::{Fault, FaultKind};
use crate::frame::{self, Frame, NoFrame, Why};
use crate::mend::{self, Front};
use crate::node::Node;
use crate::quirk::{self, Profile};
use crate::read::{Notes, kind};
use crate::version::{self, Read, Version};
use crate::write::cut;
use memory::{Memory, Seen};
use outgoing::Outgoing;

/// What one connection may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest frame, in bytes. A NotifyReport or a StopTransaction with its data takes tens of kilobytes; the socket
    /// closes with 1009 before it has buffered more.
    pub frame_bytes: usize,
    /// Calls of ours that may wait behind the one on its way.
    pub queue: usize,
    /// How long a station may take to answer, in milliseconds.
    pub answer_deadline_ms: i64,
    /// How long a call of ours may wait for its turn, in milliseconds: an operator has given up by then.
    pub queue_deadline_ms: i64,
    /// Calls of the station whose answers are remembered; stations repeat the last one, seldom the one before.
    pub remembered: usize,
    /// How long a repeated call is answered from memory, in milliseconds: longer than any retry interval seen
    /// (TransactionMessageRetryInterval is 60 s as a rule), short enough for stations whose ids start again.
    pub repeat_window_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes: 256 * 1024,
            queue: 16,
            answer_deadline_ms: 30_000,
            queue_deadline_ms: 30_000,
            remembered: 4,
            repeat_window_ms: 300_000,
        }
    }
}

/// A call of the station. Answer it by [`Link::answer`] or [`Link::refuse`] once its effect is stored, or let go of it
/// by [`Link::forget`] when it could not be stored: the station will repeat it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceivedCall {
    pub message_id: String,
    /// As the station wrote it, without control characters.
    pub action: String,
    /// The whole frame as it came.
    pub text: String,
    pub read: Result<Read, Fault>,
    pub received_at: Timestamp,
}

/// What came in.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    Call(Box<ReceivedCall>),
    /// A statement that wants no answer (2.1): the same, without an answer and without a refusal.
    Said(Box<ReceivedCall>),
    /// The same frame as before. Send `answer` again; `None`: its first appearance is still being stored, do nothing.
    Repeat {
        message_id: String,
        text: String,
        answer: Option<String>,
    },
    /// A call of ours has ended.
    Settled(Box<Settled>),
    /// A frame we cannot use: keep it in the log, and send `reply` where there is one.
    Bad {
        message_id: Option<String>,
        action: Option<String>,
        text: String,
        reply: Option<String>,
        reason: String,
    },
    /// An answer nobody waits for (late, double, or to an id never sent), or a message that wants no answer: log only.
    Stray {
        message_id: String,
        text: String,
        reason: String,
    },
}

/// One connection.
#[derive(Debug)]
pub struct Link {
    version: Version,
    limits: Limits,
    memory: Memory,
    outgoing: Outgoing,
    /// What is known of stations like this one; nothing, for most.
    quirks: Option<Box<Profile>>,
}

impl Link {
    /// `id_seed` makes the message ids of this connection differ from those of the one before.
    pub fn new(version: Version, limits: Limits, id_seed: u64) -> Self {
        let memory = Memory::new(limits.remembered, limits.repeat_window_ms);
        Self { version, limits, memory, outgoing: Outgoing::new(version, limits, id_seed), quirks: None }
    }

    /// Who the station is, as far as it is known from before; it says so itself whenever it boots.
    pub fn station_is(&mut self, vendor: &str, model: &str, firmware: Option<&str>) {
        let found = quirk::profile(vendor, model, firmware);
        self.quirks = (!found.is_empty()).then(|| Box::new(found));
    }

    pub const fn version(&self) -> Version {
        self.version
    }

    /// Takes in one text frame.
    pub fn receive(&mut self, text: String, now: Timestamp) -> Received {
        // NUL is no character of JSON, and PostgreSQL cannot store it.
        let text = if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
        if text.len() > self.limits.frame_bytes {
            let reason = format!("the frame has {} bytes, more than {}", text.len(), self.limits.frame_bytes);
            let text = cut(&text, OVERLONG_KEPT_CHARS).to_owned();
            return Received::Bad { message_id: None, action: None, text, reply: None, reason };
        }
        let notes = Notes::default();
        let taken = match Node::parse(&text) {
            Ok(document) => self.take(document, &text, notes, now),
            Err(error) => match mend::mend(&text).or_else(|| self.quirks.as_ref()?.complete(&text)) {
                Some(mended) => match Node::parse(&mended) {
                    Ok(document) => {
                        notes.add(kind::NOT_JSON, "frame".to_owned(), &error.to_string());
                        self.take(document, &mended, notes, now)
                    }
                    Err(error) => self.broken(mend::front(&text), &text, &error, now),
                },
                None => self.broken(mend::front(&text), &text, &error, now),
            },
        };
        taken.with(text, now)
    }

    /// The answer to a call, to be sent now; remembered for a repeat.
    pub fn answer(&mut self, call: &ReceivedCall, answer: &Answer) -> String {
        let echo = call.read.as_ref().ok().and_then(|read| read.echo.as_deref());
        let text = version::answer_text(self.version, &call.message_id, &call.action, echo, answer);
        self.answered(&call.message_id, &text);
        text
    }

    /// Remembers an answer that was written elsewhere ([`version::answer_text`]).
    pub fn answered(&mut self, message_id: &str, answer: &str) {
        self.memory.answered(message_id, answer);
    }

    /// The refusal of a call, to be sent now; remembered for a repeat.
    pub fn refuse(&mut self, call: &ReceivedCall, fault: &Fault) -> String {
        let text = version::fault_text(self.version, &call.message_id, fault);
        self.memory.answered(&call.message_id, &text);
        text
    }

    /// Lets go of a call that will not be answered, so that its repetition counts as new.
    pub fn forget(&mut self, message_id: &str) {
        self.memory.forget(message_id);
    }

    /// Queues a command. `key` is the caller's name for it and comes back in [`Settled`].
    pub fn send(&mut self, key: u64, command: &Command, now: Timestamp) -> Result<(), Refused> {
        let adapted = match &self.quirks {
            Some(quirks) => quirks.adapt(command).map_err(Refused::Impossible)?,
            None => None,
        };
        self.outgoing.send(key, adapted.as_ref().unwrap_or(command), now)
    }

    /// What is to be done now: call it until it answers `None`, after every `receive`, `send` and passed deadline.
    pub fn poll(&mut self, now: Timestamp) -> Option<Output> {
        self.outgoing.poll(now)
    }

    /// When [`Self::poll`] will have something to say by itself.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.outgoing.next_deadline()
    }

    /// The connection is gone: ends every call of ours.
    pub fn close(&mut self, now: Timestamp) -> Vec<Settled> {
        self.outgoing.close(now)
    }

    fn take(&mut self, document: Node<'_>, text: &str, notes: Notes, now: Timestamp) -> Taken {
        match frame::read(document, &notes) {
            Ok(Frame::Call { id, action, .. }) if id.chars().any(char::is_control) => {
                let fault = Fault::new(FaultKind::Framing, "the message id holds control characters");
                self.bad(Some(&id), Some(&action), &fault)
            }
            Ok(Frame::Call { id, action, payload }) => self.call(&id, &action, &payload, text, notes, now),
            // In older versions there is nobody to tell, and what is no object just says nothing.
            Ok(Frame::Answer { id, payload })
                if self.version.has_send() && !matches!(payload, Node::Object(_) | Node::Null) =>
            {
                self.unusable(&id, "the payload of an answer must be an object", text, now)
            }
            Ok(Frame::Answer { id, payload }) => match self.outgoing.answered(&id, &payload, text, now) {
                Some(settled) => Taken::Settled(Box::new(settled)),
                None => self.stray(&id),
            },
            Ok(Frame::Error { id, code, description, of_answer: false }) => {
                match self.outgoing.failed(&id, code, description, text, now) {
                    Some(settled) => Taken::Settled(Box::new(settled)),
                    None => self.stray(&id),
                }
            }
            Ok(Frame::Error { id, code, .. }) => Taken::Stray {
                id: plain(&id),
                reason: format!("the station could not use our answer: {}", plain(&code)),
            },
            Ok(Frame::Send { id, action, payload }) if self.version.has_send() => {
                let read = self.read(&action, &payload, notes, now);
                Taken::Said { id: plain(&id), action: plain(&action), read }
            }
            Ok(Frame::Send { id, action, .. }) => self.bad(Some(&id), Some(&action), &message_type()),
            Err(NoFrame { id, action, why }) => {
                let fault = match why {
                    Why::MessageType => message_type(),
                    Why::NoAction => Fault::new(FaultKind::Form, "the call names no action"),
                    Why::Form => Fault::new(FaultKind::Framing, "not a list of message type, id and so on"),
                };
                self.bad(id.as_deref(), action.as_deref(), &fault)
            }
        }
    }

    fn call(
        &mut self,
        id: &str,
        action: &str,
        payload: &Node<'_>,
        text: &str,
        notes: Notes,
        now: Timestamp,
    ) -> Taken {
        // The answers to these tell the time and their effect is the same however often: executed again.
        let by_memory =
            !["Heartbeat", "BootNotification"].iter().any(|word| word.eq_ignore_ascii_case(action));
        if by_memory {
            match self.memory.seen(id, text, now) {
                Seen::New => {}
                Seen::Pending => return Taken::Repeat { id: id.to_owned(), answer: None },
                Seen::Answered(answer) => return Taken::Repeat { id: id.to_owned(), answer: Some(answer) },
            }
        }
        let read = self.read(action, payload, notes, now);
        Taken::Call { id: id.to_owned(), action: plain(action), read }
    }

    fn read(
        &mut self,
        action: &str,
        payload: &Node<'_>,
        notes: Notes,
        now: Timestamp,
    ) -> Result<Read, Fault> {
        let renamed = self.quirks.as_ref().and_then(|quirks| quirks.renamed(action, payload));
        let payload = renamed.as_ref().unwrap_or(payload);
        let mut fact = version::read_call(self.version, action, payload, &notes, now)?;
        let mut deviations = notes.into_vec();
        if let Fact::Boot(boot) = &fact {
            self.station_is(&boot.vendor, &boot.model, boot.firmware.as_deref());
        }
        if let Some(quirks) = &self.quirks {
            quirks.read_tags(&mut fact);
            quirks.forgive(&mut deviations);
        }
        Ok(Read { fact, deviations, echo: version::echo(self.version, action, payload) })
    }

    /// A frame that is no JSON: refuse the call or end our own by what its front says.
    fn broken(&mut self, front: Front, text: &str, error: &serde_json::Error, now: Timestamp) -> Taken {
        let detail = format!("the frame is not valid JSON: {error}");
        match (front.kind, &front.id) {
            (Some(3), Some(id)) => self.unusable(id, &detail, text, now),
            (Some(4), Some(id)) => self.failed(id, detail, text, now),
            (Some(3 | 4), None) => Taken::Bad { id: None, action: None, reply: None, reason: detail },
            _ => {
                let kind = if front.action.is_some() { FaultKind::Form } else { FaultKind::Framing };
                self.bad(front.id.as_deref(), front.action.as_deref(), &Fault::new(kind, detail))
            }
        }
    }

    /// An answer to a call of ours that cannot be read. 2.1 has a frame to say so (part 4 §4.2.4).
    fn unusable(&mut self, id: &str, detail: &str, text: &str, now: Timestamp) -> Taken {
        if self.version.has_send() && self.outgoing.waits_for(id) {
            let code = version::fault_code(self.version, FaultKind::Form);
            self.outgoing.say(frame::error_of_answer(id, code, detail));
        }
        self.failed(id, detail.to_owned(), text, now)
    }

    fn failed(&mut self, id: &str, detail: String, text: &str, now: Timestamp) -> Taken {
        let code = version::fault_code(self.version, FaultKind::Form).to_owned();
        match self.outgoing.failed(id, code, detail, text, now) {
            Some(settled) => Taken::Settled(Box::new(settled)),
            None => self.stray(id),
        }
    }

    fn bad(&self, id: Option<&str>, action: Option<&str>, fault: &Fault) -> Taken {
        let reply_to = id.or(self.version.answers_without_id().then_some("-1"));
        let reply = reply_to.map(|id| version::fault_text(self.version, id, fault));
        Taken::Bad { id: id.map(plain), action: action.map(plain), reply, reason: fault.detail.clone() }
    }

    fn stray(&self, id: &str) -> Taken {
        let reason = if self.outgoing.was_late(id) {
            "the answer came too late"
        } else {
            "no call of ours waits for it"
        };
        Taken::Stray { id: plain(id), reason: reason.to_owned() }
    }
}

/// What is kept of a frame longer than the limit, in characters.
const OVERLONG_KEPT_CHARS: usize = 1_000;

fn message_type() -> Fault {
    Fault::new(FaultKind::MessageType, "unknown message type: 2, 3 and 4 are understood")
}

/// Without control characters and not too long, for the log.
fn plain(text: &str) -> String {
    cut(text, frame::ID_HARD_CHARS).chars().filter(|c| !c.is_control()).collect()
}

/// [`Received`] before it owns the frame's text.
enum Taken {
    Call { id: String, action: String, read: Result<Read, Fault> },
    Said { id: String, action: String, read: Result<Read, Fault> },
    Repeat { id: String, answer: Option<String> },
    Settled(Box<Settled>),
    Bad { id: Option<String>, action: Option<String>, reply: Option<String>, reason: String },
    Stray { id: String, reason: String },
}

impl Taken {
    fn with(self, text: String, now: Timestamp) -> Received {
        match self {
            Self::Call { id: message_id, action, read } => {
                Received::Call(Box::new(ReceivedCall { message_id, action, text, read, received_at: now }))
            }
            Self::Said { id: message_id, action, read } => {
                Received::Said(Box::new(ReceivedCall { message_id, action, text, read, received_at: now }))
            }
            Self::Repeat { id: message_id, answer } => Received::Repeat { message_id, text, answer },
            Self::Settled(mut settled) => {
                settled.response = Some(text);
                Received::Settled(settled)
            }
            Self::Bad { id: message_id, action, reply, reason } => {
                Received::Bad { message_id, action, text, reply, reason }
            }
            Self::Stray { id: message_id, reason } => Received::Stray { message_id, text, reason },
        }
    }
}

impl From<Refused> for Outcome {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Impossible(reason) => Self::Impossible { reason },
            Refused::Busy => Self::Busy,
        }
    }
}
