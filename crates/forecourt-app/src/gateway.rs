//! The stations' door: who may connect, and what becomes of what they say.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use forecourt_core::Timestamp;
use forecourt_core::change::{Change, What};
use forecourt_core::command::InstalledCertificate;
use forecourt_core::fact::{Answer, Deviation, Fact, ItemReport, Registration, Variable};
use forecourt_core::id::{MessageId, StationId};
use forecourt_core::session::Session;
use forecourt_core::station::Connector;
use forecourt_store::journal::{BootRow, ConnectRow, Unit};
use forecourt_store::message::{Direction, LogKind, MessageOutcome, MessageRow};
use forecourt_store::{AvailabilityRow, StoreError};
use tokio::sync::mpsc;

use crate::App;
use crate::certificates::ClientCertificate;
use crate::commands::Order;
use crate::live::{Live, State};
use crate::secrets::{is_secret_variable, redact};
use crate::security::Proof;
use crate::uptime;

/// Commands that may wait for one station: an operator presses a button a few times, not a hundred.
const ORDERS: usize = 16;
/// How long a connected station may take to show that it is alive before another may take its place.
pub(crate) const PROBE: Duration = Duration::from_secs(5);
/// Stations that may wait for admission per organisation: whoever tries names must not fill the list.
pub(crate) const WAITING_STATIONS: usize = 100;
/// Security profile of a station in the waiting room: it has shown nothing.
pub(crate) const WAITING_PROFILE: i64 = 0;

/// Under this protocol a station that waits for acceptance may tell its status.
const LENIENT_PROTOCOL: &str = "ocpp1.6";

/// An attempt to connect, before the upgrade.
#[derive(Debug, Clone)]
pub struct Knock {
    /// Organisation number from the path, if it had one.
    pub organisation: Option<i64>,
    pub identity: String,
    /// The path as it came: an operator sees a wrong configuration in it.
    pub path: String,
    pub address: IpAddr,
    pub subprotocols: String,
    pub user_agent: Option<String>,
    /// User name and password of HTTP Basic authentication.
    pub credentials: Option<(Vec<u8>, Vec<u8>)>,
    pub tls: bool,
    /// Shown in the TLS handshake, which proves that its key is there, and no more.
    pub certificate: Option<Arc<ClientCertificate>>,
}

/// Why a station may not connect. The first four look the same from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Unknown,
    WrongPassword,
    /// It showed less than its security profile asks for.
    Downgrade,
    /// Its certificate is not that of this station, for this reason.
    BadCertificate(String),
    /// Another socket of this station is alive and this one proved nothing.
    Occupied,
    /// Too many passwords are being checked already.
    Overloaded,
}

/// Leave to connect, to be used at once.
#[derive(Debug)]
pub struct Admission {
    pub(crate) live: Arc<Live>,
    pub(crate) proof: Proof,
}

impl Admission {
    pub fn station(&self) -> StationId {
        self.live.record().id
    }
}

/// One call of a station as the link read it.
#[derive(Debug)]
pub struct Call {
    pub message_id: String,
    pub action: String,
    /// The frame as it came.
    pub text: String,
    pub fact: Fact,
    pub deviations: Vec<Deviation>,
}

/// Why a call was not answered with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unrecorded {
    /// Storage did not take it: say nothing, the station will repeat it.
    NotStored,
    /// This connection is no longer the station's.
    Replaced,
    /// The station is not accepted yet and may only boot (B02.FR.09): answer with a security error.
    NotAccepted,
}

/// A frame for the log alone.
#[derive(Debug, Clone)]
pub struct LogEntry {
    pub direction: Direction,
    pub action: String,
    pub message_id: String,
    pub request: String,
    pub response: Option<String>,
    pub outcome: MessageOutcome,
    pub error_code: Option<String>,
    pub took_us: Option<i64>,
}

/// What a station's answer told beyond its verdict.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub variables: Vec<Variable>,
    pub items: Option<ItemReport>,
    /// All certificates the station holds, of what it was asked for.
    pub certificates: Option<Vec<InstalledCertificate>>,
}

/// An accepted socket. What it records belongs to its station as long as it is the newest.
#[derive(Debug, Clone)]
pub struct Connection {
    app: Arc<App>,
    live: Arc<Live>,
    number: i64,
    station: StationId,
    protocol: &'static str,
}

