//! A station asks for a certificate of its own (threat 20): what is signed, what is refused, and how it is brought.

use rustls_pki_types::CertificateRevocationListDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};

use super::house::{House, houses, until};
use super::keys::Identity;

const PASSWORD: &str = "secret-of-this-station";
/// Made with openssl for this test; their keys are gone.
const WEAK: &str = include_str!("weak.csr.pem");
const RSA: &str = include_str!("rsa.csr.pem");

async fn newest_request(house: &House, station: &str) -> Value {
    house.get(&format!("/stations/{station}/certificate-requests")).await["items"][0].clone()
}

async fn request_becomes(house: &House, station: &str, state: &str) -> Value {
    let mut found = Value::Null;
    until(state, async || {
        found = newest_request(house, station).await;
        found["state"] == state
    })
    .await;
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_signed_brought_and_listed() {
    for house in houses().await {
        let id = house.add("CP1", 1, Some(PASSWORD)).await;
        let mut station = house.knock("CP1").v201().password(PASSWORD).connect().await;
        let identity = Identity::fresh();
        let ask = json!({"csr": identity.request("CP1"), "certificateType": "ChargingStationCertificate"});
        assert_eq!(station.call("SignCertificate", ask).await["status"], "Accepted");
        let signed = station.accept("CertificateSigned").await;
        assert_eq!(signed.payload["certificateType"], "ChargingStationCertificate");
        request_becomes(&house, &id, "accepted").await;
        let one = house.get("/certificates?kind=station").await["items"][0].clone();
        assert_eq!(one["state"], "accepted");
        assert_eq!(one["station_identity"], "CP1");
        assert!(one["subject"].as_str().unwrap().contains("CN=CP1"), "{one}");
        assert!((363..=365).contains(&one["days_left"].as_i64().unwrap()), "{one}");
        let authority = house.get("/certificate-authority").await;
        assert!(authority["root"]["days_left"].as_i64().unwrap() > 3_650, "{authority}");
        // A second one takes the first one's place.
        let ask = json!({"csr": Identity::fresh().request("CP1")});
        station.call("SignCertificate", ask).await;
        station.accept("CertificateSigned").await;
        until("superseded", async || {
            let all = house.get("/certificates?kind=station&state=superseded").await;
            all["items"].as_array().unwrap().len() == 1
        })
        .await;
        let soon = house.get("/certificates?ends_within_days=400").await;
        assert_eq!(soon["items"].as_array().unwrap().len(), 2, "the root lives longer: {soon}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_must_not_be_signed_are_refused_and_reported() {
    let house = House::start().await;
    house.add("CP2", 1, Some(PASSWORD)).await;
    let id = house.add("CP1", 1, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    let good = Identity::fresh().request("CP1");
    let body = good.lines().nth(2).unwrap();
    let spoilt = good.replace(body, &body.chars().rev().collect::<String>());
    let refused = [
        Identity::fresh().request("CP2"),
        WEAK.into(),
        spoilt,
        "nonsense".into(),
        Identity::fresh().request(""),
    ];
    for csr in &refused {
        let answer = station.call("SignCertificate", json!({"csr": csr})).await;
        assert_eq!(answer["status"], "Rejected", "{csr}");
    }
    let said = house.get(&format!("/security-events?station_id={id}&kind=InvalidSigningRequest")).await;
    let said: Vec<&str> =
        said["items"].as_array().unwrap().iter().map(|event| event["info"].as_str().unwrap()).collect();
    assert_eq!(said.len(), refused.len(), "{said:?}");
    assert!(said.iter().any(|text| text.contains("CP2")), "{said:?}");
    assert!(said.iter().any(|text| text.contains("too weak")), "{said:?}");
    assert_eq!(house.get("/certificates").await["items"].as_array().unwrap().len(), 0, "nothing was signed");
    // RSA of 2048 bits holds.
    assert_eq!(station.call("SignCertificate", json!({"csr": RSA})).await["status"], "Accepted");
    station.accept("CertificateSigned").await;
    request_becomes(&house, &id, "accepted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_that_does_not_answer_is_brought_it_again() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    let csr = Identity::fresh().request("CP1");
    station.call("SignCertificate", json!({"csr": csr})).await;
    let first = station.expect("CertificateSigned").await;
    // The line breaks before the answer.
    drop(station);
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    let second = station.accept("CertificateSigned").await;
    assert_eq!(first.payload, second.payload, "the same certificate, not another");
    assert_eq!(request_becomes(&house, &id, "accepted").await["attempts"], 1);
    // And over a restart of the server.
    station.call("SignCertificate", json!({"csr": Identity::fresh().request("CP1")})).await;
    let first = station.expect("CertificateSigned").await;
    drop(station);
    until("signed", async || newest_request(&house, &id).await["attempts"] == 1).await;
    let house = house.restart().await;
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    assert_eq!(first.payload, station.accept("CertificateSigned").await.payload);
    request_becomes(&house, &id, "accepted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_certificate_and_a_chain_that_does_not_fit() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    station.call("SignCertificate", json!({"csr": Identity::fresh().request("CP1")})).await;
    let signed = station.expect("CertificateSigned").await;
    station.answer(&signed, json!({"status": "Rejected"})).await;
    let request = request_becomes(&house, &id, "refused").await;
    assert!(request["detail"].as_str().unwrap().contains("Rejected"), "{request}");
    house.event(&id, "CertificateRefused").await;
    assert_eq!(house.get("/certificates?kind=station").await["items"][0]["state"], "refused");
    // It says how much it takes: less than any certificate has.
    let read = async {
        house
            .post(&format!("/stations/{id}/commands"), json!({"command": "read_variables", "variables": []}))
            .await
    };
    let told = async {
        let asked = station.expect("GetConfiguration").await;
        let key = json!({"key": "CertificateSignedMaxChainSize", "readonly": true, "value": "300"});
        station.answer(&asked, json!({"configurationKey": [key]})).await;
    };
    tokio::join!(read, told);
    station.call("SignCertificate", json!({"csr": Identity::fresh().request("CP1")})).await;
    let request = request_becomes(&house, &id, "failed").await;
    assert!(request["detail"].as_str().unwrap().contains("takes 300"), "{request}");
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_certificates_stand_in_the_list_everybody_may_read() {
    let house = House::start().await;
    house.add("CP1", 2, Some(PASSWORD)).await;
    let url = format!("https://{}/crl/{}.crl", house.address, house.organisation);
    assert_eq!(house.http().get(&url).send().await.unwrap().status().as_u16(), 404);
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    super::mutual_tls::get_certificate(&house, &mut station, "CP1").await;
    let one = house.get("/certificates?kind=station").await["items"][0].clone();
    let before = house.http().get(&url).send().await.unwrap().bytes().await.unwrap();
    house.post(&format!("/certificates/{}/revoke", one["id"].as_str().unwrap()), json!({})).await;
    let after = house.http().get(&url).send().await.unwrap().bytes().await.unwrap();
    let serial = one["serial"].as_str().unwrap().to_owned();
    let holds =
        |list: &[u8]| list.iter().map(|byte| format!("{byte:02x}")).collect::<String>().contains(&serial);
    assert!(!holds(&before) && holds(&after));
    assert!(CertificateRevocationListDer::from_pem_slice(&after).is_err(), "DER, as the standard wants it");
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_installed_listed_and_taken_out_again() {
    let house = House::start().await;
    let id = house.add("CP1", 1, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").v201().password(PASSWORD).connect().await;
    let root = super::keys::authority("Server CA");
    let record = house.post("/certificates", json!({"kind": "csms", "pem": root.pem()})).await;
    let path = format!("/stations/{id}/installed-certificates");
    let install = async { house.post(&path, json!({"certificate_id": record["id"]})).await };
    let (_, asked) = tokio::join!(install, station.accept("InstallCertificate"));
    assert_eq!(asked.payload["certificateType"], "CSMSRootCertificate");
    let held = house.get(&path).await["items"][0].clone();
    assert_eq!((&held["use"], &held["certificate_id"]), (&json!("csms"), &record["id"]));
    // What it lists is what counts.
    let refresh_path = format!("{path}/refresh");
    let refresh = async { house.post(&refresh_path, json!({})).await };
    let told = async {
        let asked = station.expect("GetInstalledCertificateIds").await;
        let own = json!({"hashAlgorithm": "SHA256", "issuerNameHash": held["issuer_name_hash"],
            "issuerKeyHash": held["issuer_key_hash"], "serialNumber": held["serial"]});
        let other = json!({"hashAlgorithm": "SHA256", "issuerNameHash": "aa", "issuerKeyHash": "bb", "serialNumber": "1"});
        let chains = json!([{"certificateType": "CSMSRootCertificate", "certificateHashData": own},
            {"certificateType": "V2GRootCertificate", "certificateHashData": other}]);
        station.answer(&asked, json!({"status": "Accepted", "certificateHashDataChain": chains})).await;
    };
    tokio::join!(refresh, told);
    let all = house.get(&path).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 2, "{all}");
    assert_eq!(all["items"][0]["certificate_id"], record["id"], "{all}");
    let one = format!("{path}/1/bb");
    let delete = async { house.ask("delete", &one, None).await.0 };
    let (status, _) = tokio::join!(delete, station.accept("DeleteCertificate"));
    assert_eq!(status, 200);
    assert_eq!(house.get(&path).await["items"].as_array().unwrap().len(), 1);
    // What is no authority's certificate is not taken.
    let leaf = Identity::signed_by(&root, "CP1");
    let pem = leaf.pem();
    for (kind, pem) in [("csms", pem.as_str()), ("csms", "nonsense"), ("anything", &root.pem())] {
        let (status, _) = house.ask("post", "/certificates", Some(json!({"kind": kind, "pem": pem}))).await;
        assert_eq!(status, 422, "{kind} {pem}");
    }
    let (status, _) =
        house.ask("post", "/certificates", Some(json!({"kind": "csms", "pem": root.pem()}))).await;
    assert_eq!(status, 409);
}
