//! Logins of the page: which browser is whose, and for which organisation it is at work.

use forecourt_core::Timestamp;
use forecourt_core::id::{LoginId, OperatorId, OrganisationId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct NewLogin {
    pub id: LoginId,
    pub token_hash: String,
    pub operator: OperatorId,
    pub organisation: Option<OrganisationId>,
    /// The password was right, the second factor is still to come.
    pub half: bool,
    /// The organisation whose provider vouched for the person; the login is good for that one alone.
    pub provider: Option<OrganisationId>,
    /// Opened by a passkey: no second factor is wanted.
    pub passkey: bool,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub address: String,
    pub user_agent: String,
}

#[derive(Debug, Clone)]
pub struct LoginRecord {
    pub id: LoginId,
    pub operator: OperatorId,
    pub organisation: Option<OrganisationId>,
    pub half: bool,
    /// The organisation whose provider vouched for the person; the login is good for that one alone.
    pub provider: Option<OrganisationId>,
    /// Opened by a passkey: no second factor is wanted.
    pub passkey: bool,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub address: String,
    pub user_agent: String,
}

fn record_from(row: &Row) -> Result<LoginRecord, StoreError> {
    Ok(LoginRecord {
        id: LoginId(row.int("id")?),
        operator: OperatorId(row.int("operator_id")?),
        organisation: row.int_or_none("organisation_id")?.map(OrganisationId),
        half: row.bool("half")?,
        provider: row.int_or_none("provider_organisation_id")?.map(OrganisationId),
        passkey: row.bool("passkey")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        last_seen_at: row.time("last_seen_at")?,
        address: row.text("address")?,
        user_agent: row.text("user_agent")?,
    })
}

impl Store {
    pub async fn login(&self, token_hash: &str, now: Timestamp) -> Result<Option<LoginRecord>, StoreError> {
        let sql = "SELECT * FROM login WHERE token_hash = $1 AND expires_at > $2";
        self.row(sql, values![token_hash, now]).await?.map(|r| record_from(&r)).transpose()
    }

    /// Where somebody is signed in, used last first.
    pub async fn logins(&self, operator: OperatorId, now: Timestamp) -> Result<Vec<LoginRecord>, StoreError> {
        let sql = "SELECT * FROM login WHERE operator_id = $1 AND expires_at > $2 AND NOT half \
                   ORDER BY last_seen_at DESC LIMIT 100";
        self.rows(sql, values![operator, now]).await?.iter().map(record_from).collect()
    }
}

impl Tx {
    pub async fn add_login(&mut self, login: &NewLogin) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO login (token_hash, id, operator_id, organisation_id, half, created_at, expires_at, \
             last_seen_at, address, user_agent, provider_organisation_id, passkey) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $6, $8, $9, $10, $11)",
            values![
                &login.token_hash,
                login.id,
                login.operator,
                login.organisation.map(|o| o.0),
                login.half,
                login.created_at,
                login.expires_at,
                &login.address,
                &login.user_agent,
                login.provider.map(|o| o.0),
                login.passkey
            ],
        )
        .await
        .map(drop)
    }

    pub async fn delete_login(&mut self, token_hash: &str) -> Result<(), StoreError> {
        self.execute("DELETE FROM login WHERE token_hash = $1", values![token_hash]).await.map(drop)
    }

    /// Ends one of somebody's own logins.
    pub async fn end_login(&mut self, operator: OperatorId, id: LoginId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM login WHERE operator_id = $1 AND id = $2";
        Ok(self.execute(sql, values![operator, id]).await? == 1)
    }

    /// Ends every login of a person but one.
    pub async fn end_other_logins(&mut self, operator: OperatorId, kept: LoginId) -> Result<u64, StoreError> {
        self.execute("DELETE FROM login WHERE operator_id = $1 AND id <> $2", values![operator, kept]).await
    }

    pub async fn place_login(
        &mut self,
        token_hash: &str,
        organisation: OrganisationId,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE login SET organisation_id = $2 WHERE token_hash = $1";
        self.execute(sql, values![token_hash, organisation]).await.map(drop)
    }

    /// Notes that the browser was heard of.
    pub async fn touch_login(
        &mut self,
        token_hash: &str,
        operator: OperatorId,
        organisation: OrganisationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute("UPDATE login SET last_seen_at = $2 WHERE token_hash = $1", values![token_hash, now])
            .await?;
        let sql = "UPDATE membership SET last_seen_at = $3 WHERE operator_id = $1 AND organisation_id = $2";
        self.execute(sql, values![operator, organisation, now]).await.map(drop)
    }
}
