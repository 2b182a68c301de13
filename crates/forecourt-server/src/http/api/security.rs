//! Security of stations: events, profiles and their upgrade, new passwords.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use forecourt_app::AppError;
use forecourt_app::security::severity::Severity;
use forecourt_app::security::{StationSecurity as Found, Upgrade, UpgradeRequest};
use forecourt_app::store::security::{RotationRecord, SecurityEventFilter, SecurityEventRecord};
use forecourt_core::id::StationId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::certificates::station_id;
use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(events))
        .routes(routes!(show))
        .routes(routes!(rotation, rotate))
        .routes(routes!(upgrade, start_upgrade, cancel_upgrade))
}

/// Something a security officer wants to know.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecurityEvent {
    id: String,
    station_id: String,
    station_identity: String,
    at: String,
    /// The charger's own time, where it told: it may have been offline.
    happened_at: Option<String>,
    /// The standard's word, a vendor's, or one of ours.
    kind: String,
    /// critical, high, medium or low.
    severity: String,
    info: Option<String>,
}

impl From<SecurityEventRecord> for SecurityEvent {
    fn from(record: SecurityEventRecord) -> Self {
        Self {
            id: record.id.to_string(),
            station_id: record.station.to_string(),
            station_identity: record.station_identity,
            at: record.at.to_string(),
            happened_at: record.happened_at.map(|at| at.to_string()),
            kind: record.kind,
            severity: record.severity,
            info: record.info,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SecurityEventQuery {
    station_id: Option<String>,
    /// critical, high, medium or low.
    severity: Option<String>,
    kind: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Security events, the newest first.
#[utoipa::path(get, path = "/api/v1/security-events", tag = "security", params(SecurityEventQuery),
    responses((status = 200, body = List<SecurityEvent>), (status = 422, body = Problem)))]
async fn events(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<SecurityEventQuery>,
) -> Result<Json<List<SecurityEvent>>, HttpError> {
    if query.severity.as_deref().is_some_and(|word| Severity::parse(word).is_none()) {
        return Err(AppError::field("/severity", "critical, high, medium or low").into());
    }
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let filter = SecurityEventFilter {
        station: query.station_id.as_deref().map(station_id).transpose()?,
        severity: query.severity,
        kind: query.kind,
    };
    let page =
        state.app.security_events(&principal, &filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, SecurityEvent::from)))
}

/// How sure we are of a charger.
#[derive(Debug, Serialize, ToSchema)]
pub struct StationSecurity {
    /// The security profile that holds: less is refused.
    profile: i64,
    /// One it was asked to rise to and has not yet connected with.
    next_profile: Option<i64>,
    has_password: bool,
    /// The profile its present connection satisfies; null while it is offline.
    connected_with: Option<i64>,
    /// The certificate of its present connection.
    certificate_id: Option<String>,
    rotation: Option<PasswordRotation>,
    upgrade: Option<SecurityUpgrade>,
}

/// What holds for a charger.
#[utoipa::path(get, path = "/api/v1/stations/{id}/security", tag = "security", params(("id" = String, Path)),
    responses((status = 200, body = StationSecurity), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<StationSecurity>, HttpError> {
    let upgrade = state.app.security_upgrade(&principal, id).await?;
    let found: Found = state.app.station_security(&principal, id).await?;
    Ok(Json(StationSecurity {
        profile: found.profile,
        next_profile: found.next_profile,
        has_password: found.has_password,
        connected_with: found.connected_with,
        certificate_id: found.certificate.map(|id| id.to_string()),
        rotation: found.rotation.map(PasswordRotation::from),
        upgrade: upgrade.map(SecurityUpgrade::from),
    }))
}

/// A new password on its way to a charger.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordRotation {
    /// sending, waiting (the charger took it), unclear (it did not answer), refused or done. In the first three the old
    /// password and the new one open the door.
    state: String,
    /// The same in a sentence.
    detail: Option<String>,
    by: String,
    started_at: String,
    changed_at: String,
    /// Set once, where a password was generated.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl From<RotationRecord> for PasswordRotation {
    fn from(record: RotationRecord) -> Self {
        Self {
            state: record.state,
            detail: record.detail,
            by: record.asked_by,
            started_at: record.started_at.to_string(),
            changed_at: record.changed_at.to_string(),
            password: None,
        }
    }
}

