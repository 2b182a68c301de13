//! Charging at home, from a code to what is paid back, on both databases.

mod support;

use forecourt_app::drivers::{NewDriver, Redemption};
use forecourt_app::electricity::{MarketWords, SpotDays};
use forecourt_app::home::{ClaimState, HomeFilter, NewOwner, NotCounted, ProfileEdit};
use forecourt_app::{AppError, Language, NewToken, StationEdit};
use forecourt_core::electricity::{Component, PriceProfile, Window};
use forecourt_core::fact::{Answer, Fact, Phase};
use forecourt_core::id::{DriverId, StationId};
use forecourt_core::tariff::{Amount, VatRate};
use forecourt_core::token::Verdict;
use forecourt_core::unit::{MinorUnits, WattHours};
use support::{CARD, World, meter, tell, transaction, worlds};

fn dk1() -> MarketWords {
    MarketWords { zone: "dk1".into(), currency: "dkk".into() }
}

/// Hours of the support's day, from noon UTC on: 800, 1,600 and 2,400 kroner a megawatt-hour.
const FILE: &str = "HourUTC;PriceArea;SpotPriceDKK\n2026-06-15 12:00;DK1;800\n2026-06-15 13:00;DK1;1600\n";
const LATER: &str = "HourUTC;PriceArea;SpotPriceDKK\n2026-06-15 14:00;DK1;2400\n";

fn profile() -> ProfileEdit {
    let tax = Component {
        name: "Tax".into(),
        per_kwh: Amount(200_000),
        when: Window::default(),
        taxable: true,
        refund: false,
    };
    let content = PriceProfile { vat: VatRate(250_000), components: vec![tax] };
    ProfileEdit { name: "Home".into(), market: dk1(), content }
}

async fn home(world: &World, identity: &str) -> StationId {
    let id = world.station(identity).await;
    let edit = StationEdit { used_as: Some("home".into()), ..StationEdit::default() };
    world.app.edit_station(&world.principal, id, None, edit).await.expect("a home charger");
    id
}

fn asked(name: &str, email: Option<&str>) -> NewOwner {
    NewOwner::Asked { name: name.into(), email: email.map(str::to_owned), language: Language::English }
}

async fn owner_of(world: &World, id: StationId) -> Option<DriverId> {
    let record = world.app.home_charger(&world.principal, id).await.expect("a home charger");
    record.owner.map(|owner| owner.driver)
}

#[tokio::test]
async fn a_code_claims_a_charger_once_and_the_last_code_counts() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        let id = home(&world, "HOME").await;
        let (_, first) = app.set_home_owner(who, id, asked("Kari", None)).await.expect("a code");
        let (record, second) = app.set_home_owner(who, id, asked("Kari", None)).await.expect("a code");
        assert_eq!(app.claim_state(&record), ClaimState::Invited);
        let redeem = async |code: &str| {
            let name = "Kari Nord".into();
            app.redeem_code(Redemption { code: code.to_lowercase(), name, phone: None }).await
        };
        let (first, second) = (first.expect("a code").code, second.expect("a code").code);
        assert!(matches!(redeem(&first).await, Err(AppError::NotFound(_))), "the one before works no longer");
        let view = redeem(&second).await.expect("claimed");
        assert_eq!(view.home_charger.as_deref(), Some("HOME"));
        assert!(matches!(redeem(&second).await, Err(AppError::NotFound(_))), "works once");
        assert!(owner_of(&world, id).await.is_some());

        // A letter's code leads to the driver who has the address, and to nobody after its time.
        let ada =
            NewDriver { name: "Ada".into(), email: Some("ada@example.com".into()), ..NewDriver::default() };
        let ada = app.add_driver(who, ada).await.expect("a driver");
        let letter = asked("Ada", Some("ADA@example.com"));
        let (_, code) = app.set_home_owner(who, id, letter.clone()).await.expect("a code");
        assert_eq!(owner_of(&world, id).await, None, "who had it before has it no longer");
        world.minutes(31 * 24 * 60);
        let record = app.home_charger(who, id).await.expect("a home charger");
        assert_eq!(app.claim_state(&record), ClaimState::Expired);
        assert!(redeem(&code.expect("a code").code).await.is_err(), "too old");
        let (_, code) = app.set_home_owner(who, id, letter).await.expect("a code");
        redeem(&code.expect("a code").code).await.expect("claimed");
        assert_eq!(owner_of(&world, id).await, Some(ada.id));
        let claimed =
            HomeFilter { state: Some(ClaimState::Claimed), text: Some("ada".into()), ..Default::default() };
        assert_eq!(app.home_chargers(who, claimed, None, 10).await.expect("a list").items.len(), 1);
        app.erase_driver(who, ada.id).await.expect("erased");
        assert_eq!(owner_of(&world, id).await, None);
    }
}

