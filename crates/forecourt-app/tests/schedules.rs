//! Charging hours, delays and plans, with stations that answer as a test says: on each database, on a clock of the test's own.

mod support;

use std::sync::{Arc, Mutex};

use forecourt_app::electricity::MarketWords;
use forecourt_app::home::ProfileEdit;
use forecourt_app::power::{ChosenCharger, ModelVerdict, WhyWord, ZoneRequest};
use forecourt_app::schedules::{HoursRequest, SeatSchedule, StationSchedule};
use forecourt_app::{AppError, StationEdit, StationRequest};
use forecourt_core::charging::{ChargingProfile, ProfileKind, ProfilePurpose, RateUnit};
use forecourt_core::command::{Command, Outcome};
use forecourt_core::electricity::PriceProfile;
use forecourt_core::fact::{Answer, Boot, Fact, Phase, Ruling};
use forecourt_core::id::{EvseNumber, HoursId, SessionId, StationId};
use forecourt_core::power::{Distribution, PerPhase};
use forecourt_core::schedule::{
    Cap, ChargingHours, HoursWindow, PricedSlot, SmartCharging, SmartMode, start_delay,
};
use forecourt_core::tariff::VatRate;
use forecourt_core::token::Verdict;
use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, Watts};
use jiff::SignedDuration;
use support::obedient::{Obedient, says, yes};
use support::{World, car_asks, meter, noon, start, tell, transaction, worlds};

/// Longest wait of the test for what goes on beside it.
const SETTLES: std::time::Duration = std::time::Duration::from_secs(20);

/// Every day, by the clock there: the test's noon is 14:00.
fn daily(from: &str, to: &str, limit: Option<Cap>) -> ChargingHours {
    let window = |day| HoursWindow { day, from: from.into(), to: to.into(), limit };
    ChargingHours { windows: (1..=7).map(window).collect(), otherwise: None }
}

fn amps(amps: i64) -> Option<Cap> {
    Some(Cap { unit: RateUnit::MilliAmps, rate: amps * 1_000 })
}

async fn add_hours(world: &World, station: Option<StationId>, content: ChargingHours) -> HoursId {
    let request = HoursRequest { site: world.site, station, evse: None, enabled: true, content };
    world.app.add_charging_hours(&world.principal, request).await.expect("hours").record.id
}

