//! The link over a network that repeats, reorders, drops and delays, with calls both ways at once, in every version.
//!
//! A station and a CSMS talk until every call has ended. Whatever the network did: a call of the station was executed once,
//! however often it came; every answer belongs to its call; every call of ours ended once; one was on its way at a time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{HashMap, VecDeque};

use forecourt_core::Timestamp;
use forecourt_core::command::{Command, Outcome};
use forecourt_ocpp::{Limits, Link, Output, Received, Version};
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What the network does with one frame.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Deliver,
    Drop,
    Twice,
    /// Behind the frames that come next.
    Late,
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        6 => Just(Fate::Deliver),
        1 => Just(Fate::Drop),
        2 => Just(Fate::Twice),
        2 => Just(Fate::Late),
    ];
    prop::collection::vec(fate, 1..60)
}

/// One direction of the connection.
struct Wire {
    frames: VecDeque<String>,
    fates: std::iter::Cycle<std::vec::IntoIter<Fate>>,
    /// After this many frames the network behaves, so that every conversation ends.
    patience: u32,
}

impl Wire {
    fn new(fates: Vec<Fate>) -> Self {
        Self { frames: VecDeque::new(), fates: fates.into_iter().cycle(), patience: 60 }
    }

    fn put(&mut self, frame: String) {
        self.patience = self.patience.saturating_sub(1);
        match self.fates.next().filter(|_| self.patience > 0).unwrap_or(Fate::Deliver) {
            Fate::Deliver => self.frames.push_back(frame),
            Fate::Drop => {}
            Fate::Twice => {
                self.frames.push_back(frame.clone());
                self.frames.push_back(frame);
            }
            Fate::Late => {
                let behind = self.frames.len().saturating_sub(2);
                self.frames.insert(behind, frame);
            }
        }
    }
}

/// A station that says each thing until it is answered, one at a time, and answers whatever it is asked.
struct Station {
    to_say: VecDeque<(String, String)>,
    said_at: Option<Timestamp>,
    answers: HashMap<String, Value>,
}

/// How long the station waits before it says a thing again, in milliseconds.
const REPEAT_MS: i64 = 7_000;

impl Station {
    fn new(version: Version, calls: usize) -> Self {
        let call = |number: usize| {
            let id = format!("s{number}");
            let payload = match version {
                Version::V16 => {
                    json!({"connectorId":1,"idTag":format!("T{number}"),"meterStart":number,"timestamp":"2026-01-01T00:00:00Z"})
                }
                _ => {
                    json!({"eventType":"Started","timestamp":"2026-01-01T00:00:00Z","triggerReason":"Authorized","seqNo":0,"transactionInfo":{"transactionId":format!("t{number}")}})
                }
            };
            let action = if version == Version::V16 { "StartTransaction" } else { "TransactionEvent" };
            (id.clone(), json!([2, id, action, payload]).to_string())
        };
        Self { to_say: (0..calls).map(call).collect(), said_at: None, answers: HashMap::new() }
    }

    fn speak(&mut self, now: Timestamp, wire: &mut Wire) {
        let due = self.said_at.is_none_or(|at| now.duration_since(at).as_millis() >= i128::from(REPEAT_MS));
        if let Some((_, frame)) = self.to_say.front().filter(|_| due) {
            wire.put(frame.clone());
            self.said_at = Some(now);
        }
    }

    fn hear(&mut self, frame: &str, wire: &mut Wire) {
        let parts: Value = serde_json::from_str(frame).unwrap();
        let id = parts[1].as_str().unwrap().to_owned();
        match parts[0].as_i64().unwrap() {
            2 => wire.put(json!([3, id, {"status":"Accepted","mine":id}]).to_string()),
            3 => {
                let before = self.answers.insert(id.clone(), parts[2].clone());
                assert!(before.is_none_or(|before| before == parts[2]), "{id} was answered in two ways");
                if self.to_say.front().is_some_and(|(waiting, _)| *waiting == id) {
                    self.to_say.pop_front();
                    self.said_at = None;
                }
            }
            other => panic!("a frame of type {other} to a station that errs in nothing: {frame}"),
        }
    }
}

