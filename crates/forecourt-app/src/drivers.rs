//! Drivers: people who charge, as operators keep them.
//!
//! Erasing a driver takes everything personal out of the row; sessions and money keep naming it.

mod codes;
mod import;
mod sheet;

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::driver::{DriverStatus, Fleet};
use forecourt_core::id::{DriverGroupId, DriverId};
use forecourt_store::driver::{DriverFilter, DriverRecord};
use forecourt_store::driver_group::DriverGroupRecord;
use forecourt_store::{Cursor, Page, StoreError};
use serde_json::{Value, json};

use crate::accounts::{checked_email, checked_name};
use crate::letters::Language;
use crate::tokens::checked_optional;
use crate::{App, AppError, Principal};

pub(crate) use codes::{CODE_LASTS, digest_of, fresh_code};
pub use codes::{CodeView, IssuedCode, Redemption};
pub(crate) use sheet::fleet_word;

pub use import::{ImportLine, ImportOutcome};

/// Longest address or note, in characters.
pub(crate) const TEXT_MAX_CHARS: usize = 2_000;
/// Drivers that one bulk request may name.
const BULK_MAX: usize = 500;

#[derive(Debug, Clone, Default)]
pub struct NewDriver {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// `None`: the next one.
    pub number: Option<String>,
    pub address: Option<String>,
    pub notes: Option<String>,
    pub fleet: Option<Fleet>,
    pub can_pay: bool,
    pub language: Language,
    pub groups: Vec<DriverGroupId>,
    /// A letter with a code; needs an address.
    pub invite: bool,
}

/// `None` leaves a member as it is; `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct DriverEdit {
    pub name: Option<String>,
    pub email: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub number: Option<String>,
    pub address: Option<Option<String>>,
    pub notes: Option<Option<String>>,
    pub fleet: Option<Option<Fleet>>,
    pub can_pay: Option<bool>,
    pub language: Option<Language>,
    pub is_blocked: Option<bool>,
}

/// What is done to many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriverBulk {
    Block,
    Unblock,
    Invite,
    Join(DriverGroupId),
    Leave(DriverGroupId),
}

impl App {
    pub async fn drivers(
        &self,
        principal: &Principal,
        filter: &DriverFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<DriverRecord>, AppError> {
        principal.require(Permission::DriversRead)?;
        Ok(self.store.drivers(principal.organisation, filter, cursor, limit).await?)
    }

    pub async fn driver(&self, principal: &Principal, id: DriverId) -> Result<DriverRecord, AppError> {
        principal.require(Permission::DriversRead)?;
        self.store.driver(principal.organisation, id).await?.ok_or(AppError::NotFound("driver"))
    }

    pub async fn groups_of_driver(
        &self,
        principal: &Principal,
        id: DriverId,
    ) -> Result<Vec<DriverGroupRecord>, AppError> {
        self.driver(principal, id).await?;
        Ok(self.store.groups_of_driver(id).await?)
    }

    pub async fn add_driver(&self, principal: &Principal, new: NewDriver) -> Result<DriverRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let number = checked_optional("/number", new.number.clone())?;
        let record = DriverRecord {
            id: DriverId(self.id()),
            organisation: principal.organisation,
            number: String::new(),
            name: checked_name("/name", &new.name)?,
            email: checked_address(new.email.as_deref())?,
            phone: checked_phone(new.phone)?,
            address: checked_text("/address", new.address)?,
            notes: checked_text("/notes", new.notes)?,
            status: if new.invite { DriverStatus::Invited } else { DriverStatus::Active },
            fleet: new.fleet,
            can_pay: new.can_pay,
            language: new.language.word().to_owned(),
            code_expires_at: None,
            joined_at: None,
            created_at: self.now(),
            last_charge_at: None,
            deleted_at: None,
            version: 1,
            keys: 0,
        };
        if new.invite && record.email.is_empty() {
            return Err(AppError::field("/email", "the letter needs an address"));
        }
        for group in &new.groups {
            self.driver_group(principal, *group).await?;
        }
        let mut tx = self.store.begin().await?;
        let record = DriverRecord {
            number: match number {
                Some(number) => number,
                None => format!("{:06}", tx.next_driver_number(principal.organisation).await?),
            },
            ..record
        };
        tx.add_driver(&record).await.map_err(taken)?;
        for group in &new.groups {
            tx.join_driver_group(*group, record.id).await?;
        }
        if new.invite {
            self.issue_code(&mut tx, principal, &record, true).await?;
        }
        let note = self.note(principal, "driver.added", ("driver", record.id.0, &record.name));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        self.driver(principal, record.id).await
    }