/// One look, until every charger has said what it thinks of what it was told.
async fn pass(world: &World) {
    world.app.run_schedules().await.expect("looked at");
    let settled = async {
        loop {
            world.app.run_all_errands().await.expect("errands");
            let kept = world.app.store().wanted_profiles_between(70_000, 73_000).await.expect("profiles");
            if kept.iter().all(|profile| ["held", "refused"].contains(&profile.state.as_str())) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SETTLES, settled).await.expect("settled");
}

fn set(command: &Command) -> Option<&ChargingProfile> {
    match command {
        Command::SetChargingProfile { profile, .. } => Some(profile),
        _ => None,
    }
}

fn profiles(station: &Obedient, purpose: ProfilePurpose) -> Vec<ChargingProfile> {
    let asked = station.asked();
    asked.iter().filter_map(set).filter(|profile| profile.purpose == purpose).cloned().collect()
}

/// Seconds and limits of a profile's one schedule.
fn steps(profile: &ChargingProfile) -> Vec<(i64, i64)> {
    profile.schedules[0].periods.iter().map(|period| (period.start_s, period.limit)).collect()
}

async fn running(world: &World, station: StationId) -> SessionId {
    let all = world.app.store().running_sessions().await.expect("sessions");
    all.iter().find(|session| session.station == station).expect("a session").id
}

#[tokio::test]
async fn hours_are_kept_in_the_charger_and_the_narrowest_count() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        let id = world.station("WEEK").await;
        let station = Obedient::connect(&world, "WEEK", |_| yes()).await;
        let site = add_hours(&world, None, daily("16:00", "20:00", amps(6))).await;
        pass(&world).await;
        assert_eq!(station.asked().len(), 1);
        let week = profiles(&station, ProfilePurpose::Default).pop().expect("a profile");
        assert_eq!((week.kind, week.stack_level), (ProfileKind::Recurring, 1));
        // Monday midnight there.
        assert_eq!(week.schedules[0].starts_at, Some("2026-06-14T22:00:00Z".parse().expect("a time")));
        assert_eq!(steps(&week)[..3], [(0, 31_884), (57_600, 6_000), (72_000, 31_884)]);
        assert_eq!(week.schedules[0].periods.len(), 15);
        let view = app.charging_hours_of(who, site).await.expect("hours");
        assert_eq!(view.places.iter().map(|place| place.state).collect::<Vec<_>>(), ["held"]);
        pass(&world).await;
        assert_eq!(station.asked().len(), 1, "nothing moved, nothing is said");

        // Of the charger itself: 12 hours of nothing.
        let own = add_hours(&world, Some(id), daily("00:00", "12:00", Some(Cap::NOTHING))).await;
        pass(&world).await;
        assert_eq!(station.asked().len(), 2);
        let week = profiles(&station, ProfilePurpose::Default).pop().expect("a profile");
        assert_eq!(steps(&week)[..2], [(0, 0), (43_200, 31_884)]);
        let twice = HoursRequest {
            site: world.site,
            station: Some(id),
            evse: None,
            enabled: true,
            content: daily("01:00", "02:00", None),
        };
        assert!(matches!(app.add_charging_hours(who, twice).await, Err(AppError::Conflict(_))));

        // Gone: the site's count again; all gone: the profile is taken back.
        app.delete_charging_hours(who, own).await.expect("gone");
        pass(&world).await;
        assert_eq!(station.asked().len(), 3);
        app.delete_charging_hours(who, site).await.expect("gone");
        pass(&world).await;
        let asked = station.asked();
        assert!(matches!(asked[3], Command::ClearChargingProfiles { id: Some(72_001), .. }));
        // Clocks are changed: another distance to universal time is another profile.
        add_hours(&world, None, daily("16:00", "20:00", amps(6))).await;
        pass(&world).await;
        assert_eq!(station.asked().len(), 5);
        world.minutes(60 * 24 * 140);
        pass(&world).await;
        assert_eq!(station.asked().len(), 6);
        let week = profiles(&station, ProfilePurpose::Default).pop().expect("a profile");
        assert_eq!(week.schedules[0].starts_at, Some("2026-06-14T23:00:00Z".parse().expect("a time")));
    }
}

#[tokio::test]
async fn a_charger_that_takes_no_week_takes_days_and_one_that_takes_nothing_is_kept_by_us() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        let id = world.station("STUB").await;
        let deaf = Arc::new(Mutex::new(false));
        let hears = deaf.clone();
        let station = Obedient::connect(&world, "STUB", move |command| match set(command) {
            Some(profile) if profile.kind == ProfileKind::Recurring || *hears.lock().expect("a word") => {
                says(false, "Rejected")
            }
            _ => yes(),
        })
        .await;
        // Nothing between 15:00 and 17:00 there: from 13:00 to 15:00 of the test.
        let hours = add_hours(&world, None, daily("15:00", "17:00", Some(Cap::NOTHING))).await;
        pass(&world).await;
        assert_eq!(station.asked().len(), 1);
        pass(&world).await;
        assert_eq!(station.asked().len(), 2);
        let days = profiles(&station, ProfilePurpose::Default).pop().expect("a profile");
        assert_eq!(
            (days.kind, days.valid_to),
            (ProfileKind::Absolute, Some("2026-06-16T22:00:00Z".parse().expect("a time")))
        );
        assert_eq!(steps(&days)[..3], [(0, 31_884), (54_000, 0), (61_200, 31_884)]);
        pass(&world).await;
        assert_eq!(station.asked().len(), 2);
        // Before they are over they are told anew.
        world.minutes(20 * 60);
        pass(&world).await;
        assert_eq!(station.asked().len(), 3);

        // Another day, and it takes nothing at all: a session is told, refuses, and is ended when the hours are over.
        *deaf.lock().expect("a word") = true;
        world.minutes(24 * 60);
        let edited = daily("15:00", "17:30", Some(Cap::NOTHING));
        app.edit_charging_hours(who, hours, None, true, edited).await.expect("edited");
        pass(&world).await;
        pass(&world).await;
        let place = app.charging_hours_of(who, hours).await.expect("hours").places.pop().expect("a place");
        assert_eq!((place.state, place.detail.as_deref()), ("refused", Some("Rejected")));
        start(&station.connection, 24 * 60, 1_000).await;
        let session = running(&world, id).await;
        pass(&world).await;
        world.minutes(25 * 60 + 1);
        pass(&world).await;
        let asked = station.asked();
        assert!(asked.iter().any(|command| matches!(command, Command::StopSession { .. })));
        let course = app.session_course(who, session).await.expect("a course").record.expect("kept");
        assert_eq!(course.told.as_deref(), Some("refused"));
        assert!(course.stopped_at.is_some());
        let reference = app.store().session(who.organisation, session).await.expect("read").expect("there");
        let end = transaction(Phase::Ended, 25 * 60 + 2, 1_500, Some(&reference.session.reference.0));
        tell(&station.connection, "StopTransaction", end).await.expect("ended");
        // Nobody begins while nothing may be charged.
        world.minutes(25 * 60 + 10);
        pass(&world).await;
        let begin = transaction(Phase::Started, 25 * 60 + 10, 1_500, None);
        let answer = tell(&station.connection, "StartTransaction", begin).await.expect("an answer");
        let Answer::Transaction { token: Some(token), .. } = answer else { panic!("no verdict") };
        assert_eq!(token.verdict, Verdict::NotHere);
    }
}

