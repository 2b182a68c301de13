//! Plug and charge (ISO 15118) with an outside PKI that is a fake: contract certificates, revocation, authorisation by eMAID.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forecourt_app::{Clock, OutsideRules, SecuritySettings};
use forecourt_store::scratch::Scratch;
use rcgen::SigningKey as _;
use serde_json::{Value, json};

use super::house::House;
use super::keys::{Identity, Outside, authority};

const PASSWORD: &str = "secret-of-this-station";

/// The outside PKI: a contract service and a responder.
struct Pki {
    root: Outside,
    /// The tag of what the responder says: 0x80 good, 0xa1 revoked.
    says: Mutex<u8>,
    asked: Mutex<Vec<Value>>,
}

fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        short @ 0..0x80 => out.push(short as u8),
        long => out.extend([0x82, (long >> 8) as u8, long as u8]),
    }
    out.extend_from_slice(content);
    out
}

/// A responder's answer about the certificate asked for.
fn answer(pki: &Pki, question: &[u8]) -> Vec<u8> {
    // SEQUENCE { SEQUENCE { SEQUENCE { SEQUENCE { CertID … }}}}: each with a length of one byte.
    let id = &question[8..];
    let now = jiff::Timestamp::now();
    let time = |at: jiff::Timestamp| wrap(0x18, at.strftime("%Y%m%d%H%M%SZ").to_string().as_bytes());
    let later = time(now + jiff::SignedDuration::from_hours(1));
    let says = *pki.says.lock().unwrap();
    let status = if says == 0x80 { wrap(0x80, &[]) } else { wrap(says, &time(now)) };
    let single = wrap(0x30, &[id, &status, &time(now), &wrap(0xa0, &later)].concat());
    let data = wrap(0x30, &[wrap(0xa1, &wrap(0x30, &[])), time(now), wrap(0x30, &single)].concat());
    let signature = pki.root.key().sign(&data).unwrap();
    let algorithm = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
    let basic = [&data[..], &algorithm, &wrap(0x03, &[&[0], &signature[..]].concat())].concat();
    let kind = wrap(0x06, &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01]);
    let bytes = wrap(0x30, &[kind, wrap(0x04, &wrap(0x30, &basic))].concat());
    wrap(0x30, &[wrap(0x0a, &[0]), wrap(0xa0, &bytes)].concat())
}

async fn respond(State(pki): State<Arc<Pki>>, headers: HeaderMap, body: Bytes) -> Vec<u8> {
    assert_eq!(headers["content-type"], "application/ocsp-request");
    answer(&pki, &body)
}

async fn contract(State(pki): State<Arc<Pki>>, headers: HeaderMap, body: Bytes) -> String {
    assert_eq!(headers["authorization"], "Bearer pki-token");
    let asked: Value = serde_json::from_slice(&body).unwrap();
    let known = asked["exi"] == STANDARD.encode("a request");
    pki.asked.lock().unwrap().push(asked);
    let answer =
        if known { json!({"exi": STANDARD.encode("an answer")}) } else { json!({"reason": "no contract"}) };
    answer.to_string()
}

