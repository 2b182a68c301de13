//! Member discounts: who pays less, where, and how much.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::driver::{Discount, Fleet, Places};
use forecourt_core::id::{DriverGroupId, DriverId, MemberDiscountId};
use forecourt_store::StoreError;
use forecourt_store::member_discount::MemberDiscountRecord;
use serde_json::{Value, json};

use crate::accounts::checked_name;
use crate::{App, AppError, Principal};

/// Discounts of one organisation: they are shown in one list.
const DISCOUNTS_MAX: usize = 200;
/// Drivers named one by one; for more there are groups.
const MEMBERS_MAX: usize = 500;
/// A whole, in hundredths of a per cent.
const WHOLE: i64 = 10_000;

/// A discount as it is to be; an edit gives all of it.
#[derive(Debug, Clone)]
pub struct DiscountRequest {
    pub alias: String,
    pub fleet: Option<Fleet>,
    pub discount: Discount,
    pub places: Places,
    pub is_active: bool,
    pub drivers: Vec<DriverId>,
    pub groups: Vec<DriverGroupId>,
}

impl App {
    /// Every discount, by alias.
    pub async fn member_discounts(
        &self,
        principal: &Principal,
        fleet: Option<Option<Fleet>>,
    ) -> Result<Vec<MemberDiscountRecord>, AppError> {
        principal.require(Permission::DriversRead)?;
        let found = self.store.member_discounts(principal.organisation, fleet).await?;
        Ok(found.into_iter().map(|discount| self.seen_discount(principal, discount)).collect())
    }

    pub async fn member_discount(
        &self,
        principal: &Principal,
        id: MemberDiscountId,
    ) -> Result<MemberDiscountRecord, AppError> {
        principal.require(Permission::DriversRead)?;
        let found = self.store.member_discount(principal.organisation, id).await?;
        found.map(|found| self.seen_discount(principal, found)).ok_or(AppError::NotFound("discount"))
    }

    fn seen_discount(&self, principal: &Principal, of: MemberDiscountRecord) -> MemberDiscountRecord {
        MemberDiscountRecord { places: self.seen_places(principal, of.places.clone()), ..of }
    }

    pub async fn add_member_discount(
        &self,
        principal: &Principal,
        new: DiscountRequest,
    ) -> Result<MemberDiscountRecord, AppError> {
        principal.require(Permission::Drivers)?;
        principal.require_every_site()?;
        if self.store.member_discounts(principal.organisation, None).await?.len() >= DISCOUNTS_MAX {
            return Err(AppError::Conflict(format!("an organisation has at most {DISCOUNTS_MAX} discounts")));
        }
        let id = MemberDiscountId(self.id());
        let record = self.discount_as_requested(principal, id, new).await?;
        let mut tx = self.store.begin().await?;
        tx.add_member_discount(&record).await.map_err(taken)?;
        let subject = ("member_discount", record.id.0, record.alias.as_str());
        tx.audit(&self.note(principal, "member_discount.added", subject).made(&described(&record))).await?;
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        self.member_discount(principal, record.id).await
    }

    pub async fn edit_member_discount(
        &self,
        principal: &Principal,
        id: MemberDiscountId,
        expected: Option<i64>,
        edit: DiscountRequest,
    ) -> Result<MemberDiscountRecord, AppError> {
        principal.require(Permission::Drivers)?;
        principal.require_every_site()?;
        let before = self.member_discount(principal, id).await?;
        if expected.is_some_and(|version| version != before.version) {
            return Err(AppError::Stale);
        }
        let to = self.discount_as_requested(principal, id, edit).await?;
        let record = MemberDiscountRecord { created_at: before.created_at, version: before.version, ..to };
        let mut tx = self.store.begin().await?;
        tx.change_member_discount(&record).await.map_err(taken)?;
        let note = self.note(principal, "member_discount.edited", ("member_discount", id.0, &record.alias));
        tx.audit(&note.changed(described(&before), described(&record))).await?;
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        self.member_discount(principal, id).await
    }

    async fn discount_as_requested(
        &self,
        principal: &Principal,
        id: MemberDiscountId,
        to: DiscountRequest,
    ) -> Result<MemberDiscountRecord, AppError> {
        let fits = match &to.discount {
            Discount::PercentOff { hundredths } => (1..=WHOLE).contains(hundredths),
            Discount::EnergyPrice { price, .. } => price.0 >= 0,
            // Comes of a subscription only.
            Discount::Allowance { .. } => false,
        };
        if !fits {
            return Err(AppError::field(
                "/discount",
                "more than 0 and at most 100 per cent, or a price of 0 or more",
            ));
        }
        if to.drivers.len() > MEMBERS_MAX {
            return Err(AppError::field(
                "/driver_ids",
                format!("at most {MEMBERS_MAX}; make a group of them"),
            ));
        }
        let mut drivers = Vec::new();
        for id in to.drivers {
            let found = self.store.driver(principal.organisation, id).await?;
            let found = found.ok_or(AppError::field("/driver_ids", "there is no such driver"))?;
            if to.fleet.is_some() && found.fleet != to.fleet {
                return Err(AppError::field("/driver_ids", "one of them is of another fleet"));
            }
            drivers.push((id, found.name));
        }
        let mut groups = Vec::new();
        for id in to.groups {
            let found = self.store.driver_group(principal.organisation, id).await?;
            let found = found.ok_or(AppError::field("/group_ids", "there is no such group"))?;
            groups.push((id, found.name));
        }
        Ok(MemberDiscountRecord {
            id,
            organisation: principal.organisation,
            fleet: to.fleet,
            alias: checked_name("/alias", &to.alias)?,
            discount: to.discount,
            places: self.checked_places(principal, to.places).await?,
            is_active: to.is_active,
            created_at: self.now(),
            version: 1,
            drivers,
            groups,
        })
    }

    /// Sessions that have begun keep what they began with.
    pub async fn delete_member_discount(
        &self,
        principal: &Principal,
        id: MemberDiscountId,
    ) -> Result<(), AppError> {
        principal.require(Permission::Drivers)?;
        principal.require_every_site()?;
        let record = self.member_discount(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.delete_member_discount(principal.organisation, id).await?;
        let note = self.note(principal, "member_discount.deleted", ("member_discount", id.0, &record.alias));
        tx.audit(&note.gone(&described(&record))).await?;
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(())
    }
}

fn taken(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict => AppError::field("/alias", "a discount of this name exists already"),
        other => other.into(),
    }
}

fn described(record: &MemberDiscountRecord) -> Value {
    let names: Vec<&str> = record.groups.iter().map(|(_, name)| name.as_str()).collect();
    // Drivers by their ids: what is personal stays out of the record of deeds.
    let drivers: Vec<String> = record.drivers.iter().map(|(id, _)| id.to_string()).collect();
    json!({"alias": record.alias, "fleet": record.fleet, "discount": record.discount, "places": record.places,
        "is_active": record.is_active, "drivers": drivers, "groups": names})
}
