//! A small network on a clock that stands still, on each database.

#![expect(dead_code, reason = "each test file uses its own part")]

pub mod broker;
pub mod modbus;
pub mod obedient;
pub mod stripe;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use forecourt_app::gateway::{Call, Connection, Knock, Unrecorded};
use forecourt_app::store::scratch::Scratch;
use forecourt_app::{App, Clock, NewSite, NewToken, Principal, Settings, StationRequest, Who};
use forecourt_core::Timestamp;
use forecourt_core::access::PERMISSIONS;
use forecourt_core::fact::{
    Answer, CarNeeds, Context, Fact, Item, ItemKind, ItemReport, MeterReport, Phase, PresentedToken, Reading,
    TransactionReport,
};
use forecourt_core::id::{ApiKeyId, EvseNumber, OrganisationId, SiteId, StationId, TransactionRef};
use forecourt_core::token::{TokenKind, TokenStatus};
use forecourt_core::unit::WattHours;
use jiff::SignedDuration;

pub const CARD: &str = "CARD1";

pub struct World {
    pub app: Arc<App>,
    pub clock: Clock,
    pub principal: Principal,
    pub site: SiteId,
    pub scratch: Scratch,
}

pub fn noon() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().expect("a time")
}

pub fn principal(organisation: OrganisationId) -> Principal {
    let who = Who::Program { id: ApiKeyId(1), name: "test".into(), scopes: PERMISSIONS.to_vec() };
    Principal::new(organisation, who)
}

/// The same network on each database that is there.
pub async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for scratch in Scratch::each().await {
        worlds.push(World::new(scratch).await);
    }
    worlds
}

impl World {
    pub async fn new(scratch: Scratch) -> Self {
        Self::with(scratch, Settings::default()).await
    }

    pub async fn with(scratch: Scratch, settings: Settings) -> Self {
        let clock = Clock::standing_at(noon());
        let app = App::open(&scratch.location, settings, clock.clone()).await.expect("opens");
        app.take_over().await.expect("takes over");
        let organisation =
            app.add_organisation("First", "Europe/Copenhagen", "DKK").await.expect("organisation");
        let principal = principal(organisation.id);
        let site = add_site(&app, &principal).await;
        let token = NewToken {
            uid: CARD.into(),
            kind: TokenKind::Rfid,
            alias: None,
            status: TokenStatus::Accepted,
            expires_at: None,
            group: None,
            ..NewToken::default()
        };
        app.add_token(&principal, token).await.expect("token");
        Self { app, clock, principal, site, scratch }
    }

    /// Another process on the same database, as after a crash.
    pub async fn restart(self) -> Self {
        let clock = self.clock.clone();
        let app = App::open(&self.scratch.location, Settings::default(), clock).await.expect("opens");
        app.take_over().await.expect("takes over");
        Self { app, ..self }
    }

    pub async fn station(&self, identity: &str) -> StationId {
        let request = StationRequest {
            site: Some(self.site),
            identity: identity.into(),
            security_profile: Some(0),
            evses: vec![(1, Some(22_000), Some("ac".into()))],
            ..StationRequest::default()
        };
        self.app.add_station(&self.principal, request).await.expect("station").station.record.id
    }

    pub async fn connect(&self, identity: &str) -> Connection {
        let admission = self.app.admit(&knock(identity)).await.expect("admitted");
        self.app.connect(admission, "ocpp1.6", IpAddr::V4(Ipv4Addr::LOCALHOST)).await.0
    }

    pub fn minutes(&self, minutes: i64) {
        self.clock.set(noon() + SignedDuration::from_mins(minutes));
    }
}

/// Waits for what goes on beside the test.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let patience = std::time::Duration::from_secs(40);
    let waited = tokio::time::timeout(patience, async {
        while !holds() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    assert!(waited.await.is_ok(), "waited too long for {what}");
}

pub async fn add_site(app: &App, principal: &Principal) -> SiteId {
    let site = NewSite {
        name: "Harbour".into(),
        time_zone: "Europe/Copenhagen".into(),
        currency: "DKK".into(),
        ..NewSite::default()
    };
    app.add_site(principal, site).await.expect("site").site.id
}

pub fn knock(identity: &str) -> Knock {
    Knock {
        organisation: None,
        identity: identity.into(),
        path: format!("/ocpp/{identity}"),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        subprotocols: "ocpp1.6".into(),
        user_agent: None,
        credentials: None,
        tls: false,
        certificate: None,
    }
}

/// Tells a fact; returns what was answered.
pub async fn tell(connection: &Connection, action: &str, fact: Fact) -> Result<Answer, Unrecorded> {
    let mut answered = None;
    let call = Call {
        message_id: "m".into(),
        action: action.into(),
        text: format!("[2,\"m\",\"{action}\",{{}}]"),
        fact,
        deviations: Vec::new(),
    };
    let write = |answer: &Answer| {
        answered = Some(answer.clone());
        "[3,\"m\",{}]".to_owned()
    };
    connection.record(call, write).await?;
    Ok(answered.expect("an answer"))
}

pub fn at(minute: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(minute)
}

pub fn reading(minute: i64, wh: i64, context: Context) -> Reading {
    Reading { register: Some(WattHours(wh)), ..Reading::empty(at(minute), context) }
}

pub fn transaction(phase: Phase, minute: i64, wh: i64, reference: Option<&str>) -> Fact {
    let context = match phase {
        Phase::Started => Context::Begin,
        Phase::Updated => Context::Periodic,
        Phase::Ended => Context::End,
    };
    Fact::Transaction(Box::new(TransactionReport {
        phase,
        reference: reference.map(|r| TransactionRef(r.into())),
        evse: Some(EvseNumber(1)),
        connector: None,
        token: (phase == Phase::Started).then(|| PresentedToken { uid: CARD.into(), kind: TokenKind::Rfid }),
        at: Some(at(minute)),
        seq: None,
        offline: false,
        charging_state: None,
        stop_reason: None,
        readings: vec![reading(minute, wh, context)],
        remote_start_id: None,
        reservation: None,
    }))
}

pub fn meter(minute: i64, wh: i64, reference: Option<&str>) -> Fact {
    Fact::Meter(MeterReport {
        evse: EvseNumber(1),
        connector: None,
        reference: reference.map(|r| TransactionRef(r.into())),
        readings: vec![reading(minute, wh, Context::Periodic)],
    })
}

/// The car at the first EVSE asks for a schedule (NotifyEVChargingNeeds).
pub fn car_asks(departs_at: Option<Timestamp>, energy: Option<WattHours>) -> Fact {
    Fact::Items(ItemReport {
        kind: ItemKind::ChargingNeeds,
        request_id: None,
        seq: None,
        last: true,
        removed: false,
        items: vec![Item { key: "needs/1".into(), body: "{}".into() }],
        evse: Some(EvseNumber(1)),
        transaction: None,
        needs: Some(CarNeeds { departs_at, energy }),
    })
}

/// Starts a 1.6 session; returns the number we handed out.
pub async fn start(connection: &Connection, minute: i64, wh: i64) -> String {
    match tell(connection, "StartTransaction", transaction(Phase::Started, minute, wh, None)).await {
        Ok(Answer::Transaction { reference: Some(reference), .. }) => reference.0,
        other => panic!("no transaction number: {other:?}"),
    }
}
