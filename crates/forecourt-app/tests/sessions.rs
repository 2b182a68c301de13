//! Sessions through the real application, on each database.

mod support;

use forecourt_app::gateway::Unrecorded;
use forecourt_app::jobs::Job;
use forecourt_app::store::Over;
use forecourt_app::store::scratch::Scratch;
use forecourt_app::store::session::SessionFilter;
use forecourt_app::{NewSite, SiteEdit};
use forecourt_core::fact::{Answer, ConnectorStatus, Fact, Phase, StatusReport};
use forecourt_core::id::{ConnectorNumber, EvseNumber};
use forecourt_core::session::{EndedBy, Flag, Session, State};
use forecourt_core::unit::WattHours;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use support::{World, at, meter, start, tell, transaction, worlds};

async fn sessions(world: &World) -> Vec<Session> {
    let page =
        world.app.sessions(&world.principal, &SessionFilter::default(), None, 100).await.expect("list");
    page.items.into_iter().map(|record| record.session).collect()
}

/// Energy and ended sessions of the organisation, summed over all days.
async fn rolled_up(world: &World) -> (i64, i64) {
    let over = Over { organisation: world.principal.organisation, sites: None, from: 0, to: 1_000_000 };
    let days = world.app.store().sums_by_day(&over).await.expect("days");
    (days.iter().map(|(_, d)| d.energy_wh).sum(), days.iter().map(|(_, d)| d.sessions).sum())
}

fn available() -> Fact {
    Fact::Status(StatusReport {
        evse: EvseNumber(1),
        connector: ConnectorNumber(1),
        status: ConnectorStatus::Available,
        error_code: None,
        vendor_error_code: None,
        info: None,
        at: None,
    })
}

#[tokio::test]
async fn a_visit_from_start_to_stop() {
    for world in worlds().await {
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        let number = start(&station, 0, 1_000).await;
        world.minutes(10);
        tell(&station, "MeterValues", meter(10, 3_000, Some(&number))).await.expect("meter");
        world.minutes(20);
        tell(&station, "StopTransaction", transaction(Phase::Ended, 20, 5_000, Some(&number)))
            .await
            .expect("stop");
        let found = sessions(&world).await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].energy(), WattHours(4_000));
        assert_eq!(found[0].state, State::Ended { at: at(20), by: EndedBy::Station });
        assert_eq!(rolled_up(&world).await, (4_000, 1));
        let readings = world.app.readings(&world.principal, found[0].id, None, 100).await.expect("readings");
        assert_eq!(
            readings.iter().map(|r| r.register_wh).collect::<Vec<_>>(),
            [Some(1_000), Some(3_000), Some(5_000)]
        );
    }
}

#[tokio::test]
async fn repeats_change_nothing_even_after_a_restart() {
    for world in worlds().await {
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        let number = start(&station, 0, 1_000).await;
        assert_eq!(start(&station, 0, 1_000).await, number);
        tell(&station, "MeterValues", meter(5, 2_000, Some(&number))).await.expect("meter");
        drop(station);

        let world = world.restart().await;
        let station = world.connect("CP1").await;
        assert_eq!(start(&station, 0, 1_000).await, number, "the same start has the same number");
        for _ in 0..3 {
            tell(&station, "MeterValues", meter(5, 2_000, Some(&number))).await.expect("meter");
            tell(&station, "StopTransaction", transaction(Phase::Ended, 9, 2_500, Some(&number)))
                .await
                .expect("stop");
        }
        assert_eq!(start(&station, 0, 1_000).await, number, "even when it has ended");
        let found = sessions(&world).await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].energy(), WattHours(1_500));
        assert_eq!(rolled_up(&world).await, (1_500, 1));
    }
}

