//! What a statement of a month is made of: sums over the entries of the ledger. Nothing here is kept besides the ledger,
//! but at which rate of VAT an entry charges what.

use std::collections::BTreeMap;

use forecourt_core::Timestamp;
use forecourt_core::billing::{AccountKind, Charge};
use forecourt_core::id::{LedgerEntryId, OrganisationId, SessionId};
use forecourt_core::tariff::VatRate;
use forecourt_core::unit::{Currency, MinorUnits};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// Sums that one statement shows: kinds of entries by kinds of accounts by currencies, each of which is a handful.
const SUMS_MAX: i64 = 2_000;

/// A charge by rate of VAT.
pub type Rates = Vec<(Option<VatRate>, Charge)>;

/// What entries of one kind did to accounts of one kind.
#[derive(Debug, Clone)]
pub struct Movement {
    pub entry_kind: String,
    pub account: AccountKind,
    pub currency: Currency,
    /// Above zero: on the debit side.
    pub amount: MinorUnits,
    pub entries: i64,
}

/// What accounts of one kind held at a moment.
#[derive(Debug, Clone)]
pub struct Held {
    pub account: AccountKind,
    pub currency: Currency,
    pub amount: MinorUnits,
}

/// What was charged at one rate.
#[derive(Debug, Clone)]
pub struct RateSum {
    pub currency: Currency,
    pub rate: Option<VatRate>,
    pub without_vat: MinorUnits,
    pub vat: MinorUnits,
}

fn currency(row: &Row) -> Result<Currency, StoreError> {
    Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))
}

fn account(row: &Row) -> Result<AccountKind, StoreError> {
    AccountKind::parse(&row.text("kind")?).ok_or(StoreError::Corrupt("account kind"))
}

impl Tx {
    /// Notes at which rates an entry charges. Of a session that was posted before, `now` is the whole and what was noted
    /// before is taken off. Where that does not come to the entry's own amount, nothing is noted.
    pub async fn note_rates(
        &mut self,
        entry: LedgerEntryId,
        session: Option<SessionId>,
        charged: Charge,
        now: &[(Option<VatRate>, Charge)],
    ) -> Result<(), StoreError> {
        let mut parts: BTreeMap<Option<VatRate>, (i64, i64)> = BTreeMap::new();
        for (rate, charge) in now {
            let part = parts.entry(*rate).or_default();
            part.0 += charge.without_vat.0;
            part.1 += charge.with_vat.0 - charge.without_vat.0;
        }
        if let Some(session) = session {
            let sql = "SELECT r.rate, CAST(SUM(r.without_vat) AS BIGINT) AS net, CAST(SUM(r.vat) AS BIGINT) AS vat \
                       FROM ledger_rate r JOIN ledger_entry e ON e.id = r.entry_id \
                       WHERE e.session_id = $1 AND e.id <> $2 GROUP BY r.rate";
            for row in self.rows(sql, values![session, entry]).await? {
                let part = parts.entry(row.int_or_none("rate")?.map(VatRate)).or_default();
                part.0 -= row.int("net")?;
                part.1 -= row.int("vat")?;
            }
        }
        let whole = (charged.without_vat.0, charged.with_vat.0 - charged.without_vat.0);
        let sum = parts.values().fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        if sum != whole {
            // Posted in part before rates were noted: known only where there is one.
            let mut rates = parts.keys().copied();
            match (rates.next(), rates.next()) {
                (Some(only), None) => parts = BTreeMap::from([(only, whole)]),
                _ => return Ok(()),
            }
        }
        let parts = parts.into_iter().filter(|(_, part)| *part != (0, 0));
        for (position, (rate, (net, vat))) in (0_i64..).zip(parts) {
            let sql = "INSERT INTO ledger_rate (entry_id, position, rate, without_vat, vat) \
                       VALUES ($1, $2, $3, $4, $5)";
            self.execute(sql, values![entry, position, rate.map(|rate| rate.0), net, vat]).await?;
        }
        Ok(())
    }
}

impl Store {
    /// When the first entry was posted.
    pub async fn first_entry_at(
        &self,
        organisation: OrganisationId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT MIN(at) AS at FROM ledger_entry WHERE organisation_id = $1";
        self.row(sql, values![organisation]).await?.map_or(Ok(None), |row| row.time_or_none("at"))
    }

