//! Payments through a payment provider, step by step. What they move stands in the ledger.

mod method;
mod setting;

use forecourt_core::Timestamp;
use forecourt_core::billing::{Moved, PaymentKind, PaymentState};
use forecourt_core::id::{DriverId, OrganisationId, PaymentId, PaymentMethodId, SessionId, StationId};
use forecourt_core::unit::{Currency, MinorUnits};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::{Store, StoreError, Tx};

pub use method::PaymentMethodRecord;
pub use setting::PaymentSettingRecord;

#[derive(Debug, Clone)]
pub struct PaymentRecord {
    pub id: PaymentId,
    pub organisation: OrganisationId,
    pub driver: DriverId,
    pub session: Option<SessionId>,
    pub kind: PaymentKind,
    pub state: PaymentState,
    pub currency: Currency,
    pub amount: MinorUnits,
    /// As the ledger has it.
    pub moved: Moved,
    /// Of what is given back, asked for out of the wallet.
    pub from_wallet: MinorUnits,
    pub postings: i64,
    pub method: Option<PaymentMethodId>,
    pub method_label: String,
    /// The provider's name for it; `None`: it has not been asked.
    pub reference: Option<String>,
    /// The provider's name for the page on which the driver pays.
    pub page_reference: Option<String>,
    pub page_address: Option<String>,
    pub tries: u32,
    pub again_at: Option<Timestamp>,
    /// Failed, and neither tried again nor settled otherwise.
    pub waits: bool,
    pub reason: Option<String>,
    pub made_by: Option<String>,
    pub made_at: Timestamp,
    pub changed_at: Timestamp,
    pub look_at: Option<Timestamp>,
    pub version: i64,
    /// As it is now; a new record need not say it.
    pub driver_name: String,
}

#[derive(Debug, Clone)]
pub struct PaymentStep {
    pub at: Timestamp,
    pub state: PaymentState,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct PaymentFilter {
    pub state: Option<PaymentState>,
    pub kind: Option<PaymentKind>,
    pub driver: Option<DriverId>,
    pub session: Option<SessionId>,
    /// Finds a driver's name or the provider's reference.
    pub text: Option<String>,
}

/// The reason of a payment of which nobody knows whether it was made.
pub const UNKNOWN_OUTCOME: &str = "unknown_outcome";

/// A driver who owes something that may be taken from a card on file.
#[derive(Debug, Clone)]
pub struct OwingDriver {
    pub organisation: OrganisationId,
    pub driver: DriverId,
    pub currency: Currency,
    pub owed: MinorUnits,
    /// The failed payment that is tried again.
    pub again: Option<PaymentId>,
}

/// A running session for which nothing is held yet.
#[derive(Debug, Clone)]
pub struct UncoveredSession {
    pub session: SessionId,
    pub organisation: OrganisationId,
    pub station: StationId,
    pub driver: DriverId,
}

const SELECT: &str = "SELECT p.*, d.name AS driver_name FROM payment p JOIN driver d ON d.id = p.driver_id";

fn payment_from(row: &Row) -> Result<PaymentRecord, StoreError> {
    let corrupt = StoreError::Corrupt;
    Ok(PaymentRecord {
        id: PaymentId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        driver: DriverId(row.int("driver_id")?),
        session: row.int_or_none("session_id")?.map(SessionId),
        kind: PaymentKind::parse(&row.text("kind")?).ok_or(corrupt("payment kind"))?,
        state: PaymentState::parse(&row.text("state")?).ok_or(corrupt("payment state"))?,
        currency: Currency::read(&row.text("currency")?).ok_or(corrupt("currency"))?,
        amount: MinorUnits(row.int("amount")?),
        moved: Moved {
            taken: MinorUnits(row.int("taken")?),
            given_back: MinorUnits(row.int("given_back")?),
            fee: MinorUnits(row.int("fee")?),
            credited: MinorUnits(row.int("credited")?),
        },
        from_wallet: MinorUnits(row.int("from_wallet")?),
        postings: row.int("postings")?,
        method: row.int_or_none("method_id")?.map(PaymentMethodId),
        method_label: row.text("method_label")?,
        reference: row.text_or_none("reference")?,
        page_reference: row.text_or_none("page_reference")?,
        page_address: row.text_or_none("page_address")?,
        tries: u32::try_from(row.int("tries")?).map_err(|_| corrupt("tries"))?,
        again_at: row.time_or_none("again_at")?,
        waits: row.bool("waits")?,
        reason: row.text_or_none("reason")?,
        made_by: row.text_or_none("made_by")?,
        made_at: row.time("made_at")?,
        changed_at: row.time("changed_at")?,
        look_at: row.time_or_none("look_at")?,
        version: row.int("version")?,
        driver_name: row.text("driver_name")?,
    })
}

impl Store {
    /// Newest first.
    pub async fn payments(
        &self,
        organisation: OrganisationId,
        filter: &PaymentFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<PaymentRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("p.organisation_id = ?", values![organisation]);
        rows.and_if(filter.state.map(PaymentState::as_str), "p.state = ?");
        rows.and_if(filter.kind.map(PaymentKind::as_str), "p.kind = ?");
        rows.and_if(filter.driver, "p.driver_id = ?");
        rows.and_if(filter.session, "p.session_id = ?");
        if let Some(text) = &filter.text {
            let like = containing(text);
            rows.and(
                "(LOWER(d.name) LIKE ? ESCAPE '\\' OR LOWER(p.reference) LIKE ? ESCAPE '\\')",
                values![&like, &like],
            );
        }
        rows.and_if(cursor.map(|cursor| cursor.id), "p.id < ?");
        let sql = format!("{SELECT}{} ORDER BY p.id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(payment_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |payment| Cursor { key: String::new(), id: payment.id.0 }))
    }

    pub async fn payment(
        &self,
        organisation: OrganisationId,
        id: PaymentId,
    ) -> Result<Option<PaymentRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE p.organisation_id = $1 AND p.id = $2");
        self.row(&sql, values![organisation, id]).await?.map(|row| payment_from(&row)).transpose()
    }

