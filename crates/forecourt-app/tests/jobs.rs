//! Jobs that keep storage in order, on each database.

mod support;

use forecourt_app::jobs::Job;
use forecourt_app::store::message::MessageFilter;
use forecourt_core::fact::{Fact, Phase};
use forecourt_core::id::SessionId;
use support::{at, meter, start, tell, transaction, worlds};

/// Minutes of a day.
const DAY: i64 = 24 * 60;

#[tokio::test]
async fn what_is_past_its_retention_goes_and_the_rest_stays() {
    for world in worlds().await {
        let station = world.station("CP-1").await;
        let connection = world.connect("CP-1").await;
        let mut sessions = Vec::new();
        // One long ago, one today.
        for day in [0, 800] {
            world.minutes(day * DAY);
            let number = start(&connection, day * DAY, 1_000).await;
            tell(&connection, "MeterValues", meter(day * DAY + 1, 1_500, Some(&number)))
                .await
                .expect("reading");
            let stop = transaction(Phase::Ended, day * DAY + 2, 2_000, Some(&number));
            tell(&connection, "StopTransaction", stop).await.expect("stop");
            let known = world.app.store().sessions_of_station(station).await.expect("sessions");
            sessions.push(known.last().expect("a session").id);
        }
        let readings = async |session: SessionId| {
            world.app.store().readings(session, None, 100).await.expect("readings").len()
        };
        let messages = async || {
            let filter = MessageFilter::default();
            world.app.store().messages(station, &filter, None, 100).await.expect("log").items
        };
        assert_eq!(
            (messages().await.len(), readings(sessions[0]).await, readings(sessions[1]).await),
            (6, 3, 3)
        );
        // Nothing is too old at first.
        world.minutes(0);
        Job::Retention.run(&world.app).await.expect("runs");
        assert_eq!((messages().await.len(), readings(sessions[0]).await), (6, 3));
        world.minutes(800 * DAY + 10);
        Job::Retention.run(&world.app).await.expect("runs");
        let kept = messages().await;
        assert_eq!(kept.len(), 3);
        assert!(kept.iter().all(|row| row.at >= at(800 * DAY)));
        assert_eq!((readings(sessions[0]).await, readings(sessions[1]).await), (0, 3));
        // What was charged is kept for good.
        let totals = world.app.store().sessions_of_station(station).await.expect("sessions");
        assert_eq!(totals.iter().map(|s| s.energy().0).collect::<Vec<_>>(), [1_000, 1_000]);
    }
}

#[tokio::test]
async fn when_a_station_was_heard_is_written_and_survives_a_restart() {
    for world in worlds().await {
        let station = world.station("CP-1").await;
        let silent = world.station("CP-2").await;
        let connection = world.connect("CP-1").await;
        world.minutes(7);
        tell(&connection, "Heartbeat", Fact::Heartbeat).await.expect("heartbeat");
        let stored = async |world: &support::World, station| {
            let all = world.app.store().all_stations().await.expect("stations");
            all.into_iter().find(|record| record.id == station).expect("the station").last_seen_at
        };
        assert_ne!(stored(&world, station).await, Some(at(7)));
        Job::LastSeen.run(&world.app).await.expect("runs");
        assert_eq!(stored(&world, station).await, Some(at(7)));
        assert_eq!(stored(&world, silent).await, None);
        drop(connection);
        let world = world.restart().await;
        assert_eq!(stored(&world, station).await, Some(at(7)));
    }
}
