//! What somebody may want to be told: written with what happened, read in order by alerts and webhooks.

use forecourt_core::Timestamp;
use forecourt_core::fault::Severity;
use forecourt_core::id::{HappeningId, OrganisationId, SiteId, StationId, first_id_at};

use crate::engine::{Row, values};
use crate::journal::rows::Kind::{Int, Text};
use crate::journal::rows::{Cell, RowStatement, cells};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct HappeningRecord {
    pub id: HappeningId,
    pub organisation: OrganisationId,
    pub site: Option<SiteId>,
    pub station: Option<StationId>,
    pub at: Timestamp,
    /// Noun and verb, for example `fault.opened`.
    pub kind: String,
    pub severity: Severity,
    /// A JSON object.
    pub body: String,
}

/// With the names of the places, as they are now.
#[derive(Debug, Clone)]
pub struct NamedHappening {
    pub happening: HappeningRecord,
    pub site_name: Option<String>,
    pub station_identity: Option<String>,
    pub station_name: Option<String>,
}

impl HappeningRecord {
    #[must_use]
    pub fn at_station(self, site: SiteId, station: StationId) -> Self {
        Self { site: Some(site), station: Some(station), ..self }
    }
}

pub(crate) static INSERT: RowStatement = RowStatement::new(
    "INSERT INTO happening (id, organisation_id, site_id, station_id, at, kind, severity, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    &[Int, Int, Int, Int, Int, Text, Int, Text],
);

pub(crate) fn cells_of(new: &HappeningRecord) -> [Cell<'_>; 8] {
    cells![
        new.id.0,
        new.organisation,
        new.site.map(|site| site.0),
        new.station.map(|station| station.0),
        new.at,
        &new.kind,
        new.severity.number(),
        &new.body,
    ]
}

impl Tx {
    pub async fn add_happening(&mut self, new: &HappeningRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO happening (id, organisation_id, site_id, station_id, at, kind, severity, body) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                new.id,
                new.organisation,
                new.site,
                new.station,
                new.at,
                &new.kind,
                new.severity.number(),
                &new.body,
            ],
        )
        .await
        .map(drop)
    }

    /// Forgets what is older; says how much it was.
    pub async fn forget_happenings(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.execute("DELETE FROM happening WHERE id < $1", values![first_id_at(before)]).await
    }
}

impl Store {
    /// Of one organisation, in order, behind `after` and not newer than `until`.
    pub async fn happenings(
        &self,
        organisation: OrganisationId,
        after: i64,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<NamedHappening>, StoreError> {
        let sql = "SELECT h.*, s.name AS site_name, st.identity AS station_identity, st.name AS station_name \
             FROM happening h LEFT JOIN site s ON s.id = h.site_id LEFT JOIN station st ON st.id = h.station_id \
             WHERE h.organisation_id = $1 AND h.id > $2 AND h.id < $3 ORDER BY h.id LIMIT $4";
        let rows = self.rows(sql, values![organisation, after, first_id_at(until), limit]).await?;
        rows.iter().map(record_from).collect()
    }
}

fn record_from(row: &Row) -> Result<NamedHappening, StoreError> {
    let happening = HappeningRecord {
        id: HappeningId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        site: row.int_or_none("site_id")?.map(SiteId),
        station: row.int_or_none("station_id")?.map(StationId),
        at: row.time("at")?,
        kind: row.text("kind")?,
        severity: Severity::from_number(row.int("severity")?),
        body: row.text("body")?,
    };
    Ok(NamedHappening {
        happening,
        site_name: row.text_or_none("site_name")?,
        station_identity: row.text_or_none("station_identity")?,
        station_name: row.text_or_none("station_name")?,
    })
}
