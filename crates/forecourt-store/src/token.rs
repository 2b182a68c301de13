//! Id tokens (charge keys), and whose they were when.

use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::driver::Fleet;
use forecourt_core::id::{CarId, DriverId, IdTokenId, OrganisationId, TeamId};
use forecourt_core::token::{KnownToken, TokenKind, TokenStatus, key_of};

use crate::driver::of_fleet;
use crate::engine::{Row, Value, values};
use crate::holder::TOKEN_WITH_HOLDER;
use crate::page::{Cursor, Filter, Page, containing};
use crate::words::{read, read_or_none, word};
use crate::{Store, StoreError, Tx};

/// Values bound at once: both engines take more.
const PART: usize = 500;

#[derive(Debug, Clone)]
pub struct TokenRecord {
    pub id: IdTokenId,
    pub organisation: OrganisationId,
    pub uid: String,
    pub kind: TokenKind,
    pub alias: Option<String>,
    pub status: TokenStatus,
    pub expires_at: Option<Timestamp>,
    pub group: Option<String>,
    /// That of those it is linked to.
    pub fleet: Option<Fleet>,
    pub driver: Option<DriverId>,
    pub car: Option<CarId>,
    pub team: Option<TeamId>,
    pub created_at: Timestamp,
    pub version: i64,
    pub last_used_at: Option<Timestamp>,
    pub driver_name: Option<String>,
    /// Its plate.
    pub car_plate: Option<String>,
    pub team_name: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct TokenFilter {
    /// Finds number, alias, driver, car or team.
    pub text: Option<String>,
    pub kind: Option<TokenKind>,
    pub status: Option<TokenStatus>,
    /// `Some(None)`: of no fleet.
    pub fleet: Option<Option<Fleet>>,
    pub driver: Option<DriverId>,
    pub car: Option<CarId>,
    pub team: Option<TeamId>,
    /// Linked to somebody, or to nobody.
    pub linked: Option<bool>,
}

const SELECT: &str = "SELECT t.*, d.name AS driver_name, c.plate AS car_plate, k.name AS team_name, \
     (SELECT s.started_at FROM session s WHERE s.organisation_id = t.organisation_id \
     AND s.token_key = t.uid_key ORDER BY s.started_at DESC LIMIT 1) AS last_used_at FROM id_token t \
     LEFT JOIN driver d ON d.id = t.driver_id LEFT JOIN car c ON c.id = t.car_id LEFT JOIN team k ON k.id = t.team_id";

fn record_from(row: &Row) -> Result<TokenRecord, StoreError> {
    Ok(TokenRecord {
        id: IdTokenId(row.int("id")?),
        organisation: OrganisationId(row.int("organisation_id")?),
        uid: row.text("uid")?,
        kind: read(row.text("kind")?, "kind")?,
        alias: row.text_or_none("alias")?,
        status: read(row.text("status")?, "status")?,
        expires_at: row.time_or_none("expires_at")?,
        group: row.text_or_none("group_name")?,
        fleet: read_or_none(row.text_or_none("fleet")?, "fleet")?,
        driver: row.int_or_none("driver_id")?.map(DriverId),
        car: row.int_or_none("car_id")?.map(CarId),
        team: row.int_or_none("team_id")?.map(TeamId),
        created_at: row.time("created_at")?,
        version: row.int("version")?,
        last_used_at: row.time_or_none("last_used_at")?,
        driver_name: row.text_or_none("driver_name")?,
        car_plate: row.text_or_none("car_plate")?,
        team_name: row.text_or_none("team_name")?,
    })
}

impl TokenFilter {
    fn rows(&self, organisation: OrganisationId) -> Filter {
        let mut rows = Filter::default();
        rows.and("t.organisation_id = ?", values![organisation])
            .and_if(self.kind.map(|k| word(&k)), "t.kind = ?")
            .and_if(self.status.map(|s| word(&s)), "t.status = ?")
            .and_if(self.driver, "t.driver_id = ?")
            .and_if(self.car, "t.car_id = ?")
            .and_if(self.team, "t.team_id = ?");
        of_fleet(&mut rows, "t.fleet", self.fleet);
        match self.linked {
            Some(true) => {
                rows.and("COALESCE(t.driver_id, t.car_id, t.team_id) IS NOT NULL", values![]);
            }
            Some(false) => {
                rows.and("COALESCE(t.driver_id, t.car_id, t.team_id) IS NULL", values![]);
            }
            None => {}
        }
        if let Some(text) = &self.text {
            let like = containing(text);
            let key = containing(&key_of(text));
            rows.and(
                "(LOWER(t.uid) LIKE ? ESCAPE '\\' OR LOWER(t.uid_key) LIKE ? ESCAPE '\\' \
                 OR LOWER(COALESCE(t.alias, '')) LIKE ? ESCAPE '\\' OR COALESCE(d.name_key, '') LIKE ? ESCAPE '\\' \
                 OR LOWER(COALESCE(c.plate, '')) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(k.name, '')) LIKE ? ESCAPE '\\')",
                values![&like, &key, &like, &like, &like, &like],
            );
        }
        rows
    }
}

impl Store {
    /// What decides on a token shown to a station of the organisation.
    pub async fn known_token(
        &self,
        organisation: OrganisationId,
        uid: &str,
    ) -> Result<Option<KnownToken>, StoreError> {
        let Some(row) = self.row(TOKEN_WITH_HOLDER, values![organisation, key_of(uid)]).await? else {
            return Ok(None);
        };
        Ok(Some(KnownToken {
            status: read(row.text("status")?, "status")?,
            expires_at: row.time_or_none("expires_at")?,
            group: row.text_or_none("group_name")?,
            holder: Arc::new(self.holder_from(&row).await?),
        }))
    }

