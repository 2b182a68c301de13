//! A station that keeps a diary: what it was answered for, and what its register says it delivered. It repeats what was
//! not answered, as real stations do with the messages of a transaction.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use forecourt_core::id::StationId;
use futures_util::SinkExt as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use yawc::{Frame, HttpRequest, OpCode, WebSocket};

pub const CARD: &str = "CARD1";

/// Readings of a session.
const READINGS: i64 = 6;
/// Energy between two readings, in Wh.
const STEP_WH: i64 = 250;
/// How long an answer may take before the station connects anew.
const ANSWER: Duration = Duration::from_secs(3);
/// Pause before another attempt to connect.
const AGAIN: Duration = Duration::from_millis(20);

/// What all stations of a test share.
pub struct Talk {
    server: SocketAddr,
    pub answered: AtomicUsize,
    news: Notify,
    /// Set: end the running session and stop.
    pub finish: AtomicBool,
}

impl Talk {
    pub fn new(server: SocketAddr) -> Self {
        Self { server, answered: AtomicUsize::new(0), news: Notify::new(), finish: AtomicBool::new(false) }
    }

    /// Returns when so many more calls have been answered.
    pub async fn until_answered(&self, more: usize) {
        let goal = self.answered.load(Ordering::SeqCst) + more;
        while self.answered.load(Ordering::SeqCst) < goal {
            let news = self.news.notified();
            if self.answered.load(Ordering::SeqCst) < goal {
                timeout(Duration::from_secs(60), news).await.expect("the stations fell silent");
            }
        }
    }
}

/// What a station knows at the end.
pub struct Diary {
    pub station: StationId,
    /// Ids of all calls that were answered.
    pub answered: Vec<String>,
    /// Energy of each session by the station's register.
    pub sessions_wh: Vec<i64>,
}

pub struct Station {
    identity: String,
    modern: bool,
    socket: Option<WebSocket<TcpStream>>,
    register: i64,
    clock: Timestamp,
    count: usize,
    diary: Diary,
}

impl Station {
    pub fn new(station: StationId, identity: String, modern: bool) -> Self {
        let diary = Diary { station, answered: Vec::new(), sessions_wh: Vec::new() };
        let clock = Timestamp::now() - SignedDuration::from_hours(1);
        Self { identity, modern, socket: None, register: 10_000, clock, count: 0, diary }
    }

    pub async fn live(mut self, talk: Arc<Talk>) -> Diary {
        while !talk.finish.load(Ordering::SeqCst) {
            self.session(&talk).await;
        }
        self.diary
    }

    async fn session(&mut self, talk: &Talk) {
        let start = self.register;
        let name = format!("{}-{}", self.identity, self.diary.sessions_wh.len());
        let number = if self.modern {
            self.event(talk, "Started", &name, 0).await;
            Value::Null
        } else {
            let payload = json!({"connectorId": 1, "idTag": CARD, "meterStart": self.register, "timestamp": self.tick()});
            self.say(talk, "StartTransaction", payload).await["transactionId"].clone()
        };
        for reading in 1..=READINGS {
            self.register += STEP_WH;
            if self.modern {
                self.event(talk, "Updated", &name, reading).await;
            } else {
                let sampled = json!({"value": self.register.to_string(), "unit": "Wh"});
                let value = json!({"timestamp": self.tick(), "sampledValue": [sampled]});
                let payload = json!({"connectorId": 1, "transactionId": number, "meterValue": [value]});
                self.say(talk, "MeterValues", payload).await;
            }
        }
        if self.modern {
            self.event(talk, "Ended", &name, READINGS + 1).await;
        } else {
            let payload =
                json!({"transactionId": number, "meterStop": self.register, "timestamp": self.tick()});
            self.say(talk, "StopTransaction", payload).await;
        }
        self.diary.sessions_wh.push(self.register - start);
    }

    async fn event(&mut self, talk: &Talk, kind: &str, name: &str, seq: i64) {
        let at = self.tick();
        let sampled = json!({"value": self.register, "measurand": "Energy.Active.Import.Register"});
        let payload = json!({
            "eventType": kind, "timestamp": at, "triggerReason": "MeterValuePeriodic", "seqNo": seq,
            "transactionInfo": {"transactionId": name}, "evse": {"id": 1, "connectorId": 1},
            "meterValue": [{"timestamp": at, "sampledValue": [sampled]}],
        });
        self.say(talk, "TransactionEvent", payload).await;
    }

    /// The station's own clock: a minute between two statements.
    fn tick(&mut self) -> String {
        self.clock += SignedDuration::from_secs(60);
        // Long runs stay in the past: a clock ahead of ours would be set right.
        if self.clock > Timestamp::now() {
            self.clock = Timestamp::now();
        }
        format!("{:.3}", self.clock)
    }

    /// Says it until it is answered.
    async fn say(&mut self, talk: &Talk, action: &str, payload: Value) -> Value {
        self.count += 1;
        let mut attempt = 0;
        loop {
            attempt += 1;
            // A repeat has an id of its own, as after a reconnect in the field.
            let id = format!("{}-{}-{attempt}", self.identity, self.count);
            if let Some(answer) = self.call(talk, &id, action, &payload).await {
                self.diary.answered.push(id);
                talk.answered.fetch_add(1, Ordering::SeqCst);
                talk.news.notify_waiters();
                return answer;
            }
            self.socket = None;
            sleep(AGAIN).await;
        }
    }

    async fn call(&mut self, talk: &Talk, id: &str, action: &str, payload: &Value) -> Option<Value> {
        if self.socket.is_none() {
            self.socket = self.connect(talk.server).await;
        }
        let socket = self.socket.as_mut()?;
        let frame = json!([2, id, action, payload]).to_string();
        socket.send(Frame::text(frame)).await.ok()?;
        let answer = async {
            loop {
                let frame = socket.next_frame().await.ok()?;
                if frame.opcode() != OpCode::Text {
                    continue;
                }
                let answer: Value = serde_json::from_slice(frame.payload()).ok()?;
                if answer[1] == id {
                    assert_eq!(answer[0], 3, "{answer}");
                    return Some(answer[2].clone());
                }
            }
        };
        timeout(ANSWER, answer).await.ok()?
    }

    async fn connect(&self, server: SocketAddr) -> Option<WebSocket<TcpStream>> {
        let tcp = TcpStream::connect(server).await.ok()?;
        let url = format!("ws://{server}/ocpp/{}", self.identity).parse().ok()?;
        let version = if self.modern { "ocpp2.0.1" } else { "ocpp1.6" };
        let request = HttpRequest::builder().header("Sec-WebSocket-Protocol", version);
        let options = yawc::Options::default().without_compression();
        let open = WebSocket::handshake_with_request(url, tcp, options, request);
        timeout(ANSWER, open).await.ok()?.ok()
    }
}
