//! Invoices and credit notes: numbered without a gap, never changed once issued.

use forecourt_core::Timestamp;
use forecourt_core::billing::Payer;
use forecourt_core::id::{DriverId, InvoiceId, LedgerEntryId, OrganisationId, TeamId};
use forecourt_core::unit::{Currency, MinorUnits};

use crate::engine::{Row, Value, values};
use crate::ledger::{EntryRecord, SELECT as ENTRY, entry_from};
use crate::page::{Cursor, Filter, Page};
use crate::{Store, StoreError, Tx};

/// Payers that one month's list shows.
const PAYERS_SHOWN: i64 = 2_000;
/// Entries of one invoice: a team that charges two thousand times a day for a month.
const ENTRIES_MAX: i64 = 60_000;
/// Entries linked by one statement (SQLite takes 32,766 values).
const LINKED_AT_ONCE: usize = 5_000;
/// What is invoiced: what somebody was charged, and what was corrected of it.
const CHARGED: &str = "e.invoice_id IS NULL AND e.kind IN ('session', 'correction', 'due') \
     AND (e.driver_id IS NOT NULL OR e.team_id IS NOT NULL)";

#[derive(Debug, Clone)]
pub struct InvoiceRecord {
    pub id: InvoiceId,
    pub organisation: OrganisationId,
    pub number: i64,
    /// It takes an invoice back.
    pub of: Option<InvoiceId>,
    pub driver: Option<DriverId>,
    pub team: Option<TeamId>,
    pub issued_at: Timestamp,
    pub due_at: Timestamp,
    pub currency: Currency,
    pub without_vat: MinorUnits,
    pub with_vat: MinorUnits,
    /// JSON of the application's own type.
    pub content: String,
    pub paid_at: Option<Timestamp>,
    pub made_by: String,
    /// The credit note that took it back; read only.
    pub credited_by: Option<InvoiceId>,
    /// The buyer's name as it is now; read only.
    pub buyer: Option<String>,
}

/// Somebody with charges that stand on no invoice yet.
#[derive(Debug, Clone)]
pub struct ToInvoice {
    pub payer: Payer,
    pub name: String,
    pub currency: Currency,
    pub with_vat: MinorUnits,
    pub entries: i64,
}

const SELECT: &str = "SELECT i.*, c.id AS credited_by, COALESCE(t.name, d.name) AS buyer FROM invoice i \
     LEFT JOIN invoice c ON c.of_id = i.id LEFT JOIN driver d ON d.id = i.driver_id LEFT JOIN team t ON t.id = i.team_id";

fn currency(row: &Row) -> Result<Currency, StoreError> {
    Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))
}

fn invoice_from(row: &Row) -> Result<InvoiceRecord, StoreError> {
    Ok(InvoiceRecord {
        id: InvoiceId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        number: row.int("number")?,
        of: row.int_or_none("of_id")?.map(InvoiceId),
        driver: row.int_or_none("driver_id")?.map(DriverId),
        team: row.int_or_none("team_id")?.map(TeamId),
        issued_at: row.time("issued_at")?,
        due_at: row.time("due_at")?,
        currency: currency(row)?,
        without_vat: MinorUnits(row.int("without_vat")?),
        with_vat: MinorUnits(row.int("with_vat")?),
        content: row.text("content")?,
        paid_at: row.time_or_none("paid_at")?,
        made_by: row.text("made_by")?,
        credited_by: row.int_or_none("credited_by")?.map(InvoiceId),
        buyer: row.text_or_none("buyer")?,
    })
}

/// The condition that an entry is charged to this payer: what a driver did on a team's key is the team's.
fn of_payer(rows: &mut Filter, payer: Payer) {
    match payer {
        Payer::Team(id) => rows.and("e.team_id = ?", values![id]),
        Payer::Driver(id) => rows.and("e.driver_id = ? AND e.team_id IS NULL", values![id]),
        Payer::Nobody => rows.and("FALSE", values![]),
    };
}

impl Store {
    /// Newest number first.
    pub async fn invoices(
        &self,
        organisation: OrganisationId,
        payer: Option<Payer>,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<InvoiceRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("i.organisation_id = ?", values![organisation]);
        match payer {
            Some(Payer::Driver(id)) => rows.and("i.driver_id = ?", values![id]),
            Some(Payer::Team(id)) => rows.and("i.team_id = ?", values![id]),
            _ => &mut rows,
        };
        rows.and_if(cursor.map(|cursor| cursor.id), "i.id < ?");
        let sql = format!("{SELECT}{} ORDER BY i.id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(invoice_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |invoice| Cursor { key: String::new(), id: invoice.id.0 }))
    }

    pub async fn invoice(
        &self,
        organisation: OrganisationId,
        id: InvoiceId,
    ) -> Result<Option<InvoiceRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE i.organisation_id = $1 AND i.id = $2");
        self.row(&sql, values![organisation, id]).await?.map(|row| invoice_from(&row)).transpose()
    }

