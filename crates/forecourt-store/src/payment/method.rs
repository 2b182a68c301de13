//! Drivers' cards on file, and whom the provider knows them as. Numbers of cards are never here.

use forecourt_core::Timestamp;
use forecourt_core::billing::Standing;
use forecourt_core::id::{DriverId, OrganisationId, PaymentMethodId};
use forecourt_core::unit::{Currency, MinorUnits};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct PaymentMethodRecord {
    pub id: PaymentMethodId,
    pub organisation: OrganisationId,
    pub driver: DriverId,
    /// The provider's name for it.
    pub reference: String,
    pub brand: String,
    pub last4: String,
    /// Months from year 0 to the one it runs out in; `None`: it does not.
    pub expires_month: Option<i64>,
    pub preferred: bool,
    pub added_at: Timestamp,
}

fn method_from(row: &Row) -> Result<PaymentMethodRecord, StoreError> {
    Ok(PaymentMethodRecord {
        id: PaymentMethodId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        driver: DriverId(row.int("driver_id")?),
        reference: row.text("reference")?,
        brand: row.text("brand")?,
        last4: row.text("last4")?,
        expires_month: row.int_or_none("expires_month")?,
        preferred: row.bool("preferred")?,
        added_at: row.time("added_at")?,
    })
}

impl Store {
    /// Whom the provider knows a driver as.
    pub async fn payment_customer(
        &self,
        organisation: OrganisationId,
        driver: DriverId,
    ) -> Result<Option<String>, StoreError> {
        let sql = "SELECT reference FROM payment_customer WHERE organisation_id = $1 AND driver_id = $2";
        self.row(sql, values![organisation, driver]).await?.map(|row| row.text("reference")).transpose()
    }

    pub async fn driver_of_customer(
        &self,
        organisation: OrganisationId,
        reference: &str,
    ) -> Result<Option<DriverId>, StoreError> {
        let sql = "SELECT driver_id FROM payment_customer WHERE organisation_id = $1 AND reference = $2";
        let row = self.row(sql, values![organisation, reference]).await?;
        row.map(|row| row.int("driver_id").map(DriverId)).transpose()
    }

    /// The preferred one first, then the newest.
    pub async fn payment_methods(
        &self,
        organisation: OrganisationId,
        driver: DriverId,
    ) -> Result<Vec<PaymentMethodRecord>, StoreError> {
        let sql = "SELECT * FROM payment_method WHERE organisation_id = $1 AND driver_id = $2 \
                   AND removed_at IS NULL ORDER BY preferred DESC, id DESC";
        self.rows(sql, values![organisation, driver]).await?.iter().map(method_from).collect()
    }

    pub async fn payment_method(
        &self,
        organisation: OrganisationId,
        id: PaymentMethodId,
    ) -> Result<Option<PaymentMethodRecord>, StoreError> {
        let sql =
            "SELECT * FROM payment_method WHERE organisation_id = $1 AND id = $2 AND removed_at IS NULL";
        self.row(sql, values![organisation, id]).await?.map(|row| method_from(&row)).transpose()
    }

    /// How a driver stands in a currency; cards that ran out before `month` do not count.
    pub async fn standing(
        &self,
        organisation: OrganisationId,
        driver: DriverId,
        currency: Currency,
        month: i64,
    ) -> Result<Standing, StoreError> {
        let sql = "SELECT COALESCE((SELECT balance FROM ledger_account WHERE organisation_id = $1 AND kind = 'driver' \
                   AND owner_id = $2 AND currency = $3), 0) AS balance, \
                   (SELECT COUNT(*) FROM payment_method WHERE organisation_id = $1 AND driver_id = $2 \
                    AND removed_at IS NULL AND (expires_month IS NULL OR expires_month >= $4)) AS methods";
        let row = self.row(sql, values![organisation, driver, currency.code(), month]).await?;
        let row = row.ok_or(StoreError::Corrupt("standing"))?;
        Ok(Standing { left: MinorUnits(-row.int("balance")?), has_method: row.int("methods")? > 0 })
    }
}

impl Tx {
    pub async fn put_payment_customer(
        &mut self,
        organisation: OrganisationId,
        driver: DriverId,
        reference: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO payment_customer (organisation_id, driver_id, reference) VALUES ($1, $2, $3) \
                   ON CONFLICT (organisation_id, driver_id) DO UPDATE SET reference = excluded.reference";
        self.execute(sql, values![organisation, driver, reference]).await.map(drop)
    }

    /// Another provider or another account of it: it knows nobody yet, and no card of before.
    pub async fn forget_payment_customers(
        &mut self,
        organisation: OrganisationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM payment_customer WHERE organisation_id = $1";
        self.execute(sql, values![organisation]).await?;
        let sql = "UPDATE payment_method SET removed_at = $2, preferred = FALSE \
                   WHERE organisation_id = $1 AND removed_at IS NULL";
        self.execute(sql, values![organisation, now]).await.map(drop)
    }

    /// `false`: it is on file already.
    pub async fn add_payment_method(&mut self, method: &PaymentMethodRecord) -> Result<bool, StoreError> {
        let sql = "INSERT INTO payment_method (id, organisation_id, driver_id, reference, brand, last4, expires_month, \
                   preferred, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8) \
                   ON CONFLICT (organisation_id, reference) DO NOTHING";
        let values = values![
            method.id,
            method.organisation,
            method.driver,
            &method.reference,
            &method.brand,
            &method.last4,
            method.expires_month,
            method.added_at
        ];
        Ok(self.execute(sql, values).await? == 1)
    }

    pub async fn prefer_payment_method(
        &mut self,
        organisation: OrganisationId,
        driver: DriverId,
        id: PaymentMethodId,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE payment_method SET preferred = (id = $3) \
                   WHERE organisation_id = $1 AND driver_id = $2 AND removed_at IS NULL";
        self.execute(sql, values![organisation, driver, id]).await.map(drop)
    }

    pub async fn remove_payment_method(
        &mut self,
        organisation: OrganisationId,
        id: PaymentMethodId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE payment_method SET removed_at = $3, preferred = FALSE \
                   WHERE organisation_id = $1 AND id = $2 AND removed_at IS NULL";
        Ok(self.execute(sql, values![organisation, id, now]).await? == 1)
    }
}
