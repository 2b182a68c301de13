//! Figures are right over midnight, while things go on, after a restart, and when a station corrects itself.

mod support;

use forecourt_app::gateway::Connection;
use forecourt_app::{By, Dashboard, Period, SiteEdit};
use forecourt_core::fact::{ConnectorStatus, Fact, Phase, StatusReport};
use forecourt_core::id::{ConnectorNumber, EvseNumber};
use forecourt_core::metrics::day_of;
use jiff::tz::TimeZone;
use support::*;

/// 4.00 with VAT per kWh.
const TARIFF: &str = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[
    {"dimension":"energy","price":"4.00","vat":"25"}]}]}"#;
/// From the noon these worlds begin at to local midnight in Copenhagen, in minutes.
const MIDNIGHT: i64 = 10 * 60;

fn today() -> i64 {
    day_of(noon(), &TimeZone::get("Europe/Copenhagen").expect("a zone"))
}

async fn figures(world: &World) -> Dashboard {
    let period = Period { from: today(), to: today() + 2 };
    world.app.dashboard(&world.principal, period, None).await.expect("figures")
}

fn status(minute: i64, status: ConnectorStatus) -> Fact {
    Fact::Status(StatusReport {
        evse: EvseNumber(1),
        connector: ConnectorNumber(1),
        status,
        error_code: None,
        vendor_error_code: None,
        info: None,
        at: Some(at(minute)),
    })
}

async fn say(world: &World, connection: &Connection, minute: i64, what: ConnectorStatus) {
    world.minutes(minute);
    tell(connection, "StatusNotification", status(minute, what)).await.expect("kept");
}

#[tokio::test]
async fn a_session_over_midnight_belongs_to_both_days_and_is_counted_where_it_ended() {
    for world in worlds().await {
        let rules = serde_json::from_str(TARIFF).expect("rules");
        let sheet =
            world.app.add_tariff(&world.principal, "Day", Some(at(-60)), rules).await.expect("tariff");
        let edit = SiteEdit { tariff: Some(Some(sheet.tariff.id)), ..SiteEdit::default() };
        world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
        world.app.set_energy_price(&world.principal, world.site, Some(1_500_000)).await.expect("price");
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        say(&world, &connection, 0, ConnectorStatus::Available).await;
        world.minutes(MIDNIGHT - 60);
        let number = start(&connection, MIDNIGHT - 60, 1_000).await;
        world.minutes(MIDNIGHT - 30);
        tell(&connection, "MeterValues", meter(MIDNIGHT - 30, 6_000, Some(&number))).await.expect("kept");
        let running = figures(&world).await;
        assert_eq!((running.total.sums.energy_wh, running.total.sums.sessions), (5_000, 0));
        assert_eq!(running.days[0].1.sums.occupied_s, 30 * 60);
        world.minutes(MIDNIGHT + 120);
        let stop = transaction(Phase::Ended, MIDNIGHT + 120, 11_000, Some(&number));
        tell(&connection, "StopTransaction", stop.clone()).await.expect("kept");
        let found = figures(&world).await;
        let of = |day: usize| &found.days[day].1;
        assert_eq!((of(0).sums.occupied_s, of(1).sums.occupied_s), (3_600, 7_200));
        assert_eq!((of(0).sums.charging_s, of(1).sums.charging_s), (3_600, 7_200));
        assert_eq!((of(0).sums.sessions, of(1).sums.sessions), (0, 1));
        assert_eq!((of(0).sums.energy_wh, of(1).sums.energy_wh), (5_000, 5_000));
        assert!(of(0).revenue.is_empty());
        let (currency, money) = of(1).revenue[0];
        assert_eq!((currency.code(), money.with_vat, money.energy, money.sessions), ("DKK", 4_000, 4_000, 1));
        assert_eq!(found.total.energy_cost.iter().map(|(_, a)| *a).collect::<Vec<_>>(), [1_500]);
        // The stop comes again, as stations do: nothing is counted twice.
        tell(&connection, "StopTransaction", stop).await.expect("kept");
        assert_eq!(figures(&world).await.total, found.total);
        let by = world.app.places(&world.principal, found.period, None, By::Evse).await.expect("places");
        assert_eq!(by.len(), 1);
        assert_eq!(by[0].figures.sums.energy_wh, 10_000);
        assert_eq!(by[0].figures.revenue, found.total.revenue);
    }
}

#[tokio::test]
async fn uptime_counts_faults_and_absence_and_leaves_out_what_was_taken_out_of_service() {
    for world in worlds().await {
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        say(&world, &connection, 0, ConnectorStatus::Available).await;
        say(&world, &connection, 60, ConnectorStatus::Charging).await;
        say(&world, &connection, 100, ConnectorStatus::Faulted).await;
        say(&world, &connection, 130, ConnectorStatus::Available).await;
        world.minutes(200);
        let sums = figures(&world).await.total.sums;
        assert_eq!((sums.watched_s, sums.faulted_s, sums.offline_s), (200 * 60, 30 * 60, 0));
        assert_eq!(sums.uptime(), Some(850));
        // 22 kW, known of the EVSE.
        let full = 200 * 22_000 / 60;
        assert!((full - 3..=full).contains(&sums.capacity_wh), "{} of {full}", sums.capacity_wh);
        connection.disconnect().await;
        world.minutes(240);
        let sums = figures(&world).await.total.sums;
        assert_eq!((sums.watched_s, sums.offline_s), (240 * 60, 40 * 60));
        world.minutes(MIDNIGHT + 10);
        let found = figures(&world).await;
        assert_eq!(found.days[0].1.sums.watched_s, MIDNIGHT * 60);
        assert_eq!(found.days[1].1.sums.offline_s, 10 * 60);
        let connection = world.connect("CP1").await;
        say(&world, &connection, MIDNIGHT + 20, ConnectorStatus::Unavailable).await;
        world.minutes(MIDNIGHT + 80);
        let sums = figures(&world).await.days[1].1.sums;
        assert_eq!((sums.watched_s, sums.unavailable_s, sums.offline_s), (80 * 60, 60 * 60, 10 * 60));
        assert_eq!(sums.uptime(), Some(500));
    }
}

#[tokio::test]
async fn time_without_a_server_is_not_accounted_for() {
    for world in worlds().await {
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        say(&world, &connection, 0, ConnectorStatus::Available).await;
        world.minutes(60);
        forecourt_app::jobs::Job::Uptime.run(&world.app).await.expect("noted");
        // The process ends without a word and comes back two hours later.
        world.minutes(180);
        let world = world.restart().await;
        world.minutes(190);
        let sums = figures(&world).await.total.sums;
        assert_eq!((sums.watched_s, sums.offline_s), (70 * 60, 10 * 60));
        let connection = world.connect("CP1").await;
        // Answered once everything before it is written.
        tell(&connection, "Heartbeat", Fact::Heartbeat).await.expect("answered");
        world.minutes(200);
        let sums = figures(&world).await.total.sums;
        assert_eq!((sums.watched_s, sums.offline_s), (80 * 60, 10 * 60));
    }
}

#[tokio::test]
async fn what_is_open_for_days_is_written_and_counted_once() {
    for world in worlds().await {
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        say(&world, &connection, 0, ConnectorStatus::Available).await;
        world.minutes(30 * 60);
        let before = figures(&world).await.total.sums;
        forecourt_app::jobs::Job::Uptime.run(&world.app).await.expect("written");
        assert_eq!(figures(&world).await.total.sums, before);
        assert_eq!(before.watched_s, 30 * 3_600);
    }
}
