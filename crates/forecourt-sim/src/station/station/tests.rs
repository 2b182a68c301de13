use super::*;
use crate::scenario;

const START: &str = "2026-11-21T08:00:00Z";

fn now() -> Timestamp {
    START.parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn station(protocol: Protocol) -> Station {
    let tokens = vec!["TAG1".to_owned()];
    let config = StationConfig { protocol, tokens, scenario: scenario::STEADY, ..Default::default() };
    Station::new(config, now())
}

/// A CSMS that accepts everything, unless told otherwise.
fn answer(action: &str) -> Value {
    match action {
        "BootNotification" => json!({ "status": "Accepted", "currentTime": START, "interval": 600 }),
        "StartTransaction" => json!({ "transactionId": 42, "idTagInfo": { "status": "Accepted" } }),
        "Authorize" => {
            json!({ "idTagInfo": { "status": "Accepted" }, "idTokenInfo": { "status": "Accepted" } })
        }
        _ => json!({}),
    }
}

fn parse(text: &str) -> (String, String, Value) {
    let frame: Vec<Value> = serde_json::from_str(text).unwrap();
    (
        frame[1].as_str().unwrap().to_owned(),
        frame[2].as_str().unwrap_or_default().to_owned(),
        frame[3].clone(),
    )
}

/// Answers everything until `end`; gives back (action, payload) in order.
fn talk(station: &mut Station, from: Timestamp, end: Timestamp) -> Vec<(String, Value)> {
    let mut said = Vec::new();
    let mut at = from;
    loop {
        match station.step(at) {
            Step::Send(text) if text.starts_with("[2") => {
                let (id, action, payload) = parse(&text);
                station.receive(&json!([3, id, answer(&action)]).to_string(), at);
                said.push((action, payload));
            }
            Step::Send(_) => {}
            Step::Wait(Some(next)) if next <= end => at = next,
            _ => return said,
        }
    }
}

fn obey(station: &mut Station, action: &str, payload: Value, at: Timestamp) -> Value {
    station.receive(&json!([2, "c1", action, payload]).to_string(), at);
    let Step::Send(text) = station.step(at) else { panic!("no answer") };
    let frame: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(frame[1], "c1");
    frame[2].clone()
}

fn actions(said: &[(String, Value)]) -> Vec<&str> {
    said.iter().map(|(action, _)| action.as_str()).collect()
}

#[test]
fn boot_comes_first_then_every_status() {
    let mut station = station(Protocol::V16);
    station.connected(now());
    let said = talk(&mut station, now(), after(0));
    assert_eq!(actions(&said), ["BootNotification", "StatusNotification", "StatusNotification"]);
    assert_eq!(said[1].1["connectorId"], 0);
    assert_eq!(said[2].1["status"], "Available");
}

#[test]
fn a_pending_station_boots_again_after_the_interval_and_says_nothing_else() {
    let mut station = station(Protocol::V201);
    station.connected(now());
    let Step::Send(text) = station.step(now()) else { panic!("no boot") };
    let (id, ..) = parse(&text);
    station.receive(&json!([3, id, { "status": "Pending", "interval": 20 }]).to_string(), now());
    let Step::Wait(Some(next)) = station.step(after(1)) else { panic!("spoke while pending") };
    assert!(next <= after(20));
    let said = talk(&mut station, after(2), after(21));
    assert_eq!(said[0].0, "BootNotification");
    assert_eq!(said[1].0, "StatusNotification");
}

#[test]
fn a_whole_session_in_the_words_of_1_6() {
    let mut station = station(Protocol::V16);
    station.connected(now());
    let said = talk(&mut station, now(), after(2 * 3600));
    let start = said.iter().position(|(a, _)| a == "StartTransaction").unwrap();
    let stop = said.iter().position(|(a, _)| a == "StopTransaction").unwrap();
    assert_eq!(said[start - 1].0, "Authorize");
    assert_eq!(said[stop].1["transactionId"], 42);
    let meters: Vec<i64> = said[start..stop]
        .iter()
        .filter(|(a, _)| a == "MeterValues")
        .map(|(_, p)| p["meterValue"][0]["sampledValue"][0]["value"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(meters.len() > 5 && meters.is_sorted());
    assert!(said[stop].1["meterStop"].as_i64().unwrap() >= *meters.last().unwrap());
}

#[test]
fn a_whole_session_in_the_words_of_2_0_1() {
    let mut station = station(Protocol::V201);
    station.connected(now());
    let said = talk(&mut station, now(), after(2 * 3600));
    let events: Vec<&Value> = said.iter().filter(|(a, _)| a == "TransactionEvent").map(|(_, p)| p).collect();
    let ended = events.iter().position(|p| p["eventType"] == "Ended").unwrap();
    assert_eq!(events[0]["eventType"], "Started");
    for (n, event) in events[..=ended].iter().enumerate() {
        assert_eq!(event["seqNo"], n);
        assert_eq!(event["transactionInfo"]["transactionId"], events[0]["transactionInfo"]["transactionId"]);
    }
}

#[test]
fn what_happens_offline_is_told_later_and_in_order() {
    let mut station = station(Protocol::V16);
    station.connected(now());
    talk(&mut station, now(), after(0));
    obey(&mut station, "RemoteStartTransaction", json!({ "connectorId": 1, "idTag": "TAG1" }), after(1));
    let said = talk(&mut station, after(1), after(61));
    assert!(actions(&said).contains(&"StartTransaction"));
    station.disconnected(after(62));
    assert!(matches!(station.step(after(299)), Step::Wait(_)));
    let name = station.body.running().next().unwrap().name.clone();
    station.body.remote_stop(&name, after(300));
    assert!(matches!(station.step(after(301)), Step::Wait(_)));
    station.connected(after(400));
    let said = talk(&mut station, after(400), after(400));
    let told: Vec<&str> = actions(&said).into_iter().filter(|a| *a != "StatusNotification").collect();
    assert_eq!(told.first(), Some(&"MeterValues"));
    assert_eq!(told.last(), Some(&"StopTransaction"));
    assert!(!told.contains(&"BootNotification"), "a lost connection is no restart");
}

#[test]
fn an_unanswered_start_is_repeated_under_its_own_id() {
    let mut station = station(Protocol::V16);
    station.connected(now());
    talk(&mut station, now(), after(0));
    obey(&mut station, "RemoteStartTransaction", json!({ "idTag": "TAG1" }), after(1));
    let mut at = after(1);
    let first = loop {
        match station.step(at) {
            Step::Send(text) if text.contains("StartTransaction") => break text,
            Step::Send(text) => {
                let (id, action, _) = parse(&text);
                station.receive(&json!([3, id, answer(&action)]).to_string(), at);
            }
            Step::Wait(Some(next)) => at = next,
            other => panic!("{other:?}"),
        }
    };
    station.disconnected(at);
    station.connected(at);
    let Step::Send(second) = station.step(at) else { panic!("silent") };
    assert_eq!(first, second);
    // Nor does an answer that never comes make it give up.
    let Step::Send(third) = station.step(at + SignedDuration::from_secs(31)) else { panic!("silent") };
    assert_eq!(first, third);
}

#[test]
fn a_start_that_is_refused_is_stopped() {
    let mut station = station(Protocol::V16);
    station.connected(now());
    talk(&mut station, now(), after(0));
    obey(&mut station, "RemoteStartTransaction", json!({ "idTag": "NOPE" }), after(1));
    let mut at = after(1);
    let stop = loop {
        match station.step(at) {
            Step::Send(text) => {
                let (id, action, payload) = parse(&text);
                if action == "StopTransaction" {
                    break payload;
                }
                let refused = json!({ "transactionId": 7, "idTagInfo": { "status": "Invalid" } });
                let reply = if action == "StartTransaction" { refused } else { answer(&action) };
                station.receive(&json!([3, id, reply]).to_string(), at);
            }
            Step::Wait(Some(next)) => at = next,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((stop["reason"].as_str(), stop["transactionId"].as_i64()), (Some("DeAuthorized"), Some(7)));
}

#[test]
fn a_reset_tells_the_stop_first_and_boots_again_with_its_reason() {
    let mut station = station(Protocol::V201);
    station.connected(now());
    talk(&mut station, now(), after(0));
    let token = json!({ "idToken": "TAG1", "type": "Central" });
    let start = obey(
        &mut station,
        "RequestStartTransaction",
        json!({ "remoteStartId": 5, "idToken": token }),
        after(1),
    );
    assert_eq!(start["status"], "Accepted");
    let said = talk(&mut station, after(1), after(10));
    let started = said.iter().find(|(_, p)| p["eventType"] == "Started").unwrap();
    assert_eq!(started.1["transactionInfo"]["remoteStartId"], 5);
    assert_eq!(obey(&mut station, "Reset", json!({ "type": "Immediate" }), after(11))["status"], "Accepted");
    let said = talk(&mut station, after(11), after(11));
    assert!(said.iter().any(|(_, p)| p["eventType"] == "Ended"), "{said:?}");
    // `talk` ended at the Close that follows.
    station.disconnected(after(12));
    station.connected(after(15));
    let said = talk(&mut station, after(15), after(15));
    assert_eq!((said[0].0.as_str(), said[0].1["reason"].as_str()), ("BootNotification", Some("RemoteReset")));
}

#[test]
fn settings_are_read_and_written_in_both_words() {
    let mut old = station(Protocol::V16);
    old.connected(now());
    let set = json!({ "key": "MeterValueSampleInterval", "value": "7" });
    assert_eq!(obey(&mut old, "ChangeConfiguration", set, now())["status"], "Accepted");
    let got =
        obey(&mut old, "GetConfiguration", json!({ "key": ["MeterValueSampleInterval", "Nope"] }), now());
    assert_eq!((&got["configurationKey"][0]["value"], &got["unknownKey"][0]), (&json!("7"), &json!("Nope")));
    let all = obey(&mut old, "GetConfiguration", json!({}), now());
    assert!(all["configurationKey"].as_array().unwrap().len() > 15);
    assert!(!all.to_string().contains("\"value\":\"\""), "the password is never shown");

    let mut new = station(Protocol::V201);
    new.connected(now());
    let place =
        json!({ "component": { "name": "SampledDataCtrlr" }, "variable": { "name": "TxUpdatedInterval" } });
    let mut write = place.clone();
    write["attributeValue"] = json!("9");
    let wrote = obey(&mut new, "SetVariables", json!({ "setVariableData": [write] }), now());
    assert_eq!(wrote["setVariableResult"][0]["attributeStatus"], "Accepted");
    let got = obey(&mut new, "GetVariables", json!({ "getVariableData": [place] }), now());
    assert_eq!(got["getVariableResult"][0]["attributeValue"], "9");
}

#[test]
fn a_base_report_comes_in_pages_with_an_end() {
    let mut station = station(Protocol::V201);
    station.connected(now());
    talk(&mut station, now(), after(0));
    obey(&mut station, "GetBaseReport", json!({ "requestId": 3, "reportBase": "FullInventory" }), after(1));
    let said = talk(&mut station, after(1), after(1));
    let pages: Vec<&Value> = said.iter().filter(|(a, _)| a == "NotifyReport").map(|(_, p)| p).collect();
    assert!(pages.len() > 1);
    for (n, page) in pages.iter().enumerate() {
        assert_eq!(
            (page["seqNo"].as_u64(), page["tbc"].as_bool()),
            (Some(n as u64), Some(n + 1 < pages.len()))
        );
    }
}

#[test]
fn an_unknown_call_is_answered_with_an_error_and_nonsense_with_nothing() {
    let mut station = station(Protocol::V16);
    station.connected(now());
    station.receive(r#"[2,"x","MakeCoffee",{}]"#, now());
    assert_eq!(station.step(now()), Step::Send(r#"[4,"x","NotImplemented","",{}]"#.to_owned()));
    station.receive("not json", now());
    station.receive(r#"[9]"#, now());
    assert!(matches!(station.step(now()), Step::Send(text) if text.contains("BootNotification")));
}

#[test]
fn silence_is_broken_by_heartbeats() {
    let mut station = station(Protocol::V16);
    station.config.tokens.clear();
    station.body = Body::new(&station.config, now());
    station.connected(now());
    let said = talk(&mut station, now(), after(1_900));
    assert_eq!(said.iter().filter(|(a, _)| a == "Heartbeat").count(), 3);
}

#[test]
fn a_new_password_is_used_at_the_next_connection() {
    let mut station = station(Protocol::V16);
    station.connected(now());
    assert_eq!(station.password(), None);
    obey(
        &mut station,
        "ChangeConfiguration",
        json!({ "key": "AuthorizationKey", "value": "s3cret-s3cret-16" }),
        now(),
    );
    assert_eq!(station.password(), Some("s3cret-s3cret-16"));
}

#[test]
fn times_have_milliseconds() {
    for protocol in [Protocol::V16, Protocol::V201] {
        let mut station = station(protocol);
        station.connected(now());
        let said = talk(&mut station, now(), after(3_600));
        for (_, payload) in &said {
            let Some(at) = payload["timestamp"].as_str() else { continue };
            assert_eq!((at.len(), at.ends_with('Z')), (24, true), "{at}");
        }
    }
}

fn of(protocol: Protocol, habits: Vec<Habit>, scenario: scenario::Scenario) -> Station {
    let tokens = vec!["TAG1".to_owned()];
    Station::new(StationConfig { protocol, tokens, scenario, habits, ..Default::default() }, now())
}

#[test]
fn a_station_that_says_everything_says_each_once() {
    for (protocol, least) in [(Protocol::V16, 5), (Protocol::V201, 17), (Protocol::V21, 28)] {
        let mut station = of(protocol, vec![], scenario::EVERYTHING);
        station.connected(now());
        let said = talk(&mut station, now(), after(0));
        let logs = said.iter().filter(|(action, _)| action == "SecurityEventNotification").count();
        assert_eq!(logs, 1, "{protocol:?}");
        assert!(said.len() > least, "{protocol:?}: {:?}", actions(&said));
    }
}

#[test]
fn firmware_is_told_step_by_step_and_ends_in_a_restart() {
    for (protocol, order) in [
        (Protocol::V16, json!({ "location": "http://x/", "retrieveDate": START })),
        (
            Protocol::V201,
            json!({ "requestId": 5, "firmware": { "location": "http://x/", "retrieveDateTime": START } }),
        ),
    ] {
        let mut station = of(protocol, vec![], scenario::IDLE);
        station.connected(now());
        talk(&mut station, now(), after(0));
        obey(&mut station, "UpdateFirmware", order, now());
        let said = talk(&mut station, now(), after(9));
        let words: Vec<_> = said
            .iter()
            .filter(|(action, _)| action == "FirmwareStatusNotification")
            .map(|(_, payload)| payload["status"].clone())
            .collect();
        assert_eq!(words, ["Downloading", "Downloaded", "Installing", "Installed"], "{protocol:?}");
        assert!(matches!(station.step(after(12)), Step::Close { .. }), "{protocol:?}");
    }
}

#[test]
fn a_local_list_of_an_older_version_is_refused() {
    let mut station = of(Protocol::V16, vec![], scenario::IDLE);
    let entry = json!({ "idTag": "A", "idTagInfo": { "status": "Accepted" } });
    let list = |version: i64, kind: &str| json!({ "listVersion": version, "updateType": kind, "localAuthorizationList": [entry] });
    let send =
        |station: &mut Station, list: Value| obey(station, "SendLocalList", list, now())["status"].clone();
    assert_eq!(send(&mut station, list(4, "Full")), "Accepted");
    assert_eq!(send(&mut station, list(4, "Differential")), "VersionMismatch");
    assert_eq!(send(&mut station, list(5, "Differential")), "Accepted");
    assert_eq!(obey(&mut station, "GetLocalListVersion", json!({}), now())["listVersion"], 5);
}

#[test]
fn a_monitor_that_was_set_is_reported_and_can_be_cleared() {
    let mut station = of(Protocol::V201, vec![], scenario::IDLE);
    station.connected(now());
    talk(&mut station, now(), after(0));
    let data = json!({ "value": 1, "type": "Delta", "severity": 4, "component": { "name": "EVSE" },
        "variable": { "name": "Power" } });
    let set = obey(&mut station, "SetVariableMonitoring", json!({ "setMonitoringData": [data] }), now());
    assert_eq!(set["setMonitoringResult"][0]["status"], "Accepted");
    obey(&mut station, "GetMonitoringReport", json!({ "requestId": 8 }), now());
    let said = talk(&mut station, now(), after(1));
    assert_eq!(said[0].1["monitor"][0]["variableMonitoring"][0]["severity"], 4);
    let cleared = obey(&mut station, "ClearVariableMonitoring", json!({ "id": [1, 2] }), now());
    let words: Vec<_> =
        cleared["clearMonitoringResult"].as_array().unwrap().iter().map(|r| r["status"].clone()).collect();
    assert_eq!(words, ["Accepted", "NotFound"]);
}

#[test]
fn bad_habits_show() {
    let mut refuses = of(Protocol::V16, vec![Habit::Refuses], scenario::IDLE);
    assert_eq!(obey(&mut refuses, "ClearCache", json!({}), now())["status"], "Rejected");

    let mut slow = of(Protocol::V16, vec![Habit::Slow], scenario::IDLE);
    slow.receive(&json!([2, "c1", "ClearCache", {}]).to_string(), now());
    assert!(matches!(slow.step(now()), Step::Wait(_)));
    let Step::Send(late) = slow.step(after(45)) else { panic!("no answer") };
    assert!(late.starts_with("[3"));

    let mut twice = of(Protocol::V201, vec![Habit::Repeats], scenario::STEADY);
    twice.connected(now());
    let mut ids = Vec::new();
    let mut at = now();
    while ids.len() < 2 {
        match twice.step(at) {
            Step::Send(text) => {
                let (id, action, _) = parse(&text);
                twice.receive(&json!([3, id, answer(&action)]).to_string(), at);
                if action == "TransactionEvent" {
                    ids.push(id);
                }
            }
            Step::Wait(Some(next)) => at = next,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(ids[0], ids[1]);
}
