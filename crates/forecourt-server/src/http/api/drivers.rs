//! Drivers: people who charge.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use forecourt_app::drivers::{DriverBulk, DriverEdit, ImportLine, NewDriver};
use forecourt_app::store::driver::{DriverFilter, DriverOrder, DriverRecord};
use forecourt_app::store::driver_group::DriverGroupRecord;
use forecourt_core::driver::{DriverStatus, Fleet};
use forecourt_core::id::{DriverGroupId, DriverId, MemberDiscountId, TeamId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::invitations::language;
use super::paging::{List, Paging, etag, expected};
use crate::http::auth::Caller;
use crate::http::body::{Body, Id, Query, present};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{read_format, respond};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(export))
        .routes(routes!(import))
        .routes(routes!(bulk))
        .routes(routes!(show, change, erase))
        .routes(routes!(invite))
}

/// A person who charges.
#[derive(Debug, Serialize, ToSchema)]
pub struct Driver {
    id: String,
    /// As the organisation counts its customers.
    number: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    address: Option<String>,
    notes: Option<String>,
    /// invited, active or blocked.
    #[schema(value_type = String, example = "active")]
    status: DriverStatus,
    /// internal, external, or null for everybody else.
    #[schema(value_type = Option<String>)]
    fleet: Option<Fleet>,
    /// A card or another way to pay is on file.
    can_pay: bool,
    /// Of letters: en, de or da.
    language: String,
    /// Charge keys the driver has now.
    keys: i64,
    /// Until then the code works that was sent last.
    code_expires_at: Option<String>,
    joined_at: Option<String>,
    created_at: String,
    last_charge_at: Option<String>,
}

impl From<DriverRecord> for Driver {
    fn from(record: DriverRecord) -> Self {
        Self {
            id: record.id.to_string(),
            number: record.number,
            name: record.name,
            email: Some(record.email).filter(|email| !email.is_empty()),
            phone: record.phone,
            address: record.address,
            notes: record.notes,
            status: record.status,
            fleet: record.fleet,
            can_pay: record.can_pay,
            language: record.language,
            keys: record.keys,
            code_expires_at: record.code_expires_at.map(|t| t.to_string()),
            joined_at: record.joined_at.map(|t| t.to_string()),
            created_at: record.created_at.to_string(),
            last_charge_at: record.last_charge_at.map(|t| t.to_string()),
        }
    }
}

/// An id with what people call it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// A driver with the groups.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriverWithGroups {
    #[serde(flatten)]
    driver: Driver,
    groups: Vec<Named>,
}

