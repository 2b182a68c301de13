//! A place with fifty chargers under one fuse, through an hour of arrivals, a lost connection, a charger that refuses, a
//! building that suddenly draws more, and a server that is gone: on each database, on a clock of the test's own.

mod support;
#[path = "power/trial.rs"]
mod trial;

use std::sync::{Arc, Mutex};

use forecourt_app::jobs::Job;
use forecourt_app::power::{ChosenCharger, LoadReading, ModelVerdict, WhyWord, ZoneRequest};
use forecourt_core::Timestamp;
use forecourt_core::charging::{ChargingProfile, ProfilePurpose};
use forecourt_core::command::{Command, Outcome};
use forecourt_core::fact::{
    Boot, ConnectorStatus, Context, Fact, MeterReport, Phase, Reading, StatusReport, TransactionReport,
};
use forecourt_core::id::{ConnectorNumber, EvseNumber, StationId, TransactionRef, ZoneId};
use forecourt_core::power::{Distribution, PerPhase, Rotation};
use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, WattHours, Watts};
use jiff::SignedDuration;
use support::obedient::{Obedient, says, yes};
use support::{World, noon, tell, worlds};

/// Amperes on each phase of the fuse.
const FUSE: i64 = 250_000;
const CHARGERS: usize = 50;
/// One look of the test at everything.
const STEP: SignedDuration = SignedDuration::from_secs(20);
const STEPS: usize = 180;
const ROTATIONS: [Rotation; 3] = [Rotation::Rst, Rotation::Str, Rotation::Trs];

/// What a charger was told and has not forgotten, and the car at it.
#[derive(Debug, Default)]
struct Box11 {
    default: Option<i64>,
    told: Option<(i64, Timestamp)>,
    refuses: bool,
    /// Amperes its car would take, on how many phases; running since it drew.
    car: Option<(i64, usize)>,
    session: Option<String>,
    energy: i64,
}

impl Box11 {
    fn obey(&mut self, command: &Command) -> Outcome {
        let limit = |profile: &ChargingProfile| profile.schedules[0].periods[0].limit;
        match command {
            Command::SetChargingProfile { profile, .. } => {
                if self.refuses {
                    return says(false, "Rejected");
                }
                match profile.purpose {
                    ProfilePurpose::Default => self.default = Some(limit(profile)),
                    _ => self.told = Some((limit(profile), profile.valid_to.expect("an end"))),
                }
                yes()
            }
            Command::ClearChargingProfiles { id, .. } => {
                match id {
                    Some(id) if *id < 71_000 => self.default = None,
                    _ => self.told = None,
                }
                yes()
            }
            _ => yes(),
        }
    }

    /// What flows on one phase it uses.
    fn draws(&self, now: Timestamp) -> i64 {
        let Some((wants, _)) = self.car.filter(|_| self.session.is_some()) else { return 0 };
        let told = self.told.filter(|(_, until)| *until > now).map(|(limit, _)| limit);
        let allowed = told.or(self.default).unwrap_or(32_000);
        // Below its least a car takes nothing.
        if allowed < 6_000 { 0 } else { wants.min(allowed) }
    }
}

struct Place {
    world: World,
    zone: ZoneId,
    ids: Vec<StationId>,
    boxes: Vec<Arc<Mutex<Box11>>>,
    stations: Vec<Option<Obedient>>,
    building: i64,
    dice: u64,
    highest: i64,
}

/// What no test needs the world's randomness for: the same hour each time.
fn roll(dice: &mut u64, below: u64) -> u64 {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*dice >> 33) % below
}

impl Place {
    async fn new(world: World) -> Self {
        let verdict =
            ModelVerdict { vendor: "Voltaro".into(), model: "Box 11".into(), firmware: None, tested: true };
        world.app.set_model_verdict(&world.principal, verdict).await.expect("judged");
        let (mut ids, mut boxes, mut stations) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..CHARGERS {
            let identity = format!("BOX{n:02}");
            ids.push(world.station(&identity).await);
            let charger = Arc::new(Mutex::new(Box11::default()));
            stations.push(Some(connect(&world, &identity, &charger).await));
            boxes.push(charger);
        }
        let chosen = |(n, station): (usize, &StationId)| ChosenCharger {
            station: *station,
            phases: 3,
            rotation: Some(ROTATIONS[n % 3]),
            priority: 0,
        };
        let request = ZoneRequest {
            name: "Car park".into(),
            site: world.site,
            parent: None,
            meter_number: Some("M1".into()),
            capacity: Err(PerPhase::even(MilliAmps(FUSE))),
            voltage: MilliVolts(230_000),
            buffer: PerMille(50),
            least_session: Watts(0),
            distribution: Distribution::Dynamic,
            chargers: ids.iter().enumerate().map(chosen).collect(),
        };
        let zone = world.app.add_zone(&world.principal, request).await.expect("a zone").record.id;
        world.app.switch_zone(&world.principal, zone, true).await.expect("on");
        Self { world, zone, ids, boxes, stations, building: 0, dice: 42, highest: 0 }
    }

