//! Who vouches for the people of an organisation, and whom they mean.

use forecourt_core::Timestamp;
use forecourt_core::access::Role;
use forecourt_core::id::{OperatorId, OrganisationId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// An OpenID Connect provider, as an organisation set it up.
#[derive(Debug, Clone)]
pub struct IdentityProviderRecord {
    pub organisation: OrganisationId,
    pub issuer: String,
    pub client_id: String,
    /// Sealed.
    pub client_secret: String,
    /// In lower case.
    pub domains: Vec<String>,
    /// Given to people who come without an invitation; `None`: only who is invited gets in.
    pub default_role: Option<Role>,
    /// Passwords open nothing here, but for administrators.
    pub required: bool,
    pub updated_at: Timestamp,
    pub version: i64,
}

fn record_from(row: &Row, domains: Vec<String>) -> Result<IdentityProviderRecord, StoreError> {
    let role = row.text_or_none("default_role")?;
    let role = role.map(|word| Role::parse(&word).ok_or(StoreError::Corrupt("default_role"))).transpose()?;
    Ok(IdentityProviderRecord {
        organisation: OrganisationId(row.int("organisation_id")?),
        issuer: row.text("issuer")?,
        client_id: row.text("client_id")?,
        client_secret: row.text("client_secret")?,
        domains,
        default_role: role,
        required: row.bool("required")?,
        updated_at: row.time("updated_at")?,
        version: row.int("version")?,
    })
}

impl Store {
    pub async fn identity_provider(
        &self,
        organisation: OrganisationId,
    ) -> Result<Option<IdentityProviderRecord>, StoreError> {
        let sql = "SELECT * FROM identity_provider WHERE organisation_id = $1";
        let Some(row) = self.row(sql, values![organisation]).await? else { return Ok(None) };
        let sql = "SELECT domain FROM identity_provider_domain WHERE organisation_id = $1 ORDER BY domain";
        let rows = self.rows(sql, values![organisation]).await?;
        let domains = rows.iter().map(|row| row.text("domain")).collect::<Result<_, _>>()?;
        record_from(&row, domains).map(Some)
    }

    /// Whose provider speaks for the addresses of this domain.
    pub async fn organisation_of_domain(&self, domain: &str) -> Result<Option<OrganisationId>, StoreError> {
        let sql = "SELECT organisation_id FROM identity_provider_domain WHERE domain = $1";
        let row = self.row(sql, values![domain]).await?;
        row.map(|row| row.int("organisation_id").map(OrganisationId)).transpose()
    }

    /// Whom a provider means.
    pub async fn operator_of_identity(
        &self,
        organisation: OrganisationId,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<OperatorId>, StoreError> {
        let sql = "SELECT operator_id FROM operator_identity \
                   WHERE organisation_id = $1 AND issuer = $2 AND subject = $3";
        let row = self.row(sql, values![organisation, issuer, subject]).await?;
        row.map(|row| row.int("operator_id").map(OperatorId)).transpose()
    }
}

impl Tx {
    /// Makes or replaces an organisation's provider; `Stale` where somebody else did since `expected` was read.
    pub async fn set_identity_provider(
        &mut self,
        record: &IdentityProviderRecord,
        expected: Option<i64>,
    ) -> Result<(), StoreError> {
        let written = match expected {
            None => {
                self.execute(
                    "INSERT INTO identity_provider (organisation_id, issuer, client_id, client_secret, \
                     default_role, required, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
                    values![
                        record.organisation,
                        &record.issuer,
                        &record.client_id,
                        &record.client_secret,
                        record.default_role.map(|role| role.as_str().to_owned()),
                        record.required,
                        record.updated_at
                    ],
                )
                .await?
            }
            Some(version) => {
                self.execute(
                    "UPDATE identity_provider SET issuer = $2, client_id = $3, client_secret = $4, \
                     default_role = $5, required = $6, updated_at = $7, version = version + 1 \
                     WHERE organisation_id = $1 AND version = $8",
                    values![
                        record.organisation,
                        &record.issuer,
                        &record.client_id,
                        &record.client_secret,
                        record.default_role.map(|role| role.as_str().to_owned()),
                        record.required,
                        record.updated_at,
                        version
                    ],
                )
                .await?
            }
        };
        if written == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// `Conflict` where a domain is another organisation's.
    pub async fn set_provider_domains(
        &mut self,
        organisation: OrganisationId,
        domains: &[String],
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM identity_provider_domain WHERE organisation_id = $1";
        self.execute(sql, values![organisation]).await?;
        for domain in domains {
            let sql = "INSERT INTO identity_provider_domain (domain, organisation_id) VALUES ($1, $2)";
            self.execute(sql, values![domain, organisation]).await?;
        }
        Ok(())
    }

    /// Also ends every login it vouched for.
    pub async fn delete_identity_provider(
        &mut self,
        organisation: OrganisationId,
    ) -> Result<bool, StoreError> {
        self.set_provider_domains(organisation, &[]).await?;
        let sql = "DELETE FROM login WHERE provider_organisation_id = $1";
        self.execute(sql, values![organisation]).await?;
        let sql = "DELETE FROM operator_identity WHERE organisation_id = $1";
        self.execute(sql, values![organisation]).await?;
        let sql = "DELETE FROM identity_provider WHERE organisation_id = $1";
        Ok(self.execute(sql, values![organisation]).await? == 1)
    }

    pub async fn link_identity(
        &mut self,
        organisation: OrganisationId,
        (issuer, subject): (&str, &str),
        operator: OperatorId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO operator_identity (organisation_id, issuer, subject, operator_id, linked_at) \
                   VALUES ($1, $2, $3, $4, $5)";
        self.execute(sql, values![organisation, issuer, subject, operator, now]).await.map(drop)
    }

    pub async fn unlink_identity(
        &mut self,
        organisation: OrganisationId,
        (issuer, subject): (&str, &str),
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM operator_identity WHERE organisation_id = $1 AND issuer = $2 AND subject = $3";
        self.execute(sql, values![organisation, issuer, subject]).await.map(drop)
    }

    /// Remembers what an answer will be held against.
    pub async fn add_sign_in_step(
        &mut self,
        token_hash: &str,
        kind: &str,
        state: &str,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO sign_in_step (token_hash, kind, state, expires_at) VALUES ($1, $2, $3, $4)";
        self.execute(sql, values![token_hash, kind, state, expires_at]).await.map(drop)
    }

    /// What was remembered; it cannot be taken again.
    pub async fn take_sign_in_step(
        &mut self,
        token_hash: &str,
        kind: &str,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let sql = "DELETE FROM sign_in_step WHERE token_hash = $1 AND kind = $2 AND expires_at > $3 \
                   RETURNING state";
        let row = self.row(sql, values![token_hash, kind, now]).await?;
        row.map(|row| row.text("state")).transpose()
    }
}
