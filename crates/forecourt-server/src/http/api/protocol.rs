//! OCPP's own vocabulary, for forms and programs: which messages a version has, and what stands in them.

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use forecourt_ocpp::{Version, catalogue, shape};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::List;
use crate::http::auth::Caller;
use crate::http::body::{Id, Two};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(schema))
}

/// One message of an OCPP version.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProtocolMessage {
    action: String,
    from_station: bool,
    from_csms: bool,
    /// Feature profile (1.6) or functional block (2.x).
    block: String,
    /// The command of this API for it; for one without, `POST /stations/{id}/calls` or its name in snake_case.
    command: Option<String>,
}

/// The messages of a version: 1.6, 2.0.1 or 2.1.
#[utoipa::path(get, path = "/api/v1/ocpp/{version}/messages", tag = "protocol", params(("version" = String, Path)),
    responses((status = 200, body = List<ProtocolMessage>), (status = 404, body = Problem)))]
async fn list(_: Caller, Id(version): Id<String>) -> Result<Json<List<ProtocolMessage>>, HttpError> {
    let messages = catalogue::messages(named(&version)?);
    let shown = messages.into_iter().map(|message| ProtocolMessage {
        action: message.action.to_owned(),
        from_station: message.from_station,
        from_csms: message.from_csms,
        block: message.block.to_owned(),
        command: message.command.map(str::to_owned),
    });
    Ok(Json(List::whole(shown.collect())))
}

/// The JSON Schema of a message's request.
#[utoipa::path(get, path = "/api/v1/ocpp/{version}/messages/{action}", tag = "protocol",
    params(("version" = String, Path), ("action" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = Problem)))]
async fn schema(
    _: Caller,
    Two(version, action): Two<String, String>,
) -> Result<([(HeaderName, &'static str); 1], String), HttpError> {
    // As text: read and written again, the members would lose the order of the specification, which forms follow.
    let text = shape::json_schema(named(&version)?, &action).ok_or_else(nothing)?;
    Ok(([(CONTENT_TYPE, "application/json")], text))
}

fn named(version: &str) -> Result<Version, HttpError> {
    Version::from_subprotocol(&format!("ocpp{version}")).ok_or_else(nothing)
}

fn nothing() -> HttpError {
    HttpError::new(StatusCode::NOT_FOUND, "no such version or message")
}
