//! Statements of months through the real application: sums of the ledger that do not change once the month is over.

mod support;

use forecourt_app::drivers::NewDriver;
use forecourt_app::jobs::Job;
use forecourt_app::payouts::{BankAccount, PayoutAnswer};
use forecourt_app::sheet::Format;
use forecourt_app::statements::InCurrency;
use forecourt_app::tokens::TokenEdit;
use forecourt_app::wallets::Added;
use forecourt_app::{AppError, SiteEdit};
use forecourt_core::billing::AccountKind;
use forecourt_core::fact::Phase;
use forecourt_core::id::DriverId;
use jiff::civil::date;
use support::*;

/// 25 per cent on energy, nothing on the flat price.
const RULES: &str = r#"{"currency":"EUR","prices":"with_vat","elements":[{"components":[
    {"dimension":"energy","price":"4.00","vat":"25"},{"dimension":"flat","price":"1.00"}]}]}"#;
/// Dearer from ten minutes after the start on, and something for standing there.
const BLOCKS: &str = r#"{"currency":"EUR","prices":"with_vat","elements":[
    {"components":[{"dimension":"energy","price":"9.00","vat":"25"}],"restrictions":{"start_time":"14:10"}},
    {"components":[{"dimension":"energy","price":"4.00","vat":"25"},{"dimension":"flat","price":"1.00","vat":"12"}]}]}"#;
const JUNE: &str = "2026-06";
const JULY: &str = "2026-07";
/// Minutes of a day.
const DAY: i64 = 24 * 60;

