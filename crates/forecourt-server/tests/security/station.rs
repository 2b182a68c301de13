//! A station: how it knocks, and how it talks when it is let in.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use futures_util::SinkExt;
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use yawc::{Frame, HttpRequest, OpCode, WebSocket};

use super::house::{House, SOON};
use super::keys::{self, Identity};

/// A byte stream, with or without TLS.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

#[derive(Clone)]
pub struct Knock {
    identity: String,
    address: SocketAddr,
    plain: SocketAddr,
    trusted: CertificateDer<'static>,
    tls: Option<Arc<ClientConfig>>,
    protocol: &'static str,
    password: Option<Vec<u8>>,
}

impl Knock {
    pub fn new(house: &House, identity: &str) -> Self {
        Self {
            identity: identity.into(),
            address: house.address,
            plain: house.plain,
            trusted: house.trusted.clone(),
            tls: Some(keys::client(&house.trusted, None)),
            protocol: "ocpp1.6",
            password: None,
        }
    }

    pub fn without_tls(mut self) -> Self {
        self.tls = None;
        self
    }

    pub fn with(mut self, identity: &Identity) -> Self {
        self.tls = Some(keys::client(&self.trusted, Some(identity)));
        self
    }

    pub fn password(mut self, password: impl AsRef<[u8]>) -> Self {
        self.password = Some(password.as_ref().to_vec());
        self
    }

    pub fn v201(mut self) -> Self {
        self.protocol = "ocpp2.0.1";
        self
    }

    async fn wire(&self) -> Box<dyn Wire> {
        match &self.tls {
            None => Box::new(TcpStream::connect(self.plain).await.unwrap()),
            Some(config) => {
                let tcp = TcpStream::connect(self.address).await.unwrap();
                let name = ServerName::try_from("127.0.0.1").unwrap();
                Box::new(TlsConnector::from(config.clone()).connect(name, tcp).await.unwrap())
            }
        }
    }

    fn authorization(&self) -> Option<String> {
        let password = self.password.as_ref()?;
        let bytes = [self.identity.as_bytes(), b":", password].concat();
        Some(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(bytes)))
    }

    /// Status and body of the answer to an upgrade request.
    pub async fn answer(&self) -> (u16, String) {
        let mut wire = self.wire().await;
        let authorization = self.authorization().map_or(String::new(), |a| format!("Authorization: {a}\r\n"));
        let request = format!(
            "GET /ocpp/{} HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: {}\r\n{authorization}\r\n",
            self.identity, self.protocol
        );
        wire.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(tokio::time::timeout(SOON, wire.read_u8()).await.unwrap().unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        wire.read_exact(&mut body).await.unwrap();
        (status, String::from_utf8(body).unwrap())
    }

    pub async fn status(&self) -> u16 {
        self.answer().await.0
    }

    /// Connects a station that must be let in.
    pub async fn connect(&self) -> Station {
        let url = format!("ws://test/ocpp/{}", self.identity).parse().unwrap();
        let request = HttpRequest::builder().header("Sec-WebSocket-Protocol", self.protocol);
        let request = match self.authorization() {
            Some(text) => request.header("Authorization", text),
            None => request,
        };
        let options = yawc::Options::default().without_compression();
        let socket = WebSocket::handshake_with_request(url, self.wire().await, options, request);
        let socket = socket.await.expect("let in");
        let mut station = Station { socket, count: 0, waiting: VecDeque::new() };
        station.boot(self.protocol).await;
        station
    }
}

/// A call of the server's.
#[derive(Debug, Clone)]
pub struct Asked {
    id: String,
    pub action: String,
    pub payload: Value,
}

pub struct Station {
    socket: WebSocket<Box<dyn Wire>>,
    count: u32,
    waiting: VecDeque<Asked>,
}

impl Station {
    async fn boot(&mut self, protocol: &str) {
        let payload = if protocol == "ocpp1.6" {
            json!({"chargePointVendor": "V", "chargePointModel": "M", "chargePointSerialNumber": "SN-1"})
        } else {
            json!({"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}})
        };
        let answer = self.call("BootNotification", payload).await;
        assert_eq!(answer["status"], "Accepted", "{answer}");
    }

    /// The next text frame; the close code once the server has closed.
    async fn frame(&mut self) -> Result<Value, Option<u16>> {
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

    async fn send(&mut self, frame: Value) {
        self.socket.send(Frame::text(frame.to_string())).await.unwrap();
    }

    /// Makes a call; calls of the server's that come meanwhile are kept.
    pub async fn call(&mut self, action: &str, payload: Value) -> Value {
        self.count += 1;
        let id = format!("c{}", self.count);
        self.send(json!([2, id, action, payload])).await;
        loop {
            let frame = self.frame().await.expect("the connection was closed");
            if frame[1] == id {
                assert_eq!(frame[0], 3, "{frame}");
                return frame[2].clone();
            }
            self.keep(&frame);
        }
    }

    fn keep(&mut self, frame: &Value) {
        assert_eq!(frame[0], 2, "{frame}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.waiting.push_back(Asked {
            id: text(&frame[1]),
            action: text(&frame[2]),
            payload: frame[3].clone(),
        });
    }

    /// The next call of the server's.
    pub async fn asked(&mut self) -> Asked {
        while self.waiting.is_empty() {
            let frame = self.frame().await.expect("the connection was closed");
            self.keep(&frame);
        }
        self.waiting.pop_front().unwrap()
    }

    /// The next call, which must be this one.
    pub async fn expect(&mut self, action: &str) -> Asked {
        let asked = self.asked().await;
        assert_eq!(asked.action, action, "{asked:?}");
        asked
    }

    /// Whether no call of the server's waits for an answer.
    pub fn is_left_alone(&self) -> bool {
        self.waiting.is_empty()
    }

    pub async fn answer(&mut self, asked: &Asked, payload: Value) {
        self.send(json!([3, asked.id, payload])).await;
    }

    /// Takes the next call, which must be this one, and says yes.
    pub async fn accept(&mut self, action: &str) -> Asked {
        let asked = self.expect(action).await;
        self.answer(&asked, json!({"status": "Accepted"})).await;
        asked
    }

    /// Reads until the server closes; the code of its close frame.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.frame().await {
                return code;
            }
        }
    }
}
