//! Closed word lists of the specifications, read with an open mind.
//!
//! A word in the wrong case is taken and noted; a word nobody knows is noted and left to the caller. It never refuses.

use crate::read::{Object, kind};

/// One list: the word on the wire and what it means here.
pub type Words<T> = [(&'static str, T)];

/// Reads a member that should hold one of `words`. `Err` carries the unknown word.
pub fn read<T: Copy>(object: &Object<'_>, name: &str, words: &Words<T>) -> Option<Result<T, String>> {
    let text = object.get(name)?.as_text();
    let Some(text) = text else {
        // Numbers and the like: let the text reader note it.
        return object.text(name, usize::MAX).map(Err);
    };
    Some(find(object, name, text, words))
}

fn find<T: Copy>(object: &Object<'_>, name: &str, text: &str, words: &Words<T>) -> Result<T, String> {
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    if let Some((_, value)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim())) {
        object.note(kind::WRONG_CASE, name, text);
        return Ok(*value);
    }
    object.note(kind::UNKNOWN_VALUE, name, text);
    Err(crate::write::cut(text, crate::read::TEXT_HARD_CHARS).chars().filter(|c| !c.is_control()).collect())
}
