//! Signing in by an organisation's own provider: the real router and application, a provider of our own on loopback.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod house;
mod passkeys;
mod provider;
mod refusals;

use forecourt_core::access::Role;
use serde_json::json;

use house::houses;
use provider::Provider;

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_without_an_invitation_gets_the_default_role_at_this_organisation_alone() {
    for house in houses().await {
        let provider = Provider::start().await;
        let admin = house.organisation("Fjord", "mia@fjord.example").await;
        house.connect(&admin, &provider, json!({})).await;
        let ada = house.browser();
        let landed = ada.come_by(&provider, "ada@fjord.example", "/sessions?state=held").await;
        assert_eq!(landed, "/sessions?state=held");
        let session = ada.get("/session").await.1;
        assert_eq!(session["operator"]["email"], "ada@fjord.example");
        assert_eq!(
            (&session["operator"]["role"], &session["by_provider"]),
            (&json!("support"), &json!(true))
        );
        // The account itself stays closed: whoever runs the provider could come as anybody.
        assert_eq!(ada.post("/account/second-factor", json!({})).await.0, 403);
        let (status, _) = ada.send("patch", "/account", Some(json!({"name": "Another"}))).await;
        assert_eq!(status, 403);
        let (status, _) = ada.send("patch", "/account", Some(json!({"language": "da"}))).await;
        assert_eq!(status, 200);
        // Comes again: the same person, although the provider says another address now.
        let again = house.browser();
        provider.will_say(|claims| claims["email"] = json!("ada@elsewhere.example"));
        assert_eq!(again.come_by(&provider, "ada@fjord.example", "/").await, "/");
        assert_eq!(again.get("/session").await.1["operator"]["id"], session["operator"]["id"]);
        let (_, audit) = admin.get("/audit").await;
        let deeds: Vec<&str> =
            audit["items"].as_array().unwrap().iter().filter_map(|line| line["action"].as_str()).collect();
        assert!(deeds.contains(&"operator.joined") && deeds.contains(&"organisation.single_sign_on_set"));
        assert!(!audit.to_string().contains(provider::SECRET), "the secret is in the audit log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_opens_its_own_organisation_only() {
    for house in houses().await {
        let provider = Provider::start().await;
        let admin = house.organisation("Fjord", "mia@fjord.example").await;
        house.connect(&admin, &provider, json!({"domains": ["fjord.example", "rival.example"]})).await;
        let rival = house.organisation("Rival", "eve@rival.example").await;
        // Fjord's provider says that somebody is Rival's administrator: nobody gets in, and nothing is linked.
        let browser = house.browser();
        let landed = browser.come_by(&provider, "eve@rival.example", "/").await;
        assert_eq!(landed, "/?sign_in=has_account");
        assert_eq!(browser.get("/session").await.1["state"], "signed_out");
        // Somebody who belongs to both, by their own doing, comes to Fjord alone.
        let (fjord, own) = (admin.organisation().await, rival.organisation().await);
        house.join(&fjord, "eve@rival.example", Role::Support).await;
        assert_eq!(browser.come_by(&provider, "eve@rival.example", "/").await, "/");
        let session = browser.get("/session").await.1;
        assert_eq!(session["organisation"]["id"], json!(fjord));
        assert_eq!(session["organisations"].as_array().unwrap().len(), 1);
        let (status, _) = browser.post("/session/organisation", json!({"organisation_id": own})).await;
        assert_eq!(status, 404);
        let (_, logins) = browser.get("/account/logins").await;
        assert_eq!(
            logins["items"].as_array().unwrap().len(),
            1,
            "what she does elsewhere is not Fjord's to see"
        );
        assert_eq!(rival.get("/session").await.1["organisation"]["id"], json!(own), "her own login stays");
        // Nor may another organisation speak for Fjord's domain.
        let taken = house.settings(&provider, json!({"domains": ["fjord.example"]}));
        let (status, problem) = rival.send("put", "/organisation/single-sign-on", Some(taken)).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("/domains")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_single_sign_on_only_leaves_administrators_a_way_in() {
    for house in houses().await {
        let provider = Provider::start().await;
        let admin = house.organisation("Fjord", "mia@fjord.example").await;
        let fjord = admin.organisation().await;
        house.join(&fjord, "ole@fjord.example", Role::Operator).await;
        let ole = house.browser();
        assert_eq!(ole.sign_in("ole@fjord.example").await.0, 200);
        house.connect(&admin, &provider, json!({"required": true})).await;
        assert_eq!(ole.get("/session").await.1["state"], "signed_out", "the login by password is over");
        let (status, problem) = ole.sign_in("ole@fjord.example").await;
        assert_eq!(status, 403, "{problem}");
        assert_eq!(house.browser().sign_in("mia@fjord.example").await.0, 200, "an administrator");
        assert_eq!(ole.come_by(&provider, "ole@fjord.example", "/").await, "/");
        assert_eq!(ole.get("/session").await.1["operator"]["role"], "operator", "as before");
        // Its end ends what it opened.
        assert_eq!(admin.send("delete", "/organisation/single-sign-on", None).await.0, 204);
        assert_eq!(ole.get("/session").await.1["state"], "signed_out");
        assert_eq!(ole.sign_in("ole@fjord.example").await.0, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_taken_out_comes_back_by_invitation_only() {
    for house in houses().await {
        let provider = Provider::start().await;
        let admin = house.organisation("Fjord", "mia@fjord.example").await;
        house.connect(&admin, &provider, json!({})).await;
        let ada = house.browser();
        assert_eq!(ada.come_by(&provider, "ada@fjord.example", "/").await, "/");
        let id = ada.get("/session").await.1["operator"]["id"].as_str().unwrap().to_owned();
        assert_eq!(admin.send("delete", &format!("/operators/{id}"), None).await.0, 204);
        assert_eq!(ada.get("/session").await.1["state"], "signed_out");
        assert_eq!(ada.come_by(&provider, "ada@fjord.example", "/").await, "/?sign_in=not_invited");
        let invitation = json!({"email": "ada@fjord.example", "role": "maintenance"});
        assert_eq!(admin.post("/invitations", invitation).await.0, 201);
        assert_eq!(ada.come_by(&provider, "ada@fjord.example", "/").await, "/");
        let session = ada.get("/session").await.1;
        assert_eq!(session["operator"]["role"], "maintenance", "what the invitation gives");
        assert_eq!(session["operator"]["id"], json!(id));
        assert_eq!(admin.get("/invitations").await.1["items"], json!([]));
    }
}
