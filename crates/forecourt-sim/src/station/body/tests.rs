use super::*;
use crate::scenario;
use forecourt_core::unit::WattHours;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn body(change: impl FnOnce(&mut StationConfig)) -> Body {
    let mut config = StationConfig {
        tokens: vec!["A1".into()],
        scenario: scenario::STEADY,
        registers: vec![WattHours(5_000)],
        ..Default::default()
    };
    change(&mut config);
    Body::new(&config, at("2026-11-21T08:00:00Z"))
}

/// Lets `hours` pass with a CSMS that accepts everything; gives back all that was said.
fn live(body: &mut Body, from: Timestamp, hours: i64) -> Vec<Notice> {
    let end = from + SignedDuration::from_hours(hours);
    let mut said = Vec::new();
    body.went_online(from);
    while let Some(due) = body.due().filter(|due| *due <= end) {
        body.tick(due);
        while let Some(notice) = body.take_notice() {
            if let Notice::Authorize { evse, .. } = &notice {
                body.authorised(*evse, true, due);
            }
            said.push(notice);
        }
    }
    said
}

#[test]
fn sessions_follow_each_other_and_registers_meet() {
    let mut body = body(|_| {});
    let said = live(&mut body, at("2026-11-21T08:00:00Z"), 24);
    let mut last = WattHours(5_000);
    let mut open: Option<u64> = None;
    let mut sessions = 0;
    for notice in &said {
        match notice {
            Notice::Start { tx, sample, .. } => {
                assert_eq!((open, sample.register), (None, last));
                open = Some(tx.number);
            }
            Notice::Reading { tx: Some(tx), sample, .. } => {
                assert_eq!(open, Some(tx.number));
                assert!(sample.register >= last);
                last = sample.register;
            }
            Notice::Stop { tx, sample, .. } => {
                assert_eq!(open.take(), Some(tx.number));
                assert!(sample.register >= last);
                last = sample.register;
                sessions += 1;
            }
            _ => {}
        }
    }
    assert!(sessions > 10, "{sessions}");
    assert!(last > WattHours(5_000));
}

#[test]
fn numbers_within_a_transaction_have_no_gap() {
    let mut body = body(|c| c.scenario.pauses_percent = 100);
    let said = live(&mut body, at("2026-11-21T08:00:00Z"), 6);
    let mut next = 0;
    let mut held = 0;
    for notice in &said {
        let seq = match notice {
            Notice::Start { .. } => 0,
            Notice::Reading { seq, .. } | Notice::Stop { seq, .. } => *seq,
            Notice::State { seq, state, .. } => {
                held += i32::from(*state == ChargingState::SuspendedEVSE);
                *seq
            }
            _ => continue,
        };
        assert!(seq == next || seq == 0, "{seq} after {next}");
        next = seq + 1;
    }
    assert!(held > 0);
}

#[test]
fn a_refused_key_starts_nothing_and_the_driver_leaves() {
    let now = at("2026-11-21T08:00:00Z");
    let mut body = body(|_| {});
    body.went_online(now);
    let mut refused = None;
    while refused.is_none() {
        let due = body.due().unwrap();
        body.tick(due);
        while let Some(notice) = body.take_notice() {
            if let Notice::Authorize { evse, .. } = notice {
                body.authorised(evse, false, due);
                refused = Some(due);
            }
            assert!(!matches!(notice, Notice::Start { .. }));
        }
    }
    body.tick(refused.unwrap() + SignedDuration::from_secs(PATIENCE_S.1));
    assert!(matches!(body.take_notice(), Some(Notice::Status { status: ConnectorStatus::Available, .. })));
}

#[test]
fn a_remote_start_charges_and_a_remote_stop_ends_it() {
    let now = at("2026-11-21T08:00:00Z");
    let mut body = body(|c| c.tokens.clear());
    body.went_online(now);
    assert!(body.remote_start(None, Key::rfid("R1"), Some(7), now));
    assert!(!body.remote_start(None, Key::rfid("R2"), Some(8), now));
    body.tick(now + SignedDuration::from_secs(5));
    let name = body.running().next().map(|tx| (tx.name.clone(), tx.remote_start_id)).unwrap();
    assert_eq!(name.1, Some(7));
    assert!(!body.remote_stop("nonsense", now));
    assert!(body.remote_stop(&name.0, now + SignedDuration::from_mins(1)));
    assert!(body.running().next().is_none());
}

#[test]
fn an_unavailable_evse_waits_for_its_session_and_then_stays_away() {
    let now = at("2026-11-21T08:00:00Z");
    let mut body = body(|_| {});
    body.went_online(now);
    assert!(body.remote_start(Some(1), Key::rfid("A1"), None, now));
    let later = now + SignedDuration::from_secs(10);
    body.tick(later);
    assert_eq!(body.set_availability(Some(1), false, later), Availability::Scheduled);
    assert_eq!(body.set_availability(Some(9), false, later), Availability::Rejected);
    let name = body.running().next().unwrap().name.clone();
    body.remote_stop(&name, later);
    body.tick(later + SignedDuration::from_mins(10));
    assert_eq!(body.evses[0].status(), ConnectorStatus::Unavailable);
    assert!(!body.remote_start(Some(1), Key::rfid("A1"), None, later));
    assert_eq!(body.set_availability(None, true, later), Availability::Accepted);
    assert_eq!(body.evses[0].status(), ConnectorStatus::Available);
}

#[test]
fn a_fault_ends_the_session_and_heals() {
    let mut body = body(|c| c.scenario.faults_per_100_days = 5_000);
    let said = live(&mut body, at("2026-11-21T08:00:00Z"), 12);
    assert!(said.iter().any(|n| matches!(n, Notice::Stop { why: StopReason::Fault, .. })));
    let broke = said.iter().filter(|n| matches!(n, Notice::Event { cleared: false, .. })).count();
    let healed = said.iter().filter(|n| matches!(n, Notice::Event { cleared: true, .. })).count();
    assert!(healed > 0 && broke - healed <= 1, "{broke} faults, {healed} cleared");
}

#[test]
fn a_soft_reset_ends_sessions_and_restarts_once() {
    let now = at("2026-11-21T08:00:00Z");
    let mut body = body(|_| {});
    body.went_online(now);
    body.remote_start(Some(1), Key::rfid("A1"), None, now);
    body.tick(now + SignedDuration::from_secs(10));
    assert!(body.reset_when_idle());
    assert!(!body.take_restart());
    body.reset(false, now + SignedDuration::from_secs(11));
    assert!(body.running().next().is_none());
    assert!(body.take_restart());
    assert!(!body.take_restart());
}
