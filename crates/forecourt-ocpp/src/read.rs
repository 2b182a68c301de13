//! Tolerant reading of an object: every member may be missing, odd or of the wrong type.
//!
//! A reader knows where it is, converts what can be converted, and notes each [`Deviation`]. It refuses ([`Fault`]) only
//! through the `need_…` functions, for members without which the message means nothing. It never loses a value silently.

pub mod kind;

use std::cell::RefCell;
use std::fmt::Write as _;

use forecourt_core::fact::Deviation;
use jiff::Timestamp;

use crate::decimal::Decimal;
use crate::fault::{Fault, FaultKind};
use crate::node::{Member, Node};
use crate::time;
use crate::write::cut;

/// Most deviations noted for one message; a station that errs in every value need not fill memory.
const MAX_NOTES: usize = 24;
/// Longest [`Deviation::seen`], in characters.
const SEEN_CHARS: usize = 80;
/// Longest text we keep of any member, in characters: ten times what most schemas allow, and no more.
pub const TEXT_HARD_CHARS: usize = 1_000;
/// Longest value of a variable we keep, in characters (2.x: at most 2,500, the highest limit a station may announce).
pub const VALUE_HARD_CHARS: usize = 2_500;

/// Longest decimal text we keep, in characters.
const DECIMAL_HARD_CHARS: usize = 50;

/// The deviations of one message.
#[derive(Debug, Default)]
pub struct Notes(RefCell<Vec<Deviation>>);

impl Notes {
    pub fn add(&self, kind: &str, path: String, seen: &str) {
        let mut notes = self.0.borrow_mut();
        if notes.len() < MAX_NOTES {
            let seen = cut(seen, SEEN_CHARS).chars().filter(|c| !c.is_control()).collect();
            notes.push(Deviation { kind: kind.to_owned(), path, seen });
        }
    }

    pub fn into_vec(self) -> Vec<Deviation> {
        self.0.into_inner()
    }
}

/// Where in a message we are. Turned into text only when something is to be noted.
#[derive(Debug, Clone, Copy)]
pub struct Path<'r> {
    parent: Option<&'r Path<'r>>,
    step: Step<'r>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'r> {
    Name(&'r str),
    Index(usize),
}

impl<'r> Path<'r> {
    /// The start of a path: the action.
    pub fn root(action: &'r str) -> Self {
        Self { parent: None, step: Step::Name(action) }
    }

    fn name(parent: &'r Path<'r>, name: &'r str) -> Self {
        Self { parent: Some(parent), step: Step::Name(name) }
    }

    fn index(parent: &'r Path<'r>, index: usize) -> Self {
        Self { parent: Some(parent), step: Step::Index(index) }
    }

    fn write(&self, out: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(out);
        }
        match self.step {
            Step::Name(name) => {
                if self.parent.is_some() {
                    out.push('.');
                }
                out.push_str(cut(name, SEEN_CHARS));
            }
            Step::Index(index) => _ = write!(out, "[{index}]"),
        }
    }

    fn text(&self) -> String {
        let mut out = String::with_capacity(48);
        self.write(&mut out);
        out
    }
}

/// One object being read.
#[derive(Debug, Clone, Copy)]
pub struct Object<'r> {
    notes: &'r Notes,
    path: Path<'r>,
    members: &'r [Member<'r>],
}

impl<'r> Object<'r> {
    /// The payload of a call. Null or absent stands for an empty object, which some stations mean by it.
    pub fn payload(node: &'r Node<'r>, action: &'r str, notes: &'r Notes) -> Result<Self, Fault> {
        let path = Path::root(action);
        match node {
            Node::Object(members) => Ok(Self { notes, path, members }),
            Node::Null => {
                notes.add(kind::NULL, path.text(), "null");
                Ok(Self { notes, path, members: &[] })
            }
            other => Err(Fault::new(
                FaultKind::Form,
                format!("the payload of {action} must be an object, not {}", name_of(other)),
            )),
        }
    }

    /// Notes something about a member.
    pub fn note(&self, kind: &str, name: &str, seen: &str) {
        self.notes.add(kind, Path::name(&self.path, name).text(), seen);
    }

