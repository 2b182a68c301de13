//! What stations should hold: the list of charge keys for when they are offline, and charging profiles.

use forecourt_core::Timestamp;
use forecourt_core::driver::Places;
use forecourt_core::id::{OrganisationId, SiteId, StationId};
use forecourt_core::token::TokenKind;

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone)]
pub struct LocalListRecord {
    pub station: StationId,
    pub enabled: bool,
    /// The newest version the station confirmed.
    pub version: i64,
    /// What it holds in that version (JSON); empty: not known.
    pub entries: String,
    /// new, current, refused, away.
    pub state: String,
    pub detail: Option<String>,
    pub changed_at: Timestamp,
    pub retry_at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct WantedProfileRecord {
    pub station: StationId,
    /// 0: the station as a whole.
    pub evse: i64,
    pub profile: i64,
    /// JSON.
    pub body: String,
    /// wanted, held, refused, leaving.
    pub state: String,
    pub detail: Option<String>,
    pub changed_at: Timestamp,
    pub retry_at: Option<Timestamp>,
}

/// A charge key as a local list carries it.
#[derive(Debug, Clone)]
pub struct ListedToken {
    pub uid: String,
    pub kind: TokenKind,
    pub blocked: bool,
    pub expires_at: Option<Timestamp>,
    pub group: Option<String>,
}

impl Tx {
    pub async fn put_local_list(&mut self, list: &LocalListRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO local_list (station_id, enabled, version, entries, state, detail, changed_at, retry_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (station_id) DO UPDATE SET enabled = excluded.enabled, \
             version = excluded.version, entries = excluded.entries, state = excluded.state, detail = excluded.detail, \
             changed_at = excluded.changed_at, retry_at = excluded.retry_at",
            values![
                list.station,
                list.enabled,
                list.version,
                &list.entries,
                &list.state,
                &list.detail,
                list.changed_at,
                list.retry_at,
            ],
        )
        .await
        .map(drop)
    }

    pub async fn put_wanted_profile(&mut self, wanted: &WantedProfileRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO wanted_profile (station_id, evse, profile, body, state, detail, changed_at, retry_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (station_id, evse, profile) DO UPDATE SET \
             body = excluded.body, state = excluded.state, detail = excluded.detail, changed_at = excluded.changed_at, \
             retry_at = excluded.retry_at",
            values![
                wanted.station,
                wanted.evse,
                wanted.profile,
                &wanted.body,
                &wanted.state,
                &wanted.detail,
                wanted.changed_at,
                wanted.retry_at,
            ],
        )
        .await
        .map(drop)
    }

    /// Whether nothing was said of it since it was read; holds off who would say something until this is written.
    pub async fn is_wanted_still(&mut self, read: &WantedProfileRecord) -> Result<bool, StoreError> {
        let sql = "UPDATE wanted_profile SET state = state WHERE station_id = $1 AND evse = $2 AND profile = $3 \
                   AND state = $4 AND body = $5 AND changed_at = $6";
        let read = values![read.station, read.evse, read.profile, &read.state, &read.body, read.changed_at];
        Ok(self.execute(sql, read).await? > 0)
    }

    pub async fn remove_wanted_profile(
        &mut self,
        station: StationId,
        evse: i64,
        profile: i64,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM wanted_profile WHERE station_id = $1 AND evse = $2 AND profile = $3";
        Ok(self.execute(sql, values![station, evse, profile]).await? > 0)
    }

    /// A station that booted may have forgotten its profiles: they are sent anew.
    pub async fn doubt_profiles(&mut self, station: StationId, at: Timestamp) -> Result<u64, StoreError> {
        let sql = "UPDATE wanted_profile SET state = 'wanted', changed_at = $1, retry_at = NULL \
                   WHERE station_id = $2 AND state = 'held'";
        self.execute(sql, values![at, station]).await
    }
}

impl Store {
    pub async fn local_list(&self, station: StationId) -> Result<Option<LocalListRecord>, StoreError> {
        let sql = "SELECT * FROM local_list WHERE station_id = $1";
        self.rows(sql, values![station]).await?.first().map(list_from).transpose()
    }

