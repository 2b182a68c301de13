//! Trying a limit on days that were.

use axum::Json;
use axum::extract::State;
use forecourt_app::AppError;
use forecourt_app::power::{Affected, Outlook, Trial, TrialCircuit, TrialPoint, TrialRequest};
use forecourt_core::access::Permission;
use forecourt_core::id::{StationId, ZoneId};
use forecourt_core::power::{Distribution, PerPhase};
use forecourt_core::unit::{PerMille, Watts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::body::{Body, Id};
use crate::http::error::{HttpError, Problem};
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(try_limit))
}

/// Settings to try, and on which days.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TryZone {
    /// The first day, by the site's calendar.
    #[schema(value_type = String, format = Date)]
    from: jiff::civil::Date,
    /// 1 to 7; 1 where nothing is said.
    days: Option<i64>,
    /// Power over all phases; or `capacity_ma`.
    capacity_w: Option<i64>,
    capacity_ma: Option<PerPhase>,
    #[serde(default)]
    buffer_permille: i64,
    #[serde(default)]
    least_session_w: i64,
    distribution: Distribution,
    #[serde(default)]
    priorities: Vec<TryPriority>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct TryPriority {
    #[schema(value_type = String)]
    station_id: StationId,
    /// 0 to 9; higher goes first.
    priority: i64,
}

/// What settings would have done to the sessions of some days. Nobody was told anything.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneTrial {
    from: String,
    until: String,
    /// Ended sessions that were played again, of every zone of the tree.
    sessions: usize,
    /// Whether the load beside the chargers is known for these days; else none is counted.
    knows_load: bool,
    /// Every car at full power.
    unlimited: TrialOutlook,
    /// As the zone is set; null while it is off.
    now: Option<TrialOutlook>,
    tried: TrialOutlook,
    circuits: Vec<TrialCircuitShape>,
    points: Vec<TrialPointShape>,
    /// Sessions that would have charged later or less than at full power, the worst first; at most 200.
    affected: Vec<TrialSession>,
    affected_count: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TrialOutlook {
    /// The highest current on a phase, building included.
    peak_ma: i64,
    peak_at: Option<String>,
    /// Not delivered by departure, of the whole tree.
    missing_wh: i64,
    short_sessions: usize,
    waited_s: i64,
    waiting_sessions: usize,
}

/// The highest currents of a circuit on a phase, building included.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialCircuitShape {
    zone_id: String,
    name: String,
    capacity_ma: i64,
    unlimited_ma: i64,
    now_ma: Option<i64>,
    tried_ma: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TrialPointShape {
    at: String,
    load_ma: i64,
    unlimited_ma: i64,
    now_ma: Option<i64>,
    tried_ma: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TrialSession {
    session_id: String,
    station_id: String,
    evse: i32,
    started_at: String,
    ended_at: String,
    wanted_wh: i64,
    /// By its departure.
    got_wh: i64,
    /// Later than at full power; null where it was not done before it left.
    later_s: Option<i64>,
    waited_s: i64,
}

/// Play the sessions of some days again under other settings. Nothing is changed and no charger hears of it.
#[utoipa::path(post, path = "/api/v1/zones/{id}/trial", tag = "power", params(("id" = String, Path)), request_body = TryZone,
    responses((status = 200, body = ZoneTrial), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn try_limit(
    State(state): State<HttpState>,
    Caller(principal): Caller,
    Id(id): Id<ZoneId>,
    Body(request): Body<TryZone>,
) -> Result<Json<ZoneTrial>, HttpError> {
    principal.require(Permission::Power)?;
    Ok(Json(state.app.try_zone(&principal, id, request.try_into()?).await?.into()))
}

impl TryFrom<TryZone> for TrialRequest {
    type Error = AppError;

    fn try_from(request: TryZone) -> Result<Self, AppError> {
        let capacity = match (request.capacity_w, request.capacity_ma) {
            (Some(power), None) => Ok(Watts(power)),
            (None, Some(currents)) => Err(currents),
            _ => return Err(AppError::field("/capacity_w", "either capacity_w or capacity_ma")),
        };
        Ok(Self {
            from: request.from,
            days: request.days.unwrap_or(1),
            capacity,
            buffer: PerMille(request.buffer_permille),
            least_session: Watts(request.least_session_w),
            distribution: request.distribution,
            priorities: request.priorities.into_iter().map(|one| (one.station_id, one.priority)).collect(),
        })
    }
}

impl From<Trial> for ZoneTrial {
    fn from(trial: Trial) -> Self {
        Self {
            from: trial.from.to_string(),
            until: trial.until.to_string(),
            sessions: trial.sessions,
            knows_load: trial.knows_load,
            unlimited: trial.unlimited.into(),
            now: trial.now.map(TrialOutlook::from),
            tried: trial.tried.into(),
            circuits: trial.circuits.into_iter().map(TrialCircuitShape::from).collect(),
            points: trial.points.into_iter().map(TrialPointShape::from).collect(),
            affected: trial.affected.into_iter().map(TrialSession::from).collect(),
            affected_count: trial.affected_count,
        }
    }
}

impl From<Outlook> for TrialOutlook {
    fn from(look: Outlook) -> Self {
        Self {
            peak_ma: look.peak.0,
            peak_at: look.peak_at.map(|at| at.to_string()),
            missing_wh: look.missing.0,
            short_sessions: look.short_sessions,
            waited_s: look.waited_s,
            waiting_sessions: look.waiting_sessions,
        }
    }
}

impl From<TrialCircuit> for TrialCircuitShape {
    fn from(circuit: TrialCircuit) -> Self {
        Self {
            zone_id: circuit.zone.to_string(),
            name: circuit.name,
            capacity_ma: circuit.capacity.0,
            unlimited_ma: circuit.unlimited.0,
            now_ma: circuit.now.map(|now| now.0),
            tried_ma: circuit.tried.0,
        }
    }
}

impl From<TrialPoint> for TrialPointShape {
    fn from(point: TrialPoint) -> Self {
        Self {
            at: point.at.to_string(),
            load_ma: point.load.0,
            unlimited_ma: point.unlimited.0,
            now_ma: point.now.map(|now| now.0),
            tried_ma: point.tried.0,
        }
    }
}

impl From<Affected> for TrialSession {
    fn from(one: Affected) -> Self {
        Self {
            session_id: one.session.to_string(),
            station_id: one.station.to_string(),
            evse: one.evse.0,
            started_at: one.started_at.to_string(),
            ended_at: one.ended_at.to_string(),
            wanted_wh: one.wanted.0,
            got_wh: one.got.0,
            later_s: one.later_s,
            waited_s: one.waited_s,
        }
    }
}
