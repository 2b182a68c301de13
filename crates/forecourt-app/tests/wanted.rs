//! What stations should hold and do while nobody looks: queued commands, lists of charge keys, profiles, firmware,
//! templates, reservations. On each database.

mod support;

use forecourt_app::StationEdit;
use forecourt_app::commands::{Asked, Order};
use forecourt_app::gateway::Unrecorded;
use forecourt_app::jobs::Job;
use forecourt_app::store::wanted::WantedProfileRecord;
use forecourt_app::{
    DriftState, NewCampaign, NewReservation, NewTemplate, NewToken, TemplateEntry, TokenEdit,
};
use forecourt_core::charging::{
    ChargingProfile, ChargingSchedule, ProfileKind, ProfilePurpose, RateUnit, SchedulePeriod,
};
use forecourt_core::command::{Command, Outcome, ResetKind, TriggeredMessage, UpdateFirmware};
use forecourt_core::fact::{Answer, Boot, Fact, Phase, Progress, Registration, Variable, VariableReport};
use forecourt_core::id::{EvseNumber, StationId};
use forecourt_core::token::{TokenKind, TokenStatus, Verdict};
use support::obedient::{Obedient, says, yes};
use support::{CARD, World, at, start, tell, transaction, worlds};
use tokio::sync::{mpsc, oneshot};

async fn reset(world: &World, station: StationId, until: i64) -> (Option<String>, Outcome) {
    let command = Command::Reset { kind: ResetKind::Soft, evse: None };
    let asked = Asked { name: "reset", request: "{}".into(), queue_until: Some(at(until)) };
    let (record, outcome) =
        world.app.command(&world.principal, station, command, asked).await.expect("asked");
    (record.outcome, outcome)
}

async fn outcomes(world: &World, station: StationId) -> Vec<Option<String>> {
    let page = world.app.commands(&world.principal, station, None, 50).await.expect("commands");
    page.items.into_iter().map(|record| record.outcome).collect()
}

#[tokio::test]
async fn a_command_waits_for_its_station_over_a_restart_and_is_sent_once() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        assert_eq!(reset(&world, id, 60).await, (None, Outcome::Offline));
        let world = world.restart().await;
        world.minutes(10);
        let mut station = Obedient::connect(&world, "CP1", |_| yes()).await;
        // Only a station that speaks is there: nothing is sent into a handshake.
        tell(&station.connection, "Heartbeat", Fact::Heartbeat).await.expect("heartbeat");
        let asked = station.until(1).await;
        assert_eq!(asked, [Command::Reset { kind: ResetKind::Soft, evse: None }]);
        Job::Errands.run(&world.app).await.expect("errands");
        tell(&station.connection, "Heartbeat", Fact::Heartbeat).await.expect("heartbeat");
        assert_eq!(station.leave().await.len(), 1);
        let again = Obedient::connect(&world, "CP1", |_| yes()).await;
        tell(&again.connection, "Heartbeat", Fact::Heartbeat).await.expect("heartbeat");
        Job::Errands.run(&world.app).await.expect("errands");
        assert_eq!(again.asked().len(), 0);
        assert_eq!(outcomes(&world, id).await, [Some("accepted".to_owned())]);
    }
}

#[tokio::test]
async fn a_command_that_waited_too_long_is_never_sent() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        reset(&world, id, 60).await;
        world.minutes(61);
        let station = Obedient::connect(&world, "CP1", |_| yes()).await;
        Job::Errands.run(&world.app).await.expect("errands");
        tell(&station.connection, "Heartbeat", Fact::Heartbeat).await.expect("heartbeat");
        Job::Errands.run(&world.app).await.expect("errands");
        assert_eq!(station.asked(), []);
        assert_eq!(outcomes(&world, id).await, [Some("expired".to_owned())]);
    }
}

#[tokio::test]
async fn a_command_that_waits_can_be_taken_back() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        reset(&world, id, 60).await;
        let waiting = world.app.commands(&world.principal, id, None, 5).await.expect("commands").items;
        let gone = world.app.cancel_command(&world.principal, id, waiting[0].id).await.expect("taken back");
        assert_eq!(gone.outcome.as_deref(), Some("cancelled"));
        let station = Obedient::connect(&world, "CP1", |_| yes()).await;
        Job::Errands.run(&world.app).await.expect("errands");
        assert_eq!(station.asked(), []);
        assert!(world.app.cancel_command(&world.principal, id, waiting[0].id).await.is_err());
    }
}

/// Version, whether it is a difference, keys with their verdicts.
type SentList = (i64, bool, Vec<(String, Option<Verdict>)>);

