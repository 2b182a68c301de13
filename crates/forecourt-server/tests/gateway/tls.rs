//! The same door over TLS, and a certificate that is replaced while it serves.
//!
//! The keys beside this file are made for it and open nothing else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use forecourt_server::gateway::{Certificate, Limits};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::door::{STANDARD, Server};

fn pem(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/tls").join(name)
}

/// A client that trusts one certificate.
fn connector(trusted: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(pem(trusted)).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

fn name() -> ServerName<'static> {
    ServerName::try_from("127.0.0.1").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn stations_come_in_over_tls() {
    let tls = Some((pem("first.chain.pem"), pem("first.key.pem")));
    let server = Server::start_with(Limits::default(), tls).await;
    server.add("CP1", Some("secret-of-cp1")).await;
    let knock = server.knock("/ocpp/CP1").password("CP1", "secret-of-cp1");
    let mut stream = connector("first.chain.pem").connect(name(), knock.tcp().await).await.unwrap();
    stream.write_all(&knock.bytes(&STANDARD)).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    let call = br#"[2,"1","Heartbeat",{}]"#;
    let mut frame = vec![0x81, 0x80 | u8::try_from(call.len()).unwrap(), 0, 0, 0, 0];
    frame.extend(call);
    stream.write_all(&frame).await.unwrap();
    let mut answer = [0; 10];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer[2..], br#"[3,"1",{"#);
    // Plain bytes at the same port are no TLS, and are hung up on.
    let mut plain = knock.tcp().await;
    plain.write_all(&knock.bytes(&STANDARD)).await.unwrap();
    let mut rest = Vec::new();
    let read = tokio::time::timeout(super::door::SOON, plain.read_to_end(&mut rest)).await.unwrap();
    assert!(read.is_err() || !rest.starts_with(b"HTTP/1.1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_certificate_is_taken_up_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    let put = |from: &str| {
        std::fs::copy(pem(&format!("{from}.chain.pem")), &chain).unwrap();
        std::fs::copy(pem(&format!("{from}.key.pem")), &key).unwrap();
    };
    put("first");
    let certificate = Certificate::read(&chain, &key).unwrap();
    let shown = async |trusted: &str| {
        let (client, server) = tokio::io::duplex(64 * 1024);
        let accepting = certificate.acceptor().accept(server);
        let connecting = connector(trusted).connect(name(), client);
        let (accepted, connected) = tokio::join!(accepting, connecting);
        accepted.is_ok() && connected.is_ok()
    };
    assert!(shown("first.chain.pem").await);
    put("second");
    // The file system's clock may be coarser than this test is quick.
    let later = std::fs::metadata(&chain).unwrap().modified().unwrap() + std::time::Duration::from_secs(5);
    std::fs::File::options().write(true).open(&chain).unwrap().set_modified(later).unwrap();
    certificate.refresh();
    assert!(shown("second.chain.pem").await && !shown("first.chain.pem").await);
    std::fs::write(&key, "nonsense").unwrap();
    certificate.refresh();
    assert!(shown("second.chain.pem").await, "the last certificate that worked stays");
    assert!(Certificate::read(&chain, &key).is_err());
}
