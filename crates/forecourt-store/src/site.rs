//! Sites.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, SiteId, TariffId};
use forecourt_core::opening::{OpeningHours, SupportContact};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::words::json;
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRecord {
    pub id: SiteId,
    pub organisation: OrganisationId,
    pub name: String,
    pub address: Option<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    /// Millionths of a degree.
    pub latitude_e6: Option<i64>,
    pub longitude_e6: Option<i64>,
    pub time_zone: String,
    pub currency: String,
    /// public, semi_public or private.
    pub kind: String,
    pub free_charging: bool,
    /// What charging costs here; none: nothing is priced.
    pub tariff: Option<TariffId>,
    /// Shown to drivers and in what is published.
    pub visible: bool,
    /// `None`: not said.
    pub opening_hours: Option<OpeningHours>,
    /// `None`: the organisation's contact holds.
    pub support: Option<SupportContact>,
    /// The stored file of its picture.
    pub image: Option<i64>,
    pub created_at: Timestamp,
    pub version: i64,
}

#[derive(Debug, Clone)]
pub struct SiteWithCounts {
    pub site: SiteRecord,
    pub tariff_name: Option<String>,
    pub faulted: i64,
    pub stations: i64,
    pub online: i64,
    pub connectors: i64,
    pub charging: i64,
}

const SELECT: &str = "SELECT si.*, \
     (SELECT COUNT(*) FROM station st WHERE st.site_id = si.id AND st.deleted_at IS NULL) AS stations, \
     (SELECT COUNT(*) FROM station st WHERE st.site_id = si.id AND st.deleted_at IS NULL AND st.online_since IS NOT NULL) AS online, \
     (SELECT COUNT(*) FROM connector c JOIN station st ON st.id = c.station_id \
        WHERE st.site_id = si.id AND st.deleted_at IS NULL AND c.evse > 0) AS connectors, \
     (SELECT COUNT(*) FROM connector c JOIN station st ON st.id = c.station_id \
        WHERE st.site_id = si.id AND st.deleted_at IS NULL AND c.evse > 0 AND c.status = 'Charging' \
        AND st.online_since IS NOT NULL) AS charging, \
     (SELECT COUNT(*) FROM connector c JOIN station st ON st.id = c.station_id \
        WHERE st.site_id = si.id AND st.deleted_at IS NULL AND c.status = 'Faulted' \
        AND st.online_since IS NOT NULL) AS faulted, \
     (SELECT t.name FROM tariff t WHERE t.id = si.tariff_id) AS tariff_name \
     FROM site si";

fn record_from(row: &Row) -> Result<SiteWithCounts, StoreError> {
    Ok(SiteWithCounts {
        site: SiteRecord {
            id: SiteId(row.int("id")?),
            organisation: OrganisationId(row.int("organisation_id")?),
            name: row.text("name")?,
            address: row.text_or_none("address")?,
            postal_code: row.text_or_none("postal_code")?,
            city: row.text_or_none("city")?,
            country: row.text_or_none("country")?,
            latitude_e6: row.int_or_none("latitude_e6")?,
            longitude_e6: row.int_or_none("longitude_e6")?,
            time_zone: row.text("time_zone")?,
            currency: row.text("currency")?,
            kind: row.text("kind")?,
            free_charging: row.bool("free_charging")?,
            tariff: row.int_or_none("tariff_id")?.map(TariffId),
            visible: row.bool("visible")?,
            opening_hours: row.json_or_none("opening_hours")?,
            support: row.json_or_none("support")?,
            image: row.int_or_none("image_id")?,
            created_at: row.time("created_at")?,
            version: row.int("version")?,
        },
        tariff_name: row.text_or_none("tariff_name")?,
        faulted: row.int("faulted")?,
        stations: row.int("stations")?,
        online: row.int("online")?,
        connectors: row.int("connectors")?,
        charging: row.int("charging")?,
    })
}

/// Which sites a list shows.
#[derive(Debug, Clone, Default)]
pub struct SiteFilter {
    /// Finds name, city, postal code or address.
    pub text: Option<String>,
    pub kind: Option<String>,
    pub visible: Option<bool>,
    /// `faulted`, `offline` (a station is) or `charging`.
    pub state: Option<String>,
    /// Only these; `None`: all of the organisation.
    pub only: Option<Vec<SiteId>>,
}

impl SiteFilter {
    fn rows(&self, organisation: OrganisationId) -> Filter {
        let mut rows = Filter::default();
        rows.and("si.organisation_id = ? AND si.deleted_at IS NULL", values![organisation])
            .and_if(self.kind.as_deref(), "si.kind = ?")
            .and_if(self.visible, "si.visible = ?");
        if let Some(only) = &self.only {
            rows.among("si.id", only.iter().map(|id| id.0));
        }
        const OF_SITE: &str = "st.site_id = si.id AND st.deleted_at IS NULL";
        match self.state.as_deref() {
            Some("offline") => {
                let sql =
                    format!("EXISTS (SELECT 1 FROM station st WHERE {OF_SITE} AND st.online_since IS NULL)");
                rows.and(&sql, values![]);
            }
            Some(word) => {
                let status = if word == "charging" { "Charging" } else { "Faulted" };
                let sql = format!(
                    "EXISTS (SELECT 1 FROM station st JOIN connector c ON c.station_id = st.id WHERE {OF_SITE} \
                     AND st.online_since IS NOT NULL AND c.status = ?)"
                );
                rows.and(&sql, values![status]);
            }
            None => {}
        }
        if let Some(text) = &self.text {
            let like = containing(text);
            rows.and(
                "(LOWER(si.name) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(si.city, '')) LIKE ? ESCAPE '\\' \
                 OR LOWER(COALESCE(si.postal_code, '')) LIKE ? ESCAPE '\\' \
                 OR LOWER(COALESCE(si.address, '')) LIKE ? ESCAPE '\\')",
                values![&like, &like, &like, &like],
            );
        }
        rows
    }
}

