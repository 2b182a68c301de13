//! Idle fees at their exact boundaries: the blocking fee by intervals and the overstay fee are settings of one engine.

use forecourt_core::Timestamp;
use forecourt_core::idle_fee::{Course, IdleFee, Sight, Triggers};
use forecourt_core::tariff::{Amount, VatRate};
use forecourt_core::unit::Currency;
use jiff::SignedDuration;
use proptest::prelude::*;

fn euro() -> Currency {
    Currency::read("EUR").expect("a currency")
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("a time")
}

fn overstay() -> IdleFee {
    IdleFee {
        grace_min: 10,
        flat: Amount(5_000_000),
        recurring: Amount(1_000_000),
        every_min: 15,
        at_once: false,
        cap: Some(Amount(8_000_000)),
        uncapped: false,
        triggers: Triggers { after_charging: true, idle_min: None, max_stay_min: None },
        ..IdleFee::blocking(euro(), Amount(0), 10)
    }
}

fn owed(fee: &IdleFee, seconds: i64) -> i64 {
    fee.owed(SignedDuration::from_secs(seconds)).1.0 / 1_000_000
}

#[test]
fn a_blocking_fee_is_one_for_each_full_interval() {
    for interval in [5, 15, 30, 60] {
        let fee = IdleFee::blocking(euro(), Amount(2_000_000), interval);
        assert_eq!(fee.faults(), [], "{interval}");
        for intervals in 0..40 {
            let full = interval * 60 * intervals;
            // floor(t / I) × F, also one second to either side.
            assert_eq!(owed(&fee, full), 2 * intervals, "{interval} min after {full} s");
            assert_eq!(owed(&fee, full + 1), 2 * intervals);
            assert_eq!(owed(&fee, full + interval * 60 - 1), 2 * intervals);
        }
    }
}

#[test]
fn an_overstay_fee_has_a_grace_a_flat_part_intervals_and_a_cap() {
    let fee = overstay();
    let table =
        [(0, 0), (599, 0), (600, 5), (600 + 899, 5), (600 + 900, 6), (600 + 1_800, 7), (600 + 2_700, 8)];
    for (seconds, amount) in table {
        assert_eq!(owed(&fee, seconds), amount, "{seconds}");
    }
    assert_eq!(owed(&fee, 1_000_000), 8, "the cap");
    let at_once = IdleFee { at_once: true, ..overstay() };
    assert_eq!((owed(&at_once, 599), owed(&at_once, 600), owed(&at_once, 1_500)), (0, 6, 7));
    let open = IdleFee { cap: None, recurring: Amount(50_000_000), ..overstay() };
    assert_eq!(owed(&open, 1_000_000), 100, "the platform's cap where the operator sets none");
}

#[test]
fn the_line_contains_vat_and_is_absent_where_nothing_is_owed() {
    let fee = IdleFee { vat: Some(VatRate(200_000)), ..overstay() };
    let line = |minutes: i64| fee.line(at(0), SignedDuration::from_mins(minutes));
    assert_eq!(line(9), None);
    let line = line(10).expect("a line");
    assert_eq!((line.without_vat.0, line.with_vat.0), (417, 500));
    assert_eq!((line.billed, line.to), (600_000, at(600)));
}

#[test]
fn only_time_that_was_seen_counts() {
    let mut course = Course::default();
    course.see(Sight::Blocked, at(50));
    assert_eq!(course.blocked(), SignedDuration::ZERO, "nothing has begun");
    course.begin(at(100), SignedDuration::ZERO);
    course.see(Sight::Blocked, at(160));
    assert_eq!(course.blocked(), SignedDuration::from_secs(60));
    // The station went away 20 s after the last look: those count, the rest does not.
    course.see(Sight::Unseen { since: at(180) }, at(400));
    course.see(Sight::Unseen { since: at(180) }, at(500));
    assert_eq!(course.blocked(), SignedDuration::from_secs(80));
    course.see(Sight::Blocked, at(600));
    assert_eq!(course.blocked(), SignedDuration::from_secs(80), "it goes on from here");
    course.see(Sight::Blocked, at(630));
    course.see(Sight::Over { since: at(640) }, at(900));
    assert_eq!(course.blocked(), SignedDuration::from_secs(120));
    course.see(Sight::Blocked, at(1_000));
    assert_eq!(course.blocked(), SignedDuration::from_secs(120), "what is over stays over");
    assert!(course.ended);
}

#[test]
fn wrong_fees_are_named() {
    let fields = |fee: IdleFee| fee.faults().into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(fields(overstay()), [""; 0]);
    assert_eq!(fields(IdleFee { grace_min: 9, ..overstay() }), ["/grace_min"]);
    assert_eq!(fields(IdleFee { every_min: 0, ..overstay() }), ["/every_min"]);
    assert_eq!(fields(IdleFee { cap: Some(Amount(101_000_000)), ..overstay() }), ["/cap"]);
    assert_eq!(fields(IdleFee { triggers: Triggers::default(), ..overstay() }), ["/triggers"]);
    let free = IdleFee { flat: Amount(0), recurring: Amount(0), ..overstay() };
    assert_eq!(fields(free), ["/recurring"]);
}

proptest! {
    #[test]
    fn longer_is_never_cheaper(
        grace in 10_i64..200, every in 1_i64..200, flat in 0_i64..50_000_000, recurring in 1_i64..5_000_000,
        at_once: bool, shorter in 0_i64..500_000, more in 0_i64..500_000,
    ) {
        let fee = IdleFee {
            grace_min: grace, every_min: every, flat: Amount(flat), recurring: Amount(recurring), at_once, ..overstay()
        };
        let owed = |seconds| fee.owed(SignedDuration::from_secs(seconds)).1;
        prop_assert!(owed(shorter) <= owed(shorter + more));
        prop_assert!(owed(shorter + more) <= Amount(8_000_000));
    }

    #[test]
    fn however_often_one_looks_the_same_time_counts(looks in prop::collection::vec(1_i64..400, 1..30)) {
        let (mut often, mut once) = (Course::default(), Course::default());
        often.begin(at(0), SignedDuration::ZERO);
        once.begin(at(0), SignedDuration::ZERO);
        let mut now = 0;
        for step in looks {
            now += step;
            often.see(Sight::Blocked, at(now));
        }
        once.see(Sight::Blocked, at(now));
        prop_assert_eq!(often.blocked(), once.blocked());
    }
}
