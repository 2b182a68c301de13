//! What is wrong with stations: opened by reports and by silence, counted while open, ended by recovery or by a person.

mod support;

use forecourt_app::jobs::Job;
use forecourt_app::store::fault::{FaultFilter, FaultRecord};
use forecourt_core::fact::{ComponentEvent, ConnectorStatus, Fact, StatusReport};
use forecourt_core::fault::{Cause, Severity};
use forecourt_core::id::{ConnectorNumber, EvseNumber, OrganisationId};
use support::{World, at, tell, worlds};

fn status(status: ConnectorStatus, code: Option<&str>, vendor: Option<&str>, minute: i64) -> Fact {
    Fact::Status(StatusReport {
        evse: EvseNumber(1),
        connector: ConnectorNumber(1),
        status,
        error_code: code.map(str::to_owned),
        vendor_error_code: vendor.map(str::to_owned),
        info: Some("it says".into()),
        at: Some(at(minute)),
    })
}

async fn faults(world: &World, open: bool) -> Vec<FaultRecord> {
    let filter = FaultFilter { open: Some(open), ..FaultFilter::default() };
    world.app.faults(&world.principal, filter, None, 50).await.expect("faults").items
}

#[tokio::test]
async fn a_fault_is_counted_while_open_and_ends_with_the_stations_recovery() {
    for world in worlds().await {
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        let broken = |minute| status(ConnectorStatus::Faulted, Some("GroundFailure"), None, minute);
        for minute in [1, 2, 3] {
            tell(&connection, "StatusNotification", broken(minute)).await.expect("told");
        }
        let open = faults(&world, true).await;
        assert_eq!(open.len(), 1);
        assert_eq!((open[0].count, open[0].cause, open[0].severity), (3, Cause::Power, Severity::Critical));
        let groups = world.app.fault_groups(&world.principal, FaultFilter::default()).await.expect("groups");
        assert_eq!((groups[0].faults, groups[0].stations, groups[0].reports), (1, 1, 3));

        tell(&connection, "StatusNotification", status(ConnectorStatus::Available, None, None, 4))
            .await
            .expect("told");
        assert!(faults(&world, true).await.is_empty());
        let solved = faults(&world, false).await;
        assert_eq!((solved.len(), &solved[0].solved_by), (1, &None));

        // What comes late does not open it again; what comes anew does, as another.
        tell(&connection, "StatusNotification", broken(3)).await.expect("told");
        assert!(faults(&world, true).await.is_empty());
        tell(&connection, "StatusNotification", broken(5)).await.expect("told");
        assert_ne!(faults(&world, true).await[0].id, solved[0].id);
    }
}

#[tokio::test]
async fn a_person_solves_what_the_station_does_not_take_back() {
    for world in worlds().await {
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        let odd = status(ConnectorStatus::Available, Some("OtherError"), Some("CX014"), 1);
        tell(&connection, "StatusNotification", odd).await.expect("told");
        let open = faults(&world, true).await;
        assert_eq!((open[0].cause, open[0].severity), (Cause::Vehicle, Severity::Warning));
        let ids = [open[0].id];
        let solve = async |note| world.app.solve_faults(&world.principal, &ids, note).await.expect("solved");
        assert_eq!(solve(Some(" cable changed ")).await, 1);
        assert_eq!(solve(None).await, 0, "a second time changes nothing");
        let solved = faults(&world, false).await;
        assert_eq!(solved[0].note.as_deref(), Some("cable changed"));
        assert_eq!(solved[0].solved_by, Some(world.principal.name()));
    }
}

#[tokio::test]
async fn silence_is_a_fault_after_five_minutes_and_ends_when_the_station_is_back() {
    for world in worlds().await {
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        tell(&connection, "Heartbeat", Fact::Heartbeat).await.expect("told");
        connection.disconnect().await;
        world.minutes(4);
        Job::Silence.run(&world.app).await.expect("looks");
        assert!(faults(&world, true).await.is_empty());
        world.minutes(6);
        Job::Silence.run(&world.app).await.expect("looks");
        Job::Silence.run(&world.app).await.expect("looks");
        let open = faults(&world, true).await;
        assert_eq!((open.len(), open[0].code.as_str(), open[0].count), (1, "Offline", 1));
        assert_eq!(open[0].cause, Cause::Communication);
        let again = world.connect("CP1").await;
        // A connection is noted with the first word that comes over it.
        tell(&again, "Heartbeat", Fact::Heartbeat).await.expect("told");
        Job::Silence.run(&world.app).await.expect("looks");
        assert!(faults(&world, true).await.is_empty());
    }
}

#[tokio::test]
async fn a_problem_that_a_component_tells_of_is_a_fault_until_it_is_cleared() {
    for world in worlds().await {
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        let event = |value: &str| ComponentEvent {
            component: "CoolingFan".into(),
            variable: "Problem".into(),
            evse: Some(EvseNumber(1)),
            connector: None,
            value: value.into(),
            trigger: "Alerting".into(),
            tech_code: Some("CX003".into()),
            tech_info: None,
            cleared: false,
            at: None,
            monitor: None,
            severity: Some(4),
            transaction: None,
        };
        tell(&connection, "NotifyEvent", Fact::Events(vec![event("true")])).await.expect("told");
        let open = faults(&world, true).await;
        assert_eq!((open[0].code.as_str(), open[0].severity), ("CoolingFan", Severity::Critical));
        tell(&connection, "NotifyEvent", Fact::Events(vec![event("false")])).await.expect("told");
        assert!(faults(&world, true).await.is_empty());
    }
}

#[tokio::test]
async fn faults_of_others_do_not_exist() {
    for world in worlds().await {
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        let broken = status(ConnectorStatus::Faulted, None, None, 1);
        tell(&connection, "StatusNotification", broken).await.expect("told");
        let id = faults(&world, true).await[0].id;
        let stranger = support::principal(OrganisationId(world.principal.organisation.0 + 1));
        assert!(world.app.fault(&stranger, id).await.is_err());
        assert!(world.app.solve_faults(&stranger, &[id], None).await.is_err());
        let elsewhere = world.principal.clone().at_sites(Vec::new());
        assert!(world.app.fault(&elsewhere, id).await.is_err());
        let seen = world.app.faults(&elsewhere, FaultFilter::default(), None, 50).await.expect("faults");
        assert!(seen.items.is_empty());
    }
}
