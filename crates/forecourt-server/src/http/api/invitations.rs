//! Inviting people by letter, and coming in by one.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::store::InvitationRecord;
use forecourt_app::{Acceptance, AppError, Language, NewInvitation};
use forecourt_core::access::Role;
use forecourt_core::id::InvitationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::login::{LoginState, browser, welcome};
use super::operators::{RightsRequest, site_texts};
use super::paging::List;
use crate::http::auth::{Address, Caller};
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, invite))
        .routes(routes!(withdraw))
        .routes(routes!(resend))
        .routes(routes!(look))
        .routes(routes!(accept))
}

/// A person asked to join who has not come yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitation {
    id: String,
    email: String,
    name: String,
    #[schema(value_type = String)]
    role: Role,
    /// The only sites the person will see; null: every site.
    sites: Option<Vec<String>>,
    invited_by: String,
    created_at: String,
    expires_at: String,
    /// False: letters are kept until a mail server is set up.
    mail: bool,
}

fn shape(record: InvitationRecord, mail: bool) -> Invitation {
    Invitation {
        id: record.id.to_string(),
        email: record.email,
        name: record.name,
        role: record.role,
        sites: site_texts(record.sites),
        invited_by: record.invited_by,
        created_at: record.created_at.to_string(),
        expires_at: record.expires_at.to_string(),
        mail,
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct Invite {
    email: String,
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    rights: RightsRequest,
    /// Of the letter: en, de or da.
    language: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Resend {
    /// Of the letter: en, de or da.
    language: Option<String>,
}

/// The secret part of the link.
#[derive(Debug, Deserialize, ToSchema)]
pub struct InvitationLink {
    token: String,
}

/// What an invitation says.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationLook {
    organisation: String,
    email: String,
    name: String,
    invited_by: String,
}

/// How the invited person will sign in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Accept {
    token: String,
    /// May differ from where the letter went.
    email: String,
    #[serde(default)]
    name: String,
    /// A new one, or that of the account the address has already.
    password: String,
}

pub(super) fn language(word: Option<&str>) -> Result<Language, HttpError> {
    let wrong = || AppError::field("/language", "en, de or da");
    Ok(word.map(|word| Language::parse(word).ok_or_else(wrong)).transpose()?.unwrap_or_default())
}

/// Open invitations, newest first.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "operators",
    responses((status = 200, body = List<Invitation>), (status = 403, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<Invitation>>, HttpError> {
    let found = state.app.invitations(&principal).await?;
    let mail = state.app.mail_is_set_up();
    Ok(Json(List::whole(found.into_iter().map(|record| shape(record, mail)).collect())))
}

/// Invite a person.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "operators", request_body = Invite,
    responses((status = 201, body = Invitation), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn invite(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<Invite>,
) -> Result<impl IntoResponse, HttpError> {
    let language = language(request.language.as_deref())?;
    let rights = request.rights.read()?;
    let new = NewInvitation { email: request.email, name: request.name, rights, language };
    let record = state.app.invite(&principal, new).await?;
    Ok((StatusCode::CREATED, Json(shape(record, state.app.mail_is_set_up()))))
}

/// Send the letter again; the link before no longer works.
#[utoipa::path(post, path = "/api/v1/invitations/{id}/resend", tag = "operators", params(("id" = String, Path)),
    request_body = Resend, responses((status = 200, body = Invitation), (status = 404, body = Problem)))]
async fn resend(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<InvitationId>,
    Body(request): Body<Resend>,
) -> Result<Json<Invitation>, HttpError> {
    let record = state.app.resend_invitation(&principal, id, language(request.language.as_deref())?).await?;
    Ok(Json(shape(record, state.app.mail_is_set_up())))
}

/// Withdraw an invitation.
#[utoipa::path(delete, path = "/api/v1/invitations/{id}", tag = "operators", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn withdraw(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<InvitationId>,
) -> Result<StatusCode, HttpError> {
    state.app.withdraw_invitation(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What stands behind the link of a letter.
#[utoipa::path(post, path = "/api/v1/join/look", tag = "login", security(()), request_body = InvitationLink,
    responses((status = 200, body = InvitationLook), (status = 404, body = Problem), (status = 429, body = Problem)))]
async fn look(
    State(state): State<HttpState>,
    Address(address): Address,
    Body(request): Body<InvitationLink>,
) -> Result<Json<InvitationLook>, HttpError> {
    if !state.limits.may_sign_in(&address, &address) {
        return Err(AppError::TooMany.into());
    }
    let view = state.app.look_at_invitation(&request.token).await?;
    Ok(Json(InvitationLook {
        organisation: view.organisation,
        email: view.email,
        name: view.name,
        invited_by: view.invited_by,
    }))
}

/// Join with the link of a letter.
#[utoipa::path(post, path = "/api/v1/join", tag = "login", security(()), request_body = Accept,
    responses((status = 200, body = LoginState), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn accept(
    State(state): State<HttpState>,
    Address(address): Address,
    headers: HeaderMap,
    Body(request): Body<Accept>,
) -> Result<impl IntoResponse, HttpError> {
    if !state.limits.may_sign_in(&address, &request.email.trim().to_lowercase()) {
        return Err(AppError::TooMany.into());
    }
    let Accept { token, email, name, password } = request;
    let (person, organisation) =
        state.app.accept_invitation(Acceptance { token, email, name, password }).await?;
    let half = person.totp_confirmed;
    let opened = state.app.open_login(person, browser(address, &headers), half).await?;
    if !half {
        state.app.switch_organisation(&opened.token, organisation).await?;
    }
    welcome(&state, opened).await
}
