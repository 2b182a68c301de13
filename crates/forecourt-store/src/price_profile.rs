//! Price profiles: how the price of a kilowatt-hour at home comes about.

use forecourt_core::Timestamp;
use forecourt_core::electricity::{PriceProfile, PriceZone};
use forecourt_core::id::{OrganisationId, PriceProfileId};
use forecourt_core::unit::Currency;

use crate::engine::{Row, values};
use crate::spot::Market;
use crate::words::json;
use crate::{Store, StoreError, Tx};

/// Profiles read at once.
const LIST_MAX: i64 = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceProfileRecord {
    pub id: PriceProfileId,
    pub organisation: OrganisationId,
    pub name: String,
    pub market: Market,
    pub content: PriceProfile,
    pub created_at: Timestamp,
    pub version: i64,
    /// Home chargers that follow it by themselves, and owners whose chargers do.
    pub chargers: i64,
    pub owners: i64,
}

const SELECT: &str = "SELECT p.*, (SELECT COUNT(*) FROM home_charger h JOIN station s ON s.id = h.station_id \
     AND s.deleted_at IS NULL WHERE h.profile_id = p.id) AS chargers, \
     (SELECT COUNT(*) FROM home_price o WHERE o.profile_id = p.id) AS owners \
     FROM price_profile p WHERE p.organisation_id = $1";

fn record_from(row: &Row) -> Result<PriceProfileRecord, StoreError> {
    let zone = PriceZone::read(&row.text("zone")?).ok_or(StoreError::Corrupt("zone"))?;
    let currency = Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))?;
    Ok(PriceProfileRecord {
        id: PriceProfileId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        market: Market { zone, currency },
        content: serde_json::from_str(&row.text("content")?).map_err(|_| StoreError::Corrupt("content"))?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
        chargers: row.int("chargers")?,
        owners: row.int("owners")?,
    })
}

impl Store {
    /// By name.
    pub async fn price_profiles(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<PriceProfileRecord>, StoreError> {
        let sql = format!("{SELECT} ORDER BY p.name, p.id LIMIT {LIST_MAX}");
        self.rows(&sql, values![organisation]).await?.iter().map(record_from).collect()
    }

    pub async fn price_profile(
        &self,
        organisation: OrganisationId,
        id: PriceProfileId,
    ) -> Result<Option<PriceProfileRecord>, StoreError> {
        let row = self.row(&format!("{SELECT} AND p.id = $2"), values![organisation, id]).await?;
        row.map(|row| record_from(&row)).transpose()
    }
}

impl Tx {
    pub async fn add_price_profile(&mut self, new: &PriceProfileRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO price_profile (id, organisation_id, name, zone, currency, content, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
            values![
                new.id,
                new.organisation,
                &new.name,
                new.market.zone.code,
                new.market.currency.code(),
                json(Some(&new.content)),
                new.created_at
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_price_profile(&mut self, record: &PriceProfileRecord) -> Result<(), StoreError> {
        let changed = self
            .execute(
                "UPDATE price_profile SET name = $1, zone = $2, currency = $3, content = $4, version = version + 1 \
                 WHERE id = $5 AND organisation_id = $6 AND version = $7",
                values![
                    &record.name,
                    record.market.zone.code,
                    record.market.currency.code(),
                    json(Some(&record.content)),
                    record.id,
                    record.organisation,
                    record.version
                ],
            )
            .await?;
        if changed == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    /// `false` while a charger or an owner follows it.
    pub async fn delete_price_profile(
        &mut self,
        organisation: OrganisationId,
        id: PriceProfileId,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM price_profile WHERE organisation_id = $1 AND id = $2 \
                   AND NOT EXISTS (SELECT 1 FROM home_charger h JOIN station s ON s.id = h.station_id \
                   AND s.deleted_at IS NULL WHERE h.profile_id = $2) \
                   AND NOT EXISTS (SELECT 1 FROM home_price WHERE profile_id = $2)";
        Ok(self.execute(sql, values![organisation, id]).await? == 1)
    }
}
