//! The application behind its router, and browsers that keep their cookies.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use forecourt_app::{App, Clock, NewOperator, OutsideRules, SecuritySettings, Settings};
use forecourt_core::access::Role;
use forecourt_core::id::OrganisationId;
use forecourt_server::http::{HttpState, router};
use forecourt_server::peer::Peer;
use forecourt_store::MembershipRecord;
use forecourt_store::scratch::Scratch;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::provider::{CLIENT, Provider, SECRET};

pub const PASSWORD: &str = "a good password";

pub struct House {
    pub app: Arc<App>,
    router: Router,
    browsers: AtomicU32,
    _scratch: Scratch,
}

/// One on each database that is there; loopback may be asked.
pub async fn houses() -> Vec<House> {
    let mut all = Vec::new();
    for scratch in Scratch::each().await {
        all.push(house(scratch, &["127.0.0.1"]).await);
    }
    all
}

/// One whose machine allows these outside services.
pub async fn house(scratch: Scratch, hosts: &[&str]) -> House {
    let outside =
        OutsideRules { hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), roots: Vec::new() };
    let security = Arc::new(SecuritySettings { outside, ..SecuritySettings::default() });
    let settings = Settings { security, ..Settings::default() };
    let app = App::open(&scratch.location, settings, Clock::System).await.unwrap();
    app.take_over().await.unwrap();
    let state = HttpState {
        app: app.clone(),
        metrics: None,
        limits: Arc::default(),
        demo: None,
        secure_cookies: false,
    };
    House { app, router: router(state), browsers: AtomicU32::new(1), _scratch: scratch }
}

impl House {
    /// A browser at an address of its own: attempts are counted by address.
    pub fn browser(&self) -> Browser {
        let address = Ipv4Addr::from_bits(0x0a00_0000 + self.browsers.fetch_add(1, Ordering::Relaxed));
        Browser { router: self.router.clone(), cookies: Mutex::default(), address: address.into() }
    }

    /// An organisation, and its administrator in a browser.
    pub async fn organisation(&self, name: &str, email: &str) -> Browser {
        let organisation = self.app.add_organisation(name, "UTC", "EUR").await.unwrap();
        let new = NewOperator {
            email: email.into(),
            name: email.into(),
            password: PASSWORD.into(),
            role: Role::Admin,
        };
        self.app.add_operator(organisation.id, new).await.unwrap();
        let browser = self.browser();
        assert_eq!(browser.sign_in(email).await.0, 200);
        browser
    }

    /// Somebody joins an organisation by their own doing: as a new person or as one who is known.
    pub async fn join(&self, organisation: &str, email: &str, role: Role) {
        let organisation: OrganisationId = organisation.parse().unwrap();
        let new = NewOperator { email: email.into(), name: email.into(), password: PASSWORD.into(), role };
        let Some(person) = self.app.store().operator_by_email(email).await.unwrap() else {
            self.app.add_operator(organisation, new).await.unwrap();
            return;
        };
        let membership = MembershipRecord {
            operator: person.id,
            organisation,
            role,
            permissions: None,
            sites: None,
            created_at: self.app.now(),
            last_seen_at: None,
            version: 1,
        };
        let mut tx = self.app.store().begin().await.unwrap();
        tx.add_membership(&membership).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub fn settings(&self, provider: &Provider, more: Value) -> Value {
        let mut settings = json!({"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET,
            "domains": ["fjord.example"], "default_role": "support", "required": false});
        for (name, value) in more.as_object().unwrap() {
            settings[name] = value.clone();
        }
        settings
    }

    /// Sets a provider up.
    pub async fn connect(&self, admin: &Browser, provider: &Provider, more: Value) {
        let settings = self.settings(provider, more);
        let (status, answer) = admin.send("put", "/organisation/single-sign-on", Some(settings)).await;
        assert_eq!(status, 200, "{answer}");
        assert!(!answer.to_string().contains("s3cret"), "the secret is shown");
    }
}

pub struct Browser {
    router: Router,
    cookies: Mutex<HashMap<String, String>>,
    address: IpAddr,
}

impl Browser {
    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.send("get", path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send("post", path, Some(body)).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let (status, _, json) = self.ask(method, path, body).await;
        (status, json)
    }

    pub async fn sign_in(&self, email: &str) -> (u16, Value) {
        self.post("/session", json!({"email": email, "password": PASSWORD})).await
    }

    /// Of the organisation this browser is signed in at.
    pub async fn organisation(&self) -> String {
        self.get("/session").await.1["organisation"]["id"].as_str().unwrap().to_owned()
    }

    /// Sets out for the provider; what the provider is asked with.
    pub async fn depart(&self, email: &str, path: &str) -> HashMap<String, String> {
        let (status, answer) = self.post("/session/provider", json!({"email": email, "path": path})).await;
        assert_eq!(status, 200, "{answer}");
        let address = reqwest::Url::parse(answer["address"].as_str().unwrap()).unwrap();
        address.query_pairs().into_owned().collect()
    }

    /// Comes back from the provider; where the browser is sent to then.
    pub async fn arrive(&self, fields: &[(&str, &str)]) -> String {
        let url = reqwest::Url::parse_with_params("http://x/session/provider/return", fields).unwrap();
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let (status, place, _) = self.ask("get", &path, None).await;
        assert_eq!(status, 303);
        place
    }

    /// To the provider and back.
    pub async fn come_by(&self, provider: &Provider, email: &str, path: &str) -> String {
        let asked = self.depart("somebody@fjord.example", path).await;
        let code = provider.approve(&asked, email);
        self.arrive(&[("code", &code), ("state", &asked["state"])]).await
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, String, Value) {
        let jar: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method.to_uppercase().as_str())
            .uri(format!("/api/v1{path}"))
            .header("host", "test")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/json");
        if !jar.is_empty() {
            request = request.header("cookie", jar.join("; "));
        }
        let body = body.map_or(Body::empty(), |json| Body::from(json.to_string()));
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(ConnectInfo(Peer { address: self.address, tls: false }));
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        for line in parts.headers.get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        let place = parts.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        let bytes = to_bytes(body, 1 << 24).await.unwrap();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        (parts.status.as_u16(), place.unwrap_or_default(), json)
    }
}
