//! The only SQL of Forecourt.
//!
//! Two ways to write: the [`journal`], which batches what stations report, and [`Tx`], one transaction for one use
//! case. Reads go through [`Store`]. Nothing here decides; it keeps and finds.

pub mod access_profile;
pub mod alert;
mod api_key;
pub mod attempt;
mod audit;
pub mod booking;
pub mod bulk;
pub mod car;
pub mod certificate;
pub mod chronicle;
mod command;
mod deviation;
pub mod device;
mod document;
pub mod driver;
pub mod driver_group;
mod engine;
pub mod fault;
pub mod firmware;
pub mod fleet_card;
pub mod happening;
mod health;
mod holder;
pub mod home;
pub mod home_cost;
mod identity_provider;
pub mod idle_fee;
mod invitation;
pub mod invoice;
pub mod issue;
pub mod journal;
pub mod ledger;
mod log_upload;
mod login;
mod mail;
mod maintenance;
pub mod member_discount;
mod membership;
pub mod message;
mod migrate;
pub mod note;
mod operator;
mod organisation;
pub mod out_of_use;
mod overview;
pub mod page;
mod passkey;
pub mod payment;
pub mod payout;
pub mod plan;
pub mod price_profile;
pub mod profile;
mod report_schedule;
mod reservation;
mod rollup;
mod saved_view;
pub mod schedule;
#[cfg(feature = "scratch")]
pub mod scratch;
pub mod security;
pub mod session;
pub mod session_terms;
mod site;
pub mod spot;
pub mod statement;
pub mod station;
pub mod subscription;
pub mod tariff;
pub mod tariff_place;
pub mod team;
pub mod template;
mod time;
pub mod token;
pub mod told_tariff;
mod unknown;
mod uptime;
pub mod usage;
mod variable;
pub mod wallet;
pub mod wanted;
pub mod webhook;
mod words;
pub mod zone;
pub mod zone_meter;
pub mod zone_plan;

pub use api_key::{ApiKeyRecord, NewApiKey};
pub use audit::{AuditFilter, AuditRecord};
pub use command::{CommandRecord, FinishedCommand, NewCommand, QueuedCommand};
pub use deviation::DeviationRecord;
pub use document::DocumentRecord;
pub use engine::{Location, Tx};
pub use health::Health;
pub use identity_provider::IdentityProviderRecord;
pub use invitation::InvitationRecord;
pub use log_upload::LogUploadRecord;
pub use login::{LoginRecord, NewLogin};
pub use mail::{MailFilter, MailRecord};
pub use maintenance::Pruned;
pub use membership::{AtWork, Colleague, MembershipRecord};
pub use note::NoteRecord;
pub use operator::OperatorRecord;
pub use organisation::{IdempotentAnswer, OrganisationRecord};
pub use overview::{Attention, Counts, HourTotal, Upcoming};
pub use page::{Cursor, Page};
pub use passkey::PasskeyRecord;
pub use report_schedule::ReportScheduleRecord;
pub use reservation::ReservationRecord;
pub use rollup::{
    AvailabilityRow, EnergyPrice, MoneyDelta, MoneySums, OpenStretch, Over, Place, PlaceName, RollupDelta,
    Scope,
};
pub use saved_view::SavedViewRecord;
pub use site::{SiteFilter, SiteRecord, SiteWithCounts};
pub use token::TokenRecord;
pub use unknown::{Knock, UnknownRecord};
pub use variable::VariableRecord;

use std::sync::Arc;

use engine::{Engine, Row, Value};

/// Why storage did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Something with this unique name exists.
    #[error("exists already")]
    Conflict,
    /// The row was changed by somebody else since it was read.
    #[error("changed meanwhile")]
    Stale,
    /// A write from a connection that is no longer the station's.
    #[error("written by an older connection")]
    Fenced,
    #[error("the database holds step {found}, this build knows {known}: run a newer build")]
    FromTheFuture { found: i64, known: i64 },
    #[error("column {0} holds something this build cannot read")]
    Corrupt(&'static str),
    /// Disk full, connection lost, locked: it may pass.
    #[error("storage does not answer: {0}")]
    Unavailable(String),
    #[error("this database cannot do that: {0}")]
    Refused(&'static str),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Conflict,
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

/// The database of one node.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    location: Location,
    placed: Arc<message::places::Placed>,
}

impl Store {
    /// Opens without touching the schema.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        Ok(Self { engine: Engine::open(location).await?, location: location.clone(), placed: Arc::default() })
    }

    /// Opens and brings the schema up to date.
    pub async fn open_migrated(location: &Location) -> Result<Self, StoreError> {
        let store = Self::open(location).await?;
        store.migrate().await?;
        store.remember_placed().await?;
        Ok(store)
    }

    /// Brings the schema up to date; names of the steps that were run.
    pub async fn migrate(&self) -> Result<Vec<&'static str>, StoreError> {
        migrate::run(&self.engine).await
    }

    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.engine.begin().await
    }

    pub fn location(&self) -> &Location {
        &self.location
    }

    pub async fn close(&self) {
        self.engine.close().await;
    }

    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.engine.rows(sql, values).await
    }

    pub(crate) async fn row(&self, sql: &str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }
}
