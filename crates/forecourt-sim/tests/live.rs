//! A simulated station over a real socket, against a CSMS of a few lines that lets the test see and say everything.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::convert::Infallible;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use forecourt_sim::{Protocol, StationConfig, run_station, scenario};
use futures_util::SinkExt;
use http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use yawc::{Frame, HttpResponse, HttpWebSocket, OpCode, Options, WebSocket};

const PATIENCE: Duration = Duration::from_secs(20);
const PASSWORD: &str = "a-secret-of-a-station";

/// A socket of a station, taken by the CSMS.
struct Taken(HttpWebSocket);

impl Taken {
    async fn next(&mut self) -> Option<Value> {
        loop {
            let frame = timeout(PATIENCE, self.0.next_frame()).await.expect("the station speaks").ok()?;
            match frame.opcode() {
                OpCode::Text => return serde_json::from_slice(frame.payload()).ok(),
                OpCode::Close => return None,
                _ => {}
            }
        }
    }

    async fn say(&mut self, frame: Value) {
        self.0.send(Frame::text(frame.to_string())).await.unwrap();
    }

    /// Answers every call until one of that action comes; that one stays unanswered.
    async fn until(&mut self, action: &str) -> Value {
        loop {
            let frame = self.next().await.expect("the station stays");
            if frame[0] == 2 && frame[2] == action {
                return frame;
            }
            if frame[0] == 2 {
                self.accept(&frame).await;
            }
        }
    }

    async fn accept(&mut self, frame: &Value) {
        let answer = match frame[2].as_str().unwrap() {
            "BootNotification" => {
                json!({ "status": "Accepted", "currentTime": "2026-11-21T08:00:00Z", "interval": 600 })
            }
            "StartTransaction" => json!({ "transactionId": 9, "idTagInfo": { "status": "Accepted" } }),
            _ => json!({}),
        };
        self.say(json!([3, frame[1], answer])).await;
    }
}

/// Takes sockets that show the right password.
async fn csms(options: Options) -> (String, mpsc::UnboundedReceiver<Taken>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/ocpp", listener.local_addr().unwrap());
    let (taken, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let (taken, options) = (taken.clone(), options.clone());
            let service = service_fn(move |request| {
                let answer = take(request, options.clone(), taken.clone());
                async move { Ok::<_, Infallible>(answer) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(tcp), service).with_upgrades());
        }
    });
    (url, receiver)
}

fn take(
    mut request: Request<Incoming>,
    options: Options,
    taken: mpsc::UnboundedSender<Taken>,
) -> HttpResponse {
    let wanted = format!("Basic {}", STANDARD.encode(format!("SIM-0001:{PASSWORD}")));
    if request.headers().get(AUTHORIZATION).is_none_or(|shown| shown.as_bytes() != wanted.as_bytes()) {
        let mut refusal = HttpResponse::default();
        *refusal.status_mut() = StatusCode::UNAUTHORIZED;
        return refusal;
    }
    assert_eq!(request.uri().path(), "/ocpp/SIM-0001");
    let words = request.headers()[SEC_WEBSOCKET_PROTOCOL].clone();
    let (mut response, upgrade) = WebSocket::upgrade_with_options(&mut request, options).unwrap();
    response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, words);
    tokio::spawn(async move {
        // The test may be over already.
        let _nobody_waits = taken.send(Taken(upgrade.await.unwrap()));
    });
    response
}

fn start(url: &str, change: impl FnOnce(&mut StationConfig)) -> DropGuard {
    let mut config = StationConfig {
        url: url.to_owned(),
        password: Some(PASSWORD.to_owned()),
        scenario: scenario::IDLE,
        ..StationConfig::default()
    };
    change(&mut config);
    let cancel = CancellationToken::new();
    tokio::spawn(run_station(config, cancel.clone()));
    cancel.drop_guard()
}

#[tokio::test]
async fn a_station_boots_starts_when_asked_and_repeats_what_was_not_answered() {
    let (url, mut sockets) = csms(Options::default()).await;
    let _running = start(&url, |_| {});
    let mut first = sockets.recv().await.unwrap();
    let boot = first.until("BootNotification").await;
    first.accept(&boot).await;
    let status = first.until("StatusNotification").await;
    first.accept(&status).await;
    first.say(json!([2, "r", "RemoteStartTransaction", { "connectorId": 1, "idTag": "TAG" }])).await;
    let begun = first.until("StartTransaction").await;
    // The server dies before it answers.
    drop(first);

    let mut second = sockets.recv().await.unwrap();
    let again = second.next().await.unwrap();
    assert_eq!(again, begun, "the first thing said is what is still owed, under its own id");
    second.accept(&again).await;
    second.say(json!([2, "s", "RemoteStopTransaction", { "transactionId": 9 }])).await;
    let stop = second.until("StopTransaction").await;
    assert_eq!((&stop[3]["transactionId"], &stop[3]["reason"]), (&json!(9), &json!("Remote")));
}

#[tokio::test]
async fn a_reset_closes_and_boots_again() {
    let (url, mut sockets) = csms(Options::default()).await;
    let _running = start(&url, |config| config.protocol = Protocol::V201);
    let mut first = sockets.recv().await.unwrap();
    let boot = first.until("BootNotification").await;
    first.accept(&boot).await;
    first.say(json!([2, "r", "Reset", { "type": "Immediate" }])).await;
    let mut answered = false;
    while let Some(frame) = first.next().await {
        if frame[0] == 2 {
            first.accept(&frame).await;
        }
        answered |= frame == json!([3, "r", { "status": "Accepted" }]);
    }
    assert!(answered);
    let mut second = sockets.recv().await.unwrap();
    assert_eq!(second.until("BootNotification").await[3]["reason"], "RemoteReset");
}

#[tokio::test]
async fn compression_is_spoken_where_it_is_offered() {
    let (url, mut sockets) = csms(Options::default().with_balanced_compression()).await;
    let _running = start(&url, |config| {
        (config.protocol, config.deflate) = (Protocol::V201, true);
    });
    let mut socket = sockets.recv().await.unwrap();
    let boot = socket.until("BootNotification").await;
    socket.accept(&boot).await;
    socket.say(json!([2, "i", "GetBaseReport", { "requestId": 1, "reportBase": "FullInventory" }])).await;
    let page = socket.until("NotifyReport").await;
    assert_eq!(page[3]["reportData"].as_array().unwrap().len(), 20);
}
