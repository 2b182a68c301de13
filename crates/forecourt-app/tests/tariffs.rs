//! Sessions are priced by the tariff that was valid when they started, told while they run, settled when they end.

mod support;

use forecourt_app::gateway::Connection;
use forecourt_app::store::session::SessionFilter;
use forecourt_app::{AppError, SiteEdit};
use forecourt_core::fact::{
    Answer, ChargingState, ConnectorStatus, Fact, Phase, StatusReport, TransactionReport,
};
use forecourt_core::id::{ConnectorNumber, EvseNumber, SessionId, TariffId};
use forecourt_core::tariff::{Receipt, Tariff, What};
use support::*;

fn rules(json: &str) -> Tariff {
    serde_json::from_str(json).expect("rules")
}

/// 4.00 with VAT per kWh, 60.00 per hour of occupation.
const DAY: &str = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[
    {"dimension":"energy","price":"4.00","vat":"25"},{"dimension":"occupied_time","price":"60.00","vat":"25","step":60}]}]}"#;
const DEARER: &str = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[
    {"dimension":"energy","price":"8.00","vat":"25"}]}]}"#;
const FREE: &str = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[{"dimension":"flat","price":"0.00"}]}]}"#;

async fn price_site(world: &World, json: &str) -> TariffId {
    let since = Some(at(-60));
    let sheet = world.app.add_tariff(&world.principal, "Standard", since, rules(json)).await.expect("tariff");
    let edit = SiteEdit { tariff: Some(Some(sheet.tariff.id)), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    sheet.tariff.id
}

async fn only_session(world: &World) -> SessionId {
    let filter = SessionFilter::default();
    let page = world.app.sessions(&world.principal, &filter, None, 10).await.expect("sessions");
    assert_eq!(page.items.len(), 1);
    page.items[0].session.id
}

async fn cost(world: &World, id: SessionId) -> Option<String> {
    world.app.session(&world.principal, id).await.expect("session").cost.map(|m| m.text())
}

async fn receipt(world: &World, id: SessionId) -> Receipt {
    world.app.receipt(&world.principal, id).await.expect("read").expect("a receipt")
}

/// The settled receipt is the one that its readings give.
async fn assert_reproducible(world: &World, id: SessionId) {
    let again = world.app.price_again(&world.principal, id).await.expect("read").expect("a receipt");
    assert_eq!(receipt(world, id).await, again);
}

/// A numbered report, as stations of OCPP 2.x send it.
fn numbered(phase: Phase, minute: i64, wh: i64, seq: i64, state: ChargingState) -> Fact {
    let Fact::Transaction(report) = transaction(phase, minute, wh, Some("T-1")) else { unreachable!() };
    Fact::Transaction(Box::new(TransactionReport { seq: Some(seq), charging_state: Some(state), ..*report }))
}

async fn told_cost(connection: &Connection, fact: Fact) -> Option<String> {
    match tell(connection, "TransactionEvent", fact).await {
        Ok(Answer::Transaction { total_cost, .. }) => total_cost.map(|m| m.text()),
        other => panic!("no answer to a transaction: {other:?}"),
    }
}

#[tokio::test]
async fn a_session_costs_what_its_tariff_said_at_its_start() {
    for world in worlds().await {
        let tariff = price_site(&world, DAY).await;
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        let number = start(&connection, 0, 1_000).await;
        world.minutes(5);
        let changed =
            world.app.add_tariff_version(&world.principal, tariff, Some(1), None, rules(DEARER)).await;
        assert_eq!(changed.expect("a version").versions.len(), 2);
        tell(&connection, "MeterValues", meter(10, 3_000, Some(&number))).await.expect("kept");
        let id = only_session(&world).await;
        assert_eq!(cost(&world, id).await, None);
        let so_far = receipt(&world, id).await;
        assert_eq!(so_far.currency.text(so_far.with_vat), "8.00");
        world.minutes(20);
        tell(&connection, "StopTransaction", transaction(Phase::Ended, 20, 5_000, Some(&number)))
            .await
            .expect("kept");
        assert_eq!(cost(&world, id).await.as_deref(), Some("16.00"));
        let settled = receipt(&world, id).await;
        assert_eq!(settled.currency.text(settled.without_vat), "12.80");
        assert_reproducible(&world, id).await;
        // The next one pays the new price.
        let number = start(&connection, 30, 5_000).await;
        tell(&connection, "StopTransaction", transaction(Phase::Ended, 40, 6_000, Some(&number)))
            .await
            .expect("kept");
        let page =
            world.app.sessions(&world.principal, &SessionFilter::default(), None, 10).await.expect("list");
        let costs: Vec<_> = page.items.iter().map(|r| r.cost.map(|m| m.text())).collect();
        assert_eq!(costs, [Some("8.00".to_owned()), Some("16.00".to_owned())]);
    }
}

#[tokio::test]
async fn a_station_is_told_the_running_cost_and_the_total() {
    for world in worlds().await {
        price_site(&world, DAY).await;
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        use ChargingState::{Charging, EVConnected, SuspendedEV};
        assert_eq!(told_cost(&connection, numbered(Phase::Started, 0, 0, 0, Charging)).await, None);
        assert_eq!(
            told_cost(&connection, numbered(Phase::Updated, 10, 2_000, 1, Charging)).await.as_deref(),
            Some("8.00")
        );
        assert_eq!(
            told_cost(&connection, numbered(Phase::Updated, 20, 3_000, 2, SuspendedEV)).await.as_deref(),
            Some("12.00")
        );
        let world = world.restart().await;
        let connection = world.connect("CP1").await;
        // Five minutes of occupation: also after a restart.
        assert_eq!(
            told_cost(&connection, numbered(Phase::Updated, 25, 3_000, 3, SuspendedEV)).await.as_deref(),
            Some("17.00")
        );
        let last = numbered(Phase::Ended, 30, 3_000, 4, EVConnected);
        assert_eq!(told_cost(&connection, last.clone()).await.as_deref(), Some("22.00"));
        assert_eq!(told_cost(&connection, last).await.as_deref(), Some("22.00"), "a repeated end");
        let id = only_session(&world).await;
        assert_eq!(cost(&world, id).await.as_deref(), Some("22.00"));
        let lines: Vec<_> = receipt(&world, id).await.lines.iter().map(|l| (l.what, l.billed)).collect();
        assert_eq!(lines, [(What::Energy, 3_000), (What::OccupiedTime, 600_000)]);
        assert_reproducible(&world, id).await;
    }
}

#[tokio::test]
async fn a_station_whose_clock_was_reset_is_not_charged_for_standing() {
    for world in worlds().await {
        price_site(&world, DAY).await;
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        use ChargingState::{Charging, SuspendedEV};
        let reset = |fact: Fact| {
            let Fact::Transaction(mut report) = fact else { unreachable!() };
            let long_ago = "1970-01-01T00:00:05Z".parse().expect("a time");
            report.at = Some(long_ago);
            report.readings.iter_mut().for_each(|r| r.at = long_ago);
            Fact::Transaction(report)
        };
        told_cost(&connection, reset(numbered(Phase::Started, 0, 0, 0, Charging))).await;
        world.minutes(30);
        told_cost(&connection, reset(numbered(Phase::Updated, 30, 5_000, 1, SuspendedEV))).await;
        world.minutes(40);
        let total = told_cost(&connection, reset(numbered(Phase::Ended, 40, 5_000, 2, SuspendedEV))).await;
        // 5 kWh and the ten minutes in which it stood, not forty.
        assert_eq!(total.as_deref(), Some("30.00"));
        assert_reproducible(&world, only_session(&world).await).await;
    }
}

#[tokio::test]
async fn nothing_is_said_where_no_tariff_is_known_and_zero_where_charging_is_free() {
    for world in worlds().await {
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        use ChargingState::Charging;
        told_cost(&connection, numbered(Phase::Started, 0, 0, 0, Charging)).await;
        assert_eq!(told_cost(&connection, numbered(Phase::Updated, 5, 900, 1, Charging)).await, None);
        assert_eq!(told_cost(&connection, numbered(Phase::Ended, 10, 1_000, 2, Charging)).await, None);
        let id = only_session(&world).await;
        assert_eq!(world.app.receipt(&world.principal, id).await.expect("read"), None);
        price_site(&world, FREE).await;
        let Fact::Transaction(first) = numbered(Phase::Started, 20, 0, 0, Charging) else { unreachable!() };
        let reference = Some(forecourt_core::id::TransactionRef("T-2".into()));
        let free = |r: TransactionReport| {
            Fact::Transaction(Box::new(TransactionReport { reference: reference.clone(), ..r }))
        };
        told_cost(&connection, free(*first)).await;
        let Fact::Transaction(last) = numbered(Phase::Ended, 30, 1_000, 1, Charging) else { unreachable!() };
        assert_eq!(told_cost(&connection, free(*last)).await.as_deref(), Some("0.00"));
    }
}

#[tokio::test]
async fn what_comes_late_corrects_the_receipt() {
    for world in worlds().await {
        price_site(&world, DAY).await;
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        let number = start(&connection, 0, 0).await;
        tell(&connection, "MeterValues", meter(10, 1_000, Some(&number))).await.expect("kept");
        let id = only_session(&world).await;
        world.minutes(15);
        world.app.close_session(&world.principal, id).await.expect("closed");
        assert_eq!(cost(&world, id).await.as_deref(), Some("4.00"));
        // The station's own word: 2 kWh more, and the car stood there for ten minutes.
        tell(&connection, "MeterValues", meter(20, 3_000, Some(&number))).await.expect("kept");
        assert_eq!(cost(&world, id).await, None, "it runs again");
        let world = world.restart().await;
        let connection = world.connect("CP1").await;
        world.minutes(40);
        let status = StatusReport {
            evse: EvseNumber(1),
            connector: ConnectorNumber(1),
            status: ConnectorStatus::SuspendedEV,
            error_code: None,
            vendor_error_code: None,
            info: None,
            at: Some(at(20)),
        };
        tell(&connection, "StatusNotification", Fact::Status(status)).await.expect("kept");
        tell(&connection, "StopTransaction", transaction(Phase::Ended, 30, 3_000, Some(&number)))
            .await
            .expect("kept");
        assert_eq!(cost(&world, id).await.as_deref(), Some("22.00"));
        assert_reproducible(&world, id).await;
        // Looking at it changes nothing.
        world.app.review_session(&world.principal, id, None).await.expect("reviewed");
        assert_eq!(cost(&world, id).await.as_deref(), Some("22.00"));
    }
}

#[tokio::test]
async fn tariffs_are_checked_and_kept_while_used() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        let bad = rules(r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[]}]}"#);
        let Err(AppError::Invalid(fields)) = app.add_tariff(who, "Bad", None, bad).await else {
            panic!("it was taken")
        };
        assert_eq!(fields[0].field, "/rules/elements/0/components");
        let id = price_site(&world, DAY).await;
        assert!(matches!(app.delete_tariff(who, id).await, Err(AppError::Conflict(_))));
        let stale = app.add_tariff_version(who, id, Some(7), None, rules(DEARER)).await;
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");
        let past = app.add_tariff_version(who, id, None, Some(at(-5)), rules(DEARER)).await;
        assert!(matches!(past, Err(AppError::Invalid(_))), "{past:?}");
        let euro = rules(&DAY.replace("DKK", "EUR"));
        assert!(matches!(
            app.add_tariff_version(who, id, None, None, euro.clone()).await,
            Err(AppError::Invalid(_))
        ));
        let euro = app.add_tariff(who, "Euro", None, euro).await.expect("tariff").tariff.id;
        let wrong = SiteEdit { tariff: Some(Some(euro)), ..SiteEdit::default() };
        assert!(matches!(app.edit_site(who, world.site, None, wrong).await, Err(AppError::Invalid(_))));
        let none = SiteEdit { tariff: Some(None), ..SiteEdit::default() };
        app.edit_site(who, world.site, None, none).await.expect("site");
        app.delete_tariff(who, id).await.expect("deleted");
        assert!(matches!(app.tariff(who, id).await, Err(AppError::NotFound(_))));
        assert_eq!(app.tariffs(who).await.expect("list").len(), 1);
    }
}
