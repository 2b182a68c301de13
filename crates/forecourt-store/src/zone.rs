//! Zones: circuits with a limit, the chargers on them, and what their meters said.

use forecourt_core::Timestamp;
use forecourt_core::id::{EvseNumber, OrganisationId, SessionId, SiteId, StationId, ZoneId};
use forecourt_core::power::{Distribution, PerPhase, Rotation};
use forecourt_core::unit::{MilliAmps, MilliVolts, PerMille, WattHours, Watts};

use crate::engine::{Row, values};
use crate::words::{read, word};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneRecord {
    pub id: ZoneId,
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub parent: Option<ZoneId>,
    pub name: String,
    pub meter_number: Option<String>,
    /// As entered, where it was entered as power.
    pub capacity_w: Option<Watts>,
    pub capacity: PerPhase,
    pub voltage: MilliVolts,
    pub buffer: PerMille,
    pub least_session: Watts,
    pub distribution: Distribution,
    pub enabled: bool,
    pub created_at: Timestamp,
    pub version: i64,
}

/// A charger on a circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneStation {
    pub zone: ZoneId,
    pub station: StationId,
    pub phases: u8,
    pub rotation: Option<Rotation>,
    pub priority: i64,
}

/// What a meter said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneLoad {
    pub zone: ZoneId,
    pub at: Timestamp,
    pub load: PerPhase,
    pub with_chargers: bool,
    pub source: String,
}

/// One minute of a zone, on its fullest phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoneMinute {
    pub zone: ZoneId,
    pub at: Timestamp,
    pub capacity: MilliAmps,
    pub load: MilliAmps,
    pub given: MilliAmps,
    pub drawn: MilliAmps,
}

/// An ended session at a charger of a zone, with the most its readings showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastVisit {
    pub session: SessionId,
    pub zone: ZoneId,
    pub station: StationId,
    pub evse: EvseNumber,
    pub started_at: Timestamp,
    pub ended_at: Timestamp,
    pub energy: WattHours,
    pub power: Option<Watts>,
    pub current: Option<MilliAmps>,
    pub voltage: Option<MilliVolts>,
}

/// What the platform says of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmartChargingVerdict {
    pub vendor: String,
    pub model: String,
    /// Empty: every version.
    pub firmware: String,
    pub tested: bool,
    pub said_by: String,
    pub at: Timestamp,
}

fn zone_from(row: &Row) -> Result<ZoneRecord, StoreError> {
    Ok(ZoneRecord {
        id: ZoneId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        site: SiteId(row.int("site_id")?),
        parent: row.int_or_none("parent_id")?.map(ZoneId),
        name: row.text("name")?,
        meter_number: row.text_or_none("meter_number")?,
        capacity_w: row.int_or_none("capacity_w")?.map(Watts),
        capacity: currents(row, ["capacity_l1", "capacity_l2", "capacity_l3"])?,
        voltage: MilliVolts(row.int("voltage")?),
        buffer: PerMille(row.int("buffer")?),
        least_session: Watts(row.int("least_session_w")?),
        distribution: read(row.text("distribution")?, "distribution")?,
        enabled: row.bool("enabled")?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
    })
}

fn currents(row: &Row, [l1, l2, l3]: [&str; 3]) -> Result<PerPhase, StoreError> {
    let one = |column| row.int(column).map(MilliAmps);
    Ok(PerPhase { l1: one(l1)?, l2: one(l2)?, l3: one(l3)? })
}

fn station_from(row: &Row) -> Result<ZoneStation, StoreError> {
    Ok(ZoneStation {
        zone: ZoneId(row.int("zone_id")?),
        station: StationId(row.int("station_id")?),
        phases: u8::try_from(row.int("phases")?).map_err(|_| StoreError::Corrupt("phases"))?,
        rotation: row.text_or_none("rotation")?.and_then(|text| Rotation::parse(&text)),
        priority: row.int("priority")?,
    })
}

impl Store {
    /// Zones of every organisation, oldest first: what the balancer keeps in memory.
    pub async fn all_zones(&self) -> Result<Vec<ZoneRecord>, StoreError> {
        self.rows("SELECT * FROM zone ORDER BY id", values![]).await?.iter().map(zone_from).collect()
    }

    pub async fn all_zone_stations(&self) -> Result<Vec<ZoneStation>, StoreError> {
        let sql = "SELECT * FROM zone_station ORDER BY zone_id, station_id";
        self.rows(sql, values![]).await?.iter().map(station_from).collect()
    }

