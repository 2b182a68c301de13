//! People of the back office and their logins.

use forecourt_core::Timestamp;
use forecourt_core::access::Role;
use forecourt_core::id::{OperatorId, OrganisationId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct OperatorRecord {
    pub id: OperatorId,
    pub organisation: OrganisationId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password_hash: String,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct NewLogin {
    pub token_hash: String,
    pub operator: OperatorId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub address: String,
    pub user_agent: String,
}

/// A signed-in operator.
#[derive(Debug, Clone)]
pub struct LoginRecord {
    pub operator: OperatorRecord,
    pub expires_at: Timestamp,
}

fn record_from(row: &Row) -> Result<OperatorRecord, StoreError> {
    Ok(OperatorRecord {
        id: OperatorId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        email: row.text("email")?,
        name: row.text("name")?,
        role: Role::parse(&row.text("role")?).ok_or(StoreError::Corrupt("role"))?,
        password_hash: row.text("password_hash")?,
        created_at: row.time("created_at")?,
    })
}

impl Store {
    pub async fn has_operators(&self) -> Result<bool, StoreError> {
        Ok(self.row("SELECT id FROM operator LIMIT 1", values![]).await?.is_some())
    }

    /// `email` in lower case.
    pub async fn operator_by_email(&self, email: &str) -> Result<Option<OperatorRecord>, StoreError> {
        self.row("SELECT * FROM operator WHERE email = $1", values![email])
            .await?
            .map(|r| record_from(&r))
            .transpose()
    }

    pub async fn login(&self, token_hash: &str, now: Timestamp) -> Result<Option<LoginRecord>, StoreError> {
        let sql = "SELECT o.*, l.expires_at AS expires_at FROM login l JOIN operator o ON o.id = l.operator_id \
                   WHERE l.token_hash = $1 AND l.expires_at > $2";
        let row = self.row(sql, values![token_hash, now]).await?;
        row.map(|r| Ok(LoginRecord { operator: record_from(&r)?, expires_at: r.time("expires_at")? }))
            .transpose()
    }
}

impl Tx {
    pub async fn add_operator(&mut self, operator: &OperatorRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO operator (id, organisation_id, email, name, role, password_hash, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                operator.id,
                operator.organisation,
                &operator.email,
                &operator.name,
                operator.role.as_str(),
                &operator.password_hash,
                operator.created_at
            ],
        )
        .await
        .map(drop)
    }

    /// A new password ends every login of the operator.
    pub async fn set_operator_password(&mut self, id: OperatorId, hash: &str) -> Result<(), StoreError> {
        self.execute("UPDATE operator SET password_hash = $1 WHERE id = $2", values![hash, id]).await?;
        self.execute("DELETE FROM login WHERE operator_id = $1", values![id]).await.map(drop)
    }

    pub async fn add_login(&mut self, login: &NewLogin) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO login (token_hash, operator_id, created_at, expires_at, address, user_agent) VALUES ($1, $2, $3, $4, $5, $6)",
            values![&login.token_hash, login.operator, login.created_at, login.expires_at, &login.address, &login.user_agent],
        )
        .await
        .map(drop)
    }

    pub async fn delete_login(&mut self, token_hash: &str) -> Result<(), StoreError> {
        self.execute("DELETE FROM login WHERE token_hash = $1", values![token_hash]).await.map(drop)
    }
}
