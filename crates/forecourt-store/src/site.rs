//! Sites.

use forecourt_core::Timestamp;
use forecourt_core::id::{OrganisationId, SiteId, TariffId};

use crate::engine::{Row, values};
use crate::page::{Cursor, Filter, Page, containing};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRecord {
    pub id: SiteId,
    pub organisation: OrganisationId,
    pub name: String,
    pub address: Option<String>,
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
    pub created_at: Timestamp,
    pub version: i64,
}

#[derive(Debug, Clone)]
pub struct SiteWithCounts {
    pub site: SiteRecord,
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
        AND st.online_since IS NOT NULL) AS charging \
     FROM site si";

fn record_from(row: &Row) -> Result<SiteWithCounts, StoreError> {
    Ok(SiteWithCounts {
        site: SiteRecord {
            id: SiteId(row.int("id")?),
            organisation: OrganisationId(row.int("organisation_id")?),
            name: row.text("name")?,
            address: row.text_or_none("address")?,
            city: row.text_or_none("city")?,
            country: row.text_or_none("country")?,
            latitude_e6: row.int_or_none("latitude_e6")?,
            longitude_e6: row.int_or_none("longitude_e6")?,
            time_zone: row.text("time_zone")?,
            currency: row.text("currency")?,
            kind: row.text("kind")?,
            free_charging: row.bool("free_charging")?,
            tariff: row.int_or_none("tariff_id")?.map(TariffId),
            created_at: row.time("created_at")?,
            version: row.int("version")?,
        },
        stations: row.int("stations")?,
        online: row.int("online")?,
        connectors: row.int("connectors")?,
        charging: row.int("charging")?,
    })
}

impl Store {
    pub async fn site(
        &self,
        organisation: OrganisationId,
        id: SiteId,
    ) -> Result<Option<SiteWithCounts>, StoreError> {
        let sql = format!("{SELECT} WHERE si.organisation_id = $1 AND si.id = $2");
        self.row(&sql, values![organisation, id]).await?.map(|row| record_from(&row)).transpose()
    }

    /// By name, ascending.
    pub async fn sites(
        &self,
        organisation: OrganisationId,
        text: Option<&str>,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SiteWithCounts>, StoreError> {
        let mut rows = Filter::default();
        rows.and("si.organisation_id = ?", values![organisation]);
        if let Some(cursor) = cursor {
            rows.and("(si.name, si.id) > (?, ?)", values![&cursor.key, cursor.id]);
        }
        if let Some(text) = text {
            let like = containing(text);
            rows.and(
                "(LOWER(si.name) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(si.city, '')) LIKE ? ESCAPE '\\' \
                 OR LOWER(COALESCE(si.address, '')) LIKE ? ESCAPE '\\')",
                values![&like, &like, &like],
            );
        }
        let sql = format!("{SELECT}{} ORDER BY si.name, si.id LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |s| Cursor { key: s.site.name.clone(), id: s.site.id.0 }))
    }
}

impl Tx {
    pub async fn add_site(&mut self, site: &SiteRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO site (id, organisation_id, name, address, city, country, latitude_e6, longitude_e6, time_zone, \
             currency, kind, free_charging, created_at, tariff_id, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
             $14, 1)",
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
                site.tariff.map(|t| t.0)
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_site(&mut self, site: &SiteRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE site SET name = $1, address = $2, city = $3, country = $4, latitude_e6 = $5, longitude_e6 = $6, \
                 time_zone = $7, currency = $8, kind = $9, free_charging = $10, tariff_id = $14, version = version + 1 \
                 WHERE id = $11 AND organisation_id = $12 AND version = $13",
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
                    site.tariff.map(|t| t.0)
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Only a site that never had a station can go: sessions keep naming theirs.
    pub async fn delete_site(&mut self, organisation: OrganisationId, id: SiteId) -> Result<(), StoreError> {
        if self.row("SELECT id FROM station WHERE site_id = $1 LIMIT 1", values![id]).await?.is_some() {
            return Err(StoreError::Conflict);
        }
        self.execute("DELETE FROM site WHERE id = $1 AND organisation_id = $2", values![id, organisation])
            .await
            .map(drop)
    }
}
