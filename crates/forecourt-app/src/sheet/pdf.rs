//! A sheet on paper: A4 across, headings repeated on each page, pages numbered.

use jiff::tz::TimeZone;

use super::font::{Face, encode, width};
use super::paper::{A4, Paper};
use super::{Cell, Sheet, Table};

const MARGIN: f32 = 36.0;
/// Room for the foot, from the lower edge.
const FOOT: f32 = 48.0;
const TITLE_SIZE: f32 = 15.0;
const NOTE_SIZE: f32 = 9.0;
/// Sizes that are tried, in points, until the columns fit.
const SIZES: [f32; 4] = [9.0, 8.0, 7.0, 6.0];
const GAP: f32 = 8.0;
/// Narrowest and widest column, in points.
const COLUMN: (f32, f32) = (26.0, 220.0);
/// Rows that are looked at to find the width of a column.
const WIDTH_ROWS: usize = 500;

pub fn write(sheet: &Sheet) -> Vec<u8> {
    let mut paper = Paper::new(A4.1, A4.0);
    let mut y = MARGIN + TITLE_SIZE;
    paper.text_within(MARGIN, y, paper.width - 2.0 * MARGIN, false, (Face::Bold, TITLE_SIZE), &sheet.title);
    y += 16.0;
    let covers = sheet.period.as_deref().map(|p| format!(" · {p}")).unwrap_or_default();
    let about = format!("{}{covers} · times in {}", sheet.organisation, sheet.zone_name());
    paper.text_within(MARGIN, y, paper.width - 2.0 * MARGIN, false, (Face::Regular, NOTE_SIZE), &about);
    y += 18.0;
    let zone = sheet.time_zone();
    for table in &sheet.tables {
        y = draw(&mut paper, sheet, table, &zone, y) + 18.0;
    }
    let made = sheet.plain(&Cell::Time(sheet.made_at), &zone);
    let left = format!("{} · {} · made {made} {}", sheet.organisation, sheet.title, sheet.zone_name());
    paper.feet(|page, of| (left.clone(), format!("Page {page} of {of}")));
    paper.finish(&sheet.title, &sheet.organisation)
}

struct Columns {
    size: f32,
    widths: Vec<f32>,
    right: Vec<bool>,
    headings: Vec<String>,
}

fn draw(paper: &mut Paper, sheet: &Sheet, table: &Table, zone: &TimeZone, start: f32) -> f32 {
    let columns = measure(paper, sheet, table, zone);
    let line = columns.size * 1.55;
    let lowest = paper.height - FOOT;
    let mut y = start;
    if y + 4.0 * line > lowest {
        paper.turn();
        y = MARGIN + line;
    }
    if !table.title.is_empty() {
        paper.text(MARGIN, y, Face::Bold, 11.0, &table.title);
        y += 16.0;
    }
    y = heading(paper, &columns, y, line);
    for row in &table.rows {
        if y > lowest {
            paper.turn();
            y = heading(paper, &columns, MARGIN + line, line);
        }
        let mut x = MARGIN;
        for (n, cell) in row.iter().enumerate() {
            let Some(room) = columns.widths.get(n) else { break };
            let right = columns.right.get(n).copied().unwrap_or(false);
            let text = sheet.plain(cell, zone);
            paper.text_within(x, y, *room, right, (Face::Regular, columns.size), &text);
            x += room + GAP;
        }
        paper.line(MARGIN, paper.width - MARGIN, y + line * 0.3, 0.88);
        y += line;
    }
    if table.rows.is_empty() {
        paper.text(MARGIN, y, Face::Regular, columns.size, "Nothing in this period.");
        y += line;
    }
    y
}

fn heading(paper: &mut Paper, columns: &Columns, y: f32, line: f32) -> f32 {
    paper.band(MARGIN - 3.0, paper.width - MARGIN + 3.0, y - columns.size - 2.0, line);
    let mut x = MARGIN;
    for (n, name) in columns.headings.iter().enumerate() {
        let room = columns.widths.get(n).copied().unwrap_or(COLUMN.0);
        let right = columns.right.get(n).copied().unwrap_or(false);
        paper.text_within(x, y, room, right, (Face::Bold, columns.size), name);
        x += room + GAP;
    }
    y + line
}

/// The largest size at which every column has the room it asks for; else all give way in proportion.
fn measure(paper: &Paper, sheet: &Sheet, table: &Table, zone: &TimeZone) -> Columns {
    let headings = sheet.headings(table);
    let room = paper.width - 2.0 * MARGIN - GAP * headings.len().saturating_sub(1) as f32;
    let at = |size: f32| -> Vec<f32> {
        let column = |(n, heading): (usize, &String)| {
            let cells = table.rows.iter().take(WIDTH_ROWS).filter_map(|row| row.get(n));
            let widest = cells
                .map(|cell| width(&encode(&sheet.plain(cell, zone)), Face::Regular, size))
                .fold(width(&encode(heading), Face::Bold, size), f32::max);
            widest.clamp(COLUMN.0, COLUMN.1) + 1.0
        };
        headings.iter().enumerate().map(column).collect()
    };
    let mut chosen = (SIZES[0], at(SIZES[0]));
    for size in SIZES {
        chosen = (size, at(size));
        if chosen.1.iter().sum::<f32>() <= room {
            break;
        }
    }
    let (size, mut widths) = chosen;
    let asked: f32 = widths.iter().sum();
    if asked > room {
        widths.iter_mut().for_each(|w| *w *= room / asked);
    }
    let numeric = |n: usize| {
        table
            .rows
            .iter()
            .find_map(|row| row.get(n).filter(|c| **c != Cell::Empty))
            .is_some_and(|cell| matches!(cell, Cell::Whole(_) | Cell::Fixed { .. }))
    };
    let right = (0..headings.len()).map(numeric).collect();
    Columns { size, widths, right, headings }
}
