//! Id tokens (charge keys): who may charge, and whose the keys are.
//!
//! A key is linked to a driver, a car or both, or it is a team's. All of them are of one fleet: data are kept apart.

mod files;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::driver::Fleet;
use forecourt_core::id::{CarId, DriverId, IdTokenId, TeamId};
use forecourt_core::token::{TOKEN_MAX_CHARS, TokenKind, TokenStatus, key_of};
use forecourt_store::token::TokenFilter;
use forecourt_store::{Cursor, Page, StoreError, TokenRecord};
use serde_json::{Value, json};

use crate::accounts::checked_name;
use crate::{App, AppError, Principal};

pub use files::{KeyImport, KeyLine};

/// Keys that one bulk request may name.
const BULK_MAX: usize = 500;

#[derive(Debug, Clone)]
pub struct NewToken {
    pub uid: String,
    pub kind: TokenKind,
    pub alias: Option<String>,
    pub status: TokenStatus,
    pub expires_at: Option<Timestamp>,
    pub group: Option<String>,
    pub driver: Option<DriverId>,
    pub car: Option<CarId>,
    pub team: Option<TeamId>,
}

impl Default for NewToken {
    fn default() -> Self {
        Self {
            uid: String::new(),
            kind: TokenKind::Rfid,
            alias: None,
            status: TokenStatus::Accepted,
            expires_at: None,
            group: None,
            driver: None,
            car: None,
            team: None,
        }
    }
}

/// `None` leaves a member as it is; `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct TokenEdit {
    pub kind: Option<TokenKind>,
    pub alias: Option<Option<String>>,
    pub status: Option<TokenStatus>,
    pub expires_at: Option<Option<Timestamp>>,
    pub group: Option<Option<String>>,
    pub driver: Option<Option<DriverId>>,
    pub car: Option<Option<CarId>>,
    pub team: Option<Option<TeamId>>,
}

/// What is done to many keys at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenBulk {
    Block,
    Unblock,
    Delete,
}

