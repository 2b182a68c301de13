//! Every frame of `quirks.jsonl` (slips of real stations, with their public sources), each with what must become of it.
//!
//! What concerns the session (no double billing, no foreign session) is asserted where sessions are; here: the frame is
//! read, its values survive, the answer carries its id.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use forecourt_core::Timestamp;
use forecourt_core::command::{Command, Outcome, ResetKind};
use forecourt_core::fact::{
    Boot, Context, Deviation, Fact, MeterReport, Phase, StatusReport, TransactionReport,
};
use forecourt_core::unit::{MilliAmps, MilliVolts, WattHours, Watts};
use forecourt_ocpp::{FaultKind, Limits, Link, Output, Received, Settled, Version, quirk, variables};
use serde_json::Value;

const NOW: &str = "2026-11-21T12:00:00Z";

struct Station {
    link: Link,
    now: Timestamp,
}

/// What became of one call.
struct Heard {
    fact: Option<Fact>,
    fault: Option<FaultKind>,
    notes: Vec<Deviation>,
    reply: Value,
}

impl Station {
    fn new(version: &str) -> Self {
        let version = Version::from_subprotocol(&format!("ocpp{version}")).unwrap();
        Self { link: Link::new(version, Limits::default(), 1), now: NOW.parse().unwrap() }
    }

    fn hear(&mut self, frame: &str) -> Heard {
        match self.link.receive(frame.to_owned(), self.now) {
            Received::Call(call) => {
                assert_eq!(call.text, frame);
                let (reply, fact, fault, notes) = match &call.read {
                    Ok(read) => {
                        let answer = common::answer(&read.fact, self.now);
                        (
                            self.link.answer(&call, &answer),
                            Some(read.fact.clone()),
                            None,
                            read.deviations.clone(),
                        )
                    }
                    Err(fault) => (self.link.refuse(&call, fault), None, Some(fault.kind), vec![]),
                };
                Heard { fact, fault, notes, reply: serde_json::from_str(&reply).unwrap() }
            }
            Received::Repeat { answer, .. } => Heard {
                fact: None,
                fault: None,
                notes: vec![],
                reply: serde_json::from_str(&answer.unwrap()).unwrap(),
            },
            Received::Bad { reply, .. } => Heard {
                fact: None,
                fault: None,
                notes: vec![],
                reply: serde_json::from_str(&reply.unwrap()).unwrap(),
            },
            other => panic!("not a call: {other:?}"),
        }
    }

    /// Sends a call and hears the answer that stands in the file, with the id of our call in it.
    fn settle(&mut self, command: &Command, frame: &str, old_id: &str) -> Settled {
        self.link.send(9, command, self.now).unwrap();
        let Some(Output::Send(sent)) = self.link.poll(self.now) else { panic!("nothing was sent") };
        let id = sent.split('"').nth(1).unwrap();
        match self.link.receive(frame.replace(old_id, id), self.now) {
            Received::Settled(settled) => *settled,
            other => panic!("the call did not end: {other:?}"),
        }
    }
}

impl Heard {
    fn boot(&self) -> &Boot {
        match &self.fact {
            Some(Fact::Boot(boot)) => boot,
            other => panic!("no boot: {other:?}"),
        }
    }

    fn status(&self) -> &StatusReport {
        match &self.fact {
            Some(Fact::Status(status)) => status,
            other => panic!("no status: {other:?}"),
        }
    }

    fn transaction(&self) -> &TransactionReport {
        match &self.fact {
            Some(Fact::Transaction(report)) => report,
            other => panic!("no transaction: {other:?}"),
        }
    }

    fn meter(&self) -> &MeterReport {
        match &self.fact {
            Some(Fact::Meter(report)) => report,
            other => panic!("no meter values: {other:?}"),
        }
    }

    fn register(&self) -> Option<WattHours> {
        self.meter().readings[0].register
    }

    fn noted(&self, kind: &str, path: &str) -> bool {
        self.notes.iter().any(|note| note.kind == kind && note.path == path)
    }
}

fn frames(message: &Value) -> Vec<String> {
    match message {
        Value::String(frame) => vec![frame.clone()],
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        // Handshakes are the gateway's.
        _ => vec![],
    }
}

