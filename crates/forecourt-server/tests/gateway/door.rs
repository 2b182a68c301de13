//! A real server on a real socket: the application on SQLite in a folder of its own, the stations' door before it, and
//! clients that can be as rude as bytes allow.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use base64::Engine as _;
use forecourt_app::store::Location;
use forecourt_app::{App, Clock, NewOperator, NewSite, Principal, Settings, StationRequest};
use forecourt_core::access::Role;
use forecourt_core::command::{Command, Outcome};
use forecourt_core::id::{SiteId, StationId};
use forecourt_server::gateway::{self, Limits, Options};
use futures_util::SinkExt;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use yawc::{Frame, HttpRequest, OpCode, WebSocket};

/// Longest wait for anything that must happen.
pub const SOON: Duration = Duration::from_secs(20);

pub struct Server {
    pub app: Arc<App>,
    pub principal: Principal,
    pub address: SocketAddr,
    site: SiteId,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

/// A command's record, where a test does not look at it.
pub fn asked() -> forecourt_app::commands::Asked<'static> {
    forecourt_app::commands::Asked { name: "test", request: "{}".into(), queue_until: None }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Server {
    pub async fn start(limits: Limits) -> Self {
        Self::start_with(limits, None).await
    }

    pub async fn start_with(limits: Limits, tls: Option<(PathBuf, PathBuf)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().join("forecourt.db"));
        let app = App::open(&location, Settings::default(), Clock::System).await.unwrap();
        let password = "correct horse battery".to_owned();
        let new =
            NewOperator { email: "ada@example.com".into(), name: "Ada".into(), password, role: Role::Admin };
        let operator = app.add_first_operator("Test", new).await.unwrap();
        let principal = app.principal_of_operator(&operator).await.unwrap();
        app.take_over().await.unwrap();
        let new = NewSite {
            name: "Site".into(),
            time_zone: "UTC".into(),
            currency: "EUR".into(),
            ..NewSite::default()
        };
        let site = app.add_site(&principal, new).await.unwrap().site.id;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let proxies = gateway::Proxies::default();
        let options = Options { listener, app: app.clone(), page: Router::new(), tls, proxies };
        tokio::spawn(gateway::serve_within(options, limits, stop.clone()));
        Self { app, principal, address, site, stop, _folder: folder }
    }

    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Adds a station; without a password at profile 0.
    pub async fn add(&self, identity: &str, password: Option<&str>) -> StationId {
        let request = StationRequest {
            site: Some(self.site),
            identity: identity.into(),
            security_profile: password.is_none().then_some(0),
            password: password.map(str::to_owned),
            ..StationRequest::default()
        };
        self.app.add_station(&self.principal, request).await.unwrap().station.record.id
    }

    pub async fn command(&self, station: StationId, command: Command) -> Outcome {
        let asked = self.app.command(&self.principal, station, command, asked());
        asked.await.unwrap().1
    }

    pub fn knock(&self, path: &str) -> Knock {
        Knock { path: path.into(), server: self.address, from: None, headers: vec![], compression: false }
            .header("Sec-WebSocket-Protocol", "ocpp1.6")
    }

    /// Connects a station that must be let in.
    pub async fn connect(&self, identity: &str, password: Option<&str>) -> Client {
        let knock = self.knock(&format!("/ocpp/{identity}"));
        let knock = password.into_iter().fold(knock, |knock, password| knock.password(identity, password));
        knock.connect().await.unwrap()
    }
}

/// A request to be let in.
#[derive(Clone)]
pub struct Knock {
    path: String,
    server: SocketAddr,
    from: Option<IpAddr>,
    headers: Vec<(&'static str, String)>,
    compression: bool,
}

/// The answer to a request that was not let in.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    /// Header lines without `date`, lower case, sorted.
    pub headers: Vec<String>,
    pub body: String,
}

