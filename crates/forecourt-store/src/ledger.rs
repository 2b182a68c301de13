//! The ledger: accounts with their balances, entries and lines. Entries are added and never changed.

use forecourt_core::Timestamp;
use forecourt_core::billing::{Account, AccountKind, Charge, Payer, Posting};
use forecourt_core::id::{DriverId, InvoiceId, LedgerEntryId, OrganisationId, SessionId, TeamId};
use forecourt_core::tariff::{Receipt, VatRate};
use forecourt_core::unit::{Currency, MinorUnits};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::statement::Rates;
use crate::{Store, StoreError, Tx};

/// Accounts of one organisation that a sheet lists: those of drivers and teams are summed.
const ACCOUNTS_SHOWN: i64 = 200;

/// What made an entry, and which of its entries it is: the same one twice is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    pub name: &'static str,
    pub id: i64,
    pub part: i64,
}

#[derive(Debug, Clone)]
pub struct NewEntry {
    pub id: LedgerEntryId,
    pub organisation: OrganisationId,
    pub at: Timestamp,
    pub kind: &'static str,
    pub currency: Currency,
    /// As it is told: below zero where something is taken back.
    pub amount: MinorUnits,
    /// `None` where VAT has no say.
    pub without_vat: Option<MinorUnits>,
    pub cause: Cause,
    pub driver: Option<DriverId>,
    pub team: Option<TeamId>,
    pub session: Option<SessionId>,
    pub description: String,
    /// `None`: Forecourt by itself.
    pub made_by: Option<String>,
}

#[derive(Debug, Clone)]
pub struct EntryRecord {
    pub id: LedgerEntryId,
    pub organisation: OrganisationId,
    pub at: Timestamp,
    pub kind: String,
    pub currency: Currency,
    pub amount: MinorUnits,
    pub without_vat: Option<MinorUnits>,
    pub driver: Option<DriverId>,
    pub team: Option<TeamId>,
    pub session: Option<SessionId>,
    pub description: String,
    pub made_by: Option<String>,
    /// As they are now.
    pub driver_name: Option<String>,
    pub team_name: Option<String>,
    pub invoice: Option<InvoiceId>,
}

#[derive(Debug, Clone)]
pub struct LineRecord {
    pub account: Account,
    pub amount: MinorUnits,
    /// The driver's or the team's.
    pub owner_name: Option<String>,
}

/// The sum of all accounts of one kind in one currency.
#[derive(Debug, Clone)]
pub struct Balance {
    pub kind: AccountKind,
    pub currency: Currency,
    pub balance: MinorUnits,
    pub accounts: i64,
}

#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    pub kind: Option<String>,
    pub driver: Option<DriverId>,
    pub team: Option<TeamId>,
    pub session: Option<SessionId>,
    pub account: Option<AccountKind>,
    pub currency: Option<Currency>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Finds the description, a driver's or a team's name.
    pub text: Option<String>,
}

/// A session whose price the ledger does not have, or not as it is now.
#[derive(Debug, Clone)]
pub struct DueSession {
    pub session: SessionId,
    pub organisation: OrganisationId,
    pub payer: Payer,
    pub driver: Option<DriverId>,
    pub currency: Currency,
    pub posted: Charge,
    pub now: Charge,
    /// The same by rate of VAT.
    pub rates: Rates,
    /// How often it was posted.
    pub postings: i64,
    pub place: String,
    pub ended_at: Timestamp,
}

/// Something owed besides sessions that the ledger does not have yet.
#[derive(Debug, Clone)]
pub struct OpenDue {
    pub id: i64,
    pub organisation: OrganisationId,
    pub payer: Payer,
    pub driver: Option<DriverId>,
    pub description: String,
    pub amount: MinorUnits,
    pub currency: Currency,
    pub vat: VatRate,
}

/// An account whose balance is not the sum of its lines.
#[derive(Debug, Clone)]
pub struct Unbalanced {
    pub organisation: OrganisationId,
    pub account: Account,
    pub kept: i64,
    pub summed: i64,
}

pub(crate) const SELECT: &str = "SELECT e.*, d.name AS driver_name, t.name AS team_name FROM ledger_entry e \
     LEFT JOIN driver d ON d.id = e.driver_id LEFT JOIN team t ON t.id = e.team_id";

fn currency(row: &Row) -> Result<Currency, StoreError> {
    Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))
}

fn account_kind(row: &Row) -> Result<AccountKind, StoreError> {
    AccountKind::parse(&row.text("kind")?).ok_or(StoreError::Corrupt("account kind"))
}

