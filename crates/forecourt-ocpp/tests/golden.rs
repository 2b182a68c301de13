//! Golden conversations: files in `tests/golden` say what a station sends and what becomes of it.
//!
//! A file is a script and its own expectation. The lines of the script:
//! `version ocpp1.6` opens a connection, `now TIME` sets the clock, `wait MS` moves it on, `< FRAME` is a frame of the
//! station (`%ID` stands for the id of our last call), `send NAME` sends a command of the table below, `message ACTION
//! MEMBERS` one that has no shape of ours, `close` ends the connection; `#` is a remark. Everything else is what the
//! library made of it: `=` a fact, `~` a deviation, `>` a frame of ours, `!` a note for the log, `*` the end of a call of
//! ours and what its answer told. Run with `UPDATE_EXPECT=1` to write the files anew.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/commands.rs"]
mod commands;
mod common;

use std::fmt::Write as _;
use std::path::Path;

use forecourt_core::Timestamp;
use forecourt_core::command::{Command, ResetKind, TriggeredMessage, VariableName};
use forecourt_core::fact::PresentedToken;
use forecourt_core::id::{ConnectorNumber, EvseNumber, TransactionRef};
use forecourt_core::token::TokenKind;
use forecourt_ocpp::{
    Limits, Link, Output, Received, Settled, Version, installed_certificates, items_of_answer,
    local_list_version, variables,
};

fn command(name: &str) -> Command {
    let key = |component: &str, name: &str| VariableName { component: component.into(), name: name.into() };
    let token = |uid: &str, kind| PresentedToken { uid: uid.into(), kind };
    let (evse, connector) = (EvseNumber(2), ConnectorNumber(1));
    match name {
        "start" => Command::StartSession {
            evse: Some(evse),
            token: token("AA11", TokenKind::Rfid),
            remote_start_id: 7,
        },
        "start-anywhere" => {
            Command::StartSession { evse: None, token: token("AA11", TokenKind::App), remote_start_id: 7 }
        }
        "start-serial" => Command::StartSession {
            evse: None,
            token: token("EVC_0123", TokenKind::Rfid),
            remote_start_id: 7,
        },
        "start-long-token" => Command::StartSession {
            evse: None,
            token: token(&"A".repeat(37), TokenKind::Rfid),
            remote_start_id: 7,
        },
        "stop" => Command::StopSession { reference: TransactionRef("1001".into()) },
        "stop-text" => Command::StopSession { reference: TransactionRef("tx-1".into()) },
        "reset" => Command::Reset { kind: ResetKind::Soft, evse: None },
        "reset-hard" => Command::Reset { kind: ResetKind::Hard, evse: None },
        "reset-evse" => Command::Reset { kind: ResetKind::Hard, evse: Some(evse) },
        "unlock" => Command::Unlock { evse, connector },
        "unlock-second" => Command::Unlock { evse, connector: ConnectorNumber(2) },
        "close-station" => Command::ChangeAvailability { evse: None, connector: None, operative: false },
        "open-evse" => {
            Command::ChangeAvailability { evse: Some(evse), connector: Some(connector), operative: true }
        }
        "read-all" => Command::ReadVariables { variables: vec![] },
        "read" => Command::ReadVariables {
            variables: vec![key("OCPPCommCtrlr", "HeartbeatInterval"), key("AuthCtrlr", "Enabled")],
        },
        "read-place" => Command::ReadVariables {
            variables: vec![
                key("Connector[main,evse=1,connector=2]", "Power[x]"),
                key("EVSE[evse=3]", "Power"),
            ],
        },
        "read-nowhere" => Command::ReadVariables { variables: vec![key("Connector[connector=2]", "Power")] },
        "write" => {
            Command::WriteVariable { variable: key("OCPPCommCtrlr", "HeartbeatInterval"), value: "60".into() }
        }
        "write-key" => Command::WriteVariable { variable: key("", "HeartbeatInterval"), value: "60".into() },
        "write-long" => Command::WriteVariable { variable: key("", "K"), value: "v".repeat(501) },
        "inventory" => Command::ReadInventory { request_id: 3, full: true },
        "trigger-status" => Command::Trigger {
            message: TriggeredMessage::StatusNotification,
            evse: Some(evse),
            connector: None,
        },
        "trigger-boot" => {
            Command::Trigger { message: TriggeredMessage::BootNotification, evse: None, connector: None }
        }
        "trigger-log" => {
            Command::Trigger { message: TriggeredMessage::LogStatus, evse: None, connector: None }
        }
        "trigger-transaction" => Command::Trigger {
            message: TriggeredMessage::TransactionEvent,
            evse: Some(evse),
            connector: None,
        },
        "clear-cache" => Command::ClearCache,
        "data" => Command::DataTransfer {
            vendor: "acme".into(),
            message: Some("m".into()),
            data: Some("d\"1\"".into()),
        },
        "raw" => Command::Raw { action: "GetLocalListVersion".into(), payload: " {} ".into() },
        "raw-list" => Command::Raw { action: "GetLocalListVersion".into(), payload: "[]".into() },
        "raw-broken" => Command::Raw { action: "GetLocalListVersion".into(), payload: "{".into() },
        "raw-name" => Command::Raw { action: "Get\"".into(), payload: "{}".into() },
        other => commands::charging(other)
            .or_else(|| commands::upkeep(other))
            .or_else(|| commands::certificates(other))
            .unwrap_or_else(|| panic!("no command is called {other}")),
    }
}

