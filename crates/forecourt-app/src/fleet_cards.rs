//! Fleet cards: ordered from an issuer for a driver, active once the issuer says their number, cancelled for good.

mod issuer;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{DriverId, FleetCardId};
use forecourt_core::unit::{Currency, read_fixed};
use forecourt_store::fleet_card::{FleetCardFilter, FleetCardRecord, FleetCardUse};
use forecourt_store::subscription::AmountDueRecord;
use forecourt_store::{Cursor, Page, StoreError};
use serde_json::json;

use crate::accounts::{checked_currency, checked_name};
use crate::drivers::checked_text;
use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::{App, AppError, Principal};

pub use issuer::Issuer;

/// Rows read at a time.
const PAGE: u32 = 500;
const COLUMNS: [&str; 9] =
    ["Card", "Status", "Driver", "E-mail", "Energy (kWh)", "Cost", "Currency", "Ordered at", "Cancelled at"];

#[derive(Debug, Clone)]
pub struct CardOrder {
    pub driver: DriverId,
    /// To the office, or to the driver's home.
    pub to_home: bool,
    pub address: Option<String>,
    /// For making the card: decimal text.
    pub fee: String,
    pub currency: String,
}

/// A use as the issuer reports it.
#[derive(Debug, Clone)]
pub struct CardUse {
    pub reference: String,
    pub at: Timestamp,
    pub place: String,
    pub energy_wh: i64,
    pub amount: String,
}

impl App {
    /// Newest first.
    pub async fn fleet_cards(
        &self,
        principal: &Principal,
        filter: &FleetCardFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<FleetCardRecord>, AppError> {
        principal.require(Permission::DriversRead)?;
        Ok(self.store.fleet_cards(principal.organisation, filter, cursor, limit).await?)
    }

    pub async fn fleet_card(
        &self,
        principal: &Principal,
        id: FleetCardId,
    ) -> Result<FleetCardRecord, AppError> {
        principal.require(Permission::DriversRead)?;
        self.store.fleet_card(principal.organisation, id).await?.ok_or(AppError::NotFound("fleet card"))
    }

    pub async fn order_fleet_card(
        &self,
        principal: &Principal,
        order: CardOrder,
    ) -> Result<FleetCardRecord, AppError> {
        principal.require(Permission::Drivers)?;
        self.ordered(principal, order, None).await
    }

    async fn ordered(
        &self,
        principal: &Principal,
        order: CardOrder,
        replaces: Option<&FleetCardRecord>,
    ) -> Result<FleetCardRecord, AppError> {
        let person = self.store.driver(principal.organisation, order.driver).await?;
        let person = person.ok_or(AppError::field("/driver_id", "there is no such driver"))?;
        checked_currency("/currency", &order.currency)?;
        let decimals = Currency::read(&order.currency).map_or(2, |currency| currency.decimals());
        let fee = read_fixed(order.fee.trim(), decimals).filter(|fee| *fee >= 0);
        let fee = fee.ok_or(AppError::field("/fee", "an amount of 0 or more, for example 5.00"))?;
        let address = checked_text("/address", order.address.or(person.address))?;
        let address = address.ok_or(AppError::field("/address", "where the card is sent to"))?;
        let issuer = Issuer::Manual;
        let record = FleetCardRecord {
            id: FleetCardId(self.id()),
            organisation: principal.organisation,
            driver: order.driver,
            number: issuer.order(),
            issuer: issuer.word().to_owned(),
            status: "ordered".into(),
            delivery: if order.to_home { "home" } else { "office" }.into(),
            address,
            fee,
            currency: order.currency,
            ordered_by: principal.name(),
            ordered_at: self.now(),
            activated_at: None,
            cancelled_at: None,
            replaces: replaces.map(|card| card.id),
            version: 1,
            driver_name: person.name.clone(),
            driver_email: person.email,
            energy_wh: 0,
            cost: 0,
            uses: 0,
        };
        let mut tx = self.store.begin().await?;
        if let Some(old) = replaces
            && !tx.move_fleet_card(&cancelled(old, self.now()), &old.status).await?
        {
            return Err(AppError::Stale);
        }
        tx.add_fleet_card(&record).await?;
        if fee > 0 {
            tx.add_amount_due(&self.card_fee(&record)).await?;
        }
        let note = self.note(principal, "fleet_card.ordered", ("fleet_card", record.id.0, &person.number));
        let old = replaces.map(|card| card.id.to_string());
        tx.audit(&note.made(&json!({"delivery": record.delivery, "fee": fee, "replaces": old}))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(record)
    }

    fn card_fee(&self, card: &FleetCardRecord) -> AmountDueRecord {
        AmountDueRecord {
            id: self.id(),
            organisation: card.organisation,
            driver: Some(card.driver),
            team: None,
            kind: "fleet_card".into(),
            reference: card.id.0,
            part: 0,
            description: "Fleet card".into(),
            amount: card.fee,
            currency: card.currency.clone(),
            vat: 0,
            at: card.ordered_at,
        }
    }

    /// The issuer said its number: it charges from now on.
    pub async fn activate_fleet_card(
        &self,
        principal: &Principal,
        id: FleetCardId,
        number: &str,
    ) -> Result<FleetCardRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let card = self.fleet_card(principal, id).await?;
        let active = FleetCardRecord {
            status: "active".into(),
            number: Some(checked_name("/number", number)?),
            activated_at: Some(self.now()),
            ..card
        };
        self.card_moved(principal, active, "ordered", "fleet_card.activated").await
    }

    /// For good. What was charged with it before stays and is settled.
    pub async fn cancel_fleet_card(
        &self,
        principal: &Principal,
        id: FleetCardId,
    ) -> Result<FleetCardRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let card = self.fleet_card(principal, id).await?;
        if card.status == "cancelled" {
            return Err(AppError::Conflict("this card is cancelled already".into()));
        }
        self.card_moved(principal, cancelled(&card, self.now()), &card.status, "fleet_card.cancelled").await
    }

