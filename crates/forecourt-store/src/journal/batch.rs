//! What a batch of units writes: a handful of statements, each with its rows.

use std::collections::HashMap;
use std::hash::Hash;

use forecourt_core::fact::Deviation;
use forecourt_core::id::{SessionId, StationId};
use forecourt_core::session::Session;

use super::rows::Kind::{Int, Text};
use super::rows::{Cell, Portion, RowStatement, cells};
use super::{ConnectorRow, SecurityRow, Unit};
use crate::{
    chronicle, deviation, happening, message, rollup, session, session_terms, station, tariff, variable,
};

/// Connections that began or ended. They are written first: what a fence is compared with.
pub(super) fn connections<'a>(units: &[&'a Unit]) -> [Portion<'a>; 2] {
    let rows = |online| {
        let rows =
            units.iter().filter_map(|unit| unit.connect.as_ref()).filter(move |row| row.online == online);
        latest(rows, |row| row.station)
    };
    [
        station::CONNECTED.with(rows(true).into_iter().map(station::connected_cells)),
        station::DISCONNECTED.with(rows(false).into_iter().map(station::disconnected_cells)),
    ]
}

/// Everything else.
pub(super) fn contents<'a>(units: &[&'a Unit]) -> Vec<Portion<'a>> {
    let messages = units.iter().filter_map(|unit| unit.message.as_ref());
    let mut portions = vec![message::INSERT.with(messages.map(message::cells_of))];
    portions.extend(sessions(units));
    let readings = latest(units.iter().flat_map(|unit| &unit.readings), |(session, reading)| {
        (*session, reading.at, reading.context)
    });
    portions.push(
        session::READING.with(readings.into_iter().map(|(id, reading)| session::reading_cells(*id, reading))),
    );
    let prices = latest(units.iter().flat_map(|unit| &unit.prices), |row| row.session);
    portions.push(tariff::PRICED.with(prices.iter().map(|row| cells![row.session])));
    portions.push(tariff::PRICE.with(prices.into_iter().map(tariff::price_cells)));
    let terms = latest(units.iter().flat_map(|unit| &unit.terms), |terms| terms.session);
    portions.push(session_terms::INSERT.with(terms.into_iter().map(session_terms::cells_of)));
    let idle = latest(units.iter().flat_map(|unit| &unit.idle), |(session, ..)| *session);
    portions.push(session_terms::IDLE.with(idle.into_iter().map(session_terms::idle_cells)));
    let states = latest(units.iter().flat_map(|unit| &unit.states), |(session, mark)| (*session, mark.at));
    portions.push(tariff::STATE.with(states.into_iter().map(tariff::state_cells)));
    let connectors = latest(units.iter().flat_map(|unit| &unit.connectors), |c| {
        (c.station, c.connector.evse, c.connector.connector)
    });
    portions.push(CONNECTOR.with(connectors.into_iter().map(connector_cells)));
    let boots = latest(units.iter().filter_map(|unit| unit.boot.as_ref()), |boot| boot.station);
    portions.push(station::BOOTED.with(boots.into_iter().map(station::booted_cells)));
    let deltas = units.iter().flat_map(|unit| unit.rollups.iter().copied());
    portions.extend(rollup::portions(deltas));
    portions.push(rollup::money(units.iter().flat_map(|unit| unit.money.iter().copied())));
    let availability = latest(units.iter().flat_map(|unit| &unit.availability), |a| (a.station, a.evse));
    portions.push(rollup::AVAILABILITY.with(availability.into_iter().map(rollup::availability_cells)));
    let bookings = latest(units.iter().flat_map(|unit| &unit.bookings), |(session, ..)| *session);
    portions
        .push(rollup::BOOKING.with(
            bookings.into_iter().map(|(session, of, reservation)| cells![*session, *of, *reservation]),
        ));
    portions.push(deviations(units));
    let variables = latest(units.iter().flat_map(|unit| &unit.variables), |(station, _, v)| {
        (*station, &v.component, &v.component_instance, &v.name, &v.instance, &v.attribute)
    });
    portions.push(
        variable::UPSERT
            .with(variables.into_iter().map(|(station, at, v)| variable::cells_of(*station, *at, v))),
    );
    let seen = units.iter().flat_map(|unit| unit.seen.iter().copied());
    portions.push(station::SEEN.with(seen.map(|(station, at)| cells![station, at])));
    let moved = units.iter().flat_map(|unit| &unit.chronicle);
    portions.push(chronicle::INSERT.with(moved.map(chronicle::cells_of)));
    let happenings = units.iter().flat_map(|unit| &unit.happenings);
    portions.push(happening::INSERT.with(happenings.map(happening::cells_of)));
    portions.push(SECURITY.with(units.iter().flat_map(|unit| &unit.security).map(security_cells)));
    portions
}

