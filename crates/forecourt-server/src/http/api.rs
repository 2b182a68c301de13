//! `/api/v1`: one file a noun, its requests and answers beside it.

mod access_profiles;
mod account;
mod alerts;
mod api_keys;
mod audit;
mod booking_rules;
mod bookings;
mod bulk;
mod carbon;
mod cars;
mod certificate_authority;
mod certificates;
mod commands;
mod dashboard;
mod device;
mod documents;
mod driver_groups;
mod drivers;
mod faults;
mod firmware_campaigns;
mod fleet_cards;
mod home_chargers;
mod home_statements;
mod id_tokens;
mod idempotency;
mod idle_fees;
mod invitations;
mod invoices;
mod issues;
mod ledger;
mod log_uploads;
mod login;
mod member_discounts;
mod messages;
mod money;
mod notes;
mod operators;
mod organisations;
mod overview;
mod paging;
mod passkeys;
mod payment_settings;
mod payments;
mod payouts;
mod plans;
mod price_profiles;
mod profile;
mod protocol;
mod redeem;
mod reports;
mod reservations;
mod saved_views;
mod schedule_shapes;
mod schedules;
mod second_factor;
mod secrets;
mod security;
mod sessions;
mod single_sign_on;
mod sites;
mod spot_prices;
mod statements;
mod stations;
mod tariffs;
mod teams;
mod templates;
mod timeline;
mod unknown_stations;
mod usage;
mod wallets;
mod wanted;
mod webhooks;
mod zone_meter_shapes;
mod zone_meters;
mod zone_plan_shapes;
mod zone_plans;
mod zone_shapes;
mod zone_trials;
mod zones;

use axum::routing::get;
use axum::{Json, Router, middleware};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

use super::state::HttpState;

#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Forecourt",
        description = "Charging station management. Ids are text, times are RFC 3339 in UTC, energy is Wh, power is W. \
            Lists return `items` and `next`, the value for `cursor`. Errors are problem documents (RFC 9457). \
            Creating calls take an `Idempotency-Key`, edits an `If-Match`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    security(("api_key" = []), ("login" = []))
)]
struct Api;

fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::with_openapi(Api::openapi())
        .merge(login::routes())
        .merge(account::routes())
        .merge(second_factor::routes())
        .merge(passkeys::routes())
        .merge(single_sign_on::routes())
        .merge(organisations::routes())
        .merge(profile::routes())
        .merge(operators::routes())
        .merge(invitations::routes())
        .merge(audit::routes())
        .merge(overview::routes())
        .merge(dashboard::routes())
        .merge(reports::routes())
        .merge(sites::routes())
        .merge(notes::routes())
        .merge(documents::routes())
        .merge(bulk::routes())
        .merge(timeline::routes())
        .merge(stations::routes())
        .merge(messages::routes())
        .merge(commands::routes())
        .merge(device::routes())
        .merge(wanted::routes())
        .merge(reservations::routes())
        .merge(bookings::routes())
        .merge(booking_rules::routes())
        .merge(saved_views::routes())
        .merge(firmware_campaigns::routes())
        .merge(faults::routes())
        .merge(issues::routes())
        .merge(invoices::routes())
        .merge(ledger::routes())
        .merge(payment_settings::routes())
        .merge(payments::routes())
        .merge(payouts::routes())
        .merge(statements::routes())
        .merge(wallets::routes())
        .merge(alerts::routes())
        .merge(webhooks::routes())
        .merge(templates::routes())
        .merge(protocol::routes())
        .merge(unknown_stations::routes())
        .merge(sessions::routes())
        .merge(tariffs::routes())
        .merge(idle_fees::routes())
        .merge(access_profiles::routes())
        .merge(id_tokens::routes())
        .merge(drivers::routes())
        .merge(driver_groups::routes())
        .merge(redeem::routes())
        .merge(cars::routes())
        .merge(teams::routes())
        .merge(zones::routes())
        .merge(zone_plans::routes())
        .merge(schedules::routes())
        .merge(carbon::routes())
        .merge(zone_trials::routes())
        .merge(zone_meters::routes())
        .merge(member_discounts::routes())
        .merge(usage::routes())
        .merge(plans::routes())
        .merge(fleet_cards::routes())
        .merge(spot_prices::routes())
        .merge(price_profiles::routes())
        .merge(home_chargers::routes())
        .merge(home_statements::routes())
        .merge(api_keys::routes())
        .merge(certificates::routes())
        .merge(certificate_authority::routes())
        .merge(security::routes())
        .merge(log_uploads::routes())
}

/// The OpenAPI document of this build.
pub fn document() -> Document {
    let mut document = routes().into_openapi();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("api_key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("forecourt_login")));
    components.add_security_scheme("login", cookie);
    name_operations(&mut document);
    document
}

/// An operation is named by its method and path (`get_stations_id_messages`): handlers of different nouns share their
/// names, the document's names must be unique.
fn name_operations(document: &mut Document) {
    for (path, item) in &mut document.paths.paths {
        let words = path.trim_start_matches("/api/v1/").replace(['/', '-'], "_").replace(['{', '}'], "");
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{words}"));
            }
        }
    }
}

pub fn router(state: &HttpState) -> Router<HttpState> {
    let (router, _) = routes().split_for_parts();
    router
        .layer(middleware::from_fn_with_state(state.clone(), idempotency::once))
        .route("/api/openapi.json", get(async || Json(document())))
        .route("/api/{*rest}", axum::routing::any(nothing_here))
        .layer(middleware::map_response(problem_for_router_errors))
}

async fn nothing_here() -> super::error::HttpError {
    super::error::HttpError::new(axum::http::StatusCode::NOT_FOUND, "there is nothing here")
}

/// A known path with a wrong method is a problem document too.
async fn problem_for_router_errors(response: axum::response::Response) -> axum::response::Response {
    use axum::response::IntoResponse as _;
    if response.status() == axum::http::StatusCode::METHOD_NOT_ALLOWED {
        let allow = response.headers().get(axum::http::header::ALLOW).cloned();
        let mut problem =
            super::error::HttpError::new(axum::http::StatusCode::METHOD_NOT_ALLOWED, "not by this method")
                .into_response();
        if let Some(allow) = allow {
            problem.headers_mut().insert(axum::http::header::ALLOW, allow);
        }
        return problem;
    }
    response
}
