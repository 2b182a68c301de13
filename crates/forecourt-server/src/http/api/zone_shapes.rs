//! How zones look outside.

use forecourt_app::AppError;
use forecourt_app::power::{
    Candidate, ChosenCharger, Fitness, Picture, SeatPicture, WhyWord, ZonePicture, ZoneRequest, ZoneView,
};
use forecourt_app::store::zone::{SmartChargingVerdict, ZoneLoad, ZoneMinute, ZoneStation};
use forecourt_core::id::{SiteId, StationId, ZoneId};
use forecourt_core::power::{Distribution, Line, PerPhase, Rotation};
use forecourt_core::unit::{MilliVolts, PerMille, Watts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Between phase and neutral, where nobody says otherwise.
const MAINS_MV: i64 = 230_000;

/// A circuit with a limit, for load balancing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Zone {
    id: String,
    site_id: String,
    site_name: String,
    /// The zone whose circuit it hangs on.
    parent_id: Option<String>,
    name: String,
    meter_number: Option<String>,
    /// As entered, where it was entered as power.
    capacity_w: Option<i64>,
    capacity_ma: PerPhase,
    voltage_mv: i64,
    buffer_permille: i64,
    least_session_w: i64,
    distribution: Distribution,
    enabled: bool,
    chargers: Vec<ChosenShape>,
    /// How it stands now; null while it is off.
    now: Option<Standing>,
    created_at: String,
}

/// A charger of a zone.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChosenShape {
    #[schema(value_type = String)]
    station_id: StationId,
    /// 1 or 3.
    phases: u8,
    /// In which order the supply's phases arrive; null: not known, counted on every phase.
    rotation: Option<Rotation>,
    /// 0 to 9; higher goes first.
    #[serde(default)]
    priority: i64,
}

/// A zone and everything below it at one moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct Standing {
    at: String,
    /// The zone itself first.
    zones: Vec<ZoneStanding>,
    evses: Vec<EvseStanding>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneStanding {
    zone_id: String,
    capacity_ma: PerPhase,
    /// What flows beside the chargers.
    load_ma: PerPhase,
    usable_ma: PerPhase,
    given_ma: PerPhase,
    drawn_ma: PerPhase,
    metered_at: Option<String>,
    meter_is_silent: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EvseStanding {
    zone_id: String,
    station_id: String,
    evse: i32,
    online: bool,
    session_id: Option<String>,
    limit_ma: i64,
    max_ma: i64,
    /// By its own meter; null where it said nothing of late.
    drawn_ma: Option<i64>,
    /// What it keeps for when nobody can tell it anything.
    default_ma: i64,
    holds_default: bool,
    /// Why it has this limit.
    #[schema(value_type = String)]
    why: WhyWord,
    by_zone_id: Option<String>,
    line: Option<Line>,
    place: Option<u32>,
    /// The charger's own word where it refused.
    refused: Option<String>,
    /// When the zone's plan lets it begin, where it gets nothing until then.
    planned_from: Option<String>,
}

/// All of a zone.
#[derive(Debug, Deserialize, ToSchema)]
pub struct WriteZone {
    name: String,
    #[schema(value_type = String)]
    site_id: SiteId,
    #[schema(value_type = Option<String>)]
    parent_id: Option<ZoneId>,
    meter_number: Option<String>,
    /// Power over all phases; or `capacity_ma`.
    capacity_w: Option<i64>,
    capacity_ma: Option<PerPhase>,
    /// 230 V between phase and neutral where nothing is said.
    voltage_mv: Option<i64>,
    #[serde(default)]
    buffer_permille: i64,
    #[serde(default)]
    least_session_w: i64,
    distribution: Distribution,
    #[serde(default)]
    chargers: Vec<ChosenShape>,
}

impl TryFrom<WriteZone> for ZoneRequest {
    type Error = AppError;

    fn try_from(request: WriteZone) -> Result<Self, AppError> {
        let capacity = match (request.capacity_w, request.capacity_ma) {
            (Some(power), None) => Ok(Watts(power)),
            (None, Some(currents)) => Err(currents),
            _ => return Err(AppError::field("/capacity_w", "either capacity_w or capacity_ma")),
        };
        let chosen = |c: ChosenShape| {
            let ChosenShape { station_id: station, phases, rotation, priority } = c;
            ChosenCharger { station, phases, rotation, priority }
        };
        Ok(Self {
            name: request.name,
            site: request.site_id,
            parent: request.parent_id,
            meter_number: request.meter_number,
            capacity,
            voltage: MilliVolts(request.voltage_mv.unwrap_or(MAINS_MV)),
            buffer: PerMille(request.buffer_permille),
            least_session: Watts(request.least_session_w),
            distribution: request.distribution,
            chargers: request.chargers.into_iter().map(chosen).collect(),
        })
    }
}

impl From<ZoneView> for Zone {
    fn from(view: ZoneView) -> Self {
        let ZoneView { record, site_name, chargers, picture } = view;
        let now = picture.filter(|_| record.enabled).map(|picture| Standing::below(record.id, &picture));
        Self {
            id: record.id.to_string(),
            site_id: record.site.to_string(),
            site_name,
            parent_id: record.parent.map(|id| id.to_string()),
            name: record.name,
            meter_number: record.meter_number,
            capacity_w: record.capacity_w.map(|w| w.0),
            capacity_ma: record.capacity,
            voltage_mv: record.voltage.0,
            buffer_permille: record.buffer.0,
            least_session_w: record.least_session.0,
            distribution: record.distribution,
            enabled: record.enabled,
            chargers: chargers.into_iter().map(ChosenShape::from).collect(),
            now,
            created_at: record.created_at.to_string(),
        }
    }
}

impl From<ZoneStation> for ChosenShape {
    fn from(chosen: ZoneStation) -> Self {
        let ZoneStation { station, phases, rotation, priority, .. } = chosen;
        Self { station_id: station, phases, rotation, priority }
    }
}

impl Standing {
    /// The zone and what hangs below it.
    fn below(zone: ZoneId, picture: &Picture) -> Self {
        let mut mine = vec![zone];
        // Parents come before their children.
        for each in &picture.zones {
            if each.parent.is_some_and(|parent| mine.contains(&parent)) && !mine.contains(&each.zone) {
                mine.push(each.zone);
            }
        }
        Self {
            at: picture.at.to_string(),
            zones: picture.zones.iter().filter(|z| mine.contains(&z.zone)).map(ZoneStanding::from).collect(),
            evses: picture.seats.iter().filter(|s| mine.contains(&s.zone)).map(EvseStanding::from).collect(),
        }
    }
}

impl From<&ZonePicture> for ZoneStanding {
    fn from(zone: &ZonePicture) -> Self {
        Self {
            zone_id: zone.zone.to_string(),
            capacity_ma: zone.capacity,
            load_ma: zone.load,
            usable_ma: zone.usable,
            given_ma: zone.given,
            drawn_ma: zone.drawn,
            metered_at: zone.metered_at.map(|at| at.to_string()),
            meter_is_silent: zone.meter_is_silent,
        }
    }
}

impl From<&SeatPicture> for EvseStanding {
    fn from(seat: &SeatPicture) -> Self {
        Self {
            zone_id: seat.zone.to_string(),
            station_id: seat.station.to_string(),
            evse: seat.evse.0,
            online: seat.online,
            session_id: seat.session.map(|id| id.to_string()),
            limit_ma: seat.limit.0,
            max_ma: seat.max.0,
            drawn_ma: seat.drawn.map(|d| d.0),
            default_ma: seat.default.0,
            holds_default: seat.holds_default,
            why: seat.why,
            by_zone_id: seat.by.map(|id| id.to_string()),
            line: seat.line,
            place: seat.place,
            refused: seat.refused.clone(),
            planned_from: seat.planned_from.map(|at| at.to_string()),
        }
    }
}

/// A charger of a site, as somebody choosing sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateShape {
    station_id: String,
    identity: String,
    name: Option<String>,
    vendor: Option<String>,
    model: Option<String>,
    firmware: Option<String>,
    /// tested, told, unfit, cannot or untested; the first two may be chosen.
    fitness: &'static str,
    may_be_chosen: bool,
    /// The zone it hangs on already.
    zone_id: Option<String>,
    is_direct: bool,
}