async fn set_up(world: &World, rules: &str) -> DriverId {
    let edit = SiteEdit { currency: Some("EUR".into()), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    let rules = serde_json::from_str(rules).expect("rules");
    let sheet = world.app.add_tariff(&world.principal, "Standard", Some(at(-60)), rules).await;
    let tariff = Some(Some(sheet.expect("tariff").tariff.id));
    let edit = SiteEdit { tariff, ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    let new = NewDriver { name: "Ida Holm".into(), ..NewDriver::default() };
    let driver = world.app.add_driver(&world.principal, new).await.expect("driver").id;
    let keys = world.app.tokens(&world.principal, &Default::default(), None, 10).await.expect("keys").items;
    let edit = TokenEdit { driver: Some(Some(driver)), ..TokenEdit::default() };
    world.app.edit_token(&world.principal, keys[0].id, None, edit).await.expect("given");
    let bank =
        BankAccount { holder: "Quay".into(), iban: "DE89370400440532013000".into(), bic: String::new() };
    world.app.set_bank_account(&world.principal, bank).await.expect("bank");
    driver
}

async fn euros(world: &World, month: &str) -> InCurrency {
    let statement = world.app.statement(&world.principal, month).await.expect("statement");
    assert_eq!(statement.currencies.len(), 1);
    statement.currencies.into_iter().next().expect("euros")
}

fn course(of: &InCurrency, kind: AccountKind) -> (i64, Vec<(&str, i64)>, i64) {
    let found = of.accounts.iter().find(|course| course.account == kind).expect("an account");
    let moved = found.moved.iter().map(|(kind, amount)| (kind.as_str(), amount.0)).collect();
    (found.opening.0, moved, found.closing.0)
}

fn rates(of: &InCurrency) -> Vec<(Option<&str>, bool, i64, i64)> {
    of.rates.iter().map(|r| (r.rate.as_deref(), r.is_unknown, r.without_vat.0, r.vat.0)).collect()
}

#[tokio::test]
async fn a_month_is_what_its_entries_come_to_and_stays_so() {
    for world in worlds().await {
        let who = &world.principal;
        assert!(world.app.statements(who).await.expect("months").is_empty(), "nothing has moved");
        let driver = set_up(&world, RULES).await;
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        let charge = async |from: i64, wh: i64| {
            let number = start(&station, from, wh).await;
            let stop = transaction(Phase::Ended, from + 20, wh + 4_000, Some(&number));
            tell(&station, "StopTransaction", stop).await.expect("stop");
            Job::Ledger.run(&world.app).await.expect("posted");
        };
        let add = async |how, amount| {
            world.app.add_to_wallet(who, driver, how, (amount, "EUR"), "Test").await.expect("added");
        };
        charge(0, 1_000).await;
        add(Added::Held, "50.00").await;
        add(Added::Credit, "2.00").await;
        let june = euros(&world, JUNE).await;
        assert_eq!(june.income.len(), 1);
        assert_eq!(
            (june.income[0].without_vat.0, june.income[0].vat.0, june.income[0].entries),
            (1_380, 320, 1)
        );
        assert_eq!(rates(&june), [(Some("25"), false, 1_280, 320), (None, false, 100, 0)]);
        assert_eq!(course(&june, AccountKind::Held), (0, vec![("top_up", 5_000)], 5_000));
        let wallet = vec![("credit", 200), ("session", -1_700), ("top_up", 5_000)];
        assert_eq!(course(&june, AccountKind::Driver), (0, wallet, 3_500));

        // July: another session and a payout. June stays as it was.
        world.minutes(30 * DAY);
        charge(30 * DAY, 5_000).await;
        let payout = world.app.request_payout(who, "20.00", "EUR").await.expect("asked");
        for answer in [PayoutAnswer::Approved, PayoutAnswer::Paid] {
            world.app.answer_payout(who, payout.id, answer, None).await.expect("answered");
        }
        let (again, july) = (euros(&world, JUNE).await, euros(&world, JULY).await);
        assert_eq!(
            (&again.income, &again.rates, &again.accounts),
            (&june.income, &june.rates, &june.accounts)
        );
        let asked = vec![("payout_requested", -2_000)];
        assert_eq!(course(&july, AccountKind::Held), (5_000, asked, 3_000));
        assert_eq!(course(&july, AccountKind::Bank), (0, vec![("payout_paid", 2_000)], 2_000));
        for balance in world.app.balances(who).await.expect("balances").iter().filter(|b| b.balance.0 != 0) {
            let closing = course(&july, balance.kind).2;
            assert_eq!(
                closing.abs(),
                balance.balance.0.abs(),
                "the running month ends with what there is now"
            );
        }
        let months = world.app.statements(who).await.expect("months");
        let shown: Vec<_> = months.iter().map(|m| (m.first_day, m.is_running)).collect();
        assert_eq!(shown, [(date(2026, 7, 1), true), (date(2026, 6, 1), false)]);
        for wrong in ["2026-08", "2026-13", "June", "2026-6", ""] {
            let none = world.app.statement(who, wrong).await;
            assert!(matches!(none, Err(AppError::NotFound(_))), "{wrong}");
        }

        let sheet = world.app.statement_sheet(who, JUNE).await.expect("sheet");
        let file = String::from_utf8(sheet.write(Format::Csv).expect("a file")).expect("text");
        for part in ["Session,1,13.80,3.20,17.00", "25 %,12.80,3.20,16.00", "Held,Closing balance,50.00"] {
            assert!(file.contains(part), "{part} in {file}");
        }
    }
}

#[tokio::test]
async fn a_correction_is_at_the_rate_of_its_session() {
    for world in worlds().await {
        set_up(&world, BLOCKS).await;
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        let number = start(&station, 0, 1_000).await;
        let stop = transaction(Phase::Ended, 20, 5_000, Some(&number));
        tell(&station, "StopTransaction", stop).await.expect("stop");
        Job::Ledger.run(&world.app).await.expect("posted");
        // Most of it flowed while it was cheap.
        tell(&station, "MeterValues", meter(10, 4_500, Some(&number))).await.expect("late");
        Job::Ledger.run(&world.app).await.expect("posted");
        let june = euros(&world, JUNE).await;
        let (net, vat) = june.income.iter().fold((0, 0), |s, i| (s.0 + i.without_vat.0, s.1 + i.vat.0));
        let at: (i64, i64) = june.rates.iter().fold((0, 0), |s, r| (s.0 + r.without_vat.0, s.1 + r.vat.0));
        assert_eq!(at, (net, vat));
        let kinds: Vec<_> = june.income.iter().map(|income| income.kind.as_str()).collect();
        assert_eq!(kinds, ["correction", "session"]);
        assert_eq!(june.income[0].without_vat.0 + june.income[0].vat.0, -750);
        assert!(june.rates.iter().all(|rate| !rate.is_unknown), "{:?}", june.rates);
    }
}