    pub async fn all_zone_loads(&self) -> Result<Vec<ZoneLoad>, StoreError> {
        let rows = self.rows("SELECT * FROM zone_load ORDER BY zone_id", values![]).await?;
        rows.iter()
            .map(|row| {
                Ok(ZoneLoad {
                    zone: ZoneId(row.int("zone_id")?),
                    at: row.time("at")?,
                    load: currents(row, ["l1", "l2", "l3"])?,
                    with_chargers: row.bool("with_chargers")?,
                    source: row.text("source")?,
                })
            })
            .collect()
    }

    /// Every zone of an organisation, by site and name. Their number is limited.
    pub async fn zones(&self, organisation: OrganisationId) -> Result<Vec<ZoneRecord>, StoreError> {
        let sql = "SELECT * FROM zone WHERE organisation_id = $1 ORDER BY site_id, name";
        self.rows(sql, values![organisation]).await?.iter().map(zone_from).collect()
    }

    pub async fn zone(
        &self,
        organisation: OrganisationId,
        id: ZoneId,
    ) -> Result<Option<ZoneRecord>, StoreError> {
        let sql = "SELECT * FROM zone WHERE organisation_id = $1 AND id = $2";
        self.row(sql, values![organisation, id]).await?.as_ref().map(zone_from).transpose()
    }

    pub async fn zone_of_meter(
        &self,
        organisation: OrganisationId,
        meter: &str,
    ) -> Result<Option<ZoneRecord>, StoreError> {
        let sql = "SELECT * FROM zone WHERE organisation_id = $1 AND meter_number = $2";
        self.row(sql, values![organisation, meter]).await?.as_ref().map(zone_from).transpose()
    }

    pub async fn zone_stations(&self, zone: ZoneId) -> Result<Vec<ZoneStation>, StoreError> {
        let sql = "SELECT * FROM zone_station WHERE zone_id = $1 ORDER BY station_id";
        self.rows(sql, values![zone]).await?.iter().map(station_from).collect()
    }

    /// The minutes of a zone, oldest first.
    pub async fn zone_minutes(&self, zone: ZoneId, from: Timestamp) -> Result<Vec<ZoneMinute>, StoreError> {
        let sql = "SELECT * FROM zone_minute WHERE zone_id = $1 AND at >= $2 ORDER BY at";
        let rows = self.rows(sql, values![zone, from]).await?;
        rows.iter()
            .map(|row| {
                Ok(ZoneMinute {
                    zone,
                    at: row.time("at")?,
                    capacity: MilliAmps(row.int("capacity")?),
                    load: MilliAmps(row.int("load")?),
                    given: MilliAmps(row.int("given")?),
                    drawn: MilliAmps(row.int("drawn")?),
                })
            })
            .collect()
    }

    /// The highest load beside the chargers in each stretch of `every_ms` of a span, oldest first.
    pub async fn zone_loads_between(
        &self,
        zone: ZoneId,
        (from, until): (Timestamp, Timestamp),
        every_ms: i64,
    ) -> Result<Vec<(Timestamp, MilliAmps)>, StoreError> {
        let sql = "SELECT (at / $4) * $4 AS slot, MAX(load) AS load FROM zone_minute WHERE zone_id = $1 AND at >= $2 \
                   AND at < $3 GROUP BY (at / $4) * $4 ORDER BY slot";
        let rows = self.rows(sql, values![zone, from, until, every_ms.max(1)]).await?;
        rows.iter().map(|row| Ok((row.time("slot")?, MilliAmps(row.int("load")?)))).collect()
    }

