//! Who gets what: every operation of the document, as nobody, as each role, as another organisation's program, and as a
//! person who sees one site only. A new operation fails here until the table names what it needs.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use forecourt_core::access::{Permission, Role};
use serde_json::{Value, json};

use crate::caller::{Caller, House, houses};
use crate::{belongings, bodies};

/// What an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Anybody, signed in or not.
    Public,
    /// Whoever is signed in.
    Anybody,
    Right(Permission),
}

use Need::{Anybody, Public, Right};
use Permission as P;

/// By method and path, `*` standing for the rest of a path. The first row that fits counts.
const NEEDS: &[(&str, &str, Need)] = &[
    // Signing in, and one's own account.
    ("delete", "session", Public),
    ("post", "session/organisation", Anybody),
    ("*", "session*", Public),
    ("*", "set-up", Public),
    ("*", "join*", Public),
    ("*", "password-reset*", Public),
    ("*", "account*", Anybody),
    ("get", "roles", Anybody),
    ("*", "saved-views*", Right(P::Read)),
    // The organisation and its people.
    ("get", "organisations", Anybody),
    ("post", "organisations", Right(P::Administration)),
    ("get", "organisations/{id}", Anybody),
    ("patch", "organisations/{id}", Right(P::Organisation)),
    ("get", "branches", Right(P::Administration)),
    ("*", "operators*", Right(P::Operators)),
    ("*", "invitations*", Right(P::Operators)),
    ("*", "mail*", Right(P::Operators)),
    ("*", "audit*", Right(P::Audit)),
    ("*", "api-keys*", Right(P::Integrations)),
    ("*", "webhooks*", Right(P::Integrations)),
    ("get", "happening-kinds", Right(P::Read)),
    ("get", "brand*", Public),
    ("get", "organisation/profile", Right(P::Read)),
    ("get", "organisation/logo", Anybody),
    ("*", "organisation/single-sign-on", Right(P::Administration)),
    ("*", "organisation/single-sign-on", Right(P::Administration)),
    ("*", "organisation/*", Right(P::Organisation)),
    // The network.
    ("post", "sites", Right(P::Network)),
    ("delete", "sites/{id}", Right(P::NetworkDelete)),
    ("patch", "sites/{id}", Right(P::Network)),
    ("post", "sites/{id}/move", Right(P::Migrate)),
    ("put", "sites/{id}/energy-price", Right(P::Network)),
    ("put", "sites/{id}/image", Right(P::Network)),
    ("delete", "sites/{id}/image", Right(P::Network)),
    ("post", "sites/{id}/documents", Right(P::Issues)),
    ("delete", "sites/{id}/documents/{document}", Right(P::Issues)),
    ("*", "issues/{id}/documents*", Right(P::Issues)),
    ("put", "support-contact", Right(P::Network)),
    ("get", "support-contact", Right(P::Read)),
    ("post", "stations", Right(P::Network)),
    ("patch", "stations/{id}", Right(P::Network)),
    ("delete", "stations/{id}", Right(P::NetworkDelete)),
    ("get", "stations/export", Right(P::Export)),
    ("post", "stations/{id}/calls", Right(P::RawCall)),
    ("post", "stations/{id}/documents", Right(P::Issues)),
    ("delete", "stations/{id}/documents/{document}", Right(P::Issues)),
    ("post", "stations/{id}/password-rotation", Right(P::Network)),
    ("post", "stations/{id}/security-upgrade", Right(P::Network)),
    ("delete", "stations/{id}/security-upgrade", Right(P::Network)),
    ("put", "stations/{id}/tariffs", Right(P::Tariffs)),
    ("post", "stations/{id}/smart-charging-probe", Right(P::Power)),
    ("put", "stations/{id}/smart-charging", Right(P::Power)),
    ("get", "stations*", Right(P::Read)),
    ("*", "stations/{id}/notes*", Right(P::Read)),
    ("*", "sites/{id}/notes*", Right(P::Read)),
    ("*", "stations/*", Right(P::Command)),
    ("put", "sites/{id}/booking-rules", Right(P::Network)),
    ("post", "sites/{id}/booking-slots", Right(P::Read)),
    ("get", "bookings/export", Right(P::Export)),
    ("get", "bookings*", Right(P::SessionsRead)),
    ("*", "bookings*", Right(P::Sessions)),
    ("get", "sites*", Right(P::Read)),
    ("get", "unknown-stations", Right(P::Read)),
    ("*", "unknown-stations/*", Right(P::Network)),
    ("get", "configuration-templates*", Right(P::Read)),
    ("*", "configuration-templates*", Right(P::Network)),
    ("get", "firmware-campaigns*", Right(P::Read)),
    ("*", "firmware-campaigns*", Right(P::Command)),
    ("get", "log-uploads/{id}", Right(P::Read)),
    ("*", "log-uploads*", Right(P::Command)),
    ("get", "reservations", Right(P::Read)),
    ("get", "ocpp*", Anybody),
    ("get", "security-events", Right(P::Read)),
    ("get", "certificates*", Right(P::Read)),
    ("post", "certificates/{id}/revoke", Right(P::Network)),
    ("*", "certificates*", Right(P::Administration)),
    ("get", "certificate-authority", Right(P::Read)),
    ("post", "certificate-authority/root", Right(P::Network)),
    ("*", "certificate-authority*", Right(P::Administration)),
    // Sessions, keys, prices.
    ("get", "sessions*", Right(P::SessionsRead)),
    ("post", "sessions/{id}/charge-now", Right(P::Command)),
    ("*", "sessions*", Right(P::Sessions)),
    ("get", "id-tokens/export", Right(P::Export)),
    ("get", "id-tokens*", Right(P::TokensRead)),
    ("*", "id-tokens*", Right(P::Tokens)),
    // People who charge.
    ("*", "redeem*", Public),
    ("get", "drivers/export", Right(P::Export)),
    // Money.
    ("get", "drivers/{id}/wallet", Right(P::Revenue)),
    ("post", "drivers/{id}/wallet", Right(P::Billing)),
    ("get", "drivers/{id}/cards", Right(P::Revenue)),
    ("*", "drivers/{id}/card*", Right(P::Billing)),
    ("*", "drivers/{id}/payment-links", Right(P::Billing)),
    ("*", "drivers/{id}/collections", Right(P::Billing)),
    ("get", "payments/export", Right(P::Export)),
    ("get", "payments*", Right(P::Revenue)),
    ("*", "payments*", Right(P::Billing)),
    ("get", "payment-settings", Right(P::Revenue)),
    ("put", "payment-settings", Right(P::Billing)),
    ("post", "payment-events*", Public),
    ("get", "ledger/export", Right(P::Export)),
    ("get", "ledger*", Right(P::Revenue)),
    ("get", "balances", Right(P::Revenue)),
    ("get", "wallets", Right(P::Revenue)),
    ("get", "vouchers", Right(P::Revenue)),
    ("*", "vouchers*", Right(P::Billing)),
    ("get", "invoices*", Right(P::Revenue)),
    ("*", "invoices*", Right(P::Billing)),
    ("get", "payouts/queue", Right(P::Administration)),
    ("get", "payouts/transfer-file", Right(P::Administration)),
    ("patch", "payouts/{id}", Right(P::Administration)),
    ("get", "payouts*", Right(P::Revenue)),
    ("get", "statements/{month}/export", Right(P::Export)),
    ("get", "statements*", Right(P::Revenue)),
    ("post", "payouts", Right(P::Billing)),
    ("get", "bank-account", Right(P::Revenue)),
    ("put", "bank-account", Right(P::Billing)),
    ("get", "driver*", Right(P::DriversRead)),
    ("*", "driver*", Right(P::Drivers)),
    ("get", "home-statements/{driver}/export", Right(P::Export)),
    ("get", "home-statements*", Right(P::Revenue)),
    ("get", "home-chargers/export", Right(P::Export)),
    ("get", "home-chargers*", Right(P::DriversRead)),
    ("*", "home-chargers*", Right(P::Drivers)),
    ("get", "price-profiles*", Right(P::Read)),
    ("post", "price-profiles/preview", Right(P::Read)),
    ("*", "price-profiles*", Right(P::Tariffs)),
    ("get", "spot-zones/known", Anybody),
    ("get", "spot-prices/export", Right(P::Export)),
    ("get", "spot-*", Right(P::Read)),
    ("*", "spot-*", Right(P::Tariffs)),
    ("get", "cars/export", Right(P::Export)),
    ("get", "fleet-cards/export", Right(P::Export)),
    ("get", "fleet-cards*", Right(P::DriversRead)),
    ("*", "fleet-cards*", Right(P::Drivers)),
    ("get", "plans*", Right(P::DriversRead)),
    ("*", "plans*", Right(P::Tariffs)),
    ("get", "subscriptions", Right(P::DriversRead)),
    ("*", "subscriptions*", Right(P::Drivers)),
    ("get", "usage/export", Right(P::Export)),
    ("get", "usage", Right(P::DriversRead)),
    ("get", "cars*", Right(P::DriversRead)),
    ("*", "cars*", Right(P::Drivers)),
    ("get", "charging-hours/export", Right(P::Export)),
    ("get", "charging-hours*", Right(P::Read)),
    ("*", "charging-hours*", Right(P::Power)),
    ("get", "carbon-intensity", Right(P::Read)),
    ("put", "carbon-intensity", Right(P::Tariffs)),
    ("post", "carbon-intensity/import", Right(P::Tariffs)),
    ("get", "zones*", Right(P::Read)),
    ("*", "zones*", Right(P::Power)),
    ("put", "meters/*", Right(P::Power)),
    ("get", "smart-charging-models", Right(P::Read)),
    ("*", "smart-charging-models", Right(P::Administration)),
    ("get", "teams*", Right(P::DriversRead)),
    ("*", "teams*", Right(P::Drivers)),
    ("get", "member-discounts*", Right(P::DriversRead)),
    ("*", "member-discounts*", Right(P::Drivers)),
    ("put", "sites/{id}/idle-fee", Right(P::Tariffs)),
    ("get", "idle-fees*", Right(P::Read)),
    ("*", "idle-fees*", Right(P::Tariffs)),
    ("get", "access-profiles*", Right(P::Read)),
    ("*", "access-profiles*", Right(P::Tariffs)),
    ("get", "key-payment", Right(P::Read)),
    ("put", "key-payment", Right(P::Tariffs)),
    ("get", "tariffs*", Right(P::Read)),
    ("post", "tariffs/preview", Right(P::Read)),
    ("*", "tariffs*", Right(P::Tariffs)),
    // Diagnostics and figures.
    ("get", "faults/export", Right(P::Export)),
    ("post", "faults/solve", Right(P::Diagnostics)),
    ("get", "fault*", Right(P::Read)),
    ("get", "error-codes", Right(P::Read)),
    ("get", "issues/export", Right(P::Export)),
    ("*", "issue*", Right(P::Issues)),
    ("put", "alert-rules/{id}/subscription", Right(P::Read)),
    ("get", "alert*", Right(P::Read)),
    ("*", "alert-rules*", Right(P::Alerts)),
    ("get", "overview", Right(P::Read)),
    ("get", "dashboard*", Right(P::Read)),
    ("get", "reports/{tab}", Right(P::Reports)),
    ("*", "report-schedules*", Right(P::Reports)),
    ("get", "energy-prices", Right(P::Reports)),
    ("get", "sustainability", Right(P::Read)),
    ("put", "sustainability", Right(P::Organisation)),
    ("get", "bulk-jobs*", Right(P::Read)),
    ("*", "bulk-jobs*", Right(P::Command)),
];

