//! The versions of OCPP, and the only matches over them.
//!
//! Every version folder offers `read_call`, `write_answer`, `write_call` and `read_answer`; this file picks the folder.

use forecourt_core::Timestamp;
use forecourt_core::command::{Command, InstalledCertificate, Outcome};
use forecourt_core::fact::{Answer, Deviation, Fact, ItemReport, Variable};

use crate::catalogue;
use crate::fault::{Fault, FaultKind};
use crate::frame;
use crate::node::Node;
use crate::outcome;
use crate::read::{Notes, Object, kind};
use crate::shape::{self, Part};
use crate::v2::Edition;
use crate::word::Words;
use crate::{v2, v16};

/// A version of OCPP, as negotiated for one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    V16,
    V201,
    V21,
}

impl Version {
    /// The WebSocket subprotocol (OCPP-J §3.1.2).
    pub const fn subprotocol(self) -> &'static str {
        match self {
            Self::V16 => "ocpp1.6",
            Self::V201 => "ocpp2.0.1",
            Self::V21 => "ocpp2.1",
        }
    }

    /// As people name it: `1.6`, `2.0.1`, `2.1`.
    pub const fn number(self) -> &'static str {
        match self {
            Self::V16 => "1.6",
            Self::V201 => "2.0.1",
            Self::V21 => "2.1",
        }
    }

    /// Every version, oldest first.
    pub const ALL: [Self; 3] = [Self::V16, Self::V201, Self::V21];

    /// By [`Self::number`].
    pub fn from_number(number: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.number() == number)
    }

    /// Compared without regard to case, as some stations write `OCPP1.6`.
    pub fn from_subprotocol(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.subprotocol().eq_ignore_ascii_case(name))
    }

    /// Whether a frame whose id could not be read is answered with the id "-1" (2.0.1 part 4 §4.2.3).
    pub(crate) const fn answers_without_id(self) -> bool {
        match self {
            Self::V16 => false,
            Self::V201 | Self::V21 => true,
        }
    }

    /// Whether message types 5 and 6 exist (2.1 part 4 §4.1.3).
    pub(crate) const fn has_send(self) -> bool {
        matches!(self, Self::V21)
    }
}

/// What a call said.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub fact: Fact,
    pub deviations: Vec<Deviation>,
    /// What the answer repeats of the call: hand it to [`answer_text`].
    pub echo: Option<String>,
}

/// A call of ours, ready for a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub action: String,
    /// JSON text.
    pub payload: String,
}

impl Call {
    pub(crate) fn new(action: &str, payload: String) -> Self {
        Self { action: action.to_owned(), payload }
    }
}

/// Reads a station's call.
pub(crate) fn read_call(
    version: Version,
    action: &str,
    payload: &Node<'_>,
    notes: &Notes,
    now: Timestamp,
) -> Result<Fact, Fault> {
    match version {
        Version::V16 => v16::read_call(action, payload, notes, now),
        Version::V201 => v2::read_call(Edition::V201, action, payload, notes, now),
        Version::V21 => v2::read_call(Edition::V21, action, payload, notes, now),
    }
}

/// What of a call its answer must repeat, where the answer alone cannot say it: the payload of those calls.
pub(crate) fn echo(version: Version, action: &str, payload: &Node<'_>) -> Option<String> {
    match version {
        Version::V16 | Version::V201 => None,
        Version::V21 => v2::is_echoed(action).then(|| payload.to_json()),
    }
}

/// The frame that answers a call; `echo` is that of the call's [`Read`]. An answer that does not fit the action is our own
/// mistake and becomes InternalError.
pub fn answer_text(
    version: Version,
    message_id: &str,
    action: &str,
    echo: Option<&str>,
    answer: &Answer,
) -> String {
    let payload = match version {
        Version::V16 => v16::write_answer(action, answer),
        Version::V201 => v2::write_answer(Edition::V201, action, None, answer),
        Version::V21 => v2::write_answer(Edition::V21, action, echo, answer),
    };
    match payload {
        Some(payload) => frame::answer(message_id, &payload),
        None => fault_text(version, message_id, &Fault::internal()),
    }
}