    pub async fn edit_driver(
        &self,
        principal: &Principal,
        id: DriverId,
        expected: Option<i64>,
        edit: DriverEdit,
    ) -> Result<DriverRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let mut record = self.driver(principal, id).await?;
        if expected.is_some_and(|version| version != record.version) {
            return Err(AppError::Stale);
        }
        let before = record.clone();
        if let Some(name) = &edit.name {
            record.name = checked_name("/name", name)?;
        }
        if let Some(email) = edit.email {
            record.email = checked_address(email.as_deref())?;
        }
        if let Some(number) = edit.number {
            record.number = checked_name("/number", &number)?;
        }
        record.phone = edit.phone.map_or(Ok(record.phone), checked_phone)?;
        record.address = edit.address.map_or(Ok(record.address), |t| checked_text("/address", t))?;
        record.notes = edit.notes.map_or(Ok(record.notes), |t| checked_text("/notes", t))?;
        record.can_pay = edit.can_pay.unwrap_or(record.can_pay);
        if let Some(language) = edit.language {
            record.language = language.word().to_owned();
        }
        if let Some(blocked) = edit.is_blocked {
            record.status = status_after(&record, blocked);
        }
        if let Some(fleet) = edit.fleet
            && fleet != record.fleet
        {
            self.may_change_fleet(&record).await?;
            record.fleet = fleet;
        }
        let mut tx = self.store.begin().await?;
        tx.change_driver(&record).await.map_err(taken)?;
        let note = self.note(principal, "driver.edited", ("driver", id.0, &record.name));
        tx.audit(&note.changed(described(&before), described(&record))).await?;
        tx.commit().await?;
        if before.status != record.status {
            self.keys_changed().await?;
        }
        self.tell(principal, None, None, What::Driver);
        self.driver(principal, id).await
    }

    /// Data of fleets are kept apart: who has keys or cars of one does not change sides.
    async fn may_change_fleet(&self, record: &DriverRecord) -> Result<(), AppError> {
        if record.keys > 0 || self.store.driver_has_fleet_things(record.id).await? {
            return Err(AppError::field(
                "/fleet",
                "take the driver's keys, cars, teams and discounts away first",
            ));
        }
        Ok(())
    }

    /// Erases what is personal, and the driver's charge keys with it. Sessions and money stay, without a name.
    pub async fn erase_driver(&self, principal: &Principal, id: DriverId) -> Result<(), AppError> {
        principal.require(Permission::Drivers)?;
        let record = self.driver(principal, id).await?;
        let mut tx = self.store.begin().await?;
        let keys = tx.delete_tokens_of_driver(principal.organisation, id, self.now()).await?;
        let found = tx.erase_driver(principal.organisation, id, self.now()).await?;
        // What is erased must not live on in the record of deeds: the number names the driver.
        let note = self.note(principal, "driver.erased", ("driver", id.0, &record.number));
        tx.audit(&note.gone(&json!({"number": record.number, "charge_keys": keys}))).await?;
        tx.commit().await?;
        self.keys_changed().await?;
        self.load_home_owners().await?;
        if !found {
            return Err(AppError::NotFound("driver"));
        }
        self.tell(principal, None, None, What::Driver);
        Ok(())
    }

    /// The same for many; says for how many something changed. Who is gone meanwhile is passed over.
    pub async fn bulk_drivers(
        &self,
        principal: &Principal,
        ids: &[DriverId],
        deed: DriverBulk,
    ) -> Result<usize, AppError> {
        principal.require(Permission::Drivers)?;
        if ids.len() > BULK_MAX {
            return Err(AppError::field("/ids", format!("at most {BULK_MAX} at once")));
        }
        let group = match deed {
            DriverBulk::Join(group) | DriverBulk::Leave(group) => {
                Some(self.driver_group(principal, group).await?)
            }
            _ => None,
        };
        let mut changed = 0;
        let mut tx = self.store.begin().await?;
        for id in ids {
            let Some(record) = tx.driver_to_change(principal.organisation, *id).await? else { continue };
            let did = match deed {
                DriverBulk::Block | DriverBulk::Unblock => {
                    let status = status_after(&record, deed == DriverBulk::Block);
                    let differs = status != record.status;
                    if differs {
                        tx.change_driver(&DriverRecord { status, ..record.clone() }).await?;
                    }
                    differs
                }
                DriverBulk::Invite => {
                    let fits = record.joined_at.is_none() && !record.email.is_empty();
                    if fits {
                        self.issue_code(&mut tx, principal, &record, true).await?;
                    }
                    fits
                }
                DriverBulk::Join(group) => tx.join_driver_group(group, *id).await?,
                DriverBulk::Leave(group) => tx.leave_driver_group(group, *id).await?,
            };
            if did {
                changed += 1;
                let note = self.note(principal, deed.word(), ("driver", id.0, &record.name));
                let group = group.as_ref().map(|group| group.name.as_str());
                tx.audit(&note.made(&json!({ "group": group }))).await?;
            }
        }
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(changed)
    }

    /// Whose keys work where may have changed.
    pub(crate) async fn keys_changed(&self) -> Result<(), AppError> {
        self.known_tokens.forget();
        self.doubt_local_lists().await
    }
}