async fn zone(world: &World, station: StationId) {
    let verdict =
        ModelVerdict { vendor: "Voltaro".into(), model: "Box 11".into(), firmware: None, tested: true };
    world.app.set_model_verdict(&world.principal, verdict).await.expect("judged");
    let request = ZoneRequest {
        name: "Car park".into(),
        site: world.site,
        parent: None,
        meter_number: None,
        capacity: Err(PerPhase::even(MilliAmps(20_000))),
        voltage: MilliVolts(230_000),
        buffer: PerMille(0),
        least_session: Watts(0),
        distribution: Distribution::Dynamic,
        chargers: vec![ChosenCharger { station, phases: 3, rotation: None, priority: 0 }],
    };
    let zone = world.app.add_zone(&world.principal, request).await.expect("a zone").record.id;
    world.app.switch_zone(&world.principal, zone, true).await.expect("on");
}

#[tokio::test]
async fn in_a_zone_hours_lower_what_is_shared_and_the_default_stays_below() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        let id = world.station("ZONED").await;
        let station = Obedient::connect(&world, "ZONED", |_| yes()).await;
        let boot = Boot {
            vendor: "Voltaro".into(),
            model: "Box 11".into(),
            serial: None,
            firmware: None,
            iccid: None,
            imsi: None,
            meter_serial: None,
            reason: None,
        };
        tell(&station.connection, "BootNotification", Fact::Boot(boot)).await.expect("booted");
        zone(&world, id).await;
        app.balance().await.expect("balanced");
        pass(&world).await;
        // 8 A until 15:00 there, then nothing until 16:00.
        let mut hours = daily("12:00", "15:00", amps(8));
        let nothing = daily("15:00", "16:00", Some(Cap::NOTHING));
        hours.windows.extend(nothing.windows);
        add_hours(&world, None, hours).await;
        pass(&world).await;
        let kept = profiles(&station, ProfilePurpose::Default);
        let week = kept.iter().find(|profile| profile.id == 72_001).expect("hours");
        // The fuse's 20 A, never more, where the hours say nothing.
        assert_eq!(steps(week)[..4], [(0, 20_000), (43_200, 8_000), (54_000, 0), (57_600, 20_000)]);
        start(&station.connection, 0, 1_000).await;
        let told = || {
            let own = profiles(&station, ProfilePurpose::Transaction);
            own.last().map(|profile| (profile.id, steps(profile)[0].1))
        };
        app.balance().await.expect("balanced");
        assert_eq!(told(), Some((71_001, 8_000)));
        let zones = app.zones(who, None).await.expect("zones");
        let picture = zones[0].picture.clone().expect("a picture");
        assert_eq!(picture.seats[0].why, WhyWord::Times);
        world.minutes(61);
        app.balance().await.expect("balanced");
        assert_eq!(told(), Some((71_001, 0)));
        // Charge now: the circuit still counts, the hours do not; the log says who.
        let session = running(&world, id).await;
        app.charge_now(who, session).await.expect("let go");
        assert_eq!(told(), Some((71_001, 20_000)));
        let course = app.session_course(who, session).await.expect("a course");
        assert!(course.record.expect("kept").overridden.is_some());
        assert!(!course.is_held_back);
    }
}

