//! Weekly charging hours: what operators say of a site, a charger or one EVSE (F106).

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::id::{EvseNumber, HoursId, SiteId, StationId};
use forecourt_core::schedule::ChargingHours;
use forecourt_store::StoreError;
use forecourt_store::schedule::HoursRecord;
use forecourt_store::station::StationRecord;
use serde_json::{Value, json};

use super::timetable::places;
use crate::error::FieldError;
use crate::{App, AppError, Principal};

/// Hours of one organisation: they are shown in one list and held in memory.
const HOURS_MAX: usize = 2_000;

/// Hours as they are to be; an edit gives all of it.
#[derive(Debug, Clone)]
pub struct HoursRequest {
    pub site: SiteId,
    pub station: Option<StationId>,
    pub evse: Option<EvseNumber>,
    pub enabled: bool,
    pub content: ChargingHours,
}

/// Hours with where they hold and what chargers made of them.
#[derive(Debug, Clone)]
pub struct HoursView {
    pub record: HoursRecord,
    pub site_name: String,
    pub time_zone: String,
    pub station: Option<StationRecord>,
    /// Where these are the narrowest.
    pub places: Vec<HoursPlace>,
}

/// One EVSE that follows charging hours.
#[derive(Debug, Clone)]
pub struct HoursPlace {
    pub station: StationId,
    pub identity: String,
    pub evse: EvseNumber,
    /// waiting, held, refused (then we keep the hours) or zone (then load balancing keeps them).
    pub state: &'static str,
    /// The charger's own word.
    pub detail: Option<String>,
}

impl App {
    /// By site, charger, EVSE.
    pub async fn charging_hours(
        &self,
        principal: &Principal,
        site: Option<SiteId>,
    ) -> Result<Vec<HoursView>, AppError> {
        principal.require(Permission::Read)?;
        let mut all = Vec::new();
        for record in self.store.charging_hours(principal.organisation).await? {
            if principal.sees(record.site) && site.is_none_or(|site| site == record.site) {
                all.push(self.hours_view(principal, record).await?);
            }
        }
        all.sort_by(|a, b| a.site_name.cmp(&b.site_name));
        Ok(all)
    }

    pub async fn charging_hours_of(&self, principal: &Principal, id: HoursId) -> Result<HoursView, AppError> {
        principal.require(Permission::Read)?;
        let record = self.own_hours(principal, id).await?;
        self.hours_view(principal, record).await
    }

    async fn own_hours(&self, principal: &Principal, id: HoursId) -> Result<HoursRecord, AppError> {
        let found = self.store.hours_of(principal.organisation, id).await?;
        found.filter(|hours| principal.sees(hours.site)).ok_or(AppError::NotFound("charging hours"))
    }

    async fn hours_view(&self, principal: &Principal, record: HoursRecord) -> Result<HoursView, AppError> {
        let site = self.store.site(principal.organisation, record.site).await?;
        let (site_name, time_zone) = site.map(|found| (found.site.name, found.site.time_zone)).unzip();
        let timetable = self.schedules.timetable();
        let kept = self.kept_hours().await?;
        let mut places_of = Vec::new();
        let mut live_here: Vec<_> = self.directory.all();
        live_here.retain(|live| {
            let station = live.record();
            station.organisation == record.organisation && station.site == record.site
        });
        live_here.sort_by_key(|live| live.record().identity.clone());
        for live in live_here {
            let station = live.record();
            for evse in places(&*live.state.lock().await) {
                if timetable.hours_of(&station, evse).is_some_and(|hours| hours.id == record.id) {
                    let (state, detail) = self.place_state(&kept, (station.id, evse));
                    let identity = station.identity.clone();
                    places_of.push(HoursPlace { station: station.id, identity, evse, state, detail });
                }
            }
        }
        let station =
            record.station.and_then(|id| self.directory.get(id)).map(|live| (*live.record()).clone());
        Ok(HoursView {
            site_name: site_name.unwrap_or_default(),
            time_zone: time_zone.unwrap_or_default(),
            station,
            places: places_of,
            record,
        })
    }

