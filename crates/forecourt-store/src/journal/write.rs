//! The statements of one batch: a handful, each with many rows.

use std::collections::HashMap;
use std::hash::Hash;

use forecourt_core::session::Session;

use super::{ConnectorRow, Unit};
use crate::engine::{Value, values};
use crate::session::{PROGRESS_HEAD, PROGRESS_TAIL, SESSION_COLUMNS, progress_values, session_values};
use crate::{Store, StoreError, Tx, deviation, message, rollup, variable};

/// Most rows of one statement. Portions are powers of two: few statements for any count, and few texts to prepare.
const ROWS_MAX: usize = 128;

/// Writes all units in one transaction. Returns the fences that no longer hold: their units are left out.
pub(super) async fn units(
    store: &Store,
    units: &[&Unit],
) -> Result<Vec<(forecourt_core::id::StationId, i64)>, StoreError> {
    let mut tx = store.begin().await?;
    let connects: Vec<_> = units.iter().filter_map(|unit| unit.connect.as_ref()).collect();
    crate::station::write_connects(&mut tx, &connects).await?;
    let fenced = if tx.is_sqlite() { Vec::new() } else { stale_fences(&mut tx, units).await? };
    let units: Vec<&Unit> =
        units.iter().filter(|unit| !unit.fence.is_some_and(|f| fenced.contains(&f))).copied().collect();

    let messages = units.iter().filter_map(|unit| unit.message.as_ref());
    write_many(&mut tx, message::INSERT, message::COLUMNS, "", messages.map(message::row_values)).await?;
    sessions(&mut tx, &units).await?;
    readings(&mut tx, &units).await?;
    let connectors = latest(units.iter().flat_map(|u| &u.connectors), |c| {
        (c.station, c.connector.evse, c.connector.connector)
    });
    write_many(
        &mut tx,
        CONNECTOR_INSERT,
        11,
        CONNECTOR_CONFLICT,
        connectors.into_iter().map(connector_values),
    )
    .await?;
    let boots: Vec<_> = units.iter().filter_map(|unit| unit.boot.as_ref()).collect();
    crate::station::write_boots(&mut tx, &boots).await?;
    let deltas: Vec<_> = units.iter().flat_map(|unit| unit.rollups.iter().copied()).collect();
    rollup::add(&mut tx, &deltas).await?;
    for (station, at, deviation, times) in units.iter().flat_map(|unit| &unit.deviations) {
        deviation::note(&mut tx, *station, *at, deviation, *times).await?;
    }
    for (station, at, variable) in units.iter().flat_map(|unit| &unit.variables) {
        variable::write(&mut tx, *station, *at, variable).await?;
    }
    for event in units.iter().flat_map(|unit| &unit.security) {
        tx.execute(
            "INSERT INTO security_event (id, organisation_id, station_id, at, kind, info, severity, happened_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                event.id,
                event.organisation,
                event.station,
                event.at,
                &event.kind,
                &event.info,
                event.severity,
                event.happened_at
            ],
        )
        .await?;
    }
    tx.commit().await?;
    Ok(fenced)
}

async fn stale_fences(
    tx: &mut Tx,
    units: &[&Unit],
) -> Result<Vec<(forecourt_core::id::StationId, i64)>, StoreError> {
    let mut held: Vec<_> = units.iter().filter_map(|unit| unit.fence).collect();
    held.sort_unstable();
    held.dedup();
    let mut stale = Vec::new();
    for part in held.chunks(64) {
        let marks: Vec<String> = (1..=part.len()).map(|n| format!("${n}")).collect();
        let sql = format!("SELECT id, connection FROM station WHERE id IN ({}) FOR SHARE", marks.join(", "));
        let rows = tx.rows(&sql, part.iter().map(|(station, _)| Value::from(*station)).collect()).await?;
        let current: HashMap<i64, i64> = rows
            .iter()
            .map(|row| Ok((row.int("id")?, row.int("connection")?)))
            .collect::<Result<_, StoreError>>()?;
        stale.extend(part.iter().filter(|(station, number)| current.get(&station.0) != Some(number)));
    }
    Ok(stale)
}

