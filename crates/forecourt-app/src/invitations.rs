//! Inviting people by letter. The link is a secret: only its digest is kept, and it works once.

use forecourt_core::id::{InvitationId, OrganisationId};
use forecourt_store::{InvitationRecord, MembershipRecord, OperatorRecord, StoreError, Tx};
use jiff::SignedDuration;
use serde_json::json;

use crate::accounts::{checked_email, checked_name, taken};
use crate::letters::{self, Language};
use crate::members::{Rights, may_manage};
use crate::passwords::{digest, secret};
use crate::{App, AppError, Principal};

/// How long a link works.
const LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Random bytes of a link.
const TOKEN_BYTES: usize = 32;
/// Open invitations of an organisation, at most: a letter each must not become a flood.
const OPEN_MAX: usize = 200;

#[derive(Debug, Clone)]
pub struct NewInvitation {
    pub email: String,
    pub name: String,
    pub rights: Rights,
    /// Of the letter.
    pub language: Language,
}

/// What the holder of a link may know.
#[derive(Debug, Clone)]
pub struct InvitationView {
    pub organisation: String,
    pub email: String,
    pub name: String,
    pub invited_by: String,
}

/// How the invited person will sign in.
#[derive(Debug, Clone)]
pub struct Acceptance {
    pub token: String,
    pub email: String,
    pub name: String,
    pub password: String,
}

impl App {
    pub async fn invitations(&self, principal: &Principal) -> Result<Vec<InvitationRecord>, AppError> {
        may_manage(principal)?;
        Ok(self.store.invitations(principal.organisation).await?)
    }

