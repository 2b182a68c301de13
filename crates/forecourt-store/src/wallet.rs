//! Drivers' wallets as lists show them, and vouchers. What is in a wallet stands in the ledger.

use forecourt_core::Timestamp;
use forecourt_core::id::{DriverId, OrganisationId, VoucherId};
use forecourt_core::unit::{Currency, MinorUnits};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct WalletRecord {
    pub driver: DriverId,
    pub name: String,
    pub email: String,
    pub currency: Currency,
    /// What is left; below zero: owed.
    pub balance: MinorUnits,
    pub last_top_up_at: Option<Timestamp>,
    /// What sessions cost so far.
    pub used: MinorUnits,
}

#[derive(Debug, Clone, Default)]
pub struct WalletFilter {
    /// Finds a driver's name, e-mail or number.
    pub text: Option<String>,
    /// Those who owe something.
    pub owing: bool,
}

#[derive(Debug, Clone)]
pub struct VoucherRecord {
    pub id: VoucherId,
    pub organisation: OrganisationId,
    pub code_end: String,
    /// fixed, refund or corporate.
    pub kind: String,
    pub amount: MinorUnits,
    pub currency: Currency,
    pub expires_at: Option<Timestamp>,
    pub reason: String,
    pub made_by: String,
    pub made_at: Timestamp,
    pub withdrawn_at: Option<Timestamp>,
    pub redeemed_at: Option<Timestamp>,
    pub redeemed_by: Option<DriverId>,
    pub driver_name: Option<String>,
}

const VOUCHERS: &str =
    "SELECT v.*, d.name AS driver_name FROM voucher v LEFT JOIN driver d ON d.id = v.redeemed_by";

fn currency(row: &Row) -> Result<Currency, StoreError> {
    Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))
}

fn voucher_from(row: &Row) -> Result<VoucherRecord, StoreError> {
    Ok(VoucherRecord {
        id: VoucherId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        code_end: row.text("code_end")?,
        kind: row.text("kind")?,
        amount: MinorUnits(row.int("amount")?),
        currency: currency(row)?,
        expires_at: row.time_or_none("expires_at")?,
        reason: row.text("reason")?,
        made_by: row.text("made_by")?,
        made_at: row.time("made_at")?,
        withdrawn_at: row.time_or_none("withdrawn_at")?,
        redeemed_at: row.time_or_none("redeemed_at")?,
        redeemed_by: row.int_or_none("redeemed_by")?.map(DriverId),
        driver_name: row.text_or_none("driver_name")?,
    })
}

fn wallet_from(row: &Row) -> Result<WalletRecord, StoreError> {
    Ok(WalletRecord {
        driver: DriverId(row.int("owner_id")?),
        name: row.text("name")?,
        email: row.text("email")?,
        currency: currency(row)?,
        balance: MinorUnits(-row.int("balance")?),
        last_top_up_at: row.time_or_none("last_top_up_at")?,
        used: MinorUnits(row.int("used")?),
    })
}

impl Store {
    /// Wallets that anything ever happened to, by account.
    pub async fn wallets(
        &self,
        organisation: OrganisationId,
        filter: &WalletFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<(i64, WalletRecord)>, StoreError> {
        let mut rows = Filter::default();
        rows.and("a.organisation_id = ? AND a.kind = 'driver'", values![organisation]);
        if filter.owing {
            rows.and("a.balance > 0", values![]);
        }
        if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let like = containing(text);
            rows.and(
                "(d.name_key LIKE ? ESCAPE '\\' OR LOWER(d.email) LIKE ? ESCAPE '\\' OR LOWER(d.number) LIKE ? ESCAPE '\\')",
                values![&like, &like, &like],
            );
        }
        rows.and_if(cursor.map(|cursor| cursor.id), "a.id < ?");
        let sql = format!(
            "SELECT a.id, a.owner_id, a.currency, a.balance, d.name, d.email, \
             (SELECT MAX(e.at) FROM ledger_entry e WHERE e.driver_id = a.owner_id AND e.kind IN ('top_up', 'credit', 'voucher') \
             AND e.currency = a.currency) AS last_top_up_at, \
             CAST(COALESCE((SELECT SUM(e.amount) FROM ledger_entry e WHERE e.driver_id = a.owner_id \
             AND e.kind IN ('session', 'correction') AND e.currency = a.currency AND e.team_id IS NULL), 0) AS BIGINT) AS used \
             FROM ledger_account a JOIN driver d ON d.id = a.owner_id{} ORDER BY a.id DESC LIMIT {}",
            rows.sql(),
            limit + 1
        );
        let found = self.rows(&sql, rows.values).await?;
        let read = |row: &Row| Ok((row.int("id")?, wallet_from(row)?));
        let items = found.iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Page::cut(items, limit, |(id, _)| Cursor { key: String::new(), id: *id }))
    }

    /// Newest first.
    pub async fn vouchers(
        &self,
        organisation: OrganisationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<VoucherRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("v.organisation_id = ?", values![organisation]);
        rows.and_if(cursor.map(|cursor| cursor.id), "v.id < ?");
        let sql = format!("{VOUCHERS}{} ORDER BY v.id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(voucher_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |v| Cursor { key: String::new(), id: v.id.0 }))
    }
}

impl Tx {
    pub async fn add_voucher(&mut self, voucher: &VoucherRecord, digest: &str) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO voucher (id, organisation_id, code_digest, code_end, kind, amount, currency, expires_at, reason, \
             made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            values![
                voucher.id,
                voucher.organisation,
                digest,
                &voucher.code_end,
                &voucher.kind,
                voucher.amount.0,
                voucher.currency.code(),
                voucher.expires_at,
                &voucher.reason,
                &voucher.made_by,
                voucher.made_at
            ],
        )
        .await
        .map(drop)
    }

    /// The voucher of a code, whatever became of it.
    pub async fn voucher_by_code(
        &mut self,
        organisation: OrganisationId,
        digest: &str,
    ) -> Result<Option<VoucherRecord>, StoreError> {
        let sql = format!("{VOUCHERS} WHERE v.organisation_id = $1 AND v.code_digest = $2");
        self.row(&sql, values![organisation, digest]).await?.map(|row| voucher_from(&row)).transpose()
    }

    pub async fn voucher(
        &mut self,
        organisation: OrganisationId,
        id: VoucherId,
    ) -> Result<Option<VoucherRecord>, StoreError> {
        let sql = format!("{VOUCHERS} WHERE v.organisation_id = $1 AND v.id = $2");
        self.row(&sql, values![organisation, id]).await?.map(|row| voucher_from(&row)).transpose()
    }

    /// Once, and while it holds; `false`: not any more.
    pub async fn redeem_voucher(
        &mut self,
        id: VoucherId,
        driver: DriverId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE voucher SET redeemed_at = $1, redeemed_by = $2 WHERE id = $3 AND redeemed_at IS NULL \
                   AND withdrawn_at IS NULL AND (expires_at IS NULL OR expires_at > $4)";
        Ok(self.execute(sql, values![now, driver, id, now]).await? == 1)
    }

    /// `false`: it has been redeemed or withdrawn.
    pub async fn withdraw_voucher(&mut self, id: VoucherId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE voucher SET withdrawn_at = $1 WHERE id = $2 AND redeemed_at IS NULL AND withdrawn_at IS NULL";
        Ok(self.execute(sql, values![now, id]).await? == 1)
    }
}