/// The newest state of each session: whole, or only what a reading moved.
fn sessions<'a>(units: &[&'a Unit]) -> [Portion<'a>; 2] {
    let mut newest: HashMap<SessionId, (&Session, bool)> = HashMap::new();
    for row in units.iter().flat_map(|unit| &unit.sessions) {
        let whole = newest.get(&row.session.id).is_some_and(|(_, whole)| *whole);
        newest.insert(row.session.id, (&row.session, whole || !row.progress));
    }
    let (whole, progress): (Vec<_>, Vec<_>) = newest.into_values().partition(|(_, whole)| *whole);
    [
        session::UPSERT.with(whole.into_iter().map(|(session, _)| session::whole_cells(session))),
        session::PROGRESS.with(progress.into_iter().map(|(session, _)| session::progress_cells(session))),
    ]
}

/// Deviations of one kind and place are counted together.
fn deviations<'a>(units: &[&'a Unit]) -> Portion<'a> {
    let mut counted: HashMap<(StationId, &str, &str), (forecourt_core::Timestamp, &Deviation, i64)> =
        HashMap::new();
    for (station, at, deviation, times) in units.iter().flat_map(|unit| &unit.deviations) {
        let key = (*station, deviation.kind.as_str(), deviation.path.as_str());
        let before = counted.get(&key).map_or(0, |(_, _, times)| *times);
        counted.insert(key, (*at, deviation, before + times));
    }
    let rows =
        counted.into_iter().map(|((station, ..), (at, d, times))| deviation::cells_of(station, at, d, times));
    deviation::COUNT.with(rows)
}

static CONNECTOR: RowStatement = RowStatement::new(
    "INSERT INTO connector (station_id, evse, connector, kind, reported, status, since, reported_at, error_code, \
     vendor_error_code, info) VALUES ($1, $2, $3, NULL, $4, $5, $6, $7, $8, $9, $10) \
     ON CONFLICT (station_id, evse, connector) DO UPDATE SET reported = excluded.reported, status = excluded.status, \
     since = excluded.since, reported_at = excluded.reported_at, error_code = excluded.error_code, \
     vendor_error_code = excluded.vendor_error_code, info = excluded.info",
    &[Int, Int, Int, Text, Text, Int, Int, Text, Text, Text],
);

fn connector_cells(row: &ConnectorRow) -> [Cell<'_>; 10] {
    let c = &row.connector;
    cells![
        row.station,
        c.evse.0,
        c.connector.0,
        station::status_text(c.reported),
        station::status_text(row.shown),
        c.since,
        c.reported_at,
        &c.error_code,
        &c.vendor_error_code,
        &c.info,
    ]
}

static SECURITY: RowStatement = RowStatement::new(
    "INSERT INTO security_event (id, organisation_id, station_id, at, kind, info, severity, happened_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    &[Int, Int, Int, Int, Text, Text, Text, Int],
);

fn security_cells(event: &SecurityRow) -> [Cell<'_>; 8] {
    cells![
        event.id,
        event.organisation,
        event.station,
        event.at,
        &event.kind,
        &event.info,
        event.severity,
        event.happened_at,
    ]
}

/// The last of each key, in order of appearance: one statement may not touch a row twice.
fn latest<'a, T, K: Hash + Eq>(rows: impl Iterator<Item = &'a T>, key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
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