/// One moment is Saturday at one end of the world and Friday at the other.
#[tokio::test]
async fn days_of_a_filter_are_the_sites_own() {
    for world in worlds().await {
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        start(&station, 0, 1_000).await;
        let day_in = |zone: &str| at(0).to_zoned(TimeZone::get(zone).expect("a zone")).date();
        let (east, west) = ("Pacific/Kiritimati", "Pacific/Pago_Pago");
        assert_ne!(day_in(east), day_in(west));
        let edit = SiteEdit { time_zone: Some(east.into()), ..SiteEdit::default() };
        world.app.edit_site(&world.principal, world.site, None, edit).await.expect("moved");
        let other = NewSite {
            name: "Far west".into(),
            time_zone: west.into(),
            currency: "EUR".into(),
            ..NewSite::default()
        };
        world.app.add_site(&world.principal, other).await.expect("site");
        let found = async |from: Date, to: Date| {
            let filter = SessionFilter { from_day: Some(from), to_day: Some(to), ..SessionFilter::default() };
            world.app.sessions(&world.principal, &filter, None, 10).await.expect("list").items.len()
        };
        assert_eq!(found(day_in(east), day_in(east)).await, 1);
        assert_eq!(found(day_in(west), day_in(west)).await, 0, "it is tomorrow there already");
        assert_eq!(found(day_in(west), day_in(east)).await, 1);
        let filter =
            SessionFilter { from_day: Some(day_in(east)), to: Some(at(-1)), ..SessionFilter::default() };
        let none = world.app.sessions(&world.principal, &filter, None, 10).await.expect("list");
        assert!(none.items.is_empty(), "a moment and a day may be mixed");
    }
}

#[tokio::test]
async fn another_stations_session_is_out_of_reach() {
    for world in worlds().await {
        world.station("A").await;
        world.station("B").await;
        let (a, b) = (world.connect("A").await, world.connect("B").await);
        let number = start(&a, 0, 1_000).await;
        tell(&b, "MeterValues", meter(3, 900_000, Some(&number))).await.expect("confirmed");
        tell(&b, "StopTransaction", transaction(Phase::Ended, 4, 900_000, Some(&number)))
            .await
            .expect("confirmed");
        let of_a =
            sessions(&world).await.into_iter().find(|s| s.station == a.station()).expect("A's session");
        assert!(of_a.is_active());
        assert_eq!(of_a.energy(), WattHours::ZERO);
        let of_b: Vec<Session> =
            sessions(&world).await.into_iter().filter(|s| s.station == b.station()).collect();
        assert!(of_b.iter().all(|s| s.energy() == WattHours::ZERO && s.needs_review()));
        assert_eq!(
            world.app.store().security_events(b.station()).await.expect("events"),
            ["ForeignTransaction"]
        );
    }
}

#[tokio::test]
async fn a_free_connector_ends_a_forgotten_session_and_the_truth_corrects_it() {
    for world in worlds().await {
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        let number = start(&station, 0, 1_000).await;
        world.minutes(10);
        tell(&station, "MeterValues", meter(10, 3_000, Some(&number))).await.expect("meter");
        world.minutes(11);
        tell(&station, "StatusNotification", available()).await.expect("status");
        Job::StaleSessions.run(&world.app).await.expect("job");
        assert!(sessions(&world).await[0].is_active(), "not before its time");
        world.minutes(30);
        Job::StaleSessions.run(&world.app).await.expect("job");
        let closed = sessions(&world).await.remove(0);
        assert_eq!(closed.state, State::Ended { at: at(10), by: EndedBy::Reconciler });
        assert!(closed.flags.has(Flag::Provisional));
        assert_eq!(rolled_up(&world).await, (2_000, 1));

        tell(&station, "StopTransaction", transaction(Phase::Ended, 11, 3_500, Some(&number)))
            .await
            .expect("stop");
        let corrected = sessions(&world).await.remove(0);
        assert_eq!(corrected.state, State::Ended { at: at(11), by: EndedBy::Station });
        assert!(!corrected.flags.has(Flag::Provisional));
        assert_eq!(corrected.energy(), WattHours(2_500));
        assert_eq!(rolled_up(&world).await, (2_500, 1));
    }
}

#[tokio::test]
async fn a_station_that_never_comes_back_leaves_no_session_running() {
    for world in worlds().await {
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        start(&station, 0, 1_000).await;
        station.disconnect().await;
        world.minutes(47 * 60);
        Job::StaleSessions.run(&world.app).await.expect("job");
        assert!(sessions(&world).await[0].is_active());
        world.minutes(49 * 60);
        Job::StaleSessions.run(&world.app).await.expect("job");
        assert_eq!(sessions(&world).await[0].state, State::Ended { at: at(0), by: EndedBy::Reconciler });
    }
}

