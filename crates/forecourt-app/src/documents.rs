//! Files people keep with a site, a station or an issue, and the picture of a site.
//!
//! A file's content is written to the data folder under a number of ours; nothing a person says becomes part of a path, and
//! nothing here looks inside but to tell a picture from what is none.

use std::path::PathBuf;

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::SiteId;
use forecourt_store::{DocumentRecord, SiteRecord};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::notes::Subject;
use crate::{App, AppError, Principal};

/// Largest document, in bytes: a manual with pictures.
pub const DOCUMENT_MAX_BYTES: usize = 10 * 1024 * 1024;
/// Largest picture of a site, in bytes: it is shown on phones.
pub const IMAGE_MAX_BYTES: usize = 4 * 1024 * 1024;
/// Documents of one site, station or issue.
const DOCUMENTS_MAX: u32 = 200;
/// Longest name of a document, in characters.
const NAME_MAX_CHARS: usize = 150;
const FOLDER: &str = "documents";
const IMAGE: &str = "site_image";

impl App {
    /// Newest first.
    pub async fn documents(
        &self,
        principal: &Principal,
        subject: Subject,
    ) -> Result<Vec<DocumentRecord>, AppError> {
        principal.require(Permission::Read)?;
        self.own_subject(principal, subject).await?;
        Ok(self.store.documents(subject.key(), DOCUMENTS_MAX).await?)
    }

    pub async fn add_document(
        &self,
        principal: &Principal,
        subject: Subject,
        name: &str,
        content: &[u8],
    ) -> Result<DocumentRecord, AppError> {
        principal.require(Permission::Issues)?;
        let subject_name = self.own_subject(principal, subject).await?;
        if content.is_empty() || content.len() > DOCUMENT_MAX_BYTES {
            return Err(AppError::field("", "1 byte to 10 MB"));
        }
        let kept = self.store.documents(subject.key(), DOCUMENTS_MAX).await?;
        if kept.len() >= DOCUMENTS_MAX as usize {
            return Err(AppError::Conflict(format!("{DOCUMENTS_MAX} documents are kept here already")));
        }
        let record = self.document_record(principal, clean_name(name)?, kind_of(content), content);
        self.write_document(record.id, content).await?;
        let (kind, id) = subject.key();
        let mut tx = self.store.begin().await?;
        tx.add_document(subject.key(), &record).await?;
        let line = self.note(principal, "document.added", (kind, id, &subject_name));
        tx.audit(&line.made(&json!({ "name": record.name, "bytes": record.bytes }))).await?;
        tx.commit().await?;
        self.tell_subject(principal, subject);
        Ok(record)
    }

    /// A document and where its content is.
    pub async fn document(
        &self,
        principal: &Principal,
        subject: Subject,
        id: i64,
    ) -> Result<(DocumentRecord, PathBuf), AppError> {
        principal.require(Permission::Read)?;
        self.own_subject(principal, subject).await?;
        let found = self.store.document(subject.key(), id).await?.ok_or(AppError::NotFound("document"))?;
        Ok((found, self.document_path(id)?))
    }

    pub async fn delete_document(
        &self,
        principal: &Principal,
        subject: Subject,
        id: i64,
    ) -> Result<(), AppError> {
        principal.require(Permission::Issues)?;
        let name = self.own_subject(principal, subject).await?;
        let found = self.store.document(subject.key(), id).await?.ok_or(AppError::NotFound("document"))?;
        if found.added_by != principal.name() {
            principal.require(Permission::Network)?;
        }
        let (kind, subject_id) = subject.key();
        let mut tx = self.store.begin().await?;
        tx.delete_document(id).await?;
        let line = self.note(principal, "document.removed", (kind, subject_id, &name));
        tx.audit(&line.gone(&json!({ "name": found.name, "sha256": found.sha256 }))).await?;
        tx.commit().await?;
        self.remove_file(id).await;
        self.tell_subject(principal, subject);
        Ok(())
    }

    /// The picture of a site, where it has one: its kind and its place.
    pub async fn site_image(
        &self,
        principal: &Principal,
        site: SiteId,
    ) -> Result<(DocumentRecord, PathBuf), AppError> {
        let nothing = || AppError::NotFound("picture");
        let image = self.site(principal, site).await?.site.image.ok_or_else(nothing)?;
        let record = self.store.document((IMAGE, site.0), image).await?.ok_or_else(nothing)?;
        Ok((record, self.document_path(image)?))
    }

