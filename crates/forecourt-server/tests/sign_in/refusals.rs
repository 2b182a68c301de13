//! Who does not get in, and in which words.

use std::sync::Arc;

use forecourt_store::scratch::Scratch;
use serde_json::{Value, json};

use crate::house::{House, house, houses};
use crate::provider::{self, Provider};

const ADA: &str = "ada@fjord.example";

/// What the provider does wrong, and the word for it.
type Wrong = (&'static str, &'static str, fn(&Provider));

fn say(provider: &Provider, change: impl FnOnce(&mut Value) + Send + 'static) {
    provider.will_say(change);
}

const WRONGS: &[Wrong] = &[
    ("another nonce", "token", |p| say(p, |claims| claims["nonce"] = json!("another"))),
    ("no nonce", "token", |p| say(p, |claims| claims["nonce"] = Value::Null)),
    ("another audience", "token", |p| say(p, |claims| claims["aud"] = json!("another client"))),
    ("asked by another", "token", |p| {
        say(p, |claims| {
            claims["aud"] = json!([provider::CLIENT, "another"]);
            claims["azp"] = json!("another");
        });
    }),
    ("another issuer", "token", |p| say(p, |claims| claims["iss"] = json!("https://evil.example"))),
    ("another's key", "token", |p| p.will_sign(provider::signed_by_a_stranger)),
    ("no signature", "token", |p| p.will_sign(provider::unsigned)),
    ("signed with the shared secret", "token", |p| p.will_sign(provider::signed_with_the_secret)),
    ("nobody", "token", |p| say(p, |claims| claims["sub"] = json!(""))),
    ("long ago", "clock", |p| say(p, |claims| claims["exp"] = json!(1_600_000_000))),
    ("from the future", "clock", |p| say(p, |claims| claims["iat"] = json!(9_000_000_000_i64))),
    ("no address", "no_email", |p| say(p, |claims| claims["email"] = Value::Null)),
    ("an unverified address", "unverified", |p| say(p, |claims| claims["email_verified"] = json!(false))),
    ("nothing about the address", "unverified", |p| say(p, |claims| claims["email_verified"] = Value::Null)),
    ("another domain", "domain", |p| say(p, |claims| claims["email"] = json!("ada@rival.example"))),
    ("a longer domain", "domain", |p| say(p, |claims| claims["email"] = json!("ada@x.fjord.example"))),
];

async fn connected(house: &House) -> Arc<Provider> {
    let provider = Provider::start().await;
    let admin = house.organisation("Fjord", "mia@fjord.example").await;
    house.connect(&admin, &provider, json!({})).await;
    provider
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_says_wrongly_is_not_believed() {
    for house in houses().await {
        let provider = connected(&house).await;
        for (what, word, wrong) in WRONGS {
            let browser = house.browser();
            wrong(&provider);
            let landed = browser.come_by(&provider, ADA, "/").await;
            assert_eq!(landed, format!("/?sign_in={word}"), "{what}");
            assert_eq!(browser.get("/session").await.1["state"], "signed_out", "{what}");
        }
        assert!(house.app.store().operator_by_email(ADA).await.unwrap().is_none(), "nobody was made");
        // And then it says it rightly.
        assert_eq!(house.browser().come_by(&provider, ADA, "/").await, "/");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_good_once_in_the_browser_that_asked() {
    for house in houses().await {
        let provider = connected(&house).await;
        let (ada, eve) = (house.browser(), house.browser());
        // Eve leads Ada's browser to an answer of hers.
        let asked = eve.depart("eve@fjord.example", "/").await;
        let code = provider.approve(&asked, "eve@fjord.example");
        let answer = [("code", code.as_str()), ("state", asked["state"].as_str())];
        assert_eq!(ada.arrive(&answer).await, "/?sign_in=expired");
        ada.depart(ADA, "/").await;
        assert_eq!(ada.arrive(&answer).await, "/?sign_in=expired", "her own question is another");
        assert_eq!(*provider.exchanges.lock().unwrap(), 0);
        let own = ada.depart(ADA, "/").await;
        // The code with another question: what it was asked with is another.
        let mixed = [("code", code.as_str()), ("state", own["state"].as_str())];
        assert_eq!(ada.arrive(&mixed).await, "/?sign_in=code");
        // Played back.
        let asked = ada.depart(ADA, "/").await;
        let code = provider.approve(&asked, ADA);
        let answer = [("code", code.as_str()), ("state", asked["state"].as_str())];
        assert_eq!(ada.arrive(&answer).await, "/");
        assert_eq!(ada.arrive(&answer).await, "/?sign_in=expired");
        let again = ada.depart(ADA, "/").await;
        let answer = [("code", code.as_str()), ("state", again["state"].as_str())];
        assert_eq!(ada.arrive(&answer).await, "/?sign_in=code");
        // Another provider answers to a question of this one.
        let ada = house.browser();
        let asked = ada.depart(ADA, "/").await;
        let answer = [("code", "x"), ("state", asked["state"].as_str()), ("iss", "https://evil.example")];
        assert_eq!(ada.arrive(&answer).await, "/?sign_in=token");
        let asked = ada.depart(ADA, "/").await;
        let answer = [("error", "access_denied"), ("state", asked["state"].as_str())];
        assert_eq!(ada.arrive(&answer).await, "/?sign_in=cancelled");
        assert_eq!(ada.arrive(&[]).await, "/?sign_in=expired");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_setting_is_told_in_words() {
    for house in houses().await {
        let provider = Provider::start().await;
        let admin = house.organisation("Fjord", "mia@fjord.example").await;
        let path = "/organisation/single-sign-on";
        for (more, field) in [
            (json!({"issuer": "http://127.0.0.1:1"}), "/issuer"),
            (json!({"issuer": format!("{}/other", provider.issuer)}), "/issuer"),
            (json!({"domains": []}), "/domains"),
            (json!({"domains": ["gmail.com"]}), "/domains"),
            (json!({"default_role": "admin"}), "/default_role"),
            (json!({"client_secret": null}), "/client_secret"),
        ] {
            let settings = house.settings(&provider, more);
            let (status, problem) = admin.send("put", path, Some(settings)).await;
            assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)), "{problem}");
        }
        house.connect(&admin, &provider, json!({"client_secret": "wrong", "default_role": null})).await;
        assert_eq!(house.browser().come_by(&provider, ADA, "/").await, "/?sign_in=client");
        house.connect(&admin, &provider, json!({"default_role": null})).await;
        assert_eq!(house.browser().come_by(&provider, ADA, "/").await, "/?sign_in=not_invited");
        let (status, _) = house.browser().post("/session/provider", json!({"email": "a@b.example"})).await;
        assert_eq!(status, 404);
        // A secret kept for one provider does not go to another.
        let other = Provider::start().await;
        let settings = house.settings(&other, json!({"client_secret": null}));
        let (status, problem) = admin.send("put", path, Some(settings)).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("/client_secret")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_inside_are_not_asked() {
    let house = house(Scratch::sqlite(), &[]).await;
    let provider = Provider::start().await;
    let admin = house.organisation("Fjord", "mia@fjord.example").await;
    for issuer in
        [provider.issuer.as_str(), "https://169.254.169.254", "https://localhost", "file:///etc/passwd"]
    {
        let settings = house.settings(&provider, json!({"issuer": issuer}));
        let (status, problem) = admin.send("put", "/organisation/single-sign-on", Some(settings)).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("/issuer")), "{issuer}");
    }
}
