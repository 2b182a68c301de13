//! Sessions under real conditions: repeats, gaps, late and reversed messages, and meters that misbehave.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::fact::{Context, MeterReport, Phase, PresentedToken, Reading, TransactionReport};
use crate::id::EvseNumber;
use crate::token::TokenKind;

fn at(minute: i64) -> Timestamp {
    "2026-03-01T10:00:00Z".parse::<Timestamp>().expect("a time") + SignedDuration::from_mins(minute)
}

fn place() -> Place {
    Place {
        organisation: OrganisationId(1),
        site: SiteId(2),
        station: StationId(3),
        max_power: Some(Watts(22_000)),
    }
}

fn reading(minute: i64, wh: i64, context: Context) -> Reading {
    Reading { register: Some(WattHours(wh)), ..Reading::empty(at(minute), context) }
}

fn report(phase: Phase, minute: i64) -> TransactionReport {
    TransactionReport {
        phase,
        reference: Some(TransactionRef("T1".into())),
        evse: Some(EvseNumber(1)),
        connector: None,
        token: Some(PresentedToken { uid: "CARD".into(), kind: TokenKind::Rfid }),
        at: Some(at(minute)),
        seq: None,
        offline: false,
        charging_state: None,
        stop_reason: None,
        readings: Vec::new(),
        remote_start_id: None,
        reservation: None,
    }
}

/// start 0 min at 100 Wh, readings at 10 and 20 min, stop at 30 min with 9,100 Wh.
fn conversation() -> Vec<TransactionReport> {
    let with = |phase, minute, wh, context| TransactionReport {
        readings: vec![reading(minute, wh, context)],
        ..report(phase, minute)
    };
    vec![
        with(Phase::Started, 0, 100, Context::Begin),
        with(Phase::Updated, 10, 3_100, Context::Periodic),
        with(Phase::Updated, 20, 6_100, Context::Periodic),
        with(Phase::Ended, 30, 9_100, Context::End),
    ]
}

fn hear(found: Option<Session>, report: &TransactionReport) -> Session {
    let fresh = || (SessionId(9), TransactionRef("1".into()));
    apply_transaction(found, report, place(), fresh, at(31)).session
}

fn hear_all<'a>(reports: impl IntoIterator<Item = &'a TransactionReport>) -> Session {
    reports.into_iter().fold(None, |found, report| Some(hear(found, report))).expect("at least one report")
}

#[test]
fn an_ordinary_visit() {
    let session = hear_all(&conversation());
    assert_eq!(session.energy(), WattHours(9_000));
    assert_eq!(session.meter.source(), EnergySource::Register);
    assert_eq!(session.state, State::Ended { at: at(30), by: EndedBy::Station });
    assert_eq!(session.token.as_deref(), Some("CARD"));
    assert!(!session.needs_review());
}

#[test]
fn a_stop_without_a_start_is_reconstructed_and_mended_by_the_late_start() {
    let all = conversation();
    let only_stop = hear(None, &all[3]);
    assert!(only_stop.flags.has(Flag::Reconstructed) && only_stop.needs_review());
    assert_eq!(only_stop.energy(), WattHours::ZERO);
    let mended = hear(Some(only_stop), &all[0]);
    assert!(!mended.flags.has(Flag::Reconstructed));
    assert_eq!((mended.started_at, mended.energy()), (at(0), WattHours(9_000)));
}

#[test]
fn a_conclusion_of_ours_gives_way_to_the_station() {
    let all = conversation();
    let running = hear_all(&all[..2]);
    let closed = close(running, at(10), EndedBy::Reconciler);
    assert!(closed.flags.has(Flag::Provisional));
    let again = hear(Some(closed.clone()), &all[2]);
    assert!(again.is_active() && !again.flags.has(Flag::Provisional));
    let ended = hear(Some(closed), &all[3]);
    assert_eq!(ended.state, State::Ended { at: at(30), by: EndedBy::Station });
    assert_eq!(ended.energy(), WattHours(9_000));
    assert!(!ended.flags.has(Flag::Provisional));
}

#[test]
fn a_stop_below_the_start_bills_nothing_and_is_held() {
    let mut all = conversation();
    all[3].readings = vec![reading(30, 10, Context::End)];
    let session = hear_all([&all[0], &all[3]]);
    assert_eq!(session.energy(), WattHours::ZERO);
    assert!(session.flags.has(Flag::NegativeEnergy) && session.needs_review());
}

#[test]
fn a_register_that_falls_to_zero_for_one_sample_is_left_out() {
    let mut all = conversation();
    all.insert(
        2,
        TransactionReport { readings: vec![reading(15, 0, Context::Periodic)], ..report(Phase::Updated, 15) },
    );
    let session = hear_all(&all);
    assert_eq!(session.energy(), WattHours(9_000));
    assert!(session.flags.has(Flag::RegisterOutlier) && !session.flags.has(Flag::MeterReset));
}

#[test]
fn a_register_that_starts_again_counts_both_stretches() {
    let mut all = conversation();
    let later = |minute, wh| TransactionReport {
        readings: vec![reading(minute, wh, Context::Periodic)],
        ..report(Phase::Updated, minute)
    };
    all.truncate(2);
    all.extend([later(15, 500), later(20, 1_500)]);
    // 100 → 3,100, then from zero to 1,500.
    let session = hear_all(&all);
    assert_eq!(session.energy(), WattHours(4_500));
    assert!(session.flags.has(Flag::MeterReset));
}