    /// By the provider's name for it, or for its page.
    pub async fn payment_of_reference(
        &self,
        organisation: OrganisationId,
        reference: &str,
    ) -> Result<Option<PaymentRecord>, StoreError> {
        for column in ["reference", "page_reference"] {
            let sql = format!("{SELECT} WHERE p.organisation_id = $1 AND p.{column} = $2");
            if let Some(row) = self.row(&sql, values![organisation, reference]).await? {
                return payment_from(&row).map(Some);
            }
        }
        Ok(None)
    }

    pub async fn payment_steps(&self, id: PaymentId) -> Result<Vec<PaymentStep>, StoreError> {
        let sql = "SELECT at, state, reason FROM payment_step WHERE payment_id = $1 ORDER BY position";
        let read = |row: &Row| {
            Ok(PaymentStep {
                at: row.time("at")?,
                state: PaymentState::parse(&row.text("state")?)
                    .ok_or(StoreError::Corrupt("payment state"))?,
                reason: row.text_or_none("reason")?,
            })
        };
        self.rows(sql, values![id]).await?.iter().map(read).collect()
    }

    /// Open ones whose provider is to be asked by now, longest waiting first.
    pub async fn payments_to_look_at(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<PaymentRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE p.look_at <= $1 ORDER BY p.look_at, p.id LIMIT $2");
        self.rows(&sql, values![now, limit]).await?.iter().map(payment_from).collect()
    }

