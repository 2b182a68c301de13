//! Sheets: a list or a report as a file to take away, as CSV, XLSX or PDF.
//!
//! A sheet is data with a heading; it never asks the database and never decides who may see what. Text from stations
//! and people stays text: no cell can become a formula.

mod csv;
mod font;
pub(crate) mod logo;
pub(crate) mod paper;
mod pdf;
mod xlsx;

use forecourt_core::Timestamp;
use forecourt_core::unit::{MinorUnits, Money};
use jiff::tz::TimeZone;

/// Most rows of one file: what a spreadsheet still opens with ease, and what is held in memory at once.
pub const ROWS_MAX: usize = 100_000;

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Csv,
    Xlsx,
    Pdf,
}

impl Format {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }

    /// Its name, which is the file's extension too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
        }
    }
}

/// One value. Numbers stay numbers in a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Whole(i64),
    /// `value / 10^decimals`.
    Fixed {
        value: i64,
        decimals: u32,
    },
    /// Written as local time of the sheet's zone, to the second.
    Time(Timestamp),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Watt-hours as kWh with three decimals.
    pub fn kwh(wh: i64) -> Self {
        Self::Fixed { value: wh, decimals: 3 }
    }

    /// The amount without its currency, which belongs into a column of its own.
    pub fn money(money: &Money) -> Self {
        let MinorUnits(value) = money.amount;
        Self::Fixed { value, decimals: money.currency.decimals() }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Whole(value)
    }
}

impl From<Timestamp> for Cell {
    fn from(at: Timestamp) -> Self {
        Self::Time(at)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// Columns and rows under a heading. Every row has as many cells as there are columns.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Needed only where a sheet has several.
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// A file's content.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub title: String,
    /// Whose data it is.
    pub organisation: String,
    /// What it covers, in words: "1 to 30 June 2026", or the filters of a list.
    pub period: Option<String>,
    /// The IANA name of the zone all times are in; times are in UTC if it is unknown.
    pub zone: String,
    pub made_at: Timestamp,
    pub tables: Vec<Table>,
}

impl Sheet {
    /// A sheet of one table.
    pub fn list(
        title: impl Into<String>,
        organisation: impl Into<String>,
        zone: impl Into<String>,
        made_at: Timestamp,
        columns: &[&str],
        rows: Vec<Vec<Cell>>,
    ) -> Self {
        let columns = columns.iter().map(|&name| name.to_owned()).collect();
        Self {
            title: title.into(),
            organisation: organisation.into(),
            period: None,
            zone: zone.into(),
            made_at,
            tables: vec![Table { title: String::new(), columns, rows }],
        }
    }

    pub fn covering(mut self, period: impl Into<String>) -> Self {
        self.period = Some(period.into());
        self
    }

    /// The file. Takes processor time: not on a thread that serves sockets.
    pub fn write(&self, format: Format) -> Result<Vec<u8>, SheetError> {
        match format {
            Format::Csv => csv::write(self),
            Format::Xlsx => xlsx::write(self),
            Format::Pdf => Ok(pdf::write(self)),
        }
    }

    /// A file name that every system takes: title, day, extension.
    pub fn file_name(&self, format: Format) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let title: String = self.title.chars().map(plain).collect();
        let words: Vec<&str> = title.split('-').filter(|word| !word.is_empty()).collect();
        let day = self.made_at.to_zoned(self.time_zone()).date();
        format!("{}-{day}.{}", words.join("-"), format.as_str())
    }

    fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// The zone's name as it is written beside times.
    fn zone_name(&self) -> &str {
        if TimeZone::get(&self.zone).is_ok() { &self.zone } else { "UTC" }
    }

    /// A column of times names its zone.
    fn headings(&self, table: &Table) -> Vec<String> {
        let is_time = |n: usize| {
            table
                .rows
                .iter()
                .find_map(|row| row.get(n).filter(|c| **c != Cell::Empty))
                .is_some_and(|c| matches!(c, Cell::Time(_)))
        };
        let heading = |(n, name): (usize, &String)| {
            if is_time(n) { format!("{name} ({})", self.zone_name()) } else { name.clone() }
        };
        table.columns.iter().enumerate().map(heading).collect()
    }

    /// A cell as text; numbers with a point and no grouping.
    fn plain(&self, cell: &Cell, zone: &TimeZone) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Whole(value) => value.to_string(),
            Cell::Fixed { value, decimals } => forecourt_core::unit::fixed(*value, *decimals),
            Cell::Time(at) => at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        }
    }
}

/// A file that could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the file could not be made: {0}")]
pub struct SheetError(String);

#[cfg(test)]
mod tests;
