//! Charging sessions and their readings.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forecourt_app::store::session::{
    ReadingRecord, SessionFilter, SessionKind, SessionNote, SessionOrder, SessionRecord, SessionStatus,
};
use forecourt_core::fact::ChargingState;
use forecourt_core::id::{CarId, DriverId, EvseNumber, SessionId, StationId, TeamId};
use forecourt_core::session::{EndedBy, EnergySource, Flag, State as SessionState};
use forecourt_core::unit::Money;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::paging::{List, Paging};
use super::stations::site_id;
use crate::http::auth::Caller;
use crate::http::body::{Id, Query};
use crate::http::error::{HttpError, Problem};
use crate::http::sheet::{FormatQuery, download, read_format, respond};
use crate::http::state::HttpState;

/// Most readings of one answer: a day at one a minute.
const READINGS_MAX: u32 = 5_000;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(show))
        .routes(routes!(log))
        .routes(routes!(receipt_on_paper))
        .routes(routes!(readings))
        .routes(routes!(close))
        .routes(routes!(review))
}

/// What a person wrote about a session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionNote)]
struct Note {
    at: String,
    written_by: String,
    text: String,
}

/// One charging visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    id: String,
    station_id: String,
    station_identity: String,
    station_name: Option<String>,
    site_id: String,
    site_name: String,
    site_time_zone: String,
    evse: i32,
    connector: Option<i32>,
    /// The station's name for it.
    transaction_ref: String,
    /// The token as the station sent it.
    id_token: Option<String>,
    id_token_alias: Option<String>,
    /// active or ended.
    status: &'static str,
    #[schema(value_type = Option<String>, example = "Charging")]
    charging_state: Option<ChargingState>,
    started_at: String,
    ended_at: Option<String>,
    duration_s: i64,
    energy_wh: i64,
    /// register, start_stop, phase_sum, inlet, interval or none.
    #[schema(value_type = String, example = "register")]
    energy_source: EnergySource,
    /// Where the energy figure comes from, in a sentence.
    energy_note: String,
    power_w: Option<i64>,
    soc_percent: Option<f64>,
    meter_start_wh: Option<i64>,
    meter_end_wh: Option<i64>,
    stop_reason: Option<String>,
    /// station, reconciler, operator or superseded.
    #[schema(value_type = Option<String>)]
    ended_by: Option<EndedBy>,
    /// What is unusual about it.
    #[schema(value_type = Vec<String>)]
    flags: Vec<Flag>,
    /// A person should look before money is asked for.
    needs_review: bool,
    /// on_demand or booking.
    kind: &'static str,
    /// priced, or no_tariff where charging costs nothing we know of.
    payment: &'static str,
    /// What people wrote when they looked at it; only where one session is asked for.
    notes: Vec<Note>,
    /// With VAT: so far while it runs (of one session), in all when it has ended; null where it has no price.
    cost: Option<Cost>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Cost {
    /// Decimal text.
    #[schema(example = "12.50")]
    amount: String,
    currency: String,
}

impl From<Money> for Cost {
    fn from(money: Money) -> Self {
        Self { amount: money.text(), currency: money.currency.code().to_owned() }
    }
}

