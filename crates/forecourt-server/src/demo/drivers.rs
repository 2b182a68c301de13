//! Who charges in the demonstration: drivers in groups, a fleet with cars and a team, members who pay less, a plan, a
//! fleet card. Before the past is written, so that its sessions are somebody's.

use std::sync::Arc;

use forecourt_app::cars::CarRequest;
use forecourt_app::driver_groups::GroupRequest;
use forecourt_app::drivers::NewDriver;
use forecourt_app::fleet_cards::CardOrder;
use forecourt_app::member_discounts::DiscountRequest;
use forecourt_app::plans::PlanRequest;
use forecourt_app::teams::TeamRequest;
use forecourt_app::{App, AppError, NewToken, Principal};
use forecourt_core::driver::{Discount, Fleet, Places};
use forecourt_core::id::{CarId, DriverGroupId, DriverId, SiteId, TeamId};
use forecourt_core::subscription::Renewal;
use forecourt_core::tariff::VatRate;
use forecourt_sim::demo::TOKENS;

/// Name, word of the address, fleet, group. Whose name a charge key has, that one's it is.
const DRIVERS: [(&str, &str, Option<Fleet>, usize); 7] = [
    ("Anna Holm", "anna", Some(Fleet::Internal), 0),
    ("Eva Lind", "eva", Some(Fleet::Internal), 0),
    ("Bram de Wit", "bram", None, 1),
    ("Dylan Reid", "dylan", None, 1),
    ("Grace Okafor", "grace", None, 1),
    ("Mila Jansen", "mila", Some(Fleet::External), 2),
    ("Noah Clarke", "noah", Some(Fleet::External), 2),
];
/// The charge key of the team.
const TEAM_KEY: &str = "Courier van 7";
const GROUPS: [(&str, &str); 3] = [
    ("Staff", "Own employees, at the office by day"),
    ("Residents", "People who live next to a site"),
    ("Courier partners", "Drivers of companies that charge with us"),
];
/// Plate, make, model, driver, and the name of its charge key.
const CARS: [(&str, &str, &str, usize, &str); 3] = [
    ("DK 40 117", "Nordvan", "E-Box", 0, "Pool car 1"),
    ("DK 40 118", "Nordvan", "E-Box", 1, "Pool car 2"),
    ("NL-482-KX", "Polder", "City 60", 6, ""),
];

struct People {
    drivers: Vec<DriverId>,
    groups: Vec<DriverGroupId>,
    cars: Vec<CarId>,
    team: TeamId,
}

pub async fn seed(app: &Arc<App>, principal: &Principal, sites: &[SiteId]) -> Result<(), AppError> {
    let people = people(app, principal).await?;
    for (uid, alias) in TOKENS {
        let driver =
            DRIVERS.iter().position(|row| row.0 == alias).and_then(|at| people.drivers.get(at).copied());
        let car = CARS.iter().position(|row| row.4 == alias).and_then(|at| people.cars.get(at).copied());
        let team = (alias == TEAM_KEY).then_some(people.team);
        let new =
            NewToken { uid: uid.into(), alias: Some(alias.into()), driver, car, team, ..NewToken::default() };
        app.add_token(principal, new).await?;
    }
    let members = DiscountRequest {
        alias: "Residents' price".into(),
        fleet: None,
        discount: Discount::PercentOff { hundredths: 1_000 },
        places: Places {
            everywhere: false,
            sites: sites.iter().skip(1).take(1).copied().collect(),
            stations: Vec::new(),
        },
        is_active: true,
        drivers: Vec::new(),
        groups: people.groups.iter().skip(1).take(1).copied().collect(),
    };
    app.add_member_discount(principal, members).await?;
    subscriptions(app, principal, &people).await
}

async fn people(app: &Arc<App>, principal: &Principal) -> Result<People, AppError> {
    let mut groups = Vec::new();
    for (name, description) in GROUPS {
        let new = GroupRequest { name: name.into(), description: Some(description.into()) };
        groups.push(app.add_driver_group(principal, new).await?.id);
    }
    let mut drivers = Vec::new();
    for (name, word, fleet, group) in DRIVERS {
        let new = NewDriver {
            name: name.into(),
            email: Some(format!("{word}@drivers.example")),
            address: Some("Havnegade 1, 5000 Odense".into()),
            fleet,
            can_pay: true,
            groups: groups.get(group).copied().into_iter().collect(),
            ..NewDriver::default()
        };
        drivers.push(app.add_driver(principal, new).await?.id);
    }
    let mut cars = Vec::new();
    for (plate, brand, model, driver, _) in CARS {
        let new = CarRequest {
            plate: plate.into(),
            brand: brand.into(),
            model: model.into(),
            fleet: DRIVERS.get(driver).and_then(|row| row.2),
            driver: drivers.get(driver).copied(),
            tags: vec!["van".into()],
            ..CarRequest::default()
        };
        cars.push(app.add_car(principal, new).await?.id);
    }
    let team = TeamRequest {
        name: "Fjord Couriers".into(),
        fleet: Some(Fleet::External),
        payer: Some("Fjord Couriers ApS".into()),
        payer_email: Some("accounts@couriers.example".into()),
        places: Places::everywhere(),
    };
    let team = app.add_team(principal, team).await?.id;
    for driver in drivers.iter().skip(5) {
        app.set_team_member(principal, team, *driver, true).await?;
    }
    Ok(People { drivers, groups, cars, team })
}

async fn subscriptions(app: &Arc<App>, principal: &Principal, people: &People) -> Result<(), AppError> {
    let plan = PlanRequest {
        name: "Commuter".into(),
        description: Some("60 kWh a month at every site.".into()),
        internal_note: None,
        cost: "24.00".into(),
        currency: "EUR".into(),
        vat: VatRate(250_000),
        renewal: Renewal::Month,
        allowance_wh: Some(60_000),
        overflow_tariff: None,
        is_public: true,
        sale_from: None,
        sale_to: None,
        renew_until: None,
        places: Places::everywhere(),
        drivers: Vec::new(),
        groups: Vec::new(),
    };
    app.add_plan(principal, plan).await?;
    if let Some(driver) = people.drivers.first() {
        let order = CardOrder {
            driver: *driver,
            to_home: false,
            address: None,
            fee: "5.00".into(),
            currency: "EUR".into(),
        };
        app.order_fleet_card(principal, order).await?;
    }
    Ok(())
}
