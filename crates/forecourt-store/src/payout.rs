//! Payouts and the bank account they go to. What they move stands in the ledger.

use forecourt_core::Timestamp;
use forecourt_core::billing::PayoutState;
use forecourt_core::id::{OrganisationId, PayoutId};
use forecourt_core::unit::{Currency, MinorUnits};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct PayoutRecord {
    pub id: PayoutId,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub amount: MinorUnits,
    pub currency: Currency,
    pub state: PayoutState,
    /// JSON of the application's own type.
    pub bank: String,
    pub requested_by: String,
    pub requested_at: Timestamp,
    /// Local day of the organisation, counted from 1970.
    pub due_day: i64,
    pub answered_by: Option<String>,
    pub answered_at: Option<Timestamp>,
    pub reason: Option<String>,
    pub paid_at: Option<Timestamp>,
    pub version: i64,
}

const SELECT: &str =
    "SELECT p.*, o.name AS organisation_name FROM payout p JOIN organisation o ON o.id = p.organisation_id";

fn payout_from(row: &Row) -> Result<PayoutRecord, StoreError> {
    let currency = Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))?;
    let state = PayoutState::parse(&row.text("state")?).ok_or(StoreError::Corrupt("payout state"))?;
    Ok(PayoutRecord {
        id: PayoutId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        organisation_name: row.text("organisation_name")?,
        amount: MinorUnits(row.int("amount")?),
        currency,
        state,
        bank: row.text("bank")?,
        requested_by: row.text("requested_by")?,
        requested_at: row.time("requested_at")?,
        due_day: row.int("due_day")?,
        answered_by: row.text_or_none("answered_by")?,
        answered_at: row.time_or_none("answered_at")?,
        reason: row.text_or_none("reason")?,
        paid_at: row.time_or_none("paid_at")?,
        version: row.int("version")?,
    })
}

impl Store {
    /// Newest first.
    pub async fn payouts(
        &self,
        organisation: OrganisationId,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<PayoutRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("p.organisation_id = ?", values![organisation]);
        rows.and_if(cursor.map(|cursor| cursor.id), "p.id < ?");
        let sql = format!("{SELECT}{} ORDER BY p.id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(payout_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |payout| Cursor { key: String::new(), id: payout.id.0 }))
    }

    /// Those of these organisations that wait for an answer or for the bank, the most urgent first.
    pub async fn open_payouts(
        &self,
        organisations: &[OrganisationId],
        limit: u32,
    ) -> Result<Vec<PayoutRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("p.state IN ('requested', 'approved')", values![]);
        rows.among("p.organisation_id", organisations.iter().map(|id| id.0));
        let sql = format!("{SELECT}{} ORDER BY p.due_day, p.id LIMIT {limit}", rows.sql());
        self.rows(&sql, rows.values).await?.iter().map(payout_from).collect()
    }

    pub async fn payout(&self, id: PayoutId) -> Result<Option<PayoutRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE p.id = $1");
        self.row(&sql, values![id]).await?.map(|row| payout_from(&row)).transpose()
    }

    /// JSON; `None`: nobody said yet.
    pub async fn bank_account(&self, organisation: OrganisationId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT bank FROM bank_account WHERE organisation_id = $1";
        self.row(sql, values![organisation]).await?.map(|row| row.text("bank")).transpose()
    }
}

impl Tx {
    pub async fn add_payout(&mut self, payout: &PayoutRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO payout (id, organisation_id, amount, currency, state, bank, requested_by, requested_at, due_day, \
             version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)",
            values![
                payout.id,
                payout.organisation,
                payout.amount.0,
                payout.currency.code(),
                payout.state.as_str(),
                &payout.bank,
                &payout.requested_by,
                payout.requested_at,
                payout.due_day
            ],
        )
        .await
        .map(drop)
    }

    /// From the state and version it was read in.
    pub async fn change_payout(&mut self, payout: &PayoutRecord) -> Result<(), StoreError> {
        let sql = "UPDATE payout SET state = $1, answered_by = $2, answered_at = $3, reason = $4, paid_at = $5, \
                   version = version + 1 WHERE id = $6 AND version = $7";
        let values = values![
            payout.state.as_str(),
            &payout.answered_by,
            payout.answered_at,
            &payout.reason,
            payout.paid_at,
            payout.id,
            payout.version
        ];
        if self.execute(sql, values).await? == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    pub async fn put_bank_account(
        &mut self,
        organisation: OrganisationId,
        bank: &str,
        (now, who): (Timestamp, &str),
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO bank_account (organisation_id, bank, changed_at, changed_by) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (organisation_id) DO UPDATE SET bank = excluded.bank, changed_at = excluded.changed_at, \
                   changed_by = excluded.changed_by";
        self.execute(sql, values![organisation, bank, now, who]).await.map(drop)
    }
}