    /// Drivers after `after` who owe something, have a card on file, and nothing is on its way or waits for its time.
    pub async fn owing_drivers(
        &self,
        now: Timestamp,
        after: DriverId,
        limit: i64,
    ) -> Result<Vec<OwingDriver>, StoreError> {
        let sql = "SELECT a.organisation_id, a.owner_id, a.currency, a.balance, \
                   (SELECT MAX(w.id) FROM payment w WHERE w.driver_id = a.owner_id AND w.waits) AS again \
                   FROM payment_setting s JOIN ledger_account a ON a.organisation_id = s.organisation_id \
                   AND a.kind = 'driver' AND a.balance > 0 AND a.currency = s.currency \
                   WHERE s.collects AND s.provider <> 'manual' \
                   AND EXISTS (SELECT 1 FROM payment_method m WHERE m.driver_id = a.owner_id AND m.removed_at IS NULL) \
                   AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.driver_id = a.owner_id \
                                   AND p.state IN ('processing', 'held')) \
                   AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.driver_id = a.owner_id AND p.waits \
                                   AND (p.again_at IS NULL OR p.again_at > $1)) \
                   AND a.owner_id > $2 ORDER BY a.owner_id LIMIT $3";
        let read = |row: &Row| {
            Ok(OwingDriver {
                organisation: OrganisationId(row.int("organisation_id")?),
                driver: DriverId(row.int("owner_id")?),
                currency: Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))?,
                owed: MinorUnits(row.int("balance")?),
                again: row.int_or_none("again")?.map(PaymentId),
            })
        };
        self.rows(sql, values![now, after, limit]).await?.iter().map(read).collect()
    }

    /// Sessions after `after` that run, are paid by a driver, and have no hold yet.
    pub async fn uncovered_sessions(
        &self,
        after: SessionId,
        limit: i64,
    ) -> Result<Vec<UncoveredSession>, StoreError> {
        let sql = "SELECT s.id, s.organisation_id, s.station_id, m.driver_id FROM session s \
                   JOIN session_terms m ON m.session_id = s.id \
                   JOIN payment_setting c ON c.organisation_id = s.organisation_id \
                   WHERE s.ended_at IS NULL AND c.strategy = 'pre_authorise' AND c.provider <> 'manual' \
                   AND m.driver_id IS NOT NULL AND m.team_id IS NULL AND m.tariff_version_id IS NOT NULL \
                   AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.session_id = s.id AND p.kind = 'hold') \
                   AND s.id > $1 ORDER BY s.id LIMIT $2";
        let read = |row: &Row| {
            Ok(UncoveredSession {
                session: SessionId(row.int("id")?),
                organisation: OrganisationId(row.int("organisation_id")?),
                station: StationId(row.int("station_id")?),
                driver: DriverId(row.int("driver_id")?),
            })
        };
        self.rows(sql, values![after, limit]).await?.iter().map(read).collect()
    }

    /// Holds whose session is over and posted, with what it cost; or over since before `waited`, whatever it cost.
    pub async fn holds_to_settle(
        &self,
        waited: Timestamp,
        after: PaymentId,
        limit: i64,
    ) -> Result<Vec<(PaymentRecord, MinorUnits)>, StoreError> {
        let sql = "SELECT p.*, d.name AS driver_name, COALESCE(c.posted_cost, 0) AS cost FROM payment p \
                   JOIN driver d ON d.id = p.driver_id JOIN session s ON s.id = p.session_id \
                   LEFT JOIN session_price c ON c.session_id = s.id \
                   WHERE p.kind = 'hold' AND p.state = 'held' AND s.ended_at IS NOT NULL \
                   AND (c.posted_cost IS NOT NULL OR s.ended_at < $1) AND p.id > $2 ORDER BY p.id LIMIT $3";
        let found = self.rows(sql, values![waited, after, limit]).await?;
        found.iter().map(|row| Ok((payment_from(row)?, MinorUnits(row.int("cost")?)))).collect()
    }

    /// Whether a payment of a driver is on its way.
    pub async fn has_open_payment(&self, driver: DriverId) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM payment WHERE driver_id = $1 AND state IN ('processing', 'held') LIMIT 1";
        Ok(self.row(sql, values![driver]).await?.is_some())
    }

    /// The session whose price was posted last for a driver.
    pub async fn newest_posted_session(&self, driver: DriverId) -> Result<Option<SessionId>, StoreError> {
        let sql = "SELECT session_id FROM ledger_entry WHERE driver_id = $1 AND kind IN ('session', 'correction') \
                   ORDER BY id DESC LIMIT 1";
        let row = self.row(sql, values![driver]).await?;
        Ok(row.map(|row| row.int_or_none("session_id")).transpose()?.flatten().map(SessionId))
    }

    pub async fn was_payment_event_heard(
        &self,
        organisation: OrganisationId,
        event: &str,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT heard_at FROM payment_event WHERE organisation_id = $1 AND event = $2";
        Ok(self.row(sql, values![organisation, event]).await?.is_some())
    }
}

