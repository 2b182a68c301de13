//! The upgrade request as stations of the field write it: versions, paths, headers, compression.

use super::door::{STANDARD, Server};
use forecourt_server::gateway::Limits;

#[tokio::test(flavor = "multi_thread")]
async fn the_version_is_the_servers_preference() {
    let server = Server::start(Limits::default()).await;
    server.add("OPEN", None).await;
    let chosen = [
        ("ocpp1.6", "ocpp1.6"),
        ("ocpp1.6, ocpp2.0.1, ocpp2.1", "ocpp2.0.1"),
        ("ocpp2.1", "ocpp2.1"),
        ("ocpp1.5,OCPP1.6", "ocpp1.6"),
    ];
    for (offered, expected) in chosen {
        let (tcp, answer) =
            server.knock("/ocpp/OPEN").header("Sec-WebSocket-Protocol", offered).raw(&STANDARD).await;
        assert_eq!(answer.status, 101, "{offered}");
        let line = format!("sec-websocket-protocol: {expected}");
        assert!(answer.headers.contains(&line), "{offered}: {:?}", answer.headers);
        drop(tcp);
    }
    for offered in ["ocpp1.5", "ocpp2.0", "", "mqtt"] {
        let answer = server.knock("/ocpp/OPEN").header("Sec-WebSocket-Protocol", offered).answer().await;
        assert_eq!(answer.status, 400, "{offered}");
        assert!(answer.body.contains("ocpp1.6"), "{}", answer.body);
    }
}

/// The four handshakes among the quirks of the field (`crates/forecourt-ocpp/tests/quirks.jsonl`).
#[tokio::test(flavor = "multi_thread")]
async fn handshakes_of_the_field_get_a_reason() {
    let server = Server::start(Limits::default()).await;
    server.add("CP1", None).await;
    let lost = server
        .knock("/")
        .header("Sec-WebSocket-Protocol", "")
        .header("Origin", "https://github.com/gilmaimon");
    let answer = lost.answer().await;
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("identity"), "{}", answer.body);
    assert_eq!(server.knock("/ocpp").answer().await.status, 404);
    let doubled = "/ws://192.168.0.10:9000/CP_1/SERIAL_1234";
    assert_eq!(server.knock(doubled).answer().await.status, 404);
    super::door::until("the raw path listed", async || {
        let listed = server.app.unknown_stations(&server.principal).await.unwrap();
        listed.iter().any(|unknown| unknown.reason == "no_identity")
    })
    .await;
    let without_connection: Vec<_> = STANDARD.into_iter().filter(|(name, _)| *name != "Connection").collect();
    let (_, answer) = server.knock("/ocpp/CP1").raw(&without_connection).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("Connection: Upgrade"), "{}", answer.body);
    let origin = server.knock("/ocpp/CP1").header("Origin", "https://elsewhere.example");
    assert_eq!(origin.answer().await.status, 101, "an Origin alone is no cause to refuse");
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_name_organisation_and_station() {
    let server = Server::start(Limits::default()).await;
    server.add("CP 1", None).await;
    let number = server.principal.organisation;
    for path in [
        "/ocpp/CP%201".to_owned(),
        "/CP%201".into(),
        format!("/ocpp/{number}/CP%201"),
        format!("/{number}/CP%201"),
    ] {
        let (tcp, answer) = server.knock(&path).raw(&STANDARD).await;
        assert_eq!(answer.status, 101, "{path}");
        drop(tcp);
        super::door::until("the connection ended", async || {
            let all = forecourt_app::store::station::StationFilter::default();
            let stations = server.app.stations(&server.principal, &all, None, 10).await.unwrap();
            stations.items.iter().all(|station| station.online_since.is_none())
        })
        .await;
    }
    assert_eq!(server.knock("/ocpp/999/CP%201").answer().await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn header_names_are_written_as_old_stations_expect() {
    let server = Server::start(Limits::default()).await;
    server.add("OPEN", None).await;
    let knock = server.knock("/ocpp/OPEN");
    let mut tcp = knock.tcp().await;
    tokio::io::AsyncWriteExt::write_all(&mut tcp, &knock.bytes(&STANDARD)).await.unwrap();
    let mut head = [0; 512];
    let read = tokio::io::AsyncReadExt::read(&mut tcp, &mut head).await.unwrap();
    let head = String::from_utf8_lossy(&head[..read]).into_owned();
    assert!(head.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), "{head}");
    assert!(
        head.contains("\r\nConnection: upgrade\r\n") || head.contains("\r\nConnection: Upgrade\r\n"),
        "{head}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_clean_offers_of_compression_are_taken() {
    let server = Server::start(Limits::default()).await;
    server.add("OPEN", None).await;
    let extensions = async |offer: &str| {
        let knock = server.knock("/ocpp/OPEN").header("Sec-WebSocket-Extensions", offer);
        let (tcp, answer) = knock.raw(&STANDARD).await;
        assert_eq!(answer.status, 101, "{offer}");
        drop(tcp);
        answer
            .headers
            .iter()
            .find_map(|line| line.strip_prefix("sec-websocket-extensions: ").map(str::to_owned))
    };
    let taken = extensions("permessage-deflate; client_max_window_bits").await.unwrap();
    assert!(
        taken.starts_with("permessage-deflate") && taken.contains("server_no_context_takeover"),
        "{taken}"
    );
    assert_eq!(extensions("permessage-deflate; server_max_window_bits=8").await, None);
    assert_eq!(extensions("x-unknown").await, None);
    assert_eq!(extensions("").await, None);
}
