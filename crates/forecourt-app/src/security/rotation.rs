//! A new password for a station, with a safe overlap: the old one and the new one open the door until the new one has
//! been seen to work (threat 16).
//!
//! The new password is kept as a keyed digest until then. 1.6 sends it as hexadecimal digits (security whitepaper,
//! AuthorizationKey); stations show the bytes, or the digits as text: both are taken, and what was shown is kept.

use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::command::{Command, Outcome, VariableName};
use forecourt_core::id::StationId;
use forecourt_store::security::RotationRecord;
use subtle::ConstantTimeEq as _;

use super::severity::PASSWORD_CHANGE_REFUSED;
use crate::commands::Asked;
use crate::live::Live;
use crate::passwords::{hash_of_generated, secret};
use crate::{App, AppError, Principal};

/// Random bytes of a new password; its text has 20 characters: 40 hexadecimal digits, which is what 1.6 takes at most.
const PASSWORD_BYTES: usize = 15;
/// Bounds of a chosen one, in characters (2.0.1 BasicAuthPassword: 16 to 40; 1.6 in hexadecimal: 20 bytes).
const CHOSEN_CHARS: std::ops::RangeInclusive<usize> = 16..=40;
const CHOSEN_16_CHARS: usize = 20;
/// Marks how a password is to be kept once it has worked.
const GENERATED: &str = "next-generated:";
const CHOSEN: &str = "next-chosen:";
const OCPP_16: &str = "ocpp1.6";

/// A password that worked for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NextPassword {
    /// As the station shows it.
    shown: Vec<u8>,
    generated: bool,
    /// The digest it was kept as: of this change and no other.
    kept: String,
}

impl NextPassword {
    pub fn of(shown: &[u8], kept: &str) -> Self {
        Self { shown: shown.to_vec(), generated: kept.starts_with(GENERATED), kept: kept.to_owned() }
    }
}

/// What a shown password may stand for: itself, or the bytes its hexadecimal digits name.
pub(crate) fn forms(shown: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![shown.to_vec()];
    let digits: Option<Vec<u8>> =
        shown.iter().map(|byte| (*byte as char).to_digit(16).map(|digit| digit as u8)).collect();
    if let Some(digits) = digits.filter(|digits| !digits.is_empty() && digits.len().is_multiple_of(2)) {
        all.push(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect());
    }
    all
}

fn label(station: StationId) -> String {
    format!("next password of station {station}")
}

/// What was asked for; a generated password is shown this once.
#[derive(Debug, Clone)]
pub struct StartedRotation {
    pub rotation: RotationRecord,
    pub password: Option<String>,
}

impl App {
    pub(crate) fn is_next(&self, station: StationId, shown: &[u8], kept: &str) -> bool {
        let Some(digest) = kept.strip_prefix(GENERATED).or_else(|| kept.strip_prefix(CHOSEN)) else {
            return false;
        };
        let ours = self.vault().keyed_digest(&label(station), shown);
        ours.is_ok_and(|ours| ours.as_bytes().ct_eq(digest.as_bytes()).into())
    }

    pub async fn password_rotation(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<Option<RotationRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        Ok(self.store.rotation(station).await?)
    }

    /// Gives a connected station a new password: the one named, or a fresh one.
    pub async fn rotate_password(
        self: &Arc<Self>,
        principal: &Principal,
        station: StationId,
        chosen: Option<String>,
    ) -> Result<StartedRotation, AppError> {
        principal.require(Permission::Network)?;
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        if live.link().orders.is_none() {
            return Err(AppError::Conflict(
                "the charger is not connected: a new password can only be sent to it when it is".into(),
            ));
        }
        let password = match &chosen {
            Some(chosen) => checked(&live, chosen)?.to_owned(),
            None => secret(PASSWORD_BYTES),
        };
        let (id, identity) = (live.record().id.0, live.record().identity.clone());
        self.keep_note(
            self.note(principal, "station.password_set", ("station", id, identity.as_str())).done(),
        )
        .await?;
        let (app, sent, generated, by) = (self.clone(), password.clone(), chosen.is_none(), principal.name());
        // To its end, whether or not somebody still waits for the answer.
        let work = tokio::spawn(async move { app.send_password(&live, &sent, generated, by).await });
        let rotation = work.await.map_err(|_| AppError::Conflict("the change was cut off".into()))??;
        let refused = rotation.state == "refused";
        Ok(StartedRotation { rotation, password: (chosen.is_none() && !refused).then_some(password) })
    }

