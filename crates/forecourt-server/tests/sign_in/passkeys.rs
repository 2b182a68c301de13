//! Signing in with a passkey: a device of our own that answers rightly, and in every wrong way it could.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::house::{Browser, PASSWORD, houses};

const ORIGIN: &str = "http://localhost:8180";
/// User present and verified.
const UNLOCKED: u8 = 0b101;
const WITH_KEY: u8 = 0b100_0000;

/// What is done wrongly, and how; the other device is somebody else's.
type Wrong = (&'static str, fn(&mut Device, &Device));

struct Device {
    key: EcdsaKeyPair,
    credential: String,
    handle: String,
    counter: u32,
    origin: &'static str,
    flags: u8,
}

impl Device {
    fn new(handle: &str) -> Self {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.unwrap().as_ref());
        let credential = B64.encode(Sha256::digest(handle.as_bytes()));
        Self {
            key: key.unwrap(),
            credential,
            handle: handle.into(),
            counter: 0,
            origin: ORIGIN,
            flags: UNLOCKED,
        }
    }

    fn said(&self, kind: &str, options: &Value) -> String {
        json!({"type": kind, "challenge": options["challenge"], "origin": self.origin}).to_string()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let name = Sha256::digest(b"localhost");
        [&name[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn register(&self, options: &Value) -> Value {
        let point = self.key.public_key().as_ref();
        let key =
            [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &point[1..33], &[0x22, 0x58, 32], &point[33..]];
        let id = B64.decode(&self.credential).unwrap();
        let data = [&self.data(self.flags | WITH_KEY), &[0; 16][..], &[0, 32], &id, &key.concat()].concat();
        let length = u8::try_from(data.len()).unwrap();
        let attestation =
            [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"[..], &[length], &data].concat();
        json!({"id": self.credential, "transports": ["internal"], "attestationObject": B64.encode(attestation),
            "clientDataJSON": B64.encode(self.said("webauthn.create", options))})
    }

    fn answer(&mut self, options: &Value) -> Value {
        self.counter += 1;
        let (said, data) = (self.said("webauthn.get", options), self.data(self.flags));
        let signed = [&data[..], &Sha256::digest(said.as_bytes())].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({"id": self.credential, "authenticatorData": B64.encode(data), "clientDataJSON": B64.encode(said),
            "signature": B64.encode(signature), "userHandle": self.handle})
    }
}

async fn registered(browser: &Browser) -> Device {
    let (status, asked) = browser.post("/account/passkeys/challenge", json!({"password": PASSWORD})).await;
    assert_eq!(status, 200, "{asked}");
    assert_eq!(asked["options"]["authenticatorSelection"]["residentKey"], "required");
    let device = Device::new(asked["options"]["user"]["id"].as_str().unwrap());
    let answer = device.register(&asked["options"]);
    let body = json!({"token": asked["token"], "name": "Telephone", "answer": answer});
    let (status, made) = browser.post("/account/passkeys", body.clone()).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(browser.post("/account/passkeys", body).await.0, 409, "an answer is good once");
    device
}

async fn challenge(browser: &Browser) -> Value {
    browser.post("/session/passkey/challenge", json!({})).await.1
}

async fn come(browser: &Browser, asked: &Value, answer: &Value) -> u16 {
    browser.post("/session/passkey", json!({"token": asked["token"], "answer": answer})).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_opens_the_account_it_is_of_without_password_and_code() {
    for house in houses().await {
        house.app.change_settings(|settings| settings.page_url = ORIGIN.into());
        let mia = house.organisation("Fjord", "mia@fjord.example").await;
        assert_eq!(mia.post("/account/passkeys/challenge", json!({"password": "wrong"})).await.0, 422);
        let mut device = registered(&mia).await;
        let browser = house.browser();
        let asked = challenge(&browser).await;
        let answer = device.answer(&asked["options"]);
        assert_eq!(come(&browser, &asked, &answer).await, 200);
        assert_eq!(browser.get("/session").await.1["operator"]["email"], "mia@fjord.example");
        assert_eq!(come(&house.browser(), &asked, &answer).await, 409, "played back");
        let (_, keys) = browser.get("/account/passkeys").await;
        assert_eq!(keys["items"][0]["name"], "Telephone");
        assert!(keys["items"][0]["last_used_at"].is_string());
        let path = format!("/account/passkeys/{}", keys["items"][0]["id"].as_str().unwrap());
        let eve = house.organisation("Rival", "eve@rival.example").await;
        assert_eq!(eve.send("delete", &path, None).await.0, 404, "not hers");
        assert_eq!(mia.send("delete", &path, None).await.0, 204);
        let browser = house.browser();
        let asked = challenge(&browser).await;
        let answer = device.answer(&asked["options"]);
        assert_eq!(come(&browser, &asked, &answer).await, 409, "removed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_answers_wrongly_opens_nothing() {
    for house in houses().await {
        house.app.change_settings(|settings| settings.page_url = ORIGIN.into());
        let mia = house.organisation("Fjord", "mia@fjord.example").await;
        let eve = house.organisation("Rival", "eve@rival.example").await;
        let mut device = registered(&mia).await;
        let other = registered(&eve).await;
        let wrongs: [Wrong; 5] = [
            ("another page", |device, _| device.origin = "http://localhost:8181"),
            ("not unlocked", |device, _| device.flags = 1),
            ("nobody there", |device, _| device.flags = 0),
            ("for somebody else", |device, other| device.handle.clone_from(&other.handle)),
            ("another's credential", |device, other| device.credential.clone_from(&other.credential)),
        ];
        let (handle, credential) = (device.handle.clone(), device.credential.clone());
        for (what, wrong) in wrongs {
            wrong(&mut device, &other);
            let browser = house.browser();
            let asked = challenge(&browser).await;
            let answer = device.answer(&asked["options"]);
            assert_eq!(come(&browser, &asked, &answer).await, 409, "{what}");
            assert_eq!(browser.get("/session").await.1["state"], "signed_out", "{what}");
            (device.origin, device.flags) = (ORIGIN, UNLOCKED);
            device.handle.clone_from(&handle);
            device.credential.clone_from(&credential);
        }
        // The answer to another question, and a signature that was bent.
        let browser = house.browser();
        let (first, second) = (challenge(&browser).await, challenge(&browser).await);
        let answer = device.answer(&first["options"]);
        assert_eq!(come(&browser, &second, &answer).await, 409);
        let mut bent = device.answer(&first["options"]);
        bent["signature"] = json!(B64.encode([0x30, 6, 2, 1, 1, 2, 1, 1]));
        assert_eq!(come(&browser, &first, &bent).await, 409);
        // A copy that counts from an earlier day.
        let browser = house.browser();
        let asked = challenge(&browser).await;
        let answer = device.answer(&asked["options"]);
        assert_eq!(come(&browser, &asked, &answer).await, 200);
        device.counter = 1;
        let asked = challenge(&browser).await;
        let answer = device.answer(&asked["options"]);
        assert_eq!(come(&house.browser(), &asked, &answer).await, 409);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_second_factor_is_demanded_a_passkey_is_one() {
    for house in houses().await {
        house.app.change_settings(|settings| settings.page_url = ORIGIN.into());
        let mia = house.organisation("Fjord", "mia@fjord.example").await;
        let mut device = registered(&mia).await;
        let record = house.app.store().first_organisation().await.unwrap().unwrap();
        let mut tx = house.app.store().begin().await.unwrap();
        tx.change_organisation(&forecourt_store::OrganisationRecord {
            second_factor_required: true,
            ..record
        })
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(mia.get("/sites").await.0, 403, "a password alone");
        let browser = house.browser();
        let asked = challenge(&browser).await;
        let answer = device.answer(&asked["options"]);
        assert_eq!(come(&browser, &asked, &answer).await, 200);
        assert_eq!(browser.get("/sites").await.0, 200);
        assert_eq!(browser.get("/session").await.1["operator"]["second_factor_missing"], false);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_name_says_that_it_has_no_passkeys() {
    for house in houses().await {
        let mia = house.organisation("Fjord", "mia@fjord.example").await;
        let (status, problem) = mia.post("/account/passkeys/challenge", json!({"password": PASSWORD})).await;
        assert_eq!(status, 409, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains("page_url"));
    }
}
