//! Signing in and out, and for which organisation a browser is at work.

use forecourt_core::access::Permissions;
use forecourt_core::id::{LoginId, OrganisationId};
use forecourt_store::{AtWork, LoginRecord, MembershipRecord, NewLogin, OperatorRecord, OrganisationRecord};
use jiff::SignedDuration;

use crate::accounts::{NAME_MAX_CHARS, PASSWORD_MAX_BYTES};
use crate::members::is_administrator;
use crate::passwords::{digest, secret};
use crate::principal::Proof;
use crate::{App, AppError, Principal, Who};

/// How long a login lasts.
const LOGIN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long the second factor may take.
const HALF_LOGIN: SignedDuration = SignedDuration::from_mins(10);
/// How exactly "last seen" is kept.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Random bytes of a login.
const TOKEN_BYTES: usize = 32;

/// Where a request came from, for the person's list of logins.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    pub address: String,
    pub user_agent: String,
}

/// A login that was just made. The token goes into a cookie; only its digest is kept.
#[derive(Debug, Clone)]
pub struct Opened {
    pub operator: OperatorRecord,
    pub token: String,
    /// The second factor is still to come.
    pub half: bool,
}

/// What a cookie stands for.
#[derive(Debug, Clone)]
pub enum LoginState {
    Whole(Box<Principal>),
    /// The password was right, the second factor is still to come.
    Half,
    Nobody,
}

impl App {
    /// Signs an operator in with a password.
    pub async fn sign_in(&self, email: &str, password: &str, browser: Browser) -> Result<Opened, AppError> {
        let operator = self.store.operator_by_email(&email.trim().to_lowercase()).await?;
        let hash = operator.as_ref().map(|o| o.password_hash.as_str()).filter(|hash| !hash.is_empty());
        let password = &password.as_bytes()[..password.len().min(PASSWORD_MAX_BYTES)];
        let right = self.passwords.verify(password, hash).await.map_err(|_| AppError::TooMany)?;
        let operator = operator.filter(|_| right).ok_or(AppError::SignedOut)?;
        let half = operator.totp_confirmed;
        self.open_login(operator, browser, half).await
    }

    /// Opens a login at the organisation the person was at last, or belongs to longest; not where only the
    /// organisation's provider opens the door.
    pub async fn open_login(
        &self,
        operator: OperatorRecord,
        browser: Browser,
        half: bool,
    ) -> Result<Opened, AppError> {
        self.open_proven_login(operator, browser, half, Proof::Secret).await
    }

    pub(crate) async fn open_proven_login(
        &self,
        operator: OperatorRecord,
        browser: Browser,
        half: bool,
        proof: Proof,
    ) -> Result<Opened, AppError> {
        let memberships = self.store.memberships(operator.id).await?;
        if memberships.is_empty() {
            return Err(AppError::Forbidden("you belong to no organisation; ask to be invited again"));
        }
        for membership in memberships {
            let at_work = self.store.membership_at_work(operator.id, membership.organisation).await?;
            if at_work.is_some_and(|at_work| lets_in(&at_work)) {
                let at = (membership.organisation, proof);
                return self.add_login(operator, browser, at, half).await;
            }
        }
        Err(AppError::Forbidden("your organisation signs in by its provider: choose “Single sign-on”"))
    }

    /// Opens a login that the organisation's provider vouched for, and that is good for it alone.
    pub(crate) async fn open_vouched_login(
        &self,
        operator: OperatorRecord,
        organisation: OrganisationId,
        browser: Browser,
    ) -> Result<Opened, AppError> {
        self.add_login(operator, browser, (organisation, Proof::Provider), false).await
    }

    async fn add_login(
        &self,
        operator: OperatorRecord,
        browser: Browser,
        (organisation, proof): (OrganisationId, Proof),
        half: bool,
    ) -> Result<Opened, AppError> {
        let token = secret(TOKEN_BYTES);
        let now = self.now();
        let login = NewLogin {
            id: LoginId(self.id()),
            token_hash: digest(token.as_bytes()),
            operator: operator.id,
            organisation: Some(organisation),
            half,
            provider: (proof == Proof::Provider).then_some(organisation),
            passkey: proof == Proof::Passkey,
            created_at: now,
            expires_at: now + if half { HALF_LOGIN } else { LOGIN },
            address: browser.address,
            user_agent: browser.user_agent.chars().take(NAME_MAX_CHARS).collect(),
        };
        let mut tx = self.store.begin().await?;
        tx.add_login(&login).await?;
        if !half {
            tx.touch_login(&login.token_hash, login.operator, organisation, now).await?;
        }
        tx.commit().await?;
        Ok(Opened { operator, token, half })
    }

