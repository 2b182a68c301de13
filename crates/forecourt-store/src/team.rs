//! Teams: drivers and charge keys on one account, at their places only.

use forecourt_core::Timestamp;
use forecourt_core::driver::{Fleet, Places};
use forecourt_core::id::{DriverId, OrganisationId, TeamId};

use crate::driver::of_fleet;
use crate::engine::{Row, values};
use crate::page::Filter;
use crate::words::{json, read_or_none, word};
use crate::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq)]
pub struct TeamRecord {
    pub id: TeamId,
    pub organisation: OrganisationId,
    pub fleet: Option<Fleet>,
    pub name: String,
    /// Who is sent the bill.
    pub payer: Option<String>,
    pub payer_email: Option<String>,
    pub places: Places,
    pub created_at: Timestamp,
    pub version: i64,
    pub members: i64,
    pub keys: i64,
}

const SELECT: &str = "SELECT k.*, (SELECT COUNT(*) FROM team_member m WHERE m.team_id = k.id) AS members, \
     (SELECT COUNT(*) FROM id_token t WHERE t.team_id = k.id) AS keys FROM team k";

fn record_from(row: &Row) -> Result<TeamRecord, StoreError> {
    Ok(TeamRecord {
        id: TeamId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        fleet: read_or_none(row.text_or_none("fleet")?, "fleet")?,
        name: row.text("name")?,
        payer: row.text_or_none("payer")?,
        payer_email: row.text_or_none("payer_email")?,
        places: row.json_or_none("places")?.unwrap_or_default(),
        created_at: row.time("created_at")?,
        version: row.int("version")?,
        members: row.int("members")?,
        keys: row.int("keys")?,
    })
}

impl Store {
    /// Every team, by name. Their number is limited.
    pub async fn teams(
        &self,
        organisation: OrganisationId,
        fleet: Option<Option<Fleet>>,
        driver: Option<DriverId>,
    ) -> Result<Vec<TeamRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("k.organisation_id = ?", values![organisation])
            .and_if(driver, "k.id IN (SELECT team_id FROM team_member WHERE driver_id = ?)");
        of_fleet(&mut rows, "k.fleet", fleet);
        let sql = format!("{SELECT}{} ORDER BY k.name, k.id", rows.sql());
        self.rows(&sql, rows.values).await?.iter().map(record_from).collect()
    }

    pub async fn team(
        &self,
        organisation: OrganisationId,
        id: TeamId,
    ) -> Result<Option<TeamRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE k.organisation_id = $1 AND k.id = $2");
        self.row(&sql, values![organisation, id]).await?.as_ref().map(record_from).transpose()
    }
}

impl Tx {
    pub async fn add_team(&mut self, team: &TeamRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO team (id, organisation_id, fleet, name, payer, payer_email, places, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
            values![
                team.id,
                team.organisation,
                team.fleet.map(|f| word(&f)),
                &team.name,
                &team.payer,
                &team.payer_email,
                json(Some(&team.places)),
                team.created_at
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_team(&mut self, team: &TeamRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE team SET fleet = $1, name = $2, payer = $3, payer_email = $4, places = $5, version = version + 1 \
                 WHERE id = $6 AND organisation_id = $7 AND version = $8",
                values![
                    team.fleet.map(|f| word(&f)),
                    &team.name,
                    &team.payer,
                    &team.payer_email,
                    json(Some(&team.places)),
                    team.id,
                    team.organisation,
                    team.version
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Only a team without keys goes: what they charged is billed to it.
    pub async fn delete_team(
        &mut self,
        organisation: OrganisationId,
        id: TeamId,
    ) -> Result<bool, StoreError> {
        if self.row("SELECT 1 AS n FROM id_token WHERE team_id = $1 LIMIT 1", values![id]).await?.is_some() {
            return Err(StoreError::Conflict);
        }
        self.execute("DELETE FROM team_member WHERE team_id = $1", values![id]).await?;
        let sql = "DELETE FROM team WHERE id = $1 AND organisation_id = $2";
        Ok(self.execute(sql, values![id, organisation]).await? == 1)
    }

    pub async fn join_team(&mut self, team: TeamId, driver: DriverId) -> Result<bool, StoreError> {
        let sql = "INSERT INTO team_member (team_id, driver_id) VALUES ($1, $2) ON CONFLICT (team_id, driver_id) DO NOTHING";
        Ok(self.execute(sql, values![team, driver]).await? == 1)
    }

    pub async fn leave_team(&mut self, team: TeamId, driver: DriverId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM team_member WHERE team_id = $1 AND driver_id = $2";
        Ok(self.execute(sql, values![team, driver]).await? == 1)
    }
}
