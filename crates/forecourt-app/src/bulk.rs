//! One command for many stations: stored with its targets, sent to a few at once, finished after a restart, cancelled at will.
//!
//! A station is asked once. What was sent when the server stopped counts as not answered; it is never sent again by itself.

use std::sync::Arc;

use forecourt_core::access::Permission;
use forecourt_core::change::{Change, What};
use forecourt_core::command::{Command, Outcome, SendLocalList};
use forecourt_core::id::{EvseNumber, OrganisationId, StationId};
use forecourt_store::bulk::{BulkJobRecord, BulkTargetRecord};
use forecourt_store::out_of_use::OutOfUseRecord;
use forecourt_store::{CommandRecord, Cursor, Page};
use serde_json::json;
use tokio::task::JoinSet;

use crate::commands::Asked;
use crate::secrets::redact;
use crate::{App, AppError, Principal};

/// Stations of one job.
const TARGETS_MAX: usize = 20_000;
/// Stations asked at the same time, at most.
const AT_ONCE_MAX: i64 = 50;
pub const AT_ONCE_DEFAULT: i64 = 10;
/// Commands that mean the same at every station.
const COMMANDS: [&str; 12] = [
    "reset",
    "set_availability",
    "trigger",
    "write_variable",
    "read_variables",
    "read_inventory",
    "update_firmware",
    "clear_cache",
    "clear_local_list",
    "clear_charging_profiles",
    "set_charging_profile",
    "data_transfer",
];

/// What an operator wants.
#[derive(Debug, Clone)]
pub struct NewBulkJob {
    /// The command's name in our vocabulary.
    pub name: String,
    /// The request as it came, JSON.
    pub request: String,
    /// Sent one after the other; the first that is not accepted ends it for that station.
    pub commands: Vec<Command>,
    pub stations: Vec<StationId>,
    pub at_once: i64,
}

/// Forget all charge keys (C29): an empty list in place of the one that is there, then the cache.
pub fn clear_local_list(version: i64) -> Vec<Command> {
    let list = SendLocalList { version, differential: false, entries: Vec::new() };
    vec![Command::SendLocalList(list), Command::ClearCache]
}

impl App {
    pub async fn start_bulk(
        self: &Arc<Self>,
        principal: &Principal,
        new: NewBulkJob,
    ) -> Result<BulkJobRecord, AppError> {
        principal.require(Permission::Command)?;
        if !COMMANDS.contains(&new.name.as_str()) {
            return Err(AppError::field("/command/command", format!("one of {}", COMMANDS.join(", "))));
        }
        if !(1..=AT_ONCE_MAX).contains(&new.at_once) {
            return Err(AppError::field("/at_once", format!("1 to {AT_ONCE_MAX}")));
        }
        let mut stations = new.stations;
        stations.sort_unstable();
        stations.dedup();
        if stations.is_empty() || stations.len() > TARGETS_MAX {
            return Err(AppError::field("/station_ids", format!("1 to {TARGETS_MAX} chargers")));
        }
        for station in &stations {
            self.own_station(principal, *station)?;
        }
        let id = self.id();
        let job = BulkJobRecord {
            id,
            organisation: principal.organisation,
            command: new.name,
            request: redact(new.request),
            wish: serde_json::to_string(&new.commands).ok(),
            at_once: new.at_once,
            state: "running".into(),
            created_by: principal.name(),
            created_at: self.now(),
            done_at: None,
            targets: 0,
            finished: 0,
            accepted: 0,
        };
        let mut tx = self.store.begin().await?;
        tx.add_bulk_job(&job, &stations).await?;
        for station in &stations {
            self.hold_of_bulk(&mut tx, principal, *station, &new.commands).await?;
        }
        let line = self.note(principal, "bulk.started", ("bulk_job", id, &job.command));
        let made = json!({ "command": job.command, "chargers": stations.len() });
        tx.audit(&line.made(&made)).await?;
        tx.commit().await?;
        let app = self.clone();
        tokio::spawn(async move {
            if let Err(error) = app.run_bulk_jobs().await {
                tracing::warn!(%error, "bulk work was not begun; the job looks again");
            }
        });
        self.bulk_job(principal, id).await.map(|(job, _)| job)
    }

    /// The platform's own word beside the command (C28).
    async fn hold_of_bulk(
        &self,
        tx: &mut forecourt_store::Tx,
        principal: &Principal,
        station: StationId,
        commands: &[Command],
    ) -> Result<(), AppError> {
        for command in commands {
            let Command::ChangeAvailability { evse, operative, .. } = command else { continue };
            if *operative {
                tx.back_into_use(station, *evse, "operator").await?;
            } else {
                let held = OutOfUseRecord {
                    station,
                    evse: evse.unwrap_or(EvseNumber(0)),
                    cause: "operator".into(),
                    since: self.now(),
                    set_by: principal.name(),
                    note: None,
                };
                tx.put_out_of_use(&held).await?;
            }
        }
        Ok(())
    }

