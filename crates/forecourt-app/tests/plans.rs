//! A zone that is planned by price, on each database, on a clock of the test's own: cars charge when it is cheap and have
//! their energy when they leave, the fuse holds, nobody is starved by a guess, and without prices power is shared as ever.

mod support;

use std::sync::{Arc, Mutex};

use forecourt_app::AppError;
use forecourt_app::electricity::MarketWords;
use forecourt_app::home::ProfileEdit;
use forecourt_app::power::{
    AheadPlan, ChosenCharger, DepartureFrom, FreeWhy, LoadReading, ModelVerdict, NoPlanWhy, SeatPicture,
    SolarSlot, WhyWord, ZonePlanRequest, ZoneRequest,
};
use forecourt_core::Timestamp;
use forecourt_core::charging::ProfilePurpose;
use forecourt_core::command::Command;
use forecourt_core::electricity::PriceProfile;
use forecourt_core::fact::{Answer, Boot, Context, Fact, MeterReport, Reading, Ruling};
use forecourt_core::id::{EvseNumber, PriceProfileId, SessionId, StationId, TransactionRef, ZoneId};
use forecourt_core::power::{Distribution, PerPhase, PlanAim};
use forecourt_core::schedule::{PricedSlot, SmartCharging, SmartMode};
use forecourt_core::tariff::VatRate;
use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, WattHours, Watts};
use jiff::SignedDuration;
use support::obedient::{Obedient, yes};
use support::{World, car_asks, noon, start, tell, worlds};

/// Amperes on each phase of the fuse.
const FUSE: i64 = 40_000;
const CARS: usize = 3;
/// What a car takes on three phases, and what its battery holds.
const TAKES: i64 = 16_000;
const BATTERY_WH: i64 = 20_000;
const STEP_MIN: i64 = 5;

/// What a charger was told last, and the car at it.
#[derive(Debug, Default)]
struct Wallbox {
    default: Option<i64>,
    told: Option<(i64, Timestamp)>,
    /// Profiles it was given for its session.
    profiles: Vec<i64>,
    reference: Option<String>,
    /// In watt-milliseconds, so that nothing is lost.
    energy: i64,
    battery: i64,
}

impl Wallbox {
    fn obey(&mut self, command: &Command) {
        match command {
            Command::SetChargingProfile { profile, .. } => {
                let limit = profile.schedules[0].periods[0].limit;
                match profile.purpose {
                    ProfilePurpose::Default => self.default = Some(limit),
                    _ => {
                        self.told = Some((limit, profile.valid_to.expect("an end")));
                        self.profiles.push(profile.id);
                    }
                }
            }
            Command::ClearChargingProfiles { .. } => self.told = None,
            _ => {}
        }
    }

    /// What flows on each phase.
    fn draws(&self, now: Timestamp) -> i64 {
        if self.reference.is_none() || self.energy / 3_600_000 >= self.battery {
            return 0;
        }
        let told = self.told.filter(|(_, until)| *until > now).map(|(limit, _)| limit);
        let allowed = told.or(self.default).unwrap_or(32_000);
        if allowed < 6_000 { 0 } else { TAKES.min(allowed) }
    }

    fn wh(&self) -> i64 {
        self.energy / 3_600_000
    }
}

struct Night {
    world: World,
    zone: ZoneId,
    profile: PriceProfileId,
    ids: Vec<StationId>,
    boxes: Vec<Arc<Mutex<Wallbox>>>,
    stations: Vec<Obedient>,
    minute: i64,
}

fn wishes(profile: PriceProfileId) -> ZonePlanRequest {
    ZonePlanRequest {
        enabled: true,
        aim: PlanAim::Price,
        price_profile: profile,
        carbon_price: 0,
        peak_price: 0,
        stay_min: 12 * 60,
        energy: WattHours(BATTERY_WH),
    }
}

/// A price each hour from the test's noon on, in kroner a megawatt-hour.
fn market(prices: &[i64]) -> String {
    let mut file = "HourUTC;PriceArea;SpotPriceDKK\n".to_owned();
    for (hour, price) in prices.iter().enumerate() {
        let at = noon() + SignedDuration::from_hours(i64::try_from(hour).expect("small"));
        file.push_str(&format!("{};DK1;{price}\n", at.strftime("%Y-%m-%d %H:%M")));
    }
    file
}

