//! A full payload of every message, made from its shape: every member is there, every list has one entry.

use forecourt_ocpp::{Version, catalogue, shape};
use serde_json::{Map, Value, json};

/// Every message a station may say, with every member it may have; of each closed list of words its word number `word`,
/// counted round and round.
pub fn from_stations_with(word: usize) -> Vec<(Version, &'static str, Value)> {
    let mut all = Vec::new();
    for version in Version::ALL {
        for message in catalogue::messages(version).into_iter().filter(|message| message.from_station) {
            let schema = shape::json_schema(version, message.action).unwrap();
            let payload = value(&serde_json::from_str(&schema).unwrap(), word);
            all.push((version, message.action, payload));
        }
    }
    all
}

/// [`from_stations_with`] the first words.
pub fn from_stations() -> Vec<(Version, &'static str, Value)> {
    from_stations_with(0)
}

fn value(schema: &Value, word: usize) -> Value {
    if let Some(words) = schema["enum"].as_array() {
        return words[word % words.len()].clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let members: Map<String, Value> = schema["properties"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, schema)| (name.clone(), value(schema, word)))
                .collect();
            Value::Object(members)
        }
        Some("array") => json!([value(&schema["items"], word)]),
        Some("integer") => json!(schema["minimum"].as_i64().unwrap_or(1).max(1)),
        Some("number") => {
            let most = schema["maximum"].as_f64().unwrap_or(1.5);
            json!(most.min(1.5))
        }
        Some("boolean") => json!(true),
        Some("string") if schema["format"] == "date-time" => json!("2026-01-01T12:00:00Z"),
        Some("string") if schema["format"] == "uri" => json!("https://example.org/f"),
        Some("string") => json!("a"),
        _ => json!({"any": [1]}),
    }
}
