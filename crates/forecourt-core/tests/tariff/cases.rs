//! Every file in `tariff/cases`: a tariff, what happened, and the receipt it must come to.

use forecourt_core::Timestamp;
use forecourt_core::fact::{ChargingState, Context};
use forecourt_core::idle_fee::IdleFee;
use forecourt_core::tariff::{Activity, Mark, Period, Receipt, StateMark, Tariff, What, price};
use forecourt_core::unit::{MilliAmps, WattHours, Watts};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    /// Where the figures come from.
    source: String,
    /// Where ours differ from the source, and why.
    #[serde(rename = "note")]
    _note: Option<String>,
    tariff: Tariff,
    zone: String,
    /// Local time.
    start: DateTime,
    #[serde(flatten)]
    course: Course,
    /// A subscription has paid for this much energy.
    paid_for_wh: Option<i64>,
    idle: Option<Idle>,
    expected: Expected,
}

/// What happened: already cut into periods, or as the charger told it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Course {
    Cut { periods: Vec<Step> },
    Told { seconds: i64, energy_wh: i64, readings: Vec<(i64, i64)>, states: Vec<(i64, String)> },
}

/// The plug was blocked after the session.
#[derive(Deserialize)]
struct Idle {
    fee: IdleFee,
    blocked_seconds: i64,
}

#[derive(Deserialize)]
struct Step {
    seconds: i64,
    energy_wh: i64,
    activity: Activity,
    power_w: Option<i64>,
    current_ma: Option<i64>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Expected {
    lines: Vec<ExpectedLine>,
    without_vat: String,
    with_vat: String,
}

#[derive(Debug, PartialEq, Deserialize)]
struct ExpectedLine {
    what: What,
    element: Option<u32>,
    billed: i64,
    without_vat: String,
    with_vat: String,
}

impl From<&Receipt> for Expected {
    fn from(receipt: &Receipt) -> Self {
        let text = |amount| receipt.currency.text(amount);
        let line = |l: &forecourt_core::tariff::Line| ExpectedLine {
            what: l.what,
            element: l.element,
            billed: l.billed,
            without_vat: text(l.without_vat),
            with_vat: text(l.with_vat),
        };
        let mut lines: Vec<ExpectedLine> = receipt.lines.iter().map(line).collect();
        lines.sort_by_key(order);
        Self { lines, without_vat: text(receipt.without_vat), with_vat: text(receipt.with_vat) }
    }
}

/// The cases say what a receipt holds, not in which order.
fn order(line: &ExpectedLine) -> (String, Option<u32>) {
    (format!("{:?}", line.what), line.element)
}

fn periods(case: &Case, start: Timestamp) -> Vec<Period> {
    let after = |seconds: i64| start + SignedDuration::from_secs(seconds);
    match &case.course {
        Course::Cut { periods } => cut(periods, start),
        Course::Told { seconds, energy_wh, readings, states } => {
            let mark = |(at, register): &(i64, i64)| Mark {
                at: after(*at),
                context: Context::Periodic,
                register: Some(WattHours(*register)),
                power: None,
                current: None,
            };
            let state = |(at, name): &(i64, String)| StateMark { at: after(*at), state: told_state(name) };
            let marks: Vec<Mark> = readings.iter().map(mark).collect();
            let states: Vec<StateMark> = states.iter().map(state).collect();
            let energy = WattHours(*energy_wh);
            forecourt_core::tariff::periods(start, after(*seconds), energy, &marks, &states)
        }
    }
}

fn told_state(name: &str) -> ChargingState {
    match name {
        "charging" => ChargingState::Charging,
        "suspended_ev" => ChargingState::SuspendedEV,
        "suspended_evse" => ChargingState::SuspendedEVSE,
        other => panic!("no such state: {other}"),
    }
}

fn cut(steps: &[Step], start: Timestamp) -> Vec<Period> {
    let mut at = start;
    let mut periods = Vec::new();
    for step in steps {
        let to = at + SignedDuration::from_secs(step.seconds);
        periods.push(Period {
            from: at,
            to,
            energy: WattHours(step.energy_wh),
            activity: step.activity,
            power: step.power_w.map(Watts),
            current: step.current_ma.map(MilliAmps),
        });
        at = to;
    }
    periods
}

fn receipt(case: &Case) -> Receipt {
    let zone = TimeZone::get(&case.zone).expect("a known zone");
    let start = zone.to_zoned(case.start).expect("a time that exists").timestamp();
    let periods = periods(case, start);
    let receipt = match case.paid_for_wh {
        Some(left) => price(&case.tariff.with_allowance(Some(left), None), &periods, &zone),
        None => price(&case.tariff, &periods, &zone),
    };
    let Some(Idle { fee, blocked_seconds }) = &case.idle else { return receipt };
    assert_eq!(fee.faults(), [], "{}", case.source);
    let line = fee.line(receipt.to, SignedDuration::from_secs(*blocked_seconds));
    receipt.with_line(line)
}

#[test]
fn every_case_comes_to_its_receipt() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tariff/cases");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of cases") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a readable case");
        let mut case: Case =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert_eq!(case.tariff.faults(), [], "{}", path.display());
        let receipt = receipt(&case);
        case.expected.lines.sort_by_key(order);
        assert_eq!(Expected::from(&receipt), case.expected, "{} ({})", path.display(), case.source);
        count += 1;
    }
    assert!(count >= 40, "only {count} cases were found");
}

#[test]
fn a_tariff_survives_storage() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tariff/cases");
    for entry in std::fs::read_dir(folder).expect("the folder of cases") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a readable case");
        let case: Case = serde_json::from_str(&text).expect("a case");
        let stored = serde_json::to_string(&case.tariff).expect("text");
        assert_eq!(serde_json::from_str::<Tariff>(&stored).expect("a tariff"), case.tariff);
    }
}

#[test]
fn faults_name_the_member() {
    let text = r#"{"currency":"EUR","prices":"with_vat","elements":[
        {"components":[{"dimension":"energy","price":"-1"},{"dimension":"energy","price":"1","vat":"101","step":0}]},
        {"components":[],"restrictions":{"start_time":"08:00","end_time":"08:00","min_energy_wh":5,"max_energy_wh":5,
         "start_date":"2026-06-02","end_date":"2026-06-02"}}],
        "min_price":{"with_vat":"2"},"max_price":{"with_vat":"1"}}"#;
    let tariff: Tariff = serde_json::from_str(text).expect("a tariff");
    let paths: Vec<String> = tariff.faults().into_iter().map(|f| f.path).collect();
    assert_eq!(
        paths,
        [
            "/elements/0/components/0/price",
            "/elements/0/components/1/dimension",
            "/elements/0/components/1/vat",
            "/elements/0/components/1/step",
            "/elements/1/components",
            "/elements/1/restrictions/end_time",
            "/elements/1/restrictions/end_date",
            "/elements/1/restrictions/max_energy_wh",
            "/max_price",
        ]
    );
}
