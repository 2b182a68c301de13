//! Whose a charge key is: asked for when a station shows a key that is not in memory.

use forecourt_core::driver::{HeldByDriver, HeldByTeam, Holder, MemberDiscount, Places};
use forecourt_core::id::{
    CarId, DriverGroupId, DriverId, IdTokenId, MemberDiscountId, OrganisationId, TeamId,
};

use crate::engine::{Row, values};
use crate::words::read;
use crate::{Store, StoreError};

/// With the key's own row: the team of the key, or else one that its driver belongs to.
pub(crate) const TOKEN_WITH_HOLDER: &str = "SELECT t.*, d.name AS driver_name, d.status AS driver_status, \
     d.language AS driver_language, (d.can_pay OR EXISTS (SELECT 1 FROM payment_method m \
     WHERE m.driver_id = d.id AND m.removed_at IS NULL)) AS driver_can_pay, k.id AS held_team_id, k.name AS team_name, k.places AS team_places FROM id_token t \
     LEFT JOIN driver d ON d.id = t.driver_id \
     LEFT JOIN team k ON k.id = COALESCE(t.team_id, (SELECT MIN(m.team_id) FROM team_member m WHERE m.driver_id = t.driver_id)) \
     WHERE t.organisation_id = $1 AND t.uid_key = $2";

impl Store {
    /// Whose the key is; `key` as [`forecourt_core::token::key_of`] writes it. `None`: nobody knows the key.
    pub async fn holder(
        &self,
        organisation: OrganisationId,
        key: &str,
    ) -> Result<Option<Holder>, StoreError> {
        match self.row(TOKEN_WITH_HOLDER, values![organisation, key]).await? {
            Some(row) => self.holder_from(&row).await.map(Some),
            None => Ok(None),
        }
    }

    pub(crate) async fn holder_from(&self, row: &Row) -> Result<Holder, StoreError> {
        let driver = match row.int_or_none("driver_id")? {
            Some(id) => Some(HeldByDriver {
                id: DriverId(id),
                name: row.text_or_none("driver_name")?.unwrap_or_default(),
                status: read(row.text("driver_status")?, "status")?,
                language: row.text_or_none("driver_language")?.unwrap_or_default(),
                can_pay: row.bool("driver_can_pay")?,
            }),
            None => None,
        };
        let is_payer = row.int_or_none("team_id")?.is_some();
        let team = match row.int_or_none("held_team_id")? {
            Some(id) => Some(HeldByTeam {
                id: TeamId(id),
                name: row.text("team_name")?,
                places: row.json_or_none("team_places")?.unwrap_or_default(),
                is_payer,
            }),
            None => None,
        };
        let (groups, discounts) = match &driver {
            Some(driver) => {
                let mut discounts = self.discounts_of(driver.id).await?;
                discounts.extend(self.allowances_of(driver.id).await?);
                (self.group_ids(driver.id).await?, discounts)
            }
            None => Default::default(),
        };
        Ok(Holder {
            token: IdTokenId(row.int("id")?),
            kind: read(row.text("kind")?, "kind")?,
            driver,
            groups,
            team,
            car: row.int_or_none("car_id")?.map(CarId),
            discounts,
        })
    }

    async fn group_ids(&self, driver: DriverId) -> Result<Vec<DriverGroupId>, StoreError> {
        let sql = "SELECT group_id FROM driver_group_member WHERE driver_id = $1 ORDER BY group_id";
        let rows = self.rows(sql, values![driver]).await?;
        rows.iter().map(|row| Ok(DriverGroupId(row.int("group_id")?))).collect()
    }

    /// Active discounts of a driver or of one of the driver's groups.
    async fn discounts_of(&self, driver: DriverId) -> Result<Vec<MemberDiscount>, StoreError> {
        let sql = "SELECT * FROM member_discount WHERE is_active AND id IN \
             (SELECT discount_id FROM member_discount_driver WHERE driver_id = $1 \
              UNION SELECT g.discount_id FROM member_discount_group g \
              JOIN driver_group_member m ON m.group_id = g.group_id WHERE m.driver_id = $1) ORDER BY id";
        let rows = self.rows(sql, values![driver]).await?;
        rows.iter().map(discount_from).collect()
    }
}

fn discount_from(row: &Row) -> Result<MemberDiscount, StoreError> {
    Ok(MemberDiscount {
        id: MemberDiscountId(row.int("id")?),
        alias: row.text("alias")?,
        discount: row.json_or_none("discount")?.ok_or(StoreError::Corrupt("discount"))?,
        places: row.json_or_none::<Places>("places")?.unwrap_or_default(),
    })
}
