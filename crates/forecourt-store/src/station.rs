//! Stations, their EVSEs and connectors.

use forecourt_core::Timestamp;
use forecourt_core::fact::{ConnectorStatus, Registration};
use forecourt_core::id::{ConnectorNumber, EvseNumber, OrganisationId, SiteId, StationId};
use forecourt_core::station::Connector;

use crate::engine::{Row, Value, values};
use crate::journal::rows::Kind::{Int, Text};
use crate::journal::rows::{Cell, RowStatement, cells};
use crate::journal::{BootRow, ConnectRow};
use crate::page::{Cursor, Filter, Page, containing};
use crate::words::{read, word};
use crate::{Store, StoreError, Tx};

/// A station as stored.
#[derive(Debug, Clone)]
pub struct StationRecord {
    pub id: StationId,
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub site_name: String,
    pub site_time_zone: String,
    pub free_charging: bool,
    pub identity: String,
    pub name: Option<String>,
    pub vendor: Option<String>,
    pub model: Option<String>,
    pub serial: Option<String>,
    pub firmware: Option<String>,
    pub iccid: Option<String>,
    pub imsi: Option<String>,
    pub protocol: Option<String>,
    pub registration: Registration,
    pub security_profile: i64,
    pub password_hash: Option<String>,
    /// A password that was sent and not yet seen to work.
    pub next_password_hash: Option<String>,
    /// A profile the station was asked to rise to.
    pub next_security_profile: Option<i64>,
    /// Number of the newest connection when this was read.
    pub connection: i64,
    pub online_since: Option<Timestamp>,
    pub offline_since: Option<Timestamp>,
    pub last_seen_at: Option<Timestamp>,
    pub address: Option<String>,
    pub booted_at: Option<Timestamp>,
    /// commercial or home.
    pub used_as: String,
    /// Whose home charger it is.
    pub owner_email: Option<String>,
    pub created_at: Timestamp,
    pub version: i64,
    pub deviations: i64,
}

#[derive(Debug, Clone)]
pub struct NewStation {
    pub id: StationId,
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub identity: String,
    pub name: Option<String>,
    pub registration: Registration,
    pub security_profile: i64,
    pub password_hash: Option<String>,
    pub used_as: String,
    pub owner_email: Option<String>,
    pub created_at: Timestamp,
}

/// What a screen shows beside the station itself.
#[derive(Debug, Clone)]
pub struct StationConnector {
    pub station: StationId,
    pub connector: Connector,
    pub shown: ConnectorStatus,
    pub kind: Option<String>,
}

#[derive(Debug, Clone)]
pub struct EvseRecord {
    pub station: StationId,
    pub evse: EvseNumber,
    pub max_power_w: Option<i64>,
    pub current_kind: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct StationFilter {
    pub id: Option<StationId>,
    pub site: Option<SiteId>,
    pub online: Option<bool>,
    /// A connector status word.
    pub status: Option<String>,
    pub text: Option<String>,
    pub used_as: Option<String>,
    pub protocol: Option<String>,
    pub vendor: Option<String>,
    pub firmware: Option<String>,
    /// Only at these sites; `None`: at every site of the organisation.
    pub only: Option<Vec<SiteId>>,
}

const SELECT: &str = "SELECT st.*, si.name AS site_name, si.time_zone AS site_time_zone, si.free_charging AS free_charging, \
     (SELECT COUNT(*) FROM deviation d WHERE d.station_id = st.id) AS deviations \
     FROM station st JOIN site si ON si.id = st.site_id";

pub(crate) fn status_text(status: ConnectorStatus) -> &'static str {
    match status {
        ConnectorStatus::Available => "Available",
        ConnectorStatus::Preparing => "Preparing",
        ConnectorStatus::Charging => "Charging",
        ConnectorStatus::SuspendedEV => "SuspendedEV",
        ConnectorStatus::SuspendedEVSE => "SuspendedEVSE",
        ConnectorStatus::Finishing => "Finishing",
        ConnectorStatus::Reserved => "Reserved",
        ConnectorStatus::Unavailable => "Unavailable",
        ConnectorStatus::Faulted => "Faulted",
        ConnectorStatus::Occupied => "Occupied",
        ConnectorStatus::Unknown => "Unknown",
    }
}

