//! What is wrong with stations, from the first report to the end.

use forecourt_core::Timestamp;
use forecourt_core::fact::Registration;
use forecourt_core::fault::{Cause, OFFLINE, Reported, Severity};
use forecourt_core::id::{FaultId, OrganisationId, SiteId, StationId, first_id_at};

use crate::engine::{Row, values};
use crate::page::{Filter, containing};
use crate::words::word;
use crate::{Cursor, Page, Store, StoreError, Tx};

/// Kinds of open faults that are counted in groups.
const GROUPS: i64 = 200;

#[derive(Debug, Clone)]
pub struct FaultRecord {
    pub id: FaultId,
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub site_name: String,
    pub station: StationId,
    pub station_identity: String,
    pub station_name: Option<String>,
    /// 0: the station as a whole.
    pub evse: i64,
    pub connector: i64,
    pub cause: Cause,
    pub severity: Severity,
    pub code: String,
    pub vendor_code: String,
    pub info: Option<String>,
    pub opened_at: Timestamp,
    pub last_at: Timestamp,
    pub count: i64,
    pub solved_at: Option<Timestamp>,
    /// `None` of a solved one: the station itself reported recovery.
    pub solved_by: Option<String>,
    pub note: Option<String>,
}

/// Where something is wrong.
#[derive(Debug, Clone, Copy)]
pub struct FaultPlace {
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub station: StationId,
    pub evse: i64,
    pub connector: i64,
}

/// What to look for; all of it must hold.
#[derive(Debug, Clone, Default)]
pub struct FaultFilter {
    /// Some: open ones, or solved ones.
    pub open: Option<bool>,
    pub cause: Option<Cause>,
    pub severity: Option<Severity>,
    pub site: Option<SiteId>,
    pub station: Option<StationId>,
    pub code: Option<String>,
    pub vendor_code: Option<String>,
    pub text: Option<String>,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// The only sites the caller sees.
    pub sites: Option<Vec<SiteId>>,
}

/// Open faults of one kind.
#[derive(Debug, Clone)]
pub struct FaultGroup {
    pub cause: Cause,
    pub severity: Severity,
    pub code: String,
    pub vendor_code: String,
    pub faults: i64,
    pub stations: i64,
    pub reports: i64,
    pub since: Timestamp,
    pub last_at: Timestamp,
}

const JOINED: &str = "SELECT f.*, s.name AS site_name, st.identity AS station_identity, st.name AS station_name \
     FROM fault f JOIN site s ON s.id = f.site_id JOIN station st ON st.id = f.station_id";

impl FaultFilter {
    fn clauses(&self, organisation: OrganisationId) -> Filter {
        let mut with = Filter::default();
        with.and("f.organisation_id = ?", values![organisation]);
        match self.open {
            Some(true) => with.and("f.solved_at IS NULL", values![]),
            Some(false) => with.and("f.solved_at IS NOT NULL", values![]),
            None => &mut with,
        };
        with.and_if(self.cause.map(Cause::as_str), "f.cause = ?")
            .and_if(self.severity.map(Severity::number), "f.severity >= ?")
            .and_if(self.site, "f.site_id = ?")
            .and_if(self.station, "f.station_id = ?")
            .and_if(self.code.as_deref(), "f.code = ?")
            .and_if(self.vendor_code.as_deref(), "f.vendor_code = ?")
            .and_if(self.from.map(first_id_at), "f.id >= ?")
            .and_if(self.until.map(first_id_at), "f.id < ?");
        if let Some(sites) = &self.sites {
            with.among("f.site_id", sites.iter().map(|site| site.0));
        }
        if let Some(text) = self.text.as_deref().filter(|text| !text.trim().is_empty()) {
            let like = containing(text.trim());
            with.and(
                "(LOWER(st.identity) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(st.name, '')) LIKE ? ESCAPE '\\' \
                 OR LOWER(f.code) LIKE ? ESCAPE '\\' OR LOWER(f.vendor_code) LIKE ? ESCAPE '\\' \
                 OR LOWER(COALESCE(f.info, '')) LIKE ? ESCAPE '\\')",
                values![&like, &like, &like, &like, &like],
            );
        }
        with
    }
}

