//! Firmware campaigns: a few stations first, the rest when those have it, and a stop when too many fail.
//!
//! A station has the firmware when it says Installed or boots with the wanted version; its own words are kept.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::command::{Command, Outcome, UpdateFirmware};
use forecourt_core::fact::{Item, ItemKind, ItemReport, Progress};
use forecourt_core::id::StationId;
use forecourt_store::firmware::{CampaignRecord, TargetRecord};
use forecourt_store::{Cursor, Page, Store, StoreError};
use jiff::SignedDuration;
use serde_json::json;

use crate::{App, AppError, Principal};

/// Stations of one campaign.
const TARGETS_MAX: usize = 20_000;
/// A station that says nothing about its update for this long has failed.
const SILENCE: SignedDuration = SignedDuration::from_hours(12);
/// Schemes a station may fetch from.
const SCHEMES: [&str; 5] = ["http://", "https://", "ftp://", "ftps://", "sftp://"];

/// A campaign as an operator wants it.
#[derive(Debug, Clone)]
pub struct NewCampaign {
    pub name: String,
    pub stations: Vec<StationId>,
    pub update: UpdateFirmware,
    pub target_version: Option<String>,
    pub canary: i64,
    pub parallel: i64,
    pub stop_after: i64,
}

impl App {
    pub async fn start_campaign(
        &self,
        principal: &Principal,
        new: NewCampaign,
    ) -> Result<CampaignRecord, AppError> {
        principal.require(Permission::Command)?;
        principal.require_every_site()?;
        check(&new)?;
        let (now, id) = (self.now(), self.id());
        let campaign = CampaignRecord {
            id,
            organisation: principal.organisation,
            name: new.name.trim().to_owned(),
            update: serde_json::to_string(&new.update).unwrap_or_default(),
            target_version: new.target_version.filter(|version| !version.trim().is_empty()),
            state: "canary".into(),
            detail: None,
            canary: new.canary,
            parallel: new.parallel,
            stop_after: new.stop_after,
            created_by: principal.name(),
            created_at: now,
            version: 1,
        };
        let mut stations = new.stations;
        stations.sort_unstable();
        stations.dedup();
        let chargers = stations.len();
        let mut tx = self.store.begin().await?;
        tx.add_campaign(&campaign).await?;
        let mut canaries = usize::try_from(new.canary).unwrap_or(0);
        for station in stations {
            let record = self.own_station(principal, station)?.record();
            let has_it = campaign.target_version.is_some() && record.firmware == campaign.target_version;
            let canary = !has_it && canaries > 0;
            canaries -= usize::from(canary);
            tx.put_target(&TargetRecord {
                campaign: id,
                station,
                canary,
                state: if has_it { "skipped" } else { "waiting" }.into(),
                status: None,
                detail: has_it.then(|| "has this version already".to_owned()),
                request_id: None,
                firmware_before: record.firmware.clone(),
                changed_at: now,
            })
            .await?;
        }
        let note =
            self.note(principal, "firmware_campaign.started", ("firmware_campaign", id, &campaign.name));
        tx.audit(&note.made(&json!({"target_version": campaign.target_version, "chargers": chargers})))
            .await?;
        tx.commit().await?;
        Ok(campaign)
    }

    pub async fn campaigns(
        &self,
        principal: &Principal,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<CampaignRecord>, AppError> {
        principal.require(Permission::Read)?;
        // A campaign is about chargers of many sites.
        if principal.sites().is_some() {
            return Ok(Page { items: Vec::new(), next: None });
        }
        Ok(self.store.campaigns(principal.organisation, cursor, limit).await?)
    }

    pub async fn campaign(
        &self,
        principal: &Principal,
        id: i64,
    ) -> Result<(CampaignRecord, Vec<TargetRecord>), AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.campaign(id).await?.filter(|c| c.organisation == principal.organisation);
        let found = found.filter(|_| principal.sites().is_none());
        let campaign = found.ok_or(AppError::NotFound("firmware campaign"))?;
        let targets = self.store.targets(id).await?;
        Ok((campaign, targets))
    }