/// The frame that refuses a call.
pub fn fault_text(version: Version, message_id: &str, fault: &Fault) -> String {
    frame::error(message_id, fault_code(version, fault.kind), &fault.detail)
}

/// The code of a fault in this version's spelling.
pub fn fault_code(version: Version, kind: FaultKind) -> &'static str {
    match version {
        Version::V16 => v16::fault_code(kind),
        Version::V201 | Version::V21 => v2::fault_code(kind),
    }
}

/// The call for a command, or why this version cannot express it. What comes out is valid to the letter, except for a
/// raw call, which is an expert's own.
pub fn write_call(version: Version, command: &Command) -> Result<Call, String> {
    let call = match version {
        Version::V16 => v16::write_call(command),
        Version::V201 => v2::write_call(command, Edition::V201),
        Version::V21 => v2::write_call(command, Edition::V21),
    }?;
    if !matches!(command, Command::Raw { .. }) {
        let payload = Node::parse(&call.payload).map_err(|error| error.to_string())?;
        check(version, &call.action, &payload)?;
    }
    Ok(call)
}

/// Refuses what the official schema would refuse, in words.
fn check(version: Version, action: &str, payload: &Node<'_>) -> Result<(), String> {
    /// As many problems as a person can mend at once.
    const SHOWN: usize = 5;
    let problems = shape::check(version, action, Part::Request, payload);
    if problems.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = problems.iter().take(SHOWN).map(ToString::to_string).collect();
    Err(shown.join("; "))
}

/// A message that has no shape of ours, in its own members. The request id is filled in where the schema wants one.
pub(crate) fn message(
    version: Version,
    action: &str,
    members: &str,
    request_id: i64,
) -> Result<Call, String> {
    let known = catalogue::find(version, action).filter(|message| message.from_csms);
    let Some(known) = known else {
        let shown = crate::write::cut(action, 50);
        return Err(format!("OCPP {} has no message {shown} from us to a station", version.number()));
    };
    let members = if members.trim().is_empty() { "{}" } else { members.trim() };
    let node = Node::parse(members).map_err(|error| format!("the members are not valid JSON: {error}"))?;
    let (Node::Object(given), Some(body)) = (&node, members.strip_prefix('{')) else {
        return Err("the members must be a JSON object".to_owned());
    };
    let wants_id = shape::requires(version, known.action, Part::Request, REQUEST_ID)
        && node.member(REQUEST_ID).is_none();
    let payload = match wants_id {
        false => members.to_owned(),
        true if given.is_empty() => format!("{{\"{REQUEST_ID}\":{request_id}}}"),
        true => format!("{{\"{REQUEST_ID}\":{request_id},{body}"),
    };
    Ok(Call::new(known.action, payload))
}

const REQUEST_ID: &str = "requestId";

/// A station's answer to our call. `answer` is the payload's literal text.
pub(crate) fn read_answer(version: Version, action: &str, payload: &Node<'_>, answer: &str) -> Outcome {
    let each = match version {
        Version::V16 => None,
        Version::V201 | Version::V21 => v2::answer_list(action),
    };
    match each {
        Some((list, status)) => outcome::by_each(payload, list, status, answer),
        None => {
            let needs_status = shape::requires(version, action, Part::Response, "status");
            outcome::by_status(payload, needs_status, answer)
        }
    }
}

/// What a station's answer tells beyond its verdict, where that is a thing to keep: tariffs, event streams, the schedule
/// that holds. `answer` is the literal payload.
pub fn items_of_answer(version: Version, action: &str, answer: &str) -> Option<ItemReport> {
    let payload = Node::parse(answer).ok()?;
    match version {
        Version::V16 => v16::items(action, &payload),
        Version::V201 | Version::V21 => v2::items(action, &payload),
    }
}

