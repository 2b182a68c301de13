//! Keys of outside programs.

use forecourt_core::Timestamp;
use forecourt_core::access::{PERMISSIONS, Permission, Permissions};
use forecourt_core::id::{ApiKeyId, OrganisationId};
use forecourt_store::{ApiKeyRecord, NewApiKey};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::accounts::{checked_future, checked_name};
use crate::passwords::{digest, secret};
use crate::{App, AppError, Principal, Who};

/// What every key begins with, so that a leaked one is recognised.
const PREFIX: &str = "fck_";
/// Random bytes of a key.
const KEY_BYTES: usize = 32;
/// How exactly "last used" is kept.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Longest time both keys work: a month.
const OVERLAP_MAX: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A new key; its text is shown this once.
#[derive(Debug, Clone)]
pub struct IssuedKey {
    pub record: ApiKeyRecord,
    pub key: String,
}

impl App {
    /// Without scopes the key may do everything.
    pub async fn issue_api_key(
        &self,
        organisation: OrganisationId,
        name: &str,
        scopes: Option<Vec<Permission>>,
        expires_at: Option<Timestamp>,
    ) -> Result<IssuedKey, AppError> {
        let scopes = scopes.unwrap_or_else(|| PERMISSIONS.to_vec());
        let issued = self.new_key(organisation, name, scopes, expires_at)?;
        let record = &issued.record;
        let mut tx = self.store.begin().await?;
        tx.add_api_key(&new_row(&issued)).await?;
        let subject = ("api_key", record.id.0, record.name.as_str());
        let note = self.note_by(organisation, ("system", 0, "command line"), "api_key.added", subject);
        tx.audit(&note.made(&described(record))).await?;
        tx.commit().await?;
        Ok(issued)
    }

    fn new_key(
        &self,
        organisation: OrganisationId,
        name: &str,
        scopes: Vec<Permission>,
        expires_at: Option<Timestamp>,
    ) -> Result<IssuedKey, AppError> {
        checked_future("/expires_at", expires_at, self.now())?;
        let key = format!("{PREFIX}{}", secret(KEY_BYTES));
        let record = ApiKeyRecord {
            id: ApiKeyId(self.id()),
            organisation,
            name: checked_name("/name", name)?,
            prefix: key.chars().take(PREFIX.len() + 6).collect(),
            scopes: scopes.into_iter().collect::<Permissions>().iter().collect(),
            created_at: self.now(),
            expires_at,
            last_used_at: None,
            revoked_at: None,
            created_by: None,
            replaced_by: None,
        };
        Ok(IssuedKey { record, key })
    }

    pub async fn create_api_key(
        &self,
        principal: &Principal,
        name: &str,
        scopes: Option<Vec<Permission>>,
        expires_at: Option<Timestamp>,
    ) -> Result<IssuedKey, AppError> {
        may_manage_keys(principal)?;
        let scopes = scopes.unwrap_or_else(|| principal.permissions.iter().collect());
        within(principal, &scopes)?;
        if scopes.is_empty() {
            return Err(AppError::field("/scopes", "choose at least one"));
        }
        let mut issued = self.new_key(principal.organisation, name, scopes, expires_at)?;
        issued.record.created_by = Some(principal.name());
        let mut tx = self.store.begin().await?;
        tx.add_api_key(&new_row(&issued)).await?;
        let subject = ("api_key", issued.record.id.0, issued.record.name.as_str());
        tx.audit(&self.note(principal, "api_key.added", subject).made(&described(&issued.record))).await?;
        tx.commit().await?;
        Ok(issued)
    }

    /// A new key that may do the same; the old one works on until the overlap is over.
    pub async fn rotate_api_key(
        &self,
        principal: &Principal,
        id: ApiKeyId,
        overlap: SignedDuration,
    ) -> Result<IssuedKey, AppError> {
        if overlap.is_negative() || overlap > OVERLAP_MAX {
            return Err(AppError::field("/overlap_hours", "0 to 720"));
        }
        let old = self.api_keys(principal).await?.into_iter().find(|key| key.id == id);
        let old = old.filter(|key| key.revoked_at.is_none()).ok_or(AppError::NotFound("API key"))?;
        within(principal, &old.scopes)?;
        if old.replaced_by.is_some() {
            return Err(AppError::Conflict("this key has a successor already".into()));
        }
        let until = self.now() + overlap;
        let until = old.expires_at.map_or(until, |ends| ends.min(until));
        let ends = old.expires_at.filter(|ends| *ends > self.now());
        let mut issued = self.new_key(principal.organisation, &old.name, old.scopes.clone(), ends)?;
        issued.record.created_by = Some(principal.name());
        let mut tx = self.store.begin().await?;
        tx.add_api_key(&new_row(&issued)).await?;
        tx.replace_api_key(id, issued.record.id, until).await?;
        let note = self.note(principal, "api_key.rotated", ("api_key", id.0, &old.name));
        tx.audit(&note.made(&json!({"successor": issued.record.prefix, "old_ends": until.to_string()})))
            .await?;
        tx.commit().await?;
        Ok(issued)
    }

    pub async fn api_keys(&self, principal: &Principal) -> Result<Vec<ApiKeyRecord>, AppError> {
        may_manage_keys(principal)?;
        Ok(self.store.api_keys(principal.organisation).await?)
    }

    pub async fn revoke_api_key(&self, principal: &Principal, id: ApiKeyId) -> Result<(), AppError> {
        may_manage_keys(principal)?;
        let mut tx = self.store.begin().await?;
        let name = tx.revoke_api_key(principal.organisation, id, self.now()).await?;
        let name = name.ok_or(AppError::NotFound("API key"))?;
        tx.audit(&self.note(principal, "api_key.revoked", ("api_key", id.0, &name)).done()).await?;
        Ok(tx.commit().await?)
    }

    /// Who holds this key.
    pub async fn principal_of_key(&self, key: &str) -> Result<Principal, AppError> {
        let now = self.now();
        let record = self.store.api_key(&digest(key.as_bytes()), now).await?.ok_or(AppError::SignedOut)?;
        if record.last_used_at.is_none_or(|used| now.duration_since(used) >= TOUCH_EVERY) {
            let mut tx = self.store.begin().await?;
            tx.touch_api_key(record.id, now).await?;
            tx.commit().await?;
        }
        let who = Who::Program { id: record.id, name: record.name, scopes: record.scopes };
        Ok(Principal::new(record.organisation, who))
    }
}

fn may_manage_keys(principal: &Principal) -> Result<(), AppError> {
    principal.require(Permission::Integrations)?;
    principal.require_every_site()
}

/// Nobody hands out more than they hold.
fn within(principal: &Principal, scopes: &[Permission]) -> Result<(), AppError> {
    if scopes.iter().all(|scope| principal.may(*scope)) {
        return Ok(());
    }
    Err(AppError::Forbidden("a key cannot have rights that you do not have"))
}

fn new_row(issued: &IssuedKey) -> NewApiKey {
    NewApiKey { record: issued.record.clone(), key_hash: digest(issued.key.as_bytes()) }
}

fn described(record: &ApiKeyRecord) -> Value {
    let scopes: Vec<&str> = record.scopes.iter().map(|scope| scope.as_str()).collect();
    json!({"prefix": record.prefix, "scopes": scopes, "expires_at": crate::audit::moment(record.expires_at)})
}
