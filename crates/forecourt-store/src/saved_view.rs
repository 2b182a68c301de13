//! Lists as people like to see them.

use forecourt_core::Timestamp;
use forecourt_core::id::{OperatorId, OrganisationId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// Views of one page that are shown; the list is not paged.
const SHOWN: i64 = 200;

#[derive(Debug, Clone)]
pub struct SavedViewRecord {
    pub id: i64,
    pub organisation: OrganisationId,
    /// `None`: made by a program.
    pub operator: Option<OperatorId>,
    pub page: String,
    pub name: String,
    pub query: String,
    pub shared: bool,
    pub created_at: Timestamp,
}

impl Tx {
    pub async fn add_saved_view(&mut self, new: &SavedViewRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO saved_view (id, organisation_id, operator_id, page, name, query, shared, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                new.id,
                new.organisation,
                new.operator,
                &new.page,
                &new.name,
                &new.query,
                new.shared,
                new.created_at,
            ],
        )
        .await
        .map(drop)
    }

    pub async fn remove_saved_view(
        &mut self,
        organisation: OrganisationId,
        id: i64,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM saved_view WHERE id = $1 AND organisation_id = $2";
        Ok(self.execute(sql, values![id, organisation]).await? > 0)
    }
}

impl Store {
    /// Those of one operator and those that are shared.
    pub async fn saved_views(
        &self,
        organisation: OrganisationId,
        operator: Option<OperatorId>,
        page: &str,
    ) -> Result<Vec<SavedViewRecord>, StoreError> {
        let sql = "SELECT * FROM saved_view WHERE organisation_id = $1 AND page = $2 AND (shared OR operator_id = $3) \
                   ORDER BY name, id LIMIT $4";
        self.rows(sql, values![organisation, page, operator, SHOWN]).await?.iter().map(record_from).collect()
    }

    pub async fn saved_view(
        &self,
        organisation: OrganisationId,
        id: i64,
    ) -> Result<Option<SavedViewRecord>, StoreError> {
        let sql = "SELECT * FROM saved_view WHERE id = $1 AND organisation_id = $2";
        self.row(sql, values![id, organisation]).await?.as_ref().map(record_from).transpose()
    }
}

fn record_from(row: &Row) -> Result<SavedViewRecord, StoreError> {
    Ok(SavedViewRecord {
        id: row.int("id")?,
        organisation: OrganisationId(row.int("organisation_id")?),
        operator: row.int_or_none("operator_id")?.map(OperatorId),
        page: row.text("page")?,
        name: row.text("name")?,
        query: row.text("query")?,
        shared: row.bool("shared")?,
        created_at: row.time("created_at")?,
    })
}
