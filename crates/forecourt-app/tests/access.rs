//! Access profiles at the charger: who is admitted, at which price, and why; on both databases.

mod support;

use forecourt_app::access_profiles::{KeyPayment, ProfileEdit};
use forecourt_app::driver_groups::GroupRequest;
use forecourt_app::store::session::SessionFilter;
use forecourt_app::{NewToken, SiteEdit};
use forecourt_core::access_profile::{People, Places, Plug, Rules, Window};
use forecourt_core::fact::{Answer, Fact, Phase, PresentedToken, TransactionReport};
use forecourt_core::id::{DriverGroupId, SessionId, StationId, TariffId};
use forecourt_core::session::Flag;
use forecourt_core::tariff::ClockTime;
use forecourt_core::token::{TokenKind, TokenStatus, Verdict};
use support::*;

async fn tariff(world: &World, name: &str, price: &str) -> TariffId {
    let rules = format!(
        r#"{{"currency":"DKK","prices":"with_vat","elements":[{{"components":[
            {{"dimension":"energy","price":"{price}","vat":"25"}}]}}]}}"#
    );
    let rules = serde_json::from_str(&rules).expect("rules");
    world.app.add_tariff(&world.principal, name, Some(at(-60)), rules).await.expect("tariff").tariff.id
}

fn everywhere() -> Places {
    Places { everywhere: true, ..Places::default() }
}

fn everybody() -> People {
    People { public: true, ..People::default() }
}

async fn profile(world: &World, name: &str, rules: Rules) {
    let edit = ProfileEdit { name: name.into(), active: true, rules };
    world.app.add_access_profile(&world.principal, edit).await.expect("a profile");
}

async fn staff_group(world: &World) -> DriverGroupId {
    let new = GroupRequest { name: "Staff".into(), description: None };
    world.app.add_driver_group(&world.principal, new).await.expect("a group").id
}

async fn asked(connection: &forecourt_app::gateway::Connection) -> Verdict {
    let token = PresentedToken { uid: CARD.into(), kind: TokenKind::Rfid };
    match tell(connection, "Authorize", Fact::Authorize(token)).await {
        Ok(Answer::Authorize(info)) => info.verdict,
        other => panic!("{other:?}"),
    }
}

async fn newest(world: &World) -> SessionId {
    let page = world.app.sessions(&world.principal, &SessionFilter::default(), None, 1).await.expect("list");
    page.items[0].session.id
}