impl Knock {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        if !value.is_empty() {
            self.headers.push((name, value.to_owned()));
        }
        self
    }

    pub fn password(self, user: &str, password: &str) -> Self {
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        self.header("Authorization", &format!("Basic {encoded}"))
    }

    pub fn from(mut self, address: &str) -> Self {
        self.from = Some(address.parse().unwrap());
        self
    }

    pub fn compressed(mut self) -> Self {
        self.compression = true;
        self
    }

    pub async fn tcp(&self) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(from) = self.from {
            socket.bind((from, 0).into()).unwrap();
        }
        socket.connect(self.server).await.unwrap()
    }

    /// The whole request as bytes; `standard` headers first.
    pub fn bytes(&self, standard: &[(&str, &str)]) -> Vec<u8> {
        let mut text = format!("GET {} HTTP/1.1\r\nHost: test\r\n", self.path);
        let own = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in standard.iter().copied().chain(own) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.into_bytes()
    }

    /// Sends the request by hand; the stream stands behind the answer's head, and what it said.
    pub async fn raw(&self, standard: &[(&str, &str)]) -> (TcpStream, Refusal) {
        let mut tcp = self.tcp().await;
        tcp.write_all(&self.bytes(standard)).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(tokio::time::timeout(SOON, tcp.read_u8()).await.unwrap().unwrap());
        }
        let text = String::from_utf8(head).unwrap();
        let mut lines = text.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let lower = lines.filter(|line| !line.is_empty()).map(str::to_lowercase);
        let mut headers: Vec<String> = lower.filter(|line| !line.starts_with("date:")).collect();
        headers.sort();
        let length =
            headers.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        tcp.read_exact(&mut body).await.unwrap();
        (tcp, Refusal { status, headers, body: String::from_utf8(body).unwrap() })
    }

    /// What a client that asks properly is told.
    pub async fn answer(&self) -> Refusal {
        self.raw(&STANDARD).await.1
    }

    pub async fn connect(&self) -> yawc::Result<Client> {
        let tcp = self.tcp().await;
        let mut options = yawc::Options::default().without_compression();
        if self.compression {
            options = yawc::Options::default().with_low_latency_compression();
        }
        let url = format!("ws://{}{}", self.server, self.path).parse().unwrap();
        let request = HttpRequest::builder();
        let request =
            self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let socket = WebSocket::handshake_with_request(url, tcp, options, request).await?;
        Ok(Client { socket, count: 0 })
    }
}

pub const STANDARD: [(&str, &str); 4] = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// A connected station.
pub struct Client {
    pub socket: WebSocket<TcpStream>,
    count: u32,
}

impl Client {
    pub async fn send(&mut self, text: &str) {
        self.socket.send(Frame::text(text.to_owned())).await.unwrap();
    }

    /// The next text; `None` once the server has closed, with its code.
    pub async fn next(&mut self) -> Result<Value, Option<u16>> {
        loop {
            let frame =
                tokio::time::timeout(SOON, self.socket.next_frame()).await.expect("the server fell silent");
            match frame {
                Ok(frame) if frame.opcode() == OpCode::Text => {
                    return Ok(serde_json::from_slice(frame.payload()).unwrap());
                }
                Ok(frame) if frame.opcode() == OpCode::Close => {
                    return Err(frame.close_code().map(u16::from));
                }
                Ok(_) => {}
                Err(_) => return Err(None),
            }
        }
    }

    /// Reads until the server closes; the code of its close frame.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    /// Makes a call and returns its answer, whole.
    pub async fn call(&mut self, action: &str, payload: &Value) -> Value {
        self.count += 1;
        let id = format!("c{}", self.count);
        self.send(&serde_json::json!([2, id, action, payload]).to_string()).await;
        let answer = self.next().await.expect("the connection was closed");
        assert_eq!(answer[1], id);
        answer
    }

    pub async fn heartbeat(&mut self) {
        let answer = self.call("Heartbeat", &serde_json::json!({})).await;
        assert!(answer[2]["currentTime"].is_string(), "{answer}");
    }
}

/// Waits until something holds.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let patience = tokio::time::Instant::now() + SOON;
    while !holds().await {
        assert!(tokio::time::Instant::now() < patience, "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
