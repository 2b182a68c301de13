//! What operators do with feeds: set them, look at them, try them before they rely on them, take them away.

use std::sync::Arc;
use std::time::Duration;

use forecourt_core::Timestamp;
use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::ZoneId;
use forecourt_core::power::PerPhase;
use forecourt_store::zone::{ZoneLoad, ZoneRecord};
use forecourt_store::zone_meter::ZoneMeterRecord;
use rumqttc::mqttbytes::v4::Packet;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::checked::checked;
use super::mqtt::{Broker, Heard};
use super::trouble::cut;
use super::{FeedStanding, MeterFeed, MqttWire, Trouble, Wire, modbus};
use crate::power::meter::SILENT;
use crate::{App, AppError, Principal};

/// What the password is sealed for.
const LABEL: &str = "zone meter";
const PASSWORD_MAX_BYTES: usize = 512;
/// Feeds of one organisation: each is a connection that stays open.
const FEEDS_MAX: usize = 200;
/// How long a trial listens: meters tell every few seconds.
const LISTEN: Duration = Duration::from_secs(10);

/// A feed as it is to be.
#[derive(Debug)]
pub struct FeedRequest {
    pub feed: MeterFeed,
    /// `None`: the one that is known, where broker and user name stay what they are.
    pub password: Option<String>,
}

/// A zone's meter: where its load comes from, and how that goes.
#[derive(Debug)]
pub struct MeterView {
    pub feed: Option<MeterFeed>,
    pub has_password: bool,
    pub changed_at: Option<Timestamp>,
    pub version: i64,
    pub standing: Option<FeedStanding>,
    pub load: Option<ZoneLoad>,
    /// The last reading is too old to be believed.
    pub is_silent: bool,
}

/// What a trial read.
#[derive(Debug)]
pub struct FeedTrial {
    /// As the meter gave them.
    pub numbers: Vec<Decimal>,
    pub outcome: Result<PerPhase, Trouble>,
    /// The broker had kept the message from before: it may be old.
    pub kept: bool,
}

impl App {
    pub async fn zone_meter(&self, principal: &Principal, id: ZoneId) -> Result<MeterView, AppError> {
        principal.require(Permission::Read)?;
        let zone = self.own_zone(principal, id).await?;
        let known = self.store.zone_meter(principal.organisation, id).await?;
        let load = self.power.plan().load_of(zone.id);
        let now = self.now();
        Ok(MeterView {
            feed: known.as_ref().and_then(feed_of),
            has_password: known.as_ref().is_some_and(|known| known.sealed.is_some()),
            changed_at: known.as_ref().map(|known| known.changed_at),
            version: known.as_ref().map_or(0, |known| known.version),
            standing: self.power.feeds.standing().get(&id).cloned().filter(|_| known.is_some()),
            is_silent: load.as_ref().is_some_and(|load| now.duration_since(load.at) > SILENT),
            load,
        })
    }

    pub async fn set_zone_meter(
        &self,
        principal: &Principal,
        id: ZoneId,
        expected: Option<i64>,
        request: FeedRequest,
    ) -> Result<MeterView, AppError> {
        principal.require(Permission::Power)?;
        let zone = self.own_zone(principal, id).await?;
        let before = self.store.zone_meter(principal.organisation, id).await?;
        let version = before.as_ref().map_or(0, |before| before.version);
        if expected.is_some_and(|expected| expected != version) {
            return Err(AppError::Stale);
        }
        if before.is_none() {
            let all = self.store.all_zone_meters().await?;
            if all.iter().filter(|one| one.organisation == principal.organisation).count() >= FEEDS_MAX {
                return Err(AppError::Conflict(format!("an organisation reads at most {FEEDS_MAX} meters")));
            }
        }
        let feed = checked(request.feed)?;
        let password = self.password_for(&feed, request.password, before.as_ref())?;
        let sealed = match &password {
            Some(password) => Some(self.vault().seal(LABEL, password.as_bytes())?),
            None => None,
        };
        let record = ZoneMeterRecord {
            zone: id,
            organisation: principal.organisation,
            content: serde_json::to_string(&feed)
                .map_err(|_| AppError::Conflict("this meter cannot be written down".into()))?,
            sealed,
            changed_at: self.now(),
            version: version + 1,
        };
        let old = before.as_ref().and_then(feed_of).map_or(Value::Null, |feed| described(&feed));
        let mut tx = self.store.begin().await?;
        tx.put_zone_meter(&record).await?;
        let note = self.note(principal, "zone.meter_set", ("zone", id.0, &zone.name));
        tx.audit(&note.changed(old, described(&feed))).await?;
        tx.commit().await?;
        self.meter_changed(principal, &zone);
        self.zone_meter(principal, id).await
    }

    /// From here on programs tell its readings.
    pub async fn remove_zone_meter(&self, principal: &Principal, id: ZoneId) -> Result<(), AppError> {
        principal.require(Permission::Power)?;
        let zone = self.own_zone(principal, id).await?;
        let Some(before) = self.store.zone_meter(principal.organisation, id).await? else { return Ok(()) };
        let mut tx = self.store.begin().await?;
        if tx.remove_zone_meter(principal.organisation, id).await? {
            let note = self.note(principal, "zone.meter_removed", ("zone", id.0, &zone.name));
            let old = feed_of(&before).map_or(Value::Null, |feed| described(&feed));
            tx.audit(&note.gone(&old)).await?;
        }
        tx.commit().await?;
        self.meter_changed(principal, &zone);
        Ok(())
    }

    fn meter_changed(&self, principal: &Principal, zone: &ZoneRecord) {
        self.power.feeds.changed();
        self.tell(principal, Some(zone.site), None, What::Zone);
    }