struct Conversation {
    link: Option<Link>,
    now: Timestamp,
    last_id: String,
    key: u64,
    out: String,
}

impl Conversation {
    fn step(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "#" | "" => {}
            "version" => {
                let version = Version::from_subprotocol(rest).unwrap();
                self.link = Some(Link::new(version, Limits::default(), 0xf0));
            }
            "now" => self.now = rest.parse().unwrap(),
            "wait" => {
                self.now =
                    self.now.checked_add(jiff::SignedDuration::from_millis(rest.parse().unwrap())).unwrap()
            }
            "<" => self.receive(rest),
            "send" => self.send(&command(rest)),
            "message" => {
                let (action, members) = rest.split_once(' ').unwrap_or((rest, ""));
                let (action, members) = (action.into(), members.into());
                self.send(&Command::Message { action, members, request_id: 99 });
            }
            "close" => {
                let now = self.now;
                for settled in self.link().close(now) {
                    self.settled(&settled);
                }
            }
            _ => panic!("not a line of a script: {line}"),
        }
        self.poll();
    }

    fn send(&mut self, command: &Command) {
        self.key += 1;
        let (key, now) = (self.key, self.now);
        if let Err(refused) = self.link().send(key, command, now) {
            self.say('*', &format!("{:?}", forecourt_core::command::Outcome::from(refused)));
        }
    }

    fn link(&mut self) -> &mut Link {
        self.link.as_mut().expect("a script starts with its version")
    }

    fn receive(&mut self, frame: &str) {
        let (now, frame) = (self.now, frame.replace("%ID", &self.last_id));
        match self.link().receive(frame, now) {
            Received::Call(call) => {
                let reply = match &call.read {
                    Ok(read) => {
                        self.say('=', &brief(&format!("{:?}", read.fact)));
                        for note in &read.deviations {
                            self.say('~', &format!("{} {} {:?}", note.kind, note.path, note.seen));
                        }
                        self.link().answer(&call, &common::answer(&read.fact, now))
                    }
                    Err(fault) => self.link().refuse(&call, fault),
                };
                self.say('>', &reply);
            }
            Received::Said(said) => match &said.read {
                Ok(read) => self.say('=', &brief(&format!("{:?}", read.fact))),
                Err(fault) => self.say('!', &fault.detail),
            },
            Received::Repeat { answer, .. } => self.say('>', &answer.unwrap_or_default()),
            Received::Settled(settled) => self.settled(&settled),
            Received::Bad { reply, reason, .. } => {
                self.say('!', &reason);
                if let Some(reply) = reply {
                    self.say('>', &reply);
                }
            }
            Received::Stray { reason, .. } => self.say('!', &reason),
        }
    }

    fn poll(&mut self) {
        let now = self.now;
        while let Some(output) = self.link.as_mut().and_then(|link| link.poll(now)) {
            match output {
                Output::Send(text) => {
                    self.last_id = text.split('"').nth(1).unwrap().to_owned();
                    self.say('>', &text);
                }
                Output::Settled(settled) => self.settled(&settled),
            }
        }
    }

    fn settled(&mut self, settled: &Settled) {
        self.say('*', &format!("{} {:?}", settled.key, settled.outcome));
        let forecourt_core::command::Outcome::Answered { answer, .. } = &settled.outcome else { return };
        let version = self.link().version();
        for variable in variables(version, &settled.action, answer) {
            self.say('*', &brief(&format!("{variable:?}")));
        }
        if let Some(report) = items_of_answer(version, &settled.action, answer) {
            self.say('*', &brief(&format!("{report:?}")));
        }
        for certificate in installed_certificates(version, &settled.action, answer).into_iter().flatten() {
            self.say('*', &brief(&format!("{certificate:?}")));
        }
        if let Some(number) =
            local_list_version(version, answer).filter(|_| settled.action == "GetLocalListVersion")
        {
            self.say('*', &format!("local list version {number}"));
        }
    }

    fn say(&mut self, sign: char, text: &str) {
        writeln!(self.out, "{sign} {text}").unwrap();
    }
}

