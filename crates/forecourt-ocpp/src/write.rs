//! Strict JSON text, written straight into a `String`.
//!
//! What we send must be valid against the official schemas whatever the inner values hold, so texts are cut to the
//! length the schema allows and times carry three decimals and `Z`. It never reads.

use std::fmt::Write as _;

use jiff::Timestamp;

/// Appends a JSON string.
pub fn push_text(out: &mut String, text: &str) {
    out.push('"');
    let mut plain_from = 0;
    for (index, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[plain_from..index]);
        plain_from = index + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ => _ = write!(out, "\\u{byte:04x}"),
        }
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}

/// Appends a time as OCPP wants it: UTC, `Z`, three decimals.
pub fn push_time(out: &mut String, time: Timestamp) {
    out.push('"');
    _ = write!(out, "{time:.3}");
    out.push('"');
}

/// The first `chars` characters.
pub fn cut(text: &str, chars: usize) -> &str {
    match text.char_indices().nth(chars) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// An object in the making. Members are appended in the order of the calls.
#[derive(Debug)]
pub struct Members<'o> {
    out: &'o mut String,
    first: bool,
}

impl<'o> Members<'o> {
    /// Opens the object.
    pub fn open(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, first: true }
    }

    /// Closes the object.
    pub fn close(self) {
        self.out.push('}');
    }

    fn name(&mut self, name: &str) {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        push_text(self.out, name);
        self.out.push(':');
    }

    /// A text, cut to `max_chars`.
    pub fn text(&mut self, name: &str, value: &str, max_chars: usize) -> &mut Self {
        self.name(name);
        push_text(self.out, cut(value, max_chars));
        self
    }

    /// One of our own constants.
    pub fn word(&mut self, name: &str, value: &'static str) -> &mut Self {
        self.name(name);
        push_text(self.out, value);
        self
    }

    pub fn integer(&mut self, name: &str, value: i64) -> &mut Self {
        self.name(name);
        _ = write!(self.out, "{value}");
        self
    }

    pub fn boolean(&mut self, name: &str, value: bool) -> &mut Self {
        self.name(name);
        self.out.push_str(if value { "true" } else { "false" });
        self
    }

    /// A number or anything else that is JSON already.
    pub fn json(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        self.out.push_str(value);
        self
    }

    /// An integer, where there is one.
    pub fn some_integer(&mut self, name: &str, value: Option<i64>) -> &mut Self {
        match value {
            Some(value) => self.integer(name, value),
            None => self,
        }
    }

    /// A text, where there is one.
    pub fn some_text(&mut self, name: &str, value: Option<&str>, max_chars: usize) -> &mut Self {
        match value {
            Some(value) => self.text(name, value, max_chars),
            None => self,
        }
    }

    /// A time, where there is one.
    pub fn some_time(&mut self, name: &str, value: Option<Timestamp>) -> &mut Self {
        match value {
            Some(value) => self.time(name, value),
            None => self,
        }
    }

    pub fn time(&mut self, name: &str, value: Timestamp) -> &mut Self {
        self.name(name);
        push_time(self.out, value);
        self
    }

    /// An object filled by `fill`.
    pub fn object(&mut self, name: &str, fill: impl FnOnce(&mut Members<'_>)) -> &mut Self {
        self.name(name);
        let mut inner = Members::open(self.out);
        fill(&mut inner);
        inner.close();
        self
    }

    /// A list of texts.
    pub fn texts<'t>(&mut self, name: &str, values: impl Iterator<Item = &'t str>) -> &mut Self {
        self.name(name);
        self.out.push('[');
        for (index, value) in values.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            push_text(self.out, value);
        }
        self.out.push(']');
        self
    }

    /// A list of objects, each filled by `fill`.
    pub fn objects<T>(
        &mut self,
        name: &str,
        values: impl Iterator<Item = T>,
        fill: impl Fn(&mut Members<'_>, T),
    ) -> &mut Self {
        self.name(name);
        self.out.push('[');
        for (index, value) in values.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            let mut inner = Members::open(self.out);
            fill(&mut inner, value);
            inner.close();
        }
        self.out.push(']');
        self
    }
}

/// An object as text of its own.
pub fn object(fill: impl FnOnce(&mut Members<'_>)) -> String {
    let mut out = String::with_capacity(96);
    let mut members = Members::open(&mut out);
    fill(&mut members);
    members.close();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_json_wants() {
        let mut out = String::new();
        push_text(&mut out, "a\"b\\c\nd\u{1}é");
        assert_eq!(out, r#""a\"b\\c\nd\u0001é""#);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), "a\"b\\c\nd\u{1}é");
    }

    #[test]
    fn times_have_three_decimals_and_z() {
        let mut out = String::new();
        push_time(&mut out, "2026-02-03T04:05:06Z".parse().unwrap());
        assert_eq!(out, r#""2026-02-03T04:05:06.000Z""#);
    }

    #[test]
    fn cutting_respects_characters() {
        assert_eq!(cut("äöü", 2), "äö");
        assert_eq!(cut("ab", 9), "ab");
    }
}