    pub async fn sign_out(&self, token: &str) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.delete_login(&digest(token.as_bytes())).await?;
        Ok(tx.commit().await?)
    }

    /// The login behind a cookie.
    pub(crate) async fn login(&self, token: &str) -> Result<LoginRecord, AppError> {
        let found = self.store.login(&digest(token.as_bytes()), self.now()).await?;
        found.ok_or(AppError::SignedOut)
    }

    /// Who holds this cookie.
    pub async fn principal_of_login(&self, token: &str) -> Result<Principal, AppError> {
        match self.state_of_login(token).await? {
            LoginState::Whole(principal) => Ok(*principal),
            LoginState::Half | LoginState::Nobody => Err(AppError::SignedOut),
        }
    }

    pub async fn state_of_login(&self, token: &str) -> Result<LoginState, AppError> {
        let now = self.now();
        let hash = digest(token.as_bytes());
        let Some(login) = self.store.login(&hash, now).await? else { return Ok(LoginState::Nobody) };
        if login.half {
            return Ok(LoginState::Half);
        }
        let Some(operator) = self.store.operator(login.operator).await? else {
            return Ok(LoginState::Nobody);
        };
        let at_work = match login.organisation {
            Some(organisation) => self.store.membership_at_work(operator.id, organisation).await?,
            None => None,
        };
        let Some(at_work) = at_work.filter(|at_work| match login.provider {
            Some(provider) => provider == at_work.membership.organisation,
            None => lets_in(at_work),
        }) else {
            return Ok(LoginState::Nobody);
        };
        let AtWork { membership, second_factor_required: demanded, .. } = at_work;
        if now.duration_since(login.last_seen_at) >= TOUCH_EVERY {
            let mut tx = self.store.begin().await?;
            tx.touch_login(&hash, operator.id, membership.organisation, now).await?;
            tx.commit().await?;
        }
        let principal = principal_of(&operator, membership);
        if login.provider.is_some() {
            // Second factors of theirs are the provider's to ask for.
            return Ok(LoginState::Whole(Box::new(principal.proven_by(Proof::Provider))));
        }
        if login.passkey {
            return Ok(LoginState::Whole(Box::new(principal.proven_by(Proof::Passkey))));
        }
        if demanded && !operator.totp_confirmed {
            // Only the account's own page, where the second factor is set up.
            let nothing = principal.with_permissions(Permissions::default());
            return Ok(LoginState::Whole(Box::new(nothing)));
        }
        Ok(LoginState::Whole(Box::new(principal)))
    }

    /// The organisations a person may switch to.
    pub async fn own_organisations(
        &self,
        principal: &Principal,
    ) -> Result<Vec<OrganisationRecord>, AppError> {
        match &principal.who {
            Who::Operator { id, .. } if !principal.is_vouched() => {
                Ok(self.store.organisations_of(*id).await?)
            }
            _ => Ok(vec![self.organisation(principal).await?]),
        }
    }

    /// Goes to work for another organisation of the person's.
    pub async fn switch_organisation(
        &self,
        token: &str,
        organisation: OrganisationId,
    ) -> Result<Principal, AppError> {
        let principal = self.principal_of_login(token).await?;
        let Who::Operator { id, .. } = principal.who else { return Err(AppError::SignedOut) };
        if principal.vouched_elsewhere(organisation) {
            return Err(AppError::NotFound("organisation"));
        }
        let at_work = self.store.membership_at_work(id, organisation).await?;
        let at_work = at_work.ok_or(AppError::NotFound("organisation"))?;
        if !principal.is_vouched() && !lets_in(&at_work) {
            return Err(AppError::Forbidden("this organisation lets in only who comes by its provider"));
        }
        let membership = at_work.membership;
        let operator = self.store.operator(id).await?.ok_or(AppError::SignedOut)?;
        let mut tx = self.store.begin().await?;
        let hash = digest(token.as_bytes());
        tx.place_login(&hash, organisation).await?;
        tx.touch_login(&hash, id, organisation, self.now()).await?;
        tx.commit().await?;
        Ok(principal_of(&operator, membership))
    }

    /// Acts as a person without a login: the demonstration, the command line.
    pub async fn principal_of_operator(&self, operator: &OperatorRecord) -> Result<Principal, AppError> {
        let first = self.store.memberships(operator.id).await?.into_iter().next();
        Ok(principal_of(operator, first.ok_or(AppError::NotFound("membership"))?))
    }
}

/// Whether the organisation's door opens without its provider. It does for administrators: a provider that is down, or
/// set up wrongly, locks nobody out for good.
fn lets_in(at_work: &AtWork) -> bool {
    !at_work.provider_required || is_administrator(&at_work.membership)
}

pub(crate) fn principal_of(operator: &OperatorRecord, membership: MembershipRecord) -> Principal {
    let rights = membership.rights();
    let who = Who::Operator {
        id: operator.id,
        name: operator.name.clone(),
        email: operator.email.clone(),
        role: membership.role,
    };
    let principal = Principal::new(membership.organisation, who).with_permissions(rights);
    match membership.sites {
        Some(sites) => principal.at_sites(sites),
        None => principal,
    }
}