impl App {
    pub async fn tokens(
        &self,
        principal: &Principal,
        filter: &TokenFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<TokenRecord>, AppError> {
        principal.require(Permission::TokensRead)?;
        Ok(self.store.tokens(principal.organisation, filter, cursor, limit).await?)
    }

    pub async fn token(&self, principal: &Principal, id: IdTokenId) -> Result<TokenRecord, AppError> {
        principal.require(Permission::TokensRead)?;
        self.store.token(principal.organisation, id).await?.ok_or(AppError::NotFound("charge key"))
    }

    /// A key of nobody, as it is made.
    pub(crate) fn blank_token(
        &self,
        principal: &Principal,
        uid: String,
        kind: TokenKind,
        status: TokenStatus,
    ) -> TokenRecord {
        TokenRecord {
            id: IdTokenId(self.id()),
            organisation: principal.organisation,
            uid,
            kind,
            alias: None,
            status,
            expires_at: None,
            group: None,
            fleet: None,
            driver: None,
            car: None,
            team: None,
            created_at: self.now(),
            version: 1,
            last_used_at: None,
            driver_name: None,
            car_plate: None,
            team_name: None,
        }
    }

    pub async fn add_token(&self, principal: &Principal, new: NewToken) -> Result<TokenRecord, AppError> {
        principal.require(Permission::Tokens)?;
        let record = TokenRecord {
            alias: checked_optional("/alias", new.alias)?,
            expires_at: new.expires_at,
            group: checked_optional("/group", new.group)?,
            driver: new.driver,
            car: new.car,
            team: new.team,
            ..self.blank_token(principal, checked_key(&new.uid, new.kind)?, new.kind, new.status)
        };
        let record = self.linked(principal, record).await?;
        let mut tx = self.store.begin().await?;
        tx.add_token(&record).await.map_err(taken)?;
        tx.hold_new_token(&record, self.now(), IdTokenId(self.id())).await?;
        let note = self.note(principal, "id_token.added", ("id_token", record.id.0, &record.uid));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        self.told_of_keys(principal).await?;
        self.token(principal, record.id).await
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
        let before = record.clone();
        if expected.is_some_and(|version| version != record.version) {
            return Err(AppError::Stale);
        }
        record.kind = edit.kind.unwrap_or(record.kind);
        record.status = edit.status.unwrap_or(record.status);
        record.alias = checked_optional("/alias", edit.alias.unwrap_or(record.alias))?;
        record.group = checked_optional("/group", edit.group.unwrap_or(record.group))?;
        record.expires_at = edit.expires_at.unwrap_or(record.expires_at);
        record.driver = edit.driver.unwrap_or(record.driver);
        record.car = edit.car.unwrap_or(record.car);
        record.team = edit.team.unwrap_or(record.team);
        let link = |r: &TokenRecord| (r.driver, r.car, r.team);
        if link(&record) != link(&before) {
            record = self.linked(principal, record).await?;
        }
        let mut tx = self.store.begin().await?;
        tx.change_token(&record).await?;
        tx.hold_token(&record, self.now(), IdTokenId(self.id())).await?;
        let note = self.note(principal, "id_token.edited", ("id_token", id.0, &record.uid));
        tx.audit(&note.changed(described(&before), described(&record))).await?;
        tx.commit().await?;
        self.told_of_keys(principal).await?;
        self.token(principal, id).await
    }

    /// Checks whom a key is linked to: they exist, are of one fleet, and a team's key is nobody else's.
    async fn linked(&self, principal: &Principal, record: TokenRecord) -> Result<TokenRecord, AppError> {
        let mut fleets: Vec<(&str, Option<Fleet>)> = Vec::new();
        if let Some(id) = record.driver {
            let driver = self.store.driver(principal.organisation, id).await?;
            let driver = driver.ok_or(AppError::field("/driver_id", "there is no such driver"))?;
            fleets.push(("/driver_id", driver.fleet));
        }
        if let Some(id) = record.car {
            let car = self.store.car(principal.organisation, id).await?;
            let car = car.ok_or(AppError::field("/car_id", "there is no such car"))?;
            fleets.push(("/car_id", car.fleet));
        }
        if let Some(id) = record.team {
            let team = self.store.team(principal.organisation, id).await?;
            let team = team.ok_or(AppError::field("/team_id", "there is no such team"))?;
            fleets.push(("/team_id", team.fleet));
        }
        let fleet = fleets.first().and_then(|(_, fleet)| *fleet);
        if let Some((field, _)) = fleets.iter().find(|(_, other)| *other != fleet) {
            return Err(AppError::field(field, "of another fleet: a key belongs to one"));
        }
        Ok(TokenRecord { fleet, ..record })
    }

    pub async fn delete_token(&self, principal: &Principal, id: IdTokenId) -> Result<(), AppError> {
        principal.require(Permission::Tokens)?;
        let record = self.token(principal, id).await?;
        let mut tx = self.store.begin().await?;
        let found = tx.delete_token(principal.organisation, &record, self.now()).await?;
        let note = self.note(principal, "id_token.deleted", ("id_token", id.0, &record.uid));
        tx.audit(&note.gone(&described(&record))).await?;
        tx.commit().await?;
        self.told_of_keys(principal).await?;
        if found { Ok(()) } else { Err(AppError::NotFound("charge key")) }
    }

    /// A lost or worn card: the new one takes everything over, the old one is blocked for good.
    pub async fn replace_token(
        &self,
        principal: &Principal,
        id: IdTokenId,
        uid: &str,
    ) -> Result<TokenRecord, AppError> {
        principal.require(Permission::Tokens)?;
        let old = self.token(principal, id).await?;
        let new = TokenRecord {
            alias: old.alias.clone(),
            expires_at: old.expires_at,
            group: old.group.clone(),
            fleet: old.fleet,
            driver: old.driver,
            car: old.car,
            team: old.team,
            ..self.blank_token(principal, checked_key(uid, old.kind)?, old.kind, TokenStatus::Accepted)
        };
        let gone =
            TokenRecord { status: TokenStatus::Blocked, driver: None, car: None, team: None, ..old.clone() };
        let mut tx = self.store.begin().await?;
        tx.change_token(&gone).await?;
        tx.hold_token(&gone, self.now(), IdTokenId(self.id())).await?;
        tx.add_token(&new).await.map_err(taken)?;
        tx.hold_new_token(&new, self.now(), IdTokenId(self.id())).await?;
        let note = self.note(principal, "id_token.replaced", ("id_token", id.0, &old.uid));
        tx.audit(&note.made(&json!({ "by": new.uid }))).await?;
        tx.commit().await?;
        self.told_of_keys(principal).await?;
        self.token(principal, new.id).await
    }

    /// The same for many; says for how many something changed.
    pub async fn bulk_tokens(
        &self,
        principal: &Principal,
        ids: &[IdTokenId],
        deed: TokenBulk,
    ) -> Result<usize, AppError> {
        principal.require(Permission::Tokens)?;
        if ids.len() > BULK_MAX {
            return Err(AppError::field("/ids", format!("at most {BULK_MAX} at once")));
        }
        let mut records = Vec::new();
        for id in ids {
            records.extend(self.store.token(principal.organisation, *id).await?);
        }
        let mut changed = 0;
        let mut tx = self.store.begin().await?;
        for record in records {
            let (status, action) = match deed {
                TokenBulk::Block => (TokenStatus::Blocked, "id_token.edited"),
                TokenBulk::Unblock => (TokenStatus::Accepted, "id_token.edited"),
                TokenBulk::Delete => (record.status, "id_token.deleted"),
            };
            let note = self.note(principal, action, ("id_token", record.id.0, &record.uid));
            if deed == TokenBulk::Delete {
                tx.delete_token(principal.organisation, &record, self.now()).await?;
                tx.audit(&note.gone(&described(&record))).await?;
            } else if status != record.status {
                let after = TokenRecord { status, ..record.clone() };
                tx.change_token(&after).await?;
                tx.audit(&note.changed(described(&record), described(&after))).await?;
            } else {
                continue;
            }
            changed += 1;
        }
        tx.commit().await?;
        self.told_of_keys(principal).await?;
        Ok(changed)
    }

    async fn told_of_keys(&self, principal: &Principal) -> Result<(), AppError> {
        self.keys_changed().await?;
        self.tell(principal, None, None, What::IdToken);
        Ok(())
    }
}

fn taken(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict => AppError::Conflict("a charge key with this number exists already".into()),
        other => other.into(),
    }
}

