//! Single sign-on by OpenID Connect: an organisation's own provider vouches for its people.
//!
//! A provider speaks for its organisation and for nobody else's: the login it opens is good there alone, it links
//! nobody who did not join the organisation by themselves, and it never opens the account behind the membership.

mod arrival;
mod provider;

use forecourt_core::access::{Permission, Role};
use forecourt_store::{IdentityProviderRecord, StoreError};
use serde_json::{Value, json};

use crate::members::Rights;
use crate::{App, AppError, Principal};

pub use arrival::{Arrival, Departure, Destination};

/// Longest issuer and client id, in characters (the addresses asked are limited to 512 bytes anyway).
const TEXT_MAX_CHARS: usize = 255;
/// Longest client secret, in characters.
const SECRET_MAX_CHARS: usize = 1_000;
/// E-mail domains of one organisation.
const DOMAINS_MAX: usize = 20;
/// Longest domain (RFC 1035 §2.3.4), in characters.
const DOMAIN_MAX_CHARS: usize = 253;
/// What the sealed client secret is for; opened for nothing else.
const PURPOSE: &str = "secret of an identity provider";
/// Where anybody may have a mailbox: such a domain says nothing about where somebody works.
const ANYBODYS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "icloud.com",
    "me.com",
    "yahoo.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "freenet.de",
    "proton.me",
    "protonmail.com",
    "mail.dk",
];

/// Why somebody was not let in. The words are the page's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Nobody's provider speaks for this address or login page.
    NoProvider,
    /// The provider does not answer, or may not be asked.
    Unreachable,
    /// What it answers is not OpenID Connect.
    NotAProvider,
    /// It knows neither this client nor its secret.
    Client,
    /// The code was used, is too old, or is another's.
    Code,
    /// Its word is not its own, or is meant for somebody else.
    Token,
    /// Its clock and ours are too far apart.
    Clock,
    /// It does not say the person's e-mail address.
    NoEmail,
    /// It does not say that the address is the person's.
    Unverified,
    /// The address is of a domain that it does not speak for.
    Domain,
    /// Only who is invited gets in.
    NotInvited,
    /// The address has an account, which the provider cannot bring into an organisation.
    HasAccount,
    /// Begun in another browser, too long ago, or answered already.
    Expired,
    /// The person changed their mind.
    Cancelled,
    /// The provider refused.
    Declined,
}

impl Refused {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoProvider => "no_provider",
            Self::Unreachable => "unreachable",
            Self::NotAProvider => "not_a_provider",
            Self::Client => "client",
            Self::Code => "code",
            Self::Token => "token",
            Self::Clock => "clock",
            Self::NoEmail => "no_email",
            Self::Unverified => "unverified",
            Self::Domain => "domain",
            Self::NotInvited => "not_invited",
            Self::HasAccount => "has_account",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
        }
    }
}

/// A refusal in words, or something of ours that failed.
#[derive(Debug)]
pub enum SignInError {
    Refused(Refused),
    App(AppError),
}

impl<E: Into<AppError>> From<E> for SignInError {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}

/// What an administrator says of the provider.
#[derive(Debug, Clone)]
pub struct ProviderEdit {
    pub issuer: String,
    pub client_id: String,
    /// `None`: as it was.
    pub client_secret: Option<String>,
    pub domains: Vec<String>,
    pub default_role: Option<Role>,
    pub required: bool,
}

impl App {
    pub async fn single_sign_on(
        &self,
        principal: &Principal,
    ) -> Result<Option<IdentityProviderRecord>, AppError> {
        may_set(principal)?;
        Ok(self.store.identity_provider(principal.organisation).await?)
    }

    /// Where the provider sends people back to; it wants to know beforehand.
    pub fn sign_in_return_address(&self) -> String {
        format!("{}/api/v1/session/provider/return", self.settings().page_url.trim_end_matches('/'))
    }

