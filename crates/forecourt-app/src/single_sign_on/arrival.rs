//! The way to a provider and back: whom the browser is sent to, what it comes back with, and who the person is here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use forecourt_core::id::OrganisationId;
use forecourt_store::{IdentityProviderRecord, InvitationRecord, MembershipRecord, OperatorRecord};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::provider::{self, Claims, Client, Endpoints};
use super::{PURPOSE, Refused, SignInError};
use crate::accounts::{checked_email, checked_name, taken};
use crate::logins::{Browser, Opened};
use crate::passwords::{digest, secret};
use crate::{App, AppError};

/// How long a person may take at the provider.
const LASTS: SignedDuration = SignedDuration::from_mins(15);
/// Random bytes of what ties question and answer together.
const RANDOM_BYTES: usize = 32;
/// What the table of steps calls this.
const KIND: &str = "provider";
/// Longest path to land on afterwards, in characters.
const PATH_MAX_CHARS: usize = 500;

/// How a person says whose provider to ask.
#[derive(Debug, Clone)]
pub enum Destination {
    /// By the domain of their address.
    Email(String),
    /// By the login page they stand at.
    Slug(String),
}

/// On the way to the provider.
#[derive(Debug, Clone)]
pub struct Departure {
    /// Where the browser goes.
    pub address: String,
    /// What the browser keeps to prove that it is the one that began.
    pub token: String,
}

/// What a browser comes back with.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    pub code: Option<String>,
    /// What went out with the question.
    pub state: Option<String>,
    /// What the provider says went wrong.
    pub error: Option<String>,
    /// Who answers, where the provider says so (RFC 9207).
    pub issuer: Option<String>,
    /// What the browser kept.
    pub kept: Option<String>,
}

/// What the answer is held against.
#[derive(Debug, Serialize, Deserialize)]
struct Step {
    organisation: OrganisationId,
    endpoints: Endpoints,
    client_id: String,
    nonce: String,
    verifier: String,
    /// Where the person wanted to go.
    path: String,
}

impl App {
    /// Whether the organisation's people may come by a provider.
    pub async fn has_provider(&self, organisation: OrganisationId) -> Result<bool, AppError> {
        Ok(self.store.identity_provider(organisation).await?.is_some())
    }

