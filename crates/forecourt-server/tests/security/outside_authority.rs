//! An authority outside that signs, and the addresses that are never asked (threat 13).

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use rcgen::{CertificateParams, DnType, SubjectPublicKeyInfo};
use serde_json::{Value, json};

use super::house::{House, until};
use super::keys::{Identity, Outside, authority};

const PASSWORD: &str = "secret-of-this-station";

/// What the fake authority saw, and what it signs with.
struct Fake {
    authority: Outside,
    tokens: Mutex<Vec<String>>,
    identity: Identity,
}

async fn sign(State(fake): State<Arc<Fake>>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let token = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    fake.tokens.lock().unwrap().push(token.unwrap_or_default());
    assert_eq!(headers["content-type"], "application/pkcs10");
    assert!(!body.is_empty());
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "CP1");
    params.not_after = rcgen::date_time_ymd(2090, 1, 1);
    let key = SubjectPublicKeyInfo::from_pem(&fake.identity.key.public_key_pem()).unwrap();
    let signed = params.signed_by(&key, &fake.authority).unwrap();
    (StatusCode::OK, format!("{}{}", signed.pem(), fake.authority.pem()))
}

async fn fake() -> (Arc<Fake>, String) {
    let fake = Arc::new(Fake {
        authority: authority("Fleet CA"),
        tokens: Mutex::default(),
        identity: Identity::fresh(),
    });
    let router = Router::new().route("/sign", post(sign)).with_state(fake.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/sign", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (fake, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outside_authority_signs_behind_the_same_door() {
    let house = House::allowing(&["127.0.0.1"]).await;
    let (fake, url) = fake().await;
    let change = json!({"kind": "external", "url": url, "token": "s3cret-token"});
    let (status, authority) = house.ask("patch", "/certificate-authority", Some(change)).await;
    assert_eq!((status, &authority["has_token"]), (200, &json!(true)), "{authority}");
    assert!(!authority.to_string().contains("s3cret-token"));
    let root = json!({"kind": "station_root", "pem": fake.authority.pem()});
    house.post("/certificates", root).await;
    let id = house.add("CP1", 2, Some(PASSWORD)).await;
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    let answer = station.call("SignCertificate", json!({"csr": fake.identity.request("CP1")})).await;
    assert_eq!(answer["status"], "Accepted");
    let signed = station.accept("CertificateSigned").await;
    let chain = signed.payload["certificateChain"].as_str().unwrap();
    assert_eq!(chain.matches("BEGIN CERTIFICATE").count(), 1, "the root is left out");
    assert_eq!(*fake.tokens.lock().unwrap(), ["Bearer s3cret-token"]);
    until("accepted", async || {
        house.get("/certificates?kind=station&state=accepted").await["items"][0]["origin"] == "external"
    })
    .await;
    let mut identity = Identity::fresh();
    identity.key = rcgen::KeyPair::from_pem(&fake.identity.key.serialize_pem()).unwrap();
    identity.install(chain);
    house.knock("CP1").with(&identity).connect().await;
    // A request for another key is not answered with this one.
    station_again(&house, &id).await;
}

/// The fake always signs the same key: for any other it errs, and nothing is brought to the station.
async fn station_again(house: &House, id: &str) {
    let mut station = house.knock("CP1").password(PASSWORD).connect().await;
    station.call("SignCertificate", json!({"csr": Identity::fresh().request("CP1")})).await;
    let path = format!("/stations/{id}/certificate-requests");
    let mut request = Value::Null;
    until("failed", async || {
        request = house.get(&path).await["items"][0].clone();
        request["state"] == "failed"
    })
    .await;
    assert!(request["detail"].as_str().unwrap().contains("another key"), "{request}");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_inside_are_refused_unless_the_machines_operator_allows_them() {
    let house = House::start().await;
    let (fake, url) = fake().await;
    let port = url.rsplit(':').next().unwrap().to_owned();
    for url in [
        url.clone(),
        format!("https://127.0.0.1:{port}"),
        format!("https://localhost:{port}"),
        "https://169.254.169.254/latest".into(),
        "https://[::1]/sign".into(),
        "https://10.0.0.7/sign".into(),
        "ftp://ca.example.com/".into(),
        "file:///etc/passwd".into(),
    ] {
        let change = json!({"kind": "external", "url": url});
        let (status, problem) = house.ask("patch", "/certificate-authority", Some(change)).await;
        assert_eq!(status, 422, "{url}: {problem}");
    }
    assert!(fake.tokens.lock().unwrap().is_empty(), "nobody was asked");
}
