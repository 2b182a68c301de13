//! Subscriptions on both databases: owed once a period, drawn once a session, ended when nobody renews them.

mod support;

use forecourt_app::NewToken;
use forecourt_app::drivers::NewDriver;
use forecourt_app::jobs::Job;
use forecourt_app::plans::PlanRequest;
use forecourt_app::store::usage::UsageBy;
use forecourt_app::usage::UsageRequest;
use forecourt_core::driver::Places;
use forecourt_core::fact::{Fact, Phase, PresentedToken};
use forecourt_core::subscription::Renewal;
use forecourt_core::tariff::VatRate;
use forecourt_core::token::TokenKind;
use support::{World, noon, start, tell, transaction, worlds};

/// Minutes of a week.
const WEEK: i64 = 7 * 24 * 60;

fn plan() -> PlanRequest {
    PlanRequest {
        name: "Weekly".into(),
        description: None,
        internal_note: None,
        cost: "50.00".into(),
        currency: "DKK".into(),
        vat: VatRate(250_000),
        renewal: Renewal::Week,
        allowance_wh: Some(6_000),
        overflow_tariff: None,
        is_public: true,
        sale_from: None,
        sale_to: None,
        renew_until: None,
        places: Places::everywhere(),
        drivers: Vec::new(),
        groups: Vec::new(),
    }
}

async fn look(world: &World) {
    Job::Subscriptions.run(&world.app).await.expect("looks");
}

/// Ten kWh by somebody's key.
async fn charge(world: &World, uid: &str, minute: i64) {
    let connection = world.connect("CP1").await;
    let mut fact = transaction(Phase::Started, minute, 0, None);
    if let Fact::Transaction(report) = &mut fact {
        report.token = Some(PresentedToken { uid: uid.into(), kind: TokenKind::Rfid });
    }
    let answer = tell(&connection, "StartTransaction", fact).await.expect("recorded");
    let forecourt_core::fact::Answer::Transaction { reference: Some(reference), .. } = answer else {
        panic!("no transaction number: {answer:?}");
    };
    let end = transaction(Phase::Ended, minute + 30, 10_000, Some(&reference.0));
    world.minutes(minute + 31);
    tell(&connection, "StopTransaction", end).await.expect("recorded");
}

#[tokio::test]
async fn a_period_is_owed_once_and_a_session_draws_once() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        world.station("CP1").await;
        let new = NewDriver { name: "Ada".into(), ..NewDriver::default() };
        let driver = app.add_driver(who, new).await.expect("a driver").id;
        let key = NewToken { uid: "CARD7".into(), driver: Some(driver), ..NewToken::default() };
        app.add_token(who, key).await.expect("a key");
        let plan = app.add_plan(who, plan()).await.expect("a plan");
        let subscription = app.subscribe(who, plan.id, driver).await.expect("subscribed");
        assert!(app.subscribe(who, plan.id, driver).await.is_err(), "only once");
        let now = async || {
            let all = app.subscriptions(who, None, Some(driver)).await.expect("subscriptions");
            all.into_iter().next().expect("one")
        };
        let owed = async || {
            let all = app.store().amounts_due_of_driver(who.organisation, driver, 10).await.expect("dues");
            all.iter().map(|due| (due.part, due.amount)).collect::<Vec<_>>()
        };
        assert_eq!(owed().await, [(0, 5_000)]);

        charge(&world, "CARD7", 10).await;
        look(&world).await;
        look(&world).await;
        assert_eq!(now().await.used_wh, 6_000, "what is beyond the allowance is not drawn");
        let last = app.driver(who, driver).await.expect("a driver").last_charge_at;
        assert!(last.is_some(), "the last charge is known");

        for by in [UsageBy::Key, UsageBy::Driver, UsageBy::Car, UsageBy::Team] {
            let (from, to) = (noon(), noon() + jiff::SignedDuration::from_hours(24));
            let asked = UsageRequest { by, from, to, fleet: None, driver: None, car: None, team: None };
            let used: Vec<i64> =
                app.usage(who, &asked).await.expect("usage").iter().map(|row| row.energy_wh).collect();
            let whose = matches!(by, UsageBy::Key | UsageBy::Driver);
            assert_eq!(used, if whose { vec![10_000] } else { vec![] }, "{by:?}");
        }

        // A key of nobody draws nothing.
        start(&world.connect("CP1").await, 60, 0).await;
        look(&world).await;
        assert_eq!(now().await.used_wh, 6_000);

        world.minutes(WEEK + 1);
        look(&world).await;
        look(&world).await;
        let second = now().await;
        assert_eq!((second.period, second.used_wh), (1, 0), "nothing is carried over");
        assert_eq!(owed().await, [(1, 5_000), (0, 5_000)]);

        app.cancel_subscription(who, subscription.id).await.expect("cancelled");
        world.minutes(2 * WEEK + 1);
        look(&world).await;
        assert!(now().await.ended_at.is_some());
        assert_eq!(owed().await.len(), 2, "what ended is not owed again");
    }
}
