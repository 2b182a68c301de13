//! Every file in `tariff/cases`: a tariff, what happened, and the receipt it must come to.

use forecourt_core::Timestamp;
use forecourt_core::tariff::{Activity, Period, Receipt, Tariff, What, price};
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
    periods: Vec<Step>,
    expected: Expected,
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

fn periods(case: &Case, zone: &TimeZone) -> Vec<Period> {
    let mut at: Timestamp = zone.to_zoned(case.start).expect("a time that exists").timestamp();
    let mut periods = Vec::new();
    for step in &case.periods {
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

#[test]
fn every_case_comes_to_its_receipt() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tariff/cases");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of cases") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a readable case");
        let mut case: Case =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let zone = TimeZone::get(&case.zone).expect("a known zone");
        assert_eq!(case.tariff.faults(), [], "{}", path.display());
        let receipt = price(&case.tariff, &periods(&case, &zone), &zone);
        case.expected.lines.sort_by_key(order);
        assert_eq!(Expected::from(&receipt), case.expected, "{} ({})", path.display(), case.source);
        count += 1;
    }
    assert!(count >= 30, "only {count} cases were found");
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
