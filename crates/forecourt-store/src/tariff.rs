//! Tariffs in their versions, which of them a session is priced by, and what it cost.

use forecourt_core::Timestamp;
use forecourt_core::fact::{ChargingState, Context};
use forecourt_core::id::{OrganisationId, SessionId, SiteId, StationId, TariffId, TariffVersionId};
use forecourt_core::tariff::{Mark, Receipt, StateMark, Tariff};
use forecourt_core::unit::{Currency, MilliAmps, WattHours, Watts};

use crate::engine::{Row, values};
use crate::journal::rows::Kind::{Int, Text};
use crate::journal::rows::{Cell, RowStatement, cells};
use crate::words::{read_or_none, word};
use crate::{Store, StoreError, Tx};

/// Tariffs of one organisation; the list is not paged.
const SHOWN: i64 = 500;
/// Readings a session is priced from: more than a week of one every ten seconds. Behind that energy flows evenly.
const MARKS: i64 = 100_000;
/// Contexts by their number in storage.
const CONTEXTS: [Context; 7] = [
    Context::Begin,
    Context::End,
    Context::Periodic,
    Context::Clock,
    Context::Trigger,
    Context::Interruption,
    Context::Other,
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffRecord {
    pub id: TariffId,
    pub organisation: OrganisationId,
    pub name: String,
    pub currency: Currency,
    pub created_at: Timestamp,
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffVersionRecord {
    pub id: TariffVersionId,
    pub tariff: TariffId,
    pub valid_from: Timestamp,
    pub rules: Tariff,
    pub created_at: Timestamp,
}

/// Which price a session has, and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceRow {
    pub session: SessionId,
    pub tariff_version: TariffVersionId,
    pub currency: Currency,
    /// `None` while the session runs.
    pub receipt: Option<Receipt>,
    pub at: Timestamp,
}

/// The version stays as it was first written: a price is not changed while charging (C9).
pub(crate) static PRICE: RowStatement = RowStatement::new(
    "INSERT INTO session_price (session_id, tariff_version_id, currency, cost, receipt, priced_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (session_id) DO UPDATE SET cost = excluded.cost, \
     receipt = excluded.receipt, priced_at = excluded.priced_at",
    &[Int, Int, Text, Int, Text, Int],
);

pub(crate) fn price_cells(row: &PriceRow) -> [Cell<'_>; 6] {
    cells![
        row.session,
        row.tariff_version.0,
        row.currency.code(),
        row.receipt.as_ref().map(|r| r.with_vat.0),
        row.receipt.as_ref().map(|r| serde_json::to_string(r).unwrap_or_default()),
        row.receipt.as_ref().map(|_| row.at),
    ]
}

/// Says on the session, which is written before it, that a tariff applies.
pub(crate) static PRICED: RowStatement =
    RowStatement::new("UPDATE session SET priced = TRUE WHERE session.id = $1", &[Int]);

pub(crate) static STATE: RowStatement = RowStatement::new(
    "INSERT INTO session_state (session_id, at, state) VALUES ($1, $2, $3) \
     ON CONFLICT (session_id, at) DO UPDATE SET state = excluded.state",
    &[Int, Int, Text],
);

pub(crate) fn state_cells((session, mark): &(SessionId, StateMark)) -> [Cell<'_>; 3] {
    cells![*session, mark.at, word(&mark.state)]
}

fn tariff_from(row: &Row) -> Result<TariffRecord, StoreError> {
    Ok(TariffRecord {
        id: TariffId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        name: row.text("name")?,
        currency: currency_from(row)?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
    })
}

fn currency_from(row: &Row) -> Result<Currency, StoreError> {
    Currency::read(&row.text("currency")?).ok_or(StoreError::Corrupt("currency"))
}

fn version_from(row: &Row) -> Result<TariffVersionRecord, StoreError> {
    Ok(TariffVersionRecord {
        id: TariffVersionId(row.int("id")?),
        tariff: TariffId(row.int("tariff_id")?),
        valid_from: row.time("valid_from")?,
        rules: serde_json::from_str(&row.text("rules")?).map_err(|_| StoreError::Corrupt("rules"))?,
        created_at: row.time("created_at")?,
    })
}

fn price_from(row: &Row) -> Result<PriceRow, StoreError> {
    let receipt = row.text_or_none("receipt")?;
    let receipt = receipt.map(|text| serde_json::from_str(&text)).transpose();
    Ok(PriceRow {
        session: SessionId(row.int("session_id")?),
        tariff_version: TariffVersionId(row.int("tariff_version_id")?),
        currency: currency_from(row)?,
        receipt: receipt.map_err(|_| StoreError::Corrupt("receipt"))?,
        at: row.time_or_none("priced_at")?.unwrap_or(Timestamp::UNIX_EPOCH),
    })
}

fn mark_from(row: &Row) -> Result<Mark, StoreError> {
    let context = usize::try_from(row.int("context")?).ok().and_then(|n| CONTEXTS.get(n).copied());
    Ok(Mark {
        at: row.time("at")?,
        context: context.unwrap_or(Context::Other),
        register: row.int_or_none("register_wh")?.map(WattHours),
        power: row.int_or_none("power_w")?.map(Watts),
        current: row.int_or_none("current_ma")?.map(MilliAmps),
    })
}

impl Store {
    /// By name. Those that are gone are left out.
    pub async fn tariffs(&self, organisation: OrganisationId) -> Result<Vec<TariffRecord>, StoreError> {
        let sql = "SELECT * FROM tariff WHERE organisation_id = $1 AND deleted_at IS NULL ORDER BY name, id LIMIT $2";
        self.rows(sql, values![organisation, SHOWN]).await?.iter().map(tariff_from).collect()
    }

    pub async fn tariff(
        &self,
        organisation: OrganisationId,
        id: TariffId,
    ) -> Result<Option<TariffRecord>, StoreError> {
        let sql = "SELECT * FROM tariff WHERE organisation_id = $1 AND id = $2 AND deleted_at IS NULL";
        self.row(sql, values![organisation, id.0]).await?.map(|row| tariff_from(&row)).transpose()
    }

    /// Every version of every tariff, those that are gone included: sessions are priced by them still.
    pub async fn all_tariff_versions(&self) -> Result<Vec<TariffVersionRecord>, StoreError> {
        let sql = "SELECT * FROM tariff_version ORDER BY tariff_id, valid_from";
        self.rows(sql, values![]).await?.iter().map(version_from).collect()
    }

    pub async fn tariffs_of_sites(&self) -> Result<Vec<(SiteId, TariffId)>, StoreError> {
        let rows = self.rows("SELECT id, tariff_id FROM site WHERE tariff_id IS NOT NULL", values![]).await?;
        rows.iter().map(|row| Ok((SiteId(row.int("id")?), TariffId(row.int("tariff_id")?)))).collect()
    }

    pub async fn session_price(&self, session: SessionId) -> Result<Option<PriceRow>, StoreError> {
        let sql = "SELECT * FROM session_price WHERE session_id = $1";
        self.row(sql, values![session]).await?.map(|row| price_from(&row)).transpose()
    }

    /// Which version each running session is priced by.
    pub async fn prices_of_running(
        &self,
        station: Option<StationId>,
    ) -> Result<Vec<(StationId, SessionId, TariffVersionId)>, StoreError> {
        let sql = "SELECT s.station_id, p.session_id, p.tariff_version_id FROM session s \
             JOIN session_price p ON p.session_id = s.id WHERE s.ended_at IS NULL";
        let rows = match station {
            Some(station) => self.rows(&format!("{sql} AND s.station_id = $1"), values![station]).await?,
            None => self.rows(sql, values![]).await?,
        };
        let read = |row: &Row| {
            Ok((
                StationId(row.int("station_id")?),
                SessionId(row.int("session_id")?),
                TariffVersionId(row.int("tariff_version_id")?),
            ))
        };
        rows.iter().map(read).collect()
    }

    /// What a session is priced from, oldest first.
    pub async fn session_marks(&self, session: SessionId) -> Result<(Vec<Mark>, Vec<StateMark>), StoreError> {
        let sql = "SELECT at, context, register_wh, power_w, current_ma FROM reading WHERE session_id = $1 \
             ORDER BY at, context LIMIT $2";
        let marks = self.rows(sql, values![session, MARKS]).await?;
        let marks = marks.iter().map(mark_from).collect::<Result<Vec<_>, _>>()?;
        Ok((marks, self.session_states(session).await?))
    }

    /// What the car was told to do, oldest first.
    pub async fn session_states(&self, session: SessionId) -> Result<Vec<StateMark>, StoreError> {
        let sql = "SELECT at, state FROM session_state WHERE session_id = $1 ORDER BY at";
        let mut states = Vec::new();
        for row in self.rows(sql, values![session]).await? {
            let state: Option<ChargingState> = read_or_none(row.text_or_none("state")?, "state")?;
            let at = row.time("at")?;
            states.extend(state.map(|state| StateMark { at, state }));
        }
        Ok(states)
    }
}

impl Tx {
    pub async fn add_tariff(&mut self, tariff: &TariffRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO tariff (id, organisation_id, name, currency, created_at, version) VALUES ($1, $2, $3, $4, $5, 1)",
            values![
                tariff.id.0,
                tariff.organisation,
                &tariff.name,
                tariff.currency.code(),
                tariff.created_at
            ],
        )
        .await
        .map(drop)
    }

    /// Adds a version to a tariff that is still as its editor saw it.
    pub async fn add_tariff_version(
        &mut self,
        version: &TariffVersionRecord,
        expected: i64,
    ) -> Result<(), StoreError> {
        let sql =
            "UPDATE tariff SET version = version + 1 WHERE id = $1 AND version = $2 AND deleted_at IS NULL";
        if self.execute(sql, values![version.tariff.0, expected]).await? == 0 {
            return Err(StoreError::Stale);
        }
        self.insert_tariff_version(version).await
    }

    pub async fn insert_tariff_version(&mut self, version: &TariffVersionRecord) -> Result<(), StoreError> {
        let rules = serde_json::to_string(&version.rules).unwrap_or_default();
        self.execute(
            "INSERT INTO tariff_version (id, tariff_id, valid_from, rules, created_at) VALUES ($1, $2, $3, $4, $5)",
            values![version.id.0, version.tariff.0, version.valid_from, &rules, version.created_at],
        )
        .await
        .map(drop)
    }

    /// Only a tariff that no site and no charger uses can go.
    pub async fn delete_tariff(&mut self, id: TariffId, now: Timestamp) -> Result<(), StoreError> {
        let sql = "SELECT id FROM site WHERE tariff_id = $1 UNION ALL SELECT t.station_id FROM station_tariff t \
             JOIN station s ON s.id = t.station_id WHERE s.deleted_at IS NULL AND $1 IN (t.tariff_id, t.public_tariff_id) \
             LIMIT 1";
        if self.row(sql, values![id.0]).await?.is_some() {
            return Err(StoreError::Conflict);
        }
        let sql = "UPDATE tariff SET deleted_at = $1, version = version + 1 WHERE id = $2";
        self.execute(sql, values![now, id.0]).await.map(drop)
    }
}
