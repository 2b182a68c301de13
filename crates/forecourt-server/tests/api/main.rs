//! The API through the real router, on each database.

mod bodies;
mod caller;
mod isolation;
mod tariffs;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use caller::{Caller, House, houses};
use serde_json::{Value, json};

/// Everything one organisation owns, by the noun in the path.
async fn belongings(house: &House, caller: &Caller) -> BTreeMap<&'static str, String> {
    let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    let site =
        caller.post("/api/v1/sites", json!({"name": "Harbour", "time_zone": "UTC", "currency": "EUR"})).await;
    let station = json!({"site_id": id(&site.json), "identity": format!("CP-{}", caller.name)});
    let station = caller.post("/api/v1/stations", station).await;
    assert_eq!(station.status, StatusCode::CREATED, "{:?}", station.json);
    let token = json!({"uid": format!("CARD-{}", caller.name), "kind": "rfid"});
    let token = caller.post("/api/v1/id-tokens", token).await;
    let key = caller.post("/api/v1/api-keys", json!({"name": "another"})).await;
    let session = house.charge(&id(&station.json)).await;
    let unknown = house.knock(caller.organisation).await;
    let root = caller.post("/api/v1/certificate-authority/root", json!({})).await;
    let template = caller.post("/api/v1/configuration-templates", template()).await;
    let update = json!({"location": "https://files.example/f", "retrieve_at": "2026-01-01T00:00:00Z"});
    let campaign = json!({"name": "F", "station_ids": [id(&station.json)], "update": update});
    let campaign = caller.post("/api/v1/firmware-campaigns", campaign).await;
    let tariff = caller.post("/api/v1/tariffs", tariffs::create()).await;
    let invitation = json!({"email": format!("new@{}.example", caller.name), "role": "support"});
    let invitation = caller.post("/api/v1/invitations", invitation).await;
    assert_eq!(invitation.status, StatusCode::CREATED, "{:?}", invitation.json);
    let zone =
        json!({"name": "Main", "site_id": id(&site.json), "capacity_w": 22_000, "distribution": "dynamic"});
    let zone = caller.post("/api/v1/zones", zone).await;
    assert_eq!(zone.status, StatusCode::CREATED, "{:?}", zone.json);
    let booking = booking(caller, &id(&site.json)).await;
    let mail = caller.get("/api/v1/mail").await;
    let person = house.operator(caller.organisation, forecourt_core::access::Role::Support).await;
    BTreeMap::from([
        ("bookings", booking),
        ("tariffs", id(&tariff.json)),
        ("configuration-templates", id(&template.json)),
        ("firmware-campaigns", id(&campaign.json)),
        ("certificates", id(&root.json)),
        ("invitations", id(&invitation.json)),
        ("mail", id(&mail.json["items"][0])),
        ("operators", person.id.to_string()),
        ("sites", id(&site.json)),
        ("stations", id(&station.json)),
        ("zones", id(&zone.json)),
        ("id-tokens", id(&token.json)),
        ("api-keys", id(&key.json)),
        ("sessions", session),
        ("unknown-stations", unknown),
        ("organisations", caller.organisation.to_string()),
    ])
}

/// A booking of the day after tomorrow, with all that it needs.
async fn booking(caller: &Caller, site: &str) -> String {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let evses = json!([{"evse": 1, "connectors": [{"connector": 1, "kind": "type2"}]}]);
    let station = json!({"site_id": site, "identity": format!("BOOK-{}", caller.name), "evses": evses});
    let station = caller.post("/api/v1/stations", station).await;
    assert_eq!(station.status, StatusCode::CREATED, "{:?}", station.json);
    let driver = caller.post("/api/v1/drivers", json!({"name": "Anna"})).await;
    let rules = json!({"enabled": true, "currency": "EUR", "from": "00:00", "to": "24:00", "slot_min": 60, "mix": true,
        "carry_over": true, "assign": "at_booking", "refund": true});
    let path = format!("/api/v1/sites/{site}/booking-rules");
    let set = caller.send("put", &path, Some(rules)).await;
    assert_eq!(set.status, StatusCode::OK, "{:?}", set.json);
    let slots = caller.get(&format!("/api/v1/sites/{site}/booking-slots?days=3")).await;
    let last = slots.json["items"].as_array().and_then(|items| items.last()).expect("a slot");
    let wish = json!({"site_id": site, "driver_id": text(&driver.json["id"]), "from": text(&last["from"])});
    let made = caller.post("/api/v1/bookings", wish).await;
    assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json);
    text(&made.json["id"])
}

