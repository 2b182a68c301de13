//! The schema is the same on both engines, and migrations keep what is there.

use std::collections::BTreeSet;

use forecourt_core::Timestamp;
use forecourt_core::id::OrganisationId;
use forecourt_store::scratch::Scratch;
use forecourt_store::{OrganisationRecord, Store};

async fn open(scratch: &Scratch) -> Store {
    Store::open_migrated(&scratch.location).await.expect("opens")
}

#[tokio::test]
async fn both_engines_have_the_same_columns() {
    let Some(postgres) = Scratch::postgres().await else { return };
    let sqlite = Scratch::sqlite();
    let of = async |scratch: &Scratch| open(scratch).await.columns().await.expect("columns");
    let (a, b): (BTreeSet<String>, BTreeSet<String>) = (of(&sqlite).await, of(&postgres).await);
    assert!(a.len() > 100, "{}", a.len());
    assert_eq!(a.difference(&b).collect::<Vec<_>>(), Vec::<&String>::new(), "only in SQLite");
    assert_eq!(b.difference(&a).collect::<Vec<_>>(), Vec::<&String>::new(), "only in PostgreSQL");
}

#[tokio::test]
async fn migrating_again_changes_nothing_and_keeps_data() {
    for scratch in Scratch::each().await {
        let store = open(&scratch).await;
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let organisation = OrganisationRecord {
            id: OrganisationId(1),
            // PostgreSQL refuses U+0000 in text; a station may send it.
            name: "A\0B".into(),
            time_zone: "UTC".into(),
            currency: "EUR".into(),
            waiting_room: false,
            parent: None,
            second_factor_required: false,
            created_at: now,
            version: 1,
        };
        let mut tx = store.begin().await.expect("begin");
        tx.add_organisation(&organisation).await.expect("insert");
        tx.commit().await.expect("commit");
        store.close().await;
        let again = Store::open(&scratch.location).await.expect("opens");
        assert_eq!(again.migrate().await.expect("migrates"), Vec::<&str>::new());
        let kept = again.organisation(OrganisationId(1)).await.expect("read").expect("kept");
        assert_eq!(kept.name, "A\u{fffd}B");
    }
}

#[tokio::test]
async fn a_transaction_that_is_dropped_leaves_nothing() {
    for scratch in Scratch::each().await {
        let store = open(&scratch).await;
        let mut tx = store.begin().await.expect("begin");
        tx.set_mark("half", "done").await.expect("mark");
        drop(tx);
        assert_eq!(store.mark("half").await.expect("read"), None);
    }
}

#[tokio::test]
async fn a_backup_of_a_busy_database_is_whole() {
    let scratch = Scratch::sqlite();
    let store = open(&scratch).await;
    let mut tx = store.begin().await.expect("begin");
    tx.set_mark("before", "kept").await.expect("mark");
    tx.commit().await.expect("commit");
    // A write is under way while the copy is made.
    let mut half = store.begin().await.expect("begin");
    half.set_mark("half", "not yet").await.expect("mark");
    let copy = scratch.folder().expect("a folder").join("copy.db");
    store.backup(&copy).await.expect("backup");
    half.commit().await.expect("commit");
    let copied = Store::open(&forecourt_store::Location::Sqlite(copy)).await.expect("opens");
    assert_eq!(copied.integrity().await.expect("checked"), "ok");
    assert_eq!(copied.mark("before").await.expect("read").as_deref(), Some("kept"));
    assert_eq!(copied.mark("half").await.expect("read"), None);
}
