//! Operators of the organisation and their rights.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use forecourt_app::store::{Colleague, MembershipRecord};
use forecourt_app::{AppError, Rights};
use forecourt_core::access::{Permission, Permissions, Role};
use forecourt_core::id::{OperatorId, SiteId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{FormatQuery, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(show, edit, remove))
        .routes(routes!(roles))
}

/// A person who may sign in for this organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Member {
    id: String,
    name: String,
    email: String,
    #[schema(value_type = String, example = "operator")]
    role: Role,
    /// What the person may do.
    permissions: Vec<&'static str>,
    /// Whether the rights differ from the role's.
    own_permissions: bool,
    /// The only sites the person sees; null: every site.
    sites: Option<Vec<String>>,
    second_factor: bool,
    created_at: String,
    last_seen_at: Option<String>,
}

impl From<Colleague> for Member {
    fn from(from: Colleague) -> Self {
        let MembershipRecord { operator, role, permissions, created_at, last_seen_at, .. } = from.membership;
        Self {
            id: operator.to_string(),
            name: from.name,
            email: from.email,
            role,
            permissions: permissions.unwrap_or_else(|| role.permissions()).words(),
            own_permissions: permissions.is_some(),
            sites: site_texts(from.membership.sites),
            second_factor: from.second_factor,
            created_at: created_at.to_string(),
            last_seen_at: last_seen_at.map(|at| at.to_string()),
        }
    }
}

pub(super) fn site_texts(sites: Option<Vec<SiteId>>) -> Option<Vec<String>> {
    sites.map(|sites| sites.iter().map(ToString::to_string).collect())
}

/// What a person is to be given.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RightsRequest {
    /// admin, operator, support or maintenance.
    role: String,
    /// Without: those of the role.
    permissions: Option<Vec<String>>,
    /// The only sites the person will see; without: every site.
    #[schema(value_type = Option<Vec<String>>)]
    sites: Option<Vec<SiteId>>,
}

impl RightsRequest {
    pub(super) fn read(self) -> Result<Rights, HttpError> {
        let role = Role::parse(&self.role);
        let role = role.ok_or_else(|| AppError::field("/role", "admin, operator, support or maintenance"))?;
        let parse = |(place, word): (usize, String)| {
            Permission::parse(&word)
                .ok_or_else(|| AppError::field(&format!("/permissions/{place}"), "no such right"))
        };
        let permissions = self
            .permissions
            .map(|words| words.into_iter().enumerate().map(parse).collect::<Result<Permissions, _>>());
        Ok(Rights { role, permissions: permissions.transpose()?, sites: self.sites })
    }
}

/// A preset of rights.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolePreset {
    role: &'static str,
    permissions: Vec<&'static str>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Part of a name or an address.
    text: Option<String>,
}

/// Operators, by name.
#[utoipa::path(get, path = "/api/v1/operators", tag = "operators",
    params(Paging, Search),
    responses((status = 200, body = List<Member>), (status = 403, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(paging): Query<Paging>,
    Query(search): Query<Search>,
) -> Result<Json<List<Member>>, HttpError> {
    let text = search.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let page = state.app.colleagues(&principal, text, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Member::from)))
}

/// Operators as a file.
#[utoipa::path(get, path = "/api/v1/operators/export", tag = "operators", params(Search, FormatQuery),
    responses((status = 200, description = "The file"), (status = 403, body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(format): Query<FormatQuery>,
    Query(search): Query<Search>,
) -> Result<Response, HttpError> {
    let text = search.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let format = format.format()?;
    respond(state.app.operator_sheet(&principal, text).await?, format).await
}

/// The preset roles; an administrator has every right there is.
#[utoipa::path(get, path = "/api/v1/roles", tag = "operators", responses((status = 200, body = List<RolePreset>)))]
async fn roles(Caller(_anybody): Caller) -> Json<List<RolePreset>> {
    let all = [Role::Admin, Role::Operator, Role::Support, Role::Maintenance];
    let preset = |role: Role| RolePreset { role: role.as_str(), permissions: role.permissions().words() };
    Json(List::whole(all.into_iter().map(preset).collect()))
}

/// One operator.
#[utoipa::path(get, path = "/api/v1/operators/{id}", tag = "operators", params(("id" = String, Path)),
    responses((status = 200, body = Member), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<OperatorId>,
) -> Result<impl IntoResponse, HttpError> {
    let found = state.app.colleague(&principal, id).await?;
    Ok((etag(found.membership.version), Json(Member::from(found))))
}

/// Give an operator other rights.
#[utoipa::path(put, path = "/api/v1/operators/{id}", tag = "operators", params(("id" = String, Path)),
    request_body = RightsRequest,
    responses((status = 200, body = Member), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn edit(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<OperatorId>,
    headers: HeaderMap,
    Body(request): Body<RightsRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let found = state.app.edit_rights(&principal, id, expected(&headers)?, request.read()?).await?;
    Ok((etag(found.membership.version), Json(Member::from(found))))
}

/// Take an operator out of the organisation.
#[utoipa::path(delete, path = "/api/v1/operators/{id}", tag = "operators", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn remove(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<OperatorId>,
) -> Result<StatusCode, HttpError> {
    state.app.remove_operator(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