/// Dear, but for three hours from the fifth on.
fn cheap_night() -> String {
    let mut prices = vec![900; 30];
    prices[4..7].fill(100);
    market(&prices)
}

impl Night {
    async fn new(world: World, chargers: usize) -> Self {
        let verdict =
            ModelVerdict { vendor: "Voltaro".into(), model: "Box 11".into(), firmware: None, tested: true };
        world.app.set_model_verdict(&world.principal, verdict).await.expect("judged");
        let (mut ids, mut boxes, mut stations) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..chargers {
            let identity = format!("NIGHT{n}");
            ids.push(world.station(&identity).await);
            let wallbox = Arc::new(Mutex::new(Wallbox { battery: BATTERY_WH, ..Wallbox::default() }));
            boxes.push(wallbox.clone());
            stations.push(connect(&world, &identity, wallbox).await);
        }
        let chosen =
            |station: &StationId| ChosenCharger { station: *station, phases: 3, rotation: None, priority: 0 };
        let request = ZoneRequest {
            name: "Car park".into(),
            site: world.site,
            parent: None,
            meter_number: Some("M1".into()),
            capacity: Err(PerPhase::even(MilliAmps(FUSE))),
            voltage: MilliVolts(230_000),
            buffer: PerMille(0),
            least_session: Watts(0),
            distribution: Distribution::Dynamic,
            chargers: ids.iter().map(chosen).collect(),
        };
        let zone = world.app.add_zone(&world.principal, request).await.expect("a zone").record.id;
        world.app.switch_zone(&world.principal, zone, true).await.expect("on");
        let market_of = MarketWords { zone: "dk1".into(), currency: "dkk".into() };
        let content = PriceProfile { vat: VatRate(0), components: Vec::new() };
        let edit = ProfileEdit { name: "Car park".into(), market: market_of, content };
        let profile = world.app.add_price_profile(&world.principal, edit).await.expect("a profile").id;
        Self { world, zone, profile, ids, boxes, stations, minute: 0 }
    }

    async fn want(&self, to: ZonePlanRequest) {
        self.world.app.set_zone_plan(&self.world.principal, self.zone, to).await.expect("wished");
    }

    async fn prices(&self, file: &str) {
        self.world.app.import_spot_prices(&self.world.principal, file, false).await.expect("prices");
    }

    fn now(&self) -> Timestamp {
        self.world.app.now()
    }

    async fn look(&self) {
        self.world.app.balance().await.expect("balanced");
        self.world.app.plan_zones().await;
        self.world.app.balance().await.expect("balanced");
    }

    async fn arrive(&self, n: usize) {
        let reference = start(&self.stations[n].connection, self.minute, 0).await;
        self.boxes[n].lock().expect("a box").reference = Some(reference);
    }

    /// So many minutes go by: everybody draws what he may and says so, and all is looked at.
    async fn minutes(&mut self, minutes: i64) {
        for _ in 0..minutes / STEP_MIN {
            let before = self.now();
            let mut together = 0;
            for wallbox in &self.boxes {
                let mut wallbox = wallbox.lock().expect("a box");
                let draws = wallbox.draws(before);
                together += draws;
                wallbox.energy += draws * 3 * 230 / 1_000 * STEP_MIN * 60_000;
            }
            assert!(together <= FUSE, "{together} mA at {before}");
            self.minute += STEP_MIN;
            self.world.minutes(self.minute);
            self.meter().await;
            self.look().await;
        }
    }

    async fn meter(&self) {
        for (wallbox, station) in self.boxes.iter().zip(&self.stations) {
            let (reference, reading) = {
                let wallbox = wallbox.lock().expect("a box");
                let Some(reference) = wallbox.reference.clone() else { continue };
                let draws = wallbox.draws(self.now());
                let reading = Reading {
                    register: Some(WattHours(wallbox.wh())),
                    current: Some(MilliAmps(draws)),
                    power: Some(Watts(draws * 3 * 230 / 1_000)),
                    ..Reading::empty(self.now(), Context::Periodic)
                };
                (reference, reading)
            };
            let report = MeterReport {
                evse: EvseNumber(1),
                connector: None,
                reference: Some(TransactionRef(reference)),
                readings: vec![reading],
            };
            tell(&station.connection, "MeterValues", Fact::Meter(report)).await.expect("told");
        }
    }