async fn home(world: &World, identity: &str) -> StationId {
    let id = world.station(identity).await;
    let edit = StationEdit { used_as: Some("home".into()), ..StationEdit::default() };
    world.app.edit_station(&world.principal, id, None, edit).await.expect("a home charger");
    id
}

#[tokio::test]
async fn a_private_start_is_put_off_by_chance_unless_somebody_wants_it_now() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        let public = world.station("PUBLIC").await;
        let wish = SmartCharging::default();
        let refused = app.set_smart_charging(who, public, Some(wish.clone())).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))));
        let id = home(&world, "HOME").await;
        app.set_smart_charging(who, id, Some(wish.clone())).await.expect("wished");
        let station = Obedient::connect(&world, "HOME", |_| yes()).await;
        start(&station.connection, 0, 1_000).await;
        let session = running(&world, id).await;
        pass(&world).await;
        let delay = start_delay(session.0, wish.random_delay_s).as_secs();
        let told = || profiles(&station, ProfilePurpose::Transaction).pop().expect("told");
        assert_eq!((told().id, steps(&told())), (73_001, vec![(0, 0), (delay, 31_884)]));
        app.charge_now(who, session).await.expect("let go");
        assert_eq!(steps(&told()), [(0, 31_884)]);

        // By default only from 20:00 there (18:00 of the test), each rise late by the same delay.
        let reference = app.store().session(who.organisation, session).await.expect("read").expect("there");
        let end = transaction(Phase::Ended, 5, 1_200, Some(&reference.session.reference.0));
        tell(&station.connection, "StopTransaction", end).await.expect("ended");
        world.minutes(10);
        let hours = ChargingHours { otherwise: Some(Cap::NOTHING), ..daily("20:00", "24:00", None) };
        let wish = SmartCharging { default_hours: Some(hours), ..wish };
        app.set_smart_charging(who, id, Some(wish.clone())).await.expect("wished");
        start(&station.connection, 10, 1_200).await;
        let session = running(&world, id).await;
        pass(&world).await;
        let delay = start_delay(session.0, wish.random_delay_s).as_secs();
        let evening = 6 * 3_600 - 600;
        let found = steps(&told());
        assert_eq!(found[..3], [(0, 0), (evening + delay, 31_884), (evening + 4 * 3_600, 0)]);
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