fn with_groups(record: DriverRecord, groups: Vec<DriverGroupRecord>) -> DriverWithGroups {
    let groups = groups.into_iter().map(|g| Named { id: g.id.to_string(), name: g.name }).collect();
    DriverWithGroups { driver: record.into(), groups }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DriverQuery {
    /// Finds name, e-mail, number or phone.
    q: Option<String>,
    #[param(value_type = Option<String>)]
    status: Option<DriverStatus>,
    /// internal, external or none.
    fleet: Option<String>,
    #[param(value_type = Option<String>)]
    group_id: Option<DriverGroupId>,
    #[param(value_type = Option<String>)]
    team_id: Option<TeamId>,
    #[param(value_type = Option<String>)]
    discount_id: Option<MemberDiscountId>,
    /// name (default), number, email, created or last_charge; the last two newest first.
    sort: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
    /// Of an export: csv (default), xlsx or pdf.
    format: Option<String>,
}

/// `internal`, `external`, or `none` for things of no fleet.
pub(super) fn fleet(word: Option<&str>) -> Result<Option<Option<Fleet>>, HttpError> {
    Ok(match word {
        None | Some("") => None,
        Some("none") => Some(None),
        Some("internal") => Some(Some(Fleet::Internal)),
        Some("external") => Some(Some(Fleet::External)),
        Some(_) => {
            return Err(HttpError::new(StatusCode::BAD_REQUEST, "fleet: internal, external or none"));
        }
    })
}

impl DriverQuery {
    fn filter(&self) -> Result<DriverFilter, HttpError> {
        let order = match self.sort.as_deref() {
            None | Some("" | "name") => DriverOrder::Name,
            Some("number") => DriverOrder::Number,
            Some("email") => DriverOrder::Email,
            Some("created") => DriverOrder::NewestFirst,
            Some("last_charge") => DriverOrder::LastChargeFirst,
            Some(_) => {
                let text = "sort: name, number, email, created or last_charge";
                return Err(HttpError::new(StatusCode::BAD_REQUEST, text));
            }
        };
        Ok(DriverFilter {
            text: self.q.clone().filter(|text| !text.trim().is_empty()),
            status: self.status,
            fleet: fleet(self.fleet.as_deref())?,
            group: self.group_id,
            team: self.team_id,
            discount: self.discount_id,
            order,
        })
    }
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateDriver {
    name: String,
    email: Option<String>,
    phone: Option<String>,
    /// Left out: the next one.
    number: Option<String>,
    address: Option<String>,
    notes: Option<String>,
    #[schema(value_type = Option<String>)]
    fleet: Option<Fleet>,
    #[serde(default)]
    can_pay: bool,
    /// Of letters: en, de or da.
    language: Option<String>,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    group_ids: Vec<DriverGroupId>,
    /// Send a letter with a code.
    #[serde(default)]
    invite: bool,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ChangeDriver {
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    number: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    address: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    notes: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    fleet: Option<Option<Fleet>>,
    can_pay: Option<bool>,
    language: Option<String>,
    /// None of a blocked driver's keys work.
    blocked: Option<bool>,
}

/// What is done to several drivers.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DriverDeed {
    Block,
    Unblock,
    Invite,
    Join,
    Leave,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct DriversBulk {
    #[schema(value_type = Vec<String>)]
    ids: Vec<DriverId>,
    deed: DriverDeed,
    /// For join and leave.
    #[schema(value_type = Option<String>)]
    group_id: Option<DriverGroupId>,
}

/// For how many something changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkAnswer {
    pub changed: usize,
}

/// Drivers, a page at a time.
#[utoipa::path(get, path = "/api/v1/drivers", tag = "drivers", params(DriverQuery), responses((status = 200, body = List<Driver>)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<DriverQuery>,
) -> Result<Json<List<Driver>>, HttpError> {
    let paging = Paging { limit: query.limit, cursor: query.cursor.clone() };
    let filter = query.filter()?;
    let page = state.app.drivers(&principal, &filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    Ok(Json(List::of(page, Driver::from)))
}

/// Drivers as a file.
#[utoipa::path(get, path = "/api/v1/drivers/export", tag = "drivers", params(DriverQuery),
    responses((status = 200, description = "The file")))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<DriverQuery>,
) -> Result<Response, HttpError> {
    let format = read_format(query.format.as_deref())?;
    respond(state.app.driver_sheet(&principal, &query.filter()?).await?, format).await
}

/// Add a driver, with a letter of invitation or without.
#[utoipa::path(post, path = "/api/v1/drivers", tag = "drivers", request_body = CreateDriver,
    responses((status = 201, body = Driver), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<CreateDriver>,
) -> Result<impl IntoResponse, HttpError> {
    let new = NewDriver {
        name: request.name,
        email: request.email,
        phone: request.phone,
        number: request.number,
        address: request.address,
        notes: request.notes,
        fleet: request.fleet,
        can_pay: request.can_pay,
        language: language(request.language.as_deref())?,
        groups: request.group_ids,
        invite: request.invite,
    };
    let record = state.app.add_driver(&principal, new).await?;
    Ok((StatusCode::CREATED, etag(record.version), Json(Driver::from(record))))
}

/// One driver.
#[utoipa::path(get, path = "/api/v1/drivers/{id}", tag = "drivers", params(("id" = String, Path)),
    responses((status = 200, body = DriverWithGroups), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
) -> Result<impl IntoResponse, HttpError> {
    let record = state.app.driver(&principal, id).await?;
    let groups = state.app.groups_of_driver(&principal, id).await?;
    Ok((etag(record.version), Json(with_groups(record, groups))))
}

