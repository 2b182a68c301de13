//! Who is told of what: alerts by letter, webhooks to a real socket. On each database.

mod support;

use std::sync::{Arc, Mutex};

use forecourt_app::alerts::AlertRuleEdit;
use forecourt_app::issues::IssueEdit;
use forecourt_app::jobs::Job;
use forecourt_app::store::scratch::Scratch;
use forecourt_app::webhooks::WebhookEdit;
use forecourt_app::{OutsideRules, SecuritySettings, Settings, Vault};
use forecourt_core::fact::{ConnectorStatus, Fact, Phase, StatusReport};
use forecourt_core::fault::Severity;
use forecourt_core::id::{ConnectorNumber, EvseNumber};
use support::{World, at, start, tell, transaction, worlds};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// The other side: keeps every request whole and answers with the status that is set.
struct Other {
    url: String,
    seen: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<&'static str>>,
}

impl Other {
    async fn listen() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/in", socket.local_addr().expect("an address"));
        let (seen, status) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new("200 OK")));
        let (into, says) = (seen.clone(), status.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = socket.accept().await {
                let mut text = Vec::new();
                let mut part = [0; 4_096];
                while !whole(&text) {
                    match stream.read(&mut part).await {
                        Ok(0) | Err(_) => break,
                        Ok(length) => text.extend_from_slice(&part[..length]),
                    }
                }
                into.lock().expect("not poisoned").push(String::from_utf8_lossy(&text).into_owned());
                let line = *says.lock().expect("not poisoned");
                let answer = format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                drop(stream.write_all(answer.as_bytes()).await);
            }
        });
        Self { url, seen, status }
    }

    fn requests(&self) -> Vec<String> {
        self.seen.lock().expect("not poisoned").clone()
    }

    fn says(&self, status: &'static str) {
        *self.status.lock().expect("not poisoned") = status;
    }
}

fn whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn header<'a>(request: &'a str, name: &str) -> &'a str {
    let found = request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found.unwrap_or_default()
}

async fn world_that_may_ask_loopback(scratch: Scratch) -> World {
    let outside = OutsideRules { hosts: vec!["127.0.0.1".into()], roots: Vec::new() };
    let vault = Vault::of_text("a key that is long enough for the vault of a test".into());
    let security = Arc::new(SecuritySettings { outside, vault, ..SecuritySettings::default() });
    World::with(scratch, Settings { security, ..Settings::default() }).await
}

fn webhook(other: &Other, kinds: &[&str]) -> WebhookEdit {
    WebhookEdit {
        name: Some("books".into()),
        url: Some(other.url.clone()),
        kinds: Some(kinds.iter().map(|kind| (*kind).to_owned()).collect()),
        enabled: None,
    }
}

fn faulted(minute: i64) -> Fact {
    Fact::Status(StatusReport {
        evse: EvseNumber(1),
        connector: ConnectorNumber(1),
        status: ConnectorStatus::Faulted,
        error_code: Some("GroundFailure".into()),
        vendor_error_code: None,
        info: None,
        at: Some(at(minute)),
    })
}

#[tokio::test]
async fn a_webhook_is_told_of_a_session_once_and_signed() {
    for scratch in Scratch::each().await {
        let world = world_that_may_ask_loopback(scratch).await;
        let other = Other::listen().await;
        let kinds = ["session.started", "session.ended"];
        let (_, secret) =
            world.app.add_webhook(&world.principal, webhook(&other, &kinds)).await.expect("added");
        assert!(secret.starts_with("whsec_"));
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        world.minutes(1);
        let reference = start(&connection, 1, 0).await;
        world.minutes(2);
        Job::Tell.run(&world.app).await.expect("tells");
        let ended = transaction(Phase::Ended, 30, 7_000, Some(&reference));
        tell(&connection, "StopTransaction", ended).await.expect("told");
        world.minutes(31);
        Job::Tell.run(&world.app).await.expect("tells");
        Job::Tell.run(&world.app).await.expect("tells");
        let requests = other.requests();
        assert_eq!(requests.len(), 2, "each once");
        assert!(requests[0].contains("session.started") && requests[1].contains("session.ended"));
        assert!(
            requests[1].contains("\"energy_wh\":7000")
                && requests[1].contains("\"station_identity\":\"CP1\"")
        );
        for request in requests {
            assert!(header(&request, "webhook-id").starts_with("msg_"));
            assert!(header(&request, "webhook-signature").starts_with("v1,"));
            assert!(!header(&request, "webhook-timestamp").is_empty());
        }
    }
}