fn lists(asked: &[Command]) -> Vec<SentList> {
    let list = |command: &Command| match command {
        Command::SendLocalList(list) => {
            let entries = list.entries.iter().map(|e| (e.uid.clone(), e.verdict)).collect();
            Some((list.version, list.differential, entries))
        }
        _ => None,
    };
    asked.iter().filter_map(list).collect()
}

async fn add_key(world: &World, uid: &str) -> forecourt_core::id::IdTokenId {
    let token = NewToken {
        uid: uid.into(),
        kind: TokenKind::Rfid,
        alias: None,
        status: TokenStatus::Accepted,
        expires_at: None,
        group: None,
        ..NewToken::default()
    };
    world.app.add_token(&world.principal, token).await.expect("token").id
}

#[tokio::test]
async fn a_local_list_follows_the_charge_keys_by_differences() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let station = Obedient::connect(&world, "CP1", |_| yes()).await;
        world.app.keep_local_list(&world.principal, id, true).await.expect("kept");
        Job::Errands.run(&world.app).await.expect("errands");
        let accepted = Some(Verdict::Accepted);
        assert_eq!(lists(&station.asked()), [(1, false, vec![(CARD.to_owned(), accepted)])]);

        let key = add_key(&world, "CARD2").await;
        Job::Errands.run(&world.app).await.expect("errands");
        assert_eq!(lists(&station.asked())[1], (2, true, vec![("CARD2".to_owned(), accepted)]));

        let edit = TokenEdit { status: Some(TokenStatus::Blocked), ..TokenEdit::default() };
        world.app.edit_token(&world.principal, key, None, edit).await.expect("blocked");
        Job::Errands.run(&world.app).await.expect("errands");
        assert_eq!(lists(&station.asked())[2], (3, true, vec![("CARD2".to_owned(), Some(Verdict::Blocked))]));

        Job::Errands.run(&world.app).await.expect("errands");
        assert_eq!(station.asked().len(), 3, "nothing changed, nothing sent");

        world.app.keep_local_list(&world.principal, id, false).await.expect("given up");
        Job::Errands.run(&world.app).await.expect("errands");
        assert_eq!(lists(&station.asked())[3], (4, false, vec![]));
        assert_eq!(world.app.local_list(&world.principal, id).await.expect("list").state, "off");
    }
}

#[tokio::test]
async fn a_station_with_another_version_gets_the_whole_list() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let answer = |command: &Command| match command {
            Command::SendLocalList(list) if list.differential => says(false, "VersionMismatch"),
            _ => yes(),
        };
        let station = Obedient::connect(&world, "CP1", answer).await;
        world.app.keep_local_list(&world.principal, id, true).await.expect("kept");
        Job::Errands.run(&world.app).await.expect("errands");
        add_key(&world, "CARD2").await;
        Job::Errands.run(&world.app).await.expect("errands");
        let sent = lists(&station.asked());
        assert_eq!(
            sent.iter().map(|(_, differential, _)| *differential).collect::<Vec<_>>(),
            [false, true, false]
        );
        assert_eq!(sent[2].2.len(), 2);
        assert_eq!(world.app.local_list(&world.principal, id).await.expect("list").state, "current");
    }
}

fn profile(id: i64, limit: i64) -> ChargingProfile {
    ChargingProfile {
        id,
        stack_level: 0,
        purpose: ProfilePurpose::Default,
        kind: ProfileKind::Absolute,
        recurrency: None,
        valid_from: None,
        valid_to: None,
        transaction: None,
        schedules: vec![ChargingSchedule {
            starts_at: None,
            duration_s: None,
            unit: RateUnit::MilliAmps,
            min_rate: None,
            periods: vec![SchedulePeriod { start_s: 0, limit, phases: None }],
        }],
    }
}

fn boot(firmware: &str) -> Fact {
    Fact::Boot(Boot {
        vendor: "Acme".into(),
        model: "Wall 22".into(),
        firmware: Some(firmware.into()),
        ..Boot::default()
    })
}