/// Change a driver, block one or let one charge again.
#[utoipa::path(patch, path = "/api/v1/drivers/{id}", tag = "drivers", params(("id" = String, Path)), request_body = ChangeDriver,
    responses((status = 200, body = Driver), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
    headers: HeaderMap,
    Body(request): Body<ChangeDriver>,
) -> Result<impl IntoResponse, HttpError> {
    let edit = DriverEdit {
        name: request.name,
        email: request.email,
        phone: request.phone,
        number: request.number,
        address: request.address,
        notes: request.notes,
        fleet: request.fleet,
        can_pay: request.can_pay,
        language: request.language.map(|word| language(Some(&word))).transpose()?,
        is_blocked: request.blocked,
    };
    let record = state.app.edit_driver(&principal, id, expected(&headers)?, edit).await?;
    Ok((etag(record.version), Json(Driver::from(record))))
}

/// Erase a driver: everything personal and the charge keys go, sessions and money stay without a name.
#[utoipa::path(delete, path = "/api/v1/drivers/{id}", tag = "drivers", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn erase(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
) -> Result<StatusCode, HttpError> {
    state.app.erase_driver(&principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How the code reaches the driver.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct InviteDriver {
    /// Send a letter; else the code is handed over.
    #[serde(default)]
    by_letter: bool,
}

/// A code to join with. It is told once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedemptionCode {
    code: String,
    expires_at: String,
    by_letter: bool,
    /// False: letters are kept until a mail server is set up.
    mail: bool,
}

/// A new code for a driver who has not joined; the one before no longer works.
#[utoipa::path(post, path = "/api/v1/drivers/{id}/invite", tag = "drivers", params(("id" = String, Path)), request_body = InviteDriver,
    responses((status = 200, body = RedemptionCode), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn invite(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<DriverId>,
    Body(request): Body<InviteDriver>,
) -> Result<Json<RedemptionCode>, HttpError> {
    let issued = state.app.invite_driver(&principal, id, request.by_letter).await?;
    Ok(Json(RedemptionCode {
        code: issued.code,
        expires_at: issued.expires_at.to_string(),
        by_letter: issued.by_letter,
        mail: state.app.mail_is_set_up(),
    }))
}

/// Do the same to several drivers.
#[utoipa::path(post, path = "/api/v1/drivers/bulk", tag = "drivers", request_body = DriversBulk,
    responses((status = 200, body = BulkAnswer), (status = 422, body = Problem)))]
async fn bulk(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<DriversBulk>,
) -> Result<Json<BulkAnswer>, HttpError> {
    let group =
        request.group_id.ok_or_else(|| HttpError::new(StatusCode::BAD_REQUEST, "group_id: the group"));
    let deed = match request.deed {
        DriverDeed::Block => DriverBulk::Block,
        DriverDeed::Unblock => DriverBulk::Unblock,
        DriverDeed::Invite => DriverBulk::Invite,
        DriverDeed::Join => DriverBulk::Join(group?),
        DriverDeed::Leave => DriverBulk::Leave(group?),
    };
    Ok(Json(BulkAnswer { changed: state.app.bulk_drivers(&principal, &request.ids, deed).await? }))
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ImportDrivers {
    /// The file: the first line names the columns, one of them is “name”. Others: e-mail, phone, number, address, notes,
    /// fleet, group, charge key.
    csv: String,
    /// Say what would become of each line, and write nothing.
    #[serde(default)]
    dry_run: bool,
}

/// What becomes of a line of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedLine {
    line: usize,
    name: String,
    email: String,
    key: Option<String>,
    /// None: the line is good.
    problems: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ImportAnswer {
    lines: Vec<ImportedLine>,
    /// Drivers that were made.
    imported: usize,
}

/// Add drivers from a file: the good lines are taken, the others are told.
#[utoipa::path(post, path = "/api/v1/drivers/import", tag = "drivers", request_body = ImportDrivers,
    responses((status = 200, body = ImportAnswer), (status = 422, body = Problem)))]
async fn import(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Body(request): Body<ImportDrivers>,
) -> Result<Json<ImportAnswer>, HttpError> {
    let outcome = state.app.import_drivers(&principal, &request.csv, request.dry_run).await?;
    let shape = |line: ImportLine| ImportedLine {
        line: line.line,
        name: line.name,
        email: line.email,
        key: line.key,
        problems: line.problems,
    };
    Ok(Json(ImportAnswer {
        lines: outcome.lines.into_iter().map(shape).collect(),
        imported: outcome.imported,
    }))
}
