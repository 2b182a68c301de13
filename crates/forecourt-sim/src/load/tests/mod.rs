use std::path::Path;

use super::*;
use crate::floor;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_util::sync::CancellationToken;

async fn with_floor(stations: usize, change: impl FnOnce(&mut LoadPlan)) -> LoadPlan {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/ocpp", listener.local_addr().unwrap());
    tokio::spawn(floor::serve(listener, None, CancellationToken::new()));
    let stations =
        (0..stations).map(|n| Credentials { identity: format!("LOAD-{n}"), password: None }).collect();
    let mut plan = LoadPlan { url, stations, ..LoadPlan::default() };
    change(&mut plan);
    plan
}

const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_closed_run_counts_calls_and_no_errors() {
    for protocol in [Protocol::V16, Protocol::V201] {
        let mode = Mode::Closed { warm_up: Duration::ZERO, measured: SHORT };
        let plan = with_floor(4, |plan| (plan.mode, plan.protocol) = (mode, protocol)).await;
        let report = run(plan).await.unwrap();
        assert!(report.errors.is_empty(), "{report:?}");
        assert!(report.calls > 4 * 21, "{report:?}");
        assert_eq!(report.calls + 4 * 3, report.all_calls);
        assert!(report.latency.p50_us > 0 && report.latency.p50_us <= report.latency.p99_us);
    }
}

#[tokio::test]
async fn an_open_run_keeps_its_rate() {
    let mode = Mode::Open { calls_per_s: 200.0, warm_up: Duration::ZERO, measured: SHORT };
    let report = run(with_floor(10, |plan| plan.mode = mode).await).await.unwrap();
    assert!(report.errors.is_empty(), "{report:?}");
    assert_eq!(report.calls + report.unsent, 60, "{report:?}");
}

/// Lets `bytes` through to the floor, then drops the connection.
async fn cut_off_after(bytes: u64) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let floor = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (outside, inside) = (listener.local_addr().unwrap(), floor.local_addr().unwrap());
    tokio::spawn(floor::serve(floor, None, CancellationToken::new()));
    tokio::spawn(async move {
        let (mut station, _) = listener.accept().await.unwrap();
        let mut server = TcpStream::connect(inside).await.unwrap();
        let (from_station, mut to_station) = station.split();
        let (mut from_server, mut to_server) = server.split();
        let mut some = from_station.take(bytes);
        tokio::select! {
            _ = tokio::io::copy(&mut some, &mut to_server) => {}
            _ = tokio::io::copy(&mut from_server, &mut to_station) => {}
        }
    });
    format!("ws://{outside}/ocpp")
}

#[tokio::test]
async fn an_open_run_counts_what_it_could_never_send() {
    let url = cut_off_after(3_000).await;
    let stations = vec![Credentials { identity: "LOAD-1".into(), password: None }];
    let mode = Mode::Open { calls_per_s: 100.0, warm_up: Duration::ZERO, measured: SHORT };
    let report = run(LoadPlan { url, stations, mode, ..LoadPlan::default() }).await.unwrap();
    assert_eq!(report.errors.get("connection lost"), Some(&1), "{report:?}");
    assert!(report.unsent > 0 && report.calls + report.unsent >= 29, "{report:?}");
    assert!(report.latency.max_us > 100_000, "{report:?}");
}

#[tokio::test]
async fn a_storm_ends_with_every_station_answered() {
    let report = run(with_floor(50, |plan| plan.mode = Mode::Storm).await).await.unwrap();
    assert!(report.errors.is_empty(), "{report:?}");
    assert_eq!((report.calls, report.all_calls), (50, 150));
}

#[tokio::test]
async fn held_connections_stay() {
    let held = hold(with_floor(20, |_| {}).await).await.unwrap();
    assert_eq!(held.connected, 20);
    assert!(held.report.errors.is_empty(), "{:?}", held.report);
}

#[tokio::test]
async fn nobody_there_is_an_error_and_no_figure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/ocpp", listener.local_addr().unwrap());
    drop(listener);
    let stations = vec![Credentials { identity: "LOAD-1".into(), password: None }];
    let mode = Mode::Closed { warm_up: Duration::ZERO, measured: SHORT };
    let report = run(LoadPlan { url, stations, mode, ..LoadPlan::default() }).await.unwrap();
    assert_eq!(report.errors.get("connect"), Some(&1));
    assert_eq!(report.calls, 0);
}

#[tokio::test]
async fn a_storm_over_tls_trusts_the_authorities_it_is_given() {
    let chain = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/load/tests/floor.chain.pem");
    let certificates = CertificateDer::pem_file_iter(&chain).unwrap().collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("floor.key.pem")).unwrap();
    let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://{}/ocpp", listener.local_addr().unwrap());
    tokio::spawn(floor::serve(listener, Some(Arc::new(tls)), CancellationToken::new()));
    let stations = (0..8).map(|n| Credentials { identity: format!("LOAD-{n}"), password: None }).collect();
    let trusting =
        LoadPlan { url, stations, authorities: Some(chain), mode: Mode::Storm, ..LoadPlan::default() };
    let report = run(trusting.clone()).await.unwrap();
    assert!(report.errors.is_empty(), "{report:?}");
    assert_eq!(report.calls, 8);

    // Without them the certificate is worth nothing (and a machine may have none of its own).
    let held = hold(LoadPlan { authorities: None, ..trusting }).await;
    assert_eq!(held.map_or(0, |held| held.connected), 0);
}
