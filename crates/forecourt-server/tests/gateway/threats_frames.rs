//! Threats 7, 8, 9, 15 and 17: what a connected station may send, and how much. Against the real door on loopback.

use std::time::{Duration, Instant};

use super::door::{SOON, STANDARD, Server};
use forecourt_server::gateway::Limits;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Threat 7: a frame that announces 442 MB is closed with 1009 before it is buffered.
#[tokio::test(flavor = "multi_thread")]
async fn a_frame_over_the_limit_is_closed_with_1009() {
    let server = Server::start(Limits::default()).await;
    server.add("OPEN", None).await;
    let (mut tcp, answer) = server.knock("/ocpp/OPEN").raw(&STANDARD).await;
    assert_eq!(answer.status, 101);
    let mut head = vec![0x81, 0xff];
    head.extend(442_000_000_u64.to_be_bytes());
    head.extend([0; 4]);
    tcp.write_all(&head).await.unwrap();
    let mut close = [0; 4];
    tokio::time::timeout(SOON, tcp.read_exact(&mut close)).await.unwrap().unwrap();
    assert_eq!((close[0], u16::from_be_bytes([close[2], close[3]])), (0x88, 1009));

    let mut client = server.connect("OPEN", None).await;
    let long = "A".repeat(Limits::default().link.frame_bytes);
    client
        .send(
            &json!([2, "1", "BootNotification", {"chargePointVendor": long, "chargePointModel": "M"}])
                .to_string(),
        )
        .await;
    assert_eq!(client.closed().await, Some(1009));
}

/// Threat 7: a vendor text of 64 kB is cut, never an error of ours.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_vendor_text_is_cut() {
    let server = Server::start(Limits::default()).await;
    let station = server.add("OPEN", None).await;
    let mut client = server.connect("OPEN", None).await;
    let payload = json!({"chargePointVendor": "V".repeat(65_536), "chargePointModel": "M"});
    assert_eq!(client.call("BootNotification", &payload).await[2]["status"], "Accepted");
    let vendor = server.app.station(&server.principal, station).await.unwrap().record.vendor.unwrap();
    assert!(vendor.starts_with("VVV") && vendor.len() <= 1_000, "{}", vendor.len());
}

/// Threat 8: what ended other servers is answered here, and the next message too. (Every member of every message is
/// spoiled in the tests of forecourt-ocpp.)
#[tokio::test(flavor = "multi_thread")]
async fn spoiled_boots_are_answered() {
    let server = Server::start(Limits::default()).await;
    server.add("OPEN", None).await;
    let mut client = server.connect("OPEN", None).await;
    for spoiler in
        [json!(null), json!([]), json!({"a": 1}), json!(1e300), json!("\u{0}"), json!("<script>'\"--")]
    {
        let payload =
            json!({"chargePointVendor": spoiler, "chargePointModel": spoiler, "firmwareVersion": spoiler});
        let answer = client.call("BootNotification", &payload).await;
        assert!(answer[0] == 3 || (answer[0] == 4 && answer[2] != "InternalError"), "{answer}");
    }
    client.heartbeat().await;
}

