//! Bodies that operations can read: made from the document, so that a refusal is about who asks and not about the form.

use serde_json::{Map, Value, json};

use crate::{tariffs, template};

/// What a schema alone does not tell.
fn by_hand(path: &str) -> Option<Value> {
    Some(match path.rsplit('/').next()? {
        "commands" => json!({"command": "clear_cache"}),
        "actions" => json!({"action": "pause"}),
        _ if path.contains("configuration-templates") => template(),
        "calls" => json!({"action": "ClearCache", "payload": {}}),
        "id-tokens" => json!({"uid": "CARD", "kind": "rfid"}),
        "tariffs" if path.starts_with("stations/") => json!([]),
        "tariffs" | "versions" => tariffs::create(),
        "wallet" => json!({"source": "credit", "amount": "1.00", "currency": "EUR", "reason": "x"}),
        "refunds" => json!({"amount": "1.00", "source": "goodwill", "reason": "x"}),
        "payment-links" => json!({"amount": "20.00"}),
        "payment-settings" => json!({"provider": "manual", "strategy": "post_pay", "currency": "EUR"}),
        "invoices" => json!({"until": "2026-01-31", "payers": []}),
        _ if path.starts_with("payouts/") => json!({"state": "approved"}),
        _ if path.starts_with("price-profiles") => {
            json!({"name": "Home", "zone": "DK1", "currency": "DKK", "content": {"vat": "25", "components": []}})
        }
        "preview" => tariffs::question(),
        "key-payment" => json!({"policy": "always"}),
        "idle-fee" => json!({"idle_fee_id": null}),
        _ if path.starts_with("idle-fees") => {
            let rules = json!({"currency": "EUR", "grace_min": 10, "recurring": "1.00", "every_min": 15,
                "triggers": {"after_charging": true}});
            json!({"name": "Overstay", "rules": rules})
        }
        _ if path.starts_with("access-profiles") => {
            let rules = json!({"places": {"everywhere": true}, "people": {"public": true}});
            json!({"name": "Everybody", "active": false, "rules": rules})
        }
        "status" if path.starts_with("zones/") => json!({"enabled": true}),
        "trial" => json!({"from": "2026-01-31", "capacity_w": 22_000, "distribution": "dynamic"}),
        "meter" | "test" if path.starts_with("zones/") => {
            let wire = json!({"host": "192.0.2.1", "port": 502, "unit_id": 1, "table": "input", "kind": "f32",
                "word_order": "high_first", "addresses": [6, 8, 10]});
            json!({"measure": "currents", "unit": "amperes", "modbus": wire})
        }
        "plan" if path.starts_with("zones/") => {
            json!({"enabled": false, "aim": "price", "price_profile_id": "4"})
        }
        "solar-forecast" => {
            let slot =
                json!({"from": "2026-01-01T00:00:00Z", "until": "2026-01-01T01:00:00Z", "power_w": 900});
            json!({"slots": [slot]})
        }
        _ if path.starts_with("zones") => {
            json!({"name": "Main", "site_id": "4", "capacity_w": 22_000, "distribution": "dynamic"})
        }
        "booking-rules" | "booking-slots" => {
            json!({"enabled": false, "currency": "EUR", "from": "00:00", "to": "24:00",
            "slot_min": 60, "mix": true, "carry_over": true, "assign": "at_booking", "refund": true})
        }
        "reading" => json!({"power_w": 1_000}),
        "smart-charging" => json!({"content": null}),
        "import" if path.starts_with("carbon-intensity") => {
            let csv = "from,until,grams_per_kwh\n2026-01-01T00:00:00Z,2026-01-01T01:00:00Z,90\n";
            json!({"zone": "DK1", "csv": csv})
        }
        "carbon-intensity" => {
            let slot =
                json!({"from": "2026-01-01T00:00:00Z", "until": "2026-01-01T01:00:00Z", "grams_per_kwh": 90});
            json!({"zone": "DK1", "slots": [slot]})
        }
        _ if path.starts_with("charging-hours") => {
            let window = json!({"day": 1, "from": "00:00", "to": "06:00"});
            json!({"site_id": "4", "enabled": true, "content": {"windows": [window]}})
        }
        "security-upgrade" => json!({"profile": 2}),
        "report-schedules" => {
            json!({"tab": "overview", "format": "csv", "every": "daily", "recipients": ["x@example.com"]})
        }
        "log-uploads" => json!({"kind": "diagnostics"}),
        "reservations" => json!({"id_token": "x", "expires_at": "2090-01-01T00:00:00Z"}),
        "charging-profiles" => {
            let schedule = json!({"unit": "watts", "periods": [{"start_s": 0, "limit": 1}]});
            let profile = json!({"id": 1, "stack_level": 0, "purpose": "default", "kind": "absolute",
                "schedules": [schedule]});
            json!({"evse": 0, "profile": profile})
        }
        _ if path.starts_with("operators/") || path == "invitations" => {
            json!({"email": "new@example.com", "role": "maintenance"})
        }
        _ => return None,
    })
}

/// For the operation of this method and path (without `/api/v1/`, its ids filled in or not).
pub fn for_operation(document: &Value, method: &str, path: &str) -> Option<Value> {
    if method == "get" {
        return None;
    }
    by_hand(path).or_else(|| {
        let (_, methods) =
            document["paths"].as_object()?.iter().find(|(template, _)| same(template, path))?;
        let schema = &methods.get(method)?["requestBody"]["content"]["application/json"]["schema"];
        Some(value_of(document, schema, 0))
    })
}

fn same(template: &str, path: &str) -> bool {
    let short = template.trim_start_matches("/api/v1/");
    short.split('/').count() == path.split('/').count()
        && short.split('/').zip(path.split('/')).all(|(a, b)| a.starts_with('{') || a == b)
}

/// The least a schema takes.
fn value_of(document: &Value, schema: &Value, depth: usize) -> Value {
    if depth > 8 {
        return Value::Null;
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return value_of(document, &document["components"]["schemas"][name], depth + 1);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return first.clone();
    }
    for any in ["oneOf", "anyOf"] {
        if let Some(first) = schema[any].as_array().and_then(|all| all.iter().find(|s| s["type"] != "null")) {
            return value_of(document, first, depth + 1);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut all = Map::new();
        for part in parts {
            all.extend(value_of(document, part, depth + 1).as_object().cloned().unwrap_or_default());
        }
        return Value::Object(all);
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null").and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("object") => {
            let needed = schema["required"].as_array().cloned().unwrap_or_default();
            let names = needed.iter().filter_map(Value::as_str);
            let member =
                |name: &str| (name.to_owned(), value_of(document, &schema["properties"][name], depth + 1));
            Value::Object(names.map(member).collect())
        }
        Some("array") => json!([]),
        Some("boolean") => json!(true),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        _ if schema["format"] == "date-time" => json!("2090-01-01T00:00:00Z"),
        _ => json!("1"),
    }
}
