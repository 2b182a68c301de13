//! The only way to a station: a right, a row, a call, an outcome.

use std::time::Duration;

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::command::{Command, Outcome};
use forecourt_core::fact::PresentedToken;
use forecourt_core::id::{CommandId, EvseNumber, SessionId, StationId};
use forecourt_core::token::TokenKind;
use forecourt_store::{CommandRecord, Cursor, FinishedCommand, NewCommand, Page};
use tokio::sync::oneshot;

use crate::{App, AppError, Principal};

/// Longest wait for an outcome. The link gives a station 30 s for its answer; a queue of calls may stand before ours.
const PATIENCE: Duration = Duration::from_secs(40);
/// Longest payload of a call written by hand, in bytes.
const RAW_MAX_BYTES: usize = 64 * 1024;

/// What a station's socket is asked to do.
#[derive(Debug)]
pub enum Order {
    /// Boxed: the queue of every connected station has room for these.
    Call { command: Box<Command>, reply: oneshot::Sender<Outcome> },
    /// Answered when the station answers a ping.
    Probe(oneshot::Sender<()>),
}

/// How a command ended, in one word for programs.
fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Answered { accepted: true, .. } => "accepted",
        Outcome::Answered { accepted: false, .. } => "refused",
        Outcome::Failed { .. } => "error",
        Outcome::Impossible { .. } => "impossible",
        Outcome::Offline => "offline",
        Outcome::NoAnswer => "timeout",
        Outcome::Busy => "busy",
    }
}

/// And in a sentence for people.
fn outcome_sentence(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered { accepted: true, status, .. } => {
            format!("The charger accepted{}.", status.as_ref().map(|s| format!(" ({s})")).unwrap_or_default())
        }
        Outcome::Answered { accepted: false, status, .. } => {
            format!("The charger refused: {}.", status.as_deref().unwrap_or("no reason given"))
        }
        Outcome::Failed { code, description, .. } => {
            format!("The charger answered with the error {code}: {description}")
        }
        Outcome::Impossible { reason } => format!("Nothing was sent: {reason}"),
        Outcome::Offline => "Nothing was sent: the charger is not connected.".into(),
        Outcome::NoAnswer => "The charger did not answer in time; it may have acted all the same.".into(),
        Outcome::Busy => "Nothing was sent: too many commands wait for this charger already.".into(),
    }
}

impl App {
    /// Sends a command and waits for its outcome. `name` and `request` are what the operator asked, for the record.
    pub async fn command(
        &self,
        principal: &Principal,
        station: StationId,
        command: Command,
        name: &str,
        request: String,
    ) -> Result<(CommandRecord, Outcome), AppError> {
        let raw = matches!(command, Command::Raw { .. });
        principal.require(if raw { Permission::RawCall } else { Permission::Command })?;
        let live = self.own_station(principal, station)?;
        if request.len() > RAW_MAX_BYTES {
            return Err(AppError::field("/payload", format!("at most {RAW_MAX_BYTES} bytes")));
        }
        let new = NewCommand {
            id: CommandId(self.id()),
            organisation: principal.organisation,
            station,
            command: name.to_owned(),
            request,
            asked_by: principal.name(),
            at: self.now(),
        };
        let mut tx = self.store.begin().await?;
        tx.add_command(&new).await?;
        tx.commit().await?;
        self.publish(&live, new.at, What::Command { command: new.id });

        let orders = live.link().orders.clone();
        let outcome = match orders {
            None => Outcome::Offline,
            Some(orders) => call(orders, command).await,
        };
        let record = self.finish(new, &outcome).await?;
        self.publish(&live, self.now(), What::Command { command: record.id });
        Ok((record, outcome))
    }

    async fn finish(&self, new: NewCommand, outcome: &Outcome) -> Result<CommandRecord, AppError> {
        let (status, answer) = match outcome {
            Outcome::Answered { status, answer, .. } => (status.clone(), Some(answer.clone())),
            Outcome::Failed { code, answer, .. } => (Some(code.clone()), Some(answer.clone())),
            _ => (None, None),
        };
        let done = FinishedCommand {
            id: new.id,
            done_at: self.now(),
            outcome: outcome_word(outcome).into(),
            status,
            answer,
            detail: outcome_sentence(outcome),
        };
        let mut tx = self.store.begin().await?;
        tx.finish_command(&done).await?;
        tx.commit().await?;
        Ok(CommandRecord {
            id: new.id,
            command: new.command,
            request: new.request,
            asked_by: new.asked_by,
            at: new.at,
            done_at: Some(done.done_at),
            outcome: Some(done.outcome),
            status: done.status,
            answer: done.answer,
            detail: Some(done.detail),
        })
    }

    pub async fn commands(
        &self,
        principal: &Principal,
        station: StationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<CommandRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.commands(station, cursor, limit).await?)
    }

    /// What a remote start shows to the station: the key as stored, or the text as given.
    pub async fn presented_token(
        &self,
        principal: &Principal,
        uid: &str,
    ) -> Result<PresentedToken, AppError> {
        let found = self.store.tokens(principal.organisation, Some(uid), None, 20).await?.items;
        let same = found.into_iter().find(|t| t.uid.eq_ignore_ascii_case(uid));
        Ok(same.map_or_else(
            || PresentedToken { uid: uid.to_owned(), kind: TokenKind::App },
            |token| PresentedToken { uid: token.uid, kind: token.kind },
        ))
    }

    /// The command that ends a running session.
    pub async fn stop_command(
        &self,
        principal: &Principal,
        station: StationId,
        session: SessionId,
    ) -> Result<Command, AppError> {
        let record = self.session(principal, session).await?;
        if record.session.station != station {
            return Err(AppError::field("/session_id", "this session is not at this charger"));
        }
        if !record.session.is_active() {
            return Err(AppError::Conflict("this session has ended already".into()));
        }
        Ok(Command::StopSession { reference: record.session.reference })
    }

    /// How many running sessions a reset or an outage of the station (or one EVSE of it) would end.
    pub async fn sessions_affected(
        &self,
        principal: &Principal,
        station: StationId,
        evse: Option<EvseNumber>,
    ) -> Result<usize, AppError> {
        principal.require(Permission::Read)?;
        let live = self.own_station(principal, station)?;
        let state = live.state.lock().await;
        Ok(state.sessions.iter().filter(|s| s.is_active() && evse.is_none_or(|e| e == s.evse)).count())
    }
}

async fn call(orders: tokio::sync::mpsc::Sender<Order>, command: Command) -> Outcome {
    let (reply, answered) = oneshot::channel();
    if let Err(refused) = orders.try_send(Order::Call { command: Box::new(command), reply }) {
        return match refused {
            tokio::sync::mpsc::error::TrySendError::Full(_) => Outcome::Busy,
            tokio::sync::mpsc::error::TrySendError::Closed(_) => Outcome::Offline,
        };
    }
    // A socket knows that it was replaced by having no sender left: waiting must not keep one.
    drop(orders);
    match tokio::time::timeout(PATIENCE, answered).await {
        Ok(Ok(outcome)) => outcome,
        // The socket went away, or the station keeps us waiting.
        Ok(Err(_)) | Err(_) => Outcome::NoAnswer,
    }
}