    /// At which rates an entry charges; empty where nobody noted it.
    pub async fn rates_of(&self, entry: LedgerEntryId) -> Result<Rates, StoreError> {
        let sql = "SELECT rate, without_vat, vat FROM ledger_rate WHERE entry_id = $1 ORDER BY position DESC";
        let read = |row: &Row| {
            let without_vat = MinorUnits(row.int("without_vat")?);
            let with_vat = MinorUnits(without_vat.0.saturating_add(row.int("vat")?));
            Ok((row.int_or_none("rate")?.map(VatRate), Charge { without_vat, with_vat }))
        };
        self.rows(sql, values![entry]).await?.iter().map(read).collect()
    }

    /// What each kind of account held at this moment: what it holds now, without what moved it since.
    pub async fn held_at(
        &self,
        organisation: OrganisationId,
        at: Timestamp,
    ) -> Result<Vec<Held>, StoreError> {
        let sql = format!(
            "SELECT a.kind, a.currency, CAST(SUM(a.balance - COALESCE(since.amount, 0)) AS BIGINT) AS amount \
             FROM ledger_account a LEFT JOIN (SELECT l.account_id, SUM(l.amount) AS amount FROM ledger_entry e \
             JOIN ledger_line l ON l.entry_id = e.id WHERE e.organisation_id = $1 AND e.at >= $2 GROUP BY l.account_id) since \
             ON since.account_id = a.id WHERE a.organisation_id = $1 GROUP BY a.kind, a.currency \
             ORDER BY a.currency, a.kind LIMIT {SUMS_MAX}"
        );
        let read = |row: &Row| {
            let amount = MinorUnits(row.int("amount")?);
            Ok(Held { account: account(row)?, currency: currency(row)?, amount })
        };
        self.rows(&sql, values![organisation, at]).await?.iter().map(read).collect()
    }

    /// What moved between two moments, the later one not included.
    pub async fn movements(
        &self,
        organisation: OrganisationId,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Vec<Movement>, StoreError> {
        let sql = format!(
            "SELECT e.kind AS entry_kind, a.kind, e.currency, CAST(SUM(l.amount) AS BIGINT) AS amount, \
             COUNT(DISTINCT e.id) AS entries FROM ledger_entry e JOIN ledger_line l ON l.entry_id = e.id \
             JOIN ledger_account a ON a.id = l.account_id \
             WHERE e.organisation_id = $1 AND e.at >= $2 AND e.at < $3 GROUP BY e.kind, a.kind, e.currency \
             ORDER BY e.currency, e.kind, a.kind LIMIT {SUMS_MAX}"
        );
        let read = |row: &Row| {
            Ok(Movement {
                entry_kind: row.text("entry_kind")?,
                account: account(row)?,
                currency: currency(row)?,
                amount: MinorUnits(row.int("amount")?),
                entries: row.int("entries")?,
            })
        };
        self.rows(&sql, values![organisation, from, to]).await?.iter().map(read).collect()
    }

    /// What was charged at each rate between two moments, as far as it was noted.
    pub async fn rate_sums(
        &self,
        organisation: OrganisationId,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Vec<RateSum>, StoreError> {
        let sql = format!(
            "SELECT e.currency, r.rate, CAST(SUM(r.without_vat) AS BIGINT) AS net, CAST(SUM(r.vat) AS BIGINT) AS vat \
             FROM ledger_entry e JOIN ledger_rate r ON r.entry_id = e.id \
             WHERE e.organisation_id = $1 AND e.at >= $2 AND e.at < $3 GROUP BY e.currency, r.rate \
             ORDER BY e.currency, COALESCE(r.rate, -1) DESC LIMIT {SUMS_MAX}"
        );
        let read = |row: &Row| {
            Ok(RateSum {
                currency: currency(row)?,
                rate: row.int_or_none("rate")?.map(VatRate),
                without_vat: MinorUnits(row.int("net")?),
                vat: MinorUnits(row.int("vat")?),
            })
        };
        self.rows(&sql, values![organisation, from, to]).await?.iter().map(read).collect()
    }
}