fn record_from(row: &Row) -> Result<FaultRecord, StoreError> {
    Ok(FaultRecord {
        id: FaultId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        site: SiteId(row.int("site_id")?),
        site_name: row.text("site_name")?,
        station: StationId(row.int("station_id")?),
        station_identity: row.text("station_identity")?,
        station_name: row.text_or_none("station_name")?,
        evse: row.int("evse")?,
        connector: row.int("connector")?,
        cause: Cause::parse(&row.text("cause")?).unwrap_or(Cause::Unknown),
        severity: Severity::from_number(row.int("severity")?),
        code: row.text("code")?,
        vendor_code: row.text("vendor_code")?,
        info: row.text_or_none("info")?,
        opened_at: row.time("opened_at")?,
        last_at: row.time("last_at")?,
        count: row.int("count")?,
        solved_at: row.time_or_none("solved_at")?,
        solved_by: row.text_or_none("solved_by")?,
        note: row.text_or_none("note")?,
    })
}

impl Store {
    /// Newest first.
    pub async fn faults(
        &self,
        organisation: OrganisationId,
        filter: &FaultFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<FaultRecord>, StoreError> {
        let mut with = filter.clauses(organisation);
        with.and_if(cursor.map(|c| c.id), "f.id < ?");
        let sql = format!("{JOINED}{} ORDER BY f.id DESC LIMIT {}", with.sql(), limit + 1);
        let rows = self.rows(&sql, with.values).await?;
        let items = rows.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |r| Cursor { key: String::new(), id: r.id.0 }))
    }

    pub async fn fault(
        &self,
        organisation: OrganisationId,
        id: FaultId,
    ) -> Result<Option<FaultRecord>, StoreError> {
        let sql = format!("{JOINED} WHERE f.id = $1 AND f.organisation_id = $2");
        self.row(&sql, values![id, organisation]).await?.as_ref().map(record_from).transpose()
    }

    /// Open ones counted by kind, the worst and most frequent first.
    pub async fn fault_groups(
        &self,
        organisation: OrganisationId,
        filter: &FaultFilter,
    ) -> Result<Vec<FaultGroup>, StoreError> {
        let with = FaultFilter { open: Some(true), ..filter.clone() }.clauses(organisation);
        let sql = format!(
            "SELECT f.cause, f.code, f.vendor_code, MAX(f.severity) AS severity, COUNT(*) AS faults, \
             COUNT(DISTINCT f.station_id) AS stations, CAST(SUM(f.count) AS BIGINT) AS reports, \
             MIN(f.opened_at) AS since, MAX(f.last_at) AS last_at \
             FROM fault f JOIN station st ON st.id = f.station_id{} \
             GROUP BY f.cause, f.code, f.vendor_code ORDER BY 4 DESC, 5 DESC, 9 DESC LIMIT {GROUPS}",
            with.sql(),
        );
        let rows = self.rows(&sql, with.values).await?;
        rows.iter().map(group_from).collect()
    }

    /// Stations in service that have been away since before this moment and of which nobody has been told.
    pub async fn newly_offline(
        &self,
        since_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<(FaultPlace, Timestamp)>, StoreError> {
        let sql = "SELECT st.organisation_id, st.site_id, st.id, st.offline_since FROM station st \
             WHERE st.deleted_at IS NULL AND st.registration = $4 AND st.online_since IS NULL \
             AND st.offline_since < $1 AND NOT EXISTS (SELECT 1 FROM fault f WHERE f.station_id = st.id \
             AND f.evse = 0 AND f.connector = 0 AND f.code = $2 AND f.vendor_code = '' AND f.solved_at IS NULL) \
             ORDER BY st.id LIMIT $3";
        let rows =
            self.rows(sql, values![since_before, OFFLINE, limit, word(&Registration::Accepted)]).await?;
        rows.iter().map(|row| Ok((place_from(row)?, row.time("offline_since")?))).collect()
    }

    /// Faults whose station is there again, or gone for good; the moment it came back.
    pub async fn offline_no_more(
        &self,
        limit: i64,
    ) -> Result<Vec<(FaultPlace, Option<Timestamp>)>, StoreError> {
        let sql = "SELECT st.organisation_id, st.site_id, st.id, st.online_since FROM fault f \
             JOIN station st ON st.id = f.station_id WHERE f.solved_at IS NULL AND f.code = $1 \
             AND (st.online_since IS NOT NULL OR st.deleted_at IS NOT NULL) ORDER BY f.id LIMIT $2";
        let rows = self.rows(sql, values![OFFLINE, limit]).await?;
        rows.iter().map(|row| Ok((place_from(row)?, row.time_or_none("online_since")?))).collect()
    }
}

