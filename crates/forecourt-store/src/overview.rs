//! Counts for the first screen. Each reads current rows or rollups, never history.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, SiteId, StationId};

use crate::engine::values;
use crate::{Scope, Store, StoreError};

/// Most lines under "needs attention".
const ATTENTION_SHOWN: i64 = 20;
/// Most reservations shown.
const UPCOMING_SHOWN: i64 = 8;

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

/// A place that is kept free for somebody.
#[derive(Debug, Clone)]
pub struct Upcoming {
    pub station: StationId,
    pub identity: String,
    pub number: i64,
    pub evse: Option<i64>,
    pub uid: String,
    pub alias: Option<String>,
    pub expires_at: Timestamp,
}

/// A condition that keeps to some sites. Ids are numbers of ours.
fn only(sites: Option<&[SiteId]>, column: &str) -> String {
    match sites {
        None => String::new(),
        Some([]) => " AND 1 = 0".into(),
        Some(sites) => {
            let list: Vec<String> = sites.iter().map(|site| site.0.to_string()).collect();
            format!(" AND {column} IN ({})", list.join(", "))
        }
    }
}

impl Store {
    /// Of the sites a caller sees; `None`: of all.
    pub async fn counts(
        &self,
        organisation: OrganisationId,
        sites: Option<&[SiteId]>,
    ) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        let stations = format!(
            "SELECT COUNT(*) AS stations, COUNT(online_since) AS online, COUNT(*) - COUNT(last_seen_at) AS never \
             FROM station WHERE organisation_id = $1 AND deleted_at IS NULL{}",
            only(sites, "site_id")
        );
        if let Some(row) = self.row(&stations, values![organisation]).await? {
            counts.stations = row.int("stations")?;
            counts.online = row.int("online")?;
            counts.never_connected = row.int("never")?;
        }
        let connectors = format!(
            "SELECT CASE WHEN st.online_since IS NULL THEN 'Offline' ELSE c.status END AS status, COUNT(*) AS n, \
             COUNT(DISTINCT st.id) AS stations FROM connector c JOIN station st ON st.id = c.station_id \
             WHERE st.organisation_id = $1 AND st.deleted_at IS NULL AND c.evse > 0{} GROUP BY 1",
            only(sites, "st.site_id")
        );
        for row in self.rows(&connectors, values![organisation]).await? {
            let status = row.text("status")?;
            if status == "Faulted" {
                counts.faulted_stations = row.int("stations")?;
            }
            counts.connectors.push((status, row.int("n")?));
        }
        let sessions = format!(
            "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(power_w), 0) AS BIGINT) AS power FROM session \
             WHERE organisation_id = $1 AND ended_at IS NULL{}",
            only(sites, "site_id")
        );
        if let Some(row) = self.row(&sessions, values![organisation]).await? {
            counts.active_sessions = row.int("n")?;
            counts.power_w = row.int("power")?;
        }
        let review = format!(
            "SELECT COUNT(*) AS n FROM session WHERE organisation_id = $1 AND needs_review{}",
            only(sites, "site_id")
        );
        counts.needs_review =
            self.row(&review, values![organisation]).await?.map_or(Ok(0), |row| row.int("n"))?;
        Ok(counts)
    }

    /// UTC hours since 1970, ascending.
    pub async fn hours(
        &self,
        organisation: OrganisationId,
        sites: Option<&[SiteId]>,
        from_hour: i64,
    ) -> Result<Vec<HourTotal>, StoreError> {
        let source = match sites {
            None => format!("r.scope = {} AND r.scope_id = $1", Scope::Organisation as i64),
            Some(_) => format!(
                "r.scope = {} AND r.scope_id IN (SELECT id FROM site WHERE organisation_id = $1{})",
                Scope::Site as i64,
                only(sites, "id")
            ),
        };
        let sql = format!(
            "SELECT r.hour AS hour, CAST(SUM(r.energy_wh) AS BIGINT) AS energy_wh FROM rollup_hour r \
             WHERE {source} AND r.hour >= $2 GROUP BY r.hour ORDER BY r.hour"
        );
        let rows = self.rows(&sql, values![organisation, from_hour]).await?;
        rows.iter().map(|r| Ok(HourTotal { hour: r.int("hour")?, energy_wh: r.int("energy_wh")? })).collect()
    }

    /// Reservations that stations keep now, the next to end first.
    pub async fn upcoming(
        &self,
        organisation: OrganisationId,
        sites: Option<&[SiteId]>,
        now: Timestamp,
    ) -> Result<Vec<Upcoming>, StoreError> {
        let sql = format!(
            "SELECT r.*, st.identity AS identity, t.alias AS alias FROM reservation r \
             JOIN station st ON st.id = r.station_id \
             LEFT JOIN id_token t ON t.organisation_id = r.organisation_id AND t.uid_key = UPPER(r.uid) \
             WHERE r.organisation_id = $1 AND r.status IN ('asked', 'accepted') AND r.expires_at > $2{} \
             ORDER BY r.expires_at LIMIT $3",
            only(sites, "st.site_id")
        );
        let read = |r: &crate::engine::Row| {
            Ok(Upcoming {
                station: StationId(r.int("station_id")?),
                identity: r.text("identity")?,
                number: r.int("number")?,
                evse: r.int_or_none("evse")?,
                uid: r.text("uid")?,
                alias: r.text_or_none("alias")?,
                expires_at: r.time("expires_at")?,
            })
        };
        self.rows(&sql, values![organisation, now, UPCOMING_SHOWN]).await?.iter().map(read).collect()
    }

    /// Faulted connectors and stations that went away, the newest first.
    pub async fn attention(
        &self,
        organisation: OrganisationId,
        sites: Option<&[SiteId]>,
    ) -> Result<Vec<Attention>, StoreError> {
        let mine = only(sites, "st.site_id");
        let sql = format!(
            "SELECT * FROM (\
             SELECT st.id AS id, st.identity AS identity, si.name AS site_name, c.since AS since, \
               COALESCE(c.error_code, '') || CASE WHEN c.vendor_error_code IS NULL THEN '' ELSE ' (' || c.vendor_error_code || ')' END \
               || CASE WHEN c.info IS NULL THEN '' ELSE ' ' || c.info END AS fault \
             FROM connector c JOIN station st ON st.id = c.station_id JOIN site si ON si.id = st.site_id \
             WHERE st.organisation_id = $1 AND st.deleted_at IS NULL AND st.online_since IS NOT NULL AND c.status = 'Faulted'{mine} \
             UNION ALL \
             SELECT st.id, st.identity, si.name, COALESCE(st.offline_since, st.last_seen_at), NULL \
             FROM station st JOIN site si ON si.id = st.site_id \
             WHERE st.organisation_id = $1 AND st.deleted_at IS NULL AND st.online_since IS NULL AND st.last_seen_at IS NOT NULL{mine}\
             ) AS found ORDER BY since DESC LIMIT $2"
        );
        let rows = self.rows(&sql, values![organisation, ATTENTION_SHOWN]).await?;
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
