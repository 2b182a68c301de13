//! Drivers from the first letter to being forgotten, and what their charge keys may do, on both databases.

mod support;

use forecourt_app::driver_groups::GroupRequest;
use forecourt_app::drivers::{DriverBulk, DriverEdit, NewDriver, Redemption};
use forecourt_app::store::MailFilter;
use forecourt_app::store::driver::{DriverFilter, DriverOrder};
use forecourt_app::{AppError, NewToken, TokenEdit};
use forecourt_core::driver::DriverStatus;
use forecourt_core::fact::{Answer, Fact, PresentedToken};
use forecourt_core::token::{TokenKind, Verdict};
use support::{World, worlds};

fn ada() -> NewDriver {
    NewDriver {
        name: "Ada Lovelace".into(),
        email: Some("ada@example.com".into()),
        invite: true,
        ..NewDriver::default()
    }
}

fn key(uid: &str) -> NewToken {
    NewToken { uid: uid.into(), ..NewToken::default() }
}

/// The code of the newest letter.
async fn code(world: &World) -> String {
    let letters = world.app.store().mail(world.principal.organisation, MailFilter::default(), None, 10).await;
    let letter = letters.expect("letters").items.into_iter().next().expect("a letter");
    let link = letter.body.lines().find(|line| line.contains("/redeem#")).expect("a link");
    link.split_once('#').expect("a code").1.to_owned()
}

#[tokio::test]
async fn a_driver_joins_by_letter_once_and_is_forgotten_but_for_the_sessions() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        let group = GroupRequest { name: "Staff".into(), description: None };
        let group = app.add_driver_group(who, group).await.expect("a group");
        let driver =
            app.add_driver(who, NewDriver { groups: vec![group.id], ..ada() }).await.expect("a driver");
        assert_eq!((driver.status, driver.number.as_str()), (DriverStatus::Invited, "000001"));
        let code = code(&world).await;
        assert_eq!(app.look_at_code(&code).await.expect("a look").groups, ["Staff"]);
        let redemption = Redemption { code: code.to_lowercase(), name: "Ada King".into(), phone: None };
        app.redeem_code(redemption.clone()).await.expect("joins");
        assert!(matches!(app.redeem_code(redemption).await, Err(AppError::NotFound(_))), "works once");
        let joined = app.driver(who, driver.id).await.expect("a driver");
        assert_eq!((joined.status, joined.name.as_str()), (DriverStatus::Active, "Ada King"));
        assert!(matches!(app.invite_driver(who, driver.id, true).await, Err(AppError::Conflict(_))));

        let token = NewToken { driver: Some(driver.id), ..key("CARD7") };
        app.add_token(who, token).await.expect("a key");
        app.erase_driver(who, driver.id).await.expect("erased");
        assert!(matches!(app.driver(who, driver.id).await, Err(AppError::NotFound(_))));
        assert_eq!(app.driver_group(who, group.id).await.expect("a group").members, 0);
        assert!(app.store().token_by_uid(who.organisation, "CARD7").await.expect("read").is_none());
        let deeds = app.audit(who, &Default::default(), None, 100).await.expect("deeds").items;
        let told = format!("{deeds:?}");
        assert!(!told.contains("ada@example.com") && !told.contains("Lovelace"), "{told}");
        // The address is free again.
        app.add_driver(who, ada()).await.expect("another with the address");
    }
}

#[tokio::test]
async fn a_blocked_drivers_keys_are_refused_and_a_car_is_known_by_its_address() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        let ask = async |uid: &str, kind| {
            let token = PresentedToken { uid: uid.into(), kind };
            match support::tell(&connection, "Authorize", Fact::Authorize(token)).await {
                Ok(Answer::Authorize(info)) => info.verdict,
                other => panic!("{other:?}"),
            }
        };
        let driver = app.add_driver(who, NewDriver { invite: false, ..ada() }).await.expect("a driver");
        let car = NewToken { kind: TokenKind::Mac, driver: Some(driver.id), ..key("00:1A:2B:3C:4D:5E") };
        let car = app.add_token(who, car).await.expect("a key");
        assert_eq!(ask("VID:001a2b3c4d5e", TokenKind::Rfid).await, Verdict::Accepted);
        let block = |is_blocked| DriverEdit { is_blocked: Some(is_blocked), ..DriverEdit::default() };
        app.edit_driver(who, driver.id, None, block(true)).await.expect("blocked");
        assert_eq!(ask("001A2B3C4D5E", TokenKind::Mac).await, Verdict::Blocked);
        let changed = app.bulk_drivers(who, &[driver.id], DriverBulk::Unblock).await.expect("unblocked");
        assert_eq!((changed, ask("001A2B3C4D5E", TokenKind::Mac).await), (1, Verdict::Accepted));
        let taken = app.add_token(who, NewToken { kind: TokenKind::Mac, ..key("001a2b3c4d5e") }).await;
        assert!(matches!(taken, Err(AppError::Conflict(_))), "one key for one car");

        let new = app.replace_token(who, car.id, "00:1A:2B:3C:4D:5F").await.expect("replaced");
        assert_eq!(new.driver, Some(driver.id));
        assert_eq!(ask("001A2B3C4D5E", TokenKind::Mac).await, Verdict::Blocked);
        assert_eq!(ask("VID:001A2B3C4D5F", TokenKind::Rfid).await, Verdict::Accepted);
        let nobody = TokenEdit { driver: Some(None), ..TokenEdit::default() };
        let free = app.edit_token(who, new.id, None, nobody).await.expect("taken away");
        assert_eq!((free.driver, free.driver_name), (None, None));
    }
}

#[tokio::test]
async fn a_file_of_drivers_is_looked_over_before_it_is_taken() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        app.add_driver(who, NewDriver { invite: false, ..ada() }).await.expect("a driver");
        let text = "Name;E-mail;Telefon;RFID\nGrace Hopper;grace@example.com;+1 555 0100;CARD8\n\
                    Ada;ada@example.com;;\nNobody;not an address;;\n;x@example.com;;\nGrace;;;CARD8\n";
        let seen = app.import_drivers(who, text, true).await.expect("a look");
        let wrong: Vec<usize> =
            seen.lines.iter().filter(|l| !l.problems.is_empty()).map(|l| l.line).collect();
        assert_eq!((seen.imported, wrong), (0, vec![3, 4, 5, 6]), "{:?}", seen.lines);
        let done = app.import_drivers(who, text, false).await.expect("taken");
        assert_eq!(done.imported, 1);
        let known = app.store().token_by_uid(who.organisation, "card8").await.expect("read").expect("a key");
        assert_eq!(known.driver_name.as_deref(), Some("Grace Hopper"));
        let again = app.import_drivers(who, text, false).await.expect("again");
        assert_eq!(again.imported, 0, "{:?}", again.lines);
    }
}

#[tokio::test]
async fn every_order_pages_through_everybody() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        for n in 0..7 {
            let new = NewDriver { name: format!("Driver {}", n % 3), ..NewDriver::default() };
            app.add_driver(who, new).await.expect("a driver");
        }
        for order in [
            DriverOrder::Name,
            DriverOrder::Number,
            DriverOrder::Email,
            DriverOrder::NewestFirst,
            DriverOrder::LastChargeFirst,
        ] {
            let filter = DriverFilter { order, ..DriverFilter::default() };
            let (mut seen, mut cursor) = (std::collections::BTreeSet::new(), None);
            loop {
                let page = app.drivers(who, &filter, cursor.as_ref(), 2).await.expect("a page");
                seen.extend(page.items.iter().map(|driver| driver.id));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen.len(), 7, "{order:?}");
        }
    }
}
