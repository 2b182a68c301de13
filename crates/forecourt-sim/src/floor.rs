//! The floor of a measurement: the same socket stack as the gateway, answering every call at once without reading it,
//! deciding anything or storing anything. What the product costs is what it takes above this.

use std::convert::Infallible;
use std::sync::Arc;

use futures_util::SinkExt;
use http::header::SEC_WEBSOCKET_PROTOCOL;
use http::{HeaderValue, Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_util::sync::CancellationToken;
use yawc::{Frame, HttpResponse, HttpWebSocket, OpCode, Options, WebSocket};

/// As in the gateway: small buffers, so that ten thousand idle sockets cost little.
const BUFFER_BYTES: usize = 1_024;

/// Serves until cancelled; with `tls`, over TLS.
pub async fn serve(listener: TcpListener, tls: Option<Arc<ServerConfig>>, cancel: CancellationToken) {
    let tls = tls.map(TlsAcceptor::from);
    while let Some(accepted) = cancel.run_until_cancelled(listener.accept()).await {
        let Ok((tcp, _)) = accepted else { continue };
        // A socket that is already gone shows when it is read.
        let _gone = tcp.set_nodelay(true);
        let (tls, cancel) = (tls.clone(), cancel.clone());
        tokio::spawn(async move {
            match tls {
                None => connection(tcp, cancel).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(tcp).await {
                        connection(stream, cancel).await;
                    }
                }
            }
        });
    }
}

async fn connection<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(io: S, cancel: CancellationToken) {
    let service = service_fn(move |request| {
        let cancel = cancel.clone();
        async move { Ok::<_, Infallible>(accept(request, cancel)) }
    });
    let served = http1::Builder::new().title_case_headers(true).serve_connection(TokioIo::new(io), service);
    if let Err(error) = served.with_upgrades().await {
        tracing::debug!(%error, "a floor connection ended badly");
    }
}

fn accept(mut request: Request<Incoming>, cancel: CancellationToken) -> HttpResponse {
    let options =
        Options::default().with_read_buffer_capacity(BUFFER_BYTES).with_write_buffer_capacity(BUFFER_BYTES);
    let offered = request.headers().get(SEC_WEBSOCKET_PROTOCOL).cloned();
    let Ok((mut response, upgrade)) = WebSocket::upgrade_with_options(&mut request, options) else {
        let mut refusal = HttpResponse::default();
        *refusal.status_mut() = StatusCode::BAD_REQUEST;
        return refusal;
    };
    let is_old = offered.as_ref().is_some_and(|words| words.as_bytes().starts_with(b"ocpp1"));
    let chosen = offered.unwrap_or_else(|| HeaderValue::from_static("ocpp1.6"));
    response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, chosen);
    tokio::spawn(async move {
        if let Ok(socket) = upgrade.await {
            cancel.run_until_cancelled(answer_all(socket, is_old)).await;
        }
    });
    response
}

async fn answer_all(mut socket: HttpWebSocket, is_old: bool) {
    while let Ok(frame) = socket.next_frame().await {
        match frame.opcode() {
            OpCode::Close => return,
            OpCode::Text => {}
            _ => continue,
        }
        let text = String::from_utf8_lossy(frame.payload());
        let Some(answer) = answer(&text, is_old) else { continue };
        if socket.send(Frame::text(answer)).await.is_err() {
            return;
        }
    }
}

/// The smallest correct answer, found without parsing: `[2,"id","Action",`.
fn answer(text: &str, is_old: bool) -> Option<String> {
    let mut words = text.strip_prefix("[2,\"")?.split('"');
    let (id, action) = (words.next()?, words.nth(1)?);
    let now = || format!("{:.3}", Timestamp::now());
    let payload = match (action, is_old) {
        ("BootNotification", _) => {
            format!("{{\"status\":\"Accepted\",\"currentTime\":\"{}\",\"interval\":300}}", now())
        }
        ("Heartbeat", _) => format!("{{\"currentTime\":\"{}\"}}", now()),
        ("Authorize", true) => "{\"idTagInfo\":{\"status\":\"Accepted\"}}".to_owned(),
        ("Authorize", false) => "{\"idTokenInfo\":{\"status\":\"Accepted\"}}".to_owned(),
        ("StartTransaction", _) => "{\"transactionId\":1,\"idTagInfo\":{\"status\":\"Accepted\"}}".to_owned(),
        _ => "{}".to_owned(),
    };
    Some(format!("[3,\"{id}\",{payload}]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_answered_under_its_id() {
        assert_eq!(answer(r#"[2,"7","MeterValues",{"a":1}]"#, true).as_deref(), Some(r#"[3,"7",{}]"#));
        let start = answer(r#"[2,"8","StartTransaction",{}]"#, true).unwrap();
        assert!(start.contains("\"transactionId\":1"));
        assert_eq!(answer("nonsense", true), None);
    }
}
