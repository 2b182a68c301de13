//! Charging hours of places, smart charging of private chargers, what was decided for sessions, and how clean electricity is.

use forecourt_core::Timestamp;
use forecourt_core::electricity::PriceZone;
use forecourt_core::id::{EvseNumber, HoursId, OrganisationId, SessionId, SiteId, StationId};
use forecourt_core::schedule::{ChargingHours, PricedSlot, SmartCharging};

use crate::engine::{Row, values};
use crate::words::json;
use crate::{Store, StoreError, Tx};

/// Most stretches of one answer about how clean electricity is: a month of quarters of an hour.
const SLOTS_MAX: i64 = 3_000;

/// Charging hours of a site, a charger or an EVSE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursRecord {
    pub id: HoursId,
    pub organisation: OrganisationId,
    pub site: SiteId,
    /// `None`: every charger of the site.
    pub station: Option<StationId>,
    /// `None`: the whole charger.
    pub evse: Option<EvseNumber>,
    pub enabled: bool,
    pub content: ChargingHours,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub version: i64,
}

/// Smart charging of a private charger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmartRecord {
    pub station: StationId,
    pub organisation: OrganisationId,
    pub content: SmartCharging,
    pub changed_at: Timestamp,
    pub version: i64,
}

/// What was decided for one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseRecord {
    pub session: SessionId,
    pub organisation: OrganisationId,
    pub station: StationId,
    pub evse: EvseNumber,
    /// When somebody let it charge at once, and who.
    pub overridden: Option<(Timestamp, String)>,
    pub delay_s: i64,
    /// JSON.
    pub plan: Option<String>,
    pub no_plan: Option<String>,
    /// accepted or refused, with the charger's own words.
    pub told: Option<String>,
    pub told_detail: Option<String>,
    pub told_at: Option<Timestamp>,
    pub stopped_at: Option<Timestamp>,
    pub changed_at: Timestamp,
}

fn some(id: i64) -> Option<i64> {
    (id != 0).then_some(id)
}

fn number(row: &Row, column: &'static str) -> Result<EvseNumber, StoreError> {
    i32::try_from(row.int(column)?).map(EvseNumber).map_err(|_| StoreError::Corrupt(column))
}

fn hours_from(row: &Row) -> Result<HoursRecord, StoreError> {
    Ok(HoursRecord {
        id: HoursId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        site: SiteId(row.int("site_id")?),
        station: some(row.int("station_id")?).map(StationId),
        evse: Some(number(row, "evse")?).filter(|number| number.0 != 0),
        enabled: row.bool("enabled")?,
        content: row.json_or_none("content")?.ok_or(StoreError::Corrupt("content"))?,
        created_at: row.time("created_at")?,
        changed_at: row.time("changed_at")?,
        version: row.int("version")?,
    })
}

