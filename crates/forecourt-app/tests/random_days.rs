//! Thousands of random days through the real application and its database: charging, late readings, wallets, vouchers,
//! payouts. The ledger balances, every session is billed once, and priced again from its readings it costs the same.

mod support;

use std::collections::HashMap;

use forecourt_app::drivers::NewDriver;
use forecourt_app::gateway::Connection;
use forecourt_app::jobs::Job;
use forecourt_app::payouts::{BankAccount, PayoutAnswer};
use forecourt_app::store::ledger::EntryFilter;
use forecourt_app::store::session::{SessionFilter, SessionStatus};
use forecourt_app::tokens::NewToken;
use forecourt_app::wallets::{Added, NewVouchers};
use forecourt_app::{AppError, SiteEdit};
use forecourt_core::billing::AccountKind;
use forecourt_core::fact::{Answer, Fact, Phase, PresentedToken, TransactionReport};
use forecourt_core::id::DriverId;
use forecourt_core::token::TokenKind;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use support::*;

/// Chargers, each with a day of its own.
const STATIONS: i64 = 20;
/// Days of the calendar: times the chargers, ten thousand days of charging.
const DAYS: i64 = 500;
/// PostgreSQL answers each commit from a disk: fewer days there.
const DAYS_ON_POSTGRES: i64 = 40;
const DAY_MIN: i64 = 24 * 60;
const DRIVERS: usize = 12;
const PAGE: u32 = 200;
/// Dearer by day, and something for standing there: a late reading moves energy from one price to the other.
const RULES: &str = r#"{"currency":"EUR","prices":"with_vat","elements":[
    {"components":[{"dimension":"energy","price":"0.59","vat":"25"}],"restrictions":{"start_time":"08:00","end_time":"20:00"}},
    {"components":[{"dimension":"energy","price":"0.37","vat":"25"}]},
    {"components":[{"dimension":"occupied_time","price":"1.20","vat":"12","step":60},{"dimension":"flat","price":"0.35","vat":"0"}]}]}"#;

/// What must be there, added up beside the application.
#[derive(Default)]
struct Books {
    /// Put into wallets, by driver.
    wallets: HashMap<DriverId, i64>,
    held: i64,
    cash: i64,
    paid_out: i64,
    sessions: usize,
}