impl App {
    /// Takes the socket in; an older one of the same station loses its place. Orders to the station arrive on the
    /// receiver, which ends when a newer socket takes over.
    pub async fn connect(
        self: &Arc<Self>,
        admission: Admission,
        protocol: &'static str,
        address: IpAddr,
    ) -> (Connection, mpsc::Receiver<Order>) {
        let now = self.now();
        let (orders, inbox) = mpsc::channel(ORDERS);
        let live = admission.live;
        let (station, stored) = (live.record().id, live.record().connection);
        let number = {
            let mut link = live.link();
            // Higher than any before it, even where the clock was set back.
            let number = self.id().max(stored + 1).max(link.connection + 1);
            link.connection = number;
            link.orders = Some(orders);
            link.online_since = Some(now);
            link.last_seen = Some(now);
            link.address = Some(address.to_string());
            link.level = admission.proof.level;
            link.certificate = admission.proof.certificate;
            link.protocol = Some(protocol);
            link.errands_under_way = false;
            number
        };
        let connection = Connection { app: self.clone(), live, number, station, protocol };
        let row = connection.row(true, now);
        // Not awaited: the first message of the station is written behind it, in order.
        let chronicle = vec![self.chronicle_of_connection(&row)];
        let mut unit = Unit { connect: Some(row), chronicle, ..Unit::default() };
        let mut state = connection.live.state.lock().await;
        uptime::follow(&connection.live, &state, true, &mut unit, now);
        let watched = unit.availability.clone();
        match self.journal.append_unawaited(unit).await {
            Ok(()) => watched.into_iter().for_each(|row| state.put_watched(row)),
            Err(error) => tracing::warn!(%error, %station, "a connection could not be noted"),
        }
        drop(state);
        connection.publish(now, What::Connection { online: true });
        if let Err(error) = self.settle_proof(&connection.live, admission.proof, now).await {
            tracing::warn!(%error, %station, "what a station proved could not be kept; it will prove it again");
        }
        (connection, inbox)
    }

    pub(crate) fn publish(&self, live: &Live, now: Timestamp, what: What) {
        let record = live.record();
        let change = Change {
            organisation: record.organisation,
            site: Some(record.site),
            station: Some(record.id),
            what,
        };
        self.changes.publish(now, change);
    }
}

impl Connection {
    pub fn station(&self) -> StationId {
        self.station
    }

    pub fn identity(&self) -> String {
        self.live.record().identity.clone()
    }

    /// What the station said of itself when it booted last: vendor, model and firmware.
    pub fn description(&self) -> (String, String, Option<String>) {
        let record = self.live.record();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        (text(&record.vendor), text(&record.model), record.firmware.clone())
    }

    /// Whether the station may do more than boot.
    pub fn is_accepted(&self) -> bool {
        self.live.record().registration == Registration::Accepted
    }

    /// Before acceptance a station may boot and report what it was asked for (2.0.1 B02.FR.09). 1.6 has no such rule, and
    /// its stations tell their status after a boot whatever they were answered.
    fn is_allowed_before_acceptance(&self, fact: &Fact) -> bool {
        match fact {
            Fact::Boot(_) | Fact::Variables(_) => true,
            Fact::Status(_) | Fact::Heartbeat => self.protocol == LENIENT_PROTOCOL,
            _ => false,
        }
    }

    fn is_current(&self) -> bool {
        self.live.link().connection == self.number
    }

    fn row(&self, online: bool, at: Timestamp) -> ConnectRow {
        let address = self.live.link().address.clone().unwrap_or_default();
        ConnectRow {
            station: self.station,
            connection: self.number,
            online,
            at,
            protocol: self.protocol.into(),
            address,
        }
    }

    fn publish(&self, now: Timestamp, what: What) {
        self.app.publish(&self.live, now, what);
    }

