//! Who did what, and which letters went out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forecourt_app::store::{AuditFilter, AuditRecord, MailFilter, MailRecord};
use forecourt_core::id::MailId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{FormatQuery, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(actors))
        .routes(routes!(mail))
        .routes(routes!(retry))
}

/// One deed.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    id: String,
    at: String,
    /// operator, program or system.
    actor_kind: String,
    actor_id: String,
    actor_name: String,
    /// Noun and verb, for example site.edited.
    action: String,
    subject_kind: String,
    subject_id: String,
    subject_name: String,
    /// Members that differed, as they were.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// Members that differ, as they are.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

impl From<AuditRecord> for AuditEntry {
    fn from(record: AuditRecord) -> Self {
        let side = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
        Self {
            id: record.id.to_string(),
            at: record.at.to_string(),
            actor_kind: record.actor_kind,
            actor_id: record.actor.to_string(),
            actor_name: record.actor_name,
            action: record.action,
            subject_kind: record.subject_kind,
            subject_id: record.subject.to_string(),
            subject_name: record.subject_name,
            before: side(record.before),
            after: side(record.after),
        }
    }
}

/// Somebody who did something.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// operator, program or system.
    kind: String,
    id: String,
    name: String,
}

/// A letter of the organisation; its text stays inside.
#[derive(Debug, Serialize, ToSchema)]
pub struct Mail {
    id: String,
    recipient: String,
    subject: String,
    /// waiting, sent or failed.
    state: &'static str,
    attempts: i64,
    created_at: String,
    sent_at: Option<String>,
    /// Tried next.
    due_at: Option<String>,
    /// What the mail server said last.
    error: Option<String>,
}

impl From<MailRecord> for Mail {
    fn from(record: MailRecord) -> Self {
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        Self {
            id: record.id.to_string(),
            recipient: record.recipient,
            subject: record.subject,
            state: match (record.sent_at, record.due_at) {
                (Some(_), _) => "sent",
                (None, Some(_)) => "waiting",
                (None, None) => "failed",
            },
            attempts: record.attempts,
            created_at: record.created_at.to_string(),
            sent_at: text(record.sent_at),
            due_at: text(record.due_at),
            error: record.error,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// operator, program or system.
    actor_kind: Option<String>,
    actor_id: Option<String>,
    action: Option<String>,
    subject_kind: Option<String>,
    subject_id: Option<String>,
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

impl AuditQuery {
    fn filter(self) -> AuditFilter {
        // What is no number names nothing.
        let number = |text: Option<String>| text.map(|text| text.parse().unwrap_or(-1));
        AuditFilter {
            actor_kind: self.actor_kind,
            actor: number(self.actor_id),
            action: self.action,
            subject_kind: self.subject_kind,
            subject: number(self.subject_id),
            from: self.from,
            until: self.until,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MailQuery {
    /// Only letters that could not be delivered.
    #[serde(default)]
    failed: bool,
}

/// Who did what, newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Paging, AuditQuery),
    responses((status = 200, body = List<AuditEntry>), (status = 403, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(paging): Query<Paging>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<List<AuditEntry>>, HttpError> {
    let filter = query.filter();
    let page = state.app.audit(&principal, &filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, AuditEntry::from)))
}

/// Who did what as a file.
#[utoipa::path(get, path = "/api/v1/audit/export", tag = "audit", params(AuditQuery, FormatQuery),
    responses((status = 200, description = "The file"), (status = 403, body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(format): Query<FormatQuery>,
    Query(query): Query<AuditQuery>,
) -> Result<Response, HttpError> {
    let format = format.format()?;
    respond(state.app.audit_sheet(&principal, &query.filter()).await?, format).await
}

/// Everybody who ever did something.
#[utoipa::path(get, path = "/api/v1/audit/actors", tag = "audit",
    responses((status = 200, body = List<AuditActor>), (status = 403, body = Problem)))]
async fn actors(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<AuditActor>>, HttpError> {
    let found = state.app.audit_actors(&principal).await?;
    let shape = |(kind, id, name): (String, i64, String)| AuditActor { kind, id: id.to_string(), name };
    Ok(Json(List::whole(found.into_iter().map(shape).collect())))
}

/// Letters of the organisation, newest first.
#[utoipa::path(get, path = "/api/v1/mail", tag = "audit", params(Paging, MailQuery),
    responses((status = 200, body = List<Mail>), (status = 403, body = Problem)))]
async fn mail(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(paging): Query<Paging>,
    Query(query): Query<MailQuery>,
) -> Result<Json<List<Mail>>, HttpError> {
    let filter = MailFilter { dead: query.failed };
    let page = state.app.mail(&principal, filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Mail::from)))
}

/// Try a letter that could not be delivered once more.
#[utoipa::path(post, path = "/api/v1/mail/{id}/retry", tag = "audit", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn retry(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<MailId>,
) -> Result<StatusCode, HttpError> {
    state.app.retry_mail(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