pub fn fitness_word(fitness: Fitness) -> &'static str {
    match fitness {
        Fitness::Tested => "tested",
        Fitness::Told => "told",
        Fitness::Unfit => "unfit",
        Fitness::Cannot => "cannot",
        Fitness::Untested => "untested",
    }
}

impl From<Candidate> for CandidateShape {
    fn from(candidate: Candidate) -> Self {
        let Candidate { station, fitness, zone, is_direct } = candidate;
        Self {
            station_id: station.id.to_string(),
            identity: station.identity,
            name: station.name,
            vendor: station.vendor,
            model: station.model,
            firmware: station.firmware,
            fitness: fitness_word(fitness),
            may_be_chosen: fitness.may_be_chosen(),
            zone_id: zone.map(|id| id.to_string()),
            is_direct,
        }
    }
}

/// One minute of a zone, on its fullest phase.
#[derive(Debug, Serialize, ToSchema)]
pub struct Minute {
    at: String,
    capacity_ma: i64,
    load_ma: i64,
    given_ma: i64,
    drawn_ma: i64,
}

impl From<ZoneMinute> for Minute {
    fn from(minute: ZoneMinute) -> Self {
        Self {
            at: minute.at.to_string(),
            capacity_ma: minute.capacity.0,
            load_ma: minute.load.0,
            given_ma: minute.given.0,
            drawn_ma: minute.drawn.0,
        }
    }
}

/// What a zone's meter said last.
#[derive(Debug, Serialize, ToSchema)]
pub struct Load {
    zone_id: String,
    at: String,
    load_ma: PerPhase,
    with_chargers: bool,
    source: String,
}

impl From<ZoneLoad> for Load {
    fn from(load: ZoneLoad) -> Self {
        Self {
            zone_id: load.zone.to_string(),
            at: load.at.to_string(),
            load_ma: load.load,
            with_chargers: load.with_chargers,
            source: load.source,
        }
    }
}

/// What the platform says of a model.
#[derive(Debug, Serialize, ToSchema)]
pub struct Model {
    vendor: String,
    model: String,
    /// Null: every version.
    firmware: Option<String>,
    tested: bool,
    said_by: String,
    at: String,
}

impl From<SmartChargingVerdict> for Model {
    fn from(said: SmartChargingVerdict) -> Self {
        Self {
            vendor: said.vendor,
            model: said.model,
            firmware: (!said.firmware.is_empty()).then_some(said.firmware),
            tested: said.tested,
            said_by: said.said_by,
            at: said.at.to_string(),
        }
    }
}