fn record_from(row: &Row) -> Result<StationRecord, StoreError> {
    Ok(StationRecord {
        id: StationId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        site: SiteId(row.int("site_id")?),
        site_name: row.text("site_name")?,
        site_time_zone: row.text("site_time_zone")?,
        free_charging: row.bool("free_charging")?,
        identity: row.text("identity")?,
        name: row.text_or_none("name")?,
        vendor: row.text_or_none("vendor")?,
        model: row.text_or_none("model")?,
        serial: row.text_or_none("serial")?,
        firmware: row.text_or_none("firmware")?,
        iccid: row.text_or_none("iccid")?,
        imsi: row.text_or_none("imsi")?,
        protocol: row.text_or_none("protocol")?,
        registration: read(row.text("registration")?, "registration")?,
        security_profile: row.int("security_profile")?,
        password_hash: row.text_or_none("password_hash")?,
        next_password_hash: row.text_or_none("next_password_hash")?,
        next_security_profile: row.int_or_none("next_security_profile")?,
        connection: row.int("connection")?,
        online_since: row.time_or_none("online_since")?,
        offline_since: row.time_or_none("offline_since")?,
        last_seen_at: row.time_or_none("last_seen_at")?,
        address: row.text_or_none("address")?,
        booted_at: row.time_or_none("booted_at")?,
        used_as: row.text("used_as")?,
        owner_email: row.text_or_none("owner_email")?,
        created_at: row.time("created_at")?,
        version: row.int("version")?,
        deviations: row.int("deviations")?,
    })
}

fn connector_from(row: &Row) -> Result<StationConnector, StoreError> {
    Ok(StationConnector {
        station: StationId(row.int("station_id")?),
        connector: Connector {
            evse: EvseNumber(row.int("evse")? as i32),
            connector: ConnectorNumber(row.int("connector")? as i32),
            reported: read(row.text("reported")?, "reported")?,
            since: row.time("since")?,
            error_code: row.text_or_none("error_code")?,
            vendor_error_code: row.text_or_none("vendor_error_code")?,
            info: row.text_or_none("info")?,
            reported_at: row.time_or_none("reported_at")?,
        },
        shown: read(row.text("status")?, "status")?,
        kind: row.text_or_none("kind")?,
    })
}

fn evse_from(row: &Row) -> Result<EvseRecord, StoreError> {
    Ok(EvseRecord {
        station: StationId(row.int("station_id")?),
        evse: EvseNumber(row.int("evse")? as i32),
        max_power_w: row.int_or_none("max_power_w")?,
        current_kind: row.text_or_none("current_kind")?,
    })
}