#[test]
fn every_quirk_of_the_field_is_met() {
    let text = include_str!("quirks.jsonl");
    let (mut calls, mut entries) = (0, 0);
    for line in text.lines() {
        let quirk: Value = serde_json::from_str(line).unwrap();
        let (source, version) = (quirk["source"].as_str().unwrap(), quirk["version"].as_str().unwrap());
        let frames = frames(&quirk["message"]);
        let mut station = Station::new(version);
        let mut heard: Vec<Heard> = Vec::new();
        for frame in frames.iter().filter(|frame| frame.starts_with("[2") || frame.starts_with("[1")) {
            calls += 1;
            let call = station.hear(frame);
            // Exactly one reply, with the id of the call.
            let id = frame.split('"').nth(1).unwrap();
            assert_eq!(call.reply[1], id, "{source}");
            heard.push(call);
        }
        entries += 1;
        let vendor = quirk["vendor"].as_str().unwrap();
        check(source, vendor, &mut station, &heard, &frames);
    }
    assert_eq!((entries, calls), (45, 46), "the file changed: look at its new entries");
}

/// Families that need more than tolerance are known by what they say when they boot, and people are told what to expect.
#[test]
fn families_of_the_file_that_need_more_than_tolerance_are_known() {
    let known = [
        ("lbbrhzn/ocpp#899", "United Chargers", "Grizzl-E Smart Connect"),
        ("mikuso/ocpp-rpc#82", "TKT EV", "any"),
        ("dallmann-consulting/OCPP.Core#55", "Hager", "Witty Park"),
        ("steve-community/steve#740", "Alfen BV", "Eve S-Line"),
        ("lbbrhzn/ocpp#2032", "AEFA", "Home OCPP"),
        ("lbbrhzn/ocpp#1756", "Wallbox", "Pulsar Plus"),
        ("evcc-io/evcc#17836", "Heidelberg", "Amperfied connect.business"),
        ("lbbrhzn/ocpp#2103", "Solplanet", "Apollo 11 kW"),
    ];
    let text = include_str!("quirks.jsonl");
    for (source, vendor, model) in known {
        assert!(text.contains(&format!("\"{source}\"")), "{source} is in the file");
        assert!(!quirk::profile(vendor, model, None).hints().is_empty(), "{vendor} {model}");
    }
}

fn check(source: &str, vendor: &str, station: &mut Station, heard: &[Heard], frames: &[String]) {
    let tail = source.rsplit('/').next().unwrap();
    match tail {
        "ocpp#213" | "ocpp#1617" | "ocpp#899" if !heard.is_empty() => boots(tail, &heard[0]),
        "OCPP.Core#32" => assert_eq!(heard[0].boot().model, "M"),
        "ocpp#987" | "steve#136" | "evcc#14579" => statuses(tail, &heard[0]),
        "ocpp#186" | "MicroOcpp#50" | "OCPP.Core#36" | "OCPP.Core#16" => starts(tail, heard),
        "steve#156"
        | "ocpp-rpc#82"
        | "OCPP.Core#55"
        | "ocpp#2030"
        | "steve#1297"
        | "chargestation-one#61" => {
            stops(tail, heard);
        }
        "OCPP.Core#34, CVE-2026-28230" => {
            assert_eq!(heard[0].transaction().reference.as_ref().unwrap().0, "1")
        }
        "steve#740" | "ocpp#2032" | "ocpp#466" | "evcc#19354" | "evcc#32078" | "evcc#19420" => {
            meters(tail, heard)
        }
        "openevse_esp32_firmware#726" | "ocpp#70" | "evcc#30943" | "evcc#15490" | "ocpp#1756" => {
            units(tail, heard)
        }
        "evcc#15874" => {
            assert!(matches!(&heard[0].fact, Some(Fact::DataTransfer(data)) if data.vendor == "EN+"))
        }
        "ocpp#442" | "evcc#17836" | "evcc#18215" | "ocpp#899" => answers(tail, station, frames),
        "ocpp#2103" => assert!(frames.iter().all(|frame| frame.starts_with("[3"))),
        "ocpp-go#223" | "MicroOcpp#405" | "ocpp#42" => events(tail, &heard[0]),
        "Java-OCA-OCPP#74" => {
            assert_eq!(heard[0].transaction().phase, Phase::Started);
            assert_eq!(heard[2].transaction().phase, Phase::Started);
        }
        "ocpp#1984" | "openems#1401" | "node-red-contrib-ocpp#58" => {
            assert!(frames.is_empty(), "a handshake")
        }
        _ if source.ends_with("ocpp-charge-point 0.1.0 example") => {
            assert_eq!(heard[0].transaction().token, None);
            assert_eq!(heard[3].transaction().seq, Some(0));
            assert!(heard[3].transaction().at > heard[1].transaction().at);
        }
        _ if source.ends_with("ocppsim 0.3.0") => {
            let settled =
                station.settle(&Command::ReadInventory { request_id: 1, full: true }, &frames[0], "r1");
            assert!(matches!(settled.outcome, Outcome::Failed { code, .. } if code == "NotSupported"));
        }
        _ => panic!("no expectation for {source} ({vendor})"),
    }
}

