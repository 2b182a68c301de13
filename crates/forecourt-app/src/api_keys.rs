//! Keys of outside programs.

use forecourt_core::Timestamp;
use forecourt_core::access::{PERMISSIONS, Permission};
use forecourt_core::id::{ApiKeyId, OrganisationId};
use forecourt_store::{ApiKeyRecord, NewApiKey};
use jiff::SignedDuration;

use crate::accounts::{checked_future, checked_name};
use crate::passwords::{digest, secret};
use crate::{App, AppError, Principal, Who};

/// What every key begins with, so that a leaked one is recognised.
const PREFIX: &str = "fck_";
/// Random bytes of a key.
const KEY_BYTES: usize = 32;
/// How exactly "last used" is kept.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

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
        let name = checked_name("/name", name)?;
        checked_future("/expires_at", expires_at, self.now())?;
        let key = format!("{PREFIX}{}", secret(KEY_BYTES));
        let record = ApiKeyRecord {
            id: ApiKeyId(self.id()),
            organisation,
            name,
            prefix: key.chars().take(PREFIX.len() + 6).collect(),
            scopes: scopes.unwrap_or_else(|| PERMISSIONS.to_vec()),
            created_at: self.now(),
            expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        let mut tx = self.store.begin().await?;
        tx.add_api_key(&NewApiKey { record: record.clone(), key_hash: digest(key.as_bytes()) }).await?;
        tx.commit().await?;
        Ok(IssuedKey { record, key })
    }

    pub async fn create_api_key(
        &self,
        principal: &Principal,
        name: &str,
        scopes: Option<Vec<Permission>>,
        expires_at: Option<Timestamp>,
    ) -> Result<IssuedKey, AppError> {
        principal.require(Permission::Integrations)?;
        // Nobody hands out more than they hold.
        let scopes =
            scopes.unwrap_or_else(|| PERMISSIONS.into_iter().filter(|p| principal.may(*p)).collect());
        if scopes.iter().any(|scope| !principal.may(*scope)) {
            return Err(AppError::Forbidden("a key cannot have rights that you do not have"));
        }
        self.issue_api_key(principal.organisation, name, Some(scopes), expires_at).await
    }

    pub async fn api_keys(&self, principal: &Principal) -> Result<Vec<ApiKeyRecord>, AppError> {
        principal.require(Permission::Integrations)?;
        Ok(self.store.api_keys(principal.organisation).await?)
    }

    pub async fn revoke_api_key(&self, principal: &Principal, id: ApiKeyId) -> Result<(), AppError> {
        principal.require(Permission::Integrations)?;
        let mut tx = self.store.begin().await?;
        let found = tx.revoke_api_key(principal.organisation, id, self.now()).await?;
        tx.commit().await?;
        if found { Ok(()) } else { Err(AppError::NotFound("API key")) }
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
