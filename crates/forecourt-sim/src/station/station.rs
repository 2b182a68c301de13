//! The mailbox of a simulated station, sans-IO: what to send now, what an arriving text changes, when to look again.
//!
//! One call in flight; messages of a transaction are kept and repeated until answered; everything else is dropped when the
//! connection breaks. Never opens a socket and never reads a clock.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::body::Body;
use super::config::{Protocol, StationConfig};
use super::examples;
use super::faults::{Habit, SLOW_ANSWER_S, refusal, spoil};
use super::kept::Kept;
use super::notice::{BootReason, Notice};
use super::{v2, v16};

/// How long an answer may take, in real seconds; the same limit the CSMS sets a station.
const ANSWER_WITHIN_S: i64 = 30;
/// Most notices kept while nobody answers. Readings go first: a session without them still has its start and stop.
const BACKLOG_MAX: usize = 2_000;
/// Attempts at a transaction message that is answered with an error (1.6 TransactionMessageAttempts).
const ATTEMPTS: u32 = 3;
/// Pause between those attempts, in real seconds, times the number of attempts made.
const ATTEMPT_PAUSE_S: i64 = 10;
/// The time a controller takes to come up again, in real seconds.
const RESTART_S: i64 = 3;
/// Asked for a boot interval of 0 the station chooses (1.6 §4.2), in seconds.
const INTERVAL_DEFAULT_S: i64 = 300;

/// What the socket has to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Send(String),
    /// Nothing before that moment, unless a text arrives.
    Wait(Option<Timestamp>),
    /// Close, and come back then.
    Close {
        back_at: Timestamp,
    },
}