    pub async fn add_charging_hours(
        &self,
        principal: &Principal,
        new: HoursRequest,
    ) -> Result<HoursView, AppError> {
        principal.require(Permission::Power)?;
        self.site(principal, new.site).await?;
        self.check_place(principal, &new)?;
        no_faults(&new.content)?;
        if self.store.charging_hours(principal.organisation).await?.len() >= HOURS_MAX {
            return Err(AppError::Conflict(format!(
                "an organisation has at most {HOURS_MAX} charging hours"
            )));
        }
        let record = HoursRecord {
            id: HoursId(self.id()),
            organisation: principal.organisation,
            site: new.site,
            station: new.station,
            evse: new.evse,
            enabled: new.enabled,
            content: new.content,
            created_at: self.now(),
            changed_at: self.now(),
            version: 1,
        };
        let mut tx = self.store.begin().await?;
        tx.add_charging_hours(&record).await.map_err(taken)?;
        let note = self.note(principal, "charging_hours.added", self.subject(&record).of(&record));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        self.schedules_changed().await?;
        self.tell(principal, Some(record.site), record.station, What::Zone);
        self.charging_hours_of(principal, record.id).await
    }

    /// Where they hold stays; other places have hours of their own.
    pub async fn edit_charging_hours(
        &self,
        principal: &Principal,
        id: HoursId,
        expected: Option<i64>,
        enabled: bool,
        content: ChargingHours,
    ) -> Result<HoursView, AppError> {
        principal.require(Permission::Power)?;
        let before = self.own_hours(principal, id).await?;
        no_faults(&content)?;
        let version = expected.unwrap_or(before.version);
        let record = HoursRecord { enabled, content, changed_at: self.now(), version, ..before.clone() };
        let mut tx = self.store.begin().await?;
        tx.change_charging_hours(&record).await?;
        let note = self.note(principal, "charging_hours.edited", self.subject(&record).of(&record));
        tx.audit(&note.changed(described(&before), described(&record))).await?;
        tx.commit().await?;
        self.schedules_changed().await?;
        self.tell(principal, Some(record.site), record.station, What::Zone);
        self.charging_hours_of(principal, id).await
    }

    /// What chargers were told is taken back.
    pub async fn delete_charging_hours(&self, principal: &Principal, id: HoursId) -> Result<(), AppError> {
        principal.require(Permission::Power)?;
        let before = self.own_hours(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.delete_charging_hours(principal.organisation, id).await?;
        let note = self.note(principal, "charging_hours.deleted", self.subject(&before).of(&before));
        tx.audit(&note.gone(&described(&before))).await?;
        tx.commit().await?;
        self.schedules_changed().await?;
        self.tell(principal, Some(before.site), before.station, What::Zone);
        Ok(())
    }

    fn check_place(&self, principal: &Principal, new: &HoursRequest) -> Result<(), AppError> {
        if new.evse.is_some_and(|evse| evse.0 <= 0) {
            return Err(AppError::field("/evse", "the number of an EVSE"));
        }
        match new.station {
            None if new.evse.is_some() => Err(AppError::field("/evse", "an EVSE of which charger?")),
            None => Ok(()),
            Some(station) => {
                let live = self.own_station(principal, station);
                let live = live.map_err(|_| AppError::field("/station_id", "no charger of yours"))?;
                if live.record().site == new.site {
                    return Ok(());
                }
                Err(AppError::field("/station_id", "the charger stands at another site"))
            }
        }
    }

    fn subject(&self, record: &HoursRecord) -> Place {
        let live = record.station.and_then(|station| self.directory.get(station));
        Place(live.map_or_else(|| record.site.to_string(), |live| live.record().identity.clone()))
    }
}

/// The words by which an entry of the log names hours.
struct Place(String);

impl Place {
    fn of(&self, record: &HoursRecord) -> crate::audit::Subject<'_> {
        ("charging_hours", record.id.0, &self.0)
    }
}

fn taken(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict => AppError::Conflict("this place has charging hours: change those".into()),
        other => other.into(),
    }
}

pub(super) fn no_faults(content: &ChargingHours) -> Result<(), AppError> {
    invalid("/content", content.faults())
}

pub(super) fn invalid(at: &str, faults: Vec<(String, &'static str)>) -> Result<(), AppError> {
    if faults.is_empty() {
        return Ok(());
    }
    let shape = |(field, message): (String, &str)| FieldError {
        field: format!("{at}{field}"),
        message: message.to_owned(),
    };
    Err(AppError::Invalid(faults.into_iter().map(shape).collect()))
}

fn described(record: &HoursRecord) -> Value {
    json!({"site_id": record.site, "station_id": record.station, "evse": record.evse.map(|evse| evse.0),
        "enabled": record.enabled, "content": record.content})
}