    /// Newest first.
    pub async fn bulk_jobs(
        &self,
        principal: &Principal,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<BulkJobRecord>, AppError> {
        principal.require(Permission::Read)?;
        principal.require_every_site()?;
        Ok(self.store.bulk_jobs(principal.organisation, cursor, limit).await?)
    }

    /// A job, and each station of it that the caller sees.
    pub async fn bulk_job(
        &self,
        principal: &Principal,
        id: i64,
    ) -> Result<(BulkJobRecord, Vec<BulkTargetRecord>), AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.bulk_job(principal.organisation, id).await?;
        let job = found.ok_or(AppError::NotFound("bulk action"))?;
        let targets = self.store.bulk_targets(id).await?;
        if principal.sites().is_none() {
            return Ok((job, targets));
        }
        let seen: Vec<_> =
            targets.into_iter().filter(|each| self.own_station(principal, each.station).is_ok()).collect();
        if seen.is_empty() { Err(AppError::NotFound("bulk action")) } else { Ok((job, seen)) }
    }

    /// Nothing more is sent; what was sent is still answered.
    pub async fn cancel_bulk(&self, principal: &Principal, id: i64) -> Result<BulkJobRecord, AppError> {
        principal.require(Permission::Command)?;
        let (job, _) = self.bulk_job(principal, id).await?;
        let now = self.now();
        let mut tx = self.store.begin().await?;
        if !tx.end_bulk_job(id, "cancelled", now).await? {
            return Err(AppError::Conflict("this is over already".into()));
        }
        tx.drop_bulk_targets(id, now).await?;
        tx.audit(&self.note(principal, "bulk.cancelled", ("bulk_job", id, &job.command)).done()).await?;
        tx.commit().await?;
        self.tell_bulk(job.organisation);
        self.bulk_job(principal, id).await.map(|(job, _)| job)
    }

    /// Takes up every open job. Only one at a time does so.
    pub async fn run_bulk_jobs(self: &Arc<Self>) -> Result<(), AppError> {
        let Ok(_turn) = self.bulk_turn.try_lock() else { return Ok(()) };
        loop {
            let open = self.store.open_bulk_jobs().await?;
            if open.is_empty() {
                return Ok(());
            }
            for job in open {
                self.run_bulk_job(&job).await?;
            }
        }
    }

    async fn run_bulk_job(self: &Arc<Self>, job: &BulkJobRecord) -> Result<(), AppError> {
        let wish = job.wish.as_deref().unwrap_or("[]");
        let commands: Arc<[Command]> = serde_json::from_str::<Vec<_>>(wish).unwrap_or_default().into();
        let waiting = self.store.bulk_targets(job.id).await?;
        let mut running = JoinSet::new();
        for target in waiting.into_iter().filter(|target| target.state == "waiting") {
            if running.len() >= usize::try_from(job.at_once).unwrap_or(1) {
                running.join_next().await;
            }
            let (app, job, commands) = (self.clone(), job.clone(), commands.clone());
            running.spawn(async move {
                if let Err(error) = app.run_bulk_target(&job, target, &commands).await {
                    tracing::warn!(%error, job = job.id, "what a charger answered to bulk work was not kept");
                }
            });
        }
        while running.join_next().await.is_some() {}
        let mut tx = self.store.begin().await?;
        tx.end_bulk_job(job.id, "done", self.now()).await?;
        tx.commit().await?;
        self.tell_bulk(job.organisation);
        Ok(())
    }

    async fn run_bulk_target(
        &self,
        job: &BulkJobRecord,
        mut target: BulkTargetRecord,
        commands: &[Command],
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        // Cancelled meanwhile: the operator was first.
        let ours = tx.take_bulk_target(job.id, target.station, self.now()).await?;
        tx.commit().await?;
        if !ours {
            return Ok(());
        }
        for command in commands {
            let record = match self.directory.get(target.station) {
                Some(live) => {
                    let request = job.request.clone();
                    let asked = Asked { name: &job.command, request, queue_until: None };
                    self.ask(&live, command.clone(), asked, job.created_by.clone()).await?.0
                }
                None => gone(self.now()),
            };
            let accepted = record.outcome.as_deref() == Some("accepted");
            target.outcome = record.outcome;
            target.status = record.status;
            target.answer = record.answer;
            target.detail = record.detail;
            if !accepted {
                break;
            }
        }
        target.changed_at = self.now();
        let mut tx = self.store.begin().await?;
        tx.finish_bulk_target(job.id, &target).await?;
        tx.commit().await?;
        self.tell_bulk(job.organisation);
        Ok(())
    }

    fn tell_bulk(&self, organisation: OrganisationId) {
        let change = Change { organisation, site: None, station: None, what: What::Bulk };
        self.changes.publish(self.now(), change);
    }

    /// Sends commands one after the other until one is not accepted; gives the last answer.
    pub async fn command_series(
        &self,
        principal: &Principal,
        station: StationId,
        commands: Vec<Command>,
        name: &str,
        request: &str,
    ) -> Result<CommandRecord, AppError> {
        let mut last = None;
        for command in commands {
            let asked = Asked { name, request: request.to_owned(), queue_until: None };
            let (record, outcome) = self.command(principal, station, command, asked).await?;
            let accepted = matches!(outcome, Outcome::Answered { accepted: true, .. });
            last = Some(record);
            if !accepted {
                break;
            }
        }
        last.ok_or(AppError::NotFound("command"))
    }
}

/// A station that was taken out of service after the job was made.
fn gone(now: forecourt_core::Timestamp) -> CommandRecord {
    CommandRecord {
        id: forecourt_core::id::CommandId(0),
        command: String::new(),
        request: String::new(),
        asked_by: String::new(),
        at: now,
        done_at: Some(now),
        expires_at: None,
        outcome: Some("impossible".into()),
        status: None,
        answer: None,
        detail: Some("The charger is no longer in service.".into()),
    }
}
