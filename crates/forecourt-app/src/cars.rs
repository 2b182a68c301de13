//! Cars of drivers and fleets.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::driver::Fleet;
use forecourt_core::id::{CarId, DriverId};
use forecourt_store::car::{CarFilter, CarRecord, plate_key};
use forecourt_store::{Cursor, Page, StoreError};
use serde_json::{Value, json};

use crate::accounts::checked_name;
use crate::drivers::{checked_text, fleet_word};
use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::{App, AppError, Principal};

/// Words a car is tagged with, at most.
const TAGS_MAX: usize = 20;
/// Rows read at a time.
const PAGE: u32 = 500;
const COLUMNS: [&str; 8] = ["Plate", "Brand", "Model", "Driver", "Fleet", "Tags", "Notes", "Charge keys"];

/// A car as it is to be; an edit gives all of it.
#[derive(Debug, Clone, Default)]
pub struct CarRequest {
    pub plate: String,
    pub brand: String,
    pub model: String,
    pub fleet: Option<Fleet>,
    pub driver: Option<DriverId>,
    pub notes: Option<String>,
    pub tags: Vec<String>,
}

impl App {
    pub async fn cars(
        &self,
        principal: &Principal,
        filter: &CarFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<CarRecord>, AppError> {
        principal.require(Permission::DriversRead)?;
        Ok(self.store.cars(principal.organisation, filter, cursor, limit).await?)
    }

    pub async fn car(&self, principal: &Principal, id: CarId) -> Result<CarRecord, AppError> {
        principal.require(Permission::DriversRead)?;
        self.store.car(principal.organisation, id).await?.ok_or(AppError::NotFound("car"))
    }

    pub async fn add_car(&self, principal: &Principal, new: CarRequest) -> Result<CarRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let record = CarRecord {
            id: CarId(self.id()),
            organisation: principal.organisation,
            fleet: None,
            brand: String::new(),
            model: String::new(),
            plate: String::new(),
            notes: None,
            tags: Vec::new(),
            driver: None,
            created_at: self.now(),
            version: 1,
            driver_name: None,
            keys: 0,
        };
        let record = self.as_requested(principal, record, new).await?;
        let mut tx = self.store.begin().await?;
        tx.add_car(&record).await.map_err(taken)?;
        let note = self.note(principal, "car.added", ("car", record.id.0, &record.plate));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        self.car(principal, record.id).await
    }

    pub async fn edit_car(
        &self,
        principal: &Principal,
        id: CarId,
        expected: Option<i64>,
        edit: CarRequest,
    ) -> Result<CarRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let before = self.car(principal, id).await?;
        if expected.is_some_and(|version| version != before.version) {
            return Err(AppError::Stale);
        }
        if edit.fleet != before.fleet && before.keys > 0 {
            return Err(AppError::field("/fleet", "take the car's charge keys away first"));
        }
        let record = self.as_requested(principal, before.clone(), edit).await?;
        let mut tx = self.store.begin().await?;
        tx.change_car(&record).await.map_err(taken)?;
        let note = self.note(principal, "car.edited", ("car", id.0, &record.plate));
        tx.audit(&note.changed(described(&before), described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        self.car(principal, id).await
    }

    async fn as_requested(
        &self,
        principal: &Principal,
        record: CarRecord,
        to: CarRequest,
    ) -> Result<CarRecord, AppError> {
        let plate = checked_name("/plate", &to.plate)?;
        if plate_key(&plate).is_empty() {
            return Err(AppError::field("/plate", "letters or digits"));
        }
        if let Some(driver) = to.driver {
            let found = self.store.driver(principal.organisation, driver).await?;
            let found = found.ok_or(AppError::field("/driver_id", "there is no such driver"))?;
            if found.fleet != to.fleet {
                return Err(AppError::field("/driver_id", "of another fleet than the car"));
            }
        }
        let words = to.tags.iter().flat_map(|tag| tag.split_whitespace()).map(str::to_lowercase);
        let mut tags: Vec<String> = words.collect();
        tags.dedup();
        if tags.len() > TAGS_MAX {
            return Err(AppError::field("/tags", format!("at most {TAGS_MAX} words")));
        }
        let optional = |field, text: &str| match text.trim() {
            "" => Ok(String::new()),
            text => checked_name(field, text),
        };
        Ok(CarRecord {
            plate,
            brand: optional("/brand", &to.brand)?,
            model: optional("/model", &to.model)?,
            fleet: to.fleet,
            driver: to.driver,
            notes: checked_text("/notes", to.notes)?,
            tags,
            ..record
        })
    }

    pub async fn delete_car(&self, principal: &Principal, id: CarId) -> Result<(), AppError> {
        principal.require(Permission::Drivers)?;
        let record = self.car(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.delete_car(principal.organisation, id, self.now()).await?;
        let note = self.note(principal, "car.deleted", ("car", id.0, &record.plate));
        tx.audit(&note.gone(&described(&record))).await?;
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(())
    }

    pub async fn car_sheet(&self, principal: &Principal, filter: &CarFilter) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.cars(principal, filter, cursor.as_ref(), PAGE).await?;
            rows.extend(page.items.into_iter().map(row));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        let organisation = self.organisation(principal).await?;
        Ok(Sheet::list("Cars", organisation.name, organisation.time_zone, self.now(), &COLUMNS, rows))
    }
}

fn row(car: CarRecord) -> Vec<Cell> {
    vec![
        Cell::Text(car.plate),
        Cell::Text(car.brand),
        Cell::Text(car.model),
        Cell::from(car.driver_name),
        Cell::from(fleet_word(car.fleet)),
        Cell::Text(car.tags.join(" ")),
        Cell::from(car.notes),
        Cell::from(car.keys),
    ]
}

fn taken(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict => AppError::field("/plate", "a car with this plate exists already"),
        other => other.into(),
    }
}

fn described(record: &CarRecord) -> Value {
    json!({"plate": record.plate, "brand": record.brand, "model": record.model, "fleet": record.fleet,
        "driver": record.driver.map(|id| id.to_string()), "notes": record.notes, "tags": record.tags})
}
