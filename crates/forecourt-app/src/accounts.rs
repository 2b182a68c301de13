//! Operators, their logins, and who is asking.

use forecourt_core::Timestamp;
use forecourt_core::access::{Permission, Role};
use forecourt_core::id::{ApiKeyId, OperatorId, OrganisationId};
use forecourt_store::{NewLogin, OperatorRecord, OrganisationRecord};
use jiff::SignedDuration;
use subtle::ConstantTimeEq;

use crate::passwords::{digest, secret};
use crate::{App, AppError};

/// How long a login lasts.
const LOGIN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Shortest password of an operator, in characters (NIST SP 800-63B: at least 8 with rate limits).
const PASSWORD_MIN_CHARS: usize = 8;
/// Longest, in bytes: hashing must not be given megabytes.
const PASSWORD_MAX_BYTES: usize = 1_024;
/// Longest name of a person or thing, in characters.
pub(crate) const NAME_MAX_CHARS: usize = 200;

/// Who asks, for which organisation.
#[derive(Debug, Clone)]
pub struct Principal {
    pub organisation: OrganisationId,
    pub who: Who,
}

#[derive(Debug, Clone)]
pub enum Who {
    Operator { id: OperatorId, name: String, email: String, role: Role },
    Program { id: ApiKeyId, name: String, scopes: Vec<Permission> },
}

impl Principal {
    pub fn may(&self, permission: Permission) -> bool {
        match &self.who {
            Who::Operator { role, .. } => role.may(permission),
            Who::Program { scopes, .. } => scopes.contains(&permission),
        }
    }

    pub fn require(&self, permission: Permission) -> Result<(), AppError> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(AppError::Forbidden("you may not do this; ask an administrator of your organisation"))
        }
    }

    /// As written beside what was done.
    pub fn name(&self) -> String {
        match &self.who {
            Who::Operator { name, .. } => name.clone(),
            Who::Program { name, .. } => format!("API key {name}"),
        }
    }
}

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
        let email = new.email.trim().to_lowercase();
        if !email.contains('@') || email.len() > 254 {
            return Err(AppError::field("/email", "an e-mail address, for example ada@example.com"));
        }
        let hash = self.hash_password(&new.password).await?;
        let record = OperatorRecord {
            id: OperatorId(self.id()),
            organisation,
            name: checked_name("/name", if new.name.trim().is_empty() { &email } else { &new.name })?,
            email,
            role: new.role,
            password_hash: hash,
            created_at: self.now(),
        };
        let mut tx = self.store.begin().await?;
        tx.add_operator(&record).await.map_err(|error| match error {
            forecourt_store::StoreError::Conflict => {
                AppError::field("/email", "somebody with this address exists already")
            }
            other => other.into(),
        })?;
        tx.commit().await?;
        Ok(record)
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

    async fn hash_password(&self, password: &str) -> Result<String, AppError> {
        if password.chars().count() < PASSWORD_MIN_CHARS || password.len() > PASSWORD_MAX_BYTES {
            return Err(AppError::field("/password", format!("at least {PASSWORD_MIN_CHARS} characters")));
        }
        self.passwords.hash(password.as_bytes()).await.map_err(|_| AppError::TooMany)
    }

    /// Signs an operator in. The returned text goes into a cookie; only its digest is kept.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        address: String,
        user_agent: String,
    ) -> Result<(OperatorRecord, String), AppError> {
        let operator = self.store.operator_by_email(&email.trim().to_lowercase()).await?;
        let hash = operator.as_ref().map(|o| o.password_hash.as_str());
        let password = &password.as_bytes()[..password.len().min(PASSWORD_MAX_BYTES)];
        let right = self.passwords.verify(password, hash).await.map_err(|_| AppError::TooMany)?;
        let operator = operator.filter(|_| right).ok_or(AppError::SignedOut)?;
        let token = self.open_login(&operator, address, user_agent).await?;
        Ok((operator, token))
    }

    pub async fn open_login(
        &self,
        operator: &OperatorRecord,
        address: String,
        user_agent: String,
    ) -> Result<String, AppError> {
        let token = secret(32);
        let now = self.now();
        let login = NewLogin {
            token_hash: digest(token.as_bytes()),
            operator: operator.id,
            created_at: now,
            expires_at: now + LOGIN,
            address,
            user_agent: user_agent.chars().take(NAME_MAX_CHARS).collect(),
        };
        let mut tx = self.store.begin().await?;
        tx.add_login(&login).await?;
        tx.commit().await?;
        Ok(token)
    }

    pub async fn sign_out(&self, token: &str) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.delete_login(&digest(token.as_bytes())).await?;
        Ok(tx.commit().await?)
    }

    /// Who holds this cookie.
    pub async fn principal_of_login(&self, token: &str) -> Result<Principal, AppError> {
        let login =
            self.store.login(&digest(token.as_bytes()), self.now()).await?.ok_or(AppError::SignedOut)?;
        let o = login.operator;
        let who = Who::Operator { id: o.id, name: o.name, email: o.email, role: o.role };
        Ok(Principal { organisation: o.organisation, who })
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
        let mut record = self.organisation(principal).await?;
        if expected.is_some_and(|version| version != record.version) {
            return Err(AppError::Stale);
        }
        edit(&mut record);
        record.name = checked_name("/name", &record.name)?;
        checked_zone("/time_zone", &record.time_zone)?;
        checked_currency("/currency", &record.currency)?;
        let mut tx = self.store.begin().await?;
        tx.change_organisation(&record).await?;
        tx.commit().await?;
        self.tell(principal, None, None, forecourt_core::change::What::Organisation);
        self.organisation(principal).await
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
