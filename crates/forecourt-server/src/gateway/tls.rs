//! TLS for stations and pages: a certificate and a key from PEM files, read again when they change.
//!
//! TLS 1.2 and 1.3 by rustls with one provider. It makes no certificates.
//!
//! A client certificate is asked for and never required: pages and stations of security profiles 1 and 2 have none. The
//! handshake proves that the other side holds its key, and nothing else: which roots count depends on the organisation
//! of the station that knocks, so the chain is judged at the door, where a refusal can be reported as well (A00.FR.4xx).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use forecourt_app::certificates::ClientCertificate;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::client::danger::HandshakeSignatureValid;
use tokio_rustls::rustls::crypto::{
    WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::server;
use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use tokio_rustls::rustls::{
    DigitallySignedStruct, DistinguishedName, Error, ServerConfig, ServerConnection, SignatureScheme,
};
use tokio_rustls::server::TlsStream;

/// Why there is no certificate to serve with.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{path}: {error}", path = path.display())]
    Pem { path: PathBuf, error: rustls_pki_types::pem::Error },
    #[error("{path} holds no certificate", path = path.display())]
    Empty { path: PathBuf },
    #[error("certificate and key cannot be used: {0}")]
    Rustls(#[from] tokio_rustls::rustls::Error),
}

/// A certificate that may be replaced while we serve.
#[derive(Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    state: RwLock<(Configs, Option<SystemTime>)>,
}

/// The same certificate, shown to two kinds of clients.
#[derive(Debug, Clone)]
struct Configs {
    stations: Arc<ServerConfig>,
    /// Asks for no certificate: a browser would ask its user which one.
    pages: Arc<ServerConfig>,
}

impl Configs {
    fn read(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        let pem = |path: &Path| {
            let path = path.to_owned();
            move |error| TlsError::Pem { path, error }
        };
        let certificates =
            CertificateDer::pem_file_iter(chain).map_err(pem(chain))?.collect::<Result<Vec<_>, _>>();
        let certificates = certificates.map_err(pem(chain))?;
        if certificates.is_empty() {
            return Err(TlsError::Empty { path: chain.to_owned() });
        }
        let private = PrivateKeyDer::from_pem_file(key).map_err(pem(key))?;
        let builder = || {
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
        };
        let pages = builder()?.with_no_client_auth();
        let stations = builder()?.with_client_cert_verifier(Arc::new(AnyCertificate::new()));
        Ok(Self {
            pages: finished(pages.with_single_cert(certificates.clone(), private.clone_key())?),
            stations: finished(stations.with_single_cert(certificates, private)?),
        })
    }
}

fn finished(mut config: ServerConfig) -> Arc<ServerConfig> {
    // A station keeps one connection for weeks: tickets would cost two writes and memory, and be used by nobody.
    config.send_tls13_tickets = 0;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(config)
}

/// Takes one connection.
#[derive(Debug)]
pub struct Acceptor(Configs);

impl Acceptor {
    /// Every browser offers HTTP/2 for a page, no station does.
    pub async fn accept<S: AsyncRead + AsyncWrite + Unpin>(self, io: S) -> io::Result<TlsStream<S>> {
        let begun = LazyConfigAcceptor::new(server::Acceptor::default(), io).await?;
        let page = begun.client_hello().alpn().is_some_and(|mut offered| offered.any(|name| name == b"h2"));
        let config = if page { self.0.pages } else { self.0.stations };
        begun.into_stream(config).await
    }
}

impl Certificate {
    /// Reads both files; refuses what cannot serve.
    pub fn read(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        let configs = Configs::read(chain, key)?;
        let state = RwLock::new((configs, newest(chain, key).ok()));
        Ok(Self { chain: chain.to_owned(), key: key.to_owned(), state })
    }

    pub fn acceptor(&self) -> Acceptor {
        Acceptor(self.state.read().unwrap_or_else(PoisonError::into_inner).0.clone())
    }

    /// Reads the files again when they have changed; keeps the old certificate when the new one cannot serve.
    pub fn refresh(&self) {
        let seen = self.state.read().unwrap_or_else(PoisonError::into_inner).1;
        let Ok(changed) = newest(&self.chain, &self.key) else { return };
        if seen == Some(changed) {
            return;
        }
        match Configs::read(&self.chain, &self.key) {
            Ok(configs) => {
                *self.state.write().unwrap_or_else(PoisonError::into_inner) = (configs, Some(changed));
                tracing::info!("the new TLS certificate is in use");
            }
            Err(error) => tracing::warn!(%error, "the changed TLS certificate is not used"),
        }
    }
}

fn newest(chain: &Path, key: &Path) -> io::Result<SystemTime> {
    let changed = |path: &Path| std::fs::metadata(path)?.modified();
    Ok(changed(chain)?.max(changed(key)?))
}

/// Whether a certificate chain and its key can serve.
pub fn check(chain: &Path, key: &Path) -> Result<(), TlsError> {
    Configs::read(chain, key).map(drop)
}

/// Most certificates of a chain that are looked at: a station's own and a few issuers.
const CHAIN_MAX: usize = 6;

/// The certificate the other side has shown, with the proof that its key is there.
pub fn client_certificate(connection: &ServerConnection) -> Option<Arc<ClientCertificate>> {
    let chain = connection.peer_certificates()?;
    let chain = chain.iter().take(CHAIN_MAX).map(|der| der.to_vec()).collect();
    Some(Arc::new(ClientCertificate(chain)))
}

/// Takes any certificate whose key is proved; see the module's comment.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl AnyCertificate {
    fn new() -> Self {
        Self(aws_lc_rs::default_provider().signature_verification_algorithms)
    }
}

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    /// No hints: the names of the organisations served here are nobody's business.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _own: &CertificateDer<'_>,
        _issuers: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
