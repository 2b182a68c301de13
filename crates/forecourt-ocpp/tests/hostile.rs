//! Hostile input: nothing a station sends may end in a panic, and every call with a readable id gets one reply.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
#[path = "common/instances.rs"]
mod instances;

use std::sync::LazyLock;

use forecourt_core::Timestamp;
use forecourt_ocpp::node::Node;
use forecourt_ocpp::shape::{self, Part};
use forecourt_ocpp::{Limits, Link, Received, Version};
use proptest::prelude::*;
use serde_json::{Value, json};

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// Drives one frame through a fresh link; the reply, if there is one.
fn reply(version: Version, frame: &str) -> Option<String> {
    let mut link = Link::new(version, Limits::default(), 1);
    match link.receive(frame.to_owned(), now()) {
        Received::Call(call) => Some(match &call.read {
            Ok(read) => {
                assert!(read.deviations.len() <= 24, "deviations are bounded");
                link.answer(&call, &common::answer(&read.fact, now()))
            }
            Err(fault) => link.refuse(&call, fault),
        }),
        Received::Said(_) => None,
        Received::Bad { reply, .. } => reply,
        Received::Repeat { .. } => panic!("a fresh link has seen nothing"),
        Received::Settled(_) => panic!("a fresh link has asked nothing"),
        Received::Stray { .. } => None,
    }
}

/// The reply is one frame of type 3 or 4 with this id, and never our own mistake.
fn assert_replied(version: Version, frame: &str, id: &str) {
    let reply = reply(version, frame).unwrap_or_else(|| panic!("no reply to {frame}"));
    let reply: Value = serde_json::from_str(&reply).unwrap();
    assert_eq!(reply[1], id, "{frame}");
    assert!(reply[0] == 3 || reply[0] == 4, "{frame}");
    assert_ne!(reply[2], "InternalError", "{frame}");
}

