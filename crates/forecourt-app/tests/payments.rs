//! Drivers pay by card: against a provider on loopback that speaks Stripe's API, on each database. Lost answers, declined
//! cards, repeated and forged messages, refunds from either side.

mod support;

use forecourt_app::drivers::NewDriver;
use forecourt_app::jobs::Job;
use forecourt_app::payments::{PaymentSettingEdit, RefundOf};
use forecourt_app::store::ledger::EntryFilter;
use forecourt_app::store::payment::{PaymentFilter, PaymentRecord};
use forecourt_app::store::scratch::Scratch;
use forecourt_app::tokens::TokenEdit;
use forecourt_app::wallets::Added;
use forecourt_app::{AppError, OutsideRules, SecuritySettings, Settings, SiteEdit, Vault};
use forecourt_core::billing::{AccountKind, PaymentState};
use forecourt_core::command::Command;
use forecourt_core::fact::{Answer, Fact, Phase, PresentedToken};
use forecourt_core::id::{DriverId, OrganisationId};
use forecourt_core::token::{TokenKind, Verdict};
use serde_json::json;
use support::obedient::{Obedient, yes};
use support::stripe::{KEY, SECRET, Stripe};
use support::*;

/// 4.00 with VAT per kWh.
const TARIFF: &str = r#"{"currency":"EUR","prices":"with_vat","elements":[{"components":[
    {"dimension":"energy","price":"4.00","vat":"25"}]}]}"#;

struct Shop {
    world: World,
    stripe: Stripe,
    driver: DriverId,
}

fn edit(stripe: &Stripe, strategy: &str) -> PaymentSettingEdit {
    PaymentSettingEdit {
        provider: "stripe".into(),
        secret_key: Some(KEY.into()),
        webhook_secret: Some(SECRET.into()),
        address: Some(stripe.address.clone()),
        strategy: strategy.into(),
        currency: "EUR".into(),
        hold: "50.00".into(),
        least_balance: "5.00".into(),
        most_owed: "10.00".into(),
        collects: true,
    }
}

/// A network with a price, a driver with the key of the tests, and a payment provider.
async fn shops(strategy: &str) -> Vec<Shop> {
    let mut shops = Vec::new();
    for scratch in Scratch::each().await {
        let outside = OutsideRules { hosts: vec!["127.0.0.1".into()], roots: Vec::new() };
        let security = SecuritySettings { outside, vault: Vault::default(), ..SecuritySettings::default() };
        let settings = Settings { security: security.into(), ..Settings::default() };
        let world = World::with(scratch, settings).await;
        let who = &world.principal;
        let currency = SiteEdit { currency: Some("EUR".into()), ..SiteEdit::default() };
        world.app.edit_site(who, world.site, None, currency).await.expect("site");
        let rules = serde_json::from_str(TARIFF).expect("rules");
        let sheet = world.app.add_tariff(who, "Standard", Some(at(-60)), rules).await.expect("tariff");
        let tariff = SiteEdit { tariff: Some(Some(sheet.tariff.id)), ..SiteEdit::default() };
        world.app.edit_site(who, world.site, None, tariff).await.expect("site");
        let new = NewDriver {
            name: "Ida Holm".into(),
            email: Some("ida@example.com".into()),
            ..NewDriver::default()
        };
        let driver = world.app.add_driver(who, new).await.expect("driver").id;
        let keys = world.app.tokens(who, &Default::default(), None, 10).await.expect("keys").items;
        let given = TokenEdit { driver: Some(Some(driver)), ..TokenEdit::default() };
        world.app.edit_token(who, keys[0].id, None, given).await.expect("given");
        let stripe = Stripe::listen().await;
        world.app.set_payment_setting(who, None, edit(&stripe, strategy)).await.expect("set up");
        world.station("CP1").await;
        shops.push(Shop { world, stripe, driver });
    }
    shops
}

impl Shop {
    /// The driver leaves a card, and the provider says so.
    async fn leave_card(&self, card: &str) {
        self.world.app.ask_for_card(&self.world.principal, self.driver).await.expect("a page");
        let customer = self.customer().await;
        self.stripe.leaves_card(&customer, card);
        let object =
            json!({"object": "checkout.session", "id": "cs_card", "mode": "setup", "customer": customer});
        assert!(self.hears(&format!("evt_{card}"), "checkout.session.completed", object).await);
    }

    async fn customer(&self) -> String {
        let store = self.world.app.store();
        let found = store.payment_customer(self.world.principal.organisation, self.driver).await;
        found.expect("read").expect("known to the provider")
    }