/// What runs beside us has noted what the station answered.
async fn until_profiles(world: &World, station: StationId, noted: impl Fn(&[WantedProfileRecord]) -> bool) {
    loop {
        let known = world.app.wanted_profiles(&world.principal, station).await.expect("profiles");
        if noted(&known) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_wanted_profile_is_sent_again_after_a_boot_and_leaves_when_unwanted() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let mut station = Obedient::connect(&world, "CP1", |_| yes()).await;
        world.app.want_profile(&world.principal, id, 0, &profile(7, 10_000)).await.expect("wanted");
        Job::Errands.run(&world.app).await.expect("errands");
        Job::Errands.run(&world.app).await.expect("errands");
        assert_eq!(station.asked().len(), 1);
        tell(&station.connection, "BootNotification", boot("1")).await.expect("boot");
        Job::Errands.run(&world.app).await.expect("errands");
        let asked = station.until(2).await;
        assert_eq!(asked[1], Command::SetChargingProfile { evse: None, profile: profile(7, 10_000) });
        until_profiles(&world, id, |known| known.iter().all(|profile| profile.state == "held")).await;
        world.app.unwant_profile(&world.principal, id, 0, 7).await.expect("unwanted");
        while station.asked().len() < 3 {
            Job::Errands.run(&world.app).await.expect("errands");
        }
        assert!(matches!(station.asked()[2], Command::ClearChargingProfiles { id: Some(7), .. }));
        until_profiles(&world, id, <[_]>::is_empty).await;
    }
}

#[tokio::test]
async fn a_refused_profile_says_so_and_rests_before_the_next_try() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let station = Obedient::connect(&world, "CP1", |_| says(false, "NotSupported")).await;
        world.app.want_profile(&world.principal, id, 1, &profile(7, 10_000)).await.expect("wanted");
        Job::Errands.run(&world.app).await.expect("errands");
        Job::Errands.run(&world.app).await.expect("errands");
        let known = world.app.wanted_profiles(&world.principal, id).await.expect("profiles");
        assert_eq!((known[0].state.as_str(), known[0].detail.as_deref()), ("refused", Some("NotSupported")));
        assert_eq!(station.asked().len(), 1);
        world.minutes(31);
        Job::Errands.run(&world.app).await.expect("errands");
        assert_eq!(station.asked().len(), 2);
    }
}

fn update() -> UpdateFirmware {
    UpdateFirmware {
        request_id: 0,
        location: "https://files.example/wall-2.bin".into(),
        retrieve_at: at(0),
        install_at: None,
        retries: None,
        retry_interval_s: None,
        signing_certificate: None,
        signature: None,
    }
}

async fn campaign(world: &World, stations: Vec<StationId>, stop_after: i64) -> i64 {
    let new = NewCampaign {
        name: "Wall 2".into(),
        stations,
        update: update(),
        target_version: Some("2".into()),
        canary: 1,
        parallel: 1,
        stop_after,
    };
    world.app.start_campaign(&world.principal, new).await.expect("started").id
}

async fn standing(world: &World, campaign: i64) -> (String, Vec<String>) {
    let (campaign, targets) = world.app.campaign(&world.principal, campaign).await.expect("campaign");
    (campaign.state, targets.into_iter().map(|target| target.state).collect())
}

