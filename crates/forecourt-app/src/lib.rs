//! Use cases: what operators, programs and stations may do, and what keeps itself in order.
//!
//! One [`App`] with methods by noun. It knows no protocol version, no HTTP and no SQL; stations are reached only
//! through [`commands`], and report only through [`gateway`].

pub mod access_profiles;
mod account;
pub mod accounts;
mod alert_letters;
pub mod alerts;
pub mod api_keys;
mod audit;
pub mod bookings;
pub mod bulk;
pub mod cars;
pub mod certificates;
pub mod changes;
mod charging_profiles;
mod clock;
pub mod commands;
mod contracts;
mod dashboard;
mod desk_sheets;
mod device;
mod directory;
pub mod documents;
pub mod driver_groups;
mod driver_letters;
pub mod drivers;
pub mod electricity;
mod errands;
mod error;
mod faults;
mod firmware;
pub mod fleet_cards;
pub mod gateway;
pub mod happenings;
pub mod home;
pub mod idempotency;
pub mod idle_fees;
mod idle_letters;
mod idle_watch;
mod invitations;
pub mod invoices;
pub mod issues;
pub mod jobs;
mod known_tokens;
pub mod ledger;
mod letters;
mod live;
mod local_lists;
mod local_tariffs;
pub mod log_uploads;
mod logins;
mod mail;
pub mod member_discounts;
mod members;
mod network;
pub mod notes;
mod outside;
mod overview;
mod passkeys;
mod passwords;
pub mod payments;
pub mod payouts;
mod places;
pub mod plans;
pub mod power;
mod price_book;
mod price_told;
mod pricing;
mod principal;
pub mod profile;
mod replay;
mod report;
pub mod reports;
mod reservations;
mod saved_views;
pub mod schedules;
mod second_factor;
pub mod secrets;
pub mod security;
mod sessions;
pub mod sheet;
pub mod single_sign_on;
pub mod statements;
mod subscriptions;
mod tariff_places;
mod tariffs;
pub mod teams;
mod templates;
mod terms;
pub mod timeline;
pub mod tokens;
mod told;
mod unknown;
mod uptime;
pub mod usage;
mod vault;
pub mod wallets;
pub mod webhooks;
mod what_if;
mod why_price;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, RwLock};

use forecourt_core::Timestamp;
use forecourt_core::id::id_at;
use forecourt_store::journal::Journal;
use forecourt_store::{Location, Store};

pub use account::AccountEdit;
pub use accounts::{NewOperator, SetUp};
pub use api_keys::IssuedKey;
pub use changes::{Changes, Event};
pub use clock::Clock;
pub use dashboard::{By, Dashboard, Figures, Period, PlaceFigures, SitePrice};
pub use error::{AppError, FieldError};
pub use firmware::NewCampaign;
pub use forecourt_store as store;
pub use invitations::{Acceptance, InvitationView, NewInvitation};
pub use letters::Language;
pub use local_tariffs::LocalTariffs;
pub use logins::{Browser, LoginState, Opened};
pub use mail::MailSettings;
pub use members::{NewBranch, Rights};
pub use network::{AdoptedStation, NewSite, SiteEdit, StationEdit, StationRequest, StationView};
pub use outside::OutsideRules;
pub use overview::Overview;
pub use passkeys::Challenge;
pub use principal::{Principal, Who};
pub use reservations::NewReservation;
pub use saved_views::NewSavedView;
pub use second_factor::SecondFactor;
pub use security::SecuritySettings;
pub use tariffs::TariffSheet;
pub use templates::{Drift, DriftState, NewTemplate, TemplateEntry};
pub use tokens::{NewToken, TokenEdit};
pub use vault::{SECRET_KEY_FILE, SECRET_KEY_MIN_CHARS, Vault};
pub use what_if::{Course, Imagined, WhatIf};
pub use why_price::WhyPrice;

use directory::Directory;
use known_tokens::KnownTokens;
use live::Transactions;
use passwords::Passwords;