    /// `pause`, `resume` or `stop`; `retry` lets those that failed try again.
    pub async fn steer_campaign(
        &self,
        principal: &Principal,
        id: i64,
        action: &str,
    ) -> Result<CampaignRecord, AppError> {
        principal.require(Permission::Command)?;
        let (campaign, targets) = self.campaign(principal, id).await?;
        let (from, to): (&[&str], &str) = match action {
            "pause" => (&["canary", "running"], "paused"),
            "resume" => (&["paused"], "canary"),
            "stop" => (&["canary", "running", "paused"], "stopped"),
            "retry" => (&["paused", "stopped", "done", "running", "canary"], "canary"),
            _ => return Err(AppError::field("/action", "pause, resume, stop or retry")),
        };
        let detail = Some(format!("{action} by {}", principal.name()));
        let mut tx = self.store.begin().await?;
        if !tx.set_campaign_state(id, from, to, detail, self.now()).await? {
            return Err(AppError::Conflict(format!("the campaign is {}", campaign.state)));
        }
        if action == "retry" {
            for target in targets.into_iter().filter(|target| target.state == "failed") {
                let changed_at = self.now();
                tx.put_target(&TargetRecord { state: "waiting".into(), detail: None, changed_at, ..target })
                    .await?;
            }
        }
        let note =
            self.note(principal, "firmware_campaign.steered", ("firmware_campaign", id, &campaign.name));
        tx.audit(&note.made(&json!({"action": action}))).await?;
        tx.commit().await?;
        Ok(self.campaign(principal, id).await?.0)
    }

    /// Takes every open campaign a step further.
    pub async fn run_campaigns(&self) -> Result<(), AppError> {
        for campaign in self.store.open_campaigns().await? {
            self.run_campaign(&campaign).await?;
        }
        Ok(())
    }

    async fn run_campaign(&self, campaign: &CampaignRecord) -> Result<(), AppError> {
        let mut targets = self.store.targets(campaign.id).await?;
        for target in &mut targets {
            self.conclude(campaign, target).await?;
        }
        let count = |state: &str| targets.iter().filter(|target| target.state == state).count();
        let failed = i64::try_from(count("failed")).unwrap_or(i64::MAX);
        if failed >= campaign.stop_after {
            let why = format!("{failed} chargers failed; nothing more is sent");
            return self.end_campaign(campaign, "stopped", why).await;
        }
        let is_canary_open = |t: &&TargetRecord| t.canary && matches!(t.state.as_str(), "waiting" | "sent");
        let canary = targets.iter().any(|target| is_canary_open(&target));
        if campaign.state == "canary" && !canary {
            let mut tx = self.store.begin().await?;
            tx.set_campaign_state(campaign.id, &["canary"], "running", None, self.now()).await?;
            tx.commit().await?;
        }
        if count("waiting") + count("sent") == 0 {
            let why =
                format!("{} of {} chargers have it", count("installed") + count("skipped"), targets.len());
            return self.end_campaign(campaign, "done", why).await;
        }
        let free = usize::try_from(campaign.parallel).unwrap_or(1).saturating_sub(count("sent"));
        let next = targets.into_iter().filter(|t| t.state == "waiting" && (!canary || t.canary));
        let online =
            next.filter(|t| self.directory.get(t.station).is_some_and(|l| l.link().orders.is_some()));
        for target in online.take(free) {
            self.send_update(campaign, target).await?;
        }
        Ok(())
    }

    async fn end_campaign(
        &self,
        campaign: &CampaignRecord,
        state: &str,
        why: String,
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.set_campaign_state(campaign.id, &["canary", "running"], state, Some(why), self.now()).await?;
        Ok(tx.commit().await?)
    }

    /// What a station's version or its silence tells.
    async fn conclude(&self, campaign: &CampaignRecord, target: &mut TargetRecord) -> Result<(), AppError> {
        if target.state != "sent" {
            return Ok(());
        }
        let live = self.directory.get(target.station);
        let firmware = live.and_then(|live| live.record().firmware.clone());
        if campaign.target_version.is_some() && firmware == campaign.target_version {
            target.state = "installed".into();
            target.detail = Some("runs the wanted version".into());
        } else if target.changed_at + SILENCE < self.now() {
            target.state = "failed".into();
            target.detail = Some(format!("said nothing about the update for {} hours", SILENCE.as_hours()));
        } else {
            return Ok(());
        }
        target.changed_at = self.now();
        self.save_target(target).await
    }