#[tokio::test]
async fn a_second_start_on_an_evse_closes_the_first_for_review() {
    for world in worlds().await {
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        let first = start(&station, 0, 1_000).await;
        tell(&station, "MeterValues", meter(10, 4_000, Some(&first))).await.expect("meter");
        world.minutes(60);
        let second = start(&station, 60, 4_000).await;
        assert_ne!(first, second);
        let found = sessions(&world).await;
        assert!(found[0].is_active());
        assert_eq!(found[1].state, State::Ended { at: at(10), by: EndedBy::Superseded });
        assert!(found[1].needs_review());
        assert_eq!(found[1].energy(), WattHours(3_000));
    }
}

#[tokio::test]
async fn an_older_connection_cannot_write() {
    for world in worlds().await {
        world.station("CP1").await;
        let old = world.connect("CP1").await;
        let number = start(&old, 0, 1_000).await;
        let new = world.connect("CP1").await;
        let late = tell(&old, "MeterValues", meter(3, 9_000, Some(&number))).await;
        assert_eq!(late, Err(Unrecorded::Replaced));
        tell(&new, "MeterValues", meter(4, 2_000, Some(&number))).await.expect("meter");
        assert_eq!(sessions(&world).await[0].energy(), WattHours(1_000));
    }
}

#[tokio::test]
async fn a_node_that_lost_a_station_is_fenced_by_the_database() {
    let Some(scratch) = Scratch::postgres().await else { return };
    let world = World::new(scratch).await;
    world.station("CP1").await;
    let first_node = world.connect("CP1").await;
    let number = start(&first_node, 0, 1_000).await;
    // The second node does not know that the first one still holds a socket.
    let location = world.scratch.location.clone();
    world.minutes(1);
    let settings = forecourt_app::Settings::default();
    let second = forecourt_app::App::open(&location, settings, world.clock.clone()).await.expect("opens");
    second.take_over().await.expect("takes over");
    let admission = second.admit(&support::knock("CP1")).await.expect("admitted");
    let (taken_over, _orders) =
        second.connect(admission, "ocpp1.6", std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)).await;
    tell(&taken_over, "MeterValues", meter(2, 1_500, Some(&number))).await.expect("the new owner writes");
    let late = tell(&first_node, "MeterValues", meter(3, 9_000, Some(&number))).await;
    assert_eq!(late, Err(Unrecorded::Replaced));
}

#[tokio::test]
async fn a_lost_database_stops_answers_and_heals_by_itself() {
    let Some(scratch) = Scratch::postgres().await else { return };
    let world = World::new(scratch).await;
    world.station("CP1").await;
    let station = world.connect("CP1").await;
    let number = start(&station, 0, 1_000).await;
    world.scratch.cut_off().await;
    let lost = tell(&station, "MeterValues", meter(5, 2_000, Some(&number))).await;
    assert_eq!(lost, Err(Unrecorded::NotStored));
    assert!(world.app.storage_problem().is_some());
    world.scratch.bring_back().await;
    // The station repeats what was not answered.
    tell(&station, "MeterValues", meter(5, 2_000, Some(&number))).await.expect("answered again");
    assert_eq!(world.app.storage_problem(), None);
    assert_eq!(sessions(&world).await[0].energy(), WattHours(1_000));
}

#[tokio::test]
async fn an_unknown_key_is_refused_and_its_session_is_marked() {
    for world in worlds().await {
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        let Fact::Transaction(mut report) = transaction(Phase::Started, 0, 0, None) else { unreachable!() };
        report.token.as_mut().expect("a token").uid = "NOBODY".into();
        let answer = tell(&station, "StartTransaction", Fact::Transaction(report)).await.expect("answered");
        let Answer::Transaction { token: Some(info), reference: Some(_), .. } = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(info.verdict, forecourt_core::token::Verdict::Unknown);
        assert!(sessions(&world).await[0].flags.has(Flag::Unauthorised));
    }
}

#[tokio::test]
async fn an_operator_closes_a_stale_session_once() {
    for world in worlds().await {
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        start(&station, 0, 1_000).await;
        let id = sessions(&world).await[0].id;
        let closed = world.app.close_session(&world.principal, id).await.expect("closed");
        assert!(matches!(closed.session.state, State::Ended { by: EndedBy::Operator, .. }));
        assert!(world.app.close_session(&world.principal, id).await.is_err());
        assert_eq!(rolled_up(&world).await.1, 1);
    }
}
