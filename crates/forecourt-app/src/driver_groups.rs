//! Groups of drivers: what access, fees, discounts and subscriptions are given to.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{DriverGroupId, DriverId};
use forecourt_store::StoreError;
use forecourt_store::driver_group::DriverGroupRecord;
use serde_json::{Value, json};

use crate::accounts::checked_name;
use crate::drivers::checked_text;
use crate::{App, AppError, Principal};

/// Groups of one organisation: they are shown in one list and chosen from one.
const GROUPS_MAX: usize = 500;

#[derive(Debug, Clone)]
pub struct GroupRequest {
    pub name: String,
    pub description: Option<String>,
}

impl App {
    /// Every group, by name.
    pub async fn driver_groups(&self, principal: &Principal) -> Result<Vec<DriverGroupRecord>, AppError> {
        principal.require(Permission::DriversRead)?;
        Ok(self.store.driver_groups(principal.organisation).await?)
    }

    pub async fn driver_group(
        &self,
        principal: &Principal,
        id: DriverGroupId,
    ) -> Result<DriverGroupRecord, AppError> {
        principal.require(Permission::DriversRead)?;
        self.store.driver_group(principal.organisation, id).await?.ok_or(AppError::NotFound("group"))
    }

    pub async fn add_driver_group(
        &self,
        principal: &Principal,
        new: GroupRequest,
    ) -> Result<DriverGroupRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let record = DriverGroupRecord {
            id: DriverGroupId(self.id()),
            organisation: principal.organisation,
            name: checked_name("/name", &new.name)?,
            description: checked_text("/description", new.description)?,
            created_at: self.now(),
            version: 1,
            members: 0,
        };
        if self.store.driver_groups(principal.organisation).await?.len() >= GROUPS_MAX {
            return Err(AppError::Conflict(format!("an organisation has at most {GROUPS_MAX} groups")));
        }
        let mut tx = self.store.begin().await?;
        tx.add_driver_group(&record).await.map_err(taken)?;
        let note = self.note(principal, "driver_group.added", ("driver_group", record.id.0, &record.name));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(record)
    }

    pub async fn edit_driver_group(
        &self,
        principal: &Principal,
        id: DriverGroupId,
        expected: Option<i64>,
        edit: GroupRequest,
    ) -> Result<DriverGroupRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let before = self.driver_group(principal, id).await?;
        if expected.is_some_and(|version| version != before.version) {
            return Err(AppError::Stale);
        }
        let record = DriverGroupRecord {
            name: checked_name("/name", &edit.name)?,
            description: checked_text("/description", edit.description)?,
            ..before.clone()
        };
        let mut tx = self.store.begin().await?;
        tx.change_driver_group(&record).await.map_err(taken)?;
        let note = self.note(principal, "driver_group.edited", ("driver_group", id.0, &record.name));
        tx.audit(&note.changed(described(&before), described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        self.driver_group(principal, id).await
    }

    /// Its members stay drivers; discounts and plans given to it let go of it.
    pub async fn delete_driver_group(
        &self,
        principal: &Principal,
        id: DriverGroupId,
    ) -> Result<(), AppError> {
        principal.require(Permission::Drivers)?;
        let record = self.driver_group(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.delete_driver_group(principal.organisation, id).await?;
        let note = self.note(principal, "driver_group.deleted", ("driver_group", id.0, &record.name));
        tx.audit(&note.gone(&described(&record))).await?;
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(())
    }

    /// Puts a driver into a group or takes one out.
    pub async fn set_group_member(
        &self,
        principal: &Principal,
        group: DriverGroupId,
        driver: DriverId,
        member: bool,
    ) -> Result<(), AppError> {
        principal.require(Permission::Drivers)?;
        let (record, person) =
            (self.driver_group(principal, group).await?, self.driver(principal, driver).await?);
        let mut tx = self.store.begin().await?;
        let (did, action) = match member {
            true => (tx.join_driver_group(group, driver).await?, "driver.joined_group"),
            false => (tx.leave_driver_group(group, driver).await?, "driver.left_group"),
        };
        if did {
            let note = self.note(principal, action, ("driver", driver.0, &person.name));
            tx.audit(&note.made(&json!({ "group": record.name }))).await?;
        }
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(())
    }
}

fn taken(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict => AppError::field("/name", "a group of this name exists already"),
        other => other.into(),
    }
}

fn described(record: &DriverGroupRecord) -> Value {
    json!({"name": record.name, "description": record.description})
}
