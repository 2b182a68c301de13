//! Notes people keep about a site or a station: text, never markup.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{IssueId, SiteId, StationId};
use forecourt_store::note::SubjectKey;
use forecourt_store::{Cursor, NoteRecord, Page};
use serde_json::json;

use crate::{App, AppError, Principal};

/// Longest note, in characters.
const NOTE_MAX_CHARS: usize = 10_000;

/// What notes and documents are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Site(SiteId),
    Station(StationId),
    /// Documents only: what is said about an issue stands in its own history.
    Issue(IssueId),
}

impl Subject {
    pub(crate) fn key(self) -> SubjectKey {
        match self {
            Self::Site(id) => ("site", id.0),
            Self::Station(id) => ("station", id.0),
            Self::Issue(id) => ("issue", id.0),
        }
    }
}

impl App {
    /// Checks that the subject is the caller's business; gives its name.
    pub(crate) async fn own_subject(
        &self,
        principal: &Principal,
        subject: Subject,
    ) -> Result<String, AppError> {
        match subject {
            Subject::Site(id) => Ok(self.site(principal, id).await?.site.name),
            Subject::Station(id) => Ok(self.own_station(principal, id)?.record().identity.clone()),
            Subject::Issue(id) => Ok(self.own_issue(principal, id).await?.title),
        }
    }

    /// Newest first.
    pub async fn notes(
        &self,
        principal: &Principal,
        subject: Subject,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<NoteRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_subject(principal, subject).await?;
        Ok(self.store.notes(subject.key(), cursor, limit).await?)
    }

    pub async fn add_note(
        &self,
        principal: &Principal,
        subject: Subject,
        text: &str,
    ) -> Result<NoteRecord, AppError> {
        principal.require(Permission::Issues)?;
        let name = self.own_subject(principal, subject).await?;
        let note = NoteRecord {
            id: self.id(),
            organisation: principal.organisation,
            text: checked_text(text)?,
            written_by: principal.name(),
            at: self.now(),
            edited_at: None,
        };
        let (kind, id) = subject.key();
        let mut tx = self.store.begin().await?;
        tx.add_note(subject.key(), &note).await?;
        let line = self.note(principal, "note.added", (kind, id, &name));
        tx.audit(&line.made(&json!({ "text": note.text }))).await?;
        tx.commit().await?;
        self.tell_subject(principal, subject);
        Ok(note)
    }

    pub async fn edit_note(
        &self,
        principal: &Principal,
        subject: Subject,
        id: i64,
        text: &str,
    ) -> Result<NoteRecord, AppError> {
        let (name, mut note) = self.changeable_note(principal, subject, id).await?;
        let before = std::mem::replace(&mut note.text, checked_text(text)?);
        note.edited_at = Some(self.now());
        let (kind, subject_id) = subject.key();
        let mut tx = self.store.begin().await?;
        tx.change_note(id, &note.text, self.now()).await?;
        let line = self.note(principal, "note.edited", (kind, subject_id, &name));
        tx.audit(&line.changed(json!({ "text": before }), json!({ "text": note.text }))).await?;
        tx.commit().await?;
        self.tell_subject(principal, subject);
        Ok(note)
    }

    pub async fn delete_note(
        &self,
        principal: &Principal,
        subject: Subject,
        id: i64,
    ) -> Result<(), AppError> {
        let (name, note) = self.changeable_note(principal, subject, id).await?;
        let (kind, subject_id) = subject.key();
        let mut tx = self.store.begin().await?;
        tx.delete_note(id).await?;
        let line = self.note(principal, "note.removed", (kind, subject_id, &name));
        tx.audit(&line.gone(&json!({ "text": note.text }))).await?;
        tx.commit().await?;
        self.tell_subject(principal, subject);
        Ok(())
    }

    /// One's own, or anybody's for those who set up the network.
    async fn changeable_note(
        &self,
        principal: &Principal,
        subject: Subject,
        id: i64,
    ) -> Result<(String, NoteRecord), AppError> {
        principal.require(Permission::Issues)?;
        let name = self.own_subject(principal, subject).await?;
        let note = self.store.note(subject.key(), id).await?.ok_or(AppError::NotFound("note"))?;
        if note.written_by != principal.name() {
            principal.require(Permission::Network)?;
        }
        Ok((name, note))
    }

    pub(crate) fn tell_subject(&self, principal: &Principal, subject: Subject) {
        match subject {
            Subject::Site(id) => self.tell(principal, Some(id), None, What::Site),
            Subject::Station(id) => self.tell(principal, None, Some(id), What::Station),
            Subject::Issue(_) => self.tell(principal, None, None, What::Issue),
        }
    }
}

fn checked_text(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if text.is_empty() || text.chars().count() > NOTE_MAX_CHARS || !text.chars().all(plain) {
        return Err(AppError::field("/text", format!("1 to {NOTE_MAX_CHARS} characters")));
    }
    Ok(text.to_owned())
}
