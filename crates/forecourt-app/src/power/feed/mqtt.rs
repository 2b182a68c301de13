//! A meter heard through a broker (MQTT 3.1.1). Topics are listened to with quality 0; nothing is ever published.
//!
//! The packets are read and written by a library; the connection is ours, so that it keeps to the rules for addresses and
//! to a size. Of each topic only the newest message is held, and it is looked into at most once a second.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use forecourt_core::Timestamp;
use forecourt_core::power::number;
use rumqttc::mqttbytes::Error;
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::{
    Connect, ConnectReturnCode, Packet, Publish, Subscribe, SubscribeFilter, SubscribeReasonCode,
};
use rust_decimal::Decimal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;

use super::run::{PACE, Reader};
use super::trouble::cut;
use super::{MqttValue, MqttWire, Trouble};
use crate::outside::{Line, Outside};

/// A meter's message is some hundred bytes; whole states of large devices are a few thousand.
const PACKET_MAX_BYTES: usize = 16 * 1024;
/// Read at once: a meter's message and some to spare.
const READ_BYTES: usize = 4 * 1024;
const ANSWER: Duration = Duration::from_secs(10);
/// Told to the broker, which drops us after one and a half of it.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// An open connection that listens.
pub(super) struct Broker {
    line: Box<dyn Line>,
    buffer: BytesMut,
}

/// The newest message for each number.
pub(super) struct Heard {
    values: Vec<MqttValue>,
    newest: Vec<Option<Message>>,
}

#[derive(Clone)]
struct Message {
    payload: Bytes,
    at: Timestamp,
    kept: bool,
}

/// What messages say.
pub(super) struct Said {
    pub numbers: Vec<Decimal>,
    /// When the oldest of them came.
    pub at: Timestamp,
    /// The broker had kept one of them from before: nobody knows how old it is.
    pub kept: bool,
}

impl Broker {
    /// Connects and listens. What comes before the broker confirms is heard too.
    pub async fn open(
        outside: &Outside,
        wire: &MqttWire,
        password: Option<&str>,
        client_id: &str,
        mut hear: impl FnMut(Publish),
    ) -> Result<Self, Trouble> {
        let line = outside.dial(&wire.host, wire.port, wire.tls).await?;
        let mut broker = Self { line, buffer: BytesMut::new() };
        let mut connect = Connect::new(client_id);
        connect.keep_alive = u16::try_from(KEEP_ALIVE.as_secs()).unwrap_or(u16::MAX);
        if let Some(user_name) = &wire.user_name {
            connect.set_login(user_name.as_str(), password.unwrap_or_default());
        }
        broker.send(Packet::Connect(connect)).await?;
        match broker.answer().await? {
            Packet::ConnAck(answer) => admitted(answer.code)?,
            _ => return Err(Trouble::BadAnswer),
        }
        let mut topics: Vec<&str> = wire.values.iter().map(|value| value.topic.as_str()).collect();
        topics.sort_unstable();
        topics.dedup();
        let filter = |topic: &&str| SubscribeFilter::new((*topic).to_owned(), QoS::AtMostOnce);
        let mut subscribe = Subscribe::new_many(topics.iter().map(filter));
        subscribe.pkid = 1;
        broker.send(Packet::Subscribe(subscribe)).await?;
        loop {
            match broker.answer().await? {
                Packet::Publish(message) => hear(message),
                Packet::SubAck(answer) => {
                    let refused =
                        answer.return_codes.iter().position(|code| *code == SubscribeReasonCode::Failure);
                    let topic = refused.map(|index| topics.get(index).copied().unwrap_or_default());
                    return topic.map_or(Ok(broker), |topic| Err(Trouble::TopicRefused(cut(topic))));
                }
                _ => return Err(Trouble::BadAnswer),
            }
        }
    }

    async fn answer(&mut self) -> Result<Packet, Trouble> {
        tokio::time::timeout(ANSWER, self.next()).await.map_err(|_| Trouble::NoAnswer)?
    }

