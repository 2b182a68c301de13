//! What people decide about their own account: name, language, password, where they are signed in.

use forecourt_core::id::{LoginId, OperatorId};
use forecourt_store::{LoginRecord, OperatorRecord};
use jiff::SignedDuration;
use serde_json::json;

use crate::accounts::{PASSWORD_MAX_BYTES, checked_email, checked_name, checked_zone, taken};
use crate::letters::{self, Language};
use crate::passwords::{digest, secret};
use crate::{App, AppError, Principal, Who};

/// How long a letter for a forgotten password works.
const RESET_LASTS: SignedDuration = SignedDuration::from_hours(1);
/// Random bytes of its link.
const TOKEN_BYTES: usize = 32;

/// What is to change; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct AccountEdit {
    pub name: Option<String>,
    /// Needs the password.
    pub email: Option<String>,
    pub language: Option<Option<String>>,
    pub time_zone: Option<Option<String>>,
    pub password: Option<String>,
}

impl Principal {
    /// The person; programs have no account.
    pub(crate) fn person(&self) -> Result<OperatorId, AppError> {
        match &self.who {
            Who::Operator { id, .. } => Ok(*id),
            Who::Program { .. } => Err(AppError::Forbidden("only a person has an account")),
        }
    }

    /// The person, where they proved it themselves: a provider speaks for its organisation, not for the account, which
    /// may belong to other organisations too.
    pub(crate) fn in_person(&self) -> Result<OperatorId, AppError> {
        if self.is_vouched() {
            return Err(AppError::Forbidden(
                "you came by your organisation's provider, which looks after this; sign in with your password to change it",
            ));
        }
        self.person()
    }
}

impl App {
    pub async fn account(&self, principal: &Principal) -> Result<OperatorRecord, AppError> {
        self.store.operator(principal.person()?).await?.ok_or(AppError::SignedOut)
    }

    pub async fn edit_account(
        &self,
        principal: &Principal,
        edit: AccountEdit,
    ) -> Result<OperatorRecord, AppError> {
        if edit.email.is_some() || edit.name.is_some() {
            principal.in_person()?;
        }
        let mut record = self.account(principal).await?;
        let before = described(&record);
        if let Some(email) = edit.email {
            let email = checked_email("/email", &email)?;
            if email != record.email {
                self.prove_own_password(&record, edit.password.as_deref().unwrap_or_default()).await?;
                record.email = email;
            }
        }
        if let Some(name) = edit.name {
            record.name = checked_name("/name", &name)?;
        }
        if let Some(language) = edit.language {
            if language.as_deref().is_some_and(|word| Language::parse(word).is_none()) {
                return Err(AppError::field("/language", "en, de or da"));
            }
            record.language = language;
        }
        if let Some(zone) = edit.time_zone {
            if let Some(zone) = &zone {
                checked_zone("/time_zone", zone)?;
            }
            record.time_zone = zone;
        }
        let mut tx = self.store.begin().await?;
        tx.change_operator(&record).await.map_err(taken)?;
        let note = self.note(principal, "account.edited", ("operator", record.id.0, &record.name));
        tx.audit(&note.changed(before, described(&record))).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// Whoever sits at an open page must not take the account along.
    pub(crate) async fn prove_own_password(
        &self,
        record: &OperatorRecord,
        given: &str,
    ) -> Result<(), AppError> {
        let hash = Some(record.password_hash.as_str()).filter(|hash| !hash.is_empty());
        let given = &given.as_bytes()[..given.len().min(PASSWORD_MAX_BYTES)];
        if self.passwords.verify(given, hash).await.map_err(|_| AppError::TooMany)? {
            return Ok(());
        }
        Err(AppError::field("/password", "this is not your password"))
    }

    /// Ends every login of the person but the one that asks; answers a new token for that one.
    pub async fn change_password(
        &self,
        principal: &Principal,
        present: &str,
        new: &str,
    ) -> Result<OperatorRecord, AppError> {
        principal.in_person()?;
        let record = self.account(principal).await?;
        self.prove_own_password(&record, present).await?;
        let hash = self.hash_password(new).await?;
        let mut tx = self.store.begin().await?;
        tx.set_operator_password(record.id, &hash).await?;
        let letter = letters::password_changed(Language::of(record.language.as_deref()), &record.email);
        tx.enqueue_mail(&self.letter(letter)).await?;
        let subject = ("operator", record.id.0, record.name.as_str());
        tx.audit(&self.note(principal, "account.password_changed", subject).done()).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// Where the person is signed in, and which of them asks. Who came by a provider sees what that one vouched for.
    pub async fn own_logins(
        &self,
        principal: &Principal,
        token: &str,
    ) -> Result<(Vec<LoginRecord>, Option<LoginId>), AppError> {
        let mut all = self.store.logins(principal.person()?, self.now()).await?;
        if principal.is_vouched() {
            all.retain(|login| login.provider == Some(principal.organisation));
        }
        let own = self.store.login(&digest(token.as_bytes()), self.now()).await?;
        Ok((all, own.map(|login| login.id)))
    }

    pub async fn end_login(&self, principal: &Principal, id: LoginId) -> Result<(), AppError> {
        let operator = principal.in_person()?;
        let mut tx = self.store.begin().await?;
        let found = tx.end_login(operator, id).await?;
        let subject = ("operator", operator.0, &*principal.name());
        tx.audit(&self.note(principal, "account.login_ended", subject).done()).await?;
        if !found {
            return Err(AppError::NotFound("login"));
        }
        Ok(tx.commit().await?)
    }

    /// Writes a letter to an address that has an account, and nothing otherwise: the answer is the same.
    pub async fn ask_password_reset(&self, email: &str) -> Result<(), AppError> {
        let Ok(email) = checked_email("/email", email) else { return Ok(()) };
        let Some(record) = self.store.operator_by_email(&email).await? else { return Ok(()) };
        let token = secret(TOKEN_BYTES);
        let link = format!("{}/new-password#{token}", self.settings().page_url);
        let letter = letters::password_reset(Language::of(record.language.as_deref()), &record.email, &link);
        let mut tx = self.store.begin().await?;
        tx.add_password_reset(&digest(token.as_bytes()), record.id, self.now() + RESET_LASTS).await?;
        tx.enqueue_mail(&self.letter(letter)).await?;
        Ok(tx.commit().await?)
    }

    /// Sets the password a letter was asked for. The second factor, if there is one, stays.
    pub async fn reset_password(&self, token: &str, new: &str) -> Result<(), AppError> {
        let hash = self.hash_password(new).await?;
        let mut tx = self.store.begin().await?;
        let id = tx.take_password_reset(&digest(token.as_bytes()), self.now()).await?;
        let id = id.ok_or(AppError::NotFound("letter any more; ask for a new one"))?;
        tx.set_operator_password(id, &hash).await?;
        tx.commit().await?;
        let Some(record) = self.store.operator(id).await? else { return Ok(()) };
        let mut tx = self.store.begin().await?;
        let letter = letters::password_changed(Language::of(record.language.as_deref()), &record.email);
        tx.enqueue_mail(&self.letter(letter)).await?;
        for membership in self.store.memberships(id).await? {
            let who = ("operator", id.0, record.name.as_str());
            let note = self.note_by(membership.organisation, who, "account.password_reset", who);
            tx.audit(&note.done()).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn described(record: &OperatorRecord) -> serde_json::Value {
    json!({"name": record.name, "email": record.email, "language": record.language, "time_zone": record.time_zone})
}
