//! Access profiles, and which charge keys may start sessions that cost something.

use forecourt_core::Timestamp;
use forecourt_core::access_profile::Rules;
use forecourt_core::id::{AccessProfileId, OrganisationId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// Profiles of one organisation; the list is not paged.
const SHOWN: i64 = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessProfileRecord {
    pub id: AccessProfileId,
    pub organisation: OrganisationId,
    pub name: String,
    pub active: bool,
    pub rules: Rules,
    pub created_at: Timestamp,
    pub version: i64,
}

fn record_from(row: &Row) -> Result<AccessProfileRecord, StoreError> {
    Ok(AccessProfileRecord {
        id: AccessProfileId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        active: row.bool("active")?,
        rules: row.json_or_none("rules")?.ok_or(StoreError::Corrupt("rules"))?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
    })
}

impl Store {
    /// By name.
    pub async fn access_profiles(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<AccessProfileRecord>, StoreError> {
        let sql = "SELECT * FROM access_profile WHERE organisation_id = $1 AND deleted_at IS NULL \
             ORDER BY name_key, id LIMIT $2";
        self.rows(sql, values![organisation, SHOWN]).await?.iter().map(record_from).collect()
    }

    /// Those in force, of every organisation, oldest first.
    pub async fn active_access_profiles(&self) -> Result<Vec<AccessProfileRecord>, StoreError> {
        let sql = "SELECT * FROM access_profile WHERE deleted_at IS NULL AND active ORDER BY id";
        self.rows(sql, values![]).await?.iter().map(record_from).collect()
    }

    /// Of every organisation that has one.
    pub async fn key_payments(&self) -> Result<Vec<(OrganisationId, String)>, StoreError> {
        let rows = self.rows("SELECT * FROM key_payment", values![]).await?;
        rows.iter()
            .map(|row| Ok((OrganisationId(row.int("organisation_id")?), row.text("policy")?)))
            .collect()
    }
}

impl Tx {
    /// A name that is taken is a conflict.
    pub async fn add_access_profile(&mut self, profile: &AccessProfileRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO access_profile (id, organisation_id, name, name_key, active, rules, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
            values![
                profile.id.0,
                profile.organisation,
                &profile.name,
                profile.name.to_lowercase(),
                profile.active,
                serde_json::to_string(&profile.rules).unwrap_or_default(),
                profile.created_at
            ],
        )
        .await
        .map(drop)
    }

    /// Changes a profile that is still as its editor saw it.
    pub async fn set_access_profile(&mut self, profile: &AccessProfileRecord) -> Result<(), StoreError> {
        let sql = "UPDATE access_profile SET name = $1, name_key = $2, active = $3, rules = $4, version = version + 1 \
             WHERE id = $5 AND version = $6 AND deleted_at IS NULL";
        let values = values![
            &profile.name,
            profile.name.to_lowercase(),
            profile.active,
            serde_json::to_string(&profile.rules).unwrap_or_default(),
            profile.id.0,
            profile.version
        ];
        if self.execute(sql, values).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    pub async fn delete_access_profile(
        &mut self,
        id: AccessProfileId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql =
            "UPDATE access_profile SET deleted_at = $1, active = FALSE, version = version + 1 WHERE id = $2";
        self.execute(sql, values![now, id.0]).await.map(drop)
    }

    pub async fn set_key_payment(
        &mut self,
        organisation: OrganisationId,
        policy: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO key_payment (organisation_id, policy) VALUES ($1, $2) \
             ON CONFLICT (organisation_id) DO UPDATE SET policy = excluded.policy";
        self.execute(sql, values![organisation, policy]).await.map(drop)
    }
}
