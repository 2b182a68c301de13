//! Carbon intensity of a price zone from a CSV text: every line is looked at, and nothing is taken where one is wrong.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord, Trim};
use forecourt_core::Timestamp;
use forecourt_core::schedule::PricedSlot;

use super::carbon::{SLOTS_MAX, is_likely, is_stretch, read_zone};
use crate::electricity::utc;
use crate::{App, AppError, Principal};

/// Bytes of one file: its lines are short.
const FILE_MAX_BYTES: usize = 500_000;
/// Wrong lines that are named: after these the file is another one.
const PROBLEMS_MAX: usize = 50;

/// What a text holds, and what became of it.
#[derive(Debug, Clone)]
pub struct CarbonImport {
    /// From the first moment to the last of the lines that can be read.
    pub span: Option<(Timestamp, Timestamp)>,
    pub problems: Vec<CarbonLine>,
    /// Stretches that were written: none where a line is wrong.
    pub imported: usize,
}

/// A line that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarbonLine {
    /// As a spreadsheet counts: the headings are line 1.
    pub line: u64,
    pub problem: CarbonProblem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarbonProblem {
    /// One of the times cannot be read.
    Time,
    /// It ends before it begins, or holds for more than a day.
    Length,
    /// No whole number of grams that any power station could give.
    Grams,
    /// Another line speaks of the same time.
    Overlap,
}

impl CarbonProblem {
    pub fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Length => "length",
            Self::Grams => "grams",
            Self::Overlap => "overlap",
        }
    }
}

impl App {
    pub async fn import_carbon(
        &self,
        principal: &Principal,
        zone: &str,
        text: &str,
    ) -> Result<CarbonImport, AppError> {
        crate::electricity::may_price(principal)?;
        read_zone(zone)?;
        let (slots, problems) = read(text)?;
        let span = slots.first().zip(slots.last()).map(|(first, last)| (first.from, last.until));
        if !problems.is_empty() {
            return Ok(CarbonImport { span, problems, imported: 0 });
        }
        let imported = slots.len();
        self.put_carbon(principal, zone, slots).await?;
        Ok(CarbonImport { span, problems, imported })
    }
}

/// Where the columns of a text are.
struct Columns {
    from: usize,
    until: usize,
    grams: usize,
}

/// The stretches in the order of time, and the lines that are none.
fn read(text: &str) -> Result<(Vec<PricedSlot>, Vec<CarbonLine>), AppError> {
    let wrong = |message: String| AppError::field("/csv", message);
    if text.len() > FILE_MAX_BYTES {
        return Err(wrong(format!("at most {} kB", FILE_MAX_BYTES / 1_000)));
    }
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let between = [b';', b'\t'].into_iter().find(|mark| first.bytes().any(|b| b == *mark)).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().delimiter(between).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let names = reader.headers().map_err(|error| wrong(error.to_string()))?;
    let place = |wanted: &str| names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
    let columns = place("from").zip(place("until")).zip(place("grams_per_kwh"));
    let ((from, until), grams) =
        columns.ok_or_else(|| wrong("the first line names the columns: from,until,grams_per_kwh".into()))?;
    let columns = Columns { from, until, grams };
    let mut slots: BTreeMap<Timestamp, (u64, PricedSlot)> = BTreeMap::new();
    let mut problems = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if slots.len() == SLOTS_MAX {
            return Err(wrong(format!("at most {SLOTS_MAX} lines at once")));
        }
        let line = record.position().map_or(0, csv::Position::line);
        match slot_of(&record, &columns) {
            Err(problem) => problems.push(CarbonLine { line, problem }),
            Ok(slot) if slots.contains_key(&slot.from) => {
                problems.push(CarbonLine { line, problem: CarbonProblem::Overlap });
            }
            Ok(slot) => drop(slots.insert(slot.from, (line, slot))),
        }
        if problems.len() == PROBLEMS_MAX {
            break;
        }
    }
    if slots.is_empty() && problems.is_empty() {
        return Err(wrong("it holds no line".into()));
    }
    let mut taken_until = Timestamp::MIN;
    for (line, slot) in slots.values() {
        if slot.from < taken_until {
            problems.push(CarbonLine { line: *line, problem: CarbonProblem::Overlap });
        }
        taken_until = taken_until.max(slot.until);
    }
    problems.sort_by_key(|problem| problem.line);
    problems.truncate(PROBLEMS_MAX);
    Ok((slots.into_values().map(|(_, slot)| slot).collect(), problems))
}

fn slot_of(record: &StringRecord, columns: &Columns) -> Result<PricedSlot, CarbonProblem> {
    let time = |place: usize| record.get(place).and_then(utc).ok_or(CarbonProblem::Time);
    let (from, until) = (time(columns.from)?, time(columns.until)?);
    let grams = record.get(columns.grams).and_then(|text| text.parse::<i64>().ok());
    let slot = PricedSlot { from, until, per_kwh: grams.ok_or(CarbonProblem::Grams)? };
    if !is_stretch(&slot) {
        return Err(CarbonProblem::Length);
    }
    if !is_likely(&slot) {
        return Err(CarbonProblem::Grams);
    }
    Ok(slot)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "from,until,grams_per_kwh\n";

    #[test]
    fn lines_are_read_with_commas_semicolons_or_tabs_in_any_order_of_columns() {
        for text in [
            "from,until,grams_per_kwh\n2026-11-22T10:00:00Z,2026-11-22T11:00:00Z,80\n",
            "\u{feff}Grams_per_kWh;From;Until\r\n80; 2026-11-22 10:00 ;2026-11-22 11:00\r\n\r\n",
            "from\tuntil\tgrams_per_kwh\n2026-11-22T11:00:00+01:00\t2026-11-22T12:00:00+01:00\t80",
        ] {
            let (slots, problems) = read(text).expect("read");
            assert_eq!(problems, [], "{text}");
            let told: Vec<_> =
                slots.iter().map(|s| (s.from.to_string(), s.until.to_string(), s.per_kwh)).collect();
            assert_eq!(told, [("2026-11-22T10:00:00Z".into(), "2026-11-22T11:00:00Z".into(), 80)]);
        }
    }

    #[test]
    fn every_wrong_line_is_named_with_what_is_wrong() {
        let text = format!(
            "{HEAD}2026-11-22T10:00:00Z,2026-11-22T11:00:00Z,80\nsoon,2026-11-22T12:00:00Z,80\n\
             2026-11-22T12:00:00Z,2026-11-22T12:00:00Z,80\n2026-11-22T13:00:00Z,2026-11-22T14:00:00Z,-1\n\
             2026-11-22T14:00:00Z,2026-11-22T15:00:00Z,much\n2026-11-22T10:30:00Z,2026-11-22T11:30:00Z,90\n\
             2026-11-22T10:00:00Z,2026-11-22T10:30:00Z,90\n2026-11-22T16:00:00Z\n"
        );
        let (_, problems) = read(&text).expect("read");
        let told: Vec<_> = problems.iter().map(|p| (p.line, p.problem.word())).collect();
        assert_eq!(
            told,
            [
                (3, "time"),
                (4, "length"),
                (5, "grams"),
                (6, "grams"),
                (7, "overlap"),
                (8, "overlap"),
                (9, "time")
            ]
        );
    }

    #[test]
    fn a_text_without_its_columns_or_lines_is_refused() {
        for text in ["", "a,b\n1,2\n", HEAD, "from,until\n2026-11-22T10:00:00Z,2026-11-22T11:00:00Z\n"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