/// Without the members that say nothing.
fn brief(debug: &str) -> String {
    let quiet = |part: &str| {
        let (_, value) = part.rsplit_once(": ").unwrap_or(("", part));
        matches!(value, "None" | "[]" | "false" | "\"\"")
    };
    let mut out = String::new();
    for part in debug.split(", ") {
        // What closes behind the last member of an object stays.
        let bare = part.trim_end_matches(|c| "})] ".contains(c) && !part.ends_with("[]"));
        let closing = &part[bare.len()..];
        let (head, body) = bare
            .rsplit_once(['{', '(', '['])
            .filter(|_| !bare.ends_with("[]"))
            .map_or(("", bare), |(head, body)| (&part[..=head.len()], body));
        let shown = if quiet(body) { "" } else { body.trim_start() };
        let says = !head.is_empty() || !shown.is_empty();
        if says && !out.is_empty() && !out.ends_with(['{', '(', '[']) {
            out.push_str(", ");
        }
        out.push_str(head);
        if out.ends_with('{') && body.starts_with(' ') && !shown.is_empty() {
            out.push(' ');
        }
        out.push_str(shown);
        out.push_str(closing);
    }
    out
}

fn play(script: &str) -> String {
    let start = "2026-01-01T12:00:00Z".parse().unwrap();
    let mut talk =
        Conversation { link: None, now: start, last_id: String::new(), key: 0, out: String::new() };
    for line in script.lines() {
        if matches!(line.chars().next(), Some('=' | '~' | '>' | '!' | '*')) {
            continue;
        }
        writeln!(talk.out, "{line}").unwrap();
        talk.step(line);
    }
    talk.out
}

#[test]
fn conversations_go_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 8, "the golden files are missing");
    for file in files {
        let written = std::fs::read_to_string(&file).unwrap();
        let played = play(&written);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&file, &played).unwrap();
        }
        let first = written.lines().zip(played.lines()).find(|(want, got)| want != got);
        assert!(
            written == played || std::env::var_os("UPDATE_EXPECT").is_some(),
            "{}: {first:#?}",
            file.display()
        );
    }
}