    fn wh(&self) -> Vec<i64> {
        self.boxes.iter().map(|one| one.lock().expect("a box").wh()).collect()
    }

    fn told(&self, n: usize) -> Option<i64> {
        self.boxes[n].lock().expect("a box").told.map(|(limit, _)| limit)
    }

    async fn outcome(&self) -> Result<Arc<AheadPlan>, NoPlanWhy> {
        let view = self.world.app.zone_plan(&self.world.principal, self.zone).await.expect("a view");
        view.outcome.expect("tried")
    }

    async fn plan(&self) -> Arc<AheadPlan> {
        self.outcome().await.expect("a plan")
    }

    async fn seat(&self, n: usize) -> SeatPicture {
        let view = self.world.app.zone(&self.world.principal, self.zone).await.expect("a zone");
        let picture = view.picture.expect("a picture");
        picture.seats.iter().find(|seat| seat.station == self.ids[n]).expect("a seat").clone()
    }

    async fn session(&self, n: usize) -> SessionId {
        self.seat(n).await.session.expect("a session")
    }
}

async fn connect(world: &World, identity: &str, wallbox: Arc<Mutex<Wallbox>>) -> Obedient {
    let obey = move |command: &Command| {
        wallbox.lock().expect("a box").obey(command);
        yes()
    };
    let station = Obedient::connect(world, identity, obey).await;
    let boot = Boot { vendor: "Voltaro".into(), model: "Box 11".into(), ..Boot::default() };
    tell(&station.connection, "BootNotification", Fact::Boot(boot)).await.expect("booted");
    station
}

fn hour(hours: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(hours)
}

#[tokio::test]
async fn cars_with_time_charge_in_the_cheap_hours_and_are_full_when_they_leave() {
    for world in worlds().await {
        let mut night = Night::new(world, CARS).await;
        night.prices(&cheap_night()).await;
        night.want(wishes(night.profile)).await;
        night.look().await;
        for n in 0..CARS {
            night.arrive(n).await;
        }
        night.look().await;
        let plan = night.plan().await;
        assert_eq!(plan.cars.len(), CARS);
        assert!(plan.cars.iter().all(|car| car.gets.0 == BATTERY_WH && car.short.is_none()));
        // Sixty kilowatt-hours at ten øre instead of ninety.
        assert_eq!(plan.currency.as_deref(), Some("DKK"));
        assert!((5_990_000..6_010_000).contains(&plan.cost), "{}", plan.cost);
        assert!((53_900_000..54_100_000).contains(&plan.cost_at_once), "{}", plan.cost_at_once);
        for n in 0..CARS {
            assert_eq!(night.told(n), Some(0));
            let seat = night.seat(n).await;
            assert_eq!(seat.why, WhyWord::Planned);
            assert!(seat.planned_from.is_some_and(|from| from >= hour(4) && from < hour(7)), "{seat:?}");
        }
        night.minutes(4 * 60).await;
        assert_eq!(night.wh(), [0; CARS], "nothing before it is cheap");
        night.minutes(3 * 60).await;
        assert!(night.wh().iter().all(|wh| *wh >= BATTERY_WH - 100), "{:?}", night.wh());
        // Who has what was expected is let go, whatever it still wants.
        assert!(night.plan().await.free.iter().all(|free| free.why == FreeWhy::HasEnergy));
    }
}

