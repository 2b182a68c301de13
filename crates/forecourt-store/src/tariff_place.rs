//! Where tariffs hold besides their sites: single chargers and plugs; and everything that uses a tariff.

use forecourt_core::id::{EvseNumber, OrganisationId, SiteId, StationId, TariffId};

use crate::engine::{Row, values};
use crate::{Store, StoreError, Tx};

/// Uses listed of an organisation's tariffs.
const USES: i64 = 5_000;

/// The tariffs of a charger or of one of its plugs. EVSE 0 is every plug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StationTariff {
    pub station: StationId,
    pub evse: EvseNumber,
    /// Instead of the site's.
    pub tariff: Option<TariffId>,
    /// The one that is published.
    pub public_tariff: Option<TariffId>,
}

/// Something that names a tariff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffUse {
    pub tariff: TariffId,
    pub kind: UseKind,
    pub site: Option<SiteId>,
    pub id: i64,
    pub evse: Option<EvseNumber>,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseKind {
    Site,
    Charger,
    /// Published for a charger.
    Public,
}

fn evse_of(row: &Row) -> Result<EvseNumber, StoreError> {
    Ok(EvseNumber(i32::try_from(row.int("evse")?).unwrap_or(0)))
}

fn station_tariff_from(row: &Row) -> Result<StationTariff, StoreError> {
    Ok(StationTariff {
        station: StationId(row.int("station_id")?),
        evse: evse_of(row)?,
        tariff: row.int_or_none("tariff_id")?.map(TariffId),
        public_tariff: row.int_or_none("public_tariff_id")?.map(TariffId),
    })
}

impl Store {
    pub async fn station_tariffs(&self, station: StationId) -> Result<Vec<StationTariff>, StoreError> {
        let sql = "SELECT * FROM station_tariff WHERE station_id = $1 ORDER BY evse";
        self.rows(sql, values![station]).await?.iter().map(station_tariff_from).collect()
    }

    /// Of every station of the installation.
    pub async fn all_station_tariffs(&self) -> Result<Vec<StationTariff>, StoreError> {
        let rows = self.rows("SELECT * FROM station_tariff", values![]).await?;
        rows.iter().map(station_tariff_from).collect()
    }

    /// Sites and chargers of an organisation that name a tariff.
    pub async fn tariff_uses(&self, organisation: OrganisationId) -> Result<Vec<TariffUse>, StoreError> {
        let mut uses = Vec::new();
        let sql = "SELECT id, tariff_id, name FROM site WHERE organisation_id = $1 AND tariff_id IS NOT NULL \
             ORDER BY name, id LIMIT $2";
        for row in self.rows(sql, values![organisation, USES]).await? {
            let id = row.int("id")?;
            uses.push(TariffUse {
                tariff: TariffId(row.int("tariff_id")?),
                kind: UseKind::Site,
                site: Some(SiteId(id)),
                id,
                evse: None,
                name: row.text("name")?,
            });
        }
        let sql = "SELECT t.*, s.identity, s.site_id FROM station_tariff t JOIN station s ON s.id = t.station_id \
             WHERE s.organisation_id = $1 AND s.deleted_at IS NULL ORDER BY s.identity, t.evse LIMIT $2";
        for row in self.rows(sql, values![organisation, USES]).await? {
            let at = station_tariff_from(&row)?;
            let site = SiteId(row.int("site_id")?);
            for (kind, tariff) in [(UseKind::Charger, at.tariff), (UseKind::Public, at.public_tariff)] {
                let Some(tariff) = tariff else { continue };
                uses.push(TariffUse {
                    tariff,
                    kind,
                    site: Some(site),
                    id: at.station.0,
                    evse: (at.evse.0 > 0).then_some(at.evse),
                    name: row.text("identity")?,
                });
            }
        }
        Ok(uses)
    }
}

impl Tx {
    /// All that a charger has of its own, in place of what it had.
    pub async fn set_station_tariffs(
        &mut self,
        station: StationId,
        tariffs: &[StationTariff],
    ) -> Result<(), StoreError> {
        self.execute("DELETE FROM station_tariff WHERE station_id = $1", values![station]).await?;
        for at in tariffs {
            let sql = "INSERT INTO station_tariff (station_id, evse, tariff_id, public_tariff_id) VALUES ($1, $2, $3, $4)";
            let values = values![station, at.evse.0, at.tariff.map(|t| t.0), at.public_tariff.map(|t| t.0)];
            self.execute(sql, values).await?;
        }
        Ok(())
    }

    pub async fn rename_tariff(&mut self, id: TariffId, name: &str, expected: i64) -> Result<(), StoreError> {
        let sql = "UPDATE tariff SET name = $1, version = version + 1 WHERE id = $2 AND version = $3 AND deleted_at IS NULL";
        match self.execute(sql, values![name, id.0, expected]).await? {
            0 => Err(StoreError::Stale),
            _ => Ok(()),
        }
    }

    /// Takes back a version that no session can have been priced by yet.
    pub async fn delete_tariff_version(
        &mut self,
        tariff: TariffId,
        version: forecourt_core::id::TariffVersionId,
    ) -> Result<(), StoreError> {
        self.execute("UPDATE tariff SET version = version + 1 WHERE id = $1", values![tariff.0]).await?;
        let sql = "DELETE FROM tariff_version WHERE tariff_id = $1 AND id = $2";
        self.execute(sql, values![tariff.0, version.0]).await.map(drop)
    }
}
