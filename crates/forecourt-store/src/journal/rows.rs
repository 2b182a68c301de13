//! Statements that are run for many rows at a time, and the values of a row.
//!
//! A text is written once, for one row. SQLite runs it for each row, prepared once; PostgreSQL gets all rows as arrays in
//! one round trip, under a text made from the same one. Nothing of a value ever becomes part of a text.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::OnceLock;

/// What a column holds; PostgreSQL wants to know it of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Bool,
}

/// A value of a row, borrowed from what is written where that is possible.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    Int(Option<i64>),
    Text(Option<Cow<'a, str>>),
    Bool(bool),
}

/// `INSERT INTO … VALUES ($1, …) …` or `UPDATE … SET … WHERE …`, with `$1` … for the values of a row.
#[derive(Debug)]
pub(crate) struct RowStatement {
    text: &'static str,
    pub(crate) kinds: &'static [Kind],
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

/// A statement and the rows it is run for. On PostgreSQL no two of them may touch the same row of a table.
#[derive(Debug)]
pub(crate) struct Portion<'a> {
    pub statement: &'static RowStatement,
    /// Row after row.
    pub cells: Vec<Cell<'a>>,
}

impl RowStatement {
    pub const fn new(text: &'static str, kinds: &'static [Kind]) -> Self {
        Self { text, kinds, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// For one row. SQLite takes `$1` for a name and would count by appearance; `?1` it counts by number.
    pub fn for_one_row(&'static self) -> &'static str {
        self.sqlite.get_or_init(|| self.text.replace('$', "?"))
    }

    /// For all rows, each parameter an array with one column of them.
    pub fn for_all_rows(&'static self) -> &'static str {
        self.postgres.get_or_init(|| {
            let rows = self.unnested();
            let text = self.text.replace('$', "v.c");
            match text.split_once(" VALUES (") {
                Some((head, rest)) => {
                    let (values, tail) = rest.split_once(')').unwrap_or((rest, ""));
                    format!("{head} SELECT {values} FROM {rows}{tail}")
                }
                None => {
                    let (head, condition) = text.rsplit_once(" WHERE ").unwrap_or((&text, "TRUE"));
                    format!("{head} FROM {rows} WHERE {condition}")
                }
            }
        })
    }

    fn unnested(&self) -> String {
        let (mut arrays, mut names) = (String::new(), String::new());
        for (number, kind) in (1..).zip(self.kinds) {
            let comma = if number == 1 { "" } else { ", " };
            let kind = match kind {
                Kind::Int => "bigint",
                Kind::Text => "text",
                Kind::Bool => "boolean",
            };
            // Writing into a String cannot fail.
            let _infallible = write!(arrays, "{comma}${number}::{kind}[]");
            let _infallible = write!(names, "{comma}c{number}");
        }
        format!("UNNEST({arrays}) AS v({names})")
    }

    /// The statement with its rows.
    pub fn with<'a, const N: usize>(
        &'static self,
        rows: impl IntoIterator<Item = [Cell<'a>; N]>,
    ) -> Portion<'a> {
        debug_assert_eq!(N, self.kinds.len(), "{}", self.text);
        Portion { statement: self, cells: rows.into_iter().flatten().collect() }
    }
}

impl<'a> Portion<'a> {
    pub fn rows(&self) -> impl Iterator<Item = &[Cell<'a>]> {
        self.cells.chunks_exact(self.statement.kinds.len())
    }
}

/// PostgreSQL refuses the character U+0000 in text; a station may send it.
fn without_nul(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text }
}

impl Cell<'_> {
    pub fn int(&self) -> Option<i64> {
        if let Self::Int(value) = self { *value } else { None }
    }

    pub fn text(&self) -> Option<&str> {
        if let Self::Text(value) = self { value.as_deref() } else { None }
    }

    pub fn bool(&self) -> bool {
        matches!(self, Self::Bool(true))
    }
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<i32> for Cell<'_> {
    fn from(value: i32) -> Self {
        Self::Int(Some(value.into()))
    }
}

impl From<Option<i64>> for Cell<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Cell<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<String> for Cell<'_> {
    fn from(value: String) -> Self {
        Self::Text(Some(without_nul(value.into())))
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(without_nul(value.into())))
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(value: &'a String) -> Self {
        value.as_str().into()
    }
}

impl From<Option<String>> for Cell<'_> {
    fn from(value: Option<String>) -> Self {
        Self::Text(value.map(|text| without_nul(text.into())))
    }
}

impl<'a> From<Option<&'a str>> for Cell<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value.map(|text| without_nul(text.into())))
    }
}

impl<'a> From<&'a Option<String>> for Cell<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().into()
    }
}

impl From<jiff::Timestamp> for Cell<'_> {
    fn from(value: jiff::Timestamp) -> Self {
        value.as_millisecond().into()
    }
}

impl From<Option<jiff::Timestamp>> for Cell<'_> {
    fn from(value: Option<jiff::Timestamp>) -> Self {
        Self::Int(value.map(|t| t.as_millisecond()))
    }
}

macro_rules! ids {
    ($($name:ident)*) => {$(
        impl From<forecourt_core::id::$name> for Cell<'_> {
            fn from(value: forecourt_core::id::$name) -> Self {
                value.0.into()
            }
        }
    )*};
}
ids! { OrganisationId SiteId StationId SessionId MessageId }

/// The values of a row, in order.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { [$($crate::journal::rows::Cell::from($value)),*] };
}
pub(crate) use cells;

#[cfg(test)]
mod tests {
    use super::*;
    use Kind::{Int, Text};

    static INSERT: RowStatement = RowStatement::new(
        "INSERT INTO t (a, b, n) VALUES ($1, $2, 1) ON CONFLICT (a) DO UPDATE SET b = excluded.b",
        &[Int, Text],
    );
    static UPDATE: RowStatement =
        RowStatement::new("UPDATE t SET b = $2 WHERE t.a = $1 AND t.b IS NOT NULL", &[Int, Text]);

    #[test]
    fn one_text_serves_both_engines() {
        assert_eq!(
            INSERT.for_all_rows(),
            "INSERT INTO t (a, b, n) SELECT v.c1, v.c2, 1 FROM UNNEST($1::bigint[], $2::text[]) AS v(c1, c2) \
             ON CONFLICT (a) DO UPDATE SET b = excluded.b"
        );
        assert_eq!(
            UPDATE.for_all_rows(),
            "UPDATE t SET b = v.c2 FROM UNNEST($1::bigint[], $2::text[]) AS v(c1, c2) WHERE t.a = v.c1 AND t.b IS NOT NULL"
        );
        assert_eq!(UPDATE.for_one_row(), "UPDATE t SET b = ?2 WHERE t.a = ?1 AND t.b IS NOT NULL");
    }

    #[test]
    fn a_text_is_borrowed_unless_postgresql_would_refuse_it() {
        assert!(matches!(Cell::from("plain"), Cell::Text(Some(Cow::Borrowed("plain")))));
        assert_eq!(Cell::from("a\0b"), Cell::from("a\u{fffd}b"));
    }

    #[test]
    fn rows_stand_one_behind_the_other() {
        let portion = INSERT.with([cells![1, "a"], cells![2, "b"]]);
        assert_eq!(
            portion.rows().map(<[Cell]>::to_vec).collect::<Vec<_>>(),
            [cells![1, "a"], cells![2, "b"]]
        );
    }
}
