//! What stations of a make should be set to.

use forecourt_core::Timestamp;
use forecourt_core::id::OrganisationId;

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// Templates of one organisation; the list is not paged.
const SHOWN: i64 = 500;

#[derive(Debug, Clone)]
pub struct TemplateRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    pub name: String,
    /// Empty: any. A `*` at the end stands for the rest.
    pub vendor: String,
    pub model: String,
    pub firmware: String,
    /// `1.6` or `2`.
    pub family: String,
    /// JSON.
    pub entries: String,
    pub created_at: Timestamp,
    pub version: i64,
}

impl Tx {
    pub async fn add_template(&mut self, new: &TemplateRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO configuration_template (id, organisation_id, name, vendor, model, firmware, family, entries, created_at, \
             version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)",
            values![
                new.id,
                new.organisation,
                &new.name,
                &new.vendor,
                &new.model,
                &new.firmware,
                &new.family,
                &new.entries,
                new.created_at,
            ],
        )
        .await
        .map(drop)
    }

    /// Changes a template that is still in the version its editor saw.
    pub async fn set_template(&mut self, template: &TemplateRecord) -> Result<(), StoreError> {
        let changed = self
            .execute(
                "UPDATE configuration_template SET name = $1, vendor = $2, model = $3, firmware = $4, family = $5, entries = $6, \
                 version = version + 1 WHERE id = $7 AND organisation_id = $8 AND version = $9",
                values![
                    &template.name,
                    &template.vendor,
                    &template.model,
                    &template.firmware,
                    &template.family,
                    &template.entries,
                    template.id,
                    template.organisation,
                    template.version,
                ],
            )
            .await?;
        if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    pub async fn remove_template(
        &mut self,
        organisation: OrganisationId,
        id: i64,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM configuration_template WHERE id = $1 AND organisation_id = $2";
        Ok(self.execute(sql, values![id, organisation]).await? > 0)
    }
}

impl Store {
    pub async fn templates(&self, organisation: OrganisationId) -> Result<Vec<TemplateRecord>, StoreError> {
        let sql = "SELECT * FROM configuration_template WHERE organisation_id = $1 ORDER BY id LIMIT $2";
        self.rows(sql, values![organisation, SHOWN]).await?.iter().map(record_from).collect()
    }
}

fn record_from(row: &Row) -> Result<TemplateRecord, StoreError> {
    Ok(TemplateRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        vendor: row.text("vendor")?,
        model: row.text("model")?,
        firmware: row.text("firmware")?,
        family: row.text("family")?,
        entries: row.text("entries")?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
    })
}