    /// Ended sessions with energy at chargers of a site's zones that overlap a span and began no earlier than `since`, in the
    /// order they began.
    pub async fn past_visits(
        &self,
        (organisation, site): (OrganisationId, SiteId),
        since: Timestamp,
        (from, until): (Timestamp, Timestamp),
        limit: i64,
    ) -> Result<Vec<PastVisit>, StoreError> {
        let sql = "SELECT s.id, z.zone_id, s.station_id, s.evse, s.started_at, s.ended_at, s.energy_wh, \
                   MAX(r.power_w) AS power, MAX(r.current_ma) AS current, MAX(r.voltage_mv) AS voltage \
                   FROM session s JOIN zone_station z ON z.station_id = s.station_id \
                   LEFT JOIN reading r ON r.session_id = s.id \
                   WHERE s.site_id = $1 AND s.organisation_id = $2 AND s.started_at >= $3 AND s.started_at < $4 \
                   AND s.ended_at > $5 AND s.energy_wh > 0 \
                   GROUP BY s.id, z.zone_id, s.station_id, s.evse, s.started_at, s.ended_at, s.energy_wh \
                   ORDER BY s.started_at, s.id LIMIT $6";
        let rows = self.rows(sql, values![site, organisation, since, until, from, limit]).await?;
        rows.iter()
            .map(|row| {
                Ok(PastVisit {
                    session: SessionId(row.int("id")?),
                    zone: ZoneId(row.int("zone_id")?),
                    station: StationId(row.int("station_id")?),
                    evse: EvseNumber(
                        i32::try_from(row.int("evse")?).map_err(|_| StoreError::Corrupt("evse"))?,
                    ),
                    started_at: row.time("started_at")?,
                    ended_at: row.time("ended_at")?,
                    energy: WattHours(row.int("energy_wh")?),
                    power: row.int_or_none("power")?.map(Watts),
                    current: row.int_or_none("current")?.map(MilliAmps),
                    voltage: row.int_or_none("voltage")?.map(MilliVolts),
                })
            })
            .collect()
    }

    /// The highest load beside the chargers in each zone since a moment.
    pub async fn highest_zone_loads(&self, from: Timestamp) -> Result<Vec<(ZoneId, MilliAmps)>, StoreError> {
        let sql = "SELECT zone_id, MAX(load) AS load FROM zone_minute WHERE at >= $1 GROUP BY zone_id";
        let rows = self.rows(sql, values![from]).await?;
        rows.iter().map(|row| Ok((ZoneId(row.int("zone_id")?), MilliAmps(row.int("load")?)))).collect()
    }

    pub async fn smart_charging_verdicts(
        &self,
        platform: OrganisationId,
    ) -> Result<Vec<SmartChargingVerdict>, StoreError> {
        let sql = "SELECT * FROM smart_charging_verdict WHERE organisation_id = $1 ORDER BY vendor, model, firmware";
        let rows = self.rows(sql, values![platform]).await?;
        rows.iter()
            .map(|row| {
                Ok(SmartChargingVerdict {
                    vendor: row.text("vendor")?,
                    model: row.text("model")?,
                    firmware: row.text("firmware")?,
                    tested: row.text("verdict")? == "tested",
                    said_by: row.text("said_by")?,
                    at: row.time("at")?,
                })
            })
            .collect()
    }

    /// What stations told of smart charging: the feature profiles of 1.6, the controller's switches of 2.x.
    pub async fn smart_charging_told(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<(StationId, String, String)>, StoreError> {
        let sql = "SELECT v.station_id, v.name, v.value FROM variable v JOIN station s ON s.id = v.station_id \
                   WHERE s.organisation_id = $1 AND v.value IS NOT NULL AND (v.name = 'SupportedFeatureProfiles' \
                   OR (v.component = 'SmartChargingCtrlr' AND v.name IN ('Available', 'Enabled')))";
        let rows = self.rows(sql, values![organisation]).await?;
        rows.iter()
            .map(|row| Ok((StationId(row.int("station_id")?), row.text("name")?, row.text("value")?)))
            .collect()
    }
}

impl Tx {
    pub async fn add_zone(&mut self, zone: &ZoneRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO zone (id, organisation_id, site_id, parent_id, name, meter_number, capacity_w, capacity_l1, \
             capacity_l2, capacity_l3, voltage, buffer, least_session_w, distribution, enabled, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1)",
            values![
                zone.id,
                zone.organisation,
                zone.site,
                zone.parent,
                &zone.name,
                &zone.meter_number,
                zone.capacity_w.map(|w| w.0),
                zone.capacity.l1.0,
                zone.capacity.l2.0,
                zone.capacity.l3.0,
                zone.voltage.0,
                zone.buffer.0,
                zone.least_session.0,
                word(&zone.distribution),
                zone.enabled,
                zone.created_at,
            ],
        )
        .await
        .map(drop)
    }