fn described(record: &TokenRecord) -> Value {
    let id = |id: Option<i64>| id.map(|id| id.to_string());
    json!({"uid": record.uid, "kind": record.kind, "alias": record.alias, "status": record.status,
        "group": record.group, "expires_at": crate::audit::moment(record.expires_at), "fleet": record.fleet,
        "driver": id(record.driver.map(|id| id.0)), "car": id(record.car.map(|id| id.0)),
        "team": id(record.team.map(|id| id.0))})
}

pub(crate) fn checked_uid(uid: &str) -> Result<String, AppError> {
    let uid = uid.trim();
    if uid.is_empty()
        || uid.chars().count() > TOKEN_MAX_CHARS
        || uid.chars().any(|c| c.is_control() || c.is_whitespace())
    {
        return Err(AppError::field("/uid", format!("1 to {TOKEN_MAX_CHARS} characters without blanks")));
    }
    Ok(uid.to_owned())
}

/// As a key of its kind is written.
fn checked_key(uid: &str, kind: TokenKind) -> Result<String, AppError> {
    /// Hexadecimal digits of a car's address.
    const MAC_DIGITS: usize = 12;
    let uid = checked_uid(uid)?;
    let key = key_of(&uid);
    match kind {
        TokenKind::Mac if key.len() != MAC_DIGITS || !key.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Err(AppError::field(
                "/uid",
                "the car's address: 12 digits 0-9 and A-F, for example 00:1A:2B:3C:4D:5E",
            ))
        }
        TokenKind::Rfid | TokenKind::Emaid
            if !uid.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_' | '.')) =>
        {
            Err(AppError::field("/uid", "letters and digits only, as printed on the card"))
        }
        _ => Ok(uid),
    }
}

pub(crate) fn checked_optional(field: &str, text: Option<String>) -> Result<Option<String>, AppError> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => checked_name(field, &text).map(Some),
        None => Ok(None),
    }
}
