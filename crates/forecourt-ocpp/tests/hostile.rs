//! Hostile input: nothing a station sends may end in a panic, and every call with a readable id gets one reply.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
#[path = "common/instances.rs"]
mod instances;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use forecourt_core::Timestamp;
use forecourt_core::command::{Command, Outcome};
use forecourt_ocpp::node::Node;
use forecourt_ocpp::shape::{self, Part};
use forecourt_ocpp::{
    Limits, Link, Output, Received, Version, installed_certificates, items_of_answer, local_list_version,
    variables,
};
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

/// What the schema allows is no deviation, and is not shown to an installer as one: every member, and every word of every
/// closed list.
#[test]
fn every_full_payload_is_read_without_a_note() {
    /// The longest closed list that a station says has fewer words.
    const WORDS: usize = 64;
    let mut noted = BTreeSet::new();
    for (version, action, payload) in (0..WORDS).flat_map(instances::from_stations_with) {
        let mut link = Link::new(version, Limits::default(), 1);
        let Received::Call(call) = link.receive(json!([2, "id", action, payload]).to_string(), now()) else {
            panic!("{action} is no call")
        };
        noted.extend(call.read.unwrap().deviations.into_iter().map(|note| (note.kind, note.path, note.seen)));
    }
    // Some texts have a form that the schema does not tell: the text made here is neither a number nor a unit.
    noted.retain(|(kind, _, seen)| {
        !(["not-a-number", "unknown-unit"].contains(&kind.as_str()) && seen.contains('a'))
    });
    assert_eq!(noted, BTreeSet::new());
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

/// Mutations of a run, for each version; `FORECOURT_FUZZ_ROUNDS` asks for more.
const ROUNDS: usize = 20_000;

static CALLS: LazyLock<Vec<(Version, &'static str, Value)>> = LazyLock::new(instances::from_stations);

fn from_outside(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Printed by each test: this number is enough to run a failure again.
fn seed() -> u64 {
    from_outside("FORECOURT_SEED").unwrap_or(0x5eed_0001)
}

fn rounds_and_dice() -> (usize, Dice) {
    let rounds =
        from_outside("FORECOURT_FUZZ_ROUNDS").map_or(ROUNDS, |rounds| usize::try_from(rounds).unwrap());
    (rounds, Dice(seed()))
}

const SPLINTERS: &[&[u8]] = &[
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

/// The frame with a few bytes changed, cut, doubled, taken out or put in.
fn mutated(frame: &str, dice: &mut Dice) -> String {
    let mut bytes = frame.as_bytes().to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(bytes.len());
        match dice.roll(5) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.roll(8),
            1 => bytes.truncate(at),
            2 => {
                bytes.splice(at..at, SPLINTERS[dice.roll(SPLINTERS.len())].iter().copied());
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
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Threat 10, for one version: calls and statements with bytes changed.
fn mutate_calls(version: Version) {
    let (rounds, mut dice) = rounds_and_dice();
    let of_version = CALLS.iter().filter(|(of, ..)| *of == version);
    let mut corpus: Vec<String> = of_version
        .flat_map(|(_, action, payload)| [2, 6].map(|kind| json!([kind, "id", action, payload]).to_string()))
        .collect();
    for line in include_str!("quirks.jsonl").lines() {
        let quirk: Value = serde_json::from_str(line).unwrap();
        if let Some(frame) = quirk["message"].as_str() {
            corpus.push(frame.to_owned());
        }
    }
    let mut replies = 0usize;
    for _ in 0..rounds {
        let frame = mutated(&corpus[dice.roll(corpus.len())], &mut dice);
        replies += usize::from(reply(version, &frame).is_some());
    }
    assert!(replies > rounds / 6, "many mutations leave an id to reply to, only {replies} did");
}

#[test]
fn mutated_frames_of_1_6_are_survived() {
    println!("FORECOURT_SEED={}", seed());
    mutate_calls(Version::V16);
}

#[test]
fn mutated_frames_of_2_0_1_are_survived() {
    println!("FORECOURT_SEED={}", seed());
    mutate_calls(Version::V201);
}

#[test]
fn mutated_frames_of_2_1_are_survived() {
    println!("FORECOURT_SEED={}", seed());
    mutate_calls(Version::V21);
}

/// Threat 10, the other way: answers to our calls with bytes changed. The call ends once, and what its answer tells is
/// read without harm.
#[test]
fn mutated_answers_are_survived() {
    println!("FORECOURT_SEED={}", seed());
    let (rounds, mut dice) = rounds_and_dice();
    let hash = json!({"hashAlgorithm":"SHA256","issuerNameHash":"a","issuerKeyHash":"b","serialNumber":"c"});
    let variable = json!({"attributeStatus":"Accepted","attributeValue":"1","component":{"name":"A"},"variable":{"name":"B"}});
    let schedule = json!({"evseId":1,"duration":1,"scheduleStart":"2026-01-01T00:00:00Z","chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":1.5}]});
    let answers = [
        (
            "GetConfiguration",
            json!({"configurationKey":[{"key":"K","readonly":true,"value":"v"}],"unknownKey":["x"]}),
        ),
        ("GetVariables", json!({"getVariableResult":[variable]})),
        (
            "GetInstalledCertificateIds",
            json!({"status":"Accepted","certificateHashData":[hash],"certificateHashDataChain":[{"certificateType":"V2GCertificateChain","certificateHashData":hash,"childCertificateHashData":[hash]}]}),
        ),
        (
            "GetCompositeSchedule",
            json!({"status":"Accepted","connectorId":1,"chargingSchedule":schedule,"schedule":schedule}),
        ),
        (
            "GetTariffs",
            json!({"status":"Accepted","tariffAssignments":[{"tariffId":"T","tariffKind":"DefaultTariff"}]}),
        ),
        (
            "GetPeriodicEventStream",
            json!({"constantStreamData":[{"id":1,"variableMonitoringId":1,"params":{"interval":1}}]}),
        ),
        ("GetLocalListVersion", json!({"listVersion":1,"versionNumber":1})),
        (
            "SetVariableMonitoring",
            json!({"setMonitoringResult":[{"status":"Accepted","type":"Delta","severity":1}]}),
        ),
    ];
    let mut ended = 0usize;
    for _ in 0..rounds {
        let version = Version::ALL[dice.roll(3)];
        let (action, answer) = &answers[dice.roll(answers.len())];
        let mut link = Link::new(version, Limits::default(), 1);
        link.send(1, &Command::Raw { action: (*action).to_owned(), payload: "{}".to_owned() }, now())
            .unwrap();
        let Some(Output::Send(_)) = link.poll(now()) else { panic!("nothing was sent") };
        let kind = [3, 3, 3, 4, 5][dice.roll(5)];
        let frame = mutated(&json!([kind, "1-1", answer]).to_string(), &mut dice);
        if let Received::Settled(settled) = link.receive(frame, now()) {
            ended += 1;
            if let Outcome::Answered { answer, .. } = &settled.outcome {
                variables(version, action, answer);
                items_of_answer(version, action, answer);
                installed_certificates(version, action, answer);
                local_list_version(version, answer);
            }
        } else {
            assert_eq!(link.close(now()).len(), 1, "the call still waits");
        }
    }
    assert!(ended > rounds / 4, "many mutations leave the id of the call, only {ended} did");
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
