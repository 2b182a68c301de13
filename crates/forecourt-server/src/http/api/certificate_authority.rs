//! Who signs for an organisation's chargers.

use axum::Json;
use axum::extract::State;
use forecourt_app::certificates::{AuthorityEdit, AuthorityView};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::certificates::Certificate;
use crate::http::auth::Caller;
use crate::http::body::Body;
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(show, change)).routes(routes!(root))
}

/// Who signs certificates of chargers.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateAuthority {
    /// built_in or external.
    kind: String,
    /// Where an external authority takes requests.
    url: Option<String>,
    has_token: bool,
    /// Lifetime of a charger's certificate (built-in).
    valid_days: i64,
    /// Days before its end at which a charger is asked to renew; 0: never.
    renew_days: i64,
    /// The built-in root; null before it is needed.
    root: Option<Certificate>,
    /// Path of the revocation list of the built-in authority; it needs no login.
    revocation_list: Option<String>,
}

fn shape(view: AuthorityView, organisation: i64, now: Timestamp) -> CertificateAuthority {
    CertificateAuthority {
        kind: view.kind,
        url: view.url,
        has_token: view.has_token,
        valid_days: view.valid_days,
        renew_days: view.renew_days,
        revocation_list: view.root.as_ref().map(|_| format!("/crl/{organisation}.crl")),
        root: view.root.map(|record| Certificate::of(record, now)),
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ChangeCertificateAuthority {
    /// built_in or external.
    kind: Option<String>,
    /// Takes a PKCS #10 request by POST and answers with the chain in PEM. https, and public unless this server's operator allows it.
    url: Option<String>,
    /// Sent as a bearer token; an empty text takes it away.
    token: Option<String>,
    valid_days: Option<i64>,
    renew_days: Option<i64>,
}

/// Who signs.
#[utoipa::path(get, path = "/api/v1/certificate-authority", tag = "certificates",
    responses((status = 200, body = CertificateAuthority)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<CertificateAuthority>, HttpError> {
    let view = state.app.certificate_authority(&principal).await?;
    Ok(Json(shape(view, principal.organisation.0, state.app.now())))
}

/// Change who signs.
#[utoipa::path(patch, path = "/api/v1/certificate-authority", tag = "certificates", request_body = ChangeCertificateAuthority,
    responses((status = 200, body = CertificateAuthority), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<ChangeCertificateAuthority>,
) -> Result<Json<CertificateAuthority>, HttpError> {
    let edit = AuthorityEdit {
        kind: request.kind,
        url: request.url,
        token: request.token,
        valid_days: request.valid_days,
        renew_days: request.renew_days,
    };
    let view = state.app.edit_certificate_authority(&principal, edit).await?;
    Ok(Json(shape(view, principal.organisation.0, state.app.now())))
}

/// The built-in root, made now if there is none.
#[utoipa::path(post, path = "/api/v1/certificate-authority/root", tag = "certificates",
    responses((status = 200, body = Certificate), (status = 403, body = Problem)))]
async fn root(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<Certificate>, HttpError> {
    let record = state.app.certificate_root(&principal).await?;
    Ok(Json(Certificate::of(record, state.app.now())))
}
