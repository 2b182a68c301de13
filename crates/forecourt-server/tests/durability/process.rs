//! The built binary as a process that can be killed.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use forecourt_app::store::Location;
use forecourt_app::{App, Clock, NewSite, NewToken, Principal, Settings, StationRequest, Who};
use forecourt_core::access::PERMISSIONS;
use forecourt_core::id::{ApiKeyId, OrganisationId, StationId};
use forecourt_core::token::{TokenKind, TokenStatus};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::station::CARD;

/// Longest wait for anything that must happen.
const SOON: Duration = Duration::from_secs(60);
/// How often a condition outside of this process is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// An organisation with stations without passwords.
pub async fn seed(location: &Location, stations: usize) -> (OrganisationId, Vec<(StationId, String)>) {
    let app = App::open(location, Settings::default(), Clock::System).await.expect("opens");
    let organisation = app.add_organisation("Test", "UTC", "EUR").await.expect("organisation").id;
    let who = Who::Program { id: ApiKeyId(1), name: "test".into(), scopes: PERMISSIONS.to_vec() };
    let principal = Principal::new(organisation, who);
    let site = NewSite {
        name: "Site".into(),
        time_zone: "UTC".into(),
        currency: "EUR".into(),
        ..NewSite::default()
    };
    let site = app.add_site(&principal, site).await.expect("site").site.id;
    let token = NewToken {
        uid: CARD.into(),
        kind: TokenKind::Rfid,
        alias: None,
        status: TokenStatus::Accepted,
        expires_at: None,
        group: None,
        ..NewToken::default()
    };
    app.add_token(&principal, token).await.expect("token");
    let mut ids = Vec::new();
    for number in 0..stations {
        let identity = format!("CP{number}");
        let request = StationRequest {
            site: Some(site),
            identity: identity.clone(),
            security_profile: Some(0),
            ..StationRequest::default()
        };
        ids.push((app.add_station(&principal, request).await.expect("station").station.record.id, identity));
    }
    app.store().close().await;
    (organisation, ids)
}

pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts under limits of `prlimit`, and waits until it serves.
    pub async fn start(location: &Location, limits: &[&str]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("its number");
        Self::start_at(location, limits, free).await
    }

    pub async fn start_at(location: &Location, limits: &[&str], address: SocketAddr) -> Self {
        let place = match location {
            Location::Sqlite(file) => format!("--data={}", file.parent().expect("a folder").display()),
            Location::Postgres(url) => format!("--database={url}"),
        };
        // A process that ignores SIGXFSZ gets an error where its file may not grow, as on a full disk.
        let script = format!("trap '' XFSZ; exec prlimit {} -- \"$@\"", limits.join(" "));
        let script = if limits.is_empty() { "exec \"$@\"".to_owned() } else { script };
        let mut command = Command::new("bash");
        command.args(["-c", &script, "bash", env!("CARGO_BIN_EXE_forecourt"), "serve", "--log=error"]);
        command.arg(place).arg(format!("--listen={address}"));
        if matches!(location, Location::Postgres(_)) {
            command.arg(format!("--data={}", std::env::temp_dir().display()));
        }
        let process = command.stdin(Stdio::null()).kill_on_drop(true).spawn().expect("the binary");
        let mut server = Self { process, address };
        server.until_serving().await;
        server
    }

    async fn until_serving(&mut self) {
        let give_up = Instant::now() + SOON;
        while TcpStream::connect(self.address).await.is_err() {
            assert!(self.process.try_wait().expect("a state").is_none(), "the server ended");
            assert!(Instant::now() < give_up, "the server does not serve");
            sleep(LOOK).await;
        }
    }

    /// `kill -9`.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("killed");
    }

    pub async fn limit(&self, limit: &str) {
        let pid = self.process.id().expect("a running process").to_string();
        let done = Command::new("prlimit").args(["--pid", &pid, limit]).status().await.expect("prlimit");
        assert!(done.success());
    }

    /// Status and body of a GET.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let mut tcp = TcpStream::connect(self.address).await.expect("connects");
        let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        tcp.write_all(request.as_bytes()).await.expect("asked");
        let mut text = String::new();
        tcp.read_to_string(&mut text).await.expect("an answer");
        let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        (status, text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
    }

    pub async fn until_ready_says(&self, status: u16) {
        let give_up = Instant::now() + SOON;
        while self.get("/readyz").await.0 != status {
            assert!(Instant::now() < give_up, "/readyz never says {status}");
            sleep(LOOK).await;
        }
    }
}