    async fn hears(&self, event: &str, kind: &str, object: serde_json::Value) -> bool {
        let seconds = self.world.app.now().as_second();
        let (body, signature) = Stripe::message(event, kind, object, seconds);
        let organisation = self.world.principal.organisation;
        self.world.app.hear_payment_event(organisation, body.as_bytes(), &signature).await.expect("heard")
    }

    /// Jobs, as they follow each other.
    async fn settle(&self) {
        for _ in 0..3 {
            Job::Ledger.run(&self.world.app).await.expect("posted");
            Job::Payments.run(&self.world.app).await.expect("paid");
        }
    }

    /// A session of 4 kWh: 16.00.
    async fn charge(&self, minute: i64) {
        let station = self.world.connect("CP1").await;
        self.world.minutes(minute);
        let number = start(&station, minute, 1_000).await;
        tell(&station, "StopTransaction", transaction(Phase::Ended, minute + 20, 5_000, Some(&number)))
            .await
            .expect("stop");
        self.world.minutes(minute + 21);
    }

    async fn asked(&self) -> Verdict {
        let token = PresentedToken { uid: CARD.into(), kind: TokenKind::Rfid };
        let station = self.world.connect("CP1").await;
        match tell(&station, "Authorize", Fact::Authorize(token)).await.expect("answered") {
            Answer::Authorize(info) => info.verdict,
            other => panic!("{other:?}"),
        }
    }

    async fn wallet(&self) -> String {
        let found = self.world.app.wallet(&self.world.principal, self.driver).await.expect("wallet");
        found.first().map_or("0".into(), |money| money.text())
    }

    async fn payments(&self) -> Vec<PaymentRecord> {
        let none = PaymentFilter::default();
        self.world.app.payments(&self.world.principal, &none, None, 50).await.expect("list").items
    }

    async fn balance(&self, kind: AccountKind) -> i64 {
        let found = self.world.app.balances(&self.world.principal).await.expect("balances");
        found.iter().filter(|b| b.kind == kind).map(|b| b.balance.0).sum()
    }

    async fn kinds(&self) -> Vec<String> {
        let none = EntryFilter::default();
        let page = self.world.app.ledger(&self.world.principal, &none, None, 50).await.expect("ledger");
        page.items.into_iter().map(|entry| entry.kind).collect()
    }

    async fn is_whole(&self) {
        assert!(self.world.app.store().unbalanced().await.expect("checked").is_empty());
        let all = self.world.app.balances(&self.world.principal).await.expect("balances");
        assert_eq!(all.iter().map(|b| b.balance.0).sum::<i64>(), 0);
    }
}

#[tokio::test]
async fn what_a_session_cost_is_taken_from_the_card_once() {
    for shop in shops("post_pay").await {
        assert_eq!(shop.asked().await, Verdict::NoCredit, "no card on file");
        shop.leave_card("pm_1").await;
        assert_eq!(shop.asked().await, Verdict::Accepted);
        shop.charge(0).await;
        shop.settle().await;
        assert_eq!(shop.wallet().await, "0.00");
        assert_eq!(shop.kinds().await, ["fee", "payment", "session"]);
        assert_eq!(shop.balance(AccountKind::Held).await, 1_600 - 30, "what the provider keeps is not held");
        let payments = shop.payments().await;
        assert_eq!(payments.len(), 1);
        assert_eq!(payments[0].method_label, "Visa •••• 4242");
        assert!(payments[0].session.is_some(), "it leads to its session");

        // The provider repeats itself, late and twice.
        let intent = payments[0].reference.clone().expect("known");
        for event in ["evt_a", "evt_a", "evt_b"] {
            let object = json!({"object": "payment_intent", "id": intent, "status": "processing"});
            assert!(shop.hears(event, "payment_intent.processing", object).await);
        }
        shop.settle().await;
        assert_eq!(shop.kinds().await, ["fee", "payment", "session"]);
        assert_eq!(shop.payments().await[0].state, PaymentState::Paid);
        shop.is_whole().await;
    }
}

#[tokio::test]
async fn a_lost_answer_takes_nothing_twice() {
    for shop in shops("post_pay").await {
        shop.leave_card("pm_1").await;
        shop.charge(0).await;
        Job::Ledger.run(&shop.world.app).await.expect("posted");
        shop.stripe.falls_silent(1);
        Job::Payments.run(&shop.world.app).await.expect("tried");
        let payments = shop.payments().await;
        assert_eq!(payments[0].state, PaymentState::Processing);
        assert_eq!(payments[0].reason.as_deref(), Some("unreachable"));
        assert_eq!(shop.wallet().await, "-16.00", "nobody knows yet");
        shop.settle().await;
        assert_eq!(shop.payments().await.len(), 1, "no second payment while one is open");
        shop.world.minutes(25);
        shop.settle().await;
        assert_eq!(shop.wallet().await, "0.00");
        assert_eq!(shop.stripe.intents().len(), 1, "asked again under the same name");
        shop.is_whole().await;
    }
}

