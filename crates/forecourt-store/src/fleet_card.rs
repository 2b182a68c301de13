//! Cards that charge at the chargers of others, and what was charged with them as their issuer reports it.

use forecourt_core::Timestamp;
use forecourt_core::id::{DriverId, FleetCardId, OrganisationId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq)]
pub struct FleetCardRecord {
    pub id: FleetCardId,
    pub organisation: OrganisationId,
    pub driver: DriverId,
    /// As printed; `None` until the issuer says it.
    pub number: Option<String>,
    pub issuer: String,
    /// ordered, active or cancelled.
    pub status: String,
    /// office or home.
    pub delivery: String,
    pub address: String,
    /// For making it, in the currency's smallest unit.
    pub fee: i64,
    pub currency: String,
    pub ordered_by: String,
    pub ordered_at: Timestamp,
    pub activated_at: Option<Timestamp>,
    pub cancelled_at: Option<Timestamp>,
    pub replaces: Option<FleetCardId>,
    pub version: i64,
    pub driver_name: String,
    pub driver_email: String,
    pub energy_wh: i64,
    /// Of its currency.
    pub cost: i64,
    pub uses: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct FleetCardUse {
    pub reference: String,
    pub at: Timestamp,
    pub place: String,
    pub energy_wh: i64,
    pub amount: i64,
    pub currency: String,
}

#[derive(Debug, Clone, Default)]
pub struct FleetCardFilter {
    /// Finds driver, e-mail or number of the card.
    pub text: Option<String>,
    pub status: Option<String>,
    pub driver: Option<DriverId>,
}

const SELECT: &str = "SELECT c.*, d.name AS driver_name, d.email AS driver_email, \
     (SELECT CAST(COALESCE(SUM(u.energy_wh), 0) AS BIGINT) FROM fleet_card_use u WHERE u.card_id = c.id) AS energy_wh, \
     (SELECT CAST(COALESCE(SUM(u.amount), 0) AS BIGINT) FROM fleet_card_use u WHERE u.card_id = c.id AND u.currency = c.currency) AS cost, \
     (SELECT COUNT(*) FROM fleet_card_use u WHERE u.card_id = c.id) AS uses \
     FROM fleet_card c JOIN driver d ON d.id = c.driver_id";

fn record_from(row: &Row) -> Result<FleetCardRecord, StoreError> {
    Ok(FleetCardRecord {
        id: FleetCardId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        driver: DriverId(row.int("driver_id")?),
        number: row.text_or_none("number")?,
        issuer: row.text("issuer")?,
        status: row.text("status")?,
        delivery: row.text("delivery")?,
        address: row.text("address")?,
        fee: row.int("fee")?,
        currency: row.text("currency")?,
        ordered_by: row.text("ordered_by")?,
        ordered_at: row.time("ordered_at")?,
        activated_at: row.time_or_none("activated_at")?,
        cancelled_at: row.time_or_none("cancelled_at")?,
        replaces: row.int_or_none("replaces_id")?.map(FleetCardId),
        version: row.int("version")?,
        driver_name: row.text("driver_name")?,
        driver_email: row.text("driver_email")?,
        energy_wh: row.int("energy_wh")?,
        cost: row.int("cost")?,
        uses: row.int("uses")?,
    })
}

impl Store {
    /// Newest first.
    pub async fn fleet_cards(
        &self,
        organisation: OrganisationId,
        filter: &FleetCardFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<FleetCardRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("c.organisation_id = ?", values![organisation])
            .and_if(filter.status.as_deref(), "c.status = ?")
            .and_if(filter.driver, "c.driver_id = ?")
            .and_if(cursor.map(|c| c.id), "c.id < ?");
        if let Some(text) = &filter.text {
            let like = containing(text);
            rows.and(
                "(d.name_key LIKE ? ESCAPE '\\' OR d.email LIKE ? ESCAPE '\\' OR LOWER(COALESCE(c.number, '')) LIKE ? ESCAPE '\\')",
                values![&like, &like, &like],
            );
        }
        let sql = format!("{SELECT}{} ORDER BY c.id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |card| Cursor { key: String::new(), id: card.id.0 }))
    }

    pub async fn fleet_card(
        &self,
        organisation: OrganisationId,
        id: FleetCardId,
    ) -> Result<Option<FleetCardRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE c.organisation_id = $1 AND c.id = $2");
        self.row(&sql, values![organisation, id]).await?.as_ref().map(record_from).transpose()
    }
}

impl Tx {
    pub async fn add_fleet_card(&mut self, card: &FleetCardRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO fleet_card (id, organisation_id, driver_id, number, issuer, status, delivery, address, fee, currency, \
             ordered_by, ordered_at, replaces_id, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)",
            values![
                card.id,
                card.organisation,
                card.driver,
                &card.number,
                &card.issuer,
                &card.status,
                &card.delivery,
                &card.address,
                card.fee,
                &card.currency,
                &card.ordered_by,
                card.ordered_at,
                card.replaces
            ],
        )
        .await
        .map(drop)
    }

    /// From an open state to the next; says whether it was in that state.
    pub async fn move_fleet_card(&mut self, to: &FleetCardRecord, from: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE fleet_card SET status = $1, number = $2, activated_at = $3, cancelled_at = $4, version = version + 1 \
                   WHERE id = $5 AND organisation_id = $6 AND status = $7";
        let values =
            values![&to.status, &to.number, to.activated_at, to.cancelled_at, to.id, to.organisation, from];
        Ok(self.execute(sql, values).await? == 1)
    }

    /// What the issuer told twice is one; says whether it was new.
    pub async fn add_fleet_card_use(
        &mut self,
        card: FleetCardId,
        of: &FleetCardUse,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO fleet_card_use (card_id, reference, at, place, energy_wh, amount, currency) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (card_id, reference) DO NOTHING";
        let values = values![card, &of.reference, of.at, &of.place, of.energy_wh, of.amount, &of.currency];
        Ok(self.execute(sql, values).await? == 1)
    }
}
