//! Firmware for many stations: a few first, then the rest.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use forecourt_app::store::firmware::{CampaignRecord, TargetRecord};
use forecourt_app::{AppError, NewCampaign};
use forecourt_core::command::UpdateFirmware;
use forecourt_core::id::StationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show)).routes(routes!(steer))
}

/// A firmware update of many stations.
#[derive(Debug, Serialize, ToSchema)]
pub struct Campaign {
    id: String,
    name: String,
    #[schema(value_type = Object)]
    update: serde_json::Value,
    /// The version that tells a station has it.
    target_version: Option<String>,
    /// canary, running, paused, stopped or done.
    state: String,
    detail: Option<String>,
    /// Stations that go first.
    canary: i64,
    /// Stations that update at the same time.
    parallel: i64,
    /// Failures after which nothing more is sent.
    stop_after: i64,
    by: String,
    created_at: String,
}

impl From<CampaignRecord> for Campaign {
    fn from(record: CampaignRecord) -> Self {
        let update = super::secrets::redact(record.update);
        Self {
            id: record.id.to_string(),
            name: record.name,
            update: serde_json::from_str(&update).unwrap_or_default(),
            target_version: record.target_version,
            state: record.state,
            detail: record.detail,
            canary: record.canary,
            parallel: record.parallel,
            stop_after: record.stop_after,
            by: record.created_by,
            created_at: record.created_at.to_string(),
        }
    }
}

/// One station of a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct Target {
    station_id: String,
    canary: bool,
    /// waiting, sent, installed, failed or skipped.
    state: String,
    /// The station's own word.
    status: Option<String>,
    detail: Option<String>,
    firmware_before: Option<String>,
    changed_at: String,
}

impl From<TargetRecord> for Target {
    fn from(record: TargetRecord) -> Self {
        Self {
            station_id: record.station.to_string(),
            canary: record.canary,
            state: record.state,
            status: record.status,
            detail: record.detail,
            firmware_before: record.firmware_before,
            changed_at: record.changed_at.to_string(),
        }
    }
}

/// A campaign with its stations.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignDetail {
    #[serde(flatten)]
    campaign: Campaign,
    targets: Vec<Target>,
}

/// Firmware campaigns, newest first.
#[utoipa::path(get, path = "/api/v1/firmware-campaigns", tag = "firmware", params(Paging),
    responses((status = 200, body = List<Campaign>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Campaign>>, HttpError> {
    let page = state.app.campaigns(&principal, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Campaign::from)))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CampaignRequest {
    name: String,
    station_ids: Vec<String>,
    update: UpdateFirmware,
    target_version: Option<String>,
    /// Stations that go first; 1 when absent.
    canary: Option<i64>,
    /// Stations that update at the same time; 10 when absent.
    parallel: Option<i64>,
    /// Failures after which nothing more is sent; 1 when absent.
    stop_after: Option<i64>,
}

/// Start a firmware campaign.
#[utoipa::path(post, path = "/api/v1/firmware-campaigns", tag = "firmware", request_body = CampaignRequest,
    responses((status = 201, body = Campaign), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<CampaignRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let stations = request.station_ids.iter().map(|id| id.parse::<StationId>());
    let unknown = |_| AppError::field("/station_ids", "an id that is none");
    let new = NewCampaign {
        name: request.name,
        stations: stations.collect::<Result<_, _>>().map_err(unknown)?,
        update: request.update,
        target_version: request.target_version,
        canary: request.canary.unwrap_or(1),
        parallel: request.parallel.unwrap_or(10),
        stop_after: request.stop_after.unwrap_or(1),
    };
    let record = state.app.start_campaign(&principal, new).await?;
    Ok((StatusCode::CREATED, Json(Campaign::from(record))))
}

/// One campaign with its stations.
#[utoipa::path(get, path = "/api/v1/firmware-campaigns/{id}", tag = "firmware", params(("id" = String, Path)),
    responses((status = 200, body = CampaignDetail), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<i64>,
) -> Result<Json<CampaignDetail>, HttpError> {
    let (campaign, targets) = state.app.campaign(&principal, id).await?;
    let targets = targets.into_iter().map(Target::from).collect();
    Ok(Json(CampaignDetail { campaign: campaign.into(), targets }))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CampaignAction {
    /// pause, resume, stop, or retry (those that failed).
    action: String,
}

/// Pause, resume or stop a campaign, or have those that failed try again.
#[utoipa::path(post, path = "/api/v1/firmware-campaigns/{id}/actions", tag = "firmware", params(("id" = String, Path)),
    request_body = CampaignAction,
    responses((status = 200, body = Campaign), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn steer(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<i64>,
    Body(request): Body<CampaignAction>,
) -> Result<Json<Campaign>, HttpError> {
    Ok(Json(state.app.steer_campaign(&principal, id, &request.action).await?.into()))
}
