//! Home chargers: whose each is, who was asked to claim it, and what a kilowatt-hour costs there.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forecourt_app::AppError;
use forecourt_app::drivers::IssuedCode;
use forecourt_app::home::{ClaimState, HomeChargerRecord, HomeFilter, NewOwner, claim_word, effective};
use forecourt_core::id::{DriverId, PriceProfileId, StationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::invitations::language;
use super::paging::{List, Paging};
use super::price_profiles::{OutlookQuery, PriceOutlook};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(show))
        .routes(routes!(price))
        .routes(routes!(set_owner, remove_owner))
        .routes(routes!(set_profile))
        .routes(routes!(driver_profile, set_driver_profile))
}

/// Whose home charger it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomeChargerOwner {
    driver_id: String,
    name: String,
    email: Option<String>,
    since: String,
}

/// Somebody was asked to claim it.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomeChargerInvitation {
    name: String,
    /// Null: the code was handed over.
    email: Option<String>,
    at: String,
    expires_at: String,
}

/// A price profile by its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedProfile {
    id: String,
    name: String,
}

/// A charger at somebody's home.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomeCharger {
    /// Of the charger.
    id: String,
    identity: String,
    name: Option<String>,
    site_id: String,
    site_name: String,
    /// nobody, invited, expired or claimed.
    claim: String,
    owner: Option<HomeChargerOwner>,
    invitation: Option<HomeChargerInvitation>,
    /// Written down with the charger before anybody was asked.
    contact_email: Option<String>,
    /// That it follows: its own, else that of its owner.
    price_profile: Option<NamedProfile>,
    /// It has a profile of its own.
    has_own_profile: bool,
    online: bool,
    /// Of its first connector.
    status: Option<String>,
    last_session_at: Option<String>,
}

/// A home charger, and the code for its new owner where one was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomeChargerWithCode {
    home_charger: HomeCharger,
    /// To hand over: told this once. Null where it went by letter, or a known driver was named.
    code: Option<String>,
    expires_at: Option<String>,
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn shape(state: &HttpState, record: HomeChargerRecord) -> HomeCharger {
    let claim = claim_word(state.app.claim_state(&record)).into();
    let price_profile = effective(&record).map(|(id, name)| NamedProfile { id: id.to_string(), name });
    HomeCharger {
        id: record.station.to_string(),
        identity: record.identity,
        name: record.name,
        site_id: record.site.to_string(),
        site_name: record.site_name,
        claim,
        owner: record.owner.map(|owner| HomeChargerOwner {
            driver_id: owner.driver.to_string(),
            name: owner.name,
            email: filled(owner.email),
            since: owner.since.to_string(),
        }),
        invitation: record.invitation.map(|invitation| HomeChargerInvitation {
            name: invitation.name,
            email: filled(invitation.email),
            at: invitation.at.to_string(),
            expires_at: invitation.expires_at.to_string(),
        }),
        contact_email: record.contact,
        has_own_profile: record.profile.is_some(),
        price_profile,
        online: record.online,
        status: record.status,
        last_session_at: record.last_session_at.map(|at| at.to_string()),
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HomeChargerQuery {
    /// Finds charger, owner or e-mail.
    q: Option<String>,
    /// nobody, invited, expired or claimed.
    claim: Option<String>,
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    limit: Option<u32>,
    cursor: Option<String>,
    /// Of an export: csv (default), xlsx or pdf.
    format: Option<String>,
}

impl HomeChargerQuery {
    fn filter(&self) -> Result<HomeFilter, HttpError> {
        let state = match self.claim.as_deref().filter(|word| !word.is_empty()) {
            None => None,
            Some("nobody") => Some(ClaimState::Nobody),
            Some("invited") => Some(ClaimState::Invited),
            Some("expired") => Some(ClaimState::Expired),
            Some("claimed") => Some(ClaimState::Claimed),
            Some(_) => {
                let text = "claim: nobody, invited, expired or claimed";
                return Err(HttpError::new(StatusCode::BAD_REQUEST, text));
            }
        };
        let text = self.q.clone().filter(|text| !text.trim().is_empty());
        Ok(HomeFilter { text, state, driver: self.driver_id, ..HomeFilter::default() })
    }
}

/// A known driver, or somebody who is asked: by letter where there is an address, else with a code to hand over.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct HomeOwnerRequest {
    driver_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    /// Of the letter: en, de or da.
    language: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ProfileChoice {
    /// Null takes it away.
    price_profile_id: Option<String>,
}

impl ProfileChoice {
    fn id(&self) -> Result<Option<PriceProfileId>, HttpError> {
        let wrong = |_| AppError::field("/price_profile_id", "there is no such price profile");
        Ok(self.price_profile_id.as_deref().map(|text| text.parse().map_err(wrong)).transpose()?)
    }
}

/// The profile of everything a driver has at home.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriverProfile {
    price_profile_id: Option<String>,
}

/// What a kilowatt-hour costs at a home charger.
#[derive(Debug, Serialize, ToSchema)]
pub struct HomeChargerPrice {
    /// Name of the price profile.
    profile: String,
    outlook: PriceOutlook,
}

/// Chargers at home, by identity.
#[utoipa::path(get, path = "/api/v1/home-chargers", tag = "home", params(HomeChargerQuery),
    responses((status = 200, body = List<HomeCharger>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<HomeChargerQuery>,
) -> Result<Json<List<HomeCharger>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor.clone() };
    let cursor = paging.cursor()?;
    let page = state.app.home_chargers(&principal, query.filter()?, cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, |record| shape(&state, record))))
}