impl Store {
    /// A site that has not been taken away.
    pub async fn site(
        &self,
        organisation: OrganisationId,
        id: SiteId,
    ) -> Result<Option<SiteWithCounts>, StoreError> {
        let sql = format!("{SELECT} WHERE si.organisation_id = $1 AND si.id = $2 AND si.deleted_at IS NULL");
        self.row(&sql, values![organisation, id]).await?.map(|row| record_from(&row)).transpose()
    }

    /// Time zones of all its sites, also of those that are gone: their sessions stay.
    pub async fn site_zones(&self, organisation: OrganisationId) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT time_zone FROM site WHERE organisation_id = $1 ORDER BY time_zone";
        self.rows(sql, values![organisation]).await?.iter().map(|row| row.text("time_zone")).collect()
    }

    /// By name, ascending.
    pub async fn sites(
        &self,
        organisation: OrganisationId,
        filter: &SiteFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SiteWithCounts>, StoreError> {
        let mut rows = filter.rows(organisation);
        if let Some(cursor) = cursor {
            rows.and("(si.name, si.id) > (?, ?)", values![&cursor.key, cursor.id]);
        }
        let sql = format!("{SELECT}{} ORDER BY si.name, si.id LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |s| Cursor { key: s.site.name.clone(), id: s.site.id.0 }))
    }

    /// Whom drivers of an organisation ask where a site names nobody.
    pub async fn default_support(
        &self,
        organisation: OrganisationId,
    ) -> Result<Option<SupportContact>, StoreError> {
        let sql = "SELECT support FROM default_support WHERE organisation_id = $1";
        let row = self.row(sql, values![organisation]).await?;
        row.map_or(Ok(None), |row| row.json_or_none("support"))
    }
}

impl Tx {
    pub async fn add_site(&mut self, site: &SiteRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO site (id, organisation_id, name, address, city, country, latitude_e6, longitude_e6, time_zone, \
             currency, kind, free_charging, created_at, tariff_id, postal_code, visible, opening_hours, support, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 1)",
            values![
                site.id,
                site.organisation,
                &site.name,
                &site.address,
                &site.city,
                &site.country,
                site.latitude_e6,
                site.longitude_e6,
                &site.time_zone,
                &site.currency,
                &site.kind,
                site.free_charging,
                site.created_at,
                site.tariff.map(|t| t.0),
                &site.postal_code,
                site.visible,
                json(site.opening_hours.as_ref()),
                json(site.support.as_ref())
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_site(&mut self, site: &SiteRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE site SET name = $1, address = $2, city = $3, country = $4, latitude_e6 = $5, longitude_e6 = $6, \
                 time_zone = $7, currency = $8, kind = $9, free_charging = $10, tariff_id = $14, postal_code = $15, \
                 visible = $16, opening_hours = $17, support = $18, image_id = $19, version = version + 1 \
                 WHERE id = $11 AND organisation_id = $12 AND version = $13 AND deleted_at IS NULL",
                values![
                    &site.name,
                    &site.address,
                    &site.city,
                    &site.country,
                    site.latitude_e6,
                    site.longitude_e6,
                    &site.time_zone,
                    &site.currency,
                    &site.kind,
                    site.free_charging,
                    site.id,
                    site.organisation,
                    site.version,
                    site.tariff.map(|t| t.0),
                    &site.postal_code,
                    site.visible,
                    json(site.opening_hours.as_ref()),
                    json(site.support.as_ref()),
                    site.image
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Takes a site without stations in service away; its sessions keep naming it.
    pub async fn delete_site(
        &mut self,
        organisation: OrganisationId,
        id: SiteId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let stands = "SELECT id FROM station WHERE site_id = $1 AND deleted_at IS NULL LIMIT 1";
        if self.row(stands, values![id]).await?.is_some() {
            return Err(StoreError::Conflict);
        }
        let sql = "UPDATE site SET deleted_at = $1, version = version + 1 \
                   WHERE id = $2 AND organisation_id = $3 AND deleted_at IS NULL";
        self.execute(sql, values![now, id, organisation]).await.map(drop)
    }

    /// The contact of the whole organisation; with `first` only where there is none yet.
    pub async fn put_default_support(
        &mut self,
        organisation: OrganisationId,
        support: &SupportContact,
        now: Timestamp,
        first: bool,
    ) -> Result<(), StoreError> {
        let otherwise = if first {
            "NOTHING"
        } else {
            "UPDATE SET support = excluded.support, changed_at = excluded.changed_at"
        };
        let sql = format!(
            "INSERT INTO default_support (organisation_id, support, changed_at) VALUES ($1, $2, $3) \
             ON CONFLICT (organisation_id) DO {otherwise}"
        );
        self.execute(&sql, values![organisation, json(Some(support)), now]).await.map(drop)
    }
}