impl Session {
    pub fn shape(record: SessionRecord, now: Timestamp) -> Self {
        let session = record.session;
        let (start, end) = session.meter.ends();
        let ended_by = match session.state {
            SessionState::Active => None,
            SessionState::Ended { by, .. } => Some(by),
        };
        let until = session.ended_at().unwrap_or(now);
        Self {
            id: session.id.to_string(),
            station_id: session.station.to_string(),
            station_identity: record.station_identity,
            station_name: record.station_name,
            site_id: session.site.to_string(),
            site_name: record.site_name,
            site_time_zone: record.site_time_zone,
            evse: session.evse.0,
            connector: session.connector.map(|c| c.0),
            transaction_ref: session.reference.0.clone(),
            id_token: session.token.clone(),
            id_token_alias: record.token_alias,
            status: if session.is_active() { "active" } else { "ended" },
            charging_state: session.charging_state,
            started_at: session.started_at.to_string(),
            ended_at: session.ended_at().map(|t| t.to_string()),
            duration_s: until.duration_since(session.started_at).as_secs().max(0),
            energy_wh: session.energy().0,
            energy_source: session.meter.source(),
            energy_note: energy_note(&session),
            power_w: session.power.map(|p| p.0),
            soc_percent: session.soc.map(|s| s.0 as f64 / 10.0),
            meter_start_wh: start.map(|w| w.0),
            meter_end_wh: end.map(|w| w.0),
            stop_reason: session.stop_reason.clone(),
            ended_by,
            flags: session.flags.iter().collect(),
            needs_review: session.needs_review(),
            kind: if record.reservation.is_some() { "booking" } else { "on_demand" },
            payment: if record.is_priced { "priced" } else { "no_tariff" },
            notes: Vec::new(),
            cost: record.cost.map(Cost::from),
        }
    }
}

fn energy_note(session: &forecourt_core::session::Session) -> String {
    let samples = session.meter.total.as_ref().map_or(0, |series| series.samples);
    let from = match session.meter.source() {
        EnergySource::Register => {
            format!("Last minus first value of the charger's energy register; {samples} values in between.")
        }
        EnergySource::StartStop => "Stop value minus start value of the charger's energy register.".into(),
        EnergySource::PhaseSum => {
            "Sum of the registers of the single phases: the charger sent no total.".into()
        }
        EnergySource::Inlet => {
            "Register at the inlet, with the charger's own losses: it sent none for the outlet.".into()
        }
        EnergySource::Interval => "Sum of the charger's interval values: it sent no register.".into(),
        EnergySource::None => "The charger sent no energy value.".into(),
    };
    let mut note = from;
    if session.flags.has(Flag::MeterReset) {
        note.push_str(" The register fell during the session; both stretches are counted.");
    }
    if session.flags.has(Flag::MeterRollover) {
        note.push_str(" The register passed its highest number and began again.");
    }
    if session.flags.has(Flag::RegisterOutlier) || session.flags.has(Flag::RegisterJump) {
        note.push_str(" Values that cannot be true were left out.");
    }
    if session.flags.has(Flag::NegativeEnergy) {
        note.push_str(" The stop value lies below the start value: nothing is counted for it.");
    }
    note
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SessionQuery {
    station_id: Option<String>,
    site_id: Option<String>,
    /// Number of the EVSE; with `station_id`.
    evse: Option<i32>,
    /// The token's text; letter case does not matter.
    id_token: Option<String>,
    /// Whose the key was when the session began.
    #[param(value_type = Option<String>)]
    driver_id: Option<DriverId>,
    #[param(value_type = Option<String>)]
    car_id: Option<CarId>,
    #[param(value_type = Option<String>)]
    team_id: Option<TeamId>,
    /// active, ended or review.
    status: Option<String>,
    /// on_demand or booking.
    kind: Option<String>,
    /// priced or no_tariff.
    payment: Option<String>,
    /// Started at or after.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Started before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Started on this day of its site's calendar or later, such as `2026-03-29`. Takes the place of `from`.
    #[param(value_type = Option<String>, format = Date)]
    from_day: Option<Date>,
    /// Started on this day of its site's calendar or earlier. Takes the place of `to`.
    #[param(value_type = Option<String>, format = Date)]
    to_day: Option<Date>,
    /// Finds charger, site, token, name of the token or transaction.
    q: Option<String>,
    /// `-started_at` (default), `started_at`, `-ended_at` or `-energy_wh` (ended sessions).
    sort: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
    /// Of an export: csv (default), xlsx or pdf.
    format: Option<String>,
}

impl SessionQuery {
    fn filter(self) -> Result<(SessionFilter, Paging), HttpError> {
        let wrong = |text: &str| HttpError::new(StatusCode::BAD_REQUEST, text);
        let none = |_| wrong("station_id: there is no such charger");
        let filled = |text: Option<String>| text.filter(|t| !t.is_empty());
        let filter = SessionFilter {
            id: None,
            station: filled(self.station_id).map(|id| id.parse::<StationId>().map_err(none)).transpose()?,
            site: filled(self.site_id).map(|id| site_id(&id)).transpose()?,
            only: None,
            evse: self.evse.map(EvseNumber),
            token: filled(self.id_token),
            driver: self.driver_id,
            car: self.car_id,
            team: self.team_id,
            status: match self.status.as_deref() {
                None | Some("") => None,
                Some("active") => Some(SessionStatus::Active),
                Some("ended") => Some(SessionStatus::Ended),
                Some("review") => Some(SessionStatus::Review),
                Some(_) => return Err(wrong("status: active, ended or review")),
            },
            kind: match self.kind.as_deref() {
                None | Some("") => None,
                Some("on_demand") => Some(SessionKind::OnDemand),
                Some("booking") => Some(SessionKind::Booking),
                Some(_) => return Err(wrong("kind: on_demand or booking")),
            },
            priced: match self.payment.as_deref() {
                None | Some("") => None,
                Some("priced") => Some(true),
                Some("no_tariff") => Some(false),
                Some(_) => return Err(wrong("payment: priced or no_tariff")),
            },
            from: self.from,
            to: self.to,
            from_day: self.from_day,
            to_day: self.to_day,
            spans: Vec::new(),
            text: filled(self.q),
            order: match self.sort.as_deref() {
                None | Some("" | "-started_at") => SessionOrder::NewestFirst,
                Some("started_at") => SessionOrder::OldestFirst,
                Some("-ended_at") => SessionOrder::LastEndedFirst,
                Some("-energy_wh") => SessionOrder::MostEnergyFirst,
                Some(_) => return Err(wrong("sort: -started_at, started_at, -ended_at or -energy_wh")),
            },
        };
        Ok((filter, Paging { limit: self.limit, cursor: self.cursor }))
    }
}

/// Sessions, newest first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", params(SessionQuery),
    responses((status = 200, body = List<Session>), (status = 400, body = Problem)))]
