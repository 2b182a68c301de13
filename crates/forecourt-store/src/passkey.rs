//! Passkeys of operators: the public half of what lies in a phone, a computer or a key.

use forecourt_core::Timestamp;
use forecourt_core::id::{OperatorId, PasskeyId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct PasskeyRecord {
    pub id: PasskeyId,
    pub operator: OperatorId,
    /// base64url, as the browser says it.
    pub credential: String,
    pub name: String,
    /// base64url of COSE.
    pub public_key: String,
    pub transports: Vec<String>,
    /// How often it signed, as it says itself.
    pub counter: u32,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

fn record_from(row: &Row) -> Result<PasskeyRecord, StoreError> {
    Ok(PasskeyRecord {
        id: PasskeyId(row.int("id")?),
        operator: OperatorId(row.int("operator_id")?),
        credential: row.text("credential_id")?,
        name: row.text("name")?,
        public_key: row.text("public_key")?,
        transports: row.text("transports")?.split_whitespace().map(str::to_owned).collect(),
        counter: u32::try_from(row.int("counter")?).map_err(|_| StoreError::Corrupt("counter"))?,
        created_at: row.time("created_at")?,
        last_used_at: row.time_or_none("last_used_at")?,
    })
}

impl Store {
    pub async fn passkeys(&self, operator: OperatorId) -> Result<Vec<PasskeyRecord>, StoreError> {
        let sql = "SELECT * FROM passkey WHERE operator_id = $1 ORDER BY id LIMIT 100";
        self.rows(sql, values![operator]).await?.iter().map(record_from).collect()
    }

    pub async fn passkey(&self, credential: &str) -> Result<Option<PasskeyRecord>, StoreError> {
        let sql = "SELECT * FROM passkey WHERE credential_id = $1";
        self.row(sql, values![credential]).await?.map(|row| record_from(&row)).transpose()
    }
}

impl Tx {
    pub async fn add_passkey(&mut self, new: &PasskeyRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO passkey (credential_id, id, operator_id, name, public_key, transports, counter, \
             created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                &new.credential,
                new.id,
                new.operator,
                &new.name,
                &new.public_key,
                new.transports.join(" "),
                i64::from(new.counter),
                new.created_at
            ],
        )
        .await
        .map(drop)
    }

    /// Notes that it signed; `false` where it did meanwhile, or is gone.
    pub async fn use_passkey(
        &mut self,
        record: &PasskeyRecord,
        counter: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql =
            "UPDATE passkey SET counter = $2, last_used_at = $3 WHERE credential_id = $1 AND counter = $4";
        let values = values![&record.credential, i64::from(counter), now, i64::from(record.counter)];
        Ok(self.execute(sql, values).await? == 1)
    }

    pub async fn delete_passkey(&mut self, operator: OperatorId, id: PasskeyId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM passkey WHERE operator_id = $1 AND id = $2";
        Ok(self.execute(sql, values![operator, id]).await? == 1)
    }
}
