//! The journal on both engines: what is acknowledged is there, and a unit that cannot be written fails alone.

use std::time::Duration;

use forecourt_core::Timestamp;
use forecourt_core::id::{MessageId, StationId};
use forecourt_store::journal::{Journal, Unit};
use forecourt_store::message::{Direction, LogKind, MessageFilter, MessageOutcome, MessageRow};
use forecourt_store::scratch::Scratch;
use forecourt_store::{Location, Store, StoreError};

const STATION: StationId = StationId(7);
/// Longer than any of this takes; a test that waits for a lock fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(30);

async fn open(scratch: &Scratch) -> Store {
    Store::open_migrated(&scratch.location).await.expect("opens")
}

fn unit(id: i64) -> Unit {
    let message = MessageRow {
        id: MessageId(id),
        station: STATION,
        at: Timestamp::UNIX_EPOCH,
        direction: Direction::Received,
        kind: LogKind::Heartbeat,
        action: "Heartbeat".into(),
        message_id: id.to_string(),
        // PostgreSQL refuses U+0000 in text; a station may send it.
        request: "[2,\"\0\"]".into(),
        response: None,
        outcome: MessageOutcome::Ok,
        error_code: None,
        took_us: None,
    };
    Unit { message: Some(message), ..Unit::default() }
}

async fn log(store: &Store) -> Vec<i64> {
    let page = store.messages(STATION, &MessageFilter::default(), None, 500).await.expect("log");
    assert!(page.items.iter().all(|row| row.request == "[2,\"\u{fffd}\"]"));
    let mut ids: Vec<i64> = page.items.iter().map(|row| row.id.0).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn a_unit_that_cannot_be_written_fails_alone() {
    for scratch in Scratch::each().await {
        let store = open(&scratch).await;
        let journal = Journal::start(store.clone());
        journal.append(unit(5)).await.expect("the first of its number");
        // All of one batch: nothing is written while the use case has its turn.
        let tx = store.begin().await.expect("begin");
        let waiting: Vec<_> = (1..=10)
            .map(|id| {
                let journal = journal.clone();
                tokio::spawn(async move { (id, journal.append(unit(id)).await) })
            })
            .collect();
        tx.commit().await.expect("commit");
        for task in waiting {
            let (id, outcome) = task.await.expect("a task");
            match outcome {
                Ok(()) => assert_ne!(id, 5, "the number was taken"),
                Err(error) => assert!(id == 5 && matches!(error, StoreError::Conflict), "{id}: {error}"),
            }
        }
        assert_eq!(log(&store).await, (1..=10).collect::<Vec<_>>());
        assert_eq!(journal.health().problem(), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn use_cases_and_the_journal_take_turns() {
    for scratch in Scratch::each().await {
        let store = open(&scratch).await;
        let journal = Journal::start(store.clone());
        let reports = async {
            for id in 1..=100 {
                journal.append(unit(id)).await.expect("written");
            }
        };
        let use_cases = async {
            for number in 0..100 {
                let mut tx = store.begin().await.expect("a turn");
                tx.set_mark("turn", &number.to_string()).await.expect("a mark");
                // Every second one changes its mind.
                if number % 2 == 1 {
                    tx.commit().await.expect("commit");
                }
            }
        };
        let both = async { tokio::join!(reports, use_cases) };
        tokio::time::timeout(PATIENCE, both).await.expect("nobody waits for ever");
        assert_eq!(log(&store).await.len(), 100);
        assert_eq!(store.mark("turn").await.expect("read").as_deref(), Some("99"));
    }
}

#[tokio::test]
async fn a_closed_database_is_one_file_and_takes_nothing_more() {
    let scratch = Scratch::sqlite();
    let store = open(&scratch).await;
    let journal = Journal::start(store.clone());
    journal.append(unit(1)).await.expect("written");
    store.close().await;
    let outcome = journal.append(unit(2)).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    let Location::Sqlite(path) = &scratch.location else { panic!("SQLite") };
    let files = std::fs::read_dir(path.parent().expect("a folder")).expect("a folder").count();
    assert_eq!(files, 1, "no write-ahead log is left");
}

/// The log read page by page, newest first.
async fn paged(store: &Store, limit: u32) -> Vec<i64> {
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page =
            store.messages(STATION, &MessageFilter::default(), cursor.as_ref(), limit).await.expect("log");
        ids.extend(page.items.iter().map(|row| row.id.0));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn a_log_is_whole_wherever_the_line_of_placed_messages_lies() {
    for scratch in Scratch::each().await {
        let store = open(&scratch).await;
        let journal = Journal::start(store.clone());
        let at = |second: i64| Timestamp::from_second(1_700_000_000 + second).expect("a time");
        let id = |second: i64| forecourt_core::id::id_at(at(second), 0);
        for second in 0..20 {
            journal.append(unit(id(second))).await.expect("written");
        }
        let mut wanted: Vec<i64> = (0..20).map(id).collect();
        wanted.reverse();
        assert_eq!(paged(&store, 3).await, wanted);
        assert_eq!(store.place_messages(at(10)).await.expect("placed"), 10);
        assert_eq!(paged(&store, 3).await, wanted);
        assert_eq!(store.place_messages(at(10)).await.expect("placed"), 0);

        // Comes after its turn: its number is lower than what is placed.
        let late = id(4) + 1;
        journal.append(unit(late)).await.expect("written");
        let place = wanted.iter().position(|known| *known == id(4)).expect("is there");
        wanted.insert(place, late);
        assert_eq!(paged(&store, 3).await, wanted);

        // Another process knows the line as well.
        let again = open(&scratch).await;
        let later = id(3) + 1;
        Journal::start(again.clone()).append(unit(later)).await.expect("written");
        let place = wanted.iter().position(|known| *known == id(3)).expect("is there");
        wanted.insert(place, later);
        assert_eq!(again.place_messages(at(15)).await.expect("placed"), 5);
        assert_eq!(paged(&again, 3).await, wanted);

        again.prune(at(5), Timestamp::UNIX_EPOCH, at(20)).await.expect("pruned");
        again.forget_places(&[STATION], at(5)).await.expect("forgotten");
        wanted.retain(|known| *known >= id(5));
        assert_eq!(paged(&again, 3).await, wanted);
    }
}