    /// Sets the provider up. It is asked who it is, so that a wrong address is found now and not by a colleague.
    pub async fn set_single_sign_on(
        &self,
        principal: &Principal,
        expected: Option<i64>,
        edit: ProviderEdit,
    ) -> Result<IdentityProviderRecord, AppError> {
        may_set(principal)?;
        let old = self.store.identity_provider(principal.organisation).await?;
        if let (Some(old), Some(version)) = (&old, expected)
            && old.version != version
        {
            return Err(AppError::Stale);
        }
        let domains = checked_domains(edit.domains)?;
        if let Some(role) = edit.default_role {
            if role == Role::Admin {
                return Err(AppError::field("/default_role", "administrators are invited one by one"));
            }
            self.checked_rights(principal, &Rights { role, permissions: None, sites: None }).await?;
        }
        let client_id = checked_text("/client_id", &edit.client_id, TEXT_MAX_CHARS)?;
        let issuer = checked_text("/issuer", &edit.issuer, TEXT_MAX_CHARS)?;
        let found = provider::discover(&self.outside, &issuer).await.map_err(|refused| {
            AppError::field(
                "/issuer",
                match refused {
                    Refused::Unreachable => {
                        "nobody answers at this address, or it may not be asked (https, public)"
                    }
                    _ => "this address does not belong to an OpenID Connect provider",
                },
            )
        })?;
        let client_secret = match edit.client_secret {
            Some(secret) => {
                let secret = checked_text("/client_secret", &secret, SECRET_MAX_CHARS)?;
                self.vault().seal(PURPOSE, secret.as_bytes())?
            }
            None => {
                // A secret goes to the provider it was given for, and to no other.
                let old = old.as_ref().filter(|old| old.issuer == found.issuer);
                let sealed = old.map(|old| old.client_secret.clone());
                sealed.ok_or_else(|| AppError::field("/client_secret", "give the secret of this client"))?
            }
        };
        let record = IdentityProviderRecord {
            organisation: principal.organisation,
            issuer: found.issuer,
            client_id,
            client_secret,
            domains,
            default_role: edit.default_role,
            required: edit.required,
            updated_at: self.now(),
            version: 0,
        };
        let mut tx = self.store.begin().await?;
        tx.set_identity_provider(&record, old.as_ref().map(|old| old.version)).await?;
        tx.set_provider_domains(record.organisation, &record.domains).await.map_err(|error| match error {
            StoreError::Conflict => {
                AppError::field("/domains", "another organisation's provider speaks for one of these")
            }
            other => other.into(),
        })?;
        let subject = ("organisation", principal.organisation.0, record.issuer.as_str());
        let note = self.note(principal, "organisation.single_sign_on_set", subject);
        tx.audit(&note.changed(old.as_ref().map_or(json!({}), described), described(&record))).await?;
        tx.commit().await?;
        let kept = self.store.identity_provider(principal.organisation).await?;
        kept.ok_or(AppError::NotFound("provider"))
    }

    /// Who came by it is signed out; accounts and memberships stay.
    pub async fn end_single_sign_on(&self, principal: &Principal) -> Result<(), AppError> {
        may_set(principal)?;
        let old = self.store.identity_provider(principal.organisation).await?;
        let old = old.ok_or(AppError::NotFound("provider"))?;
        let mut tx = self.store.begin().await?;
        tx.delete_identity_provider(principal.organisation).await?;
        let subject = ("organisation", principal.organisation.0, old.issuer.as_str());
        let note = self.note(principal, "organisation.single_sign_on_ended", subject);
        tx.audit(&note.gone(&described(&old))).await?;
        Ok(tx.commit().await?)
    }
}

fn may_set(principal: &Principal) -> Result<(), AppError> {
    principal.require(Permission::Administration)?;
    principal.require_every_site()
}

fn described(record: &IdentityProviderRecord) -> Value {
    json!({"issuer": record.issuer, "client_id": record.client_id, "domains": record.domains,
        "default_role": record.default_role.map(Role::as_str), "required": record.required})
}

fn checked_text(field: &str, text: &str, max: usize) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > max || text.chars().any(char::is_control) {
        return Err(AppError::field(field, format!("between one and {max} printable characters")));
    }
    Ok(text.to_owned())
}

fn checked_domains(domains: Vec<String>) -> Result<Vec<String>, AppError> {
    let mut checked: Vec<String> =
        domains.iter().map(|text| text.trim().trim_start_matches('@').to_lowercase()).collect();
    checked.retain(|domain| !domain.is_empty());
    checked.sort();
    checked.dedup();
    if checked.is_empty() || checked.len() > DOMAINS_MAX {
        return Err(AppError::field(
            "/domains",
            format!("between one and {DOMAINS_MAX} domains, for example example.com"),
        ));
    }
    for domain in &checked {
        let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
        let right = domain.len() <= DOMAIN_MAX_CHARS
            && domain.contains('.')
            && domain.chars().all(plain)
            && domain.split('.').all(|label| !label.is_empty());
        if !right {
            return Err(AppError::field("/domains", format!("{domain:?} is not a domain")));
        }
        if ANYBODYS.contains(&domain.as_str()) {
            return Err(AppError::field("/domains", format!("anybody may have an address at {domain}")));
        }
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_read_as_people_write_them() {
        let given = ["@Example.com", "b.example ", "example.com", ""].map(str::to_owned).to_vec();
        assert_eq!(checked_domains(given).expect("domains"), ["b.example", "example.com"]);
        for wrong in ["", "localhost", "a..b", "a b.example", "gmail.com", "a@b.example"] {
            assert!(checked_domains(vec![wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