fn fits(pattern: &str, path: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == path, |start| path.starts_with(start))
}

fn need_of(method: &str, path: &str) -> Option<Need> {
    NEEDS.iter().find(|(m, p, _)| (*m == "*" || *m == method) && fits(p, path)).map(|row| row.2)
}

/// Method and path (without `/api/v1/`) of every operation, with whether the document calls it public.
fn operations(document: &Value) -> Vec<(String, String, bool)> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let short = path.strip_prefix("/api/v1/").expect("a path of ours").to_owned();
        for (method, operation) in methods.as_object().expect("methods") {
            let public = operation["security"] == json!([{}]);
            all.push((method.clone(), short.clone(), public));
        }
    }
    all
}

/// Names every placeholder of a path with something that is an id and belongs to nobody.
pub fn with_ids(path: &str, organisation: i64) -> String {
    let own = path.replace("organisations/{id}", &format!("organisations/{organisation}"));
    let version = own
        .replace("{version}", "ocpp1.6")
        .replace("{action}", "Reset")
        .replace("{tab}", "overview?from=2026-01-01&to=2026-01-31&format=csv");
    let mut out = String::new();
    let mut rest = version.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push('4');
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    let period = if path.starts_with("dashboard") { "?from=2026-01-01&to=2026-12-31" } else { "" };
    format!("/api/v1/{out}{rest}{period}")
}