fn states(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn a_campaign_tries_one_station_first_and_then_the_rest() {
    for world in worlds().await {
        let ids = [world.station("CP1").await, world.station("CP2").await, world.station("CP3").await];
        let first = Obedient::connect(&world, "CP1", |_| yes()).await;
        let second = Obedient::connect(&world, "CP2", |_| yes()).await;
        // The third is away.
        let campaign = campaign(&world, ids.to_vec(), 1).await;
        Job::Campaigns.run(&world.app).await.expect("runs");
        Job::Campaigns.run(&world.app).await.expect("runs");
        assert_eq!((first.asked().len(), second.asked().len()), (1, 0));
        let progress = |status: &str| Fact::Firmware(Progress { status: status.into(), request_id: None });
        tell(&first.connection, "FirmwareStatusNotification", progress("Installing"))
            .await
            .expect("progress");
        assert_eq!(
            standing(&world, campaign).await,
            ("canary".into(), states(&["sent", "waiting", "waiting"]))
        );
        tell(&first.connection, "FirmwareStatusNotification", progress("Installed")).await.expect("progress");
        Job::Campaigns.run(&world.app).await.expect("runs");
        assert_eq!(second.asked().len(), 1);
        // The second says nothing and comes back with the version.
        tell(&second.connection, "BootNotification", boot("2")).await.expect("boot");
        Job::Campaigns.run(&world.app).await.expect("runs");
        let both = states(&["installed", "installed", "waiting"]);
        assert_eq!(standing(&world, campaign).await, ("running".into(), both));
        let third = Obedient::connect(&world, "CP3", |_| yes()).await;
        Job::Campaigns.run(&world.app).await.expect("runs");
        tell(&third.connection, "FirmwareStatusNotification", progress("Installed")).await.expect("progress");
        Job::Campaigns.run(&world.app).await.expect("runs");
        assert_eq!(standing(&world, campaign).await.0, "done");
    }
}

#[tokio::test]
async fn a_campaign_stops_when_its_first_station_fails_and_goes_on_when_told() {
    for world in worlds().await {
        let ids = [world.station("CP1").await, world.station("CP2").await];
        let first = Obedient::connect(&world, "CP1", |_| yes()).await;
        let second = Obedient::connect(&world, "CP2", |_| yes()).await;
        let campaign = campaign(&world, ids.to_vec(), 1).await;
        Job::Campaigns.run(&world.app).await.expect("runs");
        let failed = Fact::Firmware(Progress { status: "InstallationFailed".into(), request_id: None });
        tell(&first.connection, "FirmwareStatusNotification", failed).await.expect("progress");
        Job::Campaigns.run(&world.app).await.expect("runs");
        Job::Campaigns.run(&world.app).await.expect("runs");
        assert_eq!(standing(&world, campaign).await, ("stopped".into(), states(&["failed", "waiting"])));
        assert_eq!(second.asked().len(), 0);
        world.app.steer_campaign(&world.principal, campaign, "retry").await.expect("again");
        Job::Campaigns.run(&world.app).await.expect("runs");
        assert_eq!(first.asked().len(), 2);
    }
}

#[tokio::test]
async fn a_silent_station_fails_its_campaign_after_twelve_hours() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let _station = Obedient::connect(&world, "CP1", |_| yes()).await;
        let campaign = campaign(&world, vec![id], 5).await;
        Job::Campaigns.run(&world.app).await.expect("runs");
        world.minutes(12 * 60 + 1);
        Job::Campaigns.run(&world.app).await.expect("runs");
        assert_eq!(standing(&world, campaign).await.1, states(&["failed"]));
    }
}

fn told(name: &str, value: &str, readonly: bool) -> Variable {
    Variable {
        component: String::new(),
        component_instance: String::new(),
        name: name.into(),
        instance: String::new(),
        attribute: "Actual".into(),
        value: Some(value.into()),
        readonly,
        writeonly: false,
        characteristics: None,
    }
}

/// A station of which the test answers each call itself.
async fn asked(inbox: &mut mpsc::Receiver<Order>) -> (Command, oneshot::Sender<Outcome>) {
    loop {
        match inbox.recv().await.expect("still there") {
            Order::Call { command, reply } => return (*command, reply),
            Order::Probe(alive) => _ = alive.send(()),
            Order::Close(_) => panic!("closed"),
        }
    }
}

fn limit_of(command: &Command) -> i64 {
    match command {
        Command::SetChargingProfile { profile, .. } => profile.schedules[0].periods[0].limit,
        other => panic!("not a limit: {other:?}"),
    }
}

#[tokio::test]
async fn a_limit_that_is_changed_while_the_station_thinks_is_sent_too() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let admission = world.app.admit(&support::knock("CP1")).await.expect("admitted");
        let address = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
        let (_connection, mut inbox) = world.app.connect(admission, "ocpp1.6", address).await;
        let want = async |limit: i64| {
            world.app.want_profile(&world.principal, id, 0, &profile(7, limit)).await.expect("wanted");
        };
        want(16_000).await;
        let first = async {
            let (command, reply) = asked(&mut inbox).await;
            assert_eq!(limit_of(&command), 16_000);
            world.minutes(1);
            want(10_000).await;
            reply.send(yes()).expect("heard");
        };
        let (ran, ()) = tokio::join!(Job::Errands.run(&world.app), first);
        ran.expect("errands");
        let second = async {
            let (command, reply) = asked(&mut inbox).await;
            assert_eq!(limit_of(&command), 10_000);
            reply.send(yes()).expect("heard");
        };
        let (ran, ()) = tokio::join!(Job::Errands.run(&world.app), second);
        ran.expect("errands");
        let known = world.app.wanted_profiles(&world.principal, id).await.expect("profiles");
        assert_eq!((known.len(), known[0].state.as_str()), (1, "held"));
        assert!(known[0].body.contains("10000"), "{}", known[0].body);
    }
}