    /// Takes a call in and returns the text of its answer, after everything it changed has committed.
    ///
    /// Run it to its end: a socket that closes meanwhile must not cut it off.
    pub async fn record(
        &self,
        call: Call,
        write: impl FnOnce(&Answer) -> String,
    ) -> Result<String, Unrecorded> {
        let now = self.app.now();
        if !self.is_current() {
            return Err(Unrecorded::Replaced);
        }
        self.live.link().last_seen = Some(now);
        let registration = self.live.record().registration;
        if registration != Registration::Accepted && !self.is_allowed_before_acceptance(&call.fact) {
            return Err(Unrecorded::NotAccepted);
        }
        let mut state = self.live.state.lock().await;
        if state.unsure {
            state.refresh(&self.app.store, self.station).await.map_err(not_stored)?;
        }
        let is_report = matches!(call.fact, Fact::Variables(_));
        let shown = match &call.fact {
            Fact::Authorize(token) => Some(token.uid.clone()),
            Fact::Transaction(report) => report.token.as_ref().map(|token| token.uid.clone()),
            _ => None,
        };
        let mut decision =
            self.app.decide(&self.live, &mut state, call.fact, now).await.map_err(not_stored)?;
        if is_report {
            let told = std::mem::take(&mut decision.unit.variables);
            decision.unit.variables = told.into_iter().map(|(s, at, v)| (s, at, without_secret(v))).collect();
        }
        let answer = write(&decision.answer);
        if let (Some(key), Answer::Authorize(info)) = (&shown, &decision.answer) {
            let row = self.app.chronicle_of_key(self.station, key, info, decision.refused, now);
            decision.unit.chronicle.push(row);
        }
        if let (Some(key), Answer::Transaction { token: Some(info), .. }, Some(_)) =
            (&shown, &decision.answer, decision.refused)
        {
            let row = self.app.chronicle_of_key(self.station, key, info, decision.refused, now);
            decision.unit.chronicle.push(row);
        }
        let due = state.count_deviations(call.deviations, now);
        decision.unit.deviations = due.into_iter().map(|(d, times)| (self.station, now, d, times)).collect();
        decision.unit.fence = Some((self.station, self.number));
        decision.unit.message = Some(MessageRow {
            id: MessageId(self.app.id_at(now)),
            station: self.station,
            at: now,
            direction: Direction::Received,
            kind: LogKind::of_action(&call.action),
            action: call.action,
            message_id: call.message_id,
            // The only statement that may hold a setting's value; looking into every one would cost too much.
            request: if is_report { redact(call.text) } else { call.text },
            response: Some(answer.clone()),
            outcome: MessageOutcome::Ok,
            error_code: None,
            took_us: None,
        });
        let changes = decision.changes;
        self.app.note_drawn(&self.live, &state, &decision.unit);
        self.app.commit(&self.live, &mut state, decision.unit).await.map_err(not_stored)?;
        drop(state);
        for what in changes {
            self.publish(now, what);
        }
        self.publish(now, What::Message);
        self.app.follow_up(&self.live, decision.orders);
        Ok(answer)
    }

    /// Keeps a frame that is no report: errors, repeats, answers, what we sent.
    pub async fn log(&self, entry: LogEntry, told: Told) -> Result<(), Unrecorded> {
        let now = self.app.now();
        let Told { variables, items, certificates } = told;
        if let Some(held) = certificates {
            let kept = self.app.put_installed(&self.live, held).await;
            kept.unwrap_or_else(|error| tracing::warn!(%error, station = %self.station, "a list of certificates was not kept"));
        }
        if let Some(report) = items {
            self.app.keep_items(&self.live, &report, now).await.map_err(not_stored)?;
        }
        self.live.link().last_seen = Some(now);
        let message = MessageRow {
            id: MessageId(self.app.id_at(now)),
            station: self.station,
            at: now,
            direction: entry.direction,
            kind: LogKind::of_action(&entry.action),
            action: entry.action,
            message_id: entry.message_id,
            request: redact(entry.request),
            response: entry.response.map(redact),
            outcome: entry.outcome,
            error_code: entry.error_code,
            took_us: entry.took_us,
        };
        let variables: Vec<_> =
            variables.into_iter().map(|v| (self.station, now, without_secret(v))).collect();
        let changed = !variables.is_empty();
        let fence = Some((self.station, self.number));
        let unit = Unit { fence, message: Some(message), variables, ..Unit::default() };
        self.app.journal.append(unit).await.map_err(not_stored)?;
        if changed {
            self.publish(now, What::Station);
        }
        self.publish(now, What::Message);
        Ok(())
    }