#[tokio::test]
async fn a_car_that_stays_longer_or_wants_more_than_was_expected_is_not_starved() {
    for world in worlds().await {
        let mut night = Night::new(world, 2).await;
        night.boxes[0].lock().expect("a box").battery = 60_000;
        // Ever cheaper: whoever waits for the cheapest hour waits for ever.
        let falling: Vec<i64> = (0..30).map(|hour| 3_000 - hour * 100).collect();
        night.prices(&market(&falling)).await;
        night
            .want(ZonePlanRequest { stay_min: 120, energy: WattHours(5_000), ..wishes(night.profile) })
            .await;
        night.look().await;
        night.arrive(0).await;
        night.look().await;
        assert_eq!(night.told(0), Some(0));
        night.minutes(120).await;
        assert!(night.wh()[0] >= 4_900, "{:?}", night.wh());
        night.minutes(30).await;
        let free = night.plan().await.free.clone();
        assert!(matches!(free[..], [ref one] if one.why != FreeWhy::ChargeNow), "{free:?}");
        assert!(matches!(night.seat(0).await.why, WhyWord::Full | WhyWord::Appetite));
        night.minutes(60).await;
        assert!(night.wh()[0] >= 5_000 + 10_000, "{:?}", night.wh());
        // Another comes; it is planned beside the one that is not.
        night.arrive(1).await;
        night.look().await;
        let plan = night.plan().await;
        assert_eq!((plan.cars.len(), plan.free.len()), (1, 1));
    }
}

#[tokio::test]
async fn without_prices_power_is_shared_and_the_reason_is_told() {
    for world in worlds().await {
        let night = Night::new(world, 2).await;
        night.want(wishes(night.profile)).await;
        night.look().await;
        night.arrive(0).await;
        night.look().await;
        assert_eq!(night.outcome().await, Err(NoPlanWhy::NoPrices));
        assert_eq!(night.told(0), Some(31_800));
        assert_eq!(night.seat(0).await.why, WhyWord::Full);
        // They come: the next look plans.
        night.prices(&cheap_night()).await;
        night.look().await;
        assert_eq!(night.told(0), Some(0));
        // By how clean it is: nobody told that yet.
        night.want(ZonePlanRequest { aim: PlanAim::Carbon, ..wishes(night.profile) }).await;
        night.look().await;
        assert_eq!(night.outcome().await, Err(NoPlanWhy::NoCarbon));
        let slot = |(from, grams): (i64, i64)| PricedSlot {
            from: hour(from),
            until: hour(from + 1),
            per_kwh: grams,
        };
        let slots = [300, 300, 40, 300, 300].iter().copied().zip(0..).map(|(g, h)| slot((h, g))).collect();
        night.world.app.put_carbon(&night.world.principal, "DK1", slots).await.expect("carbon");
        night.look().await;
        let plan = night.plan().await;
        assert_eq!(plan.currency, None);
        assert_eq!(plan.begins(&plan.cars[0]), Some(hour(2)));
        // Twenty kilowatt-hours at 40 g, in millionths of a kilogram.
        assert!((799_000..801_000).contains(&plan.cost), "{}", plan.cost);
        // Off: everybody has his share again.
        night.want(ZonePlanRequest { enabled: false, ..wishes(night.profile) }).await;
        night.look().await;
        assert_eq!(night.told(0), Some(31_800));
    }
}

#[tokio::test]
async fn charge_now_leaves_the_plan_and_a_restart_makes_it_anew() {
    for world in worlds().await {
        let mut night = Night::new(world, 2).await;
        night.prices(&cheap_night()).await;
        night.want(wishes(night.profile)).await;
        night.look().await;
        night.arrive(0).await;
        night.arrive(1).await;
        night.look().await;
        assert_eq!((night.told(0), night.told(1)), (Some(0), Some(0)));
        let session = night.session(0).await;
        let (app, who) = (night.world.app.clone(), night.world.principal.clone());
        let course = app.session_course(&who, session).await.expect("a course");
        assert!(course.is_held_back);
        let planned = course.zone_plan.expect("planned");
        assert_eq!(
            (planned.zone_name.as_str(), planned.wants_wh, planned.free),
            ("Car park", BATTERY_WH, None)
        );
        app.charge_now(&who, session).await.expect("let go");
        assert_eq!(night.told(0), Some(31_800));
        assert_eq!(night.told(1), Some(0));
        night.look().await;
        assert_eq!(night.plan().await.free[0].why, FreeWhy::ChargeNow);
        assert!(!app.session_course(&who, session).await.expect("a course").is_held_back);

        // Another process on the same database: until it has planned nobody is raised.
        let Night { world, zone, profile, ids, boxes, stations, minute } = night;
        drop(stations);
        let world = world.restart().await;
        let mut stations = Vec::new();
        for (n, wallbox) in boxes.iter().enumerate() {
            stations.push(connect(&world, &format!("NIGHT{n}"), wallbox.clone()).await);
        }
        night = Night { world, zone, profile, ids, boxes, stations, minute };
        night.world.app.balance().await.expect("balanced");
        assert_eq!(night.told(1), Some(0));
        night.look().await;
        assert_eq!((night.told(0), night.told(1)), (Some(31_800), Some(0)));
        assert_eq!(night.plan().await.free[0].why, FreeWhy::ChargeNow);
    }
}

