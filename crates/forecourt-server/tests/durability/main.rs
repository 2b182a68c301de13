//! What was answered is kept, whatever happens to the server: killed at any moment under load, or out of disk.

mod process;
mod station;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use forecourt_app::store::message::MessageFilter;
use forecourt_app::store::scratch::Scratch;
use forecourt_app::store::session::SessionFilter;
use forecourt_app::store::{Over, Store};
use process::{Server, seed};
use rand::Rng as _;
use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use station::{Diary, Station, Talk};

/// Kills of one run.
const KILLS: usize = 20;
/// Stations that talk at the same time; every second one speaks 2.0.1.
const STATIONS: usize = 8;

/// Everything a station was answered for is in the log; every session has the energy its register says, once.
async fn check(store: &Store, organisation: forecourt_core::id::OrganisationId, diaries: &[Diary]) {
    let mut energy = 0;
    let mut count = 0;
    for diary in diaries {
        let mut kept = HashSet::new();
        let mut cursor = None;
        loop {
            let page = store
                .messages(diary.station, &MessageFilter::default(), cursor.as_ref(), 500)
                .await
                .expect("log");
            kept.extend(page.items.into_iter().map(|row| row.message_id));
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let lost: Vec<&String> = diary.answered.iter().filter(|id| !kept.contains(*id)).collect();
        assert!(lost.is_empty(), "answered and lost: {lost:?}");

        let filter = SessionFilter { station: Some(diary.station), ..SessionFilter::default() };
        let sessions = store.sessions(organisation, &filter, None, 500).await.expect("sessions").items;
        let mut found: Vec<i64> = sessions.iter().map(|r| r.session.energy().0).collect();
        assert!(sessions.iter().all(|r| !r.session.is_active() && !r.session.needs_review()));
        let mut expected = diary.sessions_wh.clone();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "energy of the sessions of {}", diary.station);
        energy += expected.iter().sum::<i64>();
        count += expected.len() as i64;
    }
    let days = store
        .sums_by_day(&Over { organisation, sites: None, from: 0, to: 1_000_000 })
        .await
        .expect("rollups");
    assert_eq!(days.iter().map(|(_, d)| d.energy_wh).sum::<i64>(), energy, "rolled up energy");
    assert_eq!(days.iter().map(|(_, d)| d.sessions).sum::<i64>(), count, "rolled up sessions");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_twenty_times_under_load_it_loses_nothing_and_counts_nothing_twice() {
    let luck: u64 = rand::random();
    println!("seed {luck}");
    let mut luck = SmallRng::seed_from_u64(luck);
    for scratch in Scratch::each().await {
        let (organisation, ids) = seed(&scratch.location, STATIONS).await;
        let mut server = Server::start(&scratch.location, &[]).await;
        let talk = Arc::new(Talk::new(server.address));
        let stations: Vec<_> = ids
            .iter()
            .enumerate()
            .map(|(number, (id, identity))| {
                let station = Station::new(*id, identity.clone(), number % 2 == 1);
                tokio::spawn(station.live(talk.clone()))
            })
            .collect();
        for _ in 0..KILLS {
            talk.until_answered(luck.random_range(1..300)).await;
            server.kill().await;
            server = Server::start_at(&scratch.location, &[], server.address).await;
        }
        talk.finish.store(true, Ordering::SeqCst);
        let mut diaries = Vec::new();
        for station in stations {
            diaries.push(station.await.expect("a station"));
        }
        server.kill().await;
        assert!(diaries.iter().all(|d| d.answered.len() > KILLS), "the stations were busy");
        let store = Store::open(&scratch.location).await.expect("opens");
        check(&store, organisation, &diaries).await;
        store.close().await;
    }
}

/// The operating system refuses to let files grow: what a full disk does to a database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_it_answers_no_more_and_goes_on_when_there_is_room() {
    let scratch = Scratch::sqlite();
    let (organisation, ids) = seed(&scratch.location, 2).await;
    let mut server = Server::start(&scratch.location, &["--fsize=1048576:unlimited"]).await;
    let talk = Arc::new(Talk::new(server.address));
    let live = |(id, identity): &(_, String)| {
        tokio::spawn(Station::new(*id, identity.clone(), false).live(talk.clone()))
    };
    let stations: Vec<_> = ids.iter().map(live).collect();
    server.until_ready_says(503).await;
    let body = server.get("/readyz").await.1;
    assert!(body.contains("storage"), "{body}");
    let before = talk.answered.load(Ordering::SeqCst);
    server.limit("--fsize=unlimited:unlimited").await;
    server.until_ready_says(200).await;
    talk.until_answered(40).await;
    assert!(talk.answered.load(Ordering::SeqCst) > before);
    talk.finish.store(true, Ordering::SeqCst);
    let mut diaries = Vec::new();
    for station in stations {
        diaries.push(station.await.expect("a station"));
    }
    server.kill().await;
    let store = Store::open(&scratch.location).await.expect("opens");
    check(&store, organisation, &diaries).await;
}