    /// Reads once and keeps nothing.
    pub async fn try_zone_meter(
        self: &Arc<Self>,
        principal: &Principal,
        id: ZoneId,
        request: FeedRequest,
    ) -> Result<FeedTrial, AppError> {
        principal.require(Permission::Power)?;
        let zone = self.own_zone(principal, id).await?;
        let before = self.store.zone_meter(principal.organisation, id).await?;
        let feed = checked(request.feed)?;
        let password = self.password_for(&feed, request.password, before.as_ref())?;
        let _place = self.power.feeds.trials.try_acquire().map_err(|_| AppError::TooMany)?;
        let app = self.clone();
        // In a task of its own: whatever the other side sends breaks nothing but the trial.
        let trial = tokio::spawn(async move { app.read_once(&zone, &feed, password.as_deref()).await });
        let unread = FeedTrial { numbers: Vec::new(), outcome: Err(Trouble::BadAnswer), kept: false };
        Ok(trial.await.unwrap_or(unread))
    }

    async fn read_once(&self, zone: &ZoneRecord, feed: &MeterFeed, password: Option<&str>) -> FeedTrial {
        let read = match &feed.wire {
            Wire::Modbus(wire) => match modbus::open(&self.outside, wire).await {
                Ok(mut context) => {
                    modbus::ask(&mut context, wire).await.map(|n| (n, false)).map_err(modbus::Unread::trouble)
                }
                Err(trouble) => Err(trouble),
            },
            Wire::Mqtt(wire) => self.listen_once(zone.id, wire, password).await,
        };
        match read {
            Ok((numbers, kept)) => {
                let outcome = feed.map.load(&numbers, zone.voltage).map_err(Trouble::from);
                FeedTrial { numbers, outcome, kept }
            }
            Err(trouble) => FeedTrial { numbers: Vec::new(), outcome: Err(trouble), kept: false },
        }
    }

    async fn listen_once(
        &self,
        zone: ZoneId,
        wire: &MqttWire,
        password: Option<&str>,
    ) -> Result<(Vec<Decimal>, bool), Trouble> {
        let mut heard = Heard::new(wire);
        // Another name than the feed has: a broker would drop the one for the other.
        let id = format!("forecourt-{zone}-trial");
        let open = Broker::open(&self.outside, wire, password, &id, |message| {
            heard.hear(&message, self.now());
        });
        let mut broker = open.await?;
        let end = tokio::time::Instant::now() + LISTEN;
        loop {
            let said = heard.said();
            if let Some(Err(trouble)) = said {
                return Err(trouble);
            }
            // What was kept is shown only where nothing newer comes.
            if let Some(Ok(said)) = said.as_ref().filter(|said| said.as_ref().is_ok_and(|said| !said.kept)) {
                return Ok((said.numbers.clone(), false));
            }
            match tokio::time::timeout_at(end, broker.next()).await {
                Ok(Ok(Packet::Publish(message))) => {
                    heard.hear(&message, self.now());
                }
                Ok(Ok(_)) => {}
                Ok(Err(trouble)) => return Err(trouble),
                Err(_) => {
                    return match said {
                        Some(Ok(said)) => Ok((said.numbers, said.kept)),
                        _ => Err(Trouble::NothingCame(cut(heard.missing().unwrap_or_default()))),
                    };
                }
            }
        }
    }

    /// The password of a feed as it is kept.
    pub(super) fn feed_password(&self, record: &ZoneMeterRecord) -> Result<Option<String>, AppError> {
        let Some(sealed) = record.sealed.as_deref() else { return Ok(None) };
        let opened = self.vault().open(LABEL, sealed)?;
        Ok(Some(String::from_utf8_lossy(&opened).into_owned()))
    }

    /// What is typed; else what is known, but never for another broker or user: a password that nobody on this page knows
    /// must not be sent to where somebody on this page points.
    fn password_for(
        &self,
        feed: &MeterFeed,
        typed: Option<String>,
        before: Option<&ZoneMeterRecord>,
    ) -> Result<Option<String>, AppError> {
        let Wire::Mqtt(wire) = &feed.wire else { return Ok(None) };
        if let Some(typed) = typed.filter(|typed| !typed.is_empty()) {
            if wire.user_name.is_none() {
                return Err(AppError::field("/mqtt/user_name", "a password needs a user name"));
            }
            if typed.len() > PASSWORD_MAX_BYTES {
                return Err(AppError::field("/mqtt/password", "too long"));
            }
            return Ok(Some(typed));
        }
        let Some(before) = before.filter(|before| before.sealed.is_some()) else { return Ok(None) };
        if wire.user_name.is_none() {
            return Ok(None);
        }
        let stays = feed_of(before).is_some_and(|old| match old.wire {
            Wire::Mqtt(old) => {
                (&old.host, old.port, &old.user_name) == (&wire.host, wire.port, &wire.user_name)
                    && (wire.tls || !old.tls)
            }
            Wire::Modbus(_) => false,
        });
        if !stays {
            return Err(AppError::field(
                "/mqtt/password",
                "enter the password again: the broker is another one",
            ));
        }
        self.feed_password(before)
    }
}

fn feed_of(record: &ZoneMeterRecord) -> Option<MeterFeed> {
    serde_json::from_str(&record.content).ok()
}

/// For the audit log. It has no password to begin with.
fn described(feed: &MeterFeed) -> Value {
    let MeterFeed { map, with_chargers, wire } = feed;
    json!({"source": feed.source(), "map": map, "with_chargers": with_chargers, "wire": wire})
}
