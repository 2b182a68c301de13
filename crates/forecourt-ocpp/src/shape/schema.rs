//! The shape of a request as JSON Schema, complete in itself, for forms.

use std::fmt::Write as _;

use super::{Kind, Member, Object, Part, Shapes};
use crate::version::Version;
use crate::write::push_text;

/// JSON Schema (2020-12) of a message as it is asked or sent; members in the order of the specification. `None`: this
/// version has no such message. Members for vendors (`customData`) are left out: nobody fills them in by hand.
pub fn json_schema(version: Version, action: &str) -> Option<String> {
    let shapes = Shapes::of(version);
    let object = shapes.message(action, Part::Request).or_else(|| shapes.message(action, Part::Send))?;
    let mut out = String::with_capacity(1_024);
    out.push_str(r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"#);
    push_text(&mut out, action);
    out.push(',');
    members(shapes, object, &mut out);
    out.push('}');
    Some(out)
}

fn members(shapes: &Shapes, object: &Object, out: &mut String) {
    out.push_str(r#""type":"object","properties":{"#);
    let everywhere = shapes.everywhere.as_ref().map(|member| member.name);
    let shown = || object.members.iter().filter(|member| Some(member.name) != everywhere);
    each(out, shown(), |out, member: &Member| {
        push_text(out, member.name);
        out.push(':');
        value(shapes, &member.kind, out);
    });
    out.push('}');
    if shown().any(|member| member.required) {
        out.push_str(r#","required":["#);
        each(out, shown().filter(|member| member.required), |out, member| push_text(out, member.name));
        out.push(']');
    }
    _ = write!(out, r#","additionalProperties":{}"#, object.open);
}

fn each<T>(out: &mut String, values: impl Iterator<Item = T>, write: impl Fn(&mut String, T)) {
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, value);
    }
}

fn value(shapes: &Shapes, kind: &Kind, out: &mut String) {
    out.push('{');
    match kind {
        Kind::Any => {}
        Kind::Text { max_chars } => {
            out.push_str(r#""type":"string""#);
            bound(out, "maxLength", max_chars.as_ref());
        }
        Kind::Time => out.push_str(r#""type":"string","format":"date-time""#),
        Kind::Uri => out.push_str(r#""type":"string","format":"uri""#),
        Kind::Boolean => out.push_str(r#""type":"boolean""#),
        Kind::Integer { min, max } => {
            out.push_str(r#""type":"integer""#);
            bound(out, "minimum", min.as_ref());
            bound(out, "maximum", max.as_ref());
        }
        Kind::Number { min, max, step } => {
            out.push_str(r#""type":"number""#);
            bound(out, "minimum", min.as_ref());
            bound(out, "maximum", max.as_ref());
            bound(out, "multipleOf", step.as_ref());
        }
        Kind::Words(list) => words(list, out),
        Kind::Object(object) => members(shapes, object, out),
        Kind::Named(name) => match (shapes.types.get(name), shapes.words.get(name)) {
            (Some(object), _) => members(shapes, object, out),
            (None, Some(list)) => words(list, out),
            (None, None) => {}
        },
        Kind::List { min, max, item } => {
            out.push_str(r#""type":"array""#);
            bound(out, "minItems", Some(min).filter(|min| **min > 0));
            bound(out, "maxItems", max.as_ref());
            out.push_str(r#","items":"#);
            value(shapes, item, out);
        }
    }
    out.push('}');
}

fn words(list: &[&str], out: &mut String) {
    out.push_str(r#""type":"string","enum":["#);
    each(out, list.iter(), |out, word| push_text(out, word));
    out.push(']');
}

fn bound<T: std::fmt::Display>(out: &mut String, name: &str, value: Option<&T>) {
    if let Some(value) = value {
        _ = write!(out, r#","{name}":{value}"#);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_has_a_schema_that_is_json() {
        for version in [Version::V16, Version::V201, Version::V21] {
            for action in crate::shape::actions(version) {
                let text = json_schema(version, action).unwrap();
                let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
                assert_eq!(schema["title"], action);
                assert_eq!(schema["type"], "object");
                assert!(text.len() < 200_000, "{action}: {} bytes", text.len());
            }
        }
    }

    #[test]
    fn a_schema_says_what_a_form_must_know() {
        let text = json_schema(Version::V201, "SetMonitoringLevel").unwrap();
        assert_eq!(
            text,
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"SetMonitoringLevel","type":"object","properties":{"severity":{"type":"integer"}},"required":["severity"],"additionalProperties":false}"#
        );
        assert!(json_schema(Version::V16, "SetMonitoringLevel").is_none());
    }
}
