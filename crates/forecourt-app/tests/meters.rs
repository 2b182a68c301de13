//! Building meters that are read over real sockets: a broker, a meter on Modbus, what they say and what they refuse; on each
//! database.

mod support;

use std::sync::Arc;
use std::time::Duration;

use forecourt_app::power::{
    FeedRequest, FeedState, LoadReading, MeterFeed, MeterView, ModbusWire, MqttValue, MqttWire,
    RegisterTable, Trouble, Wire, ZoneRequest,
};
use forecourt_app::store::scratch::Scratch;
use forecourt_app::{App, AppError, Clock, OutsideRules, SecuritySettings, Settings, jobs};
use forecourt_core::id::ZoneId;
use forecourt_core::power::{Distribution, Measure, MeterMap, MeterUnit, PerPhase, RegisterKind, WordOrder};
use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, Watts};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use support::World;
use support::broker::{Broker, FORBIDDEN, PASSWORD, USER};
use support::modbus::Meter;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, pki_types::PrivatePkcs8KeyDer};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const TOPIC: &str = "shelly/status/em:0";
/// What makes a wire one that cannot be used.
type Change = fn(&mut MqttWire);

const PATIENCE: Duration = Duration::from_secs(40);

/// A node whose operator lists this machine.
struct Node {
    world: World,
    settings: Settings,
    zone: ZoneId,
    running: (TaskTracker, CancellationToken),
}

fn listing() -> Settings {
    let outside = OutsideRules { hosts: vec!["127.0.0.1".into()], roots: Vec::new() };
    let security = SecuritySettings { outside, ..SecuritySettings::default() };
    Settings { security: Arc::new(security), ..Settings::default() }
}

fn run(app: &Arc<App>) -> (TaskTracker, CancellationToken) {
    let (tracker, cancel) = (TaskTracker::new(), CancellationToken::new());
    jobs::start(app, &tracker, &cancel);
    (tracker, cancel)
}

impl Node {
    async fn new(scratch: Scratch) -> Self {
        Self::with(scratch, listing()).await
    }

    async fn with(scratch: Scratch, settings: Settings) -> Self {
        let world = World::with(scratch, settings.clone()).await;
        let request = ZoneRequest {
            name: "Building".into(),
            site: world.site,
            parent: None,
            meter_number: Some("M1".into()),
            capacity: Err(PerPhase::even(MilliAmps(63_000))),
            voltage: MilliVolts(230_000),
            buffer: PerMille(0),
            least_session: Watts(0),
            distribution: Distribution::Dynamic,
            chargers: Vec::new(),
        };
        let zone = world.app.add_zone(&world.principal, request).await.expect("a zone").record.id;
        world.app.switch_zone(&world.principal, zone, true).await.expect("on");
        let running = run(&world.app);
        Self { world, settings, zone, running }
    }

    /// The same on each database.
    async fn each() -> Vec<Self> {
        let mut nodes = Vec::new();
        for scratch in Scratch::each().await {
            nodes.push(Self::new(scratch).await);
        }
        nodes
    }

    async fn stop(&mut self) {
        self.running.1.cancel();
        self.running.0.close();
        tokio::time::timeout(PATIENCE, self.running.0.wait()).await.expect("every task ends");
    }

    /// The server is started anew, with the same key.
    async fn restart(mut self) -> Self {
        self.stop().await;
        let clock = self.world.clock.clone();
        let app = App::open(&self.world.scratch.location, self.settings.clone(), clock).await.expect("opens");
        app.take_over().await.expect("takes over");
        let running = run(&app);
        Self { world: World { app, ..self.world }, running, ..self }
    }

    async fn meter(&self) -> MeterView {
        self.world.app.zone_meter(&self.world.principal, self.zone).await.expect("a meter")
    }

    async fn set(&self, feed: MeterFeed, password: Option<&str>) -> Result<MeterView, AppError> {
        let request = FeedRequest { feed, password: password.map(Into::into) };
        self.world.app.set_zone_meter(&self.world.principal, self.zone, None, request).await
    }