struct Csms {
    link: Link,
    executed: HashMap<String, u32>,
    settled: HashMap<u64, Outcome>,
    on_its_way: bool,
}

impl Csms {
    fn hear(&mut self, frame: String, now: Timestamp, wire: &mut Wire) {
        match self.link.receive(frame, now) {
            Received::Call(call) => {
                *self.executed.entry(call.message_id.clone()).or_default() += 1;
                let answer = common::answer(&call.read.as_ref().unwrap().fact, now);
                let text = self.link.answer(&call, &answer);
                wire.put(text);
            }
            Received::Repeat { answer, .. } => wire.put(answer.unwrap()),
            Received::Settled(settled) => {
                self.on_its_way = false;
                let answer: Value = match &settled.outcome {
                    Outcome::Answered { answer, .. } => serde_json::from_str(answer).unwrap(),
                    other => panic!("{other:?}"),
                };
                assert_eq!(answer["mine"], settled.message_id, "an answer belongs to its call");
                assert!(self.settled.insert(settled.key, settled.outcome).is_none(), "settled twice");
            }
            Received::Stray { .. } => {}
            other => panic!("nothing odd was sent: {other:?}"),
        }
    }

    fn pump(&mut self, now: Timestamp, wire: &mut Wire) {
        while let Some(output) = self.link.poll(now) {
            match output {
                Output::Send(text) => {
                    assert!(!self.on_its_way, "two calls of ours on their way");
                    self.on_its_way = true;
                    wire.put(text);
                }
                Output::Settled(settled) => {
                    if settled.sent_at.is_some() {
                        self.on_its_way = false;
                    }
                    assert!(self.settled.insert(settled.key, settled.outcome).is_none(), "settled twice");
                }
            }
        }
    }
}

fn converse(version: Version, up: Vec<Fate>, down: Vec<Fate>, calls: usize, commands: u64) {
    let mut now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let (mut to_csms, mut to_station) = (Wire::new(up), Wire::new(down));
    let mut station = Station::new(version, calls);
    // Remembers all of the station's calls for as long as this takes: one that comes very late must still be known.
    let limits = Limits { remembered: calls, repeat_window_ms: 3_600_000, ..Limits::default() };
    let link = Link::new(version, limits, 0xb);
    let mut csms = Csms { link, executed: HashMap::new(), settled: HashMap::new(), on_its_way: false };
    for key in 0..commands {
        csms.link.send(key, &Command::ClearCache, now).unwrap();
    }
    for _ in 0..2_000 {
        csms.pump(now, &mut to_station);
        station.speak(now, &mut to_csms);
        if let Some(frame) = to_station.frames.pop_front() {
            station.hear(&frame, &mut to_csms);
        }
        if let Some(frame) = to_csms.frames.pop_front() {
            csms.hear(frame, now, &mut to_station);
        }
        now = now.checked_add(SignedDuration::from_millis(500)).unwrap();
        let silent = to_csms.frames.is_empty() && to_station.frames.is_empty();
        if silent && station.to_say.is_empty() && csms.settled.len() as u64 == commands {
            break;
        }
    }
    assert!(station.to_say.is_empty(), "the station was never answered: {:?}", station.to_say);
    assert_eq!(csms.settled.len() as u64, commands, "every call of ours has ended");
    assert_eq!(csms.executed.len(), calls);
    assert!(csms.executed.values().all(|times| *times == 1), "executed once: {:?}", csms.executed);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn whatever_the_network_does_everything_happens_once(
        up in fates(),
        down in fates(),
        calls in 1usize..8,
        commands in 0u64..8,
        version in prop::sample::select(Version::ALL.to_vec()),
    ) {
        converse(version, up, down, calls, commands);
    }
}
