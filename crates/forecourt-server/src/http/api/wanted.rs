//! What a station should hold: its list of charge keys and its charging profiles.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use forecourt_app::store::wanted::{LocalListRecord, WantedProfileRecord};
use forecourt_core::charging::ChargingProfile;
use forecourt_core::command::LocalListEntry;
use forecourt_core::id::StationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::List;
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Three};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, keep_list))
        .routes(routes!(profiles, want_profile))
        .routes(routes!(unwant_profile))
}

/// The charge keys a station knows while it is offline.
#[derive(Debug, Serialize, ToSchema)]
pub struct LocalList {
    enabled: bool,
    /// The newest version the station confirmed.
    version: i64,
    /// off, new (not sent yet), current or refused.
    state: String,
    /// The station's reason.
    detail: Option<String>,
    changed_at: String,
    /// When a refused list is tried again.
    retry_at: Option<String>,
    /// What the station confirmed to hold.
    entries: Vec<LocalListEntry>,
}

impl From<LocalListRecord> for LocalList {
    fn from(record: LocalListRecord) -> Self {
        Self {
            enabled: record.enabled,
            version: record.version,
            state: record.state,
            detail: record.detail,
            changed_at: record.changed_at.to_string(),
            retry_at: record.retry_at.map(|at| at.to_string()),
            entries: serde_json::from_str(&record.entries).unwrap_or_default(),
        }
    }
}

/// A station's list of charge keys, as it confirmed it.
#[utoipa::path(get, path = "/api/v1/stations/{id}/local-list", tag = "local list", params(("id" = String, Path)),
    responses((status = 200, body = LocalList), (status = 404, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<LocalList>, HttpError> {
    Ok(Json(state.app.local_list(&principal, id).await?.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct LocalListChoice {
    enabled: bool,
}

/// Keep the station's list equal to the organisation's charge keys, or empty it. Done as soon as the station is connected.
#[utoipa::path(put, path = "/api/v1/stations/{id}/local-list", tag = "local list", params(("id" = String, Path)),
    request_body = LocalListChoice, responses((status = 200, body = LocalList), (status = 404, body = Problem)))]
async fn keep_list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(choice): Body<LocalListChoice>,
) -> Result<Json<LocalList>, HttpError> {
    let list = state.app.keep_local_list(&principal, id, choice.enabled).await?;
    state.app.run_errands_soon(id);
    Ok(Json(list.into()))
}

/// A charging profile a station should hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct WantedProfile {
    /// 0: the station as a whole.
    evse: i64,
    profile: ChargingProfile,
    /// wanted (not sent yet), held, refused or leaving.
    state: String,
    detail: Option<String>,
    changed_at: String,
    retry_at: Option<String>,
}

fn shown(record: WantedProfileRecord) -> Option<WantedProfile> {
    Some(WantedProfile {
        evse: record.evse,
        profile: serde_json::from_str(&record.body).ok()?,
        state: record.state,
        detail: record.detail,
        changed_at: record.changed_at.to_string(),
        retry_at: record.retry_at.map(|at| at.to_string()),
    })
}

/// The charging profiles a station should hold and whether it does.
#[utoipa::path(get, path = "/api/v1/stations/{id}/charging-profiles", tag = "charging profiles", params(("id" = String, Path)),
    responses((status = 200, body = List<WantedProfile>), (status = 404, body = Problem)))]
async fn profiles(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<WantedProfile>>, HttpError> {
    let found = state.app.wanted_profiles(&principal, id).await?;
    Ok(Json(List::whole(found.into_iter().filter_map(shown).collect())))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ProfileRequest {
    /// 0: the station as a whole.
    evse: i64,
    profile: ChargingProfile,
}

/// Have a station hold a charging profile from now on, whatever it forgets. One of the same EVSE and id is replaced.
#[utoipa::path(put, path = "/api/v1/stations/{id}/charging-profiles", tag = "charging profiles", params(("id" = String, Path)),
    request_body = ProfileRequest,
    responses((status = 200, body = WantedProfile), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn want_profile(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<ProfileRequest>,
) -> Result<Json<WantedProfile>, HttpError> {
    let record = state.app.want_profile(&principal, id, request.evse, &request.profile).await?;
    state.app.run_errands_soon(id);
    let nothing = || HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, "the profile cannot be shown");
    Ok(Json(shown(record).ok_or_else(nothing)?))
}

/// Have a station give up a charging profile.
#[utoipa::path(delete, path = "/api/v1/stations/{id}/charging-profiles/{evse}/{profile}", tag = "charging profiles",
    params(("id" = String, Path), ("evse" = i64, Path), ("profile" = i64, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn unwant_profile(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Three(station, evse, profile): Three<StationId, i64, i64>,
) -> Result<StatusCode, HttpError> {
    state.app.unwant_profile(&principal, station, evse, profile).await?;
    state.app.run_errands_soon(station);
    Ok(StatusCode::NO_CONTENT)
}