    async fn card_moved(
        &self,
        principal: &Principal,
        to: FleetCardRecord,
        from: &str,
        action: &'static str,
    ) -> Result<FleetCardRecord, AppError> {
        let mut tx = self.store.begin().await?;
        let done = tx.move_fleet_card(&to, from).await.map_err(|error| match error {
            StoreError::Conflict => AppError::field("/number", "another card has this number"),
            other => other.into(),
        })?;
        if !done {
            return Err(AppError::Conflict(format!("this card is not {from}")));
        }
        let name = to.number.clone().unwrap_or_else(|| to.id.to_string());
        tx.audit(&self.note(principal, action, ("fleet_card", to.id.0, &name)).done()).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        self.fleet_card(principal, to.id).await
    }

    /// The old one is cancelled, a new one ordered to the same place.
    pub async fn replace_fleet_card(
        &self,
        principal: &Principal,
        id: FleetCardId,
        to_home: Option<bool>,
        address: Option<String>,
    ) -> Result<FleetCardRecord, AppError> {
        principal.require(Permission::Drivers)?;
        let old = self.fleet_card(principal, id).await?;
        if old.status == "cancelled" {
            return Err(AppError::Conflict("this card is cancelled already; order a new one".into()));
        }
        let decimals = Currency::read(&old.currency).map_or(2, |currency| currency.decimals());
        let order = CardOrder {
            driver: old.driver,
            to_home: to_home.unwrap_or(old.delivery == "home"),
            address: address.or_else(|| Some(old.address.clone())),
            fee: forecourt_core::unit::fixed(old.fee, decimals),
            currency: old.currency.clone(),
        };
        self.ordered(principal, order, Some(&old)).await
    }

    /// What was charged with a card, as its issuer reports it; says how many of them were new.
    pub async fn note_fleet_card_uses(
        &self,
        principal: &Principal,
        id: FleetCardId,
        uses: Vec<CardUse>,
    ) -> Result<usize, AppError> {
        principal.require(Permission::Drivers)?;
        let card = self.fleet_card(principal, id).await?;
        if uses.len() > PAGE as usize {
            return Err(AppError::field("/uses", format!("at most {PAGE} at once")));
        }
        let decimals = Currency::read(&card.currency).map_or(2, |currency| currency.decimals());
        let mut fresh = 0;
        let mut tx = self.store.begin().await?;
        for of in uses {
            let amount = read_fixed(of.amount.trim(), decimals);
            let amount = amount.ok_or(AppError::field("/uses", "an amount, for example 12.50"))?;
            let one = FleetCardUse {
                reference: checked_name("/uses", &of.reference)?,
                at: of.at,
                place: checked_name("/uses", &of.place)?,
                energy_wh: of.energy_wh,
                amount,
                currency: card.currency.clone(),
            };
            fresh += usize::from(tx.add_fleet_card_use(id, &one).await?);
        }
        let name = card.number.clone().unwrap_or_else(|| id.to_string());
        let note = self.note(principal, "fleet_card.used", ("fleet_card", id.0, &name));
        tx.audit(&note.made(&json!({ "uses": fresh }))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(fresh)
    }

    pub async fn fleet_card_sheet(
        &self,
        principal: &Principal,
        filter: &FleetCardFilter,
    ) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.fleet_cards(principal, filter, cursor.as_ref(), PAGE).await?;
            rows.extend(page.items.into_iter().map(row));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        let organisation = self.organisation(principal).await?;
        let (name, zone) = (organisation.name, organisation.time_zone);
        Ok(Sheet::list("Fleet cards", name, zone, self.now(), &COLUMNS, rows))
    }
}

fn cancelled(card: &FleetCardRecord, now: Timestamp) -> FleetCardRecord {
    FleetCardRecord { status: "cancelled".into(), cancelled_at: Some(now), ..card.clone() }
}

fn row(card: FleetCardRecord) -> Vec<Cell> {
    let decimals = Currency::read(&card.currency).map_or(2, |currency| currency.decimals());
    vec![
        Cell::from(card.number),
        Cell::Text(card.status),
        Cell::Text(card.driver_name),
        Cell::Text(card.driver_email),
        Cell::kwh(card.energy_wh),
        Cell::Fixed { value: card.cost, decimals },
        Cell::Text(card.currency),
        Cell::from(card.ordered_at),
        Cell::from(card.cancelled_at),
    ]
}