#[test]
fn a_register_that_rolls_over_goes_on_counting() {
    let mut all = conversation();
    all[0].readings = vec![reading(0, 9_999_000, Context::Begin)];
    all[1].readings = vec![reading(10, 2_000, Context::Periodic)];
    let session = hear_all(&all[..2]);
    assert_eq!(session.energy(), WattHours(3_000));
    assert!(session.flags.has(Flag::MeterRollover));
}

#[test]
fn a_start_of_zero_beside_a_real_register_is_not_billed() {
    let mut all = conversation();
    all[0].readings = vec![reading(0, 0, Context::Begin)];
    for (report, wh) in all[1..].iter_mut().zip([5_000_000, 5_003_000, 5_006_000]) {
        report.readings[0].register = Some(WattHours(wh));
    }
    assert_eq!(hear_all(&all).energy(), WattHours(6_000));
}

#[test]
fn a_jump_that_no_charger_delivers_is_not_billed() {
    let mut all = conversation();
    all[2].readings[0].register = Some(WattHours(900_000_000));
    let session = hear_all(&all);
    assert_eq!(session.energy(), WattHours(9_000));
    assert!(session.flags.has(Flag::RegisterOutlier));
}

#[test]
fn phases_are_never_added_to_a_total() {
    let mut all = conversation();
    for report in &mut all[1..3] {
        let total = report.readings[0].register.take();
        report.readings[0].register_phase_sum = total.map(|t| WattHours(t.0 * 7));
    }
    let session = hear_all(&all);
    assert_eq!(session.energy(), WattHours(9_000));
    assert_eq!(session.meter.source(), EnergySource::StartStop);
}

#[test]
fn phases_stand_in_where_there_is_no_total() {
    let mut all = conversation();
    for report in &mut all {
        report.readings[0].register_phase_sum = report.readings[0].register.take();
    }
    let session = hear_all(&all);
    assert_eq!((session.energy(), session.meter.source()), (WattHours(9_000), EnergySource::PhaseSum));
}

#[test]
fn a_clock_of_1970_costs_no_energy() {
    let mut all = conversation();
    for report in &mut all {
        report.at = Some(Timestamp::UNIX_EPOCH);
        report.readings[0].at = Timestamp::UNIX_EPOCH;
    }
    let fresh = || (SessionId(9), TransactionRef("1".into()));
    let mut found = None;
    for (number, report) in all.iter().enumerate() {
        let now = at(10 * i64::try_from(number).expect("small"));
        found = Some(apply_transaction(found, report, place(), fresh, now).session);
    }
    let session = found.expect("a session");
    assert_eq!(session.energy(), WattHours(9_000));
    assert!(session.flags.has(Flag::Clock));
    assert_eq!(session.started_at, at(0));
}

#[test]
fn readings_from_before_the_start_do_not_belong() {
    let session = hear_all(&conversation()[..1]);
    let stray = MeterReport {
        evse: EvseNumber(1),
        connector: None,
        reference: None,
        readings: vec![reading(-120, 50, Context::Clock)],
    };
    assert_eq!(apply_meter(session, &stray, None, at(31)), None);
}

#[test]
fn numbers_that_begin_again_after_a_restart_are_new_sessions() {
    let mut ended = hear_all(&conversation());
    ended.reference = TransactionRef("0".into());
    let known = [ended];
    let again = |phase, minute, seq| TransactionReport {
        reference: Some(TransactionRef("0".into())),
        seq: Some(seq),
        ..report(phase, minute)
    };
    assert_eq!(find(&known, &again(Phase::Started, 60, 0), None), Found::None);
    assert_eq!(find(&known, &again(Phase::Started, 0, 0), None), Found::Session(0));
    assert_eq!(find(&known, &again(Phase::Ended, 30, 3), None), Found::Session(0));
}

#[test]
fn a_stop_without_a_number_finds_the_only_running_session() {
    let running = hear_all(&conversation()[..2]);
    let nameless = TransactionReport { reference: None, ..report(Phase::Ended, 30) };
    assert_eq!(find(&[running], &nameless, None), Found::Session(0));
}

#[test]
fn a_start_that_comes_again_is_recognised() {
    let mut first = report(Phase::Started, 0);
    first.reference = None;
    first.readings = vec![reading(0, 100, Context::Begin)];
    let session = hear(None, &first);
    let key = start_key(&first);
    assert_eq!(find(std::slice::from_ref(&session), &first, key.as_deref()), Found::Repeat(0));
    let mut other = first.clone();
    other.at = Some(at(1));
    assert_eq!(find(&[session], &other, start_key(&other).as_deref()), Found::None);
}

proptest! {
    /// Any order, any repeats: the same session.
    #[test]
    fn order_and_repeats_change_nothing(order in proptest::collection::vec(0_usize..4, 0..12)) {
        let all = conversation();
        let expected = hear_all(&all);
        // Every message arrives at least once.
        let heard: Vec<&TransactionReport> = order.iter().map(|n| &all[*n]).chain(&all).collect();
        let session = hear_all(heard);
        prop_assert_eq!(session.energy(), expected.energy());
        prop_assert_eq!(session.state, expected.state);
        prop_assert_eq!(session.started_at, expected.started_at);
        prop_assert_eq!(session.flags.has(Flag::Reconstructed), false);
    }

    /// Whatever a register shows, energy is never negative and nothing overflows.
    #[test]
    fn no_meter_makes_a_negative_bill(values in proptest::collection::vec((0_i64..600, any::<i64>()), 1..20)) {
        let mut session = None;
        for (minute, wh) in values {
            let next = TransactionReport {
                readings: vec![reading(minute, wh, Context::Periodic)],
                ..report(Phase::Updated, minute)
            };
            session = Some(hear(session, &next));
        }
        prop_assert!(session.expect("one at least").energy().0 >= 0);
    }
}