    pub async fn set_site_image(
        &self,
        principal: &Principal,
        site: SiteId,
        content: &[u8],
    ) -> Result<(), AppError> {
        principal.require(Permission::Network)?;
        let found = self.site(principal, site).await?.site;
        let kind = kind_of(content);
        if content.len() > IMAGE_MAX_BYTES || !kind.starts_with("image/") {
            return Err(AppError::field("", "a PNG, JPEG or WebP picture of at most 4 MB"));
        }
        let record = self.document_record(principal, "picture".into(), kind, content);
        self.write_document(record.id, content).await?;
        self.change_image(principal, found, Some(&record)).await
    }

    pub async fn remove_site_image(&self, principal: &Principal, site: SiteId) -> Result<(), AppError> {
        principal.require(Permission::Network)?;
        let found = self.site(principal, site).await?.site;
        self.change_image(principal, found, None).await
    }

    async fn change_image(
        &self,
        principal: &Principal,
        mut site: SiteRecord,
        new: Option<&DocumentRecord>,
    ) -> Result<(), AppError> {
        let old = std::mem::replace(&mut site.image, new.map(|record| record.id));
        let mut tx = self.store.begin().await?;
        if let Some(record) = new {
            tx.add_document((IMAGE, site.id.0), record).await?;
        }
        if let Some(old) = old {
            tx.delete_document(old).await?;
        }
        tx.change_site(&site).await?;
        let deed = if new.is_some() { "site.picture_set" } else { "site.picture_removed" };
        tx.audit(&self.note(principal, deed, ("site", site.id.0, &site.name)).done()).await?;
        tx.commit().await?;
        if let Some(old) = old {
            self.remove_file(old).await;
        }
        self.tell(principal, Some(site.id), None, What::Site);
        Ok(())
    }

    fn document_record(
        &self,
        principal: &Principal,
        name: String,
        kind: &'static str,
        content: &[u8],
    ) -> DocumentRecord {
        DocumentRecord {
            id: self.id(),
            organisation: principal.organisation,
            name,
            media_type: kind.into(),
            bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
            sha256: Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect(),
            added_by: principal.name(),
            at: self.now(),
        }
    }

    fn document_path(&self, id: i64) -> Result<PathBuf, AppError> {
        let uploads = self.settings().security.uploads.clone();
        let uploads = uploads.ok_or_else(|| AppError::Conflict("this server keeps no files".into()))?;
        Ok(uploads.with_file_name(FOLDER).join(id.to_string()))
    }

    /// The file is whole on disk before a row names it.
    async fn write_document(&self, id: i64, content: &[u8]) -> Result<(), AppError> {
        let path = self.document_path(id)?;
        let failed = |error: std::io::Error| {
            tracing::warn!(%error, path = %path.display(), "a document could not be written");
            AppError::Conflict("the file could not be kept: the server's disk refused it".into())
        };
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(failed)?;
        }
        tokio::fs::write(&path, content).await.map_err(failed)
    }

    async fn remove_file(&self, id: i64) {
        let Ok(path) = self.document_path(id) else { return };
        if let Err(error) = tokio::fs::remove_file(&path).await {
            tracing::warn!(%error, path = %path.display(), "a document's file could not be removed");
        }
    }
}

/// What a file is, by its first bytes; what it calls itself does not count.
fn kind_of(content: &[u8]) -> &'static str {
    match content {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        _ => "application/octet-stream",
    }
}

/// The kind of a picture; `None`: it is none.
pub(crate) fn picture_kind(content: &[u8]) -> Option<&'static str> {
    Some(kind_of(content)).filter(|kind| kind.starts_with("image/"))
}

/// A name to show and to save under: no folder, nothing invisible.
fn clean_name(name: &str) -> Result<String, AppError> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let plain: String = last.chars().filter(|c| !c.is_control()).take(NAME_MAX_CHARS).collect();
    let plain = plain.trim().trim_start_matches('.').to_owned();
    if plain.is_empty() { Err(AppError::field("/name", "the name of the file")) } else { Ok(plain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_told_by_its_bytes() {
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\nrest"), "image/png");
        assert_eq!(kind_of(b"\xff\xd8\xff\xe0"), "image/jpeg");
        assert_eq!(kind_of(b"RIFF\0\0\0\0WEBPVP8 "), "image/webp");
        // What a browser would run is no picture, whatever it is called.
        assert_eq!(kind_of(b"<svg xmlns=\"http://www.w3.org/2000/svg\">"), "application/octet-stream");
    }

    #[test]
    fn a_name_is_only_a_name() {
        assert_eq!(clean_name("../../etc/passwd").expect("a name"), "passwd");
        assert_eq!(clean_name("C:\\plan\r\n.pdf").expect("a name"), "plan.pdf");
        assert!(clean_name("...").is_err());
    }
}
