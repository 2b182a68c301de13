//! Idle fees, and the sites at which each holds.

use forecourt_core::Timestamp;
use forecourt_core::id::{IdleFeeId, OrganisationId, SiteId};
use forecourt_core::idle_fee::IdleFee;

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// Fees of one organisation; the list is not paged.
const SHOWN: i64 = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleFeeRecord {
    pub id: IdleFeeId,
    pub organisation: OrganisationId,
    pub name: String,
    pub rules: IdleFee,
    pub created_at: Timestamp,
    pub version: i64,
}

fn record_from(row: &Row) -> Result<IdleFeeRecord, StoreError> {
    Ok(IdleFeeRecord {
        id: IdleFeeId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        rules: row.json_or_none("rules")?.ok_or(StoreError::Corrupt("rules"))?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
    })
}

impl Store {
    /// By name.
    pub async fn idle_fees(&self, organisation: OrganisationId) -> Result<Vec<IdleFeeRecord>, StoreError> {
        let sql = "SELECT * FROM idle_fee WHERE organisation_id = $1 AND deleted_at IS NULL ORDER BY name, id LIMIT $2";
        self.rows(sql, values![organisation, SHOWN]).await?.iter().map(record_from).collect()
    }

    /// Of every organisation.
    pub async fn all_idle_fees(&self) -> Result<Vec<IdleFeeRecord>, StoreError> {
        let sql = "SELECT * FROM idle_fee WHERE deleted_at IS NULL";
        self.rows(sql, values![]).await?.iter().map(record_from).collect()
    }

    /// Of every organisation.
    pub async fn idle_fees_of_sites(&self) -> Result<Vec<(SiteId, IdleFeeId)>, StoreError> {
        let rows = self.rows("SELECT * FROM site_idle_fee", values![]).await?;
        rows.iter().map(|row| Ok((SiteId(row.int("site_id")?), IdleFeeId(row.int("idle_fee_id")?)))).collect()
    }
}

impl Tx {
    pub async fn add_idle_fee(&mut self, fee: &IdleFeeRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO idle_fee (id, organisation_id, name, currency, rules, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, 1)",
            values![
                fee.id.0,
                fee.organisation,
                &fee.name,
                fee.rules.currency.code(),
                serde_json::to_string(&fee.rules).unwrap_or_default(),
                fee.created_at
            ],
        )
        .await
        .map(drop)
    }

    /// Changes a fee that is still as its editor saw it.
    pub async fn set_idle_fee(&mut self, fee: &IdleFeeRecord) -> Result<(), StoreError> {
        let sql = "UPDATE idle_fee SET name = $1, currency = $2, rules = $3, version = version + 1 \
             WHERE id = $4 AND version = $5 AND deleted_at IS NULL";
        let rules = serde_json::to_string(&fee.rules).unwrap_or_default();
        let values = values![&fee.name, fee.rules.currency.code(), rules, fee.id.0, fee.version];
        if self.execute(sql, values).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// Only a fee that no site uses can go.
    pub async fn delete_idle_fee(&mut self, id: IdleFeeId, now: Timestamp) -> Result<(), StoreError> {
        let used = "SELECT site_id FROM site_idle_fee WHERE idle_fee_id = $1 LIMIT 1";
        if self.row(used, values![id.0]).await?.is_some() {
            return Err(StoreError::Conflict);
        }
        let sql = "UPDATE idle_fee SET deleted_at = $1, version = version + 1 WHERE id = $2";
        self.execute(sql, values![now, id.0]).await.map(drop)
    }

    pub async fn set_idle_fee_of_site(
        &mut self,
        site: SiteId,
        fee: Option<IdleFeeId>,
    ) -> Result<(), StoreError> {
        self.execute("DELETE FROM site_idle_fee WHERE site_id = $1", values![site]).await?;
        if let Some(fee) = fee {
            let sql = "INSERT INTO site_idle_fee (site_id, idle_fee_id) VALUES ($1, $2)";
            self.execute(sql, values![site, fee.0]).await?;
        }
        Ok(())
    }
}
