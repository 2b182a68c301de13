//! The real router over a real application, asked without a network between.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use forecourt_app::gateway::Knock;
use forecourt_app::{App, Browser, Clock, NewOperator, Settings};
use forecourt_core::access::Role;
use forecourt_core::fact::{Context, Fact, Phase, Reading, TransactionReport};
use forecourt_core::id::{EvseNumber, OrganisationId};
use forecourt_core::unit::WattHours;
use forecourt_server::http::{HttpState, router};
use forecourt_server::peer::Peer;
use forecourt_store::OperatorRecord;
use forecourt_store::scratch::Scratch;
use futures_util::StreamExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

/// What one server-sent event says.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub kind: String,
    pub id: String,
    pub data: Value,
}

pub struct House {
    app: Arc<App>,
    router: Router,
    pub set_up_code: String,
    _scratch: Scratch,
}

pub struct Answer {
    pub status: StatusCode,
    pub json: Value,
    headers: HeaderMap,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

#[derive(Clone)]
pub struct Caller {
    router: Router,
    pub name: String,
    pub organisation: i64,
    headers: Vec<(String, String)>,
}

/// One on each database that is there.
pub async fn houses() -> Vec<House> {
    let mut all = Vec::new();
    for scratch in Scratch::each().await {
        let app = App::open(&scratch.location, Settings::default(), Clock::System).await.expect("opens");
        app.take_over().await.expect("takes over");
        let set_up_code = app.prepare_set_up().await.expect("prepared").expect("a code");
        let state = HttpState {
            app: app.clone(),
            metrics: None,
            limits: Arc::default(),
            demo: None,
            secure_cookies: false,
        };
        all.push(House { router: router(state), app, set_up_code, _scratch: scratch });
    }
    all
}

/// How long an event that must come may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

fn told(block: &str) -> Told {
    let member = |name: &str| {
        let lines = block.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value).collect::<String>()
    };
    let data = serde_json::from_str(&member("data")).unwrap_or(Value::Null);
    Told { kind: member("event"), id: member("id"), data }
}

impl House {
    /// A key with every right in an organisation of its own.
    pub async fn organisation(&self, name: &str) -> Caller {
        let organisation = self.app.add_organisation(name, "UTC", "EUR").await.expect("organisation").id;
        let issued = self.app.issue_api_key(organisation, name, None, None).await.expect("a key");
        let caller = Caller {
            router: self.router.clone(),
            name: name.into(),
            organisation: organisation.0,
            headers: Vec::new(),
        };
        caller.with_key(&issued.key)
    }

    pub fn nobody(&self) -> Caller {
        Caller { router: self.router.clone(), name: "nobody".into(), organisation: 0, headers: Vec::new() }
    }

    pub async fn operator(&self, organisation: i64, role: Role) -> OperatorRecord {
        let new = NewOperator {
            email: format!("{}-{}@example.com", role.as_str(), self.app.now().as_nanosecond()),
            name: role.as_str().into(),
            password: "a good password".into(),
            role,
        };
        self.app.add_operator(OrganisationId(organisation), new).await.expect("operator")
    }

    /// A person of an organisation in a browser; with a site, they see only that one.
    pub async fn person(&self, organisation: i64, role: Role, site: Option<&str>) -> Caller {
        let operator = self.operator(organisation, role).await;
        if let Some(site) = site {
            let id = OrganisationId(organisation);
            let store = self.app.store();
            let mut membership =
                store.membership(operator.id, id).await.expect("read").expect("a membership");
            membership.sites = Some(vec![site.parse().expect("an id")]);
            let mut tx = store.begin().await.expect("begin");
            tx.change_membership(&membership).await.expect("changed");
            tx.commit().await.expect("commit");
        }
        let opened = self.app.open_login(operator, Browser::default(), false).await.expect("login");
        let cookie = format!("forecourt_login={}", opened.token);
        self.nobody().with_header("cookie", &cookie).with_header("host", "test")
    }