    fn now(&self) -> Timestamp {
        self.world.app.now()
    }

    async fn balance(&self) {
        self.world.app.balance().await.expect("balanced");
        Job::Errands.run(&self.world.app).await.expect("errands");
    }

    async fn read_meter(&self) {
        let load = Ok(PerPhase::even(MilliAmps(self.building)));
        let reading = LoadReading { at: None, load, with_chargers: false };
        self.world.app.read_zone_meter(&self.world.principal, "M1", reading).await.expect("read");
    }

    /// Adds up what truly flows, and holds it against the fuse.
    fn check(&mut self, when: &str) {
        let now = self.now();
        let mut lines = [self.building; 3];
        for (n, charger) in self.boxes.iter().enumerate() {
            let charger = charger.lock().expect("a box");
            let phases = charger.car.map_or(0, |(_, phases)| phases);
            for line in ROTATIONS[n % 3].lines().into_iter().take(phases) {
                lines[line as usize] += charger.draws(now);
            }
        }
        let most = lines.into_iter().max().unwrap_or(0);
        self.highest = self.highest.max(most);
        assert!(most <= FUSE, "{when} at {now}: {lines:?} of {FUSE}");
    }

    async fn say(&self, n: usize, action: &str, fact: Fact) -> Option<String> {
        let station = self.stations[n].as_ref()?;
        match tell(&station.connection, action, fact).await.expect("answered") {
            forecourt_core::fact::Answer::Transaction { reference, .. } => reference.map(|r| r.0),
            _ => None,
        }
    }

    async fn status(&self, n: usize, status: ConnectorStatus) {
        let report = StatusReport {
            evse: EvseNumber(1),
            connector: ConnectorNumber(1),
            status,
            error_code: None,
            vendor_error_code: None,
            info: None,
            at: Some(self.now()),
        };
        self.say(n, "StatusNotification", Fact::Status(report)).await;
    }

    fn reading(&self, n: usize, context: Context) -> Reading {
        let charger = self.boxes[n].lock().expect("a box");
        let phases = i64::try_from(charger.car.map_or(1, |(_, phases)| phases)).expect("small");
        let current = charger.draws(self.now());
        Reading {
            register: Some(WattHours(charger.energy)),
            current: Some(MilliAmps(current)),
            power: Some(Watts(current * 230 * phases / 1_000)),
            ..Reading::empty(self.now(), context)
        }
    }

    async fn transact(&self, n: usize, phase: Phase) -> Option<String> {
        let reference = self.boxes[n].lock().expect("a box").session.clone();
        let context = if phase == Phase::Started { Context::Begin } else { Context::End };
        let report = TransactionReport {
            phase,
            reference: reference.map(TransactionRef),
            evse: Some(EvseNumber(1)),
            connector: Some(ConnectorNumber(1)),
            token: None,
            at: Some(self.now()),
            seq: None,
            offline: false,
            charging_state: None,
            stop_reason: None,
            readings: vec![self.reading(n, context)],
            remote_start_id: None,
            reservation: None,
        };
        self.say(n, "Transaction", Fact::Transaction(Box::new(report))).await
    }

    /// A car comes: it is seen before it draws.
    async fn arrive(&mut self, n: usize) {
        let one_phase = roll(&mut self.dice, 3) == 0;
        let car = if one_phase { (32_000, 1) } else { (16_000, 3) };
        self.boxes[n].lock().expect("a box").car = Some(car);
        self.status(n, ConnectorStatus::Preparing).await;
        self.balance().await;
        self.check("plugged in");
        let session = self.transact(n, Phase::Started).await;
        self.boxes[n].lock().expect("a box").session = session;
        self.status(n, ConnectorStatus::Charging).await;
        self.check("begun");
    }

    async fn leave(&mut self, n: usize) {
        self.transact(n, Phase::Ended).await;
        {
            let mut charger = self.boxes[n].lock().expect("a box");
            (charger.car, charger.session, charger.told) = (None, None, None);
        }
        self.status(n, ConnectorStatus::Available).await;
    }

    /// Everybody who charges says what flows.
    async fn meter(&self) {
        for n in 0..CHARGERS {
            let session = self.boxes[n].lock().expect("a box").session.clone();
            if let (Some(session), Some(_)) = (session, &self.stations[n]) {
                let report = MeterReport {
                    evse: EvseNumber(1),
                    connector: None,
                    reference: Some(TransactionRef(session)),
                    readings: vec![self.reading(n, Context::Periodic)],
                };
                self.say(n, "MeterValues", Fact::Meter(report)).await;
            }
        }
    }