    /// Everything but its site.
    pub async fn change_zone(&mut self, zone: &ZoneRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE zone SET parent_id = $1, name = $2, meter_number = $3, capacity_w = $4, capacity_l1 = $5, \
                 capacity_l2 = $6, capacity_l3 = $7, voltage = $8, buffer = $9, least_session_w = $10, \
                 distribution = $11, enabled = $12, version = version + 1 \
                 WHERE id = $13 AND organisation_id = $14 AND version = $15",
                values![
                    zone.parent,
                    &zone.name,
                    &zone.meter_number,
                    zone.capacity_w.map(|w| w.0),
                    zone.capacity.l1.0,
                    zone.capacity.l2.0,
                    zone.capacity.l3.0,
                    zone.voltage.0,
                    zone.buffer.0,
                    zone.least_session.0,
                    word(&zone.distribution),
                    zone.enabled,
                    zone.id,
                    zone.organisation,
                    zone.version,
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// The zone with its past; its chargers are free.
    pub async fn delete_zone(
        &mut self,
        organisation: OrganisationId,
        id: ZoneId,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM zone WHERE id = $1 AND organisation_id = $2";
        let gone = self.execute(sql, values![id, organisation]).await? == 1;
        if gone {
            for table in
                ["zone_station", "zone_load", "zone_minute", "zone_meter", "zone_plan", "solar_forecast"]
            {
                self.execute(&format!("DELETE FROM {table} WHERE zone_id = $1"), values![id]).await?;
            }
        }
        Ok(gone)
    }

    /// Exactly these chargers hang on the zone from now on.
    pub async fn put_zone_stations(
        &mut self,
        zone: ZoneId,
        chargers: &[ZoneStation],
    ) -> Result<(), StoreError> {
        self.execute("DELETE FROM zone_station WHERE zone_id = $1", values![zone]).await?;
        for charger in chargers {
            self.execute(
                "INSERT INTO zone_station (station_id, zone_id, phases, rotation, priority) VALUES ($1, $2, $3, $4, $5)",
                values![
                    charger.station,
                    zone,
                    i64::from(charger.phases),
                    charger.rotation.map(|r| r.as_str().to_owned()),
                    charger.priority
                ],
            )
            .await?;
        }
        Ok(())
    }

    /// A charger that is gone, or elsewhere now, hangs on nothing here.
    pub async fn free_from_zone(&mut self, station: StationId) -> Result<(), StoreError> {
        self.execute("DELETE FROM zone_station WHERE station_id = $1", values![station]).await.map(drop)
    }

    pub async fn put_zone_load(&mut self, load: &ZoneLoad) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO zone_load (zone_id, at, l1, l2, l3, with_chargers, source) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (zone_id) DO UPDATE SET at = excluded.at, l1 = excluded.l1, l2 = excluded.l2, l3 = excluded.l3, \
             with_chargers = excluded.with_chargers, source = excluded.source",
            values![
                load.zone,
                load.at,
                load.load.l1.0,
                load.load.l2.0,
                load.load.l3.0,
                load.with_chargers,
                &load.source
            ],
        )
        .await
        .map(drop)
    }

    /// One minute; the newest word of a minute stays. What is older than `keep` goes.
    pub async fn put_zone_minute(&mut self, minute: &ZoneMinute, keep: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO zone_minute (zone_id, at, capacity, load, given, drawn) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (zone_id, at) DO UPDATE SET capacity = excluded.capacity, load = excluded.load, \
             given = excluded.given, drawn = excluded.drawn",
            values![
                minute.zone,
                minute.at,
                minute.capacity.0,
                minute.load.0,
                minute.given.0,
                minute.drawn.0
            ],
        )
        .await?;
        let sql = "DELETE FROM zone_minute WHERE zone_id = $1 AND at < $2";
        self.execute(sql, values![minute.zone, keep]).await.map(drop)
    }

    pub async fn put_smart_charging_verdict(
        &mut self,
        platform: OrganisationId,
        said: &SmartChargingVerdict,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO smart_charging_verdict (organisation_id, vendor, model, firmware, verdict, said_by, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organisation_id, vendor, model, firmware) DO UPDATE SET \
             verdict = excluded.verdict, said_by = excluded.said_by, at = excluded.at",
            values![
                platform,
                &said.vendor,
                &said.model,
                &said.firmware,
                if said.tested { "tested" } else { "unfit" },
                &said.said_by,
                said.at
            ],
        )
        .await
        .map(drop)
    }

    pub async fn remove_smart_charging_verdict(
        &mut self,
        platform: OrganisationId,
        (vendor, model, firmware): (&str, &str, &str),
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM smart_charging_verdict WHERE organisation_id = $1 AND vendor = $2 AND model = $3 \
                   AND firmware = $4";
        Ok(self.execute(sql, values![platform, vendor, model, firmware]).await? == 1)
    }
}
