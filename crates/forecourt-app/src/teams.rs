//! Teams: their keys charge on one account, and at the team's places only.

use forecourt_core::access::Permission;
use forecourt_core::change::What;
use forecourt_core::driver::{Fleet, Places};
use forecourt_core::id::{DriverId, TeamId};
use forecourt_store::StoreError;
use forecourt_store::team::TeamRecord;
use serde_json::{Value, json};

use crate::accounts::{checked_email, checked_name};
use crate::tokens::checked_optional;
use crate::{App, AppError, Principal};

/// Teams of one organisation: they are shown in one list.
const TEAMS_MAX: usize = 1_000;

/// A team as it is to be; an edit gives all of it.
#[derive(Debug, Clone, Default)]
pub struct TeamRequest {
    pub name: String,
    pub fleet: Option<Fleet>,
    pub payer: Option<String>,
    pub payer_email: Option<String>,
    pub places: Places,
}

impl App {
    /// Every team, by name.
    pub async fn teams(
        &self,
        principal: &Principal,
        fleet: Option<Option<Fleet>>,
        driver: Option<DriverId>,
    ) -> Result<Vec<TeamRecord>, AppError> {
        principal.require(Permission::DriversRead)?;
        let found = self.store.teams(principal.organisation, fleet, driver).await?;
        Ok(found.into_iter().map(|team| self.seen_team(principal, team)).collect())
    }

    pub async fn team(&self, principal: &Principal, id: TeamId) -> Result<TeamRecord, AppError> {
        principal.require(Permission::DriversRead)?;
        let found = self.store.team(principal.organisation, id).await?;
        found.map(|team| self.seen_team(principal, team)).ok_or(AppError::NotFound("team"))
    }

    fn seen_team(&self, principal: &Principal, team: TeamRecord) -> TeamRecord {
        TeamRecord { places: self.seen_places(principal, team.places.clone()), ..team }
    }

    pub async fn add_team(&self, principal: &Principal, new: TeamRequest) -> Result<TeamRecord, AppError> {
        principal.require(Permission::Drivers)?;
        principal.require_every_site()?;
        if self.store.teams(principal.organisation, None, None).await?.len() >= TEAMS_MAX {
            return Err(AppError::Conflict(format!("an organisation has at most {TEAMS_MAX} teams")));
        }
        let record = TeamRecord {
            id: TeamId(self.id()),
            organisation: principal.organisation,
            fleet: None,
            name: String::new(),
            payer: None,
            payer_email: None,
            places: Places::default(),
            created_at: self.now(),
            version: 1,
            members: 0,
            keys: 0,
        };
        let record = self.team_as_requested(principal, record, new).await?;
        let mut tx = self.store.begin().await?;
        tx.add_team(&record).await.map_err(taken)?;
        let note = self.note(principal, "team.added", ("team", record.id.0, &record.name));
        tx.audit(&note.made(&described(&record))).await?;
        tx.commit().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(record)
    }

    pub async fn edit_team(
        &self,
        principal: &Principal,
        id: TeamId,
        expected: Option<i64>,
        edit: TeamRequest,
    ) -> Result<TeamRecord, AppError> {
        principal.require(Permission::Drivers)?;
        principal.require_every_site()?;
        let before = self.team(principal, id).await?;
        if expected.is_some_and(|version| version != before.version) {
            return Err(AppError::Stale);
        }
        if edit.fleet != before.fleet && before.keys + before.members > 0 {
            return Err(AppError::field("/fleet", "take the team's drivers and charge keys away first"));
        }
        let record = self.team_as_requested(principal, before.clone(), edit).await?;
        let mut tx = self.store.begin().await?;
        tx.change_team(&record).await.map_err(taken)?;
        let note = self.note(principal, "team.edited", ("team", id.0, &record.name));
        tx.audit(&note.changed(described(&before), described(&record))).await?;
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        self.team(principal, id).await
    }

    async fn team_as_requested(
        &self,
        principal: &Principal,
        record: TeamRecord,
        to: TeamRequest,
    ) -> Result<TeamRecord, AppError> {
        let email = to.payer_email.as_deref().map(str::trim).filter(|text| !text.is_empty());
        Ok(TeamRecord {
            name: checked_name("/name", &to.name)?,
            fleet: to.fleet,
            payer: checked_optional("/payer", to.payer)?,
            payer_email: email.map(|text| checked_email("/payer_email", text)).transpose()?,
            places: self.checked_places(principal, to.places).await?,
            ..record
        })
    }

    pub async fn delete_team(&self, principal: &Principal, id: TeamId) -> Result<(), AppError> {
        principal.require(Permission::Drivers)?;
        principal.require_every_site()?;
        let record = self.team(principal, id).await?;
        let mut tx = self.store.begin().await?;
        tx.delete_team(principal.organisation, id).await.map_err(|error| match error {
            StoreError::Conflict => AppError::Conflict("take the team's charge keys away first".into()),
            other => other.into(),
        })?;
        let note = self.note(principal, "team.deleted", ("team", id.0, &record.name));
        tx.audit(&note.gone(&described(&record))).await?;
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(())
    }

    /// Puts a driver into a team or takes one out.
    pub async fn set_team_member(
        &self,
        principal: &Principal,
        team: TeamId,
        driver: DriverId,
        member: bool,
    ) -> Result<(), AppError> {
        principal.require(Permission::Drivers)?;
        let (record, person) = (self.team(principal, team).await?, self.driver(principal, driver).await?);
        if member && record.fleet != person.fleet {
            return Err(AppError::Conflict("the driver is of another fleet than the team".into()));
        }
        let mut tx = self.store.begin().await?;
        let (did, action) = match member {
            true => (tx.join_team(team, driver).await?, "driver.joined_team"),
            false => (tx.leave_team(team, driver).await?, "driver.left_team"),
        };
        if did {
            let note = self.note(principal, action, ("driver", driver.0, &person.name));
            tx.audit(&note.made(&json!({ "team": record.name }))).await?;
        }
        tx.commit().await?;
        self.keys_changed().await?;
        self.tell(principal, None, None, What::Driver);
        Ok(())
    }
}

fn taken(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict => AppError::field("/name", "a team of this name exists already"),
        other => other.into(),
    }
}

fn described(record: &TeamRecord) -> Value {
    json!({"name": record.name, "fleet": record.fleet, "payer": record.payer, "payer_email": record.payer_email,
        "places": record.places})
}
