//! Raising a station's security profile step by step (2.0.1 A05 with B09 and B10; 1.6 security whitepaper A05).
//!
//! What can be checked is checked before anything is sent, and said in words. The station's own profile is raised when it
//! has connected with the new one, never before: until then it gets in as it did.

use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::command::{Command, NetworkProfile, Outcome, ResetKind, VariableName};
use forecourt_core::id::StationId;
use forecourt_store::certificate::CertificateFilter;
use forecourt_store::security::UpgradeRecord;
use serde::{Deserialize, Serialize};

use crate::live::Live;
use crate::passwords::secret;
use crate::{App, AppError, Principal};

/// Random bytes of a password for a station that had none.
const PASSWORD_BYTES: usize = 15;
/// How long a station may think before it gives a connection up, in seconds (2.x messageTimeout).
const MESSAGE_TIMEOUT_S: i64 = 30;
/// Slots for connections that stations have.
const SLOTS: std::ops::RangeInclusive<i64> = 1..=9;
const OCPP_16: &str = "ocpp1.6";
const PRIORITY: &str = "NetworkConfigurationPriority";
const COMM: &str = "OCPPCommCtrlr";
/// The last step, which is the station's.
const PROVEN: &str = "proven";

#[derive(Debug, Clone, Default)]
pub struct UpgradeRequest {
    pub profile: i64,
    /// The operator vouches that the station trusts this server's certificate already.
    pub root_is_trusted: bool,
    /// Slot for the new connection (2.x); chosen where absent.
    pub slot: Option<i64>,
    /// Network interface of the station (2.x), as it names it.
    pub interface: Option<String>,
    /// Restart it afterwards. A 2.x station always is; a 1.6 station reconnects by itself.
    pub restart: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    Done,
    /// Something must be set up first; nothing was sent.
    Missing,
    ToDo,
    /// Asked of the station, or expected of it.
    Waiting,
    Failed,
    NotNeeded,
}

/// One step on the way, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub name: String,
    pub title: String,
    pub state: StepState,
    pub detail: String,
}

/// A station on its way.
#[derive(Debug, Clone)]
pub struct Upgrade {
    pub record: UpgradeRecord,
    pub steps: Vec<Step>,
}

/// The steps while they are worked through.
struct Steps(Vec<Step>);

impl Steps {
    fn add(&mut self, name: &str, title: &str, state: StepState, detail: impl Into<String>) {
        let (name, title, detail) = (name.to_owned(), title.to_owned(), detail.into());
        self.0.push(Step { name, title, state, detail });
    }

    fn set(&mut self, name: &str, state: StepState, detail: impl Into<String>) {
        if let Some(step) = self.0.iter_mut().find(|step| step.name == name) {
            step.state = state;
            step.detail = detail.into();
        }
    }

    fn any(&self, state: StepState) -> bool {
        self.0.iter().any(|step| step.state == state)
    }
}

