//! Bookings from the desk to the receipt, on simulated time and both databases.

mod support;

use forecourt_app::bookings::NewBooking;
use forecourt_app::drivers::NewDriver;
use forecourt_app::jobs::Job;
use forecourt_app::store::booking::{BookingFilter, BookingRecord};
use forecourt_app::store::session::SessionFilter;
use forecourt_app::{AppError, NewToken, SiteEdit};
use forecourt_core::booking::{Assign, Blocking, OwnPrice, PER_KWH, Rules, State};
use forecourt_core::command::Command;
use forecourt_core::fact::{Answer, ConnectorStatus, Fact, Phase, PresentedToken, StatusReport};
use forecourt_core::id::{ConnectorNumber, DriverId, EvseNumber, SessionId};
use forecourt_core::tariff::{Amount, What};
use forecourt_core::token::{TokenKind, TokenStatus, Verdict};
use forecourt_core::unit::Currency;
use support::obedient::{Obedient, says, yes};
use support::*;

const TARIFF: &str = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[
    {"dimension":"energy","price":"4.00","vat":"25"}]}]}"#;

fn kroner(whole: i64) -> Amount {
    Amount(whole * 1_000_000)
}

/// Hours of 60 minutes with 10 between, day and night; 12:00 UTC is 14:00 at the site, where a slot begins at 14:00.
fn rules() -> Rules {
    let usual = Rules::usual(Currency::read("DKK").expect("a currency"));
    Rules {
        enabled: true,
        price: Some(OwnPrice { per: PER_KWH, amount: kroner(3) }),
        free_wh: 1_000,
        fee: kroner(10),
        blocking: Some(Blocking { grace_min: 10, amount: kroner(5), every_min: 10 }),
        no_show_min: Some(15),
        ..usual
    }
}

