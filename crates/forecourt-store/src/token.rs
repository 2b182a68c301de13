//! Id tokens (charge keys).

use std::sync::Arc;

use forecourt_core::Timestamp;
use forecourt_core::id::{IdTokenId, OrganisationId};
use forecourt_core::token::{KnownToken, TokenKind, TokenStatus, key_of};

use crate::engine::{Row, values};
use crate::holder::TOKEN_WITH_HOLDER;
use crate::page::{Cursor, Filter, Page, containing};
use crate::words::{read, word};
use crate::{Store, StoreError, Tx};

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
    pub created_at: Timestamp,
    pub version: i64,
    pub last_used_at: Option<Timestamp>,
}

const SELECT: &str = "SELECT t.*, (SELECT s.started_at FROM session s WHERE s.organisation_id = t.organisation_id \
     AND s.token_key = t.uid_key ORDER BY s.started_at DESC LIMIT 1) AS last_used_at FROM id_token t";

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
        created_at: row.time("created_at")?,
        version: row.int("version")?,
        last_used_at: row.time_or_none("last_used_at")?,
    })
}

impl Store {
    /// What decides on a token shown to a station of the organisation. Letter case does not matter.
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

    /// Newest first.
    pub async fn tokens(
        &self,
        organisation: OrganisationId,
        text: Option<&str>,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<TokenRecord>, StoreError> {
        let mut rows = Filter::default();
        rows.and("t.organisation_id = ?", values![organisation]).and_if(cursor.map(|c| c.id), "t.id < ?");
        if let Some(text) = text {
            let like = containing(text);
            rows.and(
                "(LOWER(t.uid) LIKE ? ESCAPE '\\' OR LOWER(COALESCE(t.alias, '')) LIKE ? ESCAPE '\\')",
                values![&like, &like],
            );
        }
        let sql = format!("{SELECT}{} ORDER BY t.id DESC LIMIT {}", rows.sql(), limit + 1);
        let found = self.rows(&sql, rows.values).await?;
        let items = found.iter().map(record_from).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(items, limit, |t| Cursor { key: String::new(), id: t.id.0 }))
    }
}

impl Tx {
    pub async fn add_token(&mut self, token: &TokenRecord) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO id_token (id, organisation_id, uid, uid_key, kind, alias, status, expires_at, group_name, created_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
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
                token.created_at
            ],
        )
        .await
        .map(drop)
    }

    pub async fn change_token(&mut self, token: &TokenRecord) -> Result<(), StoreError> {
        let touched = self
            .execute(
                "UPDATE id_token SET kind = $1, alias = $2, status = $3, expires_at = $4, group_name = $5, version = version + 1 \
                 WHERE id = $6 AND organisation_id = $7 AND version = $8",
                values![
                    word(&token.kind),
                    &token.alias,
                    word(&token.status),
                    token.expires_at,
                    &token.group,
                    token.id,
                    token.organisation,
                    token.version
                ],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Stale) }
    }

    pub async fn delete_token(
        &mut self,
        organisation: OrganisationId,
        id: IdTokenId,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM id_token WHERE id = $1 AND organisation_id = $2";
        Ok(self.execute(sql, values![id, organisation]).await? == 1)
    }
}