#[tokio::test]
async fn a_claimed_charger_charges_with_its_owners_keys_only() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        let id = home(&world, "HOME").await;
        let connection = world.connect("HOME").await;
        let start = async |minute| {
            let fact = transaction(Phase::Started, minute, 0, None);
            match tell(&connection, "StartTransaction", fact).await {
                Ok(Answer::Transaction { token: Some(info), .. }) => info.verdict,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(start(0).await, Verdict::Accepted, "nobody's yet");
        let kari = app.add_driver(who, NewDriver { name: "Kari".into(), ..NewDriver::default() }).await;
        let kari = kari.expect("a driver").id;
        app.set_home_owner(who, id, NewOwner::Known(kari)).await.expect("given");
        world.minutes(5);
        assert_eq!(start(5).await, Verdict::NotHere);
        let key = app.store().token_by_uid(who.organisation, CARD).await.expect("read").expect("a key");
        let edit = forecourt_app::TokenEdit { driver: Some(Some(kari)), ..Default::default() };
        app.edit_token(who, key.id, None, edit).await.expect("hers now");
        world.minutes(10);
        assert_eq!(start(10).await, Verdict::Accepted);
        // Another process knows it too.
        let app = world.restart().await.app;
        let who = &support::principal(who_of(&app).await);
        assert_eq!(
            app.home_charger(who, id).await.expect("a home charger").owner.map(|o| o.driver),
            Some(kari)
        );
    }
}

async fn who_of(app: &forecourt_app::App) -> forecourt_core::id::OrganisationId {
    app.store().first_organisation().await.expect("read").expect("an organisation").id
}

#[tokio::test]
async fn a_month_is_paid_back_by_the_prices_of_its_time_and_late_prices_mend_it() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        app.import_spot_prices(who, FILE, false).await.expect("prices");
        let profile = app.add_price_profile(who, profile()).await.expect("a profile");
        let id = home(&world, "HOME").await;
        let new = NewDriver { name: "Kari".into(), ..NewDriver::default() };
        let kari = app.add_driver(who, new).await.expect("a driver").id;
        app.add_token(who, NewToken { uid: "OTHER".into(), ..NewToken::default() }).await.expect("a key");
        let key = app.store().token_by_uid(who.organisation, CARD).await.expect("read").expect("a key");
        let edit = forecourt_app::TokenEdit { driver: Some(Some(kari)), ..Default::default() };
        app.edit_token(who, key.id, None, edit).await.expect("hers");
        app.set_home_owner(who, id, NewOwner::Known(kari)).await.expect("given");
        app.set_driver_home_profile(who, kari, Some(profile.id)).await.expect("priced");
        assert!(matches!(app.delete_price_profile(who, profile.id).await, Err(AppError::Conflict(_))));
        let (name, live) = app.home_charger_price(who, id, &SpotDays::default()).await.expect("a price");
        // (0.80 + 0.20) × 1.25
        assert_eq!((name.as_str(), live.now.expect("now").total), ("Home", Amount(1_250_000)));

        // Half an hour in each of the first two hours, and half an hour whose price is not known yet.
        let connection = world.connect("HOME").await;
        let number = support::start(&connection, 30, 1_000).await;
        let statement = app.home_statement(who, kari, None).await.expect("a statement");
        assert_eq!(statement.sessions[0].not_counted, Some(NotCounted::Running));
        for (minute, wh) in [(60, 3_000), (120, 5_000)] {
            world.minutes(minute);
            tell(&connection, "MeterValues", meter(minute, wh, Some(&number))).await.expect("kept");
        }
        world.minutes(150);
        let end: Fact = transaction(Phase::Ended, 150, 6_000, Some(&number));
        tell(&connection, "StopTransaction", end).await.expect("kept");
        app.work_out_home_costs().await.expect("worked out");
        let statement = app.home_statement(who, kari, Some("2026-06")).await.expect("a statement");
        let cost = statement.sessions[0].session.cost.clone().expect("a cost");
        // 2 kWh at 1.25, 2 kWh at (1.60 + 0.20) × 1.25 = 2.25; one kilowatt-hour without a price.
        assert_eq!((cost.amount, cost.unpriced), (MinorUnits(700), WattHours(1_000)));
        assert_eq!(statement.energy, WattHours(4_000));

        app.import_spot_prices(who, LATER, false).await.expect("prices");
        world.minutes(170);
        app.work_out_home_costs().await.expect("worked out");
        let statement = app.home_statement(who, kari, Some("2026-06")).await.expect("a statement");
        // The last at (2.40 + 0.20) × 1.25 = 3.25.
        assert_eq!(statement.sums.iter().map(|sum| sum.amount.0).collect::<Vec<_>>(), [1_025]);
        let parts: i64 = statement.sessions[0].parts.iter().map(|part| part.energy_wh).sum();
        assert_eq!(parts, 5_000);
        let sheet = app.home_statement_sheet(who, kari, Some("2026-06")).await.expect("a sheet");
        assert_eq!(sheet.tables.len(), 2);
        let owners = app.statement_owners(who, Some("2026-06")).await.expect("owners");
        assert_eq!((owners.len(), owners[0].sessions), (1, 1));
        assert!(
            app.home_statement(who, kari, Some("2026-07")).await.expect("a statement").sessions.is_empty()
        );
        // What was charged stays with whom it began under.
        app.remove_home_owner(who, id).await.expect("removed");
        assert_eq!(
            app.home_statement(who, kari, Some("2026-06")).await.expect("a statement").sessions.len(),
            1
        );
        assert_eq!(app.spot_markets(who).await.expect("zones").len(), 1);
    }
}