    fn is_free(&self, n: usize) -> bool {
        self.boxes[n].lock().expect("a box").car.is_none()
    }

    async fn why(&self, n: usize) -> WhyWord {
        let view = self.world.app.zone(&self.world.principal, self.zone).await.expect("a zone");
        let picture = view.picture.expect("a picture");
        picture.seats.iter().find(|seat| seat.station == self.ids[n]).expect("a seat").why
    }
}

async fn connect(world: &World, identity: &str, charger: &Arc<Mutex<Box11>>) -> Obedient {
    let charger = charger.clone();
    let station =
        Obedient::connect(world, identity, move |command| charger.lock().expect("a box").obey(command)).await;
    let boot = Boot { vendor: "Voltaro".into(), model: "Box 11".into(), ..Boot::default() };
    tell(&station.connection, "BootNotification", Fact::Boot(boot)).await.expect("booted");
    station
}

/// A charger that takes no limit, one that is cut off with a car at it, and a building that wakes up.
const REFUSES: usize = 7;
const CUT_OFF: usize = 11;

#[tokio::test]
async fn fifty_chargers_stay_under_their_fuse_whatever_happens() {
    for world in worlds().await {
        let mut place = Place::new(world).await;
        // Every charger takes its safe default: of 250 A less a twentieth, 6 A for as many as that reaches.
        for _ in 0..20 {
            place.balance().await;
            if place.boxes.iter().all(|one| one.lock().expect("a box").default.is_some()) {
                break;
            }
        }
        let defaults: Vec<_> = place.boxes.iter().map(|one| one.lock().expect("a box").default).collect();
        assert_eq!(defaults.iter().filter(|d| **d == Some(6_000)).count(), 39, "{defaults:?}");
        assert_eq!(defaults.iter().filter(|d| **d == Some(0)).count(), 11, "{defaults:?}");
        place.boxes[REFUSES].lock().expect("a box").refuses = true;
        for step in 0..STEPS {
            place.world.clock.set(noon() + STEP * i32::try_from(step).expect("small"));
            place.happen(step).await;
            place.balance().await;
            place.check("shared");
            if step.is_multiple_of(3) {
                place.meter().await;
            }
        }
        // It was not kept under the fuse by giving nothing.
        assert!(place.highest > FUSE * 8 / 10, "at most {} of {FUSE}", place.highest);
        place.server_dies().await;
    }
}

impl Place {
    async fn happen(&mut self, step: usize) {
        // A wave of arrivals, then some come and some go.
        for _ in 0..2 {
            let n = usize::try_from(roll(&mut self.dice, CHARGERS as u64)).expect("small");
            if self.stations[n].is_none() {
                continue;
            }
            if self.is_free(n) && (step < 60 || roll(&mut self.dice, 2) == 0) {
                self.arrive(n).await;
            } else if step > 60 && !self.is_free(n) && n != CUT_OFF && n != REFUSES {
                self.leave(n).await;
            }
        }
        match step {
            5 if self.is_free(REFUSES) => self.arrive(REFUSES).await,
            8 => assert_eq!(self.why(REFUSES).await, WhyWord::Refuses),
            40 if self.is_free(CUT_OFF) => self.arrive(CUT_OFF).await,
            // The connection breaks: the charger goes on with what it was told, then with its default.
            50 => {
                let station = self.stations[CUT_OFF].take().expect("was there");
                station.leave().await;
            }
            52 => assert_eq!(self.why(CUT_OFF).await, WhyWord::Unreachable),
            110 => {
                let identity = format!("BOX{CUT_OFF:02}");
                let station = connect(&self.world, &identity, &self.boxes[CUT_OFF]).await;
                self.stations[CUT_OFF] = Some(station);
            }
            // The building wakes up; later it sleeps again.
            80 => self.building = 120_000,
            140 => self.building = 20_000,
            _ => {}
        }
        if step.is_multiple_of(3) || step == 80 {
            self.read_meter().await;
        }
    }

    /// Nobody tells anybody anything any more, and a car comes to every charger.
    async fn server_dies(&mut self) {
        self.building = 0;
        let later = self.now() + SignedDuration::from_mins(11);
        self.world.clock.set(later);
        self.boxes[REFUSES].lock().expect("a box").car = None;
        for charger in &self.boxes {
            let mut charger = charger.lock().expect("a box");
            if !charger.refuses {
                charger.car = Some((16_000, 3));
                charger.session.get_or_insert_with(|| "offline".into());
            }
        }
        self.check("nobody is there");
    }
}
