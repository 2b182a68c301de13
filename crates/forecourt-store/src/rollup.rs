//! Sums that dashboards read, so that their cost does not grow with history.

use std::collections::BTreeMap;

use forecourt_core::id::{EvseNumber, OrganisationId, SiteId, StationId};

use crate::journal::rows::Kind::Int;
use crate::journal::rows::{Portion, RowStatement, cells};

/// Hours are kept for recent weeks only.
pub const HOURS_KEPT_DAYS: i64 = 42;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Organisation = 0,
    Site = 1,
    Evse = 2,
}

/// What one message adds to the sums. `day` counts local days of the site since 1970, `hour` UTC hours.
#[derive(Debug, Clone, Copy)]
pub struct RollupDelta {
    pub organisation: OrganisationId,
    pub site: SiteId,
    pub station: StationId,
    pub evse: EvseNumber,
    pub day: i64,
    pub hour: i64,
    pub energy_wh: i64,
    pub sessions: i64,
    pub occupied_s: i64,
}

type DayKey = (Scope, i64, i64, i64);

/// Equal keys are summed first: a batch touches each sum once.
pub(crate) fn portions<'a>(deltas: impl Iterator<Item = RollupDelta>) -> [Portion<'a>; 2] {
    let mut days: BTreeMap<DayKey, [i64; 3]> = BTreeMap::new();
    let mut hours: BTreeMap<(Scope, i64, i64), i64> = BTreeMap::new();
    for delta in deltas {
        let scopes = [
            (Scope::Organisation, delta.organisation.0, 0),
            (Scope::Site, delta.site.0, 0),
            (Scope::Evse, delta.station.0, i64::from(delta.evse.0)),
        ];
        for (scope, id, evse) in scopes {
            let sums = days.entry((scope, id, delta.day, evse)).or_default();
            sums[0] += delta.energy_wh;
            sums[1] += delta.sessions;
            sums[2] += delta.occupied_s;
            if scope != Scope::Evse && delta.energy_wh != 0 {
                *hours.entry((scope, id, delta.hour)).or_default() += delta.energy_wh;
            }
        }
    }
    let days = days.into_iter().map(|((scope, id, day, evse), [energy, sessions, occupied])| {
        cells![scope as i64, id, evse, day, energy, sessions, occupied]
    });
    let hours = hours.into_iter().map(|((scope, id, hour), energy)| cells![scope as i64, id, hour, energy]);
    [DAY.with(days), HOUR.with(hours)]
}

static DAY: RowStatement = RowStatement::new(
    "INSERT INTO rollup_day (scope, scope_id, evse, day, energy_wh, sessions, occupied_s) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (scope, scope_id, day, evse) DO UPDATE SET \
     energy_wh = rollup_day.energy_wh + excluded.energy_wh, sessions = rollup_day.sessions + excluded.sessions, \
     occupied_s = rollup_day.occupied_s + excluded.occupied_s",
    &[Int, Int, Int, Int, Int, Int, Int],
);
static HOUR: RowStatement = RowStatement::new(
    "INSERT INTO rollup_hour (scope, scope_id, hour, energy_wh) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (scope, scope_id, hour) DO UPDATE SET energy_wh = rollup_hour.energy_wh + excluded.energy_wh",
    &[Int, Int, Int, Int],
);
