//! A broker small enough to read: one user, topics without wildcards, messages that are kept. Its packets are a library's.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{ConnAck, ConnectReturnCode, Packet, Publish, SubAck, SubscribeReasonCode};
use rumqttc::mqttbytes::{Error, QoS};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

pub const USER: &str = "reader";
pub const PASSWORD: &str = "s3cret-broker";
/// Nobody may listen here.
pub const FORBIDDEN: &str = "forbidden";

#[derive(Clone)]
struct Inner {
    said: broadcast::Sender<Publish>,
    kept: Arc<Mutex<HashMap<String, Publish>>>,
    open: Arc<AtomicUsize>,
}

pub struct Broker {
    inner: Inner,
    pub address: SocketAddr,
    cancel: CancellationToken,
}

impl Broker {
    pub async fn start(port: u16) -> Self {
        Self::behind(port, None).await
    }

    /// Encrypted, where there is a certificate.
    pub async fn behind(port: u16, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a port");
        let inner = Inner { said: broadcast::channel(4_096).0, kept: Arc::default(), open: Arc::default() };
        let broker = Self {
            inner: inner.clone(),
            address: listener.local_addr().expect("bound"),
            cancel: CancellationToken::new(),
        };
        let cancel = broker.cancel.clone();
        tokio::spawn(async move {
            while let Some(Ok((socket, _))) = cancel.run_until_cancelled(listener.accept()).await {
                let (inner, cancel, tls) = (inner.clone(), cancel.clone(), tls.clone());
                tokio::spawn(async move {
                    inner.open.fetch_add(1, Ordering::SeqCst);
                    let served = async {
                        match tls {
                            Some(tls) => serve(&inner, tls.accept(socket).await.ok()?).await,
                            None => serve(&inner, socket).await,
                        }
                    };
                    cancel.run_until_cancelled(served).await;
                    inner.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        broker
    }

    /// As when its machine is switched off: every connection ends.
    pub async fn stop(self) -> u16 {
        self.cancel.cancel();
        super::until("the broker's connections to end", || self.connections() == 0).await;
        self.address.port()
    }

    pub fn connections(&self) -> usize {
        self.inner.open.load(Ordering::SeqCst)
    }

    pub fn say(&self, topic: &str, payload: &str) {
        let _ = self.inner.said.send(Publish::new(topic, QoS::AtMostOnce, payload));
    }

    /// A message that everybody who comes later is given too.
    pub fn keep(&self, topic: &str, payload: &str) {
        let message = Publish { retain: true, ..Publish::new(topic, QoS::AtMostOnce, payload) };
        self.inner.kept.lock().expect("kept").insert(topic.to_owned(), message);
    }
}

async fn serve(inner: &Inner, mut socket: impl AsyncRead + AsyncWrite + Unpin) -> Option<()> {
    let mut said = inner.said.subscribe();
    let (mut buffer, mut topics) = (BytesMut::new(), Vec::<String>::new());
    loop {
        loop {
            let packet = match Packet::read(&mut buffer, 65_536) {
                Ok(packet) => packet,
                Err(Error::InsufficientBytes(_)) => break,
                Err(_) => return None,
            };
            match packet {
                Packet::Connect(connect) => {
                    let known = connect.login.is_some_and(|login| login.validate(USER, PASSWORD));
                    let code = if known {
                        ConnectReturnCode::Success
                    } else {
                        ConnectReturnCode::BadUserNamePassword
                    };
                    send(&mut socket, Packet::ConnAck(ConnAck { session_present: false, code })).await?;
                    known.then_some(())?;
                }
                Packet::Subscribe(subscribe) => {
                    topics.extend(subscribe.filters.iter().map(|filter| filter.path.clone()));
                    let code = |topic: &String| match topic == FORBIDDEN {
                        true => SubscribeReasonCode::Failure,
                        false => SubscribeReasonCode::Success(QoS::AtMostOnce),
                    };
                    let codes = topics.iter().map(code).collect();
                    send(&mut socket, Packet::SubAck(SubAck::new(subscribe.pkid, codes))).await?;
                    let kept: Vec<Publish> = inner.kept.lock().expect("kept").values().cloned().collect();
                    for message in kept.into_iter().filter(|message| topics.contains(&message.topic)) {
                        send(&mut socket, Packet::Publish(message)).await?;
                    }
                }
                Packet::PingReq => send(&mut socket, Packet::PingResp).await?,
                _ => return None,
            }
        }
        tokio::select! {
            read = socket.read_buf(&mut buffer) => if read.ok()? == 0 { return None },
            message = said.recv() => {
                let message = message.ok()?;
                if topics.contains(&message.topic) {
                    send(&mut socket, Packet::Publish(message)).await?;
                }
            }
        }
    }
}

async fn send(socket: &mut (impl AsyncWrite + Unpin), packet: Packet) -> Option<()> {
    let mut out = BytesMut::new();
    packet.write(&mut out, 1 << 20).ok()?;
    socket.write_all(&out).await.ok()?;
    socket.flush().await.ok()
}
