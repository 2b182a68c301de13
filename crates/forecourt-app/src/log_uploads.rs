//! Logs and diagnostics that stations send to this server: no FTP server needed.
//!
//! An address is made for one upload: unguessable, good once and for a day. What arrives is written to a file and given
//! back as it came; nothing here looks inside.

use std::path::PathBuf;
use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::command::{Command, Outcome, ReadLog, StationLog};
use forecourt_core::fact::{Answer, Progress};
use forecourt_core::id::{LogUploadId, StationId};
use forecourt_store::{Cursor, LogUploadRecord, Page, StoreError};
use jiff::SignedDuration;

use crate::commands::Asked;
use crate::live::Live;
use crate::passwords::{digest, secret};
use crate::report::Decision;
use crate::{App, AppError, Principal};

/// Largest log taken, in bytes.
pub const LOG_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Random bytes of an address.
const TOKEN_BYTES: usize = 24;
/// How long an address is good: stations pack logs for hours.
const OPEN_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How long a log is kept.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// All logs of one station together, in files.
const FILES_MAX: usize = 50;
/// Longest name of a file that is kept, in characters.
const NAME_MAX_CHARS: usize = 120;
const OCPP_16: &str = "ocpp1.6";

/// What is asked of a station.
#[derive(Debug, Clone, Default)]
pub struct LogRequest {
    /// `diagnostics` or `security`.
    pub kind: String,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// `https://host` or `http://host`, where the operator's own request came in; used where no public address is set.
    pub asked_at: Option<String>,
}

/// Leave to write one file.
#[derive(Debug)]
pub struct Receiving {
    record: LogUploadRecord,
    pub path: PathBuf,
}