    async fn trial(&self, feed: MeterFeed, password: Option<&str>) -> Result<PerPhase, Trouble> {
        let request = FeedRequest { feed, password: password.map(Into::into) };
        let trial = self.world.app.try_zone_meter(&self.world.principal, self.zone, request).await;
        trial.expect("a trial").outcome
    }

    async fn until(&self, what: &str, holds: impl Fn(&MeterView) -> bool) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !holds(&self.meter().await) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        if waited.await.is_err() {
            panic!("waited too long for {what}: {:?}", self.meter().await);
        }
    }

    /// A value is said again and again, as meters do, until it has been taken.
    async fn until_read(&self, broker: &Broker, text: &str, load: PerPhase) {
        let said = tokio::time::timeout(PATIENCE, async {
            while self.meter().await.load.is_none_or(|known| known.load != load) {
                broker.say(TOPIC, text);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        if said.await.is_err() {
            panic!("{text} was not read: {:?}", self.meter().await);
        }
    }
}

fn shelly(port: u16) -> MeterFeed {
    let value = |pointer: &str| MqttValue { topic: TOPIC.into(), pointer: Some(pointer.into()) };
    MeterFeed {
        map: MeterMap {
            measure: Measure::Currents,
            unit: MeterUnit::Amperes,
            factor: 1.into(),
            reversed: false,
        },
        with_chargers: false,
        wire: Wire::Mqtt(MqttWire {
            host: "127.0.0.1".into(),
            port,
            tls: false,
            user_name: Some(USER.into()),
            values: vec![value("/a_current"), value("/b_current"), value("/c_current")],
        }),
    }
}

fn mqtt(feed: &mut MeterFeed) -> &mut MqttWire {
    match &mut feed.wire {
        Wire::Mqtt(wire) => wire,
        Wire::Modbus(_) => panic!("not over MQTT"),
    }
}

fn text(amps: &str) -> String {
    format!(r#"{{"a_current":{amps},"b_current":2.5,"c_current":"0"}}"#)
}

fn amps(l1: i64) -> PerPhase {
    PerPhase { l1: MilliAmps(l1), l2: MilliAmps(2_500), l3: MilliAmps(0) }
}

fn trouble(view: &MeterView) -> Option<Trouble> {
    view.standing.as_ref()?.trouble.as_ref().map(|(_, trouble)| trouble.clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_is_heard_lost_and_found_again() {
    for node in Node::each().await {
        let broker = Broker::start(0).await;
        let port = broker.address.port();
        // What was kept from before may be of a meter that is long gone.
        broker.keep(TOPIC, &text("60"));
        let view = node.set(shelly(port), Some(PASSWORD)).await.expect("set");
        assert!(view.has_password && view.feed == Some(shelly(port)) && view.version == 1);
        node.until("the connection", |view| {
            view.standing.as_ref().is_some_and(|standing| standing.state == FeedState::Connected)
        })
        .await;
        assert!(node.meter().await.load.is_none_or(|load| load.load != amps(60_000)));
        node.until_read(&broker, &text("16.1"), amps(16_100)).await;
        let meter = node.meter().await;
        let source = meter.load.expect("a load").source;
        assert_eq!(source, format!("mqtt://127.0.0.1:{port}"));
        // The balancer counts it without being asked, in steps of an ampere.
        let app = node.world.app.clone();
        let (principal, zone) = (node.world.principal.clone(), node.zone);
        let counts = tokio::time::timeout(PATIENCE, async {
            loop {
                let view = app.zone(&principal, zone).await.expect("a zone");
                if view.picture.is_some_and(|picture| picture.zones[0].load.l1 == MilliAmps(17_000)) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        counts.await.expect("the load is counted");
        // A program cannot tell something else meanwhile.
        let reading = LoadReading { at: None, load: Ok(PerPhase::ZERO), with_chargers: false };
        let told = app.read_zone_meter(&principal, "M1", reading).await;
        assert!(matches!(told, Err(AppError::Conflict(_))), "{told:?}");

        // Nonsense changes nothing and is said; the next number is taken.
        for (nonsense, what) in [
            ("{", Trouble::NotJson),
            (r#"{"a_current":1}"#, Trouble::NoSuchMember("/b_current".into())),
            (&text("1e6"), Trouble::Absurd("1000000".into())),
        ] {
            let waited = tokio::time::timeout(PATIENCE, async {
                while trouble(&node.meter().await) != Some(what.clone()) {
                    broker.say(TOPIC, nonsense);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            });
            waited.await.expect("the nonsense is noticed");
        }
        assert_eq!(node.meter().await.load.expect("a load").load, amps(16_100));
        // A flood: the newest counts.
        for n in 0..2_000 {
            broker.say(TOPIC, &text(&n.to_string()));
        }
        node.until_read(&broker, &text("17"), amps(17_000)).await;
        assert_eq!(trouble(&node.meter().await), None);

        let port = broker.stop().await;
        node.until("the lost broker to be noticed", |view| {
            trouble(view) == Some(Trouble::ConnectionRefused)
                && view.standing.as_ref().is_some_and(|standing| standing.state != FeedState::Connected)
        })
        .await;
        assert_eq!(node.meter().await.load.expect("the last").load, amps(17_000));
        let broker = Broker::start(port).await;
        node.until_read(&broker, &text("18"), amps(18_000)).await;

        // The server starts anew and reads on without being told.
        let mut node = node.restart().await;
        node.until_read(&broker, &text("19"), amps(19_000)).await;
        // Taken away: the connection ends, programs may tell again.
        node.world.app.remove_zone_meter(&node.world.principal, node.zone).await.expect("removed");
        support::until("the connection to end", || broker.connections() == 0).await;
        let reading = LoadReading { at: None, load: Ok(amps(1)), with_chargers: false };
        node.world.app.read_zone_meter(&node.world.principal, "M1", reading).await.expect("told");
        assert!(node.meter().await.feed.is_none() && node.meter().await.standing.is_none());
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_refuses_is_told_in_words_and_a_password_stays_where_it_belongs() {
    for mut node in Node::each().await {
        let broker = Broker::start(0).await;
        let feed = shelly(broker.address.port());
        assert_eq!(node.trial(feed.clone(), Some("wrong")).await, Err(Trouble::LoginRefused));
        assert_eq!(node.trial(feed.clone(), None).await, Err(Trouble::LoginRefused));
        let mut forbidden = feed.clone();
        mqtt(&mut forbidden).values[1].topic = FORBIDDEN.into();
        let refused = node.trial(forbidden, Some(PASSWORD)).await;
        assert_eq!(refused, Err(Trouble::TopicRefused(FORBIDDEN.into())));
        // What is said while the trial listens.
        let read = {
            let trial = node.trial(feed.clone(), Some(PASSWORD));
            tokio::pin!(trial);
            loop {
                tokio::select! {
                    read = &mut trial => break read,
                    () = tokio::time::sleep(Duration::from_millis(20)) => broker.say(TOPIC, &text("7")),
                }
            }
        };
        assert_eq!(read, Ok(amps(7_000)));
        assert!(node.meter().await.load.is_none(), "a trial keeps nothing");

        node.set(feed.clone(), Some("wrong")).await.expect("set");
        node.until("the refusal", |view| trouble(view) == Some(Trouble::LoginRefused)).await;
        let set = node.set(feed.clone(), Some(PASSWORD)).await.expect("set again");
        assert!(!format!("{set:?}").contains(PASSWORD));
        node.until_read(&broker, &text("8"), amps(8_000)).await;
        // Another name for the same numbers needs no password; another broker, or none of its TLS, does.
        let kept = MeterFeed { with_chargers: true, ..feed.clone() };
        assert!(node.set(kept.clone(), None).await.expect("kept").has_password);
        let mut elsewhere = kept.clone();
        mqtt(&mut elsewhere).host = "broker.example.com".into();
        assert!(matches!(node.set(elsewhere.clone(), None).await, Err(AppError::Invalid(_))));
        let request = FeedRequest { feed: elsewhere, password: None };
        let tried = node.world.app.try_zone_meter(&node.world.principal, node.zone, request).await;
        assert!(matches!(tried, Err(AppError::Invalid(_))));
        // Nothing of it stands where it can be read.
        let stored = node.world.app.store().all_zone_meters().await.expect("stored");
        assert!(stored.iter().all(|one| !one.content.contains(PASSWORD)));
        assert!(
            stored.iter().all(|one| one.sealed.as_ref().is_some_and(|sealed| !sealed.contains(PASSWORD)))
        );

        // Of another organisation: there is no such zone.
        let other = node.world.app.add_organisation("Other", "Europe/Berlin", "EUR").await.expect("other");
        let stranger = support::principal(other.id);
        let app = &node.world.app;
        assert!(matches!(app.zone_meter(&stranger, node.zone).await, Err(AppError::NotFound(_))));
        let request = || FeedRequest { feed: feed.clone(), password: None };
        let set = app.set_zone_meter(&stranger, node.zone, None, request()).await;
        assert!(matches!(set, Err(AppError::NotFound(_))));
        let tried = app.try_zone_meter(&stranger, node.zone, request()).await;
        assert!(matches!(tried, Err(AppError::NotFound(_))));
        assert!(matches!(app.remove_zone_meter(&stranger, node.zone).await, Err(AppError::NotFound(_))));
        // Its zone goes, and with it the connection.
        app.switch_zone(&node.world.principal, node.zone, false).await.expect("off");
        app.delete_zone(&node.world.principal, node.zone).await.expect("deleted");
        support::until("the connection to end", || broker.connections() == 0).await;
        node.stop().await;
    }
}

/// A certificate for a name, and the root that stands behind it.
fn certificate(name: &str) -> (TlsAcceptor, Vec<u8>) {
    let ca_key = KeyPair::generate().expect("a key");
    let mut ca = CertificateParams::new(Vec::new()).expect("a root");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = ca.self_signed(&ca_key).expect("signed").der().to_vec();
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(vec![name.to_owned()]).expect("a leaf");
    let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).expect("signed");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .expect("a configuration");
    (TlsAcceptor::from(Arc::new(config)), root)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encrypted_broker_is_believed_by_its_name_and_root_only() {
    let (tls, root) = certificate("localhost");
    let broker = Broker::behind(0, Some(tls)).await;
    let at = |host: &str| {
        let mut feed = shelly(broker.address.port());
        (mqtt(&mut feed).host, mqtt(&mut feed).tls) = (host.into(), true);
        feed
    };
    let with = |roots: Vec<Vec<u8>>| {
        let outside = OutsideRules { hosts: vec!["localhost".into(), "127.0.0.1".into()], roots };
        let security = SecuritySettings { outside, ..SecuritySettings::default() };
        Settings { security: Arc::new(security), ..Settings::default() }
    };
    let mut scratches = Scratch::each().await.into_iter();
    let mut node = Node::with(scratches.next().expect("a database"), with(vec![root])).await;
    node.set(at("localhost"), Some(PASSWORD)).await.expect("set");
    node.until_read(&broker, &text("9"), amps(9_000)).await;
    let source = node.meter().await.load.expect("a load").source;
    assert!(source.starts_with("mqtts://localhost:"), "{source}");
    // The certificate is for another name.
    assert!(matches!(node.trial(at("127.0.0.1"), Some(PASSWORD)).await, Err(Trouble::Tls(_))));
    node.stop().await;
    // Nobody knows its root.
    let app = App::open(&node.world.scratch.location, with(Vec::new()), Clock::System).await.expect("opens");
    app.take_over().await.expect("takes over");
    let request = FeedRequest { feed: at("localhost"), password: Some(PASSWORD.into()) };
    let trial = app.try_zone_meter(&node.world.principal, node.zone, request).await.expect("tried");
    assert!(matches!(trial.outcome, Err(Trouble::Tls(_))), "{:?}", trial.outcome);
}

fn sdm630(port: u16) -> MeterFeed {
    MeterFeed {
        with_chargers: true,
        wire: Wire::Modbus(ModbusWire {
            host: "127.0.0.1".into(),
            port,
            unit_id: 1,
            table: RegisterTable::Input,
            kind: RegisterKind::F32,
            word_order: WordOrder::HighFirst,
            every_s: 1,
            addresses: vec![6, 8, 10],
        }),
        ..shelly(port)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meter_on_modbus_is_asked_and_its_refusals_are_told() {
    for mut node in Node::each().await {
        let meter = Meter::start().await;
        let feed = sdm630(meter.address.port());
        let illegal = Err(Trouble::IllegalAddress("6 (0x0006)".into()));
        assert_eq!(node.trial(feed.clone(), None).await, illegal);
        for (address, number) in [(6, 16.1), (8, 2.5), (10, 0.0)] {
            meter.set_f32(address, number);
        }
        assert_eq!(node.trial(feed.clone(), None).await, Ok(amps(16_100)));
        let mut holding = feed.clone();
        if let Wire::Modbus(wire) = &mut holding.wire {
            wire.table = RegisterTable::Holding;
        }
        assert!(matches!(node.trial(holding, None).await, Err(Trouble::Exception(_))));

        node.set(feed.clone(), None).await.expect("set");
        node.until("the first reading", |view| view.load.as_ref().is_some_and(|l| l.load == amps(16_100)))
            .await;
        let load = node.meter().await.load.expect("a load");
        assert!(load.with_chargers && load.source.starts_with("modbus://127.0.0.1:"));
        meter.set_f32(6, 20.0);
        node.until("the next reading", |view| view.load.as_ref().is_some_and(|l| l.load == amps(20_000)))
            .await;
        meter.set_f32(6, f32::NAN);
        node.until("the nonsense", |view| trouble(view) == Some(Trouble::NotANumber("NaN".into()))).await;
        meter.set_f32(6, 1e9);
        node.until("what cannot be right", |view| matches!(trouble(view), Some(Trouble::Absurd(_)))).await;
        assert_eq!(node.meter().await.load.expect("a load").load, amps(20_000));
        meter.set_f32(6, 21.0);
        node.until("it to be well", |view| {
            trouble(view).is_none() && view.load.as_ref().is_some_and(|l| l.load == amps(21_000))
        })
        .await;
        node.stop().await;
    }
}

#[tokio::test]
async fn hosts_inside_are_not_asked_unless_they_are_listed() {
    for scratch in Scratch::each().await {
        let node = Node::new(scratch).await;
        // As on a server whose operator lists nobody.
        let settings = Settings::default();
        let app = App::open(&node.world.scratch.location, settings, Clock::System).await.expect("opens");
        app.take_over().await.expect("takes over");
        let mut encrypted = shelly(8_883);
        mqtt(&mut encrypted).tls = true;
        let mut public = shelly(1_883);
        mqtt(&mut public).host = "1.1.1.1".into();
        let cases = [
            (shelly(1_883), Trouble::PrivateAddress),
            (encrypted, Trouble::PrivateAddress),
            (public, Trouble::NeedsTls),
            (sdm630(502), Trouble::NeedsListing),
        ];
        for (feed, trouble) in cases {
            let request = FeedRequest { feed, password: Some("x".into()) };
            let trial = app.try_zone_meter(&node.world.principal, node.zone, request).await.expect("tried");
            assert_eq!(trial.outcome, Err(trouble));
        }
        let wrong: [(&str, Change); 5] = [
            ("/mqtt/host", |wire| wire.host = "https://broker/".into()),
            ("/mqtt/port", |wire| wire.port = 0),
            ("/mqtt/values", |wire| wire.values.truncate(2)),
            ("/mqtt/values/0/topic", |wire| wire.values[0].topic = "#".into()),
            ("/mqtt/values/2/pointer", |wire| wire.values[2].pointer = Some("c".into())),
        ];
        for (field, change) in wrong {
            let mut feed = shelly(1_883);
            change(mqtt(&mut feed));
            match node.set(feed, None).await {
                Err(AppError::Invalid(fields)) => assert_eq!(fields[0].field, field),
                other => panic!("{field}: {other:?}"),
            }
        }
    }
}
