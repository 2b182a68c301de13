//! People asked to join an organisation who have not come yet.

use forecourt_core::Timestamp;
use forecourt_core::access::{Permissions, Role};
use forecourt_core::id::{InvitationId, OrganisationId, SiteId};

use crate::engine::{Row, values};
use crate::membership::{sites_from, sites_text};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct InvitationRecord {
    pub id: InvitationId,
    pub organisation: OrganisationId,
    /// Where the letter goes; the person may choose another address to sign in with.
    pub email: String,
    pub name: String,
    pub role: Role,
    pub permissions: Option<Permissions>,
    pub sites: Option<Vec<SiteId>>,
    pub token_hash: String,
    pub invited_by: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

fn record_from(row: &Row) -> Result<InvitationRecord, StoreError> {
    Ok(InvitationRecord {
        id: InvitationId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        email: row.text("email")?,
        name: row.text("name")?,
        role: Role::parse(&row.text("role")?).ok_or(StoreError::Corrupt("role"))?,
        permissions: row.text_or_none("permissions")?.map(|words| Permissions::parse(&words)),
        sites: sites_from(row.text_or_none("sites")?),
        token_hash: row.text("token_hash")?,
        invited_by: row.text("invited_by")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
    })
}

impl Store {
    /// Newest first; organisations have few that are open.
    pub async fn invitations(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<InvitationRecord>, StoreError> {
        let sql = "SELECT * FROM invitation WHERE organisation_id = $1 ORDER BY id DESC LIMIT 500";
        self.rows(sql, values![organisation]).await?.iter().map(record_from).collect()
    }

    pub async fn invitation(
        &self,
        organisation: OrganisationId,
        id: InvitationId,
    ) -> Result<Option<InvitationRecord>, StoreError> {
        let sql = "SELECT * FROM invitation WHERE organisation_id = $1 AND id = $2";
        self.row(sql, values![organisation, id]).await?.map(|r| record_from(&r)).transpose()
    }

    /// The one a letter speaks of, while it holds.
    pub async fn invitation_by_token(
        &self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<InvitationRecord>, StoreError> {
        let sql = "SELECT * FROM invitation WHERE token_hash = $1 AND expires_at > $2";
        self.row(sql, values![token_hash, now]).await?.map(|r| record_from(&r)).transpose()
    }
}

impl Tx {
    pub async fn add_invitation(&mut self, new: &InvitationRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO invitation (id, organisation_id, email, name, role, permissions, sites, token_hash, \
             invited_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            values![
                new.id,
                new.organisation,
                &new.email,
                &new.name,
                new.role.as_str(),
                new.permissions.map(|set| set.words().join(" ")),
                sites_text(new.sites.as_deref()),
                &new.token_hash,
                &new.invited_by,
                new.created_at,
                new.expires_at
            ],
        )
        .await
        .map(drop)
    }

    /// The letter before no longer works.
    pub async fn renew_invitation(
        &mut self,
        id: InvitationId,
        token_hash: &str,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE invitation SET token_hash = $2, expires_at = $3 WHERE id = $1";
        self.execute(sql, values![id, token_hash, expires_at]).await.map(drop)
    }

    /// Takes an invitation away; `false` when somebody did so before.
    pub async fn delete_invitation(&mut self, id: InvitationId) -> Result<bool, StoreError> {
        Ok(self.execute("DELETE FROM invitation WHERE id = $1", values![id]).await? == 1)
    }
}