async fn list(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<SessionQuery>,
) -> Result<Json<List<Session>>, HttpError> {
    let (filter, paging) = query.filter()?;
    let page = state.app.sessions(&principal, &filter, paging.cursor()?.as_ref(), paging.limit()).await?;
    let now = state.app.now();
    Ok(Json(List::of(page, |record| Session::shape(record, now))))
}

/// The same as a file, of at most thirty days: `from` and `to` are needed.
#[utoipa::path(get, path = "/api/v1/sessions/export", tag = "sessions", params(SessionQuery),
    responses((status = 200, description = "The file", content_type = "text/csv"), (status = 400, body = Problem),
    (status = 403, body = Problem), (status = 409, description = "No range, or a longer one", body = Problem)))]
async fn export(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Query(query): Query<SessionQuery>,
) -> Result<Response, HttpError> {
    let format = read_format(query.format.as_deref())?;
    let (filter, _) = query.filter()?;
    respond(state.app.export_sessions(&principal, &filter).await?, format).await
}

/// What the station and we said around the session, as a file; five minutes before and after it included.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/log", tag = "sessions", params(("id" = String, Path), FormatQuery),
    responses((status = 200, description = "The file", content_type = "text/csv"), (status = 404, body = Problem)))]
async fn log(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SessionId>,
    Query(query): Query<FormatQuery>,
) -> Result<Response, HttpError> {
    let format = query.format()?;
    respond(state.app.session_log(&principal, id).await?, format).await
}

/// The receipt of an ended session as a PDF.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/receipt.pdf", tag = "sessions", params(("id" = String, Path)),
    responses((status = 200, description = "The receipt", content_type = "application/pdf"), (status = 404, body = Problem),
    (status = 409, description = "It still runs", body = Problem)))]
async fn receipt_on_paper(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SessionId>,
) -> Result<Response, HttpError> {
    let (bytes, name) = state.app.receipt_on_paper(&principal, id).await?;
    Ok(download(bytes, &name, "application/pdf"))
}

