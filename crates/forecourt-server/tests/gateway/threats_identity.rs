//! Threats 1 to 4: who gets in, who does not, and what either learns. Against the real door on loopback.

use std::time::{Duration, Instant};

use super::door::{Knock, Server};
use forecourt_core::change::What;
use forecourt_core::command::{Command, Outcome, ResetKind};
use forecourt_server::gateway::Limits;

/// Threat 1: without the password a second connection is refused before the upgrade, and the first lives.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_connection_without_the_password_changes_nothing() {
    let server = Server::start(Limits::default()).await;
    server.add("CP1", Some("secret-of-cp1")).await;
    let mut first = server.connect("CP1", Some("secret-of-cp1")).await;
    first.heartbeat().await;
    assert_eq!(server.knock("/ocpp/CP1").answer().await.status, 401);
    assert_eq!(server.knock("/ocpp/CP1").password("CP1", "guess").answer().await.status, 401);
    first.heartbeat().await;
}

/// Threat 1: with it the first is closed in order, its waiting calls fail at once, one socket gets commands, and the
/// security officer learns of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_connection_with_the_password_takes_over() {
    let server = Server::start(Limits::default()).await;
    let station = server.add("CP1", Some("secret-of-cp1")).await;
    let mut changes = server.app.changes().watch();
    let mut first = server.connect("CP1", Some("secret-of-cp1")).await;
    first.heartbeat().await;
    let waiting = {
        let (app, principal) = (server.app.clone(), server.principal.clone());
        let command = Command::Reset { kind: ResetKind::Soft, evse: None };
        tokio::spawn(async move {
            app.command(&principal, station, command, crate::door::asked()).await.unwrap().1
        })
    };
    assert_eq!(first.next().await.unwrap()[2], "Reset", "the call is on its way to the first");
    let asked = Instant::now();
    let mut second = server.connect("CP1", Some("secret-of-cp1")).await;
    second.heartbeat().await;
    assert_eq!(waiting.await.unwrap(), Outcome::NoAnswer);
    assert!(asked.elapsed() < Duration::from_secs(5), "the waiting call did not fail at once");
    assert_eq!(first.closed().await, Some(1008));

    let command = server.command(station, Command::ClearCache);
    let answering = async {
        let call = second.next().await.unwrap();
        assert_eq!(call[2], "ClearCache");
        second.send(&format!(r#"[3,{},{{"status":"Accepted"}}]"#, call[1])).await;
    };
    let (outcome, ()) = tokio::join!(command, answering);
    assert!(matches!(outcome, Outcome::Answered { accepted: true, .. }), "{outcome:?}");
    let event = async {
        loop {
            let change = changes.recv().await.unwrap();
            if matches!(&change.change.what, What::Security { kind } if kind == "ConnectionReplaced") {
                return;
            }
        }
    };
    tokio::time::timeout(super::door::SOON, event).await.expect("no security event");
}

/// Threat 1: a hundred changes of place exhaust nothing, and the last one is the station.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_alternations_leave_one_connection() {
    let server = Server::start(Limits::default()).await;
    let station = server.add("CP1", Some("secret-of-cp1")).await;
    let mut connection = server.connect("CP1", Some("secret-of-cp1")).await;
    for _ in 0..100 {
        let next = server.connect("CP1", Some("secret-of-cp1")).await;
        let mut before = std::mem::replace(&mut connection, next);
        connection.heartbeat().await;
        assert_eq!(before.closed().await, Some(1008));
    }
    let view = server.app.station(&server.principal, station).await.unwrap();
    assert!(view.online_since.is_some());
    drop(connection);
    super::door::until("offline after the last has gone", async || {
        server.app.station(&server.principal, station).await.unwrap().online_since.is_none()
    })
    .await;
}

/// Threat 1 for a station without a password: the newcomer proves nothing, so the living connection stays.
#[tokio::test(flavor = "multi_thread")]
async fn an_unproven_newcomer_waits_while_the_first_is_alive() {
    let server = Server::start(Limits::default()).await;
    server.add("OPEN", None).await;
    let mut first = server.connect("OPEN", None).await;
    first.heartbeat().await;
    let newcomer = server.knock("/ocpp/OPEN");
    // The first answers the ping because it reads on.
    let reading = async {
        loop {
            first.socket.next_frame().await.expect("the first was closed");
        }
    };
    let refusal = tokio::select! {
        refusal = newcomer.answer() => refusal,
        () = reading => unreachable!("reading does not end"),
    };
    assert_eq!(refusal.status, 409);
    first.heartbeat().await;
    // A dead first gives way: it does not read, so no pong comes.
    let mut second = newcomer.connect().await.unwrap();
    second.heartbeat().await;
}

