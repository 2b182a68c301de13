//! Certificates: the inventory, what stations asked for, and what they trust.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use forecourt_app::AppError;
use forecourt_app::certificates::NewTrusted;
use forecourt_app::store::certificate::{CertificateFilter, CertificateRecord, CertificateRequestRecord};
use forecourt_app::store::security::InstalledRecord;
use forecourt_core::command::TrustUse;
use forecourt_core::id::{CertificateId, StationId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::commands::CommandState;
use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .routes(routes!(show, delete))
        .routes(routes!(revoke))
        .routes(routes!(requests))
        .routes(routes!(renew))
        .routes(routes!(installed, install))
        .routes(routes!(refresh))
        .routes(routes!(uninstall))
}

/// A certificate of the inventory.
#[derive(Debug, Serialize, ToSchema)]
pub struct Certificate {
    id: String,
    station_id: Option<String>,
    /// Identity of the station, where it is a station's.
    station_identity: Option<String>,
    /// authority, station, v2g, v2g20; station_root, csms, manufacturer, v2g_root, mobility_operator_root or oem_root.
    kind: String,
    /// built_in, external or uploaded.
    origin: String,
    /// issued, accepted, refused, superseded, revoked or expired; trusted for roots.
    state: String,
    detail: Option<String>,
    /// Hex.
    serial: String,
    subject: String,
    issuer: String,
    /// SHA-256, hex.
    fingerprint: String,
    not_before: String,
    not_after: String,
    /// Whole days until it ends; negative when it has ended.
    days_left: i64,
    created_at: String,
    changed_at: String,
    revoked_at: Option<String>,
    /// The certificate, then its issuers without the root.
    pem: String,
}

