//! Tariffs through the API: made, attached to a site, asked what-if, and found again on a session's receipt.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::caller::houses;

fn rules(price: &str) -> Value {
    let energy = json!({"dimension": "energy", "price": price, "vat": "25"});
    let occupied = json!({"dimension": "occupied_time", "price": "12.00", "vat": "25", "step": 60});
    let night = json!({"start_time": "22:00", "end_time": "06:00"});
    json!({"currency": "EUR", "prices": "with_vat", "elements": [
        {"components": [{"dimension": "energy", "price": "0.20", "vat": "25"}], "restrictions": night},
        {"components": [energy, occupied]},
    ]})
}

pub fn create() -> Value {
    json!({"name": "Day and night", "rules": rules("0.50")})
}

pub fn question() -> Value {
    json!({"draft": rules("0.50"), "start": "2026-06-01T12:00:00Z", "energy_wh": 20_000, "charging_minutes": 120,
        "occupied_minutes": 10})
}

#[tokio::test]
async fn a_tariff_is_made_attached_asked_and_found_on_a_receipt() {
    for house in houses().await {
        let caller = house.organisation("owner").await;
        let made = caller.post("/api/v1/tariffs", create()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json);
        assert_eq!(made.header("etag"), "\"1\"");
        let id = made.json["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/tariffs/{id}");
        let changed = caller
            .with_header("if-match", "\"1\"")
            .post(
                &format!("{path}/versions"),
                json!({"rules": rules("1.00"), "valid_from": "2090-01-01T00:00:00Z"}),
            )
            .await;
        assert_eq!(changed.status, StatusCode::CREATED, "{:?}", changed.json);
        assert_eq!(changed.json["versions"].as_array().map(Vec::len), Some(2));
        let stale = caller.with_header("if-match", "\"1\"").post(&format!("{path}/versions"), create()).await;
        assert!(stale.status == StatusCode::PRECONDITION_FAILED, "{:?}", stale.json);

        let site = json!({"name": "Harbour", "time_zone": "UTC", "currency": "EUR", "tariff_id": id});
        let site = caller.post("/api/v1/sites", site).await;
        assert_eq!(site.json["tariff_id"].as_str(), Some(id.as_str()), "{:?}", site.json);
        assert_eq!(caller.send("delete", &path, None).await.status, StatusCode::CONFLICT);

        let station = json!({"site_id": site.json["id"], "identity": "CP-priced"});
        let station = caller.post("/api/v1/stations", station).await;
        let session = house.charge(station.json["id"].as_str().expect("an id")).await;
        let receipt = caller.get(&format!("/api/v1/sessions/{session}/receipt")).await;
        assert_eq!((receipt.status, &receipt.json["is_final"]), (StatusCode::OK, &json!(false)));
        let closed = caller.post(&format!("/api/v1/sessions/{session}/close"), json!({})).await;
        assert_eq!(closed.status, StatusCode::OK, "{:?}", closed.json);
        let receipt = caller.get(&format!("/api/v1/sessions/{session}/receipt")).await;
        assert_eq!((receipt.status, &receipt.json["is_final"]), (StatusCode::OK, &json!(true)));
        let shown = caller.get(&format!("/api/v1/sessions/{session}")).await;
        assert_eq!(shown.json["cost"]["amount"], receipt.json["with_vat"]);
        assert_eq!(shown.json["cost"]["currency"], "EUR");

        let site_path = format!("/api/v1/sites/{}", site.json["id"].as_str().expect("an id"));
        let none = caller.send("patch", &site_path, Some(json!({"tariff_id": null}))).await;
        assert_eq!(none.json["tariff_id"], Value::Null, "{:?}", none.json);
        assert_eq!(caller.send("delete", &path, None).await.status, StatusCode::NO_CONTENT);
        let kept = caller.get(&format!("/api/v1/sessions/{session}/receipt")).await;
        assert_eq!(kept.status, StatusCode::OK, "a session keeps the price it was made under");
    }
}

#[tokio::test]
async fn the_calculator_explains_and_errors_name_the_member() {
    for house in houses().await {
        let caller = house.organisation("owner").await;
        let asked = caller.post("/api/v1/tariffs/preview", question()).await;
        assert_eq!(asked.status, StatusCode::OK, "{:?}", asked.json);
        assert_eq!(asked.json["with_vat"], "12.00");
        assert_eq!((&asked.json["without_vat"], &asked.json["vat"]), (&json!("9.60"), &json!("2.40")));
        let lines = asked.json["lines"].as_array().expect("lines");
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["billed"], "20.000");
        assert_eq!((&lines[1]["unit"], &lines[1]["billed"]), (&json!("s"), &json!("600.000")));
        let cases = [
            (
                json!({"name": "x", "rules": {"currency": "EUR", "prices": "with_vat", "elements": []}}),
                "/rules/elements",
            ),
            (
                json!({"name": "x", "rules": {"currency": "euro", "prices": "with_vat", "elements": []}}),
                "/rules/currency",
            ),
            (
                json!({"name": "x", "rules": {"currency": "EUR", "prices": "with_vat", "elements": [
                {"components": [{"dimension": "energy", "price": "a lot"}]}]}}),
                "/rules/elements/0/components/0/price",
            ),
            (
                json!({"name": "x", "rules": {"currency": "EUR", "prices": "with_vat", "elements": [
                {"components": [{"dimension": "energy", "price": "-1"}]}]}}),
                "/rules/elements/0/components/0/price",
            ),
            (json!({"name": " ", "rules": rules("1")}), "/name"),
        ];
        for (body, field) in cases {
            let refused = caller.post("/api/v1/tariffs", body.clone()).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            let named: Vec<&Value> =
                refused.json["errors"].as_array().into_iter().flatten().map(|e| &e["field"]).collect();
            assert_eq!(named, [field], "{:?}", refused.json);
        }
    }
}