async fn with_rules(world: &World, rules: Rules) {
    let tariff = serde_json::from_str(TARIFF).expect("rules");
    let sheet = world.app.add_tariff(&world.principal, "T", Some(at(-60)), tariff).await.expect("tariff");
    let edit = SiteEdit { tariff: Some(Some(sheet.tariff.id)), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    world.app.set_booking_rules(&world.principal, world.site, None, rules).await.expect("rules");
}

async fn driver(world: &World, name: &str, key: &str) -> DriverId {
    let new =
        NewDriver { name: name.into(), email: Some(format!("{key}@example.com")), ..NewDriver::default() };
    let made = world.app.add_driver(&world.principal, new).await.expect("driver");
    let token = NewToken {
        uid: key.into(),
        kind: TokenKind::Rfid,
        status: TokenStatus::Accepted,
        driver: Some(made.id),
        ..NewToken::default()
    };
    world.app.add_token(&world.principal, token).await.expect("token");
    made.id
}

fn wish(world: &World, driver: DriverId, minute: i64) -> NewBooking {
    NewBooking {
        site: world.site,
        driver,
        from: at(minute),
        slots: 1,
        station: None,
        evse: None,
        note: None,
        by_driver: false,
    }
}

async fn look(world: &World, minute: i64) {
    world.minutes(minute);
    Job::Bookings.run(&world.app).await.expect("looked");
    Job::IdleFees.run(&world.app).await.expect("looked");
}

async fn booking(world: &World, known: &BookingRecord) -> BookingRecord {
    world.app.booking(&world.principal, known.id).await.expect("booking").row.booking
}

async fn steps(world: &World, known: &BookingRecord) -> Vec<String> {
    let sheet = world.app.booking(&world.principal, known.id).await.expect("booking");
    sheet.steps.into_iter().map(|step| step.step).collect()
}

async fn verdict(connection: &forecourt_app::gateway::Connection, key: &str) -> Verdict {
    let token = PresentedToken { uid: key.into(), kind: TokenKind::Rfid };
    match tell(connection, "Authorize", Fact::Authorize(token)).await {
        Ok(Answer::Authorize(info)) => info.verdict,
        other => panic!("{other:?}"),
    }
}

fn started(key: &str, minute: i64, wh: i64) -> Fact {
    let Fact::Transaction(mut report) = transaction(Phase::Started, minute, wh, None) else {
        panic!("a start")
    };
    report.token = Some(PresentedToken { uid: key.into(), kind: TokenKind::Rfid });
    Fact::Transaction(report)
}

async fn start_with(
    connection: &forecourt_app::gateway::Connection,
    key: &str,
    minute: i64,
    wh: i64,
) -> String {
    match tell(connection, "StartTransaction", started(key, minute, wh)).await {
        Ok(Answer::Transaction { reference: Some(reference), .. }) => reference.0,
        other => panic!("{other:?}"),
    }
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

async fn only_session(world: &World) -> SessionId {
    let page =
        world.app.sessions(&world.principal, &SessionFilter::default(), None, 10).await.expect("sessions");
    page.items[0].session.id
}

async fn subjects(world: &World) -> Vec<String> {
    let page = world.app.mail(&world.principal, Default::default(), None, 50).await.expect("letters");
    page.items.into_iter().rev().map(|mail| mail.subject).collect()
}

#[tokio::test]
async fn the_holder_charges_at_the_bookings_price_and_strangers_are_refused() {
    for world in worlds().await {
        world.station("CP1").await;
        with_rules(&world, rules()).await;
        let anna = driver(&world, "Anna", "ANNA").await;
        driver(&world, "Bo", "BO").await;
        let made = world.app.book(&world.principal, wish(&world, anna, 60)).await.expect("booked");
        let connection = world.connect("CP1").await;
        assert_eq!(verdict(&connection, "BO").await, Verdict::Accepted, "nobody has it yet");
        look(&world, 60).await;
        assert_eq!(verdict(&connection, "BO").await, Verdict::NotHere);
        assert_eq!(verdict(&connection, "ANNA").await, Verdict::Accepted);
        let number = start_with(&connection, "ANNA", 62, 1_000).await;
        tell(&connection, "StatusNotification", status(62, ConnectorStatus::Charging)).await.expect("told");
        look(&world, 90).await;
        assert_eq!(booking(&world, &made).await.state, State::Running);
        // A crash between: nothing is lost.
        let world = world.restart().await;
        let connection = world.connect("CP1").await;
        world.minutes(110);
        tell(&connection, "StopTransaction", transaction(Phase::Ended, 110, 6_000, Some(&number)))
            .await
            .expect("told");
        tell(&connection, "StatusNotification", status(110, ConnectorStatus::Finishing)).await.expect("told");
        look(&world, 111).await;
        let session = only_session(&world).await;
        let receipt = world.app.receipt(&world.principal, session).await.expect("read").expect("a receipt");
        // One slot at 10; of 5 kWh one is free, four cost 3.
        assert_eq!(receipt.currency.text(receipt.with_vat), "22.00");
        let fees = receipt.lines.iter().filter(|line| line.what == What::BookingFee).count();
        assert_eq!(fees, 1);
        // The car stays: booked until 120, ten minutes of grace, then 5 each ten minutes.
        look(&world, 121).await;
        look(&world, 129).await;
        let cost = async |world: &World| {
            let receipt =
                world.app.receipt(&world.principal, session).await.expect("read").expect("a receipt");
            receipt.currency.text(receipt.with_vat)
        };
        assert_eq!(cost(&world).await, "22.00", "grace");
        look(&world, 130).await;
        assert_eq!(cost(&world).await, "27.00");
        look(&world, 140).await;
        tell(&connection, "StatusNotification", status(145, ConnectorStatus::Available)).await.expect("told");
        look(&world, 150).await;
        assert_eq!(cost(&world).await, "32.00");
        assert_eq!(booking(&world, &made).await.state, State::Done);
        assert_eq!(steps(&world, &made).await, ["made", "begun", "started", "done"]);
        let kinds: Vec<bool> = world
            .app
            .sessions(&world.principal, &SessionFilter::default(), None, 10)
            .await
            .expect("sessions")
            .items
            .iter()
            .map(|row| row.reservation.is_some())
            .collect();
        assert_eq!(kinds, [true], "listed as a booking");
        let again = world.app.price_again(&world.principal, session).await.expect("read").expect("a receipt");
        assert_eq!(again.with_vat, receipt.with_vat.saturating_add(forecourt_core::unit::MinorUnits(1_000)));
    }
}

#[tokio::test]
async fn of_two_at_once_on_the_last_slot_one_wins() {
    for world in worlds().await {
        world.station("CP1").await;
        with_rules(&world, rules()).await;
        let (anna, bo) = (driver(&world, "Anna", "ANNA").await, driver(&world, "Bo", "BO").await);
        let (a, b) = tokio::join!(
            world.app.book(&world.principal, wish(&world, anna, 60)),
            world.app.book(&world.principal, wish(&world, bo, 60)),
        );
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
        let lost = if a.is_err() { a } else { b };
        assert!(matches!(lost, Err(AppError::Conflict(_))), "{lost:?}");
        // The same driver twice at once, where there is room for both.
        world.station("CP2").await;
        world.app.book(&world.principal, wish(&world, anna, 300)).await.expect("booked");
        let twice = world.app.book(&world.principal, wish(&world, anna, 300)).await;
        assert!(matches!(twice, Err(AppError::Conflict(_))), "{twice:?}");
    }
}

#[tokio::test]
async fn who_does_not_come_loses_the_plug_and_owes_the_fee_once() {
    for world in worlds().await {
        world.station("CP1").await;
        with_rules(&world, rules()).await;
        let anna = driver(&world, "Anna", "ANNA").await;
        let made = world.app.book(&world.principal, wish(&world, anna, 60)).await.expect("booked");
        look(&world, 74).await;
        assert_eq!(booking(&world, &made).await.state, State::Booked);
        look(&world, 75).await;
        look(&world, 80).await;
        assert_eq!(booking(&world, &made).await.state, State::Expired);
        let dues = world
            .app
            .store()
            .amounts_due_of_driver(world.principal.organisation, anna, 10)
            .await
            .expect("dues");
        assert_eq!(
            dues.iter().map(|due| (due.kind.as_str(), due.amount)).collect::<Vec<_>>(),
            [("booking", 1_000)]
        );
        assert!(subjects(&world).await.contains(&"Your booking has expired".to_owned()));
        // The plug is anybody's again.
        let connection = world.connect("CP1").await;
        driver(&world, "Bo", "BO").await;
        assert_eq!(verdict(&connection, "BO").await, Verdict::Accepted);
    }
}

#[tokio::test]
async fn cancelling_before_the_start_costs_nothing_unless_the_site_says_so() {
    for world in worlds().await {
        world.station("CP1").await;
        with_rules(&world, rules()).await;
        let anna = driver(&world, "Anna", "ANNA").await;
        let dues = async |world: &World| {
            let found = world.app.store().amounts_due_of_driver(world.principal.organisation, anna, 10).await;
            found.expect("dues").len()
        };
        let first = world.app.book(&world.principal, wish(&world, anna, 60)).await.expect("booked");
        let gone = world.app.cancel_booking(&world.principal, first.id, None, Some("ill".into())).await;
        assert_eq!(gone.expect("cancelled").state, State::Cancelled);
        assert_eq!(dues(&world).await, 0);
        let again = world.app.cancel_booking(&world.principal, first.id, None, None).await;
        assert!(matches!(again, Err(AppError::Conflict(_))), "{again:?}");
        let rules = Rules { refund: false, ..rules() };
        world.app.set_booking_rules(&world.principal, world.site, None, rules).await.expect("rules");
        let second = world.app.book(&world.principal, wish(&world, anna, 60)).await.expect("booked");
        world.app.cancel_booking(&world.principal, second.id, None, None).await.expect("cancelled");
        assert_eq!(dues(&world).await, 1);
    }
}

#[tokio::test]
async fn drivers_book_within_the_limits() {
    for world in worlds().await {
        world.station("CP1").await;
        with_rules(&world, rules()).await;
        let anna = driver(&world, "Anna", "ANNA").await;
        let refused = async |new: NewBooking| match world.app.book(&world.principal, new).await {
            Err(AppError::Invalid(faults)) => faults[0].field.clone(),
            other => panic!("{other:?}"),
        };
        world.minutes(40);
        let soon = NewBooking { by_driver: true, ..wish(&world, anna, 60) };
        assert_eq!(refused(soon).await, "/from", "20 minutes ahead");
        assert_eq!(refused(wish(&world, anna, 61)).await, "/from", "no slot begins then");
        assert_eq!(refused(NewBooking { slots: 5, ..wish(&world, anna, 60) }).await, "/slots");
        assert_eq!(refused(wish(&world, anna, 366 * 24 * 60)).await, "/from", "more than a year");
        // Two slots in a row are one booking.
        let long = world.app.book(&world.principal, NewBooking { slots: 2, ..wish(&world, anna, 60) }).await;
        let long = long.expect("booked");
        assert_eq!((long.ends_at, long.fee.map(|fee| fee.total())), (at(180), Some(kroner(20))));
    }
}

#[tokio::test]
async fn in_booking_hours_without_mix_nobody_else_charges() {
    for world in worlds().await {
        world.station("CP1").await;
        with_rules(&world, Rules { mix: false, ..rules() }).await;
        let anna = driver(&world, "Anna", "ANNA").await;
        let connection = world.connect("CP1").await;
        assert_eq!(verdict(&connection, "ANNA").await, Verdict::NotHere);
        world.app.book(&world.principal, wish(&world, anna, 0)).await.expect("at the desk, for now");
        assert_eq!(verdict(&connection, "ANNA").await, Verdict::Accepted);
    }
}

#[tokio::test]
async fn the_holders_own_session_goes_on_as_the_booking() {
    for world in worlds().await {
        world.station("CP1").await;
        with_rules(&world, rules()).await;
        let anna = driver(&world, "Anna", "ANNA").await;
        let made = world.app.book(&world.principal, wish(&world, anna, 60)).await.expect("booked");
        let connection = world.connect("CP1").await;
        let number = start_with(&connection, "ANNA", 30, 0).await;
        look(&world, 59).await;
        tell(&connection, "MeterValues", meter(60, 3_000, Some(&number))).await.expect("told");
        look(&world, 60).await;
        look(&world, 61).await;
        assert_eq!(booking(&world, &made).await.state, State::Running);
        world.minutes(90);
        tell(&connection, "StopTransaction", transaction(Phase::Ended, 90, 6_000, Some(&number)))
            .await
            .expect("told");
        let receipt = world.app.receipt(&world.principal, only_session(&world).await).await.expect("read");
        let receipt = receipt.expect("a receipt");
        // 3 kWh at 4 before; one of 3 free, two at 3, and the fee.
        assert_eq!(receipt.currency.text(receipt.with_vat), "28.00");
    }
}

#[tokio::test]
async fn somebody_elses_session_is_warned_and_stopped_before_the_booking() {
    for world in worlds().await {
        world.station("CP1").await;
        with_rules(&world, Rules { buffer_min: 0, ..rules() }).await;
        let anna = driver(&world, "Anna", "ANNA").await;
        driver(&world, "Bo", "BO").await;
        let made = world.app.book(&world.principal, wish(&world, anna, 60)).await.expect("booked");
        let mut station = Obedient::connect(&world, "CP1", |_| yes()).await;
        start_with(&station.connection, "BO", 10, 0).await;
        look(&world, 50).await;
        look(&world, 51).await;
        let warned =
            subjects(&world).await.into_iter().filter(|s| s == "Your charger is booked soon").count();
        assert_eq!(warned, 1);
        look(&world, 60).await;
        let asked = station.until(1).await;
        assert!(asked.iter().any(|command| matches!(command, Command::StopSession { .. })), "{asked:?}");
        assert_eq!(steps(&world, &made).await, ["made", "warned", "begun", "cleared"]);
    }
}

#[tokio::test]
async fn the_charger_is_named_late_and_may_be_another_by_then() {
    for world in worlds().await {
        world.station("CP1").await;
        world.station("CP2").await;
        with_rules(&world, Rules { assign: Assign::Late, ..rules() }).await;
        let anna = driver(&world, "Anna", "ANNA").await;
        let made = world.app.book(&world.principal, wish(&world, anna, 60)).await.expect("booked");
        assert_eq!(made.revealed_at, None);
        // The one it has is away; the other is there.
        let other = ["CP1", "CP2"];
        let page =
            world.app.bookings(&world.principal, BookingFilter::default(), None, 10).await.expect("read");
        let has = page.items[0].station_identity.clone();
        let there = other.iter().find(|name| **name != has).expect("another");
        let _connection = world.connect(there).await;
        look(&world, 29).await;
        assert_eq!(booking(&world, &made).await.revealed_at, None);
        look(&world, 30).await;
        let page =
            world.app.bookings(&world.principal, BookingFilter::default(), None, 10).await.expect("read");
        assert_eq!(page.items[0].station_identity, **there);
        assert_eq!(page.items[0].booking.revealed_at, Some(at(30)));
        assert!(subjects(&world).await.contains(&"Your charger is ready soon".to_owned()));
    }
}

#[tokio::test]
async fn a_charger_is_asked_to_keep_the_plug_and_its_answer_changes_nothing() {
    for world in worlds().await {
        world.station("CP1").await;
        with_rules(&world, Rules { tell_station: true, ..rules() }).await;
        let anna = driver(&world, "Anna", "ANNA").await;
        driver(&world, "Bo", "BO").await;
        let made = world.app.book(&world.principal, wish(&world, anna, 60)).await.expect("booked");
        let mut station = Obedient::connect(&world, "CP1", |_| says(false, "Rejected")).await;
        look(&world, 59).await;
        assert!(station.asked().is_empty(), "not before it begins");
        look(&world, 60).await;
        let asked = station.until(1).await;
        assert!(matches!(&asked[..], [Command::Reserve(wish)] if wish.token.uid == "ANNA"), "{asked:?}");
        look(&world, 61).await;
        assert_eq!(booking(&world, &made).await.station_word.as_deref(), Some("refused"));
        assert_eq!(verdict(&station.connection, "BO").await, Verdict::NotHere, "the hold is ours");
        world.app.cancel_booking(&world.principal, made.id, None, None).await.expect("cancelled");
        let asked = station.until(2).await;
        assert!(matches!(asked.last(), Some(Command::CancelReservation { .. })), "{asked:?}");
    }
}

#[tokio::test]
async fn who_charges_already_is_booked_in_where_the_car_stands() {
    for world in worlds().await {
        world.station("CP1").await;
        world.station("CP2").await;
        with_rules(&world, rules()).await;
        let (anna, bo) = (driver(&world, "Anna", "ANNA").await, driver(&world, "Bo", "BO").await);
        let connection = world.connect("CP2").await;
        start_with(&connection, "ANNA", 0, 0).await;
        world.minutes(5);
        let others = world.app.book(&world.principal, wish(&world, bo, 0)).await.expect("booked");
        let made = world.app.book(&world.principal, wish(&world, anna, 0)).await.expect("booked");
        assert_ne!(others.station, made.station, "nobody is sent away for a booking of now");
        look(&world, 6).await;
        look(&world, 7).await;
        assert_eq!(booking(&world, &made).await.state, State::Running);
    }
}
