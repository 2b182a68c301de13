//! One station's conversation: a WebSocket on one side, the link and the application on the other.
//!
//! One task a socket. Calls are taken one after another, each answered after its effect is stored; a station that sends
//! faster is read later. Nothing is decided here.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use forecourt_app::commands::Order;
use forecourt_app::gateway::{Call, Connection, LogEntry, Told, Unrecorded};
use forecourt_app::store::message::{Direction, MessageOutcome};
use forecourt_core::Timestamp;
use forecourt_core::command::Outcome;
use forecourt_ocpp::{
    Fault, FaultKind, Link, Output, Received, ReceivedCall, Settled, Version, answer_text, fault_code,
    installed_certificates, items_of_answer, variables,
};
use futures_util::SinkExt;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Sleep;
use yawc::close::CloseCode;
use yawc::{Frame, HttpWebSocket, OpCode};

use super::Gateway;
use super::figures::{Dealt, Figures};
use super::limits::Pace;
use super::stream::Farewell;

/// Why a conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The station closed, or the connection broke.
    Gone,
    /// The library has refused a frame and queued its close frame (1009 for one too large).
    BadFrame,
    /// A newer connection of the station took over.
    Replaced,
    /// We were asked to end it, for this reason.
    Dismissed(&'static str),
    /// Nothing was heard for too long.
    Silent,
    /// The station does not read what we send.
    Deaf,
    /// We are shutting down.
    Stopping,
}

/// A command that waits for its outcome, by the key the link knows it under.
type Asked = (u64, oneshot::Sender<Outcome>);

struct Conversation {
    gateway: Arc<Gateway>,
    socket: HttpWebSocket,
    link: Link,
    connection: Connection,
    asked: Vec<Asked>,
    asked_count: u64,
    probes: Vec<oneshot::Sender<()>>,
    heard: Instant,
    pinged: bool,
    pace: Pace,
}

/// Carries an admitted station's conversation to its end.
///
/// What is long is boxed: the task of an idle station holds a pointer and the place where it waits.
pub(super) fn converse(
    gateway: Arc<Gateway>,
    socket: HttpWebSocket,
    connection: Connection,
    orders: mpsc::Receiver<Order>,
    version: Version,
    farewell: Farewell,
) -> impl Future<Output = ()> + Send {
    let now = Instant::now();
    let mut link = Link::new(version, gateway.limits.link, rand::random());
    // A station that only lost its connection does not boot again.
    let (vendor, model, firmware) = connection.description();
    link.station_is(&vendor, &model, firmware.as_deref());
    let talk = Box::new(Conversation {
        link,
        pace: Pace::new(&gateway.limits, now),
        socket,
        connection,
        asked: Vec::new(),
        asked_count: 0,
        probes: Vec::new(),
        heard: now,
        pinged: false,
        gateway,
    });
    carry(talk, orders, farewell)
}

async fn carry(mut talk: Box<Conversation>, orders: mpsc::Receiver<Order>, farewell: Farewell) {
    talk.figures().came();
    let end = talk.run(orders).await;
    talk.figures().went();
    tracing::debug!(identity = %talk.connection.identity(), ?end, "a conversation ended");
    if end != End::Gone {
        farewell.linger();
    }
    Box::pin(talk.part(end)).await;
    let connection = talk.connection.clone();
    // The socket closes here, before storage is asked for anything.
    drop(talk);
    if end == End::Replaced {
        let info = "a newer connection of the same station took over".to_owned();
        Box::pin(connection.security_event(REPLACED, Some(info))).await;
    }
    Box::pin(connection.disconnect()).await;
}

/// Kind of the security event for a second connection that took over.
const REPLACED: &str = "ConnectionReplaced";