    /// Something happened on the link that a security officer wants to know.
    pub async fn security_event(&self, kind: &str, info: Option<String>) {
        self.app.security_event(&self.live, kind, info).await;
    }

    /// Something was heard that is no message (a pong).
    pub fn heard(&self) {
        self.live.link().last_seen = Some(self.app.now());
    }

    /// The socket is gone.
    pub async fn disconnect(self) {
        let now = self.app.now();
        {
            let mut link = self.live.link();
            if link.connection != self.number {
                return;
            }
            link.orders = None;
            link.online_since = None;
        }
        let row = self.row(false, now);
        let chronicle = vec![self.app.chronicle_of_connection(&row)];
        let mut unit = Unit { connect: Some(row), chronicle, ..Unit::default() };
        let mut state = self.live.state.lock().await;
        // Another socket may have taken over while this one waited.
        if self.is_current() {
            uptime::follow(&self.live, &state, false, &mut unit, now);
        }
        let watched = unit.availability.clone();
        match self.app.journal.append(unit).await {
            Ok(()) => watched.into_iter().for_each(|row| state.put_watched(row)),
            Err(error) => {
                tracing::warn!(%error, station = %self.station, "a lost connection could not be noted");
            }
        }
        drop(state);
        self.publish(now, What::Connection { online: false });
    }
}

impl App {
    /// Writes a decided unit and only then believes it.
    pub(crate) async fn commit(
        &self,
        live: &Live,
        state: &mut State,
        mut unit: Unit,
    ) -> Result<(), StoreError> {
        let at = unit.message.as_ref().map_or_else(|| self.now(), |message| message.at);
        unit.chronicle.extend(self.chronicle_of(&unit, state, at));
        unit.happenings.extend(self.happenings_of(&unit, state));
        let news = News::of(&unit);
        state.unsure = news.concerns_state();
        self.journal.append(unit).await?;
        state.unsure = false;
        news.take_in(live, state);
        Ok(())
    }

    /// Believes a unit as soon as it is in line to be written: only for a past that nobody waits for.
    pub(crate) async fn remember(
        &self,
        live: &Live,
        state: &mut State,
        unit: Unit,
    ) -> Result<(), StoreError> {
        let news = News::of(&unit);
        state.unwritten = true;
        self.journal.append_unawaited(unit).await?;
        news.take_in(live, state);
        Ok(())
    }
}

/// What memory must learn of a unit.
struct News {
    sessions: Vec<Session>,
    watched: Vec<AvailabilityRow>,
    connectors: Vec<Connector>,
    boot: Option<BootRow>,
}

impl News {
    fn of(unit: &Unit) -> Self {
        Self {
            sessions: unit.sessions.iter().map(|row| row.session.clone()).collect(),
            connectors: unit.connectors.iter().map(|row| row.connector.clone()).collect(),
            watched: unit.availability.clone(),
            boot: unit.boot.clone(),
        }
    }

    fn concerns_state(&self) -> bool {
        !(self.sessions.is_empty() && self.connectors.is_empty() && self.watched.is_empty())
    }

    fn take_in(self, live: &Live, state: &mut State) {
        self.sessions.into_iter().for_each(|session| state.put_session(session));
        self.connectors.into_iter().for_each(|connector| state.put_connector(connector));
        self.watched.into_iter().for_each(|row| state.put_watched(row));
        if let Some(BootRow { at, boot, .. }) = self.boot {
            let mut record = (*live.record()).clone();
            record.booted_at = Some(at);
            record.vendor = Some(boot.vendor);
            record.model = Some(boot.model);
            record.serial = boot.serial;
            record.firmware = boot.firmware;
            record.iccid = boot.iccid;
            record.imsi = boot.imsi;
            live.set_record(record);
        }
    }
}

fn without_secret(variable: Variable) -> Variable {
    let value = variable.value.filter(|_| !is_secret_variable(&variable.name));
    Variable { value, ..variable }
}

fn not_stored(error: StoreError) -> Unrecorded {
    match error {
        StoreError::Fenced => Unrecorded::Replaced,
        error => {
            tracing::warn!(%error, "what a station said was not stored; it gets no answer and repeats it");
            Unrecorded::NotStored
        }
    }
}