impl Tx {
    pub async fn add_payment(&mut self, payment: &PaymentRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO payment (id, organisation_id, driver_id, session_id, kind, state, currency, amount, taken, \
             given_back, fee, credited, from_wallet, postings, method_id, method_label, tries, waits, made_by, made_at, changed_at, look_at, \
             version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, 0, $9, $10, $11, FALSE, $12, $13, $13, $14, 1)",
            values![
                payment.id,
                payment.organisation,
                payment.driver,
                payment.session,
                payment.kind.as_str(),
                payment.state.as_str(),
                payment.currency.code(),
                payment.amount.0,
                payment.method,
                &payment.method_label,
                i64::from(payment.tries),
                &payment.made_by,
                payment.made_at,
                payment.look_at
            ],
        )
        .await?;
        self.add_payment_step(payment).await
    }

    /// From the version it was read in.
    pub async fn change_payment(&mut self, payment: &PaymentRecord) -> Result<(), StoreError> {
        let sql = "UPDATE payment SET state = $1, taken = $2, given_back = $3, fee = $4, postings = $5, method_id = $6, \
                   method_label = $7, reference = $8, page_reference = $9, page_address = $10, again_at = $11, \
                   waits = $12, reason = $13, changed_at = $14, look_at = $15, \
                   credited = $16, from_wallet = $17, version = version + 1 WHERE id = $18 AND version = $19";
        let values = values![
            payment.state.as_str(),
            payment.moved.taken.0,
            payment.moved.given_back.0,
            payment.moved.fee.0,
            payment.postings,
            payment.method,
            &payment.method_label,
            &payment.reference,
            &payment.page_reference,
            &payment.page_address,
            payment.again_at,
            payment.waits,
            &payment.reason,
            payment.changed_at,
            payment.look_at,
            payment.moved.credited.0,
            payment.from_wallet.0,
            payment.id,
            payment.version
        ];
        if self.execute(sql, values).await? == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Adds what it is now to its story.
    pub async fn add_payment_step(&mut self, payment: &PaymentRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO payment_step (payment_id, position, at, state, reason) \
                   SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4 FROM payment_step WHERE payment_id = $1";
        let values = values![payment.id, payment.changed_at, payment.state.as_str(), &payment.reason];
        self.execute(sql, values).await.map(drop)
    }

    /// A failed payment was tried again, or what it was for is settled.
    pub async fn no_longer_waits(&mut self, driver: DriverId) -> Result<(), StoreError> {
        let sql = "UPDATE payment SET waits = FALSE, again_at = NULL WHERE driver_id = $1 AND waits";
        self.execute(sql, values![driver]).await.map(drop)
    }

    /// The driver wants to charge: what failed is tried again now. Not what may have been paid (`UNKNOWN_OUTCOME`): that is
    /// for a person to find out.
    pub async fn try_payments_again(&mut self, driver: DriverId, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE payment SET again_at = $1 WHERE driver_id = $2 AND waits \
                   AND (again_at IS NULL OR again_at > $1) AND COALESCE(reason, '') <> $3";
        self.execute(sql, values![now, driver, UNKNOWN_OUTCOME]).await.map(drop)
    }

    /// `false`: it was heard before.
    pub async fn hear_payment_event(
        &mut self,
        organisation: OrganisationId,
        event: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO payment_event (organisation_id, event, heard_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (organisation_id, event) DO NOTHING";
        Ok(self.execute(sql, values![organisation, event, now]).await? == 1)
    }

    pub async fn forget_payment_events(&mut self, before: Timestamp) -> Result<(), StoreError> {
        self.execute("DELETE FROM payment_event WHERE heard_at < $1", values![before]).await.map(drop)
    }
}
