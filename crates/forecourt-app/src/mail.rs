//! Letters: kept with what they tell of, sent over SMTP by a job, tried again with growing pauses.
//!
//! Plain text only: what stations and people wrote never becomes markup. Without a mail server letters are kept.

use std::time::Duration;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::{MailId, OrganisationId};
use forecourt_store::{Cursor, MailFilter, MailRecord, Page};
use jiff::SignedDuration;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::{App, AppError, Principal};

/// Letters of one look of the job.
const AT_ONCE: u32 = 50;
/// One letter's conversation with the mail server, at most.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pauses after failures; behind the last the letter is given up: about a day and a half in all.
const PAUSES_MIN: [i64; 9] = [1, 2, 5, 15, 60, 180, 360, 720, 720];
/// Longest subject, in characters.
const SUBJECT_MAX_CHARS: usize = 200;
/// Longest body, in characters.
const BODY_MAX_CHARS: usize = 60_000;
/// Longest error that is kept, in characters.
const ERROR_MAX_CHARS: usize = 400;

/// How letters leave the house.
#[derive(Debug, Clone, Default)]
pub struct MailSettings {
    /// `smtp://` or `smtps://`, user and password included: never print it.
    pub server: Option<String>,
    /// Whom letters are from, for example `Forecourt <noreply@example.com>`.
    pub from: String,
}

impl MailSettings {
    /// Whether server and sender can be used; the error is a sentence without secrets.
    pub fn check(&self) -> Result<(), String> {
        let Some(server) = &self.server else { return Ok(()) };
        transport(server)?;
        self.from.parse::<Mailbox>().map(drop).map_err(|_| {
            format!("mail_from: {} is no address like Forecourt <noreply@example.com>", self.from)
        })
    }
}

impl MailSettings {
    /// Asks the mail server whether it is there and takes our name and password.
    pub async fn greet(&self) -> Result<(), String> {
        self.check()?;
        let Some(server) = &self.server else { return Ok(()) };
        match tokio::time::timeout(PATIENCE, transport(server)?.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the mail server hung up".into()),
            Ok(Err(error)) => Err(format!("the mail server: {error}")),
            Err(_) => Err("the mail server did not answer in time".into()),
        }
    }
}

/// A letter to write.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// Whose business it is; its administrators see whether it went out.
    pub organisation: Option<OrganisationId>,
    pub recipient: String,
    pub subject: String,
    pub body: String,
}

type Transport = AsyncSmtpTransport<Tokio1Executor>;

fn transport(server: &str) -> Result<Transport, String> {
    let builder = Transport::from_url(server).map_err(
        |_| "the mail server: an address like smtp://user:password@mail.example.com:587?tls=required",
    )?;
    Ok(builder.timeout(Some(PATIENCE)).build())
}

impl App {
    /// A row for [`forecourt_store::Tx::enqueue_mail`]. Line breaks in the subject would be headers: they become blanks.
    pub(crate) fn letter(&self, letter: Letter) -> MailRecord {
        let now = self.now();
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        MailRecord {
            id: MailId(self.id()),
            organisation: letter.organisation,
            recipient: letter.recipient,
            subject: letter.subject.chars().map(plain).take(SUBJECT_MAX_CHARS).collect(),
            body: letter.body.chars().take(BODY_MAX_CHARS).collect(),
            created_at: now,
            due_at: Some(now),
            attempts: 0,
            sent_at: None,
            error: None,
        }
    }

    /// Whether letters can leave.
    pub fn mail_is_set_up(&self) -> bool {
        self.settings().mail.server.is_some()
    }

    /// Sends what is due.
    pub(crate) async fn send_mail(&self) -> Result<(), AppError> {
        let settings = self.settings().mail;
        let Some(server) = &settings.server else { return Ok(()) };
        let transport = match transport(server) {
            Ok(transport) => transport,
            Err(error) => {
                tracing::warn!(%error, "letters wait");
                return Ok(());
            }
        };
        for mail in self.store.due_mail(self.now(), AT_ONCE).await? {
            let outcome = deliver(&transport, &settings.from, &mail).await;
            let mut tx = self.store.begin().await?;
            match outcome {
                Ok(()) => tx.mail_sent(mail.id, self.now()).await?,
                Err(failure) => {
                    tracing::warn!(id = mail.id.0, error = %failure.text, "a letter did not go out");
                    let due = if failure.lasting { None } else { again(mail.attempts, self.now()) };
                    tx.mail_failed(mail.id, &failure.text, due).await?;
                }
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// The organisation's letters, newest first; their texts stay inside.
    pub async fn mail(
        &self,
        principal: &Principal,
        filter: MailFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<MailRecord>, AppError> {
        principal.require(Permission::Operators)?;
        principal.require_every_site()?;
        Ok(self.store.mail(principal.organisation, filter, cursor, limit).await?)
    }

    /// Tries a letter that was given up once more.
    pub async fn retry_mail(&self, principal: &Principal, id: MailId) -> Result<(), AppError> {
        principal.require(Permission::Operators)?;
        principal.require_every_site()?;
        let mut tx = self.store.begin().await?;
        let found = tx.retry_mail(principal.organisation, id, self.now()).await?;
        tx.audit(&self.note(principal, "mail.retried", ("mail", id.0, "")).done()).await?;
        if !found {
            return Err(AppError::NotFound("letter"));
        }
        Ok(tx.commit().await?)
    }
}

fn again(attempts: i64, now: Timestamp) -> Option<Timestamp> {
    let pause = usize::try_from(attempts).ok().and_then(|n| PAUSES_MIN.get(n))?;
    Some(now + SignedDuration::from_mins(*pause))
}

struct Failure {
    text: String,
    /// No later attempt will do better.
    lasting: bool,
}

async fn deliver(transport: &Transport, from: &str, mail: &MailRecord) -> Result<(), Failure> {
    let lasting = |text: String| Failure { text, lasting: true };
    let from = from.parse::<Mailbox>().map_err(|error| lasting(format!("sender: {error}")))?;
    let to = mail.recipient.parse::<Mailbox>().map_err(|error| lasting(format!("recipient: {error}")))?;
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject(&mail.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.body.clone())
        .map_err(|error| lasting(error.to_string()))?;
    match tokio::time::timeout(PATIENCE, transport.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Failure {
            lasting: error.is_permanent(),
            text: error.to_string().chars().take(ERROR_MAX_CHARS).collect(),
        }),
        Err(_) => Err(Failure { text: "the mail server did not answer in time".into(), lasting: false }),
    }
}