async fn sessions(tx: &mut Tx, units: &[&Unit]) -> Result<(), StoreError> {
    // The newest state of each session, and whether anything of the batch was more than progress.
    let mut newest: HashMap<forecourt_core::id::SessionId, (&Session, bool)> = HashMap::new();
    for row in units.iter().flat_map(|unit| &unit.sessions) {
        let whole = newest.get(&row.session.id).is_some_and(|(_, whole)| *whole);
        newest.insert(row.session.id, (&row.session, whole || !row.progress));
    }
    let (whole, progress): (Vec<_>, Vec<_>) = newest.into_values().partition(|(_, whole)| *whole);
    let head = format!("INSERT INTO session ({})", SESSION_COLUMNS.join(", "));
    // The owner of a station holds the whole session: the newest row replaces the older one.
    let changed: Vec<String> =
        SESSION_COLUMNS.iter().skip(1).map(|c| format!("{c} = excluded.{c}")).collect();
    let conflict = format!("ON CONFLICT (id) DO UPDATE SET {}", changed.join(", "));
    let rows = whole.into_iter().map(|(session, _)| session_values(session));
    write_many(tx, &head, SESSION_COLUMNS.len(), &conflict, rows).await?;
    let rows = progress.into_iter().map(|(session, _)| progress_values(session));
    write_many(tx, PROGRESS_HEAD, 10, PROGRESS_TAIL, rows).await
}

async fn readings(tx: &mut Tx, units: &[&Unit]) -> Result<(), StoreError> {
    let rows = units.iter().flat_map(|unit| &unit.readings);
    let newest = latest(rows, |(session, reading)| (*session, reading.at, reading.context));
    write_many(
        tx,
        "INSERT INTO reading (session_id, at, context, register_wh, power_w, current_ma, voltage_mv, soc_permille, extra)",
        9,
        "ON CONFLICT (session_id, at, context) DO NOTHING",
        newest.into_iter().map(|(session, reading)| crate::session::reading_values(*session, reading)),
    )
    .await
}

const CONNECTOR_INSERT: &str = "INSERT INTO connector (station_id, evse, connector, kind, reported, status, since, reported_at, \
     error_code, vendor_error_code, info)";
const CONNECTOR_CONFLICT: &str = "ON CONFLICT (station_id, evse, connector) DO UPDATE SET reported = excluded.reported, \
     status = excluded.status, since = excluded.since, reported_at = excluded.reported_at, error_code = excluded.error_code, \
     vendor_error_code = excluded.vendor_error_code, info = excluded.info";

fn connector_values(row: &ConnectorRow) -> Vec<Value> {
    let c = &row.connector;
    values![
        row.station,
        c.evse.0,
        c.connector.0,
        None::<String>,
        crate::station::status_text(c.reported),
        crate::station::status_text(row.shown),
        c.since,
        c.reported_at,
        &c.error_code,
        &c.vendor_error_code,
        &c.info,
    ]
}

/// The last of each key, in order of appearance: one statement may not touch a row twice.
fn latest<'a, T, K: Hash + Eq>(rows: impl Iterator<Item = &'a T>, key: impl Fn(&T) -> K) -> Vec<&'a T> {
    let mut order: Vec<&'a T> = Vec::new();
    let mut places: HashMap<K, usize> = HashMap::new();
    for row in rows {
        match places.entry(key(row)) {
            std::collections::hash_map::Entry::Occupied(place) => order[*place.get()] = row,
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(order.len());
                order.push(row);
            }
        }
    }
    order
}

/// `head VALUES (…), (…) conflict`, in chunks.
pub(crate) async fn write_many(
    tx: &mut Tx,
    head: &str,
    columns: usize,
    conflict: &str,
    rows: impl Iterator<Item = Vec<Value>>,
) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value>> = rows.collect();
    let mut rest = rows.into_iter();
    while rest.len() > 0 {
        let size = (1 << rest.len().ilog2()).min(ROWS_MAX);
        let values: Vec<Value> = rest.by_ref().take(size).flatten().collect();
        let sql = multi_row(head, columns, size, conflict, tx.is_sqlite());
        tx.execute(&sql, values).await?;
    }
    Ok(())
}

/// SQLite looks every `$1` up by name, which takes longer the more there are; a plain `?` it counts.
fn multi_row(head: &str, columns: usize, rows: usize, conflict: &str, sqlite: bool) -> String {
    let mut sql = format!("{head} VALUES ");
    if sqlite {
        // A failure undoes the whole batch: SQLite need not be able to undo one statement, which costs a copy of each page.
        sql = sql.replacen("INSERT INTO", "INSERT OR FAIL INTO", 1);
    }
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            if column > 0 {
                sql.push_str(", ");
            }
            if sqlite {
                sql.push('?');
            } else {
                sql.push('$');
                sql.push_str(&(row * columns + column + 1).to_string());
            }
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(conflict);
    sql
}
