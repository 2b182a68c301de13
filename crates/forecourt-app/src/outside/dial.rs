//! Connections of other protocols than http, by the same rules: TLS and public addresses, unless the machine's operator
//! lists the host.
//!
//! A name is resolved once, and the connection is made to an address that was checked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig};

use super::{CONNECT_TIMEOUT, Outside, is_local_name, is_public};

/// Addresses of a name that are tried.
const ADDRESSES_MAX: usize = 4;
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// An open connection.
pub(crate) trait Line: AsyncRead + AsyncWrite + Send + Unpin + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin + std::fmt::Debug> Line for T {}

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DialError {
    /// In a private network, and not listed.
    Private,
    /// Without TLS only to hosts that are listed.
    NeedsTls,
    NoSuchHost,
    Refused,
    NoAnswer,
    Tls(String),
}

impl Outside {
    pub async fn dial(&self, host: &str, port: u16, tls: bool) -> Result<Box<dyn Line>, DialError> {
        let socket = self.connect(host, port, tls).await?;
        // Small messages, each of which somebody waits for.
        let _ = socket.set_nodelay(true);
        if !tls {
            return Ok(Box::new(socket));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| DialError::NoSuchHost)?;
        let config = self.tls().map_err(|error| DialError::Tls(error.to_string()))?;
        match tokio::time::timeout(HANDSHAKE_TIMEOUT, TlsConnector::from(config).connect(name, socket)).await
        {
            Ok(Ok(line)) => Ok(Box::new(line)),
            Ok(Err(error)) => Err(DialError::Tls(error.to_string())),
            Err(_) => Err(DialError::NoAnswer),
        }
    }

    async fn connect(&self, host: &str, port: u16, tls: bool) -> Result<TcpStream, DialError> {
        let listed = self.is_exempt(host);
        if !listed && is_local_name(host) {
            return Err(DialError::Private);
        }
        let found = tokio::time::timeout(CONNECT_TIMEOUT, tokio::net::lookup_host((host, port))).await;
        let found: Vec<SocketAddr> =
            found.map_err(|_| DialError::NoAnswer)?.map_err(|_| DialError::NoSuchHost)?.collect();
        if found.is_empty() {
            return Err(DialError::NoSuchHost);
        }
        let usable = found.into_iter().filter(|address| listed || is_public(address.ip()));
        let usable: Vec<SocketAddr> = usable.take(ADDRESSES_MAX).collect();
        if usable.is_empty() {
            return Err(DialError::Private);
        }
        if !listed && !tls {
            return Err(DialError::NeedsTls);
        }
        let mut outcome = DialError::NoAnswer;
        for address in usable {
            match tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
                Ok(Ok(socket)) => return Ok(socket),
                Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                    outcome = DialError::Refused;
                }
                Ok(Err(_)) | Err(_) => {}
            }
        }
        Err(outcome)
    }

    /// The same trust as for https.
    fn tls(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(config) = self.tls.get() {
            return Ok(config.clone());
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let roots = self.roots.iter().map(|der| CertificateDer::from(der.clone()));
        let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(roots, provider.clone())?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(self.tls.get_or_init(|| Arc::new(config)).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::super::OutsideRules;
    use super::*;

    #[tokio::test]
    async fn only_listed_hosts_are_reached_inside_and_without_tls() {
        let door = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a door");
        let port = door.local_addr().expect("an address").port();
        let strict = Outside::new(&OutsideRules::default());
        for host in ["127.0.0.1", "localhost", "10.0.0.1", "::1", "meter.local"] {
            for tls in [true, false] {
                assert_eq!(strict.dial(host, port, tls).await.err(), Some(DialError::Private), "{host}");
            }
        }
        assert_eq!(strict.dial("1.1.1.1", port, false).await.err(), Some(DialError::NeedsTls));
        let listing = Outside::new(&OutsideRules { hosts: vec!["127.0.0.1".into()], roots: Vec::new() });
        assert!(listing.dial("127.0.0.1", port, false).await.is_ok());
        assert_eq!(listing.dial("127.0.0.2", port, false).await.err(), Some(DialError::Private));
        drop(door);
        assert_eq!(listing.dial("127.0.0.1", port, false).await.err(), Some(DialError::Refused));
    }
}
