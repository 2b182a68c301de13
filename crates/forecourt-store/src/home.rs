//! Chargers at home: whose each is and was, who was asked to claim it, and which prices it follows.

use forecourt_core::Timestamp;
use forecourt_core::id::{DriverId, OrganisationId, PriceProfileId, SiteId, StationId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::{Store, StoreError, Tx};

/// A charger used at home; its owner, invitation and profile where there are any.
#[derive(Debug, Clone)]
pub struct HomeChargerRecord {
    pub station: StationId,
    pub identity: String,
    pub name: Option<String>,
    pub site: SiteId,
    pub site_name: String,
    pub online: bool,
    /// Of its first connector.
    pub status: Option<String>,
    /// Written down with the charger; nobody was asked.
    pub contact: Option<String>,
    pub owner: Option<HomeOwner>,
    pub invitation: Option<HomeInvitation>,
    pub profile: Option<(PriceProfileId, String)>,
    /// That of everything its owner has.
    pub owner_profile: Option<(PriceProfileId, String)>,
    pub last_session_at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct HomeOwner {
    pub driver: DriverId,
    pub name: String,
    pub email: String,
    pub since: Timestamp,
}

/// Somebody was asked to claim a charger.
#[derive(Debug, Clone)]
pub struct HomeInvitation {
    pub name: String,
    /// Empty: the code was handed over.
    pub email: String,
    pub language: String,
    pub at: Timestamp,
    pub expires_at: Timestamp,
}

/// What a code leads to.
#[derive(Debug, Clone)]
pub struct HomeClaim {
    pub organisation: OrganisationId,
    pub station: StationId,
    pub identity: String,
    pub station_name: Option<String>,
    pub site: SiteId,
    pub invitation: HomeInvitation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimState {
    Nobody,
    Invited,
    Expired,
    Claimed,
}

#[derive(Debug, Clone, Default)]
pub struct HomeFilter {
    /// Finds charger, owner or e-mail.
    pub text: Option<String>,
    pub state: Option<ClaimState>,
    pub station: Option<StationId>,
    pub driver: Option<DriverId>,
    pub only: Option<Vec<SiteId>>,
}

impl HomeFilter {
    fn rows(&self, organisation: OrganisationId, now: Timestamp) -> Filter {
        let mut rows = Filter::default();
        rows.and(
            "s.organisation_id = ? AND s.used_as = 'home' AND s.deleted_at IS NULL",
            values![organisation],
        )
        .and_if(self.station, "s.id = ?")
        .and_if(self.driver, "d.id = ?");
        if let Some(only) = &self.only {
            rows.among("s.site_id", only.iter().map(|id| id.0));
        }
        let state = match self.state {
            Some(ClaimState::Claimed) => Some(("d.id IS NOT NULL", values![])),
            Some(ClaimState::Nobody) => Some(("d.id IS NULL AND h.code_digest IS NULL", values![])),
            Some(ClaimState::Invited) => Some(("d.id IS NULL AND h.code_expires_at > ?", values![now])),
            Some(ClaimState::Expired) => Some(("d.id IS NULL AND h.code_expires_at <= ?", values![now])),
            None => None,
        };
        if let Some((state, values)) = state {
            rows.and(state, values);
        }
        if let Some(text) = &self.text {
            let like = containing(text);
            rows.and(
                "(LOWER(s.identity) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(s.name, '')) LIKE ? ESCAPE '\\' \
                 OR COALESCE(d.name_key, '') LIKE ? ESCAPE '\\' OR COALESCE(d.email, '') LIKE ? ESCAPE '\\' \
                 OR LOWER(COALESCE(h.invited_name, '')) LIKE ? ESCAPE '\\' \
                 OR LOWER(COALESCE(h.invited_email, '')) LIKE ? ESCAPE '\\')",
                values![&like, &like, &like, &like, &like, &like],
            );
        }
        rows
    }
}

const SELECT: &str = "SELECT s.id, s.identity, s.name, s.site_id, i.name AS site_name, s.online_since, s.owner_email, \
     h.invited_name, h.invited_email, h.invited_language, h.invited_at, h.code_expires_at, \
     d.id AS driver_id, d.name AS driver_name, d.email AS driver_email, o.from_at, \
     h.profile_id, p.name AS profile_name, q.profile_id AS owner_profile_id, r.name AS owner_profile_name, \
     (SELECT c.status FROM connector c WHERE c.station_id = s.id AND c.evse > 0 ORDER BY c.evse, c.connector LIMIT 1) \
       AS status, \
     (SELECT MAX(x.started_at) FROM session x WHERE x.station_id = s.id) AS last_session_at \
     FROM station s JOIN site i ON i.id = s.site_id LEFT JOIN home_charger h ON h.station_id = s.id \
     LEFT JOIN home_owner o ON o.station_id = s.id AND o.to_at IS NULL \
     LEFT JOIN driver d ON d.id = o.driver_id AND d.deleted_at IS NULL \
     LEFT JOIN price_profile p ON p.id = h.profile_id LEFT JOIN home_price q ON q.driver_id = d.id \
     LEFT JOIN price_profile r ON r.id = q.profile_id";

fn profile(row: &Row, id: &str, name: &str) -> Result<Option<(PriceProfileId, String)>, StoreError> {
    let id = row.int_or_none(id)?.map(PriceProfileId);
    Ok(id.zip(row.text_or_none(name)?))
}

fn invitation(row: &Row) -> Result<Option<HomeInvitation>, StoreError> {
    let times = row.time_or_none("invited_at")?.zip(row.time_or_none("code_expires_at")?);
    let Some((at, expires_at)) = times else { return Ok(None) };
    Ok(Some(HomeInvitation {
        name: row.text_or_none("invited_name")?.unwrap_or_default(),
        email: row.text_or_none("invited_email")?.unwrap_or_default(),
        language: row.text_or_none("invited_language")?.unwrap_or_default(),
        at,
        expires_at,
    }))
}

fn record_from(row: &Row) -> Result<HomeChargerRecord, StoreError> {
    let owner = match row.int_or_none("driver_id")? {
        Some(id) => Some(HomeOwner {
            driver: DriverId(id),
            name: row.text_or_none("driver_name")?.unwrap_or_default(),
            email: row.text_or_none("driver_email")?.unwrap_or_default(),
            since: row.time("from_at")?,
        }),
        None => None,
    };
    Ok(HomeChargerRecord {
        station: StationId(row.int("id")?),
        identity: row.text("identity")?,
        name: row.text_or_none("name")?,
        site: SiteId(row.int("site_id")?),
        site_name: row.text("site_name")?,
        online: row.time_or_none("online_since")?.is_some(),
        status: row.text_or_none("status")?,
        contact: row.text_or_none("owner_email")?,
        owner,
        invitation: invitation(row)?,
        profile: profile(row, "profile_id", "profile_name")?,
        owner_profile: profile(row, "owner_profile_id", "owner_profile_name")?,
        last_session_at: row.time_or_none("last_session_at")?,
    })
}

impl Store {
    /// By identity.
    pub async fn home_chargers(
        &self,
        organisation: OrganisationId,
        filter: &HomeFilter,
        now: Timestamp,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<HomeChargerRecord>, StoreError> {
        let mut rows = filter.rows(organisation, now);
        rows.and_if(cursor.map(|c| c.key.clone()), "s.identity > ?");
        let sql = format!("{SELECT}{} ORDER BY s.identity LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |one| Cursor { key: one.identity.clone(), id: one.station.0 }))
    }

    /// What stands behind a code that still works.
    pub async fn home_claim(&self, digest: &str, now: Timestamp) -> Result<Option<HomeClaim>, StoreError> {
        let sql = "SELECT h.*, s.identity, s.name, s.site_id FROM home_charger h \
                   JOIN station s ON s.id = h.station_id AND s.organisation_id = h.organisation_id \
                   WHERE h.code_digest = $1 AND h.code_expires_at > $2 AND s.deleted_at IS NULL AND s.used_as = 'home'";
        let Some(row) = self.row(sql, values![digest, now]).await? else { return Ok(None) };
        let Some(invitation) = invitation(&row)? else { return Ok(None) };
        Ok(Some(HomeClaim {
            organisation: OrganisationId(row.int("organisation_id")?),
            station: StationId(row.int("station_id")?),
            identity: row.text("identity")?,
            station_name: row.text_or_none("name")?,
            site: SiteId(row.int("site_id")?),
            invitation,
        }))
    }

    /// Whose each home charger of this server is now.
    pub async fn home_owners(&self) -> Result<Vec<(StationId, DriverId)>, StoreError> {
        let sql = "SELECT o.station_id, o.driver_id FROM home_owner o JOIN station s ON s.id = o.station_id \
                   JOIN driver d ON d.id = o.driver_id \
                   WHERE o.to_at IS NULL AND s.deleted_at IS NULL AND s.used_as = 'home' AND d.deleted_at IS NULL";
        let pair = |row: &Row| Ok((StationId(row.int("station_id")?), DriverId(row.int("driver_id")?)));
        self.rows(sql, values![]).await?.iter().map(pair).collect()
    }

    /// The profile of everything an owner has at home.
    pub async fn home_profile_of_driver(
        &self,
        organisation: OrganisationId,
        driver: DriverId,
    ) -> Result<Option<PriceProfileId>, StoreError> {
        let sql = "SELECT profile_id FROM home_price WHERE organisation_id = $1 AND driver_id = $2";
        let row = self.row(sql, values![organisation, driver]).await?;
        row.map(|row| row.int("profile_id").map(PriceProfileId)).transpose()
    }
}

impl Tx {
    /// `None` takes a code back. The one before no longer works.
    pub async fn set_home_invitation(
        &mut self,
        organisation: OrganisationId,
        station: StationId,
        invitation: Option<(&HomeInvitation, &str)>,
    ) -> Result<(), StoreError> {
        let (who, digest) = invitation.unzip();
        let who = who.cloned();
        let sql = "INSERT INTO home_charger (station_id, organisation_id, invited_name, invited_email, invited_language, \
                   invited_at, code_expires_at, code_digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                   ON CONFLICT (station_id) DO UPDATE SET invited_name = excluded.invited_name, \
                   invited_email = excluded.invited_email, invited_language = excluded.invited_language, \
                   invited_at = excluded.invited_at, code_expires_at = excluded.code_expires_at, \
                   code_digest = excluded.code_digest";
        let values = values![
            station,
            organisation,
            who.as_ref().map(|who| who.name.clone()),
            who.as_ref().map(|who| who.email.clone()),
            who.as_ref().map(|who| who.language.clone()),
            who.as_ref().map(|who| who.at),
            who.as_ref().map(|who| who.expires_at),
            digest.map(str::to_owned)
        ];
        self.execute(sql, values).await.map(drop)
    }

    /// Uses a code up; `false` when somebody was faster.
    pub async fn use_home_code(&mut self, station: StationId, digest: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE home_charger SET code_digest = NULL, code_expires_at = NULL, invited_at = NULL, \
                   invited_name = NULL, invited_email = NULL WHERE station_id = $1 AND code_digest = $2";
        Ok(self.execute(sql, values![station, digest]).await? == 1)
    }

    /// From `now` on the charger is nobody's; what was charged before stays with whom it began under.
    pub async fn end_home_owner(&mut self, station: StationId, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE home_owner SET to_at = $2 WHERE station_id = $1 AND to_at IS NULL";
        Ok(self.execute(sql, values![station, now]).await? == 1)
    }

    pub async fn add_home_owner(
        &mut self,
        id: i64,
        (organisation, station, driver): (OrganisationId, StationId, DriverId),
        from: Timestamp,
        claimed_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO home_owner (id, organisation_id, station_id, driver_id, from_at, to_at, claimed_at) \
                   VALUES ($1, $2, $3, $4, $5, NULL, $6)";
        self.execute(sql, values![id, organisation, station, driver, from, claimed_at]).await.map(drop)
    }

    pub async fn set_home_profile(
        &mut self,
        organisation: OrganisationId,
        station: StationId,
        profile: Option<PriceProfileId>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO home_charger (station_id, organisation_id, profile_id) VALUES ($1, $2, $3) \
                   ON CONFLICT (station_id) DO UPDATE SET profile_id = excluded.profile_id";
        self.execute(sql, values![station, organisation, profile]).await.map(drop)
    }

    pub async fn set_home_profile_of_driver(
        &mut self,
        organisation: OrganisationId,
        driver: DriverId,
        profile: Option<PriceProfileId>,
    ) -> Result<(), StoreError> {
        self.execute("DELETE FROM home_price WHERE driver_id = $1", values![driver]).await?;
        if let Some(profile) = profile {
            let sql = "INSERT INTO home_price (driver_id, organisation_id, profile_id) VALUES ($1, $2, $3)";
            self.execute(sql, values![driver, organisation, profile]).await?;
        }
        Ok(())
    }
}