#[tokio::test]
async fn a_highest_draw_that_costs_is_made_flat_and_sunshine_is_taken() {
    for world in worlds().await {
        let night = Night::new(world, CARS).await;
        night.prices(&cheap_night()).await;
        // A hundred kroner a kilowatt: more than the cheap hours are worth.
        night.want(ZonePlanRequest { peak_price: 100_000_000, ..wishes(night.profile) }).await;
        night.look().await;
        for n in 0..CARS {
            night.arrive(n).await;
        }
        night.look().await;
        let plan = night.plan().await;
        let highest = plan.intervals.iter().map(|each| each.cars.0).max().expect("intervals");
        assert!(highest <= 8_300, "two cars at their least at most: {highest}");
        assert!(plan.cars.iter().all(|car| car.short.is_none()));
        assert!(plan.peak_at_once.0 > 27_000);
        // What was drawn already costs nothing more: the building's own minute of this month.
        let load =
            LoadReading { at: None, load: Ok(PerPhase::even(MilliAmps(10_000))), with_chargers: false };
        night.world.app.read_zone_meter(&night.world.principal, "M1", load).await.expect("read");
        night.want(wishes(night.profile)).await;
        let sun = SolarSlot { from: hour(1), until: hour(3), power: Watts(20_000) };
        let forecast = vec![sun];
        night.world.app.put_solar_forecast(&night.world.principal, night.zone, forecast).await.expect("told");
        night.look().await;
        let plan = night.plan().await;
        let at =
            |moment: Timestamp| plan.intervals.iter().find(|each| each.from == moment).expect("one").cars.0;
        // What the building leaves of the sun costs nothing at all.
        assert!(at(hour(1)) >= 12_000, "{}", at(hour(1)));
    }
}

#[tokio::test]
async fn the_wish_of_its_own_people_says_when_a_car_leaves() {
    for world in worlds().await {
        let night = Night::new(world, 1).await;
        let (app, who) = (night.world.app.clone(), night.world.principal.clone());
        let edit = forecourt_app::StationEdit { used_as: Some("home".into()), ..Default::default() };
        app.edit_station(&who, night.ids[0], None, edit).await.expect("a home charger");
        // Ready at 17:00 there, three hours from noon: before it is cheap.
        let wish = SmartCharging {
            random_delay_s: 0,
            mode: SmartMode::Price,
            ready_by: Some("17:00".into()),
            energy_goal_wh: 11_000,
            ..SmartCharging::default()
        };
        app.set_smart_charging(&who, night.ids[0], Some(wish)).await.expect("wished");
        night.prices(&cheap_night()).await;
        night.want(wishes(night.profile)).await;
        night.look().await;
        night.arrive(0).await;
        night.look().await;
        let plan = night.plan().await;
        assert_eq!(plan.cars[0].departs, hour(3));
        assert_eq!((plan.cars[0].wants.0, plan.cars[0].gets.0), (11_000, 11_000));
        let own = app.session_course(&who, night.session(0).await).await.expect("a course");
        assert_eq!(own.plan, None, "its zone plans it");
    }
}

