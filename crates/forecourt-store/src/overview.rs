//! Counts for the first screen. Each reads current rows or rollups, never history.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, StationId};

use crate::engine::values;
use crate::{Scope, Store, StoreError};

/// Most lines under "needs attention".
const ATTENTION_SHOWN: i64 = 20;

#[derive(Debug, Clone, Default)]
pub struct Counts {
    pub stations: i64,
    pub online: i64,
    pub never_connected: i64,
    pub faulted_stations: i64,
    /// Connector status word (Offline for those of stations that are away) and how many.
    pub connectors: Vec<(String, i64)>,
    pub active_sessions: i64,
    pub power_w: i64,
    pub needs_review: i64,
}

#[derive(Debug, Clone)]
pub struct DayTotal {
    pub day: i64,
    pub energy_wh: i64,
    pub sessions: i64,
}

#[derive(Debug, Clone)]
pub struct HourTotal {
    pub hour: i64,
    pub energy_wh: i64,
}

/// A station that needs a look.
#[derive(Debug, Clone)]
pub struct Attention {
    pub station: StationId,
    pub identity: String,
    pub site_name: String,
    /// Error code or info of a faulted connector; nothing for a station that is away.
    pub fault: Option<String>,
    pub since: Timestamp,
}

impl Store {
    pub async fn counts(&self, organisation: OrganisationId) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        let stations = "SELECT COUNT(*) AS stations, COUNT(online_since) AS online, \
             COUNT(*) - COUNT(last_seen_at) AS never FROM station WHERE organisation_id = $1 AND deleted_at IS NULL";
        if let Some(row) = self.row(stations, values![organisation]).await? {
            counts.stations = row.int("stations")?;
            counts.online = row.int("online")?;
            counts.never_connected = row.int("never")?;
        }
        let connectors = "SELECT CASE WHEN st.online_since IS NULL THEN 'Offline' ELSE c.status END AS status, COUNT(*) AS n, \
             COUNT(DISTINCT st.id) AS stations FROM connector c JOIN station st ON st.id = c.station_id \
             WHERE st.organisation_id = $1 AND st.deleted_at IS NULL AND c.evse > 0 GROUP BY 1";
        for row in self.rows(connectors, values![organisation]).await? {
            let status = row.text("status")?;
            if status == "Faulted" {
                counts.faulted_stations = row.int("stations")?;
            }
            counts.connectors.push((status, row.int("n")?));
        }
        let sessions = "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(power_w), 0) AS BIGINT) AS power FROM session \
             WHERE organisation_id = $1 AND ended_at IS NULL";
        if let Some(row) = self.row(sessions, values![organisation]).await? {
            counts.active_sessions = row.int("n")?;
            counts.power_w = row.int("power")?;
        }
        let review = "SELECT COUNT(*) AS n FROM session WHERE organisation_id = $1 AND needs_review";
        counts.needs_review =
            self.row(review, values![organisation]).await?.map_or(Ok(0), |row| row.int("n"))?;
        Ok(counts)
    }

    /// Local days of the sites, ascending.
    pub async fn days(&self, scope: Scope, id: i64, from_day: i64) -> Result<Vec<DayTotal>, StoreError> {
        let sql = "SELECT day, CAST(SUM(energy_wh) AS BIGINT) AS energy, CAST(SUM(sessions) AS BIGINT) AS sessions \
                   FROM rollup_day WHERE scope = $1 AND scope_id = $2 AND day >= $3 GROUP BY day ORDER BY day";
        let rows = self.rows(sql, values![scope as i64, id, from_day]).await?;
        rows.iter()
            .map(|r| {
                Ok(DayTotal { day: r.int("day")?, energy_wh: r.int("energy")?, sessions: r.int("sessions")? })
            })
            .collect()
    }

    /// UTC hours since 1970, ascending.
    pub async fn hours(&self, scope: Scope, id: i64, from_hour: i64) -> Result<Vec<HourTotal>, StoreError> {
        let sql = "SELECT hour, energy_wh FROM rollup_hour WHERE scope = $1 AND scope_id = $2 AND hour >= $3 ORDER BY hour";
        let rows = self.rows(sql, values![scope as i64, id, from_hour]).await?;
        rows.iter().map(|r| Ok(HourTotal { hour: r.int("hour")?, energy_wh: r.int("energy_wh")? })).collect()
    }

    /// Faulted connectors and stations that went away, the newest first.
    pub async fn attention(&self, organisation: OrganisationId) -> Result<Vec<Attention>, StoreError> {
        let sql = "SELECT * FROM (\
             SELECT st.id AS id, st.identity AS identity, si.name AS site_name, c.since AS since, \
               COALESCE(c.error_code, '') || CASE WHEN c.vendor_error_code IS NULL THEN '' ELSE ' (' || c.vendor_error_code || ')' END \
               || CASE WHEN c.info IS NULL THEN '' ELSE ' ' || c.info END AS fault \
             FROM connector c JOIN station st ON st.id = c.station_id JOIN site si ON si.id = st.site_id \
             WHERE st.organisation_id = $1 AND st.deleted_at IS NULL AND st.online_since IS NOT NULL AND c.status = 'Faulted' \
             UNION ALL \
             SELECT st.id, st.identity, si.name, COALESCE(st.offline_since, st.last_seen_at), NULL \
             FROM station st JOIN site si ON si.id = st.site_id \
             WHERE st.organisation_id = $1 AND st.deleted_at IS NULL AND st.online_since IS NULL AND st.last_seen_at IS NOT NULL\
             ) AS found ORDER BY since DESC LIMIT $2";
        let rows = self.rows(sql, values![organisation, ATTENTION_SHOWN]).await?;
        rows.iter()
            .map(|r| {
                Ok(Attention {
                    station: StationId(r.int("id")?),
                    identity: r.text("identity")?,
                    site_name: r.text("site_name")?,
                    fault: r.text_or_none("fault")?,
                    since: r.time("since")?,
                })
            })
            .collect()
    }
}