impl Conversation {
    /// What is done in a step is boxed: an idle station's task holds none of it.
    async fn run(&mut self, mut orders: mpsc::Receiver<Order>) -> End {
        let mut stopped = std::pin::pin!(self.gateway.stop.clone().cancelled_owned());
        let mut alarm: Pin<Box<Sleep>> = Box::pin(tokio::time::sleep_until(self.next_alarm().into()));
        let mut read_from: Option<Instant> = None;
        loop {
            let wanted = read_from.map_or_else(|| self.next_alarm(), |at| at.min(self.next_alarm()));
            if alarm.is_elapsed() || wanted < alarm.deadline().into_std() {
                alarm.as_mut().reset(wanted.into());
            }
            let step = tokio::select! {
                frame = self.socket.next_frame(), if read_from.is_none() => match frame {
                    Ok(frame) => {
                        let step = Box::pin(self.frame(frame)).await;
                        read_from = self.pace.count(Instant::now());
                        step
                    }
                    Err(yawc::WebSocketError::ConnectionClosed | yawc::WebSocketError::IoError(_)) => Err(End::Gone),
                    Err(error) => {
                        tracing::info!(%error, identity = %self.connection.identity(), "a frame was refused");
                        Err(End::BadFrame)
                    }
                },
                order = orders.recv() => match order {
                    Some(order) => Box::pin(self.order(order)).await,
                    None => Err(End::Replaced),
                },
                () = alarm.as_mut() => {
                    read_from = read_from.filter(|at| *at > Instant::now());
                    Box::pin(self.tick()).await
                }
                () = stopped.as_mut() => Err(End::Stopping),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// When something is to be done without being told.
    fn next_alarm(&self) -> Instant {
        let limits = &self.gateway.limits;
        let watch = self.heard + if self.pinged { limits.silent_for } else { limits.ping_after };
        let Some(deadline) = self.link.next_deadline() else { return watch };
        let left = deadline.duration_since(self.now()).unsigned_abs();
        let due = if deadline <= self.now() { Instant::now() } else { Instant::now() + left };
        watch.min(due)
    }

    fn figures(&self) -> &Figures {
        self.gateway.figures(self.link.version())
    }

    fn now(&self) -> Timestamp {
        self.gateway.app.now()
    }

    async fn frame(&mut self, frame: Frame) -> Result<(), End> {
        self.heard = Instant::now();
        self.pinged = false;
        match frame.opcode() {
            // Some stations send their text as binary.
            OpCode::Text | OpCode::Binary => {
                let text = text_of(frame);
                self.message(text).await
            }
            OpCode::Pong => {
                self.connection.heard();
                for probe in self.probes.drain(..) {
                    // Whoever asked may have stopped waiting.
                    let _heard = probe.send(());
                }
                Ok(())
            }
            OpCode::Close => Err(End::Gone),
            OpCode::Ping | OpCode::Continuation => {
                self.connection.heard();
                Ok(())
            }
        }
    }

    async fn message(&mut self, text: String) -> Result<(), End> {
        let now = self.now();
        match self.link.receive(text, now) {
            Received::Call(call) => self.call(*call).await?,
            Received::Said(said) => self.said(*said).await?,
            Received::Repeat { message_id, text, answer } => {
                self.figures().dealt(Dealt::Repeated);
                // Still being stored is impossible here, where one call follows another; then there is nothing to send.
                let Some(answer) = answer else { return Ok(()) };
                let entry = entry(Direction::Received, String::new(), message_id, text, Some(answer.clone()));
                self.log(LogEntry { outcome: MessageOutcome::Repeat, ..entry }).await?;
                self.send(answer).await?;
            }
            Received::Settled(settled) => {
                self.figures().dealt(Dealt::Settled);
                self.settled(*settled).await?;
            }
            Received::Bad { message_id, action, text, reply, reason } => {
                self.figures().dealt(Dealt::Unusable);
                let (id, action) = (message_id.unwrap_or_default(), action.unwrap_or_default());
                tracing::debug!(identity = %self.connection.identity(), reason, "a frame could not be used");
                let entry = entry(Direction::Received, action, id, text, reply.clone());
                self.log(LogEntry { outcome: MessageOutcome::Bad, ..entry }).await?;
                if let Some(reply) = reply {
                    self.send(reply).await?;
                }
            }
            Received::Stray { message_id, text, reason } => {
                self.figures().dealt(Dealt::Unusable);
                tracing::debug!(identity = %self.connection.identity(), reason, "a frame nobody waits for");
                let entry = entry(Direction::Received, String::new(), message_id, text, None);
                self.log(LogEntry { outcome: MessageOutcome::Bad, ..entry }).await?;
            }
        }
        self.pump().await
    }

    async fn call(&mut self, call: ReceivedCall) -> Result<(), End> {
        let version = self.link.version();
        let ReceivedCall { message_id, action, text, read, .. } = call;
        let read = match read {
            Ok(read) => read,
            Err(fault) => return self.refuse(message_id, action, text, &fault).await,
        };
        // Recording takes the text away; a station that waits for acceptance may be refused and logged all the same.
        let kept = (!self.connection.is_accepted()).then(|| text.clone());
        let recorded = Call {
            message_id: message_id.clone(),
            action: action.clone(),
            text,
            fact: read.fact,
            deviations: read.deviations,
        };
        let echo = read.echo;
        let write = |answer: &_| answer_text(version, &message_id, &action, echo.as_deref(), answer);
        match self.connection.record(recorded, write).await {
            Ok(answer) => {
                self.link.answered(&message_id, &answer);
                self.send(answer).await?;
                // The frame is what was heard last.
                self.figures().answered(self.heard.elapsed());
                Ok(())
            }
            Err(Unrecorded::NotStored) => {
                // Silence is the answer that keeps the message safe: the station has it and will say it again.
                self.figures().dealt(Dealt::NotStored);
                self.link.forget(&message_id);
                Ok(())
            }
            Err(Unrecorded::Replaced) => Err(End::Replaced),
            Err(Unrecorded::NotAccepted) => {
                let fault = Fault::new(
                    FaultKind::Security,
                    "the station is not accepted yet; only BootNotification is",
                );
                self.refuse(message_id, action, kept.unwrap_or_default(), &fault).await
            }
        }
    }

    /// A statement that wants no answer: kept like any other, and nothing is sent.
    async fn said(&mut self, said: ReceivedCall) -> Result<(), End> {
        let ReceivedCall { message_id, action, text, read, .. } = said;
        let read = match read {
            Ok(read) => read,
            Err(fault) => {
                self.figures().dealt(Dealt::Refused);
                tracing::debug!(identity = %self.connection.identity(), %fault, "a statement could not be used");
                let entry = entry(Direction::Received, action, message_id, text, None);
                return self.log(LogEntry { outcome: MessageOutcome::Bad, ..entry }).await;
            }
        };
        let (fact, deviations) = (read.fact, read.deviations);
        let recorded =
            self.connection.record(Call { message_id, action, text, fact, deviations }, |_| String::new());
        match recorded.await {
            Ok(_) => Ok(()),
            Err(Unrecorded::Replaced) => Err(End::Replaced),
            Err(Unrecorded::NotStored) => {
                self.figures().dealt(Dealt::NotStored);
                Ok(())
            }
            Err(Unrecorded::NotAccepted) => {
                self.figures().dealt(Dealt::Refused);
                Ok(())
            }
        }
    }

    async fn refuse(
        &mut self,
        message_id: String,
        action: String,
        text: String,
        fault: &Fault,
    ) -> Result<(), End> {
        self.figures().dealt(Dealt::Refused);
        let version = self.link.version();
        let reply = forecourt_ocpp::fault_text(version, &message_id, fault);
        self.link.answered(&message_id, &reply);
        let entry = entry(Direction::Received, action, message_id, text, Some(reply.clone()));
        let error_code = Some(fault_code(version, fault.kind).to_owned());
        self.log(LogEntry { outcome: MessageOutcome::Error, error_code, ..entry }).await?;
        self.send(reply).await
    }

    async fn order(&mut self, order: Order) -> Result<(), End> {
        match order {
            Order::Call { command, reply } => {
                self.asked_count += 1;
                match self.link.send(self.asked_count, &command, self.now()) {
                    Ok(()) => self.asked.push((self.asked_count, reply)),
                    // Whoever asked may be gone.
                    Err(refused) => drop(reply.send(refused.into())),
                }
            }
            Order::Close(reason) => return Err(End::Dismissed(reason)),
            Order::Probe(probe) => {
                self.probes.push(probe);
                self.ping().await?;
            }
        }
        self.pump().await
    }

    async fn tick(&mut self) -> Result<(), End> {
        let silence = self.heard.elapsed();
        if silence >= self.gateway.limits.silent_for {
            return Err(End::Silent);
        }
        if silence >= self.gateway.limits.ping_after && !self.pinged {
            self.pinged = true;
            self.ping().await?;
        }
        self.pump().await
    }

    /// Sends what the link has to send and ends what it has given up.
    async fn pump(&mut self) -> Result<(), End> {
        while let Some(output) = self.link.poll(self.now()) {
            match output {
                Output::Send(text) => self.send(text).await?,
                Output::Settled(settled) => self.settled(*settled).await?,
            }
        }
        Ok(())
    }

    async fn settled(&mut self, settled: Settled) -> Result<(), End> {
        let Settled { key, message_id, action, request, outcome, response, sent_at, took_ms } = settled;
        let told = match &outcome {
            Outcome::Answered { answer, .. } => Told {
                variables: variables(self.link.version(), &action, answer),
                items: items_of_answer(self.link.version(), &action, answer),
                certificates: installed_certificates(self.link.version(), &action, answer),
            },
            _ => Told::default(),
        };
        let (kind, error_code) = match &outcome {
            Outcome::Answered { .. } => (MessageOutcome::Ok, None),
            Outcome::Failed { code, .. } => (MessageOutcome::Error, Some(code.clone())),
            _ => (MessageOutcome::NoAnswer, None),
        };
        let mut logged = Ok(());
        if sent_at.is_some() {
            let entry = entry(Direction::Sent, action, message_id, request, response);
            let took_us = Some(took_ms.saturating_mul(1_000));
            logged =
                self.connection.log(LogEntry { outcome: kind, error_code, took_us, ..entry }, told).await;
        }
        if let Some(index) = self.asked.iter().position(|(asked, _)| *asked == key) {
            drop(self.asked.swap_remove(index).1.send(outcome));
        }
        end_if_replaced(logged)
    }

    async fn log(&mut self, entry: LogEntry) -> Result<(), End> {
        let logged = self.connection.log(entry, Told::default()).await;
        end_if_replaced(logged)
    }

    async fn ping(&mut self) -> Result<(), End> {
        self.write(Frame::ping(&b""[..])).await
    }

    async fn send(&mut self, text: String) -> Result<(), End> {
        self.write(Frame::text(text)).await
    }

    async fn write(&mut self, frame: Frame) -> Result<(), End> {
        match tokio::time::timeout(self.gateway.limits.patience, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Deaf),
        }
    }

    /// Ends every call of ours and says goodbye.
    async fn part(&mut self, end: End) {
        for settled in self.link.close(self.now()) {
            // Storage that fails now has been reported by the journal.
            let _stored = self.settled(settled).await;
        }
        let (code, reason) = match end {
            End::Gone | End::Deaf => return,
            End::BadFrame => {
                // The library has queued the close frame; reading once more sends it.
                let flush = self.socket.next_frame();
                let _sent = tokio::time::timeout(self.gateway.limits.patience, flush).await;
                return;
            }
            End::Replaced => (CloseCode::Policy, "a newer connection of this station took over"),
            End::Dismissed(reason) => (CloseCode::Policy, reason),
            End::Silent => (CloseCode::Policy, "nothing was heard for too long"),
            End::Stopping => (CloseCode::Away, "the server is going away"),
        };
        let _sent = self.write(Frame::close(code, reason)).await;
    }
}

/// A frame's text; bytes that are no UTF-8 become the replacement character, and the station's message lives.
fn text_of(frame: Frame) -> String {
    let bytes: Vec<u8> = frame.into_payload().into();
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn entry(
    direction: Direction,
    action: String,
    message_id: String,
    request: String,
    response: Option<String>,
) -> LogEntry {
    let outcome = MessageOutcome::Ok;
    LogEntry { direction, action, message_id, request, response, outcome, error_code: None, took_us: None }
}

/// A log that fails is no reason to hang up (the journal reports it); a station that has moved on is.
fn end_if_replaced(logged: Result<(), Unrecorded>) -> Result<(), End> {
    match logged {
        Err(Unrecorded::Replaced) => Err(End::Replaced),
        _ => Ok(()),
    }
}
