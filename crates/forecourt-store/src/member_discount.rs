//! What members pay less, and who they are.

use forecourt_core::Timestamp;
use forecourt_core::driver::{Discount, Fleet, Places};
use forecourt_core::id::{DriverGroupId, DriverId, MemberDiscountId, OrganisationId};

use crate::driver::of_fleet;
use crate::engine::{Row, values};
use crate::page::Filter;
use crate::words::{json, read_or_none, word};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq)]
pub struct MemberDiscountRecord {
    pub id: MemberDiscountId,
    pub organisation: OrganisationId,
    pub fleet: Option<Fleet>,
    pub alias: String,
    pub discount: Discount,
    pub places: Places,
    pub is_active: bool,
    pub created_at: Timestamp,
    pub version: i64,
    pub drivers: Vec<(DriverId, String)>,
    pub groups: Vec<(DriverGroupId, String)>,
}

impl Store {
    /// Every discount, by alias. Their number is limited.
    pub async fn member_discounts(
        &self,
        organisation: OrganisationId,
        fleet: Option<Option<Fleet>>,
    ) -> Result<Vec<MemberDiscountRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("m.organisation_id = ?", values![organisation]);
        of_fleet(&mut rows, "m.fleet", fleet);
        let sql = format!("SELECT m.* FROM member_discount m{} ORDER BY m.alias, m.id", rows.sql());
        let mut all = Vec::new();
        for row in self.rows(&sql, rows.values).await? {
            all.push(self.with_members(&row).await?);
        }
        Ok(all)
    }

    pub async fn member_discount(
        &self,
        organisation: OrganisationId,
        id: MemberDiscountId,
    ) -> Result<Option<MemberDiscountRecord>, StoreError> {
        let sql = "SELECT m.* FROM member_discount m WHERE m.organisation_id = $1 AND m.id = $2";
        match self.row(sql, values![organisation, id]).await? {
            Some(row) => self.with_members(&row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn with_members(&self, row: &Row) -> Result<MemberDiscountRecord, StoreError> {
        let id = MemberDiscountId(row.int("id")?);
        let drivers = "SELECT d.id AS id, d.name AS name FROM member_discount_driver m JOIN driver d ON d.id = m.driver_id \
                       WHERE m.discount_id = $1 ORDER BY d.name_key, d.id";
        let groups = "SELECT g.id AS id, g.name AS name FROM member_discount_group m JOIN driver_group g ON g.id = m.group_id \
                      WHERE m.discount_id = $1 ORDER BY g.name, g.id";
        let (drivers, groups) =
            (self.rows(drivers, values![id]).await?, self.rows(groups, values![id]).await?);
        Ok(MemberDiscountRecord {
            id,
            organisation: OrganisationId(row.int("organisation_id")?),
            fleet: read_or_none(row.text_or_none("fleet")?, "fleet")?,
            alias: row.text("alias")?,
            discount: row.json_or_none("discount")?.ok_or(StoreError::Corrupt("discount"))?,
            places: row.json_or_none("places")?.unwrap_or_default(),
            is_active: row.bool("is_active")?,
            created_at: row.time("created_at")?,
            version: row.int("version")?,
            drivers: drivers
                .iter()
                .map(|r| Ok((DriverId(r.int("id")?), r.text("name")?)))
                .collect::<Result<_, StoreError>>()?,
            groups: groups
                .iter()
                .map(|r| Ok((DriverGroupId(r.int("id")?), r.text("name")?)))
                .collect::<Result<_, StoreError>>()?,
        })
    }
}

impl Tx {
    pub async fn add_member_discount(&mut self, new: &MemberDiscountRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO member_discount (id, organisation_id, fleet, alias, discount, places, is_active, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
            values![
                new.id,
                new.organisation,
                new.fleet.map(|f| word(&f)),
                &new.alias,
                json(Some(&new.discount)),
                json(Some(&new.places)),
                new.is_active,
                new.created_at
            ],
        )
        .await?;
        self.put_discount_members(new).await
    }

    pub async fn change_member_discount(&mut self, to: &MemberDiscountRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE member_discount SET fleet = $1, alias = $2, discount = $3, places = $4, is_active = $5, \
                 version = version + 1 WHERE id = $6 AND organisation_id = $7 AND version = $8",
                values![
                    to.fleet.map(|f| word(&f)),
                    &to.alias,
                    json(Some(&to.discount)),
                    json(Some(&to.places)),
                    to.is_active,
                    to.id,
                    to.organisation,
                    to.version
                ],
            )
            .await?;
        if touched != 1 {
            return Err(StoreError::Stale);
        }
        self.put_discount_members(to).await
    }

    /// Exactly these. The caller has checked that they are the organisation's.
    async fn put_discount_members(&mut self, of: &MemberDiscountRecord) -> Result<(), StoreError> {
        for table in ["member_discount_driver", "member_discount_group"] {
            self.execute(&format!("DELETE FROM {table} WHERE discount_id = $1"), values![of.id]).await?;
        }
        for (driver, _) in &of.drivers {
            let sql = "INSERT INTO member_discount_driver (discount_id, driver_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            self.execute(sql, values![of.id, *driver]).await?;
        }
        for (group, _) in &of.groups {
            let sql = "INSERT INTO member_discount_group (discount_id, group_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            self.execute(sql, values![of.id, *group]).await?;
        }
        Ok(())
    }

    pub async fn delete_member_discount(
        &mut self,
        organisation: OrganisationId,
        id: MemberDiscountId,
    ) -> Result<bool, StoreError> {
        for table in ["member_discount_driver", "member_discount_group"] {
            self.execute(&format!("DELETE FROM {table} WHERE discount_id = $1"), values![id]).await?;
        }
        let sql = "DELETE FROM member_discount WHERE id = $1 AND organisation_id = $2";
        Ok(self.execute(sql, values![id, organisation]).await? == 1)
    }
}
