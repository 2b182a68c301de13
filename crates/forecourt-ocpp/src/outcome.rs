//! How our own calls ended: a station's answer becomes an [`Outcome`].
//!
//! Members beyond the status are not validated: a station that fills a Rejected with nonsense has still said Rejected.

use forecourt_core::command::Outcome;

use crate::node::Node;
use crate::read::TEXT_HARD_CHARS;
use crate::write::cut;

/// Words that mean yes in any answer of any version.
const YES: &[&str] =
    &["Accepted", "Scheduled", "RebootRequired", "Unlocked", "AcceptedCanceled", "Unpublished"];

pub fn is_yes(status: &str) -> bool {
    YES.iter().any(|word| word.eq_ignore_ascii_case(status.trim()))
}

/// An answer whose verdict is its member `status`. `needs_status`: without one the answer is no yes.
pub fn by_status(payload: &Node<'_>, needs_status: bool, answer: &str) -> Outcome {
    let status = payload.member("status").and_then(Node::as_text).map(clean);
    let accepted = status.as_deref().map_or(!needs_status, is_yes);
    Outcome::Answered { accepted, status, answer: answer.to_owned() }
}

/// An answer that is a list of verdicts: yes when all are; the status shown is the first that is not.
pub fn by_each(payload: &Node<'_>, list: &str, status: &str, answer: &str) -> Outcome {
    let results = match payload.member(list) {
        Some(Node::List(items)) => items.as_slice(),
        Some(one @ Node::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    };
    let words = || results.iter().filter_map(|result| result.member(status).and_then(Node::as_text));
    let shown = words().find(|word| !is_yes(word)).or_else(|| words().next()).map(clean);
    let accepted = !results.is_empty() && words().count() == results.len() && words().all(is_yes);
    Outcome::Answered { accepted, status: shown, answer: answer.to_owned() }
}

fn clean(text: &str) -> String {
    cut(text, TEXT_HARD_CHARS).chars().filter(|c| !c.is_control()).collect()
}
