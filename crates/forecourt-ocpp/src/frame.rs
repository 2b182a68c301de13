//! OCPP-J frames: the list around every message (OCPP-J 1.6 §4, OCPP 2.0.1 part 4 §4, 2.1 part 4 §4).
//!
//! Reads a frame into its parts and writes frames; knows nothing of actions and their payloads.

use std::borrow::Cow;

use crate::node::Node;
use crate::read::{Notes, kind};
use crate::write::{cut, push_text};

/// Longest message id the specifications allow, in characters.
pub const ID_MAX_CHARS: usize = 36;
/// Longest message id we take from a station, in characters: generous, and bounded because ids are remembered.
pub const ID_HARD_CHARS: usize = 255;

/// A frame in parts.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame<'a> {
    /// `[2, id, action, payload]`
    Call { id: Cow<'a, str>, action: Cow<'a, str>, payload: Node<'a> },
    /// `[3, id, payload]`
    Answer { id: Cow<'a, str>, payload: Node<'a> },
    /// `[4, id, code, description, details]`, and 2.1's `[5, …]` for an answer that could not be used.
    Error { id: Cow<'a, str>, code: String, description: String, of_answer: bool },
    /// 2.1 `[6, id, action, payload]`: wants no answer.
    Send { id: Cow<'a, str>, action: Cow<'a, str>, payload: Node<'a> },
}

/// A frame that is JSON and yet none of the four.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoFrame {
    /// The id, where one could be read.
    pub id: Option<String>,
    pub action: Option<String>,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No list, no message type, no usable id.
    Form,
    /// A message type nobody knows.
    MessageType,
    /// A call without an action.
    NoAction,
}

/// Takes a frame apart. Slips that lose nothing (a number for an id, no payload) are noted.
pub fn read<'a>(document: Node<'a>, notes: &Notes) -> Result<Frame<'a>, NoFrame> {
    let none = |id: Option<&Cow<'_, str>>, action: Option<&Cow<'_, str>>, why| NoFrame {
        id: id.map(|id| id.to_string()),
        action: action.map(|action| cut(action, ID_HARD_CHARS).to_owned()),
        why,
    };
    let Node::List(parts) = document else { return Err(none(None, None, Why::Form)) };
    let mut parts = parts.into_iter();
    let message_type = match parts.next() {
        Some(Node::Integer(number)) => Some(number),
        Some(Node::Text(text)) => {
            notes.add(kind::FRAME, "frame[0]".to_owned(), &text);
            text.parse().ok()
        }
        _ => None,
    };
    let id = match parts.next() {
        Some(Node::Text(text)) => Some(text),
        Some(Node::Integer(number)) => {
            notes.add(kind::FRAME, "frame[1]".to_owned(), &number.to_string());
            Some(Cow::Owned(number.to_string()))
        }
        _ => None,
    };
    let Some(id) = id.filter(|id| id.len() <= ID_HARD_CHARS || id.chars().count() <= ID_HARD_CHARS) else {
        return Err(none(None, None, Why::Form));
    };
    if id.len() > ID_MAX_CHARS && id.chars().count() > ID_MAX_CHARS {
        notes.add(kind::TEXT_TOO_LONG, "frame[1]".to_owned(), &id);
    }
    match message_type {
        Some(2 | 6) => {
            let action = match parts.next() {
                Some(Node::Text(action)) => action,
                _ => return Err(none(Some(&id), None, Why::NoAction)),
            };
            let payload = parts.next().unwrap_or(Node::Null);
            if parts.next().is_some() {
                notes.add(kind::FRAME, "frame[4]".to_owned(), "");
            }
            Ok(match message_type {
                Some(2) => Frame::Call { id, action, payload },
                _ => Frame::Send { id, action, payload },
            })
        }
        Some(3) => Ok(Frame::Answer { id, payload: parts.next().unwrap_or(Node::Null) }),
        Some(4 | 5) => {
            let mut text = || match parts.next() {
                Some(Node::Text(text)) => cut(&text, ID_HARD_CHARS).to_owned(),
                Some(Node::Null) | None => String::new(),
                Some(other) => cut(&other.to_json(), ID_HARD_CHARS).to_owned(),
            };
            let (code, description) = (text(), text());
            Ok(Frame::Error { id, code, description, of_answer: message_type == Some(5) })
        }
        Some(_) => {
            let action = parts.next();
            let action = match &action {
                Some(Node::Text(action)) => Some(action),
                _ => None,
            };
            Err(none(Some(&id), action, Why::MessageType))
        }
        None => Err(none(Some(&id), None, Why::Form)),
    }
}

/// `[2, id, action, payload]`. `payload` is JSON text already.
pub fn call(id: &str, action: &str, payload: &str) -> String {
    let mut out = String::with_capacity(id.len() + action.len() + payload.len() + 16);
    out.push_str("[2,");
    push_text(&mut out, id);
    out.push(',');
    push_text(&mut out, action);
    out.push(',');
    out.push_str(payload);
    out.push(']');
    out
}

/// `[3, id, payload]`. `payload` is JSON text already.
pub fn answer(id: &str, payload: &str) -> String {
    let mut out = String::with_capacity(id.len() + payload.len() + 8);
    out.push_str("[3,");
    push_text(&mut out, id);
    out.push(',');
    out.push_str(payload);
    out.push(']');
    out
}

/// `[4, id, code, description, {}]`: a call could not be answered with a result.
pub fn error(id: &str, code: &str, description: &str) -> String {
    error_frame("[4,", id, code, description)
}

/// `[5, id, code, description, {}]`: an answer could not be used (2.1).
pub fn error_of_answer(id: &str, code: &str, description: &str) -> String {
    error_frame("[5,", id, code, description)
}

fn error_frame(front: &str, id: &str, code: &str, description: &str) -> String {
    let mut out = String::with_capacity(id.len() + code.len() + description.len() + 16);
    out.push_str(front);
    push_text(&mut out, id);
    out.push(',');
    push_text(&mut out, code);
    out.push(',');
    push_text(&mut out, cut(description, crate::fault::DETAIL_MAX_CHARS));
    out.push_str(",{}]");
    out
}
