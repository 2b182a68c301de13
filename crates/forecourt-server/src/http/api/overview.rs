//! The first screen.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dashboard::day_text;
use super::sessions::Session;
use crate::http::auth::Caller;
use crate::http::error::HttpError;
use crate::http::state::HttpState;

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(show))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Overview {
    at: String,
    /// Of the days below: the organisation's.
    time_zone: String,
    stations: StationCounts,
    connectors: ConnectorCounts,
    sessions: SessionCounts,
    energy_today_wh: i64,
    /// The last 30 days, oldest first; local days of the sites.
    energy_days: Vec<Day>,
    /// The last 48 hours, oldest first.
    energy_hours: Vec<Hour>,
    /// The ten newest; none for those who do not see sessions.
    recent_sessions: Vec<Session>,
    /// Reservations that chargers keep now.
    upcoming: Vec<UpcomingReservation>,
    attention: Vec<Attention>,
    storage: Storage,
}

#[derive(Debug, Serialize, ToSchema)]
struct StationCounts {
    total: i64,
    online: i64,
    offline: i64,
    never_connected: i64,
    faulted: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct ConnectorCounts {
    total: i64,
    /// By status; `Offline` counts the connectors of chargers that are away.
    by_status: BTreeMap<String, i64>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SessionCounts {
    active: i64,
    /// Sum of what the running sessions last reported.
    power_w: i64,
    /// Ended today.
    today: i64,
    needs_review: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct Day {
    day: String,
    energy_wh: i64,
    sessions: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct Hour {
    hour: String,
    energy_wh: i64,
}

/// A place that is kept free for somebody.
#[derive(Debug, Serialize, ToSchema)]
struct UpcomingReservation {
    station_id: String,
    station_identity: String,
    number: i64,
    evse: Option<i64>,
    id_token: String,
    id_token_alias: Option<String>,
    expires_at: String,
}

impl From<forecourt_app::store::Upcoming> for UpcomingReservation {
    fn from(upcoming: forecourt_app::store::Upcoming) -> Self {
        Self {
            station_id: upcoming.station.to_string(),
            station_identity: upcoming.identity,
            number: upcoming.number,
            evse: upcoming.evse,
            id_token: upcoming.uid,
            id_token_alias: upcoming.alias,
            expires_at: upcoming.expires_at.to_string(),
        }
    }
}

/// Something that needs a look.
#[derive(Debug, Serialize, ToSchema)]
struct Attention {
    /// faulted, offline, unknown_station, review or storage.
    kind: &'static str,
    station_id: Option<String>,
    text: String,
    since: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Storage {
    ok: bool,
    problem: Option<String>,
}

/// What is going on.
#[utoipa::path(get, path = "/api/v1/overview", tag = "overview", responses((status = 200, body = Overview)))]
async fn show(
    State(state): State<HttpState>,
    Caller(principal): Caller,
) -> Result<Json<Overview>, HttpError> {
    let found = state.app.overview(&principal).await?;
    let now = state.app.now();
    let counts = &found.counts;
    let by_status: BTreeMap<String, i64> = counts.connectors.iter().cloned().collect();
    let on = |day| found.days.iter().find(|(of, _)| *of == day).map(|(_, sums)| *sums).unwrap_or_default();
    let today = on(found.today);
    let energy_days = (found.today - 29..=found.today).map(|day| {
        let total = on(day);
        Day { day: day_text(day), energy_wh: total.energy_wh, sessions: total.sessions }
    });
    let this_hour = now.as_second().div_euclid(3_600);
    let energy_hours = (this_hour - 47..=this_hour).map(|hour| {
        let total = found.hours.iter().find(|h| h.hour == hour);
        Hour { hour: hour_text(hour), energy_wh: total.map_or(0, |t| t.energy_wh) }
    });
    Ok(Json(Overview {
        at: now.to_string(),
        stations: StationCounts {
            total: counts.stations,
            online: counts.online,
            offline: counts.stations - counts.online - counts.never_connected,
            never_connected: counts.never_connected,
            faulted: counts.faulted_stations,
        },
        connectors: ConnectorCounts { total: by_status.values().sum(), by_status },
        sessions: SessionCounts {
            active: counts.active_sessions,
            power_w: counts.power_w,
            today: today.sessions,
            needs_review: counts.needs_review,
        },
        energy_today_wh: today.energy_wh,
        energy_days: energy_days.collect(),
        energy_hours: energy_hours.collect(),
        attention: attention(&found),
        storage: Storage { ok: found.storage_problem.is_none(), problem: found.storage_problem.clone() },
        upcoming: found.upcoming.into_iter().map(UpcomingReservation::from).collect(),
        recent_sessions: found.recent.into_iter().map(|r| Session::shape(r, now)).collect(),
        time_zone: found.time_zone,
    }))
}

fn attention(found: &forecourt_app::Overview) -> Vec<Attention> {
    let mut lines = Vec::new();
    if let Some(problem) = &found.storage_problem {
        let text = format!("Storage takes nothing; chargers are not answered until it does: {problem}");
        lines.push(Attention { kind: "storage", station_id: None, text, since: None });
    }
    lines.extend(found.attention.iter().map(|a| Attention {
        kind: if a.fault.is_some() { "faulted" } else { "offline" },
        station_id: Some(a.station.to_string()),
        text: match &a.fault {
            Some(fault) => format!(
                "{} at {} is faulted: {}",
                a.identity,
                a.site_name,
                if fault.is_empty() { "no code given" } else { fault }
            ),
            None => format!("{} at {} is offline", a.identity, a.site_name),
        },
        since: Some(a.since.to_string()),
    }));
    lines.extend(found.unknown.iter().map(|u| Attention {
        kind: "unknown_station",
        station_id: None,
        text: format!(
            "{} knocked from {} and was refused ({})",
            u.identity,
            u.address,
            u.reason.replace('_', " ")
        ),
        since: Some(u.last_at.to_string()),
    }));
    if found.counts.needs_review > 0 {
        let text = format!("{} sessions are held for review", found.counts.needs_review);
        lines.push(Attention { kind: "review", station_id: None, text, since: None });
    }
    lines
}

fn hour_text(hour: i64) -> String {
    jiff::Timestamp::from_second(hour * 3_600).map(|t| t.to_string()).unwrap_or_default()
}
