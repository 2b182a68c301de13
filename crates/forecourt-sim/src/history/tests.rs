use super::*;
use crate::demo::STATIONS;
use std::collections::HashMap;

fn end() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn month() -> History {
    generate(&STATIONS, 1, 30, end())
}

#[test]
fn the_same_seed_gives_the_same_month() {
    let (a, b) = (generate(&STATIONS[..2], 1, 3, end()), generate(&STATIONS[..2], 1, 3, end()));
    assert_eq!(a.entries, b.entries);
    assert_ne!(a.entries, generate(&STATIONS[..2], 2, 3, end()).entries);
}

#[test]
fn a_month_is_in_order_and_of_a_plausible_size() {
    let month = month();
    assert!(month.entries.is_sorted_by_key(|entry| entry.at));
    assert!(month.entries.last().unwrap().at <= end() + CATCH_UP);
    assert!(month.entries[0].at >= end() - SignedDuration::from_hours(24 * 30));
    let sessions =
        month.entries.iter().filter(|e| matches!(&e.fact, Fact::Transaction(t) if t.phase == Phase::Started));
    let per_station_and_day = sessions.count() as f64 / 12.0 / 30.0;
    assert!((3.0..12.0).contains(&per_station_and_day), "{per_station_and_day}");
    assert!(month.entries.len() < 90_000, "{}", month.entries.len());
}

#[test]
fn every_session_ends_and_its_register_goes_on_where_the_last_one_stopped() {
    let month = month();
    let mut registers: HashMap<(&str, i32), WattHours> = HashMap::new();
    let mut open: HashMap<String, (i32, &str)> = HashMap::new();
    for entry in &month.entries {
        let (reference, evse, readings) = match &entry.fact {
            Fact::Transaction(t) => {
                let reference = t.reference.clone().unwrap().0;
                let evse = t.evse.unwrap().0;
                match t.phase {
                    Phase::Started => {
                        assert!(open.insert(reference.clone(), (evse, entry.identity)).is_none())
                    }
                    Phase::Updated => assert!(open.contains_key(&reference)),
                    Phase::Ended => assert!(open.remove(&reference).is_some()),
                }
                (reference, evse, &t.readings)
            }
            Fact::Meter(m) => (m.reference.clone().unwrap().0, m.evse.0, &m.readings),
            _ => continue,
        };
        for reading in readings {
            let register = reading.register.unwrap();
            let last = registers.entry((entry.identity, evse)).or_insert(REGISTER_AT_START);
            assert!(register >= *last, "{reference}: {register:?} after {last:?}");
            *last = register;
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for ((identity, evse), register) in registers {
        assert_eq!(month.registers(identity)[usize::try_from(evse - 1).unwrap()], register);
    }
}

#[test]
fn the_month_has_faults_and_gaps() {
    let month = month();
    let faults =
        month.entries.iter().filter(|e| matches!(&e.fact, Fact::Status(s) if s.error_code.is_some())).count();
    assert!(faults > 0);
    let late = |t: &TransactionReport, at: Timestamp| {
        t.offline && at.duration_since(t.at.unwrap()) > SignedDuration::from_secs(30)
    };
    let offline =
        month.entries.iter().filter(|e| matches!(&e.fact, Fact::Transaction(t) if late(t, e.at))).count();
    assert!(offline > 0);
}

#[test]
fn at_the_end_every_connector_is_free() {
    let month = month();
    let mut last: HashMap<(&str, i32), forecourt_core::fact::ConnectorStatus> = HashMap::new();
    for entry in &month.entries {
        if let Fact::Status(status) = &entry.fact {
            last.insert((entry.identity, status.evse.0), status.status);
        }
    }
    assert!(last.values().all(|s| *s == forecourt_core::fact::ConnectorStatus::Available), "{last:?}");
}

#[test]
fn the_last_hours_are_as_lively_as_any() {
    let month = month();
    let since = end() - SignedDuration::from_hours(8);
    let started =
        |e: &&Entry| e.at > since && matches!(&e.fact, Fact::Transaction(t) if t.phase == Phase::Started);
    assert!(month.entries.iter().filter(started).count() >= 10);
}
