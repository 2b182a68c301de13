//! Mends frames that are almost JSON.
//!
//! Two slips of station firmware can be mended without guessing: raw control characters inside a string, and a comma
//! before a closing bracket. Anything else (a value left out, a frame cut off) is refused by the caller, who still gets
//! the readable front. It never invents a value.

use std::fmt::Write as _;

/// The text with both slips mended, or `None` when neither is in it.
pub fn mend(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 16);
    let mut in_text = false;
    let mut escaped = false;
    let mut mended = false;
    // Where in `out` a comma stands that nothing but blanks has followed.
    let mut comma: Option<usize> = None;
    for c in text.chars() {
        if in_text {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_text = false,
                _ => {}
            }
            if c < ' ' {
                _ = write!(out, "\\u{:04x}", u32::from(c));
                mended = true;
            } else {
                out.push(c);
            }
            continue;
        }
        match c {
            '"' => {
                in_text = true;
                comma = None;
            }
            ',' => comma = Some(out.len()),
            ']' | '}' => {
                if let Some(at) = comma.take() {
                    out.replace_range(at..=at, " ");
                    mended = true;
                }
            }
            ' ' | '\t' | '\r' | '\n' => {}
            _ => comma = None,
        }
        out.push(c);
    }
    mended.then_some(out)
}

/// The text with `null` wherever a value was left out behind a colon, or `None` when none was. For stations known to do
/// so: a guess otherwise.
pub fn complete(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 16);
    let (mut in_text, mut escaped, mut waiting, mut completed) = (false, false, false, false);
    for c in text.chars() {
        if in_text {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_text = false,
                _ => {}
            }
        } else {
            if waiting && matches!(c, ',' | '}' | ']') {
                out.push_str("null");
                completed = true;
            }
            in_text = c == '"';
            waiting = c == ':' || (waiting && c.is_ascii_whitespace());
        }
        out.push(c);
    }
    completed.then_some(out)
}

/// What can be read of a frame by hand: message type, id, action.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Front {
    pub kind: Option<i64>,
    pub id: Option<String>,
    pub action: Option<String>,
}

/// Longest id or action taken from a broken frame, in bytes.
const FRONT_TEXT_BYTES: usize = 255;

/// Reads the front of a broken frame, as far as it goes.
pub fn front(text: &str) -> Front {
    let mut front = Front::default();
    let Some(rest) = text.trim_start().strip_prefix('[') else { return front };
    let rest = rest.trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    front.kind = rest[..digits].parse().ok();
    let Some(rest) = rest[digits..].trim_start().strip_prefix(',') else { return front };
    let Some((id, rest)) = quoted(rest.trim_start()) else { return front };
    front.id = Some(id);
    let Some(rest) = rest.trim_start().strip_prefix(',') else { return front };
    front.action = quoted(rest.trim_start()).map(|(action, _)| action);
    front
}

/// A string without escapes (ids and actions have none) or a bare number, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let (end, skip, body) = match text.strip_prefix('"') {
        Some(body) => (body.bytes().position(|byte| byte == b'"')?, 1, body),
        None => (text.bytes().take_while(u8::is_ascii_digit).count(), 0, text),
    };
    let word = &body[..end];
    let usable = !word.is_empty() && word.len() <= FRONT_TEXT_BYTES && !word.contains('\\');
    usable.then(|| (word.chars().filter(|c| !c.is_control()).collect(), &body[end + skip..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_last_commas_are_mended() {
        assert_eq!(mend("[\"a\u{10}b\"]").as_deref(), Some(r#"["a\u0010b"]"#));
        assert_eq!(mend(r#"[1,{"a":2, },]"#).as_deref(), Some(r#"[1,{"a":2  } ]"#));
        assert_eq!(mend(r#"[1,",]",2]"#), None);
        assert_eq!(mend(r#"{"a":,"b":1}"#), None);
    }

    #[test]
    fn the_front_of_a_broken_frame_is_read() {
        let full = Front { kind: Some(2), id: Some("q1".into()), action: Some("MeterValues".into()) };
        assert_eq!(front(r#"[2,"q1","MeterValues",{"a":,"#), full);
        assert_eq!(front(r#" [ 2 , "q1" , "MeterValues" , {"#), full);
        assert_eq!(front(r#"[3,17,{"#), Front { kind: Some(3), id: Some("17".into()), action: None });
        assert_eq!(front(r#"[2,"cut"#), Front { kind: Some(2), id: None, action: None });
        assert_eq!(front("hello"), Front::default());
        assert_eq!(front("[999999999999999999999999,"), Front::default());
    }
}
