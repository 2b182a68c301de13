//! Two database engines behind one SQL text.
//!
//! Statements are written once with `$1` placeholders, which both engines read. Values and rows are small enums, so
//! that no caller names an engine. Never takes a second connection while holding one.

pub(crate) mod sqlite;

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow, Postgres};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, PgPool, Row as _, Sqlite, Transaction, Type};

use crate::StoreError;
use sqlite::{Files, Turn};

/// Connections for reading, both engines: screens and the API wait here, stations do not.
const READERS: u32 = 4;
/// Connections for writing on PostgreSQL: the journal, use cases and jobs.
const POSTGRES_WRITERS: u32 = 6;
/// How long a caller waits for a connection before it is told that storage is busy.
const ACQUIRE: Duration = Duration::from_secs(10);
/// Prepared statements kept per connection.
const STATEMENTS: usize = 200;

/// Where the truth is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    Sqlite(PathBuf),
    /// A `postgres://` address, secrets included: never print it.
    Postgres(String),
}

#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite(Arc<Files>),
    Postgres { write: PgPool, read: PgPool },
}

/// One transaction. Dropped without [`Tx::commit`], it is undone.
#[derive(Debug)]
pub enum Tx {
    /// The turn ends behind the transaction.
    #[doc(hidden)]
    Sqlite(Transaction<'static, Sqlite>, Turn),
    #[doc(hidden)]
    Postgres(Transaction<'static, Postgres>),
}

/// A value to bind. Each kind carries its own absence, because PostgreSQL wants the type of a null.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bool(bool),
}

/// A row of either engine.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Engine {
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        match location {
            Location::Sqlite(path) => Ok(Self::Sqlite(Arc::new(Files::open(path).await?))),
            Location::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(STATEMENTS);
                let pool = |size| {
                    let options = options.clone();
                    PgPoolOptions::new()
                        .max_connections(size)
                        .acquire_timeout(ACQUIRE)
                        .connect_lazy_with(options)
                };
                let (write, read) = (pool(POSTGRES_WRITERS), pool(READERS));
                write.acquire().await?;
                Ok(Self::Postgres { write, read })
            }
        }
    }

    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite(files) => {
                let (tx, turn) = files.begin().await?;
                Tx::Sqlite(tx, turn)
            }
            Self::Postgres { write, .. } => Tx::Postgres(write.begin().await?),
        })
    }

    /// Reads outside of a transaction.
    pub async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(files) => {
                let rows = bind_sqlite(sql, values).fetch_all(&files.read).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Self::Postgres { read, .. } => {
                let rows = bind_postgres(sql, values).fetch_all(read).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite(files) => files.close().await,
            Self::Postgres { write, read } => {
                read.close().await;
                write.close().await;
            }
        }
    }
}

impl Tx {
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx, _turn) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Runs a statement; says how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Sqlite(tx, _) => bind_sqlite(sql, values).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => bind_postgres(sql, values).execute(&mut **tx).await?.rows_affected(),
        })
    }

    pub(crate) async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite(tx, _) => {
                bind_sqlite(sql, values).fetch_all(&mut **tx).await?.into_iter().map(Row::Sqlite).collect()
            }
            Self::Postgres(tx) => bind_postgres(sql, values)
                .fetch_all(&mut **tx)
                .await?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
        })
    }

    pub(crate) async fn row(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Runs a script of several statements without values (migrations).
    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx, _) => {
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut **tx).await.map(drop)?
            }
            Self::Postgres(tx) => {
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut **tx).await.map(drop)?
            }
        }
        Ok(())
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(..))
    }
}

type SqliteQuery = sqlx::query::Query<'static, Sqlite, sqlx::sqlite::SqliteArguments>;
type PostgresQuery = sqlx::query::Query<'static, Postgres, sqlx::postgres::PgArguments>;

// The texts are ours (built from constants and placeholders); values never become part of a text.
fn bind_sqlite(sql: &str, values: Vec<Value>) -> SqliteQuery {
    values.into_iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bool(value) => query.bind(value),
    })
}

fn bind_postgres(sql: &str, values: Vec<Value>) -> PostgresQuery {
    values.into_iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bool(value) => query.bind(value),
    })
}

impl Row {
    pub fn get<T>(&self, column: &str) -> Result<T, StoreError>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
        for<'c> &'c str: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub fn int(&self, column: &str) -> Result<i64, StoreError> {
        self.get(column)
    }

    pub fn int_or_none(&self, column: &str) -> Result<Option<i64>, StoreError> {
        self.get(column)
    }

    pub fn text(&self, column: &str) -> Result<String, StoreError> {
        self.get(column)
    }

    pub fn text_or_none(&self, column: &str) -> Result<Option<String>, StoreError> {
        self.get(column)
    }

    /// A value that is kept as JSON text.
    pub fn json_or_none<T: serde::de::DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let text = self.text_or_none(column)?;
        text.map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Corrupt(column))).transpose()
    }

    pub fn bool(&self, column: &str) -> Result<bool, StoreError> {
        self.get(column)
    }

    pub fn time(&self, column: &str) -> Result<jiff::Timestamp, StoreError> {
        crate::time::from_ms(self.int(column)?)
    }

    pub fn time_or_none(&self, column: &str) -> Result<Option<jiff::Timestamp>, StoreError> {
        self.int_or_none(column)?.map(crate::time::from_ms).transpose()
    }
}

/// PostgreSQL refuses the character U+0000 in text; a station may send it.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int(Some(value.into()))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(without_nul(value)))
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        value.clone().into()
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        Self::Text(value.map(without_nul))
    }
}

impl From<&Option<String>> for Value {
    fn from(value: &Option<String>) -> Self {
        value.clone().into()
    }
}

impl From<jiff::Timestamp> for Value {
    fn from(value: jiff::Timestamp) -> Self {
        value.as_millisecond().into()
    }
}

impl From<Option<jiff::Timestamp>> for Value {
    fn from(value: Option<jiff::Timestamp>) -> Self {
        Self::Int(value.map(|t| t.as_millisecond()))
    }
}

macro_rules! ids {
    ($($name:ident)*) => {$(
        impl From<forecourt_core::id::$name> for Value {
            fn from(value: forecourt_core::id::$name) -> Self {
                value.0.into()
            }
        }

        impl From<Option<forecourt_core::id::$name>> for Value {
            fn from(value: Option<forecourt_core::id::$name>) -> Self {
                value.map(|id| id.0).into()
            }
        }
    )*};
}
ids! { OrganisationId SiteId StationId SessionId IdTokenId OperatorId ApiKeyId CommandId MessageId UnknownStationId
CertificateId CertificateRequestId LogUploadId AuditId MailId InvitationId LoginId PasskeyId
       FaultId IssueId HappeningId AlertRuleId WebhookId
       DriverId DriverGroupId CarId TeamId MemberDiscountId PlanId SubscriptionId FleetCardId PriceProfileId ZoneId BookingId HoursId
       LedgerEntryId VoucherId InvoiceId PayoutId PaymentId PaymentMethodId }

/// The values of a statement, in order.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::engine::Value::from($value)),*] };
}
pub(crate) use values;