    /// The member, the last one where it stands twice; null counts as absent.
    pub fn get(&self, name: &str) -> Option<&'r Node<'r>> {
        match self.members.iter().rev().find(|(key, _)| key == name) {
            Some((_, Node::Null)) => {
                self.note(kind::NULL, name, "null");
                None
            }
            Some((_, value)) => Some(value),
            None => None,
        }
    }

    /// Notes the first member that the schema does not have, and the first that stands twice.
    pub fn extras(&self, known: &[&str]) {
        let extra =
            self.members.iter().find(|(key, _)| !known.contains(&key.as_ref()) && key != "customData");
        if let Some((key, _)) = extra {
            self.note(kind::EXTRA, key, key);
        }
        if self.members.len() > MAX_MEMBERS_COMPARED {
            return;
        }
        let twice = |at: usize| self.members[..at].iter().any(|(key, _)| *key == self.members[at].0);
        if let Some(at) = (1..self.members.len()).find(|at| twice(*at)) {
            self.note(kind::DUPLICATE, &self.members[at].0, &self.members[at].0);
        }
    }

    /// A text of at most `max_chars` by the schema. Longer ones are noted and kept up to [`TEXT_HARD_CHARS`], numbers
    /// and booleans taken as they look, control characters dropped.
    pub fn text(&self, name: &str, max_chars: usize) -> Option<String> {
        self.text_up_to(name, max_chars, TEXT_HARD_CHARS)
    }

    /// [`Self::text`] with a hard limit of the caller's.
    pub fn text_up_to(&self, name: &str, max_chars: usize, hard_chars: usize) -> Option<String> {
        let node = self.get(name)?;
        let text = match node {
            Node::Text(text) => std::borrow::Cow::Borrowed(text.as_ref()),
            Node::Integer(_) | Node::Number(_) | Node::Bool(_) => {
                let text = node.to_json();
                self.note(kind::NOT_TEXT, name, &text);
                text.into()
            }
            _ => {
                self.note(kind::WRONG_TYPE, name, &node.to_json());
                return None;
            }
        };
        Some(self.clean(name, &text, max_chars, hard_chars))
    }