    /// The next packet. Nothing is lost when this is given up half way.
    pub async fn next(&mut self) -> Result<Packet, Trouble> {
        loop {
            match Packet::read(&mut self.buffer, PACKET_MAX_BYTES) {
                Ok(packet) => return Ok(packet),
                Err(Error::InsufficientBytes(_)) => {}
                Err(Error::PayloadSizeLimitExceeded(_)) => return Err(Trouble::TooLong(PACKET_MAX_BYTES)),
                Err(_) => return Err(Trouble::BadAnswer),
            }
            self.buffer.reserve(READ_BYTES);
            match self.line.read_buf(&mut self.buffer).await {
                Ok(0) | Err(_) => return Err(Trouble::Closed),
                Ok(_) => {}
            }
        }
    }

    pub async fn send(&mut self, packet: Packet) -> Result<(), Trouble> {
        let mut out = BytesMut::new();
        packet.write(&mut out, PACKET_MAX_BYTES).map_err(|_| Trouble::TooLong(PACKET_MAX_BYTES))?;
        let sent = tokio::time::timeout(ANSWER, async {
            self.line.write_all(&out).await?;
            self.line.flush().await
        });
        match sent.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Trouble::Closed),
            Err(_) => Err(Trouble::NoAnswer),
        }
    }
}

fn admitted(code: ConnectReturnCode) -> Result<(), Trouble> {
    match code {
        ConnectReturnCode::Success => Ok(()),
        ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized => {
            Err(Trouble::LoginRefused)
        }
        ConnectReturnCode::RefusedProtocolVersion => Err(Trouble::BrokerRefused("MQTT 3.1.1".into())),
        ConnectReturnCode::BadClientId => Err(Trouble::BrokerRefused("client id".into())),
        ConnectReturnCode::ServiceUnavailable => Err(Trouble::BrokerRefused("unavailable".into())),
    }
}

impl Heard {
    pub fn new(wire: &MqttWire) -> Self {
        Self { values: wire.values.clone(), newest: vec![None; wire.values.len()] }
    }

    /// Says whether it was about one of our numbers.
    pub fn hear(&mut self, message: &Publish, at: Timestamp) -> bool {
        let mut ours = false;
        for (value, newest) in self.values.iter().zip(&mut self.newest) {
            if value.topic == message.topic {
                // A copy: the library's piece holds on to all that was read with it.
                let payload = Bytes::copy_from_slice(&message.payload);
                *newest = Some(Message { payload, at, kept: message.retain });
                ours = true;
            }
        }
        ours
    }

    /// A topic on which nothing has come yet.
    pub fn missing(&self) -> Option<&str> {
        let mut each = self.values.iter().zip(&self.newest);
        each.find(|(_, newest)| newest.is_none()).map(|(value, _)| value.topic.as_str())
    }

    /// The numbers, once there is a message for each.
    pub fn said(&self) -> Option<Result<Said, Trouble>> {
        let messages: Vec<&Message> = self.newest.iter().map(Option::as_ref).collect::<Option<_>>()?;
        let at = messages.iter().map(|message| message.at).min()?;
        let kept = messages.iter().any(|message| message.kept);
        let each = self.values.iter().zip(&messages);
        let numbers: Result<Vec<Decimal>, Trouble> =
            each.map(|(value, message)| pick(&message.payload, value.pointer.as_deref())).collect();
        Some(numbers.map(|numbers| Said { numbers, at, kept }))
    }
}

/// The number in a message.
fn pick(payload: &[u8], pointer: Option<&str>) -> Result<Decimal, Trouble> {
    let Some(pointer) = pointer else {
        let text = String::from_utf8_lossy(payload);
        return Ok(number(&text)?);
    };
    let value: serde_json::Value = serde_json::from_slice(payload).map_err(|_| Trouble::NotJson)?;
    match value.pointer(pointer) {
        None => Err(Trouble::NoSuchMember(cut(pointer))),
        Some(serde_json::Value::Number(found)) => Ok(number(&found.to_string())?),
        Some(serde_json::Value::String(found)) => Ok(number(found)?),
        Some(other) => Err(Trouble::NotANumber(cut(&other.to_string()))),
    }
}

