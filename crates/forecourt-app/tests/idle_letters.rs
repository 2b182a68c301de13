//! Letters to drivers about fees for blocking a plug: before the stay is over, when the grace begins, before it ends.

mod support;

use forecourt_app::drivers::NewDriver;
use forecourt_app::jobs::Job;
use forecourt_app::tokens::TokenEdit;
use forecourt_app::{Language, SiteEdit};
use forecourt_core::fact::{ConnectorStatus, Fact, Phase, StatusReport};
use forecourt_core::id::{ConnectorNumber, EvseNumber};
use forecourt_core::idle_fee::{IdleFee, Triggers};
use forecourt_core::tariff::Amount;
use forecourt_core::unit::Currency;
use support::*;

const TARIFF: &str = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[
    {"dimension":"energy","price":"4.00","vat":"25"}]}]}"#;

/// 50 once after half an hour beyond two hours, then 20 for each quarter.
fn overstay() -> IdleFee {
    let kroner = |whole: i64| Amount(whole * 1_000_000);
    IdleFee {
        triggers: Triggers { max_stay_min: Some(120), ..Triggers::default() },
        grace_min: 30,
        flat: kroner(50),
        at_once: false,
        uncapped: false,
        cap: Some(kroner(90)),
        ..IdleFee::blocking(Currency::read("DKK").expect("a currency"), kroner(20), 15)
    }
}

async fn set_up(world: &World, language: Language) {
    let rules = serde_json::from_str(TARIFF).expect("rules");
    let sheet = world.app.add_tariff(&world.principal, "T", Some(at(-60)), rules).await.expect("tariff");
    let edit = SiteEdit { tariff: Some(Some(sheet.tariff.id)), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    let fee = world.app.add_idle_fee(&world.principal, "Long stay", overstay()).await.expect("a fee");
    let at_site = world.app.set_idle_fee_of_site(&world.principal, world.site, Some(fee.fee.id)).await;
    at_site.expect("at the site");
    let new = NewDriver {
        name: "Ida Holm".into(),
        email: Some("ida@example.com".into()),
        language,
        ..NewDriver::default()
    };
    let driver = world.app.add_driver(&world.principal, new).await.expect("driver").id;
    let keys = world.app.tokens(&world.principal, &Default::default(), None, 10).await.expect("keys").items;
    let edit = TokenEdit { driver: Some(Some(driver)), ..TokenEdit::default() };
    world.app.edit_token(&world.principal, keys[0].id, None, edit).await.expect("given");
    world.station("CP1").await;
}

/// Looks at the plug at a minute; gives the subjects of all letters about it so far, in order.
async fn letters(world: &World, minute: i64) -> Vec<(String, String)> {
    world.minutes(minute);
    Job::IdleFees.run(&world.app).await.expect("looked");
    let mut found = world.app.store().due_mail(at(minute), 50).await.expect("letters");
    found.retain(|mail| mail.recipient == "ida@example.com" && mail.body.contains("50.00 DKK"));
    found.sort_by_key(|mail| mail.id.0);
    found.into_iter().map(|mail| (mail.subject, mail.body)).collect()
}

#[tokio::test]
async fn a_driver_is_told_before_it_costs_and_once_each() {
    for world in worlds().await {
        set_up(&world, Language::English).await;
        let connection = world.connect("CP1").await;
        let number = start(&connection, 0, 1_000).await;
        let status = Fact::Status(StatusReport {
            evse: EvseNumber(1),
            connector: ConnectorNumber(1),
            status: ConnectorStatus::Charging,
            error_code: None,
            vendor_error_code: None,
            info: None,
            at: Some(at(0)),
        });
        tell(&connection, "StatusNotification", status).await.expect("told");
        for (minute, count) in
            [(60, 0), (109, 0), (110, 1), (119, 1), (120, 2), (135, 2), (141, 3), (149, 3), (170, 3)]
        {
            let found = letters(&world, minute).await;
            assert_eq!(found.len(), count, "minute {minute}: {found:?}");
        }
        let found = letters(&world, 171).await;
        let subjects: Vec<&str> = found.iter().map(|(subject, _)| subject.as_str()).collect();
        assert!(subjects[0].contains("10 minutes"), "{subjects:?}");
        for (subject, body) in &found {
            assert!(
                body.contains("After 30 minutes: 50.00 DKK once and 20.00 DKK every 15 minutes."),
                "{body}"
            );
            assert!(subject.contains("Harbour"), "it says where: {subject}");
        }
        let stop = transaction(Phase::Ended, 172, 3_000, Some(&number));
        tell(&connection, "StopTransaction", stop).await.expect("told");
    }
}

#[tokio::test]
async fn the_letter_is_in_the_drivers_language() {
    for world in worlds().await {
        set_up(&world, Language::Danish).await;
        let connection = world.connect("CP1").await;
        start(&connection, 0, 1_000).await;
        let found = letters(&world, 112).await;
        assert!(found[0].1.contains("Efter 30 minutter: 50.00 DKK én gang"), "{found:?}");
    }
}