/// One session.
#[utoipa::path(get, path = "/api/v1/sessions/{id}", tag = "sessions", params(("id" = String, Path)),
    responses((status = 200, body = Session), (status = 404, body = Problem)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SessionId>,
) -> Result<Json<Session>, HttpError> {
    let mut record = state.app.session(&principal, id).await?;
    if record.cost.is_none() && record.session.is_active() {
        let so_far = state.app.receipt(&principal, id).await?;
        record.cost = so_far.map(|r| Money { amount: r.with_vat, currency: r.currency });
    }
    let notes = state.app.session_notes(&principal, id).await?;
    let note = |n: SessionNote| Note { at: n.at.to_string(), written_by: n.written_by, text: n.text };
    let mut session = Session::shape(record, state.app.now());
    session.notes = notes.into_iter().map(note).collect();
    Ok(Json(session))
}

/// What was measured at one moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reading {
    at: String,
    /// Begin, End, Periodic, Clock, Trigger, Interruption or Other.
    context: &'static str,
    register_wh: Option<i64>,
    power_w: Option<i64>,
    current_ma: Option<i64>,
    voltage_mv: Option<i64>,
    soc_percent: Option<f64>,
    /// Values kept without use, as sent.
    #[schema(value_type = Vec<Object>)]
    extra: serde_json::Value,
}

const CONTEXTS: [&str; 7] = ["Begin", "End", "Periodic", "Clock", "Trigger", "Interruption", "Other"];

impl From<ReadingRecord> for Reading {
    fn from(record: ReadingRecord) -> Self {
        let extra = record.extra.and_then(|text| serde_json::from_str(&text).ok());
        Self {
            at: record.at.to_string(),
            context: usize::try_from(record.context)
                .ok()
                .and_then(|n| CONTEXTS.get(n).copied())
                .unwrap_or("Other"),
            register_wh: record.register_wh,
            power_w: record.power_w,
            current_ma: record.current_ma,
            voltage_mv: record.voltage_mv,
            soc_percent: record.soc_permille.map(|s| s as f64 / 10.0),
            extra: extra.unwrap_or_else(|| serde_json::Value::Array(Vec::new())),
        }
    }
}

/// Readings of a session, oldest first.
#[utoipa::path(get, path = "/api/v1/sessions/{id}/readings", tag = "sessions", params(("id" = String, Path), Paging),
    responses((status = 200, body = List<Reading>), (status = 404, body = Problem)))]
async fn readings(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SessionId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Reading>>, HttpError> {
    let after = paging.cursor()?.map(|c| Timestamp::from_millisecond(c.id)).transpose();
    let after = after
        .map_err(|_| HttpError::new(StatusCode::BAD_REQUEST, "cursor: use the `next` of the page before"))?;
    let limit = paging.limit.unwrap_or(READINGS_MAX).clamp(1, READINGS_MAX);
    let found = state.app.readings(&principal, id, after, limit).await?;
    let more = found.len() == limit as usize;
    let next = found.last().filter(|_| more).map(|last| last.at.as_millisecond().to_string());
    Ok(Json(List { items: found.into_iter().map(Reading::from).collect(), next }))
}

/// Close a session that its station will not end. The station's own word, should it come, replaces this.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/close", tag = "sessions", params(("id" = String, Path)),
    responses((status = 200, body = Session), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn close(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SessionId>,
) -> Result<Json<Session>, HttpError> {
    let record = state.app.close_session(&principal, id).await?;
    Ok(Json(Session::shape(record, state.app.now())))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
struct SessionReview {
    /// What the person found; kept with the session.
    text: Option<String>,
}

/// Let a session pass that was held for review.
#[utoipa::path(post, path = "/api/v1/sessions/{id}/review", tag = "sessions", params(("id" = String, Path)),
    request_body = Option<SessionReview>,
    responses((status = 200, body = Session), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn review(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<SessionId>,
    body: Option<Json<SessionReview>>,
) -> Result<Json<Session>, HttpError> {
    let text = body.and_then(|Json(body)| body.text);
    let record = state.app.review_session(&principal, id, text).await?;
    Ok(Json(Session::shape(record, state.app.now())))
}
