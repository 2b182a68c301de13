//! Keyset paging: a page continues behind the last row seen, so that its cost does not grow with its number.

use crate::engine::Value;

/// Most rows a caller may ask for at once.
pub const MAX_LIMIT: u32 = 500;
pub const DEFAULT_LIMIT: u32 = 50;

/// Where the page before ended: the sort value and the id of its last row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub key: String,
    pub id: i64,
}

impl Cursor {
    /// `id` or `id~key`.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, key) = text.split_once('~').unwrap_or((text, ""));
        Some(Self { key: key.to_owned(), id: id.parse().ok()? })
    }

    pub fn number(&self) -> i64 {
        self.key.parse().unwrap_or(0)
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.key.is_empty() { write!(f, "{}", self.id) } else { write!(f, "{}~{}", self.id, self.key) }
    }
}

/// Rows, and where to go on.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// From `limit + 1` rows: the one too many tells that there is more.
    pub(crate) fn cut(mut items: Vec<T>, limit: u32, cursor: impl Fn(&T) -> Cursor) -> Self {
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = if more { items.last().map(cursor) } else { None };
        Self { items, next }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

/// A WHERE clause that grows: texts are constants of ours, values are bound.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    clauses: Vec<String>,
    pub values: Vec<Value>,
}

impl Filter {
    /// Adds a condition; each `?` in it stands for the next value.
    pub fn and(&mut self, condition: &str, values: Vec<Value>) -> &mut Self {
        let mut text = String::with_capacity(condition.len() + 4);
        let mut number = self.values.len();
        for part in condition.split_inclusive('?') {
            match part.strip_suffix('?') {
                Some(before) => {
                    number += 1;
                    text.push_str(before);
                    text.push_str(&format!("${number}"));
                }
                None => text.push_str(part),
            }
        }
        self.clauses.push(text);
        self.values.extend(values);
        self
    }

    pub fn and_if<T>(&mut self, value: Option<T>, condition: &str) -> &mut Self
    where
        Value: From<T>,
    {
        match value {
            Some(value) => self.and(condition, vec![value.into()]),
            None => self,
        }
    }

    /// The column holds one of these; none of them: no row.
    pub fn among(&mut self, column: &str, ids: impl IntoIterator<Item = i64>) -> &mut Self {
        let ids: Vec<Value> = ids.into_iter().map(Value::from).collect();
        if ids.is_empty() {
            return self.and("FALSE", ids);
        }
        let marks = vec!["?"; ids.len()].join(", ");
        self.and(&format!("{column} IN ({marks})"), ids)
    }

    /// ` WHERE …`, or nothing.
    pub fn sql(&self) -> String {
        if self.clauses.is_empty() { String::new() } else { format!(" WHERE {}", self.clauses.join(" AND ")) }
    }
}

/// A LIKE pattern that finds a text anywhere; `\` escapes.
pub(crate) fn containing(text: &str) -> String {
    let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