async fn set_up(world: &World) -> Vec<DriverId> {
    let edit = SiteEdit { currency: Some("EUR".into()), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    let rules = serde_json::from_str(RULES).expect("rules");
    let sheet = world.app.add_tariff(&world.principal, "Day and night", Some(at(-60)), rules).await;
    let edit = SiteEdit { tariff: Some(Some(sheet.expect("tariff").tariff.id)), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    let bank =
        BankAccount { holder: "Quay ApS".into(), iban: "DE89370400440532013000".into(), bic: String::new() };
    world.app.set_bank_account(&world.principal, bank).await.expect("bank");
    let mut drivers = Vec::new();
    for n in 0..DRIVERS {
        let new = NewDriver { name: format!("Driver {n}"), ..NewDriver::default() };
        let driver = world.app.add_driver(&world.principal, new).await.expect("driver").id;
        let token = NewToken { uid: format!("KEY{n}"), driver: Some(driver), ..NewToken::default() };
        world.app.add_token(&world.principal, token).await.expect("key");
        drivers.push(driver);
    }
    drivers
}

fn told(phase: Phase, minute: i64, wh: i64, reference: Option<&str>, key: usize) -> Fact {
    let Fact::Transaction(report) = transaction(phase, minute, wh, reference) else { unreachable!() };
    let token =
        (phase == Phase::Started).then(|| PresentedToken { uid: format!("KEY{key}"), kind: TokenKind::Rfid });
    Fact::Transaction(Box::new(TransactionReport { token, ..*report }))
}

/// A charger, what its register shows, and what it will tell a day late.
struct Charger {
    connection: Connection,
    register: i64,
    late: Vec<Fact>,
    rng: StdRng,
}

/// One day at one charger: none to three sessions, some with readings that come late or a stop that is told twice.
async fn day(charger: &mut Charger, first_minute: i64) -> usize {
    let Charger { connection, register, late: later, rng } = charger;
    for fact in later.drain(..) {
        tell(connection, "MeterValues", fact).await.expect("kept");
    }
    let sessions = rng.random_range(0..4);
    let mut minute = first_minute + rng.random_range(0..120);
    for _ in 0..sessions {
        let key = rng.random_range(0..DRIVERS);
        let started = told(Phase::Started, minute, *register, None, key);
        let number = match tell(connection, "StartTransaction", started).await {
            Ok(Answer::Transaction { reference: Some(reference), .. }) => reference.0,
            other => panic!("no transaction number: {other:?}"),
        };
        let length = rng.random_range(20..240);
        // What the charger can deliver; now and then more, which a person has to look at.
        let wh = rng.random_range(0..length * 150) + if rng.random_bool(0.02) { 900_000 } else { 0 };
        let (half, share) = (length / 2, wh / rng.random_range(1..5));
        let in_between = meter(minute + half, *register + share, Some(&number));
        let late = rng.random_bool(0.2);
        if !late {
            tell(connection, "MeterValues", in_between.clone()).await.expect("kept");
        }
        let stop = told(Phase::Ended, minute + length, *register + wh, Some(&number), key);
        tell(connection, "StopTransaction", stop.clone()).await.expect("kept");
        if late {
            later.push(in_between);
        }
        if rng.random_bool(0.1) {
            tell(connection, "StopTransaction", stop).await.expect("kept");
        }
        *register += wh;
        minute += length + rng.random_range(1..60);
    }
    sessions
}

/// What people do with money that day.
async fn desk(world: &World, drivers: &[DriverId], books: &mut Books, rng: &mut StdRng) {
    let who = &world.principal;
    let driver = drivers[rng.random_range(0..drivers.len())];
    let cents: i64 = rng.random_range(1..20_000);
    let text = format!("{}.{:02}", cents / 100, cents % 100);
    let amount = (text.as_str(), "EUR");
    match rng.random_range(0..6) {
        0 | 1 => {
            world.app.add_to_wallet(who, driver, Added::Held, amount, "Top-up").await.expect("held");
            books.held += cents;
            *books.wallets.entry(driver).or_default() += cents;
        }
        2 => {
            world.app.add_to_wallet(who, driver, Added::Cash, amount, "At the desk").await.expect("cash");
            books.cash += cents;
            *books.wallets.entry(driver).or_default() += cents;
        }
        3 => {
            let new = NewVouchers {
                kind: "refund".into(),
                amount: text,
                currency: "EUR".into(),
                expires_at: None,
                reason: "The charger stopped".into(),
                count: 1,
            };
            let (voucher, code) = world.app.make_vouchers(who, new).await.expect("made").remove(0);
            if rng.random_bool(0.2) {
                world.app.withdraw_voucher(who, voucher.id).await.expect("withdrawn");
            } else {
                for _ in 0..rng.random_range(1..3) {
                    world.app.redeem_voucher(who, driver, &code).await.expect("redeemed");
                }
                *books.wallets.entry(driver).or_default() += cents;
            }
        }
        _ => match world.app.request_payout(who, &text, "EUR").await {
            Ok(payout) => {
                assert!(cents <= books.held - books.paid_out, "more was paid out than there was");
                let answer = async |how, why| world.app.answer_payout(who, payout.id, how, why).await;
                if rng.random_bool(0.3) {
                    answer(PayoutAnswer::Rejected, Some("Name differs")).await.expect("rejected");
                } else {
                    answer(PayoutAnswer::Approved, None).await.expect("approved");
                    answer(PayoutAnswer::Paid, None).await.expect("paid");
                    books.paid_out += cents;
                }
            }
            Err(AppError::Invalid(_)) => assert!(cents > books.held - books.paid_out, "it was there"),
            Err(other) => panic!("{other}"),
        },
    }
}

async fn assert_books(world: &World, books: &Books) {
    assert!(world.app.store().unbalanced().await.expect("checked").is_empty());
    let balances = world.app.balances(&world.principal).await.expect("balances");
    assert_eq!(balances.iter().map(|b| b.balance.0).sum::<i64>(), 0, "debit and credit are the same");
    let of = |kind| balances.iter().filter(|b| b.kind == kind).map(|b| b.balance.0).sum::<i64>();
    assert_eq!(of(AccountKind::Held), books.held - books.paid_out);
    assert_eq!(of(AccountKind::Bank), books.cash + books.paid_out);
    assert_eq!(of(AccountKind::PayoutPending), 0);
}

/// Sums of the ledger by session, and how often each was posted first.
async fn posted(world: &World) -> HashMap<i64, (i64, usize)> {
    let mut sums: HashMap<i64, (i64, usize)> = HashMap::new();
    let mut cursor = None;
    loop {
        let page = world.app.ledger(&world.principal, &EntryFilter::default(), cursor.as_ref(), PAGE).await;
        let page = page.expect("ledger");
        for entry in page.items {
            let Some(session) = entry.session else { continue };
            let sum = sums.entry(session.0).or_default();
            sum.0 += entry.amount.0;
            sum.1 += usize::from(entry.kind == "session");
        }
        cursor = page.next;
        if cursor.is_none() {
            return sums;
        }
    }
}

/// What is doubtful is not billed until somebody has looked at it.
async fn look_at_the_doubtful(world: &World) {
    let sums = posted(world).await;
    let doubtful = SessionFilter { status: Some(SessionStatus::Review), ..SessionFilter::default() };
    let mut looked_at = 0;
    loop {
        let page = world.app.sessions(&world.principal, &doubtful, None, PAGE).await.expect("sessions");
        if page.items.is_empty() {
            break;
        }
        for record in page.items {
            let id = record.session.id;
            assert!(!sums.contains_key(&id.0), "session {id} is billed unseen");
            world.app.review_session(&world.principal, id, None).await.expect("reviewed");
            looked_at += 1;
        }
    }
    assert!(looked_at > 0, "some were doubtful");
}

/// Every session, against the ledger and against its own readings.
async fn assert_sessions(world: &World, drivers: &[DriverId], books: &Books) {
    let sums = posted(world).await;
    let (mut seen, mut charged, mut cursor) = (0, 0, None);
    loop {
        let page =
            world.app.sessions(&world.principal, &SessionFilter::default(), cursor.as_ref(), PAGE).await;
        let page = page.expect("sessions");
        for record in page.items {
            let id = record.session.id;
            assert!(!record.session.needs_review(), "somebody has looked at it");
            let cost = record.cost.expect("every session ended with a price").amount.0;
            assert_eq!(sums.get(&id.0), Some(&(cost, 1)), "session {id} is billed once, and what it costs");
            let receipt = world.app.receipt(&world.principal, id).await.expect("read").expect("a receipt");
            assert_eq!(receipt.with_vat.0, cost);
            let again = world.app.price_again(&world.principal, id).await.expect("read");
            assert_eq!(again.as_ref(), Some(&receipt), "session {id} priced again");
            (seen, charged) = (seen + 1, charged + cost);
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, books.sessions, "every session that was begun is there once");
    assert_eq!(sums.len(), seen, "nothing else is billed");
    let corrected = EntryFilter { kind: Some("correction".into()), ..EntryFilter::default() };
    let page = world.app.ledger(&world.principal, &corrected, None, 1).await.expect("ledger");
    assert!(!page.items.is_empty(), "some late readings came after their session was billed");
    let mut left = 0;
    for driver in drivers {
        let wallet = world.app.wallet(&world.principal, *driver).await.expect("wallet");
        left += wallet.iter().map(|money| money.amount.0).sum::<i64>();
    }
    assert_eq!(
        left,
        books.wallets.values().sum::<i64>() - charged,
        "wallets hold what was put in and not charged"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_days_are_billed_to_the_cent() {
    for world in worlds().await {
        let days = if world.scratch.folder().is_some() { DAYS } else { DAYS_ON_POSTGRES };
        let drivers = set_up(&world).await;
        let mut chargers = Vec::new();
        for n in 0..STATIONS {
            let identity = format!("CP{n}");
            world.station(&identity).await;
            let rng = StdRng::seed_from_u64(u64::try_from(n).expect("small"));
            let connection = world.connect(&identity).await;
            chargers.push(Charger { connection, register: 0, late: Vec::new(), rng });
        }
        let mut books = Books::default();
        let mut rng = StdRng::seed_from_u64(7);
        for date in 0..days {
            world.minutes((date + 1) * DAY_MIN);
            let all = chargers.iter_mut().map(|charger| day(charger, date * DAY_MIN));
            books.sessions += futures_util::future::join_all(all).await.into_iter().sum::<usize>();
            desk(&world, &drivers, &mut books, &mut rng).await;
            if rng.random_bool(0.2) {
                Job::Ledger.run(&world.app).await.expect("posted");
                assert_books(&world, &books).await;
            }
        }
        Job::Ledger.run(&world.app).await.expect("posted");
        look_at_the_doubtful(&world).await;
        for _ in 0..2 {
            Job::Ledger.run(&world.app).await.expect("posted");
        }
        assert_books(&world, &books).await;
        assert_sessions(&world, &drivers, &books).await;
    }
}