impl App {
    pub async fn security_upgrade(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<Option<Upgrade>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.upgrade(station).await?.map(shown))
    }

    /// Checks what must be there, and then does every step. The answer shows each step as it stands.
    pub async fn start_security_upgrade(
        self: &Arc<Self>,
        principal: &Principal,
        station: StationId,
        request: UpgradeRequest,
    ) -> Result<Upgrade, AppError> {
        principal.require(Permission::Network)?;
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        let current = live.record().security_profile;
        if !(1..=3).contains(&request.profile) {
            return Err(AppError::field("/profile", "1 (password), 2 (password and TLS) or 3 (certificate)"));
        }
        if request.profile <= current {
            return Err(AppError::field(
                "/profile",
                format!("the charger has security profile {current} already; a profile is only raised here"),
            ));
        }
        let (id, identity) = (live.record().id.0, live.record().identity.clone());
        let deed = serde_json::json!({"security_profile": request.profile});
        let note = self.note(principal, "station.security_raised", ("station", id, identity.as_str()));
        self.keep_note(note.made(&deed)).await?;
        let (app, asked_by) = (self.clone(), principal.name());
        // To its end, whether or not somebody still waits for the answer.
        let work = tokio::spawn(async move { app.upgrade(&live, request, asked_by).await });
        work.await.map_err(|_| AppError::Conflict("the upgrade was cut off; look at its steps".into()))?
    }

    /// Gives an upgrade up; the station keeps the profile it has proved.
    pub async fn cancel_security_upgrade(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<(), AppError> {
        principal.require(Permission::Network)?;
        let live = self.own_station(principal, station)?;
        let Some(mut record) = self.store.upgrade(station).await? else {
            return Err(AppError::NotFound("upgrade"));
        };
        if record.state == "done" {
            return Err(AppError::Conflict("this upgrade is done".into()));
        }
        let (id, identity) = (live.record().id.0, live.record().identity.clone());
        let note = self.note(principal, "station.security_cancelled", ("station", id, identity.as_str()));
        self.keep_note(note.done()).await?;
        self.set_security(&live, |record| record.next_security_profile = None).await?;
        record.state = "cancelled".into();
        record.changed_at = self.now();
        self.put_upgrade(&live, &record).await
    }

    async fn upgrade(
        &self,
        live: &Live,
        request: UpgradeRequest,
        asked_by: String,
    ) -> Result<Upgrade, AppError> {
        let _turn = self.upgrades.take(live.record().id).ok_or_else(|| {
            AppError::Conflict("an upgrade of this charger is being worked on already".into())
        })?;
        let now = self.now();
        let mut record = UpgradeRecord {
            station: live.record().id,
            profile: request.profile,
            state: "running".into(),
            steps: String::new(),
            asked_by: asked_by.clone(),
            started_at: now,
            changed_at: now,
        };
        let mut steps = self.preconditions(live, &request).await?;
        add_work(&mut steps, live, &request);
        if steps.any(StepState::Missing) {
            record.state = "blocked".into();
            return self.keep_upgrade(live, record, &steps).await;
        }
        // The higher profile is looked for from here on; the old one still opens the door.
        self.set_security(live, |record| record.next_security_profile = Some(request.profile)).await?;
        self.keep_upgrade(live, record.clone(), &steps).await?;
        self.work(live, &request, &mut steps, &asked_by).await?;
        if steps.any(StepState::Failed) {
            record.state = "failed".into();
            self.set_security(live, |record| record.next_security_profile = None).await?;
            return self.keep_upgrade(live, record, &steps).await;
        }
        if live.record().security_profile >= request.profile {
            // It came back with the new profile while we were still asking.
            return Ok(self
                .store
                .upgrade(live.record().id)
                .await?
                .map_or(Upgrade { record, steps: steps.0 }, shown));
        }
        record.state = "waiting".into();
        self.keep_upgrade(live, record, &steps).await
    }

    async fn keep_upgrade(
        &self,
        live: &Live,
        mut record: UpgradeRecord,
        steps: &Steps,
    ) -> Result<Upgrade, AppError> {
        record.steps = serde_json::to_string(&steps.0).unwrap_or_default();
        record.changed_at = self.now();
        self.put_upgrade(live, &record).await?;
        Ok(Upgrade { record, steps: steps.0.clone() })
    }

    async fn put_upgrade(&self, live: &Live, record: &UpgradeRecord) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.put_upgrade(record).await?;
        tx.commit().await?;
        self.publish(live, self.now(), What::Station);
        Ok(())
    }

    async fn preconditions(&self, live: &Live, request: &UpgradeRequest) -> Result<Steps, AppError> {
        let mut steps = Steps(Vec::new());
        let station = live.record();
        let security = self.settings().security;
        let found = |there: bool| if there { StepState::Done } else { StepState::Missing };
        let online = live.link().orders.is_some();
        let text = if online { "It is connected." } else { "It is not connected; wait until it is." };
        steps.add("connected", "The charger is connected", found(online), text);
        if request.profile >= 2 {
            let public = self.settings().public_url;
            let (there, text) = if !security.tls {
                (
                    false,
                    "This server takes no TLS connections: set tls_certificate and tls_key, or tls_proxy."
                        .into(),
                )
            } else if !public.starts_with("wss://") {
                (false, format!("public_url is {public}: it must begin with wss://."))
            } else {
                (true, format!("Chargers reach it at {public}."))
            };
            steps.add("server_tls", "This server takes TLS connections", found(there), text);
            let installed = self.store.installed_certificates(station.id).await?;
            let known = installed.iter().any(|one| one.kind == "csms");
            let text = match (known, request.root_is_trusted) {
                (true, _) => "A root certificate for this server is installed.",
                (false, true) => "You have said that it trusts this server's certificate.",
                (false, false) => {
                    "No root certificate for this server is known to be installed: install one under Certificates, or \
                     say that the charger trusts this server's certificate already."
                }
            };
            let there = found(known || request.root_is_trusted);
            steps.add("root_installed", "The charger trusts this server's certificate", there, text);
        }
        if request.profile == 3 {
            let there = security.client_certificates;
            let text = if there {
                "Certificates of chargers reach this server."
            } else {
                "Certificates of chargers do not reach this server: it must take TLS connections itself, not a proxy."
            };
            steps.add("client_certificates", "This server sees chargers' certificates", found(there), text);
            let filter = CertificateFilter {
                station: Some(station.id),
                kind: Some("station".into()),
                state: Some("accepted".into()),
                ..CertificateFilter::default()
            };
            let all = self.store.certificates(station.organisation, &filter, None, 10).await?;
            let last = all.items.into_iter().rfind(|certificate| certificate.not_after > self.now());
            let text = last.as_ref().map_or_else(
                || {
                    "The charger has accepted no certificate of its own yet: ask it to make a request."
                        .to_owned()
                },
                |certificate| format!("It has accepted one that is valid until {}.", certificate.not_after),
            );
            steps.add("certificate", "The charger has a certificate of its own", found(last.is_some()), text);
        }
        Ok(steps)
    }

    /// Every step that is sent; stops at the first that fails.
    async fn work(
        &self,
        live: &Live,
        request: &UpgradeRequest,
        steps: &mut Steps,
        asked_by: &str,
    ) -> Result<(), AppError> {
        let to_do = steps.0.iter().filter(|step| step.state == StepState::ToDo && step.name != PROVEN);
        let names: Vec<String> = to_do.map(|step| step.name.clone()).collect();
        let mut slots = None;
        for name in names {
            let (outcome, said) = match name.as_str() {
                "password" => {
                    let rotation =
                        self.send_password(live, &secret(PASSWORD_BYTES), true, asked_by.to_owned()).await?;
                    let said = rotation.detail.unwrap_or_default();
                    let state = if rotation.state == "refused" { StepState::Failed } else { StepState::Done };
                    steps.set(&name, state, said);
                    if state == StepState::Failed {
                        return Ok(());
                    }
                    continue;
                }
                "profile" => {
                    let value = request.profile.to_string();
                    self.try_order(live, write("", "SecurityProfile", value)).await?
                }
                "network_profile" => {
                    let (slot, priority) = self.slots(live, request).await?;
                    slots = Some(priority);
                    self.try_order(live, self.network_profile(live, request, slot)).await?
                }
                "priority" => {
                    let value = slots.clone().unwrap_or_default();
                    self.try_order(live, write(COMM, PRIORITY, value)).await?
                }
                _ => self.try_order(live, Command::Reset { kind: ResetKind::Soft, evse: None }).await?,
            };
            let state = match outcome {
                Outcome::Answered { accepted: true, .. } => StepState::Done,
                // It may have acted all the same; what it connects with will tell.
                Outcome::NoAnswer => StepState::Waiting,
                _ => StepState::Failed,
            };
            steps.set(&name, state, said);
            if state == StepState::Failed {
                return Ok(());
            }
        }
        steps.set(PROVEN, StepState::Waiting, "Waiting for the charger to connect with the new profile.");
        Ok(())
    }

    async fn try_order(&self, live: &Live, command: Command) -> Result<(Outcome, String), AppError> {
        let (record, outcome) = self.order(live, command).await?;
        Ok((outcome, record.detail.unwrap_or_default()))
    }

    /// A free slot, and the order of slots with it in front.
    async fn slots(&self, live: &Live, request: &UpgradeRequest) -> Result<(i64, String), AppError> {
        let variables = vec![VariableName { component: COMM.into(), name: PRIORITY.into() }];
        self.order(live, Command::ReadVariables { variables }).await?;
        let known = self.store.variables(live.record().id).await?;
        let now = known
            .into_iter()
            .find(|found| found.variable.name == PRIORITY)
            .and_then(|found| found.variable.value);
        let used: Vec<i64> =
            now.unwrap_or_default().split(',').filter_map(|slot| slot.trim().parse().ok()).collect();
        let free = SLOTS.into_iter().find(|slot| !used.contains(slot));
        let slot = request.slot.or(free).unwrap_or(*SLOTS.start());
        let all = std::iter::once(slot).chain(used.into_iter().filter(|other| *other != slot));
        Ok((slot, all.map(|slot| slot.to_string()).collect::<Vec<_>>().join(",")))
    }

    fn network_profile(&self, live: &Live, request: &UpgradeRequest, slot: i64) -> Command {
        let base = self.settings().public_url;
        let record = live.record();
        let unique = self.directory.find(None, &record.identity).is_some();
        let url =
            if unique { format!("{base}/ocpp") } else { format!("{base}/ocpp/{}", record.organisation) };
        Command::SetNetworkProfile(NetworkProfile {
            slot,
            url,
            security_profile: request.profile,
            interface: request.interface.clone(),
            message_timeout_s: Some(MESSAGE_TIMEOUT_S),
            identity: None,
            password: None,
        })
    }

    /// The station has connected with what it was asked to rise to: now it is its profile.
    pub(crate) async fn prove_profile(
        &self,
        live: &Live,
        level: i64,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let Some(wanted) = live.record().next_security_profile.filter(|wanted| level >= *wanted) else {
            return Ok(());
        };
        self.set_security(live, |record| {
            record.security_profile = wanted;
            record.next_security_profile = None;
        })
        .await?;
        let Some(record) = self.store.upgrade(live.record().id).await? else { return Ok(()) };
        let mut upgrade = shown(record);
        let mut steps = Steps(std::mem::take(&mut upgrade.steps));
        for step in steps.0.iter_mut().filter(|s| matches!(s.state, StepState::Waiting | StepState::ToDo)) {
            step.state = StepState::Done;
        }
        steps.set(PROVEN, StepState::Done, format!("It connected with security profile {wanted} at {now}."));
        upgrade.record.state = "done".into();
        self.keep_upgrade(live, upgrade.record, &steps).await.map(drop)
    }
}