/// The certificates in the answer to the command ReadInstalledCertificates. None of them is an empty list; `None` is an
/// answer that does not tell.
pub fn installed_certificates(
    version: Version,
    action: &str,
    answer: &str,
) -> Option<Vec<InstalledCertificate>> {
    const ACTION: &str = "GetInstalledCertificateIds";
    let payload = Node::parse(answer).ok().filter(|_| action == ACTION)?;
    let status = payload.member("status").and_then(Node::as_text)?;
    if !["Accepted", "NotFound"].iter().any(|word| word.eq_ignore_ascii_case(status)) {
        return None;
    }
    let notes = Notes::default();
    let object = Object::payload(&payload, ACTION, &notes).ok()?;
    Some(match version {
        Version::V16 => v16::installed_certificates(&object),
        Version::V201 | Version::V21 => v2::installed_certificates(&object),
    })
}

/// The version of the local list in the answer to the command ReadLocalListVersion: 0 is an empty list, -1 none at all.
pub fn local_list_version(version: Version, answer: &str) -> Option<i64> {
    let payload = Node::parse(answer).ok()?;
    let notes = Notes::default();
    let object = Object::payload(&payload, "GetLocalListVersion", &notes).ok()?;
    object.integer(match version {
        Version::V16 => "listVersion",
        Version::V201 | Version::V21 => "versionNumber",
    })
}

/// The variables a station told in its answer to GetConfiguration or GetVariables. `answer` is the literal payload.
pub fn variables(version: Version, action: &str, answer: &str) -> Vec<Variable> {
    let Ok(payload) = Node::parse(answer) else { return Vec::new() };
    match version {
        Version::V16 => v16::variables(action, &payload),
        Version::V201 | Version::V21 => v2::variables(action, &payload),
    }
}

/// An expert's own call: any action, any object.
pub(crate) fn raw(action: &str, payload: &str) -> Result<Call, String> {
    /// Longest action name we send, in characters; the longest of OCPP has 33.
    const ACTION_MAX_CHARS: usize = 50;
    let named = !action.is_empty() && action.len() <= ACTION_MAX_CHARS;
    if !named || !action.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err("an action is 1 to 50 letters and digits".to_owned());
    }
    let payload = if payload.trim().is_empty() { "{}" } else { payload.trim() };
    match Node::parse(payload) {
        Ok(Node::Object(_)) => Ok(Call::new(action, payload.to_owned())),
        Ok(_) => Err("the payload must be a JSON object".to_owned()),
        Err(error) => Err(format!("the payload is not valid JSON: {error}")),
    }
}

/// Finds an action among those a version serves; the wrong case is taken and noted. An action of this version that is not
/// for us is NotSupported, any other NotImplemented (OCPP-J 1.6 §4.2.3, 2.0.1 part 4 §4.3).
pub(crate) fn action<T: Copy>(
    name: &str,
    served: &[&Words<T>],
    version: Version,
    notes: &Notes,
) -> Result<T, Fault> {
    for words in served {
        if let Some((_, call)) = words.iter().find(|(word, _)| *word == name) {
            return Ok(*call);
        }
    }
    if let Some(call) = find_action(name, served) {
        notes.add(kind::WRONG_CASE, name.to_owned(), name);
        return Ok(call);
    }
    let shown = crate::write::cut(name, 50);
    if shape::actions(version).iter().any(|word| word.eq_ignore_ascii_case(name)) {
        return Err(Fault::new(FaultKind::NotSupported, format!("{shown} is not for a station to say")));
    }
    Err(Fault::new(FaultKind::NotImplemented, format!("{shown} is no action of this OCPP version")))
}

/// Finds an action without noting anything.
pub(crate) fn find_action<T: Copy>(name: &str, served: &[&Words<T>]) -> Option<T> {
    let mut words = served.iter().flat_map(|words| words.iter());
    words.find(|(word, _)| word.eq_ignore_ascii_case(name)).map(|(_, call)| *call)
}

/// Refuses a text longer than the schema allows: cut, it would mean something else.
pub(crate) fn fits(what: &str, text: &str, max_chars: usize) -> Result<(), String> {
    let chars = text.chars().count();
    if chars > max_chars {
        return Err(format!("{what} has {chars} characters; the station's OCPP version allows {max_chars}"));
    }
    Ok(())
}