impl Certificate {
    pub fn of(record: CertificateRecord, now: Timestamp) -> Self {
        let left = record.not_after.duration_since(now).as_secs();
        Self {
            id: record.id.to_string(),
            station_id: record.station.map(|id| id.to_string()),
            station_identity: record.station_identity,
            kind: record.kind,
            origin: record.origin,
            state: record.state,
            detail: record.detail,
            serial: record.serial,
            subject: record.subject,
            issuer: record.issuer,
            fingerprint: record.fingerprint,
            not_before: record.not_before.to_string(),
            not_after: record.not_after.to_string(),
            days_left: left.div_euclid(86_400),
            created_at: record.created_at.to_string(),
            changed_at: record.changed_at.to_string(),
            revoked_at: record.revoked_at.map(|at| at.to_string()),
            pem: record.pem,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CertificateQuery {
    station_id: Option<String>,
    kind: Option<String>,
    state: Option<String>,
    /// Only those that end within so many days, or have ended.
    ends_within_days: Option<i64>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Certificates, the first to end first.
#[utoipa::path(get, path = "/api/v1/certificates", tag = "certificates", params(CertificateQuery),
    responses((status = 200, body = List<Certificate>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<CertificateQuery>,
) -> Result<Json<List<Certificate>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let now = state.app.now();
    let within = |days: i64| now + SignedDuration::from_hours(24 * days.clamp(0, 36_500));
    let filter = CertificateFilter {
        station: query.station_id.as_deref().map(station_id).transpose()?,
        kind: query.kind,
        state: query.state,
        expires_before: query.ends_within_days.map(within),
    };
    let page = state.app.certificates(&principal, &filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, |record| Certificate::of(record, now))))
}

pub(super) fn station_id(text: &str) -> Result<StationId, HttpError> {
    text.parse().map_err(|_| AppError::field("/station_id", "there is no such charger").into())
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct UploadCertificate {
    /// station_root: vouches for chargers that connect here. csms, manufacturer, v2g_root, mobility_operator_root,
    /// oem_root: to install on chargers.
    kind: String,
    /// One certificate of an authority.
    pem: String,
}

/// Take a root or intermediate certificate into the inventory.
#[utoipa::path(post, path = "/api/v1/certificates", tag = "certificates", request_body = UploadCertificate,
    responses((status = 201, body = Certificate), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn upload(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<UploadCertificate>,
) -> Result<impl IntoResponse, HttpError> {
    let new = NewTrusted { kind: request.kind, pem: request.pem };
    let record = state.app.add_trusted(&principal, new).await?;
    Ok((StatusCode::CREATED, Json(Certificate::of(record, state.app.now()))))
}

/// One certificate.
#[utoipa::path(get, path = "/api/v1/certificates/{id}", tag = "certificates", params(("id" = String, Path)),
    responses((status = 200, body = Certificate), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<CertificateId>,
) -> Result<Json<Certificate>, HttpError> {
    let record = state.app.certificate(&principal, id).await?;
    Ok(Json(Certificate::of(record, state.app.now())))
}

/// Take an uploaded certificate out of the inventory.
#[utoipa::path(delete, path = "/api/v1/certificates/{id}", tag = "certificates", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<CertificateId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_trusted(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Revoke {
    reason: Option<String>,
}

/// Revoke a charger's certificate: it opens no door any more, and a charger connected with it is disconnected.
#[utoipa::path(post, path = "/api/v1/certificates/{id}/revoke", tag = "certificates", params(("id" = String, Path)), request_body = Revoke,
    responses((status = 200, body = Certificate), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn revoke(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<CertificateId>,
    Body(request): Body<Revoke>,
) -> Result<Json<Certificate>, HttpError> {
    let record = state.app.revoke_certificate(&principal, id, request.reason).await?;
    Ok(Json(Certificate::of(record, state.app.now())))
}

/// What a charger asked to have signed.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateRequest {
    id: String,
    /// station, v2g or v2g20.
    kind: String,
    /// waiting, signed (to be brought), accepted, refused, failed or superseded.
    state: String,
    detail: Option<String>,
    certificate_id: Option<String>,
    attempts: i64,
    created_at: String,
    changed_at: String,
}

impl From<CertificateRequestRecord> for CertificateRequest {
    fn from(record: CertificateRequestRecord) -> Self {
        Self {
            id: record.id.to_string(),
            kind: record.kind,
            state: record.state,
            detail: record.detail,
            certificate_id: record.certificate.map(|id| id.to_string()),
            attempts: record.attempts,
            created_at: record.created_at.to_string(),
            changed_at: record.changed_at.to_string(),
        }
    }
}

/// What a charger asked to have signed, the newest first (at most 50).
#[utoipa::path(get, path = "/api/v1/stations/{id}/certificate-requests", tag = "certificates", params(("id" = String, Path)),
    responses((status = 200, body = List<CertificateRequest>), (status = 404, body = Problem)))]
async fn requests(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<CertificateRequest>>, HttpError> {
    let found = state.app.certificate_requests(&principal, id).await?;
    Ok(Json(List::whole(found.into_iter().map(CertificateRequest::from).collect())))
}

/// Ask a charger to make a new key and to have it signed.
#[utoipa::path(post, path = "/api/v1/stations/{id}/certificate-renewal", tag = "certificates", params(("id" = String, Path)),
    responses((status = 200, body = CommandState), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn renew(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<CommandState>, HttpError> {
    Ok(Json(state.app.renew_certificate(&principal, id).await?.into()))
}

/// A certificate that a charger holds, as OCPP names it.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstalledCertificate {
    /// csms, manufacturer, v2g_root, mobility_operator_root, oem_root or v2g_chain.
    #[serde(rename = "use")]
    trust: String,
    serial: String,
    issuer_name_hash: String,
    issuer_key_hash: String,
    /// SHA256, SHA384 or SHA512.
    algorithm: String,
    /// The same certificate in the inventory.
    certificate_id: Option<String>,
    seen_at: String,
}

impl From<InstalledRecord> for InstalledCertificate {
    fn from(record: InstalledRecord) -> Self {
        Self {
            trust: record.kind,
            serial: record.serial,
            issuer_name_hash: record.issuer_name_hash,
            issuer_key_hash: record.issuer_key_hash,
            algorithm: record.algorithm,
            certificate_id: record.certificate.map(|id| id.to_string()),
            seen_at: record.seen_at.to_string(),
        }
    }
}

/// Certificates a charger holds, as far as it has said or we installed them.
#[utoipa::path(get, path = "/api/v1/stations/{id}/installed-certificates", tag = "certificates", params(("id" = String, Path)),
    responses((status = 200, body = List<InstalledCertificate>), (status = 404, body = Problem)))]
async fn installed(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<List<InstalledCertificate>>, HttpError> {
    let found = state.app.installed_certificates(&principal, id).await?;
    Ok(Json(List::whole(found.into_iter().map(InstalledCertificate::from).collect())))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Install {
    certificate_id: String,
    /// What the charger is to trust it for; from its kind where absent.
    #[serde(rename = "use")]
    #[schema(value_type = Option<String>)]
    trust: Option<TrustUse>,
}

/// Install a certificate of the inventory on a charger.
#[utoipa::path(post, path = "/api/v1/stations/{id}/installed-certificates", tag = "certificates", params(("id" = String, Path)), request_body = Install,
    responses((status = 200, body = CommandState), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn install(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<Install>,
) -> Result<Json<CommandState>, HttpError> {
    let certificate = request.certificate_id.parse();
    let certificate =
        certificate.map_err(|_| AppError::field("/certificate_id", "there is no such certificate"))?;
    Ok(Json(state.app.install_certificate(&principal, id, certificate, request.trust).await?.into()))
}

/// Ask a charger which certificates it holds; the list is kept when it answers.
#[utoipa::path(post, path = "/api/v1/stations/{id}/installed-certificates/refresh", tag = "certificates", params(("id" = String, Path)),
    responses((status = 200, body = CommandState), (status = 404, body = Problem)))]
async fn refresh(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<CommandState>, HttpError> {
    Ok(Json(state.app.read_installed_certificates(&principal, id).await?.into()))
}

/// Take a certificate out of a charger's trust.
#[utoipa::path(delete, path = "/api/v1/stations/{id}/installed-certificates/{serial}/{issuer_key_hash}", tag = "certificates",
    params(("id" = String, Path), ("serial" = String, Path), ("issuer_key_hash" = String, Path)),
    responses((status = 200, body = CommandState), (status = 404, body = Problem)))]
async fn uninstall(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Path((id, serial, issuer_key_hash)): Path<(String, String, String)>,
) -> Result<Json<CommandState>, HttpError> {
    let id: StationId = id.parse().map_err(|_| AppError::NotFound("charger"))?;
    let done = state.app.delete_installed_certificate(&principal, id, &serial, &issuer_key_hash).await?;
    Ok(Json(done.into()))
}