    pub async fn token(
        &self,
        organisation: OrganisationId,
        id: IdTokenId,
    ) -> Result<Option<TokenRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE t.organisation_id = $1 AND t.id = $2");
        self.row(&sql, values![organisation, id]).await?.map(|r| record_from(&r)).transpose()
    }

    pub async fn token_by_uid(
        &self,
        organisation: OrganisationId,
        uid: &str,
    ) -> Result<Option<TokenRecord>, StoreError> {
        let sql = format!("{SELECT} WHERE t.organisation_id = $1 AND t.uid_key = $2");
        self.row(&sql, values![organisation, key_of(uid)]).await?.map(|r| record_from(&r)).transpose()
    }

    /// Newest first.
    pub async fn tokens(
        &self,
        organisation: OrganisationId,
        filter: &TokenFilter,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<TokenRecord>, StoreError> {
        let mut rows = filter.rows(organisation);
        rows.and_if(cursor.map(|c| c.id), "t.id < ?");
        let sql = format!("{SELECT}{} ORDER BY t.id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |t| Cursor { key: String::new(), id: t.id.0 }))
    }

    /// Those of these keys that exist.
    pub async fn known_keys(
        &self,
        organisation: OrganisationId,
        keys: &[String],
    ) -> Result<Vec<String>, StoreError> {
        let mut known = Vec::new();
        for part in keys.chunks(PART) {
            let marks: Vec<String> = (2..part.len() + 2).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT uid_key FROM id_token WHERE organisation_id = $1 AND uid_key IN ({})",
                marks.join(", ")
            );
            let mut values = values![organisation];
            values.extend(part.iter().map(Value::from));
            for row in self.rows(&sql, values).await? {
                known.push(row.text("uid_key")?);
            }
        }
        Ok(known)
    }
}

impl Tx {
    pub async fn add_token(&mut self, token: &TokenRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO id_token (id, organisation_id, uid, uid_key, kind, alias, status, expires_at, group_name, created_at, \
             fleet, driver_id, car_id, team_id, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)",
            values![
                token.id,
                token.organisation,
                &token.uid,
                key_of(&token.uid),
                word(&token.kind),
                &token.alias,
                word(&token.status),
                token.expires_at,
                &token.group,
                token.created_at,
                token.fleet.map(|f| word(&f)),
                token.driver,
                token.car,
                token.team
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_token(&mut self, token: &TokenRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE id_token SET kind = $1, alias = $2, status = $3, expires_at = $4, group_name = $5, fleet = $6, \
                 driver_id = $7, car_id = $8, team_id = $9, version = version + 1 \
                 WHERE id = $10 AND organisation_id = $11 AND version = $12",
                values![
                    word(&token.kind),
                    &token.alias,
                    word(&token.status),
                    token.expires_at,
                    &token.group,
                    token.fleet.map(|f| word(&f)),
                    token.driver,
                    token.car,
                    token.team,
                    token.id,
                    token.organisation,
                    token.version
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    /// Remembers whose a key is from now on. `fresh` names the new row where one is needed.
    pub async fn hold_token(
        &mut self,
        token: &TokenRecord,
        now: Timestamp,
        fresh: IdTokenId,
    ) -> Result<(), StoreError> {
        self.hold_token_since(token, now, now, fresh).await
    }

    /// For a key that is new here: what it charged before was its holder's too, unless it was somebody else's then.
    pub async fn hold_new_token(
        &mut self,
        token: &TokenRecord,
        now: Timestamp,
        fresh: IdTokenId,
    ) -> Result<(), StoreError> {
        let sql = "SELECT COALESCE(MAX(to_at), 0) AS since FROM token_holding WHERE organisation_id = $1 AND token_key = $2";
        let row = self.row(sql, values![token.organisation, key_of(&token.uid)]).await?;
        let since = row.map_or(Ok(now), |row| row.time("since"))?;
        self.hold_token_since(token, now, since, fresh).await
    }

    async fn hold_token_since(
        &mut self,
        token: &TokenRecord,
        now: Timestamp,
        since: Timestamp,
        fresh: IdTokenId,
    ) -> Result<(), StoreError> {
        let key = key_of(&token.uid);
        let (driver, car, team) = (token.driver, token.car, token.team);
        let sql = "UPDATE token_holding SET to_at = $1 WHERE organisation_id = $2 AND token_key = $3 AND to_at IS NULL \
                   AND (COALESCE(driver_id, 0) <> $4 OR COALESCE(car_id, 0) <> $5 OR COALESCE(team_id, 0) <> $6)";
        let ids = (driver.map_or(0, |id| id.0), car.map_or(0, |id| id.0), team.map_or(0, |id| id.0));
        self.execute(sql, values![now, token.organisation, &key, ids.0, ids.1, ids.2]).await?;
        if ids == (0, 0, 0) {
            return Ok(());
        }
        let sql = "INSERT INTO token_holding (id, organisation_id, token_key, alias, driver_id, car_id, team_id, from_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        let values = values![fresh, token.organisation, &key, &token.alias, driver, car, team, since];
        self.execute(sql, values).await.map(drop)
    }

    pub async fn delete_token(
        &mut self,
        organisation: OrganisationId,
        token: &TokenRecord,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE token_holding SET to_at = $1 WHERE organisation_id = $2 AND token_key = $3 AND to_at IS NULL";
        self.execute(sql, values![now, organisation, key_of(&token.uid)]).await?;
        let sql = "DELETE FROM id_token WHERE id = $1 AND organisation_id = $2";
        Ok(self.execute(sql, values![token.id, organisation]).await? == 1)
    }

    /// Says how many there were.
    pub async fn delete_tokens_of_driver(
        &mut self,
        organisation: OrganisationId,
        driver: DriverId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let sql = "UPDATE token_holding SET to_at = $1 WHERE organisation_id = $2 AND driver_id = $3 AND to_at IS NULL";
        self.execute(sql, values![now, organisation, driver]).await?;
        let sql = "DELETE FROM id_token WHERE organisation_id = $1 AND driver_id = $2";
        self.execute(sql, values![organisation, driver]).await
    }
}