pub(crate) fn entry_from(row: &Row) -> Result<EntryRecord, StoreError> {
    Ok(EntryRecord {
        id: LedgerEntryId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        at: row.time("at")?,
        kind: row.text("kind")?,
        currency: currency(row)?,
        amount: MinorUnits(row.int("amount")?),
        without_vat: row.int_or_none("without_vat")?.map(MinorUnits),
        driver: row.int_or_none("driver_id")?.map(DriverId),
        team: row.int_or_none("team_id")?.map(TeamId),
        session: row.int_or_none("session_id")?.map(SessionId),
        description: row.text("description")?,
        made_by: row.text_or_none("made_by")?,
        driver_name: row.text_or_none("driver_name")?,
        team_name: row.text_or_none("team_name")?,
        invoice: row.int_or_none("invoice_id")?.map(InvoiceId),
    })
}

fn due_from(row: &Row) -> Result<DueSession, StoreError> {
    let driver = row.int_or_none("driver_id")?.map(DriverId);
    let team = row.int_or_none("team_id")?.map(TeamId);
    let receipt: Option<Receipt> = row.json_or_none("receipt")?;
    let receipt = receipt.ok_or(StoreError::Corrupt("receipt"))?;
    let posted = |column| row.int_or_none(column).map(|amount| MinorUnits(amount.unwrap_or(0)));
    Ok(DueSession {
        session: SessionId(row.int("session_id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        payer: Payer::of(driver, team),
        driver,
        currency: currency(row)?,
        posted: Charge { without_vat: posted("posted_net")?, with_vat: posted("posted_cost")? },
        now: Charge { without_vat: receipt.without_vat, with_vat: receipt.with_vat },
        rates: receipt
            .by_rate()
            .into_iter()
            .map(|(rate, without_vat, with_vat)| (rate, Charge { without_vat, with_vat }))
            .collect(),
        postings: row.int("postings")?,
        place: format!("{} · {}", row.text("site_name")?, row.text("identity")?),
        ended_at: row.time("ended_at")?,
    })
}

impl EntryFilter {
    fn rows(&self, organisation: OrganisationId) -> Filter {
        let mut rows = Filter::default();
        rows.and("e.organisation_id = ?", values![organisation])
            .and_if(self.kind.as_deref(), "e.kind = ?")
            .and_if(self.driver, "e.driver_id = ?")
            .and_if(self.team, "e.team_id = ?")
            .and_if(self.session, "e.session_id = ?")
            .and_if(self.currency.map(|c| c.code().to_owned()), "e.currency = ?")
            .and_if(self.from, "e.at >= ?")
            .and_if(self.to, "e.at < ?");
        if let Some(kind) = self.account {
            rows.and(
                "EXISTS (SELECT 1 FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id \
                 WHERE l.entry_id = e.id AND a.kind = ?)",
                values![kind.as_str()],
            );
        }
        if let Some(text) = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let like = containing(text);
            rows.and(
                "(LOWER(e.description) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(d.name, '')) LIKE ? ESCAPE '\\' \
                 OR LOWER(COALESCE(t.name, '')) LIKE ? ESCAPE '\\')",
                values![&like, &like, &like],
            );
        }
        rows
    }
}

impl Tx {
    /// Adds an entry; `false`: it has been posted before, and nothing was done. `ids` names accounts that are new.
    pub async fn post(
        &mut self,
        entry: &NewEntry,
        posting: &Posting,
        ids: impl Fn() -> i64,
    ) -> Result<bool, StoreError> {
        if !posting.is_balanced() {
            return Err(StoreError::Corrupt("an entry that does not balance"));
        }
        let added = self
            .execute(
                "INSERT INTO ledger_entry (id, organisation_id, at, kind, currency, amount, cause, cause_id, part, \
                 driver_id, team_id, session_id, description, made_by, without_vat) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
                 ON CONFLICT (cause, cause_id, part) DO NOTHING",
                values![
                    entry.id,
                    entry.organisation,
                    entry.at,
                    entry.kind,
                    entry.currency.code(),
                    entry.amount.0,
                    entry.cause.name,
                    entry.cause.id,
                    entry.cause.part,
                    entry.driver,
                    entry.team,
                    entry.session,
                    &entry.description,
                    &entry.made_by,
                    entry.without_vat.map(|net| net.0)
                ],
            )
            .await?;
        if added == 0 {
            return Ok(false);
        }
        // Always in the same order: two entries at once must not wait for each other.
        let mut lines = posting.lines.clone();
        lines.sort_by_key(|line| line.account);
        for (position, line) in (0_i64..).zip(lines) {
            let account = self.account_moved(entry, line.account, line.amount, ids()).await?;
            let sql =
                "INSERT INTO ledger_line (entry_id, position, account_id, amount) VALUES ($1, $2, $3, $4)";
            self.execute(sql, values![entry.id, position, account, line.amount.0]).await?;
        }
        Ok(true)
    }

    /// Opens the account where it is new; gives its id.
    async fn account_moved(
        &mut self,
        entry: &NewEntry,
        account: Account,
        amount: MinorUnits,
        fresh: i64,
    ) -> Result<i64, StoreError> {
        let sql = "INSERT INTO ledger_account (id, organisation_id, kind, owner_id, currency, balance) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation_id, kind, owner_id, currency) \
                   DO UPDATE SET balance = ledger_account.balance + excluded.balance RETURNING id";
        let values = values![
            fresh,
            entry.organisation,
            account.kind.as_str(),
            account.owner,
            entry.currency.code(),
            amount.0
        ];
        self.row(sql, values).await?.ok_or(StoreError::Corrupt("account"))?.int("id")
    }

    /// The balance of one account now, below a lock of this transaction's posting.
    pub async fn balance_of(
        &mut self,
        organisation: OrganisationId,
        account: Account,
        currency: Currency,
    ) -> Result<MinorUnits, StoreError> {
        let sql = "SELECT balance FROM ledger_account \
                   WHERE organisation_id = $1 AND kind = $2 AND owner_id = $3 AND currency = $4";
        let values = values![organisation, account.kind.as_str(), account.owner, currency.code()];
        self.row(sql, values).await?.map_or(Ok(MinorUnits(0)), |row| row.int("balance").map(MinorUnits))
    }

    pub async fn due_posted(&mut self, id: i64) -> Result<(), StoreError> {
        self.execute("UPDATE amount_due SET posted = TRUE WHERE id = $1", values![id]).await.map(drop)
    }

    /// Notes what the ledger has of a session; `false`: somebody else was faster.
    pub async fn session_posted(&mut self, due: &DueSession) -> Result<bool, StoreError> {
        let sql = "UPDATE session_price SET posted_cost = $1, posted_net = $2, postings = postings + 1 \
                   WHERE session_id = $3 AND postings = $4";
        let Charge { without_vat, with_vat } = due.now;
        let touched =
            self.execute(sql, values![with_vat.0, without_vat.0, due.session, due.postings]).await?;
        Ok(touched == 1)
    }
}

impl Store {
    /// Sessions that ended with a price the ledger does not have yet. What waits for a person's look, or for a fee that
    /// may still be added, waits here too.
    pub async fn due_sessions(&self, limit: i64) -> Result<Vec<DueSession>, StoreError> {
        let sql = "SELECT p.session_id, p.currency, p.receipt, p.posted_cost, p.posted_net, p.postings, \
                   s.organisation_id, s.ended_at, si.name AS site_name, st.identity, \
                   COALESCE(m.driver_id, h.driver_id) AS driver_id, COALESCE(m.team_id, h.team_id) AS team_id \
                   FROM session_price p JOIN session s ON s.id = p.session_id \
                   JOIN site si ON si.id = s.site_id JOIN station st ON st.id = s.station_id \
                   LEFT JOIN session_terms m ON m.session_id = p.session_id \
                   LEFT JOIN token_holding h ON h.organisation_id = s.organisation_id AND h.token_key = s.token_key \
                   AND h.from_at <= s.started_at AND (h.to_at IS NULL OR h.to_at > s.started_at) \
                   WHERE p.cost IS NOT NULL AND (p.posted_cost IS NULL OR p.posted_cost <> p.cost) \
                   AND s.ended_at IS NOT NULL AND NOT s.needs_review AND COALESCE(m.idle_open, FALSE) = FALSE \
                   ORDER BY p.priced_at, p.session_id LIMIT $1";
        self.rows(sql, values![limit]).await?.iter().map(due_from).collect()
    }

    /// Oldest first.
    pub async fn open_dues(&self, limit: i64) -> Result<Vec<OpenDue>, StoreError> {
        let sql = "SELECT * FROM amount_due WHERE NOT posted ORDER BY id LIMIT $1";
        let read = |row: &Row| {
            let driver = row.int_or_none("driver_id")?.map(DriverId);
            Ok(OpenDue {
                id: row.int("id")?,
                organisation: OrganisationId(row.int("organisation_id")?),
                payer: Payer::of(driver, row.int_or_none("team_id")?.map(TeamId)),
                driver,
                description: row.text("description")?,
                amount: MinorUnits(row.int("amount")?),
                currency: currency(row)?,
                vat: VatRate(row.int("vat")?),
            })
        };
        self.rows(sql, values![limit]).await?.iter().map(read).collect()
    }

    /// Newest first.
    pub async fn ledger_entries(
        &self,
        organisation: OrganisationId,
        filter: &EntryFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<EntryRecord>, StoreError> {
        let mut rows = filter.rows(organisation);
        rows.and_if(cursor.map(|cursor| cursor.id), "e.id < ?");
        let sql = format!("{SELECT}{} ORDER BY e.id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(entry_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |entry| Cursor { key: String::new(), id: entry.id.0 }))
    }

    pub async fn ledger_entry(
        &self,
        organisation: OrganisationId,
        id: LedgerEntryId,
    ) -> Result<Option<EntryRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE e.organisation_id = $1 AND e.id = $2");
        self.row(&sql, values![organisation, id]).await?.map(|row| entry_from(&row)).transpose()
    }

    pub async fn ledger_lines(&self, entry: LedgerEntryId) -> Result<Vec<LineRecord>, StoreError> {
        let sql = "SELECT l.amount, a.kind, a.owner_id, COALESCE(d.name, t.name) AS owner_name FROM ledger_line l \
                   JOIN ledger_account a ON a.id = l.account_id \
                   LEFT JOIN driver d ON a.kind = 'driver' AND d.id = a.owner_id \
                   LEFT JOIN team t ON a.kind = 'team' AND t.id = a.owner_id \
                   WHERE l.entry_id = $1 ORDER BY l.position";
        let read = |row: &Row| {
            Ok(LineRecord {
                account: Account { kind: account_kind(row)?, owner: row.int("owner_id")? },
                amount: MinorUnits(row.int("amount")?),
                owner_name: row.text_or_none("owner_name")?,
            })
        };
        self.rows(sql, values![entry]).await?.iter().map(read).collect()
    }

    /// By kind and currency.
    pub async fn balances(&self, organisation: OrganisationId) -> Result<Vec<Balance>, StoreError> {
        let sql = format!(
            "SELECT kind, currency, CAST(SUM(balance) AS BIGINT) AS balance, COUNT(*) AS accounts FROM ledger_account \
             WHERE organisation_id = $1 GROUP BY kind, currency ORDER BY currency, kind LIMIT {ACCOUNTS_SHOWN}"
        );
        let read = |row: &Row| {
            Ok(Balance {
                kind: account_kind(row)?,
                currency: currency(row)?,
                balance: MinorUnits(row.int("balance")?),
                accounts: row.int("accounts")?,
            })
        };
        self.rows(&sql, values![organisation]).await?.iter().map(read).collect()
    }

    /// All currencies of one account.
    pub async fn balances_of(
        &self,
        organisation: OrganisationId,
        account: Account,
    ) -> Result<Vec<(Currency, MinorUnits)>, StoreError> {
        let sql = "SELECT currency, balance FROM ledger_account \
                   WHERE organisation_id = $1 AND kind = $2 AND owner_id = $3 ORDER BY currency";
        let found = self.rows(sql, values![organisation, account.kind.as_str(), account.owner]).await?;
        found.iter().map(|row| Ok((currency(row)?, MinorUnits(row.int("balance")?)))).collect()
    }

    /// Accounts that do not add up. There are none, unless something else wrote into the database.
    pub async fn unbalanced(&self) -> Result<Vec<Unbalanced>, StoreError> {
        let sql = "SELECT a.organisation_id, a.kind, a.owner_id, a.balance, CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) AS summed \
                   FROM ledger_account a LEFT JOIN ledger_line l ON l.account_id = a.id \
                   GROUP BY a.id, a.organisation_id, a.kind, a.owner_id, a.balance \
                   HAVING a.balance <> COALESCE(SUM(l.amount), 0) LIMIT 100";
        let read = |row: &Row| {
            Ok(Unbalanced {
                organisation: OrganisationId(row.int("organisation_id")?),
                account: Account { kind: account_kind(row)?, owner: row.int("owner_id")? },
                kept: row.int("balance")?,
                summed: row.int("summed")?,
            })
        };
        self.rows(sql, values![]).await?.iter().map(read).collect()
    }
}
