//! CSV after RFC 4180, in UTF-8 with a mark, so that spreadsheets read it rightly.

use ::csv::{Terminator, WriterBuilder};

use super::{Cell, Sheet, SheetError};

/// Tells spreadsheets that the text is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One table: heading and rows, nothing else. Several: each under its title, with an empty line between.
pub fn write(sheet: &Sheet) -> Result<Vec<u8>, SheetError> {
    let wrong = |error: ::csv::Error| SheetError(error.to_string());
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .flexible(true)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    let zone = sheet.time_zone();
    let several = sheet.tables.len() > 1;
    for (n, table) in sheet.tables.iter().enumerate() {
        if n > 0 {
            writer.write_record([""]).map_err(wrong)?;
        }
        if several {
            writer.write_record([harmless(&table.title)]).map_err(wrong)?;
        }
        writer.write_record(sheet.headings(table).iter().map(|h| harmless(h))).map_err(wrong)?;
        for row in &table.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => harmless(text),
                other => sheet.plain(other, &zone),
            });
            writer.write_record(cells).map_err(wrong)?;
        }
    }
    writer.into_inner().map_err(|error| SheetError(error.to_string()))
}

/// Text that a spreadsheet would take for a formula gets an apostrophe in front: a charger chooses its own words.
fn harmless(text: &str) -> String {
    let formula = text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}']);
    if formula || text.starts_with(['\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}
