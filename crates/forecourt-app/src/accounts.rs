//! Operators and organisations: how they begin and what holds for them.

use forecourt_core::Timestamp;
use forecourt_core::access::{Permission, Role};
use forecourt_core::id::{OperatorId, OrganisationId};
use forecourt_store::{MembershipRecord, OperatorRecord, OrganisationRecord};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use crate::passwords::secret;
use crate::{App, AppError, Principal};

/// Shortest password of an operator, in characters (NIST SP 800-63B: at least 8 with rate limits).
const PASSWORD_MIN_CHARS: usize = 8;
/// Longest, in bytes: hashing must not be given megabytes.
pub(crate) const PASSWORD_MAX_BYTES: usize = 1_024;
/// Longest e-mail address, in bytes (RFC 5321 §4.5.3.1.3).
const EMAIL_MAX_BYTES: usize = 254;
/// Longest name of a person or thing, in characters.
pub(crate) const NAME_MAX_CHARS: usize = 200;

#[derive(Debug, Clone)]
pub struct NewOperator {
    pub email: String,
    pub name: String,
    pub password: String,
    pub role: Role,
}

/// The first visit to an empty installation.
#[derive(Debug, Clone)]
pub struct SetUp {
    pub code: String,
    pub organisation: String,
    pub administrator: NewOperator,
}

impl App {
    /// Makes the one-time code that guards the first visit, when there is nobody yet.
    pub async fn prepare_set_up(&self) -> Result<Option<String>, AppError> {
        if self.store.has_operators().await? {
            return Ok(None);
        }
        let code = secret(12);
        *self.set_up_code.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(code.clone());
        Ok(Some(code))
    }

    pub async fn needs_set_up(&self) -> Result<bool, AppError> {
        Ok(!self.store.has_operators().await?)
    }

    /// The first administrator, who knows the code from the log.
    pub async fn set_up(&self, request: SetUp) -> Result<OperatorRecord, AppError> {
        let code = self.set_up_code.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let right =
            code.is_some_and(|code| bool::from(code.as_bytes().ct_eq(request.code.trim().as_bytes())));
        if !right || self.store.has_operators().await? {
            return Err(AppError::Forbidden("this is not the code that the server printed in its log"));
        }
        let operator = self.add_first_operator(&request.organisation, request.administrator).await?;
        *self.set_up_code.write().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
        Ok(operator)
    }

    /// The first organisation (made if there is none) with its administrator.
    pub async fn add_first_operator(
        &self,
        organisation: &str,
        new: NewOperator,
    ) -> Result<OperatorRecord, AppError> {
        let id = match self.store.first_organisation().await? {
            Some(existing) => existing.id,
            None => self.add_organisation(organisation, "UTC", "EUR").await?.id,
        };
        self.add_operator(id, new).await
    }

    pub async fn add_organisation(
        &self,
        name: &str,
        time_zone: &str,
        currency: &str,
    ) -> Result<OrganisationRecord, AppError> {
        let name = checked_name("/organisation", name)?;
        let mut tx = self.store.begin().await?;
        let record = OrganisationRecord {
            id: OrganisationId(tx.next_number("organisation").await?),
            name,
            time_zone: time_zone.into(),
            currency: currency.into(),
            waiting_room: false,
            parent: None,
            second_factor_required: false,
            created_at: self.now(),
            version: 1,
        };
        tx.add_organisation(&record).await?;
        tx.commit().await?;
        Ok(record)
    }

