//! Alerts: rules, who subscribed, and what was told.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use forecourt_app::Principal;
use forecourt_app::alerts::AlertRuleEdit;
use forecourt_app::store::alert::{AlertRecord, AlertRuleRecord, Subscriber as Person};
use forecourt_core::fault::Severity;
use forecourt_core::id::{AlertRuleId, OperatorId, SiteId, WebhookId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::issues::given;
use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(subscribe))
        .routes(routes!(told))
}

/// Who is told of what.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertRule {
    id: String,
    name: String,
    /// What it is about (see `/happening-kinds`).
    kinds: Vec<String>,
    /// null: every site.
    site_id: Option<String>,
    /// This bad or worse: info, warning or critical. The end of a fault is always told.
    #[schema(value_type = String, example = "critical")]
    severity: Severity,
    /// After a message, what else happens within this time is told in one, in seconds.
    quiet_s: i64,
    /// Further e-mail addresses; only for those who may change the rule.
    addresses: Vec<String>,
    webhook_id: Option<String>,
    enabled: bool,
    /// Whether the caller subscribed.
    subscribed: bool,
    subscribers: Vec<Subscriber>,
    version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Subscriber {
    id: String,
    name: String,
}

fn shown((record, people): (AlertRuleRecord, Vec<Person>), caller: &Principal) -> AlertRule {
    let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let may = caller.may(forecourt_core::access::Permission::Alerts);
    AlertRule {
        id: record.id.to_string(),
        name: record.name,
        kinds: words(&record.kinds),
        site_id: record.site.map(|id| id.to_string()),
        severity: record.severity,
        quiet_s: record.quiet_s,
        addresses: if may { words(&record.addresses) } else { Vec::new() },
        webhook_id: record.webhook.map(|id| id.to_string()),
        enabled: record.enabled,
        subscribed: people.iter().any(|person| Some(person.operator) == caller.operator()),
        subscribers: people
            .into_iter()
            .map(|person| Subscriber { id: person.operator.to_string(), name: person.name })
            .collect(),
        version: record.version,
    }
}

/// Members that are absent stay as they are.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AlertRuleRequest {
    name: Option<String>,
    kinds: Option<Vec<String>>,
    /// null: every site.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    site_id: Option<Option<SiteId>>,
    #[schema(value_type = Option<String>, example = "critical")]
    severity: Option<Severity>,
    /// Up to a day.
    quiet_s: Option<i64>,
    addresses: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    webhook_id: Option<Option<WebhookId>>,
    enabled: Option<bool>,
}

impl From<AlertRuleRequest> for AlertRuleEdit {
    fn from(request: AlertRuleRequest) -> Self {
        Self {
            name: request.name,
            kinds: request.kinds,
            site: request.site_id,
            severity: request.severity,
            quiet_s: request.quiet_s,
            addresses: request.addresses,
            webhook: request.webhook_id,
            enabled: request.enabled,
        }
    }
}

/// The organisation's alert rules.
#[utoipa::path(get, path = "/api/v1/alert-rules", tag = "alerts", responses((status = 200, body = List<AlertRule>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<List<AlertRule>>, HttpError> {
    let found = state.app.alert_rules(&principal).await?;
    Ok(Json(List::whole(found.into_iter().map(|rule| shown(rule, &principal)).collect())))
}

/// Make an alert rule; its maker is subscribed.
#[utoipa::path(post, path = "/api/v1/alert-rules", tag = "alerts", request_body = AlertRuleRequest,
    responses((status = 201, body = AlertRule), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<AlertRuleRequest>,
) -> Result<impl IntoResponse, HttpError> {
    let rule = state.app.add_alert_rule(&principal, request.into()).await?;
    let rule = shown(state.app.alert_rule(&principal, rule.id).await?, &principal);
    Ok((StatusCode::CREATED, etag(rule.version), Json(rule)))
}

/// One alert rule.
#[utoipa::path(get, path = "/api/v1/alert-rules/{id}", tag = "alerts", params(("id" = String, Path)),
    responses((status = 200, body = AlertRule), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<AlertRuleId>,
) -> Result<impl IntoResponse, HttpError> {
    let rule = shown(state.app.alert_rule(&principal, id).await?, &principal);
    Ok((etag(rule.version), Json(rule)))
}

/// Change an alert rule. `If-Match` takes its version.
#[utoipa::path(patch, path = "/api/v1/alert-rules/{id}", tag = "alerts", params(("id" = String, Path)),
    request_body = AlertRuleRequest,
    responses((status = 200, body = AlertRule), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<AlertRuleId>,
    headers: HeaderMap,
    Body(request): Body<AlertRuleRequest>,
) -> Result<impl IntoResponse, HttpError> {
    state.app.edit_alert_rule(&principal, id, expected(&headers)?, request.into()).await?;
    let rule = shown(state.app.alert_rule(&principal, id).await?, &principal);
    Ok((etag(rule.version), Json(rule)))
}

/// Remove an alert rule. What it told stays in the list of alerts.
#[utoipa::path(delete, path = "/api/v1/alert-rules/{id}", tag = "alerts", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn delete(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<AlertRuleId>,
) -> Result<StatusCode, HttpError> {
    state.app.remove_alert_rule(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct SubscriptionRequest {
    subscribed: bool,
    /// Whose; without: the caller's own. That of others takes the right to make rules.
    #[schema(value_type = Option<String>)]
    operator_id: Option<OperatorId>,
}

/// Subscribe to a rule, or end that.
#[utoipa::path(put, path = "/api/v1/alert-rules/{id}/subscription", tag = "alerts", params(("id" = String, Path)),
    request_body = SubscriptionRequest,
    responses((status = 200, body = AlertRule), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn subscribe(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<AlertRuleId>,
    Body(request): Body<SubscriptionRequest>,
) -> Result<Json<AlertRule>, HttpError> {
    state.app.subscribe_to_alerts(&principal, id, request.operator_id, request.subscribed).await?;
    Ok(Json(shown(state.app.alert_rule(&principal, id).await?, &principal)))
}

/// A message that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alert {
    id: String,
    rule_id: String,
    /// null: the rule is gone.
    rule: Option<String>,
    at: String,
    /// How much was told in one.
    happenings: i64,
    subject: String,
    recipients: String,
}

impl From<AlertRecord> for Alert {
    fn from(record: AlertRecord) -> Self {
        Self {
            id: record.id.to_string(),
            rule_id: record.rule.to_string(),
            rule: record.rule_name,
            at: record.at.to_string(),
            happenings: record.happenings,
            subject: record.subject,
            recipients: record.recipients,
        }
    }
}

/// What was told, newest first.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts", params(Paging),
    responses((status = 200, body = List<Alert>)))]
async fn told(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Alert>>, HttpError> {
    let cursor = paging.cursor()?;
    let page = state.app.alerts(&principal, cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Alert::from)))
}
