//! One station under load: a socket, a script, one call in flight. Checks of an answer only that it is the right one.

use std::net::IpAddr;

use futures_util::SinkExt;
use tokio::time::timeout;
use yawc::{Frame, OpCode};

use super::script::Script;
use super::{Caught, Credentials, LoadPlan};
use crate::wire::{Caller, Socket, Target};

/// Longest wait for an answer before it counts as missing.
pub(super) const ANSWER_WITHIN: std::time::Duration = std::time::Duration::from_secs(60);

/// Why a call did not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    Connect,
    /// The socket ended.
    Lost,
    Missing,
    /// A CALLERROR, or an answer to something else.
    Wrong,
    /// Answered, and refused.
    Refused,
}

impl Failure {
    pub fn word(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Lost => "connection lost",
            Self::Missing => "no answer",
            Self::Wrong => "wrong answer",
            Self::Refused => "refused",
        }
    }
}

pub(super) struct Line {
    socket: Socket,
    script: Script,
}

impl Line {
    pub async fn open(
        plan: &LoadPlan,
        target: &Target,
        number: usize,
        who: &Credentials,
    ) -> Result<Self, Failure> {
        let caller = Caller {
            identity: &who.identity,
            password: who.password.as_deref(),
            subprotocol: plan.protocol.subprotocol(),
            deflate: false,
            from: source(&plan.from, number),
        };
        let dialled = timeout(ANSWER_WITHIN, target.dial(caller)).await;
        let socket = match dialled {
            Ok(Ok(socket)) => socket,
            Ok(Err(error)) => {
                tracing::debug!(%error, identity = who.identity, "cannot connect");
                return Err(Failure::Connect);
            }
            Err(_) => return Err(Failure::Connect),
        };
        let token = plan.tokens.get(number % plan.tokens.len().max(1)).map_or("LOAD", String::as_str);
        Ok(Self { socket, script: Script::new(plan.protocol, &who.identity, token) })
    }

    /// Boot and both statuses.
    pub async fn begin(&mut self, caught: &mut Caught) -> Result<(), Failure> {
        while !self.script.is_between_sessions() {
            self.call(caught).await?;
        }
        Ok(())
    }

    /// The next call of the script, up to its answer.
    pub async fn call(&mut self, caught: &mut Caught) -> Result<(), Failure> {
        let text = self.script.call();
        caught.all_calls += 1;
        caught.sent_bytes += text.len() as u64;
        self.socket.send(Frame::text(text)).await.map_err(|_| Failure::Lost)?;
        match timeout(ANSWER_WITHIN, self.answer(caught)).await {
            Ok(ended) => ended,
            Err(_) => Err(Failure::Missing),
        }
    }

    async fn answer(&mut self, caught: &mut Caught) -> Result<(), Failure> {
        loop {
            let frame = self.socket.next_frame().await.map_err(|_| Failure::Lost)?;
            match frame.opcode() {
                OpCode::Text => {}
                OpCode::Close => return Err(Failure::Lost),
                _ => continue,
            }
            let Ok(text) = std::str::from_utf8(frame.payload()) else { return Err(Failure::Wrong) };
            if let Some(id) = text.strip_prefix("[2,\"").and_then(|rest| rest.split('"').next()) {
                let refusal = format!("[4,\"{id}\",\"NotImplemented\",\"\",{{}}]");
                self.socket.send(Frame::text(refusal)).await.map_err(|_| Failure::Lost)?;
                continue;
            }
            caught.received_bytes += text.len() as u64;
            if !is_answer_to(text, self.script.id()) {
                return Err(Failure::Wrong);
            }
            return if self.script.accept(text) { Ok(()) } else { Err(Failure::Refused) };
        }
    }

    /// Answers pings and nothing else, until the socket ends.
    pub async fn idle(mut self) {
        while self.socket.next_frame().await.is_ok_and(|frame| frame.opcode() != OpCode::Close) {}
    }
}

/// `[3,"id"` with or without spaces.
fn is_answer_to(text: &str, id: u64) -> bool {
    let rest = text.trim_start().strip_prefix('[').map(str::trim_start).and_then(|t| t.strip_prefix('3'));
    let rest = rest.map(str::trim_start).and_then(|t| t.strip_prefix(',')).map(str::trim_start);
    let rest = rest.and_then(|t| t.strip_prefix('"')).and_then(|t| t.split('"').next());
    rest.and_then(|t| t.parse::<u64>().ok()) == Some(id)
}

/// Stations are spread over the source addresses, where there are any.
fn source(from: &[IpAddr], number: usize) -> Option<IpAddr> {
    if from.is_empty() { None } else { Some(from[number % from.len()]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_answer_counts() {
        assert!(is_answer_to(r#"[3,"12",{}]"#, 12));
        assert!(is_answer_to(r#"[ 3 , "12" , {}]"#, 12));
        assert!(!is_answer_to(r#"[3,"13",{}]"#, 12));
        assert!(!is_answer_to(r#"[4,"12","InternalError","",{}]"#, 12));
    }
}