    /// Stations whose list we keep.
    pub async fn stations_with_list(&self) -> Result<Vec<StationId>, StoreError> {
        let sql = "SELECT station_id FROM local_list WHERE enabled ORDER BY station_id";
        self.rows(sql, values![]).await?.iter().map(|row| Ok(StationId(row.int("station_id")?))).collect()
    }

    /// The organisation's charge keys that fit on a station's list, oldest first. Keys of blocked drivers, and of teams
    /// that have no business there, are blocked.
    pub async fn listed_tokens(
        &self,
        organisation: OrganisationId,
        place: (SiteId, StationId),
        limit: i64,
    ) -> Result<Vec<ListedToken>, StoreError> {
        let sql = "SELECT t.*, d.status AS driver_status, k.places AS team_places FROM id_token t \
             LEFT JOIN driver d ON d.id = t.driver_id LEFT JOIN team k ON k.id = t.team_id \
             WHERE t.organisation_id = $1 ORDER BY t.id LIMIT $2";
        let rows = self.rows(sql, values![organisation, limit]).await?;
        rows.iter().map(|row| token_from(row, place)).collect()
    }

    pub async fn wanted_profiles(&self, station: StationId) -> Result<Vec<WantedProfileRecord>, StoreError> {
        let sql = "SELECT * FROM wanted_profile WHERE station_id = $1 ORDER BY evse, profile";
        self.rows(sql, values![station]).await?.iter().map(profile_from).collect()
    }

    /// What all stations should hold under ids of a range.
    pub async fn wanted_profiles_between(
        &self,
        from: i64,
        to: i64,
    ) -> Result<Vec<WantedProfileRecord>, StoreError> {
        let sql =
            "SELECT * FROM wanted_profile WHERE profile >= $1 AND profile <= $2 ORDER BY station_id, evse";
        self.rows(sql, values![from, to]).await?.iter().map(profile_from).collect()
    }

    /// Stations we keep profiles at.
    pub async fn stations_with_profiles(&self) -> Result<Vec<StationId>, StoreError> {
        let sql = "SELECT DISTINCT station_id FROM wanted_profile";
        self.rows(sql, values![]).await?.iter().map(|row| Ok(StationId(row.int("station_id")?))).collect()
    }

    /// Stations that do not hold what they should.
    pub async fn stations_with_open_profiles(&self) -> Result<Vec<StationId>, StoreError> {
        let sql = "SELECT DISTINCT station_id FROM wanted_profile WHERE state <> 'held'";
        self.rows(sql, values![]).await?.iter().map(|row| Ok(StationId(row.int("station_id")?))).collect()
    }
}

fn list_from(row: &Row) -> Result<LocalListRecord, StoreError> {
    Ok(LocalListRecord {
        station: StationId(row.int("station_id")?),
        enabled: row.bool("enabled")?,
        version: row.int("version")?,
        entries: row.text("entries")?,
        state: row.text("state")?,
        detail: row.text_or_none("detail")?,
        changed_at: row.time("changed_at")?,
        retry_at: row.time_or_none("retry_at")?,
    })
}

fn profile_from(row: &Row) -> Result<WantedProfileRecord, StoreError> {
    Ok(WantedProfileRecord {
        station: StationId(row.int("station_id")?),
        evse: row.int("evse")?,
        profile: row.int("profile")?,
        body: row.text("body")?,
        state: row.text("state")?,
        detail: row.text_or_none("detail")?,
        changed_at: row.time("changed_at")?,
        retry_at: row.time_or_none("retry_at")?,
    })
}

fn token_from(row: &Row, (site, station): (SiteId, StationId)) -> Result<ListedToken, StoreError> {
    let team: Option<Places> = row.json_or_none("team_places")?;
    let blocked = row.text("status")? == "blocked"
        || row.text_or_none("driver_status")?.is_some_and(|status| status == "blocked")
        || team.is_some_and(|places| !places.hold(site, station));
    Ok(ListedToken {
        uid: row.text("uid")?,
        kind: crate::words::read(row.text("kind")?, "kind")?,
        blocked,
        expires_at: row.time_or_none("expires_at")?,
        group: row.text_or_none("group_name")?,
    })
}
