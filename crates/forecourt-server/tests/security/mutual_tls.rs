//! Profiles that are kept: what a station must show, and whose certificate opens whose door (threats 1, 19, 20).

use serde_json::json;

use super::house::{House, houses, until};
use super::keys::{Identity, authority};
use super::station::Station;

const PASSWORD: &str = "secret-of-this-station";

/// A station asks for a certificate of its own, and takes it.
pub async fn get_certificate(house: &House, station: &mut Station, name: &str) -> Identity {
    let mut identity = Identity::fresh();
    let answer = station.call("SignCertificate", json!({"csr": identity.request(name)})).await;
    assert_eq!(answer["status"], "Accepted");
    let signed = station.accept("CertificateSigned").await;
    identity.install(signed.payload["certificateChain"].as_str().unwrap());
    until("accepted", async || {
        let all = house.get("/certificates?kind=station&state=accepted").await;
        all["items"].as_array().unwrap().iter().any(|one| one["station_identity"] == name)
    })
    .await;
    identity
}

#[tokio::test(flavor = "multi_thread")]
async fn from_password_to_certificate_and_never_back() {
    for house in houses().await {
        let id = house.add("CP1", 2, Some(PASSWORD)).await;
        let mut station = house.knock("CP1").password(PASSWORD).connect().await;
        let identity = get_certificate(&house, &mut station, "CP1").await;
        let started = async {
            house
                .post(
                    &format!("/stations/{id}/security-upgrade"),
                    json!({"profile": 3, "root_is_trusted": true}),
                )
                .await
        };
        let obeyed = async {
            let asked = station.accept("ChangeConfiguration").await;
            assert_eq!(asked.payload, json!({"key": "SecurityProfile", "value": "3"}));
        };
        let (upgrade, ()) = tokio::join!(started, obeyed);
        assert_eq!(upgrade["state"], "waiting", "{upgrade}");
        // Until it has come with the new profile, the old one opens the door.
        let mut station = house.knock("CP1").password(PASSWORD).connect().await;
        assert_eq!(house.get(&format!("/stations/{id}/security")).await["profile"], 2);
        let mut proven = house.knock("CP1").with(&identity).connect().await;
        assert_eq!(station.closed().await, Some(1008));
        let security = house.get(&format!("/stations/{id}/security")).await;
        assert_eq!((&security["profile"], &security["connected_with"]), (&json!(3), &json!(3)), "{security}");
        assert_eq!(security["upgrade"]["state"], "done", "{security}");
        // From here on a password is not enough.
        let with_password = house.knock("CP1").password(PASSWORD).answer().await;
        let wrong = house.knock("NOBODY").password("x").answer().await;
        assert_eq!(with_password, wrong, "the refusal tells a stranger nothing");
        assert_eq!(with_password.0, 401);
        let event = house.event(&id, "SecurityProfileDowngrade").await;
        assert_eq!(event["severity"], "high");
        // Revoked: disconnected, and refused.
        let security = house.get(&format!("/stations/{id}/security")).await;
        let certificate = security["certificate_id"].as_str().unwrap().to_owned();
        house.post(&format!("/certificates/{certificate}/revoke"), json!({"reason": "stolen"})).await;
        assert_eq!(proven.closed().await, Some(1008));
        assert_eq!(house.knock("CP1").with(&identity).answer().await, wrong);
        let event = house.event(&id, "InvalidChargingStationCertificate").await;
        assert!(event["info"].as_str().unwrap().contains("revoked"), "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_of_another_station_opens_no_door() {
    let house = House::start().await;
    let mut identities = Vec::new();
    for name in ["CP1", "CP2"] {
        house.add(name, 2, Some(PASSWORD)).await;
        let mut station = house.knock(name).password(PASSWORD).connect().await;
        identities.push(get_certificate(&house, &mut station, name).await);
    }
    let id = house.add("CP3", 3, None).await;
    for identity in &identities {
        assert_eq!(house.knock("CP3").with(identity).status().await, 401);
    }
    let event = house.event(&id, "InvalidChargingStationCertificate").await;
    assert!(event["info"].as_str().unwrap().contains("another station"), "{event}");
    // Nor does its own open another's, whatever the profile: it proves nothing there.
    assert_eq!(house.knock("CP1").with(&identities[1]).status().await, 401);
    house.knock("CP1").with(&identities[0]).connect().await;
    // A wrong certificate does not spoil a right password.
    house.knock("CP1").with(&identities[1]).password(PASSWORD).connect().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lower_profile_is_refused_and_reported() {
    let house = House::start().await;
    let id = house.add("CP2", 2, Some(PASSWORD)).await;
    let strict = house.add("CP3", 3, None).await;
    house.knock("CP2").password(PASSWORD).connect().await;
    let wrong = house.knock("CP2").without_tls().password("guess").answer().await;
    let lower = house.knock("CP2").without_tls().password(PASSWORD).answer().await;
    assert_eq!(lower, wrong);
    assert_eq!(lower.0, 401);
    let event = house.event(&id, "SecurityProfileDowngrade").await;
    assert!(event["info"].as_str().unwrap().contains("without TLS"), "{event}");
    // A guess is no downgrade, and a hundred downgrades are one event.
    for _ in 0..5 {
        assert_eq!(house.knock("CP2").without_tls().password(PASSWORD).status().await, 401);
    }
    house.knock("CP2").password(PASSWORD).connect().await;
    let reported = house.events(&id).await;
    assert_eq!(reported.iter().filter(|kind| *kind == "SecurityProfileDowngrade").count(), 1, "{reported:?}");
    assert_eq!(house.knock("CP3").status().await, 401);
    assert_eq!(house.knock("CP3").without_tls().status().await, 401);
    house.event(&strict, "SecurityProfileDowngrade").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outside_authority_vouches_by_name_for_its_own_organisation() {
    let house = House::start().await;
    let ours = authority("Fleet CA");
    let foreign = authority("Another CA");
    let root = house.post("/certificates", json!({"kind": "station_root", "pem": ours.pem()})).await;
    assert_eq!(root["state"], "trusted");
    let id = house.add("CP1", 3, None).await;
    house.knock("CP1").with(&Identity::signed_by(&ours, "CP1")).connect().await;
    let refused = [
        Identity::signed_by(&ours, "CP2"),
        Identity::signed_by(&foreign, "CP1"),
        Identity::signed_until(&ours, "CP1", 2021),
    ];
    for identity in &refused {
        assert_eq!(house.knock("CP1").with(identity).status().await, 401);
    }
    house.event(&id, "InvalidChargingStationCertificate").await;
    // The root of another organisation vouches for nobody here.
    let other = house.app.add_organisation("Other", "UTC", "EUR").await.unwrap().id;
    let key = house.app.issue_api_key(other, "other", None, None).await.unwrap().key;
    let url = format!("https://{}/api/v1/certificates", house.address);
    let body = json!({"kind": "station_root", "pem": foreign.pem()}).to_string();
    let request =
        house.http().post(url).bearer_auth(key).header("content-type", "application/json").body(body);
    assert_eq!(request.send().await.unwrap().status().as_u16(), 201);
    assert_eq!(house.knock("CP1").with(&refused[1]).status().await, 401);
    // Taken out of the inventory, the root vouches for nobody any more.
    let (status, _) =
        house.ask("delete", &format!("/certificates/{}", root["id"].as_str().unwrap()), None).await;
    assert_eq!(status, 204);
    assert_eq!(house.knock("CP1").with(&Identity::signed_by(&ours, "CP1")).status().await, 401);
}

/// A browser that is asked for a certificate asks its user which one: pages are never asked.
#[tokio::test(flavor = "multi_thread")]
async fn only_stations_are_asked_for_a_certificate() {
    let house = House::start().await;
    for (offers, asked) in [(vec!["h2", "http/1.1"], false), (vec!["http/1.1"], true), (vec![], true)] {
        let seen = super::keys::asked_for_certificate(&house.trusted, house.address, &offers).await;
        assert_eq!(seen, asked, "{offers:?}");
    }
}
