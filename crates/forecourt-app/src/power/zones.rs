//! Zones as operators make them: a circuit with a limit, and the chargers on it.

use std::collections::HashMap;
use std::sync::Arc;

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{SiteId, StationId, ZoneId};
use forecourt_core::power::{Distribution, PerPhase, Rotation};
use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, Watts};
use forecourt_store::zone::{ZoneMinute, ZoneRecord, ZoneStation};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::picture::Picture;
use super::plan::DEPTH_MAX;
use crate::accounts::checked_name;
use crate::tokens::checked_optional;
use crate::{App, AppError, Principal};

/// Zones of one organisation: they are shown in one list and held in memory.
const ZONES_MAX: usize = 500;
/// Chargers directly on one zone.
const CHARGERS_MAX: usize = 1_000;
/// The largest grid connection: beyond it is a mistake of units.
const CAPACITY_MAX: MilliAmps = MilliAmps(200_000_000);
const LEAST_SESSION_MAX: Watts = Watts(1_000_000);
/// A zone that holds back nine tenths is a mistake.
const BUFFER_MAX: PerMille = PerMille(900);
const VOLTAGES: std::ops::RangeInclusive<i64> = 100_000..=1_000_000;
/// Longest stretch of history shown at once.
const HISTORY_MAX: SignedDuration = SignedDuration::from_hours(24 * 31);

/// A zone as it is to be; an edit gives all of it.
#[derive(Debug, Clone)]
pub struct ZoneRequest {
    pub name: String,
    pub site: SiteId,
    pub parent: Option<ZoneId>,
    pub meter_number: Option<String>,
    /// Power over all phases, or current on each.
    pub capacity: Result<Watts, PerPhase>,
    pub voltage: MilliVolts,
    pub buffer: PerMille,
    pub least_session: Watts,
    pub distribution: Distribution,
    pub chargers: Vec<ChosenCharger>,
}

#[derive(Debug, Clone)]
pub struct ChosenCharger {
    pub station: StationId,
    pub phases: u8,
    pub rotation: Option<Rotation>,
    pub priority: i64,
}

/// A zone with its chargers and how it stands now.
#[derive(Debug, Clone)]
pub struct ZoneView {
    pub record: ZoneRecord,
    pub site_name: String,
    pub chargers: Vec<ZoneStation>,
    /// Of the tree it belongs to; none while it is off, or before the first look.
    pub picture: Option<Arc<Picture>>,
}

impl App {
    /// Every zone the caller sees, by site and name.
    pub async fn zones(
        &self,
        principal: &Principal,
        site: Option<SiteId>,
    ) -> Result<Vec<ZoneView>, AppError> {
        principal.require(Permission::Read)?;
        let mut all = Vec::new();
        for record in self.store.zones(principal.organisation).await? {
            if principal.sees(record.site) && site.is_none_or(|site| site == record.site) {
                all.push(self.zone_view(principal, record).await?);
            }
        }
        Ok(all)
    }

    pub async fn zone(&self, principal: &Principal, id: ZoneId) -> Result<ZoneView, AppError> {
        principal.require(Permission::Read)?;
        let record = self.own_zone(principal, id).await?;
        self.zone_view(principal, record).await
    }

    pub(super) async fn own_zone(&self, principal: &Principal, id: ZoneId) -> Result<ZoneRecord, AppError> {
        let found = self.store.zone(principal.organisation, id).await?;
        found.filter(|zone| principal.sees(zone.site)).ok_or(AppError::NotFound("zone"))
    }

    async fn zone_view(&self, principal: &Principal, record: ZoneRecord) -> Result<ZoneView, AppError> {
        let site_name = self.store.site(principal.organisation, record.site).await?;
        let chargers = self.store.zone_stations(record.id).await?;
        let plan = self.power.plan();
        let holds = |tree: &&super::plan::Tree| tree.zones.iter().any(|(zone, _)| zone.id == record.id);
        let picture = plan.trees.iter().find(holds).and_then(|tree| self.power.picture(tree.root));
        Ok(ZoneView {
            site_name: site_name.map(|s| s.site.name).unwrap_or_default(),
            chargers,
            picture,
            record,
        })
    }

    /// The minutes of a zone's last hours, oldest first.
    pub async fn zone_history(
        &self,
        principal: &Principal,
        id: ZoneId,
        hours: i64,
    ) -> Result<Vec<ZoneMinute>, AppError> {
        principal.require(Permission::Read)?;
        self.own_zone(principal, id).await?;
        let span = SignedDuration::from_hours(hours.clamp(1, HISTORY_MAX.as_hours()));
        Ok(self.store.zone_minutes(id, self.now() - span).await?)
    }

