//! One valid statement of every kind a version has, made from the shapes of its messages: what a station can say that an
//! ordinary day does not show.

use forecourt_ocpp::{Version, catalogue, shape};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::notice::stamp;

/// Said by the daily life of the station, or of no use with invented content: a start that never ends.
const DAILY: [&str; 9] = [
    "BootNotification",
    "Heartbeat",
    "StatusNotification",
    "Authorize",
    "StartTransaction",
    "StopTransaction",
    "TransactionEvent",
    "MeterValues",
    "DataTransfer",
];

/// Action and payload of each statement beyond the daily ones; true where it is sent without being answered.
pub(super) fn statements(version: Version, now: Timestamp) -> Vec<(&'static str, Value, bool)> {
    let messages = catalogue::messages(version).into_iter();
    let theirs = messages.filter(|m| m.from_station && !m.from_csms && !DAILY.contains(&m.action));
    theirs
        .filter_map(|message| {
            let schema = shape::json_schema(version, message.action)?;
            let schema: Value = serde_json::from_str(&schema).ok()?;
            let unanswered = message.action == "NotifyPeriodicEventStream";
            Some((message.action, example(&schema, now), unanswered))
        })
        .collect()
}

/// The least a schema allows: required members only.
fn example(schema: &Value, now: Timestamp) -> Value {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.first().cloned().unwrap_or(Value::Null);
    }
    let number = |name: &str| schema.get(name).and_then(Value::as_i64);
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            let members: Map<String, Value> = required
                .filter_map(Value::as_str)
                .filter_map(|name| {
                    Some((name.to_owned(), example(schema.get("properties")?.get(name)?, now)))
                })
                .collect();
            Value::Object(members)
        }
        Some("array") => {
            let item = schema.get("items").map_or(Value::Null, |item| example(item, now));
            let least = number("minItems").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            Value::Array(vec![item; least])
        }
        Some("integer" | "number") => json!(number("minimum").unwrap_or(1).max(1)),
        Some("boolean") => json!(false),
        Some("string") => match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => json!(stamp(now)),
            Some("uri") => json!("https://station.example/"),
            _ => json!("example"),
        },
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use forecourt_ocpp::node::Node;
    use forecourt_ocpp::shape::Part;

    use super::*;

    #[test]
    fn every_example_is_what_its_version_allows() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        for (version, least) in [(Version::V16, 5), (Version::V201, 17), (Version::V21, 28)] {
            let said = statements(version, now);
            assert!(said.len() >= least, "{version:?}: {}", said.len());
            for (action, payload, unanswered) in said {
                let text = payload.to_string();
                let part = if unanswered { Part::Send } else { Part::Request };
                let problems = shape::check(version, action, part, &Node::parse(&text).unwrap());
                assert!(problems.is_empty(), "{version:?} {action} {text}: {problems:?}");
            }
        }
    }
}