/// Chargers at home as a file.
#[utoipa::path(get, path = "/api/v1/home-chargers/export", tag = "home", params(HomeChargerQuery),
    responses((status = 200, description = "The file")))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<HomeChargerQuery>,
) -> Result<Response, HttpError> {
    let format = read_format(query.format.as_deref())?;
    respond(state.app.home_charger_sheet(&principal, query.filter()?).await?, format).await
}

/// A charger at home.
#[utoipa::path(get, path = "/api/v1/home-chargers/{id}", tag = "home", params(("id" = String, Path)),
    responses((status = 200, body = HomeCharger), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<HomeCharger>, HttpError> {
    let record = state.app.home_charger(&principal, id).await?;
    Ok(Json(shape(&state, record)))
}

/// What a kilowatt-hour costs at a home charger, now and over some days: for the app of its owner.
#[utoipa::path(get, path = "/api/v1/home-chargers/{id}/price", tag = "home", params(("id" = String, Path), OutlookQuery),
    responses((status = 200, body = HomeChargerPrice), (status = 404, body = Problem)))]
async fn price(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Query(query): Query<OutlookQuery>,
) -> Result<Json<HomeChargerPrice>, HttpError> {
    let (profile, outlook) = state.app.home_charger_price(&principal, id, &query.read()).await?;
    Ok(Json(HomeChargerPrice { profile, outlook: outlook.into() }))
}

/// Give a home charger to a driver, or ask somebody to claim it. Who had it before has it no longer.
#[utoipa::path(put, path = "/api/v1/home-chargers/{id}/owner", tag = "home", params(("id" = String, Path)),
    request_body = HomeOwnerRequest,
    responses((status = 200, body = HomeChargerWithCode), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_owner(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<HomeOwnerRequest>,
) -> Result<Json<HomeChargerWithCode>, HttpError> {
    let owner = match request.driver_id {
        Some(text) => {
            let wrong = |_| AppError::field("/driver_id", "there is no such driver");
            NewOwner::Known(text.parse().map_err(wrong)?)
        }
        None => {
            let language = language(request.language.as_deref())?;
            NewOwner::Asked { name: request.name.unwrap_or_default(), email: request.email, language }
        }
    };
    let (record, issued) = state.app.set_home_owner(&principal, id, owner).await?;
    let expires_at = issued.as_ref().map(|issued| issued.expires_at.to_string());
    let code = issued.filter(|issued| !issued.by_letter).map(|issued: IssuedCode| issued.code);
    Ok(Json(HomeChargerWithCode { home_charger: shape(&state, record), code, expires_at }))
}

/// From now on the charger is nobody's, and a code that was made for it no longer works.
#[utoipa::path(delete, path = "/api/v1/home-chargers/{id}/owner", tag = "home", params(("id" = String, Path)),
    responses((status = 200, body = HomeCharger), (status = 404, body = Problem)))]
async fn remove_owner(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
) -> Result<Json<HomeCharger>, HttpError> {
    let record = state.app.remove_home_owner(&principal, id).await?;
    Ok(Json(shape(&state, record)))
}

/// Choose the price profile of one home charger.
#[utoipa::path(put, path = "/api/v1/home-chargers/{id}/price-profile", tag = "home", params(("id" = String, Path)),
    request_body = ProfileChoice,
    responses((status = 200, body = HomeCharger), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_profile(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<StationId>,
    Body(request): Body<ProfileChoice>,
) -> Result<Json<HomeCharger>, HttpError> {
    let record = state.app.set_home_profile(&principal, id, request.id()?).await?;
    Ok(Json(shape(&state, record)))
}

/// The price profile of everything a driver has at home.
#[utoipa::path(get, path = "/api/v1/drivers/{id}/price-profile", tag = "home", params(("id" = String, Path)),
    responses((status = 200, body = DriverProfile), (status = 404, body = Problem)))]
async fn driver_profile(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
) -> Result<Json<DriverProfile>, HttpError> {
    let found = state.app.driver_home_profile(&principal, id).await?;
    Ok(Json(DriverProfile { price_profile_id: found.map(|id| id.to_string()) }))
}

/// Choose the price profile of everything a driver has at home, but for chargers with one of their own.
#[utoipa::path(put, path = "/api/v1/drivers/{id}/price-profile", tag = "home", params(("id" = String, Path)),
    request_body = ProfileChoice,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn set_driver_profile(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
    Body(request): Body<ProfileChoice>,
) -> Result<StatusCode, HttpError> {
    state.app.set_driver_home_profile(&principal, id, request.id()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