    /// Keeps the new password beside the old one, sends it, and keeps what became of it.
    pub(crate) async fn send_password(
        &self,
        live: &Live,
        password: &str,
        generated: bool,
        asked_by: String,
    ) -> Result<RotationRecord, AppError> {
        let record = live.record();
        // One change at a time: of two new passwords nobody could say which the station took.
        let _turn = self.rotations.take(record.id).ok_or_else(|| {
            AppError::Conflict("a new password is on its way to this charger already".into())
        })?;
        let mark = if generated { GENERATED } else { CHOSEN };
        let kept = self.vault().keyed_digest(&label(record.id), password.as_bytes())?;
        let kept = format!("{mark}{kept}");
        let now = self.now();
        let mut rotation = RotationRecord {
            station: record.id,
            state: "sending".into(),
            detail: Some("The new password is on its way; the old one and the new one open the door.".into()),
            asked_by: asked_by.clone(),
            started_at: now,
            changed_at: now,
        };
        // Stored before it is sent: whatever happens between, both are known.
        self.set_security(live, |record| record.next_password_hash = Some(kept.clone())).await?;
        self.put_rotation(live, &rotation).await?;
        let (command, name) = password_command(live, password);
        let asked = Asked {
            name: "write_variable",
            request: serde_json::json!({"command": "write_variable", "name": name, "value": "***"})
                .to_string(),
            queue_until: None,
        };
        let (done, outcome) = self.ask(live, command, asked, asked_by).await?;
        let said = done.detail.unwrap_or_default();
        let (state, detail) = match outcome {
            Outcome::Answered { accepted: true, .. } => (
                "waiting",
                "The charger took the new password. The old one is dropped when it has come in with the new one.".into(),
            ),
            Outcome::NoAnswer => (
                "unclear",
                format!("{said} The old password and the new one open the door until one is seen to be in use."),
            ),
            _ => ("refused", format!("{said} The old password holds.")),
        };
        rotation.state = state.into();
        rotation.detail = Some(detail);
        rotation.changed_at = self.now();
        if state == "refused" {
            self.drop_next_password(live, &kept).await?;
            self.security_event(live, PASSWORD_CHANGE_REFUSED, Some(said)).await;
        } else if live.record().next_password_hash.as_deref() != Some(kept.as_str()) {
            // It has come back with the new one before its answer was looked at.
            return Ok(self.store.rotation(live.record().id).await?.unwrap_or(rotation));
        }
        self.put_rotation(live, &rotation).await?;
        Ok(rotation)
    }

    async fn drop_next_password(&self, live: &Live, kept: &str) -> Result<(), AppError> {
        self.set_security(live, |record| {
            if record.next_password_hash.as_deref() == Some(kept) {
                record.next_password_hash = None;
            }
        })
        .await
    }

    async fn put_rotation(&self, live: &Live, rotation: &RotationRecord) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.put_rotation(rotation).await?;
        tx.commit().await?;
        self.publish(live, self.now(), What::Station);
        Ok(())
    }

    /// The new password has worked: from now on it is the only one.
    pub(crate) async fn prove_password(
        &self,
        live: &Live,
        next: NextPassword,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let hash = if next.generated {
            hash_of_generated(&String::from_utf8_lossy(&next.shown))
        } else {
            self.passwords.hash(&next.shown).await.map_err(|_| AppError::TooMany)?
        };
        self.set_security(live, |record| {
            if record.next_password_hash.as_deref() == Some(next.kept.as_str()) {
                record.password_hash = Some(hash.clone());
                record.next_password_hash = None;
            }
        })
        .await?;
        let station = live.record().id;
        let Some(mut rotation) = self.store.rotation(station).await? else { return Ok(()) };
        rotation.state = "done".into();
        rotation.detail =
            Some("The charger came in with the new password; the old one no longer opens the door.".into());
        rotation.changed_at = now;
        self.put_rotation(live, &rotation).await
    }

    /// Changes what opens a station's door, in storage and then in memory.
    pub(crate) async fn set_security(
        &self,
        live: &Live,
        change: impl FnOnce(&mut forecourt_store::station::StationRecord),
    ) -> Result<(), AppError> {
        let _turn = self.security_turn.lock().await;
        let mut record = (*live.record()).clone();
        change(&mut record);
        let mut tx = self.store.begin().await?;
        tx.set_station_security(
            record.id,
            record.password_hash.as_deref(),
            record.next_password_hash.as_deref(),
            record.security_profile,
            record.next_security_profile,
        )
        .await?;
        tx.commit().await?;
        let mut fresh = (*live.record()).clone();
        fresh.password_hash = record.password_hash;
        fresh.next_password_hash = record.next_password_hash;
        fresh.security_profile = record.security_profile;
        fresh.next_security_profile = record.next_security_profile;
        fresh.version += 1;
        live.set_record(fresh);
        Ok(())
    }
}

fn speaks_16(live: &Live) -> bool {
    live.link().protocol == Some(OCPP_16)
}

fn checked<'a>(live: &Live, chosen: &'a str) -> Result<&'a str, AppError> {
    let most = if speaks_16(live) { CHOSEN_16_CHARS } else { *CHOSEN_CHARS.end() };
    let count = chosen.chars().count();
    let fits = count >= *CHOSEN_CHARS.start() && count <= most;
    // 2.0.1 passwordString; what every station can keep.
    let plain = chosen.chars().all(|c| c.is_ascii_alphanumeric() || "*-_=:+|@.".contains(c));
    if fits && plain {
        return Ok(chosen);
    }
    let least = CHOSEN_CHARS.start();
    Err(AppError::field("/password", format!("{least} to {most} letters, digits and * - _ = : + | @ .")))
}

/// 1.6 names no component.
fn password_command(live: &Live, password: &str) -> (Command, &'static str) {
    let (component, name, value) = if speaks_16(live) {
        let hex = password.bytes().map(|byte| format!("{byte:02x}")).collect();
        ("", "AuthorizationKey", hex)
    } else {
        ("SecurityCtrlr", "BasicAuthPassword", password.to_owned())
    };
    let variable = VariableName { component: component.into(), name: name.into() };
    (Command::WriteVariable { variable, value }, name)
}

#[cfg(test)]
mod tests {
    use super::forms;

    #[test]
    fn digits_stand_for_bytes_too() {
        assert_eq!(forms(b"6162"), [b"6162".to_vec(), b"ab".to_vec()]);
        assert_eq!(forms(b"xyz"), [b"xyz".to_vec()]);
        assert_eq!(forms(b""), [b"".to_vec()]);
        assert_eq!(forms(b"616"), [b"616".to_vec()]);
    }
}
