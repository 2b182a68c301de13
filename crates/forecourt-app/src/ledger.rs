//! The ledger of an organisation: sessions become entries, and everything else that happens to money too.
//!
//! Entries are added and never changed; a price that is corrected is posted as its difference. Nothing here takes money
//! from anybody: it says who owes whom.

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::billing::{Account, AccountKind, Charge, Payer, Posting};
use forecourt_core::id::{LedgerEntryId, OrganisationId, SessionId};
use forecourt_core::tariff::{Amount, split_gross};
use forecourt_core::unit::{Currency, MinorUnits};
use forecourt_store::ledger::{
    Balance, Cause, DueSession, EntryFilter, EntryRecord, LineRecord, NewEntry, OpenDue,
};
use forecourt_store::page::MAX_LIMIT;
use forecourt_store::{Cursor, Page, Tx};

use crate::sheet::{Cell, ROWS_MAX, Sheet};
use crate::{App, AppError, Principal};

/// Sessions posted in one round; more wait for the next.
const POSTED_AT_ONCE: i64 = 200;
/// Rounds of one run: a network that was upgraded has years of sessions to post.
const ROUNDS_MAX: usize = 50;

/// What every entry needs besides its lines.
pub(crate) struct Told<'a> {
    pub kind: &'static str,
    pub currency: Currency,
    pub cause: Cause,
    pub description: &'a str,
    pub made_by: Option<String>,
    pub payer: Payer,
    /// The session it is about, where it is about one.
    pub session: Option<SessionId>,
}

impl App {
    /// Newest first.
    pub async fn ledger(
        &self,
        principal: &Principal,
        filter: &EntryFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<EntryRecord>, AppError> {
        self.require_money(principal)?;
        Ok(self.store.ledger_entries(principal.organisation, filter, cursor, limit).await?)
    }

    /// An entry and its lines: what it did to which account.
    pub async fn ledger_entry(
        &self,
        principal: &Principal,
        id: LedgerEntryId,
    ) -> Result<(EntryRecord, Vec<LineRecord>), AppError> {
        self.require_money(principal)?;
        let found = self.store.ledger_entry(principal.organisation, id).await?;
        let entry = found.ok_or(AppError::NotFound("entry"))?;
        Ok((entry, self.store.ledger_lines(id).await?))
    }

    /// What each kind of account holds.
    pub async fn balances(&self, principal: &Principal) -> Result<Vec<Balance>, AppError> {
        self.require_money(principal)?;
        Ok(self.store.balances(principal.organisation).await?)
    }

    /// What the filters leave, as a file.
    pub async fn ledger_sheet(&self, principal: &Principal, filter: &EntryFilter) -> Result<Sheet, AppError> {
        principal.require(Permission::Export)?;
        let mut rows = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.ledger(principal, filter, cursor.as_ref(), MAX_LIMIT).await?;
            rows.extend(page.items.iter().map(row_of));
            cursor = page.next;
            if cursor.is_none() || rows.len() > ROWS_MAX {
                break;
            }
        }
        let organisation = self.organisation(principal).await?;
        let columns =
            ["Entry", "At", "Kind", "Amount", "Currency", "Description", "Driver", "Team", "Session", "By"];
        let (name, zone) = (organisation.name, organisation.time_zone);
        Ok(Sheet::list("Transactions", name, zone, self.now(), &columns, rows))
    }

    /// Money is the whole organisation's business.
    pub(crate) fn require_money(&self, principal: &Principal) -> Result<(), AppError> {
        principal.require(Permission::Revenue)?;
        principal.require_every_site()
    }

    pub(crate) fn require_billing(&self, principal: &Principal) -> Result<(), AppError> {
        principal.require(Permission::Billing)?;
        principal.require_every_site()
    }

    /// Adds an entry within a transaction; `false`: it is there already.
    pub(crate) async fn post(
        &self,
        tx: &mut Tx,
        organisation: OrganisationId,
        at: Timestamp,
        told: Told<'_>,
        posting: &Posting,
    ) -> Result<bool, AppError> {
        let (driver, team) = match told.payer {
            Payer::Driver(id) => (Some(id), None),
            Payer::Team(id) => (None, Some(id)),
            Payer::Nobody => (None, None),
        };
        let entry = NewEntry {
            id: LedgerEntryId(self.id_at(at)),
            organisation,
            at,
            kind: told.kind,
            currency: told.currency,
            amount: posting.amount(),
            without_vat: None,
            cause: told.cause,
            driver,
            team,
            session: told.session,
            description: told.description.into(),
            made_by: told.made_by,
        };
        Ok(tx.post(&entry, posting, || self.id()).await?)
    }