fn shown(record: UpgradeRecord) -> Upgrade {
    let steps = serde_json::from_str(&record.steps).unwrap_or_default();
    Upgrade { record, steps }
}

fn write(component: &str, name: &str, value: String) -> Command {
    let variable = VariableName { component: component.into(), name: name.into() };
    Command::WriteVariable { variable, value }
}

/// What is to be sent, in order; each version has its own way.
fn add_work(steps: &mut Steps, live: &Live, request: &UpgradeRequest) {
    let has_password = live.record().password_hash.is_some();
    let (state, text) = if has_password || request.profile == 3 {
        (StepState::NotNeeded, "It has what it needs.")
    } else {
        (StepState::ToDo, "A new password is sent to it.")
    };
    steps.add("password", "The charger has a password", state, text);
    let profile = request.profile;
    if live.link().protocol == Some(OCPP_16) {
        steps.add(
            "profile",
            "The charger is told its new profile",
            StepState::ToDo,
            format!("SecurityProfile {profile}"),
        );
        let (state, text) = if request.restart {
            (StepState::ToDo, "It is restarted.")
        } else {
            (StepState::NotNeeded, "It reconnects by itself.")
        };
        steps.add("restart", "The charger is restarted", state, text);
    } else {
        let text = format!("A connection with security profile {profile} is put into a free slot.");
        steps.add("network_profile", "The charger gets the new connection", StepState::ToDo, text);
        steps.add(
            "priority",
            "The new connection is tried first",
            StepState::ToDo,
            "The old one stays behind it.",
        );
        steps.add("restart", "The charger is restarted", StepState::ToDo, "When no session runs.");
    }
    steps.add(
        PROVEN,
        "The charger connects with the new profile",
        StepState::ToDo,
        "Until then the old one holds.",
    );
}