/// Pointers to every value of a document.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), out))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), out));
        }
        _ => {}
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[-+0-9.,eETZ: ]{0,30}".prop_map(Value::from),
        (0usize..4_000).prop_map(|length| Value::from("ä".repeat(length))),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let names = prop_oneof![any::<String>(), "(value|unit|idToken|id|timestamp|sampledValue)"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names, inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn every_full_payload_is_answered_with_a_result() {
    for (version, action, payload) in instances::from_stations() {
        let node = Node::parse(&payload.to_string()).map(|node| {
            let part = if action == "NotifyPeriodicEventStream" { Part::Send } else { Part::Request };
            shape::check(version, action, part, &node)
        });
        assert_eq!(node.unwrap(), [], "the payload is valid");
        let reply = reply(version, &json!([2, "id", action, payload]).to_string()).unwrap();
        assert!(reply.starts_with("[3,"), "{action}: {reply}");
        let parts: Value = serde_json::from_str(&reply).unwrap();
        if action != "NotifyPeriodicEventStream" {
            let answer = parts[2].to_string();
            let answer = Node::parse(&answer).unwrap();
            assert_eq!(shape::check(version, action, Part::Response, &answer), [], "{action}: {reply}");
        }
    }
}

/// The hostile values of threat 8, in every member of every message.
#[test]
fn known_spoilers_in_every_member_are_survived() {
    let mut spoilers =
        vec![json!(null), json!([]), json!({}), json!(""), json!("\u{0}\u{1}"), json!(-1), json!(true)];
    spoilers.extend([
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(-1e-300),
        json!("1e400"),
        json!("A".repeat(65_536)),
    ]);
    spoilers.extend([
        json!([[[[]]]]),
        json!({"a":{"b":{"c":[]}}}),
        json!(["x", 1, null, {}]),
        json!("9".repeat(400)),
    ]);
    for (version, action, payload) in instances::from_stations() {
        let mut all = Vec::new();
        places(&payload, "", &mut all);
        for place in all {
            for spoiler in &spoilers {
                let mut spoiled = payload.clone();
                *spoiled.pointer_mut(&place).unwrap() = spoiler.clone();
                assert_replied(version, &json!([2, "id", action, spoiled]).to_string(), "id");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_json_in_any_member_is_answered(call in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), value in any_json()) {
        let (version, action, mut payload) = call.get(&CALLS).clone();
        let mut all = Vec::new();
        places(&payload, "", &mut all);
        *payload.pointer_mut(place.get(&all).as_str()).unwrap() = value;
        assert_replied(version, &json!([2, "id-7", action, payload]).to_string(), "id-7");
    }

    #[test]
    fn any_text_is_survived(text in any::<String>(), front in "(\\[[0-9]?,?\"?[a-z]{0,3}\"?,?\"?)?", old in any::<bool>()) {
        let version = if old { Version::V16 } else { Version::V21 };
        let _any_reply_but_a_panic = reply(version, &format!("{front}{text}"));
    }
}

/// A small generator of our own: the seed is printed and one number is enough to run a failure again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // xorshift64*: good enough to break things.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides.max(1) as u64).unwrap()
    }
}

/// Mutations of a run; `FORECOURT_FUZZ_ROUNDS` asks for more.
const ROUNDS: usize = 60_000;

static CALLS: LazyLock<Vec<(Version, &'static str, Value)>> = LazyLock::new(instances::from_stations);

/// Threat 10: recorded frames with bytes changed, cut, doubled and swapped.
#[test]
fn mutated_frames_are_survived() {
    let seed =
        std::env::var("FORECOURT_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0x5eed_0001_u64);
    println!("FORECOURT_SEED={seed}");
    let rounds =
        std::env::var("FORECOURT_FUZZ_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let mut dice = Dice(seed);
    let mut corpus: Vec<(Version, String)> = instances::from_stations()
        .into_iter()
        .map(|(version, action, payload)| (version, json!([2, "id", action, payload]).to_string()))
        .collect();
    for line in include_str!("quirks.jsonl").lines() {
        let quirk: Value = serde_json::from_str(line).unwrap();
        if let Some(frame) = quirk["message"].as_str() {
            corpus.push((Version::V16, frame.to_owned()));
        }
    }
    let splinters: &[&[u8]] = &[
        b"\"",
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b":",
        b"\\",
        b"null",
        b"1e999",
        b"\\ud800",
        b"\xff",
        b"\0",
        b"-",
        b"[[[[[[[[",
    ];
    let mut replies = 0usize;
    for _ in 0..rounds {
        let (version, frame) = &corpus[dice.roll(corpus.len())];
        let mut bytes = frame.clone().into_bytes();
        for _ in 0..=dice.roll(4) {
            let at = dice.roll(bytes.len());
            match dice.roll(5) {
                0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.roll(8),
                1 => bytes.truncate(at),
                2 => {
                    bytes.splice(at..at, splinters[dice.roll(splinters.len())].iter().copied());
                }
                3 => {
                    let end = at + dice.roll(bytes.len() - at + 1);
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
                _ => {
                    let end = at + dice.roll(bytes.len() - at + 1);
                    bytes.drain(at..end);
                }
            }
        }
        replies += usize::from(reply(*version, &String::from_utf8_lossy(&bytes)).is_some());
    }
    assert!(replies > rounds / 3, "most mutations leave an id to reply to, only {replies} did");
}

#[test]
fn deep_nesting_and_long_frames_end_in_a_refusal() {
    for version in [Version::V16, Version::V201] {
        let deep = format!(r#"[2,"d","Heartbeat",{}{}]"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_replied(version, &deep, "d");
        let open = format!(r#"[2,"d","Heartbeat",{}"#, "{\"a\":".repeat(40_000));
        assert_replied(version, &open, "d");
        let mut link = Link::new(version, Limits::default(), 1);
        let long = format!(r#"[2,"d","Heartbeat",{{"a":"{}"}}]"#, "A".repeat(Limits::default().frame_bytes));
        let Received::Bad { text, reply: None, .. } = link.receive(long, now()) else {
            panic!("not refused")
        };
        assert!(text.len() < 4_096, "what is kept of it is short");
    }
}
