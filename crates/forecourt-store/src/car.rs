//! Cars of drivers and fleets.

use forecourt_core::Timestamp;
use forecourt_core::driver::Fleet;
use forecourt_core::id::{CarId, DriverId, OrganisationId};

use crate::driver::of_fleet;
use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::words::{read_or_none, word};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq)]
pub struct CarRecord {
    pub id: CarId,
    pub organisation: OrganisationId,
    pub fleet: Option<Fleet>,
    pub brand: String,
    pub model: String,
    pub plate: String,
    pub notes: Option<String>,
    pub tags: Vec<String>,
    pub driver: Option<DriverId>,
    pub created_at: Timestamp,
    pub version: i64,
    pub driver_name: Option<String>,
    /// Charge keys linked to it now.
    pub keys: i64,
}

#[derive(Debug, Clone, Default)]
pub struct CarFilter {
    /// Finds plate, brand, model, tags or driver.
    pub text: Option<String>,
    /// `Some(None)`: of no fleet.
    pub fleet: Option<Option<Fleet>>,
    pub driver: Option<DriverId>,
}

const SELECT: &str = "SELECT c.*, d.name AS driver_name, \
     (SELECT COUNT(*) FROM id_token t WHERE t.car_id = c.id) AS keys FROM car c LEFT JOIN driver d ON d.id = c.driver_id";

/// A plate as it is compared: capitals and digits only.
pub fn plate_key(plate: &str) -> String {
    plate.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

fn record_from(row: &Row) -> Result<CarRecord, StoreError> {
    Ok(CarRecord {
        id: CarId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        fleet: read_or_none(row.text_or_none("fleet")?, "fleet")?,
        brand: row.text("brand")?,
        model: row.text("model")?,
        plate: row.text("plate")?,
        notes: row.text_or_none("notes")?,
        tags: row.text("tags")?.split_whitespace().map(str::to_owned).collect(),
        driver: row.int_or_none("driver_id")?.map(DriverId),
        created_at: row.time("created_at")?,
        version: row.int("version")?,
        driver_name: row.text_or_none("driver_name")?,
        keys: row.int("keys")?,
    })
}

impl Store {
    pub async fn car(
        &self,
        organisation: OrganisationId,
        id: CarId,
    ) -> Result<Option<CarRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE c.organisation_id = $1 AND c.id = $2");
        self.row(&sql, values![organisation, id]).await?.as_ref().map(record_from).transpose()
    }

    /// By plate.
    pub async fn cars(
        &self,
        organisation: OrganisationId,
        filter: &CarFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<CarRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("c.organisation_id = ?", values![organisation]).and_if(filter.driver, "c.driver_id = ?");
        of_fleet(&mut rows, "c.fleet", filter.fleet);
        if let Some(text) = &filter.text {
            let like = containing(text);
            let plate = containing(&plate_key(text));
            rows.and(
                "(LOWER(c.plate_key) LIKE ? ESCAPE '\\' OR LOWER(c.brand) LIKE ? ESCAPE '\\' OR LOWER(c.model) LIKE ? ESCAPE '\\' \
                 OR LOWER(c.tags) LIKE ? ESCAPE '\\' OR COALESCE(d.name_key, '') LIKE ? ESCAPE '\\')",
                values![&plate, &like, &like, &like, &like],
            );
        }
        if let Some(cursor) = cursor {
            rows.and("(c.plate_key, c.id) > (?, ?)", values![&cursor.key, cursor.id]);
        }
        let sql = format!("{SELECT}{} ORDER BY c.plate_key, c.id LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |car| Cursor { key: plate_key(&car.plate), id: car.id.0 }))
    }
}

impl Tx {
    pub async fn add_car(&mut self, car: &CarRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO car (id, organisation_id, fleet, brand, model, plate, plate_key, notes, tags, driver_id, created_at, \
             version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)",
            values![
                car.id,
                car.organisation,
                car.fleet.map(|f| word(&f)),
                &car.brand,
                &car.model,
                &car.plate,
                plate_key(&car.plate),
                &car.notes,
                car.tags.join(" "),
                car.driver,
                car.created_at
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_car(&mut self, car: &CarRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE car SET fleet = $1, brand = $2, model = $3, plate = $4, plate_key = $5, notes = $6, tags = $7, \
                 driver_id = $8, version = version + 1 WHERE id = $9 AND organisation_id = $10 AND version = $11",
                values![
                    car.fleet.map(|f| word(&f)),
                    &car.brand,
                    &car.model,
                    &car.plate,
                    plate_key(&car.plate),
                    &car.notes,
                    car.tags.join(" "),
                    car.driver,
                    car.id,
                    car.organisation,
                    car.version
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Keys let go of it; what was charged with it stays told apart by its id.
    pub async fn delete_car(
        &mut self,
        organisation: OrganisationId,
        id: CarId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.execute(
            "UPDATE token_holding SET to_at = $1 WHERE car_id = $2 AND to_at IS NULL",
            values![now, id],
        )
        .await?;
        self.execute("UPDATE id_token SET car_id = NULL WHERE car_id = $1", values![id]).await?;
        let sql = "DELETE FROM car WHERE id = $1 AND organisation_id = $2";
        Ok(self.execute(sql, values![id, organisation]).await? == 1)
    }
}