    pub async fn invite(
        &self,
        principal: &Principal,
        new: NewInvitation,
    ) -> Result<InvitationRecord, AppError> {
        may_manage(principal)?;
        self.checked_rights(principal, &new.rights).await?;
        let email = checked_email("/email", &new.email)?;
        let name = if new.name.trim().is_empty() { String::new() } else { checked_name("/name", &new.name)? };
        if self.store.invitations(principal.organisation).await?.len() >= OPEN_MAX {
            return Err(AppError::Conflict("too many invitations are open; withdraw some first".into()));
        }
        if let Some(person) = self.store.operator_by_email(&email).await?
            && self.store.membership(person.id, principal.organisation).await?.is_some()
        {
            return Err(AppError::field("/email", "this person belongs to the organisation already"));
        }
        let token = secret(TOKEN_BYTES);
        let record = InvitationRecord {
            id: InvitationId(self.id()),
            organisation: principal.organisation,
            email,
            name,
            role: new.rights.role,
            permissions: new.rights.permissions.filter(|set| *set != new.rights.role.permissions()),
            sites: new.rights.sites.clone(),
            token_hash: digest(token.as_bytes()),
            invited_by: principal.name(),
            created_at: self.now(),
            expires_at: self.now() + LASTS,
        };
        let mut tx = self.store.begin().await?;
        tx.add_invitation(&record).await.map_err(|error| match error {
            StoreError::Conflict => {
                AppError::field("/email", "this person is invited already; send it again")
            }
            other => other.into(),
        })?;
        self.send_invitation(&mut tx, principal, &record, &token, new.language).await?;
        let note = self.note(principal, "operator.invited", ("invitation", record.id.0, &record.email));
        tx.audit(&note.made(&new.rights.described())).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// A new letter with a new link; the one before no longer works.
    pub async fn resend_invitation(
        &self,
        principal: &Principal,
        id: InvitationId,
        language: Language,
    ) -> Result<InvitationRecord, AppError> {
        let mut record = self.invitation(principal, id).await?;
        let token = secret(TOKEN_BYTES);
        record.token_hash = digest(token.as_bytes());
        record.expires_at = self.now() + LASTS;
        let mut tx = self.store.begin().await?;
        tx.renew_invitation(id, &record.token_hash, record.expires_at).await?;
        self.send_invitation(&mut tx, principal, &record, &token, language).await?;
        let subject = ("invitation", id.0, record.email.as_str());
        tx.audit(&self.note(principal, "invitation.resent", subject).done()).await?;
        tx.commit().await?;
        Ok(record)
    }

    pub async fn withdraw_invitation(&self, principal: &Principal, id: InvitationId) -> Result<(), AppError> {
        let record = self.invitation(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.delete_invitation(id).await?;
        let subject = ("invitation", id.0, record.email.as_str());
        tx.audit(&self.note(principal, "invitation.withdrawn", subject).done()).await?;
        Ok(tx.commit().await?)
    }

    async fn invitation(
        &self,
        principal: &Principal,
        id: InvitationId,
    ) -> Result<InvitationRecord, AppError> {
        may_manage(principal)?;
        let found = self.store.invitation(principal.organisation, id).await?;
        found.ok_or(AppError::NotFound("invitation"))
    }

    async fn send_invitation(
        &self,
        tx: &mut Tx,
        principal: &Principal,
        record: &InvitationRecord,
        token: &str,
        language: Language,
    ) -> Result<(), AppError> {
        let organisation = self.organisation(principal).await?;
        // Behind the #: neither servers nor proxies write it into a log.
        let link = format!("{}/join#{token}", self.settings().page_url);
        let names = (organisation.name.as_str(), record.invited_by.as_str());
        let mut letter = letters::invitation(language, &record.email, names, &link);
        letter.organisation = Some(record.organisation);
        Ok(tx.enqueue_mail(&self.letter(letter)).await?)
    }

    /// What stands behind a link.
    pub async fn look_at_invitation(&self, token: &str) -> Result<InvitationView, AppError> {
        let record = self.invitation_of(token).await?;
        let organisation = self.store.organisation(record.organisation).await?;
        Ok(InvitationView {
            organisation: organisation.map(|o| o.name).unwrap_or_default(),
            email: record.email,
            name: record.name,
            invited_by: record.invited_by,
        })
    }

    async fn invitation_of(&self, token: &str) -> Result<InvitationRecord, AppError> {
        let found = self.store.invitation_by_token(&digest(token.as_bytes()), self.now()).await?;
        found.ok_or(AppError::NotFound("invitation; ask for a new one"))
    }

    /// Joins: as a new person, or as one who has an account and proves it with its password.
    pub async fn accept_invitation(
        &self,
        acceptance: Acceptance,
    ) -> Result<(OperatorRecord, OrganisationId), AppError> {
        let invitation = self.invitation_of(&acceptance.token).await?;
        let email = checked_email("/email", &acceptance.email)?;
        let known = self.store.operator_by_email(&email).await?;
        let person = match &known {
            Some(known) => {
                let hash = Some(known.password_hash.as_str()).filter(|hash| !hash.is_empty());
                let given = acceptance.password.as_bytes();
                let given = &given[..given.len().min(crate::accounts::PASSWORD_MAX_BYTES)];
                if !self.passwords.verify(given, hash).await.map_err(|_| AppError::TooMany)? {
                    return Err(AppError::field(
                        "/password",
                        "this address has an account; give its password",
                    ));
                }
                known.clone()
            }
            None => self.new_operator(&email, &acceptance.name, &acceptance.password).await?,
        };
        let membership = MembershipRecord {
            operator: person.id,
            organisation: invitation.organisation,
            role: invitation.role,
            permissions: invitation.permissions,
            sites: invitation.sites.clone(),
            created_at: self.now(),
            last_seen_at: None,
            version: 1,
        };
        let mut tx = self.store.begin().await?;
        if !tx.delete_invitation(invitation.id).await? {
            return Err(AppError::NotFound("invitation; ask for a new one"));
        }
        if known.is_none() {
            tx.add_operator(&person).await.map_err(taken)?;
        }
        tx.add_membership(&membership).await.map_err(|error| match error {
            StoreError::Conflict => AppError::Conflict("you belong to this organisation already".into()),
            other => other.into(),
        })?;
        let actor = ("operator", person.id.0, person.name.as_str());
        let after =
            json!({"email": person.email, "invited_as": invitation.email, "role": invitation.role.as_str()});
        let note = self.note_by(invitation.organisation, actor, "operator.joined", actor);
        tx.audit(&note.made(&after)).await?;
        tx.commit().await?;
        Ok((person, invitation.organisation))
    }
}