/// Threat 2: nobody comes in without proof.
#[tokio::test(flavor = "multi_thread")]
async fn without_proof_nobody_comes_in() {
    let server = Server::start(Limits::default()).await;
    server.add("CP1", Some("secret-of-cp1")).await;
    let known = server.knock("/ocpp/CP1");
    let authorization = |value: &str| known.clone().header("Authorization", value);
    let attempts: Vec<Knock> = vec![
        server.knock("/ocpp/NOBODY"),
        server.knock("/ocpp/NOBODY").password("NOBODY", "secret-of-cp1"),
        known.clone(),
        known.clone().password("CP1", ""),
        known.clone().password("", "secret-of-cp1"),
        known.clone().password("CP2", "secret-of-cp1"),
        authorization("Basic :"),
        authorization("Basic Og=="),
        authorization("Basic"),
        authorization("Bearer secret-of-cp1"),
        server.knock("/ocpp/2/CP1").password("CP1", "secret-of-cp1"),
    ];
    for attempt in attempts {
        assert_eq!(attempt.answer().await.status, 401);
    }
    assert_eq!(known.password("CP1", "secret-of-cp1").answer().await.status, 101);
    assert_eq!(server.knock("/ocpp/1/CP1").password("CP1", "secret-of-cp1").answer().await.status, 101);
}

/// Threat 3: guesses are limited by identity and address, and the true station is not locked out.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_limited_and_the_station_still_gets_in() {
    let limits =
        Limits { failures_per_identity: 5, failure_pause: Duration::from_secs(600), ..Limits::default() };
    let server = Server::start(limits).await;
    server.add("CP1", Some("secret-of-cp1")).await;
    server.add("CP2", Some("secret-of-cp2")).await;
    let mut known = server.connect("CP1", Some("secret-of-cp1")).await;
    known.heartbeat().await;
    for identity in ["CP1", "CP2"] {
        let mut statuses = [0; 2];
        for guess in 0..500 {
            let knock =
                server.knock(&format!("/ocpp/{identity}")).password(identity, &format!("guess {guess}"));
            let refusal = knock.answer().await;
            statuses[usize::from(refusal.status == 429)] += 1;
            assert!(refusal.status == 401 || refusal.status == 429, "{refusal:?}");
        }
        assert_eq!(statuses, [5, 495], "{identity}");
    }
    // The station that has been here before gets in from the same address, a new one from its own.
    known.heartbeat().await;
    server.connect("CP1", Some("secret-of-cp1")).await.heartbeat().await;
    let own = server.knock("/ocpp/CP2").password("CP2", "secret-of-cp2").from("127.0.0.2");
    own.connect().await.unwrap().heartbeat().await;
}

/// Threat 3: an address that tries many identities is limited as a whole.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_tries_identities_is_limited() {
    let limits =
        Limits { failures_per_address: 20, failure_pause: Duration::from_secs(600), ..Limits::default() };
    let server = Server::start(limits).await;
    let mut hashed = 0;
    for number in 0..1_000 {
        let refusal = server.knock(&format!("/ocpp/CP{number}")).password("x", "y").answer().await;
        hashed += usize::from(refusal.status == 401);
        assert!(refusal.status == 401 || refusal.status == 429);
    }
    assert_eq!(hashed, 20);
    assert_eq!(server.knock("/ocpp/CP1").from("127.0.0.3").answer().await.status, 401, "others are not");
}

/// Threat 4: an unknown identity and a wrong password look the same and take the same time.
#[tokio::test(flavor = "multi_thread")]
async fn unknown_and_wrong_look_the_same() {
    let limits = Limits { failures_per_identity: 1_000, failures_per_address: 1_000, ..Limits::default() };
    let server = Server::start(limits).await;
    server.add("CP1", Some("secret-of-cp1")).await;
    let wrong = server.knock("/ocpp/CP1").password("CP1", "wrong");
    let unknown = server.knock("/ocpp/CP9").password("CP9", "wrong");
    assert_eq!(wrong.answer().await, unknown.answer().await);
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..9 {
        for (knock, times) in [&wrong, &unknown].into_iter().zip(&mut times) {
            let asked = Instant::now();
            knock.answer().await;
            times.push(asked.elapsed());
        }
    }
    let [wrong, unknown] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    let ratio = wrong.as_secs_f64() / unknown.as_secs_f64();
    assert!((0.4..2.5).contains(&ratio), "wrong {wrong:?}, unknown {unknown:?}");
    assert!(unknown > Duration::from_millis(2), "no password was checked for the unknown: {unknown:?}");
}
