//! Payments by card: the list, what an operator does with one, cards on file, and the provider's messages.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use forecourt_app::payments::RefundOf;
use forecourt_app::store::payment::{PaymentFilter, PaymentMethodRecord, PaymentRecord, PaymentStep as Step};
use forecourt_core::billing::{PaymentKind, PaymentState};
use forecourt_core::id::{DriverId, OrganisationId, PaymentId, PaymentMethodId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::documents::Content;
use super::money::Amount;
use super::paging::{List, Paging};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, Two};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{FormatQuery, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(show))
        .routes(routes!(cancel))
        .routes(routes!(refund))
        .routes(routes!(ask))
        .routes(routes!(collect))
        .routes(routes!(cards))
        .routes(routes!(ask_for_card))
        .routes(routes!(refresh))
        .routes(routes!(prefer, remove))
        .routes(routes!(hear))
}

/// Money that a driver pays through the payment provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct Payment {
    id: String,
    /// top_up, collection or hold.
    kind: &'static str,
    /// asked, processing, held, paid, failed or cancelled.
    state: &'static str,
    driver_id: String,
    driver_name: String,
    /// The session it is about.
    session_id: Option<String>,
    total: Amount,
    /// What was really taken.
    taken: Amount,
    given_back: Amount,
    /// Kept by the provider.
    fee: Amount,
    /// "Visa •••• 4242"; empty as long as nobody paid.
    card: String,
    /// The provider's name for it.
    reference: Option<String>,
    /// Where the driver pays, as long as it is asked for.
    address: Option<String>,
    /// How often the same debt was tried.
    tries: u32,
    /// When it is tried again by itself.
    again_at: Option<String>,
    /// Failed, and tried again by the clock or when the driver charges next.
    waits: bool,
    /// The provider's word for what went wrong, such as insufficient_funds.
    reason: Option<String>,
    /// Null: by itself.
    made_by: Option<String>,
    made_at: String,
    changed_at: String,
}

impl From<PaymentRecord> for Payment {
    fn from(payment: PaymentRecord) -> Self {
        let amount = |of| Amount::of(of, payment.currency);
        let asked = payment.state == PaymentState::Asked;
        Self {
            id: payment.id.to_string(),
            kind: payment.kind.as_str(),
            state: payment.state.as_str(),
            driver_id: payment.driver.to_string(),
            session_id: payment.session.map(|id| id.to_string()),
            total: amount(payment.amount),
            taken: amount(payment.moved.taken),
            given_back: amount(payment.moved.given_back),
            fee: amount(payment.moved.fee),
            driver_name: payment.driver_name,
            card: payment.method_label,
            reference: payment.reference,
            address: payment.page_address.filter(|_| asked),
            tries: payment.tries,
            again_at: payment.again_at.map(|at| at.to_string()),
            waits: payment.waits,
            reason: payment.reason,
            made_by: payment.made_by,
            made_at: payment.made_at.to_string(),
            changed_at: payment.changed_at.to_string(),
        }
    }
}

/// One thing that became of a payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentStep {
    at: String,
    /// asked, processing, held, paid, failed or cancelled.
    state: &'static str,
    reason: Option<String>,
}

