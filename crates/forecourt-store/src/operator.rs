//! People of the back office: who they are, wherever they belong.

use forecourt_core::Timestamp;
use forecourt_core::id::OperatorId;

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct OperatorRecord {
    pub id: OperatorId,
    /// What the person signs in with, in lower case.
    pub email: String,
    pub name: String,
    /// Empty for people who sign in elsewhere only.
    pub password_hash: String,
    /// `en`, `de` or `da`; none: as the browser asks.
    pub language: Option<String>,
    pub time_zone: Option<String>,
    pub totp_sealed: Option<String>,
    /// The second factor is asked for.
    pub totp_confirmed: bool,
    /// The last step of time a code was taken for.
    pub totp_step: i64,
    /// Digests of the recovery codes that are left.
    pub recovery: Vec<String>,
    pub created_at: Timestamp,
}

pub(crate) fn record_from(row: &Row) -> Result<OperatorRecord, StoreError> {
    Ok(OperatorRecord {
        id: OperatorId(row.int("id")?),
        email: row.text("email")?,
        name: row.text("name")?,
        password_hash: row.text("password_hash")?,
        language: row.text_or_none("language")?,
        time_zone: row.text_or_none("time_zone")?,
        totp_sealed: row.text_or_none("totp_sealed")?,
        totp_confirmed: row.bool("totp_confirmed")?,
        totp_step: row.int("totp_step")?,
        recovery: row.text("recovery")?.split_whitespace().map(str::to_owned).collect(),
        created_at: row.time("created_at")?,
    })
}

impl Store {
    pub async fn has_operators(&self) -> Result<bool, StoreError> {
        Ok(self.row("SELECT id FROM operator LIMIT 1", values![]).await?.is_some())
    }

    pub async fn operator(&self, id: OperatorId) -> Result<Option<OperatorRecord>, StoreError> {
        let row = self.row("SELECT * FROM operator WHERE id = $1", values![id]).await?;
        row.map(|r| record_from(&r)).transpose()
    }

    /// `email` in lower case.
    pub async fn operator_by_email(&self, email: &str) -> Result<Option<OperatorRecord>, StoreError> {
        let row = self.row("SELECT * FROM operator WHERE email = $1", values![email]).await?;
        row.map(|r| record_from(&r)).transpose()
    }
}

impl Tx {
    pub async fn add_operator(&mut self, operator: &OperatorRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO operator (id, email, name, password_hash, language, time_zone, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                operator.id,
                &operator.email,
                &operator.name,
                &operator.password_hash,
                &operator.language,
                &operator.time_zone,
                operator.created_at
            ],
        )
        .await
        .map(drop)
    }

    /// What a person may change about themselves.
    pub async fn change_operator(&mut self, operator: &OperatorRecord) -> Result<(), StoreError> {
        self.execute(
            "UPDATE operator SET email = $2, name = $3, language = $4, time_zone = $5 WHERE id = $1",
            values![operator.id, &operator.email, &operator.name, &operator.language, &operator.time_zone],
        )
        .await
        .map(drop)
    }

    /// A new password ends every login of the operator, and what was sent to reset the old one.
    pub async fn set_operator_password(&mut self, id: OperatorId, hash: &str) -> Result<(), StoreError> {
        self.execute("UPDATE operator SET password_hash = $1 WHERE id = $2", values![hash, id]).await?;
        self.execute("DELETE FROM password_reset WHERE operator_id = $1", values![id]).await?;
        self.execute("DELETE FROM login WHERE operator_id = $1", values![id]).await.map(drop)
    }

    pub async fn set_second_factor(
        &mut self,
        id: OperatorId,
        sealed: Option<&str>,
        confirmed: bool,
        recovery: &[String],
    ) -> Result<(), StoreError> {
        let sql = "UPDATE operator SET totp_sealed = $2, totp_confirmed = $3, recovery = $4 WHERE id = $1";
        let values = values![id, sealed.map(str::to_owned), confirmed, recovery.join(" ")];
        self.execute(sql, values).await.map(drop)
    }

    /// Takes the code of a step of time; `false` when that or a later one was taken before.
    pub async fn take_step(&mut self, id: OperatorId, step: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE operator SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
        Ok(self.execute(sql, values![id, step]).await? == 1)
    }

    /// Takes a recovery code; `false` when somebody else took one since `before` was read.
    pub async fn take_recovery(
        &mut self,
        id: OperatorId,
        before: &[String],
        left: &[String],
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE operator SET recovery = $3 WHERE id = $1 AND recovery = $2";
        Ok(self.execute(sql, values![id, before.join(" "), left.join(" ")]).await? == 1)
    }

    pub async fn add_password_reset(
        &mut self,
        token_hash: &str,
        operator: OperatorId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        // The newest letter counts.
        self.execute("DELETE FROM password_reset WHERE operator_id = $1", values![operator]).await?;
        let sql = "INSERT INTO password_reset (token_hash, operator_id, expires_at) VALUES ($1, $2, $3)";
        self.execute(sql, values![token_hash, operator, expires_at]).await.map(drop)
    }

    /// Whose password this letter may set; it cannot be used again.
    pub async fn take_password_reset(
        &mut self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<OperatorId>, StoreError> {
        let sql =
            "DELETE FROM password_reset WHERE token_hash = $1 AND expires_at > $2 RETURNING operator_id";
        let row = self.row(sql, values![token_hash, now]).await?;
        row.map(|r| Ok(OperatorId(r.int("operator_id")?))).transpose()
    }

    /// What has run out on its own.
    pub(crate) async fn prune_access(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let steps = self.execute("DELETE FROM sign_in_step WHERE expires_at < $1", values![now]).await?;
        Ok(steps + self.execute("DELETE FROM password_reset WHERE expires_at < $1", values![now]).await?)
    }
}
