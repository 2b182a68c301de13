use forecourt_core::Timestamp;

use super::{Cell, Format, Sheet, Table};

fn sheet(rows: Vec<Vec<Cell>>) -> Sheet {
    let at: Timestamp = "2026-06-01T22:30:00Z".parse().expect("a time");
    Sheet::list("Sessions of June", "Nordlys A/S", "Europe/Copenhagen", at, &["Started", "Key", "kWh"], rows)
        .covering("June 2026")
}

fn sample() -> Sheet {
    let at: Timestamp = "2026-06-01T22:15:00Z".parse().expect("a time");
    sheet(vec![
        vec![Cell::Time(at), Cell::text("=HYPERLINK(\"x\")"), Cell::kwh(12_345)],
        vec![Cell::Time(at), Cell::text("two, \"lines\"\nhere"), Cell::Whole(-5)],
        vec![Cell::Empty, Cell::text("+45 1234"), Cell::Empty],
    ])
}

#[test]
fn csv_is_read_by_spreadsheets_and_holds_no_formula() {
    let bytes = sample().write(Format::Csv).expect("a file");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let wanted = "\u{feff}Started (Europe/Copenhagen),Key,kWh\r\n\
        2026-06-02 00:15:00,\"'=HYPERLINK(\"\"x\"\")\",12.345\r\n\
        2026-06-02 00:15:00,\"two, \"\"lines\"\"\nhere\",-5\r\n\
        ,'+45 1234,\r\n";
    assert_eq!(text, wanted);
}

#[test]
fn every_sign_that_begins_a_formula_is_disarmed() {
    for sign in ["=", "+", "-", "@", "\t", "\r"] {
        let bytes = sheet(vec![vec![Cell::Empty, Cell::text(format!("{sign}1")), Cell::Empty]])
            .write(Format::Csv)
            .expect("a file");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.contains(&format!("'{sign}1")), "{sign:?}: {text}");
    }
}

#[test]
fn several_tables_stand_under_their_titles() {
    let mut sheet = sample();
    sheet.tables.push(Table {
        title: "By site".into(),
        columns: vec!["Site".into()],
        rows: vec![vec![Cell::text("Harbour")]],
    });
    let text = String::from_utf8(sheet.write(Format::Csv).expect("a file")).expect("UTF-8");
    assert!(text.ends_with("\"\"\r\nBy site\r\nSite\r\nHarbour\r\n"), "{text:?}");
}

#[test]
fn a_workbook_is_a_zip_and_a_file_has_a_plain_name() {
    let sheet = sample();
    let bytes = sheet.write(Format::Xlsx).expect("a file");
    assert_eq!(bytes.get(..4), Some(&b"PK\x03\x04"[..]));
    assert_eq!(sheet.file_name(Format::Xlsx), "sessions-of-june-2026-06-02.xlsx");
}

#[test]
fn pages_are_turned_and_counted() {
    let row = || vec![Cell::Empty, Cell::text("Ærø – Łódź"), Cell::kwh(1)];
    let bytes = sheet((0..200).map(|_| row()).collect()).write(Format::Pdf).expect("a file");
    assert_eq!(bytes.get(..5), Some(&b"%PDF-"[..]));
    let text = String::from_utf8_lossy(&bytes);
    let count = text.split("/Count ").nth(1).and_then(|rest| rest.split_whitespace().next());
    let count: usize = count.and_then(|n| n.parse().ok()).expect("a count of pages");
    assert!((4..=8).contains(&count), "{count}");
}