#[tokio::test]
async fn what_does_not_arrive_is_tried_again_and_a_webhook_that_is_gone_is_turned_off() {
    for scratch in Scratch::each().await {
        let world = world_that_may_ask_loopback(scratch).await;
        let other = Other::listen().await;
        other.says("503 Service Unavailable");
        let (made, _) =
            world.app.add_webhook(&world.principal, webhook(&other, &["issue.opened"])).await.expect("added");
        world.minutes(1);
        let issue = IssueEdit { title: Some("Screen is dark".into()), ..IssueEdit::default() };
        world.app.add_issue(&world.principal, issue).await.expect("opened");
        world.minutes(2);
        Job::Tell.run(&world.app).await.expect("tells");
        let log = async || {
            let page = world.app.webhook_deliveries(&world.principal, made.id, None, 9).await.expect("log");
            page.items
        };
        let first = log().await.remove(0);
        assert_eq!((first.attempts, first.status, first.delivered_at), (1, Some(503), None));
        assert!(first.next_at.is_some());
        other.says("200 OK");
        world.minutes(3);
        Job::Tell.run(&world.app).await.expect("tells");
        let second = log().await.remove(0);
        assert_eq!((second.attempts, second.next_at), (2, None));
        assert!(second.delivered_at.is_some());
        let ids: Vec<String> =
            other.requests().iter().map(|request| header(request, "webhook-id").to_owned()).collect();
        assert_eq!(ids[0], ids[1], "a repeated message keeps its id");

        other.says("410 Gone");
        world.app.ping_webhook(&world.principal, made.id).await.expect("asked");
        assert!(!world.app.webhook(&world.principal, made.id).await.expect("known").enabled);
    }
}

#[tokio::test]
async fn addresses_of_private_networks_are_refused() {
    for world in worlds().await {
        let refused = [
            "https://127.0.0.1/x",
            "http://example.com/",
            "https://10.0.0.8/",
            "https://169.254.169.254/",
            "ftp://x",
        ];
        for url in refused {
            let edit = WebhookEdit {
                name: Some("x".into()),
                url: Some(url.into()),
                kinds: Some(vec!["fault.opened".into()]),
                enabled: None,
            };
            assert!(world.app.add_webhook(&world.principal, edit).await.is_err(), "{url}");
        }
    }
}

fn rule(quiet_s: i64) -> AlertRuleEdit {
    AlertRuleEdit {
        name: Some("Night shift".into()),
        kinds: Some(vec!["fault.opened".into()]),
        severity: Some(Severity::Critical),
        quiet_s: Some(quiet_s),
        addresses: Some(vec!["night@example.com".into()]),
        ..AlertRuleEdit::default()
    }
}

#[tokio::test]
async fn an_alert_tells_once_and_gathers_what_comes_while_it_is_quiet() {
    for world in worlds().await {
        world.app.add_alert_rule(&world.principal, rule(900)).await.expect("rule");
        for identity in ["CP1", "CP2", "CP3"] {
            world.station(identity).await;
        }
        let first = world.connect("CP1").await;
        world.minutes(1);
        tell(&first, "StatusNotification", faulted(1)).await.expect("told");
        world.minutes(2);
        Job::Tell.run(&world.app).await.expect("tells");
        let told = async || world.app.alerts(&world.principal, None, 9).await.expect("alerts").items;
        assert_eq!(told().await.len(), 1);

        for (minute, identity) in [(3, "CP2"), (5, "CP3")] {
            let connection = world.connect(identity).await;
            world.minutes(minute);
            tell(&connection, "StatusNotification", faulted(minute)).await.expect("told");
            world.minutes(minute + 1);
            Job::Tell.run(&world.app).await.expect("tells");
        }
        assert_eq!(told().await.len(), 1, "quiet for a quarter of an hour");
        world.minutes(18);
        Job::Tell.run(&world.app).await.expect("tells");
        let told = told().await;
        assert_eq!((told.len(), told[0].happenings), (2, 2), "the rest in one");
        assert_eq!(told[0].recipients, "night@example.com");
        assert!(told[0].subject.contains("GroundFailure"), "{}", told[0].subject);
        let letters = world.app.store().due_mail(world.app.now(), 9).await.expect("letters");
        assert_eq!(letters.len(), 2);
        assert!(letters.iter().all(|letter| letter.recipient == "night@example.com"));
    }
}

#[tokio::test]
async fn a_rule_is_silent_about_what_it_is_not_about() {
    for world in worlds().await {
        world.app.add_alert_rule(&world.principal, rule(0)).await.expect("rule");
        world.minutes(1);
        let issue = IssueEdit { title: Some("Paint".into()), ..IssueEdit::default() };
        world.app.add_issue(&world.principal, issue).await.expect("opened");
        world.minutes(2);
        Job::Tell.run(&world.app).await.expect("tells");
        assert!(world.app.alerts(&world.principal, None, 9).await.expect("alerts").items.is_empty());
    }
}

#[tokio::test]
async fn issues_are_numbered_given_and_closed() {
    for world in worlds().await {
        let open = async |title: &str| {
            let new = IssueEdit { title: Some(title.into()), ..IssueEdit::default() };
            world.app.add_issue(&world.principal, new).await.expect("opened")
        };
        let first = open("Cable cut").await;
        assert_eq!((first.number, open("Paint").await.number), (1, 2));
        let edit =
            async |version, edit| world.app.edit_issue(&world.principal, first.id, version, edit).await;
        let done =
            IssueEdit { state: Some("done".into()), priority: Some("urgent".into()), ..IssueEdit::default() };
        assert!(edit(Some(1), done).await.expect("closed").closed_at.is_some());
        let late = IssueEdit { title: Some("x".into()), ..IssueEdit::default() };
        assert!(edit(Some(1), late).await.is_err(), "an old version");
        world.app.comment_issue(&world.principal, first.id, "new cable is here").await.expect("said");
        let (_, entries) = world.app.issue(&world.principal, first.id).await.expect("issue");
        let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, ["change", "comment"]);
        let nonsense = IssueEdit { state: Some("asleep".into()), ..IssueEdit::default() };
        assert!(edit(None, nonsense).await.is_err());
    }
}