impl App {
    pub async fn log_uploads(
        &self,
        principal: &Principal,
        station: StationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<LogUploadRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.log_uploads(station, cursor, limit).await?)
    }

    pub async fn log_upload(
        &self,
        principal: &Principal,
        id: LogUploadId,
    ) -> Result<LogUploadRecord, AppError> {
        principal.require(Permission::Read)?;
        let found = self.store.log_upload(principal.organisation, id).await?;
        let found = found.filter(|record| self.sees_station(principal, Some(record.station)));
        found.ok_or(AppError::NotFound("log"))
    }

    /// The file of a log that has arrived. Logs tell more than screens do: reading them is a right of its own.
    pub async fn log_file(
        &self,
        principal: &Principal,
        id: LogUploadId,
    ) -> Result<(LogUploadRecord, PathBuf), AppError> {
        principal.require(Permission::Command)?;
        let record = self.log_upload(principal, id).await?;
        if record.state != "received" {
            return Err(AppError::Conflict("this log has not arrived".into()));
        }
        let path = self.upload_path(id)?;
        Ok((record, path))
    }

    fn upload_path(&self, id: LogUploadId) -> Result<PathBuf, AppError> {
        let folder = self.settings().security.uploads.clone();
        let folder = folder.ok_or_else(|| AppError::Conflict("this server takes no uploads".into()))?;
        // A number of ours: nothing a station says becomes part of a path.
        Ok(folder.join(format!("{id}.log")))
    }

    /// Asks a station for a log; the answer says whether it will send one.
    pub async fn ask_for_log(
        self: &Arc<Self>,
        principal: &Principal,
        station: StationId,
        request: LogRequest,
    ) -> Result<LogUploadRecord, AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        if !["diagnostics", "security"].contains(&request.kind.as_str()) {
            return Err(AppError::field("/kind", "diagnostics or security"));
        }
        if let (Some(from), Some(to)) = (request.from, request.to)
            && from >= to
        {
            return Err(AppError::field("/to", "later than from"));
        }
        self.upload_path(LogUploadId(0))?;
        self.make_room_for_log(station).await?;
        let base = self.upload_base(request.asked_at.as_deref())?;
        let now = self.now();
        let token = secret(TOKEN_BYTES);
        let record = LogUploadRecord {
            id: LogUploadId(self.id()),
            organisation: principal.organisation,
            station,
            kind: request.kind.clone(),
            state: "asked".into(),
            detail: None,
            request_id: i64::from(rand::random::<u32>() >> 1),
            from: request.from,
            to: request.to,
            file_name: None,
            bytes: None,
            asked_by: principal.name(),
            created_at: now,
            changed_at: now,
            expires_at: now + OPEN_FOR,
        };
        let mut tx = self.store.begin().await?;
        tx.add_log_upload(&record, &digest(token.as_bytes())).await?;
        let (at, identity) = (live.record().id.0, live.record().identity.clone());
        let note = self.note(principal, "station.log_asked", ("station", at, identity.as_str()));
        tx.audit(&note.made(&serde_json::json!({"kind": request.kind}))).await?;
        tx.commit().await?;
        let command = Command::ReadLog(ReadLog {
            request_id: record.request_id,
            kind: log_kind(&live, &request.kind),
            location: format!("{base}/uploads/{token}"),
            from: request.from,
            to: request.to,
            retries: None,
            retry_interval_s: None,
        });
        let (app, by) = (self.clone(), principal.name());
        let work = tokio::spawn(async move { app.send_log_request(&live, record, command, by).await });
        work.await.map_err(|_| AppError::Conflict("the request was cut off".into()))?
    }

    async fn send_log_request(
        &self,
        live: &Live,
        record: LogUploadRecord,
        command: Command,
        by: String,
    ) -> Result<LogUploadRecord, AppError> {
        // The address is a secret as long as it is open.
        let asked = serde_json::json!({"command": "read_log", "kind": record.kind, "location": "***"});
        let asked = Asked { name: "read_log", request: asked.to_string(), queue_until: None };
        let (done, outcome) = self.ask(live, command, asked, by).await?;
        let said = done.detail.unwrap_or_default();
        let open = match &outcome {
            // GetDiagnostics has no verdict; without a file name there is nothing to send (1.6 §6.26).
            Outcome::Answered { accepted, .. } => *accepted,
            Outcome::NoAnswer => true,
            _ => false,
        };
        // The file, or word of it, may have come before the answer.
        let Some(mut record) = self.store.log_upload(record.organisation, record.id).await? else {
            return Err(AppError::NotFound("log"));
        };
        if !["asked", "uploading"].contains(&record.state.as_str()) {
            return Ok(record);
        }
        record.file_name = done.answer.as_deref().and_then(file_name);
        record.detail = Some(said);
        if !open {
            record.state = "refused".into();
        }
        self.keep_upload(live, &mut record).await?;
        Ok(record)
    }

    async fn keep_upload(&self, live: &Live, record: &mut LogUploadRecord) -> Result<(), AppError> {
        record.changed_at = self.now();
        let mut tx = self.store.begin().await?;
        tx.change_log_upload(record).await?;
        tx.commit().await?;
        self.publish(live, self.now(), What::Station);
        Ok(())
    }

    /// The address of this server as stations reach it, for plain requests.
    fn upload_base(&self, asked_at: Option<&str>) -> Result<String, AppError> {
        let public = self.settings().public_url;
        let http = public.replacen("ws", "http", 1);
        let host = http.split_once("://").map_or("", |(_, host)| host);
        // What a server says of itself before anybody has told it its name.
        let unnamed =
            ["127.", "0.0.0.0", "[::]", "[::1]", "localhost"].iter().any(|start| host.starts_with(start));
        match asked_at.filter(|_| unnamed) {
            Some(asked_at) => Ok(asked_at.trim_end_matches('/').to_owned()),
            None => Ok(http),
        }
    }

    /// Somebody has an upload's address. One request only: it is good once.
    pub async fn receive_log(&self, token: &str) -> Result<Receiving, AppError> {
        let nothing = || AppError::NotFound("upload");
        let found = self.store.log_upload_by_token(&digest(token.as_bytes())).await?;
        let record = found.filter(|record| record.state == "asked").ok_or_else(nothing)?;
        let mut tx = self.store.begin().await?;
        if !tx.claim_log_upload(record.id, self.now()).await? {
            return Err(nothing());
        }
        tx.commit().await?;
        let path = self.upload_path(record.id)?;
        if let Some(folder) = path.parent() {
            let made = tokio::fs::create_dir_all(folder).await;
            made.map_err(|error| AppError::Conflict(format!("the folder for uploads: {error}")))?;
        }
        Ok(Receiving { record: LogUploadRecord { state: "uploading".into(), ..record }, path })
    }

    /// The file is there, whole, or the error says why not. After an error the address may be used once more.
    pub async fn log_received(
        &self,
        receiving: Receiving,
        written: Result<u64, String>,
        name: Option<&str>,
    ) -> Result<(), AppError> {
        let Receiving { record, path } = receiving;
        let found = self.store.log_upload(record.organisation, record.id).await?;
        let mut record = found.ok_or(AppError::NotFound("upload"))?;
        match written {
            Ok(bytes) => {
                record.state = "received".into();
                record.bytes = Some(bytes.cast_signed());
                record.file_name = record.file_name.or_else(|| name.and_then(clean_name));
                record.detail = None;
            }
            Err(reason) => {
                if let Err(error) = tokio::fs::remove_file(&path).await {
                    tracing::debug!(%error, "half an upload could not be removed");
                }
                record.state = "asked".into();
                record.detail = Some(reason);
            }
        }
        match self.directory.get(record.station) {
            Some(live) => self.keep_upload(&live, &mut record).await,
            None => Err(AppError::NotFound("charger")),
        }
    }

    /// How an upload goes, in the station's words (LogStatusNotification, DiagnosticsStatusNotification).
    pub(crate) async fn decide_log_progress(
        &self,
        live: &Live,
        progress: Progress,
    ) -> Result<Decision, StoreError> {
        let mut decision = Decision::answering(Answer::Done);
        // 0 is what some stations send when nothing was asked (2.0.1 N01.FR.14: absent).
        let request_id = progress.request_id.filter(|id| *id > 0);
        let Some(mut record) = self.store.open_log_upload(live.record().id, request_id).await? else {
            return Ok(decision);
        };
        let failed =
            ["UploadFailure", "UploadFailed", "BadMessage", "NotSupportedOperation", "PermissionDenied"];
        if failed.iter().any(|word| word.eq_ignore_ascii_case(&progress.status)) {
            record.state = "failed".into();
        } else if progress.status.eq_ignore_ascii_case("AcceptedCanceled") {
            record.state = "refused".into();
        }
        record.detail = Some(format!("The charger says: {}", progress.status));
        record.changed_at = self.now();
        let mut tx = self.store.begin().await?;
        tx.change_log_upload(&record).await?;
        tx.commit().await?;
        decision.changes.push(What::Station);
        Ok(decision)
    }

    /// Takes a log away before its time.
    pub async fn delete_log_upload(&self, principal: &Principal, id: LogUploadId) -> Result<(), AppError> {
        principal.require(Permission::Command)?;
        let record = self.log_upload(principal, id).await?;
        let note = self.note(principal, "station.log_deleted", ("station", record.station.0, ""));
        self.keep_note(note.done()).await?;
        self.remove_upload(&record).await?;
        self.tell(principal, None, Some(record.station), What::Station);
        Ok(())
    }

    async fn remove_upload(&self, record: &LogUploadRecord) -> Result<(), AppError> {
        let path = self.upload_path(record.id)?;
        match tokio::fs::remove_file(&path).await {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(AppError::Conflict(format!("the file cannot be removed: {error}"))),
        }
        let mut tx = self.store.begin().await?;
        tx.delete_log_upload(record.id).await?;
        Ok(tx.commit().await?)
    }

    /// Ends addresses that nobody used, and takes old logs away. A job.
    pub(crate) async fn tidy_log_uploads(&self) -> Result<(), AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        tx.expire_log_uploads(now).await?;
        tx.commit().await?;
        if self.settings().security.uploads.is_none() {
            return Ok(());
        }
        for record in self.store.old_log_uploads(now - KEPT_FOR).await? {
            self.remove_upload(&record).await?;
        }
        Ok(())
    }

    /// Whether a station has room for one more file; the oldest gives way.
    pub(crate) async fn make_room_for_log(&self, station: StationId) -> Result<(), AppError> {
        let all = self.store.log_uploads(station, None, forecourt_store::page::MAX_LIMIT).await?;
        for old in all.items.iter().skip(FILES_MAX) {
            self.remove_upload(old).await?;
        }
        Ok(())
    }
}

/// A 1.6 station without the security extension has diagnostics only.
fn log_kind(live: &Live, kind: &str) -> StationLog {
    match kind {
        "security" => StationLog::SecurityLog,
        _ if live.link().protocol == Some(OCPP_16) => StationLog::Diagnostics,
        _ => StationLog::DiagnosticsLog,
    }
}

/// The name of the file in a station's answer, shown and never used as a path.
fn file_name(answer: &str) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
    let name = answer.get("filename").or_else(|| answer.get("fileName"))?;
    clean_name(name.as_str()?)
}

fn clean_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let clean: String = last.chars().filter(kept).take(NAME_MAX_CHARS).collect();
    let clean = clean.trim_matches(['.', ' ']).to_owned();
    (!clean.is_empty()).then_some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stations_file_name_is_only_a_name() {
        assert_eq!(clean_name("diag 2026.tar.gz").as_deref(), Some("diag 2026.tar.gz"));
        assert_eq!(clean_name("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(clean_name("a\"; x=\r\n<b>.zip").as_deref(), Some("a xb.zip"));
        assert_eq!(clean_name("...").as_deref(), None);
        assert_eq!(file_name(r#"{"fileName":"x.zip"}"#).as_deref(), Some("x.zip"));
    }
}