    /// Begins a sign-in by a provider.
    pub async fn depart(&self, to: Destination, path: &str) -> Result<Departure, SignInError> {
        let (organisation, hint) = match to {
            Destination::Email(email) => {
                let email = checked_email("/email", &email)?;
                let domain = domain_of(&email).to_owned();
                (self.store.organisation_of_domain(&domain).await?, Some(email))
            }
            Destination::Slug(slug) => (self.store.organisation_by_slug(&slug.to_lowercase()).await?, None),
        };
        let organisation = organisation.ok_or(SignInError::Refused(Refused::NoProvider))?;
        let record = self.provider_of(organisation).await?;
        let endpoints =
            provider::discover(&self.outside, &record.issuer).await.map_err(SignInError::Refused)?;
        let token = secret(RANDOM_BYTES);
        let step = Step {
            organisation,
            endpoints,
            client_id: record.client_id.clone(),
            nonce: secret(RANDOM_BYTES),
            verifier: secret(RANDOM_BYTES),
            path: landing(path),
        };
        let return_address = self.sign_in_return_address();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(step.verifier.as_bytes()));
        let mut fields = vec![
            ("redirect_uri", return_address.as_str()),
            ("state", token.as_str()),
            ("nonce", step.nonce.as_str()),
            ("code_challenge", challenge.as_str()),
        ];
        if let Some(hint) = &hint {
            fields.push(("login_hint", hint));
        }
        let address =
            provider::question(&step.endpoints, &record.client_id, &fields).map_err(SignInError::Refused)?;
        let mut tx = self.store.begin().await?;
        let state = json!(step).to_string();
        tx.add_sign_in_step(&digest(token.as_bytes()), KIND, &state, self.now() + LASTS).await?;
        tx.commit().await?;
        Ok(Departure { address, token })
    }

    async fn provider_of(&self, organisation: OrganisationId) -> Result<IdentityProviderRecord, SignInError> {
        let record = self.store.identity_provider(organisation).await?;
        record.ok_or(SignInError::Refused(Refused::NoProvider))
    }

    /// Ends a sign-in by a provider: a login at its organisation, and the path the person wanted to see.
    pub async fn arrive(&self, arrival: Arrival, browser: Browser) -> Result<(Opened, String), SignInError> {
        let refused = SignInError::Refused;
        let step = self.step_of_arrival(&arrival).await?;
        if let Some(error) = arrival.error.as_deref() {
            tracing::info!(error, "an identity provider refused somebody");
            let cancelled = error == "access_denied";
            return Err(refused(if cancelled { Refused::Cancelled } else { Refused::Declined }));
        }
        if arrival.issuer.is_some_and(|issuer| issuer != step.endpoints.issuer) {
            return Err(refused(Refused::Token));
        }
        let code = arrival.code.ok_or(refused(Refused::Declined))?;
        let record = self.provider_of(step.organisation).await?;
        // Set up anew meanwhile: the secret is not for the provider that was asked.
        if record.issuer != step.endpoints.issuer || record.client_id != step.client_id {
            return Err(refused(Refused::Expired));
        }
        let secret = self.vault().open(PURPOSE, &record.client_secret)?;
        let secret = String::from_utf8(secret).map_err(|_| refused(Refused::Client))?;
        let return_address = self.sign_in_return_address();
        let client = Client { id: &record.client_id, secret: &secret, return_address: &return_address };
        let given = (code.as_str(), step.verifier.as_str());
        let token =
            provider::exchange(&self.outside, &step.endpoints, client, given).await.map_err(refused)?;
        let keys = provider::keys(&self.outside, &step.endpoints).await.map_err(refused)?;
        let issuer = &step.endpoints.issuer;
        let claims = provider::believe(&token, &keys, issuer, &record.client_id, &step.nonce, self.now())
            .map_err(refused)?;
        let operator = self.person_of(&record, &claims).await?;
        let opened = self.open_vouched_login(operator, record.organisation, browser).await?;
        Ok((opened, step.path))
    }

    async fn step_of_arrival(&self, arrival: &Arrival) -> Result<Step, SignInError> {
        let expired = || SignInError::Refused(Refused::Expired);
        let (Some(state), Some(kept)) = (&arrival.state, &arrival.kept) else { return Err(expired()) };
        // Whoever sends somebody else's browser here signs nobody in.
        if !bool::from(state.as_bytes().ct_eq(kept.as_bytes())) {
            return Err(expired());
        }
        let mut tx = self.store.begin().await?;
        let step = tx.take_sign_in_step(&digest(state.as_bytes()), KIND, self.now()).await?;
        tx.commit().await?;
        step.and_then(|text| serde_json::from_str(&text).ok()).ok_or_else(expired)
    }

    /// Who this is here: known from before, a member by their address, invited, or new.
    async fn person_of(
        &self,
        record: &IdentityProviderRecord,
        claims: &Claims,
    ) -> Result<OperatorRecord, SignInError> {
        let refused = SignInError::Refused;
        let at = record.organisation;
        let known = self.store.operator_of_identity(at, &record.issuer, &claims.sub).await?;
        if let Some(id) = known
            && self.store.membership(id, at).await?.is_some()
        {
            return self.store.operator(id).await?.ok_or(refused(Refused::NotInvited));
        }
        let email = claims.email.as_deref().ok_or(refused(Refused::NoEmail))?;
        let email = checked_email("/email", email).map_err(|_| refused(Refused::NoEmail))?;
        if !claims.email_is_verified() {
            return Err(refused(Refused::Unverified));
        }
        if !record.domains.iter().any(|domain| domain == domain_of(&email)) {
            return Err(refused(Refused::Domain));
        }
        let invited = self.store.invitations(at).await?.into_iter().find(|each| each.email == email);
        let invited = invited.filter(|invitation| invitation.expires_at > self.now());
        // Came by this provider before and left since: back by invitation only.
        if let Some(id) = known {
            let invitation = invited.ok_or(refused(Refused::NotInvited))?;
            let person = self.store.operator(id).await?.ok_or(refused(Refused::NotInvited))?;
            return self.join_by_provider(record, claims, (person, false), Some(invitation)).await;
        }
        match self.store.operator_by_email(&email).await? {
            Some(person) if self.store.membership(person.id, at).await?.is_some() => {
                self.link(record, claims, &person).await?;
                Ok(person)
            }
            // An account that was made elsewhere joins by its own password.
            Some(_) => Err(refused(Refused::HasAccount)),
            None => {
                let name = claims.name.as_deref().unwrap_or_default();
                let name = checked_name("/name", name).unwrap_or_else(|_| email.clone());
                let person = self.passwordless(email, name);
                self.join_by_provider(record, claims, (person, true), invited).await
            }
        }
    }

    async fn link(
        &self,
        record: &IdentityProviderRecord,
        claims: &Claims,
        person: &OperatorRecord,
    ) -> Result<(), SignInError> {
        let mut tx = self.store.begin().await?;
        let identity = (record.issuer.as_str(), claims.sub.as_str());
        tx.unlink_identity(record.organisation, identity).await?;
        tx.link_identity(record.organisation, identity, person.id, self.now()).await?;
        let who = ("operator", person.id.0, person.name.as_str());
        let note = self.note_by(record.organisation, who, "operator.linked", who);
        tx.audit(&note.made(&json!({"email": person.email, "issuer": record.issuer}))).await?;
        Ok(tx.commit().await?)
    }

    /// Makes the person (where `new`) and the membership.
    async fn join_by_provider(
        &self,
        record: &IdentityProviderRecord,
        claims: &Claims,
        (person, new): (OperatorRecord, bool),
        invitation: Option<InvitationRecord>,
    ) -> Result<OperatorRecord, SignInError> {
        let role = invitation.as_ref().map(|each| each.role).or(record.default_role);
        let membership = MembershipRecord {
            operator: person.id,
            organisation: record.organisation,
            role: role.ok_or(SignInError::Refused(Refused::NotInvited))?,
            permissions: invitation.as_ref().and_then(|each| each.permissions),
            sites: invitation.as_ref().and_then(|each| each.sites.clone()),
            created_at: self.now(),
            last_seen_at: None,
            version: 1,
        };
        let mut tx = self.store.begin().await?;
        if let Some(invitation) = &invitation
            && !tx.delete_invitation(invitation.id).await?
        {
            return Err(SignInError::Refused(Refused::NotInvited));
        }
        if new {
            tx.add_operator(&person).await.map_err(taken)?;
        }
        tx.add_membership(&membership).await?;
        let identity = (record.issuer.as_str(), claims.sub.as_str());
        tx.unlink_identity(record.organisation, identity).await?;
        tx.link_identity(record.organisation, identity, person.id, self.now()).await?;
        let who = ("operator", person.id.0, person.name.as_str());
        let note = self.note_by(record.organisation, who, "operator.joined", who);
        let role = membership.role.as_str();
        tx.audit(&note.made(&json!({"email": person.email, "role": role, "issuer": record.issuer}))).await?;
        tx.commit().await?;
        Ok(person)
    }
}

fn domain_of(email: &str) -> &str {
    email.rsplit('@').next().unwrap_or_default()
}

/// A path of the page itself: nobody is sent to another site by way of ours.
fn landing(path: &str) -> String {
    let bytes = path.as_bytes();
    let inside = bytes.first() == Some(&b'/') && !matches!(bytes.get(1), Some(b'/' | b'\\'));
    let plain = path.chars().count() <= PATH_MAX_CHARS && path.bytes().all(|b| b.is_ascii_graphic());
    if inside && plain { path.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for path in
            ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a b", "/\r\nx: y", "/ä"]
        {
            assert_eq!(landing(path), "/", "{path}");
        }
        assert_eq!(landing("/sessions?state=held"), "/sessions?state=held");
    }
}
