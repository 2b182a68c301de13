//! Laws of the link: whatever comes, at most one call of ours is on its way, every accepted call ends exactly once, and
//! a repeated call is never executed twice.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{HashMap, HashSet};

use forecourt_core::Timestamp;
use forecourt_core::command::{Command, Outcome};
use forecourt_ocpp::{Limits, Link, Output, Received, Refused, Version};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Send,
    /// An answer to our call number n (sent, waiting, ended or never made).
    Answer(u8),
    Error(u8),
    Wait(u32),
    /// The station's call number n, again or for the first time.
    Call(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Send),
        4 => (1u8..20).prop_map(Step::Answer),
        1 => (1u8..20).prop_map(Step::Error),
        2 => (0u32..40_000).prop_map(Step::Wait),
        3 => (0u8..6).prop_map(Step::Call),
    ];
    prop::collection::vec(step, 0..120)
}

struct Harness {
    link: Link,
    now: Timestamp,
    accepted: u64,
    sent: Vec<String>,
    settled: HashMap<u64, Outcome>,
    executed: HashMap<String, Timestamp>,
}

impl Harness {
    fn pump(&mut self) {
        while let Some(output) = self.link.poll(self.now) {
            match output {
                Output::Send(text) => {
                    assert!(self.sent.len() == self.settled_sent(), "two calls of ours on their way");
                    self.sent.push(text.split('"').nth(1).unwrap().to_owned());
                }
                Output::Settled(settled) => {
                    self.settle(settled.key, settled.outcome, settled.sent_at.is_some())
                }
            }
        }
    }

    /// How many of the sent calls have ended.
    fn settled_sent(&self) -> usize {
        self.settled.values().filter(|outcome| !matches!(outcome, Outcome::Busy | Outcome::Offline)).count()
    }

    fn settle(&mut self, key: u64, outcome: Outcome, was_sent: bool) {
        assert_eq!(was_sent, !matches!(outcome, Outcome::Busy | Outcome::Offline));
        assert!(self.settled.insert(key, outcome).is_none(), "call {key} ended twice");
    }

    fn receive(&mut self, frame: &str) {
        match self.link.receive(frame.to_owned(), self.now) {
            Received::Settled(settled) => self.settle(settled.key, settled.outcome.clone(), true),
            Received::Call(call) => {
                let window = Limits::default().repeat_window_ms;
                if let Some(before) = self.executed.insert(call.message_id.clone(), self.now) {
                    let age = self.now.as_millisecond() - before.as_millisecond();
                    assert!(age > window, "{} was executed again after {age} ms", call.message_id);
                }
                let answer = common::answer(&call.read.as_ref().unwrap().fact, self.now);
                self.link.answer(&call, &answer);
            }
            Received::Repeat { message_id, answer, .. } => {
                assert!(answer.unwrap().starts_with(&format!("[3,\"{message_id}\"")));
            }
            Received::Stray { .. } => {}
            Received::Said(_) | Received::Bad { .. } => panic!("nothing bad was sent"),
        }
    }
}

proptest! {
    #[test]
    fn every_call_ends_once_and_one_is_on_its_way(steps in steps()) {
        // Six calls of the station at most, so that memory holds them all.
        let limits = Limits { remembered: 6, ..Limits::default() };
        let link = Link::new(Version::V16, limits, 0xa);
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut harness =
            Harness { link, now, accepted: 0, sent: vec![], settled: HashMap::new(), executed: HashMap::new() };
        for step in steps {
            match step {
                Step::Send => match harness.link.send(harness.accepted + 1, &Command::ClearCache, harness.now) {
                    Ok(()) => harness.accepted += 1,
                    Err(Refused::Busy) => {}
                    Err(refused) => panic!("{refused}"),
                },
                Step::Answer(number) => harness.receive(&format!(r#"[3,"a-{number}",{{"status":"Accepted"}}]"#)),
                Step::Error(number) => harness.receive(&format!(r#"[4,"a-{number}","GenericError","",{{}}]"#)),
                Step::Wait(ms) => {
                    harness.now = harness.now.checked_add(jiff::SignedDuration::from_millis(ms.into())).unwrap();
                }
                Step::Call(number) => harness.receive(&format!(
                    r#"[2,"s{number}","StartTransaction",{{"connectorId":1,"idTag":"T{number}","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}}]"#
                )),
            }
            harness.pump();
            let due = harness.link.next_deadline();
            prop_assert!(due.is_none_or(|due| due > harness.now), "a deadline has passed and nothing was done");
        }
        let now = harness.now;
        for settled in harness.link.close(now) {
            harness.settle(settled.key, settled.outcome, settled.sent_at.is_some());
        }
        prop_assert_eq!(harness.settled.len() as u64, harness.accepted, "every accepted call has ended");
        let ids: HashSet<&String> = harness.sent.iter().collect();
        prop_assert_eq!(ids.len(), harness.sent.len(), "message ids are unique");
        prop_assert!(harness.link.poll(now).is_none());
    }
}

#[test]
fn a_call_that_could_not_be_stored_counts_as_new_when_repeated() {
    let mut link = Link::new(Version::V16, Limits::default(), 1);
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let frame = r#"[2,"1","Authorize",{"idTag":"A"}]"#.to_owned();
    let Received::Call(call) = link.receive(frame.clone(), now) else { panic!() };
    assert!(
        matches!(link.receive(frame.clone(), now), Received::Repeat { answer: None, .. }),
        "still being stored"
    );
    link.forget(&call.message_id);
    assert!(matches!(link.receive(frame, now), Received::Call(_)));
}

#[test]
fn the_queue_is_bounded() {
    let limits = Limits::default();
    let mut link = Link::new(Version::V201, limits, 1);
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    for key in 0..limits.queue as u64 {
        link.send(key, &Command::ClearCache, now).unwrap();
    }
    assert_eq!(link.send(99, &Command::ClearCache, now), Err(Refused::Busy));
}

#[test]
fn a_raw_nul_never_reaches_the_log() {
    let mut link = Link::new(Version::V16, Limits::default(), 1);
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let Received::Call(call) = link.receive("[2,\"1\",\"Authorize\",{\"idTag\":\"A\0\"}]".to_owned(), now)
    else {
        panic!()
    };
    assert!(!call.text.contains('\0'));
}
