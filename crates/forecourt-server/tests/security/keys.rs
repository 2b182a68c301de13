//! Keys, requests and certificates as stations and authorities make them.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

/// An authority of somebody else.
pub type Outside = CertifiedIssuer<'static, KeyPair>;

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

pub fn authority(name: &str) -> Outside {
    let mut params = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A key of a station, and what it shows of it.
pub struct Identity {
    pub key: KeyPair,
    pub chain: Vec<CertificateDer<'static>>,
}

impl Identity {
    pub fn fresh() -> Self {
        Self { key: KeyPair::generate().unwrap(), chain: Vec::new() }
    }

    /// With a certificate of an outside authority.
    pub fn signed_by(authority: &Outside, name: &str) -> Self {
        Self::signed_until(authority, name, 2090)
    }

    pub fn signed_until(authority: &Outside, name: &str, year: i32) -> Self {
        let mut identity = Self::fresh();
        let mut params = named(name);
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let certificate = params.signed_by(&identity.key, authority).unwrap();
        identity.chain = vec![certificate.der().clone()];
        identity
    }

    /// What it asks to have signed.
    pub fn request(&self, name: &str) -> String {
        named(name).serialize_request(&self.key).unwrap().pem().unwrap()
    }

    /// Its certificate in PEM.
    pub fn pem(&self) -> String {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(&self.chain[0]);
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// Takes what it was sent.
    pub fn install(&mut self, pem: &str) {
        self.chain = CertificateDer::pem_slice_iter(pem.as_bytes()).map(Result::unwrap).collect();
    }
}

/// The TLS side of a station that trusts the server's certificate.
pub fn client(trusted: &CertificateDer<'static>, shown: Option<&Identity>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    Arc::new(match shown {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
            builder.with_client_auth_cert(identity.chain.clone(), key).unwrap()
        }
    })
}

/// Notes whether the other side wanted a certificate, and shows none.
#[derive(Debug, Default)]
struct Asked(std::sync::atomic::AtomicBool);

impl tokio_rustls::rustls::client::ResolvesClientCert for Asked {
    fn resolve(
        &self,
        _hints: &[&[u8]],
        _schemes: &[tokio_rustls::rustls::SignatureScheme],
    ) -> Option<Arc<tokio_rustls::rustls::sign::CertifiedKey>> {
        self.0.store(true, std::sync::atomic::Ordering::SeqCst);
        None
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Whether a client that offers these protocols is asked for a certificate.
pub async fn asked_for_certificate(
    trusted: &CertificateDer<'static>,
    address: std::net::SocketAddr,
    offers: &[&str],
) -> bool {
    let asked = Arc::new(Asked::default());
    let mut config = (*client(trusted, None)).clone();
    config.client_auth_cert_resolver = asked.clone();
    config.alpn_protocols = offers.iter().map(|name| name.as_bytes().to_vec()).collect();
    let tcp = tokio::net::TcpStream::connect(address).await.unwrap();
    let name = rustls_pki_types::ServerName::try_from("127.0.0.1").unwrap();
    tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await.unwrap();
    asked.0.load(std::sync::atomic::Ordering::SeqCst)
}