    /// A new zone is off: nobody is told anything before somebody has looked at it.
    pub async fn add_zone(&self, principal: &Principal, new: ZoneRequest) -> Result<ZoneView, AppError> {
        principal.require(Permission::Power)?;
        self.site(principal, new.site).await?;
        let zones = self.store.zones(principal.organisation).await?;
        if zones.len() >= ZONES_MAX {
            return Err(AppError::Conflict(format!("an organisation has at most {ZONES_MAX} zones")));
        }
        let record = ZoneRecord {
            id: ZoneId(self.id()),
            organisation: principal.organisation,
            site: new.site,
            parent: None,
            name: String::new(),
            meter_number: None,
            capacity_w: None,
            capacity: PerPhase::ZERO,
            voltage: new.voltage,
            buffer: PerMille::ZERO,
            least_session: Watts::ZERO,
            distribution: new.distribution,
            enabled: false,
            created_at: self.now(),
            version: 1,
        };
        let (record, chargers) = self.zone_as_requested(principal, record, &zones, new).await?;
        let mut tx = self.store.begin().await?;
        tx.add_zone(&record).await?;
        for charger in &chargers {
            tx.free_from_zone(charger.station).await?;
        }
        tx.put_zone_stations(record.id, &chargers).await?;
        let note = self.note(principal, "zone.added", ("zone", record.id.0, &record.name));
        tx.audit(&note.made(&described(&record, &chargers))).await?;
        tx.commit().await?;
        self.zones_changed().await?;
        self.tell(principal, Some(record.site), None, What::Zone);
        self.zone(principal, record.id).await
    }

    pub async fn edit_zone(
        &self,
        principal: &Principal,
        id: ZoneId,
        expected: Option<i64>,
        edit: ZoneRequest,
    ) -> Result<ZoneView, AppError> {
        principal.require(Permission::Power)?;
        let before = self.own_zone(principal, id).await?;
        if expected.is_some_and(|version| version != before.version) {
            return Err(AppError::Stale);
        }
        if edit.site != before.site {
            return Err(AppError::field("/site_id", "a zone stays at its site; make another one there"));
        }
        let had = self.store.zone_stations(id).await?;
        let zones = self.store.zones(principal.organisation).await?;
        let (record, chargers) = self.zone_as_requested(principal, before.clone(), &zones, edit).await?;
        let mut tx = self.store.begin().await?;
        tx.change_zone(&record).await?;
        for charger in &chargers {
            tx.free_from_zone(charger.station).await?;
        }
        tx.put_zone_stations(id, &chargers).await?;
        let note = self.note(principal, "zone.edited", ("zone", id.0, &record.name));
        tx.audit(&note.changed(described(&before, &had), described(&record, &chargers))).await?;
        tx.commit().await?;
        self.zones_changed().await?;
        self.tell(principal, Some(record.site), None, What::Zone);
        self.zone(principal, id).await
    }

    /// On: its chargers follow the rules. Off: what they were told is taken back.
    pub async fn switch_zone(
        &self,
        principal: &Principal,
        id: ZoneId,
        on: bool,
    ) -> Result<ZoneView, AppError> {
        principal.require(Permission::Power)?;
        let before = self.own_zone(principal, id).await?;
        if before.enabled != on {
            let record = ZoneRecord { enabled: on, ..before };
            let action = if on { "zone.switched_on" } else { "zone.switched_off" };
            let mut tx = self.store.begin().await?;
            tx.change_zone(&record).await?;
            tx.audit(&self.note(principal, action, ("zone", id.0, &record.name)).done()).await?;
            tx.commit().await?;
            self.zones_changed().await?;
            self.tell(principal, Some(record.site), None, What::Zone);
        }
        self.zone(principal, id).await
    }

    pub async fn delete_zone(&self, principal: &Principal, id: ZoneId) -> Result<(), AppError> {
        principal.require(Permission::Power)?;
        let record = self.own_zone(principal, id).await?;
        let zones = self.store.zones(principal.organisation).await?;
        if zones.iter().any(|zone| zone.parent == Some(id)) {
            return Err(AppError::Conflict("other zones hang on this one: delete or move them first".into()));
        }
        let had = self.store.zone_stations(id).await?;
        let mut tx = self.store.begin().await?;
        tx.delete_zone(principal.organisation, id).await?;
        let note = self.note(principal, "zone.deleted", ("zone", id.0, &record.name));
        tx.audit(&note.gone(&described(&record, &had))).await?;
        tx.commit().await?;
        self.power.feeds.changed();
        self.zones_changed().await?;
        self.tell(principal, Some(record.site), None, What::Zone);
        Ok(())
    }

