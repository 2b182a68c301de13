//! Keys of outside programs.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::id::{ApiKeyId, OrganisationId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct ApiKeyRecord {
    pub id: ApiKeyId,
    pub organisation: OrganisationId,
    pub name: String,
    /// The first characters of the key, so that its owner recognises it.
    pub prefix: String,
    pub scopes: Vec<Permission>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub created_by: Option<String>,
    /// The key after this one, while both work.
    pub replaced_by: Option<ApiKeyId>,
}

#[derive(Debug, Clone)]
pub struct NewApiKey {
    pub record: ApiKeyRecord,
    pub key_hash: String,
}

fn record_from(row: &Row) -> Result<ApiKeyRecord, StoreError> {
    Ok(ApiKeyRecord {
        id: ApiKeyId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        prefix: row.text("prefix")?,
        scopes: row.text("scopes")?.split(' ').filter_map(Permission::parse).collect(),
        created_at: row.time("created_at")?,
        expires_at: row.time_or_none("expires_at")?,
        last_used_at: row.time_or_none("last_used_at")?,
        revoked_at: row.time_or_none("revoked_at")?,
        created_by: row.text_or_none("created_by")?,
        replaced_by: row.int_or_none("replaced_by")?.map(ApiKeyId),
    })
}

impl Store {
    /// A key that may be used now.
    pub async fn api_key(&self, key_hash: &str, now: Timestamp) -> Result<Option<ApiKeyRecord>, StoreError> {
        let sql = "SELECT * FROM api_key WHERE key_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
        self.row(sql, values![key_hash, now]).await?.map(|r| record_from(&r)).transpose()
    }

    /// Newest first; organisations have few.
    pub async fn api_keys(&self, organisation: OrganisationId) -> Result<Vec<ApiKeyRecord>, StoreError> {
        let sql = "SELECT * FROM api_key WHERE organisation_id = $1 ORDER BY id DESC LIMIT 500";
        self.rows(sql, values![organisation]).await?.iter().map(record_from).collect()
    }
}

impl Tx {
    pub async fn add_api_key(&mut self, new: &NewApiKey) -> Result<(), StoreError> {
        let scopes = new.record.scopes.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(" ");
        self.execute(
            "INSERT INTO api_key (id, organisation_id, name, prefix, key_hash, scopes, created_at, expires_at, \
             created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                new.record.id,
                new.record.organisation,
                &new.record.name,
                &new.record.prefix,
                &new.key_hash,
                scopes,
                new.record.created_at,
                new.record.expires_at,
                &new.record.created_by
            ],
        )
        .await
        .map(drop)
    }

    /// The name of the key that is revoked now.
    pub async fn revoke_api_key(
        &mut self,
        organisation: OrganisationId,
        id: ApiKeyId,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let sql = "UPDATE api_key SET revoked_at = $1 WHERE id = $2 AND organisation_id = $3 AND revoked_at IS NULL \
                   RETURNING name";
        let row = self.row(sql, values![now, id, organisation]).await?;
        row.map(|r| r.text("name")).transpose()
    }

    /// Both keys work until then.
    pub async fn replace_api_key(
        &mut self,
        id: ApiKeyId,
        successor: ApiKeyId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE api_key SET replaced_by = $2, expires_at = $3 WHERE id = $1";
        self.execute(sql, values![id, successor, until]).await.map(drop)
    }

    pub async fn touch_api_key(&mut self, id: ApiKeyId, now: Timestamp) -> Result<(), StoreError> {
        self.execute("UPDATE api_key SET last_used_at = $1 WHERE id = $2", values![now, id]).await.map(drop)
    }
}