    /// Posts what is owed: sessions that ended, the difference of those whose price changed since, subscriptions, cards.
    pub(crate) async fn run_ledger(&self) -> Result<(), AppError> {
        self.post_sessions(|_| self.now()).await?;
        for due in self.store.open_dues(POSTED_AT_ONCE).await? {
            self.post_due(&due).await?;
        }
        Ok(())
    }

    /// Posts sessions of the past on the day they ended: for a history that is made, not lived.
    pub async fn post_history(&self) -> Result<(), AppError> {
        self.post_sessions(|due| due.ended_at).await
    }

    async fn post_sessions(&self, at: impl Fn(&DueSession) -> Timestamp) -> Result<(), AppError> {
        for _ in 0..ROUNDS_MAX {
            let due = self.store.due_sessions(POSTED_AT_ONCE).await?;
            let more = due.len() as i64 == POSTED_AT_ONCE;
            for session in &due {
                self.post_session(session, at(session)).await?;
            }
            if !more {
                break;
            }
        }
        Ok(())
    }

    async fn post_due(&self, due: &OpenDue) -> Result<(), AppError> {
        let millionths = 10_i64.pow(6_u32.saturating_sub(due.currency.decimals()));
        let amount = Amount(due.amount.0.saturating_mul(millionths));
        let (without_vat, with_vat) = split_gross(amount, Some(due.vat), due.currency);
        let charge = Charge { without_vat, with_vat };
        let team = match due.payer {
            Payer::Team(team) => Some(team),
            _ => None,
        };
        let entry = NewEntry {
            id: LedgerEntryId(self.id()),
            organisation: due.organisation,
            at: self.now(),
            kind: "due",
            currency: due.currency,
            amount: with_vat,
            without_vat: Some(without_vat),
            cause: Cause { name: "due", id: due.id, part: 0 },
            driver: due.driver,
            team,
            session: None,
            description: due.description.clone(),
            made_by: None,
        };
        let mut tx = self.store.begin().await?;
        if tx.post(&entry, &Posting::due(due.payer, charge), || self.id()).await? {
            tx.note_rates(entry.id, None, charge, &[(Some(due.vat), charge)]).await?;
        }
        tx.due_posted(due.id).await?;
        Ok(tx.commit().await?)
    }

    async fn post_session(&self, due: &DueSession, at: Timestamp) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        // Zero is posted too, without an entry: the session has been looked at.
        if let Some(posting) = Posting::session(due.payer, due.posted, due.now) {
            let difference = due.now.with_vat.0 - due.posted.with_vat.0;
            let team = match due.payer {
                Payer::Team(team) => Some(team),
                _ => None,
            };
            let entry = NewEntry {
                id: LedgerEntryId(self.id_at(at)),
                organisation: due.organisation,
                at,
                kind: if due.postings == 0 { "session" } else { "correction" },
                currency: due.currency,
                amount: MinorUnits(difference),
                without_vat: Some(MinorUnits(due.now.without_vat.0 - due.posted.without_vat.0)),
                cause: Cause { name: "session", id: due.session.0, part: due.postings },
                driver: due.driver,
                team,
                session: Some(due.session),
                description: due.place.clone(),
                made_by: None,
            };
            if tx.post(&entry, &posting, || self.id()).await? {
                let charged =
                    Charge { without_vat: entry.without_vat.unwrap_or(entry.amount), with_vat: entry.amount };
                tx.note_rates(entry.id, entry.session, charged, &due.rates).await?;
            }
        }
        if tx.session_posted(due).await? {
            tx.commit().await?;
        }
        Ok(())
    }

    /// What a driver has left in each currency; below zero: owes.
    pub(crate) async fn wallet_of(
        &self,
        organisation: OrganisationId,
        driver: forecourt_core::id::DriverId,
    ) -> Result<Vec<(Currency, MinorUnits)>, AppError> {
        let found = self.store.balances_of(organisation, Account::driver(driver)).await?;
        Ok(found.into_iter().map(|(currency, balance)| (currency, MinorUnits(-balance.0))).collect())
    }
}

fn row_of(entry: &EntryRecord) -> Vec<Cell> {
    vec![
        Cell::Text(entry.id.to_string()),
        entry.at.into(),
        Cell::Text(entry.kind.clone()),
        Cell::Fixed { value: entry.amount.0, decimals: entry.currency.decimals() },
        Cell::text(entry.currency.code()),
        Cell::Text(entry.description.clone()),
        entry.driver_name.clone().into(),
        entry.team_name.clone().into(),
        entry.session.map(|id| id.to_string()).into(),
        entry.made_by.clone().into(),
    ]
}

/// Accounts whose balance is below zero when all is well: they are what was earned or is owed to others.
pub fn is_credit_side(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::Driver | AccountKind::Revenue | AccountKind::Subscriptions | AccountKind::Vat)
}
