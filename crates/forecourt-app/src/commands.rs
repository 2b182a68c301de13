//! The only way to a station: a right, a row, a call, an outcome.

use std::time::Duration;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::command::{Command, Outcome};
use forecourt_core::fact::PresentedToken;
use forecourt_core::id::{CommandId, EvseNumber, SessionId, StationId, TransactionRef};
use forecourt_core::token::TokenKind;
use forecourt_store::{AuditRecord, CommandRecord, Cursor, FinishedCommand, NewCommand, Page};
use jiff::SignedDuration;
use serde_json::json;
use tokio::sync::oneshot;

use crate::live::Live;
use crate::secrets::redact;
use crate::{App, AppError, Principal};

/// Longest wait for an outcome. The link gives a station 30 s for its answer; a queue of calls may stand before ours.
const PATIENCE: Duration = Duration::from_secs(40);
/// Longest payload of a call written by hand, in bytes.
const RAW_MAX_BYTES: usize = 64 * 1024;

/// Who asked, in the record of commands that nobody asked for by hand.
const OURSELVES: &str = "Forecourt";
/// Longest wait for a station that is away: after that its operator should think again.
const QUEUE_LONGEST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What was asked, for the record.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The command's name in our vocabulary, or a raw action.
    pub name: &'a str,
    /// The request as it came, JSON.
    pub request: String,
    /// Until when it may wait for a station that is away.
    pub queue_until: Option<Timestamp>,
}

