//! A workbook: one worksheet a table, heading frozen, with filters; what it covers stands on a worksheet of its own.

use jiff::tz::TimeZone;
use rust_xlsxwriter::{DocProperties, Format, Workbook, Worksheet, XlsxError};

use super::{Cell, Sheet, SheetError, Table};

/// Longest name of a worksheet.
const NAME_MAX_CHARS: usize = 31;
/// Narrowest and widest column, in characters.
const WIDTH_CHARS: (usize, usize) = (8, 48);
/// Rows that are looked at to find the width of a column.
const WIDTH_ROWS: usize = 200;
/// Longest text of a cell, as spreadsheets have it.
const TEXT_MAX_CHARS: usize = 32_767;

pub fn write(sheet: &Sheet) -> Result<Vec<u8>, SheetError> {
    build(sheet).map_err(|error| SheetError(error.to_string()))
}

fn build(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_title(&sheet.title).set_company(&sheet.organisation));
    let zone = sheet.time_zone();
    let mut taken = Vec::new();
    for table in &sheet.tables {
        let page = book.add_worksheet();
        let wanted = if table.title.is_empty() { &sheet.title } else { &table.title };
        page.set_name(free_name(wanted, &mut taken))?;
        fill(page, sheet, table, &zone)?;
    }
    about(book.add_worksheet(), sheet, &mut taken)?;
    book.save_to_buffer()
}

fn fill(page: &mut Worksheet, sheet: &Sheet, table: &Table, zone: &TimeZone) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let fixed: Vec<Format> = ["0", "0.0", "0.00", "0.000", "0.0000"]
        .into_iter()
        .map(|text| Format::new().set_num_format(text))
        .collect();
    let headings = sheet.headings(table);
    for (n, heading) in (0_u16..).zip(&headings) {
        page.write_string_with_format(0, n, heading, &bold)?;
    }
    for (line, row) in (1_u32..).zip(&table.rows) {
        for (n, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Empty => continue,
                // Written as text, never read as a formula.
                Cell::Text(text) => {
                    page.write_string(line, n, text.chars().take(TEXT_MAX_CHARS).collect::<String>())?
                }
                Cell::Whole(value) => page.write_number(line, n, *value as f64)?,
                Cell::Fixed { value, decimals } => {
                    let number = *value as f64 / 10_f64.powi(i32::try_from(*decimals).unwrap_or(0));
                    match fixed.get(*decimals as usize) {
                        Some(format) => page.write_number_with_format(line, n, number, format)?,
                        None => page.write_number(line, n, number)?,
                    }
                }
                Cell::Time(at) => {
                    let local = at.to_zoned(zone.clone()).datetime();
                    page.write_datetime_with_format(line, n, local, &time)?
                }
            };
        }
    }
    for (n, width) in (0_u16..).zip(widths(sheet, table, &headings, zone)) {
        page.set_column_width(n, width)?;
    }
    page.set_freeze_panes(1, 0)?;
    page.set_landscape();
    let last = (u32::try_from(table.rows.len()), u16::try_from(headings.len()));
    if let (Ok(rows), Ok(columns @ 1..)) = last {
        page.autofilter(0, 0, rows, columns - 1)?;
    }
    Ok(())
}

fn widths(sheet: &Sheet, table: &Table, headings: &[String], zone: &TimeZone) -> Vec<f64> {
    let of = |(n, heading): (usize, &String)| {
        let cells = table.rows.iter().take(WIDTH_ROWS).filter_map(|row| row.get(n));
        let longest = cells.map(|cell| sheet.plain(cell, zone).chars().count()).max().unwrap_or(0);
        longest.max(heading.chars().count()).clamp(WIDTH_CHARS.0, WIDTH_CHARS.1) as f64 + 2.0
    };
    headings.iter().enumerate().map(of).collect()
}

/// What the file is about, away from the data.
fn about(page: &mut Worksheet, sheet: &Sheet, taken: &mut Vec<String>) -> Result<(), XlsxError> {
    page.set_name(free_name("About", taken))?;
    let made = sheet.plain(&Cell::Time(sheet.made_at), &sheet.time_zone());
    let lines = [
        ("Title", sheet.title.as_str()),
        ("Organisation", sheet.organisation.as_str()),
        ("Covers", sheet.period.as_deref().unwrap_or("everything")),
        ("Time zone", sheet.zone_name()),
        ("Made at", made.as_str()),
    ];
    for (line, (name, value)) in (0_u32..).zip(lines) {
        page.write_string(line, 0, name)?;
        page.write_string(line, 1, value)?;
    }
    page.set_column_width(0, 14)?;
    page.set_column_width(1, 48)?;
    Ok(())
}

/// A name a worksheet may have and no other of this book has.
fn free_name(wanted: &str, taken: &mut Vec<String>) -> String {
    let allowed = |c: &char| !c.is_control() && !['[', ']', ':', '*', '?', '/', '\\', '\''].contains(c);
    let base: String = wanted.chars().filter(allowed).take(NAME_MAX_CHARS - 3).collect();
    let base = if base.trim().is_empty() { "Table".to_owned() } else { base.trim().to_owned() };
    let is_free = |name: &String| !taken.iter().any(|t| t.eq_ignore_ascii_case(name));
    let numbered = (2..).map(|n| format!("{base} {n}"));
    let name = std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base);
    taken.push(name.clone());
    name
}
