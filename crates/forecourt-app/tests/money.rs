//! The ledger through the real application, on each database: sessions are posted once, wallets and payouts move money
//! and never lose any.

mod support;

use forecourt_app::drivers::NewDriver;
use forecourt_app::invoices::Billed;
use forecourt_app::jobs::Job;
use forecourt_app::payouts::{BankAccount, PayoutAnswer};
use forecourt_app::store::ledger::EntryFilter;
use forecourt_app::tokens::{NewToken, TokenEdit};
use forecourt_app::wallets::{Added, NewVouchers};
use forecourt_app::{AppError, SiteEdit};
use forecourt_core::billing::AccountKind;
use forecourt_core::fact::Phase;
use forecourt_core::id::DriverId;
use forecourt_core::unit::Currency;
use jiff::tz::TimeZone;
use support::*;

/// 4.00 with VAT per kWh.
const DAY: &str = r#"{"currency":"EUR","prices":"with_vat","elements":[{"components":[
    {"dimension":"energy","price":"4.00","vat":"25"}]}]}"#;

async fn driver(world: &World) -> DriverId {
    let new = NewDriver { name: "Ida Holm".into(), ..NewDriver::default() };
    world.app.add_driver(&world.principal, new).await.expect("driver").id
}

/// A site with a price, and the key of the tests given to a driver.
async fn priced(world: &World) -> DriverId {
    let edit = SiteEdit { currency: Some("EUR".into()), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    let rules = serde_json::from_str(DAY).expect("rules");
    let sheet =
        world.app.add_tariff(&world.principal, "Standard", Some(at(-60)), rules).await.expect("tariff");
    let edit = SiteEdit { tariff: Some(Some(sheet.tariff.id)), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
    let driver = driver(world).await;
    let known = world.app.tokens(&world.principal, &Default::default(), None, 10).await.expect("keys").items;
    match known.iter().find(|token| token.uid == CARD) {
        Some(token) => {
            let edit = TokenEdit { driver: Some(Some(driver)), ..TokenEdit::default() };
            world.app.edit_token(&world.principal, token.id, None, edit).await.expect("given");
        }
        None => {
            let new = NewToken { uid: CARD.into(), driver: Some(driver), ..NewToken::default() };
            world.app.add_token(&world.principal, new).await.expect("key");
        }
    }
    driver
}

async fn balance(world: &World, kind: AccountKind) -> i64 {
    let found = world.app.balances(&world.principal).await.expect("balances");
    found.iter().filter(|b| b.kind == kind).map(|b| b.balance.0).sum()
}

async fn wallet(world: &World, driver: DriverId) -> String {
    let found = world.app.wallet(&world.principal, driver).await.expect("wallet");
    found.first().map_or("0".into(), |money| money.text())
}

async fn kinds(world: &World) -> Vec<String> {
    let page = world.app.ledger(&world.principal, &EntryFilter::default(), None, 50).await.expect("ledger");
    page.items.into_iter().map(|entry| entry.kind).collect()
}

async fn add(world: &World, driver: DriverId, how: Added, amount: &str) -> Result<(), AppError> {
    world.app.add_to_wallet(&world.principal, driver, how, (amount, "EUR"), "Test").await
}

async fn assert_whole(world: &World) {
    assert!(world.app.store().unbalanced().await.expect("checked").is_empty());
    let all = world.app.balances(&world.principal).await.expect("balances");
    assert_eq!(all.iter().map(|b| b.balance.0).sum::<i64>(), 0, "debit and credit are the same");
}

#[tokio::test]
async fn a_session_is_posted_once_and_a_late_truth_as_its_difference() {
    for world in worlds().await {
        let driver = priced(&world).await;
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        let number = start(&station, 0, 1_000).await;
        Job::Ledger.run(&world.app).await.expect("looked");
        assert!(kinds(&world).await.is_empty(), "a running session costs nobody anything yet");
        tell(&station, "StopTransaction", transaction(Phase::Ended, 20, 5_000, Some(&number)))
            .await
            .expect("stop");
        for _ in 0..3 {
            Job::Ledger.run(&world.app).await.expect("posted");
        }
        assert_eq!(kinds(&world).await, ["session"]);
        assert_eq!(wallet(&world, driver).await, "-16.00");
        assert_eq!(balance(&world, AccountKind::Revenue).await, -1_280);
        assert_eq!(balance(&world, AccountKind::Vat).await, -320);

        // The station says later that it was more.
        tell(&station, "StopTransaction", transaction(Phase::Ended, 20, 6_000, Some(&number)))
            .await
            .expect("again");
        Job::Ledger.run(&world.app).await.expect("posted");
        let posted = kinds(&world).await;
        let cost =
            world.app.sessions(&world.principal, &Default::default(), None, 1).await.expect("list").items[0]
                .cost
                .expect("a cost")
                .amount
                .0;
        assert_eq!(balance(&world, AccountKind::Driver).await, cost, "the ledger has what the receipt says");
        assert_eq!(posted.len(), if cost == 1_600 { 1 } else { 2 });
        assert_whole(&world).await;
    }
}

#[tokio::test]
async fn a_wallet_is_added_to_and_never_taken_from_by_hand() {
    for world in worlds().await {
        let driver = driver(&world).await;
        add(&world, driver, Added::Credit, "5.00").await.expect("credit");
        add(&world, driver, Added::Cash, "10.5").await.expect("cash");
        add(&world, driver, Added::Held, "20").await.expect("held");
        assert_eq!(wallet(&world, driver).await, "35.50");
        assert_eq!(balance(&world, AccountKind::Bank).await, 1_050);
        assert_eq!(balance(&world, AccountKind::Held).await, 2_000);
        for wrong in ["-1", "0", "0.001", "1e3", "", "9999999999999999999"] {
            let refused = add(&world, driver, Added::Credit, wrong).await;
            assert!(matches!(refused, Err(AppError::Invalid(_))), "{wrong}");
        }
        assert_eq!(wallet(&world, driver).await, "35.50");
        assert_whole(&world).await;
    }
}

#[tokio::test]
async fn a_voucher_is_worth_its_amount_once() {
    for world in worlds().await {
        let (ida, other) = (driver(&world).await, driver(&world).await);
        let new = NewVouchers {
            kind: "fixed".into(),
            amount: "25.00".into(),
            currency: "EUR".into(),
            expires_at: Some(at(60)),
            reason: "Opening day".into(),
            count: 3,
        };
        let made = world.app.make_vouchers(&world.principal, new.clone()).await.expect("vouchers");
        let code = |n: usize| made[n].1.clone();
        world.app.redeem_voucher(&world.principal, ida, &code(0).to_lowercase()).await.expect("redeemed");
        world.app.redeem_voucher(&world.principal, ida, &code(0)).await.expect("again: nothing changes");
        assert_eq!(wallet(&world, ida).await, "25.00");
        for (driver, code) in [(other, code(0)), (ida, "ABCD-EFGH-JKLM".into())] {
            let refused = world.app.redeem_voucher(&world.principal, driver, &code).await;
            assert!(matches!(refused, Err(AppError::Invalid(_))));
        }
        world.app.withdraw_voucher(&world.principal, made[1].0.id).await.expect("withdrawn");
        assert!(world.app.redeem_voucher(&world.principal, other, &code(1)).await.is_err(), "withdrawn");
        assert!(world.app.withdraw_voucher(&world.principal, made[0].0.id).await.is_err(), "it is spent");
        world.minutes(61);
        assert!(world.app.redeem_voucher(&world.principal, other, &code(2)).await.is_err(), "expired");
        assert_eq!(wallet(&world, other).await, "0");
        let past = NewVouchers { expires_at: Some(at(1)), ..new };
        assert!(world.app.make_vouchers(&world.principal, past).await.is_err());
        assert_whole(&world).await;
    }
}

#[tokio::test]
async fn a_payout_takes_what_is_available_and_comes_back_when_rejected() {
    for world in worlds().await {
        let who = &world.principal;
        let driver = driver(&world).await;
        add(&world, driver, Added::Held, "100.00").await.expect("paid in");
        let ask = async |amount: &str| world.app.request_payout(who, amount, "EUR").await;
        assert!(matches!(ask("50").await, Err(AppError::Conflict(_))), "no bank account yet");
        let bank =
            |iban: &str| BankAccount { holder: "Quay ApS".into(), iban: iban.into(), bic: String::new() };
        let wrong = world.app.set_bank_account(who, bank("DE89 3704 0044 0532 0130 01")).await;
        assert!(matches!(wrong, Err(AppError::Invalid(_))), "a wrong digit");
        world.app.set_bank_account(who, bank("de89 3704 0044 0532 0130 00")).await.expect("bank");

        let first = ask("60.00").await.expect("asked");
        assert!(matches!(ask("40.01").await, Err(AppError::Invalid(_))), "a cent too much");
        let second = ask("40.00").await.expect("the rest");
        assert_eq!(world.app.available(who).await.expect("available")[0].amount.0, 0);
        let answer = async |id, how, why| world.app.answer_payout(who, id, how, why).await;
        assert!(answer(first.id, PayoutAnswer::Paid, None).await.is_err(), "first approved");
        assert!(answer(first.id, PayoutAnswer::Rejected, None).await.is_err(), "a reason is needed");
        answer(first.id, PayoutAnswer::Rejected, Some("Name differs")).await.expect("rejected");
        assert_eq!(world.app.available(who).await.expect("available")[0].amount.0, 6_000);
        assert!(world.app.transfer_file(who).await.is_err(), "nothing is approved");
        answer(second.id, PayoutAnswer::Approved, None).await.expect("approved");
        let file = world.app.transfer_file(who).await.expect("a file");
        for part in [
            "pain.001.001.09",
            "<InstdAmt Ccy=\"EUR\">40.00</InstdAmt>",
            "DE89370400440532013000",
            "Quay ApS",
        ] {
            assert!(file.contains(part), "{part} in {file}");
        }
        answer(second.id, PayoutAnswer::Paid, None).await.expect("paid");
        assert!(answer(second.id, PayoutAnswer::Rejected, Some("late")).await.is_err(), "the money is gone");
        assert_eq!(balance(&world, AccountKind::Bank).await, 4_000);
        assert_eq!(balance(&world, AccountKind::PayoutPending).await, 0);
        assert_whole(&world).await;
    }
}

#[tokio::test]
async fn an_invoice_is_numbered_without_a_gap_and_taken_back_whole() {
    for world in worlds().await {
        let who = &world.principal;
        let driver = priced(&world).await;
        world.station("CP1").await;
        let station = world.connect("CP1").await;
        let charge = async |from: i64, wh: i64| {
            let number = start(&station, from, wh).await;
            let stop = transaction(Phase::Ended, from + 10, wh + 4_000, Some(&number));
            tell(&station, "StopTransaction", stop).await.expect("stop");
            Job::Ledger.run(&world.app).await.expect("posted");
        };
        charge(0, 1_000).await;
        charge(20, 5_000).await;
        let today = at(0).to_zoned(TimeZone::UTC).date();
        let billed =
            Billed { driver: Some(driver), team: None, currency: Currency::read("EUR").expect("code") };
        let issue = async |until| world.app.issue_invoices(who, until, &[billed]).await;
        assert!(issue(today.yesterday().expect("a day")).await.is_err(), "nothing was charged by then");
        let open = world.app.to_invoice(who, Some(today)).await.expect("open");
        assert_eq!((open[0].with_vat.0, open[0].entries), (3_200, 2));

        let first = issue(today).await.expect("issued").remove(0);
        assert_eq!((first.number, first.without_vat.0, first.with_vat.0), (1, 2_560, 3_200));
        assert!(world.app.to_invoice(who, Some(today)).await.expect("open").is_empty());
        assert!(issue(today).await.is_err(), "nothing stands on two invoices");
        let whole = world.app.invoice(who, first.id).await.expect("invoice");
        assert_eq!(whole.content.lines.len(), 2);
        assert_eq!(whole.content.lines[0].vat.as_deref(), Some("25"));
        assert_eq!(whole.content.lines[0].energy_wh, Some(4_000));
        assert_eq!(whole.content.vat_sums().len(), 1);
        let (pdf, name) = world.app.invoice_on_paper(who, first.id).await.expect("paper");
        assert!(pdf.starts_with(b"%PDF-") && name == "invoice-1.pdf");

        assert!(world.app.credit_invoice(who, first.id, " ").await.is_err(), "a reason is needed");
        let note = world.app.credit_invoice(who, first.id, "Wrong address").await.expect("taken back");
        assert_eq!((note.number, note.with_vat.0), (2, -3_200));
        assert!(world.app.credit_invoice(who, first.id, "Again").await.is_err());
        assert!(world.app.credit_invoice(who, note.id, "No").await.is_err());
        charge(40, 9_000).await;
        let again = issue(today).await.expect("issued anew").remove(0);
        assert_eq!((again.number, again.with_vat.0), (3, 4_800), "refused ones took no number");
        world.app.invoice_received(who, again.id).await.expect("paid");
        assert!(world.app.invoice_received(who, again.id).await.is_err(), "once");
        assert!(world.app.credit_invoice(who, again.id, "Late").await.is_err(), "it is paid");
        assert_eq!(wallet(&world, driver).await, "0.00");
        assert_whole(&world).await;
    }
}