#[tokio::test]
async fn what_the_car_itself_says_comes_before_every_guess_also_after_a_restart() {
    for world in worlds().await {
        let mut night = Night::new(world, 1).await;
        night.prices(&cheap_night()).await;
        night.want(wishes(night.profile)).await;
        night.look().await;
        night.arrive(0).await;
        // It leaves before it is cheap, and wants less than the zone expects.
        let said = car_asks(Some(hour(3)), Some(WattHours(5_000)));
        night.look().await;
        let given = || night.boxes[0].lock().expect("a box").profiles.clone();
        let before = given().len();
        let answer = tell(&night.stations[0].connection, "NotifyEVChargingNeeds", said).await;
        assert_eq!(answer.expect("answered"), Answer::Ruling(Ruling::Accepted));
        night.look().await;
        // It gets the schedule it asked for, and no other profile that would outlast it.
        assert!(given().len() > before);
        assert!(given().iter().all(|id| *id == 71_001), "{:?}", given());
        let known = |plan: &AheadPlan| {
            let car = &plan.cars[0];
            (car.departs, car.departs_from, car.wants.0, car.gets.0)
        };
        let expected = (hour(3), DepartureFrom::Car, 5_000, 5_000);
        assert_eq!(known(&*night.plan().await), expected);
        let Night { world, zone, profile, ids, boxes, stations, minute } = night;
        drop(stations);
        let world = world.restart().await;
        let stations = vec![connect(&world, "NIGHT0", boxes[0].clone()).await];
        night = Night { world, zone, profile, ids, boxes, stations, minute };
        night.look().await;
        assert_eq!(known(&*night.plan().await), expected);
        // It has its energy when it leaves.
        night.minutes(3 * 60).await;
        assert!(night.wh()[0] >= 4_900, "{:?}", night.wh());
    }
}

#[tokio::test]
async fn what_is_told_anew_holds_within_a_longer_stretch_of_before() {
    for world in worlds().await {
        let night = Night::new(world, 1).await;
        let (app, who) = (night.world.app.clone(), night.world.principal.clone());
        for (from, figure) in [(1, 4_000), (2, 1_000)] {
            let (from, until) = (hour(from), hour(3));
            let sun = SolarSlot { from, until, power: Watts(figure) };
            app.put_solar_forecast(&who, night.zone, vec![sun]).await.expect("told");
            app.put_carbon(&who, "DK1", vec![PricedSlot { from, until, per_kwh: figure }])
                .await
                .expect("told");
        }
        let expected = vec![(hour(1), hour(2), 4_000), (hour(2), hour(3), 1_000)];
        let sun = app.solar_forecast(&who, night.zone).await.expect("a forecast");
        assert_eq!(sun.iter().map(|s| (s.from, s.until, s.power.0)).collect::<Vec<_>>(), expected);
        let carbon = app.carbon_view(&who, "DK1").await.expect("known").slots;
        assert_eq!(carbon.iter().map(|s| (s.from, s.until, s.per_kwh)).collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn another_organisation_sees_and_changes_nothing_of_it() {
    for world in worlds().await {
        let night = Night::new(world, 1).await;
        night.want(wishes(night.profile)).await;
        let (app, who) = (&night.world.app, &night.world.principal);
        let other = app.add_organisation("Second", "UTC", "EUR").await.expect("organisation");
        let stranger = support::principal(other.id);
        let gone = |error: AppError| matches!(error, AppError::NotFound(_));
        assert!(gone(app.zone_plan(&stranger, night.zone).await.expect_err("nothing")));
        let set = app.set_zone_plan(&stranger, night.zone, wishes(night.profile)).await;
        assert!(gone(set.expect_err("nothing")));
        let slot = SolarSlot { from: hour(0), until: hour(1), power: Watts(1) };
        assert!(gone(app.put_solar_forecast(&stranger, night.zone, vec![slot]).await.expect_err("nothing")));
        assert!(gone(app.solar_forecast(&stranger, night.zone).await.expect_err("nothing")));
        // What is wrong is named.
        let wrong = |to: ZonePlanRequest| app.set_zone_plan(who, night.zone, to);
        let usual = || wishes(night.profile);
        for to in [
            ZonePlanRequest { stay_min: 5, ..usual() },
            ZonePlanRequest { energy: WattHours(0), ..usual() },
            ZonePlanRequest { peak_price: -1, ..usual() },
            ZonePlanRequest { price_profile: PriceProfileId(1), ..usual() },
        ] {
            assert!(matches!(wrong(to).await, Err(AppError::Invalid(_))));
        }
    }
}