fn boots(tail: &str, heard: &Heard) {
    let boot = heard.boot();
    match tail {
        "ocpp#213" => {
            assert!(heard.noted("text-too-long", "BootNotification.chargeBoxSerialNumber"));
            assert_eq!(boot.serial.as_deref(), Some("0N00000000B00"));
        }
        "ocpp#1617" => {
            assert_eq!(boot.firmware.as_deref(), Some("V1.5@25238bf+100,F8.gl,ws,ESP32,RN8213@V31"));
            assert_eq!((&boot.iccid, &boot.imsi), (&None, &None));
        }
        _ => {
            assert!(heard.noted("text-too-long", "BootNotification.chargePointModel"));
            assert_eq!(boot.model, "Grizzl-E Smart Connect");
        }
    }
    assert_eq!(heard.reply[2]["status"], "Accepted");
}

fn statuses(tail: &str, heard: &Heard) {
    match tail {
        "ocpp#987" => {
            assert!(heard.noted("text-too-long", "StatusNotification.info"));
            assert!(heard.status().info.as_deref().unwrap().ends_with("charging has ended."));
        }
        "steve#136" => assert_eq!(heard.status().at, Some("2019-05-10T16:05:33Z".parse().unwrap())),
        _ => {
            assert!(heard.noted("extra-member", "Authorize.connectorId"));
            assert!(matches!(&heard.fact, Some(Fact::Authorize(token)) if token.uid == "05843509400000"));
        }
    }
}

fn starts(tail: &str, heard: &[Heard]) {
    match tail {
        "ocpp#186" => {
            let report = heard[0].transaction();
            assert_eq!(report.token.as_ref().unwrap().uid, "20:00:C0:01");
            assert_eq!(report.at, Some("2021-03-24T07:06:40Z".parse().unwrap()));
            assert_eq!(report.readings[0].register, Some(WattHours(0)));
        }
        "MicroOcpp#50" => {
            assert_eq!(heard[0].transaction().phase, Phase::Started);
            assert!(heard[1].fact.is_none(), "the second is not executed");
            assert_eq!(heard[0].reply, heard[1].reply);
        }
        "OCPP.Core#36" => {
            assert_eq!(heard[0].transaction().evse.unwrap().0, 2, "the last of two members counts");
            assert!(heard[0].noted("duplicate-member", "StartTransaction.connectorId"));
            assert!(heard[0].noted("extra-member", "StartTransaction.isAdmin"));
        }
        _ => assert_eq!(heard[0].reply[2], "ProtocolError"),
    }
}

fn stops(tail: &str, heard: &[Heard]) {
    let last = heard.last().unwrap();
    let report = last.transaction();
    assert_eq!((last.reply[0].as_i64(), report.phase), (Some(3), Phase::Ended));
    let stop = report.readings.last().and_then(|reading| reading.register);
    match tail {
        "steve#156" | "ocpp-rpc#82" => {
            assert_eq!(report.reference, None);
            assert_eq!(stop, Some(WattHours(if tail == "steve#156" { 140 } else { 5000 })));
        }
        "OCPP.Core#55" => assert_eq!((&report.reference, stop), (&None, Some(WattHours(51880)))),
        "ocpp#2030" => {
            assert_eq!(report.token.as_ref().unwrap().uid, "BA00I250X5G6MOD5DLKD");
            assert_eq!(report.reference.as_ref().unwrap().0, "1786705612");
            assert!(
                last.noted("not-json", "frame") && last.noted("control-character", "StopTransaction.idTag")
            );
        }
        "steve#1297" => assert_eq!(stop, Some(WattHours(10))),
        _ => {
            assert_eq!(report.readings[0].register, Some(WattHours(1625)));
            assert_eq!(report.evse.unwrap().0, 1);
        }
    }
}

