//! The accept loop: TCP, TLS, HTTP/1.1 with the header case that old stations expect.
//!
//! Requests that are no WebSocket upgrade go to the web router unchanged. It knows nothing of stations.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use forecourt_app::certificates::ClientCertificate;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use super::limits::Seat;
use super::stream::{Farewell, Stream};
use super::tls::client_certificate;
use super::{Certificate, Gateway, door};
use crate::peer::Peer;

/// How often a changed certificate is looked for.
const CERTIFICATE_EVERY: Duration = Duration::from_secs(60);
/// Pause after a failed accept (no file descriptors left): the loop must not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until the gateway is stopped, then waits a moment for connections to end. With a certificate: over TLS.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Certificate>>,
    router: Router,
    gateway: Arc<Gateway>,
) {
    if let Some(certificate) = tls.clone() {
        let stop = gateway.stop.clone();
        tokio::spawn(stop.run_until_cancelled_owned(keep_fresh(certificate)));
    }
    while let Some(accepted) = gateway.stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((tcp, from)) => accepted_one(tcp, from, tls.as_deref(), &router, &gateway),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    gateway.sockets.close();
    if tokio::time::timeout(gateway.limits.farewell, gateway.sockets.wait()).await.is_err() {
        tracing::warn!(left = gateway.sockets.len(), "connections were cut off at shutdown");
    }
}

async fn keep_fresh(certificate: Arc<Certificate>) {
    let mut every = tokio::time::interval(CERTIFICATE_EVERY);
    loop {
        every.tick().await;
        certificate.refresh();
    }
}

fn accepted_one(
    tcp: TcpStream,
    from: SocketAddr,
    tls: Option<&Certificate>,
    router: &Router,
    gateway: &Arc<Gateway>,
) {
    let address = from.ip().to_canonical();
    let Some(seat) = gateway.crowd.enter(address, gateway.limits.connections_per_address) else {
        tracing::debug!(%address, "too many connections of one address");
        return;
    };
    // A socket that is already gone shows when it is read.
    let _gone = tcp.set_nodelay(true);
    let peer = Peer { address, tls: tls.is_some() };
    let (router, gateway) = (router.clone(), gateway.clone());
    match tls.map(Certificate::acceptor) {
        None => drop(tokio::spawn(connection(tcp, peer, None, seat, router, gateway))),
        Some(acceptor) => drop(tokio::spawn(async move {
            match tokio::time::timeout(gateway.limits.patience, acceptor.accept(tcp)).await {
                Ok(Ok(stream)) => {
                    let certificate = client_certificate(stream.get_ref().1);
                    connection(stream, peer, certificate, seat, router, gateway).await;
                }
                Ok(Err(error)) => tracing::debug!(%error, %address, "a TLS handshake failed"),
                Err(_) => tracing::debug!(%address, "a TLS handshake took too long"),
            }
        })),
    }
}

async fn connection<S>(
    io: S,
    peer: Peer,
    certificate: Shown,
    seat: Seat,
    router: Router,
    gateway: Arc<Gateway>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let farewell = Farewell::default();
    let io = TokioIo::new(Stream::new(io, farewell.clone(), seat));
    let (patience, stop) = (gateway.limits.patience, gateway.stop.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        request_of(request, (peer, certificate.clone()), farewell.clone(), router.clone(), gateway.clone())
    });
    // Old stations compare "Sec-WebSocket-Accept" letter by letter.
    let mut http = http1::Builder::new();
    http.title_case_headers(true)
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(HEAD_BYTES);
    let mut served = std::pin::pin!(http.serve_connection(io, service).with_upgrades());
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, address = %peer.address, "an HTTP connection ended badly");
    }
}

/// The certificate of the other side, where it showed one.
type Shown = Option<Arc<ClientCertificate>>;

/// Longest head of a request, in bytes; also hyper's buffer for bodies.
const HEAD_BYTES: usize = 64 * 1024;

async fn request_of(
    mut request: Request<Incoming>,
    (peer, certificate): (Peer, Shown),
    farewell: Farewell,
    router: Router,
    gateway: Arc<Gateway>,
) -> Result<Response, Infallible> {
    let peer = gateway.proxies.seen(peer, request.headers());
    if door::is_upgrade(request.headers()) {
        return Ok(door::knock(gateway, request, peer, certificate, farewell).await);
    }
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request.map(Body::new)).await
}