/// Something an order sets going.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Later {
    Say(&'static str, Value),
    /// A log to that address.
    Upload(String),
    /// New firmware is in place.
    Restart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Registration {
    /// Must boot before anything else.
    Unknown,
    Booting,
    /// Pending or rejected: ask again then.
    Waiting(Timestamp),
    Accepted,
}

#[derive(Debug)]
struct InFlight {
    id: String,
    notice: Notice,
    sent_at: Timestamp,
    attempts: u32,
}

#[derive(Debug)]
pub(super) struct Station {
    pub(super) config: StationConfig,
    pub(super) body: Body,
    pub(super) boot_reason: BootReason,
    registration: Registration,
    connected: bool,
    answers: VecDeque<String>,
    queue: VecDeque<Notice>,
    in_flight: Option<InFlight>,
    /// A transaction message to repeat under its old id, no earlier than then.
    repeat: Option<(InFlight, Timestamp)>,
    sent: u64,
    last_sent: Timestamp,
    /// The numbers the CSMS has given to our transactions (1.6).
    pub(super) given: HashMap<u64, i64>,
    /// What the CSMS gave it to keep.
    pub(super) kept: Kept,
    /// By the moment, soonest last.
    later: Vec<(Timestamp, Later)>,
    late_answers: VecDeque<(Timestamp, String)>,
    uploads: Vec<String>,
    /// The statements beyond the daily ones have been made.
    showed_all: bool,
}

impl Station {
    pub fn new(config: StationConfig, now: Timestamp) -> Self {
        Self {
            body: Body::new(&config, now),
            boot_reason: BootReason::PowerUp,
            registration: Registration::Unknown,
            connected: false,
            answers: VecDeque::new(),
            queue: VecDeque::new(),
            in_flight: None,
            repeat: None,
            sent: 0,
            last_sent: now,
            given: HashMap::new(),
            kept: Kept::default(),
            later: Vec::new(),
            late_answers: VecDeque::new(),
            uploads: Vec::new(),
            showed_all: false,
            config,
        }
    }

    /// The password to connect with: what the CSMS wrote last, else what was configured.
    pub fn password(&self) -> Option<&str> {
        self.body.settings.password().or(self.config.password.as_deref())
    }

    pub fn connected(&mut self, now: Timestamp) {
        self.connected = true;
        self.last_sent = now;
        if self.registration == Registration::Accepted {
            self.body.went_online(now);
        } else {
            self.registration = Registration::Unknown;
        }
    }

    pub fn disconnected(&mut self, now: Timestamp) {
        self.connected = false;
        self.answers.clear();
        self.late_answers.clear();
        self.body.went_offline(now);
        self.collect();
        if let Some(lost) = self.in_flight.take() {
            self.keep(lost, Timestamp::MIN);
        }
        self.queue.retain(Notice::is_of_a_transaction);
        if self.registration == Registration::Booting {
            self.registration = Registration::Unknown;
        }
    }

    /// What to do at `now`.
    pub fn step(&mut self, now: Timestamp) -> Step {
        self.body.tick(now);
        self.do_later(now);
        if let Some(answer) = self.answers.pop_front() {
            return Step::Send(answer);
        }
        if let Some(back_at) = self.body.take_gap() {
            return Step::Close { back_at };
        }
        self.expire(now);
        self.collect();
        if !self.flushing() && self.body.take_restart() {
            self.registration = Registration::Unknown;
            return Step::Close { back_at: now + self.real(RESTART_S) };
        }
        if self.in_flight.is_some() || !self.connected {
            return Step::Wait(self.due());
        }
        if let Some(text) = self.next_call(now) {
            return Step::Send(text);
        }
        Step::Wait(self.due())
    }

    /// Sets something going.
    pub(super) fn later(&mut self, at: Timestamp, what: Later) {
        let place = self.later.partition_point(|(other, _)| *other > at);
        self.later.insert(place, (at, what));
    }

    fn do_later(&mut self, now: Timestamp) {
        while let Some((_, what)) = self.later.pop_if(|(at, _)| *at <= now) {
            match what {
                Later::Say(action, payload) => {
                    self.body.say(Notice::Said { action, payload, unanswered: false })
                }
                Later::Upload(location) => self.uploads.push(location),
                Later::Restart => self.body.reset(false, now),
            }
        }
        while self.late_answers.front().is_some_and(|(at, _)| *at <= now) {
            self.answers.extend(self.late_answers.pop_front().map(|(_, answer)| answer));
        }
    }

    /// Where a log is to be sent, once.
    pub fn take_upload(&mut self) -> Option<String> {
        self.uploads.pop()
    }

    /// A certificate signing request with a fresh key, PEM. The key is thrown away: the simulation does not use it.
    pub(super) fn signing_request(&self) -> String {
        let made = rcgen::KeyPair::generate().and_then(|key| {
            let mut params = rcgen::CertificateParams::default();
            params.distinguished_name.push(rcgen::DnType::CommonName, self.config.identity.clone());
            params.serialize_request(&key)?.pem()
        });
        made.unwrap_or_default()
    }

    /// A restart waits for the stops it caused to be answered, as long as somebody answers.
    fn flushing(&self) -> bool {
        let open = self.in_flight.as_ref().is_some_and(|m| m.notice.is_of_a_transaction());
        let queued = self.queue.iter().any(Notice::is_of_a_transaction);
        self.connected
            && self.registration == Registration::Accepted
            && self.repeat.is_none()
            && (open || queued)
    }

    /// Takes over what the body said; keeps the backlog in bounds.
    fn collect(&mut self) {
        while let Some(notice) = self.body.take_notice() {
            if !self.connected && !notice.is_of_a_transaction() {
                continue;
            }
            if !self.says(&notice) {
                continue;
            }
            if self.queue.len() >= BACKLOG_MAX {
                let reading = self.queue.iter().position(|n| matches!(n, Notice::Reading { .. }));
                let _dropped = reading.and_then(|at| self.queue.remove(at));
            }
            self.queue.push_back(notice);
        }
    }

    /// Whether this protocol version has words for it.
    fn says(&self, notice: &Notice) -> bool {
        match self.config.protocol {
            Protocol::V16 => {
                !matches!(notice, Notice::State { .. } | Notice::Event { .. } | Notice::Inventory { .. })
            }
            Protocol::V201 | Protocol::V21 => true,
        }
    }

    fn next_call(&mut self, now: Timestamp) -> Option<String> {
        match self.registration {
            Registration::Unknown => return Some(self.boot(now)),
            Registration::Waiting(until) if until <= now => return Some(self.boot(now)),
            Registration::Waiting(_) | Registration::Booting => return None,
            Registration::Accepted => {}
        }
        if let Some((message, at)) = self.repeat.take() {
            if at > now {
                self.repeat = Some((message, at));
                return None;
            }
            return Some(self.send_again(message, now));
        }
        if self.queue.is_empty() && self.heartbeat_at() <= now {
            self.body.heartbeat();
            self.collect();
        }
        let notice = self.queue.pop_front()?;
        Some(self.call(notice, now))
    }

    fn boot(&mut self, now: Timestamp) -> String {
        self.registration = Registration::Booting;
        self.call(Notice::Boot { reason: self.boot_reason }, now)
    }

    fn call(&mut self, notice: Notice, now: Timestamp) -> String {
        self.sent += 1;
        let id = format!("{:x}-{}", self.config.seed & 0xffff_ffff, self.sent);
        self.send_again(InFlight { id, notice, sent_at: now, attempts: 0 }, now)
    }

    fn send_again(&mut self, message: InFlight, now: Timestamp) -> String {
        let (action, mut payload) = match self.config.protocol {
            Protocol::V16 => v16::call(self, &message.notice),
            Protocol::V201 | Protocol::V21 => v2::call(self, &message.notice),
        };
        spoil(&self.config.habits, &mut payload);
        if matches!(message.notice, Notice::Said { unanswered: true, .. }) {
            return json!([6, message.id, action, payload]).to_string();
        }
        let text = json!([2, message.id, action, payload]).to_string();
        if self.has(Habit::Repeats) && message.notice.is_of_a_transaction() {
            self.answers.push_back(text.clone());
        }
        self.in_flight = Some(InFlight { sent_at: now, attempts: message.attempts + 1, ..message });
        self.last_sent = now;
        text
    }

    /// A message without an answer: repeated if money hangs on it, forgotten otherwise.
    fn expire(&mut self, now: Timestamp) {
        let limit = self.real(ANSWER_WITHIN_S);
        if let Some(lost) = self.in_flight.take_if(|m| m.sent_at + limit <= now) {
            if self.registration == Registration::Booting {
                self.registration = Registration::Unknown;
            }
            if let Notice::Authorize { evse, .. } = &lost.notice {
                self.body.unanswered(*evse, now);
            }
            self.keep(lost, now);
        }
    }

    fn keep(&mut self, lost: InFlight, not_before: Timestamp) {
        if lost.notice.is_of_a_transaction() {
            self.repeat = Some((lost, not_before));
        }
    }

    fn heartbeat_at(&self) -> Timestamp {
        match self.body.settings.heartbeat_s() {
            0 => Timestamp::MAX,
            seconds => self.last_sent + self.real(seconds.min(86_400)),
        }
    }

    /// A stretch of real time, in the station's own faster time.
    fn real(&self, seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds) * i32::try_from(self.config.speed.max(1)).unwrap_or(1)
    }

    fn due(&self) -> Option<Timestamp> {
        let answer = self.in_flight.as_ref().map(|m| m.sent_at + self.real(ANSWER_WITHIN_S));
        let idle = self.connected && self.in_flight.is_none();
        let beat = (idle && self.registration == Registration::Accepted).then(|| self.heartbeat_at());
        let boot = match self.registration {
            Registration::Waiting(until) if self.connected => Some(until),
            _ => None,
        };
        let repeat = self.repeat.as_ref().filter(|_| idle).map(|(_, at)| *at);
        let later = self.later.last().map(|(at, _)| *at);
        let late = self.late_answers.front().map(|(at, _)| *at);
        [answer, beat, boot, repeat, later, late, self.body.due()].into_iter().flatten().min()
    }

    /// A text from the CSMS.
    pub fn receive(&mut self, text: &str, now: Timestamp) {
        let Ok(Value::Array(frame)) = serde_json::from_str::<Value>(text) else {
            tracing::warn!(identity = self.config.identity, "the CSMS sent something that is no OCPP frame");
            return;
        };
        let kind = frame.first().and_then(Value::as_i64);
        let id = frame.get(1).and_then(Value::as_str).unwrap_or_default();
        match kind {
            Some(2) => {
                let action = frame.get(2).and_then(Value::as_str).unwrap_or_default();
                let answer = self.obey(id, action, frame.get(3).unwrap_or(&Value::Null), now);
                match self.has(Habit::Slow) {
                    true => self.late_answers.push_back((now + self.real(SLOW_ANSWER_S), answer)),
                    false => self.answers.push_back(answer),
                }
            }
            Some(3) => self.answered(id, frame.get(2).unwrap_or(&Value::Null), now),
            Some(4) => self.refused(id, frame.get(2).and_then(Value::as_str).unwrap_or_default(), now),
            _ => tracing::warn!(identity = self.config.identity, "the CSMS sent a frame of an unknown kind"),
        }
    }

    fn has(&self, habit: Habit) -> bool {
        self.config.habits.contains(&habit)
    }

    fn obey(&mut self, id: &str, action: &str, payload: &Value, now: Timestamp) -> String {
        if let Some(no) = refusal(action).filter(|_| self.has(Habit::Refuses)) {
            return json!([3, id, no]).to_string();
        }
        let answer = match self.config.protocol {
            Protocol::V16 => v16::obey(self, action, payload, now),
            Protocol::V201 | Protocol::V21 => v2::obey(self, action, payload, now),
        };
        match answer {
            Ok(answer) => json!([3, id, answer]).to_string(),
            Err(code) => json!([4, id, code, "", {}]).to_string(),
        }
    }

    fn answered(&mut self, id: &str, answer: &Value, now: Timestamp) {
        // An answer to something else (late, or repeated) changes nothing.
        let Some(message) = self.in_flight.take_if(|m| m.id == id) else { return };
        match &message.notice {
            Notice::Boot { .. } => self.booted(answer, now),
            Notice::Authorize { evse, .. } => self.body.authorised(*evse, accepted(answer), now),
            Notice::Start { tx, .. } => {
                if let Some(number) = answer.get("transactionId").and_then(Value::as_i64) {
                    self.given.insert(tx.number, number);
                }
                self.body.start_answered(tx.number, accepted(answer) || token_info(answer).is_none(), now);
            }
            Notice::Stop { tx, .. } => {
                self.given.remove(&tx.number);
            }
            _ => {}
        }
    }

    fn refused(&mut self, id: &str, code: &str, now: Timestamp) {
        let Some(message) = self.in_flight.take_if(|m| m.id == id) else { return };
        tracing::warn!(identity = self.config.identity, code, notice = ?message.notice, "refused by the CSMS");
        match &message.notice {
            Notice::Boot { .. } => {
                self.registration = Registration::Waiting(now + self.real(INTERVAL_DEFAULT_S))
            }
            Notice::Authorize { evse, .. } => self.body.authorised(*evse, false, now),
            _ if message.attempts < ATTEMPTS => {
                let pause = self.real(ATTEMPT_PAUSE_S * i64::from(message.attempts));
                self.keep(message, now + pause);
            }
            _ => {}
        }
    }

    fn booted(&mut self, answer: &Value, now: Timestamp) {
        let interval =
            answer.get("interval").and_then(Value::as_i64).filter(|s| *s > 0).unwrap_or(INTERVAL_DEFAULT_S);
        if answer.get("status").and_then(Value::as_str) == Some("Accepted") {
            self.registration = Registration::Accepted;
            self.body.settings.set_heartbeat_s(interval);
            self.body.went_online(now);
            if self.config.scenario.says_everything && !std::mem::replace(&mut self.showed_all, true) {
                for (action, payload, unanswered) in examples::statements(self.config.protocol.version(), now)
                {
                    self.body.say(Notice::Said { action, payload, unanswered });
                }
            }
        } else {
            self.registration = Registration::Waiting(now + self.real(interval));
        }
    }
}

/// idTagInfo of 1.6, idTokenInfo of 2.x.
fn token_info(answer: &Value) -> Option<&Value> {
    answer.get("idTagInfo").or_else(|| answer.get("idTokenInfo"))
}

fn accepted(answer: &Value) -> bool {
    token_info(answer).and_then(|info| info.get("status")).and_then(Value::as_str) == Some("Accepted")
}