async fn why_refused(world: &World, station: StationId) -> Vec<String> {
    let rows = world.app.store().chronicle(station, None, 50).await.expect("rows");
    let details = rows.into_iter().filter(|row| row.kind == "authorised").filter_map(|row| row.detail);
    let parsed = details.map(|text| serde_json::from_str::<serde_json::Value>(&text).expect("json"));
    parsed.filter_map(|detail| detail["why"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn without_profiles_it_is_as_before_and_with_some_only_whom_they_name_may_charge() {
    for world in worlds().await {
        let station = world.station("CP1").await;
        let connection = world.connect("CP1").await;
        assert_eq!(asked(&connection).await, Verdict::Accepted);
        let plug = Plug { station_id: station, evse: 1 };
        let group = staff_group(&world).await;
        let staff = People { groups: vec![group], ..People::default() };
        let here = Places { evses: vec![plug], ..Places::default() };
        profile(&world, "Staff", Rules { places: here, people: staff, ..Rules::default() }).await;
        assert_eq!(asked(&connection).await, Verdict::NotHere);
        assert_eq!(why_refused(&world, station).await, ["not_for_them"]);

        let refused = tell(&connection, "StartTransaction", transaction(Phase::Started, 1, 0, None)).await;
        let Ok(Answer::Transaction { token: Some(info), .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(info.verdict, Verdict::NotHere);
        assert_eq!(why_refused(&world, station).await.len(), 2, "the refused start too");
        let session = world.app.session(&world.principal, newest(&world).await).await.expect("kept");
        assert!(session.session.flags.has(Flag::Unauthorised), "a charger that begins all the same");

        let times = vec![Window { weekdays: Vec::new(), from: ClockTime(0), to: ClockTime(6 * 60) }];
        profile(
            &world,
            "Nights",
            Rules { places: everywhere(), people: everybody(), times, ..Rules::default() },
        )
        .await;
        assert_eq!(asked(&connection).await, Verdict::NotHere);
        assert_eq!(why_refused(&world, station).await[0], "not_now");
    }
}

#[tokio::test]
async fn the_cheapest_of_equals_prices_the_session_and_says_why() {
    for world in worlds().await {
        world.station("CP1").await;
        let usual = tariff(&world, "Usual", "4.00").await;
        let (dear, cheap) = (tariff(&world, "Dear", "6.00").await, tariff(&world, "Cheap", "2.00").await);
        let edit = SiteEdit { tariff: Some(Some(usual)), ..SiteEdit::default() };
        world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
        for (name, tariff) in [("Dear for all", dear), ("Cheap for all", cheap)] {
            let rules = Rules {
                places: everywhere(),
                people: everybody(),
                tariff_id: Some(tariff),
                ..Rules::default()
            };
            profile(&world, name, rules).await;
        }
        let connection = world.connect("CP1").await;
        let number = start(&connection, 0, 0).await;
        let world = world.restart().await;
        let connection = world.connect("CP1").await;
        world.minutes(60);
        tell(&connection, "StopTransaction", transaction(Phase::Ended, 60, 10_000, Some(&number)))
            .await
            .expect("told");
        let id = newest(&world).await;
        let session = world.app.session(&world.principal, id).await.expect("session");
        assert_eq!(session.cost.map(|cost| cost.text()).as_deref(), Some("20.00"));
        let terms = world.app.store().session_terms(id).await.expect("read").expect("terms");
        let reasons: serde_json::Value = serde_json::from_str(&terms.reasons).expect("json");
        assert_eq!(reasons["profile"]["name"], "Cheap for all");
        assert_eq!(reasons["profile"]["by"], "public");
        assert_eq!(reasons["instead_of"][0], "Dear for all");
        assert_eq!(reasons["tariff_by"], "profile");
    }
}

#[tokio::test]
async fn keys_start_what_costs_something_only_as_the_organisation_says() {
    for world in worlds().await {
        let station = world.station("CP1").await;
        let connection = world.connect("CP1").await;
        let policy = async |policy| world.app.set_key_payment(&world.principal, policy).await.expect("set");
        policy(KeyPayment::OnlyFree).await;
        assert_eq!(asked(&connection).await, Verdict::Accepted, "nothing costs anything yet");
        let usual = tariff(&world, "Usual", "4.00").await;
        let edit = SiteEdit { tariff: Some(Some(usual)), ..SiteEdit::default() };
        world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
        assert_eq!(asked(&connection).await, Verdict::NotHere);
        policy(KeyPayment::WithPayment).await;
        assert_eq!(asked(&connection).await, Verdict::NotHere, "nobody's key");
        policy(KeyPayment::Always).await;
        assert_eq!(asked(&connection).await, Verdict::Accepted);
        policy(KeyPayment::Never).await;
        assert_eq!(asked(&connection).await, Verdict::NotHere);
        assert_eq!(why_refused(&world, station).await, ["keys_never", "no_payment", "keys_only_free"]);
        let app_key = NewToken {
            uid: "APP1".into(),
            kind: TokenKind::App,
            status: TokenStatus::Accepted,
            ..NewToken::default()
        };
        world.app.add_token(&world.principal, app_key).await.expect("a key");
        let token = PresentedToken { uid: "APP1".into(), kind: TokenKind::App };
        let answer = tell(&connection, "Authorize", Fact::Authorize(token)).await;
        assert!(
            matches!(answer, Ok(Answer::Authorize(info)) if info.verdict == Verdict::Accepted),
            "only cards and tags"
        );
    }
}

#[tokio::test]
async fn whoever_began_may_end_whatever_the_profiles_say_by_then() {
    for world in worlds().await {
        world.station("CP1").await;
        let connection = world.connect("CP1").await;
        let number = start(&connection, 0, 0).await;
        let group = staff_group(&world).await;
        let staff = People { groups: vec![group], ..People::default() };
        profile(&world, "Staff", Rules { places: everywhere(), people: staff, ..Rules::default() }).await;
        let Fact::Transaction(report) = transaction(Phase::Ended, 10, 1_000, Some(&number)) else {
            unreachable!()
        };
        let token = Some(PresentedToken { uid: CARD.into(), kind: TokenKind::Rfid });
        let ended = Fact::Transaction(Box::new(TransactionReport { token, ..*report }));
        let Ok(Answer::Transaction { token: Some(info), .. }) =
            tell(&connection, "StopTransaction", ended).await
        else {
            panic!("no answer")
        };
        assert_eq!(info.verdict, Verdict::Accepted);
    }
}

#[tokio::test]
async fn profiles_name_only_what_is_the_organisations() {
    for world in worlds().await {
        let other = world.app.add_organisation("Second", "UTC", "DKK").await.expect("organisation");
        let stranger = principal(other.id);
        let station = world.station("CP1").await;
        let edit = |rules| ProfileEdit { name: "Mine".into(), active: true, rules };
        let site = Places { sites: vec![world.site], ..Places::default() };
        let charger = Places { stations: vec![station], ..Places::default() };
        for places in [site, charger] {
            let rules = Rules { places, people: everybody(), ..Rules::default() };
            assert!(world.app.add_access_profile(&stranger, edit(rules)).await.is_err());
        }
        let rules = Rules { places: everywhere(), people: everybody(), ..Rules::default() };
        let made = world.app.add_access_profile(&world.principal, edit(rules.clone())).await.expect("made");
        let twin = ProfileEdit { name: "MINE".into(), ..edit(rules) };
        assert!(world.app.add_access_profile(&world.principal, twin).await.is_err(), "names are unique");
        assert!(world.app.access_profile(&stranger, made.id).await.is_err());
        world.app.delete_access_profile(&world.principal, made.id).await.expect("gone");
    }
}
