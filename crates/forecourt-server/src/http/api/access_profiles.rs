//! Access profiles, the rule for charge keys where charging costs something, and why a session has its price.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::AppError;
use forecourt_app::access_profiles::{KeyPayment as Policy, ProfileEdit};
use forecourt_app::store::access_profile::AccessProfileRecord;
use forecourt_core::access_profile::Rules;
use forecourt_core::id::{AccessProfileId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, replace, delete))
        .routes(routes!(key_payment, set_key_payment))
        .routes(routes!(terms))
}

/// Who may charge where, when and at which price.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessProfile {
    id: String,
    name: String,
    active: bool,
    rules: Rules,
    created_at: String,
    version: i64,
}

impl From<AccessProfileRecord> for AccessProfile {
    fn from(record: AccessProfileRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name,
            active: record.active,
            rules: record.rules,
            created_at: record.created_at.to_string(),
            version: record.version,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct AccessProfileRequest {
    /// No two profiles of an organisation have the same.
    name: String,
    active: bool,
    rules: Rules,
}

impl From<AccessProfileRequest> for ProfileEdit {
    fn from(request: AccessProfileRequest) -> Self {
        Self { name: request.name, active: request.active, rules: request.rules }
    }
}

/// Access profiles by name.
#[utoipa::path(get, path = "/api/v1/access-profiles", tag = "access",
    responses((status = 200, body = List<AccessProfile>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<AccessProfile>>, HttpError> {
    let found = state.app.access_profiles(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(AccessProfile::from).collect())))
}

/// Create an access profile. Where an active one holds, only whom one names may charge.
#[utoipa::path(post, path = "/api/v1/access-profiles", tag = "access", request_body = AccessProfileRequest,
    responses((status = 201, body = AccessProfile), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<AccessProfileRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let made = state.app.add_access_profile(&principal, request.into()).await?;
    Ok((StatusCode::CREATED, etag(made.version), Json(AccessProfile::from(made))))
}

/// One access profile.
#[utoipa::path(get, path = "/api/v1/access-profiles/{id}", tag = "access", params(("id" = String, Path)),
    responses((status = 200, body = AccessProfile), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<AccessProfileId>,
) -> Result<impl IntoResponse, HttpError> {
    let found = state.app.access_profile(&principal, id).await?;
    Ok((etag(found.version), Json(AccessProfile::from(found))))
}

/// Change an access profile. Sessions that run keep what was decided.
#[utoipa::path(put, path = "/api/v1/access-profiles/{id}", tag = "access", params(("id" = String, Path)),
    request_body = AccessProfileRequest,
    responses((status = 200, body = AccessProfile), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn replace(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<AccessProfileId>,
    headers: HeaderMap,
    Body(request): Body<AccessProfileRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let made = state.app.set_access_profile(&principal, id, expected(&headers)?, request.into()).await?;
    Ok((etag(made.version), Json(AccessProfile::from(made))))
}

/// Delete an access profile.
#[utoipa::path(delete, path = "/api/v1/access-profiles/{id}", tag = "access", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<AccessProfileId>,
) -> Result<StatusCode, HttpError> {
    state.app.delete_access_profile(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which cards and tags may start a session that costs something.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct KeyPayment {
    /// never (no card starts anything), only_free, with_payment (whose owner or team can pay) or always.
    policy: String,
}

/// The rule for cards and tags where charging costs something.
#[utoipa::path(get, path = "/api/v1/key-payment", tag = "access", responses((status = 200, body = KeyPayment)))]
async fn key_payment(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<KeyPayment>, HttpError> {
    let policy = state.app.key_payment(&principal).await?;
    Ok(Json(KeyPayment { policy: policy.as_str().to_owned() }))
}

/// Change the rule for cards and tags where charging costs something.
#[utoipa::path(put, path = "/api/v1/key-payment", tag = "access", request_body = KeyPayment,
    responses((status = 200, body = KeyPayment), (status = 422, body = Problem)))]
async fn set_key_payment(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<KeyPayment>,
) -> Result<Json<KeyPayment>, HttpError> {
    let unknown = || AppError::field("/policy", "never, only_free, with_payment or always");
    let policy = Policy::parse(&request.policy).ok_or_else(unknown)?;
    state.app.set_key_payment(&principal, policy).await?;
    Ok(Json(KeyPayment { policy: policy.as_str().to_owned() }))
}

/// Why a session has the price it has, as it was decided at its start.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionTerms {
    tariff_id: String,
    tariff_name: Option<String>,
    /// What the tariff was found by: profile, plug, charger or site.
    tariff_by: String,
    profile: Option<TermsProfile>,
    /// Names of profiles that would have admitted too, less closely or at a higher price.
    instead_of: Vec<String>,
    /// Alias of the member discount.
    discount: Option<String>,
    idle_fee: Option<TermsIdleFee>,
    booking: Option<TermsBooking>,
}

/// The booking a session belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsBooking {
    id: String,
    /// The session is the booking's from then on; before it is priced as everybody's.
    from: String,
    /// Priced by the booking's own price.
    has_own_price: bool,
    /// Wh that cost nothing.
    free_wh: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TermsProfile {
    id: String,
    name: String,
    /// Whom it named: driver, group or public.
    by: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TermsIdleFee {
    name: String,
    rules: forecourt_core::idle_fee::IdleFee,
    /// A fee may still be added.
    is_open: bool,
    /// When the plug began to be blocked.
    began_at: Option<String>,
    /// Time that counts, in seconds.
    blocked_s: i64,
}

/// Why a session has its price; 404 where it has none.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/terms", tag = "sessions", params(("id" = String, Path)),
    responses((status = 200, body = SessionTerms), (status = 404, body = Problem)))]
async fn terms(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SessionId>,
) -> Result<Json<SessionTerms>, HttpError> {
    let found = state.app.why_this_price(&principal, id).await?;
    let profile = found.profile.map(|(id, name, by)| TermsProfile { id: id.to_string(), name, by });
    let idle_fee = found.idle.map(|(name, idle, is_open)| TermsIdleFee {
        name,
        is_open,
        began_at: idle.course.began.map(|at| at.to_string()),
        blocked_s: idle.course.counted_ms / 1_000,
        rules: idle.rules,
    });
    Ok(Json(SessionTerms {
        tariff_id: found.tariff.to_string(),
        tariff_name: found.tariff_name,
        tariff_by: found.tariff_by,
        profile,
        instead_of: found.instead_of,
        discount: found.discount,
        idle_fee,
        booking: found.booking.map(|booked| TermsBooking {
            id: booked.booking.to_string(),
            from: booked.from.to_string(),
            has_own_price: booked.own.is_some(),
            free_wh: booked.free_wh,
        }),
    }))
}