fn meters(tail: &str, heard: &[Heard]) {
    match tail {
        "steve#740" => {
            assert_eq!((&heard[0].meter().reference, heard[0].register()), (&None, Some(WattHours(505))));
            assert_eq!(heard[0].meter().readings[0].context, Context::Begin);
        }
        "ocpp#2032" => assert_eq!(heard[0].reply[2], "FormationViolation"),
        "ocpp#466" => {
            assert!(heard[0].meter().readings.is_empty());
            assert_eq!(heard[0].reply[0], 3);
        }
        "evcc#19354" => {
            let reading = &heard[0].meter().readings[0];
            assert_eq!((reading.current, reading.voltage), (Some(MilliAmps(0)), Some(MilliVolts(1700))));
            assert_eq!(reading.register, Some(WattHours(1_785_508)));
        }
        "evcc#32078" => {
            assert_eq!(heard[0].register(), Some(WattHours(4_034_839)));
            let phases = &heard[1].meter().readings[0];
            assert_eq!((phases.register, phases.register_phase_sum), (None, Some(WattHours(4_034_839))));
        }
        _ => {
            let reading = &heard[0].meter().readings[0];
            assert_eq!((reading.register, reading.power), (Some(WattHours(113_500)), Some(Watts(3_400))));
            assert_eq!(reading.extra[0].unit.as_deref(), Some("Celsius"));
        }
    }
}

fn units(tail: &str, heard: &[Heard]) {
    let reading = &heard[0].meter().readings[0];
    let extra = || {
        let extra = &reading.extra[0];
        (extra.measurand.as_str(), extra.unit.as_deref(), extra.value.as_str())
    };
    match tail {
        "openevse_esp32_firmware#726" => assert_eq!(extra(), ("Temperature", Some("C"), "31")),
        "ocpp#70" => assert_eq!(extra(), ("Frequency", Some("Hertz"), "50.01")),
        "evcc#30943" => {
            assert_eq!((reading.register, reading.context), (Some(WattHours(3_480_249)), Context::Trigger));
            assert_eq!(reading.current, Some(MilliAmps(0)));
        }
        "evcc#15490" => {
            assert_eq!(reading.register, Some(WattHours(532_218)));
            assert_eq!(heard[0].meter().evse.0, 1);
        }
        _ => {
            let registers: Vec<_> = heard.iter().map(|heard| heard.register().unwrap().0).collect();
            assert_eq!(registers, [16_000_000, 0, 16_000_010]);
        }
    }
}

fn answers(tail: &str, station: &mut Station, frames: &[String]) {
    let Some(frame) = frames.first() else { return };
    let id = frame.split('"').nth(1).unwrap().to_owned();
    let read = Command::ReadVariables { variables: vec![] };
    match tail {
        "ocpp#442" | "ocpp#899" => {
            let settled = station.settle(&read, frame, &id);
            assert!(matches!(settled.outcome, Outcome::Failed { code, .. } if code == "FormationViolation"));
        }
        "evcc#17836" => {
            let reset = Command::Reset { kind: ResetKind::Soft, evse: None };
            let settled = station.settle(&reset, frame, &id);
            assert!(matches!(settled.outcome, Outcome::Answered { accepted: false, .. }));
        }
        _ => {
            let settled = station.settle(&read, frame, &id);
            let Outcome::Answered { answer, .. } = settled.outcome else { panic!("not answered") };
            let keys = variables(Version::V16, &settled.action, &answer);
            assert_eq!(keys.len(), 3);
            assert!(keys[2].readonly && keys[2].value.as_deref() == Some("20"));
        }
    }
}

fn events(tail: &str, heard: &Heard) {
    match tail {
        "ocpp-go#223" => {
            let report = heard.transaction();
            assert_eq!(report.token.as_ref().unwrap().uid, "");
            assert_eq!(report.readings[0].register, Some(WattHours(1_460)));
            assert_eq!(heard.reply[2]["idTokenInfo"]["status"], "Accepted");
        }
        "MicroOcpp#405" => {
            assert_eq!(heard.transaction().phase, Phase::Ended);
            assert!(heard.noted("missing-member", "TransactionEvent.triggerReason"));
        }
        _ => {
            assert_eq!(heard.fault, Some(FaultKind::Occurrence));
            assert!(heard.reply[3].as_str().unwrap().contains("transactionInfo"));
        }
    }
}
