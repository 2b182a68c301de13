//! A provider as others run them: it keeps what it was asked with each code, and holds the exchange against it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub const CLIENT: &str = "forecourt";
/// With what must be written otherwise in a header.
pub const SECRET: &str = "s3cret: of Fjord+";
pub const KEY: &str = "key 1";

type Sign = fn(&Provider, &Value) -> String;
type Change = Box<dyn FnOnce(&mut Value) + Send>;

pub struct Provider {
    pub issuer: String,
    pub key: EncodingKey,
    /// What a code stands for: the challenge it was asked with, and the token to give.
    codes: Mutex<HashMap<String, (String, String)>>,
    change: Mutex<Option<Change>>,
    /// Signs the next token in place of the provider's own way.
    sign: Mutex<Option<Sign>>,
    pub exchanges: Mutex<usize>,
}

fn fresh_key() -> EncodingKey {
    EncodingKey::from_ec_der(&rcgen::KeyPair::generate().unwrap().serialize_der())
}

/// A token of a key, as the provider's own or not.
pub fn signed(claims: &Value, key: &EncodingKey) -> String {
    let header = Header { kid: Some(KEY.into()), ..Header::new(Algorithm::ES256) };
    jsonwebtoken::encode(&header, claims, key).unwrap()
}

/// A token by somebody else who says that it is the provider's.
pub fn signed_by_a_stranger(_: &Provider, claims: &Value) -> String {
    signed(claims, &fresh_key())
}

pub fn unsigned(_: &Provider, claims: &Value) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(json!({"alg": "none", "kid": KEY})), part(claims.clone()))
}

/// Signed with what both sides know.
pub fn signed_with_the_secret(_: &Provider, claims: &Value) -> String {
    let header = Header { kid: Some(KEY.into()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

impl Provider {
    pub async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Arc::new(Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            key: fresh_key(),
            codes: Mutex::default(),
            change: Mutex::default(),
            sign: Mutex::default(),
            exchanges: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// Changes what the next token says.
    pub fn will_say(&self, change: impl FnOnce(&mut Value) + Send + 'static) {
        *self.change.lock().unwrap() = Some(Box::new(change));
    }

    pub fn will_sign(&self, sign: Sign) {
        *self.sign.lock().unwrap() = Some(sign);
    }

    /// A person signs in at the provider; answers the code it sends along.
    pub fn approve(&self, asked: &HashMap<String, String>, email: &str) -> String {
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["client_id"], CLIENT);
        assert!(asked["scope"].contains("openid"));
        let now = forecourt_app::Clock::System.now().as_second();
        let mut claims = json!({
            "iss": self.issuer, "sub": format!("subject of {email}"), "aud": CLIENT,
            "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            "email": email, "email_verified": true, "name": "Somebody",
        });
        if let Some(change) = self.change.lock().unwrap().take() {
            change(&mut claims);
        }
        let token = match self.sign.lock().unwrap().take() {
            Some(sign) => sign(self, &claims),
            None => signed(&claims, &self.key),
        };
        let mut codes = self.codes.lock().unwrap();
        let code = format!("code-{}", codes.len() + 1);
        codes.insert(code.clone(), (asked["code_challenge"].clone(), token));
        code
    }
}

async fn metadata(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let issuer = &provider.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorise?tenant=1"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
    }))
}

async fn keys(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let mut key = Jwk::from_encoding_key(&provider.key, Algorithm::ES256).unwrap();
    key.common.key_id = Some(KEY.into());
    Json(json!({"keys": [{"kty": "of tomorrow", "kid": "key 0"}, key]}))
}

async fn token(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    *provider.exchanges.lock().unwrap() += 1;
    let refuse = |status, error: &str| (status, Json(json!({"error": error})));
    let expected = STANDARD.encode(format!("{CLIENT}:s3cret%3A+of+Fjord%2B"));
    if headers.get("authorization").is_none_or(|value| *value != format!("Basic {expected}")) {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let known = provider.codes.lock().unwrap().remove(&form["code"]);
    let Some((challenge, token)) = known else { return refuse(StatusCode::BAD_REQUEST, "invalid_grant") };
    let verifier = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    if verifier != challenge || form["grant_type"] != "authorization_code" {
        return refuse(StatusCode::BAD_REQUEST, "invalid_grant");
    }
    (StatusCode::OK, Json(json!({"id_token": token, "access_token": "x", "token_type": "Bearer"})))
}