fn marks(count: usize) -> String {
    (1..=count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

impl Store {
    /// Every station in service: the node that serves them holds them in memory.
    pub async fn all_stations(&self) -> Result<Vec<StationRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE st.deleted_at IS NULL");
        self.rows(&sql, values![]).await?.iter().map(record_from).collect()
    }

    pub async fn all_connectors(&self) -> Result<Vec<StationConnector>, StoreError> {
        let sql = "SELECT c.* FROM connector c JOIN station st ON st.id = c.station_id WHERE st.deleted_at IS NULL \
                   ORDER BY c.station_id, c.evse, c.connector";
        self.rows(sql, values![]).await?.iter().map(connector_from).collect()
    }

    pub async fn all_evses(&self) -> Result<Vec<EvseRecord>, StoreError> {
        self.rows("SELECT * FROM evse ORDER BY station_id, evse", values![])
            .await?
            .iter()
            .map(evse_from)
            .collect()
    }

    pub async fn station(
        &self,
        organisation: OrganisationId,
        id: StationId,
    ) -> Result<Option<StationRecord>, StoreError> {
        let filter = StationFilter { id: Some(id), ..StationFilter::default() };
        Ok(self.stations(organisation, &filter, None, 1).await?.items.pop())
    }

    /// By identity, ascending.
    pub async fn stations(
        &self,
        organisation: OrganisationId,
        filter: &StationFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<StationRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("st.organisation_id = ? AND st.deleted_at IS NULL", values![organisation])
            .and_if(filter.id, "st.id = ?")
            .and_if(filter.site, "st.site_id = ?")
            .and_if(filter.used_as.as_deref(), "st.used_as = ?")
            .and_if(filter.protocol.as_deref(), "st.protocol = ?")
            .and_if(filter.vendor.as_deref(), "st.vendor = ?")
            .and_if(filter.firmware.as_deref(), "st.firmware = ?")
            .and_if(cursor.map(|c| c.key.clone()), "st.identity > ?");
        if let Some(only) = &filter.only {
            rows.among("st.site_id", only.iter().map(|id| id.0));
        }
        match (filter.online, filter.status.as_deref()) {
            (Some(true), _) => drop(rows.and("st.online_since IS NOT NULL", values![])),
            (Some(false), _) | (_, Some("Offline")) => drop(rows.and("st.online_since IS NULL", values![])),
            _ => {}
        }
        if let Some(status) = filter.status.as_deref().filter(|s| *s != "Offline") {
            rows.and(
                "EXISTS (SELECT 1 FROM connector c WHERE c.station_id = st.id AND c.status = ? AND c.evse > 0)",
                values![status],
            );
        }
        if let Some(text) = &filter.text {
            let like = containing(text);
            rows.and(
                "(LOWER(st.identity) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(st.name, '')) LIKE ? ESCAPE '\\' \
                  OR LOWER(COALESCE(st.vendor, '')) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(st.model, '')) LIKE ? ESCAPE '\\' \
                  OR LOWER(COALESCE(st.serial, '')) LIKE ? ESCAPE '\\' OR LOWER(si.name) LIKE ? ESCAPE '\\')",
                values![&like, &like, &like, &like, &like, &like],
            );
        }
        let sql = format!("{SELECT}{} ORDER BY st.identity LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |s| Cursor { key: s.identity.clone(), id: s.id.0 }))
    }

    pub async fn connectors(&self, stations: &[StationId]) -> Result<Vec<StationConnector>, StoreError> {
        if stations.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT * FROM connector WHERE station_id IN ({}) ORDER BY station_id, evse, connector",
            marks(stations.len())
        );
        self.rows(&sql, stations.iter().map(|s| Value::from(*s)).collect())
            .await?
            .iter()
            .map(connector_from)
            .collect()
    }

    pub async fn evses(&self, stations: &[StationId]) -> Result<Vec<EvseRecord>, StoreError> {
        if stations.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT * FROM evse WHERE station_id IN ({}) ORDER BY station_id, evse",
            marks(stations.len())
        );
        let rows = self.rows(&sql, stations.iter().map(|s| Value::from(*s)).collect()).await?;
        rows.iter().map(evse_from).collect()
    }

    /// Sessions and energy of each station since a local day, from the rollups.
    pub async fn station_totals(
        &self,
        stations: &[StationId],
        since_day: i64,
    ) -> Result<Vec<(StationId, i64, i64)>, StoreError> {
        if stations.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT scope_id, CAST(SUM(sessions) AS BIGINT) AS sessions, CAST(SUM(energy_wh) AS BIGINT) AS energy \
             FROM rollup_day WHERE scope = 2 AND scope_id IN ({}) AND day >= ${} GROUP BY scope_id",
            marks(stations.len()),
            stations.len() + 1
        );
        let mut bound: Vec<Value> = stations.iter().map(|s| Value::from(*s)).collect();
        bound.push(since_day.into());
        let rows = self.rows(&sql, bound).await?;
        rows.iter()
            .map(|r| Ok((StationId(r.int("scope_id")?), r.int("sessions")?, r.int("energy")?)))
            .collect()
    }

    /// Running sessions by station and EVSE.
    pub async fn running(
        &self,
        stations: &[StationId],
    ) -> Result<Vec<(StationId, EvseNumber, i64)>, StoreError> {
        if stations.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT station_id, evse, id FROM session WHERE station_id IN ({}) AND ended_at IS NULL ORDER BY started_at",
            marks(stations.len())
        );
        let rows = self.rows(&sql, stations.iter().map(|s| Value::from(*s)).collect()).await?;
        rows.iter()
            .map(|r| Ok((StationId(r.int("station_id")?), EvseNumber(r.int("evse")? as i32), r.int("id")?)))
            .collect()
    }
}

