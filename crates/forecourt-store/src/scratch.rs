//! Throw-away databases for tests: always SQLite, and PostgreSQL where `FORECOURT_TEST_POSTGRES` names a server.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};

use crate::{Location, Store, StoreError};

const VARIABLE: &str = "FORECOURT_TEST_POSTGRES";

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A database that nobody else uses. SQLite's goes when this is dropped; PostgreSQL's goes with its server.
#[derive(Debug)]
pub struct Scratch {
    pub location: Location,
    folder: Option<tempfile::TempDir>,
    server: Option<(String, String)>,
}

impl Scratch {
    /// One empty database of each engine that is there.
    pub async fn each() -> Vec<Self> {
        let mut all = vec![Self::sqlite()];
        all.extend(Self::postgres().await);
        all
    }

    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = Location::Sqlite(folder.path().join("forecourt.db"));
        Self { location, folder: Some(folder), server: None }
    }

    /// `None` without a server: `make test` starts one.
    pub async fn postgres() -> Option<Self> {
        let server = std::env::var(VARIABLE).ok()?;
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("scratch_{}_{number}", std::process::id());
        run(&server, &format!("CREATE DATABASE {name}")).await;
        let base = server.rsplit_once('/').map_or(server.as_str(), |(base, _)| base);
        let location = Location::Postgres(format!("{base}/{name}"));
        Some(Self { location, folder: None, server: Some((server, name)) })
    }

    /// The folder of a SQLite database.
    pub fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_ref().map(tempfile::TempDir::path)
    }

    /// Takes the database away under its users, as an outage does. PostgreSQL only.
    pub async fn cut_off(&self) {
        let (server, name) = self.server.as_ref().expect("a PostgreSQL database");
        run(server, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
        run(
            server,
            &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
        )
        .await;
    }

    /// Brings it back.
    pub async fn bring_back(&self) {
        let (server, name) = self.server.as_ref().expect("a PostgreSQL database");
        run(server, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    }
}

impl Store {
    /// `table.column kind` of everything there is, to compare engines.
    pub async fn columns(&self) -> Result<BTreeSet<String>, StoreError> {
        let sql = if self.engine.is_sqlite() {
            "SELECT m.name AS t, p.name AS c, p.type AS k FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
        } else {
            "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS k FROM information_schema.columns \
             WHERE table_schema = 'public'"
        };
        let shape = |row: &crate::engine::Row| {
            let kind = row.text("k")?.to_lowercase().replace("integer", "bigint");
            Ok(format!("{}.{} {kind}", row.text("t")?, row.text("c")?))
        };
        self.rows(sql, Vec::new()).await?.iter().map(shape).collect()
    }
}

async fn run(server: &str, sql: &str) {
    let options: sqlx::postgres::PgConnectOptions = server.parse().expect("an address");
    let mut connection: PgConnection = options.connect().await.expect("the test server");
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect("the statement");
    connection.close().await.expect("the end");
}