async fn pki() -> (Arc<Pki>, String) {
    let pki = Arc::new(Pki { root: authority("MO root"), says: Mutex::new(0x80), asked: Mutex::default() });
    let routes = Router::new().route("/ocsp", post(respond)).route("/contracts", post(contract));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = routes.with_state(pki.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (pki, base)
}

async fn house(service: Option<String>, hosts: &[&str]) -> House {
    let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
    let security = SecuritySettings {
        outside: OutsideRules { hosts, roots: Vec::new() },
        contract_service: service.map(|url| (url, Some("pki-token".into()))),
        ..SecuritySettings::default()
    };
    House::with(Scratch::sqlite(), tempfile::tempdir().unwrap(), security, Clock::System).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_certificate_is_relayed_or_refused_with_a_reason() {
    let (pki, base) = pki().await;
    let house = house(Some(format!("{base}/contracts")), &["127.0.0.1"]).await;
    house.add("CP1", 1, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").v201().password(PASSWORD).connect().await;
    let ask = |exi: &str| {
        json!({"iso15118SchemaVersion": "urn:iso:15118:2:2013:MsgDef", "action": "Install",
            "exiRequest": STANDARD.encode(exi)})
    };
    let answer = station.call("Get15118EVCertificate", ask("a request")).await;
    assert_eq!(
        (&answer["status"], &answer["exiResponse"]),
        (&json!("Accepted"), &json!(STANDARD.encode("an answer")))
    );
    let answer = station.call("Get15118EVCertificate", ask("another")).await;
    assert_eq!(
        (&answer["status"], &answer["statusInfo"]["additionalInfo"]),
        (&json!("Failed"), &json!("no contract"))
    );
    assert_eq!(pki.asked.lock().unwrap()[0]["action"], "Install");
    let none = self::house(None, &[]).await;
    none.add("CP1", 1, Some(PASSWORD)).await;
    let mut station = none.knock("CP1").v201().password(PASSWORD).connect().await;
    let answer = station.call("Get15118EVCertificate", ask("a request")).await;
    assert_eq!(answer["status"], "Failed");
    assert!(
        answer["statusInfo"]["additionalInfo"].as_str().unwrap().contains("contract_service"),
        "{answer}"
    );
}

/// How a station names a certificate of this root. The serial number of the certificate does not matter to the fake.
async fn named(house: &House, pki: &Pki, responder: &str) -> Value {
    let root = json!({"kind": "mobility_operator_root", "pem": pki.root.pem()});
    house.ask("post", "/certificates", Some(root)).await;
    // What the inventory says of a root installed on a station are the digests of its key.
    let id = house.add("NAMER", 1, Some(PASSWORD)).await;
    let mut station = house.knock("NAMER").v201().password(PASSWORD).connect().await;
    let record = house.get("/certificates?kind=mobility_operator_root").await["items"][0]["id"].clone();
    let path = format!("/stations/{id}/installed-certificates");
    let install = async { house.post(&path, json!({"certificate_id": record})).await };
    tokio::join!(install, station.accept("InstallCertificate"));
    let held = house.get(&path).await["items"][0].clone();
    json!({"hashAlgorithm": "SHA256", "issuerNameHash": held["issuer_name_hash"],
        "issuerKeyHash": held["issuer_key_hash"], "serialNumber": "0a1b", "responderURL": responder})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emaid_charges_when_its_certificate_holds() {
    let (pki, base) = pki().await;
    let house = house(None, &["127.0.0.1"]).await;
    house.add("CP1", 1, Some(PASSWORD)).await;
    house.post("/id-tokens", json!({"uid": "DE8AACA2B3C4D5", "kind": "emaid"})).await;
    let hash = named(&house, &pki, &format!("{base}/ocsp")).await;
    let mut station = house.knock("CP1").v201().password(PASSWORD).connect().await;
    let token = json!({"idToken": "DE8AACA2B3C4D5", "type": "eMAID"});
    let ask = json!({"idToken": token, "iso15118CertificateHashData": [hash]});
    let verdict = |answer: &Value| {
        (
            answer["idTokenInfo"]["status"].as_str().unwrap().to_owned(),
            answer["certificateStatus"].as_str().unwrap().to_owned(),
        )
    };
    let answer = station.call("Authorize", ask.clone()).await;
    assert_eq!(verdict(&answer), ("Accepted".into(), "Accepted".into()));
    let status = station.call("GetCertificateStatus", json!({"ocspRequestData": hash})).await;
    assert_eq!(status["status"], "Accepted");
    assert!(STANDARD.decode(status["ocspResult"].as_str().unwrap()).unwrap().len() > 100);
    *pki.says.lock().unwrap() = 0xa1;
    let answer = station.call("Authorize", ask).await;
    assert_eq!(answer["certificateStatus"], "CertificateRevoked");
    assert_ne!(answer["idTokenInfo"]["status"], "Accepted");
    // With its certificate: the chain must lead to a root of the inventory.
    let mine = Identity::signed_by(&pki.root, "DE8AACA2B3C4D5");
    let strange = Identity::signed_by(&authority("Somebody"), "DE8AACA2B3C4D5");
    let over = Identity::signed_until(&pki.root, "DE8AACA2B3C4D5", 2021);
    for (identity, expected) in
        [(&mine, "Accepted"), (&strange, "CertChainError"), (&over, "CertificateExpired")]
    {
        let ask = json!({"idToken": token, "certificate": identity.pem()});
        let answer = station.call("Authorize", ask).await;
        assert_eq!(answer["certificateStatus"], expected, "{answer}");
        assert_eq!(answer["idTokenInfo"]["status"] == "Accepted", expected == "Accepted", "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_responder_inside_is_never_asked() {
    let (pki, base) = pki().await;
    let house = house(None, &[]).await;
    house.add("CP1", 1, Some(PASSWORD)).await;
    let hash = named(&house, &pki, &format!("{base}/ocsp")).await;
    let mut station = house.knock("CP1").v201().password(PASSWORD).connect().await;
    let status = station.call("GetCertificateStatus", json!({"ocspRequestData": hash})).await;
    assert_eq!(status["status"], "Failed");
    assert!(status["statusInfo"]["additionalInfo"].as_str().unwrap().contains("private network"), "{status}");
    let token = json!({"idToken": "DE8AACA2B3C4D5", "type": "eMAID"});
    let answer =
        station.call("Authorize", json!({"idToken": token, "iso15118CertificateHashData": [hash]})).await;
    assert_eq!(answer["certificateStatus"], "CertChainError", "who cannot be asked vouches for nobody");
}
