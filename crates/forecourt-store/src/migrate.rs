//! Makes the same schema on both engines, one numbered step at a time.

use crate::engine::{Engine, values};
use crate::{StoreError, Tx};

/// In order, never changed once released.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "foundation", include_str!("../migrations/0001_foundation.sql")),
    (2, "security", include_str!("../migrations/0002_security.sql")),
    (3, "device", include_str!("../migrations/0003_device.sql")),
    (4, "tariffs", include_str!("../migrations/0004_tariffs.sql")),
    (5, "message places", include_str!("../migrations/0005_message_places.sql")),
    (6, "platform", include_str!("../migrations/0006_platform.sql")),
    (7, "access", include_str!("../migrations/0007_access.sql")),
    (8, "figures", include_str!("../migrations/0008_figures.sql")),
    (9, "network", include_str!("../migrations/0009_network.sql")),
    (10, "sign in", include_str!("../migrations/0010_sign_in.sql")),
    (11, "drivers", include_str!("../migrations/0011_drivers.sql")),
    (12, "prices", include_str!("../migrations/0012_prices.sql")),
    (13, "ledger", include_str!("../migrations/0013_ledger.sql")),
    (14, "home", include_str!("../migrations/0014_home.sql")),
    (15, "payments", include_str!("../migrations/0015_payments.sql")),
    (16, "power", include_str!("../migrations/0016_power.sql")),
    (17, "statements", include_str!("../migrations/0017_statements.sql")),
    (18, "bookings", include_str!("../migrations/0018_bookings.sql")),
    (19, "schedules", include_str!("../migrations/0019_schedules.sql")),
    (21, "station_tariffs", include_str!("../migrations/0021_station_tariffs.sql")),
    (22, "zone_meters", include_str!("../migrations/0022_zone_meters.sql")),
    (23, "zone plans", include_str!("../migrations/0023_zone_plans.sql")),
    (24, "composite", include_str!("../migrations/0024_composite.sql")),
    (25, "car needs", include_str!("../migrations/0025_car_needs.sql")),
];
/// Any number will do, as long as all nodes take the same: only one migrates at a time.
const POSTGRES_LOCK: i64 = 7_232_016;

/// The step this build wants.
pub(crate) fn newest() -> i64 {
    STEPS.last().map_or(0, |step| step.0)
}

/// Brings the schema up to date; returns the names of the steps that were run.
pub(crate) async fn run(engine: &Engine) -> Result<Vec<&'static str>, StoreError> {
    let mut tx = engine.begin().await?;
    if !tx.is_sqlite() {
        tx.rows("SELECT pg_advisory_xact_lock($1)", values![POSTGRES_LOCK]).await?;
    }
    tx.script("CREATE TABLE IF NOT EXISTS migration (step BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)")
        .await?;
    let done = current(&mut tx).await?;
    if done > newest() {
        return Err(StoreError::FromTheFuture { found: done, known: newest() });
    }
    let mut ran = Vec::new();
    for (step, name, sql) in STEPS.iter().copied().filter(|step| step.0 > done) {
        tx.script(&dialect(sql, tx.is_sqlite())).await?;
        tx.execute("INSERT INTO migration (step, name) VALUES ($1, $2)", values![step, name]).await?;
        ran.push(name);
    }
    tx.commit().await?;
    Ok(ran)
}

async fn current(tx: &mut Tx) -> Result<i64, StoreError> {
    let row = tx.row("SELECT COALESCE(MAX(step), 0) AS step FROM migration", values![]).await?;
    row.map_or(Ok(0), |row| row.int("step"))
}

fn dialect(sql: &str, sqlite: bool) -> String {
    if sqlite {
        sql.replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY").replace("/* clustered */", "WITHOUT ROWID")
    } else {
        sql.to_owned()
    }
}