#[tokio::test]
async fn what_may_have_been_paid_is_left_to_a_person() {
    for shop in shops("post_pay").await {
        shop.leave_card("pm_1").await;
        shop.charge(0).await;
        Job::Ledger.run(&shop.world.app).await.expect("posted");
        shop.stripe.falls_silent(u32::MAX);
        Job::Payments.run(&shop.world.app).await.expect("tried");
        // The provider is away for a day, and forgets the names of steps.
        shop.world.minutes(22 + 24 * 60);
        shop.stripe.falls_silent(0);
        shop.settle().await;
        let payments = shop.payments().await;
        assert_eq!((payments.len(), payments[0].state), (1, PaymentState::Failed));
        assert_eq!(payments[0].reason.as_deref(), Some("unknown_outcome"));
        // Not even the driver's next wish to charge takes it a second time; an operator who has looked may.
        assert_eq!(shop.asked().await, Verdict::NoCredit);
        shop.settle().await;
        assert_eq!(shop.payments().await.len(), 1);
        assert_eq!(shop.stripe.intents().len(), 1);
        shop.world.app.collect_now(&shop.world.principal, shop.driver).await.expect("by hand");
        assert_eq!(shop.wallet().await, "0.00");
        shop.is_whole().await;
    }
}

#[tokio::test]
async fn a_failed_payment_is_tried_again_by_the_clock_and_when_the_driver_comes_back() {
    for shop in shops("post_pay").await {
        shop.leave_card("pm_1").await;
        shop.stripe.declines("pm_1", Some("insufficient_funds"));
        shop.charge(0).await;
        shop.settle().await;
        let failed = shop.payments().await;
        assert_eq!((failed.len(), failed[0].state), (1, PaymentState::Failed));
        assert_eq!(failed[0].reason.as_deref(), Some("insufficient_funds"));
        let first = shop.world.app.now();
        assert_eq!(failed[0].again_at.expect("tried again").duration_since(first).as_hours(), 1);
        assert_eq!(shop.wallet().await, "-16.00");
        // The clock tries again, and once more fails.
        shop.world.minutes(22 + 60);
        shop.settle().await;
        let tries: Vec<u32> = shop.payments().await.iter().map(|payment| payment.tries).collect();
        assert_eq!(tries, [2, 1]);
        // Whoever owes too much is refused, and tried again at once.
        assert_eq!(shop.asked().await, Verdict::NoCredit);
        shop.stripe.declines("pm_1", None);
        shop.settle().await;
        assert_eq!(shop.wallet().await, "0.00");
        assert_eq!(shop.asked().await, Verdict::Accepted);
        let last = shop.payments().await;
        assert_eq!((last[0].state, last[0].tries), (PaymentState::Paid, 3));
        assert!(last.iter().all(|payment| !payment.waits), "nothing waits any more");
        shop.is_whole().await;
    }
}

#[tokio::test]
async fn another_card_pays_what_the_first_did_not() {
    for shop in shops("post_pay").await {
        shop.leave_card("pm_1").await;
        shop.stripe.declines("pm_1", Some("expired_card"));
        shop.charge(0).await;
        shop.settle().await;
        assert_eq!(shop.wallet().await, "-16.00");
        shop.leave_card("pm_2").await;
        shop.settle().await;
        assert_eq!(shop.wallet().await, "0.00");
        let who = &shop.world.principal;
        let cards = shop.world.app.payment_methods(who, shop.driver).await.expect("cards");
        assert_eq!(cards.len(), 2);
        assert_eq!((cards[0].reference.as_str(), cards[0].preferred), ("pm_2", true));
        for card in cards {
            shop.world.app.remove_payment_method(who, shop.driver, card.id).await.expect("removed");
        }
        assert_eq!(shop.asked().await, Verdict::NoCredit, "no card is left");
    }
}