/// The last change of a charger's password.
#[utoipa::path(get, path = "/api/v1/stations/{id}/password-rotation", tag = "security", params(("id" = String, Path)),
    responses((status = 200, body = PasswordRotation), (status = 404, body = Problem)))]
async fn rotation(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<PasswordRotation>, HttpError> {
    let found = state.app.password_rotation(&principal, id).await?;
    Ok(Json(found.ok_or(AppError::NotFound("change of this charger's password"))?.into()))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct RotatePassword {
    /// Generated and shown once where absent. 16 to 40 characters; 16 to 20 for OCPP 1.6.
    password: Option<String>,
}

/// Give a connected charger a new password, and wait for its answer (at most 40 s).
#[utoipa::path(post, path = "/api/v1/stations/{id}/password-rotation", tag = "security", params(("id" = String, Path)), request_body = RotatePassword,
    responses((status = 200, body = PasswordRotation), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn rotate(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<RotatePassword>,
) -> Result<Json<PasswordRotation>, HttpError> {
    let started = state.app.rotate_password(&principal, id, request.password).await?;
    Ok(Json(PasswordRotation { password: started.password, ..started.rotation.into() }))
}

/// One step of an upgrade.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpgradeStep {
    name: String,
    /// What it is, in words.
    title: String,
    /// done, missing (must be set up first), to_do, waiting, failed or not_needed.
    #[schema(value_type = String)]
    state: forecourt_app::security::StepState,
    detail: String,
}

/// A charger on its way to a higher security profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecurityUpgrade {
    profile: i64,
    /// blocked (something must be set up first; nothing was sent), running, waiting (for the charger to connect with the
    /// new profile), failed, cancelled or done.
    state: String,
    steps: Vec<UpgradeStep>,
    by: String,
    started_at: String,
    changed_at: String,
}

impl From<Upgrade> for SecurityUpgrade {
    fn from(upgrade: Upgrade) -> Self {
        let step = |step: forecourt_app::security::Step| UpgradeStep {
            name: step.name,
            title: step.title,
            state: step.state,
            detail: step.detail,
        };
        Self {
            profile: upgrade.record.profile,
            state: upgrade.record.state,
            steps: upgrade.steps.into_iter().map(step).collect(),
            by: upgrade.record.asked_by,
            started_at: upgrade.record.started_at.to_string(),
            changed_at: upgrade.record.changed_at.to_string(),
        }
    }
}

/// The last upgrade of a charger's security profile, with its steps.
#[utoipa::path(get, path = "/api/v1/stations/{id}/security-upgrade", tag = "security", params(("id" = String, Path)),
    responses((status = 200, body = SecurityUpgrade), (status = 404, body = Problem)))]
async fn upgrade(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<SecurityUpgrade>, HttpError> {
    let found = state.app.security_upgrade(&principal, id).await?;
    Ok(Json(found.ok_or(AppError::NotFound("upgrade of this charger"))?.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct StartUpgrade {
    /// 1 (password), 2 (password and TLS) or 3 (certificate).
    profile: i64,
    /// You know that the charger trusts this server's certificate already.
    #[serde(default)]
    root_is_trusted: bool,
    /// Slot for the new connection (OCPP 2.x); chosen where absent.
    slot: Option<i64>,
    /// Network interface of the charger (OCPP 2.x), for example Wired0.
    interface: Option<String>,
    /// Restart an OCPP 1.6 charger afterwards; others always are.
    #[serde(default)]
    restart: bool,
}

/// Raise a charger's security profile: checks what must be there, then does every step. The profile itself is raised when
/// the charger has connected with it.
#[utoipa::path(post, path = "/api/v1/stations/{id}/security-upgrade", tag = "security", params(("id" = String, Path)), request_body = StartUpgrade,
    responses((status = 200, body = SecurityUpgrade), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn start_upgrade(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<StartUpgrade>,
) -> Result<Json<SecurityUpgrade>, HttpError> {
    let request = UpgradeRequest {
        profile: request.profile,
        root_is_trusted: request.root_is_trusted,
        slot: request.slot,
        interface: request.interface,
        restart: request.restart,
    };
    Ok(Json(state.app.start_security_upgrade(&principal, id, request).await?.into()))
}

/// Give an upgrade up; the charger keeps the profile it has proved.
#[utoipa::path(delete, path = "/api/v1/stations/{id}/security-upgrade", tag = "security", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel_upgrade(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<StatusCode, HttpError> {
    state.app.cancel_security_upgrade(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
