//! Stations that compute costs themselves hold what is charged there, as long as it is. On each database.

mod support;

use forecourt_app::jobs::Job;
use forecourt_app::store::tariff_place::StationTariff as OwnTariff;
use forecourt_app::{LocalTariffs, SiteEdit, StationRequest};
use forecourt_core::command::Command;
use forecourt_core::fact::{Boot, Fact, Variable, VariableReport};
use forecourt_core::id::{EvseNumber, StationId, TariffId};
use forecourt_core::tariff::Tariff;
use support::obedient::{Obedient, says, yes};
use support::{World, at, tell, until, worlds};

const DAY: &str = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[{"dimension":"energy","price":"4.00","vat":"25"}]}]}"#;
const DEARER: &str = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[{"dimension":"energy","price":"8.00","vat":"25"}]}]}"#;
const STEPS: &str = r#"{"currency":"DKK","prices":"with_vat","elements":[{"components":[{"dimension":"session_time","price":"6","step":60}]}]}"#;

/// Looks at a condition that work beside the test brings about.
const PATIENCE: usize = 1_000;

fn rules(json: &str) -> Tariff {
    serde_json::from_str(json).expect("rules")
}

async fn add_tariff(world: &World, name: &str, json: &str) -> TariffId {
    let since = Some(at(-60));
    world.app.add_tariff(&world.principal, name, since, rules(json)).await.expect("tariff").tariff.id
}

async fn price_site(world: &World, tariff: Option<TariffId>) {
    let edit = SiteEdit { tariff: Some(tariff), ..SiteEdit::default() };
    world.app.edit_site(&world.principal, world.site, None, edit).await.expect("site");
}

async fn two_plugs(world: &World) -> StationId {
    let request = StationRequest {
        site: Some(world.site),
        identity: "CP1".into(),
        security_profile: Some(0),
        evses: vec![(1, Some(22_000), Some("ac".into())), (2, Some(22_000), Some("ac".into()))],
        ..StationRequest::default()
    };
    world.app.add_station(&world.principal, request).await.expect("station").station.record.id
}

/// What a station says of itself.
async fn says_it_computes(station: &Obedient, computes: bool) {
    let variable = Variable {
        component: "TariffCostCtrlr".into(),
        name: "Enabled".into(),
        instance: "Tariff".into(),
        attribute: "Actual".into(),
        value: Some(computes.to_string()),
        component_instance: String::new(),
        readonly: false,
        writeonly: false,
        characteristics: None,
    };
    let report = VariableReport { request_id: None, seq: None, last: true, variables: vec![variable] };
    tell(&station.connection, "NotifyReport", Fact::Variables(report)).await.expect("reported");
}

/// The EVSE and the price per kWh without VAT of each tariff that was sent, and ids that were taken back.
#[derive(Debug, PartialEq, Eq)]
enum Sent {
    Tariff(Option<i32>, Vec<i64>),
    Cleared(usize),
}

fn sent(station: &Obedient) -> Vec<Sent> {
    let told = |command: Command| match command {
        Command::SetTariff { evse, tariff } => Some(Sent::Tariff(
            evse.map(|evse| evse.0),
            tariff.prices.energy.prices.iter().map(|price| price.price_e9 / 1_000_000).collect(),
        )),
        Command::ClearTariffs { ids } => Some(Sent::Cleared(ids.len())),
        _ => None,
    };
    station.asked().into_iter().filter_map(told).collect()
}

async fn boot(station: &Obedient, computes: bool) {
    says_it_computes(station, computes).await;
    let boot = Boot { vendor: "Acme".into(), model: "Two".into(), ..Boot::default() };
    tell(&station.connection, "BootNotification", Fact::Boot(boot)).await.expect("booted");
}

async fn errands(world: &World) {
    Job::Errands.run(&world.app).await.expect("errands");
}

/// What a boot sets off runs beside the job: looked at until all of it stands as it should.
async fn settled(world: &World, station: StationId, state: &str) {
    for _ in 0..PATIENCE {
        errands(world).await;
        let held = held(world, station).await;
        if !held.is_empty() && held.iter().all(|(_, at, _)| at == state) {
            return;
        }
    }
    panic!("never {state}: {:?}", held(world, station).await);
}

async fn held(world: &World, station: StationId) -> Vec<(i64, String, Option<String>)> {
    let LocalTariffs { told, .. } = world.app.local_tariffs(&world.principal, station).await.expect("told");
    told.into_iter().map(|told| (told.evse, told.state, told.detail)).collect()
}

