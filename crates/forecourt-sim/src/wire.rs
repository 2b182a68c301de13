//! Opens the socket of a simulated station: TCP, TLS where the URL says so, and the WebSocket handshake of OCPP-J with
//! subprotocol and Basic authentication. Knows no message.

use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_rustls::{TlsConnector, rustls};
use yawc::{HttpRequest, Options, WebSocket, WebSocketError};

pub(crate) type Socket = WebSocket<Wire>;

/// Unreserved characters of a URL path (RFC 3986 §2.3) stay as they are in an identity.
const IDENTITY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Where Debian keeps the authorities it trusts.
const SYSTEM_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";
/// First size of a socket's buffers, in bytes: an OCPP frame fits, and ten thousand of them fit in memory.
const BUFFER_BYTES: usize = 1_024;

#[derive(Debug, thiserror::Error)]
pub enum DialError {
    #[error("{0} is no ws:// or wss:// URL")]
    Url(String),
    #[error("no authorities to trust in {path}: {why}")]
    Authorities { path: String, why: String },
    #[error("cannot connect: {0}")]
    Connect(#[from] io::Error),
    #[error("the server answered HTTP {0}")]
    Refused(u16),
    #[error("the handshake failed: {0}")]
    Handshake(#[source] WebSocketError),
}

/// Where stations connect: a parsed URL, and what is trusted there.
#[derive(Clone)]
pub struct Target {
    base: String,
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").field("base", &self.base).finish_non_exhaustive()
    }
}

/// Who connects, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub identity: &'a str,
    pub password: Option<&'a str>,
    pub subprotocol: &'a str,
    pub deflate: bool,
    /// Source address, where one address has too few ports.
    pub from: Option<IpAddr>,
}

impl Target {
    /// `url` is `ws://HOST[:PORT]/PATH` without the identity. `authorities`: a PEM file, else the system's.
    pub fn parse(url: &str, authorities: Option<&Path>) -> Result<Self, DialError> {
        let bad = || DialError::Url(url.to_owned());
        let base = url.trim_end_matches('/').to_owned();
        let uri: http::Uri = base.parse().map_err(|_| bad())?;
        let host = uri.host().ok_or_else(bad)?.trim_matches(['[', ']']).to_owned();
        let (port, tls) = match uri.scheme_str() {
            Some("ws") => (80, None),
            Some("wss") => (443, Some(connector(authorities)?)),
            _ => return Err(bad()),
        };
        Ok(Self { base, host, port: uri.port_u16().unwrap_or(port), tls })
    }

    pub(crate) async fn dial(&self, caller: Caller<'_>) -> Result<Socket, DialError> {
        let tcp = self.connect(caller.from).await?;
        tcp.set_nodelay(true)?;
        let wire = match &self.tls {
            None => Wire::Plain(tcp),
            Some(tls) => {
                let name =
                    ServerName::try_from(self.host.clone()).map_err(|_| DialError::Url(self.base.clone()))?;
                Wire::Tls(Box::new(tls.connect(name, tcp).await?))
            }
        };
        let url = format!("{}/{}", self.base, utf8_percent_encode(caller.identity, IDENTITY));
        let url = url.parse().map_err(|_| DialError::Url(url))?;
        let mut request = HttpRequest::builder().header("Sec-WebSocket-Protocol", caller.subprotocol);
        if let Some(password) = caller.password {
            let secret = STANDARD.encode(format!("{}:{password}", caller.identity));
            request = request.header("Authorization", format!("Basic {secret}"));
        }
        WebSocket::handshake_with_request(url, wire, options(caller.deflate), request).await.map_err(
            |error| match error {
                WebSocketError::InvalidStatusCode(code) => DialError::Refused(code),
                other => DialError::Handshake(other),
            },
        )
    }

    async fn connect(&self, from: Option<IpAddr>) -> Result<TcpStream, io::Error> {
        let Some(from) = from else { return TcpStream::connect((self.host.as_str(), self.port)).await };
        let to = tokio::net::lookup_host((self.host.as_str(), self.port)).await?;
        let to = to.into_iter().find(|address| address.is_ipv4() == from.is_ipv4());
        let to = to.ok_or_else(|| io::Error::other("no address of that family"))?;
        let socket = if from.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.bind((from, 0).into())?;
        socket.connect(to).await
    }
}

fn options(deflate: bool) -> Options {
    let options =
        Options::default().with_read_buffer_capacity(BUFFER_BYTES).with_write_buffer_capacity(BUFFER_BYTES);
    if deflate { options.with_balanced_compression() } else { options }
}

fn connector(authorities: Option<&Path>) -> Result<TlsConnector, DialError> {
    let path = authorities.unwrap_or(Path::new(SYSTEM_AUTHORITIES));
    let lack = |why: String| DialError::Authorities { path: path.display().to_string(), why };
    let mut roots = RootCertStore::empty();
    let found = CertificateDer::pem_file_iter(path).map_err(|e| lack(e.to_string()))?;
    for certificate in found.flatten() {
        // A single certificate the library does not understand must not cost all the others.
        let _unknown_form = roots.add(certificate);
    }
    if roots.is_empty() {
        return Err(lack("no certificate in it".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| lack(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// A plain or an encrypted connection.
#[derive(Debug)]
pub(crate) enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(io) => Pin::new(io).poll_read(cx, into),
            Self::Tls(io) => Pin::new(io).poll_read(cx, into),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(io) => Pin::new(io).poll_write(cx, bytes),
            Self::Tls(io) => Pin::new(io).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(io) => Pin::new(io).poll_flush(cx),
            Self::Tls(io) => Pin::new(io).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(io) => Pin::new(io).poll_shutdown(cx),
            Self::Tls(io) => Pin::new(io).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_host_and_port() {
        let target = Target::parse("ws://127.0.0.1:8180/ocpp/", None).unwrap();
        assert_eq!(
            (target.host.as_str(), target.port, target.base.as_str()),
            ("127.0.0.1", 8180, "ws://127.0.0.1:8180/ocpp")
        );
        assert_eq!(Target::parse("ws://[::1]/ocpp", None).unwrap().host, "::1");
        assert!(matches!(Target::parse("http://127.0.0.1", None), Err(DialError::Url(_))));
    }

    #[test]
    fn authorities_that_are_missing_are_named() {
        let error = Target::parse("wss://csms.example/ocpp", Some(Path::new("/nowhere.pem"))).unwrap_err();
        assert!(error.to_string().contains("/nowhere.pem"), "{error}");
    }
}