fn smart_from(row: &Row) -> Result<SmartRecord, StoreError> {
    Ok(SmartRecord {
        station: StationId(row.int("station_id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        content: row.json_or_none("content")?.ok_or(StoreError::Corrupt("content"))?,
        changed_at: row.time("changed_at")?,
        version: row.int("version")?,
    })
}

fn course_from(row: &Row) -> Result<CourseRecord, StoreError> {
    Ok(CourseRecord {
        session: SessionId(row.int("session_id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        station: StationId(row.int("station_id")?),
        evse: number(row, "evse")?,
        overridden: row.time_or_none("override_at")?.zip(row.text_or_none("override_by")?),
        delay_s: row.int("delay_s")?,
        plan: row.text_or_none("plan")?,
        no_plan: row.text_or_none("no_plan")?,
        told: row.text_or_none("told")?,
        told_detail: row.text_or_none("told_detail")?,
        told_at: row.time_or_none("told_at")?,
        stopped_at: row.time_or_none("stopped_at")?,
        changed_at: row.time("changed_at")?,
    })
}

impl Store {
    /// Of every organisation, oldest first: what is kept in memory.
    pub async fn all_charging_hours(&self) -> Result<Vec<HoursRecord>, StoreError> {
        let sql = "SELECT * FROM charging_hours ORDER BY id";
        self.rows(sql, values![]).await?.iter().map(hours_from).collect()
    }

    pub async fn charging_hours(&self, organisation: OrganisationId) -> Result<Vec<HoursRecord>, StoreError> {
        let sql =
            "SELECT * FROM charging_hours WHERE organisation_id = $1 ORDER BY site_id, station_id, evse";
        self.rows(sql, values![organisation]).await?.iter().map(hours_from).collect()
    }

    pub async fn hours_of(
        &self,
        organisation: OrganisationId,
        id: HoursId,
    ) -> Result<Option<HoursRecord>, StoreError> {
        let sql = "SELECT * FROM charging_hours WHERE organisation_id = $1 AND id = $2";
        self.rows(sql, values![organisation, id]).await?.first().map(hours_from).transpose()
    }

    pub async fn all_smart_charging(&self) -> Result<Vec<SmartRecord>, StoreError> {
        let sql = "SELECT * FROM smart_charging ORDER BY station_id";
        self.rows(sql, values![]).await?.iter().map(smart_from).collect()
    }

    /// Sites that are not for the public.
    pub async fn private_sites(&self) -> Result<Vec<SiteId>, StoreError> {
        let sql = "SELECT id FROM site WHERE kind = 'private' ORDER BY id";
        self.rows(sql, values![]).await?.iter().map(|row| Ok(SiteId(row.int("id")?))).collect()
    }

    pub async fn session_course(
        &self,
        organisation: OrganisationId,
        session: SessionId,
    ) -> Result<Option<CourseRecord>, StoreError> {
        let sql = "SELECT * FROM session_course WHERE organisation_id = $1 AND session_id = $2";
        self.rows(sql, values![organisation, session]).await?.first().map(course_from).transpose()
    }

    /// Of sessions that still run.
    pub async fn open_courses(&self) -> Result<Vec<CourseRecord>, StoreError> {
        let sql = "SELECT c.* FROM session_course c JOIN session s ON s.id = c.session_id \
                   WHERE s.ended_at IS NULL ORDER BY c.session_id";
        self.rows(sql, values![]).await?.iter().map(course_from).collect()
    }

    /// How clean electricity is in `[from, until)`: grams of carbon dioxide per kilowatt-hour.
    pub async fn carbon_intensity(
        &self,
        organisation: OrganisationId,
        zone: PriceZone,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<PricedSlot>, StoreError> {
        let sql = format!(
            "SELECT at, until_at, grams FROM carbon_intensity WHERE organisation_id = $1 AND zone = $2 \
             AND until_at > $3 AND at < $4 ORDER BY at LIMIT {SLOTS_MAX}"
        );
        let slot = |row: &Row| {
            Ok(PricedSlot { from: row.time("at")?, until: row.time("until_at")?, per_kwh: row.int("grams")? })
        };
        self.rows(&sql, values![organisation, zone.code, from, until]).await?.iter().map(slot).collect()
    }
}

impl Tx {
    pub async fn add_charging_hours(&mut self, hours: &HoursRecord) -> Result<(), StoreError> {
        let values = values![
            hours.id,
            hours.organisation,
            hours.site,
            hours.station.map_or(0, |station| station.0),
            hours.evse.map_or(0, |evse| i64::from(evse.0)),
            hours.enabled,
            json(Some(&hours.content)),
            hours.created_at,
            hours.changed_at,
            hours.version,
        ];
        let sql = "INSERT INTO charging_hours (id, organisation_id, site_id, station_id, evse, enabled, content, \
                   created_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        self.execute(sql, values).await.map(drop)
    }

    /// Where it is another version than `hours.version`, nothing happens and this is a conflict.
    pub async fn change_charging_hours(&mut self, hours: &HoursRecord) -> Result<(), StoreError> {
        let sql = "UPDATE charging_hours SET enabled = $1, content = $2, changed_at = $3, version = version + 1 \
                   WHERE organisation_id = $4 AND id = $5 AND version = $6";
        let values = values![
            hours.enabled,
            json(Some(&hours.content)),
            hours.changed_at,
            hours.organisation,
            hours.id,
            hours.version,
        ];
        match self.execute(sql, values).await? {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }

    pub async fn delete_charging_hours(
        &mut self,
        organisation: OrganisationId,
        id: HoursId,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM charging_hours WHERE organisation_id = $1 AND id = $2";
        Ok(self.execute(sql, values![organisation, id]).await? == 1)
    }

    pub async fn put_smart_charging(&mut self, smart: &SmartRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO smart_charging (station_id, organisation_id, content, changed_at, version) \
                   VALUES ($1, $2, $3, $4, 1) ON CONFLICT (station_id) DO UPDATE SET content = excluded.content, \
                   changed_at = excluded.changed_at, version = smart_charging.version + 1";
        let values = values![smart.station, smart.organisation, json(Some(&smart.content)), smart.changed_at];
        self.execute(sql, values).await.map(drop)
    }

    pub async fn remove_smart_charging(&mut self, station: StationId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM smart_charging WHERE station_id = $1";
        Ok(self.execute(sql, values![station]).await? == 1)
    }

    pub async fn put_session_course(&mut self, course: &CourseRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO session_course (session_id, organisation_id, station_id, evse, override_at, override_by, \
                   delay_s, plan, no_plan, told, told_detail, told_at, stopped_at, changed_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
                   ON CONFLICT (session_id) DO UPDATE SET override_at = excluded.override_at, \
                   override_by = excluded.override_by, delay_s = excluded.delay_s, plan = excluded.plan, \
                   no_plan = excluded.no_plan, told = excluded.told, told_detail = excluded.told_detail, \
                   told_at = excluded.told_at, stopped_at = excluded.stopped_at, changed_at = excluded.changed_at";
        let (override_at, override_by) = course.overridden.clone().unzip();
        let values = values![
            course.session,
            course.organisation,
            course.station,
            i64::from(course.evse.0),
            override_at,
            override_by,
            course.delay_s,
            &course.plan,
            &course.no_plan,
            &course.told,
            &course.told_detail,
            course.told_at,
            course.stopped_at,
            course.changed_at,
        ];
        self.execute(sql, values).await.map(drop)
    }

    /// What was known of the time a stretch holds for is replaced.
    pub async fn put_carbon_intensity(
        &mut self,
        organisation: OrganisationId,
        zone: PriceZone,
        slots: &[PricedSlot],
    ) -> Result<(), StoreError> {
        for slot in slots {
            let sql = "UPDATE carbon_intensity SET until_at = $3 \
                       WHERE organisation_id = $1 AND zone = $2 AND at < $3 AND until_at > $3";
            self.execute(sql, values![organisation, zone.code, slot.from]).await?;
            let sql = "DELETE FROM carbon_intensity WHERE organisation_id = $1 AND zone = $2 AND at >= $3 AND at < $4";
            self.execute(sql, values![organisation, zone.code, slot.from, slot.until]).await?;
            let sql = "INSERT INTO carbon_intensity (organisation_id, zone, at, until_at, grams) \
                       VALUES ($1, $2, $3, $4, $5)";
            let values = values![organisation, zone.code, slot.from, slot.until, slot.per_kwh];
            self.execute(sql, values).await?;
        }
        Ok(())
    }
}