#[tokio::test]
async fn a_station_holds_what_is_charged_there_as_long_as_it_is() {
    for world in worlds().await {
        let day = add_tariff(&world, "Day", DAY).await;
        price_site(&world, Some(day)).await;
        let id = two_plugs(&world).await;
        let station = Obedient::connect_as(&world, "CP1", "ocpp2.1", |_| yes()).await;
        boot(&station, true).await;
        settled(&world, id, "held").await;
        assert_eq!(sent(&station), [Sent::Tariff(None, vec![3_200])]);
        assert_eq!(held(&world, id).await, [(0, "held".to_owned(), None)]);

        errands(&world).await;
        assert_eq!(sent(&station).len(), 1, "nothing changed, nothing sent");

        // A dearer version becomes valid later: then, and not before.
        let later = Some(at(60));
        let version =
            world.app.add_tariff_version(&world.principal, day, Some(1), later, rules(DEARER)).await;
        version.expect("a version");
        errands(&world).await;
        assert_eq!(sent(&station).len(), 1);
        world.minutes(61);
        errands(&world).await;
        assert_eq!(sent(&station)[1..], [Sent::Tariff(None, vec![6_400])]);

        // One plug has a tariff of its own: each has one then, and the one for all is taken back.
        let own = add_tariff(&world, "Own", DAY).await;
        let line = OwnTariff { station: id, evse: EvseNumber(1), tariff: Some(own), public_tariff: None };
        world.app.set_station_tariffs(&world.principal, id, vec![line]).await.expect("own tariff");
        errands(&world).await;
        let now = sent(&station);
        assert!(now[2..].contains(&Sent::Tariff(Some(1), vec![3_200])), "{now:?}");
        assert_eq!(now.last(), Some(&Sent::Cleared(1)));

        // Prices it has no words for: it holds none, and we say why.
        let steps = add_tariff(&world, "Steps", STEPS).await;
        let line = OwnTariff { station: id, evse: EvseNumber(1), tariff: Some(steps), public_tariff: None };
        world.app.set_station_tariffs(&world.principal, id, vec![line]).await.expect("own tariff");
        errands(&world).await;
        assert_eq!(sent(&station).last(), Some(&Sent::Cleared(1)));
        let known = held(&world, id).await;
        let first = known.iter().find(|(evse, ..)| *evse == 1).expect("plug 1");
        assert_eq!(*first, (1, "unsayable".to_owned(), Some("step".to_owned())));

        // Without any price it holds none.
        world.app.set_station_tariffs(&world.principal, id, vec![]).await.expect("none");
        price_site(&world, None).await;
        errands(&world).await;
        assert_eq!(held(&world, id).await, []);
    }
}

#[tokio::test]
async fn a_boot_and_a_refusal_are_not_forgotten() {
    for world in worlds().await {
        let day = add_tariff(&world, "Day", DAY).await;
        price_site(&world, Some(day)).await;
        let id = world.station("CP1").await;
        let mut times = 0;
        let mut station = Obedient::connect_as(&world, "CP1", "ocpp2.1", move |command| match command {
            Command::SetTariff { .. } if times == 0 => {
                times += 1;
                says(false, "TooManyElements")
            }
            _ => yes(),
        })
        .await;
        boot(&station, true).await;
        settled(&world, id, "refused").await;
        assert_eq!(held(&world, id).await, [(0, "refused".to_owned(), Some("TooManyElements".to_owned()))]);
        errands(&world).await;
        assert_eq!(sent(&station).len(), 1, "a refusal rests");
        world.minutes(31);
        errands(&world).await;
        assert_eq!(held(&world, id).await, [(0, "held".to_owned(), None)]);
        // After a boot it may have forgotten.
        boot(&station, true).await;
        station.until(5).await;
        settled(&world, id, "held").await;
        assert_eq!(sent(&station).len(), 3);
        world.app.retell_tariffs(&world.principal, id).await.expect("told again");
        errands(&world).await;
        until("told once more", || sent(&station).len() == 4).await;
    }
}

#[tokio::test]
async fn who_does_not_compute_is_told_nothing() {
    for world in worlds().await {
        let day = add_tariff(&world, "Day", DAY).await;
        price_site(&world, Some(day)).await;
        let id = world.station("CP1").await;
        let mut off = Obedient::connect_as(&world, "CP1", "ocpp2.1", |_| yes()).await;
        boot(&off, false).await;
        off.until(1).await;
        errands(&world).await;
        assert_eq!(sent(&off), []);
        let known = world.app.local_tariffs(&world.principal, id).await.expect("told").computes_costs;
        assert_eq!(known, Some(false));
        off.leave().await;

        let older = Obedient::connect_as(&world, "CP1", "ocpp2.0.1", |_| yes()).await;
        boot(&older, true).await;
        assert_eq!(older.asked(), []);
        let refused = world.app.retell_tariffs(&world.principal, id).await;
        assert!(refused.is_err_and(|why| why.to_string().contains("2.1")));
    }
}
