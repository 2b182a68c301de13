//! Fees for blocking a plug, from the station's words to the line on the receipt, on simulated time and both databases.

mod support;

use forecourt_app::SiteEdit;
use forecourt_app::jobs::Job;
use forecourt_app::store::session::SessionFilter;
use forecourt_core::command::Command;
use forecourt_core::fact::{ConnectorStatus, Fact, Phase, StatusReport};
use forecourt_core::id::{ConnectorNumber, EvseNumber, IdleFeeId, SessionId};
use forecourt_core::idle_fee::{IdleFee, Triggers};
use forecourt_core::tariff::{Amount, What};
use forecourt_core::unit::Currency;
use support::obedient::{Obedient, yes};
use support::*;

const TARIFF: &str = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[
    {"dimension":"energy","price":"4.00","vat":"25"}]}]}"#;

fn kroner(whole: i64) -> Amount {
    Amount(whole * 1_000_000)
}

fn blocking(interval: i64) -> IdleFee {
    IdleFee::blocking(Currency::read("DKK").expect("a currency"), kroner(20), interval)
}

async fn world_with(world: &World, fee: IdleFee) -> IdleFeeId {
    let rules = serde_json::from_str(TARIFF).expect("rules");
    let sheet = world.app.add_tariff(&world.principal, "T", Some(at(-60)), rules).await.expect("tariff");
    let edit = SiteEdit { tariff: Some(Some(sheet.tariff.id)), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    let made = world.app.add_idle_fee(&world.principal, "Blocking", fee).await.expect("a fee");
    world
        .app
        .set_idle_fee_of_site(&world.principal, world.site, Some(made.fee.id))
        .await
        .expect("at the site");
    world.station("CP1").await;
    made.fee.id
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

async fn only(world: &World) -> SessionId {
    let page =
        world.app.sessions(&world.principal, &SessionFilter::default(), None, 10).await.expect("sessions");
    page.items[0].session.id
}

/// What the session's receipt says of the fee, in whole kroner, and its total.
async fn fee_and_total(world: &World) -> (i64, String) {
    let id = only(world).await;
    let receipt = world.app.receipt(&world.principal, id).await.expect("read").expect("a receipt");
    let fee: i64 = receipt.lines.iter().filter(|l| l.what == What::IdleFee).map(|l| l.with_vat.0 / 100).sum();
    let again = world.app.price_again(&world.principal, id).await.expect("read");
    assert_eq!(again.as_ref(), Some(&receipt), "worked out again it is the same");
    (fee, receipt.currency.text(receipt.with_vat))
}

/// Looks at the plug at a minute.
async fn look(world: &World, minute: i64) {
    world.minutes(minute);
    Job::IdleFees.run(&world.app).await.expect("looked");
}

/// A session of 2 kWh that ended at minute 60 with the car still there.
async fn charged(world: &World) -> forecourt_app::gateway::Connection {
    let connection = world.connect("CP1").await;
    tell(&connection, "StatusNotification", status(0, ConnectorStatus::Charging)).await.expect("told");
    let number = start(&connection, 0, 1_000).await;
    world.minutes(60);
    tell(&connection, "StopTransaction", transaction(Phase::Ended, 60, 3_000, Some(&number)))
        .await
        .expect("told");
    tell(&connection, "StatusNotification", status(60, ConnectorStatus::Finishing)).await.expect("told");
    connection
}

#[tokio::test]
async fn a_fee_for_each_full_interval_until_the_plug_is_free() {
    for world in worlds().await {
        world_with(&world, blocking(15)).await;
        let connection = charged(&world).await;
        assert_eq!(fee_and_total(&world).await, (0, "8.00".into()));
        for (minute, fee) in [(61, 0), (74, 0), (75, 20), (89, 20), (90, 40)] {
            look(&world, minute).await;
            assert_eq!(fee_and_total(&world).await.0, fee, "minute {minute}");
        }
        world.minutes(104);
        tell(&connection, "StatusNotification", status(104, ConnectorStatus::Available)).await.expect("told");
        // However late the look comes: the plug was free at minute 104.
        look(&world, 200).await;
        assert_eq!(fee_and_total(&world).await, (40, "48.00".into()));
        assert!(world.app.store().open_idle_fees().await.expect("read").is_empty(), "it is settled");
        let session = world.app.session(&world.principal, only(&world).await).await.expect("session");
        assert_eq!(session.cost.map(|cost| cost.text()).as_deref(), Some("48.00"), "one total is billed");
    }
}

#[tokio::test]
async fn time_that_nobody_saw_does_not_count() {
    for world in worlds().await {
        world_with(&world, blocking(15)).await;
        let connection = charged(&world).await;
        look(&world, 70).await;
        connection.disconnect().await;
        look(&world, 100).await;
        assert_eq!(fee_and_total(&world).await.0, 0, "ten minutes were seen");
        let world = world.restart().await;
        let connection = world.connect("CP1").await;
        look(&world, 101).await;
        look(&world, 105).await;
        assert_eq!(fee_and_total(&world).await.0, 0);
        look(&world, 106).await;
        assert_eq!(fee_and_total(&world).await.0, 20, "ten before and five after");
        tell(&connection, "StatusNotification", status(106, ConnectorStatus::Faulted)).await.expect("told");
        look(&world, 300).await;
        assert_eq!(fee_and_total(&world).await.0, 20);
    }
}

#[tokio::test]
async fn a_car_that_takes_nothing_for_a_whole_interval_is_stopped_and_then_has_its_grace() {
    for world in worlds().await {
        world_with(&world, blocking(30)).await;
        let mut station = Obedient::connect(&world, "CP1", |_| yes()).await;
        let connection = station.connection.clone();
        let number = start(&connection, 0, 1_000).await;
        let told = |minute, s| status(minute, s);
        tell(&connection, "StatusNotification", told(0, ConnectorStatus::Charging)).await.expect("told");
        for (minute, now) in [
            (10, ConnectorStatus::SuspendedEV),
            // The site holding back is nobody's fault, and interrupts.
            (30, ConnectorStatus::SuspendedEVSE),
            (50, ConnectorStatus::SuspendedEV),
        ] {
            world.minutes(minute);
            tell(&connection, "StatusNotification", told(minute, now)).await.expect("told");
            look(&world, minute).await;
        }
        look(&world, 79).await;
        assert!(station.asked().is_empty(), "29 minutes");
        look(&world, 80).await;
        let asked = station.until(1).await;
        assert!(
            matches!(&asked[0], Command::StopSession { reference } if reference.0 == number),
            "{asked:?}"
        );
        world.minutes(81);
        tell(&connection, "StopTransaction", transaction(Phase::Ended, 81, 3_000, Some(&number)))
            .await
            .expect("told");
        tell(&connection, "StatusNotification", told(81, ConnectorStatus::Finishing)).await.expect("told");
        look(&world, 110).await;
        assert_eq!(fee_and_total(&world).await, (0, "8.00".into()), "energy is settled, the grace runs anew");
        look(&world, 111).await;
        assert_eq!(
            fee_and_total(&world).await,
            (20, "28.00".into()),
            "two intervals after the car went idle"
        );
        assert_eq!(station.asked().len(), 1);
    }
}

#[tokio::test]
async fn idle_time_counts_as_grace_where_the_operator_says_so() {
    for world in worlds().await {
        world_with(&world, IdleFee { idle_counts_as_grace: true, ..blocking(30) }).await;
        let station = Obedient::connect(&world, "CP1", |_| yes()).await;
        let connection = station.connection.clone();
        let number = start(&connection, 0, 1_000).await;
        tell(&connection, "StatusNotification", status(0, ConnectorStatus::SuspendedEV)).await.expect("told");
        look(&world, 30).await;
        tell(&connection, "StopTransaction", transaction(Phase::Ended, 30, 3_000, Some(&number)))
            .await
            .expect("told");
        tell(&connection, "StatusNotification", status(30, ConnectorStatus::Finishing)).await.expect("told");
        look(&world, 31).await;
        assert_eq!(fee_and_total(&world).await.0, 20);
    }
}

#[tokio::test]
async fn a_long_stay_costs_while_the_session_runs_and_changes_of_the_fee_are_for_later_sessions() {
    for world in worlds().await {
        let triggers = Triggers { max_stay_min: Some(120), ..Triggers::default() };
        let overstay = IdleFee {
            triggers,
            grace_min: 10,
            flat: kroner(50),
            at_once: false,
            uncapped: false,
            cap: Some(kroner(80)),
            ..blocking(15)
        };
        let id = world_with(&world, overstay.clone()).await;
        let connection = world.connect("CP1").await;
        let number = start(&connection, 0, 1_000).await;
        tell(&connection, "StatusNotification", status(0, ConnectorStatus::Charging)).await.expect("told");
        let dearer = IdleFee { flat: kroner(100), cap: Some(kroner(900)), ..overstay };
        world.app.set_idle_fee(&world.principal, id, None, ("Blocking", dearer)).await.expect("changed");
        look(&world, 129).await;
        assert_eq!(fee_and_total(&world).await.0, 0);
        look(&world, 130).await;
        assert_eq!(fee_and_total(&world).await.0, 50);
        look(&world, 145).await;
        assert_eq!(fee_and_total(&world).await.0, 70);
        look(&world, 160).await;
        assert_eq!(fee_and_total(&world).await.0, 80, "the cap");
        tell(&connection, "StopTransaction", transaction(Phase::Ended, 160, 3_000, Some(&number)))
            .await
            .expect("told");
        tell(&connection, "StatusNotification", status(160, ConnectorStatus::Available)).await.expect("told");
        look(&world, 170).await;
        assert_eq!(fee_and_total(&world).await, (80, "88.00".into()));
        assert!(world.app.store().open_idle_fees().await.expect("read").is_empty());
    }
}

#[tokio::test]
async fn a_fee_is_kept_while_used_and_belongs_to_its_organisation() {
    for world in worlds().await {
        let id = world_with(&world, blocking(15)).await;
        assert!(world.app.delete_idle_fee(&world.principal, id).await.is_err(), "a site uses it");
        let other = world.app.add_organisation("Second", "UTC", "DKK").await.expect("organisation");
        let stranger = principal(other.id);
        assert!(world.app.idle_fee(&stranger, id).await.is_err());
        assert!(world.app.set_idle_fee_of_site(&stranger, world.site, None).await.is_err());
        world.app.set_idle_fee_of_site(&world.principal, world.site, None).await.expect("none");
        world.app.delete_idle_fee(&world.principal, id).await.expect("gone");
    }
}
