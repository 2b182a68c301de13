//! The stations' door: sockets in, facts on, answers out.
//!
//! [`serve`] accepts connections and hands every WebSocket upgrade to [`door`], everything else to the web router;
//! [`socket`] carries one station's conversation. No rule of charging lives here: who may connect and what a message
//! does is decided in `forecourt-app`.

mod accept;
mod credentials;
mod door;
mod figures;
mod identity;
mod limits;
mod offer;
mod proxy;
mod socket;
mod stream;
mod tls;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use forecourt_app::App;
use forecourt_ocpp::Version;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use yawc::DeflatePool;

pub use limits::Limits;
pub use proxy::Proxies;
pub use tls::{Certificate, TlsError, check as check_tls};

use figures::Figures;
use limits::{Crowd, Failures};

/// Read and write buffer of an idle socket, in bytes: a usual message fits, and ten thousand of them cost 20 MB.
const BUFFER_BYTES: usize = 1_024;
/// Shorter messages are not compressed: the saving would be smaller than the work.
const COMPRESS_FROM_BYTES: usize = 256;
/// Compression states kept for all connections together; as many as messages are handled at the same moment.
const DEFLATE_POOL: usize = 16;

/// What is served, and where.
#[derive(Debug)]
pub struct Options {
    pub listener: TcpListener,
    pub app: Arc<App>,
    /// Everything that is no WebSocket.
    pub page: Router,
    /// PEM files of certificate chain and key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Proxies in front that end TLS.
    pub proxies: Proxies,
}

/// Serves until cancelled, then ends all connections in order.
pub async fn serve(options: Options, cancel: CancellationToken) -> Result<(), String> {
    serve_within(options, Limits::default(), cancel).await
}

/// [`serve`] with limits of the caller's.
pub async fn serve_within(options: Options, limits: Limits, cancel: CancellationToken) -> Result<(), String> {
    let Options { listener, app, page, tls, proxies } = options;
    let read = |(chain, key): (PathBuf, PathBuf)| Certificate::read(&chain, &key);
    let tls = tls.map(read).transpose().map_err(|error| error.to_string())?;
    accept::serve(listener, tls.map(Arc::new), page, Gateway::new(app, limits, proxies, cancel)).await;
    Ok(())
}

const VERSIONS: [Version; 3] = [Version::V16, Version::V201, Version::V21];

/// The door and everything it counts.
#[derive(Debug)]
struct Gateway {
    app: Arc<App>,
    limits: Limits,
    proxies: Proxies,
    options: yawc::Options,
    crowd: Arc<Crowd>,
    by_identity: Failures<(String, IpAddr)>,
    by_address: Failures<IpAddr>,
    stop: CancellationToken,
    sockets: TaskTracker,
    figures: [Figures; 3],
}

impl Gateway {
    fn new(app: Arc<App>, limits: Limits, proxies: Proxies, stop: CancellationToken) -> Arc<Self> {
        // The library's limits are exclusive.
        let frame = limits.link.frame_bytes + 1;
        let options = yawc::Options::default()
            .with_limits(frame, frame)
            .with_read_buffer_capacity(BUFFER_BYTES)
            .with_write_buffer_capacity(BUFFER_BYTES)
            .with_fragment_timeout(limits.patience)
            .with_low_latency_compression()
            .server_no_context_takeover()
            .client_no_context_takeover()
            .with_deflate_pool(DeflatePool::new(DEFLATE_POOL))
            .with_compression_threshold(COMPRESS_FROM_BYTES);
        Arc::new(Self {
            app,
            proxies,
            options,
            crowd: Arc::default(),
            by_identity: Failures::new(limits.failures_per_identity, limits.failure_pause),
            by_address: Failures::new(limits.failures_per_address, limits.failure_pause / ADDRESS_PACE),
            stop,
            sockets: TaskTracker::new(),
            figures: VERSIONS.map(Figures::new),
            limits,
        })
    }
}

impl Gateway {
    fn figures(&self, version: Version) -> &Figures {
        match version {
            Version::V16 => &self.figures[0],
            Version::V201 => &self.figures[1],
            Version::V21 => &self.figures[2],
        }
    }
}

/// An address may fail this many times as often as one identity from it.
const ADDRESS_PACE: u32 = 5;