#[tokio::test]
async fn at_home_the_cheapest_hours_until_the_car_must_be_ready() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        let id = home(&world, "HOME").await;
        let market_of = MarketWords { zone: "dk1".into(), currency: "dkk".into() };
        let content = PriceProfile { vat: VatRate(0), components: Vec::new() };
        let edit = ProfileEdit { name: "Home".into(), market: market_of, content };
        let profile = app.add_price_profile(who, edit).await.expect("a profile");
        app.set_home_profile(who, id, Some(profile.id)).await.expect("priced");
        // 22 kWh until 20:00 there: one hour of six.
        let wish = SmartCharging {
            random_delay_s: 0,
            mode: SmartMode::Price,
            ready_by: Some("20:00".into()),
            energy_goal_wh: 22_000,
            ..SmartCharging::default()
        };
        app.set_smart_charging(who, id, Some(wish.clone())).await.expect("wished");
        let station = Obedient::connect(&world, "HOME", |_| yes()).await;
        let reference = start(&station.connection, 0, 1_000).await;
        let session = running(&world, id).await;
        pass(&world).await;
        let course = app.session_course(who, session).await.expect("a course");
        assert_eq!(course.record.and_then(|record| record.no_plan).as_deref(), Some("no_prices"));
        assert_eq!(profiles(&station, ProfilePurpose::Transaction), [], "without prices it simply charges");

        app.import_spot_prices(who, &market(&[900, 800, 300, 700, 200, 1_000]), false).await.expect("prices");
        world.minutes(2);
        pass(&world).await;
        let plan = app.session_course(who, session).await.expect("a course").plan.expect("a plan");
        let hour = |hours: i64| noon() + SignedDuration::from_hours(hours);
        assert_eq!(plan.because, "plugged_in");
        assert_eq!(plan.stretches, [(hour(4), hour(5))]);
        assert_eq!((plan.energy_wh, plan.cost), (22_000, Some(4_400_000)));
        assert!(plan.at_once > plan.cost);
        let told = || profiles(&station, ProfilePurpose::Transaction).pop().expect("told");
        assert_eq!(steps(&told()), [(0, 0), (4 * 3_600, 31_884), (5 * 3_600, 0), (6 * 3_600, 31_884)]);
        let messages = station.asked().len();
        world.minutes(10);
        pass(&world).await;
        assert_eq!(station.asked().len(), messages, "nothing moved, nothing is said");

        // Something was charged meanwhile, and other prices came: the rest, in the new cheapest time.
        tell(&station.connection, "MeterValues", meter(40, 12_000, Some(&reference)))
            .await
            .expect("a reading");
        app.import_spot_prices(who, &market(&[900, 800, 100, 700, 200, 1_000]), false).await.expect("prices");
        world.minutes(41);
        pass(&world).await;
        let plan = app.session_course(who, session).await.expect("a course").plan.expect("a plan");
        assert_eq!(
            (plan.had_wh, plan.stretches),
            (11_000, vec![(hour(2), hour(2) + SignedDuration::from_mins(30))])
        );

        // By how clean it is, from then on.
        let wish = SmartCharging { mode: SmartMode::Carbon, ..wish };
        app.set_smart_charging(who, id, Some(wish)).await.expect("wished");
        let slot = |from: i64, per_kwh: i64| PricedSlot { from: hour(from), until: hour(from + 1), per_kwh };
        let slots =
            [120, 110, 90, 40, 80, 60].iter().zip(0..).map(|(grams, from)| slot(from, *grams)).collect();
        app.put_carbon(who, "DK1", slots).await.expect("carbon");
        world.minutes(43);
        pass(&world).await;
        let plan = app.session_course(who, session).await.expect("a course").plan.expect("a plan");
        assert_eq!((plan.mode, plan.because.as_str(), plan.currency), (SmartMode::Carbon, "settings", None));
        assert_eq!(plan.stretches[0].0, hour(3));
        // Eleven kilowatt-hours at 40 g.
        assert_eq!(plan.cost, Some(440));
        // Once the car should be ready it charges as it likes.
        world.minutes(6 * 60 + 1);
        pass(&world).await;
        assert!(!app.session_course(who, session).await.expect("a course").is_held_back);
    }
}

async fn asks(station: &Obedient) -> Answer {
    let said = car_asks(Some(noon() + SignedDuration::from_hours(2)), None);
    tell(&station.connection, "NotifyEVChargingNeeds", said).await.expect("answered")
}

#[tokio::test]
async fn a_car_that_asks_for_a_schedule_gets_none_that_goes_before_the_hours() {
    for world in worlds().await {
        world.station("ASKED").await;
        let mut station = Obedient::connect_as(&world, "ASKED", "ocpp2.0.1", |_| yes()).await;
        assert_eq!(asks(&station).await, Answer::Ruling(Ruling::Rejected), "no session");
        start(&station.connection, 0, 0).await;
        assert_eq!(asks(&station).await, Answer::Ruling(Ruling::Accepted));
        station.until(1).await;
        // Nobody limits it: it may have everything, for a while.
        let all = profiles(&station, ProfilePurpose::Transaction);
        assert_eq!(
            all.iter().map(|one| one.valid_to).collect::<Vec<_>>(),
            [Some(noon() + SignedDuration::from_hours(1))]
        );
        add_hours(&world, None, daily("16:00", "20:00", amps(6))).await;
        pass(&world).await;
        assert_eq!(asks(&station).await, Answer::Ruling(Ruling::Rejected));
        pass(&world).await;
        assert_eq!(profiles(&station, ProfilePurpose::Transaction).len(), 1, "the week in the charger holds");
    }
}