    /// Who was charged something before this moment that stands on no invoice.
    pub async fn to_invoice(
        &self,
        organisation: OrganisationId,
        before: Timestamp,
    ) -> Result<Vec<ToInvoice>, StoreError> {
        let sql = format!(
            "SELECT x.team_id, x.driver_id, x.currency, x.total, x.entries, COALESCE(t.name, d.name) AS name FROM \
             (SELECT e.team_id, CASE WHEN e.team_id IS NULL THEN e.driver_id END AS driver_id, e.currency, \
             CAST(SUM(e.amount) AS BIGINT) AS total, COUNT(*) AS entries FROM ledger_entry e \
             WHERE e.organisation_id = $1 AND e.at < $2 AND {CHARGED} \
             GROUP BY e.team_id, CASE WHEN e.team_id IS NULL THEN e.driver_id END, e.currency) x \
             LEFT JOIN team t ON t.id = x.team_id LEFT JOIN driver d ON d.id = x.driver_id \
             ORDER BY name, x.currency LIMIT {PAYERS_SHOWN}"
        );
        let read = |row: &Row| {
            let (driver, team) = (row.int_or_none("driver_id")?, row.int_or_none("team_id")?);
            Ok(ToInvoice {
                payer: Payer::of(driver.map(DriverId), team.map(TeamId)),
                name: row.text_or_none("name")?.unwrap_or_default(),
                currency: currency(row)?,
                with_vat: MinorUnits(row.int("total")?),
                entries: row.int("entries")?,
            })
        };
        self.rows(&sql, values![organisation, before]).await?.iter().map(read).collect()
    }
}

impl Tx {
    /// What a payer was charged before this moment and stands on no invoice, oldest first.
    pub async fn entries_to_invoice(
        &mut self,
        organisation: OrganisationId,
        payer: Payer,
        currency: Currency,
        before: Timestamp,
    ) -> Result<Vec<EntryRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("e.organisation_id = ?", values![organisation]);
        of_payer(&mut rows, payer);
        rows.and("e.currency = ?", values![currency.code()]).and("e.at < ?", values![before]);
        let sql = format!("{ENTRY}{} AND {CHARGED} ORDER BY e.id LIMIT {ENTRIES_MAX}", rows.sql());
        self.rows(&sql, rows.values).await?.iter().map(entry_from).collect()
    }

    /// The next number of the organisation. Taken in the transaction that uses it, so that none is left out.
    pub async fn next_invoice_number(&mut self, organisation: OrganisationId) -> Result<i64, StoreError> {
        let sql = "INSERT INTO invoice_series (organisation_id, next) VALUES ($1, 2) \
                   ON CONFLICT (organisation_id) DO UPDATE SET next = invoice_series.next + 1 RETURNING next - 1 AS number";
        self.row(sql, values![organisation])
            .await?
            .ok_or(StoreError::Corrupt("invoice number"))?
            .int("number")
    }

    pub async fn add_invoice(&mut self, invoice: &InvoiceRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO invoice (id, organisation_id, number, kind, of_id, driver_id, team_id, issued_at, due_at, currency, \
             without_vat, with_vat, content, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            values![
                invoice.id,
                invoice.organisation,
                invoice.number,
                if invoice.of.is_some() { "credit_note" } else { "invoice" },
                invoice.of,
                invoice.driver,
                invoice.team,
                invoice.issued_at,
                invoice.due_at,
                invoice.currency.code(),
                invoice.without_vat.0,
                invoice.with_vat.0,
                &invoice.content,
                &invoice.made_by
            ],
        )
        .await
        .map(drop)
    }

    /// Puts entries on an invoice; a conflict where one of them stands on another already.
    pub async fn put_on_invoice(
        &mut self,
        invoice: InvoiceId,
        entries: &[LedgerEntryId],
    ) -> Result<(), StoreError> {
        for some in entries.chunks(LINKED_AT_ONCE) {
            let marks: Vec<String> = (2..some.len() + 2).map(|n| format!("${n}")).collect();
            let sql = format!(
                "UPDATE ledger_entry SET invoice_id = $1 WHERE invoice_id IS NULL AND id IN ({})",
                marks.join(", ")
            );
            let mut all: Vec<Value> = values![invoice];
            all.extend(some.iter().map(|id| Value::from(*id)));
            if self.execute(&sql, all).await? != some.len() as u64 {
                return Err(StoreError::Conflict);
            }
        }
        Ok(())
    }

    /// Lets the entries of an invoice that was taken back stand on another one.
    pub async fn take_off_invoice(&mut self, invoice: InvoiceId) -> Result<(), StoreError> {
        let sql = "UPDATE ledger_entry SET invoice_id = NULL WHERE invoice_id = $1";
        self.execute(sql, values![invoice]).await.map(drop)
    }

    /// `false`: it was paid before.
    pub async fn invoice_paid(&mut self, invoice: InvoiceId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE invoice SET paid_at = $1 WHERE id = $2 AND paid_at IS NULL";
        Ok(self.execute(sql, values![now, invoice]).await? == 1)
    }
}