    async fn save_target(&self, target: &TargetRecord) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.put_target(target).await?;
        Ok(tx.commit().await?)
    }

    async fn send_update(&self, campaign: &CampaignRecord, target: TargetRecord) -> Result<(), AppError> {
        let Some(live) = self.directory.get(target.station) else { return Ok(()) };
        let Ok(mut update) = serde_json::from_str::<UpdateFirmware>(&campaign.update) else { return Ok(()) };
        update.request_id = self.request_id();
        // Noted before it is sent: the station may report before it answers.
        let sent = TargetRecord {
            state: "sent".into(),
            status: None,
            detail: None,
            request_id: Some(update.request_id),
            changed_at: self.now(),
            ..target.clone()
        };
        self.save_target(&sent).await?;
        let (state, detail) = match self.order(&live, Command::UpdateFirmware(update)).await?.1 {
            Outcome::Answered { accepted: true, .. } => return Ok(()),
            Outcome::Offline | Outcome::Busy => ("waiting", None),
            Outcome::NoAnswer => return Ok(()),
            Outcome::Answered { status, .. } => ("failed", status),
            Outcome::Failed { code, description, .. } => ("failed", Some(format!("{code} {description}"))),
            Outcome::Impossible { reason } => ("failed", Some(reason)),
        };
        self.save_target(&TargetRecord { state: state.into(), detail, changed_at: self.now(), ..target })
            .await
    }

    /// A number for a request that a station names in what it tells later. OCPP integers have 31 bits.
    pub fn request_id(&self) -> i64 {
        i64::from(rand::random::<u32>() >> 1)
    }
}

fn check(new: &NewCampaign) -> Result<(), AppError> {
    if new.name.trim().is_empty() {
        return Err(AppError::field("/name", "a name"));
    }
    if new.stations.is_empty() || new.stations.len() > TARGETS_MAX {
        return Err(AppError::field("/station_ids", format!("1 to {TARGETS_MAX} chargers")));
    }
    if !is_fetchable(&new.update.location) {
        return Err(AppError::field(
            "/location",
            "an address that begins with http, https, ftp, ftps or sftp",
        ));
    }
    for (field, value) in [("/parallel", new.parallel), ("/stop_after", new.stop_after)] {
        if value < 1 {
            return Err(AppError::field(field, "at least 1"));
        }
    }
    if new.canary < 0 {
        return Err(AppError::field("/canary", "0 or more"));
    }
    Ok(())
}

/// Whether a station could fetch this.
pub(crate) fn is_fetchable(location: &str) -> bool {
    let lower = location.trim().to_ascii_lowercase();
    SCHEMES.iter().any(|scheme| lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
}

/// A station told how its update goes.
pub(crate) async fn note_progress(
    store: &Store,
    station: StationId,
    progress: &Progress,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = serde_json::json!({ "status": progress.status, "request_id": progress.request_id });
    let report = ItemReport {
        kind: ItemKind::FirmwareStatus,
        request_id: progress.request_id,
        seq: None,
        last: true,
        removed: false,
        items: vec![Item { key: "status".into(), body: body.to_string() }],
        evse: None,
        transaction: None,
        needs: None,
    };
    let targets = store.sent_targets(station).await?;
    let mut tx = store.begin().await?;
    tx.put_items(station, now, &report).await?;
    // 1.6 names no request: it can only be the one that was sent.
    for target in
        targets.into_iter().filter(|t| progress.request_id.is_none_or(|id| t.request_id == Some(id)))
    {
        let state = state_of(&progress.status);
        tx.put_target(&TargetRecord {
            state: state.into(),
            status: Some(progress.status.clone()),
            changed_at: now,
            ..target
        })
        .await?;
    }
    tx.commit().await
}

/// What a station's word means for the campaign. Idle ends nothing: it is told when asked without need.
fn state_of(status: &str) -> &'static str {
    match status {
        "Installed" => "installed",
        "DownloadFailed"
        | "InstallationFailed"
        | "InstallVerificationFailed"
        | "InvalidSignature"
        | "InvalidCertificate"
        | "RevokedCertificate" => "failed",
        _ => "sent",
    }
}