    pub async fn add_operator(
        &self,
        organisation: OrganisationId,
        new: NewOperator,
    ) -> Result<OperatorRecord, AppError> {
        let record = self.new_operator(&new.email, &new.name, &new.password).await?;
        let membership = MembershipRecord {
            operator: record.id,
            organisation,
            role: new.role,
            permissions: None,
            sites: None,
            created_at: record.created_at,
            last_seen_at: None,
            version: 1,
        };
        let mut tx = self.store.begin().await?;
        tx.add_operator(&record).await.map_err(taken)?;
        tx.add_membership(&membership).await?;
        let system = ("system", 0, "command line");
        let subject = ("operator", record.id.0, record.name.as_str());
        let after = json!({"email": record.email, "role": new.role.as_str()});
        tx.audit(&self.note_by(organisation, system, "operator.added", subject).made(&after)).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// Checked, with the password hashed; not yet kept.
    pub(crate) async fn new_operator(
        &self,
        email: &str,
        name: &str,
        password: &str,
    ) -> Result<OperatorRecord, AppError> {
        let email = checked_email("/email", email)?;
        let hash = self.hash_password(password).await?;
        let name = checked_name("/name", if name.trim().is_empty() { &email } else { name })?;
        Ok(OperatorRecord { password_hash: hash, ..self.passwordless(email, name) })
    }

    /// Somebody who signs in elsewhere only; address and name were checked. Not yet kept.
    pub(crate) fn passwordless(&self, email: String, name: String) -> OperatorRecord {
        OperatorRecord {
            id: OperatorId(self.id()),
            name,
            email,
            password_hash: String::new(),
            language: None,
            time_zone: None,
            totp_sealed: None,
            totp_confirmed: false,
            totp_step: 0,
            recovery: Vec::new(),
            created_at: self.now(),
        }
    }

    /// Ends every login of the operator.
    pub async fn reset_operator_password(&self, email: &str, password: &str) -> Result<(), AppError> {
        let operator = self
            .store
            .operator_by_email(&email.trim().to_lowercase())
            .await?
            .ok_or(AppError::NotFound("operator"))?;
        let hash = self.hash_password(password).await?;
        let mut tx = self.store.begin().await?;
        tx.set_operator_password(operator.id, &hash).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn hash_password(&self, password: &str) -> Result<String, AppError> {
        if password.chars().count() < PASSWORD_MIN_CHARS || password.len() > PASSWORD_MAX_BYTES {
            return Err(AppError::field("/password", format!("at least {PASSWORD_MIN_CHARS} characters")));
        }
        self.passwords.hash(password.as_bytes()).await.map_err(|_| AppError::TooMany)
    }

    pub async fn organisation(&self, principal: &Principal) -> Result<OrganisationRecord, AppError> {
        self.store.organisation(principal.organisation).await?.ok_or(AppError::NotFound("organisation"))
    }

    pub async fn edit_organisation(
        &self,
        principal: &Principal,
        expected: Option<i64>,
        edit: impl FnOnce(&mut OrganisationRecord),
    ) -> Result<OrganisationRecord, AppError> {
        principal.require(Permission::Organisation)?;
        principal.require_every_site()?;
        let mut record = self.organisation(principal).await?;
        let before = described(&record);
        if expected.is_some_and(|version| version != record.version) {
            return Err(AppError::Stale);
        }
        let demanded = record.second_factor_required;
        edit(&mut record);
        if record.second_factor_required != demanded {
            principal.require(Permission::Administration)?;
            self.lead_by_example(principal, record.second_factor_required).await?;
        }
        record.name = checked_name("/name", &record.name)?;
        checked_zone("/time_zone", &record.time_zone)?;
        checked_currency("/currency", &record.currency)?;
        let mut tx = self.store.begin().await?;
        tx.change_organisation(&record).await?;
        let subject = ("organisation", record.id.0, record.name.as_str());
        let note = self.note(principal, "organisation.edited", subject);
        tx.audit(&note.changed(before, described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, forecourt_core::change::What::Organisation);
        self.organisation(principal).await
    }

    /// Whoever demands a second factor of everybody has one: nobody locks themselves out by accident.
    async fn lead_by_example(&self, principal: &Principal, demanded: bool) -> Result<(), AppError> {
        if demanded && !self.account(principal).await?.totp_confirmed {
            return Err(AppError::Conflict("set up your own second factor first".into()));
        }
        Ok(())
    }

    /// Publishes a change an operator made.
    pub(crate) fn tell(
        &self,
        principal: &Principal,
        site: Option<forecourt_core::id::SiteId>,
        station: Option<forecourt_core::id::StationId>,
        what: forecourt_core::change::What,
    ) {
        let organisation = principal.organisation;
        self.changes
            .publish(self.now(), forecourt_core::change::Change { organisation, site, station, what });
    }
}

/// What the record of who did what says of an organisation.
fn described(record: &OrganisationRecord) -> Value {
    json!({"name": record.name, "time_zone": record.time_zone, "currency": record.currency,
        "waiting_room": record.waiting_room, "second_factor_required": record.second_factor_required})
}

/// Two people cannot sign in with one address.
pub(crate) fn taken(error: forecourt_store::StoreError) -> AppError {
    match error {
        forecourt_store::StoreError::Conflict => {
            AppError::field("/email", "somebody with this address exists already")
        }
        other => other.into(),
    }
}

/// In lower case, as it is kept.
pub(crate) fn checked_email(field: &str, email: &str) -> Result<String, AppError> {
    let email = email.trim().to_lowercase();
    if email.len() <= EMAIL_MAX_BYTES && email.parse::<lettre::Address>().is_ok() {
        return Ok(email);
    }
    Err(AppError::field(field, "an e-mail address, for example ada@example.com"))
}

pub(crate) fn checked_name(field: &str, name: &str) -> Result<String, AppError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(AppError::field(field, "must not be empty"));
    }
    if name.chars().count() > NAME_MAX_CHARS || name.chars().any(char::is_control) {
        return Err(AppError::field(field, format!("at most {NAME_MAX_CHARS} printable characters")));
    }
    Ok(name.to_owned())
}

pub(crate) fn checked_zone(field: &str, zone: &str) -> Result<(), AppError> {
    match jiff::tz::TimeZone::get(zone) {
        Ok(_) => Ok(()),
        Err(_) => Err(AppError::field(field, "a time zone name, for example Europe/Copenhagen")),
    }
}

pub(crate) fn checked_currency(field: &str, currency: &str) -> Result<(), AppError> {
    if currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(AppError::field(field, "three capital letters (ISO 4217), for example EUR"))
}

/// A moment in the future, or a refusal.
pub(crate) fn checked_future(field: &str, at: Option<Timestamp>, now: Timestamp) -> Result<(), AppError> {
    match at {
        Some(at) if at <= now => Err(AppError::field(field, "must lie in the future")),
        _ => Ok(()),
    }
}