impl Tx {
    pub async fn add_station(&mut self, new: &NewStation) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO station (id, organisation_id, site_id, identity, name, registration, security_profile, \
             password_hash, connection, created_at, used_as, owner_email, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, 1)",
            values![
                new.id,
                new.organisation,
                new.site,
                &new.identity,
                &new.name,
                word(&new.registration),
                new.security_profile,
                &new.password_hash,
                new.created_at,
                &new.used_as,
                &new.owner_email
            ],
        )
        .await
        .map(drop)
    }

    /// Replaces what an operator may edit; refuses when somebody else was faster.
    pub async fn change_station(&mut self, station: &StationRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE station SET site_id = $1, name = $2, registration = $3, security_profile = $4, password_hash = $5, \
                 next_password_hash = $9, next_security_profile = $10, used_as = $11, owner_email = $12, version = version + 1 \
                 WHERE id = $6 AND organisation_id = $7 AND version = $8 AND deleted_at IS NULL",
                values![
                    station.site,
                    &station.name,
                    word(&station.registration),
                    station.security_profile,
                    &station.password_hash,
                    station.id,
                    station.organisation,
                    station.version,
                    &station.next_password_hash,
                    station.next_security_profile,
                    &station.used_as,
                    &station.owner_email
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Takes a station out of service; its history stays and its identity may be used again.
    pub async fn delete_station(
        &mut self,
        organisation: OrganisationId,
        id: StationId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE station SET deleted_at = $1, online_since = NULL, version = version + 1 \
                   WHERE id = $2 AND organisation_id = $3 AND deleted_at IS NULL";
        Ok(self.execute(sql, values![now, id, organisation]).await? == 1)
    }

    pub async fn set_evse(&mut self, evse: &EvseRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO evse (station_id, evse, max_power_w, current_kind) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (station_id, evse) DO UPDATE SET max_power_w = excluded.max_power_w, current_kind = excluded.current_kind",
            values![evse.station, evse.evse.0, evse.max_power_w, &evse.current_kind],
        )
        .await
        .map(drop)
    }

    /// What a connector is known to be before it has said anything, or besides.
    pub async fn set_connector_kind(
        &mut self,
        station: StationId,
        evse: EvseNumber,
        connector: ConnectorNumber,
        kind: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO connector (station_id, evse, connector, kind, reported, status, since) \
             VALUES ($1, $2, $3, $4, 'Unknown', 'Unknown', $5) \
             ON CONFLICT (station_id, evse, connector) DO UPDATE SET kind = excluded.kind",
            values![station, evse.0, connector.0, kind.map(str::to_owned), now],
        )
        .await
        .map(drop)
    }

    /// An EVSE that is not there, with its connectors.
    pub async fn delete_evse(&mut self, station: StationId, evse: EvseNumber) -> Result<(), StoreError> {
        self.execute("DELETE FROM evse WHERE station_id = $1 AND evse = $2", values![station, evse.0])
            .await?;
        let sql = "DELETE FROM connector WHERE station_id = $1 AND evse = $2 AND reported_at IS NULL";
        self.execute(sql, values![station, evse.0]).await.map(drop)
    }

    /// After a start of this node nobody is connected yet.
    pub async fn mark_all_offline(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "UPDATE station SET offline_since = COALESCE(last_seen_at, $1), online_since = NULL WHERE online_since IS NOT NULL";
        self.execute(sql, values![now]).await
    }
}

/// A station has connected. Never undone by an older connection.
pub(crate) static CONNECTED: RowStatement = RowStatement::new(
    "UPDATE station SET connection = $2, online_since = $3, last_seen_at = $3, protocol = $4, address = $5, \
     offline_since = NULL WHERE station.id = $1 AND station.connection < $2 AND station.deleted_at IS NULL",
    &[Int, Int, Int, Text, Text],
);

pub(crate) fn connected_cells(row: &ConnectRow) -> [Cell<'_>; 5] {
    cells![row.station, row.connection, row.at, &row.protocol, &row.address]
}

/// Its connection is gone, unless there is a newer one.
pub(crate) static DISCONNECTED: RowStatement = RowStatement::new(
    "UPDATE station SET offline_since = $3, last_seen_at = $3, online_since = NULL \
     WHERE station.id = $1 AND station.connection = $2",
    &[Int, Int, Int],
);

pub(crate) fn disconnected_cells(row: &ConnectRow) -> [Cell<'_>; 3] {
    cells![row.station, row.connection, row.at]
}

pub(crate) static BOOTED: RowStatement = RowStatement::new(
    "UPDATE station SET booted_at = $2, vendor = $3, model = $4, serial = $5, firmware = $6, iccid = $7, imsi = $8, \
     boot_reason = $9 WHERE station.id = $1",
    &[Int, Int, Text, Text, Text, Text, Text, Text, Text],
);

pub(crate) fn booted_cells(row: &BootRow) -> [Cell<'_>; 9] {
    let b = &row.boot;
    cells![row.station, row.at, &b.vendor, &b.model, &b.serial, &b.firmware, &b.iccid, &b.imsi, &b.reason]
}

/// When a station was last heard.
pub(crate) static SEEN: RowStatement =
    RowStatement::new("UPDATE station SET last_seen_at = $2 WHERE station.id = $1", &[Int, Int]);