/// Settings an operator of the installation may change.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Told to stations at boot, in seconds (C31).
    pub heartbeat_s: u32,
    /// How long messages are kept, in days.
    pub keep_messages_days: i64,
    /// How long readings are kept, in days.
    pub keep_readings_days: i64,
    /// `ws://` or `wss://` address stations reach us at, without path.
    pub public_url: String,
    /// `http://` or `https://` address of the page, without path: links in letters lead there.
    pub page_url: String,
    /// Where prices of the electricity market are read; `None`: nowhere.
    pub spot_prices_url: Option<String>,
    /// How letters leave the house.
    pub mail: Arc<MailSettings>,
    /// What the machine's operator decides about security.
    pub security: Arc<SecuritySettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            heartbeat_s: 60,
            keep_messages_days: 90,
            keep_readings_days: 730,
            public_url: "ws://127.0.0.1:8180".into(),
            page_url: "http://127.0.0.1:8180".into(),
            spot_prices_url: None,
            mail: Arc::default(),
            security: Arc::default(),
        }
    }
}

/// The whole back office of one node.
#[derive(Debug)]
pub struct App {
    store: Store,
    journal: Journal,
    directory: Directory,
    changes: Changes,
    passwords: Passwords,
    transactions: Transactions,
    known_tokens: KnownTokens,
    home_owners: home::Owners,
    tariffs: tariffs::TariffBook,
    price_book: price_book::PriceBook,
    bookings: bookings::Board,
    clock: Clock,
    settings: RwLock<Settings>,
    ids: AtomicU32,
    set_up_code: RwLock<Option<String>>,
    trust: certificates::Trust,
    outside: outside::Outside,
    power: power::Board,
    schedules: schedules::Board,
    listeners: happenings::Listeners,
    /// One first root at a time, and one change of what opens a station's door.
    root_turn: tokio::sync::Mutex<()>,
    security_turn: tokio::sync::Mutex<()>,
    /// One at a time takes up bulk work.
    bulk_turn: tokio::sync::Mutex<()>,
    rotations: security::Turns,
    upgrades: security::Turns,
}

impl App {
    /// Opens the database and brings it up to date. Needs a tokio runtime.
    pub async fn open(location: &Location, settings: Settings, clock: Clock) -> Result<Arc<Self>, AppError> {
        let store = Store::open_migrated(location).await?;
        let app = Self {
            journal: Journal::start(store.clone()),
            directory: Directory::default(),
            changes: Changes::starting_at(clock.now()),
            passwords: Passwords::default(),
            transactions: Transactions::default(),
            known_tokens: KnownTokens::default(),
            home_owners: home::Owners::default(),
            tariffs: tariffs::TariffBook::default(),
            price_book: price_book::PriceBook::default(),
            bookings: bookings::Board::default(),
            clock,
            outside: outside::Outside::new(&settings.security.outside),
            listeners: happenings::Listeners::default(),
            power: power::Board::default(),
            schedules: schedules::Board::default(),
            trust: certificates::Trust::default(),
            root_turn: tokio::sync::Mutex::default(),
            security_turn: tokio::sync::Mutex::default(),
            bulk_turn: tokio::sync::Mutex::default(),
            rotations: security::Turns::default(),
            upgrades: security::Turns::default(),
            settings: RwLock::new(settings),
            ids: AtomicU32::new(rand::random()),
            set_up_code: RwLock::new(None),
            store,
        };
        Ok(Arc::new(app))
    }

    /// Takes up what the node before left: from here on this node is the one stations talk to.
    pub async fn take_over(&self) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.mark_all_offline(self.now()).await?;
        tx.abandon_commands(self.now()).await?;
        tx.abandon_bulk_targets(self.now()).await?;
        tx.abandon_rotations(self.now()).await?;
        tx.commit().await?;
        self.directory.load(&self.store).await?;
        self.resume_watch().await?;
        self.tariffs.load(&self.store).await?;
        self.price_book.load(&self.store).await?;
        self.bookings.load(&self.store).await?;
        self.load_home_owners().await?;
        for certificate in self.store.trusted_certificates().await? {
            self.trust.put(&certificate);
        }
        self.listeners_changed().await?;
        self.zones_changed().await?;
        self.read_zone_plans().await?;
        self.schedules_changed().await?;
        self.load_errands().await
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn vault(&self) -> Vault {
        self.settings().security.vault.clone()
    }

    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What storage has been saying: `None` when all is well.
    pub fn storage_problem(&self) -> Option<String> {
        self.journal.health().problem()
    }

    pub fn settings(&self) -> Settings {
        self.settings.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings.write().unwrap_or_else(std::sync::PoisonError::into_inner));
    }

    /// A fresh id of this moment.
    pub(crate) fn id(&self) -> i64 {
        self.id_at(self.now())
    }

    pub(crate) fn id_at(&self, at: Timestamp) -> i64 {
        id_at(at, self.ids.fetch_add(1, Ordering::Relaxed))
    }
}
