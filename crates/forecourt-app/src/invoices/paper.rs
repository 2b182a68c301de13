//! An invoice or a credit note on paper.

use forecourt_core::Timestamp;
use forecourt_core::unit::{MinorUnits, fixed};
use jiff::tz::TimeZone;

use super::{Invoice, InvoiceContent};
use crate::sheet::logo;
use crate::sheet::paper::{A4, Face, Paper, Picture};

/// White around the text, in points.
const MARGIN: f32 = 56.0;
/// Where columns end, from the left edge.
const ENERGY: f32 = 370.0;
const VAT: f32 = 420.0;
const NET: f32 = 480.0;
/// Room below which a new page begins.
const FOOT: f32 = 150.0;

pub(super) fn draw(invoice: &Invoice, mark: Option<Picture>) -> Vec<u8> {
    let Invoice { record, content } = invoice;
    let zone = TimeZone::get(&content.zone).unwrap_or(TimeZone::UTC);
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date().to_string();
    let title = if record.of.is_some() { "Credit note" } else { "Invoice" };
    let mut paper = Paper::new(A4.0, A4.1);
    let below = logo::place(&mut paper, mark, MARGIN);
    let y = address(&mut paper, invoice, title, (&day, below));
    let y = lines(&mut paper, invoice, y + 20.0, &day);
    sums(&mut paper, invoice, y + 12.0);
    let seller = content.seller.first().cloned().unwrap_or_default();
    let foot = format!("{seller} · {} {}", title.to_lowercase(), record.number);
    paper.feet(|page, of| (foot.clone(), format!("Page {page} of {of}")));
    paper.finish(&format!("{title} {}", record.number), &seller)
}

/// Seller, buyer, number and days; gives where it ends.
fn address(
    paper: &mut Paper,
    invoice: &Invoice,
    title: &str,
    (day, below): (&impl Fn(Timestamp) -> String, f32),
) -> f32 {
    let Invoice { record, content } = invoice;
    let right = paper.width - MARGIN;
    let mut y = MARGIN + 10.0 + below;
    for (n, line) in content.seller.iter().enumerate() {
        let (face, size, step) = if n == 0 { (Face::Bold, 14.0, 16.0) } else { (Face::Regular, 9.0, 12.0) };
        paper.text_within(MARGIN, y, 300.0, false, (face, size), line);
        y += step;
    }
    paper.text_right(right, MARGIN + 10.0, Face::Bold, 18.0, title);
    let last = match content.of_number {
        Some(number) => format!("Takes back invoice {number}"),
        None => format!("To be paid by {}", day(record.due_at)),
    };
    let facts = [format!("No. {}", record.number), format!("Date {}", day(record.issued_at)), last];
    for (n, fact) in (0_u8..).zip(&facts) {
        paper.text_right(right, MARGIN + 28.0 + 13.0 * f32::from(n), Face::Regular, 9.0, fact);
    }
    y = y.max(MARGIN + 70.0) + 18.0;
    paper.text(MARGIN, y, Face::Regular, 8.0, "To");
    y += 13.0;
    for line in &content.buyer {
        paper.text_within(MARGIN, y, 300.0, false, (Face::Regular, 10.0), line);
        y += 13.0;
    }
    if let Some(reason) = &content.reason {
        y += 8.0;
        let text = format!("Reason: {reason}");
        paper.text_within(MARGIN, y, right - MARGIN, false, (Face::Regular, 9.0), &text);
        y += 13.0;
    }
    y
}

fn lines(paper: &mut Paper, invoice: &Invoice, start: f32, day: &impl Fn(Timestamp) -> String) -> f32 {
    let Invoice { record, content } = invoice;
    let right = paper.width - MARGIN;
    let money = |amount| record.currency.text(amount);
    let mut y = head(paper, record.currency.code(), start);
    for line in &content.lines {
        if y > paper.height - FOOT {
            paper.turn();
            y = head(paper, record.currency.code(), MARGIN + 20.0);
        }
        paper.text(MARGIN, y, Face::Regular, 9.0, &day(line.at));
        paper.text_within(MARGIN + 60.0, y, ENERGY - MARGIN - 120.0, false, (Face::Regular, 9.0), &line.text);
        if let Some(wh) = line.energy_wh {
            paper.text_right(ENERGY, y, Face::Regular, 9.0, &format!("{} kWh", fixed(wh, 3)));
        }
        if let Some(vat) = &line.vat {
            paper.text_right(VAT, y, Face::Regular, 9.0, &format!("{vat} %"));
        }
        paper.text_right(NET, y, Face::Regular, 9.0, &money(line.without_vat));
        paper.text_right(right, y, Face::Regular, 9.0, &money(line.with_vat));
        y += 6.0;
        paper.line(MARGIN, right, y, 0.88);
        y += 12.0;
    }
    y
}

fn head(paper: &mut Paper, currency: &str, y: f32) -> f32 {
    let right = paper.width - MARGIN;
    paper.band(MARGIN - 4.0, right + 4.0, y - 11.0, 16.0);
    paper.text(MARGIN, y, Face::Bold, 9.0, "Day");
    paper.text(MARGIN + 60.0, y, Face::Bold, 9.0, "What");
    for (x, name) in [(ENERGY, "Energy"), (VAT, "VAT"), (NET, "Net")] {
        paper.text_right(x, y, Face::Bold, 9.0, name);
    }
    paper.text_right(right, y, Face::Bold, 9.0, &format!("{currency} gross"));
    y + 18.0
}

fn sums(paper: &mut Paper, invoice: &Invoice, start: f32) {
    let Invoice { record, content } = invoice;
    let right = paper.width - MARGIN;
    let money = |amount| record.currency.text(amount);
    let mut y = start;
    if y > paper.height - FOOT {
        paper.turn();
        y = MARGIN + 20.0;
    }
    for (name, value) in rows(content, &money) {
        paper.text_right(VAT, y, Face::Regular, 9.0, &name);
        paper.text_right(right, y, Face::Regular, 9.0, &value);
        y += 14.0;
    }
    paper.line(VAT - 90.0, right, y - 8.0, 0.4);
    y += 4.0;
    paper.text_right(VAT, y, Face::Bold, 11.0, "Total");
    let total = format!("{} {}", record.currency.code(), money(record.with_vat));
    paper.text_right(right, y, Face::Bold, 11.0, &total);
}

fn rows(content: &InvoiceContent, money: &impl Fn(MinorUnits) -> String) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for sum in content.vat_sums() {
        let rate = sum.vat.map_or_else(|| "other rates".to_owned(), |vat| format!("{vat} %"));
        rows.push((format!("Net at {rate}"), money(sum.without_vat)));
        rows.push((format!("VAT {rate}"), money(MinorUnits(sum.with_vat.0 - sum.without_vat.0))));
    }
    rows
}