    /// An administrator in a browser.
    pub async fn signed_in(&self) -> Caller {
        let new = NewOperator {
            email: "eve@example.com".into(),
            name: "Eve".into(),
            password: "a good password".into(),
            role: Role::Admin,
        };
        let operator = self.app.add_first_operator("Visited", new).await.expect("operator");
        let opened = self.app.open_login(operator, Browser::default(), false).await.expect("login");
        let token = opened.token;
        self.nobody().with_header("cookie", &format!("forecourt_login={token}")).with_header("host", "test")
    }

    /// Lets a car charge at a station; returns the session's id.
    pub async fn charge(&self, station: &str) -> String {
        let station = station.parse().expect("an id");
        let identity = self.app.store().all_stations().await.expect("stations");
        let record = identity.into_iter().find(|record| record.id == station).expect("the station");
        let reading =
            Reading { register: Some(WattHours(1_000)), ..Reading::empty(self.app.now(), Context::Begin) };
        let report = TransactionReport {
            phase: Phase::Started,
            reference: None,
            evse: Some(EvseNumber(1)),
            connector: None,
            token: None,
            at: Some(self.app.now()),
            seq: None,
            offline: false,
            charging_state: None,
            stop_reason: None,
            readings: vec![reading],
            remote_start_id: None,
            reservation: None,
        };
        let facts = std::iter::once((station, self.app.now(), Some(Fact::Transaction(Box::new(report)))));
        self.app.replay(facts, |_| {}).await.expect("replayed");
        let running = self.app.store().running(&[record.id]).await.expect("sessions");
        running.first().expect("a session").2.to_string()
    }

    /// A stranger knocks at an organisation's door; returns the id of the note about it.
    pub async fn knock(&self, organisation: i64) -> String {
        let knock = Knock {
            organisation: Some(organisation),
            identity: format!("STRANGER-{organisation}"),
            path: "/ocpp/STRANGER".into(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            subprotocols: "ocpp1.6".into(),
            user_agent: None,
            credentials: None,
            tls: false,
            certificate: None,
        };
        self.app.note_refused(&knock, "unknown").await.expect("noted");
        let noted = self.app.store().unknown_stations(OrganisationId(organisation), 1).await.expect("list");
        noted.first().expect("a note").id.to_string()
    }
}

impl Caller {
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut caller = self.clone();
        caller.headers.push((name.into(), value.into()));
        caller
    }

    pub fn with_key(&self, key: &str) -> Self {
        let mut caller = self.clone();
        caller.headers.retain(|(name, _)| name != "authorization");
        caller.with_header("authorization", &format!("Bearer {key}"))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("get", path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("post", path, Some(body)).await
    }

    /// Opens the live events and reads as many as asked for; then hangs up.
    pub async fn events(&self, after: Option<&str>, count: usize) -> Vec<Told> {
        let mut request = Request::builder().uri("/api/v1/events");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(id) = after {
            request = request.header("last-event-id", id);
        }
        let mut request = request.body(Body::empty()).expect("a request");
        let peer = Peer { address: IpAddr::V4(Ipv4Addr::LOCALHOST), tls: false };
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        let mut stream = response.into_body().into_data_stream();
        let mut text = String::new();
        while text.matches("\n\n").count() < count {
            let part = tokio::time::timeout(PATIENCE, stream.next()).await.expect("an event in time");
            text.push_str(std::str::from_utf8(&part.expect("more").expect("a part")).expect("text"));
        }
        text.split_terminator("\n\n").take(count).map(told).collect()
    }

    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method.to_uppercase().as_str()).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body =
            body.filter(|_| method != "get").map_or(Body::empty(), |json| Body::from(json.to_string()));
        let mut request = request.header("content-type", "application/json").body(body).expect("a request");
        let peer = Peer { address: IpAddr::V4(Ipv4Addr::LOCALHOST), tls: false };
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        // Live events never end: their head is enough.
        let endless = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let bytes = if endless { Default::default() } else { to_bytes(body, 1 << 24).await.expect("a body") };
        Answer {
            status: parts.status,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            headers: parts.headers,
        }
    }
}