/// What a station's socket is asked to do.
#[derive(Debug)]
pub enum Order {
    /// Boxed: the queue of every connected station has room for these.
    Call { command: Box<Command>, reply: oneshot::Sender<Outcome> },
    /// Answered when the station answers a ping.
    Probe(oneshot::Sender<()>),
    /// End the connection in order, for this reason.
    Close(&'static str),
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
    /// Sends a command and waits for its outcome. With `queue_until`, a station that is away gets it when it comes back.
    pub async fn command(
        &self,
        principal: &Principal,
        station: StationId,
        command: Command,
        asked: Asked<'_>,
    ) -> Result<(CommandRecord, Outcome), AppError> {
        let raw = matches!(command, Command::Raw { .. });
        principal.require(if raw { Permission::RawCall } else { Permission::Command })?;
        let live = self.own_station(principal, station)?;
        if asked.request.len() > RAW_MAX_BYTES {
            return Err(AppError::field("/payload", format!("at most {RAW_MAX_BYTES} bytes")));
        }
        let now = self.now();
        if asked.queue_until.is_some_and(|until| until <= now || until > now + QUEUE_LONGEST) {
            return Err(AppError::field("/queue_until", "a time within the next 30 days"));
        }
        if let Command::ChangeAvailability { evse, operative, .. } = &command {
            self.note_availability(principal, station, *evse, *operative).await?;
        }
        let record = live.record();
        let deed = json!({"command": asked.name, "request": redact(asked.request.clone()),
            "waits_until": crate::audit::moment(asked.queue_until)});
        let note = self.note(principal, "command.sent", ("station", record.id.0, record.identity.as_str()));
        self.ask_noted(&live, command, asked, principal.name(), Some(note.made(&deed))).await
    }

    /// Sends a command of our own making.
    pub(crate) async fn order(
        &self,
        live: &Live,
        command: Command,
    ) -> Result<(CommandRecord, Outcome), AppError> {
        let request = serde_json::to_value(&command).unwrap_or_default();
        let name = request.get("command").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
        let asked = Asked { name: &name, request: request.to_string(), queue_until: None };
        self.ask(live, command, asked, OURSELVES.to_owned()).await
    }

    /// Asks a station that is there, without waiting for what it says; the message log tells.
    pub(crate) fn nudge(&self, live: &Live, command: Command) {
        let orders = live.link().orders.clone();
        let (reply, _unread) = oneshot::channel();
        let sent = orders.map(|orders| orders.try_send(Order::Call { command: Box::new(command), reply }));
        if let Some(Err(error)) = sent {
            tracing::debug!(%error, station = %live.record().id, "a station was not asked: it is busy or gone");
        }
    }

    /// What is asked on behalf of something that is noted already.
    pub(crate) async fn ask(
        &self,
        live: &Live,
        command: Command,
        asked: Asked<'_>,
        asked_by: String,
    ) -> Result<(CommandRecord, Outcome), AppError> {
        self.ask_noted(live, command, asked, asked_by, None).await
    }

    /// What `asked` says goes into the record: secrets of the command are left out of it by whoever asks.
    async fn ask_noted(
        &self,
        live: &Live,
        command: Command,
        asked: Asked<'_>,
        asked_by: String,
        note: Option<AuditRecord>,
    ) -> Result<(CommandRecord, Outcome), AppError> {
        let record = live.record();
        let orders = live.link().orders.clone();
        let wait = asked.queue_until.filter(|_| orders.is_none());
        let wish = wait.map(|until| (until, serde_json::to_string(&command).unwrap_or_default()));
        let new = NewCommand {
            id: CommandId(self.id()),
            organisation: record.organisation,
            station: record.id,
            command: asked.name.to_owned(),
            request: redact(asked.request),
            asked_by,
            at: self.now(),
            waits: wish,
        };
        let mut tx = self.store.begin().await?;
        tx.add_command(&new).await?;
        if let Some(note) = &note {
            tx.audit(note).await?;
        }
        tx.commit().await?;
        self.publish(live, new.at, What::Command { command: new.id });
        if new.waits.is_some() {
            live.link().errands = true;
            return Ok((waiting(new), Outcome::Offline));
        }
        let outcome = match orders {
            None => Outcome::Offline,
            Some(orders) => call(orders, command).await,
        };
        let record = self.finish(new, &outcome).await?;
        self.publish(live, self.now(), What::Command { command: record.id });
        Ok((record, outcome))
    }

    /// Sends what waited for this station, in the order it was asked.
    pub(crate) async fn deliver_queue(&self, live: &Live) -> Result<(), AppError> {
        for queued in self.store.queued_commands(live.record().id).await? {
            let Some(orders) = live.link().orders.clone() else { return Ok(()) };
            let mut tx = self.store.begin().await?;
            // Expired, or given up: the job or the operator was first.
            let ours = queued.expires_at > self.now() && tx.take_queued(queued.new.id).await?;
            tx.commit().await?;
            let Some(command) = serde_json::from_str(&queued.wish).ok().filter(|_| ours) else { continue };
            let outcome = call(orders, command).await;
            let record = self.finish(queued.new, &outcome).await?;
            self.publish(live, self.now(), What::Command { command: record.id });
        }
        Ok(())
    }

    /// Takes back a command that still waits for its station.
    pub async fn cancel_command(
        &self,
        principal: &Principal,
        station: StationId,
        id: CommandId,
    ) -> Result<CommandRecord, AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        let found = self.store.command(station, id).await?.ok_or(AppError::NotFound("command"))?;
        let mut tx = self.store.begin().await?;
        if !tx.take_queued(id).await? {
            return Err(AppError::Conflict("this command does not wait any more".into()));
        }
        let done = FinishedCommand {
            id,
            done_at: self.now(),
            outcome: "cancelled".into(),
            status: None,
            answer: None,
            detail: format!("Taken back by {}; nothing was sent.", principal.name()),
        };
        tx.finish_command(&done).await?;
        let record = live.record();
        let note =
            self.note(principal, "command.cancelled", ("station", record.id.0, record.identity.as_str()));
        tx.audit(&note.gone(&json!({"command": found.command}))).await?;
        tx.commit().await?;
        self.publish(&live, self.now(), What::Command { command: id });
        Ok(CommandRecord {
            done_at: Some(done.done_at),
            outcome: Some(done.outcome),
            detail: Some(done.detail),
            ..found
        })
    }

    async fn finish(&self, new: NewCommand, outcome: &Outcome) -> Result<CommandRecord, AppError> {
        let (status, answer) = match outcome {
            Outcome::Answered { status, answer, .. } => (status.clone(), Some(redact(answer.clone()))),
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
            expires_at: None,
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
        let same = self.store.token_by_uid(principal.organisation, uid).await?;
        Ok(same.map_or_else(
            || PresentedToken { uid: uid.to_owned(), kind: TokenKind::App },
            |token| PresentedToken { uid: token.uid, kind: token.kind },
        ))
    }

    /// The station's own name for a running session.
    pub async fn running_reference(
        &self,
        principal: &Principal,
        station: StationId,
        session: SessionId,
    ) -> Result<TransactionRef, AppError> {
        match self.stop_command(principal, station, session).await? {
            Command::StopSession { reference } => Ok(reference),
            _ => Err(AppError::NotFound("session")),
        }
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

/// The record of a command that waits.
fn waiting(new: NewCommand) -> CommandRecord {
    CommandRecord {
        id: new.id,
        command: new.command,
        request: new.request,
        asked_by: new.asked_by,
        at: new.at,
        done_at: None,
        expires_at: new.waits.map(|(until, _)| until),
        outcome: None,
        status: None,
        answer: None,
        detail: Some("The charger is not connected; this is sent when it comes back.".into()),
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
