//! The charge keys a station knows while it is offline (2.0.1 block D, 1.6 Local Auth List Management), kept equal to
//! ours by a reconciler: differences are sent, the whole list where the versions do not agree.

use std::collections::HashMap;

use forecourt_core::access::Permission;
use forecourt_core::command::{Command, LocalListEntry, Outcome, SendLocalList};
use forecourt_core::id::StationId;
use forecourt_core::token::Verdict;
use forecourt_store::wanted::{ListedToken, LocalListRecord};
use jiff::SignedDuration;

use crate::live::Live;
use crate::{App, AppError, Principal};

/// Entries of one list: stations in the field take between 50 and 10,000; what is too much is refused and said so.
const ENTRIES_MAX: i64 = 5_000;
/// Sent in one message. 2.0.1 LocalAuthListCtrlr/ItemsPerMessage and 1.6 SendLocalListMaxLength are often 50 or more.
const ENTRIES_PER_MESSAGE: usize = 50;
/// How long a refusal rests before the next try.
const REST: SignedDuration = SignedDuration::from_mins(30);

impl App {
    pub async fn local_list(
        &self,
        principal: &Principal,
        station: StationId,
    ) -> Result<LocalListRecord, AppError> {
        principal.require(Permission::Read)?;
        self.own_station(principal, station)?;
        self.list_or_none(station).await
    }

    /// Whether we keep this station's list. Switched off, the station is told to forget it.
    pub async fn keep_local_list(
        &self,
        principal: &Principal,
        station: StationId,
        enabled: bool,
    ) -> Result<LocalListRecord, AppError> {
        principal.require(Permission::Command)?;
        let live = self.own_station(principal, station)?;
        let mut list = self.list_or_none(station).await?;
        if list.enabled != enabled {
            list = LocalListRecord { enabled, state: "new".into(), detail: None, retry_at: None, ..list };
            let (at, identity) = (live.record().id.0, live.record().identity.clone());
            let note = self.note(principal, "station.local_list", ("station", at, identity.as_str()));
            self.keep_note(note.made(&serde_json::json!({"kept": enabled}))).await?;
            self.save_list(&list).await?;
        }
        live.link().errands = true;
        Ok(list)
    }

    async fn list_or_none(&self, station: StationId) -> Result<LocalListRecord, AppError> {
        let found = self.store.local_list(station).await?;
        Ok(found.unwrap_or_else(|| LocalListRecord {
            station,
            enabled: false,
            version: 0,
            entries: String::new(),
            state: "off".into(),
            detail: None,
            changed_at: self.now(),
            retry_at: None,
        }))
    }