fn template() -> Value {
    let entry = json!({"name": "HeartbeatInterval", "value": "60"});
    json!({"name": "Wall", "family": "1.6", "entries": [entry]})
}

#[tokio::test]
async fn nothing_of_one_organisation_is_seen_by_another() {
    for house in houses().await {
        let (owner, stranger) = (house.organisation("owner").await, house.organisation("stranger").await);
        let owned = belongings(&house, &owner).await;
        belongings(&house, &stranger).await;
        let document = serde_json::to_value(forecourt_server::http::document()).expect("a document");
        let mut tried = 0;
        for (path, methods) in document["paths"].as_object().expect("paths") {
            let noun = path.split('/').nth(3).expect("a noun");
            for method in methods.as_object().expect("methods").keys().filter(|m| *m != "parameters") {
                let with_id = owned.get(noun).filter(|_| path.contains("{id}"));
                let path = with_id.map_or(path.clone(), |id| path.replace("{id}", id));
                if with_id.is_some() {
                    tried += 1;
                    let path = isolation::with_ids(path.trim_start_matches("/api/v1/"), 4);
                    let seen = stranger
                        .send(
                            method,
                            &path,
                            bodies::for_operation(&document, method, path.trim_start_matches("/api/v1/")),
                        )
                        .await;
                    // A program never moves a site, whosever it is.
                    let never = path.ends_with("/move") && seen.status == StatusCode::FORBIDDEN;
                    assert!(
                        never || seen.status == StatusCode::NOT_FOUND,
                        "{method} {path}: {:?}",
                        seen.json
                    );
                } else if *method == "get" && noun != "session" {
                    let seen = stranger.send(method, &path, None).await;
                    let text = seen.json.to_string();
                    assert!(
                        owned.values().filter(|id| id.len() > 3).all(|id| !text.contains(id)),
                        "{path} tells {text}"
                    );
                }
            }
        }
        assert!(tried >= 20, "only {tried} operations on things of others");
        // The owner still has everything.
        for (noun, id) in owned
            .iter()
            .filter(|(noun, _)| !["api-keys", "unknown-stations", "invitations", "mail"].contains(noun))
        {
            assert_eq!(owner.get(&format!("/api/v1/{noun}/{id}")).await.status, StatusCode::OK, "{noun}");
        }
    }
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say() {
    for house in houses().await {
        let all = house.organisation("owner").await;
        let owned = belongings(&house, &all).await;
        let made = all.post("/api/v1/api-keys", json!({"name": "reader", "scopes": ["read"]})).await;
        let reader = all.with_key(made.json["key"].as_str().expect("a key"));
        assert_eq!(reader.get("/api/v1/stations").await.status, StatusCode::OK);
        let refused = [
            ("post", "/api/v1/sites".to_owned(), json!({"name": "x", "time_zone": "UTC", "currency": "EUR"})),
            (
                "post",
                format!("/api/v1/stations/{}/commands", owned["stations"]),
                json!({"command": "clear_cache"}),
            ),
            (
                "post",
                format!("/api/v1/stations/{}/calls", owned["stations"]),
                json!({"action": "ClearCache"}),
            ),
            ("post", format!("/api/v1/sessions/{}/close", owned["sessions"]), json!({})),
            ("get", "/api/v1/id-tokens".to_owned(), json!({})),
            ("get", "/api/v1/api-keys".to_owned(), json!({})),
            ("patch", format!("/api/v1/organisations/{}", owned["organisations"]), json!({"name": "x"})),
        ];
        for (method, path, body) in refused {
            assert_eq!(
                reader.send(method, &path, Some(body)).await.status,
                StatusCode::FORBIDDEN,
                "{method} {path}"
            );
        }
        let id = made.json["id"].as_str().expect("an id");
        assert_eq!(
            all.send("delete", &format!("/api/v1/api-keys/{id}"), None).await.status,
            StatusCode::NO_CONTENT
        );
        assert_eq!(reader.get("/api/v1/stations").await.status, StatusCode::UNAUTHORIZED, "revoked at once");
    }
}

#[tokio::test]
async fn errors_name_the_wrong_member() {
    for house in houses().await {
        let caller = house.organisation("owner").await;
        let cases = [
            (json!({"time_zone": "UTC", "currency": "EUR"}), "/name"),
            (json!({"name": " ", "time_zone": "UTC", "currency": "EUR"}), "/name"),
            (json!({"name": "A", "time_zone": "Mars/Olympus", "currency": "EUR"}), "/time_zone"),
            (json!({"name": "A", "time_zone": "UTC", "currency": "euro"}), "/currency"),
            (json!({"name": "A", "time_zone": "UTC", "currency": "EUR", "latitude": 123.0}), "/latitude"),
            (json!({"name": 7, "time_zone": "UTC", "currency": "EUR"}), "/name"),
        ];
        for (body, field) in cases {
            let answer = caller.post("/api/v1/sites", body.clone()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            assert_eq!(answer.json["errors"][0]["field"], field, "{body}: {:?}", answer.json);
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        assert_eq!(caller.get("/api/v1/sites/nonsense").await.status, StatusCode::NOT_FOUND);
        assert_eq!(caller.get("/api/v1/nothing").await.status, StatusCode::NOT_FOUND);
        assert_eq!(caller.get("/api/v1/sites?cursor=x").await.status, StatusCode::BAD_REQUEST);
        assert_eq!(caller.send("put", "/api/v1/sites", None).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[tokio::test]
async fn a_repeated_creation_creates_once() {
    for house in houses().await {
        let caller = house.organisation("owner").await;
        let body = json!({"name": "Once", "time_zone": "UTC", "currency": "EUR"});
        let first = caller.with_header("idempotency-key", "k1").post("/api/v1/sites", body.clone()).await;
        let again = caller.with_header("idempotency-key", "k1").post("/api/v1/sites", body.clone()).await;
        assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
        assert_eq!(first.json, again.json);
        let other = json!({"name": "Other", "time_zone": "UTC", "currency": "EUR"});
        let other = caller.with_header("idempotency-key", "k1").post("/api/v1/sites", other).await;
        assert_eq!(other.status, StatusCode::CONFLICT);
        let sites = caller.get("/api/v1/sites").await;
        assert_eq!(sites.json["items"].as_array().expect("items").len(), 1);
        // A password that was shown once is not shown again.
        let station = json!({"site_id": first.json["id"], "identity": "CP-ONCE"});
        let keyed = caller.with_header("idempotency-key", "k2");
        let first = keyed.post("/api/v1/stations", station.clone()).await;
        let again = keyed.post("/api/v1/stations", station).await;
        assert!(first.json["password"].as_str().is_some_and(|p| p.len() >= 16));
        assert_eq!(again.json["password"], Value::Null);
        assert_eq!(first.json["id"], again.json["id"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_requests_at_once_under_one_key_one_creates() {
    for house in houses().await {
        let caller = house.organisation("owner").await;
        let body = json!({"name": "Once", "time_zone": "UTC", "currency": "EUR"});
        let keyed = caller.with_header("idempotency-key", "k1");
        let all: Vec<_> = (0..8)
            .map(|_| {
                let (keyed, body) = (keyed.clone(), body.clone());
                tokio::spawn(async move { keyed.post("/api/v1/sites", body).await })
            })
            .collect();
        let mut created = Vec::new();
        for request in all {
            let answer = request.await.expect("a task");
            match answer.status {
                StatusCode::CREATED => created.push(answer.json["id"].clone()),
                // Came while the first was running.
                status => assert_eq!(status, StatusCode::CONFLICT, "{:?}", answer.json),
            }
        }
        created.dedup();
        assert_eq!(created.len(), 1);
        assert_eq!(caller.get("/api/v1/sites").await.json["items"].as_array().expect("items").len(), 1);
        let again = keyed.post("/api/v1/sites", body).await;
        assert_eq!((again.status, &again.json["id"]), (StatusCode::CREATED, &created[0]));
        // A request that creates nothing leaves its key to the corrected one.
        let keyed = caller.with_header("idempotency-key", "k2");
        let wrong =
            keyed.post("/api/v1/sites", json!({"name": "", "time_zone": "UTC", "currency": "EUR"})).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right =
            keyed.post("/api/v1/sites", json!({"name": "B", "time_zone": "UTC", "currency": "EUR"})).await;
        assert_eq!(right.status, StatusCode::CREATED);
    }
}

#[tokio::test]
async fn live_events_go_on_where_they_were_cut() {
    for house in houses().await {
        let (watcher, other) = (house.organisation("watcher").await, house.organisation("other").await);
        house.knock(watcher.organisation).await;
        // From before this server started, or from the future: look at everything again.
        for unknown in ["1", "9007199254740991"] {
            let told = watcher.events(Some(unknown), 2).await;
            assert_eq!((told[0].kind.as_str(), told[1].kind.as_str()), ("hello", "refetch"), "{unknown}");
        }
        // Watching from here on.
        let (first, ()) = tokio::join!(watcher.events(None, 2), async {
            house.knock(other.organisation).await;
            house.knock(watcher.organisation).await;
        });
        let seen = &first[1];
        assert_eq!(seen.data["type"], "unknown_station");
        // Cut; meanwhile something happens, to others too.
        house.knock(watcher.organisation).await;
        house.knock(other.organisation).await;
        house.knock(watcher.organisation).await;
        let missed = watcher.events(Some(&seen.id), 3).await;
        let number = |id: &str| id.parse::<u64>().expect("a number");
        assert!(number(&seen.id) < number(&missed[1].id) && number(&missed[1].id) < number(&missed[2].id));
        for event in &missed[1..] {
            assert_eq!(event.data["type"], "unknown_station");
            assert_eq!(event.data["organisation"], seen.data["organisation"]);
        }
        // Nothing between the two was left out but what is another organisation's.
        assert_eq!(number(&missed[2].id) - number(&missed[1].id), 2);
        assert_eq!(number(&missed[1].id) - number(&seen.id), 1);
    }
}

#[tokio::test]
async fn an_edit_of_an_old_version_is_refused() {
    for house in houses().await {
        let caller = house.organisation("owner").await;
        let owned = belongings(&house, &caller).await;
        for noun in ["sites", "stations", "id-tokens"] {
            let path = format!("/api/v1/{noun}/{}", owned[noun]);
            let tag = caller.get(&path).await.header("etag").to_owned();
            let name = if noun == "id-tokens" { "alias" } else { "name" };
            let keyed = caller.with_header("if-match", &tag);
            assert_eq!(
                keyed.send("patch", &path, Some(json!({name: "First"}))).await.status,
                StatusCode::OK,
                "{noun}"
            );
            let second = keyed.send("patch", &path, Some(json!({name: "Second"}))).await;
            assert_eq!(second.status, StatusCode::PRECONDITION_FAILED, "{noun}");
            assert_eq!(caller.get(&path).await.json[name], "First");
        }
    }
}

#[tokio::test]
async fn pages_hold_every_row_once() {
    for house in houses().await {
        let caller = house.organisation("owner").await;
        let mut expected = Vec::new();
        for number in 0..7 {
            let token =
                caller.post("/api/v1/id-tokens", json!({"uid": format!("T{number}"), "kind": "rfid"})).await;
            expected.push(token.json["id"].clone());
            let site = json!({"name": format!("Same {}", number % 2), "time_zone": "UTC", "currency": "EUR"});
            caller.post("/api/v1/sites", site).await;
        }
        for (list, count) in [("id-tokens", 7), ("sites", 7)] {
            let mut seen = Vec::new();
            let mut path = format!("/api/v1/{list}?limit=3");
            loop {
                let page = caller.get(&path).await;
                seen.extend(
                    page.json["items"].as_array().expect("items").iter().map(|i| i["id"].to_string()),
                );
                match page.json["next"].as_str() {
                    Some(next) => {
                        path = format!("/api/v1/{list}?limit=3&cursor={}", next.replace(' ', "%20"))
                    }
                    None => break,
                }
            }
            let unique: std::collections::HashSet<&String> = seen.iter().collect();
            assert_eq!((seen.len(), unique.len()), (count, count), "{list}");
        }
    }
}

#[tokio::test]
async fn a_foreign_page_cannot_use_a_visitors_cookie() {
    for house in houses().await {
        let visitor = house.signed_in().await;
        let body = json!({"name": "A", "time_zone": "UTC", "currency": "EUR"});
        for (header, value) in [
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let forged = visitor.with_header(header, value).post("/api/v1/sites", body.clone()).await;
            assert_eq!(forged.status, StatusCode::FORBIDDEN, "{header}: {value}");
        }
        let own = visitor.with_header("origin", "http://test").post("/api/v1/sites", body).await;
        assert_eq!(own.status, StatusCode::CREATED);
    }
}

#[tokio::test]
async fn passwords_are_guessed_slowly_and_the_first_visit_needs_the_code() {
    for house in houses().await {
        let nobody = house.nobody();
        assert_eq!(nobody.get("/api/v1/session").await.json["state"], "set_up");
        let mut visit = json!({"code": "guess", "email": "ada@example.com", "password": "a good password", "name": "Ada", "organisation": "A"});
        assert_eq!(nobody.post("/api/v1/set-up", visit.clone()).await.status, StatusCode::FORBIDDEN);
        visit["code"] = house.set_up_code.clone().into();
        assert_eq!(nobody.post("/api/v1/set-up", visit.clone()).await.status, StatusCode::OK);
        assert_eq!(
            nobody.post("/api/v1/set-up", visit).await.status,
            StatusCode::FORBIDDEN,
            "the code works once"
        );
        let wrong = json!({"email": "ada@example.com", "password": "wrong"});
        let mut answers = Vec::new();
        for _ in 0..12 {
            answers.push(nobody.post("/api/v1/session", wrong.clone()).await.status);
        }
        assert_eq!(answers[0], StatusCode::UNAUTHORIZED);
        assert_eq!(answers[11], StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test]
async fn without_a_word_about_security_a_station_gets_a_password() {
    for house in houses().await {
        let caller = house.organisation("owner").await;
        let site =
            caller.post("/api/v1/sites", json!({"name": "A", "time_zone": "UTC", "currency": "EUR"})).await;
        let site = &site.json["id"];
        let made = caller.post("/api/v1/stations", json!({"site_id": site, "identity": "S1"})).await;
        assert_eq!(made.json["security_profile"], 1);
        let password = made.json["password"].as_str().expect("a password");
        assert!((16..=40).contains(&password.len()));
        let path = format!("/api/v1/stations/{}", made.json["id"].as_str().expect("an id"));
        assert_eq!(caller.get(&path).await.json.get("password"), None, "shown once");
        let open = caller
            .post("/api/v1/stations", json!({"site_id": site, "identity": "S2", "security_profile": 0}))
            .await;
        assert_eq!((&open.json["security_profile"], open.json.get("password")), (&json!(0), None));
        let again = caller.post("/api/v1/stations", json!({"site_id": site, "identity": "S1"})).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
    }
}
