//! Reads the files of `messages/`; tests/interop/shapes.py, which writes them, explains the form.

use std::iter::Peekable;

use super::{Kind, Member, Object, Part, Shapes};

type Lines<'l> = Peekable<Box<dyn Iterator<Item = &'static str> + 'l>>;

pub(super) fn parse(text: &'static str) -> Result<Shapes, String> {
    let mut shapes = Shapes::default();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut lines: Lines<'_> = (Box::new(lines) as Box<dyn Iterator<Item = &'static str>>).peekable();
    while let Some(line) = lines.next() {
        let mut words = line.split(' ');
        let (what, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let part = match what {
            "everywhere" => {
                shapes.everywhere = Some(Member {
                    name,
                    required: false,
                    kind: scalar(words.next().unwrap_or_default(), words)?,
                });
                continue;
            }
            "enum" => {
                shapes.words.insert(name, words.skip(1).collect());
                continue;
            }
            "type" => {
                let open = words.next() == Some("open");
                shapes.types.insert(name, Object { members: members(&mut lines, 1)?, open });
                continue;
            }
            "request" => Part::Request,
            "response" => Part::Response,
            "send" => Part::Send,
            _ => return Err(format!("not a statement: {line}")),
        };
        let open = words.next() == Some("open");
        shapes.messages.insert((name, part as u8), Object { members: members(&mut lines, 1)?, open });
    }
    Ok(shapes)
}

/// The members indented by `depth` that follow.
fn members(lines: &mut Lines<'_>, depth: usize) -> Result<Vec<Member>, String> {
    let mut found = Vec::new();
    while let Some(line) = lines.next_if(|line| indent(line) == depth) {
        let mut words = line.trim_start().split(' ');
        let name = words.next().unwrap_or_default();
        let mut bounds = Vec::new();
        let mut word = words.next().unwrap_or_default();
        while let Some(range) = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            bounds.push(ends(range)?);
            word = words.next().unwrap_or_default();
        }
        let mut kind = if word == "object" {
            let open = words.next() == Some("open");
            Kind::Object(Object { members: members(lines, depth + 1)?, open })
        } else {
            scalar(word, words)?
        };
        for (min, max) in bounds.into_iter().rev() {
            kind = Kind::List { min: min.unwrap_or(0), max, item: Box::new(kind) };
        }
        let required = name.ends_with('!');
        found.push(Member { name: name.trim_end_matches('!'), required, kind });
    }
    Ok(found)
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count() / 2
}

fn scalar(word: &'static str, mut rest: std::str::Split<'static, char>) -> Result<Kind, String> {
    if let Some(max) = word.strip_prefix("text<=") {
        return Ok(Kind::Text { max_chars: Some(number(max)?) });
    }
    Ok(match word {
        "text" => Kind::Text { max_chars: None },
        "time" => Kind::Time,
        "uri" => Kind::Uri,
        "boolean" => Kind::Boolean,
        "any" => Kind::Any,
        "word" => Kind::Words(rest.collect()),
        "integer" => {
            let (min, max) = rest.next().map_or(Ok((None, None)), ends)?;
            Kind::Integer { min, max }
        }
        "number" => {
            let (mut range, mut step) = ((None, None), None);
            while let Some(word) = rest.next() {
                match word {
                    "step" => step = rest.next().map(number).transpose()?,
                    word => range = ends(word)?,
                }
            }
            Kind::Number { min: range.0, max: range.1, step }
        }
        name if name.starts_with(|c: char| c.is_ascii_uppercase()) => Kind::Named(name),
        other => return Err(format!("not a kind: {other}")),
    })
}

/// `N..M`, either end left out.
fn ends<T: std::str::FromStr>(range: &str) -> Result<(Option<T>, Option<T>), String> {
    let (min, max) = range.split_once("..").ok_or_else(|| format!("not a range: {range}"))?;
    let end = |text: &str| if text.is_empty() { Ok(None) } else { number(text).map(Some) };
    Ok((end(min)?, end(max)?))
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("not a number: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_files_can_be_read_and_name_only_what_they_have() {
        let files = [
            (include_str!("../../messages/1.6.txt"), 39),
            (include_str!("../../messages/2.0.1.txt"), 64),
            (include_str!("../../messages/2.1.txt"), 91),
        ];
        for (file, count) in files {
            let shapes = parse(file).unwrap();
            let asked = shapes.messages.keys().filter(|(_, part)| *part != Part::Response as u8).count();
            assert_eq!(asked, count);
            for object in shapes.types.values().chain(shapes.messages.values()) {
                assert_named(&shapes, object);
            }
        }
    }

    fn assert_named(shapes: &Shapes, object: &Object) {
        for member in &object.members {
            let mut kind = &member.kind;
            while let Kind::List { item, .. } = kind {
                kind = item;
            }
            match kind {
                Kind::Named(name) => {
                    assert!(shapes.words.contains_key(name) || shapes.types.contains_key(name), "{name}");
                }
                Kind::Object(object) => assert_named(shapes, object),
                _ => {}
            }
        }
    }
}
