//! Groups of drivers, and who belongs to them.

use forecourt_core::Timestamp;
use forecourt_core::id::{DriverGroupId, DriverId, OrganisationId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq)]
pub struct DriverGroupRecord {
    pub id: DriverGroupId,
    pub organisation: OrganisationId,
    pub name: String,
    pub description: Option<String>,
    pub created_at: Timestamp,
    pub version: i64,
    pub members: i64,
}

const SELECT: &str = "SELECT g.*, (SELECT COUNT(*) FROM driver_group_member m WHERE m.group_id = g.id) AS members \
                      FROM driver_group g";

fn record_from(row: &Row) -> Result<DriverGroupRecord, StoreError> {
    Ok(DriverGroupRecord {
        id: DriverGroupId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        description: row.text_or_none("description")?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
        members: row.int("members")?,
    })
}

impl Store {
    /// Every group, by name. There are few: their number is limited.
    pub async fn driver_groups(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<DriverGroupRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE g.organisation_id = $1 ORDER BY g.name, g.id");
        self.rows(&sql, values![organisation]).await?.iter().map(record_from).collect()
    }

    pub async fn driver_group(
        &self,
        organisation: OrganisationId,
        id: DriverGroupId,
    ) -> Result<Option<DriverGroupRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE g.organisation_id = $1 AND g.id = $2");
        self.row(&sql, values![organisation, id]).await?.as_ref().map(record_from).transpose()
    }

    /// The groups of one driver, by name.
    pub async fn groups_of_driver(&self, driver: DriverId) -> Result<Vec<DriverGroupRecord>, StoreError> {
        let sql = format!(
            "{SELECT} JOIN driver_group_member own ON own.group_id = g.id WHERE own.driver_id = $1 ORDER BY g.name, g.id"
        );
        self.rows(&sql, values![driver]).await?.iter().map(record_from).collect()
    }
}

impl Tx {
    pub async fn add_driver_group(&mut self, new: &DriverGroupRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO driver_group (id, organisation_id, name, description, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, 1)",
            values![new.id, new.organisation, &new.name, &new.description, new.created_at],
        )
        .await
        .map(drop)
    }

    pub async fn change_driver_group(&mut self, group: &DriverGroupRecord) -> Result<(), StoreError> {
        let sql = "UPDATE driver_group SET name = $1, description = $2, version = version + 1 \
                   WHERE id = $3 AND organisation_id = $4 AND version = $5";
        let values = values![&group.name, &group.description, group.id, group.organisation, group.version];
        if self.execute(sql, values).await? == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    pub async fn delete_driver_group(
        &mut self,
        organisation: OrganisationId,
        id: DriverGroupId,
    ) -> Result<bool, StoreError> {
        for sql in [
            "DELETE FROM driver_group_member WHERE group_id = $1",
            "DELETE FROM member_discount_group WHERE group_id = $1",
            "DELETE FROM plan_group WHERE group_id = $1",
        ] {
            self.execute(sql, values![id]).await?;
        }
        let sql = "DELETE FROM driver_group WHERE id = $1 AND organisation_id = $2";
        Ok(self.execute(sql, values![id, organisation]).await? == 1)
    }

    /// Who belongs to it already stays. The caller has checked that both are the organisation's.
    pub async fn join_driver_group(
        &mut self,
        group: DriverGroupId,
        driver: DriverId,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO driver_group_member (group_id, driver_id) VALUES ($1, $2) \
                   ON CONFLICT (group_id, driver_id) DO NOTHING";
        Ok(self.execute(sql, values![group, driver]).await? == 1)
    }

    pub async fn leave_driver_group(
        &mut self,
        group: DriverGroupId,
        driver: DriverId,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM driver_group_member WHERE group_id = $1 AND driver_id = $2";
        Ok(self.execute(sql, values![group, driver]).await? == 1)
    }
}
