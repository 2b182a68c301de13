//! Joining as a driver with a code: open to everybody who has one, and slow for those who guess.

use axum::Json;
use axum::extract::State;
use forecourt_app::AppError;
use forecourt_app::drivers::{CodeView, Redemption};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Address;
use crate::http::body::Body;
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(look)).routes(routes!(redeem))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct DriverCode {
    code: String,
}

/// What a code leads to.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriverCodeLook {
    organisation: String,
    name: String,
    groups: Vec<String>,
    /// The driver's: en, de or da.
    language: String,
    /// The code claims this charger as the one at home.
    home_charger: Option<String>,
}

impl From<CodeView> for DriverCodeLook {
    fn from(view: CodeView) -> Self {
        let CodeView { organisation, name, groups, language, home_charger } = view;
        Self { organisation, name, groups, language, home_charger }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct RedeemCode {
    code: String,
    name: String,
    phone: Option<String>,
}

fn slow_down(state: &HttpState, address: &str) -> Result<(), HttpError> {
    if state.limits.may_sign_in(address, address) { Ok(()) } else { Err(AppError::TooMany.into()) }
}

/// What stands behind a driver's code.
#[utoipa::path(post, path = "/api/v1/redeem/look", tag = "drivers", security(()), request_body = DriverCode,
    responses((status = 200, body = DriverCodeLook), (status = 404, body = Problem), (status = 429, body = Problem)))]
async fn look(
    State(state): State<HttpState>,
    Address(address): Address,
    Body(request): Body<DriverCode>,
) -> Result<Json<DriverCodeLook>, HttpError> {
    slow_down(&state, &address)?;
    Ok(Json(state.app.look_at_code(&request.code).await?.into()))
}

/// Join as a driver.
#[utoipa::path(post, path = "/api/v1/redeem", tag = "drivers", security(()), request_body = RedeemCode,
    responses((status = 200, body = DriverCodeLook), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn redeem(
    State(state): State<HttpState>,
    Address(address): Address,
    Body(request): Body<RedeemCode>,
) -> Result<Json<DriverCodeLook>, HttpError> {
    slow_down(&state, &address)?;
    let RedeemCode { code, name, phone } = request;
    Ok(Json(state.app.redeem_code(Redemption { code, name, phone }).await?.into()))
}