impl From<Step> for PaymentStep {
    fn from(step: Step) -> Self {
        Self { at: step.at.to_string(), state: step.state.as_str(), reason: step.reason }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentDetail {
    payment: Payment,
    /// Oldest first.
    steps: Vec<PaymentStep>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct PaymentQuery {
    /// asked, processing, held, paid, failed or cancelled.
    state: Option<String>,
    /// top_up, collection or hold.
    kind: Option<String>,
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    #[param(value_type = Option<String>)]
    session_id: Option<SessionId>,
    /// Finds a driver's name or the provider's reference.
    q: Option<String>,
}

impl PaymentQuery {
    fn filter(self) -> Result<PaymentFilter, HttpError> {
        let wrong = |field: &str, words: &str| forecourt_app::AppError::field(field, words);
        let state = self.state.filter(|text| !text.is_empty());
        let kind = self.kind.filter(|text| !text.is_empty());
        let state =
            state.map(|text| PaymentState::parse(&text).ok_or_else(|| wrong("/state", "no such state")));
        let kind = kind.map(|text| PaymentKind::parse(&text).ok_or_else(|| wrong("/kind", "no such kind")));
        Ok(PaymentFilter {
            state: state.transpose()?,
            kind: kind.transpose()?,
            driver: self.driver_id,
            session: self.session_id,
            text: self.q.filter(|text| !text.is_empty()),
        })
    }
}

/// Payments of the organisation, newest first.
#[utoipa::path(get, path = "/api/v1/payments", tag = "money", params(PaymentQuery, Paging),
    responses((status = 200, body = List<Payment>), (status = 403, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<PaymentQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Payment>>, HttpError> {
    let cursor = paging.cursor()?;
    let page = state.app.payments(&principal, &query.filter()?, cursor.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Payment::from)))
}

/// Payments that the filters leave, as a file.
#[utoipa::path(get, path = "/api/v1/payments/export", tag = "money", params(PaymentQuery, FormatQuery),
    responses((status = 200, description = "The file"), (status = 403, body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<PaymentQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, HttpError> {
    let format = format.format()?;
    respond(state.app.payment_sheet(&principal, &query.filter()?).await?, format).await
}

/// A payment and what became of it.
#[utoipa::path(get, path = "/api/v1/payments/{id}", tag = "money", params(("id" = String, Path)),
    responses((status = 200, body = PaymentDetail), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PaymentId>,
) -> Result<Json<PaymentDetail>, HttpError> {
    let found = state.app.payment(&principal, id).await?;
    let steps = found.steps.into_iter().map(PaymentStep::from).collect();
    Ok(Json(PaymentDetail { payment: found.payment.into(), steps }))
}

/// Take a link back: nothing can be paid by it any more.
#[utoipa::path(post, path = "/api/v1/payments/{id}/cancel", tag = "money", params(("id" = String, Path)),
    responses((status = 200, body = Payment), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PaymentId>,
) -> Result<Json<Payment>, HttpError> {
    Ok(Json(state.app.cancel_payment(&principal, id).await?.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct RefundRequest {
    #[schema(example = "4.00")]
    amount: String,
    /// goodwill: a present of the operator; wallet: what the driver has in the wallet.
    source: String,
    reason: String,
}

/// Pay back to the card.
#[utoipa::path(post, path = "/api/v1/payments/{id}/refunds", tag = "money", params(("id" = String, Path)),
    request_body = RefundRequest,
    responses((status = 200, body = Payment), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn refund(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<PaymentId>,
    Body(request): Body<RefundRequest>,
) -> Result<Json<Payment>, HttpError> {
    let of = match request.source.as_str() {
        "goodwill" => RefundOf::Goodwill,
        "wallet" => RefundOf::Wallet,
        _ => return Err(forecourt_app::AppError::field("/source", "goodwill or wallet").into()),
    };
    let made = state.app.refund_payment(&principal, id, &request.amount, of, &request.reason).await?;
    Ok(Json(made.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct PaymentLinkRequest {
    /// In the currency of the payment settings.
    #[schema(example = "20.00")]
    amount: String,
}

/// Ask a driver to pay into the wallet: a link to the provider's page, sent by e-mail where there is an address.
#[utoipa::path(post, path = "/api/v1/drivers/{id}/payment-links", tag = "money", params(("id" = String, Path)),
    request_body = PaymentLinkRequest,
    responses((status = 201, body = Payment), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn ask(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
    Body(request): Body<PaymentLinkRequest>,
) -> Result<(StatusCode, Json<Payment>), HttpError> {
    let made = state.app.ask_for_payment(&principal, id, &request.amount).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Take what a driver owes from the card on file now.
#[utoipa::path(post, path = "/api/v1/drivers/{id}/collections", tag = "money", params(("id" = String, Path)),
    responses((status = 201, body = Payment), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn collect(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
) -> Result<(StatusCode, Json<Payment>), HttpError> {
    let made = state.app.collect_now(&principal, id).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// A card on file. Its number is the provider's alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentCard {
    id: String,
    brand: String,
    last4: String,
    /// Year and month it runs out.
    #[schema(example = "2030-12")]
    expires: Option<String>,
    /// Charged first.
    preferred: bool,
    added_at: String,
}

impl From<PaymentMethodRecord> for PaymentCard {
    fn from(record: PaymentMethodRecord) -> Self {
        let month = |month: i64| format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1);
        Self {
            id: record.id.to_string(),
            brand: record.brand,
            last4: record.last4,
            expires: record.expires_month.map(month),
            preferred: record.preferred,
            added_at: record.added_at.to_string(),
        }
    }
}

/// A driver's cards on file, the one charged first at the top.
#[utoipa::path(get, path = "/api/v1/drivers/{id}/cards", tag = "money", params(("id" = String, Path)),
    responses((status = 200, body = List<PaymentCard>), (status = 404, body = Problem)))]
async fn cards(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
) -> Result<Json<List<PaymentCard>>, HttpError> {
    let found = state.app.payment_methods(&principal, id).await?;
    Ok(Json(List::whole(found.into_iter().map(PaymentCard::from).collect())))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CardLink {
    /// The provider's page, good for a day.
    address: String,
    /// The driver got it by e-mail.
    by_letter: bool,
}

/// Ask a driver to leave a card on the provider's page.
#[utoipa::path(post, path = "/api/v1/drivers/{id}/card-links", tag = "money", params(("id" = String, Path)),
    responses((status = 201, body = CardLink), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn ask_for_card(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
) -> Result<(StatusCode, Json<CardLink>), HttpError> {
    let page = state.app.ask_for_card(&principal, id).await?;
    Ok((StatusCode::CREATED, Json(CardLink { address: page.address, by_letter: page.by_letter })))
}

/// Ask the provider which cards a driver has.
#[utoipa::path(post, path = "/api/v1/drivers/{id}/cards/refresh", tag = "money", params(("id" = String, Path)),
    responses((status = 200, body = List<PaymentCard>), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn refresh(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
) -> Result<Json<List<PaymentCard>>, HttpError> {
    let found = state.app.refresh_payment_methods(&principal, id).await?;
    Ok(Json(List::whole(found.into_iter().map(PaymentCard::from).collect())))
}

/// Charge this card first.
#[utoipa::path(put, path = "/api/v1/drivers/{id}/cards/{card}", tag = "money",
    params(("id" = String, Path), ("card" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn prefer(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, card): Two<DriverId, PaymentMethodId>,
) -> Result<StatusCode, HttpError> {
    state.app.prefer_payment_method(&principal, id, card).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget a card, at the provider too.
#[utoipa::path(delete, path = "/api/v1/drivers/{id}/cards/{card}", tag = "money",
    params(("id" = String, Path), ("card" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn remove(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Two(id, card): Two<DriverId, PaymentMethodId>,
) -> Result<StatusCode, HttpError> {
    state.app.remove_payment_method(&principal, id, card).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where the payment provider sends its messages. They are signed; anything else is refused.
#[utoipa::path(post, path = "/api/v1/payment-events/{organisation}", tag = "money", security(()),
    params(("organisation" = String, Path)), request_body(content = String, content_type = "application/json"),
    responses((status = 204), (status = 400, body = Problem)))]
async fn hear(
    State(state): State<HttpState>,
    Id(organisation): Id<OrganisationId>,
    headers: HeaderMap,
    Content(body): Content,
) -> Result<StatusCode, HttpError> {
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if state.app.hear_payment_event(organisation, &body, signature).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(HttpError::new(StatusCode::BAD_REQUEST, "not signed by the payment provider of this organisation"))
}
