//! Id tokens (charge keys).

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::IdTokenId;
use forecourt_core::token::{TOKEN_MAX_CHARS, TokenKind, TokenStatus};
use forecourt_store::{Cursor, Page, TokenRecord};
use serde_json::{Value, json};

use crate::accounts::checked_name;
use crate::{App, AppError, Principal};

#[derive(Debug, Clone)]
pub struct NewToken {
    pub uid: String,
    pub kind: TokenKind,
    pub alias: Option<String>,
    pub status: TokenStatus,
    pub expires_at: Option<Timestamp>,
    pub group: Option<String>,
}

/// `None` leaves a member as it is; `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct TokenEdit {
    pub kind: Option<TokenKind>,
    pub alias: Option<Option<String>>,
    pub status: Option<TokenStatus>,
    pub expires_at: Option<Option<Timestamp>>,
    pub group: Option<Option<String>>,
}

impl App {
    pub async fn tokens(
        &self,
        principal: &Principal,
        text: Option<&str>,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<TokenRecord>, AppError> {
        principal.require(Permission::TokensRead)?;
        Ok(self.store.tokens(principal.organisation, text, cursor, limit).await?)
    }

    pub async fn token(&self, principal: &Principal, id: IdTokenId) -> Result<TokenRecord, AppError> {
        principal.require(Permission::TokensRead)?;
        self.store.token(principal.organisation, id).await?.ok_or(AppError::NotFound("charge key"))
    }

    pub async fn add_token(&self, principal: &Principal, new: NewToken) -> Result<TokenRecord, AppError> {
        principal.require(Permission::Tokens)?;
        let record = TokenRecord {
            id: IdTokenId(self.id()),
            organisation: principal.organisation,
            uid: checked_uid(&new.uid)?,
            kind: new.kind,
            alias: checked_optional("/alias", new.alias)?,
            status: new.status,
            expires_at: new.expires_at,
            group: checked_optional("/group", new.group)?,
            created_at: self.now(),
            version: 1,
            last_used_at: None,
        };
        let mut tx = self.store.begin().await?;
        tx.add_token(&record).await.map_err(|error| match error {
            forecourt_store::StoreError::Conflict => {
                AppError::Conflict("a charge key with this number exists already".into())
            }
            other => other.into(),
        })?;
        let note = self.note(principal, "id_token.added", ("id_token", record.id.0, &record.uid));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        self.known_tokens.forget();
        self.doubt_local_lists().await?;
        self.tell(principal, None, None, What::IdToken);
        Ok(record)
    }

    pub async fn edit_token(
        &self,
        principal: &Principal,
        id: IdTokenId,
        expected: Option<i64>,
        edit: TokenEdit,
    ) -> Result<TokenRecord, AppError> {
        principal.require(Permission::Tokens)?;
        let mut record = self.token(principal, id).await?;
        let before = described(&record);
        if expected.is_some_and(|version| version != record.version) {
            return Err(AppError::Stale);
        }
        record.kind = edit.kind.unwrap_or(record.kind);
        record.status = edit.status.unwrap_or(record.status);
        record.alias = checked_optional("/alias", edit.alias.unwrap_or(record.alias))?;
        record.group = checked_optional("/group", edit.group.unwrap_or(record.group))?;
        record.expires_at = edit.expires_at.unwrap_or(record.expires_at);
        let mut tx = self.store.begin().await?;
        tx.change_token(&record).await?;
        let note = self.note(principal, "id_token.edited", ("id_token", id.0, &record.uid));
        tx.audit(&note.changed(before, described(&record))).await?;
        tx.commit().await?;
        self.known_tokens.forget();
        self.doubt_local_lists().await?;
        self.tell(principal, None, None, What::IdToken);
        self.token(principal, id).await
    }

    pub async fn delete_token(&self, principal: &Principal, id: IdTokenId) -> Result<(), AppError> {
        principal.require(Permission::Tokens)?;
        let record = self.token(principal, id).await?;
        let mut tx = self.store.begin().await?;
        let found = tx.delete_token(principal.organisation, id).await?;
        let note = self.note(principal, "id_token.deleted", ("id_token", id.0, &record.uid));
        tx.audit(&note.gone(&described(&record))).await?;
        tx.commit().await?;
        self.known_tokens.forget();
        self.doubt_local_lists().await?;
        if !found {
            return Err(AppError::NotFound("charge key"));
        }
        self.tell(principal, None, None, What::IdToken);
        Ok(())
    }
}

fn described(record: &TokenRecord) -> Value {
    json!({"uid": record.uid, "kind": record.kind, "alias": record.alias, "status": record.status,
        "group": record.group, "expires_at": crate::audit::moment(record.expires_at)})
}

fn checked_uid(uid: &str) -> Result<String, AppError> {
    let uid = uid.trim();
    if uid.is_empty()
        || uid.chars().count() > TOKEN_MAX_CHARS
        || uid.chars().any(|c| c.is_control() || c.is_whitespace())
    {
        return Err(AppError::field("/uid", format!("1 to {TOKEN_MAX_CHARS} characters without blanks")));
    }
    Ok(uid.to_owned())
}

pub(crate) fn checked_optional(field: &str, text: Option<String>) -> Result<Option<String>, AppError> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => checked_name(field, &text).map(Some),
        None => Ok(None),
    }
}