    async fn save_list(&self, list: &LocalListRecord) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.put_local_list(list).await?;
        Ok(tx.commit().await?)
    }

    /// A charge key changed: lists with it are looked at again.
    pub(crate) async fn doubt_local_lists(&self) -> Result<(), AppError> {
        for station in self.store.stations_with_list().await? {
            self.has_errands(station);
        }
        Ok(())
    }

    /// Sends what a station's list lacks. Says whether nothing is left to do.
    pub(crate) async fn reconcile_local_list(&self, live: &Live) -> Result<bool, AppError> {
        let record = live.record();
        let Some(list) = self.store.local_list(record.id).await? else { return Ok(true) };
        let resting = list.retry_at.is_some_and(|at| at > self.now());
        if resting || (!list.enabled && list.state == "off") {
            return Ok(!list.enabled);
        }
        let tokens = match list.enabled {
            true => {
                let place = (record.site, record.id);
                self.store.listed_tokens(record.organisation, place, ENTRIES_MAX).await?
            }
            false => Vec::new(),
        };
        let wanted: Vec<LocalListEntry> = tokens.into_iter().map(entry).collect();
        let held: Option<Vec<LocalListEntry>> = serde_json::from_str(&list.entries).ok();
        if list.state == "current" && held.as_ref() == Some(&wanted) {
            return Ok(true);
        }
        let sent = self.send_list(live, &list, held, &wanted).await?;
        let now = self.now();
        let next = match sent {
            Sent::Held(version) => LocalListRecord {
                version,
                entries: serde_json::to_string(&wanted).unwrap_or_default(),
                state: if list.enabled { "current" } else { "off" }.into(),
                detail: None,
                changed_at: now,
                retry_at: None,
                ..list
            },
            Sent::Refused(detail) => LocalListRecord {
                entries: String::new(),
                state: "refused".into(),
                detail: Some(detail),
                changed_at: now,
                retry_at: Some(now + REST),
                ..list
            },
            Sent::Away => return Ok(false),
        };
        let done = next.retry_at.is_none();
        self.save_list(&next).await?;
        Ok(done)
    }

    async fn send_list(
        &self,
        live: &Live,
        list: &LocalListRecord,
        held: Option<Vec<LocalListEntry>>,
        wanted: &[LocalListEntry],
    ) -> Result<Sent, AppError> {
        if let Some(held) = held.filter(|_| list.version > 0 && !wanted.is_empty()) {
            let changes = difference(&held, wanted);
            match self.send_parts(live, list.version, true, &changes).await? {
                // The station does not have the list we think it has: the whole of it, then.
                Sent::Refused(_) => {}
                sent => return Ok(sent),
            }
        }
        self.send_parts(live, list.version, false, wanted).await
    }

    /// The first message of a whole list replaces, the rest adds (2.0.1 D01.FR.04).
    async fn send_parts(
        &self,
        live: &Live,
        version: i64,
        differential: bool,
        entries: &[LocalListEntry],
    ) -> Result<Sent, AppError> {
        let mut version = version;
        let empty: &[LocalListEntry] = &[];
        let parts: Vec<&[LocalListEntry]> = match entries.is_empty() {
            true => vec![empty],
            false => entries.chunks(ENTRIES_PER_MESSAGE).collect(),
        };
        for (index, part) in parts.into_iter().enumerate() {
            version += 1;
            let list =
                SendLocalList { version, differential: differential || index > 0, entries: part.to_vec() };
            match self.order(live, Command::SendLocalList(list)).await?.1 {
                Outcome::Answered { accepted: true, .. } => {}
                Outcome::Offline | Outcome::NoAnswer | Outcome::Busy => return Ok(Sent::Away),
                Outcome::Answered { status, .. } => return Ok(Sent::Refused(status.unwrap_or_default())),
                Outcome::Failed { code, .. } => return Ok(Sent::Refused(code)),
                Outcome::Impossible { reason } => return Ok(Sent::Refused(reason)),
            }
        }
        Ok(Sent::Held(version))
    }
}

enum Sent {
    /// With the version it has now.
    Held(i64),
    Refused(String),
    Away,
}

fn entry(token: ListedToken) -> LocalListEntry {
    LocalListEntry {
        uid: token.uid,
        kind: token.kind,
        verdict: Some(if token.blocked { Verdict::Blocked } else { Verdict::Accepted }),
        expires_at: token.expires_at,
        group: token.group,
    }
}

/// What turns one list into the other; an entry without verdict takes the key out.
fn difference(held: &[LocalListEntry], wanted: &[LocalListEntry]) -> Vec<LocalListEntry> {
    let by_key = |entries: &[LocalListEntry]| -> HashMap<String, LocalListEntry> {
        entries.iter().map(|entry| (entry.uid.to_uppercase(), entry.clone())).collect()
    };
    let (old, new) = (by_key(held), by_key(wanted));
    let changed = wanted.iter().filter(|entry| old.get(&entry.uid.to_uppercase()) != Some(entry)).cloned();
    let gone = held.iter().filter(|entry| !new.contains_key(&entry.uid.to_uppercase()));
    let removed =
        gone.map(|entry| LocalListEntry { verdict: None, expires_at: None, group: None, ..entry.clone() });
    changed.chain(removed).collect()
}

#[cfg(test)]
mod tests {
    use forecourt_core::token::TokenKind;

    use super::*;

    fn key(uid: &str, verdict: Verdict) -> LocalListEntry {
        LocalListEntry {
            uid: uid.into(),
            kind: TokenKind::Rfid,
            verdict: Some(verdict),
            expires_at: None,
            group: None,
        }
    }

    #[test]
    fn a_difference_names_what_changed_and_what_is_gone() {
        let held = [key("A", Verdict::Accepted), key("B", Verdict::Accepted), key("C", Verdict::Accepted)];
        let wanted = [key("a", Verdict::Accepted), key("B", Verdict::Blocked), key("D", Verdict::Accepted)];
        let changes = difference(&held, &wanted);
        let words: Vec<_> = changes.iter().map(|e| (e.uid.as_str(), e.verdict)).collect();
        let (yes, no) = (Some(Verdict::Accepted), Some(Verdict::Blocked));
        assert_eq!(words, [("a", yes), ("B", no), ("D", yes), ("C", None)]);
    }
}
