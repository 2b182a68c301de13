//! What every message of every version may hold, as data.
//!
//! Read once from `messages/*.txt`, which tests/interop proves against the official schemas. Used for what we send on an
//! expert's word and for the forms of the page; never for what a station sends, which is read tolerantly.

mod check;
mod parse;
mod schema;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

pub use check::check;
pub use schema::json_schema;

use crate::version::Version;

/// Which part of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Request,
    Response,
    /// Said without being answered (2.1).
    Send,
}

/// What a message must not hold, or lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `Action.member[0].member`.
    pub path: String,
    /// For people: what is wanted there.
    pub wanted: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.wanted)
    }
}

/// All messages of one version.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    pub(crate) everywhere: Option<Member>,
    pub(crate) words: BTreeMap<&'static str, Vec<&'static str>>,
    pub(crate) types: BTreeMap<&'static str, Object>,
    /// By action, in the order of the alphabet.
    pub(crate) messages: BTreeMap<(&'static str, u8), Object>,
}

#[derive(Debug, Default)]
pub(crate) struct Object {
    pub(crate) members: Vec<Member>,
    /// Members beyond these are allowed.
    pub(crate) open: bool,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Text {
        max_chars: Option<usize>,
    },
    Time,
    Uri,
    Integer {
        min: Option<i64>,
        max: Option<i64>,
    },
    Number {
        min: Option<f64>,
        max: Option<f64>,
        step: Option<f64>,
    },
    Boolean,
    Any,
    Words(Vec<&'static str>),
    /// An enum or a type of [`Shapes`].
    Named(&'static str),
    Object(Object),
    List {
        min: usize,
        max: Option<usize>,
        item: Box<Kind>,
    },
}

static V16: LazyLock<Shapes> = LazyLock::new(|| read(include_str!("../../messages/1.6.txt")));
static V201: LazyLock<Shapes> = LazyLock::new(|| read(include_str!("../../messages/2.0.1.txt")));
static V21: LazyLock<Shapes> = LazyLock::new(|| read(include_str!("../../messages/2.1.txt")));

/// Our own files: a test proves that they can be read.
fn read(text: &'static str) -> Shapes {
    parse::parse(text).unwrap_or_default()
}

impl Shapes {
    pub(crate) fn of(version: Version) -> &'static Self {
        match version {
            Version::V16 => &V16,
            Version::V201 => &V201,
            Version::V21 => &V21,
        }
    }

    pub(crate) fn message(&self, action: &str, part: Part) -> Option<&Object> {
        // The key borrows for 'static; a search by comparison keeps the name of any lifetime.
        let mut found = self.messages.iter().filter(|((name, of), _)| *name == action && *of == part as u8);
        found.next().map(|(_, object)| object)
    }
}

/// The actions of a version that are asked or sent, in the order of the alphabet.
pub fn actions(version: Version) -> Vec<&'static str> {
    let asked = Shapes::of(version).messages.keys().filter(|(_, part)| *part != Part::Response as u8);
    asked.map(|(name, _)| *name).collect()
}

/// Whether a message must have this member at its top.
pub(crate) fn requires(version: Version, action: &str, part: Part, name: &str) -> bool {
    let found = Shapes::of(version).message(action, part);
    found.is_some_and(|object| object.members.iter().any(|member| member.required && member.name == name))
}

/// Whether the version has this message.
pub fn exists(version: Version, action: &str) -> bool {
    [Part::Request, Part::Send].iter().any(|part| Shapes::of(version).message(action, *part).is_some())
}