#[tokio::test]
async fn another_organisation_sees_nothing_of_it() {
    for world in worlds().await {
        let id = world.station("MINE").await;
        let hours = add_hours(&world, Some(id), daily("00:00", "12:00", None)).await;
        let other = world.app.add_organisation("Second", "UTC", "EUR").await.expect("organisation");
        let stranger = support::principal(other.id);
        let app = &world.app;
        assert!(matches!(app.charging_hours_of(&stranger, hours).await, Err(AppError::NotFound(_))));
        assert!(matches!(app.delete_charging_hours(&stranger, hours).await, Err(AppError::NotFound(_))));
        assert!(matches!(app.station_schedule(&stranger, id).await, Err(AppError::NotFound(_))));
        assert!(matches!(app.smart_charging(&stranger, id).await, Err(AppError::NotFound(_))));
        assert!(app.charging_hours(&stranger, None).await.expect("none").is_empty());
    }
}

#[tokio::test]
async fn what_a_charger_should_do_is_worked_out_from_what_it_was_told() {
    for world in worlds().await {
        let (app, who) = (&world.app, &world.principal);
        let id = world.station("READ").await;
        let _station = Obedient::connect(&world, "READ", |command| match command {
            Command::ReadCompositeSchedule { .. } => answered(2),
            _ => yes(),
        })
        .await;
        add_hours(&world, Some(id), daily("15:00", "17:00", amps(6))).await;
        pass(&world).await;
        let (schedule, refused) = app.read_station_schedule(who, id).await.expect("read");
        assert_eq!(refused, []);
        let seat = &schedule.seats[0];
        let shown: Vec<(i64, i64)> = seat
            .expected
            .iter()
            .map(|band| (band.at.duration_since(noon()).as_hours(), band.limit.0))
            .collect();
        assert_eq!(shown, [(0, 31_884), (1, 6_000), (3, 31_884)]);
        assert_eq!(seat.reported.as_ref().map(|(at, _)| *at), Some(noon()));
        assert_eq!(schedule.profiles[0].from, "hours");
    }
}

#[tokio::test]
async fn what_each_evse_says_of_itself_is_kept_with_its_time() {
    for world in worlds().await {
        let request = StationRequest {
            site: Some(world.site),
            identity: "TWO".into(),
            security_profile: Some(0),
            evses: vec![(1, Some(22_000), Some("ac".into())), (2, Some(11_000), Some("ac".into()))],
            ..StationRequest::default()
        };
        let id = world.app.add_station(&world.principal, request).await.expect("station").station.record.id;
        // It does not say of which EVSE it speaks; the second stays silent when it is asked again.
        let silent = Arc::new(Mutex::new(false));
        let hears = silent.clone();
        let _station = Obedient::connect(&world, "TWO", move |command| match command {
            Command::ReadCompositeSchedule { evse, .. } => {
                let refuses = *evse == Some(EvseNumber(2)) && *hears.lock().expect("word");
                if refuses { says(false, "Rejected") } else { answered(evse.map_or(0, |evse| evse.0)) }
            }
            _ => yes(),
        })
        .await;
        let each = |seat: &SeatSchedule| (seat.evse.0, seat.reported.clone());
        let said = |schedule: &StationSchedule| schedule.seats.iter().map(each).collect::<Vec<_>>();
        let (schedule, _) = world.app.read_station_schedule(&world.principal, id).await.expect("read");
        let first = |evse| (evse, Some((noon(), answer_of(evse))));
        assert_eq!(said(&schedule), [first(1), first(2)]);
        *silent.lock().expect("word") = true;
        world.minutes(10);
        let (schedule, refused) = world.app.read_station_schedule(&world.principal, id).await.expect("read");
        assert_eq!(refused, [(EvseNumber(2), "Rejected".to_owned())]);
        let later = noon() + SignedDuration::from_mins(10);
        let both = [(1, Some((later, answer_of(1)))), first(2)];
        assert_eq!(said(&schedule), both);
        let world = world.restart().await;
        let schedule = world.app.station_schedule(&world.principal, id).await.expect("schedule");
        assert_eq!(said(&schedule), both);
    }
}

fn answered(evse: i32) -> Outcome {
    Outcome::Answered { accepted: true, status: Some("Accepted".into()), answer: answer_of(evse) }
}

fn answer_of(evse: i32) -> String {
    format!(
        r#"{{"status":"Accepted","scheduleStart":"2026-06-15T12:00:00Z","chargingSchedule":{{"chargingRateUnit":"A","chargingSchedulePeriod":[{{"startPeriod":0,"limit":{}}}]}}}}"#,
        evse * 8
    )
}
