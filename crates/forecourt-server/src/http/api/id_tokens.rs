//! Id tokens (charge keys).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use forecourt_app::store::TokenRecord;
use forecourt_app::store::token::TokenFilter;
use forecourt_app::tokens::{KeyLine, TokenBulk};
use forecourt_app::{NewToken, TokenEdit};
use forecourt_core::driver::Fleet;
use forecourt_core::id::{CarId, DriverId, IdTokenId, TeamId};
use forecourt_core::token::{TokenKind, TokenStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::drivers::{BulkAnswer, fleet};
use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, present};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(export))
        .routes(routes!(import))
        .routes(routes!(bulk))
        .routes(routes!(show, change, delete))
        .routes(routes!(replace))
}

/// What is shown to a station to charge.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdToken {
    id: String,
    uid: String,
    /// rfid, app, mac, emaid, key_code, local or other.
    #[schema(value_type = String, example = "rfid")]
    kind: TokenKind,
    alias: Option<String>,
    /// accepted or blocked.
    #[schema(value_type = String, example = "accepted")]
    status: TokenStatus,
    expires_at: Option<String>,
    /// Tokens of one group may stop each other's sessions.
    group: Option<String>,
    /// internal, external or null, as those it is linked to.
    #[schema(value_type = Option<String>)]
    fleet: Option<Fleet>,
    driver_id: Option<String>,
    driver_name: Option<String>,
    car_id: Option<String>,
    car_plate: Option<String>,
    team_id: Option<String>,
    team_name: Option<String>,
    last_used_at: Option<String>,
    created_at: String,
}

impl From<TokenRecord> for IdToken {
    fn from(record: TokenRecord) -> Self {
        Self {
            id: record.id.to_string(),
            uid: record.uid,
            kind: record.kind,
            alias: record.alias,
            status: record.status,
            expires_at: record.expires_at.map(|t| t.to_string()),
            group: record.group,
            fleet: record.fleet,
            driver_id: record.driver.map(|id| id.to_string()),
            driver_name: record.driver_name,
            car_id: record.car.map(|id| id.to_string()),
            car_plate: record.car_plate,
            team_id: record.team.map(|id| id.to_string()),
            team_name: record.team_name,
            last_used_at: record.last_used_at.map(|t| t.to_string()),
            created_at: record.created_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateIdToken {
    uid: String,
    #[schema(value_type = String, example = "rfid")]
    kind: TokenKind,
    #[schema(value_type = Option<String>)]
    status: Option<TokenStatus>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    group: Option<String>,
    alias: Option<String>,
    /// Whose it is: a driver, a car or both, or a team.
    #[schema(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    #[schema(value_type = Option<String>)]
    car_id: Option<CarId>,
    /// The team pays, and the key works at its places only.
    #[schema(value_type = Option<String>)]
    team_id: Option<TeamId>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ChangeIdToken {
    #[schema(value_type = Option<String>)]
    kind: Option<TokenKind>,
    #[schema(value_type = Option<String>)]
    status: Option<TokenStatus>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<Timestamp>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    group: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    alias: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    driver_id: Option<Option<DriverId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    car_id: Option<Option<CarId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    team_id: Option<Option<TeamId>>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IdTokenQuery {
    /// Finds number, alias, driver, car or team.
    q: Option<String>,
    #[param(value_type = Option<String>)]
    kind: Option<TokenKind>,
    #[param(value_type = Option<String>)]
    status: Option<TokenStatus>,
    /// internal, external or none.
    fleet: Option<String>,
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    #[param(value_type = Option<String>)]
    car_id: Option<CarId>,
    #[param(value_type = Option<String>)]
    team_id: Option<TeamId>,
    /// Linked to somebody, or to nobody.
    linked: Option<bool>,
    limit: Option<u32>,
    cursor: Option<String>,
    /// Of an export: csv (default), xlsx or pdf.
    format: Option<String>,
}

impl IdTokenQuery {
    fn filter(&self) -> Result<TokenFilter, HttpError> {
        Ok(TokenFilter {
            text: self.q.clone().filter(|text| !text.trim().is_empty()),
            kind: self.kind,
            status: self.status,
            fleet: fleet(self.fleet.as_deref())?,
            driver: self.driver_id,
            car: self.car_id,
            team: self.team_id,
            linked: self.linked,
        })
    }
}

/// Charge keys, newest first.
#[utoipa::path(get, path = "/api/v1/id-tokens", tag = "id tokens", params(IdTokenQuery), responses((status = 200, body = List<IdToken>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<IdTokenQuery>,
) -> Result<Json<List<IdToken>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor.clone() };
    let filter = query.filter()?;
    let page = state.app.tokens(&principal, &filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, IdToken::from)))
}