    fn clean(&self, name: &str, text: &str, max_chars: usize, hard_chars: usize) -> String {
        // Bytes are never fewer than characters: only a text of many bytes needs counting.
        if text.len() > max_chars && text.chars().count() > max_chars {
            self.note(kind::TEXT_TOO_LONG, name, text);
        }
        let text = cut(text, hard_chars);
        if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
            self.note(kind::CONTROL_CHARACTER, name, text);
            return text.chars().filter(|c| !c.is_control()).collect();
        }
        text.to_owned()
    }

    /// A text in lines (PEM): like [`Self::text_up_to`], with its line ends.
    pub fn lines(&self, name: &str, max_chars: usize, hard_chars: usize) -> Option<String> {
        let Some(Node::Text(text)) = self.get(name) else {
            return self.text_up_to(name, max_chars, hard_chars);
        };
        if text.len() > max_chars && text.chars().count() > max_chars {
            self.note(kind::TEXT_TOO_LONG, name, text);
        }
        let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        Some(cut(text, hard_chars).chars().filter(kept).collect())
    }

    /// The first text of a list of texts; a bare text stands for a list of one.
    pub fn first_text(&self, name: &str, hard_chars: usize) -> Option<String> {
        let text = match self.get(name)? {
            Node::List(items) => items.iter().find_map(Node::as_text)?,
            Node::Text(text) => {
                self.note(kind::OBJECT_FOR_LIST, name, text);
                text
            }
            other => {
                self.note(kind::WRONG_TYPE, name, &other.to_json());
                return None;
            }
        };
        Some(cut(text, hard_chars).chars().filter(|c| !c.is_control()).collect())
    }

    /// A number as decimal text, also one written as text.
    pub fn decimal(&self, name: &str) -> Option<String> {
        let node = self.get(name)?;
        match node {
            Node::Integer(_) | Node::Number(_) => Some(cut(&node.to_json(), DECIMAL_HARD_CHARS).to_owned()),
            Node::Text(text) if Decimal::read(text).is_some() => {
                self.note(kind::NUMBER_AS_TEXT, name, text);
                Some(cut(text.trim(), DECIMAL_HARD_CHARS).to_owned())
            }
            other => {
                self.note(kind::WRONG_TYPE, name, &other.to_json());
                None
            }
        }
    }

    /// A token's text: up to its first control character (firmware that reads past the end of its buffer), without
    /// blanks around it.
    pub fn token(&self, name: &str, max_chars: usize) -> Option<String> {
        let member = self.members.iter().rev().find(|(key, _)| key == name);
        let Some((_, Node::Text(text))) = member else { return self.text(name, max_chars) };
        let end = text.find(|c: char| c.is_control());
        if end.is_some() {
            self.note(kind::CONTROL_CHARACTER, name, text);
        }
        let token = &text[..end.unwrap_or(text.len())];
        if token.trim().len() != token.len() {
            self.note(kind::PADDED, name, token);
        }
        Some(self.clean(name, token.trim(), max_chars, TEXT_HARD_CHARS))
    }

    /// Free data of any type: a text as it is, anything else as its JSON. Nothing but NUL is taken out.
    pub fn data(&self, name: &str) -> Option<String> {
        let text = match self.get(name)? {
            Node::Text(text) => text.to_string(),
            other => other.to_json(),
        };
        Some(if text.contains('\0') { text.replace('\0', "") } else { text })
    }

    /// A text that the schema requires but we can do without.
    pub fn expect_text(&self, name: &str, max_chars: usize) -> String {
        self.text(name, max_chars).unwrap_or_else(|| {
            self.missing(name);
            String::new()
        })
    }

    /// A text without which the message means nothing.
    pub fn need_text(&self, name: &str, max_chars: usize) -> Result<String, Fault> {
        self.text(name, max_chars).ok_or_else(|| self.lacks(name, "a text"))
    }

    /// Notes that a required member is missing, unless its being null or of the wrong type is noted already.
    pub fn missing(&self, name: &str) {
        if !self.members.iter().any(|(key, _)| key == name) {
            self.note(kind::MISSING, name, "");
        }
    }

    /// A whole number, also one written as text or with a fraction of zeros.
    pub fn integer(&self, name: &str) -> Option<i64> {
        let node = self.get(name)?;
        let number = match node {
            Node::Integer(number) => return Some(*number),
            Node::Number(_) => Decimal::read(&node.to_json()).map(|(number, _)| (number, kind::NOT_WHOLE)),
            Node::Text(text) => Decimal::read(text).map(|(number, _)| (number, kind::NUMBER_AS_TEXT)),
            _ => None,
        };
        let whole = number.and_then(|(number, kind)| Some((number.whole()?, number.is_whole(), kind)));
        let (value, note) = match whole {
            Some((value, true, kind)) => (Some(value), kind),
            Some((value, false, _)) => (Some(value), kind::NOT_WHOLE),
            None => (None, kind::WRONG_TYPE),
        };
        self.note(note, name, &node.to_json());
        value
    }

    /// A whole number without which the message means nothing.
    pub fn need_integer(&self, name: &str) -> Result<i64, Fault> {
        self.integer(name).ok_or_else(|| self.lacks(name, "a whole number"))
    }

    /// The number of an EVSE or a connector. One that cannot be is noted and stands for 0, the station as a whole: the
    /// schema allows it, and what else the message says must not be lost.
    pub fn need_number(&self, name: &str) -> Result<i32, Fault> {
        let number = self.need_integer(name)?;
        Ok(self.fit(name, number).unwrap_or(0))
    }

    /// Like [`Self::need_number`], where we can do without.
    pub fn number(&self, name: &str) -> Option<i32> {
        self.integer(name).and_then(|number| self.fit(name, number))
    }

    fn fit(&self, name: &str, number: i64) -> Option<i32> {
        let fits = i32::try_from(number).ok().filter(|number| *number >= 0);
        if fits.is_none() {
            self.note(kind::OUT_OF_RANGE, name, &number.to_string());
        }
        fits
    }

    pub fn boolean(&self, name: &str) -> Option<bool> {
        let node = self.get(name)?;
        let value = match node {
            Node::Bool(value) => return Some(*value),
            Node::Integer(0) => Some(false),
            Node::Integer(1) => Some(true),
            Node::Text(text) if text.eq_ignore_ascii_case("true") || text == "1" => Some(true),
            Node::Text(text) if text.eq_ignore_ascii_case("false") || text == "0" => Some(false),
            _ => None,
        };
        self.note(
            if value.is_some() { kind::BOOLEAN_AS_TEXT } else { kind::WRONG_TYPE },
            name,
            &node.to_json(),
        );
        value
    }

    /// A time. Absent and unreadable are both `None`; only the second is noted.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        let node = self.get(name)?;
        let read = match node {
            Node::Text(text) => time::read(text),
            Node::Integer(number) => time::unix(*number).map(|time| (time, Some(time::Oddity::Unix))),
            _ => None,
        };
        let note = match read {
            Some((time, None)) => return Some(time),
            Some((_, Some(time::Oddity::WithoutZone))) => kind::TIME_WITHOUT_ZONE,
            Some((_, Some(time::Oddity::Form))) => kind::TIME_FORM,
            Some((_, Some(time::Oddity::Precision))) => kind::TIME_PRECISION,
            Some((_, Some(time::Oddity::Unix))) => kind::TIME_UNIX,
            None => kind::TIME_INVALID,
        };
        self.note(note, name, node.as_text().unwrap_or(&node.to_json()));
        read.map(|(time, _)| time)
    }

    /// A time that the schema requires but we can do without.
    pub fn expect_time(&self, name: &str) -> Option<Timestamp> {
        let time = self.time(name);
        if time.is_none() {
            self.missing(name);
        }
        time
    }

    /// An object inside this one.
    pub fn object<'s>(&'s self, name: &'s str) -> Option<Object<'s>> {
        let node = self.get(name)?;
        let path = Path::name(&self.path, name);
        match node {
            Node::Object(members) => Some(Object { notes: self.notes, path, members }),
            _ => {
                self.note(kind::WRONG_TYPE, name, &node.to_json());
                None
            }
        }
    }

    /// An object without which the message means nothing.
    pub fn need_object<'s>(&'s self, name: &'s str) -> Result<Object<'s>, Fault> {
        self.object(name).ok_or_else(|| self.lacks(name, "an object"))
    }

    /// Calls `each` for every object of a list; an object that stands where the list belongs is a list of one.
    /// Returns how many there were, or `None` when the member is absent or something else.
    pub fn each(&self, name: &str, mut each: impl FnMut(Object<'_>)) -> Option<usize> {
        let node = self.get(name)?;
        let list = Path::name(&self.path, name);
        match node {
            Node::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let path = Path::index(&list, index);
                    match item {
                        Node::Object(members) => each(Object { notes: self.notes, path, members }),
                        other => self.notes.add(kind::WRONG_TYPE, path.text(), &other.to_json()),
                    }
                }
                Some(items.len())
            }
            Node::Object(members) => {
                self.notes.add(kind::OBJECT_FOR_LIST, list.text(), "");
                each(Object { notes: self.notes, path: list, members });
                Some(1)
            }
            other => {
                self.note(kind::WRONG_TYPE, name, &other.to_json());
                None
            }
        }
    }

    /// Why a needed member is not there: absent, or there and unusable.
    pub fn lacks(&self, name: &str, wanted: &str) -> Fault {
        let path = Path::name(&self.path, name).text();
        match self.members.iter().rev().find(|(key, _)| key == name) {
            Some((_, Node::Null)) | None => Fault::new(FaultKind::Occurrence, format!("{path} is missing")),
            Some((_, node)) => {
                Fault::new(FaultKind::Type, format!("{path} must be {wanted}, not {}", name_of(node)))
            }
        }
    }
}

/// Objects with more members than this are not searched for duplicates: the search is quadratic.
const MAX_MEMBERS_COMPARED: usize = 24;

fn name_of(node: &Node<'_>) -> &'static str {
    match node {
        Node::Null => "null",
        Node::Bool(_) => "a boolean",
        Node::Integer(_) | Node::Number(_) => "a number",
        Node::Text(_) => "a text",
        Node::List(_) => "a list",
        Node::Object(_) => "an object",
    }
}