/// Threat 9: one CALLERROR with the id for every malformed call, and a repeated call is not executed twice.
#[tokio::test(flavor = "multi_thread")]
async fn malformed_and_repeated_calls_get_one_answer_each() {
    let server = Server::start(Limits::default()).await;
    server.add("OPEN", None).await;
    let mut client = server.connect("OPEN", None).await;
    let malformed = [
        (r#"[2,"m1","Heartbeat",{]"#, "FormationViolation"),
        (r#"[2,"m2","MakeCoffee",{}]"#, "NotImplemented"),
        (r#"[2,"m3","Reset",{"type":"Soft"}]"#, "NotSupported"),
        (r#"[2,"m4","Authorize",{}]"#, "OccurenceConstraintViolation"),
        (
            r#"[2,"m5","StatusNotification",{"connectorId":"x","status":"Available"}]"#,
            "TypeConstraintViolation",
        ),
        (r#"[7,"m6","Heartbeat",{}]"#, "ProtocolError"),
        (r#"[2,"m7"]"#, "FormationViolation"),
    ];
    for (number, (frame, code)) in malformed.iter().enumerate() {
        client.send(frame).await;
        let answer = client.next().await.unwrap();
        assert_eq!(
            (&answer[0], &answer[1], &answer[2]),
            (&json!(4), &json!(format!("m{}", number + 1)), &json!(code))
        );
        client.heartbeat().await;
    }
    let start = r#"[2,"s1","StartTransaction",{"connectorId":1,"idTag":"T","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]"#;
    client.send(start).await;
    client.send(start).await;
    let (first, second) = (client.next().await.unwrap(), client.next().await.unwrap());
    assert_eq!((first[0].as_i64(), &first), (Some(3), &second));
    client.heartbeat().await;
    let sessions = server
        .app
        .sessions(&server.principal, &forecourt_app::store::session::SessionFilter::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(sessions.items.len(), 1, "the start was executed once");
}

/// Threat 15: hundreds of unknown stations at once are all answered, those that were judged are all listed, and nothing
/// is stuck afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn first_contact_of_many_strangers_loses_none() {
    let limits = Limits { failures_per_address: 10_000, ..Limits::default() };
    let server = Server::start(limits).await;
    server.add("OPEN", None).await;
    let knocks = (0..500).map(|number| {
        let knock = server.knock(&format!("/ocpp/NEW{number}"));
        tokio::spawn(async move { knock.answer().await.status })
    });
    let mut judged = 0;
    for knock in knocks.collect::<Vec<_>>() {
        let status = knock.await.unwrap();
        assert!(status == 401 || status == 503, "{status}");
        judged += usize::from(status == 401);
    }
    assert!(judged > 0);
    super::door::until("every judged stranger listed", async || {
        server.app.unknown_stations(&server.principal).await.unwrap().len() == judged
    })
    .await;
    server.connect("OPEN", None).await.heartbeat().await;
}

/// Threat 15 with a waiting room: strangers boot and tell their status in the same second, and none gets an error.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_in_the_waiting_room_get_no_error() {
    let server = Server::start(Limits::default()).await;
    server.app.edit_organisation(&server.principal, None, |record| record.waiting_room = true).await.unwrap();
    let knocks = (0..50).map(|number| {
        let knock = server.knock(&format!("/ocpp/NEW{number}"));
        tokio::spawn(async move { knock.connect().await.unwrap() })
    });
    let clients = futures_util::future::join_all(knocks.collect::<Vec<_>>()).await;
    let talks = clients.into_iter().map(|client| {
        let mut client = client.unwrap();
        tokio::spawn(async move {
            let boot = json!({"chargePointVendor": "Acme", "chargePointModel": "Post"});
            assert_eq!(client.call("BootNotification", &boot).await[2]["status"], "Pending");
            for connector in 0..2 {
                let status = json!({"connectorId": connector, "status": "Available", "errorCode": "NoError"});
                assert_eq!(client.call("StatusNotification", &status).await[0], 3);
            }
            let start =
                json!({"connectorId": 1, "idTag": "T", "meterStart": 0, "timestamp": "2026-01-01T00:00:00Z"});
            assert_eq!(client.call("StartTransaction", &start).await[2], "SecurityError");
        })
    });
    for talk in talks.collect::<Vec<_>>() {
        talk.await.unwrap();
    }
    let all = forecourt_app::store::station::StationFilter::default();
    let stations = server.app.stations(&server.principal, &all, None, 100).await.unwrap().items;
    assert_eq!(stations.len(), 50);
    assert!(
        stations
            .iter()
            .all(|station| station.connectors.len() == 2 && station.record.vendor.as_deref() == Some("Acme"))
    );
}

fn hasty() -> Limits {
    Limits {
        patience: Duration::from_millis(400),
        ping_after: Duration::from_millis(300),
        silent_for: Duration::from_millis(900),
        ..Limits::default()
    }
}

/// Threat 17: half-open sockets and requests that trickle are closed.
#[tokio::test(flavor = "multi_thread")]
async fn slow_requests_are_closed() {
    let server = Server::start(hasty()).await;
    let knock = server.knock("/ocpp/OPEN");
    let request = knock.bytes(&STANDARD);
    let mut silent = knock.tcp().await;
    let mut half = knock.tcp().await;
    half.write_all(&request[..request.len() / 2]).await.unwrap();
    let mut trickle = knock.tcp().await;
    let trickling = tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_millis(100));
        for byte in request {
            every.tick().await;
            if trickle.write_all(&[byte]).await.is_err() {
                return true;
            }
        }
        false
    });
    for tcp in [&mut silent, &mut half] {
        let mut rest = Vec::new();
        let read =
            tokio::time::timeout(SOON, tcp.read_to_end(&mut rest)).await.expect("the socket was kept open");
        // Closed or reset; hyper may say 408 first.
        assert!(read.is_err() || rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"));
    }
    assert!(
        tokio::time::timeout(SOON, trickling).await.unwrap().unwrap(),
        "one byte at a time was waited for"
    );
}

/// Threat 17: a station that answers no ping is gone, one that does stays for as long as it likes.
#[tokio::test(flavor = "multi_thread")]
async fn a_station_without_pong_is_closed() {
    let server = Server::start(hasty()).await;
    server.add("DEAD", None).await;
    server.add("ALIVE", None).await;
    let mut alive = server.connect("ALIVE", None).await;
    let (mut dead, answer) = server.knock("/ocpp/DEAD").raw(&STANDARD).await;
    assert_eq!(answer.status, 101);
    let mut heard = Vec::new();
    let reading = async { tokio::time::timeout(SOON, dead.read_to_end(&mut heard)).await };
    let pinged = async {
        // Reads pings and answers them until the other has been given up.
        loop {
            alive.socket.next_frame().await.expect("a station that answers was closed");
        }
    };
    tokio::select! {
        read = reading => assert!(read.is_ok(), "a station that never answered was kept"),
        () = pinged => {}
    }
    assert_eq!(heard[..2], [0x89, 0], "a ping was sent");
    alive.heartbeat().await;
}

/// Threat 17: a message that unpacks to megabytes is closed with 1009; compression itself works.
#[tokio::test(flavor = "multi_thread")]
async fn a_deflate_bomb_is_closed() {
    let server = Server::start(Limits::default()).await;
    server.add("OPEN", None).await;
    let mut client = server.knock("/ocpp/OPEN").compressed().connect().await.unwrap();
    let long =
        json!({"connectorId": 1, "status": "Available", "errorCode": "NoError", "info": "i".repeat(2_000)});
    assert_eq!(client.call("StatusNotification", &long).await[0], 3);
    client.send(&format!(r#"[2,"b","Heartbeat",{{"a":"{}"}}]"#, "A".repeat(20_000_000))).await;
    assert_eq!(client.closed().await, Some(1009));
}

/// Threat 17: 100,000 brackets are refused with the id of the call, and the connection lives.
#[tokio::test(flavor = "multi_thread")]
async fn deep_nesting_is_refused() {
    let server = Server::start(Limits::default()).await;
    server.add("OPEN", None).await;
    let mut client = server.connect("OPEN", None).await;
    client.send(&format!(r#"[2,"deep","Heartbeat",{}{}]"#, "[".repeat(100_000), "]".repeat(100_000))).await;
    let answer: Value = client.next().await.unwrap();
    assert_eq!((answer[0].as_i64(), answer[1].as_str()), (Some(4), Some("deep")));
    client.heartbeat().await;
}

/// Threat 17: a station that sends thousands of messages a second is read at its pace; others are served meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_holds_nobody_else_up() {
    let limits = Limits { messages_per_s: 200, messages_burst: 50, ..Limits::default() };
    let server = Server::start(limits).await;
    server.add("LOUD", None).await;
    server.add("CALM", None).await;
    let mut loud = server.connect("LOUD", None).await;
    let mut calm = server.connect("CALM", None).await;
    let began = Instant::now();
    let flooding = tokio::spawn(async move {
        for number in 0..10_000 {
            // The server does not read on: at some point the pipe is full.
            let call = format!(r#"[2,"f{number}","Heartbeat",{{}}]"#);
            let sent = tokio::time::timeout(Duration::from_secs(2), loud.send(&call)).await;
            if sent.is_err() {
                break;
            }
        }
        let mut answered = 0;
        while answered < 150 {
            loud.next().await.unwrap();
            answered += 1;
        }
        began.elapsed()
    });
    for _ in 0..20 {
        let asked = Instant::now();
        calm.heartbeat().await;
        assert!(asked.elapsed() < Duration::from_secs(2), "held up for {:?}", asked.elapsed());
    }
    let took = flooding.await.unwrap();
    assert!(
        took >= Duration::from_millis(450),
        "150 messages at 200 a second after a burst of 50 took {took:?}"
    );
}

/// An orderly end: every station is told that the server is going away.
#[tokio::test(flavor = "multi_thread")]
async fn shutdown_closes_with_1001() {
    let server = Server::start(Limits::default()).await;
    server.add("OPEN", None).await;
    let mut client = server.connect("OPEN", None).await;
    client.heartbeat().await;
    server.stop();
    assert_eq!(client.closed().await, Some(1001));
}