#[tokio::test]
async fn every_operation_names_what_it_needs_and_nobody_gets_in_without_a_login() {
    let document = serde_json::to_value(forecourt_server::http::document()).expect("a document");
    let unnamed: BTreeSet<String> = operations(&document)
        .iter()
        .filter(|(method, path, _)| need_of(method, path).is_none())
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect();
    assert!(unnamed.is_empty(), "say in NEEDS what these need: {unnamed:#?}");
    for house in houses().await {
        house.organisation("somebody").await;
        for (method, path, public) in operations(&document) {
            let known = need_of(&method, &path) == Some(Public);
            assert!(known || !public, "{method} {path} is public in the document only");
            if known {
                continue;
            }
            let body = bodies::for_operation(&document, &method, &path);
            let seen = house.nobody().send(&method, &with_ids(&path, 1), body).await;
            assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{method} {path} without a login");
        }
    }
}

#[tokio::test]
async fn each_role_may_do_what_its_rights_say_and_nothing_else() {
    let document = serde_json::to_value(forecourt_server::http::document()).expect("a document");
    for house in houses().await {
        let owner = house.organisation("owner").await;
        let mut wrong = Vec::new();
        for role in [Role::Admin, Role::Operator, Role::Support, Role::Maintenance] {
            let person = house.person(owner.organisation, role, None).await;
            for (method, path, _) in operations(&document) {
                let Some(need) = need_of(&method, &path).filter(|need| *need != Public) else { continue };
                let body = bodies::for_operation(&document, &method, &path);
                let seen = person.send(&method, &with_ids(&path, owner.organisation), body).await;
                let refused = [StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&seen.status);
                if refused == matches!(need, Right(right) if !role.may(right)) {
                    continue;
                }
                wrong.push(format!("{method} {path} as {}: {} {}", role.as_str(), seen.status, seen.json));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// Things of a site that the person does not see, by the noun of the path.
async fn hidden_things(house: &House, owner: &Caller) -> Vec<(&'static str, String)> {
    let owned = belongings(house, owner).await;
    ["sites", "stations", "sessions", "zones"].into_iter().map(|noun| (noun, owned[noun].clone())).collect()
}

#[tokio::test]
async fn whoever_sees_one_site_learns_nothing_of_the_others() {
    let document = serde_json::to_value(forecourt_server::http::document()).expect("a document");
    for house in houses().await {
        let owner = house.organisation("owner").await;
        let hidden = hidden_things(&house, &owner).await;
        let new = json!({"name": "Mine", "time_zone": "UTC", "currency": "EUR"});
        let mine = owner.post("/api/v1/sites", new).await.json["id"].as_str().expect("an id").to_owned();
        let person = house.person(owner.organisation, Role::Admin, Some(&mine)).await;
        assert_eq!(person.get(&format!("/api/v1/sites/{mine}")).await.status, StatusCode::OK);
        let mut tried = 0;
        for (method, path, _) in operations(&document) {
            let noun = path.split('/').next().unwrap_or_default();
            let theirs = hidden.iter().find(|(of, _)| *of == noun && path.contains("{id}"));
            if let Some((_, id)) = theirs {
                tried += 1;
                let path = with_ids(&path.replace("{id}", id), 1);
                let body = bodies::for_operation(&document, &method, path.trim_start_matches("/api/v1/"));
                let seen = person.send(&method, &path, body).await;
                let refused = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&seen.status);
                assert!(refused, "{method} {path}: {} {:?}", seen.status, seen.json);
            } else if method == "get" && need_of(&method, &path) != Some(Public) {
                let seen = person.get(&with_ids(&path, owner.organisation)).await;
                let text = seen.json.to_string();
                let told: Vec<_> = hidden.iter().filter(|(_, id)| text.contains(id.as_str())).collect();
                assert!(told.is_empty(), "{path} tells of {told:?}: {text}");
                assert!(!text.contains("CP-owner"), "{path} names a charger of another site: {text}");
            }
        }
        assert!(tried >= 60, "only {tried} operations on things of other sites");
        // All of it is still there.
        for (noun, id) in &hidden {
            assert_eq!(owner.get(&format!("/api/v1/{noun}/{id}")).await.status, StatusCode::OK, "{noun}");
        }
    }
}