fn place_from(row: &Row) -> Result<FaultPlace, StoreError> {
    Ok(FaultPlace {
        organisation: OrganisationId(row.int("organisation_id")?),
        site: SiteId(row.int("site_id")?),
        station: StationId(row.int("id")?),
        evse: 0,
        connector: 0,
    })
}

fn group_from(row: &Row) -> Result<FaultGroup, StoreError> {
    Ok(FaultGroup {
        cause: Cause::parse(&row.text("cause")?).unwrap_or(Cause::Unknown),
        severity: Severity::from_number(row.int("severity")?),
        code: row.text("code")?,
        vendor_code: row.text("vendor_code")?,
        faults: row.int("faults")?,
        stations: row.int("stations")?,
        reports: row.int("reports")?,
        since: row.time("since")?,
        last_at: row.time("last_at")?,
    })
}

impl Tx {
    /// Opens a fault, or counts one more report of one that is open. Says whether it is new.
    pub async fn report_fault(
        &mut self,
        id: FaultId,
        place: &FaultPlace,
        reported: &Reported,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let again = "UPDATE fault SET count = count + 1, last_at = $1, info = $2, severity = $3 WHERE station_id = $4 AND evse = $5 \
             AND connector = $6 AND code = $7 AND vendor_code = $8 AND solved_at IS NULL";
        let known = values![
            at,
            &reported.info,
            reported.severity.number(),
            place.station,
            place.evse,
            place.connector,
            &reported.code,
            &reported.vendor_code,
        ];
        if self.execute(again, known).await? > 0 {
            return Ok(false);
        }
        self.execute(
            "INSERT INTO fault (id, organisation_id, site_id, station_id, evse, connector, cause, severity, code, \
             vendor_code, info, opened_at, last_at, count) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, 1)",
            values![
                id,
                place.organisation,
                place.site,
                place.station,
                place.evse,
                place.connector,
                reported.cause.as_str(),
                reported.severity.number(),
                &reported.code,
                &reported.vendor_code,
                &reported.info,
                at,
            ],
        )
        .await?;
        Ok(true)
    }

    /// The station says that all is well there: what it reported is over. Returns what was.
    pub async fn recover(
        &mut self,
        place: &FaultPlace,
        code: Option<&str>,
        at: Timestamp,
    ) -> Result<Vec<FaultId>, StoreError> {
        let mut with = Filter::default();
        with.and("station_id = ?", values![place.station])
            .and("evse = ?", values![place.evse])
            .and("connector = ?", values![place.connector])
            .and("solved_at IS NULL", values![]);
        match code {
            Some(code) => with.and("code = ?", values![code]),
            None => with.and("code <> ?", values![OFFLINE]),
        };
        let rows = self.rows(&format!("SELECT id FROM fault{}", with.sql()), with.values).await?;
        let ids = rows.iter().map(|row| row.int("id").map(FaultId)).collect::<Result<Vec<_>, _>>()?;
        for id in &ids {
            self.execute("UPDATE fault SET solved_at = $1 WHERE id = $2", values![at, *id]).await?;
        }
        Ok(ids)
    }

    /// An operator says that it is over. A second time changes nothing.
    pub async fn solve_fault(
        &mut self,
        organisation: OrganisationId,
        id: FaultId,
        by: &str,
        note: Option<&str>,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE fault SET solved_at = $1, solved_by = $2, note = $3 WHERE id = $4 AND organisation_id = $5 \
             AND solved_at IS NULL";
        Ok(self.execute(sql, values![at, by, note.map(str::to_owned), id, organisation]).await? > 0)
    }
}
