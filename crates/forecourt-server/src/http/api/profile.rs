//! What an organisation says of itself, and how its login page looks.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use forecourt_app::AppError;
use forecourt_app::profile::{Branding, Details, PACKAGES, Profile as Found, ProfileEdit};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::documents::Content;
use super::issues::given;
use super::paging::{etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(show, change))
        .routes(routes!(logo, set_logo, remove_logo))
        .routes(routes!(brand))
        .routes(routes!(brand_logo))
}

/// What an organisation says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Profile {
    /// Name on receipts, addresses, contacts.
    #[schema(value_type = ProfileDetails)]
    details: Details,
    /// Whether anything was said yet.
    details_given: bool,
    #[schema(value_type = ProfileBranding)]
    branding: Branding,
    /// Parts of the product that are on.
    packages: Vec<String>,
    /// Parts of the product that there are.
    known_packages: [&'static str; 2],
    /// The path or sub-domain of the login page.
    slug: Option<String>,
    has_logo: bool,
    version: i64,
}

impl From<Found> for Profile {
    fn from(found: Found) -> Self {
        Self {
            details: found.details,
            details_given: found.details_given,
            branding: found.branding,
            packages: found.packages,
            known_packages: PACKAGES,
            slug: found.slug,
            has_logo: found.has_logo,
            version: found.version,
        }
    }
}

/// The shapes as the document shows them; read and written by the application's own types.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only their shape counts")]
pub struct ProfileAddress {
    street: String,
    postal_code: String,
    city: String,
    /// ISO 3166-1 alpha-2.
    country: String,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "only their shape counts")]
pub struct ProfileContact {
    name: String,
    email: String,
    phone: String,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "only their shape counts")]
pub struct ProfileDetails {
    trading_name: String,
    vat_id: String,
    website: String,
    email: String,
    /// Printed on receipts.
    registered: ProfileAddress,
    /// null: the registered address.
    billing: Option<ProfileAddress>,
    general: ProfileContact,
    /// Gets revenue statements.
    finance: ProfileContact,
    /// For the people who work here.
    platform_support: ProfileContact,
    /// For drivers; the default of every site.
    driver_support: ProfileContact,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "only their shape counts")]
pub struct ProfileBranding {
    /// In place of the product's name.
    product_name: String,
    /// `#rrggbb`; empty: the product's.
    colour: String,
    welcome: String,
    /// Whom somebody who cannot sign in turns to.
    help: String,
}

/// Members that are absent stay as they are; those that are given are replaced whole.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ProfileRequest {
    #[schema(value_type = Option<ProfileDetails>)]
    details: Option<Details>,
    /// Takes the package white_label.
    #[schema(value_type = Option<ProfileBranding>)]
    branding: Option<Branding>,
    /// Takes an administrator.
    packages: Option<Vec<String>>,
    /// null: no login page of its own.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    slug: Option<Option<String>>,
}

/// The organisation's details, branding and packages.
#[utoipa::path(get, path = "/api/v1/organisation/profile", tag = "organisations", responses((status = 200, body = Profile)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<impl IntoResponse, HttpError> {
    let found = state.app.profile(&principal).await?;
    Ok((etag(found.version), Json(Profile::from(found))))
}

/// Change them. `If-Match` takes the version.
#[utoipa::path(patch, path = "/api/v1/organisation/profile", tag = "organisations", request_body = ProfileRequest,
    responses((status = 200, body = Profile), (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    headers: HeaderMap,
    Body(request): Body<ProfileRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let ProfileRequest { details, branding, packages, slug } = request;
    let edit = ProfileEdit { details, branding, packages, slug };
    let found = state.app.edit_profile(&principal, expected(&headers)?, edit).await?;
    Ok((etag(found.version), Json(Profile::from(found))))
}

/// A picture of somebody's that nothing in a browser may take for a page.
fn picture((content, kind): (Vec<u8>, String)) -> Response {
    let headers: [(HeaderName, String); 4] = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "private, no-cache".into()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".into()),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".into()),
    ];
    (headers, content).into_response()
}

/// The organisation's logo.
#[utoipa::path(get, path = "/api/v1/organisation/logo", tag = "organisations",
    responses((status = 200, content_type = "image/*"), (status = 404, body = Problem)))]
async fn logo(State(state): State<HttpState>, Caller(principal): Caller) -> Result<Response, HttpError> {
    Ok(picture(state.app.logo(principal.organisation).await?))
}

/// Set the logo: a PNG, JPEG or WebP of at most 512 kB, which is the body; square, 400 by 400 is best.
#[utoipa::path(put, path = "/api/v1/organisation/logo", tag = "organisations",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204), (status = 422, body = Problem)))]
async fn set_logo(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Content(content): Content,
) -> Result<StatusCode, HttpError> {
    state.app.set_logo(&principal, Some(&content)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take the logo away.
#[utoipa::path(delete, path = "/api/v1/organisation/logo", tag = "organisations", responses((status = 204)))]
async fn remove_logo(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<StatusCode, HttpError> {
    state.app.set_logo(&principal, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BrandQuery {
    /// The path or sub-domain of the login page.
    slug: String,
}

/// How a login page looks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Brand {
    name: String,
    /// In place of the product's name; empty: the product's.
    product_name: String,
    /// `#rrggbb`; empty: the product's.
    colour: String,
    welcome: String,
    help: String,
    has_logo: bool,
    /// People may sign in by the organisation's own provider.
    single_sign_on: bool,
}

/// `brand` is null where nobody has this address.
#[derive(Debug, Serialize, ToSchema)]
pub struct BrandAnswer {
    brand: Option<Brand>,
}

/// How the login page at a path or sub-domain looks; asked before anybody is signed in.
#[utoipa::path(get, path = "/api/v1/brand", tag = "organisations", params(BrandQuery), security(()),
    responses((status = 200, body = BrandAnswer)))]
async fn brand(
    State(state): State<HttpState>,
    Query(query): Query<BrandQuery>,
) -> Result<Json<BrandAnswer>, HttpError> {
    let Some(found) = state.app.brand(&query.slug).await? else {
        return Ok(Json(BrandAnswer { brand: None }));
    };
    let brand = Brand {
        single_sign_on: state.app.has_provider(found.organisation).await?,
        name: found.name,
        product_name: found.branding.product_name,
        colour: found.branding.colour,
        welcome: found.branding.welcome,
        help: found.branding.help,
        has_logo: found.has_logo,
    };
    Ok(Json(BrandAnswer { brand: Some(brand) }))
}

/// The logo of a login page.
#[utoipa::path(get, path = "/api/v1/brand/logo", tag = "organisations", params(BrandQuery), security(()),
    responses((status = 200, content_type = "image/*"), (status = 404, body = Problem)))]
async fn brand_logo(
    State(state): State<HttpState>,
    Query(query): Query<BrandQuery>,
) -> Result<Response, HttpError> {
    let brand = state.app.brand(&query.slug).await?.ok_or(AppError::NotFound("logo"))?;
    Ok(picture(state.app.logo(brand.organisation).await?))
}