    pub(super) async fn zone_as_requested(
        &self,
        principal: &Principal,
        record: ZoneRecord,
        zones: &[ZoneRecord],
        to: ZoneRequest,
    ) -> Result<(ZoneRecord, Vec<ZoneStation>), AppError> {
        let name = checked_name("/name", &to.name)?;
        let others = || zones.iter().filter(|zone| zone.id != record.id);
        if others().any(|zone| zone.site == record.site && zone.name == name) {
            return Err(AppError::field("/name", "a zone of this name exists at this site already"));
        }
        let meter_number = checked_optional("/meter_number", to.meter_number)?;
        if meter_number.is_some() && others().any(|zone| zone.meter_number == meter_number) {
            return Err(AppError::field("/meter_number", "another zone has this meter"));
        }
        check_parent(record.id, record.site, to.parent, zones)?;
        if !VOLTAGES.contains(&to.voltage.0) {
            return Err(AppError::field("/voltage_mv", "between 100 and 1000 V"));
        }
        let (capacity_w, capacity) = match to.capacity {
            Ok(power) => {
                let each = power.0.clamp(0, i64::MAX / 1_000_000) * 1_000_000 / 3 / to.voltage.0;
                (Some(power), PerPhase::even(MilliAmps(each)))
            }
            Err(currents) => (None, currents),
        };
        if capacity.least().0 <= 0 || capacity.most() > CAPACITY_MAX {
            let field = if capacity_w.is_some() { "/capacity_w" } else { "/capacity_ma" };
            return Err(AppError::field(field, "more than nothing, and at most 200 kA on a phase"));
        }
        if !(0..=BUFFER_MAX.0).contains(&to.buffer.0) {
            return Err(AppError::field("/buffer_permille", "between 0 and 900"));
        }
        if !(0..=LEAST_SESSION_MAX.0).contains(&to.least_session.0) {
            return Err(AppError::field("/least_session_w", "between 0 and 1000 kW"));
        }
        let record = ZoneRecord {
            parent: to.parent,
            name,
            meter_number,
            capacity_w,
            capacity,
            voltage: to.voltage,
            buffer: to.buffer,
            least_session: to.least_session,
            distribution: to.distribution,
            ..record
        };
        let chargers = self.checked_chargers(principal, &record, to.chargers).await?;
        Ok((record, chargers))
    }

    /// Only chargers of the site that obey limits, each on one zone (C35).
    async fn checked_chargers(
        &self,
        principal: &Principal,
        zone: &ZoneRecord,
        chosen: Vec<ChosenCharger>,
    ) -> Result<Vec<ZoneStation>, AppError> {
        if chosen.len() > CHARGERS_MAX {
            return Err(AppError::field("/chargers", format!("at most {CHARGERS_MAX} chargers")));
        }
        let known = self.known_fitness(principal.organisation).await?;
        let taken: HashMap<StationId, ZoneId> =
            self.store.all_zone_stations().await?.into_iter().map(|c| (c.station, c.zone)).collect();
        let zones = self.store.zones(principal.organisation).await?;
        let mut all: Vec<ZoneStation> = Vec::new();
        for (index, one) in chosen.into_iter().enumerate() {
            let field = |text: &str| AppError::field(&format!("/chargers/{index}"), text);
            let live = self.own_station(principal, one.station).map_err(|_| field("no charger of yours"))?;
            let record = live.record();
            if record.site != zone.site {
                return Err(field("the charger stands at another site"));
            }
            let elsewhere = taken.get(&one.station).filter(|at| **at != zone.id);
            if elsewhere.is_some_and(|at| zones.iter().any(|z| z.id == *at && z.site == zone.site)) {
                return Err(field("the charger hangs on another zone"));
            }
            let stays = taken.get(&one.station) == Some(&zone.id);
            if !stays && !known.fitness(&record).may_be_chosen() {
                return Err(field("nobody has tested whether this model obeys a limit"));
            }
            if !matches!(one.phases, 1 | 3) {
                return Err(field("1 or 3 phases"));
            }
            if !(0..=9).contains(&one.priority) {
                return Err(field("a priority between 0 and 9"));
            }
            if all.iter().any(|other| other.station == one.station) {
                return Err(field("the charger is named twice"));
            }
            let ChosenCharger { station, phases, rotation, priority } = one;
            all.push(ZoneStation { zone: zone.id, station, phases, rotation, priority });
        }
        Ok(all)
    }
}

fn check_parent(
    id: ZoneId,
    site: SiteId,
    parent: Option<ZoneId>,
    zones: &[ZoneRecord],
) -> Result<(), AppError> {
    let find = |id: ZoneId| zones.iter().find(|zone| zone.id == id);
    let mut at = parent;
    for _ in 0..DEPTH_MAX {
        let Some(here) = at else { return Ok(()) };
        if here == id {
            return Err(AppError::field("/parent_id", "a zone cannot hang on itself"));
        }
        let above = find(here).filter(|zone| zone.site == site);
        let above = above.ok_or_else(|| AppError::field("/parent_id", "no zone of this site"))?;
        at = above.parent;
    }
    Err(AppError::field("/parent_id", format!("at most {DEPTH_MAX} levels")))
}

fn described(record: &ZoneRecord, chargers: &[ZoneStation]) -> Value {
    json!({"name": record.name, "parent_id": record.parent, "meter_number": record.meter_number,
        "capacity_w": record.capacity_w, "capacity_ma": record.capacity, "voltage_mv": record.voltage,
        "buffer_per_mille": record.buffer, "least_session_w": record.least_session,
        "distribution": record.distribution,
        "chargers": chargers.iter().map(|c| c.station.to_string()).collect::<Vec<_>>()})
}