impl DriverBulk {
    fn word(self) -> &'static str {
        match self {
            Self::Block => "driver.blocked",
            Self::Unblock => "driver.unblocked",
            Self::Invite => "driver.invited",
            Self::Join(_) => "driver.joined_group",
            Self::Leave(_) => "driver.left_group",
        }
    }
}

/// Who never joined goes back to being invited.
fn status_after(record: &DriverRecord, blocked: bool) -> DriverStatus {
    match (blocked, record.status) {
        (true, _) => DriverStatus::Blocked,
        (false, DriverStatus::Blocked) if record.code_expires_at.is_some() && record.joined_at.is_none() => {
            DriverStatus::Invited
        }
        (false, DriverStatus::Blocked) => DriverStatus::Active,
        (false, status) => status,
    }
}

pub(crate) fn taken(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict => {
            AppError::Conflict("a driver with this e-mail address or number exists already".into())
        }
        other => other.into(),
    }
}

fn described(record: &DriverRecord) -> Value {
    json!({"name": record.name, "email": record.email, "phone": record.phone, "number": record.number,
        "address": record.address, "notes": record.notes, "status": record.status, "fleet": record.fleet,
        "can_pay": record.can_pay, "language": record.language})
}

/// Empty text is no address.
fn checked_address(email: Option<&str>) -> Result<String, AppError> {
    match email.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => checked_email("/email", text),
        None => Ok(String::new()),
    }
}

pub(crate) fn checked_phone(phone: Option<String>) -> Result<Option<String>, AppError> {
    let phone = checked_optional("/phone", phone)?;
    let fits = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '/' | '.');
    match phone {
        Some(text) if !text.chars().all(fits) => {
            Err(AppError::field("/phone", "digits, for example +45 12 34 56 78"))
        }
        other => Ok(other),
    }
}

pub(crate) fn checked_text(field: &str, text: Option<String>) -> Result<Option<String>, AppError> {
    let text = text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let wrong = |c: char| c.is_control() && c != '\n' && c != '\r' && c != '\t';
    match text {
        Some(t) if t.chars().count() > TEXT_MAX_CHARS || t.chars().any(wrong) => {
            Err(AppError::field(field, format!("at most {TEXT_MAX_CHARS} printable characters")))
        }
        other => Ok(other),
    }
}