#[tokio::test]
async fn an_amount_is_held_while_charging_and_only_the_cost_is_taken() {
    for shop in shops("pre_authorise").await {
        shop.leave_card("pm_1").await;
        let station = shop.world.connect("CP1").await;
        let number = start(&station, 0, 1_000).await;
        shop.settle().await;
        let held = shop.payments().await;
        assert_eq!((held.len(), held[0].state, held[0].amount.0), (1, PaymentState::Held, 5_000));
        assert_eq!(shop.balance(AccountKind::Held).await, 0, "held is not taken");
        tell(&station, "StopTransaction", transaction(Phase::Ended, 20, 5_000, Some(&number)))
            .await
            .expect("stop");
        shop.world.minutes(21);
        shop.settle().await;
        let taken = shop.payments().await;
        assert_eq!((taken.len(), taken[0].state, taken[0].moved.taken.0), (1, PaymentState::Paid, 1_600));
        assert_eq!(shop.wallet().await, "0.00");
        shop.is_whole().await;

        // What costs more than was held is collected besides.
        let number = start(&station, 30, 5_000).await;
        shop.settle().await;
        tell(&station, "StopTransaction", transaction(Phase::Ended, 90, 25_000, Some(&number)))
            .await
            .expect("stop");
        shop.world.minutes(91);
        shop.settle().await;
        assert_eq!(shop.wallet().await, "0.00");
        let amounts: Vec<_> = shop.payments().await.iter().map(|p| p.moved.taken.0).collect();
        assert_eq!(amounts, [3_000, 5_000, 1_600]);
        shop.is_whole().await;
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_covered_is_stopped() {
    for shop in shops("pre_authorise").await {
        shop.leave_card("pm_1").await;
        shop.stripe.declines("pm_1", Some("card_velocity_exceeded"));
        let station = Obedient::connect(&shop.world, "CP1", |_| yes()).await;
        start(&station.connection, 0, 1_000).await;
        shop.settle().await;
        assert_eq!(shop.payments().await[0].state, PaymentState::Failed);
        let asked = station.leave().await;
        let stops = asked.iter().filter(|command| matches!(command, Command::StopSession { .. })).count();
        assert_eq!(stops, 1, "told to stop once: {asked:?}");
    }
}

#[tokio::test]
async fn a_wallet_is_filled_before_and_by_genuine_messages_only() {
    for shop in shops("prepaid").await {
        assert_eq!(shop.asked().await, Verdict::NoCredit, "an empty wallet");
        let who = &shop.world.principal;
        let app = &shop.world.app;
        assert!(matches!(app.ask_for_payment(who, shop.driver, "0.10").await, Err(AppError::Invalid(_))));
        let asked = app.ask_for_payment(who, shop.driver, "20.00").await.expect("asked");
        assert_eq!(asked.state, PaymentState::Asked);
        let page = asked.page_reference.clone().expect("a page");
        shop.stripe.pays(&page);
        let object = json!({"object": "checkout.session", "id": page, "mode": "payment"});
        let seconds = app.now().as_second();
        let (body, signature) = Stripe::message("evt_1", "checkout.session.completed", object, seconds);
        let hear = async |organisation: OrganisationId, body: &str, signature: &str| {
            app.hear_payment_event(organisation, body.as_bytes(), signature).await.expect("heard")
        };
        let forged = body.replace("evt_1", "evt_2");
        assert!(!hear(who.organisation, &forged, &signature).await, "not what was signed");
        assert!(!hear(OrganisationId(77), &body, &signature).await, "somebody else's");
        assert!(!hear(who.organisation, "", "").await);
        assert_eq!(shop.wallet().await, "0");
        for _ in 0..3 {
            assert!(hear(who.organisation, &body, &signature).await);
        }
        assert_eq!(shop.wallet().await, "20.00");
        assert_eq!(shop.kinds().await, ["fee", "top_up"]);
        assert_eq!(shop.asked().await, Verdict::Accepted);
        shop.charge(0).await;
        shop.settle().await;
        assert_eq!(shop.wallet().await, "4.00");
        assert_eq!(shop.asked().await, Verdict::NoCredit, "less than what has to be left");
        shop.is_whole().await;
    }
}

#[tokio::test]
async fn a_link_that_is_taken_back_takes_no_money() {
    for shop in shops("prepaid").await {
        let who = &shop.world.principal;
        let asked = shop.world.app.ask_for_payment(who, shop.driver, "20.00").await.expect("asked");
        let gone = shop.world.app.cancel_payment(who, asked.id).await.expect("let go");
        assert_eq!(gone.state, PaymentState::Cancelled);
        assert!(matches!(shop.world.app.cancel_payment(who, asked.id).await, Err(AppError::Conflict(_))));
        let steps = shop.world.app.payment(who, asked.id).await.expect("detail").steps;
        let states: Vec<_> = steps.iter().map(|step| step.state).collect();
        assert_eq!(states, [PaymentState::Processing, PaymentState::Asked, PaymentState::Cancelled]);
    }
}

#[tokio::test]
async fn money_is_given_back_from_either_side_and_never_owed_again() {
    for shop in shops("post_pay").await {
        let who = &shop.world.principal;
        let app = &shop.world.app;
        shop.leave_card("pm_1").await;
        shop.charge(0).await;
        shop.settle().await;
        let payment = shop.payments().await[0].clone();
        let refund =
            async |amount: &str, of| app.refund_payment(who, payment.id, amount, of, "Broken plug").await;
        assert!(matches!(refund("16.01", RefundOf::Goodwill).await, Err(AppError::Invalid(_))));
        assert!(
            matches!(refund("1.00", RefundOf::Wallet).await, Err(AppError::Invalid(_))),
            "an empty wallet"
        );
        refund("4.00", RefundOf::Goodwill).await.expect("given back");
        assert_eq!(shop.wallet().await, "0.00");
        assert_eq!(shop.balance(AccountKind::Goodwill).await, 400);
        assert_eq!(shop.balance(AccountKind::Held).await, 1_600 - 30 - 400);

        // Somebody does it on the provider's own pages.
        let intent = payment.reference.clone().expect("known");
        shop.stripe.gives_back(&intent, 200);
        let object = json!({"object": "charge", "id": "ch_1", "payment_intent": intent});
        assert!(shop.hears("evt_back", "charge.refunded", object).await);
        shop.settle().await;
        assert_eq!(shop.wallet().await, "0.00", "not owed, and not collected again");
        assert_eq!(shop.balance(AccountKind::Goodwill).await, 600);

        // What is in the wallet goes back without a present.
        app.add_to_wallet(who, shop.driver, Added::Cash, ("3.00", "EUR"), "Cash").await.expect("paid in");
        refund("3.00", RefundOf::Wallet).await.expect("given back");
        assert_eq!(shop.wallet().await, "0.00");
        assert_eq!(shop.balance(AccountKind::Goodwill).await, 600);
        assert_eq!(shop.payments().await.len(), 1, "nothing was taken again");
        shop.is_whole().await;
    }
}

#[tokio::test]
async fn a_setting_is_checked_and_its_secrets_stay_inside() {
    for shop in shops("post_pay").await {
        let who = &shop.world.principal;
        let app = &shop.world.app;
        let version = app.payment_setting(who).await.expect("read").expect("set").version;
        let wrong = [
            PaymentSettingEdit { secret_key: Some("sk_wrong".into()), ..edit(&shop.stripe, "post_pay") },
            PaymentSettingEdit { currency: "EURO".into(), ..edit(&shop.stripe, "post_pay") },
            PaymentSettingEdit { strategy: "later".into(), ..edit(&shop.stripe, "post_pay") },
            PaymentSettingEdit { hold: "0.10".into(), ..edit(&shop.stripe, "pre_authorise") },
            PaymentSettingEdit { hold: "-1".into(), ..edit(&shop.stripe, "post_pay") },
            PaymentSettingEdit { address: Some("http://10.0.0.1".into()), ..edit(&shop.stripe, "post_pay") },
            PaymentSettingEdit { provider: "manual".into(), ..edit(&shop.stripe, "pre_authorise") },
            // The key kept from before does not go to another address.
            PaymentSettingEdit {
                secret_key: None,
                webhook_secret: None,
                address: Some("http://127.0.0.1:9".into()),
                ..edit(&shop.stripe, "post_pay")
            },
        ];
        for edit in wrong {
            let what = format!("{edit:?}");
            let answer = app.set_payment_setting(who, Some(version), edit).await;
            assert!(matches!(answer, Err(AppError::Invalid(_))), "{what}: {answer:?}");
        }
        let kept =
            PaymentSettingEdit { secret_key: None, webhook_secret: None, ..edit(&shop.stripe, "prepaid") };
        let stale = app.set_payment_setting(who, Some(version + 1), kept.clone()).await;
        assert!(matches!(stale, Err(AppError::Stale)));
        let record = app.set_payment_setting(who, Some(version), kept).await.expect("kept");
        assert!(!record.secret_key.expect("sealed").contains(KEY));
        let audit = app.audit(who, &Default::default(), None, 50).await.expect("audit").items;
        assert!(audit.iter().all(|line| !format!("{line:?}").contains(KEY)));
    }
}