#[tokio::test]
async fn a_station_that_differs_from_its_template_is_shown_and_repaired() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let station = Obedient::connect(&world, "CP1", |_| yes()).await;
        tell(&station.connection, "BootNotification", boot("1.4")).await.expect("boot");
        let variables = vec![told("HeartbeatInterval", "300", false), told("NumberOfConnectors", "1", true)];
        let report = VariableReport { request_id: None, seq: None, last: true, variables };
        tell(&station.connection, "GetConfiguration", Fact::Variables(report)).await.expect("told");
        let entry = |name: &str, value: &str| TemplateEntry {
            component: String::new(),
            name: name.into(),
            value: value.into(),
        };
        let template = |vendor: &str| NewTemplate {
            name: "Wall".into(),
            vendor: vendor.into(),
            model: "wall*".into(),
            firmware: "1.*".into(),
            family: "1.6".into(),
            entries: vec![
                entry("HeartbeatInterval", "60"),
                entry("NumberOfConnectors", "2"),
                entry("MeterValueSampleInterval", "30"),
            ],
        };
        world.app.add_template(&world.principal, template("ACME")).await.expect("template");
        world.app.add_template(&world.principal, template("Other")).await.expect("template");
        let drift = world.app.drift(&world.principal, id).await.expect("drift");
        let states: Vec<_> = drift.iter().map(|d| (d.entry.name.as_str(), d.state, d.readonly)).collect();
        assert_eq!(
            states,
            [
                ("HeartbeatInterval", DriftState::Different, false),
                ("NumberOfConnectors", DriftState::Different, true),
                ("MeterValueSampleInterval", DriftState::Unknown, false),
            ]
        );
        // What is read-only is shown and not asked for.
        assert_eq!(world.app.repair(&world.principal, id, None).await.expect("repaired"), (2, 0));
        assert_eq!(station.asked().len(), 2);
    }
}

#[tokio::test]
async fn a_reservation_lives_from_acceptance_to_the_session_that_uses_it() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let station = Obedient::connect(&world, "CP1", |_| yes()).await;
        let new = NewReservation { evse: Some(EvseNumber(1)), uid: CARD.into(), expires_at: at(30) };
        let (kept, _) = world.app.reserve(&world.principal, id, new.clone()).await.expect("reserved");
        assert_eq!(kept.status, "accepted");
        let Fact::Transaction(mut begun) = transaction(Phase::Started, 5, 0, None) else { unreachable!() };
        begun.reservation = Some(kept.number);
        tell(&station.connection, "StartTransaction", Fact::Transaction(begun)).await.expect("start");
        let (second, _) = world.app.reserve(&world.principal, id, new).await.expect("reserved");
        world.app.cancel_reservation(&world.principal, id, second.number).await.expect("cancelled");
        let page = world.app.reservations(&world.principal, Some(id), None, 10).await.expect("list");
        let states: Vec<_> = page.items.iter().map(|r| r.status.as_str()).collect();
        assert_eq!(states, ["cancelled", "used"]);
    }
}

#[tokio::test]
async fn a_refused_reservation_is_told_as_refused() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let station = Obedient::connect(&world, "CP1", |_| says(false, "Occupied")).await;
        start(&station.connection, 0, 0).await;
        let new = NewReservation { evse: Some(EvseNumber(1)), uid: CARD.into(), expires_at: at(30) };
        let (kept, sent) = world.app.reserve(&world.principal, id, new).await.expect("asked");
        assert_eq!((kept.status.as_str(), sent.status.as_deref()), ("refused", Some("Occupied")));
    }
}

#[tokio::test]
async fn a_station_that_waits_may_only_boot_and_is_asked_to_when_it_is_admitted() {
    for world in worlds().await {
        let id = world.station("CP1").await;
        let edit = |registration| StationEdit { registration: Some(registration), ..StationEdit::default() };
        world
            .app
            .edit_station(&world.principal, id, None, edit(Registration::Pending))
            .await
            .expect("pending");
        let mut station = Obedient::connect(&world, "CP1", |_| yes()).await;
        let booted = tell(&station.connection, "BootNotification", boot("1")).await.expect("boot");
        assert!(matches!(booted, Answer::Boot { registration: Registration::Pending, .. }), "{booted:?}");
        let started = transaction(Phase::Started, 0, 0, None);
        assert_eq!(
            tell(&station.connection, "StartTransaction", started).await,
            Err(Unrecorded::NotAccepted)
        );
        world
            .app
            .edit_station(&world.principal, id, None, edit(Registration::Accepted))
            .await
            .expect("accepted");
        let asked = station.until(1).await;
        let message = TriggeredMessage::BootNotification;
        assert_eq!(asked, [Command::Trigger { message, evse: None, connector: None }]);
        let booted = tell(&station.connection, "BootNotification", boot("1")).await.expect("boot");
        assert!(matches!(booted, Answer::Boot { registration: Registration::Accepted, .. }), "{booted:?}");
    }
}