/// Reads until something breaks.
pub(super) async fn read(reader: &Reader, wire: &MqttWire, password: Option<&str>) -> Trouble {
    let mut heard = Heard::new(wire);
    let id = format!("forecourt-{}", reader.zone);
    // What a broker has kept may be of a meter that is long gone: only what is said while we listen is believed.
    let open = Broker::open(&reader.app.outside, wire, password, &id, |message| {
        if !message.retain {
            heard.hear(&message, reader.app.now());
        }
    });
    let mut broker = match open.await {
        Ok(broker) => broker,
        Err(trouble) => return trouble,
    };
    reader.connected();
    let mut ping = tokio::time::interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
    let (mut waits, mut due, mut answered) = (true, Instant::now(), true);
    loop {
        tokio::select! {
            packet = broker.next() => match packet {
                Ok(Packet::Publish(message)) => waits |= !message.retain && heard.hear(&message, reader.app.now()),
                Ok(Packet::PingResp) => answered = true,
                Ok(_) => return Trouble::BadAnswer,
                Err(trouble) => return trouble,
            },
            () = tokio::time::sleep_until(due), if waits => {
                match heard.said() {
                    Some(Ok(said)) => reader.take(&said.numbers, said.at).await,
                    Some(Err(trouble)) => reader.troubled(trouble),
                    None => {}
                }
                (waits, due) = (false, Instant::now() + PACE);
            }
            _ = ping.tick() => {
                if !answered {
                    return Trouble::NoAnswer;
                }
                answered = false;
                if let Err(trouble) = broker.send(Packet::PingReq).await {
                    return trouble;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(topic: &str, pointer: Option<&str>) -> MqttValue {
        MqttValue { topic: topic.into(), pointer: pointer.map(Into::into) }
    }

    fn heard(values: Vec<MqttValue>) -> Heard {
        let wire = MqttWire { host: "broker".into(), port: 1883, tls: false, user_name: None, values };
        Heard::new(&wire)
    }

    fn said(topic: &str, payload: &str) -> Publish {
        Publish::new(topic, QoS::AtMostOnce, payload)
    }

    #[test]
    fn numbers_are_found_where_real_meters_have_them() {
        let now = Timestamp::UNIX_EPOCH;
        // One message with all phases, as a Shelly sends it.
        let mut shelly = heard(vec![
            value("shelly/status/em:0", Some("/a_current")),
            value("shelly/status/em:0", Some("/b_current")),
            value("shelly/status/em:0", Some("/c_current")),
        ]);
        assert!(shelly.said().is_none());
        let text =
            r#"{"id":0,"a_current":16.125,"b_current":"0.5","c_current":-3,"user_calibrated_phase":[]}"#;
        assert!(shelly.hear(&said("shelly/status/em:0", text), now));
        let numbers: Vec<String> = shelly
            .said()
            .expect("all")
            .map(|said| said.numbers)
            .expect("numbers")
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(numbers, ["16.125", "0.5", "-3"]);
        // A topic for each phase; the reading is as old as the oldest.
        let mut each = heard(vec![value("l1", None), value("l2", None), value("l3", None)]);
        assert!(!each.hear(&said("l4", "1"), now));
        assert!(each.hear(&said("l1", "1"), now));
        let later = now + jiff::SignedDuration::from_secs(9);
        assert!(each.hear(&said("l2", " 2.50\n"), later));
        assert_eq!(each.missing(), Some("l3"));
        assert!(each.hear(&said("l3", "3e0"), later));
        assert_eq!(each.said().expect("all").map(|said| said.at), Ok(now));
    }

    #[test]
    fn what_is_no_number_is_said_so() {
        assert_eq!(pick(b"twelve", None), Err(Trouble::NotANumber("twelve".into())));
        assert_eq!(pick(b"\xff\xfe", None).map_err(|t| t.code()), Err("not_a_number".into()));
        assert_eq!(pick(b"12,5", Some("/a")), Err(Trouble::NotJson));
        assert_eq!(pick(b"{\"a\":1}", Some("/b")), Err(Trouble::NoSuchMember("/b".into())));
        assert_eq!(pick(b"{\"a\":true}", Some("/a")), Err(Trouble::NotANumber("true".into())));
        assert_eq!(pick(b"{\"a\":null}", Some("/a")), Err(Trouble::NotANumber("null".into())));
        let deep = "[".repeat(PACKET_MAX_BYTES);
        assert_eq!(pick(deep.as_bytes(), Some("/0")), Err(Trouble::NotJson));
    }
}
