//! A server on real sockets, one with TLS and one without, and its API over HTTPS.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use forecourt_app::store::Location;
use forecourt_app::{App, Clock, OutsideRules, SecuritySettings, Settings, Vault};
use forecourt_server::gateway::{self, Limits, Options, Proxies};
use forecourt_server::http::{HttpState, router};
use forecourt_store::scratch::Scratch;
use rustls_pki_types::CertificateDer;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::station::Knock;

/// Longest wait for anything that must happen.
pub const SOON: Duration = Duration::from_secs(20);

pub struct House {
    pub app: Arc<App>,
    /// With TLS.
    pub address: SocketAddr,
    /// Without.
    pub plain: SocketAddr,
    pub trusted: CertificateDer<'static>,
    http: reqwest::Client,
    key: String,
    pub site: String,
    pub organisation: i64,
    clock: Clock,
    settings: Settings,
    stop: CancellationToken,
    folder: tempfile::TempDir,
    scratch: Scratch,
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The same on each database that is there.
pub async fn houses() -> Vec<House> {
    let mut all = Vec::new();
    for scratch in Scratch::each().await {
        all.push(House::on(scratch, OutsideRules::default(), Clock::System).await);
    }
    all
}

impl House {
    pub async fn start() -> Self {
        Self::on(Scratch::sqlite(), OutsideRules::default(), Clock::System).await
    }

    /// One whose clock a test turns.
    pub async fn at(clock: Clock) -> Self {
        Self::on(Scratch::sqlite(), OutsideRules::default(), clock).await
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// One whose machine allows these outside services.
    pub async fn allowing(hosts: &[&str]) -> Self {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        Self::on(Scratch::sqlite(), OutsideRules { hosts, roots: Vec::new() }, Clock::System).await
    }

    async fn on(scratch: Scratch, outside: OutsideRules, clock: Clock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let security = SecuritySettings {
            vault: Vault::in_folder(folder.path()),
            outside,
            station_roots: Vec::new(),
            tls: true,
            client_certificates: true,
            uploads: Some(folder.path().join("uploads")),
            contract_service: None,
        };
        Self::with(scratch, folder, security, clock).await
    }

    pub async fn with(
        scratch: Scratch,
        folder: tempfile::TempDir,
        security: SecuritySettings,
        clock: Clock,
    ) -> Self {
        let settings = Settings {
            public_url: "wss://charge.example.com".into(),
            security: Arc::new(security),
            ..Settings::default()
        };
        let server = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
        std::fs::write(folder.path().join("server.pem"), server.cert.pem()).unwrap();
        std::fs::write(folder.path().join("server.key"), server.signing_key.serialize_pem()).unwrap();
        let running = run(&scratch.location, &folder, settings.clone(), clock.clone()).await;
        let organisation = running.app.add_organisation("Owner", "UTC", "EUR").await.unwrap().id;
        let key = running.app.issue_api_key(organisation, "test", None, None).await.unwrap().key;
        let http = reqwest::Client::builder().tls_danger_accept_invalid_certs(true).build().unwrap();
        let mut house = Self {
            app: running.app,
            address: running.address,
            plain: running.plain,
            trusted: server.cert.der().clone(),
            http,
            key,
            site: String::new(),
            organisation: organisation.0,
            clock,
            settings,
            stop: running.stop,
            folder,
            scratch,
        };
        let site = json!({"name": "Site", "time_zone": "UTC", "currency": "EUR"});
        house.site = house.post("/sites", site).await["id"].as_str().unwrap().to_owned();
        house
    }

    /// Another process on the same data, as after a power cut.
    pub async fn restart(mut self) -> Self {
        self.stop.cancel();
        self.app.store().close().await;
        let running =
            run(&self.scratch.location, &self.folder, self.settings.clone(), self.clock.clone()).await;
        (self.app, self.address, self.plain, self.stop) =
            (running.app, running.address, running.plain, running.stop);
        self
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Status and document of one request to the API.
    pub async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("https://{}/api/v1{path}", self.address);
        let method = method.to_uppercase().parse().unwrap();
        let mut request = self.http.request(method, url).bearer_auth(&self.key);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, json) = self.ask("get", path, None).await;
        assert_eq!(status, 200, "{path}: {json}");
        json
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, json) = self.ask("post", path, Some(body)).await;
        assert!((200..300).contains(&status), "{path}: {status} {json}");
        json
    }

    /// A request beside the API.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// Adds a station; a password is named for profiles 1 to 3 where the test wants one.
    pub async fn add(&self, identity: &str, profile: i64, password: Option<&str>) -> String {
        let mut body = json!({"site_id": self.site, "identity": identity, "security_profile": profile});
        if let Some(password) = password {
            body["password"] = password.into();
        }
        self.post("/stations", body).await["id"].as_str().unwrap().to_owned()
    }

    pub fn knock(&self, identity: &str) -> Knock {
        Knock::new(self, identity)
    }

    /// Kinds of the security events of a station, the newest first.
    pub async fn events(&self, station: &str) -> Vec<String> {
        let found = self.get(&format!("/security-events?station_id={station}")).await;
        let items = found["items"].as_array().unwrap().iter();
        items.map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits for an event of a station, and tells what it says.
    pub async fn event(&self, station: &str, kind: &str) -> Value {
        let path = format!("/security-events?station_id={station}&kind={kind}");
        let mut found = Value::Null;
        until(kind, async || {
            found = self.get(&path).await["items"][0].clone();
            !found.is_null()
        })
        .await;
        found
    }
}

struct Running {
    app: Arc<App>,
    address: SocketAddr,
    plain: SocketAddr,
    stop: CancellationToken,
}

async fn run(location: &Location, folder: &tempfile::TempDir, settings: Settings, clock: Clock) -> Running {
    let app = App::open(location, settings, clock).await.unwrap();
    app.take_over().await.unwrap();
    let state = HttpState {
        app: app.clone(),
        metrics: None,
        limits: Arc::default(),
        demo: None,
        secure_cookies: true,
    };
    let stop = CancellationToken::new();
    let tls = Some((folder.path().join("server.pem"), folder.path().join("server.key")));
    let mut addresses = Vec::new();
    for tls in [tls, None] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        addresses.push(listener.local_addr().unwrap());
        let page = router(state.clone());
        let options = Options { listener, app: app.clone(), page, tls, proxies: Proxies::default() };
        let limits =
            Limits { failures_per_identity: 1_000, failures_per_address: 1_000, ..Limits::default() };
        tokio::spawn(gateway::serve_within(options, limits, stop.clone()));
    }
    Running { app, address: addresses[0], plain: addresses[1], stop }
}

/// Waits until something holds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let patience = tokio::time::Instant::now() + SOON;
    while !holds().await {
        assert!(tokio::time::Instant::now() < patience, "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