/// Create a charge key.
#[utoipa::path(post, path = "/api/v1/id-tokens", tag = "id tokens", request_body = CreateIdToken,
    responses((status = 201, body = IdToken), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<CreateIdToken>,
) -> Result<impl IntoResponse, HttpError> {
    let new = NewToken {
        uid: request.uid,
        kind: request.kind,
        alias: request.alias,
        status: request.status.unwrap_or(TokenStatus::Accepted),
        expires_at: request.expires_at,
        group: request.group,
        driver: request.driver_id,
        car: request.car_id,
        team: request.team_id,
    };
    let record = state.app.add_token(&principal, new).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(IdToken::from(record))))
}

/// One charge key.
#[utoipa::path(get, path = "/api/v1/id-tokens/{id}", tag = "id tokens", params(("id" = String, Path)),
    responses((status = 200, body = IdToken), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IdTokenId>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.token(&principal, id).await?;
    Ok((etag(record.version), Json(IdToken::from(record))))
}

/// Change a charge key.
#[utoipa::path(patch, path = "/api/v1/id-tokens/{id}", tag = "id tokens", params(("id" = String, Path)), request_body = ChangeIdToken,
    responses((status = 200, body = IdToken), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IdTokenId>,
    headers: HeaderMap,
    Body(request): Body<ChangeIdToken>,
) -> Result<impl IntoResponse, HttpError> {
    let edit = TokenEdit {
        kind: request.kind,
        alias: request.alias,
        status: request.status,
        expires_at: request.expires_at,
        group: request.group,
        driver: request.driver_id,
        car: request.car_id,
        team: request.team_id,
    };
    let record = state.app.edit_token(&principal, id, expected(&headers)?, edit).await?;
    Ok((etag(record.version), Json(IdToken::from(record))))
}

/// Delete a charge key. Its sessions stay.
#[utoipa::path(delete, path = "/api/v1/id-tokens/{id}", tag = "id tokens", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IdTokenId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_token(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Charge keys as a file.
#[utoipa::path(get, path = "/api/v1/id-tokens/export", tag = "id tokens", params(IdTokenQuery),
    responses((status = 200, description = "The file")))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<IdTokenQuery>,
) -> Result<Response, HttpError> {
    let format = read_format(query.format.as_deref())?;
    respond(state.app.token_sheet(&principal, &query.filter()?).await?, format).await
}

/// The new card of a key.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReplaceIdToken {
    uid: String,
}

/// Replace a lost or worn key: the new one takes over whose it is, the old one is blocked.
#[utoipa::path(post, path = "/api/v1/id-tokens/{id}/replace", tag = "id tokens", params(("id" = String, Path)), request_body = ReplaceIdToken,
    responses((status = 201, body = IdToken), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn replace(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<IdTokenId>,
    Body(request): Body<ReplaceIdToken>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.replace_token(&principal, id, &request.uid).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(IdToken::from(record))))
}

/// What is done to several keys.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdTokenDeed {
    Block,
    Unblock,
    Delete,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct IdTokensBulk {
    #[schema(value_type = Vec<String>)]
    ids: Vec<IdTokenId>,
    deed: IdTokenDeed,
}

/// Do the same to several charge keys.
#[utoipa::path(post, path = "/api/v1/id-tokens/bulk", tag = "id tokens", request_body = IdTokensBulk,
    responses((status = 200, body = BulkAnswer), (status = 422, body = Problem)))]
async fn bulk(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<IdTokensBulk>,
) -> Result<Json<BulkAnswer>, HttpError> {
    let deed = match request.deed {
        IdTokenDeed::Block => TokenBulk::Block,
        IdTokenDeed::Unblock => TokenBulk::Unblock,
        IdTokenDeed::Delete => TokenBulk::Delete,
    };
    Ok(Json(BulkAnswer { changed: state.app.bulk_tokens(&principal, &request.ids, deed).await? }))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ImportIdToken {
    uid: String,
    /// rfid where nothing is said.
    #[schema(value_type = Option<String>)]
    kind: Option<TokenKind>,
    alias: Option<String>,
    /// E-mail address of the driver it belongs to.
    driver: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ImportIdTokens {
    keys: Vec<ImportIdToken>,
    /// Say what would become of each, and write nothing.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ImportIdTokensAnswer {
    /// Of each key, in order; none where it is good.
    problems: Vec<Vec<String>>,
    imported: usize,
}

/// Add many charge keys: the good ones are taken, the others are told.
#[utoipa::path(post, path = "/api/v1/id-tokens/import", tag = "id tokens", request_body = ImportIdTokens,
    responses((status = 200, body = ImportIdTokensAnswer), (status = 422, body = Problem)))]
async fn import(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<ImportIdTokens>,
) -> Result<Json<ImportIdTokensAnswer>, HttpError> {
    let line = |key: ImportIdToken| KeyLine {
        uid: key.uid,
        kind: key.kind.unwrap_or(TokenKind::Rfid),
        alias: key.alias,
        driver: key.driver,
    };
    let lines: Vec<KeyLine> = request.keys.into_iter().map(line).collect();
    let outcome = state.app.import_tokens(&principal, &lines, request.dry_run).await?;
    Ok(Json(ImportIdTokensAnswer { problems: outcome.problems, imported: outcome.imported }))
}
