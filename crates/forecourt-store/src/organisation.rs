//! Organisations, the installation's marks, and answers kept for repeated requests.

use forecourt_core::Timestamp;
use forecourt_core::id::OrganisationId;

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationRecord {
    pub id: OrganisationId,
    pub name: String,
    pub time_zone: String,
    pub currency: String,
    /// Unknown stations may connect and wait with registration Pending.
    pub waiting_room: bool,
    /// The organisation whose people made this one.
    pub parent: Option<OrganisationId>,
    /// Everybody signs in with a second factor.
    pub second_factor_required: bool,
    pub created_at: Timestamp,
    pub version: i64,
}

/// The answer to a creating request, kept under its idempotency key.
#[derive(Debug, Clone)]
pub struct IdempotentAnswer {
    pub request_hash: String,
    /// 0 while the request is still running.
    pub status: i64,
    pub body: String,
}

pub(crate) fn record_from(row: &Row) -> Result<OrganisationRecord, StoreError> {
    Ok(OrganisationRecord {
        id: OrganisationId(row.int("id")?),
        name: row.text("name")?,
        time_zone: row.text("time_zone")?,
        currency: row.text("currency")?,
        waiting_room: row.bool("waiting_room")?,
        parent: row.int_or_none("parent_id")?.map(OrganisationId),
        second_factor_required: row.bool("second_factor_required")?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
    })
}

impl Store {
    pub async fn organisation(&self, id: OrganisationId) -> Result<Option<OrganisationRecord>, StoreError> {
        self.row("SELECT * FROM organisation WHERE id = $1", values![id])
            .await?
            .map(|r| record_from(&r))
            .transpose()
    }

    /// The branches people of this organisation made, by name.
    pub async fn branches(&self, parent: OrganisationId) -> Result<Vec<OrganisationRecord>, StoreError> {
        let sql = "SELECT * FROM organisation WHERE parent_id = $1 ORDER BY name, id LIMIT 500";
        self.rows(sql, values![parent]).await?.iter().map(record_from).collect()
    }

    /// The one that owns the installation: the first made.
    pub async fn first_organisation(&self) -> Result<Option<OrganisationRecord>, StoreError> {
        let sql = "SELECT * FROM organisation ORDER BY id LIMIT 1";
        self.row(sql, values![]).await?.map(|r| record_from(&r)).transpose()
    }

    pub async fn mark(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.row("SELECT value FROM meta WHERE name = $1", values![name])
            .await?
            .map(|r| r.text("value"))
            .transpose()
    }

    pub async fn idempotent_answer(
        &self,
        organisation: OrganisationId,
        key_hash: &str,
    ) -> Result<Option<IdempotentAnswer>, StoreError> {
        let sql = "SELECT * FROM idempotency WHERE organisation_id = $1 AND key_hash = $2";
        let row = self.row(sql, values![organisation, key_hash]).await?;
        row.map(|r| {
            Ok(IdempotentAnswer {
                request_hash: r.text("request_hash")?,
                status: r.int("status")?,
                body: r.text("body")?,
            })
        })
        .transpose()
    }
}

impl Tx {
    /// The next number of a sequence, from 1.
    pub async fn next_number(&mut self, name: &str) -> Result<i64, StoreError> {
        let sql = "UPDATE counter SET value = value + 1 WHERE name = $1 RETURNING value";
        self.row(sql, values![name])
            .await?
            .map_or(Err(StoreError::Corrupt("counter")), |row| row.int("value"))
    }

    /// Takes a block of numbers; returns the first of them.
    pub async fn take_numbers(&mut self, name: &str, count: i64) -> Result<i64, StoreError> {
        let sql = "UPDATE counter SET value = value + $2 WHERE name = $1 RETURNING value";
        let row = self.row(sql, values![name, count]).await?.ok_or(StoreError::Corrupt("counter"))?;
        Ok(row.int("value")? - count + 1)
    }

    pub async fn add_organisation(&mut self, new: &OrganisationRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO organisation (id, name, time_zone, currency, waiting_room, parent_id, \
             second_factor_required, created_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
            values![
                new.id,
                &new.name,
                &new.time_zone,
                &new.currency,
                new.waiting_room,
                new.parent.map(|parent| parent.0),
                new.second_factor_required,
                new.created_at
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_organisation(&mut self, record: &OrganisationRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE organisation SET name = $1, time_zone = $2, currency = $3, waiting_room = $4, \
                 second_factor_required = $7, version = version + 1 WHERE id = $5 AND version = $6",
                values![
                    &record.name,
                    &record.time_zone,
                    &record.currency,
                    record.waiting_room,
                    record.id,
                    record.version,
                    record.second_factor_required
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    pub async fn set_mark(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.execute(sql, values![name, value]).await.map(drop)
    }

    /// Takes a key for a request that is about to run; `false` when it is taken. A claim from before `stale` was left by
    /// a server that did not come to answer.
    pub async fn claim_key(
        &mut self,
        organisation: OrganisationId,
        key_hash: &str,
        request_hash: &str,
        now: Timestamp,
        stale: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO idempotency (organisation_id, key_hash, request_hash, status, body, created_at) \
                   VALUES ($1, $2, $3, 0, '', $4) ON CONFLICT (organisation_id, key_hash) DO UPDATE SET \
                   request_hash = excluded.request_hash, created_at = excluded.created_at \
                   WHERE idempotency.status = 0 AND idempotency.created_at < $5";
        Ok(self.execute(sql, values![organisation, key_hash, request_hash, now, stale]).await? > 0)
    }

    /// Keeps the answer under the key that was claimed.
    pub async fn keep_answer(
        &mut self,
        organisation: OrganisationId,
        key_hash: &str,
        status: u16,
        body: &str,
    ) -> Result<(), StoreError> {
        let sql =
            "UPDATE idempotency SET status = $3, body = $4 WHERE organisation_id = $1 AND key_hash = $2";
        self.execute(sql, values![organisation, key_hash, i64::from(status), body]).await.map(drop)
    }

    /// Gives a claimed key back: its request created nothing.
    pub async fn release_key(
        &mut self,
        organisation: OrganisationId,
        key_hash: &str,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM idempotency WHERE organisation_id = $1 AND key_hash = $2 AND status = 0";
        self.execute(sql, values![organisation, key_hash]).await.map(drop)
    }
}
